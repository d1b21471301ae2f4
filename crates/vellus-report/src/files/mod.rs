//! Files for programs: the plan, the dots, the injections, the supplies and the calendar.

mod calendar;
mod dots;
mod injections;
mod json;
mod supplies;

pub use calendar::calendar_ics;
pub use dots::{dots_csv, dots_ply};
pub use injections::injections_csv;
pub use json::plan_json;
pub use supplies::supply_csv;
