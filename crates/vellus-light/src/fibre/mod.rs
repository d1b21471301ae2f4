//! How one hair fibre scatters light: the near-field model of Chiang et al. 2016.
//!
//! # Equations
//! Directions are given in the frame of the fibre: θ is the inclination from the plane across it, φ the
//! angle round it, h the offset of the ray from the axis over the radius. With p = 0 (surface, R), 1
//! (through, TT), 2 (one reflection inside, TRT) and one lobe for all that remains,
//!
//! S(θo, φo, θi, φi) = Σp Mp(θo, θi) · Ap(θo, h) · Np(φi − φo, h)
//!
//! Mp(θo, θi) = exp(−sin θi sin θo / v) I₀(cos θi cos θo / v) / (2 v sinh(1/v)), which conserves energy;
//! Ap: Fresnel at the incident angle and the absorption e^{−σ·2 cos γt / cos θt} of a chord; Np: a
//! logistic distribution of scale s, cut to ±π, about the exit of the geometric ray. θo is tilted
//! by 2α, −α, −4α for R, TT, TRT by the scales of the cuticle. S is the scattering function times cos θi,
//! so that its integral over all directions of incidence, dω, is the share that is not absorbed.
//!
//! A fibre of elliptical section follows the geometric rays of R, TT and TRT through the ellipse, with
//! their chords and Fresnel factors ([`Section`]); widths, scale tilt and the outline of the fibre stay
//! those of a round fibre of the same mean radius.
//!
//! # Sources
//! Chiang, Bitterli, Tappan and Burley 2016, *A practical and controllable hair and fur model for
//! production path tracing*; d'Eon et al. 2011, *An energy-conserving hair reflectance model* (Mp);
//! Pharr, *The implementation of a hair scattering model*, 2016 (widths, sampling, tests); Khungurn and
//! Marschner 2017, *Azimuthal scattering from elliptical hair fibers* (why the section matters).
//!
//! # Limits
//! No medulla; one index of refraction; not reciprocal in the tilt, as the model is used elsewhere.

pub mod check;
pub mod far_field;
mod longitudinal;
mod section;

use crate::trace::lanes::{Eight, Lanes, Plain, WIDE};
use crate::trace::maths::{ln, wrapped};
use glam::Vec3;
use libm::expf;
use std::f32::consts::{PI, TAU};

pub use far_field::FarField;
use longitudinal::{Longitudinal, twice};
use section::Geometric;
pub use section::Section;

use crate::error::{LightError, in_range};

/// Lobes: R, TT, TRT and the rest.
pub const LOBES: usize = 4;
/// Index of refraction of keratin. Source: Marschner et al. 2003 (1.55).
pub const KERATIN: f32 = 1.55;
/// √(π/8), which turns a standard deviation into the scale of a logistic distribution.
const ROOT_PI_8: f32 = 0.626_657_07;
/// Weights of red, green and blue in what the eye sees as bright (Rec. 709); they choose the lobe.
const LUMINANCE: Vec3 = Vec3::new(0.2126, 0.7152, 0.0722);

/// What all hairs of a head have in common: roughness, tilt of the cuticle, index and section.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fibre {
    eta: f32,
    lobes: Longitudinal,
    /// Sine and cosine of 2α, −α, −4α by which θo is turned for each lobe.
    turn: [[f32; 2]; 3],
    logistic: Logistic,
    section: Section,
}

impl Fibre {
    /// A fibre of longitudinal roughness `beta_m` and azimuthal roughness `beta_n` (0.01 to 1), scale
    /// tilt `alpha_deg` (0 to 10°) and section.
    ///
    /// # Errors
    /// A number outside its range.
    pub fn new(beta_m: f32, beta_n: f32, alpha_deg: f32, section: Section) -> Result<Self, LightError> {
        in_range("longitudinal roughness of a hair", f64::from(beta_m), 0.01, 1.0)?;
        in_range("azimuthal roughness of a hair", f64::from(beta_n), 0.01, 1.0)?;
        in_range("tilt of the cuticle (degrees)", f64::from(alpha_deg), 0.0, 10.0)?;
        in_range("aspect of a hair's section", f64::from(section.aspect), 1.0, 3.0)?;
        let power = |x: f32, n: i32| (0..n).fold(1.0, |p, _| p * x);
        let v = 0.726 * beta_m + 0.812 * beta_m * beta_m + 3.7 * power(beta_m, 20);
        let v = v * v;
        let scale = ROOT_PI_8 * (0.265 * beta_n + 1.194 * beta_n * beta_n + 5.372 * power(beta_n, 22));
        let a = alpha_deg.to_radians();
        let by = |x: f32| [libm::sinf(x), libm::cosf(x)];
        Ok(Self {
            eta: KERATIN,
            lobes: Longitudinal::new([v, 0.25 * v, 4.0 * v, 4.0 * v]),
            turn: [by(-2.0 * a), by(a), by(4.0 * a)],
            logistic: Logistic::new(scale),
            section,
        })
    }

