//! A head made ready for rays: triangles in a bounding-volume hierarchy, smooth normals, and how
//! much of the sky each vertex sees.

use crate::error::LightError;
use crate::face::{Complexion, FacePoints};
use crate::trace::facets::Facets;
use crate::trace::piece::Beam;
use glam::Vec3;
use rayon::prelude::*;
use vellus_head::Mesh;

/// Rays a vertex sends to see the sky: 6 rings of 8.
const SKY_RINGS: usize = 6;
const SKY_SPOKES: usize = 8;
/// How far something may be and still hide the sky, mm: the size of a head.
const SKY_REACH_MM: f32 = 250.0;

/// A head ready to be looked at.
pub struct HeadModel {
    pub(crate) positions: Vec<Vec3>,
    pub(crate) normals: Vec<Vec3>,
    /// Normals blurred over the surface, for the light that red carries round an edge.
    pub(crate) soft_normals: Vec<Vec3>,
    /// Unit mean direction of the open sky, and its share in the last component.
    pub(crate) sky: Vec<(Vec3, f32)>,
    pub(crate) tint: Vec<Vec3>,
    pub(crate) triangles: Vec<[u32; 3]>,
    complexion: Option<Complexion>,
    pub(crate) facets: Facets,
}

/// Where a ray meets the head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) triangle: u32,
    pub(crate) distance: f32,
}

impl HeadModel {
    /// Prepares a mesh. `tint`, when given, multiplies the albedo at each vertex, linear RGB; the
    /// tints of a face come from [`Self::with_face`].
    ///
    /// # Errors
    /// A mesh without triangles, with indices out of range or coordinates that are no numbers; a
    /// tint of another length than the mesh.
    pub fn new(mesh: &Mesh, tint: Option<Vec<Vec3>>) -> Result<Self, LightError> {
        if mesh.triangles.is_empty() {
            return Err(LightError::EmptyMesh);
        }
        let n = mesh.positions.len();
        if mesh.triangles.iter().flatten().any(|i| *i as usize >= n) {
            return Err(LightError::BrokenMesh("a triangle names a vertex that is not there"));
        }
        let positions: Vec<Vec3> = mesh.positions.iter().map(|p| p.as_vec3()).collect();
        if positions.iter().any(|p| !p.is_finite() || p.abs().max_element() > 1e5) {
            return Err(LightError::BrokenMesh("a coordinate is not a sensible number of mm"));
        }
        let tint = tint.unwrap_or_else(|| vec![Vec3::ONE; n]);
        if tint.len() != n {
            return Err(LightError::Length { what: "vertex tints", found: tint.len(), expected: n });
        }
        let triangles = mesh.triangles.clone();
        let mut normals = vec![Vec3::ZERO; n];
        for t in &triangles {
            let [a, b, c] = t.map(|i| positions[i as usize]);
            let area = (b - a).cross(c - a);
            for i in t {
                normals[*i as usize] += area;
            }
        }
        for v in &mut normals {
            *v = v.normalize_or(Vec3::Y);
        }
        let facets = Facets::new(&positions, &triangles);
        let soft_normals = smooth(&normals, &triangles, 10);
        let mut model = Self {
            positions,
            normals,
            soft_normals,
            sky: Vec::new(),
            tint,
            triangles,
            complexion: None,
            facets,
        };
        model.sky = model.see_sky();
        Ok(model)
    }

    /// The same head with lips, lids, cheeks, nose and ears tinted as [`crate::face`] says.
    #[must_use]
    pub fn with_face(mut self, face: &FacePoints) -> Self {
        self.complexion = Some(Complexion::new(face));
        self
    }

    /// Factor on the albedo from the features of the face at a point of the skin.
    #[inline]
    pub(crate) fn complexion(&self, p: Vec3) -> Vec3 {
        self.complexion.as_ref().map_or(Vec3::ONE, |c| c.tint(p))
    }

    /// Centre and radius, mm, of a sphere round the head without neck and shoulders: everything
    /// from 150 mm under the top upwards gives the width, and the head is taken as 235 mm tall.
    #[must_use]
    pub fn framing_sphere(&self) -> (Vec3, f32) {
        let top = self.positions.iter().fold(f32::NEG_INFINITY, |m, p| m.max(p.y));
        let (mut lo, mut hi) = (Vec3::splat(f32::INFINITY), Vec3::splat(f32::NEG_INFINITY));
        for p in self.positions.iter().filter(|p| p.y > top - 150.0) {
            lo = lo.min(*p);
            hi = hi.max(*p);
        }
        let centre = Vec3::new(0.5 * (lo.x + hi.x), top - 117.0, 0.5 * (lo.z + hi.z));
        (centre, 142.0)
    }

