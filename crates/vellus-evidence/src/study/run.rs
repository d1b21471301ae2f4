//! Running a study: all arms on the same virtual patients.
//!
//! Every patient goes through every arm (common random numbers), so that arms differ by treatment
//! and not by luck; what luck would do in a trial of the published size is added to the intervals.
//! The model's own uncertainty comes from running the study again under models drawn from what the
//! fit left open.

use rayon::prelude::*;
use vellus_hair::instrument::{self, Fates, Field, HairWeight, Instrument, Phototrichogram};
use vellus_hair::model::Model;
use vellus_hair::population::stage_range;
use vellus_hair::treatment::PrpMechanism;
use vellus_units::maths::mean_sd;
use vellus_units::random::{Key, Purpose};

use super::file::{As, Published, Sexes, Study, WEEK};
use crate::error::EvidenceError;
use crate::row::Row;

/// How finely a study is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Virtual patients, unless the file says how many.
    pub patients: usize,
    /// Models drawn for the model's own uncertainty; none for no such interval.
    pub models: usize,
}

impl Effort {
    /// As a researcher would.
    pub const FULL: Self = Self { patients: 800, models: 16 };
    /// A quick look.
    pub const QUICK: Self = Self { patients: 400, models: 4 };
}

/// Fewest patients in a run for the model's own uncertainty.
const FEWEST: usize = 60;
/// Standard normal quantile of a 95 % interval.
const Z95: f64 = 1.96;

/// Results that are quotients of the means of two others, since a quotient of one small sample is
/// not the quotient of the means.
const QUOTIENTS: [(&str, &str, &str); 2] = [
    ("terminal_per_vellus", "terminal_hairs_per_cm2", "vellus_hairs_per_cm2"),
    ("biopsy_terminal_per_vellus", "biopsy_terminal", "biopsy_vellus"),
];

/// Names of everything that a study can give.
#[must_use]
pub fn result_names() -> Vec<&'static str> {
    let mut out: Vec<&str> = instrument::ALL.iter().flat_map(|i| i.results().iter().map(|r| r.0)).collect();
    out.extend(Fates::default().results().map(|r| r.0));
    out.push("prevalence_percent");
    out
}

/// A result in words, with its unit.
#[must_use]
pub fn described(result: &str) -> (&'static str, &'static str) {
    if let Some(r) = Fates::default().results().into_iter().find(|r| r.0 == result) {
        return (r.1, r.2);
    }
    instrument::ALL
        .iter()
        .flat_map(|i| i.results())
        .find(|r| r.0 == result)
        .map_or(("prevalence", "%"), |r| (r.1, r.2))
}

/// An estimate of something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Mean over virtual patients.
    pub value: f64,
    /// Its Monte-Carlo standard error.
    pub monte_carlo: f64,
    /// Standard deviation over models that the fit allows.
    pub model: f64,
    /// Standard deviation between patients.
    pub patients: f64,
    /// Standard error of a trial of the published size; none when no size was given.
    pub trial: Option<f64>,
}

impl Estimate {
    /// 95 % interval over the model's own uncertainty and the Monte-Carlo error.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        let half = Z95 * libm::hypot(self.model, self.monte_carlo);
        (self.value - half, self.value + half)
    }

    /// 95 % interval of what one trial of the published size would find.
    #[must_use]
    pub fn trial_interval(&self) -> Option<(f64, f64)> {
        let half = Z95 * libm::hypot(libm::hypot(self.model, self.monte_carlo), self.trial?);
        Some((self.value - half, self.value + half))
    }
}

/// One result of one arm, or of one arm against another, at one week.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmResult {
    /// Under which mechanism of PRP; none when PRP is not in the study.
    pub mechanism: Option<PrpMechanism>,
    /// Arm.
    pub arm: String,
    /// Arm that it is compared with.
    pub versus: Option<String>,
    /// Result.
    pub result: &'static str,
    /// Week.
    pub week: f64,
    /// Value of the arm at baseline (of `arm`).
    pub baseline: f64,
    /// Change from baseline, or difference of the changes.
    pub change: Estimate,
    /// The same, per cent of the baseline.
    pub percent: Estimate,
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Virtual patients.
    pub patients: usize,
    /// Models drawn.
    pub models: usize,
    /// Who they are, in a line.
    pub people: String,
    /// Every arm and every pair of arms, at every week measured.
    pub results: Vec<ArmResult>,
    /// What was published beside the model.
    pub rows: Vec<Row>,
    /// Changes of single patients by result, arm and last week: what the power of a trial rests on.
    pub changes: Vec<Changes>,
}

