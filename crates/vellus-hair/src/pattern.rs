//! Pattern loss: where on the scalp, and at which stage, follicles begin to miniaturise.
//!
//! A pattern is a *threshold field* τ(q) over the scalp chart: the stage number at which the
//! boundary of visible loss has reached the place q. A person's present stage n is then a level
//! set of that field, and loss moves on by raising n. Stage and future are one quantity, so a stage
//! can be read back from a simulated scalp.
//!
//! # Sources and limits
//! The order (temples, then vertex, then the bridge between them, then down the sides) is
//! Norwood's (1975) and Ludwig's (1977); the depths in chart units below are drawn by us after the
//! published plates and are an *assumption* of this model.

use vellus_units::maths::{interpolate, lerp, smoothstep};

/// Which course of pattern loss a person follows.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Norwood–Hamilton, the usual course: temples and vertex.
    Norwood,
    /// Norwood type *a*: the front recedes as one line, the vertex follows late.
    NorwoodA,
    /// Norwood with the vertex leading.
    NorwoodVertex,
    /// Ludwig and Sinclair: the centre thins, the front line stays.
    Central,
    /// No pattern loss.
    None,
}

/// A pattern at a stage, as examiners write it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[allow(missing_docs)]
pub enum Stage {
    #[serde(rename = "norwood_1")]
    Norwood1,
    #[serde(rename = "norwood_2")]
    Norwood2,
    #[serde(rename = "norwood_2a")]
    Norwood2a,
    #[serde(rename = "norwood_3")]
    Norwood3,
    #[serde(rename = "norwood_3a")]
    Norwood3a,
    #[serde(rename = "norwood_3_vertex")]
    Norwood3Vertex,
    #[serde(rename = "norwood_4")]
    Norwood4,
    #[serde(rename = "norwood_4a")]
    Norwood4a,
    #[serde(rename = "norwood_5")]
    Norwood5,
    #[serde(rename = "norwood_5a")]
    Norwood5a,
    #[serde(rename = "norwood_6")]
    Norwood6,
    #[serde(rename = "norwood_7")]
    Norwood7,
    #[serde(rename = "ludwig_1")]
    Ludwig1,
    #[serde(rename = "ludwig_2")]
    Ludwig2,
    #[serde(rename = "ludwig_3")]
    Ludwig3,
    #[serde(rename = "sinclair_1")]
    Sinclair1,
    #[serde(rename = "sinclair_2")]
    Sinclair2,
    #[serde(rename = "sinclair_3")]
    Sinclair3,
    #[serde(rename = "sinclair_4")]
    Sinclair4,
    #[serde(rename = "sinclair_5")]
    Sinclair5,
    #[serde(rename = "none")]
    None,
}

impl Stage {
    /// The course and the stage number on it. Sinclair's five grades are laid on Ludwig's three
    /// (grade 1 is normal, 2 begins Ludwig I, 5 is Ludwig III; assumption).
    #[must_use]
    pub const fn course(self) -> (Course, f64) {
        match self {
            Self::Norwood1 => (Course::Norwood, 1.0),
            Self::Norwood2 => (Course::Norwood, 2.0),
            Self::Norwood2a => (Course::NorwoodA, 2.0),
            Self::Norwood3 => (Course::Norwood, 3.0),
            Self::Norwood3a => (Course::NorwoodA, 3.0),
            Self::Norwood3Vertex => (Course::NorwoodVertex, 3.0),
            Self::Norwood4 => (Course::Norwood, 4.0),
            Self::Norwood4a => (Course::NorwoodA, 4.0),
            Self::Norwood5 => (Course::Norwood, 5.0),
            Self::Norwood5a => (Course::NorwoodA, 5.0),
            Self::Norwood6 => (Course::Norwood, 6.0),
            Self::Norwood7 => (Course::Norwood, 7.0),
            Self::Ludwig1 => (Course::Central, 1.0),
            Self::Ludwig2 => (Course::Central, 2.0),
            Self::Ludwig3 => (Course::Central, 3.0),
            Self::Sinclair1 => (Course::Central, 0.2),
            Self::Sinclair2 => (Course::Central, 0.9),
            Self::Sinclair3 => (Course::Central, 1.6),
            Self::Sinclair4 => (Course::Central, 2.3),
            Self::Sinclair5 => (Course::Central, 3.0),
            Self::None => (Course::None, 0.0),
        }
    }

    /// Every stage.
    pub const ALL: [Self; 21] = [
        Self::Norwood1,
        Self::Norwood2,
        Self::Norwood2a,
        Self::Norwood3,
        Self::Norwood3a,
        Self::Norwood3Vertex,
        Self::Norwood4,
        Self::Norwood4a,
        Self::Norwood5,
        Self::Norwood5a,
        Self::Norwood6,
        Self::Norwood7,
        Self::Ludwig1,
        Self::Ludwig2,
        Self::Ludwig3,
        Self::Sinclair1,
        Self::Sinclair2,
        Self::Sinclair3,
        Self::Sinclair4,
        Self::Sinclair5,
        Self::None,
    ];

