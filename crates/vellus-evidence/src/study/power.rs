//! How many people a trial needs: the power of a comparison for a given number, from the changes of
//! virtual patients.
//!
//! A trial of n people an arm is drawn from the virtual patients again and again; each is tested as
//! the paper would, by Welch's t test for parallel arms and by the paired one for split scalps, two-
//! sided at 5 %. The share that is significant is the power. The spread between real people may be
//! larger than between virtual ones: take the number as the least.

use statrs::distribution::{ContinuousCDF, StudentsT};
use vellus_hair::treatment::PrpMechanism;
use vellus_units::maths::mean_sd;
use vellus_units::random::{Key, Purpose};

use super::file::Study;
use super::run::Outcome;

/// Level of the test.
const ALPHA: f64 = 0.05;
/// Trials drawn for each number of people.
const TRIALS: usize = 1000;
/// Numbers of people for which the needed one is searched.
const MOST: usize = 2000;

/// The power of one comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Power {
    /// Under which mechanism of PRP.
    pub mechanism: Option<PrpMechanism>,
    /// Arms compared.
    pub arms: [String; 2],
    /// Result.
    pub result: &'static str,
    /// Mean difference of the changes.
    pub difference: f64,
    /// Standard deviation of the change in each arm, or of the paired difference in both places.
    pub sd: [f64; 2],
    /// People in each arm (in all, for a split scalp) and the power.
    pub by_n: Vec<(usize, f64)>,
    /// People in each arm for a power of 80 %; none when more than two thousand would be needed.
    pub for_80_percent: Option<usize>,
}

/// The power of every pair of arms for the given numbers of people, for one result.
#[must_use]
pub fn power(study: &Study, outcome: &Outcome, result: &str, ns: &[usize], seed: u64) -> Vec<Power> {
    let mut out = Vec::new();
    let mut mechanisms: Vec<Option<PrpMechanism>> = outcome.changes.iter().map(|c| c.mechanism).collect();
    mechanisms.dedup();
    for mechanism in mechanisms {
        let of = |arm: usize| {
            outcome.changes.iter().find(|c| c.mechanism == mechanism && c.result == result && c.arm == arm)
        };
        for a in 0..study.arms.len() {
            for b in a + 1..study.arms.len() {
                let (Some(x), Some(y)) = (of(a), of(b)) else { continue };
                let paired = study.measure.split_scalp;
                let differences: Vec<f64> = x.values.iter().zip(&y.values).map(|(x, y)| x - y).collect();
                let (difference, paired_sd) = mean_sd(&differences);
                let sd = if paired { [paired_sd; 2] } else { [mean_sd(&x.values).1, mean_sd(&y.values).1] };
                let at = |n: usize| {
                    if paired {
                        paired_power(&differences, n, seed)
                    } else {
                        welch_power(&x.values, &y.values, n, seed)
                    }
                };
                let by_n = ns.iter().map(|n| (*n, at(*n))).collect();
                out.push(Power {
                    mechanism,
                    arms: [study.arms[a].name.clone(), study.arms[b].name.clone()],
                    result: x.result,
                    difference,
                    sd,
                    by_n,
                    for_80_percent: needed(difference, sd, paired, &at),
                });
            }
        }
    }
    out
}

/// The least number for 80 %: by the normal formula first, then by drawing trials about it.
fn needed(difference: f64, sd: [f64; 2], paired: bool, at: &dyn Fn(usize) -> f64) -> Option<usize> {
    // (z at 97.5 % + z at 80 %)².
    const Z: f64 = (1.96 + 0.8416) * (1.96 + 0.8416);
    let variance = if paired { sd[0] * sd[0] } else { sd[0] * sd[0] + sd[1] * sd[1] };
    let n = (Z * variance / (difference * difference)).ceil();
    if !n.is_finite() || n > MOST as f64 {
        return None;
    }
    let mut n = (n as usize).max(2);
    // A t test needs a little more than the normal formula.
    while n < MOST && at(n) < 0.8 {
        n += (n / 20).max(1);
    }
    (n < MOST).then_some(n)
}

fn draw(values: &[f64], n: usize, key: Key, trial: u64) -> Vec<f64> {
    let mut s = key.stream(Purpose::Resample, trial);
    (0..n).map(|_| values[s.below(values.len() as u32) as usize]).collect()
}

/// Two-sided p of a t statistic.
fn p_value(t: f64, freedom: f64) -> f64 {
    if !t.is_finite() {
        return if t.is_nan() { 1.0 } else { 0.0 };
    }
    StudentsT::new(0.0, 1.0, freedom.max(1.0)).map_or(1.0, |d| 2.0 * (1.0 - d.cdf(t.abs())))
}

fn welch_power(x: &[f64], y: &[f64], n: usize, seed: u64) -> f64 {
    let (kx, ky) = (Key::new(seed, 501), Key::new(seed, 502));
    let hits = (0..TRIALS as u64)
        .filter(|t| {
            let ((mx, sx), (my, sy)) = (mean_sd(&draw(x, n, kx, *t)), mean_sd(&draw(y, n, ky, *t)));
            let (vx, vy) = (sx * sx / n as f64, sy * sy / n as f64);
            let freedom = (vx + vy) * (vx + vy) * (n as f64 - 1.0) / (vx * vx + vy * vy).max(1e-300);
            p_value((mx - my) / libm::sqrt(vx + vy), freedom) < ALPHA
        })
        .count();
    hits as f64 / TRIALS as f64
}

fn paired_power(d: &[f64], n: usize, seed: u64) -> f64 {
    let key = Key::new(seed, 503);
    let hits = (0..TRIALS as u64)
        .filter(|t| {
            let (m, s) = mean_sd(&draw(d, n, key, *t));
            p_value(m / (s / (n as f64).sqrt()), n as f64 - 1.0) < ALPHA
        })
        .count();
    hits as f64 / TRIALS as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_units::maths::normal_quantile;

    fn normal(n: usize, mean: f64, sd: f64) -> Vec<f64> {
        (0..n).map(|i| mean + sd * normal_quantile((i as f64 + 0.5) / n as f64)).collect()
    }

    #[test]
    fn val_power_of_a_textbook_case() {
        // Half a standard deviation, 64 an arm: power 0.80 (Cohen 1988, table 2.3.5).
        let p = welch_power(&normal(2000, 0.5, 1.0), &normal(2000, 0.0, 1.0), 64, 1);
        assert!((p - 0.80).abs() < 0.04, "{p}");
        // Paired, half a standard deviation, 34 pairs: 0.81.
        let p = paired_power(&normal(2000, 0.5, 1.0), 34, 1);
        assert!((p - 0.81).abs() < 0.04, "{p}");
    }

    #[test]
    fn no_effect_is_found_once_in_twenty() {
        let p = welch_power(&normal(2000, 0.0, 1.0), &normal(2000, 0.0, 1.0), 30, 2);
        assert!((p - 0.05).abs() < 0.025, "{p}");
    }

    #[test]
    fn the_number_needed_reaches_its_power() {
        let (x, y) = (normal(2000, 0.5, 1.0), normal(2000, 0.0, 1.0));
        let n = needed(0.5, [1.0, 1.0], false, &|n| welch_power(&x, &y, n, 1));
        assert!(n.is_some_and(|n| (58..=74).contains(&n)), "{n:?}");
        assert_eq!(needed(0.001, [1.0, 1.0], false, &|_| 0.0), None);
    }
}
