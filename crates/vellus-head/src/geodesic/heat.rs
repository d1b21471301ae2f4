//! Smooth distance fields by a short flow of heat.

use faer::prelude::*;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{SparseColMat, Triplet};
use faer::{Mat, Side};
use glam::DVec2;

use super::Curve;
use super::exact::{Source, spread};
use super::intrinsic::{Intrinsic, cotangents};
use super::place::{Place, weights};
use super::topology::{NONE, Topology};
use crate::{HeadError, Mesh, Surface, SurfacePoint};

/// Two factored systems on the intrinsic Delaunay triangulation, ready for any sources.
///
/// For fields that must be smooth (fades, directions of growth), not for lengths: on a parametric
/// head the mean error is about half an edge, and more far from the source; see the table of
/// [`super`].
///
/// # Sources
/// Crane, Weischedel and Wardetzky 2013, *Geodesics in heat*, equations 3 to 6, on the
/// triangulation that Sharp, Soliman and Crane 2019 recommend.
pub struct HeatSolver {
    triangulation: Intrinsic,
    mesh: Mesh,
    topology: Topology,
    /// (M + t L) and (L + ε M).
    heat: Llt<usize, f64>,
    poisson: Llt<usize, f64>,
    edge: f64,
}

/// Share of the mass matrix that is added to the Laplacian so that it can be factored, per mm²:
/// moves distances over a head by a millionth.
const ANCHOR: f64 = 1e-12;

impl std::fmt::Debug for HeatSolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeatSolver").field("triangles", &self.mesh.triangles.len()).finish()
    }
}

/// Distances from some points by one flow of heat. To have several fields on one surface, keep a
/// [`HeatSolver`].
///
/// # Errors
/// As [`HeatSolver::new`] and [`HeatSolver::from_points`].
pub fn heat_distances(surface: &Surface, sources: &[SurfacePoint]) -> Result<Vec<f64>, HeadError> {
    HeatSolver::new(surface, 1.0)?.from_points(sources)
}

impl HeatSolver {
    /// Flips edges and factors. `smoothing` multiplies the time of the flow: 1 is the square of the
    /// mean edge, larger is smoother; 0.1 to 1000.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] for a smoothing out of range, or a mesh so broken that its Laplacian cannot be
    /// factored.
    pub fn new(surface: &Surface, smoothing: f64) -> Result<Self, HeadError> {
        if !(0.1..=1000.0).contains(&smoothing) {
            return Err(HeadError::Geodesic(format!(
                "the smoothing of a heat field must lie between 0.1 and 1000, not {smoothing}"
            )));
        }
        let mesh = surface.mesh();
        let topology = Topology::new(mesh)?;
        let triangulation = Intrinsic::delaunay(mesh, &topology);
        let n = mesh.positions.len();
        let mut mass = vec![0.0; n];
        let mut laplacian: Vec<(u32, u32, f64)> = Vec::with_capacity(6 * mesh.triangles.len());
        let (mut sum, mut count) = (0.0, 0.0);
        for (f, t) in triangulation.triangles.iter().enumerate() {
            if topology.edge_of[3 * f] == NONE {
                continue;
            }
            let l = [0, 1, 2].map(|k| triangulation.length[3 * f + k]);
            let (cot, area) = cotangents(l);
            for k in 0..3 {
                sum += l[k];
                count += 1.0;
                mass[t[k] as usize] += area / 3.0;
                let (i, j) = (t[k].max(t[(k + 1) % 3]), t[k].min(t[(k + 1) % 3]));
                let w = 0.5 * cot[k];
                if i != j {
                    laplacian.push((i, j, -w));
                    laplacian.push((i, i, w));
                    laplacian.push((j, j, w));
                }
            }
        }
        let edge = sum / count;
        let time = smoothing * edge * edge;
        let matrix = |of_mass: f64, of_laplacian: f64| {
            let entries: Vec<Triplet<usize, usize, f64>> = laplacian
                .iter()
                .map(|&(i, j, w)| Triplet::new(i as usize, j as usize, of_laplacian * w))
                // A vertex without a triangle stands alone.
                .chain(
                    mass.iter()
                        .enumerate()
                        .map(|(i, m)| Triplet::new(i, i, if *m > 0.0 { of_mass * m } else { 1.0 })),
                )
                .collect();
            SparseColMat::try_new_from_triplets(n, n, &entries).map_err(|_| broken())
        };
        let (a, b) = (matrix(1.0, time)?, matrix(ANCHOR, 1.0)?);
        let symbolic = SymbolicLlt::try_new(a.symbolic(), Side::Lower).map_err(|_| broken())?;
        let heat =
            Llt::try_new_with_symbolic(symbolic.clone(), a.as_ref(), Side::Lower).map_err(|_| broken())?;
        let poisson = Llt::try_new_with_symbolic(symbolic, b.as_ref(), Side::Lower).map_err(|_| broken())?;
        Ok(Self { triangulation, mesh: mesh.clone(), topology, heat, poisson, edge })
    }

    /// Distance of each vertex to the nearest of some points, mm, smoothed. Infinite on parts of
    /// the mesh without a source.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] without sources, or when one names a triangle that does not exist.
    pub fn from_points(&self, sources: &[SurfacePoint]) -> Result<Vec<f64>, HeadError> {
        self.field(&sources.iter().map(|p| (*p, 1.0)).collect::<Vec<_>>())
    }

