//! The part for the person: what it would look like, what it takes, how sure it is, what comes next.

use vellus_plan::outcome::{GoalOutcome, GoalStatus, StrategyOutcome};

use super::compare::compare;
use super::figure::Shown;
use super::flow::{BODY, Flow, LEDE, SMALL, Style, words};
use super::front::{figures, verdict_words};
use super::futures::{area, trade, waits};
use super::ink::{ASK, ASK_PALE, Colour, GOOD, HAIR, SOFT, STOP};
use super::table::{Item, Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::html::{summary, with_dates};
use crate::view::futures::status;
use crate::view::{flag, moments, strip_view};
use crate::words::{capital, date, moment, of_hundred, view};

pub(super) const SECTIONS: &[Section] =
    &[first_page, compare, trade, watch_out, looks, charts, area, calendar, waits, zones, close_ups];

/// How a goal stands, and its colour.
pub(super) fn standing(s: &Sheet<'_>, g: &GoalOutcome) -> (String, Colour) {
    let colour = match g.status {
        GoalStatus::Pass => GOOD,
        GoalStatus::Likely => HAIR,
        GoalStatus::Open => ASK,
        GoalStatus::Fail => STOP,
    };
    (s.say(status(g.status)), colour)
}

/// The goals of a strategy with how they stand.
pub(super) fn goals(s: &Sheet<'_>, f: &mut Flow<'_>, o: &StrategyOutcome) {
    if o.goals.is_empty() {
        f.text(&s.say("goals-none"), BODY);
        return;
    }
    let rows = o
        .goals
        .iter()
        .map(|g| {
            let (stands, colour) = standing(s, g);
            let mut how = vec![Item::Text(words(&of_hundred(g.chance), BODY), BODY)];
            if g.by_mechanism.len() > 1 {
                let by: Vec<String> = g
                    .by_mechanism
                    .iter()
                    .rev()
                    .map(|(m, p)| format!("{m} {}", crate::words::hundred(*p)))
                    .collect();
                how.push(Item::Text(words(&by.join(" · "), SMALL), SMALL));
            }
            Row::of(vec![
                cell(&capital(&g.title), BODY),
                cell(&date(g.by), BODY),
                how,
                vec![Item::Spot(colour, words(&stands, BODY.bold().coloured(colour)), BODY)],
            ])
        })
        .collect();
    let head = ["goals-head-goal", "goals-head-by", "goals-head-met", "goals-head-stands"]
        .map(|k| (s.say(k), false));
    f.table(Table { columns: vec![4.4, 1.5, 2.3, 1.6], head: head.to_vec(), rows });
    f.text(&s.say("goals-key"), SMALL);
}

/// What has to be read on one page: the answer, the pictures, goals, conditions, the next days.
fn first_page(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    f.part("person", &s.say("part-person-eyebrow"), &s.say("part-person-title"));
    super::front::safety(s, f)?;
    let Some((o, v)) = s.leading() else {
        f.text(&s.say("no-plan"), LEDE);
        return Ok(());
    };
    f.text(&format!("{}. {}", verdict_words(s), summary(s.plan)), LEDE.above(8.0));
    if s.plan.quick {
        f.say(&s.raw("quick", &[]), BODY.coloured(ASK));
    }
    row_of_pictures(s, f, o)?;
    figures(s, f)?;
    f.text(&s.say("figures-note"), SMALL);
    f.small_heading(&s.say("person-goals"));
    goals(s, f, o);
    let next: Vec<_> = o.events.iter().take(4).collect();
    let must = &v.must_be_true;
    f.columns(&[1.0, 1.0], 22.0, 4.0, |i, f| {
        if i == 0 {
            f.small_heading(&s.say("person-must"));
            f.plain_list(must, BODY.above(2.0));
        } else if !next.is_empty() {
            f.small_heading(&s.say("person-next"));
            for e in &next {
                f.rich(&super::flow::led(&date(e.date), &e.title, BODY), BODY.above(2.0));
            }
        }
    });
    if !s.plan.comparison.depends_on.is_empty() {
        f.small_heading(&s.say("person-decide"));
        let all: Vec<String> = s.plan.comparison.depends_on.iter().map(|d| with_dates(s.plan, d)).collect();
        f.plain_list(&all, BODY.above(2.0));
    }
    f.text(&s.say("person-yours"), SMALL.above(8.0));
    Ok(())
}

/// The view that shows most, over the dates.
fn row_of_pictures(s: &Sheet<'_>, f: &mut Flow<'_>, o: &StrategyOutcome) -> Result<(), ReportError> {
    let Some(best) = strip_view(s.plan, s.pictures) else { return Ok(()) };
    let shown: Vec<Shown<'_>> = moments(s.plan, o)
        .into_iter()
        .filter_map(|(m, title)| s.pictures.sheet(&o.id, &best, m).map(|p| (title, p)))
        .map(|(title, p)| Shown { picture: Some(p), alt: alt(s, p, &o.title), caption: title })
        .collect();
    if shown.is_empty() {
        return Ok(());
    }
    let n = shown.len().max(4);
    f.pictures(&shown, n, 8.0)?;
    f.text(&s.with("pictures-simulated", &[("plan", (&o.title).into())]), SMALL);
    Ok(())
}

pub(super) fn alt(s: &Sheet<'_>, p: &crate::picture::Picture, title: &str) -> String {
    let seen = if p.caption.is_empty() {
        format!("{}, {}", view(&p.view), moment(&p.moment).to_lowercase())
    } else {
        p.caption.clone()
    };
    s.with("picture-alt", &[("plan", title.into()), ("seen", seen.into())])
}

fn watch_out(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, v)) = s.leading() else { return Ok(()) };
    let mut all = o.warnings.clone();
    if let Some(dark) = &v.too_dark {
        all.push(s.with("too-dark", &[("futures", dark.into())]));
    }
    if let Some(stranded) = &v.stranded {
        all.push(s.with("stranded", &[("futures", stranded.into())]));
    }
    if !all.is_empty() {
        f.callout(ASK, ASK_PALE, |f| {
            f.text(&s.say("watch-out"), BODY.bold().coloured(ASK).above(0.0));
            f.plain_list(&all, BODY.above(2.0));
        });
    }
    Ok(())
}

