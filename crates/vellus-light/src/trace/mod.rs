//! Path tracing of a head: rays, hairs, lights and film.
//!
//! # Concepts
//! [`Hairs`] is a hierarchy over round straight pieces of hair, [`Scene`] what is looked at, and
//! [`render`] follows paths from a [`Camera`](crate::Camera) into a [`Film`]. Light is linear RGB; spectra are turned
//! into absorptions and colours before they come here.
//!
//! # Invariants
//! A sample is a pure function of (seed, pixel, sample number), and pixels are summed one by one: the
//! same bytes for any number of threads.

pub(crate) mod around;
mod bundle;
pub mod check;
pub mod clinic;
mod denoise;
pub(crate) mod facets;
pub mod film;
pub mod hairs;
pub mod lamps;
pub(crate) mod lanes;
pub mod layers;
pub mod marks;
pub(crate) mod maths;
mod paths;
pub mod piece;
pub mod portrait;
pub mod samples;
pub mod scene;
pub mod skin_ground;
mod tree;

pub use film::{Film, Progress, Settings, render};
pub use hairs::{Hairs, Meeting};
pub use lamps::{Dome, Lamp, Lamps};
pub use layers::Layers;
pub use marks::Marks;
pub use piece::Piece;
pub use portrait::{Grown, Portrait, Under, Wetness};
pub use scene::{Body, Ground, Scene};
pub use skin_ground::{SkinGround, Spread};
