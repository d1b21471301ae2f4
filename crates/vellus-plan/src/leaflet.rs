//! What a person reads before and after a treatment: consent and aftercare as data, each statement with
//! its source and grade, and the answers side by side where clinics contradict each other.

use serde::{Deserialize, Serialize};

use crate::outcome::StrategyOutcome;
use crate::schedule::EventKind;

/// A treatment that a person agrees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Treatment {
    Drugs,
    Prp,
    Smp,
    Transplant,
}

impl Treatment {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 4] = [Self::Drugs, Self::Prp, Self::Smp, Self::Transplant];

    /// The treatment that an event belongs to; none for visits at which nothing is done to the scalp.
    #[must_use]
    pub const fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::Prp => Some(Self::Prp),
            EventKind::Smp | EventKind::TouchUp => Some(Self::Smp),
            EventKind::Transplant => Some(Self::Transplant),
            EventKind::DrugStart | EventKind::DrugPause | EventKind::DrugResume => Some(Self::Drugs),
            _ => None,
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Drugs => "drugs against hair loss",
            Self::Prp => "platelet-rich plasma (PRP)",
            Self::Smp => "scalp micropigmentation (SMP)",
            Self::Transplant => "hair transplant",
        }
    }

    /// As files write it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Drugs => "drugs",
            Self::Prp => "prp",
            Self::Smp => "smp",
            Self::Transplant => "transplant",
        }
    }
}

/// The treatments of a strategy, each once, in the order of [`Treatment::ALL`].
#[must_use]
pub fn treatments(outcome: &StrategyOutcome) -> Vec<Treatment> {
    let used = |t: &Treatment| outcome.events.iter().any(|e| Treatment::of(e.kind) == Some(*t));
    Treatment::ALL.into_iter().filter(used).collect()
}
