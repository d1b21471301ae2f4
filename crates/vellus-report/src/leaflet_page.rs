//! What a person reads and signs before a strategy begins, and takes home after each treatment: one page
//! with a consent sheet and an aftercare sheet for every treatment of the strategy.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::leaflet::{
    About, Aftercare, ConsentSheet, Topic, Treatment, aftercare, consent, treatments,
};
use vellus_plan::outcome::StrategyOutcome;
use vellus_plan::rules::{Action, TreatmentKind};
use vellus_plan::schedule::{Event, EventKind};

use crate::error::ReportError;
use crate::files::find;
use crate::html::environment;
use crate::texts::Texts;
use crate::words::{capital, css_string, date, money, number, of_hundred};

const STYLE: [&str; 4] = [
    include_str!("../templates/base.css"),
    include_str!("../templates/parts.css"),
    include_str!("../templates/print.css"),
    include_str!("../templates/leaflet.css"),
];

/// A statement with the number of its source.
#[derive(Serialize)]
struct StatementView {
    text: String,
    cite: usize,
}

#[derive(Serialize)]
struct GroupView {
    id: String,
    title: &'static str,
    statements: Vec<StatementView>,
    /// What the plan itself says of it.
    own: Vec<String>,
}

#[derive(Serialize)]
struct SourceView {
    number: usize,
    grade: &'static str,
    source: String,
}

#[derive(Serialize)]
struct AnswerView {
    who: String,
    says: String,
    source: String,
    grade: &'static str,
}

#[derive(Serialize)]
struct TopicView {
    title: String,
    take: String,
    until: String,
    why: String,
    disputed: bool,
    answers: Vec<AnswerView>,
}

#[derive(Serialize)]
struct WarningView {
    text: String,
    source: String,
    grade: &'static str,
}

#[derive(Serialize)]
struct CareView {
    title: String,
    warnings: Vec<WarningView>,
    topics: Vec<TopicView>,
}

#[derive(Serialize)]
struct SheetView {
    id: &'static str,
    title: String,
    what: Vec<StatementView>,
    when: Vec<String>,
    stops: Vec<String>,
    groups: Vec<GroupView>,
    sources: Vec<SourceView>,
    care: Option<CareView>,
}

/// Text in which a number and its sign stay together.
fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%").replace(" cm²", "\u{a0}cm²").replace(" mg", "\u{a0}mg")
}

/// The title of a group of statements.
const fn group_title(about: About) -> &'static str {
    match about {
        About::What => "What is done",
        About::Hope => "What it can and cannot do",
        About::Risk => "What can happen",
        About::Stays => "What cannot be undone",
        About::Not => "Who should not have it",
        About::Cost => "What it costs",
        About::Other => "What else you could do",
        About::Right => "What you may ask for",
    }
}

fn until(topic: &Topic) -> String {
    match topic.until_day {
        1 => "for a day".into(),
        d if d >= 360 => "for a year".into(),
        d if d % 7 == 0 && d >= 14 => format!("for {} weeks", d / 7),
        d => format!("until the end of day {d}"),
    }
}

