//! A patch of surface laid flat at true scale, with the way there and back.

use glam::{DVec2, DVec3};

use super::disc::Disc;
use super::distortion::{Distortion, in_plane};
use super::lookup::Lookup;
use super::sheet::weights_3d;
use super::solve::{Arap, conformal, tutte};
use crate::{HeadError, Mesh, Surface, SurfacePoint};

/// Which map is sought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlatMethod {
    /// Lengths as true as possible (as rigid as possible, Liu et al. 2008): for stencils.
    #[default]
    Rigid,
    /// Angles as true as possible (least-squares conformal, Lévy et al. 2002), whole area kept: for
    /// directions. The start of the other.
    Conformal,
}

/// How a patch is laid flat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlatSpec {
    /// Lengths or angles.
    pub method: FlatMethod,
    /// The direction on the surface, head space, that points to +y on the sheet in the mean.
    pub up: DVec3,
    /// Steps at most; 20 to 40 are usual.
    pub steps: usize,
}

impl Default for FlatSpec {
    fn default() -> Self {
        Self { method: FlatMethod::Rigid, up: DVec3::Z, steps: 200 }
    }
}

/// A flat patch.
///
/// Flat coordinates are millimetres at true scale, as seen from outside: the point below the middle
/// of the area is (0, 0), y runs along the direction that was asked for. The scale is the one with
/// the least mean square of (singular value − 1), weighted as in the energy.
#[derive(Clone, Debug)]
pub struct FlatPatch {
    mesh: Mesh,
    normals: Vec<DVec3>,
    source: Vec<u32>,
    parents: Vec<u32>,
    border: Vec<u32>,
    flat: Vec<DVec2>,
    distortion: Distortion,
    steps: usize,
    lookup: Lookup,
    /// (triangle of the source, triangle of the patch), sorted.
    by_parent: Vec<(u32, u32)>,
}

/// A disc made ready: checked and factored once, laid flat in several ways.
pub struct Flattener {
    disc: Disc,
    normals: Vec<DVec3>,
    parents: Vec<u32>,
    arap: Arap,
}

/// Lays a whole mesh flat. [`SurfacePoint::triangle`] then counts the triangles of this mesh.
///
/// # Errors
/// [`HeadError::Flatten`] when it is not one disc, or all splinters.
pub fn flatten(mesh: &Mesh, spec: &FlatSpec) -> Result<FlatPatch, HeadError> {
    Flattener::new(mesh)?.flatten(spec)
}

/// Lays some triangles of a surface flat.
///
/// # Errors
/// [`HeadError::Flatten`] when a triangle does not exist, or they are not one disc, or all splinters.
pub fn flatten_triangles(
    surface: &Surface,
    triangles: &[u32],
    spec: &FlatSpec,
) -> Result<FlatPatch, HeadError> {
    Flattener::from_triangles(surface, triangles)?.flatten(spec)
}

impl Flattener {
    /// Checks and factors a whole mesh.
    ///
    /// # Errors
    /// [`HeadError::Flatten`] when it is not one disc, or all splinters.
    pub fn new(mesh: &Mesh) -> Result<Self, HeadError> {
        mesh.check()?;
        let parents = (0..mesh.triangles.len() as u32).collect();
        Self::with_parents(&mesh.positions, &mesh.triangles, parents, &mesh.vertex_normals())
    }

    /// Checks and factors some triangles of a surface.
    ///
    /// # Errors
    /// [`HeadError::Flatten`] when a triangle does not exist, or they are not one disc, or all splinters.
    pub fn from_triangles(surface: &Surface, triangles: &[u32]) -> Result<Self, HeadError> {
        let all = &surface.mesh().triangles;
        let list: Vec<[u32; 3]> = triangles
            .iter()
            .map(|t| {
                all.get(*t as usize).copied().ok_or_else(|| {
                    HeadError::Flatten(format!("there is no triangle {t}; the surface has {}", all.len()))
                })
            })
            .collect::<Result<_, _>>()?;
        Self::with_parents(&surface.mesh().positions, &list, triangles.to_vec(), surface.normals())
    }

