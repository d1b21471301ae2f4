//! One thing that is done, or repeated, or decided.

use serde::{Deserialize, Serialize};
use vellus_hair::treatment::Drug;
use vellus_head::Zone;

use super::decision::Decision;

/// One thing that is done, or repeated, or decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A course of PRP.
    Prp {
        /// Months from the start.
        at_month: f64,
        /// How many.
        sessions: u32,
        /// Days between them.
        every_days: f64,
    },
    /// Single sessions of PRP to keep the effect up.
    PrpUpkeep {
        /// First, months from the start.
        from_month: f64,
        /// Months between them.
        every_months: f64,
        /// Last, months from the start.
        until_month: f64,
    },
    /// Drugs taken from a month on, until they are stopped.
    Drugs {
        /// Which; what the person cannot take is left out or replaced, and said.
        drugs: Vec<Drug>,
        /// Months from the start.
        at_month: f64,
    },
    /// An end of what was begun before: sessions and doses from this month on fall away.
    Stop {
        /// Months from the start.
        at_month: f64,
        /// Whether PRP ends.
        #[serde(default)]
        prp: bool,
        /// Drugs that end, of those that the strategy began.
        #[serde(default)]
        drugs: Vec<Drug>,
    },
    /// Scalp micropigmentation.
    Smp {
        /// Months from the start.
        at_month: f64,
        /// How many sessions.
        sessions: u32,
        /// Zones that get dots; left out or empty for all that are thin.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<Zone>,
        /// Density, per cent of what matches the fringe; 30 to 130, 100 when left out.
        #[serde(default = "hundred", skip_serializing_if = "is_hundred")]
        density_percent: f64,
        /// Strength of the pigment, per cent of the shade that was found for the person; 50 to 150, 100
        /// when left out.
        #[serde(default = "hundred", skip_serializing_if = "is_hundred")]
        shade_percent: f64,
    },
    /// Touch-ups into the gaps.
    SmpTouchUp {
        /// Years between them, from the last session.
        every_years: f64,
    },
    /// Transplant of follicular units.
    Transplant {
        /// Months from the start.
        at_month: f64,
        /// Grafts (follicular units).
        grafts: u32,
    },
    /// A visit at which hair is counted.
    Measure {
        /// Months from the start.
        at_month: f64,
    },
    /// A count that decides how it goes on; the last of its steps.
    Decide(Decision),
}

const fn hundred() -> f64 {
    100.0
}

fn is_hundred(percent: &f64) -> bool {
    (percent - 100.0).abs() < 1e-9
}

impl Step {
    /// Months from the start at which it begins; none for touch-ups, which count from the last session.
    #[must_use]
    pub const fn begins(&self) -> Option<f64> {
        match self {
            Self::Prp { at_month, .. }
            | Self::PrpUpkeep { from_month: at_month, .. }
            | Self::Drugs { at_month, .. }
            | Self::Stop { at_month, .. }
            | Self::Smp { at_month, .. }
            | Self::Transplant { at_month, .. }
            | Self::Measure { at_month } => Some(*at_month),
            Self::Decide(d) => Some(d.at_month),
            Self::SmpTouchUp { .. } => None,
        }
    }
}
