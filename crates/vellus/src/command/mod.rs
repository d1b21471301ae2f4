//! One module for each verb.

pub(crate) mod case;
pub(crate) mod dots;
pub(crate) mod grow;
pub(crate) mod head;
pub(crate) mod plan;
mod planning;
pub(crate) mod record;
pub(crate) mod render;
pub(crate) mod shade;
pub(crate) mod spin;
pub(crate) mod study;
pub(crate) mod validate;

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The calendar day of the system, for cases that name none.
pub(crate) fn system_day() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}
