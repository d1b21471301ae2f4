//! What one absorber takes from the skin above it, in the channels of pictures.

use crate::colour::LUMINANCE;
use crate::dot::PARTS;
use crate::skin::Skin;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Highest darkening at a point, no unit: a dense, shallow layer leaves what the surface and the epidermis give back,
/// 7 % of the light of bare skin (the project's Monte Carlo of a layer).
pub const PEAK_DARKENING: f64 = 0.93;

/// One Gaussian of a darkening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Relative darkening integrated over the skin, mm², red, green, blue.
    pub area_mm2: [f32; 3],
    /// Standard deviation over the skin, mm.
    pub sigma_mm: f32,
}

/// What one absorber takes from the skin above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extinction {
    /// Core, the light that diffuses about it, and the light that comes from a millimetre away.
    pub parts: [Part; PARTS],
}

impl Extinction {
    /// A single Gaussian.
    #[must_use]
    pub fn gaussian(area_mm2: [f32; 3], sigma_mm: f32) -> Self {
        let mut e = Self::default();
        e.parts[0] = Part { area_mm2, sigma_mm };
        e
    }

    /// Relative darkening integrated over the skin, mm², red, green, blue.
    #[must_use]
    pub fn area_mm2(&self) -> [f32; 3] {
        std::array::from_fn(|c| self.parts.iter().map(|p| p.area_mm2[c]).sum())
    }

    /// Relative darkening in the middle, red, green, blue.
    #[must_use]
    pub fn peak(&self) -> [f64; 3] {
        std::array::from_fn(|c| {
            self.parts
                .iter()
                .filter(|p| p.sigma_mm > 0.0)
                .map(|p| {
                    f64::from(p.area_mm2[c]) / (2.0 * PI * f64::from(p.sigma_mm) * f64::from(p.sigma_mm))
                })
                .sum::<f64>()
                .min(PEAK_DARKENING)
        })
    }

    /// With so much of its effect left and its darkening spread by so many mm more.
    #[must_use]
    pub fn aged(mut self, tone: f64, spread_mm: f64) -> Self {
        for p in &mut self.parts {
            p.area_mm2 = p.area_mm2.map(|a| a * tone as f32);
            p.sigma_mm = libm::hypotf(p.sigma_mm, spread_mm as f32);
        }
        self
    }

    /// Extinction area weighted by the luminance that this skin reflects, mm².
    #[must_use]
    pub fn luminance_mm2(&self, skin: &Skin) -> f64 {
        let (a, e) = (skin.albedo().to_array(), self.area_mm2());
        let (mut num, mut den) = (0.0, 0.0);
        for c in 0..3 {
            let y = LUMINANCE[c] * f64::from(a[c]);
            num += y * f64::from(e[c]);
            den += y;
        }
        num / den
    }

    /// Whether every number is one that a picture can take.
    #[must_use]
    pub fn is_sensible(&self) -> bool {
        self.parts.iter().all(|p| {
            p.area_mm2.iter().all(|a| (0.0..=100.0).contains(a)) && (0.0..=20.0).contains(&p.sigma_mm)
        })
    }
}
