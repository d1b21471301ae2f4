//! Dots that run together as they spread.

use serde::Serialize;

use super::near::{Near, same_side};
use crate::ageing::spread_mm;
use crate::dots::Dots;

/// How many dots touch another, at one time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MergedAt {
    /// Years after the last session, or from today when that lies further ahead.
    pub years: f64,
    /// Median diameter of a dot then, mm.
    pub diameter_mm: f64,
    /// Share of dots that touch another, 0 to 1.
    pub share: f64,
    /// Groups of dots that touch.
    pub clumps: usize,
    /// Dots of the largest group.
    pub largest: usize,
    /// A dot of it.
    pub largest_at: usize,
}

/// Merging now, after five and after ten years.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Merging {
    /// In the order of years.
    pub at: Vec<MergedAt>,
    /// Dots that touch another in the last year looked at; one entry for each dot.
    #[serde(skip)]
    pub merged_last: Vec<bool>,
}

impl Merging {
    pub(super) fn of(dots: &Dots, near: &Near) -> Self {
        let last = dots.day.iter().copied().fold(0.0f32, f32::max);
        let mut out = Self::default();
        for years in [0.0, 5.0, 10.0] {
            let (at, merged) = merged_at(dots, near, f64::from(last) + 365.25 * years, years);
            out.at.push(at);
            out.merged_last = merged;
        }
        out
    }
}

/// A dot is the healed disc of radius a, spread by σ since it was laid: the disc with the same second
/// moment has a² + 4 σ².
fn radius_mm(dots: &Dots, i: usize, day: f64) -> f64 {
    let age = day - f64::from(dots.day[i]);
    let a = 0.5e-3 * f64::from(dots.healed_um[i]);
    let s = spread_mm(age, f64::from(dots.deposit_depth_um[i]));
    (a * a + 4.0 * s * s).sqrt()
}

fn merged_at(dots: &Dots, near: &Near, day: f64, years: f64) -> (MergedAt, Vec<bool>) {
    let n = dots.len();
    let radius: Vec<f64> = (0..n).map(|i| radius_mm(dots, i, day)).collect();
    let widest = radius.iter().copied().fold(0.0, f64::max).min(5.0);
    let mut parent: Vec<u32> = (0..n as u32).collect();
    let root = |parent: &mut Vec<u32>, mut i: u32| {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    };
    for i in 0..n {
        near.each(&dots.position[i], (radius[i] + widest) as f32, |j, d| {
            if j > i && f64::from(d) < radius[i] + radius[j] && same_side(&dots.normal[i], &dots.normal[j]) {
                let (a, b) = (root(&mut parent, i as u32), root(&mut parent, j as u32));
                // The lower number leads, so that the groups do not depend on the order of pairs.
                parent[a.max(b) as usize] = a.min(b);
            }
        });
    }
    let mut size = vec![0usize; n];
    for i in 0..n as u32 {
        size[root(&mut parent, i) as usize] += 1;
    }
    let merged: Vec<bool> = (0..n as u32).map(|i| size[root(&mut parent, i) as usize] > 1).collect();
    let largest_at = (0..n).max_by_key(|i| (size[*i], std::cmp::Reverse(*i))).unwrap_or(0);
    let mut sorted = radius;
    sorted.sort_by(f64::total_cmp);
    let at = MergedAt {
        years,
        diameter_mm: 2.0 * super::spacing::quantile(&sorted, 0.5),
        share: merged.iter().filter(|m| **m).count() as f64 / n.max(1) as f64,
        clumps: size.iter().filter(|s| **s > 1).count(),
        largest: size.get(largest_at).copied().unwrap_or(0),
        largest_at,
    };
    (at, merged)
}
