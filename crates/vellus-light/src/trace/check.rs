//! Checks of ray–hair hits that anybody may run.

use super::hairs::{Hairs, NONE};
use super::piece::{Beam, Piece};
use glam::{DVec3, Vec3};
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// Hits by single precision and by double precision on the same rays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hits {
    /// Rays sent.
    pub rays: usize,
    /// Rays that met a hair, by the tracer.
    pub traced: usize,
    /// Rays that met a hair, by brute force in double precision.
    pub exact: usize,
    /// Rays on which the two disagree whether a hair was met.
    pub disagree: usize,
}

/// Hairs that stand on a ball of this radius about the origin, mm: one straight piece each.
#[must_use]
pub fn hedgehog(
    count: usize,
    ball_mm: f32,
    length_mm: f32,
    radius_mm: f32,
    tilt_deg: f32,
    key: Key,
) -> Vec<Piece> {
    let tilt = tilt_deg.to_radians();
    (0..count)
        .map(|i| {
            let mut s = key.stream(Purpose::Placement, i as u64);
            let y = s.between(-1.0, 1.0);
            let a = s.between(0.0, std::f64::consts::TAU);
            let r = (1.0 - y * y).sqrt();
            let n = DVec3::new(r * libm::sin(a), y, r * libm::cos(a)).as_vec3().normalize();
            let (t, b) = n.any_orthonormal_pair();
            let turn = s.between(0.0, std::f64::consts::TAU) as f32;
            let aside = t * libm::cosf(turn) + b * libm::sinf(turn);
            let d = (n * libm::cosf(tilt) + aside * libm::sinf(tilt)).normalize();
            Piece::between(n * ball_mm, n * ball_mm + d * length_mm, radius_mm)
        })
        .collect()
}

/// Sends `rays` rays from 450 mm at `hairs` hairs of 2 mm length and 0.04 mm radius on a ball of 90 mm, and
/// counts hits beside a brute force in double precision (through a grid over the directions of the rays).
///
/// Nothing but hairs is in the way, so that rays meet hairs on both sides of the ball.
///
/// # Errors
/// Never for these numbers; what [`Hairs::new`] says.
pub fn hits(hairs: usize, rays: usize, seed: u64) -> Result<Hits, crate::error::LightError> {
    const FROM_MM: f32 = 450.0;
    const BALL_MM: f32 = 90.0;
    const GRID: usize = 512;
    let key = Key::new(seed, 0);
    let pieces = hedgehog(hairs, BALL_MM, 2.0, 0.04, 40.0, key);
    let tree = Hairs::new(pieces.clone())?;
    let eye = Vec3::new(0.0, 0.0, FROM_MM);
    // Rays fall evenly on a square of slopes that holds the ball.
    let slope = 1.05 * (BALL_MM + 2.0) / (FROM_MM * FROM_MM - BALL_MM * BALL_MM).sqrt();
    // Cells of slopes that each piece may cover, with room for its radius.
    let mut cells: Vec<Vec<u32>> = vec![Vec::new(); GRID * GRID];
    let cell = |x: f32| (((x / slope + 1.0) * 0.5 * GRID as f32).floor().max(0.0) as usize).min(GRID - 1);
    for (i, p) in pieces.iter().enumerate() {
        let ends = [p.centre - p.axis * p.half, p.centre + p.axis * p.half];
        let at = ends.map(|e| {
            let d = FROM_MM - e.z;
            (e.x / d, e.y / d, 1.5 * p.radius / d)
        });
        let m = at[0].2.max(at[1].2);
        for y in cell(at[0].1.min(at[1].1) - m)..=cell(at[0].1.max(at[1].1) + m) {
            for x in cell(at[0].0.min(at[1].0) - m)..=cell(at[0].0.max(at[1].0) + m) {
                cells[y * GRID + x].push(i as u32);
            }
        }
    }
    let (traced, exact, disagree) = (0..rays)
        .into_par_iter()
        .map(|k| {
            let mut s = key.stream(Purpose::Pixel, k as u64);
            let x = s.between(-1.0, 1.0) as f32 * slope;
            let y = s.between(-1.0, 1.0) as f32 * slope;
            let d = Vec3::new(x, y, -1.0).normalize();
            let beam = Beam { origin: eye, direction: d };
            let a = tree.first(&beam, f32::INFINITY, NONE).is_some();
            let (o, d) = (eye.as_dvec3(), d.as_dvec3().normalize());
            let b = cells[cell(y) * GRID + cell(x)].iter().any(|i| enters(&pieces[*i as usize], o, d));
            (usize::from(a), usize::from(b), usize::from(a != b))
        })
        .reduce(|| (0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    Ok(Hits { rays, traced, exact, disagree })
}

/// Whether the line of a ray comes within the radius of the segment of a piece, double precision.
fn enters(p: &Piece, o: DVec3, d: DVec3) -> bool {
    let (c, u, h) = (p.centre.as_dvec3(), p.axis.as_dvec3().normalize(), f64::from(p.half));
    let w = o - c;
    let (b, e, f) = (d.dot(u), d.dot(w), u.dot(w));
    let a = 1.0 - b * b;
    // Nearest point of the axis to the line, then of the line to it.
    let y = if a > 1e-14 { ((f - b * e) / a).clamp(-h, h) } else { 0.0 };
    let foot = c + u * y;
    let t = (foot - o).dot(d);
    t > 0.0 && (o + d * t - foot).length_squared() <= f64::from(p.radius) * f64::from(p.radius)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_single_precision_hits_what_double_precision_hits() {
        let h = hits(20_000, 200_000, 1).unwrap();
        assert!(h.exact > 10_000, "{h:?}");
        let off = h.traced.abs_diff(h.exact) as f64 / h.exact as f64;
        assert!(off <= 1e-4, "{h:?}");
    }

    #[test]
    fn prop_the_first_hit_is_the_nearest() {
        let key = Key::new(8, 0);
        let pieces = hedgehog(400, 20.0, 12.0, 0.3, 50.0, key);
        let tree = Hairs::new(pieces.clone()).unwrap();
        let mut met = 0;
        for k in 0..4_000 {
            let mut s = key.stream(Purpose::Pixel, k);
            let mut v = || Vec3::new(s.normal() as f32, s.normal() as f32, s.normal() as f32);
            let (origin, to) = (v().normalize() * 60.0, v() * 12.0);
            let beam = Beam { origin, direction: (to - origin).normalize() };
            let want =
                pieces.iter().map(|p| p.enter(&beam, 0.0, f32::INFINITY)).fold(f32::INFINITY, f32::min);
            let got = tree.first(&beam, f32::INFINITY, NONE).map_or(f32::INFINITY, |m| m.distance);
            assert!(want == got || (want - got).abs() < 5e-3, "{want} {got}");
            assert_eq!(tree.open(&beam, 500.0, NONE), want.is_infinite());
            met += usize::from(want.is_finite());
        }
        assert!(met > 500, "{met}");
    }
}
