//! PRP at the bench: what is checked, drawn, spun and taken, what comes of it, and how sure that is.
//!
//! A [`Bench`] is the same for every strategy of a plan: it is about the person's blood and the site's
//! centrifuge. Where it goes on the head is [`crate::inject`].

mod spin_card;
mod tube;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_blood::{
    Anticoagulant, BloodError, Leukocytes, Preparation, Protocol, WANTED_K_PER_UL, sensitivity,
};
use vellus_units::Millilitres;

use crate::case::{BloodKeys, Contraindication};
use crate::checks::{Check, checks};
use crate::outcome::Band;
pub use spin_card::SpinCard;
pub use tube::{LOOKS, TubeLook, TubePicture, tube_picture};

/// What was counted in the person's blood; absent where nobody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// Platelets, 10³/µL.
    pub platelets_k_per_ul: Option<f64>,
    /// Haematocrit, per cent.
    pub haematocrit_percent: Option<f64>,
    /// Haemoglobin, g/dL.
    pub haemoglobin_g_per_dl: Option<f64>,
    /// White cells, 10³/µL.
    pub wbc_k_per_ul: Option<f64>,
    /// When.
    pub date: Option<Date>,
}

/// What is taken out of the tube.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// Name of the layer: "pellet" of spun plasma, "plasma", "upper_plasma", "plasma_and_buffy_coat".
    pub layer: String,
    /// Distance kept above the red cells (below their surface with the buffy coat), mm; none when it
    /// is not stated.
    pub margin_mm: Option<f64>,
    /// Share of the plasma that is taken; none when it is all.
    pub fraction_of_plasma: Option<f64>,
    /// Volume taken from a tube after the first spin at the stated margin, mL; about, since the layer
    /// is lower with a higher haematocrit. None when the margin is not stated.
    pub taken_ml: Option<f64>,
    /// Volume of a tube at the end, mL.
    pub final_ml: Option<f64>,
    /// The same as a share of the plasma that is spun again.
    pub final_fraction: Option<f64>,
}

/// What is expected, each with its 80 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// Share of the blood's platelets that is recovered.
    pub recovery: Band,
    /// Concentration over blood.
    pub concentration_factor: Band,
    /// Platelets, 10³/µL.
    pub platelets_k_per_ul: Band,
    /// Platelets in all tubes, 10⁹.
    pub platelets_billion: Band,
    /// Red cells, 10³/µL.
    pub rbc_k_per_ul: Band,
    /// White cells, 10³/µL.
    pub wbc_k_per_ul: Band,
    /// Volume of a tube, mL.
    pub volume_ml_per_tube: Band,
    /// Volume of all tubes, mL.
    pub volume_ml: Band,
    /// Platelets that are recommended, 10³/µL (IADVL).
    pub wanted_k_per_ul: [f64; 2],
    /// PAW class of the median: "P1" to "P4".
    pub paw: String,
    /// DEPA grades of the medians: dose, efficiency, purity, "A" to "D" each.
    pub depa: String,
    /// Whether it has fewer white cells per volume than blood.
    pub leukocyte_poor: bool,
}

/// How the concentration factor answers to one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swing {
    /// Name of the input.
    pub input: String,
    /// Unit.
    pub unit: String,
    /// Ends of its 80 % interval.
    pub range: [f64; 2],
    /// Concentration factor at those ends, the others at their medians.
    pub factor: [f64; 2],
    /// Whether the case states the input.
    pub stated: bool,
}

/// An input that was not stated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssumedInput {
    /// Name of the input.
    pub input: String,
    /// Unit.
    pub unit: String,
    /// Median and the 80 % interval it was drawn from.
    pub value: Band,
}

/// PRP at the bench.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// Title of the preparation.
    pub title: String,
    /// Where it is from.
    pub source: String,
    /// Whether anybody has asked for contraindications.
    pub asked: bool,
    /// What is checked first; what is so stands first.
    pub checks: Vec<Check>,
    /// What was counted.
    pub counted: Counted,
    /// Tubes.
    pub tubes: u32,
    /// Blood in each, mL.
    pub blood_ml_per_tube: f64,
    /// Blood in all, mL.
    pub blood_ml: f64,
    /// The most that one session draws, mL.
    pub limit_ml: f64,
    /// The anticoagulant in words.
    pub anticoagulant: String,
    /// Anticoagulant in each tube, mL; none when its volume is not known, 0 when it is dry.
    pub anticoagulant_ml_per_tube: Option<f64>,
    /// The tube in words.
    pub tube: String,
    /// Whether a gel separates the red cells.
    pub gel: bool,
    /// The rotor in words.
    pub rotor: String,
    /// One card for each spin.
    pub spins: Vec<SpinCard>,
    /// What is taken.
    pub take: Take,
    /// Counts of the site that the forecast has learnt from.
    pub counts: usize,
    /// What is expected.
    pub expected: Expected,
    /// The tube over time.
    pub picture: TubePicture,
    /// What the concentration depends on most, the largest change first.
    pub sensitivity: Vec<Swing>,
    /// What was not stated.
    pub assumed: Vec<AssumedInput>,
}

fn band(e: &vellus_blood::Estimate, k: f64) -> Band {
    Band { lo: k * e.lo, median: k * e.median, hi: k * e.hi }
}

