//! What light in one skin makes of an absorber: the seam between the finder and whatever computes light.

use crate::dot::{InkDots, Roots, Taken};
use crate::hair_colour::HairColour;
use crate::skin::Skin;
use crate::spectrum::Spectrum;
use crate::under_skin::UnderSkin;

/// Light in one skin.
pub trait ShadeOptics: Sync {
    /// Reflectance of the bare skin.
    fn reflectance(&self) -> &Spectrum;
    /// The dots of a pigment of this absorption, per mm.
    fn ink(&self, absorption_per_mm: &Spectrum) -> InkDots;
    /// What the root of a shaved hair takes.
    fn root(&self, diameter_um: f64, hair: &HairColour) -> Taken;
}

/// Optics of the traced table ([`crate::dot`]).
#[derive(Clone, Debug)]
pub struct TracedOptics(UnderSkin);

impl TracedOptics {
    /// Optics of this skin.
    #[must_use]
    pub fn new(skin: &Skin) -> Self {
        Self(UnderSkin::new(skin))
    }
}

impl ShadeOptics for TracedOptics {
    fn reflectance(&self) -> &Spectrum {
        self.0.reflectance()
    }

    fn ink(&self, absorption_per_mm: &Spectrum) -> InkDots {
        self.0.dots().ink(absorption_per_mm)
    }

    fn root(&self, diameter_um: f64, hair: &HairColour) -> Taken {
        let of = |white| {
            Roots::new(self.0.dots(), &hair.absorption_per_mm(white)).taken(diameter_um.max(0.0) / 1000.0)
        };
        let w = f64::from(hair.white_share).clamp(0.0, 1.0);
        Taken::sum(&[(1.0 - w, of(false)), (w, of(true))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hair_colour::HairTone;
    use crate::shade::pigment::{AbsorptionShape, PigmentOptics};
    use crate::skin::{Fitzpatrick, Undertone};

    fn skin() -> Skin {
        Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral)
    }

    #[test]
    fn a_warm_pigment_takes_more_blue() {
        let o = TracedOptics::new(&skin());
        let at = |k: f64| {
            let p = PigmentOptics::new(6.0, AbsorptionShape::Power(k)).unwrap();
            let a = o.ink(&p.absorption(1.0)).taken(0.15, 0.22, 0.11).area_mm2();
            a.at(450.0) / a.at(620.0)
        };
        assert!(at(3.0) > 1.2 * at(1.0));
        // None of it takes nothing.
        let none = o.ink(&Spectrum::ZERO).taken(0.15, 0.22, 0.11);
        assert!(none.area_mm2().max() < 1e-6);
        let grey = o.root(70.0, &HairColour::preset(HairTone::Black).greyed(0.5));
        let black = o.root(70.0, &HairColour::preset(HairTone::Black));
        assert!(grey.area_mm2().at(550.0) < 0.8 * black.area_mm2().at(550.0));
    }
}
