//! What a scalp can be in: bare, shaved, pigmented.

use anyhow::Context;
use vellus_light::HairTone;
use vellus_light::closeup::{Beside, CloseUpSpec, Colour, Hair, Smp, Surface, make};

use super::patch::{self, Distance};
use super::person::Person;

/// Hairs of a full scalp, per cm².
const HAIRS_PER_CM2: f64 = 140.0;
/// Dots per cm²: the trade's usual density behind the hairline, and the most that a specification may have.
const DOTS_PER_CM2: [f64; 2] = [110.0, 200.0];
/// Vellus hairs that are left on a bald scalp, per cm². Assumption.
const LEFT_PER_CM2: f64 = 20.0;
/// Healed diameter of a dot, µm, and depth of its top, µm: what careful work gives.
const DIAMETER_UM: f64 = 230.0;
const DEPTH_UM: f64 = 80.0;
/// Load of a fresh dot over that of a healed one: about a third is gone within weeks.
const FRESH_LOAD: f64 = 1.5;
/// Absorptions of healed pigment that are tried, per mm: pale to dense black.
const LOADS: [f64; 2] = [2.0, 20.0];

/// What is laid: absorption of the healed pigment, per mm, and dots per cm².
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub(super) load_per_mm: f64,
    pub(super) per_cm2: f64,
}

/// A state of the scalp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Bare,
    Stubble,
    Fresh,
    Healed,
    FiveYears,
}

impl State {
    pub(super) const ALL: [Self; 5] = [Self::Bare, Self::Stubble, Self::Fresh, Self::Healed, Self::FiveYears];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Bare => "Bare",
            Self::Stubble => "Own hair, shaved yesterday",
            Self::Fresh => "SMP, fresh",
            Self::Healed => "SMP, healed",
            Self::FiveYears => "SMP, five years",
        }
    }

    /// The specification of a person in this state; `recipe` is what was laid.
    pub(super) fn spec(
        self,
        person: &Person,
        tone: HairTone,
        recipe: Recipe,
        distance: Distance,
    ) -> CloseUpSpec {
        let bald = Hair {
            density_per_cm2: LEFT_PER_CM2,
            intermediate_share: 0.0,
            vellus_share: 1.0,
            length_mm: 0.3,
            ..Hair::default()
        };
        let shaved = Hair {
            density_per_cm2: HAIRS_PER_CM2,
            // Less than a day's growth.
            length_mm: 0.2,
            length_spread: 0.15,
            white_share: if tone == HairTone::Grey { 0.5 } else { 0.0 },
            ..Hair::default()
        };
        let dots = Smp {
            density_per_cm2: recipe.per_cm2,
            diameter_um: DIAMETER_UM,
            depth_um: DEPTH_UM,
            absorption_per_mm: recipe.load_per_mm,
            age_years: 0.25,
            ..Smp::default()
        };
        let (hair, smp, erythema) = match self {
            Self::Bare => (bald, Smp::default(), 0.05),
            Self::Stubble => (shaved, Smp::default(), 0.05),
            Self::Fresh => (
                bald,
                Smp {
                    age_years: 0.0,
                    absorption_per_mm: FRESH_LOAD * recipe.load_per_mm,
                    scab_share: 0.15,
                    ..dots
                },
                0.25,
            ),
            Self::Healed => (bald, dots, 0.05),
            Self::FiveYears => (bald, Smp { age_years: 5.0, ..dots }, 0.05),
        };
        CloseUpSpec {
            colour: Colour { skin_type: person.skin, hair: tone, ..Colour::default() },
            hair,
            smp,
            skin: Surface { erythema, curve_mm: 110.0, ..Surface::default() },
            ..distance.base()
        }
    }
}

/// What is laid so that the healed patch is as light as the same scalp full of shaved hair, which is what a
/// practitioner does by eye: the pigment is made denser first, then there are more dots. At the ends of the ranges where
/// nothing in them is.
///
/// # Errors
/// When a picture cannot be made.
pub(super) fn matched(person: &Person, tone: HairTone, seed: u64) -> anyhow::Result<Recipe> {
    let lightness = |state: State, recipe: Recipe| -> anyhow::Result<f64> {
        let mut spec = state.spec(person, tone, recipe, Distance::Far);
        (spec.picture.width_px, spec.picture.height_px) = (320, 320);
        // A flat patch under even light: only what is on it counts.
        spec.skin.curve_mm = 1000.0;
        spec.camera.uneven_light = 0.0;
        let made = make(&spec, seed, Beside::default(), &mut |_| {}).context("matching the pigment")?;
        Ok(patch::lab(&made.image)[0])
    };
    let usual = Recipe { load_per_mm: LOADS[1], per_cm2: DOTS_PER_CM2[0] };
    let wanted = lightness(State::Stubble, usual)?;
    let denser = lightness(State::Healed, usual)? > wanted;
    let [mut low, mut high] = if denser { DOTS_PER_CM2 } else { LOADS }.map(libm::log);
    let of = |x: f64| {
        if denser {
            Recipe { per_cm2: libm::exp(x), ..usual }
        } else {
            Recipe { load_per_mm: libm::exp(x), ..usual }
        }
    };
    for _ in 0..6 {
        let middle = 0.5 * (low + high);
        if lightness(State::Healed, of(middle))? > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(of(0.5 * (low + high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::person::PEOPLE;

    #[test]
    fn every_picture_of_the_gallery_can_be_asked_for() {
        for person in &PEOPLE {
            for (tone, _) in person.hair {
                for state in State::ALL {
                    for distance in Distance::ALL {
                        for load_per_mm in LOADS {
                            for per_cm2 in DOTS_PER_CM2 {
                                let spec =
                                    state.spec(person, tone, Recipe { load_per_mm, per_cm2 }, distance);
                                spec.check().unwrap_or_else(|e| panic!("{} {state:?}: {e}", person.slug));
                            }
                        }
                    }
                }
            }
        }
    }
}
