//! Following one path.

use super::around::{Axes, leave};
use super::lamps::{FAR_MM, Lit};
use super::lanes::Lanes;
use super::maths::sin_cos_turns;
use super::piece::Beam;
use super::samples::Samples;
use super::scene::{Ground, NO_PIECE, Scene, Spot};
use super::skin_ground::{SkinGround, gloss, mirror};
use super::tree::{Roots, Walk};
use glam::Vec3;
use std::f32::consts::FRAC_1_PI;

/// Meetings after which weak paths are ended by chance.
const SURE: u32 = 3;
/// Rays leave a surface from this far above it, mm.
const LIFT_MM: f32 = 1e-3;
/// Standard deviation of the look of one path over the width of a pixel: pixels are filled with paths, so
/// that each needs little blur of its own.
const FOOTPRINT: f32 = 0.25;
/// Light that comes out nearer than this is taken to come out where it went in, mm.
const LEAST_SPREAD_MM: f32 = 0.02;
/// Light that went in nearer than this feels the same relief, mm.
const RELIEF_MM: f32 = 0.2;
/// Gloss below this radiance is left out.
const DIM: f32 = 2e-4;

/// What the first meeting of a path was with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct First {
    pub(crate) depth: f32,
    pub(crate) normal: Vec3,
    pub(crate) albedo: Vec3,
    /// 0 nothing, 1 skin, 2 + number of a piece of hair.
    pub(crate) id: u32,
    /// How much of it is shown.
    pub(crate) shown: f32,
}

