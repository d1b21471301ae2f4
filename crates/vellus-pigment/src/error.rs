//! What can be wrong with a dot plan.

use vellus_head::HeadError;

/// An error of the pigment room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PigmentError {
    /// More dots were asked for than the skin can hold apart.
    #[error(
        "a density of {asked:.0} dots per cm² was asked for; at most {most:.0} stay apart. Lower the density or choose a finer needle"
    )]
    TooDense {
        /// Density asked for, per cm².
        asked: f64,
        /// Most that fits, per cm².
        most: f64,
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
