//! The dots of a work on the flat scalp, with what the audit found marked where it is.

use std::fmt::Write as _;

use glam::{DVec2, Vec3};
use vellus_head::flatten::ScalpProjection;
use vellus_pigment::audit::{Severity, Site};
use vellus_pigment::{Audit, Dots};
use vellus_plan::scalp_outline::ScalpOutline;

use crate::audit_text::pattern_words;
use crate::scalp_map::path;
use crate::svg_text::{HAIR, INK, LINE, PAPER, PIGMENT, SANS, SERIF, SOFT, STOP, wrap};
use crate::words::{escape, number};

/// Room about the scalp and the width of the words beside it, mm.
const ROOM: f64 = 14.0;
const WORDS: f64 = 158.0;
/// Radius of a square centimetre, mm.
const TILE_MM: f64 = 5.64;
/// Radius of the ring around a place where rows show or dots clump, mm.
const RING_MM: f64 = 9.0;
/// Dots that are drawn, at most: more are thinned evenly, which a map of this size does not show.
const MOST_DRAWN: usize = 60_000;

/// Draws the dots: those that touch another in ten years in the colour of warnings, tiles that hold too
/// few or too many dots as discs of their size, places of rows and the largest clump ringed. Front up,
/// the person's left at the left; areas are true. `map` is the projection that `outline` was made with.
#[must_use]
pub fn audit_map(outline: &ScalpOutline, map: &ScalpProjection, dots: &Dots, audit: &Audit) -> String {
    let vec = |p: &[f64; 2]| DVec2::from_array(*p);
    let all = outline.border.iter().map(vec);
    let (low, high) = all.fold((DVec2::INFINITY, DVec2::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)));
    if !low.is_finite() {
        return String::new();
    }
    let (w, h) = (high.x - low.x + 2.0 * ROOM + WORDS, high.y - low.y + 2.0 * ROOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{:.0}\" height=\"{:.0}\" \
         role=\"img\" aria-label=\"{}\" font-family=\"{}\" fill=\"{INK}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{PAPER}\"/>\n<g transform=\"translate({:.2} {:.2})\">\n",
        2.0 * w,
        2.0 * h,
        escape(&format!("Audit map, front up. {}", audit.verdict)),
        escape(SANS),
        ROOM - low.x,
        ROOM + high.y,
    );
    for z in &outline.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().map(vec), true)).collect();
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"#fff\" fill-rule=\"evenodd\" stroke=\"{LINE}\" stroke-width=\"0.5\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\" stroke-linejoin=\"round\"/>",
        path(outline.border.iter().map(vec), true)
    );
    let at = |p: &[f32; 3]| map.map_from_head(Vec3::from_array(*p).as_dvec3());
    if let Some(d) = &audit.density {
        for t in &d.worst {
            let Some(p) = at(&t.site.position) else { continue };
            let colour = if t.found_per_cm2 < t.expected_per_cm2 { HAIR } else { PIGMENT };
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{TILE_MM}\" fill=\"{colour}\" fill-opacity=\"0.28\" \
                 stroke=\"{colour}\" stroke-width=\"0.7\"/>",
                p.x, -p.y
            );
        }
    }
    dot_layer(&mut svg, dots, audit, &at);
    let clump = clump(audit).map(|at| dots.position[at]);
    let rings = audit
        .regularity
        .worst
        .iter()
        .map(|s: &Site| (s.position, ""))
        .chain(clump.map(|p| (p, " stroke-dasharray=\"2.4 1.6\"")));
    for (p, dash) in rings {
        let Some(p) = at(&p) else { continue };
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{RING_MM}\" fill=\"none\" stroke=\"{STOP}\" stroke-width=\"1.1\"{dash}/>",
            p.x, -p.y
        );
    }
    svg.push_str("</g>\n");
    words(&mut svg, audit, high.x - low.x + 2.0 * ROOM, h);
    let (middle, half) = (0.5 * (w - WORDS), 0.5 * h);
    let _ = writeln!(
        svg,
        "<g fill=\"{SOFT}\" font-size=\"6\" text-anchor=\"middle\"><text x=\"{middle:.1}\" y=\"9\">Front</text>\
         <text transform=\"translate(8 {half:.1}) rotate(-90)\">Left</text>\
         <text transform=\"translate({:.1} {half:.1}) rotate(90)\">Right</text></g>\n</svg>",
        2.0 * middle - 8.0
    );
    svg
}

/// A dot of the largest clump, where more than two dots touch.
fn clump(audit: &Audit) -> Option<usize> {
    audit.merging.at.last().filter(|m| m.largest > 2).map(|m| m.largest_at)
}

