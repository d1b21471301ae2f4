//! Hair weight: what grows in a clipped area in a number of days.

use std::f64::consts::PI;

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings, count_error};
use crate::cycle::Phase;
use crate::model::Model;

/// Mass of hair, mg per mm³: 1.32 g/cm³ (keratin of hair, Robbins, *Chemical and Physical Behavior of
/// Human Hair*).
const MG_PER_MM3: f64 = 1.32;

/// Weighing of the regrowth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HairWeight {
    /// Days of regrowth.
    pub days: f64,
}

impl HairWeight {
    /// Thirty days of regrowth (interval hair weight).
    pub const USUAL: Self = Self { days: 30.0 };
}

impl Instrument for HairWeight {
    fn id(&self) -> &'static str {
        "hair_weight"
    }

    fn title(&self) -> &'static str {
        "hair weight"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("weight_mg_per_cm2", "weight of the regrowth", "mg/cm²")]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, error: &mut Stream) -> Readings {
        let mm3: f64 = now
            .hairs
            .iter()
            .filter(|h| h.phase == Phase::Anagen)
            .map(|h| {
                let r = 0.5e-3 * h.calibre_um;
                // A hair that leaves anagen meanwhile grows until then.
                PI * r * r * h.growth_um_per_day * 1e-3 * self.days.min(h.left_days)
            })
            .sum();
        let mg = MG_PER_MM3 * mm3 * now.trial_factor * count_error(error) / now.area_cm2;
        Readings::from([("weight_mg_per_cm2", mg)])
    }
}
