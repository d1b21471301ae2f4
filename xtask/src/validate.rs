//! All published numbers beside the model, kept as files.

use anyhow::{Context, bail};
use cargo_metadata::MetadataCommand;

/// Runs every row and writes `validation/rows.txt` and `validation/rows.jsonl` into the target folder.
///
/// # Errors
/// When a row cannot be run or leaves its tolerance.
pub(crate) fn run(seed: u64, quick: bool) -> anyhow::Result<String> {
    let rows = vellus_evidence::validate(&[], seed, quick)?;
    let table = vellus_evidence::table(&rows);
    let metadata = MetadataCommand::new().no_deps().exec().context("cargo metadata")?;
    let folder = metadata.target_directory.join("validation");
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {folder}"))?;
    let mut lines = String::new();
    for row in &rows {
        lines += &serde_json::to_string(row)?;
        lines.push('\n');
    }
    std::fs::write(folder.join("rows.txt"), &table)?;
    std::fs::write(folder.join("rows.jsonl"), lines)?;
    print!("{table}");
    let outside = rows.iter().filter(|r| !r.pass).count();
    if outside > 0 {
        bail!("{outside} of {} rows are outside their tolerance; see {folder}", rows.len());
    }
    Ok(format!("{} rows within tolerance; see {folder}", rows.len()))
}
