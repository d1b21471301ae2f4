//! What time and treatment do to every follicle of one person, tabulated once so that a follicle
//! reads it in constant time.
//!
//! Phases end when their *clock* has run, not the calendar: a treatment that hastens the end of
//! kenogen makes the kenogen clock run faster, and a follicle that was already waiting feels it
//! at once. A clock is a rising function c(t); a phase of length D that began at t₀ ends at
//! c⁻¹(c(t₀) + D). Both directions are tables.

use vellus_head::Zone;
use vellus_units::maths::cell;

use crate::cycle::Phase;
use crate::model::Model;
use crate::pattern::Course;
use crate::response::{Response, ZONES};
use crate::season::Season;
use crate::treatment::{Effect, Given, Kinetics, PrpMechanism, Schedule};

/// Step of the tables, days.
const STEP_DAYS: f64 = 15.0;

/// Days before the first day of interest from which follicles are run, so that the season and what
/// is taken already have set their phases.
pub const WARM_UP_DAYS: f64 = 365.25;

/// Time constant with which hairs held in anagen end it once nothing holds them, days. Shedding
/// after minoxidil is stopped is over within 24 weeks (Price 1999); size by us (assumption).
const ANAGEN_DEBT_DAYS: f64 = 20.0;
/// Time constant with which held hairs end by themselves and their debt with them, days: a mean
/// anagen where hair is thinning (assumption).
const ANAGEN_DEBT_TURNOVER_DAYS: f64 = 300.0;

/// Share of follicles that would stand empty where hair is thinning: those woken early by a treatment
/// lean on it, and fall due with what is held (assumption, from the 8–16 % of Guarrera & Rebora 2005).
const WOKEN_SHARE: f64 = 0.15;

/// The natural course of a person's loss, before any treatment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Which pattern.
    pub course: Course,
    /// Stage number today.
    pub stage: f64,
    /// Stages per year today, if untreated; it slows down as
    /// [`crate::population::SLOWING_YEARS`] says.
    pub pace_per_year: f64,
}

/// Everything that decides about one person's follicles.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The rules.
    pub model: &'a Model,
    /// The natural course.
    pub progress: Progress,
    /// Where day 0 lies in the year; none for a world without seasons.
    pub season: Option<Season>,
    /// What is done.
    pub schedule: &'a Schedule,
    /// How the person answers.
    pub response: &'a Response,
    /// How PRP helps.
    pub mechanism: PrpMechanism,
}

/// A clock; times are days after the beginning of the tables.
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
        let c = sample(&self.forward, from) + length;
        let (i, part) = cell(c * (1.0 / STEP_DAYS));
        if i + 1 < self.backward.len() {
            let (a, b) = (self.backward[i], self.backward[i + 1]);
            a + (b - a) * part
        } else {
            let last = self.backward.len() - 1;
            self.backward[last] + (c - last as f64 * STEP_DAYS)
        }
    }
}

/// Reads a table `t` days after its beginning.
#[inline]
fn sample(table: &[f64], t: f64) -> f64 {
    let (i, part) = cell(t * (1.0 / STEP_DAYS));
    if i + 1 < table.len() {
        let (a, b) = (table[i], table[i + 1]);
        a + (b - a) * part
    } else {
        table[table.len() - 1]
    }
}

/// The level of one exposure, stepped along the tables.
struct Level {
    given: Given,
    kinetics: Kinetics,
    effect: Effect,
    answer: f64,
    /// Level reached, 0 to 1.
    now: f64,
    /// Share of the doses taken in the latest course.
    adherence: f64,
}

impl Level {
    /// What is reached at the beginning of the tables of what is taken already.
    fn at_start(&mut self, t: f64) {
        if let (Given::Daily(spans), Kinetics::Daily { onset_days, offset_days }) =
            (&self.given, self.kinetics)
        {
            let mut spans = spans.clone();
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (mut level, mut at) = (0.0, f64::NEG_INFINITY);
            for (from, until, adherence) in spans.into_iter().filter(|s| s.0 < t) {
                self.adherence = adherence;
                if level > 0.0 {
                    level *= libm::exp(-(from - at).max(0.0) / offset_days);
                }
                let end = until.min(t);
                level = 1.0 + (level - 1.0) * libm::exp(-(end - from).max(0.0) / onset_days);
                at = end;
            }
            if level > 0.0 {
                level *= libm::exp(-(t - at).max(0.0) / offset_days);
            }
            self.now = level;
        }
    }

