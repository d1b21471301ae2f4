//! The whole scalp on one page: zones, hairline, landmarks and rings of distance; or the tiles with
//! their numbers. Front up, as seen from outside, in the flat coordinates of the map.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_head::flatten::{Projection, ScalpProjection, Tiling};
use vellus_head::{Head, Landmark, Zone};

use crate::head_sheet::{hex, zone_colour, zone_words};
use crate::words::{capital, number};

/// Ink, quiet ink, and the colours of the hairline and the part.
pub(crate) const INK: &str = "#22282c";
pub(crate) const QUIET: &str = "#566169";
pub(crate) const HAIRLINE: &str = "#9a3412";
pub(crate) const FONT: &str = "'Liberation Sans', Arial, system-ui, sans-serif";

/// A closed or open line as SVG path data: y upward becomes y downward.
pub(crate) fn path(points: impl IntoIterator<Item = DVec2>, closed: bool) -> String {
    let mut d = String::new();
    for (i, p) in points.into_iter().enumerate() {
        let _ = write!(d, "{}{:.2} {:.2}", if i == 0 { "M" } else { "L" }, p.x, -p.y);
    }
    if closed {
        d.push('Z');
    }
    d
}

/// A zone's colour, paler by `share` towards paper.
pub(crate) fn tint(zone: Option<Zone>, share: f64) -> String {
    let c = zone.map_or([0xdd, 0xd8, 0xd0], zone_colour);
    hex(c.map(|x| (f64::from(x) + (255.0 - f64::from(x)) * share).round() as u8))
}

/// Size of the drawing about its zones.
struct Frame {
    low: DVec2,
    high: DVec2,
}

impl Frame {
    fn of(map: &ScalpProjection) -> Self {
        let inf = DVec2::INFINITY;
        let all = map.zones().iter().flat_map(|z| z.outlines.iter().flatten());
        let (low, high) = all.fold((inf, -inf), |(l, h), p| (l.min(*p), h.max(*p)));
        if low.is_finite() { Self { low, high } } else { Self { low: -DVec2::ONE, high: DVec2::ONE } }
    }
}

/// The scalp as one map with zones, hairline, landmarks and a ring each 2 cm from the middle along the
/// skin, with its distortion; as SVG at 2 units a millimetre.
#[must_use]
pub fn scalp_map(head: &Head, map: &ScalpProjection) -> String {
    let f = Frame::of(map);
    let (margin, legend) = (16.0, 74.0);
    let (w, h) = (f.high.x - f.low.x + 2.0 * margin + legend, f.high.y - f.low.y + 2.0 * margin + 14.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{:.0}\" \
         height=\"{:.0}\" role=\"img\" aria-label=\"The whole scalp as one map, front up\" \
         font-family=\"{FONT}\" font-size=\"4.2\" fill=\"{INK}\">\n<rect width=\"100%\" height=\"100%\" \
         fill=\"#fff\"/>\n<g transform=\"translate({:.2} {:.2})\">\n",
        2.0 * w,
        2.0 * h,
        margin - f.low.x,
        margin + f.high.y
    );
    for z in map.zones() {
        let d: String = z.outlines.iter().map(|o| path(o.iter().copied(), true)).collect();
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"{}\" fill-rule=\"evenodd\" stroke=\"#fff\" stroke-width=\"0.5\"/>",
            tint(z.zone, 0.25)
        );
    }
    let hairline = hairline(head, map);
    let _ = writeln!(svg, "<clipPath id=\"scalp\"><path d=\"{hairline}\"/></clipPath>");
    rings(&mut svg, map);
    let _ = writeln!(
        svg,
        "<path d=\"{hairline}\" fill=\"none\" stroke=\"{HAIRLINE}\" stroke-width=\"0.9\" \
         stroke-linejoin=\"round\"/>"
    );
    marks(&mut svg, head, map);
    svg.push_str("</g>\n");
    side(&mut svg, map, f.high.x - f.low.x + 2.0 * margin + 2.0, margin + 4.0);
    let d = map.distortion();
    let keeps = match map.projection() {
        Projection::EqualArea => "Areas are true, lengths are not",
        Projection::Equidistant => "Lengths from the middle are true, others are not",
    };
    let _ = writeln!(
        svg,
        "<text x=\"{margin}\" y=\"{:.1}\" font-size=\"3.8\" fill=\"{QUIET}\">{keeps}: half of all short \
         lengths err by less than {} %, 1 in 20 by more than {} %, 1 in 100 by more than {} %. For \
         stencils use the tiles.</text>\n</svg>",
        h - 6.0,
        number(100.0 * d.length_median, 0),
        number(100.0 * d.length_p95, 0),
        number(100.0 * d.length_p99, 0)
    );
    svg
}

