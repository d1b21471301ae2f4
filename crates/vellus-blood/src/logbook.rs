//! The logbook of a clinic that counts what it makes, and what it teaches.
//!
//! # Method
//! An [`Entry`] is one preparation with the platelets counted before and after. The model's inputs
//! that a clinic brings along (the margin of its hand, how blood clumps and packs in its tubes, its
//! tube and rotor) are drawn as for a forecast; each draw is weighed by how well it explains the
//! counts (importance sampling). With yⱼ = ln(after/before) of entry j and μ of a draw,
//!
//! ȳ − μ ~ N(0, σ²/n + τ²),
//!
//! where σ is the scatter between persons and days and of the counts, and τ what the model gets wrong
//! for this clinic as a whole. The volume of a tube is used in the same way. What the draws cannot
//! explain is carried as an offset κ (ȳ − μ), κ = τ²/(τ² + σ²/n).
//!
//! # Limits
//! The haematocrit of an entry moves μ by a slope that is taken at the medians.

use crate::ensemble::Ensemble;
use crate::error::{BloodError, within};
use crate::inputs::{Draw, Inputs, Key, PERSON};
use crate::preparation::{Estimate, Preparation, outcome_from};
use crate::process::Outcome;
use crate::protocol::Protocol;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vellus_units::maths::normal_quantile;

/// One preparation that was counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The day.
    #[schemars(with = "String")]
    pub date: Date,
    /// Which spin of the clinic, in its own words; needed only when the log holds several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spin: Option<String>,
    /// Platelets of the blood, 10³/µL (20 to 2000).
    pub platelets_before_k_per_ul: f64,
    /// Platelets of the preparation, 10³/µL (5 to 10000).
    pub platelets_after_k_per_ul: f64,
    /// Volume from one tube, mL (0.05 to 100).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_ml: Option<f64>,
    /// Haematocrit of the blood, per cent (15 to 65).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub haematocrit_percent: Option<f64>,
}

impl Entry {
    /// # Errors
    /// When a count is out of range, or the preparation holds what no spin can make; `at` says where.
    pub fn validate(&self, at: &str) -> Result<(), BloodError> {
        let counts = |key: &str, x: f64, lo: f64, hi: f64| {
            within(&format!("{at}.{key}"), x, "×10³/µL", lo, hi, &crate::count_hint(x, lo, hi, "platelets"))
        };
        counts("platelets_before_k_per_ul", self.platelets_before_k_per_ul, 20.0, 2000.0)?;
        counts("platelets_after_k_per_ul", self.platelets_after_k_per_ul, 5.0, 10_000.0)?;
        if let Some(v) = self.volume_ml {
            within(&format!("{at}.volume_ml"), v, "mL", 0.05, 100.0, "it is the volume from one tube")?;
        }
        if let Some(h) = self.haematocrit_percent {
            within(&format!("{at}.haematocrit_percent"), h, "%", 15.0, 65.0, "0.42 is 42 per cent")?;
        }
        let factor = self.factor();
        if !(0.02..=25.0).contains(&factor) {
            return Err(BloodError::inconsistent(
                at,
                format!("{factor:.2} times the blood"),
                "no spin makes that: look whether both counts are in thousands per µL, and which is which",
            ));
        }
        Ok(())
    }

    /// Platelets after over before.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.platelets_after_k_per_ul / self.platelets_before_k_per_ul
    }
}

/// The entries of one spin, in order of date.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Logbook {
    entries: Vec<Entry>,
}

/// What is known before and after the entries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Learnt {
    /// Entries used.
    pub entries: usize,
    /// Concentration factors that were counted: mean and, with two or more, standard deviation.
    pub counted_factor: (f64, Option<f64>),
    /// The forecast without them.
    pub before: Preparation,
    /// The forecast with them.
    pub after: Preparation,
    /// Margin, mm, before and after.
    pub margin_mm: [Estimate; 2],
    /// Gain by aggregation, before and after.
    pub aggregation: [Estimate; 2],
    /// Packing limit over the usual one, before and after.
    pub packing: [Estimate; 2],
    /// Draws that still count, of all; below 24 the entries lie at the edge of what
    /// the model can do, and are trusted less.
    pub effective_draws: f64,
    /// Whether the counts lie where the model expects fewer than one in a hundred on that side.
    pub surprising: bool,
}

