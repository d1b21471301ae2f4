//! What is taken out of the tube.

use crate::error::{BloodError, within};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::{Millilitres, Millimetres};

/// The layer that is taken after the first spin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layer {
    /// Not stated: anything from the middle of the buffy coat to a cautious hand, all or the lower
    /// part of the plasma.
    #[default]
    Unstated,
    /// Plasma from the surface downward; `fraction_of_plasma` of it.
    UpperPlasma,
    /// Plasma from the surface down to the margin; with `fraction_of_plasma`, the lower part of
    /// it, the upper being discarded.
    Plasma,
    /// Plasma (or its lower `fraction_of_plasma`) with the buffy coat, `margin_mm` deep into the
    /// red cells.
    PlasmaAndBuffyCoat,
}

/// How plasma is taken, and how much is left at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Withdrawal {
    /// The layer.
    pub layer: Layer,
    /// Distance kept above the red cells (below their surface with the buffy coat), mm (0 to 30).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin_mm: Option<Millimetres>,
    /// Fraction of the plasma that is taken (0.05 to 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraction_of_plasma: Option<f64>,
    /// Inner diameter of the tube of the second spin, mm (3 to 60), when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_diameter_mm: Option<Millimetres>,
    /// Volume of the preparation, mL (0.05 to 100). After two spins the pellet is resuspended in
    /// it; after one spin it is the lowest part of what was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_volume_ml: Option<Millilitres>,
    /// The same as a fraction of the plasma spun a second time (0.02 to 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_fraction: Option<f64>,
}

impl Withdrawal {
    /// # Errors
    /// When a number is out of range or both final volume and final fraction are given.
    pub fn validate(&self) -> Result<(), BloodError> {
        if let Some(m) = self.margin_mm {
            within("withdrawal.margin_mm", m.0, "mm", 0.0, 30.0, "the margin is in millimetres")?;
        }
        if let Some(d) = self.second_diameter_mm {
            within("withdrawal.second_diameter_mm", d.0, "mm", 3.0, 60.0, "the diameter is in millimetres")?;
        }
        if let Some(f) = self.fraction_of_plasma {
            within("withdrawal.fraction_of_plasma", f, "", 0.05, 1.0, "write 0.5, not 50")?;
        }
        if let Some(v) = self.final_volume_ml {
            within(
                "withdrawal.final_volume_ml",
                v.0,
                "mL",
                0.05,
                100.0,
                "the volume is in millilitres, per tube",
            )?;
        }
        if let Some(f) = self.final_fraction {
            within("withdrawal.final_fraction", f, "", 0.02, 1.0, "write 0.33, not 33")?;
        }
        if self.final_volume_ml.is_some() && self.final_fraction.is_some() {
            return Err(BloodError::inconsistent(
                "withdrawal".to_owned(),
                "both final_volume_ml and final_fraction are given".to_owned(),
                "give one of them",
            ));
        }
        Ok(())
    }
}
