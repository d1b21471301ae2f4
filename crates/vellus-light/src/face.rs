//! Brows, lashes, lips and the tints of a face, so that a face is not a mannequin's.
//!
//! Placed from three points that every head has: the lateral corners of the eyes and the nasion;
//! the line between the lips is felt for on the mesh. Lengths are in *reaches*, the distance from
//! the midline to an outer corner of an eye (44 mm on the mean head). Proportions are assumptions
//! of portrait drawing, checked against the profile of the mean head (`data/head`): with closed
//! eyes the lids meet low on the globe, a tenth of a reach under the line between the corners; the
//! brow lies on the edge of the orbit, not in the fold of the lid.
//!
//! On a scan with open eyes the same line runs along the lower lid, where lashes and a darker rim
//! are also found, so that nothing crosses the pupil.

use crate::head_model::HeadModel;
use crate::scene::Strands;
use glam::Vec3;
use vellus_units::random::{Key, Purpose};

/// Points of a face, head space, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacePoints {
    /// Outer corner of the right eye.
    pub canthus_right: Vec3,
    /// Outer corner of the left eye.
    pub canthus_left: Vec3,
    /// Root of the nose.
    pub nasion: Vec3,
    /// Middle of the closed mouth, when known.
    pub mouth: Option<Vec3>,
}

/// How brows and lashes are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brows {
    /// Radius of a hair, µm.
    pub radius_um: f32,
    /// Share of white hairs, 0 to 1; lashes keep their colour.
    pub white_share: f32,
    /// Fullness: 1 for a man's brows, about 0.7 for a woman's.
    pub fullness: f32,
}

/// Hairs of a full brow, each side. Assumption within the 250 to 500 of textbooks.
const BROW_HAIRS: usize = 460;
/// Lashes of an upper lid. Source: 90 to 160 in anatomy books.
const LASHES: usize = 130;
/// Radius of a lash, µm. Assumption: lashes are the coarsest hairs of the face.
const LASH_UM: f32 = 44.0;
/// Inner corner of the eye and depth of the closed lids' line under the corners, reaches. On the
/// mean head the groove lies there.
const MEDIAL: f32 = 0.33;
const SAG: f32 = 0.095;
/// Half width of the mouth, reaches: as wide as the pupils are apart, less a little.
const MOUTH: f32 = 0.57;
/// Height of the red of the upper and the lower lip, reaches. Read off the mean head's profile.
const LIP_HEIGHT: [f32; 2] = [0.175, 0.205];

/// Albedo factors, linear RGB. All are assumptions, by eye on a calm light face.
const LIPS: Vec3 = Vec3::new(0.84, 0.62, 0.65);
const SEAM: Vec3 = Vec3::new(0.42, 0.28, 0.28);
const LID_LINE: Vec3 = Vec3::new(0.34, 0.26, 0.25);
const LID: Vec3 = Vec3::new(0.95, 0.88, 0.87);
const CREASE: Vec3 = Vec3::new(0.74, 0.63, 0.60);
const UNDER_EYE: Vec3 = Vec3::new(0.94, 0.89, 0.92);
const CHEEK: Vec3 = Vec3::new(1.00, 0.915, 0.915);
const NOSE: Vec3 = Vec3::new(1.00, 0.89, 0.89);
const EAR: Vec3 = Vec3::new(1.02, 0.83, 0.81);

/// The closed lids' line at `t` from the inner (0) to the outer (1) corner: x from the midline
/// and y from the outer corner, reaches.
fn lid_line(t: f32) -> [f32; 2] {
    let x = MEDIAL + (1.0 - MEDIAL) * t;
    let chord = -0.035 * (1.0 - t);
    [x, chord - SAG * 4.0 * t * (1.0 - t) * (0.85 + 0.3 * t)]
}

/// What tints the skin of a face; see the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complexion {
    face: FacePoints,
    reach: f32,
}

impl FacePoints {
    /// Distance from the midline to an outer corner of an eye, mm.
    fn reach(&self) -> f32 {
        (0.5 * (self.canthus_left.x - self.canthus_right.x).abs()).max(15.0)
    }