/// Border of the hair-bearing scalp on the map.
fn hairline(head: &Head, map: &ScalpProjection) -> String {
    let ring = (0..720).filter_map(|i| {
        let phi = f64::from(i) * std::f64::consts::PI / 360.0;
        let (s, c) = libm::sincos(phi);
        let q = DVec2::new(s, c) * head.scalp().border_radius(phi);
        map.map_from_direction(head.chart().direction_from_chart(q))
    });
    path(ring, true)
}

/// Rings of equal distance from the middle along the skin.
fn rings(svg: &mut String, map: &ScalpProjection) {
    for k in 1..20 {
        let ring = map.ring(f64::from(20 * k));
        if ring.is_empty() {
            break;
        }
        // Beside the midline, where the landmarks have their names.
        let label = ring.get(ring.len() / 24).copied().unwrap_or_default();
        let _ = writeln!(
            svg,
            "<path clip-path=\"url(#scalp)\" d=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-opacity=\"0.28\" stroke-width=\"0.3\"/>",
            path(ring, true)
        );
        let inside = map.zones().iter().flat_map(|z| z.outlines.iter().flatten()).any(|p| p.y >= label.y);
        if inside {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"3.2\" fill-opacity=\"0.7\" text-anchor=\"middle\" \
                 stroke=\"#fff\" stroke-width=\"0.8\" stroke-opacity=\"0.6\" paint-order=\"stroke\">{} cm</text>",
                label.x,
                1.1 - label.y,
                2 * k
            );
        }
    }
}

/// Landmarks on the map, and where the front is.
fn marks(svg: &mut String, head: &Head, map: &ScalpProjection) {
    use Landmark::{Inion, TemporalPointLeft, TemporalPointRight, Trichion, Vertex};
    for (l, name, dy) in [
        (Trichion, "Trichion", -3.0),
        (Vertex, "Vertex", -2.4),
        (Inion, "Inion", -2.4),
        (TemporalPointLeft, "Temporal point", -3.0),
        (TemporalPointRight, "Temporal point", -3.0),
    ] {
        let Some(p) = map.map_from_head(head.landmarks().get(l)) else { continue };
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"1.1\" fill=\"{INK}\" stroke=\"#fff\" \
             stroke-width=\"0.4\"/><text x=\"{:.2}\" y=\"{:.2}\" font-size=\"3.6\" text-anchor=\"middle\" \
             stroke=\"#fff\" stroke-width=\"1\" stroke-opacity=\"0.7\" paint-order=\"stroke\">{name}</text>",
            p.x,
            -p.y,
            p.x,
            -p.y + dy
        );
    }
}

