//! Spectra, observers, lamps and what they make of each other.
//!
//! A [`Spectrum`] has [`BANDS`] values, 380 to 730 nm each 10 nm, and is meant to be joined by straight
//! lines between them and flat outside. [`Observer`] holds the CIE colour-matching functions as
//! published each 5 nm; what a lamp shows of a reflectance is summed on that 5 nm grid, so that the
//! white of D65 is 95.047, 100, 108.897 (the 1 nm sum gives 108.883). White and sample are always
//! summed in the same way.
//!
//! ```
//! use vellus_light::spectrum::{Lamp, Spectrum};
//! let grey = Spectrum::splat(0.2);
//! let lab = Lamp::d65().lab(&grey);
//! assert!((lab[0] - 51.837).abs() < 1e-3 && lab[1].abs() < 1e-9);
//! ```

mod adaptation;
mod bands;
mod gamut;
mod lamp;
mod observer;
mod table;

pub use adaptation::{Adaptation, adapt};
pub use bands::{BANDS, FIRST_NM, LAST_NM, STEP_NM, Spectrum, wavelengths_nm};
pub use gamut::{Fitted, fit_in_gamut};
pub use lamp::{Lamp, LampKind};
pub use observer::Observer;
pub use table::Table;
