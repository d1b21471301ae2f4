//! Points placed evenly on a surface: exactly as many as asked, as dense as asked, away from what
//! is there already, in classes that are even by themselves and together.
//!
//! The method is weighted sample elimination, then relaxation: of some random candidates the most
//! crowded is dropped again and again until the count is reached, and those that stay are pushed
//! apart along the surface. For a progressive order the elimination goes on below the count, and
//! the points are given in the reverse order, so that any first part of them is even too.
//!
//! [`place`] is for one placement; a [`Placer`] keeps what several on one surface share. [`fill`]
//! places as many points as fit at a given distance; [`injection_grid`] places them in rows.
//!
//! Distances are straight: at a spacing of 1 mm on a head the way along the skin differs by less
//! than 1e-5. Points whose normals face away from each other (both sides of an ear) ignore each
//! other.
//!
//! # Sources
//! Yuksel 2015, *Sample elimination for generating Poisson disk sample sets*, Computer Graphics
//! Forum 34(2), with its weight limiting (β 0.65, γ 1.5) and α 8; local radii for varying density
//! as in its section 5. Relaxation after Müller et al. 2007, *Position based dynamics*. Classes after the idea of Wei 2010, *Multi-class blue noise sampling*.

mod apart;
mod candidates;
mod classes;
mod clear;
mod eliminate;
mod exchange;
mod fill;
mod grid;
mod injection_grid;
mod placer;
mod quality;
mod relax;
mod settle;
mod spectrum;
mod walk;

use glam::{DVec2, DVec3};
use vellus_units::random::{Key, Purpose};

use crate::{Chart, HeadError, Surface};

pub use clear::Clear;
pub use fill::{FillSpec, fill};
pub use grid::Grid;
pub use injection_grid::{GridPattern, InjectionGrid, InjectionSpec, Region, RowDirection, injection_grid};
pub use placer::Placer;
pub use quality::PointQuality;
pub use spectrum::Spectrum;

/// A place that a density is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Position, mm, head space.
    pub position_in_head: DVec3,
    /// Unit normal, outward.
    pub normal: DVec3,
    /// Chart position; (0, 0) when no chart was given.
    pub in_chart: DVec2,
    /// The triangle.
    pub triangle: u32,
}

/// A point that exists already.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeepAway {
    /// Position, mm.
    pub position: [f32; 3],
    /// No new point comes nearer than this, mm; may be 0.
    pub clearance: f32,
    /// Whether new points also go into the gaps between these points, as if all were placed in one
    /// go. False keeps the clearance and nothing more.
    pub repels: bool,
}

/// A relative density: 0 where no point may lie, otherwise any finite positive scale.
pub type Density<'a> = &'a (dyn Fn(&Spot) -> f64 + Sync);

/// What to place.
#[derive(Clone, Copy)]
pub struct PlaceSpec<'a> {
    /// How many points, exactly.
    pub count: usize,
    /// The key of all streams of this person.
    pub key: Key,
    /// Which stream; one purpose for hair, another for dots.
    pub purpose: Purpose,
    /// Distinguishes placements of one purpose (session, repetition), below 2²⁰.
    pub stream: u32,
    /// Fills [`Spot::in_chart`] and [`PointSet::in_chart`].
    pub chart: Option<&'a Chart>,
    /// Relative density; `None` is even everywhere.
    pub density: Option<Density<'a>>,
    /// Points that exist already.
    pub keep_away: &'a [KeepAway],
    /// Shares of the classes (sessions, shades), any positive scale; empty is one class. Each class and
    /// each union of classes is even by itself: with up to three classes the relative radius of each is
    /// 0.6 or more and that of the whole 0.7. With four, unions of two have 0.55, with five less: only a
    /// lattice would reach more.
    pub class_shares: &'a [f64],
    /// Candidates for each point, 2 to 50. Default 2.5; more makes large scales more even (the
    /// largest gap, the power at low frequencies) and takes time that grows a little more than
    /// linearly.
    pub candidates_per_point: f64,
    /// Sweeps of relaxation, 0 to 100. Default 8: relative radius 0.76, variation of spacing under
    /// 0.06. 0 leaves the points where candidates were drawn, which takes 5 candidates for each
    /// point for a relative radius of 0.69 and 10 for 0.735; more order the points step by step: the
    /// highest peak of the spectrum is 2.2 after 8, 2.8 after 20 and 3.9 after 100, with 5.9 for a
    /// hexagonal lattice.
    pub relaxations: u32,
    /// Whether any first part of the points is even too. Default true; false saves about a
    /// quarter of the time and leaves the order arbitrary.
    pub progressive: bool,
}

