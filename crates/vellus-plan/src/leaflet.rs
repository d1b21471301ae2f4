//! What a person reads before and after a treatment: consent and aftercare as data, each statement with
//! its source and grade, and the answers side by side where clinics contradict each other.

use serde::{Deserialize, Serialize};

use crate::outcome::StrategyOutcome;
use crate::schedule::EventKind;

/// A treatment that a person agrees to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Drugs, by mouth or on the scalp.
    Drugs,
    /// Platelet-rich plasma.
    Prp,
    /// Scalp micropigmentation.
    Smp,
    /// Transplant of follicular units.
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
            EventKind::DrugStart | EventKind::DrugPause | EventKind::DrugResume | EventKind::DrugStop => {
                Some(Self::Drugs)
            }
            EventKind::Consultation | EventKind::Measure | EventKind::Shave => None,
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

/// How far a source is to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// A paper, or a society.
    A,
    /// A textbook, a manufacturer, product information, a clinician.
    B,
    /// A studio or a clinic.
    C,
    /// A forum, an advice page, text written by a machine.
    D,
    /// Reasoned here, from what the source says.
    #[serde(rename = "inference")]
    Inference,
    /// A number or a comparison of the plan itself.
    #[serde(rename = "plan")]
    Plan,
}

impl Grade {
    /// In the fewest letters.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::Inference => "inference",
            Self::Plan => "this plan",
        }
    }
}

/// What a statement of a consent sheet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// What is done.
    What,
    /// What it can and cannot do, and how well that is known.
    Hope,
    /// What can happen.
    Risk,
    /// What cannot be undone.
    Stays,
    /// Who should not have it.
    Not,
    /// What it costs.
    Cost,
    /// What else could be done, nothing among it.
    Other,
    /// What the person may ask for and refuse.
    Right,
}

impl About {
    /// All of them, in the order in which they are read.
    pub const ALL: [Self; 8] =
        [Self::What, Self::Hope, Self::Risk, Self::Stays, Self::Not, Self::Cost, Self::Other, Self::Right];
}

/// Something that is told before a person agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What it is about.
    pub about: About,
    /// In a few sentences.
    pub text: String,
    /// Where it is from.
    pub source: String,
    /// How far that is to be trusted.
    pub grade: Grade,
}

/// What is told before a treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentSheet {
    /// To what.
    pub treatment: Treatment,
    /// Title.
    pub title: String,
    /// Statements, in the order of the file.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
}

impl ConsentSheet {
    /// The statements about one thing.
    pub fn about(&self, about: About) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(move |s| s.about == about)
    }
}

/// What somebody says of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Who, in a word or two.
    pub who: String,
    /// What.
    pub says: String,
    /// Where.
    pub source: String,
    /// How far that is to be trusted.
    pub grade: Grade,
}

/// One question of aftercare, with everything that was found and what is taken of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name in the program.
    pub id: String,
    /// Title.
    pub title: String,
    /// What the person is told.
    pub take: String,
    /// Last day on which it holds, from the day of treatment.
    pub until_day: u32,
    /// Why that answer.
    pub why: String,
    /// Every answer that was found.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

impl Topic {
    /// Whether those who were asked disagree.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        self.answers.len() > 1
    }
}

/// A sign with which a doctor is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// The sign.
    pub text: String,
    /// Where it is from.
    pub source: String,
    /// How far that is to be trusted.
    pub grade: Grade,
}

/// What is done and left after a treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aftercare {
    /// After what.
    pub treatment: Treatment,
    /// Title.
    pub title: String,
    /// Topics, in the order of the file.
    #[serde(rename = "topic")]
    pub topics: Vec<Topic>,
    /// Signs with which a doctor is called.
    #[serde(rename = "warning")]
    pub warnings: Vec<Warning>,
}

/// Reads a consent sheet.
///
/// # Errors
/// When the text is no TOML of a consent sheet, with the place; or when it is of another treatment.
pub fn read_consent(text: &str, treatment: Treatment) -> Result<ConsentSheet, String> {
    let sheet: ConsentSheet = toml::from_str(text).map_err(|e| e.to_string())?;
    if sheet.treatment == treatment { Ok(sheet) } else { Err(other_treatment(treatment)) }
}

/// Reads an aftercare sheet.
///
/// # Errors
/// As [`read_consent`].
pub fn read_aftercare(text: &str, treatment: Treatment) -> Result<Aftercare, String> {
    let sheet: Aftercare = toml::from_str(text).map_err(|e| e.to_string())?;
    if sheet.treatment == treatment { Ok(sheet) } else { Err(other_treatment(treatment)) }
}

