//! Patterns of the skin that never repeat: smooth noise and cells, from hashes.

use libm::{floorf, sqrtf};

/// Finaliser of a hash.
#[inline]
const fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

#[inline]
fn hash(i: i32, j: i32, seed: u32) -> u32 {
    mix((i as u32).wrapping_mul(0x9E37_79B9) ^ mix((j as u32).wrapping_add(seed)))
}

#[inline]
fn unit(x: u32) -> f32 {
    (x >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// Smooth noise of −1 to 1 with one feature per unit.
#[inline]
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (fx, fy) = (floorf(x), floorf(y));
    let (i, j) = (fx as i32, fy as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - fx), ease(y - fy));
    let at = |di: i32, dj: i32| unit(hash(i.wrapping_add(di), j.wrapping_add(dj), seed));
    let (a, b) = (at(0, 0), at(1, 0));
    let (c, d) = (at(0, 1), at(1, 1));
    let top = a + (b - a) * u;
    let low = c + (d - c) * u;
    2.0 * (top + (low - top) * v) - 1.0
}

/// Noise of three octaves, −1 to 1.
#[inline]
pub(crate) fn rough(x: f32, y: f32, seed: u32) -> f32 {
    (noise(x, y, seed)
        + 0.5 * noise(2.1 * x, 2.1 * y, seed ^ 0x51)
        + 0.25 * noise(4.3 * x, 4.3 * y, seed ^ 0x7A3))
        / 1.75
}

/// Distance to the nearest border between cells, and to the nearest cell's middle, in mean cell widths.
#[inline]
pub(crate) fn cells(x: f32, y: f32, seed: u32) -> (f32, f32) {
    let (fx, fy) = (floorf(x), floorf(y));
    let (i, j) = (fx as i32, fy as i32);
    let (mut first, mut second) = (9.0_f32, 9.0_f32);
    for dj in -1..=1 {
        for di in -1..=1 {
            let h = hash(i.wrapping_add(di), j.wrapping_add(dj), seed);
            let cx = fx + di as f32 + 0.1 + 0.8 * unit(h);
            let cy = fy + dj as f32 + 0.1 + 0.8 * unit(mix(h ^ 0x68E3_1DA4));
            let d = (cx - x) * (cx - x) + (cy - y) * (cy - y);
            if d < first {
                second = first;
                first = d;
            } else if d < second {
                second = d;
            }
        }
    }
    let (a, b) = (sqrtf(first), sqrtf(second));
    (b - a, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_noise_is_smooth_and_has_no_mean() {
        let (mut sum, mut most) = (0.0_f64, 0.0_f32);
        for k in 0..40_000 {
            let (x, y) = ((k % 200) as f32 * 0.37 - 30.0, (k / 200) as f32 * 0.41 - 40.0);
            let n = noise(x, y, 7);
            assert!((-1.0..=1.0).contains(&n));
            sum += f64::from(n);
            most = most.max((noise(x + 1e-3, y, 7) - n).abs());
        }
        assert!((sum / 40_000.0).abs() < 0.02, "{sum}");
        assert!(most < 0.01, "{most}");
        assert!(noise(f32::MAX, -f32::MAX, 1).is_finite());
    }

    #[test]
    fn prop_borders_lie_between_cells() {
        for k in 0..2000 {
            let (edge, near) = cells(k as f32 * 0.173, k as f32 * 0.091, 3);
            assert!(edge >= 0.0 && (0.0..1.6).contains(&near) && edge.is_finite());
        }
    }
}
