//! The standard observers.

use super::bands::{BANDS, FIRST_NM, STEP_NM, Spectrum};
use super::table::Table;
use std::sync::LazyLock;

/// Grid on which colours are summed, nm.
pub(super) const FINE_STEP_NM: f64 = 5.0;
/// First wavelength of the sum, nm.
pub(super) const FINE_FIRST_NM: f64 = 360.0;
/// Number of wavelengths in the sum, 360 to 780 nm.
pub(super) const FINE: usize = 85;

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../../data/optics/observers.csv")));

/// Whose eyes.
///
/// # Sources
/// CIE 018:2019 (CIE 1931 and CIE 1964 colour-matching functions), each 5 nm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Observer {
    /// CIE 1931, 2°: small fields, screens.
    #[default]
    Cie1931,
    /// CIE 1964, 10°: wide fields; what some instruments report.
    Cie1964,
}

impl Observer {
    /// x̄, ȳ, z̄ at a wavelength in nm, by straight lines between the published 5 nm; zero outside
    /// 360 to 780 nm.
    #[must_use]
    pub fn matching(self, wavelength_nm: f64) -> [f64; 3] {
        let first = match self {
            Self::Cie1931 => 0,
            Self::Cie1964 => 3,
        };
        std::array::from_fn(|i| TABLE.at_or_zero(first + i, wavelength_nm))
    }

    /// Weights that turn a spectrum of *power*, straight between its bands and flat beyond them,
    /// into XYZ: X = Σ w₀ₖ Pₖ. Not normalised; per 1 nm of the grid.
    #[must_use]
    pub fn weights(self) -> [Spectrum; 3] {
        self.weights_under(|_| 1.0)
    }

    /// Tristimulus values of a spectrum of power, not normalised.
    #[must_use]
    pub fn xyz(self, power: &Spectrum) -> [f64; 3] {
        self.weights().map(|w| (w * *power).sum())
    }

    /// As [`Self::weights`] for a *reflectance* under a lamp of this power at a wavelength in nm.
    pub(super) fn weights_under(self, power: impl Fn(f64) -> f64) -> [Spectrum; 3] {
        let mut w = [Spectrum::ZERO; 3];
        for k in 0..FINE {
            let l = FINE_FIRST_NM + FINE_STEP_NM * k as f64;
            let x = ((l - FIRST_NM) / STEP_NM).clamp(0.0, (BANDS - 1) as f64);
            let i = (x as usize).min(BANDS - 2);
            let t = x - i as f64;
            let (m, p) = (self.matching(l), power(l) * FINE_STEP_NM);
            for c in 0..3 {
                w[c][i] += (1.0 - t) * m[c] * p;
                w[c][i + 1] += t * m[c] * p;
            }
        }
        w
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_equal_energy_is_nearly_white_for_both() {
        for o in [Observer::Cie1931, Observer::Cie1964] {
            let [x, y, z] = o.xyz(&Spectrum::ONE);
            // CIE: E has chromaticity 1/3, 1/3.
            assert!((x / (x + y + z) - 1.0 / 3.0).abs() < 3e-4, "{o:?} {x} {y} {z}");
            assert!((y / (x + y + z) - 1.0 / 3.0).abs() < 3e-4);
        }
        // Area under ȳ of the 1931 observer, nm.
        assert!((Observer::Cie1931.xyz(&Spectrum::ONE)[1] - 106.857).abs() < 0.02);
    }

    #[test]
    fn outside_the_table_nothing_is_seen() {
        assert_eq!(Observer::Cie1931.matching(200.0), [0.0; 3]);
        assert_eq!(Observer::Cie1964.matching(f64::NAN), [0.0; 3]);
    }
}
