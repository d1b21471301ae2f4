//! A coarse net of places over the surface, for finding which ways between two points are worth
//! tightening.
//!
//! Every shortest path passes its middle, from which both halves are shortest too. So the ways that
//! compete show as minima of d(s, ·) + d(·, t) among the places that are as far from s as from t.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use glam::DVec3;

use super::place::Place;
use super::strip::{End, Strings, along};
use super::topology::{NONE, Topology};
use crate::Mesh;

/// About how many places the net has. Their links then find lengths to about half a percent.
const PLACES: f64 = 4500.0;
/// How many neighbours of a place are linked to it.
const LINKS: usize = 24;
/// How many places around each end of a path are its ways into the net.
const DOORS: usize = 16;
/// How many ways between the ends of a path are tightened.
pub(crate) const WAYS: usize = 8;
/// Ways longer than the shortest by more than this share are left out: several times the error of
/// the net.
const SLACK: f64 = 0.025;

/// Middles of ways that are tightened are this share of a ring's reach apart: first those that are
/// far from each other, then what lies between.
const APART: [f64; 3] = [2.0, 1.0, 0.5];

/// Vertices and edges as a graph, and the net over it.
#[derive(Debug)]
pub(crate) struct Net {
    start: Vec<u32>,
    near: Vec<(u32, f64)>,
    /// Place number of each vertex; [`NONE`] for most.
    place_of: Vec<u32>,
    /// Distance of each place to its eighth neighbour or so, mm: about two rings around it.
    ring: Vec<f64>,
    centres: Vec<u32>,
    at: Vec<DVec3>,
    link_start: Vec<u32>,
    links: Vec<Link>,
    /// Strips along the links: from the triangle of one place to that of the other.
    ways: Vec<Vec<u32>>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    to: u32,
    length: f64,
    way: u32,
    backwards: bool,
}

/// Workspace of searches.
#[derive(Debug, Default)]
pub(crate) struct Search {
    distance: Vec<f64>,
    from: Vec<u32>,
    stamp: Vec<u32>,
    now: u32,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Search {
    fn begin(&mut self, n: usize) {
        if self.stamp.len() < n || self.now == u32::MAX {
            self.distance = vec![0.0; n];
            self.from = vec![NONE; n];
            self.stamp = vec![0; n];
            self.now = 0;
        }
        self.now += 1;
        self.heap.clear();
    }

    fn get(&self, v: u32) -> f64 {
        if self.stamp[v as usize] == self.now { self.distance[v as usize] } else { f64::INFINITY }
    }

    fn offer(&mut self, v: u32, d: f64, from: u32) {
        if d < self.get(v) {
            self.distance[v as usize] = d;
            self.from[v as usize] = from;
            self.stamp[v as usize] = self.now;
            self.heap.push(Reverse((d.to_bits(), v)));
        }
    }

    /// A bound of the distance of all that is not settled.
    fn nearest(&self) -> f64 {
        self.heap.peek().map_or(f64::INFINITY, |Reverse((bits, _))| f64::from_bits(*bits))
    }

    /// The nearest vertex that is not settled yet.
    fn take(&mut self) -> Option<(u32, f64)> {
        while let Some(Reverse((bits, v))) = self.heap.pop() {
            let d = f64::from_bits(bits);
            if self.get(v) == d {
                return Some((v, d));
            }
        }
        None
    }

    /// From the beginning of the search to a vertex.
    fn way_to(&self, v: u32) -> Vec<u32> {
        let mut way = vec![v];
        let mut at = v;
        while self.from[at as usize] != NONE {
            at = self.from[at as usize];
            way.push(at);
        }
        way.reverse();
        way
    }
}

/// All workspaces that a path needs.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(crate) strings: Strings,
    ends: [Search; 2],
    net: [Search; 2],
    /// Where in the strip a triangle came last.
    seen: Vec<u32>,
}

