//! Edges contracted in order of what it costs, in passes.
//!
//! A pass looks at all edges at once (on all threads), sorts the cheap ones and contracts them one
//! after the other, each vertex at most once. A queue that is kept in order the whole time would
//! choose a little better and runs on one thread only.

use glam::DVec3;
use rayon::prelude::*;

use super::quadric::Quadric;

const NONE: u32 = u32::MAX;
/// A vertex with more triangles is left alone until its neighbours are fewer: checking each of its
/// edges takes as many steps.
const MOST_AROUND: usize = 24;
/// Edges of a pass that are considered: the cheapest of so many parts.
const CHEAPEST_PART: usize = 3;
/// Rims and borders of marks weigh more than the surface, so that they keep their line.
const RIM_WEIGHT: f64 = 10.0;
/// A triangle may not turn by more than this in one contraction: cosine of 66 degrees.
const LEAST_TURN: f64 = 0.4;
/// Below this shape (1 for an equilateral triangle) a triangle may not become worse.
const LEAST_SHAPE: f64 = 0.25;

/// What bounds a simplification, in the units of the mesh.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub triangles: usize,
    pub longest_edge: f64,
    pub deviation: f64,
}

/// What a vertex may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Free,
    /// On a rim or on a border of marks: it moves along that.
    Rim,
    /// A corner, or tangled: it stays.
    Fixed,
    /// Too many triangles to look at, or none.
    Ignored,
}

/// One edge and what its contraction costs.
#[derive(Clone, Copy)]
struct Candidate {
    cost: f32,
    a: u32,
    b: u32,
}

/// A mesh that is being simplified. Indices must be in range.
pub(super) struct Work {
    pub positions: Vec<DVec3>,
    pub triangles: Vec<[u32; 3]>,
    pub filled: Vec<bool>,
    quadrics: Vec<Quadric>,
    /// Lists of corners: the first corner (3 × triangle + k) of each vertex, and the one after each.
    first: Vec<u32>,
    next: Vec<u32>,
    kinds: Vec<Kind>,
}

impl Work {
    pub(super) fn new(positions: Vec<DVec3>, triangles: Vec<[u32; 3]>, filled: Vec<bool>) -> Self {
        let mut work = Self {
            quadrics: Vec::new(),
            first: Vec::new(),
            next: Vec::new(),
            kinds: Vec::new(),
            positions,
            triangles,
            filled,
        };
        work.list_corners();
        work.quadrics =
            (0..work.positions.len() as u32).into_par_iter().map(|v| work.quadric_of(v)).collect();
        work
    }

    /// Contracts edges until a bound is met or nothing more can be done.
    pub(super) fn run(&mut self, bounds: &Bounds) {
        while self.triangles.len() > bounds.triangles {
            let before = self.triangles.len();
            self.kinds = (0..self.positions.len() as u32).into_par_iter().map(|v| self.kind_of(v)).collect();
            self.pass(bounds);
            self.compact();
            self.list_corners();
            // What is left moves too slowly to be worth another look at all edges.
            if before - self.triangles.len() < 1 + before / 2000 {
                break;
            }
        }
    }

    fn list_corners(&mut self) {
        self.first.clear();
        self.first.resize(self.positions.len(), NONE);
        self.next.clear();
        self.next.resize(3 * self.triangles.len(), NONE);
        for t in (0..self.triangles.len()).rev() {
            for k in (0..3).rev() {
                let v = self.triangles[t][k] as usize;
                self.next[3 * t + k] = self.first[v];
                self.first[v] = (3 * t + k) as u32;
            }
        }
    }

