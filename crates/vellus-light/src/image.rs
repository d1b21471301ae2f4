//! Pictures in linear light, and how they are written.

use crate::colour;
use crate::error::{LightError, in_range};
use ::image::{ExtendedColorType, ImageEncoder, codecs};
use glam::Vec3;

/// Code value from which highlights are compressed towards white, linear light.
const SHOULDER: f32 = 0.75;

/// A picture, linear sRGB, rows from the top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    /// Pixels, `width × height`.
    pub pixels: Vec<Vec3>,
}

impl Image {
    /// A picture of one colour.
    #[must_use]
    pub fn filled(width: usize, height: usize, colour: Vec3) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Bytes R, G, B of each pixel. Linear up to 0.75, above that highlights are rolled off so that
    /// gloss does not clip.
    #[must_use]
    pub fn to_srgb8(&self) -> Vec<u8> {
        // A table over linear light: 4096 steps of the square root are finer than any 8-bit step.
        let table: Vec<u8> = (0..=4096)
            .map(|i| {
                let r = f64::from(i) / 4096.0;
                (colour::srgb_from_linear(r * r) * 255.0 + 0.5) as u8
            })
            .collect();
        let tone = |x: f32| {
            let x = if x > SHOULDER {
                let t = (x - SHOULDER) / (1.0 - SHOULDER);
                SHOULDER + (1.0 - SHOULDER) * t / (1.0 + t)
            } else {
                x.max(0.0)
            };
            table[(libm::sqrtf(x) * 4096.0 + 0.5) as usize]
        };
        self.pixels.iter().flat_map(|p| [tone(p.x), tone(p.y), tone(p.z)]).collect()
    }

    /// Encodes as PNG, without metadata.
    ///
    /// # Errors
    /// [`LightError::Encode`] when the picture is too large for the format.
    pub fn to_png(&self) -> Result<Vec<u8>, LightError> {
        let mut out = Vec::new();
        codecs::png::PngEncoder::new_with_quality(
            &mut out,
            codecs::png::CompressionType::Default,
            codecs::png::FilterType::Adaptive,
        )
        .write_image(
            &self.to_srgb8(),
            self.width as u32,
            self.height as u32,
            ExtendedColorType::Rgb8,
        )?;
        Ok(out)
    }

    /// Encodes as JPEG of this quality (1 to 100), without metadata.
    ///
    /// # Errors
    /// A quality out of range, or a picture too large for the format.
    pub fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, LightError> {
        in_range("JPEG quality", f64::from(quality), 1.0, 100.0)?;
        let mut out = Vec::new();
        codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality).write_image(
            &self.to_srgb8(),
            self.width as u32,
            self.height as u32,
            ExtendedColorType::Rgb8,
        )?;
        Ok(out)
    }

    /// The linear values as a NumPy array file: height × width × 3 of 32-bit floats, little-endian.
    #[must_use]
    pub fn to_npy(&self) -> Vec<u8> {
        let values = self.pixels.iter().flat_map(|p| p.to_array());
        npy(&[self.height, self.width, 3], values)
    }

    /// The picture seen through a lens that gives this share of each pixel to its neighbours, first
    /// across, then down; edges keep their own. The mean does not change inside.
    #[must_use]
    pub(crate) fn softened(self, share: f32) -> Self {
        if share <= 0.0 {
            return self;
        }
        let (w, h) = (self.width, self.height);
        let pass = |from: &[Vec3], step: usize, at: &dyn Fn(usize) -> (usize, usize)| -> Vec<Vec3> {
            (0..w * h)
                .map(|i| {
                    let (k, n) = at(i);
                    let before = from[if k > 0 { i - step } else { i }];
                    let after = from[if k + 1 < n { i + step } else { i }];
                    from[i] * (1.0 - 2.0 * share) + (before + after) * share
                })
                .collect()
        };
        let across = pass(&self.pixels, 1, &|i| (i % w, w));
        let pixels = pass(&across, w, &|i| (i / w, h));
        Self { width: w, height: h, pixels }
    }

    /// Mean colour, linear sRGB; black without pixels.
    #[must_use]
    pub fn mean(&self) -> [f64; 3] {
        let mut sum = [0.0; 3];
        for p in &self.pixels {
            for (s, v) in sum.iter_mut().zip(p.to_array()) {
                *s += f64::from(v);
            }
        }
        sum.map(|s| s / self.pixels.len().max(1) as f64)
    }
}

/// A NumPy array file (format 1.0) of 32-bit floats in C order.
pub(crate) fn npy(shape: &[usize], values: impl Iterator<Item = f32>) -> Vec<u8> {
    let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let mut head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", shape.join(", "));
    // Magic, version and length take ten bytes; data start at a multiple of 64.
    while (10 + head.len() + 1) % 64 != 0 {
        head.push(' ');
    }
    head.push('\n');
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((head.len() as u16).to_le_bytes());
    out.extend(head.as_bytes());
    out.extend(values.flat_map(f32::to_le_bytes));
    out
}

/// Puts pictures on one sheet, row by row, `columns` to a row, on white with a margin of `gap`
/// pixels. Pictures may differ in size: each cell is as large as the largest.
#[must_use]
pub fn contact_sheet(images: &[Image], columns: usize, gap: usize) -> Image {
    let columns = columns.max(1);
    let (w, h) = images.iter().fold((0, 0), |(w, h), i| (w.max(i.width), h.max(i.height)));
    let rows = images.len().div_ceil(columns);
    let columns = columns.min(images.len().max(1));
    let mut sheet = Image::filled(columns * (w + gap) + gap, rows * (h + gap) + gap, Vec3::ONE);
    for (k, i) in images.iter().enumerate() {
        let x0 = gap + (k % columns) * (w + gap) + (w - i.width) / 2;
        let y0 = gap + (k / columns) * (h + gap) + (h - i.height) / 2;
        for y in 0..i.height {
            let from = &i.pixels[y * i.width..(y + 1) * i.width];
            let at = (y0 + y) * sheet.width + x0;
            sheet.pixels[at..at + i.width].copy_from_slice(from);
        }
    }
    sheet
}
