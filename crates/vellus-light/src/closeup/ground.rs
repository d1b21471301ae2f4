//! The skin as a raster in the frame: colour of its body and its shine, at the picture's own resolution.

use super::blot::{Blot, Effect};
use super::lens::Lens;
use super::pattern::{cells, noise, rough};
use super::pose::Pose;
use super::ring::Ring;
use super::spec::CloseUpSpec;
use crate::extinction::PEAK_DARKENING;
use crate::skin::Skin;
use glam::{DVec2, Vec3};
use libm::{expf, logf};
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// Reflectance of the surface of skin, mean over directions. Source: Fresnel at index 1.5.
const MIRROR: f32 = 0.04;
/// Width of the polygons between furrows, mm. Assumption: 0.4 to 0.8 mm on the scalp.
const FURROW_MM: f32 = 0.48;
/// Width of a mesh of the pigment honeycomb, mm. Assumption: that of rete ridges on the scalp in dermoscopy.
const HONEYCOMB_MM: f32 = 0.27;
/// Rows of a band that one thread works on.
const BAND: usize = 16;
/// Most texels.
const MOST_TEXELS: f64 = 4.0e7;

/// The skin of a frame.
pub(crate) struct Ground {
    low: [f32; 2],
    per_mm: f32,
    width: usize,
    height: usize,
    /// Albedo of the body, linear RGB, and what the surface mirrors to the camera under full light.
    texels: Vec<[f32; 4]>,
}

impl Ground {
    pub(crate) fn new(
        spec: &CloseUpSpec,
        skin: &Skin,
        lens: &Lens,
        pose: &Pose,
        ring: &Ring,
        blots: &[Blot],
        key: Key,
    ) -> Self {
        let (low, high) = lens.skin_box();
        let (low, high) = (low.map(|x| x - 0.3), high.map(|x| x + 0.3));
        let size = [high[0] - low[0], high[1] - low[1]];
        let per_mm = lens.scale_px_per_mm.min(libm::sqrt(MOST_TEXELS / (size[0] * size[1])));
        let [width, height] = size.map(|s| (s * per_mm).ceil() as usize + 2);
        let at = |i: usize, j: usize| {
            let p = [low[0] + i as f64 / per_mm, low[1] + j as f64 / per_mm];
            (p, pose.in_scalp(p).map(|x| x as f32))
        };
        let seed = key.stream(Purpose::SkinTexture, 0).word();
        let furrows = spec.skin.furrows as f32;
        let relief: Vec<f32> = (0..height)
            .into_par_iter()
            .flat_map_iter(|j| (0..width).map(move |i| furrows * relief(at(i, j).1, seed)))
            .collect();
        let base = (skin.albedo() - Vec3::splat(MIRROR)).max(Vec3::splat(0.004));
        let red = -skin.redness_factor().map(logf);
        let mut texels = vec![[0.0_f32; 4]; width * height];
        let step = per_mm as f32;
        texels.par_chunks_mut(width * BAND).enumerate().for_each(|(band, rows)| {
            let tall = rows.len() / width;
            let top = band * BAND;
            let mut depth = vec![Vec3::ZERO; rows.len()];
            for y in 0..tall {
                for x in 0..width {
                    let q = at(x, top + y).1;
                    let h = relief[(top + y) * width + x];
                    depth[y * width + x] =
                        base_depth(spec, q, seed, red) - Vec3::new(3.0, 3.6, 4.0) * h.min(0.006);
                }
            }
            let lay = |b: &Blot, put: &mut dyn FnMut(usize, Vec3)| {
                let r = b.reach();
                let [cx, cy] = [b.at_in_frame[0] - low[0] as f32, b.at_in_frame[1] - low[1] as f32];
                let span = |c: f32, n: usize| {
                    let (a, z) = (((c - r) * step).ceil().max(0.0), ((c + r) * step).floor());
                    if z < 0.0 || !z.is_finite() { (1, 0) } else { (a as usize, (z as usize).min(n - 1)) }
                };
                let (x0, x1) = span(cx, width);
                let (y0, y1) = span(cy, height);
                for y in y0.max(top)..=y1.min(top + tall - 1) {
                    for x in x0..=x1 {
                        let (px, py) = (low[0] as f32 + x as f32 / step, low[1] as f32 + y as f32 / step);
                        put((y - top) * width + x, b.share(px, py));
                    }
                }
            };
            for b in blots {
                match b.effect {
                    Effect::Darken(peak) => lay(b, &mut |k, s| {
                        let d = (s * peak).min(Vec3::splat(PEAK_DARKENING as f32));
                        depth[k] -= (Vec3::ONE - d).map(logf);
                    }),
                    Effect::Absorb(most) => lay(b, &mut |k, s| depth[k] += s * most),
                    Effect::Paint(..) => {}
                }
            }
            let mut colour: Vec<Vec3> = depth.iter().map(|d| base * (-*d).map(expf)).collect();
            for b in blots {
                if let Effect::Paint(paint, opacity) = b.effect {
                    lay(b, &mut |k, s| colour[k] = colour[k].lerp(paint, (s.y * opacity).clamp(0.0, 1.0)));
                }
            }
            for (k, c) in colour.into_iter().enumerate() {
                let (x, y) = (k % width, top + k / width);
                let h = |x: usize, y: usize| relief[y.min(height - 1) * width + x.min(width - 1)];
                let dx = 0.5 * (h(x + 1, y) - h(x.saturating_sub(1), y)) * step;
                let dy = 0.5 * (h(x, y + 1) - h(x, y.saturating_sub(1))) * step;
                let n = Vec3::new(-dx, -dy, 1.0).normalize();
                let c = (c * ring.shading(n)).clamp(Vec3::ZERO, Vec3::splat(0.95));
                rows[k] = [c.x, c.y, c.z, ring.shine(n)];
            }
        });
        let mut ground = Self { low: low.map(|x| x as f32), per_mm: per_mm as f32, width, height, texels };
        ground.balance_shine(spec.skin.gloss, spec.camera.polarised);
        ground
    }

