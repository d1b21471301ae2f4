//! Experiments on follicles (the textbook automaton, the season) and trials on virtual patients.

use rayon::prelude::*;
use serde::Deserialize;
use vellus_hair::automaton::{Durations, Ensemble};
use vellus_hair::instrument::{Instrument, Phototrichogram, fields, healthy_patch};
use vellus_hair::model::Model;
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::Course;
use vellus_hair::regime::{Progress, Regime, Setting};
use vellus_hair::response::Response;
use vellus_hair::scalp::HairProfile;
use vellus_hair::season::{Hemisphere, Season, YEAR_DAYS};
use vellus_hair::treatment::{PrpMechanism, Schedule};
use vellus_head::Zone;
use vellus_units::maths::mean_sd;
use vellus_units::random::{Key, Purpose};

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::row::Row;
use crate::study::{self, Effort, Study};

/// What an experiment does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// The deterministic automaton, long after the start and at given times.
    Automaton {
        /// Mean durations of anagen, telogen and lag.
        durations: [f64; 3],
        /// Shares at time 0.
        start: [f64; 3],
        /// Times; results `anagen@t`, `telogen@t`, `lag@t`. A time of 1000 stands for long after.
        times: Vec<f64>,
    },
    /// Independent follicles with lognormal durations, in growing numbers.
    Noise {
        /// Mean durations.
        durations: [f64; 3],
        /// Coefficient of variation.
        cv: f64,
        /// Numbers of follicles, rising.
        follicles: Vec<usize>,
    },
    /// A synchronised scalp with durations that scatter less and less.
    Swing {
        /// Mean durations.
        durations: [f64; 3],
        /// Coefficients of variation, falling.
        cvs: Vec<f64>,
        /// Follicles.
        follicles: usize,
    },
    /// Two scalps that differ in the mean or the scatter of anagen.
    Change {
        /// Mean durations of the first.
        durations: [f64; 3],
        /// Coefficient of variation of the first.
        cv: f64,
        /// Mean durations of the second.
        to_durations: [f64; 3],
        /// Coefficient of variation of the second.
        to_cv: f64,
        /// Follicles of each.
        follicles: usize,
    },
    /// Healthy men of the north over a year, photographed every fortnight.
    Year {
        /// How many men.
        people: usize,
    },
}

macro_rules! experiments {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/experiments/hair/", $name, ".toml")))),*]
    };
}

/// The experiment files that come with the program.
pub const EXPERIMENTS: &[(&str, &str)] = experiments![
    "v1_steady_state",
    "v2_transient",
    "v3_many_follicles",
    "v4_synchrony",
    "v5_shorter_anagen",
    "v5_steadier_anagen",
    "c13_season",
];

macro_rules! studies {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/studies/", $name, ".toml")))),*]
    };
}

/// The study files that come with the program.
pub const STUDIES: &[(&str, &str)] = studies![
    "c01_loussouarn_european",
    "c02_loussouarn_african",
    "c02_loussouarn_asian",
    "c03_rakowska_frontal",
    "c03_rakowska_occipital",
    "c04_c06_van_neste_2000",
    "c05_rushton_1991",
    "c07_kaufman_1998",
    "c08_olsen_2002",
    "c09_price_1999",
    "c10_kieling_2024",
    "c11_yepuri_2021",
    "c12_guarrera_rebora_1991",
    "c12_guarrera_rebora_2005",
    "c14_european_men",
    "c14_paik_men_2001",
    "c14_paik_women_2001",
];

/// Runs every experiment and every study that comes with the program.
///
/// # Errors
/// [`EvidenceError`].
pub fn run_all(seed: u64, quick: bool) -> Result<Vec<Row>, EvidenceError> {
    let effort = if quick { Effort::QUICK } else { Effort::FULL };
    run_under(Model::fitted(), seed, effort, &|_| true)
}

