//! Relaxation: points are pushed apart along the surface.
//!
//! Each sweep moves every point at once, by the sum of the pushes of those that are nearer than
//! wanted (position-based dynamics with simultaneous updates). The first sweeps want a little more
//! than the densest packing allows, so that every neighbour pushes and room spreads into the gaps;
//! the last ones want what can be had, so that no pair stays near. The few pairs that are left are
//! parted one after the other. A handful of sweeps from a good start stays a fluid: packings of
//! discs order above a covered share of 0.70, and a relative radius of 0.84 covers 0.64.
//!
//! # Sources
//! Müller et al. 2007, *Position based dynamics*, equations 8 and 9; the relaxation of samples to
//! larger spacings after Schlömer et al. 2011, *Farthest-point optimized point sets*. The shares
//! below are ours, set by trial on one scanned head with one seed for a relative radius of 0.76 in
//! little time; other seeds, counts and heads were only checked with them.

use glam::DVec3;
use rayon::prelude::*;

use super::apart::Apart;
use super::candidates::{Measure, Pool};
use super::clear::Clear;
use super::eliminate::dot;
use super::grid::{Grid, Widest, distance_squared};
use super::placer::{Kind, Placer};
use super::walk::Foot;
use crate::Surface;

/// Points that move, in an order of their own.
pub(super) struct Crowd {
    pub position: Vec<[f32; 3]>,
    pub normal: Vec<[f32; 3]>,
    pub foot: Vec<Foot>,
    pub radius: Vec<f32>,
    /// Class of each point.
    pub class: Vec<u8>,
}

/// What points move on.
pub(super) struct Ground<'a, 'b> {
    pub placer: &'a Placer<'b>,
    pub measure: Measure,
    pub clear: &'a Clear<'a>,
    /// Points that are there already and push.
    pub fixed: &'a [[f32; 3]],
}

/// Looser than for the elimination, since the normals turn as points move around a fold.
pub(super) const STILL_SAME_SIDE: f32 = -0.5;
/// Wanted distance as a share of the span of a pair, and share of the push that is carried out:
/// while room spreads and while pairs are parted.
const SPREAD: (f32, f32) = (1.05, 0.5);
const PART: (f32, f32) = (0.84, 0.7);
/// So many of the sweeps, the last ones, part pairs.
pub(super) const PARTING_SWEEPS: usize = 3;
/// What slides along a clearance ends this many clearances from its middle: the skin is not flat.
const OUTSIDE: f64 = 1.02;
/// Longest step of a sweep, radii.
const LONGEST: f32 = 0.3;
/// Neighbours are looked for up to this share of the span, anew after so many sweeps.
const LIST: f32 = 1.2;
const REBUILD: usize = 4;
pub(super) const CHUNK: usize = 1024;

/// A point that moved: which, where to on the mesh, where that is, its radius there.
type Moved = (u32, Foot, [f32; 3], f32);

impl Crowd {
    pub(super) fn from_pool(pool: &Pool, kept: &[u32]) -> Self {
        Self {
            position: kept.iter().map(|&i| pool.position[i as usize]).collect(),
            normal: kept.iter().map(|&i| pool.normal[i as usize]).collect(),
            foot: kept.iter().map(|&i| pool.foot[i as usize]).collect(),
            radius: kept.iter().map(|&i| pool.radius[i as usize]).collect(),
            class: vec![0; kept.len()],
        }
    }

    /// Relaxes in so many sweeps, the last `parting` of which part pairs. Radii on the way are
    /// approximate: [`Crowd::settle`] ends it.
    pub(super) fn relax(&mut self, ground: &Ground<'_, '_>, apart: &Apart, sweeps: usize, parting: usize) {
        let n = self.position.len();
        let mut list = (Vec::new(), Vec::new());
        for sweep in 0..sweeps {
            if sweep % REBUILD == 0 {
                if sweep > 0 {
                    self.turn_normals(ground.placer.surface());
                }
                list = self.neighbours(ground.fixed, LIST, apart);
            }
            let (start, near) = &list;
            let how = if sweep + parting >= sweeps { PART } else { SPREAD };
            let parts: Vec<Vec<Moved>> = (0..n.div_ceil(CHUNK))
                .into_par_iter()
                .map(|c| {
                    let mut moved = Vec::with_capacity(CHUNK);
                    for i in c * CHUNK..((c + 1) * CHUNK).min(n) {
                        let row = near[start[i] as usize..start[i + 1] as usize].iter().copied();
                        if let Some((foot, position, radius)) = self
                            .push(i, ground.fixed, row, how, apart)
                            .and_then(|step| self.step(ground, i, step, false))
                        {
                            moved.push((i as u32, foot, position, radius));
                        }
                    }
                    moved
                })
                .collect();
            for (i, foot, position, radius) in parts.into_iter().flatten() {
                let i = i as usize;
                (self.foot[i], self.position[i], self.radius[i]) = (foot, position, radius);
            }
        }
    }

    pub(super) fn turn_normals(&mut self, surface: &Surface) {
        self.normal = self
            .foot
            .par_iter()
            .map(|f| surface.point(f.triangle, f.v, f.w).normal.as_vec3().to_array())
            .collect();
    }

    /// The smallest distance of a point from others, as a share of the span.
    pub(super) fn nearest(
        &self,
        i: usize,
        fixed: &[[f32; 3]],
        near: impl Iterator<Item = u32>,
        apart: &Apart,
    ) -> f32 {
        near.map(|j| {
            self.pair(i, j as usize, fixed, apart)
                .map_or(f32::INFINITY, |(q, span, _)| distance_squared(&self.position[i], q).sqrt() / span)
        })
        .fold(f32::INFINITY, f32::min)
    }

