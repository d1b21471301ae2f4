//! What is in a close-up, exactly: the document beside the picture.

use super::field::HairClass;
use super::lens::Lens;
use super::mark::MarkKind;
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
pub enum HairPaint {
    /// Its own pigment.
    Natural,
    /// A dye, at the tip if not at the root.
    Dyed,
    /// No pigment.
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
    /// Diameter that is seen, µm: full width at half of the contrast with its surroundings in green.
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
pub enum Fate {
    /// It is longer.
    Grown,
    /// It is in telogen, and as long as before.
    Resting,
    /// It is there at the second visit only.
    New,
    /// It is there at the first visit only.
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
