//! An experiment as a file: what is done, and what was published about it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::EvidenceError;
use crate::row::Row;

/// An experiment file; `R` says what an area can do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment<R> {
    /// Name of the rows.
    pub id: String,
    /// "verification", "calibration" or "validation".
    pub split: String,
    /// The source.
    pub source: String,
    /// What is done.
    pub run: R,
    /// What was published.
    pub expect: Vec<Expect>,
}

/// A published number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Which result of the experiment.
    pub result: String,
    /// In words.
    pub what: String,
    /// Unit.
    #[serde(default)]
    pub unit: String,
    /// The number.
    pub published: f64,
    /// Least value that passes.
    pub lo: f64,
    /// Greatest value that passes.
    pub hi: f64,
    /// What a reader has to know beside the numbers.
    pub note: Option<String>,
}

/// Results by name, each with the half-width of its interval.
pub type Results = BTreeMap<String, (f64, f64)>;

impl<R: DeserializeOwned> Experiment<R> {
    /// Parses an experiment file.
    ///
    /// # Errors
    /// [`EvidenceError::File`].
    pub fn parse(name: &str, text: &str) -> Result<Self, EvidenceError> {
        toml::from_str(text).map_err(|e| EvidenceError::File { name: name.into(), message: e.to_string() })
    }
}

impl<R> Experiment<R> {
    /// What was published beside what came out.
    ///
    /// # Errors
    /// [`EvidenceError::File`] when the experiment expects a result that it does not give.
    pub fn rows(&self, area: &str, name: &str, results: &Results) -> Result<Vec<Row>, EvidenceError> {
        self.expect
            .iter()
            .map(|e| {
                let (model, half) = *results.get(&e.result).ok_or_else(|| EvidenceError::File {
                    name: name.into(),
                    message: format!(
                        "it expects {:?}; it gives {}",
                        e.result,
                        results.keys().cloned().collect::<Vec<_>>().join(", ")
                    ),
                })?;
                Ok(Row {
                    id: self.id.clone(),
                    area: area.into(),
                    what: e.what.clone(),
                    unit: e.unit.clone(),
                    published: e.published,
                    lo: e.lo,
                    hi: e.hi,
                    model,
                    model_lo: model - half,
                    model_hi: model + half,
                    pass: (e.lo..=e.hi).contains(&model),
                    split: self.split.clone(),
                    source: self.source.clone(),
                    mechanism: None,
                    note: e.note.clone(),
                })
            })
            .collect()
    }
}
