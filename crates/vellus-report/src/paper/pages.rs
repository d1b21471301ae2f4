//! Dividing pieces into pages.

use std::collections::BTreeMap;

use super::ink::{Op, Piece};

/// A page that is filled.
#[derive(Default)]
pub(super) struct Page {
    pub(super) ops: Vec<Op>,
    /// The part that it belongs to.
    pub(super) part: String,
}

/// An entry of the outline.
pub(super) struct Entry {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// All pages, and where places lie.
#[derive(Default)]
pub(super) struct Book {
    pub(super) pages: Vec<Page>,
    pub(super) outline: Vec<Entry>,
    /// Page from 0 and height, by the name of the place.
    pub(super) places: BTreeMap<String, (usize, f32)>,
}

/// The part of a page that text may fill, points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) height: f32,
}

/// What pieces that stay together need, from the first on.
fn chain(pieces: &[Piece], at_top: bool) -> f32 {
    let mut height = 0.0;
    for (i, p) in pieces.iter().enumerate() {
        height += p.height + if i == 0 && at_top { 0.0 } else { p.above };
        if !p.with_next || pieces.get(i + 1).is_some_and(|n| n.new_page) {
            break;
        }
    }
    height
}

/// Fills pages in order.
pub(super) fn fill(pieces: Vec<Piece>, frame: Frame) -> Book {
    let mut book = Book::default();
    let mut y = 0.0;
    let mut part = String::new();
    let mut held = false;
    for (i, p) in pieces.iter().enumerate() {
        if let Some(name) = &p.part {
            part.clone_from(name);
        }
        let fresh = y == 0.0;
        let need = chain(&pieces[i..], fresh);
        // A chain that was begun on this page was measured at its beginning.
        let alone = p.height + if fresh { 0.0 } else { p.above };
        let full = if held { y + alone > frame.height } else { y + need > frame.height };
        let fits_a_page = chain(&pieces[i..], true) <= frame.height;
        let turn = (full && (fits_a_page || y + alone > frame.height) && !fresh) || (p.new_page && !fresh);
        if book.pages.is_empty() || turn {
            book.pages.push(Page { part: part.clone(), ..Page::default() });
            y = 0.0;
            if let Some(head) = p.head.as_ref().filter(|_| !book.pages.is_empty() && i > 0) {
                put(&mut book, head, frame, y);
                y += head.height;
            }
        } else if y > 0.0 {
            y += p.above;
        }
        if let Some((name, level, title)) = &p.place {
            let page = book.pages.len() - 1;
            book.places.insert(name.clone(), (page, frame.top + y));
            book.outline.push(Entry { level: *level, title: title.clone(), page, y: frame.top + y });
        }
        put(&mut book, p, frame, y);
        y += p.height;
        held = p.with_next;
    }
    book
}

fn put(book: &mut Book, p: &Piece, frame: Frame, y: f32) {
    if let Some(page) = book.pages.last_mut() {
        page.ops.extend(p.ops.iter().map(|o| o.clone().moved(frame.left, frame.top + y)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    const FRAME: Frame = Frame { left: 10.0, top: 20.0, height: 100.0 };

    fn piece(height: f32) -> Piece {
        Piece { height, above: 5.0, ..Piece::default() }
    }

    #[test]
    fn space_above_falls_away_at_the_top() {
        // 4 × 20 and 3 × 5 between them fit; a fifth does not.
        let book = fill((0..5).map(|_| piece(20.0)).collect(), FRAME);
        assert_eq!(book.pages.len(), 2);
    }

    #[test]
    fn a_heading_goes_with_what_follows() {
        let mut heading = Piece { with_next: true, ..piece(10.0) };
        heading.place = Some(("a".into(), 2, "A".into()));
        let book = fill(vec![piece(80.0), heading, piece(30.0)], FRAME);
        assert_eq!((book.pages.len(), book.places["a"]), (2, (1, 20.0)));
    }

    #[test]
    fn what_is_longer_than_a_page_is_placed_and_never_turned_for_ever() {
        let long: Vec<Piece> = (0..40).map(|_| Piece { with_next: true, ..piece(20.0) }).collect();
        let book = fill(long, FRAME);
        assert_eq!(book.pages.len(), 10);
        assert_eq!(fill(vec![piece(500.0), piece(10.0)], FRAME).pages.len(), 2);
    }

    #[test]
    fn the_head_of_a_table_is_drawn_again() {
        let head = Rc::new(piece(10.0));
        let rows: Vec<Piece> =
            (0..9).map(|_| Piece { above: 0.0, head: Some(head.clone()), ..piece(20.0) }).collect();
        // 5 rows without a head, then 4 under it.
        assert_eq!(fill(rows, FRAME).pages.len(), 2);
    }
}
