//! What can be asked of a hairline: a height, a style, an edge, and every number behind them.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_head::Sex;

use crate::PigmentError;

/// Shape of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HairlineStyle {
    /// Gently convex in the middle, angles kept back.
    #[default]
    Natural,
    /// Natural, with a wider and thinner transition.
    Soft,
    /// The whole line falls back early, temples too.
    Receded,
    /// Angles closed to a round line.
    Rounded,
    /// Deep angles beside a broad middle.
    M,
    /// A point in the middle.
    WidowsPeak,
    /// Level from angle to angle.
    Straight,
    /// Straight, with the corners and the clean edge of a barber's line-up.
    EdgeUp,
    /// With gaps along the line.
    Broken,
}

impl HairlineStyle {
    /// All styles.
    pub const ALL: [Self; 9] = [
        Self::Natural,
        Self::Soft,
        Self::Receded,
        Self::Rounded,
        Self::M,
        Self::WidowsPeak,
        Self::Straight,
        Self::EdgeUp,
        Self::Broken,
    ];

    /// The edge that goes with the style unless another is asked for.
    #[must_use]
    pub const fn usual_edge(self) -> Edge {
        match self {
            Self::EdgeUp => Edge::Sharp,
            _ => Edge::Natural,
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::WidowsPeak => "widow's peak",
            Self::EdgeUp => "edge-up",
            _ => self.name(),
        }
    }

    /// Its name in a case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Natural => "natural",
            Self::Soft => "soft",
            Self::Receded => "receded",
            Self::Rounded => "rounded",
            Self::M => "m",
            Self::WidowsPeak => "widows_peak",
            Self::Straight => "straight",
            Self::EdgeUp => "edge_up",
            Self::Broken => "broken",
        }
    }
}

/// Edge of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Irregular, thin at first.
    #[default]
    Natural,
    /// A clean edge, as barbers cut it.
    Sharp,
}

impl Edge {
    /// Its name in a case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Natural => "natural",
            Self::Sharp => "sharp",
        }
    }
}

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

/// A hairline as wished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HairlineSpec {
    /// Height of its middle point above the glabella along the skin, mm; 40 to 120. Of a line that was
    /// drawn it is measured instead.
    pub height_mm: f64,
    /// Shape.
    pub style: HairlineStyle,
    /// Edge.
    pub edge: Edge,
    /// The numbers behind them that are set.
    pub details: HairlineDetails,
}

/// Heights at which a line can be asked for, mm.
pub const HEIGHTS_MM: [f64; 2] = [40.0, 120.0];

impl HairlineSpec {
    /// A line of a style, with everything that the style stands for.
    #[must_use]
    pub fn of_style(height_mm: f64, style: HairlineStyle) -> Self {
        Self { height_mm, style, edge: style.usual_edge(), details: HairlineDetails::default() }
    }

    /// Checks every number.
    pub(super) fn check(&self) -> Result<(), PigmentError> {
        let height = Ranged {
            key: "hairline_height_mm",
            value: (!self.details.is_drawn()).then_some(self.height_mm),
            least: HEIGHTS_MM[0],
            most: HEIGHTS_MM[1],
            hint: "write millimetres above the glabella; 70 to 80 is usual for a man",
        };
        for n in std::iter::once(height).chain(self.details.numbers()) {
            if let Some(value) = n.value
                && !(n.least..=n.most).contains(&value)
            {
                return Err(refused(n.key, value, format!("{} to {}", n.least, n.most), n.hint));
            }
        }
        self.details.check_drawn()
    }

