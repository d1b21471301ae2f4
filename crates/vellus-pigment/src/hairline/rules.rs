//! Rules of hairline design and the norms that they stand on, with what a line breaks of them.

use std::sync::LazyLock;

use glam::DVec2;
use serde::{Deserialize, Serialize};
use vellus_head::Sex;

use super::figures::HairlineFigures;

/// Group of people for whom norms of foreheads differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// European and Middle Eastern.
    #[default]
    European,
    /// African.
    African,
    /// East and South-East Asian.
    Asian,
}

/// Height of the hairline above the glabella in one group, mm along the skin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeightNorm {
    /// Sex.
    pub sex: Sex,
    /// Group.
    pub population: Population,
    /// Mean of young adults.
    pub natural_mm: f64,
    /// Standard deviation between young adults.
    pub natural_sd_mm: f64,
    /// Where these two are from.
    pub natural_source: String,
    /// Grade of that source, A to D, or "assumption".
    pub natural_grade: String,
    /// Lowest and highest that is usually drawn for an adult.
    pub design_mm: [f64; 2],
    /// What is drawn when nothing is said.
    pub usual_mm: f64,
    /// Where these are from.
    pub design_source: String,
    /// Grade of that source.
    pub design_grade: String,
}

/// The norm of a group.
#[must_use]
pub fn height_norm(sex: Sex, population: Population) -> &'static HeightNorm {
    let all = &NORMS.norm;
    all.iter().find(|n| n.sex == sex && n.population == population).unwrap_or(&all[0])
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Likely to be regretted.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a line breaks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HairlineFinding {
    /// Name of the rule in `data/hairline/rules.toml`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was measured.
    pub figure: f64,
    /// What the rule allows.
    pub limit: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// In words, with both.
    pub text: String,
    /// Where the rule is from.
    pub source: &'static str,
    /// Grade of the source.
    pub grade: &'static str,
}

/// Whom a line is for, and what is known of the years to come.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Sex.
    pub sex: Sex,
    /// Group, for norms of height.
    pub population: Population,
    /// Age, years.
    pub age_years: f64,
    /// Whether loss will reach a chart position where hair still stands; none when it is not known.
    pub future_loss: Option<&'a dyn Fn(DVec2) -> bool>,
    /// Height of the highest crease of the raised brow above the glabella along the skin, mm.
    pub brow_crease_mm: Option<f64>,
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("sex", &self.sex)
            .field("population", &self.population)
            .field("age_years", &self.age_years)
            .field("brow_crease_mm", &self.brow_crease_mm)
            .finish_non_exhaustive()
    }
}

