//! The head of a case: a scan, a few lengths, or a mean head.

use std::path::Path;

use vellus_head::parametric::ParametricSpec;
use vellus_head::scan::{KnownLength, ScanSpec};
use vellus_head::{Head, io};
use vellus_units::Millimetres;

use crate::case::Case;
use crate::error::PlanError;
use crate::person::{Assumption, Person};

/// Builds the head of a case; what had to be assumed goes to the person's lists.
///
/// # Errors
/// [`PlanError`] when a scan cannot be read or used, or the lengths make no head.
pub fn build_head(case: &Case, folder: &Path, person: &mut Person) -> Result<Head, PlanError> {
    let keys = &case.head;
    let forehead = keys.forehead_height_mm.map(Millimetres);
    if forehead.is_none() {
        let norm = person.sex.forehead_height();
        person.assumptions.push(Assumption {
            key: "head.forehead_height_mm".into(),
            value: format!("{:.0} mm", norm.0),
            why: "mean of the sex; measure it on an old photograph where the hairline has gone".into(),
        });
    }
    if let Some(scan) = &keys.scan {
        return scanned(case, &folder.join(scan), forehead, person);
    }
    for (key, given) in [
        ("head.circumference_mm", keys.circumference_mm),
        ("head.length_mm", keys.length_mm),
        ("head.breadth_mm", keys.breadth_mm),
    ] {
        if given.is_none() {
            person.assumptions.push(Assumption {
                key: key.into(),
                value: "that of a mean head with the lengths that are known".into(),
                why: "ANSUR II means of the sex and the regression of circumference on length and breadth"
                    .into(),
            });
        }
    }
    let height = forehead.unwrap_or_else(|| person.sex.forehead_height());
    let tape = [keys.circumference_mm, keys.length_mm, keys.breadth_mm, keys.bitragion_coronal_arc_mm];
    let source =
        if tape.iter().any(Option::is_some) { "a head built from measured lengths" } else { "a mean head" };
    let spec = ParametricSpec {
        head_length: keys.length_mm.map(Millimetres),
        head_breadth: keys.breadth_mm.map(Millimetres),
        head_circumference: keys.circumference_mm.map(Millimetres),
        bitragion_coronal_arc: keys.bitragion_coronal_arc_mm.map(Millimetres),
        age_years: Some(person.age_years),
        sex: person.sex,
        ..ParametricSpec::default()
    };
    Ok(Head::from_lengths(&spec, Some(height), source)?)
}

fn scanned(
    case: &Case,
    path: &Path,
    forehead: Option<Millimetres>,
    person: &mut Person,
) -> Result<Head, PlanError> {
    let keys = &case.head;
    let scan = io::read_scan(path)?;
    let mut spec = ScanSpec::beside(path)?.unwrap_or_default();
    spec.complete_from(&scan);
    // The case speaks louder than the file beside the scan.
    spec.unit = keys.unit.or(spec.unit);
    spec.up = keys.up.or(spec.up);
    spec.forward = keys.forward.or(spec.forward);
    spec.landmarks.extend(keys.landmarks.iter().map(|(k, v)| (*k, *v)));
    if spec.unit.is_none() {
        spec.known_length = keys
            .circumference_mm
            .map(|l| KnownLength::HeadCircumference(Millimetres(l)))
            .or(keys.length_mm.map(|l| KnownLength::HeadLength(Millimetres(l))))
            .or(keys.breadth_mm.map(|l| KnownLength::HeadBreadth(Millimetres(l))))
            .or(spec.known_length);
    }
    let head = Head::from_scan(&scan.mesh, &spec, person.sex, forehead, "a scan")?;
    if let Some(report) = head.scan() {
        let reasons = report.reasons.iter();
        person.findings.extend(reasons.map(|r| format!("The scan is {}: {r}", report.verdict)));
    }
    person.findings.extend(head.notes().iter().cloned());
    let lengths = head.lengths();
    for (what, stated, found) in [
        ("circumference", keys.circumference_mm, lengths.head_circumference.0),
        ("length", keys.length_mm, lengths.head_length.0),
        ("breadth", keys.breadth_mm, lengths.head_breadth.0),
    ] {
        if let Some(stated) = stated
            && (stated - found).abs() > 8.0
        {
            person.findings.push(format!("The head {what} was stated as {stated:.0} mm; the scan measures {found:.0} mm. The scan was used."));
        }
    }
    Ok(head)
}