/// Changes of single patients from baseline to the last week.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// Under which mechanism of PRP.
    pub mechanism: Option<PrpMechanism>,
    /// Result.
    pub result: &'static str,
    /// Index of the arm.
    pub arm: usize,
    /// One for each patient, in the same order in every arm.
    pub values: Vec<f64>,
}

/// Everything that one run of all patients gave.
struct Data {
    /// [arm][patient][visit][result].
    seen: Vec<Vec<Vec<Vec<f64>>>>,
    /// [arm].
    fates: Vec<Option<Fates>>,
}

struct Plan<'a> {
    study: &'a Study,
    instruments: Vec<&'static dyn Instrument>,
    phototrichogram: Phototrichogram,
    weight: HairWeight,
    results: Vec<&'static str>,
    days: Vec<f64>,
}

impl<'a> Plan<'a> {
    fn new(study: &'a Study) -> Self {
        let m = &study.measure;
        let mut ids: Vec<&str> = m.instruments.iter().map(String::as_str).collect();
        for p in &study.published {
            if let Some(i) = instrument::that_gives(&p.result) {
                ids.push(i.id());
            }
        }
        if ids.is_empty() && !study.arms.is_empty() && m.follow_weeks.is_none() {
            ids.push("phototrichogram");
        }
        // In the order of the list of instruments, each once.
        let instruments: Vec<&'static dyn Instrument> =
            instrument::ALL.into_iter().filter(|i| ids.contains(&i.id())).collect();
        let results = instruments.iter().flat_map(|i| i.results().iter().map(|r| r.0)).collect();
        let mut days: Vec<f64> = m
            .weeks
            .iter()
            .copied()
            .chain(study.published.iter().flat_map(|p| [p.week, p.from_week]))
            .chain([0.0])
            .map(|w| w * WEEK)
            .collect();
        days.sort_by(f64::total_cmp);
        days.dedup();
        Self {
            study,
            instruments,
            phototrichogram: Phototrichogram { sees_um: m.sees_um.unwrap_or(Phototrichogram::USUAL.sees_um) },
            weight: HairWeight { days: m.weighed_days.unwrap_or(HairWeight::USUAL.days) },
            results,
            days,
        }
    }

    fn read(&self, model: &Model, fields: &[Field], key: Key, arm: usize) -> Vec<Vec<f64>> {
        fields
            .iter()
            .enumerate()
            .map(|(visit, field)| {
                // Errors of reading are the visit's own, in each arm.
                let mut error = key.stream(Purpose::Instrument, 100 + (arm * 1000 + visit) as u64);
                let mut out = Vec::with_capacity(self.results.len());
                for i in &self.instruments {
                    let before = &fields[0];
                    let read = match i.id() {
                        "phototrichogram" => self.phototrichogram.read(model, field, before, &mut error),
                        "hair_weight" => self.weight.read(model, field, before, &mut error),
                        _ => i.read(model, field, before, &mut error),
                    };
                    out.extend(i.results().iter().map(|r| read.get(r.0).copied().unwrap_or(f64::NAN)));
                }
                out
            })
            .collect()
    }

    fn simulate(
        &self,
        file: &str,
        model: &Model,
        seed: u64,
        patients: usize,
        mechanism: PrpMechanism,
        trial_size: f64,
    ) -> Result<Data, EvidenceError> {
        let study = self.study;
        type One = (Vec<Vec<Vec<f64>>>, Vec<Option<Fates>>);
        let each: Vec<Option<One>> = (0..patients as u64)
            .into_par_iter()
            .map(|i| {
                let patient = study.patient(model, seed, i)?;
                let mut seen = Vec::with_capacity(study.arms.len());
                let mut fates = Vec::with_capacity(study.arms.len());
                for arm in 0..study.arms.len() {
                    let (fields, fate) = patient.treat(study, model, arm, mechanism, trial_size, &self.days);
                    seen.push(self.read(model, &fields, patient.key, arm));
                    fates.push(fate);
                }
                Some((seen, fates))
            })
            .collect();
        let mut data = Data {
            seen: vec![Vec::with_capacity(patients); study.arms.len()],
            fates: vec![None; study.arms.len()],
        };
        for one in each {
            let (seen, fates) = one.ok_or_else(|| EvidenceError::Nobody { file: file.into() })?;
            for (arm, visits) in seen.into_iter().enumerate() {
                data.seen[arm].push(visits);
            }
            for (arm, fate) in fates.into_iter().enumerate() {
                if let Some(f) = fate {
                    data.fates[arm].get_or_insert_with(Fates::default).merge(&f);
                }
            }
        }
        Ok(data)
    }

