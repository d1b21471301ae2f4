//! `vellus grow`: a person's hair before and after what was measured.

use std::path::PathBuf;
use std::process::ExitCode;

use vellus_plan::case::read;
use vellus_plan::forecast::{Effort, thousands};
use vellus_plan::grow::{Grown, grow};
use vellus_plan::outcome::Band;
use vellus_plan::subject::zone_name;
use vellus_report::{CourseLine, courses};

use super::{Format, system_day};
use crate::aside::write_file;
use crate::say;

/// Arguments of `vellus grow`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The case file (TOML).
    case: PathBuf,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Coarser sampling: for a quick look.
    #[arg(long)]
    quick: bool,
    /// Draw the thinnest zone's course before and after the measurements into this file (SVG).
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let case = read::read(&args.case)?;
    let folder = args.case.parent().map(PathBuf::from).unwrap_or_default();
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let grown = grow(&case, &folder, system_day(), args.seed, effort)?;
    match args.format {
        Format::Json => say::data(&serde_json::to_string_pretty(&grown)?)?,
        Format::Text => say::data(&text(&grown))?,
    }
    if let Some(file) = &args.plot {
        write_file(file, plot(&grown).as_bytes())?;
        say::note(&format!("Wrote {}", file.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn band(b: &Band) -> String {
    format!("{:.0} ({:.0}–{:.0})", b.median, b.lo, b.hi)
}

fn text(g: &Grown) -> String {
    let mut out = format!("{}\n{}\n", g.label, g.person);
    if !g.ongoing.is_empty() {
        out += &format!("Goes on: {}\n", g.ongoing.join(", "));
    }
    out += "\nWhat is believed                      before            after\n";
    for b in &g.beliefs {
        let show = |[m, s]: [f64; 2]| format!("{m:.2} ± {s:.2}");
        out += &format!("  {:<34}  {:<16}  {:<16}  {}\n", b.what, show(b.prior), show(b.posterior), b.unit);
    }
    if g.weighed.is_empty() {
        out += "\nNothing was measured: before and after are the same.\n";
    } else {
        out +=
            &format!("\nWhat was measured{:>40}{:>19}{:>20}\n", "value ± sd", "before, 80 %", "after, 80 %");
        for w in &g.weighed {
            let k = if w.quantity == "anagen_share" { 100.0 } else { 1.0 };
            let scaled = |b: &Band| band(&Band { lo: k * b.lo, median: k * b.median, hi: k * b.hi });
            let what = match w.quantity.as_str() {
                "terminal_per_cm2" => "terminal hairs per cm²",
                "total_per_cm2" => "hairs per cm²",
                "calibre_um" => "calibre, µm",
                _ => "in anagen, %",
            };
            out += &format!(
                "  {}  {:<42}  {:>11}  {:>17}  {:>18}{}\n",
                w.date,
                format!("{what}, {}", zone_name(w.zone)),
                format!("{:.0} ± {:.0}", k * w.measured, k * w.sd),
                scaled(&w.prior),
                scaled(&w.posterior),
                if w.within_reach { "" } else { "  out of reach" }
            );
        }
        out += &format!(
            "  {} possible responses were weighed; they tell as much as {:.0} equal ones.\n",
            thousands(g.candidates),
            g.effective
        );
    }
    out += "\nTerminal hairs per cm² if nothing new is done (median, 80 %)\n";
    out += &format!("  {:<22}", "");
    for y in &g.years {
        out += &format!("{:<18}", if *y == 0.0 { "today".into() } else { format!("in {y:.0} y") });
    }
    out.push('\n');
    for z in &g.zones {
        let line = |name: &str, bands: &[Band]| {
            let cells: String = bands.iter().map(|b| format!("{:<18}", band(b))).collect();
            format!("  {name:<22}{}\n", cells.trim_end())
        };
        if !g.weighed.is_empty() {
            out += &line(zone_name(z.zone), &z.prior).replacen(
                zone_name(z.zone),
                &format!("{} ·", zone_name(z.zone)),
                0,
            );
            out += &line("  after measuring", &z.posterior);
        } else {
            out += &line(zone_name(z.zone), &z.posterior);
        }
    }
    out += "\nThe whole head, median course\n";
    out += &format!(
        "  {:<8}{:>9}{:>10}{:>8}{:>9}{:>9}{:>9}{:>7}  {}\n",
        "", "hairs", "terminal", "anagen", "kenogen", "lost", "shed/day", "grey", "stage read back"
    );
    for h in &g.head {
        let number = h.stage_number.map(|n| format!(" ({n:.1})")).unwrap_or_default();
        out += &format!(
            "  {:<8}{:>9}{:>10}{:>6.0} %{:>7.1} %{:>9}{:>9.0}{:>5.0} %  {}{number}\n",
            if h.year == 0.0 { "today".into() } else { format!("{:.0} y", h.year) },
            thousands(h.hairs.round() as usize),
            thousands(h.terminal.round() as usize),
            100.0 * h.anagen_share,
            100.0 * h.kenogen_share,
            thousands(h.regressed.round() as usize),
            h.shed_per_day,
            100.0 * h.grey_share,
            h.stage_read,
        );
    }
    if !g.findings.is_empty() {
        out += "\nWorth knowing:\n\n";
        for f in &g.findings {
            out += &format!("  · {f}\n");
        }
    }
    out
}

fn plot(g: &Grown) -> String {
    let Some(zone) = g.zones.first() else {
        return courses(&g.label, "terminal hairs per cm²", &[]);
    };
    let weeks: Vec<f64> = g.years.iter().map(|y| y * 365.25 / 7.0).collect();
    let line = |label: &str, bands: &[Band]| CourseLine {
        label: label.into(),
        weeks: weeks.clone(),
        mean: bands.iter().map(|b| b.median).collect(),
        lo: bands.iter().map(|b| b.lo).collect(),
        hi: bands.iter().map(|b| b.hi).collect(),
        published: Vec::new(),
    };
    courses(
        &format!("{}: {} without new treatment", g.label, zone_name(zone.zone)),
        "terminal hairs per cm²",
        &[line("before measuring", &zone.prior), line("after measuring", &zone.posterior)],
    )
}
