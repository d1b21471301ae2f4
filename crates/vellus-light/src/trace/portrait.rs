//! From a head, hairs, dots and a light to a scene that can be traced.

use super::film::{Film, Progress, Settings, render};
use super::hairs::Hairs;
use super::lamps::{Dome, Lamp, Lamps};
use super::marks::{Marks, Radial, radials};
use super::piece::Piece;
use super::scene::{Body, Fade, Ground, Scene};
use super::skin_ground::SkinGround;
use crate::compose::Frame;
use crate::dot::PARTS;
use crate::error::LightError;
use crate::extinction::Extinction;
use crate::fibre::{Fibre, Section, absorption_per_radius};
use crate::head_model::HeadModel;
use crate::lights::Lights;
use crate::scene::Strands;
use crate::under_skin::{MOST_RADIUS_UM, UnderSkin, root_behind_mm};
use crate::view::Camera;
use glam::Vec3;

/// Hairs start this far under the surface, mm, so that none hovers over a facet.
const SUNK_MM: f32 = 0.2;
/// Absorption of melanin is given per radius of a hair of this radius, mm.
const MELANIN_RADIUS_MM: f32 = 0.035;
/// The mouth of a follicle where a picture resolves it: skin area (mm²) that looks dark, and its width, mm.
/// Assumption: a pit of 0.1 to 0.2 mm that half closes round the shaft.
const PORE_MM2: f32 = 0.006;
const PORE_SIGMA_MM: f32 = 0.085;
/// Gloss that stubble takes, per area of its side per area of skin. Assumption: stubble breaks the film;
/// densely shaved scalp is matt in photographs.
const GLOSS_TAKEN: f32 = 20.0;
/// Pixels per mm from which relief and pores are shown.
const RELIEF_FROM: f32 = 8.0;
/// Section of scalp hair where a close-up resolves it: major over minor axis. Assumption, European mean.
const ASPECT: f32 = 1.3;

/// How the skin and hair are wetted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wetness {
    /// Dry hair on skin with its own sebum.
    #[default]
    Dry,
    /// Damp after sport.
    Damp,
    /// Wet from the shower.
    Wet,
}

impl Wetness {
    /// Factor on the gloss, and roughness of hairs. Assumption: a film of water fills the scales.
    const fn effect(self) -> (f32, [f32; 2]) {
        match self {
            Self::Dry => (1.0, [0.3, 0.3]),
            Self::Damp => (1.7, [0.24, 0.28]),
            Self::Wet => (2.6, [0.16, 0.24]),
        }
    }
}

/// Hairs of one date, ready for any camera: the hierarchy is built once.
#[derive(Clone, Debug, Default)]
pub struct Grown {
    hairs: Hairs,
    absorption: Vec<Vec3>,
    /// Strand of each piece.
    strand: Vec<u32>,
}

impl Grown {
    /// Builds the hierarchy over the hairs of a frame.
    ///
    /// # Errors
    /// What [`Strands::check`] finds.
    pub fn new(frame: &Frame<'_>) -> Result<Self, LightError> {
        frame.strands.check()?;
        let strands = frame.strands;
        let per_mm = [false, true].map(|w| frame.hair.absorption(w) / MELANIN_RADIUS_MM);
        let mut out = Self::default();
        let mut pieces = Vec::new();
        for i in 0..strands.len() {
            let (length, radius) = (strands.length_mm[i], strands.radius_um[i]);
            if length <= 0.0 || radius <= 0.0 {
                continue;
            }
            let sigma = absorption_per_radius(per_mm[usize::from(strands.white[i])], radius);
            let mut add = |a: Vec3, b: Vec3, thin: f32| {
                if a != b {
                    pieces.push(Piece::between(a, b, 0.001 * radius * thin));
                    out.absorption.push(sigma * thin);
                    out.strand.push(i as u32);
                }
            };
            let curve = course(strands, i);
            if curve.len() > 1 {
                let n = curve.len() - 1;
                for (k, w) in curve.windows(2).enumerate() {
                    // The tip of a long hair is worn to half of its thickness.
                    let t = k as f32 / n as f32;
                    let start =
                        if k == 0 { w[0] - (w[1] - w[0]).normalize_or_zero() * SUNK_MM } else { w[0] };
                    add(start, w[1], 1.0 - 0.5 * t * t);
                }
            } else {
                let d = strands.direction[i];
                add(strands.root[i] - d * SUNK_MM, strands.root[i] + d * length, 1.0);
            }
        }
        out.hairs = Hairs::new(pieces)?;
        Ok(out)
    }

    /// Number of straight pieces.
    #[must_use]
    pub const fn pieces(&self) -> usize {
        self.hairs.len()
    }

    /// The strand that a piece belongs to.
    #[must_use]
    pub fn strand_of(&self, piece: u32) -> Option<u32> {
        self.strand.get(piece as usize).copied()
    }
}

fn course(strands: &Strands, i: usize) -> &[Vec3] {
    strands.curves.as_ref().map_or(&[], |c| &c.points[c.first[i] as usize..c.first[i + 1] as usize])
}

/// What lies under the skin on one date: dots, roots, pores; and how stubble dulls the gloss.
#[derive(Clone, Debug, Default)]
pub struct Under {
    marks: Marks,
    stubble: Marks,
}

