//! Needles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A needle, as its packet says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Needle {
    /// Code on the packet, such as "0603RL".
    pub name: String,
    /// Points; 1 to 9.
    pub points: u8,
    /// Diameter of the bundle, mm; 0.10 to 0.50.
    pub diameter_mm: f64,
}

impl Needle {
    /// The needle of hairline detail: one point of 0.15 to 0.25 mm.
    #[must_use]
    pub fn single() -> Self {
        Self { name: "single point 0.20 mm".into(), points: 1, diameter_mm: 0.20 }
    }
}