    /// Goes one step on and gives the strength of the effect at `t`.
    fn step(&mut self, t: f64) -> f64 {
        match (&self.given, self.kinetics) {
            (Given::Daily(spans), Kinetics::Daily { onset_days, offset_days }) => {
                let on = spans.iter().find(|s| t >= s.0 && t < s.1);
                if let Some(span) = on {
                    self.adherence = span.2;
                }
                let (target, tau) = if on.is_some() { (1.0, onset_days) } else { (0.0, offset_days) };
                self.now = target + (self.now - target) * libm::exp(-STEP_DAYS / tau);
                self.now * self.answer * self.adherence
            }
            (Given::Sessions(sessions), Kinetics::Sessions { delay_days, decay_days, scale }) => {
                let dose: f64 = sessions
                    .iter()
                    .map(|(day, dose)| {
                        let since = t - day - delay_days;
                        if since < 0.0 { 0.0 } else { dose * libm::exp(-since / decay_days) }
                    })
                    .sum();
                self.now = 1.0 - libm::exp(-dose / scale);
                self.now * self.answer
            }
            _ => 0.0,
        }
    }
}

/// The tabulated drives of one person under one schedule, one response and one mechanism.
#[derive(Clone, Debug)]
pub struct Regime {
    /// First day of the tables.
    begin: f64,
    pace_per_day: f64,
    /// Effective stage at each step.
    stage: Vec<f64>,
    /// The greatest of them.
    highest: f64,
    /// How far loss is ahead of the thresholds, by zone, in stages.
    ahead: [f64; ZONES],
    /// Shift back, at each step; empty when nothing shifts.
    shift: Vec<f64>,
    /// Factor on the chance of entering kenogen; empty when nothing changes it.
    kenogen_chance: Vec<f64>,
    anagen: Clock,
    telogen: Clock,
    /// None when nothing hastens the end of kenogen.
    kenogen: Option<Clock>,
}

impl Regime {
    /// Tabulates the drives from `from_days` less [`WARM_UP_DAYS`] to `to_days`; day 0 is the day on
    /// which the stage of `setting.progress` was found.
    #[must_use]
    pub fn new(setting: &Setting<'_>, from_days: f64, to_days: f64) -> Self {
        let Setting { model, progress, season, schedule, response, mechanism } = *setting;
        let begin = from_days.min(0.0) - WARM_UP_DAYS;
        let steps = ((to_days - begin) / STEP_DAYS).ceil() as usize + 2;
        let pace_per_day = progress.pace_per_year * response.pace / 365.25;
        let last = progress.course.last_stage();
        let first = progress.course.first_stage();
        let stage_today = (progress.stage + response.stage_error).clamp(first.min(progress.stage), last);

        let mut levels: Vec<Level> = schedule
            .exposures()
            .into_iter()
            .map(|e| {
                let mut level = Level {
                    effect: e.treatment.effect(model, mechanism),
                    kinetics: e.treatment.kinetics(response),
                    answer: e.treatment.answer(response),
                    given: e.given,
                    now: 0.0,
                    adherence: 1.0,
                };
                level.at_start(begin);
                level
            })
            .collect();

        let mut natural = Vec::with_capacity(steps + 1);
        let mut shift = Vec::with_capacity(steps + 1);
        let mut kenogen_chance = Vec::with_capacity(steps + 1);
        let mut rates = [const { Vec::new() }; 3];
        let slowing = crate::population::SLOWING_YEARS * 365.25;
        let mut travelled = 0.0;
        // Days by which treatment has kept hairs in anagen beyond their time.
        let mut debt = 0.0f64;
        for k in 0..=steps {
            let t = begin + k as f64 * STEP_DAYS;
            let mut sum = Effect::NONE;
            let mut held = 0.0f64;
            for level in &mut levels {
                let x = level.step(t);
                let e = &level.effect;
                held = held.max(level.now);
                sum.shift_stages += x * e.shift_stages;
                sum.kenogen_rate += x * (e.kenogen_rate - 1.0);
                sum.kenogen_chance += x * (e.kenogen_chance - 1.0);
                sum.telogen_rate += x * (e.telogen_rate - 1.0);
                sum.anagen_factor += x * (e.anagen_factor - 1.0);
                sum.pace_prevented += (x * e.pace_prevented).min(1.0);
            }
            natural.push(travelled);
            shift.push(sum.shift_stages);
            kenogen_chance.push(sum.kenogen_chance.clamp(0.05, 1.0));
            // What was held in anagen falls due when the holding ends.
            let due = debt * (1.0 - held.min(1.0)) / ANAGEN_DEBT_DAYS;
            let paid = due + debt / ANAGEN_DEBT_TURNOVER_DAYS;
            let held_now = 1.0 - 1.0 / sum.anagen_factor + WOKEN_SHARE * (1.0 - 1.0 / sum.kenogen_rate);
            debt = (debt + (held_now - paid) * STEP_DAYS).max(0.0);
            // A step is described by the middle of it.
            let (ends, falls) = season.map_or((1.0, 1.0), |s| s.rates(&model.season, t + 0.5 * STEP_DAYS));
            rates[0].push(ends / sum.anagen_factor + due);
            rates[1].push(falls * sum.telogen_rate);
            rates[2].push(sum.kenogen_rate);
            let pace = pace_per_day * libm::exp(-(t + 0.5 * STEP_DAYS) / slowing);
            travelled += pace * STEP_DAYS * (1.0 - sum.pace_prevented.min(1.0));
        }
        // What is taken already belongs to the stage found today: without it the person would be
        // further on by the shift it gives.
        let now = -begin;
        let offset = stage_today + sample(&shift, now) - sample(&natural, now);
        let most = last.max(stage_today);
        let stage =
            natural.iter().zip(&shift).map(|(n, s)| (n + offset).min(most + s) - s).collect::<Vec<_>>();
        let nothing = |v: &[f64], plain: f64| v.iter().all(|x| *x == plain);
        Self {
            begin,
            pace_per_day: pace_per_day * libm::exp(-begin / slowing),
            highest: stage.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            stage,
            ahead: response.ahead,
            shift: if nothing(&shift, 0.0) { Vec::new() } else { shift },
            kenogen_chance: if nothing(&kenogen_chance, 1.0) { Vec::new() } else { kenogen_chance },
            anagen: Clock::new(&rates[0]),
            telogen: Clock::new(&rates[1]),
            kenogen: if nothing(&rates[2], 1.0) { None } else { Some(Clock::new(&rates[2])) },
        }
    }

