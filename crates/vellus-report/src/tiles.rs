//! One sheet of paper for each tile of the scalp, at true scale: A5, to be printed at 100 %.
//!
//! A sheet shows the tile's border with what lies beyond each seam, the hairline, the borders of zones,
//! a grid of 1 cm, the way to the front, a bar to check the scale, and how true the flat tile is to
//! length. Given points are drawn on it by class, at their size: a stencil.

use std::fmt::Write as _;

use glam::DVec2;
use vellus_head::flatten::{BorderRun, ScalpProjection, Seam, Tile, Tiling};
use vellus_head::{Head, SurfacePoint};

use crate::head_sheet::zone_words;
use crate::scalp_map::{FONT, HAIRLINE, INK, QUIET, escape, path, tile_key, tint};
use crate::words::{capital, number};

/// A point to be drawn on the sheets.
#[derive(Clone, Copy, Debug)]
pub struct SheetDot {
    /// Where it lies on the head.
    pub point: SurfacePoint,
    /// Its place in the list of classes; points of other classes are not drawn.
    pub class: usize,
}

/// A kind of points: a session, a shade, an injection.
#[derive(Clone, Debug)]
pub struct DotClass {
    /// What it is called on the sheet.
    pub name: String,
    /// Colour as SVG writes it.
    pub colour: String,
    /// Diameter on the paper, mm.
    pub diameter_mm: f64,
}

/// One printable sheet.
#[derive(Clone, Debug)]
pub struct TileSheet {
    /// Number of the tile.
    pub number: u32,
    /// Points of the tile.
    pub dots: usize,
    /// The sheet, A5 portrait, in millimetres.
    pub svg: String,
}

/// The middle of the drawing on the sheet, and the room that it has, mm.
const MIDDLE: DVec2 = DVec2::new(74.0, 82.0);
const ROOM: DVec2 = DVec2::new(136.0, 100.0);

/// Draws a sheet for each tile, in the order of their numbers. `map` is for the small key that shows
/// where the tile lies. A point on a seam is drawn on the tile with the lower number only.
///
/// Tiles larger than the sheet keep their scale; the sheet grows.
#[must_use]
pub fn tile_sheets(
    head: &Head,
    tiling: &Tiling,
    map: &ScalpProjection,
    dots: &[SheetDot],
    classes: &[DotClass],
) -> Vec<TileSheet> {
    let mut own: Vec<Vec<(usize, DVec2)>> = vec![Vec::new(); tiling.tiles.len()];
    for d in dots.iter().filter(|d| d.class < classes.len()) {
        if let Some((tile, q)) = tiling.locate(&d.point) {
            own[tile].push((d.class, q));
        }
    }
    tiling
        .tiles
        .iter()
        .zip(&own)
        .map(|(tile, dots)| TileSheet {
            number: tile.number,
            dots: dots.len(),
            svg: sheet(head, tiling, tile, map, dots, classes),
        })
        .collect()
}

