//! Files for programs: the plan, the injections and the calendar.

mod calendar;
mod injections;
mod json;

pub use calendar::calendar_ics;
pub use injections::injections_csv;
pub use json::plan_json;
