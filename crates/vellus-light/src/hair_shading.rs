//! How a fibre looks under the lights: a body term, and two highlights.
//!
//! After Kajiya and Kay 1989 for the body and Marschner et al. 2003 for the highlights: a white one
//! from the surface, shifted towards the root, and a wider coloured one from inside, shifted
//! towards the tip. Light scattered from hair to hair enters as a body term on the normal of the
//! hair's own sheet.

use crate::hair_colour::SURFACE_REFLECTANCE;
use crate::lights::{FarLight, Lights};
use glam::Vec3;

/// Shift and width of the surface highlight, radians. After Marschner et al. 2003, whose tilt of
/// the cuticle is some −3 to −7° and width some 5 to 10°; by eye within that.
const SURFACE_SHIFT: f32 = -0.10;
const SURFACE_WIDTH: f32 = 0.13;
/// Shift and width of the inner highlight, radians (−3α/2 and about 2β there).
const INNER_SHIFT: f32 = 0.14;
const INNER_WIDTH: f32 = 0.26;
/// Strength of the highlights against a white diffuse surface. Assumption, by eye.
const SURFACE_GAIN: f32 = 4.0 * SURFACE_REFLECTANCE;
const INNER_GAIN: f32 = 0.40;
/// Lambert's cylinder seen at a random angle round its axis: (1/π)·∫ over its seen side.
const CYLINDER: f32 = 0.5;

/// What reaches a piece of hair.
pub(crate) struct Surroundings {
    /// Outward normal of the skin or sheet of hair.
    pub(crate) normal: Vec3,
    /// Share of key, fill and dome that arrives.
    pub(crate) key: f32,
    pub(crate) fill: f32,
    pub(crate) dome: f32,
}

/// Body and highlight radiance of a fibre with unit tangent `t`, seen from unit direction `view`.
pub(crate) fn shade(t: Vec3, view: Vec3, body: Vec3, around: &Surroundings, lights: &Lights) -> (Vec3, Vec3) {
    let (mut diffuse, mut shine) = (Vec3::ZERO, Vec3::ZERO);
    for (light, share) in [(&lights.key, around.key), (&lights.fill, around.fill)] {
        if share > 0.0 {
            let (d, s) = one(t, view, body, around.normal, light);
            diffuse += d * share;
            shine += s * share;
        }
    }
    let sky = lights.dome(around.normal) * around.dome;
    diffuse += body * sky * 0.65;
    shine += sky * (2.0 * SURFACE_REFLECTANCE);
    (diffuse, shine)
}

fn one(t: Vec3, view: Vec3, body: Vec3, normal: Vec3, light: &FarLight) -> (Vec3, Vec3) {
    let tl = t.dot(light.toward).clamp(-1.0, 1.0);
    let sin_l = libm::sqrtf(1.0 - tl * tl);
    // The sheet of hair shades itself on the far side; scattering carries light half-way round.
    let facing = ((normal.dot(light.toward) + 0.35) / 1.35).clamp(0.0, 1.0);
    let diffuse = body * (CYLINDER * sin_l * facing);
    let half = (light.toward + view).normalize_or(normal);
    let th = t.dot(half).clamp(-1.0, 1.0);
    let bump = |shift: f32, width: f32| {
        let x = (th - shift) / (width + 0.35 * light.radius);
        let gain = width / (width + 0.35 * light.radius);
        gain * libm::expf(-0.5 * x * x)
    };
    let surface = SURFACE_GAIN * bump(SURFACE_SHIFT, SURFACE_WIDTH);
    let inner = INNER_GAIN * bump(INNER_SHIFT, INNER_WIDTH);
    let shine = (Vec3::splat(surface) + body * inner) * (sin_l * facing);
    (diffuse * light.colour, shine * light.colour)
}
