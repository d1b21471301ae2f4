//! Splitting even points into classes that are even by themselves.

use rayon::prelude::*;

use super::grid::{Grid, Widest, distance_squared};

/// Sweeps of exchanges after the first assignment; more change next to nothing.
const SWEEPS: usize = 12;
const CHUNK: usize = 1024;
/// Exchanges that gain less than this are left: the rounding of sums that are kept up to date.
const LEAST_GAIN: f32 = 1e-5;

/// A class for each point. Class sizes follow the shares exactly (largest remainders).
///
/// First each point, in a scattered order, goes to the class that is least crowded around it and
/// not full. Then neighbours of different classes exchange them while that lowers the crowding
/// Σ (1 − d / 2r)⁸ over the pairs of one class, with r the radius at the class's own density.
pub(super) fn assign(position: &[[f32; 3]], radius: &[f32], shares: &[f64]) -> Vec<u8> {
    let n = position.len();
    let classes = shares.len();
    if classes <= 1 || n == 0 {
        return vec![0; n];
    }
    let sizes = sizes(n, shares);
    let total: f64 = shares.iter().sum();
    let stretch: Vec<f32> = shares.iter().map(|s| (total / s).sqrt() as f32).collect();
    let widest = stretch.iter().copied().fold(1.0, f32::max);
    // A class with a tiny share would reach over the whole head; beyond 8 spacings nothing matters.
    let widest = widest.min(8.0);
    let mean = radius.iter().map(|r| f64::from(*r)).sum::<f64>() / n as f64;
    let grid = Grid::new(position, 2.0 * mean as f32 * widest);
    let around = Widest::new(position, radius);
    let rows: Vec<Vec<(u32, f32)>> = (0..n)
        .into_par_iter()
        .with_min_len(CHUNK)
        .map(|i| {
            let p = &position[i];
            let mut row = Vec::new();
            grid.around(p, widest * (radius[i] + around.near(p)), |range| {
                for (&j, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                    let span = radius[i] + radius[j as usize];
                    let d2 = distance_squared(p, q);
                    if j as usize != i && d2 < span * span * widest * widest {
                        row.push((j, d2.sqrt() / span));
                    }
                }
            });
            row
        })
        .collect();
    let mut start = Vec::with_capacity(n + 1);
    let mut near: Vec<(u32, f32)> = Vec::with_capacity(rows.iter().map(Vec::len).sum());
    start.push(0usize);
    for row in rows {
        near.extend(row);
        start.push(near.len());
    }
    let weight = |class: usize, x: f32| {
        let w = (1.0 - x / stretch[class].min(widest)).max(0.0);
        let w2 = w * w;
        let w4 = w2 * w2;
        w4 * w4
    };
    const NONE: u8 = u8::MAX;
    let mut class = vec![NONE; n];
    // How crowded each point is with each class; kept up to date, since asking anew for every
    // exchange that is looked at costs a hundred times as much.
    let mut crowding = vec![0.0f32; n * classes];
    let lay = |crowding: &mut [f32], i: usize, c: usize, sign: f32| {
        for &(j, x) in &near[start[i]..start[i + 1]] {
            crowding[j as usize * classes + c] += sign * weight(c, x);
        }
    };
    let mut filled = vec![0usize; classes];
    for i in scattered(n) {
        let mut best: Option<(f32, f64, usize)> = None;
        for c in (0..classes).filter(|&c| filled[c] < sizes[c]) {
            let key = (crowding[i * classes + c], filled[c] as f64 / sizes[c] as f64, c);
            if best.is_none_or(|b| (key.0, key.1) < (b.0, b.1)) {
                best = Some(key);
            }
        }
        if let Some((_, _, c)) = best {
            class[i] = c as u8;
            filled[c] += 1;
            lay(&mut crowding, i, c, 1.0);
        }
    }
    for _ in 0..SWEEPS {
        let mut changed = false;
        for i in 0..n {
            let a = class[i] as usize;
            let own = crowding[i * classes + a];
            if own <= LEAST_GAIN {
                continue;
            }
            let mut best: Option<(f32, usize)> = None;
            for &(j, x) in &near[start[i]..start[i + 1]] {
                let j = j as usize;
                let b = class[j] as usize;
                if a == b {
                    continue;
                }
                // i and j are of different classes before and after, so their own pair drops out.
                let gain = own + crowding[j * classes + b]
                    - (crowding[i * classes + b] - weight(b, x))
                    - (crowding[j * classes + a] - weight(a, x));
                if gain > LEAST_GAIN && best.is_none_or(|g| gain > g.0) {
                    best = Some((gain, j));
                }
            }
            if let Some((_, j)) = best {
                let b = class[j] as usize;
                lay(&mut crowding, i, a, -1.0);
                lay(&mut crowding, j, b, -1.0);
                class.swap(i, j);
                lay(&mut crowding, i, b, 1.0);
                lay(&mut crowding, j, a, 1.0);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    class
}

/// The numbers below `n`, each once, with neighbours far from each other: points lie in the order of
/// the triangles.
fn scattered(n: usize) -> impl Iterator<Item = usize> {
    // A step near n divided by the golden ratio, without a common divisor.
    let coprime = |step: usize| {
        let (mut a, mut b) = (n, step);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a == 1
    };
    let golden = (n as f64 * 0.618_033_988_749_895) as usize;
    let step = (golden..n).find(|s| coprime(*s)).unwrap_or(1).max(1);
    (0..n).map(move |i| (i as u128 * step as u128 % n.max(1) as u128) as usize)
}

/// `n` split by shares, remainders to the largest fractions.
fn sizes(n: usize, shares: &[f64]) -> Vec<usize> {
    let total: f64 = shares.iter().sum();
    let exact: Vec<f64> = shares.iter().map(|s| n as f64 * s / total).collect();
    let mut sizes: Vec<usize> = exact.iter().map(|e| e.floor() as usize).collect();
    let mut by_fraction: Vec<usize> = (0..shares.len()).collect();
    by_fraction.sort_by(|&a, &b| (exact[b] - exact[b].floor()).total_cmp(&(exact[a] - exact[a].floor())));
    let missing = n.saturating_sub(sizes.iter().sum());
    for &c in by_fraction.iter().cycle().take(missing) {
        sizes[c] += 1;
    }
    sizes
}
