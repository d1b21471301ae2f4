//! The document that the finder writes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_light::HairTone;
use vellus_light::see::Appearance;
use vellus_light::shade::{Calibration, Difference};
use vellus_pigment::target::School;

use crate::outcome::Band;
use crate::person::Assumption;

/// The ages at which a work is judged: years after it (fresh is three days), name, weight in the cost. The weights are assumptions: the years
/// before a touch-up is usual (2 to 8) count most, the week of healing hardly.
pub const AGES: [(f64, &str, f64); 6] = [
    (3.0 / 365.25, "fresh", 0.05),
    (0.5, "6 months", 0.20),
    (1.0, "1 year", 0.20),
    (3.0, "3 years", 0.25),
    (6.0, "6 years", 0.20),
    (10.0, "10 years", 0.10),
];
/// Weights of the two distances in the cost: conversation, close up (assumption).
pub const DISTANCES: [f64; 2] = [0.6, 0.4];

/// A dilution and a depth, and what comes of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Name of the pigment.
    pub pigment: String,
    /// Millilitres of water to one of pigment.
    pub water_per_pigment: f64,
    /// Strength of the healed deposit against undiluted pigment, 0 to 1.
    pub strength: f64,
    /// Depth of the middle of the deposit, µm.
    pub deposit_depth_um: f64,
    /// Depth to which the needle is set for it, µm.
    pub set_depth_um: f64,
    /// Median diameter of a healed dot, µm.
    pub healed_um: f64,
    /// Dots per cm² where no hair is left.
    pub dots_per_cm2: f64,
    /// Dots per cm² that would look as dark as the fringe.
    pub matching_per_cm2: f64,
    /// Weighed difference over lamps, distances and ages: 1 is what half of the people see.
    pub cost: f64,
    /// Difference at conversation after a year.
    pub conversation: Difference,
    /// Difference close up after a year.
    pub close_up: Difference,
}

/// Another choice, beside the best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// What it is.
    pub what: String,
    /// The choice.
    pub choice: Choice,
}

/// Colours under one lamp.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LampRow {
    /// Name of the lamp.
    pub lamp: String,
    /// Share of the time, 0 to 1.
    pub weight: f64,
    /// The work, CIELAB against the white of the lamp.
    pub dots_lab: [f64; 3],
    /// The person's own shaved fringe.
    pub own_lab: [f64; 3],
    /// ΔE₀₀ between them.
    pub de00: f64,
    /// sRGB code values of the work, white-balanced to the lamp.
    pub dots_srgb: [u8; 3],
    /// The same of the fringe.
    pub own_srgb: [u8; 3],
}

/// The work at one age.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShadeYear {
    /// Name of the age.
    pub label: String,
    /// Years after the work.
    pub years: f64,
    /// Colour of the work, CIELAB D65, each with its 80 % band.
    pub dots_lab: [Band; 3],
    /// Colour of the person's own shaved fringe at that age.
    pub own_lab: [f64; 3],
    /// ΔE₀₀ to the fringe.
    pub de00: Band,
    /// L* less that of the fringe: below zero it is too dark.
    pub lightness: Band,
    /// b* less that of the fringe: below zero it is too blue.
    pub blue_yellow: Band,
    /// Difference of texture at conversation, just noticeable differences.
    pub texture_jnd: f64,
    /// Difference of texture close up.
    pub texture_close_jnd: f64,
    /// Under each lamp.
    pub lamps: Vec<LampRow>,
    /// The work beside bare skin: measured and seen.
    pub appearance: Appearance,
}

/// Skin under a lamp, for the sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SkinUnderLamp {
    /// Name of the lamp.
    pub lamp: String,
    /// Share of the time, 0 to 1.
    pub weight: f64,
    /// CIELAB against the white of the lamp.
    pub lab: [f64; 3],
    /// sRGB code values, white-balanced to the lamp.
    pub srgb: [u8; 3],
}

/// How sure a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// The median says so.
    Likely,
    /// Only the end of the band does.
    Possible,
}

/// Something to look at before the work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// What: `blue`, `dark`, `pale`, `coarse`, `density`, `test_dots`.
    pub kind: String,
    /// How sure.
    pub sureness: Sureness,
    /// In words.
    pub text: String,
}

/// The answer of the shade finder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShadeAnswer {
    /// Label of the case.
    pub label: String,
    /// The day of the case.
    pub today: Date,
    /// Version of the program.
    pub program: String,
    /// Skin, CIELAB D65.
    pub skin_lab: [f64; 3],
    /// Its typology angle, degrees.
    pub skin_ita_degrees: f64,
    /// Skin under the lamps.
    pub skin: Vec<SkinUnderLamp>,
    /// Colour of the hair.
    pub hair: HairTone,
    /// Share of white hairs today, 0 to 1.
    pub grey_share: f64,
    /// Terminal hairs per cm² of the fringe.
    pub fringe_per_cm2: f64,
    /// Their calibre, µm.
    pub calibre_um: f64,
    /// Length of the stubs that are compared, mm.
    pub stub_mm: f64,
    /// How dense the work should be.
    pub school: School,
    /// The best choice.
    pub best: Choice,
    /// Why this one, in words.
    pub reasons: Vec<String>,
    /// Others, beside it.
    pub alternatives: Vec<Alternative>,
    /// The work over the years.
    pub years: Vec<ShadeYear>,
    /// What to look at.
    pub warnings: Vec<Warning>,
    /// What test dots taught; that of the best choice's pigment.
    pub calibration: Calibration,
    /// What was read of them.
    pub test_dots: Vec<String>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
    /// What this rests on and leaves out.
    pub limits: Vec<String>,
}