impl Under {
    /// Makes the marks of a frame ready; `pores` for pictures that resolve them.
    ///
    /// # Errors
    /// What the checks of dots and strands find.
    pub fn new(frame: &Frame<'_>, pores: bool) -> Result<Self, LightError> {
        frame.strands.check()?;
        frame.dots.check()?;
        let strands = frame.strands;
        let mut at = frame.dots.position.clone();
        let mut terms: Vec<[Radial; PARTS]> = frame.dots.extinction.iter().map(radials).collect();
        // Root optics by radius, 1 µm apart, with and without pigment.
        let under = UnderSkin::new(frame.skin);
        // By whether the strand is white, then by radius. From afar a root is one mark.
        let behind = if pores { root_behind_mm() } else { [0.0; 3] };
        let table = [false, true].map(|white| {
            let roots = under.roots(frame.hair, white);
            (0..=MOST_RADIUS_UM)
                .map(|r| {
                    let d = 2.0 * r as f64;
                    if pores {
                        roots.segments(d).iter().map(radials).collect()
                    } else {
                        vec![radials(&roots.of(d))]
                    }
                })
                .collect::<Vec<Vec<[Radial; PARTS]>>>()
        });
        let pore = radials(&Extinction::gaussian([PORE_MM2 * 0.8, PORE_MM2, PORE_MM2], PORE_SIGMA_MM));
        let (mut feet, mut sides) = (Vec::new(), Vec::new());
        for i in 0..strands.len() {
            let r = ((strands.radius_um[i] + 0.5).max(0.0) as usize).min(MOST_RADIUS_UM);
            let n = strands.normal[i];
            let along = (strands.direction[i] - n * strands.direction[i].dot(n)).normalize_or_zero();
            for (root, behind) in table[usize::from(strands.white[i])][r].iter().zip(behind) {
                at.push(strands.root[i] - along * behind as f32);
                terms.push(*root);
            }
            if pores {
                at.push(strands.root[i]);
                terms.push(pore);
            }
            let side = 0.002 * strands.radius_um[i] * strands.length_mm[i].min(3.0) * GLOSS_TAKEN;
            feet.push(strands.root[i]);
            let mut round = [Radial::default(); PARTS];
            round[0] = Radial { variance: 0.04, area: Vec3::splat(side) };
            sides.push(round);
        }
        Ok(Self { marks: Marks::new(at, terms), stubble: Marks::new(feet, sides) })
    }
}

/// A head to be traced.
pub struct Portrait<'a> {
    /// The head.
    pub head: &'a HeadModel,
    /// Skin and hair colour (its strands and dots are in the two below).
    pub frame: Frame<'a>,
    /// Its hairs.
    pub grown: &'a Grown,
    /// Its marks.
    pub under: &'a Under,
    /// The light.
    pub lights: Lights,
    /// How wet it is.
    pub wetness: Wetness,
    /// No gloss, as through crossed polarisers.
    pub polarised: bool,
    /// What fades into the background.
    pub fade: Option<Fade<'a>>,
}

impl Portrait<'_> {
    /// Traces a picture on a transparent background.
    ///
    /// # Errors
    /// A camera inside the head, a scene without light, settings out of range, a picture too large for the
    /// memory that is allowed.
    pub fn trace(
        &self,
        camera: &Camera,
        settings: &Settings,
        progress: Progress<'_>,
    ) -> Result<Film, LightError> {
        self.trace_as(settings.key, camera, settings, progress)
    }

    /// [`Self::trace`] with the texture of the skin drawn from a key of its own, so that pictures of other
    /// seeds show the same person.
    ///
    /// # Errors
    /// As [`Self::trace`].
    pub fn trace_as(
        &self,
        person: vellus_units::random::Key,
        camera: &Camera,
        settings: &Settings,
        progress: Progress<'_>,
    ) -> Result<Film, LightError> {
        if camera.perspective && self.head.holds(camera.eye) {
            return Err(LightError::Inside);
        }
        let (gloss, [beta_m, beta_n]) = self.wetness.effect();
        let close = !camera.perspective && camera.scale >= RELIEF_FROM;
        let section = if close { Section { aspect: ASPECT } } else { Section::ROUND };
        let skin = self.frame.skin;
        let mut ground = SkinGround::new(self.head, skin, &self.under.marks, &self.under.stubble, person);
        ground.wet = if self.polarised { 0.0 } else { gloss };
        ground.relief = close;
        let lights = &self.lights;
        let lamps = [Lamp::Far(lights.key), Lamp::Far(lights.fill)];
        let (centre, _) = self.head.framing_sphere();
        let dome = Dome { sky: lights.sky, ground: lights.ground };
        let scene = Scene {
            body: Body::Mesh(self.head),
            ground: Ground::Skin(Box::new(ground)),
            hairs: &self.grown.hairs,
            fibre: Fibre::new(beta_m, beta_n, 2.5, section)?,
            absorption: &self.grown.absorption,
            lamps: Lamps::new(&lamps, dome, centre),
            background: Vec3::ZERO,
            fade: self.fade,
        };
        render(&scene, camera, settings, progress)
    }
}
