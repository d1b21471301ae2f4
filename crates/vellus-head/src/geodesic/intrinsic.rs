//! The intrinsic Delaunay triangulation: the same surface and vertices with better triangles.

use super::topology::{NONE, Topology, next, prev};
use crate::Mesh;

/// Triangles by their vertices and the lengths of their sides alone.
pub(crate) struct Intrinsic {
    pub(crate) triangles: Vec<[u32; 3]>,
    /// Length of each side, mm.
    pub(crate) length: Vec<f64>,
    twin: Vec<u32>,
}

/// Cotangents of the angles opposite the sides, and the area, of a triangle with these sides.
pub(crate) fn cotangents(l: [f64; 3]) -> ([f64; 3], f64) {
    let [a, b, c] = l;
    let s = 0.5 * (a + b + c);
    let area = (s * (s - a) * (s - b) * (s - c)).max(0.0).sqrt();
    // A triangle as flat as a line gets the cotangents of a very thin one.
    let floor = 1e-12 * a.max(b).max(c) * a.max(b).max(c);
    let four = 4.0 * area.max(floor);
    ([(b * b + c * c - a * a) / four, (c * c + a * a - b * b) / four, (a * a + b * b - c * c) / four], area)
}

impl Intrinsic {
    /// Flips edges until each pair of opposite angles sums to at most half a turn (Bobenko and
    /// Springborn 2007). Edges of more than two triangles, and where windings disagree, stay.
    pub(crate) fn delaunay(mesh: &Mesh, topology: &Topology) -> Self {
        let mut out = Self {
            triangles: mesh.triangles.clone(),
            length: topology
                .edge_of
                .iter()
                .map(|e| if *e == NONE { 0.0 } else { topology.length[*e as usize] })
                .collect(),
            twin: topology.twin.clone(),
        };
        let mut stack: Vec<u32> = (0..out.twin.len() as u32).filter(|s| out.twin[*s as usize] > *s).collect();
        stack.reverse();
        let mut left = 20 * stack.len() + 1000;
        while let Some(s) = stack.pop() {
            if left == 0 {
                break;
            }
            if out.flip(s) {
                left -= 1;
                let f = s / 3;
                let g = out.twin[3 * f as usize + 1] / 3;
                stack.extend([3 * f, 3 * f + 2, 3 * g, 3 * g + 1]);
            }
        }
        out
    }

    /// Sides of a triangle from one of them on.
    fn lengths_from(&self, s: u32) -> [f64; 3] {
        [s, next(s), prev(s)].map(|s| self.length[s as usize])
    }

    /// Flips one edge when its opposite angles sum to more than half a turn.
    fn flip(&mut self, s: u32) -> bool {
        let t = self.twin[s as usize];
        if t == NONE || s / 3 == t / 3 {
            return false;
        }
        let (ls, lt) = (self.lengths_from(s), self.lengths_from(t));
        let (cs, area_s) = cotangents(ls);
        let (ct, area_t) = cotangents(lt);
        if !(cs[0] + ct[0] < -1e-9) {
            return false;
        }
        let origin = |x: u32| self.triangles[x as usize / 3][x as usize % 3];
        let (a, b, c, d) = (origin(s), origin(t), origin(prev(s)), origin(prev(t)));
        if c == d {
            return false;
        }
        // a at the origin, b along x; c above, d below.
        let l = ls[0];
        let (ca, da) = (ls[2], lt[1]);
        let cx = (l * l + ca * ca - ls[1] * ls[1]) / (2.0 * l);
        let dx = (l * l + da * da - lt[2] * lt[2]) / (2.0 * l);
        let (cy, dy) = (2.0 * area_s / l, 2.0 * area_t / l);
        let new = libm::hypot(cx - dx, cy + dy);
        if !(new > 0.0) || !new.is_finite() {
            return false;
        }
        let keep = |x: u32| (self.length[x as usize], self.twin[x as usize]);
        let (bc, c_a, ad, db) = (keep(next(s)), keep(prev(s)), keep(next(t)), keep(prev(t)));
        // The outer neighbours may be sides of these two triangles themselves.
        let (f, g) = (s / 3, t / 3);
        let moved = |x: u32| -> u32 {
            match x {
                x if x == next(s) => 3 * g + 1,
                x if x == prev(s) => 3 * f + 2,
                x if x == next(t) => 3 * f,
                x if x == prev(t) => 3 * g,
                x => x,
            }
        };
        let sides = [(3 * f, ad), (3 * f + 2, c_a), (3 * g, db), (3 * g + 1, bc)]
            .map(|(x, (l, t))| (x, l, if t == NONE { NONE } else { moved(t) }));
        self.triangles[f as usize] = [a, d, c];
        self.triangles[g as usize] = [d, b, c];
        for (x, l, t) in sides {
            self.length[x as usize] = l;
            self.twin[x as usize] = t;
            if t != NONE {
                self.twin[t as usize] = x;
            }
        }
        for (x, t) in [(3 * f + 1, 3 * g + 2), (3 * g + 2, 3 * f + 1)] {
            self.length[x as usize] = new;
            self.twin[x as usize] = t;
        }
        true
    }
}
