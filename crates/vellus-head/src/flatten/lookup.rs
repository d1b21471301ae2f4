//! Which flat triangle a place is in.

use glam::{DVec2, IVec2};

/// Triangles by the cells of a grid.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    low: DVec2,
    cell: f64,
    size: IVec2,
    /// First entry of each cell, one more than there are cells.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

/// Weights may be this far below zero, so that no place falls between two triangles.
const SLACK: f64 = 1e-9;
/// Off the border by at most this, mm, a place still belongs to the nearest triangle.
const REACH: f64 = 1e-4;
/// Cells across at most.
const MOST_ACROSS: f64 = 2000.0;

impl Lookup {
    pub(super) fn new(flat: &[DVec2], triangles: &[[u32; 3]]) -> Self {
        let inf = DVec2::INFINITY;
        let (low, high) = flat.iter().fold((inf, -inf), |(l, h), p| (l.min(*p), h.max(*p)));
        let (low, high) = if low.is_finite() && high.is_finite() {
            (low - REACH, high + REACH)
        } else {
            (DVec2::ZERO, DVec2::ONE)
        };
        let span = high - low;
        let mut cell = (span.x * span.y / triangles.len().max(1) as f64).sqrt() * 1.5;
        cell = cell.max(span.max_element() / MOST_ACROSS).max(1e-9);
        let size = (span / cell).ceil().as_ivec2().max(IVec2::ONE);
        let mut lookup =
            Self { low, cell, size, starts: vec![0; (size.x * size.y) as usize + 1], entries: Vec::new() };
        for pass in 0..2 {
            let mut fill = lookup.starts.clone();
            for (i, t) in triangles.iter().enumerate() {
                let q = t.map(|v| flat[v as usize]);
                if !q.iter().all(|q| q.is_finite()) {
                    continue;
                }
                let lo = lookup.cell_of(q[0].min(q[1]).min(q[2]) - REACH);
                let hi = lookup.cell_of(q[0].max(q[1]).max(q[2]) + REACH);
                for y in lo.y..=hi.y {
                    for x in lo.x..=hi.x {
                        let c = (y * size.x + x) as usize;
                        if pass == 0 {
                            lookup.starts[c + 1] += 1;
                        } else {
                            lookup.entries[fill[c] as usize] = i as u32;
                            fill[c] += 1;
                        }
                    }
                }
            }
            if pass == 0 {
                for c in 1..lookup.starts.len() {
                    lookup.starts[c] += lookup.starts[c - 1];
                }
                lookup.entries = vec![0; lookup.starts.last().copied().unwrap_or(0) as usize];
            }
        }
        lookup
    }

    fn cell_of(&self, q: DVec2) -> IVec2 {
        ((q - self.low) / self.cell).floor().as_ivec2().clamp(IVec2::ZERO, self.size - 1)
    }

    /// The triangle and the weights of its corners; the lowest number where several hold the place.
    pub(super) fn find(&self, flat: &[DVec2], triangles: &[[u32; 3]], q: DVec2) -> Option<(u32, [f64; 3])> {
        if !q.is_finite() {
            return None;
        }
        let c = self.cell_of(q);
        let c = (c.y * self.size.x + c.x) as usize;
        let mut near: Option<(f64, u32, [f64; 3])> = None;
        for &t in &self.entries[self.starts[c] as usize..self.starts[c + 1] as usize] {
            let [a, b, c] = triangles[t as usize].map(|v| flat[v as usize]);
            let twice = (b - a).perp_dot(c - a);
            if twice == 0.0 {
                continue;
            }
            let v = (q - a).perp_dot(c - a) / twice;
            let w = (b - a).perp_dot(q - a) / twice;
            let weights = [1.0 - v - w, v, w];
            let least = weights[0].min(v).min(w);
            if least >= -SLACK {
                return Some((t, weights));
            }
            // How far outside: weight times height, the largest of the three sides.
            let out = (0..3)
                .map(|k| {
                    let side = [b.distance(c), c.distance(a), a.distance(b)][k];
                    -weights[k] * twice.abs() / side
                })
                .fold(0.0, f64::max);
            if out <= REACH && near.is_none_or(|n| out < n.0) {
                near = Some((out, t, weights));
            }
        }
        near.map(|(_, t, w)| (t, w))
    }
}
