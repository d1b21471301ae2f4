//! Strategies beside each other: the front, what trying PRP first is worth, what to measure next, the search.

use minijinja::Value;
use serde::Serialize;
use vellus_plan::Plan;

use crate::chart_frame::inline;
use crate::indicator_text::found;
use crate::pareto_chart::{ParetoPoint, pareto_chart};
use crate::words::{hundred, money, number};

/// What trying PRP first is worth.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PrpFirstView {
    pub(crate) strategy: String,
    pub(crate) changes: String,
    pub(crate) by: Vec<(String, String)>,
    pub(crate) spared: String,
    pub(crate) cost: String,
    pub(crate) months: String,
    pub(crate) later: String,
}

/// A reading and what it would tell.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReadingRow {
    pub(crate) what: String,
    pub(crate) when: String,
    pub(crate) narrows: String,
}

/// Strategies beside each other.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TradeOffView {
    pub(crate) chart: Value,
    pub(crate) has_chart: bool,
    pub(crate) beaten: Vec<(String, String)>,
    pub(crate) prp_first: Option<PrpFirstView>,
    pub(crate) next: Vec<ReadingRow>,
    pub(crate) found: Vec<String>,
}

/// The chart of the front; none where there is nothing to trade.
pub(crate) fn front_svg(plan: &Plan) -> Option<String> {
    if plan.comparison.standings.len() < 2 {
        return None;
    }
    let title = |id: &str| {
        plan.strategies.iter().find(|s| s.id == id).map_or_else(|| id.to_owned(), |s| s.title.clone())
    };
    let points: Vec<ParetoPoint> = plan
        .comparison
        .standings
        .iter()
        .map(|s| {
            let o = plan.strategies.iter().find(|o| o.id == s.id);
            // The least likely goal under each mechanism: what is not known about PRP.
            let under: Vec<f64> = o.map_or_else(Vec::new, |o| {
                let names: std::collections::BTreeSet<&String> =
                    o.goals.iter().flat_map(|g| g.by_mechanism.keys()).collect();
                names
                    .into_iter()
                    .map(|m| {
                        o.goals.iter().filter_map(|g| g.by_mechanism.get(m)).copied().fold(1.0, f64::min)
                    })
                    .collect()
            });
            ParetoPoint {
                title: title(&s.id),
                cost_ten_years: s.cost_ten_years,
                chance: s.chance,
                chance_lo: under.iter().copied().fold(s.chance, f64::min),
                chance_hi: under.iter().copied().fold(s.chance, f64::max),
                regret: s.regret_chance,
                visits: s.visits_two_years,
                beaten_by: s.beaten_by.as_deref().map(title),
            }
        })
        .collect();
    Some(pareto_chart(&points, &plan.prices.currency))
}

/// Strategies beside each other.
pub(crate) fn trade_off(plan: &Plan) -> TradeOffView {
    let title = |id: &str| {
        plan.strategies.iter().find(|s| s.id == id).map_or_else(|| id.to_owned(), |s| s.title.clone())
    };
    let chart = front_svg(plan);
    let c = &plan.comparison;
    let range = |lo: f64, median: f64, hi: f64, unit: &str| {
        if (hi - lo).abs() < 0.5 {
            format!("{}{unit}", number(median, 0))
        } else {
            format!("{} ({}–{}){unit}", number(median, 0), number(lo, 0), number(hi, 0))
        }
    };
    TradeOffView {
        has_chart: chart.is_some(),
        chart: Value::from_safe_string(inline(&chart.unwrap_or_default())),
        beaten: c
            .standings
            .iter()
            .filter_map(|s| s.beaten_by.as_ref().map(|by| (title(&s.id), title(by))))
            .collect(),
        prp_first: c.prp_first.as_ref().map(|p| PrpFirstView {
            strategy: title(&p.strategy),
            changes: hundred(p.changes_decision),
            by: p.by_mechanism.iter().rev().map(|(m, c)| (m.clone(), hundred(*c))).collect(),
            spared: range(
                p.dots_spared_percent.lo,
                p.dots_spared_percent.median,
                p.dots_spared_percent.hi,
                " %",
            ),
            cost: money(p.cost, &plan.prices.currency),
            months: number(p.months, 0),
            later: range(p.look_later_months.lo, p.look_later_months.median, p.look_later_months.hi, ""),
        }),
        next: c
            .measure_next
            .iter()
            .map(|m| ReadingRow {
                what: m.what.clone(),
                when: m.when.clone(),
                narrows: number(m.narrows_percent, 0),
            })
            .collect(),
        found: plan.found.as_ref().map(found).unwrap_or_default(),
    }
}
