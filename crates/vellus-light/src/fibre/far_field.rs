//! A fibre seen from so far that its width is not resolved: the mean over the offset h.

use super::longitudinal::twice;
use super::{Fibre, LOBES, Longitudinal};
use crate::trace::lanes::{Eight, Plain};
use crate::trace::maths::wrapped;
use glam::Vec3;
use std::f32::consts::PI;

/// Rows of the table over θo, columns over φ, and offsets that each entry is the mean of.
const ROWS: usize = 32;
const COLUMNS: usize = 96;
const OFFSETS: usize = 96;

/// Ap·Np of each lobe as a mean over −1 < h < 1, tabled over |sin θo| and φ.
///
/// A round fibre is meant: over a head the sections lie every way.
#[derive(Clone, Debug)]
pub struct FarField {
    lobes: Longitudinal,
    turn: [[f32; 2]; 3],
    /// Rows of θo, columns of φ from 0 to π.
    table: Vec<[Vec3; LOBES]>,
}

impl FarField {
    /// Tables a fibre with this absorption over one radius.
    #[must_use]
    pub fn new(fibre: &Fibre, absorption: Vec3) -> Self {
        let round = Fibre { section: super::Section::ROUND, ..*fibre };
        let mut table = vec![[Vec3::ZERO; LOBES]; ROWS * COLUMNS];
        for row in 0..ROWS {
            let sin_o = libm::sinf(0.5 * PI * row as f32 / ROWS as f32);
            for k in 0..OFFSETS {
                let h = -1.0 + 2.0 * (k as f32 + 0.5) / OFFSETS as f32;
                let place = round.at(sin_o, 0.0, h, absorption);
                for column in 0..COLUMNS {
                    let phi = PI * column as f32 / (COLUMNS - 1) as f32;
                    let out = &mut table[row * COLUMNS + column];
                    let [r, tt, trt] = place.exit.map(|e| wrapped(phi - e));
                    let n = round.logistic.density(Eight::load(Plain, &twice([r, tt, trt, 0.0]))).array();
                    for (p, share) in out.iter_mut().enumerate() {
                        *share += place.share[p] * (n[p] / OFFSETS as f32);
                    }
                }
            }
        }
        Self { lobes: round.lobes, turn: round.turn, table }
    }

    /// S as a mean over the width of the fibre, by channel.
    #[must_use]
    pub fn scatter(&self, sin_theta_o: f32, sin_theta_i: f32, phi: f32) -> Vec3 {
        let sin_o = sin_theta_o.clamp(-1.0, 1.0);
        let sin_i = sin_theta_i.clamp(-1.0, 1.0);
        let cos_o = libm::sqrtf(1.0 - sin_o * sin_o);
        let cos_i = libm::sqrtf(1.0 - sin_i * sin_i);
        let y = (libm::asinf(sin_o.abs()) * (2.0 / PI) * ROWS as f32).min((ROWS - 1) as f32 - 1e-3);
        let x = (wrapped(phi).abs() * ((COLUMNS - 1) as f32 / PI)).min((COLUMNS - 1) as f32 - 1e-3);
        let (r, c) = (y as usize, x as usize);
        let (fy, fx) = (y - r as f32, x - c as f32);
        let (mut sine, mut cosine) = ([sin_o; LOBES], [cos_o; LOBES]);
        for (p, [s, k]) in self.turn.iter().enumerate() {
            sine[p] = sin_o * k + cos_o * s;
            cosine[p] = (cos_o * k - sin_o * s).abs();
        }
        let e = |v| Eight::load(Plain, &twice(v));
        let along = self.lobes.density(e([sin_i; LOBES]), e([cos_i; LOBES]), e(sine), e(cosine)).array();
        let mut sum = Vec3::ZERO;
        for (p, along) in along.iter().enumerate().take(LOBES) {
            let get = |dr: usize, dc: usize| self.table[(r + dr) * COLUMNS + c + dc][p];
            let a = get(0, 0).lerp(get(0, 1), fx);
            let b = get(1, 0).lerp(get(1, 1), fx);
            sum += a.lerp(b, fy) * *along;
        }
        sum
    }
}