    /// Human scalp hair: β_m = β_n = 0.3, tilt 2.5°, round. Roughness is an assumption in the middle
    /// of what Chiang et al. show for human hair; the tilt is that of the d'Eon and Pharr papers (2 to 3°).
    #[must_use]
    pub fn human() -> Self {
        const A: f32 = 2.5;
        Self::new(0.3, 0.3, A, Section::ROUND).unwrap_or_else(|_| unreachable!("constants are in range"))
    }

    /// The same fibre with another section.
    ///
    /// # Errors
    /// An aspect outside 1 to 3.
    pub fn with_section(mut self, section: Section) -> Result<Self, LightError> {
        in_range("aspect of a hair's section", f64::from(section.aspect), 1.0, 3.0)?;
        self.section = section;
        Ok(self)
    }

    /// Makes a place of a fibre ready: `sin_theta_o` of the direction towards the viewer, `phi_o` of
    /// that direction from the major axis of the section (any value when round), the offset `h` from −1
    /// to 1, and the absorption over one radius by channel ([`absorption_per_radius`]).
    #[inline]
    #[must_use]
    pub fn at(&self, sin_theta_o: f32, phi_o: f32, h: f32, absorption: Vec3) -> Place<'_> {
        self.at_on(Plain, sin_theta_o, phi_o, h, absorption)
    }

    /// [`Self::at`] on a vector unit.
    #[inline(always)]
    pub(crate) fn at_on<L: Lanes>(
        &self,
        l: L,
        sin_theta_o: f32,
        phi_o: f32,
        h: f32,
        absorption: Vec3,
    ) -> Place<'_> {
        let sin_o = sin_theta_o.clamp(-1.0, 1.0);
        let cos_o = (1.0 - sin_o * sin_o).max(1e-8).sqrt();
        let h = h.clamp(-0.999_999, 0.999_999);
        let path = if self.section.is_round() {
            Geometric::round(self.eta, sin_o, cos_o, h)
        } else {
            Geometric::elliptical(self.eta, sin_o, cos_o, h, phi_o, self.section)
        };
        let share = path.shares(l, absorption);
        let bright = [
            share[0].dot(LUMINANCE),
            share[1].dot(LUMINANCE),
            share[2].dot(LUMINANCE),
            share[3].dot(LUMINANCE),
        ];
        let total = bright[0] + bright[1] + bright[2] + bright[3];
        let inverse = if total > 0.0 { 1.0 / total } else { 0.0 };
        let (mut sine, mut cosine) = ([sin_o; LOBES], [cos_o; LOBES]);
        for (p, [s, c]) in self.turn.iter().enumerate() {
            sine[p] = sin_o * c + cos_o * s;
            cosine[p] = (cos_o * c - sin_o * s).abs();
        }
        let choice = [bright[0] * inverse, bright[1] * inverse, bright[2] * inverse, bright[3] * inverse];
        Place { fibre: self, share, choice, exit: path.exit, sine, cosine }
    }
}

/// Absorption over one radius from absorption per mm, by channel.
#[inline]
#[must_use]
pub fn absorption_per_radius(per_mm: Vec3, radius_um: f32) -> Vec3 {
    per_mm * (0.001 * radius_um)
}

/// A place of a fibre seen from one direction.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    fibre: &'a Fibre,
    /// Ap by lobe.
    share: [Vec3; LOBES],
    /// Chance of each lobe when sampling.
    choice: [f32; LOBES],
    /// Angle round the fibre by which R, TT and TRT leave, from the viewer's.
    exit: [f32; 3],
    /// Sine and cosine of the tilted θo of each lobe.
    sine: [f32; LOBES],
    cosine: [f32; LOBES],
}

/// A direction of incidence that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Sine of θi.
    pub sin_theta: f32,
    /// φi − φo, −π to π.
    pub phi: f32,
    /// S over the density, by channel.
    pub weight: Vec3,
    /// Density over solid angle.
    pub density: f32,
}

