//! From numbers to a curve on the skin: the places it goes through, the curve, its irregularity.

use glam::DVec3;
use vellus_head::geodesic::Geodesics;
use vellus_head::{Surface, SurfacePoint};
use vellus_units::maths::smoothstep;
use vellus_units::random::{Key, Purpose};

use super::details::refused;
use super::forehead::{Forehead, sign};
use super::skin::on;
use super::spec::Shape;
use crate::PigmentError;

/// An angle lies at least this far above brow and temporal point, mm (assumption).
const ABOVE_MM: f64 = 14.0;
/// The farthest back that an angle is looked for: the direction from straight ahead, radians.
pub(super) const FARTHEST_BACK: f64 = 2.3;
/// Distance between points of the line, mm: a tenth of the shortest wave of its irregularity.
pub(super) const STEP_MM: f64 = 0.6;
/// Shares of the way from the middle to the angle at which the line is held.
const HOLDS: [f64; 6] = [0.10, 0.22, 0.36, 0.52, 0.70, 0.86];
/// The irregularity is taken back over this length about the named points, which stay where they were
/// asked for, and over the last of the line, which joins the natural border, mm.
const PIN_MM: f64 = 9.0;
const TAPER_MM: f64 = 16.0;
/// Bands of the irregularity: wavelengths in mm and waves drawn in each (assumption: 2 to 3 cm and 4 to
/// 8 mm; Shapiro names both kinds without figures).
const MACRO_BAND: ([f64; 2], u32) = ([20.0, 30.0], 3);
const MICRO_BAND: ([f64; 2], u32) = ([4.0, 8.0], 6);

/// The named places of a line; pairs are right, left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HairlinePoints {
    /// On the midline, mm, head space.
    pub mid_frontal: DVec3,
    /// Frontotemporal angles.
    pub angles: [DVec3; 2],
    /// Lateral humps: half-way from angle to temporal point.
    pub humps: [DVec3; 2],
    /// Temporal points.
    pub temporal_points: [DVec3; 2],
    /// Where the line joins the natural border at the sideburns.
    pub ends: [DVec3; 2],
}

/// The places that a designed line goes through, from the right sideburn to the left.
pub(super) struct Design {
    pub(super) points: HairlinePoints,
    /// From the angle to the middle on the right and back on the left, without the named points.
    between: [Vec<DVec3>; 2],
}

impl Design {
    /// Finds the places; the humps still lie on the straight way and are moved by [`Design::holds`].
    pub(super) fn new(f: &Forehead<'_>, shape: &Shape, middle: DVec3) -> Result<Self, PigmentError> {
        let missing = |what: &str, hint: &str| refused("hairline", what, "a place on the skin", hint);
        let mut angles = [middle; 2];
        let mut temporal_points = [middle; 2];
        let mut ends = [middle; 2];
        let mut between = [Vec::new(), Vec::new()];
        for side in 0..2 {
            let s = sign(side);
            let x = f.canthi[side].x + s * shape.angle_lateral_mm;
            let level = middle.z - f.level_z(x, middle);
            let behind = shape.angle_behind_mm.unwrap_or(level + shape.peak_mm + shape.recess_mm)
                + s * 0.5 * shape.asymmetry_mm;
            // Above the brow and the temporal point, or it is no angle.
            let lowest = ABOVE_MM + f.glabella.y.max(f.temporal_points[side].y);
            let angle = f.at_depth(x, middle.z - behind).filter(|p| p.y >= lowest);
            angles[side] = angle.ok_or_else(|| {
                let least = f.at_height(x, lowest).map_or(0.0, |p| middle.z - p.z);
                let most = f.sagittal(x, FARTHEST_BACK).map_or(0.0, |p| middle.z - p.z);
                refused(
                    "angle_behind_mm",
                    format!("{behind:.1}"),
                    format!("{:.0} to {:.0} on this head", least.ceil(), most.floor()),
                    "the frontotemporal angle must find skin above the brow, on the vertical through the outer corner of the eye",
                )
            })?;
            let full = middle.z - angles[side].z;
            let bow = |u: f64| {
                let peak = shape.peak_mm
                    * (1.0 - libm::exp(-(u * (x - f.middle_x) / shape.peak_half_width_mm).powi(2)));
                let rest = full - level - shape.peak_mm;
                peak + rest * libm::pow(u, shape.bow)
            };
            for u in HOLDS {
                let at = f.middle_x + u * (x - f.middle_x);
                // Between the level lines of here and of the angle: as level as the line as a whole.
                let here = f.level_z(at, middle) - bow(u);
                if let Some(p) = f.at_depth(at, here) {
                    between[side].push(p);
                }
            }
            temporal_points[side] =
                f.temporal_point(side, shape.temple_forward_mm, shape.temple_up_mm).ok_or_else(|| {
                    missing(
                        "a temporal point that meets an ear or no skin",
                        "move the temporal points forward: temporal_point_forward_mm",
                    )
                })?;
            ends[side] = f
                .end(side)
                .ok_or_else(|| missing("a sideburn without skin", "check the tragia of the head"))?;
        }
        let humps = [0, 1].map(|side| 0.5 * (angles[side] + temporal_points[side]));
        Ok(Self {
            points: HairlinePoints { mid_frontal: middle, angles, humps, temporal_points, ends },
            between,
        })
    }