    fn visit(&self, week: f64) -> usize {
        self.days.partition_point(|d| *d < week * WEEK - 1e-9).min(self.days.len() - 1)
    }

    fn column(&self, result: &str) -> Option<usize> {
        self.results.iter().position(|r| *r == result)
    }

    /// What a reading of one arm is: value, standard error, standard deviation between patients.
    fn of_arm(&self, data: &Data, arm: usize, q: &Query<'_>) -> (f64, f64, f64) {
        if q.result.starts_with("fates_") {
            let value = data.fates[arm]
                .and_then(|f| f.results().into_iter().find(|r| r.0 == q.result))
                .map_or(f64::NAN, |r| r.3);
            return (value, 0.0, 0.0);
        }
        if let Some((_, a, b)) = QUOTIENTS.iter().find(|x| x.0 == q.result) {
            return self.quotient(data, arm, q, a, b);
        }
        let Some(column) = self.column(q.result) else {
            return (f64::NAN, 0.0, 0.0);
        };
        let (now, then) = (self.visit(q.week), self.visit(q.from_week));
        let patients = &data.seen[arm];
        let n = (patients.len() as f64).sqrt();
        let at = |v: usize| patients.iter().map(|p| p[v][column]).collect::<Vec<f64>>();
        let changes: Vec<f64> = patients.iter().map(|p| p[now][column] - p[then][column]).collect();
        match q.reading {
            As::Change | As::PercentOfGain => {
                let (m, sd) = mean_sd(&changes);
                (m, sd / n, sd)
            }
            As::PercentChange => {
                let (m, sd) = mean_sd(&changes);
                let base = mean_sd(&at(then)).0;
                let k = if base.abs() > 1e-12 { 100.0 / base } else { 0.0 };
                (k * m, k * sd / n, k * sd)
            }
            As::Value => {
                let (m, sd) = mean_sd(&at(now));
                (m, sd / n, sd)
            }
            As::ChangeSd | As::ValueSd => {
                let v = if q.reading == As::ChangeSd { changes } else { at(now) };
                let (_, sd) = mean_sd(&v);
                (sd, sd / (n * std::f64::consts::SQRT_2), 0.0)
            }
        }
    }

    fn quotient(&self, data: &Data, arm: usize, q: &Query<'_>, a: &str, b: &str) -> (f64, f64, f64) {
        let (Some(ca), Some(cb)) = (self.column(a), self.column(b)) else {
            return (f64::NAN, 0.0, 0.0);
        };
        let patients = &data.seen[arm];
        let at = |visit: usize| {
            let xs: Vec<f64> = patients.iter().map(|p| p[visit][ca]).collect();
            let ys: Vec<f64> = patients.iter().map(|p| p[visit][cb]).collect();
            let (mx, my) = (mean_sd(&xs).0, mean_sd(&ys).0.max(1e-6));
            let r = mx / my;
            // Error of a quotient of means, to first order.
            let residual: Vec<f64> = xs.iter().zip(&ys).map(|(x, y)| (x - r * y) / my).collect();
            let sd = mean_sd(&residual).1;
            (r, sd / (patients.len() as f64).sqrt(), sd)
        };
        let (now, then) = (at(self.visit(q.week)), at(self.visit(q.from_week)));
        match q.reading {
            As::Value => now,
            As::ValueSd | As::ChangeSd => (now.2, 0.0, 0.0),
            As::Change | As::PercentOfGain => {
                (now.0 - then.0, libm::hypot(now.1, then.1), libm::hypot(now.2, then.2))
            }
            As::PercentChange => {
                (100.0 * (now.0 / then.0 - 1.0), 100.0 * libm::hypot(now.1, then.1) / then.0, 0.0)
            }
        }
    }

