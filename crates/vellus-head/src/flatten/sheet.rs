//! A piece of the surface that can be cut: triangles that know which triangle of the head they lie
//! on, refined and split without leaving the surface.

use std::collections::HashMap;

use glam::DVec3;
use rayon::prelude::*;

use crate::{HeadError, Surface, SurfacePoint};

/// One triangle of a [`Sheet`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub v: [u32; 3],
    /// The triangle of the surface that it lies in.
    pub parent: u32,
    /// What it was labelled: zone, side of the part, tile.
    pub zone: u8,
    pub panel: u8,
    pub tile: u16,
}

/// Triangles on a surface. Neighbours share vertices, also after cuts.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub positions: Vec<DVec3>,
    /// A triangle of the surface that each vertex lies on.
    pub seats: Vec<u32>,
    pub pieces: Vec<Piece>,
}

/// A crossing keeps this share of its edge away from both ends, so that no sliver is thinner; at
/// edges of 3 mm a seam is moved by at most 0.06 mm.
const END_SHARE: f64 = 0.02;
/// Halvings when the crossing of an edge is sought: 3 mm to a micrometre.
const HALVINGS: usize = 12;
/// More pieces than this mean that the region is no scalp or the unit is wrong.
const MOST_PIECES: usize = 2_000_000;

const NO_TILE: u16 = u16::MAX;

