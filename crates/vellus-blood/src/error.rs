//! What can go wrong between a text and a preparation.

/// An error of this crate: what, where, the allowed range and, where one exists, the likely fix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BloodError {
    /// A protocol file is not valid TOML, or has a key or a word that is not known. The message
    /// carries the line.
    #[error("protocol: {message}")]
    Syntax {
        /// The message of the TOML reader, with line and column.
        message: String,
    },
    /// A number outside the range that the model is made for.
    #[error("{what} = {value}{} is outside {lo} to {hi}{}; {hint}", spaced(unit), spaced(unit))]
    OutOfRange {
        /// Path of the key, as in the file.
        what: String,
        /// What was given.
        value: f64,
        /// Unit of the value and of the range.
        unit: &'static str,
        /// Lowest allowed value.
        lo: f64,
        /// Highest allowed value.
        hi: f64,
        /// The likely fix.
        hint: String,
    },
    /// Two statements that cannot both hold, or a statement that is missing.
    #[error("{what}: {problem}; {hint}")]
    Inconsistent {
        /// Path of the key, as in the file.
        what: String,
        /// What does not fit.
        problem: String,
        /// The likely fix.
        hint: String,
    },
}

fn spaced(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

impl BloodError {
    pub(crate) fn inconsistent(
        what: impl Into<String>,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Inconsistent { what: what.into(), problem: problem.into(), hint: hint.into() }
    }
}

/// Rejects `value` unless `lo ≤ value ≤ hi`; NaN is rejected too.
pub(crate) fn within(
    what: &str,
    value: f64,
    unit: &'static str,
    lo: f64,
    hi: f64,
    hint: &str,
) -> Result<(), BloodError> {
    if (lo..=hi).contains(&value) {
        Ok(())
    } else {
        Err(BloodError::OutOfRange { what: what.to_owned(), value, unit, lo, hi, hint: hint.to_owned() })
    }
}
