//! What can be wrong with a dot plan.

use vellus_head::HeadError;

/// An error of the pigment room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PigmentError {
    /// More dots were asked for than the skin can hold apart.
    #[error(
        "a density of {asked:.0} dots per cm² was asked for; at most {most:.0} stay apart, which is {dots} dots here. Ask for fewer or lower the density"
    )]
    TooDense {
        /// Density asked for, per cm².
        asked: f64,
        /// Most that fits, per cm².
        most: f64,
        /// Dots of a course that is as dense as that in its densest place.
        dots: usize,
    },
    /// Fewer dots were asked for than would be seen as work.
    #[error(
        "a budget of {asked} dots is too small: {wanted} would match, and below {least} the work is thinner than the first session of a course. Allow at least {least}, or cover a smaller area (raise the hairline, or leave a zone out with a mark)"
    )]
    TooFew {
        /// Dots asked for.
        asked: usize,
        /// Least.
        least: usize,
        /// What would match.
        wanted: usize,
    },
    /// Living follicles, earlier dots and marks leave too little room.
    #[error(
        "{asked} dots ({densest:.0} per cm² at the densest) find no room between living follicles, earlier dots and marks: about {most} fit. Lower the density, or wait until earlier dots have faded"
    )]
    NoRoom {
        /// Dots asked for.
        asked: usize,
        /// Greatest density, per cm².
        densest: f64,
        /// About how many fit.
        most: usize,
    },
    /// Targets or days of the sessions are impossible.
    #[error("the sessions: {0}")]
    Sessions(String),
    /// Too soon after the last session.
    #[error(
        "the {what} would be {since:.0} days after the last session of the record; at least {least:.0} are needed for it to heal, thus {earliest} at the earliest (dates.start)",
        what = if *touch_up { "touch-up" } else { "next session" }
    )]
    NotHealed {
        /// Days since the last session.
        since: f64,
        /// Least days.
        least: f64,
        /// Earliest date.
        earliest: String,
        /// Whether finished work is touched up, rather than a course continued.
        touch_up: bool,
    },
    /// Two scars lie on each other.
    #[error(
        "marks[{first}] ({first_kind}) and marks[{second}] ({second_kind}) overlap by {overlap_mm:.1} mm: write them as one mark, or correct their width or place"
    )]
    Marks {
        /// Place of the first in the list, from 0.
        first: usize,
        /// What it is.
        first_kind: &'static str,
        /// Place of the second.
        second: usize,
        /// What it is.
        second_kind: &'static str,
        /// By how much, mm.
        overlap_mm: f64,
    },
    /// It is not known how strongly a pigment absorbs.
    #[error(
        "the pigment {name:?} has no strength: {missing} is missing. Enter it from the maker's sheet, or deposit_per_mm, or name one that is known: {known}",
        known = crate::pigment::built_in().iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(", ")
    )]
    NoStrength {
        /// Which.
        name: String,
        /// What is missing.
        missing: &'static str,
    },
    /// There is no skin to work on.
    #[error(
        "no skin is left for dots: the target density is zero everywhere on the scalp. Check the hairline height and the stage of loss"
    )]
    NothingToDo,
    /// A hairline that cannot be.
    #[error("the hairline: {key} = {value} is not possible; allowed: {allowed}")]
    Hairline {
        /// Which of its numbers, as in a case.
        key: String,
        /// The value found.
        value: String,
        /// What is allowed.
        allowed: String,
        /// The likely fix.
        hint: String,
    },
    /// The skin under a hairline could not be used.
    #[error("laying the hairline on the head: {0}")]
    Skin(HeadError),
    /// Points could not be placed.
    #[error("placing the dots: {0}")]
    Place(#[from] HeadError),
}
