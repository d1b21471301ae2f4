//! Strips of triangles, and the shortest path within one made locally shortest on the surface.
//!
//! A strip is the row of sides that a path crosses. It is unfolded into a plane, where the shortest
//! path in it is found by pulling a string tight (Lee and Preparata 1984). Where the string leans on
//! a vertex with less than half a turn on its other side, the strip is led around that other side,
//! until no such vertex is left: the path is then locally shortest (Xin and Wang 2007; the flips of
//! Sharp and Crane 2020 do the same to the triangulation instead of the strip).

use glam::DVec2;

use super::field::{Stop, on_edge};
use super::place::Place;
use super::topology::{NONE, Topology, next, prev};
use crate::Mesh;

/// An end of a path, with the triangle that the strip begins or ends in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) place: Place,
    pub(crate) face: u32,
}

/// A vertex that the string leans on.
#[derive(Clone, Copy, Debug)]
struct Corner {
    vertex: u32,
    /// A side of the strip with that vertex.
    index: usize,
    left: bool,
    at: DVec2,
}

/// Workspace for pulling strings, kept between paths.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    /// Ends of the crossed sides in the plane, seen by the walker.
    left: Vec<DVec2>,
    right: Vec<DVec2>,
    corners: Vec<Corner>,
    spliced: Vec<u32>,
    detours: Vec<(usize, usize, Vec<u32>)>,
}

/// A tightened path.
#[derive(Clone, Debug)]
pub(crate) struct Tight {
    pub(crate) sides: Vec<u32>,
    pub(crate) length: f64,
    corners: Vec<Corner>,
    start: DVec2,
    end: DVec2,
}

/// More rounds than this are not made: each shortens the path, and paths over heads take ten.
const MOST_ROUNDS: usize = 1000;
/// Rounds after which a strip that is longer than a known path by this share is given up.
const HOPE: [(usize, f64); 3] = [(0, 0.05), (3, 0.02), (8, 0.006)];
/// Angle short of half a turn that is still straight, radians: a detour there would save less than
/// rounding.
const STRAIGHT: f64 = 1e-10;

fn origin(mesh: &Mesh, side: u32) -> u32 {
    mesh.triangles[side as usize / 3][side as usize % 3]
}

fn target(mesh: &Mesh, side: u32) -> u32 {
    origin(mesh, next(side))
}

/// The sides crossed when turning about a vertex from one triangle until another fits; `None` when
/// a rim is in the way.
fn turn(
    mesh: &Mesh,
    topology: &Topology,
    face: u32,
    vertex: u32,
    counter_clockwise: bool,
    fits: impl Fn(u32) -> bool,
) -> Option<Vec<u32>> {
    let mut out = Vec::new();
    if fits(face) {
        return Some(out);
    }
    let k = mesh.triangles[face as usize].iter().position(|v| *v == vertex)? as u32;
    // The side that begins at the vertex lies clockwise, the one that ends there counter-clockwise.
    let mut side = if counter_clockwise { prev(3 * face + k) } else { 3 * face + k };
    for _ in 0..topology.corners_at(vertex).len() {
        let t = topology.twin[side as usize];
        if t == NONE {
            return None;
        }
        out.push(side);
        if fits(t / 3) {
            return Some(out);
        }
        side = if counter_clockwise { prev(t) } else { next(t) };
    }
    None
}

/// Adds a crossed side; one that only undoes the last is dropped with it.
pub(crate) fn cross(topology: &Topology, sides: &mut Vec<u32>, side: u32) {
    if sides.last().is_some_and(|&l| topology.twin[l as usize] == side) {
        sides.pop();
    } else {
        sides.push(side);
    }
}

/// For each vertex at the border of a strip that is sharp enough to have a shorter way at its other
/// side: first and last side at the vertex, and the way around the other side.
pub(crate) fn other_sides(
    mesh: &Mesh,
    topology: &Topology,
    sides: &[u32],
    sharp: f64,
) -> Vec<(usize, usize, Vec<u32>)> {
    use std::f64::consts::PI;
    let mut out = Vec::new();
    for left in [true, false] {
        let vertex = |s: u32| if left { target(mesh, s) } else { origin(mesh, s) };
        let mut i = 0;
        while i < sides.len() {
            let v = vertex(sides[i]);
            let mut j = i;
            while j + 1 < sides.len() && vertex(sides[j + 1]) == v {
                j += 1;
            }
            if topology.angle[v as usize] < 2.0 * PI - sharp {
                let goal = topology.twin[sides[j] as usize] / 3;
                if let Some(way) = turn(mesh, topology, sides[i] / 3, v, !left, |f| f == goal) {
                    out.push((i, j, way));
                }
            }
            i = j + 1;
        }
    }
    out
}

