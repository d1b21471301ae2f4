//! What placements on one surface share.

use std::sync::OnceLock;

use glam::DVec2;
use rayon::prelude::*;

use super::clear::Clear;
use super::relax::{PART, SPREAD};
use super::standing::Standing;
use super::walk::{Foot, Sheet};
use super::{
    Density, FillSpec, PlaceSpec, PointSet, Spot, apart, candidates, check, classes, eliminate, fill,
    hexagonal, relax,
};
use crate::{Chart, HeadError, Surface, SurfacePoint};

/// A surface made ready for placing points again and again: other counts, sessions, classes, seeds
/// and points to keep clear of, with one chart and one density.
///
/// It keeps the areas, the bounds of the density in each triangle and which triangles touch. A
/// placement from it gives the same points as [`super::place`].
pub struct Placer<'a> {
    surface: &'a Surface,
    chart: Option<&'a Chart>,
    density: Option<Density<'a>>,
    /// Upper bound of the density in each triangle; empty for an even density.
    bounds: Vec<f64>,
    kind: Vec<Kind>,
    /// The density at each vertex; empty for an even one.
    at_vertex: Vec<f64>,
    /// Area times bound, summed over the triangles so far, mm².
    cumulative: Vec<f64>,
    sheet: OnceLock<Sheet<'a>>,
}

/// How the density behaves in a triangle, as far as its probes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One value everywhere.
    Even,
    /// Positive everywhere.
    Varying,
    /// Zero somewhere.
    Edge,
}

/// The bound of the density within a triangle is this much above the largest of its samples.
const BOUND_SLACK: f64 = 1.2;
/// So many of the sweeps of points of one class, the last ones, part pairs.
const PARTING_SWEEPS: usize = 3;

impl std::fmt::Debug for Placer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Placer").field("surface", &self.surface).finish_non_exhaustive()
    }
}

impl<'a> Placer<'a> {
    /// Looks at the density at the corners and four inner places of every triangle.
    #[must_use]
    pub fn new(surface: &'a Surface, chart: Option<&'a Chart>, density: Option<Density<'a>>) -> Self {
        let mesh = surface.mesh();
        let mut own = Self {
            surface,
            chart,
            density,
            bounds: Vec::new(),
            kind: Vec::new(),
            at_vertex: Vec::new(),
            cumulative: Vec::new(),
            sheet: OnceLock::new(),
        };
        if density.is_some() {
            (own.bounds, own.kind, own.at_vertex) = own.probe();
        }
        let mut total = 0.0;
        own.cumulative = (0..mesh.triangles.len() as u32)
            .map(|t| {
                total += mesh.triangle_area(t) * own.bound(t);
                total
            })
            .collect();
        own
    }

    fn probe(&self) -> (Vec<f64>, Vec<Kind>, Vec<f64>) {
        const THIRD: f64 = 1.0 / 3.0;
        const PROBES: [(f64, f64); 4] = [(0.5, 0.0), (0.0, 0.5), (0.5, 0.5), (THIRD, THIRD)];
        let mesh = self.surface.mesh();
        let at = |t: u32, v: f64, w: f64| self.density_at(&self.surface.point(t, v, w));
        let mut one_triangle = vec![(u32::MAX, 0.0, 0.0); mesh.positions.len()];
        for (i, t) in mesh.triangles.iter().enumerate() {
            for (v, (b, c)) in t.iter().zip([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]) {
                one_triangle[*v as usize] = (i as u32, b, c);
            }
        }
        let at_vertex: Vec<f64> = one_triangle
            .into_par_iter()
            .map(|(t, v, w)| if t == u32::MAX { 0.0 } else { at(t, v, w) })
            .collect();
        let (bounds, kind) = (0..mesh.triangles.len() as u32)
            .into_par_iter()
            .map(|t| {
                let corners = mesh.triangles[t as usize].map(|v| at_vertex[v as usize]);
                let inside = PROBES.iter().map(|&(v, w)| at(t, v, w));
                let (lo, hi) = corners
                    .into_iter()
                    .chain(inside)
                    .fold((f64::INFINITY, 0.0f64), |(lo, hi), d| (lo.min(d), hi.max(d)));
                if lo <= 0.0 {
                    (if hi > 0.0 { BOUND_SLACK * hi } else { 0.0 }, Kind::Edge)
                } else if lo == hi {
                    (hi, Kind::Even)
                } else {
                    (BOUND_SLACK * hi, Kind::Varying)
                }
            })
            .unzip();
        (bounds, kind, at_vertex)
    }

