//! Shortest paths between two points.

use glam::DVec3;

use super::coarse::{Net, WAYS, Workspace};
use super::exact::{Source, spread};
use super::field::{Stop, turn_around};
use super::place::{Place, weights};
use super::strip::{End, Tight, cross, other_sides};
use super::{Curve, Geodesics};
use crate::{HeadError, Surface, SurfacePoint};

/// Most parts that a path is revised in.
const MOST_PARTS: usize = 4;
/// Angle that a vertex must lack of a full turn to be tried from its other side, radians.
const SHARP: f64 = 0.01;
/// Sides before and after a vertex that may change with it.
const HOP_SIDES: usize = 12;
/// Most changes to the other side of a vertex.
const MOST_HOPS: usize = 20;
/// How many ways are tried when a part is revised.
const WAYS_AGAIN: usize = 4;

/// The shortest path between two points of a surface. To find several on one surface, keep a
/// [`Geodesics`].
///
/// # Errors
/// As [`Geodesics::path`].
pub fn shortest_path(surface: &Surface, from: &SurfacePoint, to: &SurfacePoint) -> Result<Curve, HeadError> {
    Geodesics::new(surface)?.path(from, to)
}

impl Geodesics<'_> {
    /// The shortest path between two points, from the first to the second.
    ///
    /// The ways worth trying are found on a coarse net over the surface and each is made locally
    /// shortest; the shortest is kept. On meshes that are not clean oriented sheets (see
    /// [`Geodesics::is_regular`]) it is found by exact distances instead, which takes longer.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when a point is not on the surface, or when no path joins the two.
    pub fn path(&self, from: &SurfacePoint, to: &SurfacePoint) -> Result<Curve, HeadError> {
        let stops = self.path_stops(from, to)?;
        Ok(Curve::from_stops(self, &stops, false))
    }

    /// The shortest path by exact distances: certain, but it takes hundreds of milliseconds for
    /// points far apart.
    ///
    /// # Errors
    /// As [`Geodesics::path`].
    pub fn exact_path(&self, from: &SurfacePoint, to: &SurfacePoint) -> Result<Curve, HeadError> {
        let (a, b) = self.ends(from, to)?;
        let stops = self.exact_stops(a, b, f64::INFINITY)?;
        Ok(Curve::from_stops(self, &stops, false))
    }

    fn ends(&self, from: &SurfacePoint, to: &SurfacePoint) -> Result<(End, End), HeadError> {
        let a = End { place: self.place(from)?, face: from.triangle };
        let b = End { place: self.place(to)?, face: to.triangle };
        let mesh = self.surface.mesh();
        if a.place.part(mesh, &self.topology) != b.place.part(mesh, &self.topology) {
            return Err(HeadError::Geodesic(
                "the two points lie on parts of the mesh that are not joined; repair the mesh, or \
                 choose points on one part"
                    .into(),
            ));
        }
        Ok((a, b))
    }

    pub(super) fn path_stops(&self, from: &SurfacePoint, to: &SurfacePoint) -> Result<Vec<Stop>, HeadError> {
        let (a, b) = self.ends(from, to)?;
        if a.face == b.face {
            return Ok(vec![(a.place, a.face), (b.place, a.face)]);
        }
        if !self.topology.regular {
            return self.exact_stops(a, b, f64::INFINITY);
        }
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let net = self.net.get_or_init(|| Net::new(mesh, topology));
        let mut work = self.take_workspace();
        let best = self.best_of(net, &mut work, a, b, WAYS, f64::INFINITY).map(|t| {
            let t = self.revise(net, &mut work, a, b, t);
            self.hop(&mut work, a, b, t)
        });
        let stops = best.map(|t| t.stops(mesh, topology, &mut work.strings, a, b));
        self.give_back(work);
        match stops {
            Some(stops) => Ok(stops),
            None => self.exact_stops(a, b, f64::INFINITY),
        }
    }

    /// The shortest of the ways that the net offers.
    fn best_of(
        &self,
        net: &Net,
        work: &mut Workspace,
        a: End,
        b: End,
        ways: usize,
        known: f64,
    ) -> Option<Tight> {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let mut best: Option<Tight> = None;
        for sides in net.candidates(mesh, topology, work, a, b, ways, known) {
            let known = best.as_ref().map_or(known, |t| t.length.min(known));
            if let Some(t) = work.strings.tighten(mesh, topology, a, b, sides, known)
                && best.as_ref().is_none_or(|b| t.length < b.length)
            {
                best = Some(t);
            }
        }
        best
    }

    /// Looks for shorter ways between places of a path: what competes near an end is seen only from
    /// near by.
    fn revise(&self, net: &Net, work: &mut Workspace, a: End, b: End, mut path: Tight) -> Tight {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let mut parts = 2;
        while parts <= MOST_PARTS {
            for k in 0..2 * parts - 1 {
                let stops = path.stops(mesh, topology, &mut work.strings, a, b);
                let [from, to] = [k, k + 2].map(|k| 0.5 * k as f64 / parts as f64 * path.length);
                let Some((i, p)) = self.stop_at(&stops, from) else { continue };
                let Some((j, q)) = self.stop_at(&stops, to) else { continue };
                if p.face == q.face {
                    continue;
                }
                let Some(other) = self.best_of(net, work, p, q, WAYS_AGAIN, to - from) else { continue };
                if other.length >= to - from - 1e-6 {
                    continue;
                }
                let mut sides = Vec::with_capacity(path.sides.len());
                for &s in path.sides[..i].iter().chain(&other.sides).chain(&path.sides[j..]) {
                    cross(topology, &mut sides, s);
                }
                if let Some(t) = work.strings.tighten(mesh, topology, a, b, sides, path.length)
                    && t.length < path.length
                {
                    path = t;
                }
            }
            parts *= 2;
        }
        path
    }

    /// Tries the other side of each sharp vertex beside the path: coarse scans have ways that differ
    /// by one vertex and are both locally shortest.
    fn hop(&self, work: &mut Workspace, a: End, b: End, mut path: Tight) -> Tight {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        for _ in 0..MOST_HOPS {
            let tries = other_sides(mesh, topology, &path.sides, SHARP);
            if tries.is_empty() {
                break;
            }
            let stops = path.stops(mesh, topology, &mut work.strings, a, b);
            if stops.len() != path.sides.len() + 2 {
                break;
            }
            let at: Vec<DVec3> = stops.iter().map(|s| s.0.position(mesh, topology)).collect();
            let mut along = vec![0.0; at.len()];
            for i in 1..at.len() {
                along[i] = along[i - 1] + at[i].distance(at[i - 1]);
            }
            let middle = |leg: usize| {
                let face = stops[leg].1;
                let w = weights(mesh.corners(face), 0.5 * (at[leg] + at[leg + 1]));
                (0.5 * (along[leg] + along[leg + 1]), End { place: Place::Face(face, w), face })
            };
            let mut shorter = None;
            for (i, j, way) in tries {
                let (first, last) = (i.saturating_sub(HOP_SIDES), (j + 1 + HOP_SIDES).min(path.sides.len()));
                let (from, p) = if first == 0 { (0.0, a) } else { middle(first) };
                let (to, q) = if last == path.sides.len() { (path.length, b) } else { middle(last) };
                let mut sides = Vec::with_capacity(last - first + way.len());
                for &s in path.sides[first..i].iter().chain(&way).chain(&path.sides[j + 1..last]) {
                    cross(topology, &mut sides, s);
                }
                if let Some(t) = work.strings.tighten(mesh, topology, p, q, sides, to - from)
                    && t.length < to - from - 1e-6
                {
                    shorter = Some((first, last, t.sides));
                    break;
                }
            }
            let Some((first, last, middle)) = shorter else { break };
            let mut sides = Vec::with_capacity(path.sides.len());
            for &s in path.sides[..first].iter().chain(&middle).chain(&path.sides[last..]) {
                cross(topology, &mut sides, s);
            }
            match work.strings.tighten(mesh, topology, a, b, sides, path.length) {
                Some(t) if t.length < path.length => path = t,
                _ => break,
            }
        }
        path
    }

    /// The leg that a length along a row of stops falls on, and the place.
    fn stop_at(&self, stops: &[Stop], length: f64) -> Option<(usize, End)> {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let mut gone = 0.0;
        for (i, pair) in stops.windows(2).enumerate() {
            let [p, q] = [pair[0].0.position(mesh, topology), pair[1].0.position(mesh, topology)];
            let d = p.distance(q);
            if d > 0.0 && (gone + d >= length || i + 2 == stops.len()) {
                let face = pair[0].1;
                let w = weights(mesh.corners(face), p.lerp(q, ((length - gone) / d).clamp(0.0, 1.0)));
                return Some((i, End { place: Place::Face(face, w), face }));
            }
            gone += d;
        }
        None
    }

    /// The shortest path by exact distances, not longer than the limit.
    pub(super) fn exact_stops(&self, a: End, b: End, limit: f64) -> Result<Vec<Stop>, HeadError> {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let sources = vec![Source { place: a.place, fan: None }];
        let windows = spread(mesh, topology, sources, limit);
        let mut stops = windows.trace(mesh, topology, b.place)?;
        turn_around(&mut stops);
        Ok(stops)
    }

    fn take_workspace(&self) -> Workspace {
        self.workspaces.lock().ok().and_then(|mut w| w.pop()).unwrap_or_default()
    }

    fn give_back(&self, work: Workspace) {
        if let Ok(mut w) = self.workspaces.lock() {
            w.push(work);
        }
    }
}
