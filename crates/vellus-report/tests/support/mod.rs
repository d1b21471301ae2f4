//! A plan made up for tests and for looking at the page: the numbers are plausible, no model made
//! them.

#![allow(dead_code)]

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use vellus_head::Zone;
use vellus_plan::Plan;
use vellus_plan::area_histogram::AreaHistogram;
use vellus_plan::case::Contraindication;
use vellus_plan::compare::{MeasureNext, PrpFirst, Standing};
use vellus_plan::indicator::Value;
use vellus_plan::outcome::*;
use vellus_plan::person::{Assumption, Prices};
use vellus_plan::rules::{Action, Hit, TreatmentKind};
use vellus_plan::schedule::{Event, EventKind, Wait};
use vellus_plan::subject::Fringe;
use vellus_report::{Picture, PictureSet};

#[path = "markup.rs"]
mod markup;
#[path = "prp.rs"]
pub(crate) mod prp;
#[path = "smp.rs"]
pub(crate) mod smp;

#[allow(unused_imports, reason = "each test binary has this module, and not each asks for it")]
pub(crate) use markup::balance;

const TODAY: Date = date(2026, 5, 12);
const FRINGE: f64 = 168.0;
const ZONES: [(Zone, f64, f64); 5] = [
    (Zone::FrontalHairline, 24.0, 0.8),
    (Zone::FrontotemporalRecess, 18.0, 0.6),
    (Zone::Frontal, 42.0, 1.0),
    (Zone::MidScalp, 51.0, 1.3),
    (Zone::Vertex, 58.0, 0.7),
];

struct Shape {
    id: &'static str,
    title: &'static str,
    idea: &'static str,
    must: &'static [&'static str],
    inference: bool,
    prp: Option<[f64; 2]>,
    drugs: f64,
    graft: f64,
    smp_from: Option<f64>,
    chance: f64,
    cost: [f64; 2],
}

fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            id: "nothing",
            title: "Do nothing",
            idea: "No treatment. The yardstick for all others: what the hair does by itself.",
            must: &[],
            inference: false,
            prp: None,
            drugs: 0.0,
            graft: 0.0,
            smp_from: None,
            chance: 0.0,
            cost: [0.0, 0.0],
        },
        Shape {
            id: "prp_alone",
            title: "PRP alone",
            idea: "Three monthly sessions of PRP, then one every six months. Nothing is drawn; living follicles are given a chance.",
            must: &[
                "Enough follicles in the thin zones are still alive.",
                "You are one of the people PRP helps; about one in five is not (assumption).",
            ],
            inference: false,
            prp: Some([17.0, 6.0]),
            drugs: 0.0,
            graft: 0.0,
            smp_from: None,
            chance: 0.06,
            cost: [1890.0, 560.0],
        },
        Shape {
            id: "smp_now",
            title: "SMP now",
            idea: "Scalp micropigmentation at once, planned on today's hair. Fastest to a finished look; later loss or regrowth is not waited for.",
            must: &[
                "You keep your hair as short as the pictures show, for as long as the pigment lasts.",
                "You accept touch-ups, and a laser as the only way back.",
            ],
            inference: false,
            prp: None,
            drugs: 0.0,
            graft: 0.0,
            smp_from: Some(1.0),
            chance: 0.71,
            cost: [2480.0, 190.0],
        },
        Shape {
            id: "tandem",
            title: "PRP first, then SMP",
            idea: "The tandem: PRP as the preventive try, a count at month six, then SMP planned on the scalp as it is by then. Pigment is laid where hair did not answer.",
            must: &[
                "You can wait half a year before the first dot.",
                "You keep your hair short afterwards.",
                "No trial has combined the two: this order is reasoned, not proven.",
            ],
            inference: true,
            prp: Some([17.0, 6.0]),
            drugs: 0.0,
            graft: 0.0,
            smp_from: Some(8.0),
            chance: 0.78,
            cost: [4370.0, 480.0],
        },
        Shape {
            id: "drugs_prp_smp",
            title: "Drugs and PRP, then SMP with stubble kept",
            idea: "Drugs to hold what is there, PRP to win some back, then fewer dots between real stubble, which gives feel and takes the shine away.",
            must: &[
                "You take the drugs every day for years; gains are lost when they stop.",
                "You tolerate them.",
                "No trial has combined these: the order is reasoned, not proven.",
            ],
            inference: true,
            prp: Some([19.0, 9.0]),
            drugs: 16.0,
            graft: 0.0,
            smp_from: Some(13.0),
            chance: 0.83,
            cost: [5640.0, 890.0],
        },
    ]
}