/// Draws that are weighed.
const DRAWS: usize = 384;
/// Height of grid cells, mm: half a millimetre moves a concentration factor by 2 %.
const RESOLUTION_MM: f64 = 0.5;
/// Coefficient of variation of two counts together: 2.8 % in blood and 3.9 % in PRP
/// (10.22038/abjs.2025.87073.3950), added as squares.
const COUNT_SD: f64 = 0.048;
/// What the model and the counter get wrong for a clinic as a whole, relative; an assumption.
const CLINIC_SD: f64 = 0.10;
/// Scatter of the volume drawn off, and what is wrong with it as a whole, relative; assumptions.
const VOLUME_SD: (f64, f64) = (0.10, 0.05);

/// Persons drawn for each draw of the clinic.
const PERSONS: usize = 6;
/// Draws that a weighing leaves at least.
const LEAST_DRAWS: f64 = 24.0;
/// 99 % quantile of the standard normal distribution.
const SURPRISING: f64 = 2.326;

impl Logbook {
    /// Entries in order of date.
    ///
    /// # Errors
    /// When an entry is not valid, or the same is there twice.
    pub fn new(mut entries: Vec<Entry>) -> Result<Self, BloodError> {
        for (i, e) in entries.iter().enumerate() {
            e.validate(&format!("entry {}", i + 1))?;
        }
        entries.sort_by_key(|e| e.date);
        for (i, e) in entries.iter().enumerate() {
            if entries[..i].iter().rev().take_while(|o| o.date == e.date).any(|o| o == e) {
                return Err(BloodError::inconsistent(
                    format!("entry of {}", e.date),
                    "it is there twice",
                    "one preparation is one entry",
                ));
            }
        }
        Ok(Self { entries })
    }

