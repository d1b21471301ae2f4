//! The fields of an SMP session on the flat scalp, in the order of work.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_pigment::work_order::{FIELD_MM, Field};
use vellus_plan::scalp_outline::ScalpOutline;
use vellus_plan::smp_card::SessionCard;

use crate::flat_frame::FlatFrame;
use crate::scalp_map::path;
use crate::svg_text::{PAPER, SOFT};
use crate::words::number;

/// Tints of sittings; they repeat after the last.
const TINTS: [&str; 5] = ["#c9dde6", "#f3dcc8", "#d9e4cb", "#e3d6ea", "#f1e3ae"];

/// The tint of a sitting, counted from 1.
pub(crate) fn sitting_tint(number: usize) -> &'static str {
    TINTS[number.saturating_sub(1) % TINTS.len()]
}

/// The sitting, from 1, in which a field is begun; 1 when none says so.
pub(crate) fn sitting_of(s: &SessionCard, field: usize) -> usize {
    s.sittings.iter().find(|x| (x.fields.0..=x.fields.1).contains(&field)).map_or(1, |x| x.number)
}

fn vec(p: &[f64; 2]) -> DVec2 {
    DVec2::from_array(*p)
}

/// Draws the square-inch fields of a session, numbered in the order of work, in a tint for each sitting,
/// with the way of the hand from field to field. Front up, the person's left at the left, as one sees it
/// who stands behind. Areas are true. Empty when the scalp has no outline.
#[must_use]
pub fn field_map(outline: &ScalpOutline, session: &SessionCard) -> String {
    let all = || outline.border.iter().map(vec);
    let Some((frame, mut svg)) = FlatFrame::open(outline, "field-map", &spoken(session), 10.0) else {
        return String::new();
    };
    let fields: Vec<&Field> =
        session.order.fields.iter().filter(|f| f.centre_in_map.iter().all(|x| x.is_finite())).collect();
    let clip = format!("scalp-{}", session.number);
    let border = path(all(), true);
    let _ = writeln!(
        svg,
        "<clipPath id=\"{clip}\"><path d=\"{border}\"/></clipPath><path d=\"{border}\" fill=\"#f6f5f1\"/>"
    );
    squares(&mut svg, session, &fields, &clip);
    for z in &outline.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().map(vec), true)).collect();
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"none\" stroke=\"#b9b5aa\" stroke-width=\"0.6\" stroke-dasharray=\"1.2 1.8\" stroke-linejoin=\"round\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"{border}\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.9\" stroke-linejoin=\"round\" class=\"map-border\"/>"
    );
    for (name, p) in outline.landmarks.iter().filter(|l| l.0 != "trichion") {
        let _ = writeln!(
            svg,
            "<path d=\"M{:.1} {:.1}h5M{:.1} {:.1}v5\" stroke=\"{SOFT}\" stroke-width=\"0.9\" class=\"map-{}\"/>",
            p[0] - 2.5,
            -p[1],
            p[0],
            -p[1] - 2.5,
            crate::chart::slug(name)
        );
    }
    way(&mut svg, session, &fields);
    for f in &fields {
        let [x, y] = f.centre_in_map;
        let size = if f.number < 100 { 9.0 } else { 7.5 };
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"{size}\" font-weight=\"600\" \
             stroke=\"{PAPER}\" stroke-width=\"2.4\" paint-order=\"stroke\" stroke-linejoin=\"round\" class=\"field-number\">{}</text>",
            -y + 0.36 * size,
            f.number
        );
    }
    svg.push_str("</g>\n");
    frame.margin(&mut svg);
    begin_here(&mut svg, frame.h);
    svg.push_str("</svg>\n");
    svg
}

/// The cells of the square-inch lattice in which the fields lie, each once.
fn squares(svg: &mut String, session: &SessionCard, fields: &[&Field], clip: &str) {
    let mut drawn = std::collections::BTreeSet::new();
    let _ = writeln!(svg, "<g clip-path=\"url(#{clip})\" stroke=\"{PAPER}\" stroke-width=\"0.9\">");
    for f in fields {
        let cell = f.centre_in_map.map(|x| (x / FIELD_MM).floor());
        if !drawn.insert(cell.map(|c| c as i64)) {
            continue;
        }
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{FIELD_MM}\" height=\"{FIELD_MM}\" fill=\"{}\" class=\"field\"/>",
            cell[0] * FIELD_MM,
            -(cell[1] + 1.0) * FIELD_MM,
            sitting_tint(sitting_of(session, f.number))
        );
        // What later sittings do in it, from the share that is done on to its back.
        for x in session.sittings.iter().filter(|x| x.fields.0 == f.number && x.first_from > 0) {
            let done = (x.first_from as f64 / f.dots.max(1) as f64).clamp(0.0, 1.0);
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{FIELD_MM}\" height=\"{:.1}\" fill=\"{}\" class=\"field-rest\"/>",
                cell[0] * FIELD_MM,
                (done - cell[1] - 1.0) * FIELD_MM,
                (1.0 - done) * FIELD_MM,
                sitting_tint(x.number)
            );
        }
    }
    svg.push_str("</g>\n");
}

/// The way of the hand: a line through the fields of each sitting, with a ring where it begins.
fn way(svg: &mut String, session: &SessionCard, fields: &[&Field]) {
    let mut d = String::new();
    let mut starts = String::new();
    let spans: Vec<(usize, usize)> = if session.sittings.is_empty() {
        vec![(0, usize::MAX)]
    } else {
        session.sittings.iter().map(|x| x.fields).collect()
    };
    for (from, to) in spans {
        for (k, f) in fields.iter().filter(|f| (from..=to).contains(&f.number)).enumerate() {
            let [x, y] = f.centre_in_map;
            let _ = write!(d, "{}{x:.1} {:.1}", if k == 0 { "M" } else { "L" }, -y);
            if k == 0 {
                let _ = write!(
                    starts,
                    "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"8\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.9\" class=\"way-start\"/>",
                    -y
                );
            }
        }
    }
    if !d.is_empty() {
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.8\" stroke-linejoin=\"round\" class=\"way\"/>{starts}"
        );
    }
}

fn spoken(s: &SessionCard) -> String {
    format!(
        "Map of session {}, front up: {} fields in the order of work, {} of dots",
        s.number,
        s.order.fields.len(),
        number(s.dots as f64, 0)
    )
}

/// What the ring is.
fn begin_here(svg: &mut String, h: f64) {
    let base = h - 3.0;
    let _ = writeln!(
        svg,
        "<g class=\"map-words\" fill=\"{SOFT}\"><circle cx=\"7\" cy=\"{:.1}\" r=\"4\" fill=\"none\" stroke=\"{SOFT}\" stroke-width=\"0.9\"/>\
         <text x=\"14\" y=\"{base:.1}\">begin here</text></g>",
        base - 3.2
    );
}
