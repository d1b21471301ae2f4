//! One head, one light, one camera: everything that does not change between plans and dates.
//!
//! Camera rays find the skin at several places of each pixel; the light that falls on it (key with
//! traced shadows, fill, dome with the sky that each vertex sees) is stored apart from the colour of
//! the skin, so that [`Stage::compose`](crate::Stage::compose) only multiplies.
//!
//! Light spreads in skin, red furthest: the normal for red is a blurred one, the diffuse term wraps
//! round the terminator by channel, and the edge of a shadow is blurred by 2.4, 1.1 and 0.6 mm in
//! red, green and blue (assumptions, the order of the mean free paths in facts/optics.md 2a).

use crate::head_model::HeadModel;
use crate::lights::{FarLight, Lights};
use crate::texture::Texture;
use crate::view::Camera;
use glam::Vec3;
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// Wrap of the diffuse term round the terminator, red, green, blue. Assumption.
const WRAP: Vec3 = Vec3::new(0.24, 0.11, 0.07);
/// Blur of shadow edges, mm, red, green, blue. Assumption, see the module.
const SHADOW_BLUR_MM: [f32; 3] = [2.4, 1.1, 0.6];
/// Reflectance of skin at normal incidence: n = 1.4. Source: facts/optics.md 2a (1.38 to 1.44).
const F0: f32 = 0.028;
/// Roughness (GGX α) of the two lobes of bare skin's gloss. Assumption: bulk and sebum film.
const ROUGH: [f32; 2] = [0.36, 0.13];
/// Albedo used for light bounced between folds: mean light skin, linear RGB. Assumption.
const BOUNCE: Vec3 = Vec3::new(0.42, 0.28, 0.20);

/// How much work a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// Places looked at along each side of a pixel, 1 to 4.
    pub subsamples: usize,
    /// Seed of the person's skin and of the samples.
    pub key: Key,
}

impl Quality {
    /// Two by two places in each pixel.
    #[must_use]
    pub const fn ordinary(key: Key) -> Self {
        Self { subsamples: 2, key }
    }
}

/// What the stage knows of one pixel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pixel {
    /// Share of the pixel that shows the head.
    pub(crate) cover: f32,
    /// Mean depth along the view of the nearest surface in the pixel, mm.
    pub(crate) depth: f32,
    /// Share of the covered part that this surface takes: less than 1 where it ends in front of
    /// another part of the head.
    pub(crate) near: f32,
    /// Mean depth of what is behind it, mm.
    pub(crate) far: f32,
    pub(crate) position: Vec3,
    pub(crate) normal: Vec3,
    /// Factor on the skin's albedo: tint and mottle.
    pub(crate) tint: Vec3,
    /// Light from key and fill, and from the dome: what a white surface would show.
    pub(crate) key: Vec3,
    pub(crate) fill: Vec3,
    pub(crate) dome: Vec3,
    /// Gloss at gloss 1.
    pub(crate) gloss_key: Vec3,
    pub(crate) gloss_rest: Vec3,
    /// Share of the key light that arrives.
    pub(crate) lit: f32,
    /// Share of the sky that is open.
    pub(crate) open: f32,
}

/// A head, a light and a camera, ready for frames.
pub struct Stage {
    pub(crate) camera: Camera,
    pub(crate) lights: Lights,
    pub(crate) texture: Texture,
    pub(crate) pixels: Vec<Pixel>,
    /// Height, mm, and its slopes along the picture, of the fine relief; empty from afar.
    pub(crate) relief: Vec<Vec3>,
    /// Centre of the head, mm, for the light on hair.
    pub(crate) centre: Vec3,
}

struct Sample {
    pixel: Pixel,
    soft: Vec3,
}

impl Stage {
    /// Looks at a head.
    #[must_use]
    pub fn new(head: &HeadModel, camera: &Camera, lights: &Lights, quality: &Quality) -> Self {
        let texture = Texture::new(quality.key);
        let (w, h) = (camera.width, camera.height);
        let n = quality.subsamples.clamp(1, 4);
        let mut pixels = vec![Pixel::default(); w * h];
        let mut soft = vec![Vec3::Z; w * h];
        pixels.par_chunks_mut(w).zip(soft.par_chunks_mut(w)).enumerate().for_each(|(row, (out, soft))| {
            for column in 0..w {
                let s = look(head, camera, lights, &texture, quality.key, column, row, n);
                out[column] = s.pixel;
                soft[column] = s.soft;
            }
        });
        let lit = blur_shadow(&pixels, camera);
        pixels.par_iter_mut().enumerate().for_each(|(i, p)| {
            if p.cover > 0.0 {
                light(p, soft[i], lit[i], camera, lights);
            }
        });
        let (centre, _) = head.framing_sphere();
        let relief = fine_relief(&pixels, camera, &texture);
        Self { camera: *camera, lights: *lights, texture, pixels, relief, centre }
    }

