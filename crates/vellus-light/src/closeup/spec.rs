//! What a close-up shows: a specification in TOML, every key of which may be left out.

use super::number::{CloseUpError, Mistakes, numbers};
pub(super) use super::scalp_spec::{Hair, Marks, Smp, Surface};
use crate::hair_colour::HairTone;
use crate::skin::{Fitzpatrick, Skin, Undertone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// File format of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PictureFormat {
    /// Without loss.
    #[default]
    Png,
    /// JPEG of `camera.jpeg_quality`.
    Jpg,
}

/// Sun-reaction class as it is written in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SkinType {
    /// Always burns, never tans.
    I,
    /// Usually burns, tans little.
    II,
    /// Sometimes burns, tans.
    #[default]
    III,
    /// Seldom burns, tans well.
    IV,
    /// Brown.
    V,
    /// Dark brown to black.
    VI,
}

impl SkinType {
    /// All classes.
    pub const ALL: [Self; 6] = [Self::I, Self::II, Self::III, Self::IV, Self::V, Self::VI];

    const fn class(self) -> Fitzpatrick {
        match self {
            Self::I => Fitzpatrick::I,
            Self::II => Fitzpatrick::II,
            Self::III => Fitzpatrick::III,
            Self::IV => Fitzpatrick::IV,
            Self::V => Fitzpatrick::V,
            Self::VI => Fitzpatrick::VI,
        }
    }
}

/// A close-up of the scalp.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CloseUpSpec {
    /// The picture file.
    pub picture: Picture,
    /// Colour of hair and skin.
    pub colour: Colour,
    /// The hairs.
    pub hair: Hair,
    /// The skin's surface.
    pub skin: Surface,
    /// What lies on and in the skin beside hair and dots.
    pub marks: Marks,
    /// Pigment dots.
    pub smp: Smp,
    /// The camera and its faults.
    pub camera: CameraSpec,
    /// What software draws over pictures.
    pub overlay: Overlay,
    /// The second visit of a pair.
    pub pair: Pair,
}

/// The picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Picture {
    /// Width, pixels, 64 to 4096.
    #[schemars(range(min = 64, max = 4096))]
    pub width_px: u32,
    /// Height, pixels, 64 to 4096.
    #[schemars(range(min = 64, max = 4096))]
    pub height_px: u32,
    /// File format.
    pub format: PictureFormat,
}

impl Default for Picture {
    fn default() -> Self {
        Self { width_px: 1024, height_px: 768, format: PictureFormat::Png }
    }
}

/// Colour of hair and skin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Colour {
    /// Sun-reaction class of the skin, unless `skin_lab` is given.
    pub skin_type: SkinType,
    /// Undertone of the skin, with `skin_type`.
    pub undertone: Undertone,
    /// Measured colour of the skin, CIELAB D65.
    pub skin_lab: Option<[f64; 3]>,
    /// Natural colour of the hair.
    pub hair: HairTone,
    /// Dye of the hair beyond `hair.dye_regrowth_mm`; without it none is dyed.
    pub dye: Option<HairTone>,
}

