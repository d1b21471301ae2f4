//! Where hair grows, and the zones of it, as the trade and the clinic name them.
//!
//! The border of the hair-bearing scalp is one closed curve `r = r_b(φ)` in the chart, through a
//! few places that are known from landmarks: the trichion; the frontotemporal angle on the vertical
//! through the outer corner of the eye; the temporal point; the sideburn; over and behind the ear;
//! the nape. Between them it is a monotone cubic (no overshoot). It is the juvenile to mature line
//! that a person without loss has, before any pattern is taken away.
//!
//! The distances in millimetres that place it are ours. They were set, within what looks right on
//! the test heads, so that the area comes out at 480 to 600 cm² (492 ± 31 cm² by tape in 25 adults;
//! 550 to 600 cm² for the hair roots of a published set of hair styles): the total is therefore
//! calibrated, not evidence. A measured hairline should replace it where there is one.
//!
//! Zones are set in the chart, so that they mean the same place on every head. Their limits are
//! ours, drawn after the regions of the Norwood–Hamilton figures: the top inside of the horseshoe,
//! the crown about the whorl, the fringe around.

use glam::{DVec2, DVec3};

use crate::chart::azimuth;
use crate::lengths::MEAN_LENGTH;
use crate::{Chart, HeadError, Landmark, Landmarks, Sex, Surface};

/// A zone of the hair-bearing scalp.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The first centimetre and a half behind the (juvenile or designed) hairline.
    FrontalHairline,
    /// The recesses between the hairline and the temples, both sides.
    FrontotemporalRecess,
    /// The points of hair that come forward at the temples, both sides.
    TemporalPoint,
    /// Between hairline and mid-scalp.
    Frontal,
    /// The top, between frontal and vertex.
    MidScalp,
    /// The crown.
    Vertex,
    /// Above the ears, up to the top, both sides.
    Parietal,
    /// Around and above the ears, both sides.
    Temporal,
    /// The back of the head, which pattern loss spares.
    OccipitalDonor,
}

impl Zone {
    /// All zones, front to back.
    pub const ALL: [Self; 9] = [
        Self::FrontalHairline,
        Self::FrontotemporalRecess,
        Self::TemporalPoint,
        Self::Frontal,
        Self::MidScalp,
        Self::Vertex,
        Self::Parietal,
        Self::Temporal,
        Self::OccipitalDonor,
    ];
}

/// How far behind the trichion the frontotemporal angle lies, mm: a slight recess in men, nearly
/// none in women. Ours; Garg's rule for a designed line (8 cm above the corner of the eye when the
/// trichion is 8 cm above the glabella) gives about as much.
const RECESS: [(Sex, f64); 2] = [(Sex::Male, 18.0), (Sex::Female, 9.0)];
/// The temporal point lies this far above and behind the outer corner of the eye, mm.
const TEMPORAL_POINT: (f64, f64) = (24.0, 29.0);
/// The nape hairline on the midline lies this far below the inion, mm.
const NAPE_BELOW_INION: f64 = 30.0;
/// Places of the border at the side, relative to the tragion, mm: (up, forward).
const AROUND_THE_EAR: [(f64, f64); 6] = [
    // In front of the sideburn, its lower end, its root at the ear, over the ear, behind it.
    (16.0, 25.0),
    (-2.0, 16.0),
    (14.0, 5.0),
    (40.0, -10.0),
    (22.0, -39.0),
    (-4.0, -53.0),
];
/// Side corner of the nape: beside the middle, above the inion level (negative: below), mm.
const NAPE_SIDE: (f64, f64) = (50.0, -14.0);

