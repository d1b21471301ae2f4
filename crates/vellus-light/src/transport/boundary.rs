//! What a boundary between two indices does to the photons in the lanes.

use pulp::Simd;

use super::vector::F;

/// Cosine behind a surface and its reflectance, for η and the cosine before it (Fresnel, unpolarised).
#[inline(always)]
pub(super) fn refract<S: Simd>(eta: F<S>, c1: F<S>) -> (F<S>, F<S>) {
    let s = eta.0;
    let (zero, one) = (F::splat(s, 0.0), F::splat(s, 1.0));
    // 1 − η² + η² c₁² in this order is exact for equal indices.
    let e2 = eta * eta;
    let c2_squared = (one - e2) + e2 * (c1 * c1);
    let total = !(c2_squared.gt(zero));
    let c2 = c2_squared.max(zero).sqrt();
    let tiny = F::splat(s, 1e-30);
    let rs = (eta * c1 - c2) / (eta.fma(c1, c2) + tiny);
    let rp = (eta * c2 - c1) / (eta.fma(c2, c1) + tiny);
    let r = (rs * rs + rp * rp) * F::splat(s, 0.5);
    (c2, total.pick(one, r))
}
