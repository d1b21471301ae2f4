//! Who borders whom: edges, sides, fans, angles and connected parts of a mesh of any kind.

use glam::DVec2;

use crate::{HeadError, Mesh};

/// No side, no face, no edge.
pub(crate) const NONE: u32 = u32::MAX;

/// Adjacency and intrinsic lengths of a triangle mesh.
///
/// A *side* `3 f + k` is the edge of triangle `f` from its corner `k` to the next. Edges may have
/// any number of triangles; triangles that name a vertex twice are left out of every list.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    /// Ends of each edge, lower vertex first.
    pub(crate) edges: Vec<[u32; 2]>,
    /// Length of each edge, mm.
    pub(crate) length: Vec<f64>,
    /// Edge of each side; [`NONE`] for triangles that are left out.
    pub(crate) edge_of: Vec<u32>,
    /// Corners of each side's triangle opposite the side, in the frame of the *edge*: along it from
    /// its lower vertex, and off it (never negative), mm.
    pub(crate) apex: Vec<DVec2>,
    /// The side of the neighbour that runs the same edge the other way; [`NONE`] at a rim, at an
    /// edge of more than two triangles, and where windings disagree.
    pub(crate) twin: Vec<u32>,
    edge_start: Vec<u32>,
    edge_sides: Vec<u32>,
    vertex_start: Vec<u32>,
    vertex_corners: Vec<u32>,
    /// Sum of the angles of the triangles at each vertex, radians.
    pub(crate) angle: Vec<f64>,
    /// Whether a shortest path may bend at this vertex: more than a full turn about it, or a rim
    /// with more than half a turn, or not a single fan.
    pub(crate) bends: Vec<bool>,
    /// Connected part of each vertex (numbered by lowest vertex); [`NONE`] for vertices without a
    /// triangle.
    pub(crate) part: Vec<u32>,
    /// Every edge has one triangle, or two that run it in opposite directions, and the triangles at
    /// every vertex make one fan, and no edge is without length.
    pub(crate) regular: bool,
}

/// The next side of the same triangle.
#[inline]
pub(crate) const fn next(side: u32) -> u32 {
    if side % 3 == 2 { side - 2 } else { side + 1 }
}

/// The previous side of the same triangle.
#[inline]
pub(crate) const fn prev(side: u32) -> u32 {
    if side.is_multiple_of(3) { side + 2 } else { side - 1 }
}

/// Angle between two arms, radians.
fn angle_between(u: glam::DVec3, v: glam::DVec3) -> f64 {
    libm::atan2(u.cross(v).length(), u.dot(v))
}

