//! From a specification to pictures with their truth.

use super::dot::{self, Dot};
use super::eye::Eye;
use super::faults;
use super::field::{Field, Grown, HairClass};
use super::ground::Ground;
use super::mark::{Mark, MarkKind, marks};
use super::number::CloseUpError;
use super::overlay;
use super::patch::Patch;
use super::ring::Ring;
use super::shade::Shade;
use super::spec::{CloseUpSpec, PictureFormat};
use super::strand::{Station, strand};
use super::truth::Truth;
use super::under::blots;
use super::visit::{Visit, patch};
use super::witness;
use crate::fibre::{Fibre, Section};
use crate::hair_colour::REFERENCE_RADIUS_MM;
use crate::hair_fibre::fibre_albedo;
use crate::image::Image;
use crate::skin::Skin;
use crate::trace::samples::Sequence;
use crate::trace::{Hairs, Piece};
use crate::under_skin::UnderSkin;
use glam::{DVec2, DVec3, Vec3};
use libm::sqrt;
use rayon::prelude::*;
use vellus_units::random::Key;

/// A finished close-up.
#[derive(Clone, Debug)]
pub struct CloseUp {
    /// The picture, linear sRGB, with the camera's faults and what was drawn over it.
    pub image: Image,
    /// What is in it.
    pub truth: Truth,
    /// Which hair and which dot each pixel shows, when asked for.
    pub masks: Option<Masks>,
    format: PictureFormat,
    quality: u8,
}

/// Which hair and which dot a pixel shows: 0 none, else the `mask` of the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masks {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    /// By pixel, hairs.
    pub hairs: Vec<u16>,
    /// By pixel, dots.
    pub dots: Vec<u16>,
}

/// What is told of a picture in the making: the share that is done.
pub type Told<'a> = &'a mut dyn FnMut(f64);

/// What is beside the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Masks are made.
    pub masks: bool,
}

/// A scalp with all that is on and in it.
pub(crate) struct Scalp {
    pub(crate) skin: Skin,
    pub(crate) under: UnderSkin,
    pub(crate) field: Field,
    pub(crate) dots: Vec<Dot>,
    pub(crate) groups: Vec<Option<u32>>,
    pub(crate) marks: Vec<Mark>,
}

impl Scalp {
    fn grow(spec: &CloseUpSpec, seed: u64, visits: &[Visit]) -> Result<Self, CloseUpError> {
        let key = Key::new(seed, 0);
        let patch = patch(spec, visits);
        let (low, high) = visits[0].lens.skin_box();
        let skin = spec.skin()?;
        let field = Field::grow(spec, &patch, key);
        let under = UnderSkin::new(&skin);
        let dots = dot::dots(spec, &patch, &field.units, &under, key);
        let groups = dot::groups(&dots);
        let marks = marks(&spec.marks, &patch, &Patch { low, high }, &field.units, key);
        Ok(Self { skin, under, field, dots, groups, marks })
    }
}

/// A hair in a frame.
pub(crate) struct Standing<'a> {
    pub(crate) grown: &'a Grown,
    pub(crate) length_mm: f64,
    pub(crate) stations: Vec<Station>,
}

/// Makes the picture of a specification.
///
/// # Errors
/// A specification with mistakes.
pub fn make(spec: &CloseUpSpec, seed: u64, beside: Beside, told: Told<'_>) -> Result<CloseUp, CloseUpError> {
    spec.check()?;
    let visits = [Visit::first(spec, seed)];
    let scalp = Scalp::grow(spec, seed, &visits)?;
    look(spec, &scalp, &visits[0], seed, beside, told).map(|(c, _)| c)
}

