//! Curves at a distance beside another, along the surface.

use std::collections::{BTreeMap, HashMap};
use std::f64::consts::FRAC_PI_2;

use glam::DVec3;

use super::exact::{Source, Windows, spread};
use super::field::{Stop, on_edge};
use super::place::{Place, weights};
use super::sectors::Fan;
use super::{Curve, Geodesics};
use crate::{HeadError, SurfacePoint};

/// Names of the sides of a curve; beyond its ends is neither.
const BEYOND: u32 = 0;
const LEFT: u32 = 1;
const RIGHT: u32 = 2;

/// A curve is measured from places on it this close that the error δ²/8d stays below, mm.
const SAMPLING_ERROR: f64 = 0.004;
/// Largest step of the grid that the line is first looked for on, mm.
const GRID: f64 = 1.5;
/// Most steps along a side of a triangle: with larger triangles the grid is coarser, and the line
/// may miss features smaller than it.
const MOST_STEPS: usize = 96;
/// A leg of the line may stray from its distance by this much, mm.
const STRAY: f64 = 0.01;

/// A corner of the grid: a vertex, a step along an edge, or a place inside a triangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    Vertex(u32),
    Edge(u32, u32),
    Face(u32, u32, u32),
}

/// A crossing of the line with a side of the grid.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    place: Place,
    tag: u32,
}

struct Marcher<'a> {
    g: &'a Geodesics<'a>,
    windows: &'a Windows,
    distance: f64,
    side: u32,
    steps: u32,
    values: HashMap<Node, f64>,
    crossings: HashMap<(Node, Node), u32>,
    points: Vec<Crossing>,
    /// Begin, places between, end, triangle.
    legs: Vec<(u32, Vec<Place>, u32, u32)>,
}

