//! Ears by themselves: they sit higher or lower, stand out more or less and are turned, none of
//! which a skull tells. Each is laid on the scan by a similarity of its own.

use glam::{DMat3, DVec3};
use rayon::prelude::*;

use super::pose::step;
use super::{Similarity, Target};
use crate::parametric::model::{Model, Part};

/// An ear that was laid on the scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ear {
    /// Where its points go, mm.
    pub moved: Similarity,
    /// Median distance to the scan, mm.
    pub gap: f64,
    /// Share of its points that the scan shows.
    pub seen: f64,
}

/// Widths of the weight function over the iterations, mm.
const WIDTHS: [f64; 18] =
    [10.0, 10.0, 9.0, 9.0, 8.0, 8.0, 7.0, 7.0, 6.0, 6.0, 5.0, 5.0, 4.0, 4.0, 4.0, 3.0, 3.0, 3.0];
/// How far an ear may be from where the skull puts it, mm, how much larger or smaller, and how much
/// turned (cosine). Assumptions, wide enough for the ears of the test heads, which sit up to 8 mm
/// off; nothing published was at hand on where ears sit on a skull of known size.
const FARTHEST: f64 = 18.0;
const LARGEST: f64 = 1.25;
const TURNED: f64 = 0.9;
/// A point counts as shown within this distance, mm (assumption).
const SHOWN: f64 = 3.0;

/// Starts, mm up and forward of where the skull puts the ear.
const STARTS: [(f64, f64); 7] =
    [(0.0, 0.0), (0.0, 6.0), (0.0, -6.0), (6.0, 0.0), (-6.0, 0.0), (0.0, 12.0), (0.0, -12.0)];

/// Lays one ear on the scan; `None` when the scan shows too little of it or it would end up where
/// ears are not.
pub(super) fn lay(
    target: &Target<'_>,
    from_file: &Similarity,
    positions: &[DVec3],
    normals: &[DVec3],
    left: bool,
) -> Option<Ear> {
    let model = Model::mean();
    let of_ear = |i: &usize| model.part[*i] == Part::Ear && (positions[*i].x > 0.0) == left;
    let points: Vec<(DVec3, DVec3)> =
        (0..positions.len()).filter(of_ear).map(|i| (positions[i], normals[i])).collect();
    let fit = |start: &(f64, f64)| from(target, from_file, &points, DVec3::new(0.0, start.0, start.1));
    let found: Vec<Ear> = STARTS.par_iter().filter_map(fit).collect();
    // What is shown the most; among equals what lies the closest.
    let worth = |e: &Ear| e.seen * libm::exp(-e.gap);
    found.into_iter().filter(|e| e.seen > 0.5).max_by(|a, b| worth(a).total_cmp(&worth(b)))
}

/// Lays points with normals on the scan from one start.
fn from(target: &Target<'_>, from_file: &Similarity, points: &[(DVec3, DVec3)], start: DVec3) -> Option<Ear> {
    let centre = points.iter().map(|p| p.0).sum::<DVec3>() / points.len().max(1) as f64;
    let mut moved = Similarity { scale: 1.0, rotation: DMat3::IDENTITY, translation: start };
    let pairs = |moved: &Similarity, within: f64| -> Vec<(DVec3, DVec3, DVec3)> {
        points
            .iter()
            .filter_map(|&(p, n)| {
                let (m, n) = (moved.apply(p), moved.rotation * n);
                let (p, np) = target.closest(from_file.undo(m))?;
                let (q, nq) = (from_file.apply(p), from_file.rotation * np);
                (q.distance(m) < within && nq.dot(n) > 0.3).then_some((m, q, nq))
            })
            .collect()
    };
    for width in WIDTHS {
        let (rotation, translation, growth) = step(&pairs(&moved, 2.0 * width), centre, width)?;
        let growth = (moved.scale * growth).clamp(1.0 / LARGEST, LARGEST) / moved.scale;
        moved = Similarity {
            scale: moved.scale * growth,
            rotation: rotation * moved.rotation,
            translation: rotation * (moved.translation - centre) * growth + centre + translation,
        };
        let r = moved.rotation;
        let turn = r.x_axis.x.min(r.y_axis.y).min(r.z_axis.z);
        if moved.apply(centre).distance(centre) > FARTHEST || turn < TURNED {
            return None;
        }
    }
    let mut gaps: Vec<f64> = pairs(&moved, 10.0).iter().map(|(m, q, _)| m.distance(*q)).collect();
    gaps.sort_by(f64::total_cmp);
    let seen = gaps.iter().filter(|g| **g < SHOWN).count() as f64 / points.len().max(1) as f64;
    let gap = *gaps.get(gaps.len() / 2)?;
    Some(Ear { moved, gap, seen })
}