    /// Lets parts of the head fade into the background, such as a neck towards its cut: `stays` tells
    /// for a place on the skin how much of it is shown, 0 to 1.
    #[must_use]
    pub fn fading(mut self, stays: impl Fn(Vec3) -> f32) -> Self {
        for p in self.pixels.iter_mut().filter(|p| p.cover > 0.0) {
            p.cover *= stays(p.position).clamp(0.0, 1.0);
        }
        self
    }

    /// The camera of this stage.
    #[must_use]
    pub const fn camera(&self) -> &Camera {
        &self.camera
    }

    /// Share of each pixel that shows the head, row by row.
    #[must_use]
    pub fn coverage(&self) -> Vec<f32> {
        self.pixels.iter().map(|p| p.cover).collect()
    }
}

/// Pixels of a picture from which two places are enough where the skin is smooth.
const QUICK_FROM: usize = 150_000;
/// Cosine to the camera from which a smooth surface is far from its own edge.
const PLAINLY_FACING: f32 = 0.5;
/// Depths that differ by less than this, mm, belong to one surface: an ear stands out 15 mm.
const SAME_DEPTH_MM: f32 = 9.0;
/// Squared length of the sum of two unit normals from which they count as the same (8°).
const SAME_NORMAL: f32 = 3.98;

/// Looks through n × n places of a pixel and averages what does not depend on the lights' strength.
fn look(
    head: &HeadModel,
    camera: &Camera,
    lights: &Lights,
    texture: &Texture,
    key: Key,
    column: usize,
    row: usize,
    n: usize,
) -> Sample {
    let mut stream = key.stream(Purpose::Pixel, (row * camera.width + column) as u64);
    let mut p = Pixel::default();
    let mut soft = Vec3::ZERO;
    let mut bent = Vec3::ZERO;
    let mut count = 0.0_f32;
    let mut depths = [f32::INFINITY; 16];
    let (kt, kb) = lights.key.toward.any_orthonormal_pair();
    let spread = libm::tanf(lights.key.radius);
    let places = n * n;
    let quick = camera.width * camera.height > QUICK_FROM;
    let mut taken = 0;
    for j in 0..places {
        // First and last corner first: where both agree the others would add nothing.
        let k = if j == 1 { places - 1 } else { j.saturating_sub(1) };
        if j == 2 && quick && count == 2.0 {
            // A surface that faces the camera has no edge in this pixel; near edges all are taken.
            let facing = -p.normal.dot(camera.forward) > 2.0 * PLAINLY_FACING;
            let same =
                p.normal.length_squared() > SAME_NORMAL && (depths[0] - depths[1]).abs() < SAME_DEPTH_MM;
            if facing && same {
                break;
            }
        }
        taken += 1;
        let step = 1.0 / n as f32;
        let x = column as f32 + ((k % n) as f32 + 0.5) * step;
        let y = row as f32 + ((k / n) as f32 + 0.5) * step;
        let (origin, direction) = camera.ray(x, y);
        let Some(hit) = head.first_hit(origin, direction) else {
            continue;
        };
        let at = origin + direction * hit.distance;
        let (corner, w) = head.weights(hit.triangle, at);
        let mix = |v: &[Vec3]| v[corner[0]] * w.x + v[corner[1]] * w.y + v[corner[2]] * w.z;
        let normal = mix(&head.normals).normalize_or(-direction);
        depths[count as usize] = (at - camera.eye).dot(camera.forward);
        count += 1.0;
        p.position += at;
        p.normal += normal;
        p.tint += mix(&head.tint) * head.complexion(at);
        soft += mix(&head.soft_normals);
        for (i, c) in corner.iter().enumerate() {
            p.open += head.sky[*c].1 * w[i];
            bent += head.sky[*c].0 * w[i];
        }
        // One shadow ray per place, each towards its own sector of the key light.
        let r = spread * libm::sqrtf(((k as f32) + stream.uniform() as f32) / (n * n) as f32);
        let a = std::f32::consts::TAU * (stream.uniform() as f32 + 0.618_034 * k as f32);
        let toward = (lights.key.toward + kt * (r * libm::cosf(a)) + kb * (r * libm::sinf(a))).normalize();
        let facing = normal.dot(lights.key.toward);
        if facing > -0.35 && head.open(at + normal * 0.8 + toward * 0.8, toward, 400.0) {
            p.lit += 1.0;
        }
    }
    if count == 0.0 {
        return Sample { pixel: p, soft: Vec3::Z };
    }
    let inv = 1.0 / count;
    p.position *= inv;
    let first = depths.iter().copied().fold(f32::INFINITY, f32::min);
    let (mut near, mut behind) = (0.0, 0.0);
    for d in &depths[..count as usize] {
        if *d < first + SAME_DEPTH_MM {
            p.depth += d;
            near += 1.0;
        } else {
            p.far += d;
            behind += 1.0;
        }
    }
    p.depth /= near;
    p.near = near * inv;
    p.far = if behind > 0.0 { p.far / behind } else { p.depth };
    p.tint *= inv;
    p.lit *= inv;
    p.open = (p.open * inv).clamp(0.0, 1.0);
    p.normal = p.normal.normalize_or(-camera.forward);
    p.cover = count / taken as f32;
    p.tint *= texture.mottle(p.position, 1.0);
    // The bent normal travels in `dome` until the lights are known.
    p.dome = bent.normalize_or(p.normal);
    Sample { pixel: p, soft: soft.normalize_or(p.normal) }
}

