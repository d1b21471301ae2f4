//! Readings of the hair: what one visit says must hold together, and two do not share a day.

use super::calendar::Calendar;
use super::read::wrong;
use super::{Case, ReadingKeys};
use crate::error::PlanError;

/// Calibre from which a hair counts as terminal, µm: the definition that the key's text gives.
const TERMINAL_UM: f64 = 30.0;

/// Checks every reading, then each pair of them.
pub(super) fn check(case: &Case, text: &str, calendar: &Calendar<'_>) -> Result<(), PlanError> {
    let readings = &case.hair.measured;
    for (i, r) in readings.iter().enumerate() {
        if let Some(date) = r.date {
            let key = format!("hair.measured[{i}].date");
            calendar.past(&key, date, "a measurement cannot lie in the future")?;
        }
        one(text, i, r)?;
        let day = |r: &ReadingKeys| r.date.or(calendar.today);
        if let Some(j) = readings[..i].iter().position(|other| other.zone == r.zone && day(other) == day(r)) {
            let key = if r.date.is_some() { "date" } else { "zone" };
            let on = day(r).map_or_else(|| "the day of the case".to_owned(), |d| d.to_string());
            return Err(wrong(
                text,
                &format!("hair.measured[{i}].{key}"),
                r.date.map_or_else(|| zone(r), |d| d.to_string()),
                format!("one reading of a zone on a day; hair.measured[{j}] is also of {} on {on}", zone(r)),
                "write what was read at one visit into one [[hair.measured]], or correct the zone or the date",
            ));
        }
    }
    Ok(())
}

