//! All strategies side by side.

use vellus_plan::outcome::StrategyOutcome;

use super::Sheet;
use super::flow::{BODY, Flow, SMALL, words};
use super::ink::{HAIR, HAIR_PALE, INK, PIGMENT, STOP};
use super::table::{Bar, Item, Row, Table};
use crate::channels::after_two_years;
use crate::error::ReportError;
use crate::view::StrategyView;

/// All strategies side by side, with the trade-offs.
pub(super) fn compare(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if s.views.is_empty() {
        return Ok(());
    }
    f.section_on_a_page(&s.say("compare-title"));
    f.text(&s.say("compare-note"), SMALL);
    key(s, f);
    let rows: Vec<Row> = s.plan.strategies.iter().zip(&s.views).map(|(o, v)| compared(s, o, v)).collect();
    let head = [
        ("compare-head-plan", false),
        ("compare-head-looks", false),
        ("compare-head-goal", true),
        ("compare-head-felt", true),
        ("compare-head-cost", true),
        ("compare-head-visits", true),
    ]
    .map(|(k, right)| (s.say(k), right));
    f.table(Table { columns: vec![2.9, 3.3, 1.2, 1.3, 1.7, 1.0], head: head.to_vec(), rows });
    if !s.plan.not_offered.is_empty() {
        f.small_heading(&s.say("not-offered"));
        let items: Vec<_> = s
            .plan
            .not_offered
            .iter()
            .map(|n| super::flow::led(&format!("{}.", n.title), &n.reason, BODY))
            .collect();
        f.list(&items, BODY.above(2.0));
    }
    Ok(())
}

fn compared(s: &Sheet<'_>, o: &StrategyOutcome, v: &StrategyView) -> Row {
    let num = BODY.bold().right();
    let small = SMALL.right();
    let mut plan = vec![Item::Text(words(&o.title, BODY.bold()), BODY)];
    if v.leading {
        plan.push(Item::Text(words(&lead_word(s), SMALL.coloured(HAIR).bold()), SMALL));
    }
    if o.inference {
        plan.push(Item::Text(words(&s.say("no-trial"), SMALL), SMALL));
    }
    let b = &v.bar;
    let mut looks = vec![Item::Bar(Bar {
        hair: b.hair as f32,
        pigment: b.pigment as f32,
        lo: b.lo as f32,
        span: b.span as f32,
        today: Some(b.today as f32),
        goal: b.goal.map(|g| g as f32),
    })];
    let range = |r: &crate::view::Range| format!("{}–{}", r.lo, r.hi);
    let mut said = super::flow::led(
        &s.with("figure-percent", &[("n", (&v.visible.median).into())]),
        &range(&v.visible),
        SMALL.coloured(INK),
    );
    if o.dots.is_some() {
        let parts = after_two_years(o);
        let mut add = |key: &str, n: f64, colour| {
            said.push(super::flow::Run {
                text: format!("  {}", s.with(key, &[("n", crate::words::number(n, 0).into())])),
                weight: super::face::Weight::Regular,
                colour,
            });
        };
        add("compare-hair", parts.hair, HAIR);
        add("compare-pigment", parts.pigment, PIGMENT);
    }
    looks.push(Item::Text(said, SMALL));
    let mut cost = vec![Item::Text(words(&v.cost_two, num), num)];
    if v.cost_goes_on {
        cost.push(Item::Text(
            words(&s.with("compare-then", &[("cost", (&v.cost_year).into())]), small),
            small,
        ));
    }
    if v.over_budget {
        let c = small.coloured(STOP).bold();
        cost.push(Item::Text(words(&s.say("over-budget"), c), c));
    }
    Row::of(vec![
        plan,
        looks,
        vec![Item::Text(words(&v.chance, num), num), Item::Text(words(&s.say("in-hundred"), small), small)],
        vec![
            Item::Text(words(&s.with("figure-percent", &[("n", (&v.feel.median).into())]), num), num),
            Item::Text(words(&range(&v.feel), small), small),
        ],
        cost,
        vec![Item::Text(words(&v.visits.to_string(), num), num), Item::Text(words(&v.hours, small), small)],
    ])
    .tinted(v.leading.then_some(HAIR_PALE))
}

/// What the plan that is shown first is called beside the others.
fn lead_word(s: &Sheet<'_>) -> String {
    s.say(crate::html::lead_word(s.plan.comparison.verdict))
}

/// The key of the bars.
fn key(s: &Sheet<'_>, f: &mut Flow<'_>) {
    let run = |text: String, colour| super::flow::Run { text, weight: super::face::Weight::Bold, colour };
    let soft = |key: &str| words(&format!(" · {}", s.say(key)), SMALL).remove(0);
    let line = vec![
        run(format!("{} · ", s.say("key-hair")), HAIR),
        run(s.say("key-pigment"), PIGMENT),
        soft("key-band"),
        soft("key-ticks"),
    ];
    f.rich(&line, SMALL);
}