    /// Every number that shapes the line, from what is set and the presets.
    pub(super) fn shape(&self, sex: Sex) -> Shape {
        let t = &*PRESETS;
        let style = t.style.iter().find(|s| s.name == self.style.name()).unwrap_or(&t.style[0]);
        let edge = t.edge.iter().find(|e| e.name == self.edge.name()).unwrap_or(&t.edge[0]);
        let d = &self.details;
        // A line that was drawn is taken as it was drawn.
        let wobble = if d.is_drawn() { 0.0 } else { 1.0 };
        Shape {
            angle_behind_mm: d.angle_behind_mm,
            recess_mm: style.recess_mm[usize::from(sex == Sex::Female)],
            angle_lateral_mm: d.angle_lateral_mm.unwrap_or(0.0),
            bow: style.bow,
            peak_mm: d.peak_mm.unwrap_or(style.peak_mm),
            peak_half_width_mm: style.peak_half_width_mm,
            hump_mm: d.lateral_hump_mm.unwrap_or(style.hump_mm),
            temple_forward_mm: d.temporal_point_forward_mm.unwrap_or(style.temple_mm),
            temple_up_mm: d.temporal_point_up_mm.unwrap_or(0.0),
            transition_mm: d.transition_mm.unwrap_or(style.transition_mm.min(edge.most_transition_mm)),
            defined_mm: d.defined_mm.unwrap_or(style.defined_mm),
            at_line: style.at_line.max(edge.least_at_line),
            at_defined: style.at_defined.max(edge.least_at_line),
            gap: style.gap,
            macro_mm: d.macro_mm.unwrap_or(edge.macro_mm * wobble),
            micro_mm: d.micro_mm.unwrap_or(edge.micro_mm * wobble),
            asymmetry_mm: d.asymmetry_mm.unwrap_or(0.0),
        }
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

/// Every number that shapes a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) angle_behind_mm: Option<f64>,
    pub(super) recess_mm: f64,
    pub(super) angle_lateral_mm: f64,
    pub(super) bow: f64,
    pub(super) peak_mm: f64,
    pub(super) peak_half_width_mm: f64,
    pub(super) hump_mm: f64,
    pub(super) temple_forward_mm: f64,
    pub(super) temple_up_mm: f64,
    pub(super) transition_mm: f64,
    pub(super) defined_mm: f64,
    pub(super) at_line: f64,
    pub(super) at_defined: f64,
    pub(super) gap: f64,
    pub(super) macro_mm: f64,
    pub(super) micro_mm: f64,
    pub(super) asymmetry_mm: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Presets {
    style: Vec<StyleRow>,
    edge: Vec<EdgeRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StyleRow {
    name: String,
    recess_mm: [f64; 2],
    bow: f64,
    peak_mm: f64,
    peak_half_width_mm: f64,
    hump_mm: f64,
    temple_mm: f64,
    transition_mm: f64,
    defined_mm: f64,
    at_line: f64,
    at_defined: f64,
    gap: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeRow {
    name: String,
    macro_mm: f64,
    micro_mm: f64,
    most_transition_mm: f64,
    least_at_line: f64,
}

static PRESETS: LazyLock<Presets> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../data/hairline/styles.toml")).expect("a test reads the table")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_and_edge_has_a_row_within_the_ranges() {
        for style in HairlineStyle::ALL {
            assert!(PRESETS.style.iter().any(|s| s.name == style.name()), "{}", style.name());
            for edge in [Edge::Natural, Edge::Sharp] {
                for sex in [Sex::Male, Sex::Female] {
                    let spec = HairlineSpec { edge, ..HairlineSpec::of_style(75.0, style) };
                    let s = spec.shape(sex);
                    let as_set = HairlineDetails {
                        peak_mm: Some(s.peak_mm),
                        lateral_hump_mm: Some(s.hump_mm),
                        temporal_point_forward_mm: Some(s.temple_forward_mm),
                        transition_mm: Some(s.transition_mm),
                        defined_mm: Some(s.defined_mm),
                        macro_mm: Some(s.macro_mm),
                        micro_mm: Some(s.micro_mm),
                        ..HairlineDetails::default()
                    };
                    let again = HairlineSpec { details: as_set, ..spec.clone() };
                    again.check().unwrap();
                    assert_eq!(again.shape(sex), s, "what is set is what the preset says");
                }
            }
        }
        for edge in [Edge::Natural, Edge::Sharp] {
            assert!(PRESETS.edge.iter().any(|e| e.name == edge.name()));
        }
    }

    #[test]
    fn names_are_those_of_the_case() {
        for style in HairlineStyle::ALL {
            let text = format!("style = \"{}\"", style.name());
            #[derive(Deserialize)]
            struct One {
                style: HairlineStyle,
            }
            assert_eq!(toml::from_str::<One>(&text).unwrap().style, style);
        }
    }

    #[test]
    fn numbers_outside_their_range_are_refused_by_name() {
        for i in 0..11 {
            for outside in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e3, -1e3] {
                let mut d = HairlineDetails::default();
                let slot = [
                    &mut d.angle_behind_mm,
                    &mut d.angle_lateral_mm,
                    &mut d.lateral_hump_mm,
                    &mut d.temporal_point_forward_mm,
                    &mut d.temporal_point_up_mm,
                    &mut d.peak_mm,
                    &mut d.transition_mm,
                    &mut d.defined_mm,
                    &mut d.macro_mm,
                    &mut d.micro_mm,
                    &mut d.asymmetry_mm,
                ];
                *slot.into_iter().nth(i).unwrap() = Some(outside);
                let spec = HairlineSpec {
                    details: d.clone(),
                    ..HairlineSpec::of_style(75.0, HairlineStyle::Natural)
                };
                let key = d.numbers()[i].key;
                match spec.check() {
                    Err(PigmentError::Hairline { key: k, .. }) => assert_eq!(k, key),
                    other => panic!("{key} = {outside}: {other:?}"),
                }
            }
        }
        for height in [f64::NAN, 10.0, 1e9] {
            assert!(HairlineSpec::of_style(height, HairlineStyle::M).check().is_err());
        }
    }
}
