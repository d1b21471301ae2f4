//! Putting soft spots and thin lines on pixels so that their area comes out right at any size.
//!
//! A spot is a factor (1 − a·G) on the light of each pixel, G normalised over the pixels themselves,
//! so that a small spot takes exactly `a` pixels' worth of light wherever it falls. A line has
//! the exact overlap with a unit step along it, times a tent across it of the width of a pixel or
//! of the hair, whichever is more; its coverage adds up to length × width.
//!
//! Pictures are divided into bands of rows of fixed height; each band takes the spots and lines in
//! their given order, so that bytes do not depend on the number of threads.

use crate::dot::PARTS;
use glam::{Vec2, Vec4};
use rayon::prelude::*;

/// Rows in a band.
pub(crate) const BAND_ROWS: usize = 16;
/// Spots narrower than this, pixels, go to the four nearest pixels by area.
const NARROW: f32 = 0.45;
/// Parts of a spot that are narrower than this, pixels, are drawn as one Gaussian.
const MERGED: f32 = 1.2;
/// Highest share of light that one spot takes at a pixel.
const MOST: f32 = 0.97;

/// A soft spot: a place in pixels and, for each part, its width in pixels and the pixels' worth of light that it
/// takes from red, green, blue and gloss.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    at: Vec2,
    /// From the narrowest to the widest; those that are not used take nothing.
    parts: [(f32, Vec4); PARTS],
    used: usize,
}

impl Spot {
    /// A spot of these parts, from the narrowest to the widest; parts that cannot be told apart at this size are joined.
    pub(crate) fn new(at: Vec2, parts: [(f32, Vec4); PARTS]) -> Self {
        let mut out = [(0.0, Vec4::ZERO); PARTS];
        let mut used = 0;
        let (mut take, mut spread, mut size) = (Vec4::ZERO, 0.0, 0.0);
        for (sigma, part) in parts {
            if part == Vec4::ZERO {
                continue;
            }
            if sigma >= MERGED {
                out[used] = (sigma, part);
                used += 1;
            } else {
                take += part;
                let own = part.y + part.w;
                spread += own * sigma * sigma;
                size += own;
            }
        }
        if take != Vec4::ZERO {
            out.copy_within(0..used.min(PARTS - 1), 1);
            out[0] = (if size > 0.0 { libm::sqrtf(spread / size) } else { 0.0 }, take);
            used = (used + 1).min(PARTS);
        }
        Self { at, parts: out, used }
    }

    /// The same place with so many times the darkness.
    pub(crate) fn times(mut self, k: f32) -> Self {
        for (_, take) in &mut self.parts {
            *take *= k;
        }
        self
    }

    fn reach(&self) -> f32 {
        let widest = self.parts[..self.used].iter().fold(0.0, |w: f32, p| w.max(p.0));
        if widest < NARROW { 1.0 } else { 2.8 * widest + 1.0 }
    }
}

/// Multiplies all spots onto a picture of ones.
pub(crate) fn spots(list: &[Spot], width: usize, height: usize) -> Vec<Vec4> {
    let mut out = vec![Vec4::ONE; width * height];
    out.par_chunks_mut(width * BAND_ROWS).enumerate().for_each(|(band, rows)| {
        let top = (band * BAND_ROWS) as i32;
        let bottom = top + (rows.len() / width) as i32;
        let mut weights = Weights::default();
        for s in list {
            let r = s.reach();
            if s.at.y + r < top as f32 || s.at.y - r > bottom as f32 {
                continue;
            }
            if s.used == 1 && s.parts[0].0 < NARROW {
                tent(s, rows, width, top, bottom);
            } else {
                weights.splat(s, r, rows, width, top, bottom);
            }
        }
    });
    out
}

#[inline]
fn tent(s: &Spot, rows: &mut [Vec4], width: usize, top: i32, bottom: i32) {
    let p = s.at - Vec2::splat(0.5);
    let f = p.floor();
    let t = p - f;
    for (dx, dy, w) in [
        (0, 0, (1.0 - t.x) * (1.0 - t.y)),
        (1, 0, t.x * (1.0 - t.y)),
        (0, 1, (1.0 - t.x) * t.y),
        (1, 1, t.x * t.y),
    ] {
        let (x, y) = (f.x as i32 + dx, f.y as i32 + dy);
        if x >= 0 && x < width as i32 && y >= top && y < bottom {
            let i = (y - top) as usize * width + x as usize;
            rows[i] *= Vec4::ONE - (s.parts[0].1 * w).min(Vec4::splat(MOST));
        }
    }
}

/// Weights of the columns and of the rows, for each part.
#[derive(Default)]
struct Weights {
    x: [Vec<f32>; PARTS],
    y: [Vec<f32>; PARTS],
}

impl Weights {
    fn splat(&mut self, s: &Spot, reach: f32, rows: &mut [Vec4], width: usize, top: i32, bottom: i32) {
        let x0 = (s.at.x - reach).floor() as i32;
        let x1 = (s.at.x + reach).ceil() as i32;
        let y0 = (s.at.y - reach).floor() as i32;
        let y1 = (s.at.y + reach).ceil() as i32;
        let parts = &s.parts[..s.used];
        for (k, (sigma, _)) in parts.iter().enumerate() {
            weigh(&mut self.x[k], s.at.x, x0, x1, *sigma);
            weigh(&mut self.y[k], s.at.y, y0, y1, *sigma);
        }
        for y in y0.max(top)..y1.min(bottom) {
            let row: [Vec4; PARTS] = std::array::from_fn(|k| {
                if k < s.used { s.parts[k].1 * self.y[k][(y - y0) as usize] } else { Vec4::ZERO }
            });
            let at = (y - top) as usize * width;
            for x in x0.max(0)..x1.min(width as i32) {
                let i = (x - x0) as usize;
                let take = (0..s.used).fold(Vec4::ZERO, |sum, k| sum + row[k] * self.x[k][i]);
                rows[at + x as usize] *= Vec4::ONE - take.min(Vec4::splat(MOST));
            }
        }
    }
}