/// Pixels per mm from which the fine relief of the skin is shown.
const RELIEF_FROM: f32 = 8.0;

/// Relief of a close-up; nothing for pictures too coarse to show it.
fn fine_relief(pixels: &[Pixel], camera: &Camera, texture: &Texture) -> Vec<Vec3> {
    if camera.perspective || camera.scale < RELIEF_FROM {
        return Vec::new();
    }
    let w = camera.width;
    let heights: Vec<f32> =
        pixels.par_iter().map(|p| if p.cover > 0.0 { texture.relief(p.position) } else { 0.0 }).collect();
    (0..pixels.len())
        .into_par_iter()
        .map(|i| {
            let (x, y) = (i % w, i / w);
            let right = heights[if x + 1 < w { i + 1 } else { i }];
            let left = heights[i - usize::from(x > 0)];
            let above = heights[if y > 0 { i - w } else { i }];
            let below = heights[if y + 1 < camera.height { i + w } else { i }];
            let k = 0.5 * camera.scale;
            Vec3::new(heights[i], (right - left) * k, (above - below) * k)
        })
        .collect()
}

/// Blurs the share of key light over neighbours at about the same depth, a width for each channel.
fn blur_shadow(pixels: &[Pixel], camera: &Camera) -> Vec<Vec3> {
    let (w, h) = (camera.width, camera.height);
    let mean_depth = {
        let (mut s, mut n) = (0.0_f64, 0.0_f64);
        for p in pixels.iter().filter(|p| p.cover > 0.0) {
            s += f64::from(p.depth);
            n += 1.0;
        }
        (s / n.max(1.0)) as f32
    };
    let scale = camera.pixels_per_mm(mean_depth);
    // At least wide enough to take the grain of a few shadow rays away, at most what stays quick.
    let sigma = SHADOW_BLUR_MM.map(|mm| (mm * scale).clamp(1.3, 5.0));
    let reach = (2.0 * sigma[0]).ceil() as i32;
    let kernel: Vec<Vec3> = (0..=reach)
        .map(|d| {
            let x = d as f32;
            Vec3::from_array(sigma.map(|s| libm::expf(-0.5 * x * x / (s * s))))
        })
        .collect();
    let pass = |from: &[Vec3], dx: usize, dy: usize| -> Vec<Vec3> {
        (0..w * h)
            .into_par_iter()
            .map(|i| {
                let here = &pixels[i];
                if here.cover == 0.0 {
                    return Vec3::ZERO;
                }
                let (x, y) = ((i % w) as i32, (i / w) as i32);
                let slack = 4.0 + 3.0 / scale;
                let (mut sum, mut weight) = (Vec3::ZERO, Vec3::ZERO);
                for d in -reach..=reach {
                    let (u, v) = (x + d * dx as i32, y + d * dy as i32);
                    if u < 0 || v < 0 || u >= w as i32 || v >= h as i32 {
                        continue;
                    }
                    let j = v as usize * w + u as usize;
                    let there = &pixels[j];
                    let jump = (there.depth - here.depth).abs();
                    if there.cover == 0.0 || jump > slack * (1.0 + d.abs() as f32) {
                        continue;
                    }
                    let k = kernel[d.unsigned_abs() as usize] * there.cover;
                    sum += from[j] * k;
                    weight += k;
                }
                sum / weight.max(Vec3::splat(1e-6))
            })
            .collect()
    };
    let start: Vec<Vec3> = pixels.iter().map(|p| Vec3::splat(p.lit)).collect();
    let shaded = |x: f32| pixels.iter().any(|p| p.cover > 0.0 && p.lit != x);
    if !shaded(1.0) {
        return start;
    }
    let across = pass(&start, 1, 0);
    pass(&across, 0, 1)
}

