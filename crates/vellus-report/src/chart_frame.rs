//! What the charts of the comparison share: a frame that stands alone and also follows a page.
//!
//! Colours are attributes, so that a viewer without style sheets shows the light palette; a style
//! element turns them on a dark screen. In grey the marks differ by form: solid and hatched, plain and
//! ringed, whole and dashed.

use std::fmt::Write as _;

use crate::svg_text::{INK, PAPER, SANS, printable};

/// Width of a chart in its own units; on a phone it is shown at about four fifths.
pub(crate) const WIDTH: f64 = 420.0;
/// Sizes of text.
pub(crate) const SIZE: f64 = 12.5;
pub(crate) const SMALL: f64 = 11.5;

/// Share of a line that is filled: the broadest of the usual fonts run an eighth wider than
/// [`crate::svg_text::width`] takes them for (DejaVu Sans).
pub(crate) const ROOMY: f64 = 0.88;

/// The dark palette of the pages (templates/base.css), by the classes of the marks.
const DARK: &str = "@media screen and (prefers-color-scheme:dark){.pc .paper{fill:#14181a}.pc .ink{fill:#e8e6e1}.pc .soft{fill:#a3adb3}.pc .halo{stroke:#14181a}.pc .line{stroke:#343c40}.pc .axis{stroke:#a3adb3}.pc .inkline{stroke:#e8e6e1}.pc .a{stroke:#6fb6d8}.pc .fa{fill:#6fb6d8}.pc .pale{fill:#24465a}.pc .b{stroke:#ee9455}.pc .fb{fill:#ee9455}.pc .risk{stroke:#ff9d94}.pc .dark{fill:#14181a}}";

/// Opens a chart of the given height with what it says in words.
pub(crate) fn open(id: &str, height: f64, title: &str, description: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pc {id}\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" height=\"{height:.0}\" style=\"width:100%;height:auto;max-width:40rem\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" font-family=\"{SANS}\" fill=\"{INK}\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc><style>{DARK}</style><rect class=\"paper\" width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"{PAPER}\"/>",
        printable(title),
        printable(description)
    )
}

/// The step of an axis that ends near `most`: 1, 2, 2.5 or 5 times a power of ten, at most `steps` of them.
pub(crate) fn step(most: f64, steps: f64) -> f64 {
    if !(most.is_finite() && most > 0.0) {
        return 1.0;
    }
    let rough = most / steps;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|k| k * power).find(|s| *s >= rough - 1e-12).unwrap_or(rough)
}

/// A path through points that are numbers.
pub(crate) fn path(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (x, y) in points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
        let _ = write!(out, "{}{x:.1} {y:.1}", if out.is_empty() { 'M' } else { 'L' });
    }
    out
}

/// A drawing inside a page: without the name of its language, which a page knows, and without a style of its
/// own, which would be the page's.
pub(crate) fn inline(svg: &str) -> String {
    let plain = svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    match (plain.find("<style>"), plain.find("</style>")) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{}", &plain[..from], &plain[to + "</style>".len()..])
        }
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for most in [0.3, 7.0, 99.0, 8210.0, 12_760.0, 1e9] {
            let s = step(most, 5.0);
            assert!(most / s <= 5.0 + 1e-9 && most / s > 1.9, "{most} {s}");
        }
        assert_eq!(step(f64::NAN, 5.0), 1.0);
        assert_eq!(step(0.0, 5.0), 1.0);
    }
}
