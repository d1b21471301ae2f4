//! What a plan says: documents that hold numbers and words, for reports and programs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_head::Zone;
use vellus_pigment::target::School;

use crate::area_histogram::AreaHistogram;
use crate::bench::Bench;
use crate::compare::{MeasureNext, PrpFirst, Standing};
use crate::fit::ZoneFit;
use crate::indicator;
use crate::inject::InjectionPlan;
use crate::optimise::Found;
use crate::person::{Assumption, Prices};
use crate::rules::Hit;
use crate::scalp_outline::ScalpOutline;
use crate::schedule::{Event, Wait};
use crate::subject::Fringe;

/// A number with its 80 % band over possible responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// One in ten is lower.
    pub lo: f64,
    /// Half are lower.
    pub median: f64,
    /// One in ten is higher.
    pub hi: f64,
}

impl Band {
    /// The band of a sample; NaN for an empty one.
    #[must_use]
    pub fn of(sample: &mut [f64]) -> Self {
        use vellus_units::maths::quantile;
        Self { lo: quantile(sample, 0.1), median: quantile(sample, 0.5), hi: quantile(sample, 0.9) }
    }
}

/// Something over time, at [`Plan::months`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Bands over responses and over both mechanisms.
    pub band: Vec<Band>,
    /// Median under each PRP mechanism ("re-activate", "enlarge"); empty where PRP is not used.
    pub by_mechanism: BTreeMap<String, Vec<f64>>,
}

/// The forecast of one area under one strategy. Hair and what is seen are two channels: dots are
/// never counted as hair.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaForecast {
    /// Area, cm².
    pub area_cm2: f64,
    /// Hairs per cm², terminal or not.
    pub hairs_per_cm2: Series,
    /// Terminal hairs (at least 30 µm) per cm².
    pub terminal_per_cm2: Series,
    /// What hair alone gives to the visible density: terminal hairs by calibre, in the fringe's
    /// hairs per cm².
    pub hair_visible_per_cm2: Series,
    /// Visible density, in the fringe's hairs per cm²: what hair gives, and dots by the darkness
    /// they give.
    pub visible_per_cm2: Series,
}

/// How a goal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalStatus {
    /// Met in at least nine of ten futures under each mechanism.
    Pass,
    /// Met in at least two of three under each mechanism.
    Likely,
    /// Open: neither likely nor failed.
    Open,
    /// Met in no more than one of ten under each mechanism.
    Fail,
}

/// A goal and how likely it is met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalOutcome {
    /// In words.
    pub title: String,
    /// The zone; none for the whole thinning area.
    pub zone: Option<Zone>,
    /// Visible density wanted, per cent of the fringe.
    pub percent_of_fringe: f64,
    /// Whether living hair alone must reach it.
    pub hair_only: bool,
    /// By when.
    pub by: Date,
    /// How it stands.
    pub status: GoalStatus,
    /// Per cent of the fringe that two of three futures reach by that date: the best that can be called
    /// likely.
    pub likely_percent: f64,
    /// Share of possible responses that meet it, 0 to 1.
    pub chance: f64,
    /// The same under each mechanism.
    pub by_mechanism: BTreeMap<String, f64>,
}

/// What the SMP of a strategy comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DotSummary {
    /// Dots of the first course.
    pub dots: usize,
    /// Dots of later touch-ups.
    pub touch_up_dots: usize,
    /// Area that gets dots, cm².
    pub area_cm2: f64,
    /// Greatest density, dots per cm².
    pub densest_per_cm2: f64,
    /// How many of the person's shaved hairs one healed dot is worth in darkness.
    pub hairs_per_dot: f64,
    /// How dense the finished work should be.
    pub school: School,
    /// Density where no hair is left, dots per cm².
    pub full_per_cm2: f64,
    /// Density that alone would look as dark as the shaved fringe, dots per cm².
    pub match_fringe_per_cm2: f64,
    /// The finer dots of the first centimetre and a half behind the line, where another needle sets them.
    #[serde(default)]
    pub edge: Option<EdgeDots>,
    /// Dots that the density comes to, before a budget of dots.
    pub wanted: usize,
    /// Dots that were there before.
    pub earlier_dots: usize,
    /// Those among them that belong to the same course.
    pub earlier_of_course: usize,
    /// Zones in which the first session is half as large, since what the hair will do is uncertain.
    pub uncertain: Vec<Zone>,
    /// What hair does to the pigmented zones.
    pub fit: Vec<ZoneFit>,
    /// Session by session.
    pub sessions: Vec<SmpSession>,
}

/// Finer dots along the hairline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeDots {
    /// How many of the person's shaved hairs one healed dot is worth in darkness.
    pub hairs_per_dot: f64,
    /// Density where no hair is left and the line has faded in, dots per cm².
    pub full_per_cm2: f64,
}

/// One SMP session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmpSession {
    /// Number.
    pub session: u8,
    /// Date.
    pub date: Date,
    /// Dots.
    pub dots: usize,
    /// Hours of work.
    pub hours: f64,
    /// Sittings needed.
    pub sittings: u32,
    /// Dots by zone.
    pub by_zone: BTreeMap<Zone, usize>,
    /// Whether it is a touch-up.
    pub touch_up: bool,
}

