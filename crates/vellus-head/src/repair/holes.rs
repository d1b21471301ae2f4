//! Holes and what closes them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use faer::prelude::*;
use faer::sparse::{SparseColMat, Triplet};
use faer::{Mat, Side};
use glam::DVec3;

use crate::Mesh;
use crate::edges::Stars;

/// A hole: a closed walk along edges that have a triangle on one side only.
#[derive(Clone, Debug, PartialEq)]
pub struct Hole {
    /// Vertices in the direction of the triangles beside them.
    pub rim: Vec<u32>,
    /// Length of the rim, mm.
    pub rim_length_mm: f64,
    /// Middle of the rim, weighted by length.
    pub centre: DVec3,
}

/// All holes, the one with most edges first.
#[must_use]
pub fn holes(m: &Mesh) -> Vec<Hole> {
    m.boundary_loops()
        .into_iter()
        .map(|rim| {
            let (mut length, mut sum) = (0.0, DVec3::ZERO);
            for i in 0..rim.len() {
                let (a, b) = (m.positions[rim[i] as usize], m.positions[rim[(i + 1) % rim.len()] as usize]);
                let d = a.distance(b);
                length += d;
                sum += 0.5 * (a + b) * d;
            }
            let centre = if length > 0.0 { sum / length } else { m.positions[rim[0] as usize] };
            Hole { rim, rim_length_mm: length, centre }
        })
        .collect()
}

/// What shape closes a hole.
#[derive(Clone, Copy)]
pub enum Fill<'a> {
    /// As a soap film would.
    Flat,
    /// Going on with the curvature around the hole.
    Smooth,
    /// On a given surface, moved so that it meets the rim.
    Onto(&'a dyn Fn(DVec3) -> DVec3),
}

/// Beyond this many vertices on a ring the patch is coarser than the rim.
const MOST_ON_RING: usize = 400;
/// Rings of the patch at most.
const MOST_RINGS: usize = 60;

/// Closes a hole; gives the range of the new triangles. To close many, take a [`Filler`].
pub fn fill_hole(m: &mut Mesh, hole: &Hole, how: Fill<'_>) -> Range<usize> {
    Filler::new(m).fill(m, hole, how)
}

/// Closes holes one after the other and looks at the whole mesh only once.
///
/// # Sources
/// The smooth patch minimises the thin-plate energy with the two rings of vertices around the hole
/// fixed (after Liepa 2003, *Filling holes in meshes*), with the cotangent Laplacian of the film.
pub struct Filler {
    stars: Stars,
    /// Triangles of the fillings at each of their vertices.
    added: HashMap<u32, Vec<u32>>,
}

impl Filler {
    /// For holes of a sound mesh ([`Mesh::check`]).
    #[must_use]
    pub fn new(m: &Mesh) -> Self {
        Self { stars: Stars::new(m.positions.len(), &m.triangles), added: HashMap::new() }
    }

    /// Closes a hole of the mesh that this was made for, which may change in no other way; gives the
    /// range of the new triangles.
    pub fn fill(&mut self, m: &mut Mesh, hole: &Hole, how: Fill<'_>) -> Range<usize> {
        let range = self.weave_and_shape(m, hole, how);
        for t in range.clone() {
            for v in m.triangles[t] {
                self.added.entry(v).or_default().push(t as u32);
            }
        }
        range
    }

