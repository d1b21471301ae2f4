//! The strategy: what is done when, what must hold, what may come of it.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::schedule::{Event, EventKind};

use super::FhirRecord;
use super::datatypes::{Annotation, CodeableConcept, Identifier, Narrative, Period, Reference, clean, day};
use super::id::Ids;
use super::procedure::done;
use crate::words::{date, money, of_hundred};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    kind: &'static str,
    code: CodeableConcept,
    status: &'static str,
    do_not_perform: bool,
    scheduled_period: Period,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_codeable_concept: Option<CodeableConcept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    outcome_reference: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Detail>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CarePlan {
    text: Narrative,
    identifier: Vec<Identifier>,
    status: &'static str,
    intent: &'static str,
    category: Vec<CodeableConcept>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    subject: Reference,
    period: Period,
    created: String,
    author: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supporting_info: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    activity: Vec<Activity>,
    note: Vec<Annotation>,
}

/// Whether an event is a drug begun, stopped or begun again, and no appointment.
pub(super) const fn is_drug(kind: EventKind) -> bool {
    matches!(kind, EventKind::DrugStart | EventKind::DrugPause | EventKind::DrugResume)
}

/// Draft until somebody approves.
pub(super) const fn status(record: &FhirRecord<'_>) -> &'static str {
    if record.approval.is_some() { "active" } else { "draft" }
}

/// The drug that an event names after its verb ("Begin minoxidil 5 %").
fn drug(e: &Event) -> &str {
    e.title.split_once(' ').map_or(e.title.as_str(), |(_, name)| name)
}

fn detail(s: &StrategyOutcome, e: &Event, is_done: bool) -> Detail {
    let paused = e.kind == EventKind::DrugPause;
    // A pause ends on the day on which the same drug is taken up again.
    let until = s
        .events
        .iter()
        .find(|x| paused && x.kind == EventKind::DrugResume && x.date >= e.date && drug(x) == drug(e));
    Detail {
        kind: "MedicationRequest",
        code: CodeableConcept::text(&e.title),
        status: if is_done { "in-progress" } else { "not-started" },
        do_not_perform: paused,
        scheduled_period: Period { start: day(e.date), end: until.map(|x| day(x.date)) },
        product_codeable_concept: Some(CodeableConcept::text(drug(e))),
        description: Some(e.detail.as_str()).filter(|d| !d.trim().is_empty()).map(clean),
    }
}

fn activities(s: &StrategyOutcome, record: &FhirRecord<'_>, ids: &Ids) -> Vec<Activity> {
    let of = |(i, e): (usize, &Event)| {
        let done = done(s, i, record);
        let outcome_reference =
            done.iter().map(|(k, _)| Reference::to(&ids.of(&format!("procedure-{}", k + 1)))).collect();
        if is_drug(e.kind) {
            Activity { outcome_reference, reference: None, detail: Some(detail(s, e, done.is_some())) }
        } else {
            Activity { outcome_reference, reference: Some(Reference::to(&ids.event(i))), detail: None }
        }
    };
    s.events.iter().enumerate().map(of).collect()
}

/// What a reader must know, in order of weight.
fn notes(plan: &Plan, s: &StrategyOutcome) -> Vec<String> {
    let mut out = vec![
        "Decision support, not a promise: forecasts are simulated and stand in these notes only.".to_owned(),
    ];
    for h in &plan.contraindications {
        let treatments = h.treatments.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ");
        out.push(format!("{} ({treatments}): {} Source: {}.", h.condition.title(), h.reason, h.source));
    }
    if !plan.contraindications_asked {
        out.push("Nobody has asked for contraindications yet.".into());
    }
    if s.inference {
        out.push("No trial has combined these treatments: the order is inference, not evidence.".into());
    }
    out.extend(s.must_be_true.iter().map(|m| format!("Must hold: {m}")));
    for g in &s.goals {
        out.push(format!(
            "Goal: {} by {}; met in {} simulated futures.",
            g.title,
            date(g.by),
            of_hundred(g.chance)
        ));
    }
    if s.id == plan.comparison.leading {
        out.push(plan.comparison.summary.clone());
    } else {
        out.push("Another strategy is shown first in this plan.".into());
    }
    out.push(format!(
        "Cost about {} in the first two years, {} in ten years.",
        money(s.cost.first_two_years, &plan.prices.currency),
        money(s.cost.ten_years, &plan.prices.currency)
    ));
    out.extend(s.warnings.iter().chain(&s.notes).cloned());
    out
}

pub(super) fn care_plan(
    plan: &Plan,
    s: &StrategyOutcome,
    record: &FhirRecord<'_>,
    ids: &Ids,
    observed: &[String],
) -> CarePlan {
    let notes = notes(plan, s);
    let mut lines = vec![format!("{}: {}", s.title, s.idea)];
    lines.extend(s.events.iter().map(|e| format!("{}: {}", day(e.date), e.title)));
    lines.extend(notes.iter().cloned());
    // FHIR wants the end not before the start.
    let begin = s.events.iter().map(|e| e.date).fold(plan.today, |a, b| a.min(b));
    let end = s.events.iter().map(|e| e.date).fold(plan.today, |a, b| a.max(b));
    CarePlan {
        text: Narrative::of(&lines),
        identifier: vec![Identifier::typed("Strategy of the case", &format!("{}/{}", plan.label, s.id))],
        status: status(record),
        intent: if record.approval.is_some() { "plan" } else { "proposal" },
        category: vec![CodeableConcept::text("Treatment of hair loss")],
        title: clean(&s.title),
        description: Some(s.idea.as_str()).filter(|d| !d.trim().is_empty()).map(clean),
        subject: Reference::to(&ids.patient()),
        period: Period { start: day(begin), end: Some(day(end)) },
        created: day(plan.today),
        author: Reference::to(&ids.device()),
        supporting_info: observed.iter().map(|id| Reference::to(id)).collect(),
        activity: activities(s, record, ids),
        note: notes.iter().map(|n| Annotation::new(n)).collect(),
    }
}
