//! A hairline as asked for: a height, a style, an edge, and the numbers that follow from them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use vellus_head::Sex;

use super::details::{HairlineDetails, Ranged, refused};
use super::style::{Edge, HairlineStyle};
use crate::PigmentError;

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
