//! Light sources.

use super::adaptation::{Adaptation, adapt};
use super::bands::Spectrum;
use super::observer::Observer;
use super::table::Table;
use crate::colour;
use crate::error::{LightError, in_range};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static DAYLIGHT: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../../data/optics/daylight.csv")));
static LED: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../../../../data/optics/led.csv")));

/// Kelvin of today over kelvin of 1931, when c₂ was 1.438.
const PRESENT_SCALE: f64 = 1.4388 / 1.438;

/// A named kind of light.
///
/// # Sources
/// CIE 015:2018: illuminants A, D50, D65, the D series and the LED illuminants B1 to V2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LampKind {
    /// Average daylight, 6504 K.
    #[default]
    D65,
    /// Horizon daylight, 5003 K.
    D50,
    /// Incandescent, 2856 K.
    A,
    /// The same power at every wavelength.
    EqualEnergy,
    /// Phosphor LED, 2733 K.
    LedB1,
    /// Phosphor LED, 2998 K.
    LedB2,
    /// Phosphor LED, 4103 K.
    LedB3,
    /// Phosphor LED, 5109 K.
    LedB4,
    /// Phosphor LED, 6598 K.
    LedB5,
    /// Phosphor LED with a red LED, 2851 K.
    LedBh1,
    /// Red, green and blue LEDs, 2840 K.
    LedRgb1,
    /// LED with violet pump, 2724 K.
    LedV1,
    /// LED with violet pump, 4070 K.
    LedV2,
}

impl LampKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::D65,
        Self::D50,
        Self::A,
        Self::EqualEnergy,
        Self::LedB1,
        Self::LedB2,
        Self::LedB3,
        Self::LedB4,
        Self::LedB5,
        Self::LedBh1,
        Self::LedRgb1,
        Self::LedV1,
        Self::LedV2,
    ];

    /// Short name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::D65 => "daylight D65",
            Self::D50 => "daylight D50",
            Self::A => "incandescent A",
            Self::EqualEnergy => "equal energy",
            Self::LedB1 => "LED B1, 2700 K",
            Self::LedB2 => "LED B2, 3000 K",
            Self::LedB3 => "LED B3, 4100 K",
            Self::LedB4 => "LED B4, 5100 K",
            Self::LedB5 => "LED B5, 6600 K",
            Self::LedBh1 => "LED BH1, 2850 K",
            Self::LedRgb1 => "LED RGB1, 2840 K",
            Self::LedV1 => "LED V1, 2700 K",
            Self::LedV2 => "LED V2, 4100 K",
        }
    }
}

/// A light with everything that colour needs to know about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lamp {
    /// Relative power, mean over the bands 1.
    pub power: Spectrum,
    /// Who looks.
    pub observer: Observer,
    /// Weights of a reflectance, so that a white gives Y = 1.
    weights: [Spectrum; 3],
}

impl Lamp {
    /// A named light seen by an observer.
    #[must_use]
    pub fn new(kind: LampKind, observer: Observer) -> Self {
        let led = |column: usize| Self::of(observer, |l| LED.at_or_zero(column, l));
        match kind {
            LampKind::D65 => Self::from_daylight(6500.0 * PRESENT_SCALE, observer),
            LampKind::D50 => Self::from_daylight(5000.0 * PRESENT_SCALE, observer),
            LampKind::A => Self::of(observer, incandescent),
            LampKind::EqualEnergy => Self::of(observer, |_| 1.0),
            LampKind::LedB1 => led(0),
            LampKind::LedB2 => led(1),
            LampKind::LedB3 => led(2),
            LampKind::LedB4 => led(3),
            LampKind::LedB5 => led(4),
            LampKind::LedBh1 => led(5),
            LampKind::LedRgb1 => led(6),
            LampKind::LedV1 => led(7),
            LampKind::LedV2 => led(8),
        }
    }

