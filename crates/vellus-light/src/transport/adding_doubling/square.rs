//! Small dense matrices, row by row.
//!
//! Rows are padded with zeros to whole quadruples, so that the compiler can work on four columns at once; the
//! kernels are compiled for each number of quadruples up to [`WIDEST`].

/// Four columns.
type Quad = [f64; 4];

/// Most quadruples in a row: 4 · 24 directions.
const WIDEST: usize = 24;

/// Calls a kernel compiled for the number of quadruples.
macro_rules! by_width {
    ($quads:expr, $kernel:ident, $($arg:expr),*) => {
        match $quads {
            0 | 1 => $kernel::<1>($($arg),*),
            2 => $kernel::<2>($($arg),*),
            3 => $kernel::<3>($($arg),*),
            4 => $kernel::<4>($($arg),*),
            5 => $kernel::<5>($($arg),*),
            6 => $kernel::<6>($($arg),*),
            7 | 8 => $kernel::<8>($($arg),*),
            9..=12 => $kernel::<12>($($arg),*),
            _ => $kernel::<WIDEST>($($arg),*),
        }
    };
}

/// Quadruples for n columns, one of the numbers for which there is a kernel.
const fn quads(n: usize) -> usize {
    match n.div_ceil(4) {
        0 | 1 => 1,
        q @ 2..=6 => q,
        7 | 8 => 8,
        9..=12 => 12,
        _ => WIDEST,
    }
}

/// A square matrix of at most 96 rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Square {
    n: usize,
    quads: usize,
    a: Vec<Quad>,
}

impl Square {
    pub(super) fn zero(n: usize) -> Self {
        let quads = quads(n);
        Self { n, quads, a: vec![[0.0; 4]; n * quads] }
    }

    pub(super) fn identity(n: usize) -> Self {
        let mut m = Self::zero(n);
        m.add_diagonal(1.0);
        m
    }

    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.a[i * self.quads + j / 4][j % 4]
    }

    pub(super) fn set(&mut self, i: usize, j: usize, x: f64) {
        self.a[i * self.quads + j / 4][j % 4] = x;
    }

    pub(super) fn add(&mut self, i: usize, j: usize, x: f64) {
        self.a[i * self.quads + j / 4][j % 4] += x;
    }

    pub(super) fn add_diagonal(&mut self, x: f64) {
        for i in 0..self.n {
            self.add(i, i, x);
        }
    }

    /// 1 − self, in place.
    pub(super) fn one_minus(&mut self) {
        for q in &mut self.a {
            *q = q.map(|x| -x);
        }
        self.add_diagonal(1.0);
    }

    pub(super) fn scaled(&self, k: f64) -> Self {
        Self { a: self.a.iter().map(|q| q.map(|x| x * k)).collect(), ..*self }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let sum = |p: &Quad, q: &Quad| std::array::from_fn(|i| p[i] + q[i]);
        Self { a: self.a.iter().zip(&other.a).map(|(p, q)| sum(p, q)).collect(), ..*self }
    }

    /// Largest magnitude.
    pub(super) fn largest(&self) -> f64 {
        self.a.as_flattened().iter().fold(0.0, |m: f64, x| m.max(x.abs()))
    }

    /// The same matrix in the corner of a larger one, zero elsewhere.
    pub(super) fn grown(&self, n: usize) -> Self {
        let mut m = Self::zero(n);
        for i in 0..self.n {
            for j in 0..self.n {
                m.set(i, j, self.at(i, j));
            }
        }
        m
    }

    /// self · other.
    pub(super) fn product(&self, other: &Self) -> Self {
        let mut out = Self::zero(self.n);
        by_width!(self.quads, multiply, self.n, &self.a, &other.a, &mut out.a);
        out
    }

    pub(super) fn times(&self, v: &[f64]) -> Vec<f64> {
        (0..self.n).map(|i| (0..self.n).fold(0.0, |s, j| s + self.at(i, j) * v[j])).collect()
    }

    /// self⁻¹ · b.
    pub(super) fn solve_right(&self, b: &Self) -> Self {
        let mut x = b.clone();
        by_width!(self.quads, eliminate, self.n, &mut self.a.clone(), &mut x.a);
        x
    }

    /// b · self⁻¹.
    pub(super) fn solve_left(&self, b: &Self) -> Self {
        self.transposed().solve_right(&b.transposed()).transposed()
    }

    /// self⁻¹ · v.
    pub(super) fn solve_vector(&self, v: &[f64]) -> Vec<f64> {
        let mut b = Self::zero(self.n);
        for (i, x) in v.iter().enumerate() {
            b.set(i, 0, *x);
        }
        let x = self.solve_right(&b);
        (0..self.n).map(|i| x.at(i, 0)).collect()
    }

    fn transposed(&self) -> Self {
        let mut out = Self::zero(self.n);
        for i in 0..self.n {
            for j in 0..self.n {
                out.set(j, i, self.at(i, j));
            }
        }
        out
    }
}

