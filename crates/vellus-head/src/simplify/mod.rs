//! Fewer triangles for the same surface, with how far it strays stated.
//!
//! [`simplify`] contracts edges and keeps triangles small where the surface bends. It keeps sheets
//! sheets, rims open, and the marks of filled triangles, and says how far the result lies from what
//! it was given.

mod collapse;
mod deviation;
mod large;
mod quadric;

use glam::DVec3;

use crate::{HeadError, Mesh};

use deviation::deviation_where;
pub use deviation::{Deviation, deviation};
pub(crate) use large::Large;

/// What [`simplify`] aims at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimplifySpec<'a> {
    /// Stop at this many triangles. Fewer than about 20 are not reached on closed meshes.
    pub triangles: usize,
    /// No contraction makes an edge longer than this, in units of the mesh (mm on heads).
    pub longest_edge: f64,
    /// No contraction that strays from the planes of the original triangles by more than about this
    /// (root mean square), in units of the mesh (mm on heads).
    pub deviation: f64,
    /// Whether each triangle was filled in; empty for a mesh without marks. Borders of marks keep
    /// their line.
    pub filled: &'a [bool],
}

impl SimplifySpec<'_> {
    /// So many triangles, whatever they look like.
    #[must_use]
    pub const fn to(triangles: usize) -> Self {
        Self { triangles, longest_edge: f64::INFINITY, deviation: f64::INFINITY, filled: &[] }
    }
}

/// A mesh with other triangles than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Simplified {
    /// The mesh.
    pub mesh: Mesh,
    /// Whether each triangle stands for filled ones.
    pub filled: Vec<bool>,
    /// How far it lies from the mesh that it was made of.
    pub deviation: Deviation,
}

/// Contracts edges until few enough triangles are left, the least error first.
///
/// Open rims stay where they are, edges with more than two triangles and vertices where fans touch
/// are left alone. A mesh that is small enough comes back as it is. The same for any thread count.
///
/// # Errors
/// [`HeadError::Mesh`] for a mesh that [`Mesh::check`] refuses, one without extent, and marks that
/// are not one a triangle.
///
/// # Sources
/// Garland and Heckbert 1997, *Surface simplification using quadric error metrics*; the order of
/// contractions is that of the costs within each of about 15 passes instead of a queue.
pub fn simplify(mesh: &Mesh, spec: &SimplifySpec<'_>) -> Result<Simplified, HeadError> {
    let (simple, filled) = contract(mesh, spec)?;
    let deviation = deviation(mesh, &simple)?;
    Ok(Simplified { mesh: simple, filled, deviation })
}

/// As [`simplify`], without measuring.
pub(crate) fn contract(mesh: &Mesh, spec: &SimplifySpec<'_>) -> Result<(Mesh, Vec<bool>), HeadError> {
    mesh.check()?;
    let filled = marks(mesh, spec.filled)?;
    if mesh.triangles.len() <= spec.triangles {
        return Ok((mesh.clone(), filled));
    }
    let frame = Frame::of(mesh)?;
    let bounds = collapse::Bounds {
        triangles: spec.triangles,
        longest_edge: spec.longest_edge / frame.size,
        deviation: spec.deviation / frame.size,
    };
    let inside = mesh.positions.iter().map(|p| frame.enter(*p)).collect();
    let mut work = collapse::Work::new(inside, mesh.triangles.clone(), filled);
    work.run(&bounds);
    let positions = work.positions.iter().map(|p| frame.leave(*p)).collect();
    Ok((Mesh { positions, triangles: work.triangles }, work.filled))
}

/// One mark a triangle.
fn marks(mesh: &Mesh, filled: &[bool]) -> Result<Vec<bool>, HeadError> {
    match filled.len() {
        0 => Ok(vec![false; mesh.triangles.len()]),
        n if n == mesh.triangles.len() => Ok(filled.to_vec()),
        n => Err(HeadError::Mesh(format!(
            "{n} marks of filled triangles were given for {} triangles; one each, or none",
            mesh.triangles.len()
        ))),
    }
}

/// A space in which a mesh is about as large as a head in millimetres, whatever its unit: tolerances
/// and single precision then mean the same for all.
#[derive(Clone, Copy)]
struct Frame {
    middle: DVec3,
    size: f64,
}

/// Extent inside a [`Frame`].
const EXTENT: f64 = 256.0;

impl Frame {
    fn of(mesh: &Mesh) -> Result<Self, HeadError> {
        let (lo, hi) = mesh.bounds().unwrap_or_default();
        let size = (0.5 * hi - 0.5 * lo).max_element() / (0.5 * EXTENT);
        if !(size > 1e-290 && size < 1e290) {
            return Err(HeadError::Mesh(
                "its vertices span no length that can be computed with; check the unit".into(),
            ));
        }
        Ok(Self { middle: 0.5 * lo + 0.5 * hi, size })
    }

