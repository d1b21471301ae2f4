//! The skin of the skull about the ears, which stand off from it and hide it.

use glam::DVec3;

use crate::{Head, Hit, Landmark, SurfacePoint};

/// An ear is within this distance of its tragion, mm: ears are 64 mm long (ANSUR II), their upper root
/// is about 40 mm from the tragion.
const EAR: f64 = 55.0;
/// Two layers are apart by more than this, mm.
const APART: f64 = 1.0;
/// Cosine between the skin's normal and the ray from the cranial centre: the skull is met steeply, the
/// walls of an ear are grazed.
const FACING: f64 = 0.5;
/// A stencil keeps this far from an ear, mm: the skin turns into the ear within about as much.
const MARGIN: f64 = 5.0;

fn near_ear(head: &Head, p: DVec3) -> bool {
    [Landmark::TragionRight, Landmark::TragionLeft]
        .into_iter()
        .any(|l| head.landmarks().get(l).distance(p) < EAR)
}

/// Whether a place belongs to an ear or is hidden by one: around it, seen from the cranial centre, there
/// are two layers of skin, or a wall that stands off from the skull.
pub(super) fn is_ear(head: &Head, p: &SurfacePoint) -> bool {
    if head.is_ear(p.position) {
        return true;
    }
    if !near_ear(head, p.position) {
        return false;
    }
    let centre = head.chart().centre_in_head();
    let out = p.position - centre;
    if p.normal.dot(out) < FACING * out.length() {
        return true;
    }
    let (e, f) = p.normal.any_orthonormal_pair();
    (0..=6).any(|k| {
        let (s, c) = libm::sincos(f64::from(k) * std::f64::consts::FRAC_PI_3);
        // The place itself, and six about it.
        let d = if k == 6 { out } else { out + (e * c + f * s) * MARGIN };
        let (Some(first), Some(last)) =
            (head.surface().raycast(centre, d), head.surface().raycast_farthest(centre, d))
        else {
            return false;
        };
        let d = d.normalize_or_zero();
        let leaves = first.point.normal.dot(d) > 0.0;
        (leaves && last.distance > first.distance + APART) || last.point.normal.dot(d) < FACING
    })
}

/// The skin of the skull in a direction from the cranial centre: the outermost surface, under an ear the
/// innermost.
pub(super) fn skull(head: &Head, direction: DVec3) -> Option<Hit> {
    let centre = head.chart().centre_in_head();
    let far = head.surface().raycast_farthest(centre, direction)?;
    if near_ear(head, far.point.position)
        && let Some(first) = head.surface().raycast(centre, direction)
        && first.point.normal.dot(direction) > 0.0
    {
        return Some(first);
    }
    Some(far)
}
