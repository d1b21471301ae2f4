//! Platelet-rich plasma.

use vellus_units::Days;

use crate::model::Model;
use crate::response::Response;

use super::{Effect, Kinetics, Spread, Treatment};

/// How PRP helps, where it does. Which of the two is true is not known; forecasts show both.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PrpMechanism {
    /// Resting, empty-but-alive follicles re-enter growth.
    Reactivate,
    /// Miniaturised follicles thicken.
    Enlarge,
}

impl PrpMechanism {
    /// Both, in the order in which they are reported.
    pub const BOTH: [Self; 2] = [Self::Reactivate, Self::Enlarge];

    /// The mechanism in a word.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reactivate => "re-activate",
            Self::Enlarge => "enlarge",
        }
    }
}

/// One session of PRP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrpSession {
    /// Day of the session.
    pub day: Days,
    /// Platelets injected, 10³ per µL of PRP.
    pub platelets_k_per_ul: f64,
}

/// Share of people whom PRP does not help (assumption between the 6.7 % without answer of Yepuri
/// 2021 and the null trial of Gressenberger 2020, 30 men).
pub const NON_RESPONDERS: f64 = 0.20;
/// Log-spread of the effect between responders (assumption, after the grades of Yepuri 2021).
pub const LOG_SD: f64 = 0.5;
/// Days from a session to its first effect (assumption: one telogen's end to a visible tip).
pub const DELAY_DAYS: f64 = 45.0;
/// Median time constant of the decay of an effect, days. Nearly unmeasured: clinics repeat it every
/// 6 months (assumption, with the wide [`DECAY_LOG_SD`]).
pub const DECAY_DAYS: f64 = 270.0;
/// Log-spread of that decay between people (assumption).
pub const DECAY_LOG_SD: f64 = 0.6;
/// Sessions whose joint effect is 63 % of the ceiling when given at once (assumption; courses have
/// 3–5 sessions, IADVL).
pub const SESSIONS_SCALE: f64 = 1.4;

/// Effect of the platelet count of the injected PRP: 1 at the 1–1.5 million per µL that the IADVL
/// recommends, less below (square root; assumption), never more than 1.15.
#[must_use]
pub fn dose_factor(platelets_k_per_ul: f64) -> f64 {
    libm::sqrt((platelets_k_per_ul / 1000.0).clamp(0.0, 1.3225))
}

/// Platelet-rich plasma, injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prp;

impl Treatment for Prp {
    fn id(&self) -> &'static str {
        "prp"
    }

    fn title(&self) -> &'static str {
        "PRP"
    }

    fn mechanism(&self) -> &'static str {
        "Two mechanisms are defended and shown apart: resting, empty follicles re-enter growth (re-activate), or miniaturised follicles thicken (enlarge). Each is sized by itself between the pooled +27.6/cm² of Kieling 2024 (upper-biased by its own account) and the +14.4/cm² of Giordano. A regressed follicle answers to neither."
    }

    fn effect(&self, model: &Model, prp: PrpMechanism) -> Effect {
        match prp {
            PrpMechanism::Reactivate => {
                let size = model.sizes.prp_reactivate;
                Effect {
                    kenogen_rate: 1.0 + 3.0 * size,
                    kenogen_chance: libm::exp(-size),
                    telogen_rate: 1.0 + 0.2 * size,
                    anagen_factor: 1.0 + 0.25 * size,
                    // What wakes a follicle feeds it too: a small thickening, an eighth of that of
                    // the other mechanism (assumption).
                    shift_stages: 0.04 * size,
                    ..Effect::NONE
                }
            }
            PrpMechanism::Enlarge => {
                let size = model.sizes.prp_enlarge;
                Effect { shift_stages: 0.30 * size, anagen_factor: 1.0 + 0.10 * size, ..Effect::NONE }
            }
        }
    }

    fn kinetics(&self, response: &Response) -> Kinetics {
        Kinetics::Sessions {
            delay_days: DELAY_DAYS,
            decay_days: response.prp_decay_days,
            scale: SESSIONS_SCALE,
        }
    }

    fn answer(&self, response: &Response) -> f64 {
        response.prp
    }

    fn spread(&self) -> Spread {
        Spread { non_responders: NON_RESPONDERS, log_sd: LOG_SD }
    }
}
