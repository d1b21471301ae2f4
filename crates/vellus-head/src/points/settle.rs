//! The end of a relaxation: the few pairs that are still too near are parted one after the other.

use rayon::prelude::*;

use super::apart::{Apart, FEW_CLASSES, GOAL};
use super::candidates::Pool;
use super::eliminate::dot;
use super::grid::{Grid, Widest, distance_squared};
use super::relax::{CHUNK, Crowd, Ground, REPAIR, STILL_SAME_SIDE};
use super::walk::Foot;

/// Rounds; sweeps of each; how many spans around a near pair take part in the first round, and how
/// many more in each that follows.
const REPAIRS: u32 = 6;
const REPAIR_SWEEPS: u32 = 12;
const AROUND: f32 = 1.6;
const FURTHER: f32 = 0.4;
/// With more than [`FEW_CLASSES`], in every round: most points are near another, and rounds do not end
/// early.
const AROUND_OF_MANY: f32 = 3.0;
/// A round that leaves more than this share of them has nothing to gain from the next: classes with
/// goals that do not all go together, or a border.
const STALLED: f64 = 0.8;
/// With classes or among standing points, those at least this share of the goal apart stay where they are in the end, rather
/// than leave a gap for a place elsewhere.
const GOOD_ENOUGH: f32 = 0.92;
/// Others are looked at up to this share of the span: what lies beyond is not met in a round.
const LIST: f32 = 1.25;
/// Rounds in which points that stay near exchange their classes with others around them.
const EXCHANGES: usize = 4;

impl Crowd {
    /// Parts the pairs that a relaxation has left too near, and puts every radius right. `home` are the
    /// places where the points were drawn, which have density for sure.
    pub(super) fn settle(&mut self, ground: &Ground<'_, '_>, home: &[Foot], pool: &Pool, apart: &Apart) {
        let few = apart.classes <= FEW_CLASSES;
        self.bring_home(ground, home);
        let checked = self.foot.clone();
        self.turn_normals(ground.placer.surface());
        let rows = self.neighbours(ground.fixed, GOAL, apart);
        let near: Vec<u32> =
            (0..self.position.len() as u32).filter(|&i| !rows.of(i as usize).is_empty()).collect();
        drop(rows);
        let mut open = self.repair(ground, &near, apart);
        for _ in 0..EXCHANGES {
            if open.is_empty() {
                break;
            }
            let before = open.len();
            let mut asked: Vec<u32> = open.iter().map(|o| o.0).collect();
            let touched = self.exchange(&asked, apart);
            if touched.is_empty() {
                break;
            }
            asked.extend(touched);
            asked.sort_unstable();
            asked.dedup();
            open = self.repair(ground, &asked, apart);
            if few && open.len() as f64 > STALLED * before as f64 {
                break;
            }
        }
        self.bring_home(ground, &checked);
        let loose = apart.classes > 1 || !ground.fixed.is_empty();
        let enough = if loose { GOOD_ENOUGH * GOAL } else { GOAL };
        // Those with the least room choose first.
        open.retain(|o| o.1 < enough);
        open.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        self.move_away(&open, ground.fixed, pool, apart);
    }

