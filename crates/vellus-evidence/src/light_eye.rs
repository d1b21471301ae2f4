//! Colour and sight against the tables and the programs that others check theirs with.

use vellus_light::see::{ciede2000_rows, flip, flip::USUAL_PIXELS_PER_DEGREE};
use vellus_light::{Lamp, LampKind, Observer};

use crate::error::EvidenceError;
use crate::experiment::Results;

/// Side of the flat pictures that FLIP compares, pixels.
const FLAT_PX: usize = 64;

/// CIEDE2000 over the pairs of Sharma, Wu and Dalal. Results: `pairs`, how many there are, `met`, how many are met
/// within 0.0001 in both orders, `worst`, the largest difference.
pub(crate) fn colour_pairs() -> Results {
    let rows = ciede2000_rows();
    let off: Vec<f64> = rows
        .iter()
        .map(|r| {
            let back = vellus_light::colour::ciede2000(r.second, r.first);
            (r.computed - r.published).abs().max((back - r.published).abs())
        })
        .collect();
    let worst = off.iter().fold(0.0, |a: f64, b| a.max(*b));
    let met = off.iter().filter(|d| **d < 1e-4).count();
    exact([("pairs", rows.len() as f64), ("met", met as f64), ("worst", worst)])
}

/// The white of a lamp. Results: `x` and `z` where Y is 100.
pub(crate) fn white(lamp: LampKind, observer: Observer) -> Results {
    let [x, _, z] = Lamp::new(lamp, observer).white();
    exact([("x", 100.0 * x), ("z", 100.0 * z)])
}

/// FLIP of two flat grey pictures. Results: `mean`, `same`, that of a picture with itself.
pub(crate) fn flat_flip(name: &str, first: f64, second: f64) -> Result<Results, EvidenceError> {
    let flat = |v: f64| vec![[v; 3]; FLAT_PX * FLAT_PX];
    let of = |a: f64, b: f64| {
        flip(&flat(a), &flat(b), FLAT_PX, FLAT_PX, USUAL_PIXELS_PER_DEGREE)
            .map(|(mean, _)| mean)
            .map_err(|source| EvidenceError::Picture { name: name.into(), source })
    };
    Ok(exact([("mean", of(first, second)?), ("same", of(first, first)?)]))
}

fn exact<const N: usize>(values: [(&str, f64); N]) -> Results {
    values.into_iter().map(|(k, v)| (k.to_owned(), (v, 0.0))).collect()
}
