//! What can go wrong with a head.

use std::path::PathBuf;

/// An error of this crate. Messages say what, where, the allowed range and the likely fix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// A file could not be opened, read or written.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// "read" or "write".
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file name does not say a format that can be read.
    #[error(
        "cannot tell the format of {}: its name ends in {found}; supported are .obj, .ply, .stl, .gltf and .glb",
        path.display()
    )]
    UnsupportedFormat {
        /// The file.
        path: PathBuf,
        /// The ending found, quoted, or "no ending".
        found: String,
    },
    /// The content of a mesh file is broken.
    #[error("{format} file, {place}: {what}")]
    Malformed {
        /// "OBJ", "PLY", "STL" or "glTF".
        format: &'static str,
        /// Line, byte or element where the reader stopped.
        place: String,
        /// What is wrong, and the likely fix.
        what: String,
    },
    /// The mesh cannot be used as it is.
    #[error("the mesh cannot be used: {0}")]
    Mesh(String),
    /// The description of a scan (its sidecar) is broken or incomplete.
    #[error("the description of the scan: {0}")]
    Scan(String),
    /// Landmarks are missing, or are where no head has them.
    #[error("the landmarks: {0}")]
    Landmarks(String),
    /// Lengths that make no head.
    #[error("the lengths of the head: {0}")]
    Lengths(#[from] crate::parametric::ParametricError),
    /// A request for points that cannot be met.
    #[error("placing points: {0}")]
    Placing(String),
    /// A distance, path, curve or region that cannot be had on this surface.
    #[error("distances and curves: {0}")]
    Geodesic(String),
    /// A patch or region that cannot be laid flat.
    #[error("laying flat: {0}")]
    Flatten(String),
}

impl HeadError {
    pub(crate) fn malformed(format: &'static str, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Malformed { format, place: place.into(), what: what.into() }
    }
}
