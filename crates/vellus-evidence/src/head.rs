//! Measures of heads: what the parametric head has that nobody gave it.

use serde::Deserialize;
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Sex};
use vellus_units::Millimetres;

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::row::Row;

/// What an experiment does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// A head is built from lengths and measured. Results: `head_length_mm`, `head_breadth_mm`,
    /// `head_circumference_mm`, `bitragion_coronal_arc_mm`, `sagittal_arc_mm`,
    /// `tragion_to_vertex_mm`, `face_height_mm`, `biectocanthus_breadth_mm`, `hair_bearing_cm2`.
    Built {
        /// Whose means fill in.
        sex: Sex,
        /// Head length, mm.
        length_mm: Option<f64>,
        /// Head breadth, mm.
        breadth_mm: Option<f64>,
        /// Head circumference, mm.
        circumference_mm: Option<f64>,
    },
}

macro_rules! experiments {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/experiments/head/", $name, ".toml")))),*]
    };
}

/// The experiment files that come with the program.
pub const EXPERIMENTS: &[(&str, &str)] =
    experiments!["ansur_men", "ansur_women", "height_men", "height_women", "scalp_by_tape", "scalp_by_roots"];

/// Runs every experiment.
///
/// # Errors
/// [`EvidenceError::File`], [`EvidenceError::Head`].
pub fn run_all() -> Result<Vec<Row>, EvidenceError> {
    let mut rows = Vec::new();
    for (name, text) in EXPERIMENTS {
        let experiment = Experiment::<Run>::parse(name, text)?;
        rows.extend(experiment.rows("head", name, &perform(name, &experiment.run)?)?);
    }
    Ok(rows)
}

fn perform(name: &str, run: &Run) -> Result<Results, EvidenceError> {
    let Run::Built { sex, length_mm, breadth_mm, circumference_mm } = run;
    let spec = ParametricSpec {
        head_length: length_mm.map(Millimetres),
        head_breadth: breadth_mm.map(Millimetres),
        head_circumference: circumference_mm.map(Millimetres),
        sex: *sex,
        ..ParametricSpec::default()
    };
    let head = Head::from_lengths(&spec, None, "a mean head")
        .map_err(|source| EvidenceError::Head { name: name.into(), source })?;
    let l = head.lengths();
    let area: f64 = head.zone_areas().values().map(|a| a.0).sum();
    Ok([
        ("head_length_mm", l.head_length.0),
        ("head_breadth_mm", l.head_breadth.0),
        ("head_circumference_mm", l.head_circumference.0),
        ("bitragion_coronal_arc_mm", l.bitragion_coronal_arc.0),
        ("sagittal_arc_mm", l.sagittal_arc.0),
        ("tragion_to_vertex_mm", l.tragion_to_vertex.0),
        ("face_height_mm", l.face_height.0),
        ("biectocanthus_breadth_mm", l.biectocanthus_breadth.0),
        ("hair_bearing_cm2", area),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), (v, 0.0)))
    .collect())
}
