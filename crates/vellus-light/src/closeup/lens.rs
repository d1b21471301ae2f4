//! Where the camera of a close-up stands, and how it maps skin onto pixels and back.
//!
//! # Spaces
//! *Frame* (`_in_frame`): millimetres, origin where the line of sight meets the skin, x to the right of the picture, y to its
//! bottom, z out of the skin. *Pixels*: column and row; (0, 0) is the upper left corner of the picture, the middle of
//! its first pixel (0.5, 0.5).
//!
//! # Equations
//! A pinhole at distance D from the origin, leaning by the oblique angle: (u, v) = s·D/z · (x, y) of the camera's axes, in
//! pixels from the middle, s the scale. Distortion: (u, v) · (1 + k r²), r the undistorted distance from
//! the middle over half the diagonal of the picture.

use super::spec::CloseUpSpec;
use glam::{DVec2, DVec3};
use libm::{cos, hypot, sin, sqrt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The mapping of a close-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lens {
    /// Width, pixels.
    pub width_px: u32,
    /// Height, pixels.
    pub height_px: u32,
    /// Scale at the origin across the line of sight, pixels per mm.
    pub scale_px_per_mm: f64,
    /// Distance of the pinhole from the origin, mm.
    pub distance_mm: f64,
    /// Angle between the line of sight and the upright, degrees.
    pub oblique_deg: f64,
    /// Direction to which the camera leans, degrees from x to y.
    pub oblique_toward_deg: f64,
    /// k of the distortion.
    pub distortion: f64,
    /// Height of the plane in focus over the origin along the line of sight, mm.
    pub focus_mm: f64,
    /// Radius of the blur, pixels per mm off that plane.
    pub blur_px_per_mm: f64,
    /// Radius of the curve of the skin, mm: z = −(x² + y²) / (2 R).
    pub curve_mm: f64,
}

/// Axes of a camera, frame space.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand {
    pub(crate) eye: DVec3,
    pub(crate) right: DVec3,
    pub(crate) down: DVec3,
    pub(crate) forward: DVec3,
}

impl Lens {
    /// The lens of a specification.
    #[must_use]
    pub fn new(spec: &CloseUpSpec) -> Self {
        let c = &spec.camera;
        Self {
            width_px: spec.picture.width_px,
            height_px: spec.picture.height_px,
            scale_px_per_mm: c.scale_px_per_mm,
            distance_mm: c.distance_mm,
            oblique_deg: c.oblique_deg,
            oblique_toward_deg: c.oblique_toward_deg,
            distortion: c.distortion,
            focus_mm: c.focus_mm,
            blur_px_per_mm: c.blur_px_per_mm,
            curve_mm: spec.skin.curve_mm,
        }
    }

    pub(crate) fn stand(&self) -> Stand {
        let (o, b) = (self.oblique_deg.to_radians(), self.oblique_toward_deg.to_radians());
        let lean = DVec3::new(cos(b), sin(b), 0.0);
        let toward = lean * sin(o) + DVec3::Z * cos(o);
        // The rotation that carries the upright to the line of sight, about an axis in the skin.
        let turn = |v: DVec3| {
            let along = v.dot(lean);
            v + lean * (along * (cos(o) - 1.0)) - DVec3::Z * (along * sin(o))
        };
        Stand {
            eye: toward * self.distance_mm,
            right: turn(DVec3::X),
            down: turn(DVec3::Y),
            forward: -toward,
        }
    }

    fn half_diagonal(&self) -> f64 {
        0.5 * hypot(f64::from(self.width_px), f64::from(self.height_px))
    }

    fn middle(&self) -> DVec2 {
        DVec2::new(0.5 * f64::from(self.width_px), 0.5 * f64::from(self.height_px))
    }

    /// Undistorted radius from which on the distortion is continued as a shift, so that it never folds.
    const SAFE: f64 = 1.5;

