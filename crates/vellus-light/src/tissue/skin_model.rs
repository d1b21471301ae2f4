//! Skin as a stack of layers.

use super::chromophore as c;
use super::scattering as s;
use crate::error::{LightError, in_range};
use crate::spectrum::{BANDS, Spectrum};
use crate::transport::adding_doubling::{Incidence, Layer, Quality, Stack};

/// What of the reflected light is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// All of it under a beam along the normal: by reciprocity what a sphere instrument (d/8°, specular
    /// included) reports. The surface adds its 4 to 5 % at every wavelength.
    #[default]
    Included,
    /// As above without the mirror reflection of the surface, which crossed polarisers take away.
    Excluded,
    /// Under light from everywhere, without the mirror reflection: the albedo of the body.
    DiffuseBody,
}

/// The make-up of skin. Defaults are light skin of a scalp or forehead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SkinModel {
    /// Volume share of melanosomes in the living epidermis, 0 to 0.6.
    pub melanosomes: f64,
    /// Share of pheomelanin among the monomers of melanin, 0 to 1.
    pub pheomelanin_share: f64,
    /// Melanin of the horny layer over that of the living epidermis, by volume, 0 to 1.
    pub corneum_melanin: f64,
    /// Path through a melanosome or a clump of them, µm, 0 to 50.
    pub clump_um: f64,
    /// Volume share of blood in the papillary dermis, 0 to 0.2; the upper plexus has [`UPPER_PLEXUS`] times as much.
    pub blood: f64,
    /// Volume share of blood in the reticular dermis, 0 to 0.2; the deep plexus has [`DEEP_PLEXUS`] times as much.
    pub deep_blood: f64,
    /// Oxygen saturation in the papillary dermis and the upper plexus, 0 to 1.
    pub saturation: f64,
    /// Oxygen saturation below, 0 to 1.
    pub deep_saturation: f64,
    /// Bilirubin in the dermis, µmol/L, 0 to 500.
    pub bilirubin_umol_per_l: f64,
    /// Scattering over that of excised skin ([`super::scattering`]), 0.1 to 3.
    pub scattering: f64,
    /// Thickness of the horny layer, µm, 1 to 500.
    pub corneum_um: f64,
    /// Thickness of the living epidermis, µm, 10 to 1000.
    pub epidermis_um: f64,
    /// Thickness of the reticular dermis, mm, 0.1 to 10.
    pub reticular_mm: f64,
    /// Refractive index of the horny layer, 1.3 to 1.7.
    pub corneum_index: f64,
}

/// Blood of the upper plexus over that of the papillary dermis. Source: 0.2 against 0.05 in the layer tables
/// that follow Meglinski and Matcher 2002.
pub const UPPER_PLEXUS: f64 = 4.0;
/// Blood of the deep plexus over that of the reticular dermis. Source: 0.1 against 0.04, as above.
pub const DEEP_PLEXUS: f64 = 2.5;
/// Thickness of the papillary dermis, the upper plexus and the deep plexus, mm. Source: as above.
pub const PLEXUS_MM: [f64; 3] = [0.18, 0.09, 0.10];
/// Diameter of vessels, µm: papillary loops, upper plexus, reticular dermis, deep plexus and fat. Assumption, from
/// capillaries (8 µm) to small venules.
const VESSEL_UM: [f64; 4] = [8.0, 25.0, 20.0, 60.0];

impl Default for SkinModel {
    fn default() -> Self {
        Self {
            melanosomes: 0.03,
            pheomelanin_share: 0.26,
            corneum_melanin: 0.1,
            clump_um: 1.0,
            blood: 0.008,
            deep_blood: 0.004,
            saturation: 0.75,
            deep_saturation: 0.65,
            bilirubin_umol_per_l: 5.0,
            scattering: 0.75,
            corneum_um: 15.0,
            epidermis_um: 70.0,
            reticular_mm: 1.5,
            corneum_index: s::CORNEUM_INDEX,
        }
    }
}

impl SkinModel {
    /// Layers at a wavelength in nm, from the outside: horny layer, living epidermis, papillary dermis, upper
    /// plexus, reticular dermis, deep plexus, subcutis without end.
    #[must_use]
    pub fn layers(&self, wavelength_nm: f64) -> Vec<Layer> {
        let nm = wavelength_nm;
        let g = s::anisotropy(nm);
        let base = c::baseline_per_mm(nm);
        let layer = |mua_per_mm: f64, reduced: f64, n: f64, thickness_mm: f64| Layer {
            mua_per_mm,
            mus_per_mm: self.scattering * reduced / (1.0 - g),
            g,
            n,
            thickness_mm,
        };
        let inside = c::melanosome_per_mm(nm, self.pheomelanin_share);
        let packed = inside * c::packaging(inside, self.clump_um / 1000.0);
        let pigmented = |share: f64| base * (1.0 - share) + share * packed;
        let blood = [self.saturation, self.deep_saturation].map(|s| c::blood_per_mm(nm, s));
        let yellow = c::bilirubin_per_mm_per_molar(nm) * self.bilirubin_umol_per_l * 1e-6;
        let bloody = |share: f64, vessel: usize| {
            let blood = blood[usize::from(vessel > 1)];
            base * (1.0 - share) + share * blood * c::packaging(blood, VESSEL_UM[vessel] / 1000.0) + yellow
        };
        let (epidermis, dermis) = (s::epidermis_reduced_per_mm(nm), s::dermis_reduced_per_mm(nm));
        let (n_epidermis, n_dermis) = (s::epidermis_index(nm), s::dermis_index(nm));
        let [papillary, upper, deep] = PLEXUS_MM;
        vec![
            layer(
                pigmented(self.corneum_melanin * self.melanosomes),
                epidermis,
                self.corneum_index,
                self.corneum_um / 1000.0,
            ),
            layer(pigmented(self.melanosomes), epidermis, n_epidermis, self.epidermis_um / 1000.0),
            layer(bloody(self.blood, 0), dermis, n_dermis, papillary),
            layer(bloody(UPPER_PLEXUS * self.blood, 1), dermis, n_dermis, upper),
            layer(bloody(self.deep_blood, 2), dermis, n_dermis, self.reticular_mm),
            layer(bloody(DEEP_PLEXUS * self.deep_blood, 3), dermis, n_dermis, deep),
            // Fat has nearly the index of dermis on a scale that matters two millimetres down.
            layer(bloody(self.deep_blood, 3), s::subcutis_reduced_per_mm(nm), n_dermis, f64::INFINITY),
        ]
    }

