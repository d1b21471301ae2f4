//! The colour of hair from its melanins.
//!
//! Absorption by wavelength is that of the melanins, exp(−0.0056 λ) for eumelanin and exp(−0.0087 λ) for pheomelanin
//! (Sarna and Swartz 1988 as fitted in Jacques 2013, equation 10). Amounts are given in the units c_e and c_p of d'Eon
//! et al. 2011, tied to the melanins where that paper's red channel is: 0.419 c_e and 0.187 c_p per hair radius at
//! 610 nm, for a hair of [`REFERENCE_RADIUS_MM`]. The paper's green and blue (0.697 and 1.37; 0.4 and 1.05) are steeper than
//! melanin is and turn blond hair olive.
//!
//! # Three channels
//! A renderer in linear RGB gets, for each channel, the absorption with which a fibre gives back under uniform light what the
//! spectral fibre does under the lamp ([`crate::hair_fibre`]). Single fibres of the reference radius are then
//! right within 0.6 ΔE₀₀; with light that has been through two of them, or through one of half or twice the radius,
//! [`HairColour::three_channel_error`] is at most 2.5 for the named tones under D65, A and LEDs.

use crate::colour;
use crate::hair_fibre::{absorption_of_albedo, fibre_albedo, fibre_surface};
use crate::spectrum::{Adaptation, Lamp, Spectrum, fit_in_gamut};
use crate::tissue::chromophore::{eumelanin_per_mm_per_molar, pheomelanin_per_mm_per_molar};
use glam::Vec3;
use serde::{Deserialize, Serialize};

/// Radius of the hair that c_e and c_p mean, mm. Assumption, scalp mean.
pub const REFERENCE_RADIUS_MM: f64 = 0.035;
/// Absorption per radius of one unit of eumelanin and of pheomelanin at [`UNIT_NM`]. Source: d'Eon et al. 2011, red.
const UNIT: [f64; 2] = [0.419, 0.187];
/// Wavelength of the red channel, nm. Assumption: near its centroid.
const UNIT_NM: f64 = 610.0;
/// Grams per mole of monomer of eumelanin and pheomelanin: ratio of the molar to the specific extinction in Sarna and
/// Swartz 2006, figure 16.3.
const GRAM_PER_MOL: [f64; 2] = [178.0, 295.0];
/// Light reflected at the surface of a fibre that is looked at square on: (0.55/2.55)².
pub const SURFACE_REFLECTANCE: f32 = 0.046_5;
/// Eumelanin and pheomelanin of a white hair, in the units of the others: a trace of yellow in keratin. Assumption.
const KERATIN: f64 = 0.05;

/// A named hair colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum HairTone {
    Black,
    DarkBrown,
    #[default]
    Brown,
    LightBrown,
    Blond,
    Red,
    Grey,
    White,
}

/// Wavelengths of the channels, nm. Assumption: near their centroids.
const CHANNEL_NM: [f64; 3] = [UNIT_NM, 545.0, 460.0];
/// Largest absorption of a channel over that of the fibre at its wavelength. Saturated browns and reds lie at the edge of sRGB, where a
/// channel is zero and its absorption undetermined: 1.3 gives the smallest error over all tones.
const STEEPEST: f64 = 1.3;

impl HairTone {
    /// All tones.
    pub const ALL: [Self; 8] = [
        Self::Black,
        Self::DarkBrown,
        Self::Brown,
        Self::LightBrown,
        Self::Blond,
        Self::Red,
        Self::Grey,
        Self::White,
    ];
}

/// Hair colour: pigment of the coloured strands, and how many strands are white.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HairColour {
    /// Eumelanin, in the units of d'Eon et al.: 0.3 blond, 1.3 brown, 8 black.
    pub eumelanin: f32,
    /// Pheomelanin, same units.
    pub pheomelanin: f32,
    /// Share of strands without pigment, 0 to 1.
    pub white_share: f32,
}

impl HairColour {
    /// A named colour. Eumelanin near 0.3 is the usual blond, 1.3 brown and 8 black (rayrender);
    /// the shares of pheomelanin and the values between are assumptions, by eye. Grey is dark brown
    /// with 65 % white strands.
    #[must_use]
    pub const fn preset(tone: HairTone) -> Self {
        let (eumelanin, pheomelanin, white_share) = match tone {
            HairTone::Black => (8.0, 0.0, 0.0),
            HairTone::DarkBrown => (2.4, 0.5, 0.0),
            HairTone::Brown => (1.2, 0.6, 0.0),
            HairTone::LightBrown => (0.65, 0.7, 0.0),
            HairTone::Blond => (0.22, 0.75, 0.0),
            HairTone::Red => (0.3, 2.2, 0.0),
            HairTone::Grey => (2.4, 0.5, 0.65),
            HairTone::White => (0.02, 0.01, 1.0),
        };
        Self { eumelanin, pheomelanin, white_share }
    }

