//! What was really done and measured.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_hair::treatment::Drug;
use vellus_head::Zone;
use vellus_pigment::{ReadContext, read_dots};

use super::error::RecordError;
use crate::case::ReadingKeys;

/// A file of deliveries, as a user writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deliveries {
    /// What was done, one entry each.
    pub delivered: Vec<Delivery>,
}

/// One thing that was done on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// When.
    #[serde(with = "crate::case::day")]
    #[schemars(with = "String")]
    pub on: Date,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What.
    #[serde(flatten)]
    pub done: Done,
}

impl Delivery {
    /// What was counted, as a case has it; none where nothing was.
    #[must_use]
    pub fn reading(&self) -> Option<ReadingKeys> {
        let Done::Measurement {
            zone,
            terminal_per_cm2,
            total_per_cm2,
            calibre_um,
            anagen_percent,
            area_cm2,
            method,
        } = &self.done
        else {
            return None;
        };
        Some(ReadingKeys {
            zone: *zone,
            terminal_per_cm2: *terminal_per_cm2,
            total_per_cm2: *total_per_cm2,
            calibre_um: *calibre_um,
            anagen_percent: *anagen_percent,
            area_cm2: *area_cm2,
            method: method.clone(),
            date: Some(self.on),
        })
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Done {
    /// A session of PRP.
    Prp {
        /// Platelets in it, 10³ per µL, if they were counted; 50 to 5000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        platelets_k_per_ul: Option<f64>,
        /// PRP injected, mL; 0.1 to 60.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        volume_ml: Option<f64>,
    },
    /// A session of SMP.
    Smp {
        /// Dots set; 1 to 500 000.
        dots: usize,
        /// Dots by zone.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        by_zone: BTreeMap<Zone, usize>,
        /// The file of these dots (`dots.csv` or `dots.ply` of the session alone), from the folder of the case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<PathBuf>,
        /// BLAKE3 of that file, put in when it is recorded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_hash: Option<String>,
    },
    /// A drug was begun.
    DrugBegun {
        /// Which.
        drug: Drug,
    },
    /// A drug was stopped.
    DrugStopped {
        /// Which.
        drug: Drug,
    },
    /// Hair was counted: at least one of the four numbers.
    Measurement {
        /// Where.
        zone: Zone,
        /// Terminal hairs (at least 30 µm) per cm²; 0 to 500.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terminal_per_cm2: Option<f64>,
        /// All hairs per cm²; 0 to 500.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total_per_cm2: Option<f64>,
        /// Mean calibre of all hairs, µm; 10 to 130.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        calibre_um: Option<f64>,
        /// Growing hairs among all, per cent; 1 to 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anagen_percent: Option<f64>,
        /// Area that was counted, cm²; 0.1 to 20.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        area_cm2: Option<f64>,
        /// How, such as "phototrichogram 1 cm²".
        method: String,
    },
    /// A transplant.
    Transplant {
        /// Grafts set; 1 to 8000.
        grafts: u32,
    },
}

impl Done {
    /// In a word or two.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Prp { .. } => "PRP".into(),
            Self::Smp { .. } => "SMP".into(),
            Self::DrugBegun { drug } => format!("{} begun", drug.title()),
            Self::DrugStopped { drug } => format!("{} stopped", drug.title()),
            Self::Measurement { zone, .. } => format!("count, {}", crate::subject::zone_name(*zone)),
            Self::Transplant { .. } => "transplant".into(),
        }
    }
}

impl Deliveries {
    /// The JSON Schema of such a file.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }

    /// Reads the text of a file (TOML).
    ///
    /// # Errors
    /// [`RecordError::Deliveries`].
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let wrong = |message: String| RecordError::Deliveries { message };
        let read: Self = toml::from_str(text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
        if read.delivered.is_empty() {
            return Err(wrong("it holds no [[delivered]]".into()));
        }
        // A flattened entry takes unknown keys in silence: one that is not written back was not understood.
        let written: toml::Table = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let list = written.get("delivered").and_then(|d| d.as_array()).cloned().unwrap_or_default();
        for (i, (given, entry)) in list.iter().zip(&read.delivered).enumerate() {
            let known = serde_json::to_value(entry).unwrap_or_default();
            for key in given.as_table().into_iter().flat_map(toml::Table::keys) {
                if known.get(key).is_none() && key != "by_zone" {
                    return Err(wrong(format!("delivered[{i}].{key} is no key of {}", entry.done.title())));
                }
            }
        }
        Ok(read)
    }
}

