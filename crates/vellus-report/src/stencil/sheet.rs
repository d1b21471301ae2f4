//! One sheet: half a page with one tile at true scale.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_head::flatten::{BorderRun, Seam, Tile};

use super::labels::{self, Label};
use super::lines::LineOnTile;
use super::marks::{MarkKind, MarkOnTile};
use super::ruler::ruler;
use super::{Stencil, TileSheet, facts};
use crate::scalp_map::{HAIRLINE, INK, path, tint};
use crate::words::escape;

/// Width and height of a sheet, mm: half a page of A4. Everything lies between [`LEFT`] and
/// [`RIGHT`], so that two sheets fit on a page of Letter as well.
pub(super) const SIZE: DVec2 = DVec2::new(148.0, 210.0);
/// Left and right end of what is drawn, mm.
pub(super) const LEFT: f64 = 14.0;
pub(super) const RIGHT: f64 = 134.0;
/// The middle of the drawing on the sheet, and the room that it has, mm.
const MIDDLE: DVec2 = DVec2::new(79.0, 85.0);
const ROOM: DVec2 = DVec2::new(106.0, 104.0);
/// Room about a tile for the letters of its marks, mm.
const MARGIN: f64 = 11.0;

/// Fonts of the sheets: the one that the PDF embeds, then what looks alike.
pub(super) const FONT: &str = "'Noto Sans', 'Liberation Sans', Arial, system-ui, sans-serif";
/// Marks have a colour of their own.
pub(super) const MARK: &str = "#7a1f5c";

/// Draws the sheet of the tile at a place of the tiling.
pub(super) fn sheet(stencil: &Stencil<'_>, place: usize) -> TileSheet {
    let tile = &stencil.tiling.tiles[place];
    let (low, high) = tile.flat.bounds();
    let grow = ((high - low) + 2.0 * MARGIN - ROOM).max(DVec2::ZERO);
    let size = SIZE + grow;
    let middle = MIDDLE + 0.5 * grow;
    let mut svg = open(size, &format!("Tile {} of the scalp at 1 : 1", tile.number));
    facts::header(&mut svg, stencil, place, RIGHT + grow.x);
    let o = middle - DVec2::new(0.5 * (low.x + high.x), -0.5 * (low.y + high.y));
    let _ = writeln!(svg, "<g transform=\"translate({:.3} {:.3})\">", o.x, o.y);
    ground(&mut svg, tile, low, high);
    dots(&mut svg, stencil, place);
    let mut words: Vec<Label> = Vec::new();
    seams(&mut svg, &mut words, stencil, tile);
    for line in &stencil.lines[place] {
        landmark_line(&mut svg, &mut words, line);
    }
    for mark in &stencil.marks {
        if let Some(on) = mark.on.iter().find(|m| m.tile == tile.number) {
            registration_mark(&mut svg, &mut words, &mark.label, mark.kind, on);
        }
    }
    labels::draw(&mut svg, words, tile.centre_in_flat);
    svg.push_str("</g>\n");
    front(&mut svg, RIGHT + grow.x - 4.0, 41.0);
    let _ = writeln!(svg, "<g transform=\"translate({LEFT} {:.1})\">", 143.0 + grow.y);
    ruler(&mut svg);
    svg.push_str("</g>\n");
    let _ = writeln!(svg, "<g transform=\"translate(0 {:.1})\">", grow.y);
    facts::facts(&mut svg, stencil, place);
    svg.push_str("</g>\n</svg>\n");
    TileSheet { number: tile.number, dots: stencil.own[place].len(), size_mm: size.to_array(), svg }
}

/// The head of a page of this size, mm.
pub(super) fn open(size: DVec2, label: &str) -> String {
    let (w, h) = (size.x, size.y);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{w:.1}mm\" \
         height=\"{h:.1}mm\" role=\"img\" aria-label=\"{}\" font-family=\"{FONT}\" font-size=\"3.1\" fill=\"{INK}\">\n\
         <rect width=\"{w:.1}\" height=\"{h:.1}\" fill=\"#fff\"/>\n",
        escape(label)
    )
}

/// An arrow to the front of the head.
pub(super) fn front(svg: &mut String, x: f64, y: f64) {
    let _ = writeln!(
        svg,
        "<g transform=\"translate({x:.1} {y:.1})\"><path d=\"M0 8V-5M-2.6 -1.4L0 -5.4L2.6 -1.4\" fill=\"none\" \
         stroke=\"{INK}\" stroke-width=\"0.7\"/><text y=\"12\" text-anchor=\"middle\" font-size=\"2.8\">Front</text></g>"
    );
}