/// Depth of the frontal hairline zone, mm.
const HAIRLINE_DEPTH: f64 = 15.0;
/// Reach of the recess about the frontotemporal angle and of the temporal point, mm.
const RECESS_REACH: f64 = 25.0;
const TEMPORAL_POINT_REACH: f64 = 18.0;
/// Chart half width of the top, inside of the horseshoe.
const TOP_HALF_WIDTH: f64 = 0.42;
/// Chart `y` of the limits frontal / mid-scalp and mid-scalp / vertex.
const FRONTAL_LIMIT: f64 = 0.03;
const MID_LIMIT: f64 = -0.24;
/// The crown: a disc about the usual whorl.
const CROWN: (f64, f64) = (-0.46, 0.27);
/// The fringe begins at this chart radius; the donor lies behind this azimuth (degrees).
const FRINGE: f64 = 0.70;
const DONOR_AZIMUTH: f64 = 126.0;

/// The hair-bearing scalp of one head, in its chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalpMap {
    /// Knots of the border: azimuth (rising, radians), chart radius, slope.
    knots: Vec<(f64, f64, f64)>,
    /// Millimetres along the skin for one unit of chart radius, about.
    millimetres_per_unit: f64,
    /// Frontotemporal angles and temporal points in the chart: right, left.
    angles: [DVec2; 2],
    temporal_points: [DVec2; 2],
}

impl ScalpMap {
    /// Draws the border of a head whose trichion is set.
    ///
    /// # Errors
    /// [`HeadError::Landmarks`] when the border would cross itself, which takes landmarks far from
    /// where heads have them.
    pub fn new(surface: &Surface, landmarks: &Landmarks, chart: &Chart, sex: Sex) -> Result<Self, HeadError> {
        let g = |l| landmarks.get(l);
        let scale = g(Landmark::Glabella).distance(g(Landmark::Opisthocranion)) / MEAN_LENGTH;
        let trichion = g(Landmark::Trichion);
        let inion = g(Landmark::Inion);
        let recess = RECESS.iter().find(|r| r.0 == sex).map_or(0.0, |r| r.1) * scale;
        let in_chart = |p: DVec3| chart.chart_from_head(p);
        let mut places = vec![
            in_chart(trichion),
            in_chart(inion - DVec3::new(0.0, NAPE_BELOW_INION * scale, -8.0 * scale)),
        ];
        let mut angles = [DVec2::ZERO; 2];
        let mut temporal_points = [DVec2::ZERO; 2];
        for (k, (canthus, tragion, side)) in [
            (g(Landmark::LateralCanthusRight), g(Landmark::TragionRight), -1.0),
            (g(Landmark::LateralCanthusLeft), g(Landmark::TragionLeft), 1.0),
        ]
        .into_iter()
        .enumerate()
        {
            let angle = frontotemporal(surface, canthus, trichion.z - recess)
                .ok_or_else(|| broken("the forehead above the corner of an eye is missing"))?;
            angles[k] = in_chart(angle);
            let temporal_point = g([Landmark::TemporalPointRight, Landmark::TemporalPointLeft][k]);
            temporal_points[k] = in_chart(temporal_point);
            places.extend([angles[k], temporal_points[k]]);
            // Where the ear stands close behind the temple the sideburn is narrower: it keeps a
            // centimetre behind the temporal point.
            let room = (temporal_point.z - tragion.z - 10.0 * scale) / (AROUND_THE_EAR[0].1 * scale);
            let narrow = room.clamp(0.3, 1.0);
            // Directions, not places: over the ear the surface is the ear, so x is the tragion's.
            places.extend(AROUND_THE_EAR.iter().map(|(up, ahead)| {
                let ahead = if *ahead > 0.0 { ahead * narrow } else { *ahead };
                in_chart(tragion + DVec3::new(0.0, up * scale, ahead * scale))
            }));
            places.push(in_chart(DVec3::new(
                trichion.x + side * NAPE_SIDE.0 * scale,
                inion.y + NAPE_SIDE.1 * scale,
                inion.z + 35.0 * scale,
            )));
        }
        let mut polar: Vec<(f64, f64)> = places.iter().map(|q| (azimuth(*q), q.length())).collect();
        polar.sort_by(|a, b| a.0.total_cmp(&b.0));
        if polar.windows(2).any(|w| w[1].0 - w[0].0 < 0.01)
            || polar.iter().any(|p| !(0.2..=1.7).contains(&p.1))
        {
            return Err(broken("the hairline drawn from them crosses itself"));
        }
        let ring: f64 =
            (0..8).map(|i| chart.ring_angle(f64::from(i) * std::f64::consts::FRAC_PI_4)).sum::<f64>() / 8.0;
        let radius = 0.5 * (g(Landmark::Vertex).y - chart.centre_in_head().y)
            + 0.25 * (g(Landmark::Glabella).z - g(Landmark::Opisthocranion).z);
        Ok(Self { knots: monotone(&polar), millimetres_per_unit: ring * radius, angles, temporal_points })
    }

