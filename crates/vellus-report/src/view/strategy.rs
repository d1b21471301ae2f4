//! One strategy in words.

use minijinja::Value;
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::ensemble::NOTICEABLE;
use vellus_plan::outcome::{AreaForecast, Band, Series, StrategyOutcome};
use vellus_plan::subject::zone_name;

use super::futures::{FuturesView, futures, status};
use super::goal::flag;
use super::pictures::{Sheet, moments, sheet};
use crate::bar::{Bar, bar};
use crate::channels::after_two_years;
use crate::chart::{slug, terminal, visible};
use crate::picture::PictureSet;
use crate::tally::tally;
use crate::words::{NOTHING, WORTH_SAYING, capital, date, hours, hundred, money, number, of_hundred, signed};

/// A number with its range.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Range {
    pub(crate) median: String,
    pub(crate) lo: String,
    pub(crate) hi: String,
}

/// A band in words.
pub(crate) fn range(b: Band, digits: usize) -> Range {
    Range { median: number(b.median, digits), lo: number(b.lo, digits), hi: number(b.hi, digits) }
}

/// The answer to "would I see it?".
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Eye {
    pub(crate) short: &'static str,
    pub(crate) long: String,
    pub(crate) seen: bool,
}

fn eye(o: &StrategyOutcome) -> Eye {
    let p = o.noticeable_chance;
    let change = o.change_percent.median;
    let way = if change < 0.0 { "thinner" } else { "fuller" };
    let (short, seen) = match (p, change < 0.0) {
        (p, _) if !p.is_finite() || p < 0.34 => ("Not visible", false),
        (p, true) if p < 0.66 => ("Perhaps thinner", true),
        (_, true) => ("Visibly thinner", true),
        (p, false) if p < 0.66 => ("Perhaps fuller", true),
        (_, false) => ("Visibly fuller", true),
    };
    let long = format!(
        "A change large enough to see ({way} by about {} %) in {} futures; middle forecast {} %",
        number(100.0 * NOTICEABLE, 0),
        of_hundred(p),
        signed(change, 0)
    );
    Eye { short, long, seen }
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    pub(crate) title: String,
    pub(crate) by: String,
    pub(crate) chance: String,
    pub(crate) mechanisms: Vec<(String, String)>,
    /// Message of how it stands.
    pub(crate) status: &'static str,
    /// Per cent of the fringe that two of three futures reach.
    pub(crate) likely: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct ZoneRow {
    pub(crate) name: String,
    pub(crate) area: String,
    pub(crate) terminal: [String; 2],
    pub(crate) visible: [String; 2],
    pub(crate) band: Range,
    pub(crate) ten: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Appointment {
    pub(crate) date: String,
    pub(crate) iso: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) hours: String,
    pub(crate) cost: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SmpRow {
    pub(crate) session: u8,
    pub(crate) date: String,
    pub(crate) dots: String,
    pub(crate) hours: String,
    pub(crate) sittings: u32,
    pub(crate) zones: String,
    pub(crate) touch_up: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Smp {
    pub(crate) dots: String,
    pub(crate) touch_up_dots: String,
    pub(crate) area: String,
    pub(crate) densest: String,
    pub(crate) hairs_per_dot: String,
    pub(crate) rows: Vec<SmpRow>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Prp {
    pub(crate) sessions: usize,
    pub(crate) blood: String,
    pub(crate) recovery: Range,
    pub(crate) platelets: Range,
    pub(crate) factor: Range,
    pub(crate) volume: Range,
    pub(crate) area: String,
    pub(crate) per_cm2: String,
    pub(crate) points: String,
    pub(crate) notes: Vec<String>,
}

/// One strategy, ready to be printed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StrategyView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) idea: String,
    pub(crate) leading: bool,
    pub(crate) inference: bool,
    pub(crate) over_budget: bool,
    pub(crate) within_budget: bool,
    pub(crate) uses_pigment: bool,
    pub(crate) uses_prp: bool,
    pub(crate) must_be_true: Vec<String>,
    /// What must be true, less what the label about trials says already.
    pub(crate) holds: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) bar: Bar,
    pub(crate) visible: Range,
    pub(crate) hair_part: String,
    pub(crate) pigment_part: String,
    pub(crate) feel: Range,
    pub(crate) tally: Value,
    pub(crate) chance: String,
    pub(crate) chance_long: String,
    pub(crate) chance_by: Vec<(String, String)>,
    pub(crate) cost_two: String,
    pub(crate) cost_year: String,
    pub(crate) cost_goes_on: bool,
    pub(crate) cost_ten: String,
    pub(crate) visits: usize,
    pub(crate) hours: String,
    pub(crate) eye: Eye,
    pub(crate) too_dark: Option<String>,
    pub(crate) stranded: Option<String>,
    pub(crate) to_goal: Option<String>,
    pub(crate) chart_visible: Value,
    pub(crate) chart_terminal: Value,
    pub(crate) sheet: Option<Sheet>,
    pub(crate) goals: Vec<Goal>,
    pub(crate) zones: Vec<ZoneRow>,
    pub(crate) events: Vec<Appointment>,
    pub(crate) smp: Option<Smp>,
    pub(crate) prp: Option<Prp>,
    pub(crate) futures: FuturesView,
}

impl StrategyView {
    /// Whether it is the one shown first.
    pub(crate) fn leads(&self) -> bool {
        self.leading
    }
}

fn at(plan: &Plan, series: &Series, month: f64) -> Band {
    plan.months
        .iter()
        .position(|m| (m - month).abs() < 1e-6)
        .and_then(|i| series.band.get(i).copied())
        .unwrap_or(Band { lo: f64::NAN, median: f64::NAN, hi: f64::NAN })
}

fn zone_row(plan: &Plan, name: &str, a: &AreaForecast) -> ZoneRow {
    let pair = |s: &Series| [number(at(plan, s, 0.0).median, 0), number(at(plan, s, 24.0).median, 0)];
    ZoneRow {
        name: capital(name),
        area: number(a.area_cm2, 0),
        terminal: pair(&a.terminal_per_cm2),
        visible: pair(&a.visible_per_cm2),
        band: range(at(plan, &a.visible_per_cm2, 24.0), 0),
        ten: number(at(plan, &a.visible_per_cm2, 120.0).median, 0),
    }
}

fn smp(o: &StrategyOutcome) -> Option<Smp> {
    let d = o.dots.as_ref()?;
    let count = |n: usize| number(n as f64, 0);
    Some(Smp {
        dots: count(d.dots),
        touch_up_dots: count(d.touch_up_dots),
        area: number(d.area_cm2, 0),
        densest: number(d.densest_per_cm2, 0),
        hairs_per_dot: number(d.hairs_per_dot, 2),
        rows: d
            .sessions
            .iter()
            .map(|s| {
                let mut zones: Vec<_> = s.by_zone.iter().filter(|(_, n)| **n > 0).collect();
                zones.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
                SmpRow {
                    session: s.session,
                    date: date(s.date),
                    dots: count(s.dots),
                    hours: hours(s.hours),
                    sittings: s.sittings,
                    zones: zones
                        .iter()
                        .map(|(z, n)| format!("{}\u{a0}{}", zone_name(**z), count(**n)))
                        .collect::<Vec<_>>()
                        .join(" · "),
                    touch_up: s.touch_up,
                }
            })
            .collect(),
    })
}

fn prp(o: &StrategyOutcome) -> Option<Prp> {
    let p = o.prp.as_ref()?;
    // Two places are all that a spin can be foretold to.
    let tens = |x: f64| if x >= 100.0 { 10.0 * (x / 10.0).round() } else { x };
    let percent = |b: Band| Band { lo: 100.0 * b.lo, median: 100.0 * b.median, hi: 100.0 * b.hi };
    Some(Prp {
        sessions: p.sessions,
        blood: number(p.blood_ml, 0),
        recovery: range(percent(p.recovery), 0),
        platelets: range(
            Band {
                lo: tens(p.platelets_k_per_ul.lo),
                median: tens(p.platelets_k_per_ul.median),
                hi: tens(p.platelets_k_per_ul.hi),
            },
            0,
        ),
        factor: range(p.concentration_factor, 1),
        volume: range(p.volume_ml, 1),
        area: number(p.area_cm2, 0),
        per_cm2: number(p.ml_per_cm2, 3),
        points: number(p.points as f64, 0),
        notes: p.notes.clone(),
    })
}

fn mechanisms(by: &std::collections::BTreeMap<String, f64>) -> Vec<(String, String)> {
    by.iter().rev().map(|(m, p)| (m.clone(), hundred(*p))).collect()
}

/// A strategy in words; `axis` and `goal` are those of the page's bars.
pub(crate) fn strategy(
    plan: &Plan,
    pictures: &PictureSet,
    o: &StrategyOutcome,
    axis: f64,
    goal: Option<f64>,
) -> StrategyView {
    let currency = plan.prices.currency.as_str();
    let split = after_two_years(o);
    let first = o.goals.first();
    let chance = first.map_or(f64::NAN, |g| g.chance);
    StrategyView {
        id: slug(&o.id),
        title: o.title.clone(),
        idea: o.idea.clone(),
        leading: o.id == plan.comparison.leading,
        inference: o.inference,
        over_budget: o.within_budget == Some(false),
        within_budget: o.within_budget == Some(true),
        uses_pigment: o.dots.is_some(),
        uses_prp: o.prp.is_some(),
        must_be_true: o.must_be_true.clone(),
        holds: o
            .must_be_true
            .iter()
            .filter(|m| !(o.inference && m.starts_with("No trial has combined")))
            .cloned()
            .collect(),
        notes: o.notes.clone(),
        warnings: o.warnings.clone(),
        bar: bar(plan, o, axis, goal),
        visible: range(o.visible_percent, 0),
        hair_part: number(split.hair, 0),
        pigment_part: number(split.pigment, 0),
        feel: range(o.texture_percent, 0),
        tally: Value::from_safe_string(tally(chance)),
        chance: hundred(chance),
        chance_long: of_hundred(chance),
        chance_by: first.map_or_else(Vec::new, |g| mechanisms(&g.by_mechanism)),
        cost_two: money(o.cost.first_two_years, currency),
        cost_goes_on: o.cost.per_year_after >= 0.5,
        cost_year: money(o.cost.per_year_after, currency),
        cost_ten: money(o.cost.ten_years, currency),
        visits: o.visits_two_years,
        hours: hours(o.hours_two_years),
        eye: eye(o),
        too_dark: (o.too_dark_chance >= WORTH_SAYING).then(|| of_hundred(o.too_dark_chance)),
        stranded: (o.stranded_chance >= WORTH_SAYING).then(|| of_hundred(o.stranded_chance)),
        to_goal: o.months_to_goal.map(|m| {
            if m < 0.5 {
                "The goal is met today already; the plan is about keeping it.".into()
            } else {
                format!("The middle forecast first meets the goal in month {}.", number(m, 0))
            }
        }),
        chart_visible: Value::from_safe_string(visible(plan, o, flag(plan, &o.goals, false))),
        chart_terminal: Value::from_safe_string(terminal(plan, o, flag(plan, &o.goals, true))),
        sheet: sheet(pictures, &o.id, &o.title, &moments(plan, o)),
        goals: o
            .goals
            .iter()
            .map(|g| Goal {
                title: capital(&g.title),
                by: date(g.by),
                chance: of_hundred(g.chance),
                mechanisms: mechanisms(&g.by_mechanism),
                status: status(g.status),
                likely: number(g.likely_percent, 0),
            })
            .collect(),
        zones: std::iter::once(zone_row(plan, "thinning area as a whole", &o.thinning))
            .chain(o.zones.iter().map(|(z, a)| zone_row(plan, zone_name(*z), a)))
            .collect(),
        events: o
            .events
            .iter()
            .enumerate()
            .map(|(i, e)| Appointment {
                date: date(e.date),
                iso: e.date.to_string(),
                title: e.title.clone(),
                // Said once: the next of the same kind needs no more than its date.
                detail: if o.events[..i].iter().any(|before| before.detail == e.detail) {
                    String::new()
                } else {
                    e.detail.clone()
                },
                hours: if e.hours > 0.0 { hours(e.hours) } else { NOTHING.into() },
                cost: if e.cost > 0.0 { money(e.cost, currency) } else { NOTHING.into() },
            })
            .collect(),
        smp: smp(o),
        prp: prp(o),
        futures: futures(plan, o),
    }
}
