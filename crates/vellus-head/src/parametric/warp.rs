//! The smooth deformation that makes one person's head of the mean head.
//!
//! Everything is a displacement of space, so the mesh of the mean head keeps its connectivity:
//! eight modes in which the ICT identity heads differ from the mean (low-degree vector spherical
//! harmonics of the direction from the centre), a fuller or flatter outline seen from above, a
//! longer or shorter face, larger or smaller ears, then a scaling along each axis.

use super::harmonics::{count, index, legendre};
use super::numbers;
use super::template::{Frame, smooth_step};
use glam::DVec3;
use std::sync::LazyLock;

/// Degree of the modes' expansions.
const DEGREE: usize = 8;
/// How many identity modes there are.
pub(super) const MODES: usize = 8;
/// Quantum of the modes' coefficients, mm.
const QUANTUM_MM: f64 = 0.001;
/// Over this height above the neck's cut the vertical displacement fades to none, mm.
const NECK_FADE_MM: f64 = 50.0;
/// x of the point about which an ear grows, mm: on the scalp under it.
const EAR_ROOT_X_MM: f64 = 70.0;

/// The parameters of one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Logarithm of the overall scale.
    pub(super) size: f64,
    /// Logarithm of breadth over overall scale.
    pub(super) broad: f64,
    /// Logarithm of depth over overall scale.
    pub(super) deep: f64,
    /// Displacement outward at 45° between front and side, mm.
    pub(super) full: f64,
    /// Relative lengthening of the face below the nasion.
    pub(super) face: f64,
    /// Weights of the identity modes.
    pub(super) modes: [f64; MODES],
    /// Size of the ears relative to the mean head's.
    pub(super) ears: f64,
}

/// How many of the parameters are found from the lengths (all but the ears).
pub(super) const FREE: usize = 5 + MODES;

impl Shape {
    pub(super) fn from_free(v: &[f64; FREE], ears: f64) -> Self {
        let mut modes = [0.0; MODES];
        modes.copy_from_slice(&v[5..]);
        Self { size: v[0], broad: v[1], deep: v[2], full: v[3], face: v[4], modes, ears }
    }

    fn scale(&self) -> DVec3 {
        DVec3::new(libm::exp(self.size + self.broad), libm::exp(self.size), libm::exp(self.size + self.deep))
    }
}

/// Coefficients by mode, then axis.
static MODE_TABLE: LazyLock<Vec<[Vec<f64>; 3]>> = LazyLock::new(|| {
    let text = include_str!("../../../../data/head/modes.csv")
        .replace(",x,", ",0,")
        .replace(",y,", ",1,")
        .replace(",z,", ",2,");
    let mut table = vec![[const { Vec::new() }; 3]; MODES];
    for line in numbers(&text) {
        assert_eq!(line.len(), count(DEGREE) + 2, "modes.csv is complete");
        table[line[0] as usize][line[1] as usize] = line[2..].iter().map(|v| v * QUANTUM_MM).collect();
    }
    table
});

/// What the warp does at one point for a unit of each parameter, before the scaling.
pub(super) struct Basis {
    point: DVec3,
    full: DVec3,
    face: DVec3,
    ears: DVec3,
    modes: [DVec3; MODES],
}

impl Basis {
    pub(super) fn at(p: DVec3, frame: &Frame, cut_y: f64) -> Self {
        let d = (p - frame.centre).normalize_or_zero();
        let mut legendre_values = [0.0; count(DEGREE)];
        legendre(DEGREE, d.y, (d.x * d.x + d.z * d.z).sqrt(), &mut legendre_values);
        let phi = libm::atan2(d.x, d.z);
        let mut even = [0.0; count(DEGREE)];
        let mut odd = [0.0; count(DEGREE)];
        for m in 0..=DEGREE {
            let root = if m == 0 { 1.0 } else { std::f64::consts::SQRT_2 };
            // sin mπ is not quite zero: the midline behind stays where it is.
            let sine = if d.x == 0.0 { 0.0 } else { libm::sin(m as f64 * phi) };
            let (c, s) = (root * libm::cos(m as f64 * phi), root * sine);
            for l in m..=DEGREE {
                let k = index(DEGREE, l, m);
                even[k] = c * legendre_values[k];
                odd[k] = s * legendre_values[k];
            }
        }
        let dot = |c: &[f64], b: &[f64]| c.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let fade = smooth_step((p.y - cut_y) / NECK_FADE_MM);
        let table = &*MODE_TABLE;
        let modes = std::array::from_fn(|k| {
            DVec3::new(dot(&table[k][0], &odd), fade * dot(&table[k][1], &even), dot(&table[k][2], &even))
        });
        // h² sin² 2φ = 4 x² z² / h²: nothing in front, behind and at the sides.
        let h2 = (d.x * d.x + d.z * d.z).max(1e-12);
        // More behind than in front, so that the brows' corners stay calm.
        let corner = 4.0 * d.x * d.x * d.z * d.z / h2 * (1.0 - 0.4 * d.z / h2.sqrt());
        let full = DVec3::new(d.x, 0.0, d.z) * (corner * smooth_step((d.y + 0.35) / 0.5));
        let low = frame.nasion.y - p.y;
        let reach = frame.nasion.y - frame.menton.y;
        let soft = if low <= 0.0 { 0.0 } else { low.min(reach) * smooth_step(low / 20.0) };
        let face = DVec3::new(0.0, -soft * smooth_step((p.z + 10.0) / 80.0) * fade, 0.0);
        let n = frame.ear_norm(p);
        let on_ear = if p.x.abs() > 45.0 { 1.0 - smooth_step((n - 0.95) / 0.75) } else { 0.0 };
        let root = DVec3::new(EAR_ROOT_X_MM.copysign(p.x), frame.tragion.y, frame.tragion.z - 3.0);
        let ears = (p - root) * on_ear;
        Self { point: p, full, face, ears, modes }
    }

    /// Where the point goes, mm; the frame of the mean head, not yet turned to Frankfurt.
    pub(super) fn apply(&self, shape: &Shape, centre: DVec3) -> DVec3 {
        let mut p =
            self.point + self.full * shape.full + self.face * shape.face + self.ears * (shape.ears - 1.0);
        for (d, w) in self.modes.iter().zip(&shape.modes) {
            p += *d * *w;
        }
        centre + (p - centre) * shape.scale()
    }

    /// How the point moves with each free parameter: exact derivatives of [`Basis::apply`].
    pub(super) fn derivatives(&self, shape: &Shape, centre: DVec3) -> [DVec3; FREE] {
        let scale = shape.scale();
        let from_centre = self.apply(shape, centre) - centre;
        let mut out = [DVec3::ZERO; FREE];
        out[0] = from_centre;
        out[1] = DVec3::new(from_centre.x, 0.0, 0.0);
        out[2] = DVec3::new(0.0, 0.0, from_centre.z);
        out[3] = self.full * scale;
        out[4] = self.face * scale;
        for (o, mode) in out[5..].iter_mut().zip(&self.modes) {
            *o = *mode * scale;
        }
        out
    }
}
