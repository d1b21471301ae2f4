//! What an absorber under the skin does to the colour of the skin above it, in the three channels of pictures.
//!
//! The *extinction area* of a channel c is the relative darkening integrated over the skin, E_c = ∫ (1 − R/R₀) dA, in
//! mm², laid out in three Gaussians. It comes from the traced table ([`crate::dot`]) by wavelength: light of channel
//! c is Σ m_c(λ) R(λ), with m_c the weights of linear sRGB under D65, and the area of a channel is that of each band weighted
//! with what the band gives to it in this skin. Red light goes deepest, so a deep absorber takes mostly red and looks blue, and a
//! shallow one looks black.
//!
//! # Limits
//! Single absorbers; crowding is handled by multiplying transmittances. Where a channel would grow lighter, as the blue of very
//! dark skin can, because sRGB subtracts green from it, it is left as it is.

use std::sync::Arc;

use glam::Vec3;
use std::f64::consts::PI;

use crate::dot::{PARTS, Place, Roots, SEGMENTS, SkinDots, carbon_per_mm, luminance_mm2};
use crate::extinction::{Extinction, Part};
use crate::hair_colour::{HairColour, REFERENCE_RADIUS_MM};
use crate::skin::Skin;
use crate::spectrum::{Adaptation, BANDS, Lamp, Spectrum};

/// Light of one skin: what it gives to the channels of pictures, and the dots and roots in it.
#[derive(Clone, Debug)]
pub struct UnderSkin {
    reflectance: Spectrum,
    channels: [Spectrum; 3],
    dots: Arc<SkinDots>,
}

impl UnderSkin {
    /// The light under a skin.
    #[must_use]
    pub fn new(skin: &Skin) -> Self {
        let reflectance = skin.reflectance();
        Self { channels: channels(&reflectance), reflectance, dots: SkinDots::of(skin) }
    }

    /// Reflectance of the bare skin.
    #[must_use]
    pub const fn reflectance(&self) -> &Spectrum {
        &self.reflectance
    }

    /// The table of this skin.
    #[must_use]
    pub const fn dots(&self) -> &Arc<SkinDots> {
        &self.dots
    }

    /// Dots of a pigment that absorbs so much, per mm.
    #[must_use]
    pub fn pigment(&self, absorption_per_mm: &Spectrum) -> DotOptics {
        DotOptics::new(self, self.dots.ink(absorption_per_mm).columns(), &self.reflectance)
    }

    /// Dots of carbon that absorbs so much at 550 nm, per mm (20 is dense black, 2 pale). Carbon absorbs as 1/λ.
    #[must_use]
    pub fn carbon(&self, at_550_per_mm: f64) -> DotOptics {
        self.pigment(&Spectrum(carbon_per_mm(at_550_per_mm.max(0.0))))
    }

    /// Roots of hairs of this colour; `white` for those that lost their pigment.
    #[must_use]
    pub fn roots(&self, hair: &HairColour, white: bool) -> RootOptics {
        let roots = Roots::new(&self.dots, &hair.absorption_per_mm(white));
        let gain = *roots.gain();
        let columns = roots.columns.columns().map(|parts| parts.map(|p| p * gain));
        RootOptics(DotOptics::new(self, columns, &self.reflectance))
    }

    /// Luminance that one shaved hair takes from the skin, mm²: root, stub and the stub's shade, the mean over
    /// coloured and white strands.
    ///
    /// `diameter_um` of the hair, `stub_mm` its length above the skin.
    #[must_use]
    pub fn shaved_hair_mm2(&self, diameter_um: f64, stub_mm: f64, hair: &HairColour) -> f64 {
        let d = diameter_um.max(0.0) / 1000.0;
        let w = f64::from(hair.white_share);
        let root = |white| {
            let roots = Roots::new(&self.dots, &hair.absorption_per_mm(white));
            roots.taken(d).luminance_mm2(&self.reflectance)
        };
        let mut roots = (1.0 - w) * root(false);
        if w > 0.0 {
            roots += w * root(true);
        }
        let y = |r: &Spectrum| Lamp::d65().xyz(r)[1];
        let contrast = 1.0 - y(&seen_reflectance(hair, &self.reflectance)) / y(&self.reflectance);
        let side = d * stub_mm.max(0.0);
        roots + side * (STUB_SEEN * contrast + stub_shade(stub_mm))
    }
}

