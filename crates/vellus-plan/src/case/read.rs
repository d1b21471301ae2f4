//! Reading a case: text in, a [`Case`] that cannot be wrong out.

use std::path::Path;

use jiff::civil::Date;

use super::locate::line_of;
use super::{Case, SCHEMA_VERSION, range};
use crate::error::PlanError;

/// Largest case file that is read, bytes: cases are a few kilobytes.
const LARGEST: u64 = 1 << 20;

/// Reads and checks a case file.
///
/// # Errors
/// [`PlanError::Read`] when the file cannot be read, [`PlanError::Toml`] when it is not a case,
/// [`PlanError::Value`] when a value is impossible.
pub fn read(path: &Path) -> Result<Case, PlanError> {
    let meta = std::fs::metadata(path).map_err(|e| PlanError::read(path, &e))?;
    if meta.is_dir() {
        return Err(PlanError::Read {
            path: path.to_path_buf(),
            reason: "it is a folder".into(),
            hint: "give the case file inside it, such as case.toml".into(),
        });
    }
    if meta.len() > LARGEST {
        return Err(PlanError::Read {
            path: path.to_path_buf(),
            reason: format!("it has {} bytes", meta.len()),
            hint: "a case is a small TOML file of at most one mebibyte".into(),
        });
    }
    let bytes = std::fs::read(path).map_err(|e| PlanError::read(path, &e))?;
    let text = String::from_utf8(bytes).map_err(|_| PlanError::Read {
        path: path.to_path_buf(),
        reason: "it is not UTF-8 text".into(),
        hint: "save the case as a plain text file".into(),
    })?;
    parse(&text)
}

/// Parses and checks the text of a case.
///
/// # Errors
/// As [`read`], without the file's.
pub fn parse(text: &str) -> Result<Case, PlanError> {
    let case: Case = toml::from_str(text).map_err(|e| PlanError::toml(&e))?;
    check(&case, text)?;
    Ok(case)
}

fn wrong(
    text: &str,
    key: &str,
    value: impl ToString,
    allowed: impl Into<String>,
    hint: impl Into<String>,
) -> PlanError {
    PlanError::Value {
        key: key.into(),
        line: line_of(text, key),
        value: value.to_string(),
        allowed: allowed.into(),
        hint: hint.into(),
    }
}

fn check(case: &Case, text: &str) -> Result<(), PlanError> {
    if case.schema_version != SCHEMA_VERSION {
        return Err(wrong(
            text,
            "schema_version",
            case.schema_version,
            SCHEMA_VERSION.to_string(),
            "this program reads version 1; `vellus case new` writes one",
        ));
    }
    for n in range::numbers(case) {
        if !(n.least..=n.most).contains(&n.value) {
            return Err(wrong(text, &n.key, n.value, format!("{} to {}", n.least, n.most), n.hint));
        }
    }
    dates(case, text)?;
    if let Some(currency) = &case.site.currency
        && (currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(wrong(
            text,
            "site.currency",
            currency,
            "three capital letters",
            "an ISO 4217 code such as EUR, GBP or USD",
        ));
    }
    if let Some(label) = &case.label
        && (label.chars().count() > 80 || label.chars().any(char::is_control))
    {
        return Err(wrong(
            text,
            "label",
            "a text of more than 80 characters or with control characters",
            "at most 80 printable characters",
            "a short label, not a name",
        ));
    }
    if let Some(prp) = &case.site.prp
        && (prp.spins.is_empty() || prp.spins.len() > 2)
    {
        return Err(wrong(
            text,
            "site.prp.spins",
            prp.spins.len(),
            "1 or 2 spins",
            "one table [[site.prp.spins]] for each spin",
        ));
    }
    if let Some(prp) = &case.site.prp {
        let wrong = |source| PlanError::SitePrp { line: line_of(text, "site.prp"), source };
        prp.tube.validate().map_err(wrong)?;
        prp.rotor.validate().map_err(wrong)?;
        prp.withdrawal.validate().map_err(wrong)?;
        for (i, spin) in prp.spins.iter().enumerate() {
            spin.validate(&format!("spins[{i}]")).map_err(wrong)?;
        }
    }
    if case.head.scan.is_none() && (!case.head.landmarks.is_empty() || case.head.unit.is_some()) {
        return Err(wrong(
            text,
            if case.head.unit.is_some() { "head.unit" } else { "head.landmarks" },
            "set",
            "only with head.scan",
            "name the scan file in head.scan, or leave unit and landmarks out",
        ));
    }
    if case.goals.len() > 12 {
        return Err(wrong(text, "goals", case.goals.len(), "at most 12 goals", "keep the ones that decide"));
    }
    Ok(())
}

