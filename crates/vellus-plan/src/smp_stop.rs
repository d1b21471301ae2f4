//! The sheet that stands in the place of all others when a contraindication forbids SMP.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::person::Person;
use crate::plan::in_a_line;
use crate::rules::{Action, Hit, TreatmentKind, hits};

/// Why no pigment is laid on a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmpStop {
    /// Label of the case.
    pub label: String,
    /// The person in a line.
    pub person: String,
    /// Today.
    pub today: Date,
    /// Version of the program.
    pub program: String,
    /// What speaks against pigment, what forbids it first.
    pub contraindications: Vec<Hit>,
}

impl SmpStop {
    /// The stop for a person; none when nothing that the case names forbids SMP.
    #[must_use]
    pub fn of(person: &Person) -> Option<Self> {
        let mut against = hits(&person.conditions);
        against.retain(|h| h.treatments.contains(&TreatmentKind::Smp));
        against.iter().any(|h| h.action == Action::Forbid).then(|| Self {
            label: person.label.clone(),
            person: in_a_line(person),
            today: person.today,
            program: format!("vellus {}", env!("CARGO_PKG_VERSION")),
            contraindications: against,
        })
    }

    /// Every rule that forbids it, in a sentence each with its name, key and source.
    #[must_use]
    pub fn reason(&self) -> String {
        let forbids = self.contraindications.iter().filter(|h| h.action == Action::Forbid);
        forbids.map(|h| h.sentence(TreatmentKind::Smp)).collect::<Vec<_>>().join(" ")
    }
}
