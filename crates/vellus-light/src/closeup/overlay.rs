//! What software draws over pictures: caption, scale bar, measuring circle, white strip.

use super::lens::Lens;
use super::spec::Overlay;
use crate::image::Image;
use font8x8::{BASIC_FONTS, UnicodeFonts};
use glam::Vec3;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Red of measuring circles, linear.
const RED: Vec3 = Vec3::new(0.8, 0.01, 0.015);

/// Something drawn over the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drawn {
    /// `strip`, `circle`, `scale_bar` or `caption`.
    pub kind: String,
    /// Left, top, right, bottom, pixels.
    pub box_px: [f64; 4],
    /// Length of a scale bar, or diameter of a circle, mm.
    pub mm: Option<f64>,
}

/// Draws the overlays and says where they are.
pub(crate) fn draw(image: &mut Image, overlay: &Overlay, lens: &Lens) -> Vec<Drawn> {
    let (w, h) = (image.width as f64, image.height as f64);
    let mut out = Vec::new();
    let unit = (h / 384.0).round().max(1.0);
    let strip = (overlay.strip * h).round();
    if strip > 0.0 {
        fill(image, [0.0, h - strip, w, h], Vec3::ONE);
        out.push(Drawn { kind: "strip".into(), box_px: [0.0, h - strip, w, h], mm: None });
    }
    if overlay.circle_mm2 > 0.0 {
        let r = libm::sqrt(overlay.circle_mm2 / std::f64::consts::PI);
        let px = r * lens.scale_px_per_mm;
        let (cx, cy) = (0.5 * w, 0.5 * h);
        let half = 0.75 * unit;
        for y in 0..image.height {
            for x in 0..image.width {
                let d = (libm::hypot(x as f64 + 0.5 - cx, y as f64 + 0.5 - cy) - px).abs();
                let a = (half + 0.5 - d).clamp(0.0, 1.0) as f32;
                let p = &mut image.pixels[y * image.width + x];
                *p = p.lerp(RED, a);
            }
        }
        out.push(Drawn {
            kind: "circle".into(),
            box_px: [cx - px, cy - px, cx + px, cy + px],
            mm: Some(2.0 * r),
        });
    }
    let base = if strip > 0.0 { h - 0.5 * strip } else { h - 10.0 * unit };
    let ink = if strip > 0.0 { Vec3::ZERO } else { Vec3::ONE };
    if overlay.scale_bar_mm > 0.0 {
        let long = overlay.scale_bar_mm * lens.scale_px_per_mm;
        let right = w - 10.0 * unit;
        let b = [right - long, base - unit, right, base + unit];
        if strip <= 0.0 {
            fill(image, [b[0] - unit, b[1] - unit, b[2] + unit, b[3] + unit], Vec3::ZERO);
        }
        fill(image, b, ink);
        out.push(Drawn { kind: "scale_bar".into(), box_px: b, mm: Some(overlay.scale_bar_mm) });
        let label = format!("{} mm", overlay.scale_bar_mm);
        let wide = text_width(&label, unit);
        if base - 14.0 * unit > 0.0 && strip <= 0.0 {
            text(image, &label, right - wide, base - 12.0 * unit, unit, ink);
        }
    }
    if !overlay.caption.is_empty() {
        let (x, y) = (10.0 * unit, base - 4.0 * unit);
        text(image, &overlay.caption, x, y, unit, ink);
        let b = [x, y, x + text_width(&overlay.caption, unit), y + 8.0 * unit];
        out.push(Drawn { kind: "caption".into(), box_px: b, mm: None });
    }
    out
}

fn fill(image: &mut Image, b: [f64; 4], colour: Vec3) {
    let at = |v: f64, n: usize| v.round().clamp(0.0, n as f64) as usize;
    for y in at(b[1], image.height)..at(b[3], image.height) {
        for x in at(b[0], image.width)..at(b[2], image.width) {
            image.pixels[y * image.width + x] = colour;
        }
    }
}

fn text_width(text: &str, unit: f64) -> f64 {
    8.0 * unit * text.len() as f64
}

/// Letters of eight by eight cells, each cell a square of `unit` pixels.
fn text(image: &mut Image, text: &str, x: f64, y: f64, unit: f64, colour: Vec3) {
    for (n, c) in text.chars().enumerate() {
        let Some(rows) = BASIC_FONTS.get(c) else { continue };
        for (j, bits) in rows.into_iter().enumerate() {
            for i in 0..8 {
                if bits >> i & 1 == 1 {
                    let (cx, cy) = (x + (8.0 * n as f64 + f64::from(i)) * unit, y + j as f64 * unit);
                    fill(image, [cx, cy, cx + unit, cy + unit], colour);
                }
            }
        }
    }
}
