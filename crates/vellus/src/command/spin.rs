//! `vellus spin`: what a centrifuge makes of blood, and what to set on it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use vellus_blood::{
    Entry, Goal, Learnt, Logbook, Preparation, Protocol, VOLUME_PER_CM2, compare, draw_limit_ml, inverse,
    load_protocol, prepare,
};
use vellus_plan::bench::{Bench, bench};
use vellus_plan::case::{BloodKeys, Contraindication, read};
use vellus_plan::person::{LEAST_HAEMOGLOBIN, Person};
use vellus_report::{bench_text, goal_text, learnt_text, tube_row};
use vellus_units::{Millilitres, ThousandsPerUl};

use super::{Format, system_day};
use crate::{aside, say};

/// Arguments of `vellus spin`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Option<Sub>,
    #[command(flatten)]
    forecast: Option<Forecast>,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// A clinic's counts: enter one, and see what they teach.
    Log(Log),
    /// The JSON Schema of protocol files.
    Schema,
    /// The centrifuge list.
    Centrifuges,
}

#[derive(Debug, clap::Args)]
struct Forecast {
    /// A case, or a bare protocol file such as those in data/protocols.
    file: PathBuf,
    /// Tubes for one session (1 to 60); from the case, else 1.
    #[arg(long)]
    tubes: Option<u32>,
    /// A CSV file of counts made with this preparation, which narrows the forecast.
    #[arg(long, value_name = "CSV", conflicts_with = "count")]
    log: Option<PathBuf>,
    /// Which spin of the log, when it holds several.
    #[arg(long, value_name = "NAME", requires = "log")]
    spin: Option<String>,
    /// Look for settings that reach this count, thousand platelets per µL.
    #[arg(long, value_name = "K_PER_UL")]
    count: Option<f64>,
    /// With --count: volume to be injected, mL. Twelve points of 0.5 mL are 6.
    #[arg(long, value_name = "ML", requires = "count", conflicts_with = "area")]
    volume: Option<f64>,
    /// With --count: area to be injected, cm², at 0.05 mL/cm² (IADVL).
    #[arg(long, value_name = "CM2", requires = "count")]
    area: Option<f64>,
    /// With --count: write the protocol with the settings found to this TOML file.
    #[arg(long, value_name = "TOML", requires = "count")]
    save: Option<PathBuf>,
    /// Body weight, kg, for the limit of the draw; from the case, else 70.
    #[arg(long, value_name = "KG")]
    weight: Option<f64>,
    /// Draw the tube over time to this SVG file.
    #[arg(long, value_name = "SVG", conflicts_with = "count")]
    plot: Option<PathBuf>,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Log {
    /// A case, or a bare protocol file: how it was spun.
    file: PathBuf,
    /// The logbook, a CSV file; it is made when it is not there.
    csv: PathBuf,
    /// Enter a preparation of this day, such as 2026-11-26.
    #[arg(long, value_name = "DATE", requires_all = ["before", "after"])]
    add: Option<String>,
    /// Platelets of the blood, thousand per µL.
    #[arg(long, value_name = "K_PER_UL", requires = "add")]
    before: Option<f64>,
    /// Platelets of the preparation, thousand per µL.
    #[arg(long, value_name = "K_PER_UL", requires = "add")]
    after: Option<f64>,
    /// Volume from one tube, mL.
    #[arg(long, value_name = "ML", requires = "add")]
    volume: Option<f64>,
    /// Haematocrit of the blood, per cent.
    #[arg(long, value_name = "PERCENT", requires = "add")]
    haematocrit: Option<f64>,
    /// Which spin, when the log holds several.
    #[arg(long, value_name = "NAME")]
    spin: Option<String>,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.verb, &args.forecast) {
        (Some(Sub::Log(log)), _) => run_log(log),
        (Some(Sub::Schema), _) => {
            say::data(&serde_json::to_string_pretty(&vellus_blood::protocol_schema())?)?;
            Ok(ExitCode::SUCCESS)
        }
        (Some(Sub::Centrifuges), _) => {
            say::data(&serde_json::to_string_pretty(&vellus_blood::centrifuges())?)?;
            Ok(ExitCode::SUCCESS)
        }
        (None, Some(forecast)) => run_forecast(forecast),
        (None, None) => Err(say::fail("no file is given", "give a case or a protocol file")),
    }
}

/// A case or a protocol file, with what belongs to it.
struct Work {
    protocol: Protocol,
    tubes: u32,
    limit: Millilitres,
    blood: BloodKeys,
    conditions: Option<Vec<Contraindication>>,
    logbook: Logbook,
}

