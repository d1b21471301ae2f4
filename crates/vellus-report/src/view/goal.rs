//! The goal as a level on charts and bars.

use jiff::civil::Date;
use vellus_plan::Plan;
use vellus_plan::outcome::GoalOutcome;
use vellus_plan::schedule::days_between;

use crate::chart::Flag;

/// The per cent of the fringe that a goal of the whole thinning area asks for; none for goals of a
/// single zone, which the charts do not show.
fn percent(goal: &GoalOutcome) -> Option<f64> {
    (goal.zone.is_none() && goal.percent_of_fringe.is_finite()).then_some(goal.percent_of_fringe)
}

/// The first goal about what is seen, per cent of the fringe.
pub(crate) fn first_goal_percent(plan: &Plan) -> Option<f64> {
    plan.strategies.first()?.goals.iter().filter(|g| !g.hair_only).find_map(percent)
}

/// The first goal of a channel as a flag on its chart.
pub(crate) fn flag(plan: &Plan, goals: &[GoalOutcome], of_hair: bool) -> Option<Flag> {
    let months = |by: Date| days_between(plan.today, by) * 12.0 / 365.25;
    goals.iter().filter(|g| g.hair_only == of_hair).find_map(|g| {
        percent(g).map(|p| Flag { month: months(g.by), value: p / 100.0 * plan.fringe.terminal_per_cm2 })
    })
}
