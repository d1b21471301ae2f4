//! Pigment dots and hair roots in the skin, in three dimensions.
//!
//! # Concepts
//! A dot is an upright column of absorber under the epidermis; what it does to the skin around it is
//! its *relative darkening* 1 − R/R₀ over the distance from its middle and over wavelength
//! ([`DotProfile`]). A layer of the same pigment darkens and blues the skin several times as much,
//! because a dot is lit from its sides: dots have to be traced in space.
//!
//! [`trace`] follows paths once in skin that takes next to nothing and applies what epidermis, dermis and
//! pigment take afterwards to the lengths of each path inside them, so that all loads, depths,
//! diameters and skins share the same paths. [`profile`] reads the table made from that.
//!
//! # Limits of validity
//! An even sky, seen from straight above; a mean epidermis of 70 µm over dermis without end, one
//! refractive index; pigment absorbs and does not scatter; dots do not shade each other (crowding is
//! handled by multiplying transmittances).

mod bake;
mod path;
mod profile;
mod root;
mod shape;
mod skin;
mod skin_dots;
mod table;
mod taken;

pub use bake::{bake, trace, trace_root};
pub use path::{EPIDERMIS_MM, EPIDERMIS_SCATTERS, INDEX, LEAST_MUA_PER_MM, MEAN_COSINE};
pub use profile::{Column, DotError, DotProfile, RootShape, carbon_per_mm, clumped};
pub use root::{ROOT_ANGLE_DEG, ROOT_BOTTOM_MM, ROOT_SLANT, ROOT_TOP_MM, Roots, SEGMENTS};
pub use skin::{PlainSkin, TissueBand};
pub(crate) use skin_dots::Place;
pub use skin_dots::{InkDots, SkinDots, tissue_bands};
pub use table::{TABLE, profile};
pub use taken::{PARTS, Taken, TakenPart, luminance_mm2};

#[cfg(test)]
mod tests;
