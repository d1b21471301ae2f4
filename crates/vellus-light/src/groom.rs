//! How hair lies: the direction in which each hair leaves the skin, and the course of long hair.
//!
//! Space: +x to the person's left, +y up, +z forward, as in head space. Hair streams away from the
//! whorl of the crown: forward over the top, down at the sides and the back. Long hair starts like
//! that, is combed away from the parting, falls, and lies over a collider: the distance of the skin
//! from the centre of the head in each direction.

use crate::head_model::HeadModel;
use crate::scene::{Curves, Strands};
use glam::Vec3;
use rayon::prelude::*;
use vellus_units::random::{Key, Purpose};

/// Hair longer than this, mm, gets a curve.
const CURVE_FROM_MM: f32 = crate::compose::LONG_MM;
/// Lowest and highest angle between a hair and the skin, degrees. Assumption, flattest at the
/// temples; the one figure found, about 75° (calvizie.net), is weak.
pub const EXIT_ANGLE_DEG: [f32; 2] = [18.0, 50.0];
/// Length of a piece of a curve, mm.
pub(crate) const STEP_MM: f32 = 9.0;
/// Rows and columns of the collider.
const ROWS: usize = 48;
const COLUMNS: usize = 96;

/// How the hair is worn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Where the whorl is, head space, mm.
    pub whorl: Vec3,
    /// Side of the parting: its x, mm; 0 is the middle.
    pub parting_x_mm: f32,
    /// How far back the parting runs, z, mm; behind it hair falls back.
    pub parting_back_z_mm: f32,
    /// Loft of long hair over the skull, mm: how thick the sheet may be.
    pub loft_mm: f32,
    /// Waviness of long hair, 0 (straight) to 1.
    pub wave: f32,
}

/// The head as a distance from its centre in each direction.
pub struct Collider {
    centre: Vec3,
    radius: Vec<f32>,
}

impl Collider {
    /// Measures a head. The collider is star-shaped about the centre of its framing sphere, raised by
    /// 30 mm; below the jaw line it narrows to a neck, so that long hair hangs free there.
    #[must_use]
    pub fn new(head: &HeadModel) -> Self {
        let (sphere, _) = head.framing_sphere();
        let centre = sphere + Vec3::Y * 30.0;
        let radius = (0..ROWS * COLUMNS)
            .into_par_iter()
            .map(|i| {
                let d = direction(i / COLUMNS, i % COLUMNS);
                let r = head.first_hit(centre, d).map_or(80.0, |h| h.distance);
                let low = ((-d.y - 0.45) / 0.35).clamp(0.0, 1.0);
                r.min(140.0) * (1.0 - low) + r.min(95.0) * low
            })
            .collect();
        Self { centre, radius }
    }

    /// Distance of the skin from the centre in the direction of a point, mm.
    fn at(&self, d: Vec3) -> f32 {
        let polar = libm::acosf(d.y.clamp(-1.0, 1.0)) / std::f32::consts::PI * ROWS as f32 - 0.5;
        let turn = (libm::atan2f(d.x, d.z) / std::f32::consts::TAU + 0.5) * COLUMNS as f32;
        let (r, c) = (polar.clamp(0.0, ROWS as f32 - 1.001), turn);
        let (r0, c0) = (r.floor(), c.floor());
        let (fr, fc) = (r - r0, c - c0);
        let get = |dr: usize, dc: usize| {
            self.radius[(r0 as usize + dr).min(ROWS - 1) * COLUMNS + (c0 as usize + dc) % COLUMNS]
        };
        let a = get(0, 0) + (get(0, 1) - get(0, 0)) * fc;
        let b = get(1, 0) + (get(1, 1) - get(1, 0)) * fc;
        a + (b - a) * fr
    }
}

fn direction(row: usize, column: usize) -> Vec3 {
    let polar = (row as f32 + 0.5) / ROWS as f32 * std::f32::consts::PI;
    let turn = (column as f32 / COLUMNS as f32 - 0.5) * std::f32::consts::TAU;
    let s = libm::sinf(polar);
    Vec3::new(
        s * libm::sinf(turn),
        libm::cosf(polar),
        s * libm::cosf(turn),
    )
}

/// Unit direction along the skin in which hair streams at a point with this normal.
#[must_use]
pub fn flow(p: Vec3, normal: Vec3, whorl: Vec3) -> Vec3 {
    let away = p - whorl;
    let away = away - normal * away.dot(normal);
    let distance = (p - whorl).length();
    // Turning by up to 70° round the whorl, gone 45 mm from it.
    let turn = 1.2 * libm::expf(-(distance / 28.0) * (distance / 28.0));
    let round = normal.cross(away);
    let stream = (away * libm::cosf(turn) + round * libm::sinf(turn)).normalize_or(Vec3::Z);
    // Gravity and habit take over where the skin is steep.
    let down = Vec3::NEG_Y - normal * Vec3::NEG_Y.dot(normal);
    let steep = (1.0 - normal.y).clamp(0.0, 1.0) * (distance / 60.0).min(1.0);
    let mixed = stream * (1.0 - 0.6 * steep) + down * (0.9 * steep);
    (mixed - normal * mixed.dot(normal)).normalize_or(stream)
}

