//! The model: every rule of the room in one value, with the fitted parameters in it.
//!
//! Fitted parameters live in `data/hair/fitted.toml`, with their priors, the uncertainty that the
//! fit left and their meaning; `cargo xtask calibrate` writes that file from the calibration
//! studies. Everything else is a constant beside its source.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use vellus_units::random::{Key, Purpose};

use crate::cycle::CycleRules;
use crate::instrument::PhotoRules;
use crate::population::{OnsetRules, PopulationRules};
use crate::scalp::LossRules;
use crate::season::SeasonRules;

macro_rules! parameters {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// A fitted parameter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Parameter { $($(#[$doc])* $variant),* }

        impl Parameter {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in `data/hair/fitted.toml`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

parameters! {
    /// Anagen of a wholly miniaturised follicle relative to a healthy one.
    AnagenFloor = "anagen_floor",
    /// How much anagen shortens early: 0 in proportion to 1 − m, 1 as its square.
    AnagenBend = "anagen_bend",
    /// Median kenogen of a healthy follicle, days; twice as long in a wholly miniaturised one.
    KenogenDays = "kenogen_days",
    /// Chance that a cycle of a wholly miniaturised follicle passes through kenogen.
    KenogenChance = "kenogen_chance_miniaturised",
    /// Mean of how long a vellus follicle lasts before it regresses, in spans.
    Hardiness = "hardiness_mean",
    /// Stages from the first thinner hair to a vellus hair.
    Span = "span_stages",
    /// Spread of thresholds between neighbouring follicles, stages.
    Noise = "noise_stages",
    /// How much longer telogen lasts in a wholly miniaturised follicle, less one.
    TelogenStretch = "telogen_stretch",
    /// How far ahead of the edge of loss an investigator lays the target area, stages.
    SiteAhead = "site_ahead_stages",
    /// Swing of the rate at which anagen ends over the year.
    SeasonAnagen = "season_anagen_end",
    /// Day of the year of its greatest rate.
    SeasonAnagenDay = "season_anagen_end_day",
    /// Swing of the rate at which resting hairs fall.
    SeasonFall = "season_fall",
    /// Day of the year of its greatest rate.
    SeasonFallDay = "season_fall_day",
    /// Finasteride: size of the shift and of the faster return from rest.
    Finasteride = "finasteride_return",
    /// Finasteride: how much longer anagen lasts, less one.
    FinasterideAnagen = "finasteride_anagen",
    /// Minoxidil 5 %: size of all of its handles.
    Minoxidil5 = "minoxidil_5",
    /// Minoxidil 2 %: the same.
    Minoxidil2 = "minoxidil_2",
    /// PRP that re-activates: size of its handles.
    PrpReactivate = "prp_reactivate",
    /// PRP that enlarges: size of its shift.
    PrpEnlarge = "prp_enlarge",
    /// Trial-arm effect: greatest rise of the counts of anybody in a trial, share of the baseline.
    TrialGain = "trial_gain",
    /// Men: mean age at onset, years.
    MenOnset = "men_onset_mean_years",
    /// Men: its spread, years.
    MenOnsetSd = "men_onset_sd_years",
    /// Men: median pace, stages a year.
    MenPace = "men_pace_per_year",
    /// European men: years by which loss begins earlier.
    EuropeanEarlier = "european_earlier_years",
    /// Women: mean age at onset, years.
    WomenOnset = "women_onset_mean_years",
    /// Women: its spread, years.
    WomenOnsetSd = "women_onset_sd_years",
    /// Women: median pace, stages a year.
    WomenPace = "women_pace_per_year",
    /// Global photographs: relative gain of cover at which a rater is two thirds up the scale.
    PhotoGain = "photo_gain",
    /// Global photographs: what anybody in a trial is graded better, share of the scale.
    PhotoLift = "photo_lift",
    /// Global photographs: a rater's spread, share of the scale.
    PhotoRater = "photo_rater",
}

impl Parameter {
    /// Greatest value that the model makes use of.
    #[must_use]
    pub const fn most(self) -> f64 {
        match self {
            Self::AnagenBend | Self::KenogenChance => 1.0,
            Self::SeasonAnagen | Self::SeasonFall => 0.95,
            Self::PhotoLift | Self::AnagenFloor => 0.9,
            _ => f64::INFINITY,
        }
    }
}

/// One row of the file of fitted parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedRow {
    /// Name.
    pub name: String,
    /// What it is, with its unit.
    pub meaning: String,
    /// Fitted value.
    pub value: f64,
    /// Standard deviation of its logarithm that the fit left.
    pub log_sd: f64,
    /// Value before any row was seen.
    pub prior: f64,
    /// Standard deviation of its logarithm before.
    pub prior_log_sd: f64,
    /// Why that prior.
    pub why: String,
}

/// The file of fitted parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedFile {
    /// In words: how it came about.
    pub about: String,
    /// The parameters, in the order of [`Parameter::ALL`].
    pub parameter: Vec<FittedRow>,
    /// Correlations of the logarithms that the fit left and that exceed 0.05: first name, second
    /// name, correlation.
    #[serde(default)]
    pub correlation: Vec<(String, String, f64)>,
}

