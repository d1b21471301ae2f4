//! A hierarchy of boxes, four abreast, whose leaves are packs of up to four shapes.
//!
//! The binary hierarchy of `obvhs` (locally ordered clustering, then reinsertion) is collapsed to four
//! children a node. Boxes and shapes of a node lie beside each other, so that one instruction tests
//! four: a picture of hairs takes a quarter less time than with compressed wide nodes, which without
//! AVX spend it on widening bytes.

use super::piece::Beam;
use glam::{Vec3, Vec4};
use obvhs::BvhBuildParams;
use obvhs::aabb::Aabb;
use obvhs::bvh2::{Bvh2, builder::build_bvh2};
use std::time::Duration;

/// Shapes in a pack.
pub(crate) const WIDE: usize = 4;
/// Marks a child that is a pack.
const PACK: u32 = 1 << 31;
/// Marks a child that is not there.
const ABSENT: u32 = u32::MAX;
/// Nodes that wait while a ray goes down; deeper trees are followed by recursion.
const WAITING: usize = 64;

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node {
    /// Lower and upper bounds of the four children, by axis.
    bounds: [[Vec4; 3]; 2],
    child: [u32; WIDE],
}

/// The hierarchy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

/// A ray made ready for boxes.
struct Slabs {
    origin: [Vec4; 3],
    inverse: [Vec4; 3],
    /// 1 where the ray runs towards lower coordinates.
    back: [usize; 3],
}

impl Slabs {
    #[inline(always)]
    fn new(beam: &Beam) -> Self {
        // A component so small that its reciprocal overflows would make slabs undefined.
        const LEAST: f32 = 1e-12;
        let f = |x: f32| 1.0 / if x.abs() < LEAST { LEAST.copysign(x) } else { x };
        let (o, d) = (beam.origin, beam.direction);
        let inverse = [f(d.x), f(d.y), f(d.z)];
        Self {
            origin: [Vec4::splat(o.x), Vec4::splat(o.y), Vec4::splat(o.z)],
            inverse: inverse.map(Vec4::splat),
            back: inverse.map(|x| usize::from(x < 0.0)),
        }
    }

    /// Distances at which the ray enters the four boxes of a node, and the bits of those it enters
    /// within `most`.
    #[inline(always)]
    fn enter(&self, node: &Node, most: f32) -> (Vec4, u32) {
        let near = |k: usize| (node.bounds[self.back[k]][k] - self.origin[k]) * self.inverse[k];
        let far = |k: usize| (node.bounds[1 - self.back[k]][k] - self.origin[k]) * self.inverse[k];
        let first = near(0).max(near(1)).max(near(2).max(Vec4::ZERO));
        let last = far(0).min(far(1)).min(far(2).min(Vec4::splat(most)));
        (first, first.cmple(last).bitmask())
    }
}

impl Tree {
    /// Builds the hierarchy over boxes; `pack` is given the numbers of up to four boxes and answers with
    /// the number of the pack made of them.
    pub(crate) fn new(boxes: &[Aabb], pack: &mut dyn FnMut(&[u32]) -> u32) -> Self {
        if boxes.is_empty() {
            return Self::default();
        }
        let params = BvhBuildParams { max_prims_per_leaf: WIDE as u32, ..BvhBuildParams::medium_build() };
        let binary = build_bvh2(boxes, params, &mut Duration::default());
        let mut count = vec![0_u32; binary.nodes.len()];
        // Children follow their parents nowhere in particular, so sizes are found depth first.
        let mut order = vec![0_usize];
        let mut k = 0;
        while k < order.len() {
            let n = &binary.nodes[order[k]];
            if !n.is_leaf() {
                order.extend([n.first_index as usize, n.first_index as usize + 1]);
            }
            k += 1;
        }
        for i in order.iter().rev() {
            let n = &binary.nodes[*i];
            count[*i] = if n.is_leaf() {
                n.prim_count
            } else {
                count[n.first_index as usize] + count[n.first_index as usize + 1]
            };
        }
        let mut out = Self { nodes: Vec::with_capacity(boxes.len() / 2 + 1) };
        let mut made = Maker { binary: &binary, count: &count, pack };
        // A root that is a leaf hangs under a node of its own.
        out.nodes.push(made.empty());
        let mut waiting: Vec<(usize, Vec<usize>)> = vec![(0, made.children(0))];
        while let Some((at, children)) = waiting.pop() {
            let mut node = made.empty();
            for (k, c) in children.into_iter().enumerate() {
                let aabb = binary.nodes[c].aabb;
                for axis in 0..3 {
                    node.bounds[0][axis][k] = aabb.min[axis];
                    node.bounds[1][axis][k] = aabb.max[axis];
                }
                node.child[k] = if made.count[c] as usize <= WIDE || binary.nodes[c].is_leaf() {
                    PACK | made.leaf(c)
                } else {
                    let next = out.nodes.len();
                    out.nodes.push(made.empty());
                    waiting.push((next, made.children(c)));
                    next as u32
                };
            }
            out.nodes[at] = node;
        }
        out
    }