    /// With the mouth moved to the groove between the lips, if the mesh shows one near it.
    #[must_use]
    pub fn felt_on(mut self, head: &HeadModel) -> Self {
        let Some(m) = self.mouth else {
            return self;
        };
        const STEP_MM: f32 = 0.75;
        const REACH: i32 = 22;
        let profile: Vec<Option<f32>> = (-REACH..=REACH)
            .map(|k| front(head, m.x, m.y - k as f32 * STEP_MM))
            .map(|h| h.map(|(at, _)| at.z))
            .collect();
        // The groove is the place deepest under the lower of its two banks, within 9 mm of them.
        let depth = |i: usize| {
            let z = profile[i]?;
            let bank = |range: std::ops::Range<usize>| {
                profile[range].iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max)
            };
            let above = bank(i.saturating_sub(12)..i);
            let below = bank((i + 1).min(profile.len())..(i + 13).min(profile.len()));
            Some(above.min(below) - z)
        };
        let best = (8..profile.len().saturating_sub(8))
            .filter_map(|i| depth(i).map(|d| (i, d)))
            .fold((0, 0.8), |a, b| if b.1 > a.1 { b } else { a });
        if best.0 > 0 {
            let y = m.y - (best.0 as f32 - REACH as f32) * STEP_MM;
            self.mouth = Some(Vec3::new(m.x, y, profile[best.0].unwrap_or(m.z)));
        }
        self
    }
}

impl Complexion {
    pub(crate) fn new(face: &FacePoints) -> Self {
        Self { face: *face, reach: face.reach() }
    }

    /// Factor on the albedo at a point of the skin.
    pub(crate) fn tint(&self, p: Vec3) -> Vec3 {
        let r = self.reach;
        let f = &self.face;
        let side = (p.x - f.nasion.x) / r;
        let across = side.abs();
        let mut out = Vec3::ONE;
        // Ears: what stands out beside the head at their height.
        let height = (p.y - f.nasion.y) / r;
        let behind = (f.nasion.z - p.z) / r;
        if behind > 1.6 && behind < 3.4 {
            let at = step(1.66, 1.82, across) * step(-1.75, -1.5, height) * step(0.45, 0.2, height);
            out *= Vec3::ONE.lerp(EAR, at);
        }
        if behind > 1.3 {
            return out;
        }
        let canthus = if side < 0.0 { f.canthus_right } else { f.canthus_left };
        let up = (p.y - canthus.y) / r;
        // Cheeks and the tip of the nose.
        let blob = |x: f32, y: f32, size: f32| {
            let (dx, dy) = ((across - x) / size, (up - y) / size);
            libm::expf(-dx * dx - dy * dy)
        };
        out *= Vec3::ONE.lerp(CHEEK, blob(0.80, -0.72, 0.42));
        out *= Vec3::ONE.lerp(NOSE, blob(0.0, -0.74, 0.26));
        out *= Vec3::ONE.lerp(UNDER_EYE, blob(0.62, -0.24, 0.20));
        // Lids.
        let t = (across - MEDIAL) / (1.0 - MEDIAL);
        if t > -0.3 && t < 1.3 && up > -0.4 && up < 0.5 {
            let [_, y] = lid_line(t.clamp(0.0, 1.0));
            let ends = step(-0.12, 0.06, t) * step(1.14, 0.95, t);
            let d = up - y;
            let line = libm::expf(-(d / 0.020) * (d / 0.020));
            let soft = libm::expf(-(d / 0.060) * (d / 0.060));
            // The fold where the upper lid goes under the brow, over the globe.
            let top = y + 0.16 + 0.17 * (4.0 * t * (1.0 - t)).max(0.0);
            let c = (up - top) / 0.035;
            let crease = libm::expf(-c * c) * step(-0.10, 0.25, t) * step(1.25, 0.85, t);
            let lid = step(-0.03, 0.05, d) * step(0.05, -0.03, up - top) * ends;
            out *= Vec3::ONE.lerp(LID, lid);
            out *= Vec3::ONE.lerp(CREASE, 0.55 * crease);
            out *= Vec3::ONE.lerp(LID_LINE, ends * (0.75 * line).max(0.28 * soft));
        }
        let Some(m) = f.mouth else {
            return out;
        };
        // Lips: an outline about their seam, which drops a little towards the corners.
        let u = (p.x - m.x) / (MOUTH * r);
        let near = (p.z - m.z).abs() < 30.0;
        if near && u.abs() < 1.15 {
            let u2 = u * u;
            let seam = -0.05 * u2 * u2 - 0.012 * libm::expf(-u2 * 30.0);
            let dy = (p.y - m.y) / r - seam;
            let round = (1.0 - u2).max(0.0);
            let bow = 1.0 - 0.16 * libm::expf(-u2 * 60.0) - 0.25 * u2;
            let high = LIP_HEIGHT[0] * libm::sqrtf(round) * bow;
            let low = LIP_HEIGHT[1] * libm::powf(round, 0.8);
            let edge = if dy > 0.0 { high - dy } else { low + dy };
            let red = step(-0.022, 0.032, edge) * step(1.02, 0.85, u.abs());
            out *= Vec3::ONE.lerp(LIPS, red);
            let line = libm::expf(-(dy / 0.022) * (dy / 0.022));
            let wide = libm::expf(-(dy / 0.06) * (dy / 0.06));
            let ends = step(1.10, 0.90, u.abs());
            out *= Vec3::ONE.lerp(SEAM, ends * (0.62 * line).max(0.18 * wide));
        }
        out
    }
}