    /// First day of the tables: follicles begin here, in the equilibrium of their miniaturisation.
    #[inline]
    #[must_use]
    pub const fn begin(&self) -> f64 {
        self.begin
    }

    /// Effective stage at day `t`: the natural one less what treatment has won back. Before the
    /// tables it is the past, at the person's pace.
    #[inline]
    #[must_use]
    pub fn stage(&self, t: f64) -> f64 {
        let since = t - self.begin;
        if since <= 0.0 { self.stage[0] + self.pace_per_day * since } else { sample(&self.stage, since) }
    }

    /// How far loss is ahead of the thresholds in a zone, in stages.
    #[inline]
    #[must_use]
    pub const fn ahead(&self, zone: Zone) -> f64 {
        self.ahead[zone as usize]
    }

    /// The greatest stage of the tables: a follicle whose threshold lies above it is never touched.
    #[inline]
    #[must_use]
    pub const fn highest_stage(&self) -> f64 {
        self.highest
    }

    /// Whether anything done makes hairs thicker.
    #[inline]
    #[must_use]
    pub const fn thickens(&self) -> bool {
        !self.shift.is_empty()
    }

    /// How much thicker (in stages) a hair that began at `begun` has become by `t`: half of the
    /// change of the shift shows in the growing shaft, the rest at its next cycle (assumption).
    #[inline]
    #[must_use]
    pub fn thickening(&self, begun: f64, t: f64) -> f64 {
        if self.shift.is_empty() {
            return 0.0;
        }
        let then = sample(&self.shift, (begun - self.begin).max(0.0));
        0.5 * (sample(&self.shift, t - self.begin) - then)
    }

    /// Factor on the chance of entering kenogen at day `t`.
    #[inline]
    #[must_use]
    pub fn kenogen_chance(&self, t: f64) -> f64 {
        if self.kenogen_chance.is_empty() { 1.0 } else { sample(&self.kenogen_chance, t - self.begin) }
    }

    /// When a phase that begins at `from` (not before the tables) and lasts `length` days of its own
    /// clock ends.
    #[inline]
    #[must_use]
    pub fn end_of(&self, phase: Phase, from: f64, length: f64) -> f64 {
        let since = from - self.begin;
        match (phase, &self.kenogen) {
            (Phase::Anagen, _) => self.begin + self.anagen.end(since, length),
            (Phase::Telogen, _) => self.begin + self.telogen.end(since, length),
            (Phase::Kenogen, Some(clock)) => self.begin + clock.end(since, length),
            _ => from + length,
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
            ..Schedule::default()
        }
    }

