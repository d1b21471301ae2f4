//! Dots and roots under the skin as a field that is asked at a point: no texture, no resolution.
//!
//! Each mark multiplies the light by 1 − Σ Aₖ G(d; σₖ²), with Aₖ an area of extinction (mm², by
//! channel) and G a Gaussian over the skin of unit integral. The footprint of a pixel is added to
//! σ², which is the anti-aliasing: what a mark takes in all does not depend on the size of a picture.
//! Where footprints are wider than [`COARSE_MM`] the mean darkness about a place is taken instead.

use super::maths::exp;
use crate::dot::PARTS;
use crate::extinction::Extinction;
use glam::{IVec3, Vec3};
use std::f32::consts::PI;

/// Edge of a cell, mm.
const CELL_MM: f32 = 1.5;
/// Cells at most; larger fields have larger cells.
const MOST_CELLS: usize = 1 << 24;
/// Standard deviations to which a Gaussian is followed: 1 % of a mark lies beyond.
const REACH: f32 = 3.0;
/// Footprint (standard deviation) from which the mean darkness is taken, mm.
pub const COARSE_MM: f32 = 0.45;
/// Largest share of light that one mark takes at a point.
const MOST: f32 = 0.97;
/// Greatest difference of height between a place and a mark on the same skin, over their distance.
const SAME_SKIN: f32 = 1.2;

/// A radial Gaussian.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Radial {
    /// Variance over the skin along one axis, mm².
    pub variance: f32,
    /// Relative darkening integrated over the skin, mm², by channel.
    pub area: Vec3,
}

/// The Gaussians of an extinction.
#[must_use]
pub fn radials(e: &Extinction) -> [Radial; PARTS] {
    e.parts.map(|p| {
        let s = p.sigma_mm.max(1e-3);
        Radial { variance: s * s, area: Vec3::from_array(p.area_mm2) }
    })
}

/// Marks ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    at: Vec<Vec3>,
    terms: Vec<[Radial; PARTS]>,
    origin: Vec3,
    inverse_cell: f32,
    size: IVec3,
    first: Vec<u32>,
    list: Vec<u32>,
    /// Area of extinction per area of skin, by cell.
    density: Vec<Vec3>,
}

impl Marks {
    /// A field of marks: places on the skin (mm) and their Gaussians.
    #[must_use]
    pub fn new(at: Vec<Vec3>, terms: Vec<[Radial; PARTS]>) -> Self {
        let n = at.len().min(terms.len());
        if n == 0 {
            return Self::default();
        }
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for p in &at {
            low = low.min(*p);
            high = high.max(*p);
        }
        let mut cell = CELL_MM;
        let margin = 2.0 * CELL_MM;
        let counted =
            |cell: f32| ((high - low + Vec3::splat(2.0 * margin)) / cell).ceil().as_ivec3() + IVec3::ONE;
        while counted(cell).as_i64vec3().element_product() > MOST_CELLS as i64 {
            cell *= 1.5;
        }
        let (origin, size) = (low - Vec3::splat(margin), counted(cell));
        let cells = (size.x * size.y * size.z) as usize;
        let index = |c: IVec3| ((c.z * size.y + c.y) * size.x + c.x) as usize;
        let place = |p: Vec3| ((p - origin) / cell).floor().as_ivec3().clamp(IVec3::ZERO, size - IVec3::ONE);
        let reach = |t: &[Radial; PARTS]| {
            let v = t.iter().filter(|t| t.area != Vec3::ZERO).fold(0.0, |v: f32, t| v.max(t.variance));
            (REACH * libm::sqrtf(v + 0.25 * COARSE_MM * COARSE_MM)).min(4.0)
        };
        // Calls for each cell that a mark reaches into.
        let each = |i: usize, f: &mut dyn FnMut(usize)| {
            let r = reach(&terms[i]);
            let (a, b) = (place(at[i] - Vec3::splat(r)), place(at[i] + Vec3::splat(r)));
            for z in a.z..=b.z {
                for y in a.y..=b.y {
                    for x in a.x..=b.x {
                        let c = IVec3::new(x, y, z);
                        let corner = origin + c.as_vec3() * cell;
                        let near = at[i].clamp(corner, corner + Vec3::splat(cell));
                        if near.distance_squared(at[i]) <= r * r {
                            f(index(c));
                        }
                    }
                }
            }
        };
        let mut first = vec![0_u32; cells + 1];
        for i in 0..n {
            each(i, &mut |c| first[c + 1] += 1);
        }
        for c in 0..cells {
            first[c + 1] += first[c];
        }
        let mut next = first.clone();
        let mut list = vec![0_u32; first[cells] as usize];
        let mut density = vec![Vec3::ZERO; cells];
        for i in 0..n {
            each(i, &mut |c| {
                list[next[c] as usize] = i as u32;
                next[c] += 1;
            });
        }
        for c in 0..cells {
            let (a, b) = (first[c] as usize, first[c + 1] as usize);
            // Every mark counts in the area of skin from which it is reached: a square widened by its reach.
            density[c] = list[a..b]
                .iter()
                .map(|i| {
                    let t = &terms[*i as usize];
                    let r = reach(t);
                    t.iter().map(|t| t.area).sum::<Vec3>() / (cell * cell + 4.0 * cell * r + PI * r * r)
                })
                .sum();
        }
        Self { at, terms, origin, inverse_cell: 1.0 / cell, size, first, list, density }
    }

