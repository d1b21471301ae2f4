//! The front sheet: what is asked before anything else, what the plan says, who reads what, who
//! approved it, and the record.

use vellus_plan::rules::{Action, Hit};

use super::flow::{BODY, EYEBROW, FIGURE, Flow, LEDE, SMALL, led, marked, words};
use super::ink::{ASK, ASK_PALE, FAINT, GOOD, HAIR_PALE, INK, SOFT, STOP, STOP_PALE};
use super::table::{Item, Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::html::summary;
use crate::texts::Fill;
use crate::words::{capital, date, number};

pub(super) const SECTIONS: &[Section] = &[title, safety, verdict, figures, readers, approval, record];

/// Names of places that the front sheet leads to.
pub(super) const PLACES: [&str; 5] = ["person", "practitioner", "nurse", "doctor", "grounds"];

fn title(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let first = f.pieces.len();
    f.text(&s.say("paper-brand"), EYEBROW);
    let h = f.element(super::element::Kind::Heading(1, s.plan.label.clone()));
    let big = LEDE.bold().above(1.0);
    let big = super::flow::Style { size: 25.0, leading: 30.0, ..big };
    let width = f.width;
    let mut lines = f.press.paragraph(&words(&s.plan.label, big), big, 0.0, width, Some(h));
    // A label that fills the sheet would push away what has to be read.
    lines.truncate(3);
    f.pieces.extend(lines);
    f.text(&format!("{} · {}", capital(&s.plan.person), date(s.plan.today)), BODY.coloured(SOFT).above(1.0));
    if let Some(p) = f.pieces.get_mut(first) {
        p.part = Some(s.say("paper-front"));
        p.place = Some(("front".into(), 1, s.say("paper-front")));
    }
    Ok(())
}

/// What a contraindication means.
pub(super) fn action(s: &Sheet<'_>, a: Action) -> String {
    s.say(crate::html::action(a))
}

/// A contraindication in a sentence that begins with what it is.
fn hit(s: &Sheet<'_>, h: &Hit) -> super::flow::Rich {
    let treatments = h.treatments.iter().map(|t| t.title()).collect::<Vec<_>>().join(", ");
    led(
        &format!("{}. {}.", capital(&h.condition.title()), action(s, h.action)),
        &s.with("safety-hit", &[("reason", (&h.reason).into()), ("treatments", treatments.into())]),
        BODY,
    )
}

/// Contraindications, which come before everything else on every sheet that is worked from.
pub(super) fn safety(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let hits: Vec<_> = s.plan.contraindications.iter().map(|h| hit(s, h)).collect();
    said(s, f, &hits);
    Ok(())
}

/// The same about some of them.
pub(super) fn safety_of(s: &Sheet<'_>, f: &mut Flow<'_>, keep: impl Fn(&Hit) -> bool) {
    let hits: Vec<_> = s.plan.contraindications.iter().filter(|h| keep(h)).map(|h| hit(s, h)).collect();
    said(s, f, &hits);
}

fn said(s: &Sheet<'_>, f: &mut Flow<'_>, hits: &[super::flow::Rich]) {
    let head = BODY.bold().above(0.0);
    if !hits.is_empty() {
        f.callout(STOP, STOP_PALE, |f| {
            f.text(&s.say("safety-title"), head.coloured(STOP));
            f.list(hits, BODY.above(3.0));
        });
    } else if !s.plan.contraindications_asked {
        f.callout(ASK, ASK_PALE, |f| {
            f.text(&s.say("safety-not-asked-title"), head.coloured(ASK));
            f.text(&s.say("safety-not-asked"), BODY.above(2.0));
        });
    } else if !s.plan.contraindications.is_empty() {
        f.say(&s.raw("safety-elsewhere", &[]), BODY.above(8.0));
    } else {
        f.say(&s.raw("safety-none", &[]), BODY.above(8.0));
    }
}

pub(super) fn verdict_words(s: &Sheet<'_>) -> String {
    s.say(crate::html::verdict(s.plan.comparison.verdict))
}

fn verdict(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.text(&s.say("what-the-program-says"), EYEBROW.above(12.0));
    f.text(&verdict_words(s), super::flow::Style { size: 17.0, leading: 22.0, ..LEDE.bold().above(0.0) });
    f.text(&summary(s.plan), LEDE.above(2.0));
    if s.plan.quick {
        f.say(&s.raw("quick", &[]), BODY.coloured(ASK).above(5.0));
    }
    Ok(())
}

/// Four figures of the plan that is shown first, each with its range.
pub(super) fn figures(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, v)) = s.leading() else { return Ok(()) };
    let range =
        |r: &crate::view::Range| s.with("figure-range", &[("lo", (&r.lo).into()), ("hi", (&r.hi).into())]);
    let cells = [
        (
            s.with("figure-percent", &[("n", (&v.visible.median).into())]),
            s.say("figure-seen"),
            range(&v.visible),
        ),
        (s.with("figure-percent", &[("n", (&v.feel.median).into())]), s.say("figure-felt"), range(&v.feel)),
        (
            v.chance.clone(),
            s.say("figure-goal"),
            o.goals
                .first()
                .map_or_else(String::new, |g| s.with("figure-goal-by", &[("date", date(g.by).into())])),
        ),
        (v.cost_two.clone(), s.say("figure-cost"), s.with("figure-ten", &[("cost", (&v.cost_ten).into())])),
    ];
    f.text(&s.with("figure-title", &[("plan", (&o.title).into())]), SMALL.above(9.0).bold().coloured(INK));
    f.columns(&[1.0; 4], 14.0, 3.0, |i, f| {
        let (big, what, how) = &cells[i];
        f.text(big, FIGURE);
        f.text(what, SMALL.above(0.0).coloured(INK));
        f.text(how, SMALL.above(0.0));
    });
    Ok(())
}