    /// Distorted over undistorted radius.
    fn gain(&self, r: f64) -> f64 {
        let k = self.distortion;
        if r <= Self::SAFE { 1.0 + k * r * r } else { 1.0 + k * Self::SAFE * Self::SAFE * Self::SAFE / r }
    }

    /// Pixel of an undistorted place.
    fn distorted(&self, flat: DVec2) -> DVec2 {
        let w = flat - self.middle();
        self.middle() + w * self.gain(w.length() / self.half_diagonal())
    }

    /// Undistorted place of a pixel.
    fn undistorted(&self, pixel: DVec2) -> DVec2 {
        let w = pixel - self.middle();
        let want = w.length() / self.half_diagonal();
        let mut r = want;
        // Newton's steps on r·gain(r) = want; the slope is above 0.3 within the allowed k.
        for _ in 0..12 {
            let k = self.distortion;
            let slope = if r <= Self::SAFE { 1.0 + 3.0 * k * r * r } else { 1.0 };
            r = (r - (r * self.gain(r) - want) / slope).max(0.0);
        }
        self.middle() + if want > 0.0 { w * (r / want) } else { w }
    }

    /// Pixel of a point in the frame, and its distance along the line of sight, mm.
    #[must_use]
    pub fn project(&self, p_in_frame: DVec3) -> (DVec2, f64) {
        let s = self.stand();
        let d = p_in_frame - s.eye;
        let z = d.dot(s.forward).max(1e-3);
        let k = self.scale_px_per_mm * self.distance_mm / z;
        let flat = self.middle() + DVec2::new(d.dot(s.right), d.dot(s.down)) * k;
        (self.distorted(flat), z)
    }

    /// Unit direction from the pinhole through a pixel.
    #[must_use]
    pub fn direction(&self, pixel: DVec2) -> DVec3 {
        let s = self.stand();
        let w = (self.undistorted(pixel) - self.middle()) / (self.scale_px_per_mm * self.distance_mm);
        (s.forward + s.right * w.x + s.down * w.y).normalize()
    }

    /// Where the line of sight through a pixel meets the skin, in the frame; none where it misses.
    #[must_use]
    pub fn on_skin(&self, pixel: DVec2) -> Option<DVec3> {
        let (eye, d) = (self.stand().eye, self.direction(pixel));
        self.skin_distance(eye, d).map(|t| eye + d * t)
    }

    /// Distance along a ray to the skin.
    #[inline]
    pub(crate) fn skin_distance(&self, o: DVec3, d: DVec3) -> Option<f64> {
        // (x² + y²) / (2 R) + z = 0 along o + t d.
        let c = 0.5 / self.curve_mm;
        let a = c * (d.x * d.x + d.y * d.y);
        let b = 2.0 * c * (o.x * d.x + o.y * d.y) + d.z;
        let e = c * (o.x * o.x + o.y * o.y) + o.z;
        let disc = b * b - 4.0 * a * e;
        if disc < 0.0 || b >= 0.0 {
            return None;
        }
        // The nearer root, without cancellation.
        let t = 2.0 * e / (-b + sqrt(disc));
        (t > 0.0 && t.is_finite()).then_some(t)
    }

    /// Height of the skin at a place in the frame, mm.
    #[inline]
    #[must_use]
    pub fn skin_height(&self, x: f64, y: f64) -> f64 {
        -0.5 * (x * x + y * y) / self.curve_mm
    }

    /// Distance of the plane in focus from the pinhole, mm.
    pub(crate) fn focus_distance(&self) -> f64 {
        (self.distance_mm - self.focus_mm).max(0.2 * self.distance_mm)
    }

    /// Radius of the lens's opening, mm.
    pub(crate) fn opening_mm(&self) -> f64 {
        self.blur_px_per_mm * self.distance_mm / self.scale_px_per_mm
    }

    /// Radius of the disc into which a point at this distance along the line of sight is blurred, pixels.
    #[must_use]
    pub fn blur_px(&self, z_mm: f64) -> f64 {
        let f = self.focus_distance();
        self.opening_mm() * (z_mm - f).abs() / (f * z_mm) * self.scale_px_per_mm * self.distance_mm
    }

