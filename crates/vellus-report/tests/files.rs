//! Files for programs, read back by somebody else's reader where there is one.

mod support;

use icalendar::{Calendar, Component};
use vellus_plan::Plan;
use vellus_report::{ReportError, calendar_ics, plan_json};

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
