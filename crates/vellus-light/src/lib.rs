//! What skin, hair and pigment look like: optics, colour, pictures.
//!
//! # Concepts
//! A [`HeadModel`] is the mesh made ready for rays. A [`Stage`] is one head under one light seen by
//! one camera: everything that does not change between plans and dates. [`Stage::compose`] adds
//! what does change, a [`Frame`] of hair, roots and dots, and gives an [`Image`].
//!
//! Dots and hairs are drawn at true size. What lies *under* the skin is never an opaque disc: it
//! is an [`Extinction`], the integral over the surface of the relative darkening it causes, laid out in
//! three Gaussians ([`extinction`], from the traced table of [`dot`]). What lies *above* is covered by exact area.
//!
//! # Limits of validity
//! Colours are linear sRGB with D65 white, three broad channels; the optics is the
//! project's own Monte Carlo, not fitted to photographs of healed dots, because no measured
//! series of those was found.

pub mod closeup;
pub mod colour;
pub mod compose;
pub mod dot;
pub mod error;
pub mod extinction;
pub mod face;
pub mod fibre;
pub mod groom;
pub mod hair_colour;
pub mod hair_fibre;
mod hair_shading;
mod hair_volume;
pub mod head_model;
pub mod image;
pub mod lights;
mod raster;
pub mod scene;
pub mod see;
pub mod shade;
pub mod skin;
pub mod spectrum;
pub mod stage;
mod texture;
pub mod tissue;
pub mod trace;
pub mod transport;
pub mod under_skin;
pub mod view;

pub use compose::Frame;
pub use error::LightError;
pub use extinction::Extinction;
pub use hair_colour::{HairColour, HairTone};
pub use head_model::HeadModel;
pub use image::{ColourSpace, Image, contact_sheet};
pub use lights::Lights;
pub use scene::{Dots, Strands};
pub use skin::{Fitzpatrick, Skin, Undertone};
pub use spectrum::{Lamp, LampKind, Observer, Spectrum};
pub use stage::{Quality, Stage};
pub use under_skin::{DotOptics, UnderSkin};
pub use view::{Camera, View};
