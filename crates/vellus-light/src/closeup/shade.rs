//! Light on the skin between hairs, spread by the skin.
//!
//! Hairs shade the skin, and light that went in beside a hair comes out under it: shadows of thin hair are soft and a
//! little red. The share of lamps and housing that each cell of a grid sees is counted, then blurred by a Gaussian of a
//! third of the depth that light reaches, by channel. The third is an assumption.

use super::lens::Lens;
use super::ring::Ring;
use crate::skin::Skin;
use crate::trace::Hairs;
use crate::trace::hairs::NONE;
use crate::trace::piece::Beam;
use crate::under_skin::spread_mm;
use glam::{DVec2, Vec3};
use libm::{cosf, expf, sinf, sqrtf};
use rayon::prelude::*;
use std::f32::consts::TAU;
use vellus_units::random::{Key, Purpose};

/// Smallest cell, mm.
const CELL_MM: f64 = 0.06;
/// Most cells.
const MOST: f64 = 1.0e6;
/// Rays to the lamps and to the housing from each cell.
const RAYS: usize = 6;

/// The light on the skin over that on bare skin.
pub(crate) struct Shade {
    low: [f64; 2],
    per_mm: f64,
    width: usize,
    height: usize,
    light: Vec<Vec3>,
}

impl Shade {
    /// `pass` is the share of light that a piece of hair lets through.
    pub(crate) fn new(lens: &Lens, hairs: &Hairs, pass: &[Vec3], ring: &Ring, skin: &Skin, key: Key) -> Self {
        let (low, high) = lens.skin_box();
        let (low, high) = (low.map(|x| x - 1.0), high.map(|x| x + 1.0));
        let size = [high[0] - low[0], high[1] - low[1]];
        let cell = (3.0 / lens.scale_px_per_mm).max(CELL_MM).max(libm::sqrt(size[0] * size[1] / MOST));
        let [width, height] = size.map(|s| (s / cell).ceil() as usize + 2);
        let far = ring.far();
        let lamps: f32 = far.iter().map(|l| l.colour.x * l.toward.z.max(0.0)).sum();
        let all = lamps + ring.housing();
        let light: Vec<Vec3> = (0..width * height)
            .into_par_iter()
            .map(|k| {
                let mut s = key.stream(Purpose::Pixel, (1 << 48) + k as u64);
                let (x, y) = ((k % width) as f64 + s.uniform(), (k / width) as f64 + s.uniform());
                let (x, y) = (low[0] + x * cell, low[1] + y * cell);
                let origin = Vec3::new(x as f32, y as f32, lens.skin_height(x, y) as f32 + 1e-3);
                let seen = |toward: Vec3| {
                    let ray = Beam { origin, direction: toward };
                    hairs.first(&ray, f32::INFINITY, NONE).map_or(Vec3::ONE, |m| pass[m.piece as usize])
                };
                let mut sum = Vec3::ZERO;
                for n in 0..RAYS {
                    // A lamp in proportion to what it gives.
                    let mut u = (n as f32 + s.uniform() as f32) / RAYS as f32 * lamps;
                    let lamp = far.iter().find(|l| {
                        u -= l.colour.x * l.toward.z.max(0.0);
                        u <= 0.0
                    });
                    let lamp = lamp.or(far.last());
                    sum += lamps * lamp.map_or(Vec3::ONE, |l| seen(l.toward));
                    let (r, a) = (s.uniform() as f32, TAU * s.uniform() as f32);
                    let r2 = (n as f32 + r) / RAYS as f32;
                    let rho = sqrtf(r2);
                    sum += ring.housing()
                        * seen(Vec3::new(rho * cosf(a), rho * sinf(a), sqrtf(1.0 - r2).max(1e-3)));
                }
                sum / (RAYS as f32 * all)
            })
            .collect();
        let sigma = spread_mm(skin) / (3.0 * cell) as f32;
        let light = blurred(&light, width, height, sigma);
        Self { low, per_mm: 1.0 / cell, width, height, light }
    }

    #[inline]
    pub(crate) fn at(&self, p: DVec2) -> Vec3 {
        let x = ((p.x - self.low[0]) * self.per_mm - 0.5).clamp(0.0, (self.width - 2) as f64);
        let y = ((p.y - self.low[1]) * self.per_mm - 0.5).clamp(0.0, (self.height - 2) as f64);
        let (i, j) = (x as usize, y as usize);
        let (u, v) = ((x - i as f64) as f32, (y - j as f64) as f32);
        let t = |i: usize, j: usize| self.light[j * self.width + i];
        t(i, j).lerp(t(i + 1, j), u).lerp(t(i, j + 1).lerp(t(i + 1, j + 1), u), v)
    }
}

/// A Gaussian blur, by channel, first across, then down; edges keep their own.
pub(crate) fn blurred(from: &[Vec3], width: usize, height: usize, sigma: Vec3) -> Vec<Vec3> {
    let reach = ((3.0 * sigma.max_element()).ceil() as i64).clamp(0, 400);
    if reach == 0 {
        return from.to_vec();
    }
    let mut kernel: Vec<Vec3> = (-reach..=reach)
        .map(|k| {
            let k = k as f32;
            sigma.map(|s| if s > 1e-3 { expf(-0.5 * k * k / (s * s)) } else { f32::from(k == 0.0) })
        })
        .collect();
    let sum: Vec3 = kernel.iter().copied().sum();
    for k in &mut kernel {
        *k /= sum;
    }
    let pass = |from: &[Vec3], down: bool| -> Vec<Vec3> {
        (0..width * height)
            .into_par_iter()
            .map(|i| {
                let (x, y) = ((i % width) as i64, (i / width) as i64);
                let mut out = Vec3::ZERO;
                for (n, w) in kernel.iter().enumerate() {
                    let d = n as i64 - reach;
                    let (x, y) = if down {
                        (x, (y + d).clamp(0, height as i64 - 1))
                    } else {
                        ((x + d).clamp(0, width as i64 - 1), y)
                    };
                    out += *w * from[y as usize * width + x as usize];
                }
                out
            })
            .collect()
    };
    let across = pass(from, false);
    pass(&across, true)
}