/// The rows of a matrix, Q quadruples each.
fn rows<const Q: usize>(a: &mut [Quad]) -> &mut [[Quad; Q]] {
    a.as_chunks_mut::<Q>().0
}

fn multiply<const Q: usize>(n: usize, a: &[Quad], b: &[Quad], out: &mut [Quad]) {
    let (b, _) = b.as_chunks::<Q>();
    for (row, to) in a.as_chunks::<Q>().0.iter().zip(rows::<Q>(out)) {
        let mut sum = [[0.0; 4]; Q];
        for (k, from) in row.as_flattened()[..n].iter().zip(b) {
            for (s, f) in sum.iter_mut().zip(from) {
                for c in 0..4 {
                    s[c] += k * f[c];
                }
            }
        }
        *to = sum;
    }
}

/// b ← a⁻¹ b by elimination with row pivots; a pivot of zero is left as it is and its unknown becomes zero.
fn eliminate<const Q: usize>(n: usize, a: &mut [Quad], b: &mut [Quad]) {
    let (a, b) = (rows::<Q>(a), rows::<Q>(b));
    let less = |to: &mut [Quad; Q], from: &[Quad; Q], k: f64| {
        for (t, f) in to.iter_mut().zip(from) {
            for c in 0..4 {
                t[c] -= k * f[c];
            }
        }
    };
    for k in 0..n {
        let at = |i: usize| a[i][k / 4][k % 4];
        let pivot = (k..n).max_by(|i, j| at(*i).abs().total_cmp(&at(*j).abs())).unwrap_or(k);
        a.swap(k, pivot);
        b.swap(k, pivot);
        let p = a[k][k / 4][k % 4];
        if p == 0.0 {
            continue;
        }
        let (a_row, b_row) = (a[k], b[k]);
        for i in k + 1..n {
            let f = a[i][k / 4][k % 4] / p;
            if f != 0.0 {
                less(&mut a[i], &a_row, f);
                less(&mut b[i], &b_row, f);
            }
        }
    }
    for k in (0..n).rev() {
        let p = a[k][k / 4][k % 4];
        let inverse = if p == 0.0 { 0.0 } else { 1.0 / p };
        b[k] = b[k].map(|q| q.map(|x| x * inverse));
        let b_row = b[k];
        for i in 0..k {
            let f = a[i][k / 4][k % 4];
            less(&mut b[i], &b_row, f);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_solving_undoes_the_product() {
        for n in [1, 2, 4, 7, 11, 17, 30, 40, 70] {
            let (mut a, mut b) = (Square::identity(n).scaled(9.0), Square::zero(n));
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
            let v: Vec<f64> = (0..n).map(|i| (i % 5) as f64 - 1.0).collect();
            for (x, y) in a.solve_vector(&a.times(&v)).iter().zip(&v) {
                assert!((x - y).abs() < 1e-9);
            }
        }
    }
}
