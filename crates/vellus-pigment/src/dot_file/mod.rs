//! Dot files: `dots.csv` and `dots.ply`, written for machines that lay dots and read back from
//! anybody who knows where dots are.
//!
//! One table of [`columns`](COLUMNS) serves both formats. What this program writes holds everything
//! that [`Dots`] holds, so that writing what was read gives the same bytes. What others write needs
//! no more than a position, in head space or in the chart; everything else is filled from the norms
//! of [`crate::dots`] and named in [`DotFile::assumed`].

mod assemble;
mod column;
mod csv_rows;
mod error;
mod on_head;
mod ply_rows;
mod rows;
mod times;
mod write;

use std::path::Path;

use jiff::civil::Date;
use vellus_head::Head;

pub use column::{COLUMNS, Column, zone_key};
pub use error::DotFileError;
pub use write::{check_dots, dots_csv, dots_ply};

use crate::dots::Dots;
use crate::ink::Ink;
use crate::needle::Needle;

/// Version of the columns; a column that is added keeps it, one that changes its meaning does not.
pub const SCHEMA_VERSION: u32 = 1;
/// Most dots of a file: three heads full of dots at the density of hairs (computed: 3 × 600 cm² ×
/// 310 per cm² is 560,000).
pub const MOST_DOTS: usize = 1_000_000;
/// Most bytes of a file: a kilobyte a dot.
pub const MOST_BYTES: u64 = 1 << 30;
/// Days before today at which the last session lies when no date is known: just healed (the six-week
/// arc of the trade).
pub const UNDATED_DAYS: f64 = 42.0;
/// Days between sessions when no date is known: the longer of the intervals within a course (10 to
/// 14 days).
pub const UNDATED_INTERVAL_DAYS: f64 = 14.0;

/// What a file is read with.
#[derive(Clone, Debug)]
pub struct ReadContext<'a> {
    /// The head that the dots are on: needed for chart positions, and to tell another head's file.
    pub head: Option<&'a Head>,
    /// The day that [`Dots::day`] counts from.
    pub today: Date,
    /// The needle where the file names none.
    pub needle: Needle,
    /// What was in the cup where the file does not say.
    pub ink: Ink,
}

impl<'a> ReadContext<'a> {
    /// With a single point and undiluted carbon black where the file is silent.
    #[must_use]
    pub fn new(head: Option<&'a Head>, today: Date) -> Self {
        Self { head, today, needle: Needle::single(), ink: Ink::default() }
    }
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotFile {
    /// The dots, in the order of the file.
    pub dots: Dots,
    /// How dark each dot was measured, 0 (as the skin) to 1 (as a fresh dot); empty when the file
    /// does not say, NaN where it has no value for a dot.
    pub contrast: Vec<f32>,
    /// What the file does not say and was taken from a norm, with how many dots that concerns.
    pub assumed: Vec<String>,
    /// Doubts that do not stop the work.
    pub findings: Vec<String>,
}

/// Reads a file of dots; what it is, is told by its content.
///
/// # Errors
/// [`DotFileError`], with line, column, value, range and the likely fix.
pub fn read_dots(path: &Path, context: &ReadContext<'_>) -> Result<DotFile, DotFileError> {
    let io = |source| DotFileError::File { path: path.to_owned(), source };
    let meta = std::fs::metadata(path).map_err(io)?;
    if !meta.is_file() {
        let what = if meta.is_dir() { "it is a folder" } else { "it is no plain file" };
        return Err(io(std::io::Error::other(what)));
    }
    let size = meta.len();
    if size > MOST_BYTES {
        return Err(DotFileError::TooLarge { bytes: size, most: MOST_BYTES });
    }
    read_dots_bytes(&std::fs::read(path).map_err(io)?, context)
}

/// Reads the bytes of a file of dots.
///
/// # Errors
/// As [`read_dots`].
pub fn read_dots_bytes(bytes: &[u8], context: &ReadContext<'_>) -> Result<DotFile, DotFileError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(DotFileError::TooLarge { bytes: bytes.len() as u64, most: MOST_BYTES });
    }
    let bytes = &*csv_rows::plain(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(DotFileError::Empty);
    }
    let rows = if bytes.starts_with(b"ply\n") || bytes.starts_with(b"ply\r") {
        ply_rows::read(bytes, context.today)?
    } else {
        csv_rows::read(bytes)?
    };
    if rows.len == 0 {
        return Err(DotFileError::NoDots);
    }
    assemble::assemble(rows, context)
}