/// 0 at `a`, 1 at `b`, smooth between; `b` may be the smaller.
fn step(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Where a look from the front along −z meets the face, and the normal there.
fn front(head: &HeadModel, x: f32, y: f32) -> Option<(Vec3, Vec3)> {
    let from = Vec3::new(x, y, 400.0);
    let hit = head.first_hit(from, Vec3::NEG_Z)?;
    let at = from - Vec3::Z * hit.distance;
    let (c, w) = head.weights(hit.triangle, at);
    let normal = (head.normals[c[0]] * w.x + head.normals[c[1]] * w.y + head.normals[c[2]] * w.z)
        .normalize_or(Vec3::Z);
    Some((at, normal))
}

/// The hairs of both brows and the lashes of both upper lids, looking down.
#[must_use]
pub fn brows(head: &HeadModel, face: &FacePoints, how: &Brows, key: Key) -> Strands {
    let mut out = Strands::default();
    let reach = face.reach();
    let hairs = (BROW_HAIRS as f32 * how.fullness.clamp(0.0, 2.0)) as usize;
    for (side, canthus) in [(-1.0_f32, face.canthus_right), (1.0, face.canthus_left)] {
        let stream = |first: u64, i: usize| {
            key.stream(Purpose::Strand, first + (i * 2) as u64 + u64::from(side > 0.0))
        };
        for i in 0..hairs {
            let mut s = stream(1 << 40, i);
            // More hairs in the inner two thirds, few at both ends.
            let t = (0.62 * s.uniform() + 0.38 * s.uniform()) as f32;
            let t = (1.12 * t - 0.04).clamp(0.0, 1.0);
            // Half the height, mm: full in the inner third, a point at the tail.
            let thick = reach * (0.092 * (1.0 - 0.72 * t * t)) * (0.55 + 0.45 * how.fullness);
            let v = (s.normal() as f32 * 0.5).clamp(-1.3, 1.3);
            let x = face.nasion.x + side * reach * (0.27 + 0.87 * t);
            // Centre line over the line of the outer corner: rises to two thirds, then falls.
            let rise = 0.37 + 0.27 * t - 0.06 * t * t - 0.20 * t * t * t * t;
            let y = canthus.y + reach * rise + v * thick;
            let Some((at, normal)) = front(head, x, y) else {
                continue;
            };
            // Up at the inner end, then out, then down; upper hairs lean down, lower ones up.
            let along = Vec3::new(side, 1.35 - 2.1 * t + 0.3 * t * t - 0.45 * v, 0.0);
            let along = (along - normal * along.dot(normal)).normalize_or(Vec3::X);
            let d = (along + normal * 0.22 + 0.16 * normal.cross(along) * s.normal() as f32).normalize();
            let white = (s.uniform() as f32) < how.white_share;
            let length = reach * (0.13 + 0.045 * s.uniform() as f32) * (1.0 - 0.25 * t);
            let radius = how.radius_um * (1.0 - 0.3 * t) * (1.0 - 0.35 * v.abs());
            out.push(at, normal, length.min(7.9), radius, white);
            if let Some(last) = out.direction.last_mut() {
                *last = d;
            }
        }
        for i in 0..LASHES {
            let mut s = stream(1 << 41, i);
            let t = (i as f32 + s.uniform() as f32) / LASHES as f32;
            let [x, y] = lid_line(0.04 + 0.96 * t);
            let y = y + 0.008 * s.normal() as f32;
            let Some((at, normal)) = front(head, face.nasion.x + side * reach * x, canthus.y + reach * y)
            else {
                continue;
            };
            // A fan that opens outwards; down and forward, as lashes of closed lids lie.
            let fan = -0.25 + 1.0 * t + 0.14 * s.normal() as f32;
            let d = Vec3::new(side * fan, -0.80 + 0.2 * t, 0.45).normalize();
            let d = (d + normal * (0.15 - d.dot(normal)).max(0.0)).normalize();
            let length = reach * (0.070 + 0.060 * t * (1.6 - t)) * (0.8 + 0.3 * s.uniform() as f32);
            out.push(at, normal, length.min(7.9), LASH_UM * (0.8 + 0.3 * t), false);
            if let Some(last) = out.direction.last_mut() {
                *last = d;
            }
        }
    }
    out
}
