//! Shine: gloss of bare skin that hair does not hide.

use super::{Better, Indicator, Reader};
use crate::ensemble::Future;

/// Gloss that is left.
pub const SHINE: Indicator = Indicator {
    id: "shine_percent",
    title: "Shine",
    unit: "%",
    definition: "Share of the gloss of the bare skin that stubble leaves, lit and seen at 45°: exp(−2 n d L) for n upright hairs of diameter d and length L; dots leave it whole",
    source: "a bald head with dots shines, stubble scatters (facts S140, S141); Beer–Lambert for upright cylinders, hair longer than 3 mm taken to lie down (assumption)",
    better: Better::Less,
};

/// Longest hair that stands up, mm (assumption).
const STANDS_MM: f64 = 3.0;

pub(super) fn shine(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    let length_mm = r.ensemble.subject.person.length_worn_mm.min(STANDS_MM);
    // Σ d per mm².
    let breadth = r.ensemble.per_cm2(f, frame, groups, |x| x.terminal_calibre_um) / 1000.0 / 100.0;
    100.0 * libm::exp(-2.0 * breadth * length_mm)
}
