//! What each SMP session uses up, as a table.

use vellus_plan::smp_card::SmpCard;

use crate::error::ReportError;

/// Columns of the table.
const COLUMNS: [&str; 6] = ["session", "date", "item", "quantity", "unit", "why"];

/// Text that a spreadsheet would take for a formula, with an apostrophe before it: names of pigments and
/// needles come from the case.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Supplies of all sessions as CSV, one row an item, in the order of sessions. Names that would start a
/// formula in a spreadsheet begin with an apostrophe.
///
/// # Errors
/// [`ReportError::Table`].
pub fn supply_csv(card: &SmpCard) -> Result<Vec<u8>, ReportError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for s in &card.sessions {
        for i in &s.supplies {
            out.write_record([
                s.number.to_string(),
                s.date.to_string(),
                harmless(&i.item),
                format!("{}", (1000.0 * i.quantity).round() / 1000.0),
                harmless(&i.unit),
                harmless(&i.why),
            ])?;
        }
    }
    out.into_inner().map_err(|e| ReportError::Table(e.into_error().into()))
}
