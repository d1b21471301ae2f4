//! How even a set of points is.

use rayon::prelude::*;

use super::candidates;
use super::clear::Clear;
use super::eliminate::same_side;
use super::grid::{Grid, distance_squared};
use super::spectrum::{Spectrum, spectrum};
use super::{PlaceSpec, Placer, PointSet};
use crate::{HeadError, Surface};

/// Measures of evenness, relative to the densest (hexagonal) packing at the local density.
#[derive(Clone, Debug, PartialEq)]
pub struct PointQuality {
    /// Smallest spacing over the largest that is possible: 0 for random points, about 0.7 for good
    /// blue noise, 1 for a hexagonal lattice.
    pub relative_radius: f64,
    /// Coefficient of variation of the distances to the nearest neighbour: 0.52 for random points,
    /// 0 for a lattice.
    pub nn_variation: f64,
    /// The farthest that any place is from its nearest point, mm.
    pub largest_gap: f64,
    /// Pair correlation and power spectrum.
    pub spectrum: Spectrum,
}

/// Places for each point where gaps are looked for.
const PROBES: f64 = 3.0;

impl PointSet {
    /// Measures the set. `spec` is the request that it came from: its density says where gaps
    /// count, its candidates are where they are looked for.
    ///
    /// # Errors
    /// [`HeadError::Placing`] for fewer than two points or a request that is out of range.
    pub fn quality(&self, surface: &Surface, spec: &PlaceSpec<'_>) -> Result<PointQuality, HeadError> {
        if self.len() < 2 {
            return Err(HeadError::Placing("evenness takes at least two points".into()));
        }
        let largest = self.radius.iter().copied().fold(0.0, f32::max).max(1e-6);
        let grid = Grid::new(&self.position, 2.0 * largest);
        let pairs: Vec<(f64, f64)> = (0..self.len())
            .into_par_iter()
            .map(|i| {
                let (mut nearest, mut relative) = (f32::INFINITY, f32::INFINITY);
                self.nearby(&grid, &self.position[i], 2.0 * largest, |j, d| {
                    // Both sides of an ear are neighbours in space only.
                    if j != i && same_side(&self.normal[i], &self.normal[j]) {
                        nearest = nearest.min(d);
                        relative = relative.min(d / (self.radius[i] + self.radius[j]));
                    }
                });
                (f64::from(nearest) / f64::from(2.0 * self.radius[i]), f64::from(relative))
            })
            .collect();
        let relative_radius = pairs.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
        let n = pairs.len() as f64;
        let mean = pairs.iter().map(|p| p.0).sum::<f64>() / n;
        let variance = pairs.iter().map(|p| (p.0 - mean) * (p.0 - mean)).sum::<f64>() / n;
        let clear = Clear::new(spec.keep_away);
        let placer = Placer::new(surface, spec.chart, spec.density);
        let probes = PlaceSpec { count: self.len(), candidates_per_point: PROBES, ..*spec };
        let pool = candidates::draw(&placer, &probes, &clear)?;
        let gaps: Vec<f32> = pool
            .position
            .par_iter()
            .map(|p| {
                let mut nearest = f32::INFINITY;
                self.nearby(&grid, p, 2.0 * largest, |_, d| nearest = nearest.min(d));
                nearest
            })
            .collect();
        Ok(PointQuality {
            relative_radius,
            nn_variation: variance.sqrt() / mean,
            spectrum: spectrum(self, &pool),
            largest_gap: f64::from(gaps.into_iter().fold(0.0, f32::max)),
        })
    }

    /// Relative radius of each union of classes, at the density that the union has: by bits, the union
    /// of the classes whose bits are set in the place of the list plus one. At most eight classes.
    ///
    /// # Errors
    /// [`HeadError::Placing`] for fewer than two points or more than eight classes.
    pub fn union_radii(&self) -> Result<Vec<f64>, HeadError> {
        let classes = usize::from(self.class.iter().copied().max().unwrap_or(0)) + 1;
        if self.len() < 2 || classes > 8 {
            return Err(HeadError::Placing(format!(
                "unions take at least two points in at most eight classes; there are {} in {classes}",
                self.len()
            )));
        }
        let mut counts = vec![0usize; classes];
        for c in &self.class {
            counts[usize::from(*c)] += 1;
        }
        let rarest = counts.iter().copied().filter(|c| *c > 0).min().unwrap_or(1);
        // Random points of the rarest class are a spacing apart at this reach.
        let stretch = ((self.len() as f64 / rarest as f64).sqrt() as f32).min(32.0);
        let largest = self.radius.iter().copied().fold(0.0, f32::max);
        let grid = Grid::new(&self.position, 2.0 * largest);
        let nearest: Vec<Vec<f32>> = (0..self.len().div_ceil(1024))
            .into_par_iter()
            .map(|chunk| {
                let mut nearest = vec![f32::INFINITY; classes * classes];
                for i in chunk * 1024..((chunk + 1) * 1024).min(self.len()) {
                    let (p, r, a) = (&self.position[i], self.radius[i], usize::from(self.class[i]));
                    grid.around(p, stretch * (r + largest), |window| {
                        for (&j, q) in grid.items()[window.clone()].iter().zip(&grid.places()[window]) {
                            let j = j as usize;
                            if i != j && same_side(&self.normal[i], &self.normal[j]) {
                                let at = &mut nearest[a * classes + usize::from(self.class[j])];
                                *at = at.min(distance_squared(p, q).sqrt() / (r + self.radius[j]));
                            }
                        }
                    });
                }
                nearest
            })
            .collect();
        let pair = |a: usize, b: usize| {
            nearest.iter().map(|n| n[a * classes + b].min(n[b * classes + a])).fold(f32::INFINITY, f32::min)
        };
        Ok((1..1usize << classes)
            .map(|bits| {
                let own: Vec<usize> = (0..classes).filter(|c| bits >> c & 1 == 1).collect();
                let count: usize = own.iter().map(|c| counts[*c]).sum();
                let least = own
                    .iter()
                    .flat_map(|a| own.iter().map(move |b| (*a, *b)))
                    .map(|(a, b)| pair(a, b))
                    .fold(f32::INFINITY, f32::min);
                f64::from(least) * (count as f64 / self.len() as f64).sqrt()
            })
            .collect())
    }

    /// The class or union of classes that is least even, ascending, with its relative radius.
    ///
    /// # Errors
    /// As [`PointSet::union_radii`].
    pub fn least_even_union(&self) -> Result<(Vec<u8>, f64), HeadError> {
        let radii = self.union_radii()?;
        let (place, radius) = radii
            .into_iter()
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .ok_or_else(|| HeadError::Placing("unions take at least one class".into()))?;
        Ok(((0..8).filter(|c| (place + 1) >> c & 1 == 1).collect(), radius))
    }

    /// The points around a place: at least the nearest other one, looking further as need be.
    fn nearby(&self, grid: &Grid, p: &[f32; 3], mut reach: f32, mut each: impl FnMut(usize, f32)) {
        let mut found = false;
        while !found {
            let mut seen = 0;
            grid.around(p, reach, |range| {
                for (&j, q) in grid.items()[range.clone()].iter().zip(&grid.places()[range]) {
                    let d = distance_squared(p, q).sqrt();
                    each(j as usize, d);
                    found |= d > 0.0 && d < reach;
                    seen += 1;
                }
            });
            found |= seen == self.len() || !reach.is_finite();
            reach *= 2.0;
        }
    }
}
