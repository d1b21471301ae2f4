//! Rows of a file before anything is filled in: columns of numbers and of words.

use std::collections::{BTreeMap, HashMap};

use super::column::{COLUMNS, Col};
use super::error::DotFileError;
use crate::ink::Ink;
use crate::needle::Needle;

/// Words of a column, each kept once; word 0 is the missing one.
#[derive(Clone, Debug)]
pub(super) struct Words {
    table: Vec<String>,
    known: HashMap<String, u32>,
    of: Vec<u32>,
}

impl Default for Words {
    fn default() -> Self {
        Self { table: vec![String::new()], known: HashMap::new(), of: Vec::new() }
    }
}

impl Words {
    pub(super) fn push(&mut self, word: &str) {
        let index = if word.is_empty() {
            0
        } else if let Some(i) = self.known.get(word) {
            *i
        } else {
            let i = self.table.len() as u32;
            self.table.push(word.to_owned());
            self.known.insert(word.to_owned(), i);
            i
        };
        self.of.push(index);
    }

    /// The different words; the first is the missing one.
    pub(super) fn table(&self) -> &[String] {
        &self.table
    }

    /// Which word each row has.
    pub(super) fn of(&self) -> &[u32] {
        &self.of
    }
}

/// What a PLY keeps in its header: a table, and which entry each row has.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    pub(super) items: Vec<T>,
    pub(super) of: Vec<u8>,
}

/// Rows of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) len: usize,
    /// Numbers by column, NaN where a row has none.
    pub(super) numbers: BTreeMap<Col, Vec<f64>>,
    /// Words by column.
    pub(super) words: BTreeMap<Col, Words>,
    /// Days from today, where the file counts days.
    pub(super) day: Option<Vec<f64>>,
    pub(super) needles: Option<Table<Needle>>,
    pub(super) inks: Option<Table<Ink>>,
    /// Line of each row in the file; empty for a PLY.
    pub(super) lines: Vec<u32>,
    pub(super) assumed: Vec<String>,
    pub(super) findings: Vec<String>,
}

impl Rows {
    /// Where a row is, as messages say it.
    pub(super) fn place(&self, row: usize) -> String {
        self.lines.get(row).map_or_else(|| format!("dot {}", row + 1), |l| format!("line {l}"))
    }

    /// A number of a row, where it has one.
    pub(super) fn number(&self, col: Col, row: usize) -> Option<f64> {
        self.numbers.get(&col).and_then(|c| c.get(row)).copied().filter(|x| !x.is_nan())
    }

    /// A word of a row, where it has one.
    pub(super) fn word(&self, col: Col, row: usize) -> Option<&str> {
        let words = self.words.get(&col)?;
        let index = *words.of.get(row)?;
        (index > 0).then(|| words.table[index as usize].as_str())
    }

    /// How many rows have a number in a column.
    pub(super) fn count(&self, col: Col) -> usize {
        self.numbers.get(&col).map_or(0, |c| c.iter().filter(|x| !x.is_nan()).count())
    }
}

/// A number that may stand in its column.
///
/// # Errors
/// [`DotFileError::Value`].
pub(super) fn checked(col: usize, value: f64, place: impl Fn() -> String) -> Result<f64, DotFileError> {
    let column = &COLUMNS[col];
    let [lo, hi] = column.range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
    if (lo..=hi).contains(&value) && (!column.whole || value.fract() == 0.0) {
        return Ok(value);
    }
    let allowed = format!(
        "{}{lo} to {hi}{}{}",
        if column.whole { "whole numbers, " } else { "" },
        if column.unit.is_empty() { "" } else { " " },
        column.unit
    );
    Err(DotFileError::Value {
        place: place(),
        column: column.name,
        value: format!("{value}"),
        allowed,
        fix: fix(col, value, lo, hi),
    })
}

fn fix(col: usize, value: f64, lo: f64, hi: f64) -> String {
    let fits = |factor: f64| (lo..=hi).contains(&(value * factor));
    match COLUMNS[col].unit {
        _ if value.is_nan() || value.is_infinite() => {
            "Leave the cell empty where the value is not known".into()
        }
        "µm" if value < 0.0 => "Diameters and depths are positive".into(),
        "µm" if value > 0.0 && fits(1000.0) => {
            format!("It looks like millimetres: write micrometres, {:.0}", value * 1000.0)
        }
        "mm" if value.abs() > hi && fits(1e-3) => {
            "It looks like micrometres: positions and needles are in millimetres".into()
        }
        "mm" => "Positions are millimetres in head space, needles millimetres across".into(),
        "chart units" => {
            "In the chart the glabella is (0, 1) and the inion (0, -1); are these millimetres?".into()
        }
        _ if col == Col::Session as usize => "Sessions count from 1 over the whole life of the work".into(),
        _ if col == Col::Contrast as usize && (0.0..=100.0).contains(&value) => {
            "Divide percentages by 100".into()
        }
        _ => "Correct the value, or leave the cell empty".into(),
    }
}
