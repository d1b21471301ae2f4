//! Planning the dots of a course of three sessions around living follicles.

use std::path::Path;
use std::time::Instant;

use vellus_hair::scalp::Scalp;
use vellus_head::points::{PlaceSpec, PointSet};
use vellus_head::{Head, ScanSpec, Sex, Spot, Zone, place};
use vellus_pigment::dots::{FOLLICLE_CLEARANCE_MM, count_dots};
use vellus_pigment::session::SESSION_TARGETS;
use vellus_pigment::{DotRequest, Dots, Ink, Needle, Pattern, plan_dots};
use vellus_units::random::Purpose;

use super::points::POINTS;
use super::{Limit, Line, cheapest, key, peak_mb};

/// Hairs to keep clear of.
const HAIRS: usize = 40_000;
/// Depth of the waves of density.
const DEEP: f64 = 0.6;

/// Times plans of 50,000 and 300,000 dots at varying density over the whole scalp, clear of 40,000
/// hairs: on a real scan where there is one, else on the built head.
pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let scan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/heads/lee_perry_smith.obj");
    let scanned;
    let (on, name) = if scan.exists() {
        let mesh = vellus_head::io::read_mesh(&scan)?;
        let spec = ScanSpec::from_toml(
            "known_length = { head_length_mm = 199.5 }\nup = \"+y\"\nforward = \"+z\"\n[landmarks]\n\
             glabella = [0.0, 2.16, 2.20]\nnasion = [0.0, 1.859, 2.114]\n",
        )?;
        scanned = Head::from_scan(&mesh, &spec, Sex::Male, None, "a scan")?;
        (&scanned, "a scan")
    } else {
        (head, "a built head")
    };
    let on_scalp = |spot: &Spot| f64::from(u8::from(on.zone_at_spot(spot).is_some()));
    let mut spec = PlaceSpec::new(HAIRS, key(), Purpose::Placement);
    spec.chart = Some(on.chart());
    spec.density = Some(&on_scalp);
    let living = place(on.surface(), &spec)?.position;
    // So many that a deep wave would be denser than dots stay apart: a shallow one.
    for (count, depth, wall, core) in [(POINTS, DEEP, 0.6, 1.2), (6 * POINTS, 0.1, 3.0, 6.0)] {
        let (seconds, elapsed, dots) = plan(on, &living, count, depth)?;
        lines.push(Line::new(
            format!("{} dots in 3 sessions on {name}, clear of {} hairs", dots.len(), living.len()),
            seconds,
            "core s",
            Some(Limit::Most(core)),
        ));
        lines.push(Line::new("  on all cores", elapsed, "s", Some(Limit::Most(wall))));
        if count == POINTS {
            quality(on, &living, &dots, depth, lines)?;
            if let Some(mb) = peak_mb() {
                lines.push(Line::new(
                    "  peak memory of the process so far",
                    mb,
                    "MB",
                    Some(Limit::Most(262.0)),
                ));
            }
        }
    }
    Ok(())
}

/// The dots of the picture, on the built head.
pub(crate) fn for_picture(head: &Head, scalp: &Scalp) -> anyhow::Result<Dots> {
    let living: Vec<[f32; 3]> = scalp.ground.position.iter().step_by(4).copied().collect();
    Ok(plan(head, &living, POINTS, DEEP)?.2)
}

/// Where dots are laid: the scalp, a little inside of where hair ends.
fn worked(head: &Head, spot: &Spot) -> f64 {
    f64::from(u8::from(
        head.zone_at_spot(spot).is_some() && head.scalp().border_distance(spot.in_chart) > 6.0,
    ))
}

/// How dense it should be where: waves of a few centimetres, so deep above and below one.
fn wave_at(q: glam::DVec2, depth: f64) -> f64 {
    1.0 + depth * (6.0 * q.x).sin() * (5.0 * q.y).cos()
}

fn plan(head: &Head, living: &[[f32; 3]], count: usize, depth: f64) -> anyhow::Result<(f64, f64, Dots)> {
    let zone_at = |q: [f32; 2]| -> Option<Zone> {
        head.scalp().zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])))
    };
    let wave = |spot: &Spot| {
        let on = worked(head, spot);
        on * wave_at(spot.in_chart, depth)
    };
    let days = [0.0, 14.0, 28.0];
    let behind = |q: [f32; 2]| 60.0 - 80.0 * f64::from(q[1]);
    let (needles, inks) = ([Needle::single()], [Ink::default()]);
    let mut request = DotRequest {
        surface: head.surface(),
        chart: head.chart(),
        density_per_cm2: &wave,
        zone_at: &zone_at,
        living,
        depth_behind_line_mm: &behind,
        days: &days,
        targets: &SESSION_TARGETS,
        uncertain: None,
        count: None,
        pattern: Pattern::Even,
        needles: &needles,
        inks: &inks,
        key: key(),
    };
    // One dot per cm² counts square centimetres.
    let per_cm2 = count as f64 / count_dots(&request).0;
    let density = |spot: &Spot| per_cm2 * wave(spot);
    request.density_per_cm2 = &density;
    request.count = Some(count);
    let mut elapsed = f64::INFINITY;
    let (seconds, dots) = cheapest(3, || {
        let begin = Instant::now();
        let dots = plan_dots(&request, &Dots::default());
        elapsed = elapsed.min(begin.elapsed().as_secs_f64());
        dots
    });
    Ok((seconds, elapsed, dots?))
}