/// Light that comes back along a ray, and what it met first. `pixel` is the width of a pixel over the
/// distance, or in mm where `parallel` is true; `roots` are where the ray
/// may meet skin and hairs.
#[inline(always)]
pub(crate) fn radiance<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    roots: [Roots<'_>; 2],
    mut ray: Beam,
    pixel: f32,
    parallel: bool,
    s: &mut Samples<'_>,
    most: u32,
) -> (Vec3, First) {
    let mut first = First::default();
    let (mut light, mut worth) = (Vec3::ZERO, Vec3::ONE);
    let mut skip = NO_PIECE;
    let (mut skin_from, mut from) = (Some(roots[0]), roots[1]);
    for step in 0..most {
        let spot = scene.body.first_on(walk, skin_from, &ray, f32::INFINITY);
        let reach = spot.map_or(f32::INFINITY, |s| s.distance);
        if let Some(m) = scene.hairs.first_on(walk, from, &ray, reach, skip) {
            let piece = *scene.hairs.piece(m.piece);
            let axes = Axes::of(piece.axis, -ray.direction);
            let sigma = scene.absorption[m.piece as usize];
            let place = scene.fibre.at_on(walk.on, axes.sin_o, 0.0, piece.offset(&ray), sigma);
            let at = ray.at(m.distance);
            if step == 0 {
                let foot = piece.centre + piece.axis * (at - piece.centre).dot(piece.axis);
                let normal = (at - foot).normalize_or(-ray.direction);
                let shown = scene.fade.map_or(1.0, |f| f(at).clamp(0.0, 1.0));
                first = First { depth: m.distance, normal, albedo: place.albedo(), id: 2 + m.piece, shown };
            }
            skip = m.piece;
            let which = if scene.lamps.are_several() { s.one() } else { 0.0 };
            let lit = scene.lamps.draw(at, which, s.pair());
            let (a, b) = (s.pair(), s.pair());
            let (sin_theta, phi) = place.draw([a[0], a[1], b[0], b[1]]);
            let (lamp_sin, lamp_phi) = lit.map_or((0.0, 0.0), |l| axes.angles(l.toward));
            let [(shine, _), (value, density)] = place.two(walk.on, [lamp_sin, sin_theta], [lamp_phi, phi]);
            if let Some(lit) = lit {
                let shadow = Beam { origin: leave(&piece, at, lit.toward), direction: lit.toward };
                if scene.clear(walk, &shadow, lit.distance, skip) {
                    light += worth * lit.weight * shine;
                }
            }
            if step + 1 == most || density <= 0.0 {
                break;
            }
            worth *= value / density;
            let direction = axes.direction(sin_theta, phi);
            ray = Beam { origin: leave(&piece, at, direction), direction };
        } else if let Some(spot) = spot {
            let at = ray.at(spot.distance);
            skip = NO_PIECE;
            let n = facing(&spot, ray.direction);
            let touch = Touch { at, spot, n, view: -ray.direction };
            let (albedo, next) = match &scene.ground {
                Ground::Matt(albedo) => {
                    (*albedo, matt(walk, scene, *albedo, &touch, s, &mut light, &mut worth))
                }
                Ground::Skin(skin) => {
                    let width = if parallel { pixel } else { pixel * spot.distance };
                    let look = (step == 0).then_some(FOOTPRINT * width);
                    let albedo = skin.albedo(spot.triangle, at, n, look);
                    (albedo, on_skin(walk, scene, skin, albedo, &touch, step, s, &mut light, &mut worth))
                }
            };
            if step == 0 {
                let shown = scene.fade.map_or(1.0, |f| f(at).clamp(0.0, 1.0));
                first = First { depth: spot.distance, normal: spot.normal, albedo, id: 1, shown };
            }
            if step + 1 == most {
                break;
            }
            let Some(next) = next else { break };
            ray = next;
        } else {
            light += worth
                * if step == 0 { scene.background } else { scene.lamps.dome(ray.origin, ray.direction) };
            break;
        }
        (skin_from, from) = (None, scene.hairs.tree().root());
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

/// Where a path touches the body.
struct Touch {
    at: Vec3,
    spot: Spot,
    n: Vec3,
    view: Vec3,
}

impl Touch {
    #[inline]
    fn origin(&self) -> Vec3 {
        self.at + self.spot.facet * LIFT_MM
    }
}

/// Light of a matt place, and where the path goes from there.
#[inline(always)]
fn matt<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    albedo: Vec3,
    t: &Touch,
    s: &mut Samples<'_>,
    light: &mut Vec3,
    worth: &mut Vec3,
) -> Option<Beam> {
    let origin = t.origin();
    *light += *worth * albedo * ground_lit(walk, scene, &t.spot, t.n, origin, s);
    *worth *= albedo;
    let direction = cosine(t.n, s.pair());
    (direction.dot(t.spot.facet) > 0.0).then_some(Beam { origin, direction })
}

/// Light of a place of skin, and where the path goes from there.
#[inline(always)]
fn on_skin<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    skin: &SkinGround<'_>,
    albedo: Vec3,
    t: &Touch,
    step: u32,
    s: &mut Samples<'_>,
    light: &mut Vec3,
    worth: &mut Vec3,
) -> Option<Beam> {
    let (n, hollow) = if step == 0 { skin.bumped(t.at, t.n) } else { (t.n, 1.0) };
    let strength = if step == 0 { skin.gloss(t.at) * hollow } else { 0.0 };
    if strength > 0.0 {
        *light += *worth * (strength * glossy_lit(walk, scene, t, n, s));
        // The dome in the mirror; what stands in its way is taken as dark, for it is a few per cent of
        // its light.
        let [which, _] = s.pair();
        if let Some((toward, w)) = mirror(n, t.view, which, s.pair()) {
            let shine = scene.lamps.dome(t.at, toward) * (w * strength);
            let out = Beam { origin: t.origin(), direction: toward };
            if shine.max_element() > DIM
                && toward.dot(t.spot.facet) > 0.0
                && scene.clear(walk, &out, FAR_MM, NO_PIECE)
            {
                *light += *worth * shine;
            }
        }
    }
    // Where the light that comes out here went in.
    let mut inlet = Touch { at: t.at, spot: t.spot, n, view: t.view };
    let mut weight = albedo;
    if let Some(spread) = &skin.spread {
        let [a, turn] = s.pair();
        // The samples of a pixel lie on a lattice. Folded, what each channel gets is periodic in it, and so
        // its error falls with the square of their number: the weights of the channels were most of the noise.
        let (r, by_channel) = spread.draw(1.0 - (2.0 * a - 1.0).abs());
        weight *= by_channel;
        if r > LEAST_SPREAD_MM {
            let (x, y) = t.n.any_orthonormal_pair();
            let (sin, cos) = sin_cos_turns(turn);
            let high = 0.5 * r + 0.6;
            let from = t.at + (x * cos + y * sin) * r + t.n * high;
            let probe = Beam { origin: from, direction: -t.n };
            if let Some(found) = scene.body.first_on(walk, None, &probe, 2.5 * high)
                && found.normal.dot(t.n) > 0.0
            {
                let at = probe.at(found.distance);
                let normal = if skin.relief && r < RELIEF_MM { n } else { found.normal };
                inlet = Touch { at, spot: found, n: normal, view: t.view };
            }
        }
    }
    let origin = inlet.origin();
    if step == 0 {
        // The first place is looked at under every lamp: choosing one would be most of the noise.
        for k in 0..scene.lamps.count() {
            let u = s.pair();
            if let Some(lit) = scene.lamps.draw_one(k, origin, u) {
                *light += *worth * weight * arrived(walk, scene, &inlet.spot, inlet.n, origin, &lit);
            }
        }
    } else {
        *light += *worth * weight * ground_lit(walk, scene, &inlet.spot, inlet.n, origin, s);
    }
    *worth *= weight;
    let direction = cosine(inlet.n, s.pair());
    (direction.dot(inlet.spot.facet) > 0.0).then_some(Beam { origin, direction })
}

