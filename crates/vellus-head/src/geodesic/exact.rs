//! Exact polyhedral distances by windows (Mitchell, Mount and Papadimitriou 1987).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use glam::DVec2;

use super::place::Place;
use super::sectors::Fan;
use super::topology::{Topology, next, prev};
use super::window::{Window, ties};
use crate::Mesh;

/// A source of distances.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: Place,
    /// What the surroundings are called, by direction; the number of the source without.
    pub(crate) fan: Option<Fan>,
}

/// How a vertex got its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Came {
    Nowhere,
    /// Straight from a source of one of its triangles.
    Source(u32),
    /// Through the opposite edge at this place, from this triangle.
    Through(u32, f64, u32),
    /// Along an edge from this vertex.
    Along(u32),
}

/// Distances at the vertices, and the windows that give them anywhere else.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    pub(crate) sources: Vec<Source>,
    /// Numbers of the sources of each triangle that has any.
    pub(crate) seats: BTreeMap<u32, Vec<u32>>,
    pub(crate) distance: Vec<f64>,
    pub(crate) came: Vec<Came>,
    pub(crate) tag: Vec<u32>,
    /// Whether the last leg to the vertex is known to be straight.
    straight: Vec<bool>,
    pub(crate) windows: Vec<Window>,
    /// Windows of each edge, in order along it, without overlaps.
    pub(crate) on_edge: Vec<Vec<u32>>,
}

/// A share of an edge below which a window is not worth keeping. What lies there is reached
/// through its neighbours with an error of that order.
const SLIVER: f64 = 1e-9;
/// Relative width of a tie.
const TIE: f64 = 1e-12;

/// Order of the queue: distance, then windows before vertices, then number.
type Event = Reverse<(u64, bool, u32)>;

fn key(d: f64) -> u64 {
    // Distances are never negative, so that their bits are in order.
    (d + 0.0).to_bits()
}

struct Run<'a> {
    mesh: &'a Mesh,
    topology: &'a Topology,
    out: Windows,
    queue: BinaryHeap<Event>,
    limit: f64,
    /// Parts of an edge that is being shared out: owner ([`NEW`] for the new window), begin, end.
    parts: Vec<(u32, f64, f64)>,
    list: Vec<u32>,
}

const NEW: u32 = u32::MAX;

/// Sends distances out from the sources until everything nearer than `limit` is settled. Beyond it
/// distances are infinite.
pub(crate) fn spread(mesh: &Mesh, topology: &Topology, sources: Vec<Source>, limit: f64) -> Windows {
    let n = mesh.positions.len();
    let mut run = Run {
        mesh,
        topology,
        out: Windows {
            sources: Vec::new(),
            seats: BTreeMap::new(),
            distance: vec![f64::INFINITY; n],
            came: vec![Came::Nowhere; n],
            tag: vec![0; n],
            straight: vec![false; n],
            windows: Vec::new(),
            on_edge: vec![Vec::new(); topology.edges.len()],
        },
        queue: BinaryHeap::new(),
        limit,
        parts: Vec::new(),
        list: Vec::new(),
    };
    for (i, s) in sources.iter().enumerate() {
        run.seat(i as u32, s);
    }
    for (i, s) in sources.iter().enumerate() {
        run.light(i as u32, s);
    }
    run.work();
    let mut out = run.out;
    for d in &mut out.distance {
        if *d > limit {
            *d = f64::INFINITY;
        }
    }
    out.sources = sources;
    out
}

