//! Hair against what must hold: no light is lost, directions follow their density, rays meet what they should.

use glam::Vec3;
use vellus_light::LightError;
use vellus_light::fibre::Section;
use vellus_light::fibre::check::{Material, chi_square, furnace, weights};
use vellus_light::trace::check::hits;

use crate::error::EvidenceError;
use crate::experiment::Results;

/// Roughnesses along and around the fibre whose sampling is tested, after the tests of pbrt-v3, with an ellipse beside
/// the round section.
const ROUGHNESSES: [(f32, f32); 4] = [(0.2, 0.2), (0.3, 0.3), (0.6, 0.4), (0.9, 0.9)];
const SECTIONS: [Section; 2] = [Section::ROUND, Section { aspect: 1.5 }];

/// A fibre without pigment under even light, over a grid of `steps` × `steps` roughnesses. Results: `drawn_least`,
/// `drawn_most`, means of what it gives back by directions drawn from the model; `even_least`, `even_most` by directions
/// drawn evenly; `weight_least`, `weight_most` of single draws.
pub(crate) fn white_furnace(steps: u32, thousands: u32, aspect: f32, seed: u64) -> Results {
    let samples = 1000 * thousands;
    let f = furnace(steps, samples, Section { aspect }, seed);
    let [least, most] = weights(steps, samples / 100, seed);
    [
        ("drawn_least", f.importance[0]),
        ("drawn_most", f.importance[1]),
        ("even_least", f.uniform[0]),
        ("even_most", f.uniform[1]),
        ("weight_least", least),
        ("weight_most", most),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), (v, 0.0)))
    .collect()
}

/// χ² of drawn directions against their density, for round and elliptical fibres. Result: `p`, the least chance over all
/// of them, times how many there are (Bonferroni), at most 1.
pub(crate) fn sampling(name: &str, thousands: u32, seed: u64) -> Result<Results, EvidenceError> {
    let (mut least, mut tests) = (1.0_f64, 0.0);
    for section in SECTIONS {
        for (beta_m, beta_n) in ROUGHNESSES {
            let m = Material { beta_m, beta_n, absorption: Vec3::new(0.3, 0.5, 0.9), section };
            let r = chi_square(&m, 1000 * thousands, seed).map_err(|e| broken(name, e))?;
            least = least.min(r.p);
            tests += 1.0;
        }
    }
    Ok([("p".to_owned(), ((least * tests).min(1.0), 0.0))].into())
}

/// Rays from 450 mm at hairs of 0.04 mm radius, single precision beside a brute force in double precision. Results:
/// `met`, share of the rays that meet a hair, `off`, relative difference of the counts, `disagree`, share of the
/// meetings on which the two disagree.
pub(crate) fn ray_hits(name: &str, hairs: usize, rays: usize, seed: u64) -> Result<Results, EvidenceError> {
    let h = hits(hairs, rays, seed).map_err(|e| broken(name, e))?;
    let exact = h.exact.max(1) as f64;
    Ok([
        ("met", h.exact as f64 / h.rays.max(1) as f64),
        ("off", h.traced.abs_diff(h.exact) as f64 / exact),
        ("disagree", h.disagree as f64 / exact),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), (v, 0.0)))
    .collect())
}

fn broken(name: &str, source: LightError) -> EvidenceError {
    EvidenceError::Picture { name: name.into(), source }
}