fn dates(case: &Case, text: &str) -> Result<(), PlanError> {
    let least = Date::constant(1990, 1, 1);
    let most = Date::constant(2090, 12, 31);
    let within = |key: &str, d: Date| {
        if (least..=most).contains(&d) {
            Ok(())
        } else {
            Err(wrong(text, key, d, format!("{least} to {most}"), "write year-month-day, such as 2027-03-15"))
        }
    };
    let d = &case.dates;
    if let Some(today) = d.today {
        within("dates.today", today)?;
    }
    if let Some(start) = d.start {
        within("dates.start", start)?;
        if let Some(today) = d.today
            && start < today
        {
            return Err(wrong(
                text,
                "dates.start",
                start,
                format!("{today} or later"),
                "treatment cannot begin before the day of the case (dates.today)",
            ));
        }
    }
    for (i, off) in d.off.iter().enumerate() {
        within(&format!("dates.off[{i}].from"), off.from)?;
        within(&format!("dates.off[{i}].to"), off.to)?;
        if off.to < off.from {
            return Err(wrong(
                text,
                &format!("dates.off[{i}].to"),
                off.to,
                format!("{} or later", off.from),
                "the last day off comes after the first",
            ));
        }
    }
    for (i, t) in case.treatments.iter().enumerate() {
        let key = format!("treatments[{i}].from");
        within(&key, t.from)?;
        if let Some(today) = d.today
            && t.from > today
        {
            return Err(wrong(
                text,
                &key,
                t.from,
                format!("{today} or earlier"),
                "treatments are those of the past and present; future ones come from the strategies",
            ));
        }
        if let Some(until) = t.until
            && until < t.from
        {
            return Err(wrong(
                text,
                &format!("treatments[{i}].until"),
                until,
                format!("{} or later", t.from),
                "a treatment ends after it begins",
            ));
        }
        for (j, other) in case.treatments.iter().enumerate().skip(i + 1) {
            let overlap = |a_until: Option<Date>, b_from: Date| a_until.is_none_or(|u| u >= b_from);
            if t.treatment == other.treatment
                && t.treatment.drug().is_some()
                && overlap(t.until, other.from)
                && overlap(other.until, t.from)
            {
                return Err(wrong(
                    text,
                    &format!("treatments[{j}].from"),
                    other.from,
                    "no overlap with an earlier entry of the same drug",
                    "end the first course before the second begins, or write one entry",
                ));
            }
        }
    }
    for (i, m) in case.hair.measured.iter().enumerate() {
        let key = format!("hair.measured[{i}].date");
        within(&key, m.date)?;
        if let Some(today) = d.today
            && m.date > today
        {
            return Err(wrong(
                text,
                &key,
                m.date,
                format!("{today} or earlier"),
                "a measurement cannot lie in the future",
            ));
        }
    }
    for (i, g) in case.goals.iter().enumerate() {
        let key = format!("goals[{i}].by");
        within(&key, g.by)?;
        if let Some(today) = d.today
            && g.by <= today
        {
            return Err(wrong(text, &key, g.by, format!("after {today}"), "a goal needs time"));
        }
    }
    Ok(())
}