impl Geodesics<'_> {
    /// Curves at a distance beside a curve, measured along the surface to the nearest place of it:
    /// to the left of its direction (seen from outside) for positive millimetres, to the right for
    /// negative. They run in the same direction, the longest first. An open curve is followed from
    /// end to end and not around its ends. Where the surface or the curve leaves no room, there are
    /// several curves or none.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the distance is zero, not finite or beyond 1 m, when the curve has no
    /// length, and on meshes that are not regular ([`Geodesics::is_regular`]).
    ///
    /// # Sources
    /// Exact distances of Mitchell, Mount and Papadimitriou 1987 from places of the curve so close
    /// that the error is below 0.004 mm; lines by marching triangles, with each corner brought to
    /// the distance.
    pub fn offset(&self, curve: &Curve, millimetres: f64) -> Result<Vec<Curve>, HeadError> {
        let distance = millimetres.abs();
        if !(1e-3..=1000.0).contains(&distance) {
            return Err(HeadError::Geodesic(format!(
                "curves can be offset by 0.001 to 1000 mm to either side, not by {millimetres} mm"
            )));
        }
        if !self.topology.regular {
            return Err(HeadError::Geodesic(
                "left and right of a curve need a mesh without torn, folded or one-sided places; \
                 repair it first"
                    .into(),
            ));
        }
        let sources = self.sided_sources(curve, (8.0 * distance * SAMPLING_ERROR).sqrt().min(1.5))?;
        let windows = spread(self.surface.mesh(), &self.topology, sources, distance + 0.5);
        let side = if millimetres > 0.0 { LEFT } else { RIGHT };
        let grid = GRID.min(0.5 * distance);
        let faces = self.near_faces(&windows, distance);
        let longest = faces
            .iter()
            .flat_map(|f| {
                (3 * f..3 * f + 3).map(|s| self.topology.length[self.topology.edge_of[s as usize] as usize])
            })
            .fold(0.0, f64::max);
        let mut m = Marcher {
            g: self,
            windows: &windows,
            distance,
            side,
            steps: ((longest / grid).ceil() as usize).clamp(1, MOST_STEPS) as u32,
            values: HashMap::new(),
            crossings: HashMap::new(),
            points: Vec::new(),
            legs: Vec::new(),
        };
        for f in faces {
            m.face(f);
        }
        Ok(m.join())
    }

    /// Triangles that the line may pass.
    fn near_faces(&self, windows: &Windows, distance: f64) -> Vec<u32> {
        let mesh = self.surface.mesh();
        (0..mesh.triangles.len() as u32)
            .filter(|&f| {
                if self.topology.edge_of[3 * f as usize] == super::topology::NONE {
                    return false;
                }
                let reach = (3 * f..3 * f + 3)
                    .map(|s| self.topology.length[self.topology.edge_of[s as usize] as usize])
                    .fold(0.0, f64::max);
                let d = mesh.triangles[f as usize].map(|v| windows.distance[v as usize]);
                let least = d[0].min(d[1]).min(d[2]);
                let most = d[0].max(d[1]).max(d[2]);
                let lit = windows.seats.contains_key(&f)
                    || (3 * f..3 * f + 3)
                        .any(|s| !windows.on_edge[self.topology.edge_of[s as usize] as usize].is_empty());
                lit && (least - reach <= distance || !least.is_finite()) && most + reach >= distance
            })
            .collect()
    }

    /// The curve as sources that know their left and right.
    fn sided_sources(&self, curve: &Curve, spacing: f64) -> Result<Vec<Source>, HeadError> {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let n = curve.places.len();
        let legs = curve.faces.len();
        if !(curve.length() > 0.0)
            || curve.places.iter().any(|p| !self.holds(*p))
            || curve.faces.iter().any(|f| *f as usize >= mesh.triangles.len())
        {
            return Err(HeadError::Geodesic("the curve has no length, or belongs to another surface".into()));
        }
        let at: Vec<DVec3> = curve.places.iter().map(|p| p.position(mesh, topology)).collect();
        let torn =
            || HeadError::Geodesic("the curve leads over a torn place of the mesh; repair it first".into());
        let mut sources = Vec::new();
        for i in 0..n {
            let mut fan = Fan::around(mesh, topology, curve.places[i]).ok_or_else(torn)?;
            let out = (i < legs).then(|| fan.angle_of(curve.faces[i], at[(i + 1) % n] - at[i]));
            let before = if i > 0 { Some(i - 1) } else { curve.is_closed().then(|| legs - 1) };
            let back = before.map(|b| fan.angle_of(curve.faces[b], at[b] - at[i]));
            let quarter = FRAC_PI_2.min(0.25 * fan.total);
            match (out, back) {
                (Some(out), Some(back)) => fan.name(&[(out, LEFT), (back, RIGHT)]),
                (Some(out), None) => {
                    fan.name(&[(out, LEFT), (out + quarter, BEYOND), (out - quarter, RIGHT)])
                }
                (None, Some(back)) => {
                    fan.name(&[(back, RIGHT), (back + quarter, BEYOND), (back - quarter, LEFT)]);
                }
                (None, None) => {}
            }
            sources.push(Source { place: curve.places[i], fan: Some(fan) });
        }
        for i in 0..legs {
            let (p, q) = (at[i], at[(i + 1) % n]);
            let pieces = (p.distance(q) / spacing).ceil().min(1e6) as usize;
            for k in 1..pieces.max(1) {
                let here = SurfacePoint {
                    position: p.lerp(q, k as f64 / pieces as f64),
                    normal: DVec3::Y,
                    triangle: curve.faces[i],
                };
                let place = self.place(&here)?;
                let mut fan = Fan::around(mesh, topology, place).ok_or_else(torn)?;
                let out = fan.angle_of(curve.faces[i], q - p);
                let back = fan.angle_of(curve.faces[i], p - q);
                fan.name(&[(out, LEFT), (back, RIGHT)]);
                sources.push(Source { place, fan: Some(fan) });
            }
        }
        Ok(sources)
    }

    /// Whether a place names parts of this mesh.
    pub(super) fn holds(&self, place: Place) -> bool {
        match place {
            Place::Vertex(v) => (v as usize) < self.topology.part.len(),
            Place::Edge(e, x) => self.topology.length.get(e as usize).is_some_and(|l| x <= *l),
            Place::Face(f, _) => (f as usize) < self.surface.mesh().triangles.len(),
        }
    }
}

