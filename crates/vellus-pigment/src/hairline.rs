//! The designed hairline: a curve in the chart from a few numbers a practitioner can edit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::maths::{lerp, smoothstep};
use vellus_units::random::{Key, Purpose};

/// Shape of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HairlineStyle {
    /// Gently convex in the middle, angles kept back.
    #[default]
    Natural,
    /// Natural, with a wider and thinner transition.
    Soft,
    /// Set back in the middle and at the angles.
    Receded,
    /// Angles closed to a round line.
    Rounded,
    /// Deep angles.
    M,
    /// A point in the middle.
    WidowsPeak,
    /// Nearly level from angle to angle.
    Straight,
    /// With gaps along the line.
    Broken,
}

impl HairlineStyle {
    /// How far the frontotemporal angle lies behind the middle point, mm; the middle point's own
    /// set-back, mm; height of a widow's peak, mm. Drawn by us in the manner the trade names
    /// (assumption); natural foreheads are M-shaped in 46 %, rectangular in 31 %, round in 27 % of
    /// men (Sirinturk 2017, n = 200).
    const fn shape(self) -> (f64, f64, f64) {
        match self {
            Self::Natural | Self::Soft | Self::Broken => (22.0, 0.0, 0.0),
            Self::Receded => (30.0, 8.0, 0.0),
            Self::Rounded => (12.0, 0.0, 0.0),
            Self::M => (34.0, 0.0, 0.0),
            Self::WidowsPeak => (24.0, 0.0, 7.0),
            Self::Straight => (6.0, 0.0, 0.0),
        }
    }
}

/// Edge of a hairline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Irregular, thin at first: a transition zone of 5–10 mm before the defined zone (Shapiro).
    #[default]
    Natural,
    /// A clean edge, as barbers cut it.
    Sharp,
}

/// A hairline as wished.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HairlineSpec {
    /// Height of its middle point above the glabella along the skin, mm.
    pub height_mm: f64,
    /// Shape.
    pub style: HairlineStyle,
    /// Edge.
    pub edge: Edge,
}

/// What a hairline needs to know of a head: a few chart measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forehead {
    /// Millimetres of skin in one chart unit along the front of the midline.
    pub mm_per_unit: f64,
    /// Chart x of the lateral canthus, where the frontotemporal angle belongs.
    pub canthus_x: f64,
    /// Chart y of the glabella: 1 by definition of the chart.
    pub glabella_y: f64,
}

/// Depth over which the natural edge gains its density, mm: transition zone of 0.5–1 cm, then the
/// defined zone of 2–3 cm (Shapiro).
pub const TRANSITION_NATURAL_MM: f64 = 12.0;
/// The same for a soft style (assumption: twice the middle of Shapiro's range).
pub const TRANSITION_SOFT_MM: f64 = 18.0;
/// The same for a sharp edge: "the edge should fade in the first few mm".
pub const TRANSITION_SHARP_MM: f64 = 3.0;

/// A hairline laid on a head.
#[derive(Clone, Debug, PartialEq)]
pub struct Hairline {
    /// As wished.
    pub spec: HairlineSpec,
    forehead: Forehead,
    middle_y: f64,
    angle_back: f64,
    peak: f64,
    waves: Vec<[f64; 3]>,
}

impl Hairline {
    /// Lays a hairline on a forehead; the irregularity of a natural edge follows the key.
    #[must_use]
    pub fn new(spec: HairlineSpec, forehead: Forehead, key: Key) -> Self {
        let (angle_mm, back_mm, peak_mm) = spec.style.shape();
        let unit = 1.0 / forehead.mm_per_unit;
        let mut s = key.stream(Purpose::Hairline, 0);
        let amplitude = match spec.edge {
            Edge::Natural => 1.0,
            Edge::Sharp => 0.12,
        };
        // Macro-irregularity of 2–3 cm and micro-irregularity of 4–8 mm (Shapiro names both; the
        // amplitudes of 1.6 and 1.0 mm are ours).
        let waves = (0..10)
            .map(|i| {
                let (length_mm, mm) =
                    if i < 4 { (s.between(20.0, 34.0), 0.8) } else { (s.between(4.0, 9.0), 0.45) };
                let k = std::f64::consts::TAU * forehead.mm_per_unit / length_mm;
                [k, s.between(0.0, std::f64::consts::TAU), amplitude * mm * unit]
            })
            .collect();
        Self {
            spec,
            forehead,
            middle_y: forehead.glabella_y - (spec.height_mm + back_mm) * unit,
            angle_back: angle_mm * unit,
            peak: peak_mm * unit,
            waves,
        }
    }

    /// Chart y of the line at chart x, without its irregularity.
    #[must_use]
    pub fn smooth_y(&self, x: f64) -> f64 {
        let ax = x.abs();
        let u = ax / self.forehead.canthus_x;
        // Convex over the middle, then falling back to the angle on the canthal vertical; beyond
        // it the line comes forward again towards the temporal point.
        let to_angle = self.angle_back * smoothstep(0.15, 1.0, u);
        let temple = 0.55 * (u - 1.0).max(0.0) * self.forehead.canthus_x;
        let peak = self.peak * (1.0 - smoothstep(0.0, 0.16, u));
        self.middle_y - to_angle + temple + peak
    }

