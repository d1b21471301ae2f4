//! Windows: parts of edges that see one source, unfolded into the plane of the edge.
//!
//! The frame of an edge has its origin at the edge's lower vertex and its x axis along the edge.
//! The side that a window's light came from is y ≥ 0.

use glam::DVec2;

/// A part of an edge and the unfolded source that lights it (Mitchell, Mount and Papadimitriou 1987:
/// an *interval of optimality*; Surazhsky et al. 2005: a *window*).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Begin and end along the edge, mm.
    pub(crate) b0: f64,
    pub(crate) b1: f64,
    /// Unfolded place of the (pseudo-)source, mm.
    pub(crate) source: DVec2,
    /// Distance σ from the pseudo-source back to the true source, mm.
    pub(crate) sigma: f64,
    pub(crate) edge: u32,
    /// Triangle that the light came through.
    pub(crate) from: u32,
    /// What the source calls this part of its surroundings.
    pub(crate) tag: u32,
    /// Lost all of its edge to others.
    pub(crate) dead: bool,
    /// Has been sent on across its edge.
    pub(crate) sent: bool,
}

impl Window {
    /// Distance from the true source to a point of the window, mm.
    #[inline]
    pub(crate) fn distance(&self, x: f64) -> f64 {
        self.sigma + (DVec2::new(x, 0.0) - self.source).length()
    }

    /// Least distance from the true source to any point of the window, mm.
    #[inline]
    pub(crate) fn nearest(&self) -> f64 {
        self.distance(self.source.x.clamp(self.b0, self.b1))
    }

    /// Where the light to a point beyond the edge crosses it, kept inside the window, and its
    /// distance. `p` has y ≤ 0.
    #[inline]
    pub(crate) fn reach(&self, p: DVec2) -> (f64, f64) {
        let h = self.source.y - p.y;
        let x = if h > 0.0 { self.source.x + (p.x - self.source.x) * self.source.y / h } else { p.x };
        let x = x.clamp(self.b0, self.b1);
        let c = DVec2::new(x, 0.0);
        (x, self.sigma + (c - self.source).length() + (p - c).length())
    }
}

/// Places in (l, r) at which two windows are equally far, in order.
///
/// `σ₁ + |x − s₁| = σ₂ + |x − s₂|`, squared twice; roots that squaring adds do no harm, because the
/// caller compares distances on every part.
pub(crate) fn ties(a: &Window, b: &Window, l: f64, r: f64) -> ([f64; 2], usize) {
    let (p, q) = (a.source, b.source);
    let c = b.sigma - a.sigma;
    let a1 = 2.0 * (q.x - p.x);
    let b1 = p.length_squared() - q.length_squared() - c * c;
    let mut roots = [0.0; 2];
    let mut n = 0;
    let mut add = |x: f64| {
        if x > l && x < r {
            roots[n] = x;
            n += 1;
        }
    };
    let scale = p.length() + q.length() + (r - l);
    if c.abs() <= 1e-14 * scale {
        if a1 != 0.0 {
            add(-b1 / a1);
        }
        return (roots, n);
    }
    let qa = a1 * a1 - 4.0 * c * c;
    let qb = 2.0 * a1 * b1 + 8.0 * c * c * q.x;
    let qc = b1 * b1 - 4.0 * c * c * q.length_squared();
    if qa.abs() <= 1e-14 * (a1 * a1 + 4.0 * c * c) {
        if qb != 0.0 {
            add(-qc / qb);
        }
        return (roots, n);
    }
    let d = qb * qb - 4.0 * qa * qc;
    if d < 0.0 {
        return (roots, n);
    }
    let t = -0.5 * (qb + d.sqrt().copysign(qb));
    let (x1, x2) = (t / qa, if t == 0.0 { t / qa } else { qc / t });
    add(x1.min(x2));
    if x1 != x2 {
        add(x1.max(x2));
    }
    (roots, n)
}
