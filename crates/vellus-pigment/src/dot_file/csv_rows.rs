//! Tables of dots as spreadsheets, statistics programs and this one write them.

use std::borrow::Cow;

use super::MOST_DOTS;
use super::column::{COLUMNS, Col, plain_name};
use super::error::DotFileError;
use super::rows::{Rows, Words, checked};

/// Unknown columns that a finding names, at most.
const NAMED: usize = 8;
/// Longest piece of a file that a message repeats, characters.
const QUOTED: usize = 40;

/// The bytes as UTF-8 without a byte order mark; from UTF-16 when they begin with its mark.
pub(super) fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    let wide = |unit: fn([u8; 2]) -> u16| -> Cow<'_, [u8]> {
        let units = bytes[2..].chunks_exact(2).map(|b| unit([b[0], b[1]]));
        let text: String =
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Cow::Owned(text.into_bytes())
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => Cow::Borrowed(bytes),
    }
}

/// A piece of a file as a message repeats it: short, quoted, without control characters.
pub(super) fn quoted(text: &str) -> String {
    let mut out: String = text.chars().take(QUOTED).flat_map(char::escape_debug).collect();
    if text.chars().count() > QUOTED {
        out.push('…');
    }
    format!("\"{out}\"")
}

/// What a file is that is no table.
fn not_a_table(bytes: &[u8]) -> Option<&'static str> {
    const SPREADSHEET: &str = "it is a spreadsheet or another archive; save the sheet as CSV (UTF-8)";
    const PICTURE: &str = "it is a picture; measure the dots in it first and save their positions as CSV";
    const KNOWN: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", SPREADSHEET),
        (b"\xD0\xCF\x11\xE0", SPREADSHEET),
        (b"\x89PNG", PICTURE),
        (b"\xFF\xD8\xFF", PICTURE),
        (b"%PDF", "it is a PDF; give the dots.csv or dots.ply that lies beside it"),
        (b"glTF", "it is a mesh; give the file of its dots"),
    ];
    KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|k| k.1).or_else(|| {
        bytes[..bytes.len().min(8192)]
            .contains(&0)
            .then_some("it is binary, but no PLY; dots are read from CSV with a head line, or from PLY")
    })
}

/// The separator that the head line has most of.
fn separator(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|b| *b == b'\n' || *b == b'\r')
        .find(|l| !l.is_empty() && l[0] != b'#')
        .unwrap_or_default();
    let count = |b: u8| line.iter().filter(|x| **x == b).count();
    // The comma wins ties: it comes last, and the last of equals is taken.
    [b'\t', b';', b','].into_iter().max_by_key(|b| count(*b)).unwrap_or(b',')
}

/// What becomes of a column of the file.
enum Kind {
    Number(Col, Vec<f64>),
    Words(Col, Words),
    Skip,
}

/// Reads a table.
///
/// # Errors
/// [`DotFileError`] with line and column.
pub(super) fn read(bytes: &[u8]) -> Result<Rows, DotFileError> {
    if let Some(what) = not_a_table(bytes) {
        return Err(DotFileError::Other(what.into()));
    }
    let comma = separator(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(comma)
        .comment(Some(b'#'))
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record)? {
        return Err(DotFileError::Empty);
    }
    let mut rows = Rows::default();
    let mut columns = header(&record, &mut rows)?;
    let mut decimal_commas = false;
    while reader.read_byte_record(&mut record)? {
        if rows.len == MOST_DOTS {
            return Err(DotFileError::TooMany { most: MOST_DOTS });
        }
        let line = record.position().map_or(0, csv::Position::line);
        let place = || format!("line {line}");
        let spare = record.iter().skip(columns.len()).any(|c| !c.trim_ascii().is_empty());
        if spare || record.len() < columns.len() {
            return Err(DotFileError::Row {
                place: place(),
                what: format!(
                    "{} cells under a head line of {}. {}",
                    record.len(),
                    columns.len(),
                    if spare && comma == b',' {
                        "Are there decimal commas? Write 1.5 for 1,5, or separate the columns with semicolons"
                    } else if spare {
                        "Put text that holds the separator in quotes"
                    } else {
                        "Is the file cut short?"
                    }
                ),
            });
        }
        for (cell, kind) in record.iter().zip(&mut columns) {
            let text = || {
                std::str::from_utf8(cell).map_err(|_| DotFileError::Row {
                    place: place(),
                    what: "it holds text that is not UTF-8; save the file as CSV UTF-8".into(),
                })
            };
            match kind {
                Kind::Number(col, values) => {
                    let value = number(text()?, comma, &mut decimal_commas, *col, &place)?;
                    values.push(value);
                }
                Kind::Words(_, words) => words.push(text()?),
                Kind::Skip => {}
            }
        }
        rows.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        rows.len += 1;
    }
    for kind in columns {
        match kind {
            Kind::Number(col, values) => drop(rows.numbers.insert(col, values)),
            Kind::Words(col, words) => drop(rows.words.insert(col, words)),
            Kind::Skip => {}
        }
    }
    if decimal_commas {
        rows.findings.push("Decimal commas were read as decimal points.".into());
    }
    Ok(rows)
}

