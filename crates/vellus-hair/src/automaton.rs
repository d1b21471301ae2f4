//! The follicular automaton of Halloy et al. (2002), kept as the textbook case that verifies the
//! event-driven code: three phases (anagen A, telogen T, lag L) in a ring.
//!
//! Deterministic limit: dA/dt = L/μ_L − A/μ_A, dT/dt = A/μ_A − T/μ_T, dL/dt = T/μ_T − L/μ_L.

use vellus_units::maths::lognormal_sigma;
use vellus_units::random::{Key, Purpose};

/// Mean durations μ_A, μ_T, μ_L of the three phases (any one unit of time).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Durations {
    /// Anagen.
    pub anagen: f64,
    /// Telogen.
    pub telogen: f64,
    /// Lag (kenogen).
    pub lag: f64,
}

impl Durations {
    /// The steady state: each phase holds its share of the cycle.
    #[must_use]
    pub fn steady_state(&self) -> [f64; 3] {
        let sum = self.anagen + self.telogen + self.lag;
        [self.anagen / sum, self.telogen / sum, self.lag / sum]
    }

    fn slope(&self, x: [f64; 3]) -> [f64; 3] {
        let [a, t, l] = x;
        let (ra, rt, rl) = (a / self.anagen, t / self.telogen, l / self.lag);
        [rl - ra, ra - rt, rt - rl]
    }

    /// The deterministic state at time `t` from `start`, by classical Runge–Kutta with steps of at
    /// most 0.01.
    #[must_use]
    pub fn integrate(&self, start: [f64; 3], t: f64) -> [f64; 3] {
        let steps = (t / 0.01).ceil().max(1.0) as usize;
        let h = t / steps as f64;
        let mut x = start;
        let along = |x: [f64; 3], k: [f64; 3], h: f64| [x[0] + h * k[0], x[1] + h * k[1], x[2] + h * k[2]];
        for _ in 0..steps {
            let k1 = self.slope(x);
            let k2 = self.slope(along(x, k1, 0.5 * h));
            let k3 = self.slope(along(x, k2, 0.5 * h));
            let k4 = self.slope(along(x, k3, h));
            for i in 0..3 {
                x[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
            }
        }
        x
    }
}

/// A stochastic ensemble of independent follicles with lognormal durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ensemble {
    /// Mean durations.
    pub durations: Durations,
    /// Coefficient of variation of every duration.
    pub cv: f64,
    /// How many follicles.
    pub follicles: usize,
    /// Whether all of them begin their anagen at time 0 (a synchronised scalp) or at random.
    pub synchronised: bool,
}

impl Ensemble {
    /// Shares of A, T and L at each of the given times (rising), averaged over the follicles.
    #[must_use]
    pub fn run(&self, key: Key, times: &[f64]) -> Vec<[f64; 3]> {
        let mut out = vec![[0.0; 3]; times.len()];
        let sigma = lognormal_sigma(self.cv);
        let means = [self.durations.anagen, self.durations.telogen, self.durations.lag];
        let share = 1.0 / self.follicles as f64;
        for i in 0..self.follicles {
            let mut s = key.stream(Purpose::FollicleCycle, i as u64);
            // Lognormal with this mean: the median is mean · exp(−σ²/2).
            let mut draw = |phase: usize| s.lognormal(means[phase] * libm::exp(-0.5 * sigma * sigma), sigma);
            let mut phase = 0;
            let mut ends = draw(0);
            if !self.synchronised {
                // Long enough ago that the start is forgotten.
                let warm = 12.0 * (means[0] + means[1] + means[2]) * (0.5 + (i as f64 * 0.618_034) % 1.0);
                while ends <= warm {
                    phase = (phase + 1) % 3;
                    ends += draw(phase);
                }
                ends -= warm;
            }
            for (k, &t) in times.iter().enumerate() {
                while ends <= t {
                    phase = (phase + 1) % 3;
                    ends += draw(phase);
                }
                out[k][phase] += share;
            }
        }
        out
    }

    /// Standard deviation over time of the share in anagen, sampled in the given window.
    #[must_use]
    pub fn anagen_swing(&self, key: Key, from: f64, to: f64) -> f64 {
        let times: Vec<f64> = (0..200).map(|i| from + (to - from) * f64::from(i) / 200.0).collect();
        let a: Vec<f64> = self.run(key, &times).iter().map(|x| x[0]).collect();
        vellus_units::maths::mean_sd(&a).1
    }
}
