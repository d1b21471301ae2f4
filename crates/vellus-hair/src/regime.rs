//! What time and treatment do to every follicle of one person, tabulated once so that a follicle
//! reads it in constant time.
//!
//! Phases end when their *clock* has run, not the calendar: a treatment that hastens the end of
//! kenogen makes the kenogen clock run faster, and a follicle that was already waiting feels it
//! at once. A clock is a rising function c(t); a phase of length D that began at t₀ ends at
//! c⁻¹(c(t₀) + D). Both directions are tables.

use crate::cycle::Phase;
use crate::pattern::Course;
use crate::response::Response;
use crate::treatment::{
    PRP_DELAY_DAYS, PRP_SESSIONS_SCALE, PrpMechanism, Schedule, prp_dose_factor, prp_effect,
};

/// Step of the tables, days.
const STEP_DAYS: f64 = 15.0;

/// Time constant with which hairs held in anagen end it once nothing holds them, days. Shedding
/// after minoxidil is stopped is over within 24 weeks (Price 1999); size by us (assumption).
const ANAGEN_DEBT_DAYS: f64 = 30.0;
/// Most days that can fall due: a hair held longer than that would have ended and begun anew
/// (assumption).
const ANAGEN_DEBT_MOST: f64 = 400.0;

/// The natural course of a person's loss, before any treatment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Which pattern.
    pub course: Course,
    /// Stage number today.
    pub stage: f64,
    /// Stages per year, if untreated.
    pub pace_per_year: f64,
}

#[derive(Clone, Debug)]
struct Clock {
    /// Clock time at calendar step i.
    forward: Vec<f64>,
    /// Calendar time at clock step i.
    backward: Vec<f64>,
}

impl Clock {
    fn new(rates: &[f64]) -> Self {
        let mut forward = Vec::with_capacity(rates.len() + 1);
        forward.push(0.0);
        let mut sum = 0.0;
        for rate in rates {
            sum += rate * STEP_DAYS;
            forward.push(sum);
        }
        // The inverse on a regular grid, by one walk along both.
        let steps = (sum / STEP_DAYS) as usize;
        let mut backward = Vec::with_capacity(steps + 1);
        let mut i = 0;
        for k in 0..=steps {
            let c = k as f64 * STEP_DAYS;
            while i + 2 < forward.len() && forward[i + 1] < c {
                i += 1;
            }
            let part = (c - forward[i]) / (forward[i + 1] - forward[i]);
            backward.push((i as f64 + part) * STEP_DAYS);
        }
        Self { forward, backward }
    }

    /// When a phase that began at `from` with length `length` ends. Beyond the table time runs
    /// plainly: nobody reads that far.
    #[inline]
    fn end(&self, from: f64, length: f64) -> f64 {
        let c = if from <= 0.0 { from } else { sample(&self.forward, from) } + length;
        if c <= 0.0 {
            return c;
        }
        let k = c / STEP_DAYS;
        let i = k as usize;
        if i + 1 < self.backward.len() {
            let (a, b) = (self.backward[i], self.backward[i + 1]);
            a + (b - a) * (k - i as f64)
        } else {
            let last = self.backward.len() - 1;
            self.backward[last] + (c - last as f64 * STEP_DAYS)
        }
    }
}

#[inline]
fn sample(table: &[f64], t: f64) -> f64 {
    let k = t / STEP_DAYS;
    let i = (k as usize).min(table.len() - 2);
    table[i] + (table[i + 1] - table[i]) * (k - i as f64).min(1.0)
}

/// The tabulated drives of one person under one schedule, one response and one mechanism.
#[derive(Clone, Debug)]
pub struct Regime {
    pace_past_per_day: f64,
    stage_today: f64,
    /// Stage without the shift, at each step.
    natural: Vec<f64>,
    /// Shift back, at each step.
    shift: Vec<f64>,
    kenogen_chance: Vec<f64>,
    anagen: Clock,
    telogen: Clock,
    kenogen: Clock,
    /// Catagen is not known to answer to anything.
    plain: bool,
}

