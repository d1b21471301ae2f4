//! Random candidates, as many per area as the density asks for.

use glam::DVec2;
use rayon::prelude::*;

use super::grid::{Grid, distance_squared};
use super::{PlaceSpec, Spot};
use crate::{HeadError, Surface};

/// Candidates as a structure of arrays.
#[derive(Default)]
pub(super) struct Pool {
    pub position: Vec<[f32; 3]>,
    pub normal: Vec<[f32; 3]>,
    pub in_chart: Vec<[f32; 2]>,
    pub triangle: Vec<u32>,
    pub density: Vec<f64>,
    /// ∫ density, mm².
    pub mass: f64,
    /// Area where a point may lie, mm².
    pub support_area: f64,
}

/// Local radii beyond this multiple of the mean one are cut: where the density fades to zero they
/// would grow without bound, and with them the search.
const LARGEST_RADIUS: f64 = 4.0;
/// The bound of the density within a triangle is this much above the largest of its samples.
const BOUND_SLACK: f64 = 1.2;
const CHUNK: usize = 4096;

impl Pool {
    /// Radius of the densest packing of `count` points at each candidate's density, mm:
    /// r = √(1 / (2√3 · density)).
    pub(super) fn radii(&self, count: usize) -> Vec<f32> {
        let hexagonal = |per_area: f64| (1.0 / (2.0 * 3f64.sqrt() * per_area)).sqrt();
        let mean = hexagonal(count as f64 / self.support_area);
        self.density
            .iter()
            .map(|d| hexagonal(count as f64 * d / self.mass).min(LARGEST_RADIUS * mean) as f32)
            .collect()
    }
}

