//! What an eye makes of a picture: whether something is seen from a distance, how well one texture
//! goes over into another, and how a colour looks beside its surround.
//!
//! # Concepts
//! [`Viewing`] turns millimetres on the skin into degrees before the eye. A [`Patch`] is a piece of
//! skin, flat and to scale. [`visibility`] says in *just noticeable differences*
//! whether two patches can be told apart at that distance, [`grain`] whether a pattern
//! is seen as a pattern at all, [`blend()`] how a treated zone goes over into the fringe
//! beside it: tone and texture apart. [`appearance()`] keeps what an instrument
//! reads apart from what is seen. [`flip()`] is a peer's measure for whole pictures.
//!
//! # Limits of validity
//! Thresholds are those of trained observers with good eyes who know where to look, at 30 to 40 cd/m²;
//! in daylight fine detail is seen a little better, in passing everything a good deal worse.

pub mod appearance;
pub mod blend;
pub mod ciecam16;
pub mod colour_pairs;
pub mod detect;
mod fft;
pub mod flip;
pub mod patch;
pub mod sensitivity;
pub mod viewing;

pub use appearance::{Appearance, appearance};
pub use blend::{Blend, blend};
pub use colour_pairs::{PairRow, ciede2000_rows};
pub use detect::{Seen, Visibility, grain, visibility};
pub use flip::flip;
pub use patch::Patch;
pub use viewing::Viewing;