    /// Pixels per mm on the skin at a pixel, across and along: the singular values of the mapping.
    #[must_use]
    pub fn local_scale(&self, pixel: DVec2) -> Option<[f64; 2]> {
        let p = self.on_skin(pixel)?;
        let step = 1e-3;
        let at = |dx: f64, dy: f64| {
            let (x, y) = (p.x + dx, p.y + dy);
            self.project(DVec3::new(x, y, self.skin_height(x, y))).0
        };
        let (a, b) = (
            (at(step, 0.0) - at(-step, 0.0)) / (2.0 * step),
            (at(0.0, step) - at(0.0, -step)) / (2.0 * step),
        );
        let (e, f, g) = (a.length_squared(), a.dot(b), b.length_squared());
        let root = sqrt((0.25 * (e - g) * (e - g) + f * f).max(0.0));
        Some([sqrt((0.5 * (e + g) + root).max(0.0)), sqrt((0.5 * (e + g) - root).max(0.0))])
    }

    /// Corners of the smallest upright rectangle of skin that holds the picture, mm; where a line of sight misses
    /// the skin, the plane through the origin is taken.
    pub(crate) fn skin_box(&self) -> ([f64; 2], [f64; 2]) {
        let (w, h) = (f64::from(self.width_px), f64::from(self.height_px));
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        let eye = self.stand().eye;
        for k in 0..=16 {
            let t = f64::from(k) / 16.0;
            for p in [(t * w, 0.0), (t * w, h), (0.0, t * h), (w, t * h)] {
                let pixel = DVec2::new(p.0, p.1);
                let p = self.on_skin(pixel).unwrap_or_else(|| {
                    let d = self.direction(pixel);
                    eye - d * (eye.z / d.z.min(-0.05))
                });
                for (i, x) in [p.x, p.y].into_iter().enumerate() {
                    low[i] = low[i].min(x);
                    high[i] = high[i].max(x);
                }
            }
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lenses() -> Vec<Lens> {
        let base = Lens::new(&CloseUpSpec::default());
        let mut all = vec![base];
        for distortion in [-0.1, 0.1, 0.04] {
            for oblique_deg in [0.0, 20.0, 50.0] {
                for distance_mm in [20.0, 1000.0] {
                    let oblique_toward_deg = 130.0;
                    all.push(Lens { distortion, oblique_deg, distance_mm, oblique_toward_deg, ..base });
                }
            }
        }
        all
    }

    #[test]
    fn prop_pixels_to_skin_and_back() {
        for lens in lenses() {
            for (x, y) in [(0.5, 0.5), (512.0, 384.0), (1023.0, 767.0), (30.0, 700.0), (900.0, 12.5)] {
                let pixel = DVec2::new(x, y);
                if let Some(p) = lens.on_skin(pixel) {
                    assert!((p.z - lens.skin_height(p.x, p.y)).abs() < 1e-9);
                    let back = lens.project(p).0;
                    assert!((back - pixel).length() < 1e-6, "{lens:?} {pixel} {back}");
                }
            }
        }
    }

    #[test]
    fn prop_axes_are_orthonormal_and_the_scale_is_the_specified() {
        for lens in lenses() {
            let s = lens.stand();
            assert!((s.right.dot(s.down)).abs() < 1e-12 && (s.right.length() - 1.0).abs() < 1e-12);
            assert!((s.right.cross(s.down) + s.forward).length() < 1e-9);
            assert!(s.forward.dot(s.right).abs() < 1e-12 && s.forward.dot(s.down).abs() < 1e-12);
            let [most, least] = lens.local_scale(DVec2::new(512.0, 384.0)).unwrap();
            assert!((most / 60.0 - 1.0).abs() < 1e-3, "{most}");
            let want = 60.0 * cos(lens.oblique_deg.to_radians());
            assert!((least / want - 1.0).abs() < 1e-3, "{least} {want}");
        }
    }
}
