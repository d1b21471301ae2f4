//! Finding the head in a scan: the parametric head is laid on it, first by a similarity, then by
//! its own parameters, then by a smooth displacement; what the model knows about places is then
//! known of the scan.
//!
//! The file may stand in any pose and unit, be open anywhere, and hold shoulders, a chair and
//! debris. The search makes no use of landmarks; those that were given are compared afterwards.
//!
//! # Sources
//! Trimmed iterative closest points after Chen and Medioni 1992 (point to plane), rotations to
//! start from after Alexa 2022 (*Super-Fibonacci Spirals*), the displacement after Amberg, Romdhani
//! and Vetter 2007 (*Optimal Step Nonrigid ICP*) with a bilaplacian in place of their affine
//! stiffness, so that places that the scan does not show follow their surroundings smoothly.

mod ear;
mod nonrigid;
mod pose;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use glam::{DMat3, DVec3};
use rayon::prelude::*;

use crate::parametric::model::{Model, Part};
use crate::{HeadError, Landmark, Mesh, Surface};

/// `p ↦ scale · rotation · p + translation`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Similarity {
    pub scale: f64,
    pub rotation: DMat3,
    pub translation: DVec3,
}

impl Similarity {
    pub(crate) fn apply(&self, p: DVec3) -> DVec3 {
        self.rotation * p * self.scale + self.translation
    }

    pub(crate) fn undo(&self, q: DVec3) -> DVec3 {
        self.rotation.transpose() * (q - self.translation) / self.scale
    }
}

/// What is known before the search: up and forward in the file, unit vectors.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints {
    pub up: Option<DVec3>,
    pub forward: Option<DVec3>,
}

/// A landmark read off the fitted model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fitted {
    /// mm, space of the fit.
    pub position: DVec3,
    /// About how far it may be off, mm.
    pub error: f64,
}

/// The model laid on a scan.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    /// From the file to head space as the model has it.
    pub from_file: Similarity,
    /// The model's surface on the scan, mm, the same space.
    pub mesh: Mesh,
    pub landmarks: BTreeMap<Landmark, Fitted>,
    /// Median distance from the model to the scan where the scan shows it, mm.
    pub residual: f64,
    /// Share of skull and face that the scan shows.
    pub seen: f64,
}

/// The scan as the fits see it: any unit, any axes.
pub(crate) struct Target<'a> {
    surface: &'a Surface,
    /// Whether a vertex lies on an open rim.
    rim: Vec<bool>,
    /// Points spread evenly over the area, with normals.
    samples: Vec<(DVec3, DVec3)>,
}

/// Points taken from a scan for the search.
const SAMPLES: usize = 6000;
/// Below this quality of the best pose there is no head in the mesh. Set on the test heads (0.4 and
/// more) and on spheres, boxes and lumps (below 0.25).
const LEAST_QUALITY: f64 = 0.28;

impl<'a> Target<'a> {
    pub(crate) fn new(surface: &'a Surface) -> Self {
        let mesh = surface.mesh();
        let mut rim = vec![false; mesh.positions.len()];
        for walk in mesh.boundary_loops() {
            walk.iter().for_each(|v| rim[*v as usize] = true);
        }
        let mut cumulative = Vec::with_capacity(mesh.triangles.len());
        let mut total = 0.0;
        for t in 0..mesh.triangles.len() as u32 {
            total += mesh.triangle_area(t);
            cumulative.push(total);
        }
        let samples = (0..SAMPLES)
            .map(|i| {
                let target = (i as f64 + 0.5) / SAMPLES as f64 * total;
                let t = cumulative.partition_point(|c| *c <= target).min(cumulative.len() - 1);
                // The plane-filling sequence of Roberts (R2), folded into the triangle.
                let (mut v, mut w) = (fraction(i as f64 * 0.754_877_666), fraction(i as f64 * 0.569_840_290));
                if v + w > 1.0 {
                    (v, w) = (1.0 - v, 1.0 - w);
                }
                let p = surface.point(t as u32, v, w);
                (p.position, p.normal)
            })
            .collect();
        Self { surface, rim, samples: calmed(samples) }
    }

