//! A preparation as a file: blood, tube, rotor, spins, withdrawal, and what was published.

use crate::blood::{Anticoagulant, Blood, PLASMA_HAEMATOCRIT};
use crate::device::{Rotor, RotorKind, Spin, Tube, rcf_from_rpm, rpm_from_rcf};
use crate::error::{BloodError, within};
use crate::inputs::{Inputs, Key};
use crate::process::LONGEST_COLUMN;
use crate::withdrawal::{Layer, Withdrawal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::{Millilitres, Millimetres};

/// What the published numbers of a file are used for; never both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// A constant of the model was chosen on them.
    Calibration,
    /// They are only compared.
    #[default]
    Validation,
}

impl Split {
    /// The word used in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Validation => "validation",
        }
    }
}

/// How close to the original a number was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadLevel {
    /// In a table or figure of the paper.
    Table,
    /// In the running text.
    Text,
    /// In the abstract.
    Abstract,
    /// In somebody else's summary.
    #[default]
    Secondary,
}

/// A published number with its scatter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedValue {
    /// Mean, or the middle when only a range was published.
    pub value: f64,
    /// Standard deviation over persons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    /// Half-width within which the model counts as right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Lower end of a published range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lo: Option<f64>,
    /// Upper end of a published range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hi: Option<f64>,
}

/// Relative tolerance of a published value that comes with neither range, tolerance nor standard
/// deviation: the coefficient of variation within one person of repeated preparations (27.9 %,
/// Instituto Cugat cohort 2024), rounded down.
pub const DEFAULT_TOLERANCE: f64 = 0.25;
/// A standard deviation is not believed below this share of the value; an assumption.
pub const LEAST_TOLERANCE: f64 = 0.15;

impl PublishedValue {
    /// The interval within which the model counts as right: the published range, else value ±
    /// tolerance, else ± standard deviation (at least [`LEAST_TOLERANCE`]), else ±
    /// [`DEFAULT_TOLERANCE`].
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        if let (Some(lo), Some(hi)) = (self.lo, self.hi) {
            return (lo, hi);
        }
        let half = match (self.tolerance, self.sd) {
            (Some(t), _) => t,
            (None, Some(sd)) => sd.max(LEAST_TOLERANCE * self.value.abs()),
            (None, None) => DEFAULT_TOLERANCE * self.value.abs(),
        };
        (self.lo.unwrap_or(self.value - half), self.hi.unwrap_or(self.value + half))
    }
}

/// What a paper reports of a preparation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Published {
    /// Platelets in the preparation, % of those in the blood drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_pct: Option<PublishedValue>,
    /// Platelets per volume over those of the blood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concentration_factor: Option<PublishedValue>,
    /// Platelets, 10³/µL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platelets_k_per_ul: Option<PublishedValue>,
    /// Platelets from one tube, 10⁹.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platelets_total_billion: Option<PublishedValue>,
    /// Haematocrit, %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haematocrit_pct: Option<PublishedValue>,
    /// Red cells, 10³/µL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rbc_k_per_ul: Option<PublishedValue>,
    /// White cells, 10³/µL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wbc_k_per_ul: Option<PublishedValue>,
    /// Red cells of the blood that are not in the preparation, %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rbc_removed_pct: Option<PublishedValue>,
    /// White cells of the blood that are not in the preparation, %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wbc_removed_pct: Option<PublishedValue>,
    /// White cells per volume over those of the blood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wbc_factor: Option<PublishedValue>,
    /// Volume of the preparation from one tube, mL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_ml: Option<PublishedValue>,
}

/// A blood preparation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Protocol {
    /// What it is.
    pub title: String,
    /// Where the numbers come from: DOI, PubMed number or address.
    pub source: String,
    /// What the published numbers are used for.
    pub split: Split,
    /// How close to the original they were read.
    pub read_level: ReadLevel,
    /// Remarks, among them what was read from elsewhere or assumed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// The blood.
    pub blood: Blood,
    /// The anticoagulant.
    pub anticoagulant: Anticoagulant,
    /// One tube.
    pub tube: Tube,
    /// The rotor.
    pub rotor: Rotor,
    /// One or two spins.
    pub spins: Vec<Spin>,
    /// What is taken after the first spin, and the volume at the end.
    pub withdrawal: Withdrawal,
    /// What was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
}

