//! The injection points of a session on the flat scalp: what is pinned beside the patient.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_head::Zone;
use vellus_plan::inject::InjectionPlan;
use vellus_plan::scalp_outline::ScalpOutline;

use crate::flat_frame::FlatFrame;
use crate::head_sheet::{hex, zone_colour, zone_words};
use crate::scalp_map::{path, tint};
use crate::svg_text::{INK, PAPER, SOFT};
use crate::words::escape;

/// Radius of a point, mm on the map.
const POINT_MM: f64 = 2.1;

/// The colour of a zone's points: its own, dark enough for a small disc on paper.
pub(crate) fn point_colour(zone: Zone) -> String {
    hex(zone_colour(zone).map(|c| (f64::from(c) * 0.72).round() as u8))
}

fn vec(p: &[f64; 2]) -> DVec2 {
    DVec2::from_array(*p)
}

/// Draws the points: filled those that are injected with what is prepared, open those that wait.
/// Points and zones have the colours of the table of doses. Front up, the person's left at the left, as
/// one sees it who stands behind. Areas are true.
#[must_use]
pub fn injection_map(outline: &ScalpOutline, injection: &InjectionPlan) -> String {
    let all = || outline.border.iter().map(vec);
    let Some((frame, mut svg)) = FlatFrame::open(outline, "injection-map", &spoken(injection), 12.0) else {
        return String::new();
    };
    let injected = |zone| injection.zones.iter().any(|z| z.zone == zone);
    for z in &outline.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().map(vec), true)).collect();
        let fill = if injected(z.zone) { tint(Some(z.zone), 0.86) } else { "#efeee9".to_owned() };
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"#cfccc4\" stroke-width=\"0.6\" stroke-linejoin=\"round\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\" stroke-linejoin=\"round\" class=\"map-border\"/>",
        path(all(), true)
    );
    // The hairline needs no name, and a name at the vertex would hide points: the key has it.
    for (name, p) in outline.landmarks.iter().filter(|l| l.0 != "trichion") {
        let _ = writeln!(
            svg,
            "<g class=\"map-mark\"><path d=\"M{:.1} {:.1}h5M{:.1} {:.1}v5\" stroke=\"{INK}\" stroke-width=\"0.9\"/>{}</g>",
            p[0] - 2.5,
            -p[1],
            p[0],
            -p[1] - 2.5,
            if name == "inion" { mark(name, *p) } else { String::new() }
        );
    }
    for z in &injection.zones {
        let colour = point_colour(z.zone);
        let _ = write!(svg, "<g fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.9\">");
        for p in injection.points.iter().filter(|p| p.zone == z.zone) {
            let open = if p.turn == 1 { "" } else { " fill=\"#fff\"" };
            let _ = write!(
                svg,
                "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{POINT_MM}\"{open}/>",
                p.in_map[0], -p.in_map[1]
            );
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</g>\n");
    frame.margin(&mut svg);
    key(&mut svg, frame.h);
    svg.push_str("</svg>\n");
    svg
}

fn mark(name: &str, p: [f64; 2]) -> String {
    format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"8.5\" stroke=\"{PAPER}\" stroke-width=\"1.6\" \
         paint-order=\"stroke\" stroke-linejoin=\"round\">{}</text>",
        p[0] + 4.0,
        -p[1] + 3.0,
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

/// What filled and open points and the cross are.
fn key(svg: &mut String, h: f64) {
    let _ = writeln!(
        svg,
        "<g class=\"map-words\" font-size=\"9\" fill=\"{SOFT}\"><circle cx=\"5\" cy=\"{:.1}\" r=\"{POINT_MM}\" fill=\"{SOFT}\"/>\
         <text x=\"10\" y=\"{:.1}\">now</text><circle cx=\"38\" cy=\"{:.1}\" r=\"{POINT_MM}\" fill=\"#fff\" stroke=\"{SOFT}\" \
         stroke-width=\"0.8\"/><text x=\"43\" y=\"{:.1}\">waits for more PRP</text>\
         <path d=\"M{:.1} {:.1}h5m-2.5 -2.5v5\" stroke=\"{SOFT}\" stroke-width=\"0.9\" fill=\"none\"/><text x=\"{:.1}\" y=\"{:.1}\">vertex</text></g>",
        h - 6.0,
        h - 3.0,
        h - 6.0,
        h - 3.0,
        136.0,
        h - 6.0,
        144.0,
        h - 3.0
    );
}
