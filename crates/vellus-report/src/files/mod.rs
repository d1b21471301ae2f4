//! Files for programs: the plan, the injections, the supplies and the calendar.

mod calendar;
mod injections;
mod json;
mod supplies;

pub use calendar::calendar_ics;
pub(crate) use calendar::find;
pub use injections::injections_csv;
pub use json::plan_json;
pub use supplies::supply_csv;