impl Regime {
    /// Tabulates the drives from today to `horizon_days`.
    #[must_use]
    pub fn new(
        progress: Progress,
        schedule: &Schedule,
        response: &Response,
        mechanism: PrpMechanism,
        horizon_days: f64,
    ) -> Self {
        let steps = (horizon_days / STEP_DAYS).ceil() as usize + 2;
        let pace_per_day = progress.pace_per_year * response.pace / 365.25;
        let last = progress.course.last_stage();
        let first = progress.course.first_stage();
        let stage_today = (progress.stage + response.stage_error).clamp(first.min(progress.stage), last);

        // Drug levels already reached today belong to the present stage: what the person would
        // have been without them is further on by the shift they give.
        let mut levels: Vec<f64> =
            schedule
                .drugs
                .iter()
                .map(|d| {
                    if d.from.0 < 0.0 { 1.0 - libm::exp(d.from.0 / d.drug.effect().onset_days) } else { 0.0 }
                })
                .collect();
        let strength = |i: usize| {
            let d = &schedule.drugs[i];
            let answer = if d.drug.blocks_dht() { response.dht } else { response.minoxidil };
            answer * d.adherence
        };
        let shift_today: f64 = levels
            .iter()
            .enumerate()
            .map(|(i, l)| l * strength(i) * schedule.drugs[i].drug.effect().shift_stages)
            .sum();

        let mut natural = Vec::with_capacity(steps + 1);
        let mut shift = Vec::with_capacity(steps + 1);
        let mut kenogen_chance = Vec::with_capacity(steps + 1);
        let mut rates = [const { Vec::new() }; 3];
        let prp = prp_effect(mechanism);
        let mut stage = stage_today + shift_today;
        // Days by which treatment has kept hairs in anagen beyond their time.
        let mut debt = 0.0f64;
        for k in 0..=steps {
            let t = k as f64 * STEP_DAYS;
            let (mut sh, mut ken, mut tel, mut ana, mut prevented) = (0.0, 1.0, 1.0, 1.0, 0.0f64);
            let mut level_now = 0.0f64;
            for (i, d) in schedule.drugs.iter().enumerate() {
                let e = d.drug.effect();
                let on = t >= d.from.0 && d.until.is_none_or(|u| t < u.0);
                let (target, tau) = if on { (1.0, e.onset_days) } else { (0.0, e.offset_days) };
                levels[i] = target + (levels[i] - target) * libm::exp(-STEP_DAYS / tau);
                let x = levels[i] * strength(i);
                level_now = level_now.max(levels[i]);
                sh += x * e.shift_stages;
                ken *= 1.0 + x * (e.kenogen_rate - 1.0);
                tel *= 1.0 + x * (e.telogen_rate - 1.0);
                ana *= 1.0 + x * (e.anagen_factor - 1.0);
                prevented = prevented.max((x * e.pace_prevented).min(1.0));
            }
            let dose: f64 = schedule
                .prp
                .iter()
                .map(|s| {
                    let since = t - s.day.0 - PRP_DELAY_DAYS;
                    if since < 0.0 {
                        0.0
                    } else {
                        prp_dose_factor(s.platelets_k_per_ul) * libm::exp(-since / response.prp_decay_days)
                    }
                })
                .sum();
            let x = response.prp * (1.0 - libm::exp(-dose / PRP_SESSIONS_SCALE));
            sh += x * prp.shift_stages;
            ken *= 1.0 + x * (prp.kenogen_rate - 1.0);
            tel *= 1.0 + x * (prp.telogen_rate - 1.0);
            ana *= 1.0 + x * (prp.anagen_factor - 1.0);
            natural.push(stage);
            shift.push(sh);
            kenogen_chance.push((1.0 - x * (1.0 - prp.kenogen_chance)).clamp(0.05, 1.0));
            // What was held in anagen falls due when the holding ends.
            level_now = level_now.max(x.min(1.0));
            let due = debt * (1.0 - level_now) / ANAGEN_DEBT_DAYS;
            debt = (debt + (1.0 - 1.0 / ana - due) * STEP_DAYS).clamp(0.0, ANAGEN_DEBT_MOST);
            rates[0].push(1.0 / ana + due);
            rates[1].push(tel);
            rates[2].push(ken);
            stage = (stage + pace_per_day * STEP_DAYS * (1.0 - prevented)).min(last.max(stage));
        }
        let plain = schedule.drugs.is_empty() && schedule.prp.is_empty();
        Self {
            pace_past_per_day: pace_per_day,
            stage_today,
            natural,
            shift,
            kenogen_chance,
            anagen: Clock::new(&rates[0]),
            telogen: Clock::new(&rates[1]),
            kenogen: Clock::new(&rates[2]),
            plain,
        }
    }

