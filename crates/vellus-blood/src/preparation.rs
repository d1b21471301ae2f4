//! A preparation with its uncertainty.

use crate::ensemble::Ensemble;
use crate::error::BloodError;
use crate::inputs::{INPUTS, Input, Inputs, Z90};
use crate::process::{self, Layers, Look, Outcome};
use crate::protocol::Protocol;
use rayon::prelude::*;
use serde::Serialize;
use serde::ser::SerializeMap;
use vellus_units::maths::{quantile, weighted_quantile};

/// Draws of an ensemble.
pub const DRAWS: usize = 128;
/// Largest height of a grid cell in an ensemble's runs, mm.
pub const ENSEMBLE_MM: f64 = 0.3;
/// Largest height of a grid cell for pictures, mm.
pub const FINE_MM: f64 = 0.12;

/// A number with its 80 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// Median.
    pub median: f64,
    /// 10 % quantile.
    pub lo: f64,
    /// 90 % quantile.
    pub hi: f64,
}

impl Estimate {
    pub(crate) fn of(mut sample: Vec<f64>) -> Self {
        Self {
            median: quantile(&mut sample, 0.5),
            lo: quantile(&mut sample, 0.1),
            hi: quantile(&mut sample, 0.9),
        }
    }

    /// Of values with weights that add up to one.
    pub(crate) fn weighted(sample: &[(f64, f64)]) -> Self {
        let [lo, median, hi] = [0.1, 0.5, 0.9].map(|q| weighted_quantile(sample, q));
        Self { median, lo, hi }
    }

    /// Multiplies all three.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { median: self.median * factor, lo: self.lo * factor, hi: self.hi * factor }
    }
}

/// What one tube gives. It is written out under the names of [`Preparation::named`].
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    /// Platelets over those in the blood drawn, fraction.
    pub recovery: Estimate,
    /// Platelets per volume over those of the blood.
    pub concentration_factor: Estimate,
    /// Platelets, 10³/µL.
    pub platelets_per_ul: Estimate,
    /// Platelets in the whole preparation, 10⁹.
    pub platelets_total: Estimate,
    /// Red cells, 10³/µL.
    pub rbc_per_ul: Estimate,
    /// White cells, 10³/µL.
    pub wbc_per_ul: Estimate,
    /// Red cells, volume fraction.
    pub haematocrit: Estimate,
    /// Volume, mL.
    pub volume_ml: Estimate,
    /// Red cells of the blood that stay behind, fraction.
    pub rbc_removed: Estimate,
    /// White cells of the blood that stay behind, fraction.
    pub wbc_removed: Estimate,
    /// White cells per volume over those of the blood.
    pub wbc_factor: Estimate,
    /// Platelets of the blood, 10³/µL.
    pub blood_platelets_per_ul: Estimate,
    /// White cells of the blood, 10³/µL.
    pub blood_wbc_per_ul: Estimate,
    /// What the protocol leaves out, with the range that was drawn from.
    pub assumed: Vec<Input>,
}

impl Preparation {
    /// Every number with its name, which carries the unit and is the one used in
    /// [`crate::Published`], its unit in words, and its estimate.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &'static str, Estimate); 12] {
        [
            ("recovery_pct", "%", self.recovery.times(100.0)),
            ("concentration_factor", "", self.concentration_factor),
            ("platelets_k_per_ul", "×10³/µL", self.platelets_per_ul),
            ("platelets_total_billion", "×10⁹", self.platelets_total),
            ("rbc_k_per_ul", "×10³/µL", self.rbc_per_ul),
            ("haematocrit_pct", "%", self.haematocrit.times(100.0)),
            ("wbc_k_per_ul", "×10³/µL", self.wbc_per_ul),
            ("volume_ml", "mL", self.volume_ml),
            ("rbc_removed_pct", "%", self.rbc_removed.times(100.0)),
            ("wbc_removed_pct", "%", self.wbc_removed.times(100.0)),
            ("wbc_factor", "", self.wbc_factor),
            ("blood_platelets_k_per_ul", "×10³/µL", self.blood_platelets_per_ul),
        ]
    }
}