    /// A reading of one arm, or of one less another. Errors of a difference are those of paired
    /// patients for the Monte Carlo, and of separate people for a trial in parallel arms.
    fn query(&self, data: &Data, q: &Query<'_>) -> Estimate {
        if q.reading == As::PercentOfGain {
            let gain =
                |week: f64| self.query(data, &Query { reading: As::Change, week, from_week: 0.0, ..*q });
            let (left, whole) = (gain(q.week), gain(q.from_week));
            if whole.value.abs() < 1e-9 {
                return Estimate { value: f64::NAN, ..Estimate::default() };
            }
            let k = 100.0 / whole.value;
            let share = left.value / whole.value;
            return Estimate {
                value: k * left.value,
                monte_carlo: (k * libm::hypot(left.monte_carlo, share * whole.monte_carlo)).abs(),
                ..Estimate::default()
            };
        }
        let (value, monte_carlo, sd) = self.of_arm(data, q.arm, q);
        let n = self.study.arms[q.arm].n;
        let Some(other) = q.versus else {
            let trial = n.map(|n| sd / (n as f64).sqrt());
            return Estimate { value, monte_carlo, model: 0.0, patients: sd, trial };
        };
        let (v2, se2, sd2) = self.of_arm(data, other, q);
        let paired =
            self.column(q.result).filter(|_| matches!(q.reading, As::Change | As::PercentChange | As::Value));
        let (mc, pair_sd) = paired.map_or((libm::hypot(monte_carlo, se2), libm::hypot(sd, sd2)), |c| {
            let (now, then) = (self.visit(q.week), self.visit(q.from_week));
            let value_of =
                |p: &[Vec<f64>]| if q.reading == As::Value { p[now][c] } else { p[now][c] - p[then][c] };
            let d: Vec<f64> = data.seen[q.arm]
                .iter()
                .zip(&data.seen[other])
                .map(|(a, b)| value_of(a) - value_of(b))
                .collect();
            let base = mean_sd(&data.seen[q.arm].iter().map(|p| p[then][c]).collect::<Vec<_>>()).0;
            let k = if q.reading == As::PercentChange && base.abs() > 1e-12 { 100.0 / base } else { 1.0 };
            let s = k.abs() * mean_sd(&d).1;
            (s / (d.len() as f64).sqrt(), s)
        });
        let n2 = self.study.arms[other].n;
        let trial = if self.study.measure.split_scalp {
            n.or(n2).map(|n| pair_sd / (n as f64).sqrt())
        } else {
            n.zip(n2).map(|(a, b)| libm::hypot(sd / (a as f64).sqrt(), sd2 / (b as f64).sqrt()))
        };
        Estimate { value: value - v2, monte_carlo: mc, model: 0.0, patients: pair_sd, trial }
    }
}

#[derive(Clone, Copy)]
struct Query<'a> {
    arm: usize,
    versus: Option<usize>,
    result: &'a str,
    reading: As,
    week: f64,
    from_week: f64,
}

/// Runs a study under the fitted model. `file` is its name, for messages.
///
/// # Errors
/// [`EvidenceError::Nobody`] when nobody can be enrolled.
pub fn run(file: &str, study: &Study, seed: u64, effort: Effort) -> Result<Outcome, EvidenceError> {
    run_under(file, study, Model::fitted(), seed, effort)
}