    /// D65 and the 2° observer; made once.
    #[must_use]
    pub fn d65() -> &'static Self {
        static D65: LazyLock<Lamp> = LazyLock::new(|| Lamp::new(LampKind::D65, Observer::Cie1931));
        &D65
    }

    /// Daylight of a correlated colour temperature, 4000 to 25 000 K.
    ///
    /// # Errors
    /// A temperature outside that range.
    ///
    /// # Sources
    /// CIE 015:2018, equations for the D series (the temperature on the present scale, c₂ = 1.4388).
    pub fn daylight(kelvin: f64, observer: Observer) -> Result<Self, LightError> {
        in_range("temperature of daylight in kelvin", kelvin, 4000.0, 25_000.0)?;
        Ok(Self::from_daylight(kelvin, observer))
    }

    /// A measured lamp.
    ///
    /// # Errors
    /// Power that is negative, not finite, or gives no light that can be seen.
    pub fn measured(power: &Spectrum, observer: Observer) -> Result<Self, LightError> {
        for (i, x) in power.0.iter().enumerate() {
            if !(x.is_finite() && *x >= 0.0) {
                return Err(LightError::Range {
                    what: BAND_NAMES[usize::from(i >= 18)],
                    value: *x,
                    lo: 0.0,
                    hi: f64::MAX,
                });
            }
        }
        if observer.xyz(power)[1] <= 0.0 {
            return Err(LightError::Range { what: "power of the lamp", value: 0.0, lo: 1e-9, hi: f64::MAX });
        }
        Ok(Self::of(observer, |l| power.at(l)))
    }

    fn from_daylight(kelvin: f64, observer: Observer) -> Self {
        let t = kelvin;
        let x = if t <= 7000.0 {
            -4.6070e9 / (t * t * t) + 2.9678e6 / (t * t) + 0.09911e3 / t + 0.244_063
        } else {
            -2.0064e9 / (t * t * t) + 1.9018e6 / (t * t) + 0.247_48e3 / t + 0.237_040
        };
        let y = -3.0 * x * x + 2.870 * x - 0.275;
        let m = 0.0241 + 0.2562 * x - 0.7341 * y;
        let m1 = (-1.3515 - 1.7703 * x + 5.9114 * y) / m;
        let m2 = (0.0300 - 31.4424 * x + 30.0717 * y) / m;
        // The standard rounds both to three places.
        let (m1, m2) = (libm::round(m1 * 1000.0) / 1000.0, libm::round(m2 * 1000.0) / 1000.0);
        Self::of(observer, |l| (DAYLIGHT.at(0, l) + m1 * DAYLIGHT.at(1, l) + m2 * DAYLIGHT.at(2, l)).max(0.0))
    }

    fn of(observer: Observer, power: impl Fn(f64) -> f64) -> Self {
        let weights = observer.weights_under(&power);
        let white = weights[1].sum();
        let banded = Spectrum::averaged(&power);
        let mean = banded.mean();
        Self { power: banded * (1.0 / mean), observer, weights: weights.map(|w| w * (1.0 / white)) }
    }

    /// XYZ of the white, Y = 1.
    #[must_use]
    pub fn white(&self) -> [f64; 3] {
        [self.weights[0].sum(), self.weights[1].sum(), self.weights[2].sum()]
    }

    /// Chromaticity x, y of the lamp.
    #[must_use]
    pub fn chromaticity(&self) -> [f64; 2] {
        let [x, y, z] = self.white();
        [x / (x + y + z), y / (x + y + z)]
    }

    /// XYZ of a reflectance under this lamp, Y = 1 for white.
    #[must_use]
    pub fn xyz(&self, reflectance: &Spectrum) -> [f64; 3] {
        let mut xyz = [0.0; 3];
        for (v, w) in xyz.iter_mut().zip(&self.weights) {
            *v = w.0.iter().zip(&reflectance.0).fold(0.0, |s, (a, b)| s + a * b);
        }
        xyz
    }

    /// CIELAB of a reflectance against the white of this lamp, as an instrument reports it.
    #[must_use]
    pub fn lab(&self, reflectance: &Spectrum) -> [f64; 3] {
        colour::lab_from_xyz_white(self.xyz(reflectance), self.white())
    }

    /// Linear sRGB of a reflectance under this lamp, white-balanced to D65; may leave 0 to 1.
    #[must_use]
    pub fn linear_srgb(&self, reflectance: &Spectrum, adaptation: Adaptation) -> [f64; 3] {
        colour::linear_from_xyz(adapt(self.xyz(reflectance), self.white(), colour::D65, adaptation))
    }

    /// Linear Display P3 of a reflectance under this lamp, white-balanced to D65.
    #[must_use]
    pub fn linear_p3(&self, reflectance: &Spectrum, adaptation: Adaptation) -> [f64; 3] {
        colour::linear_p3_from_xyz(adapt(self.xyz(reflectance), self.white(), colour::D65, adaptation))
    }

    /// Linear sRGB of a *power* that this lamp gave rise to (reflectance times [`Self::power`]), on the
    /// scale where white under this lamp is 1.
    #[must_use]
    pub fn linear_srgb_of_power(&self, power: &Spectrum, adaptation: Adaptation) -> [f64; 3] {
        let w = self.observer.weights();
        let (mut xyz, mut white) = ([0.0; 3], [0.0; 3]);
        for c in 0..3 {
            xyz[c] = (w[c] * *power).sum();
            white[c] = (w[c] * self.power).sum();
        }
        let y = white[1];
        let (xyz, white) = (xyz.map(|v| v / y), white.map(|v| v / y));
        colour::linear_from_xyz(adapt(xyz, white, colour::D65, adaptation))
    }
}

const BAND_NAMES: [&str; 2] = ["power of the lamp below 560 nm", "power of the lamp at 560 nm or above"];

