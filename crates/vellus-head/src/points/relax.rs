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
    /// Class of each point.
    pub class: Vec<u8>,
}

/// How far apart points of two classes are wanted, as a share of what points of one class are.
pub(super) struct Apart {
    classes: usize,
    share: Vec<f32>,
    widest: f32,
}

impl Apart {
    /// Points of one class.
    pub(super) fn one() -> Self {
        Self { classes: 1, share: vec![1.0], widest: 1.0 }
    }

    /// Points of classes with these shares. Two points are in each union of classes that holds both;
    /// the union that is smallest wants them farthest apart, and that is their own two classes.
    pub(super) fn classes(shares: &[f64]) -> Self {
        let total: f64 = shares.iter().sum();
        let n = shares.len();
        let mut share = vec![0.0f32; n * n];
        for a in 0..n {
            for b in 0..n {
                let own = (shares[a] + if a == b { 0.0 } else { shares[b] }) / total;
                let wanted = CLASS_GOAL / own.sqrt();
                let most = if a == b { WIDEST_CLASS } else { CROSS_MOST };
                share[a * n + b] = (wanted.min(most).max(WHOLE_GOAL) / f64::from(GOAL)) as f32;
            }
        }
        let widest = share.iter().copied().fold(1.0, f32::max);
        Self { classes: n, share, widest }
    }

    #[inline]
    fn of(&self, a: u8, b: u8) -> f32 {
        self.share[usize::from(a) * self.classes + usize::from(b)]
    }
}