    /// The closest place of the scan and its normal; `None` when that is an open rim, because then
    /// the scan does not show the place.
    fn closest(&self, p: DVec3) -> Option<(DVec3, DVec3)> {
        let hit = self.surface.closest_point(p)?;
        let mesh = self.surface.mesh();
        let t = mesh.triangles[hit.point.triangle as usize];
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            if self.rim[a as usize] && self.rim[b as usize] {
                let (a, b) = (mesh.positions[a as usize], mesh.positions[b as usize]);
                let along = (b - a).normalize_or_zero();
                let from = hit.point.position - a;
                let aside = (from - along * from.dot(along)).length();
                if aside < 1e-6 * (b - a).length() {
                    return None;
                }
            }
        }
        Some((hit.point.position, hit.point.normal))
    }
}

/// Samples whose normals are the mean of their surroundings': the terraces of a voxel image have
/// normals along its axes only.
fn calmed(samples: Vec<(DVec3, DVec3)>) -> Vec<(DVec3, DVec3)> {
    const NEAREST: usize = 12;
    samples
        .par_iter()
        .map(|(p, n)| {
            let mut near: Vec<(f64, usize)> = Vec::with_capacity(NEAREST + 1);
            let mut worst = f64::INFINITY;
            for (j, (q, m)) in samples.iter().enumerate() {
                let d = p.distance_squared(*q);
                // The other side of a thin sheet is no surrounding.
                if d < worst && m.dot(*n) > -0.3 {
                    let at = near.partition_point(|x| x.0 <= d);
                    near.insert(at, (d, j));
                    near.truncate(NEAREST);
                    if near.len() == NEAREST {
                        worst = near[NEAREST - 1].0;
                    }
                }
            }
            let sum: DVec3 = near.iter().map(|x| samples[x.1].1).sum();
            (*p, sum.try_normalize().unwrap_or(*n))
        })
        .collect()
}

fn fraction(x: f64) -> f64 {
    x - x.floor()
}

/// A head that was found in a scan.
pub(crate) struct Sighting<'a> {
    target: Target<'a>,
    /// From the file to the frame of the mean head, with the scale that gives it the mean size.
    from_file: Similarity,
    /// Whether the axes that were given had to be given up.
    pub against_axes: bool,
}

/// Looks for the head in a scan.
///
/// # Errors
/// [`HeadError::Scan`] when nothing in the mesh looks like a head.
pub(crate) fn find<'a>(surface: &'a Surface, hints: &Hints) -> Result<Sighting<'a>, HeadError> {
    let target = Target::new(surface);
    match pose::find(&target, hints).filter(|f| f.quality >= LEAST_QUALITY) {
        Some(best) => Ok(Sighting { target, from_file: best.from_file, against_axes: best.against_axes }),
        None => Err(HeadError::Scan(
            "no head was found in the mesh; is it a scan of a whole head, with the face? Otherwise \
             give the landmarks nasion, menton and both lateral canthi and tragia"
                .into(),
        )),
    }
}

impl Sighting<'_> {
    /// About the length of the head (glabella to opisthocranion) in file units.
    pub(crate) fn length_in_file(&self) -> f64 {
        MODEL_LENGTH / self.from_file.scale
    }

    /// About where the middle between the tragia is, in the file.
    pub(crate) fn middle_in_file(&self) -> DVec3 {
        self.from_file.undo(DVec3::ZERO)
    }

    /// Lays the model on the scan. With the scale of the file known, the size of the head is free;
    /// without, the head keeps the mean size and the scale is free.
    pub(crate) fn lay(&self, mm_per_unit: Option<f64>) -> Fit {
        lay(&self.target, &self.from_file, mm_per_unit)
    }
}

/// Length of the mean head that fits start from, mm.
const MODEL_LENGTH: f64 = 195.0;

