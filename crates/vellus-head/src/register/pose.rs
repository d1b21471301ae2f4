//! Where the head is, which way it looks and how large it is: a search without any start.

use std::f64::consts::TAU;
use std::sync::LazyLock;

use glam::{DMat3, DQuat, DVec3};
use rayon::prelude::*;

use super::{Hints, Similarity, Target};
use crate::normal_equations::NormalEquations;
use crate::parametric::model::{Model, PARAMETERS, Part};
use crate::{Mesh, Surface};

/// A pose and how well it explains the scan, 0 to 1.
pub(super) struct Pose {
    pub from_file: Similarity,
    pub quality: f64,
    pub against_axes: bool,
}

/// The mean head made ready for questions.
struct Mean {
    surface: Surface,
    /// Vertices of skull and face, thinned, with their normals.
    points: Vec<(DVec3, DVec3)>,
    skull_centre: DVec3,
    skull_radius: f64,
    field: Field,
}

static MEAN: LazyLock<Mean> = LazyLock::new(|| {
    let model = Model::mean();
    let positions = model.positions(&[0.0; PARAMETERS]);
    let surface = Surface::new(Mesh { positions, triangles: model.triangles.clone() })
        .expect("the mean head is a mesh");
    let of = |part: &[Part]| -> Vec<usize> {
        (0..model.part.len()).filter(|&i| part.contains(&model.part[i])).collect()
    };
    let skull: Vec<DVec3> = of(&[Part::Skull]).iter().map(|&i| surface.mesh().positions[i]).collect();
    let (skull_centre, skull_radius) = sphere_through(&skull);
    let points = of(&[Part::Skull, Part::Face])
        .iter()
        .step_by(16)
        .map(|&i| (surface.mesh().positions[i], surface.normals()[i]))
        .collect();
    let field = Field::new(&surface);
    Mean { surface, points, skull_centre, skull_radius, field }
});

/// Distances to the mean head on a lattice.
struct Field {
    low: DVec3,
    size: [usize; 3],
    values: Vec<f32>,
}

/// Step of the lattice, mm: a screen, not a measurement.
const STEP: f64 = 10.0;
/// How far it reaches beyond the head, mm.
const MARGIN: f64 = 50.0;

impl Field {
    fn new(surface: &Surface) -> Self {
        let (low, high) = surface.mesh().bounds().unwrap_or_default();
        let low = low - MARGIN;
        let size = ((high + MARGIN - low) / STEP).to_array().map(|x| x.ceil() as usize + 1);
        let values = (0..size.iter().product::<usize>())
            .into_par_iter()
            .map(|k| {
                let at = [k % size[0], k / size[0] % size[1], k / size[0] / size[1]];
                let p = low + STEP * DVec3::from_array(at.map(|x| x as f64));
                surface.closest_point(p).map_or(f32::MAX, |h| h.distance as f32)
            })
            .collect();
        Self { low, size, values }
    }

    /// About the distance, mm; [`MARGIN`] outside.
    fn at(&self, p: DVec3) -> f64 {
        let q = ((p - self.low) / STEP).round().to_array();
        if (0..3).any(|k| !(q[k] >= 0.0 && q[k] < self.size[k] as f64)) {
            return MARGIN;
        }
        let i = q.map(|x| x as usize);
        f64::from(self.values[(i[2] * self.size[1] + i[1]) * self.size[0] + i[0]])
    }
}

/// The sphere through points, least squares on the algebraic distance.
fn sphere_through(points: &[DVec3]) -> (DVec3, f64) {
    // |p|² = 2 c·p + (r² − |c|²): linear in c and the last term; about the mean it decouples well.
    let mean = points.iter().sum::<DVec3>() / points.len().max(1) as f64;
    let mut a = [[0.0; 3]; 3];
    let mut b = [0.0; 3];
    let mean_square =
        points.iter().map(|p| (*p - mean).length_squared()).sum::<f64>() / points.len().max(1) as f64;
    for p in points {
        let q = (*p - mean).to_array();
        let s = (*p - mean).length_squared() - mean_square;
        for i in 0..3 {
            b[i] += 0.5 * s * q[i];
            for j in 0..3 {
                a[i][j] += q[i] * q[j];
            }
        }
    }
    let c = DMat3::from_cols_array_2d(&a).inverse() * DVec3::from_array(b);
    (mean + c, (mean_square + c.length_squared()).sqrt())
}

