//! What can be wrong with a file of dots.

use std::path::PathBuf;

/// An error of reading or writing dots. Messages say what, where, the allowed range and the likely
/// fix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DotFileError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There are more bytes than any file of dots has.
    #[error("the file has {bytes} bytes, at most {most} are read; is it a file of dots?")]
    TooLarge {
        /// Size of the file.
        bytes: u64,
        /// Most that is read.
        most: u64,
    },
    /// There are more dots than heads hold.
    #[error(
        "the file has more than {most} dots; a whole head holds about 200,000. Is it a scan, or several files in one?"
    )]
    TooMany {
        /// Most dots that are read.
        most: usize,
    },
    /// Nothing is in the file.
    #[error("the file is empty; export it again")]
    Empty,
    /// There is a header and nothing below it.
    #[error("the file has a header and no dots; a plan without pigment writes such a file")]
    NoDots,
    /// It is no file of dots at all.
    #[error("this is no file of dots: {0}")]
    Other(String),
    /// The names of the columns, or the header of a PLY.
    #[error("the header of the dot file: {0}")]
    Header(String),
    /// A row that does not fit the header.
    #[error("{place}: {what}")]
    Row {
        /// "line 12" of a table, "dot 11" of a PLY.
        place: String,
        /// What is wrong, and the likely fix.
        what: String,
    },
    /// A value that cannot be.
    #[error("{place}, column {column}: {value}; allowed: {allowed}. {fix}")]
    Value {
        /// "line 12" of a table, "dot 11" of a PLY.
        place: String,
        /// The column.
        column: &'static str,
        /// What was found, quoted.
        value: String,
        /// What may stand there.
        allowed: String,
        /// The likely fix.
        fix: String,
    },
    /// Sessions and dates that contradict each other.
    #[error("{0}")]
    Sessions(String),
    /// The same dots twice.
    #[error(
        "{twice} of {dots} dots lie exactly where another does (first: {place}); has the file been pasted together twice? Keep each row once"
    )]
    Twice {
        /// Dots that lie on an earlier one.
        twice: usize,
        /// All dots.
        dots: usize,
        /// The first of them.
        place: String,
    },
    /// The dots do not lie on the head that was given.
    #[error(
        "these dots are of another head: {away} of {dots} lie more than {limit_mm} mm from the skin (median distance {median_mm:.1} mm; at most 2 % may). {fix}"
    )]
    OtherHead {
        /// Dots that lie off the skin.
        away: usize,
        /// All dots.
        dots: usize,
        /// Distance from which a dot counts as off the skin, mm.
        limit_mm: f64,
        /// Median distance of all dots from the skin, mm.
        median_mm: f64,
        /// The likely fix.
        fix: String,
    },
    /// A chart position needs a head.
    #[error(
        "the dots have chart positions only ({columns}); a place on a head follows from them with the head: name the case, or give x_mm, y_mm and z_mm"
    )]
    NeedsHead {
        /// The columns that are there.
        columns: &'static str,
    },
    /// The columns of the dots in memory differ in length, or point beyond a table.
    #[error("the dots are incomplete: {column} has {found} values for {dots} dots")]
    Incomplete {
        /// Which column.
        column: &'static str,
        /// How many (good) values it has.
        found: usize,
        /// How many dots there are.
        dots: usize,
    },
    /// A table could not be written.
    #[error("the table of dots could not be written: {0}")]
    Table(#[from] csv::Error),
}

impl DotFileError {
    /// The likely fix, where the message does not say it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File { path, .. } if path.is_dir() => {
                Some("it is a folder: give the dots.csv or the dots.ply in it".into())
            }
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some("check the path".into())
            }
            Self::Empty | Self::Other(_) | Self::Header(_) | Self::Row { .. } => Some(
                "dots are read from a CSV with a head line, or from a PLY; docs/dots.md has the columns"
                    .into(),
            ),
            _ => None,
        }
    }
}
