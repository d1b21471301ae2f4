//! Brows and lips, so that a face is not a mannequin's.
//!
//! Placed from three points that every head has: the lateral corners of the eyes and the nasion.
//! Proportions are assumptions of portrait drawing: the brow starts over the inner corner of
//! the eye, its highest point lies over two thirds, its tail above and outside the outer corner.

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

/// Hairs of a brow, each side.
const BROW_HAIRS: usize = 480;
/// Albedo factor of lips, linear RGB: redder and darker than skin. Assumption.
const LIPS: Vec3 = Vec3::new(0.80, 0.56, 0.60);

/// The hairs of both brows, of the given radius (µm) and share of white strands.
#[must_use]
pub fn brows(
    head: &HeadModel,
    face: &FacePoints,
    radius_um: f32,
    white_share: f32,
    key: Key,
) -> Strands {
    let mut out = Strands::default();
    for (side, canthus) in [(-1.0_f32, face.canthus_right), (1.0, face.canthus_left)] {
        let reach = (canthus.x - face.nasion.x).abs().max(10.0);
        for i in 0..BROW_HAIRS {
            let mut s = key.stream(
                Purpose::Strand,
                (1 << 40) + (i * 2) as u64 + u64::from(side > 0.0),
            );
            let t = s.uniform() as f32;
            let thick = 4.2 * (1.0 - 0.75 * t * t);
            let v = (s.normal() as f32 * 0.45).clamp(-1.0, 1.0);
            let x = face.nasion.x + side * reach * (0.26 + 0.86 * t);
            let y = face.nasion.y + reach * (0.14 + 0.30 * t - 0.30 * t * t * t) + v * thick;
            let from = Vec3::new(x, y, face.nasion.z + 200.0);
            let Some(hit) = head.first_hit(from, Vec3::NEG_Z) else {
                continue;
            };
            let at = from - Vec3::Z * hit.distance;
            let (c, w) = head.weights(hit.triangle, at);
            let normal =
                (head.normals[c[0]] * w.x + head.normals[c[1]] * w.y + head.normals[c[2]] * w.z)
                    .normalize_or(Vec3::Z);
            let along = Vec3::new(side, 0.75 - 1.25 * t - 0.4 * v, 0.0);
            let along = (along - normal * along.dot(normal)).normalize_or(Vec3::X);
            let d = (along + normal * 0.25 + 0.12 * normal.cross(along) * s.normal() as f32)
                .normalize();
            let white = (s.uniform() as f32) < white_share;
            out.push(
                at,
                normal,
                5.0 + 2.5 * s.uniform() as f32,
                radius_um * (1.0 - 0.3 * t),
                white,
            );
            if let Some(last) = out.direction.last_mut() {
                *last = d;
            }
        }
    }
    out
}

/// Albedo factors for lips on the vertices of a mesh, for [`HeadModel::new`].
#[must_use]
pub fn lip_tint(positions: &[Vec3], face: &FacePoints) -> Vec<Vec3> {
    let half = 0.5 * (face.canthus_left.x - face.canthus_right.x).abs();
    positions
        .iter()
        .map(|p| {
            let Some(m) = face.mouth else {
                return Vec3::ONE;
            };
            let (dx, dy, dz) = (
                (p.x - m.x) / (0.56 * half),
                (p.y - m.y) / (0.17 * half),
                (p.z - m.z) / 18.0,
            );
            let r = dx * dx + dy * dy + dz * dz;
            Vec3::ONE.lerp(LIPS, (1.6 * (1.0 - r)).clamp(0.0, 1.0))
        })
        .collect()
}
