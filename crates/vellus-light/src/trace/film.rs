//! Pictures gathered sample by sample, in passes that can be watched and stopped.

use super::bundle::Bundle;
use super::lanes::{Lanes, Work, widest};
use super::paths::{First, radiance};
use super::piece::Beam;
use super::samples::Sequence;
use super::scene::Scene;
use super::tree::{Parts, Walk};
use crate::error::{LightError, in_range};
use crate::image::Image;
use crate::view::Camera;
use glam::Vec3;
use rayon::prelude::*;
use vellus_units::random::Key;

/// How a picture is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Paths through each pixel.
    pub samples: u32,
    /// Meetings of a path at most.
    pub depth: u32,
    /// Paths through each pixel between two calls of the progress.
    pub pass: u32,
    /// Seed.
    pub key: Key,
}

/// What is told of a picture in the making; the answer is whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(u32, u32) -> bool;

/// A picture in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    /// Paths through each pixel so far.
    pub samples: u32,
    pub(crate) sums: Vec<Sums>,
}

/// Sums over the samples of a pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) light: Vec3,
    /// Of the squares of the brightness.
    pub(crate) square: f32,
    pub(crate) albedo: Vec3,
    pub(crate) normal: Vec3,
    pub(crate) depth: f32,
    /// Samples that met something.
    pub(crate) met: u32,
    /// Sum of how much was shown.
    pub(crate) shown: f32,
    /// What the first sample met.
    pub(crate) id: u32,
}

/// Memory that a picture may take, MB.
const MOST_MB: usize = 1_200;
/// Pixels of a tile on a side.
const TILE: usize = 16;
/// Paths for which the parts of the hierarchy of hairs are looked up together.
const BLOCK_PATHS: usize = 64;

/// Traces a picture. `progress` hears of the samples done and asked for after each pass.
///
/// # Errors
/// A number of samples or a depth out of range; a scene without light; a picture too large.
pub fn render(
    scene: &Scene<'_>,
    camera: &Camera,
    settings: &Settings,
    progress: Progress<'_>,
) -> Result<Film, LightError> {
    in_range("samples per pixel", f64::from(settings.samples), 1.0, 65_536.0)?;
    in_range("path depth", f64::from(settings.depth), 1.0, 64.0)?;
    if scene.lamps.is_dark() {
        return Err(LightError::Dark);
    }
    let (w, h) = (camera.width, camera.height);
    let mb = w * h * size_of::<Sums>() / 1_000_000;
    if mb > MOST_MB {
        return Err(LightError::TooLarge { width: w, height: h, mb, most_mb: MOST_MB });
    }
    let sequence = Sequence::new(settings.key);
    let mut film = Film { width: w, height: h, samples: 0, sums: vec![Sums::default(); w * h] };
    let pixel = 1.0 / camera.scale;
    let pass = settings.pass.max(1);
    while film.samples < settings.samples {
        let (from, to) = (film.samples, (film.samples + pass).min(settings.samples));
        film.sums.par_chunks_mut(w * TILE).enumerate().for_each(|(band, rows)| {
            widest(Band {
                scene,
                camera,
                settings,
                sequence: &sequence,
                pixel,
                top: band * TILE,
                rows,
                from,
                to,
            });
        });
        film.samples = to;
        if !progress(to, settings.samples) {
            break;
        }
    }
    Ok(film)
}

/// Rows of tiles of a picture, and the samples that they get.
struct Band<'a, 'b> {
    scene: &'a Scene<'b>,
    camera: &'a Camera,
    settings: &'a Settings,
    sequence: &'a Sequence,
    /// Width of a pixel over its distance.
    pixel: f32,
    top: usize,
    rows: &'a mut [Sums],
    from: u32,
    to: u32,
}

impl Work for Band<'_, '_> {
    type Out = ();

