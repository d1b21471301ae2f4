//! The phototrichogram: hairs of a clipped circle, counted on photographs some days apart.

use vellus_units::maths::normal_cdf;
use vellus_units::random::Stream;

use super::{Field, Instrument, Readings, count_error};
use crate::course::TERMINAL_UM;
use crate::cycle::Phase;
use crate::model::Model;

/// A phototrichogram.
///
/// Hairs that grow between the photographs are anagen. A camera does not see every thin, pale hair:
/// the chance to be counted rises with the calibre about [`Self::sees_um`]; contrast-enhanced
/// methods see thinner hairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Phototrichogram {
    /// Calibre at which half of the hairs are counted, µm.
    pub sees_um: f64,
}

/// Width of the step from unseen to seen, µm (assumption).
const SEES_WIDTH_UM: f64 = 4.0;

impl Phototrichogram {
    /// A macrophotograph: half of the hairs of 16 µm are counted (assumption; the thinnest and palest
    /// vellus hairs escape a 1:1 lens).
    pub const USUAL: Self = Self { sees_um: 16.0 };

    /// Chance that a hair of this calibre is counted.
    #[must_use]
    pub fn sees(&self, calibre_um: f64) -> f64 {
        normal_cdf((calibre_um - self.sees_um) / SEES_WIDTH_UM)
    }
}

impl Instrument for Phototrichogram {
    fn id(&self) -> &'static str {
        "phototrichogram"
    }

    fn title(&self) -> &'static str {
        "phototrichogram"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[
            ("total_per_cm2", "hairs", "/cm²"),
            ("anagen_per_cm2", "anagen hairs", "/cm²"),
            ("telogen_per_cm2", "resting hairs", "/cm²"),
            ("anagen_percent", "share in anagen", "%"),
            ("telogen_percent", "resting share", "%"),
            ("non_vellus_per_cm2", "non-vellus hairs (30 µm and more)", "/cm²"),
            ("meaningful_per_cm2", "meaningful hairs (over 40 µm and 30 mm)", "/cm²"),
            ("growth_um_per_day", "growth of anagen hairs", "µm/d"),
        ]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, error: &mut Stream) -> Readings {
        let (mut total, mut anagen, mut terminal, mut meaningful, mut growth) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for h in &now.hairs {
            let seen = self.sees(h.calibre_um);
            total += seen;
            if h.phase == Phase::Anagen {
                anagen += seen;
                growth += seen * h.growth_um_per_day;
            }
            if h.calibre_um >= f64::from(TERMINAL_UM) {
                terminal += seen;
            }
            if h.calibre_um > 40.0 && h.length_mm > 30.0 {
                meaningful += seen;
            }
        }
        let k = now.trial_factor * count_error(error) / now.area_cm2;
        let share = |part: f64| if total > 0.0 { 100.0 * part / total } else { 0.0 };
        Readings::from([
            ("total_per_cm2", k * total),
            ("anagen_per_cm2", k * anagen),
            ("telogen_per_cm2", k * (total - anagen)),
            ("anagen_percent", share(anagen)),
            ("telogen_percent", share(total - anagen)),
            ("non_vellus_per_cm2", k * terminal),
            ("meaningful_per_cm2", k * meaningful),
            ("growth_um_per_day", if anagen > 0.0 { growth / anagen } else { 0.0 }),
        ])
    }
}
