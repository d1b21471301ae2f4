//! A strategy of a plan as FHIR R4 (4.0.1), for the records of a clinic.
//!
//! The bundle is a `collection`: a `document` begins with a Composition that somebody has authored and
//! stands for, and is kept as signed; a plan is a proposal until a person approves it. What is planned
//! is a draft (`CarePlan`, `ServiceRequest`), what was done is a `Procedure`, what was measured an
//! `Observation`. Forecasts are no observations: they stand as notes of the `CarePlan`, so that no
//! reader takes a simulated number for a measured one.
//!
//! Codes are used only where they are known to exist (LOINC for blood, SNOMED CT for the site, UCUM for
//! units, HL7's own terms); all else is text. Of the person the bundle holds the label, and sex, age or
//! year of birth where they are given, and no name.
//!
//! # Sources
//! HL7 FHIR R4, version 4.0.1: resource pages and `fhir.schema.json`; tests hold bundles against both.

mod bundle;
mod care_plan;
mod codes;
mod consent;
mod datatypes;
mod id;
mod observation;
mod patient;
mod procedure;
mod provenance;
mod service_request;

use jiff::civil::Date;
use vellus_head::Sex;
use vellus_plan::Plan;
use vellus_plan::leaflet::{Treatment, treatments};
use vellus_plan::record::Approval;
use vellus_plan::record::compare::Step;
use vellus_plan::schedule::EventKind;
use vellus_plan::visit::Visit;

use crate::error::ReportError;
use crate::files::find;
use bundle::{Bundle, Resource};
use care_plan::is_drug;
use id::Ids;

/// What was really done, beside what was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// What.
    pub kind: EventKind,
    /// Which event of the strategy it was, from 0; none when it was not planned.
    pub event: Option<usize>,
    /// When.
    pub date: Date,
    /// In a few words.
    pub title: String,
    /// What there is to say of it: dots, volume, lot; may be empty.
    pub note: String,
}

impl Delivered {
    /// What was done, of the steps of a record that is held against its plan. Counts are readings.
    #[must_use]
    pub fn of(steps: &[Step]) -> Vec<Self> {
        steps
            .iter()
            .filter(|s| s.kind != EventKind::Measure)
            .filter_map(|s| {
                let date = s.delivered?;
                let title = if s.event.is_some() || is_drug(s.kind) {
                    s.what.clone()
                } else {
                    format!("{}, not planned", s.what)
                };
                Some(Self { kind: s.kind, event: s.event, date, title, note: s.dose[1].clone() })
            })
            .collect()
    }
}

/// What the person said to a treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentGiven {
    /// To what.
    pub treatment: Treatment,
    /// Whether they agreed.
    pub agreed: bool,
    /// When.
    pub date: Date,
}

/// What a bundle says beyond the plan. Empty by default: then nothing was done, asked or approved.
#[derive(Clone, Debug, Default)]
pub struct FhirRecord<'a> {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age on the day of the plan, years.
    pub age_years: Option<f64>,
    /// Year of birth.
    pub year_of_birth: Option<i16>,
    /// What was read of the hair.
    pub readings: &'a [Visit],
    /// What was done.
    pub delivered: &'a [Delivered],
    /// What the person said.
    pub consents: &'a [ConsentGiven],
    /// Who approved the plan; none while it is a draft.
    pub approval: Option<Approval>,
}

/// A strategy of a plan as a FHIR R4 bundle, indented, with a line break at the end: Patient, Device (the
/// program), CarePlan, ServiceRequests, Procedures, Observations, Consents, Provenance. Identifiers
/// depend on the hash of the case, the strategy and the place in the plan only.
///
/// # Errors
/// [`ReportError::Strategy`] when the plan has no such strategy; [`ReportError::Json`].
pub fn fhir_bundle(plan: &Plan, strategy: &str, record: &FhirRecord<'_>) -> Result<String, ReportError> {
    let s = find(plan, strategy)?;
    let ids = Ids::new(&plan.case_hash, &s.id);
    let mut all: Vec<(String, Resource)> = vec![
        (ids.patient(), Resource::Patient(patient::patient(plan, record))),
        (ids.device(), Resource::Device(provenance::device(plan))),
    ];
    let observations = observation::observations(plan, record);
    let observed: Vec<String> =
        (0..observations.len()).map(|i| ids.of(&format!("observation-{}", i + 1))).collect();
    all.push((
        ids.care_plan(),
        Resource::CarePlan(Box::new(care_plan::care_plan(plan, s, record, &ids, &observed))),
    ));
    for (i, request) in service_request::requests(plan, s, record, &ids) {
        all.push((ids.event(i), Resource::ServiceRequest(Box::new(request))));
    }
    for (i, done) in record.delivered.iter().enumerate() {
        all.push((
            ids.of(&format!("procedure-{}", i + 1)),
            Resource::Procedure(Box::new(procedure::procedure(s, done, &ids))),
        ));
    }
    for (id, mut o) in observed.into_iter().zip(observations) {
        o.about(&ids);
        all.push((id, Resource::Observation(Box::new(o))));
    }
    for t in treatments(s) {
        let given = record.consents.iter().rev().find(|c| c.treatment == t);
        all.push((
            ids.of(&format!("consent-{}", t.id())),
            Resource::Consent(Box::new(consent::consent(plan, t, given, &ids))),
        ));
    }
    let targets: Vec<String> = all.iter().map(|(id, _)| id.clone()).collect();
    all.push((
        ids.of("provenance"),
        Resource::Provenance(Box::new(provenance::provenance(plan, s, record, &ids, &targets))),
    ));
    let mut text = serde_json::to_string_pretty(&Bundle::new(plan, &ids, all))?;
    text.push('\n');
    Ok(text)
}
