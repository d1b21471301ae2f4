//! How one person may answer: the unknowns of a forecast, drawn once per possible response.
//!
//! The same draws are used under every strategy (common random numbers), so that strategies differ
//! by what is done, not by luck.

use vellus_units::random::{Key, Purpose, Stream};

use crate::treatment::{Drug, PRP_DECAY_DAYS, PRP_DECAY_SPREAD, PRP_NON_RESPONDERS, PRP_SPREAD};

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

fn answer(s: &mut Stream, non_responders: f64, spread: f64) -> f64 {
    let responds = s.uniform() >= non_responders;
    let size = s.lognormal(1.0, spread);
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
            prp_decay_days: PRP_DECAY_DAYS,
            pigment_fade: 1.0,
            stage_error: 0.0,
            dose_rank: 0.5,
        }
    }

    /// Response number `index` of a person.
    #[must_use]
    pub fn draw(key: Key, index: u64) -> Self {
        let mut s = key.stream(Purpose::Response, index);
        let fin = Drug::Finasteride.effect();
        let minoxidil = Drug::Minoxidil5.effect();
        Self {
            pace: s.lognormal(1.0, PACE_SPREAD),
            dht: answer(&mut s, fin.non_responders, fin.spread),
            minoxidil: answer(&mut s, minoxidil.non_responders, minoxidil.spread),
            prp: answer(&mut s, PRP_NON_RESPONDERS, PRP_SPREAD),
            prp_decay_days: s.lognormal(PRP_DECAY_DAYS, PRP_DECAY_SPREAD),
            pigment_fade: s.lognormal(1.0, FADE_SPREAD),
            stage_error: STAGE_ERROR * s.normal(),
            dose_rank: s.uniform(),
        }
    }
}
