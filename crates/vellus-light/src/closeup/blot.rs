//! Round marks in the skin as radial profiles: pigment, roots, spots, flakes.

use super::pattern::noise;
use crate::extinction::{Extinction, PEAK_DARKENING, Part};
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

/// Least blur of the edge of a deposit, mm. Assumption.
const LEAST_EDGE_MM: f64 = 0.01;

/// A pigment dot as the skin shows it.
///
/// A round deposit is seen as a disc with an edge that is blurred by the light which diffuses between it and the surface. The
/// disc takes the place of the core of its [`Extinction`] and has the core's area and variance; the two wider parts lie about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DotProfile {
    pub(crate) radius_mm: f64,
    pub(crate) edge_mm: f64,
    /// Darkening in the middle of the whole, by channel.
    pub(crate) middle: [f64; 3],
    /// Darkening in the middle of the disc, by channel.
    disc: [f64; 3],
    /// The parts about the disc.
    around: [Part; 2],
}

impl DotProfile {
    /// `diameter_um` of the deposit, and what it takes.
    pub(crate) fn of(diameter_um: f64, e: &Extinction) -> Self {
        let radius_mm = diameter_um / 2000.0;
        let [core, around @ ..] = e.parts;
        let sigma = f64::from(core.sigma_mm);
        // A disc of radius R whose edge has the blur s covers π(R² + s²); a Gaussian 2πσ².
        let edge_mm =
            libm::sqrt((2.0 * sigma * sigma - radius_mm * radius_mm).max(LEAST_EDGE_MM * LEAST_EDGE_MM));
        let cover = std::f64::consts::PI * (radius_mm * radius_mm + edge_mm * edge_mm);
        let own = disc_share(0.0, radius_mm, edge_mm);
        let disc = core.area_mm2.map(|a| own * f64::from(a) / cover.max(1e-9));
        let middle = std::array::from_fn(|c| {
            let wide: f64 = around.iter().map(|p| gauss_peak(p, c)).sum();
            (disc[c] + wide).clamp(0.0, PEAK_DARKENING)
        });
        Self { radius_mm, edge_mm, middle, disc, around }
    }

    /// Full width at half of the contrast with its surroundings, green, mm. The light that comes from a millimetre away
    /// darkens the surroundings as it does the dot, and counts to neither.
    pub(crate) fn seen_mm(&self) -> f64 {
        let own = disc_share(0.0, self.radius_mm, self.edge_mm);
        let [near, _] = &self.around;
        let at = |r: f64| {
            let disc = self.disc[1] * disc_share(r, self.radius_mm, self.edge_mm) / own;
            let q = if near.sigma_mm > 0.0 { r / f64::from(near.sigma_mm) } else { 0.0 };
            disc + gauss_peak(near, 1) * libm::exp(-0.5 * q * q)
        };
        let middle = at(0.0);
        let (mut lo, mut hi) = (0.0, self.radius_mm + 4.0 * self.edge_mm);
        for _ in 0..50 {
            let r = 0.5 * (lo + hi);
            if at(r) > 0.5 * middle {
                lo = r;
            } else {
                hi = r;
            }
        }
        lo + hi
    }

    /// Share of the disc's darkening on the rim of what is seen.
    pub(crate) fn rim_share(&self) -> f32 {
        disc_share(0.5 * self.seen_mm(), self.radius_mm, self.edge_mm) as f32
    }

    /// The disc, then what lies about it; `cast` a factor on the darkening of each channel.
    pub(crate) fn blots(&self, at: [f64; 2], cast: Vec3) -> [Blot; 3] {
        let most = Vec3::splat(PEAK_DARKENING as f32);
        let of = |v: [f64; 3]| (Vec3::from_array(v.map(|x| x as f32)) * cast).clamp(Vec3::ZERO, most);
        let wide = self.around.map(|p| {
            let peak = of(std::array::from_fn(|c| gauss_peak(&p, c)));
            Blot::gauss(at, f64::from(p.sigma_mm).max(1e-3), Effect::Darken(peak))
        });
        // Blots take one after the other; the middle of all is what they take together.
        let left = wide.iter().fold(Vec3::ONE, |left, b| match b.effect {
            Effect::Darken(peak) => left * (Vec3::ONE - peak),
            _ => left,
        });
        let own = (Vec3::ONE - (Vec3::ONE - of(self.middle)) / left).clamp(Vec3::ZERO, most);
        let mut disc = Blot::disc(at, self.radius_mm, self.edge_mm, Effect::Darken(own));
        // Where the edges of a small dot meet, its middle is still as dark as stated.
        let share = disc.share(disc.at_in_frame[0], disc.at_in_frame[1]);
        disc.effect = Effect::Darken(own / share.max(Vec3::splat(0.1)));
        let [middle, far] = wide;
        [disc, middle, far]
    }
}

fn gauss_peak(p: &Part, channel: usize) -> f64 {
    let s = f64::from(p.sigma_mm);
    if s > 0.0 { f64::from(p.area_mm2[channel]) / (std::f64::consts::TAU * s * s) } else { 0.0 }
}

fn disc_share(r: f64, radius: f64, edge: f64) -> f64 {
    0.5 * erfc((r - radius) / (edge * std::f64::consts::SQRT_2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skin::{Fitzpatrick, Skin, Undertone};
    use crate::under_skin::UnderSkin;

    #[test]
    fn prop_a_dot_has_its_middle_its_area_and_its_seen_width() {
        let optics = UnderSkin::new(&Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral)).carbon(6.0);
        for (d, z) in [(150.0, 100.0), (300.0, 200.0), (420.0, 120.0)] {
            let e = optics.of(d, 200.0, z);
            let profile = DotProfile::of(d, &e);
            let blots = profile.blots([1.0, 2.0], Vec3::ONE);
            let at = |r: f64| {
                blots.iter().fold(Vec3::ONE, |left, b| {
                    let Effect::Darken(peak) = b.effect else { panic!("{b:?}") };
                    left * (Vec3::ONE - b.share(1.0 + r as f32, 2.0) * peak)
                })
            };
            for c in 0..3 {
                assert!((f64::from(1.0 - at(0.0)[c]) - profile.middle[c]).abs() < 1e-4, "{d} {z} {c}");
                // A disc has a lower middle than the Gaussian in whose place it stands.
                let ratio = profile.middle[c] / e.peak()[c];
                assert!(ratio > 0.5 && ratio < 1.1, "{d} {z} {c}: {ratio}");
            }
            let half = 0.5 * profile.seen_mm();
            assert!(half > 0.35 * d / 1000.0 && half < 0.5 * d / 1000.0 + 0.15, "{half}");
            let (mut lost, step) = (Vec3::ZERO, 0.005);
            for k in 0..1200 {
                let r = (f64::from(k) + 0.5) * step;
                lost += (Vec3::ONE - at(r)) * (std::f64::consts::TAU * r * step) as f32;
            }
            let ratio = lost / Vec3::from_array(e.area_mm2());
            assert!((ratio - Vec3::ONE).abs().max_element() < 0.12, "{d} {z}: {ratio}");
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
