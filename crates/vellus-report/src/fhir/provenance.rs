//! Where the bundle comes from: program, version, case, seed and sources.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;

use super::FhirRecord;
use super::codes::{ASSEMBLER, ATTESTER, CREATE};
use super::datatypes::{CodeableConcept, Identifier, Narrative, Reference, clean, day, instant};
use super::id::Ids;

#[derive(Debug, Serialize)]
struct DeviceName {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct DeviceVersion {
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Device {
    text: Narrative,
    device_name: Vec<DeviceName>,
    #[serde(rename = "type")]
    kind: CodeableConcept,
    version: Vec<DeviceVersion>,
}

/// The program.
pub(super) fn device(plan: &Plan) -> Device {
    let (name, version) = plan.program.split_once(' ').unwrap_or((&plan.program, "unknown"));
    Device {
        text: Narrative::of(&[format!(
            "{}: software that plans and simulates; no medical device",
            plan.program
        )]),
        device_name: vec![DeviceName { name: clean(name), kind: "user-friendly-name" }],
        kind: CodeableConcept::text("Planning software (decision support, not a medical device)"),
        version: vec![DeviceVersion { value: clean(version) }],
    }
}

#[derive(Debug, Serialize)]
struct Agent {
    #[serde(rename = "type")]
    kind: CodeableConcept,
    who: Reference,
}

#[derive(Debug, Serialize)]
struct Entity {
    role: &'static str,
    what: Reference,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Provenance {
    text: Narrative,
    target: Vec<Reference>,
    occurred_date_time: String,
    recorded: String,
    activity: CodeableConcept,
    agent: Vec<Agent>,
    entity: Vec<Entity>,
}

/// The provenance of everything else in the bundle.
pub(super) fn provenance(
    plan: &Plan,
    s: &StrategyOutcome,
    record: &FhirRecord<'_>,
    ids: &Ids,
    targets: &[String],
) -> Provenance {
    let run = [
        ("BLAKE3 of the case file", plan.case_hash.clone(), "The case"),
        ("Seed of all random numbers", plan.seed.to_string(), "The seed"),
        (
            "Simulated responses for each strategy and mechanism",
            plan.responses.to_string(),
            if plan.quick { "A quick look, coarser than a full plan" } else { "A full plan" },
        ),
        ("Strategy", s.id.clone(), s.title.as_str()),
    ];
    let of_run = run.iter().map(|(kind, value, display)| Entity {
        role: "source",
        what: Reference::identified(Identifier::typed(kind, value), display),
    });
    let of_numbers = plan
        .sources
        .iter()
        .map(|x| Entity { role: "source", what: Reference::named(&format!("{}: {}", x.what, x.source)) });
    let mut agent = vec![Agent { kind: CodeableConcept::code(ASSEMBLER), who: Reference::to(&ids.device()) }];
    let mut lines = vec![format!(
        "Made by {} on {} from the case {} (seed {}).",
        plan.program,
        day(plan.today),
        plan.case_hash,
        plan.seed
    )];
    if let Some(a) = &record.approval {
        agent.push(Agent { kind: CodeableConcept::code(ATTESTER), who: Reference::named(&a.by) });
        lines.push(format!("Approved by {} on {}.", a.by, day(a.on)));
    }
    Provenance {
        text: Narrative::of(&lines),
        target: targets.iter().map(|id| Reference::to(id)).collect(),
        occurred_date_time: day(record.approval.as_ref().map_or(plan.today, |a| a.on)),
        recorded: instant(plan.today),
        activity: CodeableConcept::named(CREATE, "Plan made from a case"),
        agent,
        entity: of_run.chain(of_numbers).collect(),
    }
}
