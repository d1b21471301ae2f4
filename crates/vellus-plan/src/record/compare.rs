//! What was prescribed beside what was delivered.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use vellus_hair::individual::{Measured, Quantity};
use vellus_head::Zone;
use vellus_units::maths::lerp;

use super::deliver::{Delivery, Done};
use super::entry::PlanVersion;
use super::error::RecordError;
use crate::outcome::{Band, Plan, Series, StrategyOutcome};
use crate::schedule::{EventKind, days_between};

/// From a half of an 80 % band to a standard deviation.
const HALF: f64 = 1.281_551_6;

/// Prescribed beside delivered, for one version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The version.
    pub version: u32,
    /// Name of the strategy that was agreed on.
    pub strategy: String,
    /// Its title.
    pub title: String,
    /// Step by step, in order of date.
    pub steps: Vec<Step>,
    /// What was measured, beside what was forecast.
    pub measured: Vec<Against>,
}

/// One step, prescribed or delivered or both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// What.
    pub what: String,
    /// Of what kind.
    pub kind: EventKind,
    /// Which event of the strategy it is, from 0; none for what nobody had planned.
    pub event: Option<usize>,
    /// When it was to be done; none for what nobody had planned.
    pub prescribed: Option<Date>,
    /// When it was done; none where it was not.
    pub delivered: Option<Date>,
    /// Days by which it came later than planned.
    pub days_late: Option<i64>,
    /// Whether its day is still to come.
    pub to_come: bool,
    /// The dose, prescribed and delivered, in words; empty where there is none.
    pub dose: [String; 2],
    /// Dots by zone, prescribed and delivered.
    pub zones: BTreeMap<Zone, [usize; 2]>,
}

/// A measured value beside its forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// When.
    pub on: Date,
    /// Where.
    pub zone: Zone,
    /// What: terminal_per_cm2 or total_per_cm2.
    pub quantity: String,
    /// The value.
    pub value: f64,
    /// The 80 % band that was forecast for what stands there.
    pub forecast: Band,
    /// The same for what a count of that area reads of it.
    pub reading: Band,
    /// Whether the value lies in the latter.
    pub inside: bool,
}

/// Lays the deliveries since a version beside it; `clock` is the present day.
///
/// # Errors
/// [`RecordError::NoStrategy`] when the plan has lost the strategy that was agreed on.
pub fn compare(
    version: &PlanVersion,
    plan: &Plan,
    delivered: &[&Delivery],
    clock: Date,
) -> Result<Comparison, RecordError> {
    let strategy =
        plan.strategies.iter().find(|s| s.id == version.chosen).ok_or_else(|| RecordError::NoStrategy {
            asked: version.chosen.clone(),
            known: plan.strategies.iter().map(|s| s.id.clone()).collect(),
        })?;
    let since: Vec<&Delivery> = delivered.iter().copied().filter(|d| d.on >= plan.today).collect();
    let mut steps = planned(strategy);
    for d in &since {
        deliver(&mut steps, d);
    }
    for s in &mut steps {
        s.to_come = s.delivered.is_none() && s.prescribed.is_some_and(|p| p > clock);
        s.days_late = s.prescribed.zip(s.delivered).map(|(p, d)| days_between(p, d) as i64);
    }
    steps.sort_by_key(|s| s.prescribed.or(s.delivered));
    let measured = since.iter().flat_map(|d| against(plan, strategy, d)).collect();
    Ok(Comparison {
        version: version.version,
        strategy: strategy.id.clone(),
        title: strategy.title.clone(),
        steps,
        measured,
    })
}

/// What steps are matched by, and of what kind they are.
fn kind(done: &Done) -> (String, EventKind) {
    match done {
        Done::Prp { .. } => ("PRP".into(), EventKind::Prp),
        Done::Smp { .. } => ("SMP".into(), EventKind::Smp),
        Done::Transplant { .. } => ("Transplant".into(), EventKind::Transplant),
        Done::Measurement { .. } => ("Count".into(), EventKind::Measure),
        Done::DrugBegun { drug } => (format!("Begin {}", drug.title()), EventKind::DrugStart),
        Done::DrugStopped { drug } => (format!("Stop {}", drug.title()), EventKind::DrugStop),
    }
}

/// Days within which a count is the one that was planned (assumption: a visit is put off by weeks; a count at
/// another time of the course is one of its own).
const SAME_COUNT_DAYS: i64 = 60;

fn planned(strategy: &StrategyOutcome) -> Vec<Step> {
    let mut sessions = strategy.dots.iter().flat_map(|d| &d.sessions);
    strategy
        .events
        .iter()
        .enumerate()
        .filter_map(|(i, e)| {
            let mut step = Step {
                what: String::new(),
                kind: e.kind,
                event: Some(i),
                prescribed: Some(e.date),
                delivered: None,
                days_late: None,
                to_come: false,
                dose: Default::default(),
                zones: BTreeMap::new(),
            };
            match e.kind {
                EventKind::Prp => {
                    step.what = "PRP".into();
                    if let Some(p) = &strategy.prp {
                        step.dose[0] = prp_dose(Some(p.platelets_k_per_ul.median), Some(p.volume_ml.median));
                    }
                }
                EventKind::Smp | EventKind::TouchUp => {
                    step.what = "SMP".into();
                    if let Some(s) = sessions.next() {
                        step.dose[0] = format!("{} dots", s.dots);
                        step.zones = s.by_zone.iter().map(|(z, n)| (*z, [*n, 0])).collect();
                    }
                }
                EventKind::Transplant => {
                    step.what = "Transplant".into();
                    step.dose[0].clone_from(&e.title);
                }
                EventKind::Measure => step.what = "Count".into(),
                EventKind::DrugStart => step.what.clone_from(&e.title),
                _ => return None,
            }
            Some(step)
        })
        .collect()
}