/// Gives each hair its direction and each long hair its curve.
pub fn lay(strands: &mut Strands, style: &Style, collider: &Collider, key: Key) {
    let n = strands.len();
    let laid: Vec<(Vec3, Vec<Vec3>)> = (0..n)
        .into_par_iter()
        .map(|i| {
            let mut s = key.stream(Purpose::Strand, i as u64);
            let (p, normal) = (strands.root[i], strands.normal[i]);
            let along = flow(p, normal, style.whorl);
            let side = normal.cross(along);
            let steep = (1.0 - normal.y).clamp(0.0, 1.0);
            let mean = EXIT_ANGLE_DEG[1] + (EXIT_ANGLE_DEG[0] - EXIT_ANGLE_DEG[1]) * steep;
            let angle = (mean + 6.0 * s.normal() as f32)
                .clamp(10.0, 65.0)
                .to_radians();
            let sway = 0.18 * s.normal() as f32;
            let d =
                (along * libm::cosf(angle) + side * sway + normal * libm::sinf(angle)).normalize();
            let curve = if strands.length_mm[i] > CURVE_FROM_MM {
                fall(p, d, normal, strands.length_mm[i], style, collider, &mut s)
            } else {
                Vec::new()
            };
            (d, curve)
        })
        .collect();
    let long = strands.length_mm.iter().any(|l| *l > CURVE_FROM_MM);
    let mut curves = Curves {
        first: vec![0],
        points: Vec::new(),
    };
    for (i, (d, c)) in laid.into_iter().enumerate() {
        strands.direction[i] = d;
        curves.points.extend(c);
        curves.first.push(curves.points.len() as u32);
    }
    strands.curves = long.then_some(curves);
}

/// The course of one long hair.
fn fall(
    root: Vec3,
    start: Vec3,
    normal: Vec3,
    length: f32,
    style: &Style,
    collider: &Collider,
    s: &mut vellus_units::Stream,
) -> Vec<Vec3> {
    let steps = ((length / STEP_MM).ceil() as usize).clamp(2, 80);
    let step = length / steps as f32;
    let lift = 0.8 + style.loft_mm * libm::powf(s.uniform() as f32, 1.5);
    let phase = std::f32::consts::TAU * s.uniform() as f32;
    let wave = style.wave * (0.5 + s.uniform() as f32);
    let jitter = Vec3::new(s.normal() as f32, s.normal() as f32, s.normal() as f32) * 0.05;
    // In front of the end of the parting hair is combed to its own side; behind it, back and down.
    let to_side = if root.x >= style.parting_x_mm {
        1.0
    } else {
        -1.0
    };
    let front = ((root.z - style.parting_back_z_mm) / 30.0).clamp(0.0, 1.0);
    let up = normal.y.clamp(0.0, 1.0);
    let comb = Vec3::new(
        to_side * (0.35 + 0.65 * front),
        -0.1,
        -0.45 - 0.35 * (1.0 - front),
    ) * (0.4 + 0.6 * up);
    let mut points = Vec::with_capacity(steps + 1);
    points.push(root);
    let (mut p, mut d) = (root, start);
    for k in 0..steps {
        let t = (k as f32 + 1.0) / steps as f32;
        let out = (p - collider.centre).normalize_or(Vec3::Y);
        // The comb acts where the hair lies on the head, gravity where it hangs over the side.
        let top = ((out.y - 0.15) / 0.6).clamp(0.0, 1.0);
        let along = |v: Vec3| v - out * v.dot(out).min(0.0) * 0.3;
        let target = along(comb * (1.3 * top)) + Vec3::NEG_Y * (0.55 + 0.75 * (1.0 - top))
            - out * (0.35 * (1.0 - t))
            + jitter;
        // What hangs in front of the face is tucked to its side.
        let face = ((out.z - 0.25) / 0.35).clamp(0.0, 1.0) * (1.0 - top * 0.6);
        let target = target + Vec3::new(1.3 * to_side, 0.15, -0.75) * face;
        let bend = if k == 0 { 0.5 } else { 0.85 };
        let mut next = (d + target * bend).normalize_or(d);
        let across = next.cross(out).normalize_or(Vec3::X);
        next = (next + across * (0.16 * wave * libm::sinf(phase + 0.09 * step * k as f32)))
            .normalize_or(next);
        let mut q = p + next * step;
        // Keep out of the head: the sheet rises over the first centimetres to its own height.
        let d_out = q - collider.centre;
        let r = d_out.length();
        let u = d_out / r.max(1e-3);
        let height = lift * ((k as f32 + 1.0) * step / 25.0).min(1.0) + 0.6;
        let least = collider.at(u) + height;
        if r < least {
            q = collider.centre + u * least;
        }
        d = (q - p).normalize_or(next);
        p = q;
        points.push(p);
    }
    points
}
