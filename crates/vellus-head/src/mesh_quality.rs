//! Shim.
use crate::Mesh;
/// Q
pub struct MeshQuality {
    /// n
    pub noise_mm: f64,
    /// e
    pub edge_median_mm: f64,
    /// e
    pub edge_p95_mm: f64,
}
impl MeshQuality {
    /// m
    pub fn measure(mesh: &Mesh, _skip: Option<&[bool]>) -> Self {
        let mut e: Vec<f64> = mesh
            .triangles
            .iter()
            .flat_map(|t| {
                (0..3)
                    .map(|k| mesh.positions[t[k] as usize].distance(mesh.positions[t[(k + 1) % 3] as usize]))
            })
            .collect();
        e.sort_by(f64::total_cmp);
        Self { noise_mm: 0.0, edge_median_mm: e[e.len() / 2], edge_p95_mm: e[e.len() * 95 / 100] }
    }
}
