//! One person: what may be true of them, weighed by what was measured.
//!
//! Many possible responses are drawn (pace of loss, error of the stage, answers to treatments). Each is
//! run through the person's past and what the instruments would have shown is compared with what
//! they did show. The likelihood is the weight; a resample by weight is the posterior ensemble, so
//! that each visit narrows the bands of every forecast that uses it. When no possible response comes
//! near a measurement, the measurement is kept, the disagreement is reported and the ensemble is made
//! wider by it.

use rayon::prelude::*;
use vellus_units::maths::{mean_sd, quantile, weighted_quantile};
use vellus_units::random::{Key, Purpose};

use crate::course::{Groups, Sample, Tally, tally};
use crate::model::Model;
use crate::pattern::Course;
use crate::regime::{Progress, Regime, Setting};
use crate::response::Response;
use crate::scalp::Scalp;
use crate::season::Season;
use crate::treatment::{PrpMechanism, Schedule};

/// What was measured at a visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Terminal hairs per cm².
    TerminalPerCm2,
    /// All hairs per cm².
    TotalPerCm2,
    /// Mean calibre of all hairs, µm.
    CalibreUm,
    /// Share of hairs in anagen.
    AnagenShare,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Day, none of them after today (0).
    pub day: f64,
    /// Groups of follicles that make up the place.
    pub groups: Vec<usize>,
    /// What.
    pub quantity: Quantity,
    /// The value.
    pub value: f64,
    /// Area looked at, cm².
    pub area_cm2: f64,
}

/// Spread of a density from spot to spot of a zone, share of it (assumption; it comes on top of
/// counting).
pub const SPOT_SPREAD: f64 = 0.08;
/// Spread of a mean calibre that is not counting, µm (assumption).
pub const CALIBRE_SPREAD_UM: f64 = 3.0;
/// Spread of an anagen share that is not counting (assumption).
pub const ANAGEN_SPREAD: f64 = 0.04;

impl Measured {
    /// Standard deviation of the measurement.
    #[must_use]
    pub fn sd(&self) -> f64 {
        let count = |per_cm2: f64| (per_cm2 * self.area_cm2).max(1.0);
        match self.quantity {
            Quantity::TerminalPerCm2 | Quantity::TotalPerCm2 => {
                let v = self.value.max(10.0);
                libm::hypot(v / libm::sqrt(count(v)), SPOT_SPREAD * v)
            }
            // About 150 hairs per cm², whose calibres spread by 15 µm.
            Quantity::CalibreUm => libm::hypot(15.0 / libm::sqrt(count(150.0)), CALIBRE_SPREAD_UM),
            Quantity::AnagenShare => libm::hypot(0.4 / libm::sqrt(count(150.0)), ANAGEN_SPREAD),
        }
    }

    fn model(&self, t: &Tally, area_cm2: f64) -> f64 {
        match self.quantity {
            Quantity::TerminalPerCm2 => t.terminal / area_cm2.max(1e-9),
            Quantity::TotalPerCm2 => t.hairs / area_cm2.max(1e-9),
            Quantity::CalibreUm => t.calibre_um / t.hairs.max(1e-9),
            Quantity::AnagenShare => t.anagen / t.hairs.max(1e-9),
        }
    }
}

/// The person and their past.
pub struct Individual<'a> {
    /// The rules.
    pub model: &'a Model,
    /// The follicles.
    pub scalp: &'a Scalp,
    /// Their groups.
    pub groups: &'a Groups,
    /// Area of each group, cm².
    pub area_cm2: &'a [f64],
    /// The course as the case has it.
    pub progress: Progress,
    /// Where today lies in the year.
    pub season: Option<Season>,
    /// What was and is being done.
    pub schedule: &'a Schedule,
    /// Random streams.
    pub key: Key,
}

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
    /// How many standard deviations the nearest possible response is away.
    pub nearest: f64,
}

/// The ensemble after the measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Possible responses.
    pub candidates: Vec<Response>,
    /// Their weights; they add up to one.
    pub weights: Vec<f64>,
    /// How many equally weighted candidates tell as much.
    pub effective: f64,
    /// One for each measurement.
    pub agreement: Vec<Agreement>,
    /// Factor by which the unknowns were spread more widely, since no possible response came near a
    /// measurement; 1 when one did.
    pub widened: f64,
}

/// Follicles of a group that stand for it.
const SAMPLE: usize = 400;
/// Standard deviations beyond which a measurement is one that no model head shows.
const FAR: f64 = 2.5;

