//! How much of the skin around a place is free of what dots keep clear of.

use vellus_head::points::{Grid, KeepAway};

/// Radius around a place in which clearances are counted, mm: a fraction of a square centimetre, the
/// area on which density is judged.
const AROUND_MM: f32 = 4.0;
/// Share of the skin below which no density is pushed up further: there dots would crowd.
const LEAST_FREE: f64 = 0.35;

/// Density up to which dots at a relative radius of 0.65 keep 0.36 mm from each other, per cm² (computed):
/// room taken by follicles does not push them nearer.
const APART_PER_CM2: f64 = 376.0;
/// How strongly the density answers to the free share: by a power that grows with a clearance over the
/// spacing of the dots, since small holes lie in the gaps that dots leave anyway. Fitted to counts of
/// dots at 40 to 250 per cm² with and without 80 units per cm² on a mean head.
const POWER: (f64, f64) = (0.17, 0.97);

/// Where living follicles and earlier dots take skin away, fewer dots fit between them; to keep the
/// density that is wanted on the whole skin, the free part of it must be denser.
pub(crate) struct FreeSkin {
    grid: Grid,
    /// Area of each clearance, mm².
    taken: Vec<f32>,
    /// The usual clearance, mm.
    clearance: f64,
}

impl FreeSkin {
    pub(crate) fn new(keep_away: &[KeepAway]) -> Self {
        let positions: Vec<[f32; 3]> = keep_away.iter().map(|k| k.position).collect();
        let taken = keep_away.iter().map(|k| std::f32::consts::PI * k.clearance * k.clearance).collect();
        let clearance =
            keep_away.iter().map(|k| f64::from(k.clearance)).sum::<f64>() / keep_away.len().max(1) as f64;
        Self { grid: Grid::new(&positions, AROUND_MM), taken, clearance }
    }

    /// The density, per cm², that a placement must be asked for at a place to give this one.
    pub(crate) fn asked(&self, p: &[f32; 3], per_cm2: f64) -> f64 {
        let power = (POWER.0 + POWER.1 * self.clearance * (per_cm2 / 100.0).max(0.0).sqrt()).min(1.0);
        (per_cm2 / libm::pow(self.share(p), power)).min(per_cm2.max(APART_PER_CM2))
    }

    /// Share of the skin around a place that is free, at least [`LEAST_FREE`]. Clearances are taken not
    /// to overlap: units and dots stand farther apart.
    pub(crate) fn share(&self, p: &[f32; 3]) -> f64 {
        let mut taken = 0.0f32;
        self.grid.around(p, AROUND_MM, |window| {
            for (i, q) in self.grid.items()[window.clone()].iter().zip(&self.grid.places()[window]) {
                let d2: f32 = (0..3).map(|k| (p[k] - q[k]) * (p[k] - q[k])).sum();
                // Weights fall to zero at the rim, so that a single clearance makes no step.
                let w = (1.0 - d2 / (AROUND_MM * AROUND_MM)).max(0.0);
                taken += w * self.taken[*i as usize];
            }
        });
        // The mean weight over the disc is a half.
        let disc = 0.5 * std::f32::consts::PI * AROUND_MM * AROUND_MM;
        (1.0 - f64::from(taken / disc)).max(LEAST_FREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_that_of_a_lattice() {
        // A clearance of 0.3 mm on each mm².
        let keep: Vec<KeepAway> = (0..60 * 60)
            .map(|i| KeepAway {
                position: [(i % 60) as f32 - 30.0, (i / 60) as f32 - 30.0, 0.0],
                clearance: 0.3,
                repels: false,
            })
            .collect();
        let skin = FreeSkin::new(&keep);
        let expected = 1.0 - std::f64::consts::PI * 0.09;
        for x in [0.0f32, 0.3, 0.77, 5.2] {
            assert!((skin.share(&[x, 0.4, 0.0]) - expected).abs() < 0.02, "{}", skin.share(&[x, 0.4, 0.0]));
        }
        assert_eq!(skin.share(&[500.0, 0.0, 0.0]), 1.0);
        assert_eq!(FreeSkin::new(&[]).share(&[0.0; 3]), 1.0);
    }
}
