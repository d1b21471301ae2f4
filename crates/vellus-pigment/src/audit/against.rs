//! Dots against the plan that they were laid by, and against living follicles.

use serde::Serialize;

use super::near::{Near, same_side};
use crate::dots::{Dots, FOLLICLE_CLEARANCE_MM};

/// A dot this near to a planned one is that one, mm: what a steady hand misses by (assumption), and
/// about the distance that dots keep from each other.
pub const MATCH_MM: f64 = 0.4;

/// Dots against a plan, matched one to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlanMatch {
    /// Dots planned.
    pub planned: usize,
    /// Dots that lie within [`MATCH_MM`] of a planned one.
    pub matched: usize,
    /// Planned dots that are not there.
    pub missing: usize,
    /// Dots that were not planned.
    pub extra: usize,
    /// Median distance of matched dots from their plan, mm.
    pub offset_mm: f64,
}

impl PlanMatch {
    pub(super) fn of(dots: &Dots, plan: &Dots) -> Self {
        let near = Near::new(&plan.position, MATCH_MM as f32);
        let mut pairs: Vec<(f32, u32, u32)> = Vec::new();
        for i in 0..dots.len() {
            near.each(&dots.position[i], MATCH_MM as f32, |j, d| {
                if same_side(&dots.normal[i], &plan.normal[j]) {
                    pairs.push((d, i as u32, j as u32));
                }
            });
        }
        // Nearest first: of two dots at one planned place the closer is it.
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let (mut laid, mut met) = (vec![false; dots.len()], vec![false; plan.len()]);
        let mut offsets = Vec::new();
        for (d, i, j) in pairs {
            if !laid[i as usize] && !met[j as usize] {
                (laid[i as usize], met[j as usize]) = (true, true);
                offsets.push(f64::from(d));
            }
        }
        let matched = offsets.len();
        Self {
            planned: plan.len(),
            matched,
            missing: plan.len() - matched,
            extra: dots.len() - matched,
            offset_mm: super::spacing::quantile(&offsets, 0.5),
        }
    }
}

/// Dots against living follicles.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Clearance {
    /// Follicular units looked at.
    pub follicles: usize,
    /// Dots nearer to one than [`FOLLICLE_CLEARANCE_MM`].
    pub too_near: usize,
    /// The least distance, mm; none when no follicle is within a millimetre of any dot.
    pub least_mm: Option<f64>,
}

impl Clearance {
    pub(super) fn of(dots: &Dots, follicles: &[[f32; 3]]) -> Self {
        let near = Near::new(follicles, 1.0);
        let mut out = Self { follicles: follicles.len(), ..Self::default() };
        let mut least = f32::INFINITY;
        for p in &dots.position {
            let mut nearest = f32::INFINITY;
            near.each(p, 1.0, |_, d| nearest = nearest.min(d));
            out.too_near += usize::from(f64::from(nearest) < FOLLICLE_CLEARANCE_MM);
            least = least.min(nearest);
        }
        out.least_mm = least.is_finite().then_some(f64::from(least));
        out
    }
}
