//! Visible density in two channels: what hair gives and what pigment adds.

use vellus_plan::outcome::StrategyOutcome;

/// A visible density and the part of it that is hair; the rest is pigment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Split {
    /// From hair.
    pub(crate) hair: f64,
    /// From pigment.
    pub(crate) pigment: f64,
}

/// The medians of whole and part are those of different futures: the part is held within the whole.
fn split(visible: f64, hair: f64) -> Split {
    if !visible.is_finite() {
        return Split::default();
    }
    let hair = hair.clamp(0.0, visible.max(0.0));
    Split { hair, pigment: (visible - hair).max(0.0) }
}

/// The median visible density of the thinning area, frame by frame, hairs per cm².
pub(crate) fn over_time(o: &StrategyOutcome) -> Vec<Split> {
    if o.dots.is_none() {
        return o.thinning.visible_per_cm2.band.iter().map(|v| split(v.median, v.median)).collect();
    }
    let hair = &o.thinning.hair_visible_per_cm2.band;
    o.thinning
        .visible_per_cm2
        .band
        .iter()
        .enumerate()
        .map(|(i, v)| split(v.median, hair.get(i).map_or(0.0, |h| h.median)))
        .collect()
}

/// The visible density after two years, per cent of the fringe.
pub(crate) fn after_two_years(o: &StrategyOutcome) -> Split {
    let hair = if o.dots.is_some() { o.hair_visible_percent.median } else { o.visible_percent.median };
    split(o.visible_percent.median, hair)
}