/// Snake-case name of an input.
fn name(key: impl Serialize) -> String {
    serde_json::to_value(key).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What is done at the bench: a protocol and its preparation with `tubes` tubes, of which one session
/// draws at most `limit`; `blood` is what was counted, `conditions` is none when nobody has asked,
/// `counts` the entries of the logbook from which the preparation has learnt.
///
/// # Errors
/// When the protocol is not valid.
pub fn bench(
    protocol: &Protocol,
    preparation: &Preparation,
    tubes: u32,
    limit: Millilitres,
    blood: &BloodKeys,
    conditions: Option<&[Contraindication]>,
    counts: usize,
) -> Result<Bench, BloodError> {
    let blood_ml_per_tube = protocol.blood_per_tube().0;
    let blood_ml = blood_ml_per_tube * f64::from(tubes);
    let limit_ml = limit.0;
    let picture = tube_picture(protocol, blood_ml_per_tube)?;
    let swings = sensitivity(protocol)?;
    let n = f64::from(tubes);
    let depa = preparation.depa(tubes);
    let (anticoagulant, anticoagulant_ml_per_tube) = anticoagulant(protocol, blood_ml_per_tube);
    Ok(Bench {
        title: protocol.title.clone(),
        source: protocol.source.clone(),
        asked: conditions.is_some(),
        checks: checks(conditions, blood, blood_ml, limit_ml),
        counted: Counted {
            platelets_k_per_ul: blood.platelets_k_per_ul,
            haematocrit_percent: blood.haematocrit_percent,
            haemoglobin_g_per_dl: blood.haemoglobin_g_per_dl,
            wbc_k_per_ul: blood.wbc_k_per_ul,
            date: blood.date,
        },
        tubes,
        blood_ml_per_tube,
        blood_ml,
        limit_ml,
        anticoagulant,
        anticoagulant_ml_per_tube,
        tube: tube_words(protocol),
        gel: protocol.tube.kind == vellus_blood::TubeKind::GelSeparator,
        rotor: spin_card::rotor_words(protocol),
        spins: spin_card::cards(protocol, &picture),
        take: Take {
            layer: if protocol.starts_with_plasma() {
                "pellet".into()
            } else {
                name(protocol.withdrawal.layer)
            },
            margin_mm: protocol.withdrawal.margin_mm.map(|m| m.0),
            fraction_of_plasma: protocol.withdrawal.fraction_of_plasma,
            taken_ml: picture
                .cut_mm
                .map(|c| c * picture.ml_per_mm * protocol.withdrawal.fraction_of_plasma.unwrap_or(1.0)),
            final_ml: protocol.withdrawal.final_volume_ml.map(|v| v.0),
            final_fraction: protocol.withdrawal.final_fraction,
        },
        counts,
        expected: Expected {
            recovery: band(&preparation.recovery, 1.0),
            concentration_factor: band(&preparation.concentration_factor, 1.0),
            platelets_k_per_ul: band(&preparation.platelets_per_ul, 1.0),
            platelets_billion: band(&preparation.platelets_total, n),
            rbc_k_per_ul: band(&preparation.rbc_per_ul, 1.0),
            wbc_k_per_ul: band(&preparation.wbc_per_ul, 1.0),
            volume_ml_per_tube: band(&preparation.volume_ml, 1.0),
            volume_ml: band(&preparation.volume_ml, n),
            wanted_k_per_ul: [WANTED_K_PER_UL.0, WANTED_K_PER_UL.1],
            paw: format!("{:?}", preparation.paw()),
            depa: format!("{:?}{:?}{:?}", depa.dose, depa.efficiency, depa.purity),
            leukocyte_poor: preparation.leukocytes() == Leukocytes::Poor,
        },
        picture,
        sensitivity: swings
            .iter()
            .map(|s| Swing {
                input: name(s.input.key),
                unit: s.input.unit.to_owned(),
                range: [s.input.lo, s.input.hi],
                factor: [s.at_lo, s.at_hi],
                stated: s.input.stated,
            })
            .collect(),
        assumed: preparation
            .assumed
            .iter()
            .map(|i| AssumedInput {
                input: name(i.key),
                unit: i.unit.to_owned(),
                value: Band { lo: i.lo, median: i.mid, hi: i.hi },
            })
            .collect(),
    })
}

fn anticoagulant(protocol: &Protocol, blood_ml: f64) -> (String, Option<f64>) {
    let ml = blood_ml * protocol.parts_per_blood().1;
    if protocol.tube.anticoagulant_ml.is_some() {
        let name = match protocol.anticoagulant {
            Anticoagulant::AcdA => "ACD-A",
            Anticoagulant::Citrate32 => "sodium citrate 3.2 %",
            Anticoagulant::Citrate38 => "sodium citrate 3.8 %",
            _ => "anticoagulant",
        };
        return (name.into(), Some(ml));
    }
    match protocol.anticoagulant {
        Anticoagulant::AcdA => ("ACD-A, 1 part to 9 parts of blood".into(), Some(ml)),
        Anticoagulant::Citrate32 => ("sodium citrate 3.2 %, 1 part to 9 parts of blood".into(), Some(ml)),
        Anticoagulant::Citrate38 => ("sodium citrate 3.8 %, 1 part to 9 parts of blood".into(), Some(ml)),
        Anticoagulant::Dry => ("dry, in the tube's wall (EDTA or heparin)".into(), Some(0.0)),
        Anticoagulant::None => ("none".into(), Some(0.0)),
        _ => ("not stated; ACD-A or citrate is usual, 1 part to 9 parts of blood".into(), None),
    }
}

fn tube_words(protocol: &Protocol) -> String {
    use vellus_blood::TubeKind;
    let t = &protocol.tube;
    let kind = match t.kind {
        TubeKind::Plain => "plain tube",
        TubeKind::GelSeparator => "tube with a separator gel",
        TubeKind::BuffyCoatKit => "buffy-coat device",
        _ => "tube",
    };
    let mut words = t.volume_ml.map_or_else(|| kind.to_owned(), |v| format!("{kind} of {} mL", v.0));
    if let Some(d) = t.inner_diameter_mm {
        words += &format!(", {} mm wide inside", d.0);
    }
    words
}
