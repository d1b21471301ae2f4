//! Planning anew from what was really done and measured.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Serialize;
use vellus_hair::pattern::Stage;
use vellus_pigment::dots::append;
use vellus_pigment::{Dots, ReadContext, dots_csv, read_dots};

use super::compare::band_at;
use super::deliver::{Delivery, Done};
use super::entry::PlanVersion;
use super::error::RecordError;
use super::{Record, chain};
use crate::case::{Case, PastTreatment, TreatmentKeys, read};
use crate::forecast::Effort;
use crate::outcome::{Band, Plan, StrategyOutcome, Verdict};
use crate::plan::{Planned, Request, make};
use crate::schedule::days_between;
use crate::strategy::Strategy;

/// What to plan anew.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The day from which it is planned.
    pub today: Date,
    /// The stage as examined on that day; that of the earlier case when nobody looked again.
    pub stage: Option<Stage>,
    /// Strategies to choose from: those of the earlier plan are taken of them.
    pub strategies: Vec<Strategy>,
    /// Whether the new plan is to be kept: dots are placed and injections laid then.
    pub keep: bool,
}

/// A plan made anew.
#[derive(Debug)]
pub struct Replanned {
    /// Text of the case that it was made of.
    pub case_text: String,
    /// The plan.
    pub planned: Planned,
    /// What it changes.
    pub changes: Changes,
}

/// What a new plan changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The version that it is held against.
    pub version: u32,
    /// Forecasts of the same dates, before and after.
    pub forecasts: Vec<Narrowed>,
    /// The strategy that led, and the one that leads.
    pub leading: [String; 2],
    /// How sure the comparison was, and is.
    pub verdict: [Verdict; 2],
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A forecast before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Narrowed {
    /// Name of the strategy.
    pub strategy: String,
    /// Of what.
    pub what: String,
    /// For years after the day of the new plan.
    pub years: f64,
    /// 80 % bands, before and after.
    pub bands: [Band; 2],
    /// Width after over width before.
    pub width: f64,
}

/// Makes a case of the version in force with everything that was delivered, and plans it.
///
/// # Errors
/// [`RecordError`] when nothing has been planned, the day lies before what was delivered, or a file of dots has
/// gone or changed.
pub fn replan(record: &Record, ask: &Ask, progress: &mut dyn FnMut(&str)) -> Result<Replanned, RecordError> {
    let version = record.in_force().ok_or(RecordError::NoVersion { asked: None, last: 0 })?;
    let old = record.plan(version)?;
    let delivered = record.delivered();
    let latest = delivered.iter().map(|d| d.on).chain([version.today]).max().unwrap_or(ask.today);
    if ask.today < latest {
        return Err(RecordError::Date {
            what: "a new plan".into(),
            on: ask.today,
            why: format!("something was done or planned on {latest}"),
        });
    }
    let mut notes = Vec::new();
    let folder = record.folder().parent().map(PathBuf::from).unwrap_or_default();
    let mut case = record.case(version)?;
    // What lies before the version is in its case already.
    let since: Vec<&Delivery> = delivered.into_iter().filter(|d| d.on >= version.today).collect();
    advance(&mut case, version.today, ask, &mut notes);
    for d in &since {
        add(&mut case, d);
    }
    if let Some(path) = dots_so_far(record, &case, &folder, &since, ask.today)? {
        case.smp.earlier = Some(path);
    }
    let case_text = toml::to_string(&case).map_err(|e| RecordError::NoPlan {
        path: record.folder().to_path_buf(),
        reason: format!("its case cannot be written: {e}"),
    })?;
    // Written and read again: what is planned is what stands in the file.
    let case = read::parse(&case_text)?;
    let known =
        |id: &str| old.strategies.iter().any(|s| s.id == id) || old.not_offered.iter().any(|s| s.id == id);
    let mut strategies: Vec<Strategy> = ask.strategies.iter().filter(|s| known(&s.id)).cloned().collect();
    // What a search found goes on as it was found.
    if let Some(found) = old.found.as_ref().filter(|f| !strategies.iter().any(|s| s.id == f.strategy.id)) {
        strategies.push(found.strategy.clone());
    }
    for s in &old.strategies {
        if !strategies.iter().any(|n| n.id == s.id) {
            notes.push(format!(
                "“{}” is a strategy of its own file; name the file with --strategy to plan it again.",
                s.title
            ));
        }
    }
    let request = Request {
        case: &case,
        case_text: &case_text,
        folder: &folder,
        clock: ask.today,
        seed: old.seed,
        effort: if old.quick { Effort::QUICK } else { Effort::FULL },
        quick: old.quick,
        strategies,
        detail: ask.keep,
        search: None,
    };
    let planned = make(&request, progress)?;
    let changes = changes(version, &old, &planned.plan, notes);
    Ok(Replanned { case_text, planned, changes })
}

/// The case, some time later.
fn advance(case: &mut Case, then: Date, ask: &Ask, notes: &mut Vec<String>) {
    let years = days_between(then, ask.today) / 365.25;
    case.person.age_years = ((case.person.age_years + years) * 100.0).round() / 100.0;
    case.dates.today = Some(ask.today);
    if case.dates.start.is_some_and(|s| s < ask.today) {
        case.dates.start = None;
    }
    case.dates.off.retain(|o| o.to >= ask.today);
    // Readings without a date were of the day of the case.
    for r in &mut case.hair.measured {
        r.date = r.date.or(Some(then));
    }
    match ask.stage {
        Some(stage) => case.loss.stage = Some(stage),
        None if years > 0.5 => notes.push(format!(
            "The stage is that of {then}. Examine it again and give it with --stage: what was measured corrects it only where it was measured."
        )),
        None => {}
    }
    let gone = case.goals.iter().filter(|g| g.by < ask.today).count();
    if gone > 0 {
        case.goals.retain(|g| g.by >= ask.today);
        notes.push(format!("{gone} of the goals had a date that has passed; they are left out."));
    }
}

