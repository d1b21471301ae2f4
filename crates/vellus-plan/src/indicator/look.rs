//! When it first looks as wanted.

use super::{Better, Indicator};
use crate::ensemble::{Ensemble, Future, NOTICEABLE};
use crate::forecast::FRAME_MONTHS;

/// Months to the first satisfactory look.
pub const MONTHS_TO_LOOK: Indicator = Indicator {
    id: "months_to_look",
    title: "Time to the look",
    unit: "mo",
    definition: "Months until the visible density of the first goal is reached and not overshot by a noticeable step; 120 stands for not within ten years",
    source: "the goal is the person's; the step of 22.7 % is Buontempo's and Oh's",
    better: Better::Less,
};

/// Months that stand for "not within the plan".
pub const NEVER_MONTHS: f64 = 120.0;

/// The frame at which a future first looks as wanted.
pub(crate) fn first_frame(e: &Ensemble<'_>, f: &Future) -> Option<usize> {
    let goal = e.subject.person.goals.first()?;
    let groups = e.subject.goal_groups(goal.zone);
    let fringe = e.subject.fringe.terminal_per_cm2.max(1.0);
    let wanted = goal.visible_percent_of_fringe / 100.0 * fringe;
    let most = (1.0 + NOTICEABLE) * wanted.max(fringe);
    (0..e.frames.len()).find(|frame| {
        let seen =
            if goal.hair_only { e.hair_visible(f, *frame, &groups) } else { e.visible(f, *frame, &groups) };
        (wanted..=most).contains(&seen)
    })
}

pub(super) fn months_to_look(e: &Ensemble<'_>, f: &Future) -> f64 {
    first_frame(e, f).map_or(NEVER_MONTHS, |frame| (frame as f64 * FRAME_MONTHS).min(NEVER_MONTHS))
}