    /// Effective stage at day `t`: the natural one less what treatment has won back. Before today
    /// it is the past, at the person's pace.
    #[inline]
    #[must_use]
    pub fn stage(&self, t: f64) -> f64 {
        if t <= 0.0 {
            self.stage_today + self.pace_past_per_day * t
        } else if self.plain {
            sample(&self.natural, t)
        } else {
            sample(&self.natural, t) - sample(&self.shift, t)
        }
    }

    /// How much thicker (in stages) a hair that began at `begun` has become by `t`: half of the
    /// change of the shift shows in the growing shaft, the rest at its next cycle (assumption).
    #[inline]
    #[must_use]
    pub fn thickening(&self, begun: f64, t: f64) -> f64 {
        if self.plain {
            return 0.0;
        }
        let then = sample(&self.shift, begun.max(0.0));
        0.5 * (sample(&self.shift, t) - then)
    }

    /// Factor on the chance of entering kenogen at day `t`.
    #[inline]
    #[must_use]
    pub fn kenogen_chance(&self, t: f64) -> f64 {
        if self.plain || t <= 0.0 { 1.0 } else { sample(&self.kenogen_chance, t) }
    }

    /// When a phase that begins at `from` and lasts `length` days of its own clock ends.
    #[inline]
    #[must_use]
    pub fn end_of(&self, phase: Phase, from: f64, length: f64) -> f64 {
        if self.plain {
            return from + length;
        }
        match phase {
            Phase::Anagen => self.anagen.end(from, length),
            Phase::Telogen => self.telogen.end(from, length),
            Phase::Kenogen => self.kenogen.end(from, length),
            Phase::Catagen | Phase::Regressed => from + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::treatment::{Drug, DrugCourse, PrpSession};
    use vellus_units::Days;

    const MAN: Progress = Progress { course: Course::NorwoodVertex, stage: 3.0, pace_per_year: 0.15 };

    fn on(drug: Drug, from: f64, until: Option<f64>) -> Schedule {
        Schedule {
            drugs: vec![DrugCourse { drug, from: Days(from), until: until.map(Days), adherence: 1.0 }],
            prp: vec![],
        }
    }

    #[test]
    fn untreated_stage_is_linear_and_ends_at_the_last() {
        let r = Regime::new(MAN, &Schedule::default(), &Response::median(), PrpMechanism::Enlarge, 36525.0);
        assert!((r.stage(365.25) - 3.15).abs() < 1e-6);
        assert!((r.stage(-365.25) - 2.85).abs() < 1e-6);
        assert!(r.stage(36000.0) <= 7.0);
    }

    #[test]
    fn drugs_hold_and_their_shift_goes_when_they_stop() {
        let h = 3652.5;
        let held = Regime::new(
            MAN,
            &on(Drug::Finasteride, 0.0, None),
            &Response::median(),
            PrpMechanism::Enlarge,
            h,
        );
        let stopped = Regime::new(
            MAN,
            &on(Drug::Finasteride, 0.0, Some(730.0)),
            &Response::median(),
            PrpMechanism::Enlarge,
            h,
        );
        assert!(held.stage(700.0) < 3.0);
        assert!(held.stage(3000.0) < stopped.stage(3000.0) - 0.5);
    }

    #[test]
    fn taking_a_drug_already_leaves_the_present_stage_where_it_was_found() {
        let r = Regime::new(
            MAN,
            &on(Drug::Minoxidil5, -2000.0, None),
            &Response::median(),
            PrpMechanism::Enlarge,
            3652.5,
        );
        assert!((r.stage(1.0) - 3.0).abs() < 0.02, "{}", r.stage(1.0));
    }

    #[test]
    fn kenogen_clock_runs_faster_under_prp_and_agrees_with_its_inverse() {
        let s = Schedule {
            drugs: vec![],
            prp: (0..3)
                .map(|i| PrpSession { day: Days(30.0 * f64::from(i)), platelets_k_per_ul: 1000.0 })
                .collect(),
        };
        let r = Regime::new(MAN, &s, &Response::median(), PrpMechanism::Reactivate, 3652.5);
        let end = r.end_of(Phase::Kenogen, 150.0, 90.0);
        assert!(end < 150.0 + 60.0, "{end}");
        // From before today, the part before today runs plainly.
        assert!((r.end_of(Phase::Kenogen, -50.0, 40.0) + 10.0).abs() < 1e-9);
    }
}
