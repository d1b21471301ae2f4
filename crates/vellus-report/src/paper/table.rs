//! Tables: columns by shares, a head that is repeated on every page, rows that are not divided.

use std::rc::Rc;

use super::element::Kind;
use super::flow::{Flow, Rich, SMALL, Style, words};
use super::ink::{Colour, INK, LINE, Mark, Op, Piece};

/// A bar in a cell, per cent of its axis.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bar {
    pub(super) hair: f32,
    pub(super) pigment: f32,
    pub(super) lo: f32,
    pub(super) span: f32,
    pub(super) today: Option<f32>,
    pub(super) goal: Option<f32>,
}

/// What stands in a cell, one below the other.
pub(super) enum Item {
    Text(Rich, Style),
    Bar(Bar),
    /// An empty box to tick, then words.
    Box(Rich, Style),
    /// A spot of colour, then words.
    Spot(Colour, Rich, Style),
    /// The number of a page.
    PageOf(String, Style),
}

/// A cell.
pub(super) type Cell = Vec<Item>;

/// A cell of plain words.
pub(super) fn cell(text: &str, s: Style) -> Cell {
    vec![Item::Text(words(text, s), s)]
}

/// A row.
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// A tint behind it.
    pub(super) tint: Option<Colour>,
    /// Where a press on it leads.
    pub(super) link: Option<String>,
}

impl Row {
    pub(super) const fn of(cells: Vec<Cell>) -> Self {
        Self { cells, tint: None, link: None }
    }

    pub(super) const fn tinted(mut self, tint: Option<Colour>) -> Self {
        self.tint = tint;
        self
    }
}

/// A table.
pub(super) struct Table {
    /// Shares of the width.
    pub(super) columns: Vec<f32>,
    /// Words above the columns; none for a table that needs no head.
    pub(super) head: Vec<(String, bool)>,
    pub(super) rows: Vec<Row>,
}

const GAP: f32 = 9.0;
const PAD: f32 = 3.6;

impl Flow<'_> {
    /// Lays a table.
    pub(super) fn table(&mut self, table: Table) {
        if table.rows.is_empty() {
            return;
        }
        let n = table.columns.len().max(1);
        let free = self.width - GAP * (n - 1) as f32;
        let all: f32 = table.columns.iter().sum();
        let widths: Vec<f32> = table.columns.iter().map(|c| free * c / all).collect();
        let element = self.element(Kind::Table);
        let head = (!table.head.is_empty()).then(|| {
            let s = SMALL.bold().above(0.0);
            let cells = table
                .head
                .iter()
                .map(|(text, right)| cell(text, if *right { s.right() } else { s }))
                .collect();
            self.row(Row::of(cells), &widths, element, true)
        });
        let again = head.as_ref().map(|h| {
            let ops = h.ops.iter().map(|o| Op { mark: o.mark.clone(), element: None }).collect();
            Rc::new(Piece { height: h.height, ops, ..Piece::default() })
        });
        let mut first = true;
        if let Some(mut h) = head {
            h.above = 6.0;
            h.with_next = true;
            self.pieces.push(h);
            first = false;
        }
        let last = table.rows.len() - 1;
        for (i, row) in table.rows.into_iter().enumerate() {
            let mut piece = self.row(row, &widths, element, false);
            piece.head.clone_from(&again);
            if first {
                piece.above = 6.0;
                first = false;
            }
            // A last row does not stand alone under a repeated head.
            piece.with_next = last > 1 && i + 1 == last;
            self.pieces.push(piece);
        }
    }

    fn row(&mut self, row: Row, widths: &[f32], table: usize, head: bool) -> Piece {
        let tr = self.press.elements.add(Kind::Row, Some(table));
        let mut out = Piece::default();
        let mut cells = Vec::new();
        for (c, w) in row.cells.into_iter().zip(widths) {
            let kind = if head { Kind::HeadCell } else { Kind::Cell };
            let element = self.press.elements.add(kind, Some(tr));
            cells.push(Piece::stack(c.into_iter().flat_map(|i| self.item(i, *w, element)).collect()));
        }
        // The first lines of all cells stand on one baseline, whatever their size; bars stay on top.
        let base = cells.iter().filter_map(baseline).fold(0.0, f32::max);
        let mut x = 0.0;
        for (piece, w) in cells.into_iter().zip(widths) {
            let down = baseline(&piece).map_or(0.0, |b| base - b);
            out.height = out.height.max(piece.height + down);
            out.ops.extend(piece.ops.into_iter().map(|o| o.moved(x, PAD + down)));
            x += w + GAP;
        }
        out.height += 2.0 * PAD;
        let (h, width) = (out.height, self.width);
        if let Some(colour) = row.tint {
            let mark = Mark::Rect { x: -6.0, y: 0.0, w: width + 12.0, h, radius: 0.0, colour };
            out.ops.insert(0, Op { mark, element: None });
        }
        let (colour, thick) = if head { (INK, 1.0) } else { (LINE, 0.6) };
        out.ops.push(Op {
            mark: Mark::Line { from: [0.0, h], to: [width, h], width: thick, colour, dash: None },
            element: None,
        });
        if let Some(place) = row.link {
            out.ops.push(Op { mark: Mark::Link { x: 0.0, y: 0.0, w: width, h, place }, element: None });
        }
        out
    }

    fn item(&mut self, item: Item, w: f32, element: usize) -> Vec<Piece> {
        let e = Some(element);
        match item {
            Item::Text(rich, s) => self.press.paragraph(&rich, s.above(0.0), 0.0, w, e),
            Item::Spot(colour, rich, s) => {
                let mut pieces = self.press.paragraph(&rich, s.above(0.0), 11.0, w - 11.0, e);
                if let Some(p) = pieces.first_mut() {
                    let mark =
                        Mark::Rect { x: 0.0, y: 0.5 * s.leading - 3.0, w: 6.0, h: 6.0, radius: 3.0, colour };
                    p.ops.push(Op { mark, element: None });
                }
                pieces
            }
            Item::Box(rich, s) => {
                let mut pieces = self.press.paragraph(&rich, s.above(0.0), 15.0, w - 15.0, e);
                if let Some(p) = pieces.first_mut() {
                    let (a, b, y0, y1) = (0.5, 9.0, 0.5 * s.leading - 4.5, 0.5 * s.leading + 4.0);
                    for (from, to) in
                        [([a, y0], [b, y0]), ([b, y0], [b, y1]), ([b, y1], [a, y1]), ([a, y1], [a, y0])]
                    {
                        let mark = Mark::Line { from, to, width: 0.9, colour: INK, dash: None };
                        p.ops.push(Op { mark, element: None });
                    }
                }
                pieces
            }
            Item::PageOf(place, s) => {
                let y = 0.5 * (s.leading - s.size) + 0.88 * s.size;
                let mark = Mark::PageOf { right: w, y, place, size: s.size, colour: s.colour };
                vec![Piece { height: s.leading, ops: vec![Op { mark, element: e }], ..Piece::default() }]
            }
            Item::Bar(b) => vec![bar(b, w)],
        }
    }
}

