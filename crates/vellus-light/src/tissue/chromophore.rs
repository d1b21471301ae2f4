//! Absorption of what colours skin and hair, per mm.

use crate::spectrum::Table;
use std::f64::consts::LN_10;
use std::sync::LazyLock;

static HAEMOGLOBIN: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../../data/optics/haemoglobin.csv")));
static BILIRUBIN: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../../data/optics/bilirubin.csv")));

/// Haemoglobin in whole blood, g/L. Source: Prahl, as the table.
const HAEMOGLOBIN_G_PER_L: f64 = 150.0;
/// Molar mass of haemoglobin, g/mol. Source: as above.
const HAEMOGLOBIN_G_PER_MOL: f64 = 64_500.0;
/// Absorption of a melanosome at 500 nm, per mm. Source: Jacques 2013, equation 8 (519 per cm).
const MELANOSOME_AT_500_PER_MM: f64 = 51.9;

/// Whole blood of an oxygen saturation 0 to 1, per mm.
///
/// # Sources
/// S. Prahl's compilation, `data/optics/haemoglobin.csv`.
#[must_use]
pub fn blood_per_mm(wavelength_nm: f64, saturation: f64) -> f64 {
    let s = saturation.clamp(0.0, 1.0);
    let eps = s * HAEMOGLOBIN.at(0, wavelength_nm) + (1.0 - s) * HAEMOGLOBIN.at(1, wavelength_nm);
    LN_10 * eps * HAEMOGLOBIN_G_PER_L / HAEMOGLOBIN_G_PER_MOL / 10.0
}

/// Absorption of finely divided blood over that of blood in vessels of a diameter in mm: light
/// cannot see what a vessel hides behind its own front.
///
/// # Sources
/// van Veen, Verkruysse and Sterenborg 2002, *Opt. Lett.* 27, 246: (1 − exp(−μ d))/(μ d).
#[must_use]
pub fn packaging(mua_per_mm: f64, diameter_mm: f64) -> f64 {
    let x = mua_per_mm * diameter_mm;
    if x < 1e-6 { 1.0 - 0.5 * x } else { -libm::expm1(-x) / x }
}

/// Eumelanin, per mm and mol/L of monomers.
///
/// # Sources
/// Sarna and Swartz 1988 as fitted in Jacques 2013, equation 10.
#[must_use]
pub fn eumelanin_per_mm_per_molar(wavelength_nm: f64) -> f64 {
    LN_10 * 2.37e4 * libm::exp(-0.0056 * wavelength_nm) / 10.0
}

/// Pheomelanin, per mm and mol/L of monomers. Sources: as [`eumelanin_per_mm_per_molar`].
#[must_use]
pub fn pheomelanin_per_mm_per_molar(wavelength_nm: f64) -> f64 {
    LN_10 * 1.01e5 * libm::exp(-0.0087 * wavelength_nm) / 10.0
}

/// Inside of a melanosome, per mm, with a share of pheomelanin among its monomers, 0 to 1.
///
/// # Sources
/// Level at 500 nm of Jacques 2013, equation 8; slopes of the melanins as above. The slope of equation 8 itself (power −3.33) is
/// steeper: 6.4 between 400 and 700 nm where eumelanin has 5.4.
#[must_use]
pub fn melanosome_per_mm(wavelength_nm: f64, pheomelanin_share: f64) -> f64 {
    let p = pheomelanin_share.clamp(0.0, 1.0);
    let molar = MELANOSOME_AT_500_PER_MM / eumelanin_per_mm_per_molar(500.0);
    molar
        * ((1.0 - p) * eumelanin_per_mm_per_molar(wavelength_nm)
            + p * pheomelanin_per_mm_per_molar(wavelength_nm))
}

/// Skin without blood and melanin, per mm.
///
/// # Sources
/// Saidi 1992 as given by Jacques: 0.244 + 85.3 exp(−(λ − 154)/66.2) per cm.
#[must_use]
pub fn baseline_per_mm(wavelength_nm: f64) -> f64 {
    (0.244 + 85.3 * libm::exp(-(wavelength_nm - 154.0) / 66.2)) / 10.0
}

/// Bilirubin, per mm and mol/L.
///
/// # Sources
/// `data/optics/bilirubin.csv`; nothing above 540 nm.
#[must_use]
pub fn bilirubin_per_mm_per_molar(wavelength_nm: f64) -> f64 {
    LN_10 * BILIRUBIN.at_or_zero(0, wavelength_nm) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_blood_of_prahl() {
        // Oxy and deoxy, per mm of whole blood, made from the same compilation by another program.
        for (l, oxy, deoxy) in [
            (450.0, 33.64, 55.31),
            (500.0, 11.21, 11.17),
            (550.0, 23.03, 28.60),
            (600.0, 1.71, 7.86),
            (650.0, 0.20, 2.01),
            (700.0, 0.16, 0.96),
        ] {
            assert!((blood_per_mm(l, 1.0) - oxy).abs() < 0.01, "{l}");
            assert!((blood_per_mm(l, 0.0) - deoxy).abs() < 0.01, "{l}");
        }
    }

    #[test]
    fn val_melanins_against_the_measured_extinction() {
        // Sarna and Swartz 2006, figure 16.3, per cm per M: the fit holds within a seventh (eumelanin) and a third.
        for (l, eu, pheo) in [(430.0, 2149.0, 2831.0), (530.0, 1194.0, 1096.0), (630.0, 644.0, 400.0)] {
            let k = LN_10 / 10.0;
            assert!((eumelanin_per_mm_per_molar(l) / (k * eu) - 1.0).abs() < 0.15, "{l}");
            assert!((pheomelanin_per_mm_per_molar(l) / (k * pheo) - 1.0).abs() < 0.33, "{l}");
        }
    }

    #[test]
    fn val_melanosome_at_550() {
        // 494 per cm from both published power laws.
        assert!((melanosome_per_mm(550.0, 0.0) / 49.4 - 1.0).abs() < 0.25);
    }

    #[test]
    fn prop_packaging_is_one_for_the_finest_and_falls() {
        let mut last = packaging(20.0, 0.0);
        assert_eq!(last, 1.0);
        for d in [1e-8, 1e-5, 1e-3, 1e-2, 1e-1, 1.0] {
            let p = packaging(20.0, d);
            assert!(p < last && p > 0.0);
            last = p;
        }
    }
}
