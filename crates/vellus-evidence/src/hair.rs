//! Experiments on follicles: the textbook automaton, and healthy people under instruments.

use rayon::prelude::*;
use serde::Deserialize;
use vellus_hair::automaton::{Durations, Ensemble};
use vellus_hair::cycle::CycleRules;
use vellus_hair::instrument::{Reading, healthy_patch, read};
use vellus_hair::norms::Ancestry;
use vellus_hair::scalp::HairProfile;
use vellus_head::{Sex, Zone};
use vellus_units::maths::mean_sd;
use vellus_units::random::Key;

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::row::Row;

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
    /// Healthy virtual people under a phototrichogram and a trichoscope.
    People {
        /// Ancestry.
        ancestry: Ancestry,
        /// Sex.
        sex: Sex,
        /// Zone.
        zone: Zone,
        /// Target area, cm².
        area_cm2: f64,
        /// How many people.
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
    "c1_european",
    "c2_african",
    "c2_asian",
    "c3_women_frontal",
    "c3_women_occipital",
];

/// Runs every experiment.
///
/// # Errors
/// [`EvidenceError::File`].
pub fn run_all(seed: u64, quick: bool) -> Result<Vec<Row>, EvidenceError> {
    let mut rows = Vec::new();
    for (name, text) in EXPERIMENTS {
        let experiment = Experiment::<Run>::parse(name, text)?;
        rows.extend(experiment.rows("hair", name, &perform(&experiment.run, seed, quick))?);
    }
    Ok(rows)
}

fn durations(d: [f64; 3]) -> Durations {
    Durations { anagen: d[0], telogen: d[1], lag: d[2] }
}

/// Late enough for lognormal durations to have mixed, and long enough to see a swing.
const LATE: (f64, f64) = (20.0, 60.0);

fn perform(run: &Run, seed: u64, quick: bool) -> Results {
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
        Run::People { ancestry, sex, zone, area_cm2, people } => {
            let n = if quick { people / 4 } else { *people };
            let rules = CycleRules::default();
            let readings: Vec<Reading> = (0..n as u64)
                .into_par_iter()
                .map(|i| {
                    let key = Key::new(seed, 1000 + i);
                    let profile = HairProfile::draw(*ancestry, *sex == Sex::Female, key);
                    let patch = healthy_patch(&profile, *zone, *area_cm2, key);
                    read(&patch, *area_cm2, &rules, key)
                })
                .collect();
            let mut put = |name: &str, value: &dyn Fn(&Reading) -> f64| {
                let v: Vec<f64> = readings.iter().map(value).collect();
                let (mean, sd) = mean_sd(&v);
                let n = v.len() as f64;
                out.insert(format!("{name}_mean"), (mean, 2.0 * sd / n.sqrt()));
                out.insert(format!("{name}_sd"), (sd, 2.0 * sd / (2.0 * n).sqrt()));
            };
            put("density", &|r| r.hairs_per_cm2);
            put("resting_percent", &|r| 100.0 * r.resting_share);
            put("growth", &|r| r.growth_um_per_day);
            put("calibre", &|r| r.calibre_um);
            put("thin_percent", &|r| 100.0 * r.thin_share);
            put("single_units_percent", &|r| 100.0 * r.single_units);
        }
    }
    out
}
