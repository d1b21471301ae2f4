//! What skin is made of, and what that does to light.
//!
//! # Concepts
//! [`chromophore`] gives absorption per mm of what colours skin and hair; [`scattering`] the laws of scattering,
//! anisotropy and refraction. A [`SkinModel`] is skin as a stack of layers, which [`SkinModel::layers`] turns into optical
//! constants at a wavelength and [`SkinModel::reflectance`] into a spectrum. People differ along two
//! axes, melanin and blood: [`SkinFamily`] is that plane, tabulated, and finds the skin behind a measured colour.
//!
//! # Limits of validity
//! Plane layers; 380 to 730 nm; no hair, no furrows. Water, whose absorption in this range is below a tenth of the
//! bloodless baseline, is in the baseline.

pub mod chromophore;
mod family;
pub mod scattering;
mod skin_model;
mod tint;

pub use crate::transport::adding_doubling::Layer;
pub use family::{BLOOD, CALM_BLOOD, MELANOSOMES, Place, SkinFamily};
pub use skin_model::{DEEP_PLEXUS, Measure, PLEXUS_MM, SkinModel, UPPER_PLEXUS};
pub use tint::Tint;