    fn weave_and_shape(&self, m: &mut Mesh, hole: &Hole, how: Fill<'_>) -> Range<usize> {
        let first = m.triangles.len();
        let n = hole.rim.len();
        if n < 3 {
            return first..first;
        }
        if n == 3 {
            // The rim of a triangle that stands alone is no hole.
            let alone = |t: &u32| m.triangles[*t as usize].iter().all(|v| hole.rim.contains(v));
            if self.stars.of(hole.rim[0]).iter().any(alone) {
                return first..first;
            }
            m.triangles.push([hole.rim[2], hole.rim[1], hole.rim[0]]);
            return first..first + 1;
        }
        let new = m.positions.len();
        weave(m, hole);
        let patch = Patch::new(new, self.touching(m, hole, first));
        let film = patch.film(m, None);
        patch.put(m, &film);
        match how {
            Fill::Flat => {}
            Fill::Smooth => {
                // The Laplacian is that of the surface as it lies, so a deep cap takes a few rounds.
                for _ in 0..5 {
                    let smooth = patch.plate(m);
                    // A rim that folds back on itself has no curvature to go on with.
                    if !patch.is_tame(m, hole, &smooth) {
                        break;
                    }
                    patch.put(m, &smooth);
                }
            }
            Fill::Onto(shape) => {
                // How far the rim lies off the shape, spread into the patch.
                let off = |v: usize| m.positions[v] - shape(m.positions[v]);
                let spread = patch.film(m, Some(&off));
                let put: Vec<DVec3> = film.iter().zip(&spread).map(|(p, d)| shape(*p) + *d).collect();
                patch.put(m, &put);
            }
        }
        first..m.triangles.len()
    }

    /// Triangles of a new patch and those at the rim around it, in order.
    fn touching(&self, m: &Mesh, hole: &Hole, first: usize) -> Vec<[u32; 3]> {
        let mut all: Vec<u32> = (first as u32..m.triangles.len() as u32).collect();
        for v in &hole.rim {
            all.extend(self.stars.of(*v));
            all.extend(self.added.get(v).into_iter().flatten());
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|t| m.triangles[t as usize]).collect()
    }
}

/// Rings of vertices that shrink to the middle, each with fewer than the one before, joined into
/// triangles about as large as those at the rim. Places do not matter yet.
fn weave(m: &mut Mesh, hole: &Hole) {
    let n = hole.rim.len();
    let edge = (hole.rim_length_mm / n as f64).max(hole.rim_length_mm / MOST_ON_RING as f64);
    let reach =
        hole.rim.iter().map(|&v| m.positions[v as usize].distance(hole.centre)).sum::<f64>() / n as f64;
    let rings = ((reach / edge).round() as usize).clamp(1, MOST_RINGS);
    // Against the direction of the triangles around.
    let mut outer: Vec<u32> = hole.rim.iter().rev().copied().collect();
    let start: Vec<DVec3> = outer.iter().map(|&v| m.positions[v as usize]).collect();
    for ring in 1..rings {
        let share = 1.0 - ring as f64 / rings as f64;
        let count = ((n.min(MOST_ON_RING) as f64 * share).round() as usize).max(5).min(outer.len());
        let inner: Vec<u32> = (0..count)
            .map(|i| {
                let at = i as f64 / count as f64 * n as f64;
                let (a, t) = (at.floor() as usize, at - at.floor());
                let p = start[a % n].lerp(start[(a + 1) % n], t);
                m.positions.push(hole.centre.lerp(p, share));
                m.positions.len() as u32 - 1
            })
            .collect();
        zip(m, &outer, &inner);
        outer = inner;
    }
    m.positions.push(hole.centre);
    let hub = m.positions.len() as u32 - 1;
    for i in 0..outer.len() {
        m.triangles.push([outer[i], outer[(i + 1) % outer.len()], hub]);
    }
}

/// Triangles between two rings that run the same way.
fn zip(m: &mut Mesh, outer: &[u32], inner: &[u32]) {
    let (a, b) = (outer.len(), inner.len());
    let (mut i, mut j) = (0, 0);
    while i < a || j < b {
        // Whichever ring lags behind goes on.
        let outer_next = (i + 1) as f64 / a as f64;
        let inner_next = (j + 1) as f64 / b as f64;
        if j >= b || i < a && outer_next <= inner_next {
            m.triangles.push([outer[i % a], outer[(i + 1) % a], inner[j % b]]);
            i += 1;
        } else {
            m.triangles.push([outer[i % a], inner[(j + 1) % b], inner[j % b]]);
            j += 1;
        }
    }
}

