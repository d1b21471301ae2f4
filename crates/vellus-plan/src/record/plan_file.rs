//! Reading a plan that an earlier run wrote.

use std::path::Path;

use serde_json::Value;

use super::error::RecordError;
use crate::case::SCHEMA_VERSION;
use crate::outcome::Plan;

/// Reads `plan.json`.
///
/// # Errors
/// [`RecordError::PlanFormat`] for a format that is not known: what a plan of another format means
/// is not guessed.
pub fn read(path: &Path) -> Result<Plan, RecordError> {
    let text = std::fs::read_to_string(path).map_err(|e| RecordError::file(path, &e))?;
    parse(&text, path)
}

/// Reads the text of a plan; `path` is for messages. A format has its own arm here: that of this program is
/// read as it is, and an earlier one is brought up step by step where its steps are known.
///
/// # Errors
/// As for [`read`].
pub fn parse(text: &str, path: &Path) -> Result<Plan, RecordError> {
    let no_plan = |reason: String| RecordError::NoPlan { path: path.to_path_buf(), reason };
    let value: Value = serde_json::from_str(text).map_err(|e| no_plan(e.to_string()))?;
    let program = value.get("program").and_then(Value::as_str).unwrap_or("an unknown program").to_owned();
    match value.get("schema_version").and_then(Value::as_u64) {
        Some(v) if v == u64::from(SCHEMA_VERSION) => {
            serde_json::from_value(value).map_err(|e| no_plan(format!("{e} (made by {program})")))
        }
        Some(v) => Err(RecordError::PlanFormat {
            path: path.to_path_buf(),
            program,
            found: v.to_string(),
            known: SCHEMA_VERSION,
        }),
        None => Err(no_plan("it has no schema_version".into())),
    }
}
