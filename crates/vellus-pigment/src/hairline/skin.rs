//! The part of a head's skin that a hairline needs, cut out so that distances on it are quick.

use std::collections::BTreeMap;

use glam::DVec3;
use vellus_head::{HeadError, Mesh, Surface, SurfacePoint};

/// Skin within the first and all triangles about these places that are nearer than `reach`, mm, made so
/// that every vertex has one fan of triangles.
pub(super) fn cut(surface: &Surface, places: &[DVec3], reach: f64) -> Result<Surface, HeadError> {
    let mesh = surface.mesh();
    let near: Vec<bool> = mesh
        .positions
        .iter()
        .map(|p| places.iter().any(|q| p.distance_squared(*q) < reach * reach))
        .collect();
    let mut triangles: Vec<[u32; 3]> =
        mesh.triangles.iter().filter(|t| t.iter().any(|v| near[*v as usize])).copied().collect();
    // Cutting leaves corners where pieces touch in one vertex; their triangles go.
    loop {
        let pinched = pinched(&triangles);
        if pinched.is_empty() {
            break;
        }
        triangles.retain(|t| !t.iter().any(|v| pinched.binary_search(v).is_ok()));
    }
    let mut number: BTreeMap<u32, u32> = BTreeMap::new();
    let mut positions = Vec::new();
    for t in &mut triangles {
        for v in t {
            *v = *number.entry(*v).or_insert_with(|| {
                positions.push(mesh.positions[*v as usize]);
                positions.len() as u32 - 1
            });
        }
    }
    Surface::new(Mesh { positions, triangles })
}

/// Vertices with more than one way out over the rim.
fn pinched(triangles: &[[u32; 3]]) -> Vec<u32> {
    let mut edges: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for t in triangles {
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            *edges.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }
    let mut rims: BTreeMap<u32, u32> = BTreeMap::new();
    for ((a, b), n) in edges {
        if n == 1 {
            *rims.entry(a).or_default() += 1;
            *rims.entry(b).or_default() += 1;
        }
    }
    rims.into_iter().filter(|(_, n)| *n > 2).map(|(v, _)| v).collect()
}

/// The point of a surface nearest to a place.
pub(super) fn on(surface: &Surface, p: DVec3) -> Result<SurfacePoint, HeadError> {
    surface
        .closest_point(p)
        .map(|h| h.point)
        .ok_or_else(|| HeadError::Mesh("there is no skin where the hairline should be".into()))
}
