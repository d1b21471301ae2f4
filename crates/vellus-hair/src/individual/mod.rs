//! One person: what may be true of them, weighed by what was measured.
//!
//! Many possible truths are drawn: pace of loss, error of the stage, how far loss is ahead in each
//! zone, answers to treatments, and by which mechanism PRP works. Each is run through the person's
//! past and what the instruments would have shown is compared with what they did show; tempering
//! moves them to where they agree. What is left is the posterior ensemble, so that each
//! visit narrows the bands of every forecast that uses it. When no possible truth comes near a
//! measurement, the measurement is kept, the disagreement is reported and the ensemble is made wider
//! by it.

mod measured;
mod posterior;
mod tempering;

use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

use crate::course::{Groups, Sample, tally};
use crate::model::Model;
use crate::pattern::Course;
use crate::regime::{Progress, Regime, Setting};
use crate::response::{DRAWS, Response, ZONES};
use crate::scalp::Scalp;
use crate::season::Season;
use crate::treatment::{PrpMechanism, Schedule};

pub use measured::{ANAGEN_SPREAD, CALIBRE_SPREAD_UM, Measured, Quantity, SPOT_SPREAD};
pub use posterior::{Agreement, Posterior};

/// The person and their past.
pub struct Individual<'a> {
    /// The rules.
    pub model: &'a Model,
    /// The follicles.
    pub scalp: &'a Scalp,
    /// Their groups.
    pub groups: &'a Groups,
    /// Area of each group, cm².
    pub area_cm2: &'a [f64],
    /// The course as the case has it.
    pub progress: Progress,
    /// How far loss is ahead of the drawn pattern in each zone of the scalp as it was grown, in
    /// stages; zero where nothing was fitted. What may be true is drawn about the pattern, so that a
    /// reading by which a zone was fitted is not used twice.
    pub grown_ahead: [f64; ZONES],
    /// Where today lies in the year.
    pub season: Option<Season>,
    /// What was and is being done.
    pub schedule: &'a Schedule,
    /// Random streams.
    pub key: Key,
}

/// One thing that may be true.
#[derive(Clone, Copy)]
struct Truth {
    response: Response,
    mechanism: PrpMechanism,
}

/// Numbers between 0 and 1 that decide a truth; the last is the mechanism.
type Numbers = [f64; DRAWS + 1];

/// Follicles of a group that stand for it.
const SAMPLE: usize = 400;
/// Standard deviations beyond which a measurement is one that no model head shows.
const FAR: f64 = 2.5;

impl Individual<'_> {
    /// Weighs `candidates` possible truths by what was measured.
    #[must_use]
    pub fn weigh(&self, measured: &[Measured], candidates: usize) -> Posterior {
        let plain = self.weigh_spread(measured, candidates, 1.0);
        let worst = plain.agreement.iter().map(|a| a.nearest).fold(0.0, f64::max);
        if worst > FAR {
            // Wider by as much as the nearest is out of reach, but never without bounds.
            self.weigh_spread(measured, candidates, (worst / FAR).clamp(1.25, 2.5))
        } else {
            plain
        }
    }

    fn weigh_spread(&self, measured: &[Measured], candidates: usize, widened: f64) -> Posterior {
        let n = candidates.max(1);
        let drawn: Vec<Numbers> = (0..n as u64).map(|i| self.numbers(i)).collect();
        let truth = |u: &Numbers| self.truth(u, widened);
        if measured.is_empty() || self.progress.course == Course::None {
            return Posterior::before(drawn.iter().map(|u| truth(u).response).collect(), widened);
        }
        let look = Look::new(self, measured);
        let shown = |u: &[Numbers]| -> Vec<Vec<f64>> {
            u.par_iter().map(|u| look.shown(self, &truth(u), measured)).collect()
        };
        let fits =
            |shown: &[f64]| -> f64 { measured.iter().zip(shown).map(|(m, x)| fit(m, *x, widened)).sum() };
        let after = tempering::run(self.key, drawn, &shown, &fits);
        let informed = self.schedule.prp.iter().any(|s| measured.iter().any(|m| m.day > s.day.0));
        Posterior::after(
            measured,
            after.first.iter().map(|p| (truth(&p.numbers), p.shown.as_slice())).collect(),
            after.last.iter().map(|p| (truth(&p.numbers), p.shown.as_slice())).collect(),
            &after.best,
            after.weights,
            after.effective,
            informed,
            widened,
        )
    }

    /// The numbers of candidate `index`: those of [`Response::draw`], and the mechanism.
    fn numbers(&self, index: u64) -> Numbers {
        let own = Response::numbers(self.key, index);
        let mechanism = self.key.stream(Purpose::Resample, MECHANISM_ITEM + index).uniform();
        std::array::from_fn(|k| own.get(k).copied().unwrap_or(mechanism))
    }

    fn truth(&self, u: &Numbers, widened: f64) -> Truth {
        let own: [f64; DRAWS] = std::array::from_fn(|k| u[k]);
        let mut response = Response::of(&own, self.progress.course).wider(widened);
        for (ahead, grown) in response.ahead.iter_mut().zip(self.grown_ahead) {
            *ahead -= grown;
        }
        let mechanism = PrpMechanism::BOTH[usize::from(u[DRAWS] >= 0.5)];
        Truth { response, mechanism }
    }
}

/// Where the items of the mechanism begin among the streams for resampling.
const MECHANISM_ITEM: u64 = 1 << 40;

/// Logarithm of the likelihood of a reading where `x` stands, but for a constant.
fn fit(m: &Measured, x: f64, widened: f64) -> f64 {
    let sd = widened * m.sd_of(x);
    let z = (x - m.value) / sd;
    -0.5 * z * z - libm::log(sd)
}

/// What of the head is run to see what instruments would have shown.
struct Look {
    sample: Sample,
    days: Vec<f64>,
}

impl Look {
    fn new(person: &Individual<'_>, measured: &[Measured]) -> Self {
        let mut days: Vec<f64> = measured.iter().map(|m| m.day.min(0.0)).collect();
        days.sort_by(f64::total_cmp);
        days.dedup();
        let mut sample = Sample::by_group(person.scalp, person.groups, |_| SAMPLE);
        sample.follicles.retain(|i| {
            measured.iter().any(|m| m.groups.contains(&usize::from(person.groups.of[*i as usize])))
        });
        Self { sample, days }
    }

    fn shown(&self, person: &Individual<'_>, truth: &Truth, measured: &[Measured]) -> Vec<f64> {
        let setting = Setting {
            model: person.model,
            progress: person.progress,
            season: person.season,
            schedule: person.schedule,
            response: &truth.response,
            mechanism: truth.mechanism,
        };
        let regime = Regime::new(&setting, self.days[0], 30.0);
        let t =
            tally(person.scalp, person.groups, &self.sample, &regime, person.model, person.key, &self.days);
        measured
            .iter()
            .map(|m| {
                let frame = self.days.partition_point(|d| *d < m.day.min(0.0));
                let area: f64 = m.groups.iter().map(|g| person.area_cm2[*g]).sum();
                m.model(&t.sum(frame, m.groups.iter().copied()), area)
            })
            .collect()
    }
}