/// Values of all fitted parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(Vec<f64>);

impl Values {
    /// Values in the order of [`Parameter::ALL`]; none when their number is wrong.
    #[must_use]
    pub fn new(values: Vec<f64>) -> Option<Self> {
        (values.len() == Parameter::ALL.len()).then_some(Self(values))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, p: Parameter) -> f64 {
        self.0[p as usize]
    }

    /// Sets the value of a parameter, no greater than [`Parameter::most`].
    pub fn set(&mut self, p: Parameter, value: f64) {
        self.0[p as usize] = value.min(p.most());
    }
}

/// Sizes of treatments, as fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Finasteride: shift and return from rest.
    pub finasteride_return: f64,
    /// Finasteride: anagen, less one.
    pub finasteride_anagen: f64,
    /// Minoxidil 5 %.
    pub minoxidil_5: f64,
    /// Minoxidil 2 %.
    pub minoxidil_2: f64,
    /// PRP that re-activates.
    pub prp_reactivate: f64,
    /// PRP that enlarges.
    pub prp_enlarge: f64,
}

/// What happens to the counts of anybody who takes part in a trial, treated or not: hope, care,
/// regression to the mean of a chosen spot, what a vehicle, rubbing or the pricks of a needle do. It
/// rises and then wanes, since arms of short trials rise and those of multi-year trials fall. It is
/// no effect of a treatment and is no part of any person's forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrialEffect {
    /// Greatest rise, share of the baseline count.
    pub gain: f64,
    /// Share of it where nothing touches the scalp (tablets): arms on vehicle rose (Olsen 2002), those
    /// on placebo tablets lost hair (Kaufman 1998); a third (assumption).
    pub untouched: f64,
    /// Spread between trials, share of the gain (assumption).
    pub spread: f64,
    /// Time constant of its onset, days (assumption: as slow as hair is).
    pub onset_days: f64,
    /// Time constant with which it wanes, days (assumption; placebo arms are below baseline again
    /// in their second year).
    pub fade_days: f64,
}

impl TrialEffect {
    /// Factor on counts `t` days after enrolment for a trial of the given size relative to the
    /// mean one.
    #[must_use]
    pub fn factor(&self, size: f64, t: f64) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        // A rise and a fall, scaled so that its greatest value is one.
        let (a, b) = (self.onset_days, self.fade_days);
        let shape = |t: f64| libm::exp(-t / b) - libm::exp(-t / a);
        let peak = libm::log(b / a) * a * b / (b - a);
        1.0 + self.gain * size * shape(t) / shape(peak)
    }
}

