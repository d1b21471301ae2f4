//! Red cells, white cells and platelets as settling bodies: sizes, densities, Stokes coefficients.
//!
//! A cell of volume V settles alone with the velocity s ω² r, where
//! s = k d² (ρ − ρ_f) / (18 µ) and d = (6 V / π)^{1/3}; k is a shape factor.
//!
//! # Limits
//! The volume of a platelet here is a *research* volume (counterflow and water-space methods,
//! about 5 to 7 fL). The mean platelet volume of common analysers (9 to 12 fL) is an impedance or
//! scatter reading after swelling in EDTA and no Stokes volume; it enters only as a ratio.

/// Volume of a red cell, fL. Evans & Fung 1972.
pub const RBC_VOLUME_FL: f64 = 94.0;
/// Surface of a red cell, µm². Evans & Fung 1972.
pub const RBC_SURFACE_UM2: f64 = 135.0;
/// Density of a red cell, g/cm³. Polymorphprep product text gives 1.09 to 1.11, an apheresis text
/// about 1.095; the middle of both.
pub const RBC_DENSITY: f64 = 1.098;

/// Median over persons of the mean platelet volume, fL, research scale (6.57 ± 0.61 before
/// counterflow fractionation).
pub const PLATELET_VOLUME_FL: f64 = 6.57;
/// Middle of the reference intervals of analysers for the mean platelet volume, fL
/// (Boshnak 2017, Sysmex XT-1800i: 9.3 to 12.2 and 9.5 to 11.8).
pub const MPV_ANALYSER_FL: f64 = 10.7;
/// Standard deviation of ln V within one person. The form is lognormal (Prost-Dvojakovic 1977,
/// Martin 1983); the width is an assumption that holds the counterflow fractions (3.94 to
/// 8.19 fL) within one standard deviation.
pub const PLATELET_LOG_SD: f64 = 0.40;
/// Platelet density, g/cm³, at [`PLATELET_DENSITY_AT_FL`]: smallest counterflow fraction.
pub const PLATELET_DENSITY: f64 = 1.067;
/// Volume of the fraction to which [`PLATELET_DENSITY`] belongs, fL.
pub const PLATELET_DENSITY_AT_FL: f64 = 3.94;
/// Rise of density with volume, g/cm³ per fL: (1.072 − 1.067) / (8.19 − 3.94), same fractions.
pub const PLATELET_DENSITY_PER_FL: f64 = 0.005 / 4.25;
/// Velocity of a platelet against a sphere of its volume. Assumption: a disc of axis ratio 1:3
/// averaged over its orientations.
pub const PLATELET_SHAPE: f64 = 0.90;
/// Volume classes of equal number into which the platelets are split.
pub const PLATELET_CLASSES: usize = 8;

/// White cells: name, share of the count, volume fL, density g/cm³.
///
/// Lymphocyte volume: BioNumbers 108240. Monocyte volume: elutriation. Granulocyte volume 300 fL
/// and the shares are assumptions (adult differential). Densities: granulocytes above 1.085
/// (Polymorphprep); mononuclear cells below 1.077 with 1.068 between monocytes and lymphocytes
/// (Nycoprep), of which 1.071 and 1.065 are picked.
pub const WHITE_CELLS: [(&str, f64, f64, f64); 3] = [
    ("granulocytes", 0.62, 300.0, 1.086),
    ("lymphocytes", 0.31, 210.0, 1.071),
    ("monocytes", 0.07, 378.0, 1.065),
];

/// Hindered-settling exponent of Richardson and Zaki, n = 5.6 ± 0.1 for Péclet numbers below 10⁸.
/// Brzinski & Durian 2018 (arXiv 1710.09314); a red cell at 100 g has Pe ≈ 10⁴.
pub const HINDERED_EXPONENT: f64 = 5.6;

/// Density of anticoagulant fluid, g/cm³; an assumption between water and ACD-A (about 3.5 % of solids).
/// Densities and viscosities of plasma and anticoagulant mix by volume; an assumption.
pub const ANTICOAGULANT_DENSITY: f64 = 1.01;

