//! The faults of a camera as operations on the finished picture, in the order in which a camera has them.

use super::lens::Lens;
use super::mark::Mark;
use super::pose::Pose;
use super::shade::blurred;
use super::spec::CameraSpec;
use crate::image::Image;
use glam::{DVec2, DVec3, Vec3};
use libm::{cosf, expf, sqrtf};
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// Linear value at which the noise is stated.
const MID_GREY: f32 = 0.2;
/// Share of the noise that does not depend on the light. Assumption.
const READ_SHARE: f32 = 0.3;

/// Bubbles in the gel above everything: a dark rim, a clear middle and a spark.
pub(crate) fn bubbles(image: &mut Image, lens: &Lens, pose: &Pose, bubbles: &[&Mark]) {
    for b in bubbles {
        let at = pose.in_frame(b.centre_in_scalp);
        let z = lens.skin_height(at[0], at[1]) + 0.4;
        let (c, _) = lens.project(DVec3::new(at[0], at[1], z));
        let r = (b.radius_mm * lens.scale_px_per_mm) as f32;
        let (cx, cy) = (c.x as f32, c.y as f32);
        let reach = 1.1 * r + 2.0;
        let span = |c: f32, n: usize| {
            let (a, z) = ((c - reach).max(0.0), (c + reach).min(n as f32 - 1.0));
            if z < a { 0..0 } else { a as usize..z as usize + 1 }
        };
        for y in span(cy, image.height) {
            for x in span(cx, image.width) {
                let (dx, dy) = ((x as f32 + 0.5 - cx) / r, (y as f32 + 0.5 - cy) / r);
                let d = sqrtf(dx * dx + dy * dy);
                let soft = 1.5 / r + 0.02;
                let inside = ((1.0 - d) / soft).clamp(0.0, 1.0);
                let rim = expf(-((d - 0.93) / 0.05) * ((d - 0.93) / 0.05));
                let ring = expf(-((d - 0.8) / 0.09) * ((d - 0.8) / 0.09));
                let (sx, sy) = (dx + 0.34, dy + 0.38);
                let spark = expf(-(sx * sx + sy * sy) / 0.012);
                let w = b.strength as f32;
                let p = &mut image.pixels[y * image.width + x];
                *p *= 1.0 - w * 0.5 * rim + inside * 0.05;
                *p += Vec3::splat(w * (inside * (0.12 * ring + 0.75 * spark)));
            }
        }
    }
}

/// All that light, sensor and processing do to a picture. `bright_deg` is the brighter side.
pub(crate) fn camera(mut image: Image, c: &CameraSpec, exposure: f64, warmth: f64, key: Key) -> Image {
    let (w, h) = (image.width, image.height);
    let half = 0.5 * libm::hypot(w as f64, h as f64);
    let bright = c.uneven_deg.to_radians();
    let side = DVec2::new(libm::cos(bright), libm::sin(bright));
    let white = Vec3::new(1.0 + 0.12 * warmth as f32, 1.0, 1.0 - 0.16 * warmth as f32) * exposure as f32;
    for (k, p) in image.pixels.iter_mut().enumerate() {
        let d = (DVec2::new((k % w) as f64, (k / w) as f64) - 0.5 * DVec2::new(w as f64, h as f64)) / half;
        let slope = 1.0 + 0.35 * c.uneven_light * d.dot(side);
        *p *= white * ((1.0 - c.vignetting * d.length_squared()) * slope) as f32;
    }
    let mean = image.mean();
    let mean = Vec3::new(mean[0] as f32, mean[1] as f32, mean[2] as f32);
    let contrast = c.contrast as f32;
    if contrast != 1.0 {
        for p in &mut image.pixels {
            *p = (mean + (*p - mean) * contrast).max(Vec3::ZERO);
        }
    }
    if c.bayer > 0.0 {
        let grey = mosaic(&image, c.noise as f32, key);
        let again = demosaic(&grey, w, h);
        let share = c.bayer as f32;
        for (p, q) in image.pixels.iter_mut().zip(again) {
            *p = p.lerp(q, share);
        }
    } else if c.noise > 0.0 {
        let noise = c.noise as f32;
        image.pixels.par_iter_mut().enumerate().for_each(|(k, p)| {
            let mut s = key.stream(Purpose::Instrument, k as u64);
            let n = Vec3::new(s.normal() as f32, s.normal() as f32, s.normal() as f32);
            *p = (*p + n * p.map(|x| deviation(x, noise))).max(Vec3::ZERO);
        });
    }
    if c.sharpen > 0.0 {
        sharpen(&mut image, c.sharpen as f32);
    }
    image
}

/// Standard deviation of the noise at a linear value: read noise and photons.
fn deviation(x: f32, noise: f32) -> f32 {
    noise * sqrtf(READ_SHARE + (1.0 - READ_SHARE) * x.max(0.0) / MID_GREY)
}

/// Channel that a pixel of an RGGB mosaic has.
const fn channel(x: usize, y: usize) -> usize {
    match (x & 1, y & 1) {
        (0, 0) => 0,
        (1, 1) => 2,
        _ => 1,
    }
}

fn mosaic(image: &Image, noise: f32, key: Key) -> Vec<f32> {
    let w = image.width;
    image
        .pixels
        .par_iter()
        .enumerate()
        .map(|(k, p)| {
            let v = p.to_array()[channel(k % w, k / w)];
            let n = key.stream(Purpose::Instrument, k as u64).normal() as f32;
            (v + n * deviation(v, noise)).max(0.0)
        })
        .collect()
}

/// Means of the neighbours that have the channel.
fn demosaic(grey: &[f32], w: usize, h: usize) -> Vec<Vec3> {
    (0..w * h)
        .into_par_iter()
        .map(|k| {
            let (x, y) = (k % w, k / w);
            let (mut sum, mut count) = ([0.0_f32; 3], [0.0_f32; 3]);
            for j in y.saturating_sub(1)..=(y + 1).min(h - 1) {
                for i in x.saturating_sub(1)..=(x + 1).min(w - 1) {
                    let c = channel(i, j);
                    sum[c] += grey[j * w + i];
                    count[c] += 1.0;
                }
            }
            let own = channel(x, y);
            let m: [f32; 3] =
                std::array::from_fn(|c| if c == own { grey[k] } else { sum[c] / count[c].max(1.0) });
            Vec3::from_array(m)
        })
        .collect()
}

/// An unsharp mask in a scale near to what the eye sees, which leaves halos as cameras do.
fn sharpen(image: &mut Image, amount: f32) {
    let soft: Vec<Vec3> = image.pixels.iter().map(|p| p.map(sqrtf)).collect();
    let wide = blurred(&soft, image.width, image.height, Vec3::splat(1.3));
    for ((p, s), b) in image.pixels.iter_mut().zip(&soft).zip(&wide) {
        let v = (*s + (*s - *b) * amount).clamp(Vec3::ZERO, Vec3::splat(1.2));
        *p = v * v;
    }
}

/// Offset of a sample along the motion, pixels.
#[inline]
pub(crate) fn motion(c: &CameraSpec, u: f32) -> DVec2 {
    let a = c.motion_deg.to_radians();
    DVec2::new(libm::cos(a), libm::sin(a)) * (c.motion_px * (f64::from(u) - 0.5))
}

/// A place on the unit disc from two uniform numbers.
#[inline]
pub(crate) fn on_disc(u: [f32; 2]) -> (f32, f32) {
    let (r, a) = (sqrtf(u[0]), std::f32::consts::TAU * u[1]);
    (r * cosf(a), r * libm::sinf(a))
}
