//! Points on the head.

use std::collections::BTreeMap;

use glam::DVec3;
use vellus_hair::course::Snapshot;
use vellus_hair::scalp::Scalp;
use vellus_head::flatten::ScalpProjection;
use vellus_head::points::{InjectionGrid, InjectionSpec, Spot, injection_grid, integrate};
use vellus_head::{HeadError, Zone};

use super::thinning::{Place, Thinning};
use super::{DEPTH_MM, InjectionPoint, Laid, NotInjected, SPACING_MM};
use crate::error::PlanError;
use crate::subject::Subject;

/// A zone with less skin to inject than this is left out, cm²: not one point.
const LEAST_ZONE_CM2: f64 = 1.0;

/// Lays the points of a session on a scalp as it is at a moment, when loss has reached `stage`.
///
/// # Errors
/// [`PlanError`] when the grid cannot be laid. A head on which nothing is to be injected gives no
/// points and no error.
pub(crate) fn lay(
    subject: &Subject,
    scalp: &Scalp,
    snapshot: &Snapshot,
    stage: f64,
    map: &ScalpProjection,
) -> Result<Laid, PlanError> {
    let thinning = Thinning::new(scalp, snapshot, stage, subject.model);
    let head = &subject.head;
    // Loss that has not come yet is not injected, and neither is what pattern loss spares.
    let place = |s: &Spot| -> Option<(Zone, Place, f64)> {
        let zone = head.zone_at_spot(s)?;
        if zone == Zone::OccipitalDonor || !subject.reached(s.in_chart.x, s.in_chart.y) {
            return Some((zone, Place::Healthy, 0.0));
        }
        let about = thinning.about(s.position_in_head);
        Some((zone, about.kind(), about.per_cm2()))
    };

    // Area of each kind of skin in each zone, and the live thinning follicles on what is injected.
    let tally = std::cell::RefCell::new(BTreeMap::<(Zone, Place), f64>::new());
    let skin = std::cell::RefCell::new(Vec::new());
    let mesh = head.surface().mesh();
    let (thinning_cm2, _) = integrate(head.surface(), head.chart(), &|s| {
        // Four places of each triangle, each a quarter of its area.
        let quarter = 0.25 * mesh.triangle_area(s.triangle) / 100.0;
        let Some((zone, kind, per_cm2)) = place(s) else { return 0.0 };
        *tally.borrow_mut().entry((zone, kind)).or_default() += quarter;
        if kind != Place::Thinning {
            return 0.0;
        }
        skin.borrow_mut().push((zone, s.position_in_head, quarter, per_cm2));
        1.0
    });
    let tally = tally.into_inner();
    let injected: Vec<Zone> = Zone::ALL
        .into_iter()
        .filter(|z| tally.get(&(*z, Place::Thinning)).is_some_and(|t| *t >= LEAST_ZONE_CM2))
        .collect();
    let bald: Vec<NotInjected> = tally
        .iter()
        .filter(|((_, kind), t)| *kind == Place::Bald && **t >= LEAST_ZONE_CM2)
        .map(|((zone, why), t)| NotInjected { zone: *zone, area_cm2: *t, why: *why })
        .collect();
    if injected.is_empty() || thinning_cm2 < LEAST_ZONE_CM2 {
        return Ok(Laid { points: Vec::new(), zones: Vec::new(), not_injected: bald });
    }

    let region = |s: &Spot| {
        place(s).is_some_and(|(zone, kind, _)| kind == Place::Thinning && injected.contains(&zone))
    };
    let spec = InjectionSpec { spacing_mm: SPACING_MM, ..InjectionSpec::new(&region) };
    let grid = match injection_grid(head.surface(), head.chart(), &spec) {
        // Slivers between the rows.
        Err(HeadError::Placing(_)) => InjectionGrid::default(),
        other => other?,
    };
    let mut points = Vec::with_capacity(grid.row.len());
    for (i, row) in grid.row.iter().enumerate() {
        let p = DVec3::from_array(grid.points.position[i].map(f64::from));
        let q = grid.points.in_chart[i].map(f64::from);
        let spot = Spot {
            position_in_head: p,
            normal: DVec3::from_array(grid.points.normal[i].map(f64::from)),
            in_chart: glam::DVec2::from_array(q),
            triangle: grid.points.triangle[i],
        };
        // The grid asked the same question in double precision; at an edge single precision may
        // answer otherwise.
        let Some((zone, Place::Thinning, per_cm2)) = place(&spot) else { continue };
        points.push(InjectionPoint {
            id: points.len() as u32 + 1,
            zone,
            in_head: p.to_array(),
            in_chart: q,
            in_map: map.map_from_head(p).unwrap_or_default().to_array(),
            row: *row,
            area_cm2: 0.0,
            live_thinning_per_cm2: per_cm2,
            turn: 1,
            volume_ml: 0.0,
            depth_mm: 0.5 * (DEPTH_MM[0] + DEPTH_MM[1]),
        });
    }
    let zones = serve(&mut points, skin.into_inner().iter().filter(|s| injected.contains(&s.0)));
    Ok(Laid { points, zones, not_injected: bald })
}

/// Gives each piece of skin (zone, place, cm², live thinning follicles per cm²) to the point that is
/// nearest to it. What the points of each zone serve: area, and live thinning follicles per cm².
fn serve<'a>(
    points: &mut [InjectionPoint],
    skin: impl Iterator<Item = &'a (Zone, DVec3, f64, f64)>,
) -> Vec<(Zone, f64, f64)> {
    let at: Vec<DVec3> = points.iter().map(|p| DVec3::from_array(p.in_head)).collect();
    let mut zones = BTreeMap::<Zone, [f64; 2]>::new();
    for (_, place, area, per_cm2) in skin {
        let nearest = (0..at.len())
            .min_by(|a, b| at[*a].distance_squared(*place).total_cmp(&at[*b].distance_squared(*place)));
        let Some(i) = nearest else { break };
        points[i].area_cm2 += area;
        let sum = zones.entry(points[i].zone).or_default();
        sum[0] += area;
        sum[1] += area * per_cm2;
    }
    zones.into_iter().map(|(zone, [area, live])| (zone, area, live / area.max(1e-9))).collect()
}