fn key(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

impl Sheet {
    /// The triangles with these numbers.
    pub(super) fn new(surface: &Surface, triangles: &[u32]) -> Self {
        let mesh = surface.mesh();
        let mut sheet = Self::default();
        let mut at: HashMap<u32, u32> = HashMap::new();
        for &t in triangles {
            let v = mesh.triangles[t as usize].map(|v| {
                *at.entry(v).or_insert_with(|| {
                    sheet.positions.push(mesh.positions[v as usize]);
                    sheet.seats.push(t);
                    sheet.positions.len() as u32 - 1
                })
            });
            sheet.pieces.push(Piece { v, parent: t, zone: 0, panel: 0, tile: NO_TILE });
        }
        sheet
    }

    pub(super) fn corners(&self, piece: usize) -> [DVec3; 3] {
        self.pieces[piece].v.map(|v| self.positions[v as usize])
    }

    pub(super) fn area(&self, piece: usize) -> f64 {
        let [a, b, c] = self.corners(piece);
        0.5 * (b - a).cross(c - a).length()
    }

    pub(super) fn centre(&self, piece: usize) -> DVec3 {
        self.corners(piece).iter().sum::<DVec3>() / 3.0
    }

    fn length(&self, a: u32, b: u32) -> f64 {
        self.positions[a as usize].distance(self.positions[b as usize])
    }

    /// Halves edges until none is longer than `limit` mm.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] when that takes millions of triangles.
    pub(super) fn refine(&mut self, limit: f64) -> Result<(), HeadError> {
        let area: f64 = (0..self.pieces.len()).map(|i| self.area(i)).sum();
        // Halving leaves edges of two thirds of the limit in the mean, 0.2·limit² each at least.
        let pieces = area / (0.2 * limit * limit);
        if pieces.is_nan() || pieces >= MOST_PIECES as f64 {
            return Err(HeadError::Flatten(format!(
                "the region has {:.3e} cm2, far more than a scalp; check the unit or the region",
                area / 100.0
            )));
        }
        loop {
            let mut long: HashMap<(u32, u32), u32> = HashMap::new();
            for i in 0..self.pieces.len() {
                let p = self.pieces[i];
                for k in 0..3 {
                    let (a, b) = (p.v[k], p.v[(k + 1) % 3]);
                    if self.length(a, b) > limit && !long.contains_key(&key(a, b)) {
                        let middle = self.positions[a as usize].midpoint(self.positions[b as usize]);
                        long.insert(key(a, b), self.push(middle, p.parent));
                    }
                }
            }
            if long.is_empty() {
                return Ok(());
            }
            // Slivers have long edges and no area: the count above does not see them.
            if self.pieces.len() > MOST_PIECES {
                return Err(HeadError::Flatten("the triangles are too thin to refine; remesh them".into()));
            }
            self.split(&long, |_, _| None);
        }
    }

    fn push(&mut self, position: DVec3, seat: u32) -> u32 {
        self.positions.push(position);
        self.seats.push(seat);
        self.positions.len() as u32 - 1
    }

    /// Splits triangles at the new vertices of their edges; labels stay. Where all three edges have
    /// one, `star` may give a vertex inside that all three are joined to.
    fn split(
        &mut self,
        middle: &HashMap<(u32, u32), u32>,
        mut star: impl FnMut(&mut Self, Piece) -> Option<u32>,
    ) {
        let mut out = Vec::with_capacity(self.pieces.len() + 2 * middle.len());
        for i in 0..self.pieces.len() {
            let p = self.pieces[i];
            let m: [Option<u32>; 3] =
                std::array::from_fn(|k| middle.get(&key(p.v[k], p.v[(k + 1) % 3])).copied());
            let mut put = |v: [u32; 3]| out.push(Piece { v, ..p });
            match m.iter().flatten().count() {
                0 => put(p.v),
                1 => {
                    let k = m.iter().position(Option::is_some).unwrap_or(0);
                    let (a, b, c) = (p.v[k], p.v[(k + 1) % 3], p.v[(k + 2) % 3]);
                    let x = m[k].unwrap_or(a);
                    put([a, x, c]);
                    put([x, b, c]);
                }
                2 => {
                    // The corner between the two split edges, and the quadrilateral that is left.
                    let k = m.iter().position(Option::is_none).unwrap_or(0);
                    let (a, b, c) = (p.v[k], p.v[(k + 1) % 3], p.v[(k + 2) % 3]);
                    let (x, y) = (m[(k + 1) % 3].unwrap_or(b), m[(k + 2) % 3].unwrap_or(a));
                    put([x, c, y]);
                    if self.length(a, x) <= self.length(b, y) {
                        put([a, b, x]);
                        put([a, x, y]);
                    } else {
                        put([a, b, y]);
                        put([b, x, y]);
                    }
                }
                _ => {
                    let (a, b, c) = (p.v[0], p.v[1], p.v[2]);
                    let (x, y, z) = (m[0].unwrap_or(a), m[1].unwrap_or(b), m[2].unwrap_or(c));
                    if let Some(s) = star(self, p) {
                        for [corner, before, after] in [[a, z, x], [b, x, y], [c, y, z]] {
                            put([corner, after, s]);
                            put([corner, s, before]);
                        }
                    } else {
                        put([a, x, z]);
                        put([x, b, y]);
                        put([z, y, c]);
                        put([x, y, z]);
                    }
                }
            }
        }
        self.pieces = out;
    }

    /// Cuts the pieces for which `of` holds where `name` changes, through triangles, and gives each
    /// of them its name. Other pieces are split only to keep the neighbours' vertices.
    ///
    /// Along an edge `name` may change once; where three names meet, their seams meet in a point.
    pub(super) fn cut<K: Copy + Eq + Send + Sync>(
        &mut self,
        of: impl Fn(&Piece) -> bool,
        name: impl Fn(DVec3, u32) -> K + Sync,
        mut label: impl FnMut(&mut Piece, K),
    ) {
        let mut used = vec![false; self.positions.len()];
        for p in self.pieces.iter().filter(|p| of(p)) {
            p.v.iter().for_each(|v| used[*v as usize] = true);
        }
        let names: Vec<Option<K>> = (0..self.positions.len())
            .into_par_iter()
            .map(|i| used[i].then(|| name(self.positions[i], self.seats[i])))
            .collect();
        let mut edges: Vec<(u32, u32, u32)> = Vec::new();
        for p in self.pieces.iter().filter(|p| of(p)) {
            for k in 0..3 {
                let (a, b) = key(p.v[k], p.v[(k + 1) % 3]);
                if names[a as usize] != names[b as usize] {
                    edges.push((a, b, p.parent));
                }
            }
        }
        edges.sort_unstable();
        edges.dedup_by_key(|e| (e.0, e.1));
        let places: Vec<DVec3> = edges
            .par_iter()
            .map(|&(a, b, seat)| {
                let (p, q) = (self.positions[a as usize], self.positions[b as usize]);
                let (mut low, mut high) = (0.0, 1.0);
                for _ in 0..HALVINGS {
                    let t = 0.5 * (low + high);
                    if Some(name(p.lerp(q, t), seat)) == names[a as usize] { low = t } else { high = t }
                }
                p.lerp(q, (0.5 * (low + high)).clamp(END_SHARE, 1.0 - END_SHARE))
            })
            .collect();
        let mut middle = HashMap::with_capacity(edges.len());
        for (&(a, b, seat), place) in edges.iter().zip(places) {
            middle.insert((a, b), self.push(place, seat));
        }
        self.split(&middle, |sheet, p| {
            if !of(&p) {
                return None;
            }
            let c = meeting(p.v.map(|v| sheet.positions[v as usize]), |q| name(q, p.parent));
            Some(sheet.push(c, p.parent))
        });
        for p in &mut self.pieces {
            if !of(p) {
                continue;
            }
            // Every part of a split triangle keeps a corner of it, and has that corner's name.
            let named = p.v.iter().find_map(|v| names.get(*v as usize).copied().flatten());
            if let Some(n) = named {
                label(p, n);
            }
        }
    }

    /// Keeps the pieces for which `keep` holds.
    pub(super) fn retain(&mut self, keep: impl Fn(&Piece) -> bool) {
        self.pieces.retain(keep);
    }

    /// Pairs of pieces with a common edge: (piece, piece, length in mm), sorted.
    pub(super) fn adjacent(&self) -> Vec<(u32, u32, f64)> {
        let mut sides: Vec<(u32, u32, u32)> = Vec::with_capacity(3 * self.pieces.len());
        for (i, p) in self.pieces.iter().enumerate() {
            for k in 0..3 {
                let (a, b) = key(p.v[k], p.v[(k + 1) % 3]);
                sides.push((a, b, i as u32));
            }
        }
        sides.sort_unstable();
        let mut out = Vec::with_capacity(sides.len() / 2);
        for s in sides.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            if let [x, y] = s {
                out.push((x.2, y.2, self.length(x.0, x.1)));
            }
        }
        out
    }

    /// Numbers of the connected parts of pieces with equal `name`, by piece, and their count.
    pub(super) fn parts<K: Eq>(&self, name: impl Fn(&Piece) -> K, adjacent: &[(u32, u32, f64)]) -> Vec<u32> {
        let mut root: Vec<u32> = (0..self.pieces.len() as u32).collect();
        for &(a, b, _) in adjacent {
            if name(&self.pieces[a as usize]) == name(&self.pieces[b as usize]) {
                let (x, y) = (find(&mut root, a), find(&mut root, b));
                // The lower number leads, so that the answer does not depend on the order.
                root[x.max(y) as usize] = x.min(y);
            }
        }
        (0..root.len() as u32).map(|i| find(&mut root, i)).collect()
    }
}