    fn regime(schedule: &Schedule, mechanism: PrpMechanism, to: f64) -> Regime {
        let setting = Setting {
            model: Model::fitted(),
            progress: MAN,
            season: None,
            schedule,
            response: &Response::median(),
            mechanism,
        };
        Regime::new(&setting, 0.0, to)
    }

    #[test]
    fn untreated_stage_slows_down_and_ends_at_the_last() {
        let r = regime(&Schedule::default(), PrpMechanism::Enlarge, 36525.0);
        assert!((r.stage(0.0) - 3.0).abs() < 1e-9);
        assert!((r.stage(365.25) - 3.15).abs() < 0.01 && r.stage(365.25) < 3.15);
        assert!((r.stage(-365.25) - 2.85).abs() < 0.01);
        // Ten years at a pace that slows with a time constant of 18: 0.15 · 18 · (1 − e^−0.556).
        let ten = 3.0 + 0.15 * 18.0 * (1.0 - libm::exp(-10.0 / 18.0));
        assert!((r.stage(3652.5) - ten).abs() < 0.01, "{}", r.stage(3652.5));
        assert!(r.stage(36000.0) <= 7.0);
    }

    #[test]
    fn drugs_hold_and_their_shift_goes_when_they_stop() {
        let h = 3652.5;
        let held = regime(&on(Drug::Finasteride, 0.0, None), PrpMechanism::Enlarge, h);
        let stopped = regime(&on(Drug::Finasteride, 0.0, Some(730.0)), PrpMechanism::Enlarge, h);
        assert!(held.stage(700.0) < 3.05);
        assert!(held.stage(3000.0) < stopped.stage(3000.0) - 0.4);
    }

    #[test]
    fn a_restart_begins_from_what_is_left() {
        let pause = |days: f64| {
            let mut s = on(Drug::Finasteride, 0.0, Some(730.0));
            s.drugs.extend(on(Drug::Finasteride, 730.0 + days, None).drugs);
            regime(&s, PrpMechanism::Enlarge, 3652.5)
        };
        let (short, long) = (pause(30.0), pause(720.0));
        assert!(short.stage(1500.0) < long.stage(1500.0) - 0.1);
    }

    #[test]
    fn taking_a_drug_already_leaves_the_present_stage_where_it_was_found() {
        let r = regime(&on(Drug::Minoxidil5, -2000.0, None), PrpMechanism::Enlarge, 3652.5);
        assert!((r.stage(0.0) - 3.0).abs() < 1e-9, "{}", r.stage(0.0));
        // Begun half a year ago: further on before that than without it.
        let plain = regime(&Schedule::default(), PrpMechanism::Enlarge, 3652.5);
        let new = regime(&on(Drug::Minoxidil5, -180.0, None), PrpMechanism::Enlarge, 3652.5);
        assert!((new.stage(0.0) - 3.0).abs() < 1e-9);
        assert!(new.stage(-200.0) > plain.stage(-200.0) + 0.02);
    }

    #[test]
    fn kenogen_clock_runs_faster_under_prp_and_agrees_with_its_inverse() {
        let s = Schedule {
            prp: (0..3)
                .map(|i| PrpSession { day: Days(30.0 * f64::from(i)), platelets_k_per_ul: 1000.0 })
                .collect(),
            ..Schedule::default()
        };
        let r = regime(&s, PrpMechanism::Reactivate, 3652.5);
        let end = r.end_of(Phase::Kenogen, 150.0, 90.0);
        assert!(end < 150.0 + 60.0, "{end}");
        // What happens before the first session runs plainly.
        assert!((r.end_of(Phase::Kenogen, -50.0, 40.0) + 10.0).abs() < 1e-9);
    }

    #[test]
    fn seasons_return_after_a_year() {
        let schedule = Schedule::default();
        let setting = Setting {
            model: Model::fitted(),
            progress: MAN,
            season: Some(Season::new(100.0, crate::season::Hemisphere::North)),
            schedule: &schedule,
            response: &Response::median(),
            mechanism: PrpMechanism::Enlarge,
        };
        let r = Regime::new(&setting, 0.0, 3652.5);
        // A whole year of clock is a year of calendar.
        assert!((r.end_of(Phase::Anagen, 10.0, 365.25) - 375.25).abs() < 2.0);
        let summer = r.end_of(Phase::Anagen, 40.0, 60.0) - 40.0;
        let winter = r.end_of(Phase::Anagen, 220.0, 60.0) - 220.0;
        assert!(summer < 0.8 * winter, "{summer} {winter}");
    }
}
