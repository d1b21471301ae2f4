//! Reading a case: text in, a [`Case`] that cannot be wrong out.

use std::path::Path;

use vellus_blood::Blood;
use vellus_pigment::PigmentError;

use super::calendar::Calendar;
use super::locate::line_of;
use super::{Case, SCHEMA_VERSION, courses, range, readings, shade, smp};
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
    let mut case: Case = toml::from_str(text).map_err(|e| PlanError::toml(&e))?;
    if let Some(prp) = &mut case.site.prp {
        let at = line_of(text, "site.prp");
        prp.rotor
            .resolve(&case.site.centrifuges)
            .map_err(|source| PlanError::SitePrp { line: at, source })?;
    }
    check(&case, text)?;
    Ok(case)
}

/// A value that is refused, with the line on which it stands.
pub(super) fn wrong(
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

/// What can be said of a drawn hairline without the head.
fn check_drawn_line(case: &Case, text: &str) -> Result<(), PlanError> {
    let w = &case.wishes;
    if w.hairline.is_drawn()
        && let Some(height) = w.hairline_height_mm
    {
        return Err(wrong(
            text,
            "wishes.hairline_height_mm",
            height,
            "left out beside a drawn hairline",
            "the height of a drawn line is measured; leave out the one or the other",
        ));
    }
    w.hairline.check_drawn().map_err(|e| match e {
        PigmentError::Hairline { key, value, allowed, hint } => {
            wrong(text, &format!("wishes.hairline.{key}"), value, allowed, hint)
        }
        other => other.into(),
    })
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
    check_drawn_line(case, text)?;
    let calendar = Calendar::new(case, text);
    calendar.check()?;
    courses::check(case, text, &calendar)?;
    readings::check(case, text, &calendar)?;
    smp::check(case, text)?;
    shade::check(case, text)?;
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
    let known = crate::rules::intervals();
    if let Some(name) = case.site.waits_days.keys().find(|name| !known.contains_key(*name)) {
        let nearest = known.keys().min_by_key(|k| strsim::levenshtein(name, k));
        return Err(wrong(
            text,
            &format!("site.waits_days.{name}"),
            "a name that no rule has",
            known.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
            nearest.map_or_else(String::new, |n| format!("did you mean `{n}`?")),
        ));
    }
    if let Some(e) =
        case.dates.events.iter().find(|e| e.name.chars().count() > 60 || e.name.chars().any(char::is_control))
    {
        return Err(wrong(
            text,
            "dates.events",
            e.date,
            "names of at most 60 printable characters",
            "a word or two, such as \"wedding\"",
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
        for c in &case.site.centrifuges {
            c.validate().map_err(wrong)?;
        }
        prp.protocol(Blood::default()).validate().map_err(wrong)?;
        prp.logbook().map_err(wrong)?;
        if prp.rotor.radius_max_mm.is_none() && prp.spins.iter().any(|s| s.rpm.is_some()) {
            return Err(self::wrong(
                text,
                "site.prp.rotor.radius_max_mm",
                "left out",
                "30 to 400",
                "revolutions per minute mean nothing without the radius: measure it from the axis to the bottom of the tube, look it up in the manual, or name a rotor of the centrifuge list",
            ));
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
