//! One traced picture of a plan: any view, date, light and file.

use glam::{DVec2, Vec3};
use vellus_light::trace::{Film, Grown, Layers, Portrait, Settings, Under, Wetness};
use vellus_light::{Camera, Frame, Image, LightError, Lights, View};
use vellus_plan::{MedianCourse, Planned};

use super::places;
use super::studio::Studio;
use crate::error::ReportError;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look {
    /// A head of the clinical series.
    Head(View),
    /// A square of scalp, mm on a side.
    CloseUp(Place, f32),
    /// A dermatoscope at this magnification (10 to 70).
    Dermatoscope(Place, f32),
}

/// Where a close-up is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// 15 mm behind the hairline.
    Hairline,
    /// The densest work on the vertex, else the vertex.
    Vertex,
    /// The back of the head, which loss spares.
    Fringe,
    /// A place in the chart.
    Chart(DVec2),
}

/// Light of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightPreset {
    /// A large window and a bright room.
    Daylight,
    /// Wide ceiling panels.
    Clinic,
    /// One hard lamp overhead.
    Overhead,
    /// The ring of a dermatoscope or macro lens.
    Ring,
}

/// How one picture is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenderSpec {
    /// What is looked at.
    pub look: Look,
    /// Light; none takes daylight for heads and the ring for close-ups.
    pub light: Option<LightPreset>,
    /// Width and height, pixels; close-ups are squares of the width.
    pub size: (usize, usize),
    /// Paths through each pixel.
    pub samples: u32,
    /// How wet skin and hair are.
    pub wetness: Wetness,
    /// No gloss, as through crossed polarisers.
    pub polarised: bool,
    /// Noise is smoothed away, for pictures that are looked at and not measured.
    pub denoise: bool,
}

/// A picture that was traced.
pub struct Rendered {
    /// Sums of all samples.
    pub film: Film,
    /// The layers.
    pub layers: Layers,
    /// The picture over its background.
    pub image: Image,
    /// Pixels per mm where the scale is the same everywhere, in close-ups.
    pub pixels_per_mm: Option<f32>,
}

/// Names of the moments of a course, for the dates of pictures.
#[must_use]
pub fn moments(course: &MedianCourse) -> Vec<String> {
    course.moments.iter().map(|m| m.name.clone()).collect()
}

/// Traces pictures of a strategy at some moments from one place: one date, or the frames of an animation
/// over the years. `progress` is told of the samples done, over all pictures, and answers whether to go on.
///
/// # Errors
/// [`ReportError`]: a strategy or moment that is not there, and what [`LightError`] says.
pub fn render(
    planned: &Planned,
    strategy: usize,
    moments: &[String],
    spec: &RenderSpec,
    progress: &mut dyn FnMut(u32, u32) -> bool,
) -> Result<Vec<Rendered>, ReportError> {
    let Some(course) = planned.courses.get(strategy) else {
        return Err(ReportError::Strategy {
            id: format!("number {}", strategy + 1),
            known: format!("{} strategies", planned.plan.strategies.len()),
        });
    };
    let studio = Studio::new(&planned.subject)?;
    let (camera, spot) = camera(&studio, course, spec)?;
    let lights = match (spec.light, spot) {
        (Some(LightPreset::Ring), _) | (None, Some(_)) => Lights::close_up(&camera),
        (None | Some(LightPreset::Daylight), _) => Lights::daylight().turned_to(&camera),
        (Some(LightPreset::Clinic), _) => Lights::clinic().turned_to(&camera),
        (Some(LightPreset::Overhead), _) => Lights::overhead().turned_to(&camera),
    };
    let skin = planned.subject.person.skin;
    let total = spec.samples * moments.len() as u32;
    let mut out = Vec::new();
    for (k, name) in moments.iter().enumerate() {
        let Some(moment) = course.moments.iter().find(|m| m.name == *name) else {
            return Err(ReportError::Moment { name: name.clone(), known: self::moments(course).join(", ") });
        };
        let skin = skin.with_redness(super::redness(name));
        let strands = studio.strands(course, moment, spot);
        let dots = studio.dots(course, moment.day);
        let frame =
            Frame { skin: &skin, hair: &planned.subject.person.hair_colour, strands: &strands, dots: &dots };
        let grown = Grown::new(&frame)?;
        let under = Under::new(&frame, !camera.perspective)?;
        let fade = |p: Vec3| studio.stays(p);
        let portrait = Portrait {
            head: &studio.model,
            frame,
            grown: &grown,
            under: &under,
            lights,
            wetness: spec.wetness,
            polarised: spec.polarised,
            fade: camera.perspective.then_some(&fade),
        };
        let settings = Settings { samples: spec.samples, depth: 12, pass: 16, key: planned.subject.key };
        let before = spec.samples * k as u32;
        let film = portrait.trace(&camera, &settings, &mut |done, _| progress(before + done, total))?;
        let stopped = film.samples < spec.samples;
        let mut layers = Layers::of(&film, &grown);
        if spec.denoise {
            layers.denoise(&film);
        }
        out.push(Rendered {
            image: layers.image_on(lights.background),
            layers,
            film,
            pixels_per_mm: (!camera.perspective).then_some(camera.scale),
        });
        if stopped {
            break;
        }
    }
    Ok(out)
}

