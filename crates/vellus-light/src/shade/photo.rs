//! Test dots measured on a photograph with a grey card.
//!
//! The card gives white balance and exposure: its reflectance is known. Skin is the trimmed mean of a rectangle. Each dot
//! is the relative darkening integrated over a disc about its centre, against the skin in a ring around it, which
//! does not depend on how sharp the picture is. What a file says of itself (EXIF) is not used.

use serde::{Deserialize, Serialize};

use crate::colour::{lab_from_linear, linear_from_srgb};
use crate::error::{LightError, in_range};
use vellus_units::maths::quantile;

/// A rectangle in pixels: left, top, width, height.
pub type Rectangle = [u32; 4];

/// What to measure on a photograph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestPhoto {
    /// The grey card.
    pub grey: Rectangle,
    /// Reflectance of the card, 0.02 to 0.95; 0.18 is usual.
    pub grey_reflectance: f64,
    /// Bare skin beside the dots.
    pub skin: Rectangle,
    /// Centres of the dots, pixels.
    pub dots: Vec<[f64; 2]>,
    /// Scale, mm per pixel.
    pub mm_per_pixel: f64,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoReading {
    /// Skin, CIELAB D65.
    pub skin_lab: [f64; 3],
    /// Median over the dots of the darkening integrated over one, mm², red, green, blue.
    pub area_mm2: [f64; 3],
    /// Standard error of the logarithm of that median.
    pub sd_log: f64,
    /// Dots that were measured.
    pub dots: usize,
    /// Dots that were left out, with the reason.
    pub left_out: Vec<String>,
}

/// Radius over which a dot is integrated, mm: three standard deviations and more of a healed dot's darkening.
const DISC_MM: f64 = 0.50;
/// Ring in which the skin about a dot is taken, mm.
const RING_MM: [f64; 2] = [0.65, 1.0];
/// Least distance of two test dots, mm, so that neither lies in the other's ring.
const APART_MM: f64 = 1.25;
/// Code value from which a channel counts as clipped, and linear light below which it is noise.
const CLIPPED: f64 = 0.985;
const NOISE: f64 = 0.004;
/// Spread between dots that is assumed when there are too few to see it, of the logarithm.
const USUAL_SPREAD: f64 = 0.3;

/// A decoded picture, code values 0 to 1.
struct Pixels {
    w: u32,
    h: u32,
    at: Vec<[f64; 3]>,
}

/// Measures test dots on a PNG or JPEG.
///
/// # Errors
/// What cannot be decoded; a rectangle or a centre outside the picture; a card or skin that is too small, clipped, too
/// dark or uneven; a scale outside 0.002 to 0.12 mm per pixel; dots that stand too close together; no dot left.
pub fn read_photo(bytes: &[u8], what: &TestPhoto) -> Result<PhotoReading, LightError> {
    in_range("reflectance of the grey card", what.grey_reflectance, 0.02, 0.95)?;
    in_range("scale of the photograph in mm per pixel", what.mm_per_pixel, 0.002, 0.12)?;
    in_range("number of test dots on the photograph", what.dots.len() as f64, 1.0, 400.0)?;
    let mut reader = ::image::ImageReader::new(std::io::Cursor::new(bytes))
        .with_guessed_format()
        .map_err(::image::ImageError::IoError)?;
    let mut limits = ::image::Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(1 << 30);
    reader.limits(limits);
    let picture = reader.decode()?.to_rgb16();
    let (w, h) = picture.dimensions();
    let at = picture.pixels().map(|p| p.0.map(|v| f64::from(v) / 65_535.0)).collect();
    let pixels = Pixels { w, h, at };
    let card = patch(&pixels, what.grey, "grey card", 0.10)?;
    let gain = card.map(|v| what.grey_reflectance / v);
    let skin = patch(&pixels, what.skin, "skin", 0.25)?;
    let skin_lab = lab_from_linear(std::array::from_fn(|c| gain[c] * skin[c]));
    for (i, a) in what.dots.iter().enumerate() {
        for b in &what.dots[..i] {
            let mm = libm::hypot(a[0] - b[0], a[1] - b[1]) * what.mm_per_pixel;
            in_range("distance between two test dots in mm, which must stand apart", mm, APART_MM, f64::MAX)?;
        }
    }
    let mut areas: Vec<[f64; 3]> = Vec::new();
    let mut left_out = Vec::new();
    for (i, centre) in what.dots.iter().enumerate() {
        match dot(&pixels, *centre, what.mm_per_pixel)? {
            Ok(area) => areas.push(area),
            Err(reason) => left_out.push(format!("dot {}: {reason}", i + 1)),
        }
    }
    in_range("test dots of the photograph that could be measured", areas.len() as f64, 1.0, 400.0)?;
    let area_mm2: [f64; 3] =
        std::array::from_fn(|c| quantile(&mut areas.iter().map(|a| a[c]).collect::<Vec<f64>>(), 0.5));
    // Spread of the green area, by the median deviation; the median of n has 1.25 times the error of a mean.
    let mut deviations: Vec<f64> = areas.iter().map(|a| libm::log(a[1] / area_mm2[1]).abs()).collect();
    let spread = if areas.len() >= 4 { 1.4826 * quantile(&mut deviations, 0.5) } else { USUAL_SPREAD };
    let sd_log = (1.25 * spread / libm::sqrt(areas.len() as f64)).max(0.03);
    Ok(PhotoReading { skin_lab, area_mm2, sd_log, dots: areas.len(), left_out })
}

