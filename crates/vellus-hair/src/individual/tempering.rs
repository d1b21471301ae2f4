//! From what was believed to what is believed: tempering.
//!
//! The likelihood is let in step by step, each so large that half of the ensemble would be lost by
//! weight; then the ensemble is resampled and every member takes a few steps of a random walk that
//! leaves the distribution reached as it is. Strong data do so not leave a handful of candidates that
//! repeat each other. When all the data cost less than half of the ensemble, weights alone are exact
//! enough and nobody moves.
//!
//! # Sources
//! Del Moral, Doucet, Jasra 2006 (sequential Monte Carlo samplers); Cotter, Roberts, Stuart, White
//! 2013 (the preconditioned Crank–Nicolson walk, which leaves a normal prior as it is, so that only
//! likelihoods decide about a step).

use vellus_units::maths::{normal_cdf, normal_quantile};
use vellus_units::random::{Key, Purpose};

use super::Numbers;

/// Share of the ensemble that a step of the likelihood leaves.
const LEFT: f64 = 0.5;
/// Sizes of the walk's steps, as shares of the prior's standard deviation: far and near.
const STEPS: [f64; 3] = [0.7, 0.35, 0.15];
/// More steps than any data need: the walk ends.
const MOST_LEVELS: usize = 60;
/// Where the items of walks begin among the streams for resampling.
const WALK_ITEM: u64 = 1 << 41;

/// A member of the ensemble.
#[derive(Clone)]
pub(super) struct Particle {
    pub numbers: Numbers,
    pub shown: Vec<f64>,
    fit: f64,
    /// Who it is: a new one after each step taken.
    id: usize,
}

/// Before and after.
pub(super) struct Tempered {
    /// As drawn.
    pub first: Vec<Particle>,
    /// After the data.
    pub last: Vec<Particle>,
    /// Their weights; they add up to one.
    pub weights: Vec<f64>,
    /// How many equally weighted ones tell as much.
    pub effective: f64,
    /// What the best member that was ever met shows.
    pub best: Vec<f64>,
}

/// Takes an ensemble from the prior to the posterior.
pub(super) fn run(
    key: Key,
    drawn: Vec<Numbers>,
    shown: &dyn Fn(&[Numbers]) -> Vec<Vec<f64>>,
    fits: &dyn Fn(&[f64]) -> f64,
) -> Tempered {
    let n = drawn.len();
    let first: Vec<Particle> = drawn
        .iter()
        .zip(shown(&drawn))
        .enumerate()
        .map(|(id, (u, shown))| Particle { numbers: *u, fit: fits(&shown), shown, id })
        .collect();
    let mut last = first.clone();
    let mut best = best_of(&first).clone();
    let mut ids = n;
    let mut heat = 0.0;
    for level in 0..MOST_LEVELS {
        let rest = 1.0 - heat;
        let whole = weights(&last, rest);
        let enough = LEFT * n as f64;
        if effective(&whole) >= enough && level == 0 {
            let effective = effective(&whole);
            return Tempered { first, last, weights: whole, effective, best: best.shown };
        }
        let step = if effective(&whole) >= enough { rest } else { largest_step(&last, rest, enough) };
        heat = if step >= rest { 1.0 } else { heat + step };
        last = resampled(key, level, &last, &weights(&last, step));
        for (k, size) in STEPS.into_iter().enumerate() {
            walk(key, level * STEPS.len() + k, size, heat, &mut last, &mut ids, shown, fits);
            if best_of(&last).fit > best.fit {
                best = best_of(&last).clone();
            }
        }
        if heat >= 1.0 {
            break;
        }
    }
    let mut ids: Vec<usize> = last.iter().map(|p| p.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Tempered { first, weights: vec![1.0 / n as f64; n], effective: ids.len() as f64, last, best: best.shown }
}

fn best_of(all: &[Particle]) -> &Particle {
    all.iter().fold(&all[0], |a, b| if b.fit > a.fit { b } else { a })
}

/// Weights of the members when the likelihood is raised by a power; they add up to one.
fn weights(all: &[Particle], power: f64) -> Vec<f64> {
    let most = best_of(all).fit;
    let mut out: Vec<f64> = all.iter().map(|p| libm::exp(power * (p.fit - most))).collect();
    let sum: f64 = out.iter().sum();
    for w in &mut out {
        *w /= sum;
    }
    out
}

fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|w| w * w).sum::<f64>()
}

