//! Every injection point of a session, as a table.

use vellus_plan::inject::InjectionPlan;
use vellus_plan::subject::zone_name;

use crate::error::ReportError;

/// Columns of the table.
const COLUMNS: [&str; 8] = ["id", "zone", "x_mm", "y_mm", "z_mm", "volume_ml", "depth_mm", "turn"];

/// The points of one session as CSV, row by row of the head, in head coordinates. `turn` is 1 for
/// points that are injected with what is prepared, and 2 for those that wait for more: their volume is
/// 0, so that the column adds up to what is injected.
///
/// # Errors
/// [`ReportError::Table`].
pub fn injections_csv(injection: &InjectionPlan) -> Result<Vec<u8>, ReportError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for p in &injection.points {
        let [x, y, z] = p.in_head.map(|v| format!("{v:.2}"));
        out.write_record([
            p.id.to_string(),
            zone_name(p.zone).to_owned(),
            x,
            y,
            z,
            format!("{:.4}", p.volume_ml),
            format!("{:.1}", p.depth_mm),
            p.turn.to_string(),
        ])?;
    }
    out.into_inner().map_err(|e| ReportError::Table(e.into_error().into()))
}
