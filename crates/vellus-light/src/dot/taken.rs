//! What an absorber takes from the skin above it, as Gaussians that can be drawn at any size.

use std::f64::consts::PI;

use crate::spectrum::{Lamp, Spectrum};

/// Gaussians of a profile.
pub const PARTS: usize = 3;

/// One Gaussian of a profile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakenPart {
    /// Relative darkening integrated over the skin, mm², by band.
    pub area_mm2: Spectrum,
    /// Standard deviation over the skin, mm.
    pub sigma_mm: f64,
}

/// What an absorber takes from the skin above it: a core, light that diffuses about it, and the light that comes
/// from a millimetre away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Its parts, from the core outwards.
    pub parts: [TakenPart; PARTS],
}

impl Taken {
    /// Nothing.
    pub const NONE: Self = Self { parts: [TakenPart { area_mm2: Spectrum::ZERO, sigma_mm: 0.0 }; PARTS] };

    /// Relative darkening integrated over the skin, mm², by band.
    #[must_use]
    pub fn area_mm2(&self) -> Spectrum {
        self.parts.iter().fold(Spectrum::ZERO, |sum, p| sum + p.area_mm2)
    }

    /// Relative darkening in the middle, by band.
    #[must_use]
    pub fn peak(&self) -> Spectrum {
        self.parts
            .iter()
            .filter(|p| p.sigma_mm > 0.0)
            .fold(Spectrum::ZERO, |sum, p| sum + p.area_mm2 * (1.0 / (2.0 * PI * p.sigma_mm * p.sigma_mm)))
    }

    /// Area weighted by the light that skin of this reflectance gives to luminance, mm².
    #[must_use]
    pub fn luminance_mm2(&self, reflectance: &Spectrum) -> f64 {
        luminance_mm2(&self.area_mm2(), reflectance)
    }

    /// With so much of its effect left and its darkening spread by so many mm more.
    #[must_use]
    pub fn aged(mut self, tone: f64, spread_mm: f64) -> Self {
        for p in &mut self.parts {
            p.area_mm2 = p.area_mm2 * tone.max(0.0);
            p.sigma_mm = libm::hypot(p.sigma_mm, spread_mm);
        }
        self
    }

    /// Several together, each so many times: areas add up, and so does what spreads them at 550 nm.
    #[must_use]
    pub fn sum(of: &[(f64, Self)]) -> Self {
        let mut out = Self::NONE;
        for (k, part) in out.parts.iter_mut().enumerate() {
            let (mut spread, mut size) = (0.0, 0.0);
            for (weight, taken) in of {
                let one = &taken.parts[k];
                part.area_mm2 += one.area_mm2 * *weight;
                let own = weight * one.area_mm2.at(550.0);
                spread += own * one.sigma_mm * one.sigma_mm;
                size += own;
            }
            part.sigma_mm = if size > 0.0 { libm::sqrt(spread / size) } else { 0.0 };
        }
        out
    }
}

/// Area weighted by the light that skin of this reflectance gives to luminance, mm².
#[must_use]
pub fn luminance_mm2(area_mm2: &Spectrum, reflectance: &Spectrum) -> f64 {
    let lamp = Lamp::d65();
    let whole = lamp.xyz(reflectance)[1];
    if whole > 1e-12 { lamp.xyz(&(*reflectance * *area_mm2))[1] / whole } else { 0.0 }
}
