//! How a frame lies on the scalp: shift, turn and the stretch of the skin between two visits.

use super::pattern::noise;
use libm::{cos, sin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Distance over which the stretch of skin changes, mm. Assumption.
const STRETCH_MM: f64 = 6.0;

/// Position of a frame on the scalp. The first visit's frame is the scalp's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pose {
    /// Shift of the skin in the frame, mm.
    pub shift_mm: [f64; 2],
    /// Turn of the skin in the frame, degrees from x to y.
    pub turn_deg: f64,
    /// Largest strain of the skin, a share.
    pub stretch: f64,
    /// Which stretch.
    pub stretch_seed: u32,
}

impl Pose {
    fn pull(&self, q: [f64; 2]) -> [f64; 2] {
        if self.stretch == 0.0 {
            return [0.0; 2];
        }
        // The noise rises by at most about 3 over a unit.
        let most = self.stretch * STRETCH_MM / 3.0;
        let at =
            |seed: u32| f64::from(noise((q[0] / STRETCH_MM) as f32, (q[1] / STRETCH_MM) as f32, seed)) * most;
        [at(self.stretch_seed), at(self.stretch_seed ^ 0x5bd1)]
    }

    /// Place in the frame of a place on the scalp, mm.
    #[must_use]
    pub fn in_frame(&self, q_in_scalp: [f64; 2]) -> [f64; 2] {
        let u = self.pull(q_in_scalp);
        let (x, y) = (q_in_scalp[0] + u[0], q_in_scalp[1] + u[1]);
        let t = self.turn_deg.to_radians();
        let (s, c) = (sin(t), cos(t));
        [c * x - s * y + self.shift_mm[0], s * x + c * y + self.shift_mm[1]]
    }

    /// Place on the scalp of a place in the frame, mm.
    #[must_use]
    pub fn in_scalp(&self, p_in_frame: [f64; 2]) -> [f64; 2] {
        let (x, y) = (p_in_frame[0] - self.shift_mm[0], p_in_frame[1] - self.shift_mm[1]);
        let t = self.turn_deg.to_radians();
        let (s, c) = (sin(t), cos(t));
        let flat = [c * x + s * y, -s * x + c * y];
        let mut q = flat;
        // The stretch is a contraction: each step leaves at most its strain of the error.
        for _ in 0..if self.stretch == 0.0 { 0 } else { 6 } {
            let u = self.pull(q);
            q = [flat[0] - u[0], flat[1] - u[1]];
        }
        q
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_there_and_back() {
        let pose = Pose { shift_mm: [1.7, -0.4], turn_deg: 13.0, stretch: 0.06, stretch_seed: 9 };
        for k in 0..200 {
            let p = [f64::from(k % 20) - 10.0, f64::from(k / 20) - 5.0];
            let back = pose.in_frame(pose.in_scalp(p));
            assert!((back[0] - p[0]).abs() < 1e-6 && (back[1] - p[1]).abs() < 1e-6, "{p:?} {back:?}");
        }
        assert_eq!(Pose::default().in_frame([3.0, 4.0]), [3.0, 4.0]);
    }
}