fn months() -> Vec<f64> {
    (0..=40).map(|i| 3.0 * f64::from(i)).collect()
}

fn rise(m: f64, from: f64, over: f64) -> f64 {
    ((m - from) / over).clamp(0.0, 1.0)
}

/// Hair and pigment at a month; `which` = 0 re-activate, 1 enlarge.
fn level(s: &Shape, m: f64, base: f64, which: usize) -> (f64, f64) {
    let loss = (if s.drugs > 0.0 { 0.06 } else { 0.22 }) * m;
    let wave = s.prp.map_or(0.0, |g| g[which] * rise(m, 1.0, 8.0) * (1.0 - 0.6 * rise(m, 44.0, 40.0)));
    let hair = (base - loss + wave + s.drugs * rise(m, 2.0, 10.0) + s.graft * rise(m, 5.0, 9.0)).max(4.0);
    let pigment = s.smp_from.map_or(0.0, |from| {
        let age = (m - from).max(0.0);
        let since = age % 48.0;
        rise(m, from, 3.0) * (0.84 * FRINGE - 0.93 * (base - 0.22 * from)).max(0.0) * (1.0 - 0.0042 * since)
    });
    (hair, pigment)
}

fn series(s: &Shape, base: f64, f: impl Fn((f64, f64)) -> f64) -> Series {
    let mut out = Series::default();
    for m in months() {
        let two = [f(level(s, m, base, 0)), f(level(s, m, base, 1))];
        let median = 0.5 * (two[0] + two[1]);
        let spread = 2.0 + 0.09 * m.sqrt() * median.sqrt() * 0.9;
        out.band.push(Band {
            lo: (two[0].min(two[1]) - spread).max(0.0),
            median,
            hi: two[0].max(two[1]) + spread,
        });
        if s.prp.is_some() {
            out.by_mechanism.entry("re-activate".into()).or_default().push(two[0]);
            out.by_mechanism.entry("enlarge".into()).or_default().push(two[1]);
        }
    }
    out
}

fn area(s: &Shape, area_cm2: f64, base: f64) -> AreaForecast {
    AreaForecast {
        area_cm2,
        hairs_per_cm2: series(s, base, |(h, _)| h + 31.0),
        terminal_per_cm2: series(s, base, |(h, _)| h),
        hair_visible_per_cm2: series(s, base, |(h, _)| 0.93 * h),
        visible_per_cm2: series(s, base, |(h, p)| 0.93 * h + p),
    }
}

fn events(s: &Shape) -> (Vec<Event>, Vec<SmpSession>) {
    let mut out = Vec::new();
    let mut push = |day: i64, kind, title: &str, detail: &str, hours: f64, cost: f64| {
        out.push(Event {
            day: day as f64,
            date: TODAY.saturating_add(day.days()),
            kind,
            title: title.into(),
            detail: detail.into(),
            hours,
            cost,
        });
    };
    let mut sessions = Vec::new();
    if s.id == "nothing" {
        return (out, sessions);
    }
    push(
        0,
        EventKind::Consultation,
        "Consultation and baseline",
        "History, contraindications, photographs, a count in the thin zones and at the back, before anything is done.",
        1.0,
        90.0,
    );
    if s.drugs > 0.0 {
        push(
            0,
            EventKind::DrugStart,
            "Begin finasteride 1 mg",
            "Every day, for as long as the effect is wanted.",
            0.0,
            0.0,
        );
        push(
            0,
            EventKind::DrugStart,
            "Begin minoxidil 5 %",
            "Every day, for as long as the effect is wanted.",
            0.0,
            0.0,
        );
    }
    if s.prp.is_some() {
        for (k, day) in [2, 32, 63, 366, 548, 731].into_iter().enumerate() {
            push(
                day,
                EventKind::Prp,
                &format!("PRP {} of 6", k + 1),
                "Blood draw, spin, injection over the marked zones. No anti-inflammatory drugs for a week before and after, unless a doctor prescribed them.",
                1.0,
                300.0,
            );
        }
        push(
            183,
            EventKind::Measure,
            "Count and photographs",
            "Same places, same light, same length as today. Below a gain of 22.7 % the eye notices nothing.",
            0.5,
            90.0,
        );
    }
    if let Some(from) = s.smp_from {
        let first = (from * 30.44) as i64;
        for (k, (day, dots)) in [
            (first, 7410usize),
            (first + 14, 9880),
            (first + 28, 7405),
            (first + 28 + 1461, 4300),
            (first + 28 + 2922, 4120),
        ]
        .into_iter()
        .enumerate()
        {
            let touch = k >= 3;
            let hours = (dots as f64 / 4700.0 * 2.0).ceil() / 2.0;
            push(
                day,
                if touch { EventKind::TouchUp } else { EventKind::Smp },
                &if touch { format!("SMP touch-up {}", k - 2) } else { format!("SMP {} of 3", k + 1) },
                "Wash the scalp, shave to the length worn, no alcohol the day before.",
                hours,
                dots as f64 * 0.09,
            );
            let all: f64 = ZONES.iter().map(|z| z.1).sum();
            sessions.push(SmpSession {
                session: k as u8 + 1,
                date: TODAY.saturating_add(day.days()),
                dots,
                hours,
                sittings: 1,
                by_zone: ZONES.iter().map(|(z, a, _)| (*z, (dots as f64 * a / all) as usize)).collect(),
                touch_up: touch,
            });
        }
    }
    out.sort_by(|a, b| a.day.total_cmp(&b.day).then(a.kind.cmp(&b.kind)));
    (out, sessions)
}

