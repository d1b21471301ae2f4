//! Plans make sense: what a careful reader would check by hand.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::date;
use vellus_plan::case::{Contraindication, Pace, Refusal, read};
use vellus_plan::forecast::Effort;
use vellus_plan::outcome::{StrategyOutcome, Verdict};
use vellus_plan::schedule::{EventKind, days_between};
use vellus_plan::{Case, Planned, Request, make, strategy};

const EFFORT: Effort = Effort { responses: 16, sample_per_group: 80 };

fn example(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("case.toml");
    read::read(&path).unwrap()
}

fn plan(case: &Case) -> Planned {
    let request = Request {
        case,
        case_text: "test",
        folder: Path::new("."),
        clock: date(2026, 11, 23),
        seed: 1,
        effort: EFFORT,
        quick: true,
        strategies: strategy::built_in().unwrap(),
        detail: true,
        search: None,
    };
    make(&request, &mut |_| ()).unwrap()
}

fn tandem() -> &'static Planned {
    static PLANNED: OnceLock<Planned> = OnceLock::new();
    PLANNED.get_or_init(|| plan(&example("01_tandem")))
}

fn of<'a>(planned: &'a Planned, id: &str) -> &'a StrategyOutcome {
    planned.plan.strategies.iter().find(|s| s.id == id).unwrap()
}

#[test]
fn all_six_strategies_are_planned_and_one_is_shown_first() {
    let p = &tandem().plan;
    assert_eq!(p.strategies.len(), 6);
    assert!(p.strategies.iter().any(|s| s.id == p.comparison.leading));
    for s in &p.strategies {
        assert_eq!(s.thinning.visible_per_cm2.band.len(), p.months.len());
        for b in &s.thinning.visible_per_cm2.band {
            assert!(b.lo <= b.median && b.median <= b.hi && b.lo >= 0.0, "{b:?}");
        }
    }
}

#[test]
fn pigment_is_never_counted_as_hair() {
    let p = tandem();
    let (nothing, smp) = (of(p, "nothing"), of(p, "smp_now"));
    assert_eq!(nothing.thinning.terminal_per_cm2, smp.thinning.terminal_per_cm2);
    assert_eq!(nothing.texture_percent, smp.texture_percent);
    assert!(smp.visible_percent.median > nothing.visible_percent.median + 10.0);
}

#[test]
fn treatment_helps_hair_and_two_mechanisms_are_told_apart() {
    let p = tandem();
    let (nothing, drugs) = (of(p, "nothing"), of(p, "drugs_prp_smp"));
    assert!(drugs.texture_percent.median > nothing.texture_percent.median + 5.0);
    let by = &of(p, "prp_alone").thinning.terminal_per_cm2.by_mechanism;
    assert_eq!(by.keys().collect::<Vec<_>>(), ["enlarge", "re-activate"]);
    assert!(nothing.thinning.terminal_per_cm2.by_mechanism.is_empty());
}

#[test]
fn dates_keep_their_distance_and_avoid_days_off() {
    let p = tandem();
    let off = (date(2027, 7, 3), date(2027, 7, 24));
    for s in &p.plan.strategies {
        for pair in s.events.windows(2) {
            assert!(pair[0].day <= pair[1].day);
        }
        let chair: Vec<_> =
            s.events.iter().filter(|e| e.hours > 0.0 && e.kind != EventKind::Consultation).collect();
        for e in &chair {
            assert!(!(off.0..=off.1).contains(&e.date), "{} on {}", e.title, e.date);
            assert_ne!(e.date.weekday(), jiff::civil::Weekday::Sunday, "{}", e.title);
        }
        for smp in chair.iter().filter(|e| e.kind == EventKind::Smp) {
            for prp in chair.iter().filter(|e| e.kind == EventKind::Prp) {
                let gap = days_between(prp.date, smp.date);
                // 30 days before a first dot, 42 days of healing after one.
                assert!(gap >= 29.0 || gap <= -42.0, "{}: {} to {}", s.id, prp.date, smp.date);
            }
        }
    }
}

#[test]
fn dots_stay_behind_the_hairline_and_clear_of_living_units() {
    let p = tandem();
    let k = p.plan.strategies.iter().position(|s| s.id == "smp_now").unwrap();
    let course = &p.courses[k];
    assert!(course.dots.len() > 3000, "{}", course.dots.len());
    let moment = course.moments.iter().find(|m| m.name == "session_1").unwrap();
    let mut grid: HashMap<[i32; 3], Vec<[f32; 3]>> = HashMap::new();
    let cell = |q: [f32; 3]| q.map(|c| c.floor() as i32);
    for (i, unit) in course.scalp.follicles.unit.iter().enumerate() {
        if moment.hair.calibre_um[i] >= 30.0 {
            let q = course.scalp.ground.position[*unit as usize];
            grid.entry(cell(q)).or_default().push(q);
        }
    }
    let first_course = course.dots.session.iter().filter(|s| **s <= 3).count();
    for i in 0..first_course {
        let q = course.dots.position[i];
        let at = glam::DVec2::from_array(course.dots.chart[i].map(f64::from));
        assert!(p.subject.hairline.contains(at), "a dot in front of the hairline");
        let c = cell(q);
        for n in 0..27 {
            let near = [c[0] + n % 3 - 1, c[1] + n / 3 % 3 - 1, c[2] + n / 9 - 1];
            for h in grid.get(&near).into_iter().flatten() {
                let d = (0..3).map(|k| (q[k] - h[k]) * (q[k] - h[k])).sum::<f32>().sqrt();
                assert!(d >= 0.279, "a dot {d} mm from a living unit");
            }
        }
    }
}