    /// Triangles that lie in the triangles `parents` of some surface; normals by vertex.
    pub(super) fn with_parents(
        positions: &[DVec3],
        triangles: &[[u32; 3]],
        parents: Vec<u32>,
        normals: &[DVec3],
    ) -> Result<Self, HeadError> {
        let disc = Disc::new(positions, triangles)?;
        if disc.triangles.iter().all(|t| in_plane(t.map(|v| disc.positions[v as usize])).is_none()) {
            return Err(HeadError::Flatten("the patch has no area; all its triangles are splinters".into()));
        }
        let normals = disc.source.iter().map(|v| normals[*v as usize]).collect();
        let arap = Arap::new(&disc)?;
        Ok(Self { disc, normals, parents, arap })
    }

    /// Lays it flat.
    ///
    /// # Errors
    /// [`HeadError::Flatten`] when no start can be found.
    pub fn flatten(&self, spec: &FlatSpec) -> Result<FlatPatch, HeadError> {
        let disc = &self.disc;
        let start = conformal(disc).or_else(|| tutte(disc)).ok_or_else(|| {
            HeadError::Flatten("the patch is too degenerate to be laid flat; remesh it".into())
        })?;
        let (mut flat, steps) = match spec.method {
            FlatMethod::Rigid => self.arap.run(disc, &start, spec.steps),
            FlatMethod::Conformal => (start, 0),
        };
        place(disc, &mut flat, spec.up);
        let distortion = Distortion::measure(&disc.positions, &disc.triangles, &flat);
        let mut by_parent: Vec<(u32, u32)> =
            self.parents.iter().enumerate().map(|(i, p)| (*p, i as u32)).collect();
        by_parent.sort_unstable();
        Ok(FlatPatch {
            lookup: Lookup::new(&flat, &disc.triangles),
            mesh: Mesh { positions: disc.positions.clone(), triangles: disc.triangles.clone() },
            normals: self.normals.clone(),
            source: disc.source.clone(),
            parents: self.parents.clone(),
            border: disc.border.clone(),
            flat,
            distortion,
            steps,
            by_parent,
        })
    }
}

/// Puts the middle of the area at zero and turns `up` to +y.
fn place(disc: &Disc, flat: &mut [DVec2], up: DVec3) {
    let mut middle = DVec2::ZERO;
    let mut whole = 0.0;
    for t in &disc.triangles {
        let [a, b, c] = t.map(|v| flat[v as usize]);
        let area = (b - a).perp_dot(c - a).abs();
        middle += (a + b + c) / 3.0 * area;
        whole += area;
    }
    if whole > 0.0 {
        middle /= whole;
    }
    // Where `up` leads nowhere along the patch, the next of these does.
    let mut towards = DVec2::ZERO;
    for direction in [up, DVec3::Y, DVec3::Z] {
        towards = mean_direction(disc, flat, direction);
        if towards.length() > 1e-3 {
            break;
        }
    }
    // A vector to +y: (x, y) → (x·cos − y·sin, …) with the turn that takes `towards` there.
    let turn = towards.try_normalize().map_or(DVec2::X, |d| DVec2::new(d.y, d.x));
    for p in flat {
        *p = turn.rotate(*p - middle);
    }
}

/// Mean over the area of a direction of space, in flat coordinates.
fn mean_direction(disc: &Disc, flat: &[DVec2], direction: DVec3) -> DVec2 {
    let Some(d) = direction.try_normalize() else { return DVec2::ZERO };
    let (mut sum, mut whole) = (DVec2::ZERO, 0.0);
    for t in &disc.triangles {
        let p = t.map(|v| disc.positions[v as usize]);
        let q = t.map(|v| flat[v as usize]);
        let Some([_, x1, x2]) = in_plane(p) else { continue };
        let e1 = (p[1] - p[0]) / x1.x;
        let n = e1.cross(p[2] - p[0]).normalize_or_zero();
        let e2 = n.cross(e1);
        let jx = (q[1] - q[0]) / x1.x;
        let jy = (q[2] - q[0] - jx * x2.x) / x2.y;
        let area = 0.5 * x1.x * x2.y;
        sum += (jx * d.dot(e1) + jy * d.dot(e2)) * area;
        whole += area;
    }
    if whole > 0.0 { sum / whole } else { sum }
}

/// A place counts as in a triangle when no barycentric weight is below this.
const SLACK: f64 = 1e-6;

