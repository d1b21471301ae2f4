//! How dense the dots should be: what is missing from the person's own fringe, in dots.

/// Greatest density at which healed dots stay apart, per cm²: dots of 0.12 mm whose centres keep at
/// least twice that distance at a relative radius of 0.65 (hexagonal limit; computed).
pub const MOST_PER_CM2: f64 = 650.0;

/// Density of dots that replicates follicular units, per cm²: 600–650 per square inch.
pub const UNITS_SCHOOL_PER_CM2: f64 = 97.0;
/// Density of dots that replicates single hairs, per cm²: 1,250–2,000 per square inch.
pub const HAIRS_SCHOOL_PER_CM2: f64 = 250.0;

/// Smallest share of the fringe that must be missing before dots are laid: below the noticeable
/// difference of 22.7 % (Buontempo, Oh 2025) half of it is not worth a needle (assumption).
pub const LEAST_MISSING: f64 = 0.12;

/// Dots per cm² for a place.
///
/// `visible_share` is the visible density there (hair and earlier dots) relative to the person's
/// fringe; `full_per_cm2` the density that alone would look like the fringe; `fade_in` the share
/// that the hairline allows.
#[must_use]
pub fn dots_per_cm2(visible_share: f64, full_per_cm2: f64, fade_in: f64) -> f64 {
    let missing = (1.0 - visible_share).clamp(0.0, 1.0);
    if missing <= LEAST_MISSING {
        return 0.0;
    }
    // Ramps in from nothing, so that the edge of the work has no step.
    let ramp = ((missing - LEAST_MISSING) / 0.15).min(1.0);
    full_per_cm2 * missing * ramp * fade_in
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_laid_where_hair_is_dense_and_all_where_it_is_gone() {
        assert_eq!(dots_per_cm2(0.95, 100.0, 1.0), 0.0);
        assert_eq!(dots_per_cm2(0.0, 100.0, 1.0), 100.0);
        assert_eq!(dots_per_cm2(0.0, 100.0, 0.0), 0.0);
    }

    #[test]
    fn prop_more_hair_never_asks_for_more_dots() {
        let mut last = f64::INFINITY;
        for i in 0..=100 {
            let d = dots_per_cm2(f64::from(i) / 100.0, 120.0, 1.0);
            assert!(d <= last);
            last = d;
        }
    }
}