impl PlaceSpec<'_> {
    /// Even points everywhere, with the defaults.
    #[must_use]
    pub const fn new(count: usize, key: Key, purpose: Purpose) -> Self {
        Self {
            count,
            key,
            purpose,
            stream: 0,
            chart: None,
            density: None,
            keep_away: &[],
            class_shares: &[],
            candidates_per_point: 2.5,
            relaxations: 8,
            progressive: true,
        }
    }
}

impl std::fmt::Debug for PlaceSpec<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlaceSpec")
            .field("count", &self.count)
            .field("purpose", &self.purpose)
            .field("stream", &self.stream)
            .field("keep_away", &self.keep_away.len())
            .field("class_shares", &self.class_shares)
            .field("candidates_per_point", &self.candidates_per_point)
            .finish_non_exhaustive()
    }
}

/// Points on a surface, as a structure of arrays of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointSet {
    /// Positions, mm.
    pub position: Vec<[f32; 3]>,
    /// Unit normals, outward.
    pub normal: Vec<[f32; 3]>,
    /// Chart positions; zeros when no chart was given.
    pub in_chart: Vec<[f32; 2]>,
    /// The triangle of each point.
    pub triangle: Vec<u32>,
    /// Class of each point, 0 when there is one.
    pub class: Vec<u8>,
    /// Radius of the densest (hexagonal) packing at the local density, mm: half of the largest
    /// spacing that is possible there.
    pub radius: Vec<f32>,
    /// Area where the density is positive and nothing is kept clear, mm² (estimated from the
    /// candidates).
    pub area: f64,
}

impl PointSet {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.position.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.position.is_empty()
    }

    /// The points with these indices, in this order; indices out of range are skipped.
    #[must_use]
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let mut out = Self { area: self.area, ..Self::default() };
        for i in indices.into_iter().filter(|i| *i < self.len()) {
            out.position.push(self.position[i]);
            out.normal.push(self.normal[i]);
            out.in_chart.push(self.in_chart[i]);
            out.triangle.push(self.triangle[i]);
            out.class.push(self.class[i]);
            out.radius.push(self.radius[i]);
        }
        out
    }
}

/// Integral of a density per cm² over the surface, and its greatest value.
///
/// Four inner places of each triangle are looked at: fields vary over centimetres, triangles over
/// millimetres.
#[must_use]
pub fn integrate(surface: &Surface, chart: &Chart, density: &dyn Fn(&Spot) -> f64) -> (f64, f64) {
    const INNER: [(f64, f64); 4] = [(1.0 / 3.0, 1.0 / 3.0), (0.6, 0.2), (0.2, 0.6), (0.2, 0.2)];
    let mesh = surface.mesh();
    let (mut sum, mut densest) = (0.0, 0.0f64);
    for t in 0..mesh.triangles.len() as u32 {
        let area_cm2 = mesh.triangle_area(t) / 100.0;
        for (v, w) in INNER {
            let point = surface.point(t, v, w);
            let d = density(&Spot {
                position_in_head: point.position,
                normal: point.normal,
                in_chart: chart.chart_from_head(point.position),
                triangle: t,
            });
            densest = densest.max(d);
            sum += 0.25 * area_cm2 * d;
        }
    }
    (sum, densest)
}

/// Places points. The same request gives the same points for any number of threads, and the order
/// is progressive: the first part of them is even by itself.
///
/// # Errors
/// [`HeadError::Placing`] when the density is zero or not a number everywhere, when clearances
/// leave no room for `count` points, or when the request is out of range.
pub fn place(surface: &Surface, spec: &PlaceSpec<'_>) -> Result<PointSet, HeadError> {
    Placer::new(surface, spec.chart, spec.density).place(spec)
}

/// Radius of the densest (hexagonal) packing with so many points per mm², mm:
/// r = √(1 / (2√3 · n)).
fn hexagonal(per_area: f64) -> f64 {
    (1.0 / (2.0 * 3f64.sqrt() * per_area)).sqrt()
}

