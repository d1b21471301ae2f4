//! A patch of scalp: how far away, how large, and its picture.

use anyhow::Context;
use glam::Vec3;
use vellus_light::Image;
use vellus_light::closeup::{Beside, CameraSpec, CloseUpSpec, Overlay, Picture, make, preset};

/// Pixels of the sheet for one patch.
pub(super) const TILE: [usize; 2] = [320, 224];
/// Pixels of the close-up maker in a pixel of the sheet, along each axis: its least scale is finer than the eye at a metre.
const FINER: usize = 4;

/// From where a patch is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distance {
    /// With the eyes, at 1 m.
    Far,
    /// With a clinic's camera.
    Clinic,
    /// With a dermatoscope whose polarisers are crossed.
    Dermatoscope,
}

impl Distance {
    pub(super) const ALL: [Self; 3] = [Self::Far, Self::Clinic, Self::Dermatoscope];

    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Far => "1m",
            Self::Clinic => "close",
            Self::Dermatoscope => "dermatoscope",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Far => "at 1 m",
            Self::Clinic => "clinic camera",
            Self::Dermatoscope => "dermatoscope",
        }
    }

    pub(super) const fn note(self) -> &'static str {
        match self {
            Self::Far => {
                "64 × 45 mm of scalp. On a screen of 96 pixels an inch it is 1.3 times life size: look from 1.3 m to see it as at 1 m."
            }
            Self::Clinic => "10 × 7 mm of scalp under the preset “clinic”. Bar 1 mm.",
            Self::Dermatoscope => "5.8 × 4.1 mm of scalp, crossed polarisers, ring light. Bar 1 mm.",
        }
    }

    /// Picture, camera and what is drawn over it.
    pub(super) fn base(self) -> CloseUpSpec {
        let clinic = preset("clinic").unwrap_or_default();
        let [width, height] = TILE.map(|n| n as u32);
        let bar = Overlay { scale_bar_mm: 1.0, ..Overlay::default() };
        match self {
            Self::Far => CloseUpSpec {
                picture: Picture {
                    width_px: FINER as u32 * width,
                    height_px: FINER as u32 * height,
                    ..Picture::default()
                },
                camera: CameraSpec {
                    scale_px_per_mm: 20.0,
                    distance_mm: 1000.0,
                    blur_px_per_mm: 0.0,
                    polarised: 0.3,
                    uneven_light: 0.3,
                    vignetting: 0.0,
                    exposure: 1.1,
                    noise: 0.0,
                    samples: 4.0,
                    ..CameraSpec::default()
                },
                ..CloseUpSpec::default()
            },
            Self::Clinic => CloseUpSpec {
                picture: Picture { width_px: width, height_px: height, ..Picture::default() },
                camera: CameraSpec { scale_px_per_mm: 32.0, ..clinic.camera },
                overlay: bar,
                ..CloseUpSpec::default()
            },
            Self::Dermatoscope => CloseUpSpec {
                picture: Picture { width_px: width, height_px: height, ..Picture::default() },
                camera: CameraSpec {
                    scale_px_per_mm: 55.0,
                    distance_mm: 30.0,
                    polarised: 0.95,
                    blur_px_per_mm: 3.0,
                    exposure: 1.1,
                    ..CameraSpec::default()
                },
                overlay: bar,
                ..CloseUpSpec::default()
            },
        }
    }

    const fn finer(self) -> usize {
        match self {
            Self::Far => FINER,
            Self::Clinic | Self::Dermatoscope => 1,
        }
    }
}

/// The picture of a specification, at the size of the sheet.
pub(super) fn picture(spec: &CloseUpSpec, distance: Distance, seed: u64) -> anyhow::Result<Image> {
    let made = make(spec, seed, Beside::default(), &mut |_| {}).context("a picture of the gallery")?;
    Ok(shrunk(&made.image, distance.finer()))
}

/// The mean of squares of `n` × `n` pixels, in linear light.
pub(super) fn shrunk(image: &Image, n: usize) -> Image {
    let (w, h) = (image.width / n, image.height / n);
    let mean = |x: usize, y: usize| {
        let rows = (0..n).map(|j| &image.pixels[(y * n + j) * image.width + x * n..][..n]);
        rows.flatten().copied().sum::<Vec3>() / (n * n) as f32
    };
    let pixels = (0..w * h).map(|k| mean(k % w, k / w)).collect();
    Image { width: w, height: h, pixels }
}

/// CIELAB of the mean of a picture.
pub(super) fn lab(image: &Image) -> [f64; 3] {
    vellus_light::colour::lab_from_linear(image.mean())
}

/// The same in words.
pub(super) fn tone(image: &Image) -> String {
    let [l, a, b] = lab(image);
    format!("mean  L* {l:.0}   a* {a:.0}   b* {b:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shrunken_picture_has_the_same_light() {
        let mut image = Image::filled(8, 4, Vec3::splat(0.2));
        image.pixels[9] = Vec3::new(1.0, 0.6, 0.0);
        let small = shrunk(&image, 4);
        assert_eq!((small.width, small.height), (2, 1));
        for (a, b) in image.mean().iter().zip(small.mean()) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
        assert!(small.pixels[0].x > small.pixels[1].x);
    }
}
