//! All hairs of a scene in a bounding-volume hierarchy.

use super::lanes::{Eight, Kept, Lanes, Vectors, WIDE, Work, widest};
use super::piece::{Beam, Piece};
use super::tree::{Roots, Tree, Walk, nearest};
use crate::error::LightError;
use glam::Vec3;
use obvhs::aabb::Aabb;

/// Longest share of a piece that one box holds, mm: boxes round slanting hair are mostly empty, and
/// shorter ones fit better.
const BOX_MM: f32 = 2.1;
/// Most boxes that one piece is cut into.
const MOST_BOXES: usize = 8;
/// No piece.
pub const NONE: u32 = u32::MAX;

/// Hairs ready for rays.
#[derive(Clone, Debug, Default)]
pub struct Hairs {
    tree: Tree,
    packs: Vec<Pack>,
    pieces: Vec<Piece>,
}

/// Up to eight pieces side by side; a lane without one has a radius that is met by nothing.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Pack {
    centre: Kept,
    axis: Kept,
    half: [f32; WIDE],
    /// Radius squared.
    square: [f32; WIDE],
    number: [u32; WIDE],
}

impl Pack {
    fn of(list: &[u32], pieces: &[Piece]) -> Self {
        let mut out = Self {
            centre: Kept::splat(Vec3::ZERO),
            axis: Kept::splat(Vec3::Y),
            half: [0.0; WIDE],
            square: [-1.0; WIDE],
            number: [NONE; WIDE],
        };
        for (lane, n) in list.iter().enumerate() {
            let p = &pieces[*n as usize];
            out.centre.set(lane, p.centre);
            out.axis.set(lane, p.axis);
            out.half[lane] = p.half;
            out.square[lane] = p.radius * p.radius;
            out.number[lane] = *n;
        }
        out
    }

    /// Distances at which a ray enters the pieces, as [`Piece::enter`], and the bits of those that it does
    /// enter after 0 and before `most`.
    #[inline(always)]
    fn enter<L: Lanes>(&self, l: L, ray: &Ready<L>, most: f32) -> (Eight<L>, u32) {
        let zero = Eight::splat(l, 0.0);
        let d = ray.direction;
        let (axis, square) = (Vectors::load(l, &self.axis), Eight::load(l, &self.square));
        let away = Vectors::load(l, &self.centre).minus(ray.origin);
        let shift = away.dot(d);
        let o = d.times(shift).minus(away);
        let along = d.dot(axis);
        let a = (Eight::splat(l, 1.0) - along * along).max(Eight::splat(l, 1e-9));
        let triple = axis.dot(d.cross(o));
        let disc = a * square - triple * triple;
        let hit = zero.at_most(disc).bits();
        if hit == 0 {
            return (zero, 0);
        }
        let half = Eight::load(l, &self.half);
        let lift = axis.dot(o);
        let t = (along * lift - disc.max(zero).sqrt()) / a;
        let y = lift + t * along;
        let on_body = y.abs().at_most(half);
        let body = hit & on_body.bits();
        let most = Eight::splat(l, most);
        let t = shift + t;
        if body == hit {
            return (t, body & zero.below(t).bits() & t.below(most).bits());
        }
        // The nearer end, as a ball.
        let w = o.minus(axis.times(half.signed(y)));
        let s = w.dot(d);
        let round = square - (w.dot(w) - s * s);
        let cap = hit & !body & zero.at_most(round).bits();
        let t = on_body.pick(t, shift - s - round.max(zero).sqrt());
        (t, (body | cap) & zero.below(t).bits() & t.below(most).bits())
    }
}

/// A ray beside itself eight times.
struct Ready<L: Lanes> {
    origin: Vectors<L>,
    direction: Vectors<L>,
}

impl<L: Lanes> Ready<L> {
    #[inline(always)]
    fn new(l: L, beam: &Beam) -> Self {
        Self { origin: Vectors::splat(l, beam.origin), direction: Vectors::splat(l, beam.direction) }
    }
}

/// Where a ray meets a hair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meeting {
    /// Distance along the ray, mm.
    pub distance: f32,
    /// Number of the piece, as it was given.
    pub piece: u32,
}

