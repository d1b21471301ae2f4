//! Files for programs: the plan, the dots and the calendar.

mod calendar;
mod dots;
mod json;

pub use calendar::calendar_ics;
pub use dots::{dots_csv, dots_ply};
pub use json::plan_json;