/// All dots as two paths of points: those that stay apart, then on top those that will touch.
fn dot_layer(svg: &mut String, dots: &Dots, audit: &Audit, at: &impl Fn(&[f32; 3]) -> Option<DVec2>) {
    let step = dots.len().div_ceil(MOST_DRAWN).max(1);
    for (merged, colour, width) in [(false, INK, 0.42), (true, STOP, 0.75)] {
        let mut d = String::new();
        for i in (0..dots.len()).step_by(step) {
            let touches = audit.merging.merged_last.get(i).copied().unwrap_or(false);
            if let Some(p) = at(&dots.position[i]).filter(|_| touches == merged) {
                let _ = write!(d, "M{:.1} {:.1}h0", p.x, -p.y);
            }
        }
        if !d.is_empty() {
            let _ = writeln!(
                svg,
                "<path d=\"{d}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\"/>"
            );
        }
    }
}

/// The verdict, the key and the findings beside the map.
fn words(svg: &mut String, audit: &Audit, x: f64, height: f64) {
    let x = x + 8.0;
    let most = WORDS - 8.0 - ROOM;
    let mut y = ROOM + 6.0;
    let line = |svg: &mut String, y: f64, size: f64, fill: &str, more: &str, text: &str| {
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{fill}\"{more}>{}</text>",
            escape(text)
        );
    };
    let serif = format!(" font-family=\"{}\" font-weight=\"600\"", escape(SERIF));
    let (lead, rest) = audit.verdict.split_once(": ").unwrap_or((&audit.verdict, ""));
    line(svg, y, 13.0, INK, &serif, lead);
    y += 9.0;
    for l in wrap(rest, 6.5, most, 4) {
        line(svg, y, 6.5, SOFT, "", &l);
        y += 8.0;
    }
    y += 6.0;
    let last = audit.merging.at.last();
    let share = last.map_or(0.0, |m| 100.0 * m.share);
    let disc = |x: f64, colour: &str| {
        format!(
            "<circle cx=\"{x}\" r=\"2.6\" fill=\"{colour}\" fill-opacity=\".28\" stroke=\"{colour}\" stroke-width=\".7\"/>"
        )
    };
    let ring = |dash: &str| {
        format!("<circle cx=\"3\" r=\"2.6\" fill=\"none\" stroke=\"{STOP}\" stroke-width=\".9\"{dash}/>")
    };
    // Only what is on the drawing is explained.
    let mut key = vec![(
        format!(
            "<path d=\"M1 0h0M4 -1.5h0M5 1.4h0\" stroke=\"{INK}\" stroke-width=\"0.9\" stroke-linecap=\"round\"/>"
        ),
        format!("{} dots, {}", number(audit.dots as f64, 0), pattern_words(audit.regularity.pattern)),
    )];
    if audit.merging.merged_last.contains(&true) {
        key.push((
            format!(
                "<path d=\"M1.5 0h0M3 .4h0M4.2 -.5h0\" stroke=\"{STOP}\" stroke-width=\"1.3\" stroke-linecap=\"round\"/>"
            ),
            format!("touch another in ten years: {} %", number(share, 1)),
        ));
    }
    let mut tiles = audit.density.iter().flat_map(|d| &d.worst);
    if tiles.clone().any(|t| t.found_per_cm2 < t.expected_per_cm2) {
        key.push((disc(3.0, HAIR), "square centimetres with too few dots".into()));
    }
    if tiles.any(|t| t.found_per_cm2 >= t.expected_per_cm2) {
        key.push((disc(3.0, PIGMENT), "square centimetres with too many dots".into()));
    }
    if !audit.regularity.worst.is_empty() {
        key.push((ring(""), "rows show".into()));
    }
    if clump(audit).is_some() {
        key.push((ring(" stroke-dasharray=\"1.3 1\""), "the largest clump".into()));
    }
    for (mark, text) in key {
        let _ = writeln!(svg, "<g transform=\"translate({:.1} {:.1})\">{mark}</g>", x + 2.0, y - 2.0);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"5.6\" fill=\"{INK}\">{}</text>",
            x + 14.0,
            escape(&text)
        );
        y += 9.0;
    }
    y += 5.0;
    for f in &audit.findings {
        let colour = match f.severity {
            Severity::Fault => STOP,
            Severity::Doubt => PIGMENT,
            Severity::Note => SOFT,
        };
        let lines = wrap(&f.text, 5.2, most - 6.0, 6);
        if y + 6.4 * lines.len() as f64 > height - 4.0 {
            break;
        }
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.5\" fill=\"{colour}\"/>",
            x + 1.5,
            y - 1.8
        );
        for l in lines {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"5.2\">{}</text>",
                x + 6.0,
                escape(&l)
            );
            y += 6.4;
        }
        y += 3.0;
    }
}
