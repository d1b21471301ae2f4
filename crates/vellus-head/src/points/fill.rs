//! As many points as fit at a distance.

use glam::DVec3;
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

use super::clear::Clear;
use super::eliminate::same_side;
use super::grid::{Grid, distance_squared};
use super::placer::Placer;
use super::walk::Foot;
use super::{Density, KeepAway, PointSet};
use crate::{Chart, HeadError, Surface};

/// What to fill.
#[derive(Clone, Copy)]
pub struct FillSpec<'a> {
    /// No two points are nearer than this, and no place is further than
    /// [`FillSpec::SLACK`] times this from one, mm.
    pub spacing_mm: f64,
    /// The key of all streams of this person.
    pub key: Key,
    /// Which stream.
    pub purpose: Purpose,
    /// Distinguishes fillings of one purpose, below 2²⁰. Default 0.
    pub stream: u32,
    /// Fills [`super::Spot::in_chart`] and [`PointSet::in_chart`].
    pub chart: Option<&'a Chart>,
    /// Positive where points may lie; `None` is everywhere. Only the sign is read.
    pub within: Option<Density<'a>>,
    /// Points that exist already: the larger of their clearance and, when they repel, the spacing
    /// is kept.
    pub keep_away: &'a [KeepAway],
}

impl FillSpec<'_> {
    /// How much further than the spacing a place may be from the nearest point.
    pub const SLACK: f64 = 1.02;

    /// Everywhere, at a spacing in mm.
    #[must_use]
    pub const fn new(spacing_mm: f64, key: Key, purpose: Purpose) -> Self {
        Self { spacing_mm, key, purpose, stream: 0, chart: None, within: None, keep_away: &[] }
    }
}

impl std::fmt::Debug for FillSpec<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FillSpec")
            .field("spacing_mm", &self.spacing_mm)
            .field("purpose", &self.purpose)
            .field("stream", &self.stream)
            .field("keep_away", &self.keep_away.len())
            .finish_non_exhaustive()
    }
}

/// A part of a triangle that may still hold a point: three corners as weights of the second and
/// third corner of the triangle.
#[derive(Clone, Copy)]
struct Piece {
    triangle: u32,
    corner: [[f64; 2]; 3],
    number: u64,
}

/// What becomes of a piece.
enum Fate {
    Covered,
    Open,
    Dart { foot: Foot, position: [f32; 3], normal: [f32; 3] },
}

const CHUNK: usize = 512;
/// At most so many points and pieces: beyond, the spacing was surely a mistake of the unit.
const MOST_POINTS: f64 = 2e7;

/// Places as many points as fit: every two are at least the spacing apart and no place has room for
/// another (a maximal Poisson-disk set). The same bytes for any number of threads.
///
/// # Errors
/// [`HeadError::Placing`] when the spacing is out of range or asks for more than 20 million points.
///
/// # Sources
/// Maximality by covered pieces as in Ebeida et al. 2012, *A simple algorithm for maximal
/// Poisson-disk sampling in high dimensions*; darts of a round settled by priority, so that their
/// order does not matter, as in Ying et al. 2013, *An intrinsic algorithm for parallel Poisson disk
/// sampling on arbitrary surfaces*.
pub fn fill(surface: &Surface, spec: &FillSpec<'_>) -> Result<PointSet, HeadError> {
    Placer::new(surface, spec.chart, spec.within).fill(spec)
}

