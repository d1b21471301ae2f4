//! Paths of light from the point that is looked at back to the sky, in skin that takes nothing but a
//! little, so that what tissue and pigment take can be applied afterwards.
//!
//! An even sky lights the skin from all places and directions. Light that leaves a point straight up
//! has come along some path; followed backwards (reciprocity), it enters straight down and its chance to
//! come out anywhere is the reflectance of that point. Absorption multiplies a path by
//! exp(−Σ μa ℓ), ℓ its lengths in epidermis, dermis and pigment.

use vellus_units::random::{Key, Purpose};

/// Thickness of the epidermis, horny layer included, mm: between 57 to 82 µm of cellular epidermis and
/// 11 to 18 µm above it (Sandby-Møller 2003), and the 60 to 80 µm that table 3 of Jacques 2013 assumes.
pub const EPIDERMIS_MM: f64 = 0.07;
/// Reduced scattering of epidermis over that of dermis at 500 nm, 68.7 / 45.3 (Salomatina 2006 as
/// fitted in Jacques 2013, table 2).
pub const EPIDERMIS_SCATTERS: f64 = 1.52;
/// Mean cosine of scattering. Only the reduced scattering matters farther than a transport path from
/// a boundary; 0.8 lies between 0.77 (van Gemert 1989 at 520 nm) and 0.9 (dermis at 633 nm).
pub const MEAN_COSINE: f64 = 0.8;
/// Refractive index of skin, one for all layers (1.38 for dermis to 1.44 for epidermis, Ding 2006).
pub const INDEX: f64 = 1.4;
/// What all dermis takes at least, per mm: without blood, 0.0244 (Jacques) and falling. Paths end by it.
pub const LEAST_MUA_PER_MM: f64 = 0.02;

/// Bends of a path after which it is given up; one in many millions.
const MOST_BENDS: usize = 200_000;

/// A path that came out.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    /// Bends from the point of view on, mm.
    pub(super) points: Vec<[f32; 3]>,
    /// Length in the epidermis, mm.
    pub(super) epidermis_mm: f64,
    /// Length in the dermis, mm.
    pub(super) dermis_mm: f64,
}

impl Path {
    /// Traces path `index` into `self`; false when the dermis took it.
    pub(super) fn trace(&mut self, mus_prime_per_mm: f64, key: Key, index: u64) -> bool {
        let mut random = key.stream(Purpose::DotPath, index);
        let dermis_mus = mus_prime_per_mm / (1.0 - MEAN_COSINE);
        let mus = [EPIDERMIS_SCATTERS * dermis_mus, dermis_mus];
        let longest = random.exponential(1.0 / LEAST_MUA_PER_MM);
        let (mut p, mut u) = ([0.0f64; 3], [0.0, 0.0, 1.0f64]);
        self.points.clear();
        self.points.push([0.0; 3]);
        (self.epidermis_mm, self.dermis_mm) = (0.0, 0.0);
        let mut deep = 0;
        while self.points.len() < MOST_BENDS {
            let free = random.exponential(1.0 / mus[deep]);
            let bound = match (deep, u[2] > 0.0) {
                (0, false) => 0.0,
                (1, true) => f64::INFINITY,
                _ => EPIDERMIS_MM,
            };
            let to_bound = if u[2] == 0.0 { f64::INFINITY } else { (bound - p[2]) / u[2] };
            let step = free.min(to_bound);
            for i in 0..3 {
                p[i] += step * u[i];
            }
            if deep == 0 {
                self.epidermis_mm += step;
            } else {
                self.dermis_mm += step;
                if self.dermis_mm > longest {
                    return false;
                }
            }
            if free < to_bound {
                self.points.push(p.map(|x| x as f32));
                u = turned(u, random.uniform(), random.uniform());
                continue;
            }
            p[2] = bound;
            if bound > 0.0 {
                // Between layers of one index a path goes straight on.
                deep = 1 - deep;
                continue;
            }
            self.points.push(p.map(|x| x as f32));
            if random.uniform() >= crate::transport::fresnel(INDEX, 1.0, -u[2]) {
                return true;
            }
            u[2] = -u[2];
        }
        false
    }
}

/// A direction after scattering (Henyey–Greenstein; see `transport` for the forms used).
fn turned(u: [f64; 3], eta: f64, phi: f64) -> [f64; 3] {
    let g = MEAN_COSINE;
    let t = 1.0 + g - 2.0 * g * eta;
    let away = (1.0 - g) * (1.0 - g) * eta * (1.0 + g + t) / (t * t);
    let cos = 1.0 - away;
    let sin = libm::sqrt((away * (2.0 - away)).max(0.0));
    let (s, c) = libm::sincos(2.0 * std::f64::consts::PI * phi);
    let (a, b) = (sin * c, sin * s);
    let d = a * u[0] + b * u[1];
    let e = cos - d / (1.0 + u[2].abs());
    let n = [u[0] * e + a, u[1] * e + b, u[2] * cos - d * 1f64.copysign(u[2])];
    let k = 1.0 / libm::sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    n.map(|x| x * k)
}
