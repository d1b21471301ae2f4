//! A head from five sides, in parallel projection: zones tinted, what was filled in hatched.

use glam::{DVec3, Vec3};
use rayon::prelude::*;
use vellus_head::head::Head;
use vellus_head::scan_report::LandmarkOrigin;
use vellus_head::{Hit, Landmark, Zone};
use vellus_light::Image;
use vellus_light::colour::linear_from_srgb;

/// Size of a view, pixels, and how many of them a millimetre has.
pub(super) const WIDTH: usize = 400;
pub(super) const HEIGHT: usize = 440;
const PER_MM: f64 = 1.55;

/// A side that a head is seen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Front,
    Right,
    Left,
    Back,
    Top,
}

impl View {
    pub(super) const ALL: [Self; 5] = [Self::Front, Self::Left, Self::Right, Self::Back, Self::Top];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Front => "Front",
            Self::Right => "Right side",
            Self::Left => "Left side",
            Self::Back => "Back",
            Self::Top => "Top",
        }
    }

    /// Right and up of the picture, in head space.
    const fn axes(self) -> (DVec3, DVec3) {
        match self {
            Self::Front => (DVec3::X, DVec3::Y),
            Self::Back => (DVec3::NEG_X, DVec3::Y),
            Self::Left => (DVec3::NEG_Z, DVec3::Y),
            Self::Right => (DVec3::Z, DVec3::Y),
            // The face at the foot of the picture, as in the charts of the trade: the person's right
            // is at the left.
            Self::Top => (DVec3::X, DVec3::NEG_Z),
        }
    }
}

