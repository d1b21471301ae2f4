//! Drawing a plan: from the median courses to pictures.
//!
//! Skin, light and shadow of a view do not change with the plan, so each view is prepared once
//! and every date of every strategy is composed on it.

pub mod render;
mod smp;
mod spot;
mod studio;

use glam::DVec2;
use rayon::prelude::*;
use vellus_head::Zone;
use vellus_light::{Camera, Image, Lights, Quality, Stage, View};
use vellus_plan::{MedianCourse, Moment, Planned};

use crate::error::ReportError;
use crate::picture::{Picture, PictureSet};
pub use smp::{SmpSizes, smp_pictures};
use studio::Studio;

/// Sizes of the pictures, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Small heads, width and height.
    pub small: (usize, usize),
    /// Large heads of the leading plan; none leaves them out.
    pub large: Option<(usize, usize)>,
    /// Side of a close-up; none leaves them out.
    pub close_up: Option<usize>,
}

impl Sizes {
    /// For a report to keep.
    pub const FULL: Self = Self { small: (176, 220), large: Some((480, 600)), close_up: Some(420) };
    /// For a quick look: small heads only, and one large set is left out.
    pub const QUICK: Self = Self { small: (128, 160), large: None, close_up: Some(240) };
}

/// A view, its short name, and what it is called in a sentence.
type Seen = (View, &'static str, &'static str);

/// Views of the contact sheets.
pub const VIEWS: [(View, &str, &str); 4] = [
    (View::Front, "front", "from the front"),
    (View::ThreeQuarter, "three_quarter", "from the side and front"),
    (View::Top, "top", "from above"),
    (View::Back, "back", "from behind"),
];

/// Moments of the contact sheets.
pub const MOMENTS: [(&str, &str); 5] = [
    ("today", "today"),
    ("after", "after treatment"),
    ("year_1", "after 1 year"),
    ("year_5", "after 5 years"),
    ("year_10", "after 10 years"),
];

/// JPEG quality of the pictures: stubble and dots are fine detail.
const JPEG_QUALITY: u8 = 88;

fn encode(
    image: &Image,
    strategy: &str,
    view: &str,
    moment: &str,
    caption: String,
) -> Result<Picture, ReportError> {
    Ok(Picture {
        strategy: strategy.into(),
        view: view.into(),
        moment: moment.into(),
        caption,
        width: image.width as u32,
        height: image.height as u32,
        mime: "image/jpeg",
        bytes: image.to_jpeg(JPEG_QUALITY)?,
    })
}

/// Redness of the skin at a moment: a day after a session it is sore, after a week it is not.
fn redness(moment: &str) -> f32 {
    if moment.starts_with("session_") { 0.35 } else { 0.0 }
}

fn moment_caption(moment: &str) -> String {
    if let Some(n) = moment.strip_prefix("session_") {
        return format!("the day after SMP session {n}");
    }
    MOMENTS.iter().find(|(m, _)| *m == moment).map_or_else(|| moment.to_owned(), |(_, c)| (*c).to_owned())
}

/// Draws all pictures of a plan; `progress` is told how many of how many are done.
///
/// # Errors
/// [`ReportError`] when a picture cannot be drawn or encoded.
pub fn draw(
    planned: &Planned,
    sizes: &Sizes,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<PictureSet, ReportError> {
    let studio = Studio::new(&planned.subject)?;
    let mut set = PictureSet::default();
    let leading =
        planned.plan.strategies.iter().position(|s| s.id == planned.plan.comparison.leading).unwrap_or(0);
    let course = &planned.courses[leading];
    let strategy = &planned.plan.strategies[leading];

    let mut small = Vec::new();
    for (course, outcome) in planned.courses.iter().zip(&planned.plan.strategies) {
        for (name, when) in MOMENTS {
            let Some(moment) = course.moments.iter().find(|m| m.name == name) else { continue };
            if name != "today" {
                small.push(Shot { course, moment, id: &outcome.id, what: &outcome.title, when: when.into() });
            } else if small.is_empty() {
                // Today is the same for all.
                small.push(Shot { course, moment, id: "", what: "Today", when: when.into() });
            }
        }
    }
    let large: Vec<Shot<'_>> = course
        .moments
        .iter()
        .filter(|m| sizes.large.is_some() && !m.name.starts_with("before_"))
        .map(|moment| Shot {
            course,
            moment,
            id: &strategy.id,
            what: &strategy.title,
            when: moment_caption(&moment.name),
        })
        .collect();
    let total = small.len() + large.len() + 1;
    let mut done = 0;
    let mut tell = |few: usize| {
        done += few;
        progress(done, total);
    };
    set.sheets = shoot_all(&studio, &small, &VIEWS, sizes.small, &mut tell)?;
    if let Some(size) = sizes.large {
        set.lead = shoot_all(&studio, &large, &VIEWS, size, &mut tell)?;
    }
    if let Some(side) = sizes.close_up {
        set.close_ups = close_ups(&studio, course, &strategy.id, &strategy.title, side)?;
    }
    progress(total, total);
    Ok(set)
}

/// Moments drawn together: enough to keep a few cores busy, few enough to keep memory small.
const AT_ONCE: usize = 4;

/// A moment of a course, to be drawn from every view.
struct Shot<'a> {
    course: &'a MedianCourse,
    moment: &'a Moment,
    id: &'a str,
    what: &'a str,
    when: String,
}

