//! The scalp chart: coordinates that mean the same place on every head.
//!
//! An azimuthal map about the top of the head. A point's direction from the cranial centre has an
//! angle from straight up and an azimuth; the angle is divided by the angle at which that azimuth
//! meets the ring glabella – tragion – inion – tragion, so that the ring is the unit circle.
//! Chart `x` points to the person's left, chart `y` forward: the glabella is (0, 1), the inion
//! (0, −1), the tragia (±1, 0), the top of the head (0, 0).

/// The chart of one head.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {}
