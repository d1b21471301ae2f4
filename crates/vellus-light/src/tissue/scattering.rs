//! Scattering, anisotropy and refraction of skin.

/// Reduced scattering of dermis, per mm.
///
/// # Sources
/// Salomatina 2006 as fitted in Jacques 2013, table 1: 43.6 [0.41 (λ/500)⁻⁴ + 0.59 (λ/500)^−0.562] per cm.
#[must_use]
pub fn dermis_reduced_per_mm(wavelength_nm: f64) -> f64 {
    reduced(wavelength_nm, 4.36, 0.41, 0.562)
}

/// Reduced scattering of epidermis, per mm.
///
/// # Sources
/// As above: 66.7 [0.29 (λ/500)⁻⁴ + 0.71 (λ/500)^−0.689] per cm.
#[must_use]
pub fn epidermis_reduced_per_mm(wavelength_nm: f64) -> f64 {
    reduced(wavelength_nm, 6.67, 0.29, 0.689)
}

/// Reduced scattering of subcutaneous fat, per mm.
///
/// # Sources
/// Salomatina 2006 as above: 34.2 [0.26 (λ/500)⁻⁴ + 0.74 (λ/500)^−0.567] per cm.
#[must_use]
pub fn subcutis_reduced_per_mm(wavelength_nm: f64) -> f64 {
    reduced(wavelength_nm, 3.42, 0.26, 0.567)
}

fn reduced(nm: f64, a: f64, rayleigh: f64, power: f64) -> f64 {
    let x = nm / 500.0;
    a * (rayleigh / (x * x * x * x) + (1.0 - rayleigh) * libm::pow(x, -power))
}

/// Mean cosine of scattering in skin.
///
/// # Sources
/// van Gemert 1989: 0.62 + 0.29e-3 λ, measured from 302 to 633 nm; used to 730 nm, an assumption.
#[must_use]
pub fn anisotropy(wavelength_nm: f64) -> f64 {
    0.62 + 0.29e-3 * wavelength_nm
}

/// Refractive index of the living epidermis.
///
/// # Sources
/// Ding 2006, *Phys. Med. Biol.* 51, 1479, Cauchy fit.
#[must_use]
pub fn epidermis_index(wavelength_nm: f64) -> f64 {
    cauchy(wavelength_nm, 1.4134, 7907.96, -389.98)
}

/// Refractive index of dermis. Source: Ding 2006, as above.
#[must_use]
pub fn dermis_index(wavelength_nm: f64) -> f64 {
    cauchy(wavelength_nm, 1.3696, 3916.80, -2558.77)
}

/// Refractive index of the horny layer, without dispersion. Source: 1.51 ± 0.02 by optical coherence tomography (Tearney
/// et al. 1995, *Opt. Lett.* 20, 2258); dry horn is given as up to 1.55.
pub const CORNEUM_INDEX: f64 = 1.51;

fn cauchy(nm: f64, a: f64, b: f64, c: f64) -> f64 {
    let l2 = nm * nm;
    a + b / l2 + c / (l2 * l2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_indices_of_ding() {
        assert!((epidermis_index(570.0) - 1.438).abs() < 1e-3);
        assert!((dermis_index(570.0) - 1.382).abs() < 1e-3);
    }

    #[test]
    fn val_reduced_scattering_of_salomatina() {
        // Measured ex vivo, per mm.
        for (l, epidermis, dermis) in [(450.0, 8.62, 5.86), (550.0, 5.84, 3.74), (650.0, 4.62, 2.88)] {
            assert!(
                (epidermis_reduced_per_mm(l) / epidermis - 1.0).abs() < 0.08,
                "{l} {}",
                epidermis_reduced_per_mm(l)
            );
            assert!(
                (dermis_reduced_per_mm(l) / dermis - 1.0).abs() < 0.10,
                "{l} {}",
                dermis_reduced_per_mm(l)
            );
        }
    }
}
