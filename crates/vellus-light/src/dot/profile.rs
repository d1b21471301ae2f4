//! What a dot does to the skin around it.

use crate::spectrum::{BANDS, Spectrum};

/// A column of pigment in the dermis, upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Depth of its top under the surface, mm, 0.04 to 0.8.
    pub top_mm: f64,
    /// Depth of its bottom, mm, 0.06 to 0.7 below the top.
    pub bottom_mm: f64,
    /// Diameter, mm, 0.045 to 0.45.
    pub diameter_mm: f64,
}

/// The shaft of a hair in the skin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootShape {
    /// Diameter, mm.
    pub diameter_mm: f64,
    /// Angle between shaft and skin, degrees, 10 to 90.
    pub angle_deg: f64,
    /// Depth from which it counts, mm.
    pub top_mm: f64,
    /// Depth to which it counts, mm.
    pub bottom_mm: f64,
}

/// Why a dot has no profile.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DotError {
    /// The column is none that the table holds.
    #[error("{what} of a dot is {value} mm; the table of dots holds {lo} to {hi} mm")]
    Column {
        /// Which length.
        what: &'static str,
        /// The length.
        value: f64,
        /// Least.
        lo: f64,
        /// Greatest.
        hi: f64,
    },
    /// A coefficient cannot be.
    #[error("{what} is {value} per mm in band {band}; it must lie between 0 and 10⁵")]
    Coefficient {
        /// Which.
        what: &'static str,
        /// Its value.
        value: f64,
        /// In which band, from 0.
        band: usize,
    },
    /// Pigment and skin are given at different wavelengths.
    #[error("the pigment has {pigment} bands and the skin {skin}; give both at the same wavelengths")]
    Bands {
        /// Bands of the pigment.
        pigment: usize,
        /// Bands of the skin.
        skin: usize,
    },
}

impl Column {
    /// Depths of the top that the table holds, mm.
    pub const TOP_MM: (f64, f64) = (0.04, 0.8);
    /// Heights that the table holds, mm.
    pub const HEIGHT_MM: (f64, f64) = (0.06, 0.7);
    /// Diameters that the table holds, mm.
    pub const DIAMETER_MM: (f64, f64) = (0.045, 0.45);

    pub(super) fn validate(&self) -> Result<(), DotError> {
        for (what, value, (lo, hi)) in [
            ("depth of the top", self.top_mm, Self::TOP_MM),
            ("height", self.bottom_mm - self.top_mm, Self::HEIGHT_MM),
            ("diameter", self.diameter_mm, Self::DIAMETER_MM),
        ] {
            if !(value.is_finite() && (lo..=hi).contains(&value)) {
                return Err(DotError::Column { what, value, lo, hi });
            }
        }
        Ok(())
    }
}

/// Length by which the profile of a column scales: its radius, and the blur of the depth of its top. The
/// share of the depth makes profiles of neighbours in the table alike.
pub(super) fn scale_mm(diameter_mm: f64, top_mm: f64) -> f64 {
    0.5 * diameter_mm + 0.4 * top_mm
}

/// Absorption of carbon at each band, per mm, from that at 550 nm: in proportion to 1/λ, as small
/// particles of a constant index have it.
#[must_use]
pub fn carbon_per_mm(at_550_per_mm: f64) -> [f64; BANDS] {
    std::array::from_fn(|i| at_550_per_mm * 550.0 / Spectrum::wavelength_nm(i))
}

/// Absorption of pigment that lies in clumps, per mm.
///
/// `mean_per_mm` were it spread evenly, `fill` the share of the volume that clumps take (0 to 1),
/// `clump_um` their diameter. A clump shades itself: over its mean chord, two thirds of its diameter, it
/// takes 1 − e^{−τ} instead of τ (the sieve effect, Duysens 1956).
#[must_use]
pub fn clumped(mean_per_mm: f64, fill: f64, clump_um: f64) -> f64 {
    let mean = mean_per_mm.max(0.0);
    let tau = mean / fill.clamp(1e-6, 1.0) * (2.0 / 3.0) * clump_um.max(0.0) / 1000.0;
    if tau < 1e-9 { mean } else { mean * -libm::expm1(-tau) / tau }
}

/// Relative darkening around a dot.
#[derive(Clone, Debug, PartialEq)]
pub struct DotProfile {
    /// Distances from the middle, mm, rising from 0.
    pub radii_mm: Vec<f64>,
    /// 1 − R/R₀ by band and distance, 0 to 1.
    pub darkening: Vec<Vec<f64>>,
}

impl DotProfile {
    /// Darkening in a band at a distance, mm; between the distances that are held it is linear in
    /// the logarithm, beyond them 0.
    #[must_use]
    pub fn at(&self, band: usize, r_mm: f64) -> f64 {
        let (r, d) = (&self.radii_mm, &self.darkening[band]);
        let r_mm = r_mm.abs();
        let i = r.partition_point(|x| *x <= r_mm);
        if i == 0 || i >= r.len() {
            return if i > 0 && r_mm == r[r.len() - 1] { d[r.len() - 1] } else { 0.0 };
        }
        let f = (r_mm - r[i - 1]) / (r[i] - r[i - 1]);
        if d[i - 1] <= 0.0 || d[i] <= 0.0 {
            return d[i - 1] + f * (d[i] - d[i - 1]);
        }
        libm::exp((1.0 - f) * libm::log(d[i - 1]) + f * libm::log(d[i]))
    }

    /// Darkening in a band integrated over the skin, mm²: the extinction area.
    #[must_use]
    pub fn area_mm2(&self, band: usize) -> f64 {
        self.samples().iter().map(|(r, ring)| self.at(band, *r) * ring).sum()
    }

    /// Distances that divide each interval in 8, with the area of the ring of each, mm².
    pub(super) fn samples(&self) -> Vec<(f64, f64)> {
        let mut out = Vec::new();
        for p in self.radii_mm.windows(2) {
            for k in 0..8 {
                let width = (p[1] - p[0]) / 8.0;
                let r = p[0] + (f64::from(k) + 0.5) * width;
                out.push((r, 2.0 * std::f64::consts::PI * r * width));
            }
        }
        out
    }
}
