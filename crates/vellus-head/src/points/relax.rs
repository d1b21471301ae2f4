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
}

/// Looser than for the elimination, since the normals turn as points move around a fold.
const STILL_SAME_SIDE: f32 = -0.5;
/// Wanted distance as a share of the span of a pair, and share of the push that is carried out:
/// while room spreads and while pairs are parted.
const SPREAD: (f32, f32) = (1.05, 0.5);
const PART: (f32, f32) = (0.84, 0.7);
/// So many of the sweeps, the last ones, part pairs.
const PARTING_SWEEPS: usize = 3;
/// The relative radius below which a pair is parted in the end, and the distance then wanted.
const GOAL: f32 = 0.76;
const REPAIR: (f32, f32) = (0.82, 0.5);
/// Rounds of that; sweeps of each; how many spans around a near pair take part.
const REPAIRS: u32 = 6;
const REPAIR_SWEEPS: u32 = 12;
const AROUND: f32 = 3.0;
/// Longest step of a sweep, radii.
const LONGEST: f32 = 0.3;
/// Neighbours are looked for up to this share of the span, anew after so many sweeps.
const LIST: f32 = 1.2;
const REBUILD: usize = 4;
const CHUNK: usize = 1024;

impl Crowd {
    pub(super) fn from_pool(pool: &Pool, kept: &[u32]) -> Self {
        Self {
            position: kept.iter().map(|&i| pool.position[i as usize]).collect(),
            normal: kept.iter().map(|&i| pool.normal[i as usize]).collect(),
            foot: kept.iter().map(|&i| pool.foot[i as usize]).collect(),
            radius: kept.iter().map(|&i| pool.radius[i as usize]).collect(),
        }
    }

    /// Relaxes in so many sweeps; 0 leaves everything as it is.
    pub(super) fn relax(
        &mut self,
        placer: &Placer<'_>,
        measure: &Measure,
        clear: &Clear<'_>,
        fixed: &[[f32; 3]],
        pool: &Pool,
        sweeps: usize,
    ) {
        let n = self.position.len();
        let home = self.foot.clone();
        let mut list = (Vec::new(), Vec::new());
        for sweep in 0..sweeps {
            if sweep % REBUILD == 0 {
                if sweep > 0 {
                    self.turn_normals(placer.surface());
                }
                list = self.neighbours(fixed, LIST);
            }
            let (start, near) = &list;
            let how = if sweep + PARTING_SWEEPS >= sweeps { PART } else { SPREAD };
            let parts: Vec<Vec<(Foot, [f32; 3], f32)>> = (0..n.div_ceil(CHUNK))
                .into_par_iter()
                .map(|c| {
                    (c * CHUNK..((c + 1) * CHUNK).min(n))
                        .map(|i| {
                            let row = near[start[i] as usize..start[i + 1] as usize].iter().copied();
                            self.push(i, fixed, row, how)
                                .and_then(|step| self.step(placer, measure, clear, i, self.foot[i], step))
                                .unwrap_or((self.foot[i], self.position[i], self.radius[i]))
                        })
                        .collect()
                })
                .collect();
            for (i, (foot, position, radius)) in parts.into_iter().flatten().enumerate() {
                self.foot[i] = foot;
                self.position[i] = position;
                self.radius[i] = radius;
            }
        }
        if sweeps > 0 {
            self.turn_normals(placer.surface());
            let open = self.repair(placer, measure, clear, fixed, GOAL);
            self.move_away(&open, fixed, pool);
            self.bring_home(placer, measure, &home);
        }
    }

    /// Steps within triangles where the density looks even do not ask for it. Should one have led to
    /// a place without density after all, the point goes back to where it was drawn.
    fn bring_home(&mut self, placer: &Placer<'_>, measure: &Measure, home: &[Foot]) {
        if !placer.has_density() {
            return;
        }
        let surface = placer.surface();
        let at = |f: &Foot| surface.point(f.triangle, f.v, f.w);
        let lost: Vec<bool> =
            self.foot.par_iter().with_min_len(CHUNK).map(|f| placer.density_at(&at(f)) <= 0.0).collect();
        for i in (0..lost.len()).filter(|i| lost[*i]) {
            let point = at(&home[i]);
            self.foot[i] = home[i];
            self.position[i] = point.position.as_vec3().to_array();
            self.normal[i] = point.normal.as_vec3().to_array();
            self.radius[i] = measure.radius(placer.density_at(&point));
        }
    }

