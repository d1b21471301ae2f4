//! The published pairs of colours that a program for CIEDE2000 is checked with.

use serde::{Deserialize, Serialize};

use crate::colour::ciede2000;

const PAIRS: &str = include_str!("../../../../data/vision/ciede2000.toml");

/// One pair, as published and as computed here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairRow {
    /// Number of the pair in the table, from 1.
    pub pair: usize,
    /// First colour, L*, a*, b*.
    pub first: [f64; 3],
    /// Second colour.
    pub second: [f64; 3],
    /// ΔE₀₀ as published, four decimals.
    pub published: f64,
    /// ΔE₀₀ of this program.
    pub computed: f64,
}

#[derive(Deserialize)]
struct Table {
    pairs: Vec<[f64; 7]>,
}

/// The 34 pairs, for `vellus validate light`; each must be met within 1e-4.
///
/// # Sources
/// Sharma, Wu and Dalal 2005, table 1; `data/vision/ciede2000.toml`.
#[must_use]
pub fn ciede2000_rows() -> Vec<PairRow> {
    let table: Table = toml::from_str(PAIRS).expect("a compiled-in table is sound");
    let row = |(i, p): (usize, &[f64; 7])| {
        let (first, second) = ([p[0], p[1], p[2]], [p[3], p[4], p[5]]);
        PairRow { pair: i + 1, first, second, published: p[6], computed: ciede2000(first, second) }
    };
    table.pairs.iter().enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_ciede2000_on_all_pairs_of_sharma() {
        let rows = ciede2000_rows();
        assert_eq!(rows.len(), 34);
        for r in rows {
            assert!((r.computed - r.published).abs() < 1e-4, "{r:?}");
            assert!((ciede2000(r.second, r.first) - r.published).abs() < 1e-4, "{r:?}");
        }
    }
}
