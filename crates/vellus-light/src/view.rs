//! Cameras: portraits of a head, and close-ups of a patch of scalp.

use crate::error::{LightError, in_range};
use crate::head_model::HeadModel;
use glam::Vec3;
use serde::{Deserialize, Serialize};

/// From where a head is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Face on.
    Front,
    /// 40° to the person's left, a little from above.
    ThreeQuarter,
    /// 40° to the person's right, a little from above.
    ThreeQuarterRight,
    /// The person's left profile.
    Side,
    /// The person's right profile.
    SideRight,
    /// From above, face down in the picture.
    Top,
    /// From behind.
    Back,
    /// From behind and above, onto the crown.
    Vertex,
    /// Forehead and hairline, from the front and above.
    Hairline,
}

/// Distance of portrait cameras from the head, mm: a usual talking and portrait distance.
pub const PORTRAIT_DISTANCE_MM: f32 = 1200.0;

/// Field of view of a dermatoscope times its magnification, mm: at 20× it shows 10 mm (assumption; hand-held
/// devices show 20 to 25 mm at 10×).
pub const DERMATOSCOPE_MM: f32 = 200.0;

/// Share of the width of a picture that a head takes at most, so that hair has room. Assumption.
pub const WIDEST: f32 = 0.86;

/// A camera. Pictures have square pixels; the first row is the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Width, pixels.
    pub width: usize,
    /// Height, pixels.
    pub height: usize,
    /// Where it is, head space, mm.
    pub eye: Vec3,
    /// Unit vector to the right of the picture.
    pub right: Vec3,
    /// Unit vector to the top of the picture.
    pub up: Vec3,
    /// Unit vector into the picture.
    pub forward: Vec3,
    /// Perspective: pixels per unit of slope. Orthographic: pixels per mm.
    pub scale: f32,
    /// True for a perspective camera.
    pub perspective: bool,
}

impl Camera {
    /// A portrait of a head whose bounding sphere is given, mm, in a picture of this size, pixels.
    ///
    /// # Errors
    /// A size outside 8 to 8192 pixels or a radius outside 10 to 1000 mm.
    pub fn preset(
        view: View,
        centre: Vec3,
        radius_mm: f32,
        width: usize,
        height: usize,
    ) -> Result<Self, LightError> {
        check_size(width, height)?;
        in_range("head radius (mm)", f64::from(radius_mm), 10.0, 1000.0)?;
        let (az, el) = match view {
            View::Front => (0.0, 3.0),
            View::ThreeQuarter => (40.0, 14.0),
            View::ThreeQuarterRight => (-40.0, 14.0),
            View::Side => (90.0, 4.0),
            View::SideRight => (-90.0, 4.0),
            View::Top => (0.0, 89.0),
            View::Back => (180.0, 8.0),
            View::Vertex => (180.0, 50.0),
            View::Hairline => (0.0, 38.0),
        };
        let (az, el) = (f32::to_radians(az), f32::to_radians(el));
        let (ca, sa, ce, se) = (libm::cosf(az), libm::sinf(az), libm::cosf(el), libm::sinf(el));
        let toward = Vec3::new(sa * ce, se, ca * ce);
        // The up vector is the derivative by elevation, so that a look from above has the face down.
        let up = Vec3::new(-sa * se, ce, -ca * se);
        let forward = -toward;
        let half = 0.5 * (width.min(height) as f32);
        let slope =
            radius_mm / libm::sqrtf(PORTRAIT_DISTANCE_MM * PORTRAIT_DISTANCE_MM - radius_mm * radius_mm);
        Ok(Self {
            width,
            height,
            eye: centre + toward * PORTRAIT_DISTANCE_MM,
            right: forward.cross(up).normalize(),
            up,
            forward,
            scale: half / slope,
            perspective: true,
        })
    }

