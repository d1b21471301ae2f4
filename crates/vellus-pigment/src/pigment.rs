//! Pigments as records: what is in the bottle and how strongly it absorbs.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::PigmentError;
use crate::ink::PigmentBase;

/// Share of the absorption of the undiluted bottle that the healed deposit has, averaged over its column: the rest is
/// wiped off, carried away in the first weeks (a third, in animals) or lies in clumps that shade themselves. Assumption,
/// so that 40 mg/ml of carbon give 25 per mm.
pub const DEPOSIT_SHARE: f64 = 25.0 / 300.0;
/// Mass absorption of carbon at 550 nm, m²/g. Source: Bond and Bergstrom 2006, 7.5 ± 1.2.
pub const CARBON_M2_PER_G: f64 = 7.5;
/// Power with which the absorption of carbon falls with the wavelength. Source: about 1, as of soot.
pub const CARBON_EXPONENT: f64 = 1.0;

/// A pigment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PigmentRecord {
    /// Name on the bottle.
    pub name: String,
    /// What gives it its colour.
    pub base: PigmentBase,
    /// Lot number.
    #[serde(default)]
    pub lot: Option<String>,
    /// Dry pigment in the undiluted bottle, mg/ml; 0.5 to 600.
    #[serde(default)]
    pub solids_mg_per_ml: Option<f64>,
    /// Absorption of the dry pigment at 550 nm, m²/g; 0.01 to 30. Left out: 7.5 for carbon.
    #[serde(default)]
    pub absorption_m2_per_g: Option<f64>,
    /// Absorption of the healed, undiluted deposit at 550 nm, per mm; 0.1 to 2000. Instead of the two above.
    #[serde(default)]
    pub deposit_per_mm: Option<f64>,
    /// Size of the particles, nm; 5 to 50000. Kept, not used.
    #[serde(default)]
    pub particle_nm: Option<f64>,
    /// Power with which absorption falls with the wavelength; −1 to 6. Left out: 1 for carbon. Higher is browner.
    #[serde(default)]
    pub hue_exponent: Option<f64>,
    /// Measured absorption instead of a power: rows of wavelength in nm and absorption in any unit, at least 3, rising.
    #[serde(default)]
    pub absorption: Vec<[f64; 2]>,
    /// Notes of the site.
    #[serde(default)]
    pub notes: Option<String>,
}

/// How the absorption of a pigment goes over the wavelengths.
#[derive(Clone, Debug, PartialEq)]
pub enum Hue {
    /// (λ/550 nm)^−k.
    Power(f64),
    /// Rows of wavelength in nm and absorption.
    Table(Vec<[f64; 2]>),
}

impl PigmentRecord {
    /// A record without any figure.
    #[must_use]
    pub fn named(name: &str, base: PigmentBase) -> Self {
        Self { name: name.into(), base, ..Self::default() }
    }

    /// The same record with what it leaves out taken from the built-in one of the same name.
    #[must_use]
    pub fn completed(&self) -> Self {
        let Some(known) = built_in().iter().find(|r| same_name(&r.name, &self.name)) else {
            return self.clone();
        };
        let mut out = self.clone();
        // Strength goes together: solids of one record do not go with the deposit of another.
        if out.deposit_per_mm.is_none() {
            out.solids_mg_per_ml = out.solids_mg_per_ml.or(known.solids_mg_per_ml);
            out.absorption_m2_per_g = out.absorption_m2_per_g.or(known.absorption_m2_per_g);
        }
        out.particle_nm = out.particle_nm.or(known.particle_nm);
        if out.absorption.is_empty() {
            out.hue_exponent = out.hue_exponent.or(known.hue_exponent);
        }
        out
    }

    /// Absorption of the healed, undiluted deposit at 550 nm, per mm.
    ///
    /// # Errors
    /// [`PigmentError::NoStrength`] when neither the record nor a built-in one of its name says how strong it is.
    pub fn deposit_per_mm(&self) -> Result<f64, PigmentError> {
        let full = self.completed();
        if let Some(direct) = full.deposit_per_mm {
            return Ok(direct);
        }
        let mass = full.absorption_m2_per_g.or((full.base == PigmentBase::Carbon).then_some(CARBON_M2_PER_G));
        let missing = match (full.solids_mg_per_ml, mass) {
            // 1 mg/ml of 1 m²/g absorbs 1 per mm.
            (Some(solids), Some(mass)) => return Ok(DEPOSIT_SHARE * solids * mass),
            (None, Some(_)) => "solids_mg_per_ml",
            (Some(_), None) => "absorption_m2_per_g",
            (None, None) => "solids_mg_per_ml and absorption_m2_per_g",
        };
        Err(PigmentError::NoStrength { name: self.name.clone(), missing })
    }

