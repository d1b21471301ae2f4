//! How much light a hair gives back.
//!
//! # Equations
//! A smooth cylinder of index 1.55 in light from everywhere. A ray at offset h from the axis and inclination θ is reflected with
//! Fresnel's f, or crosses the fibre along 2 cos γₜ / cos θₜ radii, T = exp(−σ · that), any number of times: what
//! leaves is f + (1 − f)² T / (1 − f T) (d'Eon et al. 2011; Chiang et al. 2016, equation 13 summed over all orders).
//! Averaged over h and over cos²θ dθ, this is the share of the light on the fibre that it gives back, whatever the roughness.

use std::f64::consts::FRAC_PI_2;
use std::sync::LazyLock;

/// Refractive index of hair. Source: Marschner et al. 2003 and all that follow.
pub const HAIR_INDEX: f64 = 1.55;

/// Steps of the table, even in ln(σ + [`KNEE`]).
const KNOTS: usize = 257;
const KNEE: f64 = 0.05;
/// Largest absorption per radius in the table; beyond it nothing comes through.
const MOST: f64 = 30.0;

static TABLE: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..KNOTS).map(|i| integrate(sigma_at(i as f64))).collect());

fn sigma_at(x: f64) -> f64 {
    KNEE * libm::expm1(x / (KNOTS - 1) as f64 * libm::log1p(MOST / KNEE))
}

/// Share of uniform light that a fibre with this absorption per radius gives back, the reflection of its
/// surface included.
#[must_use]
pub fn fibre_albedo(absorption_per_radius: f64) -> f64 {
    let s = if absorption_per_radius > 0.0 { absorption_per_radius.min(MOST) } else { 0.0 };
    let x = libm::log1p(s / KNEE) / libm::log1p(MOST / KNEE) * (KNOTS - 1) as f64;
    let i = (x as usize).min(KNOTS - 2);
    let t = x - i as f64;
    TABLE[i] * (1.0 - t) + TABLE[i + 1] * t
}

/// Share of uniform light that the surface of a fibre reflects.
#[must_use]
pub fn fibre_surface() -> f64 {
    static SURFACE: LazyLock<f64> = LazyLock::new(|| integrate(1e6));
    *SURFACE
}

/// Absorption per radius of the fibre that gives back this share of uniform light, from 0 to the largest in the table.
#[must_use]
pub fn absorption_of_albedo(albedo: f64) -> f64 {
    // The table falls: the piece that holds the value, and the straight line in it.
    let i = TABLE.partition_point(|a| *a > albedo);
    if i == 0 {
        return 0.0;
    }
    let Some(below) = TABLE.get(i) else { return MOST };
    sigma_at((i - 1) as f64 + (TABLE[i - 1] - albedo) / (TABLE[i - 1] - below))
}

/// The module's integral, by midpoints in the angles of h and θ.
fn integrate(sigma: f64) -> f64 {
    const N: usize = 64;
    let angle = |i: usize| FRAC_PI_2 * (i as f64 + 0.5) / N as f64;
    let (mut sum, mut all) = (0.0, 0.0);
    for theta in (0..N).map(angle) {
        let cos = libm::cos(theta);
        for gamma in (0..N).map(angle) {
            // h = sin γ, dh = cos γ dγ.
            let weight = libm::cos(gamma) * cos * cos;
            sum += weight * given_back(sigma, libm::sin(gamma), theta);
            all += weight;
        }
    }
    sum / all
}

/// Share that the fibre gives back of a ray at offset h (−1 to 1 radii) and inclination θ, radians.
fn given_back(sigma: f64, h: f64, theta: f64) -> f64 {
    let (sin_t, cos_t) = (libm::sin(theta), libm::cos(theta));
    let inner_sin = sin_t / HAIR_INDEX;
    let inner_cos = libm::sqrt(1.0 - inner_sin * inner_sin);
    // Bravais: across the fibre the index is larger for an inclined ray.
    let across = libm::sqrt(HAIR_INDEX * HAIR_INDEX - sin_t * sin_t) / cos_t;
    let inner_h = h / across;
    let path = 2.0 * libm::sqrt(1.0 - inner_h * inner_h) / inner_cos;
    let f = dielectric(cos_t * libm::sqrt(1.0 - h * h));
    let t = libm::exp(-sigma * path);
    f + (1.0 - f) * (1.0 - f) * t / (1.0 - f * t)
}

/// Fresnel's reflectance of a hair's surface for unpolarised light.
fn dielectric(cos: f64) -> f64 {
    let c = cos.clamp(0.0, 1.0);
    let t = libm::sqrt(1.0 - (1.0 - c * c) / (HAIR_INDEX * HAIR_INDEX));
    let (a, b) = ((c - HAIR_INDEX * t) / (c + HAIR_INDEX * t), (t - HAIR_INDEX * c) / (t + HAIR_INDEX * c));
    0.5 * (a * a + b * b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_the_middle_of_a_cylinder_under_uniform_light_against_mitsuba() {
        // Mitsuba 3.9.1 scalar_rgb, `hair` on a cylinder, σ per radius of c_e (0.419, 0.697, 1.37).
        for (sigma, want) in [
            (0.3 * 0.419, 0.782),
            (0.3 * 0.697, 0.667),
            (0.3 * 1.37, 0.458),
            (1.3 * 0.419, 0.362),
            (1.3 * 0.697, 0.200),
            (1.3 * 1.37, 0.074),
            (8.0 * 0.419, 0.0477),
            (8.0 * 0.697, 0.0465),
            (8.0 * 1.37, 0.0465),
        ] {
            // The picture's camera looks at the middle of the fibre, square on.
            let got = given_back(sigma, 0.0, 0.0);
            assert!((got - want).abs() < 0.006, "{sigma} {got} {want}");
        }
    }

    #[test]
    fn prop_clear_fibres_keep_all_light_and_darker_ones_less() {
        assert!((fibre_albedo(0.0) - 1.0).abs() < 1e-9);
        let mut last = 1.0;
        for k in 1..60 {
            let a = fibre_albedo(0.02 * f64::from(k) * f64::from(k));
            assert!(a <= last + 1e-12);
            last = a;
        }
        assert!((fibre_albedo(f64::INFINITY) - fibre_surface()).abs() < 1e-6);
        assert!((fibre_albedo(f64::NAN) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn prop_the_inverse_inverts() {
        for s in [0.01, 0.1, 0.5, 1.0, 2.0, 3.0] {
            assert!((absorption_of_albedo(fibre_albedo(s)) / s - 1.0).abs() < 1e-6, "{s}");
        }
        assert!(absorption_of_albedo(2.0) < 1e-9);
        assert!(absorption_of_albedo(-1.0).is_finite());
    }

    #[test]
    fn prop_the_table_is_close_to_the_integral() {
        for s in [0.003, 0.04, 0.33, 1.7, 6.1] {
            assert!((fibre_albedo(s) - integrate(s)).abs() < 1e-4, "{s}");
        }
    }
}