    /// How far behind the line a chart point lies, mm; negative in front of it.
    #[must_use]
    pub fn depth_mm(&self, x: f64, y: f64) -> f64 {
        let wobble: f64 = self.waves.iter().map(|[k, p, a]| a * libm::sin(k * x + p)).sum();
        (self.smooth_y(x) + wobble - y) * self.forehead.mm_per_unit
    }

    /// Share of full density at a chart point: 0 in front of the line, rising over the transition
    /// zone, 1 behind it.
    #[must_use]
    pub fn fade_in(&self, x: f64, y: f64) -> f64 {
        let depth = self.depth_mm(x, y);
        if depth <= 0.0 {
            return 0.0;
        }
        let width = match (self.spec.edge, self.spec.style) {
            (Edge::Sharp, _) => TRANSITION_SHARP_MM,
            (Edge::Natural, HairlineStyle::Soft) => TRANSITION_SOFT_MM,
            (Edge::Natural, _) => TRANSITION_NATURAL_MM,
        };
        let gap = if self.spec.style == HairlineStyle::Broken {
            0.75 + 0.25 * libm::sin(x * self.forehead.mm_per_unit * 0.9)
        } else {
            1.0
        };
        lerp(0.30, 1.0, smoothstep(0.0, width, depth)) * if depth < width { gap } else { 1.0 }
    }

    /// The line as points in the chart, from the right canthal vertical to the left one.
    #[must_use]
    pub fn polyline(&self, points: usize) -> Vec<[f64; 2]> {
        let n = points.max(2);
        (0..n)
            .map(|i| {
                let x = lerp(-self.forehead.canthus_x, self.forehead.canthus_x, i as f64 / (n - 1) as f64);
                [x, self.smooth_y(x)]
            })
            .collect()
    }

    /// What the rules of hairline design have to say, worst first.
    #[must_use]
    pub fn warnings(&self, female: bool) -> Vec<String> {
        let mut out = Vec::new();
        let h = self.spec.height_mm;
        // Natural foreheads: men 61.4 ± 9.7 (Sirinturk 2017) and 66.5 mm (Kashiyama 2021), women
        // 58.3 ± 6.6 and 62 mm; design rule 80 mm (Garg), clinics 70–110.
        let (young, rule) = if female { (58.3, 62.0) } else { (66.5, 80.0) };
        if h < young {
            out.push(format!(
                "The hairline is drawn {h:.0} mm above the glabella, lower than the natural line of young adults ({young:.0} mm). Adult men are usually given about 80 mm (70–110)."
            ));
        } else if h < rule - 10.0 {
            out.push(format!(
                "The hairline at {h:.0} mm is low for an adult: the design rule is {rule:.0} mm above the glabella. It will look younger than the face as years pass."
            ));
        }
        if matches!(self.spec.style, HairlineStyle::Straight | HairlineStyle::Rounded) && !female {
            out.push("A straight or rounded line closes the frontotemporal angles, which recede with age in most men (Shapiro: do not flatten the angle).".into());
        }
        if self.spec.edge == Edge::Sharp {
            out.push("A sharp edge draws the gaze and shows every later change; it suits dark hair worn very short.".into());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREHEAD: Forehead = Forehead { mm_per_unit: 170.0, canthus_x: 0.32, glabella_y: 1.0 };

    fn line(style: HairlineStyle, edge: Edge) -> Hairline {
        Hairline::new(HairlineSpec { height_mm: 75.0, style, edge }, FOREHEAD, Key::new(1, 0))
    }

    #[test]
    fn middle_point_is_where_it_was_asked() {
        let l = line(HairlineStyle::Natural, Edge::Natural);
        assert!(((1.0 - l.smooth_y(0.0)) * 170.0 - 75.0).abs() < 0.1);
        assert!(l.smooth_y(0.30) < l.smooth_y(0.0) - 0.08);
    }

    #[test]
    fn density_rises_behind_the_line_and_is_zero_in_front() {
        for edge in [Edge::Natural, Edge::Sharp] {
            let l = line(HairlineStyle::Natural, edge);
            let y = l.smooth_y(0.0);
            assert_eq!(l.fade_in(0.0, y + 0.05), 0.0);
            assert_eq!(l.fade_in(0.0, y - 0.2), 1.0);
        }
    }

    #[test]
    fn a_low_line_is_warned_of() {
        let low = Hairline::new(
            HairlineSpec { height_mm: 55.0, style: HairlineStyle::Straight, edge: Edge::Sharp },
            FOREHEAD,
            Key::new(1, 0),
        );
        assert_eq!(low.warnings(false).len(), 3);
        assert!(line(HairlineStyle::Natural, Edge::Natural).warnings(false).is_empty());
    }
}
