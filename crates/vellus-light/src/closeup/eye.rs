//! What a ray into a close-up sees: hairs traced, skin from its raster.

use super::ground::Ground;
use super::lens::Lens;
use super::shade::Shade;
use crate::fibre::{Fibre, Place};
use crate::trace::around::{Axes, leave};
use crate::trace::hairs::NONE;
use crate::trace::piece::{Beam, Piece};
use crate::trace::samples::Samples;
use crate::trace::{Hairs, Lamps};
use glam::{DVec2, DVec3, Vec3};

/// Meetings of a path at most.
const DEPTH: u32 = 7;
/// Meetings after which weak paths are ended by chance.
const SURE: u32 = 2;
/// Lamps that the first hair of a path asks.
const FIRST_DRAWS: u32 = 4;
/// Absorption per radius with which only the surface of a hair sends light back.
const OPAQUE: f32 = 60.0;

/// A close-up ready to be looked at.
pub(crate) struct Eye<'a> {
    pub(crate) lens: Lens,
    pub(crate) hairs: &'a Hairs,
    pub(crate) fibre: Fibre,
    /// Absorption over one radius, by piece.
    pub(crate) absorption: &'a [Vec3],
    pub(crate) lamps: Lamps,
    pub(crate) housing: f32,
    pub(crate) ground: &'a Ground,
    pub(crate) shade: &'a Shade,
    /// How far crossed polarisers take the shine away.
    pub(crate) polarised: f32,
}

impl Eye<'_> {
    fn skin(&self, o: Vec3, d: Vec3) -> Option<f32> {
        self.lens.skin_distance(o.as_dvec3(), d.as_dvec3()).map(|t| t as f32)
    }

    /// True below the skin.
    fn sunk(&self, p: Vec3) -> bool {
        f64::from(p.z) < self.lens.skin_height(f64::from(p.x), f64::from(p.y))
    }

    /// The piece of hair that is seen first through the middle of the lens.
    pub(crate) fn first(&self, pixel: DVec2) -> Option<u32> {
        let (origin, direction) = (self.lens.stand().eye.as_vec3(), self.lens.direction(pixel).as_vec3());
        let reach = self.skin(origin, direction).unwrap_or(f32::INFINITY);
        self.hairs.first(&Beam { origin, direction }, reach, NONE).map(|m| m.piece)
    }

    /// Light that comes back along a ray.
    pub(crate) fn see(&self, origin: DVec3, direction: DVec3, s: &mut Samples<'_>) -> Vec3 {
        let mut ray = Beam { origin: origin.as_vec3(), direction: direction.as_vec3() };
        let (mut light, mut worth) = (Vec3::ZERO, Vec3::ONE);
        let mut skip = NONE;
        for step in 0..DEPTH {
            // Light that leaves a fibre below the surface is in the skin already.
            let sunk = step > 0 && self.sunk(ray.origin);
            let reach = if sunk { Some(0.0) } else { self.skin(ray.origin, ray.direction) };
            let hit = if sunk { None } else { self.hairs.first(&ray, reach.unwrap_or(f32::INFINITY), skip) };
            let Some(m) = hit else {
                light += worth
                    * match reach {
                        Some(t) => {
                            let p = ray.at(t);
                            let at = DVec2::new(f64::from(p.x), f64::from(p.y));
                            let (albedo, shine) = self.ground.at(at);
                            let mirrored = if step == 0 { shine } else { 0.0 };
                            (albedo + Vec3::splat(mirrored)) * self.shade.at(at)
                        }
                        None => Vec3::splat(self.housing),
                    };
                break;
            };
            let piece = *self.hairs.piece(m.piece);
            let view = -ray.direction;
            let axes = Axes::of(piece.axis, view);
            let offset = piece.offset(&ray);
            let place = self.fibre.at(axes.sin_o, 0.0, offset, self.absorption[m.piece as usize]);
            // The mirror of the surface keeps the polarisation, and the second polariser takes it.
            let surface = (step == 0 && self.polarised > 0.0)
                .then(|| self.fibre.at(axes.sin_o, 0.0, offset, Vec3::splat(OPAQUE)));
            let at = ray.at(m.distance);
            skip = m.piece;
            light += worth
                * self.lit(
                    &place,
                    surface.as_ref(),
                    &axes,
                    at,
                    &piece,
                    skip,
                    if step == 0 { FIRST_DRAWS } else { 1 },
                    s,
                );
            let (a, b) = (s.pair(), s.pair());
            let d = place.sample([a[0], a[1], b[0], b[1]]);
            worth *= d.weight;
            if let Some(surface) = &surface {
                let (all, own) = (place.scatter(d.sin_theta, d.phi), surface.scatter(d.sin_theta, d.phi));
                worth *= kept(all, own, self.polarised);
            }
            let direction = axes.direction(d.sin_theta, d.phi);
            ray = Beam { origin: leave(&piece, at, direction), direction };
            if step >= SURE {
                let keep = worth.max_element().min(0.95);
                if s.one() >= keep {
                    break;
                }
                worth /= keep;
            }
        }
        if light.is_finite() { light } else { Vec3::ZERO }
    }

    /// Light from a lamp that a hair sends back.
    fn lit(
        &self,
        place: &Place<'_>,
        surface: Option<&Place<'_>>,
        axes: &Axes,
        at: Vec3,
        piece: &Piece,
        skip: u32,
        draws: u32,
        s: &mut Samples<'_>,
    ) -> Vec3 {
        let (which, u) = (s.one(), s.pair());
        let mut sum = Vec3::ZERO;
        for k in 0..draws {
            // The same number shifted round the ring, so that opposite lamps are asked.
            let turn = which + k as f32 / draws as f32;
            let Some(lit) = self.lamps.draw(at, if turn < 1.0 { turn } else { turn - 1.0 }, u) else {
                continue;
            };
            let shadow = Beam { origin: leave(piece, at, lit.toward), direction: lit.toward };
            if self.sunk(shadow.origin)
                || self.skin(at, lit.toward).is_some()
                || !self.hairs.open(&shadow, lit.distance, skip)
            {
                continue;
            }
            let (sin_i, phi) = axes.angles(lit.toward);
            let all = place.scatter(sin_i, phi);
            sum +=
                lit.weight * surface.map_or(all, |p| all * kept(all, p.scatter(sin_i, phi), self.polarised));
        }
        sum / draws as f32
    }
}

/// Share of what a hair sends back that crossed polarisers let through.
fn kept(all: Vec3, surface: Vec3, polarised: f32) -> Vec3 {
    let part = |a: f32, s: f32| if a > 1e-9 { 1.0 - polarised * (s / a).min(1.0) } else { 1.0 };
    Vec3::new(part(all.x, surface.x), part(all.y, surface.y), part(all.z, surface.z))
}
