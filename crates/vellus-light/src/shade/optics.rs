//! What light in one skin makes of an absorber: the seam between the finder and whatever computes light.

use crate::hair_colour::HairColour;
use crate::skin::Skin;
use crate::spectrum::Spectrum;
use crate::under_skin::{DotOptics, Extinction, root_optics};

/// An upright column of pigment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Diameter, µm.
    pub diameter_um: f64,
    /// Height, µm.
    pub height_um: f64,
    /// Depth of its top, µm.
    pub top_um: f64,
}

/// What an absorber takes from the skin above it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Absorber {
    /// Relative darkening integrated over the skin, mm², each band.
    pub area_mm2: Spectrum,
    /// Standard deviation of the darkening over the skin, mm.
    pub sigma_mm: f64,
}

impl Absorber {
    /// Area weighted by the light that this skin gives to luminance, mm².
    #[must_use]
    pub fn luminance_mm2(&self, skin: &Spectrum) -> f64 {
        let lamp = crate::spectrum::Lamp::d65();
        let whole = lamp.xyz(skin)[1];
        if whole > 1e-12 { lamp.xyz(&(*skin * self.area_mm2))[1] / whole } else { 0.0 }
    }

    /// With so much of its effect left and its darkening spread by so many mm more.
    #[must_use]
    pub fn aged(mut self, tone: f64, spread_mm: f64) -> Self {
        self.area_mm2 = self.area_mm2 * tone.max(0.0);
        self.sigma_mm = libm::hypot(self.sigma_mm, spread_mm);
        self
    }
}

/// Light in one skin.
pub trait ShadeOptics: Sync {
    /// Reflectance of the bare skin.
    fn reflectance(&self) -> &Spectrum;
    /// What a column of pigment takes. `absorption_per_mm` is that of its inside.
    fn column(&self, column: &Column, absorption_per_mm: &Spectrum) -> Absorber;
    /// What the root of a shaved hair takes.
    fn root(&self, diameter_um: f64, hair: &HairColour) -> Absorber;
}

/// The fitted area-and-blur model of [`crate::under_skin`], which has three broad channels; bands between are joined
/// by straight lines in the logarithm of the area.
#[derive(Clone, Debug)]
pub struct FittedOptics {
    skin: Skin,
    reflectance: Spectrum,
}

/// Middles of the channels red, green, blue of [`crate::under_skin`], nm.
const CHANNELS_NM: [f64; 3] = [610.0, 545.0, 460.0];
/// Share of the last slope that goes on beyond the outer channels (assumption: the slopes flatten where blood
/// absorbs little and where melanin takes all).
const BEYOND: f64 = 0.5;

impl FittedOptics {
    /// Optics of this skin.
    #[must_use]
    pub fn new(skin: &Skin) -> Self {
        Self { skin: *skin, reflectance: skin.reflectance() }
    }

    fn spread(&self, e: &Extinction) -> Absorber {
        let log = e.area_mm2.map(|a| libm::log(f64::from(a).max(1e-12)));
        let [r, g, b] = log;
        let red = (r - g) / (CHANNELS_NM[0] - CHANNELS_NM[1]);
        let blue = (g - b) / (CHANNELS_NM[1] - CHANNELS_NM[2]);
        let area_mm2 = Spectrum::from_fn(|nm| {
            let v = if nm >= CHANNELS_NM[0] {
                r + BEYOND * red * (nm - CHANNELS_NM[0])
            } else if nm >= CHANNELS_NM[1] {
                g + red * (nm - CHANNELS_NM[1])
            } else if nm >= CHANNELS_NM[2] {
                b + blue * (nm - CHANNELS_NM[2])
            } else {
                b + BEYOND * blue * (nm - CHANNELS_NM[2])
            };
            libm::exp(v)
        });
        let area_mm2 = if e.area_mm2.iter().all(|a| *a <= 0.0) { Spectrum::ZERO } else { area_mm2 };
        Absorber { area_mm2, sigma_mm: f64::from(e.sigma_mm) }
    }
}

impl ShadeOptics for FittedOptics {
    fn reflectance(&self) -> &Spectrum {
        &self.reflectance
    }

    fn column(&self, column: &Column, absorption_per_mm: &Spectrum) -> Absorber {
        // The model takes carbon of one strength; each channel is asked with the carbon that absorbs there as much
        // as this pigment does.
        let ask = |nm: f64| {
            let carbon_550 = absorption_per_mm.at(nm) * nm / 550.0;
            DotOptics::of(column.diameter_um, column.height_um, column.top_um, carbon_550, &self.skin)
        };
        let mut e = ask(550.0);
        for (c, nm) in CHANNELS_NM.into_iter().enumerate() {
            e.area_mm2[c] = ask(nm).area_mm2[c];
        }
        self.spread(&e)
    }

    fn root(&self, diameter_um: f64, hair: &HairColour) -> Absorber {
        let dark = self.spread(&root_optics(diameter_um, &self.skin, &hair.greyed(0.0)));
        let white = HairColour { eumelanin: 0.05, pheomelanin: 0.05, white_share: 0.0 };
        let white = self.spread(&root_optics(diameter_um, &self.skin, &white));
        let w = f64::from(hair.white_share).clamp(0.0, 1.0);
        Absorber {
            area_mm2: dark.area_mm2.lerp(white.area_mm2, w),
            sigma_mm: dark.sigma_mm * (1.0 - w) + white.sigma_mm * w,
        }
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
    fn carbon_is_as_the_channels_have_it() {
        let skin = skin();
        let o = FittedOptics::new(&skin);
        let carbon = PigmentOptics::new(20.0, AbsorptionShape::Power(1.0)).unwrap();
        let column = Column { diameter_um: 150.0, height_um: 220.0, top_um: 110.0 };
        let a = o.column(&column, &carbon.absorption(1.0));
        let e = DotOptics::of(150.0, 220.0, 110.0, 20.0, &skin);
        for (nm, c) in [(610.0, 0), (460.0, 2)] {
            assert!((a.area_mm2.at(nm) / f64::from(e.area_mm2[c]) - 1.0).abs() < 1e-6);
        }
        assert!((a.area_mm2.at(545.0) / f64::from(e.area_mm2[1]) - 1.0).abs() < 0.02);
        let y = f64::from(e.area_mm2[1]);
        assert!((a.luminance_mm2(o.reflectance()) / y - 1.0).abs() < 0.25);
    }

    #[test]
    fn a_warm_pigment_takes_more_blue() {
        let o = FittedOptics::new(&skin());
        let at = |k: f64| {
            let p = PigmentOptics::new(6.0, AbsorptionShape::Power(k)).unwrap();
            let column = Column { diameter_um: 150.0, height_um: 220.0, top_um: 110.0 };
            let a = o.column(&column, &p.absorption(1.0)).area_mm2;
            a.at(450.0) / a.at(620.0)
        };
        assert!(at(3.0) > 1.2 * at(1.0));
        // None of it takes nothing.
        let none = o.column(&Column { diameter_um: 150.0, height_um: 220.0, top_um: 110.0 }, &Spectrum::ZERO);
        assert_eq!(none.area_mm2.max(), 0.0);
        let grey = o.root(70.0, &HairColour::preset(HairTone::Black).greyed(0.5));
        let black = o.root(70.0, &HairColour::preset(HairTone::Black));
        assert!(grey.area_mm2.at(550.0) < 0.8 * black.area_mm2.at(550.0));
    }
}
