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
    /// The same together with the standing points, as a share of that; empty where none stands.
    pub together: Vec<f32>,
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

/// Tries that tell how many of the tries of a placement will be accepted.
const PILOT: usize = 4096;

/// Draws candidates: as many tries as the bound of the density asks for, of which the share
/// density / bound is accepted.
///
/// Both are spread evenly, since what the candidates of a square centimetre lack or have too many of
/// is still there after the elimination. The bound is summed along the triangles and, within each,
/// along its quarters, their quarters and so on; each try lies in its own equal part of that sum.
/// Along the same way the accepted shares are summed, and a try is accepted where the sum passes a
/// whole number.
///
/// # Sources
/// The map from a number to a place in a triangle by quarters: Basu and Owen 2015, *Low discrepancy
/// constructions in the triangle*.
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
    let mut rate = 1.0;
    if wanted > 4 * PILOT {
        let found: usize = tries(placer, spec, clear, PILOT, PILOT_ROUND).iter().map(Vec::len).sum();
        rate = (found as f64 / PILOT as f64).max(1e-3);
    }
    // Each round is spread over the whole mesh by itself and is taken as a whole, so that no
    // part of the mesh is favoured; 12 rounds without enough room end the search.
    while pool.position.len() < wanted && round < 12 {
        if tried > 0 {
            rate = (pool.position.len() as f64 / tried as f64).max(1e-3);
        }
        let missing = (wanted - pool.position.len()) as f64;
        let n = ((missing / rate * 1.02) as usize + 16).min(40 * wanted + 1000);
        let drawn = tries(placer, spec, clear, n, round);
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

/// The number of the round of the pilot in the streams.
const PILOT_ROUND: u64 = 15;

/// The accepted ones of so many tries, in chunks.
fn tries(
    placer: &Placer<'_>,
    spec: &PlaceSpec<'_>,
    clear: &Clear<'_>,
    n: usize,
    round: u64,
) -> Vec<Vec<Drawn>> {
    let base = (u64::from(spec.stream) << 44) | (round << 36);
    let total = placer.total();
    (0..n.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(n);
            let mut out = Vec::with_capacity(range.len());
            let mut t = placer.triangle_at(range.start as f64 / n as f64 * total);
            let mut passed: Option<f64> = None;
            for i in range {
                let mut s = spec.key.stream(spec.purpose, base | i as u64);
                let target = (i as f64 + s.uniform()) / n as f64 * total;
                t = placer.triangle_from(t, target);
                let (v, w) = in_quarters(placer.share_within(t, target));
                let point = placer.surface().point(t, v, w);
                let position = point.position.as_vec3().to_array();
                if !clear.is_clear(&position) {
                    continue;
                }
                let d = placer.density_at(&point);
                // Each chunk begins its sum anywhere between two whole numbers.
                let sum = passed.unwrap_or_else(|| s.uniform()) + (d / placer.bound(t)).min(1.0);
                passed = Some(if sum >= 1.0 { sum - 1.0 } else { sum });
                if d > 0.0 && sum >= 1.0 {
                    let normal = point.normal.as_vec3().to_array();
                    out.push(Drawn { position, normal, foot: Foot { triangle: t, v, w }, density: d });
                }
            }
            out
        })
        .collect()
}

/// The place in a triangle, as weights of its second and third corner, that a number from 0 to 1
/// stands for: numbers that differ little lie near each other, equal parts have equal areas.
#[inline]
fn in_quarters(number: f64) -> (f64, f64) {
    /// 4¹⁶ parts: a step is less than a micrometre in triangles of centimetres.
    const DEEP: u32 = 16;
    let digits = (number.clamp(0.0, 1.0) * f64::from(1u32 << 31) * 2.0).min(4_294_967_295.0) as u32;
    let (mut v, mut w, mut size) = (0.0, 0.0, 1.0);
    for k in 1..=DEEP {
        size *= 0.5;
        match digits >> (32 - 2 * k) & 3 {
            0 => {}
            // The middle quarter stands on its head.
            1 => (v, w, size) = (v + size, w + size, -size),
            2 => v += size,
            _ => w += size,
        }
    }
    (v + size / 3.0, w + size / 3.0)
}

#[cfg(test)]
mod tests {
    use super::in_quarters;

    #[test]
    fn parts_of_a_number_are_equal_areas_of_a_triangle() {
        // Moments of a uniform triangle: means 1/3, variances 1/18, covariance −1/36.
        let n = 4096;
        let (mut m, mut vv, mut vw) = (0.0, 0.0, 0.0);
        for i in 0..n {
            let (v, w) = in_quarters((f64::from(i) + 0.5) / f64::from(n));
            assert!(v > 0.0 && w > 0.0 && v + w < 1.0, "{v} {w}");
            m += v / f64::from(n);
            vv += v * v / f64::from(n);
            vw += v * w / f64::from(n);
        }
        assert!((m - 1.0 / 3.0).abs() < 1e-3, "{m}");
        assert!((vv - m * m - 1.0 / 18.0).abs() < 1e-3 && (vw - m * m + 1.0 / 36.0).abs() < 1e-3);
        // A sixteenth of the numbers stays within a quarter of a side.
        let (a, b) = (in_quarters(5.0 / 16.0), in_quarters(5.999 / 16.0));
        assert!((a.0 - b.0).abs() <= 0.25 && (a.1 - b.1).abs() <= 0.25, "{a:?} {b:?}");
        assert!(in_quarters(1.0).0.is_finite() && in_quarters(f64::NAN).0.is_finite());
    }
}
