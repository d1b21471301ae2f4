//! Random numbers and functions of lanes.

use super::*;

/// Does the work in the lanes of this machine.
fn lanes<T>(work: impl Work<T>) -> T {
    struct Run<W, T>(W, std::marker::PhantomData<T>);
    impl<T, W: Work<T>> pulp::WithSimd for Run<W, T> {
        type Output = T;
        #[inline(always)]
        fn with_simd<S: Simd>(self, s: S) -> T {
            self.0.run(s)
        }
    }
    pulp::Arch::new().dispatch(Run(work, std::marker::PhantomData))
}

trait Work<T> {
    fn run<S: Simd>(self, s: S) -> T;
}

/// Words of the photons `first..` at one step, lane by lane.
fn words<S: Simd>(s: S, first: u32, step: u32, keys: &[[u32; 2]; ROUNDS]) -> [[u32; LANES]; 4] {
    let id: [u32; LANES] = std::array::from_fn(|i| first + i as u32);
    let w = philox([U::load(s, &id), U::splat(s, 0), U::splat(s, step), U::splat(s, 0)], keys);
    let mut out = [[0; LANES]; 4];
    for (w, o) in w.iter().zip(&mut out) {
        w.store(o);
    }
    out
}

struct Known([u32; 4], [u32; 2]);
impl Work<[u32; 4]> for Known {
    fn run<S: Simd>(self, s: S) -> [u32; 4] {
        let w = philox(self.0.map(|c| U::splat(s, c)), &round_keys(self.1));
        w.map(|w| {
            let mut o = [0; LANES];
            w.store(&mut o);
            assert!(o[..S::F32_LANES].iter().all(|x| *x == o[0]));
            o[0]
        })
    }
}

#[test]
fn val_philox_of_seven_rounds_known_answers() {
    // Random123, kat_vectors, philox4x32 7.
    let m = u32::MAX;
    assert_eq!(lanes(Known([0; 4], [0; 2])), [0x5f6f_b709, 0x0d89_3f64, 0x4f12_1f81, 0x4f73_0a48]);
    assert_eq!(lanes(Known([m; 4], [m; 2])), [0x5207_ddc2, 0x4516_5e59, 0x4d8e_e751, 0x8c52_f662]);
}

/// Largest errors of −ln u, relative, and of cosine and sine, absolute, over many words.
struct Accuracy;
impl Work<(f64, f64, f64)> for Accuracy {
    fn run<S: Simd>(self, s: S) -> (f64, f64, f64) {
        let (mut log, mut cos, mut sin) = (0.0f64, 0.0f64, 0.0f64);
        for i in 0..2_000_000u32 {
            let word = i.wrapping_mul(2_654_435_761);
            let mut o = [0.0; LANES];
            uniform(U::splat(s, word)).store(&mut o);
            let u = f64::from(o[0]);
            assert!(u > 0.0 && u < 1.0);
            minus_ln(F::splat(s, o[0])).store(&mut o);
            log = log.max((f64::from(o[0]) / -libm::log(u) - 1.0).abs());
            let second = i.wrapping_mul(0x9e37_79b9);
            let (c, n) = turn(U::splat(s, word), U::splat(s, second));
            c.store(&mut o);
            let mut p = [0.0; LANES];
            n.store(&mut p);
            let (c, n) = (f64::from(o[0]), f64::from(p[0]));
            // The angle of the bits, by the same exchange and sign.
            let place = f64::from((second & 0xfff) << 4 | word & 0xf);
            let a = ((place + 0.5) / 65_536.0 - 0.5) * std::f64::consts::FRAC_PI_2;
            let sign = if word & 0x20 != 0 { -1.0 } else { 1.0 };
            let (ec, es) = if word & 0x10 != 0 {
                (libm::sin(a), sign * libm::cos(a))
            } else {
                (sign * libm::cos(a), libm::sin(a))
            };
            cos = cos.max((c - ec).abs());
            sin = sin.max((n - es).abs());
        }
        (log, cos, sin)
    }
}

#[test]
fn logarithm_and_turn_are_exact_to_single_precision() {
    let (log, cos, sin) = lanes(Accuracy);
    assert!(log < 2.5e-7 && cos < 1.5e-7 && sin < 1.5e-7, "{log} {cos} {sin}");
}

