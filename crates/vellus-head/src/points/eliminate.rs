//! Weighted sample elimination.

use rayon::prelude::*;

use super::candidates::Pool;
use super::grid::{Grid, Widest, distance_squared};

/// Weight limiting of Yuksel 2015, equation 4: d is taken as at least
/// 2 r (1 − (N/M)^γ) β.
const BETA: f64 = 0.65;
const GAMMA: f64 = 1.5;
/// Normals further apart than this (cosine) belong to different sides of a fold.
const SAME_SIDE: f32 = -0.2;
/// Pairs further apart than this share of their reach are left out: their weight is below 3e-7 of
/// what a pair at distance 0 would have, 3e-4 of the largest that the limiting leaves, and a
/// quarter of all pairs is among them.
const REACH: f32 = 0.85;
/// Below this many points an order has no room to be even.
const LEAST: usize = 24;
const CHUNK: usize = 2048;

/// Whether two normals belong to one side of a fold. Zero normals belong to both.
#[inline]
pub(super) fn same_side(a: &[f32; 3], b: &[f32; 3]) -> bool {
    dot(a, b) >= SAME_SIDE
}

#[inline]
pub(super) fn dot(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// One elimination problem: points in grid order with their neighbours in compressed rows.
struct Crowd {
    /// The index of each point; `u32::MAX` for points that are there already.
    item: Vec<u32>,
    start: Vec<usize>,
    neighbour: Vec<(u32, f32)>,
    weight: Vec<f32>,
}

/// Counts of neighbours, neighbours and weights of a run of points.
type Rows = (Vec<u32>, Vec<(u32, f32)>, Vec<f32>);

/// The pool indices of the `count` points that stay, ascending in grid order.
pub(super) fn thin(pool: &Pool, standing: &[[f32; 3]], count: usize) -> Vec<u32> {
    let all: Vec<u32> = (0..pool.position.len() as u32).collect();
    let points = (pool.position.as_slice(), pool.normal.as_slice(), pool.radius.as_slice());
    Crowd::new(points, 1.0, &all, (standing, &pool.together), count).thin(count).0
}

/// All indices in an order whose every first part is even.
pub(super) fn progressive(position: &[[f32; 3]], normal: &[[f32; 3]], radius: &[f32]) -> Vec<u32> {
    let count = position.len();
    let mut kept: Vec<u32> = (0..count as u32).collect();
    // From the last point to the first.
    let mut backward = Vec::with_capacity(count);
    while kept.len() > LEAST {
        let half = kept.len() / 2;
        let scale = (count as f64 / half as f64).sqrt();
        let (mut stay, gone) =
            Crowd::new((position, normal, radius), scale as f32, &kept, (&[], &[]), half).thin(half);
        backward.extend(gone);
        // So that the next stage depends on the set alone.
        stay.sort_unstable();
        kept = stay;
    }
    backward.extend(kept.into_iter().rev());
    backward.reverse();
    backward
}

impl Crowd {
    fn new(
        (position, normal, radius): (&[[f32; 3]], &[[f32; 3]], &[f32]),
        scale: f32,
        items: &[u32],
        (standing, together): (&[[f32; 3]], &[f32]),
        count: usize,
    ) -> Self {
        let n = items.len();
        let mut points: Vec<[f32; 3]> = items.iter().map(|&i| position[i as usize]).collect();
        points.extend_from_slice(standing);
        let mean = items.iter().map(|&i| f64::from(radius[i as usize])).sum::<f64>() / n.max(1) as f64;
        let grid = Grid::new(&points, 2.0 * REACH * scale * mean as f32);
        drop(points);
        // Everything below is in grid order, so that neighbours lie close in memory.
        let place = grid.places();
        let item: Vec<u32> =
            grid.items().iter().map(|&k| items.get(k as usize).copied().unwrap_or(u32::MAX)).collect();
        let r: Vec<f32> =
            item.iter().map(|&i| if i == u32::MAX { -1.0 } else { radius[i as usize] * scale }).collect();
        let normal: Vec<[f32; 3]> =
            item.iter().map(|&i| if i == u32::MAX { [0.0; 3] } else { normal[i as usize] }).collect();
        let widest = Widest::new(place, &r);
        let ratio = count as f64 / n.max(1) as f64;
        let limit = ((1.0 - libm::pow(ratio, GAMMA)) * BETA).max(0.0) as f32;
        let rows: Vec<Rows> = (0..place.len().div_ceil(CHUNK))
            .into_par_iter()
            .map(|c| {
                let range = c * CHUNK..((c + 1) * CHUNK).min(place.len());
                let mut counts = Vec::with_capacity(range.len());
                let mut pairs = Vec::with_capacity(range.len() * 8);
                let mut weights = Vec::with_capacity(range.len());
                for i in range {
                    let before = pairs.len();
                    let mut total = 0.0f32;
                    if r[i] >= 0.0 {
                        let reach = REACH * (r[i] + widest.near(&place[i]).max(r[i]));
                        grid.around(&place[i], reach, |near| {
                            for j in near {
                                let d2 = distance_squared(&place[i], &place[j]);
                                if d2 >= reach * reach || j == i {
                                    continue;
                                }
                                let fixed = r[j] < 0.0;
                                let span = if fixed {
                                    2.0 * r[i] * together.get(item[i] as usize).copied().unwrap_or(1.0)
                                } else {
                                    r[i] + r[j]
                                };
                                if d2 >= REACH * REACH * span * span {
                                    continue;
                                }
                                if !same_side(&normal[i], &normal[j]) {
                                    continue;
                                }
                                let w = 1.0 - (d2.sqrt() / span).max(limit);
                                let w2 = w * w;
                                let w4 = w2 * w2;
                                let w8 = w4 * w4;
                                total += w8;
                                if !fixed {
                                    pairs.push((j as u32, w8));
                                }
                            }
                        });
                    }
                    counts.push((pairs.len() - before) as u32);
                    weights.push(total);
                }
                (counts, pairs, weights)
            })
            .collect();
        let mut start = Vec::with_capacity(place.len() + 1);
        let mut neighbour = Vec::with_capacity(rows.iter().map(|r| r.1.len()).sum());
        let mut weight = Vec::with_capacity(place.len());
        let mut at = 0usize;
        for (counts, pairs, weights) in rows {
            for c in counts {
                start.push(at);
                at += c as usize;
            }
            neighbour.extend(pairs);
            weight.extend(weights);
        }
        start.push(at);
        Self { item, start, neighbour, weight }
    }

    /// Drops the most crowded point until `count` are left. Gives those that stay and those that
    /// went, in the order they went.
    ///
    /// Weights only ever fall, so an entry of the heap is an upper bound: it is put right when it
    /// comes to the top, which is far cheaper than moving every neighbour at every removal.
    fn thin(mut self, count: usize) -> (Vec<u32>, Vec<u32>) {
        let entry = |w: f32, i: u32| (u64::from(w.to_bits()) << 32) | u64::from(i);
        let mut heap: Vec<u64> = (0..self.item.len() as u32)
            .filter(|&i| self.item[i as usize] != u32::MAX)
            .map(|i| entry(self.weight[i as usize], i))
            .collect();
        for i in (0..heap.len() / 4 + 1).rev() {
            sift_down(&mut heap, i);
        }
        let mut gone = Vec::with_capacity(heap.len().saturating_sub(count));
        while heap.len() > count {
            let top = heap[0];
            let i = top as u32;
            let now = entry(self.weight[i as usize], i);
            if now < top {
                heap[0] = now;
                sift_down(&mut heap, 0);
                continue;
            }
            heap.swap_remove(0);
            sift_down(&mut heap, 0);
            for &(j, w) in &self.neighbour[self.start[i as usize]..self.start[i as usize + 1]] {
                let left = self.weight[j as usize] - w;
                // Rounding may not leave a negative weight: its bits would sort as the largest.
                self.weight[j as usize] = if left > 0.0 { left } else { 0.0 };
            }
            gone.push(self.item[i as usize]);
        }
        let mut stay: Vec<u32> = heap.iter().map(|&e| e as u32).collect();
        stay.sort_unstable();
        stay.iter_mut().for_each(|i| *i = self.item[*i as usize]);
        (stay, gone)
    }
}

/// A 4-ary max-heap: half the depth of a binary one, and four children share a cache line.
#[inline]
fn sift_down(heap: &mut [u64], mut i: usize) {
    let Some(&value) = heap.get(i) else { return };
    loop {
        let first = 4 * i + 1;
        let last = (first + 4).min(heap.len());
        if first >= last {
            break;
        }
        let mut best = first;
        for c in first + 1..last {
            if heap[c] > heap[best] {
                best = c;
            }
        }
        if heap[best] <= value {
            break;
        }
        heap[i] = heap[best];
        i = best;
    }
    heap[i] = value;
}
