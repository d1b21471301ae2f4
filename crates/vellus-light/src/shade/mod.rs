//! Which shade of pigment, how deep, looks like this person's own shaved hair: the optics of the question.
//!
//! # Concepts
//! [`PigmentOptics`] is what a pigment absorbs. [`ShadeOptics`] is what the light in one skin makes of an
//! absorber in it; [`TracedOptics`] is the one at hand. A [`Field`] is a skin full of like elements, dots or
//! shaved hairs: its tone under any lamp and its texture at any distance. [`difference`] compares
//! two of them as an eye would. [`calibrate`](calibrate::calibrate) learns from healed test dots how much of
//! a pigment is effective and how deep it lies in this skin; [`photo`] measures such dots on a photograph
//! with a grey card.
//!
//! Who lays dots where, how they age and what is recommended is decided elsewhere.

pub mod calibrate;
pub mod compare;
pub mod field;
pub mod optics;
pub mod photo;
pub mod pigment;

pub use calibrate::{Calibration, Factors, Predicted, Prior, Reading, calibrate};
pub use compare::{Difference, WeighedLamp, difference};
pub use field::{Arrangement, Element, Field, shaved_hair};
pub use optics::{ShadeOptics, TracedOptics};
pub use photo::{PhotoReading, Rectangle, TestPhoto, read_photo};
pub use pigment::{AbsorptionShape, PigmentOptics};
