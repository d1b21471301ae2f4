//! `vellus validate`: published numbers beside the model.

use std::process::ExitCode;

use super::Format;
use crate::say;

/// Arguments of `vellus validate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Areas to run: hair, blood, head, pigment, light, plan; all when left out.
    area: Vec<String>,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fewer virtual people: for a quick check.
    #[arg(long)]
    quick: bool,
    /// What is printed to standard output: text, or one JSON object a row.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    for area in &args.area {
        if !vellus_evidence::AREAS.contains(&area.as_str()) {
            return Err(say::fail(
                format!("there is no area {area:?}"),
                format!("areas: {}", vellus_evidence::AREAS.join(", ")),
            ));
        }
    }
    let rows = vellus_evidence::validate(&args.area, args.seed, args.quick)?;
    match args.format {
        Format::Json => {
            let mut out = String::new();
            for row in &rows {
                out += &serde_json::to_string(row)?;
                out.push('\n');
            }
            say::data(&out)?;
        }
        Format::Text => say::data(&vellus_evidence::table(&rows))?,
    }
    let failed = rows.iter().filter(|r| !r.pass).count();
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
