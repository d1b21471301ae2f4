//! How much light gets through long hair: a coarse grid of fibre cross-section.
//!
//! Each cell holds the projected fibre area per volume, a = Σ d·l / V (1/mm); the share of light
//! that reaches a cell from a direction is exp(−Σ ½ a Δs) along it, ½ because light scatters
//! forward through fibres (assumption).

use crate::scene::Strands;
use glam::{IVec3, Vec3};
use rayon::prelude::*;

/// Edge of a cell, mm.
const CELL_MM: f32 = 6.0;
/// Share of fibre area that blocks light. Assumption, see the module.
const BLOCKING: f32 = 0.5;
/// Steps marched, of one cell each.
const STEPS: usize = 14;

pub(crate) struct Volume {
    origin: Vec3,
    size: IVec3,
    /// Share of light that arrives from the key, and from above.
    through: Vec<[f32; 2]>,
}

impl Volume {
    /// Builds the grid from every `stride`-th strand, each standing for `stride`.
    pub(crate) fn new(strands: &Strands, key: Vec3, stride: usize) -> Option<Self> {
        let curves = strands.curves.as_ref()?;
        let (mut lo, mut hi) = (Vec3::splat(f32::INFINITY), Vec3::splat(f32::NEG_INFINITY));
        for p in &curves.points {
            lo = lo.min(*p);
            hi = hi.max(*p);
        }
        if !lo.is_finite() || !hi.is_finite() {
            return None;
        }
        let origin = lo - Vec3::splat(CELL_MM);
        let size = ((hi - origin) / CELL_MM).ceil().as_ivec3().min(IVec3::splat(120)) + IVec3::ONE;
        let mut area = vec![0.0_f32; (size.x * size.y * size.z) as usize];
        let index = |p: Vec3| {
            let c = ((p - origin) / CELL_MM).floor().as_ivec3().clamp(IVec3::ZERO, size - IVec3::ONE);
            ((c.z * size.y + c.y) * size.x + c.x) as usize
        };
        let volume = CELL_MM * CELL_MM * CELL_MM;
        for i in (0..strands.len()).step_by(stride) {
            let (a, b) = (curves.first[i] as usize, curves.first[i + 1] as usize);
            let wide = 0.002 * strands.radius_um[i] * stride as f32 / volume;
            for w in curves.points[a..b].windows(2) {
                area[index(0.5 * (w[0] + w[1]))] += wide * w[0].distance(w[1]);
            }
        }
        let look = |c: IVec3| {
            if c.cmplt(IVec3::ZERO).any() || c.cmpge(size).any() {
                0.0
            } else {
                area[((c.z * size.y + c.y) * size.x + c.x) as usize]
            }
        };
        let through: Vec<[f32; 2]> = (0..area.len())
            .into_par_iter()
            .map(|i| {
                let i = i as i32;
                let c = IVec3::new(i % size.x, (i / size.x) % size.y, i / (size.x * size.y));
                [key, Vec3::Y].map(|d| {
                    let mut sum = 0.0;
                    for s in 1..=STEPS {
                        let p = c.as_vec3() + Vec3::splat(0.5) + d * s as f32;
                        sum += look(p.floor().as_ivec3());
                    }
                    // Half of the cell itself lies before its middle.
                    libm::expf(-BLOCKING * CELL_MM * (sum + 0.5 * look(c)))
                })
            })
            .collect();
        // The march steps over whole cells; a blur takes their edges off the shadows on the skin.
        let through = blurred(&through, size);
        Some(Self { origin, size, through })
    }

    /// Share of key and of overhead light at a point, smooth between cells.
    pub(crate) fn at(&self, p: Vec3) -> [f32; 2] {
        let q = (p - self.origin) / CELL_MM - Vec3::splat(0.5);
        let f = q.floor();
        let t = q - f;
        let base = f.as_ivec3();
        let mut out = [0.0; 2];
        for k in 0..8 {
            let o = IVec3::new(k & 1, (k >> 1) & 1, k >> 2);
            let c = base + o;
            let w = |bit: i32, t: f32| if bit == 1 { t } else { 1.0 - t };
            let weight = w(o.x, t.x) * w(o.y, t.y) * w(o.z, t.z);
            let inside = c.cmpge(IVec3::ZERO).all() && c.cmplt(self.size).all();
            let v = if inside {
                self.through[((c.z * self.size.y + c.y) * self.size.x + c.x) as usize]
            } else {
                [1.0; 2]
            };
            out[0] += weight * v[0];
            out[1] += weight * v[1];
        }
        out
    }
}

/// Mean of each cell and its 26 neighbours.
fn blurred(cells: &[[f32; 2]], size: IVec3) -> Vec<[f32; 2]> {
    let mut from = cells.to_vec();
    for step in [IVec3::X, IVec3::Y, IVec3::Z] {
        from = (0..cells.len())
            .into_par_iter()
            .map(|i| {
                let i = i as i32;
                let c = IVec3::new(i % size.x, (i / size.x) % size.y, i / (size.x * size.y));
                let mut sum = [0.0_f32; 2];
                for d in [-1, 0, 1] {
                    let q = (c + step * d).clamp(IVec3::ZERO, size - IVec3::ONE);
                    let v = from[((q.z * size.y + q.y) * size.x + q.x) as usize];
                    sum = [sum[0] + v[0], sum[1] + v[1]];
                }
                [sum[0] / 3.0, sum[1] / 3.0]
            })
            .collect();
    }
    from
}
