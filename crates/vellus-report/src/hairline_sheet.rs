//! The designed hairline on one sheet: from the front, from three quarters and in profile, with what is
//! measured on it and what the rules say.

use std::fmt::Write as _;

use base64::Engine as _;
use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_head::Landmark;
use vellus_pigment::hairline::{Hairline, HairlineFinding, Severity};

use crate::error::ReportError;
use crate::head_drawing::{Projection, Tint, paint};
use crate::head_sheet::hex;
use crate::svg_text::{HAIR, INK, LINE, PAPER, SANS, SERIF, SOFT, STOP, text, wrap};
use crate::words::{capital, number, signed};

/// The sheet: A4 lying, in px of a quarter millimetre.
const SHEET: [f64; 2] = [1188.0, 840.0];
const EDGE: f64 = 36.0;
/// A view on the sheet, px, and how much finer its picture is.
const VIEW: [f64; 2] = [360.0, 356.0];
const FINER: usize = 2;
const PER_MM: f64 = 1.56;
const TOP: f64 = 92.0;

/// sRGB of the paper, of the transition zone, of the defined zone and of what lies behind them.
const PAPER_RGB: [u8; 3] = [0xfa, 0xf9, 0xf6];
const TRANSITION: [u8; 3] = [0xe6, 0xa5, 0x63];
const DEFINED: [u8; 3] = [0xa3, 0x6a, 0x45];
const BEHIND: [u8; 3] = [0x8b, 0x85, 0x80];
const DRAWN: &str = "#9a3412";

/// A view: its name, right and up of the picture in head space.
struct View {
    title: &'static str,
    caption: &'static str,
    right: DVec3,
    up: DVec3,
}

fn views() -> [View; 3] {
    // From the person's left front, a little above.
    let (sa, ca) = libm::sincos(42f64.to_radians());
    let (se, ce) = libm::sincos(12f64.to_radians());
    let toward = DVec3::new(sa * ce, se, ca * ce);
    let right = DVec3::new(ca, 0.0, -sa);
    [
        View {
            title: "Front",
            caption: "dashed: verticals through the outer corners of the eyes",
            right: DVec3::X,
            up: DVec3::Y,
        },
        View {
            title: "Three quarters",
            caption: "from the left front, a little above",
            right,
            up: toward.cross(right),
        },
        View {
            title: "Profile",
            caption: "dashed: level with the middle of the line",
            right: DVec3::NEG_Z,
            up: DVec3::Y,
        },
    ]
}

/// Draws the sheet as one SVG picture that needs nothing else.
///
/// # Errors
/// [`ReportError`] when a view cannot be encoded.
pub fn hairline_sheet(
    head: &Head,
    hairline: &Hairline,
    findings: &[HairlineFinding],
) -> Result<String, ReportError> {
    let w = SHEET[0];
    let mut svg = String::new();
    let f = hairline.figures();
    let spec = hairline.spec();
    let kind = if spec.details.is_drawn() {
        "as drawn".to_owned()
    } else {
        format!("{}, {} edge", spec.style.title(), spec.edge.name())
    };
    svg += &text(EDGE, 50.0, 27.0, INK, &format!(" font-family=\"{SERIF}\""), "Hairline");
    svg += &text(
        EDGE,
        74.0,
        14.0,
        SOFT,
        "",
        &format!(
            "{}; middle {} mm above the glabella along the skin; on {}",
            capital(&kind),
            number(f.height_mm, 0),
            head.source()
        ),
    );
    for (k, view) in views().iter().enumerate() {
        let x = EDGE + k as f64 * (VIEW[0] + (w - 2.0 * EDGE - 3.0 * VIEW[0]) / 2.0);
        let _ = writeln!(svg, "\n<g transform=\"translate({x:.1} {TOP})\">");
        panel(&mut svg, head, hairline, view, k)?;
        svg += "</g>";
    }
    let y = TOP + VIEW[1] + 66.0;
    let _ = writeln!(
        svg,
        "\n<path d=\"M{EDGE} {:.1}H{:.1}\" stroke=\"{LINE}\" stroke-width=\"1\"/>",
        y - 26.0,
        w - EDGE
    );
    figures(&mut svg, hairline, EDGE, y);
    zones(&mut svg, hairline, EDGE + 400.0, y);
    let foot = said(&mut svg, findings, EDGE + 590.0, y, w - EDGE - (EDGE + 590.0));
    // Every finding stands on the sheet: it grows where they are many.
    let h = SHEET[1].max(foot + EDGE);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
         aria-label=\"The designed hairline from the front, from three quarters and in profile, with its figures\" \
         font-family=\"{SANS}\" fill=\"{INK}\">\n<rect width=\"{w}\" height=\"{h}\" fill=\"{PAPER}\"/>\n{svg}</svg>\n"
    ))
}

