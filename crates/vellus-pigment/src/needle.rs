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

    /// The needle behind it: three points of 0.30 mm together, whose dot is about as dark as a
    /// follicular unit (studios choose single and triple points by zone, 0.18 to 0.30 mm).
    #[must_use]
    pub fn triple() -> Self {
        Self { name: "three points 0.30 mm".into(), points: 3, diameter_mm: 0.30 }
    }
}
