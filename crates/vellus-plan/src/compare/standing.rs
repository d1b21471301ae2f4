//! The trade-off: which strategies no other beats on everything.

use serde::{Deserialize, Serialize};

use super::EQUAL;
use crate::outcome::StrategyOutcome;

/// Where a strategy stands among the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The strategy.
    pub id: String,
    /// Chance of the goal that is least likely, 0 to 1.
    pub chance: f64,
    /// Cost of ten years, median.
    pub cost_ten_years: f64,
    /// Regret risk, 0 to 1.
    pub regret_chance: f64,
    /// Stubble tips after two years, per cent of the fringe.
    pub texture_percent: f64,
    /// Visits in two years, median.
    pub visits_two_years: f64,
    /// Whether no other is at least as good in chance, cost, regret and (where it matters to the person)
    /// texture, and better in one.
    pub on_front: bool,
    /// One that is, if there is one.
    pub beaten_by: Option<String>,
}

/// Differences that are called equal: chances, shares of the dearest cost, texture in per cent of the fringe
/// (assumptions; the first is the Monte-Carlo error).
const COST_EQUAL: f64 = 0.01;
const TEXTURE_EQUAL: f64 = 2.0;

/// Where each strategy stands; `texture` says whether the person cares for it.
#[must_use]
pub fn standings(strategies: &[StrategyOutcome], texture: bool) -> Vec<Standing> {
    let mut out: Vec<Standing> = strategies
        .iter()
        .map(|s| {
            let of = |id: &str, moment: &str| s.indicator(id, moment).map_or(0.0, |v| v.band.median);
            Standing {
                id: s.id.clone(),
                chance: s.least_chance(),
                cost_ten_years: of("cost_ten_years", ""),
                regret_chance: of("regret_chance", ""),
                texture_percent: of("texture_tips_percent", "year_2"),
                visits_two_years: of("visits_two_years", ""),
                on_front: true,
                beaten_by: None,
            }
        })
        .collect();
    let dearest = out.iter().map(|s| s.cost_ten_years).fold(1.0, f64::max);
    let beats = |a: &Standing, b: &Standing| {
        // Positive where `a` is better; each over what is called equal.
        let gains = [
            (a.chance - b.chance) / (0.5 * EQUAL),
            (b.cost_ten_years - a.cost_ten_years) / (COST_EQUAL * dearest),
            (b.regret_chance - a.regret_chance) / (0.5 * EQUAL),
            if texture { (a.texture_percent - b.texture_percent) / TEXTURE_EQUAL } else { 0.0 },
        ];
        gains.iter().all(|g| *g > -1.0) && gains.iter().any(|g| *g >= 1.0)
    };
    for i in 0..out.len() {
        let by = (0..out.len()).find(|j| *j != i && beats(&out[*j], &out[i])).map(|j| out[j].id.clone());
        out[i].on_front = by.is_none();
        out[i].beaten_by = by;
    }
    out
}
