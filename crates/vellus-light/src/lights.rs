//! Lights: one key, one fill, and a dome.

use crate::view::Camera;
use glam::Vec3;

/// A light from far away with an angular size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FarLight {
    /// Unit vector towards the light, head space.
    pub toward: Vec3,
    /// Irradiance on a surface that faces it, over π: a white surface shows this radiance.
    pub colour: Vec3,
    /// Angular radius, radians.
    pub radius: f32,
}

/// The lights of a picture. All strengths are assumptions, set so that skin of L* 60 is well exposed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lights {
    /// The light that casts shadows.
    pub key: FarLight,
    /// The light that opens them.
    pub fill: FarLight,
    /// Radiance from straight above.
    pub sky: Vec3,
    /// Radiance from straight below.
    pub ground: Vec3,
    /// Background of the picture.
    pub background: Vec3,
}

fn far(x: f32, y: f32, z: f32, colour: Vec3, radius: f32) -> FarLight {
    FarLight { toward: Vec3::new(x, y, z).normalize(), colour, radius }
}

impl Lights {
    /// A large window, high on the person's right, and a bright room.
    #[must_use]
    pub fn daylight() -> Self {
        Self {
            key: far(-0.6, 0.7, 0.75, Vec3::new(1.02, 0.99, 0.96), 0.16),
            fill: far(0.85, 0.2, 0.55, Vec3::new(0.24, 0.25, 0.26), 0.5),
            sky: Vec3::new(0.47, 0.49, 0.52),
            ground: Vec3::new(0.22, 0.21, 0.20),
            background: Vec3::new(0.60, 0.61, 0.62),
        }
    }

    /// A treatment room: wide ceiling panels, little shadow.
    #[must_use]
    pub fn clinic() -> Self {
        Self {
            key: far(-0.25, 0.9, 0.5, Vec3::new(0.66, 0.67, 0.66), 0.35),
            fill: far(0.3, 0.35, 0.9, Vec3::new(0.30, 0.30, 0.30), 0.6),
            sky: Vec3::new(0.52, 0.53, 0.53),
            ground: Vec3::new(0.22, 0.22, 0.22),
            background: Vec3::new(0.62, 0.63, 0.64),
        }
    }

    /// One hard lamp overhead: the light that shows thin hair and shine at their worst.
    #[must_use]
    pub fn overhead() -> Self {
        Self {
            key: far(0.1, 0.95, 0.25, Vec3::new(1.25, 1.2, 1.12), 0.05),
            fill: far(0.0, 0.2, 1.0, Vec3::new(0.12, 0.12, 0.12), 0.5),
            sky: Vec3::new(0.17, 0.17, 0.17),
            ground: Vec3::new(0.08, 0.08, 0.08),
            background: Vec3::new(0.40, 0.41, 0.42),
        }
    }

    /// The ring of a dermatoscope or macro lens, brighter from the upper left of the picture.
    #[must_use]
    pub fn close_up(camera: &Camera) -> Self {
        let toward = -camera.forward;
        let key = (toward + 0.45 * camera.up - 0.5 * camera.right).normalize();
        let fill = (toward - 0.5 * camera.up + 0.6 * camera.right).normalize();
        Self {
            key: FarLight { toward: key, colour: Vec3::splat(0.62), radius: 0.15 },
            fill: FarLight { toward: fill, colour: Vec3::splat(0.30), radius: 0.4 },
            sky: Vec3::splat(0.30),
            ground: Vec3::splat(0.30),
            background: Vec3::splat(0.5),
        }
    }

    /// The same room seen by somebody who walked round the head with the lights: turns them about
    /// the vertical so that what was in front of the face is on the camera's side.
    #[must_use]
    pub fn turned_to(mut self, camera: &Camera) -> Self {
        let flat = Vec3::new(-camera.forward.x, 0.0, -camera.forward.z);
        if flat.length() > 0.2 {
            let f = flat.normalize();
            for light in [&mut self.key, &mut self.fill] {
                let t = light.toward;
                light.toward = Vec3::new(t.x * f.z + t.z * f.x, t.y, t.z * f.z - t.x * f.x);
            }
        }
        self
    }

    /// Radiance of the dome in a direction.
    #[inline]
    pub(crate) fn dome(&self, direction: Vec3) -> Vec3 {
        self.ground.lerp(self.sky, 0.5 + 0.5 * direction.y)
    }
}
