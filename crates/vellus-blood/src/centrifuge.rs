//! The list of rotors, and how a protocol finds its rotor by name.

use crate::device::{Rotor, RotorKind};
use crate::error::{BloodError, within};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::{Millimetres, Rpm};

/// How a radius is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RadiusStatus {
    /// Printed by the maker, or measured.
    Stated,
    /// Computed from printed pairs of speed and force.
    Derived,
    /// An assumption.
    #[default]
    Assumption,
}

/// A rotor of the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Centrifuge {
    /// What it is called.
    pub name: String,
    /// Swing-out or fixed angle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<RotorKind>,
    /// Distance from the axis to the bottom of the tube, mm.
    pub radius_max_mm: Millimetres,
    /// Fastest speed allowed, rpm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rpm: Option<Rpm>,
    /// Printed pairs of speed, rpm, and force, g.
    pub rpm_and_rcf: Vec<(f64, f64)>,
    /// How the radius is known.
    pub status: RadiusStatus,
    /// Where it is from.
    pub source: String,
    /// Remarks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    rotor: Vec<Centrifuge>,
}

/// The rotors that come with the program (`data/centrifuges`).
#[must_use]
pub fn centrifuges() -> Vec<Centrifuge> {
    toml::from_str::<List>(include_str!("../../../data/centrifuges/rotors.toml"))
        .map(|l| l.rotor)
        .expect("data/centrifuges/rotors.toml is part of the program and tested")
}

impl Centrifuge {
    /// # Errors
    /// When it has no name or a number is out of range.
    pub fn validate(&self) -> Result<(), BloodError> {
        if self.name.trim().is_empty() {
            return Err(BloodError::inconsistent(
                "centrifuges",
                "one has no name",
                "give it the name that the rotor of a protocol uses",
            ));
        }
        within(
            "centrifuges.radius_max_mm",
            self.radius_max_mm.0,
            "mm",
            30.0,
            400.0,
            "the radius is in millimetres, to the bottom of the tube",
        )?;
        Rotor { kind: self.kind, max_rpm: self.max_rpm, ..Rotor::default() }.validate()
    }
}

/// Letters and digits only, in lower case: "Intra-Spin" is "intraspin".
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Rotor {
    /// Fills what is left out from the rotor of this name among `own` and the list; what is given
    /// stays.
    ///
    /// # Errors
    /// When the name is not known and no radius is given.
    pub fn resolve(&mut self, own: &[Centrifuge]) -> Result<(), BloodError> {
        let Some(name) = &self.name else { return Ok(()) };
        let known = centrifuges();
        let found = own.iter().chain(&known).find(|c| plain(&c.name) == plain(name));
        match found {
            Some(c) => {
                self.kind = self.kind.or(c.kind);
                self.radius_max_mm = self.radius_max_mm.or(Some(c.radius_max_mm));
                self.max_rpm = self.max_rpm.or(c.max_rpm);
                Ok(())
            }
            None if self.radius_max_mm.is_some() => Ok(()),
            None => Err(BloodError::inconsistent(
                "rotor.name",
                format!("no rotor is called {name:?} and no radius is given"),
                format!(
                    "give radius_max_mm (axis to the bottom of the tube, with a ruler or from the manual), or one of: {}",
                    own.iter().chain(&known).map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::rcf_from_rpm;

    #[test]
    fn val_printed_speeds_and_forces_agree_with_the_radius() {
        let all = centrifuges();
        assert!(all.len() >= 3);
        for c in all {
            c.validate().expect("valid");
            for (rpm, rcf) in &c.rpm_and_rcf {
                let got = rcf_from_rpm(c.radius_max_mm, Rpm(*rpm)).0;
                assert!((got / rcf - 1.0).abs() < 0.02, "{}: {got} {rcf}", c.name);
            }
        }
    }

    #[test]
    fn a_name_gives_the_radius_and_an_unknown_one_is_refused() {
        let mut r = Rotor { name: Some("intra-spin".into()), ..Rotor::default() };
        r.resolve(&[]).expect("known");
        assert_eq!(r.radius_max_mm, Some(Millimetres(87.0)));
        let mut r = Rotor { name: Some("Sorvall X".into()), ..Rotor::default() };
        let e = r.resolve(&[]).expect_err("unknown").to_string();
        assert!(e.contains("radius_max_mm") && e.contains("IntraSpin"), "{e}");
        let own = Centrifuge {
            name: "Sorvall X".into(),
            radius_max_mm: Millimetres(168.0),
            ..Centrifuge::default()
        };
        r.resolve(&[own]).expect("own");
        assert_eq!(r.radius_max_mm, Some(Millimetres(168.0)));
    }
}