    /// The same colour with this share of white strands.
    #[must_use]
    pub fn greyed(mut self, white_share: f32) -> Self {
        self.white_share = white_share.clamp(0.0, 1.0);
        self
    }

    /// Eumelanin and pheomelanin, mol of monomers per litre of fibre; `white` for a strand that lost its pigment.
    #[must_use]
    pub fn melanin_molar(&self, white: bool) -> [f64; 2] {
        let units = if white {
            [KERATIN; 2]
        } else {
            [self.eumelanin, self.pheomelanin].map(|c| if c > 0.0 { f64::from(c) } else { 0.0 })
        };
        let at = [eumelanin_per_mm_per_molar(UNIT_NM), pheomelanin_per_mm_per_molar(UNIT_NM)];
        std::array::from_fn(|i| units[i] * UNIT[i] / (REFERENCE_RADIUS_MM * at[i]))
    }

    /// Eumelanin and pheomelanin, grams per litre of fibre.
    #[must_use]
    pub fn melanin_g_per_l(&self, white: bool) -> [f64; 2] {
        let m = self.melanin_molar(white);
        [m[0] * GRAM_PER_MOL[0], m[1] * GRAM_PER_MOL[1]]
    }

    /// Absorption of the fibre, per mm.
    #[must_use]
    pub fn absorption_per_mm(&self, white: bool) -> Spectrum {
        let [e, p] = self.melanin_molar(white);
        Spectrum::from_fn(|nm| e * eumelanin_per_mm_per_molar(nm) + p * pheomelanin_per_mm_per_molar(nm))
    }

    /// Share of uniform light that a fibre of this radius in mm gives back, its surface included.
    #[must_use]
    pub fn reflectance(&self, white: bool, radius_mm: f64) -> Spectrum {
        let r = if radius_mm > 0.0 { radius_mm } else { 0.0 };
        self.absorption_per_mm(white).map(|a| fibre_albedo(a * r))
    }

    /// As [`Self::reflectance`] for the reference radius, over all strands of a head.
    #[must_use]
    pub fn mean_reflectance(&self) -> Spectrum {
        let share = f64::from(self.white_share.clamp(0.0, 1.0));
        let of = |white| self.reflectance(white, REFERENCE_RADIUS_MM);
        of(false).lerp(of(true), share)
    }

    /// Absorption per hair radius, linear sRGB under D65; `white` for a strand that lost its pigment.
    #[must_use]
    pub fn absorption(&self, white: bool) -> Vec3 {
        self.absorption_under(white, Lamp::d65())
    }

    /// Absorption per hair radius, linear sRGB under a lamp with its white balanced.
    #[must_use]
    pub fn absorption_under(&self, white: bool, lamp: &Lamp) -> Vec3 {
        let own = self.absorption_per_mm(white) * REFERENCE_RADIUS_MM;
        let rgb = self.fibre_rgb(white, lamp);
        Vec3::from_array(std::array::from_fn(|c| {
            absorption_of_albedo(rgb[c]).min(STEEPEST * own.at(CHANNEL_NM[c])) as f32
        }))
    }

    /// Body albedo of one fibre, linear sRGB under D65, without the surface reflection.
    #[must_use]
    pub fn body_albedo(&self, white: bool) -> Vec3 {
        let s = fibre_surface();
        let body = |x: f64| ((x - s) / (1.0 - s)).clamp(0.0, 1.0) as f32;
        Vec3::from_array(self.fibre_rgb(white, Lamp::d65()).map(body))
    }

    /// Mean albedo over the strands of a head, with the surface reflection.
    #[must_use]
    pub fn mean_albedo(&self) -> Vec3 {
        let body = self.body_albedo(false).lerp(self.body_albedo(true), self.white_share);
        body * (1.0 - SURFACE_REFLECTANCE) + Vec3::splat(SURFACE_REFLECTANCE)
    }

    /// What three channels miss of this colour under a lamp, largest ΔE₀₀ over: a fibre of the reference radius, of half and of twice that, and light
    /// that two fibres gave back one after the other.
    #[must_use]
    pub fn three_channel_error(&self, lamp: &Lamp) -> f64 {
        let sigma = self.absorption_under(false, lamp).to_array().map(f64::from);
        let own = self.absorption_per_mm(false) * REFERENCE_RADIUS_MM;
        let lab = |rgb: [f64; 3]| colour::lab_from_linear(fit_in_gamut(rgb).linear);
        let gap = |spectral: Spectrum, rgb: [f64; 3]| {
            colour::ciede2000(lab(lamp.linear_srgb(&spectral, Adaptation::Cat16)), lab(rgb))
        };
        let single = |k: f64| gap((own * k).map(fibre_albedo), sigma.map(|s| fibre_albedo(k * s)));
        let twice = |x: f64| fibre_albedo(x) * fibre_albedo(x);
        let double = gap(own.map(twice), sigma.map(twice));
        single(1.0).max(single(0.5)).max(single(2.0)).max(double)
    }

