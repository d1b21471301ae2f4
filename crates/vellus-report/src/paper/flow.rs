//! Text, lists, boxes and columns one below the other, as pieces that a page takes up.

use std::rc::Rc;

use usvg::Options;

use super::element::{Elements, Kind};
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

const fn style(size: f32, leading: f32, colour: Colour, weight: Weight, above: f32) -> Style {
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

/// A heading: its size, its lead and the space above, by level.
const fn heading(level: u8) -> Style {
    match level {
        1 => style(23.0, 27.0, INK, Weight::Bold, 2.0),
        2 => style(14.0, 18.0, INK, Weight::Bold, 17.0),
        _ => style(10.5, 14.0, INK, Weight::Bold, 11.0),
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
                let w = self.faces.shape(c.encode_utf8(&mut [0; 4]), weight).width;
                let first = head.parts.is_empty() && a.is_empty();
                if b.is_empty() && tail.parts.is_empty() && (first || used + w <= width) {
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

/// A column that is being filled.
pub(super) struct Flow<'a> {
    pub(super) press: &'a mut Press,
    pub(super) width: f32,
    pub(super) pieces: Vec<Piece>,
    /// The element that what follows lies in.
    pub(super) parent: Option<usize>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(press: &'a mut Press, width: f32) -> Self {
        Self { press, width, pieces: Vec::new(), parent: None }
    }

    pub(super) fn element(&mut self, kind: Kind) -> usize {
        self.press.elements.add(kind, self.parent)
    }

    /// Fills a column of its own and hands its pieces back.
    pub(super) fn aside(&mut self, width: f32, fill: impl FnOnce(&mut Flow<'_>)) -> Vec<Piece> {
        let mut inner = Flow { press: &mut *self.press, width, pieces: Vec::new(), parent: self.parent };
        fill(&mut inner);
        inner.pieces
    }

    /// A paragraph.
    pub(super) fn rich(&mut self, rich: &Rich, s: Style) {
        if rich.iter().all(|r| r.text.trim().is_empty()) {
            return;
        }
        let element = self.element(Kind::Paragraph);
        let pieces = self.press.paragraph(rich, s, 0.0, self.width, Some(element));
        self.pieces.extend(pieces);
    }

    /// A paragraph of plain words.
    pub(super) fn text(&mut self, text: &str, s: Style) {
        self.rich(&words(text, s), s);
    }

    /// A message with strong words.
    pub(super) fn say(&mut self, message: &str, s: Style) {
        self.rich(&marked(message, s), s);
    }

    fn heading(&mut self, level: u8, title: &str) -> usize {
        let element = self.element(Kind::Heading(level, title.to_owned()));
        let s = heading(level);
        let mut pieces = self.press.paragraph(&words(title, s), s, 0.0, self.width, Some(element));
        for p in &mut pieces {
            p.with_next = true;
        }
        let at = self.pieces.len();
        self.pieces.extend(pieces);
        at
    }

    /// A heading of a part: begins a page and a place of the outline.
    pub(super) fn part(&mut self, place: &str, eyebrow: &str, title: &str) {
        let first = self.pieces.len();
        self.text(eyebrow, EYEBROW);
        self.heading(1, title);
        for p in &mut self.pieces[first..] {
            p.with_next = true;
        }
        if let Some(p) = self.pieces.get_mut(first) {
            p.new_page = true;
            p.part = Some(title.to_owned());
            p.place = Some((place.to_owned(), 1, title.to_owned()));
        }
        self.rule(HAIR, 1.6, 5.0);
        if let Some(p) = self.pieces.last_mut() {
            p.with_next = true;
        }
    }

    /// A heading within a part, in the outline.
    pub(super) fn section(&mut self, title: &str) {
        let place = format!("s{}", self.press.elements.len());
        let at = self.heading(2, title);
        if let Some(p) = self.pieces.get_mut(at) {
            p.place = Some((place, 2, title.to_owned()));
        }
    }

    /// The same at the top of a page.
    pub(super) fn section_on_a_page(&mut self, title: &str) {
        let at = self.pieces.len();
        self.section(title);
        if let Some(p) = self.pieces.get_mut(at) {
            p.new_page = true;
        }
    }

    /// A heading within a section.
    pub(super) fn small_heading(&mut self, title: &str) {
        self.heading(3, title);
    }

    /// A line across the column.
    pub(super) fn rule(&mut self, colour: Colour, width: f32, above: f32) {
        let mark = Mark::Line { from: [0.0, 0.0], to: [self.width, 0.0], width, colour, dash: None };
        self.pieces.push(Piece {
            height: width,
            above,
            ops: vec![Op { mark, element: None }],
            ..Piece::default()
        });
    }

    /// Sentences under each other, each behind a dash.
    pub(super) fn list(&mut self, items: &[Rich], s: Style) {
        let list = self.element(Kind::List);
        for (i, item) in items.iter().enumerate() {
            let li = self.press.elements.add(Kind::Item, Some(list));
            let body = self.press.elements.add(Kind::ItemBody, Some(li));
            let above = if i == 0 { s.above } else { 2.6 };
            let mut pieces = self.press.paragraph(item, s.above(above), 11.0, self.width - 11.0, Some(body));
            if let Some(p) = pieces.first_mut() {
                let y = 0.52 * s.leading;
                p.ops.push(Op {
                    mark: Mark::Line { from: [0.0, y], to: [5.0, y], width: 0.8, colour: SOFT, dash: None },
                    element: None,
                });
            }
            self.pieces.extend(pieces);
        }
    }

    /// A list of plain sentences.
    pub(super) fn plain_list(&mut self, items: &[String], s: Style) {
        let rich: Vec<Rich> = items.iter().map(|t| words(t, s)).collect();
        self.list(&rich, s);
    }

    /// A tinted box with a strong left edge. One that is longer than `most` points is not held together.
    pub(super) fn callout(&mut self, edge: Colour, tint: Colour, fill: impl FnOnce(&mut Flow<'_>)) {
        const PAD: [f32; 2] = [12.0, 8.0];
        const MOST: f32 = 420.0;
        let inner = self.aside(self.width - 2.0 * PAD[0], fill);
        let height: f32 =
            inner.iter().skip(1).map(|p| p.above).sum::<f32>() + inner.iter().map(|p| p.height).sum::<f32>();
        if inner.is_empty() {
            return;
        }
        if height > MOST {
            for p in inner {
                let mut p = p;
                p.ops = p.ops.into_iter().map(|o| o.moved(PAD[0], 0.0)).collect();
                let mark = Mark::Rect {
                    x: 0.0,
                    y: -p.above,
                    w: 3.0,
                    h: p.height + p.above,
                    radius: 0.0,
                    colour: edge,
                };
                p.ops.insert(0, Op { mark, element: None });
                self.pieces.push(p);
            }
            return;
        }
        let body = Piece::stack(inner);
        let h = body.height + 2.0 * PAD[1];
        let mut ops = vec![
            Op {
                mark: Mark::Rect { x: 0.0, y: 0.0, w: self.width, h, radius: 4.0, colour: tint },
                element: None,
            },
            Op { mark: Mark::Rect { x: 0.0, y: 0.0, w: 3.5, h, radius: 0.0, colour: edge }, element: None },
        ];
        ops.extend(body.ops.into_iter().map(|o| o.moved(PAD[0], PAD[1])));
        self.pieces.push(Piece { height: h, above: 9.0, ops, ..Piece::default() });
    }

    /// Columns side by side, held together; widths are shares of what the gaps leave.
    pub(super) fn columns(
        &mut self,
        shares: &[f32],
        gap: f32,
        above: f32,
        mut fill: impl FnMut(usize, &mut Flow<'_>),
    ) {
        let free = self.width - gap * (shares.len().saturating_sub(1)) as f32;
        let all: f32 = shares.iter().sum();
        let mut x = 0.0;
        let mut out = Piece { above, ..Piece::default() };
        for (i, share) in shares.iter().enumerate() {
            let w = free * share / all;
            let column = Piece::stack(self.aside(w, |f| fill(i, f)));
            out.height = out.height.max(column.height);
            out.ops.extend(column.ops.into_iter().map(|o| o.moved(x, 0.0)));
            x += w + gap;
        }
        self.pieces.push(out);
    }

    /// Empty space that a hand writes into, with its name below the line.
    pub(super) fn blank_line(&mut self, name: &str, above: f32) {
        self.pieces.push(Piece { height: above, ..Piece::default() });
        self.rule(SOFT, 0.6, 0.0);
        self.text(name, SMALL.above(1.0));
    }
}
