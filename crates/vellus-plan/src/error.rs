//! What can be wrong with a case or a plan, said so that it can be put right.

use std::path::{Path, PathBuf};

use vellus_blood::BloodError;
use vellus_head::HeadError;
use vellus_pigment::{DotFileError, PigmentError};

/// An error of the planning room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A file could not be read.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
        /// The likely fix.
        hint: String,
    },
    /// The text is not a case.
    #[error("the case is not valid TOML for a case\n{message}")]
    Toml {
        /// Line, column and the line itself, with a mark below the place.
        message: String,
        /// The likely fix.
        hint: String,
    },
    /// The text is not a strategy.
    #[error("not valid TOML for a strategy\n{message}")]
    StrategyToml {
        /// Line, column and the line itself, with a mark below the place.
        message: String,
        /// The likely fix.
        hint: String,
    },
    /// A key has an impossible value.
    #[error("{key} = {value}{place} is not possible; allowed: {allowed}", place = line.map(|l| format!(" (line {l})")).unwrap_or_default())]
    Value {
        /// Path of the key.
        key: String,
        /// Its line in the file.
        line: Option<usize>,
        /// The value found.
        value: String,
        /// What is allowed.
        allowed: String,
        /// The likely fix.
        hint: String,
    },
    /// How the site makes PRP is impossible.
    #[error("site.prp{place}: {source}", place = line.map(|l| format!(" (line {l})")).unwrap_or_default())]
    SitePrp {
        /// Line of the table.
        line: Option<usize>,
        /// What is wrong with it.
        source: BloodError,
    },
    /// A strategy file is wrong.
    #[error("strategy {id}: {message}")]
    Strategy {
        /// Which strategy.
        id: String,
        /// What is wrong.
        message: String,
    },
    /// No strategy is left to plan.
    #[error("no strategy is left: {reason}")]
    NothingToPlan {
        /// Why.
        reason: String,
    },
    /// The head could not be built.
    #[error("the head: {0}")]
    Head(#[from] HeadError),
    /// The dots could not be planned.
    #[error("the dots: {0}")]
    Pigment(#[from] PigmentError),
    /// The record of earlier dots could not be read.
    #[error("the record of earlier dots, {path}: {source}", path = path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<vellus_pigment::DotFileError>,
    },
    /// The light could not be computed.
    #[error("the light: {0}")]
    Light(#[from] vellus_light::LightError),
    /// The blood preparation could not be computed.
    #[error("the PRP preparation: {0}")]
    Blood(#[from] BloodError),
}

impl PlanError {
    pub(crate) fn read(path: &Path, e: &std::io::Error) -> Self {
        let hint = match e.kind() {
            std::io::ErrorKind::NotFound => "check the path; it is taken from the folder you are in",
            std::io::ErrorKind::PermissionDenied => "check that you may read the file",
            _ => "check the file",
        };
        Self::Read { path: path.to_path_buf(), reason: e.to_string(), hint: hint.into() }
    }

    /// A hairline that cannot be, under the key of the case that asks for it.
    pub(crate) fn hairline(e: PigmentError) -> Self {
        match e {
            PigmentError::Hairline { key, value, allowed, hint } => {
                let key = match key.as_str() {
                    "hairline_height_mm" => "wishes.hairline_height_mm".into(),
                    "hairline" | "polyline" => "wishes.hairline".into(),
                    key => format!("wishes.hairline.{key}"),
                };
                Self::Value { key, line: None, value, allowed, hint }
            }
            other => Self::Pigment(other),
        }
    }

    /// Scars that lie on each other, under the keys of the case.
    pub(crate) fn marks(e: PigmentError) -> Self {
        match e {
            PigmentError::Marks { first, first_kind, second, second_kind, overlap_mm } => Self::Value {
                key: format!("smp.marks[{second}]"),
                line: None,
                value: format!(
                    "a {second_kind} that overlaps smp.marks[{first}], a {first_kind}, by {overlap_mm:.1} mm"
                ),
                allowed: "scars that lie apart".into(),
                hint: "write the two as one mark, or correct their width or place; marks are counted from 0"
                    .into(),
            },
            other => Self::Pigment(other),
        }
    }

    pub(crate) fn toml(e: &toml::de::Error) -> Self {
        let message = e.to_string();
        let hint = unknown_key_hint(&message).unwrap_or_else(|| {
            "`vellus case new` writes a commented case; `vellus case schema` prints every key".into()
        });
        Self::Toml { message: message.trim_end().to_owned(), hint }
    }

    pub(crate) fn strategy_toml(e: &toml::de::Error) -> Self {
        let message = e.to_string();
        let hint = unknown_key_hint(&message).unwrap_or_else(|| {
            "docs/strategy.md has every key; examples/01_tandem/crown.toml is a strategy".into()
        });
        Self::StrategyToml { message: message.trim_end().to_owned(), hint }
    }

    /// The likely fix, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { hint, .. }
            | Self::Toml { hint, .. }
            | Self::StrategyToml { hint, .. }
            | Self::Value { hint, .. } => Some(hint.clone()),
            Self::NothingToPlan { reason } if reason.contains("not wanted") => Some(
                "allow at least one treatment in wishes.refuses, or name a strategy with --strategy".into(),
            ),
            Self::NothingToPlan { reason } if reason.contains(" forbids ") => Some(
                "a doctor decides, not this program; take what forbids it out of contraindications only if it does not hold".into(),
            ),
            Self::NothingToPlan { .. } => Some(
                "a contraindication or the case itself speaks against it (contraindications, data/rules): a doctor decides, not this program; other treatments are planned by `vellus plan`".into(),
            ),
            Self::SitePrp { .. } => {
                Some("the keys and ranges of site.prp are in the schema: `vellus case schema`".into())
            }
            Self::Head(e) => head_hint(e),
            Self::Record { source, .. } => match &**source {
                DotFileError::File { source: e, .. } if e.kind() == std::io::ErrorKind::NotFound => {
                    Some("smp.earlier is taken from the folder of the case file".into())
                }
                other => other.hint(),
            },
            Self::Pigment(PigmentError::TooFew { .. } | PigmentError::TooDense { .. }) => Some(
                "the number of dots is smp.dots, the density smp.density_per_cm2 (20 to 650); leave both out for what matches the fringe".into(),
            ),
            Self::Pigment(PigmentError::NotHealed { .. }) => {
                Some("set dates.start, or dates.today if the case was written earlier".into())
            }
            Self::Pigment(PigmentError::NoStrength { .. }) => Some(
                "in a case pigments are [[site.pigments]]: solids_mg_per_ml = 40 is a bottle of 4 % dry pigment; docs/shade.md has the keys".into(),
            ),
            Self::Strategy { .. } | Self::Blood(_) | Self::Pigment(_) | Self::Light(_) => None,
        }
    }
}

