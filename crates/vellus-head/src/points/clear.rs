//! Keeping clear of points that exist already.

use super::KeepAway;
use super::grid::{Grid, distance_squared};

/// The points to keep clear of, ready for questions.
pub(super) struct Clear<'a> {
    keep_away: &'a [KeepAway],
    grid: Option<Grid>,
    widest: f32,
}

impl<'a> Clear<'a> {
    pub(super) fn new(keep_away: &'a [KeepAway]) -> Self {
        let widest = keep_away.iter().map(|k| k.clearance).fold(0.0, f32::max);
        let grid = (widest > 0.0).then(|| {
            let points: Vec<[f32; 3]> = keep_away.iter().map(|k| k.position).collect();
            Grid::new(&points, widest)
        });
        Self { keep_away, grid, widest }
    }

    /// Whether a place keeps every clearance.
    #[inline]
    pub(super) fn is_clear(&self, p: &[f32; 3]) -> bool {
        let Some(grid) = &self.grid else { return true };
        let mut clear = true;
        grid.around(p, self.widest, |range| {
            for (&i, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                let clearance = self.keep_away[i as usize].clearance;
                if clearance > 0.0 && distance_squared(p, q) < clearance * clearance {
                    clear = false;
                }
            }
        });
        clear
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