/// What the PRP of a strategy comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrpSummary {
    /// Sessions.
    pub sessions: usize,
    /// Platelets in the PRP, 10³ per µL.
    pub platelets_k_per_ul: Band,
    /// Concentration over blood.
    pub concentration_factor: Band,
    /// Share of the blood's platelets that is recovered.
    pub recovery: Band,
    /// PRP from one session, mL.
    pub volume_ml: Band,
    /// Blood drawn for one session, mL.
    pub blood_ml: f64,
    /// Skin that holds live but thinning follicles, cm².
    pub area_cm2: f64,
    /// PRP per cm² if it were spread over all of it, mL; 0 when there is none.
    pub ml_per_cm2: f64,
    /// Injection points.
    pub points: usize,
    /// Where and how much at each point.
    pub injection: InjectionPlan,
    /// Notes: dose below the recommendation, blood limits.
    pub notes: Vec<String>,
}

/// What a strategy costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// In the first two years.
    pub first_two_years: f64,
    /// In each year after that, on average.
    pub per_year_after: f64,
    /// In ten years.
    pub ten_years: f64,
}

/// A way through a strategy that its decisions may lead to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathOutcome {
    /// Name of the branch it ends in.
    pub branch: String,
    /// Its title.
    pub title: String,
    /// What is decided on it, and how, in words.
    pub decisions: Vec<Decided>,
    /// Share of futures that take it, 0 to 1.
    pub share: f64,
    /// The same under each mechanism.
    pub by_mechanism: BTreeMap<String, f64>,
    /// Whether it is the one whose dates, dots and pictures are shown.
    pub shown: bool,
    /// Visible density of the thinning area after two years among those futures, per cent of the fringe.
    pub visible_percent: Band,
    /// What is done when on it, without SMP sessions where it is not the one that is shown.
    pub events: Vec<Event>,
}

/// A decision on a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The day of the visit.
    pub date: Date,
    /// What is asked, in words.
    pub question: String,
    /// Whether it is met on this path.
    pub met: bool,
}

/// One strategy and what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyOutcome {
    /// Short name.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub idea: String,
    /// Whether it combines what no trial has combined.
    pub inference: bool,
    /// What must hold.
    pub must_be_true: Vec<String>,
    /// What was changed for this person.
    pub notes: Vec<String>,
    /// Warnings of the hairline and the rules.
    pub warnings: Vec<String>,
    /// Ways through it; one where nothing is decided.
    #[serde(default)]
    pub paths: Vec<PathOutcome>,
    /// Sessions that a rule moved, with the rule.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// What is done when, on the path that is shown.
    pub events: Vec<Event>,
    /// Cost, on the path that is shown.
    pub cost: Cost,
    /// Chance that the first two years and each later one stay within the budget; none without a budget.
    #[serde(default)]
    pub budget_chance: Option<f64>,
    /// Every indicator.
    #[serde(default)]
    pub indicators: Vec<indicator::Value>,
    /// Share of each zone's area with at least so much to be seen, at [`Plan::histogram_per_cm2`].
    #[serde(default)]
    pub area_histograms: Vec<AreaHistogram>,
    /// Whether the first two years fit the budget; none when no budget was given.
    pub within_budget: Option<bool>,
    /// Visits in the first two years.
    pub visits_two_years: usize,
    /// Hours in the chair in the first two years.
    pub hours_two_years: f64,
    /// The thinning area as a whole.
    pub thinning: AreaForecast,
    /// Zones.
    pub zones: BTreeMap<Zone, AreaForecast>,
    /// Terminal hairs in the thinning area relative to the fringe, per cent, after two years: what
    /// can be felt.
    pub texture_percent: Band,
    /// Visible density of the thinning area relative to the fringe, per cent, after two years.
    pub visible_percent: Band,
    /// What hair alone gives to it.
    pub hair_visible_percent: Band,
    /// Change of the visible density after two years from today, per cent of today.
    pub change_percent: Band,
    /// Chance that the change after two years is large enough to be noticed.
    pub noticeable_chance: f64,
    /// Chance that some pigmented zone looks clearly too dark at some time in ten years, since hair came
    /// back under it.
    pub too_dark_chance: f64,
    /// Chance that in some pigmented zone the look falls clearly behind what the work gave at some time in ten
    /// years, mostly for want of hair.
    pub stranded_chance: f64,
    /// When the first round of the path that most futures take is done and settled: the pictures "after".
    pub finished: Date,
    /// Month at which the median first meets the first goal; none if it does not.
    pub months_to_goal: Option<f64>,
    /// Goals.
    pub goals: Vec<GoalOutcome>,
    /// Dots, where pigment is laid.
    pub dots: Option<DotSummary>,
    /// PRP, where it is given.
    pub prp: Option<PrpSummary>,
}