/// Evenness of each session and union, clearance, and how true the density is.
fn quality(
    head: &Head,
    living: &[[f32; 3]],
    dots: &Dots,
    depth: f64,
    lines: &mut Vec<Line>,
) -> anyhow::Result<()> {
    // The radius of the densest packing at the local density, which is known here.
    let shape = |i: usize| wave_at(dots.chart[i].map(f64::from).into(), depth);
    let mass = {
        let wave = |spot: &Spot| worked(head, spot) * wave_at(spot.in_chart, depth);
        100.0 * vellus_head::integrate(head.surface(), head.chart(), &wave).0
    };
    let set = PointSet {
        position: dots.position.clone(),
        normal: dots.normal.clone(),
        in_chart: dots.chart.clone(),
        triangle: vec![0; dots.len()],
        class: dots.session.iter().map(|s| s - 1).collect(),
        radius: (0..dots.len())
            .map(|i| {
                let per_mm2 = dots.len() as f64 * shape(i) / mass;
                (1.0 / (2.0 * 3f64.sqrt() * per_mm2)).sqrt() as f32
            })
            .collect(),
        area: mass,
    };
    let radii = set.union_radii()?;
    let least = radii.iter().copied().fold(f64::INFINITY, f64::min);
    lines.push(Line::new(
        "  least relative radius of a session or union",
        least,
        "",
        Some(Limit::Least(0.60)),
    ));
    let whole = radii.last().copied().unwrap_or(0.0);
    lines.push(Line::new("  relative radius of the whole", whole, "", Some(Limit::Least(0.65))));
    let nearest = |from: &[[f32; 3]], own: bool| super::points::nearest_of(&dots.position, from, own);
    lines.push(Line::new(
        "  nearest hair",
        nearest(living, false),
        "mm",
        Some(Limit::Least(FOLLICLE_CLEARANCE_MM)),
    ));
    lines.push(Line::new("  nearest dot", nearest(&dots.position, true), "mm", None));
    lines.push(Line::new(
        "  spread of counts per cm², of a random placement's",
        spread(head, dots, mass, depth)?,
        "",
        Some(Limit::Most(0.40)),
    ));
    Ok(())
}

/// Area of the pieces that the expected counts are summed over, mm².
const PIECE_MM2: f64 = 0.2;

/// Standard deviation of the counts in cells of about a square centimetre over that of random points
/// of the same density.
///
/// What a cell should hold is the integral of the density that was asked for over all of its skin:
/// room that hairs take is made up for beside them. Small pieces of the triangles sum it: drawn probes
/// would add a scatter of their own, a good part of what is measured.
fn spread(head: &Head, dots: &Dots, mass: f64, depth: f64) -> anyhow::Result<f64> {
    // Cells: the places nearest to each of even middles, one for each cm² and well inside the scalp.
    let inside = |spot: &Spot| worked(head, spot);
    let area = vellus_head::integrate(head.surface(), head.chart(), &inside).0;
    let mut spec = PlaceSpec::new(area.round() as usize, key(), Purpose::Choice);
    spec.chart = Some(head.chart());
    spec.density = Some(&inside);
    let middles = place(head.surface(), &spec)?;
    let (pieces, weights) = pieces(head, depth);
    let scale = dots.len() as f64 / mass;
    let mut expected = vec![0.0; middles.len()];
    for (c, w) in super::points::nearest_index(&middles.position, &pieces).iter().zip(&weights) {
        expected[*c] += w * scale;
    }
    let mut counts = vec![0.0; middles.len()];
    for c in super::points::nearest_index(&middles.position, &dots.position) {
        counts[c] += 1.0;
    }
    let (sum, n) = counts
        .iter()
        .zip(&expected)
        .filter(|(_, e)| **e > 20.0)
        .fold((0.0, 0.0), |(s, n), (c, e)| (s + (c - e) * (c - e) / e, n + 1.0));
    Ok((sum / f64::max(n, 1.0)).sqrt())
}

/// Middles of small pieces of the skin that is worked on, and the density times the area of each, mm².
fn pieces(head: &Head, depth: f64) -> (Vec<[f32; 3]>, Vec<f64>) {
    let mesh = head.surface().mesh();
    let (mut places, mut weights) = (Vec::new(), Vec::new());
    for t in 0..mesh.triangles.len() as u32 {
        let area = mesh.triangle_area(t);
        let n = ((area / PIECE_MM2).sqrt().ceil() as usize).max(1);
        // Rows of triangles that stand on their side or on their tip.
        for (i, j) in (0..n).flat_map(|i| (0..n - i).map(move |j| (i, j))) {
            for third in [1.0, 2.0] {
                if third > 1.5 && i + j + 1 >= n {
                    continue;
                }
                let at = |k: usize| (k as f64 + third / 3.0) / n as f64;
                let point = head.surface().point(t, at(i), at(j));
                let spot = Spot {
                    position_in_head: point.position,
                    normal: point.normal,
                    in_chart: head.chart().chart_from_head(point.position),
                    triangle: t,
                };
                let density = worked(head, &spot) * wave_at(spot.in_chart, depth);
                if density > 0.0 {
                    places.push(point.position.as_vec3().to_array());
                    weights.push(density * area / (n * n) as f64);
                }
            }
        }
    }
    (places, weights)
}
