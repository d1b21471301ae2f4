//! Entries as lines, each of which holds the hash of the one before.
//!
//! A line is `{"n":…,"before":…,"hash":…,"entry":…}`, where `hash` is the BLAKE3 of
//! `before`, a line feed, and the bytes of `entry` as they stand. The file is written aside, synced and renamed, so
//! that a kill leaves it as it was; a last line that another program left unfinished is told, kept beside the record, and
//! replaced by the next entry.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::RECORD_VERSION;
use super::entry::Entry;
use super::error::RecordError;

/// What a line says of its entry, which stands at its end as it was written.
#[derive(Serialize, Deserialize)]
struct Seal {
    n: usize,
    before: String,
    hash: String,
}

/// Between the seal and the entry.
const ENTRY: &str = ",\"entry\":";

/// A last line that was never finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Its number, from 1.
    pub line: usize,
    /// What is there of it.
    pub text: String,
}

/// The entries of a record.
#[derive(Debug)]
pub struct Chain {
    path: PathBuf,
    /// The lines that are whole, each with its line feed.
    text: String,
    entries: Vec<Entry>,
    head: String,
    torn: Option<Torn>,
}

fn hash(before: &str, entry: &str) -> String {
    blake3::hash(format!("{before}\n{entry}").as_bytes()).to_hex().to_string()
}

impl Chain {
    /// Reads and checks a file; an absent one is an empty chain.
    ///
    /// # Errors
    /// [`RecordError::Broken`] with the first entry that does not follow from the one before.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(RecordError::file(path, &e)),
        };
        let mut out = Self {
            path: path.to_path_buf(),
            text: String::new(),
            entries: Vec::new(),
            head: String::new(),
            torn: None,
        };
        let mut lines = bytes.split_inclusive(|b| *b == b'\n').enumerate().peekable();
        while let Some((k, bytes)) = lines.next() {
            let broken = |why: String| RecordError::Broken { path: path.to_path_buf(), entry: k + 1, why };
            let read = std::str::from_utf8(bytes)
                .map_err(|e| e.to_string())
                .and_then(|text| out.follow(text.trim_end_matches(['\n', '\r'])));
            match read {
                Ok(()) => {}
                // Only what has no end of its line may be an unfinished one.
                Err(_) if lines.peek().is_none() && !bytes.ends_with(b"\n") => {
                    out.torn = Some(Torn { line: k + 1, text: String::from_utf8_lossy(bytes).into_owned() });
                }
                Err(why) => return Err(broken(why)),
            }
        }
        match out.entries.first() {
            Some(Entry::Begun { record_version }) if *record_version > RECORD_VERSION => {
                Err(RecordError::Newer { found: *record_version, known: RECORD_VERSION })
            }
            None | Some(Entry::Begun { .. }) => Ok(out),
            Some(_) => Err(RecordError::Broken {
                path: path.to_path_buf(),
                entry: 1,
                why: "a record begins with its format".into(),
            }),
        }
    }

    /// Takes a line, if it follows.
    fn follow(&mut self, line: &str) -> Result<(), String> {
        let (seal, entry) = line.split_once(ENTRY).ok_or("it is no entry of a record")?;
        let entry = entry.strip_suffix('}').ok_or("it has no end")?;
        let read: Seal = serde_json::from_str(&format!("{seal}}}")).map_err(|e| e.to_string())?;
        let n = self.entries.len() + 1;
        if read.n != n {
            return Err(format!("it says that it is number {}", read.n));
        }
        if read.before != self.head {
            return Err("it follows another entry than the one before it".into());
        }
        if read.hash != hash(&read.before, entry) {
            return Err("its text is not that which was written".into());
        }
        self.entries.push(serde_json::from_str(entry).map_err(|e| e.to_string())?);
        self.head = read.hash;
        self.text.push_str(line);
        self.text.push('\n');
        Ok(())
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(super) fn torn(&self) -> Option<&Torn> {
        self.torn.as_ref()
    }

    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// Adds entries: all of them, or none.
    pub(super) fn append(&mut self, entries: Vec<Entry>) -> Result<(), RecordError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| RecordError::file(folder, &e))?;
        // Held until the end; the system lets go of it when the program is killed.
        let lock_path = folder.join("lock");
        let lock = std::fs::File::create(&lock_path).map_err(|e| RecordError::file(&lock_path, &e))?;
        lock.lock().map_err(|e| RecordError::file(&lock_path, &e))?;
        let now = Self::read(&self.path)?;
        if now.head != self.head {
            return Err(RecordError::Busy { path: self.path.clone() });
        }
        let mut next = now;
        if let Some(torn) = next.torn.take() {
            write_aside(&folder.join(format!("torn_{}.txt", torn.line)), torn.text.as_bytes())?;
        }
        let begin = next.entries.is_empty().then_some(Entry::Begun { record_version: RECORD_VERSION });
        for entry in begin.into_iter().chain(entries) {
            let unwritable = |e: serde_json::Error| RecordError::file(&self.path, &std::io::Error::other(e));
            let raw = serde_json::to_string(&entry).map_err(unwritable)?;
            let seal =
                Seal { n: next.entries.len() + 1, before: next.head.clone(), hash: hash(&next.head, &raw) };
            let seal = serde_json::to_string(&seal).map_err(unwritable)?;
            let text = format!("{}{ENTRY}{raw}}}", seal.trim_end_matches('}'));
            next.follow(&text).map_err(|why| RecordError::Broken {
                path: self.path.clone(),
                entry: next.entries.len() + 1,
                why,
            })?;
        }
        write_aside(&self.path, next.text.as_bytes())?;
        *self = next;
        Ok(())
    }
}

/// Writes a file aside, waits until it is on the disk, and renames it.
pub(super) fn write_aside(path: &Path, bytes: &[u8]) -> Result<(), RecordError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let aside = folder.join(format!(".{name}.{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = std::fs::File::create(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&aside, path)
    };
    write().map_err(|e| {
        // Nothing is left of a file that could not be written.
        let _ = std::fs::remove_file(&aside);
        RecordError::file(path, &e)
    })
}
