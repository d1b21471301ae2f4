//! Many runs of one protocol over what is not known of it.

use crate::error::{BloodError, within};
use crate::inputs::{Draw, INPUTS, Inputs, Key};
use crate::preparation::{Estimate, Preparation};
use crate::process::{self, Look, Outcome};
use crate::protocol::Protocol;
use rayon::prelude::*;
use vellus_units::maths::normal_quantile;
use vellus_units::random::{Key as Seed, Purpose};

/// Runs of one protocol: draws of the inputs with their outcomes and weights.
pub(crate) struct Ensemble<'a> {
    inputs: &'a Inputs,
    pub(crate) draws: Vec<Draw>,
    pub(crate) outcomes: Vec<Outcome>,
    /// They add up to one.
    pub(crate) weights: Vec<f64>,
}

impl<'a> Ensemble<'a> {
    /// Runs `draws` points of a Latin hypercube. A function of its arguments, whatever the number of
    /// threads.
    pub(crate) fn run(
        protocol: &Protocol,
        inputs: &'a Inputs,
        seed: u64,
        draws: usize,
        resolution_mm: f64,
    ) -> Result<Self, BloodError> {
        protocol.validate()?;
        within("draws", draws as f64, "", 16.0, 100_000.0, "use 128")?;
        within("resolution_mm", resolution_mm, "mm", 0.05, 5.0, "use 0.3")?;
        // Each input visits each of `draws` equal slices once.
        let key = Seed::new(seed, 0);
        let slices: Vec<Vec<f64>> = (0..INPUTS)
            .map(|i| {
                let mut s = key.stream(Purpose::Blood, i as u64);
                let mut order: Vec<usize> = (0..draws).collect();
                for k in (1..draws).rev() {
                    order.swap(k, s.below(k as u32 + 1) as usize);
                }
                order
                    .iter()
                    .map(|&slice| normal_quantile((slice as f64 + s.uniform()) / draws as f64))
                    .collect()
            })
            .collect();
        let draws_of: Vec<Draw> = (0..draws).map(|k| inputs.draw(|i| slices[i][k])).collect();
        let look = Look { resolution_mm, pictures: 0 };
        let outcomes =
            draws_of.par_iter().map(|draw| process::run(protocol, draw, look, &mut Vec::new())).collect();
        Ok(Self { inputs, draws: draws_of, outcomes, weights: vec![1.0 / draws as f64; draws] })
    }

    /// Replaces each run by `times` equal ones that `change` makes different by a standard normal
    /// number of its own, spread evenly over the distribution.
    pub(crate) fn repeat(&mut self, times: usize, seed: u64, change: impl Fn(&Draw, &mut Outcome, f64)) {
        let key = Seed::new(seed, 1);
        let n = self.draws.len();
        let (mut draws, mut outcomes, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..n {
            let mut stream = key.stream(Purpose::Blood, k as u64);
            for j in 0..times {
                let mut o = self.outcomes[k];
                change(&self.draws[k], &mut o, normal_quantile((j as f64 + stream.uniform()) / times as f64));
                draws.push(self.draws[k]);
                outcomes.push(o);
                weights.push(self.weights[k] / times as f64);
            }
        }
        (self.draws, self.outcomes, self.weights) = (draws, outcomes, weights);
    }

    /// An estimate of a function of draw and outcome.
    pub(crate) fn estimate(&self, f: impl Fn(&Draw, &Outcome) -> f64) -> Estimate {
        let values = self.draws.iter().zip(&self.outcomes).map(|(d, o)| f(d, o));
        if self.weights.iter().all(|w| *w == self.weights[0]) {
            return Estimate::of(values.collect());
        }
        let sample: Vec<(f64, f64)> = values.zip(self.weights.iter().copied()).collect();
        Estimate::weighted(&sample)
    }

    pub(crate) fn preparation(&self) -> Preparation {
        let of = |f: &dyn Fn(&Outcome) -> f64| self.estimate(|_, o| f(o));
        Preparation {
            recovery: of(&|o| o.recovery),
            concentration_factor: of(&|o| o.concentration_factor),
            platelets_per_ul: of(&|o| o.platelets_k_per_ul),
            // 10³/µL · mL = 10⁶
            platelets_total: of(&|o| o.platelets_k_per_ul * o.volume_ml * 1.0e-3),
            rbc_per_ul: of(&|o| o.rbc_k_per_ul),
            wbc_per_ul: of(&|o| o.wbc_k_per_ul),
            haematocrit: of(&|o| o.haematocrit),
            volume_ml: of(&|o| o.volume_ml),
            rbc_removed: of(&|o| 1.0 - o.rbc_carried),
            wbc_removed: of(&|o| 1.0 - o.wbc_carried),
            wbc_factor: self.estimate(|d, o| o.wbc_k_per_ul / d.get(Key::Wbc)),
            blood_platelets_per_ul: self.estimate(|d, _| d.get(Key::Platelets)),
            blood_wbc_per_ul: self.estimate(|d, _| d.get(Key::Wbc)),
            assumed: self.inputs.assumed().copied().collect(),
        }
    }
}
