//! Points laid evenly in a flat rectangle.

use vellus_units::random::{Key, Purpose};

/// A rectangle of scalp, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Patch {
    pub(crate) low: [f64; 2],
    pub(crate) high: [f64; 2],
}

impl Patch {
    pub(crate) fn about(low: [f64; 2], high: [f64; 2], margin: f64) -> Self {
        Self { low: low.map(|x| x - margin), high: high.map(|x| x + margin) }
    }

    pub(crate) fn area_mm2(&self) -> f64 {
        (self.high[0] - self.low[0]) * (self.high[1] - self.low[1])
    }

    pub(crate) fn holds(&self, p: [f64; 2]) -> bool {
        (0..2).all(|i| p[i] >= self.low[i] && p[i] <= self.high[i])
    }
}

/// `count` points, each the one of several draws that lies farthest from the points before it (Mitchell 1991); the
/// number of draws goes from 1 to 13 with `evenness` from 0 to 1. The streams begin at `first`.
pub(crate) fn even_points(
    patch: &Patch,
    count: usize,
    evenness: f64,
    key: Key,
    purpose: Purpose,
    first: u64,
) -> Vec<[f64; 2]> {
    let draws = 1 + libm::round(12.0 * evenness.clamp(0.0, 1.0)) as usize;
    let size = [patch.high[0] - patch.low[0], patch.high[1] - patch.low[1]];
    let cell = libm::sqrt(patch.area_mm2() / count.max(1) as f64).max(1e-6);
    let dims = size.map(|s| ((s / cell) as usize + 1).min(4096));
    let mut grid: Vec<Vec<u32>> = vec![Vec::new(); dims[0] * dims[1]];
    let place = |p: [f64; 2]| -> [usize; 2] {
        std::array::from_fn(|i| {
            (((p[i] - patch.low[i]) / size[i] * dims[i] as f64) as usize).min(dims[i] - 1)
        })
    };
    let mut points: Vec<[f64; 2]> = Vec::with_capacity(count);
    for k in 0..count {
        let mut s = key.stream(purpose, first + k as u64);
        let mut best = ([0.0; 2], -1.0);
        for _ in 0..draws {
            let p = [s.between(patch.low[0], patch.high[0]), s.between(patch.low[1], patch.high[1])];
            if draws == 1 {
                best = (p, 0.0);
                break;
            }
            // A point farther than three cells from all others is as good as any.
            let c = place(p);
            let mut nearest = 9.0 * cell * cell;
            for j in c[1].saturating_sub(3)..=(c[1] + 3).min(dims[1] - 1) {
                for i in c[0].saturating_sub(3)..=(c[0] + 3).min(dims[0] - 1) {
                    for n in &grid[j * dims[0] + i] {
                        let q = points[*n as usize];
                        let d = (q[0] - p[0]) * (q[0] - p[0]) + (q[1] - p[1]) * (q[1] - p[1]);
                        nearest = nearest.min(d);
                    }
                }
            }
            if nearest > best.1 {
                best = (p, nearest);
            }
        }
        let c = place(best.0);
        grid[c[1] * dims[0] + c[0]].push(points.len() as u32);
        points.push(best.0);
    }
    points
}

/// A hexagonal lattice of this many points per mm², each moved by a normal step of `jitter` spacings; `turn` in
/// radians. The streams begin at `first`.
pub(crate) fn lattice(
    patch: &Patch,
    per_mm2: f64,
    jitter: f64,
    turn: f64,
    key: Key,
    purpose: Purpose,
    first: u64,
) -> Vec<[f64; 2]> {
    if per_mm2 <= 0.0 {
        return Vec::new();
    }
    let a = libm::sqrt(2.0 / (libm::sqrt(3.0) * per_mm2));
    let row = a * libm::sqrt(3.0) / 2.0;
    let middle = [0, 1].map(|i| 0.5 * (patch.low[i] + patch.high[i]));
    let reach = 0.5 * libm::hypot(patch.high[0] - patch.low[0], patch.high[1] - patch.low[1]);
    let (n, m) = ((reach / a) as i64 + 2, (reach / row) as i64 + 2);
    let (sin, cos) = (libm::sin(turn), libm::cos(turn));
    let mut points = Vec::new();
    for j in -m..=m {
        for i in -n..=n {
            let item = ((j + m) * (2 * n + 1) + i + n) as u64;
            let mut s = key.stream(purpose, first + item);
            let x = (i as f64 + 0.5 * (j & 1) as f64 + jitter * s.normal()) * a;
            let y = j as f64 * row + jitter * a * s.normal();
            let p = [middle[0] + cos * x - sin * y, middle[1] + sin * x + cos * y];
            if patch.holds(p) {
                points.push(p);
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(points: &[[f64; 2]]) -> Vec<f64> {
        points
            .iter()
            .enumerate()
            .map(|(i, p)| {
                points
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .map(|(_, q)| libm::hypot(p[0] - q[0], p[1] - q[1]))
                    .fold(f64::INFINITY, f64::min)
            })
            .collect()
    }

    #[test]
    fn stat_even_points_keep_apart_and_random_ones_do_not() {
        let patch = Patch { low: [0.0; 2], high: [20.0; 2] };
        let key = Key::new(3, 0);
        let ratio = |e: f64| {
            let p = even_points(&patch, 400, e, key, Purpose::Placement, 0);
            assert!(p.iter().all(|p| patch.holds(*p)));
            // Clark and Evans 1954: 0.5/√density for random points; edges raise it a little.
            nearest(&p).iter().sum::<f64>() / 400.0 / 0.5
        };
        assert!((0.9..1.12).contains(&ratio(0.0)));
        assert!(ratio(1.0) > 1.45, "{}", ratio(1.0));
    }

    #[test]
    fn prop_a_lattice_has_its_density() {
        let patch = Patch { low: [-5.0; 2], high: [15.0, 25.0] };
        for d in [0.2, 0.9, 1.5] {
            let n = lattice(&patch, d, 0.08, 0.3, Key::new(1, 0), Purpose::DotPlacement, 0).len() as f64;
            assert!((n / (600.0 * d) - 1.0).abs() < 0.06, "{d} {n}");
        }
    }
}