fn sheet(
    head: &Head,
    tiling: &Tiling,
    tile: &Tile,
    map: &ScalpProjection,
    dots: &[(usize, DVec2)],
    classes: &[DotClass],
) -> String {
    let (low, high) = tile.flat.bounds();
    let grow = ((high - low) + 24.0 - ROOM).max(DVec2::ZERO);
    let (w, h) = (148.0 + grow.x, 210.0 + grow.y);
    let middle = MIDDLE + 0.5 * grow;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.1} {h:.1}\" width=\"{w:.1}mm\" \
         height=\"{h:.1}mm\" font-family=\"{FONT}\" font-size=\"3.3\" fill=\"{INK}\">\n\
         <rect width=\"{w:.1}\" height=\"{h:.1}\" fill=\"#fff\"/>\n"
    );
    header(&mut svg, head, tiling, tile, w);
    let o = middle - DVec2::new(0.5 * (low.x + high.x), -0.5 * (low.y + high.y));
    let _ = writeln!(svg, "<g transform=\"translate({:.3} {:.3})\">", o.x, o.y);
    drawing(&mut svg, tile, low, high);
    for (k, class) in classes.iter().enumerate() {
        let r = 0.5 * class.diameter_mm;
        let _ = writeln!(svg, "<g fill=\"{}\">", escape(&class.colour));
        for (_, q) in dots.iter().filter(|d| d.0 == k) {
            let _ = write!(svg, "<circle cx=\"{:.3}\" cy=\"{:.3}\" r=\"{r:.3}\"/>", q.x, -q.y);
        }
        svg.push_str("</g>\n");
    }
    seams(&mut svg, tile);
    svg.push_str("</g>\n");
    let _ = writeln!(
        svg,
        "<g transform=\"translate({:.1} 44)\"><path d=\"M0 9V-5M-2.8 -1.2L0 -5.4L2.8 -1.2\" fill=\"none\" \
         stroke=\"{INK}\" stroke-width=\"0.8\"/><text y=\"13.5\" text-anchor=\"middle\" font-size=\"3\">Front</text></g>",
        w - 14.0
    );
    let _ = writeln!(svg, "<g transform=\"translate(0 {:.1})\">", h - 210.0);
    bar(&mut svg, w);
    key(&mut svg, tiling, tile, map);
    facts(&mut svg, tile, dots, classes);
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// "frontal, left side".
fn place(tile: &Tile) -> String {
    let zone = tile.zone().map_or_else(|| "off the hairline".to_owned(), zone_words);
    let side = match tile.centre_in_chart.x {
        x if x > 0.03 => ", left side",
        x if x < -0.03 => ", right side",
        _ => ", middle",
    };
    capital(&format!("{zone}{side}"))
}

fn header(svg: &mut String, head: &Head, tiling: &Tiling, tile: &Tile, w: f64) {
    let _ = writeln!(
        svg,
        "<text x=\"12\" y=\"22.5\" font-size=\"14\" font-weight=\"700\">{}</text><text x=\"{:.1}\" y=\"16.5\" \
         font-size=\"4.6\" font-weight=\"600\">{}</text><text x=\"{:.1}\" y=\"22.3\" fill=\"{QUIET}\">Tile {} of {}</text>\
         <text x=\"{:.1}\" y=\"16.5\" text-anchor=\"end\" fill=\"{QUIET}\">{}</text><text x=\"{:.1}\" y=\"22.3\" \
         text-anchor=\"end\" fill=\"{QUIET}\">1 : 1, seen from outside</text>\
         <path d=\"M12 27H{:.1}\" stroke=\"{INK}\" stroke-width=\"0.3\"/>",
        tile.number,
        if tile.number < 10 { 24.0 } else { 32.0 },
        place(tile),
        if tile.number < 10 { 24.0 } else { 32.0 },
        tile.number,
        tiling.tiles.len(),
        w - 12.0,
        escape(head.source()),
        w - 12.0,
        w - 12.0
    );
}

