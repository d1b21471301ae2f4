//! Rays that lie close together: those of one block of pixels.

use crate::view::Camera;
use glam::Vec3;

/// Planes around a bundle.
const SIDES: usize = 5;
/// Pixels that a bundle reaches beyond its block.
const MARGIN: f32 = 0.01;
/// How far outside of a plane something may be and still be met, mm: rays come from afar in single precision.
const SLACK_MM: f32 = 2e-3;
/// Where the sides of a bundle are measured, mm.
const FAR_MM: f32 = 1_000.0;

/// The space that the rays of a block of pixels fill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bundle {
    /// Normals that point outwards, and the largest product with a point inside.
    pub(crate) sides: [(Vec3, f32); SIDES],
    /// Direction along which things are nearer or farther, and its product with the camera.
    pub(crate) along: (Vec3, f32),
}

impl Bundle {
    /// The rays of columns `x.0..x.1` and rows `y.0..y.1`.
    pub(crate) fn new(camera: &Camera, x: (usize, usize), y: (usize, usize)) -> Self {
        let (x0, x1) = (x.0 as f32 - MARGIN, x.1 as f32 + MARGIN);
        let (y0, y1) = (y.0 as f32 - MARGIN, y.1 as f32 + MARGIN);
        let corner = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| camera.ray(x, y));
        let at = |(o, d): (Vec3, Vec3)| o + d * FAR_MM;
        let middle = at(camera.ray(0.5 * (x0 + x1), 0.5 * (y0 + y1)));
        let start = camera.forward.dot(camera.eye);
        let mut sides = [(-camera.forward, SLACK_MM - start); SIDES];
        for k in 0..4 {
            let (a, b) = (corner[k], corner[(k + 1) % 4]);
            let n = a.1.cross(at(b) - a.0).normalize_or_zero();
            let n = if n.dot(middle - a.0) > 0.0 { -n } else { n };
            sides[k] = (n, n.dot(a.0) + SLACK_MM);
        }
        Self { sides, along: (camera.forward, start) }
    }
}
