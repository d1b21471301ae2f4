//! The course of one hair above the skin.

use super::field::Grown;
use super::lens::Lens;
use super::pattern::noise;
use super::pose::Pose;
use super::spec::Hair;
use glam::DVec3;
use libm::{cos, sin, sqrt};

/// A station of a centreline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Station {
    pub(crate) p_in_frame: DVec3,
    pub(crate) radius_mm: f64,
    /// Length from the exit, mm.
    pub(crate) along_mm: f64,
}

/// Longest step along a hair, mm.
const STEP_MM: f64 = 0.2;
/// Length over which the width of a hair wavers, mm. Assumption.
const WAVER_MM: f64 = 0.8;
/// Standard deviation of [`noise`].
const NOISE_SD: f64 = 0.5;

/// The centreline of a hair of this length in a frame, from the exit to the tip.
pub(crate) fn strand(grown: &Grown, length_mm: f64, hair: &Hair, pose: &Pose, lens: &Lens) -> Vec<Station> {
    let lies = grown.unit.is_none();
    let r0 = grown.width_um / 2000.0;
    let at = pose.in_frame(grown.exit_in_scalp);
    let steps = ((length_mm / STEP_MM).ceil() as usize).clamp(6, 400);
    let ds = length_mm / steps as f64;
    let mut p = DVec3::new(at[0], at[1], lens.skin_height(at[0], at[1]) + if lies { r0 } else { 0.0 });
    let mut azimuth = grown.azimuth + pose.turn_deg.to_radians();
    let seed = grown.phase;
    // A hair that rests on another one or on the skin keeps above it by its own radius.
    let ceiling = grown.height_mm.max(2.0 * r0);
    let mut out = Vec::with_capacity(steps + 1);
    for k in 0..=steps {
        let s = ds * k as f64;
        let share = if length_mm > 0.0 { s / length_mm } else { 0.0 };
        let waver = 1.0 + hair.unevenness / NOISE_SD * f64::from(noise((s / WAVER_MM) as f32, 0.5, seed));
        let end = if grown.pointed {
            sqrt((1.0 - 0.97 * share * share).max(0.0))
        } else {
            1.0 - hair.taper * share
        };
        let radius_mm = (r0 * waver.clamp(0.5, 1.5) * end).max(0.001);
        let height = p.z - lens.skin_height(p.x, p.y);
        out.push(Station { p_in_frame: p, radius_mm, along_mm: s });
        // Long hair goes up and down a little, so that hairs pass over and under each other.
        let sway = 0.12 * f64::from(noise((s / 3.0) as f32, 7.5, seed ^ 0x77)) * (s / 2.0).min(1.0);
        let rise = if lies { 0.0 } else { grown.tilt * (1.0 - height / ceiling).max(0.0) + sway };
        // It goes down no further than to lie on the skin, and up no further than it is held.
        let to = |gap: f64| libm::asin((gap / ds).clamp(0.0, 1.0));
        let lowest = if s > 0.0 { -to(height - r0) } else { 0.0 };
        let rise = rise.max(lowest).min(to(ceiling - height));
        let wander = f64::from(noise((s / 2.5) as f32, 3.5, seed ^ 0x33));
        azimuth += grown.curl * (0.6 + 0.9 * wander) * ds;
        let (x, y) = (cos(azimuth) * cos(rise), sin(azimuth) * cos(rise));
        // The skin falls away under long hair, which follows it.
        let fall = -(p.x * x + p.y * y) / lens.curve_mm;
        p += DVec3::new(x, y, sin(rise) + fall).normalize_or(DVec3::Z) * ds;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeup::field::Field;
    use crate::closeup::patch::Patch;
    use crate::closeup::spec::CloseUpSpec;
    use vellus_units::random::Key;

    #[test]
    fn prop_a_strand_has_its_length_and_stays_above_the_skin() {
        let mut spec = CloseUpSpec::default();
        spec.hair.long_share = 0.4;
        spec.hair.curl_per_mm = 1.0;
        spec.skin.curve_mm = 100.0;
        let lens = Lens::new(&spec);
        let patch = Patch { low: [-4.0; 2], high: [4.0; 2] };
        let field = Field::grow(&spec, &patch, Key::new(3, 0));
        assert!(field.hairs.len() > 40);
        for g in &field.hairs {
            let s = strand(g, g.length_mm, &spec.hair, &Pose::default(), &lens);
            let length: f64 = s.windows(2).map(|w| (w[1].p_in_frame - w[0].p_in_frame).length()).sum();
            assert!((length / g.length_mm - 1.0).abs() < 1e-9, "{length} {}", g.length_mm);
            for st in &s {
                let up = st.p_in_frame.z - lens.skin_height(st.p_in_frame.x, st.p_in_frame.y);
                assert!(up > -0.01 && up < 1.02 * spec.hair.height_mm, "{up}");
                assert!(st.radius_mm > 0.0);
            }
        }
    }
}
