//! Triangle meshes in millimetres.

use std::collections::HashMap;

use glam::DVec3;

use crate::HeadError;
use crate::edges::{MOST_TRIANGLES, Side, by_edge, sides};

/// A triangle mesh. Counter-clockwise triangles seen from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Vertex positions, mm (head space once a [`crate::Head`] holds the mesh).
    pub positions: Vec<DVec3>,
    /// Vertex indices of each triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// A place on a mesh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfacePoint {
    /// Position, mm.
    pub position: DVec3,
    /// Unit normal, outward, interpolated from the vertex normals.
    pub normal: DVec3,
    /// The triangle it lies on.
    pub triangle: u32,
}

impl Mesh {
    /// Checks that every index names a vertex and every used coordinate is finite.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] names the first offending triangle or vertex, and an empty mesh.
    pub fn check(&self) -> Result<(), HeadError> {
        if self.triangles.is_empty() {
            return Err(HeadError::Mesh(
                "it has no triangles; export the scan as a surface, not as a point cloud".into(),
            ));
        }
        if self.positions.len() > 3 * MOST_TRIANGLES || self.triangles.len() > MOST_TRIANGLES {
            return Err(HeadError::Mesh("it has more than a billion triangles; simplify it first".into()));
        }
        let n = self.positions.len();
        for (i, t) in self.triangles.iter().enumerate() {
            for &v in t {
                match self.positions.get(v as usize) {
                    None => {
                        return Err(HeadError::Mesh(format!(
                            "triangle {i} names vertex {v}, but there are {n} vertices"
                        )));
                    }
                    Some(p) if !p.is_finite() => {
                        return Err(HeadError::Mesh(format!(
                            "vertex {v} of triangle {i} has a coordinate that is not a finite number"
                        )));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// The three corners of a triangle, mm.
    ///
    /// # Panics
    /// When the triangle or one of its vertices does not exist; see [`Mesh::check`].
    #[inline]
    #[must_use]
    pub fn corners(&self, triangle: u32) -> [DVec3; 3] {
        self.triangles[triangle as usize].map(|v| self.positions[v as usize])
    }

    /// Area of one triangle, mm².
    #[inline]
    #[must_use]
    pub fn triangle_area(&self, triangle: u32) -> f64 {
        let [a, b, c] = self.corners(triangle);
        0.5 * (b - a).cross(c - a).length()
    }

    /// Area of the whole surface, mm².
    #[must_use]
    pub fn area(&self) -> f64 {
        (0..self.triangles.len() as u32).map(|t| self.triangle_area(t)).sum()
    }

    /// Signed volume by the divergence theorem about the centre of the bounds, mm³. Positive when
    /// the triangles face outward; approximate when the mesh has holes.
    #[must_use]
    pub fn volume(&self) -> f64 {
        let Some((lo, hi)) = self.bounds() else {
            return 0.0;
        };
        let o = 0.5 * (lo + hi);
        self.triangles
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|v| self.positions[v as usize] - o);
                a.dot(b.cross(c)) / 6.0
            })
            .sum()
    }

    /// Lowest and highest coordinates of the finite vertices, mm; `None` without any.
    #[must_use]
    pub fn bounds(&self) -> Option<(DVec3, DVec3)> {
        let mut finite = self.positions.iter().filter(|p| p.is_finite());
        let first = *finite.next()?;
        Some(finite.fold((first, first), |(lo, hi), &p| (lo.min(p), hi.max(p))))
    }

    /// Unit normals of the vertices, each the sum of the normals of its triangles weighted by
    /// their angle at the vertex. A vertex without a proper triangle gets +y.
    ///
    /// # Sources
    /// Thürmer and Wüthrich 1998, *Computing vertex normals from polygonal facets*: angle weights
    /// do not depend on how a flat region is triangulated.
    #[must_use]
    pub fn vertex_normals(&self) -> Vec<DVec3> {
        let mut sums = vec![DVec3::ZERO; self.positions.len()];
        for t in &self.triangles {
            let p = t.map(|v| self.positions[v as usize]);
            let n = (p[1] - p[0]).cross(p[2] - p[0]).normalize_or_zero();
            for k in 0..3 {
                let u = p[(k + 1) % 3] - p[k];
                let v = p[(k + 2) % 3] - p[k];
                let angle = libm::atan2(u.cross(v).length(), u.dot(v));
                sums[t[k] as usize] += n * angle;
            }
        }
        sums.into_iter().map(|s| s.try_normalize().unwrap_or(DVec3::Y)).collect()
    }

    /// Closed walks along the edges that have a triangle on one side only, in the direction of
    /// that triangle. Longest first; ties by the lowest vertex.
    #[must_use]
    pub fn boundary_loops(&self) -> Vec<Vec<u32>> {
        let edges = self.open_edges();
        let mut next: HashMap<u32, Vec<u32>> = HashMap::new();
        for &(a, b) in edges.iter().rev() {
            next.entry(a).or_default().push(b);
        }
        let mut loops = Vec::new();
        for &(start, _) in &edges {
            while let Some(b) = next.get_mut(&start).and_then(Vec::pop) {
                let mut walk = vec![start];
                let mut at = b;
                while at != start {
                    walk.push(at);
                    let Some(n) = next.get_mut(&at).and_then(Vec::pop) else {
                        break;
                    };
                    at = n;
                }
                // An open walk only arises at tangled edges; it bounds no hole.
                if at == start && walk.len() >= 3 {
                    loops.push(walk);
                }
            }
        }
        loops.sort_by(|a, b| b.len().cmp(&a.len()).then(a.iter().min().cmp(&b.iter().min())));
        loops
    }

    /// Whether every edge has exactly two triangles, running it in opposite directions.
    #[must_use]
    pub fn is_watertight(&self) -> bool {
        let all = sides(&self.triangles);
        !self.triangles.is_empty()
            && by_edge(&all)
                .all(|e| e.len() == 2 && e[0].runs_up(&self.triangles) != e[1].runs_up(&self.triangles))
    }

    /// Edges that are run in one direction only, sorted.
    fn open_edges(&self) -> Vec<(u32, u32)> {
        let up = |e: &Side| e.runs_up(&self.triangles);
        let all = sides(&self.triangles);
        let mut open: Vec<(u32, u32)> = by_edge(&all)
            .filter(|e| e.iter().all(|s| up(s) == up(&e[0])))
            .map(|e| if up(&e[0]) { (e[0].lo, e[0].hi) } else { (e[0].hi, e[0].lo) })
            .collect();
        open.sort_unstable();
        open
    }

    /// The same mesh with every position mapped. The map must not mirror.
    #[must_use]
    pub fn mapped(&self, map: impl Fn(DVec3) -> DVec3) -> Self {
        Self {
            positions: self.positions.iter().map(|&p| map(p)).collect(),
            triangles: self.triangles.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A sphere made of a subdivided octahedron: radius in mm, 8·4ⁿ triangles.
    pub(crate) fn sphere(radius: f64, levels: u32) -> Mesh {
        let mut m = Mesh {
            positions: vec![DVec3::X, DVec3::NEG_X, DVec3::Y, DVec3::NEG_Y, DVec3::Z, DVec3::NEG_Z],
            triangles: vec![
                [0, 2, 4],
                [2, 1, 4],
                [1, 3, 4],
                [3, 0, 4],
                [2, 0, 5],
                [1, 2, 5],
                [3, 1, 5],
                [0, 3, 5],
            ],
        };
        for _ in 0..levels {
            let mut mid: HashMap<(u32, u32), u32> = HashMap::new();
            let mut out = Vec::new();
            for t in m.triangles.clone() {
                let e = [0, 1, 2].map(|k| {
                    let (a, b) = (t[k], t[(k + 1) % 3]);
                    *mid.entry((a.min(b), a.max(b))).or_insert_with(|| {
                        let p = (m.positions[a as usize] + m.positions[b as usize]).normalize();
                        m.positions.push(p);
                        m.positions.len() as u32 - 1
                    })
                });
                out.extend([[t[0], e[0], e[2]], [e[0], t[1], e[1]], [e[2], e[1], t[2]], e]);
            }
            m.triangles = out;
        }
        m.mapped(|p| p * radius)
    }

    #[test]
    fn a_sphere_has_its_area_and_volume() {
        let s = sphere(10.0, 5);
        let pi = std::f64::consts::PI;
        assert!((s.area() / (400.0 * pi) - 1.0).abs() < 2e-3);
        assert!((s.volume() / (4000.0 * pi / 3.0) - 1.0).abs() < 3e-3);
        assert!(s.is_watertight());
        assert!(s.boundary_loops().is_empty());
        for (p, n) in s.positions.iter().zip(s.vertex_normals()) {
            assert!(p.normalize().dot(n) > 0.9999);
        }
    }

    #[test]
    fn a_hole_shows_as_a_loop() {
        let mut s = sphere(10.0, 2);
        s.triangles.remove(5);
        assert!(!s.is_watertight());
        let loops = s.boundary_loops();
        assert_eq!(loops.len(), 1);
        assert_eq!(loops[0].len(), 3);
    }

    #[test]
    fn indices_out_of_range_are_named() {
        let m = Mesh { positions: vec![DVec3::ZERO; 3], triangles: vec![[0, 1, 7]] };
        assert!(m.check().unwrap_err().to_string().contains("vertex 7"));
    }
}
