//! Finding days: every session keeps the distances that the rules ask for, and says which rule moved it.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::{LeftOut, date_of, days_between};
use crate::case::PastTreatment;
use crate::person::Person;
use crate::rules::{Interval, Marker};

/// A session that a rule moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// What was moved.
    pub what: String,
    /// The day it was wished for.
    pub wished: Date,
    /// The day it came to.
    pub date: Date,
    /// What it keeps its distance to, with its date.
    pub because: String,
    /// The rule, by its name in `data/rules/intervals.toml`.
    pub rule: String,
    /// Days it asks for.
    pub days: f64,
    /// Grade of its source; "inference" where nobody says anything, "site" for the site's own.
    pub grade: String,
    /// The source.
    pub source: String,
}

/// Longest that something is moved by rules before it is called impossible, days (assumption: a plan whose
/// next step has to wait two years is another plan).
const MOST_MOVED_DAYS: f64 = 730.0;

/// Something that is on the calendar.
#[derive(Clone, Debug)]
struct Placed {
    marker: Marker,
    day: f64,
    /// Last day, for holidays.
    until: f64,
    name: String,
}

/// The calendar of one path.
#[derive(Clone, Debug)]
pub(super) struct Dates<'a> {
    person: &'a Person,
    placed: Vec<Placed>,
    /// What rules moved.
    pub(super) waits: Vec<Wait>,
    /// What days off moved.
    pub(super) notes: Vec<String>,
}

impl<'a> Dates<'a> {
    /// With what was done before today and the days that the person named.
    pub(super) fn new(person: &'a Person) -> Self {
        let mut placed = Vec::new();
        for (treatment, date) in &person.past {
            let marker = match treatment {
                PastTreatment::Prp => Marker::Prp,
                PastTreatment::Smp => Marker::Smp,
                PastTreatment::Transplant => Marker::Transplant,
                PastTreatment::Laser => Marker::Laser,
                _ => continue,
            };
            let day = days_between(person.today, *date);
            placed.push(Placed { marker, day, until: day, name: format!("{} of {date}", marker.title()) });
        }
        for e in &person.events {
            let until = days_between(person.today, e.until.unwrap_or(e.date));
            placed.push(Placed {
                marker: if e.sun { Marker::Sun } else { Marker::Event },
                day: days_between(person.today, e.date),
                until,
                name: format!(
                    "{} of {}",
                    if e.name.is_empty() { "the event" } else { e.name.as_str() },
                    e.date
                ),
            });
        }
        Self { person, placed, waits: Vec::new(), notes: Vec::new() }
    }

    /// Days that the rules ask for between two kinds of things; none where no rule speaks of them.
    pub(super) fn rule(&self, first: Marker, then: Marker) -> Option<&'a Interval> {
        self.person.waits.iter().find(|w| w.first == first && w.then == then)
    }

    /// The first day from `wished` on which nothing speaks against a session, and puts it there.
    pub(super) fn place(&mut self, marker: Marker, what: &str, wished: f64) -> Result<f64, LeftOut> {
        let mut day = wished;
        // The rule that moved it last decides: it is the one that is named.
        let mut moved: Option<(Interval, String)> = None;
        loop {
            day = self.open_day(day);
            let Some((next, rule, name)) = self.against(marker, day) else { break };
            day = next.max(day + 1.0);
            if day - wished > MOST_MOVED_DAYS {
                return Err(LeftOut {
                    reason: format!(
                        "no day within {:.0} months of {} suits {what}: the rule {} of data/rules/intervals.toml asks for {:.0} days between {} and {}, and {name} stands in the way ({})",
                        MOST_MOVED_DAYS / 30.4375,
                        date_of(self.person.today, wished),
                        rule.id,
                        rule.days,
                        rule.first.title(),
                        rule.then.title(),
                        rule.source
                    ),
                });
            }
            moved = Some((rule, name));
        }
        if let Some((rule, because)) = moved {
            self.waits.push(Wait {
                what: what.to_owned(),
                wished: date_of(self.person.today, wished),
                date: date_of(self.person.today, day),
                because,
                rule: rule.id,
                days: rule.days,
                grade: rule.grade,
                source: rule.source,
            });
        }
        self.placed.push(Placed {
            marker,
            day,
            until: day,
            name: format!("{what} of {}", date_of(self.person.today, day)),
        });
        Ok(day)
    }

    /// What speaks against a day: the first day after it, the rule and what it is about.
    fn against(&self, marker: Marker, day: f64) -> Option<(f64, Interval, String)> {
        // Dates are whole days; a rule of the same length as the course's own interval does not move it.
        const WITHIN: f64 = 0.51;
        let mut worst: Option<(f64, Interval, String)> = None;
        for p in &self.placed {
            // After something that is there.
            if let Some(rule) = self.rule(p.marker, marker)
                && day >= p.day
                && day < p.until + rule.days - WITHIN
            {
                let next = p.until + rule.days;
                if worst.as_ref().is_none_or(|w| next > w.0) {
                    worst = Some((next, rule.clone(), p.name.clone()));
                }
            }
            // Before something that is there: behind it then.
            if let Some(rule) = self.rule(marker, p.marker)
                && day <= p.until
                && day + rule.days - WITHIN > p.day
            {
                let back = self.rule(p.marker, marker).map_or(0.0, |r| r.days);
                let next = p.until + back.max(1.0);
                if worst.as_ref().is_none_or(|w| next > w.0) {
                    worst = Some((next, rule.clone(), p.name.clone()));
                }
            }
        }
        worst
    }

    /// The first day from `earliest` that is neither a Sunday nor off.
    pub(super) fn open_day(&mut self, earliest: f64) -> f64 {
        let mut date = date_of(self.person.today, earliest);
        for _ in 0..800 {
            if let Some((from, to, reason)) =
                self.person.off.iter().find(|(from, to, _)| (*from..=*to).contains(&date))
            {
                let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
                let note = format!("{from} to {to} is off{why}; what fell there was moved to after it.");
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                date = to.saturating_add(jiff::Span::new().days(1));
            } else if date.weekday() == Weekday::Sunday {
                date = date.saturating_add(jiff::Span::new().days(1));
            } else {
                break;
            }
        }
        days_between(self.person.today, date)
    }
}