fn drawing(svg: &mut String, tile: &Tile, low: DVec2, high: DVec2) {
    let border = path(tile.flat.border().iter().map(|v| tile.flat.flat()[*v as usize]), true);
    for z in &tile.zones {
        let d: String = z.outlines.iter().map(|o| path(o.iter().copied(), true)).collect();
        let _ = writeln!(
            svg,
            "<path d=\"{d}\" fill=\"{}\" fill-rule=\"evenodd\" stroke=\"{}\" stroke-width=\"0.35\" \
             stroke-linejoin=\"round\"/>",
            tint(z.zone, 0.78),
            tint(z.zone, 0.1)
        );
    }
    let _ = writeln!(svg, "<clipPath id=\"tile{}\"><path d=\"{border}\"/></clipPath>", tile.number);
    let _ = write!(
        svg,
        "<path clip-path=\"url(#tile{})\" fill=\"none\" stroke=\"{INK}\" stroke-opacity=\"0.16\" \
         stroke-width=\"0.18\" d=\"",
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
    let c = tile.centre_in_flat;
    let _ = writeln!(
        svg,
        "<path d=\"M{:.2} {:.2}h3M{:.2} {:.2}v3\" stroke=\"{INK}\" stroke-width=\"0.25\" fill=\"none\"/>",
        c.x - 1.5,
        -c.y,
        c.x,
        -c.y - 1.5
    );
}

/// The runs of the border, and what lies beyond them.
fn seams(svg: &mut String, tile: &Tile) {
    for run in &tile.border {
        let style = match run.seam {
            Seam::Region => format!("stroke=\"{HAIRLINE}\" stroke-width=\"0.9\""),
            Seam::Part(_) => format!("stroke=\"{INK}\" stroke-width=\"0.6\" stroke-dasharray=\"3 1.1\""),
            Seam::Tile(_) => format!("stroke=\"{INK}\" stroke-width=\"0.35\""),
        };
        let _ = writeln!(
            svg,
            "<path d=\"{}\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"butt\" {style}/>",
            path(run.points.iter().copied(), false)
        );
    }
    for run in tile.border.iter().filter(|r| r.length_mm > 4.0) {
        let (at, out) = middle(run);
        let (text, colour, turn) = match run.seam {
            Seam::Tile(n) => (n.to_string(), INK, false),
            Seam::Part(n) => (format!("{n} · part"), INK, true),
            Seam::Region if run.length_mm > 14.0 => ("hairline".to_owned(), HAIRLINE, true),
            Seam::Region => continue,
        };
        let mut p = at + out * if turn { 3.2 } else { 5.0 };
        let mut angle = 0.0;
        if turn {
            // Along the seam, readable from below or from the right.
            angle = libm::atan2(out.x, out.y).to_degrees();
            if angle.abs() > 91.0 {
                angle -= 180.0 * angle.signum();
                p += out * 1.2;
            }
        }
        p.y = -p.y;
        let _ = writeln!(
            svg,
            "<text transform=\"translate({:.2} {:.2}) rotate({angle:.1})\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{colour}\" \
             font-size=\"{}\"{}>{text}</text>",
            p.x,
            p.y,
            if turn { 0.6 } else { 1.5 },
            if turn { 2.8 } else { 4.2 },
            if turn { "" } else { " font-weight=\"600\"" }
        );
    }
}

/// Half way along a run, and the way out of the tile there.
fn middle(run: &BorderRun) -> (DVec2, DVec2) {
    let lengths: Vec<f64> = run.points.windows(2).map(|w| w[0].distance(w[1])).collect();
    let half = 0.5 * lengths.iter().sum::<f64>();
    let mut sum = 0.0;
    let first = run.points.first().copied().unwrap_or_default();
    let last = run.points.last().copied().unwrap_or_default();
    for (w, l) in run.points.windows(2).zip(&lengths) {
        if sum + l >= half && *l > 0.0 {
            let at = w[0].lerp(w[1], (half - sum) / l);
            // The run goes counter-clockwise: out is to the right of its whole direction.
            let along = (last - first).try_normalize().or_else(|| (w[1] - w[0]).try_normalize());
            let d = along.unwrap_or(DVec2::X);
            return (at, DVec2::new(d.y, -d.x));
        }
        sum += l;
    }
    (first, DVec2::Y)
}

/// A bar of 50 mm to check the printer.
fn bar(svg: &mut String, w: f64) {
    let x = 0.5 * w - 25.0;
    let _ = writeln!(
        svg,
        "<g transform=\"translate({x:.1} 142)\"><path d=\"M0 0H50\" stroke=\"{INK}\" stroke-width=\"0.3\"/>"
    );
    for k in 0..=50 {
        let l = if k % 10 == 0 {
            3.0
        } else if k % 5 == 0 {
            2.0
        } else {
            1.2
        };
        let _ = write!(svg, "<path d=\"M{k} 0V-{l}\" stroke=\"{INK}\" stroke-width=\"0.2\"/>");
    }
    for k in 0..=5 {
        let _ =
            write!(svg, "<text x=\"{}\" y=\"4\" text-anchor=\"middle\" font-size=\"2.8\">{k}</text>", 10 * k);
    }
    let _ = writeln!(
        svg,
        "<text x=\"54\" y=\"4\" font-size=\"2.8\">cm</text><text x=\"25\" y=\"8.4\" text-anchor=\"middle\" \
         font-size=\"2.8\" fill=\"{QUIET}\">Print at 100 %: the bar is 50 mm long.</text></g>"
    );
}

fn key(svg: &mut String, tiling: &Tiling, tile: &Tile, map: &ScalpProjection) {
    let _ = writeln!(
        svg,
        "<path d=\"M12 155H136\" stroke=\"{INK}\" stroke-width=\"0.3\"/><g transform=\"translate(36 180)\">{}</g>",
        tile_key(tiling, map, Some(tile.number), 46.0)
    );
}

fn facts(svg: &mut String, tile: &Tile, dots: &[(usize, DVec2)], classes: &[DotClass]) {
    let d = tile.flat.distortion();
    let _ = writeln!(
        svg,
        "<g transform=\"translate(64 163)\"><text font-size=\"6.4\" font-weight=\"700\">{} %</text>\
         <text y=\"4.6\" font-size=\"2.7\" fill=\"{QUIET}\">length error (99th percentile)</text>\
         <text y=\"8.2\" font-size=\"2.7\" fill=\"{QUIET}\">median {} %, largest {} %</text>\
         <text y=\"14\">{} cm²</text><text y=\"18.6\">{} mm from the cross</text><text y=\"22\" font-size=\"2.7\" \
         fill=\"{QUIET}\">to the farthest corner</text></g>",
        number(100.0 * d.length_p99, 1),
        number(100.0 * d.length_median, 1),
        number(100.0 * d.length_max, 1),
        number(tile.area_cm2, 1),
        number(tile.radius_mm, 1)
    );
    let mut y = 160.5;
    let mut row = |swatch: String, text: &str, value: String| {
        let _ = writeln!(
            svg,
            "<g transform=\"translate(105 {y:.1})\" font-size=\"2.6\">{swatch}<text x=\"5.4\" y=\"2.5\">{text}</text>\
             <text x=\"31\" y=\"2.5\" text-anchor=\"end\">{value}</text></g>"
        );
        y += 4.4;
    };
    for z in tile.zones.iter().filter(|z| z.area_cm2 >= 0.05) {
        let name = z.zone.map_or_else(|| "Off the scalp".to_owned(), |z| capital(&zone_words(z)));
        row(
            format!(
                "<rect width=\"4\" height=\"3\" rx=\"0.5\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.2\"/>",
                tint(z.zone, 0.78),
                tint(z.zone, 0.1)
            ),
            &name,
            number(z.area_cm2, 1),
        );
    }
    for (k, class) in classes.iter().enumerate() {
        let count = dots.iter().filter(|d| d.0 == k).count();
        row(
            format!("<circle cx=\"2\" cy=\"1.5\" r=\"1\" fill=\"{}\"/>", escape(&class.colour)),
            &escape(&class.name),
            count.to_string(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_head::flatten::{MapMiddle, Projection, TileSpec, tile_scalp};

    #[test]
    fn each_tile_has_a_sheet_at_true_scale_with_its_neighbours_and_points() {
        let head = Head::from_lengths(&Default::default(), None, "a & b").unwrap();
        let tiling = tile_scalp(&head, &TileSpec::default()).unwrap();
        let map = ScalpProjection::new(&head, Projection::EqualArea, MapMiddle::Scalp).unwrap();
        let classes = [DotClass { name: "Session 1".into(), colour: "#123456".into(), diameter_mm: 0.4 }];
        let dots: Vec<SheetDot> =
            tiling.tiles.iter().map(|t| SheetDot { point: t.centre, class: 0 }).collect();
        let sheets = tile_sheets(&head, &tiling, &map, &dots, &classes);
        assert_eq!(sheets.len(), tiling.tiles.len());
        for (s, t) in sheets.iter().zip(&tiling.tiles) {
            assert_eq!((s.number, s.dots), (t.number, 1));
            assert!(s.svg.starts_with("<svg") && s.svg.ends_with("</svg>\n"));
            // A unit is a millimetre.
            assert!(s.svg.contains("viewBox=\"0 0 148.0 210.0\" width=\"148.0mm\" height=\"210.0mm\""));
            for n in t.neighbours.iter().filter(|n| n.seam_mm > 20.0 && !n.along_part) {
                assert!(s.svg.contains(&format!(">{}</text>", n.number)), "{} lacks {}", t.number, n.number);
            }
            assert!(s.svg.contains("a &amp; b") && !s.svg.contains("NaN"));
        }
        let page = crate::tile_map(&head, &tiling, &map);
        assert!(page.contains("Tiles of the scalp") && !page.contains("NaN"));
        let whole = crate::scalp_map(&head, &map);
        assert!(whole.contains("Trichion") && !whole.contains("NaN"));
    }
}
