//! A bounding volume hierarchy over a mesh that somebody else holds.

use std::time::Duration;

use glam::{DVec3, Vec3A};
use obvhs::{
    BvhBuildParams,
    aabb::Aabb,
    bvh2::{Bvh2, builder::build_bvh2},
};
use rayon::prelude::*;

use crate::{HeadError, Mesh};

/// Growth of the boxes as a share of the extent of the mesh: above the rounding of f32 (6e-8), below
/// any detail.
const MARGIN: f64 = 1e-6;
/// Triangles smaller than this share of the extent cannot be told apart by their boxes.
const LEAST_TRIANGLE: f64 = 4e-7;
/// Meshes with more triangles get a hierarchy that is built faster and answers a little slower.
const LARGE: usize = 400_000;

/// The hierarchy; its questions need the same mesh again.
#[derive(Clone)]
pub(crate) struct Tree {
    pub(crate) bvh: Bvh2,
    /// Middle of the bounds; the boxes are about it.
    middle: DVec3,
    /// Growth of the boxes.
    margin: f64,
}

impl Tree {
    /// The mesh must be sound ([`Mesh::check`]).
    ///
    /// # Errors
    /// [`HeadError::Mesh`] when single precision cannot tell its triangles apart.
    pub(crate) fn new(mesh: &Mesh) -> Result<Self, HeadError> {
        let used = mesh.triangles.iter().flatten().map(|v| mesh.positions[*v as usize]);
        let (lo, hi) = used.fold((DVec3::INFINITY, DVec3::NEG_INFINITY), |b, p| (b.0.min(p), b.1.max(p)));
        let extent = (hi - lo).max_element();
        if !(1e-9..=1e9).contains(&extent) {
            return Err(HeadError::Mesh(format!("it is {extent:e} mm large; check the unit")));
        }
        // A thousand triangles say how large they are in the median.
        let n = mesh.triangles.len();
        let mut sizes: Vec<f64> = (0..n)
            .step_by(n.div_ceil(1000).max(1))
            .map(|t| {
                let [a, b, c] = mesh.corners(t as u32);
                (a.max(b).max(c) - a.min(b).min(c)).max_element()
            })
            .collect();
        sizes.sort_by(f64::total_cmp);
        if sizes[sizes.len() / 2] < LEAST_TRIANGLE * extent {
            return Err(HeadError::Mesh(
                "nearly all of it lies in one spot of its bounds; remove the vertices that lie far away"
                    .into(),
            ));
        }
        let (middle, margin) = (0.5 * (lo + hi), MARGIN * extent);
        let boxes: Vec<Aabb> = (0..n as u32)
            .into_par_iter()
            .map(|t| {
                let [a, b, c] = mesh.corners(t).map(|p| (p - middle).as_vec3a());
                Aabb::new(a.min(b).min(c) - margin as f32, a.max(b).max(c) + margin as f32)
            })
            .collect();
        let params = if boxes.len() > LARGE {
            BvhBuildParams { reinsertion_batch_ratio: 0.0, ..BvhBuildParams::very_fast_build() }
        } else {
            BvhBuildParams::medium_build()
        };
        Ok(Self { bvh: build_bvh2(&boxes, params, &mut Duration::default()), middle, margin })
    }

    /// A place in the space of the boxes.
    pub(crate) fn inside(&self, p: DVec3) -> Vec3A {
        (p - self.middle).as_vec3a()
    }

    /// What a distance in the space of the boxes from `p` may be off by: their growth, and the
    /// rounding of a place far outside.
    pub(crate) fn slack(&self, p: DVec3) -> f64 {
        self.margin + 4e-7 * (p - self.middle).length()
    }

    /// The closest triangle to a point: distance, triangle, barycentric weights of its second and
    /// third corner. The lowest number wins among equals.
    pub(crate) fn closest(&self, mesh: &Mesh, p: DVec3) -> Option<(f64, u32, f64, f64)> {
        let (target, slack) = (self.inside(p), self.slack(p));
        let box_distance = |node: usize| -> f64 {
            let b = self.bvh.nodes[node].aabb();
            let d = (b.min - target).max(target - b.max).max(Vec3A::ZERO);
            f64::from(d.length())
        };
        let mut best: Option<(f64, u32, f64, f64)> = None;
        let mut stack = vec![0usize];
        while let Some(node) = stack.pop() {
            if best.is_some_and(|b| box_distance(node) > b.0 + slack) {
                continue;
            }
            let n = &self.bvh.nodes[node];
            if n.is_leaf() {
                for i in n.first_index..n.first_index + n.prim_count {
                    let triangle = self.bvh.primitive_indices[i as usize];
                    let (v, w) = closest_in_triangle(p, mesh.corners(triangle));
                    let [a, b, c] = mesh.corners(triangle);
                    let d = (a * (1.0 - v - w) + b * v + c * w).distance(p);
                    if best.is_none_or(|b| (d, triangle) < (b.0, b.1)) {
                        best = Some((d, triangle, v, w));
                    }
                }
            } else {
                let (l, r) = (n.first_index as usize, n.first_index as usize + 1);
                // The nearer child is looked at first, so that the farther is often skipped.
                if box_distance(l) < box_distance(r) {
                    stack.extend([r, l]);
                } else {
                    stack.extend([l, r]);
                }
            }
        }
        best
    }
}

/// Barycentric weights of the second and third corner of the closest point of a triangle
/// (Ericson 2005, *Real-Time Collision Detection*, section 5.1.5).
fn closest_in_triangle(p: DVec3, [a, b, c]: [DVec3; 3]) -> (f64, f64) {
    let (ab, ac, ap) = (b - a, c - a, p - a);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return (0.0, 0.0);
    }
    let bp = p - b;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return (1.0, 0.0);
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return (d1 / (d1 - d3), 0.0);
    }
    let cp = p - c;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return (0.0, 1.0);
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return (0.0, d2 / (d2 - d6));
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        let w = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return (1.0 - w, w);
    }
    let k = 1.0 / (va + vb + vc);
    (vb * k, vc * k)
}
