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
mod standing;
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
    /// Whether new points also go into the gaps between these points, as a class goes between others:
    /// the relative radius of both together is about 0.6 or more over the pairs that hold a new point,
    /// where the gaps allow. False keeps the clearance and nothing more.
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
    /// 0.6 or more and that of the whole 0.7. With four equal ones, unions of two have 0.58 to 0.60 (0.56
    /// where shares differ), with five less: every pair would have to be as far apart as in points that
    /// begin to order. [`PointSet::least_even_union`] tells which union it is.
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
mod tests;
