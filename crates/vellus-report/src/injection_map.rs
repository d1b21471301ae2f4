//! The injection points of a session on the flat scalp: what is pinned beside the patient.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_plan::inject::InjectionPlan;
use vellus_plan::scalp_outline::ScalpOutline;

use crate::head_sheet::zone_words;
use crate::scalp_map::{path, tint};
use crate::svg_text::{HAIR, INK, PAPER, SANS, SOFT};
use crate::words::{capital, escape};

/// Radius of a point, mm on the map.
const POINT_MM: f64 = 2.1;
/// Room about the scalp for words, mm.
const ROOM: f64 = 13.0;

fn vec(p: &[f64; 2]) -> DVec2 {
    DVec2::from_array(*p)
}

/// Draws the points: filled those that are injected with what is prepared, open those that wait.
/// Zones that are injected have their colour and name. Front up, the person's left at the left, as
/// one sees it who stands behind. Areas are true.
#[must_use]
pub fn injection_map(outline: &ScalpOutline, injection: &InjectionPlan) -> String {
    let all = || outline.border.iter().map(vec);
    let (low, high) = all().fold((DVec2::INFINITY, DVec2::NEG_INFINITY), |(l, h), p| (l.min(p), h.max(p)));
    if !low.is_finite() {
        return String::new();
    }
    let (w, h) = (high.x - low.x + 2.0 * ROOM, high.y - low.y + 2.0 * ROOM + 12.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{:.0}\" height=\"{:.0}\" \
         class=\"injection-map\" role=\"img\" aria-label=\"{}\" font-family=\"{}\" font-size=\"6.4\" fill=\"{INK}\">\n\
         <g transform=\"translate({:.2} {:.2})\">\n",
        2.0 * w,
        2.0 * h,
        escape(&spoken(injection)),
        escape(SANS),
        ROOM - low.x,
        ROOM + high.y,
    );
    let injected = |zone| injection.zones.iter().any(|z| z.zone == zone);
    for z in &outline.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().map(vec), true)).collect();
        let fill = if injected(z.zone) { tint(Some(z.zone), 0.72) } else { "#ecebe6".to_owned() };
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"#fff\" stroke-width=\"0.7\" stroke-linejoin=\"round\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\" stroke-linejoin=\"round\" class=\"map-border\"/>",
        path(all(), true)
    );
    for turn in [2, 1] {
        let style = if turn == 1 {
            format!("fill=\"{HAIR}\" stroke=\"#fff\" stroke-width=\"0.5\"")
        } else {
            format!("fill=\"#fff\" stroke=\"{HAIR}\" stroke-width=\"0.8\"")
        };
        let _ = write!(svg, "<g {style}>");
        for p in injection.points.iter().filter(|p| p.turn == turn) {
            let _ = write!(
                svg,
                "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{POINT_MM}\"/>",
                p.in_map[0], -p.in_map[1]
            );
        }
        svg.push_str("</g>\n");
    }
    for (name, p) in &outline.landmarks {
        let _ = writeln!(
            svg,
            "<g class=\"map-mark\"><path d=\"M{:.1} {:.1}h5M{:.1} {:.1}v5\" stroke=\"{INK}\" stroke-width=\"0.9\"/>{}</g>",
            p[0] - 2.5,
            -p[1],
            p[0],
            -p[1] - 2.5,
            mark(name, *p)
        );
    }
    names(&mut svg, outline, injection);
    svg.push_str("</g>\n");
    margin(&mut svg, w, h);
    svg.push_str("</svg>\n");
    svg
}

fn mark(name: &str, p: [f64; 2]) -> String {
    format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"5.4\" stroke=\"{PAPER}\" stroke-width=\"1.6\" \
         paint-order=\"stroke\" stroke-linejoin=\"round\">{}</text>",
        p[0] + 4.0,
        -p[1] + 1.9,
        escape(name)
    )
}

/// The map in words.
fn spoken(injection: &InjectionPlan) -> String {
    let now = injection.points.iter().filter(|p| p.turn == 1).count();
    let zones: Vec<String> = injection
        .zones
        .iter()
        .map(|z| format!("{} {}", zone_words(z.zone).to_lowercase(), z.points))
        .collect();
    format!("Injection map, front up: {now} of {} points now; {}", injection.points.len(), zones.join(", "))
}

/// Names of the injected zones, beside their points: at the height of their middle, outside of the
/// border, so that no point is covered.
fn names(svg: &mut String, outline: &ScalpOutline, injection: &InjectionPlan) {
    let left = outline.border.iter().map(|p| p[0]).fold(f64::INFINITY, f64::min);
    let mut rows: Vec<(f64, DVec2, String, String)> = injection
        .zones
        .iter()
        .filter_map(|z| {
            // The leftmost point of the zone on the left half carries the line to its name.
            let end = injection
                .points
                .iter()
                .filter(|p| p.zone == z.zone)
                .map(|p| vec(&p.in_map))
                .min_by(|a, b| a.x.total_cmp(&b.x))?;
            let name = capital(&zone_words(z.zone));
            Some((end.y, end, name, tint(Some(z.zone), 0.1)))
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut free = f64::INFINITY;
    for (y, end, name, colour) in rows {
        let at = y.min(free);
        free = at - 9.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{SOFT}\" stroke-width=\"0.5\" class=\"map-lead\"/>\
             <rect x=\"{:.1}\" y=\"{:.1}\" width=\"4\" height=\"4\" rx=\"0.8\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"6\" stroke=\"{PAPER}\" stroke-width=\"1.8\" paint-order=\"stroke\" \
             stroke-linejoin=\"round\">{}</text>",
            end.x - POINT_MM,
            -end.y,
            left + 34.0,
            -at - 1.5,
            left - 10.0,
            -at - 3.8,
            left - 4.0,
            -at + 0.4,
            escape(&name)
        );
    }
}

/// Directions and the scale.
fn margin(svg: &mut String, w: f64, h: f64) {
    let middle = 0.5 * w;
    let y = 0.5 * (h - 12.0);
    let _ = writeln!(
        svg,
        "<g class=\"map-words\" fill=\"{SOFT}\"><text x=\"{middle:.1}\" y=\"8.5\" text-anchor=\"middle\">Front</text>\
         <text x=\"4\" y=\"{y:.1}\" transform=\"rotate(-90 6 {y:.1})\" text-anchor=\"middle\">Left</text>\
         <text x=\"{:.1}\" y=\"{y:.1}\" transform=\"rotate(90 {:.1} {y:.1})\" text-anchor=\"middle\">Right</text>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">about 5 cm</text>\
         <path d=\"M{:.1} {:.1}v-2.5h50v2.5\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\"/></g>",
        w - 4.0,
        w - 6.0,
        w - 58.0,
        h - 3.0,
        w - 54.0,
        h - 3.0,
    );
    let _ = writeln!(
        svg,
        "<g class=\"map-words\" font-size=\"6\" fill=\"{SOFT}\"><circle cx=\"5\" cy=\"{:.1}\" r=\"{POINT_MM}\" fill=\"{HAIR}\"/>\
         <text x=\"10\" y=\"{:.1}\">now</text><circle cx=\"29\" cy=\"{:.1}\" r=\"{POINT_MM}\" fill=\"#fff\" stroke=\"{HAIR}\" \
         stroke-width=\"0.8\"/><text x=\"34\" y=\"{:.1}\">waits for more PRP</text></g>",
        h - 5.0,
        h - 3.0,
        h - 5.0,
        h - 3.0
    );
}