/// CIE illuminant A: a black body of 2848 K on the scale c₂ = 1.435.
fn incandescent(nm: f64) -> f64 {
    let c = 1.435e7 / 2848.0;
    let b = |l: f64| libm::pow(560.0 / l, 5.0) * libm::expm1(c / 560.0) / libm::expm1(c / l);
    100.0 * b(nm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_white_of_d65() {
        let w = Lamp::d65().white();
        // 1 nm sums: 0.95047, 1, 1.08883; the published 5 nm sums give 1.08897 in Z.
        assert!((w[0] - 0.950_47).abs() < 1e-4 && (w[1] - 1.0).abs() < 1e-12, "{w:?}");
        assert!((w[2] - 1.088_83).abs() < 1.5e-4, "{w:?}");
        let w = Lamp::new(LampKind::D65, Observer::Cie1964).white();
        assert!((w[0] - 0.948_11).abs() < 1e-4 && (w[2] - 1.073_05).abs() < 4e-4, "{w:?}");
    }

    #[test]
    fn val_chromaticities_of_the_cie_lamps() {
        // CIE 015:2018, as listed in colour-science 0.4.7.
        let want = [
            (LampKind::D65, 0.3127, 0.3290),
            (LampKind::D50, 0.3457, 0.3585),
            (LampKind::A, 0.447_58, 0.407_45),
            (LampKind::EqualEnergy, 1.0 / 3.0, 1.0 / 3.0),
            (LampKind::LedB1, 0.4560, 0.4078),
            (LampKind::LedB2, 0.4357, 0.4012),
            (LampKind::LedB3, 0.3756, 0.3723),
            (LampKind::LedB4, 0.3422, 0.3502),
            (LampKind::LedB5, 0.3118, 0.3236),
            (LampKind::LedBh1, 0.4474, 0.4066),
            (LampKind::LedRgb1, 0.4557, 0.4211),
            (LampKind::LedV1, 0.4548, 0.4044),
            (LampKind::LedV2, 0.3781, 0.3775),
        ];
        for (kind, x, y) in want {
            let c = Lamp::new(kind, Observer::Cie1931).chromaticity();
            assert!((c[0] - x).abs() < 3e-4 && (c[1] - y).abs() < 3e-4, "{kind:?} {c:?}");
        }
    }

    #[test]
    fn val_daylight_temperature_follows_the_published_illuminants() {
        // D55 and D75, CIE 015:2018.
        for (t, x, y) in [(5503.0, 0.3324, 0.3474), (7504.0, 0.2990, 0.3149)] {
            let c = Lamp::daylight(t, Observer::Cie1931).unwrap().chromaticity();
            assert!((c[0] - x).abs() < 2e-4 && (c[1] - y).abs() < 2e-4, "{t} {c:?}");
        }
    }

    #[test]
    fn what_is_no_lamp_is_refused() {
        assert!(Lamp::daylight(1000.0, Observer::Cie1931).is_err());
        assert!(Lamp::daylight(f64::NAN, Observer::Cie1931).is_err());
        assert!(Lamp::measured(&Spectrum::ZERO, Observer::Cie1931).is_err());
        let mut p = Spectrum::ONE;
        p[20] = -1.0;
        assert!(Lamp::measured(&p, Observer::Cie1931).is_err());
        p[20] = f64::NAN;
        assert!(Lamp::measured(&p, Observer::Cie1931).is_err());
    }

    #[test]
    fn prop_white_is_white_under_every_lamp() {
        for kind in LampKind::ALL {
            let lamp = Lamp::new(kind, Observer::Cie1931);
            for method in [Adaptation::Bradford, Adaptation::Cat16] {
                for c in [
                    lamp.linear_srgb(&Spectrum::ONE, method),
                    lamp.linear_p3(&Spectrum::ONE, method),
                    lamp.linear_srgb_of_power(&lamp.power, method),
                ] {
                    for v in c {
                        assert!((v - 1.0).abs() < 2e-4, "{kind:?} {c:?}");
                    }
                }
            }
            let lab = lamp.lab(&Spectrum::splat(0.3));
            assert!(lab[1].abs() < 1e-9 && lab[2].abs() < 1e-9, "{kind:?} {lab:?}");
        }
    }

    #[test]
    fn prop_power_times_reflectance_is_close_to_the_fine_sum() {
        // What a spectral renderer gets on 36 bands against the 5 nm sum.
        let r = Spectrum::from_fn(|l| 0.2 + 0.25 / (1.0 + libm::exp((590.0 - l) / 12.0)));
        for kind in LampKind::ALL {
            let lamp = Lamp::new(kind, Observer::Cie1931);
            let a = lamp.linear_srgb(&r, Adaptation::Cat16);
            let b = lamp.linear_srgb_of_power(&(r * lamp.power), Adaptation::Cat16);
            for c in 0..3 {
                assert!((a[c] - b[c]).abs() < 3e-3, "{kind:?} {a:?} {b:?}");
            }
        }
    }
}
