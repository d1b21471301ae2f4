//! The plane on which people's skin lies.

use super::skin_model::{Measure, SkinModel};
use crate::colour::{ciede2000, ita_degrees};
use crate::error::{LightError, in_range};
use crate::spectrum::{BANDS, Lamp, Spectrum};
use crate::transport::adding_doubling::{PairReflectance, Pairs, Quality};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Melanosome shares of the table: from none to the darkest epidermis that is described (0.43, Jacques 1996) and a little on.
pub const MELANOSOMES: [f64; 2] = [0.0, 0.5];
/// Blood shares of the papillary dermis in the table.
pub const BLOOD: [f64; 2] = [0.0, 0.08];
/// Blood of calm skin of forehead and scalp. Fit: gives the a* of the forehead in Xiao 2017 at its L*.
pub const CALM_BLOOD: f64 = 0.0135;

/// Oxygen saturation of pale skin, and what it tends to when blood rushes in, which is arterial with a little spent; calm skin is at 0.76
/// (Tseng 2011 has 0.76 for light skin). Assumption; with it blood moves skin as Takiwaki measured.
const PALE_SATURATION: f64 = 0.70;
const FLUSH_SATURATION: f64 = 0.95;
/// Square of the blood, in units of calm skin's, that lifts saturation half the way.
const FLUSH_BEND: f64 = 3.0;

const MELANIN_KNOTS: usize = 10;
const BLOOD_KNOTS: usize = 8;
/// Where the axes of the table turn from linear to logarithmic.
const MELANIN_BEND: f64 = 0.03;
const BLOOD_BEND: f64 = 0.004;

/// Skin of every amount of melanin and blood, all else as in [`SkinModel::default`].
///
/// The logarithm of reflectance is tabulated over both and joined by cubics; it errs by less than 0.0001 of
/// reflectance against the solver that fills it.
#[derive(Clone, Debug)]
pub struct SkinFamily {
    /// ln of body reflectance under a normal beam, and under diffuse light, by melanin and blood.
    table: Vec<[Spectrum; 2]>,
    /// Mirror reflection of the surface at normal incidence.
    specular: f64,
}

/// A place in the family.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Volume share of melanosomes in the living epidermis.
    pub melanosomes: f64,
    /// Volume share of blood in the papillary dermis.
    pub blood: f64,
}