fn care_view(care: &Aftercare) -> CareView {
    CareView {
        title: care.title.clone(),
        warnings: care
            .warnings
            .iter()
            .map(|w| WarningView { text: w.text.clone(), source: w.source.clone(), grade: w.grade.short() })
            .collect(),
        topics: care
            .topics
            .iter()
            .map(|t| TopicView {
                title: t.title.clone(),
                take: unbroken(&t.take),
                until: until(t),
                why: t.why.clone(),
                disputed: t.is_disputed(),
                answers: t
                    .answers
                    .iter()
                    .map(|a| AnswerView {
                        who: capital(&a.who),
                        says: a.says.clone(),
                        source: a.source.clone(),
                        grade: a.grade.short(),
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// The events of a treatment.
fn events(s: &StrategyOutcome, t: Treatment) -> impl Iterator<Item = &Event> {
    s.events.iter().filter(move |e| Treatment::of(e.kind) == Some(t))
}

/// What is planned, in a line for each kind of appointment.
fn when(s: &StrategyOutcome, t: Treatment) -> Vec<String> {
    if t == Treatment::Drugs {
        return events(s, t).map(|e| format!("{}: {}", date(e.date), e.title)).collect();
    }
    let mut out = Vec::new();
    for (kind, one, many) in [
        (EventKind::Prp, "session", "sessions"),
        (EventKind::Smp, "session", "sessions"),
        (EventKind::TouchUp, "touch-up", "touch-ups"),
        (EventKind::Transplant, "operation", "operations"),
    ] {
        let days: Vec<_> = events(s, t).filter(|e| e.kind == kind).map(|e| e.date).collect();
        match (days.as_slice(), days.len()) {
            ([], _) => {}
            ([day], _) => out.push(format!("1 {one}, {}", date(*day))),
            ([first, .., last], n) => out.push(format!("{n} {many}, {} to {}", date(*first), date(*last))),
        }
    }
    out
}

/// What the plan says of a group: its own price and chance.
fn own(plan: &Plan, s: &StrategyOutcome, t: Treatment, about: About) -> Vec<String> {
    let currency = &plan.prices.currency;
    match (about, t) {
        (About::Cost, Treatment::Drugs) => {
            let p = &plan.prices;
            let price = |word: &str, month: f64| {
                let taken = events(s, t).any(|e| e.title.to_lowercase().contains(word));
                taken.then(|| {
                    format!(
                        "Here: about {} a month for {word}, {} a year.",
                        money(month, currency),
                        money(12.0 * month, currency)
                    )
                })
            };
            [
                price("finasteride", p.finasteride_month),
                price("dutasteride", p.finasteride_month),
                price("minoxidil", p.minoxidil_month),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        (About::Cost, _) => {
            let all: f64 = events(s, t).map(|e| e.cost).sum();
            let n = events(s, t).count();
            let appointments = if n == 1 { "appointment" } else { "appointments" };
            vec![format!("Here: about {} for {n} {appointments} in ten years.", money(all, currency))]
        }
        (About::Risk, Treatment::Smp) => vec![
            format!(
                "In this plan: too dark at some time in ten years, since hair came back under it, in {} simulated futures.",
                of_hundred(s.too_dark_chance)
            ),
            format!(
                "Stranded at some time in ten years, since hair around it was lost, in {}.",
                of_hundred(s.stranded_chance)
            ),
        ],
        (About::Hope, Treatment::Prp) => {
            let volume = s.prp.as_ref().map(|p| p.platelets_k_per_ul);
            volume
                .filter(|v| v.median.is_finite())
                .map(|v| {
                    format!(
                        "Here: about {} thousand platelets per µL are expected ({} to {}).",
                        number(v.median, 0),
                        number(v.lo, 0),
                        number(v.hi, 0)
                    )
                })
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What was found in the case that speaks against a treatment.
fn stops(plan: &Plan, t: Treatment) -> Vec<String> {
    let kinds: &[TreatmentKind] = match t {
        Treatment::Drugs => &[TreatmentKind::DhtBlockers, TreatmentKind::Minoxidil],
        Treatment::Prp => &[TreatmentKind::Prp],
        Treatment::Smp => &[TreatmentKind::Smp],
        Treatment::Transplant => &[TreatmentKind::Transplant],
    };
    plan.contraindications
        .iter()
        .filter(|h| h.treatments.iter().any(|k| kinds.contains(k)))
        .map(|h| {
            let what = match h.action {
                Action::Forbid => "Not with",
                Action::Delay => "Wait first:",
                Action::Doctor => "A doctor decides first:",
            };
            format!("{what} {}. {} Source: {}.", h.condition.title(), h.reason, h.source)
        })
        .collect()
}

fn sheet_view(plan: &Plan, s: &StrategyOutcome, sheet: &ConsentSheet) -> SheetView {
    let mut sources: Vec<SourceView> = Vec::new();
    let mut cite = |source: &str, grade: &'static str| {
        let known = sources.iter().find(|x| x.source == source && x.grade == grade).map(|x| x.number);
        known.unwrap_or_else(|| {
            let number = sources.len() + 1;
            sources.push(SourceView { number, grade, source: source.to_owned() });
            number
        })
    };
    let mut of = |about: About| -> Vec<StatementView> {
        sheet
            .about(about)
            .map(|x| StatementView { text: unbroken(&x.text), cite: cite(&x.source, x.grade.short()) })
            .collect()
    };
    let what = of(About::What);
    let groups = About::ALL
        .into_iter()
        .filter(|a| *a != About::What)
        .map(|about| GroupView {
            id: format!("{about:?}").to_lowercase(),
            title: group_title(about),
            statements: of(about),
            own: own(plan, s, sheet.treatment, about),
        })
        .collect();
    SheetView {
        id: sheet.treatment.id(),
        title: sheet.title.clone(),
        what,
        when: when(s, sheet.treatment),
        stops: stops(plan, sheet.treatment),
        groups,
        sources,
        care: aftercare(sheet.treatment).as_ref().map(care_view),
    }
}

/// Writes the consent and aftercare sheets of a strategy, to be read, signed and taken home. None when the
/// strategy treats nothing.
///
/// # Errors
/// [`ReportError::Strategy`] when the plan has no such strategy, [`ReportError::Page`] when the template
/// cannot be filled.
pub fn consent_page(plan: &Plan, strategy: &str) -> Result<Option<String>, ReportError> {
    let s = find(plan, strategy)?;
    let sheets: Vec<SheetView> =
        treatments(s).into_iter().map(|t| sheet_view(plan, s, &consent(t))).collect();
    if sheets.is_empty() {
        return Ok(None);
    }
    let running = format!("{} · consent and aftercare, {}", plan.label, date(plan.today));
    let style = STYLE.concat().replace("VELLUS_RUNNING_HEAD", &css_string(&running));
    let html = environment(&Texts::english()?)?.get_template("leaflet.html")?.render(context! {
        style => Value::from_safe_string(style),
        label => plan.label.as_str(),
        person => plan.person.as_str(),
        program => plan.program.as_str(),
        today => date(plan.today),
        title => s.title.as_str(),
        idea => s.idea.as_str(),
        inference => s.inference,
        must => Serde(&s.must_be_true),
        asked => plan.contraindications_asked,
        sheets => Serde(&sheets),
        two_years => money(s.cost.first_two_years, &plan.prices.currency),
        ten_years => money(s.cost.ten_years, &plan.prices.currency),
    })?;
    Ok(Some(html))
}
