//! Optical properties of skin by wavelength, as far as dots need them.
//!
//! # Sources
//! Scattering: Jacques 2013 (Phys. Med. Biol. 58 R37), table 1, mean of skin: 46.0 (λ/500)^−1.421 per cm.
//! Melanosomes: 519 per cm at 500 nm with a power of −3 (his equation 8). Tissue without blood:
//! 0.244 + 85.3 exp(−(λ−154)/66.2) per cm. Blood: extinction of haemoglobin compiled by S. Prahl
//! from Gratzer and Kollias, 150 g/L, 64,500 g/mol.

/// Bands of a spectrum: 380 to 730 nm, each 10 nm.
pub const BANDS: usize = 36;

/// Middle of a band, nm.
#[must_use]
pub fn wavelength_nm(band: usize) -> f64 {
    380.0 + 10.0 * band as f64
}

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

/// Skin by its chromophores.
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
            let nm = wavelength_nm(i);
            let (oxy, deoxy) = EXTINCTION[i];
            let [mel, b, s] = [self.melanosomes.clamp(0.0, 0.5), self.blood.clamp(0.0, 0.1), self.saturation];
            let s = s.clamp(0.0, 1.0);
            let base = 0.1 * (0.244 + 85.3 * libm::exp(-(nm - 154.0) / 66.2));
            let blood = 0.1 * std::f64::consts::LN_10 * 150.0 / 64_500.0 * (s * oxy + (1.0 - s) * deoxy);
            let melanin = 51.9 * libm::pow(nm / 500.0, -3.0);
            TissueBand {
                mus_prime_per_mm: 4.6 * libm::pow(nm / 500.0, -1.421),
                mua_dermis_per_mm: base + b * (blood - base),
                mua_epidermis_per_mm: base + mel * (melanin - base),
            }
        })
    }
}

/// Molar extinction of oxygenated and deoxygenated haemoglobin, per cm and M, by band.
const EXTINCTION: [(f64, f64); BANDS] = [
    (109564.0, 145232.0),
    (167748.0, 167780.0),
    (266232.0, 223296.0),
    (466840.0, 303956.0),
    (480360.0, 407560.0),
    (246072.0, 528600.0),
    (102580.0, 413280.0),
    (62816.0, 103292.0),
    (44480.0, 23388.8),
    (33209.2, 16156.4),
    (26629.2, 14550.0),
    (23684.4, 16684.0),
    (20932.8, 20862.0),
    (20035.2, 25773.6),
    (24202.4, 31589.6),
    (39956.8, 39036.4),
    (53236.0, 46592.0),
    (43016.0, 53412.0),
    (32613.2, 53788.0),
    (44496.0, 45072.0),
    (50104.0, 37020.0),
    (14400.8, 28324.4),
    (3200.0, 14677.2),
    (1506.0, 9443.6),
    (942.0, 6509.6),
    (610.0, 5148.8),
    (442.0, 4345.2),
    (368.0, 3750.12),
    (319.6, 3226.56),
    (294.0, 2795.12),
    (277.6, 2407.92),
    (276.0, 2051.96),
    (290.0, 1794.28),
    (314.0, 1540.48),
    (348.0, 1325.88),
    (390.0, 1102.2),
];
