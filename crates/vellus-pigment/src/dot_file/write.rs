//! Writers.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;

use super::SCHEMA_VERSION;
use super::column::{COLUMNS, Col, zone_key};
use super::error::DotFileError;
use super::ply_rows::{About, MARK};
use super::times::date_of;
use crate::dots::Dots;
use crate::ink::PigmentBase;

/// Whether all columns are as long as the position, and all indices point into their tables.
///
/// # Errors
/// [`DotFileError::Incomplete`].
pub fn check_dots(dots: &Dots) -> Result<(), DotFileError> {
    let n = dots.len();
    let within = |of: &[u8], table: usize| of.iter().filter(|i| usize::from(**i) < table).count();
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
        ("needle", within(&dots.needle, dots.needles.len())),
        ("ink", within(&dots.ink, dots.inks.len())),
        ("session", dots.session.iter().filter(|s| **s > 0).count()),
    ] {
        if found != n {
            return Err(DotFileError::Incomplete { column, found, dots: n });
        }
    }
    Ok(())
}

const fn base_key(base: PigmentBase) -> &'static str {
    match base {
        PigmentBase::Carbon => "carbon",
        PigmentBase::IronOxides => "iron_oxides",
        PigmentBase::Mixed => "mixed",
    }
}

/// The dots as CSV, one row a dot, in the order of sessions; `today` is the day from which the
/// dots' days count.
///
/// # Errors
/// [`DotFileError::Incomplete`] when a column is short; [`DotFileError::Table`].
pub fn dots_csv(dots: &Dots, today: Date) -> Result<Vec<u8>, DotFileError> {
    check_dots(dots)?;
    let mut out = csv::Writer::from_writer(Vec::with_capacity(64 + 220 * dots.len()));
    let columns = &COLUMNS[..Col::Contrast as usize];
    out.write_record(columns.iter().map(|c| c.name))?;
    let mut date = (f32::NAN, String::new());
    let mut cell = String::new();
    for i in 0..dots.len() {
        let (p, n, c) = (dots.position[i], dots.normal[i], dots.chart[i]);
        let needle = &dots.needles[usize::from(dots.needle[i])];
        let ink = &dots.inks[usize::from(dots.ink[i])];
        // Sessions have a day: their dots share its name.
        if date.0 != dots.day[i] {
            date = (dots.day[i], date_of(today, f64::from(dots.day[i])).to_string());
        }
        for column in 0..columns.len() {
            cell.clear();
            let number = match column {
                k if (Col::X as usize..=Col::Z as usize).contains(&k) => Some((p[k - Col::X as usize], 3)),
                k if (Col::Nx as usize..=Col::Nz as usize).contains(&k) => Some((n[k - Col::Nx as usize], 4)),
                k if k == Col::ChartX as usize => Some((c[0], 4)),
                k if k == Col::ChartY as usize => Some((c[1], 4)),
                k if k == Col::SetDepth as usize => Some((dots.set_depth_um[i], 1)),
                k if k == Col::DepositDepth as usize => Some((dots.deposit_depth_um[i], 1)),
                k if k == Col::Fresh as usize => Some((dots.fresh_um[i], 1)),
                k if k == Col::Healed as usize => Some((dots.healed_um[i], 1)),
                _ => None,
            };
            let _ = match (number, column) {
                (Some((x, digits)), _) => write!(cell, "{x:.digits$}"),
                (_, k) if k == Col::Dot as usize => write!(cell, "{}", i + 1),
                (_, k) if k == Col::Zone as usize => write!(cell, "{}", zone_key(dots.zone[i])),
                (_, k) if k == Col::Session as usize => write!(cell, "{}", dots.session[i]),
                (_, k) if k == Col::Date as usize => write!(cell, "{}", date.1),
                (_, k) if k == Col::Needle as usize => write!(cell, "{}", needle.name),
                (_, k) if k == Col::NeedlePoints as usize => write!(cell, "{}", needle.points),
                (_, k) if k == Col::NeedleMm as usize => write!(cell, "{}", needle.diameter_mm),
                (_, k) if k == Col::Pigment as usize => write!(cell, "{}", ink.pigment),
                (_, k) if k == Col::PigmentBase as usize => write!(cell, "{}", base_key(ink.base)),
                (_, k) if k == Col::Lot as usize => write!(cell, "{}", ink.lot.as_deref().unwrap_or("")),
                _ => write!(cell, "{}", ink.water_per_pigment),
            };
            // Names come from people: no line breaks or control characters in a table for machines.
            if cell.contains(char::is_control) {
                cell = cell.replace(char::is_control, " ");
            }
            out.write_field(&cell)?;
        }
        out.write_record(None::<&[u8]>)?;
    }
    out.into_inner().map_err(|e| DotFileError::Table(e.into_error().into()))
}

