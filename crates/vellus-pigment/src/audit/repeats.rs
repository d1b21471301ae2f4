//! Constellations that come again: the mark of a stamp.

use rayon::prelude::*;

use super::near::{Around, CLOSEST, Near};

/// Distances of a repeated constellation agree within this share of the spacing: what skin stretches
/// by under a stamp (assumption).
const SAME_DISTANCE: f64 = 0.03;
/// And its directions within this, radians.
const SAME_ANGLE: f32 = 0.06;
/// Twins that are looked at for each dot.
const LOOKED_AT: usize = 400;

/// Which dots have a twin: another dot, elsewhere, with the same six neighbours about it in distance
/// and direction, however the whole is turned.
pub(super) fn twins(around: &[Around]) -> Vec<bool> {
    let n = around.len();
    let mut spacing: Vec<f64> = around.iter().map(|a| 2.0 * a.radius()).collect();
    spacing.sort_by(f64::total_cmp);
    let tolerance = (SAME_DISTANCE * super::spacing::quantile(&spacing, 0.5)) as f32;
    if n < 2 * CLOSEST || !(tolerance > 0.0 && tolerance.is_finite()) {
        return vec![false; n];
    }
    // The three nearest distances are a place in a space of their own.
    let key: Vec<[f32; 3]> =
        around
            .iter()
            .map(|a| {
                if a.count >= CLOSEST { [a.closest[0].1, a.closest[1].1, a.closest[2].1] } else { [-1e3; 3] }
            })
            .collect();
    let near = Near::new(&key, tolerance);
    (0..n)
        .into_par_iter()
        .map(|i| {
            if around[i].count < CLOSEST {
                return false;
            }
            let (mut found, mut seen) = (false, 0);
            near.each(&key[i], 1.8 * tolerance, |j, _| {
                seen += 1;
                if !found && seen < LOOKED_AT && j != i {
                    found = same(i, j, &around[i], &around[j], tolerance);
                }
            });
            found
        })
        .collect()
}

fn same(i: usize, j: usize, a: &Around, b: &Around, tolerance: f32) -> bool {
    let tau = std::f32::consts::TAU;
    let turn = |x: f32| (x - tau * (x / tau).round()).abs();
    let rel = |s: &Around, m: usize| s.closest[m].2 - s.closest[0].2;
    // Dots that share neighbours see the same places from two sides.
    let apart = a.closest.iter().all(|c| c.0 as usize != j) && b.closest.iter().all(|c| c.0 as usize != i);
    apart
        && b.count >= CLOSEST
        && (0..CLOSEST).all(|m| (a.closest[m].1 - b.closest[m].1).abs() <= tolerance)
        && (1..CLOSEST).all(|m| turn(rel(a, m) - rel(b, m)) <= SAME_ANGLE)
}