/// The place in a triangle with three names where they meet. By Sperner's lemma (1928) one quarter of
/// such a triangle has three names again; where a fourth name comes between, its middle.
fn meeting<K: Eq>(corners: [DVec3; 3], name: impl Fn(DVec3) -> K) -> DVec3 {
    let mut t = corners;
    for _ in 0..HALVINGS {
        let m = [0, 1, 2].map(|k: usize| t[k].midpoint(t[(k + 1) % 3]));
        let (n, o) = (t.map(&name), m.map(&name));
        let three = |a: &K, b: &K, c: &K| a != b && b != c && c != a;
        t = if three(&n[0], &o[0], &o[2]) {
            [t[0], m[0], m[2]]
        } else if three(&n[1], &o[1], &o[0]) {
            [t[1], m[1], m[0]]
        } else if three(&n[2], &o[2], &o[1]) {
            [t[2], m[2], m[1]]
        } else if three(&o[0], &o[1], &o[2]) {
            m
        } else {
            break;
        };
    }
    let middle = |t: [DVec3; 3]| t.iter().sum::<DVec3>() / 3.0;
    // A little off the sides, as the crossings are off the corners.
    middle(t).lerp(middle(corners), 2.0 * END_SHARE)
}

/// Leader of a set, with the path halved.
pub(super) fn find(root: &mut [u32], mut i: u32) -> u32 {
    while root[i as usize] != i {
        root[i as usize] = root[root[i as usize] as usize];
        i = root[i as usize];
    }
    i
}

