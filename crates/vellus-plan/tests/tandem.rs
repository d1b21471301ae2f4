//! The tandem plan makes sense: decisions, regret, texture, budgets, waits, what is measured next.

use std::path::Path;

use jiff::civil::date;
use vellus_plan::case::{NamedDay, Pace, Refusal, read};
use vellus_plan::forecast::Effort;
use vellus_plan::optimise::{GAP, Search};
use vellus_plan::outcome::{GoalStatus, StrategyOutcome};
use vellus_plan::strategy::{self, Strategy};
use vellus_plan::{Case, Plan, Request, make};

const EFFORT: Effort = Effort { responses: 48, sample_per_group: 80 };

fn example(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("case.toml");
    read::read(&path).unwrap()
}

fn indicators(case: &Case, strategies: Vec<Strategy>, search: Option<Search>) -> Plan {
    with_effort(EFFORT, case, strategies, search)
}

fn with_effort(effort: Effort, case: &Case, strategies: Vec<Strategy>, search: Option<Search>) -> Plan {
    let request = Request {
        case,
        case_text: "test",
        folder: Path::new("."),
        clock: date(2026, 11, 23),
        seed: 1,
        effort,
        quick: true,
        strategies,
        detail: false,
        search,
    };
    make(&request, &mut |_| ()).unwrap().plan
}

fn of<'a>(plan: &'a Plan, id: &str) -> &'a StrategyOutcome {
    plan.strategies.iter().find(|s| s.id == id).unwrap()
}

fn value(s: &StrategyOutcome, id: &str, moment: &str) -> f64 {
    s.indicator(id, moment).unwrap_or_else(|| panic!("{id} {moment}")).band.median
}

#[test]
fn a_decision_sends_each_future_down_its_branch() {
    // The rule of thumb: no answer in the crown, no more PRP.
    let rule = strategy::parse(
        r#"
id = "crown"
title = "PRP, decided by the crown"
idea = "i"
[[step]]
do = "prp"
at_month = 0
sessions = 3
every_days = 30
[[step]]
do = "decide"
at_month = 6
read = "hair_density"
zone = "vertex"
rise_percent = 10
met = "keep"
otherwise = "smp"
[[branch]]
id = "keep"
title = "PRP every six months, SMP in the temples only"
[[branch.step]]
do = "prp_upkeep"
from_month = 12
every_months = 6
until_month = 60
[[branch.step]]
do = "smp"
at_month = 7
sessions = 3
zones = ["frontotemporal_recess"]
[[branch]]
id = "smp"
title = "SMP"
[[branch.step]]
do = "smp"
at_month = 7
sessions = 3
"#,
    )
    .unwrap();
    let p = indicators(&example("01_tandem"), vec![rule], None);
    let s = &p.strategies[0];
    assert_eq!(s.paths.len(), 2);
    let share: f64 = s.paths.iter().map(|b| b.share).sum();
    assert!((share - 1.0).abs() < 1e-9);
    let keep = s.paths.iter().find(|b| b.branch == "keep").unwrap();
    let smp = s.paths.iter().find(|b| b.branch == "smp").unwrap();
    assert!(keep.share > 0.05 && smp.share > 0.05, "{} {}", keep.share, smp.share);
    assert!(keep.decisions[0].met && !smp.decisions[0].met);
    assert!(keep.decisions[0].question.contains("vertex"));
    // Where PRP goes on there are more sessions; where it does not, the crown gets its dots and looks denser.
    let count = |b: &vellus_plan::outcome::PathOutcome| {
        b.events.iter().filter(|e| e.kind == vellus_plan::schedule::EventKind::Prp).count()
    };
    assert!(count(keep) > 6 && count(smp) == 3);
    assert!(smp.visible_percent.median > keep.visible_percent.median);
    assert_eq!(s.paths.iter().filter(|b| b.shown).count(), 1);
    // What is asked on the day stands in the calendar.
    assert!(s.events.iter().any(|e| e.detail.contains("rose by at least 10 %")));
}

