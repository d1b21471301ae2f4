//! Placing points evenly on a head.

use glam::DVec3;
use vellus_head::{Head, PlaceSpec, Spot, place};
use vellus_units::random::Purpose;

use super::{Limit, Line, cheapest, key};

/// How many points.
pub(crate) const POINTS: usize = 50_000;

/// Times 50,000 points and a plain way to the same number.
pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let on_scalp = |spot: &Spot| f64::from(u8::from(head.zone_at_spot(spot).is_some()));
    let mut spec = PlaceSpec::new(POINTS, key(), Purpose::Placement);
    spec.chart = Some(head.chart());
    spec.density = Some(&on_scalp);
    let (seconds, points) = cheapest(2, || place(head.surface(), &spec));
    let points = points?;
    lines.push(Line::new(
        "50,000 points placed evenly on the scalp",
        seconds,
        "core s",
        Some(Limit::Most(2.0)),
    ));

    // Two points that are nearer than what even spacing allows are what a person sees as a clump.
    let spacing = (points.area / POINTS as f64 * 2.0 / 3f64.sqrt()).sqrt();
    let p: Vec<DVec3> = points
        .position
        .iter()
        .map(|p| DVec3::new(f64::from(p[0]), f64::from(p[1]), f64::from(p[2])))
        .collect();
    let (darts_s, made) = cheapest(1, || darts(head, &p, 0.69 * spacing));
    lines.push(Line::new("plain reference: darts among the same places", darts_s, "core s", None));
    lines.push(Line::new(
        "points that the reference keeps of as many",
        100.0 * made as f64 / POINTS as f64,
        "%",
        None,
    ));
    lines.push(Line::new(
        "nearest pair, share of the hexagonal limit",
        nearest(&p) / spacing,
        "",
        Some(Limit::Least(0.5)),
    ));
    Ok(())
}

/// Throws darts at the surface with every pair compared within a coarse slab, and keeps those that
/// are far enough from all others: what one writes in an afternoon.
fn darts(head: &Head, like: &[DVec3], apart: f64) -> usize {
    let mut s = key().stream(Purpose::Choice, 1);
    let mut kept: Vec<DVec3> = Vec::new();
    let mesh = head.surface().mesh();
    let top = like.iter().fold(f64::INFINITY, |a, p| a.min(p.y));
    let mut slabs: Vec<Vec<usize>> = vec![Vec::new(); 4096];
    let slab = |y: f64| (((y - top) / apart).max(0.0) as usize).min(4095);
    let areas: Vec<f64> = (0..mesh.triangles.len() as u32)
        .scan(0.0, |sum, t| {
            *sum += mesh.triangle_area(t);
            Some(*sum)
        })
        .collect();
    let all = areas.last().copied().unwrap_or(0.0);
    for _ in 0..like.len() * 6 {
        let u = s.uniform() * all;
        let t = areas.partition_point(|a| *a < u).min(areas.len() - 1) as u32;
        let (a, b) = (s.uniform().sqrt(), s.uniform());
        let p = head.surface().point(t, a * (1.0 - b), a * b).position;
        if head.zone_in_head(p).is_none() {
            continue;
        }
        let k = slab(p.y);
        let free = (k.saturating_sub(1)..=(k + 1).min(4095))
            .all(|n| slabs[n].iter().all(|i| kept[*i].distance_squared(p) >= apart * apart));
        if free {
            slabs[k].push(kept.len());
            kept.push(p);
        }
    }
    kept.len()
}

/// Distance of the nearest pair.
fn nearest(p: &[DVec3]) -> f64 {
    let mut sorted: Vec<DVec3> = p.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut best = f64::INFINITY;
    for (i, a) in sorted.iter().enumerate() {
        for b in &sorted[i + 1..] {
            if b.x - a.x >= best {
                break;
            }
            best = best.min(a.distance(*b));
        }
    }
    best
}
