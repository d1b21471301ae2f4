//! The description that goes with a scan: unit, axes, landmarks.

use std::collections::BTreeMap;
use std::path::Path;

use glam::DVec3;
use vellus_units::Millimetres;

use crate::io::Scan;
use crate::{HeadError, Landmark};

/// The unit of a scan's coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Millimetres.
    Mm,
    /// Centimetres.
    Cm,
    /// Decimetres.
    Dm,
    /// Metres.
    M,
    /// Inches of 25.4 mm.
    Inch,
}

impl LengthUnit {
    pub(crate) const ALL: [Self; 5] = [Self::Mm, Self::Cm, Self::Dm, Self::M, Self::Inch];

    /// Millimetres in one unit.
    #[must_use]
    pub const fn millimetres(self) -> f64 {
        match self {
            Self::Mm => 1.0,
            Self::Cm => 10.0,
            Self::Dm => 100.0,
            Self::M => 1000.0,
            Self::Inch => 25.4,
        }
    }

    /// The name in words, and as files spell it.
    pub(crate) const fn spelled(self) -> (&'static str, &'static str) {
        match self {
            Self::Mm => ("millimetres", "mm"),
            Self::Cm => ("centimetres", "cm"),
            Self::Dm => ("decimetres", "dm"),
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
    /// Between the outer corners of the eyes, straight.
    #[serde(rename = "biectocanthus_breadth_mm")]
    BiectocanthusBreadth(Millimetres),
    /// Nasion to menton, straight.
    #[serde(rename = "face_height_mm")]
    FaceHeight(Millimetres),
}

impl KnownLength {
    /// The length.
    #[must_use]
    pub const fn length(self) -> Millimetres {
        match self {
            Self::HeadCircumference(l)
            | Self::HeadLength(l)
            | Self::HeadBreadth(l)
            | Self::BiectocanthusBreadth(l)
            | Self::FaceHeight(l) => l,
        }
    }

    /// From the smallest toddler to beyond the 99.9th percentile of men (ANSUR II), mm.
    const fn range(self) -> (f64, f64) {
        match self {
            Self::HeadCircumference(_) => (430.0, 680.0),
            Self::HeadLength(_) => (140.0, 240.0),
            Self::HeadBreadth(_) => (110.0, 200.0),
            Self::BiectocanthusBreadth(_) => (60.0, 125.0),
            Self::FaceHeight(_) => (70.0, 160.0),
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
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanSpec {
    /// The unit of the coordinates; needed unless a length is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<LengthUnit>,
    /// A measured length, which wins over the unit for the scale:
    /// `known_length = { head_circumference_mm = 565 }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_length: Option<KnownLength>,
    /// Which way is up in the file when the person looks straight ahead; found from the shape when
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Axis>,
    /// Which way the person looks in the file; found from the shape when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Axis>,
    /// Landmarks in file coordinates. What is not given is found from the shape.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
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

    /// The sidecar of a scan: the file beside it with the same name that ends in `.toml`; `None` when
    /// there is none.
    ///
    /// # Errors
    /// [`HeadError::File`] when it cannot be read, otherwise as [`ScanSpec::from_toml`].
    pub fn beside(scan: &Path) -> Result<Option<Self>, HeadError> {
        let path = scan.with_extension("toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::from_toml(&text).map(Some),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(HeadError::File { doing: "read", path, source }),
        }
    }

    /// Takes over what the file itself says and this does not.
    pub fn complete_from(&mut self, scan: &Scan) {
        self.unit = self.unit.or(scan.unit);
        self.up = self.up.or(scan.up);
        self.forward = self.forward.or(scan.forward);
    }

    /// Checks what can be checked without the mesh.
    ///
    /// # Errors
    /// [`HeadError::Scan`] or [`HeadError::Landmarks`].
    pub fn check(&self) -> Result<(), HeadError> {
        if let (Some(up), Some(forward)) = (self.up, self.forward)
            && up.axis == forward.axis
        {
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
        Ok(())
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
        let e = ScanSpec::from_toml(&GOOD.replace("glabella", "nasiom")).unwrap_err().to_string();
        assert!(e.contains("nasiom"), "{e}");
        assert!(ScanSpec::from_toml("").unwrap().check().is_ok());
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
