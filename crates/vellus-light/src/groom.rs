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
/// Length of the first pieces, mm, and how many there are: hair bends most where it leaves the skin.
const NEAR_MM: f32 = 3.0;
const NEAR_STEPS: usize = 4;
/// Width of a lock, mm: long hair hangs in strands of some dozens of hairs. Assumption, by eye.
const LOCK_MM: f32 = 7.0;
/// Share of its width by which a lock has closed up at its end. Assumption, by eye.
const CLOSING: f32 = 0.55;
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
        let mut out = Self { centre, radius };
        // Hair bridges hollows and flows round ears: widen, then smooth.
        out.filter(|here, mean, most| here.max(0.5 * (mean + most)));
        let widened = out.radius.clone();
        for _ in 0..3 {
            out.filter(|here, mean, _| 0.25 * here + 0.75 * mean);
        }
        // Smoothing must not let the tips of the ears through again.
        for (r, w) in out.radius.iter_mut().zip(&widened) {
            *r = r.max(*w);
        }
        out.filter(|here, mean, _| 0.5 * (here + mean));
        out
    }

    /// Replaces each radius by a function of itself, and of the mean and the most of it and its eight
    /// neighbours.
    fn filter(&mut self, f: impl Fn(f32, f32, f32) -> f32) {
        let old = self.radius.clone();
        for r in 0..ROWS {
            for c in 0..COLUMNS {
                let (mut sum, mut most) = (0.0_f32, 0.0_f32);
                for dr in [r.saturating_sub(1), r, (r + 1).min(ROWS - 1)] {
                    for dc in [c + COLUMNS - 1, c, c + 1] {
                        let v = old[dr * COLUMNS + dc % COLUMNS];
                        sum += v;
                        most = most.max(v);
                    }
                }
                self.radius[r * COLUMNS + c] = f(old[r * COLUMNS + c], sum / 9.0, most);
            }
        }
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
    Vec3::new(s * libm::sinf(turn), libm::cosf(polar), s * libm::cosf(turn))
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
            let angle = (mean + 6.0 * s.normal() as f32).clamp(10.0, 65.0).to_radians();
            let sway = 0.18 * s.normal() as f32;
            let d = (along * libm::cosf(angle) + side * sway + normal * libm::sinf(angle)).normalize();
            let curve = if strands.length_mm[i] > CURVE_FROM_MM {
                fall(p, d, normal, strands.length_mm[i], style, collider, key, &mut s)
            } else {
                Vec::new()
            };
            (d, curve)
        })
        .collect();
    let long = strands.length_mm.iter().any(|l| *l > CURVE_FROM_MM);
    let mut curves = Curves { first: vec![0], points: Vec::new() };
    for (i, (d, c)) in laid.into_iter().enumerate() {
        strands.direction[i] = d;
        curves.points.extend(c);
        curves.first.push(curves.points.len() as u32);
    }
    strands.curves = long.then_some(curves);
}

/// What the hairs of one lock have in common.
struct Lock {
    /// Height in the sheet, share of the loft.
    height: f32,
    phase: f32,
    wave: f32,
    lean: Vec3,
    /// From the middle of the lock to the root, mm.
    offset: Vec3,
}

impl Lock {
    fn of(root: Vec3, wave: f32, key: Key) -> Self {
        let cell = (root / LOCK_MM).round();
        let [x, y, z] = [cell.x, cell.y, cell.z].map(|c| u64::from((c as i32 + 512) as u16));
        let mut s = key.stream(Purpose::Strand, (1 << 48) | (x << 32) | (y << 16) | z);
        Self {
            height: s.uniform() as f32,
            phase: std::f32::consts::TAU * s.uniform() as f32,
            wave: wave * (0.5 + s.uniform() as f32),
            lean: Vec3::new(s.normal() as f32, s.normal() as f32, s.normal() as f32),
            offset: root - cell * LOCK_MM,
        }
    }
}