fn check(spec: &PlaceSpec<'_>) -> Result<(), HeadError> {
    let fail = |what: String| Err(HeadError::Placing(what));
    if spec.count > 20_000_000 {
        return fail(format!("{} points asked, at most 20 million", spec.count));
    }
    if !(2.0..=50.0).contains(&spec.candidates_per_point) {
        return fail(format!("{} candidates per point, 2 to 50 allowed", spec.candidates_per_point));
    }
    if spec.relaxations > 100 {
        return fail(format!("{} sweeps of relaxation, 0 to 100 allowed", spec.relaxations));
    }
    if spec.stream >= 1 << 20 {
        return fail(format!("stream {}, below 1048576 allowed", spec.stream));
    }
    if spec.class_shares.len() > 255 || spec.class_shares.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return fail("class shares must be positive numbers, at most 255 of them".into());
    }
    if spec.count.saturating_mul(spec.class_shares.len()) > 500_000_000 {
        return fail(format!(
            "{} points in {} classes; the product may be 500 million at most",
            spec.count,
            spec.class_shares.len()
        ));
    }
    check_keep_away(spec.keep_away)
}

fn check_keep_away(keep_away: &[KeepAway]) -> Result<(), HeadError> {
    match keep_away
        .iter()
        .position(|k| !(k.clearance >= 0.0 && k.clearance < 1e3 && k.position.iter().all(|x| x.is_finite())))
    {
        None => Ok(()),
        Some(i) => Err(HeadError::Placing(format!(
            "point to keep away from {i}: clearance 0 to 1000 mm, finite position"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    fn ball() -> Surface {
        Surface::new(sphere(80.0, 5)).unwrap()
    }

    fn spec(count: usize) -> PlaceSpec<'static> {
        PlaceSpec::new(count, Key::new(7, 0), Purpose::Placement)
    }

    #[test]
    fn stat_points_are_even_and_exactly_as_many() {
        let ball = ball();
        let spec = spec(10_000);
        let set = place(&ball, &spec).unwrap();
        assert_eq!(set.len(), 10_000);
        assert!((set.area / ball.mesh().area() - 1.0).abs() < 1e-9);
        let q = set.quality(&ball, &spec).unwrap();
        assert!(q.relative_radius >= 0.75 && q.nn_variation <= 0.06, "{q:?}");
        // The hexagonal spacing is 3.05 mm here; a gap is about one spacing away.
        assert!(q.largest_gap < 3.2, "{q:?}");
        // Blue noise: nothing at low frequencies, and no lattice, whose peaks are several times higher.
        let s = &q.spectrum;
        assert!(s.low_power() < 0.1 && s.peak_power() < 3.0 && s.pair_peak() < 4.5, "{s:?}");
    }

    #[test]
    fn stat_a_first_part_is_even() {
        let ball = ball();
        let spec = spec(8_000);
        let set = place(&ball, &spec).unwrap();
        for part in [4_000usize, 2_500, 1_000, 300] {
            let mut first = set.select(0..part);
            let scale = (8_000.0 / part as f64).sqrt() as f32;
            first.radius.iter_mut().for_each(|r| *r *= scale);
            let q = first.quality(&ball, &spec).unwrap();
            assert!(q.relative_radius > 0.55 && q.nn_variation < 0.16, "{part} {q:?}");
        }
    }

    #[test]
    fn stat_density_is_followed() {
        let ball = ball();
        let density = |s: &Spot| {
            if s.position_in_head.y < 0.0 { 0.0 } else { 1.0 + 3.0 * s.position_in_head.y / 80.0 }
        };
        let spec = PlaceSpec { density: Some(&density), ..spec(12_000) };
        let set = place(&ball, &spec).unwrap();
        assert!(set.position.iter().all(|p| p[1] >= 0.0));
        // ∫ over the band y ∈ (a, b) of (1 + 3 y/R) dy, by Archimedes' hat box.
        let share = |a: f64, b: f64| ((b - a) + 1.5 * (b * b - a * a)) / 2.5;
        for (a, b) in [(0.0, 0.25), (0.25, 0.5), (0.5, 1.0)] {
            let n = set.position.iter().filter(|p| (a..b).contains(&(f64::from(p[1]) / 80.0))).count();
            let expected = 12_000.0 * share(a, b);
            assert!((n as f64 / expected - 1.0).abs() < 0.04, "{a} {b} {n} {expected}");
        }
        let q = set.quality(&ball, &spec).unwrap();
        assert!(q.relative_radius >= 0.74 && q.nn_variation < 0.075, "{q:?}");
    }

    #[test]
    fn clearances_are_kept_and_gaps_are_filled() {
        let ball = ball();
        let old = place(&ball, &PlaceSpec { stream: 1, ..spec(3_000) }).unwrap();
        let keep: Vec<KeepAway> = old
            .position
            .iter()
            .map(|&position| KeepAway { position, clearance: 1.2, repels: true })
            .collect();
        let new = place(&ball, &PlaceSpec { keep_away: &keep, ..spec(3_000) }).unwrap();
        assert_eq!(new.len(), 3_000);
        let mut nearest = f32::INFINITY;
        for p in &new.position {
            for k in &keep {
                nearest = nearest.min(grid::distance_squared(p, &k.position));
            }
        }
        assert!(nearest.sqrt() >= 1.2);
    }

    #[test]
    fn stat_classes_and_their_unions_are_even() {
        let ball = ball();
        let wave = |s: &Spot| 1.0 + 0.5 * (s.position_in_head.x / 20.0).sin();
        let cases: [(u64, &[f64]); 5] = [
            (7, &[0.3, 0.4, 0.3]),
            (8, &[0.2, 0.3, 0.5]),
            (9, &[1.0, 1.0, 1.0, 1.0]),
            (10, &[1.0, 1.0]),
            (11, &[0.1, 0.9]),
        ];
        for (seed, shares) in cases {
            let spec = PlaceSpec {
                class_shares: shares,
                density: Some(&wave),
                key: Key::new(seed, 0),
                ..spec(9_000)
            };
            let set = place(&ball, &spec).unwrap();
            let total: f64 = shares.iter().sum();
            for (c, share) in shares.iter().enumerate() {
                let n = set.class.iter().filter(|k| usize::from(**k) == c).count();
                assert!((n as f64 - 9_000.0 * share / total).abs() <= 1.0);
            }
            // Random thirds of an even set have 0.4.
            let radii = set.union_radii().unwrap();
            assert_eq!(radii.len(), (1 << shares.len()) - 1);
            let whole = radii[radii.len() - 1];
            let least = if shares.len() < 4 { 0.60 } else { 0.55 };
            assert!(radii.iter().all(|r| *r >= least) && whole >= 0.65, "{shares:?} {radii:?}");
            // The whole is what the measure without classes says.
            let q = set.quality(&ball, &PlaceSpec { class_shares: &[], ..spec }).unwrap();
            assert!((q.relative_radius - whole).abs() < 1e-6);
        }
    }

    #[test]
    fn threads_do_not_matter() {
        let ball = ball();
        let shares = [1.0, 2.0];
        let density = |s: &Spot| 1.0 + s.position_in_head.x / 100.0;
        let spec = PlaceSpec { class_shares: &shares, density: Some(&density), ..spec(3_000) };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| place(&ball, &spec).unwrap())
        };
        assert!(run(1) == run(3));
    }

    #[test]
    fn a_hole_within_a_triangle_stays_empty() {
        // Triangles of 15 mm; holes of 1 mm, which the probes miss, beside their centres.
        let coarse = Surface::new(sphere(80.0, 3)).unwrap();
        let holes: Vec<glam::DVec3> =
            (0..coarse.mesh().triangles.len() as u32).map(|t| coarse.point(t, 0.2, 0.22).position).collect();
        let outside = |s: &Spot| {
            let t = s.triangle as usize;
            f64::from(u8::from(holes[t].distance(s.position_in_head) > 1.0))
        };
        let set = place(&coarse, &PlaceSpec { density: Some(&outside), ..spec(20_000) }).unwrap();
        for (p, t) in set.position.iter().zip(&set.triangle) {
            let p = glam::DVec3::from_array(p.map(f64::from));
            assert!(holes[*t as usize].distance(p) > 1.0 - 1e-4);
        }
    }

    #[test]
    fn a_placer_gives_the_same_again() {
        let ball = ball();
        let density = |s: &Spot| 1.5 + s.position_in_head.x / 80.0;
        let spec = PlaceSpec { density: Some(&density), ..spec(2_000) };
        let placer = Placer::new(&ball, None, Some(&density));
        for stream in [0, 4] {
            let spec = PlaceSpec { stream, ..spec };
            assert!(placer.place(&spec).unwrap() == place(&ball, &spec).unwrap());
        }
    }

    #[test]
    fn impossible_requests_are_told() {
        let ball = ball();
        let zero = |_: &Spot| 0.0;
        let nan = |_: &Spot| f64::NAN;
        for density in [&zero as Density<'_>, &nan] {
            assert!(place(&ball, &PlaceSpec { density: Some(density), ..spec(10) }).is_err());
        }
        let wide = [KeepAway { position: [0.0; 3], clearance: 100.0, repels: false }];
        let e = place(&ball, &PlaceSpec { keep_away: &wide, ..spec(10) }).unwrap_err();
        assert!(e.to_string().contains("clearances"), "{e}");
        assert!(place(&ball, &spec(0)).unwrap().is_empty());
        assert_eq!(place(&ball, &spec(1)).unwrap().len(), 1);
    }
}
