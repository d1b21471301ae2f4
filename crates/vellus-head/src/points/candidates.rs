//! Random candidates, as many per area as the density asks for.

use rayon::prelude::*;

use super::clear::Clear;
use super::placer::Placer;
use super::walk::Foot;
use super::{PlaceSpec, hexagonal};
use crate::HeadError;

/// Candidates as a structure of arrays.
#[derive(Default)]
pub(super) struct Pool {
    pub position: Vec<[f32; 3]>,
    pub normal: Vec<[f32; 3]>,
    pub foot: Vec<Foot>,
    /// Radius of the densest packing at each candidate's density, mm.
    pub radius: Vec<f32>,
    pub measure: Measure,
}

/// What a density amounts to, for a number of points.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measure {
    /// ∫ density, mm².
    pub mass: f64,
    /// Area where a point may lie, mm².
    pub support_area: f64,
    pub count: usize,
}

/// Local radii beyond this multiple of the mean one are cut: where the density fades to zero they
/// would grow without bound, and with them the search.
const LARGEST_RADIUS: f64 = 4.0;
const CHUNK: usize = 2048;

impl Measure {
    /// Radius of the densest packing at a density, mm: r = √(1 / (2√3 · density)).
    #[inline]
    pub(super) fn radius(&self, density: f64) -> f32 {
        let mean = hexagonal(self.count as f64 / self.support_area);
        hexagonal(self.count as f64 * density / self.mass).min(LARGEST_RADIUS * mean) as f32
    }
}

/// One candidate, on its way into the pool.
struct Drawn {
    position: [f32; 3],
    normal: [f32; 3],
    foot: Foot,
    density: f64,
}

/// Draws candidates: triangles by area times a bound of the density, stratified over the mesh,
/// then accepted with density / bound.
pub(super) fn draw(placer: &Placer<'_>, spec: &PlaceSpec<'_>, clear: &Clear<'_>) -> Result<Pool, HeadError> {
    let total = placer.total();
    if !(total > 0.0 && f64::is_finite(total)) {
        return Err(HeadError::Placing(
            "the density is zero everywhere on the surface; nothing can be placed".into(),
        ));
    }
    let wanted = (spec.count as f64 * spec.candidates_per_point).ceil() as usize;
    let mut pool = Pool::default();
    let mut density: Vec<f64> = Vec::new();
    let (mut tried, mut support) = (0usize, 0.0f64);
    let mut round = 0u64;
    // Each round is stratified over the whole mesh by itself and is taken as a whole, so that no
    // part of the mesh is favoured; 12 rounds without enough room end the search.
    while pool.position.len() < wanted && round < 12 {
        let rate = if tried == 0 { 1.0 } else { (pool.position.len() as f64 / tried as f64).max(1e-3) };
        let missing = (wanted - pool.position.len()) as f64;
        let n = ((missing / rate * 1.02) as usize + 16).min(40 * wanted + 1000);
        let base = (u64::from(spec.stream) << 44) | (round << 36);
        let drawn: Vec<Vec<Drawn>> = (0..n.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(n);
                let mut out = Vec::with_capacity(range.len());
                let mut t = placer.triangle_at(range.start as f64 / n as f64 * total);
                for i in range {
                    let mut s = spec.key.stream(spec.purpose, base | i as u64);
                    let target = (i as f64 + s.uniform()) / n as f64 * total;
                    t = placer.triangle_from(t, target);
                    // Uniform in the triangle by folding the unit square.
                    let (mut v, mut w) = (s.uniform(), s.uniform());
                    if v + w > 1.0 {
                        (v, w) = (1.0 - v, 1.0 - w);
                    }
                    let foot = Foot { triangle: t, v, w };
                    let point = placer.surface().point(t, v, w);
                    let d = placer.density_at(&point);
                    let position = point.position.as_vec3().to_array();
                    if d > 0.0 && s.uniform() * placer.bound(t) < d && clear.is_clear(&position) {
                        let normal = point.normal.as_vec3().to_array();
                        out.push(Drawn { position, normal, foot, density: d });
                    }
                }
                out
            })
            .collect();
        tried += n;
        let found: usize = drawn.iter().map(Vec::len).sum();
        pool.position.reserve_exact(found);
        pool.normal.reserve_exact(found);
        pool.foot.reserve_exact(found);
        density.reserve_exact(found);
        for d in drawn.into_iter().flatten() {
            pool.position.push(d.position);
            pool.normal.push(d.normal);
            pool.foot.push(d.foot);
            density.push(d.density);
            support += 1.0 / d.density;
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
    pool.measure = Measure {
        mass: per_candidate * found as f64,
        support_area: per_candidate * support,
        count: spec.count,
    };
    pool.radius = density.iter().map(|d| pool.measure.radius(*d)).collect();
    Ok(pool)
}