impl Individual<'_> {
    /// Weighs `candidates` possible responses by what was measured.
    #[must_use]
    pub fn weigh(&self, measured: &[Measured], candidates: usize) -> Posterior {
        let plain = self.weigh_spread(measured, candidates, 1.0);
        let worst = plain.agreement.iter().map(|a| a.nearest).fold(0.0, f64::max);
        if worst > FAR {
            // Wider by as much as the nearest is out of reach, but never without bounds.
            self.weigh_spread(measured, candidates, (worst / FAR).clamp(1.25, 2.5))
        } else {
            plain
        }
    }

    fn weigh_spread(&self, measured: &[Measured], candidates: usize, widened: f64) -> Posterior {
        let n = candidates.max(1);
        let course = self.progress.course;
        let drawn: Vec<Response> =
            (0..n as u64).map(|i| Response::draw(self.key, i, course).wider(widened)).collect();
        if measured.is_empty() || course == Course::None {
            let effective = n as f64;
            return Posterior {
                candidates: drawn,
                weights: vec![1.0 / n as f64; n],
                effective,
                agreement: Vec::new(),
                widened,
            };
        }
        let mut days: Vec<f64> = measured.iter().map(|m| m.day.min(0.0)).collect();
        days.sort_by(f64::total_cmp);
        days.dedup();
        let sample = Sample::by_group(self.groups, SAMPLE);
        let shown: Vec<Vec<f64>> = drawn
            .par_iter()
            .map(|response| {
                let setting = Setting {
                    model: self.model,
                    progress: self.progress,
                    season: self.season,
                    schedule: self.schedule,
                    response,
                    mechanism: PrpMechanism::Reactivate,
                };
                let regime = Regime::new(&setting, days[0], 30.0);
                let t = tally(self.scalp, self.groups, &sample, &regime, self.model, self.key, &days);
                measured
                    .iter()
                    .map(|m| {
                        let frame = days.partition_point(|d| *d < m.day.min(0.0));
                        let area: f64 = m.groups.iter().map(|g| self.area_cm2[*g]).sum();
                        m.model(&t.sum(frame, m.groups.iter().copied()), area)
                    })
                    .collect()
            })
            .collect();
        // Readings of one place on one day share its spot; taken as independent they would count for
        // more than they tell, which the spot's spread in each of them makes up for (assumption).
        let logs: Vec<f64> = shown
            .iter()
            .map(|s| {
                measured
                    .iter()
                    .zip(s)
                    .map(|(m, x)| {
                        let z = (x - m.value) / (widened * m.sd());
                        -0.5 * z * z
                    })
                    .sum()
            })
            .collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut weights: Vec<f64> = logs.iter().map(|l| libm::exp(l - most)).collect();
        let sum: f64 = weights.iter().sum();
        for w in &mut weights {
            *w /= sum;
        }
        let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        let agreement = measured
            .iter()
            .enumerate()
            .map(|(k, m)| {
                let mut prior: Vec<f64> = shown.iter().map(|s| s[k]).collect();
                let nearest =
                    prior.iter().map(|x| (x - m.value).abs() / m.sd()).fold(f64::INFINITY, f64::min);
                let weighted: Vec<(f64, f64)> = prior.iter().copied().zip(weights.iter().copied()).collect();
                let posterior = [0.1, 0.5, 0.9].map(|q| weighted_quantile(&weighted, q));
                let prior = [0.1, 0.5, 0.9].map(|q| quantile(&mut prior, q));
                Agreement { prior, posterior, measured: m.value, sd: m.sd(), nearest }
            })
            .collect();
        Posterior { candidates: drawn, weights, effective, agreement, widened }
    }
}

impl Posterior {
    /// Every `of`-th candidate from number `part` on, with their weights: parts share none, so that what is
    /// chosen on one may be judged on another.
    #[must_use]
    pub fn part(&self, part: usize, of: usize) -> Self {
        let keep = |i: &usize| i % of.max(1) == part % of.max(1);
        let which: Vec<usize> = (0..self.candidates.len()).filter(keep).collect();
        let whole: f64 = which.iter().map(|i| self.weights[*i]).sum();
        let weights: Vec<f64> = which.iter().map(|i| self.weights[*i] / whole.max(1e-300)).collect();
        let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>().max(1e-300);
        Self {
            candidates: which.iter().map(|i| self.candidates[*i]).collect(),
            weights,
            effective,
            agreement: self.agreement.clone(),
            widened: self.widened,
        }
    }

    /// `n` responses drawn by weight, systematically, in the order of the candidates.
    #[must_use]
    pub fn resample(&self, n: usize, key: Key) -> Vec<Response> {
        let even = self.weights.iter().all(|w| (w - self.weights[0]).abs() < 1e-12);
        if even && n <= self.candidates.len() {
            return self.candidates[..n].to_vec();
        }
        let start = key.stream(Purpose::Resample, 0).uniform();
        let mut out = Vec::with_capacity(n);
        let (mut i, mut sum) = (0, self.weights[0]);
        for k in 0..n {
            let u = (k as f64 + start) / n as f64;
            while sum < u && i + 1 < self.weights.len() {
                i += 1;
                sum += self.weights[i];
            }
            out.push(self.candidates[i]);
        }
        out
    }

    /// Mean and standard deviation of something about the person, before and after.
    #[must_use]
    pub fn moments(&self, of: impl Fn(&Response) -> f64) -> [(f64, f64); 2] {
        let values: Vec<f64> = self.candidates.iter().map(of).collect();
        let mean: f64 = values.iter().zip(&self.weights).map(|(v, w)| v * w).sum();
        let var: f64 = values.iter().zip(&self.weights).map(|(v, w)| w * (v - mean) * (v - mean)).sum();
        [mean_sd(&values), (mean, var.sqrt())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_area_is_a_better_measurement() {
        let m = |area_cm2: f64| Measured {
            day: 0.0,
            groups: vec![0],
            quantity: Quantity::TerminalPerCm2,
            value: 120.0,
            area_cm2,
        };
        assert!(m(4.0).sd() < m(0.5).sd());
        assert!(m(100.0).sd() > 0.9 * SPOT_SPREAD * 120.0);
    }
}
