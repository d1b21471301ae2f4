//! Points that cannot be parted as they are exchange their classes with others around them.

use super::apart::Apart;
use super::eliminate::dot;
use super::grid::{Grid, Widest, distance_squared};
use super::relax::{Crowd, STILL_SAME_SIDE};

impl Crowd {
    /// Gives each of these points the class of a point around it, and that point theirs, where the
    /// nearest neighbour of the two is then farther. Gives the points whose neighbours are
    /// of other classes since.
    pub(super) fn exchange(&mut self, open: &[u32], apart: &Apart) -> Vec<u32> {
        // Where a good part of all points is near others, no exchange parts them.
        if apart.classes < 2 || open.len() > 100 + self.position.len() / 50 {
            return Vec::new();
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
        let mut touched = Vec::new();
        for &i in open {
            let i = i as usize;
            let near = around(self, i);
            let nearest = |own: &Self, i: usize, near: &[u32]| {
                let rows = near.iter().filter_map(|&j| own.span(i, j as usize, apart).map(|span| (j, span)));
                own.nearest(i, &[], &rows.collect::<Vec<_>>())
            };
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
                touched.extend([i as u32, j as u32]);
                touched.extend(near.iter().chain(&around(self, j)));
            }
        }
        touched
    }
}
