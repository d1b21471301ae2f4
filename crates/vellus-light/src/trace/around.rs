//! Around a piece of hair: its directions, and where light leaves it.

use super::maths::{atan2, sin_cos};
use super::piece::Piece;
use glam::Vec3;

/// Light leaves a hair from this far out, in radii: pieces of a bent hair stand a little into each other.
const OUT: f32 = 1.06;
/// Farthest way to there, in radii: light along the fibre never gets out.
const FAR: f32 = 8.0;

/// Where light that met a piece of hair at a point leaves it in this direction. The model of the fibre has taken the light
/// through it already; a ray that began where it came in would meet the next piece of the same hair from inside.
#[inline(always)]
pub(crate) fn leave(piece: &Piece, at: Vec3, direction: Vec3) -> Vec3 {
    let across = |v: Vec3| v - piece.axis * v.dot(piece.axis);
    let (w, d) = (across(at - piece.centre), across(direction));
    let r = OUT * piece.radius;
    let (a, b, c) = (d.length_squared(), w.dot(d), w.length_squared() - r * r);
    let t = if a > 1e-6 { ((b * b - a * c).max(0.0).sqrt() - b) / a } else { 0.0 };
    at + direction * t.clamp(0.0, FAR * piece.radius)
}

/// Frame of a fibre in which the viewer is at φ = 0.
pub(crate) struct Axes {
    along: Vec3,
    toward: Vec3,
    round: Vec3,
    /// Sine of the viewer's inclination to the plane across the fibre.
    pub(crate) sin_o: f32,
}

impl Axes {
    #[inline(always)]
    pub(crate) fn of(axis: Vec3, view: Vec3) -> Self {
        let sin_o = view.dot(axis).clamp(-1.0, 1.0);
        let across = view - axis * sin_o;
        let length = across.length();
        let toward = if length > 1e-4 { across / length } else { axis.any_orthonormal_vector() };
        Self { along: axis, toward, round: axis.cross(toward), sin_o }
    }

    #[inline(always)]
    pub(crate) fn angles(&self, d: Vec3) -> (f32, f32) {
        (d.dot(self.along), atan2(d.dot(self.round), d.dot(self.toward)))
    }

    #[inline(always)]
    pub(crate) fn direction(&self, sin_theta: f32, phi: f32) -> Vec3 {
        let cos_theta = (1.0 - sin_theta * sin_theta).max(0.0).sqrt();
        let (s, c) = sin_cos(phi);
        (self.along * sin_theta + (self.toward * c + self.round * s) * cos_theta).normalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_leaves_a_piece_outside_of_it() {
        let piece = Piece::between(Vec3::ZERO, Vec3::new(0.0, 0.0, 1.0), 0.04);
        let at = Vec3::new(0.04, 0.0, 0.5);
        for k in 0..32 {
            let (s, c) = sin_cos(k as f32 * 0.2);
            let direction = Vec3::new(c, s, 0.3).normalize();
            let out = leave(&piece, at, direction);
            let from_axis = (out.x * out.x + out.y * out.y).sqrt();
            assert!((from_axis / 0.04 - OUT).abs() < 1e-3, "{k}: {from_axis}");
            assert!((out - at).dot(direction) >= 0.0);
        }
        // Along the fibre there is no way out; it is not looked for without end.
        assert!((leave(&piece, at, Vec3::Z) - at).length() <= FAR * 0.04 + 1e-6);
    }
}
