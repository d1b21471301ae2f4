//! What is in the cup: a pigment and how far it is thinned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What gives a pigment its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PigmentBase {
    /// Carbon black.
    #[default]
    Carbon,
    /// A mix of coloured pigments.
    Mixed,
}

/// A pigment, thinned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ink {
    /// Name on the bottle.
    pub pigment: String,
    /// What gives it its colour.
    #[serde(default)]
    pub base: PigmentBase,
    /// Lot number.
    #[serde(default)]
    pub lot: Option<String>,
    /// Millilitres of water to one of pigment; 0 (as it comes) to 40.
    #[serde(default)]
    pub water_per_pigment: f64,
}

impl Default for Ink {
    fn default() -> Self {
        Self { pigment: "carbon black".into(), base: PigmentBase::Carbon, lot: None, water_per_pigment: 0.0 }
    }
}

impl Ink {
    /// Share of pigment in the cup, 0 to 1.
    #[must_use]
    pub fn strength(&self) -> f64 {
        1.0 / (1.0 + self.water_per_pigment.max(0.0))
    }
}