fn outcome(s: &Shape) -> StrategyOutcome {
    let base = 71.0;
    let thin = area(s, 193.0, base);
    let at = |series: &Series, k: f64| {
        let b = series.band[8];
        Band { lo: k * b.lo, median: k * b.median, hi: k * b.hi }
    };
    let visible = at(&thin.visible_per_cm2, 100.0 / FRINGE);
    let texture = at(&thin.terminal_per_cm2, 100.0 / FRINGE);
    let today = thin.visible_per_cm2.band[0].median;
    let change = |x: f64| 100.0 * (x / 100.0 * FRINGE / today - 1.0);
    let (events, sessions) = events(s);
    let within_two: Vec<&Event> = events.iter().filter(|e| e.hours > 0.0 && e.day < 731.0).collect();
    let chance = s.chance;
    let mut by = BTreeMap::new();
    if s.prp.is_some() {
        by.insert("re-activate".to_owned(), (chance + 0.07_f64).min(1.0));
        by.insert("enlarge".to_owned(), (chance - 0.07_f64).max(0.0));
    }
    StrategyOutcome {
        id: s.id.into(),
        title: s.title.into(),
        idea: s.idea.into(),
        inference: s.inference,
        must_be_true: s.must.iter().map(|m| (*m).to_owned()).collect(),
        notes: if s.prp.is_some() { vec!["2026-08-03 to 2026-08-21 is off (holiday); what fell there was moved to after it.".into()] } else { vec![] },
        paths: paths(s),
        waits: waits(s),
        budget_chance: Some(if s.cost[0] <= 5000.0 { 0.97 } else { 0.04 }),
        indicators: indicators(s, visible, texture),
        area_histograms: histograms(visible.median / 100.0 * FRINGE),
        warnings: if s.smp_from.is_some() { vec!["The designed hairline is 6 mm lower than the rule for adult men: it may look out of place at 60.".into()] } else { vec![] },
        visits_two_years: within_two.len(),
        hours_two_years: within_two.iter().map(|e| e.hours).sum(),
        events,
        cost: Cost { first_two_years: s.cost[0], per_year_after: s.cost[1], ten_years: s.cost[0] + 8.0 * s.cost[1] },
        within_budget: Some(s.cost[0] <= 5000.0),
        zones: ZONES.iter().map(|(z, a, f)| (*z, area(s, *a, base * f))).collect(),
        hair_visible_percent: Band { lo: 0.93 * texture.lo, median: 0.93 * texture.median, hi: 0.93 * texture.hi },
        texture_percent: texture,
        visible_percent: visible,
        change_percent: Band { lo: change(visible.lo), median: change(visible.median), hi: change(visible.hi) },
        noticeable_chance: match s.id { "nothing" => 0.12, "prp_alone" => 0.22, _ => 0.97 },
        too_dark_chance: if s.id == "smp_now" { 0.09 } else { 0.0 },
        stranded_chance: if s.id == "smp_now" { 0.31 } else { 0.0 },
        finished: date(2027, 12, 1),
        months_to_goal: s.smp_from.map(|m| m + 3.0),
        goals: vec![
            GoalOutcome { title: "visible density in the thinning area at 75 % of the fringe".into(), zone: None, percent_of_fringe: 75.0, hair_only: false, by: date(2028, 5, 12), status: status(chance), likely_percent: 0.9 * visible.median, chance, by_mechanism: by.clone() },
            GoalOutcome { title: "living hair in the thinning area at 50 % of the fringe".into(), zone: None, percent_of_fringe: 50.0, hair_only: true, by: date(2028, 5, 12), status: GoalStatus::Open, likely_percent: 0.9 * texture.median, chance: if s.drugs > 0.0 { 0.64 } else { 0.1 * s.prp.map_or(0.0, |_| 2.0) }, by_mechanism: by },
        ],
        dots: s.smp_from.map(|_| DotSummary { dots: 24_695, touch_up_dots: 8420, area_cm2: 193.0, densest_per_cm2: 152.0, hairs_per_dot: 0.74, sessions, ..DotSummary::default() }),
        prp: s.prp.map(|_| PrpSummary {
            sessions: 6,
            platelets_k_per_ul: Band { lo: 780.0, median: 940.0, hi: 1120.0 },
            concentration_factor: Band { lo: 3.2, median: 3.9, hi: 4.6 },
            recovery: Band { lo: 0.55, median: 0.66, hi: 0.75 },
            volume_ml: Band { lo: 4.8, median: 5.6, hi: 6.3 },
            blood_ml: 27.0,
            area_cm2: 193.0,
            ml_per_cm2: 0.029,
            points: 4,
            injection: prp::injection(),
            notes: vec!["About 940 thousand platelets per µL: below the 1 to 1.5 million that the IADVL recommends. A slower first spin, a smaller final volume or more blood would raise it.".into(), "0.029 mL per cm² is less than the 0.05–0.1 recommended for 193 cm²: more tubes, or the thinnest zones only.".into()],
        }),
        thinning: thin,
    }
}