/// Every rule of the room.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The cycle.
    pub cycle: CycleRules,
    /// Miniaturisation and regression.
    pub loss: LossRules,
    /// The season.
    pub season: SeasonRules,
    /// Sizes of treatments.
    pub sizes: Sizes,
    /// The trial-arm effect.
    pub trial: TrialEffect,
    /// How far ahead of the edge of loss an investigator lays the target area, stages.
    pub site_ahead_stages: f64,
    /// People.
    pub population: PopulationRules,
    /// Global photographs.
    pub photo: PhotoRules,
}

static FILE: LazyLock<FittedFile> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/hair/fitted.toml")).unwrap_or_else(|e| {
        // The file is part of the program and a test reads it; an empty list fails that test.
        FittedFile { about: e.to_string(), parameter: Vec::new(), correlation: Vec::new() }
    })
});

static FITTED: LazyLock<Model> = LazyLock::new(|| Model::from_values(&Model::fitted_values()));

impl Model {
    /// The model as fitted: what everything uses unless it says otherwise.
    #[must_use]
    pub fn fitted() -> &'static Self {
        &FITTED
    }

    /// The file of fitted parameters.
    #[must_use]
    pub fn fitted_file() -> &'static FittedFile {
        &FILE
    }

    /// The fitted values.
    #[must_use]
    pub fn fitted_values() -> Values {
        Values(Parameter::ALL.iter().map(|p| row(*p).map_or(f64::NAN, |r| r.value)).collect())
    }

    /// The values before any row was seen.
    #[must_use]
    pub fn prior_values() -> Values {
        Values(Parameter::ALL.iter().map(|p| row(*p).map_or(f64::NAN, |r| r.prior)).collect())
    }

    /// One possible model: parameters drawn from what the fit left open. Number 0 is the fitted one.
    ///
    /// Correlations that the fit found are kept by drawing in the order of [`Parameter::ALL`] from
    /// the Cholesky factor of the correlation matrix.
    #[must_use]
    pub fn draw(key: Key, index: u64) -> Self {
        let mut values = Self::fitted_values();
        if index > 0 {
            let mut s = key.stream(Purpose::Model, index);
            let z: Vec<f64> = Parameter::ALL.iter().map(|_| s.normal()).collect();
            for (i, p) in Parameter::ALL.iter().enumerate() {
                let own: f64 = FACTOR[i].iter().zip(&z).map(|(l, z)| l * z).sum();
                let log_sd = row(*p).map_or(0.0, |r| r.log_sd);
                // Three standard deviations bound what a draw may be.
                values.set(*p, values.get(*p) * libm::exp(log_sd * own.clamp(-3.0, 3.0)));
            }
        }
        Self::from_values(&values)
    }

    /// The model with these values.
    #[must_use]
    pub fn from_values(values: &Values) -> Self {
        let v = |p: Parameter| values.get(p);
        Self {
            cycle: CycleRules {
                anagen_floor: v(Parameter::AnagenFloor).clamp(0.02, 0.9),
                anagen_bend: v(Parameter::AnagenBend).clamp(0.0, 1.0),
                kenogen_days: v(Parameter::KenogenDays),
                kenogen_chance_miniaturised: v(Parameter::KenogenChance).clamp(0.0, 1.0),
                telogen_stretch: v(Parameter::TelogenStretch),
                ..CycleRules::default()
            },
            loss: LossRules {
                span_stages: v(Parameter::Span),
                hardiness_mean: v(Parameter::Hardiness),
                noise_stages: v(Parameter::Noise),
                ..LossRules::default()
            },
            season: SeasonRules {
                anagen_end: v(Parameter::SeasonAnagen).clamp(0.0, 0.95),
                anagen_end_day: v(Parameter::SeasonAnagenDay),
                fall: v(Parameter::SeasonFall).clamp(0.0, 0.95),
                fall_day: v(Parameter::SeasonFallDay),
            },
            sizes: Sizes {
                finasteride_return: v(Parameter::Finasteride),
                finasteride_anagen: v(Parameter::FinasterideAnagen),
                minoxidil_5: v(Parameter::Minoxidil5),
                minoxidil_2: v(Parameter::Minoxidil2),
                prp_reactivate: v(Parameter::PrpReactivate),
                prp_enlarge: v(Parameter::PrpEnlarge),
            },
            trial: TrialEffect {
                gain: v(Parameter::TrialGain),
                untouched: 1.0 / 3.0,
                spread: 0.5,
                onset_days: 150.0,
                fade_days: 600.0,
            },
            site_ahead_stages: v(Parameter::SiteAhead),
            population: PopulationRules {
                men: OnsetRules {
                    mean_years: v(Parameter::MenOnset),
                    sd_years: v(Parameter::MenOnsetSd),
                    pace_per_year: v(Parameter::MenPace),
                    pace_sigma: PACE_SIGMA,
                },
                women: OnsetRules {
                    mean_years: v(Parameter::WomenOnset),
                    sd_years: v(Parameter::WomenOnsetSd),
                    pace_per_year: v(Parameter::WomenPace),
                    pace_sigma: PACE_SIGMA,
                },
                european_earlier_years: v(Parameter::EuropeanEarlier),
            },
            photo: PhotoRules {
                gain: v(Parameter::PhotoGain),
                lift: v(Parameter::PhotoLift).clamp(0.0, 0.9),
                rater: v(Parameter::PhotoRater),
            },
        }
    }
}

