//! A virtual person: what is true of them, what is done, and what a clinic reads.

use vellus_hair::course::{Tallies, tally};
use vellus_hair::individual::{Measured, Quantity};
use vellus_hair::regime::{Regime, Setting};
use vellus_hair::response::Response;
use vellus_hair::treatment::{Drug, DrugCourse, PrpMechanism, PrpSession, Schedule};
use vellus_pigment::ageing::tone_left;
use vellus_units::Days;
use vellus_units::maths::normal_quantile;
use vellus_units::random::{Key, Purpose};

use super::template::Template;
use super::{Outcomes, YEARS};

/// Median platelets of the preparations, 10³ per µL, and their log-spread (assumption: a usual clinic's).
const PLATELETS: (f64, f64) = (950.0, 0.2);
/// Days after the first of PRP at which pigment is laid, and what it is worth when fresh, hairs per cm²
/// (assumption: any known amount serves, since what is asked is how it fades).
const SMP: (f64, f64) = (180.0, 60.0);
/// Where the people's numbers begin: the planner's own are below.
const TRUTHS: u64 = 1 << 32;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    Nothing,
    Prp,
    PrpAndDrugs,
    PrpThenSmp,
}

impl Treatment {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::Nothing, "nothing done"),
        (Self::Prp, "PRP"),
        (Self::PrpAndDrugs, "PRP and drugs"),
        (Self::PrpThenSmp, "PRP, then SMP"),
    ];

    pub(crate) fn gives_prp(self) -> bool {
        self != Self::Nothing
    }
}

/// A virtual person.
pub(crate) struct Virtual {
    /// Streams of the planner: what may be true, and the follicles it runs.
    pub planner: Key,
    /// Streams of the person: what is true, and the luck of their follicles.
    own: Key,
    truth: Response,
    mechanism: PrpMechanism,
    pub treatment: Treatment,
    /// Days on which something is read.
    pub visits: usize,
    /// Drugs and sessions up to today, as counted.
    pub so_far: Schedule,
    /// Days of sessions to come.
    pub to_come: Vec<f64>,
    /// Day on which pigment is laid.
    smp: Option<f64>,
    /// What is read when; values are filled in by [`Virtual::live`].
    to_read: Vec<Measured>,
}

/// Platelets of a preparation that falls at a rank of its interval, 10³ per µL.
pub(crate) fn platelets(rank: f64) -> f64 {
    PLATELETS.0 * libm::exp(PLATELETS.1 * normal_quantile(rank))
}

impl Virtual {
    pub(crate) fn draw(template: &Template, seed: u64, index: usize) -> Self {
        let own = Key::new(seed, TRUTHS + index as u64);
        let mut s = own.stream(Purpose::Person, 0);
        let course = template.subject.person.progress.course;
        // Templates alternate too: a treatment meets each of them.
        let treatment = Treatment::ALL[(index / 3) % 4].0;
        let mechanism = PrpMechanism::BOTH[usize::from(s.uniform() < 0.5)];
        let began = if s.uniform() < 0.5 { 0.0 } else { -s.between(120.0, 730.0).round() };
        let mut so_far = Schedule::default();
        let mut to_come = Vec::new();
        if treatment.gives_prp() {
            let course = [0.0, 30.0, 60.0].map(|d| began + d);
            let upkeep = (0..21).map(|k| began + 60.0 + 182.6 * f64::from(k + 1));
            for day in course.into_iter().chain(upkeep) {
                if day < 0.0 {
                    let platelets_k_per_ul = platelets(s.uniform());
                    so_far.prp.push(PrpSession { day: Days(day), platelets_k_per_ul });
                } else {
                    to_come.push(day);
                }
            }
        }
        if treatment == Treatment::PrpAndDrugs {
            let drugs: &[Drug] = if template.subject.person.female() {
                &[Drug::Minoxidil5]
            } else {
                &[Drug::Minoxidil5, Drug::Finasteride]
            };
            so_far.drugs = drugs
                .iter()
                .map(|drug| DrugCourse { drug: *drug, from: Days(began), until: None, adherence: 0.85 })
                .collect();
        }
        // One to three visits: the last of them today, the first before anything was done.
        let visits = 1 + (index / 12) % 3;
        let first = if began < 0.0 { began - 20.0 } else { -s.between(200.0, 900.0).round() };
        let days: Vec<f64> = (0..visits)
            .map(|k| if visits == 1 { 0.0 } else { first * (1.0 - k as f64 / (visits - 1) as f64) })
            .map(f64::round)
            .collect();
        let zones = (1 + s.below(2) as usize).min(template.zones.len());
        let from = s.below(template.zones.len() as u32) as usize;
        let area_cm2 = [0.5, 1.0, 2.0][s.below(3) as usize];
        let more = [None, Some(Quantity::CalibreUm), Some(Quantity::TotalPerCm2)][s.below(3) as usize];
        let mut to_read = Vec::new();
        for day in days {
            for k in 0..zones {
                let zone = template.zones[(from + k) % template.zones.len()] as usize;
                let groups: Vec<usize> =
                    [zone, zone + 9].into_iter().filter(|g| template.subject.area_cm2[*g] > 0.0).collect();
                for quantity in [Some(Quantity::TerminalPerCm2), more].into_iter().flatten() {
                    to_read.push(Measured { day, groups: groups.clone(), quantity, value: 0.0, area_cm2 });
                }
            }
        }
        Self {
            planner: Key::new(seed, index as u64),
            own,
            truth: Response::draw(own, 0, course),
            mechanism,
            treatment,
            visits,
            so_far,
            to_come,
            smp: (treatment == Treatment::PrpThenSmp).then(|| began.max(0.0) + SMP.0),
            to_read,
        }
    }