numbers! {
    /// The camera and its faults.
    CameraSpec in "camera" {
        /// Scale at the middle of the picture, pixels per mm.
        scale_px_per_mm = 60.0, 20.0 to 500.0, Log(60.0, 500.0);
        /// Distance of the lens, mm; 1000 is as good as orthographic.
        distance_mm = 40.0, 12.0 to 1000.0, Log(20.0, 300.0);
        /// Angle between the line of sight and the upright, degrees.
        oblique_deg = 0.0, 0.0 to 50.0, Maybe(0.5, 0.0, 35.0);
        /// Direction to which the camera leans, degrees from the right of the picture towards its bottom.
        oblique_toward_deg = 0.0, 0.0 to 360.0, Even(0.0, 360.0);
        /// Radial distortion at the corner, relative: below 0 barrel, above 0 pincushion.
        distortion = 0.0, -0.1 to 0.1, Maybe(0.6, -0.08, 0.08);
        /// Height of the plane in focus above the skin, mm.
        focus_mm = 0.1, -2.0 to 3.0, Even(-0.2, 0.6);
        /// Radius of the blur, pixels per mm off the plane in focus.
        blur_px_per_mm = 2.0, 0.0 to 60.0, Even(0.0, 14.0);
        /// Motion during the exposure, pixels.
        motion_px = 0.0, 0.0 to 20.0, Maybe(0.3, 0.5, 8.0);
        /// Direction of the motion, degrees.
        motion_deg = 0.0, 0.0 to 360.0, Even(0.0, 360.0);
        /// How far crossed polarisers take the shine away: 0 none, 1 all.
        polarised = 0.0, 0.0 to 1.0, Maybe(0.5, 0.7, 1.0);
        /// Angle of the ring of lamps from the line of sight, degrees.
        ring_deg = 28.0, 8.0 to 65.0, Even(12.0, 50.0);
        /// How much brighter one side of the ring is.
        uneven_light = 0.1, 0.0 to 1.0, Even(0.0, 0.6);
        /// The brighter side, degrees.
        uneven_deg = 225.0, 0.0 to 360.0, Even(0.0, 360.0);
        /// Loss of light in the corners, a share.
        vignetting = 0.08, 0.0 to 0.8, Even(0.0, 0.45);
        /// Exposure; 1 shows skin as light as it measures.
        exposure = 1.15, 0.4 to 2.0, Even(0.7, 1.35);
        /// White balance: −1 blue, 1 yellow.
        white_balance = 0.0, -1.0 to 1.0, Even(-0.6, 0.6);
        /// Contrast about the mean; 1 is true.
        contrast = 1.0, 0.15 to 1.5, Even(0.4, 1.25);
        /// Noise at mid-grey, standard deviation in linear light.
        noise = 0.003, 0.0 to 0.1, Log(0.001, 0.03);
        /// Share of a Bayer mosaic in the picture.
        bayer = 0.0, 0.0 to 1.0, Maybe(0.5, 1.0, 1.0);
        /// Sharpening.
        sharpen = 0.0, 0.0 to 3.0, Maybe(0.6, 0.2, 1.8);
        /// Quality of JPEG files.
        jpeg_quality = 90.0, 60.0 to 95.0, Even(60.0, 95.0);
        /// Paths through each pixel that shows hair.
        samples = 24.0, 4.0 to 512.0, Fixed(24.0);
    }
}

numbers! {
    /// The second visit of a pair.
    Pair in "pair" {
        /// Days between the visits.
        days = 2.5, 0.5 to 10.0, Even(2.0, 3.0);
        /// Slowest growth, mm per day.
        slowest_mm_per_day = 0.25, 0.0 to 1.0, Even(0.25, 0.3);
        /// Fastest growth, mm per day.
        fastest_mm_per_day = 0.45, 0.0 to 1.0, Even(0.38, 0.45);
        /// Share of hairs in telogen, which do not grow.
        telogen_share = 0.12, 0.0 to 1.0, Even(0.05, 0.4);
        /// Share of hairs that are there at the second visit only.
        new_share = 0.01, 0.0 to 0.3, Even(0.0, 0.04);
        /// Share of hairs in telogen that are shed before the second visit.
        shed_share = 0.05, 0.0 to 1.0, Even(0.0, 0.2);
        /// Largest shift of the camera, mm.
        shift_mm = 0.8, 0.0 to 2.0, Even(0.1, 2.0);
        /// Largest turn of the camera, degrees.
        turn_deg = 5.0, 0.0 to 15.0, Even(0.0, 15.0);
        /// Largest change of scale, a share.
        scale_share = 0.02, 0.0 to 0.05, Even(0.0, 0.05);
        /// Largest stretch of the skin, a share.
        stretch = 0.02, 0.0 to 0.06, Even(0.0, 0.05);
        /// How much the light changes: 0 not, 1 as between two rooms.
        light_change = 0.3, 0.0 to 1.0, Even(0.0, 1.0);
    }
}