/// Densities of the histograms.
const LEVELS: [f64; 6] = [0.0, 50.0, 100.0, 150.0, 200.0, 250.0];

fn status(chance: f64) -> GoalStatus {
    match chance {
        c if c >= 0.9 => GoalStatus::Pass,
        c if c >= 0.66 => GoalStatus::Likely,
        c if c > 0.1 => GoalStatus::Open,
        _ => GoalStatus::Fail,
    }
}

fn standing(s: &Shape) -> Standing {
    Standing {
        id: s.id.into(),
        chance: s.chance,
        cost_ten_years: s.cost[0] + 8.0 * s.cost[1],
        regret_chance: if s.smp_from.is_some() { 0.2 } else { 0.0 },
        texture_percent: 40.0,
        visits_two_years: 6.0,
        on_front: s.id != "prp_alone",
        beaten_by: (s.id == "prp_alone").then(|| "nothing".into()),
    }
}

fn paths(s: &Shape) -> Vec<PathOutcome> {
    if s.id != "tandem" {
        return Vec::new();
    }
    let of = |branch: &str, title: &str, met: bool, share: f64| PathOutcome {
        branch: branch.into(),
        title: title.into(),
        decisions: vec![Decided {
            date: date(2026, 11, 16),
            question: "what living hair alone shows in the thinning area rose by at least 23 % by month 6"
                .into(),
            met,
        }],
        share,
        by_mechanism: BTreeMap::from([("re-activate".into(), share), ("enlarge".into(), share)]),
        shown: !met,
        visible_percent: Band { lo: 70.0, median: 81.0, hi: 92.0 },
        events: Vec::new(),
    };
    vec![
        of("not_answered", "PRP ends, and SMP takes its place", false, 0.7),
        of("answered", "PRP is kept up", true, 0.3),
    ]
}

fn waits(s: &Shape) -> Vec<Wait> {
    if s.id != "tandem" {
        return Vec::new();
    }
    vec![Wait {
        what: "PRP upkeep".into(),
        wished: date(2027, 1, 4),
        date: date(2027, 2, 15),
        because: "SMP session 3 of 2027-01-04".into(),
        rule: "smp_to_prp".into(),
        days: 42.0,
        grade: "inference".into(),
        source: "no source gives one".into(),
    }]
}

