//! Heads: meshes, landmarks, lengths, the scalp chart, zones, and points placed evenly.
//!
//! # Spaces
//! *Head space* (`_in_head`): millimetres, right-handed. Origin midway between the two tragia;
//! +x to the person's left, +y up, +z forward; the Frankfurt plane is horizontal.
//! *Chart space* (`_in_chart`): two numbers that mean the same place on every head, see [`Chart`].
//! *File space* (`_in_file`): whatever a scan came in.

pub mod chart;
pub mod landmarks;
pub mod mesh;
pub mod parametric;
pub mod zones;

pub use chart::Chart;
pub use landmarks::{Landmark, Landmarks};
pub use mesh::{Mesh, SurfacePoint};
pub use zones::Zone;
