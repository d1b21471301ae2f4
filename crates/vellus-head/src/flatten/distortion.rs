//! How much a flat map stretches.

use glam::{DVec2, DVec3};

/// How far the lengths and areas of a flat map are from those on the surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distortion {
    /// Relative error of the length of an edge, its sign dropped, as a share (0.01 is 1 %): median,
    /// 95th and 99th percentile. Edges count by their length, so that splinters do not matter.
    pub length_median: f64,
    /// 95th percentile.
    pub length_p95: f64,
    /// 99th percentile.
    pub length_p99: f64,
    /// Largest error among edges of at least a tenth of the mean length.
    pub length_max: f64,
    /// Root mean square, over the area, of the singular values of the map minus one.
    pub rms: f64,
    /// Smallest and largest singular value, without the half per mille of the area at either end:
    /// 1 is true to length.
    pub stretch: [f64; 2],
    /// Whole flat area over whole surface area, minus one.
    pub area: f64,
    /// 99th percentile of the relative area error of the triangles, its sign dropped, by area.
    pub area_p99: f64,
    /// Largest relative area error among triangles of at least a tenth of the mean area.
    pub area_max: f64,
    /// Triangles that lie face down in the map.
    pub flipped: usize,
}

impl Distortion {
    /// Compares a mesh with its flat copy, vertex by vertex. All zero without a triangle of any
    /// area.
    #[must_use]
    pub fn measure(positions: &[DVec3], triangles: &[[u32; 3]], flat: &[DVec2]) -> Self {
        let mut edges: Vec<(u32, u32)> = triangles
            .iter()
            .flat_map(|t| (0..3).map(|k| (t[k].min(t[(k + 1) % 3]), t[k].max(t[(k + 1) % 3]))))
            .collect();
        edges.sort_unstable();
        edges.dedup();
        let mut lengths: Vec<(f64, f64)> = edges
            .iter()
            .filter_map(|&(a, b)| {
                let l = positions[a as usize].distance(positions[b as usize]);
                let f = flat[a as usize].distance(flat[b as usize]);
                (l > 0.0).then(|| ((f / l - 1.0).abs(), l))
            })
            .collect();
        let mut stretches: Vec<(f64, f64)> = Vec::with_capacity(2 * triangles.len());
        let mut areas: Vec<(f64, f64)> = Vec::with_capacity(triangles.len());
        let (mut surface, mut flat_area, mut squares, mut flipped) = (0.0, 0.0, 0.0, 0);
        for t in triangles {
            let p = t.map(|v| positions[v as usize]);
            let q = t.map(|v| flat[v as usize]);
            let Some((a, [s, l], turn)) = singular_values(p, q) else { continue };
            surface += a;
            flat_area += a * s * l;
            squares += a * ((s - 1.0) * (s - 1.0) + (l - 1.0) * (l - 1.0)) * 0.5;
            flipped += usize::from(turn < 0.0);
            stretches.extend([(s, a), (l, a)]);
            areas.push(((s * l - 1.0).abs(), a));
        }
        if surface <= 0.0 || lengths.is_empty() {
            return Self::default();
        }
        let largest = |list: &[(f64, f64)]| {
            let mean = list.iter().map(|x| x.1).sum::<f64>() / list.len() as f64;
            list.iter().filter(|x| x.1 >= 0.1 * mean).fold(0.0, |m: f64, x| m.max(x.0))
        };
        let (length_max, area_max) = (largest(&lengths), largest(&areas));
        Self {
            length_median: quantile(&mut lengths, 0.5),
            length_p95: quantile(&mut lengths, 0.95),
            length_p99: quantile(&mut lengths, 0.99),
            length_max,
            rms: (squares / surface).sqrt(),
            stretch: [quantile(&mut stretches, 5e-4), quantile(&mut stretches, 1.0 - 5e-4)],
            area: flat_area / surface - 1.0,
            area_p99: quantile(&mut areas, 0.99),
            area_max,
            flipped,
        }
    }
}

/// Area of a triangle, the singular values of its affine map to the plane (smaller first), and the
/// sign of its determinant; `None` for a splinter.
fn singular_values(p: [DVec3; 3], q: [DVec2; 3]) -> Option<(f64, [f64; 2], f64)> {
    let [_, x1, x2] = in_plane(p)?;
    let det = x1.x * x2.y;
    let (u, v) = (q[1] - q[0], q[2] - q[0]);
    // J = [u v] · [x1 x2]⁻¹ with x1 = (a, 0), x2 = (b, c).
    let jx = u / x1.x;
    let jy = (v - jx * x2.x) / x2.y;
    let (e, f) = (0.5 * (jx.x + jy.y), 0.5 * (jx.y - jy.x));
    let (g, h) = (0.5 * (jx.x - jy.y), 0.5 * (jx.y + jy.x));
    let (r, s) = (libm::hypot(e, f), libm::hypot(g, h));
    Some((0.5 * det, [(r - s).abs(), r + s], r - s))
}

/// A triangle laid in the plane: first corner at zero, second on the x axis, third above; `None`
/// for a splinter (an angle below about 1e-5).
pub(super) fn in_plane([a, b, c]: [DVec3; 3]) -> Option<[DVec2; 3]> {
    let (u, v) = (b - a, c - a);
    let l = u.length();
    let twice = u.cross(v).length();
    let longest = u.length_squared().max(v.length_squared()).max(b.distance_squared(c));
    if twice.is_nan() || twice <= 1e-5 * longest || l <= 0.0 {
        return None;
    }
    Some([DVec2::ZERO, DVec2::new(l, 0.0), DVec2::new(u.dot(v) / l, twice / l)])
}

/// Weighted quantile of (value, weight).
pub(super) fn quantile(list: &mut [(f64, f64)], share: f64) -> f64 {
    list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let all: f64 = list.iter().map(|x| x.1).sum();
    let mut sum = 0.0;
    for (value, weight) in list.iter() {
        sum += weight;
        if sum >= share * all {
            return *value;
        }
    }
    list.last().map_or(0.0, |x| x.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_measured_as_it_is() {
        let p = [DVec3::ZERO, DVec3::new(3.0, 0.0, 4.0), DVec3::Y * 2.0, DVec3::new(3.0, 2.0, 4.0)];
        let t = [[0, 1, 2], [1, 3, 2]];
        // The plane (5 by 2), stretched by 1.1 along its length.
        let q = [DVec2::ZERO, DVec2::X * 5.5, DVec2::Y * 2.0, DVec2::new(5.5, 2.0)];
        let d = Distortion::measure(&p, &t, &q);
        assert!((d.stretch[0] - 1.0).abs() < 1e-12 && (d.stretch[1] - 1.1).abs() < 1e-12);
        assert!((d.area - 0.1).abs() < 1e-12 && (d.area_max - 0.1).abs() < 1e-12);
        assert!((d.length_max - 0.1).abs() < 1e-12);
        assert_eq!(d.flipped, 0);
        let mirrored = q.map(|q| DVec2::new(-q.x, q.y));
        assert_eq!(Distortion::measure(&p, &t, &mirrored).flipped, 2);
    }
}
