//! The frame of a map of the flat scalp: its size, its opening and its directions.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_plan::scalp_outline::ScalpOutline;

use crate::svg_text::{INK, SANS, SOFT};
use crate::words::escape;

/// Room about the scalp for words, mm.
const ROOM: f64 = 14.0;

/// A map that has been opened.
pub(crate) struct FlatFrame {
    /// Width and height, mm.
    pub(crate) w: f64,
    pub(crate) h: f64,
    /// Height of the line of words below, mm.
    foot: f64,
}

impl FlatFrame {
    /// Opens the drawing, with a group in which a place of the map lies at (x, −y). None when the scalp
    /// has no outline.
    pub(crate) fn open(
        outline: &ScalpOutline,
        class: &str,
        spoken: &str,
        foot: f64,
    ) -> Option<(Self, String)> {
        let all = outline.border.iter().map(|p| DVec2::from_array(*p));
        let (low, high) = all.fold((DVec2::INFINITY, DVec2::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)));
        if !low.is_finite() || !high.is_finite() {
            return None;
        }
        let (w, h) = (high.x - low.x + 2.0 * ROOM, high.y - low.y + 2.0 * ROOM + foot);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{:.0}\" height=\"{:.0}\" \
             class=\"{class}\" role=\"img\" aria-label=\"{}\" font-family=\"{}\" font-size=\"9.5\" fill=\"{INK}\">\n\
             <g transform=\"translate({:.2} {:.2})\">\n",
            2.0 * w,
            2.0 * h,
            escape(spoken),
            escape(SANS),
            ROOM - low.x,
            ROOM + high.y,
        );
        Some((Self { w, h, foot }, svg))
    }

    /// Directions and the scale, in the margin.
    pub(crate) fn margin(&self, svg: &mut String) {
        let (w, h) = (self.w, self.h);
        let (middle, y, base) = (0.5 * w, 0.5 * (h - self.foot), h - 3.0);
        let _ = writeln!(
            svg,
            "<g class=\"map-words\" fill=\"{SOFT}\"><text x=\"{middle:.1}\" y=\"9\" text-anchor=\"middle\">Front</text>\
             <text x=\"8\" y=\"{y:.1}\" transform=\"rotate(-90 8 {y:.1})\" text-anchor=\"middle\">Left</text>\
             <text x=\"{:.1}\" y=\"{y:.1}\" transform=\"rotate(90 {:.1} {y:.1})\" text-anchor=\"middle\">Right</text>\
             <text x=\"{:.1}\" y=\"{base:.1}\" text-anchor=\"end\">about 5 cm</text>\
             <path d=\"M{:.1} {base:.1}v-2.5h50v2.5\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\"/></g>",
            w - 8.0,
            w - 8.0,
            w - 58.0,
            w - 54.0,
        );
    }
}
