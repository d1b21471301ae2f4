//! The goal as a level: plans state it in words, charts and bars need the number in it.

use jiff::civil::Date;
use vellus_plan::Plan;
use vellus_plan::outcome::GoalOutcome;
use vellus_plan::schedule::days_between;

use crate::chart::Flag;

/// The per cent of the fringe that a goal of the whole thinning area asks for; none for goals of a
/// single zone, which the charts do not show.
fn percent(goal: &GoalOutcome) -> Option<f64> {
    let (before, rest) = goal.title.split_once(" at ")?;
    if !before.ends_with("thinning area") {
        return None;
    }
    rest.split(|c: char| !c.is_ascii_digit() && c != '.').next()?.parse().ok().filter(|p: &f64| p.is_finite())
}

/// Whether a goal is about living hair rather than what is seen.
fn hair_only(goal: &GoalOutcome) -> bool {
    goal.title.starts_with("living hair")
}

/// The first goal about what is seen, per cent of the fringe.
pub(crate) fn first_goal_percent(plan: &Plan) -> Option<f64> {
    plan.strategies.first()?.goals.iter().filter(|g| !hair_only(g)).find_map(percent)
}

/// The first goal of a channel as a flag on its chart.
pub(crate) fn flag(plan: &Plan, goals: &[GoalOutcome], of_hair: bool) -> Option<Flag> {
    let months = |by: Date| days_between(plan.today, by) * 12.0 / 365.25;
    goals
        .iter()
        .filter(|g| hair_only(g) == of_hair)
        .find_map(|g| percent(g).map(|p| Flag { month: months(g.by), value: p / 100.0 * plan.fringe.terminal_per_cm2 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(title: &str) -> GoalOutcome {
        GoalOutcome { title: title.into(), by: Date::constant(2028, 1, 1), chance: 0.5, by_mechanism: Default::default() }
    }

    #[test]
    fn a_goal_in_words_is_a_level() {
        assert_eq!(percent(&goal("visible density in the thinning area at 75 % of the fringe")), Some(75.0));
        assert_eq!(percent(&goal("visible density in vertex at 75 % of the fringe")), None);
        assert_eq!(percent(&goal("")), None);
        assert!(hair_only(&goal("living hair in the thinning area at 40 % of the fringe")));
    }
}
