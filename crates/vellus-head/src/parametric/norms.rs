//! How long heads are: what fills in for a length that nobody measured.
//!
//! # Sources
//! ANSUR II (2012), the public files: 4,082 men and 1,986 women, means, standard deviations and
//! correlations computed from the files; those of men stand for both sexes.

use crate::Sex;

/// Means, mm, of head length, breadth and circumference.
pub(super) const fn mean(sex: Sex) -> [f64; 3] {
    match sex {
        Sex::Male => [199.5, 154.3, 574.4],
        Sex::Female => [189.8, 147.8, 561.1],
    }
}

/// Standard deviations, mm, in the same order.
pub(super) const fn sd(sex: Sex) -> [f64; 3] {
    match sex {
        Sex::Male => [7.0, 5.5, 16.0],
        Sex::Female => [7.4, 5.2, 19.4],
    }
}

/// Length with breadth, length with circumference, breadth with circumference.
const CORRELATION: [f64; 3] = [0.18, 0.82, 0.55];

/// Circumference expected from length and breadth, mm (residual 6.2 mm in men, 10.8 in women).
pub(super) fn circumference_mm(sex: Sex, length_mm: f64, breadth_mm: f64) -> f64 {
    match sex {
        Sex::Male => 1.711 * length_mm + 1.225 * breadth_mm + 44.0,
        Sex::Female => 1.771 * length_mm + 1.283 * breadth_mm + 35.3,
    }
}

/// Menton to sellion, mm: mean.
pub(super) const fn face_mm(sex: Sex) -> f64 {
    match sex {
        Sex::Male => 122.6,
        Sex::Female => 113.1,
    }
}

/// How much ears grow, mm a year (95 % interval 0.17 to 0.27).
///
/// # Sources
/// Heathcote 1995, *Why do old men have big ears?*, BMJ 311:1668: 206 adults of 30 to 93 years.
const EAR_GROWTH: f64 = 0.22;
/// Assumption: mean age of the soldiers of ANSUR II, years.
const SURVEY_AGE: f64 = 30.0;

/// Ear length, mm: mean of the sex, and of the age where it is known (18 to 95 years; outside, the
/// nearest of them).
pub(super) fn ear_mm(sex: Sex, age_years: Option<f64>) -> f64 {
    let mean = match sex {
        Sex::Male => 64.2,
        Sex::Female => 59.4,
    };
    let older = age_years.filter(|a| a.is_finite()).map_or(0.0, |a| a.clamp(18.0, 95.0) - SURVEY_AGE);
    mean + EAR_GROWTH * older
}

/// Length, breadth and circumference, mm, the missing ones expected from the others.
pub(super) fn complete(sex: Sex, given: [Option<f64>; 3]) -> [f64; 3] {
    let (mean, sd) = (mean(sex), sd(sex));
    let z = [0, 1, 2].map(|k| given[k].map(|v| (v - mean[k]) / sd[k]));
    let [lb, lc, bc] = CORRELATION;
    // Mean of one standard score given two others with correlations p, q to it and r between.
    let two = |u: f64, p: f64, v: f64, q: f64, r: f64| ((p - q * r) * u + (q - p * r) * v) / (1.0 - r * r);
    let raw = |k: usize, score: f64| mean[k] + sd[k] * score;
    match (given, z) {
        ([Some(l), Some(b), Some(c)], _) => [l, b, c],
        ([Some(l), Some(b), None], _) => [l, b, circumference_mm(sex, l, b)],
        ([Some(l), None, Some(c)], [Some(u), _, Some(w)]) => [l, raw(1, two(u, lb, w, bc, lc)), c],
        ([None, Some(b), Some(c)], [_, Some(v), Some(w)]) => [raw(0, two(v, lb, w, lc, bc)), b, c],
        (_, [None, None, Some(w)]) => [raw(0, lc * w), raw(1, bc * w), raw(2, w)],
        (_, z) => {
            let u = z[0].unwrap_or_else(|| lb * z[1].unwrap_or(0.0));
            let v = z[1].unwrap_or(lb * u);
            let (l, b) = (raw(0, u), raw(1, v));
            [l, b, circumference_mm(sex, l, b)]
        }
    }
}