/// The point of the surface at a position in one of its triangles.
pub(super) fn surface_point(surface: &Surface, position: DVec3, triangle: u32) -> SurfacePoint {
    let corners = surface.mesh().corners(triangle);
    let [_, v, w] = weights_3d(corners, position).unwrap_or([1.0, 0.0, 0.0]);
    SurfacePoint { position, normal: surface.point(triangle, v, w).normal, triangle }
}

/// Barycentric weights of the foot of `p` in the plane of a triangle; `None` without area.
pub(super) fn weights_3d([a, b, c]: [DVec3; 3], p: DVec3) -> Option<[f64; 3]> {
    let n = (b - a).cross(c - a);
    let square = n.length_squared();
    if square <= 0.0 {
        return None;
    }
    let v = (p - a).cross(c - a).dot(n) / square;
    let w = (b - a).cross(p - a).dot(n) / square;
    Some([1.0 - v - w, v, w])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    fn whole() -> (Surface, Sheet) {
        let surface = Surface::new(sphere(80.0, 3)).unwrap();
        let all: Vec<u32> = (0..surface.mesh().triangles.len() as u32).collect();
        let sheet = Sheet::new(&surface, &all);
        (surface, sheet)
    }

    fn total(s: &Sheet) -> f64 {
        (0..s.pieces.len()).map(|i| s.area(i)).sum()
    }

    #[test]
    fn refining_and_cutting_keep_the_surface_and_its_neighbours() {
        let (surface, mut sheet) = whole();
        let area = surface.mesh().area();
        sheet.refine(5.0).unwrap();
        assert!((total(&sheet) / area - 1.0).abs() < 1e-12);
        // Octants meet in threes and fours.
        let name = |p: DVec3, _| (p.x > 1.0, p.y > 2.0, p.z > 3.0);
        sheet.cut(|_| true, name, |p, n| p.zone = u8::from(n.0) + 2 * u8::from(n.1) + 4 * u8::from(n.2));
        assert!((total(&sheet) / area - 1.0).abs() < 1e-12);
        // A closed surface: three neighbours each.
        assert_eq!(2 * sheet.adjacent().len(), 3 * sheet.pieces.len());
        for (i, p) in sheet.pieces.iter().enumerate() {
            let [a, b, c] = sheet.corners(i);
            assert!((b - a).cross(c - a).dot(a) > 0.0, "the winding stays");
            let n = surface.mesh().corners(p.parent);
            assert!(weights_3d(n, sheet.centre(i)).unwrap().iter().all(|w| *w > -1e-9));
        }
        // The cap y > 2 of a sphere: 2πR(R − 2).
        let cap: f64 =
            (0..sheet.pieces.len()).filter(|i| sheet.pieces[*i].zone & 2 != 0).map(|i| sheet.area(i)).sum();
        let share = cap / area;
        assert!((share - 0.5 * (1.0 - 2.0 / 80.0)).abs() < 1e-3, "{share}");
    }
}
