//! What is believed of a person after the measurements.

use vellus_units::maths::{mean_sd, quantile, weighted_quantile};
use vellus_units::random::{Key, Purpose};

use super::tempering::systematic;
use super::{Measured, Truth};
use crate::response::Response;
use crate::treatment::PrpMechanism;

/// How a measurement and the ensemble agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    /// 80 % band of the ensemble before anything was measured: lower end, median, upper end.
    pub prior: [f64; 3],
    /// The same after.
    pub posterior: [f64; 3],
    /// The measured value.
    pub measured: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// How many standard deviations it is away from what the best possible truth shows.
    pub nearest: f64,
}

/// The ensemble after the measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Possible responses before anything was measured.
    pub prior: Vec<Response>,
    /// Possible responses.
    pub candidates: Vec<Response>,
    /// The mechanism of PRP that is true with each of them.
    pub mechanisms: Vec<PrpMechanism>,
    /// Their weights; they add up to one.
    pub weights: Vec<f64>,
    /// How many equally weighted candidates tell as much.
    pub effective: f64,
    /// One for each measurement.
    pub agreement: Vec<Agreement>,
    /// Whether something was measured after a session of PRP, so that the mechanisms are no longer
    /// equally likely, nor the responses under both the same.
    pub tells_mechanism: bool,
    /// Factor by which the unknowns were spread more widely, since no possible response came near a
    /// measurement; 1 when one did.
    pub widened: f64,
}

impl Posterior {
    /// What is believed before anything is measured.
    #[must_use]
    pub fn before(prior: Vec<Response>, widened: f64) -> Self {
        let n = prior.len();
        Self {
            candidates: prior.clone(),
            mechanisms: (0..n).map(|i| PrpMechanism::BOTH[i % 2]).collect(),
            weights: vec![1.0 / n.max(1) as f64; n],
            effective: n as f64,
            agreement: Vec::new(),
            tells_mechanism: false,
            widened,
            prior,
        }
    }

    pub(super) fn after(
        measured: &[Measured],
        first: Vec<(Truth, &[f64])>,
        last: Vec<(Truth, &[f64])>,
        best: &[f64],
        weights: Vec<f64>,
        effective: f64,
        tells_mechanism: bool,
        widened: f64,
    ) -> Self {
        let agreement = measured
            .iter()
            .enumerate()
            .map(|(k, m)| {
                let mut prior: Vec<f64> = first.iter().map(|(_, s)| s[k]).collect();
                let after: Vec<(f64, f64)> =
                    last.iter().zip(&weights).map(|((_, s), w)| (s[k], *w)).collect();
                Agreement {
                    prior: [0.1, 0.5, 0.9].map(|q| quantile(&mut prior, q)),
                    posterior: [0.1, 0.5, 0.9].map(|q| weighted_quantile(&after, q)),
                    measured: m.value,
                    sd: m.sd(),
                    nearest: (best[k] - m.value).abs() / m.sd_of(best[k]),
                }
            })
            .collect();
        Self {
            prior: first.iter().map(|(t, _)| t.response).collect(),
            candidates: last.iter().map(|(t, _)| t.response).collect(),
            mechanisms: last.iter().map(|(t, _)| t.mechanism).collect(),
            weights,
            effective,
            agreement,
            tells_mechanism,
            widened,
        }
    }

    /// How likely each mechanism of PRP is, in the order of [`PrpMechanism::BOTH`]: equally, as long as
    /// nothing was measured after a session.
    #[must_use]
    pub fn mechanism_shares(&self) -> [f64; 2] {
        if !self.tells_mechanism {
            return [0.5; 2];
        }
        let of = |mechanism: PrpMechanism| -> f64 {
            self.mechanisms.iter().zip(&self.weights).filter(|(m, _)| **m == mechanism).map(|(_, w)| w).sum()
        };
        // An ensemble cannot be sure: half a candidate is left to each.
        let half = 0.5 / self.candidates.len().max(1) as f64;
        let first = of(PrpMechanism::BOTH[0]).clamp(half, 1.0 - half);
        [first, 1.0 - first]
    }

    /// `n` responses drawn by weight, systematically, in the order of the candidates.
    #[must_use]
    pub fn resample(&self, n: usize, key: Key) -> Vec<Response> {
        if self.agreement.is_empty() && n <= self.candidates.len() {
            return self.candidates[..n].to_vec();
        }
        self.drawn(&self.weights, n, key)
    }

    /// `n` responses as they are if this mechanism is the true one. As long as nothing was measured
    /// after a session of PRP they are those of [`Posterior::resample`], whichever it is.
    #[must_use]
    pub fn resample_under(&self, mechanism: PrpMechanism, n: usize, key: Key) -> Vec<Response> {
        if !self.tells_mechanism {
            return self.resample(n, key);
        }
        let own: Vec<f64> = self
            .weights
            .iter()
            .zip(&self.mechanisms)
            .map(|(w, m)| if *m == mechanism { *w } else { 0.0 })
            .collect();
        if own.iter().sum::<f64>() > 0.0 { self.drawn(&own, n, key) } else { self.resample(n, key) }
    }

    /// Every `of`-th candidate from number `part` on, with their weights: parts share none, so that what is
    /// chosen on one may be judged on another.
    #[must_use]
    pub fn part(&self, part: usize, of: usize) -> Self {
        let of = of.max(1);
        let which: Vec<usize> = (0..self.candidates.len()).filter(|i| i % of == part % of).collect();
        let whole: f64 = which.iter().map(|i| self.weights[*i]).sum();
        let weights: Vec<f64> = which.iter().map(|i| self.weights[*i] / whole.max(1e-300)).collect();
        let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>().max(1e-300);
        Self {
            candidates: which.iter().map(|i| self.candidates[*i]).collect(),
            mechanisms: which.iter().map(|i| self.mechanisms[*i]).collect(),
            weights,
            effective,
            ..self.clone()
        }
    }

    fn drawn(&self, weights: &[f64], n: usize, key: Key) -> Vec<Response> {
        if self.candidates.is_empty() {
            return Vec::new();
        }
        let start = key.stream(Purpose::Resample, 0).uniform();
        systematic(weights, n, start).into_iter().map(|i| self.candidates[i]).collect()
    }

    /// Mean and standard deviation of something about the person, before and after.
    #[must_use]
    pub fn moments(&self, of: impl Fn(&Response) -> f64) -> [(f64, f64); 2] {
        let before: Vec<f64> = self.prior.iter().map(&of).collect();
        let values: Vec<f64> = self.candidates.iter().map(of).collect();
        let mean: f64 = values.iter().zip(&self.weights).map(|(v, w)| v * w).sum();
        let var: f64 = values.iter().zip(&self.weights).map(|(v, w)| w * (v - mean) * (v - mean)).sum();
        [mean_sd(&before), (mean, var.sqrt())]
    }
}
