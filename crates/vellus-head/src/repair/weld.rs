//! Joining vertices that are one point.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use glam::DVec3;

use crate::Mesh;

const NONE: u32 = u32::MAX;

/// Cells are this many welding distances wide: wide enough that most balls lie in one cell, narrow
/// enough that a cell holds few vertices.
const CELL: f64 = 16.0;

/// Joins vertices that are nearer than a distance; the first vertex of the file stays. A distance of
/// zero joins equal ones.
pub(crate) fn weld(mesh: &Mesh, distance: f64) -> Mesh {
    let reach = mesh.bounds().map_or(0.0, |(lo, hi)| lo.abs().max(hi.abs()).max_element());
    // Where numbers themselves are further apart than the distance, near means equal.
    let (kept, new_index) = if distance > 0.0 && reach < distance * 1e15 {
        join_near(&mesh.positions, distance)
    } else {
        join_equal(&mesh.positions)
    };
    let triangles = mesh
        .triangles
        .iter()
        .map(|t| t.map(|v| new_index.get(v as usize).copied().unwrap_or(u32::MAX)))
        .collect();
    Mesh { positions: kept, triangles }
}

fn join_equal(positions: &[DVec3]) -> (Vec<DVec3>, Vec<u32>) {
    let mut seen: HashMap<[u64; 3], u32, BuildHasherDefault<Mix>> = HashMap::default();
    seen.reserve(positions.len() / 4);
    let mut kept: Vec<DVec3> = Vec::new();
    let new_index = positions
        .iter()
        .map(|p| {
            let new = kept.len() as u32;
            // Adding zero makes −0 into 0.
            let at = if p.is_finite() {
                *seen.entry(p.to_array().map(|x| (x + 0.0).to_bits())).or_insert(new)
            } else {
                new
            };
            if at == new {
                kept.push(*p);
            }
            at
        })
        .collect();
    (kept, new_index)
}

fn join_near(positions: &[DVec3], distance: f64) -> (Vec<DVec3>, Vec<u32>) {
    let key = |p: DVec3| (p / (CELL * distance)).floor().to_array().map(|x| x as i64 as u64);
    // Each cell holds a chain of kept vertices; a scan of millions of triangles has millions of
    // cells, so a list for each would cost many times the mesh.
    let mut first: HashMap<[u64; 3], u32, BuildHasherDefault<Mix>> = HashMap::default();
    first.reserve(positions.len() / 4);
    let mut next: Vec<u32> = Vec::new();
    let mut kept: Vec<DVec3> = Vec::new();
    let new_index = positions
        .iter()
        .map(|&p| {
            let new = kept.len() as u32;
            if !p.is_finite() {
                kept.push(p);
                next.push(NONE);
                return new;
            }
            let mut found = NONE;
            let mut look = |cell: [u64; 3]| {
                let mut v = first.get(&cell).copied().unwrap_or(NONE);
                while v != NONE {
                    if kept[v as usize].distance(p) <= distance {
                        found = found.min(v);
                    }
                    v = next[v as usize];
                }
            };
            // Only the cells that a ball of the welding distance touches.
            let (lo, hi) = (key(p - distance), key(p + distance));
            for k in 0..8usize {
                let cell = [0, 1, 2].map(|a| if k >> a & 1 == 0 { lo[a] } else { hi[a] });
                if (0..3).all(|a| k >> a & 1 == 0 || lo[a] != hi[a]) {
                    look(cell);
                }
            }
            if found == NONE {
                found = new;
                kept.push(p);
                let chain = first.entry(key(p)).or_insert(NONE);
                next.push(*chain);
                *chain = new;
            }
            found
        })
        .collect();
    (kept, new_index)
}

/// A hash of a few whole numbers: multiply and fold, several times faster than the one of the
/// standard library. Bits of coordinates are mixed well enough by it; nobody gains from making a
/// scan slow to read.
#[derive(Clone, Copy, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, x: u64) {
        let wide = u128::from(self.0 ^ x ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
        self.0 = (wide as u64) ^ ((wide >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(p: &[[f64; 3]]) -> Mesh {
        Mesh { positions: p.iter().map(|p| DVec3::from_array(*p)).collect(), triangles: vec![[0, 1, 9]] }
    }

    #[test]
    fn near_is_near_across_cells_and_the_first_stays() {
        let d = 1e-4;
        let edge = CELL * d;
        let m = weld(&points(&[[edge - 0.4 * d; 3], [edge + 0.1 * d; 3], [edge + 3.0 * d; 3]]), d);
        assert_eq!(m.positions, points(&[[edge - 0.4 * d; 3], [edge + 3.0 * d; 3]]).positions);
        assert_eq!(m.triangles, [[0, 0, u32::MAX]]);
    }

    #[test]
    fn tiny_and_huge_meshes_do_not_fall_into_one_cell() {
        // Quadratic work on these would take minutes.
        for scale in [1e-300, 1e-30, 1e30, 1e300] {
            let many: Vec<[f64; 3]> = (0..200_000).map(|i| [scale * f64::from(i), 0.0, -0.0]).collect();
            assert_eq!(weld(&points(&many), 0.0).positions.len(), many.len());
            let n = weld(&points(&many), 1e-4).positions.len();
            assert_eq!(n, if scale < 1.0 { 1 } else { many.len() });
        }
        assert_eq!(
            weld(&points(&[[0.0; 3], [-0.0; 3], [f64::NAN; 3], [f64::NAN; 3]]), 0.0).positions.len(),
            3
        );
    }
}
