//! What an instrument reads and what is seen, kept apart.
//!
//! A dot or a work of dots lies in reddish, yellowish skin. An instrument that reads its colour alone finds
//! a grey-brown; the eye, which takes the skin for its norm, sees a blue-grey (Sakai 2017, on dermal melanin:
//! perceived blue-grey, extracted colours grey-brown with a hue within red-orange).
//!
//! # Model
//! CIECAM16 with the white shifted by the surround ([`Conditions::beside`]); the result is given as the
//! colour that on a neutral grey would look the same, so that both can be held side by side.
//!
//! # Limits
//! The strength of the induction is an assumption between none and full, and its band is reported. Small
//! dots are partly *assimilated* (they take on the colour of their surround), which works against contrast;
//! the induction is meant for fields of at least a tenth of a degree.

use serde::{Deserialize, Serialize};

use super::ciecam16::{Cam, Conditions};
use crate::colour::{D65, lab_from_xyz, xyz_from_lab};
use crate::error::{LightError, in_range};

/// Strength p of simultaneous contrast. Hunt leaves it between −1 and 0 to the user; this is an assumption,
/// strong enough that a grey-brown of measured hue within red–orange is seen blue-grey, as Sakai 2017 found.
pub const INDUCTION: f64 = -0.7;
/// Least and greatest strength.
pub const INDUCTION_BAND: [f64; 2] = [-0.4, -1.0];
/// Luminance to which the eye is adapted, cd/m²: an office of 500 lx has about 32 from a grey of a fifth.
const ADAPTED_CD_M2: f64 = 32.0;

/// A colour as measured and as seen beside its surround.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appearance {
    /// What an instrument reads, CIELAB D65.
    pub measured_lab: [f64; 3],
    /// The same in words.
    pub measured_words: String,
    /// The colour that would look the same on a neutral grey, CIELAB D65.
    pub seen_lab: [f64; 3],
    /// The same in words.
    pub seen_words: String,
    /// b* of [`Self::seen_lab`] with the least and the greatest strength of contrast.
    pub seen_b_band: [f64; 2],
    /// Lightness, chroma and hue as seen, CIECAM16.
    pub seen: Cam,
}

/// How a colour looks in the middle of a surround, both CIELAB D65.
///
/// # Errors
/// L* outside 0 to 100, a* or b* outside −128 to 128.
pub fn appearance(lab: [f64; 3], surround_lab: [f64; 3]) -> Result<Appearance, LightError> {
    for c in [lab, surround_lab] {
        in_range("L* of a colour", c[0], 0.0, 100.0)?;
        in_range("a* of a colour", c[1], -128.0, 128.0)?;
        in_range("b* of a colour", c[2], -128.0, 128.0)?;
    }
    let hundred = |c: [f64; 3]| xyz_from_lab(c).map(|v| 100.0 * v);
    let (xyz, field) = (hundred(lab), hundred(surround_lab));
    let plain = Conditions::new(D65.map(|v| 100.0 * v), ADAPTED_CD_M2, field[1]);
    let seen_as = |p: f64| {
        let cam = plain.beside(field, p).appearance(xyz);
        (lab_from_xyz(plain.xyz(cam).map(|v| (v / 100.0).max(0.0))), cam)
    };
    let (seen_lab, seen) = seen_as(INDUCTION);
    Ok(Appearance {
        measured_lab: lab,
        measured_words: words(lab),
        seen_lab,
        seen_words: words(seen_lab),
        seen_b_band: INDUCTION_BAND.map(|p| seen_as(p).0[2]),
        seen,
    })
}

/// A colour in plain words, for skin, hair and pigment. The limits are assumptions, set by eye.
#[must_use]
pub fn words(lab: [f64; 3]) -> String {
    let [l, a, b] = lab;
    let chroma = libm::hypot(a, b);
    let depth = match l {
        l if l < 15.0 => "black",
        l if l < 32.0 => "very dark",
        l if l < 48.0 => "dark",
        l if l < 66.0 => "middle",
        _ => "light",
    };
    if l < 15.0 && chroma < 8.0 {
        return depth.to_owned();
    }
    let mut h = libm::atan2(b, a).to_degrees();
    if h < 0.0 {
        h += 360.0;
    }
    let lean = match h {
        h if !(20.0..345.0).contains(&h) => ("reddish", "red-brown"),
        h if h < 78.0 => ("brownish", "brown"),
        h if h < 105.0 => ("yellowish", "yellow-brown"),
        h if h < 175.0 => ("greenish", "green-grey"),
        h if h < 235.0 => ("blue-greenish", "blue-green"),
        h if h < 300.0 => ("bluish", "blue"),
        _ => ("violet", "violet"),
    };
    let hue = if chroma < 2.0 {
        "grey".to_owned()
    } else if chroma < 9.0 {
        format!("{} grey", lean.0)
    } else {
        lean.1.to_owned()
    };
    if depth == "middle" { hue } else { format!("{depth} {hue}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKIN: [f64; 3] = [61.0, 9.0, 15.5];

    #[test]
    fn val_dermal_pigment_reads_grey_brown_and_looks_blue_grey() {
        // Direction of Sakai 2017: the measured hue within red–orange, the seen one blue-grey.
        let a = appearance([46.0, 3.0, 4.0], SKIN).unwrap();
        assert!(a.measured_words.contains("brownish grey"), "{}", a.measured_words);
        assert!(
            a.seen_words.contains("bluish") || a.seen_words.contains("blue"),
            "{} {:?}",
            a.seen_words,
            a.seen_lab
        );
        assert!(
            a.seen_b_band[1] < a.seen_lab[2] && a.seen_lab[2] < a.seen_b_band[0] && a.seen_b_band[0] < 4.0
        );
        assert!((a.seen_lab[0] - 46.0).abs() < 4.0, "{:?}", a.seen_lab);
    }

    #[test]
    fn on_grey_nothing_changes() {
        let a = appearance([46.0, 3.0, 4.0], [61.0, 0.0, 0.0]).unwrap();
        for i in 0..3 {
            assert!((a.seen_lab[i] - a.measured_lab[i]).abs() < 0.05, "{a:?}");
        }
    }

    #[test]
    fn any_colour_gets_an_answer_or_an_error() {
        for l in [0.0, 1.0, 50.0, 100.0] {
            for ab in [-100.0, 0.0, 100.0] {
                let a = appearance([l, ab, -ab], SKIN).unwrap();
                assert!(a.seen_lab.iter().all(|v| v.is_finite()), "{a:?}");
            }
        }
        assert!(appearance([f64::NAN, 0.0, 0.0], SKIN).is_err());
        assert!(appearance([120.0, 0.0, 0.0], SKIN).is_err());
        assert_eq!(words([8.0, 1.0, 1.0]), "black");
        assert_eq!(words([55.0, 0.5, -0.5]), "grey");
        assert_eq!(words([35.0, -1.0, -6.0]), "dark bluish grey");
        assert_eq!(words([60.0, 10.0, 16.0]), "brown");
    }
}