/// The same under another model; its own uncertainty is that of the fitted one.
///
/// # Errors
/// [`EvidenceError::Nobody`] when nobody can be enrolled.
pub fn run_under(
    file: &str,
    study: &Study,
    model: &Model,
    seed: u64,
    effort: Effort,
) -> Result<Outcome, EvidenceError> {
    let plan = Plan::new(study);
    let patients = study.enrol.patients.unwrap_or(effort.patients);
    let uses_prp = study.arms.iter().any(|a| a.treatments.iter().any(|t| t.give == "prp"));
    let mechanisms: &[PrpMechanism] = if uses_prp { &PrpMechanism::BOTH } else { &PrpMechanism::BOTH[..1] };
    let fewer = (patients / 4).max(FEWEST).min(patients);
    let draws: Vec<(Model, f64)> = (1..=effort.models as u64)
        .map(|k| {
            let key = Key::new(seed, 0);
            let drawn = Model::draw(key, k);
            // Trials differ in how much their arms rise by themselves.
            let size = 1.0 + drawn.trial.spread * key.stream(Purpose::Model, 1_000_000 + k).normal();
            (drawn, size)
        })
        .collect();

    let mut outcome = Outcome {
        patients,
        models: effort.models,
        people: people(study),
        results: Vec::new(),
        rows: Vec::new(),
        changes: Vec::new(),
    };
    for &mechanism in mechanisms {
        let shown = uses_prp.then_some(mechanism);
        let data = plan.simulate(file, model, seed, patients, mechanism, 1.0)?;
        let others: Vec<Data> = if study.arms.is_empty() {
            Vec::new()
        } else {
            draws
                .iter()
                .map(|(m, size)| plan.simulate(file, m, seed, fewer, mechanism, *size))
                .collect::<Result<_, _>>()?
        };
        let ask = |q: &Query<'_>| {
            let mut e = plan.query(&data, q);
            let values: Vec<f64> = others.iter().map(|d| plan.query(d, q).value).collect();
            if values.len() > 1 {
                // The scatter of the smaller runs holds their Monte-Carlo error too.
                let noise = e.monte_carlo * (patients as f64 / fewer as f64).sqrt();
                let sd = mean_sd(&values).1;
                e.model = libm::sqrt((sd * sd - noise * noise).max(0.0));
            }
            e
        };
        outcome.results.extend(summary(&plan, &ask, shown));
        for (r, result) in plan.results.iter().enumerate() {
            for arm in 0..study.arms.len() {
                let last = plan.days.len() - 1;
                outcome.changes.push(Changes {
                    mechanism: shown,
                    result,
                    arm,
                    values: data.seen[arm].iter().map(|p| p[last][r] - p[0][r]).collect(),
                });
            }
        }
        for p in &study.published {
            if p.result == "prevalence_percent" {
                if shown.is_none_or(|m| m == mechanisms[0]) {
                    outcome.rows.push(prevalence_row(study, p, model, &draws, seed, patients));
                }
                continue;
            }
            let find = |name: &str| study.arms.iter().position(|a| a.name == name);
            let arm = p.arm.as_deref().map_or(Some(0), find).unwrap_or(0);
            let q = Query {
                arm,
                versus: p.versus.as_deref().and_then(find),
                result: &p.result,
                reading: p.reading,
                week: p.week,
                from_week: p.from_week,
            };
            outcome.rows.push(row(study, p, &ask(&q), shown));
        }
    }
    Ok(outcome)
}

