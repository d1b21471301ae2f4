//! The part for the practitioner: what is laid, when, with which needle and cup, and in which order.

use vellus_plan::outcome::DotSummary;
use vellus_plan::rules::TreatmentKind;
use vellus_plan::smp_card::SmpCard;

use super::flow::{BODY, Flow, LEDE, SMALL, led, words};
use super::front::safety_of;
use super::ink::{ASK, ASK_PALE, SOFT};
use super::table::{Item, Row, Table, cell};
use super::{Section, Sheet};
use crate::error::ReportError;
use crate::picture::PictureSet;
use crate::view::{SmpView, smp_view};
use crate::words::{date, hours, number};

pub(super) const SECTIONS: &[Section] = &[part];

/// Whether the plan that is shown first lays dots.
pub(super) fn there(s: &Sheet<'_>) -> bool {
    s.leading().is_some_and(|(o, _)| o.dots.is_some())
}

fn part(s: &Sheet<'_>, f: &mut Flow<'_>) -> Result<(), ReportError> {
    let Some((dots, o)) = s.leading().and_then(|(o, _)| o.dots.as_ref().map(|d| (d, o))) else {
        return Ok(());
    };
    f.part(
        "practitioner",
        &s.with("part-for", &[("plan", (&o.title).into())]),
        &s.say("part-practitioner-title"),
    );
    safety_of(s, f, |h| h.treatments.contains(&TreatmentKind::Smp));
    match s.spec.smp {
        Some(card) => {
            let view = smp_view(card, &PictureSet::default());
            first_page(s, f, &view);
            sessions(s, f, &view)?;
            after(s, f, card, &view)
        }
        None => {
            summary(s, f, dots);
            Ok(())
        }
    }
}

fn first_page(s: &Sheet<'_>, f: &mut Flow<'_>, v: &SmpView) {
    f.text(&v.what, LEDE.above(8.0));
    f.text(&v.dense, BODY);
    if let Some(u) = &v.uncertain {
        f.text(u, BODY);
    }
    if !v.warnings.is_empty() {
        f.callout(ASK, ASK_PALE, |f| {
            f.text(&s.say("smp-look-first"), BODY.bold().coloured(ASK).above(0.0));
            f.plain_list(&v.warnings, BODY.above(2.0));
        });
    }
    f.small_heading(&s.say("smp-sessions"));
    let n = BODY.right();
    let rows = v
        .sessions
        .iter()
        .map(|x| {
            let name = if x.touch_up {
                s.with("smp-touch-up", &[("n", x.number.to_string().into())])
            } else {
                x.number.to_string()
            };
            Row::of(vec![
                cell(&name, BODY.bold()),
                cell(&x.date, BODY),
                cell(&x.dots, n),
                cell(&x.hours, n),
                cell(&x.sittings.len().to_string(), n),
                cell(&format!("{} %", x.laid_after), n),
                cell(&x.ink.water.as_ref().map_or_else(|| s.say("smp-no-water"), |w| format!("{w} mL")), n),
                cell(&format!("{} %", x.ink.of_full), n),
            ])
        })
        .collect();
    let head = [
        "smp-head-session",
        "smp-head-date",
        "smp-head-dots",
        "smp-head-time",
        "smp-head-sittings",
        "smp-head-laid",
        "smp-head-water",
        "smp-head-shade",
    ];
    let head = head.iter().enumerate().map(|(i, k)| (s.say(k), i > 1)).collect();
    f.table(Table { columns: vec![1.5, 1.6, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1], head, rows });
    f.text(
        &s.with(
            "smp-depth",
            &[
                ("set", (&v.set_depth).into()),
                ("deposit", (&v.deposit).into()),
                ("healed", (&v.healed).into()),
            ],
        ),
        BODY,
    );
    f.text(&s.say("smp-sheets"), SMALL);
    if !v.assumptions.is_empty() {
        f.small_heading(&s.say("assumed-title"));
        let rows = v
            .assumptions
            .iter()
            .map(|a| Row::of(vec![cell(&a[0], SMALL), cell(&a[1], BODY), cell(&a[2], SMALL)]))
            .collect();
        f.table(Table { columns: vec![2.4, 2.6, 5.0], head: Vec::new(), rows });
    }
    if !v.findings.is_empty() {
        f.plain_list(&v.findings, BODY.above(4.0));
    }
}

