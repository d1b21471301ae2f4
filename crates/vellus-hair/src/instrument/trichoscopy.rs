//! Trichoscopy: calibres and units under a dermatoscope.

use std::collections::BTreeMap;

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings, count_error};
use crate::course::TERMINAL_UM;
use crate::model::Model;

/// Spread of a repeated calibre measurement of one hair, µm (assumption: one step of a 20×
/// trichoscope).
const CALIBRE_ERROR_UM: f64 = 2.0;
/// Thinnest hair that is measured, µm (assumption).
const LEAST_UM: f64 = 10.0;

/// A trichoscope at 20× to 70×.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trichoscopy;

impl Instrument for Trichoscopy {
    fn id(&self) -> &'static str {
        "trichoscopy"
    }

    fn title(&self) -> &'static str {
        "trichoscopy"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[
            ("trichoscopy_hairs_per_cm2", "hairs under the trichoscope", "/cm²"),
            ("calibre_um", "mean calibre", "µm"),
            ("terminal_calibre_um", "mean calibre of terminal hairs", "µm"),
            ("thin_percent", "hairs under 30 µm", "%"),
            ("diversity_percent", "hairs more than 20 % thinner or thicker than the mean", "%"),
            ("terminal_per_vellus", "terminal to vellus hairs", ""),
            ("single_unit_percent", "units with a single hair", "%"),
            ("terminal_hairs_per_cm2", "terminal hairs under the trichoscope", "/cm²"),
            ("vellus_hairs_per_cm2", "vellus hairs under the trichoscope", "/cm²"),
        ]
    }

    fn read(&self, _: &Model, now: &Field, _: &Field, error: &mut Stream) -> Readings {
        let mut of_unit: BTreeMap<u32, u32> = BTreeMap::new();
        let mut calibres = Vec::with_capacity(now.hairs.len());
        for h in &now.hairs {
            let measured = (h.calibre_um + CALIBRE_ERROR_UM * error.normal()).max(5.0);
            if h.calibre_um < LEAST_UM {
                continue;
            }
            calibres.push(measured);
            *of_unit.entry(h.unit).or_default() += 1;
        }
        let n = calibres.len().max(1) as f64;
        let mean = calibres.iter().sum::<f64>() / n;
        let thin = calibres.iter().filter(|c| **c < f64::from(TERMINAL_UM)).count() as f64;
        let thick: Vec<f64> = calibres.iter().copied().filter(|c| *c >= f64::from(TERMINAL_UM)).collect();
        let far = calibres.iter().filter(|c| (**c - mean).abs() > 0.2 * mean).count() as f64;
        let singles = of_unit.values().filter(|k| **k == 1).count() as f64;
        let k = now.trial_factor * count_error(error) / now.area_cm2;
        Readings::from([
            ("trichoscopy_hairs_per_cm2", k * calibres.len() as f64),
            ("calibre_um", mean),
            ("terminal_calibre_um", thick.iter().sum::<f64>() / thick.len().max(1) as f64),
            ("thin_percent", 100.0 * thin / n),
            ("diversity_percent", 100.0 * far / n),
            // A field without vellus hairs counts as one with half a hair.
            ("terminal_per_vellus", thick.len() as f64 / thin.max(0.5)),
            ("single_unit_percent", 100.0 * singles / of_unit.len().max(1) as f64),
            ("terminal_hairs_per_cm2", k * thick.len() as f64),
            ("vellus_hairs_per_cm2", k * thin),
        ])
    }
}
