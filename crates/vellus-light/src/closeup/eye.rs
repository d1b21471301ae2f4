//! What a ray into a close-up sees: hairs traced, skin from its raster.

use super::ground::Ground;
use super::lens::Lens;
use super::shade::Shade;
use crate::fibre::{Fibre, Place};
use crate::trace::hairs::NONE;
use crate::trace::piece::{Beam, Piece};
use crate::trace::samples::Samples;
use crate::trace::{Hairs, Lamps};
use glam::{DVec2, DVec3, Vec3};
use libm::{atan2f, cosf, sinf, sqrtf};

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

/// Where light that met a piece of hair at a point leaves it in this direction. The fibre's model has taken the light through
/// the fibre already; a ray that began where it came in would meet the next piece of the same hair from inside.
fn leave(piece: &Piece, at: Vec3, direction: Vec3) -> Vec3 {
    let across = |v: Vec3| v - piece.axis * v.dot(piece.axis);
    let (w, d) = (across(at - piece.centre), across(direction));
    let r = 1.06 * piece.radius;
    let (a, b, c) = (d.length_squared(), w.dot(d), w.length_squared() - r * r);
    let t = if a > 1e-6 { (sqrtf((b * b - a * c).max(0.0)) - b) / a } else { 0.0 };
    at + direction * t.clamp(0.0, 8.0 * piece.radius)
}

/// Share of what a hair sends back that crossed polarisers let through.
fn kept(all: Vec3, surface: Vec3, polarised: f32) -> Vec3 {
    let part = |a: f32, s: f32| if a > 1e-9 { 1.0 - polarised * (s / a).min(1.0) } else { 1.0 };
    Vec3::new(part(all.x, surface.x), part(all.y, surface.y), part(all.z, surface.z))
}

/// Frame of a fibre in which the viewer is at φ = 0.
struct Axes {
    along: Vec3,
    toward: Vec3,
    round: Vec3,
    sin_o: f32,
}

impl Axes {
    fn of(axis: Vec3, view: Vec3) -> Self {
        let sin_o = view.dot(axis).clamp(-1.0, 1.0);
        let across = view - axis * sin_o;
        let length = across.length();
        let toward = if length > 1e-4 { across / length } else { axis.any_orthonormal_vector() };
        Self { along: axis, toward, round: axis.cross(toward), sin_o }
    }

    fn angles(&self, d: Vec3) -> (f32, f32) {
        (d.dot(self.along), atan2f(d.dot(self.round), d.dot(self.toward)))
    }

    fn direction(&self, sin_theta: f32, phi: f32) -> Vec3 {
        let cos_theta = sqrtf((1.0 - sin_theta * sin_theta).max(0.0));
        (self.along * sin_theta + (self.toward * cosf(phi) + self.round * sinf(phi)) * cos_theta).normalize()
    }
}