impl Hairs {
    /// Builds the hierarchy.
    ///
    /// # Errors
    /// [`LightError::BrokenMesh`] for pieces with numbers that are not finite or sensible.
    pub fn new(pieces: Vec<Piece>) -> Result<Self, LightError> {
        let sound = |p: &Piece| {
            p.centre.is_finite()
                && p.axis.is_normalized()
                && (0.0..1e4).contains(&p.half)
                && p.radius > 0.0
                && p.radius < 100.0
        };
        if !pieces.iter().all(sound) {
            return Err(LightError::BrokenMesh("a piece of hair has a value that is not a sensible number"));
        }
        let mut boxes: Vec<Aabb> = Vec::with_capacity(2 * pieces.len());
        let mut owner: Vec<u32> = Vec::with_capacity(2 * pieces.len());
        for (i, p) in pieces.iter().enumerate() {
            let parts = ((2.0 * p.half / BOX_MM).ceil() as usize).clamp(1, MOST_BOXES);
            for k in 0..parts {
                boxes.push(p.bounds(k as f32 / parts as f32, (k + 1) as f32 / parts as f32));
                owner.push(i as u32);
            }
        }
        let mut packs = Vec::with_capacity(boxes.len() / 2);
        let tree = Tree::new(&boxes, &mut |list| {
            // Neighbouring boxes of one piece need it only once.
            let mut of: Vec<u32> = list.iter().map(|i| owner[*i as usize]).collect();
            of.sort_unstable();
            of.dedup();
            packs.push(Pack::of(&of, &pieces));
            packs.len() as u32 - 1
        });
        Ok(Self { tree, packs, pieces })
    }

    /// Number of pieces.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.pieces.len()
    }

    /// True without hairs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Bytes that the hierarchy and the pieces take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.tree.bytes() + self.packs.len() * size_of::<Pack>() + self.pieces.len() * size_of::<Piece>()
    }

    /// The first hair that a ray enters within `most` mm, other than the piece `skip`.
    #[must_use]
    pub fn first(&self, beam: &Beam, most: f32, skip: u32) -> Option<Meeting> {
        struct First<'a>(&'a Hairs, &'a Beam, f32, u32);
        impl Work for First<'_> {
            type Out = Option<Meeting>;
            #[inline(always)]
            fn run<L: Lanes>(self, l: L) -> Self::Out {
                self.0.first_on(&mut Walk::new(l), self.0.tree.root(), self.1, self.2, self.3)
            }
        }
        widest(First(self, beam, most, skip))
    }

    /// True when no hair other than the piece `skip` is entered within `most` mm.
    #[must_use]
    pub fn open(&self, beam: &Beam, most: f32, skip: u32) -> bool {
        struct Open<'a>(&'a Hairs, &'a Beam, f32, u32);
        impl Work for Open<'_> {
            type Out = bool;
            #[inline(always)]
            fn run<L: Lanes>(self, l: L) -> bool {
                self.0.open_on(&mut Walk::new(l), self.1, self.2, self.3)
            }
        }
        widest(Open(self, beam, most, skip))
    }

    /// The hierarchy over the hairs.
    #[inline(always)]
    pub(crate) const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// [`Self::first`] for one who follows many rays.
    #[inline(always)]
    pub(crate) fn first_on<L: Lanes>(
        &self,
        walk: &mut Walk<L>,
        roots: Roots<'_>,
        beam: &Beam,
        most: f32,
        skip: u32,
    ) -> Option<Meeting> {
        let l = walk.on;
        let ray = Ready::new(l, beam);
        let found = self.tree.first(
            walk,
            roots,
            beam,
            most,
            #[inline(always)]
            |pack, most| {
                let pack = &self.packs[pack as usize];
                let (t, hit) = pack.enter(l, &ray, most);
                if hit == 0 { None } else { nearest(t.array(), hit, &pack.number, skip) }
            },
        );
        found.map(|(distance, piece)| Meeting { distance, piece })
    }

    /// [`Self::open`] for one who follows many rays.
    #[inline(always)]
    pub(crate) fn open_on<L: Lanes>(&self, walk: &mut Walk<L>, beam: &Beam, most: f32, skip: u32) -> bool {
        let l = walk.on;
        let ray = Ready::new(l, beam);
        !self.tree.any(
            walk,
            beam,
            most,
            #[inline(always)]
            |pack| {
                let pack = &self.packs[pack as usize];
                let (_, hit) = pack.enter(l, &ray, most);
                hit != 0 && (0..WIDE).any(|lane| hit >> lane & 1 == 1 && pack.number[lane] != skip)
            },
        )
    }

    /// A piece by its number.
    #[inline]
    #[must_use]
    pub fn piece(&self, number: u32) -> &Piece {
        &self.pieces[number as usize]
    }
}
