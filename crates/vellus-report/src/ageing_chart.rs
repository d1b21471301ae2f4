//! What becomes of a dot over ten years, as inline SVG: tone with its band, and diameter.

use std::fmt::Write as _;

use vellus_plan::smp_card::AgeRow;

use crate::words::number;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 210.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 370.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 180.0;
const YEARS: f64 = 10.0;

fn x(years: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * (years / YEARS).clamp(0.0, 1.0)
}

fn y(share: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0)
}

fn line(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut d = String::new();
    for (a, b) in points.filter(|p| p.0.is_finite() && p.1.is_finite()) {
        let _ = write!(d, "{}{a:.1} {b:.1}", if d.is_empty() { "M" } else { "L" });
    }
    d
}

/// Tone (left axis, 0 to 100 % of fresh) and diameter (right axis, 0 to 300 µm). Empty without rows.
pub(crate) fn ageing_chart(rows: &[AgeRow]) -> String {
    const MOST_UM: f64 = 300.0;
    if rows.is_empty() {
        return String::new();
    }
    let tone = |f: fn(&AgeRow) -> f64| {
        std::iter::once((x(0.0), y(1.0))).chain(rows.iter().map(move |r| (x(r.years), y(f(r) / 100.0))))
    };
    let mut band = line(tone(|r| r.tone_percent.hi));
    let low: Vec<(f64, f64)> = tone(|r| r.tone_percent.lo).collect();
    for (a, b) in low.into_iter().rev().filter(|p| p.1.is_finite()) {
        let _ = write!(band, "L{a:.1} {b:.1}");
    }
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" class=\"chart ageing\" role=\"img\" aria-label=\"Tone and diameter of a dot over ten years; the table has the numbers\">\n"
    );
    for (share, text) in [(0.0, "0"), (0.5, "50"), (1.0, "100 %")] {
        let at = y(share);
        let unit = if share == 1.0 { " µm" } else { "" };
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{RIGHT}\" class=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}{unit}</text>",
            if share == 0.0 { "base" } else { "grid" },
            LEFT - 6.0,
            at + 4.0,
            RIGHT + 6.0,
            at + 4.0,
            number(share * MOST_UM, 0),
        );
    }
    for years in [0.0, 1.0, 3.0, 5.0, 10.0] {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}{}</text>",
            x(years),
            BOTTOM + 16.0,
            number(years, 0),
            if years == YEARS { " years" } else { "" }
        );
    }
    let diameter = line(rows.iter().map(|r| (x(r.years), y(r.diameter_um / MOST_UM))));
    let _ = writeln!(
        svg,
        "<path d=\"{band}Z\" class=\"tone-band\"/><path d=\"{}\" class=\"tone\"/><path d=\"{diameter}\" class=\"diameter\"/>",
        line(tone(|r| r.tone_percent.median))
    );
    svg.push_str("</svg>\n");
    svg
}