/// The strip along a row of vertices, each joined to the next by an edge. The first must be a
/// corner of the first triangle, the last of the last.
pub(crate) fn along(
    mesh: &Mesh,
    topology: &Topology,
    from: u32,
    vertices: &[u32],
    to: u32,
) -> Option<Vec<u32>> {
    let mut sides = Vec::new();
    let mut face = from;
    for (i, &v) in vertices.iter().enumerate() {
        let w = vertices.get(i + 1).copied();
        let fits = |f: u32| w.map_or(f == to, |w| mesh.triangles[f as usize].contains(&w));
        let a = turn(mesh, topology, face, v, true, fits);
        let b = turn(mesh, topology, face, v, false, fits);
        let way = match (a, b) {
            (Some(a), Some(b)) => {
                if a.len() <= b.len() {
                    a
                } else {
                    b
                }
            }
            (a, b) => a.or(b)?,
        };
        for s in way {
            face = topology.twin[s as usize] / 3;
            cross(topology, &mut sides, s);
        }
    }
    (face == to).then_some(sides)
}

impl Strings {
    /// Makes the path within a strip as short as it gets without leaving out or adding whole
    /// bumps. `None` when the strip is broken, or soon seen not to become shorter than `known`.
    pub(crate) fn tighten(
        &mut self,
        mesh: &Mesh,
        topology: &Topology,
        from: End,
        to: End,
        sides: Vec<u32>,
        known: f64,
    ) -> Option<Tight> {
        let mut best = self.pull(mesh, topology, from, to, sides)?;
        for round in 0..MOST_ROUNDS {
            if HOPE.iter().any(|&(after, gain)| round >= after && best.length > known * (1.0 + gain)) {
                return None;
            }
            if !self.detours(mesh, topology, from, to, &best) {
                break;
            }
            self.spliced.clear();
            let mut at = 0;
            for (begin, end, way) in &self.detours {
                for &s in &best.sides[at..*begin] {
                    cross(topology, &mut self.spliced, s);
                }
                for &s in way {
                    cross(topology, &mut self.spliced, s);
                }
                at = *end + 1;
            }
            for &s in &best.sides[at..] {
                cross(topology, &mut self.spliced, s);
            }
            let sides = self.spliced.clone();
            let Some(next) = self.pull(mesh, topology, from, to, sides) else { break };
            if !(next.length < best.length) {
                break;
            }
            best = next;
        }
        Some(best)
    }

    /// Collects the parts of the strip that are better led around the other side of a vertex.
    fn detours(&mut self, mesh: &Mesh, topology: &Topology, from: End, to: End, tight: &Tight) -> bool {
        use std::f64::consts::PI;
        self.detours.clear();
        let sides = &tight.sides;
        let mut free = 0;
        for (n, c) in tight.corners.iter().enumerate() {
            if Place::Vertex(c.vertex) == from.place || Place::Vertex(c.vertex) == to.place {
                continue;
            }
            let before = if n == 0 { tight.start } else { tight.corners[n - 1].at };
            let after = tight.corners.get(n + 1).map_or(tight.end, |c| c.at);
            let (u, v) = (c.at - before, after - c.at);
            let bend = libm::atan2(u.perp_dot(v), u.dot(v));
            let bend = if c.left { bend } else { -bend };
            if topology.angle[c.vertex as usize] - bend >= 2.0 * PI - STRAIGHT {
                continue;
            }
            let has = |s: u32| if c.left { target(mesh, s) } else { origin(mesh, s) } == c.vertex;
            let (mut i, mut j) = (c.index, c.index);
            while i > 0 && has(sides[i - 1]) {
                i -= 1;
            }
            while j + 1 < sides.len() && has(sides[j + 1]) {
                j += 1;
            }
            if i < free {
                continue;
            }
            let goal = topology.twin[sides[j] as usize] / 3;
            // With the vertex at the left the strip turns counter-clockwise about it.
            if let Some(way) = turn(mesh, topology, sides[i] / 3, c.vertex, !c.left, |f| f == goal) {
                self.detours.push((i, j, way));
                free = j + 1;
            }
        }
        !self.detours.is_empty()
    }

    /// Unfolds a strip and pulls the string tight in it.
    fn pull(
        &mut self,
        mesh: &Mesh,
        topology: &Topology,
        from: End,
        to: End,
        sides: Vec<u32>,
    ) -> Option<Tight> {
        self.left.clear();
        self.right.clear();
        let base = 3 * from.face;
        let in_plane = |side: u32, a: DVec2, b: DVec2, p: DVec2, outward: bool| {
            // From the frame of the edge to the plane; a and b are the side's begin and end.
            let d = (b - a) / topology.length[topology.edge_of[side as usize] as usize];
            let n = if outward { -d.perp() } else { d.perp() };
            if topology.runs_up(mesh, side) { a + d * p.x + n * p.y } else { b - d * p.x + n * p.y }
        };
        let l = topology.length[topology.edge_of[base as usize] as usize];
        let (a0, b0) = (DVec2::ZERO, DVec2::new(l, 0.0));
        let c0 = in_plane(base, a0, b0, topology.apex[base as usize], false);
        let start = in_plane(base, a0, b0, from.place.in_side(mesh, topology, base), false);
        let corner = [a0, b0, c0];
        let mut end = in_plane(base, a0, b0, to.place.in_side(mesh, topology, base), false);
        if sides.is_empty() && from.face != to.face {
            return None;
        }
        let (mut a, mut b, mut c) = (a0, b0, c0);
        let mut entered = NONE;
        for (i, &s) in sides.iter().enumerate() {
            (a, b) = if i == 0 {
                if s / 3 != from.face {
                    return None;
                }
                (corner[s as usize % 3], corner[(s as usize + 1) % 3])
            } else if s == next(entered) {
                // Entered along (b, a) with apex c: the next side is (a, c), the one after (c, b).
                (a, c)
            } else if s == prev(entered) {
                (c, b)
            } else {
                return None;
            };
            self.left.push(b);
            self.right.push(a);
            entered = topology.twin[s as usize];
            if entered == NONE {
                return None;
            }
            c = in_plane(s, a, b, topology.apex[entered as usize], true);
            if i + 1 == sides.len() {
                if entered / 3 != to.face {
                    return None;
                }
                end = in_plane(s, a, b, to.place.in_side(mesh, topology, entered), true);
            }
        }
        if !end.is_finite() {
            return None;
        }
        self.funnel(mesh, &sides, start, end);
        let mut length = 0.0;
        let mut at = start;
        for c in &self.corners {
            length += at.distance(c.at);
            at = c.at;
        }
        length += at.distance(end);
        Some(Tight { sides, length, corners: self.corners.clone(), start, end })
    }