impl Place<'_> {
    /// S, by channel, and the density with which [`Self::sample`] draws this direction.
    #[inline]
    #[must_use]
    pub fn both(&self, sin_theta_i: f32, phi: f32) -> (Vec3, f32) {
        self.two(Plain, [sin_theta_i; 2], [phi; 2])[0]
    }

    /// [`Self::both`] for two directions at once.
    #[inline(always)]
    pub(crate) fn two<L: Lanes>(&self, l: L, sin_theta_i: [f32; 2], phi: [f32; 2]) -> [(Vec3, f32); 2] {
        let sin_i = halves(l, [sin_theta_i[0].clamp(-1.0, 1.0), sin_theta_i[1].clamp(-1.0, 1.0)]);
        let cos_i = (Eight::splat(l, 1.0) - sin_i * sin_i).max(Eight::splat(l, 0.0)).sqrt();
        let (sine, cosine) = (Eight::load(l, &twice(self.sine)), Eight::load(l, &twice(self.cosine)));
        let [r, tt, trt] = self.exit;
        let turn = halves(l, phi) - Eight::load(l, &twice([r, tt, trt, 0.0]));
        let round = self.fibre.logistic.density(turn.wrapped());
        let m = (self.fibre.lobes.density(sin_i, cos_i, sine, cosine) * round).array();
        [self.sum([m[0], m[1], m[2], m[3]]), self.sum([m[4], m[5], m[6], m[7]])]
    }

    /// S and the density of its draw from M·N of each lobe.
    #[inline(always)]
    fn sum(&self, m: [f32; LOBES]) -> (Vec3, f32) {
        let (s, c) = (&self.share, &self.choice);
        (
            s[0] * m[0] + s[1] * m[1] + s[2] * m[2] + s[3] * m[3],
            c[0] * m[0] + c[1] * m[1] + c[2] * m[2] + c[3] * m[3],
        )
    }

    /// S, by channel.
    #[inline]
    #[must_use]
    pub fn scatter(&self, sin_theta_i: f32, phi: f32) -> Vec3 {
        self.both(sin_theta_i, phi).0
    }

    /// Draws a direction of incidence from four uniform numbers in [0, 1).
    #[inline]
    #[must_use]
    pub fn sample(&self, u: [f32; 4]) -> Drawn {
        let (sin_theta, phi) = self.draw(u);
        let (value, density) = self.both(sin_theta, phi);
        let weight = if density > 0.0 { value / density } else { Vec3::ZERO };
        Drawn { sin_theta, phi, weight, density }
    }

    /// The direction of [`Self::sample`]: sine of θi, and φi − φo.
    #[inline(always)]
    pub(crate) fn draw(&self, u: [f32; 4]) -> (f32, f32) {
        let mut p = 0;
        let mut below = 0.0;
        while p + 1 < LOBES && u[0] >= below + self.choice[p] {
            below += self.choice[p];
            p += 1;
        }
        let sin_theta = self.fibre.lobes.sample(p, self.sine[p], self.cosine[p], u[1], u[2]);
        let phi =
            if p < 3 { wrapped(self.exit[p] + self.fibre.logistic.sample(u[3])) } else { TAU * u[3] - PI };
        (sin_theta, phi)
    }

    /// Share of the light that is not absorbed, by channel.
    #[must_use]
    pub fn albedo(&self) -> Vec3 {
        self.share.iter().sum()
    }

    /// The share of the light in each lobe, by channel.
    #[must_use]
    pub const fn shares(&self) -> &[Vec3; LOBES] {
        &self.share
    }
}

/// A logistic distribution about 0, cut to −π to π, for three lobes, and the even one of the fourth; twice.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Logistic {
    scale: f32,
    /// 1 over the scale; 0 for the even lobe.
    inverse: [f32; WIDE],
    /// 1 over the scale and the share that the cut leaves; 4/(2π) for the even lobe.
    norm: [f32; WIDE],
    /// Distribution function at −π.
    low: f32,
}

impl Logistic {
    fn new(scale: f32) -> Self {
        let low = 1.0 / (1.0 + expf(PI / scale));
        let (inverse, norm) = (1.0 / scale, 1.0 / (scale * (1.0 - 2.0 * low)));
        Self {
            scale,
            inverse: twice([inverse, inverse, inverse, 0.0]),
            norm: twice([norm, norm, norm, 4.0 / TAU]),
            low,
        }
    }

    /// Densities of angles between −π and π, by lobe.
    #[inline(always)]
    fn density<L: Lanes>(&self, x: Eight<L>) -> Eight<L> {
        let l = x.0;
        let e = (-(x.abs() * Eight::load(l, &self.inverse))).exp();
        let d = e + 1.0;
        Eight::load(l, &self.norm) * e / (d * d)
    }

    #[inline(always)]
    fn sample(&self, u: f32) -> f32 {
        let u = self.low + u * (1.0 - 2.0 * self.low);
        let x = -self.scale * ln((1.0 / u.max(1e-12) - 1.0).max(1e-12));
        x.clamp(-PI, PI)
    }
}

/// One number in the lower four lanes, another in the upper four.
#[inline(always)]
fn halves<L: Lanes>(l: L, [a, b]: [f32; 2]) -> Eight<L> {
    Eight::load(l, &[a, a, a, a, b, b, b, b])
}