impl SkinFamily {
    /// The family, made once.
    #[must_use]
    pub fn get() -> &'static Self {
        static FAMILY: LazyLock<SkinFamily> = LazyLock::new(|| SkinFamily::build(Quality::FAST));
        &FAMILY
    }

    fn build(quality: Quality) -> Self {
        let place = |i: usize, j: usize| Place {
            melanosomes: unbend(i as f64 / (MELANIN_KNOTS - 1) as f64, MELANOSOMES[1], MELANIN_BEND),
            blood: unbend(j as f64 / (BLOOD_KNOTS - 1) as f64, BLOOD[1], BLOOD_BEND),
        };
        let mut table = vec![[Spectrum::ZERO; 2]; MELANIN_KNOTS * BLOOD_KNOTS];
        for band in 0..BANDS {
            let layers = |i: usize, j: usize| Self::model(place(i, j)).layers(Spectrum::wavelength_nm(band));
            let uppers: Vec<_> = (0..MELANIN_KNOTS).map(|i| layers(i, 0)[..2].to_vec()).collect();
            let lowers: Vec<_> = (0..BLOOD_KNOTS).map(|j| layers(0, j)[2..4].to_vec()).collect();
            let pairs = Pairs::new(&uppers, &lowers, &layers(0, 0)[4..], quality);
            for i in 0..MELANIN_KNOTS {
                for j in 0..BLOOD_KNOTS {
                    // The default make-up lies within every range, so that the pairs are always there.
                    let r = pairs
                        .as_ref()
                        .map_or(PairReflectance { body: 1.0, diffuse_body: 1.0 }, |p| p.reflectance(i, j));
                    let row = &mut table[i * BLOOD_KNOTS + j];
                    row[0][band] = libm::log(r.body);
                    row[1][band] = libm::log(r.diffuse_body);
                }
            }
        }
        let n = SkinModel::default().corneum_index;
        Self { table, specular: ((n - 1.0) / (n + 1.0)) * ((n - 1.0) / (n + 1.0)) }
    }

    /// The make-up of skin at a place. Blood beyond that of calm skin comes through opened arterioles, so that saturation rises with
    /// it.
    #[must_use]
    pub fn model(place: Place) -> SkinModel {
        let x = place.blood / CALM_BLOOD;
        let flush = x * x / (x * x + FLUSH_BEND);
        let saturation = PALE_SATURATION + (FLUSH_SATURATION - PALE_SATURATION) * flush;
        SkinModel {
            melanosomes: place.melanosomes,
            blood: place.blood,
            saturation: if saturation.is_finite() { saturation } else { PALE_SATURATION },
            ..SkinModel::default()
        }
    }

    /// Reflectance at a place; outside the table the nearest.
    #[must_use]
    pub fn reflectance(&self, place: Place, measure: Measure) -> Spectrum {
        let u = bend(place.melanosomes, MELANOSOMES[1], MELANIN_BEND) * (MELANIN_KNOTS - 1) as f64;
        let v = bend(place.blood, BLOOD[1], BLOOD_BEND) * (BLOOD_KNOTS - 1) as f64;
        let ((i, p), (j, q)) = (cubic(u, MELANIN_KNOTS), cubic(v, BLOOD_KNOTS));
        let kind = usize::from(measure == Measure::DiffuseBody);
        let mut sum = Spectrum::ZERO;
        for (a, wa) in p.iter().enumerate() {
            for (b, wb) in q.iter().enumerate() {
                sum += self.table[(i + a) * BLOOD_KNOTS + j + b][kind] * (wa * wb);
            }
        }
        let body = sum.exp();
        if measure == Measure::Included { body + self.specular } else { body }
    }

    /// CIELAB under D65 (2°) as an instrument measures it.
    #[must_use]
    pub fn lab(&self, place: Place) -> [f64; 3] {
        Lamp::d65().lab(&self.reflectance(place, Measure::Included))
    }

    /// The place of the family whose colour is nearest (CIELAB distance) to a measured one, and what is left of the
    /// difference in ΔE₀₀.
    #[must_use]
    pub fn nearest(&self, lab: [f64; 3]) -> (Place, f64) {
        let at = |u: f64, v: f64| Place {
            melanosomes: unbend(u, MELANOSOMES[1], MELANIN_BEND),
            blood: unbend(v, BLOOD[1], BLOOD_BEND),
        };
        let gap = |u: f64, v: f64| {
            let x = self.lab(at(u, v));
            [0, 1, 2].map(|i| lab[i] - x[i]).iter().fold(0.0, |s, d| s + d * d)
        };
        // A coarse look, then ever smaller steps: nothing to diverge, and the edges are found.
        let (mut best, mut u, mut v) = (f64::INFINITY, 0.0, 0.0);
        for i in 0..=10 {
            for j in 0..=8 {
                let (x, y) = (f64::from(i) / 10.0, f64::from(j) / 8.0);
                let g = gap(x, y);
                if g < best {
                    (best, u, v) = (g, x, y);
                }
            }
        }
        let mut step = 0.06;
        while step > 1e-6 {
            let mut moved = false;
            for (du, dv) in [
                (1.0, 0.0),
                (-1.0, 0.0),
                (0.0, 1.0),
                (0.0, -1.0),
                (1.0, 1.0),
                (1.0, -1.0),
                (-1.0, 1.0),
                (-1.0, -1.0),
            ] {
                let (x, y) = ((u + step * du).clamp(0.0, 1.0), (v + step * dv).clamp(0.0, 1.0));
                let g = gap(x, y);
                if g < best {
                    (best, u, v, moved) = (g, x, y, true);
                }
            }
            if !moved {
                step *= 0.5;
            }
        }
        let place = at(u, v);
        (place, ciede2000(self.lab(place), lab))
    }

    /// Calm skin of a typology angle in degrees, as measured (D65, 2°, specular included).
    ///
    /// # Errors
    /// An angle that no skin of the family has; the error names the range.
    pub fn of_ita(&self, ita: f64) -> Result<Place, LightError> {
        let at = |u: f64| Place { melanosomes: unbend(u, MELANOSOMES[1], MELANIN_BEND), blood: CALM_BLOOD };
        let angle = |u: f64| ita_degrees(self.lab(at(u)));
        let (lo, hi) = (angle(1.0), angle(0.0));
        in_range("typology angle (ITA) of skin in degrees", ita, libm::ceil(lo), libm::floor(hi))?;
        let (mut a, mut b) = (0.0, 1.0);
        for _ in 0..50 {
            let m = 0.5 * (a + b);
            if angle(m) > ita {
                a = m;
            } else {
                b = m;
            }
        }
        Ok(at(0.5 * (a + b)))
    }
}

