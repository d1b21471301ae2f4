//! Surfaces as tomographs give them: a solid of voxels, cut into slices, with what else lies in the
//! scanner.

use std::collections::HashMap;

use glam::DVec3;
use vellus_head::Mesh;

/// A solid of voxels.
pub(crate) struct Solid {
    pub(crate) origin: DVec3,
    pub(crate) step: DVec3,
    pub(crate) size: [usize; 3],
    pub(crate) inside: Vec<bool>,
}

impl Solid {
    /// An empty block of voxels over a box.
    pub(crate) fn empty(low: DVec3, high: DVec3, step: DVec3) -> Self {
        let size = ((high - low) / step).to_array().map(|x| x.ceil() as usize + 2);
        Self { origin: low - step, step, size, inside: vec![false; size.iter().product()] }
    }

    /// The voxels whose centre lies inside a closed mesh.
    pub(crate) fn of(mesh: &Mesh, step: DVec3, margin: f64) -> Self {
        let (low, high) = mesh.bounds().unwrap();
        let mut solid = Self::empty(low - margin, high + margin, step);
        let [nx, ny, nz] = solid.size;
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); nx * ny];
        for t in 0..mesh.triangles.len() as u32 {
            let [a, b, c] = mesh.corners(t);
            let (lo, hi) = (a.min(b).min(c), a.max(b).max(c));
            let range = |k: usize, n: usize| {
                let i = |x: f64| ((x - solid.origin[k]) / step[k] - 0.5).floor().max(0.0) as usize;
                i(lo[k])..(i(hi[k]) + 2).min(n)
            };
            for i in range(0, nx) {
                for j in range(1, ny) {
                    // Off the vertices of any regular mesh.
                    let p = solid.centre([i, j, 0]) + DVec3::new(1.3e-5, 2.7e-5, 0.0);
                    let d = |u: DVec3, v: DVec3| (v.x - u.x) * (p.y - u.y) - (v.y - u.y) * (p.x - u.x);
                    let (u, v, w) = (d(b, c), d(c, a), d(a, b));
                    if (u > 0.0) == (v > 0.0) && (v > 0.0) == (w > 0.0) {
                        let sum = u + v + w;
                        crossings[i * ny + j].push((a.z * u + b.z * v + c.z * w) / sum);
                    }
                }
            }
        }
        for i in 0..nx {
            for j in 0..ny {
                let line = &mut crossings[i * ny + j];
                line.sort_by(f64::total_cmp);
                for pair in line.chunks_exact(2) {
                    for k in 0..nz {
                        let z = solid.centre([i, j, k]).z;
                        if (pair[0]..pair[1]).contains(&z) {
                            let at = solid.at([i, j, k]);
                            solid.inside[at] = true;
                        }
                    }
                }
            }
        }
        solid
    }

    pub(crate) fn at(&self, [i, j, k]: [usize; 3]) -> usize {
        (i * self.size[1] + j) * self.size[2] + k
    }

    pub(crate) fn centre(&self, [i, j, k]: [usize; 3]) -> DVec3 {
        self.origin + self.step * DVec3::new(i as f64 + 0.5, j as f64 + 0.5, k as f64 + 0.5)
    }

    /// Sets the voxels where `what` answers.
    pub(crate) fn set(&mut self, mut what: impl FnMut(DVec3) -> Option<bool>) {
        for i in 0..self.size[0] {
            for j in 0..self.size[1] {
                for k in 0..self.size[2] {
                    if let Some(v) = what(self.centre([i, j, k])) {
                        let at = self.at([i, j, k]);
                        self.inside[at] = v;
                    }
                }
            }
        }
    }

    /// The faces between inside and outside, two triangles each.
    pub(crate) fn surface(&self) -> Mesh {
        let mut mesh = Mesh::default();
        let mut known: HashMap<[usize; 3], u32> = HashMap::new();
        let get = |c: [isize; 3]| {
            (0..3).all(|k| c[k] >= 0 && (c[k] as usize) < self.size[k])
                && self.inside[self.at(c.map(|x| x as usize))]
        };
        for i in 0..self.size[0] {
            for j in 0..self.size[1] {
                for k in 0..self.size[2] {
                    if !self.inside[self.at([i, j, k])] {
                        continue;
                    }
                    let here = [i, j, k];
                    for axis in 0..3 {
                        for up in [false, true] {
                            let mut next = here.map(|x| x as isize);
                            next[axis] += if up { 1 } else { -1 };
                            if get(next) {
                                continue;
                            }
                            let (u, v) = ((axis + 1) % 3, (axis + 2) % 3);
                            let corner = |du: usize, dv: usize| {
                                let mut c = here;
                                c[axis] += usize::from(up);
                                c[u] += du;
                                c[v] += dv;
                                c
                            };
                            let mut ring = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
                            if !up {
                                ring.reverse();
                            }
                            let ring = ring.map(|c| {
                                *known.entry(c).or_insert_with(|| {
                                    let c = DVec3::new(c[0] as f64, c[1] as f64, c[2] as f64);
                                    mesh.positions.push(self.origin + self.step * c);
                                    mesh.positions.len() as u32 - 1
                                })
                            });
                            mesh.triangles.extend([[ring[0], ring[1], ring[2]], [ring[0], ring[2], ring[3]]]);
                        }
                    }
                }
            }
        }
        mesh
    }
}
