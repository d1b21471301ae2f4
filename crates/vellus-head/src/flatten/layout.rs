//! Where the tiles of a region go: seeds whose nearest-seed cells are as small as their number allows.
//!
//! Lloyd's iteration (1982) first, each seed to the middle of its cell, which makes the cells even;
//! then each seed towards the farthest place of its cell (the ball of Bădoiu and Clarkson 2003, while
//! the cells move), which makes the largest small.
//! Distances are straight: over 3 cm on a head the chord is 0.6 % short, and straight bisectors
//! are planes, whose cuts through the skin lie straight on the sheet.
//!
//! Two halves of a head are laid out together: seed and mirror image have the same place in the
//! chart, so that left and right tiles match on a symmetrical head and nearly on any other.

use glam::{DVec2, DVec3};
use rayon::prelude::*;

use crate::Chart;

/// Points that stand for a panel: some inside with the area they stand for, mm², those of the
/// border with none.
#[derive(Clone, Debug, Default)]
pub(super) struct Panel {
    pub points: Vec<(DVec3, f64)>,
}

impl Panel {
    /// A few of the points, for the first tries.
    fn thinned(&self) -> Self {
        let stride = self.points.len().div_ceil(FEW).max(1);
        Self { points: self.points.iter().copied().step_by(stride).collect() }
    }
}

/// Points of a panel in the first tries.
const FEW: usize = 1500;

/// Tries from different starts; the best quarter of them is refined.
const STARTS: usize = 16;
/// Steps to the middles of the cells, steps that shrink the largest cell before the tries are
/// compared, and after.
const EVEN_STEPS: usize = 25;
const SMALL_STEPS: usize = 40;
const MORE_STEPS: usize = 160;

/// Seeds of each panel, and the largest distance of a place from its seed, mm.
pub(super) struct Layout {
    pub seeds: Vec<Vec<DVec3>>,
    pub radius: f64,
}

/// Lays `k` seeds in each panel; two panels are mirror images.
pub(super) fn lay(panels: &[Panel], chart: &Chart, k: usize) -> Layout {
    let few: Vec<Panel> = panels.iter().map(Panel::thinned).collect();
    let mut tries: Vec<Layout> =
        (0..STARTS).into_par_iter().map(|start| from_start(&few, chart, k, start)).collect();
    // The sort is stable: the order of the starts decides ties.
    tries.sort_by(|a, b| a.radius.total_cmp(&b.radius));
    tries.truncate(STARTS / 4);
    tries
        .into_par_iter()
        .map(|t| {
            let t = Layout { radius: f64::INFINITY, ..t };
            shrink(panels, chart, t, SMALL_STEPS..SMALL_STEPS + MORE_STEPS)
        })
        .min_by(|a, b| a.radius.total_cmp(&b.radius))
        .unwrap_or(Layout { seeds: vec![Vec::new(); panels.len()], radius: f64::INFINITY })
}

fn from_start(panels: &[Panel], chart: &Chart, k: usize, start: usize) -> Layout {
    let first = farthest_points(&panels[0].points, k, start);
    let mut seeds: Vec<Vec<DVec3>> = vec![first; panels.len()];
    if panels.len() == 2 {
        seeds[1] = seeds[0].iter().map(|p| mirrored(chart, *p)).collect();
    }
    for _ in 0..EVEN_STEPS {
        let middles: Vec<Vec<Option<DVec3>>> =
            panels.iter().zip(&seeds).map(|(p, s)| middles(p, s)).collect();
        advance(chart, &mut seeds, &middles);
    }
    shrink(panels, chart, Layout { seeds, radius: f64::INFINITY }, 0..SMALL_STEPS)
}

/// Moves each seed towards the farthest place of its cell, by ever smaller steps.
fn shrink(panels: &[Panel], chart: &Chart, from: Layout, steps: std::ops::Range<usize>) -> Layout {
    let mut seeds = from.seeds.clone();
    let mut best = from;
    for step in steps {
        let far: Vec<Vec<(f64, DVec3)>> = panels.iter().zip(&seeds).map(|(p, s)| farthest(p, s)).collect();
        let radius = far.iter().flatten().fold(0.0, |r: f64, f| r.max(f.0)).sqrt();
        if radius < best.radius {
            best = Layout { seeds: seeds.clone(), radius };
        }
        let share = 1.0 / (step as f64 + 8.0);
        let moved: Vec<Vec<Option<DVec3>>> = far
            .iter()
            .zip(&seeds)
            .map(|(far, seeds)| {
                far.iter().zip(seeds).map(|(f, s)| (f.0 > 0.0).then(|| s.lerp(f.1, share))).collect()
            })
            .collect();
        advance(chart, &mut seeds, &moved);
    }
    best
}