/// What each band gives to the channels of linear sRGB under D65 in skin of this reflectance; each adds up to 1.
fn channels(reflectance: &Spectrum) -> [Spectrum; 3] {
    let lamp = Lamp::d65();
    let mut out = [Spectrum::ZERO; 3];
    for b in 0..BANDS {
        let mut one = Spectrum::ZERO;
        one[b] = reflectance[b];
        for (c, v) in lamp.linear_srgb(&one, Adaptation::None).into_iter().enumerate() {
            out[c][b] = v;
        }
    }
    // A channel that is next to nothing in this skin, a twentieth of what its own wavelengths give (assumption), is asked
    // at those alone.
    out.map(|c| {
        let whole = c.sum();
        let own = c.map(|v| v.max(0.0));
        if whole > 0.05 * own.sum() { c * (1.0 / whole) } else { own * (1.0 / own.sum().max(1e-12)) }
    })
}

/// ln of the luminance area, and the areas of the parts by channel over it.
type Node = (f64, [[f64; 3]; PARTS]);

/// Dots of one pigment in one skin, ready for tens of thousands of them.
#[derive(Clone, Debug)]
pub struct DotOptics {
    nodes: Vec<Node>,
}

impl DotOptics {
    fn new(
        skin: &UnderSkin,
        columns: impl Iterator<Item = [Spectrum; PARTS]>,
        reflectance: &Spectrum,
    ) -> Self {
        let nodes = columns
            .map(|parts| {
                let whole = parts.iter().fold(Spectrum::ZERO, |sum, p| sum + *p);
                let y = luminance_mm2(&whole, reflectance).max(1e-15);
                (libm::log(y), parts.map(|p| skin.channels.map(|c| (c * p).sum() / y)))
            })
            .collect();
        Self { nodes }
    }

    /// What a column takes: its diameter, its height and the depth of its top, µm. Lengths outside the table are taken
    /// as [`crate::dot::InkDots::taken`] has it; one without extent takes nothing.
    #[must_use]
    pub fn of(&self, diameter_um: f64, height_um: f64, top_um: f64) -> Extinction {
        let Some(place) = Place::of(diameter_um / 1000.0, height_um / 1000.0, top_um / 1000.0) else {
            return Extinction::default();
        };
        let y = place.gain * libm::exp(place.at(&self.nodes, |n| n.0));
        Extinction {
            parts: std::array::from_fn(|k| Part {
                area_mm2: std::array::from_fn(|c| (y * place.at(&self.nodes, |n| n.1[k][c])).max(0.0) as f32),
                sigma_mm: place.sigma_mm[k] as f32,
            }),
        }
    }
}

/// Roots of hairs of one colour in one skin.
#[derive(Clone, Debug)]
pub struct RootOptics(DotOptics);

impl RootOptics {
    /// What a root of this diameter, µm, takes.
    #[must_use]
    pub fn of(&self, diameter_um: f64) -> Extinction {
        let segments = self.segments(diameter_um);
        Extinction {
            parts: std::array::from_fn(|k| {
                let of = segments.map(|s| s.parts[k]);
                let size: f32 = of.iter().map(|p| p.area_mm2[1]).sum();
                let spread: f32 = of.iter().map(|p| p.area_mm2[1] * p.sigma_mm * p.sigma_mm).sum();
                Part {
                    area_mm2: std::array::from_fn(|c| of.iter().map(|p| p.area_mm2[c]).sum()),
                    sigma_mm: if size > 0.0 { libm::sqrtf(spread / size) } else { 0.0 },
                }
            }),
        }
    }

    /// What its segments take, from the mouth of the follicle down; where each is seen, [`root_behind_mm`] says.
    #[must_use]
    pub fn segments(&self, diameter_um: f64) -> [Extinction; SEGMENTS.len()] {
        SEGMENTS.map(|(top, height)| self.0.of(diameter_um, 1000.0 * height, 1000.0 * top))
    }
}

/// Radii of hairs that a table of roots holds, µm, one apart.
pub(crate) const MOST_RADIUS_UM: usize = 120;

