//! Where on the mesh a point lies: on a vertex, on an edge, or inside a triangle.

use glam::{DVec2, DVec3};

use super::topology::{NONE, Topology};
use crate::{HeadError, Mesh, SurfacePoint};

/// A point snapped to the smallest part of the mesh that holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// On a vertex.
    Vertex(u32),
    /// Inside an edge, this far from its lower vertex, mm.
    Edge(u32, f64),
    /// Inside a triangle, with the weights of its corners.
    Face(u32, [f64; 3]),
}

/// Nearer than this share of the triangle's longest edge is *on* an edge or a vertex: far above
/// the rounding of coordinates, far below anything that is measured.
const SNAP: f64 = 1e-9;
/// A point may lie this far off the triangle that it names, as a share of the longest edge. Covers
/// positions that went through single precision.
const OFF: f64 = 1e-3;

impl Place {
    /// Snaps a point.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when its triangle does not exist or is degenerate, or when the point
    /// is not on it.
    pub(crate) fn of(mesh: &Mesh, topology: &Topology, point: &SurfacePoint) -> Result<Self, HeadError> {
        let f = point.triangle;
        let Some(t) = mesh.triangles.get(f as usize) else {
            return Err(HeadError::Geodesic(format!(
                "the point names triangle {f}, but the mesh has {}; take points from this surface",
                mesh.triangles.len()
            )));
        };
        if topology.edge_of[3 * f as usize] == NONE {
            return Err(HeadError::Geodesic(format!(
                "triangle {f} names a vertex twice, so nothing can lie on it; repair the mesh first"
            )));
        }
        let p = t.map(|v| mesh.positions[v as usize]);
        let longest = p[0].distance(p[1]).max(p[1].distance(p[2])).max(p[2].distance(p[0]));
        let w = weights(p, point.position);
        let foot = p[0] * w[0] + p[1] * w[1] + p[2] * w[2];
        if !(foot.distance(point.position) <= OFF * longest + 1e-6) {
            return Err(HeadError::Geodesic(format!(
                "the point ({:.3}, {:.3}, {:.3}) is not on its triangle {f}; take it from \
                 Surface::closest_point",
                point.position.x, point.position.y, point.position.z
            )));
        }
        let snap = SNAP * longest;
        for k in 0..3 {
            if foot.distance(p[k]) <= snap {
                return Ok(Self::Vertex(t[k]));
            }
        }
        for k in 0..3 {
            let (a, b) = (p[k], p[(k + 1) % 3]);
            let d = (b - a).normalize_or_zero();
            let along = (foot - a).dot(d);
            let within = along >= -snap && along <= a.distance(b) + snap;
            if within && (foot - a - d * along).length() <= snap {
                let side = 3 * f + k as u32;
                let e = topology.edge_of[side as usize];
                let x =
                    if topology.runs_up(mesh, side) { along } else { topology.length[e as usize] - along };
                return Ok(Self::Edge(e, x.clamp(0.0, topology.length[e as usize])));
            }
        }
        Ok(Self::Face(f, w))
    }

    /// Position, mm.
    pub(crate) fn position(self, mesh: &Mesh, topology: &Topology) -> DVec3 {
        match self {
            Self::Vertex(v) => mesh.positions[v as usize],
            Self::Edge(e, x) => {
                let [a, b] = topology.edges[e as usize].map(|v| mesh.positions[v as usize]);
                let l = topology.length[e as usize];
                if l > 0.0 { a + (b - a) * (x / l) } else { a }
            }
            Self::Face(f, w) => {
                let [a, b, c] = mesh.corners(f);
                a * w[0] + b * w[1] + c * w[2]
            }
        }
    }

    /// Triangles that hold the point.
    pub(crate) fn faces(self, topology: &Topology) -> Vec<u32> {
        match self {
            Self::Vertex(v) => topology.corners_at(v).iter().map(|s| s / 3).collect(),
            Self::Edge(e, _) => topology.sides_of(e).iter().map(|s| s / 3).collect(),
            Self::Face(f, _) => vec![f],
        }
    }

    /// Connected part that holds the point.
    pub(crate) fn part(self, mesh: &Mesh, topology: &Topology) -> u32 {
        let v = match self {
            Self::Vertex(v) => v,
            Self::Edge(e, _) => topology.edges[e as usize][0],
            Self::Face(f, _) => mesh.triangles[f as usize][0],
        };
        topology.part[v as usize]
    }

    /// Coordinates in the frame of one of the triangle's sides: along its edge from the lower
    /// vertex, and off it, mm. The point must be on the triangle.
    pub(crate) fn in_side(self, mesh: &Mesh, topology: &Topology, side: u32) -> DVec2 {
        let e = topology.edge_of[side as usize];
        let l = topology.length[e as usize];
        let [lo, _] = topology.edges[e as usize];
        let vertex = |v: u32| {
            if v == topology.opposite(mesh, side) {
                topology.apex[side as usize]
            } else {
                DVec2::new(if v == lo { 0.0 } else { l }, 0.0)
            }
        };
        match self {
            Self::Vertex(v) => vertex(v),
            Self::Edge(o, x) => {
                let [a, b] = topology.edges[o as usize];
                let (a, b) = (vertex(a), vertex(b));
                let lo = topology.length[o as usize];
                if lo > 0.0 { a + (b - a) * (x / lo) } else { a }
            }
            Self::Face(f, w) => {
                let t = mesh.triangles[f as usize];
                vertex(t[0]) * w[0] + vertex(t[1]) * w[1] + vertex(t[2]) * w[2]
            }
        }
    }
}

/// Weights of the corners of the foot of a point in the plane of a triangle, clamped to the
/// triangle; along the longest edge when the triangle is a line.
pub(crate) fn weights(p: [DVec3; 3], q: DVec3) -> [f64; 3] {
    let n = (p[1] - p[0]).cross(p[2] - p[0]);
    let nn = n.length_squared();
    let longest =
        p[0].distance_squared(p[1]).max(p[1].distance_squared(p[2])).max(p[2].distance_squared(p[0]));
    if nn > 1e-24 * longest * longest {
        let mut w = [0, 1, 2].map(|k| {
            let (a, b) = (p[(k + 1) % 3], p[(k + 2) % 3]);
            ((b - a).cross(q - a).dot(n) / nn).max(0.0)
        });
        let sum = w[0] + w[1] + w[2];
        w.iter_mut().for_each(|x| *x /= sum);
        return w;
    }
    let mut best = ([1.0, 0.0, 0.0], f64::INFINITY);
    for k in 0..3 {
        let (i, j) = (k, (k + 1) % 3);
        let d = p[j] - p[i];
        let l = d.length_squared();
        let x = if l > 0.0 { ((q - p[i]).dot(d) / l).clamp(0.0, 1.0) } else { 0.0 };
        let off = (p[i] + d * x).distance_squared(q);
        if off < best.1 {
            let mut w = [0.0; 3];
            w[i] = 1.0 - x;
            w[j] = x;
            best = (w, off);
        }
    }
    best.0
}