/// Makes the pictures of two visits to the same scalp; the truth of the second says what became of each hair.
///
/// # Errors
/// A specification with mistakes.
pub fn make_pair(
    spec: &CloseUpSpec,
    seed: u64,
    beside: Beside,
    told: Told<'_>,
) -> Result<[CloseUp; 2], CloseUpError> {
    spec.check()?;
    let visits = [Visit::first(spec, seed), Visit::second(spec, seed)];
    let scalp = Scalp::grow(spec, seed, &visits)?;
    let (first, seen_first) = look(spec, &scalp, &visits[0], seed, beside, &mut |t| told(0.5 * t))?;
    let (mut second, seen_second) =
        look(spec, &scalp, &visits[1], seed, beside, &mut |t| told(0.5 + 0.5 * t))?;
    second.truth.pair = Some(witness::pair(&scalp.field, &visits[1], &seen_first, &seen_second));
    Ok([first, second])
}

/// The truth without the picture, and without what would be drawn over it.
///
/// # Errors
/// A specification with mistakes.
pub fn survey(spec: &CloseUpSpec, seed: u64) -> Result<Truth, CloseUpError> {
    spec.check()?;
    let visit = Visit::first(spec, seed);
    let scalp = Scalp::grow(spec, seed, &[visit])?;
    let standing = standing(spec, &scalp, &visit);
    Ok(witness::truth(spec, &scalp, &standing, &visit, seed, Vec::new()))
}

/// Every hair and cut piece that is there at a visit.
fn standing<'a>(spec: &CloseUpSpec, scalp: &'a Scalp, visit: &Visit) -> Vec<Standing<'a>> {
    (scalp.field.hairs.iter())
        .chain(&scalp.field.debris)
        .filter_map(|grown| {
            let length_mm = visit.length_mm(grown)?;
            let stations = strand(grown, length_mm, &spec.hair, &visit.pose, &visit.lens);
            Some(Standing { grown, length_mm, stations })
        })
        .collect()
}

/// One look, and the ids of the hairs in the picture.
fn look(
    spec: &CloseUpSpec,
    scalp: &Scalp,
    visit: &Visit,
    seed: u64,
    beside: Beside,
    told: Told<'_>,
) -> Result<(CloseUp, Vec<u32>), CloseUpError> {
    let lens = &visit.lens;
    let standing = standing(spec, scalp, visit);
    let (pieces, owner, absorption) = pieces(spec, &scalp.field, &standing);
    let pass: Vec<Vec3> =
        absorption.iter().map(|a| a.map(|s| 0.75 * fibre_albedo(f64::from(s)) as f32)).collect();
    let hairs = Hairs::new(pieces)?;
    let ring = Ring::new(lens, visit.ring_deg, spec.camera.uneven_light, visit.uneven_deg);
    told(0.02);
    let ground = Ground::new(
        spec,
        &scalp.skin,
        lens,
        &visit.pose,
        &ring,
        &blots(spec, scalp, &standing, visit),
        Key::new(seed, 0),
    );
    told(0.12);
    let shade = Shade::new(lens, &hairs, &pass, &ring, &scalp.skin, visit.key);
    told(0.2);
    let eye = Eye {
        lens: *lens,
        hairs: &hairs,
        fibre: Fibre::new(
            spec.hair.roughness as f32,
            spec.hair.roughness as f32,
            CUTICLE_DEG,
            Section::ROUND,
        )?,
        absorption: &absorption,
        lamps: ring.lamps(),
        housing: ring.housing(),
        ground: &ground,
        shade: &shade,
        polarised: spec.camera.polarised as f32,
    };
    let mut image = expose(spec, &eye, &standing, visit, &mut |t| told(0.2 + 0.75 * t));
    let in_gel: Vec<&Mark> = scalp.marks.iter().filter(|m| m.kind == MarkKind::Bubble).collect();
    faults::bubbles(&mut image, lens, &visit.pose, &in_gel);
    let camera = super::spec::CameraSpec { uneven_deg: visit.uneven_deg, ..spec.camera };
    let mut image = faults::camera(image, &camera, visit.exposure, visit.warmth, visit.key);
    let overlays = overlay::draw(&mut image, &spec.overlay, lens);
    let mut truth = witness::truth(spec, scalp, &standing, visit, seed, overlays);
    let masks = beside.masks.then(|| masks(&eye, scalp, &standing, &owner, visit, &mut truth));
    let seen = truth.hairs.iter().map(|h| h.id).collect();
    told(1.0);
    let quality = spec.camera.jpeg_quality.round() as u8;
    Ok((CloseUp { image, truth, masks, format: spec.picture.format, quality }, seen))
}

