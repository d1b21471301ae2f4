//! What waits for a doctor.

use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::rules::Action;
use vellus_plan::schedule::EventKind;

use super::bench::BenchView;
use crate::texts::Texts;
use crate::words::{capital, date, number};

/// A day on which a medicine is begun, paused or taken again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Medicine {
    pub(crate) date: String,
    pub(crate) title: String,
    pub(crate) detail: String,
}

/// The medicines of a strategy, day by day.
pub(crate) fn medicines(o: &StrategyOutcome) -> Vec<Medicine> {
    o.events
        .iter()
        .filter(|e| matches!(e.kind, EventKind::DrugStart | EventKind::DrugPause | EventKind::DrugResume))
        .map(|e| Medicine { date: date(e.date), title: e.title.clone(), detail: e.detail.clone() })
        .collect()
}

/// What is to be decided about the leading plan, as messages with their strong words.
pub(crate) fn decisions(plan: &Plan, bench: Option<&BenchView>, texts: &Texts) -> Vec<String> {
    let mut out = Vec::new();
    let Some(o) = plan.strategies.iter().find(|s| s.id == plan.comparison.leading) else { return out };
    if !plan.contraindications_asked && plan.contraindications.is_empty() {
        out.push(texts.raw("decide-ask", &[]));
    }
    for h in plan.contraindications.iter().filter(|h| h.action == Action::Doctor) {
        let treatments = h.treatments.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ");
        out.push(texts.raw(
            "decide-hit",
            &[
                ("condition", capital(&h.condition.title()).into()),
                ("treatments", treatments.into()),
                ("reason", (&h.reason).into()),
            ],
        ));
    }
    let begun: Vec<&str> =
        o.events.iter().filter(|e| e.kind == EventKind::DrugStart).map(|e| e.title.as_str()).collect();
    if !begun.is_empty() {
        out.push(texts.raw("decide-drugs", &[("drugs", begun.join("; ").into())]));
    }
    if let Some(p) = &o.prp {
        let blood = number(p.blood_ml, 0);
        out.push(texts.raw("decide-prp", &[("sessions", p.sessions.into()), ("blood", blood.into())]));
        let open: Vec<&str> = bench
            .iter()
            .flat_map(|b| &b.checks)
            .filter(|c| c.class != "clear")
            .map(|c| c.ask.as_str())
            .collect();
        if !open.is_empty() {
            out.push(texts.raw("decide-checks", &[("checks", open.join(" ").into())]));
        }
    }
    if o.dots.is_some() {
        out.push(texts.raw("decide-smp", &[]));
    }
    if o.events.iter().any(|e| e.kind == EventKind::Transplant) {
        out.push(texts.raw("decide-transplant", &[]));
    }
    if plan.quick {
        out.push(texts.raw("decide-quick", &[]));
    }
    out.push(texts.raw("decide-approve", &[]));
    out
}
