//! Counter-based random streams: any draw can be computed again from
//! (seed, patient, item, purpose, how many draws before it), in any order, on any thread.
//!
//! The generator is Philox4x32-10 (Salmon et al. 2011, *Parallel random numbers: as easy as
//! 1, 2, 3*), from the crate `rand_philox`, which carries the authors' known-answer tests.
//! The 64-bit key is a hash of the seed and the patient; the 128-bit counter holds the item
//! (a follicle, a dot, a response), the purpose and the running number of the block.
//! Invariant: two purposes never share a stream · a shared generator drawn from in loop order ·
//! adding one draw anywhere would change every result after it.

use crate::maths;

/// What a stream is for. Each purpose is its own stream; never use one for two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum Purpose {
    /// Positions on a surface.
    Placement = 1,
    /// What a follicle is born with: calibre, cycle lengths, group, threshold.
    FollicleTraits = 2,
    /// A follicle's cycle as time passes.
    FollicleCycle = 3,
    /// How a person answers to treatments.
    Response = 4,
    /// Correlated noise over the scalp.
    ScalpField = 5,
    /// The wobble of a hairline.
    Hairline = 6,
    /// Positions of pigment dots.
    DotPlacement = 7,
    /// What a dot is: depth, size, fading.
    DotTraits = 8,
    /// The lie of a hair for a picture.
    Strand = 9,
    /// Samples inside a pixel.
    Pixel = 10,
    /// A virtual person.
    Person = 11,
    /// Sampling error of an instrument.
    Instrument = 12,
    /// Uncertain inputs of a blood preparation.
    Blood = 13,
    /// Texture of skin.
    SkinTexture = 14,
    /// A choice among follicles (a sample of the head, a graft).
    Choice = 15,
    /// Who is taken into a study.
    Enrolment = 16,
    /// One of the models that the fit allows.
    Model = 17,
    /// The age at which a follicle greys.
    Greying = 18,
    /// Resampling.
    Resample = 19,
    /// The path of a photon in tissue.
    Photon = 30,
    /// The path of light from a point on the skin.
    DotPath = 31,
}

/// The key of all streams of one person under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key([u32; 2]);

impl Key {
    /// Mixes a seed and a person's number into a key (SplitMix64 finaliser on each word).
    #[must_use]
    pub fn new(seed: u64, patient: u64) -> Self {
        let k = rand_philox::splitmix64(
            rand_philox::splitmix64(seed) ^ patient.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        );
        Self([k as u32, (k >> 32) as u32])
    }

    /// The stream of one item for one purpose.
    #[must_use]
    pub const fn stream(self, purpose: Purpose, item: u64) -> Stream {
        Stream {
            key: self.0,
            counter: [0, purpose as u32, item as u32, (item >> 32) as u32],
            block: [0; 4],
            used: 4,
        }
    }
}

/// A stream of random words for one item and one purpose.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    counter: [u32; 4],
    block: [u32; 4],
    used: usize,
}

impl Stream {
    /// The next 32 random bits.
    #[inline(always)]
    pub fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.refill();
        }
        let w = self.block[self.used & 3];
        self.used += 1;
        w
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.block = rand_philox::philox4x32_10(self.counter, self.key);
        self.counter[0] = self.counter[0].wrapping_add(1);
        self.used = 0;
    }

    /// Uniform in the open interval (0, 1): never 0 and never 1, so that logarithms and quantiles
    /// of it are finite.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (f64::from(self.word()) + 0.5) * (1.0 / 4_294_967_296.0)
    }

    /// Uniform between two numbers.
    #[inline]
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.uniform()
    }

    /// A standard normal number, by the inverse of its distribution function, so that one normal
    /// costs exactly one word.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        maths::normal_quantile(self.uniform())
    }

    /// A lognormal number with this median and this standard deviation of its logarithm.
    #[inline]
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// An exponential number with this mean.
    #[inline]
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.uniform())
    }

    /// An integer below `n`; `n` must not be zero. The bias is below n / 2³².
    #[inline]
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.word()) * u64::from(n)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_do_not_depend_on_order() {
        let key = Key::new(7, 0);
        let mut a = key.stream(Purpose::FollicleCycle, 3);
        let first: Vec<u32> = (0..9).map(|_| a.word()).collect();
        let mut other = key.stream(Purpose::FollicleTraits, 3);
        other.word();
        let mut again = key.stream(Purpose::FollicleCycle, 3);
        assert_eq!(first, (0..9).map(|_| again.word()).collect::<Vec<_>>());
    }

    #[test]
    fn val_philox_known_answer() {
        // Random123 kat_vectors, philox 4x32 10: counter and key all ones.
        let out = rand_philox::philox4x32_10([u32::MAX; 4], [u32::MAX; 2]);
        assert_eq!(out, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
    }

    #[test]
    fn stat_uniform_and_normal_have_their_moments() {
        let mut s = Key::new(1, 2).stream(Purpose::Person, 0);
        let n = 200_000;
        let (mut u, mut z, mut z2) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            u += s.uniform();
            let x = s.normal();
            z += x;
            z2 += x * x;
        }
        let n = f64::from(n);
        assert!((u / n - 0.5).abs() < 4.0 * 0.2887 / n.sqrt());
        assert!((z / n).abs() < 4.0 / n.sqrt());
        assert!((z2 / n - 1.0).abs() < 4.0 * std::f64::consts::SQRT_2 / n.sqrt());
    }
}
