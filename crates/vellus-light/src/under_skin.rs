//! What an absorber under the skin does to the colour of the skin above it.
//!
//! # Equations
//! For an absorber whose surface S is an upright cylinder of diameter d from depth z₀ to z₁, the
//! *extinction area* of a colour channel c is the relative darkening integrated over the skin,
//! E_c = ∫ (1 − R/R₀) dA, in mm²:
//!
//! E_c = κ · (1 − exp(−μ_c ℓ)) · ∫_S exp(−z/δ_c) dS,  ℓ = 4V/S
//!
//! with ∫_S exp(−z/δ) dS = π d²/4 (e^{−z₀/δ} + e^{−z₁/δ}) + π d δ (e^{−z₀/δ} − e^{−z₁/δ}).
//! A convex body in diffuse light takes light in proportion to its surface (Cauchy), over the mean
//! chord ℓ; exp(−z/δ_c) is how much of what it takes would have come out again. κ close to 1 joins
//! the build-up of fluence under the surface with the probability of escape.
//!
//! δ_c is fitted to the wide rows of the project's Monte Carlo (light skin, dense layer, 0.08, 0.2
//! and 0.4 mm; relative darkening .93/.78/.56 red, .85/.57/.26 green, .67/.33/.11 blue): red light
//! goes deepest, so a deep absorber takes mostly red and looks blue, and a shallow one looks black.
//!
//! The darkening is spread over the skin with standard deviation σ² = (d/4)² + (β z̄)², z̄ the mean
//! depth weighted by exp(−z/δ_Y); β is fitted to the centre rows for a 0.30 mm dot. Darkening per
//! area never exceeds [`PEAK_DARKENING`].
//!
//! # Limits
//! Single absorbers; crowding is handled by multiplying transmittances. Clumping is in μ only.

use crate::colour::LUMINANCE;
use crate::hair_colour::HairColour;
use crate::skin::Skin;
use glam::Vec3;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// κ, build-up of fluence times relative escape, no unit. The centre rows fix only κ/β²; κ itself is
/// an assumption between ½ (a plate that takes light on one side) and 1.25 (diffusion estimate of
/// fluence and escape just under the surface).
pub const KAPPA: f64 = 0.9;
/// δ of light skin, mm, red, green, blue. Fit to the wide rows, see the module.
pub const DECAY_MM: [f64; 3] = [0.63, 0.275, 0.178];
/// δ that weights the mean depth, mm: the fall of luminance over the wide rows.
pub const DECAY_LUMINANCE_MM: f64 = 0.35;
/// β, lateral blur per depth, no unit. Fit to the centre rows for a 0.30 mm dot, given κ.
pub const BLUR_PER_DEPTH: f64 = 0.82;
/// Share of the darkening in the core of the profile, no unit. The profile is two Gaussians, because
/// light that diffuses leaves a sharper middle and longer tails than one. Assumption.
pub const CORE_SHARE: f64 = 0.55;
/// Standard deviation of the core over that of the whole profile, no unit. Assumption.
pub const CORE_WIDTH: f64 = 0.65;
/// Width of the profile in red, green and blue over [`Extinction::sigma_mm`], no unit. Fit to the
/// centre rows for a 0.30 mm dot: red
/// light comes in from the side, so the middle of a dot is greyer than its tone from afar.
pub const CHANNEL_WIDTH: [f64; 3] = [1.10, 1.00, 1.00];
/// Highest darkening at a point, no unit: 0.93 is the densest, shallowest Monte-Carlo row.
pub const PEAK_DARKENING: f64 = 0.93;
/// Where a hair root starts to count, mm: below the horny layer, whose thickness it replaces.
/// Assumption.
pub const ROOT_TOP_MM: f64 = 0.03;
/// Depth to which a root counts, mm. Down to the duct of the gland (0.5 to 0.7 mm) the shaft lies
/// free in a funnel of ordinary skin, which is what the Monte Carlo knows; below, root sheaths and
/// the sebaceous gland wrap it in a sleeve that scatters before the shaft is met. Counting the whole
/// 3.5 mm instead takes four times as much red as blue, and makes shaved scalps teal, which no
/// photograph shows. Assumption.
pub const ROOT_BOTTOM_MM: f64 = 0.6;
/// Length of a root per depth, no unit: 1/sin of the exit angle of 40° that [`STUB_SEEN`] means.
pub const ROOT_SLANT: f64 = 1.556;
/// Absorption of hair melanin per c_e and hair radius is given in radii; a hair of this radius, mm,
/// is meant. Assumption, scalp mean.
const MELANIN_RADIUS_MM: f64 = 0.035;

