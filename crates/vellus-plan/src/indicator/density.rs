//! Hairs, their calibre, and what is seen of hair and dots together.

use super::{Better, Indicator, Reader};
use crate::ensemble::Future;

/// All hairs.
pub const TOTAL: Indicator = Indicator {
    id: "hairs_per_cm2",
    title: "Hairs",
    unit: "/cm2",
    definition: "All hairs that stand, the finest too, per cm² of the place",
    source: "as a phototrichogram counts them (Van Neste 2000)",
    better: Better::More,
};

/// Terminal hairs.
pub const TERMINAL: Indicator = Indicator {
    id: "terminal_per_cm2",
    title: "Terminal hairs",
    unit: "/cm2",
    definition: "Hairs of at least 30 µm per cm² of the place",
    source: "threshold of Rakowska 2009 and Van Neste 2019",
    better: Better::More,
};

/// Mean calibre.
pub const CALIBRE: Indicator = Indicator {
    id: "calibre_um",
    title: "Calibre",
    unit: "um",
    definition: "Mean diameter of all hairs that stand; 0 where none does",
    source: "as trichoscopy measures it (Rakowska 2009)",
    better: Better::More,
};

/// What is seen.
pub const VISIBLE: Indicator = Indicator {
    id: "visible_percent",
    title: "Visible density",
    unit: "%",
    definition: "Terminal hairs by calibre and dots by the light they take, in hairs of the person's own fringe per cm², over the fringe's density",
    source: "coverage as density times calibre (Limmer; facts S128); dots by the traced optics of this program",
    better: Better::More,
};

pub(super) fn total(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    r.ensemble.per_cm2(f, frame, groups, |x| x.hairs)
}

pub(super) fn terminal(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    r.ensemble.per_cm2(f, frame, groups, |x| x.terminal)
}

pub(super) fn calibre(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    let hairs = r.ensemble.per_cm2(f, frame, groups, |x| x.hairs);
    if hairs > 1e-6 { r.ensemble.per_cm2(f, frame, groups, |x| x.calibre_um) / hairs } else { 0.0 }
}

pub(super) fn visible(r: &Reader<'_>, f: &Future, frame: usize, groups: &[usize]) -> f64 {
    100.0 * r.ensemble.visible(f, frame, groups) / r.ensemble.subject.fringe.terminal_per_cm2.max(1.0)
}
