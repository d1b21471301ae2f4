//! Skin full of like elements: dots, or the person's own shaved hairs.

use crate::colour::lab_from_xyz_white;
use crate::dot::{Taken, luminance_mm2};
use crate::hair_colour::HairColour;
use crate::see::blend::OCTAVES;
use crate::see::viewing::Viewing;
use crate::spectrum::{Lamp, Spectrum};
use crate::under_skin::{STUB_SEEN, seen_reflectance, stub_shade};

use super::optics::ShadeOptics;

/// How elements stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrangement {
    /// Elements per cm².
    pub per_cm2: f64,
    /// Elements that stand together in one unit, at least 1.
    pub in_a_unit: f64,
}

/// One part of an element's darkening.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Element {
    /// Darkening of luminance integrated over the skin, mm².
    pub luminance_mm2: f64,
    /// Its standard deviation over the skin, mm.
    pub sigma_mm: f64,
}

/// A field of elements on skin.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Mean reflectance.
    pub reflectance: Spectrum,
    /// How they stand.
    pub arrangement: Arrangement,
    /// The parts of one element, about a common middle.
    pub parts: Vec<Element>,
}

/// Distance of the hairs of a follicular unit from its middle, mm (assumption: hairs of a unit leave the skin within
/// a few tenths of a millimetre).
const UNIT_MM: f64 = 0.15;

impl Field {
    /// Dots, or other absorbers under the skin, at random but even. Where they crowd, what one leaves of the light the
    /// next takes from: transmittances multiply.
    #[must_use]
    pub fn of_absorbers(optics: &dyn ShadeOptics, absorber: &Taken, arrangement: Arrangement) -> Self {
        let per_mm2 = arrangement.per_cm2.max(0.0) / 100.0;
        let skin = optics.reflectance();
        let reflectance = *skin * absorber.area_mm2().map(|a| libm::exp(-per_mm2 * a));
        let parts = elements(absorber, skin);
        Self { reflectance, arrangement, parts }
    }

    /// Bare skin.
    #[must_use]
    pub fn bare(optics: &dyn ShadeOptics) -> Self {
        Self {
            reflectance: *optics.reflectance(),
            arrangement: Arrangement { per_cm2: 0.0, in_a_unit: 1.0 },
            parts: Vec::new(),
        }
    }

    /// Mean colour under a lamp, CIELAB against the white of that lamp.
    #[must_use]
    pub fn lab(&self, lamp: &Lamp) -> [f64; 3] {
        lab_from_xyz_white(lamp.xyz(&self.reflectance), lamp.white())
    }

    /// Root mean square luminance contrast in each octave of [`OCTAVES`] at a distance, of an even random pattern.
    ///
    /// The power of a pattern of points is their number times the power of one times a structure factor, which is near
    /// zero below the spacing of even patterns; 1 − exp(−(f/f₀)⁴) with f₀ = 0.7 √ρ follows the spectra of relaxed
    /// patterns (assumption).
    #[must_use]
    pub fn contrasts(&self, viewing: Viewing) -> [f64; OCTAVES.len()] {
        let n = self.arrangement.in_a_unit.max(1.0);
        let per_mm2 = self.arrangement.per_cm2.max(0.0) / 100.0;
        let units = per_mm2 / n;
        let mm = viewing.mm_per_degree();
        std::array::from_fn(|k| {
            // Eight steps over the octave, in the logarithm of the frequency.
            const STEPS: usize = 8;
            let mut power = 0.0;
            for i in 0..STEPS {
                let f = OCTAVES[k] * libm::exp2((i as f64 + 0.5) / STEPS as f64 - 0.5) / mm;
                let one: f64 = self
                    .parts
                    .iter()
                    .map(|p| {
                        let a = std::f64::consts::TAU * f * p.sigma_mm;
                        p.luminance_mm2 * libm::exp(-0.5 * a * a)
                    })
                    .sum();
                let x = f / (0.7 * libm::sqrt(units.max(1e-12)));
                let even = 1.0 - libm::exp(-x * x * x * x);
                // Elements of a unit add up as one where they are not resolved, and singly where they are.
                let apart = std::f64::consts::TAU * f * UNIT_MM;
                let together = if n > 1.0 { libm::exp(-apart * apart) } else { 1.0 };
                let structure = 1.0 - together + n * together * even;
                // ∫ P 2πf df over the step, df = f ln 2 / STEPS.
                power +=
                    per_mm2 * one * one * structure * std::f64::consts::TAU * f * f * std::f64::consts::LN_2
                        / STEPS as f64;
            }
            libm::sqrt(power)
        })
    }
}