fn prp_dose(platelets: Option<f64>, volume: Option<f64>) -> String {
    let mut out = Vec::new();
    if let Some(p) = platelets {
        out.push(format!("{p:.0} thousand per µL"));
    }
    if let Some(v) = volume {
        out.push(format!("{v:.1} mL"));
    }
    out.join(", ")
}

/// Puts a delivery to the first step of its kind that is not done, a count to the nearest in time, or beside the
/// plan. Counts of one day are one step.
fn deliver(steps: &mut Vec<Step>, d: &Delivery) {
    let (what, kind) = kind(&d.done);
    let counted = kind == EventKind::Measure;
    if counted && steps.iter().any(|s| s.what == what && s.delivered == Some(d.on)) {
        return;
    }
    let days_off = |s: &Step| s.prescribed.map_or(i64::MAX, |p| (days_between(p, d.on) as i64).abs());
    let at = (0..steps.len())
        .filter(|i| steps[*i].what == what && steps[*i].delivered.is_none())
        .filter(|i| !counted || days_off(&steps[*i]) <= SAME_COUNT_DAYS)
        .min_by_key(|i| if counted { days_off(&steps[*i]) } else { 0 });
    let at = at.unwrap_or_else(|| {
        steps.push(Step {
            what,
            kind,
            event: None,
            prescribed: None,
            delivered: None,
            days_late: None,
            to_come: false,
            dose: Default::default(),
            zones: BTreeMap::new(),
        });
        steps.len() - 1
    });
    let step = &mut steps[at];
    step.delivered = Some(d.on);
    match &d.done {
        Done::Prp { platelets_k_per_ul, volume_ml } => {
            step.dose[1] = prp_dose(*platelets_k_per_ul, *volume_ml);
        }
        Done::Smp { dots, by_zone, .. } => {
            step.dose[1] = format!("{dots} dots");
            for (zone, n) in by_zone {
                step.zones.entry(*zone).or_default()[1] = *n;
            }
        }
        Done::Transplant { grafts } => step.dose[1] = format!("{grafts} grafts"),
        Done::Measurement { .. } | Done::DrugBegun { .. } | Done::DrugStopped { .. } => {}
    }
}

/// A band between the months of a plan; none outside of them.
pub(super) fn band_at(plan: &Plan, series: &Series, month: f64) -> Option<Band> {
    let k = plan.months.partition_point(|m| *m <= month).clamp(1, plan.months.len().max(2) - 1);
    let (a, b) = (series.band.get(k - 1)?, series.band.get(k)?);
    let (from, to) = (*plan.months.get(k - 1)?, *plan.months.get(k)?);
    if !(from..=to).contains(&month) {
        return None;
    }
    let t = (month - from) / (to - from);
    Some(Band { lo: lerp(a.lo, b.lo, t), median: lerp(a.median, b.median, t), hi: lerp(a.hi, b.hi, t) })
}

fn against(plan: &Plan, strategy: &StrategyOutcome, d: &Delivery) -> Vec<Against> {
    let Done::Measurement { zone, terminal_per_cm2, total_per_cm2, area_cm2, .. } = &d.done else {
        return Vec::new();
    };
    let Some(area) = strategy.zones.get(zone) else { return Vec::new() };
    let month = days_between(plan.today, d.on) * 12.0 / 365.25;
    [
        ("terminal_per_cm2", Quantity::TerminalPerCm2, terminal_per_cm2, &area.terminal_per_cm2),
        ("total_per_cm2", Quantity::TotalPerCm2, total_per_cm2, &area.hairs_per_cm2),
    ]
    .into_iter()
    .filter_map(|(name, quantity, value, series)| {
        let value = (*value)?;
        let forecast = band_at(plan, series, month)?;
        let count = Measured {
            day: 0.0,
            groups: Vec::new(),
            quantity,
            value,
            area_cm2: area_cm2.unwrap_or(crate::visit::FIELD_CM2),
        };
        // What is read scatters about what stands there: both are uncertain, and independently so.
        let noise = HALF * count.sd_of(forecast.median);
        let reading = Band {
            lo: (forecast.median - libm::hypot(forecast.median - forecast.lo, noise)).max(0.0),
            median: forecast.median,
            hi: forecast.median + libm::hypot(forecast.hi - forecast.median, noise),
        };
        Some(Against {
            on: d.on,
            zone: *zone,
            quantity: name.into(),
            value,
            forecast,
            reading,
            inside: (reading.lo..=reading.hi).contains(&value),
        })
    })
    .collect()
}