/// How far behind the exit of a hair, against its lean, each segment of its root is seen, mm: at the mean of its top
/// and of a third of its height, on a shaft that leans at [`crate::dot::ROOT_ANGLE_DEG`].
#[must_use]
pub fn root_behind_mm() -> [f64; SEGMENTS.len()] {
    let lean = libm::tan(crate::dot::ROOT_ANGLE_DEG * PI / 180.0);
    SEGMENTS.map(|(top, height)| (top + height / 3.0) / lean)
}

/// Share of a white hair through which the skin under it shows. Assumption: half of the light that
/// crosses a clear fibre comes from behind, a little less for the medulla's sake.
pub const CLEAR: f32 = 0.45;

/// What stubs of this hair give back before skin of this reflectance, the mean over coloured and white ones, through
/// which the skin shows.
#[must_use]
pub fn seen_reflectance(hair: &HairColour, skin: &Spectrum) -> Spectrum {
    let of = |white| hair.reflectance(white, REFERENCE_RADIUS_MM);
    of(false).lerp(of(true).lerp(*skin, f64::from(CLEAR)), f64::from(hair.white_share.clamp(0.0, 1.0)))
}

/// Share of a stub's side that is seen from straight above: cosine of an exit angle of 40° to the
/// skin. Assumption within the 15 to 50° that the groom uses.
pub const STUB_SEEN: f64 = 0.77;
/// Light that a stub keeps from the skin that is seen, per area of its side. Under an even sky an
/// upright cylinder of side A keeps (π/2)·A from the plane it stands on, ∫ A tan θ cos θ dω/π, and one
/// that lies keeps A; at 40° that is about 1.23·A. A third of it falls on skin that the stub
/// hides anyway (½ · [`STUB_SEEN`]), and a fifth gets through or off the fibre. Scattering in the
/// skin moves that loss about but does not undo it.
pub const STUB_SHADE: f64 = 0.68;

/// Light that a standing hair keeps from the skin, per area of its side: [`STUB_SHADE`] for a stub,
/// rising by 0.15 with its length over 2 mm, because a field of longer hair hides more of the low
/// sky. Assumption.
#[must_use]
pub fn stub_shade(length_mm: f64) -> f64 {
    STUB_SHADE + 0.15 * (1.0 - libm::exp(-(length_mm.max(0.0) / 2.0) * (length_mm.max(0.0) / 2.0)))
}

