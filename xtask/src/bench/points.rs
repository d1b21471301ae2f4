//! Placing points evenly on a head.

use std::path::Path;
use std::time::Instant;

use glam::DVec3;
use vellus_head::{Head, KeepAway, PlaceSpec, PointQuality, PointSet, Spot, Surface, io::read_mesh, place};
use vellus_units::random::Purpose;

use super::{Limit, Line, cheapest, key, peak_mb, plain_points};

/// How many points.
pub(crate) const POINTS: usize = 50_000;
/// Times that each placement is run; the least counts.
const RUNS: usize = 3;

fn spec() -> PlaceSpec<'static> {
    PlaceSpec::new(POINTS, key(), Purpose::Placement)
}

/// Times 50,000 points: on the whole surface beside the plain way, on the scalp, with everything
/// that a plan asks for, and on scans where there are any.
pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let core_s = whole(head.surface(), "a built head", lines)?;

    let (plain_s, plain) = cheapest(1, || plain_points::eliminate(head.surface(), POINTS, 5));
    let spacing = (head.surface().mesh().area() / POINTS as f64 * 2.0 / 3f64.sqrt()).sqrt();
    lines.push(Line::new("plain reference: elimination from 5 candidates", plain_s, "core s", None));
    lines.push(Line::new("  its relative radius", nearest(&plain) / spacing, "", None));
    lines.push(Line::new(
        "  times as fast, at a larger radius",
        plain_s / core_s,
        "x",
        Some(Limit::Least(6.0)),
    ));

    let on_scalp = |spot: &Spot| f64::from(u8::from(head.zone_at_spot(spot).is_some()));
    let scalp = PlaceSpec { chart: Some(head.chart()), density: Some(&on_scalp), ..spec() };
    let (scalp_s, points) = cheapest(RUNS, || place(head.surface(), &scalp));
    lines.push(Line::new("50,000 points on its scalp", scalp_s, "core s", Some(Limit::Most(1.0))));
    quality(&points?.quality(head.surface(), &scalp)?, lines);

    let wave = |s: &Spot| 1.0 + 0.5 * (s.position_in_head.x / 20.0).sin();
    let shares = [0.4, 0.35, 0.25];
    let there = place(head.surface(), &PlaceSpec { count: 5_000, stream: 1, ..spec() })?;
    let keep_away: Vec<KeepAway> =
        there.position.iter().map(|&position| KeepAway { position, clearance: 0.8, repels: true }).collect();
    for (what, spec, most) in [
        ("varying density", PlaceSpec { density: Some(&wave), ..spec() }, 1.5),
        ("5,000 points to keep clear of", PlaceSpec { keep_away: &keep_away, ..spec() }, 1.5),
    ] {
        let spec = PlaceSpec { progressive: false, ..spec };
        let (seconds, points) = cheapest(RUNS, || place(head.surface(), &spec));
        points?;
        lines.push(Line::new(
            format!("the whole head with {what}, as even points"),
            seconds / core_s,
            "x",
            Some(Limit::Most(most)),
        ));
    }
    // Not as a multiple of one class: classes pull each point several ways and mix in rounds, one class
    // is relaxed once and every gain on it would tell against them.
    for (what, count, shares, most, least) in [
        ("three classes", POINTS, &shares[..], 0.07, 0.62),
        ("four classes", 20_000, &[0.25; 4][..], 0.15, 0.57),
    ] {
        let spec = PlaceSpec { count, class_shares: shares, progressive: false, ..spec() };
        let (seconds, points) = cheapest(RUNS, || place(head.surface(), &spec));
        let (union, radius) = points?.least_even_union()?;
        let pieces = count as f64 * 1e-4 * shares.len() as f64;
        lines.push(Line::new(
            format!("{what} on the whole head, for 10,000 points and class"),
            seconds / pieces,
            "core s",
            Some(Limit::Most(most)),
        ));
        lines.push(Line::new(
            format!("  least relative radius of a union: classes {union:?}"),
            radius,
            "",
            Some(Limit::Least(least)),
        ));
    }

    let heads = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/heads");
    for name in ["lee_perry_smith.obj", "ict_generic.ply"] {
        let path = heads.join(name);
        if !path.exists() {
            continue;
        }
        whole(&Surface::new(read_mesh(&path)?)?, name, lines)?;
    }
    Ok(())
}

