//! How rough and how fine a mesh is.

use glam::DVec3;
use rayon::prelude::*;

use crate::Mesh;
use crate::normal_equations::NormalEquations;

/// Figures of a mesh.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeshQuality {
    /// Roughness: the standard deviation of vertices about the curved patch through their
    /// surroundings, mm; the median over places. Curvature does not count, noise and steps do. 0
    /// where the triangles are too coarse to tell.
    pub noise_mm: f64,
    /// Median length of the edges, each as often as the area beside it is large, mm.
    pub edge_median_mm: f64,
    /// 95th percentile of the same, mm.
    pub edge_p95_mm: f64,
}

/// A patch reaches three median edges, but at least and at most so far, mm. Over 15 mm a head
/// departs from a paraboloid by r⁴ / 8 R³ = 0.01 mm; within 8 mm a stair of 3 mm slices shows in
/// full. Triangles too coarse for such a patch say nothing of noise.
const REACH: std::ops::RangeInclusive<f64> = 8.0..=15.0;
/// Places looked at, evenly over the area.
const PLACES: usize = 1500;
/// Neighbours that one patch is fitted to, at most and at least.
const NEIGHBOURS: std::ops::RangeInclusive<usize> = 12..=160;

impl MeshQuality {
    /// Measures the triangles for which `skip` is false; all of them when that leaves none.
    /// `skip` is as long as the triangles.
    #[must_use]
    pub fn measure(mesh: &Mesh, skip: &[bool]) -> Self {
        let all = skip.iter().all(|s| *s);
        let mut used = vec![false; mesh.positions.len()];
        let mut area = 0.0;
        // Cumulative area, so that large triangles count for what they cover.
        let mut covered: Vec<(f64, u32)> = Vec::new();
        for (t, _) in (0..mesh.triangles.len() as u32).zip(skip).filter(|(_, s)| all || !**s) {
            area += mesh.triangle_area(t);
            covered.push((area, t));
            mesh.triangles[t as usize].iter().for_each(|v| used[*v as usize] = true);
        }
        if area.is_nan() || area <= 0.0 {
            return Self::default();
        }
        let places: Vec<u32> = (0..PLACES)
            .map(|i| {
                let at = (i as f64 + 0.5) / PLACES as f64 * area;
                covered[covered.partition_point(|c| c.0 <= at).min(covered.len() - 1)].1
            })
            .collect();
        let mut edges: Vec<f64> = places
            .iter()
            .flat_map(|t| {
                let [a, b, c] = mesh.corners(*t);
                [a.distance(b), b.distance(c), c.distance(a)]
            })
            .collect();
        edges.sort_by(f64::total_cmp);
        let quantile = |q: f64| edges[((edges.len() - 1) as f64 * q) as usize];
        let (edge_median_mm, edge_p95_mm) = (quantile(0.5), quantile(0.95));
        let vertices: Vec<u32> = (0..used.len() as u32).filter(|v| used[*v as usize]).collect();
        let reach = (3.0 * edge_median_mm).clamp(*REACH.start(), *REACH.end());
        let noise_mm = roughness(mesh, &vertices, &places, reach);
        Self { noise_mm, edge_median_mm, edge_p95_mm }
    }
}