    /// Number of marks.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.at.len()
    }

    /// True without marks.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    #[inline]
    fn cell(&self, p: Vec3) -> Option<usize> {
        let c = ((p - self.origin) * self.inverse_cell).floor().as_ivec3();
        let inside = c.cmpge(IVec3::ZERO).all() && c.cmplt(self.size).all();
        inside.then(|| ((c.z * self.size.y + c.y) * self.size.x + c.x) as usize)
    }

    /// Share of light that the marks leave at a point of the skin, by channel, seen with a footprint of
    /// this standard deviation (mm).
    #[inline]
    #[must_use]
    pub fn through(&self, p: Vec3, normal: Vec3, footprint_mm: f32) -> Vec3 {
        if footprint_mm > COARSE_MM {
            return self.mean(p);
        }
        let Some(c) = (if self.at.is_empty() { None } else { self.cell(p) }) else { return Vec3::ONE };
        let own = footprint_mm * footprint_mm;
        let mut left = Vec3::ONE;
        for i in &self.list[self.first[c] as usize..self.first[c + 1] as usize] {
            let away = self.at[*i as usize] - p;
            let d2 = away.length_squared();
            let height = away.dot(normal);
            // The other side of a fold is other skin.
            if height * height > SAME_SKIN * d2.max(0.01) {
                continue;
            }
            let mut take = Vec3::ZERO;
            for t in &self.terms[*i as usize] {
                let v = t.variance + own;
                let x = -0.5 * d2 / v;
                if x > -0.5 * REACH * REACH - 1.5 {
                    take += t.area * (exp(x) / (v * (2.0 * PI)));
                }
            }
            left *= Vec3::ONE - take.min(Vec3::splat(MOST));
        }
        left
    }

    /// Share of light that the marks leave about a point, on the mean over a few millimetres.
    #[inline]
    #[must_use]
    pub fn mean(&self, p: Vec3) -> Vec3 {
        if self.at.is_empty() {
            return Vec3::ONE;
        }
        self.cell(p).map_or(Vec3::ONE, |c| {
            let d = self.density[c];
            Vec3::new(exp(-d.x), exp(-d.y), exp(-d.z))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extinction::Part;

    fn one() -> (Extinction, Marks) {
        let part = |area_mm2, sigma_mm| Part { area_mm2, sigma_mm };
        let e = Extinction {
            parts: [
                part([0.02, 0.016, 0.011], 0.08),
                part([0.015, 0.012, 0.006], 0.2),
                part([0.015, 0.006, 0.002], 0.5),
            ],
        };
        (e, Marks::new(vec![Vec3::new(3.0, 50.0, -2.0)], vec![radials(&e)]))
    }

    #[test]
    fn prop_a_mark_takes_its_area_at_any_footprint() {
        let (e, marks) = one();
        for footprint in [0.0, 0.05, 0.2, 0.4] {
            let step = 0.02;
            let mut lost = Vec3::ZERO;
            for k in 0..200 * 200 {
                let x = (k % 200) as f32 * step - 2.0;
                let z = (k / 200) as f32 * step - 2.0;
                let left = marks.through(Vec3::new(3.0 + x, 50.0, -2.0 + z), Vec3::Y, footprint);
                lost += (Vec3::ONE - left) * (step * step);
            }
            let ratio = lost / Vec3::from_array(e.area_mm2());
            assert!((ratio - Vec3::ONE).abs().max_element() < 0.03, "{footprint} {ratio}");
        }
    }

    #[test]
    fn prop_the_mean_of_many_marks_is_their_density() {
        let (e, _) = one();
        let at: Vec<Vec3> =
            (0..3600).map(|k| Vec3::new((k % 60) as f32 * 0.6, 0.0, (k / 60) as f32 * 0.6)).collect();
        let n = at.len();
        let marks = Marks::new(at, vec![radials(&e); n]);
        let want = Vec3::from_array(e.area_mm2()) / 0.36;
        let got = marks.mean(Vec3::new(18.0, 0.0, 18.0));
        let lost = Vec3::new(-got.x.ln(), -got.y.ln(), -got.z.ln());
        assert!((lost / want - Vec3::ONE).abs().max_element() < 0.15, "{lost} {want}");
    }
}