/// The parts of what an absorber takes from skin of this reflectance.
fn elements(taken: &Taken, skin: &Spectrum) -> Vec<Element> {
    let of = |p: &crate::dot::TakenPart| Element {
        luminance_mm2: luminance_mm2(&p.area_mm2, skin),
        sigma_mm: p.sigma_mm,
    };
    taken.parts.iter().map(of).collect()
}

/// The person's own hair, shaved to a stub of so many mm: roots under the skin, stubs above it, and their shade.
#[must_use]
pub fn shaved_hair(
    optics: &dyn ShadeOptics,
    diameter_um: f64,
    stub_mm: f64,
    hair: &HairColour,
    arrangement: Arrangement,
) -> Field {
    let (d, stub) = (diameter_um.max(0.0) / 1000.0, stub_mm.max(0.0));
    let per_mm2 = arrangement.per_cm2.max(0.0) / 100.0;
    let skin = optics.reflectance();
    let root = optics.root(diameter_um, hair);
    let side = d * stub;
    let seen = STUB_SEEN * side;
    let shade = stub_shade(stub) * side;
    let fibre = seen_reflectance(hair, skin);
    let covered = 1.0 - libm::exp(-per_mm2 * seen);
    let between = *skin * root.area_mm2().map(|a| libm::exp(-per_mm2 * (a + shade)));
    let reflectance = between * (1.0 - covered) + fibre * covered;
    let lamp = Lamp::d65();
    let contrast = 1.0 - lamp.xyz(&fibre)[1] / lamp.xyz(skin)[1].max(1e-9);
    // A stub is a streak; its blur is that of a box of its length and width, taken round.
    let streak = libm::sqrt((stub * stub + d * d) / 24.0);
    let mut parts = elements(&root, skin);
    parts.push(Element { luminance_mm2: seen * contrast, sigma_mm: streak });
    parts.push(Element { luminance_mm2: shade, sigma_mm: streak + 0.25 * stub });
    Field { reflectance, arrangement, parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hair_colour::HairTone;
    use crate::shade::optics::TracedOptics;
    use crate::shade::pigment::{AbsorptionShape, PigmentOptics};
    use crate::skin::{Fitzpatrick, Skin, Undertone};
    use crate::under_skin::UnderSkin;

    fn optics() -> (Skin, TracedOptics) {
        let skin = Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral);
        (skin, TracedOptics::new(&skin))
    }

    #[test]
    fn shaved_hair_takes_as_much_light_as_the_pictures_have_it() {
        let (skin, o) = optics();
        let hair = HairColour::preset(HairTone::DarkBrown);
        let f = shaved_hair(&o, 70.0, 0.4, &hair, Arrangement { per_cm2: 180.0, in_a_unit: 2.0 });
        let sum: f64 = f.parts.iter().map(|p| p.luminance_mm2).sum();
        let want = UnderSkin::new(&skin).shaved_hair_mm2(70.0, 0.4, &hair);
        assert!((sum / want - 1.0).abs() < 0.06, "{sum} {want}");
        let bare = Field::bare(&o).lab(Lamp::d65());
        let lab = f.lab(Lamp::d65());
        assert!(bare[0] - lab[0] > 4.0 && bare[0] - lab[0] < 35.0, "{bare:?} {lab:?}");
    }

    #[test]
    fn prop_more_dots_are_darker_and_texture_vanishes_with_distance() {
        let (_, o) = optics();
        let carbon = PigmentOptics::new(20.0, AbsorptionShape::Power(1.0)).unwrap();
        let dot = o.ink(&carbon.absorption(1.0)).taken(0.16, 0.22, 0.11);
        let field = |n: f64| Field::of_absorbers(&o, &dot, Arrangement { per_cm2: n, in_a_unit: 1.0 });
        assert!(field(200.0).lab(Lamp::d65())[0] < field(100.0).lab(Lamp::d65())[0]);
        let f = field(150.0);
        // Total contrast against the mean over all frequencies is bounded by that of a Poisson pattern.
        let total = |m: f64| f.contrasts(Viewing::new(m).unwrap()).iter().map(|c| c * c).sum::<f64>();
        let poisson: f64 = (f.parts.iter())
            .flat_map(|a| f.parts.iter().map(move |b| (a, b)))
            .map(|(a, b)| {
                let spread = a.sigma_mm.powi(2) + b.sigma_mm.powi(2);
                1.5 * a.luminance_mm2 * b.luminance_mm2 / (2.0 * std::f64::consts::PI * spread)
            })
            .sum();
        assert!(total(0.5) < 1.05 * poisson && total(0.5) > 0.3 * poisson, "{} {poisson}", total(0.5));
        // In cycles per degree the pattern moves up as one goes back.
        let low = |m: f64| f.contrasts(Viewing::new(m).unwrap())[2];
        assert!(low(3.0) < low(1.0) && low(1.0) < low(0.3));
    }
}
