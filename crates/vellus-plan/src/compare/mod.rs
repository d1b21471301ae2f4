//! Comparing strategies, without promising: one leads only when it leads under both mechanisms.

mod measure_next;
mod prp_first;
mod standing;

use crate::outcome::{Comparison, StrategyOutcome, Verdict};
use crate::person::Person;
pub use measure_next::MeasureNext;
pub(crate) use measure_next::measure_next;
pub use prp_first::PrpFirst;
pub(crate) use prp_first::prp_first;
pub use standing::{Standing, standings};

/// Smallest chance at which a goal is called likely (assumption: two in three).
pub const LIKELY: f64 = 0.66;

/// Difference in chance below which two strategies are called equal (assumption; the Monte-Carlo
/// error of 256 responses is about 0.03, and the models know no better than this).
pub const EQUAL: f64 = 0.08;

/// What a certain regret takes from the rank of a strategy, in chance of its goals (assumption: a look that is
/// reached and regretted in one future of three is worth as much as one that is missed in one of ten).
const REGRET: f64 = 0.3;

fn chance(s: &StrategyOutcome, mechanism: Option<&str>) -> f64 {
    // The product would punish many goals; the least likely goal is what people stumble over.
    s.goals
        .iter()
        .map(|g| mechanism.and_then(|m| g.by_mechanism.get(m)).copied().unwrap_or(g.chance))
        .fold(1.0, f64::min)
}

/// What the dearest strategy's cost takes from its rank, and what the texture of a whole head of hair adds where
/// the person asked for it (assumptions).
const COST: f64 = 0.10;
const TEXTURE: f64 = 0.20;

/// Weight of what two futures of three reach, as a share of the goal, where no strategy is likely to reach it
/// (assumption).
const NEARNESS: f64 = 0.2;

/// What strategies are ranked by.
struct Ranks<'a> {
    person: &'a Person,
    dearest: f64,
    /// Whether some strategy is likely to reach the goals. Where none is, the one that comes nearest to them is
    /// shown first: prices, risks and texture say nothing of that, and decide between equals only.
    likely: bool,
}

impl Ranks<'_> {
    fn score(&self, s: &StrategyOutcome, mechanism: Option<&str>) -> f64 {
        let over_budget = if s.within_budget == Some(false) { 0.5 } else { 0.0 };
        let regret = s.indicator("regret_chance", "").map_or(0.0, |v| v.band.median);
        let texture = if self.person.texture { TEXTURE * s.texture_percent.median / 100.0 } else { 0.0 };
        // Among strategies that reach the goals alike, the cheaper and the less risky leads.
        let beside = texture - COST * s.cost.ten_years / self.dearest - REGRET * regret;
        let near =
            s.goals.iter().map(|g| g.likely_percent / g.percent_of_fringe.max(1.0)).fold(1.0, f64::min);
        chance(s, mechanism) - over_budget
            + if self.likely { beside } else { NEARNESS * near + 0.01 * beside }
    }
}

