//! Close-ups of the scalp with their truth, for software that measures photographs.
//!
//! # Concepts
//! A [`CloseUpSpec`] says what is in the picture and what is wrong with the camera; every key has a range and may be left
//! out. [`make`] grows a field of follicular units in a patch larger than the frame, lays dots and whatever else lies on
//! a scalp into it, and takes the picture. [`Truth`] says where everything is, after distortion and oblique view.
//! [`make_pair`] takes a second picture some days later. [`vary`] draws specifications from the whole of the ranges.
//!
//! # How pictures are made
//! Hairs are traced ([`crate::trace`], [`crate::fibre`]) through a lens with an opening, a distortion and a motion, so that these
//! faults are exact and the truth needs no resampling. The skin is a raster in its own plane: its
//! colour ([`crate::Skin`]), pattern and relief, dots and roots as radial profiles. Light on it is counted between the hairs
//! and spread by the skin. Exposure, noise, mosaic, sharpening and compression come after.
//!
//! # Limits
//! Round fibres without medulla, seen in air: the index of a contact gel is not modelled. The light that passes a hair
//! to the skin behind it sees the skin's raster, and no light goes from skin to skin but by its own blur.

mod blot;
mod dot;
mod eye;
mod faults;
mod field;
mod ground;
mod lens;
mod make;
mod mark;
mod number;
mod overlay;
mod patch;
mod pattern;
mod pose;
mod preset;
mod ring;
mod scalp_spec;
mod shade;
mod spec;
mod strand;
mod truth;
mod truth_files;
mod under;
mod visit;
mod witness;

#[cfg(test)]
mod bounds;

pub use field::HairClass;
pub use lens::Lens;
pub use make::{Beside, CloseUp, Masks, Told, make, make_pair, survey};
pub use mark::MarkKind;
pub use number::CloseUpError;
pub use overlay::Drawn;
pub use pose::Pose;
pub use preset::{PRESETS, preset, vary};
pub use scalp_spec::{Hair, Marks, Smp, Surface};
pub use spec::{CameraSpec, CloseUpSpec, Colour, Overlay, Pair, Picture, PictureFormat, SkinType};
pub use truth::{
    Counts, DistractorTruth, DotTruth, Fate, GrowthTruth, HairPaint, HairTruth, PairTruth, Scale, SkinTruth,
    Truth, UnitTruth,
};
