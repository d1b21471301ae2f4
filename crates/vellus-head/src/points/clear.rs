//! Keeping clear of points that exist already.

use super::KeepAway;
use super::grid::{Grid, distance_squared};

/// The points to keep clear of, ready for questions.
#[derive(Debug)]
pub struct Clear<'a> {
    keep_away: &'a [KeepAway],
    grid: Option<Grid>,
    widest: f32,
}

impl<'a> Clear<'a> {
    /// Sorts them.
    #[must_use]
    pub fn new(keep_away: &'a [KeepAway]) -> Self {
        let widest = keep_away.iter().map(|k| k.clearance).fold(0.0, f32::max);
        let grid = (widest > 0.0).then(|| {
            let points: Vec<[f32; 3]> = keep_away.iter().map(|k| k.position).collect();
            // Bars in which a question mostly meets four.
            Grid::new(&points, 2.0 * widest)
        });
        Self { keep_away, grid, widest }
    }

    /// Whether a place keeps every clearance.
    #[must_use]
    #[inline]
    pub fn is_clear(&self, p: &[f32; 3]) -> bool {
        self.covering(p).is_none()
    }

    /// How far a place may move and is clear still, mm, at most `most`; below 0 where it is not clear.
    pub(super) fn room(&self, p: &[f32; 3], most: f32) -> f32 {
        let Some(grid) = &self.grid else { return f32::INFINITY };
        let mut room = most;
        grid.around(p, self.widest + most, |range| {
            for (&i, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                let clearance = self.keep_away[i as usize].clearance;
                if clearance > 0.0 {
                    room = room.min(distance_squared(p, q).sqrt() - clearance);
                }
            }
        });
        room
    }

    /// The point whose clearance is broken most at a place, and that clearance, mm.
    #[inline]
    pub(super) fn covering(&self, p: &[f32; 3]) -> Option<([f32; 3], f32)> {
        let grid = self.grid.as_ref()?;
        let mut worst: Option<(f32, [f32; 3], f32)> = None;
        grid.around(p, self.widest, |range| {
            for (&i, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                let clearance = self.keep_away[i as usize].clearance;
                let d2 = distance_squared(p, q);
                if clearance > 0.0 && d2 < clearance * clearance {
                    let lack = clearance - d2.sqrt();
                    if worst.is_none_or(|w| lack > w.0) {
                        worst = Some((lack, *q, clearance));
                    }
                }
            }
        });
        worst.map(|(_, q, clearance)| (q, clearance))
    }

    /// Whether one clearance covers all of these places, and so all between them.
    pub(super) fn covers(&self, corners: &[[f32; 3]; 3]) -> bool {
        let Some(grid) = &self.grid else { return false };
        let mut covers = false;
        grid.around(&corners[0], self.widest, |range| {
            for (&i, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                let clearance = self.keep_away[i as usize].clearance;
                covers |= corners.iter().all(|c| distance_squared(c, q) < clearance * clearance);
            }
        });
        covers
    }
}