impl Topology {
    pub(crate) fn new(mesh: &Mesh) -> Result<Self, HeadError> {
        mesh.check()?;
        let (n, f) = (mesh.positions.len(), mesh.triangles.len());
        if u32::try_from(3 * f).is_err() {
            return Err(HeadError::Geodesic(
                "the mesh has more than 1.4 billion triangles; simplify it first".into(),
            ));
        }
        let mut sides: Vec<(u32, u32, u32)> = Vec::with_capacity(3 * f);
        for (i, t) in mesh.triangles.iter().enumerate() {
            if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
                continue;
            }
            for k in 0..3 {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                sides.push((a.min(b), a.max(b), (3 * i + k) as u32));
            }
        }
        if sides.is_empty() {
            return Err(HeadError::Geodesic("no triangle of the mesh has three different corners".into()));
        }
        sides.sort_unstable();
        let mut edge_of = vec![NONE; 3 * f];
        let mut twin = vec![NONE; 3 * f];
        let (mut edges, mut length) = (Vec::new(), Vec::new());
        let (mut edge_start, mut edge_sides) = (vec![0u32], Vec::with_capacity(sides.len()));
        let mut regular = true;
        let origin = |s: u32| mesh.triangles[s as usize / 3][s as usize % 3];
        for group in sides.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let e = edges.len() as u32;
            edges.push([group[0].0, group[0].1]);
            length.push(mesh.positions[group[0].0 as usize].distance(mesh.positions[group[0].1 as usize]));
            for s in group {
                edge_of[s.2 as usize] = e;
                edge_sides.push(s.2);
            }
            edge_start.push(edge_sides.len() as u32);
            regular &= length[e as usize] > 0.0;
            match group {
                [_] => {}
                [a, b] if origin(a.2) != origin(b.2) => {
                    twin[a.2 as usize] = b.2;
                    twin[b.2 as usize] = a.2;
                }
                _ => regular = false,
            }
        }
        let mut apex = vec![DVec2::ZERO; 3 * f];
        let mut angle = vec![0.0; n];
        let mut vertex_start = vec![0u32; n + 1];
        for (s, &e) in edge_of.iter().enumerate() {
            if e == NONE {
                continue;
            }
            let t = mesh.triangles[s / 3];
            let p = t.map(|v| mesh.positions[v as usize]);
            let [lo, hi] = edges[e as usize].map(|v| mesh.positions[v as usize]);
            let c = p[(s % 3 + 2) % 3];
            let d = (hi - lo).normalize_or_zero();
            let along = (c - lo).dot(d);
            apex[s] = DVec2::new(along, (c - lo - d * along).length());
            let k = s % 3;
            angle[t[k] as usize] += angle_between(p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
            vertex_start[t[k] as usize + 1] += 1;
        }
        for v in 0..n {
            vertex_start[v + 1] += vertex_start[v];
        }
        let mut fill = vertex_start.clone();
        let mut vertex_corners = vec![0u32; vertex_start[n] as usize];
        for (s, &e) in edge_of.iter().enumerate() {
            if e != NONE {
                let v = origin(s as u32) as usize;
                vertex_corners[fill[v] as usize] = s as u32;
                fill[v] += 1;
            }
        }
        let mut topology = Self {
            edges,
            length,
            edge_of,
            apex,
            twin,
            edge_start,
            edge_sides,
            vertex_start,
            vertex_corners,
            angle,
            bends: vec![false; n],
            part: vec![NONE; n],
            regular,
        };
        topology.mark_vertices();
        topology.mark_parts();
        Ok(topology)
    }

    fn mark_vertices(&mut self) {
        use std::f64::consts::PI;
        for v in 0..self.angle.len() as u32 {
            let corners = self.corners_at(v).len();
            if corners == 0 {
                continue;
            }
            let (fan, closed) = self.fan(v);
            let single = fan.len() == corners;
            self.regular &= single;
            // A shortest path runs straight through a vertex of exactly one turn, so that rounding
            // here costs nothing but a few useless windows.
            let full = if closed { 2.0 * PI } else { PI };
            self.bends[v as usize] = !single || self.angle[v as usize] > full - 1e-9;
        }
    }

    fn mark_parts(&mut self) {
        let mut stack = Vec::new();
        let mut count = 0;
        for v in 0..self.part.len() as u32 {
            if self.part[v as usize] != NONE || self.corners_at(v).is_empty() {
                continue;
            }
            self.part[v as usize] = count;
            stack.push(v);
            while let Some(u) = stack.pop() {
                for i in 0..self.corners_at(u).len() {
                    let s = self.corners_at(u)[i];
                    for side in [s, prev(s)] {
                        for w in self.edges[self.edge_of[side as usize] as usize] {
                            if self.part[w as usize] == NONE {
                                self.part[w as usize] = count;
                                stack.push(w);
                            }
                        }
                    }
                }
            }
            count += 1;
        }
    }

    /// Sides that run along an edge.
    #[inline]
    pub(crate) fn sides_of(&self, edge: u32) -> &[u32] {
        let e = edge as usize;
        &self.edge_sides[self.edge_start[e] as usize..self.edge_start[e + 1] as usize]
    }

    /// Sides that begin at a vertex: one for each of its triangles.
    #[inline]
    pub(crate) fn corners_at(&self, vertex: u32) -> &[u32] {
        let v = vertex as usize;
        &self.vertex_corners[self.vertex_start[v] as usize..self.vertex_start[v + 1] as usize]
    }

    /// The sides that begin at a vertex, counter-clockwise, and whether they go all the way around.
    /// A fan with a rim begins at the rim. Covers one fan only where several meet.
    pub(crate) fn fan(&self, vertex: u32) -> (Vec<u32>, bool) {
        let Some(&any) = self.corners_at(vertex).first() else { return (Vec::new(), false) };
        let most = self.corners_at(vertex).len();
        // Clockwise to the rim, if there is one.
        let mut first = any;
        let mut closed = false;
        for _ in 0..most {
            let t = self.twin[first as usize];
            if t == NONE {
                break;
            }
            first = next(t);
            if first == any {
                closed = true;
                break;
            }
        }
        let mut fan = vec![first];
        let mut at = first;
        while fan.len() < most {
            let t = self.twin[prev(at) as usize];
            if t == NONE || t == first {
                break;
            }
            at = t;
            fan.push(at);
        }
        (fan, closed)
    }

    /// The third side of a triangle's edge seen as a vertex: the corner opposite a side.
    #[inline]
    pub(crate) fn opposite(&self, mesh: &Mesh, side: u32) -> u32 {
        let p = prev(side);
        mesh.triangles[p as usize / 3][p as usize % 3]
    }

    /// Whether a side runs its edge from the lower vertex to the higher.
    #[inline]
    pub(crate) fn runs_up(&self, mesh: &Mesh, side: u32) -> bool {
        mesh.triangles[side as usize / 3][side as usize % 3]
            == self.edges[self.edge_of[side as usize] as usize][0]
    }
}