/// Holds figures against the rules; `stranded_percent` is the share of the front behind which hair that
/// loss will reach still stands. Warnings come first.
#[must_use]
pub fn judge(
    figures: &HairlineFigures,
    context: &Context<'_>,
    stranded_percent: Option<f64>,
) -> Vec<HairlineFinding> {
    let norm = height_norm(context.sex, context.population);
    let least = |p: [f64; 2]| p[0].min(p[1]);
    let most = |p: [f64; 2]| p[0].max(p[1]);
    let mut out: Vec<HairlineFinding> = Vec::new();
    for rule in &RULES.rule {
        let own = rule.limit.of(context.sex).map(|l| (l, rule.source.as_str(), rule.grade.as_str()));
        let natural = (norm.natural_mm, norm.natural_source.as_str(), norm.natural_grade.as_str());
        let design = |k: usize| (norm.design_mm[k], norm.design_source.as_str(), norm.design_grade.as_str());
        let (figure, limit) = match rule.id.as_str() {
            "below_natural" => (Some(figures.height_mm), Some(natural)),
            // The stronger word is enough.
            "low_design" => {
                ((figures.height_mm >= norm.natural_mm).then_some(figures.height_mm), Some(design(0)))
            }
            "high_design" => (Some(figures.height_mm), Some(design(1))),
            "brow_crease" => (context.brow_crease_mm.map(|c| figures.height_mm - c), own),
            "angle_off_vertical" => (Some(most(figures.angle_lateral_mm.map(f64::abs))), own),
            "flattened_angle" => (Some(least(figures.recess_mm)), own),
            "slopes_down" => (Some(figures.fall_mm), own),
            "straight_edge" => (Some(figures.irregularity_mm), own),
            "temporal_point_back" => (Some(most(figures.temporal_point_behind_mm)), own),
            "temporal_point_far" => (Some(most(figures.angle_to_temporal_point_mm)), own),
            "temporal_point_near" => (Some(least(figures.angle_to_temporal_point_mm)), own),
            "stranded_edge" => (stranded_percent, own),
            _ => (None, None),
        };
        let (Some(figure), Some((limit, source, grade))) = (figure, limit) else { continue };
        let broken = match rule.beyond {
            Beyond::Below => figure < limit,
            Beyond::Above => figure > limit,
        };
        if broken {
            let number = |x: f64| {
                // Whole millimetres would hide how little a small figure misses its limit by.
                let digits = usize::from(rule.unit != "%" && (figure - limit).abs() < 3.0);
                format!("{x:.digits$} {}", rule.unit).replace('-', "−")
            };
            out.push(HairlineFinding {
                rule: &rule.id,
                severity: rule.severity,
                figure,
                limit,
                unit: &rule.unit,
                text: rule.text.replace("{figure}", &number(figure)).replace("{limit}", &number(limit)),
                source,
                grade,
            });
        }
    }
    out.sort_by_key(|f| f.severity);
    out
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Norms {
    norm: Vec<HeightNorm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: String,
    severity: Severity,
    unit: String,
    beyond: Beyond,
    limit: Limit,
    text: String,
    source: String,
    /// Left out where the norm has it.
    #[serde(default)]
    grade: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Beyond {
    Below,
    Above,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Limit {
    BySex([BySex; 2]),
    /// "norm": the limit is in the norms of height.
    Norm(#[allow(dead_code)] String),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum BySex {
    At(f64),
    None(NoLimit),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NoLimit {
    None,
}

impl Limit {
    fn of(&self, sex: Sex) -> Option<f64> {
        match self {
            Self::BySex(both) => match both[usize::from(sex == Sex::Female)] {
                BySex::At(x) => Some(x),
                BySex::None(NoLimit::None) => None,
            },
            Self::Norm(_) => None,
        }
    }
}

static NORMS: LazyLock<Norms> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../data/hairline/norms.toml")).expect("a test reads the table")
});

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../data/hairline/rules.toml")).expect("a test reads the table")
});

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that breaks nothing, for either sex.
    fn good(sex: Sex) -> HairlineFigures {
        HairlineFigures {
            height_mm: if sex == Sex::Male { 80.0 } else { 65.0 },
            angle_behind_mm: [25.0; 2],
            recess_mm: [10.0; 2],
            angle_rise_mm: [5.0; 2],
            angle_lateral_mm: [0.0; 2],
            angle_degrees: [100.0; 2],
            fall_mm: 0.0,
            temporal_point_behind_mm: [0.0; 2],
            angle_to_temporal_point_mm: [50.0; 2],
            irregularity_mm: 0.9,
            front_length_mm: 130.0,
            length_mm: 300.0,
        }
    }

    #[derive(Default)]
    struct Beside {
        crease: Option<f64>,
        stranded: Option<f64>,
    }

    fn broken(f: &HairlineFigures, sex: Sex, population: Population, beside: &Beside) -> Vec<&'static str> {
        let context =
            Context { sex, population, age_years: 40.0, future_loss: None, brow_crease_mm: beside.crease };
        judge(f, &context, beside.stranded).into_iter().map(|f| f.rule).collect()
    }

    type Set = fn(&mut HairlineFigures, &mut Beside, f64);

    /// Rule, how its figure is set, whether it speaks below its limit, limit of men and women.
    const TABLE: [(&str, Set, bool, [Option<f64>; 2]); 9] = [
        ("angle_off_vertical", |f, _, x| f.angle_lateral_mm = [0.0, -x], false, [Some(5.0); 2]),
        ("flattened_angle", |f, _, x| f.recess_mm = [x, 30.0], true, [Some(5.0), None]),
        ("slopes_down", |f, _, x| f.fall_mm = x, false, [Some(1.5), None]),
        ("straight_edge", |f, _, x| f.irregularity_mm = x, true, [Some(0.3); 2]),
        ("temporal_point_back", |f, _, x| f.temporal_point_behind_mm = [x, 0.0], false, [Some(10.0); 2]),
        ("temporal_point_far", |f, _, x| f.angle_to_temporal_point_mm = [50.0, x], false, [Some(95.0); 2]),
        ("temporal_point_near", |f, _, x| f.angle_to_temporal_point_mm = [50.0, x], true, [Some(30.0); 2]),
        ("brow_crease", |f, b, x| b.crease = Some(f.height_mm - x), true, [Some(15.0), None]),
        ("stranded_edge", |_, b, x| b.stranded = Some(x), false, [Some(20.0); 2]),
    ];

    #[test]
    fn every_rule_speaks_exactly_when_its_figure_passes_its_limit() {
        for (k, sex) in [Sex::Male, Sex::Female].into_iter().enumerate() {
            assert!(broken(&good(sex), sex, Population::European, &Beside::default()).is_empty());
            for (rule, set, below, limits) in TABLE {
                for step in [1e-6, 0.1, 1.0] {
                    let limit = limits[k].unwrap_or(5.0);
                    let (bad, fine) =
                        if below { (limit - step, limit + step) } else { (limit + step, limit - step) };
                    let run = |x: f64| {
                        let (mut f, mut beside) = (good(sex), Beside::default());
                        set(&mut f, &mut beside, x);
                        broken(&f, sex, Population::European, &beside)
                    };
                    let want = if limits[k].is_some() { vec![rule] } else { vec![] };
                    assert_eq!(run(bad), want, "{rule} {sex:?} at {bad}");
                    assert!(run(fine).is_empty(), "{rule} {sex:?} at {fine}");
                }
            }
        }
    }

    #[test]
    fn heights_are_held_against_the_norm_of_sex_and_group() {
        for (sex, population, natural, design) in [
            (Sex::Male, Population::European, 61.4, [70.0, 110.0]),
            (Sex::Male, Population::African, 61.4, [70.0, 110.0]),
            (Sex::Male, Population::Asian, 66.5, [70.0, 90.0]),
            (Sex::Female, Population::European, 58.3, [58.3, 71.5]),
            (Sex::Female, Population::African, 58.3, [58.3, 71.5]),
            (Sex::Female, Population::Asian, 62.0, [62.0, 75.2]),
        ] {
            let at = |h: f64| {
                let f = HairlineFigures { height_mm: h, ..good(sex) };
                broken(&f, sex, population, &Beside::default())
            };
            assert_eq!(at(natural - 0.01), ["below_natural"], "{sex:?} {population:?}");
            assert_eq!(at(design[0] + 0.01), Vec::<&str>::new());
            if design[0] > natural {
                assert_eq!(at(natural + 0.01), ["low_design"]);
                assert_eq!(at(design[0] - 0.01), ["low_design"]);
            }
            assert_eq!(at(design[1] - 0.01), Vec::<&str>::new());
            assert_eq!(at(design[1] + 0.01), ["high_design"]);
        }
    }

    #[test]
    fn every_rule_of_the_table_is_known_and_says_its_figure() {
        let known: Vec<&str> =
            TABLE.iter().map(|t| t.0).chain(["below_natural", "low_design", "high_design"]).collect();
        assert_eq!(RULES.rule.len(), known.len());
        for r in &RULES.rule {
            assert!(known.contains(&r.id.as_str()), "{}", r.id);
            assert!(r.text.contains("{figure}") && r.text.contains("{limit}"), "{}", r.id);
            assert_eq!(r.grade.is_empty(), matches!(r.limit, Limit::Norm(_)), "{}", r.id);
        }
        for sex in [Sex::Male, Sex::Female] {
            for population in [Population::European, Population::African, Population::Asian] {
                let n = height_norm(sex, population);
                assert_eq!((n.sex, n.population), (sex, population), "a norm of its own");
            }
        }
    }
}
