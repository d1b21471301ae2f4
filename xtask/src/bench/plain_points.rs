//! The plain way to even points: sample elimination as Yuksel 2015 writes it down, on one thread.
//! Five candidates for each point, cells in a hash map, a heap from the standard library.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use glam::DVec3;
use vellus_head::Surface;
use vellus_units::random::Purpose;

/// A candidate in the heap; stale when its weight has changed since.
struct Entry(f64, usize);

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// Exactly `count` points on the whole surface.
pub(crate) fn eliminate(surface: &Surface, count: usize, candidates_per_point: usize) -> Vec<DVec3> {
    let mesh = surface.mesh();
    let mut s = super::key().stream(Purpose::Choice, 2);
    let mut sum = 0.0;
    let areas: Vec<f64> = (0..mesh.triangles.len() as u32)
        .map(|t| {
            sum += mesh.triangle_area(t);
            sum
        })
        .collect();
    let n = count * candidates_per_point;
    let points: Vec<DVec3> = (0..n)
        .map(|_| {
            let u = s.uniform() * sum;
            let t = areas.partition_point(|a| *a < u).min(areas.len() - 1) as u32;
            let (a, b) = (s.uniform().sqrt(), s.uniform());
            surface.point(t, a * (1.0 - b), a * b).position
        })
        .collect();
    let r_max = (sum / (2.0 * 3f64.sqrt() * count as f64)).sqrt();
    let r_min = r_max * (1.0 - (count as f64 / n as f64).powf(1.5)) * 0.65;
    let cell = |p: DVec3| (p / (2.0 * r_max)).floor().as_i64vec3().to_array();
    let mut cells: HashMap<[i64; 3], Vec<usize>> = HashMap::new();
    for (i, p) in points.iter().enumerate() {
        cells.entry(cell(*p)).or_default().push(i);
    }
    let around = |i: usize| {
        let c = cell(points[i]);
        let mut near = Vec::new();
        for x in -1..=1 {
            for y in -1..=1 {
                for z in -1..=1 {
                    for &j in cells.get(&[c[0] + x, c[1] + y, c[2] + z]).into_iter().flatten() {
                        let d = points[i].distance(points[j]);
                        if j != i && d < 2.0 * r_max {
                            near.push((j, (1.0 - d.max(2.0 * r_min) / (2.0 * r_max)).powi(8)));
                        }
                    }
                }
            }
        }
        near
    };
    let mut weight: Vec<f64> = (0..n).map(|i| around(i).iter().map(|w| w.1).sum()).collect();
    let mut heap: BinaryHeap<Entry> = weight.iter().enumerate().map(|(i, w)| Entry(*w, i)).collect();
    let mut alive = vec![true; n];
    let mut left = n;
    while left > count {
        let Some(Entry(w, i)) = heap.pop() else { break };
        if !alive[i] {
            continue;
        }
        if w != weight[i] {
            heap.push(Entry(weight[i], i));
            continue;
        }
        alive[i] = false;
        left -= 1;
        for (j, w) in around(i) {
            weight[j] -= w;
        }
    }
    (0..n).filter(|i| alive[*i]).map(|i| points[i]).collect()
}
