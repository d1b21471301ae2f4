//! `vellus study`: a trial on virtual patients.

use std::path::PathBuf;
use std::process::ExitCode;

use vellus_evidence::Row;
use vellus_evidence::study::run::{described, result_names};
use vellus_evidence::study::{self, Effort, Outcome, Study};
use vellus_report::{CourseLine, courses};

use super::Format;
use crate::aside::write_file;
use crate::say;

/// Arguments of `vellus study`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The study file (TOML); docs/studies.md describes it, data/studies holds examples.
    #[arg(required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Print the JSON Schema of study files.
    #[arg(long)]
    schema: bool,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fewer virtual patients and models: for a quick look.
    #[arg(long)]
    quick: bool,
    /// Virtual patients, in place of what the file says.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(10..=50_000))]
    patients: Option<u64>,
    /// Models drawn for the model's own uncertainty; 0 for none.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=200))]
    models: Option<u64>,
    /// Power of the comparison of every two arms for these numbers of people, such as 20,40,80.
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(2..=5000))]
    power: Vec<u64>,
    /// Result that power and plot are about; by default the first one.
    #[arg(long, value_name = "RESULT")]
    result: Option<String>,
    /// Draw the change over the weeks of each arm into this file (SVG).
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// What is printed to standard output: text, or one JSON object a row.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.schema {
        say::data(&serde_json::to_string_pretty(&vellus_evidence::study::schema())?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(path) = &args.file else {
        return Err(say::fail("no study file was given", "vellus study FILE.toml"));
    };
    let bytes = std::fs::read(path).map_err(|e| {
        say::fail(
            format!("cannot read {}: {e}", path.display()),
            "give a study file such as data/studies/c07_kaufman_1998.toml",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        say::fail(format!("{} is not text in UTF-8", path.display()), "a study is a TOML file")
    })?;
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut study = Study::parse(&name, &text)?;
    if let Some(n) = args.patients {
        study.enrol.patients = Some(n as usize);
    }
    let mut effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    if let Some(k) = args.models {
        effort.models = k as usize;
    }
    let outcome = study::run(&name, &study, args.seed, effort)?;
    let shown = shown_result(args, &study, &outcome)?;
    let ns: Vec<usize> = args.power.iter().map(|n| *n as usize).collect();
    let power =
        if ns.is_empty() { Vec::new() } else { study::power(&study, &outcome, &shown, &ns, args.seed) };
    match args.format {
        Format::Text => say::data(&study::text(&study, &outcome, &power))?,
        Format::Json => say::data(&json(&study, &outcome, &power)?)?,
    }
    if let Some(file) = &args.plot {
        write_file(file, plot(&study, &outcome, &shown).as_bytes())?;
        say::note(&format!("Wrote {}", file.display()));
    }
    let missed = outcome.rows.iter().any(|r| !r.pass);
    Ok(if missed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn shown_result(args: &Args, study: &Study, outcome: &Outcome) -> anyhow::Result<String> {
    let have: Vec<&str> = outcome.results.iter().map(|r| r.result).collect();
    if let Some(r) = &args.result {
        if have.contains(&r.as_str()) {
            return Ok(r.clone());
        }
        let why = if result_names().contains(&r.as_str()) {
            "name its instrument in measure.instruments of the study"
        } else {
            "results are listed in docs/studies.md"
        };
        return Err(say::fail(format!("the study does not give {r:?}"), why));
    }
    let first = study.published.iter().map(|p| p.result.as_str()).find(|r| have.contains(r));
    Ok(first.or(have.first().copied()).unwrap_or_default().to_owned())
}

/// Published rows, or, where nothing was published, every arm and pair of arms as rows; then powers.
fn json(study: &Study, outcome: &Outcome, power: &[study::Power]) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut rows: Vec<Row> = outcome.rows.clone();
    if rows.is_empty() {
        rows = outcome.results.iter().map(|r| unpublished(study, r)).collect();
    }
    for r in &rows {
        out += &serde_json::to_string(r)?;
        out.push('\n');
    }
    for p in power {
        let line = serde_json::json!({
            "id": study.id,
            "area": "hair",
            "what": format!("power: {} against {}, {}", p.arms[0], p.arms[1], described(p.result).0),
            "result": p.result,
            "mechanism": p.mechanism.map(|m| m.title()),
            "difference": p.difference,
            "sd": p.sd,
            "power_by_n": p.by_n,
            "n_for_80_percent": p.for_80_percent,
        });
        out += &serde_json::to_string(&line)?;
        out.push('\n');
    }
    Ok(out)
}

fn unpublished(study: &Study, r: &study::ArmResult) -> Row {
    let (words, unit) = described(r.result);
    let (model_lo, model_hi) = r.change.interval();
    let versus = r.versus.as_ref().map(|v| format!(" less {v}")).unwrap_or_default();
    Row {
        id: study.id.clone(),
        area: "hair".into(),
        what: if r.result.starts_with("fates_") {
            format!("{}{versus}: {words}", r.arm)
        } else {
            format!("{}{versus}: change of {words}, week {}", r.arm, r.week)
        },
        unit: unit.into(),
        published: f64::NAN,
        lo: f64::NAN,
        hi: f64::NAN,
        model: r.change.value,
        model_lo,
        model_hi,
        pass: true,
        split: study.split.title().into(),
        source: study.source.clone(),
        mechanism: r.mechanism.map(|m| m.title().into()),
        note: None,
    }
}

fn plot(study: &Study, outcome: &Outcome, result: &str) -> String {
    let (words, unit) = described(result);
    let mut lines: Vec<CourseLine> = Vec::new();
    for r in outcome.results.iter().filter(|r| r.result == result && r.versus.is_none()) {
        let label = match r.mechanism {
            // Without PRP an arm is the same under both mechanisms.
            Some(m) if has_prp(study, &r.arm) => format!("{} ({})", r.arm, m.title()),
            _ => r.arm.clone(),
        };
        let at = lines.iter().position(|l| l.label == label).unwrap_or_else(|| {
            lines.push(CourseLine {
                label: label.clone(),
                weeks: vec![0.0],
                mean: vec![0.0],
                lo: vec![0.0],
                hi: vec![0.0],
                published: published(study, &r.arm, result),
            });
            lines.len() - 1
        });
        let line = &mut lines[at];
        if line.weeks.contains(&r.week) {
            continue;
        }
        let (lo, hi) = r.change.interval();
        line.weeks.push(r.week);
        line.mean.push(r.change.value);
        line.lo.push(lo);
        line.hi.push(hi);
    }
    let unit = if unit.is_empty() { words.to_owned() } else { format!("change of {words}, {unit}") };
    courses(&study.title, &unit, &lines)
}

fn has_prp(study: &Study, arm: &str) -> bool {
    study.arms.iter().any(|a| a.name == arm && a.treatments.iter().any(|t| t.give == "prp"))
}

fn published(study: &Study, arm: &str, result: &str) -> Vec<(f64, f64, f64, f64)> {
    use vellus_evidence::study::file::As;
    study
        .published
        .iter()
        .filter(|p| {
            p.result == result
                && p.versus.is_none()
                && p.reading == As::Change
                && p.arm.as_deref().is_none_or(|a| a == arm)
        })
        .filter_map(|p| {
            let v = p.value?;
            let [lo, hi] = p.ci95.unwrap_or_else(|| {
                let half = p.se.map(|s| 1.96 * s).or(p.tolerance).unwrap_or(f64::NAN);
                [v - half, v + half]
            });
            Some((p.week, v, lo, hi))
        })
        .collect()
}
