//! Colours that a screen cannot show.

use crate::colour::luminance;

/// A colour that fits, and what was done to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitted {
    /// Linear RGB, each 0 to 1.
    pub linear: [f64; 3],
    /// Share of its difference from grey that was taken away, 0 (fitted as it was) to 1.
    pub desaturated: f64,
}

/// Brings linear RGB into 0 to 1 by mixing it with the grey of its own luminance, which keeps
/// lightness and roughly the hue. Brighter than white becomes white, what is not a number black.
#[must_use]
pub fn fit_in_gamut(rgb: [f64; 3]) -> Fitted {
    if rgb.iter().any(|x| !x.is_finite()) {
        return Fitted { linear: [0.0; 3], desaturated: 1.0 };
    }
    if rgb.iter().all(|x| (0.0..=1.0).contains(x)) {
        return Fitted { linear: rgb, desaturated: 0.0 };
    }
    let grey = luminance(rgb).clamp(0.0, 1.0);
    let mut keep = 1.0_f64;
    for x in rgb {
        if x > 1.0 {
            keep = keep.min((1.0 - grey) / (x - grey).max(1e-12));
        } else if x < 0.0 {
            keep = keep.min(grey / (grey - x).max(1e-12));
        }
    }
    let keep = keep.clamp(0.0, 1.0);
    Fitted { linear: rgb.map(|x| (grey + keep * (x - grey)).clamp(0.0, 1.0)), desaturated: 1.0 - keep }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_left_alone() {
        let c = [0.1, 0.9, 0.4];
        assert_eq!(fit_in_gamut(c), Fitted { linear: c, desaturated: 0.0 });
    }

    #[test]
    fn prop_the_result_fits_and_keeps_luminance() {
        for c in [[1.4, 0.3, 0.1], [-0.2, 0.5, 0.3], [0.2, 0.9, 1.3], [1.0, -0.4, 1.2]] {
            let f = fit_in_gamut(c);
            assert!(f.linear.iter().all(|x| (0.0..=1.0).contains(x)), "{f:?}");
            assert!((luminance(f.linear) - luminance(c)).abs() < 1e-9, "{c:?} {f:?}");
            assert!(f.desaturated > 0.0);
        }
        assert_eq!(fit_in_gamut([3.0, 3.0, 3.0]).linear, [1.0; 3]);
        assert_eq!(fit_in_gamut([f64::NAN, 0.0, 0.0]).linear, [0.0; 3]);
    }
}
