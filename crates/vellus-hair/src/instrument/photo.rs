//! Global photographs, scored by raters against the baseline.

use vellus_units::random::Stream;

use super::{Field, Instrument, Readings};
use crate::course::TERMINAL_UM;
use crate::model::Model;

/// What one step of a seven-point score is: the smallest change of cover that is noticed
/// (Buontempo 22.66 %, Oh 2025 22.78 %).
pub const STEP: f64 = 0.227;
/// Spread of one rater on the seven-point score, steps (assumption).
const RATER_STEPS: f64 = 0.6;

/// How raters grade an improvement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhotoRules {
    /// Relative gain of cover at which the visual analogue scale is at 63 %.
    pub gain: f64,
    /// What anybody in a trial is graded better without any gain, share of the scale.
    pub lift: f64,
    /// Spread of a rater, share of the scale.
    pub rater: f64,
}

/// Global photographs.
///
/// Cover is the summed calibre of terminal hairs per cm²: what hides the skin. Two scores are read
/// from its change since baseline: the seven-point one (−3 to +3, one step for each noticeable
/// change) and a visual analogue scale of improvement (0 to 100).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalPhoto;

fn cover(field: &Field) -> f64 {
    let um: f64 =
        field.hairs.iter().filter(|h| h.calibre_um >= f64::from(TERMINAL_UM)).map(|h| h.calibre_um).sum();
    um * 1e-3 * field.trial_factor / field.area_cm2
}

impl Instrument for GlobalPhoto {
    fn id(&self) -> &'static str {
        "global_photo"
    }

    fn title(&self) -> &'static str {
        "global photographs"
    }

    fn results(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[
            ("cover_mm_per_cm2", "cover: summed calibre of terminal hairs", "mm/cm²"),
            ("photo_score", "seven-point score", "steps"),
            ("photo_improved_percent", "rated better (+1 or more)", "%"),
            ("photo_worse_percent", "rated worse (−1 or less)", "%"),
            ("photo_vas", "improvement on a visual analogue scale", "of 100"),
            ("grade_none_percent", "graded none (VAS under 10)", "%"),
            ("grade_fair_percent", "graded fair (10 to 25)", "%"),
            ("grade_good_percent", "graded good (25 to 50)", "%"),
            ("grade_very_good_percent", "graded very good (50 to 75)", "%"),
            ("grade_excellent_percent", "graded excellent (over 75)", "%"),
        ]
    }

    fn read(&self, model: &Model, now: &Field, before: &Field, error: &mut Stream) -> Readings {
        let (a, b) = (cover(now), cover(before));
        let change = if b > 0.0 { a / b - 1.0 } else { 0.0 };
        let score = (change / STEP + RATER_STEPS * error.normal()).round().clamp(-3.0, 3.0);
        let rules = &model.photo;
        // Hope lifts the grade only of those who take part in a trial.
        let lift = if now.trial_factor > 1.0 { rules.lift } else { 0.0 };
        let vas = lift + (1.0 - lift) * (1.0 - libm::exp(-change.max(0.0) / rules.gain));
        let vas = (100.0 * (vas + rules.rater * error.normal())).clamp(0.0, 100.0);
        let grade = |lo: f64, hi: f64| 100.0 * f64::from(u8::from(vas >= lo && vas < hi));
        Readings::from([
            ("cover_mm_per_cm2", a),
            ("photo_score", score),
            ("photo_improved_percent", 100.0 * f64::from(u8::from(score >= 1.0))),
            ("photo_worse_percent", 100.0 * f64::from(u8::from(score <= -1.0))),
            ("photo_vas", vas),
            ("grade_none_percent", grade(-1.0, 10.0)),
            ("grade_fair_percent", grade(10.0, 25.0)),
            ("grade_good_percent", grade(25.0, 50.0)),
            ("grade_very_good_percent", grade(50.0, 75.0)),
            ("grade_excellent_percent", grade(75.0, 101.0)),
        ])
    }
}
