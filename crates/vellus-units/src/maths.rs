//! Small maths shared by all rooms. Everything goes through `libm`, never through the platform's
//! own functions, so that the same inputs give the same bytes everywhere.

/// Linear interpolation: `a` at `t = 0`, `b` at `t = 1`.
#[inline]
#[must_use]
pub fn lerp(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}

/// Smooth step from 0 below `lo` to 1 above `hi`, with zero slope at both ends.
#[inline]
#[must_use]
pub fn smoothstep(lo: f64, hi: f64, x: f64) -> f64 {
    let t = ((x - lo) / (hi - lo)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Piecewise linear interpolation through `(x, y)` pairs with rising `x`; constant outside them.
/// An empty table gives NaN.
#[must_use]
pub fn interpolate(table: &[(f64, f64)], x: f64) -> f64 {
    let Some(first) = table.first() else {
        return f64::NAN;
    };
    if x <= first.0 {
        return first.1;
    }
    for pair in table.windows(2) {
        if x <= pair[1].0 {
            return lerp(pair[0].1, pair[1].1, (x - pair[0].0) / (pair[1].0 - pair[0].0));
        }
    }
    table[table.len() - 1].1
}

/// Quantile of the standard normal distribution for `0 < p < 1`, relative error below 1.2e-9.
///
/// # Sources
/// P. J. Acklam, rational approximation of the inverse normal distribution function (2003).
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    const P_LOW: f64 = 0.024_25;
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < P_LOW {
        tail(libm::sqrt(-2.0 * libm::log(p)))
    } else if p <= 1.0 - P_LOW {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    } else {
        -tail(libm::sqrt(-2.0 * libm::log(1.0 - p)))
    }
}

/// Cell and place within it of a table position `0 ≤ k < 2³¹`: `k` = cell + part with
/// `0 ≤ part ≤ 1`. Cheaper than casts in inner loops.
///
/// Adding 2⁵² leaves the nearest whole number in the low bits of a float.
#[inline]
#[must_use]
pub fn cell(k: f64) -> (usize, f64) {
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    // A position on the border of two cells may fall into either, at part 1 or 0.
    let shifted = k.max(0.5) - 0.5 + SHIFT;
    let whole = shifted - SHIFT;
    ((shifted.to_bits() & 0x7fff_ffff) as usize, k - whole)
}

/// e to the power `x` for |x| ≤ 700, relative error below 3e-10: for draws in inner loops, where an
/// exact last digit costs more than the rest.
///
/// x = k ln 2 + r with |r| ≤ ln 2 / 2; the Taylor polynomial of degree 9 of eʳ (Abramowitz & Stegun
/// 4.2.1), scaled by 2ᵏ through the exponent's bits.
#[inline]
#[must_use]
pub fn exp_draw(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    // Adding and subtracting 1.5 · 2⁵² rounds to the nearest whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let k = x * std::f64::consts::LOG2_E + ROUND - ROUND;
    let r = x - k * std::f64::consts::LN_2;
    let r2 = r * r;
    // Even and odd terms side by side: shorter chains of dependent operations.
    let even = 1.0 + r2 * (1.0 / 2.0 + r2 * (1.0 / 24.0 + r2 * (1.0 / 720.0 + r2 * (1.0 / 40_320.0))));
    let odd =
        r * (1.0 + r2 * (1.0 / 6.0 + r2 * (1.0 / 120.0 + r2 * (1.0 / 5040.0 + r2 * (1.0 / 362_880.0)))));
    (even + odd) * f64::from_bits(((k as i64 + 1023) as u64) << 52)
}

/// The quantile function of a lognormal distribution with median one, tabulated for inner loops.
///
/// Between 1/64 and 63/64 it is linear between 1,024 points, with a relative error below 1e-4 for
/// σ ≤ 0.5; outside it is exact to [`exp_draw`] and [`normal_quantile`].
#[derive(Clone, Debug, PartialEq)]
pub struct LognormalTable {
    sigma: f64,
    at: Vec<f64>,
}

impl LognormalTable {
    const CELLS: usize = 1024;
    const TAIL: f64 = 1.0 / 64.0;

    /// The table for a standard deviation of the logarithm.
    #[must_use]
    pub fn new(sigma: f64) -> Self {
        let step = (1.0 - 2.0 * Self::TAIL) / Self::CELLS as f64;
        let at = (0..=Self::CELLS)
            .map(|i| libm::exp(sigma * normal_quantile(Self::TAIL + i as f64 * step)))
            .collect();
        Self { sigma, at }
    }

    /// Standard deviation of the logarithm.
    #[must_use]
    pub const fn sigma(&self) -> f64 {
        self.sigma
    }

    /// The quantile for `u` in (0, 1).
    #[inline(always)]
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        const SCALE: f64 = LognormalTable::CELLS as f64 / (1.0 - 2.0 * LognormalTable::TAIL);
        let k = (u - Self::TAIL) * SCALE;
        if k >= 0.0 && k < Self::CELLS as f64 {
            let (i, part) = cell(k);
            let (a, b) = (self.at[i], self.at[i + 1]);
            a + (b - a) * part
        } else {
            self.tail(u)
        }
    }

    #[cold]
    fn tail(&self, u: f64) -> f64 {
        exp_draw(self.sigma * normal_quantile(u))
    }
}

