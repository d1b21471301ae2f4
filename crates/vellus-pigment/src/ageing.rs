//! How dots change: healing in the first weeks, then fading and spreading over years.
//!
//! # Sources and limits
//! Measured: visual density 8.7 ± 1.1 at once and 7.7 ± 1.4 at 6 months (Liu 2025, n = 10; in
//! pattern loss a drop of 0.9, about a tenth). No longer series was found: the years after that are
//! an *assumption* set so that the median dot has faded to about 60 % after five years, since
//! touch-ups are asked for after 2 to 8. Spread: a dot diffuses, σ² = σ₀² + 2Dt (Eames 2011); D was
//! not published and is set so that a healed dot of 0.12 mm measures about 0.17 mm after ten years
//! (assumption).

/// Tone that healing takes away over the first six weeks.
pub const HEALING_LOSS: f64 = 0.07;
/// Time constant of healing, days (the six-week arc of the trade, three time constants).
pub const HEALING_DAYS: f64 = 14.0;
/// Time constant of fading in the median person, years.
pub const FADING_YEARS: f64 = 11.0;
/// Diffusion of pigment in dermis, mm² per year (assumption, see above).
pub const DIFFUSION_MM2_PER_YEAR: f64 = 4.5e-5;
/// How much darker fresh dots look than healed ones, from scab and blood (assumption).
pub const FRESH_DARKENING: f64 = 0.25;

/// Share of the deposited pigment's effect that is left after `days`, for a person who fades
/// `fade` times as fast as the median one.
#[must_use]
pub fn tone_left(days: f64, fade: f64) -> f64 {
    if days < 0.0 {
        return 0.0;
    }
    let healing = HEALING_LOSS * (1.0 - libm::exp(-days / HEALING_DAYS));
    (1.0 - healing) * libm::exp(-days * fade / (365.25 * FADING_YEARS))
}

/// The same as seen: fresh dots are darker while they heal.
#[must_use]
pub fn tone_seen(days: f64, fade: f64) -> f64 {
    if days < 0.0 {
        return 0.0;
    }
    tone_left(days, fade) * (1.0 + FRESH_DARKENING * libm::exp(-days / 5.0))
}

/// Growth of a dot's radius by diffusion after `days`: the standard deviation to fold its profile
/// with, mm.
#[must_use]
pub fn spread_mm(days: f64) -> f64 {
    libm::sqrt(2.0 * DIFFUSION_MM2_PER_YEAR * days.max(0.0) / 365.25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_six_months_lose_about_a_tenth() {
        // Liu 2025: pattern loss 0.9 of 8.7.
        let left = tone_left(182.0, 1.0);
        assert!((left - (1.0 - 0.9 / 8.7)).abs() < 0.04, "{left}");
    }

    #[test]
    fn prop_tone_falls_and_spread_grows() {
        for d in 1..100 {
            let (a, b) = (f64::from(d) * 40.0, f64::from(d + 1) * 40.0);
            assert!(tone_left(b, 1.3) < tone_left(a, 1.3));
            assert!(spread_mm(b) > spread_mm(a));
        }
        assert_eq!(tone_left(-1.0, 1.0), 0.0);
    }
}
