//! How one person may answer: the unknowns of a forecast, drawn once per possible response.
//!
//! The same draws are used under every strategy (common random numbers), so that strategies differ
//! by what is done, not by luck.

use vellus_units::maths::normal_quantile;
use vellus_units::random::{Key, Purpose};

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
    /// How far loss is ahead, zone by zone, of the pattern that the scalp was grown with, in stages.
    pub ahead: [f64; ZONES],
}

/// Zones, in the order of [`vellus_head::Zone`].
pub const ZONES: usize = 9;
/// Numbers between 0 and 1 that decide one possible response.
pub const DRAWS: usize = 13 + 3 * ZONES;

/// Log-spread of the pace of loss around what history suggests (assumption).
pub const PACE_SPREAD: f64 = 0.45;
/// Standard deviation of an examiner's stage, in stages (assumption).
pub const STAGE_ERROR: f64 = 0.25;
/// Scale of how far loss in a zone of a person is ahead of the drawn pattern, in stages (assumption: plates
/// of a stage show one person; zones differ from them nearly as much as examiners do). Student's
/// distribution with four degrees of freedom: some people follow no plate.
pub const ZONE_SPREAD: f64 = 0.2;
/// Log-spread of pigment fading between people (assumption: touch-ups are asked for after 2–8
/// years).
pub const FADE_SPREAD: f64 = 0.35;
/// Share of women with central thinning whose loss does not depend on androgens, so that blocking
/// them does nothing (assumption: that many women with this loss have normal androgens is textbook,
/// how many would answer is not known; a half).
pub const ANDROGEN_INDEPENDENT: f64 = 0.5;

/// An answer from two numbers: whether there is one, and how large.
fn answer(u: [f64; 2], spread: Spread) -> f64 {
    if u[0] >= spread.non_responders { lognormal(1.0, spread.log_sd, u[1]) } else { 0.0 }
}

fn lognormal(median: f64, sigma: f64, u: f64) -> f64 {
    median * libm::exp(sigma * normal_quantile(u))
}

/// Student's distribution with four degrees of freedom: a normal number over the root of a mean
/// chi-square, which is that of two logarithms.
fn student4(u: &[f64]) -> f64 {
    normal_quantile(u[0]) / libm::sqrt(-0.5 * (libm::log(u[1]) + libm::log(u[2])))
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
            ahead: [0.0; ZONES],
        }
    }

    /// The same with the unknowns about the loss itself spread more widely by a factor.
    #[must_use]
    pub fn wider(self, factor: f64) -> Self {
        Self {
            pace: libm::pow(self.pace, factor),
            stage_error: self.stage_error * factor,
            ahead: self.ahead.map(|a| a * factor),
            ..self
        }
    }

    /// Response number `index` of a person with this course of loss.
    #[must_use]
    pub fn draw(key: Key, index: u64, course: Course) -> Self {
        Self::of(&Self::numbers(key, index), course)
    }

    /// The numbers, even between 0 and 1, that decide response number `index`.
    #[must_use]
    pub fn numbers(key: Key, index: u64) -> [f64; DRAWS] {
        let mut s = key.stream(Purpose::Response, index);
        std::array::from_fn(|_| s.uniform())
    }

    /// The response that numbers between 0 and 1 decide.
    #[must_use]
    pub fn of(u: &[f64; DRAWS], course: Course) -> Self {
        let mut blocked = dht::FINASTERIDE.spread();
        if course == Course::Central {
            blocked.non_responders = 1.0 - (1.0 - blocked.non_responders) * (1.0 - ANDROGEN_INDEPENDENT);
        }
        Self {
            pace: lognormal(1.0, PACE_SPREAD, u[0]),
            dht: answer([u[1], u[2]], blocked),
            minoxidil: answer([u[3], u[4]], minoxidil::MINOXIDIL_5.spread()),
            prp: answer([u[5], u[6]], prp::Prp.spread()),
            prp_decay_days: lognormal(prp::DECAY_DAYS, prp::DECAY_LOG_SD, u[7]),
            pigment_fade: lognormal(1.0, FADE_SPREAD, u[8]),
            stage_error: STAGE_ERROR * normal_quantile(u[9]),
            dose_rank: u[10],
            needling: answer([u[11], u[12]], microneedling::Microneedling.spread()),
            ahead: std::array::from_fn(|z| ZONE_SPREAD * student4(&u[13 + 3 * z..16 + 3 * z])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_a_zone_is_ahead_as_students_distribution_says() {
        let key = Key::new(5, 0);
        let mut all: Vec<f64> = (0..4000)
            .flat_map(|i| Response::draw(key, i, Course::Norwood).ahead)
            .map(|a| a / ZONE_SPREAD)
            .collect();
        // Quantiles of Student's t with four degrees of freedom, of any table.
        for (q, t) in [(0.9, 1.533), (0.975, 2.776), (0.05, -2.132)] {
            let found = vellus_units::maths::quantile(&mut all, q);
            assert!((found - t).abs() < 0.06 * t.abs(), "{q}: {found} {t}");
        }
    }
}
