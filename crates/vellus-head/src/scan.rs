//! The description that goes with a scan: unit, axes, landmarks.

use std::collections::BTreeMap;

use glam::DVec3;
use vellus_units::Millimetres;

use crate::{HeadError, Landmark};

/// The unit of a scan's coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Millimetres.
    Mm,
    /// Centimetres.
    Cm,
    /// Metres.
    M,
    /// Inches of 25.4 mm.
    Inch,
}

impl LengthUnit {
    const ALL: [Self; 4] = [Self::Mm, Self::Cm, Self::M, Self::Inch];

    /// Millimetres in one unit.
    #[must_use]
    pub const fn millimetres(self) -> f64 {
        match self {
            Self::Mm => 1.0,
            Self::Cm => 10.0,
            Self::M => 1000.0,
            Self::Inch => 25.4,
        }
    }

    const fn spelled(self) -> (&'static str, &'static str) {
        match self {
            Self::Mm => ("millimetres", "mm"),
            Self::Cm => ("centimetres", "cm"),
            Self::M => ("metres", "m"),
            Self::Inch => ("inches", "inch"),
        }
    }
}

/// A length of the person that gives the scan its scale, from a tape or a calliper.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum KnownLength {
    /// Around glabella and opisthocranion.
    #[serde(rename = "head_circumference_mm")]
    HeadCircumference(Millimetres),
    /// Glabella to opisthocranion.
    #[serde(rename = "head_length_mm")]
    HeadLength(Millimetres),
    /// Largest breadth above the ears.
    #[serde(rename = "head_breadth_mm")]
    HeadBreadth(Millimetres),
}

impl KnownLength {
    /// The length.
    #[must_use]
    pub const fn length(self) -> Millimetres {
        match self {
            Self::HeadCircumference(l) | Self::HeadLength(l) | Self::HeadBreadth(l) => l,
        }
    }

    /// From the smallest toddler to beyond the 99.9th percentile of men (ANSUR II), mm.
    const fn range(self) -> (f64, f64) {
        match self {
            Self::HeadCircumference(_) => (430.0, 680.0),
            Self::HeadLength(_) => (140.0, 240.0),
            Self::HeadBreadth(_) => (110.0, 200.0),
        }
    }
}

/// A direction along an axis of the file: `"+x"`, `"-z"`, `"y"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[schemars(with = "String")]
#[serde(try_from = "String", into = "String")]
pub struct Axis {
    axis: u8,
    negative: bool,
}

impl Axis {
    /// `"+y"`: up in most scans, and in head space.
    pub const UP: Self = Self { axis: 1, negative: false };
    /// `"+z"`: forward in most scans, and in head space.
    pub const FORWARD: Self = Self { axis: 2, negative: false };

    /// The unit vector.
    #[must_use]
    pub const fn direction(self) -> DVec3 {
        let s = if self.negative { -1.0 } else { 1.0 };
        match self.axis {
            0 => DVec3::new(s, 0.0, 0.0),
            1 => DVec3::new(0.0, s, 0.0),
            _ => DVec3::new(0.0, 0.0, s),
        }
    }
}

impl TryFrom<String> for Axis {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (negative, name) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let axis = match name {
            "x" | "X" => 0,
            "y" | "Y" => 1,
            "z" | "Z" => 2,
            _ => {
                return Err(format!(
                    "axis {text:?}: write one of \"+x\", \"-x\", \"+y\", \"-y\", \"+z\", \"-z\""
                ));
            }
        };
        Ok(Self { axis, negative })
    }
}

impl From<Axis> for String {
    fn from(a: Axis) -> Self {
        format!("{}{}", if a.negative { '-' } else { '+' }, ["x", "y", "z"][a.axis.min(2) as usize])
    }
}

/// What has to be known about a scan before it can be used: the sidecar file beside it.
///
/// ```
/// let spec = vellus_head::ScanSpec::from_toml(
///     r#"
///     unit = "cm"
///     up = "+y"
///     forward = "+z"
///     [landmarks]  # in the file's own coordinates
///     glabella = [0.0, 4.9, 10.9]
///     "#,
/// )?;
/// assert_eq!(spec.landmarks.len(), 1);
/// # Ok::<(), vellus_head::HeadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanSpec {
    /// The unit of the coordinates; needed unless a length is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<LengthUnit>,
    /// A measured length, which wins over the unit for the scale:
    /// `known_length = { head_circumference_mm = 565 }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_length: Option<KnownLength>,
    /// Which way is up in the file when the person looks straight ahead.
    pub up: Axis,
    /// Which way the person looks in the file.
    pub forward: Axis,
    /// Landmarks in file coordinates: `nasion` with both lateral canthi, or `glabella`, at least.
    pub landmarks: BTreeMap<Landmark, [f64; 3]>,
    /// Lengths that somebody else measured, for comparison only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<String, f64>,
}

impl ScanSpec {
    /// Reads a sidecar.
    ///
    /// # Errors
    /// [`HeadError::Scan`] with the line for broken TOML, unknown keys or bad values.
    pub fn from_toml(text: &str) -> Result<Self, HeadError> {
        toml::from_str(text).map_err(|e| HeadError::Scan(e.to_string().trim_end().to_owned()))
    }