    /// Reads a CSV file with a head line of the names in [`COLUMNS`], in any order; the last two and
    /// `spin` may be absent. Commas, semicolons or tabs separate; with the latter two a decimal comma
    /// is read. Lines that begin with # are remarks.
    ///
    /// # Errors
    /// [`BloodError::Syntax`] with the line; the kinds of [`Logbook::new`].
    pub fn from_csv(text: &str) -> Result<Self, BloodError> {
        let text = text.trim_start_matches('\u{feff}');
        let wrong = |message: String| BloodError::Syntax { message };
        let Some(head) = text.lines().find(|l| !l.trim().is_empty() && !l.starts_with('#')) else {
            return Ok(Self::default());
        };
        let separator = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|c| head.bytes().filter(|b| b == c).count())
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .comment(Some(b'#'))
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let head = reader.headers().map_err(|e| wrong(format!("logbook: {e}")))?.clone();
        let known: Vec<&str> = COLUMNS.split(',').collect();
        if let Some(strange) = head.iter().find(|h| !known.contains(h)) {
            return Err(wrong(format!(
                "logbook, line 1: {strange:?} is no column; the first line names the columns: {COLUMNS}"
            )));
        }
        let place = |name: &str| head.iter().position(|h| h == name);
        for needed in [known[0], known[2], known[3]] {
            if place(needed).is_none() {
                return Err(wrong(format!(
                    "logbook, line 1: the column {needed} is missing; the first line names the columns: {COLUMNS}"
                )));
            }
        }
        let mut entries = Vec::new();
        for (i, record) in reader.into_records().enumerate() {
            let record = record.map_err(|e| {
                wrong(format!("logbook: {e}; one line is one preparation, with {} fields", head.len()))
            })?;
            let line = record.position().map_or(i as u64 + 2, csv::Position::line);
            let field = |name: &str| place(name).and_then(|k| record.get(k)).filter(|f| !f.is_empty());
            let number = |name: &str| -> Result<Option<f64>, BloodError> {
                let Some(written) = field(name) else { return Ok(None) };
                let plain = if separator == b',' { written.to_owned() } else { written.replace(',', ".") };
                plain.parse().map(Some).map_err(|_| {
                    wrong(format!(
                        "logbook, line {line}: {name} = {written:?} is no number; write it like 1.3"
                    ))
                })
            };
            let needed = |name: &str| -> Result<f64, BloodError> {
                number(name)?.ok_or_else(|| wrong(format!("logbook, line {line}: {name} is empty")))
            };
            let day = field("date").unwrap_or_default();
            let entry = Entry {
                date: day.parse().map_err(|_| {
                    wrong(format!("logbook, line {line}: date = {day:?} is no day; write it like 2026-10-05"))
                })?,
                spin: field("spin").map(str::to_owned),
                platelets_before_k_per_ul: needed("platelets_before_k_per_ul")?,
                platelets_after_k_per_ul: needed("platelets_after_k_per_ul")?,
                volume_ml: number("volume_ml")?,
                haematocrit_percent: number("haematocrit_percent")?,
            };
            entry.validate(&format!("line {line}"))?;
            entries.push(entry);
        }
        Self::new(entries)
    }

    /// The entries as CSV, as [`Logbook::from_csv`] reads them.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = format!("{COLUMNS}\n");
        let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
        for e in &self.entries {
            let mut w = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            let fields = [
                e.date.to_string(),
                e.spin.clone().unwrap_or_default(),
                e.platelets_before_k_per_ul.to_string(),
                e.platelets_after_k_per_ul.to_string(),
                number(e.volume_ml),
                number(e.haematocrit_percent),
            ];
            // Writing to memory does not fail.
            if w.write_record(&fields).is_ok()
                && let Ok(bytes) = w.into_inner()
            {
                out += &String::from_utf8_lossy(&bytes);
            }
        }
        out
    }

    /// A log's text with one more entry at its end; remarks stay. A text with other columns, or none, is
    /// written anew.
    ///
    /// # Errors
    /// As [`Logbook::from_csv`] and [`Logbook::new`].
    pub fn appended(text: &str, entry: Entry) -> Result<String, BloodError> {
        let all = if text.trim().is_empty() { Self::default() } else { Self::from_csv(text)? };
        let all = all.with(entry.clone())?;
        let row = Self { entries: vec![entry] }.to_csv();
        let row = row.lines().nth(1).unwrap_or_default();
        let head = text.lines().find(|l| !l.trim_start().starts_with('#'));
        if head.is_some_and(|h| h.trim_start_matches('\u{feff}').trim() == COLUMNS) {
            return Ok(format!("{}\n{row}\n", text.trim_end()));
        }
        Ok(all.to_csv())
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// As [`Logbook::new`].
    pub fn with(mut self, entry: Entry) -> Result<Self, BloodError> {
        self.entries.push(entry);
        Self::new(self.entries)
    }

    /// The entries of one spin; of all, when they name no more than one.
    ///
    /// # Errors
    /// When they name several and `spin` none of them.
    pub fn of_spin(&self, spin: Option<&str>) -> Result<Self, BloodError> {
        let mut names: Vec<&str> = self.entries.iter().filter_map(|e| e.spin.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        match spin {
            None if names.len() <= 1 => Ok(self.clone()),
            Some(s) if names.contains(&s) => {
                let entries = self.entries.iter().filter(|e| e.spin.as_deref() == Some(s)).cloned().collect();
                Ok(Self { entries })
            }
            _ => Err(BloodError::inconsistent(
                "logbook",
                match spin {
                    Some(s) => format!("no entry is of the spin {s:?}"),
                    None => format!("it holds {} spins", names.len()),
                },
                format!("choose one of: {}", names.join(", ")),
            )),
        }
    }

    /// Rejects entries that this protocol's tube cannot have given.
    fn fit_into(&self, protocol: &Protocol) -> Result<(), BloodError> {
        let blood_ml = protocol.blood_per_tube().0;
        let most = blood_ml * (1.0 + protocol.parts_per_blood().2);
        for e in &self.entries {
            let at = format!("entry of {}", e.date);
            let Some(v) = e.volume_ml else { continue };
            if v > most {
                return Err(BloodError::inconsistent(
                    at,
                    format!("{v} mL cannot come out of one tube with {blood_ml:.1} mL of blood"),
                    "volume_ml is the preparation of ONE tube; leave it empty if it was not measured",
                ));
            }
            let share = e.factor() * v / blood_ml;
            if share > 1.25 {
                return Err(BloodError::inconsistent(
                    at,
                    format!("{:.0} % of the platelets of a tube's blood", 100.0 * share),
                    "look at both counts, at the dilution of the sample, and whether the volume is of one tube",
                ));
            }
        }
        Ok(())
    }

    /// Weighs what is not known of a protocol by the entries.
    ///
    /// # Errors
    /// When the protocol is not valid or there is no entry.
    pub fn learn(&self, protocol: &Protocol, seed: u64) -> Result<Learnt, BloodError> {
        if self.entries.is_empty() {
            return Err(BloodError::inconsistent("logbook", "it is empty", "enter a first count"));
        }
        self.fit_into(protocol)?;
        let inputs = Inputs::of(protocol);
        let mut ensemble = Ensemble::run(protocol, &inputs, seed, DRAWS, RESOLUTION_MM)?;
        let before = ensemble.preparation();
        let of_key = |e: &Ensemble<'_>, key: Key| e.estimate(|d, _| d.get(key));
        let keys = [Key::Margin, Key::Aggregation, Key::Packing];
        let prior = keys.map(|k| of_key(&ensemble, k));

        let (factor_slope, volume_slope) = slopes(protocol, &inputs)?;
        let reference = inputs.median().get(Key::Haematocrit);
        let shift = |e: &Entry| e.haematocrit_percent.map_or(0.0, |h| h / 100.0 - reference);
        let n = self.entries.len() as f64;
        let mean = |f: &dyn Fn(&Entry) -> f64| self.entries.iter().map(f).sum::<f64>() / n;
        let factor = mean(&|e| libm::log(e.factor()) - factor_slope * shift(e));
        let volumes: Vec<f64> = self
            .entries
            .iter()
            .filter_map(|e| Some(libm::log(e.volume_ml?) - volume_slope * shift(e)))
            .collect();
        let person_sd = libm::log(PERSON.2 / PERSON.0) / (2.0 * normal_quantile(0.9));
        let scatter = (person_sd * person_sd + COUNT_SD * COUNT_SD) / n;
        let clinic = CLINIC_SD * CLINIC_SD;
        // The residual of each draw: what the counts are above it, without its own person.
        let residual: Vec<f64> = ensemble
            .draws
            .iter()
            .zip(&ensemble.outcomes)
            .map(|(d, o)| factor - libm::log(without_person(d, o).max(1e-6)))
            .collect();
        let mut volume_residual = Vec::new();
        let mut log_weight: Vec<f64> = residual.iter().map(|r| -0.5 * r * r / (scatter + clinic)).collect();
        let (off, spread) = vellus_units::maths::mean_sd(&residual);
        let z = off / libm::sqrt(spread * spread + scatter + clinic);
        if !volumes.is_empty() {
            let m = volumes.len() as f64;
            let seen = volumes.iter().sum::<f64>() / m;
            let spread = VOLUME_SD.0 * VOLUME_SD.0 / m + VOLUME_SD.1 * VOLUME_SD.1;
            let kappa = VOLUME_SD.1 * VOLUME_SD.1 / spread;
            for (w, o) in log_weight.iter_mut().zip(&ensemble.outcomes) {
                let r = seen - libm::log(o.volume_ml.max(1e-6));
                *w -= 0.5 * r * r / spread;
                volume_residual.push(kappa * r);
            }
        }
        let (weights, effective_draws) = tempered(&log_weight);
        ensemble.weights = weights;

        // The clinic's offsets as far as the entries show them; what remains of them is within the
        // scatter of persons. Persons are drawn anew: those of the draws were part of the weighing.
        let kappa = clinic / (clinic + scatter);
        for (k, (o, r)) in ensemble.outcomes.iter_mut().zip(&residual).enumerate() {
            o.concentration_factor = without_person(&ensemble.draws[k], o) * libm::exp(kappa * r);
            o.volume_ml *= libm::exp(volume_residual.get(k).copied().unwrap_or(0.0));
        }
        let blood_ml = inputs.median().get(Key::BloodMl);
        ensemble.repeat(PERSONS, seed, |draw, o, z| {
            let factor = o.concentration_factor * inputs.all()[Key::Person as usize].at(z);
            let share = o.volume_ml / draw.get(Key::BloodMl).max(0.1 * blood_ml);
            o.concentration_factor = factor.min(1.0 / share);
            o.recovery = o.concentration_factor * share;
            o.platelets_k_per_ul = o.concentration_factor * draw.get(Key::Platelets);
        });
        let posterior = keys.map(|k| of_key(&ensemble, k));
        let factors: Vec<f64> = self.entries.iter().map(Entry::factor).collect();
        let (counted, sd) = vellus_units::maths::mean_sd(&factors);
        Ok(Learnt {
            entries: self.entries.len(),
            counted_factor: (counted, (factors.len() > 1).then_some(sd)),
            before,
            after: ensemble.preparation(),
            margin_mm: [prior[0], posterior[0]],
            aggregation: [prior[1], posterior[1]],
            packing: [prior[2], posterior[2]],
            effective_draws,
            surprising: z.abs() > SURPRISING,
        })
    }
}

/// Weights that add up to one, and how many draws they amount to if all are used in full. Where fewer
/// than [`LEAST_DRAWS`] would be left, the counts lie at the edge of what the draws can do: they are
/// trusted less, just so far that as many are left.
fn tempered(log_weight: &[f64]) -> (Vec<f64>, f64) {
    let most = log_weight.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let at = |power: f64| -> (Vec<f64>, f64) {
        let raw: Vec<f64> = log_weight.iter().map(|w| libm::exp(power * (w - most))).collect();
        let sum: f64 = raw.iter().sum();
        let weights: Vec<f64> = raw.iter().map(|w| w / sum).collect();
        let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        (weights, effective)
    };
    let (full, effective) = at(1.0);
    if effective >= LEAST_DRAWS {
        return (full, effective);
    }
    let (mut lo, mut hi) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (lo + hi);
        if at(middle).1 >= LEAST_DRAWS { lo = middle } else { hi = middle }
    }
    (at(lo).0, effective)
}

/// Concentration factor of a run before the factor between persons.
fn without_person(draw: &Draw, o: &Outcome) -> f64 {
    o.brought_over * draw.get(Key::BloodMl) / o.volume_ml.max(1e-9)
}

/// The columns of a logbook.
pub const COLUMNS: &str =
    "date,spin,platelets_before_k_per_ul,platelets_after_k_per_ul,volume_ml,haematocrit_percent";

/// Change of ln(concentration factor) and ln(volume) with the haematocrit, at the medians.
fn slopes(protocol: &Protocol, inputs: &Inputs) -> Result<(f64, f64), BloodError> {
    if protocol.starts_with_plasma() {
        return Ok((0.0, 0.0));
    }
    let at = |h: f64| {
        let moved = inputs.clone().with(Key::Haematocrit, h, h, h);
        outcome_from(protocol, &moved, RESOLUTION_MM)
    };
    let h = inputs.median().get(Key::Haematocrit);
    let (a, b) = (at(h - 0.03)?, at(h + 0.03)?);
    let slope = |x: f64, y: f64| libm::log(y.max(1e-6) / x.max(1e-6)) / 0.06;
    Ok((slope(a.concentration_factor, b.concentration_factor), slope(a.volume_ml, b.volume_ml)))
}