    /// Place of another point, the span of the two and the share of a push that is the own; none
    /// across a fold.
    #[inline]
    fn pair<'b>(
        &'b self,
        i: usize,
        j: usize,
        fixed: &'b [[f32; 3]],
        apart: &Apart,
    ) -> Option<(&'b [f32; 3], f32, f32)> {
        let n = self.position.len();
        if j >= n {
            return Some((&fixed[j - n], 2.0 * self.radius[i], 1.0));
        }
        let span = (self.radius[i] + self.radius[j]) * apart.of(self.class[i], self.class[j]);
        (dot(&self.normal[i], &self.normal[j]) >= STILL_SAME_SIDE).then(|| (&self.position[j], span, 0.5))
    }

    /// The step that would part a point from those that are nearer than `want` of the span; none
    /// when nobody is.
    #[inline]
    pub(super) fn push(
        &self,
        i: usize,
        fixed: &[[f32; 3]],
        near: impl Iterator<Item = u32>,
        (want, gain): (f32, f32),
        apart: &Apart,
    ) -> Option<DVec3> {
        let p = &self.position[i];
        let mut sum = [0.0f32; 3];
        let mut any = false;
        for j in near {
            let Some((q, span, share)) = self.pair(i, j as usize, fixed, apart) else { continue };
            let d2 = distance_squared(p, q);
            let d_wanted = want * span;
            if d2 >= d_wanted * d_wanted {
                continue;
            }
            any = true;
            let d = d2.sqrt();
            let lack = gain * share * (d_wanted - d) / d.max(1e-6 * span);
            for k in 0..3 {
                sum[k] += lack * (p[k] - q[k]);
            }
        }
        any.then(|| {
            DVec3::from_array(sum.map(f64::from)).clamp_length_max(f64::from(LONGEST * self.radius[i]))
        })
    }

    /// Where a step from a place leads, with the radius there; none where no point may lie.
    pub(super) fn step(
        &self,
        ground: &Ground<'_, '_>,
        i: usize,
        step: DVec3,
        exact: bool,
    ) -> Option<(Foot, [f32; 3], f32)> {
        let from = self.foot[i];
        let (mut foot, _, _) = ground.placer.sheet().walk(from, step);
        let mut point = ground.placer.surface().point(foot.triangle, foot.v, foot.w);
        let mut position = point.position.as_vec3().to_array();
        if let Some((q, clearance)) = ground.clear.covering(&position) {
            // Along what is kept clear, rather than into it.
            let out = point.position - DVec3::from_array(q.map(f64::from));
            let lack = f64::from(clearance) * OUTSIDE - out.length();
            let aside = out - point.normal * point.normal.dot(out);
            let aside = aside.try_normalize()? * lack;
            (foot, _, _) = ground.placer.sheet().walk(from, step + aside);
            point = ground.placer.surface().point(foot.triangle, foot.v, foot.w);
            position = point.position.as_vec3().to_array();
            if !ground.clear.is_clear(&position) {
                return None;
            }
        }
        let before = self.foot[i].triangle;
        let even = |t| ground.placer.kind(t) == Kind::Even;
        if even(foot.triangle)
            && even(before)
            && ground.placer.bound(foot.triangle) == ground.placer.bound(before)
        {
            return Some((foot, position, self.radius[i]));
        }
        let d = match ground.placer.kind(foot.triangle) {
            Kind::Even => ground.placer.bound(foot.triangle),
            Kind::Varying if !exact => ground.placer.density_between_corners(&foot),
            Kind::Varying | Kind::Edge => ground.placer.density_at(&point),
        };
        (d > 0.0).then(|| (foot, position, ground.measure.radius(d)))
    }

    /// Neighbours within a share of the spans, in compressed rows; fixed ones follow the own.
    pub(super) fn neighbours(&self, fixed: &[[f32; 3]], share: f32, apart: &Apart) -> (Vec<u32>, Vec<u32>) {
        let n = self.position.len();
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * share * mean as f32);
        let widest = Widest::new(&self.position, &self.radius);
        let rows: Vec<(Vec<u32>, Vec<u32>)> = (0..n.div_ceil(CHUNK))
            .into_par_iter()
            .map(|c| {
                let range = c * CHUNK..((c + 1) * CHUNK).min(n);
                let mut counts = Vec::with_capacity(range.len());
                let mut near = Vec::with_capacity(range.len() * 8);
                for i in range {
                    let before = near.len();
                    let (p, r) = (&self.position[i], self.radius[i]);
                    let reach = share * apart.widest * (r + widest.near(p).max(r));
                    grid.around(p, reach, |window| {
                        for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                            let d2 = distance_squared(p, q);
                            if d2 >= reach * reach || j as usize == i {
                                continue;
                            }
                            let j = j as usize;
                            let (span, side) = if j < n {
                                (
                                    share * (r + self.radius[j]) * apart.of(self.class[i], self.class[j]),
                                    dot(&self.normal[i], &self.normal[j]) >= STILL_SAME_SIDE,
                                )
                            } else {
                                (share * 2.0 * r, true)
                            };
                            if side && d2 < span * span {
                                near.push(j as u32);
                            }
                        }
                    });
                    counts.push((near.len() - before) as u32);
                }
                (counts, near)
            })
            .collect();
        let mut start = Vec::with_capacity(n + 1);
        let mut near = Vec::with_capacity(rows.iter().map(|r| r.1.len()).sum());
        let mut at = 0;
        for (counts, row) in rows {
            for c in counts {
                start.push(at);
                at += c;
            }
            near.extend(row);
        }
        start.push(at);
        (start, near)
    }
}
