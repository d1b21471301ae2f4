//! Heads: meshes, landmarks, lengths, the scalp chart, zones, and points placed evenly.
//!
//! # Spaces
//! *Head space* (`_in_head`): millimetres, right-handed. Origin midway between the two tragia;
//! +x to the person's left, +y up, +z forward; the Frankfurt plane is horizontal.
//! *Chart space* (`_in_chart`): two numbers that mean the same place on every head, see [`Chart`].
//! *File space* (`_in_file`): whatever a scan came in.
//!
//! # From a file to a head
//! [`io::read_mesh`] gives a [`Mesh`] in file space, [`ScanSpec`] says what the file does not,
//! [`Head::from_scan`] repairs, scales, levels, finds landmarks, cuts the neck and measures. Shapes
//! that are made rather than scanned come in through [`Head::from_parts`]. [`place`] puts points on
//! the [`Surface`] of any of them.

mod align;
mod bending;
pub mod chart;
mod contour;
mod edges;
mod error;
pub mod flatten;
pub mod geodesic;
pub mod head;
pub mod io;
pub mod landmarks;
pub mod lengths;
pub mod mesh;
pub mod mesh_quality;
mod normal_equations;
pub mod parametric;
pub mod points;
mod register;
pub mod repair;
pub mod scan;
pub mod scan_report;
pub mod simplify;
pub mod surface;
mod tree;
pub mod zones;

pub use chart::Chart;
pub use error::HeadError;
pub use geodesic::{Curve, Geodesics};
pub use head::{Head, Sex};
pub use landmarks::{Landmark, Landmarks};
pub use lengths::HeadLengths;
pub use mesh::{Mesh, SurfacePoint};
pub use points::{
    Density, FillSpec, GridPattern, InjectionGrid, InjectionSpec, KeepAway, PlaceSpec, Placer, PointQuality,
    PointSet, RowDirection, Spectrum, Spot, fill, injection_grid, integrate, place,
};
pub use repair::{RepairOptions, RepairReport, Repaired, repair};
pub use scan::{Axis, KnownLength, LengthUnit, ScanSpec};
pub use scan_report::{ScanReport, Verdict};
pub use simplify::{Deviation, Simplified, SimplifySpec, simplify};
pub use surface::{Hit, Surface};
pub use zones::{ScalpMap, Zone};
