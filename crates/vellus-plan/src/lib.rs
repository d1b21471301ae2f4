//! The case, the strategies, the course of each, indicators and their comparison.
//!
//! [`case`] is what a user writes; [`person`] the same with every gap filled from a stated norm,
//! with each [`visit`] at which the hair was read; [`subject`] that person's head with every
//! follicle on it; [`strategy`] what could be done; [`schedule`] the same on dates; [`forecast`] what
//! comes of it, with [`dotwork`] for the dots and [`ensemble`] for the futures, read by each [`indicator`] and
//! by [`area_histogram`]; [`mod@bench`] and [`inject`] PRP from the blood draw to the scalp, with [`checks`]
//! before it; [`compare`] the comparison; [`record`] the versions of a plan and
//! what was really done; [`outcome`] the documents; [`plan`] runs them all.

pub mod area_histogram;
pub mod bench;
pub mod case;
pub mod checks;
pub mod compare;
pub mod dot_worth;
pub mod dotwork;
pub mod ensemble;
pub mod error;
pub mod field;
pub mod fit;
pub mod forecast;
pub mod grow;
pub mod head;
pub mod indicator;
pub mod inject;
pub mod leaflet;
pub mod marks;
pub mod optimise;
pub mod outcome;
pub mod person;
pub mod plan;
pub mod pool;
pub mod record;
pub mod rules;
pub mod scalp_outline;
pub mod schedule;
pub mod shade;
pub mod sitting;
pub mod smp_card;
pub mod smp_stop;
pub mod strategy;
pub mod subject;
pub mod visit;
mod wanted;

pub use case::Case;
pub use error::PlanError;
pub use forecast::{Effort, MedianCourse, Moment};
pub use outcome::Plan;
pub use plan::{Planned, Request, make};
pub use subject::Subject;
