//! Triangle meshes in millimetres.

use glam::DVec3;

/// A triangle mesh. Counter-clockwise triangles seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Vertex positions, mm (head space once a [`crate::Head`] holds the mesh).
    pub positions: Vec<DVec3>,
    /// Vertex indices of each triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// A place on a mesh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfacePoint {
    /// Position, mm.
    pub position: DVec3,
    /// Unit normal, outward, interpolated from the vertex normals.
    pub normal: DVec3,
    /// The triangle it lies on.
    pub triangle: u32,
}
