//! What a picture holds beside its colours, and files that keep all of it.

use super::film::{Film, on_paper};
use super::portrait::Grown;
use crate::error::LightError;
use crate::image::{ColourSpace, Image, npy, png};
use ::image::ExtendedColorType;
use exr::prelude::{
    AnyChannel, AnyChannels, Encoding, FlatSamples, Image as Exr, Layer, LayerAttributes, WritableImage,
};
use glam::Vec3;
use std::io::Cursor;

/// Layers of a picture, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Layers {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    /// Linear sRGB, multiplied by the share that is shown.
    pub colour: Vec<Vec3>,
    /// Share of the pixel that shows the head, 0 to 1.
    pub alpha: Vec<f32>,
    /// Mean distance from the camera of what was met, mm; infinity where nothing was.
    pub depth_mm: Vec<f32>,
    /// Mean unit normal.
    pub normal: Vec<Vec3>,
    /// Mean reflectance of what was met.
    pub albedo: Vec<Vec3>,
    /// 0 nothing, 1 skin, 2 + number of the strand: what the first path of the pixel met.
    pub id: Vec<u32>,
}

impl Layers {
    /// The layers of a film; `grown` tells the strand of a piece of hair.
    #[must_use]
    pub fn of(film: &Film, grown: &Grown) -> Self {
        let mean = |f: &dyn Fn(&super::film::Sums) -> Vec3| {
            film.sums.iter().map(|s| f(s) / (s.met.max(1)) as f32).collect()
        };
        Self {
            width: film.width,
            height: film.height,
            colour: film.image().pixels,
            alpha: film.coverage(),
            depth_mm: film
                .sums
                .iter()
                .map(|s| if s.met > 0 { s.depth / s.met as f32 } else { f32::INFINITY })
                .collect(),
            normal: film.sums.iter().map(|s| s.normal.normalize_or_zero()).collect(),
            albedo: mean(&|s| s.albedo),
            id: film
                .sums
                .iter()
                .map(|s| if s.id < 2 { s.id } else { grown.strand_of(s.id - 2).map_or(0, |k| k + 2) })
                .collect(),
        }
    }

    /// The colours over a plain paper background, a little darker towards the corners.
    #[must_use]
    pub fn image_on(&self, background: Vec3) -> Image {
        let image = Image { width: self.width, height: self.height, pixels: self.colour.clone() };
        on_paper(image, &self.alpha, background)
    }

    /// An OpenEXR file: R, G, B, A, and with `all` also Z, the normal N, the albedo and the id.
    ///
    /// # Errors
    /// [`LightError::Layers`] when the file cannot be made.
    pub fn to_exr(&self, all: bool) -> Result<Vec<u8>, LightError> {
        let part = |v: &[Vec3], k: usize| FlatSamples::F32(v.iter().map(|p| p[k]).collect());
        let mut channels = vec![
            AnyChannel::new("R", part(&self.colour, 0)),
            AnyChannel::new("G", part(&self.colour, 1)),
            AnyChannel::new("B", part(&self.colour, 2)),
            AnyChannel::new("A", FlatSamples::F32(self.alpha.clone())),
        ];
        if all {
            channels.push(AnyChannel::new("Z", FlatSamples::F32(self.depth_mm.clone())));
            for (k, name) in ["X", "Y", "Z"].iter().enumerate() {
                channels.push(AnyChannel::new(format!("N.{name}").as_str(), part(&self.normal, k)));
            }
            for (k, name) in ["R", "G", "B"].iter().enumerate() {
                channels.push(AnyChannel::new(format!("albedo.{name}").as_str(), part(&self.albedo, k)));
            }
            channels.push(AnyChannel::new("id", FlatSamples::U32(self.id.clone())));
        }
        let layer = Layer::new(
            (self.width, self.height),
            LayerAttributes::named("vellus"),
            Encoding::FAST_LOSSLESS,
            AnyChannels::sort(channels.into_iter().collect()),
        );
        let mut out = Cursor::new(Vec::new());
        Exr::from_layer(layer)
            .write()
            .non_parallel()
            .to_buffered(&mut out)
            .map_err(|e| LightError::Layers(e.to_string()))?;
        Ok(out.into_inner())
    }

    /// A PNG with transparency, without metadata.
    ///
    /// # Errors
    /// [`LightError::Encode`] when the picture is too large for the format.
    pub fn to_png(&self, space: ColourSpace) -> Result<Vec<u8>, LightError> {
        // Colours are divided by what is shown, as PNG wants them.
        let straight = Image {
            width: self.width,
            height: self.height,
            pixels: self.colour.iter().zip(&self.alpha).map(|(c, a)| *c / a.max(1e-3)).collect(),
        };
        let bytes: Vec<u8> = straight
            .to_bytes(space)
            .chunks_exact(3)
            .zip(&self.alpha)
            .flat_map(|(c, a)| [c[0], c[1], c[2], (a.clamp(0.0, 1.0) * 255.0 + 0.5) as u8])
            .collect();
        png(&bytes, (self.width, self.height), ExtendedColorType::Rgba8, space)
    }

    /// A NumPy array: height × width × 4 (linear R, G, B, A), with `all` × 12 (then depth, normal, albedo,
    /// id).
    #[must_use]
    pub fn to_npy(&self, all: bool) -> Vec<u8> {
        let planes = if all { 12 } else { 4 };
        let values = (0..self.colour.len()).flat_map(|i| {
            let (c, n, a) = (self.colour[i], self.normal[i], self.albedo[i]);
            let row = [
                c.x,
                c.y,
                c.z,
                self.alpha[i],
                self.depth_mm[i],
                n.x,
                n.y,
                n.z,
                a.x,
                a.y,
                a.z,
                self.id[i] as f32,
            ];
            row.into_iter().take(planes)
        });
        npy(&[self.height, self.width, planes], values)
    }
}
