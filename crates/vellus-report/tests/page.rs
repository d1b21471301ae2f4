//! The page through its public door: well-formed, self-contained, complete, honest, the same twice.

mod support;

use support::balance;
use vellus_plan::outcome::Verdict;
use vellus_report::{PictureSet, page};

fn sample() -> String {
    let plan = support::plan();
    page(&plan, &support::pictures(&plan)).unwrap()
}

#[test]
fn tags_balance() {
    assert!(balance(&sample()).unwrap() > 1000);
    assert!(balance("<p><b></p></b>").is_err());
}

#[test]
fn a_plan_without_pictures_is_a_page_too() {
    let plan = support::plan();
    let html = page(&plan, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    assert!(!html.contains("<img src"));
}

#[test]
fn every_strategy_is_there() {
    let plan = support::plan();
    let html = sample();
    for s in &plan.strategies {
        assert!(html.contains(&format!("id=\"plan-{}\"", s.id)), "{}", s.id);
        for m in &s.must_be_true {
            assert!(html.contains(&m.replace('\'', "&#x27;")), "{m}");
        }
    }
    for n in &plan.not_offered {
        assert!(html.contains(&n.reason));
    }
    assert!(html.contains("No trial has combined these"));
    assert!(html.contains("not a promise"));
}

#[test]
fn nothing_is_loaded_from_outside() {
    let html = sample();
    for door in ["http://", "https://", "//cdn", "@import", "url(http", "<link", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(door), "{door}");
    }
    for (at, _) in html.match_indices("src=\"") {
        assert!(html[at + 5..].starts_with("data:image/"), "{}", &html[at..at + 30]);
    }
}

#[test]
fn what_the_case_says_is_text_and_never_markup() {
    let mut plan = support::plan();
    let nasty = "<script>alert(1)</script>\"'}</style>";
    plan.label = nasty.into();
    plan.person = nasty.into();
    plan.strategies[1].title = nasty.into();
    plan.strategies[1].id = "x\" onload=\"y".into();
    plan.strategies[1].must_be_true = vec![nasty.into()];
    plan.prices.currency = nasty.into();
    plan.findings = vec![nasty.into()];
    let html = page(&plan, &support::pictures(&plan)).unwrap();
    assert!(!html.contains("<script>alert"));
    assert!(!html.contains("onload=\"y"));
    assert_eq!(html.matches("</style>").count(), 1);
    assert_eq!(html.matches("<script>").count(), 1);
    balance(&html).unwrap();
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(sample(), sample());
}

#[test]
fn missing_numbers_are_dashes() {
    let mut plan = support::plan();
    let nan = vellus_plan::outcome::Band { lo: f64::NAN, median: f64::NAN, hi: f64::NAN };
    plan.today_visible_percent = f64::INFINITY;
    for s in &mut plan.strategies {
        s.visible_percent = nan;
        s.texture_percent = nan;
        s.cost.first_two_years = f64::NAN;
        s.noticeable_chance = f64::NAN;
        s.thinning.visible_per_cm2.band = vec![nan; 3];
        s.thinning.terminal_per_cm2.band.clear();
        s.goals.clear();
    }
    plan.months.clear();
    let html = page(&plan, &PictureSet::default()).unwrap();
    balance(&html).unwrap();
    let words = || html.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(!words().any(|w| w == "NaN" || w == "inf"));
}

#[test]
fn an_unknown_is_said_before_the_choice() {
    let mut plan = support::plan();
    plan.contraindications.clear();
    plan.contraindications_asked = false;
    let html = page(&plan, &PictureSet::default()).unwrap();
    let warning = html.find("Not asked yet").unwrap();
    assert!(warning < html.find("id=\"choice\"").unwrap());
}

#[test]
fn the_verdict_is_a_phrase() {
    let mut plan = support::plan();
    for (verdict, phrase) in [
        (Verdict::Leads, "One plan leads"),
        (Verdict::Depends, "It depends"),
        (Verdict::NoneLikely, "None is likely to get there"),
    ] {
        plan.comparison.verdict = verdict;
        assert!(page(&plan, &PictureSet::default()).unwrap().contains(phrase));
    }
}

#[test]
fn pigment_is_never_counted_as_hair() {
    // Under SMP alone the living hair is what it is when nothing is done.
    let plan = support::plan();
    let hair = |id: &str| plan.strategies.iter().find(|s| s.id == id).unwrap().texture_percent.median;
    assert!((hair("nothing") - hair("smp_now")).abs() < 1e-9);
    assert!(sample().contains("hair 36</span> + <span class=\"t-pigment\">pigment"));
}
