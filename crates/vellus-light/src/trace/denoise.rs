//! Less noise after the fact: light is smoothed where reflectance, surface and depth say that it is the same.
//!
//! # Equations
//! Light per reflectance is smoothed by an edge-avoiding à-trous wavelet (Dammertz et al. 2010): three passes of a
//! 5 × 5 B-spline with holes of 1, 2 and 4 pixels, each neighbour weighed by
//! exp(−|Δln L| / 2s) with s the relative noise of the two pixels (as Schied et al. 2017 have it) and by how alike normals,
//! reflectances and depths are. Hairs and dots are in the reflectance, which is not smoothed.
//!
//! Before that, a pixel that is half as bright again as all but one of its neighbours is brought down to that one: light that went
//! through many fibres comes in few, bright paths.
//!
//! # Limits
//! It looks better than it measures: noise that is left is no longer independent from pixel to pixel, and faint texture of
//! light (the shade of single hairs) and glints of a pixel are taken for noise. Pictures that are measured stay as they were traced.

use super::film::{Film, brightness};
use super::layers::Layers;
use glam::Vec3;
use rayon::prelude::*;

/// The numbers of this file that are not of the papers are set by eye on heads of 4 and 16 paths (assumption).
///
/// How much brighter than its second brightest neighbour a pixel is that is taken for a speck.
const SPECK: f32 = 1.5;
/// Holes of the passes, pixels.
const STEPS: [i32; 3] = [1, 2, 4];
/// The B-spline.
const KERNEL: [f32; 3] = [3.0 / 8.0, 1.0 / 4.0, 1.0 / 16.0];
/// Standard deviations of noise by which neighbours may differ.
const NOISE: f32 = 2.0;
/// Least relative noise that is meant, so that pixels of few paths do not stand alone.
const LEAST_NOISE: f32 = 0.02;
/// Relative difference of reflectances at which a neighbour counts for 1/e.
const REFLECTANCE: f32 = 0.06;
/// Power on the cosine between normals.
const NORMAL: f32 = 32.0;
/// Difference of depths over the distance on the picture, mm per pixel, at which a neighbour counts for 1/e.
const SLOPE: f32 = 1.5;
/// Reflectance that a dark pixel is divided by at least.
const DARK: f32 = 0.01;

impl Layers {
    /// Smooths the colours of these layers, which are those of a film.
    pub fn denoise(&mut self, film: &Film) {
        let (w, h) = (self.width, self.height);
        if w * h == 0 || film.sums.len() != w * h || film.samples < 2 {
            return;
        }
        let base: Vec<Vec3> = self.albedo.iter().map(|a| a.max(Vec3::splat(DARK))).collect();
        let mut light: Vec<Vec3> = self.colour.iter().zip(&base).map(|(c, b)| *c / *b).collect();
        light = (0..w * h).into_par_iter().map(|i| self.without_speck(i, &light)).collect();
        // Relative variance of each pixel, smoothed over its neighbours, since few paths estimate it badly.
        let noise: Vec<f32> = film
            .noise()
            .iter()
            .zip(&self.colour)
            .map(|(sd, c)| {
                let relative = sd / brightness(*c).max(1e-4);
                (relative * relative).min(1.0)
            })
            .collect();
        let mut variance = (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as i32, (i / w) as i32);
                let (mut sum, mut n) = (0.0, 0.0);
                for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
                    if let Some(j) = inside(x + dx, y + dy, w, h) {
                        sum += noise[j];
                        n += 1.0;
                    }
                }
                (sum / n).max(LEAST_NOISE * LEAST_NOISE)
            })
            .collect::<Vec<f32>>();
        for step in STEPS {
            let next: Vec<(Vec3, f32)> = (0..w * h)
                .into_par_iter()
                .map(|i| self.smoothed(i, step, &light, &variance, &base))
                .collect();
            (light, variance) = next.into_iter().unzip();
        }
        for ((c, l), b) in self.colour.iter_mut().zip(light).zip(base) {
            *c = l * b;
        }
    }

    /// The light of a pixel, or where it is a speck that of its second brightest neighbour.
    fn without_speck(&self, i: usize, light: &[Vec3]) -> Vec3 {
        let (w, h) = (self.width, self.height);
        if self.id[i] == 0 {
            return light[i];
        }
        let (x, y) = ((i % w) as i32, (i / w) as i32);
        let (mut first, mut second) = (0.0_f32, 0.0_f32);
        for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))).filter(|d| *d != (0, 0)) {
            let Some(j) = inside(x + dx, y + dy, w, h) else { continue };
            let there = brightness(light[j]);
            if there > first {
                (first, second) = (there, first);
            } else if there > second {
                second = there;
            }
        }
        let own = brightness(light[i]);
        if second > 0.0 && own > SPECK * second { light[i] * (second / own) } else { light[i] }
    }

    fn smoothed(&self, i: usize, step: i32, light: &[Vec3], variance: &[f32], base: &[Vec3]) -> (Vec3, f32) {
        let (w, h) = (self.width, self.height);
        // Borders of the head are mixed with what is behind them.
        if self.alpha[i] < 0.999 || self.id[i] == 0 {
            return (light[i], variance[i]);
        }
        let (x, y) = ((i % w) as i32, (i / w) as i32);
        let own = brightness(light[i]).max(1e-4);
        let (mut sum, mut spread, mut weight) = (Vec3::ZERO, 0.0, 0.0);
        for dy in -2..=2_i32 {
            for dx in -2..=2_i32 {
                let Some(j) = inside(x + dx * step, y + dy * step, w, h) else { continue };
                if self.alpha[j] < 0.999 || self.id[j] == 0 {
                    continue;
                }
                let kernel = KERNEL[dx.unsigned_abs() as usize] * KERNEL[dy.unsigned_abs() as usize];
                let share = if i == j { 1.0 } else { self.alike(i, j, step, own, light, variance, base) };
                let k = kernel * share;
                sum += light[j] * k;
                spread += variance[j] * k * k;
                weight += k;
            }
        }
        (sum / weight, spread / (weight * weight))
    }

    /// How far a neighbour shows the same light.
    #[allow(clippy::too_many_arguments, reason = "the terms of one weight")]
    fn alike(
        &self,
        i: usize,
        j: usize,
        step: i32,
        own: f32,
        light: &[Vec3],
        variance: &[f32],
        base: &[Vec3],
    ) -> f32 {
        let facing = self.normal[i].dot(self.normal[j]).max(0.0);
        let other = brightness(light[j]).max(1e-4);
        let noise = NOISE * libm::sqrtf(variance[i] + variance[j]);
        let far = (self.depth_mm[i] - self.depth_mm[j]).abs() / (SLOPE * step as f32 * 2.0);
        let unlike = ((base[i] - base[j]) / (base[i] + base[j])).abs().max_element() / REFLECTANCE;
        let bright = libm::logf(own / other).abs() / noise;
        libm::powf(facing, NORMAL) * libm::expf(-bright - far - unlike)
    }
}