    /// Chart radius of the border at an azimuth, radians.
    #[must_use]
    pub fn border_radius(&self, azimuth: f64) -> f64 {
        self.border(azimuth).0
    }

    /// Radius and slope of the border.
    fn border(&self, azimuth: f64) -> (f64, f64) {
        let tau = std::f64::consts::TAU;
        let n = self.knots.len();
        let first = self.knots[0].0;
        let mut phi = azimuth - tau * ((azimuth - first) / tau).floor();
        if !phi.is_finite() {
            phi = first;
        }
        let i = self.knots.partition_point(|k| k.0 <= phi).clamp(1, n) - 1;
        let (x0, y0, m0) = self.knots[i];
        let (mut x1, y1, m1) = self.knots[(i + 1) % n];
        if i + 1 == n {
            x1 += tau;
        }
        let h = x1 - x0;
        let t = ((phi - x0) / h).clamp(0.0, 1.0);
        let (t2, t3) = (t * t, t * t * t);
        let r = y0 * (2.0 * t3 - 3.0 * t2 + 1.0)
            + m0 * h * (t3 - 2.0 * t2 + t)
            + y1 * (3.0 * t2 - 2.0 * t3)
            + m1 * h * (t3 - t2);
        let slope =
            (y0 - y1) * 6.0 * (t2 - t) / h + m0 * (3.0 * t2 - 4.0 * t + 1.0) + m1 * (3.0 * t2 - 2.0 * t);
        (r, slope)
    }

    /// Distance to the border, mm, about (within a fifth near the border): positive on the
    /// hair-bearing side. Smooth everywhere but at the middle of the chart.
    #[must_use]
    pub fn border_distance(&self, q: DVec2) -> f64 {
        let (r, slope) = self.border(azimuth(q));
        // The gap along the radius, times the cosine between the radius and the border's normal.
        let lean = slope / r;
        (r - q.length()) / (1.0 + lean * lean).sqrt() * self.millimetres_per_unit
    }

    /// Millimetres along the skin for one unit of chart radius, about.
    #[must_use]
    pub const fn millimetres_per_unit(&self) -> f64 {
        self.millimetres_per_unit
    }

    /// The frontotemporal angles in the chart: right, left.
    #[must_use]
    pub const fn frontotemporal_angles(&self) -> [DVec2; 2] {
        self.angles
    }

    /// The temporal points in the chart: right, left.
    #[must_use]
    pub const fn temporal_points(&self) -> [DVec2; 2] {
        self.temporal_points
    }