    /// Distance of each vertex to a curve, mm, smoothed.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the curve has no length or belongs to another surface.
    pub fn from_curve(&self, curve: &Curve) -> Result<Vec<f64>, HeadError> {
        let points = curve.points();
        let mut sources = Vec::new();
        for (i, &face) in curve.faces.iter().enumerate() {
            let (p, q) = (points[i].position, points[(i + 1) % points.len()].position);
            let length = p.distance(q);
            let pieces = (2.0 * length / self.edge).ceil().clamp(1.0, 1e6) as usize;
            for k in 0..pieces {
                let position = p.lerp(q, (k as f64 + 0.5) / pieces as f64);
                let point = SurfacePoint { position, normal: glam::DVec3::Y, triangle: face };
                sources.push((point, length / pieces as f64));
            }
        }
        self.field(&sources)
    }

    fn field(&self, sources: &[(SurfacePoint, f64)]) -> Result<Vec<f64>, HeadError> {
        let n = self.mesh.positions.len();
        let total: f64 = sources.iter().map(|s| s.1).sum();
        if !(total > 0.0) {
            return Err(HeadError::Geodesic("a heat field needs a source".into()));
        }
        let mut right = Mat::<f64>::zeros(n, 1);
        let mut places = Vec::with_capacity(sources.len());
        for (p, amount) in sources {
            places.push(Source { place: Place::of(&self.mesh, &self.topology, p)?, fan: None });
            let w = weights(self.mesh.corners(p.triangle), p.position);
            for (v, w) in self.mesh.triangles[p.triangle as usize].into_iter().zip(w) {
                right[(v as usize, 0)] += w * amount;
            }
        }
        let heat = self.heat.solve(&right);
        let mut divergence = Mat::<f64>::zeros(n, 1);
        for (f, t) in self.triangulation.triangles.iter().enumerate() {
            let l = [0, 1, 2].map(|k| self.triangulation.length[3 * f + k]);
            let (cot, area) = cotangents(l);
            if !(area > 0.0) {
                continue;
            }
            // The triangle in a plane: corners 0, 1 on the x axis.
            let x = (l[0] * l[0] + l[2] * l[2] - l[1] * l[1]) / (2.0 * l[0]);
            let p = [DVec2::ZERO, DVec2::new(l[0], 0.0), DVec2::new(x, 2.0 * area / l[0])];
            let u = t.map(|v| heat[(v as usize, 0)]);
            // ∇u = Σ uₖ · (edge opposite k, a quarter turn on) / 2A; only its direction counts, so
            // that u may be scaled against underflow.
            let scale = u[0].abs().max(u[1].abs()).max(u[2].abs());
            if !(scale > 0.0) {
                continue;
            }
            let mut g = DVec2::ZERO;
            for k in 0..3 {
                g += (p[(k + 2) % 3] - p[(k + 1) % 3]).perp() * (u[k] / scale);
            }
            let flow = -g.normalize_or_zero();
            // Equation 6: ∇·X at corner k.
            for k in 0..3 {
                let (e1, e2) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
                let d = 0.5 * (cot[k] * e1.dot(flow) + cot[(k + 2) % 3] * e2.dot(flow));
                divergence[(t[k] as usize, 0)] -= d;
            }
        }
        let phi = self.poisson.solve(&divergence);
        // NaN where a part is as thin as a line.
        if (0..n).any(|i| !phi[(i, 0)].is_finite()) {
            return Err(broken());
        }
        // The flow is blunt around its source. There the exact distance is used; it also gives the
        // constant that the field is known up to, for each part of the mesh.
        let near = spread(&self.mesh, &self.topology, places, FAR * self.edge).distance;
        let part = &self.topology.part;
        let parts = part.iter().filter(|p| **p != NONE).max().map_or(0, |p| *p as usize + 1);
        let mut lit = vec![false; parts];
        let mut shift = vec![(0.0, 0.0); parts];
        for v in 0..n {
            if part[v] == NONE || !near[v].is_finite() {
                continue;
            }
            lit[part[v] as usize] = true;
            let share = blend(near[v] / self.edge).min(1.0 - blend(near[v] / self.edge));
            let (sum, weight) = &mut shift[part[v] as usize];
            // A part without a ring around its source takes the mean of what it has.
            let share = share.max(1e-9);
            *sum += share * (phi[(v, 0)] - near[v]);
            *weight += share;
        }
        Ok((0..n)
            .map(|v| {
                if part[v] == NONE || !lit[part[v] as usize] {
                    return f64::INFINITY;
                }
                let (sum, weight) = shift[part[v] as usize];
                let smooth = (phi[(v, 0)] - sum / weight).max(0.0);
                if !near[v].is_finite() {
                    return smooth;
                }
                let share = blend(near[v] / self.edge);
                near[v] * (1.0 - share) + smooth * share
            })
            .collect())
    }
}

/// Between these distances from the source, in mean edges, the exact distance goes over into the
/// smooth one.
const NEAR: f64 = 1.0;
const FAR: f64 = 6.0;

/// Share of the smooth distance (smoothstep).
fn blend(edges: f64) -> f64 {
    let u = ((edges - NEAR) / (FAR - NEAR)).clamp(0.0, 1.0);
    u * u * (3.0 - 2.0 * u)
}

fn broken() -> HeadError {
    HeadError::Geodesic(
        "the Laplacian of the mesh cannot be solved: it has triangles too thin to be told from lines; \
         remesh or simplify it"
            .into(),
    )
}
