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
    /// Oxides of iron.
    IronOxides,
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

/// Water to one of pigment at which the deposit is half as strong as undiluted, mL. The trade's charts
/// run from "little or none" for black hair on dark skin to 20 mL for the fairest; this puts 20 mL at an
/// eighth of the strength (assumption).
const HALF_STRENGTH_ML: f64 = 2.8;

impl Ink {
    /// Absorption of the healed deposit as a share of that of undiluted pigment, 0 to 1.
    #[must_use]
    pub fn strength(&self) -> f64 {
        1.0 / (1.0 + self.water_per_pigment.max(0.0) / HALF_STRENGTH_ML)
    }

    /// The same pigment, thinned to a strength, to a tenth of a millilitre; at most 40 mL of water.
    #[must_use]
    pub fn with_strength(&self, strength: f64) -> Self {
        let water = HALF_STRENGTH_ML * (1.0 / strength.clamp(0.05, 1.0) - 1.0);
        Self { water_per_pigment: (10.0 * water.min(40.0)).round() / 10.0, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_and_water_are_inverse() {
        for s in [0.12, 0.3, 0.5, 0.8, 1.0] {
            let ink = Ink::default().with_strength(s);
            assert!((ink.strength() - s).abs() < 0.02, "{s} {}", ink.strength());
        }
        assert!((Ink::default().with_strength(0.122).water_per_pigment - 20.0).abs() < 1.0);
    }
}
