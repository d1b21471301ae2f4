//! A head from five sides, in parallel projection: zones tinted, what was filled in hatched.

use glam::{DVec3, Vec3};
use vellus_head::head::Head;
use vellus_head::scan_report::LandmarkOrigin;
use vellus_head::{Landmark, Zone};
use vellus_light::Image;

use crate::head_drawing::{Projection, Tint, linear, paint};

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

pub(super) fn draw(head: &Head, view: View) -> Panel {
    let (right, up) = view.axes();
    let projection = Projection::of(head, right, up, [WIDTH, HEIGHT], PER_MM);
    let image = paint(head, &projection, [0xff; 3], &|hit| {
        let zone = head.zone_in_head(hit.position)?;
        let region = 1 + Zone::ALL.iter().position(|a| *a == zone).unwrap_or(0) as u8;
        Some(Tint { colour: zone_colour(zone), strength: 0.8, region })
    });
    let origins = super::origins(head);
    let marks = Landmark::ALL
        .into_iter()
        .filter_map(|l| {
            let p = head.landmarks().get(l);
            let [x, y] = projection.xy(p);
            let inside = (0.0..WIDTH as f64).contains(&x) && (0.0..HEIGHT as f64).contains(&y);
            // Seen from here, or nearly: the rim of an ear may stand before the tragion.
            (inside && projection.sees(head, p, 14.0)).then_some(Mark {
                landmark: l,
                origin: origins[&l],
                x,
                y,
            })
        })
        .collect();
    Panel { view, image, marks }
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