/// A landmark in a view, pixels.
pub(super) struct Mark {
    pub(super) landmark: Landmark,
    pub(super) origin: LandmarkOrigin,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// One view.
pub(super) struct Panel {
    pub(super) view: View,
    pub(super) image: Image,
    pub(super) marks: Vec<Mark>,
}

/// sRGB of a zone.
pub(crate) const fn zone_colour(z: Zone) -> [u8; 3] {
    match z {
        Zone::FrontalHairline => [0xb5, 0x4a, 0x2a],
        Zone::FrontotemporalRecess => [0xe3, 0xa0, 0x4b],
        Zone::TemporalPoint => [0xd9, 0xc2, 0x4a],
        Zone::Frontal => [0x7f, 0xa8, 0x6b],
        Zone::MidScalp => [0x3f, 0x8f, 0x86],
        Zone::Vertex => [0x2c, 0x5f, 0x93],
        Zone::Parietal => [0x8f, 0x93, 0xc8],
        Zone::Temporal => [0xb7, 0x86, 0xb4],
        Zone::OccipitalDonor => [0x7d, 0x7f, 0x66],
    }
}

/// sRGB of a landmark's dot.
pub(super) const fn mark_colour(o: LandmarkOrigin) -> [u8; 3] {
    match o {
        LandmarkOrigin::Given => [0x0d, 0x3b, 0x54],
        LandmarkOrigin::Fitted => [0x1f, 0x7a, 0xb0],
        LandmarkOrigin::Derived => [0x56, 0x61, 0x69],
        LandmarkOrigin::Norm => [0xa9, 0x4a, 0x12],
    }
}

pub(crate) fn hex(c: [u8; 3]) -> String {
    format!("#{:02x}{:02x}{:02x}", c[0], c[1], c[2])
}

fn linear(c: [u8; 3]) -> Vec3 {
    let f = |x: u8| linear_from_srgb(f64::from(x) / 255.0) as f32;
    Vec3::new(f(c[0]), f(c[1]), f(c[2]))
}

const PAPER: [u8; 3] = [0xff, 0xff, 0xff];
const SKIN: [u8; 3] = [0xdd, 0xd8, 0xd0];
const HATCH: [u8; 3] = [0x7a, 0x4a, 0x8c];

/// What is at a pixel.
#[derive(Clone, Copy)]
struct Seen {
    colour: Vec3,
    /// Number of the zone, for its outline; 255 is the paper.
    region: u8,
}

pub(super) fn draw(head: &Head, view: View) -> Panel {
    let (right, up) = view.axes();
    let toward = right.cross(up);
    let (low, high) = head.surface().mesh().bounds().unwrap_or_default();
    // The head's own middle in the picture; the neck may leave it.
    let crown = head.landmarks().get(Landmark::Vertex);
    let chin = head.landmarks().get(Landmark::Menton);
    let mut middle = 0.5 * (low + high);
    middle.y = 0.5 * (crown.y + chin.y) - 4.0;
    let far = 600.0;
    let at = |x: f64, y: f64| {
        middle + right * ((x - 0.5 * WIDTH as f64) / PER_MM) + up * ((0.5 * HEIGHT as f64 - y) / PER_MM)
    };
    let cast = |x: f64, y: f64| head.surface().raycast(at(x, y) + toward * far, -toward);
    // From over the viewer's left shoulder.
    let light = (toward * 0.8 - right * 0.35 + up * 0.5).normalize();
    let look = |x: f64, y: f64, hit: Option<Hit>| -> Seen {
        let Some(hit) = hit else { return Seen { colour: linear(PAPER), region: 255 } };
        let zone = head.zone_in_head(hit.point.position);
        let mut colour = linear(SKIN);
        if let Some(z) = zone {
            colour = colour.lerp(linear(zone_colour(z)), 0.8);
        }
        if head.filled().get(hit.point.triangle as usize).copied().unwrap_or(false)
            && (x + y).rem_euclid(9.0) < 3.0
        {
            colour = colour.lerp(linear(HATCH), 0.75);
        }
        let lambert = hit.point.normal.dot(light).max(0.0) as f32;
        let rim = hit.point.normal.dot(toward).max(0.0) as f32;
        let region = zone.map_or(0, |z| 1 + Zone::ALL.iter().position(|a| *a == z).unwrap_or(0) as u8);
        Seen { colour: colour * (0.22 + 0.62 * lambert + 0.2 * rim), region }
    };
    let first: Vec<Seen> = (0..WIDTH * HEIGHT)
        .into_par_iter()
        .map(|i| {
            let (x, y) = ((i % WIDTH) as f64 + 0.5, (i / WIDTH) as f64 + 0.5);
            look(x, y, cast(x, y))
        })
        .collect();
    let outline = linear([0x2a, 0x2a, 0x2a]);
    let pixels: Vec<Vec3> = (0..WIDTH * HEIGHT)
        .into_par_iter()
        .map(|i| {
            let (column, row) = (i % WIDTH, i / WIDTH);
            let here = first[i];
            let neighbour = |dx: isize, dy: isize| {
                let (x, y) = (column as isize + dx, row as isize + dy);
                if x < 0 || y < 0 || x >= WIDTH as isize || y >= HEIGHT as isize {
                    return here;
                }
                first[y as usize * WIDTH + x as usize]
            };
            let around = [neighbour(-1, 0), neighbour(1, 0), neighbour(0, -1), neighbour(0, 1)];
            let differs = |n: &Seen| n.region != here.region || n.colour.distance(here.colour) > 0.12;
            if !around.iter().any(differs) {
                return here.colour;
            }
            let mut sum = Vec3::ZERO;
            for k in 0..9 {
                let x = column as f64 + (f64::from(k % 3) + 0.5) / 3.0;
                let y = row as f64 + (f64::from(k / 3) + 0.5) / 3.0;
                sum += look(x, y, cast(x, y)).colour;
            }
            let smooth = sum / 9.0;
            // A thin line between zones, none against the paper.
            let border =
                around.iter().any(|n| n.region != here.region && n.region != 255) && here.region != 255;
            if border { smooth.lerp(outline, 0.35) } else { smooth }
        })
        .collect();
    let origins = super::origins(head);
    let marks = Landmark::ALL
        .into_iter()
        .filter_map(|l| {
            let p = head.landmarks().get(l);
            let d = p - middle;
            let x = 0.5 * WIDTH as f64 + d.dot(right) * PER_MM;
            let y = 0.5 * HEIGHT as f64 - d.dot(up) * PER_MM;
            if !(0.0..WIDTH as f64).contains(&x) || !(0.0..HEIGHT as f64).contains(&y) {
                return None;
            }
            // Seen from here, or nearly: the rim of an ear may stand before the tragion.
            let hit = cast(x, y);
            let hidden = hit.is_some_and(|h| (h.point.position - p).dot(toward) > 14.0);
            (!hidden).then_some(Mark { landmark: l, origin: origins[&l], x, y })
        })
        .collect();
    Panel { view, image: Image { width: WIDTH, height: HEIGHT, pixels }, marks }
}

impl Panel {
    /// The view with its landmarks as dots.
    pub(super) fn with_dots(&self) -> Image {
        let mut image = self.image.clone();
        for m in &self.marks {
            let colour = linear(mark_colour(m.origin));
            let (cx, cy) = (m.x, m.y);
            for row in (cy - 7.0).max(0.0) as usize..((cy + 8.0) as usize).min(HEIGHT) {
                for column in (cx - 7.0).max(0.0) as usize..((cx + 8.0) as usize).min(WIDTH) {
                    let r = libm::hypot(column as f64 + 0.5 - cx, row as f64 + 0.5 - cy);
                    let cover = |radius: f64| (radius + 0.5 - r).clamp(0.0, 1.0) as f32;
                    let p = &mut image.pixels[row * WIDTH + column];
                    *p = p.lerp(Vec3::ONE, cover(6.0)).lerp(colour, cover(4.3));
                }
            }
        }
        image
    }
}
