//! Dates of a case: what has been, what is to come, and that neither contradicts the person's age.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Case;
use super::read::wrong;
use crate::error::PlanError;

/// Days between which every date lies: a year of two or five digits is a slip of the pen.
const LEAST: Date = Date::constant(1990, 1, 1);
const MOST: Date = Date::constant(2090, 12, 31);

/// A case that names no day is read on the day it is used, which is no earlier than this: the
/// reader has no clock, and an age still bounds the day of birth from below.
const NO_EARLIER: Date = Date::constant(2026, 11, 1);

/// Age from which hair can have been measured or treated for pattern loss, years. *Assumption*:
/// pattern loss begins with the androgens of puberty; earlier dates are slips.
const FIRST_AGE_YEARS: f64 = 10.0;

/// Mean length of a year of the Gregorian calendar, days.
const YEAR_DAYS: f64 = 365.2425;

/// The dates of one case.
pub(super) struct Calendar<'a> {
    case: &'a Case,
    text: &'a str,
    /// The day of the case, where it is named.
    pub(super) today: Option<Date>,
    /// No treatment and no reading is older than this.
    first: Date,
}

impl<'a> Calendar<'a> {
    /// Of a case whose numbers are within their ranges.
    pub(super) fn new(case: &'a Case, text: &'a str) -> Self {
        let today = case.dates.today;
        // An age is written in whole years: the person may be nearly a year older.
        let years = case.person.age_years + 1.0 - FIRST_AGE_YEARS;
        let days = (years * YEAR_DAYS).ceil() as i64;
        let first = today.unwrap_or(NO_EARLIER).saturating_sub(days.days());
        Self { case, text, today, first }
    }

    fn within(&self, key: &str, date: Date) -> Result<(), PlanError> {
        if (LEAST..=MOST).contains(&date) {
            return Ok(());
        }
        Err(wrong(
            self.text,
            key,
            date,
            format!("{LEAST} to {MOST}"),
            "write year-month-day, such as 2027-03-15",
        ))
    }

    /// A day of the past: not after today, and not before the person's youth.
    pub(super) fn past(&self, key: &str, date: Date, why: &str) -> Result<(), PlanError> {
        self.within(key, date)?;
        if let Some(today) = self.today
            && date > today
        {
            return Err(wrong(self.text, key, date, format!("{today} or earlier"), why));
        }
        self.not_before_youth(key, date)
    }

    /// Not before the person was old enough for pattern loss.
    fn not_before_youth(&self, key: &str, date: Date) -> Result<(), PlanError> {
        if date >= self.first {
            return Ok(());
        }
        Err(wrong(
            self.text,
            key,
            date,
            format!("{} or later", self.first.max(LEAST)),
            format!(
                "with person.age_years = {} the person was younger than {FIRST_AGE_YEARS} years, or not born, on that day; check the date and the age",
                self.case.person.age_years
            ),
        ))
    }

    /// Last day of something that begins on `from`.
    pub(super) fn last(&self, key: &str, from: Date, last: Date, why: &str) -> Result<(), PlanError> {
        self.within(key, last)?;
        if last >= from {
            return Ok(());
        }
        Err(wrong(self.text, key, last, format!("{from} or later"), why))
    }

    /// Checks the dates that stand alone: the day, the start, days off, the blood count and goals.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let d = &self.case.dates;
        if let Some(today) = d.today {
            self.within("dates.today", today)?;
        }
        if let Some(start) = d.start {
            self.within("dates.start", start)?;
            if let Some(today) = d.today
                && start < today
            {
                return Err(wrong(
                    self.text,
                    "dates.start",
                    start,
                    format!("{today} or later"),
                    "treatment cannot begin before the day of the case (dates.today)",
                ));
            }
        }
        for (i, off) in d.off.iter().enumerate() {
            self.within(&format!("dates.off[{i}].from"), off.from)?;
            self.last(
                &format!("dates.off[{i}].to"),
                off.from,
                off.to,
                "the last day off comes after the first",
            )?;
        }
        for (i, e) in d.events.iter().enumerate() {
            let key = format!("dates.events[{i}].date");
            self.within(&key, e.date)?;
            if let Some(today) = d.today
                && e.until.unwrap_or(e.date) < today
            {
                return Err(wrong(
                    self.text,
                    &key,
                    e.date,
                    format!("{today} or later"),
                    "an event of the past moves nothing: leave it out, or check the year",
                ));
            }
            if let Some(until) = e.until {
                self.last(
                    &format!("dates.events[{i}].until"),
                    e.date,
                    until,
                    "the last day of an event comes after its first",
                )?;
            }
        }
        if let Some(date) = self.case.blood.date {
            self.past("blood.date", date, "a blood count cannot lie in the future")?;
        }
        for (i, g) in self.case.goals.iter().enumerate() {
            let key = format!("goals[{i}].by");
            self.within(&key, g.by)?;
            if let Some(today) = d.today
                && g.by <= today
            {
                return Err(wrong(self.text, &key, g.by, format!("after {today}"), "a goal needs time"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::case::read::parse;

    fn treated(age: u32, from: &str, today: &str) -> Result<crate::Case, crate::PlanError> {
        parse(&format!(
            "schema_version = 1\n[person]\nage_years = {age}\nsex = \"male\"\n[dates]\n{today}\n[[treatments]]\ntreatment = \"finasteride\"\nfrom = {from}\n"
        ))
    }

    #[test]
    fn a_treatment_before_the_tenth_birthday_is_refused() {
        let today = "today = 2026-11-23";
        // Twenty, perhaps nearly twenty-one: ten years old between late 2015 and late 2016.
        treated(20, "2016-12-01", today).unwrap();
        treated(20, "2015-11-25", today).unwrap();
        let e = treated(20, "2015-11-01", today).unwrap_err();
        let said = format!("{e} {}", e.hint().unwrap());
        for part in ["treatments[0].from", "2015-11-01", "or later", "age_years = 20", "10 years"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    #[test]
    fn the_age_bounds_dates_without_a_day_of_the_case() {
        assert!(treated(20, "2001-01-01", "").is_err());
        treated(20, "2019-01-01", "").unwrap();
    }

    #[test]
    fn a_blood_count_lies_in_the_past() {
        let with = |date: &str| {
            parse(&format!(
                "schema_version = 1\n[person]\nage_years = 40\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n[blood]\ndate = {date}\n"
            ))
        };
        with("2026-11-23").unwrap();
        assert!(with("2026-11-24").unwrap_err().to_string().contains("blood.date"));
        assert!(with("1991-01-01").unwrap_err().to_string().contains("blood.date"));
    }
}
