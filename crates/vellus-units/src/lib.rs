//! Physical quantities, random streams and the small maths that every other room shares.
//!
//! Nothing here knows about hair. [`quantity`] holds newtypes whose name is their unit,
//! [`random`] the counter-based streams that make every result a function of the seed alone,
//! [`maths`] the handful of functions that would otherwise be written in each crate.

pub mod maths;
pub mod quantity;
pub mod random;

pub use quantity::{
    Cm2, Days, Micrometres, MicrometresPerDay, Millilitres, Millimetres, Minutes, Months, PerCm2, Percent,
    Rcf, Rpm, ThousandsPerUl, Years,
};
pub use random::{Purpose, Stream};
