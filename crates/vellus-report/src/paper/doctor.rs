//! The part for the doctor: contraindications, medicines, what is to be decided, and all goals.

use vellus_plan::rules::Hit;

use super::flow::{BODY, Flow, LEDE, SMALL, led, words};
use super::front::{action, safety};
use super::futures::indicators;
use super::ink::{HAIR_PALE, STOP};
use super::person::standing;
use super::table::{Item, Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::html::with_dates;
use crate::view::decisions;
use crate::words::{capital, date, hundred, money};

pub(super) const SECTIONS: &[Section] = &[title, safety, decide, medicines, rules, futures, indicators];

fn title(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.part("doctor", &s.say("part-doctor-eyebrow"), &s.say("part-doctor-title"));
    Ok(())
}

/// What waits for a doctor's word.
fn decide(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, v)) = s.leading() else { return Ok(()) };
    f.text(
        &s.with("doctor-lede", &[("person", capital(&s.plan.person).into()), ("plan", (&o.title).into())]),
        LEDE.above(8.0),
    );
    if o.inference {
        f.say(&s.raw("doctor-inference", &[]), BODY);
    }
    f.small_heading(&s.say("doctor-decide"));
    let rows = decisions(s.plan, s.bench.as_ref(), s.texts)
        .iter()
        .map(|text| Row::of(vec![vec![Item::Box(super::flow::marked(text, BODY), BODY)]]))
        .collect();
    f.table(Table { columns: vec![1.0], head: Vec::new(), rows });
    if !s.plan.comparison.depends_on.is_empty() {
        f.small_heading(&s.say("person-decide"));
        let all: Vec<String> = s.plan.comparison.depends_on.iter().map(|d| with_dates(s.plan, d)).collect();
        f.plain_list(&all, BODY.above(2.0));
    }
    if !v.warnings.is_empty() || !v.notes.is_empty() {
        f.small_heading(&s.say("doctor-fitted"));
        let all: Vec<String> = v.warnings.iter().chain(&v.notes).cloned().collect();
        f.plain_list(&all, BODY.above(2.0));
    }
    Ok(())
}

/// Medicines of the plan with their dates, and what is done to the body otherwise.
fn medicines(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    let mine = crate::view::medicines(o);
    f.small_heading(&s.say("doctor-drugs"));
    if mine.is_empty() {
        f.text(&s.say("doctor-no-drugs"), BODY.above(2.0));
        return Ok(());
    }
    let rows = mine
        .iter()
        .map(|e| {
            Row::of(vec![
                cell(&e.date, BODY),
                vec![
                    Item::Text(words(&e.title, BODY.bold()), BODY),
                    Item::Text(words(&e.detail, SMALL), SMALL),
                ],
            ])
        })
        .collect();
    f.table(Table { columns: vec![1.6, 6.4], head: Vec::new(), rows });
    let p = &s.plan.prices;
    let drugs: Vec<String> = [("finasteride", p.finasteride_month), ("minoxidil", p.minoxidil_month)]
        .into_iter()
        .filter(|(drug, _)| mine.iter().any(|e| e.title.to_lowercase().contains(drug)))
        .map(|(drug, month)| format!("{drug} {}", money(month, &p.currency)))
        .collect();
    if !drugs.is_empty() {
        f.text(&s.with("doctor-drug-costs", &[("drugs", drugs.join(", ").into())]), SMALL);
    }
    Ok(())
}

/// Every contraindication with its rule and source.
fn rules(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if s.plan.contraindications.is_empty() {
        return Ok(());
    }
    f.section(&s.say("doctor-rules"));
    let row = |h: &Hit| {
        let treatments = h.treatments.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ");
        Row::of(vec![
            cell(&capital(&h.condition.title()), BODY.bold()),
            cell(&action(s, h.action), BODY.bold().coloured(STOP)),
            cell(&treatments, BODY),
            cell(&h.reason, BODY),
            cell(&format!("{} · {}", h.rule, h.source), SMALL),
        ])
    };
    let head = ["rules-condition", "rules-action", "rules-treatments", "rules-reason", "rules-source"]
        .map(|k| (s.say(k), false));
    f.table(Table {
        columns: vec![1.7, 1.3, 1.5, 3.2, 2.3],
        head: head.to_vec(),
        rows: s.plan.contraindications.iter().map(row).collect(),
    });
    Ok(())
}

/// The goals of every strategy.
fn futures(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.section(&s.say("doctor-goals"));
    let head = [
        ("compare-head-plan", false),
        ("doctor-in-hundred", true),
        ("doctor-by-mechanism", true),
        ("goals-head-stands", false),
    ]
    .map(|(k, r)| (s.say(k), r));
    // All strategies are judged by the goals of the person, in the same order.
    let n = s.plan.strategies.first().map_or(0, |o| o.goals.len());
    for i in 0..n {
        let mut title = String::new();
        let mut rows = Vec::new();
        for (o, v) in s.plan.strategies.iter().zip(&s.views) {
            let Some(g) = o.goals.get(i) else { continue };
            title = s.with("goal-by", &[("goal", capital(&g.title).into()), ("date", date(g.by).into())]);
            let (stands, colour) = standing(s, g);
            let by: Vec<String> =
                g.by_mechanism.iter().rev().map(|(m, p)| format!("{m} {}", hundred(*p))).collect();
            let name = if v.leading { BODY.bold() } else { BODY };
            rows.push(
                Row::of(vec![
                    cell(&o.title, name),
                    cell(&hundred(g.chance), BODY.bold().right()),
                    cell(&by.join(" · "), SMALL.right()),
                    vec![Item::Spot(colour, words(&stands, BODY.coloured(colour).bold()), BODY)],
                ])
                .tinted(v.leading.then_some(HAIR_PALE)),
            );
        }
        f.small_heading(&title);
        f.table(Table { columns: vec![4.2, 1.5, 3.0, 1.4], head: head.to_vec(), rows });
    }
    if n == 0 {
        f.text(&s.say("goals-none"), BODY);
    }
    f.text(&s.say("goals-key"), SMALL);
    let not: Vec<_> =
        s.plan.not_offered.iter().map(|n| led(&format!("{}.", n.title), &n.reason, BODY)).collect();
    if !not.is_empty() {
        f.small_heading(&s.say("not-offered"));
        f.list(&not, BODY.above(2.0));
    }
    Ok(())
}