#[test]
fn a_rule_that_never_fires_for_this_person_is_told() {
    let mut all = strategy::built_in().unwrap();
    all.retain(|s| s.id == "tandem");
    let text = toml::to_string(&all[0]).unwrap().replace("rise_percent = 23.0", "rise_percent = 290.0");
    let never = strategy::parse(&text).unwrap();
    let p = indicators(&example("01_tandem"), vec![never], None);
    assert!(
        p.strategies[0].warnings.iter().any(|w| w.contains("never fires")),
        "{:?}",
        p.strategies[0].warnings
    );
}

#[test]
fn prp_first_never_wins_for_a_crown_that_is_gone() {
    let mut case = example("02_straight_to_smp");
    case.wishes.refuses.clear();
    case.loss.stage = Some(vellus_hair::pattern::Stage::Norwood7);
    case.budget = Default::default();
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let lead = &p.comparison.leading;
    assert!(lead != "tandem" && lead != "prp_alone", "{lead}");
    let first = p.comparison.prp_first.as_ref().unwrap();
    assert!(first.changes_decision < 0.05, "{first:?}");
    assert!(first.dots_spared_percent.median < 5.0, "{first:?}");
    assert!(first.months > 4.0 && first.cost > 0.0);
    // The crown alone.
    let prp = of(&p, "prp_alone");
    assert!(prp.noticeable_chance < 0.2, "{}", prp.noticeable_chance);
}

#[test]
fn pigment_where_hair_will_regrow_is_regretted_more() {
    // Grafts that grow where the dots are already, against dots between grafts that have grown.
    let order = |smp: f64, graft: f64| {
        strategy::parse(&format!(
            "id='s'\ntitle='t'\nidea='i'\n[[step]]\ndo='transplant'\nat_month={graft}\ngrafts=4500\n[[step]]\ndo='smp'\nat_month={smp}\nsessions=3\n"
        ))
        .unwrap()
    };
    // Loss that stands still, so that nothing is stranded by it.
    let mut case = example("01_tandem");
    case.loss.pace = Some(Pace::Still);
    case.loss.stage = Some(vellus_hair::pattern::Stage::Norwood4);
    case.loss.onset_age_years = None;
    let [before, after] = [(0.5, 8.0), (14.0, 1.0)].map(|(s, g)| indicators(&case, vec![order(s, g)], None));
    let of = |p: &Plan, id: &str| value(&p.strategies[0], id, "");
    assert!(of(&before, "too_dark_chance") > of(&after, "too_dark_chance") + 0.2);
    assert!(of(&before, "regret_chance") > of(&after, "regret_chance") + 0.2);
}

#[test]
fn texture_of_smp_alone_is_nothing() {
    let mut case = example("02_straight_to_smp");
    case.loss.stage = Some(vellus_hair::pattern::Stage::Norwood7);
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let (nothing, smp) = (of(&p, "nothing"), of(&p, "smp_now"));
    for id in ["texture_tips_percent", "texture_stiffness_percent", "shine_percent", "terminal_per_cm2"] {
        for moment in ["after", "year_2", "year_10"] {
            let at = |s: &StrategyOutcome| {
                s.indicators
                    .iter()
                    .filter(|v| v.indicator == id && v.moment == moment)
                    .map(|v| v.band)
                    .collect::<Vec<_>>()
            };
            // "after" is another day for each.
            if moment != "after" {
                assert_eq!(at(nothing), at(smp), "{id} {moment}");
            }
        }
    }
    // What is seen is pigment nearly alone, and nothing of it is felt.
    assert!(value(smp, "pigment_share_percent", "") > 60.0);
    assert!(value(smp, "visible_percent", "year_2") > value(nothing, "visible_percent", "year_2") + 30.0);
    let vertex = smp
        .indicators
        .iter()
        .find(|v| {
            v.indicator == "texture_tips_percent"
                && v.moment == "year_10"
                && v.zone == Some(vellus_head::Zone::MidScalp)
        })
        .unwrap();
    assert!(vertex.band.median < 6.0, "{vertex:?}");
}