/// The experiments and studies whose file name `wanted` takes, under a model.
///
/// # Errors
/// [`EvidenceError`].
pub fn run_under(
    model: &Model,
    seed: u64,
    effort: Effort,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, EvidenceError> {
    let quick = effort.patients < Effort::FULL.patients;
    let mut rows = Vec::new();
    for (name, text) in EXPERIMENTS.iter().filter(|(name, _)| wanted(name)) {
        let experiment = Experiment::<Run>::parse(name, text)?;
        rows.extend(experiment.rows("hair", name, &perform(&experiment.run, model, seed, quick))?);
    }
    for (name, text) in STUDIES.iter().filter(|(name, _)| wanted(name)) {
        let file = format!("{name}.toml");
        let study = Study::parse(&file, text)?;
        rows.extend(study::run::run_under(&file, &study, model, seed, effort)?.rows);
    }
    Ok(rows)
}

fn durations(d: [f64; 3]) -> Durations {
    Durations { anagen: d[0], telogen: d[1], lag: d[2] }
}

/// Late enough for lognormal durations to have mixed, and long enough to see a swing.
const LATE: (f64, f64) = (20.0, 60.0);

fn perform(run: &Run, model: &Model, seed: u64, quick: bool) -> Results {
    let key = Key::new(seed, 0);
    let mut out = Results::new();
    match run {
        Run::Automaton { durations: d, start, times } => {
            for t in times {
                let x = durations(*d).integrate(*start, *t);
                for (name, v) in ["anagen", "telogen", "lag"].iter().zip(x) {
                    out.insert(format!("{name}@{t}"), (v, 0.0));
                }
            }
        }
        Run::Noise { durations: d, cv, follicles } => {
            let exact = durations(*d).steady_state();
            let mut points = Vec::new();
            for n in follicles {
                // Spread of the share in anagen between scalps of n follicles.
                let scalps = (if quick { 40_000 } else { 400_000 } / n).clamp(12, 400);
                let shares: Vec<f64> = (0..scalps)
                    .into_par_iter()
                    .map(|k| {
                        let e = Ensemble {
                            durations: durations(*d),
                            cv: *cv,
                            follicles: *n,
                            synchronised: false,
                        };
                        e.run(Key::new(seed, 1 + k as u64), &[0.0])[0][0]
                    })
                    .collect();
                let (mean, sd) = mean_sd(&shares);
                points.push((*n as f64, mean, sd, scalps as f64));
            }
            if let Some((_, mean, sd, scalps)) = points.last() {
                out.insert("mean_error".into(), (mean - exact[0], 2.0 * sd / scalps.sqrt()));
            }
            // Least squares of log SD on log N.
            let xs: Vec<f64> = points.iter().map(|p| libm::log(p.0)).collect();
            let ys: Vec<f64> = points.iter().map(|p| libm::log(p.2)).collect();
            let (mx, my) =
                (xs.iter().sum::<f64>() / xs.len() as f64, ys.iter().sum::<f64>() / ys.len() as f64);
            let slope = xs.iter().zip(&ys).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>()
                / xs.iter().map(|x| (x - mx) * (x - mx)).sum::<f64>();
            out.insert("slope".into(), (slope, 0.05));
        }
        Run::Swing { durations: d, cvs, follicles } => {
            let n = if quick { follicles / 4 } else { *follicles };
            let swings: Vec<f64> = cvs
                .par_iter()
                .map(|cv| {
                    Ensemble { durations: durations(*d), cv: *cv, follicles: n, synchronised: true }
                        .anagen_swing(key, LATE.0, LATE.1)
                })
                .collect();
            let rising = swings.windows(2).filter(|w| w[1] > w[0]).count();
            out.insert("steps_that_rise".into(), (rising as f64 / (swings.len() - 1).max(1) as f64, 0.0));
            if let (Some(first), Some(last)) = (swings.first(), swings.last()) {
                out.insert("last_over_first".into(), (last / first, 0.0));
            }
        }
        Run::Change { durations: d, cv, to_durations, to_cv, follicles } => {
            let n = if quick { follicles / 4 } else { *follicles };
            let ensemble = |d: [f64; 3], cv: f64| Ensemble {
                durations: durations(d),
                cv,
                follicles: n,
                synchronised: true,
            };
            let (a, b) = (ensemble(*d, *cv), ensemble(*to_durations, *to_cv));
            let volume = |e: &Ensemble| {
                let times: Vec<f64> =
                    (0..80).map(|i| LATE.0 + (LATE.1 - LATE.0) * f64::from(i) / 80.0).collect();
                // Hair volume follows the share in anagen times the length reached, that is anagen.
                let share = e.run(key, &times).iter().map(|x| x[0]).sum::<f64>() / times.len() as f64;
                share * e.durations.anagen
            };
            out.insert("volume_ratio".into(), (volume(&b) / volume(&a), 0.0));
            out.insert("swing".into(), (b.anagen_swing(key, LATE.0, LATE.1), 0.0));
            out.insert(
                "swing_ratio".into(),
                (b.anagen_swing(key, LATE.0, LATE.1) / a.anagen_swing(key, LATE.0, LATE.1), 0.0),
            );
        }
        Run::Year { people } => year(model, if quick { people / 4 } else { *people }, seed, &mut out),
    }
    out
}

/// Days between two photographs of the year.
const FORTNIGHT: f64 = 14.0;
/// Target area of the year, cm².
const YEAR_AREA_CM2: f64 = 2.0;

/// Anagen and shedding over a year: when they are greatest and least, and how far they swing.
fn year(model: &Model, people: usize, seed: u64, out: &mut Results) {
    let days: Vec<f64> = (0..26).map(|k| f64::from(k) * FORTNIGHT).collect();
    let schedule = Schedule::default();
    let each: Vec<Vec<[f64; 2]>> = (0..people as u64)
        .into_par_iter()
        .map(|i| {
            let key = Key::new(seed, 1000 + i);
            let profile = HairProfile::draw(Ancestry::European, false, key);
            let scalp = healthy_patch(&profile, Zone::Vertex, YEAR_AREA_CM2, key);
            let setting = Setting {
                model,
                progress: Progress { course: Course::None, stage: 0.0, pace_per_year: 0.0 },
                season: Some(Season::new(1.0, Hemisphere::North)),
                schedule: &schedule,
                response: &Response::median(),
                mechanism: PrpMechanism::Reactivate,
            };
            let regime = Regime::new(&setting, 0.0, 400.0);
            fields(&scalp, YEAR_AREA_CM2, &regime, model, key, &days)
                .iter()
                .map(|f| {
                    let mut error = key.stream(Purpose::Instrument, 5);
                    let read = Phototrichogram::USUAL.read(model, f, f, &mut error);
                    [read.get("anagen_percent").copied().unwrap_or(0.0), f.shed_per_day]
                })
                .collect()
        })
        .collect();
    let mean = |k: usize, what: usize| each.iter().map(|p| p[k][what]).sum::<f64>() / each.len() as f64;
    let anagen: Vec<(f64, f64)> = days.iter().enumerate().map(|(k, d)| (1.0 + d, mean(k, 0))).collect();
    // Shedding is counted over the four weeks before: its middle is two weeks earlier.
    let shed: Vec<(f64, f64)> =
        days.iter().enumerate().map(|(k, d)| ((1.0 + d - 14.0).rem_euclid(YEAR_DAYS), mean(k, 1))).collect();
    let wave = |points: &[(f64, f64)]| {
        // First harmonic: mean, amplitude, day of the peak.
        let n = points.len() as f64;
        let m = points.iter().map(|p| p.1).sum::<f64>() / n;
        let (mut c, mut s) = (0.0, 0.0);
        for (d, v) in points {
            let a = std::f64::consts::TAU * d / YEAR_DAYS;
            c += v * libm::cos(a);
            s += v * libm::sin(a);
        }
        let peak = libm::atan2(s, c) / std::f64::consts::TAU * YEAR_DAYS;
        (m, 2.0 * libm::hypot(c, s) / n, peak.rem_euclid(YEAR_DAYS))
    };
    let (mean_anagen, swing, peak) = wave(&anagen);
    out.insert("anagen_peak_day".into(), (peak, 3.0));
    out.insert("anagen_trough_day".into(), ((peak + 0.5 * YEAR_DAYS).rem_euclid(YEAR_DAYS), 3.0));
    out.insert("anagen_peak_percent".into(), (mean_anagen + swing, 0.3));
    let (mean_shed, swing, peak) = wave(&shed);
    out.insert("shed_peak_day".into(), (peak, 3.0));
    out.insert("shed_peak_over_winter".into(), ((mean_shed + swing) / (mean_shed - swing).max(1e-9), 0.1));
    let whole = vellus_hair::instrument::SCALP_CM2 / YEAR_AREA_CM2;
    out.insert("shed_per_day".into(), (mean_shed * whole, 2.0));
}
