//! Hair that is kept.

use super::{Better, Indicator, Reader};
use crate::ensemble::Future;

/// Hair kept.
pub const KEPT: Indicator = Indicator {
    id: "hair_kept_percent",
    title: "Hair kept",
    unit: "%",
    definition: "Terminal hairs of the place at that date over those of today",
    source: "by definition; the forecast is this program's",
    better: Better::More,
};

pub(super) fn kept(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    let at = |frame: usize| r.ensemble.per_cm2(f, frame, groups, |x| x.terminal);
    let today = at(0);
    if today > 0.5 { 100.0 * at(frame) / today } else { 0.0 }
}
