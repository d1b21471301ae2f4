//! Directions shared by media of different refractive index.

use super::Incidence;
use std::f64::consts::PI;

/// Directions s = n sin θ in ascending order, the normal first.
#[derive(Clone, Debug)]
pub(super) struct Directions {
    s: Vec<f64>,
    /// Share of étendue, ∫ s ds around each direction: n² μ w in every medium.
    etendue: Vec<f64>,
    /// Index of the medium above.
    above: f64,
    /// Points in the first piece.
    first: usize,
}

impl Directions {
    /// For these media, the first of which is above the layers; `count` points in each piece of full
    /// width.
    pub(super) fn new(media: &[f64], count: usize) -> Self {
        let mut cuts: Vec<f64> = media.to_vec();
        cuts.sort_by(f64::total_cmp);
        // Closer indices than this refract by less than the directions are apart.
        cuts.dedup_by(|a, b| *a - *b < 1e-6);
        let (mut s, mut etendue) = (Vec::new(), Vec::new());
        let mut last = 0.0;
        for (i, n) in cuts.iter().enumerate() {
            let width = libm::sqrt((1.0 - last * last / (n * n)).max(0.0));
            let points = if i == 0 { count } else { (libm::ceil(count as f64 * width) as usize).max(2) };
            let rule = if i == 0 { radau(points) } else { gauss(points) };
            for (x, w) in rule.into_iter().rev() {
                let (mu, w) = (0.5 * width * (1.0 + x), 0.5 * width * w);
                s.push(n * libm::sqrt((1.0 - mu * mu).max(0.0)));
                etendue.push(n * n * mu * w);
            }
            last = *n;
        }
        Self { s, etendue, above: media[0], first: count }
    }

    pub(super) fn len(&self) -> usize {
        self.s.len()
    }

    pub(super) fn s(&self, k: usize) -> f64 {
        self.s[k]
    }

    /// How many of the directions exist in a medium.
    pub(super) fn active(&self, n: f64) -> usize {
        self.s.partition_point(|s| *s < n)
    }

    /// Points in a piece of full width.
    pub(super) fn resolution(&self) -> usize {
        self.first
    }

    /// Cosines and weights in a medium.
    pub(super) fn cosines(&self, n: f64) -> (Vec<f64>, Vec<f64>) {
        let mu: Vec<f64> =
            self.s[..self.active(n)].iter().map(|s| libm::sqrt(1.0 - s * s / (n * n))).collect();
        let w = mu.iter().zip(&self.etendue).map(|(mu, e)| e / (n * n * mu)).collect();
        (mu, w)
    }

    /// Power of unit flux from above in every direction.
    pub(super) fn incident(&self, incidence: Incidence) -> Vec<f64> {
        let mut f = vec![0.0; self.len()];
        match incidence {
            Incidence::Normal => f[0] = 1.0,
            Incidence::Diffuse => {
                let m = self.active(self.above);
                let all = self.etendue[..m].iter().fold(0.0, |a, b| a + b);
                for (f, e) in f.iter_mut().zip(&self.etendue[..m]) {
                    *f = e / all;
                }
            }
        }
        f
    }

    /// Index, cosine and share of power under diffuse light of the directions in the medium above.
    pub(super) fn outer(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        let diffuse = self.incident(Incidence::Diffuse);
        let (mu, _) = self.cosines(self.above);
        mu.into_iter().enumerate().map(move |(k, mu)| (k, mu, diffuse[k]))
    }
}

/// P_n and P_{n−1} at x.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut a, mut b) = (1.0, 0.0);
    for l in 0..n {
        let l = l as f64;
        (a, b) = (((2.0 * l + 1.0) * x * a - l * b) / (l + 1.0), a);
    }
    (a, b)
}

/// Gauss–Legendre points and weights on −1 to 1, ascending.
fn gauss(n: usize) -> Vec<(f64, f64)> {
    let mut rule: Vec<(f64, f64)> = (0..n)
        .map(|i| {
            let mut x = libm::cos(PI * (i as f64 + 0.75) / (n as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..50 {
                let (p, q) = legendre(n, x);
                slope = n as f64 * (x * p - q) / (x * x - 1.0);
                let step = p / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect();
    rule.reverse();
    rule
}

/// Gauss–Radau points and weights on −1 to 1 with a point at 1, ascending.
fn radau(n: usize) -> Vec<(f64, f64)> {
    // Free points are the zeros of (P_{n−1} − P_n)/(1 − x); they lie between those of neighbouring Gauss rules, so
    // bisection between the extrema of cos((2i − 1)π/(2n − 1)) finds each.
    let f = |x: f64| {
        let (p, q) = legendre(n, x);
        (q - p) / (1.0 - x)
    };
    let steps = 400 * n;
    let mut rule = Vec::with_capacity(n);
    let at = |k: usize| -libm::cos(PI * k as f64 / steps as f64);
    for k in 0..steps - 1 {
        let (mut a, mut b) = (at(k), at(k + 1));
        if (f(a) < 0.0) == (f(b) < 0.0) {
            continue;
        }
        for _ in 0..60 {
            let m = 0.5 * (a + b);
            if (f(m) < 0.0) == (f(a) < 0.0) {
                a = m;
            } else {
                b = m;
            }
        }
        let x = 0.5 * (a + b);
        let (_, q) = legendre(n, x);
        rule.push((x, (1.0 + x) / ((n * n) as f64 * q * q)));
    }
    rule.push((1.0, 2.0 / (n * n) as f64));
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_rules_integrate_powers_exactly() {
        for n in 2..33 {
            for (rule, degree) in [(gauss(n), 2 * n - 1), (radau(n), 2 * n - 2)] {
                assert_eq!(rule.len(), n);
                for d in 0..=degree.min(30) {
                    let sum: f64 = rule.iter().map(|(x, w)| w * x.powi(d as i32)).sum();
                    let want = if d % 2 == 0 { 2.0 / (d as f64 + 1.0) } else { 0.0 };
                    assert!((sum - want).abs() < 1e-12, "{n} {d} {sum}");
                }
            }
        }
    }

    #[test]
    fn prop_every_medium_has_its_half_space() {
        let d = Directions::new(&[1.0, 1.38, 1.44, 1.55, 1.38], 8);
        for n in [1.0, 1.38, 1.44, 1.55] {
            let (mu, w) = d.cosines(n);
            let flux: f64 = mu.iter().zip(&w).map(|(m, w)| 2.0 * m * w).sum();
            let solid: f64 = w.iter().sum();
            assert!((flux - 1.0).abs() < 1e-12, "{n} {flux}");
            assert!((solid - 1.0).abs() < 1e-4, "{n} {solid}");
        }
    }
}
