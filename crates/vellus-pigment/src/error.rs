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
    /// Points could not be placed.
    #[error("placing the dots: {0}")]
    Place(#[from] HeadError),
}
