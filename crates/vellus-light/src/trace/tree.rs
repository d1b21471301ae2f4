//! A hierarchy of boxes, eight abreast, whose leaves are packs of up to eight shapes.
//!
//! The binary hierarchy of `obvhs` (locally ordered clustering, then reinsertion) is collapsed to eight
//! children a node. Boxes and shapes of a node lie beside each other, so that one instruction tests
//! eight of them where the machine can, and two do elsewhere.

use super::bundle::Bundle;
use super::lanes::{Eight, Kept, Lanes, WIDE};
use super::piece::Beam;
use glam::Vec3;
use obvhs::BvhBuildParams;
use obvhs::aabb::Aabb;
use obvhs::bvh2::{Bvh2, builder::build_bvh2};
use std::time::Duration;

/// Shapes in a pack at most.
const PACKED: usize = 8;
/// Parts of a tree that are looked up for a bundle at most.
const PARTS: usize = 24;
/// Marks a child that is a pack.
const PACK: u32 = 1 << 31;
/// Marks a child that is not there.
const ABSENT: u32 = u32::MAX;
/// Nodes that wait while a ray goes down; deeper trees are followed by recursion.
const WAITING: usize = 96;

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Node {
    /// Lower and upper bounds of the children.
    bounds: [Kept; 2],
    child: [u32; WIDE],
}

/// The hierarchy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

/// What follows rays: a vector unit, and room for nodes that wait.
#[derive(Clone, Debug)]
pub(crate) struct Walk<L> {
    pub(crate) on: L,
    stack: [(u32, f32); WAITING],
}

impl<L: Lanes> Walk<L> {
    #[inline(always)]
    pub(crate) fn new(on: L) -> Self {
        Self { on, stack: [(0, 0.0); WAITING] }
    }
}

impl Node {
    const EMPTY: Self = Self {
        bounds: [Kept::splat(Vec3::INFINITY), Kept::splat(Vec3::NEG_INFINITY)],
        child: [ABSENT; WIDE],
    };
}

/// Where rays begin to look: nodes, nearest first, and how far away each begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roots<'a> {
    nodes: &'a [Node],
    start: &'a [f32],
}

/// A part of a tree in the way of a bundle.
#[derive(Clone, Copy, Debug)]
struct Part {
    near: f32,
    child: u32,
    bounds: [[f32; 3]; 2],
}

/// The parts of a tree in the way of a bundle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    list: Vec<Part>,
    nodes: Vec<Node>,
    start: Vec<f32>,
}

impl Parts {
    #[inline(always)]
    pub(crate) fn roots(&self) -> Roots<'_> {
        Roots { nodes: &self.nodes, start: &self.start }
    }
}

/// How far along a bundle the boxes of a node begin, and the bits of those that its rays may meet.
#[inline(always)]
fn enclosed<L: Lanes>(l: L, bundle: &Bundle, node: &Node) -> ([f32; WIDE], u32) {
    let mut hit = u32::MAX;
    for (n, most) in &bundle.sides {
        hit &= least(l, node, *n).at_most(Eight::splat(l, *most)).bits();
    }
    let (n, start) = bundle.along;
    ((least(l, node, n) - start).array(), hit)
}

/// Least product of a vector with a point of each box.
#[inline(always)]
fn least<L: Lanes>(l: L, node: &Node, n: Vec3) -> Eight<L> {
    let side = [usize::from(n.x < 0.0), usize::from(n.y < 0.0), usize::from(n.z < 0.0)];
    Eight::load(l, &node.bounds[side[0]].0[0]) * n.x
        + Eight::load(l, &node.bounds[side[1]].0[1]) * n.y
        + Eight::load(l, &node.bounds[side[2]].0[2]) * n.z
}

/// A ray made ready for boxes.
struct Slabs<L: Lanes> {
    origin: [Eight<L>; 3],
    inverse: [Eight<L>; 3],
    /// 1 where the ray runs towards lower coordinates.
    back: [usize; 3],
}

impl<L: Lanes> Slabs<L> {
    #[inline(always)]
    fn new(l: L, beam: &Beam) -> Self {
        // A component so small that its reciprocal overflows would make slabs undefined.
        const LEAST: f32 = 1e-12;
        let f = |x: f32| 1.0 / if x.abs() < LEAST { LEAST.copysign(x) } else { x };
        let (o, d) = (beam.origin, beam.direction);
        let inverse = [f(d.x), f(d.y), f(d.z)];
        Self {
            origin: [Eight::splat(l, o.x), Eight::splat(l, o.y), Eight::splat(l, o.z)],
            inverse: [Eight::splat(l, inverse[0]), Eight::splat(l, inverse[1]), Eight::splat(l, inverse[2])],
            back: [
                usize::from(inverse[0] < 0.0),
                usize::from(inverse[1] < 0.0),
                usize::from(inverse[2] < 0.0),
            ],
        }
    }

