//! Reading and writing meshes: OBJ, PLY and STL.
//!
//! The readers give what the file says, in file space: no unit, no repair. Every reader also takes
//! bytes, never panics, and never reserves more memory than the file is long.

mod obj;
mod ply;
mod stl;

use std::path::Path;

pub use obj::read_obj;
pub use ply::{VertexAttribute, read_ply, write_ply, write_points};
pub use stl::read_stl;

use crate::{HeadError, Mesh};

/// Reads a mesh; the ending of the name (`.obj`, `.ply`, `.stl`, any case) says the format.
///
/// # Errors
/// [`HeadError::File`] when the file cannot be read, [`HeadError::UnsupportedFormat`] for another
/// ending, [`HeadError::Malformed`] when the content is broken.
pub fn read_mesh(path: &Path) -> Result<Mesh, HeadError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let reader: fn(&[u8]) -> Result<Mesh, HeadError> = match ending.as_deref() {
        Some("obj") => read_obj,
        Some("ply") => read_ply,
        Some("stl") => read_stl,
        other => {
            return Err(HeadError::UnsupportedFormat {
                path: path.to_path_buf(),
                found: other.map_or_else(|| "no ending".into(), |e| format!("\".{e}\"")),
            });
        }
    };
    let bytes = std::fs::read(path).map_err(|source| HeadError::File {
        doing: "read",
        path: path.to_path_buf(),
        source,
    })?;
    reader(&bytes)
}

/// A scan
pub struct Scan {
    /// mesh
    pub mesh: Mesh,
    /// unit
    pub unit: Option<crate::LengthUnit>,
    /// up
    pub up: Option<crate::Axis>,
    /// f
    pub forward: Option<crate::Axis>,
    /// n
    pub format: &'static str,
}
/// s
pub fn read_scan(path: &Path) -> Result<Scan, HeadError> {
    Ok(Scan { mesh: read_mesh(path)?, unit: None, up: None, forward: None, format: "a scan" })
}

/// A polygon as a fan of triangles about its first corner; fewer than three corners give none.
fn fan(corners: &[u32]) -> impl Iterator<Item = [u32; 3]> {
    corners.windows(2).skip(1).map(|w| [corners[0], w[0], w[1]])
}
