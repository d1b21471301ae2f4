//! `vellus spin`: what a centrifuge makes of blood.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use vellus_blood::{Estimate, Preparation, Protocol, check, load_protocol, prepare};
use vellus_plan::case::read;
use vellus_plan::person::Person;

use super::{Format, system_day};
use crate::say;

/// Arguments of `vellus spin`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A case, or a bare protocol file such as those in data/protocols.
    file: PathBuf,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&args.file).map_err(|e| {
        say::fail(format!("cannot read {}: {e}", args.file.display()), "give a case or a protocol file")
    })?;
    // A case says so in its first key.
    let protocol: Protocol = if text.contains("schema_version") {
        Person::from_case(&read::parse(&text)?, system_day()).protocol
    } else {
        load_protocol(&text).with_context(|| format!("in {}", args.file.display()))?
    };
    let preparation = prepare(&protocol, args.seed)?;
    let rows = check(&protocol, args.seed)?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "title": protocol.title,
            "source": protocol.source,
            "preparation": preparation,
            "published": rows,
        }))?)?,
        Format::Text => say::data(&text_of(&protocol, &preparation, &rows))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn text_of(protocol: &Protocol, p: &Preparation, rows: &[vellus_blood::Row]) -> String {
    let mut out = format!("{}\n\n", protocol.title);
    let mut line = |what: &str, e: &Estimate, k: f64, digits: usize, unit: &str| {
        out += &format!(
            "  {what:<26} {:>9.digits$}   {:.digits$} to {:.digits$} {unit}\n",
            e.median * k,
            e.lo * k,
            e.hi * k
        );
    };
    line("platelets recovered", &p.recovery, 100.0, 0, "%");
    line("concentration over blood", &p.concentration_factor, 1.0, 1, "×");
    line("platelets", &p.platelets_per_ul, 1.0, 0, "×10³/µL");
    line("platelets in all", &p.platelets_total, 1.0, 2, "×10⁹ a tube");
    line("red cells", &p.rbc_per_ul, 1.0, 0, "×10³/µL");
    line("white cells", &p.wbc_per_ul, 1.0, 1, "×10³/µL");
    line("volume", &p.volume_ml, 1.0, 2, "mL a tube");
    out += "\n  median, then the interval that holds 80 of 100 runs\n";
    if !p.assumed.is_empty() {
        out += "\nNot stated, so widened over what is usual:\n";
        for i in &p.assumed {
            out += &format!(
                "  {:<26} {:.3} ({:.3} to {:.3}) {}\n",
                format!("{:?}", i.key),
                i.mid,
                i.lo,
                i.hi,
                i.unit
            );
        }
    }
    if !rows.is_empty() {
        out += "\nPublished beside the model:\n";
        for r in rows {
            out += &format!(
                "  {:<26} {:>9.2}   model {:.2} ({:.2} to {:.2}) {}  {}\n",
                r.what,
                r.published,
                r.model,
                r.model_lo,
                r.model_hi,
                r.unit,
                if r.pass { "within tolerance" } else { "OUTSIDE" }
            );
        }
    }
    out
}
