//! Relaxation: points are pushed apart along the surface.
//!
//! Each sweep moves every point at once, by the sum of the pushes of those that are nearer than
//! wanted (position-based dynamics with simultaneous updates). The first sweeps want a little more
//! than the densest packing allows, so that every neighbour pushes and room spreads into the gaps;
//! the last ones want what can be had, so that no pair stays near. Points of classes, and points among
//! others that stand, mix and come to rest again and again instead. The few pairs that are left are
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

use super::apart::{Apart, FEW_CLASSES, GOAL};
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
    /// Radius of all points together where others stand, as a share of the own; empty where none does.
    pub together: Vec<f32>,
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

/// A run of sweeps that want the same.
#[derive(Clone, Copy)]
pub(super) struct Phase {
    pub sweeps: usize,
    /// Wanted distance as a share of the span of a pair.
    want: f32,
    /// Share of the push that is carried out.
    gain: f32,
}

/// Room spreads into the gaps.
pub(super) const SPREAD: Phase = Phase { sweeps: 1, want: 1.05, gain: 0.5 };
/// Pairs are parted.
pub(super) const PART: Phase = Phase { sweeps: 1, want: 0.84, gain: 0.7 };
/// Near pairs are parted one after the other.
pub(super) const REPAIR: Phase = Phase { sweeps: 1, want: 0.82, gain: 0.5 };
/// With classes, or among standing points, the goals of a point pull it several ways: full pushes mix
/// until most have found a place, and smaller wishes let them come to rest.
pub(super) const MIX: Phase = Phase { sweeps: 1, want: 0.84, gain: 1.1 };
pub(super) const REST: Phase = Phase { sweeps: 1, want: 0.78, gain: 0.9 };

impl Phase {
    /// The same in so many sweeps.
    pub(super) const fn times(self, sweeps: usize) -> Self {
        Self { sweeps, ..self }
    }
}

/// Rounds of mixing and resting, and the sweeps of each as multiples of those that were asked for; with
/// more than [`FEW_CLASSES`], which take longer to find their places. Set by trial.
const MINGLE: (usize, f64, f64) = (3, 0.5, 0.5);
const MINGLE_OF_MANY: (usize, f64, f64) = (2, 4.0, 2.0);
/// Shares of points near another: below the first the repair is cheaper than a round, below the second a
/// round need not mix.
const HARDLY_ANY: f64 = 0.015;
const FEW: f64 = 0.04;

/// Looser than for the elimination, since the normals turn as points move around a fold.
pub(super) const STILL_SAME_SIDE: f32 = -0.5;
/// What slides along a clearance ends this many clearances from its middle: the skin is not flat.
const OUTSIDE: f64 = 1.02;
/// Longest step of a sweep, radii.
const LONGEST: f32 = 0.3;
/// Neighbours are looked for up to this share of the span, anew after so many sweeps.
const LIST: f32 = 1.2;
const REBUILD: usize = 8;
/// How far around a point clearances are looked for when neighbours are, radii: while it stays within
/// the room that it has, none is asked about.
const ROOM: f32 = 0.5;
pub(super) const CHUNK: usize = 1024;

/// A point that moved: which, where to on the mesh, where that is, its radius there.
type Moved = (u32, Foot, [f32; 3], f32);

/// The neighbours of each point with the span of each pair, mm, in compressed rows; fixed ones are
/// counted on from the own.
#[derive(Default)]
pub(super) struct Rows {
    start: Vec<u32>,
    near: Vec<(u32, f32)>,
}

/// Counts of neighbours, and the neighbours, of a run of points.
type RowsOfChunk = (Vec<u32>, Vec<(u32, f32)>);

impl Rows {
    #[inline]
    pub(super) fn of(&self, i: usize) -> &[(u32, f32)] {
        &self.near[self.start[i] as usize..self.start[i + 1] as usize]
    }
}

/// Where a point was when clearances around it were looked for, and how far from there none is met, mm.
pub(super) struct Room<'a> {
    from: &'a [f32; 3],
    far: f32,
}

impl Crowd {
    pub(super) fn from_pool(pool: &Pool, kept: &[u32]) -> Self {
        Self {
            position: kept.iter().map(|&i| pool.position[i as usize]).collect(),
            normal: kept.iter().map(|&i| pool.normal[i as usize]).collect(),
            foot: kept.iter().map(|&i| pool.foot[i as usize]).collect(),
            radius: kept.iter().map(|&i| pool.radius[i as usize]).collect(),
            together: kept.iter().filter_map(|&i| pool.together.get(i as usize).copied()).collect(),
            class: vec![0; kept.len()],
        }
    }

