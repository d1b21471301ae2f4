//! Dots in groups of three, as tightly curled hair grows: larger gaps, and clusters ("triple tap").

use std::collections::HashMap;

use glam::DVec3;
use vellus_head::points::{Clear, KeepAway, PlaceSpec, PointSet, place};
use vellus_head::{HeadError, Surface};
use vellus_units::random::Purpose;

use crate::dots::DOT_CLEARANCE_MM;

/// Dots of a group.
const GROUP: usize = 3;
/// Largest distance of a dot from the middle of its group, mm, and the smallest at which three dots
/// keep [`DOT_CLEARANCE_MM`] (assumption: a group is as wide as a curl's mouth).
const REACH_MM: f64 = 0.32;
const LEAST_REACH_MM: f64 = 1.01 * DOT_CLEARANCE_MM / 1.732_050_8;
/// Share of the local spacing of groups that a group reaches.
const REACH_OF_SPACING: f64 = 0.22;
/// Turns of a group that are tried until all of its dots are clear.
const TURNS: u32 = 12;
/// Offset of the stream with which dots that found no place in a group are placed singly.
const STREAM_OF_SINGLES: u32 = 1 << 10;

/// Places the points of a request in groups; exactly as many, those that no group can hold singly.
pub(crate) fn clusters(surface: &Surface, spec: &PlaceSpec<'_>) -> Result<PointSet, HeadError> {
    let middles = place(surface, &PlaceSpec { count: spec.count.div_ceil(GROUP), ..*spec })?;
    let clear = Clear::new(spec.keep_away);
    let mut near = Near::default();
    let mut out = PointSet { area: middles.area, ..PointSet::default() };
    for i in 0..middles.len() {
        let wanted = GROUP.min(spec.count - out.len());
        if wanted == 0 {
            break;
        }
        let middle = DVec3::from_array(middles.position[i].map(f64::from));
        let normal = DVec3::from_array(middles.normal[i].map(f64::from));
        let side = normal.any_orthonormal_vector();
        let other = normal.cross(side);
        let mut s = spec.key.stream(Purpose::Placement, (7 << 50) | i as u64);
        let reach = (REACH_OF_SPACING * 2.0 * f64::from(middles.radius[i])).clamp(LEAST_REACH_MM, REACH_MM);
        let first = s.between(0.0, std::f64::consts::TAU);
        let mut best: Vec<([f32; 3], [f32; 3], u32)> = Vec::new();
        for turn in 0..TURNS {
            let mut group = Vec::with_capacity(GROUP);
            for k in 0..wanted {
                let angle = first
                    + std::f64::consts::TAU
                        * (k as f64 / GROUP as f64 + f64::from(turn) / f64::from(TURNS * GROUP as u32));
                let at = middle + (side * libm::cos(angle) + other * libm::sin(angle)) * reach;
                let Some(hit) = surface.closest_point(at) else { continue };
                let p = hit.point.position.as_vec3().to_array();
                let allowed = spec.density.is_none_or(|d| {
                    let spot = vellus_head::Spot {
                        position_in_head: hit.point.position,
                        normal: hit.point.normal,
                        in_chart: spec
                            .chart
                            .map_or(glam::DVec2::ZERO, |c| c.chart_from_head(hit.point.position)),
                        triangle: hit.point.triangle,
                    };
                    d(&spot) > 0.0
                });
                let apart = group.iter().all(|g: &([f32; 3], [f32; 3], u32)| far(&g.0, &p));
                if allowed && apart && clear.is_clear(&p) && near.is_free(&p) {
                    group.push((p, hit.point.normal.as_vec3().to_array(), hit.point.triangle));
                }
            }
            if group.len() > best.len() {
                best = group;
            }
            if best.len() == wanted {
                break;
            }
        }
        for (p, n, t) in best {
            near.add(&p);
            out.position.push(p);
            out.normal.push(n);
            out.triangle.push(t);
            out.class.push(middles.class[i]);
            out.radius.push(middles.radius[i] / (GROUP as f32).sqrt());
        }
    }
    singles(surface, spec, &mut out)?;
    out.in_chart = match spec.chart {
        None => vec![[0.0; 2]; out.len()],
        Some(c) => out
            .position
            .iter()
            .map(|p| c.chart_from_head(DVec3::from_array(p.map(f64::from))).as_vec2().to_array())
            .collect(),
    };
    Ok(out)
}

/// Places what is missing one by one.
fn singles(surface: &Surface, spec: &PlaceSpec<'_>, out: &mut PointSet) -> Result<(), HeadError> {
    let missing = spec.count.saturating_sub(out.len());
    if missing == 0 {
        return Ok(());
    }
    let mut keep: Vec<KeepAway> = spec.keep_away.to_vec();
    keep.extend(out.position.iter().map(|p| KeepAway {
        position: *p,
        clearance: DOT_CLEARANCE_MM as f32,
        repels: false,
    }));
    let more = place(
        surface,
        &PlaceSpec { count: missing, keep_away: &keep, stream: spec.stream + STREAM_OF_SINGLES, ..*spec },
    )?;
    out.position.extend_from_slice(&more.position);
    out.normal.extend_from_slice(&more.normal);
    out.triangle.extend_from_slice(&more.triangle);
    out.class.extend_from_slice(&more.class);
    out.radius.extend_from_slice(&more.radius);
    Ok(())
}

fn far(a: &[f32; 3], b: &[f32; 3]) -> bool {
    let d2: f32 = (0..3).map(|k| (a[k] - b[k]) * (a[k] - b[k])).sum();
    f64::from(d2) >= DOT_CLEARANCE_MM * DOT_CLEARANCE_MM
}

/// Dots so far, in cubes as wide as their clearance.
#[derive(Default)]
struct Near {
    cubes: HashMap<[i32; 3], Vec<[f32; 3]>>,
}

impl Near {
    fn cube(p: &[f32; 3]) -> [i32; 3] {
        p.map(|x| (f64::from(x) / DOT_CLEARANCE_MM).floor() as i32)
    }

    fn add(&mut self, p: &[f32; 3]) {
        self.cubes.entry(Self::cube(p)).or_default().push(*p);
    }

    fn is_free(&self, p: &[f32; 3]) -> bool {
        let c = Self::cube(p);
        for x in -1..=1 {
            for y in -1..=1 {
                for z in -1..=1 {
                    let at = [c[0].saturating_add(x), c[1].saturating_add(y), c[2].saturating_add(z)];
                    if self.cubes.get(&at).is_some_and(|l| l.iter().any(|q| !far(p, q))) {
                        return false;
                    }
                }
            }
        }
        true
    }
}
