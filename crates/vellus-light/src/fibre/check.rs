//! Checks of the fibre model that anybody may run: white furnace, weights, χ² of sampling.
//!
//! After the tests of pbrt-v3 (`src/tests/hair.cpp`).

use super::{Fibre, Section};
use crate::error::LightError;
use glam::Vec3;
use std::f64::consts::{PI, TAU};
use vellus_units::Stream;
use vellus_units::random::{Key, Purpose};

/// Least and greatest mean that was met over the roughnesses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Furnace {
    /// With directions drawn evenly over the sphere.
    pub uniform: [f64; 2],
    /// With directions drawn from the model.
    pub importance: [f64; 2],
}

/// A fibre under test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Material {
    /// Longitudinal roughness.
    pub beta_m: f32,
    /// Azimuthal roughness.
    pub beta_n: f32,
    /// Absorption over one radius.
    pub absorption: Vec3,
    /// Section.
    pub section: Section,
}

/// A χ² test of sampling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub degrees: f64,
    /// Chance of a statistic at least as large.
    pub p: f64,
}

fn unit(s: &mut Stream) -> f32 {
    // Below one after rounding to f32.
    (s.uniform() as f32).min(0.999_999_94)
}

fn extend(range: &mut [f64; 2], x: f64) {
    *range = [range[0].min(x), range[1].max(x)];
}

/// White furnace over a grid of `steps` × `steps` roughnesses from 0.1 to 0.9, `samples` each, the
/// offset drawn evenly: means of the light that a fibre without pigment gives back.
#[must_use]
pub fn furnace(steps: u32, samples: u32, section: Section, seed: u64) -> Furnace {
    let mut out = Furnace { uniform: [f64::INFINITY, 0.0], importance: [f64::INFINITY, 0.0] };
    for material in grid(steps, Vec3::ZERO, section) {
        if let Ok([u, i]) = material.means(samples, seed) {
            extend(&mut out.uniform, u);
            extend(&mut out.importance, i);
        }
    }
    out
}

/// Least and greatest single weight of sampling a white fibre; 1 in exact arithmetic.
#[must_use]
pub fn weights(steps: u32, samples: u32, seed: u64) -> [f64; 2] {
    let mut out = [f64::INFINITY, 0.0];
    let mut s = Key::new(seed, 0).stream(Purpose::Pixel, 1);
    for m in grid(steps, Vec3::ZERO, Section::ROUND) {
        let Ok(fibre) = m.fibre() else { continue };
        for _ in 0..samples {
            let (sin_o, h) = (2.0 * unit(&mut s) - 1.0, 2.0 * unit(&mut s) - 1.0);
            let u = [unit(&mut s), unit(&mut s), unit(&mut s), unit(&mut s)];
            let d = fibre.at(sin_o, 0.0, h, m.absorption).sample(u);
            if d.density > 0.0 {
                extend(&mut out, f64::from(d.weight.y));
            }
        }
    }
    out
}

fn grid(steps: u32, absorption: Vec3, section: Section) -> impl Iterator<Item = Material> {
    let n = steps.max(1);
    let at = move |k: u32| if n == 1 { 0.3 } else { 0.1 + 0.8 * k as f32 / (n - 1) as f32 };
    (0..n * n).map(move |k| Material { beta_m: at(k / n), beta_n: at(k % n), absorption, section })
}

impl Material {
    fn fibre(&self) -> Result<Fibre, LightError> {
        Fibre::new(self.beta_m, self.beta_n, 2.0, self.section)
    }