impl Marcher<'_> {
    /// Corner (i, j) of the grid of a triangle: i steps towards the second corner, j towards the
    /// third.
    fn node(&self, f: u32, i: u32, j: u32) -> (Node, Place) {
        let (mesh, topology) = (self.g.surface.mesh(), &self.g.topology);
        let n = self.steps;
        let t = mesh.triangles[f as usize];
        let h = n - i - j;
        let on = |k: u32, step: u32| {
            let side = 3 * f + k;
            let e = topology.edge_of[side as usize];
            let step = if topology.runs_up(mesh, side) { step } else { n - step };
            (
                Node::Edge(e, step),
                Place::Edge(e, topology.length[e as usize] * f64::from(step) / f64::from(n)),
            )
        };
        match (h, i, j) {
            (_, 0, 0) => (Node::Vertex(t[0]), Place::Vertex(t[0])),
            (0, _, 0) => (Node::Vertex(t[1]), Place::Vertex(t[1])),
            (0, 0, _) => (Node::Vertex(t[2]), Place::Vertex(t[2])),
            (_, _, 0) => on(0, i),
            (0, ..) => on(1, j),
            (_, 0, _) => on(2, h),
            _ => {
                let w = [h, i, j].map(|x| f64::from(x) / f64::from(n));
                (Node::Face(f, i, j), Place::Face(f, w))
            }
        }
    }

    fn reach(&self, place: Place) -> (f64, u32) {
        self.windows
            .reach(self.g.surface.mesh(), &self.g.topology, place)
            .map_or((f64::INFINITY, BEYOND), |r| (r.distance, r.tag))
    }

    fn value(&mut self, node: Node, place: Place) -> f64 {
        if let Some(v) = self.values.get(&node) {
            return *v;
        }
        let v = self.reach(place).0;
        self.values.insert(node, v);
        v
    }

    fn position(&self, place: Place) -> DVec3 {
        place.position(self.g.surface.mesh(), &self.g.topology)
    }

    fn face(&mut self, f: u32) {
        let n = self.steps;
        for i in 0..n {
            for j in 0..n - i {
                self.cell(f, [(i, j), (i + 1, j), (i, j + 1)]);
                if i + j + 1 < n {
                    self.cell(f, [(i + 1, j), (i + 1, j + 1), (i, j + 1)]);
                }
            }
        }
    }

    /// One triangle of the grid.
    fn cell(&mut self, f: u32, corners: [(u32, u32); 3]) {
        let nodes = corners.map(|(i, j)| self.node(f, i, j));
        let inside = nodes.map(|(n, p)| self.value(n, p) < self.distance);
        let count = inside.iter().filter(|x| **x).count();
        if count == 0 || count == 3 {
            return;
        }
        let lone = count == 1;
        let k = inside.iter().position(|x| *x == lone).unwrap_or(0);
        let (a, b, c) = (nodes[k], nodes[(k + 1) % 3], nodes[(k + 2) % 3]);
        let (p, q) = (self.crossing(f, a, b), self.crossing(f, a, c));
        // Nearer places lie to the left when going from p to q about a lone near corner. A line at
        // the left of the curve has them at its right.
        let (p, q) = if lone == (self.side == RIGHT) { (p, q) } else { (q, p) };
        let (tp, tq) = (self.points[p as usize].tag, self.points[q as usize].tag);
        match (tp == self.side, tq == self.side) {
            (true, true) => self.leg(f, p, q),
            (false, false) => {}
            (true, false) => {
                let end = self.switch(f, p, q);
                self.leg(f, p, end);
            }
            (false, true) => {
                let begin = self.switch(f, q, p);
                self.leg(f, begin, q);
            }
        }
    }

    /// The place between two corners of the grid at the distance.
    fn crossing(&mut self, f: u32, a: (Node, Place), b: (Node, Place)) -> u32 {
        let key = if a.0 < b.0 { (a.0, b.0) } else { (b.0, a.0) };
        if let Some(id) = self.crossings.get(&key) {
            return *id;
        }
        let ((n0, p0), (n1, p1)) = if a.0 < b.0 { (a, b) } else { (b, a) };
        let rises = self.value(n0, p0) < self.value(n1, p1);
        let edge = common_edge(&self.g.topology, n0, n1);
        let (x0, x1) = (self.position(p0), self.position(p1));
        let at = |u: f64| match edge {
            Some(e) => {
                let x = |n: Node| match n {
                    Node::Edge(_, s) => {
                        self.g.topology.length[e as usize] * f64::from(s) / f64::from(self.steps)
                    }
                    Node::Vertex(v) if v == self.g.topology.edges[e as usize][0] => 0.0,
                    _ => self.g.topology.length[e as usize],
                };
                on_edge(&self.g.topology, e, x(n0) * (1.0 - u) + x(n1) * u)
            }
            None => Place::Face(f, weights(self.g.surface.mesh().corners(f), x0.lerp(x1, u))),
        };
        let (mut lo, mut hi) = (0.0, 1.0);
        for _ in 0..40 {
            let mid = 0.5 * (lo + hi);
            if (self.reach(at(mid)).0 < self.distance) == rises {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        let place = at(0.5 * (lo + hi));
        let tag = self.reach(place).1;
        let id = self.points.len() as u32;
        self.points.push(Crossing { place, tag });
        self.crossings.insert(key, id);
        id
    }

    /// Where the line from p to q leaves the side that is asked for.
    fn switch(&mut self, f: u32, p: u32, q: u32) -> u32 {
        let (a, b) =
            (self.position(self.points[p as usize].place), self.position(self.points[q as usize].place));
        let (mut lo, mut hi) = (0.0, 1.0);
        let at = |m: &Self, u: f64| Place::Face(f, weights(m.g.surface.mesh().corners(f), a.lerp(b, u)));
        for _ in 0..30 {
            let mid = 0.5 * (lo + hi);
            if self.reach(at(self, mid)).1 == self.side {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        let id = self.points.len() as u32;
        self.points.push(Crossing { place: at(self, lo), tag: self.side });
        id
    }

    fn leg(&mut self, f: u32, p: u32, q: u32) {
        let (a, b) =
            (self.position(self.points[p as usize].place), self.position(self.points[q as usize].place));
        let mut between = Vec::new();
        self.bend(f, a, b, 4, &mut between);
        self.legs.push((p, between, q, f));
    }

    /// Adds places between two of the line where the straight leg strays from the distance.
    fn bend(&self, f: u32, a: DVec3, b: DVec3, depth: u32, out: &mut Vec<Place>) {
        let corners = self.g.surface.mesh().corners(f);
        let at = |p: DVec3| Place::Face(f, weights(corners, p));
        let mid = 0.5 * (a + b);
        let d = self.reach(at(mid)).0;
        if depth == 0 || !((d - self.distance).abs() > STRAY) || a.distance(b) < 1e-3 {
            return;
        }
        let normal = (corners[1] - corners[0]).cross(corners[2] - corners[0]).normalize_or_zero();
        // Farther places lie to the left of a line at the left of the curve.
        let far = normal.cross(b - a).normalize_or_zero() * if self.side == LEFT { 1.0 } else { -1.0 };
        let mut moved = 0.0;
        let mut error = self.distance - d;
        let mut best = mid;
        for _ in 0..6 {
            moved += error;
            // Weights are kept inside the triangle.
            best = self.position(at(mid + far * moved));
            error = self.distance - self.reach(at(best)).0;
            if !(error.abs() > 0.1 * STRAY) {
                break;
            }
        }
        if !error.is_finite() || error.abs() > (self.distance - d).abs() {
            return;
        }
        self.bend(f, a, best, depth - 1, out);
        out.push(at(best));
        self.bend(f, best, b, depth - 1, out);
    }

    /// Joins the legs to curves.
    fn join(self) -> Vec<Curve> {
        let mut from: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut into: BTreeMap<u32, usize> = BTreeMap::new();
        for (i, l) in self.legs.iter().enumerate() {
            from.entry(l.0).or_default().push(i);
            *into.entry(l.2).or_default() += 1;
        }
        let mut used = vec![false; self.legs.len()];
        let mut curves = Vec::new();
        // Open curves begin where no leg ends; what is left goes around.
        let begins = (0..self.legs.len()).filter(|i| !into.contains_key(&self.legs[*i].0));
        for first in begins.chain(0..self.legs.len()) {
            if used[first] {
                continue;
            }
            let begin = self.legs[first].0;
            let mut stops: Vec<Stop> = Vec::new();
            let mut at = Some(first);
            let mut end = begin;
            while let Some(i) = at {
                used[i] = true;
                let (p, between, q, f) = &self.legs[i];
                stops.push((self.points[*p as usize].place, *f));
                stops.extend(between.iter().map(|b| (*b, *f)));
                end = *q;
                at = from.get(q).and_then(|l| l.iter().copied().find(|j| !used[*j]));
            }
            let closed = end == begin;
            if !closed {
                let f = stops.last().map_or(0, |s| s.1);
                stops.push((self.points[end as usize].place, f));
            }
            let curve = Curve::from_stops(self.g, &stops, closed);
            if curve.length() > 1e-3 {
                curves.push(curve);
            }
        }
        curves.sort_by(|a, b| b.length().total_cmp(&a.length()));
        curves
    }
}

/// The edge that two corners of the grid lie on.
fn common_edge(topology: &super::topology::Topology, a: Node, b: Node) -> Option<u32> {
    match (a, b) {
        (Node::Edge(e, _), Node::Edge(o, _)) => (e == o).then_some(e),
        (Node::Edge(e, _), Node::Vertex(v)) | (Node::Vertex(v), Node::Edge(e, _)) => {
            topology.edges[e as usize].contains(&v).then_some(e)
        }
        (Node::Vertex(u), Node::Vertex(v)) => topology
            .corners_at(u)
            .iter()
            .flat_map(|s| [*s, super::topology::prev(*s)])
            .map(|s| topology.edge_of[s as usize])
            .find(|e| topology.edges[*e as usize].contains(&v)),
        _ => None,
    }
}
