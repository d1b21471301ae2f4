//! The first page: how to use the sheets, where each tile lies, and its figures.

use std::fmt::Write as _;

use glam::DVec2;

use super::Stencil;
use super::facts::{count, paragraph, per_cent, size_words, swatch};
use super::ruler::ruler;
use super::sheet::{front, open};
use crate::scalp_map::{INK, QUIET, TileLook, tile_key, tint};
use crate::svg_text::wrap;
use crate::words::{escape, number};

/// How to use it, in the order in which it is done: what, and the rest of the sentence.
const STEPS: [(&str, &str); 5] = [
    ("Print", "at 100 % (“actual size”), on clear film or thin paper. Never “fit to page”."),
    ("Measure", "both bars of each sheet: 50 mm across, 100 mm up. If one is off by 0.5 mm, print again."),
    ("Cut", "along the outer line. On clear film leave the letters outside of it on."),
    ("Lay", "the tile on the scalp, arrow to the front, hairline on hairline, midline on midline."),
    ("Align", "the next tile by its marks: those with the same letters (A1, B3) lie on each other."),
];

/// Margin of the page, mm.
const MARGIN: f64 = 15.0;
/// Rows of the table that are as high as is good to read, mm.
const ROW: f64 = 4.6;

/// Draws the page.
pub(super) fn cover(stencil: &Stencil<'_>) -> String {
    let [w, h] = stencil.paper.size_mm();
    let right = w - MARGIN;
    let mut svg =
        open(DVec2::new(w, h), "Stencil of the scalp at 1 : 1: how to use it, and the map of the tiles");
    let printed = stencil.printed();
    let title = wrap(&stencil.title, 4.6, 74.0, 1).pop().unwrap_or_default();
    let mut sheets = count(printed.len(), "sheet", "sheets");
    if printed.len() < stencil.tiling.tiles.len() {
        let _ = write!(sheets, " of {} tiles", stencil.tiling.tiles.len());
    }
    if !stencil.classes.is_empty() {
        let _ = write!(sheets, ", {}", count(stencil.whole_work(), "dot", "dots"));
    }
    let _ = writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"23\" font-size=\"9\" font-weight=\"700\">Stencil of the scalp, 1 : 1</text>\
         <text x=\"{right:.1}\" y=\"18\" text-anchor=\"end\" font-size=\"4.6\" font-weight=\"700\">{}</text>\
         <text x=\"{right:.1}\" y=\"23.4\" text-anchor=\"end\" fill=\"{QUIET}\">{sheets}</text>\
         <path d=\"M{MARGIN} 28H{right:.1}\" stroke=\"{INK}\" stroke-width=\"0.25\"/>",
        escape(&title)
    );
    for (i, (verb, rest)) in STEPS.iter().enumerate() {
        let y = 36.0 + 6.4 * i as f64;
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.3\" fill=\"{INK}\"/><text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" \
             font-size=\"3.2\" font-weight=\"700\" fill=\"#fff\">{}</text><text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"3.6\">\
             <tspan font-weight=\"700\">{verb}</tspan> {}</text>",
            MARGIN + 2.3,
            y - 1.15,
            MARGIN + 2.3,
            i + 1,
            MARGIN + 8.0,
            escape(rest)
        );
    }
    let size = 108.0;
    let _ = writeln!(
        svg,
        "<g transform=\"translate({:.1} 125)\">{}</g>",
        MARGIN + 0.5 * size + 2.0,
        tile_key(stencil.tiling, stencil.map, size, |n| if printed.contains(&(n as usize - 1)) {
            TileLook::Full
        } else {
            TileLook::Pale
        })
    );
    front(&mut svg, MARGIN + 4.0, 78.0);
    let _ = writeln!(svg, "<g transform=\"translate({:.1} 176)\">", right - 50.0);
    ruler(&mut svg);
    let _ = writeln!(
        svg,
        "</g><g font-size=\"2.8\" fill=\"{QUIET}\"><text x=\"{:.1}\" y=\"162\">50 mm across,</text><text x=\"{:.1}\" y=\"166\">\
         100 mm up</text></g>",
        right - 38.0,
        right - 38.0
    );
    legend(&mut svg, stencil, [right - 36.0, 86.0]);
    let y = words(&mut svg, stencil, 187.0, right);
    table(&mut svg, stencil, y + 4.0, [w, h]);
    svg.push_str("</svg>\n");
    svg
}

/// What dots are drawn, beside the map.
fn legend(svg: &mut String, stencil: &Stencil<'_>, at: [f64; 2]) {
    let mut y = at[1];
    for (k, class) in stencil.classes.iter().enumerate() {
        let n: usize = stencil.own.iter().map(|own| own.iter().filter(|d| d.class == k).count()).sum();
        let n = n + stencil.off.by_class[k];
        let _ = writeln!(svg, "{}", swatch(class, at[0] + 1.0, y - 1.0));
        y = paragraph(
            svg,
            [at[0] + 4.0, y],
            3.1,
            32.0,
            INK,
            &format!("{}: {}", class.name, number(n as f64, 0)),
        );
        if let Some(words) = size_words(class) {
            y = paragraph(svg, [at[0] + 4.0, y], 2.6, 32.0, QUIET, &words);
        }
        y += 2.0;
    }
}

