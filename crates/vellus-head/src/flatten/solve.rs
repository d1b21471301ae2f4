//! Laying a disc flat: a conformal start, then as rigid as possible.
//!
//! *Start*: least-squares conformal maps (Lévy et al. 2002): with the triangle's corners as complex
//! numbers `x` in its own plane and `W_j = x_{j+2} − x_{j+1}`, minimise `Σ |Σ_j W_j U_j|² / d_T`
//! (`d_T`: twice the area), two vertices held. Where that turns a triangle face down, Tutte's
//! embedding on a disc, which never does.
//!
//! *Then* as rigid as possible (Liu et al. 2008, section 4): with cotangent weights,
//! `E(u, L) = Σ_t Σ_i cot θ_i |(u_i − u_{i+1}) − L_t (x_i − x_{i+1})|²`, `L_t` a rotation. Local step:
//! the best `L_t` of each triangle, in closed form; global step: one sparse system whose matrix
//! stays the same, so that it is factored once.

use faer::prelude::*;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMat, Triplet};
use faer::{Mat, Side};
use glam::{DVec2, DVec3};

use super::disc::Disc;
use super::distortion::in_plane;
use crate::HeadError;

/// Cotangents are held in this range: below, obtuse angles would make the matrix indefinite; above,
/// a splinter would freeze its vertices. A surface that can be unrolled has energy zero with any
/// weights, so it still lies flat exactly.
const COTANGENTS: (f64, f64) = (0.02, 50.0);
/// The iteration ends when the energy falls by less than this share.
const SETTLED: f64 = 1e-6;

/// One triangle in its own plane.
#[derive(Clone, Copy)]
struct Local {
    x: [DVec2; 3],
    /// Cotangent of the angle at corner i + 2, the weight of the edge from i to i + 1.
    w: [f64; 3],
}

/// The factored system of a disc.
pub(super) struct Arap {
    locals: Vec<Local>,
    factor: Llt<usize, f64>,
}

impl Arap {
    pub(super) fn new(disc: &Disc) -> Result<Self, HeadError> {
        let locals: Vec<Local> =
            disc.triangles.iter().map(|t| local(t.map(|v| disc.positions[v as usize]))).collect();
        // The first vertex is held at zero, so that the matrix is definite.
        let mut entries = Vec::with_capacity(12 * locals.len());
        for (t, l) in disc.triangles.iter().zip(&locals) {
            for i in 0..3 {
                let (a, b, w) = (t[i] as usize, t[(i + 1) % 3] as usize, l.w[i]);
                for (r, c, x) in [(a, a, w), (b, b, w), (a.max(b), a.min(b), -w)] {
                    if c > 0 {
                        entries.push(Triplet::new(r - 1, c - 1, x));
                    }
                }
            }
        }
        let factor = factor(disc.positions.len() - 1, &entries).ok_or_else(|| {
            HeadError::Flatten("the patch is too degenerate to be laid flat; remesh it".into())
        })?;
        Ok(Self { locals, factor })
    }

    /// Improves a flat copy; gives it and the number of steps.
    pub(super) fn run(&self, disc: &Disc, start: &[DVec2], most: usize) -> (Vec<DVec2>, usize) {
        let n = start.len();
        let mut u = start.to_vec();
        let mut before = f64::INFINITY;
        let mut right = Mat::<f64>::zeros(n - 1, 2);
        for step in 0..most {
            let mut b = vec![DVec2::ZERO; n];
            let mut energy = 0.0;
            let mut unit = 0.0;
            for (t, l) in disc.triangles.iter().zip(&self.locals) {
                // The rotation (c, s) that maximises Σ w u·(L x).
                let (mut c, mut s) = (0.0, 0.0);
                for i in 0..3 {
                    let e = u[t[i] as usize] - u[t[(i + 1) % 3] as usize];
                    let x = l.x[i] - l.x[(i + 1) % 3];
                    c += l.w[i] * e.dot(x);
                    s += l.w[i] * x.perp_dot(e);
                }
                let r = libm::hypot(c, s);
                let turn = if r > 0.0 { DVec2::new(c / r, s / r) } else { DVec2::X };
                for i in 0..3 {
                    let (i, j) = (i, (i + 1) % 3);
                    let x = turn.rotate(l.x[i] - l.x[j]);
                    let e = u[t[i] as usize] - u[t[j] as usize];
                    energy += l.w[i] * (e - x).length_squared();
                    unit += l.w[i] * x.length_squared();
                    b[t[i] as usize] += x * l.w[i];
                    b[t[j] as usize] -= x * l.w[i];
                }
            }
            if energy >= before * (1.0 - SETTLED) || energy <= 1e-24 * unit {
                return (u, step);
            }
            before = energy;
            for i in 1..n {
                right[(i - 1, 0)] = b[i].x;
                right[(i - 1, 1)] = b[i].y;
            }
            self.factor.solve_in_place(right.as_mut());
            for i in 1..n {
                u[i] = DVec2::new(right[(i - 1, 0)], right[(i - 1, 1)]);
            }
            u[0] = DVec2::ZERO;
            if u.iter().any(|p| !p.is_finite()) {
                return (start.to_vec(), step);
            }
        }
        (u, most)
    }
}

