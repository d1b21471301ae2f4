//! What is in a close-up, exactly: the document beside the picture.

use super::field::HairClass;
use super::lens::Lens;
use super::mark::MarkKind;
use super::number::CloseUpError;
use super::overlay::Drawn;
use super::pose::Pose;
use super::spec::CameraSpec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the document.
pub(crate) const TRUTH_SCHEMA: u32 = 1;

/// The truth of one picture. Pixels: (0, 0) is the upper left corner of the picture, (0.5, 0.5) the middle of its first pixel.
/// Millimetres: the frame of [`Lens`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Truth {
    /// Version of this document.
    pub schema_version: u32,
    /// File name of the picture.
    pub picture: String,
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// 1, or 2 for the second visit of a pair.
    pub visit: u32,
    /// Scale and mapping.
    pub scale: Scale,
    /// The skin.
    pub skin: SkinTruth,
    /// Counts and densities in the picture.
    pub counts: Counts,
    /// Every hair of which something is in the picture.
    pub hairs: Vec<HairTruth>,
    /// Follicular units whose middle is in the picture, empty ones too.
    pub units: Vec<UnitTruth>,
    /// Every pigment dot of which something is in the picture.
    pub dots: Vec<DotTruth>,
    /// What is neither.
    pub distractors: Vec<DistractorTruth>,
    /// What was drawn over the picture.
    pub overlays: Vec<Drawn>,
    /// The camera and its faults, as specified.
    pub camera: CameraSpec,
    /// What changed since the first visit; with the second picture of a pair only.
    pub pair: Option<PairTruth>,
}

/// Scale and mapping of a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scale {
    /// Pixels per mm of skin in the middle of the picture, root of the product across and along, after all distortion.
    pub px_per_mm: f64,
    /// Largest and smallest pixels per mm in the middle.
    pub middle_px_per_mm: [f64; 2],
    /// The same in the corners: upper left, upper right, lower left, lower right; none where no skin is seen.
    pub corners_px_per_mm: [Option<[f64; 2]>; 4],
    /// Skin in the picture, mm².
    pub area_mm2: f64,
    /// The mapping from skin to pixels.
    pub mapping: Lens,
}

/// The skin of a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SkinTruth {
    /// Calm colour, CIELAB D65.
    pub lab: [f64; 3],
    /// Typology angle, degrees.
    pub ita_deg: f64,
    /// Redness, 0 to 1.
    pub erythema: f64,
}

/// Counts in the picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Hairs whose exit is in the picture.
    pub hairs: u32,
    /// Of these terminal.
    pub terminal: u32,
    /// Of these intermediate.
    pub intermediate: u32,
    /// Of these vellus.
    pub vellus: u32,
    /// Of these white.
    pub white: u32,
    /// Units with hair whose middle is in the picture.
    pub units: u32,
    /// Dots whose centre is in the picture.
    pub dots: u32,
    /// Hairs per cm² of skin in the picture.
    pub hairs_per_cm2: f64,
    /// Dots per cm² of skin in the picture.
    pub dots_per_cm2: f64,
}

/// What the colour of a hair comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum HairPaint {
    Natural,
    Dyed,
    White,
}

/// A hair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HairTruth {
    /// The same at both visits of a pair.
    pub id: u32,
    /// Unit it belongs to.
    pub unit: u32,
    /// Class by its width at the skin.
    pub class: HairClass,
    /// Width at the skin, µm.
    pub width_um: f64,
    /// Where it leaves the skin, pixels.
    pub exit_px: [f64; 2],
    /// Its tip, pixels.
    pub tip_px: [f64; 2],
    /// Where it leaves the skin, mm.
    pub exit_mm: [f64; 3],
    /// Its tip, mm.
    pub tip_mm: [f64; 3],
    /// The exit is in the picture.
    pub exit_in_picture: bool,
    /// The border of the picture cuts it.
    pub cut_by_border: bool,
    /// Length from exit to tip, mm.
    pub length_mm: f64,
    /// Length of the part in the picture, mm.
    pub visible_length_mm: f64,
    /// Angle to the skin at the exit, degrees.
    pub tilt_deg: f64,
    /// Direction at the exit, degrees from the right of the frame towards its bottom.
    pub azimuth_deg: f64,
    /// Where its colour comes from.
    pub paint: HairPaint,
    /// Without pigment.
    pub white: bool,
    /// Colour of the fibre in even light at its root and at its tip, CIELAB D65.
    pub lab: [[f64; 3]; 2],
    /// Shaved flush: it looks like a dot.
    pub stubble: bool,
    /// In telogen: it does not grow.
    pub telogen: bool,
    /// Median radius of its blur, pixels.
    pub blur_px: f64,
    /// That radius is at most 1.5 pixels.
    pub in_focus: bool,
    /// Value in the mask of hairs, 0 when none was written.
    pub mask: u32,
    /// Centreline from exit to tip, pixels.
    pub centreline_px: Vec<[f64; 2]>,
    /// Centreline from exit to tip, mm.
    pub centreline_mm: Vec<[f64; 3]>,
    /// Width at each station of the centreline, µm.
    pub widths_um: Vec<f64>,
    /// Width of its image at each station, pixels, without blur.
    pub widths_px: Vec<f64>,
}