fn camera(
    studio: &Studio<'_>,
    course: &MedianCourse,
    spec: &RenderSpec,
) -> Result<(Camera, Option<(Vec3, Vec3)>), ReportError> {
    let (width, height) = spec.size;
    let place = match spec.look {
        Look::Head(view) => return Ok((studio.camera(view, (width, height))?, None)),
        Look::CloseUp(place, _) | Look::Dermatoscope(place, _) => place,
    };
    let known = places(studio, course);
    let named = |name: &str| known.iter().find(|(n, _, _)| *n == name).map(|(_, _, q)| *q);
    let q = match place {
        Place::Hairline => named("hairline"),
        Place::Vertex => named("vertex"),
        Place::Fringe => named("fringe"),
        Place::Chart(q) => Some(q),
    };
    let off = LightError::BrokenMesh("the place of the close-up is not on the head");
    let Some(point) = q.and_then(|q| studio.subject.head.head_from_chart(q)) else {
        return Err(off.into());
    };
    let (at, normal) = (point.position.as_vec3(), point.normal.as_vec3());
    let camera = match spec.look {
        Look::Dermatoscope(_, magnification) => Camera::dermatoscope(at, normal, magnification, width)?,
        Look::CloseUp(_, side) => Camera::close_up(at, normal, side, width)?,
        Look::Head(view) => studio.camera(view, (width, height))?,
    };
    Ok((camera, Some((at, normal))))
}

/// Draws a scale bar into the lower right corner: white on a dark edge, a round number of millimetres long
/// and a fifth of the picture at most, with a tick each tenth. Answers its length, mm.
pub fn scale_bar(image: &mut Image, pixels_per_mm: f32) -> f32 {
    let most = 0.22 * image.width as f32 / pixels_per_mm;
    let mm = [5.0, 2.0, 1.0, 0.5, 0.2, 0.1].into_iter().find(|l| *l <= most).unwrap_or(0.05_f32);
    let long = (mm * pixels_per_mm).round() as usize;
    let thick = (image.height / 160).max(2);
    let margin = (image.width / 30).max(4);
    if long + 2 * margin > image.width || 6 * thick + margin > image.height {
        return mm;
    }
    let (left, top) = (image.width - margin - long, image.height - margin - thick);
    let mut fill = |x0: usize, y0: usize, x1: usize, y1: usize, v: f32| {
        for y in y0..y1.min(image.height) {
            for x in x0..x1.min(image.width) {
                image.pixels[y * image.width + x] = Vec3::splat(v);
            }
        }
    };
    let edge = (thick / 2).max(1);
    fill(left - edge, top - edge, left + long + edge, top + thick + edge, 0.02);
    fill(left, top, left + long, top + thick, 0.95);
    for k in 0..=10 {
        let x = left + (long - 1) * k / 10;
        let high = if k % 5 == 0 { 3 * thick } else { 2 * thick };
        fill(x.saturating_sub(edge), top + thick - high - edge, x + 1 + edge, top, 0.02);
    }
    for k in 0..=10 {
        let x = left + (long - 1) * k / 10;
        let high = if k % 5 == 0 { 3 * thick } else { 2 * thick };
        fill(x, top + thick - high, x + 1, top + thick, 0.95);
    }
    mm
}
