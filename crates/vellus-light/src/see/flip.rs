//! FLIP for pictures of low dynamic range: how different two pictures look when one flips between them.
//!
//! # Sources
//! Andersson, Nilsson, Akenine-Möller, Oskarsson, Åström and Fairchild 2020, *FLIP: a difference
//! evaluator for alternating images*, sections 4 and 5, with their constants. Held against the reference
//! program in the tests.

use rayon::prelude::*;

use crate::colour::{linear_from_srgb, linear_from_xyz, xyz_from_linear};
use crate::error::{LightError, in_range};

/// Pixels to a degree that FLIP takes when nothing is said: a screen of 0.7 m and 3840 pixels at 0.7 m.
pub const USUAL_PIXELS_PER_DEGREE: f64 = 67.020_64;

/// Contrast sensitivity as sums of Gaussians, a₁, b₁, a₂, b₂: achromatic, red–green, blue–yellow.
const CSF: [[f64; 4]; 3] = [[1.0, 0.0047, 0.0, 1e-5], [1.0, 0.0053, 0.0, 1e-5], [34.1, 0.04, 13.5, 0.025]];
/// Exponents of colour and feature differences, and the two points of the remapping.
const Q_C: f64 = 0.7;
const Q_F: f64 = 0.5;
const P_C: f64 = 0.4;
const P_T: f64 = 0.95;
/// Width of the feature detectors, degrees.
const FEATURE_DEG: f64 = 0.082;

type Plane = Vec<f64>;

/// Mean FLIP difference of two pictures, 0 (same) to 1, and the difference of each pixel.
///
/// `a` and `b` are sRGB code values from 0 to 1, rows from the top.
///
/// # Errors
/// Lists of another length than `width` × `height`, code values outside 0 to 1, a resolution outside 1 to
/// 1000 pixels per degree.
pub fn flip(
    a: &[[f64; 3]],
    b: &[[f64; 3]],
    width: usize,
    height: usize,
    pixels_per_degree: f64,
) -> Result<(f64, Vec<f64>), LightError> {
    in_range("pixels per degree", pixels_per_degree, 1.0, 1000.0)?;
    for p in [a, b] {
        if p.len() != width * height || p.is_empty() {
            return Err(LightError::Length {
                what: "pixels of a picture for FLIP",
                found: p.len(),
                expected: width * height,
            });
        }
        for v in p.iter().flatten() {
            in_range("sRGB code value", *v, 0.0, 1.0)?;
        }
    }
    let size = (width, height);
    let (ya, yb) = (opponent(a), opponent(b));
    let (fa, fb) = (filtered(&ya, size, pixels_per_degree), filtered(&yb, size, pixels_per_degree));
    let most = libm::pow(hyab(hunt([0.0, 1.0, 0.0]), hunt([0.0, 0.0, 1.0])), Q_C);
    let (ea, eb) = (features(&ya[0], size, pixels_per_degree), features(&yb[0], size, pixels_per_degree));
    let map: Vec<f64> = (0..width * height)
        .into_par_iter()
        .map(|i| {
            let d = libm::pow(hyab(hunt(fa[i]), hunt(fb[i])), Q_C);
            let knee = P_C * most;
            let colour =
                if d < knee { P_T / knee * d } else { P_T + (d - knee) / (most - knee) * (1.0 - P_T) };
            let f = (ea[i][0] - eb[i][0]).abs().max((ea[i][1] - eb[i][1]).abs());
            let feature = libm::pow((f / std::f64::consts::SQRT_2).clamp(0.0, 1.0), Q_F);
            libm::pow(colour, 1.0 - feature)
        })
        .collect();
    let mean = map.iter().sum::<f64>() / map.len() as f64;
    Ok((mean, map))
}

fn white() -> [f64; 3] {
    xyz_from_linear([1.0; 3])
}

/// Linear opponent space YCxCz of sRGB code values.
fn opponent(p: &[[f64; 3]]) -> [Plane; 3] {
    let w = white();
    let mut out = [Vec::new(), Vec::new(), Vec::new()];
    for c in p {
        let xyz = xyz_from_linear(c.map(linear_from_srgb));
        let (x, y, z) = (xyz[0] / w[0], xyz[1] / w[1], xyz[2] / w[2]);
        out[0].push(116.0 * y - 16.0);
        out[1].push(500.0 * (x - y));
        out[2].push(200.0 * (y - z));
    }
    out
}

