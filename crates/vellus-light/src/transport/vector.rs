//! Lanes of numbers with operators, and the functions of them that a path needs.
//!
//! Everything here is exact IEEE arithmetic with fused multiply–adds that are asked for, so that a
//! lane gives the same bits on every kind of vector unit.
//!
//! # Sources
//! Logarithm, sine and cosine: the polynomials of Moshier's Cephes library (`logf`, `sinf`, `cosf`).

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

use pulp::Simd;

/// Lanes of `f32`.
#[derive(Clone, Copy)]
pub(super) struct F<S: Simd>(pub(super) S, pub(super) S::f32s);
/// Lanes of `u32`.
#[derive(Clone, Copy)]
pub(super) struct U<S: Simd>(pub(super) S, pub(super) S::u32s);
/// Lanes of truth.
#[derive(Clone, Copy)]
pub(super) struct M<S: Simd>(pub(super) S, pub(super) S::m32s);

macro_rules! operator {
    ($trait:ident, $fn:ident, $of:ident, $op:ident) => {
        impl<S: Simd> $trait for $of<S> {
            type Output = Self;
            #[inline(always)]
            fn $fn(self, o: Self) -> Self {
                $of(self.0, self.0.$op(self.1, o.1))
            }
        }
    };
}
operator!(Add, add, F, add_f32s);
operator!(Sub, sub, F, sub_f32s);
operator!(Mul, mul, F, mul_f32s);
operator!(Div, div, F, div_f32s);
operator!(Add, add, U, add_u32s);
operator!(BitAnd, bitand, U, and_u32s);
operator!(BitOr, bitor, U, or_u32s);
operator!(BitAnd, bitand, M, and_m32s);
operator!(BitOr, bitor, M, or_m32s);

impl<S: Simd> Neg for F<S> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.bits().xor(U::splat(self.0, 0x8000_0000)).float_bits()
    }
}

impl<S: Simd> Not for M<S> {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        M(self.0, self.0.not_m32s(self.1))
    }
}