fn factor(n: usize, lower: &[Triplet<usize, usize, f64>]) -> Option<Llt<usize, f64>> {
    let a = SparseColMat::try_new_from_triplets(n, n, lower).ok()?;
    let symbolic = SymbolicLlt::try_new(a.symbolic(), Side::Lower).ok()?;
    Llt::try_new_with_symbolic(symbolic, a.as_ref(), Side::Lower).ok()
}

fn local(p: [DVec3; 3]) -> Local {
    let [a, b, c] = p;
    let (u, v) = (b - a, c - a);
    let l = u.length();
    let twice = u.cross(v).length();
    // A splinter without a first side lies along its second.
    let x = if l > 0.0 {
        [DVec2::ZERO, DVec2::new(l, 0.0), DVec2::new(u.dot(v) / l, twice / l)]
    } else {
        [DVec2::ZERO, DVec2::ZERO, DVec2::new(v.length(), 0.0)]
    };
    let w = [2, 0, 1].map(|k: usize| {
        let (d, e) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
        let cot = d.dot(e) / twice;
        if cot.is_nan() { COTANGENTS.0 } else { cot.clamp(COTANGENTS.0, COTANGENTS.1) }
    });
    Local { x, w }
}

/// Least-squares conformal map; `None` when it cannot be solved.
pub(super) fn conformal(disc: &Disc) -> Option<Vec<DVec2>> {
    let n = disc.positions.len();
    // Held: two vertices of the border far from each other.
    let middle = disc.positions.iter().sum::<DVec3>() / n as f64;
    let farthest = |from: DVec3| {
        let far = |v: &u32| disc.positions[*v as usize].distance_squared(from);
        disc.border.iter().copied().max_by(|a, b| far(a).total_cmp(&far(b)).then(b.cmp(a)))
    };
    let first = farthest(middle)?;
    let second = farthest(disc.positions[first as usize])?;
    let held = disc.positions[first as usize].distance(disc.positions[second as usize]);
    if first == second || held <= 0.0 {
        return None;
    }
    let column =
        |v: u32| (v != first && v != second).then(|| v - u32::from(v > first) - u32::from(v > second));
    let mut entries = Vec::with_capacity(24 * disc.triangles.len());
    let mut right = Mat::<f64>::zeros(2 * (n - 2), 1);
    for t in &disc.triangles {
        let Some(x) = in_plane(t.map(|v| disc.positions[v as usize])) else { continue };
        let d = x[1].x * x[2].y;
        let w: [DVec2; 3] = std::array::from_fn(|j| x[(j + 2) % 3] - x[(j + 1) % 3]);
        for j in 0..3 {
            let Some(row) = column(t[j]) else { continue };
            for k in 0..3 {
                // conj(W_j) W_k, as a 2 by 2 block on (real, imaginary).
                let (re, im) = (w[j].dot(w[k]) / d, w[j].perp_dot(w[k]) / d);
                let row = 2 * row as usize;
                match column(t[k]) {
                    Some(c) => {
                        let c = 2 * c as usize;
                        for (r, c, x) in
                            [(row, c, re), (row, c + 1, -im), (row + 1, c, im), (row + 1, c + 1, re)]
                        {
                            if r >= c {
                                entries.push(Triplet::new(r, c, x));
                            }
                        }
                    }
                    // The second held vertex lies at (held, 0), the first at zero.
                    None if t[k] == second => {
                        right[(row, 0)] -= re * held;
                        right[(row + 1, 0)] -= im * held;
                    }
                    None => {}
                }
            }
        }
    }
    if n > 2 {
        factor(2 * (n - 2), &entries)?.solve_in_place(right.as_mut());
    }
    let mut u: Vec<DVec2> = (0..n as u32)
        .map(|v| match column(v) {
            Some(c) => DVec2::new(right[(2 * c as usize, 0)], right[(2 * c as usize + 1, 0)]),
            None if v == second => DVec2::new(held, 0.0),
            None => DVec2::ZERO,
        })
        .collect();
    let area = signed_area(disc, &u);
    let scale = (surface_area(disc) / area).sqrt();
    if !scale.is_finite() {
        return None;
    }
    u.iter_mut().for_each(|p| *p *= scale);
    (flipped(disc, &u) == 0).then_some(u)
}