impl Net {
    pub(crate) fn new(mesh: &Mesh, topology: &Topology) -> Self {
        let n = mesh.positions.len();
        let mut start = vec![0u32; n + 1];
        for e in &topology.edges {
            for v in e {
                start[*v as usize + 1] += 1;
            }
        }
        for v in 0..n {
            start[v + 1] += start[v];
        }
        let mut near = vec![(0, 0.0); start[n] as usize];
        let mut fill = start.clone();
        for (e, [a, b]) in topology.edges.iter().enumerate() {
            for (v, w) in [(*a, *b), (*b, *a)] {
                near[fill[v as usize] as usize] = (w, topology.length[e]);
                fill[v as usize] += 1;
            }
        }
        let mut net = Self {
            start,
            near,
            place_of: vec![NONE; n],
            ring: Vec::new(),
            centres: Vec::new(),
            at: Vec::new(),
            link_start: Vec::new(),
            links: Vec::new(),
            ways: Vec::new(),
        };
        net.scatter(mesh, topology);
        net.link(mesh, topology);
        net
    }

    fn near(&self, v: u32) -> &[(u32, f64)] {
        &self.near[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }

    /// Chooses places that keep a distance from each other and leave no gap: closer where the mesh
    /// is finer, since folds hide there.
    fn scatter(&mut self, mesh: &Mesh, topology: &Topology) {
        let n = mesh.positions.len();
        let apart = (0.7 * mesh.area() / PLACES).sqrt();
        let most = (1.5 * n as f64 / PLACES).ceil() as usize;
        let mut covered = vec![f64::INFINITY; n];
        let mut search = Search::default();
        for v in 0..n as u32 {
            if topology.part[v as usize] == NONE || covered[v as usize].is_finite() {
                continue;
            }
            self.place_of[v as usize] = self.centres.len() as u32;
            self.centres.push(v);
            self.at.push(mesh.positions[v as usize]);
            search.begin(n);
            search.offer(v, 0.0, NONE);
            let mut count = 0;
            while let Some((u, d)) = search.take() {
                if d >= apart || count >= most {
                    break;
                }
                count += 1;
                covered[u as usize] = covered[u as usize].min(d);
                for &(w, l) in self.near(u) {
                    search.offer(w, d + l, u);
                }
            }
        }
    }

    /// The triangle that strips to and from a vertex begin and end in.
    fn home(topology: &Topology, v: u32) -> u32 {
        topology.corners_at(v)[0] / 3
    }

    /// Links each place to its neighbours by tightened paths.
    fn link(&mut self, mesh: &Mesh, topology: &Topology) {
        use rayon::prelude::*;
        let n = mesh.positions.len();
        let found: Vec<Vec<(u32, Vec<u32>, f64)>> = self
            .centres
            .par_iter()
            .map_init(Workspace::default, |work, &c| {
                let search = &mut work.ends[0];
                search.begin(n);
                search.offer(c, 0.0, NONE);
                let mut rows = Vec::new();
                while let Some((u, d)) = search.take() {
                    let p = self.place_of[u as usize];
                    if p != NONE && u != c {
                        rows.push((p, search.way_to(u)));
                        if rows.len() >= LINKS {
                            break;
                        }
                    }
                    for &(w, l) in self.near(u) {
                        search.offer(w, d + l, u);
                    }
                }
                let end = |v: u32| End { place: Place::Vertex(v), face: Self::home(topology, v) };
                rows.into_iter()
                    .filter_map(|(p, row)| {
                        let (a, b) = (end(c), end(self.centres[p as usize]));
                        let sides = along(mesh, topology, a.face, &row, b.face)?;
                        let tight = work.strings.tighten(mesh, topology, a, b, sides, f64::INFINITY)?;
                        Some((p, tight.sides, tight.length))
                    })
                    .collect()
            })
            .collect();
        let mut lists: Vec<Vec<Link>> = vec![Vec::new(); self.centres.len()];
        self.ring = found.iter().map(|out| out.get(7).or(out.last()).map_or(0.0, |l| l.2)).collect();
        for (i, out) in found.into_iter().enumerate() {
            for (j, sides, length) in out {
                if lists[i].iter().any(|l| l.to == j) {
                    continue;
                }
                let way = self.ways.len() as u32;
                self.ways.push(sides);
                lists[i].push(Link { to: j, length, way, backwards: false });
                lists[j as usize].push(Link { to: i as u32, length, way, backwards: true });
            }
        }
        self.link_start = std::iter::once(0)
            .chain(lists.iter().scan(0, |sum, l| {
                *sum += l.len() as u32;
                Some(*sum)
            }))
            .collect();
        self.links = lists.concat();
    }

    fn links(&self, place: u32) -> &[Link] {
        let p = place as usize;
        &self.links[self.link_start[p] as usize..self.link_start[p + 1] as usize]
    }

    /// Strips between two places that are worth tightening. `known` is the length of a path
    /// that is known already, or infinite.
    pub(crate) fn candidates(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        work: &mut Workspace,
        from: End,
        to: End,
        ways: usize,
        known: f64,
    ) -> Vec<Vec<u32>> {
        let n = mesh.positions.len();
        let mut doors = [Vec::new(), Vec::new()];
        let ends = [(from, to), (to, from)];
        let mut direct = None;
        for k in 0..2 {
            let (here, there) = ends[k];
            let search = &mut work.ends[k];
            search.begin(n);
            let p = here.place.position(mesh, topology);
            for v in mesh.triangles[here.face as usize] {
                search.offer(v, p.distance(mesh.positions[v as usize]), NONE);
            }
            let goals = mesh.triangles[there.face as usize];
            while let Some((u, d)) = search.take() {
                if k == 0 && direct.is_none() && goals.contains(&u) {
                    direct = Some(search.way_to(u));
                }
                let place = self.place_of[u as usize];
                if place != NONE {
                    doors[k].push((place, d));
                    if doors[k].len() >= DOORS {
                        break;
                    }
                }
                for &(w, l) in self.near(u) {
                    search.offer(w, d + l, u);
                }
            }
        }
        let mut out: Vec<Vec<u32>> =
            direct.and_then(|row| along(mesh, topology, from.face, &row, to.face)).into_iter().collect();
        let ends = [from, to].map(|e| e.place.position(mesh, topology));
        for middle in self.middles(work, ways, known, &doors, ends) {
            if let Some(sides) = self.strip_through(mesh, topology, work, middle, from, to) {
                out.push(sides);
            }
        }
        if out.is_empty() && !known.is_finite() {
            out.extend(
                self.whole_search(mesh, topology, work, from, to)
                    .and_then(|row| along(mesh, topology, from.face, &row, to.face)),
            );
        }
        out
    }

    /// Places half-way between the ends that short ways lead through, no two of them neighbours.
    fn middles(
        &self,
        work: &mut Workspace,
        ways: usize,
        known: f64,
        doors: &[Vec<(u32, f64)>; 2],
        ends: [DVec3; 2],
    ) -> Vec<u32> {
        let places = self.centres.len();
        let at = |p: u32| self.at[p as usize];
        let [s, t] = &mut work.net;
        for (search, doors) in [(&mut *s, &doors[0]), (&mut *t, &doors[1])] {
            search.begin(places);
            for &(p, d) in doors {
                search.offer(p, d, NONE);
            }
        }
        // Both searches grow at the same pace, until no place beyond them can be on a short way.
        let mut shortest = known;
        let mut reached: Vec<u32> = Vec::new();
        loop {
            let (a, b) = (s.nearest(), t.nearest());
            let (one, other, goal, first) =
                if a <= b { (&mut *s, &*t, ends[1], true) } else { (&mut *t, &*s, ends[0], false) };
            let Some((p, d)) = one.take() else { break };
            if d > 0.5 * (1.0 + SLACK) * shortest + self.ring[p as usize] {
                break;
            }
            shortest = shortest.min(d + other.get(p));
            if first {
                reached.push(p);
            }
            for link in self.links(p) {
                let d = d + link.length;
                if d < one.get(link.to) && d + at(link.to).distance(goal) <= (1.0 + SLACK) * shortest {
                    one.offer(link.to, d, p);
                }
            }
        }
        let (s, t) = (&work.net[0], &work.net[1]);
        let sum = |p: u32| s.get(p) + t.get(p);
        // On the near side of the middle, with a neighbour on the far side.
        let middle = |p: u32| s.get(p) <= t.get(p) && self.links(p).iter().any(|l| s.get(l.to) > t.get(l.to));
        let mut ring: Vec<(f64, u32)> =
            reached.into_iter().map(|p| (sum(p), p)).filter(|m| m.0 <= (1.0 + SLACK) * shortest).collect();
        ring.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        ring.retain(|m| middle(m.1));
        let mut out: Vec<u32> = Vec::new();
        for apart in APART {
            for &(_, p) in &ring {
                let clear = |o: &u32| at(*o).distance(at(p)) > apart * self.ring[*o as usize];
                if out.len() < ways && out.iter().all(clear) {
                    out.push(p);
                }
            }
        }
        out
    }

    /// The strip from one end through a place of the net to the other end.
    fn strip_through(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        work: &mut Workspace,
        middle: u32,
        from: End,
        to: End,
    ) -> Option<Vec<u32>> {
        let mut halves = [Vec::new(), Vec::new()];
        for (k, end) in [from, to].into_iter().enumerate() {
            let chain = work.net[k].way_to(middle);
            let door = self.centres[chain[0] as usize];
            let row = work.ends[k].way_to(door);
            halves[k] = along(mesh, topology, end.face, &row, Self::home(topology, door))?;
            for pair in chain.windows(2) {
                let link = self.links(pair[0]).iter().find(|l| l.to == pair[1])?;
                let way = &self.ways[link.way as usize];
                if link.backwards {
                    halves[k].extend(way.iter().rev().map(|s| topology.twin[*s as usize]));
                } else {
                    halves[k].extend(way);
                }
            }
        }
        let [first, second] = halves;
        let whole = first.into_iter().chain(second.into_iter().rev().map(|s| topology.twin[s as usize]));
        // Cut short wherever the strip comes back to a triangle.
        work.seen.resize(mesh.triangles.len(), 0);
        let mut sides: Vec<u32> = Vec::new();
        let home = |sides: &[u32], i: usize| match i {
            0 => from.face,
            _ => topology.twin[sides[i - 1] as usize] / 3,
        };
        work.seen[from.face as usize] = 0;
        for s in whole {
            let face = topology.twin[s as usize] / 3;
            let i = work.seen[face as usize] as usize;
            if i <= sides.len() && home(&sides, i) == face {
                sides.truncate(i);
            } else {
                sides.push(s);
                work.seen[face as usize] = sides.len() as u32;
            }
        }
        Some(sides)
    }

    /// One search over all vertices, where the net does not join the ends.
    fn whole_search(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        work: &mut Workspace,
        from: End,
        to: End,
    ) -> Option<Vec<u32>> {
        let search = &mut work.ends[0];
        search.begin(mesh.positions.len());
        let p = from.place.position(mesh, topology);
        for v in mesh.triangles[from.face as usize] {
            search.offer(v, p.distance(mesh.positions[v as usize]), NONE);
        }
        let goals = mesh.triangles[to.face as usize];
        while let Some((u, d)) = search.take() {
            if goals.contains(&u) {
                return Some(search.way_to(u));
            }
            for &(w, l) in self.near(u) {
                search.offer(w, d + l, u);
            }
        }
        None
    }
}