/// A page for each session.
fn sessions(s: &Sheet<'_>, f: &mut Flow<'_>, v: &SmpView) -> Result<(), ReportError> {
    for x in &v.sessions {
        f.section_on_a_page(&format!("{} · {}", x.title, x.date));
        f.text(
            &s.with(
                "smp-session-line",
                &[
                    ("dots", (&x.dots).into()),
                    ("hours", (&x.hours).into()),
                    ("sittings", x.sittings.len().into()),
                    ("laid", (&x.laid_after).into()),
                ],
            ),
            LEDE.above(2.0),
        );
        let map = x.map.as_str().unwrap_or_default().to_owned();
        let mut failed = Ok(());
        f.columns(&[1.0, 1.15], 20.0, 4.0, |i, f| {
            if i == 1 {
                f.small_heading(&s.say("smp-order"));
                f.text(&format!("{}.", x.travel), SMALL);
                if let Err(e) = f.drawing(&map, &s.say("smp-order"), 1.0, 360.0) {
                    failed = Err(e);
                }
                return;
            }
            f.small_heading(&s.say("smp-needle"));
            for n in &x.needles {
                let rest = format!(
                    "({}) {}: {}",
                    n.what,
                    n.place,
                    s.with("smp-dots", &[("dots", (&n.dots).into())])
                );
                f.rich(&led(&n.name, &rest, BODY), BODY.above(2.0));
            }
            f.text(
                &s.with("smp-set", &[("set", (&v.set_depth).into()), ("deposit", (&v.deposit).into())]),
                SMALL,
            );
            f.small_heading(&s.say("smp-cup"));
            let water = match &x.ink.water {
                Some(w) => s.with("smp-water", &[("water", w.into())]),
                None => s.say("smp-as-it-comes"),
            };
            f.text(&water, BODY.bold().above(2.0));
            let lot = x.ink.lot.clone().unwrap_or_else(|| "____________".into());
            f.text(
                &s.with(
                    "smp-pigment",
                    &[("pigment", (&x.ink.pigment).into()), ("base", x.ink.base.into()), ("lot", lot.into())],
                ),
                BODY.above(1.0),
            );
            f.text(&format!("{}.", x.ink.why), SMALL.above(1.0));
            f.small_heading(&s.say("smp-zones"));
            for z in &x.zones {
                f.rich(&led(&z.dots, &z.name, BODY), BODY.above(0.0));
            }
            if x.sittings.len() > 1 {
                f.small_heading(&s.say("smp-head-sittings"));
                for t in &x.sittings {
                    let rest = format!(
                        "{}, {}, {}",
                        t.fields,
                        s.with("smp-dots", &[("dots", (&t.dots).into())]),
                        t.hours
                    );
                    f.rich(&led(&t.number.to_string(), &rest, BODY), BODY.above(2.0));
                }
            }
        });
        failed?;
        fields(s, f, x);
        f.small_heading(&s.say("smp-supplies"));
        let third = x.supplies.len().div_ceil(3).max(1);
        f.columns(&[1.0; 3], 16.0, 0.0, |i, f| {
            let own = x.supplies.iter().skip(i * third).take(third);
            let rows = own
                .map(|t| {
                    let text = led(&t.quantity, &t.item, BODY);
                    Row::of(vec![vec![Item::Box(text, BODY)]])
                })
                .collect();
            f.table(Table { columns: vec![1.0], head: Vec::new(), rows });
        });
        f.small_heading(&s.say("smp-done"));
        f.columns(&[1.0; 4], 14.0, 0.0, |i, f| {
            let names = [
                ["smp-done-date", "smp-done-depth"],
                ["smp-done-lot", "smp-done-dots"],
                ["smp-done-water", "smp-done-left"],
                ["smp-done-needle", "smp-done-by"],
            ][i];
            for n in names {
                f.blank_line(&s.say(n), 18.0);
            }
        });
    }
    Ok(())
}

/// The fields in the order of work, in columns.
fn fields(s: &Sheet<'_>, f: &mut Flow<'_>, x: &crate::view::SessionView) {
    if x.fields.is_empty() {
        return;
    }
    f.small_heading(&s.say("smp-fields"));
    const COLUMNS: usize = 3;
    let each = x.fields.len().div_ceil(COLUMNS);
    f.columns(&[1.0; COLUMNS], 16.0, 2.0, |i, f| {
        let own = x.fields.iter().skip(i * each).take(each);
        for t in own {
            let text = vec![
                words(&format!("{} ", t.number), SMALL.bold()).remove(0),
                words(&format!("{} ", t.place), SMALL).remove(0),
                words(&t.dots, SMALL.bold()).remove(0),
            ];
            f.rich(&text, SMALL.above(0.5));
        }
    });
}

