//! The numbers behind a style, and lines that were drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PigmentError;

/// The numbers behind a style, each of which can be set, or a line that was drawn.
///
/// What is left out comes from the style and the edge (`data/hairline/styles.toml`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HairlineDetails {
    /// How far the frontotemporal angles lie behind the middle of the line, measured level and straight
    /// back, mm; -10 to 90.
    #[serde(default)]
    pub angle_behind_mm: Option<f64>,
    /// How far the frontotemporal angles lie to the side of the vertical through the outer corner of the
    /// eye, mm; -15 (towards the middle) to 15.
    #[serde(default)]
    pub angle_lateral_mm: Option<f64>,
    /// How far the line bulges towards the face half-way from the angle to the temporal point, mm; -10 to
    /// 20.
    #[serde(default)]
    pub lateral_hump_mm: Option<f64>,
    /// The temporal points, forward of where they naturally lie, mm; -35 to 15.
    #[serde(default)]
    pub temporal_point_forward_mm: Option<f64>,
    /// The temporal points, above where they naturally lie, mm; -15 to 20.
    #[serde(default)]
    pub temporal_point_up_mm: Option<f64>,
    /// How far a peak in the middle stands before the line beside it, mm; 0 to 20.
    #[serde(default)]
    pub peak_mm: Option<f64>,
    /// Depth of the transition zone, in which density rises from the line, mm; 0.5 to 20.
    #[serde(default)]
    pub transition_mm: Option<f64>,
    /// Depth of the defined zone behind it, in which density becomes full, mm; 0 to 30.
    #[serde(default)]
    pub defined_mm: Option<f64>,
    /// Irregularity over 2 to 3 cm of the line, root mean square, mm; 0 to 2.5.
    #[serde(default)]
    pub macro_mm: Option<f64>,
    /// Irregularity over 4 to 8 mm of the line, root mean square, mm; 0 to 1.5.
    #[serde(default)]
    pub micro_mm: Option<f64>,
    /// How much further behind the left angle lies than the right one, mm; -15 to 15.
    #[serde(default)]
    pub asymmetry_mm: Option<f64>,
    /// Which irregularity: another number gives another line of the same kind.
    #[serde(default)]
    pub seed: Option<u32>,
    /// A line that was drawn, in the chart of the head: [x, y] from temple to temple, x to the person's
    /// left, y forward.
    #[serde(default)]
    pub polyline_in_chart: Option<Vec<[f64; 2]>>,
    /// A line that was drawn, on the head: [x, y, z] in mm from temple to temple, x to the person's left,
    /// y up, z forward, origin midway between the ears.
    #[serde(default)]
    pub polyline_in_head_mm: Option<Vec<[f64; 3]>>,
}

/// A number of a hairline and what it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranged {
    /// Its key, as in a case.
    pub key: &'static str,
    /// Its value, when it is set.
    pub value: Option<f64>,
    /// Least value.
    pub least: f64,
    /// Greatest value.
    pub most: f64,
    /// What was likely meant when it is outside.
    pub hint: &'static str,
}

impl HairlineDetails {
    /// Every number with its range.
    #[must_use]
    pub fn numbers(&self) -> [Ranged; 11] {
        let of = |key, value, least, most, hint| Ranged { key, value, least, most, hint };
        const MM: &str = "write millimetres: 1.5 cm is 15";
        [
            of("angle_behind_mm", self.angle_behind_mm, -10.0, 90.0, "write millimetres; 15 to 35 is usual"),
            of(
                "angle_lateral_mm",
                self.angle_lateral_mm,
                -15.0,
                15.0,
                "write millimetres beside the vertical through the outer corner of the eye; 0 is the rule",
            ),
            of("lateral_hump_mm", self.lateral_hump_mm, -10.0, 20.0, "write millimetres; 3 is usual"),
            of("temporal_point_forward_mm", self.temporal_point_forward_mm, -35.0, 15.0, MM),
            of("temporal_point_up_mm", self.temporal_point_up_mm, -15.0, 20.0, MM),
            of("peak_mm", self.peak_mm, 0.0, 20.0, "write millimetres; a widow's peak has about 8"),
            of(
                "transition_mm",
                self.transition_mm,
                0.5,
                20.0,
                "write millimetres; 5 to 10 is usual, 3 a sharp edge",
            ),
            of("defined_mm", self.defined_mm, 0.0, 30.0, "write millimetres; 20 to 30 is usual"),
            of("macro_mm", self.macro_mm, 0.0, 2.5, "write millimetres; 0.8 is usual, 0 draws none"),
            of("micro_mm", self.micro_mm, 0.0, 1.5, "write millimetres; 0.45 is usual, 0 draws none"),
            of("asymmetry_mm", self.asymmetry_mm, -15.0, 15.0, "write millimetres; 0 is even"),
        ]
    }

    /// Checks what a drawn line must be on any head.
    ///
    /// # Errors
    /// [`PigmentError::Hairline`] when there are two lines, one has too few or too many places or a
    /// number that is none, or when a number that would shape the line stands beside it.
    pub fn check_drawn(&self) -> Result<(), PigmentError> {
        if !self.is_drawn() {
            return Ok(());
        }
        if self.polyline_in_chart.is_some() && self.polyline_in_head_mm.is_some() {
            return Err(refused(
                "polyline_in_head_mm",
                "set beside polyline_in_chart",
                "one of the two",
                "keep the one that was drawn last",
            ));
        }
        let shaping = ["transition_mm", "defined_mm", "macro_mm", "micro_mm"];
        if let Some(n) = self.numbers().iter().find(|n| n.value.is_some() && !shaping.contains(&n.key)) {
            return Err(refused(
                n.key,
                n.value.unwrap_or_default(),
                "left out beside a drawn hairline",
                "a drawn line has its own shape; zones and irregularity may still be set",
            ));
        }
        drawn_numbers("polyline_in_chart", self.polyline_in_chart.as_deref(), "two")?;
        drawn_numbers("polyline_in_head_mm", self.polyline_in_head_mm.as_deref(), "three")
    }

    /// Whether the line was drawn.
    #[must_use]
    pub const fn is_drawn(&self) -> bool {
        self.polyline_in_chart.is_some() || self.polyline_in_head_mm.is_some()
    }
}

/// Most places of a drawn line.
const MOST_POINTS: usize = 1000;

fn drawn_numbers<const N: usize>(
    key: &str,
    line: Option<&[[f64; N]]>,
    how_many: &str,
) -> Result<(), PigmentError> {
    let Some(line) = line else { return Ok(()) };
    if !(2..=MOST_POINTS).contains(&line.len()) {
        return Err(refused(
            key,
            format!("{} places", line.len()),
            format!("2 to {MOST_POINTS} places"),
            "draw from temple to temple; a dozen places are enough",
        ));
    }
    match line.iter().position(|p| p.iter().any(|x| !x.is_finite())) {
        Some(i) => Err(refused(
            &format!("{key}[{i}]"),
            format!("{:?}", line[i]),
            format!("{how_many} finite numbers"),
            "write numbers",
        )),
        None => Ok(()),
    }
}

/// A refusal, in the terms of a case.
pub(super) fn refused(
    key: &str,
    value: impl ToString,
    allowed: impl Into<String>,
    hint: impl Into<String>,
) -> PigmentError {
    PigmentError::Hairline {
        key: key.into(),
        value: value.to_string(),
        allowed: allowed.into(),
        hint: hint.into(),
    }
}