    /// The nearest shape within `most`: `test` is given a pack and the farthest distance that still
    /// counts, and answers with distance and a mark of what it found.
    #[inline(always)]
    pub(crate) fn first(
        &self,
        beam: &Beam,
        most: f32,
        mut test: impl FnMut(u32, f32) -> Option<(f32, u32)>,
    ) -> Option<(f32, u32)> {
        if self.nodes.is_empty() {
            return None;
        }
        self.first_under(0, &Slabs::new(beam), most, &mut test)
    }

    #[inline(always)]
    fn first_under(
        &self,
        root: u32,
        slabs: &Slabs,
        mut most: f32,
        test: &mut impl FnMut(u32, f32) -> Option<(f32, u32)>,
    ) -> Option<(f32, u32)> {
        let mut found = None;
        let mut stack = [(0_u32, 0.0_f32); WAITING];
        let mut waiting = 0;
        let mut at = root;
        loop {
            if at & PACK == 0 {
                let node = &self.nodes[at as usize];
                let (near, mut hit) = slabs.enter(node, most);
                if hit != 0 {
                    let near = near.to_array();
                    // The nearest child is next, the others wait, farthest first.
                    let mut best = hit.trailing_zeros() as usize;
                    hit &= hit - 1;
                    let base = waiting;
                    while hit != 0 {
                        let mut k = hit.trailing_zeros() as usize;
                        hit &= hit - 1;
                        if near[k] < near[best] {
                            std::mem::swap(&mut k, &mut best);
                        }
                        if waiting < WAITING {
                            let mut slot = waiting;
                            while slot > base && stack[slot - 1].1 < near[k] {
                                stack[slot] = stack[slot - 1];
                                slot -= 1;
                            }
                            stack[slot] = (node.child[k], near[k]);
                            waiting += 1;
                        } else if let Some((t, id)) = self.deeper(node.child[k], slabs, most, test) {
                            most = t;
                            found = Some((t, id));
                        }
                    }
                    at = node.child[best];
                    continue;
                }
            } else if let Some((t, id)) = test(at & !PACK, most) {
                most = t;
                found = Some((t, id));
            }
            loop {
                if waiting == 0 {
                    return found;
                }
                waiting -= 1;
                let (next, near) = stack[waiting];
                if near <= most {
                    at = next;
                    break;
                }
            }
        }
    }

    /// What a degenerate tree needs when too many nodes wait: all packs under a node.
    #[cold]
    fn deeper(
        &self,
        root: u32,
        slabs: &Slabs,
        mut most: f32,
        test: &mut impl FnMut(u32, f32) -> Option<(f32, u32)>,
    ) -> Option<(f32, u32)> {
        let mut found = None;
        let mut stack = vec![root];
        while let Some(at) = stack.pop() {
            if at & PACK != 0 {
                if let Some((t, id)) = test(at & !PACK, most) {
                    most = t;
                    found = Some((t, id));
                }
                continue;
            }
            let node = &self.nodes[at as usize];
            let (_, hit) = slabs.enter(node, most);
            stack.extend((0..WIDE).filter(|k| hit >> k & 1 == 1).map(|k| node.child[k]));
        }
        found
    }

