//! From a soup of triangles to sheets with two sides.

use std::collections::HashMap;

use glam::DVec3;

use super::RepairReport;
use crate::Mesh;
use crate::edges::{Side, by_edge, sides};

const NONE: u32 = u32::MAX;

/// Drops triangles that are degenerate, have a bad index or coordinate, or came before.
pub(super) fn drop_broken(m: &mut Mesh) {
    let positions = &m.positions;
    let sound = |t: &[u32; 3]| {
        if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
            return false;
        }
        let Some([a, b, c]) = corners(positions, t) else {
            return false;
        };
        if !(a.is_finite() && b.is_finite() && c.is_finite()) {
            return false;
        }
        let longest = (b - a).length_squared().max((c - b).length_squared()).max((a - c).length_squared());
        // A needle whose height is below a billionth of its length has no usable normal.
        (b - a).cross(c - a).length() > 1e-9 * longest
    };
    m.triangles.retain(sound);
    drop_repeated(&mut m.triangles, m.positions.len());
}

/// Drops triangles whose three corners came before, in any order.
fn drop_repeated(triangles: &mut Vec<[u32; 3]>, vertices: usize) {
    let lowest = |t: &[u32; 3]| t[0].min(t[1]).min(t[2]) as usize;
    // Those with the same lowest corner lie beside each other; among these few each is compared.
    let mut start = vec![0u32; vertices + 1];
    for t in &*triangles {
        start[lowest(t) + 1] += 1;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut next = start.clone();
    let mut order = vec![([0u32; 2], 0u32); triangles.len()];
    for (i, t) in triangles.iter().enumerate() {
        let mut s = *t;
        s.sort_unstable();
        let at = &mut next[s[0] as usize];
        order[*at as usize] = ([s[1], s[2]], i as u32);
        *at += 1;
    }
    let mut again = vec![false; triangles.len()];
    let mut any = false;
    for w in start.windows(2) {
        let same = &mut order[w[0] as usize..w[1] as usize];
        same.sort_unstable();
        for pair in same.windows(2) {
            if pair[0].0 == pair[1].0 {
                again[pair[1].1 as usize] = true;
                any = true;
            }
        }
    }
    if any {
        let mut again = again.iter();
        triangles.retain(|_| !again.next().copied().unwrap_or(false));
    }
}

fn corners(positions: &[DVec3], t: &[u32; 3]) -> Option<[DVec3; 3]> {
    Some([*positions.get(t[0] as usize)?, *positions.get(t[1] as usize)?, *positions.get(t[2] as usize)?])
}

/// Makes sheets: at most two triangles an edge, windings that agree, one fan a vertex, outward.
pub(super) fn unfold(m: &mut Mesh, report: &mut RepairReport) {
    let mut neighbour = neighbours(m, report);
    orient(m, &mut neighbour, report);
    split_fans(m, &neighbour, report);
    if report.nonmanifold_edges + report.one_sided_edges > 0 {
        part_the_rest(m, &mut neighbour, report);
    }
}

/// A third triangle at an edge may hang together with the other two around both ends, so that its
/// fans do not come loose. Then nothing stays together at that edge; what even so runs it twice in one
/// direction goes.
fn part_the_rest(m: &mut Mesh, neighbour: &mut [[u32; 3]], report: &mut RepairReport) {
    let crowded = |m: &Mesh, all: &[Side]| -> Vec<Side> {
        let up = |s: &Side| s.runs_up(&m.triangles);
        by_edge(all)
            .filter(|e| e.iter().filter(|s| up(s)).count() > 1 || e.iter().filter(|s| !up(s)).count() > 1)
            .flatten()
            .copied()
            .collect()
    };
    let all = sides(&m.triangles);
    let tangled = crowded(m, &all);
    if tangled.is_empty() {
        return;
    }
    for s in &tangled {
        let other = std::mem::replace(&mut neighbour[s.triangle()][s.side()], NONE);
        if other != NONE {
            let back = &mut neighbour[other as usize];
            back.iter_mut().filter(|n| **n == s.triangle() as u32).for_each(|n| *n = NONE);
        }
    }
    split_fans(m, neighbour, report);
    let all = sides(&m.triangles);
    let mut goes = vec![false; m.triangles.len()];
    for edge in by_edge(&crowded(m, &all)) {
        for direction in [true, false] {
            let mut runs = edge.iter().filter(|s| s.runs_up(&m.triangles) == direction);
            runs.next();
            runs.for_each(|s| goes[s.triangle()] = true);
        }
    }
    report.dropped_triangles += goes.iter().filter(|g| **g).count();
    let mut goes = goes.iter();
    m.triangles.retain(|_| !goes.next().copied().unwrap_or(false));
}

/// The triangle over each side, or [`NONE`].
fn neighbours(m: &Mesh, report: &mut RepairReport) -> Vec<[u32; 3]> {
    let mut neighbour = vec![[NONE; 3]; m.triangles.len()];
    let all = sides(&m.triangles);
    for edge in by_edge(&all) {
        let pair = match edge.len() {
            1 => continue,
            2 => Some((0, 1)),
            _ => {
                report.nonmanifold_edges += 1;
                smoothest(m, edge)
            }
        };
        if let Some((a, b)) = pair {
            let (a, b) = (edge[a], edge[b]);
            neighbour[a.triangle()][a.side()] = b.triangle() as u32;
            neighbour[b.triangle()][b.side()] = a.triangle() as u32;
        }
    }
    neighbour
}

/// Of the triangles at one edge the two that continue each other best: the flattest pair, larger
/// ones first among equals.
fn smoothest(m: &Mesh, edge: &[Side]) -> Option<(usize, usize)> {
    let (p, q) = (m.positions[edge[0].lo as usize], m.positions[edge[0].hi as usize]);
    let along = (q - p).normalize_or_zero();
    // Where each triangle goes from the edge.
    let away: Vec<DVec3> = edge
        .iter()
        .map(|s| {
            let third = m.triangles[s.triangle()][(s.side() + 2) % 3];
            let d = m.positions[third as usize] - p;
            (d - along * d.dot(along)).normalize_or_zero()
        })
        .collect();
    let mut best: Option<(f64, usize, usize)> = None;
    // More than 64 at one edge is a star that no choice mends.
    for i in 0..edge.len().min(64) {
        for j in i + 1..edge.len().min(64) {
            let flat = -away[i].dot(away[j]);
            if best.is_none_or(|b| flat > b.0 + 1e-9) {
                best = Some((flat, i, j));
            }
        }
    }
    best.map(|(_, i, j)| (i, j))
}

/// Makes neighbours agree by walking over their edges; where a sheet comes back to itself the other
/// way round it is cut. Then each sheet is turned so that its signed volume about the middle of the
/// mesh is positive.
fn orient(m: &mut Mesh, neighbour: &mut [[u32; 3]], report: &mut RepairReport) {
    let used = m.triangles.iter().flatten().map(|v| m.positions[*v as usize]);
    let Some((lo, hi)) =
        used.fold(None, |b: Option<(DVec3, DVec3)>, p| Some(b.map_or((p, p), |b| (b.0.min(p), b.1.max(p)))))
    else {
        return;
    };
    let middle = 0.5 * (lo + hi);
    let original = m.triangles.clone();
    // The sides of a triangle keep their numbers when it is turned: a turned one swaps its corners
    // 1 and 2, and side k then joins other corners.
    let mut turned = vec![false; m.triangles.len()];
    let mut visited = vec![false; m.triangles.len()];
    let runs = |turned: &[bool], t: usize, k: usize| {
        let (a, b) = (original[t][k], original[t][(k + 1) % 3]);
        if turned[t] { (b, a) } else { (a, b) }
    };
    let side_of = |neighbour: &[[u32; 3]], t: usize, other: usize, edge: (u32, u32)| {
        (0..3).find(|&k| {
            let (a, b) = (original[t][k], original[t][(k + 1) % 3]);
            neighbour[t][k] == other as u32 && ((a, b) == edge || (b, a) == edge)
        })
    };
    for start in 0..m.triangles.len() {
        if visited[start] {
            continue;
        }
        visited[start] = true;
        let mut patch = vec![start];
        let mut head = 0;
        while head < patch.len() {
            let at = patch[head];
            head += 1;
            for k in 0..3 {
                let other = neighbour[at][k];
                if other == NONE {
                    continue;
                }
                let other = other as usize;
                let here = runs(&turned, at, k);
                let Some(back) = side_of(neighbour, other, at, here) else { continue };
                if !visited[other] {
                    visited[other] = true;
                    turned[other] = runs(&turned, other, back) == here;
                    patch.push(other);
                } else if runs(&turned, other, back) == here {
                    neighbour[at][k] = NONE;
                    neighbour[other][back] = NONE;
                    report.one_sided_edges += 1;
                }
            }
        }
        let volume: f64 = patch
            .iter()
            .map(|&i| {
                let [a, b, c] = original[i].map(|v| m.positions[v as usize] - middle);
                let v = a.dot(b.cross(c));
                if turned[i] { -v } else { v }
            })
            .sum();
        if volume < 0.0 {
            for &i in &patch {
                turned[i] = !turned[i];
            }
        }
    }
    for (i, _) in turned.iter().enumerate().filter(|t| *t.1) {
        m.triangles[i].swap(1, 2);
        // Sides (01, 12, 20) became (02, 21, 10).
        neighbour[i].swap(0, 2);
    }
    report.flipped_triangles = turned.iter().filter(|t| **t).count();
}

/// Gives every fan of triangles about a vertex a vertex of its own, so that sheets that touch or
/// were cut come apart.
fn split_fans(m: &mut Mesh, neighbour: &[[u32; 3]], report: &mut RepairReport) {
    // Corners joined over the sides that two triangles share.
    let n = 3 * m.triangles.len();
    let mut parent: Vec<u32> = (0..n as u32).collect();
    fn root(parent: &mut [u32], mut v: u32) -> u32 {
        while parent[v as usize] != v {
            parent[v as usize] = parent[parent[v as usize] as usize];
            v = parent[v as usize];
        }
        v
    }
    for (i, t) in m.triangles.iter().enumerate() {
        for k in 0..3 {
            let other = neighbour[i][k];
            if other == NONE || (other as usize) < i {
                continue;
            }
            for v in [t[k], t[(k + 1) % 3]] {
                let mine = 3 * i + t.iter().position(|x| *x == v).unwrap_or(0);
                let Some(j) = m.triangles[other as usize].iter().position(|x| *x == v) else { continue };
                let (a, b) = (root(&mut parent, mine as u32), root(&mut parent, 3 * other + j as u32));
                parent[a.max(b) as usize] = a.min(b);
            }
        }
    }
    // The first fan keeps the vertex.
    let mut owner = vec![NONE; m.positions.len()];
    let mut copies: HashMap<u32, u32> = HashMap::new();
    for i in 0..m.triangles.len() {
        for k in 0..3 {
            let fan = root(&mut parent, (3 * i + k) as u32);
            let v = m.triangles[i][k] as usize;
            if owner[v] == NONE {
                owner[v] = fan;
            } else if owner[v] != fan {
                let positions = &mut m.positions;
                let copy = *copies.entry(fan).or_insert_with(|| {
                    report.nonmanifold_vertices += 1;
                    positions.push(positions[v]);
                    positions.len() as u32 - 1
                });
                m.triangles[i][k] = copy;
            }
        }
    }
}