    #[inline(always)]
    fn run<L: Lanes>(self, on: L) {
        let Self { scene, camera, sequence, pixel, .. } = self;
        let mut walk = Walk::new(on);
        let w = camera.width;
        let tall = self.rows.len() / w;
        // Blocks so large that what is looked up for one serves some dozens of paths.
        let samples = (self.to - self.from).max(1) as usize;
        let block =
            (1..=2).map(|k| 1 << k).take_while(|b| b * b * samples <= 2 * BLOCK_PATHS).last().unwrap_or(1);
        let (mut skin, mut hairs) = (Parts::default(), Parts::default());
        for left in (0..w).step_by(TILE) {
            for (y0, x0) in (0..tall)
                .step_by(block)
                .flat_map(|y| (left..(left + TILE).min(w)).step_by(block).map(move |x| (y, x)))
            {
                let (x1, y1) = ((x0 + block).min(w), (y0 + block).min(tall));
                let bundle = Bundle::new(camera, (x0, x1), (self.top + y0, self.top + y1));
                scene.body.parts(on, &bundle, &mut skin);
                scene.hairs.tree().parts(on, &bundle, &mut hairs);
                let roots = [skin.roots(), hairs.roots()];
                for (y, x) in (y0..y1).flat_map(|y| (x0..x1).map(move |x| (y, x))) {
                    let (row, sums) = (self.top + y, &mut self.rows[y * w + x]);
                    for k in self.from..self.to {
                        let mut s = sequence.path((row * w + x) as u32, k);
                        let [dx, dy] = s.pair();
                        let (origin, direction) = camera.ray(x as f32 + dx, row as f32 + dy);
                        let beam = Beam { origin, direction };
                        let (parallel, depth) = (!camera.perspective, self.settings.depth);
                        let (light, first) =
                            radiance(&mut walk, scene, roots, beam, pixel, parallel, &mut s, depth);
                        sums.add(light, &first);
                    }
                }
            }
        }
    }
}

/// A picture over a plain paper background; `shown` the share of each pixel that is not background.
pub(crate) fn on_paper(mut image: Image, shown: &[f32], background: Vec3) -> Image {
    let (w, h) = (image.width, image.height);
    for (i, (p, c)) in image.pixels.iter_mut().zip(shown).enumerate() {
        let x = (i % w) as f32 / w as f32 - 0.5;
        let y = (i / w) as f32 / h as f32 - 0.5;
        *p += background * ((1.06 - 0.35 * (x * x + y * y)) * (1.0 - c));
    }
    image
}

impl Sums {
    #[inline]
    fn add(&mut self, light: Vec3, first: &First) {
        let shown = if first.id > 0 { first.shown } else { 1.0 };
        let light = if light.is_finite() { light * shown } else { Vec3::ZERO };
        self.light += light;
        let bright = brightness(light);
        self.square += bright * bright;
        if first.id > 0 {
            self.albedo += first.albedo;
            self.normal += first.normal;
            self.depth += first.depth;
            if self.met == 0 {
                self.id = first.id;
            }
            self.met += 1;
            self.shown += first.shown;
        }
    }
}

/// Luminance of linear sRGB.
pub(crate) fn brightness(c: Vec3) -> f32 {
    0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z
}

impl Film {
    /// The picture so far, linear sRGB.
    #[must_use]
    pub fn image(&self) -> Image {
        let k = 1.0 / self.samples.max(1) as f32;
        Image {
            width: self.width,
            height: self.height,
            pixels: self.sums.iter().map(|s| s.light * k).collect(),
        }
    }

    /// The picture so far over a plain paper background, a little darker towards the corners.
    #[must_use]
    pub fn image_on(&self, background: Vec3) -> Image {
        on_paper(self.image(), &self.coverage(), background)
    }

    /// Standard deviation of the mean brightness of each pixel, as if its samples were independent: an
    /// upper bound, since they are spread evenly.
    #[must_use]
    pub fn noise(&self) -> Vec<f32> {
        let n = self.samples.max(1) as f32;
        self.sums
            .iter()
            .map(|s| {
                let mean = brightness(s.light) / n;
                ((s.square / n - mean * mean).max(0.0) / n).sqrt()
            })
            .collect()
    }

    /// Share of each pixel that shows the body or a hair.
    #[must_use]
    pub fn coverage(&self) -> Vec<f32> {
        let k = 1.0 / self.samples.max(1) as f32;
        self.sums.iter().map(|s| s.shown * k).collect()
    }
}
