//! The hair pull: about sixty hairs are grasped and drawn.

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings};
use crate::cycle::Phase;
use crate::model::Model;

/// Hairs grasped.
const GRASPED: f64 = 60.0;
/// Resting hairs within so many days of falling come out (assumption: the club hair has let go in its
/// last two weeks).
const LOOSE_DAYS: f64 = 14.0;

/// A hair pull test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HairPull;

impl Instrument for HairPull {
    fn id(&self) -> &'static str {
        "hair_pull"
    }

    fn title(&self) -> &'static str {
        "hair pull"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("pulled_hairs", "hairs that come out of 60", "")]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, error: &mut Stream) -> Readings {
        // Only hairs long enough to be grasped.
        let long = now.hairs.iter().filter(|h| h.length_mm >= 10.0);
        let (all, loose) = long.fold((0.0, 0.0), |(n, k), h| {
            (n + 1.0, k + f64::from(u8::from(h.phase == Phase::Telogen && h.left_days < LOOSE_DAYS)))
        });
        let share = loose / f64::max(all, 1.0);
        let pulled = (0..GRASPED as u32).filter(|_| error.uniform() < share).count() as f64;
        Readings::from([("pulled_hairs", pulled)])
    }
}
