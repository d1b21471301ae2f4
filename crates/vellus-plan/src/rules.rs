//! Rules of practice as data: waiting times and contraindications, each with its source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::case::Contraindication;

/// A kind of treatment, for rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TreatmentKind {
    Prp,
    Smp,
    Transplant,
    DhtBlockers,
    Minoxidil,
}

impl TreatmentKind {
    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prp => "PRP",
            Self::Smp => "SMP",
            Self::Transplant => "transplant",
            Self::DhtBlockers => "finasteride or dutasteride",
            Self::Minoxidil => "minoxidil",
        }
    }

    /// What one appointment of it is called.
    #[must_use]
    pub const fn session(self) -> &'static str {
        match self {
            Self::Prp => "PRP session",
            Self::Smp => "SMP session",
            Self::Transplant => "transplant",
            Self::DhtBlockers | Self::Minoxidil => "dose",
        }
    }
}

/// What a contraindication does to a treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Left out of every plan.
    Forbid,
    /// Only some time after the condition has passed: the first session moves.
    Delay,
    /// Only with a doctor's word.
    Doctor,
}

/// A contraindication rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Conditions that set it off, any of them.
    pub conditions: Vec<Contraindication>,
    /// Treatments that it concerns.
    pub treatments: Vec<TreatmentKind>,
    /// What follows.
    pub action: Action,
    /// Days from the end of the condition to the first session; of a delay only.
    #[serde(default)]
    pub wait_days: Option<f64>,
    /// Range found in the sources, days.
    #[serde(default)]
    pub wait_range: Option<[f64; 2]>,
    /// Why, for the person.
    pub reason: String,
    /// Where it is from.
    pub source: String,
}

/// What keeps a distance to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// A PRP session.
    Prp,
    /// An SMP session or touch-up.
    Smp,
    /// A transplant.
    Transplant,
    /// Removal of pigment by laser.
    Laser,
    /// Minoxidil on the scalp.
    Minoxidil,
    /// A shave.
    Shave,
    /// A day on which the person wants to be looked at.
    Event,
    /// A holiday with sun, pool or sauna.
    Sun,
}

impl Marker {
    /// In a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prp => "PRP",
            Self::Smp => "SMP",
            Self::Transplant => "the transplant",
            Self::Laser => "laser removal",
            Self::Minoxidil => "minoxidil",
            Self::Shave => "the shave",
            Self::Event => "an event",
            Self::Sun => "sun, pool or sauna",
        }
    }
}

/// A waiting time: the least distance from one thing to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Its name in the program and in `site.waits_days`.
    pub id: String,
    /// What comes first.
    pub first: Marker,
    /// What comes after it.
    pub then: Marker,
    /// Days used.
    pub days: f64,
    /// Range found in the sources, days.
    pub range: [f64; 2],
    /// Grade of the source, or "inference".
    pub grade: String,
    /// The source.
    pub source: String,
}

impl Interval {
    /// Whether it is ours, since nobody says anything.
    #[must_use]
    pub fn is_inference(&self) -> bool {
        self.grade == "inference"
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Intervals {
    interval: Vec<Interval>,
}

/// The contraindication rules that come with the program.
#[must_use]
pub fn contraindications() -> Vec<Rule> {
    toml::from_str::<Rules>(include_str!("../../../data/rules/contraindications.toml"))
        .map(|r| r.rule)
        .expect("data/rules/contraindications.toml is part of the program and tested")
}

/// The waiting times that come with the program, by name.
#[must_use]
pub fn intervals() -> BTreeMap<String, Interval> {
    toml::from_str::<Intervals>(include_str!("../../../data/rules/intervals.toml"))
        .map(|r| r.interval.into_iter().map(|i| (i.id.clone(), i)).collect())
        .expect("data/rules/intervals.toml is part of the program and tested")
}

/// A rule that a case sets off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Name of the rule in `data/rules/contraindications.toml`.
    pub rule: String,
    /// The condition found in the case.
    pub condition: Contraindication,
    /// The treatments it concerns.
    pub treatments: Vec<TreatmentKind>,
    /// What follows.
    pub action: Action,
    /// Days from the end of the condition to the first session; of a delay only.
    pub wait_days: Option<f64>,
    /// Why.
    pub reason: String,
    /// The source.
    pub source: String,
}

impl Hit {
    /// The key of the case that set it off, as it is written there.
    #[must_use]
    pub fn key(&self) -> String {
        format!("contraindications = [\"{}\"]", self.condition.name())
    }

