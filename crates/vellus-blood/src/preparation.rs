//! A preparation with its uncertainty.

use crate::error::BloodError;
use crate::inputs::{INPUTS, Input, Inputs, Key};
use crate::process::{self, Layers, Outcome};
use crate::protocol::Protocol;
use rayon::prelude::*;
use serde::Serialize;
use vellus_units::maths::{normal_quantile, quantile};
use vellus_units::random::{Key as Seed, Purpose};

/// Draws of an ensemble.
pub const DRAWS: usize = 96;
/// Grid cells of an ensemble's runs; the concentration factor is within 8 % of
/// [`FINE_CELLS`] up to 1200 g, within 2 % up to 300 g.
pub const ENSEMBLE_CELLS: usize = 64;
/// Grid cells for pictures.
pub const FINE_CELLS: usize = 320;

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
    fn of(mut sample: Vec<f64>) -> Self {
        Self {
            median: quantile(&mut sample, 0.5),
            lo: quantile(&mut sample, 0.1),
            hi: quantile(&mut sample, 0.9),
        }
    }

    /// Multiplies all three.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { median: self.median * factor, lo: self.lo * factor, hi: self.hi * factor }
    }
}

/// What one tube gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    prepare_with(protocol, seed, DRAWS, ENSEMBLE_CELLS)
}

/// [`prepare`] with another number of draws (at least 16) and of grid cells (20 to 2000).
///
/// # Errors
/// When the protocol is not valid, or a number is out of range.
pub fn prepare_with(
    protocol: &Protocol,
    seed: u64,
    draws: usize,
    grid: usize,
) -> Result<Preparation, BloodError> {
    protocol.validate()?;
    crate::error::within("draws", draws as f64, "", 16.0, 100_000.0, "use 128")?;
    crate::error::within("grid", grid as f64, "", 20.0, 2000.0, "use 80")?;
    let inputs = Inputs::of(protocol);
    // Latin hypercube: each input visits each of `draws` equal slices once.
    let key = Seed::new(seed, 0);
    let slices: Vec<Vec<f64>> = (0..INPUTS)
        .map(|i| {
            let mut s = key.stream(Purpose::Blood, i as u64);
            let mut order: Vec<usize> = (0..draws).collect();
            for k in (1..draws).rev() {
                order.swap(k, s.below(k as u32 + 1) as usize);
            }
            order.iter().map(|&slice| normal_quantile((slice as f64 + s.uniform()) / draws as f64)).collect()
        })
        .collect();
    let runs: Vec<(Outcome, f64, f64)> = (0..draws)
        .into_par_iter()
        .map(|k| {
            let draw = inputs.draw(|i| slices[i][k]);
            let out = process::run(protocol, &draw, grid, 0, &mut Vec::new());
            (out, draw.get(Key::Platelets), draw.get(Key::Wbc))
        })
        .collect();
    let of = |f: &dyn Fn(&(Outcome, f64, f64)) -> f64| Estimate::of(runs.iter().map(f).collect());
    Ok(Preparation {
        recovery: of(&|r| r.0.recovery),
        concentration_factor: of(&|r| r.0.concentration_factor),
        platelets_per_ul: of(&|r| r.0.platelets_k_per_ul),
        // 10³/µL · mL = 10⁶
        platelets_total: of(&|r| r.0.platelets_k_per_ul * r.0.volume_ml * 1.0e-3),
        rbc_per_ul: of(&|r| r.0.rbc_k_per_ul),
        wbc_per_ul: of(&|r| r.0.wbc_k_per_ul),
        volume_ml: of(&|r| r.0.volume_ml),
        rbc_removed: of(&|r| 1.0 - r.0.rbc_carried),
        wbc_removed: of(&|r| 1.0 - r.0.wbc_carried),
        wbc_factor: of(&|r| r.0.wbc_k_per_ul / r.2),
        blood_platelets_per_ul: of(&|r| r.1),
        blood_wbc_per_ul: of(&|r| r.2),
        assumed: inputs.assumed().copied().collect(),
    })
}

/// One run with every input at its median.
///
/// # Errors
/// When the protocol is not valid.
pub fn median_outcome(protocol: &Protocol, grid: usize) -> Result<Outcome, BloodError> {
    protocol.validate()?;
    Ok(process::run(protocol, &Inputs::of(protocol).median(), grid.clamp(20, 2000), 0, &mut Vec::new()))
}

/// The layers at `looks` times of each spin (at least 2), every input at its median.
///
/// # Errors
/// When the protocol is not valid.
pub fn pictures(protocol: &Protocol, looks: usize) -> Result<Vec<Layers>, BloodError> {
    protocol.validate()?;
    let mut all = Vec::new();
    process::run(protocol, &Inputs::of(protocol).median(), FINE_CELLS, looks.max(2), &mut all);
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
        let draw = inputs.draw(|i| if i == k { end * 1.281_551_565_5 } else { 0.0 });
        process::run(protocol, &draw, ENSEMBLE_CELLS, 0, &mut Vec::new()).concentration_factor
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
