//! Surfaces that bend as little as possible: the bilaplacian of a mesh.

use faer::Side;
use faer::prelude::*;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMat, Triplet};
use glam::DVec3;

/// `LᵀL` of the graph Laplacian `(L d)ᵢ = dᵢ − mean of the neighbours` of a mesh, ready to be
/// solved with any weights.
pub(crate) struct Bending {
    n: usize,
    /// Entries (row, column, value) of the lower half, by columns.
    squared: Vec<(usize, usize, f64)>,
    symbolic: Option<SymbolicLlt<usize>>,
}

impl Bending {
    /// Of `n` vertices.
    pub(crate) fn new(triangles: &[[u32; 3]], n: usize) -> Self {
        let squared = bilaplacian(triangles, n);
        let mut bending = Self { n, squared, symbolic: None };
        bending.symbolic = bending
            .matrix(1.0, &vec![1.0; n])
            .and_then(|m| SymbolicLlt::try_new(m.symbolic(), Side::Lower).ok());
        bending
    }

    /// The values `d` that minimise `stiffness · |L d|² + Σ weightᵢ |dᵢ − wantedᵢ|²`; `None` when the
    /// system cannot be solved. With weights of one, waves shorter than `π · stiffness^(1/4)` edges are
    /// flattened to less than half.
    pub(crate) fn solve(
        &self,
        stiffness: f64,
        weights: &[f64],
        wanted: impl Fn(usize) -> DVec3,
    ) -> Option<Vec<DVec3>> {
        let a = self.matrix(stiffness, weights)?;
        let llt = Llt::try_new_with_symbolic(self.symbolic.clone()?, a.as_ref(), Side::Lower).ok()?;
        let mut right = Mat::<f64>::zeros(self.n, 3);
        for (i, w) in weights.iter().enumerate() {
            if *w > 0.0 {
                let value = *w * wanted(i);
                for k in 0..3 {
                    right[(i, k)] = value[k];
                }
            }
        }
        let d = llt.solve(&right);
        Some((0..self.n).map(|i| DVec3::new(d[(i, 0)], d[(i, 1)], d[(i, 2)])).collect())
    }

    /// The lower half of `stiffness · LᵀL + diag(weights)`.
    fn matrix(&self, stiffness: f64, weights: &[f64]) -> Option<SparseColMat<usize, f64>> {
        let entries: Vec<Triplet<usize, usize, f64>> = self
            .squared
            .iter()
            .map(|&(i, j, x)| Triplet::new(i, j, stiffness * x))
            // Never singular, even where nothing is wanted at all.
            .chain(weights.iter().enumerate().map(|(i, w)| Triplet::new(i, i, w + 1e-6)))
            .collect();
        SparseColMat::try_new_from_triplets(self.n, self.n, &entries).ok()
    }
}

fn bilaplacian(triangles: &[[u32; 3]], n: usize) -> Vec<(usize, usize, f64)> {
    let mut edges: Vec<(u32, u32)> = triangles
        .iter()
        .flat_map(|t| (0..3).flat_map(|k| [(t[k], t[(k + 1) % 3]), (t[(k + 1) % 3], t[k])]))
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut rows: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
    for (a, b) in edges {
        rows[a as usize].push((b as usize, 0.0));
    }
    for (i, row) in rows.iter_mut().enumerate() {
        let share = -1.0 / row.len().max(1) as f64;
        row.iter_mut().for_each(|e| e.1 = share);
        row.push((i, 1.0));
    }
    let mut out: Vec<(usize, usize, f64)> = rows
        .iter()
        .flat_map(|row| row.iter().flat_map(move |&(i, x)| row.iter().map(move |&(j, y)| (i, j, x * y))))
        .filter(|(i, j, _)| i >= j)
        .collect();
    out.sort_by_key(|e| (e.1, e.0));
    // Sums of the entries that share a place.
    out.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
    out
}