/// The picture as the eye resolves it, linear sRGB from 0 to 1.
fn filtered(y: &[Plane; 3], size: (usize, usize), ppd: f64) -> Vec<[f64; 3]> {
    let pi = std::f64::consts::PI;
    let widest = CSF.iter().flat_map(|c| [c[1], c[3]]).fold(0.0, f64::max);
    let radius = libm::ceil(3.0 * libm::sqrt(widest / (2.0 * pi * pi)) * ppd) as i64;
    let planes: Vec<Plane> = (0..3)
        .map(|c| {
            let [a1, b1, a2, b2] = CSF[c];
            let line = |b: f64| -> Vec<f64> {
                (-radius..=radius)
                    .map(|k| {
                        let d = k as f64 / ppd;
                        libm::exp(-pi * pi * d * d / b)
                    })
                    .collect()
            };
            let mut sum = vec![0.0; y[c].len()];
            let mut total = 0.0;
            for (a, b) in [(a1, b1), (a2, b2)] {
                if a == 0.0 {
                    continue;
                }
                let g = line(b);
                let s: f64 = g.iter().sum();
                let height = a * libm::sqrt(pi / b);
                total += height * s * s;
                for (t, v) in sum.iter_mut().zip(convolved(&y[c], size, &g, &g)) {
                    *t += height * v;
                }
            }
            sum.iter().map(|v| v / total).collect()
        })
        .collect();
    let w = white();
    (0..y[0].len())
        .map(|i| {
            let l = (planes[0][i] + 16.0) / 116.0;
            let xyz = [w[0] * (planes[1][i] / 500.0 + l), w[1] * l, w[2] * (l - planes[2][i] / 200.0)];
            linear_from_xyz(xyz).map(|v| v.clamp(0.0, 1.0))
        })
        .collect()
}

/// CIELAB of linear sRGB against its own white, with chroma scaled by lightness (Hunt).
fn hunt(c: [f64; 3]) -> [f64; 3] {
    let w = white();
    let xyz = xyz_from_linear(c);
    let f = |t: f64| {
        let d = 6.0 / 29.0;
        if t > d * d * d { libm::cbrt(t) } else { t / (3.0 * d * d) + 4.0 / 29.0 }
    };
    let (x, y, z) = (f(xyz[0] / w[0]), f(xyz[1] / w[1]), f(xyz[2] / w[2]));
    let l = 116.0 * y - 16.0;
    [l, 0.01 * l * 500.0 * (x - y), 0.01 * l * 200.0 * (y - z)]
}

fn hyab(a: [f64; 3], b: [f64; 3]) -> f64 {
    (a[0] - b[0]).abs() + libm::hypot(a[1] - b[1], a[2] - b[2])
}

/// Strength of edges and of points at each pixel.
fn features(y: &Plane, size: (usize, usize), ppd: f64) -> Vec<[f64; 2]> {
    let level: Plane = y.iter().map(|v| (v + 16.0) / 116.0).collect();
    let sd = 0.5 * FEATURE_DEG * ppd;
    let radius = libm::ceil(3.0 * sd) as i64;
    let g: Vec<f64> = (-radius..=radius).map(|k| libm::exp(-((k * k) as f64) / (2.0 * sd * sd))).collect();
    let across: f64 = g.iter().sum();
    // Positive and negative weights each sum to one over the whole kernel.
    let balanced = |weights: Vec<f64>| -> Vec<f64> {
        let plus: f64 = weights.iter().filter(|v| **v > 0.0).sum::<f64>() * across;
        let minus: f64 = -weights.iter().filter(|v| **v < 0.0).sum::<f64>() * across;
        weights.iter().map(|v| if *v > 0.0 { v / plus } else { v / minus }).collect()
    };
    let k = |i: usize| (i as i64 - radius) as f64;
    let edge = balanced(g.iter().enumerate().map(|(i, v)| -k(i) * v).collect());
    let point = balanced(g.iter().enumerate().map(|(i, v)| (k(i) * k(i) / (sd * sd) - 1.0) * v).collect());
    let ex = convolved(&level, size, &edge, &g);
    let ey = convolved(&level, size, &g, &edge);
    let px = convolved(&level, size, &point, &g);
    let py = convolved(&level, size, &g, &point);
    (0..level.len()).map(|i| [libm::hypot(ex[i], ey[i]), libm::hypot(px[i], py[i])]).collect()
}