    /// How its absorption goes over the wavelengths.
    ///
    /// # Errors
    /// [`PigmentError::NoStrength`] when a pigment other than carbon says neither exponent nor table.
    pub fn hue(&self) -> Result<Hue, PigmentError> {
        let full = self.completed();
        if !full.absorption.is_empty() {
            return Ok(Hue::Table(full.absorption));
        }
        full.hue_exponent
            .or((full.base == PigmentBase::Carbon).then_some(CARBON_EXPONENT))
            .map(Hue::Power)
            .ok_or_else(|| PigmentError::NoStrength {
                name: self.name.clone(),
                missing: "hue_exponent (1 as carbon, higher is browner) or absorption",
            })
    }

    /// Its numbers with key, least, most and hint.
    pub fn numbers(&self) -> impl Iterator<Item = (&'static str, f64, f64, f64, &'static str)> {
        [
            (
                "solids_mg_per_ml",
                self.solids_mg_per_ml,
                0.5,
                600.0,
                "mg of dry pigment in a ml of the bottle: 4 % is 40",
            ),
            ("absorption_m2_per_g", self.absorption_m2_per_g, 0.01, 30.0, "at 550 nm: carbon has 7.5"),
            (
                "deposit_per_mm",
                self.deposit_per_mm,
                0.1,
                2000.0,
                "at 550 nm: undiluted carbon heals to about 25",
            ),
            ("particle_nm", self.particle_nm, 5.0, 50_000.0, "write nanometres: 0.1 µm is 100"),
            ("hue_exponent", self.hue_exponent, -1.0, 6.0, "0 is neutral, 1 carbon, 2 to 3 brown"),
        ]
        .into_iter()
        .filter_map(|(key, value, least, most, hint)| value.map(|v| (key, v, least, most, hint)))
    }
}

fn same_name(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// The built-in records.
#[must_use]
pub fn built_in() -> &'static [PigmentRecord] {
    static ALL: LazyLock<Vec<PigmentRecord>> = LazyLock::new(|| {
        [
            include_str!("../../../data/pigments/carbon_black.toml"),
            include_str!("../../../data/pigments/iron_oxide_black.toml"),
            include_str!("../../../data/pigments/carbon_warmed.toml"),
        ]
        .map(|text| toml::from_str(text).expect("a test reads every record"))
        .to_vec()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_records_are_sound() {
        for r in built_in() {
            assert!(r.deposit_per_mm().unwrap() > 1.0, "{}", r.name);
            r.hue().unwrap();
            for (key, v, least, most, _) in r.numbers() {
                assert!(v >= least && v <= most, "{} {key}", r.name);
            }
        }
        let carbon = PigmentRecord::named("Carbon Black ", PigmentBase::Carbon);
        assert!((carbon.deposit_per_mm().unwrap() - 25.0).abs() < 1e-9);
        assert_eq!(carbon.hue().unwrap(), Hue::Power(1.0));
    }

    #[test]
    fn val_a_milligram_of_carbon_absorbs_seven_and_a_half_per_millimetre() {
        // Bond and Bergstrom 2006: 1 mg/cm³ × 7.5 m²/g = 7.5 per mm in the bottle.
        let r =
            PigmentRecord { solids_mg_per_ml: Some(1.0), ..PigmentRecord::named("x", PigmentBase::Carbon) };
        assert!((r.deposit_per_mm().unwrap() / DEPOSIT_SHARE - 7.5).abs() < 1e-12);
    }

    #[test]
    fn a_pigment_without_strength_says_what_to_enter() {
        let e =
            PigmentRecord::named("Midnight 7", PigmentBase::Carbon).deposit_per_mm().unwrap_err().to_string();
        assert!(
            e.contains("Midnight 7") && e.contains("solids_mg_per_ml") && e.contains("carbon black"),
            "{e}"
        );
        let mix =
            PigmentRecord { solids_mg_per_ml: Some(40.0), ..PigmentRecord::named("Ash", PigmentBase::Mixed) };
        assert!(mix.deposit_per_mm().unwrap_err().to_string().contains("absorption_m2_per_g"));
        assert!(mix.hue().unwrap_err().to_string().contains("hue_exponent"));
        let direct = PigmentRecord { deposit_per_mm: Some(12.0), ..mix };
        assert_eq!(direct.deposit_per_mm().unwrap(), 12.0);
    }
}