    /// Distances at which the ray enters the boxes of a node, and the bits of those it enters within
    /// `most`.
    #[inline(always)]
    fn enter(&self, l: L, node: &Node, most: f32) -> (Eight<L>, u32) {
        let [x, y, z] = self.back;
        let first = self.plane(l, node, x, 0).max(self.plane(l, node, y, 1));
        let first = first.max(self.plane(l, node, z, 2).max(Eight::splat(l, 0.0)));
        let last = self.plane(l, node, 1 - x, 0).min(self.plane(l, node, 1 - y, 1));
        let last = last.min(self.plane(l, node, 1 - z, 2).min(Eight::splat(l, most)));
        (first, first.at_most(last).bits())
    }

    /// Distances to the lower (0) or upper (1) sides of boxes along an axis.
    #[inline(always)]
    fn plane(&self, l: L, node: &Node, side: usize, axis: usize) -> Eight<L> {
        (Eight::load(l, &node.bounds[side & 1].0[axis]) - self.origin[axis]) * self.inverse[axis]
    }
}

impl Tree {
    /// Builds the hierarchy over boxes; `pack` is given the numbers of up to eight boxes and answers with
    /// the number of the pack made of them.
    pub(crate) fn new(boxes: &[Aabb], pack: &mut dyn FnMut(&[u32]) -> u32) -> Self {
        if boxes.is_empty() {
            return Self::default();
        }
        let params = BvhBuildParams { max_prims_per_leaf: PACKED as u32, ..BvhBuildParams::medium_build() };
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
        out.nodes.push(Node::EMPTY);
        let mut waiting: Vec<(usize, Vec<usize>)> = vec![(0, made.children(0))];
        while let Some((at, children)) = waiting.pop() {
            let mut node = Node::EMPTY;
            for (k, c) in children.into_iter().enumerate() {
                let aabb = binary.nodes[c].aabb;
                for axis in 0..3 {
                    node.bounds[0].0[axis][k] = aabb.min[axis];
                    node.bounds[1].0[axis][k] = aabb.max[axis];
                }
                node.child[k] = if made.count[c] as usize <= PACKED || binary.nodes[c].is_leaf() {
                    PACK | made.leaf(c)
                } else {
                    let next = out.nodes.len();
                    out.nodes.push(Node::EMPTY);
                    waiting.push((next, made.children(c)));
                    next as u32
                };
            }
            out.nodes[at] = node;
        }
        out
    }

