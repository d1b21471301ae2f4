//! The person: what the case leaves open is filled and listed, what it gives is kept.

use jiff::civil::date;
use vellus_hair::season::Hemisphere;
use vellus_head::Zone;
use vellus_plan::case::read::parse;
use vellus_plan::person::Person;

fn person(rest: &str) -> Person {
    let text = format!("schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n{rest}");
    Person::from_case(&parse(&text).unwrap(), date(2026, 11, 23))
}

fn assumed<'a>(p: &'a Person, key: &str) -> Option<&'a str> {
    p.assumptions.iter().find(|a| a.key == key).map(|a| a.value.as_str())
}

#[test]
fn the_hemisphere_is_north_by_assumption_or_as_given() {
    let north = person("");
    assert_eq!(north.hemisphere, Hemisphere::North);
    assert_eq!(assumed(&north, "person.hemisphere"), Some("north"));
    let south = person("hemisphere = \"south\"\n");
    assert_eq!(south.hemisphere, Hemisphere::South);
    assert_eq!(assumed(&south, "person.hemisphere"), None);
}

#[test]
fn what_a_reading_leaves_open_is_listed_once_for_all() {
    let p = person(
        "[[hair.measured]]\nzone = \"vertex\"\nterminal_per_cm2 = 120\nmethod = \"x\"\n[[hair.measured]]\nzone = \"frontal\"\ntotal_per_cm2 = 190\narea_cm2 = 2\ndate = 2026-01-05\nmethod = \"x\"\n[[hair.measured]]\nzone = \"vertex\"\ntotal_per_cm2 = 190\ndate = 2026-01-05\nmethod = \"x\"\n",
    );
    assert_eq!(assumed(&p, "hair.measured[0].date"), Some("2026-11-23"));
    assert_eq!(assumed(&p, "hair.measured[0, 2].area_cm2"), Some("1 cm²"));
    let order: Vec<Zone> = p.visits.iter().map(|v| v.zone).collect();
    assert_eq!(order, [Zone::Frontal, Zone::Vertex, Zone::Vertex]);
    assert_eq!((p.visits[0].area_cm2, p.visits[2].area_cm2), (2.0, 1.0));
    // Terminal hairs are not made from a count of all.
    assert_eq!(p.measured.get(&Zone::Vertex), Some(&120.0));
    assert_eq!(p.measured.get(&Zone::Frontal), None);
}

#[test]
fn the_latest_count_at_the_back_sets_the_persons_own_density() {
    let back = |number: &str, day: &str| {
        format!("[[hair.measured]]\nzone = \"occipital_donor\"\n{number}\nmethod = \"x\"\ndate = {day}\n")
    };
    let norm = person("").profile.density_per_cm2;
    let old = back("terminal_per_cm2 = 120", "2024-01-01");
    let new = back("terminal_per_cm2 = 190", "2026-01-01");
    let p = person(&format!("{new}{old}"));
    assert_eq!(p.measured[&Zone::OccipitalDonor], 190.0);
    assert!((p.profile.density_per_cm2 - 190.0 / 0.952).abs() < 0.1);
    let all = person(&back("total_per_cm2 = 199", "2026-01-01"));
    assert_eq!(all.profile.density_per_cm2, 199.0);
    assert!(assumed(&all, "hair.measured (occipital_donor)").is_none());
    assert!(assumed(&person(""), "hair.measured (occipital_donor)").is_some());
    assert_ne!(norm, 199.0);
}