/// Draws candidates: triangles by area times a bound of the density, stratified over the mesh,
/// then accepted with density / bound.
pub(super) fn draw(surface: &Surface, spec: &PlaceSpec<'_>) -> Result<Pool, HeadError> {
    let mesh = surface.mesh();
    let spot = |triangle: u32, v: f64, w: f64| -> Spot {
        let p = surface.point(triangle, v, w);
        Spot {
            position_in_head: p.position,
            normal: p.normal,
            in_chart: spec.chart.map_or(DVec2::ZERO, |c| c.chart_from_head(p.position)),
            triangle,
        }
    };
    let density = |s: &Spot| -> f64 {
        let d = spec.density.map_or(1.0, |f| f(s));
        if d.is_finite() && d > 0.0 { d } else { 0.0 }
    };
    // Upper bounds per triangle, from corners, middles of sides and the centre.
    const THIRD: f64 = 1.0 / 3.0;
    const PROBES: [(f64, f64); 4] = [(0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (THIRD, THIRD)];
    let bounds: Vec<f64> = if spec.density.is_none() {
        vec![1.0; mesh.triangles.len()]
    } else {
        let mut one_triangle = vec![(u32::MAX, 0.0, 0.0); mesh.positions.len()];
        for (i, t) in mesh.triangles.iter().enumerate() {
            for (v, (b, c)) in t.iter().zip([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]) {
                one_triangle[*v as usize] = (i as u32, b, c);
            }
        }
        let at_vertex: Vec<f64> = one_triangle
            .into_par_iter()
            .map(|(t, v, w)| if t == u32::MAX { 0.0 } else { density(&spot(t, v, w)) })
            .collect();
        (0..mesh.triangles.len() as u32)
            .into_par_iter()
            .map(|t| {
                let corners = mesh.triangles[t as usize].map(|v| at_vertex[v as usize]);
                let inside = PROBES.iter().map(|&(v, w)| density(&spot(t, v, w)));
                let (lo, hi) = corners
                    .into_iter()
                    .chain(inside)
                    .fold((f64::INFINITY, 0.0f64), |(lo, hi), d| (lo.min(d), hi.max(d)));
                if lo == hi { hi } else { BOUND_SLACK * hi }
            })
            .collect()
    };
    let mut cumulative = Vec::with_capacity(bounds.len());
    let mut total = 0.0;
    for (t, b) in bounds.iter().enumerate() {
        total += mesh.triangle_area(t as u32) * b;
        cumulative.push(total);
    }
    if !(total > 0.0 && f64::is_finite(total)) {
        return Err(HeadError::Placing(
            "the density is zero everywhere on the surface; nothing can be placed".into(),
        ));
    }

    let clearances: Vec<[f32; 3]> = spec.keep_away.iter().map(|k| k.position).collect();
    let widest = spec.keep_away.iter().map(|k| k.clearance).fold(0.0, f32::max);
    let clear_grid = (widest > 0.0).then(|| Grid::new(&clearances, widest));
    let is_clear = |p: &[f32; 3]| {
        let Some(grid) = &clear_grid else { return true };
        let mut clear = true;
        grid.around(p, |range| {
            for &i in &grid.items()[range] {
                let k = &spec.keep_away[i as usize];
                if k.clearance > 0.0 && distance_squared(p, &k.position) < k.clearance * k.clearance {
                    clear = false;
                }
            }
        });
        clear
    };

    let wanted = (spec.count as f64 * spec.candidates_per_point).ceil() as usize;
    let mut pool = Pool::default();
    let (mut tried, mut support) = (0usize, 0.0f64);
    let mut round = 0u64;
    // Each round is stratified over the whole mesh by itself and is taken as a whole, so that no
    // part of the mesh is favoured; 12 rounds without enough room end the search.
    while pool.position.len() < wanted && round < 12 {
        let rate = if tried == 0 { 1.0 } else { (pool.position.len() as f64 / tried as f64).max(1e-3) };
        let missing = (wanted - pool.position.len()) as f64;
        let n = ((missing / rate * 1.02) as usize + 16).min(40 * wanted + 1000);
        let base = (u64::from(spec.stream) << 44) | (round << 36);
        let drawn: Vec<Vec<(Spot, [f32; 3], f64)>> = (0..n.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(n);
                let mut out = Vec::with_capacity(range.len());
                let first = (range.start as f64 / n as f64) * total;
                let mut t = cumulative.partition_point(|c| *c <= first);
                for i in range {
                    let mut s = spec.key.stream(spec.purpose, base | i as u64);
                    let target = (i as f64 + s.uniform()) / n as f64 * total;
                    while t + 1 < cumulative.len() && cumulative[t] <= target {
                        t += 1;
                    }
                    // Uniform in the triangle by folding the unit square.
                    let (mut v, mut w) = (s.uniform(), s.uniform());
                    if v + w > 1.0 {
                        (v, w) = (1.0 - v, 1.0 - w);
                    }
                    let spot = spot(t as u32, v, w);
                    let d = density(&spot);
                    let p = spot.position_in_head.as_vec3().to_array();
                    if d > 0.0 && s.uniform() * bounds[t] < d && is_clear(&p) {
                        out.push((spot, p, d));
                    }
                }
                out
            })
            .collect();
        tried += n;
        for (spot, p, d) in drawn.into_iter().flatten() {
            pool.position.push(p);
            pool.normal.push(spot.normal.as_vec3().to_array());
            pool.in_chart.push(spot.in_chart.as_vec2().to_array());
            pool.triangle.push(spot.triangle);
            pool.density.push(d);
            support += 1.0 / d;
        }
        round += 1;
    }
    let found = pool.position.len();
    if found < spec.count.saturating_mul(2).min(wanted) {
        return Err(HeadError::Placing(format!(
            "room for {} points was asked, but clearances and the density leave too little: {found} \
             of {tried} tries were free; ask for fewer points or smaller clearances",
            spec.count
        )));
    }
    // A candidate stands for total / tried of density mass.
    let per_candidate = total / tried as f64;
    pool.mass = per_candidate * found as f64;
    pool.support_area = per_candidate * support;
    Ok(pool)
}
