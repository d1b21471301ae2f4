//! Studies as their readers run them.

use proptest::prelude::*;
use vellus_evidence::hair::STUDIES;
use vellus_evidence::study::{self, Effort, Study};

const SMALL: Effort = Effort { patients: 60, models: 2 };

fn study(name: &str) -> Study {
    let text = STUDIES.iter().find(|s| s.0 == name).map(|s| s.1).expect("it comes with the program");
    Study::parse(name, text).expect("it is sound")
}

#[test]
fn prop_the_outcome_does_not_depend_on_threads() {
    let s = study("c10_kieling_2024");
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| study::run("t", &s, 7, SMALL).expect("it runs"))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn stat_split_scalps_need_fewer_people_than_parallel_arms() {
    let mut s = study("c10_kieling_2024");
    let effort = Effort { patients: 300, models: 0 };
    let parallel = study::run("t", &s, 1, effort).expect("it runs");
    let a = study::power(&s, &parallel, "total_per_cm2", &[20], 1);
    s.measure.split_scalp = true;
    let split = study::run("t", &s, 1, effort).expect("it runs");
    let b = study::power(&s, &split, "total_per_cm2", &[20], 1);
    assert_eq!((a.len(), b.len()), (2, 2));
    assert!(b[0].by_n[0].1 > a[0].by_n[0].1, "{b:?} {a:?}");
    assert!(b[0].for_80_percent < a[0].for_80_percent);
}

#[test]
fn stat_treatments_do_what_a_dermatologist_expects() {
    let run = |arms: &str| {
        let text = format!(
            "schema_version = 1\nid = \"T\"\ntitle = \"T\"\n[enrol]\nsex = \"male\"\nage_years = [20, 45]\nstages = [\"norwood_3\", \"norwood_4\"]\n[measure]\nweeks = [48, 104, 156, 260]\ninstruments = [\"phototrichogram\", \"hair_weight\"]\n{arms}"
        );
        let s = Study::parse("t.toml", &text).expect("it is sound");
        study::run("t.toml", &s, 1, Effort { patients: 150, models: 0 }).expect("it runs")
    };
    let o = run(r#"
[[arm]]
name = "stopped"
[[arm.treatment]]
give = "finasteride"
until_week = 104
[[arm]]
name = "held"
[[arm.treatment]]
give = "finasteride"
[[arm]]
name = "restarted"
[[arm.treatment]]
give = "finasteride"
until_week = 104
[[arm.treatment]]
give = "finasteride"
from_week = 156
[[arm]]
name = "transplant"
[[arm.treatment]]
give = "transplant"
weeks = [0]
grafts_per_cm2 = 30
[[arm]]
name = "nothing"
trial_effect = false
"#);
    let at = |arm: &str, week: f64| {
        o.results
            .iter()
            .find(|r| {
                r.arm == arm && r.versus.is_none() && r.week == week && r.result == "non_vellus_per_cm2"
            })
            .map(|r| r.change.value)
            .expect("it was measured")
    };
    // Untreated loss goes on and on.
    assert!(at("nothing", 260.0) < at("nothing", 104.0) && at("nothing", 104.0) < 0.0);
    // What the drug won is lost when it stops, and partly won back when it is taken up again.
    assert!(at("held", 260.0) > at("stopped", 260.0) + 10.0);
    assert!(at("stopped", 260.0) < at("stopped", 104.0));
    assert!(at("restarted", 260.0) > at("stopped", 260.0));
    // Thirty grafts of two hairs, nearly all of which grow, while native hair goes on being lost.
    let gain = at("transplant", 104.0) - at("nothing", 104.0);
    assert!((35.0..90.0).contains(&gain), "{gain}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn prop_no_text_makes_the_reader_panic(text in "\\PC{0,300}", cut in 0usize..2000) {
        let _ = Study::parse("t.toml", &text);
        // A study with its middle replaced.
        let whole = STUDIES[0].1;
        let at = whole.char_indices().map(|c| c.0).nth(cut % whole.chars().count()).unwrap_or(0);
        let _ = Study::parse("t.toml", &format!("{}{text}{}", &whole[..at], &whole[at..]));
    }
}