    /// Where a ray without a bundle begins.
    #[inline(always)]
    pub(crate) fn root(&self) -> Roots<'_> {
        Roots { nodes: &self.nodes[..self.nodes.len().min(1)], start: &[0.0] }
    }

    /// Looks up the parts of the tree that the rays of a bundle can meet.
    #[inline(always)]
    pub(crate) fn parts<L: Lanes>(&self, l: L, bundle: &Bundle, out: &mut Parts) {
        out.list.clear();
        out.nodes.clear();
        out.start.clear();
        if self.nodes.is_empty() {
            return;
        }
        let mut open = Some(0);
        while let Some(at) = open {
            let node = &self.nodes[at as usize];
            let (near, hit) = enclosed(l, bundle, node);
            for slot in (0..WIDE).filter(|k| hit >> k & 1 == 1) {
                let bounds = [0, 1].map(|side| [0, 1, 2].map(|k| node.bounds[side].0[k][slot]));
                out.list.push(Part { near: near[slot], child: node.child[slot], bounds });
            }
            // The nearest part that is not a pack is opened next.
            open = None;
            if out.list.len() + WIDE <= PARTS + 1 {
                let mut best: Option<usize> = None;
                for (k, p) in out.list.iter().enumerate() {
                    if p.child & PACK == 0 && best.is_none_or(|b| p.near < out.list[b].near) {
                        best = Some(k);
                    }
                }
                open = best.map(|k| out.list.swap_remove(k).child);
            }
        }
        out.list.sort_unstable_by(|a, b| a.near.total_cmp(&b.near).then(a.child.cmp(&b.child)));
        for parts in out.list.chunks(WIDE) {
            let mut node = Node::EMPTY;
            for (slot, p) in parts.iter().enumerate() {
                for k in 0..3 {
                    node.bounds[0].0[k][slot] = p.bounds[0][k];
                    node.bounds[1].0[k][slot] = p.bounds[1][k];
                }
                node.child[slot] = p.child;
            }
            out.nodes.push(node);
            out.start.push(parts[0].near);
        }
    }

    /// The nearest shape within `most`: `test` is given a pack and the farthest distance that still
    /// counts, and answers with distance and a mark of what it found.
    #[inline(always)]
    pub(crate) fn first<L: Lanes>(
        &self,
        walk: &mut Walk<L>,
        roots: Roots<'_>,
        beam: &Beam,
        mut most: f32,
        mut test: impl FnMut(u32, f32) -> Option<(f32, u32)>,
    ) -> Option<(f32, u32)> {
        let (l, stack) = (walk.on, &mut walk.stack);
        let slabs = Slabs::new(l, beam);
        let mut found = None;
        for (root, start) in roots.nodes.iter().zip(roots.start) {
            if *start > most {
                break;
            }
            let mut node = root;
            let mut waiting = 0;
            'down: loop {
                let (near, mut hit) = slabs.enter(l, node, most);
                let mut at = ABSENT;
                if hit != 0 {
                    let near = near.array();
                    // The nearest child is next, the others wait, farthest first.
                    let mut best = hit.trailing_zeros() as usize & (WIDE - 1);
                    hit &= hit - 1;
                    let base = waiting;
                    while hit != 0 {
                        let mut k = hit.trailing_zeros() as usize & (WIDE - 1);
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
                        } else if let Some((t, id)) = self.deeper(l, node.child[k], &slabs, most, &mut test) {
                            most = t;
                            found = Some((t, id));
                        }
                    }
                    at = node.child[best];
                }
                // Packs up to the next node.
                loop {
                    if at & PACK != 0 {
                        if at != ABSENT
                            && let Some((t, id)) = test(at & !PACK, most)
                        {
                            most = t;
                            found = Some((t, id));
                        }
                        loop {
                            if waiting == 0 {
                                break 'down;
                            }
                            waiting -= 1;
                            let (next, near) = stack[waiting];
                            if near <= most {
                                at = next;
                                break;
                            }
                        }
                    } else {
                        node = &self.nodes[at as usize];
                        break;
                    }
                }
            }
        }
        found
    }

    /// What a degenerate tree needs when too many nodes wait: all packs under a node.
    #[cold]
    fn deeper<L: Lanes>(
        &self,
        l: L,
        root: u32,
        slabs: &Slabs<L>,
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
            let (_, hit) = slabs.enter(l, node, most);
            stack.extend((0..WIDE).filter(|k| hit >> k & 1 == 1).map(|k| node.child[k]));
        }
        found
    }

    /// Whether any shape is met within `most`; `test` answers for a pack.
    #[inline(always)]
    pub(crate) fn any<L: Lanes>(
        &self,
        walk: &mut Walk<L>,
        beam: &Beam,
        most: f32,
        mut test: impl FnMut(u32) -> bool,
    ) -> bool {
        if self.nodes.is_empty() {
            return false;
        }
        let (l, stack) = (walk.on, &mut walk.stack);
        let slabs = Slabs::new(l, beam);
        let mut waiting = 0;
        let mut at = 0;
        loop {
            if at & PACK == 0 {
                let node = &self.nodes[at as usize];
                let (_, mut hit) = slabs.enter(l, node, most);
                if hit != 0 {
                    at = node.child[hit.trailing_zeros() as usize];
                    hit &= hit - 1;
                    while hit != 0 {
                        let next = node.child[hit.trailing_zeros() as usize];
                        hit &= hit - 1;
                        if waiting < WAITING {
                            stack[waiting].0 = next;
                            waiting += 1;
                        } else {
                            let mut seen = |pack, _| test(pack).then_some((0.0, 0));
                            if self.deeper(l, next, &slabs, most, &mut seen).is_some() {
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
            at = stack[waiting].0;
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
    /// Up to eight binary nodes that share out what is under one: the largest is opened first.
    fn children(&self, root: usize) -> Vec<usize> {
        let nodes = &self.binary.nodes;
        if nodes[root].is_leaf() || self.count[root] as usize <= PACKED {
            return vec![root];
        }
        let mut out = vec![root];
        while out.len() < WIDE {
            let open = out
                .iter()
                .enumerate()
                .filter(|(_, n)| !nodes[**n].is_leaf() && self.count[**n] as usize > PACKED)
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

    /// Packs all boxes under a binary node, eight at most.
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
/// The nearest of the shapes of a pack that were met, `hit` a bit for each lane, but for the one to skip.
#[inline(always)]
pub(crate) fn nearest(t: [f32; WIDE], mut hit: u32, number: &[u32; WIDE], skip: u32) -> Option<(f32, u32)> {
    let mut best: Option<(f32, u32)> = None;
    while hit != 0 {
        let lane = hit.trailing_zeros() as usize & (WIDE - 1);
        hit &= hit - 1;
        if number[lane] != skip && best.is_none_or(|b| t[lane] < b.0) {
            best = Some((t[lane], number[lane]));
        }
    }
    best
}
