//! Places of skin as a close-up sees them, and windows on them.

use glam::Vec3;

/// A place on the skin with directions along it.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) point: Vec3,
    pub(super) normal: Vec3,
    pub(super) right: Vec3,
    pub(super) up: Vec3,
}

impl Spot {
    pub(super) fn new(point: Vec3, normal: Vec3) -> Self {
        // The directions of a close-up of the place.
        let hint = if normal.z.abs() < 0.9 { Vec3::Z } else { Vec3::Y };
        let up = (hint - normal * hint.dot(normal)).normalize();
        Self { point, normal, right: (-normal).cross(up), up }
    }

    /// Where a point is seen, mm to the right and up.
    pub(super) fn seen(&self, p: Vec3) -> [f64; 2] {
        let d = p - self.point;
        [f64::from(d.dot(self.right)), f64::from(d.dot(self.up))]
    }
}

/// A window as seen at a spot, mm: from and to, across and up.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) across: [f64; 2],
    pub(super) up: [f64; 2],
}

impl Window {
    pub(super) const fn square(side: f64) -> Self {
        let h = 0.5 * side;
        Self { across: [-h, h], up: [-h, h] }
    }

    pub(super) fn wider(self, by: f64) -> Self {
        let wide = |[a, b]: [f64; 2]| [a - by, b + by];
        Self { across: wide(self.across), up: wide(self.up) }
    }

    pub(super) fn has(&self, [a, b]: [f64; 2]) -> bool {
        (self.across[0]..self.across[1]).contains(&a) && (self.up[0]..self.up[1]).contains(&b)
    }

    pub(super) fn times(self, by: f64) -> Self {
        Self { across: self.across.map(|x| x * by), up: self.up.map(|x| x * by) }
    }

    pub(super) fn cm2(&self) -> f64 {
        0.01 * (self.across[1] - self.across[0]) * (self.up[1] - self.up[0])
    }
}

/// How hairs are moved from the donor to a spot.
#[derive(Clone, Copy, Default)]
pub(super) struct Turn {
    /// Whether across and up change places.
    pub(super) quarter: bool,
    /// Shift to the right on the spot, mm.
    pub(super) shift_mm: f64,
}