/// How far light of the channels spreads in skin, mm: depth over which an absorber's darkening falls to 1/e.
///
/// Fitted to wide layers in the project's Monte Carlo (light skin, 0.08, 0.2 and 0.4 mm deep; relative darkening .93/.78/.56
/// red, .85/.57/.26 green, .67/.33/.11 blue; dark skin of ITA −29°: red and green down by a twentieth to a tenth
/// at 0.2 mm and blue by four fifths); linear in ITA between, an assumption.
#[must_use]
pub fn spread_mm(skin: &Skin) -> Vec3 {
    let t = ((33.0 - skin.ita_degrees()) / 62.0).clamp(0.0, 1.0) as f32;
    Vec3::new(0.63 * (1.0 - 0.12 * t), 0.275 * (1.0 - 0.13 * t), 0.178 * (1.0 - 0.50 * t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dot::Taken;
    use crate::hair_colour::HairTone;
    use crate::skin::{Fitzpatrick, Undertone};

    fn light() -> Skin {
        Skin::measured([61.0, 7.3, 16.9]).unwrap()
    }

    /// What a profile takes from the channels, band by band.
    fn extinction(skin: &UnderSkin, taken: &Taken) -> Extinction {
        Extinction {
            parts: taken.parts.map(|p| Part {
                area_mm2: skin.channels.map(|c| (c * p.area_mm2).sum().max(0.0) as f32),
                sigma_mm: p.sigma_mm as f32,
            }),
        }
    }

    #[test]
    fn channels_have_what_the_bands_have() {
        let u = UnderSkin::new(&light());
        let ink = u.dots().ink(&Spectrum(carbon_per_mm(20.0)));
        let optics = u.carbon(20.0);
        for (d, h, z) in [(160.0, 220.0, 110.0), (240.0, 220.0, 90.0), (100.0, 150.0, 300.0)] {
            let taken = ink.taken(d / 1000.0, h / 1000.0, z / 1000.0);
            let (a, b) = (extinction(&u, &taken), optics.of(d, h, z));
            for c in 0..3 {
                assert!((a.area_mm2()[c] / b.area_mm2()[c] - 1.0).abs() < 0.02, "{a:?} {b:?}");
            }
            // And the light that is missing is what linear sRGB says is missing.
            let lamp = Lamp::d65();
            let missing = lamp.linear_srgb(&(*u.reflectance() * taken.area_mm2()), Adaptation::None);
            let whole = lamp.linear_srgb(u.reflectance(), Adaptation::None);
            for c in 0..3 {
                assert!((missing[c] / whole[c] / f64::from(a.area_mm2()[c]) - 1.0).abs() < 1e-3);
            }
            let y = taken.luminance_mm2(u.reflectance());
            assert!((b.luminance_mm2(&light()) / y - 1.0).abs() < 0.05);
        }
    }

    #[test]
    fn deeper_is_lighter_bluer_and_softer() {
        let optics = UnderSkin::new(&light()).carbon(20.0);
        let mut last = optics.of(120.0, 300.0, 100.0);
        for z in [200.0, 300.0, 500.0] {
            let e = optics.of(120.0, 300.0, z);
            assert!(e.luminance_mm2(&light()) < 1.02 * last.luminance_mm2(&light()), "{z}");
            assert!(e.area_mm2()[0] / e.area_mm2()[2] > last.area_mm2()[0] / last.area_mm2()[2]);
            assert!(e.peak()[1] < last.peak()[1] && e.parts[0].sigma_mm > last.parts[0].sigma_mm);
            last = e;
        }
    }

    #[test]
    fn prop_every_skin_and_size_gives_a_sensible_darkening() {
        for class in [Fitzpatrick::I, Fitzpatrick::III, Fitzpatrick::V, Fitzpatrick::VI] {
            for undertone in [Undertone::Cool, Undertone::Warm] {
                let u = UnderSkin::new(&Skin::fitzpatrick(class, undertone));
                for mua in [0.0, 0.3, 20.0, 1e4] {
                    let optics = u.carbon(mua);
                    for (d, h, z) in
                        [(0.0, 1.0, 1.0), (5.0, 50.0, 0.0), (160.0, 220.0, 110.0), (900.0, 2000.0, 5000.0)]
                    {
                        let e = optics.of(d, h, z);
                        assert!(e.is_sensible(), "{class:?} {mua} {d} {e:?}");
                    }
                }
                let e = u.carbon(20.0).of(160.0, 220.0, 110.0);
                assert!(e.area_mm2()[0] > e.area_mm2()[1] && e.luminance_mm2(&light()) > 0.02, "{e:?}");
            }
        }
        let u = UnderSkin::new(&light());
        assert_eq!(u.carbon(20.0).of(f64::NAN, 1.0, 1.0), Extinction::default());
        // A mark wider than the table keeps its middle and takes as its area.
        let (a, b) = (u.carbon(20.0).of(450.0, 200.0, 100.0), u.carbon(20.0).of(900.0, 200.0, 100.0));
        assert!((a.peak()[1] - b.peak()[1]).abs() < 1e-3 && b.area_mm2()[1] > 2.5 * a.area_mm2()[1]);
    }

    #[test]
    fn a_dot_is_worth_about_a_hair() {
        let skin = Skin::fitzpatrick(Fitzpatrick::III, Undertone::Neutral);
        let u = UnderSkin::new(&skin);
        let dot = u.carbon(20.0).of(160.0, 220.0, 110.0).luminance_mm2(&skin);
        let worth = |tone| dot / u.shaved_hair_mm2(75.0, 0.5, &HairColour::preset(tone));
        let dark = worth(HairTone::DarkBrown);
        assert!(dark > 0.3 && dark < 1.5, "{dark}");
        assert!(worth(HairTone::Blond) > dark);
    }

    #[test]
    fn roots_in_channels_are_those_by_wavelength() {
        let u = UnderSkin::new(&light());
        let hair = HairColour::preset(HairTone::DarkBrown);
        let spectral = Roots::new(u.dots(), &hair.absorption_per_mm(false)).taken(0.07);
        let e = u.roots(&hair, false).of(70.0);
        for c in 0..3 {
            let want = extinction(&u, &spectral).area_mm2()[c];
            assert!((e.area_mm2()[c] / want - 1.0).abs() < 0.03, "{e:?} {want}");
        }
        let white = u.roots(&hair, true).of(70.0);
        assert!(white.area_mm2()[1] < 0.5 * e.area_mm2()[1]);
    }
}
