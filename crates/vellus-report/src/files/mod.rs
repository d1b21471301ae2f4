//! Files for programs: the plan, the dots, the injections and the calendar.

mod calendar;
mod dots;
mod injections;
mod json;

pub use calendar::calendar_ics;
pub use dots::{dots_csv, dots_ply};
pub use injections::injections_csv;
pub use json::plan_json;
