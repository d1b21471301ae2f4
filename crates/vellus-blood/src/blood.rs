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
    /// Haematocrit, volume fraction of red cells (0.15 to 0.65; up to [`PLASMA_HAEMATOCRIT`] for the
    /// plasma of an earlier spin).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haematocrit: Option<f64>,
    /// Mean platelet volume, fL (3 to 20), by the method of `mpv_method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mpv_fl: Option<f64>,
    /// How the mean platelet volume was measured; a common analyser when absent.
    pub mpv_method: MpvMethod,
    /// Mean red cell volume, fL (50 to 140).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcv_fl: Option<f64>,
    /// White cells, 10³/µL (0.5 to 100).
    #[serde(rename = "wbc_k_per_ul", skip_serializing_if = "Option::is_none")]
    pub wbc: Option<ThousandsPerUl>,
    /// Haemoglobin, g/dL (4 to 22); gives the haematocrit when that is absent.
    #[serde(rename = "haemoglobin_g_per_dl", skip_serializing_if = "Option::is_none")]
    pub haemoglobin: Option<f64>,
}

/// Haematocrit up to which what is spun is the plasma of an earlier spin, not blood; single spins leave
/// less.
pub const PLASMA_HAEMATOCRIT: f64 = 0.02;

/// How a mean platelet volume was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MpvMethod {
    /// A common blood analyser, on blood that swells in EDTA: 9 to 12 fL where research methods
    /// find 5 to 7 fL for the same cells. No Stokes volume: it is used only as a ratio to
    /// [`crate::cells::MPV_ANALYSER_FL`].
    #[default]
    Analyser,
    /// A resistive (Coulter) volume of platelets in isotonic fluid, soon after the draw.
    Resistive,
    /// Another research method: counterflow, water space.
    Research,
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
    /// When a count is outside the range that the model is made for; the message names the unit that
    /// was probably meant.
    pub fn validate(&self) -> Result<(), BloodError> {
        if let Some(p) = self.platelets {
            within(
                "blood.platelets_k_per_ul",
                p.0,
                "×10³/µL",
                20.0,
                2000.0,
                &count_hint(p.0, 20.0, 2000.0, "platelets"),
            )?;
        }
        if let Some(h) = self.haematocrit {
            // Hardly any red cells: the plasma of an earlier spin.
            if !(0.0..=PLASMA_HAEMATOCRIT).contains(&h) {
                within("blood.haematocrit", h, "", 0.15, 0.65, &fraction_hint(h, 0.15, 0.65))?;
            }
        }
        if let Some(v) = self.mpv_fl {
            within("blood.mpv_fl", v, "fL", 3.0, 20.0, "leave it out if it was not measured")?;
            if self.mpv_method == MpvMethod::Analyser {
                within(
                    "blood.mpv_fl",
                    v,
                    "fL",
                    5.0,
                    20.0,
                    "an analyser prints 7 to 14; for a research volume give mpv_method = \"research\"",
                )?;
            }
        }
        if let Some(v) = self.mcv_fl {
            within("blood.mcv_fl", v, "fL", 50.0, 140.0, "80 to 100 fL is usual in adults")?;
        }
        if let Some(w) = self.wbc {
            within(
                "blood.wbc_k_per_ul",
                w.0,
                "×10³/µL",
                0.5,
                100.0,
                &count_hint(w.0, 0.5, 100.0, "white cells"),
            )?;
        }
        if let Some(h) = self.haemoglobin {
            within(
                "blood.haemoglobin_g_per_dl",
                h,
                "g/dL",
                4.0,
                22.0,
                &if (40.0..=220.0).contains(&h) {
                    format!("{h} looks like g/L: write {}", h / 10.0)
                } else if (2.4..4.0).contains(&h) {
                    "it is in g/dL; one mmol/L is 1.61 g/dL".to_owned()
                } else {
                    "12 to 17 g/dL is usual in adults".to_owned()
                },
            )?;
        }
        match (self.haematocrit, self.haemoglobin) {
            (Some(hct), Some(hb)) if hct > PLASMA_HAEMATOCRIT => {
                let mchc = hb / hct;
                if !(24.0..=42.0).contains(&mchc) {
                    return Err(BloodError::inconsistent(
                        "blood.haemoglobin_g_per_dl",
                        format!(
                            "{hb} g/dL and a haematocrit of {hct} do not go together ({mchc:.0} g in a dL of red cells, 32 to 36 is usual)"
                        ),
                        if (24.0..=42.0).contains(&(1.611 * mchc)) {
                            format!("{hb} may be mmol/L: write {:.1}", 1.611 * hb)
                        } else {
                            "look at both again, and leave out the one that is not sure".to_owned()
                        },
                    ));
                }
            }
            (None, Some(hb)) => within(
                "blood.haemoglobin_g_per_dl",
                hb,
                "g/dL",
                0.15 * MCHC_G_PER_DL,
                0.65 * MCHC_G_PER_DL,
                "the haematocrit that it stands for must lie within 0.15 to 0.65",
            )?,
            _ => {}
        }
        Ok(())
    }
}

/// Which unit a cell count was probably written in.
#[must_use]
pub fn count_hint(x: f64, lo: f64, hi: f64, what: &str) -> String {
    for (factor, unit) in [(1e3, "cells per µL"), (1e6, "cells per mL"), (1e9, "cells per litre")] {
        let k = x / factor;
        if (lo..=hi).contains(&k) {
            return format!("{x} looks like {unit}: write {k} (thousands of {what} per µL, ×10⁹/L)");
        }
    }
    if x > 0.0 && (lo..=hi).contains(&(1e3 * x)) {
        return format!("{x} looks like millions per µL: write {} (thousands per µL)", 1e3 * x);
    }
    "counts are in thousands per µL, which is ×10⁹/L".to_owned()
}

/// Whether a fraction was probably written as a percentage.
fn fraction_hint(x: f64, lo: f64, hi: f64) -> String {
    if (lo..=hi).contains(&(x / 100.0)) {
        format!("{x} looks like a percentage: write {}", x / 100.0)
    } else {
        "it is the volume fraction of red cells, such as 0.42".to_owned()
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