    /// Everything that is done, with the platelets of the sessions to come at a rank of their interval.
    pub(crate) fn schedule(&self, rank: f64) -> Schedule {
        let mut out = self.so_far.clone();
        let platelets_k_per_ul = platelets(rank);
        out.prp.extend(self.to_come.iter().map(|day| PrpSession { day: Days(*day), platelets_k_per_ul }));
        out
    }

    /// What becomes of the person, and what instruments read of them.
    pub(crate) fn live(&self, template: &Template) -> (Outcomes, Vec<Measured>) {
        let s = &template.subject;
        let schedule = self.schedule(self.truth.dose_rank);
        let mut days: Vec<f64> = self.to_read.iter().map(|m| m.day).collect();
        days.extend(outcome_days());
        days.sort_by(f64::total_cmp);
        days.dedup();
        let setting = Setting {
            model: s.model,
            progress: s.person.progress,
            season: Some(s.season()),
            schedule: &schedule,
            response: &self.truth,
            mechanism: self.mechanism,
        };
        let regime = Regime::new(&setting, days[0], horizon());
        let t = tally(&s.scalp, &s.groups, &template.whole, &regime, s.model, self.own, &days);
        let frame = |day: f64| days.partition_point(|d| *d < day);
        let mut noise = self.own.stream(Purpose::Instrument, 0);
        let readings = self
            .to_read
            .iter()
            .map(|m| {
                let area: f64 = m.groups.iter().map(|g| s.area_cm2[*g]).sum();
                let true_value = m.model(&t.sum(frame(m.day), m.groups.iter().copied()), area);
                let value = (true_value + m.sd_of(true_value) * noise.normal()).max(0.0);
                Measured { value, ..m.clone() }
            })
            .collect();
        let frames = outcome_days().map(frame);
        (self.outcomes(template, &t, &self.truth, &frames), readings)
    }

    /// Outcomes of a run whose frames of today and of each year are given.
    pub(crate) fn outcomes(
        &self,
        template: &Template,
        t: &Tallies,
        response: &Response,
        frames: &[usize; YEARS.len() + 1],
    ) -> Outcomes {
        let s = &template.subject;
        let at = |k: usize| t.sum(frames[k], template.thin.iter().copied());
        let today = at(0).terminal;
        let rate = response.pigment_fade * s.person.smp.sun.rate();
        let mut out = Outcomes::default();
        for (k, year) in YEARS.iter().enumerate() {
            let then = at(k + 1);
            let pigment = self.smp.map_or(0.0, |day| SMP.1 * tone_left(year * 365.25 - day, rate));
            out[0][k] = then.terminal / template.area_cm2;
            out[1][k] = then.terminal_calibre_um / s.fringe.calibre_um.max(1.0) / template.area_cm2 + pigment;
            out[2][k] = 100.0 * then.terminal / today.max(1.0);
        }
        out
    }
}

/// Today, and the day of each outcome.
pub(crate) fn outcome_days() -> [f64; YEARS.len() + 1] {
    std::array::from_fn(|k| if k == 0 { 0.0 } else { YEARS[k - 1] * 365.25 })
}

/// Last day that anybody asks for.
pub(crate) fn horizon() -> f64 {
    YEARS[YEARS.len() - 1] * 365.25 + 30.0
}