    /// The surface.
    #[must_use]
    pub const fn surface(&self) -> &'a Surface {
        self.surface
    }

    pub(super) fn sheet(&self) -> &Sheet<'a> {
        self.sheet.get_or_init(|| Sheet::new(self.surface.mesh()))
    }

    #[inline]
    pub(super) fn bound(&self, triangle: u32) -> f64 {
        self.bounds.get(triangle as usize).copied().unwrap_or(1.0)
    }

    #[inline]
    pub(super) fn kind(&self, triangle: u32) -> Kind {
        self.kind.get(triangle as usize).copied().unwrap_or(Kind::Even)
    }

    /// ∫ bound of the density, mm².
    pub(super) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// The triangle where the summed bound passes `target`.
    pub(super) fn triangle_at(&self, target: f64) -> u32 {
        let t = self.cumulative.partition_point(|c| *c <= target);
        t.min(self.cumulative.len().saturating_sub(1)) as u32
    }

    /// The same, looking from an earlier triangle on.
    #[inline]
    pub(super) fn triangle_from(&self, from: u32, target: f64) -> u32 {
        let mut t = from as usize;
        while t + 1 < self.cumulative.len() && self.cumulative[t] <= target {
            t += 1;
        }
        t as u32
    }

    /// How far the summed bound is on its way through a triangle at `target`, 0 to 1.
    #[inline]
    pub(super) fn share_within(&self, triangle: u32, target: f64) -> f64 {
        let t = triangle as usize;
        let before = if t == 0 { 0.0 } else { self.cumulative[t - 1] };
        let own = self.cumulative[t] - before;
        if own > 0.0 { ((target - before) / own).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// The chart position of a place; zeros without a chart.
    pub(super) fn chart_at(&self, p: glam::DVec3) -> [f32; 2] {
        self.chart.map_or([0.0; 2], |c| c.chart_from_head(p).as_vec2().to_array())
    }

    /// Area of the triangles where the density is positive, mm²: those at its edge count by half.
    pub(super) fn support_area(&self) -> f64 {
        let mesh = self.surface.mesh();
        (0..mesh.triangles.len() as u32)
            .map(|t| match self.kind(t) {
                Kind::Edge if self.bound(t) <= 0.0 => 0.0,
                Kind::Edge => 0.5 * mesh.triangle_area(t),
                Kind::Even | Kind::Varying => mesh.triangle_area(t),
            })
            .sum()
    }

    pub(super) fn spot(&self, p: &SurfacePoint) -> Spot {
        Spot {
            position_in_head: p.position,
            normal: p.normal,
            in_chart: self.chart.map_or(DVec2::ZERO, |c| c.chart_from_head(p.position)),
            triangle: p.triangle,
        }
    }

    pub(super) const fn has_density(&self) -> bool {
        self.density.is_some()
    }

    /// The density at a place: 0 for anything that is not a positive number.
    #[inline]
    pub(super) fn density_at(&self, p: &SurfacePoint) -> f64 {
        let Some(density) = self.density else { return 1.0 };
        let d = density(&self.spot(p));
        if d.is_finite() && d > 0.0 { d } else { 0.0 }
    }

    /// The density at a place as if it ran straight between the corners of its triangle.
    #[inline]
    pub(super) fn density_between_corners(&self, foot: &Foot) -> f64 {
        let [a, b, c] = self.surface.mesh().triangles[foot.triangle as usize];
        let at = |v: u32| self.at_vertex.get(v as usize).copied().unwrap_or(1.0);
        at(a) * (1.0 - foot.v - foot.w) + at(b) * foot.v + at(c) * foot.w
    }

    /// Places as many points as fit. `spec.chart` and `spec.within` are not read: they are the
    /// placer's.
    ///
    /// # Errors
    /// As [`super::fill`].
    pub fn fill(&self, spec: &FillSpec<'_>) -> Result<PointSet, HeadError> {
        fill::run(self, spec)
    }

    /// Places points. `spec.chart` and `spec.density` are not read: they are the placer's.
    ///
    /// # Errors
    /// As [`super::place`].
    pub fn place(&self, spec: &PlaceSpec<'_>) -> Result<PointSet, HeadError> {
        check(spec)?;
        if spec.count == 0 {
            return Ok(PointSet::default());
        }
        let clear = Clear::new(spec.keep_away);
        let mut pool = candidates::draw(self, spec, &clear)?;
        let mean = hexagonal(spec.count as f64 / pool.measure.support_area);
        let standing = Standing::new(spec.keep_away, mean as f32);
        if !standing.is_empty() {
            let places = pool.position.par_iter().zip(&pool.radius);
            pool.together = places.map(|(p, r)| standing.together(p, *r)).collect();
        }
        let kept = eliminate::thin(&pool, &standing.position, spec.count);
        let ground =
            relax::Ground { placer: self, measure: pool.measure, clear: &clear, fixed: &standing.position };
        let mut crowd = relax::Crowd::from_pool(&pool, &kept);
        let home = crowd.foot.clone();
        let sweeps = spec.relaxations as usize;
        let many = spec.class_shares.len() > 1;
        let one = apart::Apart::one();
        let spread = SPREAD.times(sweeps.div_ceil(2));
        if many {
            // Classes part their pairs themselves: here room only spreads.
            crowd.relax(&ground, &one, &[spread]);
        } else if standing.is_empty() {
            let part = sweeps.min(PARTING_SWEEPS);
            crowd.relax(&ground, &one, &[SPREAD.times(sweeps - part), PART.times(part)]);
        } else {
            crowd.relax(&ground, &one, &[spread]);
            crowd.mingle(&ground, &one, sweeps);
        }
        if sweeps > 0 && !many {
            crowd.settle(&ground, &home, &pool, &one);
        }
        let order = if spec.progressive {
            eliminate::progressive(&crowd.position, &crowd.normal, &crowd.radius)
        } else {
            (0..spec.count as u32).collect()
        };
        if many {
            crowd.class = classes::assign(&crowd.position, &crowd.radius, spec.class_shares);
            let apart = apart::Apart::classes(spec.class_shares);
            crowd.mingle(&ground, &apart, sweeps);
            if sweeps > 0 {
                crowd.settle(&ground, &home, &pool, &apart);
            }
        }
        drop(pool);
        let mut set = PointSet { area: ground.measure.support_area, ..PointSet::default() };
        set.position = order.iter().map(|&i| crowd.position[i as usize]).collect();
        set.normal = order.iter().map(|&i| crowd.normal[i as usize]).collect();
        set.triangle = order.iter().map(|&i| crowd.foot[i as usize].triangle).collect();
        set.radius = order.iter().map(|&i| crowd.radius[i as usize]).collect();
        set.in_chart = match self.chart {
            None => vec![[0.0; 2]; order.len()],
            Some(_) => order
                .par_iter()
                .map(|&i| self.chart_at(crowd.foot[i as usize].position(self.surface.mesh())))
                .collect(),
        };
        set.class = order.iter().map(|&i| crowd.class[i as usize]).collect();
        Ok(set)
    }
}