/// One view with the line and what is measured in it.
fn panel(
    svg: &mut String,
    head: &Head,
    hairline: &Hairline,
    view: &View,
    number_of_view: usize,
) -> Result<(), ReportError> {
    let points = hairline.points();
    let size = [VIEW[0] as usize * FINER, VIEW[1] as usize * FINER];
    let crown = head.landmarks().get(Landmark::Vertex);
    // The brow at the foot of the picture, the crown at its head; in profile the face at the left.
    let (nose, back) =
        (head.landmarks().get(Landmark::NoseTip), head.landmarks().get(Landmark::Opisthocranion));
    let ahead = if number_of_view == 2 { 0.5 * (nose.z + back.z) } else { 0.0 };
    let middle = DVec3::new(points.mid_frontal.x, 0.5 * (crown.y + nose.y) - 6.0, ahead);
    let fine = Projection::of(head, view.right, view.up, size, PER_MM * FINER as f64).about(middle);
    let [transition, defined] = hairline.zones_mm();
    let image = paint(head, &fine, PAPER_RGB, &|at| {
        if head.is_ear(at.position) {
            return None;
        }
        let q = head.chart().chart_from_head(at.position);
        if !hairline.contains(q) {
            return None;
        }
        let depth = hairline.depth_mm(q);
        Some(if depth < transition {
            Tint { colour: TRANSITION, strength: 0.3 + 0.7 * hairline.fade_in(q) as f32, region: 1 }
        } else if depth < transition + defined {
            Tint { colour: DEFINED, strength: 0.75, region: 2 }
        } else {
            Tint { colour: BEHIND, strength: 0.55, region: 3 }
        })
    });
    let png = base64::engine::general_purpose::STANDARD.encode(image.to_png()?);
    let [w, h] = VIEW;
    let clip = format!("hairline-view-{number_of_view}");
    let _ = write!(
        svg,
        "<clipPath id=\"{clip}\"><rect width=\"{w}\" height=\"{h}\" rx=\"6\"/></clipPath>\
         <g clip-path=\"url(#{clip})\"><image width=\"{w}\" height=\"{h}\" href=\"data:image/png;base64,{png}\"/>"
    );
    let at = Projection::of(head, view.right, view.up, [w as usize, h as usize], PER_MM).about(middle);
    let line = |svg: &mut String, row: &[DVec3], style: &str| {
        // Only what is seen from here.
        let mut d = String::new();
        let mut pen = false;
        for p in row {
            if at.sees(head, *p, 2.5) {
                let [x, y] = at.xy(*p);
                let _ = write!(d, "{}{x:.1} {y:.1}", if pen { "L" } else { "M" });
                pen = true;
            } else {
                pen = false;
            }
        }
        let _ = write!(svg, "<path d=\"{d}\" fill=\"none\" {style}/>");
    };
    let f = hairline.figures();
    let halo =
        format!(" paint-order=\"stroke\" stroke=\"{PAPER}\" stroke-width=\"3.5\" stroke-linejoin=\"round\"");
    let dashed = format!("stroke=\"{HAIR}\" stroke-width=\"1.1\" stroke-dasharray=\"4 3\"");
    match number_of_view {
        0 => {
            for canthus in [Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft] {
                let p = head.landmarks().get(canthus);
                let [x, y] = at.xy(p);
                let [_, top] = at.xy(DVec3::new(p.x, crown.y - 4.0, 0.0));
                let _ = write!(svg, "<path d=\"M{x:.1} {y:.1}V{top:.1}\" {dashed}/>");
            }
            let up: Vec<DVec3> = midline(head, hairline);
            line(svg, &up, &format!("stroke=\"{HAIR}\" stroke-width=\"1.6\""));
            if let (Some(a), Some(b)) = (up.first(), up.get(up.len() / 2)) {
                let ([gx, gy], [x, y]) = (at.xy(*a), at.xy(*b));
                let _ = write!(
                    svg,
                    "<path d=\"M{:.1} {gy:.1}h12\" stroke=\"{HAIR}\" stroke-width=\"1.6\"/>",
                    gx - 6.0
                );
                *svg += &text(x + 8.0, y + 8.0, 13.0, HAIR, &halo, &format!("{} mm", number(f.height_mm, 0)));
            }
        }
        2 => {
            let [x, y] = at.xy(points.mid_frontal);
            let [to, angle_y] = at.xy(points.angles[1]);
            let _ = write!(
                svg,
                "<path d=\"M{:.1} {y:.1}H{:.1}\" {dashed}/><path d=\"M{to:.1} {angle_y:.1}V{y:.1}\" stroke=\"{HAIR}\" stroke-width=\"1.1\"/>",
                x - 20.0,
                to + 60.0
            );
            let words = format!(
                "{} mm behind, {} mm",
                number(f.angle_behind_mm[1], 0),
                signed(f.angle_rise_mm[1], 0)
            );
            *svg += &text(to + 8.0, angle_y.min(y) - 9.0, 13.0, HAIR, &halo, &words);
        }
        _ => {
            let between = 0.5 * (points.angles[1] + points.temporal_points[1]);
            let [x, y] = at.xy(between);
            let _ = write!(svg, "{}", {
                let ([ax, ay], [bx, by]) = (at.xy(points.angles[1]), at.xy(points.temporal_points[1]));
                format!("<path d=\"M{ax:.1} {ay:.1}L{bx:.1} {by:.1}\" {dashed}/>")
            });
            let words = format!("{} mm", number(f.angle_to_temporal_point_mm[1], 0));
            *svg += &text(x + 18.0, y + 4.0, 13.0, HAIR, &halo, &words);
        }
    }
    line(
        svg,
        hairline.curve_in_head(),
        &format!("stroke=\"{DRAWN}\" stroke-width=\"1.3\" stroke-linejoin=\"round\""),
    );
    let named = [points.mid_frontal].into_iter().chain(points.angles).chain(points.temporal_points);
    for p in named.filter(|p| at.sees(head, *p, 2.5)) {
        let [x, y] = at.xy(p);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.4\" fill=\"{DRAWN}\" stroke=\"{PAPER}\" stroke-width=\"1.4\"/>"
        );
    }
    for p in points.humps.into_iter().filter(|p| at.sees(head, *p, 2.5)) {
        let [x, y] = at.xy(p);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\" fill=\"{PAPER}\" stroke=\"{DRAWN}\" stroke-width=\"1.4\"/>"
        );
    }
    let _ = write!(svg, "</g><rect width=\"{w}\" height=\"{h}\" rx=\"6\" fill=\"none\" stroke=\"{LINE}\"/>");
    *svg += &text(0.0, h + 18.0, 13.5, INK, " font-weight=\"600\"", view.title);
    let shift = crate::svg_text::width(view.title, 13.5) + 10.0;
    *svg += &text(shift, h + 18.0, 12.0, SOFT, "", view.caption);
    Ok(())
}

