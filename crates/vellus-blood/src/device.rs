//! Tubes, rotors and spins.

use crate::error::{BloodError, within};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::{Millilitres, Millimetres, Minutes, Rcf, Rpm};

/// RCF per millimetre of radius and squared revolution per minute.
///
/// (2π/60)² / 9806.65 mm/s² = 1.118·10⁻⁶; Hettich Haematokrit 210 manual p. 33 prints the same.
pub const RCF_PER_MM_RPM2: f64 = 1.118e-6;

/// Relative centrifugal force at a radius: 1.118·10⁻⁶ r n².
///
/// ```
/// use vellus_blood::rcf_from_rpm;
/// use vellus_units::{Millimetres, Rpm};
/// let g = rcf_from_rpm(Millimetres(139.0), Rpm(1500.0));
/// assert!((g.0 - 350.0).abs() < 1.0); // double-syringe rotor, Radtke 2020
/// ```
#[must_use]
pub fn rcf_from_rpm(radius: Millimetres, speed: Rpm) -> Rcf {
    Rcf(RCF_PER_MM_RPM2 * radius.0 * speed.0 * speed.0)
}

/// The speed that gives this relative centrifugal force at a radius; inverse of [`rcf_from_rpm`].
#[must_use]
pub fn rpm_from_rcf(radius: Millimetres, force: Rcf) -> Rpm {
    Rpm(libm::sqrt(force.0 / (RCF_PER_MM_RPM2 * radius.0)))
}

/// What a tube is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TubeKind {
    /// Glass or plastic, nothing inside.
    #[default]
    Plain,
    /// A gel that ends between the red cells and the plasma; platelets lie on it.
    GelSeparator,
    /// A device that draws the buffy coat (float, shelf or waist at the interface).
    BuffyCoatKit,
}

/// A tube and its filling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tube {
    /// Nominal volume, mL (0.5 to 200).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_ml: Option<Millilitres>,
    /// Inner diameter, mm (3 to 60).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner_diameter_mm: Option<Millimetres>,
    /// Length, mm (20 to 250).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length_mm: Option<Millimetres>,
    /// Greatest relative centrifugal force that the maker allows, multiples of g (100 to 10000).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rcf: Option<Rcf>,
    /// What the tube is made for.
    pub kind: TubeKind,
    /// Blood in the tube, mL, without the anticoagulant (0.3 to 200).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blood_ml: Option<Millilitres>,
    /// Anticoagulant fluid in the tube, mL (0 to 60); with `blood_ml` it takes the place of the usual
    /// dilution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anticoagulant_ml: Option<Millilitres>,
}

/// How a rotor holds its tubes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RotorKind {
    /// Buckets swing out: the tube lies along the radius.
    SwingOut,
    /// The tube keeps this angle to the axis of rotation, degrees (10 to 89).
    FixedAngle(f64),
}

/// A rotor. With a `name` that the centrifuge list knows, the rest may be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rotor {
    /// Name in the centrifuge list, or any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Swing-out or fixed angle; swing-out when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<RotorKind>,
    /// Distance from the axis to the bottom of the tube, mm (30 to 400).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius_max_mm: Option<Millimetres>,
    /// Whether tubes that lie aslant settle faster (Boycott); true when absent. The size of the gain is
    /// an assumption ([`crate::inputs::INCLINATION`]). Swing-out rotors have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_settling: Option<bool>,
    /// Fastest speed allowed with this rotor, rpm (500 to 30000).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_rpm: Option<Rpm>,
}

/// The radius at which a relative centrifugal force is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RcfAt {
    /// At the bottom of the tube.
    Max,
    /// Half-way along the blood.
    Mean,
    /// At the surface of the blood.
    Min,
}

impl RcfAt {
    /// Halves of the blood's length above the bottom.
    pub(crate) const fn halves_above_bottom(self) -> f64 {
        match self {
            Self::Max => 0.0,
            Self::Mean => 1.0,
            Self::Min => 2.0,
        }
    }
}

/// How the rotor is stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Brake {
    /// Runs out by itself.
    Off,
    /// A gentle brake.
    Soft,
    /// Full brake, which stirs the interface.
    Full,
    /// Not stated.
    #[default]
    Unstated,
}

impl Brake {
    /// Seconds from full speed to rest: an assumption, benchtop centrifuges at a few hundred g.
    #[must_use]
    pub const fn stop_s(self) -> f64 {
        match self {
            Self::Off => 150.0,
            Self::Soft => 60.0,
            Self::Full => 20.0,
            Self::Unstated => 45.0,
        }
    }

    /// Standard deviation of the interface's blur once the tube stands, mm: an assumption.
    /// Radtke 2020 (equine) found more leukocytes above the interface after braking, which fixes
    /// the order of the values and not their size.
    #[must_use]
    pub const fn blur_mm(self) -> f64 {
        match self {
            Self::Off => 0.2,
            Self::Soft => 0.3,
            Self::Full => 0.6,
            Self::Unstated => 0.35,
        }
    }
}

/// One run of the centrifuge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Spin {
    /// Relative centrifugal force, multiples of g (5 to 5000). Give this or `rpm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rcf: Option<Rcf>,
    /// Where `rcf` is quoted; when absent, somewhere between the mean and the maximum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rcf_at: Option<RcfAt>,
    /// Revolutions per minute (100 to 15000, below the rotor's limit). Give this or `rcf`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm: Option<Rpm>,
    /// Set time, minutes (0.5 to 90), with the run-up and without the run-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<Minutes>,
    /// How the rotor stops.
    pub brake: Brake,
    /// Temperature of the blood, °C (2 to 40).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature_c: Option<f64>,
}