/// The largest power that leaves enough of the ensemble.
fn largest_step(all: &[Particle], rest: f64, enough: f64) -> f64 {
    let (mut lo, mut hi) = (0.0, rest);
    for _ in 0..40 {
        let mid = 0.5 * (lo + hi);
        if effective(&weights(all, mid)) >= enough {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    // Never nothing: the walk has to get on.
    lo.max(1e-6)
}

/// As many members, drawn by weight, systematically.
fn resampled(key: Key, level: usize, all: &[Particle], weights: &[f64]) -> Vec<Particle> {
    let n = all.len();
    let start = key.stream(Purpose::Resample, 1 + level as u64).uniform();
    systematic(weights, n, start).into_iter().map(|i| all[i].clone()).collect()
}

/// `n` indices drawn by weight with one random number: the least scatter that a resample can have.
pub(super) fn systematic(weights: &[f64], n: usize, start: f64) -> Vec<usize> {
    let whole: f64 = weights.iter().sum();
    let mut out = Vec::with_capacity(n);
    let (mut i, mut sum) = (0, weights[0]);
    for k in 0..n {
        let u = whole * (k as f64 + start) / n as f64;
        while sum < u && i + 1 < weights.len() {
            i += 1;
            sum += weights[i];
        }
        out.push(i);
    }
    out
}

/// One step of everybody.
fn walk(
    key: Key,
    round: usize,
    size: f64,
    heat: f64,
    all: &mut [Particle],
    ids: &mut usize,
    shown: &dyn Fn(&[Numbers]) -> Vec<Vec<f64>>,
    fits: &dyn Fn(&[f64]) -> f64,
) {
    let n = all.len();
    let keep = libm::sqrt(1.0 - size * size);
    let mut chances = Vec::with_capacity(n);
    let tried: Vec<Numbers> = all
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let mut s = key.stream(Purpose::Resample, WALK_ITEM + (round * n + i) as u64);
            chances.push(s.uniform());
            p.numbers.map(|u| {
                let z = keep * normal_quantile(u) + size * s.normal();
                // Neither 0 nor 1, whose quantiles are not finite.
                normal_cdf(z).clamp(1e-12, 1.0 - 1e-12)
            })
        })
        .collect();
    for (((p, numbers), seen), chance) in all.iter_mut().zip(&tried).zip(shown(&tried)).zip(chances) {
        let fit = fits(&seen);
        if libm::log(chance) < heat * (fit - p.fit) {
            *p = Particle { numbers: *numbers, shown: seen, fit, id: *ids };
            *ids += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::DRAWS;

    /// A normal prior and a normal reading of its first number: the posterior is known exactly.
    #[test]
    fn stat_a_normal_posterior_is_found_however_strong_the_data() {
        for (sd, value) in [(1.0, 0.5), (0.1, 1.2), (0.02, 2.8)] {
            let key = Key::new(3, 0);
            let drawn: Vec<Numbers> = (0..600u64)
                .map(|i| {
                    let mut s = key.stream(Purpose::Response, i);
                    std::array::from_fn(|_| s.uniform())
                })
                .collect();
            let shown = |u: &[Numbers]| -> Vec<Vec<f64>> {
                u.iter().map(|u| vec![normal_quantile(u[0]), normal_quantile(u[DRAWS])]).collect()
            };
            let fits = |x: &[f64]| -0.5 * ((x[0] - value) / sd) * ((x[0] - value) / sd);
            let t = run(key, drawn, &shown, &fits);
            let of = |k: usize| {
                let mean: f64 = t.last.iter().zip(&t.weights).map(|(p, w)| w * p.shown[k]).sum();
                let var: f64 = t
                    .last
                    .iter()
                    .zip(&t.weights)
                    .map(|(p, w)| w * (p.shown[k] - mean) * (p.shown[k] - mean))
                    .sum();
                (mean, var.sqrt())
            };
            let gain = 1.0 / (1.0 + sd * sd);
            let (mean, spread) = of(0);
            let wanted = sd * libm::sqrt(gain);
            assert!((mean - gain * value).abs() < 0.2 * wanted, "{sd}: {mean} {}", gain * value);
            assert!((spread / wanted - 1.0).abs() < 0.15, "{sd}: {spread} {wanted}");
            // What the data say nothing of stays as it was.
            let (mean, spread) = of(1);
            assert!(mean.abs() < 0.25 && (spread - 1.0).abs() < 0.15, "{sd}: {mean} {spread}");
            assert!(t.effective > 200.0, "{}", t.effective);
        }
    }

    #[test]
    fn a_systematic_resample_keeps_to_the_weights() {
        assert_eq!(systematic(&[0.5, 0.0, 0.25, 0.25], 4, 0.5), [0, 0, 2, 3]);
        assert_eq!(systematic(&[1.0, 1.0], 2, 0.9), [0, 1]);
    }
}
