//! Distances, shortest paths, curves, offsets and regions on a surface.
//!
//! Everything here is *intrinsic*: measured within the triangles, as a tape measures that follows
//! every dent. The *polyhedral distance* of two points is the length of the shortest path over the
//! triangles of the mesh; against the skin that the mesh stands for it errs by the mesh alone.
//!
//! # Which method for what
//! | need | call | error | cost |
//! |---|---|---|---|
//! | a length that is written down; a path to draw | [`Geodesics::path`] | 0 on almost all pairs; see below | about 1 ms, after 0.3 to 1 s once for the surface |
//! | distances from a point to everything; proof of a path | [`Geodesics::distances`], [`Geodesics::exact_path`] | rounding (1e-9 mm) | 0.2 to 0.4 s on 22,000 triangles, three times that on 44,000; less with a limit |
//! | a hairline through some points | [`Geodesics::smooth_curve`] | through the points; direction continuous | tens of ms a span |
//! | the line 8 mm behind a hairline | [`Geodesics::offset`] | below 0.01 mm in distance | tens of ms for a short distance |
//! | the area that a curve encloses | [`Geodesics::region`] | rounding | a few ms |
//! | a smooth fade or direction over the scalp | [`HeatSolver`] | millimetres; see below | 0.05 s a field, after the set-up |
//!
//! Measured: of 168 paths on the scalp of each of four heads (two from the ICT model, the parametric
//! head, a scan with triangles of up to 10 mm), all but one are within 0.1 mm of the exact distance,
//! and that one (on the scan) misses by 0.13 mm; on the ICT heads the worst is below 0.001 mm. The
//! constants of the search were chosen on these heads, so others may do a little worse.
//! A path is always locally shortest; what is missed is a way around the other side of a bump. It is
//! likeliest near ears. Heat fields from a point on top of a parametric head of 6.4 mm edges: mean
//! error over the scalp 0.8 mm, worst 3.1 mm, with smoothing 5 0.35 and 1.5 mm; from a curve across
//! the forehead 2.7 and 8.3 mm, with smoothing 5 5.7 and 13.9 mm (heat from a long source rounds the
//! field, more so with more smoothing).
//!
//! # Meshes
//! Distances and exact paths work on every mesh: open, one-sided, with edges of many triangles, with
//! triangles without area. Paths use the fast way on regular meshes only ([`Geodesics::is_regular`])
//! and exact distances elsewhere; offsets and regions need left and right, thus a regular mesh.
//!
//! # Sources
//! Mitchell, Mount and Papadimitriou 1987, *The discrete geodesic problem*; Surazhsky et al. 2005,
//! *Fast exact and approximate geodesics on meshes*; Xin and Wang 2007, *Efficiently determining a
//! locally exact shortest path on polyhedral surfaces*; Xin and Wang 2009 (the filter of windows);
//! Sharp and Crane 2020, *You can find geodesic paths in triangle meshes by just flipping edges*;
//! Crane, Weischedel and Wardetzky 2013, *Geodesics in heat*.

// `!(x > 0.0)` is meant: it is true for what is not a number.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod coarse;
mod curve;
mod draw;
mod exact;
mod field;
mod heat;
mod intrinsic;
mod offset;
mod path;
mod place;
mod region;
mod sectors;
mod strip;
mod topology;
mod window;

use crate::{HeadError, Surface, SurfacePoint};
pub use curve::{Curve, CurvePoint};
use exact::{Source, Windows, spread};
pub use heat::{HeatSolver, heat_distances};
pub use path::shortest_path;
use place::Place;
pub use region::{Inside, Region};
use std::sync::{Mutex, OnceLock};
use topology::Topology;

/// A surface made ready for distances, paths, curves, offsets and regions.
///
/// ```
/// use glam::DVec3;
/// use vellus_head::geodesic::{Geodesics, Inside};
/// use vellus_head::{Mesh, Surface};
///
/// let positions = [[0., 0.], [40., 0.], [40., 30.], [0., 30.]].map(|[x, y]| DVec3::new(x, y, 0.));
/// let mesh = Mesh { positions: positions.to_vec(), triangles: vec![[0, 1, 2], [0, 2, 3]] };
/// let surface = Surface::new(mesh)?;
/// let geodesics = Geodesics::new(&surface)?;
/// let at = |x, y| geodesics.nearest(DVec3::new(x, y, 0.)).unwrap();
///
/// let line = geodesics.path(&at(5., 10.), &at(35., 10.))?;
/// assert!((line.length() - 30.).abs() < 1e-9);
/// let beside = geodesics.offset(&line, 8.)?; // to the left
/// assert!((beside[0].points()[0].position.y - 18.).abs() < 0.02);
/// let ring = geodesics.curve_through(&[at(5., 5.), at(35., 5.), at(20., 25.)], true)?;
/// assert!((geodesics.region(&ring, Inside::Left)?.area() - 300.).abs() < 1e-6);
/// # Ok::<(), vellus_head::HeadError>(())
/// ```
#[derive(Debug)]
pub struct Geodesics<'a> {
    surface: &'a Surface,
    topology: Topology,
    /// Made when the first path is asked for.
    net: OnceLock<coarse::Net>,
    workspaces: Mutex<Vec<coarse::Workspace>>,
}

