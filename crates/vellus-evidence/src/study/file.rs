//! A trial as a file: who was enrolled, the arms, the instruments, and what was published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::{Course, Stage};
use vellus_hair::season::Hemisphere;
use vellus_head::Zone;

/// A study file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Version of this format: 1.
    pub schema_version: u32,
    /// Short name; the name of its rows.
    pub id: String,
    /// Title.
    pub title: String,
    /// Where what was published is from.
    #[serde(default)]
    pub source: String,
    /// Whether the model was fitted to it.
    #[serde(default)]
    pub split: Split,
    /// Anything a reader should know.
    #[serde(default)]
    pub notes: String,
    /// Who was enrolled.
    pub enrol: Enrol,
    /// Where it is measured.
    #[serde(default)]
    pub target: Target,
    /// The arms; may be left out when only prevalence is asked for.
    #[serde(default, rename = "arm")]
    pub arms: Vec<Arm>,
    /// When and with what it is measured.
    #[serde(default)]
    pub measure: Measure,
    /// What was published.
    #[serde(default)]
    pub published: Vec<Published>,
}

/// Whether a published number was used to fit the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// The model was fitted to it.
    Calibration,
    /// The model never saw it.
    #[default]
    Validation,
}

impl Split {
    /// In a word.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Validation => "validation",
        }
    }
}

/// Sexes enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sexes {
    /// Men.
    Male,
    /// Women.
    Female,
    /// Both, in equal numbers unless `women_share` says otherwise.
    Both,
}

/// Who was enrolled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// Sex.
    pub sex: Sexes,
    /// Share of women when both were enrolled, 0 to 1.
    #[serde(default)]
    pub women_share: Option<f64>,
    /// Least and greatest age, years.
    pub age_years: [f64; 2],
    /// Mean and standard deviation of the age, where published; else even over the range.
    #[serde(default)]
    pub age_mean_sd: Option<[f64; 2]>,
    /// Ancestry, for norms.
    #[serde(default)]
    pub ancestry: Ancestry,
    /// Courses of loss; all when left out.
    #[serde(default)]
    pub courses: Vec<Course>,
    /// Least and greatest stage of the men (or of everybody in a trial of one sex), such as
    /// `["norwood_3", "norwood_5"]`; `["none", "none"]` for people without loss. Any when left out.
    #[serde(default)]
    pub stages: Option<[Stage; 2]>,
    /// The same for women in a trial of both.
    #[serde(default)]
    pub women_stages: Option<[Stage; 2]>,
    /// How many virtual patients; the model's own Monte-Carlo error falls with it.
    #[serde(default)]
    pub patients: Option<usize>,
    /// Month of enrolment (1 to 12); all year round when left out.
    #[serde(default)]
    pub month: Option<u32>,
    /// Hemisphere.
    #[serde(default)]
    pub hemisphere: Hemisphere,
    /// What everybody took before; weeks count from enrolment and are negative.
    #[serde(default)]
    pub before: Vec<Give>,
}

/// Where on the target zone the area lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Where an investigator puts it: in the thinning zone, a little ahead of the edge of baldness. For
    /// women the centre of the zone.
    #[default]
    Edge,
    /// The centre of the zone, however far loss has come there.
    Centre,
}

/// Where it is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Zone.
    #[serde(default = "vertex")]
    pub zone: Zone,
    /// Area, cm².
    #[serde(default = "one")]
    pub area_cm2: f64,
    /// Where on it.
    #[serde(default)]
    pub site: Site,
}

impl Default for Target {
    fn default() -> Self {
        Self { zone: vertex(), area_cm2: one(), site: Site::default() }
    }
}

const fn vertex() -> Zone {
    Zone::Vertex
}

const fn one() -> f64 {
    1.0
}

const fn yes() -> bool {
    true
}

/// An arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Name.
    pub name: String,
    /// How many people the published arm had; sets the sampling interval.
    #[serde(default)]
    pub n: Option<usize>,
    /// Whether the trial-arm effect acts: yes for a placebo, no for people who are only watched.
    #[serde(default = "yes")]
    pub trial_effect: bool,
    /// Treatments; none for a placebo.
    #[serde(default, rename = "treatment")]
    pub treatments: Vec<Give>,
}