/// Light of the lamps that the gloss of skin sends back, at gloss 1.
#[inline(always)]
fn glossy_lit<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    t: &Touch,
    n: Vec3,
    s: &mut Samples<'_>,
) -> Vec3 {
    let origin = t.origin();
    let mut sum = Vec3::ZERO;
    for k in 0..scene.lamps.count() {
        let Some(Lit { toward, distance, weight }) = scene.lamps.draw_one(k, origin, s.pair()) else {
            continue;
        };
        if t.spot.facet.dot(toward) <= 0.0 {
            continue;
        }
        let shine = weight * gloss(n, t.view, toward);
        let shadow = Beam { origin, direction: toward };
        if shine.max_element() >= DIM && scene.clear(walk, &shadow, distance, NO_PIECE) {
            sum += shine;
        }
    }
    sum
}

/// The smooth normal, on the side from which the ray comes.
#[inline(always)]
fn facing(spot: &Spot, direction: Vec3) -> Vec3 {
    if spot.normal.dot(direction) < 0.0 { spot.normal } else { spot.facet }
}

/// Light from a lamp that a white diffuse surface sends back.
#[inline(always)]
fn ground_lit<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    spot: &Spot,
    n: Vec3,
    origin: Vec3,
    s: &mut Samples<'_>,
) -> Vec3 {
    let which = if scene.lamps.are_several() { s.one() } else { 0.0 };
    let u = s.pair();
    match scene.lamps.draw(origin, which, u) {
        Some(lit) => arrived(walk, scene, spot, n, origin, &lit),
        None => Vec3::ZERO,
    }
}

/// What a white diffuse surface sends back of a lamp that was drawn.
#[inline(always)]
fn arrived<L: Lanes>(
    walk: &mut Walk<L>,
    scene: &Scene<'_>,
    spot: &Spot,
    n: Vec3,
    origin: Vec3,
    lit: &Lit,
) -> Vec3 {
    let cos = n.dot(lit.toward);
    if cos <= 0.0 || spot.facet.dot(lit.toward) <= 0.0 {
        return Vec3::ZERO;
    }
    let shadow = Beam { origin, direction: lit.toward };
    if scene.clear(walk, &shadow, lit.distance, NO_PIECE) {
        lit.weight * (cos * FRAC_1_PI)
    } else {
        Vec3::ZERO
    }
}

/// A direction about a normal with a density of the cosine.
#[inline(always)]
fn cosine(n: Vec3, u: [f32; 2]) -> Vec3 {
    let (t, b) = n.any_orthonormal_pair();
    let r = u[0].sqrt();
    let (sin, cos) = sin_cos_turns(u[1]);
    t * (r * cos) + b * (r * sin) + n * (1.0 - u[0]).sqrt()
}