/// A ball-shaped part of the scan, in file units.
#[derive(Clone, Copy)]
struct Ball {
    centre: DVec3,
    radius: f64,
    score: f64,
}

/// Pairs of points tried for balls, and balls kept.
const PAIRS: usize = 6000;
const BALLS: usize = 12;
/// Distances between the two points, as shares of the size of the scan.
const SPANS: [f64; 6] = [0.04, 0.07, 0.11, 0.17, 0.26, 0.4];
/// Points that a ball is scored by.
const BALL_POINTS: usize = 1500;

/// The parts of the scan that are rounded like a skull: every pair of points whose normals meet
/// proposes one.
fn balls(target: &Target<'_>) -> Vec<Ball> {
    let n = target.samples.len();
    let (low, high) =
        target.samples.iter().fold((DVec3::MAX, DVec3::MIN), |(lo, hi), s| (lo.min(s.0), hi.max(s.0)));
    let size = low.distance(high);
    let step = n / BALL_POINTS.min(n).max(1);
    let mut found: Vec<Ball> = (0..PAIRS)
        .into_par_iter()
        .filter_map(|k| {
            let pick = |x: f64| ((super::fraction(x) * n as f64) as usize).min(n - 1);
            let (p, np) = target.samples[pick(0.5 + k as f64 * 0.754_877_666)];
            // A head is a small part of a person, so the second point is near the first, at one of
            // several distances.
            let apart = size * SPANS[k % SPANS.len()];
            let (q, nq) = (0..80)
                .map(|i| target.samples[pick(0.25 + (80 * k + i) as f64 * 0.569_840_290)])
                .find(|(q, _)| (0.6 * apart..1.5 * apart).contains(&p.distance(*q)))?;
            let gap = np - nq;
            if gap.length_squared() < 0.1 {
                return None;
            }
            let radius = (p - q).dot(gap) / gap.length_squared();
            let (a, b) = (p - np * radius, q - nq * radius);
            if radius <= 0.0 || a.distance(b) > 0.25 * radius {
                return None;
            }
            let centre = 0.5 * (a + b);
            let mut sectors = 0u32;
            let mut inside = 0.0;
            for (s, ns) in target.samples.iter().step_by(step.max(1)) {
                let d = *s - centre;
                let r = d.length();
                if (r / radius - 1.0).abs() < 0.12 && ns.dot(d) > 0.8 * r {
                    inside += 1.0;
                    let x = d.abs().to_array();
                    let main = (0..3).fold(0, |m, k| if x[k] > x[m] { k } else { m });
                    let octant = (0..3).map(|k| usize::from(d[k] > 0.0) << k).sum::<usize>();
                    sectors |= 1 << (octant * 3 + main);
                }
            }
            let spread = f64::from(sectors.count_ones()) / 24.0;
            Some(Ball { centre, radius, score: inside * spread * spread })
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Ball> = Vec::new();
    for b in found {
        let known = |k: &Ball| {
            k.centre.distance(b.centre) < 0.35 * k.radius && (0.8..1.25).contains(&(b.radius / k.radius))
        };
        if kept.len() < BALLS && !kept.iter().any(known) {
            kept.push(b);
        }
    }
    kept
}

/// Rotations to start from, about 25 degrees apart, and how many of the best are followed.
const ROTATIONS: usize = 900;
const FOLLOWED: usize = 20;

/// Rotations evenly over all of them (Alexa 2022).
fn rotations() -> impl Iterator<Item = DMat3> {
    const PSI: f64 = 1.533_751_168_755_204_3;
    (0..ROTATIONS).map(|i| {
        let s = i as f64 + 0.5;
        let t = s / ROTATIONS as f64;
        let (d, r, q) = (TAU * s, t.sqrt(), (1.0 - t).sqrt());
        let (sa, ca) = libm::sincos(d / std::f64::consts::SQRT_2);
        let (sb, cb) = libm::sincos(d / PSI);
        DMat3::from_quat(DQuat::from_xyzw(r * sa, r * ca, q * sb, q * cb))
    })
}

/// A pose agrees with stated axes when it turns them by less than this, cosine of 40 degrees:
/// people look up and down, scanners stand askew.
const AGREES: f64 = 0.766;
/// The axes are given up only when another pose explains this much more of the scan.
const OVERRULED_BY: f64 = 1.5;

pub(super) fn find(target: &Target<'_>, hints: &Hints) -> Option<Pose> {
    let mean = &*MEAN;
    let agrees = |r: &DMat3| {
        hints.up.is_none_or(|u| (*r * u).y > AGREES) && hints.forward.is_none_or(|f| (*r * f).z > AGREES)
    };
    let mut starts: Vec<(f64, usize, Similarity)> = Vec::new();
    for (k, ball) in balls(target).iter().enumerate() {
        let scale = mean.skull_radius / ball.radius;
        // Within reach of chin and nape, so that shoulders do not vote.
        let near: Vec<DVec3> = target
            .samples
            .iter()
            .map(|(p, _)| (*p - ball.centre) * scale)
            .filter(|d| d.length() < 1.7 * mean.skull_radius)
            .collect();
        let step = (near.len() / 400).max(1);
        let scored: Vec<(f64, Similarity)> = rotations()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|rotation| {
                let (mut sum, mut n) = (0.0, 0.0);
                for d in near.iter().step_by(step) {
                    sum += mean.field.at(rotation * *d + mean.skull_centre).min(25.0);
                    n += 1.0;
                }
                let translation = mean.skull_centre - rotation * ball.centre * scale;
                (if n > 0.0 { sum / n } else { f64::MAX }, Similarity { scale, rotation, translation })
            })
            .collect();
        starts.extend(scored.into_iter().map(|(s, t)| (s, k, t)));
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The best of each neighbourhood; those that agree with the axes have half of the places.
    let mut followed: Vec<(usize, Similarity)> = Vec::new();
    for stated in [true, false] {
        let most = if stated { FOLLOWED / 2 } else { FOLLOWED };
        for (_, k, t) in starts.iter().filter(|s| !stated || agrees(&s.2.rotation)) {
            let seen = |(j, u): &(usize, Similarity)| {
                j == k
                    && (t.rotation.transpose() * u.rotation)
                        .to_cols_array_2d()
                        .iter()
                        .enumerate()
                        .map(|(i, c)| c[i])
                        .sum::<f64>()
                        > 1.0 + 2.0 * 0.87
            };
            if followed.len() >= most {
                break;
            }
            if !followed.iter().any(seen) {
                followed.push((*k, *t));
            }
        }
    }
    let mut poses: Vec<(f64, Similarity)> = followed
        .into_par_iter()
        .map(|(_, start)| {
            let t = refine(target, mean, start);
            (quality(target, mean, &t), t)
        })
        .collect();
    poses.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = poses.first()?;
    let stated = poses.iter().find(|p| agrees(&p.1.rotation));
    let (chosen, against_axes) = match stated {
        Some(s) if best.0 < OVERRULED_BY * s.0 => (s, false),
        _ => (best, !agrees(&best.1.rotation)),
    };
    Some(Pose { from_file: chosen.1, quality: chosen.0, against_axes })
}

/// Widths of the weight function over the iterations, mm.
const WIDTHS: [f64; 24] = [
    30.0, 30.0, 30.0, 25.0, 25.0, 25.0, 20.0, 20.0, 20.0, 16.0, 16.0, 16.0, 13.0, 13.0, 13.0, 10.0, 10.0,
    10.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0,
];

/// Iterated closest points, both ways.
fn refine(target: &Target<'_>, mean: &Mean, start: Similarity) -> Similarity {
    let mut t = start;
    let samples: Vec<(DVec3, DVec3)> = target
        .samples
        .iter()
        .step_by(12)
        .copied()
        .filter(|(p, _)| (t.apply(*p) - mean.skull_centre).length() < 2.2 * mean.skull_radius)
        .collect();
    for width in WIDTHS {
        let mut pairs: Vec<(DVec3, DVec3, DVec3)> = Vec::new();
        for (p, n) in &samples {
            let (q, n) = (t.apply(*p), t.rotation * *n);
            if let Some(hit) = mean.surface.closest_point(q)
                && hit.distance < 2.0 * width
                && hit.point.normal.dot(n) > 0.3
            {
                pairs.push((q, hit.point.position, hit.point.normal));
            }
        }
        for (m, n) in &mean.points {
            if let Some((p, np)) = target.closest(t.undo(*m)) {
                let (q, nq) = (t.apply(p), t.rotation * np);
                if q.distance(*m) < 2.0 * width && nq.dot(*n) > 0.3 {
                    pairs.push((q, *m, nq));
                }
            }
        }
        let Some((rotation, translation, growth)) = step(&pairs, mean.skull_centre, width) else {
            return t;
        };
        let c = mean.skull_centre;
        t = Similarity {
            scale: t.scale * growth,
            rotation: rotation * t.rotation,
            translation: rotation * (t.translation - c) * growth + c + translation,
        };
    }
    t
}

/// One Gauss–Newton step over pairs (point, its mate, normal): point to plane, with a tenth of
/// point to point, which keeps the step bounded where planes leave a way to slide.
pub(super) fn step(
    pairs: &[(DVec3, DVec3, DVec3)],
    centre: DVec3,
    width: f64,
) -> Option<(DMat3, DVec3, f64)> {
    if pairs.len() < 50 {
        return None;
    }
    let mut normal = NormalEquations::<7>::default();
    for (q, m, n) in pairs {
        let r = *q - centre;
        let d = *q - *m;
        let off = d.length() / width;
        let weight = 1.0 / ((1.0 + off * off) * (1.0 + off * off));
        let mut row = |n: DVec3, w: f64| {
            let turn = r.cross(n);
            normal.add(&[turn.x, turn.y, turn.z, n.x, n.y, n.z, n.dot(r)], -n.dot(d), w);
        };
        row(*n, weight);
        for axis in DVec3::AXES {
            row(axis, 0.1 * weight);
        }
    }
    let x = normal.solve()?;
    let turn = DVec3::new(x[0], x[1], x[2]).clamp_length_max(0.3);
    let angle = turn.length();
    let rotation = if angle > 1e-12 { DMat3::from_axis_angle(turn / angle, angle) } else { DMat3::IDENTITY };
    Some((rotation, DVec3::new(x[3], x[4], x[5]).clamp_length_max(30.0), (1.0 + x[6]).clamp(0.8, 1.25)))
}

/// How much of the model the scan shows, times how much of the scan near the model the model
/// explains, 0 to 1.
fn quality(target: &Target<'_>, mean: &Mean, t: &Similarity) -> f64 {
    const WIDTH: f64 = 7.0;
    let close = |d: f64| libm::exp(-(d / WIDTH) * (d / WIDTH));
    let shown = mean
        .points
        .iter()
        .map(|(m, n)| {
            target
                .closest(t.undo(*m))
                .map_or(0.0, |(p, np)| close(t.apply(p).distance(*m)) * (t.rotation * np).dot(*n).max(0.0))
        })
        .sum::<f64>()
        / mean.points.len() as f64;
    let (mut sum, mut n) = (0.0, 0.0);
    for (p, _) in target.samples.iter().step_by(7) {
        let q = t.apply(*p);
        // Above the neck only: what hangs below is posture, clothes and furniture.
        if q.y > -60.0 && (q - mean.skull_centre).length() < 1.4 * mean.skull_radius {
            sum += mean.surface.closest_point(q).map_or(0.0, |h| close(h.distance));
            n += 1.0;
        }
    }
    if n > 0.0 { shown * sum / n } else { 0.0 }
}