/// A follicular unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnitTruth {
    /// The same at both visits.
    pub id: u32,
    /// Middle, pixels.
    pub centre_px: [f64; 2],
    /// Middle, mm.
    pub centre_mm: [f64; 2],
    /// Hairs that are there at this visit.
    pub hairs: u32,
}

/// A pigment dot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DotTruth {
    /// The same at both visits.
    pub id: u32,
    /// Centre, pixels.
    pub centre_px: [f64; 2],
    /// Centre, mm.
    pub centre_mm: [f64; 2],
    /// Diameter of the pigment, µm.
    pub diameter_um: f64,
    /// Diameter that is seen, µm: full width at half of the darkening in green.
    pub seen_um: f64,
    /// The same in pixels in the middle of the picture's mapping there.
    pub seen_px: f64,
    /// Short over long axis.
    pub aspect: f64,
    /// Direction of the long axis, degrees.
    pub axis_deg: f64,
    /// Colour of its middle on this skin, CIELAB D65.
    pub lab: [f64; 3],
    /// Depth of the top of the pigment, µm.
    pub depth_um: f64,
    /// Years since it was laid.
    pub age_years: f64,
    /// Smallest id of the group of dots that touch each other; none when it stands alone.
    pub merged: Option<u32>,
    /// Still healing, with a crust.
    pub scab: bool,
    /// Distance to the nearest unit's middle, mm.
    pub to_unit_mm: Option<f64>,
    /// Value in the mask of dots, 0 when none was written.
    pub mask: u32,
}

/// Something that is neither hair nor dot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DistractorTruth {
    /// Its kind: those of [`MarkKind`], or `debris`.
    pub kind: String,
    /// Middle, pixels.
    pub centre_px: [f64; 2],
    /// Middle, mm.
    pub centre_mm: [f64; 2],
    /// Diameter or width, mm.
    pub width_mm: f64,
    /// Course of a vessel or of a cut piece, pixels.
    pub path_px: Vec<[f64; 2]>,
}

/// What changed between the visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairTruth {
    /// File name of the first picture.
    pub first_picture: String,
    /// Days between them.
    pub days: f64,
    /// How the second frame lies on the scalp; the first frame is the scalp's own.
    pub pose: Pose,
    /// Every hair that is in either picture.
    pub hairs: Vec<GrowthTruth>,
}

/// One hair over both visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GrowthTruth {
    /// Id of the hair.
    pub id: u32,
    /// `grown`, `resting`, `new` or `shed`.
    pub fate: Fate,
    /// Growth between the visits, mm; for new hair its length.
    pub growth_mm: f64,
    /// Growth a day, mm.
    pub mm_per_day: f64,
    /// Something of it is in the first and in the second picture.
    pub in_pictures: [bool; 2],
}

/// What became of a hair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Fate {
    Grown,
    Resting,
    New,
    Shed,
}

impl MarkKind {
    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vessel => "vessel",
            Self::Flake => "flake",
            Self::Sebum => "sebum",
            Self::WhiteDot => "white_dot",
            Self::YellowDot => "yellow_dot",
            Self::BlackDot => "black_dot",
            Self::EmptyOstium => "empty_ostium",
            Self::Comedone => "comedone",
            Self::Mole => "mole",
            Self::Lentigo => "lentigo",
            Self::InkDot => "ink_dot",
            Self::Bubble => "bubble",
        }
    }
}

impl Truth {
    /// The document as JSON, one hair or dot a line.
    ///
    /// # Errors
    /// When a number cannot be written.
    pub fn to_json(&self) -> Result<String, CloseUpError> {
        let fail = |e: serde_json::Error| CloseUpError::Write(e.to_string());
        let mut all = serde_json::to_value(self).map_err(fail)?;
        round(&mut all);
        let serde_json::Value::Object(map) = all else { return Ok(String::new()) };
        let mut out = String::from("{\n");
        for (n, (key, value)) in map.iter().enumerate() {
            out.push_str(if n > 0 { ",\n" } else { "" });
            out.push_str(&format!("  \"{key}\": "));
            match value {
                serde_json::Value::Array(items) if !items.is_empty() => {
                    let lines: Vec<String> = items.iter().map(|v| format!("    {v}")).collect();
                    out.push_str(&format!("[\n{}\n  ]", lines.join(",\n")));
                }
                v => out.push_str(&v.to_string()),
            }
        }
        out.push_str("\n}\n");
        Ok(out)
    }