fn header(record: &csv::ByteRecord, rows: &mut Rows) -> Result<Vec<Kind>, DotFileError> {
    let names: Vec<String> = record.iter().map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    if names.iter().all(|n| n.trim().parse::<f64>().is_ok()) {
        return Err(DotFileError::Header(
            "the first line has numbers; it must have the names of the columns, such as x_mm,y_mm,z_mm"
                .into(),
        ));
    }
    let mut seen = [false; COLUMNS.len()];
    let (mut unknown, mut renamed) = (Vec::new(), Vec::new());
    let mut out = Vec::with_capacity(names.len());
    for name in &names {
        let Some(i) = Col::named(name) else {
            if !name.trim().is_empty() {
                unknown.push(quoted(name.trim()) + &meant(&plain_name(name)));
            }
            out.push(Kind::Skip);
            continue;
        };
        if std::mem::replace(&mut seen[i], true) {
            return Err(DotFileError::Header(format!(
                "the column {} is there twice; keep one of them",
                COLUMNS[i].name
            )));
        }
        if plain_name(name) != COLUMNS[i].name {
            renamed.push(format!("{} as {}", quoted(name.trim()), COLUMNS[i].name));
        }
        out.push(match Col::ALL[i] {
            Col::Dot => Kind::Skip,
            col if col.is_number() => Kind::Number(col, Vec::new()),
            col => Kind::Words(col, Words::default()),
        });
    }
    if !Col::have_place(|c| seen[c as usize]) {
        let found: Vec<String> = names.iter().take(NAMED).map(|n| quoted(n.trim())).collect();
        return Err(DotFileError::Header(format!(
            "there is no position; it takes x_mm, y_mm and z_mm, or chart_x and chart_y. Found: {}{}",
            found.join(", "),
            if names.len() > NAMED { ", …" } else { "" }
        )));
    }
    if !renamed.is_empty() {
        rows.assumed.push(format!("Columns under other names: {}.", renamed.join(", ")));
    }
    if !unknown.is_empty() {
        let more = unknown.len().saturating_sub(NAMED);
        unknown.truncate(NAMED);
        rows.findings.push(format!(
            "Columns that are not known were left out: {}{}.",
            unknown.join(", "),
            if more > 0 { format!(" and {more} more") } else { String::new() }
        ));
    }
    Ok(out)
}

/// A column that an unknown name probably means, with the unit that it wants.
fn meant(name: &str) -> String {
    let Some((stem, "mm" | "cm" | "m" | "um" | "µm")) = name.rsplit_once('_') else { return String::new() };
    COLUMNS
        .iter()
        .find(|c| !c.unit.is_empty() && c.name.rsplit_once('_').is_some_and(|(s, _)| s == stem))
        .map_or_else(String::new, |c| format!(" (the column is {}, in {})", c.name, c.unit))
}

/// A cell's number, NaN when there is none.
fn number(
    text: &str,
    comma: u8,
    decimal_commas: &mut bool,
    col: Col,
    place: &impl Fn() -> String,
) -> Result<f64, DotFileError> {
    let text = text.trim();
    if text.is_empty() || matches!(text, "NA" | "N/A" | "n/a" | "-" | "–" | "null" | "NULL") {
        return Ok(f64::NAN);
    }
    let parsed = text.parse::<f64>().or_else(|e| {
        if comma != b',' && text.contains(',') && !text.contains('.') {
            let value = text.replacen(',', ".", 1).parse::<f64>()?;
            *decimal_commas = true;
            return Ok(value);
        }
        Err(e)
    });
    match parsed {
        Ok(value) => checked(col as usize, value, place),
        Err(_) => Err(DotFileError::Value {
            place: place(),
            column: col.column().name,
            value: quoted(text),
            allowed: "a number".into(),
            fix: "Write it with a decimal point and without a unit, or leave the cell empty".into(),
        }),
    }
}