/// Healing, ageing, and how dots and hair stay together.
fn after(s: &Sheet<'_>, f: &mut Flow<'_>, card: &SmpCard, v: &SmpView) -> Result<(), ReportError> {
    f.section_on_a_page(&s.say("smp-after"));
    let rows = v
        .healing
        .iter()
        .map(|h| Row::of(vec![cell(&h.days, BODY.bold()), cell(&h.what, BODY), cell(&h.source, SMALL)]))
        .collect();
    let head = ["smp-heal-days", "smp-heal-what", "smp-heal-source"].map(|k| (s.say(k), false));
    f.table(Table { columns: vec![0.8, 5.6, 2.6], head: head.to_vec(), rows });
    f.small_heading(&s.say("smp-ageing"));
    f.lead_in(&s.say("smp-sources"), SMALL);
    let mut failed = Ok(());
    let chart = crate::ageing_chart::ageing_chart(&card.ageing);
    f.columns(&[1.0, 1.2], 20.0, 2.0, |i, f| {
        if i == 0 {
            let rows = v
                .ageing
                .iter()
                .map(|a| {
                    Row::of(vec![
                        cell(&a.when, BODY),
                        cell(&format!("{} ({}–{})", a.tone.median, a.tone.lo, a.tone.hi), BODY.right()),
                        cell(&a.diameter, BODY.right()),
                    ])
                })
                .collect();
            let head = ["smp-age-after", "smp-age-tone", "smp-age-diameter"];
            let head = head.iter().enumerate().map(|(i, k)| (s.say(k), i > 0)).collect();
            f.table(Table { columns: vec![1.4, 1.6, 1.3], head, rows });
        } else if let Err(e) = f.drawing(&chart, &s.say("smp-ageing"), 1.0, 200.0) {
            failed = Err(e);
        }
    });
    failed?;
    if !v.fit.is_empty() {
        f.small_heading(&s.say("smp-fit"));
        f.text(&s.with("smp-fit-note", &[("threshold", (&v.threshold).into())]), SMALL);
        let rows = v
            .fit
            .iter()
            .map(|z| {
                let two = |a: &str, b: &str| {
                    vec![Item::Text(words(a, BODY), BODY), Item::Text(words(b, SMALL), SMALL)]
                };
                Row::of(vec![
                    two(&z.zone, &s.with("smp-dots", &[("dots", (&z.dots).into())])),
                    cell(&z.after, BODY.right()),
                    two(&z.dark, &z.dark_when),
                    two(&z.thin, &z.thin_when),
                    cell(z.score.as_deref().unwrap_or("–"), BODY.bold().right()),
                ])
            })
            .collect();
        let head = ["smp-fit-zone", "smp-fit-density", "smp-fit-dark", "smp-fit-thin", "smp-fit-score"];
        let head = head.iter().enumerate().map(|(i, k)| (s.say(k), i == 1 || i == 4)).collect();
        f.table(Table { columns: vec![2.2, 1.3, 2.6, 2.6, 0.8], head, rows });
    }
    Ok(())
}

/// What is known without the sheets.
fn summary(s: &Sheet<'_>, f: &mut Flow<'_>, d: &DotSummary) {
    let n = |x: usize| number(x as f64, 0);
    f.text(
        &s.with(
            "smp-summary",
            &[
                ("dots", n(d.dots).into()),
                ("area", number(d.area_cm2, 0).into()),
                ("more", n(d.touch_up_dots).into()),
                ("densest", number(d.densest_per_cm2, 0).into()),
                ("worth", number(d.hairs_per_dot, 2).into()),
            ],
        ),
        LEDE.above(8.0),
    );
    f.small_heading(&s.say("smp-sessions"));
    let right = BODY.right();
    let rows = d
        .sessions
        .iter()
        .map(|x| {
            let name = if x.touch_up {
                s.with("smp-touch-up", &[("n", x.session.to_string().into())])
            } else {
                x.session.to_string()
            };
            let mut zones: Vec<_> = x.by_zone.iter().filter(|z| *z.1 > 0).collect();
            zones.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            let place: Vec<String> = zones
                .iter()
                .map(|(z, k)| format!("{} {}", vellus_plan::subject::zone_name(**z), n(**k)))
                .collect();
            Row::of(vec![
                cell(&name, BODY.bold()),
                cell(&date(x.date), BODY),
                cell(&n(x.dots), right),
                cell(&hours(x.hours), right),
                cell(&x.sittings.to_string(), right),
                cell(&place.join(", "), SMALL.coloured(SOFT)),
            ])
        })
        .collect();
    let head = [
        "smp-head-session",
        "smp-head-date",
        "smp-head-dots",
        "smp-head-time",
        "smp-head-sittings",
        "smp-head-where",
    ];
    let head = head.iter().enumerate().map(|(i, k)| (s.say(k), (2..5).contains(&i))).collect();
    f.table(Table { columns: vec![1.3, 1.5, 1.0, 0.9, 1.0, 4.0], head, rows });
    f.text(&s.say("smp-sheets"), SMALL);
}
