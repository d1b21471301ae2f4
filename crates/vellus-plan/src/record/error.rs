//! What can be wrong with a record.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::error::PlanError;

/// An error of the record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A file cannot be read or written.
    #[error("{path}: {reason}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An entry does not follow from the one before.
    #[error("the record {path} is broken at entry {entry}: {why}", path = path.display())]
    Broken {
        /// The list of entries.
        path: PathBuf,
        /// Which entry, from 1.
        entry: usize,
        /// What is wrong.
        why: String,
    },
    /// A plan or a case of a version is not what was recorded.
    #[error("{path} is not the file that was recorded as version {version}", path = path.display())]
    Changed {
        /// Which.
        path: PathBuf,
        /// Of which version.
        version: u32,
    },
    /// The record is of a newer program.
    #[error("the record has format {found}; this program reads up to {known}")]
    Newer {
        /// Its format.
        found: u32,
        /// What is known.
        known: u32,
    },
    /// Another program has added to the record meanwhile.
    #[error("{path} was added to while this was being done", path = path.display())]
    Busy {
        /// The list of entries.
        path: PathBuf,
    },
    /// The plan is of a format that is not known.
    #[error("{path}: the plan was made by {program} in format {found}; this program reads format {known}", path = path.display())]
    PlanFormat {
        /// Which.
        path: PathBuf,
        /// By which program.
        program: String,
        /// Its format.
        found: String,
        /// What is known.
        known: u32,
    },
    /// It is no plan, or lacks something that a plan has.
    #[error("{path}: not a plan: {reason}", path = path.display())]
    NoPlan {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The plan was made of another case.
    #[error("the plan was made of another case: it is of {plan}, the case file is {case} (BLAKE3)")]
    OtherCase {
        /// Hash in the plan.
        plan: String,
        /// Hash of the case.
        case: String,
    },
    /// The plan is of somebody else.
    #[error("the record is of {record:?}, the plan of {plan:?}")]
    OtherPerson {
        /// Label in the record.
        record: String,
        /// Label of the plan.
        plan: String,
    },
    /// The plan is there already.
    #[error("the plan is there already, as version {version}")]
    SamePlan {
        /// Which.
        version: u32,
    },
    /// The plan has no such strategy.
    #[error("the plan has no strategy {asked:?}; it has {known}", known = known.join(", "))]
    NoStrategy {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<String>,
    },
    /// There is no such version.
    #[error("{}", match (asked, last) { (_, 0) => "nothing has been planned in this record".to_owned(), (Some(n), last) => format!("there is no version {n}; the last is {last}"), (None, _) => "there is no version".to_owned() })]
    NoVersion {
        /// What was asked for.
        asked: Option<u32>,
        /// The last; 0 for none.
        last: u32,
    },
    /// A version is approved already.
    #[error("version {version} has been approved by {by} on {on}")]
    Approved {
        /// Which.
        version: u32,
        /// By whom.
        by: String,
        /// When.
        on: Date,
    },
    /// A version is not approved.
    #[error("version {version} is not approved")]
    NotApproved {
        /// Which.
        version: u32,
    },
    /// A date that cannot be.
    #[error("{what} on {on} is not possible: {why}")]
    Date {
        /// Of what.
        what: String,
        /// Which.
        on: Date,
        /// Why.
        why: String,
    },
    /// A value that cannot be.
    #[error("{what} = {value} is not possible; allowed: {allowed}")]
    Value {
        /// Of what.
        what: String,
        /// Which.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// The file of deliveries is not one.
    #[error("the file of what was delivered: {message}")]
    Deliveries {
        /// What is wrong, with the line.
        message: String,
    },
    /// The case or the plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file of dots.
    #[error("the dots of a session: {0}")]
    Dots(#[from] vellus_pigment::DotFileError),
}

impl RecordError {
    pub(super) fn file(path: &Path, e: &std::io::Error) -> Self {
        Self::File { path: path.to_path_buf(), reason: e.to_string() }
    }

    /// The likely fix, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Broken { .. } | Self::Changed { .. } => {
                "the record was changed by hand or damaged: bring back the folder from a backup".into()
            }
            Self::Newer { .. } => "use the program that wrote it, or a newer one".into(),
            Self::Busy { .. } => "do it again".into(),
            Self::PlanFormat { .. } | Self::NoPlan { .. } => {
                "make the plan anew with this program: `vellus plan CASE`, then `vellus record add-plan CASE`"
                    .into()
            }
            Self::OtherCase { .. } => {
                "the case was changed since, or the plan is of another one: `vellus plan CASE` makes it anew"
                    .into()
            }
            Self::OtherPerson { .. } => {
                "each case has a record of its own, beside it; keep its label as it is".into()
            }
            Self::NoVersion { last: 0, .. } => "`vellus record add-plan CASE` adds the first plan".into(),
            Self::Approved { .. } => {
                "an approved version is locked; `vellus record approve CASE --withdraw` takes it back".into()
            }
            Self::Date { .. } => "dates are year-month-day, such as 2027-03-15".into(),
            Self::Deliveries { .. } => {
                "docs/record.md has an example; `vellus record schema` prints every key".into()
            }
            Self::Plan(e) => return e.hint(),
            Self::Dots(e) => return e.hint(),
            _ => return None,
        })
    }
}
