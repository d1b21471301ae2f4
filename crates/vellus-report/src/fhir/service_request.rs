//! Appointments that the plan proposes.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::schedule::{Event, EventKind};

use super::FhirRecord;
use super::care_plan::{is_drug, status};
use super::codes::SCALP;
use super::datatypes::{Annotation, CodeableConcept, Narrative, Quantity, Reference, clean, day};
use super::id::Ids;
use super::procedure::done;
use crate::words::{hours, money, number};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceRequest {
    text: Narrative,
    status: &'static str,
    intent: &'static str,
    category: Vec<CodeableConcept>,
    code: CodeableConcept,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    order_detail: Vec<CodeableConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity_quantity: Option<Quantity>,
    subject: Reference,
    occurrence_date_time: String,
    authored_on: String,
    requester: Reference,
    reason_code: Vec<CodeableConcept>,
    body_site: Vec<CodeableConcept>,
    note: Vec<Annotation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_instruction: Option<String>,
}

const fn category(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Prp => "Platelet-rich plasma (PRP)",
        EventKind::Smp | EventKind::TouchUp => "Scalp micropigmentation (SMP)",
        EventKind::Transplant => "Hair transplant",
        EventKind::Measure => "Measurement",
        _ => "Consultation",
    }
}

/// How much, where the plan says so.
fn amount(s: &StrategyOutcome, e: &Event) -> (Option<Quantity>, Vec<CodeableConcept>) {
    match e.kind {
        EventKind::Smp | EventKind::TouchUp => {
            let session = s.dots.iter().flat_map(|d| &d.sessions).find(|x| x.date == e.date);
            (session.map(|x| Quantity::new(x.dots as f64, "dots", "{dots}")), Vec::new())
        }
        EventKind::Prp => {
            let detail = s.prp.iter().filter(|p| p.volume_ml.median.is_finite()).map(|p| {
                CodeableConcept::text(&format!(
                    "About {} mL of PRP ({} to {}) from {} mL of blood, over {} cm² of scalp",
                    number(p.volume_ml.median, 1),
                    number(p.volume_ml.lo, 1),
                    number(p.volume_ml.hi, 1),
                    number(p.blood_ml, 0),
                    number(p.area_cm2, 0)
                ))
            });
            (None, detail.collect())
        }
        _ => (None, Vec::new()),
    }
}

/// A request for every event that is an appointment, with its place in the strategy.
pub(super) fn requests(
    plan: &Plan,
    s: &StrategyOutcome,
    record: &FhirRecord<'_>,
    ids: &Ids,
) -> Vec<(usize, ServiceRequest)> {
    let appointments = s.events.iter().enumerate().filter(|(_, e)| !is_drug(e.kind));
    appointments
        .map(|(i, e)| {
            let (quantity_quantity, order_detail) = amount(s, e);
            let mut notes = vec!["Proposed by a plan, not booked.".to_owned()];
            if e.hours > 0.0 {
                notes.push(format!("Takes about {}.", hours(e.hours)));
            }
            if e.cost > 0.0 {
                notes.push(format!("About {}.", money(e.cost, &plan.prices.currency)));
            }
            let request = ServiceRequest {
                text: Narrative::of(&[format!("{}: {}", day(e.date), e.title), e.detail.clone()]),
                status: if done(s, i, record).is_some() { "completed" } else { status(record) },
                intent: if record.approval.is_some() { "plan" } else { "proposal" },
                category: vec![CodeableConcept::text(category(e.kind))],
                code: CodeableConcept::text(&e.title),
                order_detail,
                quantity_quantity,
                subject: Reference::to(&ids.patient()),
                occurrence_date_time: day(e.date),
                authored_on: day(plan.today),
                requester: Reference::to(&ids.device()),
                reason_code: vec![CodeableConcept::text("Pattern hair loss")],
                body_site: vec![CodeableConcept::code(SCALP)],
                note: notes.iter().map(|n| Annotation::new(n)).collect(),
                patient_instruction: Some(e.detail.as_str()).filter(|d| !d.trim().is_empty()).map(clean),
            };
            (i, request)
        })
        .collect()
}