impl Work {
    fn read(file: &Path, weight: Option<f64>, tubes: Option<u32>) -> anyhow::Result<Self> {
        if let Some(w) = weight
            && !(30.0..=300.0).contains(&w)
        {
            return Err(say::fail(
                format!("--weight {w} is outside 30 to 300 kg"),
                "the weight is in kilograms",
            ));
        }
        if let Some(n) = tubes
            && !(1..=60).contains(&n)
        {
            return Err(say::fail(format!("--tubes {n} is outside 1 to 60"), "tubes of one session"));
        }
        let bytes = std::fs::read(file).map_err(|e| {
            say::fail(format!("cannot read {}: {e}", file.display()), "give a case or a protocol file")
        })?;
        let text = String::from_utf8(bytes).map_err(|_| {
            say::fail(
                format!("{} is not a text file", file.display()),
                "give a case or a protocol file, in TOML",
            )
        })?;
        // A case says so in a key that no protocol has.
        if text.lines().any(|l| l.trim_start().starts_with("schema_version")) {
            let case = read::parse(&text)?;
            let mut person = Person::from_case(&case, system_day());
            if let Some(w) = weight {
                person.weight_kg = w;
            }
            let mut protocol = person.protocol.clone();
            if !person.label.is_empty() {
                protocol.title = format!("{} · PRP at the bench", person.label);
            }
            if case.site.prp.is_some() {
                protocol.source = String::new();
            }
            return Ok(Self {
                protocol,
                tubes: tubes.unwrap_or(person.tubes),
                limit: person.draw_limit(),
                blood: case.blood,
                conditions: case.contraindications,
                logbook: person.logbook,
            });
        }
        let protocol = load_protocol(&text).with_context(|| format!("in {}", file.display()))?;
        let b = protocol.blood;
        let healthy = b.haemoglobin.is_none_or(|h| h >= LEAST_HAEMOGLOBIN);
        if weight.is_none() {
            say::note(
                "note: no body weight is given; 70 kg and a healthy adult are taken for the limit of the draw (--weight)",
            );
        }
        Ok(Self {
            tubes: tubes.unwrap_or(1),
            limit: draw_limit_ml(weight.unwrap_or(70.0), healthy),
            blood: BloodKeys {
                platelets_k_per_ul: b.platelets.map(|p| p.0),
                haematocrit_percent: b.haematocrit.map(|h| 100.0 * h),
                haemoglobin_g_per_dl: b.haemoglobin,
                mpv_fl: b.mpv_fl,
                mpv_method: None,
                mcv_fl: b.mcv_fl,
                wbc_k_per_ul: b.wbc.map(|w| w.0),
                date: None,
            },
            conditions: None,
            logbook: Logbook::default(),
            protocol,
        })
    }

    fn bench(&self, preparation: &Preparation, counts: usize) -> anyhow::Result<Bench> {
        Ok(bench(
            &self.protocol,
            preparation,
            self.tubes,
            self.limit,
            &self.blood,
            self.conditions.as_deref(),
            counts,
        )?)
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn read_log(path: &Path) -> anyhow::Result<Logbook> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        say::fail(
            format!("cannot read {}: {e}", path.display()),
            format!("a CSV file with the columns {}", vellus_blood::LOGBOOK_COLUMNS),
        )
    })?;
    Logbook::from_csv(&text).with_context(|| format!("in {}", path.display()))
}

fn learn(work: &Work, log: &Logbook, spin: Option<&str>, seed: u64) -> anyhow::Result<Option<Learnt>> {
    let log = log.of_spin(spin)?;
    if log.entries().is_empty() { Ok(None) } else { Ok(Some(log.learn(&work.protocol, seed)?)) }
}

