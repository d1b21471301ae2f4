//! Paragraphs: how they are set, and where their lines break.

use std::rc::Rc;

use usvg::Options;

use super::element::Elements;
use super::face::{Faces, Shaped, Weight};
use super::ink::{Colour, HAIR, INK, Mark, Op, Piece, SOFT};

/// What everything is laid with.
pub(super) struct Press {
    pub(super) faces: Faces,
    pub(super) elements: Elements,
    pub(super) svg: Options<'static>,
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    /// From baseline to baseline.
    pub(super) leading: f32,
    pub(super) colour: Colour,
    pub(super) weight: Weight,
    /// Space above.
    pub(super) above: f32,
    pub(super) align: Align,
}

/// To which side lines are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

pub(super) const fn style(size: f32, leading: f32, colour: Colour, weight: Weight, above: f32) -> Style {
    Style { size, leading, colour, weight, above, align: Align::Left }
}

pub(super) const BODY: Style = style(9.5, 13.6, INK, Weight::Regular, 5.0);
pub(super) const SMALL: Style = style(8.0, 11.2, SOFT, Weight::Regular, 3.0);
pub(super) const LEDE: Style = style(12.0, 17.0, INK, Weight::Regular, 6.0);
pub(super) const EYEBROW: Style = style(8.5, 12.0, SOFT, Weight::Regular, 0.0);
pub(super) const FIGURE: Style = style(19.0, 23.0, HAIR, Weight::Bold, 1.0);

impl Style {
    pub(super) const fn bold(mut self) -> Self {
        self.weight = Weight::Bold;
        self
    }

    pub(super) const fn coloured(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub(super) const fn above(mut self, above: f32) -> Self {
        self.above = above;
        self
    }

    pub(super) const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }
}

/// Words of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
}

/// A paragraph as runs.
pub(super) type Rich = Vec<Run>;

/// Plain words as a paragraph of a style.
pub(super) fn words(text: &str, s: Style) -> Rich {
    vec![Run { text: text.to_owned(), weight: s.weight, colour: s.colour }]
}

/// A message with its strong words.
pub(super) fn marked(message: &str, s: Style) -> Rich {
    crate::texts::parts(message)
        .into_iter()
        .map(|(text, strong)| Run {
            text,
            weight: if strong { Weight::Bold } else { s.weight },
            colour: s.colour,
        })
        .collect()
}

/// Words in front, bold, and the rest.
pub(super) fn led(lead: &str, rest: &str, s: Style) -> Rich {
    vec![
        Run { text: format!("{lead} "), weight: Weight::Bold, colour: s.colour },
        Run { text: rest.to_owned(), weight: s.weight, colour: s.colour },
    ]
}

/// A line: stretches of text from the left, and its whole width for a size of 1.
struct Line {
    parts: Vec<(f32, Rc<Shaped>, Colour)>,
    width: f32,
}

/// A word: stretches without a place to break, whether a space stands before it, and its width.
struct Word {
    parts: Vec<(String, Weight, Colour)>,
    space: bool,
}

fn split(rich: &Rich) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut space = false;
    let mut open = false;
    for run in rich {
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            let blank = |c: char| c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}';
            if rest.starts_with(blank) {
                rest = rest.trim_start_matches(blank);
                (space, open) = (true, false);
                continue;
            }
            let end = rest.find(blank).unwrap_or(rest.len());
            let part = (rest[..end].to_owned(), run.weight, run.colour);
            match out.last_mut() {
                Some(word) if open => word.parts.push(part),
                _ => out.push(Word { parts: vec![part], space: space && !out.is_empty() }),
            }
            (space, open) = (false, true);
            rest = &rest[end..];
        }
    }
    out
}

impl Press {
    fn width_of(&self, word: &Word) -> f32 {
        word.parts.iter().map(|(t, w, _)| self.faces.shape(t, *w).width).sum()
    }

