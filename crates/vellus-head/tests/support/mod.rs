//! What several test files share.
#![allow(dead_code, missing_docs)]

pub(crate) mod voxels;

use std::path::PathBuf;

/// The folder of test heads beside the repository; `None` (and a word about it) without.
// A skipped test says so.
#[allow(clippy::print_stderr)]
pub(crate) fn heads() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/heads");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no real heads at {}", path.display());
    None
}