    /// Relaxes in phases. Radii on the way are approximate: [`Crowd::settle`] ends it. Gives how many
    /// points were nearer to another than the goal before the last sweep.
    pub(super) fn relax(&mut self, ground: &Ground<'_, '_>, apart: &Apart, phases: &[Phase]) -> usize {
        let mut nearer = 0;
        let n = self.position.len();
        let mut rows = Rows::default();
        let (mut from, mut far) = (Vec::new(), Vec::new());
        let all = phases.iter().flat_map(|p| std::iter::repeat_n(p, p.sweeps));
        for (sweep, phase) in all.enumerate() {
            if sweep % REBUILD == 0 {
                if sweep > 0 {
                    self.turn_normals(ground.placer.surface());
                    self.follow_density(ground);
                }
                rows = self.neighbours(ground.fixed, LIST, apart);
                from = self.position.clone();
                far = (0..n)
                    .into_par_iter()
                    .with_min_len(CHUNK)
                    .map(|i| ground.clear.room(&from[i], ROOM * self.radius[i]))
                    .collect();
            }
            let parts: Vec<(Vec<Moved>, usize)> = (0..n.div_ceil(CHUNK))
                .into_par_iter()
                .map(|c| {
                    let mut moved = Vec::with_capacity(CHUNK);
                    let mut near = 0;
                    for i in c * CHUNK..((c + 1) * CHUNK).min(n) {
                        let room = Room { from: &from[i], far: far[i] };
                        let Some((step, nearest)) = self.push(i, ground.fixed, rows.of(i), phase) else {
                            continue;
                        };
                        near += usize::from(nearest < GOAL);
                        if let Some((foot, position, radius)) = self.step(ground, i, step, Some(&room)) {
                            moved.push((i as u32, foot, position, radius));
                        }
                    }
                    (moved, near)
                })
                .collect();
            nearer = parts.iter().map(|p| p.1).sum();
            for (i, foot, position, radius) in parts.into_iter().flat_map(|p| p.0) {
                let i = i as usize;
                (self.foot[i], self.position[i], self.radius[i]) = (foot, position, radius);
            }
        }
        nearer
    }

    /// Relaxes points whose goals pull several ways: they mix and come to rest again and again until
    /// hardly any is near another.
    pub(super) fn mingle(&mut self, ground: &Ground<'_, '_>, apart: &Apart, sweeps: usize) {
        let (rounds, mix, rest) = if apart.classes <= FEW_CLASSES { MINGLE } else { MINGLE_OF_MANY };
        let times = |phase: Phase, share: f64| phase.times((share * sweeps as f64).ceil() as usize);
        let mut phases = vec![times(MIX, mix), times(REST, rest)];
        for _ in 0..rounds {
            let near = self.relax(ground, apart, &phases) as f64 / self.position.len().max(1) as f64;
            if near < HARDLY_ANY {
                break;
            }
            if near < FEW {
                phases = vec![times(REST, rest)];
            }
        }
    }

    /// Radii after the density between the corners of the triangles, where it varies: steps leave them.
    fn follow_density(&mut self, ground: &Ground<'_, '_>) {
        let placer = ground.placer;
        if !placer.has_density() {
            return;
        }
        self.radius.par_iter_mut().zip(&self.foot).with_min_len(CHUNK).for_each(|(r, foot)| {
            let density = match placer.kind(foot.triangle) {
                Kind::Even => placer.bound(foot.triangle),
                Kind::Varying => placer.density_between_corners(foot),
                // Asked at every step.
                Kind::Edge => return,
            };
            if density > 0.0 {
                *r = ground.measure.radius(density);
            }
        });
    }

    pub(super) fn turn_normals(&mut self, surface: &Surface) {
        self.normal = self
            .foot
            .par_iter()
            .map(|f| surface.point(f.triangle, f.v, f.w).normal.as_vec3().to_array())
            .collect();
    }

    /// The smallest distance of a point from others, as a share of the span.
    pub(super) fn nearest(&self, i: usize, fixed: &[[f32; 3]], row: &[(u32, f32)]) -> f32 {
        row.iter()
            .map(|&(j, span)| distance_squared(&self.position[i], self.place(j, fixed)).sqrt() / span)
            .fold(f32::INFINITY, f32::min)
    }

    /// Where a neighbour is.
    #[inline]
    fn place<'b>(&'b self, j: u32, fixed: &'b [[f32; 3]]) -> &'b [f32; 3] {
        self.position.get(j as usize).unwrap_or_else(|| &fixed[j as usize - self.position.len()])
    }

    #[inline]
    fn together(&self, i: usize) -> f32 {
        self.together.get(i).copied().unwrap_or(1.0)
    }