fn indicators(s: &Shape, visible: Band, texture: Band) -> Vec<Value> {
    let of = |id: &str, moment: &str, band: Band| Value {
        indicator: id.into(),
        zone: None,
        moment: moment.into(),
        band,
        by_mechanism: BTreeMap::new(),
    };
    let mut out = Vec::new();
    for moment in ["today", "after", "year_1", "year_2", "year_5", "year_10"] {
        out.push(of("visible_percent", moment, visible));
        out.push(of("texture_tips_percent", moment, texture));
    }
    let one = |x: f64| Band { lo: x, median: x, hi: x };
    out.push(of("regret_chance", "", one(if s.smp_from.is_some() { 0.2 } else { 0.0 })));
    out.push(of("months_to_look", "", one(120.0)));
    out.push(of("cost_ten_years", "", one(s.cost[0] + 8.0 * s.cost[1])));
    out
}

fn histograms(middle: f64) -> Vec<AreaHistogram> {
    let mut out = Vec::new();
    for moment in ["today", "after", "year_1", "year_5", "year_10"] {
        for zone in [None, Some(Zone::Vertex)] {
            let share = LEVELS.map(|x| {
                let m = 1.0 / (1.0 + ((x - middle) / 20.0).exp());
                Band { lo: 0.9 * m, median: m, hi: (1.1 * m).min(1.0) }
            });
            out.push(AreaHistogram { zone, moment: moment.into(), area_cm2: 58.0, share: share.to_vec() });
        }
    }
    out
}

/// The plan.
pub(crate) fn plan() -> Plan {
    Plan {
        schema_version: 1,
        program: "vellus 0.1.0".into(),
        case_hash: "7d1f9c55b8a1e0c4f2a6d3b7908e1f4c5a2b6d7e8f90123456789abcdef01234".into(),
        seed: 1,
        responses: 64,
        quick: false,
        label: "A-0317".into(),
        person: "man of 36 years, Norwood IV".into(),
        today: TODAY,
        months: months(),
        head: HeadSummary { source: "parametric head fitted to 5 measured lengths".into(), length_mm: 198.0, breadth_mm: 154.0, circumference_mm: 575.0, hair_bearing_cm2: 642.0, thinning_cm2: 193.0, zones_cm2: ZONES.iter().map(|(z, a, _)| (*z, *a)).collect(), follicles: 104_318, units: 49_210 },
        fringe: Fringe { terminal_per_cm2: FRINGE, calibre_um: 71.0, bending_per_cm2: 43.0 },
        today_terminal_per_cm2: 71.0,
        today_visible_percent: 39.3,
        length_worn_mm: 0.5,
        prices: Prices { currency: "EUR".into(), prp_session: 300.0, smp_per_thousand_dots: 90.0, smp_sitting_minimum: 250.0, finasteride_month: 20.0, minoxidil_month: 15.0, graft: 3.5, consultation: 90.0 },
        contraindications: vec![Hit { rule: "blood_thinner".into(), wait_days: None, condition: Contraindication::BloodThinner, treatments: vec![TreatmentKind::Prp, TreatmentKind::Smp, TreatmentKind::Transplant], action: Action::Doctor, reason: "Bleeding must be cleared by the doctor who prescribes the medicine; never stop it for this.".into(), source: "facts S104, S118, S120".into() }],
        contraindications_asked: true,
        found: None,
        histogram_per_cm2: LEVELS.to_vec(),
        bench: Some(prp::bench()),
        scalp_outline: Some(prp::outline()),
        comparison: Comparison {
            verdict: Verdict::Depends,
            leading: "tandem".into(),
            summary: "It depends. “PRP first, then SMP” is shown first: it reaches visible density in the thinning area at 75 % of the fringe by 12 May 2028 in 78 of 100 simulated futures.".into(),
            depends_on: vec!["“SMP now” comes out nearly the same; which to take is a matter of what you mind less.".into(), "No density was measured. A count at the back and in the thinnest zone would narrow every band on this page.".into()],
            standings: shapes().iter().map(standing).collect(),
            prp_first: Some(PrpFirst {
                strategy: "tandem".into(),
                instead_of: Some("smp_now".into()),
                changes_decision: 0.22,
                by_mechanism: BTreeMap::from([("re-activate".into(), 0.31), ("enlarge".into(), 0.13)]),
                dots_spared_percent: Band { lo: 0.0, median: 14.0, hi: 31.0 },
                cost: 990.0,
                months: 7.0,
                look_later_months: Band { lo: 3.0, median: 6.0, hi: 9.0 },
            }),
            measure_next: vec![MeasureNext { what: "terminal hairs per cm², vertex".into(), when: "now".into(), zone: Some(Zone::Vertex), narrows_percent: 17.0 }],
        },
        strategies: shapes().iter().map(outcome).collect(),
        not_offered: vec![NotOffered { id: "transplant_smp".into(), title: "Transplant, then SMP".into(), reason: "transplant is not wanted".into() }],
        assumptions: vec![
            Assumption { key: "hair.measured (occipital_donor)".into(), value: "226 hairs per cm² before any loss".into(), why: "norm for the ancestry (phototrichogram, Loussouarn 2005); people differ by a third, so a count at the back is worth having".into() },
            Assumption { key: "site.prp.tubes".into(), value: "3 tubes".into(), why: "assumption: enough for 5–7 mL of PRP (IADVL) from tubes of about 10 mL".into() },
            Assumption { key: "skin.undertone".into(), value: "neutral".into(), why: "assumption".into() },
        ],
        findings: vec!["The measured head breadth is in the widest two per cent of men: it was taken as given.".into()],
        sources: [("PRP, for", "Kieling 2024, pooled +27.6 hairs/cm² (14.0 to 41.1; heterogeneity 96 %, publication bias); diameter +2.0 µm (−0.9 to 4.9)"), ("PRP, against", "Gressenberger 2020: 30 men, 5 sessions, no improvement"), ("What the eye notices", "Buontempo: 22.66 % or 43 hairs/cm²; Oh 2025: 22.78 % or 42"), ("SMP and PRP together", "no trial has combined them: every tandem plan here is inference")].iter().map(|(w, s)| Source { what: (*w).into(), source: (*s).into() }).collect(),
    }
}