/// Compares the strategies of a person.
#[must_use]
pub fn compare(strategies: &[StrategyOutcome], person: &Person) -> Comparison {
    let dearest = strategies.iter().map(|s| s.cost.ten_years).fold(1.0, f64::max);
    let ranks = Ranks { person, dearest, likely: strategies.iter().any(|s| chance(s, None) >= LIKELY) };
    let best = |mechanism: Option<&str>| {
        strategies.iter().max_by(|a, b| ranks.score(a, mechanism).total_cmp(&ranks.score(b, mechanism)))
    };
    let Some(leader) = best(None) else {
        return Comparison {
            verdict: Verdict::NoneLikely,
            leading: String::new(),
            summary: "No strategy could be planned.".into(),
            depends_on: Vec::new(),
            standings: Vec::new(),
            prp_first: None,
            measure_next: Vec::new(),
        };
    };
    let p = chance(leader, None);
    let mut depends_on = Vec::new();
    let by: Vec<&StrategyOutcome> = ["re-activate", "enlarge"].iter().filter_map(|m| best(Some(m))).collect();
    let agree = by.iter().all(|s| s.id == leader.id);
    let goal = leader
        .goals
        .first()
        .map_or_else(|| "the goal".to_owned(), |g| format!("{} by {}", g.title, g.by.strftime("%-d %b %Y")));
    // Models are never sure.
    let percent = |x: f64| match x {
        x if x > 0.995 => "more than 99 of 100".to_owned(),
        x if x < 0.005 => "fewer than 1 of 100".to_owned(),
        x => format!("{:.0} of 100", 100.0 * x),
    };
    if p < LIKELY {
        depends_on.push(format!(
            "No strategy is likely to reach {goal}; “{}” comes nearest, in {} simulated futures.",
            leader.title,
            percent(p)
        ));
        if let Some(best) =
            strategies.iter().flat_map(|s| s.goals.first()).map(|g| g.likely_percent).max_by(f64::total_cmp)
        {
            depends_on.push(format!(
                "The best that can be called likely by then is {best:.0} % of the fringe (two futures in three)."
            ));
        }
    }
    let fits_none = person.budget_two_years.is_some()
        && strategies.iter().all(|s| s.cost.ten_years <= 0.0 || s.within_budget == Some(false));
    let least = strategies
        .iter()
        .filter(|s| fits_none && s.cost.ten_years > 0.0)
        .min_by(|a, b| a.cost.first_two_years.total_cmp(&b.cost.first_two_years));
    if let Some(least) = least {
        depends_on.push(format!(
            "The budget fits nothing but doing nothing. The least dear is “{}”: {:.0} {} in the first two years and {:.0} in each later one.",
            least.title, least.cost.first_two_years, person.prices.currency, least.cost.per_year_after
        ));
    }
    if !agree {
        for (m, s) in ["re-activate", "enlarge"].iter().zip(&by) {
            depends_on.push(format!("If PRP works by “{m}”, “{}” comes first.", s.title));
        }
        depends_on.push("A count of empty follicles and of thin hairs (trichoscopy of the vertex and the front) before and six months after PRP would tell which of the two it is for you.".into());
    }
    let standings = standings(strategies, person.texture);
    // What the leader beats in everything is no alternative, however near it comes.
    let beaten = |s: &StrategyOutcome| {
        standings.iter().any(|x| x.id == s.id && x.beaten_by.as_deref() == Some(leader.id.as_str()))
    };
    let close: Vec<&StrategyOutcome> = strategies
        .iter()
        .filter(|s| {
            s.id != leader.id
                && !beaten(s)
                && s.within_budget != Some(false)
                && (ranks.score(s, None) - ranks.score(leader, None)).abs() < EQUAL
        })
        .collect();
    for s in &close {
        depends_on.push(format!(
            "“{}” comes out nearly the same; which to take is a matter of what you mind less.",
            s.title
        ));
    }
    if person.measured.is_empty() {
        depends_on.push("No density was measured. A count at the back and in the thinnest zone would rest this page on your own hair instead of norms.".into());
    }
    let verdict = if p < LIKELY {
        Verdict::NoneLikely
    } else if agree && close.is_empty() {
        Verdict::Leads
    } else {
        Verdict::Depends
    };
    let summary = match verdict {
        Verdict::Leads => {
            // Which way PRP works is only said where it matters.
            let either =
                if strategies.iter().any(|s| s.prp.is_some()) { ", whichever way PRP works" } else { "" };
            format!(
                "“{}” leads{either}: it reaches {goal} in {} simulated futures.",
                leader.title,
                percent(p)
            )
        }
        Verdict::Depends => format!(
            "It depends. “{}” is shown first: it reaches {goal} in {} simulated futures.",
            leader.title,
            percent(p)
        ),
        Verdict::NoneLikely => {
            format!("Nothing planned here is likely to reach {goal}. “{}” comes nearest.", leader.title)
        }
    };
    Comparison {
        verdict,
        leading: leader.id.clone(),
        summary,
        depends_on,
        standings,
        prp_first: None,
        measure_next: Vec::new(),
    }
}