fn other_treatment(treatment: Treatment) -> String {
    format!("its treatment is another; write treatment = \"{}\"", treatment.id())
}

/// The consent sheet of a treatment.
#[must_use]
pub fn consent(treatment: Treatment) -> ConsentSheet {
    let text = match treatment {
        Treatment::Drugs => include_str!("../../../data/consent/drugs.toml"),
        Treatment::Prp => include_str!("../../../data/consent/prp.toml"),
        Treatment::Smp => include_str!("../../../data/consent/smp.toml"),
        Treatment::Transplant => include_str!("../../../data/consent/transplant.toml"),
    };
    toml::from_str(text).expect("data/consent is part of the program and tested")
}

/// What is done after a treatment; none for drugs, which have no day after.
#[must_use]
pub fn aftercare(treatment: Treatment) -> Option<Aftercare> {
    let text = match treatment {
        Treatment::Drugs => return None,
        Treatment::Prp => include_str!("../../../data/aftercare/prp.toml"),
        Treatment::Smp => include_str!("../../../data/aftercare/smp.toml"),
        Treatment::Transplant => include_str!("../../../data/aftercare/transplant.toml"),
    };
    Some(toml::from_str(text).expect("data/aftercare is part of the program and tested"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A source names something: the numbered addresses are those that exist.
    fn sourced(text: &str, source: &str) {
        assert!(text.trim().len() > 15, "{text}");
        assert!(source.trim().len() > 5, "{text}: no source");
        let numbers = source.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|w| {
            let digits = w.strip_prefix('S')?;
            (digits.len() <= 3).then(|| digits.parse::<u32>().ok()).flatten()
        });
        for n in numbers {
            assert!((1..=222).contains(&n), "{text}: S{n}");
        }
    }

    #[test]
    fn every_statement_has_a_source_and_every_sheet_says_all_that_must_be_said() {
        for t in Treatment::ALL {
            let sheet = consent(t);
            assert_eq!(sheet.treatment, t);
            for s in &sheet.statements {
                sourced(&s.text, &s.source);
            }
            for about in About::ALL {
                assert!(sheet.about(about).count() > 0, "{t:?} says nothing of {about:?}");
            }
            assert!(sheet.about(About::Other).any(|s| s.text.contains("Do nothing")), "{t:?}");
        }
    }

    #[test]
    fn no_sheet_promises() {
        for t in Treatment::ALL {
            for s in consent(t).statements {
                let words = s.text.to_lowercase();
                for promise in ["will grow", "guaranteed", "safe and", "permanent solution", "best result"] {
                    assert!(!words.contains(promise), "{t:?}: {}", s.text);
                }
            }
        }
        let said = |t| consent(t).about(About::Hope).any(|s| s.text.contains("not proven"));
        assert!(said(Treatment::Prp), "what is not proven is called so");
    }

    #[test]
    fn every_answer_has_a_source_and_every_choice_a_reason() {
        for t in [Treatment::Prp, Treatment::Smp, Treatment::Transplant] {
            let care = aftercare(t).unwrap();
            assert_eq!(care.treatment, t);
            let ids: BTreeSet<_> = care.topics.iter().map(|x| x.id.as_str()).collect();
            assert_eq!(ids.len(), care.topics.len());
            for needed in ["washing", "exercise", "sun", "minoxidil"] {
                assert!(ids.contains(needed), "{t:?} has no {needed}");
            }
            for x in &care.topics {
                assert!(!x.why.is_empty() && x.until_day > 0 && !x.answers.is_empty(), "{}", x.id);
                for a in &x.answers {
                    assert!(!a.who.is_empty() && a.says.len() > 5);
                    sourced(&x.take, &a.source);
                }
            }
            for w in &care.warnings {
                sourced(&w.text, &w.source);
            }
            assert!(!care.warnings.is_empty());
            let disputed = care.topics.iter().filter(|x| x.is_disputed()).count();
            assert!(disputed >= 5, "{t:?}: clinics contradict each other on {disputed} topics only");
        }
        assert_eq!(aftercare(Treatment::Drugs), None);
    }

    /// The days of the sheet and those by which appointments are laid are one.
    #[test]
    fn pauses_are_those_of_the_calendar() {
        let days = crate::rules::intervals();
        let of = |t, id: &str| {
            let care = aftercare(t).unwrap();
            f64::from(care.topics.iter().find(|x| x.id == id).unwrap().until_day)
        };
        assert_eq!(of(Treatment::Smp, "minoxidil"), days["minoxidil_pause_after_smp"].days);
        assert_eq!(of(Treatment::Transplant, "pigment"), days["transplant_to_smp"].days);
        assert!(of(Treatment::Smp, "look") <= days["smp_to_prp"].days);
    }
}
