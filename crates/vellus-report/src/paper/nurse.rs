//! The part for the nurse: what is asked, drawn, spun, taken and injected.

use vellus_plan::rules::TreatmentKind;

use super::flow::{BODY, FIGURE, Flow, LEDE, SMALL, led, words};
use super::front::safety_of;
use super::ink::{ASK, ASK_PALE, GOOD, INK, STOP};
use super::table::{Item, Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::view::{BenchView, Range};

pub(super) const SECTIONS: &[Section] = &[part];

fn part(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some(b) = &s.bench else { return Ok(()) };
    f.part("nurse", &s.with("part-for", &[("plan", (&b.strategy).into())]), &s.say("part-nurse-title"));
    if b.not_first {
        f.text(&s.with("part-not-first", &[("plan", (&b.strategy).into())]), LEDE);
    }
    safety_of(s, f, |h| h.treatments.contains(&TreatmentKind::Prp));
    ask_first(s, f, b);
    draw(s, f, b);
    spins(s, f, b);
    expect(s, f, b);
    checks(s, f, b);
    inject(s, f, b)?;
    tube(s, f, b)?;
    sure(s, f, b);
    Ok(())
}

/// What is not known yet and has to be asked before blood is drawn.
fn ask_first(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    let open: Vec<&str> = b.checks.iter().filter(|c| c.class != "clear").map(|c| c.ask.as_str()).collect();
    if !open.is_empty() {
        let text = s.raw("prp-ask-first", &[("checks", open.join(" ").into())]);
        f.callout(ASK, ASK_PALE, |f| f.say(&text, BODY.above(0.0)));
    }
}

/// What is drawn, and on which days.
fn draw(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    f.say(
        &s.raw(
            "prp-draw",
            &[
                ("tubes", (b.tubes as usize).into()),
                ("each", (&b.blood_per_tube).into()),
                ("all", (&b.blood).into()),
                ("limit", (&b.limit).into()),
            ],
        ),
        LEDE.above(8.0),
    );
    f.text(&s.with("prp-sessions", &[("dates", b.sessions.join(", ").into())]), BODY);
    let anticoagulant = match &b.anticoagulant_ml {
        Some(ml) => s.with("prp-anticoagulant", &[("what", (&b.anticoagulant).into()), ("ml", ml.into())]),
        None => b.anticoagulant.clone(),
    };
    let rows = [("prp-tube", &b.tube), ("prp-rotor", &b.rotor), ("prp-citrate", &anticoagulant)]
        .map(|(k, v)| Row::of(vec![cell(&s.say(k), BODY.bold()), cell(v, BODY)]));
    f.table(Table { columns: vec![1.6, 6.0], head: Vec::new(), rows: rows.into() });
}

fn spins(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    f.columns(&vec![1.0; b.spins.len().max(1)], 22.0, 6.0, |i, f| {
        let Some(x) = b.spins.get(i) else { return };
        f.small_heading(&x.title);
        let speed = match (&x.rpm, &x.force) {
            (Some(rpm), _) => s.with("prp-rpm", &[("rpm", rpm.into())]),
            (None, Some(g)) => s.with("prp-g", &[("g", g.into())]),
            (None, None) => s.say("prp-no-speed"),
        };
        f.text(&speed, FIGURE);
        let time = match &x.minutes {
            Some(m) => s.with("prp-minutes", &[("minutes", m.into())]),
            None => s.say("prp-no-minutes"),
        };
        f.text(&time, BODY.bold().above(0.0));
        f.text(&x.force_at, SMALL);
        if let (Some(rpm), Some(g)) = (&x.rpm_if_middle, &x.force) {
            f.text(&s.with("prp-if-middle", &[("g", g.into()), ("rpm", rpm.into())]), SMALL);
        }
        let temperature = match &x.temperature {
            Some(t) => s.with("prp-temperature", &[("t", t.into())]),
            None => s.say("prp-no-temperature"),
        };
        f.text(
            &s.with("prp-brake", &[("brake", (&x.brake).into()), ("temperature", temperature.into())]),
            SMALL,
        );
        for t in &x.then {
            f.text(t, BODY);
        }
    });
}

fn expect(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    f.small_heading(&s.say("prp-expect"));
    let band = |r: &Range| s.with("figure-range", &[("lo", (&r.lo).into()), ("hi", (&r.hi).into())]);
    let n = |key: &str, r: &Range| s.with(key, &[("n", (&r.median).into())]);
    let cells = [
        (n("prp-count", &b.count), s.say("prp-count-what"), band(&b.count)),
        (n("prp-volume", &b.volume), s.say("prp-volume-what"), band(&b.volume)),
        (n("prp-total", &b.total), s.say("prp-total-what"), band(&b.total)),
        (n("prp-factor", &b.factor), s.say("prp-factor-what"), band(&b.factor)),
    ];
    f.columns(&[1.25, 1.0, 1.0, 1.0], 14.0, 2.0, |i, f| {
        let (big, what, how) = &cells[i];
        f.text(big, FIGURE);
        f.text(what, SMALL.above(0.0).coloured(INK));
        f.text(how, SMALL.above(0.0));
    });
    let mut honest = if b.enough_count { String::new() } else { format!("{} ", s.say("prp-below")) };
    honest += &s.say("prp-honest");
    f.text(&honest, SMALL.above(5.0));
}

fn checks(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    f.section(&s.say("prp-checks"));
    if !b.asked {
        f.say(&s.raw("prp-not-asked", &[]), BODY.coloured(ASK));
    }
    let rows = b
        .checks
        .iter()
        .map(|c| {
            let colour = match c.class {
                "hit" => STOP,
                "unknown" | "ask" => ASK,
                _ => GOOD,
            };
            Row::of(vec![
                vec![Item::Box(words(&c.ask, BODY), BODY)],
                cell(&c.answer, BODY.bold().coloured(colour)),
                cell(&c.then, BODY),
                cell(&format!("{} ({})", c.source, c.grade), SMALL),
            ])
        })
        .collect();
    let head =
        ["prp-check-ask", "prp-check-known", "prp-check-then", "prp-check-source"].map(|k| (s.say(k), false));
    f.table(Table { columns: vec![3.0, 1.7, 2.6, 2.0], head: head.to_vec(), rows });
    f.text(&s.say("prp-grades"), SMALL);
}

fn inject(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) -> Result<(), ReportError> {
    let mut said = b.verdict.clone();
    if let Some(bald) = &b.bald {
        said.push(s.with("prp-bald", &[("zones", bald.into())]));
    }
    if b.points_all == 0 {
        f.section(&s.say("prp-inject"));
        f.plain_list(&said, BODY);
        return Ok(());
    }
    f.section_on_a_page(&s.say("prp-inject"));
    f.say(
        &s.raw("prp-points", &[("points", (&b.points).into()), ("each", (&b.per_point).into())]),
        LEDE.above(4.0),
    );
    f.rich(&led(&format!("{}.", b.technique), &format!("{}.", b.technique_source), BODY), BODY);
    f.plain_list(&said, BODY.above(4.0));
    if let Some(map) = &b.map {
        f.drawing(map.as_str().unwrap_or_default(), &s.say("prp-map"), 0.74, 330.0)?;
        f.text(&s.with("prp-map-note", &[("date", (&b.made_for).into())]), SMALL);
    }
    let n = BODY.right();
    let mut rows: Vec<Row> = b
        .zones
        .iter()
        .map(|z| {
            let dose = z
                .dose
                .as_ref()
                .map_or_else(|| s.say("prp-waits"), |d| format!("{} ({}–{})", d.median, d.lo, d.hi));
            Row::of(vec![
                cell(&z.name, BODY),
                cell(&z.area, n),
                cell(&z.live, n),
                cell(&z.points, n),
                cell(&z.volume, n),
                cell(&dose, n),
            ])
        })
        .collect();
    let total = n.bold();
    rows.push(Row::of(vec![
        cell(&s.say("prp-all"), BODY.bold()),
        cell(&b.area, total),
        cell("", n),
        cell(&b.points_now.to_string(), total),
        cell(&b.total_volume, total),
        cell(&format!("{} ({}–{})", b.dose.median, b.dose.lo, b.dose.hi), total),
    ]));
    let head =
        ["prp-zone", "prp-zone-area", "prp-zone-live", "prp-zone-points", "prp-zone-volume", "prp-zone-dose"];
    let head = head.iter().enumerate().map(|(i, k)| (s.say(k), i > 0)).collect();
    f.table(Table { columns: vec![2.6, 0.8, 1.4, 1.1, 1.0, 2.0], head, rows });
    f.text(
        &s.with(
            "prp-zones-note",
            &[
                ("each", (&b.per_cm2).into()),
                ("dose", (&b.point_dose.median).into()),
                ("lo", (&b.point_dose.lo).into()),
                ("hi", (&b.point_dose.hi).into()),
            ],
        ),
        SMALL,
    );
    Ok(())
}

fn tube(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) -> Result<(), ReportError> {
    f.section(&s.say("prp-in-the-tube"));
    f.text(&s.say("prp-tube-note"), SMALL);
    f.drawing(b.tube_row.as_str().unwrap_or_default(), &s.say("prp-in-the-tube"), 0.62, 420.0)
}

fn sure(s: &Sheet<'_>, f: &mut Flow<'_>, b: &BenchView) {
    if !b.swings.is_empty() {
        f.section(&s.say("prp-depends"));
        f.text(&s.say("prp-depends-note"), SMALL);
        let rows = b
            .swings
            .iter()
            .map(|x| {
                Row::of(vec![
                    cell(&x.what, BODY),
                    cell(
                        &s.with("prp-depends-span", &[("from", (&x.from).into()), ("to", (&x.to).into())]),
                        BODY,
                    ),
                    cell(&format!("{} → {}", x.low, x.high), BODY.right()),
                ])
            })
            .collect();
        let head = [("prp-depends-what", false), ("prp-depends-range", false), ("prp-depends-factor", true)]
            .map(|(k, r)| (s.say(k), r));
        f.table(Table { columns: vec![3.0, 3.0, 1.6], head: head.to_vec(), rows });
    }
    if !b.assumed.is_empty() {
        f.small_heading(&s.say("assumed-title"));
        let rows = b.assumed.iter().map(|a| Row::of(vec![cell(&a.0, BODY), cell(&a.1, BODY)])).collect();
        f.table(Table { columns: vec![3.0, 4.6], head: Vec::new(), rows });
        f.text(&s.say("prp-count-your-own"), SMALL);
    }
}