fn lay(target: &Target<'_>, from_file: &Similarity, mm_per_unit: Option<f64>) -> Fit {
    let shaped = shape::fit(target, from_file, mm_per_unit);
    let moved = nonrigid::displace(target, &shaped);
    let model = Model::mean();
    let seats = nonrigid::seats(&moved.rest, &shaped.landmarks);

    let head: Vec<usize> =
        (0..model.part.len()).filter(|&i| matches!(model.part[i], Part::Skull | Part::Face)).collect();
    let mut gaps: Vec<f64> = head.iter().filter_map(|&i| moved.gap[i]).collect();
    let seen = gaps.iter().filter(|g| **g < SEEN_WITHIN).count() as f64 / head.len().max(1) as f64;
    gaps.sort_by(f64::total_cmp);
    let residual = gaps.get(gaps.len() / 2).copied().unwrap_or(f64::INFINITY);

    let ears = [false, true]
        .map(|left| ear::lay(target, &shaped.from_file, &shaped.positions, &shaped.normals, left));
    let landmarks: BTreeMap<Landmark, Fitted> = seats
        .iter()
        .map(|seat| {
            let position = seat.on(&moved.positions);
            let on_ear = match seat.landmark {
                Landmark::TragionRight => ears[0],
                Landmark::TragionLeft => ears[1],
                _ => None,
            };
            if let Some(ear) = on_ear {
                let position = ear.moved.apply(seat.on(&moved.rest));
                let missing = (1.0 - ear.seen) * UNSEEN_ERROR;
                let error = (FLOOR_ERROR * FLOOR_ERROR + ear.gap * ear.gap + missing * missing).sqrt();
                return (seat.landmark, Fitted { position, error });
            }
            let error = error_of(&moved, &model.part, position, seat.on(&moved.rest));
            let on_scan = target
                .closest(shaped.from_file.undo(position))
                .map(|(p, _)| shaped.from_file.apply(p))
                .filter(|p| p.distance(position) < SEEN_WITHIN);
            (seat.landmark, Fitted { position: on_scan.unwrap_or(position), error })
        })
        .collect();
    Fit {
        from_file: shaped.from_file,
        mesh: Mesh { positions: moved.positions, triangles: model.triangles.clone() },
        landmarks,
        residual,
        seen,
    }
}

/// The scan shows a place of the model when it comes this near, mm.
const SEEN_WITHIN: f64 = 6.0;
/// A landmark of the model is this sure when the scan shows its surroundings well, mm. Assumption:
/// about what two people differ by when they palpate nasion, canthi or tragia.
const FLOOR_ERROR: f64 = 2.0;
/// Spread of a landmark's place among people once size, breadth and length of the head are right,
/// mm: what is left to say where the scan shows nothing. Assumption.
const UNSEEN_ERROR: f64 = 8.0;

/// About how far a landmark of the fit may be off, mm: what the surroundings still miss the scan
/// by, a part of how much the last step moved them, and the model's own spread where nothing shows.
fn error_of(moved: &nonrigid::Moved, part: &[Part], position: DVec3, before: DVec3) -> f64 {
    let (mut near, mut shown, mut gaps) = (0.0, 0.0, 0.0);
    for (i, p) in moved.positions.iter().enumerate() {
        if part[i] != Part::Neck && p.distance_squared(position) < 20.0 * 20.0 {
            near += 1.0;
            if let Some(g) = moved.gap[i].filter(|g| *g < SEEN_WITHIN) {
                shown += 1.0;
                gaps += g;
            }
        }
    }
    let share = if near > 0.0 { shown / near } else { 0.0 };
    let gap = if shown > 0.0 { gaps / shown } else { SEEN_WITHIN };
    let pushed = 0.25 * position.distance(before);
    let missing = (1.0 - share) * UNSEEN_ERROR;
    (FLOOR_ERROR * FLOOR_ERROR + gap * gap + pushed * pushed + missing * missing).sqrt()
}
