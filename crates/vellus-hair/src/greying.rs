//! Greying: which follicles have lost their pigment, at any age.
//!
//! # Sources and limits
//! Onset at 34.2 ± 9.6 years in European and 43.9 ± 10.3 in African people (Keogh & Walsh 1965, as
//! quoted); Asian people some five years after European ones (Princeton chapter on greying, the
//! same order as Panhard 2012, 4,192 people). From 45 to 65 years 74 % of people have grey hair, 27 %
//! of it in the mean, and 6–23 % of people are half grey at 50 (Panhard 2012). The logistic curve
//! and its rate are laid through these (assumption). A person's own share today moves the curve in
//! time, not in shape.

use crate::norms::Ancestry;

/// Rate of the logistic curve, per year (assumption: from 10 to 50 % of the hair in 15 years).
const RATE_PER_YEAR: f64 = 0.147;
/// Share of grey hair at the age at which greying is first noticed (assumption).
const FIRST_SEEN: f64 = 0.02;

/// A person's greying: the age at which half of the hair is grey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Greying {
    half_at_years: f64,
}

impl Greying {
    /// The norm of an ancestry.
    #[must_use]
    pub fn norm(ancestry: Ancestry) -> Self {
        let onset = match ancestry {
            Ancestry::European => 34.2,
            Ancestry::Asian => 39.2,
            Ancestry::African => 43.9,
        };
        Self { half_at_years: onset - logit(FIRST_SEEN) / RATE_PER_YEAR }
    }

    /// A person whose grey share at an age is known. Shares are taken between 0.1 and 99.9 %.
    #[must_use]
    pub fn seen(share: f64, age_years: f64) -> Self {
        Self { half_at_years: age_years - logit(share.clamp(0.001, 0.999)) / RATE_PER_YEAR }
    }

    /// Share of grey hairs at an age, 0 to 1.
    #[must_use]
    pub fn share(self, age_years: f64) -> f64 {
        1.0 / (1.0 + libm::exp(-RATE_PER_YEAR * (age_years - self.half_at_years)))
    }

    /// Whether a follicle is grey at an age; `rank` in (0, 1) is its own, so that a follicle that
    /// has greyed stays grey.
    #[must_use]
    pub fn grey(self, rank: f64, age_years: f64) -> bool {
        rank < self.share(age_years)
    }
}

fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_panhard_grey_share_of_the_middle_aged() {
        // Over 45 to 65 years 0.74 × 27 % of all hair is grey: 20 % (Panhard 2012, all origins).
        let mean = |a: Ancestry| (45..=65).map(|y| Greying::norm(a).share(f64::from(y))).sum::<f64>() / 21.0;
        let all = (mean(Ancestry::European) + mean(Ancestry::Asian) + mean(Ancestry::African)) / 3.0;
        assert!((0.12..0.36).contains(&all), "{all}");
        assert!(mean(Ancestry::European) > mean(Ancestry::Asian));
    }

    #[test]
    fn a_known_share_is_met_and_greying_only_goes_on() {
        let g = Greying::seen(0.2, 48.0);
        assert!((g.share(48.0) - 0.2).abs() < 1e-12);
        for rank in [0.05, 0.3, 0.9] {
            let mut was = false;
            for age in 20..100 {
                let is = g.grey(rank, f64::from(age));
                assert!(is || !was);
                was = is;
            }
        }
    }
}
