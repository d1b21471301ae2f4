//! Who is near whom, and how dense it is there.

use glam::DVec3;
use rayon::prelude::*;
use vellus_head::points::Grid;

use crate::dots::Dots;

/// Neighbours that local density rests on: a spot of 25 dots is about 2.8 spacings wide, small
/// against the gradients of a hairline, and gives the density to a tenth for even dots.
const NEIGHBOURS: usize = 24;
/// Neighbours whose distances and directions are kept.
pub(super) const CLOSEST: usize = 6;
/// First reach, mm: about what holds [`NEIGHBOURS`] at the density of follicular units.
const REACH_MM: f32 = 3.0;
/// No dot has its neighbours farther away, mm.
const FARTHEST_MM: f32 = 80.0;
/// Points that one question looks at, at most: thousands within a millimetre are no dots.
const MOST_SEEN: usize = 4096;
/// Normals of neighbours on one side of the skin.
const SAME_SIDE: f32 = 0.0;

pub(super) fn vec3(p: [f32; 3]) -> DVec3 {
    DVec3::new(p[0].into(), p[1].into(), p[2].into())
}

/// A frame in the tangent plane.
pub(super) fn frame(normal: DVec3) -> (DVec3, DVec3) {
    let n = normal.try_normalize().unwrap_or(DVec3::Y);
    let u = (DVec3::X - n * n.x)
        .try_normalize()
        .or_else(|| (DVec3::Z - n * n.z).try_normalize())
        .unwrap_or(DVec3::Z);
    (u, n.cross(u))
}

/// Points for questions about neighbours.
pub(super) struct Near {
    grid: Grid,
}

impl Near {
    pub(super) fn new(points: &[[f32; 3]], reach_mm: f32) -> Self {
        Self { grid: Grid::new(points, reach_mm) }
    }

    /// Calls with each point within `reach_mm`, and its distance.
    pub(super) fn each(&self, p: &[f32; 3], reach_mm: f32, mut call: impl FnMut(usize, f32)) {
        let mut left = MOST_SEEN;
        let most = reach_mm * reach_mm;
        self.grid.around(p, reach_mm, |range| {
            for k in range.take(left) {
                let q = self.grid.places()[k];
                let d = [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
                let d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
                left -= 1;
                if d2 <= most {
                    call(self.grid.items()[k] as usize, d2.sqrt());
                }
            }
        });
    }

    /// How many entries a question would look at.
    fn load(&self, p: &[f32; 3], reach_mm: f32) -> usize {
        let mut n = 0;
        self.grid.around(p, reach_mm, |range| n += range.len());
        n
    }
}

/// A dot's surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Dots per mm².
    pub(super) density: f64,
    /// Share of the disc about the dot that has dots: 1 inside, a half at a straight edge.
    pub(super) covered: f64,
    /// The closest dots: which, distance (mm), direction in the tangent plane (radians).
    pub(super) closest: [(u32, f32, f32); CLOSEST],
    pub(super) count: usize,
}

impl Around {
    /// Radius of the densest packing at this density, mm.
    pub(super) fn radius(&self) -> f64 {
        (1.0 / (2.0 * 3f64.sqrt() * self.density)).sqrt()
    }

    /// Distance to the nearest dot, mm.
    pub(super) fn nearest(&self) -> f64 {
        if self.count > 0 { f64::from(self.closest[0].1) } else { f64::INFINITY }
    }
}

pub(super) fn same_side(a: &[f32; 3], b: &[f32; 3]) -> bool {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2] >= SAME_SIDE
}

/// The grid of the dots and the surroundings of each.
pub(super) fn surroundings(dots: &Dots) -> (Near, Vec<Around>) {
    let near = Near::new(&dots.position, REACH_MM);
    let around = (0..dots.len()).into_par_iter().map(|i| of_dot(dots, &near, i)).collect();
    (near, around)
}

/// λ = k / (π r_k² f): between k − 1, unbiased for random points, and k + ½, for a lattice. f is the
/// share of the disc that dots are in, from the largest empty angle 2α among the neighbours: a
/// chord that cuts off the segment of that angle leaves 1 − (α − sin α cos α)/π.
fn of_dot(dots: &Dots, near: &Near, i: usize) -> Around {
    let p = &dots.position[i];
    let wanted = NEIGHBOURS.min(dots.len().saturating_sub(1));
    let mut reach = REACH_MM;
    while reach > 1e-3 && near.load(p, reach) > MOST_SEEN / 2 {
        reach *= 0.5;
    }
    let mut found: Vec<(f32, u32)> = Vec::new();
    loop {
        found.clear();
        near.each(p, reach, |j, d| {
            if j != i && same_side(&dots.normal[i], &dots.normal[j]) {
                found.push((d, j as u32));
            }
        });
        if found.len() >= wanted || reach >= FARTHEST_MM {
            break;
        }
        reach *= 1.6;
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    found.truncate(wanted);
    let (u, v) = frame(vec3(dots.normal[i]));
    let at = vec3(*p);
    let angle = |j: u32| {
        let d = vec3(dots.position[j as usize]) - at;
        libm::atan2(d.dot(v), d.dot(u))
    };
    let mut angles: Vec<f64> = found.iter().map(|f| angle(f.1)).collect();
    let mut closest = [(0, 0.0, 0.0); CLOSEST];
    for (slot, (f, a)) in closest.iter_mut().zip(found.iter().zip(&angles)) {
        *slot = (f.1, f.0, *a as f32);
    }
    angles.sort_by(f64::total_cmp);
    let k = found.len();
    let covered = match angles.len() {
        0..3 => 0.5,
        n => {
            let wrap = angles[0] + std::f64::consts::TAU - angles[n - 1];
            let gap = angles.windows(2).map(|w| w[1] - w[0]).fold(wrap, f64::max);
            let half = 0.5 * gap;
            let (s, c) = libm::sincos(half);
            (1.0 - (half - s * c) / std::f64::consts::PI).clamp(0.25, 1.0)
        }
    };
    let r = found.last().map_or(f64::from(FARTHEST_MM), |f| f64::from(f.0)).max(1e-4);
    let density = (k as f64).max(0.5) / (std::f64::consts::PI * r * r * covered);
    Around { density, covered, closest, count: k }
}
