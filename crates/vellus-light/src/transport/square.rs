//! Small dense matrices, row by row.

/// A square matrix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Square {
    n: usize,
    a: Vec<f64>,
}

impl Square {
    pub(super) fn zero(n: usize) -> Self {
        Self { n, a: vec![0.0; n * n] }
    }

    pub(super) fn identity(n: usize) -> Self {
        let mut m = Self::zero(n);
        m.add_diagonal(1.0);
        m
    }

    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.a[i * self.n + j]
    }

    pub(super) fn set(&mut self, i: usize, j: usize, x: f64) {
        self.a[i * self.n + j] = x;
    }

    pub(super) fn add(&mut self, i: usize, j: usize, x: f64) {
        self.a[i * self.n + j] += x;
    }

    pub(super) fn add_diagonal(&mut self, x: f64) {
        for i in 0..self.n {
            self.a[i * self.n + i] += x;
        }
    }

    /// 1 − self, in place.
    pub(super) fn one_minus(&mut self) {
        for x in &mut self.a {
            *x = -*x;
        }
        self.add_diagonal(1.0);
    }

    pub(super) fn scaled(&self, k: f64) -> Self {
        Self { n: self.n, a: self.a.iter().map(|x| x * k).collect() }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { n: self.n, a: self.a.iter().zip(&other.a).map(|(x, y)| x + y).collect() }
    }

    /// Largest magnitude.
    pub(super) fn largest(&self) -> f64 {
        self.a.iter().fold(0.0, |m: f64, x| m.max(x.abs()))
    }

    /// The same matrix in the corner of a larger one, zero elsewhere.
    pub(super) fn grown(&self, n: usize) -> Self {
        let mut m = Self::zero(n);
        for i in 0..self.n {
            m.a[i * n..i * n + self.n].copy_from_slice(&self.a[i * self.n..(i + 1) * self.n]);
        }
        m
    }

    /// self · other.
    pub(super) fn product(&self, other: &Self) -> Self {
        let n = self.n;
        let mut out = Self::zero(n);
        for (row, to) in self.a.chunks_exact(n).zip(out.a.chunks_exact_mut(n)) {
            for (k, from) in row.iter().zip(other.a.chunks_exact(n)) {
                for (t, f) in to.iter_mut().zip(from) {
                    *t += k * f;
                }
            }
        }
        out
    }

    pub(super) fn times(&self, v: &[f64]) -> Vec<f64> {
        self.a.chunks_exact(self.n).map(|row| row.iter().zip(v).fold(0.0, |s, (a, b)| s + a * b)).collect()
    }

    /// self⁻¹ · b.
    pub(super) fn solve_right(&self, b: &Self) -> Self {
        let mut x = b.clone();
        eliminate(self.a.clone(), self.n, &mut x.a, self.n);
        x
    }

    /// b · self⁻¹.
    pub(super) fn solve_left(&self, b: &Self) -> Self {
        self.transposed().solve_right(&b.transposed()).transposed()
    }

    /// self⁻¹ · v.
    pub(super) fn solve_vector(&self, mut v: Vec<f64>) -> Vec<f64> {
        eliminate(self.a.clone(), self.n, &mut v, 1);
        v
    }

    fn transposed(&self) -> Self {
        let n = self.n;
        let mut out = Self::zero(n);
        for i in 0..n {
            for j in 0..n {
                out.a[j * n + i] = self.a[i * n + j];
            }
        }
        out
    }
}

/// Gauss elimination with row pivots; a pivot of zero is left as it is and its unknown becomes zero.
fn eliminate(mut a: Vec<f64>, n: usize, b: &mut [f64], width: usize) {
    for k in 0..n {
        let pivot = (k..n).max_by(|i, j| a[i * n + k].abs().total_cmp(&a[j * n + k].abs())).unwrap_or(k);
        if pivot != k {
            for j in k..n {
                a.swap(k * n + j, pivot * n + j);
            }
            for j in 0..width {
                b.swap(k * width + j, pivot * width + j);
            }
        }
        let p = a[k * n + k];
        if p == 0.0 {
            continue;
        }
        let (upper, lower) = a.split_at_mut((k + 1) * n);
        let row = &upper[k * n..];
        let (b_upper, b_lower) = b.split_at_mut((k + 1) * width);
        let b_row = &b_upper[k * width..];
        for (below, b_below) in lower.chunks_exact_mut(n).zip(b_lower.chunks_exact_mut(width)) {
            let f = below[k] / p;
            if f != 0.0 {
                for (x, y) in below[k..].iter_mut().zip(&row[k..]) {
                    *x -= f * y;
                }
                for (x, y) in b_below.iter_mut().zip(b_row) {
                    *x -= f * y;
                }
            }
        }
    }
    for k in (0..n).rev() {
        let p = a[k * n + k];
        let (b_upper, b_rest) = b.split_at_mut(k * width);
        let b_row = &mut b_rest[..width];
        for x in b_row.iter_mut() {
            *x = if p == 0.0 { 0.0 } else { *x / p };
        }
        for (i, b_above) in b_upper.chunks_exact_mut(width).enumerate() {
            let f = a[i * n + k];
            for (x, y) in b_above.iter_mut().zip(&*b_row) {
                *x -= f * y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_solving_undoes_the_product() {
        let n = 7;
        let (mut a, mut b) = (Square::identity(n), Square::zero(n));
        for i in 0..n {
            for j in 0..n {
                a.add(i, j, ((i * 13 + j * 7) % 11) as f64 / 9.0 - 0.5);
                b.set(i, j, ((i * 5 + j * 3) % 13) as f64);
            }
        }
        let (right, left) = (a.solve_right(&a.product(&b)), a.solve_left(&b.product(&a)));
        for i in 0..n {
            for j in 0..n {
                assert!((right.at(i, j) - b.at(i, j)).abs() < 1e-9);
                assert!((left.at(i, j) - b.at(i, j)).abs() < 1e-9);
            }
        }
        let v = vec![1.0, 2.0, -1.0, 0.5, 0.0, 3.0, 1.0];
        for (x, y) in a.solve_vector(a.times(&v)).iter().zip(&v) {
            assert!((x - y).abs() < 1e-9);
        }
    }
}
