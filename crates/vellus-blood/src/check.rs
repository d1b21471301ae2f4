//! Published preparations beside the model.

use crate::error::BloodError;
use crate::preparation::{Preparation, prepare};
use crate::protocol::Protocol;
use crate::withdrawal::Layer;
use serde::Serialize;

/// What a row must do to count as right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// The model's median lies between `lo` and `hi`.
    Median,
    /// The published number lies in the model's 80 % interval: the paper does not state what was
    /// withdrawn, and a median over that says nothing.
    Interval,
}

impl Judged {
    /// The word used in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::Interval => "interval",
        }
    }
}

/// One published number beside the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Title of the protocol and name of the number.
    pub id: String,
    /// Always `blood`.
    pub area: &'static str,
    /// Name of the number, as the key in the file.
    pub what: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// The published number.
    pub published: f64,
    /// Lower end of what counts as right.
    pub lo: f64,
    /// Upper end of what counts as right.
    pub hi: f64,
    /// Median of the model.
    pub model: f64,
    /// 10 % quantile of the model.
    pub model_lo: f64,
    /// 90 % quantile of the model.
    pub model_hi: f64,
    /// What is asked for.
    pub judged: Judged,
    /// Whether it holds.
    pub pass: bool,
    /// `calibration` or `validation`.
    pub split: &'static str,
    /// Where the published number comes from.
    pub source: String,
}

impl Row {
    /// Whether the published number lies in the model's 80 % interval.
    #[must_use]
    pub fn covered(&self) -> bool {
        (self.model_lo..=self.model_hi).contains(&self.published)
    }
}

/// Runs a protocol and puts each of its published numbers beside the model; no rows when it has
/// none.
///
/// # Errors
/// When the protocol is not valid.
pub fn check(protocol: &Protocol, seed: u64) -> Result<Vec<Row>, BloodError> {
    if protocol.published.is_none() {
        protocol.validate()?;
        return Ok(Vec::new());
    }
    Ok(compare(protocol, &prepare(protocol, seed)?))
}

/// The published numbers of a protocol beside a preparation that was made from it.
#[must_use]
pub fn compare(protocol: &Protocol, p: &Preparation) -> Vec<Row> {
    let Some(published) = &protocol.published else { return Vec::new() };
    let w = &protocol.withdrawal;
    let open = w.layer == Layer::Unstated
        || (protocol.spins.len() == 2 && w.final_volume_ml.is_none() && w.final_fraction.is_none());
    published
        .named()
        .into_iter()
        .filter_map(|(what, value)| {
            let (_, unit, model) = p.named().into_iter().find(|n| n.0 == what)?;
            let (lo, hi) = value.interval();
            Some(Row {
                id: format!("{}: {what}", protocol.title),
                area: "blood",
                what,
                unit,
                published: value.value,
                lo,
                hi,
                model: model.median,
                model_lo: model.lo,
                model_hi: model.hi,
                judged: if open { Judged::Interval } else { Judged::Median },
                pass: if open {
                    (model.lo..=model.hi).contains(&value.value)
                } else {
                    (lo..=hi).contains(&model.median)
                },
                split: protocol.split.word(),
                source: protocol.source.clone(),
            })
        })
        .collect()
}
