//! A row of tubes for each spin.

use std::fmt::Write as _;

use vellus_plan::bench::{TubeLook, TubePicture};

use super::glass::{ABOVE, Stand, cannula, column, glass, millilitres, millimetres};
use super::{LEFT, WIDTH, labels, px_per_mm, spin, spin_title, spins};
use crate::svg_text::{INK, SANS, SOFT};
use crate::words::{escape, number};

/// Tubes in a row.
const TUBES: usize = 5;
/// From tube to tube, and the width of one, px.
const PITCH: f64 = 48.0;
const TUBE: f64 = 31.0;
/// Title above and times below a row, px.
const HEAD: f64 = 48.0;
const FOOT: f64 = 44.0;

/// The tubes of each spin at five of its times, in rows, as SVG of 390 px width. `id` begins the names
/// of its parts and is unique on a page. A picture without looks gives a picture without tubes.
#[must_use]
pub fn tube_row(picture: &TubePicture, id: &str) -> String {
    let scale = px_per_mm(picture);
    let mut body = String::new();
    let mut y = 0.0;
    for number in spins(picture) {
        let looks = spin(picture, number);
        let tallest = looks.iter().map(|l| l.height_mm()).fold(0.0, f64::max);
        let surface = y + HEAD + ABOVE;
        one_row(&mut body, picture, &looks, number, surface, scale, id);
        y = surface + tallest * scale + FOOT;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y:.0}\" width=\"{WIDTH}\" height=\"{y:.0}\" \
         class=\"tubes\" role=\"img\" aria-label=\"{}\" font-family=\"{}\" font-size=\"12.5\" fill=\"{INK}\">\n{body}</svg>\n",
        escape(&spoken(picture)),
        escape(SANS)
    )
}

/// The picture in words.
fn spoken(picture: &TubePicture) -> String {
    let mut text = "The blood in one tube".to_owned();
    for number in spins(picture) {
        if let Some(l) = spin(picture, number).last() {
            text +=
                &format!("; {} after {} minutes", spin_title(number).to_lowercase(), number_of(l.minutes));
            if let Some(i) = l.red_cells_from_mm() {
                text += &format!(", red cells from {} mm below the surface", number_of(i));
            }
        }
    }
    text
}

fn number_of(x: f64) -> String {
    number(x, usize::from(x < 9.95 && (x - x.round()).abs() >= 0.05))
}

fn one_row(
    svg: &mut String,
    picture: &TubePicture,
    looks: &[&TubeLook],
    number: usize,
    surface: f64,
    scale: f64,
    id: &str,
) {
    let tubes = looks.len().min(TUBES);
    let chosen: Vec<&TubeLook> =
        (0..tubes).map(|k| looks[k * (looks.len() - 1) / (tubes.max(2) - 1)]).collect();
    let Some(last) = chosen.last() else { return };
    let height = last.height_mm();
    let bottom = surface + height * scale;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{:.1}\" font-size=\"14\" font-weight=\"600\">{}</text>",
        surface - ABOVE - 28.0,
        spin_title(number)
    );
    millimetres(svg, height, LEFT - 3.0, surface, scale);
    for (k, look) in chosen.iter().enumerate() {
        let s = Stand { x: LEFT + 2.0 + PITCH * k as f64, surface, width: TUBE, scale };
        column(svg, look, s, &format!("{id}-{number}-{k}"));
        if number == 1
            && k + 1 == tubes
            && let Some(cut) = picture.cut_mm
        {
            cannula(svg, cut, s);
        }
        glass(svg, height, s);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            s.x + 0.5 * TUBE,
            bottom + 17.0,
            number_of(look.minutes)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" fill=\"{SOFT}\" class=\"tube-soft\">minutes at full speed</text>",
        LEFT + 2.0,
        bottom + 32.0
    );
    let right = LEFT + 2.0 + PITCH * (tubes - 1) as f64 + TUBE;
    millilitres(svg, height, picture.ml_per_mm, right + 3.0, surface, scale);
    beside(svg, picture, last, right + 36.0, right + 23.0, surface, scale);
}

/// Names of the layers at `x`, with lines from `tube`, beyond the scale.
pub(super) fn beside(
    svg: &mut String,
    picture: &TubePicture,
    look: &TubeLook,
    x: f64,
    tube: f64,
    surface: f64,
    scale: f64,
) {
    let mut all: Vec<(f64, Vec<String>)> =
        labels(picture, look).into_iter().map(|l| (surface + l.at_mm * scale, l.text)).collect();
    if look.spin == 1
        && let Some(cut) = picture.cut_mm
    {
        all.push((surface + cut * scale, vec!["Cannula".into(), "stops here".into()]));
    } else if look.spin == 1 {
        all.push((surface + 2.0, vec!["Margin".into(), "not stated".into()]));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    // From the top down, each below the one before.
    let mut free = f64::NEG_INFINITY;
    for (at, text) in &all {
        let tall = 13.5 * text.len() as f64;
        let top = (at - 0.5 * tall).max(free);
        free = top + tall + 4.0;
        let middle = top + 0.5 * tall;
        let _ = write!(
            svg,
            "<path d=\"M{tube:.1} {at:.1}L{:.1} {middle:.1}\" stroke=\"{SOFT}\" stroke-width=\"0.7\" fill=\"none\" \
             class=\"tube-lead\"/><text x=\"{x:.1}\" y=\"{:.1}\">",
            x - 3.0,
            top + 10.5
        );
        for (k, line) in text.iter().enumerate() {
            let dy = if k == 0 { 0.0 } else { 13.5 };
            let _ = write!(svg, "<tspan x=\"{x:.1}\" dy=\"{dy}\">{}</tspan>", escape(line));
        }
        svg.push_str("</text>\n");
    }
}
