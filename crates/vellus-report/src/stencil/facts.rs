//! The words of a sheet: its number and place, how true it is, its dots, its legend.

use std::fmt::Write as _;

use vellus_head::flatten::Tile;

use super::sheet::{LEFT, MARK, RIGHT};
use super::{DotClass, Stencil};
use crate::head_sheet::zone_words;
use crate::scalp_map::{INK, QUIET, TileLook, tile_key, tint};
use crate::svg_text::wrap;
use crate::words::{capital, escape, number};

/// "Frontal, left side".
pub(super) fn place_words(tile: &Tile) -> String {
    let zone = tile.zone().map_or_else(|| "Off the hairline".to_owned(), zone_words);
    // A tile whose middle lies within about 3 mm of the midline has no side.
    let side = match tile.centre_in_chart.x {
        x if x > 0.03 => ", left side",
        x if x < -0.03 => ", right side",
        _ => ", middle",
    };
    capital(&format!("{zone}{side}"))
}

/// A count with its noun.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", number(n as f64, 0), if n == 1 { one } else { many })
}

/// A share as per cent with two digits that mean something.
pub(super) fn per_cent(share: f64) -> String {
    format!("{}\u{a0}%", number(100.0 * share, if share < 0.001 { 2 } else { 1 }))
}

/// Lines of text, one below the other; returns where the next one would be.
pub(super) fn paragraph(
    svg: &mut String,
    at: [f64; 2],
    size: f64,
    most: f64,
    colour: &str,
    text: &str,
) -> f64 {
    let mut y = at[1];
    for line in wrap(text, size, most, 12) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{y:.2}\" font-size=\"{size}\" fill=\"{colour}\">{}</text>",
            at[0],
            escape(&line)
        );
        y += 1.36 * size;
    }
    y
}

/// Number, place and title, to the right end of what is drawn.
pub(super) fn header(svg: &mut String, stencil: &Stencil<'_>, place: usize, right: f64) {
    let tile = &stencil.tiling.tiles[place];
    let x = LEFT + if tile.number < 10 { 12.0 } else { 20.0 };
    let printed = stencil.printed();
    let step = printed.iter().position(|i| *i == place).filter(|_| !stencil.order.is_empty());
    let mut of = format!("Tile {} of {}", tile.number, stencil.tiling.tiles.len());
    if let Some(step) = step {
        let _ = write!(of, " · step {} of {}", step + 1, printed.len());
    }
    let title = wrap(&stencil.title, 3.6, right - LEFT - 74.0, 1).pop().unwrap_or_default();
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"23\" font-size=\"13.5\" font-weight=\"700\">{}</text>\
         <text x=\"{x:.1}\" y=\"17\" font-size=\"4.3\" font-weight=\"700\">{}</text>\
         <text x=\"{x:.1}\" y=\"22.8\" fill=\"{QUIET}\">{of}</text>\
         <text x=\"{right:.1}\" y=\"17\" text-anchor=\"end\" font-size=\"3.6\" font-weight=\"700\">{}</text>\
         <text x=\"{right:.1}\" y=\"22.8\" text-anchor=\"end\" fill=\"{QUIET}\">1 : 1, seen from outside</text>\
         <path d=\"M{LEFT} 27H{right:.1}\" stroke=\"{INK}\" stroke-width=\"0.25\"/>",
        tile.number,
        escape(&place_words(tile)),
        escape(&title)
    );
}

/// How large dots are drawn.
pub(super) fn size_words(class: &DotClass) -> Option<String> {
    let healed = class.healed_mm.filter(|_| !class.open)?;
    Some(if class.diameter_mm > 1.02 * healed {
        format!(
            "Dots are drawn {} mm wide to be seen; they heal to about {} mm. The middle counts.",
            number(class.diameter_mm, 2),
            number(healed, 2)
        )
    } else {
        format!("Dots are drawn at their healed size, {} mm.", number(class.diameter_mm, 2))
    })
}

/// A dot or a ring for a legend, at (x, y).
pub(super) fn swatch(class: &DotClass, x: f64, y: f64) -> String {
    let colour = escape(&class.colour);
    if class.open {
        format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"0.8\" fill=\"#fff\" stroke=\"{colour}\" stroke-width=\"0.4\"/>"
        )
    } else {
        format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"0.9\" fill=\"{colour}\"/>")
    }
}

