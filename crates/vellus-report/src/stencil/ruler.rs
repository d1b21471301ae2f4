//! Two bars to check the printer, in both directions.

use std::fmt::Write as _;

use crate::scalp_map::INK;

/// Length of the bar across, mm.
pub const BAR_ACROSS_MM: f64 = 50.0;
/// Length of the upright bar, mm.
pub const BAR_UP_MM: f64 = 100.0;

/// Width of the line of a bar, mm.
const LINE: f64 = 0.3;

/// An L of two rulers with the outer corner at (0, 0): 50 mm to the right and 100 mm up, from the outer
/// edge of one line to the end of the other. Ticks and figures lie inside of the L.
pub(super) fn ruler(svg: &mut String) {
    let _ = write!(
        svg,
        "<path d=\"M{0} -{BAR_UP_MM}V-{0}H{BAR_ACROSS_MM}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"{LINE}\"/>\
         <path fill=\"none\" stroke=\"{INK}\" stroke-width=\"0.18\" d=\"",
        0.5 * LINE
    );
    let tick = |k: i32| match k {
        k if k % 10 == 0 => 2.6,
        k if k % 5 == 0 => 1.8,
        _ => 1.1,
    };
    // The last tick lies inside, so that its outer edge is the end of the bar.
    let at = |k: i32, end: f64| (f64::from(k)).min(end - 0.09);
    for k in 1..=(BAR_ACROSS_MM as i32) {
        let _ = write!(svg, "M{} 0V-{}", at(k, BAR_ACROSS_MM), tick(k));
    }
    for k in 1..=(BAR_UP_MM as i32) {
        let _ = write!(svg, "M0 -{}H{}", at(k, BAR_UP_MM), tick(k));
    }
    svg.push_str("\"/><g font-size=\"2.5\">");
    for k in 1..=(BAR_ACROSS_MM as i32 / 10) {
        let _ = write!(svg, "<text x=\"{}\" y=\"-3.3\" text-anchor=\"middle\">{k}</text>", 10 * k);
    }
    for k in 1..=(BAR_UP_MM as i32 / 10) {
        let _ = write!(svg, "<text x=\"3.4\" y=\"-{:.1}\">{k}</text>", f64::from(10 * k) - 0.9);
    }
    svg.push_str("</g>\n");
}
