//! Decisions: what is read at a visit, and how it goes on from there.

use serde::{Deserialize, Serialize};
use vellus_head::Zone;

/// What is read to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Visible density, hair and dots: what a standardised photograph shows.
    VisibleDensity,
    /// What living hair alone gives to it.
    HairDensity,
    /// Terminal hairs per cm².
    TerminalPerCm2,
    /// All hairs per cm².
    TotalPerCm2,
    /// Mean calibre of all hairs, µm.
    CalibreUm,
}

impl Reading {
    /// In plain words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::VisibleDensity => "visible density",
            Self::HairDensity => "what living hair alone shows",
            Self::TerminalPerCm2 => "the count of terminal hairs",
            Self::TotalPerCm2 => "the count of all hairs",
            Self::CalibreUm => "the mean calibre",
        }
    }

    /// Unit of a level, with a space before it where one stands.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::VisibleDensity | Self::HairDensity => " % of the fringe",
            Self::TerminalPerCm2 | Self::TotalPerCm2 => " per cm²",
            Self::CalibreUm => " µm",
        }
    }

    /// Levels that can be asked for.
    #[must_use]
    pub const fn levels(self) -> (f64, f64) {
        match self {
            Self::VisibleDensity | Self::HairDensity => (5.0, 130.0),
            Self::TerminalPerCm2 | Self::TotalPerCm2 => (5.0, 400.0),
            Self::CalibreUm => (20.0, 120.0),
        }
    }
}

/// A count that decides: one of two branches is taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Months from the start.
    pub at_month: f64,
    /// What is read.
    pub read: Reading,
    /// Where; left out for the whole thinning area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Met when the reading rose by at least so much over the first, per cent of it; may be negative: "fell by
    /// no more than". This or `least`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rise_percent: Option<f64>,
    /// Met when the reading is at least this: per cent of the fringe, hairs per cm² or µm as `read` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Branch that is taken when it is met.
    pub met: String,
    /// Branch that is taken when it is not.
    pub otherwise: String,
}

impl Decision {
    /// The test in plain words.
    #[must_use]
    pub fn question(&self) -> String {
        let place = self.zone.map_or("the thinning area", crate::subject::zone_name);
        let what = self.read.title();
        match (self.rise_percent, self.least) {
            (Some(rise), _) if rise < 0.0 => {
                format!("{what} in {place} fell by no more than {:.0} % by month {:.0}", -rise, self.at_month)
            }
            (Some(rise), _) => {
                format!("{what} in {place} rose by at least {rise:.0} % by month {:.0}", self.at_month)
            }
            (None, Some(least)) => {
                format!(
                    "{what} in {place} is at least {least:.0}{} at month {:.0}",
                    self.read.unit(),
                    self.at_month
                )
            }
            (None, None) => format!("{what} in {place}"),
        }
    }

    /// Whether a reading meets it, given the first one.
    #[must_use]
    pub fn is_met(&self, first: f64, now: f64) -> bool {
        match (self.rise_percent, self.least) {
            (Some(rise), _) => now >= first * (1.0 + rise / 100.0),
            (None, Some(least)) => now >= least,
            (None, None) => true,
        }
    }
}
