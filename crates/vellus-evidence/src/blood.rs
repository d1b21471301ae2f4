//! Published blood preparations.

use crate::error::EvidenceError;
use crate::row::Row;

macro_rules! protocols {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/protocols/", $name, ".toml")))),*]
    };
}

/// The protocol files that come with the program.
pub const PROTOCOLS: &[(&str, &str)] = protocols![
    "cugat_2024",
    "fitzpatrick_acp",
    "fitzpatrick_gps3",
    "machado_1600g",
    "machado_300g_700g",
    "machado_600g",
    "machado_600g_900g",
    "machado_turn_down_turn_up",
    "perez_2014",
    "ukrainian_160g",
];

/// Runs every preparation.
///
/// # Errors
/// [`EvidenceError::Blood`].
pub fn run_all(seed: u64) -> Result<Vec<Row>, EvidenceError> {
    let mut rows = Vec::new();
    for (name, text) in PROTOCOLS {
        let of = |source| EvidenceError::Blood { name: (*name).to_owned(), source };
        let protocol = vellus_blood::load_protocol(text).map_err(of)?;
        for r in vellus_blood::check(&protocol, seed).map_err(of)? {
            rows.push(Row {
                id: (*name).to_owned(),
                area: r.area.into(),
                what: r.what.into(),
                unit: r.unit.into(),
                published: r.published,
                lo: r.lo,
                hi: r.hi,
                model: r.model,
                model_lo: r.model_lo,
                model_hi: r.model_hi,
                pass: r.pass,
                split: r.split.into(),
                source: r.source,
                mechanism: None,
            });
        }
    }
    Ok(rows)
}