/// A million points on the whole of a head. Last of all, since its memory is the largest.
pub(crate) fn million(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let spec = PlaceSpec { count: 1_000_000, progressive: false, ..spec() };
    let begin = Instant::now();
    let (core_s, points) = cheapest(1, || place(head.surface(), &spec));
    let wall_s = begin.elapsed().as_secs_f64();
    let points = points?;
    lines.push(Line::new("a million points", core_s, "core s", Some(Limit::Most(16.0))));
    lines.push(Line::new("  on all cores", wall_s, "s", None));
    if let Some(mb) = peak_mb() {
        lines.push(Line::new("  peak memory of the process", mb, "MB", Some(Limit::Most(1024.0))));
    }
    let radius = relative_radius(&points);
    lines.push(Line::new("  relative radius", radius, "", Some(Limit::Least(0.69))));
    Ok(())
}

/// Core-seconds of 50,000 points on all of a surface.
fn whole(surface: &Surface, name: &str, lines: &mut Vec<Line>) -> anyhow::Result<f64> {
    let spec = PlaceSpec { progressive: false, ..spec() };
    let mut wall_s = f64::INFINITY;
    let (core_s, points) = cheapest(RUNS, || {
        let begin = Instant::now();
        let points = place(surface, &spec);
        wall_s = wall_s.min(begin.elapsed().as_secs_f64());
        points
    });
    lines.push(Line::new(
        format!("50,000 points on all of {name}"),
        core_s,
        "core s",
        Some(Limit::Most(0.45)),
    ));
    lines.push(Line::new("  on all cores", wall_s, "s", None));
    quality(&points?.quality(surface, &spec)?, lines);
    Ok(core_s)
}

fn quality(q: &PointQuality, lines: &mut Vec<Line>) {
    lines.push(Line::new("  relative radius", q.relative_radius, "", Some(Limit::Least(0.735))));
    lines.push(Line::new("  variation of spacing", q.nn_variation, "", Some(Limit::Most(0.06))));
    lines.push(Line::new("  largest gap", q.largest_gap, "file units", None));
    lines.push(Line::new(
        "  highest peak of the spectrum",
        q.spectrum.peak_power(),
        "",
        Some(Limit::Most(3.5)),
    ));
}

fn relative_radius(points: &PointSet) -> f64 {
    let p: Vec<DVec3> = points.position.iter().map(|p| DVec3::from_array(p.map(f64::from))).collect();
    nearest(&p) / (points.area / p.len() as f64 * 2.0 / 3f64.sqrt()).sqrt()
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

/// Index of the nearest of some places for each of some points, through a sweep along x.
pub(crate) fn nearest_index(places: &[[f32; 3]], of: &[[f32; 3]]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..places.len()).collect();
    sorted.sort_by(|a, b| places[*a][0].total_cmp(&places[*b][0]));
    let d2 = |a: &[f32; 3], b: &[f32; 3]| (0..3).map(|k| (a[k] - b[k]) * (a[k] - b[k])).sum::<f32>();
    of.iter()
        .map(|p| {
            let from = sorted.partition_point(|i| places[*i][0] < p[0]);
            let (mut best, mut least) = (usize::MAX, f32::INFINITY);
            let (mut up, mut down) = (from, from);
            loop {
                let above = sorted.get(up).map(|i| places[*i][0] - p[0]);
                let below = down.checked_sub(1).map(|d| p[0] - places[sorted[d]][0]);
                let take_up = match (above, below) {
                    (None, None) => break,
                    (Some(a), Some(b)) => a <= b,
                    (a, _) => a.is_some(),
                };
                let gap = if take_up { above } else { below }.unwrap_or(f32::INFINITY);
                if gap * gap >= least {
                    break;
                }
                let i = if take_up { sorted[up] } else { sorted[down - 1] };
                if take_up {
                    up += 1;
                } else {
                    down -= 1;
                }
                let d = d2(p, &places[i]);
                if d < least {
                    (best, least) = (i, d);
                }
            }
            best
        })
        .collect()
}

/// Least distance of some points from others; with `own` the two lists are the same, and a point is not
/// its own neighbour.
pub(crate) fn nearest_of(points: &[[f32; 3]], others: &[[f32; 3]], own: bool) -> f64 {
    let to = |p: &[f32; 3]| DVec3::from_array(p.map(f64::from));
    if own {
        return nearest(&points.iter().map(to).collect::<Vec<_>>());
    }
    nearest_index(others, points)
        .iter()
        .zip(points)
        .filter_map(|(i, p)| others.get(*i).map(|q| to(p).distance(to(q))))
        .fold(f64::INFINITY, f64::min)
}