    /// Corners at a vertex.
    fn corners(&self, v: u32) -> impl Iterator<Item = usize> + '_ {
        let mut at = self.first[v as usize];
        std::iter::from_fn(move || {
            let here = at;
            if here == NONE {
                return None;
            }
            at = self.next[here as usize];
            Some(here as usize)
        })
        .filter(|c| self.triangles[c / 3][0] != NONE)
    }

    /// The next vertex of the triangle, and the one before.
    fn beside(&self, corner: usize) -> (u32, u32) {
        let t = self.triangles[corner / 3];
        (t[(corner + 1) % 3], t[(corner + 2) % 3])
    }

    fn area_normal(&self, t: usize) -> DVec3 {
        let [a, b, c] = self.triangles[t].map(|v| self.positions[v as usize]);
        0.5 * (b - a).cross(c - a)
    }

    /// Neighbours of a vertex in order, with how many triangles run to and from each and how many of
    /// these are filled; none for a vertex with too many.
    fn neighbours(&self, v: u32) -> Option<Ring> {
        let mut ring = Ring { n: 0, all: [Neighbour::default(); 2 * MOST_AROUND] };
        for (i, corner) in self.corners(v).enumerate() {
            if i >= MOST_AROUND {
                return None;
            }
            let (out, into) = self.beside(corner);
            let filled = u8::from(self.filled[corner / 3]);
            for (vertex, from) in [(out, true), (into, false)] {
                let n = ring.entry(vertex);
                *(if from { &mut n.from } else { &mut n.to }) += 1;
                n.filled += filled;
            }
        }
        Some(ring)
    }

    fn quadric_of(&self, v: u32) -> Quadric {
        let mut sum = Quadric::default();
        let p = self.positions[v as usize];
        for corner in self.corners(v) {
            let n = self.area_normal(corner / 3);
            if let Some(unit) = n.try_normalize() {
                sum = sum.sum(&Quadric::plane(p, unit, n.length()));
            }
        }
        let Some(all) = self.neighbours(v) else { return sum };
        for n in all.iter().filter(|n| n.is_rim()) {
            let along = self.positions[n.vertex as usize] - p;
            for corner in self.corners(v) {
                let (a, b) = self.beside(corner);
                if a != n.vertex && b != n.vertex {
                    continue;
                }
                let across = along.cross(self.area_normal(corner / 3));
                if let Some(unit) = across.try_normalize() {
                    let w = RIM_WEIGHT * along.length_squared();
                    sum = sum.sum(&Quadric::plane(p, unit, w).as_constraint());
                }
            }
        }
        sum
    }

    fn kind_of(&self, v: u32) -> Kind {
        let Some(all) = self.neighbours(v) else { return Kind::Ignored };
        if all.is_empty() {
            return Kind::Ignored;
        }
        if all.iter().any(|n| n.from > 1 || n.to > 1) {
            return Kind::Fixed;
        }
        let rims = all.iter().filter(|n| n.is_rim()).count();
        let open = all.iter().filter(|n| n.from + n.to == 1).count();
        if !(rims == 0 || rims == 2) || !(open == 0 || open == 2) {
            return Kind::Fixed;
        }
        // One fan: walking from triangle to triangle meets all.
        let start = all.iter().find(|n| n.to == 0).unwrap_or(&all[0]).vertex;
        let mut at = start;
        let mut met = 0;
        loop {
            let step = self.corners(v).map(|c| self.beside(c)).find(|b| b.0 == at);
            let Some((_, into)) = step else { break };
            met += 1;
            at = into;
            if at == start || met > MOST_AROUND {
                break;
            }
        }
        if met != self.corners(v).count() {
            return Kind::Fixed;
        }
        if rims == 0 { Kind::Free } else { Kind::Rim }
    }

    /// Where the ends of an edge would go together.
    fn place(&self, a: u32, b: u32, q: &Quadric) -> Option<DVec3> {
        let (ka, kb) = (self.kinds[a as usize], self.kinds[b as usize]);
        let (pa, pb) = (self.positions[a as usize], self.positions[b as usize]);
        match (ka, kb) {
            (Kind::Ignored, _) | (_, Kind::Ignored) | (Kind::Fixed, Kind::Fixed) => None,
            (x, y) if x > y => Some(pa),
            (x, y) if x < y => Some(pb),
            _ => {
                // Far outside the edge the form is extrapolated.
                let reach = pa.distance(pb);
                let middle = 0.5 * (pa + pb);
                q.minimum().filter(|p| p.distance(middle) <= 1.5 * reach).or_else(|| {
                    [middle, pa, pb].into_iter().min_by(|x, y| q.error(*x).total_cmp(&q.error(*y)))
                })
            }
        }
    }

    fn candidates_of(&self, a: u32, bounds: &Bounds) -> Vec<Candidate> {
        let mut out = Vec::new();
        if self.kinds[a as usize] == Kind::Ignored {
            return out;
        }
        let Some(ring) = self.neighbours(a) else { return out };
        for n in ring.iter() {
            let b = n.vertex;
            if b <= a
                || self.kinds[a as usize] >= Kind::Rim && self.kinds[b as usize] >= Kind::Rim && !n.is_rim()
            {
                continue;
            }
            let q = self.quadrics[a as usize].sum(&self.quadrics[b as usize]);
            let Some(p) = self.place(a, b, &q) else { continue };
            let cost = q.error(p);
            if cost <= bounds.deviation * bounds.deviation * q.weight {
                out.push(Candidate { cost: cost as f32, a, b });
            }
        }
        out
    }

    fn pass(&mut self, bounds: &Bounds) {
        let mut all: Vec<Candidate> = (0..self.positions.len() as u32)
            .into_par_iter()
            .flat_map_iter(|a| self.candidates_of(a, bounds))
            .collect();
        let order =
            |x: &Candidate, y: &Candidate| x.cost.total_cmp(&y.cost).then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b));
        // Near the end no more than are needed, or dear edges go while cheap ones are locked.
        let surplus = (self.triangles.len() - bounds.triangles).div_ceil(2);
        let part = (all.len() / CHEAPEST_PART).min(3 * surplus).max(64);
        if part < all.len() {
            all.select_nth_unstable_by(part, order);
            all.truncate(part);
        }
        all.par_sort_unstable_by(order);
        let mut left = self.triangles.len();
        let mut touched = vec![false; self.positions.len()];
        for c in all {
            if left <= bounds.triangles {
                break;
            }
            if touched[c.a as usize] || touched[c.b as usize] {
                continue;
            }
            if let Some(gone) = self.contract(c.a, c.b, bounds) {
                left -= gone;
                touched[c.a as usize] = true;
                touched[c.b as usize] = true;
            }
        }
    }

    /// Contracts an edge into its first end if the mesh stays what it is; gives the number of
    /// triangles that went.
    fn contract(&mut self, a: u32, b: u32, bounds: &Bounds) -> Option<usize> {
        let around_a = self.neighbours(a)?;
        let around_b = self.neighbours(b)?;
        let edge = around_a.iter().find(|n| n.vertex == b)?;
        let shared = usize::from(edge.from + edge.to);
        if edge.from > 1 || edge.to > 1 {
            return None;
        }
        let both_rim = self.kinds[a as usize] >= Kind::Rim && self.kinds[b as usize] >= Kind::Rim;
        if both_rim && !edge.is_rim() {
            return None;
        }
        // Dey, Edelsbrunner, Guha and Nekhayev 1999: contraction keeps the topology when the links
        // of the ends meet in the link of the edge.
        let mut common = 0;
        for n in around_a.iter() {
            if around_b.iter().any(|m| m.vertex == n.vertex) {
                common += 1;
                // A third triangle about an inner vertex would fold on its neighbour; the last one
                // of an outer vertex would take the vertex along.
                let triangles = self.corners(n.vertex).take(4).count();
                if triangles <= 3 && (shared == 2 && self.is_closed(n.vertex) || triangles == 1) {
                    return None;
                }
            }
        }
        if common != shared || around_a.len() + around_b.len() > MOST_AROUND + 4 {
            return None;
        }
        let q = self.quadrics[a as usize].sum(&self.quadrics[b as usize]);
        let p = self.place(a, b, &q)?;
        if !self.keeps_shape(a, b, p, bounds) || !self.keeps_shape(b, a, p, bounds) {
            return None;
        }
        // Done: b's triangles become a's.
        let corners: Vec<usize> = self.corners(b).collect();
        let mut last = None;
        let mut at = self.first[a as usize];
        while at != NONE {
            last = Some(at);
            at = self.next[at as usize];
        }
        for c in corners {
            let t = c / 3;
            if self.triangles[t].contains(&a) {
                self.triangles[t] = [NONE; 3];
                continue;
            }
            self.triangles[t][c % 3] = a;
            self.next[c] = NONE;
            match last {
                Some(l) => self.next[l as usize] = c as u32,
                None => self.first[a as usize] = c as u32,
            }
            last = Some(c as u32);
        }
        self.first[b as usize] = NONE;
        self.positions[a as usize] = p;
        self.quadrics[a as usize] = q;
        self.kinds[a as usize] = self.kinds[a as usize].max(self.kinds[b as usize]);
        Some(shared)
    }

    /// Whether every edge at a vertex has triangles on both sides.
    fn is_closed(&self, v: u32) -> bool {
        self.neighbours(v).is_some_and(|all| all.iter().all(|n| n.from == 1 && n.to == 1))
    }

    /// Whether the triangles of `v` without `other` stay sound when `v` goes to `p`.
    fn keeps_shape(&self, v: u32, other: u32, p: DVec3, bounds: &Bounds) -> bool {
        let from = self.positions[v as usize];
        self.corners(v).all(|corner| {
            let (b, c) = self.beside(corner);
            if b == other || c == other {
                return true;
            }
            let (pb, pc) = (self.positions[b as usize], self.positions[c as usize]);
            let before = (pb - from).cross(pc - from);
            let after = (pb - p).cross(pc - p);
            let (lb, la) = (before.length(), after.length());
            let far = |x: DVec3, y: DVec3| (x - y).length_squared();
            let shape = |area2: f64, x: DVec3| {
                3.464 * area2 / (far(pb, x) + far(pc, x) + far(pb, pc)).max(f64::MIN_POSITIVE)
            };
            let (old, new) = (shape(lb, from), shape(la, p));
            // A needle has no direction that could turn.
            let turned = old > 1e-4 && before.dot(after) < LEAST_TURN * lb * la;
            let longest = far(pb, p).max(far(pc, p));
            la > 0.0
                && !turned
                && (new >= LEAST_SHAPE || new >= old)
                && (longest <= bounds.longest_edge * bounds.longest_edge
                    || longest <= far(pb, from).max(far(pc, from)))
        })
    }

    /// Drops triangles and vertices that went.
    fn compact(&mut self) {
        let mut kept = 0;
        for t in 0..self.triangles.len() {
            if self.triangles[t][0] != NONE {
                self.triangles[kept] = self.triangles[t];
                self.filled[kept] = self.filled[t];
                kept += 1;
            }
        }
        self.triangles.truncate(kept);
        self.filled.truncate(kept);
        let mut new = vec![NONE; self.positions.len()];
        for v in self.triangles.iter().flatten() {
            new[*v as usize] = 0;
        }
        let mut n = 0;
        for (i, to) in new.iter_mut().enumerate() {
            if *to == 0 {
                *to = n as u32;
                self.positions[n] = self.positions[i];
                self.quadrics[n] = self.quadrics[i];
                n += 1;
            }
        }
        self.positions.truncate(n);
        self.quadrics.truncate(n);
        for v in self.triangles.iter_mut().flatten() {
            *v = new[*v as usize];
        }
    }
}

/// The neighbours of a vertex, on the stack.
struct Ring {
    n: usize,
    all: [Neighbour; 2 * MOST_AROUND],
}

impl Ring {
    fn entry(&mut self, vertex: u32) -> &mut Neighbour {
        let at = self.iter().position(|n| n.vertex == vertex).unwrap_or_else(|| {
            self.all[self.n].vertex = vertex;
            self.n += 1;
            self.n - 1
        });
        &mut self.all[at]
    }
}

impl std::ops::Deref for Ring {
    type Target = [Neighbour];

    fn deref(&self) -> &[Neighbour] {
        &self.all[..self.n]
    }
}

/// A neighbour of a vertex: triangles that run from the vertex to it, and from it to the vertex, and
/// how many of both were filled in.
#[derive(Clone, Copy, Default)]
struct Neighbour {
    vertex: u32,
    from: u8,
    to: u8,
    filled: u8,
}

impl Neighbour {
    /// Whether the edge is an open one, or one between scanned and filled.
    const fn is_rim(&self) -> bool {
        self.from + self.to == 1 || (self.from + self.to == 2 && self.filled == 1)
    }
}