/// Zones with their areas.
fn side(svg: &mut String, map: &ScalpProjection, x: f64, y: f64) {
    let _ = writeln!(
        svg,
        "<g transform=\"translate({x:.1} {y:.1})\"><path d=\"M4 14V2M1.4 5.2L4 1.4L6.6 5.2\" fill=\"none\" \
         stroke=\"{INK}\" stroke-width=\"0.9\"/><text x=\"10\" y=\"9\">Front</text>"
    );
    for (i, z) in map.zones().iter().enumerate() {
        let at = 22.0 + 7.0 * i as f64;
        let _ = writeln!(
            svg,
            "<rect x=\"0\" y=\"{at:.1}\" width=\"7\" height=\"5\" rx=\"1\" fill=\"{}\"/><text x=\"10\" \
             y=\"{:.1}\">{}</text><text x=\"70\" y=\"{:.1}\" text-anchor=\"end\">{} cm²</text>",
            tint(z.zone, 0.25),
            at + 4.0,
            z.zone.map(|z| capital(&zone_words(z))).unwrap_or_default(),
            at + 4.0,
            number(z.area_cm2, 0)
        );
    }
    let at = 22.0 + 7.0 * map.zones().len() as f64 + 1.0;
    let whole: f64 = map.zones().iter().map(|z| z.area_cm2).sum();
    let _ = writeln!(
        svg,
        "<path d=\"M0 {at:.1}H70\" stroke=\"{QUIET}\" stroke-width=\"0.25\"/><text x=\"10\" y=\"{:.1}\" \
         font-weight=\"600\">Hair-bearing</text><text x=\"70\" y=\"{:.1}\" text-anchor=\"end\" \
         font-weight=\"600\">{} cm²</text></g>",
        at + 5.0,
        at + 5.0,
        number(whole, 0)
    );
}

/// How a tile looks on a small map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TileLook {
    /// In the colour of its zone.
    Full,
    /// In the background.
    Pale,
    /// Standing out.
    Chosen,
}

/// The outlines of all tiles with their numbers on a map, about the middle of the map, mm; `look` is
/// asked for each number.
pub(crate) fn tile_key(
    tiling: &Tiling,
    map: &ScalpProjection,
    size: f64,
    look: impl Fn(u32) -> TileLook,
) -> String {
    let f = Frame::of(map);
    let scale = size / (f.high - f.low).max_element();
    let middle = 0.5 * (f.low + f.high);
    let at = |p: DVec2| (p - middle) * scale;
    let mut svg = String::new();
    for t in &tiling.tiles {
        let mesh = t.flat.mesh();
        let border =
            t.flat.border().iter().filter_map(|v| map.map_from_head(mesh.positions[*v as usize]).map(at));
        let fill = match look(t.number) {
            TileLook::Full => tint(t.zone(), 0.35),
            TileLook::Pale => tint(t.zone(), 0.68),
            TileLook::Chosen => HAIRLINE.to_owned(),
        };
        let _ = writeln!(
            svg,
            "<path d=\"{}\" fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"{:.2}\" stroke-linejoin=\"round\"/>",
            path(border, true),
            0.006 * size
        );
    }
    for t in &tiling.tiles {
        // The middle of the area is at zero on the sheet.
        let middle = t.flat.surface_from_flat(DVec2::ZERO).unwrap_or(t.centre);
        let Some(p) = map.map_from_head(middle.position).map(at) else { continue };
        let (colour, weight) = match look(t.number) {
            TileLook::Full => (INK, ""),
            TileLook::Pale => (QUIET, ""),
            TileLook::Chosen => ("#fff", " font-weight=\"700\""),
        };
        let _ = writeln!(
            svg,
            "<text x=\"{:.2}\" y=\"{:.2}\" font-size=\"{:.2}\" text-anchor=\"middle\" fill=\"{colour}\"{weight}>{}</text>",
            p.x,
            -p.y + 0.017 * size,
            0.048 * size,
            t.number
        );
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_head::flatten::MapMiddle;

    #[test]
    fn the_map_has_its_landmarks_and_zones() {
        let head = Head::from_lengths(&Default::default(), None, "mean head").unwrap();
        let map = ScalpProjection::new(&head, Projection::EqualArea, MapMiddle::Scalp).unwrap();
        let svg = scalp_map(&head, &map);
        assert!(svg.contains("Trichion") && svg.contains("Hair-bearing") && !svg.contains("NaN"));
    }
}