/// Exact distances from one source to every point of a surface, at its vertices. To ask for other
/// points or for paths, keep a [`Geodesics`].
///
/// # Errors
/// As [`Geodesics::new`] and [`Geodesics::distances`].
pub fn exact_distances(surface: &Surface, source: &SurfacePoint) -> Result<Vec<f64>, HeadError> {
    let g = Geodesics::new(surface)?;
    let field = g.distances(&[*source], f64::INFINITY)?;
    Ok(field.windows.distance)
}

/// Exact distances from sources to every point of a surface.
#[derive(Clone, Debug)]
pub struct DistanceField<'a> {
    geodesics: &'a Geodesics<'a>,
    windows: Windows,
}

impl<'a> Geodesics<'a> {
    /// Sorts out who borders whom.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when no triangle of the mesh has three different corners.
    pub fn new(surface: &'a Surface) -> Result<Self, HeadError> {
        Ok(Self {
            surface,
            topology: Topology::new(surface.mesh())?,
            net: OnceLock::new(),
            workspaces: Mutex::new(Vec::new()),
        })
    }

    /// The surface.
    #[must_use]
    pub const fn surface(&self) -> &'a Surface {
        self.surface
    }

    /// Whether every edge has one triangle or two that run it in opposite directions, the triangles
    /// at every vertex make one fan, and no edge is without length. [`crate::repair()`] makes meshes so.
    #[must_use]
    pub const fn is_regular(&self) -> bool {
        self.topology.regular
    }

    /// The point of the surface nearest to a place in space.
    #[must_use]
    pub fn nearest(&self, p: glam::DVec3) -> Option<SurfacePoint> {
        self.surface.closest_point(p).map(|h| h.point)
    }

    /// Exact distances (to rounding) from one or several points, each to the nearest of them, as far
    /// as `limit_mm` (infinite for all of the surface).
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when there are no sources, one is not on the surface, or the limit
    /// is not a positive number.
    pub fn distances(
        &'a self,
        sources: &[SurfacePoint],
        limit_mm: f64,
    ) -> Result<DistanceField<'a>, HeadError> {
        if sources.is_empty() {
            return Err(HeadError::Geodesic("distances need at least one source".into()));
        }
        if !(limit_mm > 0.0) {
            return Err(HeadError::Geodesic(format!(
                "the limit of distances must be a positive number of mm (or infinite), not {limit_mm}"
            )));
        }
        let sources = sources
            .iter()
            .map(|p| Ok(Source { place: self.place(p)?, fan: None }))
            .collect::<Result<Vec<_>, HeadError>>()?;
        let windows = spread(self.surface.mesh(), &self.topology, sources, limit_mm);
        Ok(DistanceField { geodesics: self, windows })
    }

    fn place(&self, p: &SurfacePoint) -> Result<Place, HeadError> {
        Place::of(self.surface.mesh(), &self.topology, p)
    }

    /// A place as a point of one of its triangles.
    fn surface_point(&self, place: Place, face: u32) -> SurfacePoint {
        let p = place.position(self.surface.mesh(), &self.topology);
        let w = place::weights(self.surface.mesh().corners(face), p);
        SurfacePoint { position: p, ..self.surface.point(face, w[1], w[2]) }
    }
}

impl DistanceField<'_> {
    /// Distance of each vertex, mm; infinite beyond the limit, on other parts of the mesh, and for
    /// vertices without a triangle.
    #[must_use]
    pub fn at_vertices(&self) -> &[f64] {
        &self.windows.distance
    }

    /// Distance of a point, mm; infinite where nothing reaches it.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the point is not on the surface.
    pub fn at(&self, point: &SurfacePoint) -> Result<f64, HeadError> {
        let place = self.geodesics.place(point)?;
        let reach = self.windows.reach(self.geodesics.surface.mesh(), &self.geodesics.topology, place);
        Ok(reach.map_or(f64::INFINITY, |r| r.distance))
    }

    /// The shortest path from the nearest source to a point.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the point is not on the surface or nothing reaches it.
    pub fn path_to(&self, point: &SurfacePoint) -> Result<Curve, HeadError> {
        let g = self.geodesics;
        let mut stops = self.windows.trace(g.surface.mesh(), &g.topology, g.place(point)?)?;
        field::turn_around(&mut stops);
        Ok(Curve::from_stops(g, &stops, false))
    }
}