/// Tutte's embedding with equal weights, the border on a circle by its lengths.
pub(super) fn tutte(disc: &Disc) -> Option<Vec<DVec2>> {
    let n = disc.positions.len();
    let radius = (surface_area(disc) / std::f64::consts::PI).sqrt();
    let mut u = vec![DVec2::ZERO; n];
    let mut on_border = vec![false; n];
    let m = disc.border.len();
    let sides: Vec<f64> = (0..m)
        .map(|i| {
            let [a, b] = [i, (i + 1) % m].map(|k| disc.positions[disc.border[k] as usize]);
            a.distance(b).max(1e-9)
        })
        .collect();
    let all: f64 = sides.iter().sum();
    let mut at = 0.0;
    for (v, side) in disc.border.iter().zip(&sides) {
        let (s, c) = libm::sincos(std::f64::consts::TAU * at / all);
        u[*v as usize] = DVec2::new(c, s) * radius;
        on_border[*v as usize] = true;
        at += side;
    }
    let mut column = vec![usize::MAX; n];
    let mut inner = 0;
    for v in 0..n {
        if !on_border[v] {
            column[v] = inner;
            inner += 1;
        }
    }
    if inner == 0 {
        return Some(u);
    }
    let mut entries = Vec::new();
    let mut right = Mat::<f64>::zeros(inner, 2);
    for t in &disc.triangles {
        for k in 0..3 {
            for (a, b) in [(t[k], t[(k + 1) % 3]), (t[(k + 1) % 3], t[k])] {
                let (i, j) = (column[a as usize], column[b as usize]);
                if i == usize::MAX {
                    continue;
                }
                entries.push(Triplet::new(i, i, 1.0));
                if j == usize::MAX {
                    right[(i, 0)] += u[b as usize].x;
                    right[(i, 1)] += u[b as usize].y;
                } else if i > j {
                    entries.push(Triplet::new(i, j, -1.0));
                }
            }
        }
    }
    factor(inner, &entries)?.solve_in_place(right.as_mut());
    for v in 0..n {
        if column[v] != usize::MAX {
            u[v] = DVec2::new(right[(column[v], 0)], right[(column[v], 1)]);
        }
    }
    Some(u)
}

fn surface_area(disc: &Disc) -> f64 {
    disc.triangles
        .iter()
        .map(|t| {
            let [a, b, c] = t.map(|v| disc.positions[v as usize]);
            0.5 * (b - a).cross(c - a).length()
        })
        .sum()
}

fn signed_area(disc: &Disc, u: &[DVec2]) -> f64 {
    disc.triangles.iter().map(|t| turn(t, u)).sum()
}

fn turn(t: &[u32; 3], u: &[DVec2]) -> f64 {
    let [a, b, c] = t.map(|v| u[v as usize]);
    0.5 * (b - a).perp_dot(c - a)
}

/// Triangles face down that are no splinters on the surface.
fn flipped(disc: &Disc, u: &[DVec2]) -> usize {
    let down = |t: &&[u32; 3]| turn(t, u) <= 0.0 && in_plane(t.map(|v| disc.positions[v as usize])).is_some();
    disc.triangles.iter().filter(down).count()
}
