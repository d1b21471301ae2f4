//! `docs/case.schema.json`: the JSON Schema of case files, for editors that complete and check TOML.

use anyhow::{Context, bail};

use crate::tree;

const FILE: &str = "docs/case.schema.json";

fn text() -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(&vellus_plan::case::schema())?;
    text.push('\n');
    Ok(text)
}

/// Writes the schema, or with `check` compares it with the committed file.
///
/// # Errors
/// When the file cannot be written, is missing, or differs.
pub(crate) fn run(check: bool) -> anyhow::Result<String> {
    let path = tree::root()?.join(FILE);
    let new = text()?;
    if !check {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, new).with_context(|| format!("writing {FILE}"))?;
        return Ok(format!("wrote {FILE}"));
    }
    let old = std::fs::read_to_string(&path)
        .with_context(|| format!("{FILE} is missing; write it with `cargo xtask schema`"))?;
    if old.replace("\r\n", "\n") != new {
        let line = old
            .lines()
            .zip(new.lines())
            .position(|(a, b)| a != b)
            .map_or_else(|| old.lines().count().min(new.lines().count()) + 1, |n| n + 1);
        bail!(
            "{FILE} is not the schema of vellus_plan::case (first difference in line {line}); write it with `cargo xtask schema`"
        );
    }
    Ok(format!("{FILE} is up to date"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        super::run(true).unwrap();
    }
}
