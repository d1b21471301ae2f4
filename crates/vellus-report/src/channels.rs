//! Visible density in two channels: what hair gives and what pigment adds.
//!
//! A plan states the visible density as a whole and the terminal hairs. What hair alone shows is
//! the terminal hairs by calibre; the plan's first frame, which is free of planned pigment, says
//! how much one terminal hair shows today. That ratio is held (assumption: it moves by a few per
//! cent while hairs thicken or thin), and the rest is pigment.

use vellus_plan::outcome::{Band, StrategyOutcome};

/// A visible density and the part of it that is hair; the rest is pigment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Split {
    /// From hair.
    pub(crate) hair: f64,
    /// From pigment.
    pub(crate) pigment: f64,
}

fn split(visible: f64, terminal: f64, worth: f64, pigmented: bool) -> Split {
    if !visible.is_finite() {
        return Split::default();
    }
    if !pigmented {
        return Split { hair: visible.max(0.0), pigment: 0.0 };
    }
    let hair = (terminal * worth).clamp(0.0, visible.max(0.0));
    Split { hair, pigment: (visible - hair).max(0.0) }
}

/// What one terminal hair of the thinning area shows, in hairs of the fringe.
fn worth(o: &StrategyOutcome) -> f64 {
    let first = |band: &[Band]| band.first().map_or(f64::NAN, |b| b.median);
    let worth = first(&o.thinning.visible_per_cm2.band) / first(&o.thinning.terminal_per_cm2.band);
    if worth.is_finite() { worth.clamp(0.0, 2.0) } else { 1.0 }
}

/// The median visible density of the thinning area, frame by frame, hairs per cm².
pub(crate) fn over_time(o: &StrategyOutcome) -> Vec<Split> {
    let worth = worth(o);
    let terminal = &o.thinning.terminal_per_cm2.band;
    o.thinning
        .visible_per_cm2
        .band
        .iter()
        .enumerate()
        .map(|(i, v)| split(v.median, terminal.get(i).map_or(0.0, |t| t.median), worth, o.dots.is_some()))
        .collect()
}

/// The visible density after two years, per cent of the fringe.
pub(crate) fn after_two_years(o: &StrategyOutcome) -> Split {
    split(o.visible_percent.median, o.texture_percent.median, worth(o), o.dots.is_some())
}
