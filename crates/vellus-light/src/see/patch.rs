//! A piece of skin as an eye would see it: flat, to scale, in linear light.

use glam::Vec3;

use crate::colour::{lab_from_xyz, xyz_from_linear};
use crate::error::{LightError, in_range};
use crate::image::Image;

/// Largest side of a patch, pixels: four fields of that size fit into a quarter of a gibibyte.
pub const LARGEST_SIDE: usize = 2048;

/// A flat piece of skin, linear sRGB, with its scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    width: usize,
    height: usize,
    mm_per_pixel: f64,
    pixels: Vec<[f64; 3]>,
}

impl Patch {
    /// A patch of so many pixels across and down.
    ///
    /// # Errors
    /// A side of less than 8 or more than [`LARGEST_SIDE`] pixels, another number of pixels than width ×
    /// height, a pixel that is not a number between −0.5 and 100, a scale outside 0.0005 to 10 mm per pixel.
    pub fn new(
        width: usize,
        height: usize,
        mm_per_pixel: f64,
        pixels: Vec<[f64; 3]>,
    ) -> Result<Self, LightError> {
        for side in [width, height] {
            in_range("side of a patch in pixels", side as f64, 8.0, LARGEST_SIDE as f64)?;
        }
        in_range("millimetres per pixel", mm_per_pixel, 0.0005, 10.0)?;
        if pixels.len() != width * height {
            return Err(LightError::Length {
                what: "pixels of a patch",
                found: pixels.len(),
                expected: width * height,
            });
        }
        for v in pixels.iter().flatten() {
            in_range("linear light of a pixel", *v, -0.5, 100.0)?;
        }
        Ok(Self { width, height, mm_per_pixel, pixels })
    }

    /// A rendered picture of skin seen from straight above.
    ///
    /// # Errors
    /// As [`Patch::new`].
    pub fn from_image(image: &Image, mm_per_pixel: f64) -> Result<Self, LightError> {
        let pixels = image.pixels.iter().map(|p| p.to_array().map(f64::from)).collect();
        Self::new(image.width, image.height, mm_per_pixel, pixels)
    }

    /// Width, pixels.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Height, pixels.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Scale, mm per pixel.
    #[must_use]
    pub const fn mm_per_pixel(&self) -> f64 {
        self.mm_per_pixel
    }

    /// Pixels, linear sRGB, rows from the top.
    #[must_use]
    pub fn pixels(&self) -> &[[f64; 3]] {
        &self.pixels
    }

    /// Mean colour in linear light.
    #[must_use]
    pub fn mean(&self) -> [f64; 3] {
        let mut sum = [0.0; 3];
        for p in &self.pixels {
            for (s, v) in sum.iter_mut().zip(p) {
                *s += v;
            }
        }
        sum.map(|s| s / self.pixels.len() as f64)
    }

    /// CIELAB of the mean light: the tone from afar.
    #[must_use]
    pub fn tone_lab(&self) -> [f64; 3] {
        lab_from_xyz(xyz_from_linear(self.mean()))
    }

    /// The same patch of one colour, its mean.
    #[must_use]
    pub fn flat(&self) -> Self {
        Self { pixels: vec![self.mean(); self.pixels.len()], ..self.clone() }
    }

    /// As a picture.
    #[must_use]
    pub fn to_image(&self) -> Image {
        let pixels = self.pixels.iter().map(|p| Vec3::from_array(p.map(|x| x as f32))).collect();
        Image { width: self.width, height: self.height, pixels }
    }

    /// The same patch with `k` × `k` pixels averaged into one; what does not fill a pixel is left out.
    pub(crate) fn coarser(&self, k: usize) -> Self {
        let (w, h) = (self.width / k, self.height / k);
        if k <= 1 || w < 8 || h < 8 {
            return self.clone();
        }
        let mut pixels = vec![[0.0; 3]; w * h];
        for (y, row) in self.pixels.chunks(self.width).take(h * k).enumerate() {
            for (x, p) in row.iter().take(w * k).enumerate() {
                for (s, v) in pixels[(y / k) * w + x / k].iter_mut().zip(p) {
                    *s += v / (k * k) as f64;
                }
            }
        }
        Self { width: w, height: h, mm_per_pixel: self.mm_per_pixel * k as f64, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarser_keeps_the_mean_and_bad_patches_are_told() {
        let pixels: Vec<[f64; 3]> = (0..32 * 16).map(|i| [f64::from(i % 7) / 7.0, 0.3, 0.2]).collect();
        let p = Patch::new(32, 16, 0.1, pixels.clone()).unwrap();
        let c = p.coarser(2);
        assert_eq!((c.width(), c.height(), c.mm_per_pixel()), (16, 8, 0.2));
        assert!((c.mean()[0] - p.mean()[0]).abs() < 1e-12);
        assert!(Patch::new(32, 16, 0.1, pixels[1..].to_vec()).is_err());
        assert!(Patch::new(32, 16, 0.0, pixels.clone()).is_err());
        assert!(Patch::new(4, 128, 0.1, pixels.clone()).is_err());
        let mut bad = pixels;
        bad[3][1] = f64::NAN;
        assert!(Patch::new(32, 16, 0.1, bad).is_err());
    }
}
