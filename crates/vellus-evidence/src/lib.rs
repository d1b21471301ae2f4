//! Published numbers with their sources, and the model beside them.
//!
//! A published result is a file that runs: an experiment, and what was published about it with a
//! tolerance. [`hair`] holds experiments on follicles, [`head`] measures of heads, [`pigment`] whole works of dots,
//! [`light`] light in tissue, hair and the eye; a blood
//! preparation is a protocol file of the blood room; [`plan_bands`] holds the bands of plans against people
//! whose truth is known. [`validate`] runs them all and gives one [`Row`] for each published number.

pub mod blood;
pub mod calibrate;
pub mod error;
pub mod experiment;
pub mod hair;
pub mod head;
pub mod light;
mod light_dot;
mod light_eye;
mod light_hair;
mod light_skin;
pub mod pigment;
pub mod plan_bands;
pub mod row;
pub mod study;

pub use error::EvidenceError;
pub use row::{Row, table};

/// Areas that can be validated.
pub const AREAS: [&str; 6] = ["head", "hair", "blood", "pigment", "light", "plan"];

/// Runs the experiments of the given areas (all when none is named).
///
/// `quick` takes fewer virtual people: the same experiments with more Monte-Carlo error.
///
/// # Errors
/// [`EvidenceError`] when a file of the program is broken.
pub fn validate(areas: &[String], seed: u64, quick: bool) -> Result<Vec<Row>, EvidenceError> {
    let wanted = |area: &str| areas.is_empty() || areas.iter().any(|a| a == area);
    let mut rows = Vec::new();
    if wanted("head") {
        rows.extend(head::run_all()?);
    }
    if wanted("hair") {
        rows.extend(hair::run_all(seed, quick)?);
    }
    if wanted("blood") {
        rows.extend(blood::run_all(seed)?);
    }
    if wanted("pigment") {
        rows.extend(pigment::run_all(seed)?);
    }
    if wanted("light") {
        rows.extend(light::run_all(seed, quick)?);
    }
    if wanted("plan") {
        rows.extend(plan_bands::run_all(seed, quick)?);
    }
    Ok(rows)
}