/// Log-spread of the pace of loss between people (assumption: fast losers lose three times as fast
/// as slow ones; prevalence by age alone cannot tell it from the spread of onset).
pub const PACE_SIGMA: f64 = 0.55;

fn row(p: Parameter) -> Option<&'static FittedRow> {
    FILE.parameter.get(p as usize)
}

static FACTOR: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let n = Parameter::ALL.len();
    let mut c = vec![vec![0.0; n]; n];
    for (i, row) in c.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    let find = |name: &str| Parameter::ALL.iter().position(|p| p.name() == name);
    for (a, b, r) in &FILE.correlation {
        if let (Some(i), Some(j)) = (find(a), find(b)) {
            // A little short of one, so that rounding cannot make the matrix indefinite.
            let r = 0.98 * r.clamp(-0.999, 0.999);
            c[i][j] = r;
            c[j][i] = r;
        }
    }
    cholesky(&c)
});

/// Lower Cholesky factor of a correlation matrix; a pivot that rounding has made negative counts
/// as zero.
fn cholesky(c: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = c.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            l[i][j] = if i == j {
                libm::sqrt((c[i][i] - sum).max(0.0))
            } else if l[j][j] > 1e-9 {
                (c[i][j] - sum) / l[j][j]
            } else {
                0.0
            };
        }
    }
    l
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_every_parameter_in_order_and_sane() {
        let names: Vec<&str> = FILE.parameter.iter().map(|r| r.name.as_str()).collect();
        let wanted: Vec<&str> = Parameter::ALL.iter().map(|p| p.name()).collect();
        assert_eq!(names, wanted, "{}", FILE.about);
        for r in &FILE.parameter {
            assert!(r.value > 0.0 && r.value.is_finite(), "{}", r.name);
            assert!(r.log_sd > 0.0 && r.log_sd < 1.5 && r.prior_log_sd > 0.0, "{}", r.name);
        }
    }

    #[test]
    fn draw_zero_is_the_fitted_model_and_others_differ() {
        let key = Key::new(1, 0);
        assert_eq!(&Model::draw(key, 0), Model::fitted());
        assert_ne!(Model::draw(key, 1), Model::draw(key, 2));
    }

    #[test]
    fn the_trial_effect_rises_and_wanes() {
        let t = TrialEffect { gain: 0.05, untouched: 0.3, spread: 0.5, onset_days: 60.0, fade_days: 600.0 };
        assert_eq!(t.factor(1.0, 0.0), 1.0);
        assert!(t.factor(1.0, 150.0) > 1.045 && t.factor(1.0, 150.0) <= 1.05 + 1e-12);
        assert!(t.factor(1.0, 5.0 * 365.0) < 1.005);
    }
}