/// Zones and the grid of 1 cm.
fn ground(svg: &mut String, tile: &Tile, low: DVec2, high: DVec2) {
    let border = path(tile.flat.border().iter().map(|v| tile.flat.flat()[*v as usize]), true);
    for z in &tile.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().copied(), true)).collect();
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"{}\" fill-rule=\"evenodd\" stroke=\"{}\" stroke-width=\"0.3\" \
             stroke-linejoin=\"round\"/>",
            tint(z.zone, 0.86),
            tint(z.zone, 0.2)
        );
    }
    let _ = writeln!(svg, "<clipPath id=\"tile{}\"><path d=\"{border}\"/></clipPath>", tile.number);
    let _ = write!(
        svg,
        "<path clip-path=\"url(#tile{})\" fill=\"none\" stroke=\"{INK}\" stroke-opacity=\"0.13\" \
         stroke-width=\"0.15\" d=\"",
        tile.number
    );
    let lines = |from: f64, to: f64| {
        (((from / 10.0).ceil() as i64)..=((to / 10.0).floor() as i64)).map(|k| 10.0 * k as f64)
    };
    for x in lines(low.x, high.x) {
        let _ = write!(svg, "M{x:.0} {:.1}V{:.1}", -high.y, -low.y);
    }
    for y in lines(low.y, high.y) {
        let _ = write!(svg, "M{:.1} {:.0}H{:.1}", low.x, -y, high.x);
    }
    svg.push_str("\"/>\n");
}

/// The dots, one path a class: lines of a hundredth of a millimetre with round ends are discs. Rings
/// are a disc with a white one on it. What was there before lies below.
fn dots(svg: &mut String, stencil: &Stencil<'_>, place: usize) {
    let mut order: Vec<usize> = (0..stencil.classes.len()).collect();
    order.sort_by_key(|k| !stencil.classes[*k].open);
    for k in order {
        let class = &stencil.classes[k];
        let mut d = String::new();
        for dot in stencil.own[place].iter().filter(|d| d.class == k) {
            let _ = write!(d, "M{:.3} {:.3}h.01", dot.flat.x - 0.005, -dot.flat.y);
        }
        if d.is_empty() {
            continue;
        }
        let mut discs = |colour: &str, diameter: f64| {
            let _ = writeln!(
                svg,
                "<path d=\"{d}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{diameter:.3}\" \
                 stroke-linecap=\"round\"/>"
            );
        };
        discs(&escape(&class.colour), class.diameter_mm);
        if class.open {
            discs("#fff", 0.66 * class.diameter_mm);
        }
    }
}

fn landmark_line(svg: &mut String, words: &mut Vec<Label>, line: &LineOnTile) {
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"{MARK}\" stroke-width=\"0.3\" stroke-dasharray=\"4 1 0.8 1\" \
         stroke-linejoin=\"round\"/>",
        path(line.points.iter().copied(), false)
    );
    let n = line.points.len();
    for (leaves, end, inner) in
        [(line.leaves[0], 0, 3.min(n - 1)), (line.leaves[1], n - 1, n.saturating_sub(4))]
    {
        let (at, from) = (line.points[end], line.points[inner]);
        let Some(out) = (at - from).try_normalize().filter(|_| leaves) else { continue };
        // An arrow head in the border, and the name beyond it.
        let side = 1.1 * out.perp();
        let tip = at + 2.2 * out;
        let _ = writeln!(svg, "<path d=\"{}\" fill=\"{MARK}\"/>", path([at + side, tip, at - side], true));
        words.push(Label::beside(at + 3.0 * out, out, &line.name, 2.5, false, MARK, 1.0));
    }
}