/// The name of a reading's zone in the case.
fn zone(r: &ReadingKeys) -> String {
    serde_json::to_value(r.zone).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What one reading says of itself.
fn one(text: &str, i: usize, r: &ReadingKeys) -> Result<(), PlanError> {
    let key = |name: &str| format!("hair.measured[{i}].{name}");
    if r.terminal_per_cm2.or(r.total_per_cm2).or(r.calibre_um).or(r.anagen_percent).is_none() {
        return Err(wrong(
            text,
            &format!("hair.measured[{i}]"),
            "nothing measured",
            "at least one of terminal_per_cm2, total_per_cm2, calibre_um and anagen_percent",
            "give the number that was read, or take the entry out",
        ));
    }
    if let (Some(terminal), Some(total)) = (r.terminal_per_cm2, r.total_per_cm2)
        && terminal > total
    {
        return Err(wrong(
            text,
            &key("terminal_per_cm2"),
            terminal,
            format!("at most total_per_cm2, which is {total}"),
            "terminal hairs are a part of all hairs; the two may have been exchanged",
        ));
    }
    for (name, value) in [("calibre_um", r.calibre_um), ("anagen_percent", r.anagen_percent)] {
        if let Some(value) = value
            && r.total_per_cm2 == Some(0.0)
        {
            return Err(wrong(
                text,
                &key(name),
                value,
                "nothing where total_per_cm2 is 0",
                "where there are no hairs there is no mean of them; leave it out",
            ));
        }
    }
    if let (Some(calibre), Some(terminal), Some(total)) = (r.calibre_um, r.terminal_per_cm2, r.total_per_cm2)
        // Rounding of the product is no contradiction.
        && calibre * total < TERMINAL_UM * terminal * (1.0 - 1e-9)
    {
        return Err(wrong(
            text,
            &key("calibre_um"),
            calibre,
            format!(
                "at least {:.0}: {terminal} of {total} hairs are terminal, and those have {TERMINAL_UM} µm or more",
                (TERMINAL_UM * terminal / total).ceil()
            ),
            "the calibre is the mean diameter, not the radius, of all hairs in the field",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::case::read::parse;
    use crate::{Case, PlanError};

    const HEAD: &str =
        "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[dates]\ntoday = 2026-11-23\n";

    fn case(readings: &[&str]) -> Result<Case, PlanError> {
        let entries: String = readings
            .iter()
            .map(|r| format!("[[hair.measured]]\nmethod = \"phototrichogram\"\n{}\n", r.replace("; ", "\n")))
            .collect();
        parse(&format!("{HEAD}{entries}"))
    }

    fn said(readings: &[&str]) -> String {
        let e = case(readings).unwrap_err();
        format!("{e} / {}", e.hint().unwrap())
    }

    #[test]
    fn a_reading_holds_any_of_four_numbers_but_not_none() {
        for one in ["terminal_per_cm2 = 150", "total_per_cm2 = 190", "calibre_um = 52", "anagen_percent = 71"]
        {
            case(&[&format!("zone = \"vertex\"; {one}")]).unwrap();
        }
        let s = said(&["zone = \"vertex\"; area_cm2 = 1"]);
        assert!(s.contains("hair.measured[0]") && s.contains("at least one of"), "{s}");
    }

    #[test]
    fn visits_on_different_days_are_taken_and_on_the_same_day_refused() {
        let at = |date: &str| format!("zone = \"vertex\"; terminal_per_cm2 = 150; date = {date}");
        let back = "zone = \"occipital_donor\"; terminal_per_cm2 = 200; date = 2026-05-01";
        case(&[&at("2025-05-01"), &at("2026-05-01"), back]).unwrap();
        let s = said(&[&at("2026-05-01"), back, &at("2026-05-01")]);
        for part in ["hair.measured[2].date", "hair.measured[0]", "vertex", "2026-05-01"] {
            assert!(s.contains(part), "{part}: {s}");
        }
        // A reading without a date is of the day of the case.
        let undated = "zone = \"vertex\"; total_per_cm2 = 190";
        case(&[&at("2026-05-01"), undated]).unwrap();
        assert!(said(&[&at("2026-11-23"), undated]).contains("hair.measured[1].zone"));
        assert!(case(&[undated, undated]).is_err());
    }

    #[test]
    fn parts_are_not_greater_than_the_whole() {
        let s = said(&["zone = \"vertex\"; terminal_per_cm2 = 190; total_per_cm2 = 150"]);
        for part in ["hair.measured[0].terminal_per_cm2 = 190", "total_per_cm2, which is 150", "exchanged"] {
            assert!(s.contains(part), "{part}: {s}");
        }
        let s = said(&["zone = \"vertex\"; terminal_per_cm2 = 150; total_per_cm2 = 150; calibre_um = 25"]);
        assert!(s.contains("at least 30"), "{s}");
        assert!(case(&["zone = \"vertex\"; total_per_cm2 = 0; calibre_um = 25"]).is_err());
        case(&["zone = \"vertex\"; total_per_cm2 = 0; terminal_per_cm2 = 0"]).unwrap();
    }

    #[test]
    fn impossible_densities_are_answered_with_what_was_published() {
        for key in ["terminal_per_cm2", "total_per_cm2"] {
            let s = said(&[&format!("zone = \"vertex\"; {key} = 1400")]);
            for part in ["0 to 500", "233", "Loussouarn", "square inch", "follicular units"] {
                assert!(s.contains(part), "{part}: {s}");
            }
        }
        assert!(said(&["zone = \"vertex\"; anagen_percent = 0.85"]).contains("0.85 is 85"));
        assert!(said(&["zone = \"vertex\"; total_per_cm2 = 180; area_cm2 = 100"]).contains("100 mm² is 1"));
    }

    #[test]
    fn a_reading_from_the_future_or_from_childhood_is_refused() {
        let at = |date: &str| format!("zone = \"vertex\"; terminal_per_cm2 = 150; date = {date}");
        assert!(said(&[&at("2026-11-24")]).contains("hair.measured[0].date"));
        assert!(said(&[&at("1995-01-01")]).contains("younger than 10 years"));
        case(&[&at("2000-01-01")]).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// A mixture of terminal and finer hairs that can exist is always taken.
        #[test]
        fn prop_what_can_be_counted_can_be_written(
            terminal in 1u32..=250, fine in 0u32..=250, thick_um in 30.0..130.0f64, fine_um in 10.0..30.0f64,
            anagen in 1.0..=100.0f64, area in 0.1..=20.0f64,
        ) {
            let total = terminal + fine;
            let mean = (f64::from(terminal) * thick_um + f64::from(fine) * fine_um) / f64::from(total);
            let r = format!(
                "zone = \"frontal\"; terminal_per_cm2 = {terminal}; total_per_cm2 = {total}; calibre_um = {mean:?}; anagen_percent = {anagen:?}; area_cm2 = {area:?}"
            );
            prop_assert!(case(&[&r]).is_ok(), "{}", said(&[&r]));
        }
    }
}