/// Weights of the pixels `from..to` for a spot about `centre`: a Gaussian, or for a narrow one the two nearest
/// pixels by area; they add up to 1.
fn weigh(out: &mut Vec<f32>, centre: f32, from: i32, to: i32, sigma: f32) {
    out.clear();
    if sigma < NARROW {
        out.extend((from..to).map(|i| (1.0 - (i as f32 + 0.5 - centre).abs()).max(0.0)));
        return;
    }
    let k = -0.5 / (sigma * sigma);
    let mut sum = 0.0;
    for i in from..to {
        let d = i as f32 + 0.5 - centre;
        let w = libm::expf(k * d * d);
        sum += w;
        out.push(w);
    }
    let inv = 1.0 / sum.max(1e-12);
    for w in out {
        *w *= inv;
    }
}

/// A piece of hair on the picture, pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) from: Vec2,
    pub(crate) to: Vec2,
    pub(crate) radius: f32,
}

impl Line {
    /// Calls `paint(column, row, coverage, across, along)` for each pixel of the rows `top..bottom`
    /// that the line touches; `across` runs from −1 to 1 over the hair, `along` from 0 to 1.
    #[inline]
    pub(crate) fn cover<F: FnMut(usize, usize, f32, f32, f32)>(
        &self,
        width: usize,
        top: i32,
        bottom: i32,
        mut paint: F,
    ) {
        let d = self.to - self.from;
        let length = d.length();
        if length < 1e-4 {
            return;
        }
        let along = d / length;
        let half = self.radius.max(0.5);
        let share = self.radius / half;
        // A pixel is touched within half a pixel of the ends and `half + ½` of the axis.
        let pad_x = 0.5 * along.x.abs() + (half + 0.5) * along.y.abs();
        let pad_y = 0.5 * along.y.abs() + (half + 0.5) * along.x.abs();
        let y0 = ((self.from.y.min(self.to.y) - pad_y - 0.5).ceil() as i32).max(top);
        let y1 = ((self.from.y.max(self.to.y) + pad_y - 0.5).floor() as i32 + 1).min(bottom);
        let x0 = (self.from.x.min(self.to.x) - pad_x - 0.5).max(-1.0);
        let x1 = (self.from.x.max(self.to.x) + pad_x - 0.5).min(width as f32);
        for y in y0..y1 {
            let cy = y as f32 + 0.5 - self.from.y;
            let (mut a, mut b) = (x0, x1);
            if along.y.abs() > 1e-3 {
                // Where the row crosses the strip |p × along| ≤ half + ½.
                let mid = self.from.x + cy * along.x / along.y - 0.5;
                let w = (half + 0.5) / along.y.abs();
                a = a.max(mid - w);
                b = b.min(mid + w);
            }
            let from = (a.ceil().max(0.0)) as i32;
            let to = (b.floor() as i32 + 1).min(width as i32);
            for x in from..to {
                let p = Vec2::new(x as f32 + 0.5 - self.from.x, cy);
                let t = p.dot(along);
                let s = p.perp_dot(along);
                let step = (t + 0.5).min(length) - (t - 0.5).max(0.0);
                let tent = (half + 0.5 - s.abs()).min(1.0);
                if step > 0.0 && tent > 0.0 {
                    paint(
                        x as usize,
                        y as usize,
                        step * tent * share,
                        s / half,
                        (t / length).clamp(0.0, 1.0),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_a_spot_takes_its_area_anywhere() {
        for sigma in [0.1, 0.5, 0.9, 2.0, 4.5] {
            for x in [30.0, 30.21, 30.5, 30.93] {
                let part = (sigma, Vec4::splat(0.1));
                let wide = (2.0 * sigma, Vec4::splat(0.1));
                let s = Spot::new(Vec2::new(x, 31.37), [part, part, wide]);
                let lost: f32 = spots(&[s], 64, 64).iter().map(|p| 1.0 - p.x).sum();
                assert!((lost - 0.3).abs() < 2e-3, "{sigma} {x} {lost}");
            }
        }
    }

    #[test]
    fn prop_a_line_covers_length_times_width() {
        for radius in [0.02, 0.3, 0.8, 2.5] {
            let (mut sum, mut want) = (0.0, 0.0);
            for k in 0..200 {
                let a = 0.1 * k as f32;
                let from = Vec2::new(32.0 + 0.37 * (k % 5) as f32, 32.0 + 0.21 * (k % 7) as f32);
                let len = 0.3 + 0.08 * k as f32;
                let to = from + len * Vec2::new(libm::cosf(a), libm::sinf(a));
                Line { from, to, radius }.cover(64, 0, 64, |_, _, c, _, _| sum += c);
                want += len * 2.0 * radius;
            }
            assert!((sum / want - 1.0).abs() < 0.02, "{radius} {}", sum / want);
        }
    }
}
