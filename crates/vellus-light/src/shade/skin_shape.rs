//! A reflectance of skin that has a given colour.
//!
//! R(λ) = exp(−c − m·M(λ) − h·H(λ)) with M the absorption inside a melanosome, λ^−3.33 (Jacques 2013), and H that of
//! blood at 65 % saturation to the power of 0.35, both relative to 550 nm; the three weights are solved so that R has the colour
//! exactly. It has the dips of blood and the slope of melanin, which is what makes lamps differ; it is no
//! transport of light. The power stands for the path of light in the dermis, which is shorter where blood absorbs more
//! (assumption: with it skin of L* 65 reflects 0.24, 0.27, 0.46 and 0.58 at 450, 550, 600 and 650 nm, as light skin does;
//! without it blood takes all of the violet and lamps differ twice as much).

use std::sync::LazyLock;

use crate::error::{LightError, in_range};
use crate::spectrum::{Lamp, Spectrum, Table};

static BLOOD: LazyLock<Spectrum> = LazyLock::new(|| {
    let table = Table::read(include_str!("../../../../data/optics/haemoglobin.csv"));
    let s = table.banded(0) * 0.65 + table.banded(1) * 0.35;
    let middle = s.at(550.0);
    s.map(|v| libm::pow(v / middle, BLOOD_POWER))
});

/// See the module.
const BLOOD_POWER: f64 = 0.35;

/// Reflectance that has this colour under D65 for the observer of 1931, each band below 1.
///
/// # Errors
/// A colour that no mix of melanin and blood over a white has: L* outside 3 to 98, or where the search fails.
pub fn skin_reflectance(lab: [f64; 3]) -> Result<Spectrum, LightError> {
    in_range("L* of skin", lab[0], 3.0, 98.0)?;
    in_range("a* of skin", lab[1], -30.0, 60.0)?;
    in_range("b* of skin", lab[2], -30.0, 70.0)?;
    let melanin = Spectrum::from_fn(|nm| libm::pow(nm / 550.0, -3.33));
    let of = |w: [f64; 3]| {
        let mut r = Spectrum::ZERO;
        for i in 0..r.0.len() {
            r[i] = libm::exp(-(w[0] + w[1] * melanin[i] + w[2] * BLOOD[i]));
        }
        r
    };
    let lamp = Lamp::d65();
    let error = |w: [f64; 3]| {
        let got = lamp.lab(&of(w));
        [got[0] - lab[0], got[1] - lab[1], got[2] - lab[2]]
    };
    let size = |e: [f64; 3]| libm::sqrt(e[0] * e[0] + e[1] * e[1] + e[2] * e[2]);
    let mut w = [0.5, 0.3, 0.3];
    let mut e = error(w);
    for _ in 0..60 {
        if size(e) < 1e-9 {
            break;
        }
        // Newton with a numerical Jacobian, halved until it gets better.
        let mut j = [[0.0; 3]; 3];
        for k in 0..3 {
            let mut v = w;
            v[k] += 1e-5;
            let d = error(v);
            for i in 0..3 {
                j[i][k] = (d[i] - e[i]) / 1e-5;
            }
        }
        let Some(step) = solve3(j, e) else { break };
        let mut t = 1.0;
        loop {
            let next = [w[0] - t * step[0], w[1] - t * step[1], w[2] - t * step[2]];
            let d = error(next);
            if size(d) < size(e) || t < 1e-4 {
                (w, e) = (next, d);
                break;
            }
            t *= 0.5;
        }
    }
    in_range("residual colour of a reflectance of skin, which must be a colour of skin", size(e), 0.0, 0.05)?;
    Ok(of(w).clamp(1e-5, 1.0))
}

/// Solves a 3 × 3 system by Cramer's rule; none when it is singular.
fn solve3(m: [[f64; 3]; 3], v: [f64; 3]) -> Option<[f64; 3]> {
    let det = |m: &[[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let d = det(&m);
    if !d.is_finite() || d.abs() < 1e-14 {
        return None;
    }
    Some(std::array::from_fn(|k| {
        let mut n = m;
        for i in 0..3 {
            n[i][k] = v[i];
        }
        det(&n) / d
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skin::{Fitzpatrick, Skin, Undertone};

    #[test]
    fn prop_every_class_has_a_reflectance_of_its_colour() {
        use Fitzpatrick::{I, II, III, IV, V, VI};
        for class in [I, II, III, IV, V, VI] {
            for tone in [Undertone::Warm, Undertone::Neutral, Undertone::Cool] {
                let lab = Skin::fitzpatrick(class, tone).lab;
                let r = skin_reflectance(lab).unwrap();
                let got = Lamp::d65().lab(&r);
                for i in 0..3 {
                    assert!((got[i] - lab[i]).abs() < 1e-3, "{class:?} {got:?} {lab:?}");
                }
                assert!(r.max() < 1.0 && r.min() > 0.0);
                // The dip of oxygenated blood and the rise to the red.
                assert!(r.at(650.0) > 1.2 * r.at(540.0), "{class:?}");
            }
        }
        assert!(skin_reflectance([55.0, 10.0, f64::NAN]).is_err());
        assert!(skin_reflectance([0.0, 0.0, 0.0]).is_err());
    }
}
