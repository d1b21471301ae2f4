//! What the futures of a strategy come to: its branches, what rules moved, its indicators, its density–area
//! histogram.

use minijinja::Value;
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::area_histogram::AreaHistogram;
use vellus_plan::indicator::{self, Better, CHANCE, Indicator};
use vellus_plan::outcome::{GoalStatus, StrategyOutcome};
use vellus_plan::schedule::EventKind;
use vellus_plan::subject::zone_name;

use crate::chart_frame::inline;
use crate::density_area_chart::{AreaAxis, AreaCurve, AreaPoint, density_area_chart};
use crate::error::ReportError;
use crate::files::find;
use crate::words::{capital, date, hundred, money, number, of_hundred};

/// A way through a strategy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BranchRow {
    pub(crate) title: String,
    pub(crate) share: String,
    pub(crate) by: Vec<(String, String)>,
    pub(crate) visible: String,
    pub(crate) shown: bool,
    pub(crate) when: Vec<String>,
}

/// What a rule moved.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WaitRow {
    pub(crate) what: String,
    pub(crate) moved: String,
    pub(crate) because: String,
    pub(crate) rule: String,
    pub(crate) inference: bool,
}

/// An indicator.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct IndicatorRow {
    pub(crate) title: String,
    pub(crate) definition: String,
    pub(crate) source: String,
    pub(crate) unit: String,
    pub(crate) better: &'static str,
    /// Today, after two, after ten years; or one value for all time.
    pub(crate) values: Vec<String>,
    pub(crate) whole: bool,
}

/// What the futures of a strategy come to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FuturesView {
    pub(crate) branches: Vec<BranchRow>,
    pub(crate) waits: Vec<WaitRow>,
    pub(crate) local: Vec<IndicatorRow>,
    pub(crate) whole: Vec<IndicatorRow>,
    pub(crate) area: Value,
    pub(crate) has_area: bool,
    pub(crate) budget: Option<String>,
}

/// The message of how a goal stands.
pub(crate) const fn status(s: GoalStatus) -> &'static str {
    match s {
        GoalStatus::Pass => "goal-pass",
        GoalStatus::Likely => "goal-likely",
        GoalStatus::Open => "goal-open",
        GoalStatus::Fail => "goal-fail",
    }
}

fn branches(o: &StrategyOutcome) -> Vec<BranchRow> {
    o.paths
        .iter()
        .filter(|p| !p.branch.is_empty())
        .map(|p| BranchRow {
            title: p.title.clone(),
            share: of_hundred(p.share),
            by: p.by_mechanism.iter().rev().map(|(m, c)| (m.clone(), hundred(*c))).collect(),
            visible: if p.share > 0.0 {
                format!(
                    "{} ({}–{})",
                    number(p.visible_percent.median, 0),
                    number(p.visible_percent.lo, 0),
                    number(p.visible_percent.hi, 0)
                )
            } else {
                String::new()
            },
            shown: p.shown,
            when: p
                .decisions
                .iter()
                .map(|d| format!("{}, {}: {}", if d.met { "If" } else { "Unless" }, date(d.date), d.question))
                .collect(),
        })
        .collect()
}

fn waits(o: &StrategyOutcome) -> Vec<WaitRow> {
    o.waits
        .iter()
        .map(|w| WaitRow {
            what: capital(&w.what),
            moved: format!("{} → {}", date(w.wished), date(w.date)),
            because: w.because.clone(),
            rule: format!("{}, {} days, grade {}: {}", w.rule, number(w.days, 0), w.grade, w.source),
            inference: w.grade == "inference",
        })
        .collect()
}

fn unit(i: &Indicator, currency: &str) -> String {
    match i.unit {
        CHANCE => "in 100".into(),
        "/cm2" => "per cm²".into(),
        "um" => "µm".into(),
        "mo" => "months".into(),
        "1" => String::new(),
        "currency" => currency.into(),
        other => other.into(),
    }
}

fn shown(o: &StrategyOutcome, i: &Indicator, moment: &str, currency: &str) -> String {
    let Some(v) = o.indicator(i.id, moment) else { return "–".into() };
    let digits = usize::from(i.unit == "ΔE00" || i.unit == "JND");
    let say = |x: f64| match i.unit {
        "currency" => money(x, currency),
        "mo" if x >= indicator::look::NEVER_MONTHS => "never".into(),
        _ => number(x, digits),
    };
    if i.unit == CHANCE {
        return hundred(v.band.median);
    }
    if (v.band.hi - v.band.lo).abs() < 0.5 * 10f64.powi(-(digits as i32)) {
        return say(v.band.median);
    }
    format!("{} ({}–{})", say(v.band.median), say(v.band.lo), say(v.band.hi))
}

