//! Words about a tile that would run into each other move apart.

use std::fmt::Write as _;

use glam::DVec2;

use crate::svg_text::width;
use crate::words::escape;

/// A word beyond the border of a tile.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The middle of the word, flat coordinates, mm.
    middle: DVec2,
    /// Half of its width and height, mm.
    half: DVec2,
    text: String,
    size: f64,
    bold: bool,
    colour: &'static str,
    /// How easily it gives way: marks hold their place, names of neighbours yield.
    give: f64,
}

/// Rounds of moving apart.
const ROUNDS: usize = 60;
/// Room between words, mm.
const GAP: f64 = 0.35;

impl Label {
    /// A word beside a place, beyond it in the direction `out`.
    pub(super) fn beside(
        at: DVec2,
        out: DVec2,
        text: &str,
        size: f64,
        bold: bool,
        colour: &'static str,
        give: f64,
    ) -> Self {
        let half = DVec2::new(0.5 * width(text, size), 0.38 * size);
        // The box touches the place with the side or corner that lies towards it.
        let middle = at + DVec2::new(out.x * half.x, out.y * half.y);
        Self { middle, half, text: text.into(), size, bold, colour, give }
    }

    fn draw(&self, svg: &mut String) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.2}\" y=\"{:.2}\" text-anchor=\"middle\" fill=\"{}\" font-size=\"{}\"{}>{}</text>",
            self.middle.x,
            -self.middle.y + 0.36 * self.size,
            self.colour,
            self.size,
            if self.bold { " font-weight=\"700\"" } else { "" },
            escape(&self.text)
        );
    }
}

/// Draws the labels of a tile about `centre`, moved apart.
pub(super) fn draw(svg: &mut String, mut labels: Vec<Label>, centre: DVec2) {
    move_apart(&mut labels, centre);
    for l in &labels {
        l.draw(svg);
    }
}

fn move_apart(labels: &mut [Label], centre: DVec2) {
    for _ in 0..ROUNDS {
        let mut moved = false;
        for i in 0..labels.len() {
            for j in i + 1..labels.len() {
                moved |= apart(labels, i, j, centre);
            }
        }
        if !moved {
            break;
        }
    }
}

/// Moves two labels apart along the shorter way, the one that yields more by more.
fn apart(labels: &mut [Label], i: usize, j: usize, centre: DVec2) -> bool {
    let (a, b) = (&labels[i], &labels[j]);
    let d = b.middle - a.middle;
    let over = a.half + b.half + DVec2::splat(GAP) - d.abs();
    if over.min_element() <= 1e-3 {
        return false;
    }
    let sign = |x: f64| if x < 0.0 { -1.0 } else { 1.0 };
    let push = if over.x < over.y { DVec2::X * over.x * sign(d.x) } else { DVec2::Y * over.y * sign(d.y) };
    let share = a.give / (a.give + b.give);
    // Away from the tile rather than into it.
    let out = |p: DVec2| (p - centre).normalize_or_zero() * 0.08 * push.length();
    let (da, db) = (-push * share + out(a.middle) * a.give, push * (1.0 - share) + out(b.middle) * b.give);
    labels[i].middle += da;
    labels[j].middle += db;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlaps(labels: &[Label]) -> usize {
        let pair = |a: &Label, b: &Label| (a.half + b.half - (a.middle - b.middle).abs()).min_element() > 0.0;
        (0..labels.len()).map(|i| labels[..i].iter().filter(|b| pair(&labels[i], b)).count()).sum()
    }

    #[test]
    fn words_in_one_heap_come_apart_and_those_alone_stay() {
        let at = |x: f64, text: &str, give: f64| {
            Label::beside(DVec2::new(x, 30.0), DVec2::Y, text, 2.7, true, "#000", give)
        };
        let mut labels =
            vec![at(0.0, "A1", 0.5), at(1.0, "A2", 0.5), at(1.5, "23", 2.0), at(20.0, "B1", 0.5)];
        assert_eq!(overlaps(&labels), 3);
        let (alone, mark) = (labels[3].middle, labels[0].middle);
        move_apart(&mut labels, DVec2::ZERO);
        assert_eq!(overlaps(&labels), 0);
        assert_eq!(labels[3].middle, alone);
        assert!(labels[0].middle.distance(mark) < 4.0);
    }
}
