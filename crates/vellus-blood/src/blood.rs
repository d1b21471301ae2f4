//! Whole blood and what keeps it from clotting.

use crate::error::{BloodError, within};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::ThousandsPerUl;

/// A blood count before any anticoagulant. What is absent is widened over an adult range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Blood {
    /// Platelets, 10³/µL (20 to 2000).
    #[serde(rename = "platelets_k_per_ul", skip_serializing_if = "Option::is_none")]
    pub platelets: Option<ThousandsPerUl>,
    /// Haematocrit, volume fraction of red cells (0.15 to 0.65).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haematocrit: Option<f64>,
    /// Mean platelet volume as an analyser prints it, fL (5 to 20).
    ///
    /// Analysers run 9 to 12 fL where research methods find 5 to 7 fL for the same cells, so this
    /// number is used only as a ratio to [`crate::cells::MPV_ANALYSER_FL`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mpv_fl: Option<f64>,
    /// White cells, 10³/µL (0.5 to 100).
    #[serde(rename = "wbc_k_per_ul", skip_serializing_if = "Option::is_none")]
    pub wbc: Option<ThousandsPerUl>,
    /// Haemoglobin, g/dL (4 to 22); gives the haematocrit when that is absent.
    #[serde(rename = "haemoglobin_g_per_dl", skip_serializing_if = "Option::is_none")]
    pub haemoglobin: Option<f64>,
}

/// Haemoglobin in packed red cells, g/dL: an assumption from the textbook mean corpuscular
/// haemoglobin concentration.
pub const MCHC_G_PER_DL: f64 = 33.5;

impl Blood {
    /// A blood of known platelet count and haematocrit.
    #[must_use]
    pub fn new(platelets: ThousandsPerUl, haematocrit: f64) -> Self {
        Self { platelets: Some(platelets), haematocrit: Some(haematocrit), ..Self::default() }
    }

    /// The haematocrit, measured or from the haemoglobin.
    #[must_use]
    pub fn haematocrit_or_from_haemoglobin(&self) -> Option<f64> {
        self.haematocrit.or_else(|| self.haemoglobin.map(|h| h / MCHC_G_PER_DL))
    }

    /// # Errors
    /// When a count is outside the range that the model is made for.
    pub fn validate(&self) -> Result<(), BloodError> {
        if let Some(p) = self.platelets {
            within(
                "blood.platelets_k_per_ul",
                p.0,
                "×10³/µL",
                20.0,
                2000.0,
                "counts are in thousands per µL (×10⁹/L)",
            )?;
        }
        if let Some(h) = self.haematocrit {
            within("blood.haematocrit", h, "", 0.15, 0.65, "write 0.42, not 42")?;
        }
        if let Some(v) = self.mpv_fl {
            within("blood.mpv_fl", v, "fL", 5.0, 20.0, "leave it out if it was not measured")?;
        }
        if let Some(w) = self.wbc {
            within(
                "blood.wbc_k_per_ul",
                w.0,
                "×10³/µL",
                0.5,
                100.0,
                "counts are in thousands per µL (×10⁹/L)",
            )?;
        }
        if let Some(h) = self.haemoglobin {
            within("blood.haemoglobin_g_per_dl", h, "g/dL", 4.0, 22.0, "divide g/L by 10")?;
        }
        Ok(())
    }
}

/// What keeps the blood from clotting; only its dilution matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Anticoagulant {
    /// ACD-A, 1 part to 9 parts of blood (the usual filling of kits and tubes).
    AcdA,
    /// Trisodium citrate 3.2 %, 1 part to 9 parts of blood.
    Citrate32,
    /// Sodium citrate 3.8 %, 1 part to 9 parts of blood.
    Citrate38,
    /// Dry EDTA or heparin: no dilution.
    Dry,
    /// Nothing added, as for fibrin clots.
    None,
    /// Not stated: a dilution between 2 % and 1 to 8 is drawn, lower than usual because the blood
    /// may have been counted after it.
    #[default]
    Unstated,
}

impl Anticoagulant {
    /// Parts of fluid added to one part of blood: low, usual, high.
    #[must_use]
    pub const fn parts_per_blood(self) -> (f64, f64, f64) {
        match self {
            Self::AcdA | Self::Citrate32 | Self::Citrate38 => (1.0 / 9.5, 1.0 / 9.0, 1.0 / 8.5),
            Self::Dry | Self::None => (0.0, 0.0, 0.0),
            Self::Unstated => (0.02, 0.07, 1.0 / 8.0),
        }
    }
}
