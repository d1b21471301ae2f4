//! Pictures of an SMP course: heads session by session, and dots beside real shaved hair.
//!
//! Dots are judged by their pattern, so they are shown where nothing but pattern can tell them apart:
//! the person's own hairs of the back of the head are moved onto the very skin that has the dots, under
//! the same light.

use std::collections::BTreeMap;

use glam::Vec3;
use vellus_hair::course::TERMINAL_UM;
use vellus_light::{Camera, Dots, Image, Lights, Quality, Stage, Strands, View};
use vellus_plan::{MedianCourse, Moment, Planned};
use vellus_units::random::Purpose;

use super::spot::{Spot, Turn, Window};
use super::studio::Studio;
use super::{Seen, Shot, encode, moment_caption, shoot_all};
use crate::error::ReportError;
use crate::picture::{Picture, PictureSet};
use crate::words::number;

/// Sizes of the pictures of an SMP course, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmpSizes {
    /// Heads, width and height; none leaves them out.
    pub head: Option<(usize, usize)>,
    /// Side of a square centimetre.
    pub close_up: usize,
    /// Side of a patch of 6 cm.
    pub patch: usize,
}

impl SmpSizes {
    /// For sheets to keep. The patch has five pixels to the millimetre: an eye that tells one minute of
    /// arc apart sees no more of it at 60 cm.
    pub const FULL: Self = Self { head: Some((176, 220)), close_up: 420, patch: 300 };
    /// For a quick look.
    pub const QUICK: Self = Self { head: Some((112, 140)), close_up: 240, patch: 150 };
}

/// Views of the heads.
const VIEWS: [Seen; 3] = [
    (View::ThreeQuarter, "three_quarter", "from the side and front"),
    (View::Top, "top", "from above"),
    (View::Back, "back", "from behind"),
];

/// Side of a close-up, mm.
const CLOSE_MM: f64 = 10.0;
/// Side of the patch, mm.
const PATCH_MM: f64 = 60.0;
/// A hair that is shaved with a razor stands no higher than this, mm (assumption: half a day's growth).
const SHAVED_MM: f64 = 0.15;
/// Hairs are moved from a window that is wider than the picture by this, mm, so that none is missing at
/// its border.
const BORDER_MM: f64 = 1.0;
/// Places that are tried for the densest work.
const PLACES: usize = 300;
/// Where hair is moved from: the middle of the back of the head, which loss spares.
const DONOR_IN_CHART: glam::DVec2 = glam::DVec2::new(0.0, -0.78);
/// How often the number of hairs of the patch is set anew to match the tone of the dots.
const TONE_STEPS: usize = 3;