    fn enter(&self, p: DVec3) -> DVec3 {
        (p - self.middle) / self.size
    }

    fn leave(&self, p: DVec3) -> DVec3 {
        p * self.size + self.middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn a_sphere_stays_a_sphere() {
        let s = sphere(90.0, 7);
        let out = simplify(&s, &SimplifySpec::to(4000)).unwrap();
        let n = out.mesh.triangles.len();
        assert!((3900..=4000).contains(&n), "{n}");
        assert!(out.mesh.is_watertight());
        // Triangles of edge l on a sphere of radius r stray by l²/(6 r) or so: 0.18 mm here.
        assert!(out.deviation.max < 0.25 && out.deviation.mean < 0.06, "{:?}", out.deviation);
        // The mean deviation over a third of the radius.
        assert!((out.mesh.volume() / s.volume() - 1.0).abs() < 3e-3);
        for t in 0..n as u32 {
            let [a, b, c] = out.mesh.corners(t);
            assert!((b - a).cross(c - a).dot(a + b + c) > 0.0, "triangle {t} faces inward");
        }
    }

    #[test]
    fn the_unit_does_not_matter() {
        let s = sphere(90.0, 5);
        let at = |k: f64| simplify(&s.mapped(|p| p * k), &SimplifySpec::to(500)).unwrap();
        let plain = at(1.0);
        for k in [1e-30, 1.0 / 1024.0, 1e30] {
            let other = at(k);
            assert!((other.deviation.max / k / plain.deviation.max - 1.0).abs() < 0.05, "{k}");
            assert!(other.mesh.is_watertight());
        }
    }

    #[test]
    fn rims_and_marks_keep_their_line() {
        let s = sphere(90.0, 6);
        let mut half = s.clone();
        half.triangles.retain(|t| t.iter().all(|v| s.positions[*v as usize].y <= 0.0));
        crate::repair::drop_unused(&mut half);
        // Marked: everything beyond a plane.
        let filled: Vec<bool> = (0..half.triangles.len() as u32)
            .map(|t| half.corners(t).iter().sum::<DVec3>().x > 90.0)
            .collect();
        let spec = SimplifySpec { filled: &filled, ..SimplifySpec::to(1500) };
        let out = simplify(&half, &spec).unwrap();
        assert!(out.mesh.triangles.len() <= 1500);
        let loops = out.mesh.boundary_loops();
        assert_eq!(loops.len(), 1);
        for v in &loops[0] {
            assert!(out.mesh.positions[*v as usize].y.abs() < 0.2);
        }
        let area = |m: &Mesh, f: &[bool]| -> f64 {
            (0..f.len()).filter(|t| f[*t]).map(|t| m.triangle_area(t as u32)).sum()
        };
        let (before, after) = (area(&half, &filled), area(&out.mesh, &out.filled));
        assert!((after / before - 1.0).abs() < 0.01, "{before} {after}");
    }

    #[test]
    fn bounds_hold() {
        let s = sphere(90.0, 6);
        let spec = SimplifySpec { longest_edge: 8.0, ..SimplifySpec::to(10) };
        let out = simplify(&s, &spec).unwrap();
        let longest = out
            .mesh
            .triangles
            .iter()
            .flat_map(|t| (0..3).map(|k| (t[k], t[(k + 1) % 3])))
            .map(|(a, b)| out.mesh.positions[a as usize].distance(out.mesh.positions[b as usize]))
            .fold(0.0, f64::max);
        assert!(longest <= 8.0 + 1e-9 && out.mesh.triangles.len() < s.triangles.len() / 2);
        let spec = SimplifySpec { deviation: 0.05, ..SimplifySpec::to(10) };
        let out = simplify(&s, &spec).unwrap();
        assert!(out.deviation.mean < 0.05 && out.deviation.max < 0.2, "{:?}", out.deviation);
        assert!(out.mesh.triangles.len() < s.triangles.len() / 2);
        // Down to the smallest closed mesh that is left, never inside out.
        let out = simplify(&s, &SimplifySpec::to(0)).unwrap();
        assert!(out.mesh.is_watertight() && out.mesh.triangles.len() < 200, "{}", out.mesh.triangles.len());
        let e = simplify(&s, &SimplifySpec { filled: &[true], ..SimplifySpec::to(10) }).unwrap_err();
        assert!(e.to_string().contains("1 marks"), "{e}");
    }

    #[test]
    fn threads_do_not_matter() {
        let s = sphere(90.0, 6);
        let run = |threads| {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap()
                .install(|| simplify(&s, &SimplifySpec::to(900)).unwrap())
        };
        assert_eq!(run(1), run(3));
    }
}
