//! The last step: a smooth displacement of the model's surface onto the scan.

use glam::DVec3;
use rayon::prelude::*;

use super::Target;
use super::shape::{Shaped, weight};
use crate::bending::Bending;
use crate::parametric::model::{Model, Part};
use crate::{Landmark, Mesh, Surface};

/// The model's surface after the displacement.
pub(super) struct Moved {
    /// Vertices before, mm.
    pub rest: Vec<DVec3>,
    /// Vertices after, mm.
    pub positions: Vec<DVec3>,
    /// Distance to the scan, mm; `None` where the scan has an open rim or faces the other way.
    pub gap: Vec<Option<f64>>,
}

/// Stiffness and reach (mm) of the stages. A displacement follows the scan over about
/// `stiffness^(1/4)` edges, so 70, 35 and 18 mm.
const STAGES: [(f64, f64); 6] =
    [(2e4, 12.0), (2e4, 10.0), (1500.0, 9.0), (1500.0, 8.0), (100.0, 7.0), (100.0, 6.0)];

pub(super) fn displace(target: &Target<'_>, shaped: &Shaped) -> Moved {
    let model = Model::mean();
    let t = &shaped.from_file;
    let n = shaped.positions.len();
    let bending = Bending::new(&model.triangles, n);
    let mut moved =
        Moved { rest: shaped.positions.clone(), positions: shaped.positions.clone(), gap: vec![None; n] };
    let mut normals = shaped.normals.clone();
    for (stiffness, reach) in STAGES {
        let mates = mates(target, t, &moved.positions, &normals);
        let weights: Vec<f64> = (0..n)
            .map(|i| match mates[i] {
                Some(m) if m.distance < 2.0 * reach => {
                    let off = m.distance / reach;
                    let w = weight(model.part[i]).max(if model.part[i] == Part::Ear { 0.5 } else { 0.0 });
                    w / ((1.0 + off * off) * (1.0 + off * off))
                }
                _ => 0.0,
            })
            .collect();
        let solved = bending.solve(stiffness, &weights, |i| {
            mates[i].map_or(DVec3::ZERO, |m| {
                // Along the normal only, so that features slide to where they belong.
                let along = m.normal * m.normal.dot(m.place - moved.positions[i]);
                moved.positions[i] + along - moved.rest[i]
            })
        });
        let Some(d) = solved else { break };
        for ((p, rest), d) in moved.positions.iter_mut().zip(&moved.rest).zip(d) {
            if d.is_finite() {
                *p = *rest + d;
            }
        }
        normals =
            Mesh { positions: moved.positions.clone(), triangles: model.triangles.clone() }.vertex_normals();
    }
    moved.gap =
        mates(target, t, &moved.positions, &normals).into_iter().map(|m| m.map(|m| m.distance)).collect();
    moved
}

/// The place of the scan that a vertex belongs to.
#[derive(Clone, Copy)]
struct Mate {
    place: DVec3,
    normal: DVec3,
    distance: f64,
}

fn mates(
    target: &Target<'_>,
    t: &super::Similarity,
    positions: &[DVec3],
    normals: &[DVec3],
) -> Vec<Option<Mate>> {
    (0..positions.len())
        .into_par_iter()
        .map(|i| {
            let (p, np) = target.closest(t.undo(positions[i]))?;
            let (place, normal) = (t.apply(p), t.rotation * np);
            (normal.dot(normals[i]) > 0.5).then_some(Mate {
                place,
                normal,
                distance: place.distance(positions[i]),
            })
        })
        .collect()
}

/// Where a landmark sits on the model: a triangle with weights, and a height over it.
pub(super) struct Seat {
    pub landmark: Landmark,
    corners: [u32; 3],
    weights: [f64; 3],
    height: f64,
}

impl Seat {
    pub(super) fn on(&self, positions: &[DVec3]) -> DVec3 {
        let [a, b, c] = self.corners.map(|v| positions[v as usize]);
        let normal = (b - a).cross(c - a).normalize_or_zero();
        a * self.weights[0] + b * self.weights[1] + c * self.weights[2] + normal * self.height
    }
}

/// Seats of landmarks on the surface of the model.
pub(super) fn seats(positions: &[DVec3], landmarks: &[(Landmark, DVec3)]) -> Vec<Seat> {
    let mesh = Mesh { positions: positions.to_vec(), triangles: Model::mean().triangles.clone() };
    let Ok(surface) = Surface::new(mesh) else { return Vec::new() };
    landmarks
        .iter()
        .filter_map(|(landmark, p)| {
            let hit = surface.closest_point(*p)?;
            let corners = surface.mesh().triangles[hit.point.triangle as usize];
            let [a, b, c] = surface.mesh().corners(hit.point.triangle);
            let normal = (b - a).cross(c - a);
            let area = normal.length_squared();
            let q = hit.point.position;
            let v = (q - a).cross(c - a).dot(normal) / area;
            let w = (b - a).cross(q - a).dot(normal) / area;
            let height = (*p - q).dot(normal) / area.sqrt();
            Some(Seat { landmark: *landmark, corners, weights: [1.0 - v - w, v, w], height })
        })
        .collect()
}
