//! How far two surfaces lie apart.

use glam::DVec3;
use rayon::prelude::*;

use super::Frame;
use crate::tree::Tree;
use crate::{HeadError, Mesh};

/// Distances between two surfaces, in units of the meshes (mm on heads), over vertices and middles of
/// triangles of each to the nearest place of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Deviation {
    /// Mean, each surface counting half.
    pub mean: f64,
    /// 99th percentile of the surface that is further off.
    pub p99: f64,
    /// The largest distance found: a Hausdorff distance over the samples.
    pub max: f64,
}

/// Samples of each surface at most. A scan of millions of triangles is sampled at every so manieth.
const SAMPLES: usize = 400_000;

/// Measures how far two meshes lie apart, both ways. Vertices that no triangle uses count for
/// nothing.
///
/// # Errors
/// [`HeadError::Mesh`] for meshes that [`Mesh::check`] refuses, one without extent, and one with nearly
/// all triangles in one spot of its bounds.
///
/// # Sources
/// The two-sided distance of Cignoni, Rocchini and Scopigno 1998, *Metro: measuring error on
/// simplified surfaces*.
pub fn deviation(one: &Mesh, other: &Mesh) -> Result<Deviation, HeadError> {
    deviation_where(one, other, |_| true)
}

/// As [`deviation`], over places that are asked for only; the nearest place may be any.
pub(super) fn deviation_where(
    one: &Mesh,
    other: &Mesh,
    asked: impl Fn(DVec3) -> bool + Sync,
) -> Result<Deviation, HeadError> {
    one.check()?;
    other.check()?;
    if one == other {
        return Ok(Deviation::default());
    }
    let frame = Frame::of(one)?;
    let (one, other) = (one.mapped(|p| frame.enter(p)), other.mapped(|p| frame.enter(p)));
    let asked = |p: DVec3| asked(frame.leave(p));
    let there = distances(&one, &other, asked)?;
    let back = distances(&other, &one, asked)?;
    let mean = |d: &[f64]| d.iter().sum::<f64>() / d.len().max(1) as f64;
    let p99 = |d: &[f64]| d.get(d.len() * 99 / 100).copied().unwrap_or(0.0);
    let max = |d: &[f64]| d.last().copied().unwrap_or(0.0);
    Ok(Deviation {
        mean: 0.5 * (mean(&there) + mean(&back)) * frame.size,
        p99: p99(&there).max(p99(&back)) * frame.size,
        max: max(&there).max(max(&back)) * frame.size,
    })
}

/// Sorted distances from places of one mesh to the other.
fn distances(from: &Mesh, to: &Mesh, asked: impl Fn(DVec3) -> bool + Sync) -> Result<Vec<f64>, HeadError> {
    let tree = Tree::new(to)?;
    let n = from.triangles.len();
    // Two places a triangle: its middle and its first corner, which reach all vertices but few.
    let step = (2 * n).div_ceil(SAMPLES).max(1);
    let mut all: Vec<f64> = (0..n.div_ceil(step))
        .into_par_iter()
        .flat_map_iter(|i| {
            let [a, b, c] = from.corners((i * step) as u32);
            let places = [a, (a + b + c) / 3.0].into_iter().filter(|p| asked(*p));
            places.filter_map(|p| tree.closest(to, p)).map(|h| h.0).collect::<Vec<f64>>()
        })
        .collect();
    all.par_sort_unstable_by(f64::total_cmp);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn two_spheres_lie_their_difference_apart() {
        for unit in [1e-12, 1.0, 1e12] {
            let d = deviation(&sphere(80.0 * unit, 5), &sphere(81.0 * unit, 5)).unwrap();
            assert!((d.mean / unit - 1.0).abs() < 0.05 && (d.max / unit - 1.0).abs() < 0.1, "{d:?}");
            assert!(d.mean <= d.p99 && d.p99 <= d.max);
        }
        let s = sphere(80.0, 3);
        assert_eq!(deviation(&s, &s).unwrap(), Deviation::default());
    }

    #[test]
    fn what_only_one_of_them_has_is_seen_from_either_side() {
        let whole = sphere(80.0, 4);
        let mut half = whole.clone();
        half.triangles.retain(|t| t.iter().all(|v| whole.positions[*v as usize].y <= 0.0));
        let (ab, ba) = (deviation(&whole, &half).unwrap(), deviation(&half, &whole).unwrap());
        assert!((ab.max - 113.0).abs() < 3.0 && (ba.max - ab.max).abs() < 1e-9, "{ab:?} {ba:?}");
    }
}
