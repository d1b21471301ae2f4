//! The table of pigment dots, traced anew.

use std::path::Path;

use anyhow::Context;
use vellus_units::random::Key;

/// Traces the dots of the table and writes it. The same paths give the same bytes.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn run(out: &Path, paths: u64) -> anyhow::Result<String> {
    let bytes = vellus_light::dot::bake(paths, Key::new(1, 0), |share| {
        eprintln!("dots: {:.0} %", 100.0 * share);
    });
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    }
    std::fs::write(out, &bytes).with_context(|| format!("writing {}", out.display()))?;
    Ok(format!("wrote {} ({} bytes)", out.display(), bytes.len()))
}
