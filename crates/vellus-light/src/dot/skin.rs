//! Optical properties of skin by wavelength, as far as dots need them.
//!
//! # Sources
//! Scattering: Jacques 2013 (Phys. Med. Biol. 58 R37), table 1, mean of skin: 46.0 (λ/500)^−1.421 per cm.
//! Melanosomes: 519 per cm at 500 nm with a power of −3 (his equation 8). Blood and tissue without it: [`crate::tissue::chromophore`].

use crate::spectrum::{BANDS, Spectrum};
use crate::tissue::chromophore::{baseline_per_mm, blood_per_mm};

/// What skin does to light of one wavelength, per mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TissueBand {
    /// Reduced scattering of the dermis.
    pub mus_prime_per_mm: f64,
    /// Absorption of the dermis, blood included.
    pub mua_dermis_per_mm: f64,
    /// Absorption of the epidermis, melanosomes included, mean over its thickness.
    pub mua_epidermis_per_mm: f64,
}

/// Skin of one dermis under one epidermis, by its chromophores: what the checks of dots are made with. That of a person is
/// [`super::tissue_bands`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlainSkin {
    /// Share of melanosomes in the volume of the epidermis, 0 to 0.5.
    pub melanosomes: f64,
    /// Share of blood in the volume of the dermis, 0 to 0.1.
    pub blood: f64,
    /// Oxygen saturation of that blood, 0 to 1.
    pub saturation: f64,
}

impl PlainSkin {
    /// Its properties at each band.
    #[must_use]
    pub fn bands(&self) -> [TissueBand; BANDS] {
        std::array::from_fn(|i| {
            let nm = Spectrum::wavelength_nm(i);
            let [mel, b, s] = [self.melanosomes.clamp(0.0, 0.5), self.blood.clamp(0.0, 0.1), self.saturation];
            let (base, blood) = (baseline_per_mm(nm), blood_per_mm(nm, s));
            let melanin = 51.9 * libm::pow(nm / 500.0, -3.0);
            TissueBand {
                mus_prime_per_mm: 4.6 * libm::pow(nm / 500.0, -1.421),
                mua_dermis_per_mm: base + b * (blood - base),
                mua_epidermis_per_mm: base + mel * (melanin - base),
            }
        })
    }
}