/// Diffuse term of a far light on skin, by channel: (n·l + w)/(1 + w)², eased by half so that the
/// lit side keeps most of its strength.
#[inline]
fn wrapped(normal: Vec3, soft: Vec3, toward: Vec3, size: f32) -> Vec3 {
    let wrap = WRAP + Vec3::splat(0.3 * size);
    let n = Vec3::new(
        soft.dot(toward).max(0.5 * (normal + soft).dot(toward)),
        (0.6 * normal + 0.4 * soft).dot(toward),
        (0.8 * normal + 0.2 * soft).dot(toward),
    );
    ((n + wrap) / ((Vec3::ONE + wrap) * (Vec3::ONE + wrap))).max(Vec3::ZERO) * (Vec3::ONE + 0.5 * wrap)
}

/// GGX lobe of a light of this angular radius, times cosine, for unit irradiance over π.
fn lobe(normal: Vec3, view: Vec3, light: &FarLight, alpha: f32) -> f32 {
    let nl = normal.dot(light.toward);
    let nv = normal.dot(view).max(0.05);
    if nl <= 0.0 {
        return 0.0;
    }
    let half = (light.toward + view).normalize_or(normal);
    let nh = normal.dot(half).max(0.0);
    let a = (alpha + 0.4 * light.radius).min(1.0);
    let a2 = a * a;
    let d = nh * nh * (a2 - 1.0) + 1.0;
    let g = {
        let k = 0.5 * a;
        (nl / (nl * (1.0 - k) + k)) * (nv / (nv * (1.0 - k) + k))
    };
    let vh = view.dot(half).max(0.0);
    let f = F0 + (1.0 - F0) * libm::powf(1.0 - vh, 5.0);
    // Irradiance E = π·colour: D/π · F·G/(4·nl·nv) · E·nl.
    a2 / (d * d) * f * g / (4.0 * nv)
}

fn light(p: &mut Pixel, soft: Vec3, lit: Vec3, camera: &Camera, lights: &Lights) {
    let view = camera.toward(p.position);
    let bent = p.dome;
    let open = p.open;
    // Where shadow and light alternate within a few mm, red is not lost but spread.
    let lit = lit.max(Vec3::splat(0.85 * lit.z));
    p.lit = lit.y;
    p.key = lights.key.colour * wrapped(p.normal, soft, lights.key.toward, lights.key.radius) * lit;
    // A light as wide as the fill is seen through the cone that the open sky leaves.
    let cone = libm::sqrtf(1.0 - open.min(0.999));
    let seen = smooth_edge(cone - 0.35, cone + 0.35, bent.dot(lights.fill.toward));
    p.fill = lights.fill.colour * wrapped(p.normal, soft, lights.fill.toward, lights.fill.radius) * seen;
    // Light bounced between folds the series of open share after each bounce.
    let bounced = Vec3::splat(open) / (Vec3::ONE - BOUNCE * (1.0 - open));
    p.dome = lights.dome(bent) * bounced;
    let mirror = 2.0 * p.normal.dot(view) * p.normal - view;
    let nv = p.normal.dot(view).clamp(0.0, 1.0);
    let fresnel = F0 + (0.35 - F0) * libm::powf(1.0 - nv, 5.0);
    let both =
        |l: &FarLight| lobe(p.normal, view, l, ROUGH[0]) * 0.9 + lobe(p.normal, view, l, ROUGH[1]) * 0.6;
    p.gloss_key = lights.key.colour * both(&lights.key) * lit.y;
    p.gloss_rest =
        lights.fill.colour * both(&lights.fill) * seen + lights.dome(mirror) * fresnel * open * open;
}

fn smooth_edge(lo: f32, hi: f32, x: f32) -> f32 {
    let t = ((x - lo) / (hi - lo)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