fn inside(x: i32, y: i32, w: usize, h: usize) -> Option<usize> {
    (x >= 0 && y >= 0 && (x as usize) < w && (y as usize) < h).then(|| y as usize * w + x as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::film::Sums;
    use vellus_units::random::{Key, Purpose};

    /// A slope of light over two reflectances, with a line of hair in it, `samples` noisy paths a pixel.
    fn scene(w: usize, h: usize, samples: u32) -> (Film, Layers, Vec<Vec3>) {
        let mut film = Film { width: w, height: h, samples, sums: vec![Sums::default(); w * h] };
        let mut layers = Layers {
            width: w,
            height: h,
            colour: vec![Vec3::ZERO; w * h],
            alpha: vec![1.0; w * h],
            depth_mm: vec![500.0; w * h],
            normal: vec![Vec3::Z; w * h],
            albedo: vec![Vec3::ZERO; w * h],
            id: vec![1; w * h],
        };
        let mut truth = Vec::new();
        for i in 0..w * h {
            let (x, y) = (i % w, i / w);
            let albedo = match (x < w / 2, x % 11 == 3) {
                (_, true) => Vec3::splat(0.05),
                (true, _) => Vec3::new(0.5, 0.35, 0.25),
                (false, _) => Vec3::new(0.3, 0.22, 0.18),
            };
            let lit = albedo * (0.5 + 0.5 * y as f32 / h as f32);
            truth.push(lit);
            let mut s = Key::new(4, 0).stream(Purpose::Pixel, i as u64);
            for _ in 0..samples {
                let light = lit * (1.0 + 0.5 * s.normal() as f32).max(0.0);
                film.sums[i].light += light;
                film.sums[i].square += brightness(light) * brightness(light);
            }
            layers.colour[i] = film.sums[i].light / samples as f32;
            layers.albedo[i] = albedo;
        }
        (film, layers, truth)
    }

    fn error(layers: &Layers, truth: &[Vec3]) -> f32 {
        let sum: f32 = layers.colour.iter().zip(truth).map(|(a, b)| ((*a - *b) / *b).y.powi(2)).sum();
        (sum / truth.len() as f32).sqrt()
    }

    #[test]
    fn noise_falls_and_hairs_and_edges_stay() {
        let (film, mut layers, truth) = scene(88, 60, 8);
        // A speck of a hundred times the light of its surroundings.
        layers.colour[30 * 88 + 20] *= 100.0;
        let before = error(&layers, &truth);
        layers.denoise(&film);
        let after = error(&layers, &truth);
        assert!(after < 0.4 * before.min(0.18), "{before} {after}");
        // The mean light is kept.
        let mean = |v: &[Vec3]| v.iter().map(|c| c.y).sum::<f32>();
        assert!((mean(&layers.colour) / mean(&truth) - 1.0).abs() < 0.01);
        // A hair is as dark against its neighbours as it is.
        let (i, j) = (30 * 88 + 14, 30 * 88 + 17);
        let ratio = layers.colour[i].y / layers.colour[j].y / (truth[i].y / truth[j].y);
        assert!((ratio - 1.0).abs() < 0.2, "{ratio}");
    }

    #[test]
    fn what_cannot_be_smoothed_is_left() {
        let (film, layers, _) = scene(20, 20, 4);
        let mut background = layers.clone();
        background.id.fill(0);
        let before = background.colour.clone();
        background.denoise(&film);
        for (a, b) in background.colour.iter().zip(&before) {
            assert!((*a - *b).abs().max_element() < 1e-6);
        }
        let mut other = layers.clone();
        other.denoise(&Film { samples: 1, ..film });
        assert_eq!(other, layers);
    }
}