    /// Reflectance of this skin.
    ///
    /// # Errors
    /// A part of the make-up outside its range.
    pub fn reflectance(&self, measure: Measure, quality: Quality) -> Result<Spectrum, LightError> {
        self.check()?;
        let mut r = Spectrum::ZERO;
        for band in 0..BANDS {
            let layers = self.layers(Spectrum::wavelength_nm(band));
            let stack = Stack::solve_outside(&layers, 1.0, 1.0, quality)?;
            r[band] = match measure {
                Measure::Included => stack.budget(Incidence::Normal).reflected,
                Measure::Excluded => stack.budget(Incidence::Normal).body(),
                Measure::DiffuseBody => stack.budget(Incidence::Diffuse).body(),
            };
        }
        Ok(r)
    }

    fn check(&self) -> Result<(), LightError> {
        in_range("melanosome share of the epidermis", self.melanosomes, 0.0, 0.6)?;
        in_range("pheomelanin share", self.pheomelanin_share, 0.0, 1.0)?;
        in_range("melanin of the horny layer over that of the epidermis", self.corneum_melanin, 0.0, 1.0)?;
        in_range("clump of melanosomes in µm", self.clump_um, 0.0, 50.0)?;
        in_range("blood share of the papillary dermis", self.blood, 0.0, 0.2)?;
        in_range("blood share of the reticular dermis", self.deep_blood, 0.0, 0.2)?;
        in_range("oxygen saturation of the upper dermis", self.saturation, 0.0, 1.0)?;
        in_range("oxygen saturation of the deep dermis", self.deep_saturation, 0.0, 1.0)?;
        in_range("bilirubin in µmol/L", self.bilirubin_umol_per_l, 0.0, 500.0)?;
        in_range("scattering of skin over that of excised skin", self.scattering, 0.1, 3.0)?;
        in_range("horny layer in µm", self.corneum_um, 1.0, 500.0)?;
        in_range("living epidermis in µm", self.epidermis_um, 10.0, 1000.0)?;
        in_range("reticular dermis in mm", self.reticular_mm, 0.1, 10.0)?;
        in_range("refractive index of the horny layer", self.corneum_index, 1.3, 1.7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::Lamp;

    #[test]
    fn the_surface_lightens_and_greys() {
        let m = SkinModel { melanosomes: 0.25, ..SkinModel::default() };
        let lab = |measure| Lamp::d65().lab(&m.reflectance(measure, Quality::FAST).unwrap());
        let (with, without) = (lab(Measure::Included), lab(Measure::Excluded));
        assert!(with[0] > without[0] + 5.0 && with[2] < without[2] - 3.0, "{with:?} {without:?}");
    }

    #[test]
    fn each_pigment_takes_its_own_light() {
        let d = SkinModel::default();
        let r = |m: SkinModel| m.reflectance(Measure::Excluded, Quality::FAST).unwrap();
        let calm = r(d);
        let bloody = r(SkinModel { blood: 3.0 * d.blood, ..d }) / calm;
        // Green between the bands of oxyhaemoglobin against red.
        assert!(bloody.at(545.0) < bloody.at(650.0) - 0.1);
        let yellow = r(SkinModel { bilirubin_umol_per_l: 100.0, ..d }) / calm;
        assert!(yellow.at(460.0) < 0.8 && yellow.at(600.0) > 0.999);
        let brown = r(SkinModel { melanosomes: 0.1, ..d }) / calm;
        assert!(brown.at(420.0) < brown.at(550.0) && brown.at(550.0) < brown.at(700.0));
        // Clumped melanin hides behind itself, most in the blue.
        let clumped =
            r(SkinModel { melanosomes: 0.1, clump_um: 10.0, ..d }) / r(SkinModel { melanosomes: 0.1, ..d });
        assert!(clumped.at(420.0) > clumped.at(650.0) && clumped.at(650.0) > 1.0);
    }

    #[test]
    fn layers_are_seven_and_sound() {
        for nm in [380.0, 550.0, 730.0] {
            let l = SkinModel::default().layers(nm);
            assert_eq!(l.len(), 7);
            assert!(l.iter().all(|s| s.mua_per_mm > 0.0 && s.mus_per_mm > 0.0 && s.n > 1.3));
        }
    }

    #[test]
    fn make_up_out_of_range_is_refused() {
        let d = SkinModel::default();
        for m in [
            SkinModel { melanosomes: 1.5, ..d },
            SkinModel { blood: -0.1, ..d },
            SkinModel { saturation: f64::NAN, ..d },
            SkinModel { scattering: 0.0, ..d },
            SkinModel { epidermis_um: f64::INFINITY, ..d },
        ] {
            assert!(m.reflectance(Measure::Included, Quality::FAST).is_err(), "{m:?}");
        }
    }
}