/// Stretch, what lies on no sheet, what is not printed, the order of work.
fn words(svg: &mut String, stencil: &Stencil<'_>, y: f64, right: f64) -> f64 {
    let tiling = stencil.tiling;
    let room = right - MARGIN;
    let mut y = y;
    let printed = stencil.printed();
    let worst = printed
        .iter()
        .map(|i| &tiling.tiles[*i])
        .max_by(|a, b| a.flat.distortion().length_p99.total_cmp(&b.flat.distortion().length_p99));
    let mut say = |text: &str, colour: &str| y = paragraph(svg, [MARGIN, y], 3.2, room, colour, text) + 1.2;
    if let Some(t) = worst {
        let d = t.flat.distortion();
        say(
            &format!(
                "A scalp does not lie flat without stretch. In the worst of these tiles ({}) 99 of 100 short lengths are true within {}, and \
                 the largest error is {}. No tile reaches further than {} mm from its middle; all {} together cover {} cm².",
                t.number,
                per_cent(d.length_p99),
                per_cent(d.length_max),
                number(tiling.worst().0, 1),
                tiling.tiles.len(),
                number(tiling.region_cm2 - tiling.left_out_cm2, 0)
            ),
            INK,
        );
    }
    let off = stencil.off.count();
    if off > 0 {
        let near: Vec<String> =
            stencil.off.by_nearest_tile.iter().map(|(tile, n)| format!("{n} by tile {tile}")).collect();
        say(
            &format!(
                "{} on no sheet (folds of an ear, or skin beyond the tiles); work them by eye: {}.",
                if off == 1 {
                    "1 dot lies".to_owned()
                } else {
                    format!("{} dots lie", number(off as f64, 0))
                },
                near.join(", ")
            ),
            crate::scalp_map::HAIRLINE,
        );
    }
    let numbers = |list: &[usize]| {
        list.iter().map(|i| tiling.tiles[*i].number.to_string()).collect::<Vec<_>>().join(", ")
    };
    let without: Vec<usize> = (0..tiling.tiles.len()).filter(|i| !printed.contains(i)).collect();
    if !without.is_empty() {
        say(
            &format!("Not printed, because there is nothing to work on them: tiles {}.", numbers(&without)),
            QUIET,
        );
    }
    if !stencil.order.is_empty() {
        say(&format!("Order of work: {}.", numbers(&printed)), INK);
    }
    y
}

/// Figures of the printed tiles in three columns.
fn table(svg: &mut String, stencil: &Stencil<'_>, y: f64, [w, h]: [f64; 2]) {
    let printed = stencil.printed();
    let rows = printed.len().div_ceil(3).max(1);
    let step = ((h - 12.0 - y) / (rows as f64 + 0.6)).clamp(1.0, ROW);
    let size = (0.66 * step).min(2.9);
    let column = (w - 2.0 * MARGIN + 6.0) / 3.0;
    for k in 0..printed.len().div_ceil(rows) {
        let x = MARGIN + column * k as f64;
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x:.1} {y:.1})\" font-size=\"{:.2}\" fill=\"{QUIET}\" text-anchor=\"end\"><text x=\"8.6\">tile</text>\
             <text x=\"22\">{}</text><text x=\"35\">cm²</text><text x=\"46\">stretch</text><text x=\"56\">largest</text></g>",
            size.min(2.6),
            if stencil.classes.is_empty() { "" } else { "dots" }
        );
    }
    for (i, place) in printed.iter().enumerate() {
        let t = &stencil.tiling.tiles[*place];
        let d = t.flat.distortion();
        let x = MARGIN + column * (i / rows) as f64;
        let dots =
            if stencil.classes.is_empty() { String::new() } else { number(stencil.work(*place) as f64, 0) };
        let _ = writeln!(
            svg,
            "<g transform=\"translate({x:.1} {:.2})\" font-size=\"{size:.2}\" text-anchor=\"end\"><rect y=\"{:.2}\" width=\"2.8\" \
             height=\"{:.2}\" rx=\"0.5\" fill=\"{}\"/><text x=\"8.6\" font-weight=\"700\">{}</text><text x=\"22\">{dots}</text>\
             <text x=\"35\">{}</text><text x=\"46\">{} %</text><text x=\"56\">{} %</text></g>",
            y + step * ((i % rows) as f64 + 1.0),
            -0.8 * size,
            0.9 * size,
            tint(t.zone(), 0.35),
            t.number,
            number(t.area_cm2, 1),
            number(100.0 * d.length_p99, 2),
            number(100.0 * d.length_max, 2)
        );
    }
}
