//! A person's hair on a whole head: the stage is read back, visits narrow what is believed.

use std::path::Path;

use vellus_hair::classify::read_stage;
use vellus_hair::course::snapshots;
use vellus_hair::pattern::Course;
use vellus_hair::response::Response;
use vellus_hair::treatment::{PrpMechanism, Schedule};
use vellus_plan::case::read;
use vellus_plan::person::Person;
use vellus_plan::subject::Subject;

fn subject(sex: &str, stage: &str, measured: &str) -> Subject {
    let text = format!(
        "schema_version = 1\n[person]\nage_years = 40\nsex = \"{sex}\"\n[loss]\nstage = \"{stage}\"\nonset_age_years = 25\n[dates]\ntoday = 2026-11-20\n{measured}"
    );
    let case = read::parse(&text).expect("a sound case");
    let clock = jiff::civil::date(2026, 11, 20);
    Subject::new(&case, Path::new("."), Person::from_case(&case, clock), 3).expect("a head")
}

fn reading(zone: &str, per_cm2: f64, date: &str) -> String {
    format!(
        "[[hair.measured]]\nzone = \"{zone}\"\nterminal_per_cm2 = {per_cm2}\nmethod = \"trichoscopy\"\ndate = {date}\narea_cm2 = 2\n"
    )
}

#[test]
fn stat_the_stage_is_read_back_from_the_density_of_a_head() {
    for (sex, stage) in [
        ("male", "norwood_2"),
        ("male", "norwood_3"),
        ("male", "norwood_3_vertex"),
        ("male", "norwood_4a"),
        ("male", "norwood_5"),
        ("male", "norwood_6"),
        ("female", "ludwig_1"),
        ("female", "ludwig_3"),
    ] {
        let s = subject(sex, stage, "");
        let regime = s.regime(&Schedule::default(), &Response::median(), PrpMechanism::Enlarge, 30.0);
        let seen = snapshots(&s.scalp, &regime, s.model, s.key, &[0.0]).remove(0);
        let read = read_stage(&s.scalp, &seen, s.trichion_y, sex == "female", &s.model.loss)
            .expect("enough follicles");
        let (course, number) = s.person.stage.course();
        assert!((read.stage - number).abs() <= 0.6, "{stage}: {} ({:?})", read.stage, read.course);
        // The variants share their late stages; what must not be mixed up is the pattern.
        assert_eq!(read.course == Course::Central, course == Course::Central, "{stage}");
    }
}

#[test]
fn stat_each_visit_narrows_what_is_believed() {
    let sd = |measured: &str| {
        let s = subject("male", "norwood_3_vertex", measured);
        let [_, (_, stage)] = s.posterior.moments(|r| r.stage_error);
        let [_, (_, pace)] = s.posterior.moments(|r| r.pace);
        (stage, pace, s.posterior.widened)
    };
    let none = sd("");
    let one = reading("vertex", 150.0, "2026-11-01");
    let three =
        format!("{}{}{one}", reading("vertex", 190.0, "2018-11-01"), reading("vertex", 172.0, "2022-11-01"));
    let (after_one, after_three) = (sd(&one), sd(&three));
    assert!(after_one.0 < none.0, "{after_one:?} {none:?}");
    assert!(after_three.1 < 0.9 * none.1, "{after_three:?} {none:?}");
    assert_eq!(after_three.2, 1.0);
}

#[test]
fn a_density_that_no_head_shows_is_kept_and_widens_the_bands() {
    // A crown that was thin eight years ago and is full today.
    let measured =
        format!("{}{}", reading("vertex", 40.0, "2018-11-01"), reading("vertex", 230.0, "2026-11-01"));
    let s = subject("male", "norwood_3_vertex", &measured);
    assert!(s.posterior.widened > 1.0, "{:?}", s.posterior.agreement);
    assert_eq!(s.weighed.len(), 2);
    assert!(s.person.findings.iter().any(|f| f.contains("times as wide")), "{:?}", s.person.findings);
}

#[test]
fn prp_of_the_past_is_weighed_and_forecast() {
    let past = "[[treatments]]\ntreatment = \"prp\"\nfrom = 2026-02-02\nuntil = 2026-04-03\nplatelets_k_per_ul = 1200\n";
    let before = reading("vertex", 150.0, "2026-01-20");
    let after = reading("vertex", 175.0, "2026-11-01");
    let s = subject("male", "norwood_3_vertex", &format!("{past}{before}{after}"));
    assert_eq!(s.person.before.prp.len(), 3);
    assert!(s.posterior.tells_mechanism);
    let shares = s.mechanisms(false);
    assert_eq!(shares.len(), 2);
    assert!((shares[0].1 + shares[1].1 - 1.0).abs() < 1e-12);
    // Under each mechanism the responses are those that fit it.
    let under = |m: PrpMechanism| s.responses_under(m, 64);
    assert_ne!(under(PrpMechanism::Reactivate), under(PrpMechanism::Enlarge));
    let regime = |s: &Subject| {
        s.regime(&Schedule::default(), &Response::median(), PrpMechanism::Enlarge, 400.0).thickens()
    };
    assert!(regime(&s));

    // A count before the sessions says nothing of them.
    let s = subject("male", "norwood_3_vertex", &format!("{past}{before}"));
    assert!(!s.posterior.tells_mechanism);
    assert_eq!(s.posterior.mechanism_shares(), [0.5; 2]);
    assert_eq!(s.responses_under(PrpMechanism::Enlarge, 16), s.responses(16));
    let s = subject("male", "norwood_3_vertex", &before);
    assert!(!regime(&s) && s.mechanisms(false).len() == 1);
}

#[test]
fn a_reading_by_which_a_zone_is_fitted_is_not_used_twice() {
    // The scalp is grown to the reading; what is believed is still drawn about the pattern.
    let grown = subject("male", "norwood_3_vertex", &reading("vertex", 120.0, "2026-11-01"));
    let a = &grown.posterior.agreement[0];
    // A single count leaves the belief between the pattern and the count.
    assert!(a.posterior[1] > 120.0 && a.posterior[1] < a.prior[1], "{a:?}");
    let spread = (a.posterior[2] - a.posterior[0]) / 2.56;
    // Used twice, it would leave less than its own error.
    assert!(spread > 0.7 * a.sd, "{a:?}");
}