/// The new vertices with their surroundings as a small linear problem.
struct Patch {
    /// The first new vertex.
    new: usize,
    /// Neighbours of the new vertices and of the rim.
    rows: Vec<(usize, Vec<usize>)>,
    /// All triangles at those vertices.
    touching: Vec<[u32; 3]>,
}

impl Patch {
    /// `touching` are the new triangles and those at the rim.
    fn new(new: usize, touching: Vec<[u32; 3]>) -> Self {
        // A Laplacian is whole only at vertices all of whose triangles are here: the new ones and
        // the rim, which are the vertices of triangles that have a new vertex.
        let mut whole: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for t in touching.iter().filter(|t| t.iter().any(|v| *v as usize >= new)) {
            for v in t {
                whole.entry(*v as usize).or_default();
            }
        }
        for t in &touching {
            for k in 0..3 {
                let (a, b) = (t[k] as usize, t[(k + 1) % 3] as usize);
                for (a, b) in [(a, b), (b, a)] {
                    if let Some(list) = whole.get_mut(&a) {
                        list.push(b);
                    }
                }
            }
        }
        for list in whole.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        Self { new, rows: whole.into_iter().collect(), touching }
    }

    /// Values of the new vertices that are the mean of their neighbours', with those of the old ones
    /// fixed: their positions, or the ones given.
    fn film(&self, m: &Mesh, values: Option<&dyn Fn(usize) -> DVec3>) -> Vec<DVec3> {
        let rows = self.rows.iter().filter(|r| r.0 >= self.new).map(|(v, list)| {
            let share = -1.0 / list.len().max(1) as f64;
            std::iter::once((*v, 1.0)).chain(list.iter().map(|&w| (w, share))).collect()
        });
        self.least_squares(m, rows, values)
    }

    /// Positions of the new vertices that bend least: ∫ (Δx)² over the patch and its rim, with the
    /// cotangent Laplacian and areas of the patch as it lies.
    fn plate(&self, m: &Mesh) -> Vec<DVec3> {
        // Nearly flat or obtuse triangles would make an edge repel; none weighs less than this.
        const LEAST: f64 = 0.05;
        let mut weight: HashMap<(usize, usize), f64> = HashMap::new();
        let mut area: HashMap<usize, f64> = HashMap::new();
        for t in &self.touching {
            let p = t.map(|v| m.positions[v as usize]);
            let twice = (p[1] - p[0]).cross(p[2] - p[0]).length();
            for k in 0..3 {
                *area.entry(t[k] as usize).or_insert(0.0) += twice / 6.0;
                let (u, v) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
                let cot = 0.5 * u.dot(v) / twice.max(1e-12);
                let (a, b) = (t[(k + 1) % 3] as usize, t[(k + 2) % 3] as usize);
                *weight.entry((a.min(b), a.max(b))).or_insert(0.0) += cot;
            }
        }
        let rows = self.rows.iter().map(|(v, list)| {
            let scale = 1.0 / area.get(v).map_or(1e-9, |a| a.max(1e-9)).sqrt();
            let mut sum = 0.0;
            let mut row: Vec<(usize, f64)> = list
                .iter()
                .map(|&w| {
                    let cot =
                        weight.get(&(*v.min(&w), *v.max(&w))).copied().unwrap_or(0.0).clamp(LEAST, 20.0);
                    sum += cot;
                    (w, -cot * scale)
                })
                .collect();
            row.push((*v, sum * scale));
            row
        });
        self.least_squares(m, rows, None)
    }

