//! The scalp chart: coordinates that mean the same place on every head.
//!
//! An azimuthal map about the top of the head. A point's direction from the cranial centre has an
//! angle ψ from straight up and an azimuth θ; ψ is divided by the angle Ψ at which that azimuth
//! meets the ring glabella – tragion – inion – tragion, so that the ring is the unit circle.
//! Chart `x` points to the person's left, chart `y` forward: the glabella is (0, 1), the inion
//! (0, −1), the tragia (±1, 0), the top of the head (0, 0).
//!
//! Between the four anchors both Ψ and the small correction of the azimuth are trigonometric
//! polynomials of the chart azimuth φ, `a₀ + a₁ cos φ + b₁ sin φ + a₂ cos 2φ`: the only smooth
//! periodic interpolation of four equally spaced values without any free choice.
//!
//! Valid above and around the ears; straight below the centre (ψ = π) the map is singular.

use glam::{DVec2, DVec3};

use crate::{HeadError, Landmark, Landmarks};

/// The chart of one head.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    centre_in_head: DVec3,
    /// Ψ(φ), radians.
    ring: Harmonics,
    /// θ − φ, radians.
    turn: Harmonics,
}

/// `a₀ + a₁ cos φ + b₁ sin φ + a₂ cos 2φ`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Harmonics {
    a0: f64,
    a1: f64,
    b1: f64,
    a2: f64,
}

impl Harmonics {
    /// Through the values at φ = 0, 90, 180 and 270 degrees.
    fn through([front, left, back, right]: [f64; 4]) -> Self {
        Self {
            a0: 0.25 * (front + left + back + right),
            a1: 0.5 * (front - back),
            b1: 0.5 * (left - right),
            a2: 0.25 * (front - left + back - right),
        }
    }

    fn at(&self, phi: f64) -> f64 {
        let (s, c) = libm::sincos(phi);
        self.a0 + self.a1 * c + self.b1 * s + self.a2 * (c * c - s * s)
    }

    fn slope(&self, phi: f64) -> f64 {
        let (s, c) = libm::sincos(phi);
        -self.a1 * s + self.b1 * c - 4.0 * self.a2 * s * c
    }
}

/// Height of the cranial centre above the tragia, as a share of the height of the vertex above
/// them. A quarter puts it on the level of the glabella (about 33 mm up of 131 mm), so that the
/// forehead, the sides and the back are all met steeply by rays from it.
const CENTRE_HEIGHT: f64 = 0.25;

impl Chart {
    /// The chart that the landmarks span.
    ///
    /// # Errors
    /// [`HeadError::Landmarks`] when they do not lie as on a head.
    pub fn new(landmarks: &Landmarks) -> Result<Self, HeadError> {
        landmarks.check()?;
        let right = landmarks.get(Landmark::TragionRight);
        let left = landmarks.get(Landmark::TragionLeft);
        let ears = 0.5 * (right + left);
        let rise = CENTRE_HEIGHT * (landmarks.get(Landmark::Vertex).y - ears.y);
        let centre_in_head = ears + DVec3::Y * rise;
        let anchors = [landmarks.get(Landmark::Glabella), left, landmarks.get(Landmark::Inion), right]
            .map(|p| polar(p - centre_in_head));
        let turn = std::array::from_fn(|i| wrap(anchors[i].1 - i as f64 * std::f64::consts::FRAC_PI_2));
        // Beyond half a right angle between an anchor and its place the map could fold.
        if turn.iter().any(|t: &f64| t.abs() > 0.5) {
            return Err(HeadError::Landmarks(
                "glabella, tragia and inion do not lie in front of, beside and behind the middle \
                 of the head; check them and the axes"
                    .into(),
            ));
        }
        Ok(Self {
            centre_in_head,
            ring: Harmonics::through(anchors.map(|a| a.0)),
            turn: Harmonics::through(turn),
        })
    }

    /// The point that directions are taken from, mm, head space.
    #[must_use]
    pub const fn centre_in_head(&self) -> DVec3 {
        self.centre_in_head
    }

    /// The chart position of a point of the head. The chart radius grows without a seam to about
    /// 1.7 straight below the head.
    #[must_use]
    pub fn chart_from_head(&self, p: DVec3) -> DVec2 {
        let (psi, theta) = polar(p - self.centre_in_head);
        // Newton's method for φ + turn(φ) = θ; the slope of the turn stays below one.
        let mut phi = theta;
        for _ in 0..20 {
            let step = wrap(phi + self.turn.at(phi) - theta) / (1.0 + self.turn.slope(phi));
            phi -= step;
            if step.abs() < 1e-14 {
                break;
            }
        }
        let r = psi / self.ring.at(phi);
        let (s, c) = libm::sincos(phi);
        DVec2::new(r * s, r * c)
    }

    /// The unit direction from [`Chart::centre_in_head`] in which a chart position lies.
    #[must_use]
    pub fn direction_from_chart(&self, q: DVec2) -> DVec3 {
        let phi = azimuth(q);
        let psi = (q.length() * self.ring.at(phi)).min(std::f64::consts::PI);
        let theta = phi + self.turn.at(phi);
        let (sp, cp) = libm::sincos(psi);
        let (st, ct) = libm::sincos(theta);
        DVec3::new(sp * st, cp, sp * ct)
    }

    /// Ψ: the angle from straight up at which a chart azimuth meets the ring, radians.
    #[must_use]
    pub fn ring_angle(&self, azimuth: f64) -> f64 {
        self.ring.at(azimuth)
    }
}

/// The azimuth of a chart position, radians in (−π, π]: 0 forward, positive to the left.
#[must_use]
pub fn azimuth(q: DVec2) -> f64 {
    libm::atan2(q.x, q.y)
}

/// Angle from straight up and azimuth of a direction.
fn polar(d: DVec3) -> (f64, f64) {
    (libm::atan2(libm::hypot(d.x, d.z), d.y), libm::atan2(d.x, d.z))
}

/// The same angle in [−π, π].
fn wrap(angle: f64) -> f64 {
    libm::remainder(angle, std::f64::consts::TAU)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landmarks::tests::typical;
    use proptest::prelude::*;

    #[test]
    fn anchors_are_where_the_definition_says() {
        // Crooked on purpose: the anchors must land exactly all the same.
        let l = typical()
            .with(Landmark::Glabella, DVec3::new(3.0, 30.0, 97.0))
            .with(Landmark::TragionLeft, DVec3::new(74.0, 2.0, -4.0));
        let chart = Chart::new(&l).unwrap();
        for (which, q) in [
            (Landmark::Glabella, DVec2::new(0.0, 1.0)),
            (Landmark::Inion, DVec2::new(0.0, -1.0)),
            (Landmark::TragionLeft, DVec2::new(1.0, 0.0)),
            (Landmark::TragionRight, DVec2::new(-1.0, 0.0)),
        ] {
            assert!(chart.chart_from_head(l.get(which)).distance(q) < 1e-12, "{which}");
        }
        assert_eq!(chart.chart_from_head(chart.centre_in_head() + DVec3::Y * 90.0), DVec2::ZERO);
    }

    proptest! {
        #[test]
        fn prop_chart_and_direction_are_inverse(x in -0.95f64..0.95, y in -0.95f64..0.95) {
            let chart = Chart::new(&typical()).unwrap();
            let q = DVec2::new(x, y);
            let p = chart.centre_in_head() + 93.0 * chart.direction_from_chart(q);
            prop_assert!(chart.chart_from_head(p).distance(q) < 1e-10);
        }
    }
}