pub(super) fn run(placer: &Placer<'_>, spec: &FillSpec<'_>) -> Result<PointSet, HeadError> {
    let mesh = placer.surface().mesh();
    let spacing = spec.spacing_mm;
    let area = mesh.area();
    if !(spacing > 0.0 && spacing.is_finite()) || area / (spacing * spacing) > MOST_POINTS {
        return Err(HeadError::Placing(format!(
            "a spacing of {spacing} mm on {area:.0} mm²: more than 0 and at most 20 million points allowed; \
             check the unit of the mesh"
        )));
    }
    if spec.stream >= 1 << 20 {
        return Err(HeadError::Placing(format!("stream {}, below 1048576 allowed", spec.stream)));
    }
    super::check_keep_away(spec.keep_away)?;
    let kept: Vec<KeepAway> = spec
        .keep_away
        .iter()
        .map(|k| {
            let clearance = if k.repels { k.clearance.max(spacing as f32) } else { k.clearance };
            KeepAway { clearance, ..*k }
        })
        .collect();
    let clear = Clear::new(&kept);
    let reach = spacing as f32;
    // The squares of what covers a piece: a hair less than the spacing, for the rounding of f32.
    let covers = (spacing * spacing * (1.0 - 1e-5)) as f32;
    let smallest = spacing * (FillSpec::SLACK - 1.0);
    let mut pieces: Vec<Piece> = (0..mesh.triangles.len() as u32)
        .filter(|t| placer.bound(*t) > 0.0 && mesh.triangle_area(*t) > 0.0)
        .map(|t| Piece { triangle: t, corner: [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], number: u64::from(t) })
        .collect();
    let mut set = PointSet::default();
    let mut feet: Vec<Foot> = Vec::new();
    let mut round = 0u64;
    while !pieces.is_empty() && round < 64 {
        let grid = Grid::new(&set.position, reach);
        let throw = |piece: &Piece| -> Fate {
            let at = |c: [f64; 2]| placer.surface().point(piece.triangle, c[0], c[1]);
            let mut s = spec.key.stream(
                spec.purpose,
                (1 << 63)
                    | (u64::from(spec.stream) << 43)
                    | ((piece.number ^ (round << 36)) & ((1 << 43) - 1)),
            );
            let (mut v, mut w) = (s.uniform(), s.uniform());
            if v + w > 1.0 {
                (v, w) = (1.0 - v, 1.0 - w);
            }
            let [a, b, c] = piece.corner;
            let mix = |k: usize| a[k] + v * (b[k] - a[k]) + w * (c[k] - a[k]);
            let foot = Foot { triangle: piece.triangle, v: mix(0), w: mix(1) };
            let point = placer.surface().point(foot.triangle, foot.v, foot.w);
            let (position, normal) = (point.position.as_vec3().to_array(), point.normal.as_vec3().to_array());
            let corners = piece.corner.map(|c| at(c).position.as_vec3().to_array());
            let centre = at([(a[0] + b[0] + c[0]) / 3.0, (a[1] + b[1] + c[1]) / 3.0]);
            let middle = centre.position.as_vec3().to_array();
            let size = corners.iter().map(|c| distance_squared(&middle, c)).fold(0.0, f32::max).sqrt();
            let (mut free, mut covered) = (true, false);
            grid.around(&middle, reach + size, |window| {
                for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                    if !same_side(&normal, &set.normal[j as usize]) {
                        continue;
                    }
                    free &= distance_squared(&position, q) >= reach * reach;
                    covered |= corners.iter().all(|c| distance_squared(c, q) < covers);
                }
            });
            if covered || clear.covers(&corners) {
                return Fate::Covered;
            }
            if free && clear.is_clear(&position) && placer.density_at(&point) > 0.0 {
                return Fate::Dart { foot, position, normal };
            }
            // Pieces outside of the region, as far as their corners and centre tell, hold nothing.
            let small = f64::from(size) < 4.0 * smallest;
            let outside = small
                && placer.density_at(&centre) <= 0.0
                && piece.corner.iter().all(|c| placer.density_at(&at(*c)) <= 0.0);
            if outside || f64::from(size) < smallest { Fate::Covered } else { Fate::Open }
        };
        let fates: Vec<Fate> = pieces.par_iter().with_min_len(CHUNK).map(throw).collect();
        // Darts of one round, settled by a priority that is a random number of their own.
        let darts: Vec<usize> =
            (0..pieces.len()).filter(|i| matches!(fates[*i], Fate::Dart { .. })).collect();
        let thrown: Vec<(Foot, [f32; 3], [f32; 3], u64)> = darts
            .iter()
            .filter_map(|&i| match fates[i] {
                Fate::Dart { foot, position, normal } => {
                    Some((foot, position, normal, mix(pieces[i].number ^ (round << 48))))
                }
                _ => None,
            })
            .collect();
        let positions: Vec<[f32; 3]> = thrown.iter().map(|t| t.1).collect();
        let dart_grid = Grid::new(&positions, reach);
        let wins: Vec<bool> = thrown
            .par_iter()
            .with_min_len(CHUNK)
            .enumerate()
            .map(|(i, (_, p, normal, priority))| {
                let mut best = true;
                dart_grid.around(p, reach, |window| {
                    for (&j, q) in dart_grid.items()[window.clone()].iter().zip(&dart_grid.places()[window]) {
                        let j = j as usize;
                        if distance_squared(p, q) < reach * reach
                            && (thrown[j].3, j) > (*priority, i)
                            && same_side(normal, &thrown[j].2)
                        {
                            best = false;
                        }
                    }
                });
                best
            })
            .collect();
        for ((foot, position, normal, _), wins) in thrown.into_iter().zip(&wins) {
            if *wins {
                set.position.push(position);
                set.normal.push(normal);
                feet.push(foot);
            }
        }
        let mut next = Vec::new();
        for (piece, fate) in pieces.iter().zip(&fates) {
            let (a, b, c) = (piece.corner[0], piece.corner[1], piece.corner[2]);
            let halfway = |p: [f64; 2], q: [f64; 2]| [0.5 * (p[0] + q[0]), 0.5 * (p[1] + q[1])];
            match fate {
                Fate::Covered => {}
                // A dart that lost, and one that won beside the rest of its piece.
                Fate::Dart { .. } => next.push(*piece),
                Fate::Open => {
                    let (ab, bc, ca) = (halfway(a, b), halfway(b, c), halfway(c, a));
                    for (k, corner) in
                        [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]].into_iter().enumerate()
                    {
                        let number = mix(piece.number.wrapping_mul(4).wrapping_add(k as u64 + 1));
                        next.push(Piece { corner, number, ..*piece });
                    }
                }
            }
        }
        pieces = next;
        round += 1;
    }
    let n = set.len();
    // Radius of the densest packing of as many points on the area that they stand for.
    set.area = placer.support_area();
    let r = super::hexagonal(n.max(1) as f64 / set.area.max(f64::MIN_POSITIVE));
    set.radius = vec![r as f32; n];
    set.triangle = feet.iter().map(|f| f.triangle).collect();
    set.class = vec![0; n];
    let position = |f: &Foot| -> DVec3 { f.position(mesh) };
    set.in_chart = feet.iter().map(|f| placer.chart_at(position(f))).collect();
    Ok(set)
}

