//! The spectrum of a set of points: whether it is blue noise, a lattice or neither.

use rayon::prelude::*;

use super::PointSet;
use super::candidates::Pool;
use super::eliminate::same_side;
use super::grid::{Grid, distance_squared};

/// Pair correlation and radial power spectrum, with lengths in units of the hexagonal spacing (the
/// largest that is possible at the local density).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spectrum {
    /// Pair correlation g in rings of [`Spectrum::RING`] spacings, from 0 to [`Spectrum::REACH`]: how
    /// many more points a ring holds than random ones would. 1 for random points.
    pub pair_correlation: Vec<f64>,
    /// Radial power S at multiples of [`Spectrum::STEP`] of the frequency 1 / spacing, from one step
    /// to [`Spectrum::HIGHEST`]. 1 for random points.
    pub power: Vec<f64>,
}

/// Points that rings are drawn around, at most.
const CENTRES: usize = 4000;

impl Spectrum {
    /// Width of a ring, hexagonal spacings.
    pub const RING: f64 = 0.05;
    /// The largest ring, hexagonal spacings.
    pub const REACH: f64 = 6.0;
    /// Step of the frequency, 1 / hexagonal spacing.
    pub const STEP: f64 = 0.05;
    /// The highest frequency, 1 / hexagonal spacing.
    pub const HIGHEST: f64 = 4.0;

    /// The height of the first peak of the pair correlation: 1 for random points, 2 to 4 for what
    /// is placed here, 13 for a hexagonal lattice.
    #[must_use]
    pub fn pair_peak(&self) -> f64 {
        self.pair_correlation.iter().copied().fold(0.0, f64::max)
    }

    /// Mean power below half of the frequency 1 / spacing: what the eye sees as blotches. 1 for
    /// random points, below 0.1 for blue noise. The rings end, which leaves an error of some 0.03.
    #[must_use]
    pub fn low_power(&self) -> f64 {
        let low = &self.power[..((0.5 / Self::STEP) as usize).min(self.power.len())];
        low.iter().sum::<f64>() / low.len().max(1) as f64
    }

    /// The largest power at any frequency: 1 for random points, 2 to 3 for blue noise, 5.9 for a
    /// hexagonal lattice.
    #[must_use]
    pub fn peak_power(&self) -> f64 {
        self.power.iter().copied().fold(0.0, f64::max)
    }
}

/// Pairs of points against pairs of a point and a random candidate, so that borders, folds, the
/// density and the curvature count in both alike; S is the Hankel transform of g − 1, with a Hann
/// window against the end of the rings.
pub(super) fn spectrum(set: &PointSet, pool: &Pool) -> Spectrum {
    let rings = (Spectrum::REACH / Spectrum::RING).round() as usize;
    let stride = set.len().div_ceil(CENTRES).max(1);
    let largest = set.radius.iter().chain(&pool.radius).copied().fold(0.0, f32::max);
    let count = |position: &[[f32; 3]], normal: &[[f32; 3]], radius: &[f32], own: bool| -> Vec<u64> {
        let grid = Grid::new(position, 4.0 * largest);
        let parts: Vec<Vec<u64>> = (0..set.len().div_ceil(stride * 64))
            .into_par_iter()
            .map(|part| {
                let mut counts = vec![0u64; rings];
                for i in (part * 64..(part + 1) * 64).map(|k| k * stride).take_while(|i| *i < set.len()) {
                    let (p, r) = (&set.position[i], set.radius[i]);
                    let reach = Spectrum::REACH as f32 * (r + largest);
                    grid.around(p, reach, |range| {
                        for (&j, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                            let j = j as usize;
                            let d2 = distance_squared(p, q);
                            if d2 >= reach * reach || (own && i == j) {
                                continue;
                            }
                            let x = d2.sqrt() / (r + radius[j]) * (1.0 / Spectrum::RING as f32);
                            if let Some(c) = counts.get_mut(x as usize)
                                && same_side(&set.normal[i], &normal[j])
                            {
                                *c += 1;
                            }
                        }
                    });
                }
                counts
            })
            .collect();
        (0..rings).map(|k| parts.iter().map(|p| p[k]).sum()).collect()
    };
    let pairs = count(&set.position, &set.normal, &set.radius, true);
    let random = count(&pool.position, &pool.normal, &pool.radius, false);
    let per_point = pool.position.len() as f64 / set.len().max(1) as f64;
    let mut pair_correlation: Vec<f64> = pairs
        .iter()
        .zip(&random)
        .map(|(a, b)| if *b == 0 { 1.0 } else { *a as f64 * per_point / *b as f64 })
        .collect();
    // Far away the correlation is 1: what it differs by is the noise of the candidates, which the
    // transform would blow up at low frequencies.
    let far = rings * 2 / 3..rings;
    let (a, b): (u64, u64) = (pairs[far.clone()].iter().sum(), random[far].iter().sum());
    if a > 0 && b > 0 {
        let level = a as f64 * per_point / b as f64;
        pair_correlation.iter_mut().for_each(|g| *g /= level);
    }
    // Points per square of the hexagonal spacing.
    let density = 2.0 / 3f64.sqrt();
    let tau = std::f64::consts::TAU;
    let power = (1..=(Spectrum::HIGHEST / Spectrum::STEP).round() as usize)
        .map(|k| {
            let f = k as f64 * Spectrum::STEP;
            let sum: f64 = pair_correlation
                .iter()
                .enumerate()
                .map(|(i, g)| {
                    let x = (i as f64 + 0.5) * Spectrum::RING;
                    let window = 0.5 + 0.5 * libm::cos(0.5 * tau * x / Spectrum::REACH);
                    (g - 1.0) * window * libm::j0(tau * f * x) * x * Spectrum::RING
                })
                .sum();
            1.0 + tau * density * sum
        })
        .collect();
    Spectrum { pair_correlation, power }
}