/// Tilt of the scales of hair, degrees. Source: d'Eon et al. 2011 (2 to 3).
const CUTICLE_DEG: f32 = 2.5;

/// Pigment of thin hair over that of terminal hair. Assumption: vellus hair is pale, intermediate hair nearly full.
pub(super) fn pigment(class: HairClass) -> f32 {
    match class {
        HairClass::Terminal => 1.0,
        HairClass::Intermediate => 0.8,
        HairClass::Vellus => 0.35,
    }
}

/// Absorption per reference radius of a hair at a length from its exit, mm.
pub(crate) fn paint(spec: &CloseUpSpec, field: &Field, g: &Grown, along_mm: f64) -> Vec3 {
    let class = HairClass::of_um(g.width_um);
    match field.dye {
        Some(dye) if along_mm > spec.hair.dye_regrowth_mm => dye.absorption(false) * pigment(class),
        _ if g.white => field.colour.absorption(true),
        _ => field.colour.absorption(false) * pigment(class),
    }
}

/// The pieces of all hairs, which hair each belongs to, and its absorption over its own radius.
fn pieces(spec: &CloseUpSpec, field: &Field, standing: &[Standing<'_>]) -> (Vec<Piece>, Vec<u32>, Vec<Vec3>) {
    let (mut pieces, mut owner, mut absorption) = (Vec::new(), Vec::new(), Vec::new());
    // Absorptions are the same for many pieces: the colours of this head, asked once.
    let natural = field.colour.absorption(false);
    let white = field.colour.absorption(true);
    let dye = field.dye.map(|d| d.absorption(false));
    for (n, s) in standing.iter().enumerate() {
        let own = pigment(HairClass::of_um(s.grown.width_um));
        let all = &s.stations;
        let Some((first, last)) = all.first().zip(all.last()) else { continue };
        let points: Vec<Station> = if s.grown.stubble { vec![*first, *last] } else { all.clone() };
        let end = points.len() - 1;
        for (k, w) in points.windows(2).enumerate() {
            let (mut a, mut b) = (w[0].p_in_frame, w[1].p_in_frame);
            let radius = 0.5 * (w[0].radius_mm + w[1].radius_mm);
            let way = (b - a).normalize_or(DVec3::Z);
            if k == 0 && s.grown.unit.is_some() {
                // The round end of the first piece hides in the skin.
                a -= way * (1.5 * radius);
            }
            if k + 1 == end {
                // The round end of the last piece ends where the hair does.
                b -= way * radius.min(0.9 * (b - a).length());
            }
            pieces.push(Piece::between(a.as_vec3(), b.as_vec3(), radius as f32));
            owner.push(n as u32);
            let colour = match dye {
                Some(dye) if w[0].along_mm >= spec.hair.dye_regrowth_mm => dye * own,
                _ if s.grown.white => white,
                _ => natural * own,
            };
            absorption.push(colour * (radius / REFERENCE_RADIUS_MM) as f32);
        }
    }
    (pieces, owner, absorption)
}

/// Side of the tiles that are asked whether hair is near, pixels.
const TILE: usize = 8;

/// Tiles in which hair may be seen.
fn hairy(spec: &CloseUpSpec, eye: &Eye<'_>, standing: &[Standing<'_>]) -> (usize, Vec<bool>) {
    let (w, h) = (eye.lens.width_px as usize, eye.lens.height_px as usize);
    let (across, down) = (w.div_ceil(TILE), h.div_ceil(TILE));
    let mut tiles = vec![false; across * down];
    for s in standing {
        let seen: Vec<(DVec2, f64)> = s
            .stations
            .iter()
            .map(|st| {
                let (p, z) = eye.lens.project(st.p_in_frame);
                let r = st.radius_mm * eye.lens.scale_px_per_mm * 1.4 * eye.lens.distance_mm / z;
                (p, r + eye.lens.blur_px(z) + 0.5 * spec.camera.motion_px + 3.0)
            })
            .collect();
        for pair in seen.windows(2) {
            let r = pair[0].1.max(pair[1].1);
            let (low, high) = (pair[0].0.min(pair[1].0) - r, pair[0].0.max(pair[1].0) + r);
            if high.x < 0.0 || high.y < 0.0 || low.x > w as f64 || low.y > h as f64 {
                continue;
            }
            let at = |v: f64, n: usize| ((v.max(0.0) / TILE as f64) as usize).min(n - 1);
            for y in at(low.y, down)..=at(high.y, down) {
                for x in at(low.x, across)..=at(high.x, across) {
                    tiles[y * across + x] = true;
                }
            }
        }
    }
    (across, tiles)
}

