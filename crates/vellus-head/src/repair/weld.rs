//! Joining vertices that are one point.

use std::collections::HashMap;

use glam::DVec3;

use crate::Mesh;

const NONE: u32 = u32::MAX;

/// Joins vertices that are nearer than a distance; the first vertex of the file stays. A distance of
/// zero joins equal ones.
pub(crate) fn weld(mesh: &Mesh, distance: f64) -> Mesh {
    let cell = distance.max(1e-9) * 2.0;
    let key = |p: DVec3| (p / cell).floor().to_array().map(|x| x as i64);
    // Each cell holds a chain of kept vertices; a scan of millions of triangles has millions of
    // cells, so a list for each would cost many times the mesh.
    let mut first: HashMap<[i64; 3], u32> = HashMap::with_capacity(mesh.positions.len() / 4);
    let mut next: Vec<u32> = Vec::new();
    let mut kept: Vec<DVec3> = Vec::new();
    let mut new_index = Vec::with_capacity(mesh.positions.len());
    for &p in &mesh.positions {
        if !p.is_finite() {
            kept.push(p);
            next.push(NONE);
            new_index.push(kept.len() as u32 - 1);
            continue;
        }
        // Only the cells that a ball of the welding distance touches.
        let (lo, hi) = (key(p - distance), key(p + distance));
        let mut found = NONE;
        for x in lo[0]..=hi[0] {
            for y in lo[1]..=hi[1] {
                for z in lo[2]..=hi[2] {
                    let mut v = first.get(&[x, y, z]).copied().unwrap_or(NONE);
                    while v != NONE {
                        if kept[v as usize].distance(p) <= distance {
                            found = found.min(v);
                        }
                        v = next[v as usize];
                    }
                }
            }
        }
        if found == NONE {
            found = kept.len() as u32;
            kept.push(p);
            let chain = first.entry(key(p)).or_insert(NONE);
            next.push(*chain);
            *chain = found;
        }
        new_index.push(found);
    }
    let triangles = mesh
        .triangles
        .iter()
        .map(|t| t.map(|v| new_index.get(v as usize).copied().unwrap_or(u32::MAX)))
        .collect();
    Mesh { positions: kept, triangles }
}
