//! What a pigment absorbs.

use serde::{Deserialize, Serialize};

use crate::error::{LightError, in_range};
use crate::spectrum::{FIRST_NM, LAST_NM, Spectrum};

/// Wavelength at which strength is given, nm.
pub const REFERENCE_NM: f64 = 550.0;

/// Absorption over the wavelengths, relative to that at [`REFERENCE_NM`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AbsorptionShape {
    /// (λ/550 nm)^−k; k is about 1 for carbon black, higher is browner.
    Power(f64),
    /// Rows of wavelength in nm and absorption, in any unit; straight lines between, flat outside.
    Table(Vec<[f64; 2]>),
}

/// The absorption of a pigment as it lies in healed skin, undiluted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PigmentOptics {
    per_mm_at_550: f64,
    shape: AbsorptionShape,
}

impl PigmentOptics {
    /// A pigment of this absorption per mm at 550 nm and this shape.
    ///
    /// # Errors
    /// A strength outside 0.05 to 10 000 per mm, an exponent outside −1 to 6, a table of fewer than three rows,
    /// with wavelengths that do not rise or leave 300 to 1100 nm, with negative absorption, or with none at 550 nm.
    pub fn new(per_mm_at_550: f64, shape: AbsorptionShape) -> Result<Self, LightError> {
        in_range("strength of a pigment, per mm at 550 nm", per_mm_at_550, 0.05, 1e4)?;
        match &shape {
            AbsorptionShape::Power(k) => in_range("exponent of a pigment's absorption", *k, -1.0, 6.0)?,
            AbsorptionShape::Table(rows) => {
                in_range("rows of a pigment's absorption", rows.len() as f64, 3.0, 2000.0)?;
                let mut last = 299.999;
                for [nm, value] in rows {
                    in_range(
                        "wavelength of a pigment's absorption, rising, in nm",
                        *nm,
                        last + 1e-3,
                        1100.0,
                    )?;
                    in_range("absorption of a pigment", *value, 0.0, 1e9)?;
                    last = *nm;
                }
                in_range("absorption of a pigment at 550 nm", raw(rows, REFERENCE_NM), 1e-9, 1e9)?;
            }
        }
        Ok(Self { per_mm_at_550, shape })
    }

    /// Absorption at 550 nm, per mm.
    #[must_use]
    pub const fn per_mm_at_550(&self) -> f64 {
        self.per_mm_at_550
    }

    /// Absorption relative to that at 550 nm, no unit.
    #[must_use]
    pub fn relative(&self, wavelength_nm: f64) -> f64 {
        match &self.shape {
            AbsorptionShape::Power(k) => libm::pow(wavelength_nm.max(1.0) / REFERENCE_NM, -k),
            AbsorptionShape::Table(rows) => raw(rows, wavelength_nm) / raw(rows, REFERENCE_NM),
        }
    }

    /// Absorption at this share of the full strength, per mm, each band from 380 to 730 nm.
    #[must_use]
    pub fn absorption(&self, share: f64) -> Spectrum {
        let k = self.per_mm_at_550 * share.max(0.0);
        Spectrum::from_fn(|nm| k * self.relative(nm))
    }

    /// Relative absorption at the violet end over that at the red end: 1.9 for carbon, more for browns.
    #[must_use]
    pub fn warmth(&self) -> f64 {
        self.relative(FIRST_NM) / self.relative(LAST_NM).max(1e-9)
    }
}

fn raw(rows: &[[f64; 2]], nm: f64) -> f64 {
    let i = rows.partition_point(|r| r[0] <= nm);
    if i == 0 {
        return rows[0][1];
    }
    let Some(next) = rows.get(i) else {
        return rows[i - 1][1];
    };
    let before = rows[i - 1];
    let t = (nm - before[0]) / (next[0] - before[0]);
    before[1] * (1.0 - t) + next[1] * t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carbon_falls_as_one_over_the_wavelength() {
        let c = PigmentOptics::new(25.0, AbsorptionShape::Power(1.0)).unwrap();
        let a = c.absorption(0.5);
        assert!((a.at(550.0) - 12.5).abs() < 1e-9);
        assert!((a.at(440.0) - 12.5 * 550.0 / 440.0).abs() < 1e-9);
        assert!((c.warmth() - 730.0 / 380.0).abs() < 1e-9);
        assert_eq!(c.absorption(-1.0).max(), 0.0);
    }

    #[test]
    fn tables_and_errors() {
        let t =
            PigmentOptics::new(10.0, AbsorptionShape::Table(vec![[400.0, 8.0], [550.0, 4.0], [700.0, 1.0]]))
                .unwrap();
        assert!((t.relative(400.0) - 2.0).abs() < 1e-12 && (t.relative(625.0) - 0.625).abs() < 1e-12);
        assert!((t.relative(900.0) - 0.25).abs() < 1e-12);
        for bad in [
            PigmentOptics::new(0.0, AbsorptionShape::Power(1.0)),
            PigmentOptics::new(f64::NAN, AbsorptionShape::Power(1.0)),
            PigmentOptics::new(10.0, AbsorptionShape::Power(9.0)),
            PigmentOptics::new(10.0, AbsorptionShape::Table(vec![])),
            PigmentOptics::new(10.0, AbsorptionShape::Table(vec![[500.0, 1.0], [400.0, 1.0], [600.0, 1.0]])),
            PigmentOptics::new(10.0, AbsorptionShape::Table(vec![[400.0, 0.0], [550.0, 0.0], [700.0, 1.0]])),
        ] {
            assert!(bad.is_err());
        }
    }
}
