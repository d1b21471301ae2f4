//! Round marks in the skin as radial profiles: pigment, roots, spots, flakes.

use super::pattern::noise;
use crate::skin::Skin;
use crate::under_skin::{CHANNEL_WIDTH, DECAY_LUMINANCE_MM, DotOptics, Extinction, PEAK_DARKENING};
use glam::Vec3;
use libm::{erfc, expf, sqrtf};

/// What a mark does to the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Relative darkening in the middle, by channel, 0 to [`PEAK_DARKENING`].
    Darken(Vec3),
    /// Optical depth in the middle, by channel; negative lightens.
    Absorb(Vec3),
    /// A colour laid over the skin, with this opacity in the middle.
    Paint(Vec3, f32),
}

/// A mark in the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Blot {
    pub(crate) at_in_frame: [f32; 2],
    /// Half the width of the flat part, mm; 0 for a Gaussian.
    pub(crate) radius: f32,
    /// Standard deviation of the edge, or of the Gaussian, mm, by channel.
    pub(crate) edge: Vec3,
    /// Cosine and sine of the long axis.
    pub(crate) axis: [f32; 2],
    /// Short over long axis.
    pub(crate) aspect: f32,
    /// Unevenness of the outline, relative.
    pub(crate) irregular: f32,
    pub(crate) seed: u32,
    pub(crate) effect: Effect,
}

impl Blot {
    pub(crate) fn gauss(at: [f64; 2], sigma_mm: f64, effect: Effect) -> Self {
        Self {
            at_in_frame: at.map(|x| x as f32),
            radius: 0.0,
            edge: Vec3::splat(sigma_mm as f32),
            axis: [1.0, 0.0],
            aspect: 1.0,
            irregular: 0.0,
            seed: 0,
            effect,
        }
    }

    pub(crate) fn disc(at: [f64; 2], radius_mm: f64, edge_mm: f64, effect: Effect) -> Self {
        Self { radius: radius_mm as f32, ..Self::gauss(at, edge_mm, effect) }
    }

    pub(crate) fn shaped(mut self, aspect: f64, axis: f64, irregular: f64, seed: u32) -> Self {
        self.aspect = aspect as f32;
        self.axis = [libm::cos(axis) as f32, libm::sin(axis) as f32];
        self.irregular = irregular as f32;
        self.seed = seed;
        self
    }

    /// Distance beyond which nothing is left, mm.
    pub(crate) fn reach(&self) -> f32 {
        (self.radius * (1.0 + 2.0 * self.irregular) + 3.2 * self.edge.max_element()) / self.aspect.sqrt()
    }

    /// Share of the effect at a place, by channel.
    #[inline]
    pub(crate) fn share(&self, x: f32, y: f32) -> Vec3 {
        let (dx, dy) = (x - self.at_in_frame[0], y - self.at_in_frame[1]);
        let (u, v) = (dx * self.axis[0] + dy * self.axis[1], dy * self.axis[0] - dx * self.axis[1]);
        // The area of the ellipse is that of the round mark.
        let k = sqrtf(self.aspect);
        let (u, v) = (u * k, v / k);
        let mut r = sqrtf(u * u + v * v);
        if self.irregular > 0.0 && r > 0.0 {
            let (c, s) = (u / r, v / r);
            let wave =
                noise(1.3 * c + 5.0, 1.3 * s, self.seed) + 0.4 * noise(3.1 * c, 3.1 * s + 9.0, self.seed);
            r /= (1.0 + self.irregular * 1.4 * wave).max(0.3);
        }
        if self.radius <= 0.0 {
            let q = Vec3::splat(r) / self.edge;
            return Vec3::new(expf(-0.5 * q.x * q.x), expf(-0.5 * q.y * q.y), expf(-0.5 * q.z * q.z));
        }
        let q = Vec3::splat(r - self.radius) / (self.edge * std::f32::consts::SQRT_2);
        let f = |x: f32| {
            if x > 3.0 {
                0.0
            } else if x < -3.0 {
                1.0
            } else {
                0.5 * libm::erfcf(x)
            }
        };
        Vec3::new(f(q.x), f(q.y), f(q.z))
    }
}

/// Blur of the edge of a dot over the mean depth of its pigment. The project's Monte Carlo of a 0.30 mm dot keeps 0.89, 0.63
/// and 0.29 of the darkening of a wide field at tops of 0.08, 0.2 and 0.4 mm; a disc whose edge is blurred by a Gaussian
/// keeps 1 − exp(−R²/2σ²), which gives 0.42, 0.37 and 0.37.
const EDGE_PER_DEPTH: f64 = 0.39;