#[test]
fn a_higher_budget_never_makes_the_best_plan_worse() {
    let mut last = f64::NEG_INFINITY;
    for budget in [300.0, 1500.0, 4000.0, 20_000.0] {
        let mut case = example("01_tandem");
        case.budget.first_two_years = Some(budget);
        case.budget.per_year = Some(0.3 * budget);
        let p = indicators(&case, strategy::built_in().unwrap(), Some(Search::QUICK));
        let found = p.found.unwrap();
        assert!(found.value >= last - GAP, "{budget}: {} after {last}", found.value);
        last = found.value;
        // No worse than any built-in strategy on futures that it has not seen, within their luck.
        let own = &found.judged[0];
        for j in &found.judged[1..] {
            assert!(own.value >= j.value - 0.06, "{budget}: {own:?} {j:?}");
        }
    }
}

#[test]
fn days_that_the_person_named_and_rules_move_sessions_and_are_told() {
    let mut case = example("01_tandem");
    case.dates.events =
        vec![NamedDay { date: date(2027, 1, 2), until: None, name: "wedding".into(), sun: false }];
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let s = of(&p, "smp_now");
    let wait = s.waits.iter().find(|w| w.rule == "smp_to_event").unwrap_or_else(|| panic!("{:?}", s.waits));
    assert!(wait.because.contains("wedding") && wait.grade == "inference" && wait.date > date(2027, 1, 2));
    let tandem = of(&p, "drugs_prp_smp");
    let smp: Vec<_> =
        tandem.events.iter().filter(|e| e.kind == vellus_plan::schedule::EventKind::Shave).collect();
    assert!(smp.len() >= 3);
    // PRP upkeep keeps off healing pigment by rule.
    let close = strategy::parse("id='s'\ntitle='t'\nidea='i'\n[[step]]\ndo='smp'\nat_month=7\nsessions=3\n[[step]]\ndo='prp_upkeep'\nfrom_month=7\nevery_months=6\nuntil_month=24\n").unwrap();
    let p = indicators(&case, vec![close], None);
    let waits = &p.strategies[0].waits;
    assert!(waits.iter().any(|w| w.rule == "smp_to_prp" || w.rule == "prp_to_smp"), "{waits:?}");
}

#[test]
fn a_site_has_its_own_waits_and_hears_when_they_leave_what_is_published() {
    let text = "schema_version = 1\n[person]\nage_years = 40\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n[loss]\nstage = \"norwood_4\"\n[site.waits_days]\nprp_to_smp = 200\n";
    let case = read::parse(text).unwrap();
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    assert!(p.findings.iter().any(|f| f.contains("200 days") && f.contains("14 and 60")), "{:?}", p.findings);
    let t = of(&p, "tandem");
    let wait = t.waits.iter().find(|w| w.rule == "prp_to_smp").unwrap_or_else(|| panic!("{:?}", t.waits));
    assert!(wait.grade == "site" && wait.days > 199.0, "{wait:?}");
    let e = read::parse(&text.replace("prp_to_smp", "prp_to_smq")).unwrap_err();
    let said = format!("{e} {}", e.hint().unwrap());
    assert!(said.contains("did you mean `prp_to_smp`"), "{said}");
}

#[test]
fn what_no_day_suits_is_left_out_with_the_rule() {
    let mut case = example("01_tandem");
    // A holiday in the sun that does not end stands against a rule.
    case.dates.events = vec![NamedDay {
        date: date(2026, 12, 1),
        until: Some(date(2030, 1, 1)),
        name: "years at the equator".into(),
        sun: true,
    }];
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let left = p.not_offered.iter().find(|n| n.id == "smp_now").unwrap();
    assert!(left.reason.contains("smp_to_sun") && left.reason.contains("equator"), "{}", left.reason);
}

#[test]
fn goals_have_a_status_and_the_best_that_is_likely() {
    let mut case = example("02_straight_to_smp");
    case.goals[0].visible_percent_of_fringe = 120.0;
    case.goals[0].by = date(2027, 9, 1);
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let g = &of(&p, "smp_now").goals[0];
    assert_eq!(g.status, GoalStatus::Fail);
    assert!((20.0..119.0).contains(&g.likely_percent), "{}", g.likely_percent);
    assert!(
        p.comparison.depends_on.iter().any(|d| d.contains("can be called likely")),
        "{:?}",
        p.comparison.depends_on
    );
}

