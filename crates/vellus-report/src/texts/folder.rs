//! Reading a folder of translated messages.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentError, FluentResource};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;
use vellus_plan::leaflet::{Treatment, read_aftercare, read_consent};

use super::{ENGLISH, Inner, Texts, bundle, english};
use crate::error::ReportError;

/// Largest file that is read, bytes; all English texts together are a tenth of it.
const MOST_BYTES: u64 = 1 << 20;

/// The line, from 1, of a byte of a text.
fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// The line on which a message begins.
fn line_of_message(text: &str, id: &str) -> usize {
    text.lines()
        .position(|l| l.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('=')))
        .map_or(1, |i| i + 1)
}

/// Adds a file to a bundle.
pub(super) fn add(
    into: &mut FluentBundle<FluentResource>,
    name: &str,
    text: &str,
) -> Result<(), ReportError> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let all: Vec<String> = errors
            .iter()
            .map(|e| format!("{name}, line {}: {}", line_of(text, e.pos.start), e.kind))
            .collect();
        ReportError::Texts(format!(
            "{}; see https://projectfluent.org/fluent/guide for the syntax",
            all.join("; ")
        ))
    })?;
    into.add_resource(resource).map_err(|errors| {
        let all: Vec<String> = errors
            .iter()
            .map(|e| match e {
                FluentError::Overriding { id, .. } => {
                    format!(
                        "{name}, line {}: the message {id} is there twice; leave one",
                        line_of_message(text, id)
                    )
                }
                other => format!("{name}: {other}"),
            })
            .collect();
        ReportError::Texts(all.join("; "))
    })
}

/// The names of the messages of a text that parses.
fn names(text: &str) -> BTreeSet<String> {
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(r, _)| r);
    resource
        .entries()
        .filter_map(|e| match e {
            Entry::Message(m) if m.value.is_some() => Some(m.id.name.to_owned()),
            _ => None,
        })
        .collect()
}

/// Reads a text of a translation.
fn read(file: &Path) -> Result<String, ReportError> {
    let at = file.display();
    let bad = |text: String| ReportError::Texts(text);
    let size = std::fs::metadata(file).map_err(|e| bad(format!("{at}: {e}")))?.len();
    if size > MOST_BYTES {
        return Err(bad(format!("{at} has {size} bytes; at most {MOST_BYTES} are read")));
    }
    std::fs::read_to_string(file).map_err(|e| bad(format!("{at} cannot be read: {e}; it has to be UTF-8")))
}

/// The translated sheets of a folder, those that are there.
fn sheets<T>(
    folder: &Path,
    parse: impl Fn(&str, Treatment) -> Result<T, String>,
) -> Result<Vec<T>, ReportError> {
    let mut out = Vec::new();
    for t in Treatment::ALL {
        let file = folder.join(format!("{}.toml", t.id()));
        if file.exists() {
            let sheet = parse(&read(&file)?, t);
            out.push(sheet.map_err(|e| ReportError::Texts(format!("{}: {}", file.display(), e.trim_end())))?);
        }
    }
    Ok(out)
}

impl Texts {
    /// The texts of a translation: every `.ftl` file of a folder that is named by its language, such as
    /// `de` or `pt-BR`, and the sheets `consent/smp.toml`, `aftercare/smp.toml` and so on in it. What it does
    /// not say is said in English.
    ///
    /// # Errors
    /// [`ReportError::Texts`] when the folder cannot be read, has no `.ftl` file or another name than a
    /// language, or when a file is no Fluent; with file and line.
    pub fn from_folder(folder: &Path) -> Result<Self, ReportError> {
        let bad = |text: String| ReportError::Texts(text);
        let shown = folder.display();
        let name = folder
            .canonicalize()
            .map_err(|e| bad(format!("the folder {shown} cannot be read: {e}; check the path")))?
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let language: LanguageIdentifier = name.parse().map_err(|_| {
            bad(format!(
                "the folder {shown} has to be named by its language, such as de or pt-BR; {name:?} is none"
            ))
        })?;
        let listed = std::fs::read_dir(folder)
            .map_err(|e| bad(format!("the folder {shown} cannot be read: {e}; check the path")))?;
        let mut files: Vec<_> = listed
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|p| p.extension().is_some_and(|x| x == "ftl"))
            .collect();
        // The order of a folder differs from machine to machine.
        files.sort();
        if files.is_empty() {
            return Err(bad(format!(
                "the folder {shown} has no .ftl file; copy those of data/texts/en and translate them"
            )));
        }
        let mut own = bundle(&language);
        let mut there = BTreeSet::new();
        for file in &files {
            let text = read(file)?;
            add(&mut own, &file.display().to_string(), &text)?;
            there.extend(names(&text));
        }
        let known: BTreeSet<String> = ENGLISH.iter().flat_map(|(_, t)| names(t)).collect();
        // English words are said with English rules of number.
        let en = LanguageIdentifier::from_bytes(b"en").map_err(|e| bad(format!("the language en: {e}")))?;
        Ok(Self(Arc::new(Inner {
            missing: known.difference(&there).cloned().collect(),
            unknown: there.difference(&known).cloned().collect(),
            english: english(&en)?,
            consent: sheets(&folder.join("consent"), read_consent)?,
            aftercare: sheets(&folder.join("aftercare"), read_aftercare)?,
            language,
            own: Some(own),
        })))
    }
}