/// The midline from the glabella to the middle of the line.
fn midline(head: &Head, hairline: &Hairline) -> Vec<DVec3> {
    let chart = head.chart();
    let from = chart.chart_from_head(head.landmarks().get(Landmark::Glabella));
    let to = chart.chart_from_head(hairline.points().mid_frontal);
    (0..=40)
        .filter_map(|i| head.head_from_chart(DVec2::lerp(from, to, f64::from(i) / 40.0)))
        .map(|p| p.position)
        .collect()
}

/// What is measured.
fn figures(svg: &mut String, hairline: &Hairline, x: f64, y: f64) {
    let f = hairline.figures();
    let (right, left) = (x + 280.0, x + 350.0);
    *svg += &text(x, y, 14.0, INK, " font-weight=\"600\"", "Measured, mm");
    let end = " text-anchor=\"end\"";
    let mut line = y + 24.0;
    for (name, value) in [
        ("Middle above the glabella, along the skin", number(f.height_mm, 1)),
        ("Length from angle to angle", number(f.front_length_mm, 0)),
        ("Length from sideburn to sideburn", number(f.length_mm, 0)),
        ("Irregularity, root mean square", number(f.irregularity_mm, 2)),
    ] {
        *svg += &text(x, line, 12.5, INK, "", name);
        *svg += &text(left, line, 12.5, INK, end, &value);
        line += 22.0;
    }
    line += 8.0;
    *svg += &text(right, line, 12.0, SOFT, end, "right");
    *svg += &text(left, line, 12.0, SOFT, end, "left");
    line += 20.0;
    let two = |v: [f64; 2]| v.map(|v| number(v, 0));
    let plus = |v: [f64; 2]| v.map(|v| signed(v, 0));
    for (name, [r, l]) in [
        ("Angles behind the middle", two(f.angle_behind_mm)),
        ("Angles behind the level line", plus(f.recess_mm)),
        ("Angles above the middle, in profile", plus(f.angle_rise_mm)),
        ("Angles beside the vertical of the eye", plus(f.angle_lateral_mm)),
        ("Opening of the angles, degrees", two(f.angle_degrees)),
        ("Angle to temporal point, along the skin", two(f.angle_to_temporal_point_mm)),
        ("Temporal points before their natural place", plus(f.temporal_point_behind_mm.map(|v| -v))),
    ] {
        *svg += &text(x, line, 12.5, INK, "", name);
        *svg += &text(right, line, 12.5, INK, end, &r);
        *svg += &text(left, line, 12.5, INK, end, &l);
        line += 22.0;
    }
}

