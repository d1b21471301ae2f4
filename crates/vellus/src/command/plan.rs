//! `vellus plan`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use vellus_pigment::{dots_csv, dots_ply};
use vellus_plan::Plan;
use vellus_plan::optimise::Search;
use vellus_plan::record::{self, Approval, Record, RecordError};
use vellus_plan::smp_card::smp_card;
use vellus_plan::smp_stop::SmpStop;
use vellus_plan::strategy::Strategy;
use vellus_plan::visit::{Visit, visits};
use vellus_report::pictures::{Sizes, draw};
use vellus_report::{
    Delivered, FhirRecord, PaperSpec, PictureSet, Texts, area_of_two, bench_page_in, calendar_ics,
    consent_page_in, fhir_bundle, indicator_text, injections_csv, page_in, plan_json, report_pdf, smp_page,
    smp_stop_page, summary_text, supply_csv, tube_row,
};

use super::planning::{self, pictures_on};
use super::{Format, system_day};
use crate::aside::Aside;
use crate::say;

/// Arguments of `vellus plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The case file (TOML); `vellus case new` writes one.
    case: PathBuf,
    /// Folder for the report and its files; it must be empty, new or an earlier plan. By default
    /// `plan` beside the case.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Seed of all random numbers: same case, seed and version, same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A quick look: smaller pictures and coarser sampling.
    #[arg(long)]
    quick: bool,
    /// Only the indicators of every strategy, printed: no dots, no pictures, no folder.
    #[arg(long, conflicts_with = "out")]
    indicators: bool,
    /// Search the plan that comes nearest to the goals within the budget: drugs, PRP, transplant, timing, zones,
    /// density, shade and touch-ups of SMP. Adds the strategy "fitted" and writes fitted.toml.
    #[arg(long)]
    optimise: bool,
    /// Plan only these strategies, by name (repeatable).
    #[arg(long = "only", value_name = "NAME")]
    only: Vec<String>,
    /// A strategy of your own, as a TOML file (repeatable).
    #[arg(long = "strategy", value_name = "FILE")]
    own: Vec<PathBuf>,
    /// Also write the density–area histograms of two plans beside each other, by name: how much of each zone looks
    /// how dense, today, when done, and after one, five and ten years.
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', conflicts_with = "indicators")]
    histogram: Vec<String>,
    /// A folder of translated texts, named by its language; what it lacks is said in English.
    #[arg(long, value_name = "FOLDER")]
    texts: Option<PathBuf>,
    /// Threads; by default as many as the machine has.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// What is printed to standard output.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(n) = args.threads {
        if n == 0 || n > 1024 {
            return Err(say::fail(
                format!("--threads {n} is not possible; allowed: 1 to 1024"),
                "leave it out to use all",
            ));
        }
        rayon_threads(n)?;
    }
    let texts = args.texts.as_deref().map_or_else(Texts::english, Texts::from_folder)?;
    if let Some(first) = texts.missing().first() {
        say::note(&format!(
            "The texts lack {} messages, which are said in English; the first is {first}.",
            texts.missing().len()
        ));
    }
    let opened = planning::open(&args.case, args.out.as_deref(), "plan")?;
    let mut strategies = planning::strategies(&args.own)?;
    if !args.only.is_empty() {
        all_known(&strategies, &args.only)?;
        strategies.retain(|s| args.only.contains(&s.id));
    }
    if !args.histogram.is_empty() {
        if args.histogram.len() != 2 {
            return Err(say::fail(
                format!("--histogram takes two plans, not {}", args.histogram.len()),
                "as in --histogram tandem,smp_now",
            ));
        }
        all_known(&strategies, &args.histogram)?;
    }
    let search = args.optimise.then_some(if args.quick { Search::QUICK } else { Search::FULL });
    if args.indicators {
        let bar = say::progress(strategies.len() as u64 + 1);
        let planned = opened.make(strategies, args.seed, args.quick, false, search, &bar)?;
        bar.finish_and_clear();
        match args.format {
            Format::Json => say::data(&plan_json(&planned.plan)?)?,
            Format::Text => {
                say::data(&indicator_text(&planned.plan, say::width(), say::colour_on_stdout()))?;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let folder_out = Aside::begin(&opened.out)?;

    let bar = say::progress(strategies.len() as u64 + 1);
    let lays_dots = strategies.iter().any(Strategy::uses_smp);
    let mut planned = opened.make(strategies, args.seed, args.quick, true, search, &bar)?;
    let plan_text = plan_json(&planned.plan)?;
    let recorded = recorded(&args.case, &planned.plan, &plan_text);
    if let Some(r) = &recorded {
        planned.plan.lead_with(&r.chosen);
    }
    bar.set_position(0);
    let sizes = if args.quick { Sizes::QUICK } else { Sizes::FULL };
    let pictures = draw(&planned, &sizes, &mut pictures_on(&bar))?;
    bar.finish_and_clear();

    let plan = &planned.plan;
    let leading = &plan.comparison.leading;
    let place = plan.strategies.iter().position(|s| s.id == *leading).unwrap_or(0);
    let dots = &planned.courses[place].dots;
    folder_out.write("report.html", page_in(plan, &pictures, &texts)?.as_bytes())?;
    if let Some(found) = plan.found.as_ref().filter(|f| !f.built_in) {
        let text = toml::to_string(&found.strategy).context("writing the strategy that was found")?;
        folder_out.write("fitted.toml", text.as_bytes())?;
    }
    folder_out.write("plan.json", plan_text.as_bytes())?;
    if let [a, b] = args.histogram.as_slice() {
        match area_of_two(plan, [a, b]) {
            Ok(svg) => folder_out.write(&format!("density_area_{a}_{b}.svg"), svg.as_bytes())?,
            // It may be left out for this person: the reason stands in the report.
            Err(e) => say::note(&format!("No histogram: {e}")),
        }
    }
    folder_out.write("dots.csv", &dots_csv(dots, plan.today)?)?;
    folder_out.write("dots.ply", &dots_ply(dots, plan.today)?)?;
    let at_the_chair = smp_card(&planned, place)?;
    let approval = recorded.as_ref().and_then(|r| r.approval.clone());
    let paper = PaperSpec { smp: at_the_chair.as_ref(), approval: approval.as_ref(), ..PaperSpec::default() };
    folder_out.write("report.pdf", &report_pdf(plan, &pictures, &texts, &paper)?)?;
    if let Some(card) = &at_the_chair {
        // Without pictures: those of the plan are in the report.
        folder_out.write("smp.html", smp_page(card, &PictureSet::default())?.as_bytes())?;
        folder_out.write("supplies.csv", &supply_csv(card)?)?;
    } else if let Some(stop) = SmpStop::of(&planned.subject.person).filter(|_| lays_dots) {
        folder_out.write("smp.html", smp_stop_page(&stop)?.as_bytes())?;
    }
    if let Some(html) = consent_page_in(plan, leading, &texts)? {
        folder_out.write("consent.html", html.as_bytes())?;
    }
    if let Some(html) = bench_page_in(plan, &texts)? {
        folder_out.write("prp.html", html.as_bytes())?;
    }
    if let Some(prp) = plan.bench_strategy().and_then(|s| s.prp.as_ref()) {
        folder_out.write("injections.csv", &injections_csv(&prp.injection)?)?;
    }
    if let Some(bench) = &plan.bench {
        folder_out.write("tube.svg", tube_row(&bench.picture, "tube").as_bytes())?;
    }
    let person = &planned.subject.person;
    let (counted, delivered) =
        recorded.as_ref().map(|r| (r.counted.as_slice(), r.delivered.as_slice())).unwrap_or_default();
    let readings: Vec<Visit> = person.visits.iter().chain(counted).cloned().collect();
    let record = FhirRecord {
        sex: Some(person.sex),
        age_years: Some(person.age_years),
        readings: &readings,
        delivered,
        approval: approval.clone(),
        ..FhirRecord::default()
    };
    folder_out.write("fhir.json", fhir_bundle(plan, leading, &record)?.as_bytes())?;
    folder_out.write("calendar.ics", calendar_ics(plan, leading)?.as_bytes())?;
    for p in pictures.sheets.iter().chain(&pictures.lead).chain(&pictures.close_ups) {
        let strategy = if p.strategy.is_empty() { "shared" } else { &p.strategy };
        folder_out.write_in(
            "pictures",
            &format!("{strategy}-{}-{}-{}.jpg", p.view, p.moment, p.width),
            &p.bytes,
        )?;
    }
    folder_out.finish()?;
    match args.format {
        Format::Json => say::data(&plan_text)?,
        Format::Text => {
            say::data(&summary_text(&planned.plan, say::width(), say::colour_on_stdout()))?;
            say::note(&format!("Read the report: {}", opened.out.join("report.html").display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What the record of the case says of this very plan.
struct Recorded {
    /// The strategy that was agreed on.
    chosen: String,
    approval: Option<Approval>,
    delivered: Vec<Delivered>,
    counted: Vec<Visit>,
}

/// Looks for a plan in the record beside its case. A record that cannot be read stops no plan: it is told.
fn recorded(case: &Path, plan: &Plan, plan_text: &str) -> Option<Recorded> {
    if !record::folder_of(case).is_dir() {
        return None;
    }
    let read = || -> Result<Option<Recorded>, RecordError> {
        let record = Record::open(case)?;
        let Some(version) = record.version_of(plan_text) else {
            return Ok(None);
        };
        let done = record.delivered();
        let since: Vec<_> = done.iter().filter(|d| d.on >= plan.today).filter_map(|d| d.reading()).collect();
        let held = record::compare(version, plan, &done, system_day())?;
        Ok(Some(Recorded {
            chosen: version.chosen.clone(),
            approval: record.approval(version.version).cloned(),
            delivered: Delivered::of(&held.steps),
            counted: visits(&since, plan.today),
        }))
    };
    match read() {
        Ok(Some(r)) => {
            say::note(&match &r.approval {
                Some(a) => format!("Version {} of the record, approved by {} on {}.", a.version, a.by, a.on),
                None => "This plan is in the record; nobody has approved it.".to_owned(),
            });
            Some(r)
        }
        Ok(None) => {
            say::note(
                "The record has another plan for this case: `vellus record add-plan` makes this one a new version.",
            );
            None
        }
        Err(e) => {
            say::note(&format!("The record of this case was not used: {e}"));
            None
        }
    }
}

/// Refuses names that no strategy has.
fn all_known(strategies: &[Strategy], names: &[String]) -> anyhow::Result<()> {
    let known: Vec<&str> = strategies.iter().map(|s| s.id.as_str()).collect();
    match names.iter().find(|n| !known.contains(&n.as_str())) {
        Some(name) => Err(say::fail(
            format!("there is no strategy {name:?}"),
            format!("strategies: {}", known.join(", ")),
        )),
        None => Ok(()),
    }
}

fn rayon_threads(n: usize) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new().num_threads(n).build_global().context("setting the number of threads")
}