    /// What a fibre gives back, linear sRGB, at least what its surface does.
    fn fibre_rgb(&self, white: bool, lamp: &Lamp) -> [f64; 3] {
        let rgb = lamp.linear_srgb(&self.reflectance(white, REFERENCE_RADIUS_MM), Adaptation::Cat16);
        fit_in_gamut(rgb).linear.map(|x| x.max(fibre_surface() + 1e-5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::{LampKind, Observer};

    #[test]
    fn lightness_rises_from_black_to_white() {
        use HairTone::*;
        let mut last = 0.0;
        for tone in [Black, DarkBrown, Brown, LightBrown, Blond, White] {
            let h = HairColour::preset(tone);
            let l = Lamp::d65().lab(&h.mean_reflectance())[0];
            let body = h.body_albedo(tone == White);
            assert!(l > last, "{tone:?} {l}");
            assert!(body.x >= body.y && body.y >= body.z, "{tone:?} {body:?}");
            last = l;
        }
        let a = |tone| Lamp::d65().lab(&HairColour::preset(tone).mean_reflectance())[1];
        assert!(a(Red) > a(Brown) + 2.0 && a(Red) > a(Blond) + 5.0);
    }

    #[test]
    fn val_spectral_absorption_has_the_slopes_of_the_melanins() {
        let eu = HairColour { eumelanin: 1.0, pheomelanin: 0.0, white_share: 0.0 }.absorption_per_mm(false);
        let pheo = HairColour { eumelanin: 0.0, pheomelanin: 1.0, white_share: 0.0 }.absorption_per_mm(false);
        assert!((eu.at(610.0) * REFERENCE_RADIUS_MM - 0.419).abs() < 1e-9);
        assert!((pheo.at(610.0) * REFERENCE_RADIUS_MM - 0.187).abs() < 1e-9);
        assert!((libm::log(eu.at(450.0) / eu.at(650.0)) / 200.0 - 0.0056).abs() < 1e-6);
        assert!((libm::log(pheo.at(450.0) / pheo.at(650.0)) / 200.0 - 0.0087).abs() < 1e-6);
    }

    #[test]
    fn prop_three_channels_are_close_to_the_spectrum() {
        for tone in HairTone::ALL {
            let h = HairColour::preset(tone);
            for kind in [LampKind::D65, LampKind::A, LampKind::LedB3] {
                let lamp = Lamp::new(kind, Observer::Cie1931);
                let e = h.three_channel_error(&lamp);
                assert!(e < 2.5, "{tone:?} {kind:?} {e}");
                // One fibre alone.
                let sigma = h.absorption_under(false, &lamp).to_array().map(f64::from);
                let own = fit_in_gamut(
                    lamp.linear_srgb(&h.reflectance(false, REFERENCE_RADIUS_MM), Adaptation::Cat16),
                );
                let d = colour::ciede2000(
                    colour::lab_from_linear(own.linear),
                    colour::lab_from_linear(sigma.map(fibre_albedo)),
                );
                assert!(d < 0.6, "{tone:?} {kind:?} {d}");
            }
        }
    }

    #[test]
    fn greying_mixes_strands_and_bad_amounts_are_none() {
        let h = HairColour::preset(HairTone::DarkBrown);
        let l = |share| Lamp::d65().lab(&h.greyed(share).mean_reflectance())[0];
        assert!(l(0.0) < l(0.3) && l(0.3) < l(0.9));
        let odd = HairColour { eumelanin: f32::NAN, pheomelanin: -3.0, white_share: 0.0 };
        assert!(odd.absorption(false).abs().max_element() < 1e-3 && odd.mean_albedo().is_finite());
        // Black hair: melanin of some hundredths of its weight, more than a blond's.
        let black = HairColour::preset(HairTone::Black).melanin_g_per_l(false);
        assert!(black[0] > 20.0 && black[0] < 120.0, "{black:?}");
    }

    #[test]
    fn thinner_hair_is_lighter() {
        let h = HairColour::preset(HairTone::Brown);
        let y = |r| Lamp::d65().xyz(&h.reflectance(false, r))[1];
        assert!(y(0.010) > y(0.035) && y(0.035) > y(0.060));
        assert!((y(f64::NAN) - 1.0).abs() < 1e-6);
    }
}