/// The parts with their pages; a part that is left out says why.
fn readers(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.small_heading(&s.say("readers-title"));
    let lays = super::practitioner::there(s);
    let gives = s.bench.is_some();
    let rows = PLACES
        .iter()
        .map(|place| {
            let left_out = match *place {
                "practitioner" => !lays,
                "nurse" => !gives,
                _ => false,
            };
            let (title, what, none) = match *place {
                "person" => ("part-person-title", "part-person-what", ""),
                "practitioner" => {
                    ("part-practitioner-title", "part-practitioner-what", "part-practitioner-none")
                }
                "nurse" => ("part-nurse-title", "part-nurse-what", "part-nurse-none"),
                "doctor" => ("part-doctor-title", "part-doctor-what", ""),
                _ => ("part-grounds-title", "part-grounds-what", ""),
            };
            if left_out {
                let c = BODY.coloured(SOFT);
                return Row::of(vec![cell(&s.say(title), c), cell(&s.say(none), c), cell("–", c.right())]);
            }
            let mut row = Row::of(vec![
                cell(&s.say(title), BODY.bold()),
                cell(&s.say(what), BODY),
                vec![Item::PageOf((*place).to_owned(), BODY)],
            ]);
            row.link = Some((*place).to_owned());
            row
        })
        .collect();
    f.table(Table { columns: vec![2.6, 6.6, 0.7], head: Vec::new(), rows });
    Ok(())
}

/// The block for signatures; it says that nobody has approved the plan when nobody has.
pub(super) fn approval(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.pieces.push(super::ink::Piece { height: 1.0, above: 10.0, ..Default::default() });
    match s.spec.approval {
        Some(a) => f.callout(GOOD, HAIR_PALE, |f| {
            f.say(
                &s.raw(
                    "approval-done",
                    &[
                        ("by", (&a.by).into()),
                        ("role", (&a.role).into()),
                        ("date", date(a.on).into()),
                        ("version", a.version.to_string().into()),
                    ],
                ),
                BODY.above(0.0),
            );
            f.text(&s.say("approval-locks"), SMALL);
        }),
        None => f.callout(ASK, FAINT, |f| {
            f.say(&s.raw("approval-not", &[]), BODY.above(0.0));
            f.columns(&[3.0, 2.0, 1.5], 16.0, 0.0, |i, f| {
                f.blank_line(&s.say(["approval-name", "approval-role", "approval-date"][i]), 24.0);
            });
        }),
    }
    Ok(())
}

fn record(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let plan = s.plan;
    let hash: String = plan.case_hash.chars().take(12).collect();
    let values: [(&str, Fill); 5] = [
        ("program", (&plan.program).into()),
        ("schema", plan.schema_version.to_string().into()),
        ("hash", hash.into()),
        ("seed", plan.seed.to_string().into()),
        ("futures", number(plan.responses as f64, 0).into()),
    ];
    let small = SMALL.above(6.0);
    f.rich(&marked(&s.raw("record", &values), small), small);
    Ok(())
}