impl<S: Simd> F<S> {
    #[inline(always)]
    pub(super) fn splat(s: S, x: f32) -> Self {
        F(s, s.splat_f32s(x))
    }
    /// self · a + b, rounded once.
    #[inline(always)]
    pub(super) fn fma(self, a: Self, b: Self) -> Self {
        F(self.0, self.0.mul_add_f32s(self.1, a.1, b.1))
    }
    /// self · a + b for a constant b.
    #[inline(always)]
    pub(super) fn fmac(self, a: Self, b: f32) -> Self {
        self.fma(a, Self::splat(self.0, b))
    }
    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        F(self.0, self.0.sqrt_f32s(self.1))
    }
    #[inline(always)]
    pub(super) fn abs(self) -> Self {
        (self.bits() & U::splat(self.0, 0x7fff_ffff)).float_bits()
    }
    #[inline(always)]
    pub(super) fn max(self, o: Self) -> Self {
        F(self.0, self.0.max_f32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn min(self, o: Self) -> Self {
        F(self.0, self.0.min_f32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn lt(self, o: Self) -> M<S> {
        M(self.0, self.0.less_than_f32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn gt(self, o: Self) -> M<S> {
        M(self.0, self.0.greater_than_f32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn bits(self) -> U<S> {
        U(self.0, pulp::cast(self.1))
    }
    #[inline(always)]
    pub(super) fn store(self, out: &mut [f32; LANES]) {
        let (lanes, _) = S::as_mut_simd_f32s(out);
        lanes[0] = self.1;
    }
}

impl<S: Simd> U<S> {
    #[inline(always)]
    pub(super) fn splat(s: S, x: u32) -> Self {
        U(s, s.splat_u32s(x))
    }
    #[inline(always)]
    pub(super) fn xor(self, o: Self) -> Self {
        U(self.0, self.0.xor_u32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn shr(self, by: u32) -> Self {
        U(self.0, self.0.wrapping_dyn_shr_u32s(self.1, self.0.splat_u32s(by)))
    }
    #[inline(always)]
    pub(super) fn shl(self, by: u32) -> Self {
        U(self.0, self.0.wrapping_dyn_shl_u32s(self.1, self.0.splat_u32s(by)))
    }
    #[inline(always)]
    pub(super) fn eq(self, o: Self) -> M<S> {
        M(self.0, self.0.equal_u32s(self.1, o.1))
    }
    #[inline(always)]
    pub(super) fn float_bits(self) -> F<S> {
        F(self.0, pulp::cast(self.1))
    }
    #[inline(always)]
    pub(super) fn store(self, out: &mut [u32; LANES]) {
        let (lanes, _) = S::as_mut_simd_u32s(out);
        lanes[0] = self.1;
    }
    #[inline(always)]
    pub(super) fn load(s: S, from: &[u32; LANES]) -> Self {
        let (lanes, _) = S::as_simd_u32s(from);
        U(s, lanes[0])
    }
}

impl<S: Simd> M<S> {
    #[inline(always)]
    pub(super) fn any(self) -> bool {
        self.0.first_true_m32s(self.1) < S::F32_LANES
    }
    #[inline(always)]
    pub(super) fn pick(self, yes: F<S>, no: F<S>) -> F<S> {
        self.picku(yes.bits(), no.bits()).float_bits()
    }
    #[inline(always)]
    pub(super) fn picku(self, yes: U<S>, no: U<S>) -> U<S> {
        U(self.0, self.0.select_u32s(self.1, yes.1, no.1))
    }
    /// 1 where true, else 0.
    #[inline(always)]
    pub(super) fn ones(self) -> U<S> {
        self.picku(U::splat(self.0, 1), U::splat(self.0, 0))
    }
}

/// Most lanes of any vector unit.
pub(super) const LANES: usize = 16;

/// Uniform in (0, 1) from the upper 23 bits: (k + ½)/2²³, never 0 and never 1.
#[inline(always)]
pub(super) fn uniform<S: Simd>(word: U<S>) -> F<S> {
    let s = word.0;
    let one_to_two = (word.shr(9) | U::splat(s, 0x3f80_0000)).float_bits();
    one_to_two - F::splat(s, 0.999_999_94)
}

/// −ln u for u in (0, 1).
#[inline(always)]
pub(super) fn minus_ln<S: Simd>(u: F<S>) -> F<S> {
    let s = u.0;
    let bits = u.bits();
    // Mantissa in [½, 1) and exponent, as a float by the spacing of floats above 2²³.
    let m = ((bits & U::splat(s, 0x007f_ffff)) | U::splat(s, 0x3f00_0000)).float_bits();
    let e = (bits.shr(23) | U::splat(s, 0x4b00_0000)).float_bits() - F::splat(s, 8_388_608.0 + 126.0);
    let small = m.lt(F::splat(s, std::f32::consts::FRAC_1_SQRT_2));
    let zero = F::splat(s, 0.0);
    let e = e - small.pick(F::splat(s, 1.0), zero);
    let x = m + small.pick(m, zero) - F::splat(s, 1.0);
    let z = x * x;
    let p = F::splat(s, 7.037_683_6e-2);
    let p = p.fmac(x, -1.151_461e-1);
    let p = p.fmac(x, 1.167_699_9e-1);
    let p = p.fmac(x, -1.242_014_1e-1);
    let p = p.fmac(x, 1.424_932_3e-1);
    let p = p.fmac(x, -1.666_805_8e-1);
    let p = p.fmac(x, 2.000_071_5e-1);
    let p = p.fmac(x, -2.499_999_4e-1);
    let p = p.fmac(x, 3.333_333e-1);
    let p = p * x * z;
    let p = e.fma(F::splat(s, -2.121_944_4e-4), p);
    let p = z.fma(F::splat(s, -0.5), p);
    -(e.fma(F::splat(s, 0.693_359_4), x + p))
}

/// Uniform in (0, 1) from the upper 20 bits: (k + ½)/2²⁰.
#[inline(always)]
pub(super) fn uniform20<S: Simd>(word: U<S>) -> F<S> {
    let s = word.0;
    let one_to_two = ((word.shr(9) & U::splat(s, 0x007f_fff8)) | U::splat(s, 0x3f80_0000)).float_bits();
    one_to_two - F::splat(s, 1.0 - 1.0 / 2_097_152.0)
}

/// Cosine and sine of an even random angle, from the lower 12 bits of `second`, which [`uniform20`] leaves, and the lower 6 of
/// `first`, which [`uniform`] leaves: 16 bits place it in a quarter, two choose the quarter.
#[inline(always)]
pub(super) fn turn<S: Simd>(first: U<S>, second: U<S>) -> (F<S>, F<S>) {
    let s = first.0;
    let place = (second & U::splat(s, 0xfff)).shl(11) | (first & U::splat(s, 0xf)).shl(7);
    let one_to_two = (place | U::splat(s, 0x3f80_0000)).float_bits();
    let a = (one_to_two - F::splat(s, 1.5 - 1.0 / 131_072.0)) * F::splat(s, std::f32::consts::FRAC_PI_2);
    let z = a * a;
    let sin = F::splat(s, -1.951_529_6e-4).fmac(z, 8.332_161e-3).fmac(z, -1.666_665_5e-1);
    let sin = (sin * z).fma(a, a);
    let cos = F::splat(s, 2.443_315_7e-5).fmac(z, -1.388_731_6e-3).fmac(z, 4.166_664_6e-2);
    let cos = (cos * z).fma(z, z.fmac(F::splat(s, -0.5), 1.0));
    // The sine has both signs already, so that the sign of the cosine and an exchange reach all quarters.
    let cos = cos.bits().xor((first & U::splat(s, 0x20)).shl(26)).float_bits();
    let exchange = (first & U::splat(s, 0x10)).eq(U::splat(s, 0x10));
    (exchange.pick(sin, cos), exchange.pick(cos, sin))
}

/// Rounds of Philox: seven pass every test of BigCrush (Salmon et al. 2011, table 2), ten are the
/// authors' margin.
pub(super) const ROUNDS: usize = 7;

/// Keys of the rounds.
pub(super) fn round_keys(key: [u32; 2]) -> [[u32; 2]; ROUNDS] {
    let mut k = key;
    let mut out = [k; ROUNDS];
    for o in &mut out {
        *o = k;
        k = [k[0].wrapping_add(0x9E37_79B9), k[1].wrapping_add(0xBB67_AE85)];
    }
    out
}

/// Philox4x32-7: four random words for a counter, each lane its own.
#[inline(always)]
pub(super) fn philox<S: Simd>(counter: [U<S>; 4], keys: &[[u32; 2]; ROUNDS]) -> [U<S>; 4] {
    let s = counter[0].0;
    let (a, b) = (s.splat_u32s(0xD251_1F53), s.splat_u32s(0xCD9E_8D57));
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    for k in keys {
        let (lo0, hi0) = s.widening_mul_u32s(c0.1, a);
        let (lo1, hi1) = s.widening_mul_u32s(c2.1, b);
        c0 = U(s, hi1).xor(c1).xor(U::splat(s, k[0]));
        c2 = U(s, hi0).xor(c3).xor(U::splat(s, k[1]));
        c1 = U(s, lo1);
        c3 = U(s, lo0);
    }
    [c0, c1, c2, c3]
}

#[cfg(test)]
#[path = "vector_tests.rs"]
mod tests;
