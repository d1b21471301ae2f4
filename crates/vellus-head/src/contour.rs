//! Tape lines over a head: planar contours from rays, arcs, hulls.

use glam::{DVec2, DVec3};

use crate::Surface;

/// Step between the rays of a contour, radians: a quarter of a degree, 0.4 mm on a head.
const STEP: f64 = std::f64::consts::PI / 720.0;

/// The outermost contour in the plane through `centre` and `a`, from the direction of `a` turning
/// towards `up` until the direction of `b`. Starts and ends at the surface; places where the rays
/// miss are left out.
pub(crate) fn contour(surface: &Surface, centre: DVec3, a: DVec3, b: DVec3, up: DVec3) -> Vec<DVec3> {
    let e1 = (a - centre).normalize_or_zero();
    let e2 = (up - e1 * up.dot(e1)).normalize_or_zero();
    let to_b = b - centre;
    let mut end = libm::atan2(to_b.dot(e2), to_b.dot(e1));
    if end <= 0.0 {
        end += std::f64::consts::TAU;
    }
    let n = (end / STEP).ceil().max(1.0) as usize;
    (0..=n)
        .filter_map(|i| {
            let (s, c) = libm::sincos(end * i as f64 / n as f64);
            surface.raycast_farthest(centre, e1 * c + e2 * s).map(|h| h.point.position)
        })
        .collect()
}

/// Length of a polyline, mm.
pub(crate) fn length(line: &[DVec3]) -> f64 {
    line.windows(2).map(|w| w[0].distance(w[1])).sum()
}

/// The point at an arc length along a polyline; its end when the line is shorter.
pub(crate) fn at_length(line: &[DVec3], arc: f64) -> Option<DVec3> {
    let mut left = arc;
    for w in line.windows(2) {
        let d = w[0].distance(w[1]);
        if d >= left && d > 0.0 {
            return Some(w[0].lerp(w[1], left / d));
        }
        left -= d;
    }
    line.last().copied()
}

/// The convex hull, counter-clockwise (Andrew's monotone chain).
pub(crate) fn hull(points: &[DVec2]) -> Vec<DVec2> {
    let mut sorted: Vec<DVec2> = points.iter().copied().filter(|p| p.is_finite()).collect();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut chain: Vec<DVec2> = Vec::new();
    let mut half = |points: &mut dyn Iterator<Item = DVec2>| {
        let base = chain.len();
        for p in points {
            while chain.len() >= base + 2 {
                let (o, q) = (chain[chain.len() - 2], chain[chain.len() - 1]);
                if (q - o).perp_dot(p - o) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(p);
        }
        chain.pop();
    };
    half(&mut sorted.iter().copied());
    half(&mut sorted.iter().rev().copied());
    chain
}

/// Perimeter of a closed polygon.
pub(crate) fn perimeter(polygon: &[DVec2]) -> f64 {
    (0..polygon.len()).map(|i| polygon[i].distance(polygon[(i + 1) % polygon.len()])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn half_a_great_circle() {
        let s = Surface::new(sphere(80.0, 5)).unwrap();
        let line = contour(&s, DVec3::ZERO, DVec3::Z * 80.0, DVec3::Z * -80.0, DVec3::Y);
        assert!((length(&line) / (80.0 * std::f64::consts::PI) - 1.0).abs() < 1e-3);
        let top = at_length(&line, 40.0 * std::f64::consts::PI).unwrap();
        assert!(top.distance(DVec3::Y * 80.0) < 0.3);
    }

    #[test]
    fn hull_of_a_square_with_a_dent() {
        let p = [(0.0, 0.0), (2.0, 0.0), (1.0, 0.5), (2.0, 2.0), (0.0, 2.0), (1.0, 0.0)];
        let p: Vec<DVec2> = p.into_iter().map(DVec2::from).collect();
        assert!((perimeter(&hull(&p)) - 8.0).abs() < 1e-12);
    }
}