    /// The new vertices' values for which the rows come nearest to zero.
    fn least_squares(
        &self,
        m: &Mesh,
        rows: impl Iterator<Item = Vec<(usize, f64)>>,
        values: Option<&dyn Fn(usize) -> DVec3>,
    ) -> Vec<DVec3> {
        let free = m.positions.len() - self.new;
        let value = |v: usize| values.map_or(m.positions[v], |x| x(v));
        let mut entries: Vec<Triplet<usize, usize, f64>> = Vec::new();
        let mut right = Mat::<f64>::zeros(free, 3);
        for row in rows {
            let fixed: DVec3 = row.iter().filter(|e| e.0 < self.new).map(|&(w, x)| value(w) * x).sum();
            for &(i, x) in row.iter().filter(|e| e.0 >= self.new) {
                let i = i - self.new;
                for k in 0..3 {
                    right[(i, k)] -= x * fixed[k];
                }
                for &(j, y) in row.iter().filter(|e| e.0 >= self.new) {
                    if i >= j - self.new {
                        entries.push(Triplet::new(i, j - self.new, x * y));
                    }
                }
            }
        }
        entries.extend((0..free).map(|i| Triplet::new(i, i, 1e-12)));
        let solved = SparseColMat::<usize, f64>::try_new_from_triplets(free, free, &entries)
            .ok()
            .and_then(|a| a.sp_cholesky(Side::Lower).ok())
            .map(|llt| llt.solve(&right));
        (0..free)
            .map(|i| {
                let old = value(self.new + i);
                solved.as_ref().map_or(old, |x| {
                    let p = DVec3::new(x[(i, 0)], x[(i, 1)], x[(i, 2)]);
                    if p.is_finite() { p } else { old }
                })
            })
            .collect()
    }

    fn put(&self, m: &mut Mesh, values: &[DVec3]) {
        m.positions[self.new..].copy_from_slice(values);
    }

    /// Whether a patch stays within reach of its hole.
    fn is_tame(&self, m: &Mesh, hole: &Hole, values: &[DVec3]) -> bool {
        let reach =
            hole.rim.iter().map(|&v| m.positions[v as usize].distance(hole.centre)).fold(0.0, f64::max);
        values.iter().all(|p| p.distance(hole.centre) < 1.5 * reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    /// A sphere of 90 mm without its cap of some half angle.
    fn open_sphere(half_angle: f64) -> Mesh {
        let mut s = sphere(90.0, 5);
        let low = 90.0 * libm::cos(half_angle);
        let p = s.positions.clone();
        s.triangles.retain(|t| t.iter().any(|v| p[*v as usize].y < low));
        crate::repair::drop_unused(&mut s);
        s
    }

    #[test]
    fn a_smooth_patch_goes_on_with_the_sphere() {
        for (degrees, most) in [(20.0f64, 0.4), (40.0, 1.5), (60.0, 7.5)] {
            let mut m = open_sphere(degrees.to_radians());
            let hole = holes(&m).swap_remove(0);
            let old = m.positions.len();
            let range = fill_hole(&mut m, &hole, Fill::Smooth);
            assert!(m.is_watertight(), "{degrees}");
            assert!(m.volume() > 0.0 && range.len() > hole.rim.len());
            let worst = m.positions[old..].iter().map(|p| (p.length() - 90.0).abs()).fold(0.0, f64::max);
            assert!(worst < most, "{degrees}: {worst:.2} mm");
        }
    }

    #[test]
    fn a_patch_on_a_shape_meets_the_rim() {
        let mut m = open_sphere(1.0);
        let hole = holes(&m).swap_remove(0);
        let old = m.positions.len();
        // The shape is 4 mm larger than the sphere: the patch leans on it but meets the rim.
        let onto = |p: DVec3| p.normalize() * 94.0;
        fill_hole(&mut m, &hole, Fill::Onto(&onto));
        assert!(m.is_watertight());
        let radii: Vec<f64> = m.positions[old..].iter().map(|p| p.length()).collect();
        assert!(radii.iter().all(|r| (89.0..94.5).contains(r)), "{radii:?}");
    }

    #[test]
    fn a_flat_patch_is_flat() {
        let mut m = open_sphere(0.7);
        let hole = holes(&m).swap_remove(0);
        let old = m.positions.len();
        fill_hole(&mut m, &hole, Fill::Flat);
        let (lo, hi) =
            m.positions[old..].iter().fold((f64::MAX, f64::MIN), |(lo, hi), p| (lo.min(p.y), hi.max(p.y)));
        assert!(hi - lo < 3.0, "{lo} {hi}");
    }
}