/// Every view at every date.
fn looks(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    let mut views: Vec<&str> = Vec::new();
    for p in s.pictures.sheets.iter().filter(|p| p.strategy == o.id || p.strategy.is_empty()) {
        if !views.contains(&p.view.as_str()) {
            views.push(&p.view);
        }
    }
    if views.is_empty() {
        return Ok(());
    }
    f.section(&s.with("looks-title", &[("plan", (&o.title).into())]));
    f.lead_in(&s.say("looks-note"), SMALL);
    let dates = moments(s.plan, o);
    for v in views {
        let shown: Vec<Shown<'_>> = dates
            .iter()
            .filter_map(|(m, title)| s.pictures.sheet(&o.id, v, m).map(|p| (title, p)))
            .map(|(title, p)| Shown {
                picture: Some(p),
                alt: alt(s, p, &o.title),
                caption: format!("{}: {title}", view(v)),
            })
            .collect();
        f.pictures(&shown, dates.len(), 8.0)?;
    }
    Ok(())
}

fn charts(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, _)) = s.leading() else { return Ok(()) };
    f.section(&s.say("charts-title"));
    let seen = crate::chart::visible(s.plan, o, flag(s.plan, &o.goals, false));
    let felt = crate::chart::terminal(s.plan, o, flag(s.plan, &o.goals, true));
    let mut failed = Ok(());
    f.columns(&[1.0, 1.0], 20.0, 4.0, |i, f| {
        let (title, note, svg) = if i == 0 {
            ("chart-seen", "chart-seen-note", &seen)
        } else {
            ("chart-felt", "chart-felt-note", &felt)
        };
        f.text(&s.say(title), BODY.bold().above(0.0));
        f.text(&s.say(note), SMALL.above(0.0));
        if let Err(e) = f.drawing(svg, &s.say(title), 1.0, 300.0) {
            failed = Err(e);
        }
    });
    failed?;
    f.text(&s.say(if o.prp.is_some() { "chart-key-prp" } else { "chart-key" }), SMALL.above(4.0));
    Ok(())
}