fn roughness(mesh: &Mesh, vertices: &[u32], places: &[u32], reach: f64) -> f64 {
    let normals = mesh.vertex_normals();
    let cells = Cells::new(mesh, vertices, reach);
    let mut spread: Vec<f64> = places
        .par_iter()
        .filter_map(|&t| {
            let v = mesh.triangles[t as usize][0];
            let (p, n) = (mesh.positions[v as usize], normals[v as usize]);
            let near: Vec<DVec3> = cells
                .around(p)
                .filter(|w| normals[*w as usize].dot(n) > 0.2)
                .map(|w| mesh.positions[w as usize])
                .filter(|q| q.distance_squared(p) < reach * reach)
                .collect();
            let thin = near.len().div_ceil(*NEIGHBOURS.end()).max(1);
            let near: Vec<DVec3> = near.into_iter().step_by(thin).collect();
            (near.len() >= *NEIGHBOURS.start()).then(|| spread_about_paraboloid(p, n, &near, reach))?
        })
        .collect();
    // Where most places have no patch, the rest are ears and other folds.
    if 2 * spread.len() <= places.len() {
        return 0.0;
    }
    let middle = spread.len() / 2;
    *spread.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Standard deviation of points about the least-squares `z = a + b u + c v + d u² + e u v + f v²`
/// over the tangent plane.
fn spread_about_paraboloid(p: DVec3, n: DVec3, near: &[DVec3], reach: f64) -> Option<f64> {
    let u = n.any_orthonormal_vector();
    let v = n.cross(u);
    let row = |q: &DVec3| {
        let d = (*q - p) / reach;
        let (x, y) = (d.dot(u), d.dot(v));
        ([1.0, x, y, x * x, x * y, y * y], (*q - p).dot(n))
    };
    let mut fit = NormalEquations::<6>::default();
    for q in near {
        let (r, z) = row(q);
        fit.add(&r, z, 1.0);
    }
    for k in 0..6 {
        fit.prior(k, 0.0, 1e-9);
    }
    let x = fit.solve()?;
    let squares: f64 = near
        .iter()
        .map(|q| {
            let (r, z) = row(q);
            let off = z - r.iter().zip(&x).map(|(a, b)| a * b).sum::<f64>();
            off * off
        })
        .sum();
    Some((squares / (near.len() - 6) as f64).sqrt())
}

/// Vertices sorted into cubes.
struct Cells {
    low: DVec3,
    edge: f64,
    /// Key of the cube and vertex, sorted.
    sorted: Vec<([i32; 3], u32)>,
}

impl Cells {
    fn new(mesh: &Mesh, vertices: &[u32], edge: f64) -> Self {
        let low = mesh.bounds().map_or(DVec3::ZERO, |b| b.0);
        let mut cells = Self { low, edge, sorted: Vec::new() };
        cells.sorted = vertices.iter().map(|&v| (cells.key(mesh.positions[v as usize]), v)).collect();
        cells.sorted.par_sort_unstable();
        cells
    }

    fn key(&self, p: DVec3) -> [i32; 3] {
        // Far from overflow: a mesh of kilometres has no patches anyway.
        ((p - self.low) / self.edge).to_array().map(|x| x.floor().clamp(-1e9, 1e9) as i32)
    }

    fn around(&self, p: DVec3) -> impl Iterator<Item = u32> {
        let [i, j, k] = self.key(p);
        (-1..=1).flat_map(move |a| {
            (-1..=1).flat_map(move |b| {
                // The three cubes of a row lie side by side.
                let from = self.sorted.partition_point(|e| e.0 < [i + a, j + b, k - 1]);
                let to = self.sorted.partition_point(|e| e.0 <= [i + a, j + b, k + 1]);
                self.sorted[from..to].iter().map(|e| e.1)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;
    use vellus_units::Purpose;
    use vellus_units::random::Key;

    fn noise_of(mesh: &Mesh) -> MeshQuality {
        MeshQuality::measure(mesh, &vec![false; mesh.triangles.len()])
    }

    #[test]
    fn curvature_is_no_noise() {
        for depth in [4, 5, 6] {
            let q = noise_of(&sphere(90.0, depth));
            assert!(q.noise_mm < 0.05, "{depth} {q:?}");
        }
    }

    #[test]
    fn stat_noise_is_measured_as_it_is() {
        for sd in [0.1, 0.5, 1.5] {
            let mut m = sphere(90.0, 6);
            let mut s = Key::new(3, 0).stream(Purpose::Choice, 0);
            for p in &mut m.positions {
                // A sum of twelve uniform numbers less six is nearly normal with variance one.
                let z: f64 = (0..12).map(|_| s.uniform()).sum::<f64>() - 6.0;
                *p += p.normalize() * z * sd;
            }
            let got = noise_of(&m).noise_mm;
            assert!((got / sd - 1.0).abs() < 0.15, "{sd} {got}");
        }
    }

    #[test]
    fn what_is_skipped_does_not_count() {
        let mut m = sphere(90.0, 5);
        for p in &mut m.positions {
            if p.y < 0.0 {
                *p *= 1.0 + 0.02 * libm::sin(p.x * 1e3);
            }
        }
        let skip: Vec<bool> =
            m.triangles.iter().map(|t| t.iter().any(|v| m.positions[*v as usize].y < 2.0)).collect();
        assert!(MeshQuality::measure(&m, &skip).noise_mm < 0.05);
        assert!(MeshQuality::measure(&m, &vec![false; skip.len()]).noise_mm > 0.2);
        assert_eq!(MeshQuality::measure(&Mesh::default(), &[]), MeshQuality::default());
    }
}
