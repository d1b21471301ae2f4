//! Scattering along the fibre: the energy-conserving Mp of d'Eon et al. 2011.

use super::LOBES;
use crate::trace::lanes::{Eight, Lanes, WIDE};
use crate::trace::maths::{ln, sin_cos_turns};
use libm::expf;

/// Mp of every lobe, twice beside each other: for two directions at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Longitudinal {
    variance: [f32; LOBES],
    inverse: [f32; WIDE],
    /// e^{−2/v}.
    floor: [f32; LOBES],
    /// 1/(v (1 − e^{−2/v})), so that 1/(2 v sinh(1/v)) is this times e^{−1/v}.
    norm: [f32; WIDE],
}

/// The four values of the lobes, twice.
#[inline(always)]
pub(crate) const fn twice(v: [f32; LOBES]) -> [f32; WIDE] {
    [v[0], v[1], v[2], v[3], v[0], v[1], v[2], v[3]]
}

impl Longitudinal {
    pub(crate) fn new(variance: [f32; LOBES]) -> Self {
        let variance = variance.map(|v| v.max(1e-5));
        let floor = variance.map(|v| expf(-2.0 / v));
        let norm = std::array::from_fn(|p| 1.0 / (variance[p] * (1.0 - floor[p])));
        Self { variance, inverse: twice(variance.map(|v| 1.0 / v)), floor, norm: twice(norm) }
    }

    /// Densities of θi, over sin θi, given θo.
    #[inline(always)]
    pub(crate) fn density<L: Lanes>(
        &self,
        sin_i: Eight<L>,
        cos_i: Eight<L>,
        sin_o: Eight<L>,
        cos_o: Eight<L>,
    ) -> Eight<L> {
        let l = sin_i.0;
        let inverse = Eight::load(l, &self.inverse);
        let a = cos_i * cos_o * inverse;
        let rest = -(sin_i * sin_o * inverse) - inverse;
        // I₀(a) e^{−a} for large a, I₀(a) for small; what is left of the exponent with each.
        let (small, large) = i0(a);
        let is_small = a.below(Eight::splat(l, I0_TURN));
        Eight::load(l, &self.norm) * is_small.pick(small, large) * is_small.pick(rest, a + rest).exp()
    }

    /// Draws sin θi of a lobe given θo.
    #[inline(always)]
    pub(crate) fn sample(&self, lobe: usize, sin_o: f32, cos_o: f32, u: f32, w: f32) -> f32 {
        let c = 1.0 + self.variance[lobe] * ln((u + (1.0 - u) * self.floor[lobe]).max(1e-30));
        let c = c.clamp(-1.0, 1.0);
        let s = (1.0 - c * c).sqrt();
        (-c * sin_o + s * sin_cos_turns(w).1 * cos_o).clamp(-1.0, 1.0)
    }
}

/// Where one series of I₀ gives way to the other.
const I0_TURN: f32 = 3.75;

/// I₀(x) by the series for x < 3.75, and I₀(x) e^{−x} by the one for x ≥ 3.75; relative error below 5·10⁻⁶.
///
/// # Sources
/// Abramowitz and Stegun 1964, 9.8.1 and 9.8.2.
#[inline(always)]
fn i0<L: Lanes>(x: Eight<L>) -> (Eight<L>, Eight<L>) {
    const SMALL: [f32; 7] =
        [0.004_581_3, 0.036_076_8, 0.265_973_2, 1.206_749_2, 3.089_942_4, 3.515_622_9, 1.0];
    const LARGE: [f32; 9] = [
        0.003_923_77,
        -0.016_476_33,
        0.026_355_37,
        -0.020_577_06,
        0.009_162_81,
        -0.001_575_65,
        0.002_253_19,
        0.013_285_92,
        0.398_942_3,
    ];
    let l = x.0;
    let t = x * (1.0 / I0_TURN);
    let t2 = t * t;
    let mut small = Eight::splat(l, SMALL[0]);
    for c in &SMALL[1..] {
        small = small * t2 + *c;
    }
    let x = x.max(Eight::splat(l, I0_TURN));
    let t = Eight::splat(l, I0_TURN) / x;
    let mut large = Eight::splat(l, LARGE[0]);
    for c in &LARGE[1..] {
        large = large * t + *c;
    }
    (small, large / x.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::lanes::Plain;

    #[test]
    fn val_i0_of_the_tables() {
        // Abramowitz and Stegun, table 9.8: e^{−x} I₀(x).
        for (x, want) in
            [(0.0, 1.0), (1.0, 0.465_759_6), (3.0, 0.243_000_35), (5.0, 0.183_540_8), (10.0, 0.127_833_34)]
        {
            let (small, large) = i0(Eight::splat(Plain, x));
            let got = if x < I0_TURN { small.array()[0] * libm::expf(-x) } else { large.array()[0] };
            assert!((got / want - 1.0).abs() < 8e-6, "{x} {got}");
        }
    }

    #[test]
    fn prop_all_light_goes_somewhere() {
        for v in [0.0008, 0.01, 0.0999, 0.1001, 0.4, 2.0] {
            let lobe = Longitudinal::new([v; LOBES]);
            for so in [-0.8_f32, 0.0, 0.3, 0.95] {
                let co = (1.0 - so * so).sqrt();
                let n = 40_000;
                let sum: f64 = (0..n)
                    .map(|k| {
                        let s = -1.0 + 2.0 * (k as f32 + 0.5) / n as f32;
                        let e = |x| Eight::splat(Plain, x);
                        let density = lobe.density(e(s), e((1.0 - s * s).sqrt()), e(so), e(co));
                        f64::from(density.array()[0]) * 2.0 / f64::from(n)
                    })
                    .sum();
                assert!((sum - 1.0).abs() < 2e-3, "{v} {so} {sum}");
            }
        }
    }
}
