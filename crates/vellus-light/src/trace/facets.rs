//! Triangles in a bounding-volume hierarchy, eight beside each other.
//!
//! # Sources
//! Möller and Trumbore 1997, *Fast, minimum storage ray/triangle intersection*.

use super::lanes::{Eight, Kept, Lanes, Vectors, WIDE, Work, widest};
use super::piece::Beam;
use super::tree::{Roots, Tree, Walk, nearest};
use glam::Vec3;
use obvhs::aabb::Aabb;

/// No triangle.
const NONE: u32 = u32::MAX;

/// Triangles ready for rays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facets {
    tree: Tree,
    packs: Vec<Pack>,
}

/// Up to eight triangles: a corner, two edges, their product. A lane without one has no area.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Pack {
    corner: Kept,
    edges: [Kept; 2],
    normal: Kept,
    number: [u32; WIDE],
}

impl Pack {
    fn of(list: &[u32], positions: &[Vec3], triangles: &[[u32; 3]]) -> Self {
        let none = Kept::splat(Vec3::ZERO);
        let mut out = Self { corner: none, edges: [none; 2], normal: none, number: [NONE; WIDE] };
        for (lane, n) in list.iter().enumerate() {
            let [a, b, c] = triangles[*n as usize].map(|i| positions[i as usize]);
            let (e1, e2) = (a - b, c - a);
            out.corner.set(lane, a);
            out.edges[0].set(lane, e1);
            out.edges[1].set(lane, e2);
            out.normal.set(lane, e1.cross(e2));
            out.number[lane] = *n;
        }
        out
    }

    /// Distances to the triangles, and the bits of those that are met after 0 and before `most`.
    #[inline(always)]
    fn enter<L: Lanes>(&self, l: L, origin: Vectors<L>, direction: Vectors<L>, most: f32) -> (Eight<L>, u32) {
        let (zero, one) = (Eight::splat(l, 0.0), Eight::splat(l, 1.0));
        let n = Vectors::load(l, &self.normal);
        let away = Vectors::load(l, &self.corner).minus(origin);
        let r = direction.cross(away);
        // Lanes without a triangle give no number, which is within nothing.
        let inverse = one / n.dot(direction);
        let u = r.dot(Vectors::load(l, &self.edges[1])) * inverse;
        let v = r.dot(Vectors::load(l, &self.edges[0])) * inverse;
        let inside = zero.at_most(u).bits() & zero.at_most(v).bits() & (u + v).at_most(one).bits();
        if inside == 0 {
            return (zero, 0);
        }
        let t = n.dot(away) * inverse;
        (t, inside & zero.below(t).bits() & t.below(Eight::splat(l, most)).bits())
    }
}

