//! `vellus case`: write, check and describe case files.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use vellus_plan::case::{Case, read, template::TEMPLATE};
use vellus_plan::person::Person;
use vellus_plan::rules;

use super::{Format, system_day};
use crate::say;

/// Arguments of `vellus case`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a commented case to begin with.
    New {
        /// Where; standard output when left out. An existing file is never overwritten.
        file: Option<PathBuf>,
    },
    /// Say what a case leaves out and what would be assumed for it.
    Check {
        /// The case file.
        file: PathBuf,
        /// What is printed to standard output.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the JSON Schema of case files.
    Schema,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::New { file: None } => say::data(TEMPLATE)?,
        What::New { file: Some(path) } => {
            let mut file = std::fs::File::create_new(path).map_err(|e| match e.kind() {
                std::io::ErrorKind::AlreadyExists => say::fail(
                    format!("{} exists already", path.display()),
                    "name a new file; cases are never overwritten",
                ),
                _ => say::fail(
                    format!("cannot write {}: {e}", path.display()),
                    "choose a folder you may write to",
                ),
            })?;
            file.write_all(TEMPLATE.as_bytes())?;
            say::note(&format!(
                "Wrote {}. Fill in what you know, then: vellus case check {}",
                path.display(),
                path.display()
            ));
        }
        What::Check { file, format } => check(file, *format)?,
        What::Schema => say::data(&serde_json::to_string_pretty(&vellus_plan::case::schema())?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check(file: &std::path::Path, format: Format) -> anyhow::Result<()> {
    let case: Case = read::read(file)?;
    let mut person = Person::from_case(&case, system_day());
    // The head is part of the check: a scan that cannot be used is a wrong case.
    let folder = file.parent().unwrap_or_else(|| std::path::Path::new(""));
    let head = vellus_plan::head::build_head(&case, folder, &mut person)?;
    let hits = rules::hits(&person.conditions);
    if format == Format::Json {
        let json = serde_json::json!({
            "valid": true,
            "assumptions": person.assumptions,
            "findings": person.findings,
            "contraindications": hits,
        });
        return say::data(&serde_json::to_string_pretty(&json)?);
    }
    let mut out = String::new();
    let l = head.lengths();
    out += &format!(
        "The case is sound: {}. Head {:.0} × {:.0} mm, circumference {:.0} mm ({}).\n",
        person.stage.title(),
        l.head_length.0,
        l.head_breadth.0,
        l.head_circumference.0,
        head.source(),
    );
    for h in &hits {
        let about: Vec<&str> = h.treatments.iter().map(|t| t.title()).collect();
        let what = match h.action {
            rules::Action::Forbid => "rules out",
            rules::Action::Delay => "postpones",
            rules::Action::Doctor => "needs a doctor's word for",
        };
        out +=
            &format!("\n{} {what} {}: {} ({})\n", h.condition.title(), about.join(", "), h.reason, h.source);
    }
    if person.assumptions.is_empty() {
        out += "\nNothing had to be assumed.\n";
    } else {
        out += &format!("\n{} values are missing; this would be assumed:\n\n", person.assumptions.len());
        let key_width = person.assumptions.iter().map(|a| a.key.chars().count()).max().unwrap_or(0).min(34);
        for a in &person.assumptions {
            out += &format!("  {:<key_width$}  {}\n  {:<key_width$}    {}\n", a.key, a.value, "", a.why);
        }
    }
    if !person.findings.is_empty() {
        out += "\nWorth knowing:\n\n";
        for f in &person.findings {
            out += &format!("  · {f}\n");
        }
    }
    say::data(&out)
}
