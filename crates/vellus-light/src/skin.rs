//! The colour of a person's skin, and how it shines.
//!
//! Inside, skin is a place in the [`SkinFamily`], an amount of melanin and an amount of blood, and a [`Tint`] for
//! what these leave of a measured colour. Outside it is a reflectance, a colour under any lamp, or an albedo.
//!
//! Two albedos differ by what the surface mirrors. [`Skin::albedo`] is the colour that an instrument reports, its
//! 4 % of mirror reflection spread evenly, for shading that treats skin as a matt surface.
//! [`Skin::body`] is what comes out of the tissue, for renderers that have a surface of their own.

use crate::colour;
use crate::error::{LightError, in_range};
use crate::spectrum::{Adaptation, Lamp, Spectrum, fit_in_gamut};
use crate::tissue::{BLOOD, Measure, Place, SkinFamily, SkinModel, Tint};
use glam::Vec3;
use serde::{Deserialize, Serialize};

/// Fitzpatrick's sun-reaction class. A poor measure of colour: prefer a measured L*a*b*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Fitzpatrick {
    I,
    II,
    III,
    IV,
    V,
    VI,
}

/// Which way the hue leans at the same lightness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undertone {
    /// Yellower: b* + 1.5, a* − 1. Assumption.
    Warm,
    /// As measured on average.
    #[default]
    Neutral,
    /// Pinker: b* − 1.5, a* + 1. Assumption.
    Cool,
}

/// The skin of the scalp and face.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skin {
    /// Colour as an instrument measures it: CIELAB, D65, 2°, mirror reflection included.
    pub lab: [f64; 3],
    /// Redness of irritated skin, 0 (calm) to 1 (fresh after a session).
    pub redness: f32,
    /// Sebum gloss, 0 (powdered) to 1 (oily); 0.5 is ordinary.
    pub gloss: f32,
    /// Strength of uneven colour and of the relief in close-ups, 1 is ordinary.
    pub texture: f32,
    place: Place,
    tint: Tint,
}

/// Blood of the papillary dermis and upper plexus at full redness, over that of calm skin, less one. Assumption: strong
/// erythema reads 6 to 10 units of a*, which light skin reaches at 2.4 times its blood.
const REDNESS_BLOOD: f64 = 1.4;
/// Largest ΔE₀₀ between a measured colour and the family that is taken as a tint. Assumption: about two standard
/// deviations of a* and b* within a group (Xiao 2017: 3.6 and 2.6).
pub const MOST_TINT: f64 = 8.0;

impl Skin {
    /// Skin of a measured colour: CIELAB, D65, 2°, mirror reflection included, as sphere instruments report it.
    ///
    /// # Errors
    /// L* outside 0 to 100, a* or b* outside ±128, or a colour that skin cannot have; the error then names the
    /// nearest that it can.
    pub fn measured(lab: [f64; 3]) -> Result<Self, LightError> {
        // Whatever is a colour at all is told the nearest skin.
        in_range("skin L*", lab[0], 0.0, 100.0)?;
        in_range("skin a*", lab[1], -128.0, 128.0)?;
        in_range("skin b*", lab[2], -128.0, 128.0)?;
        let family = SkinFamily::get();
        let (place, difference) = family.nearest(lab);
        if difference > MOST_TINT {
            let nearest = family.lab(place);
            return Err(LightError::NotSkin { lab, nearest, difference, limit: MOST_TINT });
        }
        Ok(Self::tinted(lab, place))
    }

    /// Typical forehead and scalp skin of a typology angle (ITA) in degrees.
    ///
    /// # Errors
    /// An angle that calm skin cannot have: outside about −76 to 60.
    pub fn of_ita(ita_degrees: f64, undertone: Undertone) -> Result<Self, LightError> {
        let family = SkinFamily::get();
        let place = family.of_ita(ita_degrees)?;
        let lab = family.lab(place);
        let lean = match undertone {
            Undertone::Warm => 1.0,
            Undertone::Neutral => return Ok(Self::plain(lab, place, Tint::default())),
            Undertone::Cool => -1.0,
        };
        Ok(Self::tinted([lab[0], lab[1] - lean, lab[2] + 1.5 * lean], place))
    }

