//! A mesh made ready for questions: rays, closest points, interpolated normals.

use glam::DVec3;
use obvhs::ray::{Ray, RayHit};

use crate::tree::Tree;
use crate::{HeadError, Mesh, SurfacePoint};

/// A mesh with its vertex normals and a bounding volume hierarchy.
///
/// The hierarchy is in single precision with boxes grown by a millionth of the extent; the hits themselves
/// are computed in double precision, so that rays along an edge (the midline of a symmetrical
/// head) do not slip through.
#[derive(Clone)]
pub struct Surface {
    mesh: Mesh,
    normals: Vec<DVec3>,
    tree: Tree,
}

/// A hit of a ray.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Distance along the (unit) direction, mm.
    pub distance: f64,
    /// Where.
    pub point: SurfacePoint,
}

/// Slack of the barycentric test, so that neighbouring triangles overlap instead of gaping.
const EDGE_SLACK: f64 = 1e-9;

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surface")
            .field("vertices", &self.mesh.positions.len())
            .field("triangles", &self.mesh.triangles.len())
            .finish()
    }
}

impl Surface {
    /// Builds the hierarchy.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] when the mesh is empty, has bad indices or infinite coordinates, coordinates
    /// beyond 10 km, no extent, or nearly all of its triangles in one spot of its bounds.
    pub fn new(mesh: Mesh) -> Result<Self, HeadError> {
        mesh.check()?;
        if let Some((lo, hi)) = mesh.bounds()
            && lo.abs().max(hi.abs()).max_element() > 1e7
        {
            return Err(HeadError::Mesh(
                "it reaches further than 10 km from the origin; check the unit".into(),
            ));
        }
        let tree = Tree::new(&mesh)?;
        let normals = mesh.vertex_normals();
        Ok(Self { mesh, normals, tree })
    }

    /// The mesh.
    #[must_use]
    pub const fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// Unit normals of the vertices.
    #[must_use]
    pub fn normals(&self) -> &[DVec3] {
        &self.normals
    }

    /// The point of a triangle with these barycentric weights of its second and third corner.
    ///
    /// # Panics
    /// When the triangle does not exist.
    #[must_use]
    pub fn point(&self, triangle: u32, v: f64, w: f64) -> SurfacePoint {
        let t = self.mesh.triangles[triangle as usize];
        let [a, b, c] = self.mesh.corners(triangle);
        let [na, nb, nc] = t.map(|i| self.normals[i as usize]);
        let u = 1.0 - v - w;
        let normal = (na * u + nb * v + nc * w)
            .try_normalize()
            .or_else(|| (b - a).cross(c - a).try_normalize())
            .unwrap_or(DVec3::Y);
        SurfacePoint { position: a * u + b * v + c * w, normal, triangle }
    }

    /// Distance and barycentric weights where a ray meets a triangle (Möller and Trumbore 1997).
    fn meet(&self, triangle: u32, origin: DVec3, direction: DVec3) -> Option<(f64, f64, f64)> {
        let [a, b, c] = self.mesh.corners(triangle);
        let (e1, e2) = (b - a, c - a);
        let p = direction.cross(e2);
        let det = e1.dot(p);
        if det == 0.0 {
            return None;
        }
        let s = origin - a;
        let v = s.dot(p) / det;
        let q = s.cross(e1);
        let w = direction.dot(q) / det;
        let t = e2.dot(q) / det;
        (v >= -EDGE_SLACK && w >= -EDGE_SLACK && v + w <= 1.0 + EDGE_SLACK && t >= 0.0).then_some((t, v, w))
    }

    /// A ray among the boxes; `None` from where single precision does not reach.
    fn ray(&self, origin: DVec3, direction: DVec3) -> Option<Ray> {
        let origin = self.tree.inside(origin);
        origin.is_finite().then(|| Ray::new_inf(origin, direction.as_vec3a()))
    }

    fn hit(&self, best: Option<(f64, u32, f64, f64)>) -> Option<Hit> {
        best.map(|(distance, triangle, v, w)| Hit { distance, point: self.point(triangle, v, w) })
    }