/// All below the drawing.
pub(super) fn facts(svg: &mut String, stencil: &Stencil<'_>, place: usize) {
    let tile = &stencil.tiling.tiles[place];
    check(svg);
    let _ = writeln!(
        svg,
        "<path d=\"M{LEFT} 148H{RIGHT}\" stroke=\"{INK}\" stroke-width=\"0.25\"/><g transform=\"translate(35.5 175)\">{}</g>",
        tile_key(stencil.tiling, stencil.map, 42.0, |n| if n == tile.number {
            TileLook::Chosen
        } else {
            TileLook::Pale
        })
    );
    let x = 60.0;
    let mut figure = |x: f64, large: &str, small: &str| {
        let _ = writeln!(
            svg,
            "<text x=\"{x:.1}\" y=\"157\" font-size=\"5\" font-weight=\"700\">{large}</text>\
             <text x=\"{x:.1}\" y=\"161\" font-size=\"2.5\" fill=\"{QUIET}\">{small}</text>"
        );
    };
    let d = tile.flat.distortion();
    figure(x, &per_cent(d.length_p99), "stretch (99th percentile)");
    figure(x + 32.0, &format!("{} cm²", number(tile.area_cm2, 1)), "area");
    if !stencil.classes.is_empty() {
        let work = stencil.work(place);
        figure(x + 57.0, &number(work as f64, 0), if work == 1 { "dot to work" } else { "dots to work" });
    }
    let words = format!(
        "Of 100 short lengths on this sheet 99 are true within {}; the largest error is {}. A centimetre is at \
         most {} mm too long or too short.",
        per_cent(d.length_p99),
        per_cent(d.length_max),
        number(10.0 * d.length_max, 2)
    );
    let mut y = paragraph(svg, [x, 166.0], 2.5, RIGHT - x, QUIET, &words);
    for class in stencil.classes {
        if let Some(words) = size_words(class) {
            y = paragraph(svg, [x, y + 0.8], 2.5, RIGHT - x, QUIET, &words);
        }
    }
    legend(svg, stencil, place, [x, y + 1.6]);
}

/// What the bars are for, beside them.
fn check(svg: &mut String) {
    let _ = writeln!(
        svg,
        "<g font-size=\"2.6\" fill=\"{QUIET}\"><text x=\"68\" y=\"139.4\">Print at 100 %. Then measure: this bar is</text>\
         <text x=\"68\" y=\"143\">50 mm long, the upright one 100 mm.</text></g>"
    );
}

/// Dots and zones in two columns.
fn legend(svg: &mut String, stencil: &Stencil<'_>, place: usize, at: [f64; 2]) {
    let tile = &stencil.tiling.tiles[place];
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for (k, class) in stencil.classes.iter().enumerate() {
        let n = stencil.own[place].iter().filter(|d| d.class == k).count();
        rows.push((swatch(class, 1.4, -0.9), class.name.clone(), number(n as f64, 0)));
    }
    for z in tile.zones.iter().filter(|z| z.area_cm2 >= 0.05) {
        let name = z.zone.map_or_else(|| "Off the scalp".to_owned(), zone_words);
        let swatch = format!(
            "<rect x=\"0\" y=\"-2\" width=\"2.8\" height=\"2.2\" rx=\"0.4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.2\"/>",
            tint(z.zone, 0.8),
            tint(z.zone, 0.2)
        );
        rows.push((swatch, name, String::new()));
    }
    let mark = format!(
        "<path d=\"M0 -0.9H2.8M1.4 -2.3V0.5\" stroke=\"{MARK}\" stroke-width=\"0.25\"/><circle cx=\"1.4\" cy=\"-0.9\" \
         r=\"0.8\" fill=\"none\" stroke=\"{MARK}\" stroke-width=\"0.25\"/>"
    );
    rows.push((mark, "letters meet letters".into(), String::new()));
    let half = rows.len().div_ceil(2).max(1);
    for (i, (swatch, text, value)) in rows.iter().enumerate() {
        let (x, y) = (at[0] + 38.5 * (i / half) as f64, at[1] + 3.7 * (i % half) as f64);
        let room = if value.is_empty() { 31.5 } else { 21.5 };
        let text = wrap(text, 2.4, room, 1).pop().unwrap_or_default();
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x:.1} {y:.2})\" font-size=\"2.4\">{swatch}<text x=\"4.2\">{}</text>\
             <text x=\"35.5\" text-anchor=\"end\">{value}</text></g>",
            escape(&text)
        );
    }
}