/// Density of plasma, g/cm³, linear between 1.0310 at 4 °C and 1.0205 at 37 °C (n = 25).
#[must_use]
pub fn plasma_density(temperature_c: f64) -> f64 {
    1.0310 + (1.0205 - 1.0310) * (temperature_c - 4.0) / 33.0
}

/// Viscosity of water, mPa·s: 0.02414 · 10^{247.8 / (T − 140)}, T in kelvin (Vogel form, as in
/// Al-Shemmeri 2012).
#[must_use]
pub fn water_viscosity_mpa_s(temperature_c: f64) -> f64 {
    0.024_14 * libm::pow(10.0, 247.8 / (temperature_c + 273.15 - 140.0))
}

/// Viscosity of serum at 37 °C, mPa·s (Harkness, cited by bio-protocol 9762018).
pub const PLASMA_VISCOSITY_37_MPA_S: f64 = 1.23;

/// Viscosity of plasma, mPa·s, following water in temperature; `plasma` is its share of the
/// mixture with anticoagulant, in which the excess over water is proportional.
#[must_use]
pub fn plasma_viscosity_mpa_s(temperature_c: f64, plasma: f64) -> f64 {
    let excess = PLASMA_VISCOSITY_37_MPA_S / water_viscosity_mpa_s(37.0) - 1.0;
    water_viscosity_mpa_s(temperature_c) * (1.0 + excess * plasma)
}

/// Stokes sedimentation coefficient in seconds: velocity over ω² r of a sphere of this volume.
#[must_use]
pub fn stokes_s(volume_fl: f64, density: f64, fluid_density: f64, viscosity_mpa_s: f64) -> f64 {
    let d_um = libm::cbrt(6.0 * volume_fl / std::f64::consts::PI);
    // µm² · g/cm³ / mPa·s = 10⁻¹² m² · 10³ kg/m³ / 10⁻³ Pa·s = 10⁻⁶ s
    d_um * d_um * (density - fluid_density) / (18.0 * viscosity_mpa_s) * 1.0e-6
}

/// Density of a platelet of this volume, g/cm³.
#[must_use]
pub fn platelet_density(volume_fl: f64) -> f64 {
    PLATELET_DENSITY + PLATELET_DENSITY_PER_FL * (volume_fl - PLATELET_DENSITY_AT_FL)
}

/// Volumes of [`PLATELET_CLASSES`] classes of equal number of a lognormal with this mean, fL:
/// the quantile at the middle of each class, scaled so that their mean is exact.
#[must_use]
pub fn platelet_volumes_fl(mean_fl: f64) -> [f64; PLATELET_CLASSES] {
    let mut v = [0.0; PLATELET_CLASSES];
    for (i, x) in v.iter_mut().enumerate() {
        let p = (i as f64 + 0.5) / PLATELET_CLASSES as f64;
        *x = libm::exp(PLATELET_LOG_SD * vellus_units::maths::normal_quantile(p));
    }
    let mean = v.iter().sum::<f64>() / PLATELET_CLASSES as f64;
    v.map(|x| x * mean_fl / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_stokes_coefficients_of_the_facts_file() {
        // blood_properties.csv, derived rows: 8.8e-8 s and 9.4e-9 s at 1.45 mPa·s.
        let rbc = stokes_s(90.0, 1.098, 1.024, 1.45);
        assert!((rbc / 8.8e-8 - 1.0).abs() < 0.02, "{rbc}");
        let platelet = stokes_s(6.57, 1.0695, 1.024, 1.45);
        assert!((platelet / 9.4e-9 - 1.0).abs() < 0.02, "{platelet}");
    }

    #[test]
    fn val_plasma_viscosity_between_20_and_25_degrees() {
        // 1.5 to 1.75 mPa·s, blood_properties.csv.
        assert!((1.5..1.8).contains(&plasma_viscosity_mpa_s(20.0, 1.0)));
        assert!((1.5..1.75).contains(&plasma_viscosity_mpa_s(25.0, 1.0)));
    }

    #[test]
    fn platelet_classes_keep_the_mean() {
        let v = platelet_volumes_fl(6.57);
        assert!((v.iter().sum::<f64>() / PLATELET_CLASSES as f64 - 6.57).abs() < 1e-12);
    }
}