fn rows(plan: &Plan, o: &StrategyOutcome, whole: bool) -> Vec<IndicatorRow> {
    let currency = plan.prices.currency.as_str();
    indicator::all()
        .into_iter()
        .filter(|i| o.indicator(i.id, "").is_some() == whole)
        .map(|i| IndicatorRow {
            title: i.title.into(),
            definition: i.definition.into(),
            source: i.source.into(),
            unit: unit(i, currency),
            better: match i.better {
                Better::More => "↑",
                Better::Less => "↓",
                Better::Neither => "",
            },
            values: if whole {
                vec![shown(o, i, "", currency)]
            } else {
                ["today", "year_2", "year_5", "year_10"].iter().map(|m| shown(o, i, m, currency)).collect()
            },
            whole,
        })
        .collect()
}

/// Curves of a strategy's histogram at some moments.
fn curves(plan: &Plan, o: &StrategyOutcome, moment: &str, when: &str, named: bool) -> Vec<AreaCurve> {
    o.area_histograms
        .iter()
        .filter(|h| h.moment == moment && h.area_cm2 >= 5.0)
        .map(|h: &AreaHistogram| AreaCurve {
            zone: h.zone.map_or_else(|| "Thinning area".into(), |z| capital(zone_name(z))),
            plan: named.then(|| o.title.clone()),
            when: when.to_owned(),
            points: plan
                .histogram_per_cm2
                .iter()
                .zip(&h.share)
                .map(|(density, b)| AreaPoint {
                    density: *density,
                    share_lo: b.lo,
                    share: b.median,
                    share_hi: b.hi,
                })
                .collect(),
        })
        .collect()
}

/// The histogram of a strategy beside doing nothing: today, after the first round and after five years.
pub(crate) fn area_svg(plan: &Plan, o: &StrategyOutcome) -> Option<String> {
    if o.area_histograms.is_empty() {
        return None;
    }
    let mut all = curves(plan, o, "today", "today", false);
    // What the steps before pigment do by themselves, where there are any.
    if o.prp.is_some()
        || o.events.iter().any(|e| matches!(e.kind, EventKind::DrugStart | EventKind::Transplant))
    {
        all.extend(curves(plan, o, "before_smp", "before pigment", true));
    }
    all.extend(curves(plan, o, "after", "when done", true));
    all.extend(curves(plan, o, "year_5", "after 5 years", true));
    if let Some(nothing) = plan.strategies.iter().find(|s| s.id == "nothing" && s.id != o.id) {
        all.extend(curves(plan, nothing, "year_5", "after 5 years", true));
    }
    Some(density_area_chart(&all, &axis(plan)))
}

fn axis(plan: &Plan) -> AreaAxis {
    AreaAxis {
        unit: "hairs of your fringe per cm²".into(),
        mark: Some(plan.fringe.terminal_per_cm2),
        mark_name: "your fringe".into(),
    }
}

/// The histograms of any two strategies beside each other, as SVG: today, when each is done, and after one, five
/// and ten years.
///
/// # Errors
/// [`ReportError::Strategy`] when the plan has no such strategy.
pub fn area_of_two(plan: &Plan, strategies: [&str; 2]) -> Result<String, ReportError> {
    let [a, b] = [find(plan, strategies[0])?, find(plan, strategies[1])?];
    let mut all = curves(plan, a, "today", "today", false);
    for (moment, when) in
        [("after", "when done"), ("year_1", "1 year"), ("year_5", "5 years"), ("year_10", "10 years")]
    {
        for o in [a, b] {
            all.extend(curves(plan, o, moment, when, true));
        }
    }
    Ok(density_area_chart(&all, &axis(plan)))
}

/// What the futures of a strategy come to.
pub(crate) fn futures(plan: &Plan, o: &StrategyOutcome) -> FuturesView {
    let area = area_svg(plan, o);
    FuturesView {
        branches: branches(o),
        waits: waits(o),
        local: rows(plan, o, false),
        whole: rows(plan, o, true),
        has_area: area.is_some(),
        area: Value::from_safe_string(inline(&area.unwrap_or_default())),
        budget: o.budget_chance.map(of_hundred),
    }
}