/// Trimmed mean of the linear light of a rectangle. `uneven` is the greatest relative median deviation that is taken.
fn patch(p: &Pixels, r: Rectangle, what: &'static str, uneven: f64) -> Result<[f64; 3], LightError> {
    let [x0, y0, w, h] = r;
    let range = |name: &'static str, v: f64, lo: f64, hi: f64| in_range(name, v, lo, hi);
    let card = what == "grey card";
    let edge = if card {
        "edge of the rectangle of the grey card in pixels"
    } else {
        "edge of the rectangle of skin in pixels"
    };
    range(edge, f64::from(x0) + f64::from(w), 1.0, f64::from(p.w))?;
    range(edge, f64::from(y0) + f64::from(h), 1.0, f64::from(p.h))?;
    let size = if card { "pixels of the grey card" } else { "pixels of bare skin" };
    range(size, f64::from(w) * f64::from(h), 64.0, f64::MAX)?;
    let mut channels: [Vec<f64>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    let mut clipped = 0usize;
    for y in y0..y0 + h {
        for x in x0..x0 + w {
            let c = p.at[(y * p.w + x) as usize];
            clipped += usize::from(c.iter().any(|v| *v > CLIPPED));
            for (list, v) in channels.iter_mut().zip(c) {
                list.push(linear_from_srgb(v));
            }
        }
    }
    let share = clipped as f64 / channels[0].len() as f64;
    range(
        if card {
            "clipped share of the grey card (expose less)"
        } else {
            "clipped share of the skin (expose less)"
        },
        share,
        0.0,
        0.02,
    )?;
    let mut out = [0.0; 3];
    for (o, mut list) in out.iter_mut().zip(channels) {
        let m = trimmed_mean(list.clone());
        range(
            if card {
                "linear light of the grey card (expose more)"
            } else {
                "linear light of the skin (expose more)"
            },
            m,
            NOISE,
            1.0,
        )?;
        // Half the span of the middle four fifths in standard deviations of a normal spread.
        let deviation = (quantile(&mut list, 0.9) - quantile(&mut list, 0.1)) / 2.563;
        range(
            if card {
                "unevenness of the grey card (a rectangle within it, evenly lit)"
            } else {
                "unevenness of the skin (a rectangle of bare, evenly lit skin)"
            },
            deviation / m,
            0.0,
            uneven,
        )?;
        *o = m;
    }
    Ok(out)
}

/// Integrated darkening of one dot, or why it is left out.
fn dot(p: &Pixels, centre: [f64; 2], mm: f64) -> Result<Result<[f64; 3], String>, LightError> {
    let reach = RING_MM[1] / mm;
    in_range("column of a test dot in pixels, its ring included", centre[0], reach, f64::from(p.w) - reach)?;
    in_range("row of a test dot in pixels, its ring included", centre[1], reach, f64::from(p.h) - reach)?;
    let r = reach.ceil() as i64;
    let (cx, cy) = (centre[0].round() as i64, centre[1].round() as i64);
    let mut ring: [Vec<f64>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    let mut disc: Vec<[f64; 3]> = Vec::new();
    for y in (cy - r).max(0)..=(cy + r).min(i64::from(p.h) - 1) {
        for x in (cx - r).max(0)..=(cx + r).min(i64::from(p.w) - 1) {
            let d = libm::hypot(x as f64 - centre[0], y as f64 - centre[1]) * mm;
            let c = p.at[(y * i64::from(p.w) + x) as usize];
            if d <= DISC_MM {
                disc.push(c.map(linear_from_srgb));
            } else if (RING_MM[0]..=RING_MM[1]).contains(&d) {
                for (list, v) in ring.iter_mut().zip(c) {
                    list.push(linear_from_srgb(v));
                }
            }
        }
    }
    // A trimmed mean, not a median: in a picture of 256 steps the step of a median is larger than a faint dot.
    let skin = ring.map(trimmed_mean);
    if skin.iter().any(|v| *v < NOISE) {
        return Ok(Err("the skin about it is too dark to be measured".into()));
    }
    let area: [f64; 3] =
        std::array::from_fn(|c| disc.iter().map(|v| 1.0 - v[c] / skin[c]).sum::<f64>() * mm * mm);
    if area.iter().any(|a| *a <= 2e-4) {
        return Ok(Err("it is no darker than the skin about it: is the centre right?".into()));
    }
    Ok(Ok(area))
}

/// Mean of the middle four fifths: hairs and gloss fall out.
fn trimmed_mean(mut v: Vec<f64>) -> f64 {
    v.sort_by(f64::total_cmp);
    let cut = v.len() / 10;
    let kept = &v[cut..v.len() - cut];
    if kept.is_empty() { 0.0 } else { kept.iter().sum::<f64>() / kept.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::srgb_from_linear;
    use ::image::{ImageEncoder, codecs::png::PngEncoder};

    const MM: f64 = 0.03;
    const SKIN: [f64; 3] = [0.42, 0.26, 0.19];

    /// A photograph under a warm lamp: a card of 18 %, skin, and dots of a known area.
    fn photo(area: [f64; 3], tint: [f64; 3], exposure: f64) -> Vec<u8> {
        let (w, h) = (400u32, 300u32);
        let sigma = 0.12;
        let mut bytes = Vec::new();
        for y in 0..h {
            for x in 0..w {
                let noise = (f64::from((x * 31 + y * 17) % 23) - 11.0) * 2e-4;
                let mut c = if x < 80 { [0.18; 3] } else { SKIN };
                for (dx, dy) in dots() {
                    let r2 = ((f64::from(x) - dx).powi(2) + (f64::from(y) - dy).powi(2)) * MM * MM;
                    for i in 0..3 {
                        let peak = area[i] / (2.0 * std::f64::consts::PI * sigma * sigma);
                        c[i] *= 1.0 - peak * (-0.5 * r2 / (sigma * sigma)).exp();
                    }
                }
                for i in 0..3 {
                    let v = (c[i] * tint[i] * exposure + noise).clamp(0.0, 1.0);
                    bytes.push((srgb_from_linear(v) * 255.0 + 0.5) as u8);
                }
            }
        }
        let mut out = Vec::new();
        PngEncoder::new(&mut out).write_image(&bytes, w, h, ::image::ExtendedColorType::Rgb8).unwrap();
        out
    }

    fn dots() -> Vec<(f64, f64)> {
        (0..6).map(|i| (160.0 + 60.0 * f64::from(i % 3), 80.0 + 70.0 * f64::from(i / 3))).collect()
    }

    fn asked() -> TestPhoto {
        TestPhoto {
            grey: [10, 10, 50, 200],
            grey_reflectance: 0.18,
            skin: [330, 100, 60, 60],
            dots: dots().into_iter().map(|(x, y)| [x, y]).collect(),
            mm_per_pixel: MM,
        }
    }

    #[test]
    fn area_and_skin_come_out_whatever_the_lamp_and_exposure() {
        let want = [0.016, 0.022, 0.024];
        for (tint, exposure) in [([1.0, 1.0, 1.0], 1.0), ([1.3, 1.0, 0.6], 1.2), ([0.9, 1.0, 1.1], 0.6)] {
            let r = read_photo(&photo(want, tint, exposure), &asked()).unwrap();
            assert_eq!(r.dots, 6);
            for (got, want) in r.area_mm2.iter().zip(want) {
                assert!((got / want - 1.0).abs() < 0.06, "{tint:?} {r:?}");
            }
            let skin = lab_from_linear(SKIN);
            for c in 0..3 {
                assert!((r.skin_lab[c] - skin[c]).abs() < 0.6, "{r:?} {skin:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_measured_is_told() {
        let good = photo([0.016, 0.022, 0.024], [1.0; 3], 1.0);
        let with = |f: &dyn Fn(&mut TestPhoto)| {
            let mut t = asked();
            f(&mut t);
            read_photo(&good, &t).map(|r| r.dots).map_err(|e| e.to_string())
        };
        assert!(with(&|t| t.grey = [390, 10, 50, 50]).unwrap_err().contains("grey card"));
        assert!(with(&|t| t.grey = [60, 10, 50, 50]).unwrap_err().contains("uneven"));
        assert!(with(&|t| t.grey = [u32::MAX, 10, u32::MAX, 50]).is_err());
        assert!(with(&|t| t.skin = [330, 100, 4, 4]).unwrap_err().contains("skin"));
        assert!(with(&|t| t.dots.push([165.0, 82.0])).unwrap_err().contains("apart"));
        assert!(with(&|t| t.dots = vec![[4.0, 4.0]]).unwrap_err().contains("column"));
        assert!(with(&|t| t.dots = vec![[f64::NAN, 100.0]]).is_err());
        assert!(with(&|t| t.dots = Vec::new()).unwrap_err().contains("number of test dots"));
        assert!(with(&|t| t.mm_per_pixel = 1.0).unwrap_err().contains("scale"));
        // A centre on bare skin is left out; with nothing else left that is an error.
        assert!(with(&|t| t.dots = vec![[340.0, 230.0]]).unwrap_err().contains("could be measured"));
        assert_eq!(with(&|t| t.dots.push([345.0, 230.0])).unwrap(), 6);
        assert!(read_photo(b"no picture", &asked()).is_err());
        let over = photo([0.016, 0.022, 0.024], [1.0; 3], 6.0);
        assert!(read_photo(&over, &asked()).unwrap_err().to_string().contains("clipped"));
    }
}
