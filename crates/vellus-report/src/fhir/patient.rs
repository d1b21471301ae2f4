//! The person: a label, and no name.

use serde::Serialize;
use vellus_head::Sex;
use vellus_plan::Plan;

use super::FhirRecord;
use super::datatypes::{Identifier, Narrative};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Patient {
    text: Narrative,
    identifier: Vec<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<String>,
}

pub(super) fn patient(plan: &Plan, record: &FhirRecord<'_>) -> Patient {
    Patient {
        text: Narrative::of(&[format!("{}: {}", plan.label, plan.person)]),
        identifier: vec![Identifier::typed("Label of the case", &plan.label)],
        gender: record.sex.map(|s| match s {
            Sex::Female => "female",
            Sex::Male => "male",
        }),
        birth_date: record.year_of_birth.filter(|y| *y > 0).map(|y| format!("{y:04}")),
    }
}
