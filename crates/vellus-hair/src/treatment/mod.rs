//! Treatments of living hair, each a small file behind one trait.
//!
//! A treatment acts through six handles and no others ([`Effect`]), so that a reader can see what is
//! claimed: the *pace* of pattern loss, a *shift* back along the stages (miniaturised follicles
//! thicken), the rate of leaving *kenogen* and *telogen*, the chance of *entering kenogen*, and the
//! length of *anagen*. What it does over time is its [`Kinetics`]; how a person answers is drawn in
//! [`crate::response`]. Effects of several treatments add up on every handle: no interaction is
//! published well enough to do otherwise (assumption).

pub mod dht;
pub mod microneedling;
pub mod minoxidil;
pub mod prp;
pub mod transplant;

use vellus_units::Days;

use crate::model::Model;
use crate::response::Response;

pub use prp::{PrpMechanism, PrpSession};

/// What a treatment does at full level in the median responder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Share of the yearly progress of loss that is prevented, 0 to 1.
    pub pace_prevented: f64,
    /// Shift back along the stages, in stages.
    pub shift_stages: f64,
    /// Factor on the rate of leaving kenogen.
    pub kenogen_rate: f64,
    /// Factor on the chance of entering kenogen.
    pub kenogen_chance: f64,
    /// Factor on the rate of leaving telogen.
    pub telogen_rate: f64,
    /// Factor on the length of anagen.
    pub anagen_factor: f64,
}

impl Effect {
    /// No effect.
    pub const NONE: Self = Self {
        pace_prevented: 0.0,
        shift_stages: 0.0,
        kenogen_rate: 1.0,
        kenogen_chance: 1.0,
        telogen_rate: 1.0,
        anagen_factor: 1.0,
    };
}

/// How an effect comes and goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kinetics {
    /// Taken every day: the level nears one with a time constant, and zero with another once it is
    /// stopped. Starting again begins from the level that is left.
    Daily {
        /// Time constant of the onset, days.
        onset_days: f64,
        /// Time constant of the loss of effect after stopping, days.
        offset_days: f64,
    },
    /// Given in sessions: each adds a dose that decays; the level is 1 − exp(−dose / scale).
    Sessions {
        /// Days from a session to its first effect.
        delay_days: f64,
        /// Time constant of the decay, days.
        decay_days: f64,
        /// Dose whose level is 63 %.
        scale: f64,
    },
    /// Done once, on the scalp itself.
    Once,
}

/// How people differ in their answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Share of people who do not answer at all.
    pub non_responders: f64,
    /// Log-spread of the effect between those who do.
    pub log_sd: f64,
}

/// A treatment of living hair.
pub trait Treatment: Sync {
    /// Name in files.
    fn id(&self) -> &'static str;
    /// As people write it.
    fn title(&self) -> &'static str;
    /// What it is taken to do, and what that rests on.
    fn mechanism(&self) -> &'static str;
    /// The effect at full level in the median responder; `prp` says how PRP helps, where it does.
    fn effect(&self, model: &Model, prp: PrpMechanism) -> Effect;
    /// How the effect comes and goes in this person.
    fn kinetics(&self, response: &Response) -> Kinetics;
    /// This person's answer relative to the median responder's; 0 for none.
    fn answer(&self, response: &Response) -> f64;
    /// How people differ in it.
    fn spread(&self) -> Spread;
}

/// Every treatment.
pub const ALL: [&dyn Treatment; 9] = [
    &dht::FINASTERIDE,
    &dht::FINASTERIDE_TOPICAL,
    &dht::DUTASTERIDE,
    &minoxidil::MINOXIDIL_2,
    &minoxidil::MINOXIDIL_5,
    &minoxidil::MINOXIDIL_ORAL,
    &prp::Prp,
    &microneedling::Microneedling,
    &transplant::Transplant,
];

/// The treatment with this name in files.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Treatment> {
    ALL.into_iter().find(|t| t.id() == id)
}

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

