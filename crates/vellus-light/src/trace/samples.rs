//! Low-discrepancy samples that can be computed in any order.
//!
//! Pairs of the (0, 2)-sequence of Sobol, shuffled by a hashed Owen scramble and shifted anew for each
//! pair of dimensions and each pixel. Beyond the first pairs of a path, where stratification gains nothing,
//! they are hashes.
//!
//! # Sources
//! Burley 2020, *Practical hash-based Owen scrambling* (JCGT 9(4)); Laine and Karras 2011, with the
//! constants of the better-mixing variant published by N. Vegdahl.

use vellus_units::random::{Key, Purpose};

/// Sample numbers that the table knows; sequences longer than this start anew with other scrambles.
const TABLE: usize = 4096;
/// Pairs of dimensions that are stratified.
const STRATIFIED: u32 = 24;
const SCALE: f32 = 1.0 / 16_777_216.0;

/// The second coordinate of Sobol's sequence, as 32-bit fractions, and the seed of a picture.
#[derive(Clone, Debug)]
pub struct Sequence {
    second: Vec<u32>,
    seed: u32,
}

impl Sequence {
    /// The sequence of one picture.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let second = (0..TABLE as u32)
            .map(|i| {
                let (mut i, mut v, mut y) = (i, 1_u32 << 31, 0_u32);
                while i != 0 {
                    if i & 1 == 1 {
                        y ^= v;
                    }
                    i >>= 1;
                    v ^= v >> 1;
                }
                y
            })
            .collect();
        Self { second, seed: key.stream(Purpose::Pixel, u64::MAX).word() }
    }

    /// The samples of one path through a pixel.
    #[inline(always)]
    #[must_use]
    pub fn path(&self, pixel: u32, number: u32) -> Samples<'_> {
        let block = number / TABLE as u32;
        let seed = mix(self.seed ^ mix(pixel.wrapping_add(block.wrapping_mul(0x9E37_79B9))));
        Samples { sequence: self, seed, number: number % TABLE as u32, pair: 0 }
    }
}

/// Uniform numbers of one path.
#[derive(Clone, Debug)]
pub struct Samples<'a> {
    sequence: &'a Sequence,
    seed: u32,
    number: u32,
    pair: u32,
}

impl Samples<'_> {
    /// The next two numbers in [0, 1).
    #[inline(always)]
    pub fn pair(&mut self) -> [f32; 2] {
        self.pair += 1;
        let s = mix(self.seed.wrapping_add(self.pair.wrapping_mul(0x9E37_79B9)));
        if self.pair > STRATIFIED {
            let a = mix(s ^ self.number.wrapping_mul(0x85EB_CA6B));
            return [unit(a), unit(mix(a ^ 0x68E3_1DA4))];
        }
        // Shuffling keeps blocks of 2ᵏ samples together; the bits above the table are a shift that
        // the scramble makes random anyway.
        let i = laine_karras(self.number.reverse_bits(), s).reverse_bits() & (TABLE as u32 - 1);
        // After a shuffle by Owen's scramble a random digital shift of the values is enough.
        let x = i.reverse_bits() ^ s.wrapping_mul(0xA511_E9B3);
        let y = self.sequence.second[i as usize] ^ s.wrapping_mul(0x63D8_3595).rotate_left(13);
        [unit(x), unit(y)]
    }

    /// The next number in [0, 1).
    #[inline(always)]
    pub fn one(&mut self) -> f32 {
        self.pair()[0]
    }
}

#[inline(always)]
fn unit(x: u32) -> f32 {
    (x >> 8) as f32 * SCALE
}

/// Finaliser of a hash.
#[inline(always)]
fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

/// A permutation in which each bit depends on the lower ones only.
#[inline(always)]
fn laine_karras(mut x: u32, seed: u32) -> u32 {
    x ^= x.wrapping_mul(0x3D20_ADEA);
    x = x.wrapping_add(seed);
    x = x.wrapping_mul((seed >> 16) | 1);
    x ^= x.wrapping_mul(0x0552_6C56);
    x ^ x.wrapping_mul(0x53A2_2864)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prop_every_elementary_box_has_one_sample() {
        // A (0, 2)-sequence: 64 points, each box of area 1/64 holds exactly one.
        let q = Sequence::new(Key::new(4, 0));
        for pixel in [0, 77, 123_456] {
            for pair in 0..4 {
                let points: Vec<[f32; 2]> = (0..64)
                    .map(|n| {
                        let mut s = q.path(pixel, n);
                        for _ in 0..pair {
                            s.pair();
                        }
                        s.pair()
                    })
                    .collect();
                for k in 0..=6 {
                    let (w, h) = (1 << k, 1 << (6 - k));
                    let mut seen = vec![0; 64];
                    for p in &points {
                        seen[(p[0] * w as f32) as usize * h + (p[1] * h as f32) as usize] += 1;
                    }
                    assert!(seen.iter().all(|n| *n == 1), "{pixel} {pair} {w}x{h} {seen:?}");
                }
            }
        }
    }

    #[test]
    fn stat_pairs_are_independent_of_each_other() {
        let q = Sequence::new(Key::new(4, 0));
        let n = 40_000;
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut s = q.path(k / 16, k % 16);
            let (a, b) = (s.pair(), s.pair());
            sum += f64::from(a[0] - 0.5) * f64::from(b[0] - 0.5);
        }
        assert!((sum / f64::from(n)).abs() < 4.0 / 12.0 / f64::from(n).sqrt());
    }
}
