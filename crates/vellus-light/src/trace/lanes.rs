//! Eight numbers beside each other, on whatever vector unit the machine has.
//!
//! Every operation is one rounding of IEEE arithmetic, and none is fused: the same bits on every machine.

use glam::{Vec3, Vec4};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Numbers abreast.
pub(crate) const WIDE: usize = 8;

/// A vector unit.
pub(crate) trait Lanes: Copy + Send + Sync {
    /// Eight numbers.
    type F: Copy;
    /// Eight truths.
    type M: Copy;

    fn splat(self, x: f32) -> Self::F;
    fn load(self, x: &[f32; WIDE]) -> Self::F;
    fn array(self, x: Self::F) -> [f32; WIDE];
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    fn div(self, a: Self::F, b: Self::F) -> Self::F;
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    fn sqrt(self, a: Self::F) -> Self::F;
    fn abs(self, a: Self::F) -> Self::F;
    /// The size of `a` with the sign of `b`.
    fn signed(self, a: Self::F, b: Self::F) -> Self::F;
    fn below(self, a: Self::F, b: Self::F) -> Self::M;
    fn at_most(self, a: Self::F, b: Self::F) -> Self::M;
    fn pick(self, m: Self::M, yes: Self::F, no: Self::F) -> Self::F;
    fn bits(self, m: Self::M) -> u32;
    /// 2ⁱ from i + 1.5 · 2²³.
    fn power(self, rounded: Self::F) -> Self::F;
}

/// Work that is done on a vector unit.
pub(crate) trait Work {
    type Out;
    fn run<L: Lanes>(self, l: L) -> Self::Out;
}

/// Does work on the widest vector unit of this machine. What `run` calls is made for that unit where it
/// is inlined.
#[inline]
pub(crate) fn widest<W: Work>(work: W) -> W::Out {
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        struct On<W>(pulp::x86::V3, W);
        impl<W: Work> pulp::NullaryFnOnce for On<W> {
            type Output = W::Out;
            #[inline(always)]
            fn call(self) -> W::Out {
                self.1.run(avx::Avx(self.0))
            }
        }
        return v3.vectorize(On(v3, work));
    }
    work.run(Plain)
}

/// Two halves of four, for machines without a wider unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain;

type Halves = [Vec4; 2];

#[inline(always)]
fn each(a: Halves, b: Halves, f: impl Fn(Vec4, Vec4) -> Vec4) -> Halves {
    [f(a[0], b[0]), f(a[1], b[1])]
}

impl Lanes for Plain {
    type F = Halves;
    type M = [glam::BVec4A; 2];