impl FlatPatch {
    /// The patch on the surface, mm.
    #[must_use]
    pub const fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// Flat coordinates of each vertex of [`FlatPatch::mesh`], mm.
    #[must_use]
    pub fn flat(&self) -> &[DVec2] {
        &self.flat
    }

    /// The vertex of the source that each vertex is.
    #[must_use]
    pub fn source_vertices(&self) -> &[u32] {
        &self.source
    }

    /// The triangle of the source surface that each triangle lies in.
    #[must_use]
    pub fn source_triangles(&self) -> &[u32] {
        &self.parents
    }

    /// Vertices of the border, counter-clockwise on the sheet.
    #[must_use]
    pub fn border(&self) -> &[u32] {
        &self.border
    }

    /// How true it is.
    #[must_use]
    pub const fn distortion(&self) -> &Distortion {
        &self.distortion
    }

    /// Steps that were taken.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// Area on the surface, mm².
    #[must_use]
    pub fn area(&self) -> f64 {
        self.mesh.area()
    }

    /// Lowest and highest flat coordinates, mm.
    #[must_use]
    pub fn bounds(&self) -> (DVec2, DVec2) {
        let inf = DVec2::INFINITY;
        self.flat.iter().fold((inf, -inf), |(lo, hi), p| (lo.min(*p), hi.max(*p)))
    }

    /// Where a point of the surface lies on the sheet; `None` off the patch.
    #[must_use]
    pub fn flat_from_surface(&self, p: &SurfacePoint) -> Option<DVec2> {
        self.flat_from_head(p.position, p.triangle)
    }

    /// As [`FlatPatch::flat_from_surface`], for a position and the triangle of the source that it
    /// lies in.
    #[must_use]
    pub fn flat_from_head(&self, position: DVec3, triangle: u32) -> Option<DVec2> {
        let from = self.by_parent.partition_point(|x| x.0 < triangle);
        let mut best: Option<(f64, u32, [f64; 3])> = None;
        for &(_, t) in self.by_parent[from..].iter().take_while(|x| x.0 == triangle) {
            let Some(w) = weights_3d(self.mesh.corners(t), position) else { continue };
            let least = w[0].min(w[1]).min(w[2]);
            if best.is_none_or(|b| least > b.0) {
                best = Some((least, t, w));
            }
        }
        let (least, t, w) = best?;
        // Splinters: a tiny distance is a large weight, so distance decides.
        let corners = self.mesh.corners(t);
        let size = corners[0].distance(corners[1]).max(corners[1].distance(corners[2]));
        if least < -SLACK.max(1e-5 / size.max(1e-5)) {
            return None;
        }
        let q = self.mesh.triangles[t as usize].map(|v| self.flat[v as usize]);
        Some(q[0] * w[0] + q[1] * w[1] + q[2] * w[2])
    }

    /// The point of the surface below a place on the sheet; `None` off the patch.
    #[must_use]
    pub fn surface_from_flat(&self, q: DVec2) -> Option<SurfacePoint> {
        let (t, w) = self.lookup.find(&self.flat, &self.mesh.triangles, q)?;
        let v = self.mesh.triangles[t as usize];
        let sum = |of: &[DVec3]| (0..3).map(|k| of[v[k] as usize] * w[k]).sum::<DVec3>();
        let [a, b, c] = self.mesh.corners(t);
        let normal = sum(&self.normals)
            .try_normalize()
            .or_else(|| (b - a).cross(c - a).try_normalize())
            .unwrap_or(DVec3::Y);
        Some(SurfacePoint { position: sum(&self.mesh.positions), normal, triangle: self.parents[t as usize] })
    }

    /// Length on the surface of the straight line between two places on the sheet, mm: what a tape
    /// along it measures, never less than the shortest way. Parts off the patch count as on the sheet.
    #[must_use]
    pub fn length_on_surface(&self, a: DVec2, b: DVec2) -> f64 {
        let n = (a.distance(b).ceil() as usize).clamp(1, 2000);
        let mut sum = 0.0;
        let mut last = (a, self.surface_from_flat(a));
        for i in 1..=n {
            let q = a.lerp(b, i as f64 / n as f64);
            let here = (q, self.surface_from_flat(q));
            sum += match (&last.1, &here.1) {
                (Some(p), Some(r)) => p.position.distance(r.position),
                _ => last.0.distance(q),
            };
            last = here;
        }
        sum
    }
}