/// What software draws over pictures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Overlay {
    /// Caption in the lower left, at most 60 printable ASCII characters; none when empty.
    pub caption: String,
    /// Length of the scale bar, mm, 0 to 10; 0 for none.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub scale_bar_mm: f64,
    /// Area inside the red measuring circle, mm², 0 to 400; 0 for none.
    #[schemars(range(min = 0.0, max = 400.0))]
    pub circle_mm2: f64,
    /// Height of the white strip at the bottom over that of the picture, 0 to 0.25; 0 for none.
    #[schemars(range(min = 0.0, max = 0.25))]
    pub strip: f64,
}

impl CloseUpSpec {
    /// Reads a specification.
    ///
    /// # Errors
    /// Text that is no TOML, keys that are not known, numbers out of range.
    pub fn from_toml(text: &str) -> Result<Self, CloseUpError> {
        let spec: Self =
            toml::from_str(text).map_err(|e| CloseUpError::Toml(e.to_string().trim_end().to_owned()))?;
        spec.checked(Some(text))?;
        Ok(spec)
    }

    /// Checks every number, and those that depend on each other.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn check(&self) -> Result<(), CloseUpError> {
        self.checked(None)
    }

    fn checked(&self, text: Option<&str>) -> Result<(), CloseUpError> {
        let mut m = Mistakes { text, found: Vec::new() };
        m.number("picture.width_px", f64::from(self.picture.width_px), 64.0, 4096.0);
        m.number("picture.height_px", f64::from(self.picture.height_px), 64.0, 4096.0);
        self.hair.check(&mut m);
        self.skin.check(&mut m);
        self.marks.check(&mut m);
        self.smp.check(&mut m);
        self.camera.check(&mut m);
        self.pair.check(&mut m);
        m.number("overlay.scale_bar_mm", self.overlay.scale_bar_mm, 0.0, 10.0);
        m.number("overlay.circle_mm2", self.overlay.circle_mm2, 0.0, 400.0);
        m.number("overlay.strip", self.overlay.strip, 0.0, 0.25);
        let caption = &self.overlay.caption;
        if caption.len() > 60 || !caption.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            m.say(
                "overlay.caption",
                "may have up to 60 printable ASCII characters; shorten it or write it without accents",
            );
        }
        let h = &self.hair;
        if h.intermediate_share + h.vellus_share > 1.0 {
            m.say(
                "hair.vellus_share",
                &format!(
                    "and hair.intermediate_share are together {:.3}, allowed is up to 1; what is left is terminal hair",
                    h.intermediate_share + h.vellus_share
                ),
            );
        }
        if self.pair.slowest_mm_per_day > self.pair.fastest_mm_per_day {
            m.say("pair.slowest_mm_per_day", "is above pair.fastest_mm_per_day; exchange the two");
        }
        if let Some(lab) = self.colour.skin_lab
            && let Err(e) = Skin::measured(lab)
        {
            m.say("colour.skin_lab", &e.to_string());
        }
        if m.found.is_empty() { Ok(()) } else { Err(CloseUpError::Wrong(m.found)) }
    }

    /// The skin that is meant.
    ///
    /// # Errors
    /// A colour that skin cannot have.
    pub fn skin(&self) -> Result<Skin, CloseUpError> {
        let skin = match self.colour.skin_lab {
            Some(lab) => Skin::measured(lab)?,
            None => Skin::fitzpatrick(self.colour.skin_type.class(), self.colour.undertone),
        };
        Ok(skin.with_redness(self.skin.erythema as f32).with_gloss(self.skin.gloss as f32))
    }

    /// The JSON Schema of a specification.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}
