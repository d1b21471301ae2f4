//! Texture: what can be felt. Dots have none.

use super::{Better, Indicator, Reader};
use crate::ensemble::Future;

/// Tips under the hand.
pub const TIPS: Indicator = Indicator {
    id: "texture_tips_percent",
    title: "Stubble tips",
    unit: "%",
    definition: "Terminal hairs per cm² at the worn length, of which each is a tip under the hand, over those of the person's fringe; dots count nothing",
    source: "stubble is what is felt of shaved hair (facts S135); that each terminal hair is one tip is by definition",
    better: Better::More,
};

/// How hard they bend.
pub const STIFFNESS: Indicator = Indicator {
    id: "texture_stiffness_percent",
    title: "Stubble stiffness",
    unit: "%",
    definition: "Sum of the bending stiffness of the tips per cm², 3πEd⁴/(64 L³) for each, over that of the fringe at the same length; the modulus and the length fall out",
    source: "a fibre bends as a beam: stiffness with the fourth power of its diameter",
    better: Better::More,
};

pub(super) fn tips(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    100.0 * r.ensemble.per_cm2(f, frame, groups, |x| x.terminal)
        / r.ensemble.subject.fringe.terminal_per_cm2.max(1.0)
}

pub(super) fn stiffness(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    100.0 * r.ensemble.per_cm2(f, frame, groups, |x| x.terminal_bending)
        / r.ensemble.subject.fringe.bending_per_cm2.max(1e-9)
}