    /// The longest beginning of a word that fits, at least one letter.
    fn cut(&self, word: Word, width: f32) -> (Word, Option<Word>) {
        let mut head = Word { parts: Vec::new(), space: word.space };
        let mut tail = Word { parts: Vec::new(), space: false };
        let mut used = 0.0;
        for (text, weight, colour) in word.parts {
            let (mut a, mut b) = (String::new(), String::new());
            for c in text.chars() {
                let full = !b.is_empty() || !tail.parts.is_empty();
                let w = if full { 0.0 } else { self.faces.shape(c.encode_utf8(&mut [0; 4]), weight).width };
                let first = head.parts.is_empty() && a.is_empty();
                if !full && (first || used + w <= width) {
                    used += w;
                    a.push(c);
                } else {
                    b.push(c);
                }
            }
            if !a.is_empty() {
                head.parts.push((a, weight, colour));
            }
            if !b.is_empty() {
                tail.parts.push((b, weight, colour));
            }
        }
        let rest = (!tail.parts.is_empty()).then_some(tail);
        (head, rest)
    }

    /// Breaks a paragraph into lines of at most `width` for a size of 1.
    fn lines(&self, rich: &Rich, width: f32) -> Vec<Line> {
        let blank = self.faces.shape("\u{a0}", Weight::Regular).width;
        let mut rows: Vec<Vec<Word>> = Vec::new();
        let (mut row, mut used): (Vec<Word>, f32) = (Vec::new(), 0.0);
        let mut queue: std::collections::VecDeque<Word> = split(rich).into();
        while let Some(word) = queue.pop_front() {
            let w = self.width_of(&word);
            let gap = if row.is_empty() || !word.space { 0.0 } else { blank };
            if used + gap + w <= width {
                used += gap + w;
                row.push(word);
            } else if row.is_empty() {
                // Longer than a line: a number of 64 digits, or a label without spaces.
                let (head, tail) = self.cut(word, width);
                rows.push(vec![head]);
                if let Some(tail) = tail {
                    queue.push_front(tail);
                }
            } else {
                rows.push(std::mem::take(&mut row));
                used = 0.0;
                queue.push_front(word);
            }
        }
        if !row.is_empty() {
            rows.push(row);
        }
        rows.into_iter().map(|r| self.line(r)).collect()
    }

    /// Shapes a row; words of one kind are drawn together, with the spaces between them.
    fn line(&self, row: Vec<Word>) -> Line {
        let mut runs: Vec<(String, Weight, Colour)> = Vec::new();
        for (i, word) in row.into_iter().enumerate() {
            for (j, (text, weight, colour)) in word.parts.into_iter().enumerate() {
                let space = if i > 0 && j == 0 && word.space { " " } else { "" };
                match runs.last_mut() {
                    Some(last) if last.1 == weight && last.2 == colour => {
                        last.0 += space;
                        last.0 += &text;
                    }
                    Some(last) => {
                        last.0 += space;
                        runs.push((text, weight, colour));
                    }
                    None => runs.push((text, weight, colour)),
                }
            }
        }
        let mut x = 0.0;
        let parts = runs
            .into_iter()
            .map(|(text, weight, colour)| {
                let shaped = Rc::new(self.faces.shape(&text, weight));
                let at = x;
                x += shaped.width;
                (at, shaped, colour)
            })
            .collect();
        Line { parts, width: x }
    }

    /// A paragraph as a piece a line, from `x` on in a column of `width` points.
    pub(super) fn paragraph(
        &self,
        rich: &Rich,
        s: Style,
        x: f32,
        width: f32,
        element: Option<usize>,
    ) -> Vec<Piece> {
        let lines = self.lines(rich, (width / s.size).max(0.5));
        let n = lines.len();
        lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| {
                let from = match s.align {
                    Align::Left => x,
                    Align::Right => x + (width - s.size * line.width).max(0.0),
                };
                // Ascent of the face is about its size; the line is centred in its lead.
                let y = 0.5 * (s.leading - s.size) + 0.88 * s.size;
                Piece {
                    height: s.leading,
                    above: if i == 0 { s.above } else { 0.0 },
                    ops: line
                        .parts
                        .into_iter()
                        .map(|(at, shaped, colour)| Op {
                            mark: Mark::Text { x: from + s.size * at, y, shaped, size: s.size, colour },
                            element,
                        })
                        .collect(),
                    // Neither the first nor the last line of a paragraph stands alone.
                    with_next: n > 1 && (i == 0 || i + 2 == n),
                    ..Piece::default()
                }
            })
            .collect()
    }
}