/// A separable convolution, across with one kernel and down with another; edges are repeated.
fn convolved(p: &Plane, (w, h): (usize, usize), across: &[f64], down: &[f64]) -> Plane {
    let half = (across.len() / 2) as i64;
    let at = |i: i64, n: usize| i.clamp(0, n as i64 - 1) as usize;
    let mut first = vec![0.0; p.len()];
    first.par_chunks_mut(w).zip(p.par_chunks(w)).for_each(|(out, row)| {
        for (x, o) in out.iter_mut().enumerate() {
            *o = across.iter().enumerate().map(|(k, g)| g * row[at(x as i64 + k as i64 - half, w)]).sum();
        }
    });
    let half = (down.len() / 2) as i64;
    let mut second = vec![0.0; p.len()];
    second.par_chunks_mut(w).enumerate().for_each(|(y, out)| {
        for (k, g) in down.iter().enumerate() {
            let row = at(y as i64 + k as i64 - half, h) * w;
            for (x, o) in out.iter_mut().enumerate() {
                *o += g * first[row + x];
            }
        }
    });
    second
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(a: &[[f64; 3]], b: &[[f64; 3]], n: usize, ppd: f64) -> f64 {
        flip(a, b, n, n, ppd).unwrap().0
    }

    #[test]
    fn val_flip_of_flat_pictures() {
        let flat = |v: f64| vec![[v; 3]; 64 * 64];
        let at = |a: f64, b: f64| mean(&flat(a), &flat(b), 64, USUAL_PIXELS_PER_DEGREE);
        assert!(at(0.5, 0.5).abs() < 1e-12);
        // The map of the reference program (flip-evaluator 1.7), which computes in single precision.
        for (a, b, map, printed) in [(1.0, 0.0, 0.967_388, 0.968_55), (0.5, 0.52, 0.093_273, 0.093_59)] {
            let m = at(a, b);
            assert!((m - map).abs() < 3e-5, "{m}");
            // Its printed mean over 512 × 512 pixels is a running sum in single precision, which drifts.
            let mut sum = 0.0_f32;
            for _ in 0..512 * 512 {
                sum += map as f32;
            }
            assert!((f64::from(sum) / (512.0 * 512.0) - printed).abs() < 1e-4, "{sum}");
        }
    }

    #[test]
    fn val_flip_of_patterns_against_the_reference_program() {
        // flip-evaluator 1.7 on the same pixels.
        let n = 64;
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for y in 0..n {
            for x in 0..n {
                let r = ((x * 7 + y * 3) % 17) as f64 / 16.0;
                let g = ((x * 5 + y * 11) % 13) as f64 / 12.0;
                let u = ((x * x + y * y) % 19) as f64 / 18.0;
                a.push([r, g, u]);
                b.push([0.9 * r, g, (u + 0.05).min(1.0)]);
            }
        }
        let m = mean(&a, &b, n, USUAL_PIXELS_PER_DEGREE);
        assert!((m - 0.208_223).abs() < 2e-4, "{m}");
        let flat = vec![[0.6; 3]; n * n];
        let mut square = flat.clone();
        for y in 24..40 {
            for x in 24..40 {
                square[y * n + x] = [0.45, 0.45, 0.5];
            }
        }
        let (m, map) = flip(&flat, &square, n, n, USUAL_PIXELS_PER_DEGREE).unwrap();
        assert!((m - 0.042_406).abs() < 5e-5, "{m}");
        for ((x, y), want) in
            [((32, 32), 0.472_031), ((24, 24), 0.356_236), ((32, 20), 0.059_714), ((0, 0), 0.0)]
        {
            assert!((map[y * n + x] - want).abs() < 2e-4, "{x} {y} {}", map[y * n + x]);
        }
        let far = mean(&flat, &square, n, 20.0);
        assert!((far - 0.032_547).abs() < 5e-5, "{far}");
    }

    #[test]
    fn bad_pictures_are_told() {
        let p = vec![[0.5; 3]; 64];
        assert!(flip(&p, &p[1..], 8, 8, 67.0).is_err());
        assert!(flip(&p, &p, 8, 8, 0.0).is_err());
        assert!(flip(&[[f64::NAN; 3]], &[[0.0; 3]], 1, 1, 67.0).is_err());
        assert!(flip(&[[0.2; 3]], &[[0.2; 3]], 1, 1, 67.0).is_ok());
    }
}