    /// Half of the distance to the next stage of the same scale, in stage numbers: what an examiner
    /// still calls by this name.
    #[must_use]
    pub const fn half_width(self) -> f64 {
        match self {
            Self::Sinclair1 | Self::Sinclair2 | Self::Sinclair3 | Self::Sinclair4 | Self::Sinclair5 => 0.35,
            _ => 0.5,
        }
    }

    /// The stage as a clinician writes it: "Norwood III vertex".
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Norwood1 => "Norwood I",
            Self::Norwood2 => "Norwood II",
            Self::Norwood2a => "Norwood IIa",
            Self::Norwood3 => "Norwood III",
            Self::Norwood3a => "Norwood IIIa",
            Self::Norwood3Vertex => "Norwood III vertex",
            Self::Norwood4 => "Norwood IV",
            Self::Norwood4a => "Norwood IVa",
            Self::Norwood5 => "Norwood V",
            Self::Norwood5a => "Norwood Va",
            Self::Norwood6 => "Norwood VI",
            Self::Norwood7 => "Norwood VII",
            Self::Ludwig1 => "Ludwig I",
            Self::Ludwig2 => "Ludwig II",
            Self::Ludwig3 => "Ludwig III",
            Self::Sinclair1 => "Sinclair 1",
            Self::Sinclair2 => "Sinclair 2",
            Self::Sinclair3 => "Sinclair 3",
            Self::Sinclair4 => "Sinclair 4",
            Self::Sinclair5 => "Sinclair 5",
            Self::None => "no pattern loss",
        }
    }
}

impl Course {
    /// Largest stage number the course knows.
    #[must_use]
    pub const fn last_stage(self) -> f64 {
        match self {
            Self::Norwood | Self::NorwoodA | Self::NorwoodVertex => 7.0,
            Self::Central => 3.0,
            Self::None => 0.0,
        }
    }

    /// Stage number at which a course begins: the first examiners call loss.
    #[must_use]
    pub const fn first_stage(self) -> f64 {
        match self {
            Self::Norwood | Self::NorwoodA | Self::NorwoodVertex => 1.0,
            Self::Central | Self::None => 0.0,
        }
    }
}

/// A threshold above every stage: such a follicle is never lost to the pattern.
pub const NEVER: f64 = 60.0;

// Depth of recession behind the juvenile hairline (chart units; one unit is about 17 cm of scalp)
// at which a stage has its boundary. Drawn after Norwood's plates: assumption.
const TEMPLE: [(f64, f64); 7] =
    [(-0.02, 1.0), (0.05, 2.0), (0.14, 3.0), (0.23, 4.0), (0.36, 5.0), (0.60, 6.0), (0.90, 6.6)];
const MIDLINE: [(f64, f64); 7] =
    [(-0.02, 2.3), (0.02, 3.0), (0.09, 4.0), (0.20, 5.0), (0.34, 5.6), (0.60, 6.0), (0.90, 6.6)];
const MIDLINE_A: [(f64, f64); 6] =
    [(-0.02, 1.4), (0.05, 2.0), (0.16, 3.0), (0.30, 4.0), (0.52, 5.0), (0.80, 6.2)];
// Radius of the vertex spot (chart units) at each stage.
const CROWN: [(f64, f64); 5] = [(0.0, 2.9), (0.12, 4.0), (0.24, 5.0), (0.40, 6.0), (0.62, 7.0)];
const CROWN_VERTEX: [(f64, f64); 6] =
    [(0.0, 2.3), (0.15, 3.0), (0.20, 4.0), (0.28, 5.0), (0.40, 6.0), (0.62, 7.0)];
const CROWN_A: [(f64, f64); 4] = [(0.0, 4.6), (0.16, 5.3), (0.34, 6.0), (0.58, 7.0)];

/// Centre of the vertex spot, chart y (assumption: the whorl lies about 5 cm behind the top).
pub const VERTEX_CENTRE_Y: f64 = -0.34;

/// Shape of the front line on which recession is counted: how far the hairline at chart x lies
/// below its middle point.
fn hairline_drop(x_abs: f64) -> f64 {
    // Nearly straight over the middle third, bending down and back towards the temple.
    0.10 * smoothstep(0.05, 0.50, x_abs) + 0.55 * (x_abs - 0.42).max(0.0)
}

