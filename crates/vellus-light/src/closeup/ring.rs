//! The light of a dermatoscope: a ring of lamps about the lens, and the light of its housing.

use super::lens::Lens;
use crate::lights::FarLight;
use crate::trace::{Dome, Lamp, Lamps};
use glam::{DVec3, Vec3};
use libm::{cos, powf, sin};

/// Lamps of the ring. Assumption.
const LAMPS: u32 = 8;
/// Share of the light on the skin that comes from everywhere. Assumption.
const HOUSING: f64 = 0.2;
/// Angular radius of a lamp, radians. Assumption.
const LAMP_RADIUS: f32 = 0.10;
/// Exponent of the highlight of skin (Blinn and Phong). Assumption: that of moist skin.
const SHINE_EXPONENT: f32 = 26.0;

/// A ring of lamps that shines 1 onto skin which faces the upright.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    lamps: Vec<FarLight>,
    dome: f32,
    view: Vec3,
}

impl Ring {
    /// Lamps at an angle from the line of sight, one side brighter by `uneven`.
    pub(crate) fn new(lens: &Lens, ring_deg: f64, uneven: f64, uneven_deg: f64) -> Self {
        let s = lens.stand();
        let toward = -s.forward;
        let (angle, bright) = (ring_deg.to_radians(), uneven_deg.to_radians());
        let mut lamps = Vec::new();
        let mut sum = 0.0;
        for k in 0..LAMPS {
            let a = std::f64::consts::TAU * (f64::from(k) + 0.5) / f64::from(LAMPS);
            let d: DVec3 = toward * cos(angle) + (s.right * cos(a) + s.down * sin(a)) * sin(angle);
            // Lamps below the skin's plane light nothing.
            let up = d.z.max(0.0);
            let strength = 1.0 + uneven * cos(a - bright);
            sum += strength * up;
            lamps.push((d, strength));
        }
        let k = (1.0 - HOUSING) / sum.max(0.05);
        let lamps = lamps
            .into_iter()
            .map(|(d, w)| FarLight {
                toward: d.as_vec3(),
                colour: Vec3::splat((w * k) as f32),
                radius: LAMP_RADIUS,
            })
            .collect();
        Self { lamps, dome: HOUSING as f32, view: toward.as_vec3() }
    }

    pub(crate) fn lamps(&self) -> Lamps {
        let all: Vec<Lamp> = self.lamps.iter().map(|l| Lamp::Far(*l)).collect();
        let dome = Dome { sky: Vec3::splat(self.dome), ground: Vec3::splat(self.dome) };
        Lamps::new(&all, dome, Vec3::ZERO)
    }

    pub(crate) fn far(&self) -> &[FarLight] {
        &self.lamps
    }

    pub(crate) fn housing(&self) -> f32 {
        self.dome
    }

    /// Light on skin of this normal over that on upright skin.
    #[inline]
    pub(crate) fn shading(&self, n: Vec3) -> f32 {
        self.dome * (0.5 + 0.5 * n.z)
            + self.lamps.iter().map(|l| l.colour.x * n.dot(l.toward).max(0.0)).sum::<f32>()
    }

    /// What skin of this normal mirrors towards the camera, without unit.
    #[inline]
    pub(crate) fn shine(&self, n: Vec3) -> f32 {
        0.15 * self.dome
            + self
                .lamps
                .iter()
                .map(|l| {
                    let half = (l.toward + self.view).normalize();
                    l.colour.x * powf(n.dot(half).max(0.0), SHINE_EXPONENT)
                })
                .sum::<f32>()
    }
}