fn calendar(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((o, v)) = s.leading() else { return Ok(()) };
    if o.events.is_empty() {
        return Ok(());
    }
    f.section(&s.say("calendar-title"));
    f.lead_in(
        &s.with(
            "calendar-costs",
            &[
                ("two", (&v.cost_two).into()),
                ("year", (&v.cost_year).into()),
                ("ten", (&v.cost_ten).into()),
                ("visits", v.visits.into()),
            ],
        ),
        BODY,
    );
    let rows = v
        .events
        .iter()
        .map(|e| {
            let mut what = vec![Item::Text(words(&e.title, BODY.bold()), BODY)];
            if !e.detail.is_empty() {
                what.push(Item::Text(words(&e.detail, SMALL), SMALL));
            }
            Row::of(vec![
                cell(&e.date, BODY),
                what,
                cell(&e.hours, BODY.right()),
                cell(&e.cost, BODY.right()),
            ])
        })
        .collect();
    let head = [
        ("calendar-head-date", false),
        ("calendar-head-what", false),
        ("calendar-head-time", true),
        ("calendar-head-cost", true),
    ]
    .map(|(k, r)| (s.say(k), r));
    f.table(Table { columns: vec![1.6, 6.2, 0.9, 1.1], head: head.to_vec(), rows });
    f.text(&s.say("calendar-note"), SMALL);
    Ok(())
}

fn zones(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((_, v)) = s.leading() else { return Ok(()) };
    if v.zones.is_empty() {
        return Ok(());
    }
    f.section(&s.say("zones-title"));
    f.lead_in(&s.say("zones-note"), SMALL);
    let n = BODY.right();
    let rows = v
        .zones
        .iter()
        .enumerate()
        .map(|(i, z)| {
            let st = |b: Style| if i == 0 { b.bold() } else { b };
            let arrow = |p: &[String; 2]| format!("{} → {}", p[0], p[1]);
            Row::of(vec![
                cell(&z.name, st(BODY)),
                cell(&z.area, st(n)),
                cell(&arrow(&z.terminal), st(n.coloured(HAIR))),
                cell(&arrow(&z.visible), st(n)),
                cell(&format!("{}–{}", z.band.lo, z.band.hi), n.coloured(SOFT)),
                cell(&z.ten, n),
            ])
        })
        .collect();
    let head = [
        "zones-head-zone",
        "zones-head-area",
        "zones-head-terminal",
        "zones-head-visible",
        "zones-head-range",
        "zones-head-ten",
    ];
    let head = head.iter().enumerate().map(|(i, k)| (s.say(k), i > 0)).collect();
    f.table(Table { columns: vec![3.0, 0.8, 1.8, 1.8, 1.2, 1.1], head, rows });
    Ok(())
}

/// Squares of skin.
fn close_ups(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    if s.pictures.close_ups.is_empty() {
        return Ok(());
    }
    f.section(&s.say("skin-title"));
    f.lead_in(&s.say("skin-note"), SMALL);
    let shown: Vec<Shown<'_>> = s
        .pictures
        .close_ups
        .iter()
        .map(|p| Shown {
            picture: Some(p),
            alt: alt(s, p, ""),
            // The rest of what it shows is read out with it.
            caption: format!("{}, {}", view(&p.view), moment(&p.moment).to_lowercase()),
        })
        .collect();
    f.pictures(&shown, 5, 10.0)
}
