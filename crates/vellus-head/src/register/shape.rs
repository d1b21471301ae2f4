//! The model's own parameters on a scan: size, breadth, depth, face, identity, with the pose.

use glam::{DMat3, DVec3};
use rayon::prelude::*;

use super::{Similarity, Target};
use crate::Landmark;
use crate::normal_equations::NormalEquations;
use crate::parametric::model::{Model, PARAMETERS, Part};

/// The model with its parameters, laid on a scan.
pub(super) struct Shaped {
    pub from_file: Similarity,
    /// Landmarks of the model, mm, head space.
    pub landmarks: Vec<(Landmark, DVec3)>,
    /// Vertices, mm, head space.
    pub positions: Vec<DVec3>,
    /// Outward normals of the vertices.
    pub normals: Vec<DVec3>,
}

/// Weight of a vertex by its part: what identity is, and what hair, glasses or posture spoil.
pub(super) const fn weight(part: Part) -> f64 {
    match part {
        Part::Skull | Part::Face => 1.0,
        Part::Ear => 0.2,
        Part::Neck => 0.0,
    }
}

/// Widths of the weight function over the iterations, mm.
const WIDTHS: [f64; 14] = [12.0, 12.0, 10.0, 10.0, 8.0, 8.0, 6.0, 6.0, 5.0, 5.0, 4.0, 4.0, 4.0, 4.0];
/// What one point of a scan tells, mm (standard deviation): far more than the noise of a scanner,
/// since neighbouring points miss the model together.
const POINT_SD: f64 = 20.0;

const UNKNOWN: usize = 6 + PARAMETERS;

/// Fits pose and parameters. With a known unit the size of the head is free; without, the scale of
/// the file is, and the head keeps the mean size.
pub(super) fn fit(target: &Target<'_>, start: &Similarity, mm_per_unit: Option<f64>) -> Shaped {
    let model = Model::mean();
    let prior = Model::prior_sd();
    let mut v = [0.0; PARAMETERS];
    let mut t = *start;
    if let Some(k) = mm_per_unit {
        let grown = k / t.scale;
        v[0] = libm::log(grown);
        t.scale = k;
        t.translation = (t.translation - model.centre()) * grown + model.centre();
    }
    let vertices: Vec<usize> =
        (0..model.part.len()).filter(|&i| weight(model.part[i]) > 0.0).step_by(3).collect();
    for width in WIDTHS {
        let (positions, normals) = surface_of(model, &v);
        let middle = positions.iter().sum::<DVec3>() / positions.len() as f64;
        let normal = vertices
            .par_chunks(256)
            .map(|chunk| {
                let mut sum = NormalEquations::<UNKNOWN>::default();
                for &i in chunk {
                    let (m, n) = (positions[i], normals[i]);
                    let Some((p, np)) = target.closest(t.undo(m)) else { continue };
                    let (q, nq) = (t.apply(p), t.rotation * np);
                    let off = q.distance(m) / width;
                    if off > 3.0 || nq.dot(n) < 0.5 {
                        continue;
                    }
                    let w = weight(model.part[i]) / ((1.0 + off * off) * (1.0 + off * off));
                    // Between the two normals: the scan's may be rough.
                    let nq = (nq + n).normalize();
                    let moves = model.derivatives(i, &v);
                    let turn = (m - middle).cross(nq);
                    let mut row = [0.0; UNKNOWN];
                    row[..3].copy_from_slice(&turn.to_array());
                    row[3..6].copy_from_slice(&nq.to_array());
                    for (r, d) in row[6..].iter_mut().zip(&moves) {
                        *r = nq.dot(*d);
                    }
                    sum.add(&row, nq.dot(q - m), w / (POINT_SD * POINT_SD));
                }
                sum
            })
            .collect::<Vec<_>>();
        let mut all = NormalEquations::<UNKNOWN>::default();
        normal.iter().for_each(|part| all.merge(part));
        for k in 0..6 {
            all.prior(k, 0.0, 1e-9);
        }
        for k in 1..PARAMETERS {
            all.prior(6 + k, -v[k], 1.0 / (prior[k] * prior[k]));
        }
        let Some(x) = all.solve() else { break };
        // The model moves by x; the file moves the other way.
        let turn = DVec3::new(x[0], x[1], x[2]).clamp_length_max(0.2);
        let angle = turn.length();
        let back = if angle > 1e-12 { DMat3::from_axis_angle(turn / angle, -angle) } else { DMat3::IDENTITY };
        let shift = DVec3::new(x[3], x[4], x[5]).clamp_length_max(20.0);
        t.rotation = back * t.rotation;
        t.translation = back * (t.translation - middle - shift) + middle;
        for k in 0..PARAMETERS {
            // The size may be anything: a wrong unit shows in it.
            let most = if k == 0 { 2.0 } else { 4.0 * prior[k] };
            v[k] = (v[k] + x[6 + k]).clamp(-most, most);
        }
    }
    if mm_per_unit.is_none() {
        // What the size has become belongs to the scale.
        let c = model.centre();
        let grown = libm::exp(v[0]);
        v[0] = 0.0;
        t.scale /= grown;
        t.translation = (t.translation - c) / grown + c;
    }
    // From the frame of the mean head to head space.
    let (origin, turn) = model.level(&v);
    t.rotation = turn * t.rotation;
    t.translation = turn * (t.translation - origin);
    let (mut positions, mut normals) = surface_of(model, &v);
    positions.iter_mut().for_each(|p| *p = turn * (*p - origin));
    normals.iter_mut().for_each(|n| *n = turn * *n);
    let landmarks = model.landmarks(&v).into_iter().map(|(l, p)| (l, turn * (p - origin))).collect();
    Shaped { from_file: t, landmarks, positions, normals }
}

fn surface_of(model: &Model, v: &[f64; PARAMETERS]) -> (Vec<DVec3>, Vec<DVec3>) {
    let mesh = crate::Mesh { positions: model.positions(v), triangles: model.triangles.clone() };
    let normals = mesh.vertex_normals();
    (mesh.positions, normals)
}