/// What the tints mean.
fn zones(svg: &mut String, hairline: &Hairline, x: f64, y: f64) {
    let [transition, defined] = hairline.zones_mm();
    *svg += &text(x, y, 14.0, INK, " font-weight=\"600\"", "Zones");
    let rows = [
        (TRANSITION, "Transition", format!("{} mm", number(transition, 0))),
        (DEFINED, "Defined", format!("{} mm behind it", number(defined, 0))),
        (BEHIND, "Full density", "behind both".to_owned()),
    ];
    let mut line = y + 24.0;
    for (colour, name, words) in rows {
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"16\" height=\"12\" rx=\"2\" fill=\"{}\"/>",
            line - 10.5,
            hex(colour)
        );
        *svg += &text(x + 24.0, line, 12.5, INK, "", name);
        *svg += &text(x + 24.0, line + 16.0, 12.0, SOFT, "", &words);
        line += 42.0;
    }
    for (fill, name) in [(DRAWN, "Middle, angles, temporal points"), (PAPER, "Lateral humps")] {
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.4\" fill=\"{fill}\" stroke=\"{DRAWN}\" stroke-width=\"1.4\"/>",
            x + 8.0,
            line - 4.0
        );
        for words in wrap(name, 12.5, 150.0, 2) {
            *svg += &text(x + 24.0, line, 12.5, INK, "", &words);
            line += 16.0;
        }
        line += 6.0;
    }
}

/// What the rules say; returns where it ends.
fn said(svg: &mut String, findings: &[HairlineFinding], x: f64, y: f64, width: f64) -> f64 {
    *svg += &text(x, y, 14.0, INK, " font-weight=\"600\"", "What the rules say");
    let mut line = y + 24.0;
    if findings.is_empty() {
        *svg += &text(x, line, 12.5, SOFT, "", "Nothing: every rule of hairline design is kept.");
        return line;
    }
    for f in findings {
        let words = wrap(&f.text, 12.5, width - 18.0, 4);
        let grade =
            if f.grade == "assumption" { "an assumption".to_owned() } else { format!("grade {}", f.grade) };
        let from = wrap(&format!("{} ({grade})", capital(f.source)), 11.0, width - 18.0, 2);
        let height = words.len() as f64 * 16.0 + from.len() as f64 * 14.0 + 8.0;
        let colour = if f.severity == Severity::Warning { STOP } else { SOFT };
        let _ = write!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"4\" height=\"{:.1}\" rx=\"2\" fill=\"{colour}\"/>",
            line - 11.0,
            height - 8.0
        );
        for l in words {
            *svg += &text(x + 18.0, line, 12.5, INK, "", &l);
            line += 16.0;
        }
        for l in from {
            *svg += &text(x + 18.0, line, 11.0, SOFT, "", &l);
            line += 14.0;
        }
        line += 8.0;
    }
    line
}