    /// Typical forehead skin of a Fitzpatrick class.
    ///
    /// # Sources
    /// Each class is given the typology angle usually paired with it (55, 46, 35, 20, −5, −38°), an
    /// assumption; melanin follows from the angle and blood from the forehead of Xiao et al. 2017.
    #[must_use]
    pub fn fitzpatrick(class: Fitzpatrick, undertone: Undertone) -> Self {
        let ita = match class {
            Fitzpatrick::I => 55.0,
            Fitzpatrick::II => 46.0,
            Fitzpatrick::III => 35.0,
            Fitzpatrick::IV => 20.0,
            Fitzpatrick::V => -5.0,
            Fitzpatrick::VI => -38.0,
        };
        // All six angles lie within the family.
        Self::of_ita(ita, undertone).unwrap_or_else(|_| {
            let place = Place { melanosomes: 0.03, blood: crate::tissue::CALM_BLOOD };
            Self::plain(SkinFamily::get().lab(place), place, Tint::default())
        })
    }

    fn tinted(lab: [f64; 3], place: Place) -> Self {
        Self::plain(lab, place, Tint::between(place, lab))
    }

    fn plain(lab: [f64; 3], place: Place, tint: Tint) -> Self {
        Self { lab, redness: 0.0, gloss: 0.5, texture: 1.0, place, tint }
    }

    /// The same skin, irritated: 0 (calm) to 1.
    #[must_use]
    pub fn with_redness(mut self, redness: f32) -> Self {
        self.redness = redness.clamp(0.0, 1.0);
        self
    }

    /// The same skin with this gloss, 0 to 1.
    #[must_use]
    pub fn with_gloss(mut self, gloss: f32) -> Self {
        self.gloss = gloss.clamp(0.0, 1.0);
        self
    }

    /// Melanin and blood of the calm skin.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What melanin and blood leave of the measured colour.
    #[must_use]
    pub fn tint(&self) -> Tint {
        self.tint
    }

    /// Make-up of the skin at a redness of 0 to 1, for solvers that need its layers. The [`Self::tint`] is not in it.
    #[must_use]
    pub fn model(&self, redness: f64) -> SkinModel {
        SkinFamily::model(self.reddened(redness))
    }

    /// Reflectance of the calm skin as an instrument measures it, mirror reflection included.
    #[must_use]
    pub fn reflectance(&self) -> Spectrum {
        self.reflectance_at(0.0, Measure::Included)
    }

    /// Albedo of the tissue under light from everywhere, mirror reflection excluded, calm.
    #[must_use]
    pub fn body(&self) -> Spectrum {
        self.reflectance_at(0.0, Measure::DiffuseBody)
    }

    /// Reflectance at a redness of 0 (calm) to 1.
    #[must_use]
    pub fn reflectance_at(&self, redness: f64, measure: Measure) -> Spectrum {
        let family = SkinFamily::get();
        let place = self.reddened(redness);
        let whole = family.reflectance(place, measure);
        let body =
            if measure == Measure::Included { family.reflectance(place, Measure::Excluded) } else { whole };
        (body * self.tint.factor() + (whole - body)).clamp(0.0, 1.0)
    }

    /// CIELAB of the calm skin under a lamp, against the white of that lamp.
    #[must_use]
    pub fn lab_under(&self, lamp: &Lamp) -> [f64; 3] {
        lamp.lab(&self.reflectance())
    }

    /// Albedo as measured, linear sRGB under D65, without redness.
    #[must_use]
    pub fn albedo(&self) -> Vec3 {
        clamp_albedo(colour::linear_from_lab(self.lab))
    }

    /// Albedo as measured, linear sRGB under a lamp whose white is balanced to D65.
    #[must_use]
    pub fn albedo_under(&self, lamp: &Lamp) -> Vec3 {
        clamp_albedo(fit_in_gamut(lamp.linear_srgb(&self.reflectance(), Adaptation::Cat16)).linear)
    }

    /// Factor on the albedo where the skin is fully red at this [`Self::redness`].
    pub(crate) fn redness_factor(&self) -> Vec3 {
        let rgb = |redness: f64| {
            let r = self.reflectance_at(redness, Measure::Included);
            clamp_albedo(Lamp::d65().linear_srgb(&r, Adaptation::None))
        };
        rgb(f64::from(self.redness)) / rgb(0.0)
    }

    fn reddened(&self, redness: f64) -> Place {
        let r = if redness > 0.0 { redness.min(1.0) } else { 0.0 };
        Place { blood: (self.place.blood * (1.0 + REDNESS_BLOOD * r)).min(BLOOD[1]), ..self.place }
    }

    /// Typology angle, degrees.
    #[must_use]
    pub fn ita_degrees(&self) -> f64 {
        colour::ita_degrees(self.lab)
    }
}

