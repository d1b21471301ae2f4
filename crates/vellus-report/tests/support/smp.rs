//! SMP made up for tests: a square scalp, two sessions and a touch-up of a few fields.

use std::collections::BTreeMap;

use jiff::civil::date;
use vellus_head::Zone;
use vellus_pigment::supply::SupplyItem;
use vellus_pigment::target::School;
use vellus_pigment::work_order::{Field, WorkOrder};
use vellus_pigment::{Ink, Needle, Pattern};
use vellus_plan::case::Contraindication;
use vellus_plan::fit::{Drift, ZoneFit};
use vellus_plan::outcome::Band;
use vellus_plan::person::Assumption;
use vellus_plan::rules::{Action, Hit, TreatmentKind};
use vellus_plan::sitting::Sitting;
use vellus_plan::smp_card::{AgeRow, HealingStep, NeedleUse, SessionCard, SmpCard};

pub(crate) fn hit(action: Action) -> Hit {
    Hit {
        rule: "birth & nursing".into(),
        wait_days: (action == Action::Delay).then_some(30.0),
        condition: Contraindication::Pregnancy,
        treatments: vec![TreatmentKind::Smp],
        action,
        reason: "No <needle> before the birth & nursing.".into(),
        source: "a society (A)".into(),
    }
}

fn order(fields: usize) -> WorkOrder {
    WorkOrder {
        fields: (1..=fields)
            .map(|number| {
                let [x, y] =
                    [25.4 * ((number - 1) % 3) as f64 - 25.0, 45.0 - 25.4 * ((number - 1) / 3) as f64];
                Field {
                    number,
                    zone: if y > 0.0 { Zone::Frontal } else { Zone::Vertex },
                    by_zone: BTreeMap::from([(
                        if y > 0.0 { Zone::Frontal } else { Zone::Vertex },
                        100 + number,
                    )]),
                    centre_in_head: [x, 120.0, y],
                    centre_in_map: [x, y],
                    chart_x: -x / 100.0,
                    dots: 100 + number,
                }
            })
            .collect(),
        travel_mm: 25.4 * (fields - 1) as f64,
        rows_mm: 40.0 * (fields - 1) as f64,
    }
}

fn session(number: u8, fields: usize, sittings: usize, water: f64) -> SessionCard {
    let order = order(fields);
    let dots: usize = order.fields.iter().map(|f| f.dots).sum();
    let of = |zone| order.fields.iter().filter(|f| f.zone == zone).map(|f| f.dots).sum::<usize>();
    let cut = fields / sittings;
    let sittings: Vec<Sitting> = (1..=sittings)
        .map(|n| {
            let span = (1 + (n - 1) * cut, if n == sittings { fields } else { n * cut });
            let dots = order.fields[span.0 - 1..span.1].iter().map(|f| f.dots).sum();
            let last_to = order.fields[span.1 - 1].dots;
            Sitting { number: n, fields: span, first_from: 0, last_to, dots, hours: dots as f64 / 500.0 }
        })
        .collect();
    let ink = Ink {
        pigment: "Night <5>".into(),
        lot: (number == 1).then(|| "L-77".into()),
        water_per_pigment: water,
        ..Ink::default()
    };
    SessionCard {
        number,
        date: date(2026, 6, 1).saturating_add(jiff::Span::new().days(14 * i64::from(number))),
        touch_up: number == 3,
        dots,
        laid_after: if number == 1 { 0.4 } else { 1.0 },
        hours: dots as f64 / 500.0,
        sittings,
        by_zone: BTreeMap::from([(Zone::Frontal, of(Zone::Frontal)), (Zone::Vertex, of(Zone::Vertex))]),
        needles: vec![NeedleUse { needle: Needle::single(), dots, place: "everywhere".into() }],
        strength: ink.strength(),
        of_full_shade: if number == 1 { 0.8 } else { 1.0 },
        ink,
        order,
        supplies: vec![
            SupplyItem {
                item: "=HYPERLINK(\"x\"), lot 1".into(),
                quantity: 2.0,
                unit: "pieces".into(),
                why: "+1 spare".into(),
            },
            SupplyItem {
                item: "sterile water".into(),
                quantity: 0.7,
                unit: "mL".into(),
                why: "by syringe".into(),
            },
        ],
    }
}

pub(crate) fn card() -> SmpCard {
    let sessions = vec![session(1, 7, 1, 2.5), session(2, 12, 2, 0.0), session(3, 4, 1, 0.0)];
    SmpCard {
        label: "Case <A> & co".into(),
        person: "man of 41 years, Norwood IV".into(),
        today: date(2026, 5, 12),
        strategy: "smp_now".into(),
        strategy_title: "SMP now".into(),
        program: "vellus test".into(),
        seed: 7,
        contraindications: Vec::new(),
        contraindications_asked: true,
        school: School::Fringe,
        pattern: Pattern::Even,
        full_per_cm2: 210.0,
        match_fringe_per_cm2: 210.0,
        densest_per_cm2: 160.0,
        fringe_per_cm2: 170.0,
        fringe_calibre_um: 72.0,
        hairs_per_dot: 0.81,
        edge: None,
        dots: sessions.iter().filter(|s| !s.touch_up).map(|s| s.dots).sum(),
        wanted: 9000,
        earlier_dots: 12,
        area_cm2: 61.0,
        set_depth_um: 1000.0,
        deposit_depth_um: 220.0,
        healed_um: vec![160.0],
        sessions,
        uncertain: vec![Zone::Vertex],
        fit: vec![ZoneFit {
            zone: Zone::Vertex,
            dots: 500,
            area_cm2: 30.0,
            after_percent: 96.0,
            too_dark: Drift { chance: 0.62, first_month: Some(18.0), median_month: Some(57.0) },
            too_thin: Drift { chance: 0.12, first_month: Some(90.0), median_month: None },
            score: Some(71.0),
        }],
        healing: vec![HealingStep { days: (0, 1), what: "Red.".into(), source: "studios (C)".into() }],
        ageing: [0.08, 5.0, 10.0]
            .into_iter()
            .map(|years| AgeRow {
                years,
                tone_percent: Band {
                    lo: 90.0 - 7.0 * years,
                    median: 93.0 - 6.0 * years,
                    hi: 96.0 - 4.0 * years,
                },
                diameter_um: 160.0 + 4.0 * years,
            })
            .collect(),
        outline: super::prp::outline(),
        warnings: vec!["The hairline is <low>.".into()],
        assumptions: vec![Assumption {
            key: "smp.sun".into(),
            value: "as most people".into(),
            why: "assumption".into(),
        }],
        findings: Vec::new(),
    }
}
