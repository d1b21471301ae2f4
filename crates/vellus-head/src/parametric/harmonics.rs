//! Real spherical harmonics about the vertical axis.
//!
//! A direction has a polar angle θ from +y and an azimuth φ = atan2(x, z), zero straight ahead.
//! `Y_l0 = P̄_l0(cos θ)`, and for m > 0 the even function `√2 P̄_lm(cos θ) cos mφ` (the same on both
//! sides of the head) and the odd `√2 P̄_lm(cos θ) sin mφ`. `P̄` is normalised so that each `Y` has
//! unit square integral over the sphere.

/// How many (l, m) pairs with 0 ≤ m ≤ l ≤ `degree`.
#[must_use]
pub const fn count(degree: usize) -> usize {
    (degree + 1) * (degree + 2) / 2
}

/// Where the pair (l, m) stands in a table ordered by m, then l.
#[must_use]
pub const fn index(degree: usize, l: usize, m: usize) -> usize {
    m * (degree + 1) + l - (m * (m + 1)) / 2
}

/// The normalised associated Legendre functions `P̄_lm` at one polar angle.
///
/// `out` has [`count`] places, ordered as [`index`] says; no Condon–Shortley sign.
///
/// # Sources
/// Holmes & Featherstone 2002, J. Geodesy 76:279, equations 11 and 12 (forward column recursion).
///
/// # Panics
/// If `out` is shorter than [`count`].
pub fn legendre(degree: usize, cos_theta: f64, sin_theta: f64, out: &mut [f64]) {
    let mut diagonal = (1.0 / (4.0 * std::f64::consts::PI)).sqrt();
    for m in 0..=degree {
        if m > 0 {
            let m_f = m as f64;
            diagonal *= ((2.0 * m_f + 1.0) / (2.0 * m_f)).sqrt() * sin_theta;
        }
        let at = index(degree, m, m);
        out[at] = diagonal;
        if m < degree {
            out[at + 1] = (2.0 * m as f64 + 3.0).sqrt() * cos_theta * diagonal;
        }
        let m2 = (m * m) as f64;
        for l in m + 2..=degree {
            let l2 = (l * l) as f64;
            let k2 = ((l - 1) * (l - 1)) as f64;
            let a = ((4.0 * l2 - 1.0) / (l2 - m2)).sqrt();
            let b = ((k2 - m2) / (4.0 * k2 - 1.0)).sqrt();
            out[at + l - m] = a * (cos_theta * out[at + l - m - 1] - b * out[at + l - m - 2]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_functions_are_orthonormal() {
        const L: usize = 6;
        let steps = 2000;
        let mut sum = vec![0.0; count(L) * count(L)];
        let mut p = vec![0.0; count(L)];
        for i in 0..steps {
            let x = -1.0 + 2.0 * (i as f64 + 0.5) / steps as f64;
            legendre(L, x, (1.0 - x * x).sqrt(), &mut p);
            for a in 0..count(L) {
                for b in 0..count(L) {
                    sum[a * count(L) + b] += p[a] * p[b] * 4.0 * std::f64::consts::PI / steps as f64;
                }
            }
        }
        for m in 0..=L {
            for l in m..=L {
                for k in m..=L {
                    let got = sum[index(L, l, m) * count(L) + index(L, k, m)];
                    let want = f64::from(u8::from(l == k));
                    assert!((got - want).abs() < 1e-3, "{l} {k} {m}: {got}");
                }
            }
        }
    }
}
