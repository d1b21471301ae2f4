//! Squared distances to a bunch of planes as one quadratic form.

use glam::DVec3;

/// Spread of a triangle's normal that its plane is believed to, rad. It makes every form definite,
/// and spaces the vertices of a flat region evenly.
const NORMAL_SPREAD: f64 = 0.01;

/// `E(x) = xᵀ A x − 2 b·x + c`, summed with weights.
///
/// # Sources
/// Garland and Heckbert 1997, *Surface simplification using quadric error metrics*, section 3; the
/// forms of uncertain planes after Trettner and Kobbelt 2020, *Fast and robust QEF minimization
/// using probabilistic quadrics*, section 4.1, with certain positions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quadric {
    /// xx, xy, xz, yy, yz, zz.
    a: [f64; 6],
    b: DVec3,
    c: f64,
    /// Sum of the weights.
    pub weight: f64,
}

impl Quadric {
    /// Squared distance to the plane through a point, weighted; the normal must be a unit vector.
    pub(super) fn plane(point: DVec3, normal: DVec3, weight: f64) -> Self {
        let n = normal;
        let s = NORMAL_SPREAD * NORMAL_SPREAD;
        let d = n.dot(point);
        Self {
            a: [n.x * n.x + s, n.x * n.y, n.x * n.z, n.y * n.y + s, n.y * n.z, n.z * n.z + s]
                .map(|x| x * weight),
            b: weight * (n * d + point * s),
            c: weight * (d * d + s * point.length_squared()),
            weight,
        }
    }

    /// The same form with weights that count for the place but not for the mean.
    pub(super) fn as_constraint(self) -> Self {
        Self { weight: 0.0, ..self }
    }

    pub(super) fn sum(&self, o: &Self) -> Self {
        Self {
            a: std::array::from_fn(|i| self.a[i] + o.a[i]),
            b: self.b + o.b,
            c: self.c + o.c,
            weight: self.weight + o.weight,
        }
    }

    /// Weighted sum of squared distances of a point; rounding below zero is cut off.
    pub(super) fn error(&self, x: DVec3) -> f64 {
        let [xx, xy, xz, yy, yz, zz] = self.a;
        let ax = DVec3::new(
            xx * x.x + xy * x.y + xz * x.z,
            xy * x.x + yy * x.y + yz * x.z,
            xz * x.x + yz * x.y + zz * x.z,
        );
        (x.dot(ax) - 2.0 * self.b.dot(x) + self.c).max(0.0)
    }

    /// The point with the least error; `None` when the form is empty.
    pub(super) fn minimum(&self) -> Option<DVec3> {
        // Cholesky: the form is definite, see NORMAL_SPREAD.
        let [xx, xy, xz, yy, yz, zz] = self.a;
        let l00 = xx.sqrt();
        let (l10, l20) = (xy / l00, xz / l00);
        let l11 = (yy - l10 * l10).sqrt();
        let l21 = (yz - l20 * l10) / l11;
        let l22 = (zz - l20 * l20 - l21 * l21).sqrt();
        let y0 = self.b.x / l00;
        let y1 = (self.b.y - l10 * y0) / l11;
        let y2 = (self.b.z - l20 * y0 - l21 * y1) / l22;
        let z = y2 / l22;
        let y = (y1 - l21 * z) / l11;
        let x = (y0 - l10 * y - l20 * z) / l00;
        Some(DVec3::new(x, y, z)).filter(|p| p.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_planes_meet_where_they_meet() {
        let p = DVec3::new(3.0, -2.0, 5.0);
        let q = [DVec3::X, DVec3::new(0.6, 0.8, 0.0), DVec3::new(0.0, 0.6, 0.8)]
            .iter()
            .map(|n| Quadric::plane(p, *n, 2.0))
            .fold(Quadric::default(), |s, q| s.sum(&q));
        assert!(q.minimum().unwrap().distance(p) < 1e-9);
        assert!(q.error(p) < 1e-9);
        let off = p + DVec3::X * 0.1;
        assert!((q.error(off) - 2.0 * (0.01 + 0.0036 + 3.0 * 1e-6)).abs() < 1e-9);
        assert!(Quadric::default().minimum().is_none());
    }
}
