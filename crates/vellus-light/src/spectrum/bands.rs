//! The grid and its arithmetic.

use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, Sub};

/// Number of bands.
pub const BANDS: usize = 36;
/// First band, nm.
pub const FIRST_NM: f64 = 380.0;
/// Last band, nm.
pub const LAST_NM: f64 = 730.0;
/// Distance between bands, nm.
pub const STEP_NM: f64 = 10.0;

/// Wavelength of every band, nm.
pub fn wavelengths_nm() -> impl ExactSizeIterator<Item = f64> {
    (0..BANDS).map(Spectrum::wavelength_nm)
}

/// One value for each band: a reflectance, a power, an absorption.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spectrum(pub [f64; BANDS]);

impl Spectrum {
    /// Zero everywhere.
    pub const ZERO: Self = Self([0.0; BANDS]);
    /// One everywhere.
    pub const ONE: Self = Self([1.0; BANDS]);

    /// The same value everywhere.
    #[must_use]
    pub const fn splat(value: f64) -> Self {
        Self([value; BANDS])
    }

    /// Wavelength of a band, nm.
    #[must_use]
    pub fn wavelength_nm(band: usize) -> f64 {
        FIRST_NM + STEP_NM * band as f64
    }

    /// Value of a function of the wavelength in nm at every band.
    #[must_use]
    pub fn from_fn(mut f: impl FnMut(f64) -> f64) -> Self {
        Self(std::array::from_fn(|i| f(Self::wavelength_nm(i))))
    }

    /// Average of a function of the wavelength in nm over each band, with a triangle of one step on both sides, so
    /// that narrow peaks keep their area.
    #[must_use]
    pub fn averaged(mut f: impl FnMut(f64) -> f64) -> Self {
        Self::from_fn(|nm| {
            (-9..=9).fold(0.0, |s, k| {
                let k = f64::from(k);
                s + f(nm + k) * (STEP_NM - k.abs()) / (STEP_NM * STEP_NM)
            })
        })
    }

    /// Each value through a function.
    #[must_use]
    pub fn map(self, f: impl FnMut(f64) -> f64) -> Self {
        Self(self.0.map(f))
    }

    /// Band by band with another spectrum.
    #[must_use]
    pub fn zip(self, other: Self, mut f: impl FnMut(f64, f64) -> f64) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    /// exp of every value.
    #[must_use]
    pub fn exp(self) -> Self {
        self.map(libm::exp)
    }

    /// Each value kept within `lo` to `hi`; what is not a number becomes `lo`.
    #[must_use]
    pub fn clamp(self, lo: f64, hi: f64) -> Self {
        self.map(|x| if x >= lo { x.min(hi) } else { lo })
    }

    /// Value at a wavelength, by straight lines, flat outside the grid.
    #[must_use]
    pub fn at(&self, wavelength_nm: f64) -> f64 {
        let x = ((wavelength_nm - FIRST_NM) / STEP_NM).clamp(0.0, (BANDS - 1) as f64);
        let i = (x as usize).min(BANDS - 2);
        let t = x - i as f64;
        self.0[i] * (1.0 - t) + self.0[i + 1] * t
    }

    /// Sum over the bands.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.iter().fold(0.0, |s, x| s + x)
    }

    /// Mean over the bands.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum() / BANDS as f64
    }

    /// Smallest value.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Largest value.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether every value is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.0.iter().all(|x| x.is_finite())
    }

    /// Straight line from `self` (0) to `other` (1).
    #[must_use]
    pub fn lerp(self, other: Self, t: f64) -> Self {
        self * (1.0 - t) + other * t
    }
}

macro_rules! pairwise {
    ($name:ident, $method:ident, $op:tt) => {
        impl $name for Spectrum {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                self.zip(other, |a, b| a $op b)
            }
        }
    };
}
pairwise!(Add, add, +);
pairwise!(Sub, sub, -);
pairwise!(Mul, mul, *);
pairwise!(Div, div, /);

impl Mul<f64> for Spectrum {
    type Output = Self;
    fn mul(self, k: f64) -> Self {
        self.map(|x| x * k)
    }
}

impl Mul<Spectrum> for f64 {
    type Output = Spectrum;
    fn mul(self, s: Spectrum) -> Spectrum {
        s * self
    }
}

impl Add<f64> for Spectrum {
    type Output = Self;
    fn add(self, k: f64) -> Self {
        self.map(|x| x + k)
    }
}

impl AddAssign for Spectrum {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Index<usize> for Spectrum {
    type Output = f64;
    fn index(&self, band: usize) -> &f64 {
        &self.0[band]
    }
}

impl IndexMut<usize> for Spectrum {
    fn index_mut(&mut self, band: usize) -> &mut f64 {
        &mut self.0[band]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_ends_where_it_says() {
        let w: Vec<f64> = wavelengths_nm().collect();
        assert_eq!((w[0], w[BANDS - 1], w.len()), (FIRST_NM, LAST_NM, BANDS));
    }

    #[test]
    fn straight_lines_between_and_flat_outside() {
        let s = Spectrum::from_fn(|l| l);
        assert!((s.at(514.0) - 514.0).abs() < 1e-9);
        assert_eq!((s.at(100.0), s.at(2000.0)), (380.0, 730.0));
        assert_eq!(s.at(f64::INFINITY), 730.0);
        assert!(!s.at(f64::NAN).is_infinite());
    }

    #[test]
    fn arithmetic_is_band_by_band() {
        let a = Spectrum::from_fn(|l| l / 100.0);
        let b = (a * 2.0 + Spectrum::ONE) / a - Spectrum::splat(2.0);
        for i in 0..BANDS {
            assert!((b[i] - 1.0 / a[i]).abs() < 1e-12);
        }
        assert!((a.lerp(Spectrum::ZERO, 0.25).mean() - 0.75 * a.mean()).abs() < 1e-12);
    }
}