    /// A portrait that a head fills: what lies above `bottom_mm` (the chin's y, so that the neck does
    /// not count) takes `share` of the height of the picture, less if it would take more than
    /// [`WIDEST`] of the width, and stands in its middle.
    ///
    /// # Errors
    /// As [`Self::preset`]; a share outside 0.1 to 1.
    pub fn framed(
        view: View,
        head: &HeadModel,
        bottom_mm: f32,
        share: f32,
        width: usize,
        height: usize,
    ) -> Result<Self, LightError> {
        in_range("share of the picture", f64::from(share), 0.1, 1.0)?;
        let (centre, radius) = head.framing_sphere();
        let mut camera = Self::preset(view, centre, radius, width, height)?;
        // Moving the camera changes the perspective a little; the second pass settles it.
        for _ in 0..2 {
            let (mut lo, mut hi) = (Vec3::splat(f32::INFINITY), Vec3::splat(f32::NEG_INFINITY));
            for p in head.positions.iter().filter(|p| p.y >= bottom_mm) {
                let at = camera.project(*p);
                lo = lo.min(at);
                hi = hi.max(at);
            }
            if !lo.is_finite() || !hi.is_finite() {
                break;
            }
            let size = (hi - lo).max(Vec3::ONE);
            let middle = 0.5 * (lo + hi);
            let mm = 1.0 / camera.pixels_per_mm((centre - camera.eye).dot(camera.forward));
            camera.eye += camera.right * ((middle.x - 0.5 * width as f32) * mm)
                - camera.up * ((middle.y - 0.5 * height as f32) * mm);
            camera.scale *= (share * height as f32 / size.y).min(WIDEST * width as f32 / size.x);
        }
        Ok(camera)
    }

    /// A dermatoscope on a point of scalp: a field of view of [`DERMATOSCOPE_MM`] over its magnification
    /// (10 to 70) in a square of `pixels`.
    ///
    /// # Errors
    /// A magnification or size out of range.
    pub fn dermatoscope(
        point: Vec3,
        normal: Vec3,
        magnification: f32,
        pixels: usize,
    ) -> Result<Self, LightError> {
        in_range("dermatoscope magnification", f64::from(magnification), 10.0, 70.0)?;
        Self::close_up(point, normal, DERMATOSCOPE_MM / magnification, pixels)
    }

    /// A close-up straight onto a point of scalp: a square of `side_mm` over `pixels` pixels.
    ///
    /// # Errors
    /// A size outside 8 to 8192 pixels or a side outside 0.5 to 200 mm.
    pub fn close_up(point: Vec3, normal: Vec3, side_mm: f32, pixels: usize) -> Result<Self, LightError> {
        check_size(pixels, pixels)?;
        in_range("close-up side (mm)", f64::from(side_mm), 0.5, 200.0)?;
        let n = normal
            .try_normalize()
            .ok_or(LightError::BrokenMesh("a close-up needs a direction to look from"))?;
        // Head-forward is up in the picture, except where that is along the normal.
        let hint = if n.z.abs() < 0.9 { Vec3::Z } else { Vec3::Y };
        let up = (hint - n * hint.dot(n)).normalize();
        Ok(Self {
            width: pixels,
            height: pixels,
            eye: point + n * 100.0,
            right: (-n).cross(up),
            up,
            forward: -n,
            scale: pixels as f32 / side_mm,
            perspective: false,
        })
    }

    /// Projects a point: column, row (pixels, fractional) and depth along the view, mm.
    #[inline]
    #[must_use]
    pub fn project(&self, p: Vec3) -> Vec3 {
        let d = p - self.eye;
        let z = d.dot(self.forward);
        let s = if self.perspective { self.scale / z.max(1.0) } else { self.scale };
        Vec3::new(
            0.5 * self.width as f32 + s * d.dot(self.right),
            0.5 * self.height as f32 - s * d.dot(self.up),
            z,
        )
    }

    /// Pixels per mm at this depth.
    #[inline]
    #[must_use]
    pub fn pixels_per_mm(&self, depth_mm: f32) -> f32 {
        if self.perspective { self.scale / depth_mm.max(1.0) } else { self.scale }
    }

    /// Ray through a place in the picture: origin and unit direction.
    #[inline(always)]
    #[must_use]
    pub fn ray(&self, column: f32, row: f32) -> (Vec3, Vec3) {
        let x = (column - 0.5 * self.width as f32) / self.scale;
        let y = (0.5 * self.height as f32 - row) / self.scale;
        if self.perspective {
            (self.eye, (self.forward + self.right * x + self.up * y).normalize())
        } else {
            (self.eye + self.right * x + self.up * y, self.forward)
        }
    }

    /// Unit direction from a point to the camera.
    #[inline]
    #[must_use]
    pub fn toward(&self, p: Vec3) -> Vec3 {
        if self.perspective { (self.eye - p).normalize_or(-self.forward) } else { -self.forward }
    }
}

fn check_size(width: usize, height: usize) -> Result<(), LightError> {
    in_range("picture width (pixels)", width as f64, 8.0, 8192.0)?;
    in_range("picture height (pixels)", height as f64, 8.0, 8192.0)
}