/// Draws a strategy's SMP course: the head today, the day after each session, healed and five years on
/// (`sheets`), and as `close_ups` a square centimetre of healed dots (`close_up_dots`), the same skin with
/// as many of the person's own shaved hairs instead (`close_up_hair`), and a patch of 6 cm whose left half
/// is dots and whose right half is shaved hair at the same tone (`half`). Nothing when it lays no dots.
///
/// # Errors
/// [`ReportError`] when there is no such strategy, or a picture cannot be drawn or encoded.
pub fn smp_pictures(
    planned: &Planned,
    strategy: usize,
    sizes: &SmpSizes,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<PictureSet, ReportError> {
    let (Some(course), Some(outcome)) =
        (planned.courses.get(strategy), planned.plan.strategies.get(strategy))
    else {
        return Err(ReportError::Strategy {
            id: format!("number {}", strategy + 1),
            known: format!("{} strategies", planned.plan.strategies.len()),
        });
    };
    let mut set = PictureSet::default();
    if course.dots.is_empty() {
        return Ok(set);
    }
    let studio = Studio::new(&planned.subject)?;
    let shown = |m: &&Moment| {
        ["today", "after", "year_5"].contains(&m.name.as_str()) || m.name.starts_with("session_")
    };
    let shots: Vec<Shot<'_>> = course
        .moments
        .iter()
        .filter(shown)
        .map(|moment| {
            let today = moment.name == "today";
            Shot {
                course,
                moment,
                id: if today { "" } else { &outcome.id },
                what: if today { "Today" } else { &outcome.title },
                when: moment_caption(&moment.name),
            }
        })
        .collect();
    let total = if sizes.head.is_some() { shots.len() } else { 0 } + 2;
    let mut done = 0;
    let mut tell = |few: usize| {
        done += few;
        progress(done, total);
    };
    if let Some(size) = sizes.head {
        set.sheets = shoot_all(&studio, &shots, &VIEWS, size, &mut tell)?;
    }
    let Some(after) = course.moments.iter().find(|m| m.name == "after") else { return Ok(set) };
    let beside = Beside { studio: &studio, course, moment: after, dots: studio.dots(course, after.day) };
    set.close_ups.extend(beside.close_ups(&outcome.id, sizes.close_up)?);
    tell(1);
    set.close_ups.extend(beside.half(&outcome.id, sizes.patch)?);
    tell(1);
    Ok(set)
}

/// Deepest that skin lies below the plane of a window, mm: what lies deeper is another side of the head.
const RELIEF_MM: f32 = 25.0;

struct Beside<'a> {
    studio: &'a Studio<'a>,
    course: &'a MedianCourse,
    moment: &'a Moment,
    dots: Dots,
}

