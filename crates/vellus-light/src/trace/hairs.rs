//! All hairs of a scene in a bounding-volume hierarchy.

use super::piece::{Beam, Piece};
use crate::error::LightError;
use glam::Vec3;
use obvhs::BvhBuildParams;
use obvhs::aabb::Aabb;
use obvhs::cwbvh::{CwBvh, builder::build_cwbvh};
use obvhs::ray::{Ray, RayHit};
use std::time::Duration;

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
    bvh: CwBvh,
    /// Pieces in the order of the hierarchy's leaves; a long one occurs several times.
    ordered: Vec<Piece>,
    /// Number of each, as it was given.
    number: Vec<u32>,
    pieces: usize,
}

/// Where a ray meets a hair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meeting {
    /// Distance along the ray, mm.
    pub distance: f32,
    /// Number of the piece, as it was given.
    pub piece: u32,
    slot: u32,
}

impl Hairs {
    /// Builds the hierarchy.
    ///
    /// # Errors
    /// [`LightError::BrokenMesh`] for pieces with numbers that are not finite or sensible.
    pub fn new(pieces: &[Piece]) -> Result<Self, LightError> {
        if pieces.is_empty() {
            return Ok(Self::default());
        }
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
        let bvh = build_cwbvh(&boxes, BvhBuildParams::fast_build(), &mut Duration::default());
        let number: Vec<u32> = bvh.primitive_indices.iter().map(|i| owner[*i as usize]).collect();
        let ordered = number.iter().map(|i| pieces[*i as usize]).collect();
        Ok(Self { bvh, ordered, number, pieces: pieces.len() })
    }

    /// Number of pieces.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.pieces
    }

    /// True without hairs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pieces == 0
    }

    /// The first hair that a ray enters within `most` mm, other than the piece `skip`.
    #[inline]
    #[must_use]
    pub fn first(&self, beam: &Beam, most: f32, skip: u32) -> Option<Meeting> {
        if self.pieces == 0 {
            return None;
        }
        let ray = Ray::new(beam.origin.into(), off_axis(beam.direction).into(), 0.0, most);
        let mut hit = RayHit::none();
        let met = self.bvh.ray_traverse(ray, &mut hit, |ray, slot| {
            let t = self.ordered[slot].enter(beam, 0.0, ray.tmax);
            if t < ray.tmax && self.number[slot] == skip { f32::INFINITY } else { t }
        });
        met.then(|| Meeting {
            distance: hit.t,
            piece: self.number[hit.primitive_id as usize],
            slot: hit.primitive_id,
        })
    }

    /// True when no hair other than the piece `skip` is entered within `most` mm.
    #[inline]
    #[must_use]
    pub fn open(&self, beam: &Beam, most: f32, skip: u32) -> bool {
        if self.pieces == 0 {
            return true;
        }
        let ray = Ray::new(beam.origin.into(), off_axis(beam.direction).into(), 0.0, most);
        self.bvh.ray_traverse_miss(ray, |_, slot| {
            let t = self.ordered[slot].enter(beam, 0.0, most);
            if t < most && self.number[slot] == skip { f32::INFINITY } else { t }
        })
    }

    /// The piece that was met.
    #[inline]
    #[must_use]
    pub fn piece(&self, m: &Meeting) -> &Piece {
        &self.ordered[m.slot as usize]
    }
}

/// A direction without components so small that their reciprocals lose their range in the slab tests.
#[inline]
pub(crate) fn off_axis(d: Vec3) -> Vec3 {
    const LEAST: f32 = 1e-6;
    let f = |x: f32| if x.abs() < LEAST { LEAST } else { x };
    Vec3::new(f(d.x), f(d.y), f(d.z))
}
