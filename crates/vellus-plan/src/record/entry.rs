//! What a record holds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::deliver::Delivery;
use super::error::RecordError;

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// The first of all: which format this is.
    Begun {
        /// Version of the format.
        record_version: u32,
    },
    /// A version of the plan.
    Plan(PlanVersion),
    /// Somebody answers for a version.
    Approval(Approval),
    /// Somebody does so no longer.
    Withdrawal(Withdrawal),
    /// What was really done or measured.
    Delivered(Delivery),
    /// Anything else.
    Note {
        /// When.
        on: Date,
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What.
        text: String,
    },
}

/// A version of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// Number, from 1.
    pub version: u32,
    /// Day on which it was recorded.
    pub on: Date,
    /// The day that the plan counts from.
    pub today: Date,
    /// Label of the case.
    pub label: String,
    /// BLAKE3 of the case file.
    pub case_hash: String,
    /// BLAKE3 of the plan file.
    pub plan_hash: String,
    /// The program that made it.
    pub program: String,
    /// Version of its format.
    pub schema_version: u32,
    /// Seed.
    pub seed: u64,
    /// Whether it was a quick look.
    pub quick: bool,
    /// The strategy that leads.
    pub leading: String,
    /// The strategy that was agreed on.
    pub chosen: String,
    /// File of the plan in the folder of the record.
    pub plan_file: String,
    /// File of the case there.
    pub case_file: String,
}

/// Somebody answers for a version of the plan, which is locked by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: String,
    /// As what, such as "doctor".
    pub role: String,
    /// When.
    pub on: Date,
    /// Of which version.
    pub version: u32,
}

/// An approval is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Who.
    pub by: String,
    /// When.
    pub on: Date,
    /// Of which version.
    pub version: u32,
    /// Why.
    pub reason: String,
}

/// Refuses what says nothing, or does not fit a line.
pub(super) fn named(what: &str, text: &str) -> Result<(), RecordError> {
    if text.trim().is_empty() || text.chars().count() > 2000 {
        return Err(RecordError::Value {
            what: what.into(),
            value: format!("{} characters", text.trim().chars().count()),
            allowed: "1 to 2000 characters".into(),
        });
    }
    Ok(())
}