impl Run<'_> {
    /// Distances of the corners around a source.
    fn seat(&mut self, i: u32, s: &Source) {
        for f in s.place.faces(self.topology) {
            self.out.seats.entry(f).or_default().push(i);
            for k in 0..3 {
                let side = 3 * f + k;
                let c = self.topology.opposite(self.mesh, side);
                let d = (s.place.in_side(self.mesh, self.topology, side) - self.topology.apex[side as usize])
                    .length();
                let tag = s.tag_of(i, self.mesh, self.topology, f, Place::Vertex(c));
                self.touch(c, d, Came::Source(i), tag, true);
            }
        }
    }

    /// The first windows of a source.
    fn light(&mut self, i: u32, s: &Source) {
        for f in s.place.faces(self.topology) {
            for side in 3 * f..3 * f + 3 {
                let e = self.topology.edge_of[side as usize];
                let l = self.topology.length[e as usize];
                match s.place {
                    Place::Vertex(v) if self.topology.edges[e as usize].contains(&v) => continue,
                    Place::Edge(o, _) if o == e => continue,
                    _ => {}
                }
                let source = s.place.in_side(self.mesh, self.topology, side);
                let whole = Window {
                    b0: 0.0,
                    b1: l,
                    source,
                    sigma: 0.0,
                    edge: e,
                    from: f,
                    tag: i,
                    dead: false,
                    sent: false,
                };
                match &s.fan {
                    None => self.insert(whole),
                    Some(fan) => {
                        for (b0, b1, tag) in fan.parts_of(self.mesh, self.topology, side, s.place, l) {
                            self.insert(Window { b0, b1, tag, ..whole });
                        }
                    }
                }
            }
        }
    }

    fn work(&mut self) {
        while let Some(Reverse((bits, vertex, i))) = self.queue.pop() {
            let d = f64::from_bits(bits);
            if d > self.limit {
                break;
            }
            if vertex {
                if self.out.distance[i as usize] == d {
                    self.pass_vertex(i);
                }
                continue;
            }
            let w = self.out.windows[i as usize];
            if w.dead || w.sent {
                continue;
            }
            let now = w.nearest();
            if now > d + TIE * (1.0 + d) {
                self.queue.push(Reverse((key(now), false, i)));
                continue;
            }
            self.out.windows[i as usize].sent = true;
            for &side in self.topology.sides_of(w.edge) {
                if side / 3 != w.from {
                    self.send(&w, side);
                }
            }
        }
    }

    /// A new way to a vertex.
    fn touch(&mut self, v: u32, d: f64, came: Came, tag: u32, straight: bool) {
        let i = v as usize;
        let old = self.out.distance[i];
        if d < old - TIE * (1.0 + d) {
            self.out.distance[i] = d;
            self.out.straight[i] = straight;
            self.out.came[i] = came;
            self.out.tag[i] = tag;
            self.queue.push(Reverse((key(d), true, v)));
        } else if straight && !self.out.straight[i] && d <= old + TIE * (1.0 + d) {
            self.out.straight[i] = true;
            self.out.came[i] = came;
            self.out.tag[i] = tag;
        }
    }

    /// What a settled vertex does: it is a new source where paths may bend; else it only bounds
    /// the distances of its neighbours.
    fn pass_vertex(&mut self, v: u32) {
        let i = v as usize;
        let (sigma, tag) = (self.out.distance[i], self.out.tag[i]);
        // The sources have lit their surroundings themselves.
        let is_source = matches!(self.out.came[i], Came::Source(_)) && sigma == 0.0;
        let spawns = !is_source && (self.topology.bends[i] || !self.out.straight[i]);
        for c in 0..self.topology.corners_at(v).len() {
            let side = self.topology.corners_at(v)[c];
            for s in [side, prev(side)] {
                let e = self.topology.edge_of[s as usize] as usize;
                let [a, b] = self.topology.edges[e];
                let other = if a == v { b } else { a };
                if !is_source {
                    let d = sigma + self.topology.length[e];
                    self.touch(other, d, Came::Along(v), tag, spawns);
                }
            }
            if spawns {
                let far = next(side);
                let e = self.topology.edge_of[far as usize];
                self.insert(Window {
                    b0: 0.0,
                    b1: self.topology.length[e as usize],
                    source: self.topology.apex[far as usize],
                    sigma,
                    edge: e,
                    from: far / 3,
                    tag,
                    dead: false,
                    sent: false,
                });
            }
        }
    }

    /// Sends a window across a triangle to its two other edges.
    fn send(&mut self, w: &Window, side: u32) {
        let l = self.topology.length[w.edge as usize];
        let apex = self.topology.apex[side as usize];
        let s = w.source;
        let h = s.y + apex.y;
        if s.y <= 0.0 || h <= 0.0 || l <= 0.0 {
            return;
        }
        let a = self.topology.opposite(self.mesh, side);
        // The light to the apex crosses the edge here.
        let c = s.x + (apex.x - s.x) * s.y / h;
        if c >= w.b0 - 1e-7 * l && c <= w.b1 + 1e-7 * l {
            let (x, d) = w.reach(DVec2::new(apex.x, -apex.y));
            self.touch(a, d, Came::Through(w.edge, x, w.from), w.tag, true);
        }
        // The two other sides, and which of them holds the edge's lower end.
        let up = self.topology.runs_up(self.mesh, side);
        let (low_side, high_side) = if up { (prev(side), next(side)) } else { (next(side), prev(side)) };
        if w.b0 < c {
            self.send_to(w, low_side, side / 3, s, apex, w.b0, w.b1.min(c), a);
        }
        if w.b1 > c {
            // The same, seen in the mirror.
            self.send_to(
                w,
                high_side,
                side / 3,
                DVec2::new(l - s.x, s.y),
                DVec2::new(l - apex.x, apex.y),
                l - w.b1,
                l - w.b0.max(c),
                a,
            );
        }
    }

    /// Sends the part (p, q) of a window to the edge from the frame's origin to the apex.
    fn send_to(&mut self, w: &Window, to: u32, from: u32, s: DVec2, apex: DVec2, p: f64, q: f64, a: u32) {
        let e = self.topology.edge_of[to as usize];
        let l = self.topology.length[e as usize];
        if l <= 0.0 {
            return;
        }
        let share = |b: f64| {
            let d = s.y * apex.x - (b - s.x) * apex.y;
            if d > 0.0 { (b * s.y / d).clamp(0.0, 1.0) } else { 1.0 }
        };
        let (u0, u1) = (share(p), share(q));
        if u1 - u0 < SLIVER {
            return;
        }
        let dir = DVec2::new(apex.x, -apex.y) / l;
        let along = s.dot(dir);
        let off = dir.perp_dot(s).abs();
        let flip = self.topology.edges[e as usize][0] == a;
        let (b0, b1, x) =
            if flip { (l * (1.0 - u1), l * (1.0 - u0), l - along) } else { (l * u0, l * u1, along) };
        self.insert(Window {
            b0,
            b1,
            source: DVec2::new(x, off),
            sigma: w.sigma,
            edge: e,
            from,
            tag: w.tag,
            dead: false,
            sent: false,
        });
    }

    /// Adds a window to its edge: each part of the edge goes to whoever is nearer.
    fn insert(&mut self, w: Window) {
        let e = w.edge as usize;
        let l = self.topology.length[e];
        let [v0, v1] = self.topology.edges[e];
        if w.b1 - w.b0 < SLIVER * l || l <= 0.0 || w.source.y <= 0.0 {
            return;
        }
        if w.b0 <= 1e-9 * l {
            self.touch(v0, w.distance(0.0), Came::Through(w.edge, 0.0, w.from), w.tag, true);
        }
        if w.b1 >= l * (1.0 - 1e-9) {
            self.touch(v1, w.distance(l), Came::Through(w.edge, l, w.from), w.tag, true);
        }
        // A path that is longer than the one over an end of the edge lights nothing (Xin and Wang
        // 2009, the filter of their improved Chen-Han method).
        if self.out.distance[v0 as usize] + w.b1 < w.distance(w.b1)
            || self.out.distance[v1 as usize] + (l - w.b0) < w.distance(w.b0)
        {
            return;
        }
        if w.nearest() > self.limit {
            return;
        }
        let old = std::mem::take(&mut self.out.on_edge[e]);
        if old.iter().all(|&o| {
            let o = &self.out.windows[o as usize];
            o.b1 <= w.b0 || o.b0 >= w.b1
        }) {
            let at = old.partition_point(|&o| self.out.windows[o as usize].b0 < w.b0);
            let mut list = old;
            let id = self.push(w);
            list.insert(at, id);
            self.out.on_edge[e] = list;
            return;
        }
        let mut parts = std::mem::take(&mut self.parts);
        parts.clear();
        let mut add = |owner: u32, a: f64, b: f64| {
            if b <= a {
                return;
            }
            match parts.last_mut() {
                Some(last) if last.0 == owner && last.2 >= a => last.2 = b,
                _ => parts.push((owner, a, b)),
            }
        };
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        let mut x = w.b0;
        let mut tail = old.len();
        for (n, &id) in old.iter().enumerate() {
            let o = &self.out.windows[id as usize];
            if o.b1 <= w.b0 {
                list.push(id);
                continue;
            }
            if o.b0 >= w.b1 {
                tail = n;
                break;
            }
            add(id, o.b0, w.b0);
            let (lo, hi) = (o.b0.max(w.b0), o.b1.min(w.b1));
            add(NEW, x, lo);
            let (roots, count) = ties(&w, o, lo, hi);
            let mut begin = lo;
            for end in roots.into_iter().take(count).chain([hi]) {
                let mid = 0.5 * (begin + end);
                let (dw, d_o) = (w.distance(mid), o.distance(mid));
                add(if dw < d_o - TIE * (1.0 + d_o) { NEW } else { id }, begin, end);
                begin = end;
            }
            add(id, w.b1, o.b1);
            x = hi.max(x);
        }
        add(NEW, x, w.b1);
        for &id in &old {
            let o = &mut self.out.windows[id as usize];
            if o.b1 > w.b0 && o.b0 < w.b1 {
                o.dead = true;
            }
        }
        for &(owner, a, b) in &parts {
            if b - a < SLIVER * l {
                continue;
            }
            if owner == NEW {
                let id = self.push(Window { b0: a, b1: b, ..w });
                list.push(id);
                continue;
            }
            let o = &mut self.out.windows[owner as usize];
            if o.dead {
                o.dead = false;
                (o.b0, o.b1) = (a, b);
                list.push(owner);
            } else {
                // A second part of the same old window.
                let twin = Window { b0: a, b1: b, ..*o };
                let id = self.push(twin);
                list.push(id);
            }
        }
        list.extend_from_slice(&old[tail..]);
        self.out.on_edge[e].clone_from(&list);
        self.parts = parts;
        self.list = list;
    }

    fn push(&mut self, w: Window) -> u32 {
        let id = self.out.windows.len() as u32;
        if !w.sent {
            self.queue.push(Reverse((key(w.nearest()), false, id)));
        }
        self.out.windows.push(w);
        id
    }
}
