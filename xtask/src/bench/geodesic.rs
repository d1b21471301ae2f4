//! Distances, paths and smooth fields on heads of three resolutions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use anyhow::Context;
use vellus_head::geodesic::{Geodesics, HeatSolver};
use vellus_head::parametric::{ParametricSpec, Resolution, build};
use vellus_head::{Mesh, Surface, SurfacePoint};
use vellus_units::random::Purpose;

use super::{Limit, Line, cheapest, key};

/// Short work is done this often, so that the clock of the cores can tell it.
const MANY: u32 = 20;
/// How many paths are timed.
const PATHS: usize = 200;

/// Times exact distances on about 22,000 triangles, paths and heat fields on about 44,000, beside
/// Dijkstra along edges, which is what one writes in an afternoon.
pub(crate) fn run(lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let coarse = head(Resolution::Coarse)?;
    let triangles = coarse.mesh().triangles.len();
    let g = Geodesics::new(&coarse)?;
    let top = top_of(&coarse)?;
    let (exact_s, field) = cheapest(3, || g.distances(&[top], f64::INFINITY));
    let field = field?;
    lines.push(Line::new(
        format!("exact distances from a point, {triangles} triangles"),
        exact_s,
        "core s",
        Some(Limit::Most(1.0)),
    ));
    let (plain_s, plain) = cheapest(3, || many(|| dijkstra(coarse.mesh(), &top)));
    let plain_s = plain_s / f64::from(MANY);
    lines.push(Line::new("plain reference: Dijkstra along edges", plain_s, "core s", None));
    let excess = plain
        .iter()
        .zip(field.at_vertices())
        .filter(|(_, e)| e.is_finite() && **e > 20.0)
        .map(|(p, e)| 100.0 * (p / e - 1.0))
        .fold(0.0, f64::max);
    lines.push(Line::new("most that the reference errs by, beyond 20 mm", excess, "%", None));

    let standard = head(Resolution::Standard)?;
    let triangles = standard.mesh().triangles.len();
    let g = Geodesics::new(&standard)?;
    let ends = ends_on(&standard)?;
    let (net_s, first) = cheapest(1, || g.path(&ends[0].0, &ends[0].1));
    first?;
    lines.push(Line::new(
        format!("net for paths, once, {triangles} triangles"),
        net_s,
        "core s",
        Some(Limit::Most(4.0)),
    ));
    let (paths_s, lengths) = cheapest(3, || {
        ends.iter().map(|(a, b)| g.path(a, b).map(|c| c.length())).collect::<Result<Vec<_>, _>>()
    });
    let lengths = lengths?;
    lines.push(Line::new(
        format!("a shortest path, mean of {PATHS} across the scalp"),
        1e3 * paths_s / PATHS as f64,
        "core ms",
        Some(Limit::Most(2.0)),
    ));
    // The first few are held against exact distances.
    let mut worst: f64 = 0.0;
    for ((a, b), length) in ends.iter().zip(&lengths).take(4) {
        worst = worst.max((g.distances(&[*a], f64::INFINITY)?.at(b)? - length).abs());
    }
    lines.push(Line::new("most that four of them err by", worst, "mm", Some(Limit::Most(0.1))));
    let (plain_s, _) = cheapest(3, || many(|| dijkstra(standard.mesh(), &ends[0].0)));
    let plain_s = plain_s / f64::from(MANY);
    lines.push(Line::new(
        "plain reference: Dijkstra along edges, one source",
        1e3 * plain_s,
        "core ms",
        None,
    ));

    let (setup_s, solver) = cheapest(1, || HeatSolver::new(&standard, 1.0));
    let solver = solver?;
    lines.push(Line::new(
        format!("heat field, set up, {triangles} triangles"),
        setup_s,
        "core s",
        Some(Limit::Most(4.0)),
    ));
    let top = top_of(&standard)?;
    let (solve_s, made) = cheapest(3, || many(|| solver.from_points(&[top])));
    let solve_s = solve_s / f64::from(MANY);
    made?;
    // The work grows a little faster than the triangles; a fifth is added for that.
    let share = 1.2 * 60_000.0 / triangles as f64;
    lines.push(Line::new(
        "heat field, each further one, scaled to 60,000 triangles",
        solve_s * share,
        "core s",
        Some(Limit::Most(0.2)),
    ));
    Ok(())
}

fn many<T>(mut work: impl FnMut() -> T) -> T {
    for _ in 1..MANY {
        std::hint::black_box(work());
    }
    work()
}

fn head(resolution: Resolution) -> anyhow::Result<Surface> {
    let spec = ParametricSpec { resolution, ..ParametricSpec::default() };
    Ok(Surface::new(build(&spec)?.mesh)?)
}

fn top_of(s: &Surface) -> anyhow::Result<SurfacePoint> {
    let (_, hi) = s.mesh().bounds().context("a head has bounds")?;
    s.closest_point(glam::DVec3::Y * hi.y).map(|h| h.point).context("a head has a top")
}

/// Pairs of points of the scalp.
fn ends_on(s: &Surface) -> anyhow::Result<Vec<(SurfacePoint, SurfacePoint)>> {
    let (_, hi) = s.mesh().bounds().context("a head has bounds")?;
    let mut r = key().stream(Purpose::Choice, 2);
    let mut pick = || loop {
        let t = (r.uniform() * s.mesh().triangles.len() as f64) as u32;
        let (a, b) = (r.uniform().sqrt(), r.uniform());
        let p = s.point(t, a * (1.0 - b), a * b);
        if p.position.y > hi.y - 85.0 {
            return p;
        }
    };
    Ok((0..PATHS).map(|_| (pick(), pick())).collect())
}

/// Distances along edges.
fn dijkstra(mesh: &Mesh, from: &SurfacePoint) -> Vec<f64> {
    let mut near: Vec<Vec<u32>> = vec![Vec::new(); mesh.positions.len()];
    for t in &mesh.triangles {
        for k in 0..3 {
            near[t[k] as usize].push(t[(k + 1) % 3]);
        }
    }
    let mut distance = vec![f64::INFINITY; mesh.positions.len()];
    let mut queue = BinaryHeap::new();
    for v in mesh.triangles[from.triangle as usize] {
        distance[v as usize] = mesh.positions[v as usize].distance(from.position);
        queue.push(Reverse((distance[v as usize].to_bits(), v)));
    }
    while let Some(Reverse((d, v))) = queue.pop() {
        let d = f64::from_bits(d);
        if d > distance[v as usize] {
            continue;
        }
        for &w in &near[v as usize] {
            let next = d + mesh.positions[v as usize].distance(mesh.positions[w as usize]);
            if next < distance[w as usize] {
                distance[w as usize] = next;
                queue.push(Reverse((next.to_bits(), w)));
            }
        }
    }
    distance
}