/// Every arm and every pair of arms, at every week after baseline.
fn summary(
    plan: &Plan<'_>,
    ask: &dyn Fn(&Query<'_>) -> Estimate,
    mechanism: Option<PrpMechanism>,
) -> Vec<ArmResult> {
    let study = plan.study;
    let mut out = Vec::new();
    let fates = Fates::default().results().map(|r| r.0);
    let mut results: Vec<&'static str> = plan.results.clone();
    if study.measure.follow_weeks.is_some() {
        results.extend(fates);
    }
    for result in results {
        for day in plan.days.iter().skip(usize::from(plan.days.len() > 1)) {
            let week = day / WEEK;
            let mut push = |arm: usize, versus: Option<usize>| {
                let q = Query { arm, versus, result, reading: As::Change, week, from_week: 0.0 };
                let still = result.starts_with("fates_") || plan.days.len() == 1;
                let baseline = ask(&Query { versus: None, reading: As::Value, week: 0.0, ..q }).value;
                let (change, percent) = if still {
                    (ask(&Query { reading: As::Value, ..q }), Estimate::default())
                } else {
                    (ask(&q), ask(&Query { reading: As::PercentChange, ..q }))
                };
                out.push(ArmResult {
                    mechanism,
                    arm: study.arms[arm].name.clone(),
                    versus: versus.map(|v| study.arms[v].name.clone()),
                    result,
                    week,
                    baseline,
                    change,
                    percent,
                });
            };
            for arm in 0..study.arms.len() {
                push(arm, None);
            }
            for arm in 0..study.arms.len() {
                for versus in arm + 1..study.arms.len() {
                    push(arm, Some(versus));
                }
            }
        }
    }
    out
}

/// What passes for a published number: its lower and upper end.
fn tolerance(p: &Published) -> (f64, f64) {
    let v = p.value.unwrap_or(f64::NAN);
    match (p.ci95, p.tolerance, p.se) {
        (Some([a, b]), _, _) => (a, b),
        (_, Some(t), _) => (v - t, v + t),
        (_, _, Some(se)) => (v - Z95 * se, v + Z95 * se),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

fn row(study: &Study, p: &Published, e: &Estimate, mechanism: Option<PrpMechanism>) -> Row {
    let (words, unit) = described(&p.result);
    let (lo, hi) = tolerance(p);
    let (model_lo, model_hi) = e.interval();
    let what = p.what.clone().unwrap_or_else(|| {
        let arm = p.arm.clone().unwrap_or_default();
        let versus = p.versus.as_ref().map(|v| format!(" less {v}")).unwrap_or_default();
        let reading = match p.reading {
            As::Change => format!("change of {words}, week {}", p.week),
            As::PercentChange => format!("change of {words} in per cent, week {}", p.week),
            As::Value => format!("{words}, week {}", p.week),
            As::PercentOfGain => {
                format!("gain in {words} of week {} left in week {}", p.from_week, p.week)
            }
            As::ChangeSd => format!("spread of the change of {words}, week {}", p.week),
            As::ValueSd => format!("spread of {words}, week {}", p.week),
        };
        format!("{arm}{versus}: {reading}")
    });
    let unit = if matches!(p.reading, As::PercentChange | As::PercentOfGain) { "%" } else { unit };
    Row {
        id: study.id.clone(),
        area: "hair".into(),
        what,
        unit: unit.into(),
        published: p.value.unwrap_or(f64::NAN),
        lo,
        hi,
        model: e.value,
        model_lo,
        model_hi,
        pass: p.value.is_none() || (lo..=hi).contains(&e.value),
        split: study.split.title().into(),
        source: p.source.clone().unwrap_or_else(|| study.source.clone()),
        mechanism: mechanism.map(|m| m.title().into()),
        note: None,
    }
}

/// Share of a sex and ancestry at or beyond a stage in an age range, per cent.
fn prevalence(study: &Study, p: &Published, model: &Model, seed: u64, people: usize) -> f64 {
    let e = &study.enrol;
    let [lo, hi] = p.ages.unwrap_or(e.age_years);
    let least = p.stage.map_or(1.0, |s| stage_range(s, s).0);
    let central = p.stage.is_some_and(|s| s.course().0 == vellus_hair::pattern::Course::Central);
    let hits: usize = (0..people as u64)
        .into_par_iter()
        .filter(|i| {
            let mut s = Key::new(seed, 0).stream(Purpose::Person, 10 + i);
            let female = match e.sex {
                Sexes::Male => false,
                Sexes::Female => true,
                Sexes::Both => central,
            };
            let age = s.between(lo, (hi + 1.0).min(100.0));
            let c = model.population.draw(female, e.ancestry, age, &mut s);
            c.stage_at(age) >= least && c.age_years > c.onset_years
        })
        .count();
    100.0 * hits as f64 / people as f64
}

fn prevalence_row(
    study: &Study,
    p: &Published,
    model: &Model,
    draws: &[(Model, f64)],
    seed: u64,
    patients: usize,
) -> Row {
    // Drawing a person costs next to nothing.
    let people = patients * 20;
    let value = prevalence(study, p, model, seed, people);
    let others: Vec<f64> = draws.iter().map(|(m, _)| prevalence(study, p, m, seed, people)).collect();
    let q = (value / 100.0).clamp(0.0, 1.0);
    let e = Estimate {
        value,
        monte_carlo: 100.0 * (q * (1.0 - q) / people as f64).sqrt(),
        model: if others.len() > 1 { mean_sd(&others).1 } else { 0.0 },
        ..Estimate::default()
    };
    let [lo, hi] = p.ages.unwrap_or(study.enrol.age_years);
    let named = Published {
        what: Some(p.what.clone().unwrap_or_else(|| {
            format!("{} or beyond at {lo:.0}–{hi:.0} years", p.stage.map_or("loss", |s| s.title()))
        })),
        ..p.clone()
    };
    row(study, &named, &e, None)
}

fn people(study: &Study) -> String {
    let e = &study.enrol;
    let who = match e.sex {
        Sexes::Male => "men",
        Sexes::Female => "women",
        Sexes::Both => "men and women",
    };
    let stages = e.stages.map_or(String::new(), |[a, b]| {
        if a == b { format!(", {}", a.title()) } else { format!(", {} to {}", a.title(), b.title()) }
    });
    format!("{who} of {:.0} to {:.0} years{stages}", e.age_years[0], e.age_years[1])
}
