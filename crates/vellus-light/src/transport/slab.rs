//! Layers of tissue, and what is asked of them.

use super::TransportError;

/// Most layers of a slab.
pub const MAX_LAYERS: usize = 16;

/// One layer of tissue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// Absorption coefficient, per mm, 0 to 10⁴.
    pub mua_per_mm: f64,
    /// Scattering coefficient, per mm, 0 to 10⁴.
    pub mus_per_mm: f64,
    /// Mean cosine of scattering (Henyey and Greenstein), −0.99 to 0.999.
    pub g: f64,
    /// Refractive index, 1 to 4.
    pub n: f64,
    /// Thickness, mm; infinite for the last layer of an endless medium.
    pub thickness_mm: f64,
}

/// Layers from the top down, between two clear half-spaces.
#[derive(Clone, Debug, PartialEq)]
pub struct Slab {
    /// Refractive index above.
    pub above: f64,
    /// The layers.
    pub layers: Vec<Layer>,
    /// Refractive index below.
    pub below: f64,
}

/// How light arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beam {
    /// A pencil at right angles to the surface.
    #[default]
    Normal,
    /// From all of the half-space above with even radiance (directions weighted by their cosine).
    Diffuse,
}

/// What is tallied beside reflectance, transmittance and absorption by layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tallies {
    /// How light arrives.
    pub beam: Beam,
    /// Absorption over depth: number of bins and their width, mm.
    pub depth: Option<(usize, f64)>,
    /// Reflectance over the distance from the entry: number of bins and their width, mm.
    pub radius: Option<(usize, f64)>,
    /// Number of bins of the angle to the vertical at which light leaves, 0 to 90°.
    pub angle: Option<usize>,
}

/// Most bins of a tally.
pub const MAX_BINS: usize = 100_000;

fn check(what: &'static str, value: f64, lo: f64, hi: f64) -> Result<(), TransportError> {
    if value.is_finite() && (lo..=hi).contains(&value) {
        Ok(())
    } else {
        Err(TransportError::Range { what, value, lo, hi })
    }
}

impl Slab {
    /// Whether light can be traced through these layers.
    ///
    /// # Errors
    /// [`TransportError`] that names the first value that cannot be.
    pub fn validate(&self) -> Result<(), TransportError> {
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            return Err(TransportError::Layers { count: self.layers.len() });
        }
        check("refractive index above", self.above, 1.0, 4.0)?;
        check("refractive index below", self.below, 1.0, 4.0)?;
        let last = self.layers.len() - 1;
        for (i, l) in self.layers.iter().enumerate() {
            check("absorption, per mm", l.mua_per_mm, 0.0, 1e4)?;
            check("scattering, per mm", l.mus_per_mm, 0.0, 1e4)?;
            check("mean cosine of scattering", l.g, -0.99, 0.999)?;
            check("refractive index", l.n, 1.0, 4.0)?;
            if l.thickness_mm == f64::INFINITY {
                if i < last {
                    return Err(TransportError::Endless { layer: i + 1 });
                }
                // Without absorption paths in it have no mean length.
                if l.mua_per_mm < 1e-6 * l.mus_per_mm.max(1.0) {
                    return Err(TransportError::Lossless { layer: i + 1 });
                }
            } else {
                check("thickness, mm", l.thickness_mm, 1e-6, 1e5)?;
            }
        }
        Ok(())
    }
}

impl Tallies {
    pub(super) fn validate(&self) -> Result<(), TransportError> {
        for (what, width, (count, mm)) in [
            ("number of depth bins", "width of a depth bin, mm", self.depth.unwrap_or((1, 1.0))),
            ("number of radius bins", "width of a radius bin, mm", self.radius.unwrap_or((1, 1.0))),
            ("number of angle bins", "", (self.angle.unwrap_or(1), 1.0)),
        ] {
            check(what, count as f64, 1.0, MAX_BINS as f64)?;
            check(width, mm, 1e-6, 1e5)?;
        }
        Ok(())
    }
}

/// Reflectance of unpolarised light at a smooth surface, from index `n1` into `n2`, for a cosine of
/// incidence of 0 to 1 (Fresnel).
#[must_use]
pub fn fresnel(n1: f64, n2: f64, cos1: f64) -> f64 {
    let c1 = cos1.clamp(0.0, 1.0);
    let eta = n1 / n2;
    let c2 = 1.0 - eta * eta * (1.0 - c1 * c1);
    if c2 <= 0.0 {
        return 1.0;
    }
    let c2 = libm::sqrt(c2);
    let rs = (n1 * c1 - n2 * c2) / (n1 * c1 + n2 * c2);
    let rp = (n1 * c2 - n2 * c1) / (n1 * c2 + n2 * c1);
    0.5 * (rs * rs + rp * rp)
}