    /// Whether any shape is met within `most`; `test` answers for a pack.
    #[inline(always)]
    pub(crate) fn any(&self, beam: &Beam, most: f32, mut test: impl FnMut(u32) -> bool) -> bool {
        if self.nodes.is_empty() {
            return false;
        }
        let slabs = Slabs::new(beam);
        let mut stack = [0_u32; WAITING];
        let mut waiting = 0;
        let mut at = 0;
        loop {
            if at & PACK == 0 {
                let node = &self.nodes[at as usize];
                let (_, mut hit) = slabs.enter(node, most);
                if hit != 0 {
                    at = node.child[hit.trailing_zeros() as usize];
                    hit &= hit - 1;
                    while hit != 0 {
                        let next = node.child[hit.trailing_zeros() as usize];
                        hit &= hit - 1;
                        if waiting < WAITING {
                            stack[waiting] = next;
                            waiting += 1;
                        } else {
                            let mut seen = |pack, _| test(pack).then_some((0.0, 0));
                            if self.deeper(next, &slabs, most, &mut seen).is_some() {
                                return true;
                            }
                        }
                    }
                    continue;
                }
            } else if test(at & !PACK) {
                return true;
            }
            if waiting == 0 {
                return false;
            }
            waiting -= 1;
            at = stack[waiting];
        }
    }

    /// Bytes of the nodes.
    pub(crate) fn bytes(&self) -> usize {
        self.nodes.len() * size_of::<Node>()
    }
}

struct Maker<'a> {
    binary: &'a Bvh2,
    /// Boxes under each binary node.
    count: &'a [u32],
    pack: &'a mut dyn FnMut(&[u32]) -> u32,
}

impl Maker<'_> {
    fn empty(&self) -> Node {
        let none = [Vec4::splat(f32::INFINITY); 3];
        Node { bounds: [none, none.map(|v| -v)], child: [ABSENT; WIDE] }
    }

    /// Up to four binary nodes that share out what is under one: the largest is opened first.
    fn children(&self, root: usize) -> Vec<usize> {
        let nodes = &self.binary.nodes;
        if nodes[root].is_leaf() || self.count[root] as usize <= WIDE {
            return vec![root];
        }
        let mut out = vec![root];
        while out.len() < WIDE {
            let open = out
                .iter()
                .enumerate()
                .filter(|(_, n)| !nodes[**n].is_leaf() && self.count[**n] as usize > WIDE)
                .max_by(|a, b| {
                    nodes[*a.1].aabb.half_area().total_cmp(&nodes[*b.1].aabb.half_area()).then(b.0.cmp(&a.0))
                })
                .map(|(k, _)| k);
            let Some(k) = open else { break };
            let first = nodes[out[k]].first_index as usize;
            out[k] = first;
            out.push(first + 1);
        }
        out
    }

    /// Packs all boxes under a binary node, four at most.
    fn leaf(&mut self, root: usize) -> u32 {
        let mut list = Vec::new();
        let mut stack = vec![root];
        while let Some(n) = stack.pop() {
            let n = &self.binary.nodes[n];
            let first = n.first_index as usize;
            if n.is_leaf() {
                list.extend(&self.binary.primitive_indices[first..first + n.prim_count as usize]);
            } else {
                stack.extend([first, first + 1]);
            }
        }
        (self.pack)(&list)
    }
}

/// Components of four vectors beside each other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Four {
    pub(crate) x: Vec4,
    pub(crate) y: Vec4,
    pub(crate) z: Vec4,
}

impl Four {
    #[inline(always)]
    pub(crate) fn splat(v: Vec3) -> Self {
        Self { x: Vec4::splat(v.x), y: Vec4::splat(v.y), z: Vec4::splat(v.z) }
    }

    pub(crate) fn set(&mut self, lane: usize, v: Vec3) {
        self.x[lane] = v.x;
        self.y[lane] = v.y;
        self.z[lane] = v.z;
    }

    #[inline(always)]
    pub(crate) fn dot(self, o: Self) -> Vec4 {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[inline(always)]
    pub(crate) fn cross(self, o: Self) -> Self {
        Self {
            x: self.y * o.z - self.z * o.y,
            y: self.z * o.x - self.x * o.z,
            z: self.x * o.y - self.y * o.x,
        }
    }

    #[inline(always)]
    pub(crate) fn times(self, k: Vec4) -> Self {
        Self { x: self.x * k, y: self.y * k, z: self.z * k }
    }

    #[inline(always)]
    pub(crate) fn minus(self, o: Self) -> Self {
        Self { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}