    #[inline(always)]
    fn splat(self, x: f32) -> Halves {
        [Vec4::splat(x); 2]
    }
    #[inline(always)]
    fn load(self, x: &[f32; WIDE]) -> Halves {
        [Vec4::new(x[0], x[1], x[2], x[3]), Vec4::new(x[4], x[5], x[6], x[7])]
    }
    #[inline(always)]
    fn array(self, x: Halves) -> [f32; WIDE] {
        let (a, b) = (x[0].to_array(), x[1].to_array());
        [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]]
    }
    #[inline(always)]
    fn add(self, a: Halves, b: Halves) -> Halves {
        each(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: Halves, b: Halves) -> Halves {
        each(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: Halves, b: Halves) -> Halves {
        each(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, a: Halves, b: Halves) -> Halves {
        each(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, a: Halves, b: Halves) -> Halves {
        each(a, b, Vec4::min)
    }
    #[inline(always)]
    fn max(self, a: Halves, b: Halves) -> Halves {
        each(a, b, Vec4::max)
    }
    #[inline(always)]
    fn sqrt(self, a: Halves) -> Halves {
        a.map(|v| Vec4::from_array(v.to_array().map(f32::sqrt)))
    }
    #[inline(always)]
    fn abs(self, a: Halves) -> Halves {
        a.map(Vec4::abs)
    }
    #[inline(always)]
    fn signed(self, a: Halves, b: Halves) -> Halves {
        each(a, b, Vec4::copysign)
    }
    #[inline(always)]
    fn below(self, a: Halves, b: Halves) -> Self::M {
        [a[0].cmplt(b[0]), a[1].cmplt(b[1])]
    }
    #[inline(always)]
    fn at_most(self, a: Halves, b: Halves) -> Self::M {
        [a[0].cmple(b[0]), a[1].cmple(b[1])]
    }
    #[inline(always)]
    fn pick(self, m: Self::M, yes: Halves, no: Halves) -> Halves {
        [Vec4::select(m[0], yes[0], no[0]), Vec4::select(m[1], yes[1], no[1])]
    }
    #[inline(always)]
    fn bits(self, m: Self::M) -> u32 {
        m[0].bitmask() | m[1].bitmask() << 4
    }
    #[inline(always)]
    fn power(self, rounded: Halves) -> Halves {
        rounded.map(|v| Vec4::from_array(v.to_array().map(super::maths::power)))
    }
}

#[cfg(target_arch = "x86_64")]
mod avx {
    use super::{Lanes, WIDE};
    use pulp::cast;
    use pulp::x86::V3;
    use std::arch::x86_64::__m256;

    /// The ordered comparisons "less" and "less or equal" of AVX.
    const LESS: i32 = 0x11;
    const LESS_OR_EQUAL: i32 = 0x12;

    /// The vector unit of AVX2.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Avx(pub(super) V3);

    impl Lanes for Avx {
        type F = __m256;
        type M = __m256;

        #[inline(always)]
        fn splat(self, x: f32) -> __m256 {
            self.0.avx._mm256_set1_ps(x)
        }
        #[inline(always)]
        fn load(self, x: &[f32; WIDE]) -> __m256 {
            cast(*x)
        }
        #[inline(always)]
        fn array(self, x: __m256) -> [f32; WIDE] {
            cast(x)
        }
        #[inline(always)]
        fn add(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_add_ps(a, b)
        }
        #[inline(always)]
        fn sub(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_sub_ps(a, b)
        }
        #[inline(always)]
        fn mul(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_mul_ps(a, b)
        }
        #[inline(always)]
        fn div(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_div_ps(a, b)
        }
        #[inline(always)]
        fn min(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_min_ps(a, b)
        }
        #[inline(always)]
        fn max(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_max_ps(a, b)
        }
        #[inline(always)]
        fn sqrt(self, a: __m256) -> __m256 {
            self.0.avx._mm256_sqrt_ps(a)
        }
        #[inline(always)]
        fn abs(self, a: __m256) -> __m256 {
            self.0.avx._mm256_andnot_ps(self.splat(-0.0), a)
        }
        #[inline(always)]
        fn signed(self, a: __m256, b: __m256) -> __m256 {
            let sign = self.splat(-0.0);
            self.0.avx._mm256_or_ps(self.0.avx._mm256_andnot_ps(sign, a), self.0.avx._mm256_and_ps(sign, b))
        }
        #[inline(always)]
        fn below(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_cmp_ps::<LESS>(a, b)
        }
        #[inline(always)]
        fn at_most(self, a: __m256, b: __m256) -> __m256 {
            self.0.avx._mm256_cmp_ps::<LESS_OR_EQUAL>(a, b)
        }
        #[inline(always)]
        fn pick(self, m: __m256, yes: __m256, no: __m256) -> __m256 {
            self.0.avx._mm256_blendv_ps(no, yes, m)
        }
        #[inline(always)]
        fn bits(self, m: __m256) -> u32 {
            self.0.avx._mm256_movemask_ps(m) as u32
        }
        #[inline(always)]
        fn power(self, rounded: __m256) -> __m256 {
            let v = self.0.avx2._mm256_slli_epi32::<23>(cast(rounded));
            cast(self.0.avx2._mm256_add_epi32(v, self.0.avx._mm256_set1_epi32(127 << 23)))
        }
    }
}

/// Eight numbers with operators.
#[derive(Clone, Copy)]
pub(crate) struct Eight<L: Lanes>(pub(crate) L, pub(crate) L::F);

macro_rules! operator {
    ($trait:ident, $fn:ident) => {
        impl<L: Lanes> $trait for Eight<L> {
            type Output = Self;
            #[inline(always)]
            fn $fn(self, o: Self) -> Self {
                Eight(self.0, self.0.$fn(self.1, o.1))
            }
        }
        impl<L: Lanes> $trait<f32> for Eight<L> {
            type Output = Self;
            #[inline(always)]
            fn $fn(self, o: f32) -> Self {
                Eight(self.0, self.0.$fn(self.1, self.0.splat(o)))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl<L: Lanes> Neg for Eight<L> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Eight(self.0, self.0.sub(self.0.splat(-0.0), self.1))
    }
}

impl<L: Lanes> Eight<L> {
    #[inline(always)]
    pub(crate) fn splat(l: L, x: f32) -> Self {
        Eight(l, l.splat(x))
    }
    #[inline(always)]
    pub(crate) fn load(l: L, x: &[f32; WIDE]) -> Self {
        Eight(l, l.load(x))
    }
    #[inline(always)]
    pub(crate) fn array(self) -> [f32; WIDE] {
        self.0.array(self.1)
    }
    #[inline(always)]
    pub(crate) fn min(self, o: Self) -> Self {
        Eight(self.0, self.0.min(self.1, o.1))
    }
    #[inline(always)]
    pub(crate) fn max(self, o: Self) -> Self {
        Eight(self.0, self.0.max(self.1, o.1))
    }
    #[inline(always)]
    pub(crate) fn sqrt(self) -> Self {
        Eight(self.0, self.0.sqrt(self.1))
    }
    #[inline(always)]
    pub(crate) fn abs(self) -> Self {
        Eight(self.0, self.0.abs(self.1))
    }
    /// This size with the sign of another.
    #[inline(always)]
    pub(crate) fn signed(self, o: Self) -> Self {
        Eight(self.0, self.0.signed(self.1, o.1))
    }
    #[inline(always)]
    pub(crate) fn below(self, o: Self) -> Mask<L> {
        Mask(self.0, self.0.below(self.1, o.1))
    }
    #[inline(always)]
    pub(crate) fn at_most(self, o: Self) -> Mask<L> {
        Mask(self.0, self.0.at_most(self.1, o.1))
    }

    /// e^x for −87 < x < 88 as [`super::maths::exp`]; 0 below.
    #[inline(always)]
    pub(crate) fn exp(self) -> Self {
        use super::maths::{EXP_LEAST, EXP_MOST, EXP_TERMS, ROUND};
        let l = self.0;
        let y = self.min(Self::splat(l, EXP_MOST)).max(Self::splat(l, EXP_LEAST)) * std::f32::consts::LOG2_E;
        let rounded = y + ROUND;
        let f = y - (rounded - ROUND);
        let mut p = Self::splat(l, EXP_TERMS[0]);
        for t in &EXP_TERMS[1..] {
            p = p * f + *t;
        }
        let value = p * Eight(l, l.power(rounded.1));
        self.below(Self::splat(l, EXP_LEAST)).pick(Self::splat(l, 0.0), value)
    }

    /// Angles brought to −π to π.
    #[inline(always)]
    pub(crate) fn wrapped(self) -> Self {
        use super::maths::ROUND;
        const TURN: f32 = std::f32::consts::TAU;
        self - ((self * (1.0 / TURN) + ROUND) - ROUND) * TURN
    }
}

/// Eight truths.
#[derive(Clone, Copy)]
pub(crate) struct Mask<L: Lanes>(L, L::M);

impl<L: Lanes> Mask<L> {
    #[inline(always)]
    pub(crate) fn bits(self) -> u32 {
        self.0.bits(self.1)
    }
    #[inline(always)]
    pub(crate) fn pick(self, yes: Eight<L>, no: Eight<L>) -> Eight<L> {
        Eight(self.0, self.0.pick(self.1, yes.1, no.1))
    }
}

/// Components of eight vectors as they are kept.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(crate) struct Kept(pub(crate) [[f32; WIDE]; 3]);

impl Kept {
    pub(crate) const fn splat(v: Vec3) -> Self {
        Self([[v.x; WIDE], [v.y; WIDE], [v.z; WIDE]])
    }

    pub(crate) fn set(&mut self, lane: usize, v: Vec3) {
        for k in 0..3 {
            self.0[k][lane] = v[k];
        }
    }
}

/// Components of eight vectors.
#[derive(Clone, Copy)]
pub(crate) struct Vectors<L: Lanes>(pub(crate) [Eight<L>; 3]);

impl<L: Lanes> Vectors<L> {
    #[inline(always)]
    pub(crate) fn splat(l: L, v: Vec3) -> Self {
        Self([Eight::splat(l, v.x), Eight::splat(l, v.y), Eight::splat(l, v.z)])
    }

    #[inline(always)]
    pub(crate) fn load(l: L, v: &Kept) -> Self {
        Self([Eight::load(l, &v.0[0]), Eight::load(l, &v.0[1]), Eight::load(l, &v.0[2])])
    }

    #[inline(always)]
    pub(crate) fn dot(self, o: Self) -> Eight<L> {
        self.0[0] * o.0[0] + self.0[1] * o.0[1] + self.0[2] * o.0[2]
    }

    #[inline(always)]
    pub(crate) fn cross(self, o: Self) -> Self {
        let ([a, b, c], [x, y, z]) = (self.0, o.0);
        Self([b * z - c * y, c * x - a * z, a * y - b * x])
    }

    #[inline(always)]
    pub(crate) fn times(self, k: Eight<L>) -> Self {
        Self([self.0[0] * k, self.0[1] * k, self.0[2] * k])
    }

    #[inline(always)]
    pub(crate) fn minus(self, o: Self) -> Self {
        Self([self.0[0] - o.0[0], self.0[1] - o.0[1], self.0[2] - o.0[2]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Try([f32; WIDE], [f32; WIDE]);

    impl Work for Try {
        type Out = Vec<[u32; WIDE]>;
        fn run<L: Lanes>(self, l: L) -> Self::Out {
            let (a, b) = (Eight::load(l, &self.0), Eight::load(l, &self.1));
            let m = a.below(b);
            [
                a + b,
                a - b,
                a * b,
                a / b,
                a.min(b),
                a.max(b),
                a.abs().sqrt(),
                a.signed(b),
                -a,
                a.exp(),
                m.pick(a, b),
                a.at_most(b).pick(b, a),
            ]
            .map(|x| x.array().map(f32::to_bits))
            .into_iter()
            .chain([[m.bits(); WIDE]])
            .collect()
        }
    }

    #[test]
    fn prop_every_unit_gives_the_same_bits() {
        let mut s = vellus_units::random::Key::new(3, 0).stream(vellus_units::random::Purpose::Pixel, 0);
        for k in 0..2_000 {
            let scale = libm::pow(10.0, s.between(-6.0, 3.0));
            let mut row = || std::array::from_fn(|_| (scale * s.normal()) as f32);
            let (a, b) = (row(), row());
            assert_eq!(widest(Try(a, b)), Try(a, b).run(Plain), "{k} {a:?} {b:?}");
        }
    }

    #[test]
    fn prop_eight_exponentials_are_eight_times_one() {
        for k in -120..120 {
            let x: [f32; WIDE] = std::array::from_fn(|i| 0.8 * (k as f32 + 0.11 * i as f32));
            let got = Eight::load(Plain, &x).exp().array();
            assert_eq!(got, x.map(super::super::maths::exp));
        }
    }
}
