//! What instruments read of a person's hair at a visit, and how far it scatters.

use crate::course::Tally;

/// What was measured at a visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Terminal hairs per cm².
    TerminalPerCm2,
    /// All hairs per cm².
    TotalPerCm2,
    /// Mean calibre of all hairs, µm.
    CalibreUm,
    /// Share of hairs in anagen.
    AnagenShare,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Day, none of them after today (0).
    pub day: f64,
    /// Groups of follicles that make up the place.
    pub groups: Vec<usize>,
    /// What.
    pub quantity: Quantity,
    /// The value.
    pub value: f64,
    /// Area looked at, cm².
    pub area_cm2: f64,
}

/// Spread of a density from spot to spot of a zone, share of it (assumption; it comes on top of
/// counting).
pub const SPOT_SPREAD: f64 = 0.08;
/// Spread of a mean calibre that is not counting, µm (assumption).
pub const CALIBRE_SPREAD_UM: f64 = 3.0;
/// Spread of an anagen share that is not counting (assumption).
pub const ANAGEN_SPREAD: f64 = 0.04;

impl Measured {
    /// Standard deviation of the measurement, of what was read.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.sd_of(self.value)
    }

    /// Standard deviation of a reading where `value` stands: what is there decides how much a count of it
    /// scatters.
    #[must_use]
    pub fn sd_of(&self, value: f64) -> f64 {
        let count = |per_cm2: f64| (per_cm2 * self.area_cm2).max(1.0);
        match self.quantity {
            Quantity::TerminalPerCm2 | Quantity::TotalPerCm2 => {
                let v = value.max(10.0);
                libm::hypot(v / libm::sqrt(count(v)), SPOT_SPREAD * v)
            }
            // About 150 hairs per cm², whose calibres spread by 15 µm.
            Quantity::CalibreUm => libm::hypot(15.0 / libm::sqrt(count(150.0)), CALIBRE_SPREAD_UM),
            Quantity::AnagenShare => libm::hypot(0.4 / libm::sqrt(count(150.0)), ANAGEN_SPREAD),
        }
    }

    /// What an instrument without any error reads of a tally.
    #[must_use]
    pub fn model(&self, t: &Tally, area_cm2: f64) -> f64 {
        match self.quantity {
            Quantity::TerminalPerCm2 => t.terminal / area_cm2.max(1e-9),
            Quantity::TotalPerCm2 => t.hairs / area_cm2.max(1e-9),
            Quantity::CalibreUm => t.calibre_um / t.hairs.max(1e-9),
            Quantity::AnagenShare => t.anagen / t.hairs.max(1e-9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_area_is_a_better_measurement() {
        let m = |area_cm2: f64| Measured {
            day: 0.0,
            groups: vec![0],
            quantity: Quantity::TerminalPerCm2,
            value: 120.0,
            area_cm2,
        };
        assert!(m(4.0).sd() < m(0.5).sd());
        assert!(m(100.0).sd() > 0.9 * SPOT_SPREAD * 120.0);
    }
}
