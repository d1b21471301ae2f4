//! The plain way to trace photons: one after another in double precision, by the textbook's steps
//! (Wang, Jacques and Zheng 1995), with the tallies of our kernel.

use vellus_light::transport::{Slab, fresnel};

/// xoroshiro128+ (Blackman and Vigna 2018): what a plain program would take.
struct Generator([u64; 2]);

impl Generator {
    fn uniform(&mut self) -> f64 {
        let [a, mut b] = self.0;
        let sum = a.wrapping_add(b);
        b ^= a;
        self.0 = [a.rotate_left(24) ^ b ^ (b << 16), b.rotate_left(37)];
        ((sum >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }
}

/// Shares of the light.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plain {
    /// Came out at the top, the surface's reflection left out.
    pub(crate) reflectance: f64,
    /// Came out at the bottom.
    pub(crate) transmittance: f64,
    /// Absorbed over depth and reflected over distance, in 100 bins of 0.02 mm.
    pub(crate) depth: Vec<f64>,
    pub(crate) radius: Vec<f64>,
}

const BINS: usize = 100;
const BIN_MM: f64 = 0.02;

/// Traces `photons` through a slab, beam at right angles.
pub(crate) fn trace(slab: &Slab, photons: u64) -> Plain {
    let mut random = Generator([0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03]);
    let mut out = Plain { depth: vec![0.0; BINS], radius: vec![0.0; BINS], ..Plain::default() };
    let mut bounds = vec![0.0];
    for l in &slab.layers {
        bounds.push(bounds[bounds.len() - 1] + l.thickness_mm);
    }
    let surface = fresnel(slab.above, slab.layers[0].n, 1.0);
    for _ in 0..photons {
        let (mut p, mut u) = ([0.0f64; 3], [0.0, 0.0, 1.0f64]);
        let (mut w, mut k) = (1.0 - surface, 0);
        loop {
            let layer = &slab.layers[k];
            let total = layer.mua_per_mm + layer.mus_per_mm;
            let mut step = -random.uniform().ln() / total;
            let bound = if u[2] > 0.0 { bounds[k + 1] } else { bounds[k] };
            let to_bound = if u[2] == 0.0 { f64::INFINITY } else { (bound - p[2]) / u[2] };
            let hit = step > to_bound;
            step = step.min(to_bound);
            for i in 0..3 {
                p[i] += step * u[i];
            }
            if hit {
                let (beyond, outside) = if u[2] > 0.0 {
                    (slab.layers.get(k + 1).map_or(slab.below, |l| l.n), k + 1 == slab.layers.len())
                } else if k == 0 {
                    (slab.above, true)
                } else {
                    (slab.layers[k - 1].n, false)
                };
                if random.uniform() < fresnel(layer.n, beyond, u[2].abs()) {
                    u[2] = -u[2];
                } else if outside {
                    if u[2] > 0.0 {
                        out.transmittance += w;
                    } else {
                        out.reflectance += w;
                        let bin = ((p[0] * p[0] + p[1] * p[1]).sqrt() / BIN_MM) as usize;
                        out.radius[bin.min(BINS - 1)] += w;
                    }
                    break;
                } else {
                    let eta = layer.n / beyond;
                    let down = u[2] > 0.0;
                    let c = (1.0 - eta * eta * (1.0 - u[2] * u[2])).max(0.0).sqrt();
                    u = [u[0] * eta, u[1] * eta, if down { c } else { -c }];
                    k = if down { k + 1 } else { k - 1 };
                }
            } else {
                let taken = w * layer.mua_per_mm / total;
                w -= taken;
                out.depth[((p[2] / BIN_MM) as usize).min(BINS - 1)] += taken;
                u = turned(u, layer.g, &mut random);
            }
            if w < 1e-4 {
                if random.uniform() < 0.1 {
                    w *= 10.0;
                } else {
                    break;
                }
            }
        }
    }
    let n = photons as f64;
    out.reflectance /= n;
    out.transmittance /= n;
    out
}

fn turned(u: [f64; 3], g: f64, random: &mut Generator) -> [f64; 3] {
    let cos = if g == 0.0 {
        2.0 * random.uniform() - 1.0
    } else {
        let t = (1.0 - g * g) / (1.0 - g + 2.0 * g * random.uniform());
        ((1.0 + g * g - t * t) / (2.0 * g)).clamp(-1.0, 1.0)
    };
    let sin = (1.0 - cos * cos).sqrt();
    let (sp, cp) = (2.0 * std::f64::consts::PI * random.uniform()).sin_cos();
    if u[2].abs() > 1.0 - 1e-12 {
        return [sin * cp, sin * sp, cos * u[2].signum()];
    }
    let flat = (1.0 - u[2] * u[2]).sqrt();
    [
        sin * (u[0] * u[2] * cp - u[1] * sp) / flat + u[0] * cos,
        sin * (u[1] * u[2] * cp + u[0] * sp) / flat + u[1] * cos,
        -sin * cp * flat + u[2] * cos,
    ]
}
