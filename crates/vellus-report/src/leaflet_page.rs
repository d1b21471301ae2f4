//! What a person reads and signs before a strategy begins, and takes home after each treatment: one page
//! with a consent sheet and an aftercare sheet for every treatment of the strategy.

use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use vellus_plan::Plan;
use vellus_plan::leaflet::{About, Aftercare, ConsentSheet, Topic, Treatment, treatments};
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
    title: String,
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
fn group_title(texts: &Texts, about: About) -> String {
    match about {
        About::What => texts.say("consent-what"),
        About::Hope => texts.say("consent-hope"),
        About::Risk => texts.say("consent-risk"),
        About::Stays => texts.say("consent-stays"),
        About::Not => texts.say("consent-not"),
        About::Cost => texts.say("consent-costs"),
        About::Other => texts.say("consent-other"),
        About::Right => texts.say("consent-right"),
    }
}

fn until(texts: &Texts, topic: &Topic) -> String {
    match topic.until_day {
        1 => texts.say("care-a-day"),
        d if d >= 360 => texts.say("care-a-year"),
        d if d % 7 == 0 && d >= 14 => texts.with("care-weeks", &[("n", (d as usize / 7).into())]),
        d => texts.with("care-until-day", &[("n", (d as usize).into())]),
    }
}

fn care_view(texts: &Texts, care: &Aftercare) -> CareView {
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
                until: until(texts, t),
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
fn when(texts: &Texts, s: &StrategyOutcome, t: Treatment) -> Vec<String> {
    if t == Treatment::Drugs {
        return events(s, t).map(|e| format!("{}: {}", date(e.date), e.title)).collect();
    }
    let mut out = Vec::new();
    for (kind, what) in [
        (EventKind::Prp, "session"),
        (EventKind::Smp, "session"),
        (EventKind::TouchUp, "touch-up"),
        (EventKind::Transplant, "operation"),
    ] {
        let days: Vec<_> = events(s, t).filter(|e| e.kind == kind).map(|e| e.date).collect();
        match days.as_slice() {
            [] => {}
            [day] => {
                out.push(texts.with("consent-one-day", &[("what", what.into()), ("day", date(*day).into())]))
            }
            [first, .., last] => out.push(texts.with(
                "consent-days",
                &[
                    ("what", what.into()),
                    ("n", days.len().into()),
                    ("first", date(*first).into()),
                    ("last", date(*last).into()),
                ],
            )),
        }
    }
    out
}

/// What the plan says of a group: its own price and chance.
fn own(texts: &Texts, plan: &Plan, s: &StrategyOutcome, t: Treatment, about: About) -> Vec<String> {
    let currency = &plan.prices.currency;
    match (about, t) {
        (About::Cost, Treatment::Drugs) => {
            let p = &plan.prices;
            [
                ("finasteride", p.finasteride_month),
                ("dutasteride", p.finasteride_month),
                ("minoxidil", p.minoxidil_month),
            ]
            .into_iter()
            .filter(|(word, _)| events(s, t).any(|e| e.title.to_lowercase().contains(word)))
            .map(|(word, month)| {
                texts.with(
                    "consent-drug-costs",
                    &[
                        ("drug", word.into()),
                        ("month", money(month, currency).into()),
                        ("year", money(12.0 * month, currency).into()),
                    ],
                )
            })
            .collect()
        }
        (About::Cost, _) => {
            let all: f64 = events(s, t).map(|e| e.cost).sum();
            let n = events(s, t).count();
            vec![texts.with("consent-costs-here", &[("n", n.into()), ("all", money(all, currency).into())])]
        }
        (About::Risk, Treatment::Smp) => vec![
            texts.with("consent-dark", &[("futures", of_hundred(s.too_dark_chance).into())]),
            texts.with("consent-stranded", &[("futures", of_hundred(s.stranded_chance).into())]),
        ],
        (About::Hope, Treatment::Prp) => s
            .prp
            .as_ref()
            .map(|p| p.platelets_k_per_ul)
            .filter(|v| v.median.is_finite())
            .map(|v| {
                texts.with(
                    "consent-platelets",
                    &[
                        ("median", number(v.median, 0).into()),
                        ("lo", number(v.lo, 0).into()),
                        ("hi", number(v.hi, 0).into()),
                    ],
                )
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// What was found in the case that speaks against a treatment.
fn stops(texts: &Texts, plan: &Plan, t: Treatment) -> Vec<String> {
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
            let values = [
                ("condition", h.condition.title().into()),
                ("reason", (&h.reason).into()),
                ("source", (&h.source).into()),
            ];
            match h.action {
                Action::Forbid => texts.with("consent-stop-forbid", &values),
                Action::Delay => texts.with("consent-stop-delay", &values),
                Action::Doctor => texts.with("consent-stop-doctor", &values),
            }
        })
        .collect()
}

fn sheet_view(texts: &Texts, plan: &Plan, s: &StrategyOutcome, sheet: &ConsentSheet) -> SheetView {
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
            title: group_title(texts, about),
            statements: of(about),
            own: own(texts, plan, s, sheet.treatment, about),
        })
        .collect();
    SheetView {
        id: sheet.treatment.id(),
        title: sheet.title.clone(),
        what,
        when: when(texts, s, sheet.treatment),
        stops: stops(texts, plan, sheet.treatment),
        groups,
        sources,
        care: texts.aftercare(sheet.treatment).as_ref().map(|c| care_view(texts, c)),
    }
}

/// The consent and aftercare sheets of a strategy, to be read, signed and taken home. None when the strategy
/// treats nothing.
///
/// # Errors
/// [`ReportError::Strategy`] when the plan has no such strategy, [`ReportError::Page`] when the template
/// cannot be filled.
pub fn consent_page(plan: &Plan, strategy: &str) -> Result<Option<String>, ReportError> {
    consent_page_in(plan, strategy, &Texts::english()?)
}

/// The same in another language.
///
/// # Errors
/// As [`consent_page`].
pub fn consent_page_in(plan: &Plan, strategy: &str, texts: &Texts) -> Result<Option<String>, ReportError> {
    let s = find(plan, strategy)?;
    let sheets: Vec<SheetView> =
        treatments(s).into_iter().map(|t| sheet_view(texts, plan, s, &texts.consent(t))).collect();
    if sheets.is_empty() {
        return Ok(None);
    }
    let running = format!("{} · {}, {}", plan.label, texts.say("leaflet-page"), date(plan.today));
    let style = STYLE.concat().replace("VELLUS_RUNNING_HEAD", &css_string(&running));
    let html = environment(texts)?.get_template("leaflet.html")?.render(context! {
        lang => texts.language(),
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
