//! Viewing distance: millimetres on the skin, degrees before the eye.

use serde::{Deserialize, Serialize};

use crate::error::{LightError, in_range};

/// How far away somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Viewing {
    distance_m: f64,
}

impl Viewing {
    /// The mirror, or somebody who inspects.
    pub const CLOSE: Self = Self { distance_m: 0.3 };
    /// Conversation. Within the 0.45 to 1.2 m of Hall's personal distance (1966).
    pub const CONVERSATION: Self = Self { distance_m: 1.0 };
    /// Across a room.
    pub const ROOM: Self = Self { distance_m: 3.0 };

    /// A distance, metres.
    ///
    /// # Errors
    /// A distance outside 0.05 to 100 m.
    pub fn new(distance_m: f64) -> Result<Self, LightError> {
        in_range("viewing distance in metres", distance_m, 0.05, 100.0)?;
        Ok(Self { distance_m })
    }

    /// The distance, metres.
    #[must_use]
    pub const fn distance_m(self) -> f64 {
        self.distance_m
    }

    /// Millimetres that one degree spans, about the line of sight.
    #[must_use]
    pub fn mm_per_degree(self) -> f64 {
        2000.0 * self.distance_m * libm::tan(0.5_f64.to_radians())
    }

    /// Pixels to a degree, of pixels of this size on the skin.
    #[must_use]
    pub fn pixels_per_degree(self, mm_per_pixel: f64) -> f64 {
        self.mm_per_degree() / mm_per_pixel
    }

    /// Cycles per degree of a pattern that repeats every so many millimetres.
    #[must_use]
    pub fn cycles_per_degree(self, period_mm: f64) -> f64 {
        self.mm_per_degree() / period_mm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_at_a_metre_is_seventeen_millimetres() {
        let v = Viewing::CONVERSATION;
        assert!((v.mm_per_degree() - 17.4537).abs() < 1e-3);
        // A screen of 0.7 m and 3840 pixels at 0.7 m has 67 pixels to the degree: the norm of FLIP.
        let screen = Viewing::new(0.7).unwrap();
        assert!((screen.pixels_per_degree(700.0 / 3840.0) - 67.02).abs() < 0.01);
        for bad in [0.0, -1.0, f64::NAN, 1e6] {
            assert!(Viewing::new(bad).is_err());
        }
    }
}
