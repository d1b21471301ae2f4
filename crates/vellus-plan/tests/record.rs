//! The plan as a record: what is locked, what is refused, what a damaged file does, planning anew.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use vellus_head::Zone;
use vellus_plan::record::replan::Ask;
use vellus_plan::record::{self, Deliveries, Delivery, Done, Record, RecordError, compare, replan};
use vellus_plan::strategy::{self, Strategy};
use vellus_plan::{Effort, Request, make};

const CASE: &str = "schema_version = 1\nlabel = \"R\"\ncontraindications = []\n[person]\nage_years = 38\nsex = \"male\"\n[loss]\nstage = \"norwood_3_vertex\"\n[dates]\ntoday = 2020-01-06\n[[goals]]\nvisible_percent_of_fringe = 70\nby = 2023-01-01\n";

fn strategies() -> Vec<Strategy> {
    strategy::built_in()
        .unwrap()
        .into_iter()
        .filter(|s| ["nothing", "prp_alone"].contains(&s.id.as_str()))
        .collect()
}

fn plan_text(case: &str) -> String {
    let parsed = vellus_plan::case::read::parse(case).unwrap();
    let request = Request {
        case: &parsed,
        case_text: case,
        folder: Path::new("."),
        clock: date(2020, 1, 6),
        seed: 1,
        effort: Effort::QUICK,
        quick: true,
        strategies: strategies(),
        detail: true,
        search: None,
    };
    serde_json::to_string(&make(&request, &mut |_| {}).unwrap().plan).unwrap()
}

