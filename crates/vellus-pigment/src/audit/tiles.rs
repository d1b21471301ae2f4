//! Density, square centimetre by square centimetre.
//!
//! A tile is what lies within 5.64 mm of its middle: on a sphere that is 1 cm² whatever the sphere's
//! radius (a cap of chord c has area πc²), so that no mesh is needed. Tiles lie inside the work and
//! overlap by a few per cent.

use glam::DVec3;
use serde::Serialize;

use super::near::{Around, Near, frame, same_side, vec3};
use super::site::Site;
use super::{AuditContext, near};
use crate::dots::Dots;

/// Chord radius of a cap of 1 cm², mm.
const RADIUS_MM: f64 = 5.641_895_835;
/// Middles keep this many radii apart: neighbouring tiles share 5 % of their area.
const APART: f64 = 1.8;
/// Sectors that must all have dots for a tile to lie inside the work.
const SECTORS: usize = 8;
/// Dots per cm² below which a tile says nothing.
const LEAST_PER_CM2: f64 = 12.0;
/// Tiles around one that say what is expected of it, when there is no plan, within so many radii.
const ABOUT: f64 = 2.8;
/// Half of the places along a side of a tile's grid.
const STEPS: i32 = 5;
/// Tiles that are named.
const NAMED: usize = 8;
/// A tile that misses what is expected by less is not named, share (a fifth is just below what eyes
/// notice of hair, 22.7 %: Buontempo, Oh 2025).
const NAMED_SHARE: f64 = 0.2;

/// A square centimetre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tile {
    /// Its middle.
    pub site: Site,
    /// Dots per cm².
    pub found_per_cm2: f64,
    /// What was planned there, or what its surroundings have.
    pub expected_per_cm2: f64,
}

/// How evenly the density follows what it should be.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TileDensity {
    /// Tiles looked at.
    pub tiles: usize,
    /// Median density, per cm².
    pub median_per_cm2: f64,
    /// Standard deviation of found less expected over that of randomly laid dots: 1 for random
    /// dots, below 0.4 for dots that are planned.
    pub against_random: f64,
    /// Mean of found over expected, when it was planned.
    pub of_plan: Option<f64>,
    /// The tiles that miss most.
    pub worst: Vec<Tile>,
}

impl TileDensity {
    pub(super) fn of(
        dots: &Dots,
        near: &Near,
        around: &[Around],
        context: &AuditContext<'_>,
    ) -> Option<Self> {
        let plan = context.plan.filter(|p| !p.is_empty());
        let plan_near = plan.map(|p| (p, Near::new(&p.position, RADIUS_MM as f32)));
        let mut taken = vec![false; dots.len()];
        let mut tiles: Vec<(DVec3, usize, f64)> = Vec::new();
        for i in 0..dots.len() {
            if taken[i] {
                continue;
            }
            near.each(&dots.position[i], (APART * RADIUS_MM) as f32, |j, _| taken[j] = true);
            if around[i].density * 100.0 < LEAST_PER_CM2 {
                continue;
            }
            if let Some((at, n)) = tile(dots, near, i) {
                tiles.push((at, i, n as f64));
            }
        }
        if tiles.len() < 4 {
            return None;
        }
        let planned = context.density_plan.is_some() || plan.is_some();
        let mut out = Vec::with_capacity(tiles.len());
        let (mut squares, mut used, mut found, mut wanted) = (0.0, 0.0, 0.0, 0.0);
        for (at, i, n) in &tiles {
            let (expected, spread) = if let Some(density) = context.density_plan {
                (mean_density(dots, near, at, &dots.normal[*i], density), 1.0)
            } else if let Some((plan, grid)) = &plan_near {
                (count(plan, grid, *at, &dots.normal[*i]) as f64, 1.0)
            } else {
                let about: Vec<f64> = tiles
                    .iter()
                    .filter(|t| t.1 != *i && t.0.distance(*at) < ABOUT * RADIUS_MM)
                    .map(|t| t.2)
                    .collect();
                if about.len() < 3 {
                    continue;
                }
                // The mean of m tiles scatters too.
                (about.iter().sum::<f64>() / about.len() as f64, 1.0 + 1.0 / about.len() as f64)
            };
            if expected < 1.0 {
                continue;
            }
            squares += (n - expected).powi(2) / (expected * spread);
            used += 1.0;
            found += n;
            wanted += expected;
            out.push(Tile { site: Site::of(dots, *i), found_per_cm2: *n, expected_per_cm2: expected });
        }
        if used < 3.0 {
            return None;
        }
        let mut densities: Vec<f64> = tiles.iter().map(|t| t.2).collect();
        densities.sort_by(f64::total_cmp);
        let miss = |t: &Tile| (t.found_per_cm2 - t.expected_per_cm2).abs() / t.expected_per_cm2.sqrt();
        out.retain(|t| (t.found_per_cm2 / t.expected_per_cm2 - 1.0).abs() > NAMED_SHARE);
        out.sort_by(|a, b| miss(b).total_cmp(&miss(a)).then(a.site.dot.cmp(&b.site.dot)));
        out.truncate(NAMED);
        Some(Self {
            tiles: tiles.len(),
            median_per_cm2: super::spacing::quantile(&densities, 0.5),
            against_random: (squares / used).sqrt(),
            of_plan: planned.then_some(found / wanted),
            worst: out,
        })
    }
}