/// What one absorber takes from the skin above it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extinction {
    /// Relative darkening integrated over the skin, mm², red, green, blue.
    pub area_mm2: [f32; 3],
    /// Standard deviation of the darkening over the skin, mm.
    pub sigma_mm: f32,
}

/// Standard deviation of the halo over that of the whole profile, so that the variances add up.
#[must_use]
pub fn halo_width() -> f64 {
    libm::sqrt((1.0 - CORE_SHARE * CORE_WIDTH * CORE_WIDTH) / (1.0 - CORE_SHARE))
}

/// How much higher the middle of the profile is than that of one Gaussian of the same variance.
fn peak_gain() -> f64 {
    let halo = halo_width();
    CORE_SHARE / (CORE_WIDTH * CORE_WIDTH) + (1.0 - CORE_SHARE) / (halo * halo)
}

impl Extinction {
    /// Relative darkening in the middle, red, green, blue.
    #[must_use]
    pub fn peak(&self) -> [f64; 3] {
        let s2 = f64::from(self.sigma_mm) * f64::from(self.sigma_mm);
        let peak = |c: usize| {
            let wide = CHANNEL_WIDTH[c] * CHANNEL_WIDTH[c];
            peak_gain() * f64::from(self.area_mm2[c]) / (2.0 * PI * s2 * wide)
        };
        [peak(0), peak(1), peak(2)]
    }

    /// Extinction area weighted by the luminance that this skin reflects, mm².
    #[must_use]
    pub fn luminance_mm2(&self, skin: &Skin) -> f64 {
        let a = skin.albedo().to_array();
        let (mut num, mut den) = (0.0, 0.0);
        for c in 0..3 {
            let y = LUMINANCE[c] * f64::from(a[c]);
            num += y * f64::from(self.area_mm2[c]);
            den += y;
        }
        num / den
    }
}

/// Optics of pigment dots.
#[derive(Clone, Copy, Debug)]
pub struct DotOptics;

impl DotOptics {
    /// Extinction of a pigment column.
    ///
    /// `diameter_um` and `height_um` of the column, `depth_um` from the surface to its top,
    /// `mua_per_mm` its absorption at 550 nm (20/mm is dense black, 2/mm pale). Negative lengths
    /// count as zero.
    ///
    /// Carbon absorbs as 1/λ, so the channels (about 610, 545 and 460 nm) differ by at most a third.
    #[must_use]
    pub fn of(diameter_um: f64, height_um: f64, depth_um: f64, mua_per_mm: f64, skin: &Skin) -> Extinction {
        let mu = [550.0 / 610.0, 550.0 / 545.0, 550.0 / 460.0].map(|k| k * mua_per_mm.max(0.0));
        let (d, h, z) = (diameter_um.max(0.0), height_um.max(0.0), depth_um.max(0.0));
        column(d / 1000.0, z / 1000.0, (z + h) / 1000.0, mu, skin)
    }
}

/// Extinction of the root of a hair, shaft and bulb, under the skin.
#[must_use]
pub fn root_optics(diameter_um: f64, skin: &Skin, hair: &HairColour) -> Extinction {
    root(diameter_um, skin, hair, false)
}