    /// The span of a pair, mm: the radii of both, stretched by their classes; none across a fold.
    /// Standing points have no radius: both have that of all points together.
    #[inline]
    pub(super) fn span(&self, i: usize, j: usize, apart: &Apart) -> Option<f32> {
        let r = self.radius[i];
        if j >= self.position.len() {
            return Some(2.0 * r * apart.to_standing(self.class[i], self.together(i)));
        }
        let mut span = (r + self.radius[j]) * apart.of(self.class[i], self.class[j]);
        if !self.together.is_empty() {
            span *= Apart::beside_standing(self.together[i].min(self.together[j]));
        }
        (dot(&self.normal[i], &self.normal[j]) >= STILL_SAME_SIDE).then_some(span)
    }

    /// The step that would part a point from those that are nearer than wanted, and how near the nearest
    /// is as a share of the span; none when nobody is.
    #[inline]
    pub(super) fn push(
        &self,
        i: usize,
        fixed: &[[f32; 3]],
        row: &[(u32, f32)],
        phase: &Phase,
    ) -> Option<(DVec3, f32)> {
        let p = &self.position[i];
        let mut sum = [0.0f32; 3];
        let mut nearest = f32::INFINITY;
        for &(j, span) in row {
            let q = self.place(j, fixed);
            let d2 = distance_squared(p, q);
            let d_wanted = phase.want * span;
            if d2 >= d_wanted * d_wanted {
                continue;
            }
            let d = d2.sqrt();
            nearest = nearest.min(d / span);
            // What cannot move leaves the whole way to the other.
            let share = if (j as usize) < self.position.len() { 0.5 } else { 1.0 };
            let lack = phase.gain * share * (d_wanted - d) / d.max(1e-6 * span);
            for k in 0..3 {
                sum[k] += lack * (p[k] - q[k]);
            }
        }
        nearest.is_finite().then(|| {
            let step = DVec3::from_array(sum.map(f64::from));
            (step.clamp_length_max(f64::from(LONGEST * self.radius[i])), nearest)
        })
    }

    /// Where a step from a place leads, with the radius there; none where no point may lie. With the
    /// room around it the radius stays, and clearances are asked about only beyond.
    pub(super) fn step(
        &self,
        ground: &Ground<'_, '_>,
        i: usize,
        step: DVec3,
        room: Option<&Room<'_>>,
    ) -> Option<(Foot, [f32; 3], f32)> {
        let (placer, from) = (ground.placer, self.foot[i]);
        let mesh = placer.surface().mesh();
        let narrow = |foot: &Foot| foot.position(mesh).as_vec3().to_array();
        let (mut foot, _, _) = placer.sheet().walk(from, step);
        let mut position = narrow(&foot);
        let free =
            room.is_some_and(|r| distance_squared(&position, r.from) < r.far.max(0.0) * r.far.max(0.0));
        if !free && let Some((q, clearance)) = ground.clear.covering(&position) {
            // Along what is kept clear, rather than into it.
            let point = placer.surface().point(foot.triangle, foot.v, foot.w);
            let out = point.position - DVec3::from_array(q.map(f64::from));
            let lack = f64::from(clearance) * OUTSIDE - out.length();
            let aside = out - point.normal * point.normal.dot(out);
            let aside = aside.try_normalize()? * lack;
            (foot, _, _) = placer.sheet().walk(from, step + aside);
            position = narrow(&foot);
            if !ground.clear.is_clear(&position) {
                return None;
            }
        }
        let kind = placer.kind(foot.triangle);
        if kind != Kind::Edge && room.is_some() {
            return Some((foot, position, self.radius[i]));
        }
        let d = match kind {
            Kind::Even => placer.bound(foot.triangle),
            Kind::Varying | Kind::Edge => {
                placer.density_at(&placer.surface().point(foot.triangle, foot.v, foot.w))
            }
        };
        (d > 0.0).then(|| (foot, position, ground.measure.radius(d)))
    }

    /// Neighbours within a share of the spans.
    pub(super) fn neighbours(&self, fixed: &[[f32; 3]], share: f32, apart: &Apart) -> Rows {
        let n = self.position.len();
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * share * mean as f32);
        drop(points);
        let widest = Widest::new(&self.position, &self.radius);
        let parts: Vec<RowsOfChunk> = (0..n.div_ceil(CHUNK))
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
                            if d2 < reach * reach
                                && j as usize != i
                                && let Some(span) = self.span(i, j as usize, apart)
                                && d2 < share * share * span * span
                            {
                                near.push((j, span));
                            }
                        }
                    });
                    counts.push((near.len() - before) as u32);
                }
                (counts, near)
            })
            .collect();
        let mut rows = Rows {
            start: Vec::with_capacity(n + 1),
            near: Vec::with_capacity(parts.iter().map(|r| r.1.len()).sum()),
        };
        let mut at = 0;
        for (counts, near) in parts {
            for c in counts {
                rows.start.push(at);
                at += c;
            }
            rows.near.extend(near);
        }
        rows.start.push(at);
        rows
    }
}