/// SplitMix64's finaliser: numbers of pieces become priorities that follow no order on the mesh.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    fn nearest(p: &[f32; 3], set: &PointSet, skip: usize) -> f32 {
        let others = set.position.iter().enumerate().filter(|(j, _)| *j != skip);
        others.map(|(_, q)| distance_squared(p, q)).fold(f32::INFINITY, f32::min).sqrt()
    }

    #[test]
    fn prop_filling_keeps_the_distance_and_leaves_no_gap() {
        let ball = Surface::new(sphere(80.0, 4)).unwrap();
        let front = |s: &super::super::Spot| f64::from(u8::from(s.position_in_head.z > 0.0));
        let keep = [KeepAway { position: [0.0, 0.0, 80.0], clearance: 15.0, repels: true }];
        let spec = FillSpec {
            within: Some(&front),
            keep_away: &keep,
            ..FillSpec::new(5.0, Key::new(3, 0), Purpose::Placement)
        };
        let set = fill(&ball, &spec).unwrap();
        // Darts alone jam at a covered share of 0.547: 0.547 · 4/π of the half ball over 5² mm.
        let expected = 0.547 * 4.0 / std::f64::consts::PI * 2.0 * std::f64::consts::PI * 6400.0 / 25.0;
        assert!((set.len() as f64 / expected - 1.0).abs() < 0.08, "{} {expected}", set.len());
        for (i, p) in set.position.iter().enumerate() {
            assert!(p[2] > 0.0 && nearest(p, &set, i) >= 5.0);
            assert!(distance_squared(p, &keep[0].position) >= 225.0);
        }
        let mut s = Key::new(5, 0).stream(Purpose::Choice, 0);
        for _ in 0..20_000 {
            let t = s.below(ball.mesh().triangles.len() as u32);
            let (v, w) = (s.uniform() * 0.5, s.uniform() * 0.5);
            let p = ball.point(t, v, w).position.as_vec3().to_array();
            if p[2] > 0.2 && distance_squared(&p, &keep[0].position) > 226.0 {
                assert!(nearest(&p, &set, usize::MAX) < 5.0 * FillSpec::SLACK as f32);
            }
        }
    }

    #[test]
    fn fillings_do_not_depend_on_threads() {
        let ball = Surface::new(sphere(80.0, 4)).unwrap();
        let spec = FillSpec::new(4.0, Key::new(3, 0), Purpose::Placement);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fill(&ball, &spec).unwrap())
        };
        assert!(run(1) == run(3));
        assert!(fill(&ball, &FillSpec { spacing_mm: 0.0, ..spec }).is_err());
        assert!(fill(&ball, &FillSpec { spacing_mm: 1e-3, ..spec }).is_err());
        // Wider than the ball: only points that face away from each other, four at most.
        assert!(fill(&ball, &FillSpec { spacing_mm: 1e3, ..spec }).unwrap().len() <= 4);
    }
}