/// The course of one long hair.
fn fall(
    root: Vec3,
    start: Vec3,
    normal: Vec3,
    length: f32,
    style: &Style,
    collider: &Collider,
    key: Key,
    s: &mut vellus_units::Stream,
) -> Vec<Vec3> {
    let lock = Lock::of(root, style.wave, key);
    let near = NEAR_STEPS as f32 * NEAR_MM;
    let steps = (((length - near).max(STEP_MM) / STEP_MM).ceil() as usize).clamp(2, 80);
    let far = (length - near).max(2.0) / steps as f32;
    let total = steps + NEAR_STEPS;
    let own = libm::powf(s.uniform() as f32, 1.5);
    let lift = 0.6 + style.loft_mm * (0.45 * lock.height * lock.height + 0.55 * own);
    let jitter =
        lock.lean * 0.045 + Vec3::new(s.normal() as f32, s.normal() as f32, s.normal() as f32) * 0.022;
    // In front of the end of the parting hair is combed to its own side; behind it, back and down.
    // A comb does not draw a straight line: the parting wanders by a millimetre or two.
    let wander = 1.1 * libm::sinf(0.23 * root.z) + 0.7 * libm::sinf(0.51 * root.z + 1.3);
    let from_parting = root.x - style.parting_x_mm - wander;
    let front = ((root.z - style.parting_back_z_mm) / 30.0).clamp(0.0, 1.0);
    let own_side = if from_parting >= 0.0 { 1.0 } else { -1.0 };
    let to_side = own_side * front + (from_parting / 40.0).clamp(-1.0, 1.0) * (1.0 - front);
    let up = normal.y.clamp(0.0, 1.0);
    let comb =
        Vec3::new(to_side * (0.45 + 0.55 * front), -0.1, -0.45 - 0.45 * (1.0 - front)) * (0.4 + 0.6 * up);
    let first = (comb + Vec3::NEG_Y * (1.0 - up)).normalize_or(start);
    let mut points = Vec::with_capacity(total + 1);
    points.push(root);
    let (mut p, mut d) = (root, (0.55 * start + 0.75 * first).normalize_or(start));
    let mut along_hair = 0.0;
    for k in 0..total {
        let step = if k < NEAR_STEPS { NEAR_MM } else { far };
        let t = along_hair / length;
        let out = (p - collider.centre).normalize_or(Vec3::Y);
        // The comb acts where the hair lies on the head, gravity where it hangs over the side.
        let top = ((out.y - 0.15) / 0.6).clamp(0.0, 1.0);
        let along = |v: Vec3| v - out * v.dot(out).min(0.0) * 0.3;
        let target = along(comb * (1.3 * top)) + Vec3::NEG_Y * (0.55 + 0.75 * (1.0 - top))
            - out * (0.35 * (1.0 - t))
            + jitter * (0.15 + 0.85 * top);
        // What hangs in front of the face is tucked to its side.
        let face = ((out.z - 0.25) / 0.35).clamp(0.0, 1.0) * (1.0 - top * 0.6);
        let target = target + Vec3::new(1.3 * own_side, 0.15, -0.75) * face;
        let bend = (0.06 * step).clamp(0.2, 0.85);
        let mut next = (d + target * bend).normalize_or(d);
        let across = next.cross(out).normalize_or(Vec3::X);
        let sway = 0.012 * step * lock.wave * libm::sinf(lock.phase + 0.075 * along_hair);
        next = (next + across * sway).normalize_or(next);
        let mut q = p + next * step;
        along_hair += step;
        // Hairs of a lock close up towards its end.
        if k >= NEAR_STEPS {
            q -= lock.offset * (CLOSING * step / length);
        }
        // Keep out of the head: the sheet rises over the first centimetre to its own height, and hair
        // that lies on the skull does not stand off it.
        let d_out = q - collider.centre;
        let r = d_out.length();
        let u = d_out / r.max(1e-3);
        let rise = (along_hair / 14.0).min(1.0);
        let least = collider.at(u) + 0.4 + lift * rise * (2.0 - rise);
        let rests = ((u.y + 0.25) / 0.35).clamp(0.0, 1.0) * 0.7;
        let held = if r < least { least } else { r + (least - r) * rests };
        q = collider.centre + u * held;
        d = (q - p).normalize_or(next);
        p = q;
        points.push(p);
    }
    points
}
