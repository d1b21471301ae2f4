//! Skin as paths meet it: its colour with marks, its relief, its gloss, and the light that comes out beside where
//! it went in.

use super::marks::Marks;
use super::maths::{exp, sin_cos_turns};
use crate::head_model::HeadModel;
use crate::skin::Skin;
use crate::texture::Texture;
use glam::Vec3;
use libm::powf;
use std::f32::consts::PI;

/// Reflectance of skin at normal incidence: n = 1.4. Source: facts on skin optics (1.38 to 1.44).
const F0: f32 = 0.028;
/// Roughness (GGX α) and weight of the two lobes of bare skin's gloss. Assumption: bulk and sebum film.
const ROUGH: [f32; 2] = [0.36, 0.13];
const WEIGHT: [f32; 2] = [0.9, 0.6];
/// Standard deviation along one axis with which light spreads in skin, mm, red, green, blue. Assumption, the
/// order of the mean free paths of Jacques 2013.
const SPREAD_MM: [f32; 3] = [2.4, 1.1, 0.6];
/// Standard deviation of Burley's profile over its scale d along one axis: √7.
const BURLEY_SIGMA: f32 = 2.645_75;
/// Entries of the table of radii.
const RADII: usize = 256;

/// How far light goes sideways in the skin.
///
/// The normalised diffusion of Christensen and Burley 2015, R(r) = (e^{−r/d} + e^{−r/3d})/(8π d r), with
/// a scale d for each channel; one radius is drawn from the mean of the three and weighs each
/// channel by its own share.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    scale: Vec3,
    /// Radius by the share of light that comes out nearer, mm.
    radius: Vec<f32>,
}

impl Spread {
    /// A spread with these standard deviations along one axis, mm.
    #[must_use]
    pub fn new(sigma_mm: [f32; 3]) -> Self {
        let scale = Vec3::from_array(sigma_mm.map(|s| s.max(1e-3) / BURLEY_SIGMA));
        let within = |r: f32| {
            let f = |d: f32| 1.0 - 0.25 * libm::expf(-r / d) - 0.75 * libm::expf(-r / (3.0 * d));
            (f(scale.x) + f(scale.y) + f(scale.z)) / 3.0
        };
        let most = 30.0 * scale.max_element();
        let radius = (0..RADII)
            .map(|k| {
                let want = k as f32 / RADII as f32;
                let (mut a, mut b) = (0.0, most);
                for _ in 0..40 {
                    let m = 0.5 * (a + b);
                    if within(m) < want { a = m } else { b = m }
                }
                0.5 * (a + b)
            })
            .collect();
        Self { scale, radius }
    }

    /// Human skin.
    #[must_use]
    pub fn human() -> Self {
        Self::new(SPREAD_MM)
    }

    /// Radius for a number in [0, 1), mm, and the weight of each channel there.
    #[inline]
    pub(crate) fn draw(&self, u: f32) -> (f32, Vec3) {
        let x = u * (RADII - 1) as f32;
        let k = (x as usize).min(RADII - 2);
        let r = self.radius[k] + (self.radius[k + 1] - self.radius[k]) * (x - k as f32);
        let f = |d: f32| (exp(-r / d) + exp(-r / (3.0 * d))) / d;
        let p = Vec3::new(f(self.scale.x), f(self.scale.y), f(self.scale.z));
        (r, p * (3.0 / (p.x + p.y + p.z)))
    }
}

/// The skin of a head, ready for paths.
pub struct SkinGround<'a> {
    /// The head.
    pub head: &'a HeadModel,
    /// Its skin.
    pub skin: &'a Skin,
    /// Dots and roots.
    pub marks: &'a Marks,
    /// Lateral spread of light; none for a matt surface.
    pub spread: Option<Spread>,
    /// Gloss over that of the skin's own: 1 dry, more when wet.
    pub wet: f32,
    /// What stubble takes from the gloss, as areas over the skin.
    pub stubble: &'a Marks,
    /// Whether the picture resolves the relief of the skin.
    pub relief: bool,
    pub(crate) texture: Texture,
    albedo: Vec3,
    redness: Vec3,
}

impl<'a> SkinGround<'a> {
    /// Skin of a head under marks, with the texture of one person.
    #[must_use]
    pub fn new(
        head: &'a HeadModel,
        skin: &'a Skin,
        marks: &'a Marks,
        stubble: &'a Marks,
        key: vellus_units::random::Key,
    ) -> Self {
        Self {
            head,
            skin,
            marks,
            spread: Some(Spread::human()),
            wet: 1.0,
            stubble,
            relief: false,
            texture: Texture::new(key),
            albedo: skin.albedo(),
            redness: skin.redness_factor(),
        }
    }

    /// Diffuse reflectance at a place of a triangle; `footprint_mm` of the look, none for light that has
    /// been elsewhere.
    #[inline]
    pub(crate) fn albedo(&self, triangle: u32, p: Vec3, normal: Vec3, footprint_mm: Option<f32>) -> Vec3 {
        let (corner, w) = self.head.weights(triangle, p);
        let tint = self.head.tint[corner[0]] * w.x
            + self.head.tint[corner[1]] * w.y
            + self.head.tint[corner[2]] * w.z;
        let mut own = self.albedo * tint * self.head.complexion(p);
        match footprint_mm {
            Some(f) => {
                own *= self.texture.mottle(p, self.skin.texture);
                if self.skin.redness > 0.0 {
                    own *= Vec3::ONE.lerp(self.redness, self.texture.flush(p));
                }
                own *= self.marks.through(p, normal, f);
            }
            None => own *= self.marks.mean(p),
        }
        own.clamp(Vec3::ZERO, Vec3::splat(0.99))
    }