/// χ² of each word in 256 classes, of pairs of words in 16 × 16 classes (the four of a step, the same
/// word of the next photon, the same word of the next step), and of 16 classes of what they feed:
/// free paths, turns, and scattering.
struct Randomness;
impl Work<Vec<(String, f64, usize)>> for Randomness {
    fn run<S: Simd>(self, s: S) -> Vec<(String, f64, usize)> {
        let keys = round_keys([0x1234_5678, 0x9abc_def0]);
        let (photons, steps) = (1u32 << 14, 32);
        let mut single = vec![vec![0u32; 256]; 4];
        let mut pairs = vec![vec![0u32; 256]; 14];
        let mut fed = vec![vec![0u32; 16]; 5];
        for step in 1..=steps {
            for first in (0..photons).step_by(S::F32_LANES) {
                let now = words(s, first, step, &keys);
                let beside = words(s, first + 1, step, &keys);
                let next = words(s, first, step + 1, &keys);
                for lane in 0..S::F32_LANES {
                    let top = |w: &[[u32; LANES]; 4], k: usize| (w[k][lane] >> 28) as usize;
                    let mut at = 0;
                    for k in 0..4 {
                        single[k][(now[k][lane] >> 24) as usize] += 1;
                        for j in k + 1..4 {
                            pairs[at][16 * top(&now, k) + top(&now, j)] += 1;
                            at += 1;
                        }
                    }
                    for k in 0..4 {
                        pairs[at][16 * top(&now, k) + top(&beside, k)] += 1;
                        pairs[at + 1][16 * top(&now, k) + top(&next, k)] += 1;
                        at += 2;
                    }
                }
                let word = |k: usize| U::load(s, &now[k]);
                let (mut path, mut c, mut n) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
                minus_ln(uniform(word(0))).store(&mut path);
                let (cos, sin) = turn(word(0), word(1));
                cos.store(&mut c);
                sin.store(&mut n);
                let mut eta = [0.0; LANES];
                uniform20(word(1)).store(&mut eta);
                for lane in 0..S::F32_LANES {
                    let class = |x: f64| ((16.0 * x) as usize).min(15);
                    fed[0][class(1.0 - libm::exp(-f64::from(path[lane])))] += 1;
                    let angle = libm::atan2(f64::from(n[lane]), f64::from(c[lane]));
                    fed[1][class(angle / (2.0 * std::f64::consts::PI) + 0.5)] += 1;
                    // Henyey–Greenstein for g = 0.8, back through its distribution function.
                    let (g, e) = (0.8, f64::from(eta[lane]));
                    let t = 1.0 + g - 2.0 * g * e;
                    let cos = 1.0 - (1.0 - g) * (1.0 - g) * e * (1.0 + g + t) / (t * t);
                    let p = (1.0 - g * g) / (2.0 * g)
                        * (1.0 / libm::sqrt(1.0 + g * g - 2.0 * g * cos) - 1.0 / (1.0 + g));
                    fed[2][class(p)] += 1;
                    // What comes of the same two words must not know of each other: a survivor's turn,
                    // and turn against scattering.
                    let turned = (4.0 * (angle / (2.0 * std::f64::consts::PI) + 0.5)) as usize & 3;
                    let lives = usize::from(now[0][lane] & 0x1c0 == 0);
                    if lives == 1 {
                        fed[3][class(p)] += 1;
                    }
                    fed[4][4 * turned + (4.0 * p).min(3.0) as usize] += 1;
                }
            }
        }
        let mut out = Vec::new();
        for (what, tables) in [("word", single), ("pair", pairs), ("fed", fed)] {
            for (i, t) in tables.iter().enumerate() {
                let n: f64 = t.iter().map(|c| f64::from(*c)).sum();
                let e = n / t.len() as f64;
                let chi2 = t.iter().map(|c| (f64::from(*c) - e) * (f64::from(*c) - e) / e).sum();
                out.push((format!("{what} {i}"), chi2, t.len() - 1));
            }
        }
        out
    }
}

#[test]
fn stat_words_are_even_and_independent() {
    for (what, chi2, freedom) in lanes(Randomness) {
        // Wilson and Hilferty: the cube root is about normal. 4 sigma over 21 tables.
        let k = freedom as f64;
        let z = (libm::cbrt(chi2 / k) - (1.0 - 2.0 / (9.0 * k))) / libm::sqrt(2.0 / (9.0 * k));
        assert!(z.abs() < 4.0, "{what}: chi2 {chi2} of {freedom}, {z} sigma");
    }
}
