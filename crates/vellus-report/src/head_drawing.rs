//! A head in parallel projection, shaded, with its skin tinted by place and what was filled in hatched.

use glam::{DVec3, Vec3};
use rayon::prelude::*;
use vellus_head::head::Head;
use vellus_head::{Hit, Landmark, SurfacePoint};
use vellus_light::Image;
use vellus_light::colour::linear_from_srgb;

const SKIN: [u8; 3] = [0xdd, 0xd8, 0xd0];
const HATCH: [u8; 3] = [0x7a, 0x4a, 0x8c];
const OUTLINE: [u8; 3] = [0x2a, 0x2a, 0x2a];
/// Number of the region that is no skin.
const NO_SKIN: u8 = 255;
/// From so far rays are cast, mm.
const FAR: f64 = 600.0;

/// Where a head is looked at from, and how large it is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection {
    right: DVec3,
    up: DVec3,
    toward: DVec3,
    middle: DVec3,
    size: [usize; 2],
    per_mm: f64,
}

impl Projection {
    /// The head's own middle in a picture of so many pixels; the neck may leave it. `right` and `up` of
    /// the picture are in head space.
    pub(crate) fn of(head: &Head, right: DVec3, up: DVec3, size: [usize; 2], per_mm: f64) -> Self {
        let (low, high) = head.surface().mesh().bounds().unwrap_or_default();
        let crown = head.landmarks().get(Landmark::Vertex);
        let chin = head.landmarks().get(Landmark::Menton);
        let mut middle = 0.5 * (low + high);
        middle.y = 0.5 * (crown.y + chin.y) - 4.0;
        Self { right, up, toward: right.cross(up), middle, size, per_mm }
    }

    /// The same with another place in the middle of the picture.
    pub(crate) const fn about(mut self, middle: DVec3) -> Self {
        self.middle = middle;
        self
    }

    /// Where a place is drawn, pixels from the upper left.
    pub(crate) fn xy(&self, p: DVec3) -> [f64; 2] {
        let d = p - self.middle;
        [
            0.5 * self.size[0] as f64 + d.dot(self.right) * self.per_mm,
            0.5 * self.size[1] as f64 - d.dot(self.up) * self.per_mm,
        ]
    }

    fn cast(&self, head: &Head, x: f64, y: f64) -> Option<Hit> {
        let at = self.middle
            + self.right * ((x - 0.5 * self.size[0] as f64) / self.per_mm)
            + self.up * ((0.5 * self.size[1] as f64 - y) / self.per_mm);
        head.surface().raycast(at + self.toward * FAR, -self.toward)
    }

    /// Whether nothing stands before a place by more than `slack` mm.
    pub(crate) fn sees(&self, head: &Head, p: DVec3, slack: f64) -> bool {
        let [x, y] = self.xy(p);
        !self.cast(head, x, y).is_some_and(|h| (h.point.position - p).dot(self.toward) > slack)
    }
}

/// How a place of the skin is tinted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tint {
    /// sRGB.
    pub(crate) colour: [u8; 3],
    /// 0 is skin, 1 the colour.
    pub(crate) strength: f32,
    /// Places of different regions have a line between them; 1 to 254.
    pub(crate) region: u8,
}

pub(crate) fn linear(c: [u8; 3]) -> Vec3 {
    let f = |x: u8| linear_from_srgb(f64::from(x) / 255.0) as f32;
    Vec3::new(f(c[0]), f(c[1]), f(c[2]))
}

/// What is at a pixel.
#[derive(Clone, Copy)]
struct Seen {
    colour: Vec3,
    region: u8,
}

/// Draws a head; `tint` says how a place of its skin is tinted.
pub(crate) fn paint(
    head: &Head,
    projection: &Projection,
    paper: [u8; 3],
    tint: &(dyn Fn(&SurfacePoint) -> Option<Tint> + Sync),
) -> Image {
    let [width, height] = projection.size;
    let toward = projection.toward;
    // From over the viewer's left shoulder.
    let light = (toward * 0.8 - projection.right * 0.35 + projection.up * 0.5).normalize();
    let look = |x: f64, y: f64| -> Seen {
        let Some(hit) = projection.cast(head, x, y) else {
            return Seen { colour: linear(paper), region: NO_SKIN };
        };
        let tint = tint(&hit.point);
        let mut colour = linear(SKIN);
        if let Some(t) = tint {
            colour = colour.lerp(linear(t.colour), t.strength);
        }
        if head.filled().get(hit.point.triangle as usize).copied().unwrap_or(false)
            && (x + y).rem_euclid(9.0) < 3.0
        {
            colour = colour.lerp(linear(HATCH), 0.75);
        }
        let lambert = hit.point.normal.dot(light).max(0.0) as f32;
        let rim = hit.point.normal.dot(toward).max(0.0) as f32;
        Seen { colour: colour * (0.22 + 0.62 * lambert + 0.2 * rim), region: tint.map_or(0, |t| t.region) }
    };
    let first: Vec<Seen> = (0..width * height)
        .into_par_iter()
        .map(|i| look((i % width) as f64 + 0.5, (i / width) as f64 + 0.5))
        .collect();
    let outline = linear(OUTLINE);
    let pixels: Vec<Vec3> = (0..width * height)
        .into_par_iter()
        .map(|i| {
            let (column, row) = (i % width, i / width);
            let here = first[i];
            let neighbour = |dx: isize, dy: isize| {
                let (x, y) = (column as isize + dx, row as isize + dy);
                if x < 0 || y < 0 || x >= width as isize || y >= height as isize {
                    return here;
                }
                first[y as usize * width + x as usize]
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
                sum += look(x, y).colour;
            }
            let smooth = sum / 9.0;
            // A thin line between regions, none against the paper.
            let border = around.iter().any(|n| n.region != here.region && n.region != NO_SKIN)
                && here.region != NO_SKIN;
            if border { smooth.lerp(outline, 0.35) } else { smooth }
        })
        .collect();
    Image { width, height, pixels }
}
