//! How far dots stay apart.

use serde::Serialize;

use super::near::Around;
use crate::dots::{DOT_CLEARANCE_MM, Dots};

/// Distances between neighbouring dots.
///
/// The local density behind the relative figures is that of the 24 nearest dots, with the empty part
/// of their disc taken off at borders.
///
/// # Sources
/// Clark and Evans 1954, *Distance to nearest neighbor as a measure of spatial relationships in
/// populations*, Ecology 35: the ratio is 1 for random points and 2.149 for the hexagonal lattice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Spacing {
    /// Least distance to the nearest neighbour, mm.
    pub least_mm: f64,
    /// The distance that 1 in 100 dots falls below, mm.
    pub p1_mm: f64,
    /// Median distance to the nearest neighbour, mm.
    pub median_mm: f64,
    /// Share of dots closer to another than [`DOT_CLEARANCE_MM`], 0 to 1.
    pub too_close_share: f64,
    /// Least distance over the largest that is possible at the local density.
    pub relative_radius_least: f64,
    /// What 1 in 100 dots falls below of it: 0.1 for random dots, 0.5 to 0.75 for even ones, 1 for a
    /// lattice.
    pub relative_radius_p1: f64,
    /// Variation of the relative distance to the nearest neighbour: 0.52 for random dots, below 0.2
    /// for even ones, 0 for a lattice.
    pub variation: f64,
    /// Ratio of Clark and Evans: 1 for random dots, 2 for a square and 2.149 for a hexagonal lattice.
    pub clark_evans: f64,
}

/// Value below which a share of a sorted list lies.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((share * last as f64).floor() as usize).min(last)).copied().unwrap_or(f64::NAN)
}

impl Spacing {
    pub(super) fn of(dots: &Dots, around: &[Around]) -> Self {
        let n = dots.len().max(1) as f64;
        let mut nearest: Vec<f64> = around.iter().map(Around::nearest).collect();
        let mut relative: Vec<f64> = around
            .iter()
            .map(|a| {
                let (j, d, _) = a.closest[0];
                let span = a.radius() + around.get(j as usize).map_or(a.radius(), Around::radius);
                if a.count > 0 { f64::from(d) / span } else { f64::INFINITY }
            })
            .collect();
        // Borders have neighbours on one side only, which says nothing about the pattern.
        let inner: Vec<&Around> = around.iter().filter(|a| a.covered > 0.85 && a.count > 0).collect();
        let inner = if inner.len() < 10 { around.iter().filter(|a| a.count > 0).collect() } else { inner };
        let m = inner.len().max(1) as f64;
        let scaled = |a: &&Around| 2.0 * a.nearest() * a.density.sqrt();
        let clark_evans = inner.iter().map(scaled).sum::<f64>() / m;
        let variance = inner.iter().map(|a| (scaled(a) - clark_evans).powi(2)).sum::<f64>() / m;
        nearest.sort_by(f64::total_cmp);
        relative.sort_by(f64::total_cmp);
        Self {
            least_mm: quantile(&nearest, 0.0),
            p1_mm: quantile(&nearest, 0.01),
            median_mm: quantile(&nearest, 0.5),
            too_close_share: nearest.partition_point(|d| *d < DOT_CLEARANCE_MM) as f64 / n,
            relative_radius_least: quantile(&relative, 0.0),
            relative_radius_p1: quantile(&relative, 0.01),
            variation: if clark_evans > 0.0 { variance.sqrt() / clark_evans } else { f64::NAN },
            clark_evans,
        }
    }
}
