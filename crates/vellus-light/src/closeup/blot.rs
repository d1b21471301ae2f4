//! Round marks in the skin as radial profiles: pigment, roots, spots, flakes.

use super::pattern::noise;
use crate::skin::Skin;
use crate::under_skin::{CHANNEL_WIDTH, DotOptics, Extinction, PEAK_DARKENING};
use glam::Vec3;
use libm::{erfc, expf, sqrtf};
use std::f64::consts::PI;

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

/// A pigment dot as the skin shows it: the one place in which close-ups ask for the optics of a dot.
///
/// A round deposit of pigment is seen as a disc with an edge that is blurred by the light which diffuses between it
/// and the surface; the darkening integrated over the skin is the extinction area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DotProfile {
    pub(crate) radius_mm: f64,
    pub(crate) edge_mm: [f64; 3],
    pub(crate) peak: [f64; 3],
}

impl DotProfile {
    /// `height_um` of the deposit; the other numbers as in [`DotOptics::of`].
    pub(crate) fn of(diameter_um: f64, height_um: f64, depth_um: f64, mua_per_mm: f64, skin: &Skin) -> Self {
        Self::spread(diameter_um, DotOptics::of(diameter_um, height_um, depth_um, mua_per_mm, skin))
    }

    fn spread(diameter_um: f64, e: Extinction) -> Self {
        let radius_mm = diameter_um / 2000.0;
        // The variance of a disc is that of a Gaussian of a quarter of its diameter.
        let own = 0.25 * radius_mm * radius_mm;
        let sigma = f64::from(e.sigma_mm);
        let blur = libm::sqrt((sigma * sigma - own).max(0.0004 * radius_mm * radius_mm + 1e-6));
        let edge_mm = CHANNEL_WIDTH.map(|k| k * blur);
        let peak = [0, 1, 2].map(|c| {
            (f64::from(e.area_mm2[c]) / disc_area(radius_mm, edge_mm[c])).clamp(0.0, PEAK_DARKENING)
        });
        Self { radius_mm, edge_mm, peak }
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
        let peak =
            (Vec3::from_array(self.peak.map(|x| x as f32)) * cast).clamp(Vec3::ZERO, Vec3::splat(most));
        let mut blot = Blot::disc(at, self.radius_mm, 0.0, Effect::Darken(peak));
        blot.edge = Vec3::from_array(self.edge_mm.map(|x| x as f32));
        blot
    }
}

fn disc_share(r: f64, radius: f64, edge: f64) -> f64 {
    0.5 * erfc((r - radius) / (edge * std::f64::consts::SQRT_2))
}

/// Integral over the plane of a disc of height 1 with a blurred edge, mm².
fn disc_area(radius: f64, edge: f64) -> f64 {
    let reach = radius + 4.5 * edge;
    let n = 200;
    let step = reach / f64::from(n);
    (0..n)
        .map(|k| {
            let r = (f64::from(k) + 0.5) * step;
            2.0 * PI * r * disc_share(r, radius, edge) * step
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skin::{Fitzpatrick, Undertone};

    #[test]
    fn prop_a_dot_takes_its_extinction_area() {
        let skin = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
        for (d, z) in [(150.0, 100.0), (300.0, 200.0), (700.0, 120.0)] {
            let e = DotOptics::of(d, 200.0, z, 6.0, &skin);
            let profile = DotProfile::of(d, 200.0, z, 6.0, &skin);
            let blot = profile.blot([0.0; 2], Vec3::ONE).shaped(0.7, 0.4, 0.0, 1);
            let Effect::Darken(peak) = blot.effect else { unreachable!() };
            let (step, n) = (0.01_f32, 300);
            let mut sum = Vec3::ZERO;
            for j in -n..n {
                for i in -n..n {
                    sum += blot.share(i as f32 * step, j as f32 * step) * peak * step * step;
                }
            }
            let want = Vec3::from_array(e.area_mm2);
            assert!((sum / want - Vec3::ONE).abs().max_element() < 0.02, "{d} {z} {sum} {want}");
            assert!(profile.seen_mm() > 0.8 * d / 1000.0);
        }
    }
}