fn run_forecast(args: &Forecast) -> anyhow::Result<ExitCode> {
    let work = Work::read(&args.file, args.weight, args.tubes)?;
    for target in [&args.plot, &args.save].into_iter().flatten() {
        if same_file(target, &args.file) {
            return Err(say::fail(
                format!("{} is the file that is read", target.display()),
                "choose another name: nothing is written over what was given",
            ));
        }
    }
    if let Some(count) = args.count {
        return run_inverse(args, &work, count);
    }
    if work.protocol.rotor.radius_max_mm.is_none() && work.protocol.spins.iter().any(|s| s.rpm.is_some()) {
        say::note(
            "note: the speed is in revolutions per minute and the rotor's radius is not stated. Radii of 90 to 180 mm are drawn, which doubles the force. Measure from the axis to the bottom of the tube and give rotor.radius_max_mm.",
        );
    }
    let log = match &args.log {
        Some(path) => read_log(path)?,
        None => work.logbook.clone(),
    };
    if args.log.is_some() && log.entries().is_empty() {
        say::note("note: the logbook holds no counts yet");
    }
    let learnt = learn(&work, &log, args.spin.as_deref(), args.seed)?;
    let preparation = match &learnt {
        Some(l) => l.after.clone(),
        None => prepare(&work.protocol, args.seed)?,
    };
    let rows = compare(&work.protocol, &preparation);
    let card = work.bench(&preparation, learnt.as_ref().map_or(0, |l| l.entries))?;
    if let Some(target) = &args.plot {
        aside::write_file(target, tube_row(&card.picture, "tube").as_bytes())?;
        say::note(&format!("the tube over time is in {}", target.display()));
    }
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "title": work.protocol.title,
            "source": work.protocol.source,
            "tubes": work.tubes,
            "result_of": "one tube",
            "result": preparation,
            "all_tubes": {
                "platelets_total_billion": preparation.platelets_total.times(f64::from(work.tubes)),
                "volume_ml": preparation.volume_ml.times(f64::from(work.tubes)),
            },
            "classes": {
                "paw": preparation.paw(),
                "depa": preparation.depa(work.tubes),
                "leukocytes": preparation.leukocytes(),
            },
            "bench": card,
            "learnt": learnt,
            "published": rows,
        }))?)?,
        Format::Text => {
            let (width, colour) = (say::width(), say::colour_on_stdout());
            let mut text = bench_text(&card, &rows, width, colour);
            if let (Some(l), [first, .., last] | [first @ last]) = (&learnt, log.entries()) {
                text += "\n";
                text += &learnt_text(l, first.date, last.date, width, colour);
            }
            say::data(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_inverse(args: &Forecast, work: &Work, count: f64) -> anyhow::Result<ExitCode> {
    let volume = match (args.volume, args.area) {
        (Some(v), _) => v,
        (None, Some(a)) if (1.0..=1000.0).contains(&a) => a * VOLUME_PER_CM2.0,
        (None, Some(a)) => {
            return Err(say::fail(
                format!("--area {a} is outside 1 to 1000 cm²"),
                "a whole scalp is about 500 cm²",
            ));
        }
        // IADVL: 5 to 7 mL a session.
        (None, None) => 6.0,
    };
    let goal =
        Goal { count: ThousandsPerUl(count), volume_ml: Millilitres(volume), draw_limit_ml: work.limit };
    // The search of two spins takes about this many runs.
    if !work.logbook.entries().is_empty() {
        say::note("note: the search does not use the site's counts; spin what it finds, count, and enter it");
    }
    let bar = say::progress(700);
    bar.set_message("spinning");
    let done = AtomicU64::new(0);
    let found = inverse(&work.protocol, goal, args.seed, &|n| {
        bar.set_position(done.fetch_add(n, Ordering::Relaxed) + n);
    });
    bar.finish_and_clear();
    let found = found?;
    let card = bench(
        &found.protocol,
        &found.preparation,
        found.tubes,
        work.limit,
        &work.blood,
        work.conditions.as_deref(),
        0,
    )?;
    if let Some(target) = &args.save {
        let mut protocol = found.protocol.clone();
        protocol.title = format!("Settings for {count} thousand platelets per µL");
        protocol.published = None;
        aside::write_file(target, toml::to_string(&protocol)?.as_bytes())?;
        say::note(&format!("the protocol is in {}", target.display()));
    }
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&serde_json::json!({
            "goal": goal,
            "settings": found,
            "bench": card,
        }))?)?,
        Format::Text => say::data(&goal_text(&found, &card, count, say::width(), say::colour_on_stdout()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn run_log(args: &Log) -> anyhow::Result<ExitCode> {
    let work = Work::read(&args.file, None, None)?;
    let mut log = if args.csv.exists() { read_log(&args.csv)? } else { Logbook::default() };
    if let (Some(day), Some(before), Some(after)) = (&args.add, args.before, args.after) {
        let date: jiff::civil::Date = day.parse().map_err(|_| {
            say::fail(format!("--add {day:?} is not a day"), "write year-month-day, such as 2026-11-26")
        })?;
        if date > system_day() {
            return Err(say::fail(format!("{date} lies in the future"), "enter what was counted"));
        }
        let entry = Entry {
            date,
            spin: args.spin.clone(),
            platelets_before_k_per_ul: before,
            platelets_after_k_per_ul: after,
            volume_ml: args.volume,
            haematocrit_percent: args.haematocrit,
        };
        log = log.with(entry.clone())?;
        // What cannot be learnt from is not entered either.
        log.of_spin(args.spin.as_deref())?;
        let text = if args.csv.exists() { std::fs::read_to_string(&args.csv)? } else { String::new() };
        aside::write_file(&args.csv, Logbook::appended(&text, entry)?.as_bytes())?;
        say::note(&format!("entered in {}", args.csv.display()));
    }
    let used = log.of_spin(args.spin.as_deref())?;
    let learnt = used.learn(&work.protocol, args.seed)?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&learnt)?)?,
        Format::Text => {
            if let [first, .., last] | [first @ last] = used.entries() {
                say::data(&learnt_text(
                    &learnt,
                    first.date,
                    last.date,
                    say::width(),
                    say::colour_on_stdout(),
                ))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