/// The runs of the border, and what lies beyond them.
fn seams(svg: &mut String, words: &mut Vec<Label>, stencil: &Stencil<'_>, tile: &Tile) {
    for run in &tile.border {
        let style = match run.seam {
            Seam::Region => format!("stroke=\"{HAIRLINE}\" stroke-width=\"0.8\""),
            Seam::Part(_) => format!("stroke=\"{INK}\" stroke-width=\"0.5\" stroke-dasharray=\"3 1.1\""),
            Seam::Tile(_) => format!("stroke=\"{INK}\" stroke-width=\"0.3\""),
        };
        let _ = writeln!(
            svg,
            "<path d=\"{}\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"butt\" {style}/>",
            path(run.points.iter().copied(), false)
        );
    }
    for run in tile.border.iter().filter(|r| r.length_mm > 4.0) {
        let (at, out) = middle(run);
        let mut neighbour = |n: u32| {
            words.push(Label::beside(at + 3.4 * out, out, &n.to_string(), 4.2, true, INK, 2.0));
        };
        match run.seam {
            Seam::Tile(n) => neighbour(n),
            Seam::Part(n) => {
                neighbour(n);
                if run.length_mm > 12.0 {
                    let name = if on_midline(stencil, n, tile) { "midline" } else { "part" };
                    words.push(Label::beside(at + 7.6 * out, out, name, 2.5, false, INK, 3.0));
                }
            }
            Seam::Region if run.length_mm > 14.0 => along(svg, run, 0.5, "hairline", HAIRLINE),
            Seam::Region => {}
        }
    }
}

/// Whether the part between two tiles is the midline: they lie at its two sides at the same distance.
fn on_midline(stencil: &Stencil<'_>, other: u32, tile: &Tile) -> bool {
    let chart = stencil.head.chart();
    stencil
        .marks
        .iter()
        .filter(|m| m.on.iter().any(|o| o.tile == tile.number) && m.on.iter().any(|o| o.tile == other))
        .all(|m| chart.chart_from_head(m.position_in_head).x.abs() < 0.02)
}

/// A word along a run at a share of its length, readable from below or from the right.
fn along(svg: &mut String, run: &BorderRun, share: f64, word: &str, colour: &str) {
    let (at, out) = place_on(run, share);
    let mut p = at + out * 3.0;
    let mut angle = libm::atan2(out.x, out.y).to_degrees();
    if angle.abs() > 91.0 {
        angle -= 180.0 * angle.signum();
        p += out * 1.4;
    }
    let _ = writeln!(
        svg,
        "<text transform=\"translate({:.2} {:.2}) rotate({angle:.1})\" y=\"0.6\" text-anchor=\"middle\" \
         fill=\"{colour}\" font-size=\"2.6\">{word}</text>",
        p.x, -p.y
    );
}

/// Half way along a run, and the way out of the tile of the run as a whole.
fn middle(run: &BorderRun) -> (DVec2, DVec2) {
    let (at, out) = place_on(run, 0.5);
    let first = run.points.first().copied().unwrap_or_default();
    let last = run.points.last().copied().unwrap_or_default();
    (at, (last - first).try_normalize().map_or(out, |d| DVec2::new(d.y, -d.x)))
}

/// A share along a run, and the way out of the tile there: the run goes counter-clockwise.
fn place_on(run: &BorderRun, share: f64) -> (DVec2, DVec2) {
    let lengths: Vec<f64> = run.points.windows(2).map(|w| w[0].distance(w[1])).collect();
    let goal = share * lengths.iter().sum::<f64>();
    let mut sum = 0.0;
    for (w, l) in run.points.windows(2).zip(&lengths) {
        if sum + l >= goal && *l > 0.0 {
            let d = (w[1] - w[0]) / *l;
            return (w[0].lerp(w[1], (goal - sum) / l), DVec2::new(d.y, -d.x));
        }
        sum += l;
    }
    (run.points.first().copied().unwrap_or_default(), DVec2::Y)
}

/// A cross in a ring at a corner, a tick across a seam; its letters lie beyond the border.
fn registration_mark(svg: &mut String, words: &mut Vec<Label>, text: &str, kind: MarkKind, on: &MarkOnTile) {
    let (p, a) = (on.flat, on.arm);
    match kind {
        MarkKind::Corner => {
            let b = a.perp();
            let arms: String = [a, b].map(|d| path([p - 2.4 * d, p + 2.4 * d], false)).concat();
            let _ = writeln!(
                svg,
                "<path d=\"{arms}\" stroke=\"{MARK}\" stroke-width=\"0.22\"/><circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"1.3\" \
                 fill=\"none\" stroke=\"{MARK}\" stroke-width=\"0.22\"/>",
                p.x, -p.y
            );
        }
        MarkKind::Seam => {
            let _ = writeln!(
                svg,
                "<path d=\"{}\" stroke=\"{MARK}\" stroke-width=\"0.3\"/>",
                path([p - 1.8 * a, p + 1.8 * a], false)
            );
        }
    }
    let far = if kind == MarkKind::Corner { 2.7 } else { 2.2 };
    words.push(Label::beside(p + far * on.outward, on.outward, text, 2.7, true, MARK, 0.5));
}