/// As [`root_optics`], for a strand that may be white.
pub(crate) fn root(diameter_um: f64, skin: &Skin, hair: &HairColour, white: bool) -> Extinction {
    let s = hair.absorption(white);
    let mu = [s.x, s.y, s.z].map(|x| f64::from(x) / MELANIN_RADIUS_MM);
    let mut e = column(diameter_um.max(0.0) / 1000.0, ROOT_TOP_MM, ROOT_BOTTOM_MM, mu, skin);
    // A slanted column is longer at each depth, and its darkening as much wider.
    for a in &mut e.area_mm2 {
        *a *= ROOT_SLANT as f32;
    }
    e.sigma_mm *= libm::sqrt(ROOT_SLANT) as f32;
    e
}

/// How many of the person's own shaved hairs one dot is worth: the luminance that the dot takes
/// from the skin, over what a hair takes with its root, its stub and the shade of the stub.
///
/// `hair_diameter_um` of the person's terminal hair, `stub_mm` its length above the skin.
#[must_use]
pub fn visible_equivalent(
    dot: &Extinction,
    hair_diameter_um: f64,
    stub_mm: f64,
    skin: &Skin,
    hair: &HairColour,
) -> f64 {
    let own = shaved_hair_mm2(hair_diameter_um, stub_mm, skin, hair);
    if own > 0.0 { dot.luminance_mm2(skin) / own } else { 0.0 }
}

/// Luminance that one shaved hair takes from the skin, mm²: root, stub and the stub's shade.
#[must_use]
pub fn shaved_hair_mm2(diameter_um: f64, stub_mm: f64, skin: &Skin, hair: &HairColour) -> f64 {
    let d = diameter_um.max(0.0);
    let y = |c: Vec3| {
        let c = c.to_array();
        (0..3).map(|i| LUMINANCE[i] * f64::from(c[i])).sum::<f64>()
    };
    let w = f64::from(hair.white_share);
    let roots = (1.0 - w) * root(d, skin, hair, false).luminance_mm2(skin)
        + w * root(d, skin, hair, true).luminance_mm2(skin);
    let contrast = 1.0 - (y(hair.mean_albedo()) / y(skin.albedo())).min(2.0);
    let side = d / 1000.0 * stub_mm.max(0.0);
    roots + side * (STUB_SEEN * contrast + stub_shade(stub_mm))
}

/// Share of a stub's side that is seen from straight above: cosine of an exit angle of 40° to the
/// skin. Assumption within the 15 to 50° that the groom uses.
pub const STUB_SEEN: f64 = 0.77;
/// Light that a stub keeps from the skin that is seen, per area of its side. Under an even sky an
/// upright cylinder of side A keeps (π/2)·A from the plane it stands on, ∫ A tan θ cos θ dω/π, and one
/// that lies keeps A; at 40° that is about 1.23·A. A third of it falls on skin that the stub
/// hides anyway (½ · [`STUB_SEEN`]), and a fifth gets through or off the fibre. Scattering in the
/// skin moves that loss about but does not undo it.
pub const STUB_SHADE: f64 = 0.68;

/// Light that a standing hair keeps from the skin, per area of its side: [`STUB_SHADE`] for a stub,
/// rising by 0.15 with its length over 2 mm, because a field of longer hair hides more of the low
/// sky. Assumption.
#[must_use]
pub fn stub_shade(length_mm: f64) -> f64 {
    STUB_SHADE + 0.15 * (1.0 - libm::exp(-(length_mm.max(0.0) / 2.0) * (length_mm.max(0.0) / 2.0)))
}

