//! Treatments of living hair, as exposures in time and as effects on the cycle.
//!
//! Each treatment acts through five handles and no others, so that a reader can see what is
//! claimed: the *pace* of pattern loss, a *shift* back along the stages (miniaturised follicles
//! thicken), the rate of leaving *kenogen* and *telogen*, and the length of *anagen*. Effects of
//! several treatments add up on the shift and multiply on the rates; no interaction is published
//! well enough to do otherwise (assumption).

use vellus_units::Days;

/// A drug, by mouth or on the scalp.
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
pub enum Drug {
    /// Finasteride 1 mg a day by mouth.
    Finasteride,
    /// Finasteride on the scalp.
    FinasterideTopical,
    /// Dutasteride 0.5 mg a day by mouth.
    Dutasteride,
    /// Minoxidil 2 % on the scalp, twice a day.
    #[serde(rename = "minoxidil_2")]
    Minoxidil2,
    /// Minoxidil 5 % on the scalp, twice a day.
    #[serde(rename = "minoxidil_5")]
    Minoxidil5,
    /// Low-dose minoxidil by mouth.
    MinoxidilOral,
}

/// What a drug does at full level in the median responder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrugEffect {
    /// Share of the yearly progress of loss that is prevented, 0 to 1.
    pub pace_prevented: f64,
    /// Shift back along the stages, in stages.
    pub shift_stages: f64,
    /// Factor on the rate of leaving kenogen.
    pub kenogen_rate: f64,
    /// Factor on the rate of leaving telogen.
    pub telogen_rate: f64,
    /// Factor on the length of anagen.
    pub anagen_factor: f64,
    /// Time constant of the onset, days.
    pub onset_days: f64,
    /// Time constant of the loss of effect after stopping, days.
    pub offset_days: f64,
    /// Log-spread of the effect between people.
    pub spread: f64,
    /// Share of people who do not answer at all.
    pub non_responders: f64,
}

impl Drug {
    /// The drug as people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Finasteride => "finasteride 1 mg",
            Self::FinasterideTopical => "topical finasteride",
            Self::Dutasteride => "dutasteride 0.5 mg",
            Self::Minoxidil2 => "minoxidil 2 %",
            Self::Minoxidil5 => "minoxidil 5 %",
            Self::MinoxidilOral => "oral minoxidil",
        }
    }

    /// Whether the drug blocks 5α-reductase; such drugs share one response in a person.
    #[must_use]
    pub const fn blocks_dht(self) -> bool {
        matches!(self, Self::Finasteride | Self::FinasterideTopical | Self::Dutasteride)
    }

    /// The effect in the median responder.
    ///
    /// # Sources
    /// Finasteride: set against the vertex counts of Kaufman 1998 (+21.0/cm² over placebo at one
    /// year) and Van Neste 2000 (+17.3 total, +27.0 anagen at 48 weeks). Minoxidil: Olsen 2002
    /// (+14.7 and +8.8/cm² over vehicle at 48 weeks for 5 and 2 %), its loss within 24 weeks of
    /// stopping: Price 1999. Topical finasteride, dutasteride and oral minoxidil: ranked by the
    /// network meta-analysis of Gupta 2020, sized by us (assumption). Non-responders: *assumption*
    /// guided by Rossi 2011 (42.8 % of young men not improved on photographs over ten years, most
    /// of them held).
    #[must_use]
    pub const fn effect(self) -> DrugEffect {
        let finasteride = DrugEffect {
            pace_prevented: 0.85,
            shift_stages: 0.20,
            kenogen_rate: 1.9,
            telogen_rate: 1.15,
            anagen_factor: 1.45,
            onset_days: 120.0,
            offset_days: 150.0,
            spread: 0.45,
            non_responders: 0.14,
        };
        let minoxidil5 = DrugEffect {
            pace_prevented: 0.0,
            shift_stages: 0.18,
            kenogen_rate: 1.7,
            telogen_rate: 1.5,
            anagen_factor: 1.25,
            onset_days: 75.0,
            offset_days: 60.0,
            spread: 0.6,
            non_responders: 0.25,
        };
        match self {
            Self::Finasteride => finasteride,
            Self::FinasterideTopical => DrugEffect { pace_prevented: 0.7, shift_stages: 0.15, ..finasteride },
            Self::Dutasteride => {
                DrugEffect { pace_prevented: 0.95, shift_stages: 0.28, kenogen_rate: 2.2, ..finasteride }
            }
            Self::Minoxidil5 => minoxidil5,
            Self::Minoxidil2 => DrugEffect {
                shift_stages: 0.10,
                kenogen_rate: 1.45,
                telogen_rate: 1.3,
                anagen_factor: 1.15,
                ..minoxidil5
            },
            Self::MinoxidilOral => DrugEffect { shift_stages: 0.18, ..minoxidil5 },
        }
    }
}

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