impl Spin {
    /// A spin given by its force at the bottom of the tube.
    #[must_use]
    pub fn at_rcf(force: Rcf, minutes: Minutes) -> Self {
        Self { rcf: Some(force), rcf_at: Some(RcfAt::Max), minutes: Some(minutes), ..Self::default() }
    }

    /// A spin given by its speed.
    #[must_use]
    pub fn at_rpm(speed: Rpm, minutes: Minutes) -> Self {
        Self { rpm: Some(speed), minutes: Some(minutes), ..Self::default() }
    }

    /// # Errors
    /// When a number is out of range, or not exactly one of `rcf` and `rpm` is given.
    pub fn validate(&self, at: &str) -> Result<(), BloodError> {
        match (self.rcf, self.rpm) {
            (Some(g), None) => within(
                &format!("{at}.rcf"),
                g.0,
                "g",
                5.0,
                5000.0,
                "give rpm if the speed is in revolutions per minute",
            )?,
            (None, Some(n)) => within(
                &format!("{at}.rpm"),
                n.0,
                "rpm",
                100.0,
                15_000.0,
                "give rcf if the number is a multiple of g",
            )?,
            (given, _) => {
                return Err(BloodError::inconsistent(
                    at.to_owned(),
                    if given.is_some() {
                        "both rcf and rpm are given"
                    } else {
                        "neither rcf nor rpm is given"
                    }
                    .to_owned(),
                    "give exactly one of them",
                ));
            }
        }
        if self.rcf_at.is_some() && self.rcf.is_none() {
            return Err(BloodError::inconsistent(
                format!("{at}.rcf_at"),
                "there is no rcf".to_owned(),
                "remove it, or give rcf instead of rpm",
            ));
        }
        if let Some(t) = self.minutes {
            within(&format!("{at}.minutes"), t.0, "min", 0.5, 90.0, "the time is in minutes")?;
        }
        if let Some(t) = self.temperature_c {
            within(
                &format!("{at}.temperature_c"),
                t,
                "°C",
                2.0,
                40.0,
                "the temperature is in degrees Celsius",
            )?;
        }
        Ok(())
    }
}

impl Tube {
    /// # Errors
    /// When a size is out of range or the blood does not fit.
    pub fn validate(&self) -> Result<(), BloodError> {
        if let Some(v) = self.volume_ml {
            within("tube.volume_ml", v.0, "mL", 0.5, 200.0, "the volume is in millilitres")?;
        }
        if let Some(d) = self.inner_diameter_mm {
            within("tube.inner_diameter_mm", d.0, "mm", 3.0, 60.0, "the diameter is in millimetres")?;
        }
        if let Some(l) = self.length_mm {
            within("tube.length_mm", l.0, "mm", 20.0, 250.0, "the length is in millimetres")?;
        }
        if let Some(g) = self.max_rcf {
            within("tube.max_rcf", g.0, "g", 100.0, 10_000.0, "the maker's data sheet has it")?;
        }
        if let Some(a) = self.anticoagulant_ml {
            within(
                "tube.anticoagulant_ml",
                a.0,
                "mL",
                0.0,
                60.0,
                "the volume is in millilitres, of one tube",
            )?;
            let Some(b) = self.blood_ml else {
                return Err(BloodError::inconsistent(
                    "tube.anticoagulant_ml",
                    "the blood is not stated",
                    "give blood_ml too: what counts is their ratio",
                ));
            };
            if a.0 > 0.5 * b.0 {
                return Err(BloodError::inconsistent(
                    "tube.anticoagulant_ml",
                    format!("{} mL of anticoagulant to {} mL of blood", a.0, b.0),
                    "1 part to 5 to 10 parts of blood is usual",
                ));
            }
        }
        if let Some(b) = self.blood_ml {
            within("tube.blood_ml", b.0, "mL", 0.3, 200.0, "the volume is in millilitres")?;
            if let Some(v) = self.volume_ml
                && b.0 + self.anticoagulant_ml.map_or(0.0, |a| a.0) > 1.1 * v.0
            {
                return Err(BloodError::inconsistent(
                    "tube.blood_ml".to_owned(),
                    format!(
                        "{} mL of blood{} do not fit a tube of {} mL",
                        b.0,
                        self.anticoagulant_ml
                            .map_or(String::new(), |a| format!(" and {} mL of anticoagulant", a.0)),
                        v.0
                    ),
                    "give the blood of one tube, not of all tubes",
                ));
            }
        }
        Ok(())
    }
}

impl Rotor {
    /// # Errors
    /// When the radius or the angle is out of range.
    pub fn validate(&self) -> Result<(), BloodError> {
        if let Some(r) = self.radius_max_mm {
            within(
                "rotor.radius_max_mm",
                r.0,
                "mm",
                30.0,
                400.0,
                "the radius is in millimetres, to the bottom of the tube",
            )?;
        }
        if let Some(n) = self.max_rpm {
            within("rotor.max_rpm", n.0, "rpm", 500.0, 30_000.0, "the plate of the centrifuge has it")?;
        }
        if let Some(RotorKind::FixedAngle(a)) = self.kind {
            within(
                "rotor.kind.fixed_angle",
                a,
                "°",
                10.0,
                89.0,
                "the angle is between tube and axis of rotation",
            )?;
        }
        Ok(())
    }
}
