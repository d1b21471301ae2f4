//! What can be measured on a hairline.

use glam::DVec3;
use serde::Serialize;
use vellus_head::geodesic::Geodesics;

use super::forehead::{Forehead, sign};
use super::line::HairlinePoints;
use super::skin::on;
use crate::PigmentError;

/// Length to either side over which the opening of an angle is taken, mm.
const OPENING_MM: f64 = 15.0;

/// Figures of a hairline; pairs are right, left. Lengths in mm.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HairlineFigures {
    /// Middle above the glabella, along the skin.
    pub height_mm: f64,
    /// Angles behind the middle, straight back.
    pub angle_behind_mm: [f64; 2],
    /// Angles behind the level line through the middle; negative in front of it.
    pub recess_mm: [f64; 2],
    /// Angles above the middle, seen from the side.
    pub angle_rise_mm: [f64; 2],
    /// Angles to the side of the vertical through the outer corner of the eye; negative towards the
    /// middle.
    pub angle_lateral_mm: [f64; 2],
    /// Opening of the angles over 15 mm to either side, degrees.
    pub angle_degrees: [f64; 2],
    /// How far the line falls below its middle before it reaches the angles.
    pub fall_mm: f64,
    /// Temporal points behind where they naturally lie; negative in front.
    pub temporal_point_behind_mm: [f64; 2],
    /// From angle to temporal point, along the skin.
    pub angle_to_temporal_point_mm: [f64; 2],
    /// Root mean square of the irregularity.
    pub irregularity_mm: f64,
    /// Length from angle to angle, along the smooth line.
    pub front_length_mm: f64,
    /// Length from sideburn to sideburn, along the smooth line.
    pub length_mm: f64,
}

impl HairlineFigures {
    pub(super) fn measure(
        f: &Forehead<'_>,
        g: &Geodesics<'_>,
        points: &HairlinePoints,
        smooth: &[DVec3],
        along: &[f64],
        irregularity_mm: f64,
    ) -> Result<Self, PigmentError> {
        let surface = g.surface();
        let between = |a: DVec3, b: DVec3| -> Result<f64, PigmentError> {
            Ok(g.path(&on(surface, a)?, &on(surface, b)?)?.length())
        };
        let middle = points.mid_frontal;
        let index = |p: DVec3| {
            (0..smooth.len())
                .min_by(|a, b| smooth[*a].distance_squared(p).total_cmp(&smooth[*b].distance_squared(p)))
                .unwrap_or(0)
        };
        let corners = points.angles.map(index);
        let (from, to) = (corners[0].min(corners[1]), corners[0].max(corners[1]));
        let fall = smooth[from..=to].iter().map(|p| middle.y - p.y).fold(0.0, f64::max);
        let step = along.last().copied().unwrap_or(0.0) / (smooth.len() - 1) as f64;
        let reach = ((OPENING_MM / step).round() as usize).max(1);
        let each = |of: &dyn Fn(usize) -> f64| [of(0), of(1)];
        Ok(Self {
            height_mm: between(f.glabella, middle)?,
            angle_behind_mm: each(&|s| middle.z - points.angles[s].z),
            recess_mm: each(&|s| f.level_z(points.angles[s].x, middle) - points.angles[s].z),
            angle_rise_mm: each(&|s| points.angles[s].y - middle.y),
            angle_lateral_mm: each(&|s| sign(s) * (points.angles[s].x - f.canthi[s].x)),
            angle_degrees: each(&|s| {
                let i = corners[s];
                let (a, b) = (i.saturating_sub(reach), (i + reach).min(smooth.len() - 1));
                (smooth[a] - smooth[i]).angle_between(smooth[b] - smooth[i]).to_degrees()
            }),
            fall_mm: fall,
            temporal_point_behind_mm: each(&|s| f.temporal_points[s].z - points.temporal_points[s].z),
            angle_to_temporal_point_mm: [
                between(points.angles[0], points.temporal_points[0])?,
                between(points.angles[1], points.temporal_points[1])?,
            ],
            irregularity_mm,
            front_length_mm: along[to] - along[from],
            length_mm: along.last().copied().unwrap_or(0.0),
        })
    }
}

/// How far a line strays from itself smoothed over about a centimetre, root mean square, mm.
pub(super) fn roughness(line: &[DVec3], step_mm: f64) -> f64 {
    let half = ((5.0 / step_mm).round() as usize).max(1);
    if line.len() < 2 * half + 2 {
        return 0.0;
    }
    let mut sum = 0.0;
    let inner = half..line.len() - half;
    for i in inner.clone() {
        let window = &line[i - half..=i + half];
        let mean = window.iter().fold(DVec3::ZERO, |a, b| a + *b) / window.len() as f64;
        sum += line[i].distance_squared(mean);
    }
    libm::sqrt(sum / inner.len() as f64)
}
