//! Shedding: hairs lost per day.

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings};
use crate::model::Model;

/// Hair-bearing area of a mean man's head, cm²: our parametric head at mean lengths.
pub const SCALP_CM2: f64 = 584.0;

/// Hairs that fall in the weeks before a visit, as if the whole scalp were like the target area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shedding;

impl Instrument for Shedding {
    fn id(&self) -> &'static str {
        "shedding"
    }

    fn title(&self) -> &'static str {
        "shedding"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[
            ("shed_per_day", "hairs shed per day if the whole scalp were like this", "/d"),
            ("shed_per_cm2_per_day", "hairs shed per day and cm²", "/cm²/d"),
        ]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, _: &mut Stream) -> Readings {
        let per_cm2 = now.shed_per_day / now.area_cm2;
        Readings::from([("shed_per_day", per_cm2 * SCALP_CM2), ("shed_per_cm2_per_day", per_cm2)])
    }
}