/// A comment of the header: a word and a JSON object, in ASCII so that every reader takes it.
fn comment(header: &mut String, word: &str, value: &impl Serialize) -> Result<(), DotFileError> {
    let json = serde_json::to_string(value)
        .map_err(|e| DotFileError::Header(format!("the comment {word} cannot be written: {e}")))?;
    let _ = write!(header, "comment {MARK}{word} ");
    let mut units = [0u16; 2];
    for c in json.chars() {
        if c.is_ascii() && !c.is_ascii_control() {
            header.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(header, "\\u{unit:04x}");
            }
        }
    }
    header.push('\n');
    Ok(())
}

/// A session as the header tells it.
#[derive(Serialize)]
struct SessionLine {
    session: u8,
    date: Date,
    dots: usize,
}

/// The dots as a binary little-endian PLY of points: position and normal as viewers expect them,
/// and the rest of the table as further properties (`zone` counts from 0 in the order of
/// [`Zone::ALL`](vellus_head::Zone::ALL), `day` from `today`). The header carries the schema, the
/// units, the needles, the inks and the sessions, each a comment of a word and a JSON object.
///
/// # Errors
/// [`DotFileError::Incomplete`] when a column is short.
pub fn dots_ply(dots: &Dots, today: Date) -> Result<Vec<u8>, DotFileError> {
    check_dots(dots)?;
    let mut header = String::from(
        "ply\nformat binary_little_endian 1.0\ncomment pigment dots; millimetres, depths and diameters in micrometres, days from the day of the plan\n",
    );
    let about = About {
        schema: SCHEMA_VERSION,
        today,
        position: "mm, head space: x to the person's left, y up, z forward, origin between the tragia".into(),
        diameters_and_depths: "um".into(),
    };
    comment(&mut header, "about", &about)?;
    for needle in &dots.needles {
        comment(&mut header, "needle", needle)?;
    }
    for ink in &dots.inks {
        comment(&mut header, "ink", ink)?;
    }
    for s in dots.sessions().into_iter().filter(|s| s.dots > 0) {
        comment(
            &mut header,
            "session",
            &SessionLine { session: s.session, date: date_of(today, s.day), dots: s.dots },
        )?;
    }
    let _ = writeln!(header, "element vertex {}", dots.len());
    for name in ["x", "y", "z", "nx", "ny", "nz", "chart_x", "chart_y"] {
        let _ = writeln!(header, "property float {name}");
    }
    for name in ["zone", "session", "needle_points", "needle", "ink"] {
        let _ = writeln!(header, "property uchar {name}");
    }
    for name in ["day", "set_depth_um", "deposit_depth_um", "fresh_um", "healed_um"] {
        let _ = writeln!(header, "property float {name}");
    }
    header.push_str("end_header\n");
    let mut bytes = header.into_bytes();
    bytes.reserve(dots.len() * (13 * 4 + 5));
    for i in 0..dots.len() {
        for x in dots.position[i].iter().chain(&dots.normal[i]).chain(&dots.chart[i]) {
            bytes.extend_from_slice(&x.to_le_bytes());
        }
        let points = dots.needles[usize::from(dots.needle[i])].points;
        bytes.extend_from_slice(&[dots.zone[i] as u8, dots.session[i], points, dots.needle[i], dots.ink[i]]);
        for x in
            [dots.day[i], dots.set_depth_um[i], dots.deposit_depth_um[i], dots.fresh_um[i], dots.healed_um[i]]
        {
            bytes.extend_from_slice(&x.to_le_bytes());
        }
    }
    Ok(bytes)
}