/// Samples of a pixel without hair: the raster of the skin is as fine as the picture.
const BARE_SAMPLES: u32 = 4;
/// The same where the skin is out of focus or the camera moved.
const BLURRED_SAMPLES: u32 = 16;
/// Brightest sample, in units of white skin: a path that finds a lamp by chance through white hair would else leave a
/// spark. Assumption.
const BRIGHTEST: f32 = 2.5;
/// Rows between two calls of the progress.
const BAND: usize = 32;

fn expose(
    spec: &CloseUpSpec,
    eye: &Eye<'_>,
    standing: &[Standing<'_>],
    visit: &Visit,
    told: Told<'_>,
) -> Image {
    let lens = &eye.lens;
    let (w, h) = (lens.width_px as usize, lens.height_px as usize);
    let (across, tiles) = hairy(spec, eye, standing);
    let stand = lens.stand();
    let opening = lens.opening_mm();
    let focus = lens.focus_distance();
    let sharp = spec.camera.motion_px < 0.5 && lens.blur_px(lens.distance_mm) < 0.8 && lens.oblique_deg < 5.0;
    let many = spec.camera.samples.round() as u32;
    let bare = if sharp { BARE_SAMPLES } else { BLURRED_SAMPLES }.min(many);
    let sequence = Sequence::new(visit.key);
    let mut image = Image::filled(w, h, Vec3::ZERO);
    let bands = h.div_ceil(BAND);
    for (band, rows) in image.pixels.chunks_mut(w * BAND).enumerate() {
        rows.par_chunks_mut(w).enumerate().for_each(|(j, row)| {
            let y = band * BAND + j;
            for (x, pixel) in row.iter_mut().enumerate() {
                let count = if tiles[y / TILE * across + x / TILE] { many } else { bare };
                let mut sum = Vec3::ZERO;
                for k in 0..count {
                    let mut s = sequence.path((y * w + x) as u32, k);
                    let [dx, dy] = s.pair();
                    let (lens_at, time) = (s.pair(), s.one());
                    let mut place = DVec2::new(x as f64 + f64::from(dx), y as f64 + f64::from(dy));
                    if spec.camera.motion_px > 0.0 {
                        place += faults::motion(&spec.camera, time);
                    }
                    let mut origin = stand.eye;
                    let mut d = lens.direction(place);
                    if opening > 0.0 {
                        let (u, v) = faults::on_disc(lens_at);
                        let target = origin + d * (focus / d.dot(stand.forward));
                        origin +=
                            stand.right * (opening * f64::from(u)) + stand.down * (opening * f64::from(v));
                        d = (target - origin).normalize();
                    }
                    sum += eye.see(origin, d, &mut s).min(Vec3::splat(BRIGHTEST));
                }
                *pixel = sum / count as f32;
            }
        });
        told((band + 1) as f64 / bands as f64);
    }
    image
}

/// Which hair and dot each pixel's middle shows, without blur. Numbers go to the truth.
fn masks(
    eye: &Eye<'_>,
    scalp: &Scalp,
    standing: &[Standing<'_>],
    owner: &[u32],
    visit: &Visit,
    truth: &mut Truth,
) -> Masks {
    let (width, height) = (eye.lens.width_px as usize, eye.lens.height_px as usize);
    let most = u32::from(u16::MAX);
    for (k, h) in truth.hairs.iter_mut().enumerate() {
        h.mask = (k as u32 + 1).min(most);
    }
    for (k, d) in truth.dots.iter_mut().enumerate() {
        d.mask = (k as u32 + 1).min(most);
    }
    let number: std::collections::BTreeMap<u32, u16> =
        truth.hairs.iter().map(|h| (h.id, h.mask as u16)).collect();
    let of_standing: Vec<u16> = standing
        .iter()
        .map(|s| if s.grown.unit.is_some() { number.get(&s.grown.id).copied().unwrap_or(0) } else { 0 })
        .collect();
    let hairs = (0..width * height)
        .into_par_iter()
        .map(|k| {
            let place = DVec2::new((k % width) as f64 + 0.5, (k / width) as f64 + 0.5);
            eye.first(place).map_or(0, |piece| of_standing[owner[piece as usize] as usize])
        })
        .collect();
    let mut dots = vec![0_u16; width * height];
    let by_id: std::collections::BTreeMap<u32, &Dot> = scalp.dots.iter().map(|d| (d.id, d)).collect();
    for t in &truth.dots {
        let Some(dot) = by_id.get(&t.id) else { continue };
        let Some(blot) = dot.blots(&visit.pose).into_iter().next() else { continue };
        let reach = 0.75 * t.seen_px / sqrt(dot.aspect) + 3.0;
        let span = |c: f64, n: usize| {
            let (a, z) = ((c - reach).max(0.0), (c + reach).min(n as f64 - 1.0));
            if z < a { 0..0 } else { a as usize..z as usize + 1 }
        };
        let rim = dot.profile.rim_share();
        for y in span(t.centre_px[1], height) {
            for x in span(t.centre_px[0], width) {
                let place = DVec2::new(x as f64 + 0.5, y as f64 + 0.5);
                if let Some(p) = eye.lens.on_skin(place)
                    && blot.share(p.x as f32, p.y as f32).y >= rim
                {
                    dots[y * width + x] = t.mask as u16;
                }
            }
        }
    }
    Masks { width, height, hairs, dots }
}

impl CloseUp {
    /// Ending of the picture's file name.
    #[must_use]
    pub const fn extension(&self) -> &'static str {
        match self.format {
            PictureFormat::Png => "png",
            PictureFormat::Jpg => "jpg",
        }
    }

    /// The picture in its format, without metadata.
    ///
    /// # Errors
    /// A picture too large for the format.
    pub fn encoded(&self) -> Result<Vec<u8>, CloseUpError> {
        Ok(match self.format {
            PictureFormat::Png => self.image.to_png()?,
            PictureFormat::Jpg => self.image.to_jpeg(self.quality)?,
        })
    }
}

impl Masks {
    /// The mask of hairs and that of dots as 16-bit grey PNG.
    ///
    /// # Errors
    /// A picture too large for the format.
    pub fn to_png(&self) -> Result<[Vec<u8>; 2], CloseUpError> {
        let one = |values: &[u16]| -> Result<Vec<u8>, CloseUpError> {
            use ::image::{ExtendedColorType, ImageEncoder, codecs};
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_ne_bytes()).collect();
            let mut out = Vec::new();
            codecs::png::PngEncoder::new(&mut out)
                .write_image(&bytes, self.width as u32, self.height as u32, ExtendedColorType::L16)
                .map_err(crate::LightError::from)?;
            Ok(out)
        };
        Ok([one(&self.hairs)?, one(&self.dots)?])
    }
}
