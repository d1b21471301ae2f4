//! What is asked and looked up before blood is drawn for PRP, as data: each with its source and how
//! strong it is.

use serde::{Deserialize, Serialize};

use crate::case::{BloodKeys, Contraindication};
use crate::rules::Action;

/// A count that a limit is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// Platelets, 10³/µL.
    PlateletsKPerUl,
    /// Haemoglobin, g/dL.
    HaemoglobinGPerDl,
}

impl Count {
    /// The unit.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::PlateletsKPerUl => "thousand per µL",
            Self::HaemoglobinGPerDl => "g/dL",
        }
    }

    fn of(self, blood: &BloodKeys) -> Option<f64> {
        match self {
            Self::PlateletsKPerUl => blood.platelets_k_per_ul,
            Self::HaemoglobinGPerDl => blood.haemoglobin_g_per_dl,
        }
    }
}

/// A check of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// Its name in the program.
    pub id: String,
    /// What is asked or looked up.
    pub ask: String,
    /// Conditions of a case that answer it.
    #[serde(default)]
    pub conditions: Vec<Contraindication>,
    /// Whether it changes from day to day: what the case does not name is asked again.
    #[serde(default)]
    pub daily: bool,
    /// The count that answers it.
    #[serde(default)]
    pub count: Option<Count>,
    /// The least that is allowed, in the unit of the count.
    #[serde(default)]
    pub least: Option<f64>,
    /// What follows when it is so.
    pub action: Action,
    /// What is done then.
    pub then: String,
    /// Where it is from.
    pub source: String,
    /// Grade of the source: A paper or society, B textbook or clinician, C clinic page, D weaker.
    pub grade: String,
}

/// What is known of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so: its action follows.
    Hit,
    /// Nobody has asked or measured.
    Unknown,
    /// It changes from day to day: asked again at every session.
    AskAgain,
    /// Asked or measured, and clear.
    Clear,
}

/// A check with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its name in the program.
    pub id: String,
    /// What is asked or looked up.
    pub ask: String,
    /// What is known.
    pub answer: Answer,
    /// What was found, in words; empty when nothing is known.
    pub found: String,
    /// What follows when it is so.
    pub action: Action,
    /// What is done then.
    pub then: String,
    /// Where it is from.
    pub source: String,
    /// Grade of the source.
    pub grade: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Checks {
    check: Vec<CheckRule>,
}

/// The checks that come with the program, in the order of the file.
#[must_use]
pub fn check_rules() -> Vec<CheckRule> {
    toml::from_str::<Checks>(include_str!("../../../data/rules/prp_checks.toml"))
        .map(|c| c.check)
        .expect("data/rules/prp_checks.toml is part of the program and tested")
}

/// The checks of one person, what is so first. `conditions` is none when nobody has asked.
#[must_use]
pub fn checks(
    conditions: Option<&[Contraindication]>,
    blood: &BloodKeys,
    draw_ml: f64,
    limit_ml: f64,
) -> Vec<Check> {
    let mut out: Vec<Check> = check_rules().into_iter().map(|rule| answer(rule, conditions, blood)).collect();
    out.push(Check {
        id: "draw".into(),
        ask: format!("Is the draw of {draw_ml:.0} mL within {limit_ml:.0} mL, the most for this weight?"),
        answer: if draw_ml > limit_ml { Answer::Hit } else { Answer::Clear },
        found: format!("{draw_ml:.0} of {limit_ml:.0} mL"),
        action: Action::Doctor,
        then: "Draw fewer tubes, or a doctor decides.".into(),
        source: "US 45 CFR 46.110 (category 2: 550 mL in eight weeks from healthy adults of 50 kg, else 50 mL or 3 mL/kg) and Partners Human Research Committee (200 mL at once): limits of research, for want of others".into(),
        grade: "A".into(),
    });
    out.sort_by_key(|c| c.answer);
    out
}

fn answer(rule: CheckRule, conditions: Option<&[Contraindication]>, blood: &BloodKeys) -> Check {
    let (answer, found) = match (rule.count, rule.least) {
        (Some(count), Some(least)) => match count.of(blood) {
            None => (Answer::Unknown, String::new()),
            Some(x) => {
                let taken = blood.date.map_or(String::new(), |d| format!(", {d}"));
                let found = format!("{x} {}{taken}", count.unit());
                (if x < least { Answer::Hit } else { Answer::Clear }, found)
            }
        },
        _ => {
            let hit: Vec<String> = conditions
                .unwrap_or_default()
                .iter()
                .filter(|c| rule.conditions.contains(c))
                .map(|c| c.title())
                .collect();
            match (hit.is_empty(), rule.daily || rule.conditions.is_empty(), conditions) {
                (false, ..) => (Answer::Hit, hit.join(", ")),
                (true, true, _) => (Answer::AskAgain, String::new()),
                (true, false, None) => (Answer::Unknown, String::new()),
                (true, false, Some(_)) => (Answer::Clear, "no".into()),
            }
        }
    };
    Check {
        id: rule.id,
        ask: rule.ask,
        answer,
        found,
        action: rule.action,
        then: rule.then,
        source: rule.source,
        grade: rule.grade,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_count_hits_and_an_unasked_question_stays_open() {
        let blood = BloodKeys { platelets_k_per_ul: Some(92.0), ..BloodKeys::default() };
        let all = checks(None, &blood, 36.0, 140.0);
        let of = |id: &str| all.iter().find(|c| c.id == id).unwrap();
        assert_eq!(of("platelets").answer, Answer::Hit);
        assert_eq!(of("haemoglobin").answer, Answer::Unknown);
        assert_eq!(of("pregnancy").answer, Answer::Unknown);
        assert_eq!(of("nsaid").answer, Answer::AskAgain);
        assert_eq!(of("draw").answer, Answer::Clear);
        assert_eq!(all[0].id, "platelets", "what is so stands first");
        assert!(all.iter().all(|c| !c.source.is_empty() && !c.grade.is_empty()));
    }

    #[test]
    fn what_was_asked_is_answered() {
        let blood = BloodKeys { platelets_k_per_ul: Some(238.0), ..BloodKeys::default() };
        let asked = checks(Some(&[Contraindication::Anaemia]), &blood, 150.0, 140.0);
        let of = |id: &str| asked.iter().find(|c| c.id == id).unwrap().answer;
        assert_eq!(of("pregnancy"), Answer::Clear);
        assert_eq!(of("anaemia"), Answer::Hit);
        assert_eq!(of("platelets"), Answer::Clear);
        assert_eq!(of("draw"), Answer::Hit);
    }
}
