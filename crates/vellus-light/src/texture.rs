//! The unevenness of skin: slow changes of colour, and the furrows and pores of a close-up.

use glam::Vec3;
use vellus_units::random::{Key, Purpose};

/// Cells along an edge of the periodic lattice of random numbers.
const N: usize = 32;
/// Distance of the polygons between skin furrows, mm. Assumption: 0.4 to 0.8 mm on the scalp.
const FURROW_MM: f32 = 0.5;

/// Random lattice of one person's skin.
pub(crate) struct Texture {
    lattice: Vec<f32>,
}

impl Texture {
    pub(crate) fn new(key: Key) -> Self {
        let mut s = key.stream(Purpose::SkinTexture, 0);
        Self { lattice: (0..N * N * N).map(|_| s.uniform() as f32).collect() }
    }

    #[inline]
    fn at(&self, x: i32, y: i32, z: i32) -> f32 {
        let m = (N - 1) as i32;
        self.lattice[(((z & m) * N as i32 + (y & m)) * N as i32 + (x & m)) as usize]
    }

    /// Smooth noise of −1 to 1 with one feature per unit.
    pub(crate) fn noise(&self, p: Vec3) -> f32 {
        let f = p.floor();
        let t = p - f;
        let w = t * t * (Vec3::splat(3.0) - 2.0 * t);
        let (x, y, z) = (f.x as i32, f.y as i32, f.z as i32);
        let row = |y, z| {
            let a = self.at(x, y, z);
            a + (self.at(x + 1, y, z) - a) * w.x
        };
        let plane = |z| {
            let a = row(y, z);
            a + (row(y + 1, z) - a) * w.y
        };
        let a = plane(z);
        2.0 * (a + (plane(z + 1) - a) * w.z) - 1.0
    }

    /// Slow change of colour over the head: factor on the albedo, near 1. Redder where blood is.
    pub(crate) fn mottle(&self, p: Vec3, strength: f32) -> Vec3 {
        let blood = 0.6 * self.noise(p / 23.0) + 0.4 * self.noise(p / 7.0 + Vec3::splat(5.3));
        let melanin =
            0.6 * self.noise(p / 31.0 + Vec3::splat(9.1)) + 0.4 * self.noise(p / 3.1 + Vec3::splat(2.7));
        let s = strength;
        Vec3::ONE
            + s * (blood * Vec3::new(-0.004, -0.035, -0.030) + melanin * Vec3::new(-0.018, -0.026, -0.034))
    }

    /// Where the skin is red, 0 to 1, for irritated skin: patchy.
    pub(crate) fn flush(&self, p: Vec3) -> f32 {
        (0.75 + 0.35 * self.noise(p / 9.0) + 0.2 * self.noise(p / 1.7)).clamp(0.0, 1.0)
    }

    /// Height of the fine relief, mm, for pictures that resolve it: polygons between furrows, with
    /// grain on them.
    pub(crate) fn relief(&self, p: Vec3) -> f32 {
        let warp = Vec3::new(
            self.noise(p * 0.9),
            self.noise(p * 0.9 + Vec3::splat(7.7)),
            self.noise(p * 0.9 + Vec3::splat(3.3)),
        );
        let q = p / FURROW_MM + 0.35 * warp;
        let f = q.floor();
        let (mut d1, mut d2) = (9.0_f32, 9.0_f32);
        let (x, y, z) = (f.x as i32, f.y as i32, f.z as i32);
        for dz in -1..=1 {
            for dy in -1..=1 {
                for dx in -1..=1 {
                    let (i, j, k) = (x + dx, y + dy, z + dz);
                    let c = Vec3::new(
                        i as f32 + self.at(i, j, k),
                        j as f32 + self.at(i + 11, j + 5, k),
                        k as f32 + self.at(i, j + 17, k + 9),
                    );
                    let d = c.distance_squared(q);
                    if d < d1 {
                        d2 = d1;
                        d1 = d;
                    } else if d < d2 {
                        d2 = d;
                    }
                }
            }
        }
        // Furrows fade in and out over the skin and are wide against their depth.
        let edge = libm::sqrtf(d2) - libm::sqrtf(d1);
        let here = (0.55 + 0.8 * self.noise(p * 0.55 + Vec3::splat(1.9))).clamp(0.1, 1.0);
        let furrow = -0.016 * here * libm::expf(-edge * edge * 16.0);
        furrow
            + 0.011 * self.noise(p * 3.3)
            + 0.006 * self.noise(p * 7.9)
            + 0.003 * self.noise(p * 17.0)
            + 0.03 * self.noise(p * 0.6)
    }
}
