//! Ways through a strategy: one for each sequence of answers to its decisions.

use serde::{Deserialize, Serialize};

use super::decision::Decision;
use super::step::Step;
use super::{Branch, Strategy};

/// A decision that was taken on a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// The decision.
    pub decision: Decision,
    /// Whether it was met.
    pub met: bool,
}

/// A way through a strategy from its first step to its last: steps in the order of the file, without
/// decisions, and the decisions that led there.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Name of the branch that it ends in; empty where nothing is decided.
    pub branch: String,
    /// Title of that branch; empty where nothing is decided.
    pub title: String,
    /// Decisions in their order.
    pub taken: Vec<Taken>,
    /// What is done.
    pub steps: Vec<Step>,
}

impl Path {
    /// Whether pigment is laid.
    #[must_use]
    pub fn uses_smp(&self) -> bool {
        self.steps.iter().any(|s| matches!(s, Step::Smp { .. }))
    }
}

impl Strategy {
    /// Every way through it, at least one; the first answers every decision with "not met". A strategy
    /// that was checked has no cycles.
    #[must_use]
    pub fn paths(&self) -> Vec<Path> {
        let mut out = Vec::new();
        let start =
            Path { branch: String::new(), title: String::new(), taken: Vec::new(), steps: Vec::new() };
        self.walk(&self.steps, start, &mut out, 0);
        out
    }

    fn walk(&self, steps: &[Step], mut path: Path, out: &mut Vec<Path>, depth: usize) {
        for step in steps {
            match step {
                Step::Decide(decision) if depth < super::DEEPEST => {
                    for met in [false, true] {
                        let name = if met { &decision.met } else { &decision.otherwise };
                        let Some(branch) = self.branch(name) else { continue };
                        let mut on = path.clone();
                        on.taken.push(Taken { decision: decision.clone(), met });
                        on.branch.clone_from(&branch.id);
                        on.title.clone_from(&branch.title);
                        self.walk(&branch.steps, on, out, depth + 1);
                    }
                    return;
                }
                Step::Decide(_) => return,
                other => path.steps.push(other.clone()),
            }
        }
        out.push(path);
    }

    /// The branch of this name.
    #[must_use]
    pub fn branch(&self, id: &str) -> Option<&Branch> {
        self.branches.iter().find(|b| b.id == id)
    }
}
