//! Points of a PLY: ours, with its tables in the header, or a bare cloud.
//!
//! The header and the rows are parsed by `ply-rs-bw`; the count that the header claims is checked
//! against the length of the file first.

use std::io::BufReader;

use jiff::civil::Date;
use ply_rs_bw::parser::{ParseError, Parser, Reader};
use ply_rs_bw::ply::{
    ElementDef, Encoding, Property, PropertyAccess, PropertyAccessResult, PropertyType, ScalarType,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use vellus_head::Zone;

use super::column::{COLUMNS, Col, zone_key};
use super::csv_rows::quoted;
use super::error::DotFileError;
use super::rows::{Rows, Table, Words, checked};
use super::times::days_between;
use super::{MOST_DOTS, SCHEMA_VERSION};
use crate::ink::Ink;
use crate::needle::Needle;

/// What a comment of ours begins with; a word and a JSON object follow.
pub(super) const MARK: &str = "vellus ";

/// First comment: what the rest means.
#[derive(Deserialize, serde::Serialize)]
pub(super) struct About {
    pub(super) schema: u32,
    pub(super) today: Date,
    pub(super) position: String,
    pub(super) diameters_and_depths: String,
}

/// Properties of a vertex by number: the columns, then the day and the two indices.
const DAY: usize = COLUMNS.len();
const NEEDLE: usize = DAY + 1;
const INK: usize = DAY + 2;
const PROPERTIES: usize = DAY + 3;

struct Vertex([f64; PROPERTIES]);

fn property(name: &str) -> Option<usize> {
    match name {
        "day" => Some(DAY),
        "needle" => Some(NEEDLE),
        "ink" => Some(INK),
        _ => COLUMNS.iter().position(|c| c.ply == name && !name.is_empty()),
    }
}

impl PropertyAccess for Vertex {
    fn new() -> Self {
        Self([f64::NAN; PROPERTIES])
    }

    fn set_property(&mut self, name: &str, value: Property) -> PropertyAccessResult {
        let number = match value {
            Property::Char(v) => v.into(),
            Property::UChar(v) => v.into(),
            Property::Short(v) => v.into(),
            Property::UShort(v) => v.into(),
            Property::Int(v) => v.into(),
            Property::UInt(v) => v.into(),
            Property::Float(v) => v.into(),
            Property::Double(v) => v,
            _ => f64::NAN,
        };
        if let Some(i) = property(name) {
            self.0[i] = number;
        }
        PropertyAccessResult::Set
    }
}

fn parse_error(e: &ParseError) -> DotFileError {
    let text = e.to_string();
    let text = text.split("\n\tString").next().unwrap_or("");
    let text = text.strip_prefix("Line ").and_then(|t| t.split_once(": ")).map_or(text, |t| t.1);
    DotFileError::Row {
        place: e.line().map_or_else(|| "PLY header".into(), |l| format!("PLY, line or row {l}")),
        what: text.lines().next().unwrap_or("").chars().take(200).collect(),
    }
}

/// The fewest bytes that a row takes.
fn least_bytes(element: &ElementDef, encoding: Encoding) -> usize {
    let width = |p: &PropertyType| match p {
        PropertyType::Scalar(ScalarType::Char | ScalarType::UChar) => 1,
        PropertyType::Scalar(ScalarType::Short | ScalarType::UShort) => 2,
        PropertyType::Scalar(ScalarType::Double) => 8,
        _ => 4,
    };
    element
        .properties
        .values()
        .map(|p| if encoding == Encoding::Ascii { 2 } else { width(&p.data_type) })
        .sum()
}

/// Reads the element `vertex`.
///
/// # Errors
/// [`DotFileError`].
pub(super) fn read(bytes: &[u8], today: Date) -> Result<Rows, DotFileError> {
    let parser = Parser::<Vertex>::new();
    let mut reader = Reader::new(BufReader::new(bytes));
    let header = parser.read_header(&mut reader).map_err(|e| parse_error(&e))?;
    let Some((name, element)) = header.elements.iter().next() else {
        return Err(DotFileError::Header("the PLY announces no points (element vertex)".into()));
    };
    let lists = element.properties.values().any(|p| matches!(p.data_type, PropertyType::List(..)));
    if name != "vertex" || lists {
        return Err(DotFileError::Header(
            "the first element of the PLY must be vertex, with plain numbers only".into(),
        ));
    }
    if element.count > MOST_DOTS {
        return Err(DotFileError::TooMany { most: MOST_DOTS });
    }
    if !Col::have_place(|c| element.properties.contains_key(c.column().ply)) {
        return Err(DotFileError::Header("the vertices of the PLY have no position (x, y and z)".into()));
    }
    // One byte of slack: the last line of an ascii file may lack its end.
    if element.count.saturating_mul(least_bytes(element, header.encoding)) > bytes.len() + 1 {
        return Err(DotFileError::Header(format!(
            "{} dots are announced, more than a file of {} bytes can hold; it is cut short or its header is wrong",
            element.count,
            bytes.len()
        )));
    }
    let mut rows = Rows::default();
    if header.elements.contains_key("face") {
        rows.findings.push("The PLY has faces; its vertices were taken for dots. Is it a scan?".into());
    }
    let unknown: Vec<String> =
        element.properties.keys().filter(|n| property(n).is_none()).take(8).map(|n| quoted(n)).collect();
    if !unknown.is_empty() {
        rows.findings.push(format!("Properties that are not known were left out: {}.", unknown.join(", ")));
    }
    let vertices: Vec<Vertex> =
        parser.read_payload_for_element(&mut reader, element, &header).map_err(|e| parse_error(&e))?;
    rows.len = vertices.len();
    let there = |ply: &str| element.properties.contains_key(ply);
    columns(&mut rows, &vertices, &there)?;
    let comments = Comments::of(&header.comments)?;
    if there("day") {
        days(&mut rows, &vertices, &comments, today)?;
    }
    rows.needles =
        indexed(&vertices, NEEDLE, "needle", comments.needles, there("needle"), &mut rows.findings)?;
    rows.inks = indexed(&vertices, INK, "ink", comments.inks, there("ink"), &mut rows.findings)?;
    Ok(rows)
}

fn place(row: usize) -> String {
    format!("dot {}", row + 1)
}

/// The columns that are numbers as they are, and the zone.
fn columns(rows: &mut Rows, vertices: &[Vertex], there: &impl Fn(&str) -> bool) -> Result<(), DotFileError> {
    let direct = |c: &Col| c.is_number() && !c.column().ply.is_empty() && there(c.column().ply);
    for col in Col::ALL.into_iter().filter(direct) {
        let mut values = Vec::with_capacity(vertices.len());
        for (row, v) in vertices.iter().enumerate() {
            let x = v.0[col as usize];
            // Not measured is a value of that one property.
            values.push(if col == Col::Contrast && x.is_nan() {
                x
            } else {
                checked(col as usize, x, || place(row))?
            });
        }
        rows.numbers.insert(col, values);
    }
    if there("zone") {
        let mut words = Words::default();
        for (row, v) in vertices.iter().enumerate() {
            let at = v.0[Col::Zone as usize];
            let zone = Zone::ALL.into_iter().find(|z| f64::from(*z as u8) == at).ok_or_else(|| {
                DotFileError::Value {
                    place: place(row),
                    column: "zone",
                    value: format!("{at}"),
                    allowed: format!("0 to {}", Zone::ALL.len() - 1),
                    fix: "Leave the property out where zones are not known".into(),
                }
            })?;
            words.push(zone_key(zone));
        }
        rows.words.insert(Col::Zone, words);
    }
    Ok(())
}

/// What our comments say.
#[derive(Default)]
struct Comments {
    today: Option<Date>,
    needles: Vec<Needle>,
    inks: Vec<Ink>,
}

impl Comments {
    fn of(comments: &[String]) -> Result<Self, DotFileError> {
        let mut out = Self::default();
        for comment in comments {
            let Some((word, json)) = comment.trim().strip_prefix(MARK).and_then(|rest| rest.split_once(' '))
            else {
                continue;
            };
            match word {
                "about" => {
                    let about: About = parse(word, json)?;
                    if about.schema > SCHEMA_VERSION {
                        return Err(DotFileError::Header(format!(
                            "schema {} is newer than this program, which reads up to {SCHEMA_VERSION}; update it",
                            about.schema
                        )));
                    }
                    out.today = Some(about.today);
                }
                "needle" => out.needles.push(parse(word, json)?),
                "ink" => out.inks.push(parse(word, json)?),
                _ => {}
            }
            if out.needles.len() > 256 || out.inks.len() > 256 {
                return Err(DotFileError::Header("at most 256 needles and 256 inks".into()));
            }
        }
        Ok(out)
    }
}

fn parse<T: DeserializeOwned>(word: &str, json: &str) -> Result<T, DotFileError> {
    serde_json::from_str(json).map_err(|e| {
        DotFileError::Header(format!(
            "the comment \"vellus {word}\" cannot be read: {e}; was it edited by hand?"
        ))
    })
}

/// Days from today, from days that count from the day of the plan.
fn days(rows: &mut Rows, vertices: &[Vertex], comments: &Comments, today: Date) -> Result<(), DotFileError> {
    let shift = match comments.today {
        Some(of_plan) => days_between(today, of_plan),
        None => {
            rows.assumed.push("The PLY does not say which day its days count from: today was taken.".into());
            0.0
        }
    };
    let mut out = Vec::with_capacity(vertices.len());
    for (row, v) in vertices.iter().enumerate() {
        let day = v.0[DAY];
        if !day.is_finite() {
            return Err(DotFileError::Value {
                place: place(row),
                column: "date",
                value: format!("day {day}"),
                allowed: "a finite number of days".into(),
                fix: "Leave the property out where dates are not known".into(),
            });
        }
        out.push(day + shift);
    }
    rows.day = Some(out);
    Ok(())
}

/// A table of the header with the entry of each row; none when the file lacks either.
fn indexed<T>(
    vertices: &[Vertex],
    at: usize,
    what: &'static str,
    items: Vec<T>,
    there: bool,
    findings: &mut Vec<String>,
) -> Result<Option<Table<T>>, DotFileError> {
    if !there || items.is_empty() {
        if there {
            findings.push(format!("The PLY numbers its {what}s and has no table of them."));
        }
        return Ok(None);
    }
    let mut of = Vec::with_capacity(vertices.len());
    for (row, v) in vertices.iter().enumerate() {
        let index = v.0[at];
        if !(index >= 0.0 && index < items.len() as f64 && index.fract() == 0.0) {
            return Err(DotFileError::Value {
                place: place(row),
                column: what,
                value: format!("{index}"),
                allowed: format!("0 to {}", items.len() - 1),
                fix: "The header lists the entries; one may have been removed".into(),
            });
        }
        of.push(index as u8);
    }
    Ok(Some(Table { items, of }))
}
