//! What the person said to each treatment, or that nobody has asked yet.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::leaflet::Treatment;

use super::ConsentGiven;
use super::codes::{PATIENT_CONSENT, SCOPE_TREATMENT};
use super::datatypes::{CodeableConcept, Narrative, Reference, day};
use super::id::Ids;

#[derive(Debug, Serialize)]
struct Provision {
    #[serde(rename = "type")]
    kind: &'static str,
    code: Vec<CodeableConcept>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Consent {
    text: Narrative,
    status: &'static str,
    scope: CodeableConcept,
    category: Vec<CodeableConcept>,
    patient: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_time: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    performer: Vec<Reference>,
    policy_rule: CodeableConcept,
    provision: Provision,
}

/// A consent: `proposed` while the plan's sheet was not answered, `active` or `rejected` after.
pub(super) fn consent(plan: &Plan, t: Treatment, given: Option<&ConsentGiven>, ids: &Ids) -> Consent {
    let (status, said) = match given {
        None => ("proposed", format!("No answer yet on {}.", day(plan.today))),
        Some(c) if c.agreed => ("active", format!("Agreed on {}.", day(c.date))),
        Some(c) => ("rejected", format!("Refused on {}.", day(c.date))),
    };
    let refused = given.is_some_and(|c| !c.agreed);
    Consent {
        text: Narrative::of(&[format!("Consent to {}. {said}", t.title())]),
        status,
        scope: CodeableConcept::code(SCOPE_TREATMENT),
        category: vec![CodeableConcept::code(PATIENT_CONSENT)],
        patient: Reference::to(&ids.patient()),
        date_time: given.map(|c| day(c.date)),
        performer: given.map(|_| Reference::to(&ids.patient())).into_iter().collect(),
        policy_rule: CodeableConcept::text(
            "Law on consent to treatment of the place where it is given; the sheet is consent.html",
        ),
        provision: Provision {
            kind: if refused { "deny" } else { "permit" },
            code: vec![CodeableConcept::text(t.title())],
        },
    }
}
