//! All published numbers beside the model, kept as files.

use anyhow::{Context, bail};
use cargo_metadata::MetadataCommand;
use vellus_evidence::Row;
use vellus_report::{ForestRow, forest};

/// Runs every row and writes `validation/rows.txt`, `validation/rows.jsonl` and a forest plot for each
/// area, `validation/AREA.svg`, into the target folder.
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
    for area in vellus_evidence::AREAS {
        let of: Vec<ForestRow> = rows.iter().filter(|r| r.area == area).map(drawn).collect();
        if !of.is_empty() {
            let title = format!("{}: what was published beside the model", capital(area));
            std::fs::write(folder.join(format!("{area}.svg")), forest(&of, &title))?;
        }
    }
    print!("{table}");
    let outside = rows.iter().filter(|r| !r.pass).count();
    if outside > 0 {
        bail!("{outside} of {} rows are outside their tolerance; see {folder}", rows.len());
    }
    Ok(format!("{} rows within tolerance; see {folder}", rows.len()))
}

fn drawn(r: &Row) -> ForestRow {
    let mechanism = r.mechanism.as_ref().map(|m| format!(" ({m})")).unwrap_or_default();
    ForestRow {
        id: r.id.clone(),
        what: format!("{}{mechanism}", r.what),
        unit: r.unit.clone(),
        published: r.published,
        lo: r.lo,
        hi: r.hi,
        model: r.model,
        model_lo: r.model_lo,
        model_hi: r.model_hi,
        pass: r.pass,
        split: r.split.clone(),
        source: r.source.clone(),
    }
}

fn capital(word: &str) -> String {
    let mut c = word.chars();
    c.next().map_or_else(String::new, |f| f.to_uppercase().chain(c).collect())
}
