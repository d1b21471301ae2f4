//! Text, lists, boxes and columns one below the other, as pieces that a page takes up.

use super::element::Kind;
use super::face::Weight;
use super::ink::{Colour, HAIR, INK, Mark, Op, Piece, SOFT};
use super::paragraph::style;
pub(super) use super::paragraph::{
    BODY, EYEBROW, FIGURE, LEDE, Press, Rich, Run, SMALL, Style, led, marked, words,
};

/// A heading: its size, its lead and the space above, by level.
const fn heading(level: u8) -> Style {
    match level {
        1 => style(23.0, 27.0, INK, Weight::Bold, 2.0),
        2 => style(14.0, 18.0, INK, Weight::Bold, 17.0),
        _ => style(10.5, 14.0, INK, Weight::Bold, 11.0),
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

    /// A note that stays with what follows it.
    pub(super) fn lead_in(&mut self, text: &str, s: Style) {
        let first = self.pieces.len();
        self.text(text, s);
        for p in &mut self.pieces[first..] {
            p.with_next = true;
        }
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
