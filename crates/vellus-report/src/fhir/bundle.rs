//! The bundle and its entries.

use serde::Serialize;
use vellus_plan::Plan;

use super::care_plan::CarePlan;
use super::consent::Consent;
use super::datatypes::{Identifier, instant};
use super::id::{Ids, urn};
use super::observation::Observation;
use super::patient::Patient;
use super::procedure::Procedure;
use super::provenance::{Device, Provenance};
use super::service_request::ServiceRequest;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Resource {
    Patient(Patient),
    Device(Device),
    CarePlan(Box<CarePlan>),
    ServiceRequest(Box<ServiceRequest>),
    Procedure(Box<Procedure>),
    Observation(Box<Observation>),
    Consent(Box<Consent>),
    Provenance(Box<Provenance>),
}

impl Resource {
    const fn name(&self) -> &'static str {
        match self {
            Self::Patient(_) => "Patient",
            Self::Device(_) => "Device",
            Self::CarePlan(_) => "CarePlan",
            Self::ServiceRequest(_) => "ServiceRequest",
            Self::Procedure(_) => "Procedure",
            Self::Observation(_) => "Observation",
            Self::Consent(_) => "Consent",
            Self::Provenance(_) => "Provenance",
        }
    }
}

/// A resource after its type and its identifier.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Identified {
    resource_type: &'static str,
    id: String,
    #[serde(flatten)]
    resource: Resource,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    full_url: String,
    resource: Identified,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bundle {
    resource_type: &'static str,
    id: String,
    identifier: Identifier,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    entry: Vec<Entry>,
}

impl Bundle {
    pub(super) fn new(plan: &Plan, ids: &Ids, resources: Vec<(String, Resource)>) -> Self {
        let id = ids.of("bundle");
        Self {
            resource_type: "Bundle",
            identifier: Identifier { kind: None, system: Some("urn:ietf:rfc:3986"), value: urn(&id) },
            id,
            kind: "collection",
            timestamp: instant(plan.today),
            entry: resources
                .into_iter()
                .map(|(id, resource)| Entry {
                    full_url: urn(&id),
                    resource: Identified { resource_type: resource.name(), id, resource },
                })
                .collect(),
        }
    }
}
