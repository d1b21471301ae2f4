//! What skin can look like.

use crate::colour::ciede2000;
use crate::skin::{Fitzpatrick, Skin, Undertone};

/// ΔE₀₀ from the row of typical colours up to which a colour is taken for skin. Within a group of people L* has a
/// standard deviation of 5 to 6, a* and b* of about 3 (Xiao 2017); three of each, with flush and sun (assumption).
pub const SKIN_WITHIN: f64 = 14.0;

/// The colour nearest to this one on the row of typical skin colours from very light to very dark, and how far it is,
/// ΔE₀₀. What is not a number is infinitely far.
#[must_use]
pub fn nearest_skin(lab: [f64; 3]) -> ([f64; 3], f64) {
    use Fitzpatrick::{I, II, III, IV, V, VI};
    let row = [I, II, III, IV, V, VI].map(|c| Skin::fitzpatrick(c, Undertone::Neutral).lab);
    // Very dark skin lies beyond type VI.
    let darkest = [24.0, 7.0, 8.0];
    let stops: Vec<[f64; 3]> = row.into_iter().chain([darkest]).collect();
    if lab.iter().any(|v| !v.is_finite()) {
        return (stops[2], f64::INFINITY);
    }
    let mut best = (stops[0], f64::INFINITY);
    for pair in stops.windows(2) {
        for k in 0..=20 {
            let t = f64::from(k) / 20.0;
            let at: [f64; 3] = std::array::from_fn(|i| pair[0][i] * (1.0 - t) + pair[1][i] * t);
            let d = ciede2000(lab, at);
            if d < best.1 {
                best = (at, d);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_skins_are_skin_and_paint_is_not() {
        // Xiao 2017, Alaluf 2002 and a Monte Carlo of very dark skin.
        for lab in
            [[60.5, 9.0, 14.6], [59.2, 11.6, 15.1], [65.0, 7.1, 13.3], [49.2, 10.2, 18.4], [30.0, 9.0, 11.0]]
        {
            assert!(nearest_skin(lab).1 < SKIN_WITHIN, "{lab:?} {:?}", nearest_skin(lab));
        }
        for lab in
            [[60.0, -20.0, 20.0], [50.0, 5.0, -25.0], [95.0, 0.0, 0.0], [5.0, 0.0, 0.0], [f64::NAN, 0.0, 0.0]]
        {
            assert!(nearest_skin(lab).1 > SKIN_WITHIN, "{lab:?} {:?}", nearest_skin(lab));
        }
    }
}