    /// First place where a ray from `origin` along the unit vector `direction` meets the head.
    #[inline]
    pub(crate) fn first_hit(&self, origin: Vec3, direction: Vec3) -> Option<Hit> {
        let found = self.facets.first(&Beam { origin, direction }, f32::INFINITY);
        found.map(|(distance, triangle)| Hit { triangle, distance })
    }

    /// True when a point is inside the closed part of the head: of 14 rays from it most meet the inner
    /// side of the skin first.
    pub(crate) fn holds(&self, p: Vec3) -> bool {
        let mut inner = 0;
        for k in 0..14 {
            let y = 1.0 - 2.0 * (k as f32 + 0.5) / 14.0;
            let (r, a) = (libm::sqrtf(1.0 - y * y), 2.399_963 * k as f32);
            let d = Vec3::new(r * libm::cosf(a), y, r * libm::sinf(a));
            if let Some(hit) = self.first_hit(p, d) {
                inner += i32::from(self.facet(hit.triangle).dot(d) > 0.0);
            }
        }
        inner > 7
    }

    /// Unit normal of a triangle.
    #[inline]
    pub(crate) fn facet(&self, triangle: u32) -> Vec3 {
        let [a, b, c] = self.triangles[triangle as usize].map(|i| self.positions[i as usize]);
        (b - a).cross(c - a).normalize_or(Vec3::Y)
    }

    /// True when nothing stands within `reach` mm of `origin` along `direction`.
    #[inline]
    pub(crate) fn open(&self, origin: Vec3, direction: Vec3, reach: f32) -> bool {
        self.facets.open(&Beam { origin, direction }, reach)
    }

    /// Weights of a triangle's corners at a point on it.
    #[inline]
    pub(crate) fn weights(&self, triangle: u32, p: Vec3) -> ([usize; 3], Vec3) {
        let t = self.triangles[triangle as usize].map(|i| i as usize);
        let [a, b, c] = t.map(|i| self.positions[i]);
        let n = (b - a).cross(c - a);
        let d = n.length_squared().max(1e-20);
        let u = (b - p).cross(c - p).dot(n) / d;
        let v = (c - p).cross(a - p).dot(n) / d;
        (t, Vec3::new(u, v, 1.0 - u - v))
    }

    fn see_sky(&self) -> Vec<(Vec3, f32)> {
        let raw: Vec<(Vec3, f32)> = (0..self.positions.len())
            .into_par_iter()
            .map(|i| {
                let n = self.normals[i];
                let (t, b) = n.any_orthonormal_pair();
                let origin = self.positions[i] + n * 0.4;
                let (mut sum, mut seen) = (Vec3::ZERO, 0.0);
                for ring in 0..SKY_RINGS {
                    // Rings of equal cosine-weighted measure.
                    let s2 = (ring as f32 + 0.5) / SKY_RINGS as f32;
                    let (s, c) = (libm::sqrtf(s2), libm::sqrtf(1.0 - s2));
                    for spoke in 0..SKY_SPOKES {
                        let turn = 0.618_034 * ring as f32 + 0.31 * (i % 7) as f32;
                        let a = (spoke as f32 + turn) * std::f32::consts::TAU / SKY_SPOKES as f32;
                        let d = t * (s * libm::cosf(a)) + b * (s * libm::sinf(a)) + n * c;
                        if self.open(origin, d, SKY_REACH_MM) {
                            sum += d;
                            seen += 1.0;
                        }
                    }
                }
                (sum, seen / (SKY_RINGS * SKY_SPOKES) as f32)
            })
            .collect();
        // One pass over the neighbours takes the grain of 48 rays away.
        let shares: Vec<Vec3> = raw.iter().map(|r| Vec3::splat(r.1)).collect();
        let sums: Vec<Vec3> = raw.iter().map(|r| r.0).collect();
        let shares = average(&shares, &self.triangles);
        let sums = average(&sums, &self.triangles);
        (0..raw.len()).map(|i| (sums[i].normalize_or(self.normals[i]), shares[i].x)).collect()
    }
}

/// Each value replaced by the mean of itself and its neighbours' mean.
fn average(values: &[Vec3], triangles: &[[u32; 3]]) -> Vec<Vec3> {
    let mut sum = vec![Vec3::ZERO; values.len()];
    let mut count = vec![0.0_f32; values.len()];
    for t in triangles {
        for k in 0..3 {
            let (i, j) = (t[k] as usize, t[(k + 1) % 3] as usize);
            sum[i] += values[j];
            sum[j] += values[i];
            count[i] += 1.0;
            count[j] += 1.0;
        }
    }
    (0..values.len()).map(|i| 0.5 * (values[i] + sum[i] / count[i].max(1.0))).collect()
}

fn smooth(normals: &[Vec3], triangles: &[[u32; 3]], passes: usize) -> Vec<Vec3> {
    let mut out = normals.to_vec();
    for _ in 0..passes {
        out = average(&out, triangles);
        for v in &mut out {
            *v = v.normalize_or(Vec3::Y);
        }
    }
    out
}