impl Protocol {
    /// # Errors
    /// When a number is out of range, there are no or more than two spins, or statements exclude
    /// each other.
    pub fn validate(&self) -> Result<(), BloodError> {
        self.blood.validate()?;
        self.tube.validate()?;
        self.rotor.validate()?;
        self.withdrawal.validate()?;
        if !(1..=2).contains(&self.spins.len()) {
            return Err(BloodError::inconsistent(
                "spins".to_owned(),
                format!("{} spins are given", self.spins.len()),
                "give one or two [[spins]]",
            ));
        }
        for (i, spin) in self.spins.iter().enumerate() {
            let at = format!("spins[{}]", i + 1);
            spin.validate(&at)?;
            self.within_limits(spin, &at)?;
        }
        self.fits()?;
        self.leaves_room()?;
        if self.starts_with_plasma() && self.spins.len() == 2 {
            return Err(BloodError::inconsistent(
                "blood.haematocrit",
                "plasma is spun once",
                "give the haematocrit of the blood for two spins, or one spin of its plasma",
            ));
        }
        if !self.ends_in_pellet() && self.withdrawal.final_fraction.is_some() {
            return Err(BloodError::inconsistent(
                "withdrawal.final_fraction".to_owned(),
                "there is no second spin".to_owned(),
                "use fraction_of_plasma",
            ));
        }
        if let Some(p) = &self.published {
            for (name, v) in p.named() {
                for (part, x) in [
                    ("value", Some(v.value)),
                    ("sd", v.sd),
                    ("tolerance", v.tolerance),
                    ("lo", v.lo),
                    ("hi", v.hi),
                ] {
                    if let Some(x) = x {
                        within(
                            &format!("published.{name}.{part}"),
                            x,
                            "",
                            0.0,
                            1.0e7,
                            "published numbers are positive",
                        )?;
                    }
                }
                let (lo, hi) = v.interval();
                if lo <= hi && !(lo..=hi).contains(&v.value) {
                    return Err(BloodError::inconsistent(
                        format!("published.{name}"),
                        format!("value = {} is outside lo = {lo} to hi = {hi}", v.value),
                        "the value is the mean, or the middle of the range",
                    ));
                }
                if lo > hi {
                    return Err(BloodError::inconsistent(
                        format!("published.{name}"),
                        format!("lo = {lo} is above hi = {hi}"),
                        "exchange them",
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Protocol {
    /// Whether what is spun is the plasma of an earlier spin: its cells are spun down, and the preparation
    /// is what is left over them.
    #[must_use]
    pub fn starts_with_plasma(&self) -> bool {
        self.blood.haematocrit.is_some_and(|h| h <= PLASMA_HAEMATOCRIT)
    }

    /// Whether the last spin brings the cells down into a pellet.
    pub(crate) fn ends_in_pellet(&self) -> bool {
        self.spins.len() == 2 || self.starts_with_plasma()
    }

    /// Parts of anticoagulant fluid to one part of blood: low, usual, high; measured, or as usual.
    #[must_use]
    pub fn parts_per_blood(&self) -> (f64, f64, f64) {
        match (self.tube.anticoagulant_ml, self.tube.blood_ml) {
            (Some(a), Some(b)) if b.0 > 0.0 => (a.0 / b.0, a.0 / b.0, a.0 / b.0),
            // It has its share already.
            _ if self.starts_with_plasma() => (0.0, 0.0, 0.0),
            _ => self.anticoagulant.parts_per_blood(),
        }
    }

    /// Blood in a tube, stated or as usual for its size.
    #[must_use]
    pub fn blood_per_tube(&self) -> Millilitres {
        Millilitres(Inputs::of(self).median().get(Key::BloodMl))
    }

    /// The distance of the bottom from the axis, when it is stated.
    fn radius(&self) -> Option<Millimetres> {
        self.rotor.radius_max_mm
    }

    /// Speeds within what rotor and tube bear.
    fn within_limits(&self, spin: &Spin, at: &str) -> Result<(), BloodError> {
        let rpm = spin.rpm.or_else(|| Some(rpm_from_rcf(self.radius()?, spin.rcf?)));
        if let (Some(limit), Some(rpm)) = (self.rotor.max_rpm, rpm)
            && rpm.0 > limit.0
        {
            return Err(BloodError::inconsistent(
                format!("{at}.{}", if spin.rpm.is_some() { "rpm" } else { "rcf" }),
                format!("{:.0} rpm is above the rotor's limit of {:.0} rpm", rpm.0, limit.0),
                "spin more slowly for longer: what counts is force times minutes",
            ));
        }
        let rcf = spin.rcf.or_else(|| Some(rcf_from_rpm(self.radius()?, spin.rpm?)));
        if let (Some(limit), Some(rcf)) = (self.tube.max_rcf, rcf)
            && rcf.0 > limit.0
        {
            return Err(BloodError::inconsistent(
                format!("{at}.{}", if spin.rpm.is_some() { "rpm" } else { "rcf" }),
                format!("{:.0} g is above the tube's limit of {:.0} g", rcf.0, limit.0),
                "spin more slowly, or take a tube that bears more",
            ));
        }
        Ok(())
    }

    /// A final volume and a margin that the plasma has room for.
    fn leaves_room(&self) -> Result<(), BloodError> {
        let d = Inputs::of(self).median();
        let blood = d.get(Key::BloodMl);
        let column_ml = blood * (1.0 + d.get(Key::Dilution));
        let plasma_ml = column_ml - blood * d.get(Key::Haematocrit);
        let buffy = self.withdrawal.layer == Layer::PlasmaAndBuffyCoat;
        if let Some(v) = self.withdrawal.final_volume_ml
            && v.0 > if buffy { column_ml } else { plasma_ml }
        {
            return Err(BloodError::inconsistent(
                "withdrawal.final_volume_ml",
                format!(
                    "{} mL are more than the {plasma_ml:.1} mL of plasma in a tube with {blood:.1} mL of blood",
                    v.0
                ),
                "give the volume of one tube",
            ));
        }
        let bore = d.get(Key::Diameter);
        let plasma_mm = plasma_ml * 1000.0 / (std::f64::consts::FRAC_PI_4 * bore * bore);
        if let Some(m) = self.withdrawal.margin_mm
            && !buffy
            && !self.starts_with_plasma()
            && m.0 > 0.9 * plasma_mm
        {
            return Err(BloodError::inconsistent(
                "withdrawal.margin_mm",
                format!("{} mm leave nothing of the {plasma_mm:.0} mm of plasma", m.0),
                "1 to 3 mm above the red cells are usual; give the inner diameter if the tube is narrow",
            ));
        }
        Ok(())
    }

    /// A tube, and the blood in it, that are shorter than the rotor's radius.
    fn fits(&self) -> Result<(), BloodError> {
        let Some(radius) = self.radius() else { return Ok(()) };
        // Only the part along the radius counts.
        let sin = match self.rotor.kind {
            Some(RotorKind::FixedAngle(a)) => libm::sin(a.to_radians()),
            _ => 1.0,
        };
        let longest = LONGEST_COLUMN * radius.0 / sin;
        if let Some(length) = self.tube.length_mm
            && length.0 > longest
        {
            return Err(BloodError::inconsistent(
                "tube.length_mm",
                format!("a tube of {:.0} mm does not fit a rotor of {:.0} mm radius", length.0, radius.0),
                "the radius is from the axis to the bottom of the tube, not of the bowl",
            ));
        }
        if let (Some(bore), Some(blood)) = (self.tube.inner_diameter_mm, self.tube.blood_ml) {
            let area = std::f64::consts::FRAC_PI_4 * bore.0 * bore.0;
            let column = blood.0 * (1.0 + self.parts_per_blood().1) * 1000.0 / area;
            if column > longest {
                return Err(BloodError::inconsistent(
                    "tube",
                    format!(
                        "{} mL of blood stand {column:.0} mm high in a bore of {} mm, too high for a rotor of {:.0} mm radius",
                        blood.0, bore.0, radius.0
                    ),
                    "give the inner diameter of the tube, the blood of one tube and the radius to its bottom, in millimetres",
                ));
            }
            if let Some(length) = self.tube.length_mm
                && column > 1.05 * length.0
            {
                return Err(BloodError::inconsistent(
                    "tube.length_mm",
                    format!(
                        "{} mL of blood stand {column:.0} mm high, the tube is {:.0} mm long",
                        blood.0, length.0
                    ),
                    "give the inner diameter, not the outer one, and the blood of one tube",
                ));
            }
        }
        Ok(())
    }
}

impl Published {
    /// The values that are present, with their key.
    pub(crate) fn named(&self) -> Vec<(&'static str, PublishedValue)> {
        [
            ("recovery_pct", self.recovery_pct),
            ("concentration_factor", self.concentration_factor),
            ("platelets_k_per_ul", self.platelets_k_per_ul),
            ("platelets_total_billion", self.platelets_total_billion),
            ("haematocrit_pct", self.haematocrit_pct),
            ("rbc_k_per_ul", self.rbc_k_per_ul),
            ("wbc_k_per_ul", self.wbc_k_per_ul),
            ("rbc_removed_pct", self.rbc_removed_pct),
            ("wbc_removed_pct", self.wbc_removed_pct),
            ("wbc_factor", self.wbc_factor),
            ("volume_ml", self.volume_ml),
        ]
        .into_iter()
        .filter_map(|(n, v)| v.map(|v| (n, v)))
        .collect()
    }
}

/// The JSON Schema of protocol files.
#[must_use]
pub fn protocol_schema() -> schemars::Schema {
    schemars::schema_for!(Protocol)
}

/// Reads and checks a protocol file.
///
/// # Errors
/// [`BloodError::Syntax`] with the line for text that is no protocol; the other kinds for numbers
/// that cannot be.
///
/// ```
/// let p = vellus_blood::load_protocol(r#"
/// title = "one spin"
/// [tube]
/// blood_ml = 8.5
/// [[spins]]
/// rcf = 160
/// minutes = 10
/// "#)?;
/// assert_eq!(p.spins.len(), 1);
/// # Ok::<(), vellus_blood::BloodError>(())
/// ```
pub fn load_protocol(text: &str) -> Result<Protocol, BloodError> {
    let mut protocol: Protocol =
        toml::from_str(text).map_err(|e| BloodError::Syntax { message: e.to_string() })?;
    protocol.rotor.resolve(&[])?;
    protocol.validate()?;
    Ok(protocol)
}
