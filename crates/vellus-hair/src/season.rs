//! The season: hairs leave anagen more in early summer and fall more in late summer.
//!
//! Randall & Ebling 1991 (14 men, 18 months): more than 90 % of hairs grow in March, fewest in
//! September; about 60 hairs fall a day in August and September, more than twice as many as in
//! winter. Courtois 1996: most resting hairs at the end of summer. Two clocks carry this: the one
//! that ends anagen and the one that lets a resting hair fall. Their sizes are fitted
//! (`data/hair/fitted.toml`); in the southern hemisphere they run half a year later.

use std::f64::consts::TAU;

/// Days of a year.
pub const YEAR_DAYS: f64 = 365.25;

/// Which half of the Earth a person lives on: seasons are half a year apart.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hemisphere {
    /// North of the equator.
    #[default]
    North,
    /// South of it.
    South,
}

/// How much the two clocks swing over a year, and when each runs fastest in the north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeasonRules {
    /// Swing of the rate at which anagen ends, 0 to 1.
    pub anagen_end: f64,
    /// Day of the year on which anagen ends fastest.
    pub anagen_end_day: f64,
    /// Swing of the rate at which resting hairs fall, 0 to 1.
    pub fall: f64,
    /// Day of the year on which resting hairs fall fastest.
    pub fall_day: f64,
}

/// Where day 0 lies in the year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Season {
    /// Day of the northern year (0 to 365.25) on which day 0 falls.
    day_of_year: f64,
}

impl Season {
    /// Day 0 falls on this day of the calendar year (1 is the first of January).
    #[must_use]
    pub fn new(day_of_year: f64, hemisphere: Hemisphere) -> Self {
        let shift = match hemisphere {
            Hemisphere::North => 0.0,
            Hemisphere::South => 0.5 * YEAR_DAYS,
        };
        Self { day_of_year: (day_of_year + shift).rem_euclid(YEAR_DAYS) }
    }

    /// Factors on the rates at which anagen ends and resting hairs fall, `t` days after day 0.
    #[must_use]
    pub fn rates(self, rules: &SeasonRules, t: f64) -> (f64, f64) {
        let wave = |peak: f64| libm::cos(TAU * (self.day_of_year + t - peak) / YEAR_DAYS);
        (1.0 + rules.anagen_end * wave(rules.anagen_end_day), 1.0 + rules.fall * wave(rules.fall_day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_south_is_half_a_year_later() {
        let rules = SeasonRules { anagen_end: 0.5, anagen_end_day: 170.0, fall: 0.3, fall_day: 230.0 };
        let (north, south) = (Season::new(40.0, Hemisphere::North), Season::new(40.0, Hemisphere::South));
        let half = 0.5 * YEAR_DAYS;
        for t in [0.0, 50.0, 200.0] {
            assert!((north.rates(&rules, t + half).0 - south.rates(&rules, t).0).abs() < 1e-12);
            assert!((north.rates(&rules, t).1 - north.rates(&rules, t + YEAR_DAYS).1).abs() < 1e-12);
        }
    }
}