/// Distribution function of the standard normal distribution.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// Quantile `0 ≤ q ≤ 1` of a sample, linear between order statistics (type 7 of Hyndman and Fan
/// 1996). Sorts the slice. An empty sample gives NaN.
#[must_use]
pub fn quantile(sample: &mut [f64], q: f64) -> f64 {
    if sample.is_empty() {
        return f64::NAN;
    }
    sample.sort_by(f64::total_cmp);
    let h = q.clamp(0.0, 1.0) * (sample.len() - 1) as f64;
    let i = h.floor() as usize;
    let j = (i + 1).min(sample.len() - 1);
    lerp(sample[i], sample[j], h - i as f64)
}

/// Quantile `0 ≤ q ≤ 1` of a sample of values with weights that add up to one: the least value at
/// which the weights reach `q`. An empty sample gives NaN.
#[must_use]
pub fn weighted_quantile(sample: &[(f64, f64)], q: f64) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = 0.0;
    for (x, w) in &sorted {
        sum += w;
        if sum >= q {
            return *x;
        }
    }
    sorted.last().map_or(f64::NAN, |s| s.0)
}

/// Mean and standard deviation (with n − 1) of a sample; NaN where undefined.
#[must_use]
pub fn mean_sd(sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    let ss = sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    (mean, (ss / (n - 1.0)).sqrt())
}

/// Σ of the logarithm of a lognormal distribution with this coefficient of variation.
#[must_use]
pub fn lognormal_sigma(cv: f64) -> f64 {
    libm::sqrt(libm::log1p(cv * cv))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weighted_quantiles_of_equal_weights_are_order_statistics() {
        let s: Vec<(f64, f64)> = (0..10).map(|i| (f64::from(9 - i), 0.1)).collect();
        assert_eq!(weighted_quantile(&s, 0.45), 4.0);
        assert_eq!(weighted_quantile(&s, 1.0), 9.0);
        assert!(weighted_quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn val_normal_quantile_against_its_inverse() {
        for p in [1e-9, 1e-4, 0.02, 0.1, 0.5, 0.8, 0.975, 0.999_999] {
            let back = normal_cdf(normal_quantile(p));
            assert!((back - p).abs() < 5e-8 * p.min(1.0 - p), "{p} {back}");
        }
    }

    #[test]
    fn cells_add_up() {
        for i in 0..4000 {
            let k = f64::from(i) * 0.25;
            let (c, part) = cell(k);
            assert!((c as f64 + part - k).abs() < 1e-12 && (0.0..=1.0).contains(&part), "{k} {c} {part}");
        }
    }

    #[test]
    fn val_lognormal_table_against_its_definition() {
        for sigma in [0.3, 0.45] {
            let t = LognormalTable::new(sigma);
            for i in 1..20_000 {
                let u = f64::from(i) / 20_000.0;
                let exact = libm::exp(sigma * normal_quantile(u));
                assert!((t.quantile(u) / exact - 1.0).abs() < 1e-4, "{sigma} {u}");
            }
        }
    }

    #[test]
    fn val_exp_draw_against_libm() {
        for i in -7000..=7000 {
            let x = f64::from(i) * 0.0987;
            let exact = libm::exp(x.clamp(-700.0, 700.0));
            assert!((exp_draw(x) / exact - 1.0).abs() < 3e-10, "{x}");
        }
    }

    #[test]
    fn quantiles_of_a_known_sample() {
        let mut s = [3.0, 1.0, 2.0, 4.0, 5.0];
        assert_eq!(quantile(&mut s, 0.5), 3.0);
        assert_eq!(quantile(&mut s, 0.1), 1.4);
    }

    #[test]
    fn interpolation_is_constant_outside() {
        let t = [(0.0, 1.0), (2.0, 3.0)];
        assert_eq!(interpolate(&t, -1.0), 1.0);
        assert_eq!(interpolate(&t, 1.0), 2.0);
        assert_eq!(interpolate(&t, 9.0), 3.0);
    }
}
