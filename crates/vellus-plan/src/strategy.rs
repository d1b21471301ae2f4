//! Strategies: treatments in an order, as data.

use serde::{Deserialize, Serialize};
use vellus_hair::treatment::Drug;

use crate::error::PlanError;

/// A strategy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// Short name, also of its files.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// What it is, in a sentence or two.
    pub idea: String,
    /// Whether it combines what no trial has combined.
    #[serde(default)]
    pub inference: bool,
    /// What must hold for it to work out.
    #[serde(default)]
    pub must_be_true: Vec<String>,
    /// What is done.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// One thing that is done, or repeated.
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
    /// Drugs taken from a month on, without end.
    Drugs {
        /// Which; what the person cannot take is left out or replaced, and said.
        drugs: Vec<Drug>,
        /// Months from the start.
        at_month: f64,
    },
    /// Scalp micropigmentation.
    Smp {
        /// Months from the start.
        at_month: f64,
        /// How many sessions.
        sessions: u32,
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
}

const BUILT_IN: [&str; 6] = [
    include_str!("../../../data/strategies/nothing.toml"),
    include_str!("../../../data/strategies/smp_now.toml"),
    include_str!("../../../data/strategies/prp_alone.toml"),
    include_str!("../../../data/strategies/tandem.toml"),
    include_str!("../../../data/strategies/drugs_prp_smp.toml"),
    include_str!("../../../data/strategies/transplant_smp.toml"),
];

/// The strategies that come with the program, in the order in which they are shown.
///
/// # Errors
/// None in a released program: its files are tested.
pub fn built_in() -> Result<Vec<Strategy>, PlanError> {
    BUILT_IN.iter().map(|text| parse(text)).collect()
}

/// Parses and checks a strategy file.
///
/// # Errors
/// [`PlanError::Toml`] and [`PlanError::Strategy`].
pub fn parse(text: &str) -> Result<Strategy, PlanError> {
    let strategy: Strategy = toml::from_str(text).map_err(|e| PlanError::toml(&e))?;
    strategy.check()?;
    Ok(strategy)
}

impl Strategy {
    fn check(&self) -> Result<(), PlanError> {
        let wrong = |message: String| Err(PlanError::Strategy { id: self.id.clone(), message });
        if self.id.is_empty()
            || !self.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return wrong(
                "id may hold small letters, digits and _ only, since files are named after it".into(),
            );
        }
        let month = |name: &str, m: f64| {
            if (0.0..=120.0).contains(&m) {
                Ok(())
            } else {
                Err(PlanError::Strategy {
                    id: self.id.clone(),
                    message: format!("{name} = {m}; allowed: 0 to 120 months"),
                })
            }
        };
        for step in &self.steps {
            match step {
                Step::Prp { at_month, sessions, every_days } => {
                    month("at_month", *at_month)?;
                    if !(1..=12).contains(sessions) || !(14.0..=120.0).contains(every_days) {
                        return wrong(format!(
                            "a PRP course has 1 to 12 sessions, 14 to 120 days apart, not {sessions} every {every_days} days"
                        ));
                    }
                }
                Step::PrpUpkeep { from_month, every_months, until_month } => {
                    month("from_month", *from_month)?;
                    month("until_month", *until_month)?;
                    if !(1.0..=36.0).contains(every_months) || until_month < from_month {
                        return wrong(format!(
                            "PRP upkeep every {every_months} months from {from_month} to {until_month} is not possible: 1 to 36 months apart, from before until"
                        ));
                    }
                }
                Step::Drugs { drugs, at_month } => {
                    month("at_month", *at_month)?;
                    if drugs.is_empty() {
                        return wrong("a step `drugs` names at least one drug".into());
                    }
                }
                Step::Smp { at_month, sessions } => {
                    month("at_month", *at_month)?;
                    if !(1..=5).contains(sessions) {
                        return wrong(format!("SMP takes 1 to 5 sessions, not {sessions}"));
                    }
                }
                Step::SmpTouchUp { every_years } => {
                    if !(1.0..=10.0).contains(every_years) {
                        return wrong(format!("touch-ups come every 1 to 10 years, not {every_years}"));
                    }
                    if !self.uses_smp() {
                        return wrong("a touch-up needs a step `smp` before it".into());
                    }
                }
                Step::Transplant { at_month, grafts } => {
                    month("at_month", *at_month)?;
                    if !(100..=5000).contains(grafts) {
                        return wrong(format!(
                            "a transplant moves 100 to 5000 grafts in one go, not {grafts}"
                        ));
                    }
                }
                Step::Measure { at_month } => month("at_month", *at_month)?,
            }
        }
        if self.steps.iter().filter(|s| matches!(s, Step::Smp { .. })).count() > 1 {
            return wrong("one step `smp` with its sessions, please; later work is a touch-up".into());
        }
        Ok(())
    }

    /// Whether pigment is laid.
    #[must_use]
    pub fn uses_smp(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Smp { .. }))
    }

    /// Whether PRP is given, so that its two mechanisms matter.
    #[must_use]
    pub fn uses_prp(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Prp { .. } | Step::PrpUpkeep { .. }))
    }

    /// Whether hair is transplanted.
    #[must_use]
    pub fn uses_transplant(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Transplant { .. }))
    }

    /// Whether drugs are taken.
    #[must_use]
    pub fn uses_drugs(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Drugs { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_strategies_are_sound_and_have_different_names() {
        let all = built_in().unwrap();
        assert_eq!(all.len(), 6);
        let names: std::collections::BTreeSet<_> = all.iter().map(|s| &s.id).collect();
        assert_eq!(names.len(), 6);
        assert_eq!(all[0].id, "nothing");
    }

    #[test]
    fn impossible_strategies_are_refused() {
        for bad in [
            "id='x'\ntitle='t'\nidea='i'\n[[step]]\ndo='smp_touch_up'\nevery_years=3\n",
            "id='x'\ntitle='t'\nidea='i'\n[[step]]\ndo='prp'\nat_month=-1\nsessions=3\nevery_days=30\n",
            "id='X y'\ntitle='t'\nidea='i'\n",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
