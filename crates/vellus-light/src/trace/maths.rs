//! Functions that are the same everywhere and short enough to be inlined.
//!
//! # Sources
//! The polynomials of Moshier's Cephes library (`sinf`, `cosf`, `logf`, `atanf`, `asinf`); the exponential is a
//! Taylor series of 2^f.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LOG2_E, PI};

/// 1.5 · 2²³: adding it rounds to an integer.
pub(crate) const ROUND: f32 = 12_582_912.0;
/// Where e^x is 0 below, and the same above.
pub(crate) const EXP_LEAST: f32 = -87.0;
pub(crate) const EXP_MOST: f32 = 88.0;
/// 2^f on ±½, highest power first.
pub(crate) const EXP_TERMS: [f32; 6] = [0.001_339_887, 0.009_618_129, 0.055_504_11, 0.240_226_5, LN_2, 1.0];

/// e^x; relative error below 4·10⁻⁶ for −87 < x < 88, 0 below that.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    if x < EXP_LEAST {
        return 0.0;
    }
    let y = x.min(EXP_MOST) * LOG2_E;
    let rounded = y + ROUND;
    let f = y - (rounded - ROUND);
    let mut p = EXP_TERMS[0];
    for t in &EXP_TERMS[1..] {
        p = p * f + t;
    }
    p * power(rounded)
}

/// 2ⁱ from i + 1.5 · 2²³, whose low bits are those of i.
#[inline(always)]
pub(crate) fn power(rounded: f32) -> f32 {
    f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

/// Natural logarithm of a normal number above 0; absolute error below 3·10⁻⁷ about 1, relative elsewhere.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    // Mantissa in [½, 1), then in [√½, √2).
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000);
    let e = (bits >> 23) as i32 - 126;
    let small = m < std::f32::consts::FRAC_1_SQRT_2;
    let e = (e - i32::from(small)) as f32;
    let x = if small { m + m - 1.0 } else { m - 1.0 };
    let z = x * x;
    let p = ((((((((7.037_683_6e-2 * x - 1.151_461e-1) * x + 1.167_699_9e-1) * x - 1.242_014_1e-1) * x
        + 1.424_932_3e-1)
        * x
        - 1.666_805_8e-1)
        * x
        + 2.000_071_5e-1)
        * x
        - 2.499_999_4e-1)
        * x
        + 3.333_333e-1)
        * x
        * z;
    let p = p - 2.121_944_4e-4 * e - 0.5 * z;
    x + p + 0.693_359_4 * e
}

/// Sine and cosine of `turns` times 2π, for small numbers of turns; absolute error below 2·10⁻⁷.
#[inline(always)]
pub(crate) fn sin_cos_turns(turns: f32) -> (f32, f32) {
    let quarters = 4.0 * turns;
    let rounded = quarters + ROUND;
    let a = (quarters - (rounded - ROUND)) * FRAC_PI_2;
    let z = a * a;
    let s = ((-1.951_529_6e-4 * z + 8.332_161e-3) * z - 1.666_665_5e-1) * z * a + a;
    let c = ((2.443_315_7e-5 * z - 1.388_731_6e-3) * z + 4.166_664_6e-2) * z * z - 0.5 * z + 1.0;
    let q = rounded.to_bits();
    let (s, c) = if q & 1 == 1 { (c, s) } else { (s, c) };
    // The quarters 2 and 3 turn the sine over, 1 and 2 the cosine.
    let flip = |x: f32, bit: u32| f32::from_bits(x.to_bits() ^ ((bit & 2) << 30));
    (flip(s, q), flip(c, q.wrapping_add(1)))
}

/// Sine and cosine of an angle between some turns down and some turns up.
#[inline(always)]
pub(crate) fn sin_cos(x: f32) -> (f32, f32) {
    sin_cos_turns(x * (0.5 / PI))
}

/// Angle of the point (x, y), −π to π; absolute error below 4·10⁻⁷. 0 for the origin.
#[inline(always)]
pub(crate) fn atan2(y: f32, x: f32) -> f32 {
    let (a, b) = (y.abs(), x.abs());
    let (low, high) = (a.min(b), a.max(b));
    // Half angles bring the ratio to ±tan π/8.
    let past = low > 0.414_213_57 * high;
    let t = if past { (low - high) / (low + high) } else { low / high.max(f32::MIN_POSITIVE) };
    let z = t * t;
    let p = (((8.053_744_7e-2 * z - 1.387_768_6e-1) * z + 1.997_771_1e-1) * z - 3.333_295e-1) * z * t + t;
    let p = if past { FRAC_PI_4 + p } else { p };
    let p = if a > b { FRAC_PI_2 - p } else { p };
    let p = if x < 0.0 { PI - p } else { p };
    p.copysign(y)
}

/// Arcsine of a number that rounding may have pushed out of range; absolute error below 4·10⁻⁷.
#[inline(always)]
pub(crate) fn asin(x: f32) -> f32 {
    let a = x.abs().min(1.0);
    let big = a > 0.5;
    let z = if big { 0.5 * (1.0 - a) } else { a * a };
    let t = if big { z.sqrt() } else { a };
    let p = ((((4.216_32e-2 * z + 2.418_131e-2) * z + 4.547_002_6e-2) * z + 7.495_300_3e-2) * z
        + 1.666_675_2e-1)
        * z
        * t
        + t;
    (if big { FRAC_PI_2 - 2.0 * p } else { p }).copysign(x)
}

/// An angle brought to −π to π.
#[inline(always)]
pub(crate) fn wrapped(x: f32) -> f32 {
    x - 2.0 * PI * ((x * (0.5 / PI) + ROUND) - ROUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_the_exponential() {
        for k in -860..870 {
            let x = 0.1 * k as f32;
            let (a, b) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((a / b - 1.0).abs() < 8e-6, "{x} {a} {b}");
        }
        assert_eq!(exp(-88.0), 0.0);
    }

    #[test]
    fn val_the_logarithm() {
        for k in 1..4_000 {
            for x in [k as f32 * 1e-3, k as f32, k as f32 * 1e-30] {
                let (a, b) = (f64::from(ln(x)), f64::from(x).ln());
                assert!((a - b).abs() < 3e-7 * b.abs().max(1.0), "{x} {a} {b}");
            }
        }
    }

    #[test]
    fn val_circular_functions() {
        for k in -4_000..4_000 {
            let x = 0.002 * k as f32;
            let (s, c) = sin_cos_turns(x);
            let want = f64::from(x) * std::f64::consts::TAU;
            assert!((f64::from(s) - want.sin()).abs() < 3e-7, "{x} {s}");
            assert!((f64::from(c) - want.cos()).abs() < 3e-7, "{x} {c}");
            let (s, c) = sin_cos(x);
            assert!((f64::from(s) - f64::from(x).sin()).abs() < 1e-6, "{x} {s}");
            assert!((f64::from(c) - f64::from(x).cos()).abs() < 1e-6, "{x} {c}");
            let a = 0.000_25 * k as f32;
            assert!((f64::from(asin(a)) - f64::from(a).asin()).abs() < 5e-7, "{a} {}", asin(a));
            for r in [1e-12_f32, 1.0, 1e9] {
                let (y, x) = (r * s, r * c);
                let want = f64::from(y).atan2(f64::from(x));
                assert!((f64::from(atan2(y, x)) - want).abs() < 6e-7, "{y} {x} {}", atan2(y, x));
            }
        }
        assert_eq!(atan2(0.0, 0.0), 0.0);
        assert!(asin(1.000_001) <= FRAC_PI_2);
    }
}