/// The stage at which the boundary of visible loss reaches the chart point (x, y).
///
/// `trichion_y` is the chart y of the middle of the (juvenile) hairline. Returns [`NEVER`] where
/// the course spares the scalp. For [`Course::Central`] it is the stage at which half of the
/// follicles are affected.
#[must_use]
pub fn boundary_stage(course: Course, x: f64, y: f64, trichion_y: f64) -> f64 {
    let ax = x.abs();
    match course {
        Course::None => NEVER,
        Course::Central => {
            // An ellipse along the part; the first centimetre and a half of the front is spared.
            let centre_y = 0.5 * (trichion_y + VERTEX_CENTRE_Y);
            let half_length = 0.5 * (trichion_y - VERTEX_CENTRE_Y) + 0.12;
            let e = libm::hypot(ax / 0.42, (y - centre_y) / half_length);
            let from_line = trichion_y - hairline_drop(ax) - y;
            let spared = 2.2 * (1.0 - smoothstep(0.03, 0.14, from_line));
            // Christmas-tree widening towards the front: thinner nearer the hairline.
            let forward = 0.25 * smoothstep(VERTEX_CENTRE_Y, trichion_y, y);
            1.7 - forward + 1.5 * smoothstep(0.2, 1.1, e) + 4.0 * smoothstep(0.9, 1.6, e) + spared
        }
        Course::Norwood | Course::NorwoodA | Course::NorwoodVertex => {
            let depth = trichion_y - hairline_drop(ax) - y;
            let lateral = smoothstep(0.10, 0.32, ax);
            let midline = if course == Course::NorwoodA {
                interpolate(&MIDLINE_A, depth)
            } else {
                interpolate(&MIDLINE, depth)
            };
            let front = lerp(midline, interpolate(&TEMPLE, depth), lateral);
            let r = libm::hypot(x * 1.1, y - VERTEX_CENTRE_Y);
            let crown = match course {
                Course::NorwoodVertex => interpolate(&CROWN_VERTEX, r),
                Course::NorwoodA => interpolate(&CROWN_A, r),
                _ => interpolate(&CROWN, r),
            };
            // Smooth minimum: where front and crown meet, the bridge goes a little earlier.
            let k = 0.35;
            let h = (0.5 + 0.5 * (crown - front) / k).clamp(0.0, 1.0);
            let top = lerp(crown, front, h) - k * h * (1.0 - h);
            // The horseshoe: a rounded oblong whose edge is stage VI (about 250 cm² on a mean head,
            // a little wider in front for the recesses), and 1.16 times it stage VII. Its edge is
            // a ramp, as the side hair thins into the recess rather than ending at a line.
            let half_width = 0.44 + 0.11 * smoothstep(0.0, 0.4, y);
            let (u, v) = (ax / half_width, (y - 0.04).abs() / 0.59);
            let e = libm::pow(libm::pow(u, 2.6) + libm::pow(v, 2.6), 1.0 / 2.6);
            let fringe = if e <= 1.16 { 6.0 + (e - 1.0) / 0.16 } else { 7.0 + (e - 1.16) * 40.0 };
            lerp(top, top.max(fringe), smoothstep(0.86, 1.05, e)).min(NEVER)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const T: f64 = 0.62;

    #[test]
    fn temples_go_before_the_midline_and_the_donor_never() {
        for c in [Course::Norwood, Course::NorwoodVertex] {
            let temple = boundary_stage(c, 0.38, T - 0.16, T);
            let middle = boundary_stage(c, 0.0, T - 0.06, T);
            assert!(temple < middle, "{temple} {middle}");
            assert!(boundary_stage(c, 0.0, -0.95, T) > 8.0);
            assert!(boundary_stage(c, 0.9, -0.1, T) > 8.0);
        }
    }

    #[test]
    fn vertex_leads_in_its_variant_only() {
        let at = |c| boundary_stage(c, 0.0, VERTEX_CENTRE_Y, T);
        assert!(at(Course::NorwoodVertex) < 2.5);
        assert!(at(Course::Norwood) > 2.7 && at(Course::Norwood) < 3.2);
        assert!(at(Course::NorwoodA) > 4.0);
    }

    #[test]
    fn women_keep_the_front_line() {
        let line = boundary_stage(Course::Central, 0.0, T - 0.01, T);
        let behind = boundary_stage(Course::Central, 0.0, T - 0.25, T);
        assert!(line > behind + 1.5, "{line} {behind}");
    }

    #[test]
    fn fields_are_symmetric_and_finite() {
        for c in [Course::Norwood, Course::NorwoodA, Course::NorwoodVertex, Course::Central] {
            for i in -20..=20 {
                for j in -20..=20 {
                    let (x, y) = (f64::from(i) * 0.06, f64::from(j) * 0.06);
                    let a = boundary_stage(c, x, y, T);
                    assert!(a.is_finite());
                    assert_eq!(a, boundary_stage(c, -x, y, T));
                }
            }
        }
    }
}