impl Beside<'_> {
    /// The place with the most dots within a distance, mm: where least else is between them.
    fn densest(&self, within_mm: f32) -> Option<Spot> {
        let n = self.dots.len();
        let step = n.div_ceil(PLACES).max(1);
        let near = within_mm * within_mm;
        let best = (0..n)
            .step_by(step)
            .map(|i| {
                let here = self.dots.position[i];
                let count = self.dots.position.iter().filter(|p| p.distance_squared(here) < near).count();
                (count, std::cmp::Reverse(i))
            })
            .max()?;
        let i = best.1.0;
        Some(Spot::new(self.dots.position[i], self.dots.normal[i]))
    }

    /// The skin at a spot, lit alike from the left and from the right, so that no half is favoured.
    fn stage(&self, spot: Spot, side_mm: f64, pixels: usize) -> Result<Stage, ReportError> {
        let camera = Camera::close_up(spot.point, spot.normal, side_mm as f32, pixels)?;
        let mut lights = Lights::close_up(&camera);
        for light in [&mut lights.key, &mut lights.fill] {
            light.toward = (light.toward - spot.right * light.toward.dot(spot.right)).normalize();
        }
        let quality = Quality::ordinary(self.studio.subject.key);
        Ok(Stage::new(&self.studio.model, &camera, &lights, &quality))
    }

    fn dots_in(&self, spot: Spot, window: Window) -> usize {
        self.dots
            .position
            .iter()
            .filter(|p| (**p - spot.point).dot(spot.normal).abs() < RELIEF_MM && window.has(spot.seen(**p)))
            .count()
    }

    /// Terminal hairs of the back of the head that fall into a window there: first one of each unit, in
    /// random order, then the second ones, and so on; and how many units there are.
    fn donors(&self, donor: Spot, window: Window) -> (Vec<usize>, usize) {
        let f = &self.course.scalp.follicles;
        let ground = &self.course.scalp.ground;
        let mut of_unit: BTreeMap<u32, usize> = BTreeMap::new();
        let mut ranked: Vec<(usize, u64, usize)> = Vec::new();
        for i in 0..f.len() {
            let p = Vec3::from(ground.position[f.unit[i] as usize]);
            let depth = (p - donor.point).dot(donor.normal).abs();
            if self.moment.hair.calibre_um[i] < TERMINAL_UM || depth > RELIEF_MM || !window.has(donor.seen(p))
            {
                continue;
            }
            let rank = of_unit.entry(f.unit[i]).or_default();
            let mut s = self.studio.subject.key.stream(Purpose::Choice, MOVED | u64::from(f.stream[i]));
            ranked.push((*rank, (s.uniform() * 1e9) as u64, i));
            *rank += 1;
        }
        ranked.sort_unstable();
        (ranked.into_iter().map(|r| r.2).collect(), of_unit.len())
    }

    /// About `wanted` hairs for a window of the given size about the donor, and how far their places are
    /// drawn apart. While more are wanted than there are units, units lose hairs but stay; below that one
    /// hair of each unit is left and the units are drawn apart, since units left out at random would make
    /// gaps that no scalp has.
    fn thinned(&self, donor: Spot, window: Window, wanted: usize) -> (Vec<usize>, f64) {
        let (mut all, units) = self.donors(donor, window);
        if wanted >= units {
            all.truncate(wanted);
            return (all, 1.0);
        }
        let apart = (units as f64 / wanted.max(1) as f64).sqrt();
        let (mut few, units) = self.donors(donor, window.times(1.0 / apart));
        few.truncate(units);
        (few, apart)
    }

    /// Hairs of the donor, shaved and moved onto a spot: their places drawn apart about the middle of the
    /// donor, turned by a quarter if asked (a tall window is then filled from a wide one), and shifted.
    fn moved(&self, donor: Spot, hairs: &(Vec<usize>, f64), spot: Spot, turn: Turn) -> Strands {
        let studio = self.studio;
        let (hairs, apart) = hairs;
        let mut s = studio.hairs(self.course, self.moment, hairs.iter().copied(), SHAVED_MM);
        let surface = studio.subject.head.surface();
        for k in 0..s.len() {
            let [a, b] = donor.seen(s.root[k]).map(|x| x * apart);
            let [a, b] = if turn.quarter { [b, a] } else { [a, b] };
            let above = spot.point
                + spot.right * (a + turn.shift_mm) as f32
                + spot.up * b as f32
                + spot.normal * RELIEF_MM;
            if let Some(hit) = surface.raycast(above.as_dvec3(), -spot.normal.as_dvec3()) {
                s.root[k] = hit.point.position.as_vec3();
                s.normal[k] = hit.point.normal.as_vec3();
                s.direction[k] = s.normal[k];
            }
        }
        studio.lay(&mut s);
        s
    }

    fn donor(&self) -> Option<Spot> {
        let p = self.studio.subject.head.head_from_chart(DONOR_IN_CHART)?;
        Some(Spot::new(p.position.as_vec3(), p.normal.as_vec3()))
    }

    fn close_ups(&self, id: &str, side: usize) -> Result<Vec<Picture>, ReportError> {
        let window = Window::square(CLOSE_MM);
        let (Some(spot), Some(donor)) = (self.densest(0.56 * CLOSE_MM as f32), self.donor()) else {
            return Ok(Vec::new());
        };
        let stage = self.stage(spot, CLOSE_MM, side)?;
        let count = self.dots_in(spot, window);
        let wide = window.wider(BORDER_MM);
        let wanted = (count as f64 * wide.cm2() / window.cm2()).round() as usize;
        let kept = self.thinned(donor, wide, wanted);
        let hairs = self.moved(donor, &kept, spot, Turn::default());
        let seen = (0..hairs.len()).filter(|k| window.has(spot.seen(hairs.root[*k]))).count();
        let with_dots = self.studio.compose(&stage, &Strands::default(), &self.dots, 0.0)?;
        let with_hair = self.studio.compose(&stage, &hairs, &Dots::default(), 0.0)?;
        let moment = &self.moment.name;
        let all_of_them = if wanted > kept.0.len() && kept.1 == 1.0 { " (all that grow there)" } else { "" };
        Ok(vec![
            encode(
                &with_dots,
                id,
                "close_up_dots",
                moment,
                format!("1 cm² of healed dots alone, {count} of them"),
            )?,
            encode(
                &with_hair,
                id,
                "close_up_hair",
                moment,
                format!(
                    "The same skin with {seen} of the person’s own hairs, shaved and moved from the back of the head{all_of_them}"
                ),
            )?,
        ])
    }

    /// Left half dots, right half shaved hair, in one picture.
    fn half(&self, id: &str, side: usize) -> Result<Vec<Picture>, ReportError> {
        let h = 0.5 * PATCH_MM;
        let (left, right) =
            (Window { across: [-h, 0.0], up: [-h, h] }, Window { across: [0.0, h], up: [-h, h] });
        let (Some(spot), Some(donor)) = (self.densest(h as f32), self.donor()) else {
            return Ok(Vec::new());
        };
        // Wide and low at the back of the head, tall and narrow on the patch.
        let source = Window { across: right.up, up: [-0.5 * h, 0.5 * h] };
        let most = self.donors(donor, source).0.len();
        let stage = self.stage(spot, PATCH_MM, side)?;
        let studio = self.studio;
        let bare = studio.compose(&stage, &Strands::default(), &Dots::default(), 0.0)?;
        let mut own = self.dots.clone();
        retain(&mut own, |p| spot.seen(p)[0] < 0.0);
        let count = self.dots_in(spot, left);
        let with_dots = studio.compose(&stage, &Strands::default(), &own, 0.0)?;
        let wanted = darkness(&bare, &with_dots, false);
        // As many hairs as make the right half as dark: darkness is nearly proportional to their number.
        let turn = Turn { quarter: true, shift_mm: 0.5 * h };
        let (mut asked, mut n) = (count.min(most), 0);
        let mut picture = with_dots;
        for _ in 0..TONE_STEPS {
            let kept = self.thinned(donor, source, asked);
            n = kept.0.len();
            picture = studio.compose(&stage, &self.moved(donor, &kept, spot, turn), &own, 0.0)?;
            let found = darkness(&bare, &picture, true);
            let next = if found > 0.0 { (n as f64 * wanted / found).round() as usize } else { most };
            let next = next.clamp(1, most.max(1));
            if next.abs_diff(n) * 100 <= n {
                break;
            }
            asked = next;
        }
        let darker = if n == most { " (all that grows there)" } else { "" };
        let caption = format!(
            "A patch of 6 cm. Left half: dots, {} per cm². Right half: shaved hair of the back of the head{darker}, {} per cm², as many as make it as dark as the dots",
            number(count as f64 / left.cm2(), 0),
            number(n as f64 / right.cm2(), 0)
        );
        Ok(vec![encode(&picture, id, "half", &self.moment.name, caption)?])
    }
}

/// Streams that choose which hairs are moved begin here, above those of other choices.
const MOVED: u64 = 1 << 44;

fn retain(dots: &mut Dots, keep: impl Fn(Vec3) -> bool) {
    let old = std::mem::take(dots);
    for ((p, n), e) in old.position.into_iter().zip(old.normal).zip(old.extinction) {
        if keep(p) {
            dots.push(p, n, e);
        }
    }
}

/// Weights of red, green and blue in what the eye sees as bright (Rec. 709).
const LUMINANCE: Vec3 = Vec3::new(0.2126, 0.7152, 0.0722);

/// What a picture takes from the luminance of bare skin in its left or right half, mean over its pixels.
fn darkness(bare: &Image, picture: &Image, right: bool) -> f64 {
    let middle = bare.width / 2;
    let (mut sum, mut n) = (0.0, 0.0);
    for (i, (a, b)) in bare.pixels.iter().zip(&picture.pixels).enumerate() {
        if ((i % bare.width) >= middle) == right {
            sum += f64::from((*a - *b).dot(LUMINANCE));
            n += 1.0;
        }
    }
    if n > 0.0 { sum / n } else { 0.0 }
}
