//! Absorbers in the skin, and how much of a path lies inside them.

/// An upright cylinder about an axis, from depth `top` to `bottom`, mm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cylinder {
    pub(super) radius: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

/// Parts of a path, relative to an axis, near which it passes: for cylinders of several radii.
#[derive(Clone, Debug, Default)]
pub(super) struct Near {
    /// Start and change of x, y, z over a segment, its length.
    segments: Vec<([f32; 3], [f32; 3], f32)>,
}

impl Near {
    /// Collects what passes within `reach` of the axis that starts at (`x`, `y`) on the surface; `slant`
    /// is how far it moves along +x per depth (0 for an upright one).
    pub(super) fn collect(&mut self, points: &[[f32; 3]], x: f32, y: f32, slant: f32, reach: f32) {
        self.segments.clear();
        let r2 = reach * reach;
        // In a frame that is sheared along with the axis, and narrowed as the section is long, a round
        // shaft is an upright cylinder.
        let narrow = 1.0 / (1.0 + slant * slant).sqrt();
        let mut a = [narrow * (points[0][0] - x - slant * points[0][2]), points[0][1] - y, points[0][2]];
        for (p, q) in points.iter().zip(&points[1..]) {
            let b = [narrow * (q[0] - x - slant * q[2]), q[1] - y, q[2]];
            let d = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
            let flat = d[0] * d[0] + d[1] * d[1];
            let along = -(a[0] * d[0] + a[1] * d[1]);
            let t = if flat > 0.0 { (along / flat).clamp(0.0, 1.0) } else { 0.0 };
            let (cx, cy) = (a[0] + t * d[0], a[1] + t * d[1]);
            if cx * cx + cy * cy < r2 {
                let run = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
                let length = (run[0] * run[0] + run[1] * run[1] + run[2] * run[2]).sqrt();
                self.segments.push((a, d, length));
            }
            a = b;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Length inside a cylinder about the axis, mm.
    pub(super) fn inside(&self, c: &Cylinder) -> f32 {
        let mut sum = 0.0;
        for (a, d, length) in &self.segments {
            let flat = d[0] * d[0] + d[1] * d[1];
            let b = a[0] * d[0] + a[1] * d[1];
            let out = a[0] * a[0] + a[1] * a[1] - c.radius * c.radius;
            // Entry and exit as shares of the segment.
            let (mut from, mut to) = (0.0f32, 1.0f32);
            if flat > 0.0 {
                let root = b * b - flat * out;
                if root <= 0.0 {
                    continue;
                }
                let root = root.sqrt();
                from = from.max((-b - root) / flat);
                to = to.min((-b + root) / flat);
            } else if out >= 0.0 {
                continue;
            }
            if d[2].abs() > 1e-12 {
                let (s, e) = ((c.top - a[2]) / d[2], (c.bottom - a[2]) / d[2]);
                from = from.max(s.min(e));
                to = to.min(s.max(e));
            } else if a[2] < c.top || a[2] > c.bottom {
                continue;
            }
            sum += length * (to - from).max(0.0);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_inside_are_those_of_geometry() {
        let c = Cylinder { radius: 0.5, top: 0.2, bottom: 0.7 };
        let mut near = Near::default();
        let of = |near: &mut Near, points: &[[f32; 3]], x: f32, slant: f32| {
            near.collect(points, x, 0.0, slant, 0.5);
            near.inside(&c)
        };
        // Straight down the axis, beside it, across it, and through a corner at 45°.
        assert!((of(&mut near, &[[0.0; 3], [0.0, 0.0, 2.0]], 0.0, 0.0) - 0.5).abs() < 1e-6);
        assert_eq!(of(&mut near, &[[0.0; 3], [0.0, 0.0, 2.0]], 0.6, 0.0), 0.0);
        assert!((of(&mut near, &[[-2.0, 0.0, 0.4], [2.0, 0.0, 0.4]], 0.0, 0.0) - 1.0).abs() < 1e-6);
        let diagonal = of(&mut near, &[[0.0; 3], [1.0, 0.0, 1.0]], 0.0, 0.0);
        assert!((diagonal - 0.3 * 2f32.sqrt()).abs() < 1e-5, "{diagonal}");
        // Cut into two it is as long; and a shaft that leans along with the path holds all of its depths.
        let halves = of(&mut near, &[[0.0; 3], [0.3, 0.0, 0.3], [1.0, 0.0, 1.0]], 0.0, 0.0);
        assert!((halves - diagonal).abs() < 1e-5);
        let leaning = of(&mut near, &[[0.0; 3], [1.0, 0.0, 1.0]], 0.0, 1.0);
        assert!((leaning - 0.5 * 2f32.sqrt()).abs() < 1e-5, "{leaning}");
    }
}
