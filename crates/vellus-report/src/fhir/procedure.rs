//! What was really done.

use serde::Serialize;
use vellus_plan::outcome::StrategyOutcome;

use super::care_plan::is_drug;
use super::codes::SCALP;
use super::datatypes::{Annotation, CodeableConcept, Narrative, Reference, day};
use super::id::Ids;
use super::{Delivered, FhirRecord};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Procedure {
    text: Narrative,
    based_on: Vec<Reference>,
    status: &'static str,
    code: CodeableConcept,
    subject: Reference,
    performed_date_time: String,
    body_site: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    note: Vec<Annotation>,
}

/// The event that a delivered entry belongs to, by its place in the strategy.
fn event_of(s: &StrategyOutcome, delivered: &Delivered) -> Option<usize> {
    delivered.event.filter(|i| *i < s.events.len())
}

/// What was delivered of an event, with its place in the record; the latest entry counts.
pub(super) fn done<'a>(
    s: &StrategyOutcome,
    event: usize,
    record: &FhirRecord<'a>,
) -> Option<(usize, &'a Delivered)> {
    record.delivered.iter().enumerate().rev().find(|(_, d)| event_of(s, d) == Some(event))
}

pub(super) fn procedure(s: &StrategyOutcome, delivered: &Delivered, ids: &Ids) -> Procedure {
    let request = event_of(s, delivered).filter(|_| !is_drug(delivered.kind));
    let mut lines = vec![format!("{}: {}", day(delivered.date), delivered.title)];
    let note = delivered.note.trim();
    if !note.is_empty() {
        lines.push(note.to_owned());
    }
    Procedure {
        text: Narrative::of(&lines),
        based_on: vec![Reference::to(&request.map_or_else(|| ids.care_plan(), |i| ids.event(i)))],
        status: "completed",
        code: CodeableConcept::text(&delivered.title),
        subject: Reference::to(&ids.patient()),
        performed_date_time: day(delivered.date),
        body_site: vec![CodeableConcept::code(SCALP)],
        note: lines.iter().skip(1).map(|n| Annotation::new(n)).collect(),
    }
}