/// The baseline of the first line of a cell that begins with words.
fn baseline(piece: &Piece) -> Option<f32> {
    if piece
        .ops
        .iter()
        .any(|o| matches!(o.mark, Mark::Dots { .. }) || matches!(o.mark, Mark::Rect { h, .. } if h > 6.0))
    {
        return None;
    }
    piece
        .ops
        .iter()
        .filter_map(|o| match o.mark {
            Mark::Text { y, .. } | Mark::PageOf { y, .. } => Some(y),
            _ => None,
        })
        .reduce(f32::min)
}

/// A bar: hair solid, pigment dotted, the band as a line with ends, today and the goal as ticks.
fn bar(b: Bar, w: f32) -> Piece {
    use super::ink::{FAINT, HAIR, PIGMENT_PALE};
    const H: f32 = 11.0;
    let x = |percent: f32| w * percent.clamp(0.0, 100.0) / 100.0;
    let top = 3.0;
    let mut ops = Vec::new();
    let mut add = |mark| ops.push(Op { mark, element: None });
    add(Mark::Rect { x: 0.0, y: top, w, h: H, radius: 1.0, colour: FAINT });
    if b.hair > 0.0 {
        add(Mark::Rect { x: 0.0, y: top, w: x(b.hair), h: H, radius: 0.0, colour: HAIR });
    }
    if b.pigment > 0.0 {
        add(Mark::Rect { x: x(b.hair), y: top, w: x(b.pigment), h: H, radius: 0.0, colour: PIGMENT_PALE });
        add(Mark::Dots { x: x(b.hair), y: top, w: x(b.pigment), h: H });
    }
    if b.span > 0.0 {
        let y = top + 0.5 * H;
        let (from, to) = ([x(b.lo), y], [x(b.lo + b.span), y]);
        add(Mark::Line { from, to, width: 3.6, colour: [255, 255, 255], dash: None });
        add(Mark::Line { from, to, width: 1.6, colour: INK, dash: None });
    }
    let mut tick = |at: f32, dash| {
        let at = x(at);
        add(Mark::Line { from: [at, top - 3.0], to: [at, top + H + 3.0], width: 1.2, colour: INK, dash });
    };
    if let Some(t) = b.today {
        tick(t, None);
    }
    if let Some(g) = b.goal {
        tick(g, Some(1.8));
    }
    Piece { height: H + 8.0, ops, ..Piece::default() }
}
