//! Trials on virtual patients: a study file enrols people, treats them, measures them with the
//! instrument of the paper and puts paper and model side by side.
//!
//! [`mod@file`] is the format, [`mod@check`] refuses what cannot be, [`mod@patient`] enrols and treats
//! one virtual patient, [`mod@run`] runs the arms, [`mod@power`] says how many people a trial needs,
//! [`mod@text`] prints.

pub mod check;
pub mod file;
pub mod patient;
pub mod power;
pub mod run;
pub mod text;

pub use file::Study;
pub use power::{Power, power};
pub use run::{ArmResult, Effort, Estimate, Outcome, run};
pub use text::text;

/// The JSON Schema of study files.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Study)
}
