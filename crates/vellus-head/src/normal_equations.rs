//! Small weighted least-squares problems.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

/// Normal equations of `N` unknowns.
pub(crate) struct NormalEquations<const N: usize> {
    /// Lower half.
    a: [[f64; N]; N],
    b: [f64; N],
}

impl<const N: usize> Default for NormalEquations<N> {
    fn default() -> Self {
        Self { a: [[0.0; N]; N], b: [0.0; N] }
    }
}

impl<const N: usize> NormalEquations<N> {
    /// One equation `row · x = value`.
    pub(crate) fn add(&mut self, row: &[f64; N], value: f64, weight: f64) {
        for (i, r) in row.iter().enumerate() {
            let w = weight * r;
            self.b[i] += w * value;
            for (a, s) in self.a[i].iter_mut().zip(&row[..=i]) {
                *a += w * s;
            }
        }
    }

    /// One equation about one unknown.
    pub(crate) fn prior(&mut self, unknown: usize, value: f64, weight: f64) {
        self.b[unknown] += weight * value;
        self.a[unknown][unknown] += weight;
    }

    /// Adds the equations of another part of the problem.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (a, o) in self.a.iter_mut().flatten().zip(other.a.iter().flatten()) {
            *a += o;
        }
        for (b, o) in self.b.iter_mut().zip(&other.b) {
            *b += o;
        }
    }

    /// The unknowns; `None` when they are not determined.
    pub(crate) fn solve(&self) -> Option<[f64; N]> {
        let a = Mat::from_fn(N, N, |i, j| if i >= j { self.a[i][j] } else { self.a[j][i] });
        let b = Mat::from_fn(N, 1, |i, _| self.b[i]);
        let x = a.llt(Side::Lower).ok()?.solve(&b);
        let x: [f64; N] = std::array::from_fn(|i| x[(i, 0)]);
        x.iter().all(|v| v.is_finite()).then_some(x)
    }
}