impl Drug {
    /// Every drug.
    pub const ALL: [Self; 6] = [
        Self::Finasteride,
        Self::FinasterideTopical,
        Self::Dutasteride,
        Self::Minoxidil2,
        Self::Minoxidil5,
        Self::MinoxidilOral,
    ];

    /// What it does.
    #[must_use]
    pub fn treatment(self) -> &'static dyn Treatment {
        match self {
            Self::Finasteride => &dht::FINASTERIDE,
            Self::FinasterideTopical => &dht::FINASTERIDE_TOPICAL,
            Self::Dutasteride => &dht::DUTASTERIDE,
            Self::Minoxidil2 => &minoxidil::MINOXIDIL_2,
            Self::Minoxidil5 => &minoxidil::MINOXIDIL_5,
            Self::MinoxidilOral => &minoxidil::MINOXIDIL_ORAL,
        }
    }

    /// The drug as people write it.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.treatment().title()
    }

    /// Whether it is minoxidil on the scalp, which pigment and grafts are kept from.
    #[must_use]
    pub const fn is_topical(self) -> bool {
        matches!(self, Self::Minoxidil2 | Self::Minoxidil5)
    }

    /// Whether the drug blocks 5α-reductase; such drugs share one response in a person.
    #[must_use]
    pub const fn blocks_dht(self) -> bool {
        matches!(self, Self::Finasteride | Self::FinasterideTopical | Self::Dutasteride)
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

/// Everything that is done to the living hair, on one time line whose day 0 is today.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Drugs. The same drug may come twice: stopped and taken up again.
    pub drugs: Vec<DrugCourse>,
    /// Sessions of PRP.
    pub prp: Vec<PrpSession>,
    /// Days of microneedling sessions.
    pub needling: Vec<Days>,
}

/// When a treatment is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Every day between these days, with this share of doses really taken.
    Daily(Vec<(f64, f64, f64)>),
    /// On these days, with these doses (1 is the usual dose).
    Sessions(Vec<(f64, f64)>),
}

/// One treatment over time.
#[derive(Clone)]
pub struct Exposure {
    /// Which.
    pub treatment: &'static dyn Treatment,
    /// When.
    pub given: Given,
}

impl Schedule {
    /// The schedule treatment by treatment; courses of one drug are joined, so that a restart begins
    /// from the level that is left.
    #[must_use]
    pub fn exposures(&self) -> Vec<Exposure> {
        let mut out: Vec<Exposure> = Vec::new();
        for drug in Drug::ALL {
            let spans: Vec<(f64, f64, f64)> = self
                .drugs
                .iter()
                .filter(|d| d.drug == drug)
                .map(|d| (d.from.0, d.until.map_or(f64::INFINITY, |u| u.0), d.adherence))
                .collect();
            if !spans.is_empty() {
                out.push(Exposure { treatment: drug.treatment(), given: Given::Daily(spans) });
            }
        }
        if !self.prp.is_empty() {
            let given = self.prp.iter().map(|s| (s.day.0, prp::dose_factor(s.platelets_k_per_ul))).collect();
            out.push(Exposure { treatment: &prp::Prp, given: Given::Sessions(given) });
        }
        if !self.needling.is_empty() {
            let given = self.needling.iter().map(|d| (d.0, 1.0)).collect();
            out.push(Exposure { treatment: &microneedling::Microneedling, given: Given::Sessions(given) });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_treatment_is_found_by_its_name_and_says_what_it_does() {
        for t in ALL {
            assert_eq!(find(t.id()).map(Treatment::title), Some(t.title()));
            assert!(t.mechanism().len() > 40, "{}", t.id());
            assert!((0.0..0.9).contains(&t.spread().non_responders));
        }
        assert!(find("prayer").is_none());
    }

    #[test]
    fn courses_of_one_drug_are_joined() {
        let course = |from: f64, until: f64| DrugCourse {
            drug: Drug::Finasteride,
            from: Days(from),
            until: Some(Days(until)),
            adherence: 1.0,
        };
        let s = Schedule { drugs: vec![course(0.0, 100.0), course(200.0, 300.0)], ..Schedule::default() };
        assert_eq!(s.exposures().len(), 1);
    }
}