    /// The zone of a chart position; `None` off the hair-bearing scalp.
    #[must_use]
    pub fn zone_at(&self, q: DVec2) -> Option<Zone> {
        let inside = self.border_distance(q);
        if inside.is_nan() || inside <= 0.0 {
            return None;
        }
        let side = usize::from(q.x > 0.0);
        let phi = azimuth(q).abs();
        let angle = azimuth(self.angles[side]).abs();
        let reach = |p: DVec2| q.distance(p) * self.millimetres_per_unit;
        let zone = if reach(self.temporal_points[side]) < TEMPORAL_POINT_REACH {
            Zone::TemporalPoint
        } else if reach(self.angles[side]) < RECESS_REACH && phi > 0.75 * angle {
            Zone::FrontotemporalRecess
        } else if inside < HAIRLINE_DEPTH && phi < angle {
            Zone::FrontalHairline
        } else if q.distance(DVec2::new(0.0, CROWN.0)) < CROWN.1 && (q.y < MID_LIMIT) {
            Zone::Vertex
        } else if phi > DONOR_AZIMUTH.to_radians() && q.length() > FRINGE {
            Zone::OccipitalDonor
        } else if q.x.abs() < TOP_HALF_WIDTH && q.y > FRONTAL_LIMIT {
            Zone::Frontal
        } else if q.x.abs() < TOP_HALF_WIDTH && q.y > MID_LIMIT && q.y <= FRONTAL_LIMIT {
            Zone::MidScalp
        } else if q.length() > FRINGE {
            Zone::Temporal
        } else {
            Zone::Parietal
        };
        Some(zone)
    }
}

/// Where the temporal point of a side lies unless it is given: above and behind the outer corner of
/// the eye, on the surface.
pub(crate) fn temporal_point(surface: &Surface, landmarks: &Landmarks, left: bool) -> DVec3 {
    let g = |l| landmarks.get(l);
    let scale = g(Landmark::Glabella).distance(g(Landmark::Opisthocranion)) / MEAN_LENGTH;
    let (canthus, tragion, side) = if left {
        (g(Landmark::LateralCanthusLeft), g(Landmark::TragionLeft), 1.0)
    } else {
        (g(Landmark::LateralCanthusRight), g(Landmark::TragionRight), -1.0)
    };
    let y = canthus.y + TEMPORAL_POINT.0 * scale;
    let z = canthus.z - TEMPORAL_POINT.1 * scale;
    let x = surface
        .raycast(DVec3::new(side * 1e4, y, z), DVec3::X * -side)
        .map_or(tragion.x, |h| h.point.position.x);
    DVec3::new(x, y, z)
}

fn broken(what: &str) -> HeadError {
    HeadError::Landmarks(format!(
        "{what}; check trichion, canthi, tragia and inion, and that the mesh has a whole skull"
    ))
}

/// On the vertical through the outer corner of the eye, walking up the forehead, the place where it
/// has gone back to depth `z`.
fn frontotemporal(surface: &Surface, canthus: DVec3, z: f64) -> Option<DVec3> {
    (40..240)
        .filter_map(|i| {
            let y = canthus.y + f64::from(i) * 0.5;
            surface.raycast(DVec3::new(canthus.x, y, 1e4), DVec3::NEG_Z).map(|h| h.point.position)
        })
        .find(|p| p.z <= z)
}

/// Slopes of a periodic monotone cubic through rising `(x, y)` (Fritsch and Butland 1984: weighted
/// harmonic means, zero at extremes).
fn monotone(points: &[(f64, f64)]) -> Vec<(f64, f64, f64)> {
    let n = points.len();
    let width = |i: usize| {
        let w = points[(i + 1) % n].0 - points[i].0;
        if i + 1 == n { w + std::f64::consts::TAU } else { w }
    };
    let secant = |i: usize| (points[(i + 1) % n].1 - points[i].1) / width(i);
    (0..n)
        .map(|i| {
            let before = (i + n - 1) % n;
            let (h0, h1, d0, d1) = (width(before), width(i), secant(before), secant(i));
            let slope = if d0 * d1 <= 0.0 {
                0.0
            } else {
                let (w0, w1) = (2.0 * h1 + h0, h1 + 2.0 * h0);
                (w0 + w1) / (w0 / d0 + w1 / d1)
            };
            (points[i].0, points[i].1, slope)
        })
        .collect()
}
