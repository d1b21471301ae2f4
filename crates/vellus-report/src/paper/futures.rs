//! Strategies beside each other and what their futures come to: the trade-off, what trying PRP first is worth,
//! what to measure next, branches, the density–area histogram, the indicators, what rules moved.

use super::Sheet;
use super::flow::{BODY, Flow, SMALL, words};
use super::table::{Item, Row, Table, cell};
use crate::error::ReportError;
use crate::texts::Fill;
use crate::view::futures::{area_svg, futures};
use crate::view::trade_off::{front_svg, trade_off};

/// Tallest a chart of the trade-off and of a histogram may be, points.
const TRADE: f32 = 380.0;
const AREA: f32 = 560.0;

/// What one would trade between strategies, and what trying PRP first is worth.
pub(super) fn trade(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let t = trade_off(s.plan);
    if let Some(svg) = front_svg(s.plan) {
        f.section_on_a_page(&s.say("trade-title"));
        f.lead_in(&s.say("trade-note"), SMALL);
        f.drawing(&svg, &s.say("trade-title"), 0.62, TRADE)?;
    }
    if let Some(p) = &t.prp_first {
        f.small_heading(&s.say("prp-first-title"));
        f.say(&s.raw("prp-first-lede", &[("n", (&p.changes).into())]), BODY);
        let row = |key: &str, value: &str| Row::of(vec![cell(&s.say(key), BODY), cell(value, BODY.bold())]);
        f.table(Table {
            columns: vec![4.0, 1.6],
            head: Vec::new(),
            rows: vec![
                row("prp-first-spared", &p.spared),
                row("prp-first-cost", &p.cost),
                row("prp-first-months", &p.months),
                row("prp-first-later", &p.later),
            ],
        });
        f.text(&s.say("prp-first-note"), SMALL);
    }
    if !t.next.is_empty() {
        f.small_heading(&s.say("next-title"));
        for m in &t.next {
            let fills: [(&str, Fill); 3] =
                [("what", (&m.what).into()), ("when", (&m.when).into()), ("n", (&m.narrows).into())];
            f.say(&s.raw("next-row", &fills), BODY);
        }
    }
    if !t.found.is_empty() {
        f.small_heading(&s.say("found-title"));
        f.plain_list(&t.found, BODY.above(2.0));
    }
    Ok(())
}

/// Where the count may lead, and how much of the scalp looks how dense under the leading strategy.
pub(super) fn area(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    let view = futures(s.plan, o);
    if !view.branches.is_empty() {
        f.section(&s.say("branches-title"));
        for b in &view.branches {
            let shown = if b.shown { format!(" ({})", s.say("branches-shown")) } else { String::new() };
            let share = s.with("branches-row", &[("share", (&b.share).into())]);
            f.text(&format!("{}{shown}: {share}. {}", b.title, b.when.join(". ")), BODY);
        }
    }
    if let Some(svg) = area_svg(s.plan, o) {
        f.section_on_a_page(&s.say("area-title"));
        f.lead_in(&s.say("area-note"), SMALL);
        f.drawing(&svg, &s.say("area-title"), 0.72, AREA)?;
    }
    Ok(())
}

/// Every indicator of the leading strategy.
pub(super) fn indicators(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    let view = futures(s.plan, o);
    if view.local.is_empty() {
        return Ok(());
    }
    f.section(&s.say("indicators-title"));
    f.text(&s.say("indicators-note-paper"), SMALL);
    let name = |title: &str, unit: &str, better: &str| {
        vec![
            Item::Text(words(title, BODY), BODY),
            Item::Text(words(format!("{unit} {better}").trim(), SMALL), SMALL),
        ]
    };
    let rows = view
        .local
        .iter()
        .map(|i| {
            let mut cells = vec![name(&i.title, &i.unit, i.better)];
            cells.extend(i.values.iter().map(|v| cell(v, SMALL)));
            Row::of(cells)
        })
        .collect();
    let head = [
        ("indicators-name", false),
        ("today", false),
        ("indicators-two", false),
        ("indicators-five", false),
        ("indicators-ten", false),
    ]
    .map(|(k, right)| (s.say(k), right));
    f.table(Table { columns: vec![2.2, 1.6, 1.6, 1.6, 1.6], head: head.to_vec(), rows });
    let rows = view
        .whole
        .iter()
        .map(|i| Row::of(vec![name(&i.title, &i.unit, i.better), cell(&i.values.join(" "), BODY)]))
        .collect();
    f.table(Table { columns: vec![3.4, 3.0], head: Vec::new(), rows });
    Ok(())
}

/// What rules moved, with their grade and source.
pub(super) fn waits(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    let view = futures(s.plan, o);
    if view.waits.is_empty() {
        return Ok(());
    }
    f.section(&s.say("waits-title"));
    for w in &view.waits {
        let ours = if w.inference { format!(" [{}]", s.say("waits-inference")) } else { String::new() };
        f.text(&format!("{} {}: {}.{ours}", w.what, w.moved, w.because), BODY);
        f.text(&w.rule, SMALL);
    }
    Ok(())
}