    /// In a sentence or two: what it means for a treatment, why, and which rule, key and source say so.
    #[must_use]
    pub fn sentence(&self, kind: TreatmentKind) -> String {
        let does = match self.action {
            Action::Forbid => "forbids",
            Action::Delay => "puts off",
            Action::Doctor => "asks for a doctor before",
        };
        let condition = self.condition.title();
        let mut letters = condition.chars();
        let begin: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        format!(
            "{begin}{} {does} {}: {} Rule {:?} of data/rules/contraindications.toml, set off by {}; source: {}.",
            letters.as_str(),
            kind.title(),
            self.reason,
            self.rule,
            self.key(),
            self.source
        )
    }
}

/// The rules that the given conditions set off, the strictest first.
#[must_use]
pub fn hits(conditions: &[Contraindication]) -> Vec<Hit> {
    let mut out: Vec<Hit> = contraindications()
        .into_iter()
        .flat_map(|rule| {
            let Rule { id, conditions: of_rule, treatments, action, wait_days, reason, source, .. } = rule;
            conditions
                .iter()
                .filter(move |c| of_rule.contains(c))
                .map(move |c| Hit {
                    rule: id.clone(),
                    condition: *c,
                    treatments: treatments.clone(),
                    action,
                    wait_days,
                    reason: reason.clone(),
                    source: source.clone(),
                })
                .collect::<Vec<_>>()
        })
        .collect();
    out.sort_by_key(|h| (h.action, h.condition));
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_parse_and_name_what_the_planner_asks_for() {
        let i = intervals();
        for id in [
            "smp_to_smp",
            "prp_to_smp",
            "smp_to_prp",
            "minoxidil_pause_before_smp",
            "minoxidil_pause_after_smp",
            "transplant_to_smp",
        ] {
            assert!(i.contains_key(id), "{id}");
        }
        for found in i.values() {
            assert!(found.range[0] <= found.days && found.days <= found.range[1], "{}", found.id);
            assert!(["A", "B", "C", "D", "inference"].contains(&found.grade.as_str()), "{}", found.id);
            assert!(found.source.len() > 12, "{}", found.id);
        }
        assert!(contraindications().len() > 10);
    }

    #[test]
    fn rules_have_names_of_their_own_and_delays_have_a_length() {
        let rules = contraindications();
        let names: std::collections::BTreeSet<_> = rules.iter().map(|r| &r.id).collect();
        assert_eq!(names.len(), rules.len());
        for r in &rules {
            assert_eq!(r.wait_days.is_some(), r.action == Action::Delay, "{}", r.id);
            if let (Some(days), Some([least, most])) = (r.wait_days, r.wait_range) {
                assert!(least <= days && days <= most, "{}", r.id);
            }
            assert_eq!(r.wait_days.is_some(), r.wait_range.is_some(), "{}", r.id);
        }
    }

    #[test]
    fn a_hit_names_its_rule_its_key_and_its_source() {
        let h = hits(&[Contraindication::PigmentAllergy]).remove(0);
        let said = h.sentence(TreatmentKind::Smp);
        for part in
            ["forbids SMP", "Allergy to pigment.", "\"pigment_allergy\"", "contraindications = [", "S120"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn pregnancy_forbids_everything() {
        let h = hits(&[Contraindication::Pregnancy]);
        assert_eq!(h[0].action, Action::Forbid);
        assert!(h[0].treatments.contains(&TreatmentKind::Prp));
    }
}