    /// The normal with the relief of the skin on it, and how deep the place is, 0.5 to 1.
    #[inline]
    pub(crate) fn bumped(&self, p: Vec3, normal: Vec3) -> (Vec3, f32) {
        if !self.relief {
            return (normal, 1.0);
        }
        const STEP_MM: f32 = 0.02;
        let (t, b) = normal.any_orthonormal_pair();
        let h = self.texture.relief(p);
        let along = (self.texture.relief(p + t * STEP_MM) - h) / STEP_MM;
        let across = (self.texture.relief(p + b * STEP_MM) - h) / STEP_MM;
        let k = self.skin.texture;
        let hollow = (1.0 + k * 4.0 * h.min(0.0)).max(0.5);
        ((normal - (t * along + b * across) * k).normalize_or(normal), hollow)
    }

    /// Strength of the gloss at a place: stubble breaks the film.
    pub(crate) fn gloss(&self, p: Vec3) -> f32 {
        2.0 * self.skin.gloss * self.wet * self.stubble.mean(p).y
    }
}

/// Gloss times cosine, for a light in direction `toward`; per unit of radiance and solid angle.
#[inline]
pub(crate) fn gloss(normal: Vec3, view: Vec3, toward: Vec3) -> f32 {
    let nl = normal.dot(toward);
    let nv = normal.dot(view).max(0.05);
    if nl <= 0.0 {
        return 0.0;
    }
    let half = (toward + view).normalize_or(normal);
    let nh = normal.dot(half).max(0.0);
    let f = fresnel(view.dot(half));
    let mut sum = 0.0;
    for (alpha, weight) in ROUGH.into_iter().zip(WEIGHT) {
        let a2 = alpha * alpha;
        let d = nh * nh * (a2 - 1.0) + 1.0;
        sum += weight * a2 / (PI * d * d) * shadowing(nl, nv, alpha);
    }
    sum * f / (4.0 * nv)
}

/// Draws a direction of mirrored light and what it is worth against its chance.
#[inline]
pub(crate) fn mirror(normal: Vec3, view: Vec3, which: f32, u: [f32; 2]) -> Option<(Vec3, f32)> {
    let total = WEIGHT[0] + WEIGHT[1];
    let alpha = ROUGH[usize::from(which * total >= WEIGHT[0])];
    let c2 = (1.0 - u[0]) / (1.0 + (alpha * alpha - 1.0) * u[0]);
    let (c, s) = (c2.sqrt(), (1.0 - c2).max(0.0).sqrt());
    let (t, b) = normal.any_orthonormal_pair();
    let (sin, cos) = sin_cos_turns(u[1]);
    let half = t * (s * cos) + b * (s * sin) + normal * c;
    let vh = view.dot(half);
    let toward = 2.0 * vh * half - view;
    let (nl, nv) = (normal.dot(toward), normal.dot(view).max(0.05));
    (nl > 0.0 && vh > 0.0)
        .then(|| (toward, total * fresnel(vh) * shadowing(nl, nv, alpha) * vh / (nv * c.max(1e-3))))
}

#[inline]
fn fresnel(cos: f32) -> f32 {
    F0 + (1.0 - F0) * powf((1.0 - cos).clamp(0.0, 1.0), 5.0)
}

#[inline]
fn shadowing(nl: f32, nv: f32, alpha: f32) -> f32 {
    let k = 0.5 * alpha;
    (nl / (nl * (1.0 - k) + k)) * (nv / (nv * (1.0 - k) + k))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    #[test]
    fn prop_a_spread_gives_back_all_light_of_each_channel() {
        let s = Spread::human();
        let n = 20_000;
        let (mut sum, mut second) = (Vec3::ZERO, Vec3::ZERO);
        for k in 0..n {
            let (r, w) = s.draw((k as f32 + 0.5) / n as f32);
            sum += w / n as f32;
            second += w * (0.5 * r * r) / n as f32;
        }
        assert!((sum - Vec3::ONE).abs().max_element() < 0.01, "{sum}");
        // The table ends where 1/256 of the light is left, so that the widths come out a little small.
        for c in 0..3 {
            let ratio = second[c].sqrt() / SPREAD_MM[c];
            assert!((0.85..1.05).contains(&ratio), "{c} {ratio}");
        }
    }

    #[test]
    fn prop_gloss_by_directions_is_gloss_by_formula() {
        let (n, v) = (Vec3::Z, Vec3::new(0.6, 0.0, 0.8));
        let (m, mut a, mut b) = (400, 0.0_f64, 0.0_f64);
        for i in 0..m {
            for j in 0..m {
                let u = [(i as f32 + 0.5) / m as f32, (j as f32 + 0.5) / m as f32];
                let z = u[0];
                let r = (1.0 - z * z).sqrt();
                let d = Vec3::new(r * (TAU * u[1]).cos(), r * (TAU * u[1]).sin(), z);
                a += f64::from(gloss(n, v, d) * TAU) / f64::from(m * m);
                let which = ((i * m + j) as f32 * 0.618_034).fract();
                b += f64::from(mirror(n, v, which, u).map_or(0.0, |x| x.1)) / f64::from(m * m);
            }
        }
        assert!((a / b - 1.0).abs() < 0.02, "{a} {b}");
    }
}
