//! The root of a hair under the skin, from the columns of the table.
//!
//! A root is three columns, one under the other, so that each has the reach of its depth; their sum is set right by
//! `gain`, because the upper ones shade the lower and because a shaft leans. The factor is fitted to roots that
//! were traced whole ([`super::trace_root`]: 70 µm, leaning at 40°, black, brown and blond, light and dark skin, 450, 550 and 620 nm,
//! 30,000 paths), all of which come out within 12 %.

use std::sync::Arc;

use super::skin_dots::{InkDots, SkinDots};
use super::taken::Taken;
use crate::spectrum::{BANDS, Spectrum};

/// Where a root starts to count, mm: the least top of the table, about the thickness of the horny layer and the
/// living layers above the mouth of the follicle. Assumption.
pub const ROOT_TOP_MM: f64 = 0.04;
/// Depth to which a root counts, mm. Down to the duct of the gland (0.5 to 0.7 mm) the shaft lies
/// free in a funnel of ordinary skin, which is what is traced; below, root sheaths and the sebaceous gland wrap it in a
/// sleeve that scatters before the shaft is met. Counting 3 mm instead doubles what it takes of red. Assumption.
pub const ROOT_BOTTOM_MM: f64 = 0.6;
/// Angle between shaft and skin that is meant, degrees.
pub const ROOT_ANGLE_DEG: f64 = 40.0;
/// Length of a root per depth, no unit: 1/sin of [`ROOT_ANGLE_DEG`].
pub const ROOT_SLANT: f64 = 1.556;
/// Columns of a root: top and height, mm.
pub const SEGMENTS: [(f64, f64); 3] = [(ROOT_TOP_MM, 0.08), (0.12, 0.13), (0.25, ROOT_BOTTOM_MM - 0.25)];

/// Factor on the sum of the columns of a root in skin of such reduced scattering, per mm.
fn gain(mus_prime_per_mm: f64) -> f64 {
    (1.77 - 0.18 * (mus_prime_per_mm - 2.28)).clamp(1.2, 2.0)
}

/// The roots of one hair colour in one skin.
#[derive(Clone, Debug)]
pub struct Roots {
    pub(crate) columns: InkDots,
    gain: Spectrum,
}

impl Roots {
    /// Roots whose shaft absorbs so much, per mm.
    #[must_use]
    pub fn new(skin: &Arc<SkinDots>, absorption_per_mm: &Spectrum) -> Self {
        let of: [f64; BANDS] = std::array::from_fn(|b| gain(skin.tissue[b].mus_prime_per_mm));
        Self { columns: skin.ink(absorption_per_mm), gain: Spectrum(of) }
    }

    /// What a root of this diameter takes.
    #[must_use]
    pub fn taken(&self, diameter_mm: f64) -> Taken {
        let of = SEGMENTS.map(|(top, height)| (1.0, self.columns.taken(diameter_mm, height, top)));
        let mut sum = Taken::sum(&of);
        for p in &mut sum.parts {
            p.area_mm2 = p.area_mm2 * self.gain;
        }
        sum
    }

    /// Factor on the sum of the columns, by band.
    #[must_use]
    pub fn gain(&self) -> &Spectrum {
        &self.gain
    }
}
