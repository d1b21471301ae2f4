//! Reversibility: how much of the look only a laser takes away.

use super::{Better, Indicator};
use crate::ensemble::{Ensemble, Future};

/// Share of the look that is pigment.
pub const PIGMENT_SHARE: Indicator = Indicator {
    id: "pigment_share_percent",
    title: "Only a laser takes it back",
    unit: "%",
    definition: "Share of the visible density of the thinning area after two years that is pigment; what drugs and PRP give goes by itself when they stop, a transplant cannot be undone",
    source: "1064 nm picosecond laser, 1–3 sessions in four people (facts S72); general tattoos up to seven (S73)",
    better: Better::Less,
};

pub(super) fn pigment_share(e: &Ensemble<'_>, f: &Future) -> f64 {
    let groups = e.subject.thinning_or_top();
    let frame = e.frame_at(2.0 * 365.25);
    let seen = e.visible(f, frame, &groups);
    if seen > 1e-6 { 100.0 * e.pigment(f, frame, &groups) / seen } else { 0.0 }
}
