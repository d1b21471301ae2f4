//! A layer and its optical constants.

/// A plane layer of tissue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// Absorption, per mm.
    pub mua_per_mm: f64,
    /// Scattering, per mm.
    pub mus_per_mm: f64,
    /// Mean cosine of scattering, −0.99 to 0.99 (Henyey–Greenstein).
    pub g: f64,
    /// Refractive index, 1 to 2.5.
    pub n: f64,
    /// Thickness, mm; infinite for the last layer of a half space.
    pub thickness_mm: f64,
}