#[test]
fn sessions_lay_thirty_seventy_and_a_hundred_per_cent() {
    let dots = of(tandem(), "smp_now").dots.as_ref().unwrap();
    let first: Vec<f64> = dots.sessions.iter().filter(|s| !s.touch_up).map(|s| s.dots as f64).collect();
    assert_eq!(first.len(), 3);
    let all: f64 = first.iter().sum();
    assert!((first[0] / all - 0.3).abs() < 0.02 && (first[1] / all - 0.4).abs() < 0.02, "{first:?}");
}

#[test]
fn a_far_advanced_crown_is_not_promised_back_by_prp() {
    let mut case = example("02_straight_to_smp");
    case.wishes.refuses.clear();
    let p = plan(&case);
    assert_ne!(p.plan.comparison.leading, "prp_alone");
    let prp = of(&p, "prp_alone");
    assert!(prp.goals[0].chance < 0.2, "{}", prp.goals[0].chance);
}

#[test]
fn smp_leads_for_a_bald_head_that_wants_only_the_look_and_the_nearest_leads_where_none_is_likely() {
    let case = example("02_straight_to_smp");
    let p = plan(&case);
    assert_eq!(p.plan.comparison.leading, "smp_now", "{}", p.plan.comparison.summary);
    // What is laid is what was meant to match the fringe: dots and what they are worth make up its density.
    let dots = of(&p, "smp_now").dots.as_ref().unwrap();
    let laid = dots.full_per_cm2 * dots.hairs_per_dot;
    let fringe = p.subject.fringe.terminal_per_cm2;
    assert!((laid / fringe - 1.0).abs() < 0.02, "{laid} {fringe}");
    // Free but hopeless against dear and nearer: what comes nearer is shown, and said to be unlikely.
    let mut worse = p.plan.strategies.clone();
    for s in &mut worse {
        let chance = if s.id == "smp_now" { 0.2 } else { 0.12 };
        for g in &mut s.goals {
            g.chance = chance;
            for c in g.by_mechanism.values_mut() {
                *c = chance;
            }
        }
    }
    let compared = vellus_plan::compare::compare(&worse, &p.subject.person);
    assert_eq!((compared.verdict, compared.leading.as_str()), (Verdict::NoneLikely, "smp_now"));
}

#[test]
fn what_is_refused_or_forbidden_is_left_out_with_its_reason() {
    let mut case = example("01_tandem");
    case.wishes.refuses = vec![Refusal::Prp, Refusal::Transplant];
    case.contraindications = Some(vec![Contraindication::PigmentAllergy]);
    let p = plan(&case);
    assert_eq!(p.plan.strategies.len(), 1);
    assert_eq!(p.plan.strategies[0].id, "nothing");
    assert_eq!(p.plan.not_offered.len(), 5);
    assert!(p.plan.not_offered.iter().any(|n| n.reason.contains("Allergy")));
}

#[test]
fn who_wears_the_hair_long_is_not_told_to_shave() {
    let p = plan(&example("03_woman_ludwig"));
    let long = of(&p, "smp_now");
    assert!(long.must_be_true[0].contains("stays long"), "{:?}", long.must_be_true);
    assert!(long.events.iter().all(|e| !format!("{} {}", e.title, e.detail).contains("Shave")));
    let p = plan(&example("02_straight_to_smp"));
    let short = of(&p, "smp_now");
    assert!(short.must_be_true[0].contains("as short as"), "{:?}", short.must_be_true);
    assert!(short.events.iter().any(|e| e.detail.starts_with("Shave the day before")));
}

#[test]
fn faster_loss_leaves_less_hair() {
    let mut slow = example("01_tandem");
    slow.loss.pace = Some(Pace::Still);
    slow.loss.onset_age_years = None;
    let mut fast = slow.clone();
    fast.loss.pace = Some(Pace::Fast);
    let at_five = |p: &Planned| of(p, "nothing").thinning.terminal_per_cm2.band[20].median;
    let (slow, fast) = (plan(&slow), plan(&fast));
    assert!(at_five(&fast) < 0.6 * at_five(&slow), "{} {}", at_five(&fast), at_five(&slow));
}

#[test]
fn a_case_with_next_to_nothing_in_it_still_gives_a_plan_and_says_what_it_assumed() {
    let case = read::parse("schema_version = 1\n[person]\nage_years = 30\nsex = \"female\"\n").unwrap();
    let p = plan(&case);
    assert!(p.plan.assumptions.len() > 15, "{}", p.plan.assumptions.len());
    assert!(!p.plan.contraindications_asked);
    assert_ne!(p.plan.comparison.verdict, Verdict::NoneLikely);
}

#[test]
fn same_seed_same_plan_for_any_number_of_threads() {
    let case = example("03_woman_ludwig");
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| serde_json::to_string(&plan(&case).plan).unwrap())
    };
    assert_eq!(with(1), with(2));
}

#[test]
fn regress_what_futures_lay_is_what_is_placed() {
    // Dots of the median course are placed one by one; futures count them group by group.
    for name in ["01_tandem", "02_straight_to_smp"] {
        let mut case = example(name);
        // Priced by the dot alone, what it costs tells how many there are.
        case.site.prices.smp_sitting_minimum = Some(0.0);
        let p = plan(&case);
        let s = of(&p, "smp_now");
        let expected = s.indicator("cost_two_years", "").unwrap().band;
        assert!((expected.median / s.cost.first_two_years - 1.0).abs() < 0.08, "{expected:?} {:?}", s.cost);
        // Futures with less hair get more dots.
        assert!(expected.hi > 1.02 * expected.lo, "{expected:?}");
    }
}