    /// The funnel: its sides close in on the tip as the sides of the strip pass; where they cross,
    /// the string leans on a vertex, which is the new tip.
    fn funnel(&mut self, mesh: &Mesh, sides: &[u32], start: DVec2, end: DVec2) {
        self.corners.clear();
        let m = sides.len();
        let mut tip = start;
        let (mut l, mut r) = (tip, tip);
        let (mut li, mut ri) = (0, 0);
        let mut i = 0;
        let mut free = 0;
        while i <= m {
            let (p, q) = if i < m { (self.left[i], self.right[i]) } else { (end, end) };
            // A side that the path begins on does not confine it.
            if i == free && i < m && on_segment(start, p, q) {
                free += 1;
                i += 1;
                (li, ri) = (i, i);
                continue;
            }
            if (r - tip).perp_dot(q - tip) >= 0.0 {
                if r == tip || (l - tip).perp_dot(q - tip) < 0.0 {
                    r = q;
                    ri = i;
                } else if l != tip {
                    self.corners.push(Corner {
                        vertex: target(mesh, sides[li]),
                        index: li,
                        left: true,
                        at: l,
                    });
                    (tip, r) = (l, l);
                    i = li + 1;
                    (li, ri) = (i, i);
                    continue;
                }
            }
            if (l - tip).perp_dot(p - tip) <= 0.0 {
                if l == tip || (r - tip).perp_dot(p - tip) > 0.0 {
                    l = p;
                    li = i;
                } else if r != tip && ri < m {
                    self.corners.push(Corner {
                        vertex: origin(mesh, sides[ri]),
                        index: ri,
                        left: false,
                        at: r,
                    });
                    (tip, l) = (r, r);
                    i = ri + 1;
                    (li, ri) = (i, i);
                    continue;
                }
            }
            i += 1;
        }
    }
}

/// Whether a place lies on a segment, to rounding.
fn on_segment(x: DVec2, p: DVec2, q: DVec2) -> bool {
    let d = q - p;
    let ll = d.length_squared();
    let along = (x - p).dot(d);
    (x - p).perp_dot(d).abs() <= 1e-9 * ll && along >= -1e-9 * ll && along <= (1.0 + 1e-9) * ll
}

impl Tight {
    /// The stops of the path.
    pub(crate) fn stops(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        strings: &mut Strings,
        from: End,
        to: End,
    ) -> Vec<Stop> {
        let mut stops = Vec::with_capacity(self.sides.len() + 2);
        stops.push((from.place, from.face));
        // The unfolding is not kept: it is made again for the one path that is wanted.
        if strings.pull(mesh, topology, from, to, self.sides.clone()).is_none() {
            return stops;
        }
        let mut tip = self.start;
        let mut n = 0;
        for (i, &s) in self.sides.iter().enumerate() {
            while n < self.corners.len() && self.corners[n].index < i {
                tip = self.corners[n].at;
                n += 1;
            }
            let goal = self.corners.get(n).map_or(self.end, |c| c.at);
            let d = goal - tip;
            let (a, b) = (strings.right[i], strings.left[i]);
            let (ca, cb) = (d.perp_dot(a - tip), d.perp_dot(b - tip));
            let u = if (cb - ca).abs() > 1e-14 * d.length() * a.distance(b) {
                (-ca / (cb - ca)).clamp(0.0, 1.0)
            } else if a.distance_squared(tip) <= b.distance_squared(tip) {
                0.0
            } else {
                1.0
            };
            let e = topology.edge_of[s as usize];
            let l = topology.length[e as usize];
            let x = if topology.runs_up(mesh, s) { u * l } else { (1.0 - u) * l };
            stops.push((on_edge(topology, e, x), topology.twin[s as usize] / 3));
        }
        stops.push((to.place, to.face));
        stops
    }
}