impl Facets {
    /// Builds the hierarchy; triangles name positions that are there.
    pub(crate) fn new(positions: &[Vec3], triangles: &[[u32; 3]]) -> Self {
        let boxes: Vec<Aabb> = triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| positions[i as usize]);
                // A little more, because rays come from afar in single precision.
                let slack = Vec3::splat(2e-5 * (1.0 + a.abs().max_element()));
                Aabb::new((a.min(b).min(c) - slack).into(), (a.max(b).max(c) + slack).into())
            })
            .collect();
        let mut packs = Vec::with_capacity(boxes.len() / 4);
        let tree = Tree::new(&boxes, &mut |list| {
            packs.push(Pack::of(list, positions, triangles));
            packs.len() as u32 - 1
        });
        Self { tree, packs }
    }

    /// The hierarchy.
    #[inline(always)]
    pub(crate) const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Distance to the first triangle within `most` mm, and its number.
    pub(crate) fn first(&self, beam: &Beam, most: f32) -> Option<(f32, u32)> {
        struct First<'a>(&'a Facets, &'a Beam, f32);
        impl Work for First<'_> {
            type Out = Option<(f32, u32)>;
            #[inline(always)]
            fn run<L: Lanes>(self, l: L) -> Self::Out {
                self.0.first_on(&mut Walk::new(l), self.0.tree.root(), self.1, self.2)
            }
        }
        widest(First(self, beam, most))
    }

    /// True when no triangle stands within `most` mm.
    pub(crate) fn open(&self, beam: &Beam, most: f32) -> bool {
        struct Open<'a>(&'a Facets, &'a Beam, f32);
        impl Work for Open<'_> {
            type Out = bool;
            #[inline(always)]
            fn run<L: Lanes>(self, l: L) -> bool {
                self.0.open_on(&mut Walk::new(l), self.1, self.2)
            }
        }
        widest(Open(self, beam, most))
    }

    /// [`Self::first`] for one who follows many rays.
    #[inline(always)]
    pub(crate) fn first_on<L: Lanes>(
        &self,
        walk: &mut Walk<L>,
        roots: Roots<'_>,
        beam: &Beam,
        most: f32,
    ) -> Option<(f32, u32)> {
        let l = walk.on;
        let (origin, direction) = (Vectors::splat(l, beam.origin), Vectors::splat(l, beam.direction));
        self.tree.first(
            walk,
            roots,
            beam,
            most,
            #[inline(always)]
            |pack, most| {
                let pack = &self.packs[pack as usize];
                let (t, hit) = pack.enter(l, origin, direction, most);
                if hit == 0 { None } else { nearest(t.array(), hit, &pack.number, NONE) }
            },
        )
    }

    /// [`Self::open`] for one who follows many rays.
    #[inline(always)]
    pub(crate) fn open_on<L: Lanes>(&self, walk: &mut Walk<L>, beam: &Beam, most: f32) -> bool {
        let l = walk.on;
        let (origin, direction) = (Vectors::splat(l, beam.origin), Vectors::splat(l, beam.direction));
        !self.tree.any(
            walk,
            beam,
            most,
            #[inline(always)]
            |pack| self.packs[pack as usize].enter(l, origin, direction, most).1 != 0,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vellus_units::random::{Key, Purpose};

    #[test]
    fn prop_the_first_triangle_is_the_nearest() {
        let mut s = Key::new(5, 0).stream(Purpose::Placement, 0);
        let mut v = |scale: f64| {
            Vec3::new((scale * s.normal()) as f32, (scale * s.normal()) as f32, (scale * s.normal()) as f32)
        };
        let mut positions = Vec::new();
        for _ in 0..600 {
            let p = v(20.0);
            positions.extend([p, p + v(3.0), p + v(3.0)]);
        }
        let triangles: Vec<[u32; 3]> = (0..600).map(|k| [3 * k, 3 * k + 1, 3 * k + 2]).collect();
        let facets = Facets::new(&positions, &triangles);
        let mut met = 0;
        for _ in 0..3_000 {
            let (origin, to) = (v(40.0), v(10.0));
            let beam = Beam { origin, direction: (to - origin).normalize() };
            let mut want: Option<(f64, u32)> = None;
            for (k, t) in triangles.iter().enumerate() {
                let [a, b, c] = t.map(|i| positions[i as usize].as_dvec3());
                let (d, o) = (beam.direction.as_dvec3(), beam.origin.as_dvec3());
                let n = (b - a).cross(c - a);
                let t = n.dot(a - o) / n.dot(d);
                let p = o + d * t;
                let side = |x: glam::DVec3, y: glam::DVec3| (y - x).cross(p - x).dot(n) >= 0.0;
                if t > 0.0 && side(a, b) && side(b, c) && side(c, a) && want.is_none_or(|w| t < w.0) {
                    want = Some((t, k as u32));
                }
            }
            let got = facets.first(&beam, f32::INFINITY);
            assert_eq!(got.map(|g| g.1), want.map(|w| w.1));
            assert_eq!(facets.open(&beam, 1e6), want.is_none());
            if let (Some(g), Some(w)) = (got, want) {
                assert!((f64::from(g.0) - w.0).abs() < 1e-3 * w.0.max(1.0), "{g:?} {w:?}");
                assert!(facets.open(&beam, 0.99 * g.0));
                met += 1;
            }
        }
        assert!(met > 300, "{met}");
    }
}
