//! Exact solutions of settling, and published blood preparations.

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

/// Runs every exact solution and every preparation.
///
/// # Errors
/// [`EvidenceError::Blood`].
pub fn run_all(seed: u64) -> Result<Vec<Row>, EvidenceError> {
    let mut rows: Vec<Row> = vellus_blood::exact::verify()
        .into_iter()
        .map(|e| Row {
            id: e.id.into(),
            area: "blood".into(),
            what: e.what.into(),
            unit: e.unit.into(),
            published: e.exact,
            lo: e.lo,
            hi: e.hi,
            model: e.scheme,
            model_lo: e.scheme,
            model_hi: e.scheme,
            pass: (e.lo..=e.hi).contains(&e.scheme),
            split: "verification".into(),
            source: e.source.into(),
            mechanism: None,
            note: None,
        })
        .collect();
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
                source: match r.judged {
                    vellus_blood::Judged::Median => r.source,
                    vellus_blood::Judged::Interval => {
                        format!("{}; what was withdrawn is not stated: judged by the interval", r.source)
                    }
                },
                mechanism: None,
                note: None,
            });
        }
    }
    Ok(rows)
}