/// A strategy that was not planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotOffered {
    /// Short name.
    pub id: String,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// How sure the comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// One strategy leads under both mechanisms.
    Leads,
    /// Which one leads depends on what is not known.
    Depends,
    /// None is likely to reach the goals.
    NoneLikely,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// How sure it is.
    pub verdict: Verdict,
    /// The strategy shown first.
    pub leading: String,
    /// In a sentence or two, without promise.
    pub summary: String,
    /// What would decide, and how to find out.
    pub depends_on: Vec<String>,
    /// The trade-off between strategies, in their order.
    #[serde(default)]
    pub standings: Vec<Standing>,
    /// What trying PRP first is worth; none when no strategy of the plan does.
    #[serde(default)]
    pub prp_first: Option<PrpFirst>,
    /// What to measure next, and how much it would tell.
    #[serde(default)]
    pub measure_next: Vec<MeasureNext>,
}

/// The head in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadSummary {
    /// Where the head is from.
    pub source: String,
    /// Length, mm.
    pub length_mm: f64,
    /// Breadth, mm.
    pub breadth_mm: f64,
    /// Circumference, mm.
    pub circumference_mm: f64,
    /// Hair-bearing area, cm².
    pub hair_bearing_cm2: f64,
    /// Area that loss reaches or will reach soon, cm².
    pub thinning_cm2: f64,
    /// Zone areas, cm².
    pub zones_cm2: BTreeMap<Zone, f64>,
    /// Follicles on the head.
    pub follicles: usize,
    /// Follicular units.
    pub units: usize,
}

/// A plan: everything a report prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of this document.
    pub schema_version: u32,
    /// Version of the program.
    pub program: String,
    /// BLAKE3 of the case file's text.
    pub case_hash: String,
    /// Seed.
    pub seed: u64,
    /// Possible responses simulated for each strategy and mechanism.
    pub responses: usize,
    /// Whether this was a quick look.
    pub quick: bool,
    /// Label of the case.
    pub label: String,
    /// The person in a line: age, sex, stage. No name.
    pub person: String,
    /// Today.
    pub today: Date,
    /// Months at which series are given.
    pub months: Vec<f64>,
    /// Visible densities at which area histograms are given, hairs of the fringe per cm².
    #[serde(default)]
    pub histogram_per_cm2: Vec<f64>,
    /// The head.
    pub head: HeadSummary,
    /// The fringe.
    pub fringe: Fringe,
    /// Terminal hairs per cm² in the thinning area today.
    pub today_terminal_per_cm2: f64,
    /// Visible density there today, per cent of the fringe.
    pub today_visible_percent: f64,
    /// Length worn, mm.
    pub length_worn_mm: f64,
    /// Prices used.
    pub prices: Prices,
    /// Contraindications found.
    pub contraindications: Vec<Hit>,
    /// Whether contraindications were asked for.
    pub contraindications_asked: bool,
    /// PRP at the bench; none when no strategy gives PRP.
    pub bench: Option<Bench>,
    /// The scalp laid flat, on which injections are drawn; none when no strategy gives PRP.
    pub scalp_outline: Option<ScalpOutline>,
    /// The search for the plan that comes nearest to the goals; none when it was not asked for.
    #[serde(default)]
    pub found: Option<Found>,
    /// The comparison.
    pub comparison: Comparison,
    /// The strategies, in the order of the built-in set.
    pub strategies: Vec<StrategyOutcome>,
    /// Strategies that were left out.
    pub not_offered: Vec<NotOffered>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
    /// What a reader should know.
    pub findings: Vec<String>,
    /// Where the numbers are from.
    pub sources: Vec<Source>,
}

impl StrategyOutcome {
    /// The band of an indicator of the whole thinning area at a moment, or of the person (moment "").
    #[must_use]
    pub fn indicator(&self, id: &str, moment: &str) -> Option<&indicator::Value> {
        self.indicators.iter().find(|v| v.indicator == id && v.zone.is_none() && v.moment == moment)
    }

    /// Chance of the goal that is least likely; 1 without goals.
    #[must_use]
    pub fn least_chance(&self) -> f64 {
        self.goals.iter().map(|g| g.chance).fold(1.0, f64::min)
    }
}

impl Plan {
    /// Leads with the strategy that was agreed on, whatever the comparison shows first, and says so.
    pub fn lead_with(&mut self, chosen: &str) {
        let title = |id: &str| self.strategies.iter().find(|s| s.id == id).map(|s| s.title.clone());
        let (Some(agreed), Some(first)) = (title(chosen), title(&self.comparison.leading)) else { return };
        if chosen != self.comparison.leading {
            self.comparison.summary =
                format!("“{agreed}” was agreed on. By itself the comparison puts “{first}” first.");
            chosen.clone_into(&mut self.comparison.leading);
        }
    }

    /// The strategy whose injections stand on the bench page: the leading one if it gives PRP, else
    /// the first that does.
    #[must_use]
    pub fn bench_strategy(&self) -> Option<&StrategyOutcome> {
        let gives = |s: &&StrategyOutcome| s.prp.is_some();
        self.strategies
            .iter()
            .find(|s| s.id == self.comparison.leading && s.prp.is_some())
            .or_else(|| self.strategies.iter().find(gives))
    }
}

/// A source of the plan's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is used for.
    pub what: String,
    /// The source.
    pub source: String,
}
