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
    fn val_normal_quantile_against_its_inverse() {
        for p in [1e-9, 1e-4, 0.02, 0.1, 0.5, 0.8, 0.975, 0.999_999] {
            let back = normal_cdf(normal_quantile(p));
            assert!((back - p).abs() < 5e-8 * p.min(1.0 - p), "{p} {back}");
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