    fn turn_normals(&mut self, surface: &Surface) {
        self.normal = self
            .foot
            .par_iter()
            .map(|f| surface.point(f.triangle, f.v, f.w).normal.as_vec3().to_array())
            .collect();
    }

    /// Moves points that cannot be parted (at borders, where sheets cross) to the candidates that
    /// have the most room, while there is any with enough.
    fn move_away(&mut self, open: &[u32], fixed: &[[f32; 3]], pool: &Pool) {
        if open.is_empty() {
            return;
        }
        let n = self.position.len();
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * mean as f32);
        let widest = Widest::new(&self.position, &self.radius);
        let room = |c: usize, also: &[u32]| -> f32 {
            let (p, normal, r) = (&pool.position[c], &pool.normal[c], pool.radius[c]);
            let mut nearest = f32::INFINITY;
            let mut meet = |j: usize| {
                let (q, span) = match self.position.get(j) {
                    None => (&fixed[j - n], 2.0 * r),
                    Some(_) if dot(normal, &self.normal[j]) < STILL_SAME_SIDE => return,
                    Some(q) => (q, r + self.radius[j]),
                };
                nearest = nearest.min(distance_squared(p, q).sqrt() / span);
            };
            grid.around(p, r + widest.near(p).max(r), |window| {
                grid.items()[window].iter().for_each(|j| meet(*j as usize));
            });
            for &o in also {
                let o = o as usize;
                let span = r + pool.radius[o];
                nearest = nearest.min(distance_squared(p, &pool.position[o]).sqrt() / span);
            }
            nearest
        };
        let mut places: Vec<(f32, u32)> = (0..pool.position.len() as u32)
            .into_par_iter()
            .with_min_len(CHUNK)
            .map(|c| (room(c as usize, &[]), c))
            .filter(|(room, _)| *room > GOAL)
            .collect();
        places.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut places = places.into_iter();
        let mut taken: Vec<u32> = Vec::new();
        let mut moves = Vec::new();
        for &i in open {
            let Some((_, c)) = places.find(|(_, c)| room(*c as usize, &taken) > GOAL) else { break };
            taken.push(c);
            moves.push((i as usize, c as usize));
        }
        for (i, c) in moves {
            self.position[i] = pool.position[c];
            self.normal[i] = pool.normal[c];
            self.foot[i] = pool.foot[c];
            self.radius[i] = pool.radius[c];
        }
    }

    /// Parts the few points that are still nearer than `goal`: they and those around them are pushed
    /// apart one after the other, which reaches further with each round. Gives those that could not
    /// be parted.
    fn repair(
        &mut self,
        placer: &Placer<'_>,
        measure: &Measure,
        clear: &Clear<'_>,
        fixed: &[[f32; 3]],
        goal: f32,
    ) -> Vec<u32> {
        let n = self.position.len();
        let (start, near) = self.neighbours(fixed, goal);
        let mut open: Vec<u32> =
            (0..n as u32).filter(|&i| start[i as usize] < start[i as usize + 1]).collect();
        drop((start, near));
        if open.is_empty() {
            return open;
        }
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * mean as f32);
        let widest = Widest::new(&self.position, &self.radius);
        for _ in 0..REPAIRS {
            let mut row = Vec::new();
            let mut turn = Vec::new();
            for &i in &open {
                let p = &self.position[i as usize];
                let reach = AROUND * (self.radius[i as usize] + widest.near(p));
                grid.around(p, reach, |window| {
                    for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                        if (j as usize) < n && distance_squared(p, q) < reach * reach {
                            turn.push(j);
                        }
                    }
                });
            }
            turn.sort_unstable();
            turn.dedup();
            let mut starts = vec![0];
            for &i in &turn {
                let p = self.position[i as usize];
                // The grid is of before: a radius further for each that has moved since.
                let reach = 2.0 * (self.radius[i as usize] + widest.near(&p));
                grid.around(&p, reach, |window| {
                    for &j in &grid.items()[window] {
                        let q = self.position.get(j as usize).unwrap_or_else(|| &fixed[j as usize - n]);
                        if i != j && distance_squared(&p, q) < 0.5 * reach * reach {
                            row.push(j);
                        }
                    }
                });
                starts.push(row.len());
            }
            for _ in 0..REPAIR_SWEEPS {
                for (k, &i) in turn.iter().enumerate() {
                    let i = i as usize;
                    let near = row[starts[k]..starts[k + 1]].iter().copied();
                    if let Some(step) = self.push(i, fixed, near, REPAIR)
                        && let Some(to) = self.step(placer, measure, clear, i, self.foot[i], step)
                    {
                        (self.foot[i], self.position[i], self.radius[i]) = to;
                    }
                }
            }
            for &i in &turn {
                let f = self.foot[i as usize];
                let normal = placer.surface().point(f.triangle, f.v, f.w).normal;
                self.normal[i as usize] = normal.as_vec3().to_array();
            }
            open = turn
                .iter()
                .enumerate()
                .filter(|(k, i)| {
                    self.nearest(**i as usize, fixed, row[starts[*k]..starts[*k + 1]].iter().copied()) < goal
                })
                .map(|(_, i)| *i)
                .collect();
            if open.is_empty() {
                break;
            }
        }
        open
    }

    /// The smallest distance of a point from others, as a share of the span.
    fn nearest(&self, i: usize, fixed: &[[f32; 3]], near: impl Iterator<Item = u32>) -> f32 {
        near.map(|j| {
            self.pair(i, j as usize, fixed)
                .map_or(f32::INFINITY, |(q, span, _)| distance_squared(&self.position[i], q).sqrt() / span)
        })
        .fold(f32::INFINITY, f32::min)
    }

    /// Place of another point, the span of the two and the share of a push that is the own; none
    /// across a fold.
    #[inline]
    fn pair<'b>(&'b self, i: usize, j: usize, fixed: &'b [[f32; 3]]) -> Option<(&'b [f32; 3], f32, f32)> {
        let n = self.position.len();
        if j >= n {
            return Some((&fixed[j - n], 2.0 * self.radius[i], 1.0));
        }
        (dot(&self.normal[i], &self.normal[j]) >= STILL_SAME_SIDE)
            .then(|| (&self.position[j], self.radius[i] + self.radius[j], 0.5))
    }

    /// The step that would part a point from those that are nearer than `want` of the span; none
    /// when nobody is.
    #[inline]
    fn push(
        &self,
        i: usize,
        fixed: &[[f32; 3]],
        near: impl Iterator<Item = u32>,
        (want, gain): (f32, f32),
    ) -> Option<DVec3> {
        let p = &self.position[i];
        let mut sum = [0.0f32; 3];
        let mut any = false;
        for j in near {
            let Some((q, span, share)) = self.pair(i, j as usize, fixed) else { continue };
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
    fn step(
        &self,
        placer: &Placer<'_>,
        measure: &Measure,
        clear: &Clear<'_>,
        i: usize,
        from: Foot,
        step: DVec3,
    ) -> Option<(Foot, [f32; 3], f32)> {
        let (foot, _, _) = placer.sheet().walk(from, step);
        let even = |t| placer.kind(t) == Kind::Even;
        let point = placer.surface().point(foot.triangle, foot.v, foot.w);
        let position = point.position.as_vec3().to_array();
        if !clear.is_clear(&position) {
            return None;
        }
        let before = self.foot[i].triangle;
        if even(foot.triangle) && even(before) && placer.bound(foot.triangle) == placer.bound(before) {
            return Some((foot, position, self.radius[i]));
        }
        let d = placer.density_at(&point);
        (d > 0.0).then(|| (foot, position, measure.radius(d)))
    }

    /// Neighbours within a share of the spans, in compressed rows; fixed ones follow the own.
    fn neighbours(&self, fixed: &[[f32; 3]], share: f32) -> (Vec<u32>, Vec<u32>) {
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
                    let reach = share * (r + widest.near(p).max(r));
                    grid.around(p, reach, |window| {
                        for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                            let d2 = distance_squared(p, q);
                            if d2 >= reach * reach || j as usize == i {
                                continue;
                            }
                            let j = j as usize;
                            let (span, side) = if j < n {
                                (
                                    share * (r + self.radius[j]),
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