    /// Mean reflected light (green) under even light of 1, by directions drawn evenly over the sphere and
    /// by directions drawn from the model, for one direction of view.
    ///
    /// # Errors
    /// A roughness or section out of range.
    pub fn means(&self, samples: u32, seed: u64) -> Result<[f64; 2], LightError> {
        let fibre = self.fibre()?;
        let mut s = Key::new(seed, 0).stream(Purpose::Pixel, 0);
        let (sin_o, phi_o) = (2.0 * unit(&mut s) - 1.0, TAU as f32 * unit(&mut s));
        let (mut even, mut drawn) = (0.0, 0.0);
        for k in 0..samples {
            // The offset is spread evenly, so that the mean over it is not part of the noise.
            let h = -1.0 + 2.0 * (k as f32 + unit(&mut s)) / samples as f32;
            let place = fibre.at(sin_o, phi_o, h, self.absorption);
            let (sin_i, phi) = (2.0 * unit(&mut s) - 1.0, TAU as f32 * unit(&mut s));
            even += f64::from(place.scatter(sin_i, phi).y) * 4.0 * PI;
            let u = [unit(&mut s), unit(&mut s), unit(&mut s), unit(&mut s)];
            drawn += f64::from(place.sample(u).weight.y);
        }
        Ok([even / f64::from(samples), drawn / f64::from(samples)])
    }
}

/// χ² of `samples` drawn directions against the integral of their density over 24 × 48 cells of equal
/// solid angle; cells that expect fewer than five are joined.
///
/// # Errors
/// A roughness or section out of range.
pub fn chi_square(material: &Material, samples: u32, seed: u64) -> Result<ChiSquare, LightError> {
    const ROWS: usize = 24;
    const COLUMNS: usize = 48;
    /// Places along each side of a cell at which its density is taken.
    const FINE: usize = 24;
    let fibre = material.fibre()?;
    let mut s = Key::new(seed, 1).stream(Purpose::Pixel, 0);
    let (sin_o, phi_o, h) = (1.4 * unit(&mut s) - 0.7, TAU as f32 * unit(&mut s), 1.6 * unit(&mut s) - 0.8);
    let place = fibre.at(sin_o, phi_o, h, material.absorption);
    let mut seen = vec![0.0_f64; ROWS * COLUMNS];
    for _ in 0..samples {
        let u = [unit(&mut s), unit(&mut s), unit(&mut s), unit(&mut s)];
        let d = place.sample(u);
        let row = (0.5 * (f64::from(d.sin_theta) + 1.0) * ROWS as f64) as usize;
        let column = ((f64::from(d.phi) + PI) / TAU * COLUMNS as f64) as usize;
        seen[row.min(ROWS - 1) * COLUMNS + column.min(COLUMNS - 1)] += 1.0;
    }
    let cell = 4.0 * PI / (ROWS * COLUMNS * FINE * FINE) as f64;
    let (mut statistic, mut cells) = (0.0, 0.0);
    let (mut low_seen, mut low_expected) = (0.0, 0.0);
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            let mut expected = 0.0;
            for k in 0..FINE * FINE {
                let y = (row as f64 + ((k / FINE) as f64 + 0.5) / FINE as f64) / ROWS as f64;
                let x = (column as f64 + ((k % FINE) as f64 + 0.5) / FINE as f64) / COLUMNS as f64;
                let (_, density) = place.both((2.0 * y - 1.0) as f32, (TAU * x - PI) as f32);
                expected += f64::from(density) * cell;
            }
            expected *= f64::from(samples);
            let found = seen[row * COLUMNS + column];
            if expected < 5.0 {
                low_seen += found;
                low_expected += expected;
            } else {
                statistic += (found - expected) * (found - expected) / expected;
                cells += 1.0;
            }
        }
    }
    if low_expected >= 5.0 {
        statistic += (low_seen - low_expected) * (low_seen - low_expected) / low_expected;
        cells += 1.0;
    }
    let degrees = f64::max(cells - 1.0, 1.0);
    Ok(ChiSquare { statistic, degrees, p: upper_tail(statistic, degrees) })
}

/// Chance that χ² exceeds a value, by the cube root of Wilson and Hilferty 1931: right to some 10⁻³ from
/// 20 degrees of freedom on.
fn upper_tail(statistic: f64, degrees: f64) -> f64 {
    let v = 2.0 / (9.0 * degrees);
    let z = (libm::cbrt(statistic / degrees) - (1.0 - v)) / libm::sqrt(v);
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}