/// A drug taken over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrugCourse {
    /// Which drug.
    pub drug: Drug,
    /// First day; negative when it is taken already today.
    pub from: Days,
    /// Last day; none when it is not stopped.
    pub until: Option<Days>,
    /// Share of doses really taken, 0 to 1.
    pub adherence: f64,
}

/// One session of PRP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrpSession {
    /// Day of the session.
    pub day: Days,
    /// Platelets injected, 10³ per µL of PRP.
    pub platelets_k_per_ul: f64,
}

/// Everything that is done to the living hair, on one time line whose day 0 is today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Drugs.
    pub drugs: Vec<DrugCourse>,
    /// Sessions of PRP.
    pub prp: Vec<PrpSession>,
}

/// Effect of one PRP course at full level in the median responder.
///
/// # Sources
/// Sized between the pooled +27.6/cm² of Kieling 2024 (upper-biased by its own account: I² 96 %,
/// publication bias) and the +14.4/cm² of Giordano; the null trial of Gressenberger 2020 (30 men)
/// and the 6.7 % without answer of Yepuri 2021 are why [`PRP_NON_RESPONDERS`] is not small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrpEffect {
    /// Factor on the rate of leaving kenogen.
    pub kenogen_rate: f64,
    /// Factor on the chance of entering kenogen.
    pub kenogen_chance: f64,
    /// Factor on the rate of leaving telogen.
    pub telogen_rate: f64,
    /// Factor on the length of anagen.
    pub anagen_factor: f64,
    /// Shift back along the stages.
    pub shift_stages: f64,
}

/// What PRP does at full level under one mechanism.
#[must_use]
pub const fn prp_effect(mechanism: PrpMechanism) -> PrpEffect {
    match mechanism {
        PrpMechanism::Reactivate => PrpEffect {
            kenogen_rate: 4.0,
            kenogen_chance: 0.35,
            telogen_rate: 1.2,
            anagen_factor: 1.25,
            shift_stages: 0.0,
        },
        PrpMechanism::Enlarge => PrpEffect {
            kenogen_rate: 1.0,
            kenogen_chance: 1.0,
            telogen_rate: 1.0,
            anagen_factor: 1.1,
            shift_stages: 0.30,
        },
    }
}

/// Share of people whom PRP does not help (assumption between 6.7 % and the null trial).
pub const PRP_NON_RESPONDERS: f64 = 0.20;
/// Log-spread of the PRP effect between responders (assumption, after the grades of Yepuri 2021).
pub const PRP_SPREAD: f64 = 0.5;
/// Days from a session to its first effect (assumption: one telogen's end to a visible tip).
pub const PRP_DELAY_DAYS: f64 = 45.0;
/// Median time constant of the decay of a PRP effect, days. Nearly unmeasured: clinics repeat it
/// every 6 months (assumption, with the wide [`PRP_DECAY_SPREAD`]).
pub const PRP_DECAY_DAYS: f64 = 270.0;
/// Log-spread of that decay between people (assumption).
pub const PRP_DECAY_SPREAD: f64 = 0.6;
/// Sessions whose joint effect is 63 % of the ceiling when given at once (assumption; courses have
/// 3–5 sessions, IADVL).
pub const PRP_SESSIONS_SCALE: f64 = 1.4;

/// Effect of the platelet count of the injected PRP: 1 at the 1–1.5 million per µL that the IADVL
/// recommends, less below (square root; assumption), never more than 1.15.
#[must_use]
pub fn prp_dose_factor(platelets_k_per_ul: f64) -> f64 {
    libm::sqrt((platelets_k_per_ul / 1000.0).clamp(0.0, 1.3225))
}