/// A folder of a test's own with the case in it.
fn case_file(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("vellus-record-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let case = folder.join("case.toml");
    std::fs::write(&case, CASE).unwrap();
    case
}

const CLOCK: Date = date(2021, 6, 1);

fn prp(on: Date) -> Delivery {
    Delivery { on, by: None, done: Done::Prp { platelets_k_per_ul: Some(1100.0), volume_ml: Some(5.0) } }
}

fn count(on: Date, terminal: f64) -> Delivery {
    let done = Done::Measurement {
        zone: Zone::Vertex,
        terminal_per_cm2: Some(terminal),
        total_per_cm2: None,
        calibre_um: None,
        anagen_percent: None,
        area_cm2: Some(2.0),
        method: "phototrichogram".into(),
    };
    Delivery { on, by: None, done }
}

#[test]
fn a_plan_is_approved_locked_compared_and_planned_anew() {
    let case = case_file("whole");
    let plan = plan_text(CASE);
    let mut r = Record::open(&case).unwrap();
    assert!(matches!(r.deliver(&[prp(date(2020, 2, 1))], CLOCK), Err(RecordError::NoVersion { .. })));
    // Of another case; of a strategy that it lacks.
    assert!(matches!(
        r.add_plan(&plan, &CASE.replace("38", "39"), None, date(2020, 1, 6)),
        Err(RecordError::OtherCase { .. })
    ));
    assert!(matches!(
        r.add_plan(&plan, CASE, Some("tandem"), date(2020, 1, 6)),
        Err(RecordError::NoStrategy { .. })
    ));
    let v = r.add_plan(&plan, CASE, Some("prp_alone"), date(2020, 1, 6)).unwrap();
    assert_eq!((v.version, v.chosen.as_str()), (1, "prp_alone"));
    assert!(matches!(
        r.add_plan(&plan, CASE, Some("prp_alone"), date(2020, 1, 6)),
        Err(RecordError::SamePlan { version: 1 })
    ));
    assert!(r.approval(1).is_none());
    r.approve(None, "Dr A", "doctor", date(2020, 1, 7)).unwrap();
    assert!(matches!(
        r.approve(None, "Dr B", "doctor", date(2020, 1, 8)),
        Err(RecordError::Approved { version: 1, .. })
    ));
    // A change makes a new version that is not approved; the approved one stays in force.
    r.add_plan(&plan, CASE, Some("nothing"), date(2020, 1, 9)).unwrap();
    assert!(r.approval(2).is_none());
    assert_eq!(r.in_force().unwrap().version, 1);

    assert!(matches!(r.deliver(&[prp(date(2019, 12, 1))], CLOCK), Err(RecordError::Date { .. })));
    assert!(matches!(r.deliver(&[prp(date(2021, 12, 1))], CLOCK), Err(RecordError::Date { .. })));
    r.deliver(&[prp(date(2020, 1, 8)), prp(date(2020, 2, 20))], CLOCK).unwrap();
    assert!(matches!(r.deliver(&[prp(date(2020, 2, 20))], CLOCK), Err(RecordError::Date { .. })));
    r.deliver(&[count(date(2020, 12, 1), 400.0)], CLOCK).unwrap();
    r.deliver(&[count(date(2020, 12, 8), 150.0)], CLOCK).unwrap();

    // Read again from the disk.
    let mut r = Record::open(&case).unwrap();
    let version = r.in_force().unwrap().clone();
    let c = compare(&version, &r.plan(&version).unwrap(), &r.delivered(), CLOCK).unwrap();
    let given: Vec<_> = c.steps.iter().filter(|s| s.what == "PRP" && s.delivered.is_some()).collect();
    assert_eq!(given.len(), 2);
    assert!(given[1].days_late.is_some() && given[1].dose[1].contains("1100"));
    assert!(c.steps.iter().any(|s| s.what == "PRP" && s.delivered.is_none() && !s.to_come));
    assert_eq!(c.measured.iter().map(|m| m.inside).collect::<Vec<_>>(), [false, true]);
    let m = &c.measured[0];
    assert!(m.reading.hi - m.reading.lo > m.forecast.hi - m.forecast.lo);

    // Neither count is of the time of a planned one.
    let counts: Vec<_> = c.steps.iter().filter(|s| s.what == "Count").collect();
    assert!(counts.iter().any(|s| s.event.is_none() && s.delivered == Some(date(2020, 12, 8))), "{counts:?}");
    assert!(counts.iter().all(|s| s.days_late.is_none_or(|d| d.abs() <= 60)), "{counts:?}");
    assert_eq!(r.version_of(&plan).map(|v| v.version), Some(2));
    assert!(r.version_of("{}").is_none());

    let ask = Ask { today: date(2020, 12, 9), stage: None, strategies: strategies(), keep: true };
    let early = Ask { today: date(2020, 12, 1), ..ask.clone() };
    assert!(matches!(replan(&r, &early, &mut |_| {}), Err(RecordError::Date { .. })));
    let new = replan(&r, &ask, &mut |_| {}).unwrap();
    assert!(new.case_text.contains("platelets_k_per_ul = 1100"), "{}", new.case_text);
    assert_eq!(new.planned.subject.person.before.prp.len(), 2);
    assert_eq!(new.planned.subject.weighed.len(), 2);
    assert!(new.changes.notes.iter().any(|n| n.contains("--stage")), "{:?}", new.changes.notes);
    assert!(!new.changes.forecasts.is_empty());
    let text = serde_json::to_string(&new.planned.plan).unwrap();
    let kept = r.add_plan(&text, &new.case_text, None, date(2020, 12, 9)).unwrap();
    assert_eq!(kept.version, 3);
    // What lies before the new version is in its case: it is not counted twice.
    r.approve(Some(3), "Dr A", "doctor", date(2020, 12, 10)).unwrap();
    let again = replan(&r, &Ask { today: date(2020, 12, 20), ..ask }, &mut |_| {}).unwrap();
    assert_eq!(again.planned.subject.person.before.prp.len(), 2);

    r.withdraw(None, "Dr A", "moved away", date(2020, 12, 11)).unwrap();
    assert_eq!(r.in_force().unwrap().version, 1);
}

#[test]
fn a_broken_chain_is_told_by_its_entry_and_a_torn_line_is_repaired() {
    let case = case_file("chain");
    let plan = plan_text(CASE);
    let mut r = Record::open(&case).unwrap();
    r.add_plan(&plan, CASE, None, date(2020, 1, 6)).unwrap();
    r.note("first", None, date(2020, 1, 7)).unwrap();
    r.note("second, with \"entry\": and a }", Some("B"), date(2020, 1, 8)).unwrap();
    let list = record::folder_of(&case).join("entries.jsonl");
    let whole = std::fs::read_to_string(&list).unwrap();
    assert_eq!(Record::open(&case).unwrap().entries().count(), 4);

    // Every way of cutting the last line short is a torn line, and what is before it stays.
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    for cut in [last + 1, last + 40, whole.len() - 2] {
        std::fs::write(&list, &whole[..cut]).unwrap();
        let mut r = Record::open(&case).unwrap();
        assert_eq!(r.torn().unwrap().line, 4);
        assert_eq!(r.entries().count(), 3);
        r.note("third", None, date(2020, 1, 9)).unwrap();
        assert!(r.torn().is_none());
        assert!(record::folder_of(&case).join("torn_4.txt").is_file());
        assert_eq!(Record::open(&case).unwrap().entries().count(), 4);
    }
    // Without its line feed alone the last line is whole.
    std::fs::write(&list, whole.trim_end()).unwrap();
    assert!(Record::open(&case).unwrap().torn().is_none());

    let broken = |text: String| {
        std::fs::write(&list, text).unwrap();
        match Record::open(&case) {
            Err(RecordError::Broken { entry, .. }) => entry,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(broken(whole.replace("first", "fIrst")), 3);
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(broken(format!("{}\n{}\n{}\n", lines[0], lines[1], lines[3])), 3);
    assert_eq!(broken(format!("{}\nrubbish\n{}\n", lines[0], lines[1])), 2);
    std::fs::write(&list, &whole).unwrap();
    // A plan that was changed after it was recorded.
    let file = record::folder_of(&case).join("plan_1.json");
    std::fs::write(&file, plan.replace("\"seed\":1", "\"seed\":2")).unwrap();
    assert!(matches!(Record::open(&case), Err(RecordError::Changed { version: 1, .. })));
}

#[test]
fn somebody_elses_entry_is_not_written_over() {
    let case = case_file("two");
    let plan = plan_text(CASE);
    let mut a = Record::open(&case).unwrap();
    a.add_plan(&plan, CASE, None, date(2020, 1, 6)).unwrap();
    let mut b = Record::open(&case).unwrap();
    a.note("from a", None, date(2020, 1, 7)).unwrap();
    assert!(matches!(b.note("from b", None, date(2020, 1, 7)), Err(RecordError::Busy { .. })));
    assert_eq!(Record::open(&case).unwrap().entries().count(), 3);
}

#[test]
fn plans_of_other_formats_are_refused_and_not_guessed() {
    let plan = plan_text(CASE);
    let read = |text: String| record::plan_file::parse(&text, Path::new("plan.json"));
    assert!(read(plan.clone()).is_ok());
    assert!(matches!(
        read(plan.replacen("\"schema_version\":1", "\"schema_version\":99", 1)),
        Err(RecordError::PlanFormat { .. })
    ));
    assert!(matches!(read(plan.replacen("\"schema_version\":1,", "", 1)), Err(RecordError::NoPlan { .. })));
    assert!(matches!(read("{".into()), Err(RecordError::NoPlan { .. })));
}

#[test]
fn files_of_deliveries_are_read_and_their_mistakes_told() {
    let good = "[[delivered]]\non = 2020-02-01\ndone = \"prp\"\nplatelets_k_per_ul = 1200\n[[delivered]]\non = 2020-03-01\nby = \"N\"\ndone = \"smp\"\ndots = 30\nby_zone = { vertex = 20, frontal = 10 }\n[[delivered]]\non = \"2020-03-02\"\ndone = \"drug_begun\"\ndrug = \"minoxidil_5\"\n";
    let read = Deliveries::parse(good).unwrap();
    assert_eq!(read.delivered.len(), 3);
    for (bad, word) in [
        (good.replace("platelets_k_per_ul", "platelets"), "platelets"),
        (good.replace("\"prp\"", "\"magic\""), "magic"),
        (good.replace("2020-02-01", "2020-02-31"), "2020-02-31"),
        (String::new(), "delivered"),
    ] {
        let error = Deliveries::parse(&bad).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let case = case_file("deliveries");
    let mut r = Record::open(&case).unwrap();
    r.add_plan(&plan_text(CASE), CASE, None, date(2020, 1, 6)).unwrap();
    r.deliver(&read.delivered, CLOCK).unwrap();
    let drug = |done: &str, on: &str| {
        Deliveries::parse(&format!("[[delivered]]\non = {on}\ndone = \"{done}\"\ndrug = \"minoxidil_5\"\n"))
            .unwrap()
            .delivered
    };
    assert!(r.deliver(&drug("drug_begun", "2020-05-01"), CLOCK).is_err());
    r.deliver(&drug("drug_stopped", "2020-06-01"), CLOCK).unwrap();
    assert!(r.deliver(&drug("drug_stopped", "2020-07-01"), CLOCK).is_err());
    let too_many = vec![Delivery { done: Done::Transplant { grafts: 90_000 }, ..prp(date(2020, 8, 1)) }];
    assert!(matches!(r.deliver(&too_many, CLOCK), Err(RecordError::Value { .. })));
}