    /// `hairs.csv`: a line for each hair, without its centreline.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn hairs_csv(&self) -> Result<Vec<u8>, CloseUpError> {
        let mut w = csv::Writer::from_writer(Vec::new());
        w.write_record([
            "picture",
            "id",
            "unit",
            "class",
            "exit_x_px",
            "exit_y_px",
            "tip_x_px",
            "tip_y_px",
            "exit_x_mm",
            "exit_y_mm",
            "width_um",
            "width_middle_um",
            "width_tip_um",
            "length_mm",
            "visible_length_mm",
            "tilt_deg",
            "azimuth_deg",
            "white",
            "stubble",
            "telogen",
            "exit_in_picture",
            "cut_by_border",
            "blur_px",
            "in_focus",
            "mask",
        ])
        .map_err(csv_error)?;
        for h in &self.hairs {
            let n = h.widths_um.len();
            let middle = h.widths_um.get(n / 2).copied().unwrap_or(h.width_um);
            let tip = h.widths_um.last().copied().unwrap_or(h.width_um);
            let class = match h.class {
                HairClass::Terminal => "terminal",
                HairClass::Intermediate => "intermediate",
                HairClass::Vellus => "vellus",
            };
            let mut row = vec![self.picture.clone(), h.id.to_string(), h.unit.to_string(), class.to_owned()];
            row.extend([h.exit_px[0], h.exit_px[1], h.tip_px[0], h.tip_px[1]].map(|x| format!("{x:.3}")));
            row.extend([h.exit_mm[0], h.exit_mm[1]].map(|x| format!("{x:.4}")));
            row.extend([h.width_um, middle, tip].map(|x| format!("{x:.2}")));
            row.extend([h.length_mm, h.visible_length_mm].map(|x| format!("{x:.4}")));
            row.extend([h.tilt_deg, h.azimuth_deg].map(|x| format!("{x:.2}")));
            row.extend(
                [h.white, h.stubble, h.telogen, h.exit_in_picture, h.cut_by_border].map(|b| b.to_string()),
            );
            row.extend([format!("{:.2}", h.blur_px), h.in_focus.to_string(), h.mask.to_string()]);
            w.write_record(&row).map_err(csv_error)?;
        }
        w.into_inner().map_err(|e| CloseUpError::Write(e.to_string()))
    }

    /// `dots.csv`: a line for each dot.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn dots_csv(&self) -> Result<Vec<u8>, CloseUpError> {
        let mut w = csv::Writer::from_writer(Vec::new());
        w.write_record([
            "picture",
            "id",
            "x_px",
            "y_px",
            "x_mm",
            "y_mm",
            "diameter_um",
            "seen_um",
            "seen_px",
            "aspect",
            "L",
            "a",
            "b",
            "depth_um",
            "age_years",
            "merged",
            "scab",
            "mask",
        ])
        .map_err(csv_error)?;
        for d in &self.dots {
            let mut row = vec![self.picture.clone(), d.id.to_string()];
            row.extend(d.centre_px.map(|x| format!("{x:.3}")));
            row.extend(d.centre_mm.map(|x| format!("{x:.4}")));
            row.extend([d.diameter_um, d.seen_um, d.seen_px].map(|x| format!("{x:.2}")));
            row.push(format!("{:.3}", d.aspect));
            row.extend(d.lab.map(|x| format!("{x:.2}")));
            row.extend([d.depth_um, d.age_years].map(|x| format!("{x:.2}")));
            row.push(d.merged.map_or_else(String::new, |m| m.to_string()));
            row.extend([d.scab.to_string(), d.mask.to_string()]);
            w.write_record(&row).map_err(csv_error)?;
        }
        w.into_inner().map_err(|e| CloseUpError::Write(e.to_string()))
    }

    /// The JSON Schema of the document.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

fn csv_error(e: csv::Error) -> CloseUpError {
    CloseUpError::Write(e.to_string())
}

/// Rounds every number to a millionth.
fn round(v: &mut serde_json::Value) {
    match v {
        serde_json::Value::Number(n) => {
            if let Some(x) = n.as_f64().filter(|_| n.is_f64())
                && let Some(r) = serde_json::Number::from_f64((x * 1e6).round() / 1e6)
            {
                *n = r;
            }
        }
        serde_json::Value::Array(a) => a.iter_mut().for_each(round),
        serde_json::Value::Object(o) => o.values_mut().for_each(round),
        _ => {}
    }
}