/// Fresnel reflectance of unpolarised light at a dielectric, from the side where the cosine is
/// `cos_i`; `eta` is the index behind over the index before. 1 under total reflection.
#[inline(always)]
pub(crate) fn fresnel(cos_i: f32, eta: f32) -> f32 {
    let cos_i = cos_i.clamp(0.0, 1.0);
    let sin2_t = (1.0 - cos_i * cos_i) / (eta * eta);
    if sin2_t >= 1.0 {
        return 1.0;
    }
    let cos_t = (1.0 - sin2_t).sqrt();
    let parallel = (eta * cos_i - cos_t) / (eta * cos_i + cos_t);
    let across = (cos_i - eta * cos_t) / (cos_i + eta * cos_t);
    0.5 * (parallel * parallel + across * across)
}

#[cfg(test)]
mod tests {
    use super::check::{Material, chi_square, furnace, weights};
    use super::*;

    #[test]
    fn prop_a_white_fibre_in_a_furnace_loses_nothing() {
        // Bounds of pbrt-v3's tests of hair.
        let r = furnace(3, 300_000, Section::ROUND, 7);
        assert!(r.uniform[0] > 0.95 && r.uniform[1] < 1.05, "{r:?}");
        assert!(r.importance[0] > 0.99 && r.importance[1] < 1.01, "{r:?}");
    }

    #[test]
    fn prop_an_elliptical_white_fibre_loses_nothing() {
        let section = Section { aspect: 1.6 };
        let r = furnace(3, 300_000, section, 7);
        assert!(r.uniform[0] > 0.95 && r.uniform[1] < 1.05, "{r:?}");
        assert!(r.importance[0] > 0.99 && r.importance[1] < 1.01, "{r:?}");
    }

    #[test]
    fn prop_weights_of_a_white_fibre_are_one() {
        let [lo, hi] = weights(5, 2_000, 3);
        assert!(lo > 0.999 && hi < 1.001, "{lo} {hi}");
    }

    #[test]
    fn stat_importance_and_uniform_sampling_agree() {
        let m =
            Material { beta_m: 0.35, beta_n: 0.3, absorption: Vec3::splat(0.25), section: Section::ROUND };
        let mut worst = 0.0_f64;
        for k in 0..6 {
            let [a, b] = m.means(65_536, k).unwrap();
            worst = worst.max((a / b - 1.0).abs());
        }
        assert!(worst < 0.05, "{worst}");
    }

    #[test]
    fn stat_directions_follow_their_density() {
        for section in [Section::ROUND, Section { aspect: 1.5 }] {
            for (beta_m, beta_n) in [(0.2, 0.2), (0.3, 0.3), (0.6, 0.4), (0.9, 0.9)] {
                let m = Material { beta_m, beta_n, absorption: Vec3::new(0.3, 0.5, 0.9), section };
                let r = chi_square(&m, 100_000, 5).unwrap();
                assert!(r.p > 0.001, "{section:?} {beta_m} {beta_n} {r:?}");
            }
        }
    }

    #[test]
    fn prop_a_nearly_round_ellipse_is_a_round_fibre() {
        let round = Fibre::human();
        let almost = round.with_section(Section { aspect: 1.0002 }).unwrap();
        let sigma = Vec3::new(0.2, 0.4, 0.9);
        for k in 0..200 {
            let t = k as f32 / 200.0;
            let (s, p, h) = (1.8 * t - 0.9, 6.0 * t, 1.9 * (t * 7.3).fract() - 0.95);
            let (a, b) = (round.at(s, p, h, sigma), almost.at(s, p, h, sigma));
            for i in 0..LOBES {
                assert!(
                    (a.share[i] - b.share[i]).abs().max_element() < 4e-3,
                    "{h} {i} {:?} {:?}",
                    a.share,
                    b.share
                );
            }
            for i in 0..3 {
                assert!(wrapped(a.exit[i] - b.exit[i]).abs() < 2e-2, "{s} {h} {i} {:?} {:?}", a.exit, b.exit);
            }
        }
    }

    #[test]
    fn prop_a_far_field_is_the_mean_over_offsets() {
        let fibre = Fibre::human();
        let sigma = Vec3::new(0.3, 0.5, 0.9);
        let far = FarField::new(&fibre, sigma);
        for (s, si, phi) in [(0.1, -0.2, 0.4), (0.5, -0.4, 2.0), (-0.7, 0.6, -2.9), (0.0, 0.0, 3.1)] {
            let n = 4000;
            let mut mean = Vec3::ZERO;
            for k in 0..n {
                let h = -1.0 + 2.0 * (k as f32 + 0.5) / n as f32;
                mean += fibre.at(s, 0.0, h, sigma).scatter(si, phi) / n as f32;
            }
            let got = far.scatter(s, si, phi);
            assert!((got / mean - Vec3::ONE).abs().max_element() < 0.02, "{got} {mean}");
        }
    }
}
