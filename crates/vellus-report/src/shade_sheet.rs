//! Swatches of the shade finder's answer: skin, the person's own shaved fringe and the work beside each other, year by
//! year under each lamp.

use std::fmt::Write as _;

use vellus_plan::shade::ShadeAnswer;

use crate::shade_text::water;
use crate::svg_text::{INK, LINE, PAPER, SANS, SERIF, SOFT, text, wrap};
use crate::words::{escape, number, signed};

/// Most lamps that are drawn, those with the greatest weight.
const MOST_LAMPS: usize = 4;
/// Layout, pixels.
const MARGIN: f64 = 32.0;
const NAMES: f64 = 128.0;
const CELL: [f64; 2] = [172.0, 64.0];
const GAP: f64 = 12.0;
const UNDER: f64 = 20.0;
const HEAD: f64 = 176.0;

fn css(c: [u8; 3]) -> String {
    format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2])
}

fn label(svg: &mut String, x: f64, y: f64, size: f64, fill: &str, more: &str, words: &str) {
    let more = if more.is_empty() { String::new() } else { format!(" {more}") };
    let _ = writeln!(svg, "{}", text(x, y, size, fill, &more, words));
}

/// The sheet as SVG. In each cell the frame is bare skin, the left half the person's own shaved fringe at that age, the
/// right half the work: what is seen of the seam is what would be seen on the head.
#[must_use]
pub fn shade_sheet(a: &ShadeAnswer) -> String {
    let mut order: Vec<usize> = (0..a.skin.len()).collect();
    order.sort_by(|x, y| a.skin[*y].weight.total_cmp(&a.skin[*x].weight).then(x.cmp(y)));
    order.truncate(MOST_LAMPS);
    let columns = order.len().max(1) as f64;
    let row = CELL[1] + UNDER + GAP;
    let w = (2.0 * MARGIN + NAMES + columns * (CELL[0] + GAP)).max(640.0);
    let foot = 92.0;
    let h = MARGIN + HEAD + a.years.len() as f64 * row + foot;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.0} {h:.0}\" width=\"{w:.0}\" height=\"{h:.0}\" role=\"img\" \
         aria-label=\"{}\" font-family=\"{}\" fill=\"{INK}\">\n<rect width=\"100%\" height=\"100%\" fill=\"{PAPER}\"/>\n",
        escape(&format!("Swatches: {}, own fringe and work over the years", a.label)),
        escape(SANS)
    );
    header(&mut svg, a, w);
    let x0 = MARGIN + NAMES;
    for (c, i) in order.iter().enumerate() {
        let x = x0 + c as f64 * (CELL[0] + GAP);
        let s = &a.skin[*i];
        label(&mut svg, x, MARGIN + HEAD - 14.0, 13.0, INK, "font-weight=\"600\"", &s.lamp);
        label(
            &mut svg,
            x + CELL[0],
            MARGIN + HEAD - 14.0,
            11.0,
            SOFT,
            "text-anchor=\"end\"",
            &format!("{} %", number(100.0 * s.weight, 0)),
        );
    }
    for (r, year) in a.years.iter().enumerate() {
        let y = MARGIN + HEAD + r as f64 * row;
        label(&mut svg, MARGIN, y + 26.0, 15.0, INK, "font-weight=\"600\"", &year.label);
        label(
            &mut svg,
            MARGIN,
            y + 45.0,
            11.0,
            SOFT,
            "",
            &format!("L* {}, b* {}", signed(year.lightness.median, 1), signed(year.blue_yellow.median, 1)),
        );
        for (c, i) in order.iter().enumerate() {
            let x = x0 + c as f64 * (CELL[0] + GAP);
            let Some(l) = year.lamps.get(*i) else { continue };
            let (half, tall) = (0.5 * (CELL[0] - 36.0), CELL[1] - 24.0);
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"{}\"/>\
                 <rect x=\"{:.1}\" y=\"{:.1}\" width=\"{half:.1}\" height=\"{tall:.1}\" fill=\"{}\"/>\
                 <rect x=\"{:.1}\" y=\"{:.1}\" width=\"{half:.1}\" height=\"{tall:.1}\" fill=\"{}\"/>",
                CELL[0],
                CELL[1],
                css(a.skin[*i].srgb),
                x + 18.0,
                y + 12.0,
                css(l.own_srgb),
                x + 18.0 + half,
                y + 12.0,
                css(l.dots_srgb)
            );
            label(&mut svg, x, y + CELL[1] + 14.0, 11.0, SOFT, "", &format!("ΔE₀₀ {}", number(l.de00, 1)));
        }
    }
    let y = MARGIN + HEAD + a.years.len() as f64 * row + 10.0;
    let _ = writeln!(svg, "<path d=\"M{MARGIN} {y:.1}H{:.1}\" stroke=\"{LINE}\"/>", w - MARGIN);
    let note = "In each cell: the frame is bare skin, the left half your own shaved hair at that age, the right half the work, as mean tones without their grain and as an eye used to the lamp sees them. L* and b* are those of the work less those of the hair, in daylight. Screens differ: this is a comparison, not a colour card.";
    for (k, line) in wrap(note, 11.0, w - 2.0 * MARGIN, 4).iter().enumerate() {
        label(&mut svg, MARGIN, y + 20.0 + 15.0 * k as f64, 11.0, SOFT, "", line);
    }
    svg.push_str("</svg>\n");
    svg
}

fn header(svg: &mut String, a: &ShadeAnswer, w: f64) {
    let b = &a.best;
    label(
        svg,
        MARGIN,
        MARGIN + 18.0,
        22.0,
        INK,
        &format!("font-family=\"{}\"", escape(SERIF)),
        &format!("{} · shade", a.label),
    );
    label(
        svg,
        MARGIN,
        MARGIN + 48.0,
        15.0,
        INK,
        "font-weight=\"600\"",
        &format!("{}, {}", b.pigment, water(b)),
    );
    label(
        svg,
        MARGIN,
        MARGIN + 70.0,
        13.0,
        INK,
        "",
        &format!(
            "needle set {} mm, deposit about {} mm deep, {} dots per cm² healing to {} mm",
            number(b.set_depth_um / 1000.0, 2),
            number(b.deposit_depth_um / 1000.0, 2),
            number(b.dots_per_cm2, 0),
            number(b.healed_um / 1000.0, 2)
        ),
    );
    let worst = a.warnings.first().map_or("No warning.", |w| w.text.as_str());
    for (k, line) in wrap(worst, 12.0, w - 2.0 * MARGIN, 3).iter().enumerate() {
        label(svg, MARGIN, MARGIN + 96.0 + 16.0 * k as f64, 12.0, SOFT, "", line);
    }
}

/// The sheet as a page of its own.
#[must_use]
pub fn shade_page(a: &ShadeAnswer) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><style>body{{margin:0;background:{PAPER};display:flex;justify-content:center}}svg{{max-width:100%;height:auto}}</style>\n{}</html>\n",
        escape(&format!("{} · shade", a.label)),
        shade_sheet(a)
    )
}