fn count(dots: &Dots, near: &Near, at: DVec3, normal: &[f32; 3]) -> usize {
    let mut n = 0;
    near.each(&at.as_vec3().to_array(), RADIUS_MM as f32, |j, _| {
        n += usize::from(same_side(normal, &dots.normal[j]));
    });
    n
}

/// The tile about the mean place of the dots near a dot (not about the dot itself, where there is one
/// for certain); none when it reaches over a border.
fn tile(dots: &Dots, near: &Near, i: usize) -> Option<(DVec3, usize)> {
    let (mut sum, mut n) = (DVec3::ZERO, 0.0);
    near.each(&dots.position[i], RADIUS_MM as f32, |j, _| {
        if same_side(&dots.normal[i], &dots.normal[j]) {
            sum += vec3(dots.position[j]);
            n += 1.0;
        }
    });
    let at = sum / f64::max(n, 1.0);
    let (u, v) = frame(vec3(dots.normal[i]));
    let mut sectors = [false; SECTORS];
    let mut count = 0;
    near.each(&at.as_vec3().to_array(), (1.15 * RADIUS_MM) as f32, |j, d| {
        if !same_side(&dots.normal[i], &dots.normal[j]) {
            return;
        }
        count += usize::from(f64::from(d) <= RADIUS_MM);
        if f64::from(d) > 0.75 * RADIUS_MM {
            let e = near::vec3(dots.position[j]) - at;
            let turn = libm::atan2(e.dot(v), e.dot(u)) / std::f64::consts::TAU + 0.5;
            sectors[((turn * SECTORS as f64) as usize).min(SECTORS - 1)] = true;
        }
    });
    sectors.iter().all(|s| *s).then_some((at, count))
}

/// Where a dot lies on a tile, mm, and in the chart.
type OnTile = ([f64; 2], [f64; 2]);

/// Planned density of a tile, per cm²: its mean over the disc. The chart is taken to be straight over a
/// square centimetre, as its dots say (least squares).
fn mean_density(
    dots: &Dots,
    near: &Near,
    at: &DVec3,
    normal: &[f32; 3],
    density: &dyn Fn([f32; 2]) -> f64,
) -> f64 {
    let (u, v) = frame(vec3(*normal));
    let mut own: Vec<OnTile> = Vec::new();
    near.each(&at.as_vec3().to_array(), RADIUS_MM as f32, |j, _| {
        if same_side(normal, &dots.normal[j]) {
            let e = vec3(dots.position[j]) - *at;
            own.push(([e.dot(u), e.dot(v)], dots.chart[j].map(f64::from)));
        }
    });
    let n = own.len() as f64;
    if n < 6.0 {
        return 0.0;
    }
    let mean = |f: &dyn Fn(&OnTile) -> f64| own.iter().map(f).sum::<f64>() / n;
    let (mx, my) = (mean(&|o| o.0[0]), mean(&|o| o.0[1]));
    let (sxx, sxy, syy) = (
        mean(&|o| (o.0[0] - mx) * (o.0[0] - mx)),
        mean(&|o| (o.0[0] - mx) * (o.0[1] - my)),
        mean(&|o| (o.0[1] - my) * (o.0[1] - my)),
    );
    let det = sxx * syy - sxy * sxy;
    if det.is_nan() || det <= 0.0 {
        return 0.0;
    }
    let plane = [0, 1].map(|k| {
        let mc = mean(&|o| o.1[k]);
        let (sxc, syc) = (mean(&|o| (o.0[0] - mx) * (o.1[k] - mc)), mean(&|o| (o.0[1] - my) * (o.1[k] - mc)));
        (mc, (sxc * syy - syc * sxy) / det, (syc * sxx - sxc * sxy) / det)
    });
    let (mut sum, mut samples) = (0.0, 0.0);
    for i in -STEPS..=STEPS {
        for j in -STEPS..=STEPS {
            let (x, y) = (f64::from(i), f64::from(j));
            let to = RADIUS_MM / (f64::from(STEPS) + 0.5);
            if x * x + y * y > (f64::from(STEPS) + 0.5) * (f64::from(STEPS) + 0.5) {
                continue;
            }
            let q = plane.map(|(c, a, b)| (c + a * (x * to - mx) + b * (y * to - my)) as f32);
            sum += density(q);
            samples += 1.0;
        }
    }
    sum / samples
}
