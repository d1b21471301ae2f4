//! What a plan says of a person from what a clinic has seen.

use vellus_hair::course::tally;
use vellus_hair::individual::{Individual, Measured};
use vellus_hair::regime::{Regime, Setting};
use vellus_hair::treatment::PrpMechanism;
use vellus_plan::outcome::Band;
use vellus_plan::pool::Pool;

use super::person::{Virtual, horizon, outcome_days};
use super::template::Template;
use super::{Outcomes, QUANTITIES, YEARS};

/// Possible truths that are weighed, and responses of a forecast for each mechanism: those of a plan.
const CANDIDATES: usize = 256;
const RESPONSES: usize = 64;

/// The distribution of each outcome.
pub(crate) struct Forecast {
    /// The 80 % bands.
    pub bands: [[Band; YEARS.len()]; QUANTITIES.len()],
    pools: Vec<Pool>,
}

impl Forecast {
    /// Share of the forecast below an outcome.
    pub(crate) fn below(&self, quantity: usize, year: usize, x: f64) -> f64 {
        self.pools[quantity * YEARS.len() + year].below(x)
    }
}

/// The forecast of a person after some readings.
pub(crate) fn of(template: &Template, person: &Virtual, readings: &[Measured]) -> Forecast {
    let s = &template.subject;
    let individual = Individual {
        model: s.model,
        scalp: &s.scalp,
        groups: &s.groups,
        area_cm2: &s.area_cm2,
        progress: s.person.progress,
        grown_ahead: s.grown_ahead,
        season: Some(s.season()),
        schedule: &person.so_far,
        key: person.planner,
    };
    let posterior = individual.weigh(readings, CANDIDATES);
    let days = outcome_days();
    let frames = std::array::from_fn(|k| k);
    let mechanisms: Vec<(PrpMechanism, f64)> = if person.treatment.gives_prp() {
        PrpMechanism::BOTH.into_iter().zip(posterior.mechanism_shares()).collect()
    } else {
        vec![(PrpMechanism::BOTH[0], 1.0)]
    };
    let futures: Vec<(f64, Vec<Outcomes>)> = mechanisms
        .into_iter()
        .map(|(mechanism, share)| {
            let outcomes = posterior
                .resample_under(mechanism, RESPONSES, person.planner)
                .iter()
                .map(|response| {
                    // As a plan has it: the ends of the interval stand for what lies beyond.
                    let schedule = person.schedule(response.dose_rank.clamp(0.1, 0.9));
                    let setting = Setting {
                        model: s.model,
                        progress: s.person.progress,
                        season: Some(s.season()),
                        schedule: &schedule,
                        response,
                        mechanism,
                    };
                    let regime = Regime::new(&setting, 0.0, horizon());
                    let t =
                        tally(&s.scalp, &s.groups, &template.sample, &regime, s.model, person.planner, &days);
                    person.outcomes(template, &t, response, &frames)
                })
                .collect();
            (share, outcomes)
        })
        .collect();
    let pools: Vec<Pool> = (0..QUANTITIES.len() * YEARS.len())
        .map(|k| {
            let values: Vec<(f64, Vec<f64>)> = futures
                .iter()
                .map(|(share, all)| {
                    (*share, all.iter().map(|o| o[k / YEARS.len()][k % YEARS.len()]).collect())
                })
                .collect();
            Pool::of(values.iter().map(|(share, v)| (*share, v.as_slice())))
        })
        .collect();
    let bands = std::array::from_fn(|q| std::array::from_fn(|y| pools[q * YEARS.len() + y].band()));
    Forecast { bands, pools }
}
