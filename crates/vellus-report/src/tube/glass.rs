//! One tube with its blood.

use std::fmt::Write as _;

use vellus_plan::bench::TubeLook;

use super::colour::{blood, stops};
use crate::svg_text::INK;

/// Glass above the surface of the blood, px.
pub(super) const ABOVE: f64 = 16.0;
/// Rounding of the tube's bottom as a share of its width.
const ROUND: f64 = 0.42;

/// Where a tube stands, px.
#[derive(Clone, Copy)]
pub(super) struct Stand {
    /// Left side of the glass.
    pub(super) x: f64,
    /// Surface of the blood.
    pub(super) surface: f64,
    /// Width of the glass.
    pub(super) width: f64,
    /// Pixels a millimetre.
    pub(super) scale: f64,
}

/// The inside of a tube from `top` to `bottom`.
fn inside(s: Stand, top: f64, bottom: f64) -> String {
    let r = (ROUND * s.width).min(bottom - top);
    format!(
        "M{:.1} {top:.1}V{:.1}a{r:.1} {r:.1} 0 0 0 {r:.1} {r:.1}h{:.1}a{r:.1} {r:.1} 0 0 0 {r:.1} -{r:.1}V{top:.1}Z",
        s.x,
        bottom - r,
        s.width - 2.0 * r,
    )
}

/// The blood of a look; `id` names its gradient, which is unique in the picture.
pub(super) fn column(svg: &mut String, look: &TubeLook, s: Stand, id: &str) {
    let colours: Vec<[f64; 3]> = (0..look.rbc_fraction.len())
        .map(|i| blood(look.rbc_fraction[i], look.platelets_k_per_ul[i], look.wbc_k_per_ul[i]))
        .collect();
    let _ = write!(svg, "<linearGradient id=\"{id}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">");
    for (at, c) in stops(&colours) {
        let [r, g, b] = c.map(|x| x.round() as u8);
        let _ = write!(svg, "<stop offset=\"{at:.4}\" stop-color=\"#{r:02x}{g:02x}{b:02x}\"/>");
    }
    let bottom = s.surface + look.height_mm() * s.scale;
    let _ =
        writeln!(svg, "</linearGradient><path d=\"{}\" fill=\"url(#{id})\"/>", inside(s, s.surface, bottom));
}

/// The glass about a column of this height, with a rim and a gleam.
pub(super) fn glass(svg: &mut String, height_mm: f64, s: Stand) {
    let bottom = s.surface + height_mm * s.scale;
    let top = s.surface - ABOVE;
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"#7d8a91\" stroke-width=\"1.3\" class=\"tube-glass\"/>\
         <rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"4\" rx=\"2\" fill=\"#cfd6d9\" stroke=\"#7d8a91\" \
         stroke-width=\"0.8\"/><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{:.1}\" fill=\"#fff\" \
         fill-opacity=\"0.34\"/>",
        inside(s, top, bottom),
        s.x - 2.0,
        top - 3.0,
        s.width + 4.0,
        s.x + 0.16 * s.width,
        top + 6.0,
        0.13 * s.width,
        (bottom - top - 0.5 * s.width - 6.0).max(1.0),
        0.06 * s.width,
    );
}

/// A cannula whose end stops at a depth, mm.
pub(super) fn cannula(svg: &mut String, depth_mm: f64, s: Stand) {
    let (x, y) = (s.x + 0.62 * s.width, s.surface + depth_mm * s.scale);
    let top = s.surface - ABOVE - 14.0;
    let _ = writeln!(
        svg,
        "<path d=\"M{x:.1} {top:.1}V{y:.1}\" stroke=\"#fff\" stroke-width=\"4\" stroke-opacity=\"0.75\"/>\
         <path d=\"M{x:.1} {top:.1}V{y:.1}\" stroke=\"{INK}\" stroke-width=\"1.8\" class=\"tube-ink\"/>\
         <path d=\"M{:.1} {y:.1}H{:.1}\" stroke=\"{INK}\" stroke-width=\"1.2\" stroke-dasharray=\"3 2\" class=\"tube-ink\"/>",
        s.x - 3.0,
        s.x + s.width + 3.0,
    );
}

/// Scale in millimetres from the surface down, left of `x`.
pub(super) fn millimetres(svg: &mut String, height_mm: f64, x: f64, surface: f64, scale: f64) {
    let step = if height_mm > 140.0 { 20.0 } else { 10.0 };
    let _ = write!(
        svg,
        "<g class=\"tube-scale\" fill=\"#566169\" font-size=\"11\"><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">mm</text>",
        x - 5.0,
        surface - 11.0
    );
    for k in 0..=(height_mm / step) as u32 {
        let (mm, y) = (f64::from(k) * step, surface + f64::from(k) * step * scale);
        let _ = write!(
            svg,
            "<path d=\"M{:.1} {y:.1}H{x:.1}\" stroke=\"#566169\" stroke-width=\"0.8\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{mm:.0}</text>",
            x - 4.0,
            x - 6.0,
            y + 3.8
        );
    }
    svg.push_str("</g>\n");
}

/// Scale in millilitres from the bottom up, right of `x`.
pub(super) fn millilitres(
    svg: &mut String,
    height_mm: f64,
    ml_per_mm: f64,
    x: f64,
    surface: f64,
    scale: f64,
) {
    let all = height_mm * ml_per_mm;
    if all <= 0.0 {
        return;
    }
    let step =
        [0.5, 1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(|s| s / ml_per_mm * scale >= 18.0).unwrap_or(50.0);
    let bottom = surface + height_mm * scale;
    let _ = write!(
        svg,
        "<g class=\"tube-scale\" fill=\"#566169\" font-size=\"11\"><text x=\"{:.1}\" y=\"{:.1}\">mL</text>",
        x + 5.0,
        surface - 11.0
    );
    for k in 0..=(all / step) as u32 {
        let ml = f64::from(k) * step;
        let y = bottom - ml / ml_per_mm * scale;
        let _ = write!(
            svg,
            "<path d=\"M{x:.1} {y:.1}h4\" stroke=\"#566169\" stroke-width=\"0.8\"/><text x=\"{:.1}\" y=\"{:.1}\">{ml}</text>",
            x + 6.0,
            y + 3.8
        );
    }
    svg.push_str("</g>\n");
}
