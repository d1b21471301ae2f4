//! How one person may answer: the unknowns of a forecast, drawn once per possible response.
//!
//! The same draws are used under every strategy (common random numbers), so that strategies differ
//! by what is done, not by luck.

use vellus_units::random::{Key, Purpose, Stream};

use crate::pattern::Course;
use crate::treatment::{Spread, Treatment, dht, microneedling, minoxidil, prp};

/// One possible way in which the person answers to time and treatment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// Factor on the pace of loss.
    pub pace: f64,
    /// Answer to blockers of 5α-reductase relative to the median responder; 0 for none.
    pub dht: f64,
    /// Answer to minoxidil; 0 for none.
    pub minoxidil: f64,
    /// Answer to PRP; 0 for none.
    pub prp: f64,
    /// Answer to microneedling; 0 for none.
    pub needling: f64,
    /// Time constant of the decay of a PRP effect, days.
    pub prp_decay_days: f64,
    /// Factor on the rate at which pigment fades.
    pub pigment_fade: f64,
    /// Error of the examiner's stage, in stages.
    pub stage_error: f64,
    /// Where in its interval the platelet dose falls, 0 to 1.
    pub dose_rank: f64,
}

/// Log-spread of the pace of loss around what history suggests (assumption).
pub const PACE_SPREAD: f64 = 0.45;
/// Standard deviation of an examiner's stage, in stages (assumption).
pub const STAGE_ERROR: f64 = 0.25;
/// Log-spread of pigment fading between people (assumption: touch-ups are asked for after 2–8
/// years).
pub const FADE_SPREAD: f64 = 0.35;
/// Share of women with central thinning whose loss does not depend on androgens, so that blocking
/// them does nothing (assumption: that many women with this loss have normal androgens is textbook,
/// how many would answer is not known; a half).
pub const ANDROGEN_INDEPENDENT: f64 = 0.5;

fn answer(s: &mut Stream, spread: Spread) -> f64 {
    let responds = s.uniform() >= spread.non_responders;
    let size = s.lognormal(1.0, spread.log_sd);
    if responds { size } else { 0.0 }
}

impl Response {
    /// The median person: every answer at its median. Pictures show this one.
    #[must_use]
    pub const fn median() -> Self {
        Self {
            pace: 1.0,
            dht: 1.0,
            minoxidil: 1.0,
            prp: 0.85,
            needling: 0.8,
            prp_decay_days: prp::DECAY_DAYS,
            pigment_fade: 1.0,
            stage_error: 0.0,
            dose_rank: 0.5,
        }
    }

    /// The same with the unknowns about the loss itself spread more widely by a factor.
    #[must_use]
    pub fn wider(self, factor: f64) -> Self {
        Self { pace: libm::pow(self.pace, factor), stage_error: self.stage_error * factor, ..self }
    }

    /// Response number `index` of a person with this course of loss.
    #[must_use]
    pub fn draw(key: Key, index: u64, course: Course) -> Self {
        let mut s = key.stream(Purpose::Response, index);
        let mut blocked = dht::FINASTERIDE.spread();
        if course == Course::Central {
            blocked.non_responders = 1.0 - (1.0 - blocked.non_responders) * (1.0 - ANDROGEN_INDEPENDENT);
        }
        Self {
            pace: s.lognormal(1.0, PACE_SPREAD),
            dht: answer(&mut s, blocked),
            minoxidil: answer(&mut s, minoxidil::MINOXIDIL_5.spread()),
            prp: answer(&mut s, prp::Prp.spread()),
            prp_decay_days: s.lognormal(prp::DECAY_DAYS, prp::DECAY_LOG_SD),
            pigment_fade: s.lognormal(1.0, FADE_SPREAD),
            stage_error: STAGE_ERROR * s.normal(),
            dose_rank: s.uniform(),
            needling: answer(&mut s, microneedling::Microneedling.spread()),
        }
    }
}
