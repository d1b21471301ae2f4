//! The colour of hair from its melanins.
//!
//! Absorption per hair radius is σ_a = c_e·E + c_p·P in linear RGB. The red values, 0.419 and 0.187,
//! and with them the scale of c_e and c_p, are those of d'Eon et al. 2011; green and blue follow the
//! measured slopes of the melanins, exp(−0.0056 λ) and exp(−0.0087 λ), λ in nm at 610, 545 and 460
//! (Sarna and Swartz 1988 as fitted in Jacques 2013, equation 10). The paper's own green and blue
//! (0.697 and 1.37; 0.4 and 1.05) are steeper than those slopes and turn blond hair olive.
//!
//! The light that has been through a fibre is A = exp(−2.03 σ_a), with 0.046 reflected at the
//! surface: that meets the project's own spectral renderings of a cylinder under uniform light (c_e
//! 0.3: .778/.668/.560, 1.3: .334/.205/.111) within 0.05. The surface part is white and is shaded as a
//! highlight.

use glam::Vec3;
use serde::{Deserialize, Serialize};

/// Absorption of eumelanin per unit of c_e, linear RGB, per hair radius. Sources: see the module.
const EUMELANIN: Vec3 = Vec3::new(0.419, 0.603, 0.971);
/// Absorption of pheomelanin per unit of c_p, linear RGB, per hair radius. Sources: see the module.
const PHEOMELANIN: Vec3 = Vec3::new(0.187, 0.329, 0.690);
/// Mean path in radii that the light of a fibre has travelled. Fit, see the module.
const MEAN_PATH: f32 = 2.03;
/// Light reflected at the surface of a fibre under uniform light. Measured, see the module.
pub const SURFACE_REFLECTANCE: f32 = 0.046;

/// A named hair colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum HairTone {
    Black,
    DarkBrown,
    #[default]
    Brown,
    LightBrown,
    Blond,
    Red,
    Grey,
    White,
}

/// Hair colour: pigment of the coloured strands, and how many strands are white.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HairColour {
    /// Eumelanin, in the units of d'Eon et al.: 0.3 blond, 1.3 brown, 8 black.
    pub eumelanin: f32,
    /// Pheomelanin, same units.
    pub pheomelanin: f32,
    /// Share of strands without pigment, 0 to 1.
    pub white_share: f32,
}

impl HairColour {
    /// A named colour. Eumelanin near 0.3 is the usual blond, 1.3 brown and 8 black (rayrender);
    /// the shares of pheomelanin and the values between are assumptions, by eye. Grey is dark brown
    /// with 65 % white strands.
    #[must_use]
    pub const fn preset(tone: HairTone) -> Self {
        let (eumelanin, pheomelanin, white_share) = match tone {
            HairTone::Black => (8.0, 0.0, 0.0),
            HairTone::DarkBrown => (2.4, 0.5, 0.0),
            HairTone::Brown => (1.2, 0.6, 0.0),
            HairTone::LightBrown => (0.65, 0.7, 0.0),
            HairTone::Blond => (0.22, 0.75, 0.0),
            HairTone::Red => (0.3, 2.2, 0.0),
            HairTone::Grey => (2.4, 0.5, 0.65),
            HairTone::White => (0.02, 0.01, 1.0),
        };
        Self { eumelanin, pheomelanin, white_share }
    }

    /// The same colour with this share of white strands.
    #[must_use]
    pub fn greyed(mut self, white_share: f32) -> Self {
        self.white_share = white_share.clamp(0.0, 1.0);
        self
    }

    /// Absorption per hair radius, linear RGB; `white` for a strand that lost its pigment.
    #[must_use]
    pub fn absorption(&self, white: bool) -> Vec3 {
        if white {
            // A trace of yellow in unpigmented keratin. Assumption.
            0.05 * EUMELANIN + 0.05 * PHEOMELANIN
        } else {
            self.eumelanin.max(0.0) * EUMELANIN + self.pheomelanin.max(0.0) * PHEOMELANIN
        }
    }

    /// Body albedo of one fibre, linear RGB, without the surface reflection.
    #[must_use]
    pub fn body_albedo(&self, white: bool) -> Vec3 {
        let s = self.absorption(white) * -MEAN_PATH;
        Vec3::new(libm::expf(s.x), libm::expf(s.y), libm::expf(s.z))
    }

    /// Mean albedo over the strands of a head, with the surface reflection.
    #[must_use]
    pub fn mean_albedo(&self) -> Vec3 {
        let body = self.body_albedo(false).lerp(self.body_albedo(true), self.white_share);
        body * (1.0 - SURFACE_REFLECTANCE) + Vec3::splat(SURFACE_REFLECTANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regress_fibre_albedo_against_our_spectral_cylinder() {
        for (c, want) in
            [(0.3, [0.778, 0.668, 0.560]), (1.3, [0.334, 0.205, 0.111]), (8.0, [0.0477, 0.0465, 0.0465])]
        {
            let h = HairColour { eumelanin: c, pheomelanin: 0.0, white_share: 0.0 };
            let a = h.mean_albedo().to_array();
            for i in 0..3 {
                assert!((a[i] - want[i]).abs() < 0.05, "{c} {a:?}");
            }
        }
    }
}