    /// The first hit of a ray. The direction need not be a unit vector; distances are in mm all
    /// the same. `None` for a miss or a direction without length.
    #[must_use]
    pub fn raycast(&self, origin: DVec3, direction: DVec3) -> Option<Hit> {
        let direction = direction.try_normalize()?;
        let ray = self.ray(origin, direction)?;
        let slack = self.tree.slack(origin) as f32;
        let mut best: Option<(f64, u32, f64, f64)> = None;
        self.tree.bvh.ray_traverse(ray, &mut RayHit::none(), |_, i| {
            let triangle = self.tree.bvh.primitive_indices[i];
            match self.meet(triangle, origin, direction) {
                Some((t, v, w)) => {
                    if best.is_none_or(|b| (t, triangle) < (b.0, b.1)) {
                        best = Some((t, triangle, v, w));
                    }
                    // Rounded up, so that single precision never hides a nearer triangle.
                    t as f32 * (1.0 + 1e-6) + slack
                }
                None => f32::INFINITY,
            }
        });
        self.hit(best)
    }

    /// The last hit of a ray: the outermost surface when the ray starts inside.
    #[must_use]
    pub fn raycast_farthest(&self, origin: DVec3, direction: DVec3) -> Option<Hit> {
        let direction = direction.try_normalize()?;
        let ray = self.ray(origin, direction)?;
        let mut best: Option<(f64, u32, f64, f64)> = None;
        self.tree.bvh.ray_traverse_anyhit(ray, |_, i| {
            let triangle = self.tree.bvh.primitive_indices[i];
            if let Some((t, v, w)) = self.meet(triangle, origin, direction)
                && best.is_none_or(|b| t > b.0 || (t == b.0 && triangle < b.1))
            {
                best = Some((t, triangle, v, w));
            }
        });
        self.hit(best)
    }

    /// The point of the surface closest to `p`, and its distance, mm.
    #[must_use]
    pub fn closest_point(&self, p: DVec3) -> Option<Hit> {
        self.hit(self.tree.closest(&self.mesh, p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn rays_meet_a_sphere_where_they_should() {
        let s = Surface::new(sphere(80.0, 4)).unwrap();
        for d in [DVec3::X, DVec3::new(0.3, -0.4, 0.2), DVec3::new(0.0, 0.6, 0.8)] {
            let d = d.normalize();
            let out = s.raycast(DVec3::ZERO, d).unwrap();
            assert!((out.distance - 80.0).abs() < 0.3);
            assert!(out.point.normal.dot(d) > 0.99);
            let far = s.raycast_farthest(d * -200.0, d).unwrap();
            assert!((far.distance - 280.0).abs() < 0.3);
            let near = s.raycast(d * -200.0, d * 7.0).unwrap();
            assert!((near.distance - 120.0).abs() < 0.3);
            let c = s.closest_point(d * 100.0).unwrap();
            assert!((c.distance - 20.0).abs() < 0.3);
        }
        assert!(s.raycast(DVec3::splat(200.0), DVec3::X).is_none());
        assert!(s.raycast(DVec3::ZERO, DVec3::ZERO).is_none());
    }

    #[test]
    fn rays_along_edges_and_through_vertices_do_not_slip_through() {
        let s = Surface::new(sphere(80.0, 4)).unwrap();
        for i in 0..720 {
            let (sin, cos) = libm::sincos(f64::from(i) * std::f64::consts::PI / 360.0);
            for d in [DVec3::new(0.0, sin, cos), DVec3::new(sin, cos, 0.0)] {
                assert!(s.raycast(DVec3::ZERO, d).is_some(), "{d}");
            }
        }
        for &p in &s.mesh().positions {
            assert!(s.raycast(DVec3::ZERO, p).is_some());
        }
    }

    #[test]
    fn rays_along_an_axis_hit_as_others_do() {
        let spec = crate::parametric::ParametricSpec::default();
        let surface = Surface::new(crate::parametric::build(&spec).unwrap().mesh).unwrap();
        let origin = DVec3::new(0.0, 60.0, 0.0);
        for axis in [DVec3::X, DVec3::NEG_X, DVec3::Y, DVec3::Z, DVec3::NEG_Z] {
            for offset in [DVec3::ZERO, DVec3::new(0.3, 0.7, 0.2)] {
                let out = surface.raycast(origin + offset, axis);
                let nearly = surface.raycast(origin + offset, axis + DVec3::new(1e-5, 2e-5, 3e-5));
                let (out, nearly) = (out.expect("along the axis"), nearly.expect("beside the axis"));
                assert!((out.distance - nearly.distance).abs() < 0.1, "{axis}");
                let far = surface.raycast_farthest(origin + offset + axis * 1e4, -axis);
                assert!(far.is_some(), "{axis} from outside");
            }
        }
    }
}