    /// Scales the shine so that its mean is what a surface of this gloss mirrors.
    fn balance_shine(&mut self, gloss: f64, polarised: f64) {
        let sum: f64 = self.texels.iter().map(|t| f64::from(t[3])).sum();
        let mean = sum / self.texels.len().max(1) as f64;
        let want = f64::from(MIRROR) * 2.0 * gloss * (1.0 - polarised);
        let k = if mean > 1e-9 { (want / mean) as f32 } else { 0.0 };
        for t in &mut self.texels {
            // Spots of shine that would blind the picture are spread by the roughness of real skin.
            t[3] = (t[3] * k).min(0.55);
        }
    }

    /// Body albedo and shine at a place in the frame.
    #[inline]
    pub(crate) fn at(&self, p: DVec2) -> (Vec3, f32) {
        let x = ((p.x as f32 - self.low[0]) * self.per_mm).clamp(0.0, (self.width - 2) as f32);
        let y = ((p.y as f32 - self.low[1]) * self.per_mm).clamp(0.0, (self.height - 2) as f32);
        let (i, j) = (x as usize, y as usize);
        let (u, v) = (x - i as f32, y - j as f32);
        let t = |i: usize, j: usize| self.texels[j * self.width + i];
        let (a, b, c, d) = (t(i, j), t(i + 1, j), t(i, j + 1), t(i + 1, j + 1));
        let m: [f32; 4] = std::array::from_fn(|k| {
            let (top, low) = (a[k] + (b[k] - a[k]) * u, c[k] + (d[k] - c[k]) * u);
            top + (low - top) * v
        });
        (Vec3::new(m[0], m[1], m[2]), m[3])
    }
}

/// Optical depth of the skin itself beyond its mean colour, by channel.
fn base_depth(spec: &CloseUpSpec, [x, y]: [f32; 2], seed: u32, red: Vec3) -> Vec3 {
    let s = &spec.skin;
    let n = |k: f32, d: u32| noise(x / k, y / k, seed ^ d);
    let blood = 0.5 * n(7.0, 1) + 0.35 * n(1.9, 2) + 0.25 * n(0.6, 3);
    let melanin = 0.5 * n(9.0, 4) + 0.35 * n(2.3, 5) + 0.25 * n(0.75, 6);
    let grain = 0.6 * n(0.11, 7) + 0.5 * n(0.05, 8);
    // Amplitudes are by eye: assumptions.
    let mut depth = s.mottle as f32
        * (blood * Vec3::new(0.012, 0.06, 0.05)
            + melanin * Vec3::new(0.025, 0.045, 0.06)
            + grain * Vec3::new(0.010, 0.018, 0.022));
    if s.honeycomb > 0.0 {
        let (wx, wy) = (0.3 * n(0.5, 9), 0.3 * n(0.5, 10));
        let (edge, _) = cells(x / HONEYCOMB_MM + wx, y / HONEYCOMB_MM + wy, seed ^ 11);
        let line = expf(-edge * edge * 14.0);
        let here = (0.75 + 0.6 * n(3.1, 12)).clamp(0.1, 1.3);
        depth += s.honeycomb as f32 * here * (line - 0.45) * Vec3::new(0.20, 0.36, 0.5);
    }
    if s.erythema > 0.0 {
        let flush = (0.75 + 0.4 * n(4.7, 13) + 0.3 * n(1.1, 14)).clamp(0.0, 1.3);
        depth += red * flush;
    }
    depth
}

/// Height of the relief, mm.
fn relief([x, y]: [f32; 2], seed: u32) -> f32 {
    let warp = |d: u32| 0.35 * noise(x * 1.1, y * 1.1, seed ^ d);
    let (edge, _) = cells(x / FURROW_MM + warp(21), y / FURROW_MM + warp(22), seed ^ 23);
    let (fine, _) = cells(x / 0.17 + warp(27), y / 0.17 + warp(28), seed ^ 29);
    let here = (0.4 + 0.9 * noise(x * 0.6, y * 0.6, seed ^ 24)).clamp(0.0, 1.0);
    -0.016 * here * expf(-edge * edge * 22.0) - 0.004 * expf(-fine * fine * 20.0)
        + 0.007 * rough(x * 3.7, y * 3.7, seed ^ 25)
        + 0.0022 * rough(x * 15.0, y * 15.0, seed ^ 26)
}