    /// Checks what can be checked without the mesh.
    ///
    /// # Errors
    /// [`HeadError::Scan`] or [`HeadError::Landmarks`].
    pub fn check(&self) -> Result<(), HeadError> {
        if self.up.axis == self.forward.axis {
            return Err(HeadError::Scan(
                "up and forward lie along the same axis; one of them is wrong".into(),
            ));
        }
        if let Some(known) = self.known_length {
            let (lo, hi) = known.range();
            if !(lo..=hi).contains(&known.length().0) {
                return Err(HeadError::Scan(format!(
                    "known_length is {}, {lo} to {hi} mm expected; is it in millimetres?",
                    known.length()
                )));
            }
        }
        for (which, p) in &self.landmarks {
            if !p.iter().all(|x| x.is_finite()) {
                return Err(HeadError::Landmarks(format!("{which} is not a finite position")));
            }
        }
        let has = |l| self.landmarks.contains_key(&l);
        let eyes = has(Landmark::LateralCanthusLeft) && has(Landmark::LateralCanthusRight);
        if !(has(Landmark::Glabella) || has(Landmark::Nasion) && eyes) {
            return Err(HeadError::Landmarks(
                "give nasion, lateral_canthus_right and lateral_canthus_left, or glabella, under \
                 [landmarks], in the coordinates of the file"
                    .into(),
            ));
        }
        Ok(())
    }

    /// Millimetres per file unit, as a first guess: exact when the unit is known, otherwise so that
    /// the depth of the head (front to back at the brow, in file units) becomes 185 mm.
    pub(crate) fn first_scale(&self, depth_in_file: f64) -> Result<f64, HeadError> {
        /// Depths of the head at the brow that a scan can have, mm.
        const PLAUSIBLE: std::ops::RangeInclusive<f64> = 130.0..=250.0;
        let likely = LengthUnit::ALL
            .into_iter()
            .find(|u| PLAUSIBLE.contains(&(depth_in_file * u.millimetres())))
            .map(LengthUnit::spelled);
        let hint = match likely {
            Some((name, code)) => format!("it looks like {name}: write unit = \"{code}\""),
            None => "no unit makes it a head: write a tape measure instead, such as \
                     known_length = { head_circumference_mm = 565 }"
                .to_owned(),
        };
        match (self.unit, self.known_length) {
            (_, Some(_)) => Ok(185.0 / depth_in_file),
            (Some(unit), None) => {
                let depth = depth_in_file * unit.millimetres();
                if PLAUSIBLE.contains(&depth) {
                    Ok(unit.millimetres())
                } else {
                    Err(HeadError::Scan(format!(
                        "in {} the head would be {depth:.1} mm deep at the brow, 130 to 250 mm \
                         expected; {hint}",
                        unit.spelled().0
                    )))
                }
            }
            (None, None) => Err(HeadError::Scan(format!(
                "neither unit nor known_length is given (the head is {depth_in_file:.3} deep in \
                 the file); {hint}"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "unit = \"cm\"\nup = \"+y\"\nforward = \"+z\"\n[landmarks]\n\
                        glabella = [0.0, 4.9, 10.9]\n";

    #[test]
    fn unknown_keys_and_axes_are_told() {
        assert!(ScanSpec::from_toml(GOOD).unwrap().check().is_ok());
        let e = ScanSpec::from_toml(&GOOD.replace("unit", "units")).unwrap_err().to_string();
        assert!(e.contains("units") && e.contains("line 1"), "{e}");
        let e = ScanSpec::from_toml(&GOOD.replace("+z", "w")).unwrap_err().to_string();
        assert!(e.contains("\"w\""), "{e}");
        let e = ScanSpec::from_toml(&GOOD.replace("+z", "-y")).unwrap().check().unwrap_err();
        assert!(e.to_string().contains("same axis"));
        let e = ScanSpec::from_toml(&GOOD.replace("glabella", "nasion")).unwrap().check();
        assert!(e.unwrap_err().to_string().contains("lateral_canthus_right"));
    }

    #[test]
    fn a_missing_unit_is_guessed_but_not_taken() {
        let spec = ScanSpec::from_toml(&GOOD.replace("unit = \"cm\"\n", "")).unwrap();
        let e = spec.first_scale(19.0).unwrap_err().to_string();
        assert!(e.contains("write unit = \"cm\""), "{e}");
        let spec = ScanSpec::from_toml(GOOD).unwrap();
        let e = spec.first_scale(190.0).unwrap_err().to_string();
        assert!(e.contains("write unit = \"mm\""), "{e}");
        assert_eq!(spec.first_scale(19.0).unwrap(), 10.0);
    }

    #[test]
    fn known_lengths_read_with_their_unit() {
        let text = GOOD.replace("unit = \"cm\"", "known_length = { head_circumference_mm = 565 }");
        let spec = ScanSpec::from_toml(&text).unwrap();
        assert_eq!(spec.known_length, Some(KnownLength::HeadCircumference(Millimetres(565.0))));
        let bad = ScanSpec::from_toml(&text.replace("565", "56.5")).unwrap();
        assert!(bad.check().unwrap_err().to_string().contains("millimetres"));
    }
}