/// Where in a case the fix for a head belongs.
fn head_hint(e: &HeadError) -> Option<String> {
    Some(match e {
        HeadError::Scan(_) => "in a case these keys are head.unit, head.up, head.forward, and a tape measure such as head.circumference_mm gives a scan its scale".into(),
        HeadError::Landmarks(_) => "in a case landmarks are the table [head.landmarks], in the scan's own coordinates: glabella, or nasion with both lateral canthi; tragion_left and tragion_right help".into(),
        HeadError::File { .. } => "head.scan is taken from the folder of the case file".into(),
        HeadError::Malformed { .. } => "export the scan again; OBJ, PLY, STL and GLB are read".into(),
        _ => return None,
    })
}

/// For "unknown field `x`, expected one of `a`, `b`": the nearest name, if one is near.
fn unknown_key_hint(message: &str) -> Option<String> {
    let (_, rest) =
        message.split_once("unknown field `").or_else(|| message.split_once("unknown variant `"))?;
    let written = rest.split('`').step_by(2).map(str::trim).next()?;
    let candidates: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    if candidates.contains(&"norwood_1") {
        return Some(stage_hint(written, &candidates));
    }
    candidates
        .iter()
        .map(|c| (strsim::levenshtein(written, c), c))
        .min()
        .filter(|(d, c)| *d <= 2 + c.len() / 4)
        .map(|(_, c)| format!("did you mean `{c}`?"))
}

/// For a stage that does not exist: the stages that its pattern has, since the nearest name would
/// be another stage and not what was meant.
fn stage_hint(written: &str, stages: &[&str]) -> String {
    let pattern_of = |stage: &str| stage.split(|c: char| !c.is_ascii_alphabetic()).next().map(str::to_owned);
    let lower = written.trim().to_ascii_lowercase();
    let own = pattern_of(&lower).unwrap_or_default();
    let patterns: std::collections::BTreeSet<String> =
        stages.iter().filter_map(|s| pattern_of(s)).filter(|p| p != "none").collect();
    let near = patterns
        .iter()
        .map(|p| (strsim::levenshtein(&own, p), p))
        .min()
        .filter(|(d, p)| *d <= p.len() / 3)
        .map(|(_, p)| p);
    let Some(pattern) = near else {
        return format!("the stages are {}", stages.join(", "));
    };
    // The stage exists and only its spelling is off: "Norwood 3", "norwod_3_vertex".
    let spelt: String = lower[own.len()..]
        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
        .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if let Some(meant) = stages.iter().find(|s| **s == format!("{pattern}_{spelt}")) {
        return format!("did you mean `{meant}`?");
    }
    let has: Vec<&str> = stages.iter().filter(|s| pattern_of(s).as_ref() == Some(pattern)).copied().collect();
    format!("the stages of {pattern} are {}", has.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(written: &str) -> String {
        let text = format!(
            "schema_version = 1\n[person]\nage_years = 38\nsex = \"male\"\n[loss]\nstage = \"{written}\"\n"
        );
        crate::case::read::parse(&text).unwrap_err().hint().unwrap()
    }

    #[test]
    fn a_stage_that_a_pattern_does_not_have_is_answered_with_those_it_has() {
        for w in ["norwood_8", "norwood_4_vertex", "norwood_iv", "norwood_0", "norwood", "hamilton norwood"] {
            let hint = stage(w);
            if w.starts_with("norwood") {
                assert!(
                    hint.contains("norwood_1, norwood_2, norwood_2a") && hint.contains("norwood_7"),
                    "{hint}"
                );
                assert!(!hint.contains("ludwig"), "{hint}");
            }
        }
        assert_eq!(stage("ludwig_4"), "the stages of ludwig are ludwig_1, ludwig_2, ludwig_3");
        assert!(stage("sinclair_0").ends_with("sinclair_4, sinclair_5"));
        assert!(stage("savin_2").contains("ludwig_1") && stage("savin_2").contains("none"));
    }

    #[test]
    fn a_stage_that_is_only_spelt_otherwise_is_offered() {
        for (w, meant) in [
            ("Norwood 3 vertex", "norwood_3_vertex"),
            ("norwod_5a", "norwood_5a"),
            ("norwood3", "norwood_3"),
            ("LUDWIG-2", "ludwig_2"),
            ("sinclair 5", "sinclair_5"),
        ] {
            assert_eq!(stage(w), format!("did you mean `{meant}`?"));
        }
    }

    #[test]
    fn a_near_name_is_offered() {
        let m = "unknown field `colr`, expected one of `colour`, `grey_percent`";
        assert_eq!(unknown_key_hint(m).as_deref(), Some("did you mean `colour`?"));
    }
}
