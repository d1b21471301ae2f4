//! Heads with every follicle, on which virtual people are set.

use std::path::Path;

use vellus_hair::course::Sample;
use vellus_head::Zone;
use vellus_plan::case::read;
use vellus_plan::person::Person;
use vellus_plan::subject::{Subject, ZONES};

use crate::error::EvidenceError;

/// Follicles of a group that stand for it in a forecast: every response shares their luck, which has to stay
/// small beside what is not known. A plan has 700; half of them halve the time.
const SAMPLE: usize = 350;

/// A man who loses the vertex, one whose front has gone back, a woman with central thinning: the
/// patterns that the program tells apart.
const CASES: [(&str, f64, &str, &str); 3] = [
    ("male", 38.0, "norwood_3_vertex", "steady"),
    ("male", 46.0, "norwood_4", "slow"),
    ("female", 52.0, "ludwig_2", "steady"),
];

/// A head with every follicle.
pub(crate) struct Template {
    pub subject: Subject,
    /// The thinning area.
    pub thin: Vec<usize>,
    /// Its size, cm².
    pub area_cm2: f64,
    /// Zones that a clinic would count in.
    pub zones: Vec<Zone>,
    /// Follicles of a forecast.
    pub sample: Sample,
    /// Every follicle that is looked at.
    pub whole: Sample,
}

/// All templates.
pub(crate) fn all(seed: u64) -> Result<Vec<Template>, EvidenceError> {
    CASES.iter().map(|c| one(c, seed)).collect()
}

fn one((sex, age, stage, pace): &(&str, f64, &str, &str), seed: u64) -> Result<Template, EvidenceError> {
    let text = format!(
        "schema_version = 1\n[person]\nage_years = {age}\nsex = \"{sex}\"\n[loss]\nstage = \"{stage}\"\npace = \"{pace}\"\n[dates]\ntoday = 2026-03-01\n"
    );
    let broken = |e: vellus_plan::PlanError| EvidenceError::File {
        name: format!("bands of a plan, {stage}"),
        message: e.to_string(),
    };
    let case = read::parse(&text).map_err(broken)?;
    let today = case.dates.today.unwrap_or_default();
    let person = Person::from_case(&case, today);
    let subject = Subject::new(&case, Path::new("."), person, seed).map_err(broken)?;
    let thin = subject.thinning();
    let zones: Vec<Zone> = ZONES.into_iter().filter(|z| subject.area_cm2[*z as usize + 9] > 5.0).collect();
    let read: Vec<usize> = zones.iter().flat_map(|z| [*z as usize, *z as usize + 9]).collect();
    let group = |i: &u32| usize::from(subject.groups.of[*i as usize]);
    let mut sample = Sample::by_group(&subject.scalp, &subject.groups, |_| SAMPLE);
    sample.follicles.retain(|i| thin.contains(&group(i)));
    let mut whole = Sample::whole(&subject.scalp);
    whole.follicles.retain(|i| thin.contains(&group(i)) || read.contains(&group(i)));
    let area_cm2 = subject.thinning_cm2();
    Ok(Template { thin, area_cm2, zones, sample, whole, subject })
}