#[test]
fn a_budget_that_fits_nothing_is_said() {
    let mut case = example("01_tandem");
    case.budget.first_two_years = Some(10.0);
    case.budget.per_year = Some(5.0);
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    assert!(
        p.comparison.depends_on.iter().any(|d| d.contains("fits nothing but doing nothing")),
        "{:?}",
        p.comparison.depends_on
    );
    assert!(p.strategies.iter().filter(|s| s.id != "nothing").all(|s| s.budget_chance == Some(0.0)));
}

#[test]
fn what_to_measure_next_and_the_front_are_told() {
    let mut case = example("01_tandem");
    case.wishes.refuses = vec![Refusal::Transplant];
    let p = indicators(&case, strategy::built_in().unwrap(), None);
    let next = &p.comparison.measure_next;
    assert!(!next.is_empty() && next[0].narrows_percent >= next[next.len() - 1].narrows_percent);
    assert!(next.iter().all(|m| (0.0..100.0).contains(&m.narrows_percent)));
    let standing = |id: &str| p.comparison.standings.iter().find(|s| s.id == id).unwrap();
    assert!(standing("nothing").on_front, "nothing is free");
    for s in &p.comparison.standings {
        assert_eq!(s.on_front, s.beaten_by.is_none());
    }
    let h = &of(&p, "smp_now").area_histograms;
    assert_eq!(h.len() % 6, 0);
    // Nothing is done before the first dot; whoever lays none has no such curve.
    let moment = |id: &str, m: &str| {
        of(&p, id)
            .area_histograms
            .iter()
            .find(|h| h.zone.is_none() && h.moment == m)
            .map(|c| c.share[8].median)
    };
    let (today, before) = (moment("smp_now", "today").unwrap(), moment("smp_now", "before_smp").unwrap());
    assert!((today - before).abs() < 0.05, "{today} {before}");
    assert!(moment("drugs_prp_smp", "before_smp").unwrap() > today + 0.02);
    assert!(moment("prp_alone", "before_smp").is_none());
    for curve in h {
        assert_eq!(curve.share.len(), p.histogram_per_cm2.len());
        assert!((curve.share[0].median - 1.0).abs() < 1e-9);
        assert!(curve.share.windows(2).all(|w| w[1].median <= w[0].median + 1e-9));
    }
    // Pigment moves the curve to the right.
    let at = |id: &str| {
        let c = of(&p, id).area_histograms.iter().find(|h| h.zone.is_none() && h.moment == "year_1").unwrap();
        c.share[8].median
    };
    assert!(at("smp_now") > at("nothing") + 0.1, "{} {}", at("smp_now"), at("nothing"));
}

#[test]
fn regress_a_sample_of_follicles_tells_what_all_of_them_do() {
    let of = |sample_per_group: usize| {
        let mut nothing = strategy::built_in().unwrap();
        nothing.retain(|s| s.id == "nothing");
        let effort = Effort { responses: 32, sample_per_group };
        with_effort(effort, &example("03_woman_ludwig"), nothing, None)
    };
    let (some, all) = (of(Effort::FULL.sample_per_group), of(usize::MAX));
    for id in ["visible_percent", "terminal_per_cm2", "calibre_um"] {
        for moment in ["today", "year_2", "year_10"] {
            let at = |p: &Plan| {
                p.strategies[0]
                    .indicators
                    .iter()
                    .find(|v| v.indicator == id && v.moment == moment)
                    .unwrap()
                    .band
            };
            let (s, a) = (at(&some), at(&all));
            for (s, a) in [(s.lo, a.lo), (s.median, a.median), (s.hi, a.hi)] {
                assert!((s / a - 1.0).abs() < 0.06, "{id} {moment}: {s} of {a}");
            }
        }
    }
}