fn clamp_albedo(c: [f64; 3]) -> Vec3 {
    let f = |x: f64| x.clamp(0.005, 0.95) as f32;
    Vec3::new(f(c[0]), f(c[1]), f(c[2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::{LampKind, Observer};

    const CLASSES: [Fitzpatrick; 6] =
        [Fitzpatrick::I, Fitzpatrick::II, Fitzpatrick::III, Fitzpatrick::IV, Fitzpatrick::V, Fitzpatrick::VI];

    #[test]
    fn typology_falls_with_the_class() {
        let mut last = 90.0;
        for class in CLASSES {
            let ita = Skin::fitzpatrick(class, Undertone::Neutral).ita_degrees();
            assert!(ita < last, "{class:?} {ita}");
            last = ita;
        }
    }

    #[test]
    fn prop_the_spectrum_has_the_measured_colour() {
        let mut skins = vec![
            Skin::measured([61.0, 10.5, 16.5]).unwrap(),
            Skin::measured([45.0, 12.0, 20.0]).unwrap(),
            Skin::measured([70.0, 6.0, 14.0]).unwrap(),
        ];
        for class in CLASSES {
            for u in [Undertone::Warm, Undertone::Neutral, Undertone::Cool] {
                skins.push(Skin::fitzpatrick(class, u));
            }
        }
        for s in skins {
            let lab = s.lab_under(Lamp::d65());
            for i in 0..3 {
                assert!((lab[i] - s.lab[i]).abs() < 1e-3, "{:?} {lab:?}", s.lab);
            }
            let r = s.reflectance();
            assert!(r.min() > 0.02 && r.max() < 0.9, "{:?} {r:?}", s.lab);
            assert!((s.albedo() - s.albedo_under(Lamp::d65())).length() < 2e-3, "{:?}", s.lab);
            assert!((r - s.reflectance_at(0.0, Measure::Excluded)).min() > 0.03);
        }
    }

    #[test]
    fn undertone_leans_the_hue() {
        let of = |u| Skin::fitzpatrick(Fitzpatrick::III, u).lab;
        assert!(of(Undertone::Warm)[2] > of(Undertone::Cool)[2] + 2.5);
        assert!(of(Undertone::Warm)[1] < of(Undertone::Cool)[1] - 1.5);
    }

    #[test]
    fn colours_that_skin_cannot_have_name_the_nearest_it_can() {
        for lab in [
            [50.0, 0.0, -9.0],
            [85.0, 0.0, 40.0],
            [60.0, 44.0, 40.0],
            [12.0, -5.0, 1.0],
            [20.0, 60.0, -40.0],
            [0.0, 0.0, 0.0],
        ] {
            let e = Skin::measured(lab).unwrap_err();
            let LightError::NotSkin { nearest, difference, .. } = e else { panic!("{lab:?} {e}") };
            assert!(difference > MOST_TINT);
            assert!(Skin::measured(nearest).is_ok(), "{nearest:?}");
            let text = LightError::NotSkin { lab, nearest, difference, limit: MOST_TINT }.to_string();
            assert!(text.contains("nearest") && text.contains(&format!("{:.1}", nearest[0])), "{text}");
        }
        assert!(Skin::measured([f64::NAN, 1.0, 1.0]).is_err());
        assert!(Skin::of_ita(85.0, Undertone::Neutral).is_err());
    }

    #[test]
    fn redness_is_blood() {
        for class in CLASSES {
            let s = Skin::fitzpatrick(class, Undertone::Neutral);
            let lab = |r: f64| Lamp::d65().lab(&s.reflectance_at(r, Measure::Included));
            let (calm, half, full) = (lab(0.0), lab(0.5), lab(1.0));
            assert!(calm[1] < half[1] && half[1] < full[1] && full[0] < calm[0], "{class:?}");
            let f = s.with_redness(1.0).redness_factor();
            assert!(f.y < f.x && f.y < 1.0, "{class:?} {f:?}");
        }
        let s = Skin::fitzpatrick(Fitzpatrick::II, Undertone::Neutral);
        let a = |r: f64| Lamp::d65().lab(&s.reflectance_at(r, Measure::Included))[1];
        assert!((6.0..10.0).contains(&(a(1.0) - a(0.0))));
        // Dark skin hides it.
        let dark = Skin::fitzpatrick(Fitzpatrick::VI, Undertone::Neutral);
        let b = |r: f64| Lamp::d65().lab(&dark.reflectance_at(r, Measure::Included))[1];
        assert!(b(1.0) - b(0.0) < 0.6 * (a(1.0) - a(0.0)));
    }

    #[test]
    fn lamps_change_the_colour_a_little_after_white_balance() {
        let s = Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral);
        for kind in LampKind::ALL {
            let lamp = Lamp::new(kind, Observer::Cie1931);
            let d = colour::ciede2000(
                colour::lab_from_linear(s.albedo_under(&lamp).to_array().map(f64::from)),
                s.lab,
            );
            assert!(d < 8.0, "{kind:?} {d}");
        }
    }
}
