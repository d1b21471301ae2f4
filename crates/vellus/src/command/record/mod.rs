//! `vellus record`: versions of a plan, approvals, what was really done, and what follows from it.

mod deliver;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use jiff::civil::Date;
use vellus_plan::case::read;
use vellus_plan::record::{self, Deliveries, Record, replan};
use vellus_report::plan_json;

use super::{Format, planning, system_day};
use crate::say;

/// Arguments of `vellus record`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Everything that is recorded of a case.
    Show(Show),
    /// Add a plan as a new version, which nobody has approved yet.
    AddPlan(AddPlan),
    /// Approve a version, or withdraw an approval.
    Approve(Approve),
    /// Record what was really done or measured.
    Deliver(deliver::Args),
    /// Record a note.
    Note(Note),
    /// What was prescribed beside what was delivered, and what was measured beside its forecast.
    Compare(Compare),
    /// Plan anew from what was really done and measured, and say what that changes.
    Replan(Replan),
    /// Print the JSON Schema of a file of deliveries.
    Schema,
}

#[derive(Debug, clap::Args)]
struct Show {
    /// The case file; its record is the folder of the same name that ends in `.record`.
    case: PathBuf,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct AddPlan {
    /// The case file.
    case: PathBuf,
    /// The plan; by default `plan/plan.json` beside the case.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// The strategy that was agreed on; by default the leading one.
    #[arg(long, value_name = "NAME")]
    choose: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Approve {
    /// The case file.
    case: PathBuf,
    /// Which version; the last by default (of a withdrawal the one in force).
    #[arg(long = "of", value_name = "N")]
    of: Option<u32>,
    /// Who.
    #[arg(long)]
    by: String,
    /// As what, such as "doctor".
    #[arg(long, required_unless_present = "withdraw", default_value = "")]
    role: String,
    /// On which day; today by default.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Take the approval back.
    #[arg(long, requires = "reason")]
    withdraw: bool,
    /// Why it is taken back.
    #[arg(long, requires = "withdraw", default_value = "")]
    reason: String,
}

#[derive(Debug, clap::Args)]
struct Note {
    /// The case file.
    case: PathBuf,
    /// The note.
    text: String,
    /// By whom.
    #[arg(long)]
    by: Option<String>,
    /// On which day; today by default.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

#[derive(Debug, clap::Args)]
struct Compare {
    /// The case file.
    case: PathBuf,
    /// Which version; the one in force by default: the latest that is approved, else the latest.
    #[arg(long = "of", value_name = "N")]
    of: Option<u32>,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Replan {
    /// The case file.
    case: PathBuf,
    /// From which day to plan; today by default.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The stage as examined now, such as "norwood_4".
    #[arg(long)]
    stage: Option<String>,
    /// A strategy of your own that the earlier plan had, as a TOML file (repeatable).
    #[arg(long = "strategy", value_name = "FILE")]
    own: Vec<PathBuf>,
    /// Keep the new plan as a new version, which nobody has approved.
    #[arg(long)]
    keep: bool,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.what {
        What::Show(a) => show(a)?,
        What::AddPlan(a) => add_plan(a)?,
        What::Approve(a) => approve(a)?,
        What::Deliver(a) => deliver::run(a)?,
        What::Note(a) => {
            open(&a.case)?.note(&a.text, a.by.as_deref(), a.on.unwrap_or_else(system_day))?;
            say::note("noted");
        }
        What::Compare(a) => compare(a)?,
        What::Replan(a) => plan_anew(a)?,
        What::Schema => say::data(&serde_json::to_string_pretty(&Deliveries::schema())?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the record of a case and tells of a line that was never finished.
fn open(case: &Path) -> anyhow::Result<Record> {
    if !case.is_file() {
        return Err(say::fail(
            format!("there is no case {}", case.display()),
            "name the case file; its record lies beside it",
        ));
    }
    let record = Record::open(case)?;
    if let Some(torn) = record.torn() {
        say::note(&format!(
            "The last line of the record, {}, was never finished ({} characters). The entries before it are whole; the next entry takes its place, and what is there of it is kept as torn_{}.txt.",
            torn.line,
            torn.text.chars().count(),
            torn.line
        ));
    }
    Ok(record)
}

fn show(args: &Show) -> anyhow::Result<()> {
    let record = open(&args.case)?;
    match args.format {
        Format::Json => {
            let mut out = String::new();
            for e in record.entries() {
                out += &serde_json::to_string(e)?;
                out.push('\n');
            }
            say::data(&out)
        }
        Format::Text => say::data(&words::show(&record)),
    }
}

fn add_plan(args: &AddPlan) -> anyhow::Result<()> {
    let mut record = open(&args.case)?;
    let case_text = std::fs::read_to_string(&args.case).context("reading the case")?;
    read::parse(&case_text)?;
    let file = args
        .plan
        .clone()
        .unwrap_or_else(|| args.case.parent().unwrap_or(Path::new("")).join("plan").join("plan.json"));
    let plan_text = std::fs::read_to_string(&file).map_err(|e| {
        say::fail(
            format!("cannot read the plan {}: {e}", file.display()),
            "`vellus plan CASE` makes it; --plan names another place",
        )
    })?;
    let v = record.add_plan(&plan_text, &case_text, args.choose.as_deref(), system_day())?;
    say::data(&format!("version {}: {} (not approved)\n", v.version, v.chosen))
}

fn approve(args: &Approve) -> anyhow::Result<()> {
    let mut record = open(&args.case)?;
    let on = args.on.unwrap_or_else(system_day);
    if on > system_day() {
        return Err(say::fail(format!("{on} lies in the future"), "an approval is of today or earlier"));
    }
    if args.withdraw {
        let w = record.withdraw(args.of, &args.by, &args.reason, on)?;
        return say::data(&format!("version {} is no longer approved\n", w.version));
    }
    let a = record.approve(args.of, &args.by, &args.role, on)?;
    say::data(&format!("version {} approved by {} ({}) on {}\n", a.version, a.by, a.role, a.on))
}

fn compare(args: &Compare) -> anyhow::Result<()> {
    let record = open(&args.case)?;
    let version = match args.of {
        Some(_) => record.version(args.of)?,
        None => match record.in_force() {
            Some(v) => v,
            None => record.version(None)?,
        },
    };
    let plan = record.plan(version)?;
    let c = record::compare(version, &plan, &record.delivered(), system_day())?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&c)?),
        Format::Text => say::data(&words::compare(&c)),
    }
}

fn plan_anew(args: &Replan) -> anyhow::Result<()> {
    let mut record = open(&args.case)?;
    let today = args.on.unwrap_or_else(system_day);
    if today > system_day() {
        return Err(say::fail(format!("{today} lies in the future"), "plan from today or an earlier day"));
    }
    let stage = match &args.stage {
        Some(text) => Some(serde_json::from_value(text.clone().into()).map_err(|_| {
            say::fail(
                format!("there is no stage {text:?}"),
                "stages are those of the case: norwood_4, ludwig_2",
            )
        })?),
        None => None,
    };
    let strategies = planning::strategies(&args.own)?;
    let bar = say::progress(strategies.len() as u64 + 1);
    let ask = replan::Ask { today, stage, strategies, keep: args.keep };
    let new = record::replan(&record, &ask, &mut |what| {
        bar.set_message(what.to_owned());
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&new.changes)?)?,
        Format::Text => say::data(&words::changes(&new.changes))?,
    }
    if args.keep {
        let v = record.add_plan(&plan_json(&new.planned.plan)?, &new.case_text, None, system_day())?;
        say::note(&format!("kept as version {}, not approved", v.version));
    } else {
        say::note("not kept; --keep makes it a new version");
    }
    Ok(())
}
