//! Files for programs, read back by somebody else's reader where there is one.

mod support;

use icalendar::{Calendar, Component};
use vellus_pigment::Dots;
use vellus_plan::Plan;
use vellus_report::{ReportError, calendar_ics, dots_csv, dots_ply, plan_json};

#[test]
fn the_plan_comes_back() {
    let plan = support::plan();
    let text = plan_json(&plan).unwrap();
    assert!(text.ends_with("}\n"));
    let back: Plan = serde_json::from_str(&text).unwrap();
    assert_eq!(plan_json(&back).unwrap(), text);
}

#[test]
fn val_the_calendar_parses() {
    let plan = support::plan();
    let tandem = plan.strategies.iter().find(|s| s.id == "tandem").unwrap();
    let text = calendar_ics(&plan, "tandem").unwrap();
    let calendar: Calendar = text.parse().unwrap();
    let events: Vec<_> = calendar.events().collect();
    assert_eq!(events.len(), tandem.events.len());
    for (entry, event) in events.iter().zip(&tandem.events) {
        assert_eq!(entry.property_value("DTSTART").unwrap(), event.date.strftime("%Y%m%d").to_string());
        assert_eq!(entry.property_value("DTSTAMP").unwrap(), "20260512T000000Z");
    }
    let mut ids: Vec<_> = events.iter().map(|e| e.property_value("UID").unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), events.len());
    assert_eq!(text, calendar_ics(&plan, "tandem").unwrap());
    // 75 octets and the blank that begins a folded line.
    assert!(text.lines().all(|l| l.len() <= 76), "lines are folded");
    assert!(!text.contains("Norwood"), "nothing about the person");
}

#[test]
fn a_label_cannot_write_calendar_lines() {
    let mut plan = support::plan();
    plan.label = "A\r\nBEGIN:VEVENT\r\nSUMMARY:x".into();
    plan.strategies[1].events[0].title = "PRP; now, and\nATTENDEE:mailto:x".into();
    let text = calendar_ics(&plan, "prp_alone").unwrap();
    assert_eq!(text.matches("\r\nBEGIN:VEVENT").count(), plan.strategies[1].events.len());
    assert!(!text.contains("\r\nATTENDEE") && !text.contains("\nATTENDEE"));
}

#[test]
fn an_unknown_strategy_is_named() {
    let e = calendar_ics(&support::plan(), "tandme").unwrap_err();
    assert!(matches!(e, ReportError::Strategy { .. }));
    assert!(e.to_string().contains("tandme") && e.to_string().contains("tandem"), "{e}");
}

#[test]
fn a_row_for_each_dot() {
    let dots = support::dots();
    let bytes = dots_csv(&dots, support::plan().today).unwrap();
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(table.headers().unwrap().len(), 17);
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), dots.len());
    assert_eq!(&rows[1][11], "2026-06-05");
    assert_eq!(&rows[1][9], "vertex");
}

#[test]
fn val_the_ply_parses() {
    let dots = support::dots();
    let bytes = dots_ply(&dots).unwrap();
    assert!(bytes.starts_with(b"ply\nformat binary_little_endian 1.0\n"));
    let ply = ply_rs_bw::parser::Parser::<ply_rs_bw::ply::DefaultElement>::new()
        .read_ply(&mut std::io::Cursor::new(bytes))
        .unwrap();
    let vertices = &ply.payload["vertex"];
    assert_eq!(vertices.len(), dots.len());
    assert_eq!(vertices[1]["y"], ply_rs_bw::ply::Property::Float(5.5));
    assert_eq!(vertices[1]["zone"], ply_rs_bw::ply::Property::UChar(5));
    assert_eq!(vertices[1]["healed_um"], ply_rs_bw::ply::Property::Float(440.0));
}

#[test]
fn no_dots_are_a_header() {
    assert_eq!(
        dots_csv(&Dots::default(), support::plan().today).unwrap().iter().filter(|b| **b == b'\n').count(),
        1
    );
    assert!(dots_ply(&Dots::default()).unwrap().ends_with(b"end_header\n"));
}

#[test]
fn a_short_column_is_an_error() {
    let mut dots = support::dots();
    dots.day.pop();
    let e = dots_csv(&dots, support::plan().today).unwrap_err();
    assert!(e.to_string().contains("day"), "{e}");
    assert!(dots_ply(&dots).is_err());
}