/// Draws moments from some views; `tell` hears of how many more are done.
fn shoot_all(
    studio: &Studio<'_>,
    shots: &[Shot<'_>],
    views: &[Seen],
    size: (usize, usize),
    tell: &mut dyn FnMut(usize),
) -> Result<Vec<Picture>, ReportError> {
    let stages = views.iter().map(|(v, _, _)| studio.stage(*v, size)).collect::<Result<Vec<_>, _>>()?;
    let mut out = Vec::new();
    for few in shots.chunks(AT_ONCE) {
        let drawn: Vec<Vec<Picture>> =
            few.par_iter().map(|shot| shoot(studio, shot, views, &stages)).collect::<Result<_, _>>()?;
        out.extend(drawn.into_iter().flatten());
        tell(few.len());
    }
    Ok(out)
}

fn shoot(
    studio: &Studio<'_>,
    shot: &Shot<'_>,
    views: &[Seen],
    stages: &[Stage],
) -> Result<Vec<Picture>, ReportError> {
    let strands = studio.strands(shot.course, shot.moment, None);
    let dots = studio.dots(shot.course, shot.moment.day);
    views
        .iter()
        .zip(stages)
        .map(|((_, view, seen), stage)| {
            let image = studio.compose(stage, &strands, &dots, redness(&shot.moment.name))?;
            let caption = format!("{}: {}, {seen}", shot.what, shot.when);
            encode(&image, shot.id, view, &shot.moment.name, caption)
        })
        .collect()
}

/// Places for close-ups: the thinnest place, one and a half centimetres behind the hairline, and
/// the fringe.
fn places(studio: &Studio<'_>, course: &MedianCourse) -> Vec<(&'static str, &'static str, DVec2)> {
    let s = studio.subject;
    let front = s.hairline.behind_middle_in_chart(&s.head, 15.0) + DVec2::X * 0.05;
    let mut out = vec![("hairline", "15 mm behind the hairline", front)];
    // The densest work: the mean place of the dots of the vertex, else the vertex itself.
    let in_vertex: Vec<[f32; 2]> = (0..course.dots.len())
        .filter(|i| course.dots.zone[*i] == Zone::Vertex)
        .map(|i| course.dots.chart[i])
        .collect();
    let vertex = if in_vertex.len() > 50 {
        let n = in_vertex.len() as f64;
        DVec2::new(
            in_vertex.iter().map(|q| f64::from(q[0])).sum::<f64>() / n,
            in_vertex.iter().map(|q| f64::from(q[1])).sum::<f64>() / n,
        )
    } else {
        DVec2::new(0.05, vellus_hair::pattern::VERTEX_CENTRE_Y)
    };
    out.push(("vertex", "on the vertex", vertex));
    out.push(("fringe", "on the back of the head, which loss spares", DVec2::new(0.1, -0.78)));
    out
}

fn close_ups(
    studio: &Studio<'_>,
    course: &MedianCourse,
    id: &str,
    title: &str,
    side: usize,
) -> Result<Vec<Picture>, ReportError> {
    let mut out = Vec::new();
    for (place, where_, q) in places(studio, course) {
        let Some(point) = studio.subject.head.head_from_chart(q) else { continue };
        let (at, normal) = (point.position.as_vec3(), point.normal.as_vec3());
        let camera = Camera::close_up(at, normal, 10.0, side)?;
        let lights = Lights::close_up(&camera);
        let stage = Stage::new(&studio.model, &camera, &lights, &Quality::ordinary(studio.subject.key));
        for name in ["today", "after", "year_5"] {
            if place == "fringe" && name != "today" {
                continue;
            }
            let Some(moment) = course.moments.iter().find(|m| m.name == name) else { continue };
            let dots = studio.dots(course, moment.day);
            let strands = studio.strands(course, moment, Some((at, normal)));
            let image = studio.compose(&stage, &strands, &dots, 0.0)?;
            let caption = format!("1 cm² {where_}, {}", moment_caption(name));
            let caption = if name == "today" { caption } else { format!("{title}: {caption}") };
            out.push(encode(&image, if name == "today" { "" } else { id }, place, name, caption)?);
        }
    }
    // By moment first, as they are read.
    out.sort_by_key(|p| ["today", "after", "year_5"].iter().position(|m| *m == p.moment));
    Ok(out)
}