/// Looser than for the elimination, since the normals turn as points move around a fold.
const STILL_SAME_SIDE: f32 = -0.5;
/// Wanted distance as a share of the span of a pair, and share of the push that is carried out:
/// while room spreads and while pairs are parted.
const SPREAD: (f32, f32) = (1.05, 0.5);
const PART: (f32, f32) = (0.84, 0.7);
/// So many of the sweeps, the last ones, part pairs.
pub(super) const PARTING_SWEEPS: usize = 3;
/// The relative radius below which a pair is parted in the end, and the distance then wanted.
const GOAL: f32 = 0.76;
const REPAIR: (f32, f32) = (0.82, 0.5);
/// With classes: the relative radius of each class and of each two together below which a pair is
/// parted, and that of the whole.
const CLASS_GOAL: f64 = 0.68;
const WHOLE_GOAL: f64 = 0.72;
/// Points of two classes are not wanted farther apart than this, as a relative radius of the whole
/// (they would order); points of one class not farther than so many spans.
const CROSS_MOST: f64 = 0.86;
const WIDEST_CLASS: f64 = 5.0;
/// Rounds of that; sweeps of each; how many spans around a near pair take part.
const REPAIRS: u32 = 6;
const REPAIR_SWEEPS: u32 = 12;
const AROUND: f32 = 3.0;
/// Rounds in which points that stay near exchange their classes with others around them.
const EXCHANGES: usize = 4;
/// What slides along a clearance ends this many clearances from its middle: the skin is not flat.
const OUTSIDE: f64 = 1.02;
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
            class: vec![0; kept.len()],
        }
    }

    /// Relaxes in so many sweeps, the last `parting` of which part pairs; 0 leaves everything as it
    /// is.
    pub(super) fn relax(
        &mut self,
        placer: &Placer<'_>,
        measure: &Measure,
        clear: &Clear<'_>,
        fixed: &[[f32; 3]],
        pool: &Pool,
        apart: &Apart,
        (sweeps, parting): (usize, usize),
    ) {
        let n = self.position.len();
        let home = self.foot.clone();
        let mut list = (Vec::new(), Vec::new());
        for sweep in 0..sweeps {
            if sweep % REBUILD == 0 {
                if sweep > 0 {
                    self.turn_normals(placer.surface());
                }
                list = self.neighbours(fixed, LIST, apart);
            }
            let (start, near) = &list;
            let how = if sweep + parting >= sweeps { PART } else { SPREAD };
            let parts: Vec<Vec<(Foot, [f32; 3], f32)>> = (0..n.div_ceil(CHUNK))
                .into_par_iter()
                .map(|c| {
                    (c * CHUNK..((c + 1) * CHUNK).min(n))
                        .map(|i| {
                            let row = near[start[i] as usize..start[i + 1] as usize].iter().copied();
                            self.push(i, fixed, row, how, apart)
                                .and_then(|step| self.step(placer, measure, clear, i, step, false))
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
            self.bring_home(placer, measure, &home);
            let checked = self.foot.clone();
            self.turn_normals(placer.surface());
            let mut open = self.repair(placer, measure, clear, fixed, GOAL, apart);
            for _ in 0..EXCHANGES {
                if open.is_empty() || !self.exchange(&open, apart) {
                    break;
                }
                open = self.repair(placer, measure, clear, fixed, GOAL, apart);
            }
            self.bring_home(placer, measure, &checked);
            self.move_away(&open, fixed, pool, apart);
        }
    }

    /// Steps within triangles where the density looks positive do not ask for it, and take it to run
    /// straight between their corners. Afterwards it is asked everywhere: for the radius, and lest a
    /// step has led to a place without density after all. Such a point goes back to where it was drawn.
    fn bring_home(&mut self, placer: &Placer<'_>, measure: &Measure, home: &[Foot]) {
        if !placer.has_density() {
            return;
        }
        let surface = placer.surface();
        let at = |f: &Foot| surface.point(f.triangle, f.v, f.w);
        let density: Vec<Option<f64>> = self
            .foot
            .par_iter()
            .zip(home)
            .with_min_len(CHUNK)
            .map(|(f, home)| (f != home).then(|| placer.density_at(&at(f))))
            .collect();
        for (i, d) in density.into_iter().enumerate() {
            match d {
                None => {}
                Some(d) if d > 0.0 => self.radius[i] = measure.radius(d),
                Some(_) => {
                    let point = at(&home[i]);
                    self.foot[i] = home[i];
                    self.position[i] = point.position.as_vec3().to_array();
                    self.normal[i] = point.normal.as_vec3().to_array();
                    self.radius[i] = measure.radius(placer.density_at(&point));
                }
            }
        }
    }

    fn turn_normals(&mut self, surface: &Surface) {
        self.normal = self
            .foot
            .par_iter()
            .map(|f| surface.point(f.triangle, f.v, f.w).normal.as_vec3().to_array())
            .collect();
    }

    /// Gives each of these points the class of a point around it, and that point theirs, where the
    /// nearest neighbour of the two is then farther. Whether any was exchanged.
    fn exchange(&mut self, open: &[u32], apart: &Apart) -> bool {
        // Where a good part of all points is near others, no exchange parts them.
        if apart.classes < 2 || open.len() > 100 + self.position.len() / 50 {
            return false;
        }
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / self.position.len().max(1) as f64;
        let grid = Grid::new(&self.position, 2.0 * mean as f32);
        let widest = Widest::new(&self.position, &self.radius);
        let around = |own: &Self, i: usize| {
            let p = &own.position[i];
            let reach = apart.widest * (own.radius[i] + widest.near(p));
            let mut near = Vec::new();
            grid.around(p, reach, |window| {
                for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                    let side = dot(&own.normal[i], &own.normal[j as usize]) >= STILL_SAME_SIDE;
                    if j as usize != i && side && distance_squared(p, q) < reach * reach {
                        near.push(j);
                    }
                }
            });
            near
        };
        let mut any = false;
        for &i in open {
            let i = i as usize;
            let near = around(self, i);
            let nearest =
                |own: &Self, i: usize, near: &[u32]| own.nearest(i, &[], near.iter().copied(), apart);
            let mut best: Option<(f32, usize)> = None;
            for &j in &near {
                let j = j as usize;
                if self.class[j] == self.class[i] {
                    continue;
                }
                let beside = around(self, j);
                let before = nearest(self, i, &near).min(nearest(self, j, &beside));
                self.class.swap(i, j);
                let after = nearest(self, i, &near).min(nearest(self, j, &beside));
                self.class.swap(i, j);
                if after > before.max(best.map_or(0.0, |b| b.0)) {
                    best = Some((after, j));
                }
            }
            if let Some((_, j)) = best {
                self.class.swap(i, j);
                any = true;
            }
        }
        any
    }

    /// Moves points that cannot be parted (at borders, where sheets cross) to the candidates that
    /// have the most room, while there is any with enough.
    fn move_away(&mut self, open: &[u32], fixed: &[[f32; 3]], pool: &Pool, apart: &Apart) {
        for class in 0..apart.classes as u8 {
            let own: Vec<u32> = open.iter().copied().filter(|i| self.class[*i as usize] == class).collect();
            self.move_class_away(&own, class, fixed, pool, apart);
        }
    }

    fn move_class_away(&mut self, open: &[u32], class: u8, fixed: &[[f32; 3]], pool: &Pool, apart: &Apart) {
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
                    Some(q) => (q, (r + self.radius[j]) * apart.of(class, self.class[j])),
                };
                nearest = nearest.min(distance_squared(p, q).sqrt() / span);
            };
            grid.around(p, apart.widest * (r + widest.near(p).max(r)), |window| {
                grid.items()[window].iter().for_each(|j| meet(*j as usize));
            });
            for &o in also {
                let o = o as usize;
                let span = (r + pool.radius[o]) * apart.of(class, class);
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
        apart: &Apart,
    ) -> Vec<u32> {
        let n = self.position.len();
        let (start, near) = self.neighbours(fixed, goal, apart);
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
                let reach = 2.0 * apart.widest * (self.radius[i as usize] + widest.near(&p));
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
                    if let Some(step) = self.push(i, fixed, near, REPAIR, apart)
                        && let Some(to) = self.step(placer, measure, clear, i, step, true)
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
                    let row = row[starts[*k]..starts[*k + 1]].iter().copied();
                    self.nearest(**i as usize, fixed, row, apart) < goal
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
    fn nearest(&self, i: usize, fixed: &[[f32; 3]], near: impl Iterator<Item = u32>, apart: &Apart) -> f32 {
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
    fn push(
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
    fn step(
        &self,
        placer: &Placer<'_>,
        measure: &Measure,
        clear: &Clear<'_>,
        i: usize,
        step: DVec3,
        exact: bool,
    ) -> Option<(Foot, [f32; 3], f32)> {
        let from = self.foot[i];
        let (mut foot, _, _) = placer.sheet().walk(from, step);
        let mut point = placer.surface().point(foot.triangle, foot.v, foot.w);
        let mut position = point.position.as_vec3().to_array();
        if let Some((q, clearance)) = clear.covering(&position) {
            // Along what is kept clear, rather than into it.
            let out = point.position - DVec3::from_array(q.map(f64::from));
            let lack = f64::from(clearance) * OUTSIDE - out.length();
            let aside = out - point.normal * point.normal.dot(out);
            let aside = aside.try_normalize()? * lack;
            (foot, _, _) = placer.sheet().walk(from, step + aside);
            point = placer.surface().point(foot.triangle, foot.v, foot.w);
            position = point.position.as_vec3().to_array();
            if !clear.is_clear(&position) {
                return None;
            }
        }
        let before = self.foot[i].triangle;
        let even = |t| placer.kind(t) == Kind::Even;
        if even(foot.triangle) && even(before) && placer.bound(foot.triangle) == placer.bound(before) {
            return Some((foot, position, self.radius[i]));
        }
        let d = match placer.kind(foot.triangle) {
            Kind::Even => placer.bound(foot.triangle),
            Kind::Varying if !exact => placer.density_between_corners(&foot),
            Kind::Varying | Kind::Edge => placer.density_at(&point),
        };
        (d > 0.0).then(|| (foot, position, measure.radius(d)))
    }

    /// Neighbours within a share of the spans, in compressed rows; fixed ones follow the own.
    fn neighbours(&self, fixed: &[[f32; 3]], share: f32, apart: &Apart) -> (Vec<u32>, Vec<u32>) {
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
