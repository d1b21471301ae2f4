//! Sessions: how much of the whole each lays, and how dark.

use crate::error::PigmentError;
use crate::ink::Ink;

/// Share of the target that has been laid after each session: 30, 70 and 100 % (Liu 2025).
pub const SESSION_TARGETS: [f64; 3] = [0.30, 0.70, 1.00];
/// Most sessions of one course.
pub const MOST_SESSIONS: usize = 6;
/// Least days between two sessions: the surface heals in 7–10 days.
pub const LEAST_INTERVAL_DAYS: f64 = 7.0;
/// Strength of the pigment in the sessions before the last, as a share of that in the last: a shade
/// lighter first, since adding is easy and removing is not; the figures are assumptions.
const LIGHTER_FIRST: f64 = 0.80;

/// The targets of a course of `n` sessions: [`SESSION_TARGETS`] for three, equal steps otherwise.
#[must_use]
pub fn default_targets(n: usize) -> Vec<f64> {
    if n == SESSION_TARGETS.len() {
        SESSION_TARGETS.to_vec()
    } else {
        (1..=n).map(|k| k as f64 / n as f64).collect()
    }
}

/// Share of the dots that each session lays, of targets that rise to 1.
#[must_use]
pub fn session_shares(targets: &[f64]) -> Vec<f64> {
    let mut before = 0.0;
    targets
        .iter()
        .map(|t| {
            let share = t - before;
            before = *t;
            share
        })
        .collect()
}

/// Checks targets and days.
///
/// # Errors
/// [`PigmentError::Sessions`].
pub fn check_targets(targets: &[f64], days: &[f64]) -> Result<(), PigmentError> {
    let wrong = |what: String| Err(PigmentError::Sessions(what));
    if targets.len() != days.len() || targets.is_empty() || targets.len() > MOST_SESSIONS {
        return wrong(format!(
            "{} targets for {} sessions; one target for each of 1 to {MOST_SESSIONS} sessions",
            targets.len(),
            days.len()
        ));
    }
    let mut before = 0.0;
    for (k, t) in targets.iter().enumerate() {
        if !(*t > before + 0.01 && *t <= 1.0) {
            return wrong(format!(
                "the target of session {} is {:.0} % after {:.0} %; targets rise by more than 1 % up to 100 %",
                k + 1,
                100.0 * t,
                100.0 * before
            ));
        }
        before = *t;
    }
    if (before - 1.0).abs() > 1e-9 {
        return wrong(format!("the last session's target is {:.0} %; it must be 100 %", 100.0 * before));
    }
    for w in days.windows(2) {
        let apart = w[1] - w[0];
        if apart.is_nan() || apart < LEAST_INTERVAL_DAYS {
            return wrong(format!(
                "two sessions are {:.0} days apart; at least {LEAST_INTERVAL_DAYS:.0} are needed for the surface to heal",
                w[1] - w[0]
            ));
        }
    }
    Ok(())
}

/// What is in the cup at each of `n` sessions: a shade lighter first, the full strength last.
#[must_use]
pub fn session_inks(full: &Ink, n: usize) -> Vec<Ink> {
    (0..n)
        .map(|k| {
            let way = if n > 1 { k as f64 / (n - 1) as f64 } else { 1.0 };
            let strength = full.strength() * (LIGHTER_FIRST + (1.0 - LIGHTER_FIRST) * way);
            full.with_strength(strength)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_checked() {
        let days = [0.0, 14.0, 28.0];
        check_targets(&SESSION_TARGETS, &days).unwrap();
        assert_eq!(session_shares(&default_targets(2)), [0.5, 0.5]);
        for (targets, days, word) in [
            (vec![0.3, 0.7], vec![0.0, 14.0], "100 %"),
            (vec![0.7, 0.3, 1.0], vec![0.0, 14.0, 28.0], "session 2"),
            (vec![0.5, 1.0], vec![0.0, 3.0], "3 days"),
            (vec![f64::NAN, 1.0], vec![0.0, 14.0], "session 1"),
            (vec![1.0], vec![0.0, 14.0], "1 targets"),
        ] {
            let e = check_targets(&targets, &days).unwrap_err().to_string();
            assert!(e.contains(word), "{e}");
        }
    }

    #[test]
    fn the_first_session_is_a_shade_lighter() {
        let inks = session_inks(&Ink::default(), 3);
        assert!(inks[0].water_per_pigment > inks[1].water_per_pigment);
        assert!(inks[2].water_per_pigment.abs() < 1e-9);
        assert!((inks[0].strength() - 0.8).abs() < 1e-3);
        assert!(session_inks(&Ink::default(), 1)[0].water_per_pigment.abs() < 1e-9);
    }
}
