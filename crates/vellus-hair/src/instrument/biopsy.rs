//! A 4-mm punch biopsy, cut horizontally.

use std::f64::consts::PI;

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings};
use crate::course::TERMINAL_UM;
use crate::cycle::Phase;
use crate::model::Model;

/// Area of the punch, cm².
pub const PUNCH_CM2: f64 = PI * 0.2 * 0.2;

/// A 4-mm punch.
///
/// Histology sees every follicle, also one whose hair is too thin for a camera; an empty follicle in
/// kenogen shows as a telogen germinal unit and counts as resting; a regressed one as a fibrous
/// stela. Counts are those of one punch: the field is thinned to the punch by a random draw, so that
/// a single biopsy scatters as it does in life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Biopsy;

impl Instrument for Biopsy {
    fn id(&self) -> &'static str {
        "biopsy"
    }

    fn title(&self) -> &'static str {
        "4-mm punch biopsy"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[
            ("biopsy_follicles", "follicles in a punch", ""),
            ("biopsy_terminal", "terminal hairs in a punch", ""),
            ("biopsy_vellus", "vellus hairs in a punch", ""),
            ("biopsy_terminal_per_vellus", "terminal to vellus hairs in a punch", ""),
            ("biopsy_anagen_percent", "follicles in anagen", "%"),
            ("biopsy_telogen_percent", "follicles in catagen or telogen", "%"),
            ("biopsy_stelae", "fibrous stelae in a punch", ""),
        ]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, error: &mut Stream) -> Readings {
        let keep = (PUNCH_CM2 / now.area_cm2).min(1.0);
        let (mut terminal, mut vellus, mut anagen) = (0.0, 0.0, 0.0);
        for h in &now.hairs {
            if error.uniform() >= keep {
                continue;
            }
            if h.calibre_um >= f64::from(TERMINAL_UM) {
                terminal += 1.0;
            } else {
                vellus += 1.0;
            }
            if h.phase == Phase::Anagen {
                anagen += 1.0;
            }
        }
        let mut thin = |n: usize| (0..n).filter(|_| error.uniform() < keep).count() as f64;
        let (empty, stelae) = (thin(now.empty), thin(now.regressed));
        let follicles = terminal + vellus + empty;
        let share = |part: f64| if follicles > 0.0 { 100.0 * part / follicles } else { 0.0 };
        Readings::from([
            ("biopsy_follicles", follicles),
            ("biopsy_terminal", terminal),
            ("biopsy_vellus", vellus),
            // A punch without vellus hairs counts as one with half a hair.
            ("biopsy_terminal_per_vellus", terminal / f64::max(vellus, 0.5)),
            ("biopsy_anagen_percent", share(anagen)),
            ("biopsy_telogen_percent", share(follicles - anagen)),
            ("biopsy_stelae", stelae),
        ])
    }
}
