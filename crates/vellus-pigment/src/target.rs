//! How dense finished work should be: what hair is missing, in dots, within what a school lays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::maths::smoothstep;

/// Greatest density that is laid, per cm²: at a relative radius of 0.65 the centres keep 0.27 mm
/// (computed), so that healed dots of 0.16 mm do not touch. More than twice what the trade lays.
pub const MOST_PER_CM2: f64 = 650.0;

/// Density of dots that replicates follicular units, per cm²: 600–650 per square inch.
pub const UNITS_SCHOOL_PER_CM2: f64 = 97.0;
/// Density of dots that replicates single hairs, per cm²: 1,250–2,000 per square inch.
pub const HAIRS_SCHOOL_PER_CM2: f64 = 250.0;

/// Smallest share of the fringe that must be missing before dots are laid: below the noticeable
/// difference of 22.7 % (Buontempo, Oh 2025) half of it is not worth a needle (assumption).
pub const LEAST_MISSING: f64 = 0.12;
/// From there the density ramps up to its full value over this share (assumption), so that the edge
/// of the work has no step.
const RAMP: f64 = 0.15;
/// The same with feathering: dots run thinly into hair that is nearly whole (assumption).
const FEATHERED: (f64, f64) = (0.04, 0.30);

/// How dense finished work should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum School {
    /// As dark as the person's own shaved fringe.
    #[default]
    Fringe,
    /// A dot for each follicular unit, 80 to 100 per cm².
    Units,
    /// A dot for each hair, 190 to 310 per cm².
    Hairs,
    /// Shading between longer hairs, 50 to 120 per cm²: it takes the shine off the skin that shows
    /// (assumption; no source gives a number).
    Shading,
}

impl School {
    /// Least and greatest density of finished work, per cm².
    #[must_use]
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::Fringe => (0.5 * UNITS_SCHOOL_PER_CM2, HAIRS_SCHOOL_PER_CM2),
            Self::Units => (80.0, 100.0),
            Self::Hairs => (190.0, 310.0),
            Self::Shading => (50.0, 120.0),
        }
    }

    /// Density where no hair is left, per cm², for a person whose fringe would be matched by
    /// `match_fringe` dots per cm².
    #[must_use]
    pub fn full_per_cm2(self, match_fringe: f64) -> f64 {
        let (least, most) = self.range();
        if match_fringe.is_finite() { match_fringe.clamp(least, most) } else { least }
    }

    /// In plain words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fringe => "matched to the fringe",
            Self::Units => "a dot for each follicular unit",
            Self::Hairs => "a dot for each hair",
            Self::Shading => "shading between the hairs",
        }
    }
}

/// What is asked of a place, beside what is missing there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aim {
    /// Density that alone would look like the fringe, per cm².
    pub full_per_cm2: f64,
    /// Whether dots run thinly into hair that is nearly whole.
    pub feather: bool,
}

impl Aim {
    /// Dots per cm² for a place.
    ///
    /// `visible_share` is what living hair gives to the visible density there, relative to the person's
    /// fringe; `fade_in` the share that the hairline, a part or a mark allows.
    #[must_use]
    pub fn dots_per_cm2(&self, visible_share: f64, fade_in: f64) -> f64 {
        let missing = (1.0 - visible_share).clamp(0.0, 1.0);
        let (least, ramp) = if self.feather { FEATHERED } else { (LEAST_MISSING, RAMP) };
        if missing <= least {
            return 0.0;
        }
        self.full_per_cm2 * missing * ((missing - least) / ramp).min(1.0) * fade_in
    }
}

/// A part line, from which the skin shows between longer hairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartLine {
    /// Chart `x` of the line; the width is taken in the mean scale of the chart, which is near enough
    /// for a gradient of centimetres.
    pub x: f64,
    /// Millimetres in a unit of the chart.
    pub mm_per_unit: f64,
}

impl PartLine {
    /// Half width of full density beside the line, mm, and where it has fallen to
    /// [`PartLine::BESIDE`] (assumption: hair lies over hair a finger's breadth from the part).
    pub const HALF_WIDTH_MM: (f64, f64) = (8.0, 30.0);
    /// Share of the density that is left far from the part (assumption).
    pub const BESIDE: f64 = 0.55;

    /// Share of the density at a chart `x`.
    #[must_use]
    pub fn share(&self, x: f64) -> f64 {
        let mm = (x - self.x).abs() * self.mm_per_unit;
        let (near, far) = Self::HALF_WIDTH_MM;
        1.0 - (1.0 - Self::BESIDE) * smoothstep(near, far, mm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AIM: Aim = Aim { full_per_cm2: 100.0, feather: false };

    #[test]
    fn nothing_is_laid_where_hair_is_dense_and_all_where_it_is_gone() {
        assert_eq!(AIM.dots_per_cm2(0.95, 1.0), 0.0);
        assert_eq!(AIM.dots_per_cm2(0.0, 1.0), 100.0);
        assert_eq!(AIM.dots_per_cm2(0.0, 0.0), 0.0);
        assert!(Aim { feather: true, ..AIM }.dots_per_cm2(0.90, 1.0) > 0.0);
    }

    #[test]
    fn prop_more_hair_never_asks_for_more_dots() {
        for feather in [false, true] {
            let mut last = f64::INFINITY;
            for i in 0..=100 {
                let d = Aim { feather, ..AIM }.dots_per_cm2(f64::from(i) / 100.0, 1.0);
                assert!(d <= last);
                last = d;
            }
        }
    }

    #[test]
    fn val_schools_are_those_of_the_trade() {
        // 600–650 and 1,250–2,000 dots per square inch; 80–100/cm² from 40,000–50,000 on 500 cm².
        for wanted in [10.0, 95.0, 1e4] {
            assert!((80.0..=100.0).contains(&School::Units.full_per_cm2(wanted)));
            assert!((190.0..=310.0).contains(&School::Hairs.full_per_cm2(wanted)));
        }
        assert_eq!(School::Fringe.full_per_cm2(140.0), 140.0);
        assert!(School::Fringe.full_per_cm2(f64::NAN) > 0.0);
    }

    #[test]
    fn a_part_is_densest_in_its_middle() {
        let part = PartLine { x: 0.2, mm_per_unit: 100.0 };
        assert_eq!(part.share(0.2), 1.0);
        assert!(part.share(0.35) < part.share(0.3) && part.share(0.8) == PartLine::BESIDE);
    }
}
