//! A strategy's appointments as iCalendar.

use icalendar::{Calendar, Component, Event as Entry, Property};
use jiff::ToSpan;
use vellus_plan::Plan;
use vellus_plan::outcome::StrategyOutcome;

use crate::chart::slug;
use crate::error::ReportError;
use crate::words::{hours, money};

/// The strategy of a plan by its short name.
///
/// # Errors
/// [`ReportError::Strategy`].
pub(crate) fn find<'a>(plan: &'a Plan, id: &str) -> Result<&'a StrategyOutcome, ReportError> {
    plan.strategies.iter().find(|s| s.id == id).ok_or_else(|| ReportError::Strategy {
        id: id.to_owned(),
        known: plan.strategies.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// A text without line breaks or other control characters, which would begin a new property.
fn line(text: &str) -> String {
    text.split(char::is_control).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The events of a strategy as an iCalendar file: all-day entries, since no clinic has given an
/// hour yet; how long each takes stands in its text. Identifiers depend on the case, the strategy
/// and the place in the plan only, so a newer plan of the same case moves entries instead of
/// doubling them. Of the person it holds the label and nothing else.
///
/// # Errors
/// [`ReportError::Strategy`] when the plan has no such strategy.
pub fn calendar_ics(plan: &Plan, strategy: &str) -> Result<String, ReportError> {
    let s = find(plan, strategy)?;
    let day = |d: jiff::civil::Date| d.strftime("%Y%m%d").to_string();
    let stamp = format!("{}T000000Z", day(plan.today));
    let key: String = plan.case_hash.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", line(&format!("-//Vellus//{}//EN", plan.program))))
        .append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.name(&line(&format!("{}: {}", plan.label, s.title)));
    for (i, e) in s.events.iter().enumerate() {
        let mut text = vec![e.detail.clone()];
        if e.hours > 0.0 {
            text.push(format!("Takes about {}.", hours(e.hours)));
        }
        if e.cost > 0.0 {
            text.push(format!("About {}.", money(e.cost, &plan.prices.currency)));
        }
        text.push("Proposed by a plan, not booked.".into());
        let mut entry = Entry::new();
        entry
            .uid(&format!("{key}-{}-{}@vellus", slug(&s.id), i + 1))
            .add_property("DTSTAMP", &stamp)
            .summary(&line(&e.title))
            .description(&line(&text.join(" ")))
            .append_property(Property::new("DTSTART", day(e.date)).add_parameter("VALUE", "DATE").done())
            .append_property(
                Property::new("DTEND", day(e.date.saturating_add(1.day())))
                    .add_parameter("VALUE", "DATE")
                    .done(),
            )
            .append_property(Property::new("TRANSP", if e.hours > 0.0 { "OPAQUE" } else { "TRANSPARENT" }))
            .append_property(Property::new("STATUS", "TENTATIVE"));
        calendar.push(entry.done());
    }
    Ok(calendar.done().to_string())
}