fn placeholder(width: u32, height: u32, density: f64, round: bool) -> Vec<u8> {
    let mut img = image::RgbImage::new(width, height);
    let skin = [224.0, 186.0, 160.0];
    for (x, y, p) in img.enumerate_pixels_mut() {
        let (u, v) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.55);
        let inside = !round || (u / 0.36).powi(2) + (v / 0.42).powi(2) < 1.0;
        let scalp = if round { v < -0.12 } else { (x * 7 + y * 13) % 11 < (11.0 * density * 0.4) as u32 };
        let c = if !inside {
            [238.0, 237.0, 233.0]
        } else if scalp {
            skin.map(|s| s * (1.0 - 0.7 * density))
        } else {
            skin
        };
        *p = image::Rgb(c.map(|x| x as u8));
    }
    let mut out = std::io::Cursor::new(Vec::new());
    img.write_to(&mut out, image::ImageFormat::Png).expect("a small picture");
    out.into_inner()
}

/// Placeholder pictures of every view, moment and strategy.
pub(crate) fn pictures(plan: &Plan) -> PictureSet {
    let mut set = PictureSet::default();
    let picture = |strategy: &str, view: &str, moment: &str, size: (u32, u32), density: f64| Picture {
        strategy: strategy.into(),
        view: view.into(),
        moment: moment.into(),
        caption: String::new(),
        width: size.0,
        height: size.1,
        mime: "image/png",
        bytes: placeholder(size.0, size.1, density, !view.starts_with("close_up")),
    };
    let frames = [("today", 0), ("after", 8), ("year_1", 4), ("year_5", 20), ("year_10", 40)];
    for s in &plan.strategies {
        for view in ["front", "three_quarter", "top", "back"] {
            for (moment, frame) in frames {
                if s.id == "nothing" && moment == "after" {
                    continue;
                }
                set.sheets.push(picture(
                    &s.id,
                    view,
                    moment,
                    (200, 250),
                    s.thinning.visible_per_cm2.band[frame].median / FRINGE,
                ));
            }
        }
    }
    for view in ["front", "top"] {
        for (moment, density) in [
            ("today", 0.39),
            ("session_1", 0.55),
            ("session_2", 0.7),
            ("after", 0.84),
            ("year_5", 0.78),
            ("year_10", 0.8),
        ] {
            set.lead.push(picture("tandem", view, moment, (480, 600), density));
        }
    }
    for (view, moment, density) in [
        ("close_up_vertex", "today", 0.4),
        ("close_up_vertex", "after", 0.84),
        ("close_up_frontal", "today", 0.4),
        ("close_up_frontal", "after", 0.8),
    ] {
        set.close_ups.push(picture("tandem", view, moment, (300, 300), density));
    }
    set
}