/// A treatment and when it is given. Weeks count from enrolment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Give {
    /// Which: finasteride, finasteride_topical, dutasteride, minoxidil_2, minoxidil_5,
    /// minoxidil_oral, prp, microneedling, transplant.
    pub give: String,
    /// First week of a daily treatment.
    #[serde(default)]
    pub from_week: Option<f64>,
    /// Week in which a daily treatment is stopped; goes on when left out (what was taken before ends
    /// at enrolment).
    #[serde(default)]
    pub until_week: Option<f64>,
    /// Share of the doses taken, 0 to 1.
    #[serde(default)]
    pub adherence: Option<f64>,
    /// Weeks of sessions.
    #[serde(default)]
    pub weeks: Vec<f64>,
    /// Platelets of the injected PRP, 10³ per µL.
    #[serde(default)]
    pub platelets_k_per_ul: Option<f64>,
    /// Grafts per cm² of a transplant, in its one week.
    #[serde(default)]
    pub grafts_per_cm2: Option<f64>,
}

/// When and with what it is measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Weeks, beside those that published results ask for; baseline is always measured.
    #[serde(default)]
    pub weeks: Vec<f64>,
    /// Instruments; those that published results ask for when left out. phototrichogram,
    /// hair_weight, trichoscopy, biopsy, hair_pull, shedding, global_photo.
    #[serde(default)]
    pub instruments: Vec<String>,
    /// Calibre at which the phototrichogram counts half of the hairs, µm; 16 when left out, less for
    /// contrast-enhanced methods.
    #[serde(default)]
    pub sees_um: Option<f64>,
    /// Days of regrowth that are weighed; 30 when left out.
    #[serde(default)]
    pub weighed_days: Option<f64>,
    /// Whether the arms are parts of the same scalps (split-scalp, half-head).
    #[serde(default)]
    pub split_scalp: bool,
    /// Weeks between which single follicles are followed by monthly photographs; gives the results
    /// `fates_…`.
    #[serde(default)]
    pub follow_weeks: Option<[f64; 2]>,
}

/// How a published number is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum As {
    /// Mean change from baseline.
    #[default]
    Change,
    /// Mean change, per cent of the mean baseline.
    PercentChange,
    /// Mean value in that week.
    Value,
    /// With `versus`: the difference of the changes in `week`, per cent of that in `from_week`.
    PercentOfGain,
    /// Standard deviation between people of the change.
    ChangeSd,
    /// Standard deviation between people of the value.
    ValueSd,
}

/// A published number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Which result of an instrument, such as `total_per_cm2`; or `prevalence_percent`.
    pub result: String,
    /// In words; made from the rest when left out.
    #[serde(default)]
    pub what: Option<String>,
    /// Arm.
    #[serde(default)]
    pub arm: Option<String>,
    /// Arm that it is less than or more than: the number is then a difference between arms.
    #[serde(default)]
    pub versus: Option<String>,
    /// How it is read.
    #[serde(default, rename = "as")]
    pub reading: As,
    /// Week.
    #[serde(default)]
    pub week: f64,
    /// Week that a change is counted from; 0 when left out.
    #[serde(default)]
    pub from_week: f64,
    /// The number; left out when only the model's value is asked for.
    #[serde(default)]
    pub value: Option<f64>,
    /// Its standard error: passes within 1.96 of it.
    #[serde(default)]
    pub se: Option<f64>,
    /// Or its 95 % interval: passes within.
    #[serde(default)]
    pub ci95: Option<[f64; 2]>,
    /// Or what passes, to each side.
    #[serde(default)]
    pub tolerance: Option<f64>,
    /// Prevalence: the least stage that counts.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Prevalence: least and greatest age, years.
    #[serde(default)]
    pub ages: Option<[f64; 2]>,
    /// Source, where it is another than that of the file.
    #[serde(default)]
    pub source: Option<String>,
}

/// Days of a week.
pub const WEEK: f64 = 7.0;
