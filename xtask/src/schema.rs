//! The JSON Schemas of case and protocol files in `docs/`, for editors that complete and check TOML.

use anyhow::{Context, bail};

use crate::tree;

fn files() -> anyhow::Result<[(&'static str, String); 5]> {
    let text = |schema| -> anyhow::Result<String> { Ok(serde_json::to_string_pretty(&schema)? + "\n") };
    Ok([
        ("docs/case.schema.json", text(vellus_plan::case::schema())?),
        ("docs/protocol.schema.json", text(vellus_blood::protocol_schema())?),
        ("docs/delivered.schema.json", text(vellus_plan::record::Deliveries::schema())?),
        ("docs/closeup.schema.json", text(vellus_light::closeup::CloseUpSpec::schema())?),
        ("docs/closeup-truth.schema.json", text(vellus_light::closeup::Truth::schema())?),
    ])
}

/// Writes the schemas, or with `check` compares them with the committed files.
///
/// # Errors
/// When a file cannot be written, is missing, or differs.
pub(crate) fn run(check: bool) -> anyhow::Result<String> {
    let files = files()?;
    for (name, new) in &files {
        let path = tree::root()?.join(name);
        if !check {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&path, new).with_context(|| format!("writing {name}"))?;
            continue;
        }
        let old = std::fs::read_to_string(&path)
            .with_context(|| format!("{name} is missing; write it with `cargo xtask schema`"))?;
        if old.replace("\r\n", "\n") != *new {
            let line = old
                .lines()
                .zip(new.lines())
                .position(|(a, b)| a != b)
                .map_or_else(|| old.lines().count().min(new.lines().count()) + 1, |n| n + 1);
            bail!(
                "{name} is not the schema of its types (first difference in line {line}); write it with `cargo xtask schema`"
            );
        }
    }
    let names = files.map(|f| f.0).join(", ");
    Ok(if check { format!("{names} are up to date") } else { format!("wrote {names}") })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_that_of_the_types() {
        super::run(true).unwrap();
    }
}