impl Serialize for Preparation {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(None)?;
        for (name, _, estimate) in self.named() {
            map.serialize_entry(name, &estimate)?;
        }
        map.serialize_entry("assumed", &self.assumed)?;
        map.end()
    }
}

/// How the concentration factor answers to one input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The input and its 80 % interval.
    pub input: Input,
    /// Concentration factor at the lower end, the others at their medians.
    pub at_lo: f64,
    /// Concentration factor at the upper end.
    pub at_hi: f64,
}

/// Runs a protocol with [`DRAWS`] draws of the uncertain inputs.
///
/// The result is a function of protocol and seed, whatever the number of threads.
///
/// # Errors
/// When the protocol is not valid.
pub fn prepare(protocol: &Protocol, seed: u64) -> Result<Preparation, BloodError> {
    prepare_with(protocol, seed, DRAWS, ENSEMBLE_MM)
}

/// [`prepare`] with another number of draws (at least 16) and height of grid cells (0.05 to 5 mm).
///
/// # Errors
/// When the protocol is not valid, or a number is out of range.
pub fn prepare_with(
    protocol: &Protocol,
    seed: u64,
    draws: usize,
    resolution_mm: f64,
) -> Result<Preparation, BloodError> {
    Ok(Ensemble::run(protocol, &Inputs::of(protocol), seed, draws, resolution_mm)?.preparation())
}

/// One run with every input at its median.
///
/// # Errors
/// When the protocol is not valid.
pub fn median_outcome(protocol: &Protocol, resolution_mm: f64) -> Result<Outcome, BloodError> {
    outcome_from(protocol, &Inputs::of(protocol), resolution_mm)
}

/// [`median_outcome`] from other inputs, each at its median.
///
/// # Errors
/// When the protocol is not valid.
pub(crate) fn outcome_from(
    protocol: &Protocol,
    inputs: &Inputs,
    resolution_mm: f64,
) -> Result<Outcome, BloodError> {
    protocol.validate()?;
    crate::error::within("resolution_mm", resolution_mm, "mm", 0.05, 5.0, "use 0.3")?;
    Ok(process::run(protocol, &inputs.median(), Look { resolution_mm, pictures: 0 }, &mut Vec::new()))
}

/// The layers at `looks` times of each spin (at least 2), every input at its median.
///
/// # Errors
/// When the protocol is not valid.
pub fn pictures(protocol: &Protocol, looks: usize) -> Result<Vec<Layers>, BloodError> {
    protocol.validate()?;
    let mut all = Vec::new();
    let look = Look { resolution_mm: FINE_MM, pictures: looks.max(2) };
    process::run(protocol, &Inputs::of(protocol).median(), look, &mut all);
    Ok(all)
}

/// The concentration factor with each uncertain input at the ends of its 80 % interval, the
/// largest change first.
///
/// # Errors
/// When the protocol is not valid.
pub fn sensitivity(protocol: &Protocol) -> Result<Vec<Sensitivity>, BloodError> {
    protocol.validate()?;
    let inputs = Inputs::of(protocol);
    let at = |k: usize, end: f64| {
        let draw = inputs.draw(|i| if i == k { end * Z90 } else { 0.0 });
        process::run(protocol, &draw, Look { resolution_mm: ENSEMBLE_MM, pictures: 0 }, &mut Vec::new())
            .concentration_factor
    };
    let mut all: Vec<Sensitivity> = (0..INPUTS)
        .filter(|&k| inputs.all()[k].lo != inputs.all()[k].hi)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|k| Sensitivity { input: inputs.all()[k], at_lo: at(k, -1.0), at_hi: at(k, 1.0) })
        .collect();
    all.sort_by(|a, b| (b.at_hi - b.at_lo).abs().total_cmp(&(a.at_hi - a.at_lo).abs()));
    Ok(all)
}
