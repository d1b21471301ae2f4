//! The geometric rays through a fibre's section: where R, TT and TRT leave and what they lose.

use super::{LOBES, fresnel};
use crate::trace::lanes::{Eight, Lanes};
use crate::trace::maths::asin;
use glam::{Vec2, Vec3};
use libm::{atan2f, cosf, sinf};
use std::f32::consts::PI;

/// The section of a fibre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// Major over minor axis, 1 to 3. Straight East Asian hair is near 1.2, European 1.4, tightly
    /// curled African hair 1.7 to 2 (assumption after reviews of hair shape).
    pub aspect: f32,
}

impl Section {
    /// A circle.
    pub const ROUND: Self = Self { aspect: 1.0 };

    pub(crate) fn is_round(self) -> bool {
        self.aspect < 1.0001
    }
}

/// What the geometric rays of one offset do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometric {
    /// Angle of R, TT, TRT round the fibre, from the viewer's.
    pub(crate) exit: [f32; 3],
    /// Reflectance at the way in and at the two reflections inside.
    reflect: [f32; 3],
    /// Lengths of the first and second chord in the material, over the mean radius.
    chord: [f32; 2],
}

impl Geometric {
    #[inline(always)]
    pub(crate) fn round(eta: f32, sin_o: f32, cos_o: f32, h: f32) -> Self {
        let cos_t = (1.0 - sin_o * sin_o / (eta * eta)).sqrt();
        // Bravais: the index that the ray across the fibre feels.
        let across = (eta * eta - sin_o * sin_o).sqrt() / cos_o;
        let sin_gt = h / across;
        let cos_gt = (1.0 - sin_gt * sin_gt).max(0.0).sqrt();
        let (go, gt) = (asin(h), asin(sin_gt));
        let f = fresnel(cos_o * (1.0 - h * h).sqrt(), eta);
        let chord = 2.0 * cos_gt / cos_t;
        Self {
            exit: [-2.0 * go, 2.0 * gt - 2.0 * go + PI, 4.0 * gt - 2.0 * go],
            reflect: [f; 3],
            chord: [chord; 2],
        }
    }

    /// As [`Self::round`] through an ellipse whose major axis is `phi_o` away from the viewer, of the
    /// area of the round section. The offset h is measured over the half width that the ellipse shows
    /// to the viewer.
    pub(crate) fn elliptical(eta: f32, sin_o: f32, cos_o: f32, h: f32, phi_o: f32, section: Section) -> Self {
        let half = Vec2::new(section.aspect.sqrt(), 1.0 / section.aspect.sqrt());
        let cos_t = (1.0 - sin_o * sin_o / (eta * eta)).sqrt();
        let across = (eta * eta - sin_o * sin_o).sqrt() / cos_o;
        let toward = Vec2::new(cosf(phi_o), sinf(phi_o));
        let side = -toward.perp();
        let width = (half * side).length();
        // Light is followed backwards, from the viewer into the fibre; a positive h is to the right of
        // the ray, as on the circle.
        let start = side * (h * width);
        let Some(first) = enter(start, -toward, half) else {
            return Self::round(eta, sin_o, cos_o, h);
        };
        let at = |p: Vec2| (p / (half * half)).normalize_or(toward);
        let n = at(first);
        let cos = toward.dot(n).clamp(0.0, 1.0);
        let reflected = 2.0 * cos * n - toward;
        let f = fresnel(cos_o * cos, eta);
        let inside = refract(-toward, n, 1.0 / across).unwrap_or(-n);
        // Inside, the angle to the normal in space has the cosine cos θt · cos γ.
        let (second, first_chord) = cross(first, inside, half);
        let n2 = at(second);
        let c2 = inside.dot(n2).clamp(0.0, 1.0);
        let f1 = fresnel(cos_t * c2, 1.0 / eta);
        let through = refract(inside, -n2, across).unwrap_or(inside);
        let back = inside - 2.0 * inside.dot(n2) * n2;
        let (third, second_chord) = cross(second, back, half);
        let n3 = at(third);
        let f2 = fresnel(cos_t * back.dot(n3).clamp(0.0, 1.0), 1.0 / eta);
        let out = refract(back, -n3, across).unwrap_or(back);
        let angle = |d: Vec2| atan2f(toward.perp_dot(d), toward.dot(d));
        Self {
            exit: [reflected, through, out].map(angle),
            reflect: [f, f1, f2],
            chord: [first_chord / cos_t, second_chord / cos_t],
        }
    }

    /// Ap: the share of the light in each lobe, by channel.
    #[inline(always)]
    pub(crate) fn shares<L: Lanes>(&self, l: L, absorption: Vec3) -> [Vec3; LOBES] {
        let [f, f1, f2] = self.reflect;
        let Vec3 { x, y, z } = absorption;
        let [a, b] = [-self.chord[0], -self.chord[1]];
        let e = Eight::load(l, &[x * a, y * a, z * a, 0.0, x * b, y * b, z * b, 0.0]).exp().array();
        let (t, t2) = (Vec3::new(e[0], e[1], e[2]), Vec3::new(e[4], e[5], e[6]));
        let entered = t * (1.0 - f);
        let twice = entered * f1 * t2;
        // What stays inside goes on with the reflectance of the way in: it forgets where it was.
        let rest = twice * f2 * t * (1.0 - f) / (Vec3::ONE - t * f).max(Vec3::splat(1e-6));
        [Vec3::splat(f), entered * (1.0 - f1), twice * (1.0 - f2), rest]
    }
}

/// First point where the line `p + t d`, t of any sign, meets the ellipse.
#[inline]
fn enter(p: Vec2, d: Vec2, half: Vec2) -> Option<Vec2> {
    let (q, e) = (p / half, d / half);
    let (a, b, c) = (e.dot(e), q.dot(e), q.dot(q) - 1.0);
    let disc = b * b - a * c;
    (disc >= 0.0).then(|| p + d * ((-b - disc.sqrt()) / a))
}

/// The other end of the chord from a point of the ellipse, and its length.
#[inline]
fn cross(p: Vec2, d: Vec2, half: Vec2) -> (Vec2, f32) {
    let (q, e) = (p / half, d / half);
    let t = (-2.0 * q.dot(e) / e.dot(e)).max(0.0);
    (p + d * t, t)
}

/// Refraction of a unit direction at a normal against it; nothing under total reflection.
#[inline]
fn refract(d: Vec2, n: Vec2, ratio: f32) -> Option<Vec2> {
    let cos = -d.dot(n);
    let s2 = ratio * ratio * (1.0 - cos * cos);
    (s2 < 1.0).then(|| (d * ratio + n * (ratio * cos - (1.0 - s2).sqrt())).normalize_or(d))
}
