//! Strategies: treatments in an order, with the decisions between them, as data.

mod check;
pub mod decision;
pub mod path;
pub mod step;

use serde::{Deserialize, Serialize};

use crate::error::PlanError;
pub use decision::{Decision, Reading};
pub use path::{Path, Taken};
pub use step::Step;

/// Most decisions in a row.
pub const DEEPEST: usize = 4;

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
    /// What is done; a decision, if there is one, comes last and names branches.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    /// How it may go on after a decision.
    #[serde(default, rename = "branch", skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
}

/// How it goes on after a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// Its name.
    pub id: String,
    /// As people call it.
    pub title: String,
    /// What is done; months count from the start of the strategy, not from the decision.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

const BUILT_IN: [&str; 6] = [
    include_str!("../../../../data/strategies/nothing.toml"),
    include_str!("../../../../data/strategies/smp_now.toml"),
    include_str!("../../../../data/strategies/prp_alone.toml"),
    include_str!("../../../../data/strategies/tandem.toml"),
    include_str!("../../../../data/strategies/drugs_prp_smp.toml"),
    include_str!("../../../../data/strategies/transplant_smp.toml"),
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
/// [`PlanError::StrategyToml`] and [`PlanError::Strategy`].
pub fn parse(text: &str) -> Result<Strategy, PlanError> {
    let strategy: Strategy = toml::from_str(text).map_err(|e| PlanError::strategy_toml(&e))?;
    strategy.check()?;
    Ok(strategy)
}

impl Strategy {
    /// Every step, those of branches too.
    pub(crate) fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().chain(self.branches.iter().flat_map(|b| &b.steps))
    }

    /// Whether pigment is laid on some path.
    #[must_use]
    pub fn uses_smp(&self) -> bool {
        self.all_steps().any(|s| matches!(s, Step::Smp { .. }))
    }

    /// Whether PRP is given, so that its two mechanisms matter.
    #[must_use]
    pub fn uses_prp(&self) -> bool {
        self.all_steps().any(|s| matches!(s, Step::Prp { .. } | Step::PrpUpkeep { .. }))
    }

    /// Whether hair is transplanted.
    #[must_use]
    pub fn uses_transplant(&self) -> bool {
        self.all_steps().any(|s| matches!(s, Step::Transplant { .. }))
    }

    /// Whether drugs are taken.
    #[must_use]
    pub fn uses_drugs(&self) -> bool {
        self.all_steps().any(|s| matches!(s, Step::Drugs { .. }))
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