/// Refuses what cannot have been: dates before the plan or in the future, values out of range, a drug
/// begun twice or stopped before it was begun.
pub(super) fn check(
    new: &[Delivery],
    before: Vec<Delivery>,
    first: Date,
    clock: Date,
) -> Result<(), RecordError> {
    for d in new {
        let what = d.done.title();
        let date = |why: String| Err(RecordError::Date { what: what.clone(), on: d.on, why });
        if d.on < first {
            return date(format!(
                "the first plan is of {first}; what was done before belongs into the case (treatments, hair.measured)"
            ));
        }
        if d.on > clock {
            return date(format!("today is {clock}, and only what has been done can be delivered"));
        }
        values(&d.done)?;
        let twin = |o: &&Delivery| o.on == d.on && o.done == d.done;
        if before.iter().any(|o| twin(&o)) || new.iter().filter(twin).count() > 1 {
            return date("the same is recorded for this day already".into());
        }
    }
    // Drugs in order of time, old and new together.
    let mut all: Vec<&Delivery> = before.iter().chain(new).collect();
    all.sort_by_key(|d| d.on);
    let mut taken: BTreeMap<Drug, (bool, Date)> = BTreeMap::new();
    for d in all {
        let (drug, begins) = match d.done {
            Done::DrugBegun { drug } => (drug, true),
            Done::DrugStopped { drug } => (drug, false),
            _ => continue,
        };
        if let Some((true, since)) = taken.get(&drug).filter(|_| begins) {
            return Err(RecordError::Date {
                what: d.done.title(),
                on: d.on,
                why: format!("it has been taken since {since}"),
            });
        }
        if let Some((false, since)) = taken.get(&drug).filter(|_| !begins) {
            return Err(RecordError::Date {
                what: d.done.title(),
                on: d.on,
                why: format!("it was stopped on {since}"),
            });
        }
        taken.insert(drug, (begins, d.on));
    }
    Ok(())
}

/// The delivery with the hash of its file of dots, whose count has to be that of the session.
pub(super) fn sealed(d: &Delivery, folder: &Path) -> Result<Delivery, RecordError> {
    let mut out = d.clone();
    if let Done::Smp { dots, file: Some(file), file_hash, .. } = &mut out.done {
        let path = folder.join(&*file);
        let bytes = std::fs::read(&path).map_err(|e| RecordError::file(&path, &e))?;
        let found = read_dots(&path, &ReadContext::new(None, d.on))?.dots.len();
        if found != *dots {
            return Err(RecordError::Value {
                what: "dots".into(),
                value: dots.to_string(),
                allowed: format!("the {found} dots of {}", path.display()),
            });
        }
        *file_hash = Some(blake3::hash(&bytes).to_hex().to_string());
    }
    Ok(out)
}

fn values(done: &Done) -> Result<(), RecordError> {
    let within = |what: &str, value: Option<f64>, lo: f64, hi: f64| match value {
        Some(v) if !(lo..=hi).contains(&v) => Err(RecordError::Value {
            what: what.into(),
            value: v.to_string(),
            allowed: format!("{lo} to {hi}"),
        }),
        _ => Ok(()),
    };
    match done {
        Done::Prp { platelets_k_per_ul, volume_ml } => {
            within("platelets_k_per_ul", *platelets_k_per_ul, 50.0, 5000.0)?;
            within("volume_ml", *volume_ml, 0.1, 60.0)
        }
        Done::Smp { dots, by_zone, .. } => {
            within("dots", Some(*dots as f64), 1.0, 500_000.0)?;
            let sum: usize = by_zone.values().fold(0, |a, b| a.saturating_add(*b));
            if !by_zone.is_empty() && sum != *dots {
                return Err(RecordError::Value {
                    what: "by_zone".into(),
                    value: format!("{sum} dots"),
                    allowed: format!("the {dots} of the session"),
                });
            }
            Ok(())
        }
        Done::Measurement {
            terminal_per_cm2, total_per_cm2, calibre_um, anagen_percent, area_cm2, ..
        } => {
            within("terminal_per_cm2", *terminal_per_cm2, 0.0, 500.0)?;
            within("total_per_cm2", *total_per_cm2, 0.0, 500.0)?;
            within("calibre_um", *calibre_um, 10.0, 130.0)?;
            within("anagen_percent", *anagen_percent, 1.0, 100.0)?;
            within("area_cm2", *area_cm2, 0.1, 20.0)?;
            let none =
                [terminal_per_cm2, total_per_cm2, calibre_um, anagen_percent].iter().all(|v| v.is_none());
            if none || terminal_per_cm2.zip(*total_per_cm2).is_some_and(|(a, b)| a > b) {
                return Err(RecordError::Value {
                    what: "a measurement".into(),
                    value: if none { "no number".into() } else { "more terminal hairs than hairs".into() },
                    allowed: "terminal_per_cm2, total_per_cm2, calibre_um or anagen_percent, no more terminal hairs than all".into(),
                });
            }
            Ok(())
        }
        Done::Transplant { grafts } => within("grafts", Some(f64::from(*grafts)), 1.0, 8000.0),
        Done::DrugBegun { .. } | Done::DrugStopped { .. } => Ok(()),
    }
}
