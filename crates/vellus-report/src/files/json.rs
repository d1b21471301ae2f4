//! The plan as JSON.

use vellus_plan::Plan;

use crate::error::ReportError;

/// The plan as indented JSON that ends with a line break; keys in the order of the type, maps
/// sorted.
///
/// # Errors
/// [`ReportError::Json`].
pub fn plan_json(plan: &Plan) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(plan)?;
    text.push('\n');
    Ok(text)
}