/// Puts a delivery into the case.
fn add(case: &mut Case, d: &Delivery) {
    let entry = |treatment: PastTreatment| TreatmentKeys {
        treatment,
        from: d.on,
        until: None,
        platelets_k_per_ul: None,
    };
    match &d.done {
        Done::Prp { platelets_k_per_ul, .. } => case
            .treatments
            .push(TreatmentKeys { platelets_k_per_ul: *platelets_k_per_ul, ..entry(PastTreatment::Prp) }),
        Done::Smp { .. } => case.treatments.push(entry(PastTreatment::Smp)),
        Done::Transplant { .. } => case.treatments.push(entry(PastTreatment::Transplant)),
        Done::DrugBegun { drug } => {
            let goes_on = |t: &TreatmentKeys| t.treatment.drug() == Some(*drug) && t.until.is_none();
            if let Some(treatment) = PastTreatment::of(*drug)
                && !case.treatments.iter().any(goes_on)
            {
                case.treatments.push(entry(treatment));
            }
        }
        Done::DrugStopped { drug } => {
            for t in &mut case.treatments {
                if t.treatment.drug() == Some(*drug) && t.until.is_none() {
                    t.until = Some(d.on);
                }
            }
        }
        Done::Measurement { .. } => case.hair.measured.extend(d.reading()),
    }
}

/// One file of all dots: those of the case, and those of each session. None when nothing is new.
fn dots_so_far(
    record: &Record,
    case: &Case,
    folder: &Path,
    since: &[&Delivery],
    today: Date,
) -> Result<Option<PathBuf>, RecordError> {
    let sessions: Vec<(Date, &PathBuf, Option<&String>)> = since
        .iter()
        .filter_map(|d| match &d.done {
            Done::Smp { file: Some(file), file_hash, .. } => Some((d.on, file, file_hash.as_ref())),
            _ => None,
        })
        .collect();
    if sessions.is_empty() {
        return Ok(None);
    }
    let context = ReadContext::new(None, today);
    let mut all = match &case.smp.earlier {
        Some(earlier) => read_dots(&folder.join(earlier), &context)?.dots,
        None => Dots::default(),
    };
    for (on, file, hash) in sessions {
        let path = folder.join(file);
        let bytes = std::fs::read(&path).map_err(|e| RecordError::file(&path, &e))?;
        if hash.is_some_and(|h| *h != blake3::hash(&bytes).to_hex().to_string()) {
            return Err(RecordError::File {
                path,
                reason: format!("it is not the file that was recorded for the session of {on}"),
            });
        }
        let mut dots = read_dots(&path, &context)?.dots;
        let session = all.last_session().saturating_add(1);
        let day = -days_between(on, today) as f32;
        dots.session.iter_mut().for_each(|s| *s = session);
        dots.day.iter_mut().for_each(|d| *d = day);
        append(&mut all, dots);
    }
    let name = format!("earlier_{today}.csv");
    chain::write_aside(&record.folder().join(&name), &dots_csv(&all, today)?)?;
    let beside = record.folder().file_name().map(PathBuf::from).unwrap_or_default();
    Ok(Some(beside.join(name)))
}

fn changes(version: &PlanVersion, old: &Plan, new: &Plan, notes: Vec<String>) -> Changes {
    let later = days_between(old.today, new.today) * 12.0 / 365.25;
    let find =
        |p: &Plan, id: &str| -> Option<StrategyOutcome> { p.strategies.iter().find(|s| s.id == id).cloned() };
    let mut forecasts = Vec::new();
    let mut ids = vec![version.chosen.as_str(), &new.comparison.leading, &old.comparison.leading];
    ids.dedup();
    for (k, id) in ids.iter().enumerate() {
        if ids[..k].contains(id) {
            continue;
        }
        let (Some(before), Some(after)) = (find(old, id), find(new, id)) else { continue };
        for (what, of) in [
            (
                "terminal hairs per cm² in the thinning area",
                (&before.thinning.terminal_per_cm2, &after.thinning.terminal_per_cm2),
            ),
            (
                "visible density per cm² in the thinning area",
                (&before.thinning.visible_per_cm2, &after.thinning.visible_per_cm2),
            ),
        ] {
            for years in [2.0, 5.0] {
                let month = 12.0 * years;
                if let (Some(a), Some(b)) = (band_at(old, of.0, month + later), band_at(new, of.1, month)) {
                    forecasts.push(Narrowed {
                        strategy: (*id).to_owned(),
                        what: what.into(),
                        years,
                        bands: [a, b],
                        width: (b.hi - b.lo) / (a.hi - a.lo).max(1e-9),
                    });
                }
            }
        }
    }
    Changes {
        version: version.version,
        forecasts,
        leading: [old.comparison.leading.clone(), new.comparison.leading.clone()],
        verdict: [old.comparison.verdict, new.comparison.verdict],
        notes,
    }
}
