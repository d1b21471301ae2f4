//! Contrast sensitivity of the eye: luminance, red–green, yellow–violet.
//!
//! Luminance is the standard model of Watson and Ahumada 2005, not Barten 1999, Daly 1993 or Mannos
//! and Sakrison 1974: those give the sensitivity to large gratings and leave open how a small dot adds
//! up, while this one comes with its window and its pooling and was fitted to thresholds of 16 observers
//! for spots and discs as well; the tests hold it against those thresholds.
//!
//! Colour is a Gaussian low-pass for each opponent axis, as Ahumada and others found enough for the
//! measurements of Wuerger, Watson and Ahumada 2002; gains and widths are a least-squares fit here, to
//! the rows up to 4 cycles per degree (red–green: log₁₀ sensitivities 2.634, 2.466, 2.396, 2.245 at 1.2,
//! 2, 2.8, 4; yellow–violet: 1.641, 1.435, 1.260 at 1.2, 2, 2.8), through the same window and pooling;
//! beyond, those observers saw luminance. Residuals are below 14 %; the scale of yellow–violet is known
//! within a factor of two (see `data/vision/SOURCE.md`).

/// Exponent β of the pooling over space. Source: Watson and Ahumada 2005.
pub const POOLING: f64 = 2.4081;
/// Standard deviation of the window of the fovea, degrees. Source: Watson and Ahumada 2005.
pub const FOVEA_DEG: f64 = 0.6273;

/// Gain, f₀, f₁, a and p of the luminance model. Source: Watson and Ahumada 2005, difference of hyperbolic secants.
const LUMINANCE: [f64; 5] = [373.08, 4.1726, 1.3625, 0.8493, 0.7786];
/// Gain, and frequency in cycles per degree at which sensitivity falls to 1/e. Fit, see the module.
const RED_GREEN: [f64; 2] = [357.0, 4.23];
/// As [`RED_GREEN`].
const YELLOW_VIOLET: [f64; 2] = [60.1, 2.73];

/// Sensitivity to luminance contrast at so many cycles per degree.
#[must_use]
pub fn luminance(f: f64) -> f64 {
    let sech = |x: f64| 1.0 / libm::cosh(x.min(300.0));
    let [gain, f0, f1, a, p] = LUMINANCE;
    let f = f.abs();
    gain * (sech(libm::pow(f / f0, p)) - a * sech(f / f1))
}

/// Sensitivity to the difference of L- and M-cone contrast at so many cycles per degree.
#[must_use]
pub fn red_green(f: f64) -> f64 {
    RED_GREEN[0] * libm::exp(-(f / RED_GREEN[1]) * (f / RED_GREEN[1]))
}

/// Sensitivity to S-cone contrast against the mean of the others at so many cycles per degree.
#[must_use]
pub fn yellow_violet(f: f64) -> f64 {
    YELLOW_VIOLET[0] * libm::exp(-(f / YELLOW_VIOLET[1]) * (f / YELLOW_VIOLET[1]))
}

/// Cone signals of a colour given as XYZ: CIE 2006 2° fundamentals as a matrix for the XYZ of 1931, scaled
/// so that L + M is luminance. Source: as used with castleCSF (Mantiuk and others 2020); D65 of unit
/// luminance gives 0.7347, 0.3163, 0.0208, as their table of backgrounds has it.
#[must_use]
pub fn cones(xyz: [f64; 3]) -> [f64; 3] {
    const M: [[f64; 3]; 3] = [
        [0.187_596_268_556_126, 0.585_168_649_077_728, -0.026_384_263_306_304],
        [-0.133_397_430_663_221, 0.405_505_777_260_049, 0.034_502_127_690_364],
        [0.000_244_379_021_663, -0.000_542_995_890_619, 0.019_406_849_066_323],
    ];
    M.map(|r| r[0] * xyz[0] + r[1] * xyz[1] + r[2] * xyz[2])
}

/// Opponent contrasts of a colour against that to which the eye is adapted, both XYZ: luminance,
/// red–green, yellow–violet; no unit.
#[must_use]
pub fn opponents(xyz: [f64; 3], adapted_xyz: [f64; 3]) -> [f64; 3] {
    let (c, a) = (cones(xyz), cones(adapted_xyz));
    let w = |i: usize| if a[i] > 1e-12 { c[i] / a[i] - 1.0 } else { 0.0 };
    let y = if adapted_xyz[1] > 1e-12 { xyz[1] / adapted_xyz[1] - 1.0 } else { 0.0 };
    let (l, m, s) = (w(0), w(1), w(2));
    [y, l - m, s - 0.5 * (l + m)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eye_is_best_at_three_cycles_and_blind_beyond_sixty() {
        let peak = (1..600)
            .map(|i| 0.1 * f64::from(i))
            .max_by(|a, b| luminance(*a).total_cmp(&luminance(*b)))
            .unwrap();
        assert!((2.0..4.0).contains(&peak), "{peak}");
        assert!(luminance(60.0) < 1.0 && luminance(0.0) > 10.0);
        assert!(luminance(f64::MAX).is_finite());
        // Colour has no lower limit and a lower upper one.
        assert!(red_green(0.2) > red_green(2.0) && red_green(20.0) < 1e-3 * luminance(20.0));
    }

    #[test]
    fn val_cones_of_daylight() {
        let lms = cones([0.9505, 1.0, 1.0888]);
        for (got, want) in lms.iter().zip([0.734_745, 0.316_282, 0.020_82]) {
            assert!((got - want).abs() < 2e-4, "{lms:?}");
        }
        // A neutral step is luminance alone.
        let o = opponents([0.475_25, 0.5, 0.5444], [0.9505, 1.0, 1.0888]);
        assert!((o[0] + 0.5).abs() < 1e-12 && o[1].abs() < 1e-12 && o[2].abs() < 1e-12);
    }
}
