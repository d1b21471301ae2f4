//! Laying the scalp flat: patches at true scale, tiles for stencils, the whole scalp as one map.
//!
//! * [`patch`](mod@patch): any disc of triangles, as true to length as it can be, with its distortion.
//! * [`tiles`]: the scalp in tiles that are small enough to lie flat, cut along the part and the
//!   hairline.
//! * [`azimuthal`]: the whole scalp in one picture, whose distortion is large and stated.
//!
//! Flat coordinates are millimetres, seen from outside, y towards the front of the head.

mod attempt;
pub mod azimuthal;
mod disc;
mod distortion;
mod laid;
mod layout;
mod lookup;
mod outline;
pub mod patch;
mod region;
mod sheet;
mod skull;
mod solve;
pub mod tiles;

pub use azimuthal::{MapMiddle, Projection, ScalpProjection};
pub use distortion::Distortion;
pub use patch::{FlatMethod, FlatPatch, FlatSpec, Flattener, flatten, flatten_triangles};
pub use tiles::{BorderRun, Neighbour, Part, Seam, Tile, TileSpec, TileZone, Tiling, tile_scalp};

fn refuse(what: String) -> crate::HeadError {
    crate::HeadError::Flatten(what)
}
