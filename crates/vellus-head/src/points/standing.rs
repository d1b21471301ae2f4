//! Points that stand already and push: new points go into the gaps between them.

use super::KeepAway;
use super::grid::{Grid, distance_squared};

/// Radius around a place in which standing points are counted, radii of the new ones: some thirty where
/// both are as dense.
const AROUND: f32 = 6.0;

/// The standing points that repel, with how dense they are.
pub(super) struct Standing {
    pub position: Vec<[f32; 3]>,
    grid: Grid,
    reach: f32,
}

impl Standing {
    /// Of those that repel, for new points of a mean radius, mm.
    pub(super) fn new(keep_away: &[KeepAway], mean_radius: f32) -> Self {
        let position: Vec<[f32; 3]> = keep_away.iter().filter(|k| k.repels).map(|k| k.position).collect();
        let reach = AROUND * mean_radius;
        Self { grid: Grid::new(&position, reach), position, reach }
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// Density around a place, per mm².
    fn per_mm2(&self, p: &[f32; 3]) -> f32 {
        let reach2 = self.reach * self.reach;
        let mut sum = 0.0f32;
        self.grid.around(p, self.reach, |window| {
            for q in &self.grid.places()[window] {
                // Falls to zero at the rim; the mean over the disc is a half.
                sum += (1.0 - distance_squared(p, q) / reach2).max(0.0);
            }
        });
        sum / (0.5 * std::f32::consts::PI * reach2)
    }

    /// Radius of the densest packing of new and standing points together, as a share of that of the
    /// new ones alone, mm: 1 where nothing stands.
    pub(super) fn together(&self, p: &[f32; 3], radius: f32) -> f32 {
        let own = 1.0 / (2.0 * 3f32.sqrt() * radius * radius);
        (own / (own + self.per_mm2(p))).sqrt()
    }
}
