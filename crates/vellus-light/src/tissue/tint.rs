//! What is left of a measured colour when melanin and blood have explained what they can.

use super::skin_model::Measure;
use super::{Place, SkinFamily};
use crate::spectrum::{Lamp, Spectrum};
use serde::{Deserialize, Serialize};

/// A smooth factor on the body reflectance, exp(c₀ + c₁ x + c₂ x²) with x from −1 at 380 nm to 1 at 730 nm. It stands for what differs between
/// people besides melanin and blood: scattering, yellow pigments, thickness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tint(pub [f64; 3]);

impl Tint {
    /// The factor.
    #[must_use]
    pub fn factor(&self) -> Spectrum {
        let c = self.0;
        Spectrum::from_fn(|nm| {
            let x = (nm - 555.0) / 175.0;
            libm::exp((c[0] + x * (c[1] + x * c[2])).clamp(-3.0, 3.0))
        })
    }

    /// The tint that takes the family's colour at a place to a measured one (CIELAB, D65, 2°, specular
    /// included). Newton's steps; the best that was found when they do not arrive.
    #[must_use]
    pub fn between(place: Place, lab: [f64; 3]) -> Self {
        let family = SkinFamily::get();
        let whole = family.reflectance(place, Measure::Included);
        let body = family.reflectance(place, Measure::Excluded);
        let surface = whole - body;
        let miss = |t: &Self| {
            let x = Lamp::d65().lab(&(body * t.factor() + surface));
            [lab[0] - x[0], lab[1] - x[1], lab[2] - x[2]]
        };
        let size = |m: &[f64; 3]| m.iter().fold(0.0, |s, x| s + x * x);
        let (mut best, mut at) = (Self::default(), Self::default());
        let mut least = size(&miss(&best));
        for _ in 0..20 {
            let m = miss(&at);
            if size(&m) < least {
                (least, best) = (size(&m), at);
            }
            if size(&m) < 1e-16 {
                break;
            }
            let columns: [[f64; 3]; 3] = std::array::from_fn(|k| {
                let mut t = at;
                t.0[k] += 1e-5;
                let d = miss(&t);
                std::array::from_fn(|i| (m[i] - d[i]) / 1e-5)
            });
            let j = std::array::from_fn(|i| std::array::from_fn(|k| columns[k][i]));
            let Some(step) = solve(j, m) else { break };
            for (c, d) in at.0.iter_mut().zip(step) {
                *c = (*c + d.clamp(-0.5, 0.5)).clamp(-3.0, 3.0);
            }
        }
        best
    }
}

/// Cramer's rule.
fn solve(a: [[f64; 3]; 3], b: [f64; 3]) -> Option<[f64; 3]> {
    let det = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let d = det(a);
    if d.abs() < 1e-12 || !d.is_finite() {
        return None;
    }
    Some(std::array::from_fn(|k| {
        let mut m = a;
        for i in 0..3 {
            m[i][k] = b[i];
        }
        det(m) / d
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_a_tint_arrives_and_none_is_needed_on_the_plane() {
        let family = SkinFamily::get();
        for lab in [[60.0, 10.0, 20.0], [66.0, 6.0, 8.0], [40.0, 14.0, 18.0], [35.0, 7.0, 5.0]] {
            let (place, _) = family.nearest(lab);
            let tint = Tint::between(place, lab);
            let whole = family.reflectance(place, Measure::Included);
            let body = family.reflectance(place, Measure::Excluded);
            let got = Lamp::d65().lab(&(body * tint.factor() + whole - body));
            for (x, y) in got.iter().zip(lab) {
                assert!((x - y).abs() < 1e-4, "{lab:?} {got:?} {tint:?}");
            }
        }
        let place = Place { melanosomes: 0.04, blood: 0.01 };
        let tint = Tint::between(place, family.lab(place));
        assert!(tint.0.iter().all(|c| c.abs() < 1e-9), "{tint:?}");
    }
}
