//! Taking terraces and noise off a surface.
//!
//! The surface is moved to where `|x − x₀|² + s |L x|²` is least, with the graph Laplacian L: a
//! low-pass filter whose amplitude falls to a half at wavelengths of `π s^(1/4)` edges, because L takes
//! `(k h)² / 4` off a wave of number k on triangles of edge h.
//!
//! # Sources
//! Desbrun, Meyer, Schröder and Barr 1999, *Implicit fairing*, section 2; here with the square of
//! the Laplacian and a data term, which keeps volume and shape at long wavelengths.

use glam::DVec3;

use crate::Mesh;
use crate::bending::Bending;
use crate::mesh_quality::MeshQuality;

/// What fairing did.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Faired {
    /// Waves shorter than this were flattened to less than half, mm.
    pub wavelength_mm: f64,
    /// Roughness before, mm; see [`MeshQuality::noise_mm`].
    pub noise_before_mm: f64,
    /// Roughness after, mm.
    pub noise_after_mm: f64,
    /// Mean, 99th percentile and largest way that a vertex went, mm.
    pub moved_mm: [f64; 3],
}

/// Wavelengths that are tried, mm: from two voxels of an MRI to the terraces of 3 mm slices; longer
/// ones would take the nose off.
const WAVELENGTHS: [f64; 5] = [4.0, 6.0, 9.0, 12.0, 16.0];
/// Surfaces as rough as this and more are faired, mm; stubble and good scanners stay below
/// (assumption).
const ROUGH: f64 = 0.2;
/// Until no more than this is left, mm: less than what a dot's place is known to.
const CALM: f64 = 0.08;

/// Fairs a rough mesh, with as short a wavelength as does it. `None` for a mesh that is calm. The
/// triangles for which `skip` is true are moved too, but do not say what is rough.
pub(crate) fn fair(mesh: &mut Mesh, skip: &[bool]) -> Option<Faired> {
    let before = MeshQuality::measure(mesh, skip);
    if before.noise_mm < ROUGH {
        return None;
    }
    let bending = Bending::new(&mesh.triangles, mesh.positions.len());
    let (mut sum, mut n) = (0.0, 0.0);
    for t in 0..mesh.triangles.len() as u32 {
        let [a, b, c] = mesh.corners(t);
        sum += a.distance(b) + b.distance(c) + c.distance(a);
        n += 3.0;
    }
    let edge = sum / n;
    let weights = vec![1.0; mesh.positions.len()];
    let mut best: Option<(Vec<DVec3>, f64, f64)> = None;
    for wavelength_mm in WAVELENGTHS {
        let in_edges = wavelength_mm / edge / std::f64::consts::PI;
        let Some(positions) = bending.solve(in_edges.powi(4), &weights, |i| mesh.positions[i]) else {
            break;
        };
        let now = Mesh { positions, triangles: std::mem::take(&mut mesh.triangles) };
        let left = MeshQuality::measure(&now, skip).noise_mm;
        mesh.triangles = now.triangles;
        best = Some((now.positions, wavelength_mm, left));
        if left < CALM {
            break;
        }
    }
    let (positions, wavelength_mm, noise_after_mm) = best?;
    let mut moved: Vec<f64> = positions.iter().zip(&mesh.positions).map(|(p, q)| p.distance(*q)).collect();
    moved.sort_by(f64::total_cmp);
    mesh.positions = positions;
    let moved_mm = [
        moved.iter().sum::<f64>() / moved.len() as f64,
        moved[(moved.len() - 1) * 99 / 100],
        moved[moved.len() - 1],
    ];
    Some(Faired { wavelength_mm, noise_before_mm: before.noise_mm, noise_after_mm, moved_mm })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn steps_go_and_the_shape_stays() {
        let smooth = sphere(90.0, 6);
        let mut m = smooth.clone();
        for p in &mut m.positions {
            *p = (*p / 2.0).round() * 2.0;
        }
        let skip = vec![false; m.triangles.len()];
        let done = fair(&mut m, &skip).unwrap();
        assert!(done.noise_after_mm < CALM, "{done:?}");
        let off = m.positions.iter().map(|p| (p.length() - 90.0).abs()).fold(0.0, f64::max);
        assert!(off < 0.9, "{off}");
        assert!((m.area() / smooth.area() - 1.0).abs() < 0.01);
        assert!(fair(&mut smooth.clone(), &skip).is_none());
    }
}
