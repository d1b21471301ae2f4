//! All hairs of a scene in a bounding-volume hierarchy.

use super::piece::{Beam, Piece};
use super::tree::{Four, Tree, WIDE};
use crate::error::LightError;
use glam::Vec4;
use obvhs::aabb::Aabb;

/// Longest share of a piece that one box holds, mm: boxes round slanting hair are mostly empty, and
/// shorter ones fit better.
const BOX_MM: f32 = 0.7;
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

/// Up to four pieces side by side; a lane without one has a negative radius.
#[derive(Clone, Copy, Debug)]
struct Pack {
    centre: Four,
    axis: Four,
    half: Vec4,
    /// Radius squared.
    square: Vec4,
    number: [u32; WIDE],
}

impl Pack {
    fn of(list: &[u32], pieces: &[Piece]) -> Self {
        let mut out = Self {
            centre: Four::default(),
            axis: Four::splat(glam::Vec3::Y),
            half: Vec4::ZERO,
            square: Vec4::NEG_ONE,
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
    fn enter(&self, ray: &Ready, most: f32) -> (Vec4, u32) {
        let d = ray.direction;
        let away = self.centre.minus(ray.origin);
        let shift = away.dot(d);
        let o = d.times(shift).minus(away);
        let along = d.dot(self.axis);
        let a = (Vec4::ONE - along * along).max(Vec4::splat(1e-9));
        let triple = self.axis.dot(d.cross(o));
        let disc = a * self.square - triple * triple;
        let hit = disc.cmpge(Vec4::ZERO).bitmask();
        if hit == 0 {
            return (Vec4::ZERO, 0);
        }
        let lift = self.axis.dot(o);
        let t = (along * lift - disc.max(Vec4::ZERO).sqrt()) / a;
        let y = lift + t * along;
        let body = hit & y.abs().cmple(self.half).bitmask();
        let within = |t: Vec4| (t.cmpgt(Vec4::ZERO) & t.cmplt(Vec4::splat(most))).bitmask();
        let t = shift + t;
        if body == hit {
            return (t, body & within(t));
        }
        // The nearer end, as a ball.
        let end = self.half.copysign(y);
        let w = o.minus(self.axis.times(end));
        let s = w.dot(d);
        let round = self.square - (w.dot(w) - s * s);
        let cap = hit & !body & round.cmpge(Vec4::ZERO).bitmask();
        let u = shift - s - round.max(Vec4::ZERO).sqrt();
        let lanes =
            Vec4::select(glam::BVec4A::new(body & 1 != 0, body & 2 != 0, body & 4 != 0, body & 8 != 0), t, u);
        (lanes, (body | cap) & within(lanes))
    }
}

/// A ray beside itself four times.
struct Ready {
    origin: Four,
    direction: Four,
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
    #[inline]
    #[must_use]
    pub fn first(&self, beam: &Beam, most: f32, skip: u32) -> Option<Meeting> {
        let ray = Ready { origin: Four::splat(beam.origin), direction: Four::splat(beam.direction) };
        let found = self.tree.first(beam, most, |pack, most| {
            let pack = &self.packs[pack as usize];
            let (t, mut hit) = pack.enter(&ray, most);
            let mut best: Option<(f32, u32)> = None;
            while hit != 0 {
                let lane = hit.trailing_zeros() as usize;
                hit &= hit - 1;
                if pack.number[lane] != skip && best.is_none_or(|b| t[lane] < b.0) {
                    best = Some((t[lane], pack.number[lane]));
                }
            }
            best
        });
        found.map(|(distance, piece)| Meeting { distance, piece })
    }

    /// True when no hair other than the piece `skip` is entered within `most` mm.
    #[inline]
    #[must_use]
    pub fn open(&self, beam: &Beam, most: f32, skip: u32) -> bool {
        let ray = Ready { origin: Four::splat(beam.origin), direction: Four::splat(beam.direction) };
        !self.tree.any(beam, most, |pack| {
            let pack = &self.packs[pack as usize];
            let (_, hit) = pack.enter(&ray, most);
            hit != 0 && (0..WIDE).any(|lane| hit >> lane & 1 == 1 && pack.number[lane] != skip)
        })
    }

    /// A piece by its number.
    #[inline]
    #[must_use]
    pub fn piece(&self, number: u32) -> &Piece {
        &self.pieces[number as usize]
    }
}
