//! What lies in the skin of a close-up: dots, marks, the shafts under the skin and the mouths of follicles.

use super::blot::{Blot, Effect};
use super::field::HairClass;
use super::make::{Scalp, Standing, pigment};
use super::spec::CloseUpSpec;
use super::visit::Visit;
use crate::dot::{ROOT_BOTTOM_MM, ROOT_SLANT, ROOT_TOP_MM};
use crate::under_skin::{RootOptics, spread_mm};
use glam::Vec3;
use libm::{cos, exp, sin, sqrt, tan};
use std::f64::consts::TAU;

/// Lateral blur of a slice of a shaft per its depth, no unit. Fitted to the middle of a 0.30 mm dot at 0.08, 0.2 and 0.4 mm in the
/// project's Monte Carlo.
const BLUR_PER_DEPTH: f64 = 0.82;

/// Roots by class of hair, with and without pigment.
type Roots = Vec<(HairClass, [RootOptics; 2])>;

/// Everything in the skin.
pub(super) fn blots(
    spec: &CloseUpSpec,
    scalp: &Scalp,
    standing: &[Standing<'_>],
    visit: &Visit,
) -> Vec<Blot> {
    let mut out = Vec::new();
    for d in &scalp.dots {
        out.extend(d.blots(&visit.pose));
    }
    for m in &scalp.marks {
        out.extend(m.blots(&visit.pose));
    }
    let brown = spec.skin.perifollicular as f32;
    for u in scalp.field.units.iter().filter(|u| u.size > 0) {
        let at = visit.pose.in_frame(u.centre_in_scalp);
        out.push(Blot::gauss(at, 0.13, Effect::Absorb(Vec3::new(0.10, 0.17, 0.24) * brown)));
    }
    let roots: Roots = [HairClass::Terminal, HairClass::Intermediate, HairClass::Vellus]
        .map(|class| {
            let mut hair = scalp.field.colour;
            hair.eumelanin *= pigment(class);
            hair.pheomelanin *= pigment(class);
            (class, [false, true].map(|white| scalp.under.roots(&hair, white)))
        })
        .into();
    for s in standing.iter().filter(|s| s.grown.unit.is_some()) {
        buried(spec, scalp, &roots, s, visit, &mut out);
    }
    out
}

/// The shaft under the skin, from where it is met by light to the exit.
fn buried(
    spec: &CloseUpSpec,
    scalp: &Scalp,
    roots: &Roots,
    s: &Standing<'_>,
    visit: &Visit,
    out: &mut Vec<Blot>,
) {
    let g = s.grown;
    let at = visit.pose.in_frame(g.exit_in_scalp);
    let class = HairClass::of_um(g.width_um);
    let Some((_, of)) = roots.iter().find(|r| r.0 == class) else { return };
    let whole = of[usize::from(g.white)].of(g.width_um);
    let delta = spread_mm(&scalp.skin).to_array().map(f64::from);
    // A slanting shaft has more of its length at each depth; the optics means a stated slant.
    let slant = (1.0 / sin(g.tilt)).min(5.0) / ROOT_SLANT * spec.hair.root_shadow;
    let away = g.azimuth + visit.pose.turn_deg.to_radians();
    let slope = 1.0 / tan(g.tilt).max(0.09);
    let behind = |z: f64| [at[0] - z * slope * cos(away), at[1] - z * slope * sin(away)];
    let own = g.width_um / 4000.0;
    let mut z = ROOT_TOP_MM;
    let mut steps: Vec<(f64, f64, f64)> = Vec::new();
    while z < ROOT_BOTTOM_MM && steps.len() < 64 {
        let sigma = sqrt(own * own + BLUR_PER_DEPTH * BLUR_PER_DEPTH * z * z);
        let dz = (0.8 * sigma / slope).min(0.5 * z).max(0.004);
        steps.push((z, dz, sigma));
        z += dz;
    }
    let norm: [f64; 3] =
        std::array::from_fn(|c| steps.iter().map(|(z, dz, _)| exp(-z / delta[c]) * dz).sum());
    // The light from a millimetre away does not tell where along the shaft it was taken.
    let [core, middle, far] = whole.parts;
    for (z, dz, sigma) in &steps {
        let peak: [f32; 3] = std::array::from_fn(|c| {
            let share = exp(-z / delta[c]) * dz / norm[c];
            let area = f64::from(core.area_mm2[c] + middle.area_mm2[c]) * slant * share;
            (area / (TAU * sigma * sigma)) as f32
        });
        out.push(Blot::gauss(behind(*z), *sigma, Effect::Darken(Vec3::from_array(peak))));
    }
    let wide = f64::from(far.sigma_mm).max(0.05);
    let peak = far.area_mm2.map(|a| (f64::from(a) * slant / (TAU * wide * wide)) as f32);
    out.push(Blot::gauss(behind(0.5 * ROOT_BOTTOM_MM), wide, Effect::Darken(Vec3::from_array(peak))));
    // The mouth of the follicle.
    let mouth = Effect::Absorb(Vec3::new(0.12, 0.17, 0.22));
    out.push(Blot::gauss(at, 0.7 * g.width_um / 1000.0 + 0.012, mouth));
}
