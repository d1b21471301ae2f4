//! Every pigment dot, for machines that place them and people who count them.

use jiff::civil::Date;
use vellus_pigment::Dots;
use vellus_plan::schedule::date_of;
use vellus_plan::subject::zone_name;

use crate::error::ReportError;

/// Columns of the table.
const COLUMNS: [&str; 17] = [
    "dot",
    "x_mm",
    "y_mm",
    "z_mm",
    "nx",
    "ny",
    "nz",
    "chart_x",
    "chart_y",
    "zone",
    "session",
    "date",
    "needle_points",
    "set_depth_um",
    "deposit_depth_um",
    "fresh_um",
    "healed_um",
];

fn check(dots: &Dots) -> Result<(), ReportError> {
    let n = dots.len();
    for (column, found) in [
        ("normal", dots.normal.len()),
        ("chart", dots.chart.len()),
        ("zone", dots.zone.len()),
        ("session", dots.session.len()),
        ("day", dots.day.len()),
        ("needle", dots.needle.len()),
        ("ink", dots.ink.len()),
        ("set_depth_um", dots.set_depth_um.len()),
        ("deposit_depth_um", dots.deposit_depth_um.len()),
        ("fresh_um", dots.fresh_um.len()),
        ("healed_um", dots.healed_um.len()),
    ] {
        if found != n {
            return Err(ReportError::Dots { column, found, dots: n });
        }
    }
    Ok(())
}

/// The dots as CSV, one row a dot, in the order of sessions; `today` is the day from which the
/// dots' days count.
///
/// # Errors
/// [`ReportError::Dots`] when a column is short; [`ReportError::Table`].
pub fn dots_csv(dots: &Dots, today: Date) -> Result<Vec<u8>, ReportError> {
    check(dots)?;
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    let points = |i: usize| dots.needles.get(usize::from(dots.needle[i])).map_or(1, |n| n.points);
    let length = |x: f32| format!("{x:.3}");
    let unit = |x: f32| format!("{x:.4}");
    let micro = |x: f32| format!("{x:.1}");
    for i in 0..dots.len() {
        let (p, n, c) = (dots.position[i], dots.normal[i], dots.chart[i]);
        out.write_record([
            (i + 1).to_string(),
            length(p[0]),
            length(p[1]),
            length(p[2]),
            unit(n[0]),
            unit(n[1]),
            unit(n[2]),
            unit(c[0]),
            unit(c[1]),
            zone_name(dots.zone[i]).to_owned(),
            dots.session[i].to_string(),
            date_of(today, f64::from(dots.day[i])).to_string(),
            points(i).to_string(),
            micro(dots.set_depth_um[i]),
            micro(dots.deposit_depth_um[i]),
            micro(dots.fresh_um[i]),
            micro(dots.healed_um[i]),
        ])?;
    }
    out.into_inner().map_err(|e| ReportError::Table(e.into_error().into()))
}

/// The dots as a binary little-endian PLY of points: position and normal as viewers expect them,
/// and the rest of the table as further properties (`zone` counts from 0 in the order of
/// [`Zone::ALL`](vellus_head::Zone::ALL), `day` from today).
///
/// # Errors
/// [`ReportError::Dots`] when a column is short.
pub fn dots_ply(dots: &Dots) -> Result<Vec<u8>, ReportError> {
    check(dots)?;
    let mut header = format!(
        "ply\nformat binary_little_endian 1.0\ncomment pigment dots; millimetres, depths and diameters in micrometres, days from the day of the plan\nelement vertex {}\n",
        dots.len()
    );
    for name in ["x", "y", "z", "nx", "ny", "nz", "chart_x", "chart_y"] {
        header.push_str(&format!("property float {name}\n"));
    }
    for name in ["zone", "session", "needle_points"] {
        header.push_str(&format!("property uchar {name}\n"));
    }
    for name in ["day", "set_depth_um", "deposit_depth_um", "fresh_um", "healed_um"] {
        header.push_str(&format!("property float {name}\n"));
    }
    header.push_str("end_header\n");
    let mut bytes = header.into_bytes();
    bytes.reserve(dots.len() * (13 * 4 + 3));
    let points = |i: usize| dots.needles.get(usize::from(dots.needle[i])).map_or(1, |n| n.points);
    for i in 0..dots.len() {
        for x in dots.position[i].iter().chain(&dots.normal[i]).chain(&dots.chart[i]) {
            bytes.extend_from_slice(&x.to_le_bytes());
        }
        bytes.extend_from_slice(&[dots.zone[i] as u8, dots.session[i], points(i)]);
        for x in
            [dots.day[i], dots.set_depth_um[i], dots.deposit_depth_um[i], dots.fresh_um[i], dots.healed_um[i]]
        {
            bytes.extend_from_slice(&x.to_le_bytes());
        }
    }
    Ok(bytes)
}
