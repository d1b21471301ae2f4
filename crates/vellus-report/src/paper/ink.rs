//! What is drawn on a page, in points from its upper left corner.

use std::rc::Rc;

use krilla::image::Image;
use usvg::Tree;

use super::face::Shaped;

/// Red, green, blue of sRGB.
pub(super) type Colour = [u8; 3];

pub(super) const INK: Colour = [0x1b, 0x24, 0x28];
pub(super) const SOFT: Colour = [0x56, 0x61, 0x69];
pub(super) const LINE: Colour = [0xd5, 0xd2, 0xca];
pub(super) const FAINT: Colour = [0xf3, 0xf1, 0xec];
pub(super) const HAIR: Colour = [0x14, 0x58, 0x7a];
pub(super) const HAIR_PALE: Colour = [0xe6, 0xef, 0xf3];
pub(super) const PIGMENT: Colour = [0xa9, 0x4a, 0x12];
pub(super) const PIGMENT_PALE: Colour = [0xf3, 0xdc, 0xc8];
pub(super) const STOP: Colour = [0x8c, 0x1d, 0x18];
pub(super) const STOP_PALE: Colour = [0xfb, 0xe9, 0xe7];
pub(super) const ASK: Colour = [0x6b, 0x4a, 0x00];
pub(super) const ASK_PALE: Colour = [0xfd, 0xf3, 0xdc];
pub(super) const GOOD: Colour = [0x1f, 0x6b, 0x42];

/// A mark on the page.
#[derive(Clone)]
pub(super) enum Mark {
    /// Letters from a point on their baseline.
    Text { x: f32, y: f32, shaped: Rc<Shaped>, size: f32, colour: Colour },
    /// A filled rectangle with round corners.
    Rect { x: f32, y: f32, w: f32, h: f32, radius: f32, colour: Colour },
    /// A straight line; `dash` is the length of a dash and of a gap.
    Line { from: [f32; 2], to: [f32; 2], width: f32, colour: Colour, dash: Option<f32> },
    /// A field of dots, which stands for pigment.
    Dots { x: f32, y: f32, w: f32, h: f32 },
    /// A drawing.
    Svg { x: f32, y: f32, w: f32, h: f32, tree: Rc<Tree> },
    /// A picture as it is.
    Picture { x: f32, y: f32, w: f32, h: f32, image: Image },
    /// The number of the page on which a place lies, ending at a point on the baseline.
    PageOf { right: f32, y: f32, place: String, size: f32, colour: Colour },
    /// A press on it leads to a place.
    Link { x: f32, y: f32, w: f32, h: f32, place: String },
}

/// A mark and the element of the document that it belongs to; none for decoration.
#[derive(Clone)]
pub(super) struct Op {
    pub(super) mark: Mark,
    pub(super) element: Option<usize>,
}

impl Op {
    /// The same, elsewhere.
    pub(super) fn moved(mut self, dx: f32, dy: f32) -> Self {
        match &mut self.mark {
            Mark::Text { x, y, .. }
            | Mark::Rect { x, y, .. }
            | Mark::Dots { x, y, .. }
            | Mark::Svg { x, y, .. }
            | Mark::Picture { x, y, .. }
            | Mark::Link { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Mark::Line { from, to, .. } => {
                for p in [from, to] {
                    p[0] += dx;
                    p[1] += dy;
                }
            }
            Mark::PageOf { right, y, .. } => {
                *right += dx;
                *y += dy;
            }
        }
        self
    }
}

/// A stretch of the page that is not divided.
#[derive(Clone, Default)]
pub(super) struct Piece {
    pub(super) height: f32,
    /// Space above it, which falls away at the top of a page.
    pub(super) above: f32,
    pub(super) ops: Vec<Op>,
    /// Whether it stays on the page of what follows.
    pub(super) with_next: bool,
    /// What is drawn again above it when it begins a page: the head of its table.
    pub(super) head: Option<Rc<Piece>>,
    /// Whether a page begins with it.
    pub(super) new_page: bool,
    /// A place in the document: its name, and its level and title in the outline.
    pub(super) place: Option<(String, u8, String)>,
    /// The part that the running head names from here on.
    pub(super) part: Option<String>,
}

impl Piece {
    /// Pieces one below the other as one.
    pub(super) fn stack(pieces: Vec<Self>) -> Self {
        let mut out = Self::default();
        for (i, p) in pieces.into_iter().enumerate() {
            if i > 0 {
                out.height += p.above;
            }
            let y = out.height;
            out.ops.extend(p.ops.into_iter().map(|o| o.moved(0.0, y)));
            out.height += p.height;
        }
        out
    }
}