/// A pigment dot as the skin shows it: the one place in which close-ups ask for the optics of a dot.
///
/// A round deposit of pigment is seen as a disc with an edge that is blurred by the light which diffuses between it
/// and the surface; the darkening in the middle is that of [`Extinction::peak`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DotProfile {
    pub(crate) radius_mm: f64,
    pub(crate) edge_mm: [f64; 3],
    /// Darkening in the middle.
    pub(crate) middle: [f64; 3],
}

impl DotProfile {
    /// `height_um` of the deposit; the other numbers as in [`DotOptics::of`].
    pub(crate) fn of(diameter_um: f64, height_um: f64, depth_um: f64, mua_per_mm: f64, skin: &Skin) -> Self {
        let e: Extinction = DotOptics::of(diameter_um, height_um, depth_um, mua_per_mm, skin);
        let (z, h) = (depth_um / 1000.0, (height_um / 1000.0).max(1e-6));
        // Mean of the depth over an exponential that is cut at the height.
        let fall = libm::exp(-h / DECAY_LUMINANCE_MM);
        let mean = z + DECAY_LUMINANCE_MM - h * fall / (1.0 - fall);
        let edge_mm = CHANNEL_WIDTH.map(|k| k * (EDGE_PER_DEPTH * mean).max(0.01));
        Self {
            radius_mm: diameter_um / 2000.0,
            edge_mm,
            middle: e.peak().map(|p| p.clamp(0.0, PEAK_DARKENING)),
        }
    }

    /// Full width at half of the darkening, green, mm.
    pub(crate) fn seen_mm(&self) -> f64 {
        let middle = disc_share(0.0, self.radius_mm, self.edge_mm[1]);
        let (mut lo, mut hi) = (0.0, self.radius_mm + 4.0 * self.edge_mm[1]);
        for _ in 0..50 {
            let r = 0.5 * (lo + hi);
            if disc_share(r, self.radius_mm, self.edge_mm[1]) > 0.5 * middle {
                lo = r;
            } else {
                hi = r;
            }
        }
        lo + hi
    }

    pub(crate) fn blot(&self, at: [f64; 2], cast: Vec3) -> Blot {
        let most = PEAK_DARKENING as f32;
        let middle =
            (Vec3::from_array(self.middle.map(|x| x as f32)) * cast).clamp(Vec3::ZERO, Vec3::splat(most));
        let mut blot = Blot::disc(at, self.radius_mm, 0.0, Effect::Darken(middle));
        blot.edge = Vec3::from_array(self.edge_mm.map(|x| x as f32));
        // Where the edges of a small dot meet, its middle is still as dark as stated.
        let own = blot.share(blot.at_in_frame[0], blot.at_in_frame[1]);
        blot.effect = Effect::Darken(middle / own.max(Vec3::splat(0.1)));
        blot
    }
}

fn disc_share(r: f64, radius: f64, edge: f64) -> f64 {
    0.5 * erfc((r - radius) / (edge * std::f64::consts::SQRT_2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skin::{Fitzpatrick, Undertone};

    #[test]
    fn prop_a_dot_has_its_middle_and_its_seen_width() {
        let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
        for (d, z) in [(150.0, 100.0), (300.0, 200.0), (700.0, 120.0)] {
            let e = DotOptics::of(d, 200.0, z, 6.0, &skin);
            let profile = DotProfile::of(d, 200.0, z, 6.0, &skin);
            let blot = profile.blot([1.0, 2.0], Vec3::ONE);
            let Effect::Darken(peak) = blot.effect else { panic!("{blot:?}") };
            let at = |r: f64| blot.share(1.0 + r as f32, 2.0) * peak;
            for c in 0..3 {
                let want = e.peak()[c].min(PEAK_DARKENING);
                assert!((f64::from(at(0.0)[c]) - want).abs() < 1e-5, "{d} {z} {c}");
            }
            let half = 0.5 * profile.seen_mm();
            assert!((at(half).y / at(0.0).y - 0.5).abs() < 1e-3);
            assert!(half > 0.4 * d / 1000.0 && half < 0.5 * d / 1000.0 + 0.1, "{half}");
            assert!(at(f64::from(blot.reach())).max_element() < 1e-3);
        }
    }

    #[test]
    fn prop_a_long_dot_has_the_area_of_a_round_one() {
        let whole = |b: Blot| {
            let (step, n) = (0.01_f32, 120);
            let mut sum = 0.0;
            for j in -n..n {
                for i in -n..n {
                    sum += b.share(i as f32 * step, j as f32 * step).y * step * step;
                }
            }
            sum
        };
        let round = Blot::disc([0.0; 2], 0.3, 0.03, Effect::Absorb(Vec3::ONE));
        let long = round.shaped(0.5, 0.7, 0.0, 1);
        assert!((whole(long) / whole(round) - 1.0).abs() < 0.01);
    }
}
