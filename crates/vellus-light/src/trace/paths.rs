//! Following one path.

use super::lamps::{Lit, sin_cos};
use super::piece::Beam;
use super::samples::Samples;
use super::scene::{NO_PIECE, Scene, Spot};
use crate::fibre::Place;
use glam::Vec3;
use libm::{atan2f, sqrtf};
use std::f32::consts::{FRAC_1_PI, TAU};

/// Meetings after which weak paths are ended by chance.
const SURE: u32 = 3;
/// Rays leave a surface from this far above it, mm.
const LIFT_MM: f32 = 1e-3;

/// What the first meeting of a path was with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct First {
    pub(crate) depth: f32,
    pub(crate) normal: Vec3,
    pub(crate) albedo: Vec3,
    /// 0 nothing, 1 skin, 2 + number of a piece of hair.
    pub(crate) id: u32,
}

/// Light that comes back along a ray, and what it met first.
pub(crate) fn radiance(scene: &Scene<'_>, mut ray: Beam, s: &mut Samples<'_>, most: u32) -> (Vec3, First) {
    let mut first = First::default();
    let (mut light, mut worth) = (Vec3::ZERO, Vec3::ONE);
    let mut skip = NO_PIECE;
    for step in 0..most {
        let spot = scene.body.first(&ray, f32::INFINITY);
        let reach = spot.map_or(f32::INFINITY, |s| s.distance);
        if let Some(m) = scene.hairs.first(&ray, reach, skip) {
            let piece = *scene.hairs.piece(m.piece);
            let axes = Axes::of(piece.axis, -ray.direction);
            let sigma = scene.absorption[m.piece as usize];
            let place = scene.fibre.at(axes.sin_o, 0.0, piece.offset(&ray), sigma);
            let at = ray.at(m.distance);
            if step == 0 {
                let foot = piece.centre + piece.axis * (at - piece.centre).dot(piece.axis);
                let normal = (at - foot).normalize_or(-ray.direction);
                first = First { depth: m.distance, normal, albedo: place.albedo(), id: 2 + m.piece };
            }
            skip = m.piece;
            light += worth * hair_lit(scene, &place, &axes, at, skip, s);
            if step + 1 == most {
                break;
            }
            let (a, b) = (s.pair(), s.pair());
            let d = place.sample([a[0], a[1], b[0], b[1]]);
            worth *= d.weight;
            ray = Beam { origin: at, direction: axes.direction(d.sin_theta, d.phi) };
        } else if let Some(spot) = spot {
            let at = ray.at(spot.distance);
            let albedo = scene.ground.albedo;
            if step == 0 {
                first = First { depth: spot.distance, normal: spot.normal, albedo, id: 1 };
            }
            skip = NO_PIECE;
            let n = facing(&spot, ray.direction);
            let origin = at + spot.facet * LIFT_MM;
            light += worth * albedo * ground_lit(scene, &spot, n, origin, s);
            if step + 1 == most {
                break;
            }
            worth *= albedo;
            let direction = cosine(n, s.pair());
            if direction.dot(spot.facet) <= 0.0 {
                break;
            }
            ray = Beam { origin, direction };
        } else {
            light += worth
                * if step == 0 { scene.background } else { scene.lamps.dome(ray.origin, ray.direction) };
            break;
        }
        if step >= SURE {
            let keep = worth.max_element().min(0.95);
            if s.one() >= keep {
                break;
            }
            worth /= keep;
        }
    }
    (light, first)
}

/// The smooth normal, on the side from which the ray comes.
#[inline]
fn facing(spot: &Spot, direction: Vec3) -> Vec3 {
    if spot.normal.dot(direction) < 0.0 { spot.normal } else { spot.facet }
}

/// Light from a lamp that a white diffuse surface sends back.
#[inline]
fn ground_lit(scene: &Scene<'_>, spot: &Spot, n: Vec3, origin: Vec3, s: &mut Samples<'_>) -> Vec3 {
    let (which, u) = (s.one(), s.pair());
    let Some(Lit { toward, distance, weight }) = scene.lamps.draw(origin, which, u) else {
        return Vec3::ZERO;
    };
    let cos = n.dot(toward);
    if cos <= 0.0 || spot.facet.dot(toward) <= 0.0 {
        return Vec3::ZERO;
    }
    let shadow = Beam { origin, direction: toward };
    if scene.clear(&shadow, distance, NO_PIECE) { weight * (cos * FRAC_1_PI) } else { Vec3::ZERO }
}

/// Light from a lamp that a hair sends back.
#[inline]
fn hair_lit(
    scene: &Scene<'_>,
    place: &Place<'_>,
    axes: &Axes,
    at: Vec3,
    skip: u32,
    s: &mut Samples<'_>,
) -> Vec3 {
    let (which, u) = (s.one(), s.pair());
    let Some(Lit { toward, distance, weight }) = scene.lamps.draw(at, which, u) else { return Vec3::ZERO };
    let shadow = Beam { origin: at, direction: toward };
    if !scene.clear(&shadow, distance, skip) {
        return Vec3::ZERO;
    }
    let (sin_i, phi) = axes.angles(toward);
    weight * place.scatter(sin_i, phi)
}

/// A direction about a normal with a density of the cosine.
#[inline]
fn cosine(n: Vec3, u: [f32; 2]) -> Vec3 {
    let (t, b) = n.any_orthonormal_pair();
    let r = sqrtf(u[0]);
    let (sin, cos) = sin_cos(TAU * u[1]);
    t * (r * cos) + b * (r * sin) + n * sqrtf(1.0 - u[0])
}

/// Frame of a fibre in which the viewer is at φ = 0.
struct Axes {
    along: Vec3,
    toward: Vec3,
    round: Vec3,
    sin_o: f32,
}

impl Axes {
    #[inline]
    fn of(axis: Vec3, view: Vec3) -> Self {
        let sin_o = view.dot(axis).clamp(-1.0, 1.0);
        let across = view - axis * sin_o;
        let length = across.length();
        let toward = if length > 1e-4 { across / length } else { axis.any_orthonormal_vector() };
        Self { along: axis, toward, round: axis.cross(toward), sin_o }
    }

    #[inline]
    fn angles(&self, d: Vec3) -> (f32, f32) {
        (d.dot(self.along), atan2f(d.dot(self.round), d.dot(self.toward)))
    }

    #[inline]
    fn direction(&self, sin_theta: f32, phi: f32) -> Vec3 {
        let cos_theta = sqrtf((1.0 - sin_theta * sin_theta).max(0.0));
        let (s, c) = sin_cos(phi);
        (self.along * sin_theta + (self.toward * c + self.round * s) * cos_theta).normalize()
    }
}