    /// Steps within triangles where the density looks positive do not ask for it, and take it to run
    /// straight between their corners. Afterwards it is asked everywhere: for the radius, and lest a
    /// step has led to a place without density after all. Such a point goes back to where it was drawn.
    fn bring_home(&mut self, ground: &Ground<'_, '_>, home: &[Foot]) {
        let placer = ground.placer;
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
                Some(d) if d > 0.0 => self.radius[i] = ground.measure.radius(d),
                Some(_) => {
                    let point = at(&home[i]);
                    self.foot[i] = home[i];
                    self.position[i] = point.position.as_vec3().to_array();
                    self.normal[i] = point.normal.as_vec3().to_array();
                    self.radius[i] = ground.measure.radius(placer.density_at(&point));
                }
            }
        }
    }

    /// Moves points that cannot be parted (at borders, where sheets cross) to the candidates that
    /// have the most room, while there is any with more than they have.
    fn move_away(&mut self, open: &[(u32, f32)], fixed: &[[f32; 3]], pool: &Pool, apart: &Apart) {
        for class in 0..apart.classes as u8 {
            let own: Vec<(u32, f32)> =
                open.iter().copied().filter(|o| self.class[o.0 as usize] == class).collect();
            self.move_class_away(&own, class, fixed, pool, apart);
        }
    }

    fn move_class_away(
        &mut self,
        open: &[(u32, f32)],
        class: u8,
        fixed: &[[f32; 3]],
        pool: &Pool,
        apart: &Apart,
    ) {
        let Some(&(_, least)) = open.first() else { return };
        let n = self.position.len();
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * mean as f32);
        let widest = Widest::new(&self.position, &self.radius);
        let room = |c: usize, also: &[u32]| -> f32 {
            let (p, normal, r) = (&pool.position[c], &pool.normal[c], pool.radius[c]);
            let together = pool.together.get(c).copied().unwrap_or(1.0);
            let beside = |other: f32| {
                if pool.together.is_empty() { 1.0 } else { Apart::beside_standing(together.min(other)) }
            };
            let mut nearest = f32::INFINITY;
            let mut meet = |j: usize| {
                let (q, span) = match self.position.get(j) {
                    None => (&fixed[j - n], 2.0 * r * apart.to_standing(class, together)),
                    Some(_) if dot(normal, &self.normal[j]) < STILL_SAME_SIDE => return,
                    Some(q) => {
                        let other = self.together.get(j).copied().unwrap_or(1.0);
                        (q, (r + self.radius[j]) * apart.of(class, self.class[j]) * beside(other))
                    }
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
            .filter(|(room, _)| *room > least)
            .collect();
        places.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut places = places.into_iter();
        let mut taken: Vec<u32> = Vec::new();
        let mut moves = Vec::new();
        for &(i, own) in open {
            let mut roomier = places.by_ref().take_while(|(room, _)| *room > own);
            let Some((_, c)) = roomier.find(|(_, c)| room(*c as usize, &taken) > own) else { break };
            taken.push(c);
            moves.push((i as usize, c as usize));
        }
        for (i, c) in moves {
            self.position[i] = pool.position[c];
            self.normal[i] = pool.normal[c];
            self.foot[i] = pool.foot[c];
            self.radius[i] = pool.radius[c];
            if let Some(t) = pool.together.get(c) {
                self.together[i] = *t;
            }
        }
    }

    /// Parts the points of a list that are nearer than the goal: they and those around them are pushed
    /// apart one after the other, which reaches further with each round. Gives those that could not
    /// be parted, with the distance of their nearest neighbour as a share of the span.
    fn repair(&mut self, ground: &Ground<'_, '_>, asked: &[u32], apart: &Apart) -> Vec<(u32, f32)> {
        if asked.is_empty() {
            return Vec::new();
        }
        let few = apart.classes <= FEW_CLASSES;
        let n = self.position.len();
        let fixed = ground.fixed;
        let mut points = self.position.clone();
        points.extend_from_slice(fixed);
        let mean = self.radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * mean as f32);
        drop(points);
        let widest = Widest::new(&self.position, &self.radius);
        let mut open = self.too_near(asked, &grid, &widest, fixed, apart);
        for round in 0..REPAIRS {
            if open.is_empty() {
                break;
            }
            let mut turn = Vec::new();
            for &(i, _) in &open {
                let p = &self.position[i as usize];
                let around = if few { AROUND + FURTHER * round as f32 } else { AROUND_OF_MANY };
                let reach = around * (self.radius[i as usize] + widest.near(p));
                grid.around(p, reach, |window| {
                    for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                        if (j as usize) < n && distance_squared(p, q) < reach * reach {
                            turn.push(j);
                        }
                    }
                });
            }
            turn.extend(open.iter().map(|o| o.0));
            turn.sort_unstable();
            turn.dedup();
            let rows: Vec<Vec<(u32, f32)>> = turn
                .par_iter()
                .with_min_len(CHUNK / 8)
                .map(|&i| self.row(i as usize, &grid, &widest, fixed, apart))
                .collect();
            for _ in 0..REPAIR_SWEEPS {
                let mut moved = false;
                for (&i, row) in turn.iter().zip(&rows) {
                    let i = i as usize;
                    if let Some((step, _)) = self.push(i, fixed, row, &REPAIR)
                        && let Some(to) = self.step(ground, i, step, None)
                    {
                        (self.foot[i], self.position[i], self.radius[i]) = to;
                        moved = true;
                    }
                }
                if !moved {
                    break;
                }
            }
            for &i in &turn {
                let f = self.foot[i as usize];
                let normal = ground.placer.surface().point(f.triangle, f.v, f.w).normal;
                self.normal[i as usize] = normal.as_vec3().to_array();
            }
            let before = open.len();
            // Asked anew: what has moved may have met somebody whom it did not see before.
            open = self.too_near(&turn, &grid, &widest, fixed, apart);
            if round > 0 && few && open.len() as f64 > STALLED * before as f64 {
                break;
            }
        }
        open
    }

    /// Those of a list that are nearer to another than the goal, with that distance as a share of the
    /// span.
    fn too_near(
        &self,
        list: &[u32],
        grid: &Grid,
        widest: &Widest,
        fixed: &[[f32; 3]],
        apart: &Apart,
    ) -> Vec<(u32, f32)> {
        list.par_iter()
            .with_min_len(CHUNK / 8)
            .filter_map(|&i| {
                let row = self.row(i as usize, grid, widest, fixed, apart);
                let nearest = self.nearest(i as usize, fixed, &row);
                (nearest < GOAL).then_some((i, nearest))
            })
            .collect()
    }

    /// The others within [`LIST`] of the span, with it. The grid is of before the repair: it is asked
    /// for a radius more, for what has moved since.
    fn row(
        &self,
        i: usize,
        grid: &Grid,
        widest: &Widest,
        fixed: &[[f32; 3]],
        apart: &Apart,
    ) -> Vec<(u32, f32)> {
        let n = self.position.len();
        let (p, r) = (&self.position[i], self.radius[i]);
        let reach = LIST * apart.widest * (r + widest.near(p).max(r)) + r;
        let mut row = Vec::new();
        grid.around(p, reach, |window| {
            for &j in &grid.items()[window] {
                let q = self.position.get(j as usize).unwrap_or_else(|| &fixed[j as usize - n]);
                if i != j as usize
                    && let Some(span) = self.span(i, j as usize, apart)
                    && distance_squared(p, q) < LIST * LIST * span * span
                {
                    row.push((j, span));
                }
            }
        });
        row
    }
}