fn column(d: f64, z0: f64, z1: f64, mu: [f64; 3], skin: &Skin) -> Extinction {
    let (h, r) = (z1 - z0, 0.5 * d);
    let surface = PI * d * h + 2.0 * PI * r * r;
    let chord = if surface > 0.0 { 4.0 * PI * r * r * h / surface } else { 0.0 };
    let delta = decay_mm(skin);
    let mut area = [0.0_f64; 3];
    for c in 0..3 {
        let (a, b) = (libm::exp(-z0 / delta[c]), libm::exp(-z1 / delta[c]));
        let seen = PI * r * r * (a + b) + PI * d * delta[c] * (a - b);
        area[c] = KAPPA * (1.0 - libm::exp(-mu[c] * chord)) * seen;
    }
    let dy = DECAY_LUMINANCE_MM;
    let fall = libm::exp(-h / dy);
    // Mean of z over an exponential cut at h.
    let mean = if h > 1e-9 { z0 + dy - h * fall / (1.0 - fall) } else { z0 };
    let blur = BLUR_PER_DEPTH * mean;
    let most = area.iter().copied().fold(0.0, f64::max);
    let s2 = (0.0625 * d * d + blur * blur).max(peak_gain() * most / (2.0 * PI * PEAK_DARKENING));
    Extinction { area_mm2: area.map(|x| x as f32), sigma_mm: libm::sqrt(s2) as f32 }
}

/// δ of this skin, mm. Melanin in the epidermis takes the blue twice on the way: the rows for
/// f_mel 0.12 (ITA −29°) show red and green down by a twentieth to a tenth at 0.2 mm and blue by
/// four fifths against light skin (ITA 33°); linear in ITA between, an assumption.
#[must_use]
pub fn decay_mm(skin: &Skin) -> [f64; 3] {
    let t = ((33.0 - skin.ita_degrees()) / 62.0).clamp(0.0, 1.0);
    [DECAY_MM[0] * (1.0 - 0.12 * t), DECAY_MM[1] * (1.0 - 0.13 * t), DECAY_MM[2] * (1.0 - 0.50 * t)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hair_colour::HairTone;
    use crate::skin::{Fitzpatrick, Undertone};

    fn light() -> Skin {
        Skin::measured([61.0, 7.3, 16.9]).unwrap()
    }

    #[test]
    fn regress_centre_of_a_dot_against_our_monte_carlo() {
        // Relative darkening at the centre of a 0.30 mm dot, 0.25 mm high, 20/mm.
        for (z, want) in
            [(80.0, [0.83, 0.756, 0.605]), (200.0, [0.493, 0.361, 0.198]), (400.0, [0.163, 0.073, 0.035])]
        {
            let e = DotOptics::of(300.0, 250.0, z, 20.0, &light());
            let peak = e.peak();
            for c in 0..3 {
                let ratio = peak[c] / want[c];
                assert!(ratio < 1.35 && ratio > 0.7, "{z} {c} {ratio}");
            }
        }
    }

    #[test]
    fn deeper_is_lighter_bluer_and_softer() {
        let mut last = DotOptics::of(120.0, 300.0, 50.0, 20.0, &light());
        for z in [100.0, 200.0, 300.0, 500.0, 800.0] {
            let e = DotOptics::of(120.0, 300.0, z, 20.0, &light());
            assert!(e.luminance_mm2(&light()) < last.luminance_mm2(&light()));
            assert!(e.area_mm2[0] / e.area_mm2[2] > last.area_mm2[0] / last.area_mm2[2]);
            assert!(e.sigma_mm > last.sigma_mm);
            last = e;
        }
    }

    #[test]
    fn a_dot_is_worth_about_a_hair() {
        let skin = Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral);
        let hair = HairColour::preset(HairTone::DarkBrown);
        let dot = DotOptics::of(120.0, 300.0, 200.0, 20.0, &skin);
        let w = visible_equivalent(&dot, 75.0, 0.5, &skin, &hair);
        assert!(w > 0.15 && w < 1.5, "{w}");
        let pale = visible_equivalent(&dot, 75.0, 0.5, &skin, &HairColour::preset(HairTone::Blond));
        assert!(pale > w);
    }
}
