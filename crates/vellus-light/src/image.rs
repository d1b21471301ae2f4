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

/// A PNG of these bytes, with the profile of their space.
pub(crate) fn png(
    bytes: &[u8],
    (width, height): (usize, usize),
    kind: ExtendedColorType,
    space: ColourSpace,
) -> Result<Vec<u8>, LightError> {
    let mut out = Vec::new();
    let mut encoder = codecs::png::PngEncoder::new_with_quality(
        &mut out,
        codecs::png::CompressionType::Default,
        codecs::png::FilterType::Adaptive,
    );
    if let Some(profile) = space.profile()? {
        encoder.set_icc_profile(profile).map_err(|e| LightError::Layers(e.to_string()))?;
    }
    encoder.write_image(bytes, width as u32, height as u32, kind)?;
    Ok(out)
}

/// The colours that a file is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourSpace {
    /// sRGB, what is meant where nothing is said.
    #[default]
    Srgb,
    /// Display P3, the wider primaries of newer screens, with its profile in the file.
    DisplayP3,
}

impl ColourSpace {
    /// A colour of linear sRGB in the linear primaries of this space.
    fn of(self, c: Vec3) -> Vec3 {
        match self {
            Self::Srgb => c,
            Self::DisplayP3 => {
                let xyz = colour::xyz_from_linear(c.to_array().map(f64::from));
                Vec3::from_array(colour::linear_p3_from_xyz(xyz).map(|x| x as f32))
            }
        }
    }

    /// The ICC profile that a file of this space needs.
    ///
    /// # Errors
    /// [`LightError::Layers`] when it cannot be made.
    fn profile(self) -> Result<Option<Vec<u8>>, LightError> {
        if self == Self::Srgb {
            return Ok(None);
        }
        let mut bytes =
            moxcms::ColorProfile::new_display_p3().encode().map_err(|e| LightError::Layers(e.to_string()))?;
        // The day on which it was made would make every file another one: 1 January 2017, when the space was named.
        if let Some(date) = bytes.get_mut(24..36) {
            date.copy_from_slice(&[7, 225, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
        }
        Ok(Some(bytes))
    }
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
        self.to_bytes(ColourSpace::Srgb)
    }

    /// As [`Self::to_srgb8`], in a space.
    pub(crate) fn to_bytes(&self, space: ColourSpace) -> Vec<u8> {
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
        self.pixels.iter().map(|p| space.of(*p)).flat_map(|p| [tone(p.x), tone(p.y), tone(p.z)]).collect()
    }

    /// Encodes as PNG, without metadata.
    ///
    /// # Errors
    /// [`LightError::Encode`] when the picture is too large for the format.
    pub fn to_png(&self) -> Result<Vec<u8>, LightError> {
        self.to_png_in(ColourSpace::Srgb)
    }

    /// As [`Self::to_png`], in a space, whose profile is in the file where it is not sRGB.
    ///
    /// # Errors
    /// As [`Self::to_png`].
    pub fn to_png_in(&self, space: ColourSpace) -> Result<Vec<u8>, LightError> {
        png(&self.to_bytes(space), (self.width, self.height), ExtendedColorType::Rgb8, space)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_display_p3_has_its_profile_and_its_primaries() {
        use ::image::ImageDecoder;
        // The red of sRGB has 0.9175, 0.2003, 0.1386 in Display P3 (CSS Color 4).
        let image = Image { width: 2, height: 1, pixels: vec![Vec3::new(0.7, 0.0, 0.0), Vec3::splat(0.5)] };
        let file = image.to_png_in(ColourSpace::DisplayP3).unwrap();
        assert_eq!(file, image.to_png_in(ColourSpace::DisplayP3).unwrap());
        let mut decoder = codecs::png::PngDecoder::new(std::io::Cursor::new(&file)).unwrap();
        let profile = decoder.icc_profile().unwrap().unwrap();
        assert_eq!(&profile[36..40], b"acsp");
        let mut bytes = vec![0; decoder.total_bytes() as usize];
        decoder.read_image(&mut bytes).unwrap();
        let red = [0.9175, 0.2003, 0.1386].map(|v| 0.7 * colour::linear_from_srgb(v));
        for (c, linear) in red.into_iter().enumerate() {
            let want = 255.0 * colour::srgb_from_linear(linear);
            assert!((f64::from(bytes[c]) - want).abs() < 1.1, "{bytes:?} {want}");
        }
        // Grey is grey in both.
        assert_eq!(bytes[3..], image.to_srgb8()[3..]);
        let plain = image.to_png().unwrap();
        let mut decoder = codecs::png::PngDecoder::new(std::io::Cursor::new(&plain)).unwrap();
        assert!(decoder.icc_profile().unwrap().is_none());
    }
}
