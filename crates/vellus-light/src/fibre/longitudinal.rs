//! Scattering along the fibre: the energy-conserving Mp of d'Eon et al. 2011.

use crate::trace::maths::exp;
use libm::{expf, logf, sqrtf};
use std::f32::consts::TAU;

/// Mp of one variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Longitudinal {
    variance: f32,
    inverse: f32,
    /// e^{−2/v}.
    floor: f32,
    /// 1/(v (1 − e^{−2/v})), so that 1/(2 v sinh(1/v)) is this times e^{−1/v}.
    norm: f32,
}

impl Longitudinal {
    pub(crate) fn new(variance: f32) -> Self {
        let v = variance.max(1e-5);
        let floor = expf(-2.0 / v);
        Self { variance: v, inverse: 1.0 / v, floor, norm: 1.0 / (v * (1.0 - floor)) }
    }

    /// Density of θi, over sin θi, given θo. One exponential serves all variances, because I₀ is taken
    /// scaled by e^{−x}.
    #[inline]
    pub(crate) fn density(&self, sin_i: f32, cos_i: f32, sin_o: f32, cos_o: f32) -> f32 {
        let a = cos_i * cos_o * self.inverse;
        let b = sin_i * sin_o * self.inverse;
        self.norm * scaled_i0(a) * exp(a - b - self.inverse)
    }

    /// Draws sin θi given θo.
    #[inline]
    pub(crate) fn sample(&self, sin_o: f32, cos_o: f32, u: f32, w: f32) -> f32 {
        let c = 1.0 + self.variance * logf((u + (1.0 - u) * self.floor).max(1e-30));
        let c = c.clamp(-1.0, 1.0);
        let s = sqrtf(1.0 - c * c);
        (-c * sin_o + s * libm::cosf(TAU * w) * cos_o).clamp(-1.0, 1.0)
    }
}

/// I₀(x) e^{−x} for x ≥ 0; relative error below 5·10⁻⁶.
///
/// # Sources
/// Abramowitz and Stegun 1964, 9.8.1 and 9.8.2.
#[inline]
pub(crate) fn scaled_i0(x: f32) -> f32 {
    if x < 3.75 {
        let t = x * (1.0 / 3.75);
        let t = t * t;
        let p = 1.0
            + t * (3.515_622_9
                + t * (3.089_942_4
                    + t * (1.206_749_2 + t * (0.265_973_2 + t * (0.036_076_8 + t * 0.004_581_3)))));
        p * exp(-x)
    } else {
        let t = 3.75 / x;
        let p = 0.398_942_3
            + t * (0.013_285_92
                + t * (0.002_253_19
                    + t * (-0.001_575_65
                        + t * (0.009_162_81
                            + t * (-0.020_577_06
                                + t * (0.026_355_37 + t * (-0.016_476_33 + t * 0.003_923_77)))))));
        p / sqrtf(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_i0_of_the_tables() {
        // Abramowitz and Stegun, table 9.8: e^{−x} I₀(x).
        for (x, want) in
            [(0.0, 1.0), (1.0, 0.465_759_6), (3.0, 0.243_000_35), (5.0, 0.183_540_8), (10.0, 0.127_833_34)]
        {
            assert!((scaled_i0(x) / want - 1.0).abs() < 8e-6, "{x} {}", scaled_i0(x));
        }
    }

    #[test]
    fn prop_all_light_goes_somewhere() {
        for v in [0.0008, 0.01, 0.0999, 0.1001, 0.4, 2.0] {
            let lobe = Longitudinal::new(v);
            for so in [-0.8_f32, 0.0, 0.3, 0.95] {
                let co = (1.0 - so * so).sqrt();
                let n = 40_000;
                let sum: f64 = (0..n)
                    .map(|k| {
                        let s = -1.0 + 2.0 * (k as f32 + 0.5) / n as f32;
                        f64::from(lobe.density(s, (1.0 - s * s).sqrt(), so, co)) * 2.0 / f64::from(n)
                    })
                    .sum();
                assert!((sum - 1.0).abs() < 2e-3, "{v} {so} {sum}");
            }
        }
    }
}
