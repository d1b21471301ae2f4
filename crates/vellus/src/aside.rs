//! Output folders are written aside and renamed when complete, so that nothing half-written is
//! ever left under the name that was asked for.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use anyhow::Context;

use crate::say::fail;

/// File that marks a folder as one of ours, which may be replaced.
const MARKS: [&str; 4] = ["plan.json", "head.json", "smp.json", "closeups.json"];

/// Folder to remove when the program is interrupted.
static UNFINISHED: OnceLock<Mutex<Option<PathBuf>>> = OnceLock::new();

/// A folder that is being written.
#[derive(Debug)]
pub(crate) struct Aside {
    target: PathBuf,
    work: PathBuf,
    finished: bool,
}

impl Aside {
    /// Begins a folder that will be `target`.
    pub(crate) fn begin(target: &Path) -> anyhow::Result<Self> {
        let name = target
            .file_name()
            .ok_or_else(|| {
                fail(
                    format!("{} cannot be an output folder", target.display()),
                    "name a new folder, such as --out my-plan",
                )
            })?
            .to_string_lossy()
            .into_owned();
        if target.is_file() {
            return Err(fail(
                format!("the output {} is a file", target.display()),
                "name a folder with --out",
            ));
        }
        if target.is_dir()
            && !MARKS.iter().any(|m| target.join(m).is_file())
            && target.read_dir().is_ok_and(|mut d| d.next().is_some())
        {
            return Err(fail(
                format!("the output folder {} holds other files", target.display()),
                "only an empty folder or an earlier result is replaced; name another with --out",
            ));
        }
        let parent = match target.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
            _ => PathBuf::from("."),
        };
        std::fs::create_dir_all(&parent)
            .with_context(|| format!("cannot create the folder {}", parent.display()))?;
        sweep(&parent, &name);
        let work = parent.join(format!(".{name}.partial-{}", std::process::id()));
        std::fs::create_dir(&work).map_err(|e| {
            fail(
                format!("cannot write into {}: {e}", parent.display()),
                "choose a folder you may write to with --out",
            )
        })?;
        guard(&work);
        Ok(Self { target: target.to_path_buf(), work, finished: false })
    }

    /// Writes one file of the folder.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.work.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {name}"))
    }

    /// Writes one file of a folder inside the folder.
    pub(crate) fn write_in(&self, sub: &str, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let folder = self.work.join(sub);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {sub}"))?;
        std::fs::write(folder.join(name), bytes).with_context(|| format!("cannot write {sub}/{name}"))
    }

    /// Puts the folder under its name; an earlier plan there is replaced.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        let old = self.work.with_extension("old");
        let replaced = self.target.exists();
        if replaced {
            std::fs::rename(&self.target, &old)
                .with_context(|| format!("cannot replace {}", self.target.display()))?;
        }
        if let Err(e) = std::fs::rename(&self.work, &self.target) {
            if replaced {
                // Put back what was there.
                let _ = std::fs::rename(&old, &self.target);
            }
            return Err(e).with_context(|| format!("cannot create {}", self.target.display()));
        }
        self.finished = true;
        release();
        if replaced {
            let _ = std::fs::remove_dir_all(&old);
        }
        Ok(())
    }
}

/// Writes one file aside and renames it, so that it is never found half-written.
pub(crate) fn write_file(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let parent = match target.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let cannot = |e: std::io::Error| {
        fail(format!("cannot write {}: {e}", target.display()), "choose a file in a folder you may write to")
    };
    // A link is followed, not replaced; what is no plain file is left alone.
    let real = if target.exists() { target.canonicalize().map_err(cannot)? } else { target.to_path_buf() };
    let before = std::fs::metadata(&real).ok();
    if before.as_ref().is_some_and(|m| !m.is_file()) {
        return Err(fail(
            format!("cannot write {}: it is no plain file", target.display()),
            "choose the name of a file",
        ));
    }
    let parent = match real.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => parent,
    };
    if !parent.is_dir() {
        return Err(fail(
            format!("cannot write {}: there is no folder {}", target.display(), parent.display()),
            "create the folder, or choose a file in one that is there",
        ));
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Those of the file that was there, else those of any new file, of which the system takes its
        // mask off.
        use std::os::unix::fs::PermissionsExt;
        builder
            .permissions(before.map_or_else(|| std::fs::Permissions::from_mode(0o666), |m| m.permissions()));
    }
    let mut file = builder.tempfile_in(parent).map_err(cannot)?;
    std::io::Write::write_all(&mut file, bytes).map_err(cannot)?;
    file.persist(&real).map_err(|e| cannot(e.error))?;
    Ok(())
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_dir_all(&self.work);
            release();
        }
    }
}

/// Removes what a killed run has left beside the target.
fn sweep(parent: &Path, name: &str) {
    let prefix = format!(".{name}.partial-");
    let Ok(entries) = parent.read_dir() else { return };
    for entry in entries.flatten() {
        let file = entry.file_name();
        let Some(rest) = file.to_str().and_then(|f| f.strip_prefix(&prefix)) else { continue };
        let pid = rest.split('.').next().unwrap_or(rest);
        // Another run may be writing at this moment: only what no living process owns is swept.
        let alive = Path::new("/proc").is_dir() && Path::new("/proc").join(pid).exists();
        if !alive {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn guard(work: &Path) {
    let slot = UNFINISHED.get_or_init(|| {
        // Without the handler an interrupt would only leave a hidden folder that the next run sweeps.
        let _ = ctrlc::set_handler(|| {
            if let Some(slot) = UNFINISHED.get()
                && let Ok(guard) = slot.lock()
                && let Some(path) = guard.as_ref()
            {
                let _ = std::fs::remove_dir_all(path);
            }
            crate::say::note("\ninterrupted; nothing was written");
            std::process::exit(1);
        });
        Mutex::new(None)
    });
    if let Ok(mut guard) = slot.lock() {
        *guard = Some(work.to_path_buf());
    }
}

fn release() {
    if let Some(slot) = UNFINISHED.get()
        && let Ok(mut guard) = slot.lock()
    {
        *guard = None;
    }
}
