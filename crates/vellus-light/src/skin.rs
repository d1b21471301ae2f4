//! The colour of a person's skin, and how it shines.

use crate::colour;
use crate::error::{LightError, in_range};
use glam::Vec3;
use serde::{Deserialize, Serialize};

/// Fitzpatrick's sun-reaction class. A poor measure of colour: prefer a measured L*a*b*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Fitzpatrick {
    I,
    II,
    III,
    IV,
    V,
    VI,
}

/// Which way the hue leans at the same lightness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undertone {
    /// Yellower: b* + 1.5, a* − 1. Assumption.
    Warm,
    /// As measured on average.
    #[default]
    Neutral,
    /// Pinker: b* − 1.5, a* + 1. Assumption.
    Cool,
}

/// The skin of the scalp and face.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skin {
    /// Diffuse colour, CIELAB D65.
    pub lab: [f64; 3],
    /// Redness of irritated skin, 0 (calm) to 1 (fresh after a session).
    pub redness: f32,
    /// Sebum gloss, 0 (powdered) to 1 (oily); 0.5 is ordinary.
    pub gloss: f32,
    /// Strength of uneven colour and of the relief in close-ups, 1 is ordinary.
    pub texture: f32,
}

/// Change of a* at full redness. Assumption: strong erythema reads 6 to 10 units of a*.
const REDNESS_DA: f64 = 8.0;
/// Change of L* at full redness. Assumption, as above.
const REDNESS_DL: f64 = -4.0;

impl Skin {
    /// Skin of a measured colour.
    ///
    /// # Errors
    /// L* outside 10 to 90, or a* or b* outside −10 to 45.
    pub fn measured(lab: [f64; 3]) -> Result<Self, LightError> {
        in_range("skin L*", lab[0], 10.0, 90.0)?;
        in_range("skin a*", lab[1], -10.0, 45.0)?;
        in_range("skin b*", lab[2], -10.0, 45.0)?;
        Ok(Self { lab, redness: 0.0, gloss: 0.5, texture: 1.0 })
    }

    /// Typical forehead skin of a Fitzpatrick class.
    ///
    /// # Sources
    /// III rests near the Caucasian forehead of Xiao et al. 2017 (L* 59.2, a* 11.6, b* 15.1; sd
    /// 5.1, 2.8, 2.3) and the European and African arms of Alaluf et al. 2002 (65/7.1/13.3 and
    /// 49.2/10.2/18.4). All six are an assumption: interpolated between these so that the
    /// typology angle falls in the class usually paired with each type (55, 46, 35, 20, −5, −38°).
    #[must_use]
    pub fn fitzpatrick(class: Fitzpatrick, undertone: Undertone) -> Self {
        let mut lab = match class {
            Fitzpatrick::I => [68.5, 9.5, 12.8],
            Fitzpatrick::II => [65.0, 10.4, 14.4],
            Fitzpatrick::III => [61.0, 11.2, 15.8],
            Fitzpatrick::IV => [56.4, 11.6, 17.6],
            Fitzpatrick::V => [48.4, 11.6, 18.4],
            Fitzpatrick::VI => [38.2, 10.4, 15.2],
        };
        let lean = match undertone {
            Undertone::Warm => 1.0,
            Undertone::Neutral => 0.0,
            Undertone::Cool => -1.0,
        };
        lab[1] -= lean;
        lab[2] += 1.5 * lean;
        Self { lab, redness: 0.0, gloss: 0.5, texture: 1.0 }
    }

    /// The same skin, irritated: 0 (calm) to 1.
    #[must_use]
    pub fn with_redness(mut self, redness: f32) -> Self {
        self.redness = redness.clamp(0.0, 1.0);
        self
    }

    /// The same skin with this gloss, 0 to 1.
    #[must_use]
    pub fn with_gloss(mut self, gloss: f32) -> Self {
        self.gloss = gloss.clamp(0.0, 1.0);
        self
    }

    /// Diffuse albedo, linear sRGB, without redness.
    #[must_use]
    pub fn albedo(&self) -> Vec3 {
        clamp_albedo(colour::linear_from_lab(self.lab))
    }

    /// Factor on the albedo where the skin is fully red at this [`Self::redness`].
    pub(crate) fn redness_factor(&self) -> Vec3 {
        let r = f64::from(self.redness);
        let red = [self.lab[0] + REDNESS_DL * r, self.lab[1] + REDNESS_DA * r, self.lab[2]];
        clamp_albedo(colour::linear_from_lab(red)) / self.albedo()
    }

    /// Typology angle, degrees.
    #[must_use]
    pub fn ita_degrees(&self) -> f64 {
        colour::ita_degrees(self.lab)
    }
}

fn clamp_albedo(c: [f64; 3]) -> Vec3 {
    let f = |x: f64| x.clamp(0.005, 0.95) as f32;
    Vec3::new(f(c[0]), f(c[1]), f(c[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typology_falls_with_the_class() {
        use Fitzpatrick::*;
        let mut last = 90.0;
        for class in [I, II, III, IV, V, VI] {
            let ita = Skin::fitzpatrick(class, Undertone::Neutral).ita_degrees();
            assert!(ita < last, "{class:?} {ita}");
            last = ita;
        }
    }
}
