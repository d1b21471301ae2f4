//! Reading and writing meshes: OBJ, PLY, STL, glTF and GLB in, PLY out.
//!
//! The readers give what the file says, in file space, without repair. [`read_scan`] adds what the
//! format or the file states about unit and axes: glTF is in metres with +Y up and +Z forward by its
//! specification; the others know no unit, unless a comment of the file names one. Every reader also
//! takes bytes, never panics, and never reserves more memory than in proportion to the file.

mod format;
mod gltf;
mod obj;
mod ply;
mod stl;
mod text;

use std::path::Path;

pub use gltf::read_gltf;
pub use obj::read_obj;
pub use ply::{VertexAttribute, read_ply, write_ply, write_points};
pub use stl::read_stl;

use crate::{Axis, HeadError, LengthUnit, Mesh};
use format::Format;

/// A mesh and what its file states about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Triangles in file space.
    pub mesh: Mesh,
    /// The unit, when the format or a comment of the file states it.
    pub unit: Option<LengthUnit>,
    /// Which way is up, when the format states it.
    pub up: Option<Axis>,
    /// Which way the person looks, when the format states it.
    pub forward: Option<Axis>,
    /// "a scan (OBJ)" and so on, for reports.
    pub format: &'static str,
}

/// Reads a scan; the ending of the name (`.obj`, `.ply`, `.stl`, `.gltf`, `.glb`, any case) says the
/// format. The buffers of a `.gltf` file are read from its folder and those below.
///
/// Unit and axes are those that format or file state; a sidecar or the user may know more, see
/// [`crate::ScanSpec::complete_from`]. Nothing is guessed.
///
/// # Errors
/// [`HeadError::File`] when the file cannot be read, [`HeadError::UnsupportedFormat`] for another
/// ending, [`HeadError::Malformed`] when the content is broken, is plainly another format, holds no
/// surface (a point cloud), or is USD, which is not read.
pub fn read_scan(path: &Path) -> Result<Scan, HeadError> {
    let format = Format::of(path)?;
    let bytes = std::fs::read(path).map_err(|source| HeadError::File {
        doing: "read",
        path: path.to_path_buf(),
        source,
    })?;
    format.check(&bytes)?;
    let mut scan = Scan { mesh: Mesh::default(), unit: None, up: None, forward: None, format: format.scan() };
    match format {
        Format::Obj => {
            scan.mesh = read_obj(&bytes)?;
            scan.unit = obj::stated_unit(&bytes);
        }
        Format::Ply => {
            scan.mesh = read_ply(&bytes)?;
            scan.unit = ply::stated_unit(&bytes);
        }
        // Refused above.
        Format::Stl | Format::Usd => scan.mesh = read_stl(&bytes)?,
        Format::Gltf | Format::Glb => {
            scan.mesh = read_gltf(&bytes, path.parent())?;
            (scan.unit, scan.up, scan.forward) = (Some(LengthUnit::M), Some(Axis::UP), Some(Axis::FORWARD));
        }
    }
    Ok(scan)
}

/// The mesh of [`read_scan`] alone.
///
/// # Errors
/// As [`read_scan`].
pub fn read_mesh(path: &Path) -> Result<Mesh, HeadError> {
    read_scan(path).map(|s| s.mesh)
}

/// A polygon as a fan of triangles about its first corner; fewer than three corners give none.
fn fan(corners: &[u32]) -> impl Iterator<Item = [u32; 3]> {
    corners.windows(2).skip(1).map(|w| [corners[0], w[0], w[1]])
}