/// 0 to `most` onto 0 to 1, finer near 0.
fn bend(x: f64, most: f64, knee: f64) -> f64 {
    let x = if x > 0.0 { x.min(most) } else { 0.0 };
    libm::log1p(x / knee) / libm::log1p(most / knee)
}

fn unbend(t: f64, most: f64, knee: f64) -> f64 {
    (knee * libm::expm1(t.clamp(0.0, 1.0) * libm::log1p(most / knee))).min(most)
}

/// First of four knots and their weights (Lagrange).
fn cubic(x: f64, knots: usize) -> (usize, [f64; 4]) {
    let first = (x as usize).saturating_sub(1).min(knots - 4);
    let t = x - first as f64;
    let w = std::array::from_fn(|i| {
        (0..4).filter(|j| *j != i).fold(1.0, |p, j| p * (t - j as f64) / (i as f64 - j as f64))
    });
    (first, w)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::{LampKind, Observer};

    /// The place whose L* and a* under a lamp are these, and its colour: b* is then predicted.
    fn with_lightness_and_red(lamp: &Lamp, l: f64, a: f64) -> (Place, [f64; 3]) {
        let f = SkinFamily::get();
        let lab = |p: Place| lamp.lab(&f.reflectance(p, Measure::Included));
        let (mut best, mut found) = (f64::INFINITY, Place { melanosomes: 0.0, blood: 0.0 });
        for i in 0..=400 {
            for j in 0..=60 {
                let p = Place {
                    melanosomes: unbend(f64::from(i) / 400.0, MELANOSOMES[1], MELANIN_BEND),
                    blood: unbend(f64::from(j) / 60.0, BLOOD[1], BLOOD_BEND),
                };
                let x = lab(p);
                let d = libm::hypot(x[0] - l, x[1] - a);
                if d < best {
                    (best, found) = (d, p);
                }
            }
        }
        (found, lab(found))
    }

    #[test]
    fn val_yellow_follows_from_lightness_and_red() {
        // Xiao 2017, Caucasian, all sites and forehead (D65, 2°), standard deviation of b* 2.6 and 2.3; Alaluf 2002, European and
        // African upper arm (D65, 10°), no deviation given here: 2.6 is used.
        let (two, ten) = (Lamp::d65().clone(), Lamp::new(LampKind::D65, Observer::Cie1964));
        for (name, lamp, lab, sd) in [
            ("Caucasian, all sites", &two, [60.5, 9.0, 14.6], 2.6),
            ("Caucasian, forehead", &two, [59.2, 11.6, 15.1], 2.3),
            ("European, arm", &ten, [65.0, 7.1, 13.3], 2.6),
            ("African, arm", &ten, [49.2, 10.2, 18.4], 2.6),
        ] {
            let (place, got) = with_lightness_and_red(lamp, lab[0], lab[1]);
            assert!((got[0] - lab[0]).abs() < 0.5 && (got[1] - lab[1]).abs() < 0.5, "{name} {got:?}");
            assert!((got[2] - lab[2]).abs() < sd, "{name} {got:?} {place:?}");
            assert!(place.melanosomes > 0.003 && place.melanosomes < 0.3, "{name} {place:?}");
        }
    }

    #[test]
    fn val_calm_skin_of_the_foreheads_angle_is_the_forehead() {
        // Xiao 2017, forehead, 59.2 (5.1), 11.6 (2.8), 15.1 (2.3): ITA 31°.
        let f = SkinFamily::get();
        let lab = f.lab(f.of_ita(31.4).unwrap());
        for (x, (want, sd)) in lab.iter().zip([(59.2, 5.1), (11.6, 2.8), (15.1, 2.3)]) {
            assert!((x - want).abs() < 0.5 * sd, "{lab:?}");
        }
    }

    #[test]
    fn skin_darkens_into_brown_and_then_loses_its_yellow() {
        let f = SkinFamily::get();
        let b_of = |ita: f64| f.lab(f.of_ita(ita).unwrap())[2];
        assert!(b_of(50.0) < b_of(30.0) && b_of(30.0) < b_of(10.0));
        assert!(b_of(-20.0) < b_of(5.0) && b_of(-45.0) < b_of(-20.0) - 2.0);
        let mut last = 100.0;
        for ita in [58.0, 48.0, 35.0, 19.0, -10.0, -45.0] {
            let p = f.of_ita(ita).unwrap();
            let lab = f.lab(p);
            assert!((ita_degrees(lab) - ita).abs() < 0.01 && lab[0] < last, "{lab:?}");
            assert!(lab[1] > 8.0 && lab[1] < 14.0 && lab[2] > 8.0 && lab[2] < 20.0, "{ita} {lab:?}");
            last = lab[0];
        }
    }

    #[test]
    fn val_blood_reddens_and_darkens_as_measured() {
        // Takiwaki's plane: a change of haemoglobin alone moves skin along ΔL* = −0.74 Δa*.
        let f = SkinFamily::get();
        let p = f.of_ita(40.0).unwrap();
        let (calm, red) = (f.lab(p), f.lab(Place { blood: 1.5 * p.blood, ..p }));
        let slope = (red[0] - calm[0]) / (red[1] - calm[1]);
        assert!(red[1] > calm[1] + 1.0 && (slope + 0.74).abs() < 0.25, "{slope}");
    }

    #[test]
    fn prop_the_table_is_close_to_the_solver() {
        let f = SkinFamily::get();
        let mut k = 0;
        for melanosomes in [0.0, 0.004, 0.013, 0.035, 0.06, 0.11, 0.23, 0.37, 0.5] {
            for blood in [0.0, 0.0013, 0.0043, 0.009, 0.021, 0.047, 0.08] {
                k += 1;
                let measure = [Measure::Included, Measure::DiffuseBody, Measure::Excluded][k % 3];
                if k % 4 != 0 {
                    continue;
                }
                let p = Place { melanosomes, blood };
                let want = SkinFamily::model(p).reflectance(measure, Quality::FAST).unwrap();
                let got = f.reflectance(p, measure);
                assert!((want - got).map(f64::abs).max() < 2e-4, "{p:?} {measure:?}");
                let d = ciede2000(Lamp::d65().lab(&want), Lamp::d65().lab(&got));
                assert!(d < 0.05, "{p:?} {d}");
            }
        }
    }

    #[test]
    fn prop_the_nearest_of_its_own_colours_is_itself() {
        let f = SkinFamily::get();
        for melanosomes in [0.002, 0.02, 0.1, 0.3] {
            for blood in [0.002, 0.01, 0.04] {
                let p = Place { melanosomes, blood };
                let (q, left) = f.nearest(f.lab(p));
                assert!(left < 1e-3, "{p:?} {q:?} {left}");
                assert!((q.melanosomes - melanosomes).abs() < 1e-3 + 0.01 * melanosomes, "{p:?} {q:?}");
                assert!((q.blood - blood).abs() < 1e-4 + 0.01 * blood, "{p:?} {q:?}");
            }
        }
    }

    #[test]
    fn angles_that_no_skin_has_are_refused() {
        let f = SkinFamily::get();
        for ita in [-90.0, 89.0, f64::NAN, f64::INFINITY] {
            assert!(f.of_ita(ita).is_err());
        }
        let odd = Place { melanosomes: f64::NAN, blood: -1.0 };
        assert!(f.reflectance(odd, Measure::Included).is_finite());
    }
}