    /// All places about which skin is needed.
    pub(super) fn places(&self) -> Vec<DVec3> {
        let p = &self.points;
        let mut out = vec![p.mid_frontal];
        for side in 0..2 {
            out.extend([p.angles[side], p.humps[side], p.temporal_points[side], p.ends[side]]);
            out.extend(&self.between[side]);
        }
        out
    }

    /// The places on the skin in their order, with the humps moved by their millimetres.
    pub(super) fn holds(
        &mut self,
        g: &Geodesics<'_>,
        hump_mm: f64,
    ) -> Result<Vec<SurfacePoint>, PigmentError> {
        let surface = g.surface();
        for side in 0..2 {
            let (angle, point) = (self.points.angles[side], self.points.temporal_points[side]);
            let path = g.path(&on(surface, angle)?, &on(surface, point)?)?;
            if let Some(at) = path.at(surface, 0.5 * path.length()) {
                // The path runs down from the angle: the face lies to its right on the left side.
                let to_face = at.left * -sign(side);
                self.points.humps[side] = g.straight_on(&at.point, to_face * hump_mm).position;
            }
        }
        let p = &self.points;
        let mut row = vec![p.ends[0], p.temporal_points[0], p.humps[0], p.angles[0]];
        row.extend(self.between[0].iter().rev());
        row.push(p.mid_frontal);
        row.extend(&self.between[1]);
        row.extend([p.angles[1], p.humps[1], p.temporal_points[1], p.ends[1]]);
        Ok(row.into_iter().map(|q| on(surface, q)).collect::<Result<_, _>>()?)
    }
}

/// A line on the skin, from the right to the left.
pub(super) struct Line {
    /// Without irregularity.
    pub(super) smooth: Vec<DVec3>,
    /// As it is drawn.
    pub(super) drawn: Vec<SurfacePoint>,
    /// Length of the smooth line to each point, mm.
    pub(super) along: Vec<f64>,
}

impl Line {
    /// The smooth curve through some places, then moved to and fro by its irregularity.
    pub(super) fn new(
        g: &Geodesics<'_>,
        holds: &[SurfacePoint],
        pins: &[DVec3],
        shape: &Shape,
        key: Key,
        seed: u64,
    ) -> Result<Self, PigmentError> {
        let surface: &Surface = g.surface();
        let curve = g.smooth_curve(holds, false)?;
        let length = curve.length();
        let count = (length / STEP_MM).ceil().clamp(2.0, 20_000.0) as usize + 1;
        let samples = curve.resample(surface, count)?;
        let smooth: Vec<DVec3> = samples.iter().map(|s| s.point.position).collect();
        let along: Vec<f64> = (0..count).map(|i| length * i as f64 / (count - 1) as f64).collect();
        let waves = Waves::new(shape, key, seed);
        // The named points stay where they were asked for.
        let pins: Vec<(f64, f64)> = pins
            .iter()
            .filter_map(|p| {
                let i = (0..count).min_by(|a, b| {
                    smooth[*a].distance_squared(*p).total_cmp(&smooth[*b].distance_squared(*p))
                })?;
                Some((along[i], waves.at(along[i])))
            })
            .collect();
        let wobble = |s: f64| {
            let mut w = waves.at(s);
            for (at, value) in &pins {
                let u = (s - at) / PIN_MM;
                w -= value * libm::exp(-u * u);
            }
            w * smoothstep(0.0, TAPER_MM, s) * smoothstep(0.0, TAPER_MM, length - s)
        };
        let drawn = samples
            .iter()
            .zip(&along)
            .map(|(p, s)| {
                let w = wobble(*s);
                if w == 0.0 { p.point } else { g.straight_on(&p.point, p.left * w) }
            })
            .collect();
        Ok(Self { smooth, drawn, along })
    }
}

/// Irregularity along a line: waves in two bands with phases from a seed.
struct Waves(Vec<[f64; 3]>);

impl Waves {
    fn new(shape: &Shape, key: Key, seed: u64) -> Self {
        let mut s = key.stream(Purpose::Hairline, seed);
        let mut waves = Vec::new();
        for (([short, long], n), rms) in [(MACRO_BAND, shape.macro_mm), (MICRO_BAND, shape.micro_mm)] {
            for i in 0..n {
                // One wave in each part of the band: no two of them alike.
                let u = (f64::from(i) + s.uniform()) / f64::from(n);
                let k = std::f64::consts::TAU / (short + (long - short) * u);
                let phase = s.between(0.0, std::f64::consts::TAU);
                waves.push([k, phase, rms * libm::sqrt(2.0 / f64::from(n))]);
            }
        }
        Self(waves)
    }

    fn at(&self, s: f64) -> f64 {
        self.0.iter().map(|[k, p, a]| a * libm::sin(k * s + p)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hairline::{HairlineSpec, HairlineStyle};
    use vellus_head::Sex;

    #[test]
    fn stat_irregularity_has_its_root_mean_square() {
        let shape = HairlineSpec::of_style(75.0, HairlineStyle::Natural).shape(Sex::Male);
        let waves = Waves::new(&shape, Key::new(3, 0), 0);
        let n = 100_000;
        let ms = (0..n).map(|i| waves.at(f64::from(i) * 0.05)).map(|w| w * w).sum::<f64>() / f64::from(n);
        let want = shape.macro_mm * shape.macro_mm + shape.micro_mm * shape.micro_mm;
        assert!((ms / want - 1.0).abs() < 0.03, "{ms} {want}");
    }
}