/// Puts the seeds to new places, pairs to the same place in the chart.
fn advance(chart: &Chart, seeds: &mut [Vec<DVec3>], moved: &[Vec<Option<DVec3>>]) {
    for i in 0..seeds[0].len() {
        let new: Vec<Option<DVec3>> = moved.iter().map(|m| m[i]).collect();
        for (s, t) in seeds.iter_mut().zip(tie(chart, &new)) {
            if let Some(t) = t {
                s[i] = t;
            }
        }
    }
}

/// The same place in the chart for both of a pair; as they are otherwise.
fn tie(chart: &Chart, new: &[Option<DVec3>]) -> Vec<Option<DVec3>> {
    let [a, b] = new else { return new.to_vec() };
    let (Some(a), Some(b)) = (*a, *b) else {
        // An empty cell follows the other side.
        return vec![a.or(b.map(|b| mirrored(chart, b))), b.or(a.map(|a| mirrored(chart, a)))];
    };
    let o = chart.centre_in_head();
    let (qa, qb) = (chart.chart_from_head(a), flip(chart.chart_from_head(b)));
    let q = qa.midpoint(qb);
    let at = |q: DVec2, like: DVec3| o + chart.direction_from_chart(q) * like.distance(o);
    vec![Some(at(q, a)), Some(at(flip(q), b))]
}

fn flip(q: DVec2) -> DVec2 {
    DVec2::new(-q.x, q.y)
}

fn mirrored(chart: &Chart, p: DVec3) -> DVec3 {
    let o = chart.centre_in_head();
    o + chart.direction_from_chart(flip(chart.chart_from_head(p))) * p.distance(o)
}

/// The seed nearest to a place; the lowest number among equals.
pub(super) fn nearest(seeds: &[DVec3], p: DVec3) -> usize {
    let mut best = (f64::INFINITY, 0);
    for (i, s) in seeds.iter().enumerate() {
        let d = s.distance_squared(p);
        if d < best.0 {
            best = (d, i);
        }
    }
    best.1
}

/// Middle of each cell by area.
fn middles(panel: &Panel, seeds: &[DVec3]) -> Vec<Option<DVec3>> {
    let mut sums = vec![(DVec3::ZERO, 0.0); seeds.len()];
    for (p, area) in &panel.points {
        let s = &mut sums[nearest(seeds, *p)];
        s.0 += *p * *area;
        s.1 += area;
    }
    sums.into_iter().map(|(p, area)| (area > 0.0).then(|| p / area)).collect()
}

/// The farthest place of each cell, and its squared distance.
fn farthest(panel: &Panel, seeds: &[DVec3]) -> Vec<(f64, DVec3)> {
    let mut far = vec![(0.0, DVec3::ZERO); seeds.len()];
    for (p, _) in &panel.points {
        let i = nearest(seeds, *p);
        let d = seeds[i].distance_squared(*p);
        if d > far[i].0 {
            far[i] = (d, *p);
        }
    }
    far
}

/// Points each as far as can be from those before.
fn farthest_points(points: &[(DVec3, f64)], k: usize, start: usize) -> Vec<DVec3> {
    let n = points.len().max(1);
    // Starts spread over the list by the golden section.
    let first = (start as f64 * 0.618_033_988_749_895 % 1.0 * n as f64) as usize;
    let mut seeds = vec![points.get(first).map_or(DVec3::ZERO, |p| p.0)];
    let mut gap: Vec<f64> = points.iter().map(|p| p.0.distance_squared(seeds[0])).collect();
    while seeds.len() < k {
        let mut far = (0, -1.0);
        for (i, g) in gap.iter().enumerate() {
            if *g > far.1 {
                far = (i, *g);
            }
        }
        let s = points.get(far.0).map_or(DVec3::ZERO, |p| p.0);
        for (g, p) in gap.iter_mut().zip(points) {
            *g = g.min(p.0.distance_squared(s));
        }
        seeds.push(s);
    }
    seeds
}
