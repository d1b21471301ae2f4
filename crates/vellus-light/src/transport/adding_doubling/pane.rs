//! Layers and boundaries as operators.

use super::layer::Layer;
use super::quadrature::Directions;
use super::square::Square;

/// Operators on power of something that reflects and transmits: from above and from below.
#[derive(Clone, Debug)]
pub(super) struct Pane {
    pub(super) r_down: Square,
    pub(super) r_up: Square,
    pub(super) t_down: Square,
    pub(super) t_up: Square,
}

impl Pane {
    /// A boundary between two media, on all directions.
    pub(super) fn interface(n1: f64, n2: f64, directions: &Directions) -> Self {
        let m = directions.len();
        let (mut r, mut t) = (Square::zero(m), Square::zero(m));
        for k in 0..m {
            if k < directions.active(n1.max(n2)) {
                let x = fresnel(n1, n2, directions.s(k));
                r.set(k, k, x);
                t.set(k, k, 1.0 - x);
            }
        }
        Self { r_down: r.clone(), r_up: r, t_down: t.clone(), t_up: t }
    }

    /// A homogeneous layer.
    pub(super) fn layer(layer: &Layer, directions: &Directions) -> Self {
        let m = directions.len();
        let active = directions.active(layer.n);
        let (mu, w) = directions.cosines(layer.n);
        // delta-M: as many moments as the full range has directions.
        let moments = 2 * directions.resolution();
        let peak = libm::pow(layer.g.abs(), moments as f64);
        let peak = if moments % 2 == 1 && layer.g < 0.0 { 0.0 } else { peak };
        let extinction = layer.mua_per_mm + layer.mus_per_mm * (1.0 - peak);
        let albedo = if extinction > 0.0 { layer.mus_per_mm * (1.0 - peak) / extinction } else { 0.0 };
        let endless = layer.thickness_mm.is_infinite();
        let tau = if endless { f64::INFINITY } else { extinction * layer.thickness_mm };
        if tau <= 0.0 || extinction <= 0.0 {
            return Self::clear(m, active);
        }
        let (alpha, beta) = generators(albedo, layer.g, peak, moments, &mu, &w);
        let grazing = mu.iter().copied().fold(1.0, f64::min);
        let most = START * grazing;
        let (start, doublings) = if endless {
            (most, ENDLESS)
        } else {
            let n = libm::ceil(libm::log2(tau / most)).max(0.0) as u32;
            (tau / libm::exp2(f64::from(n)), n)
        };
        let (mut r, mut t) = start_layer(&alpha, &beta, 0.5 * start);
        for _ in 0..doublings {
            // A symmetric layer under itself: T' = T (1 − R²)⁻¹ T, R' = R + T R (1 − R²)⁻¹ T.
            let mut inner = r.product(&r);
            inner.one_minus();
            let q = inner.solve_right(&t);
            r = r.plus(&t.product(&r.product(&q)));
            t = t.product(&q);
            if endless && t.largest() < 1e-14 {
                break;
            }
        }
        let (r, t) = (r.grown(m), t.grown(m));
        Self { r_down: r.clone(), r_up: r, t_down: t.clone(), t_up: t }
    }

    /// A layer that does nothing. A trace of absorption keeps light that is trapped in it finite.
    fn clear(m: usize, active: usize) -> Self {
        let (r, t) = (Square::zero(m), Square::identity(active).scaled(1.0 - 1e-12).grown(m));
        Self { r_down: r.clone(), r_up: r, t_down: t.clone(), t_up: t }
    }

    /// This, which is the same from both sides, above another, for light from above alone.
    pub(super) fn over(&self, other: &Self) -> Self {
        // T₂ (1 − R₁R₂)⁻¹ T₁ and R₁ + T₁ R₂ (1 − R₁R₂)⁻¹ T₁.
        let mut a = self.r_down.product(&other.r_down);
        a.one_minus();
        let down = a.solve_right(&self.t_down);
        Self {
            r_down: self.r_down.plus(&self.t_down.product(&other.r_down.product(&down))),
            t_down: other.t_down.product(&down),
            r_up: Square::zero(0),
            t_up: Square::zero(0),
        }
    }

    /// This above another.
    pub(super) fn above(&self, other: &Self) -> Self {
        let mut a = self.r_up.product(&other.r_down);
        a.one_minus();
        let mut b = other.r_down.product(&self.r_up);
        b.one_minus();
        // Down: T₂ (1 − R₁'R₂)⁻¹ T₁; up: T₁' (1 − R₂R₁')⁻¹ T₂'.
        let (down, up) = (a.solve_left(&other.t_down), b.solve_left(&self.t_up));
        Self {
            r_down: self.r_down.plus(&up.product(&other.r_down.product(&self.t_down))),
            r_up: other.r_up.plus(&down.product(&self.r_up.product(&other.t_up))),
            t_down: down.product(&self.t_down),
            t_up: up.product(&other.t_up),
        }
    }
}

/// Optical thickness of a starting sublayer over its most grazing cosine. At 1 the Padé start errs
/// by 1e-5 of the power in that direction.
const START: f64 = 1.0;
/// Doublings of a half space; without absorption it is 2⁴⁸ starts deep.
const ENDLESS: u32 = 48;

/// Reflectance of the surface between a medium and the first layer, for every direction.
pub(super) fn surface(above: f64, n: f64, directions: &Directions) -> Vec<f64> {
    (0..directions.len()).map(|k| fresnel(above, n, directions.s(k))).collect()
}

/// Unpolarised Fresnel reflectance of a flat boundary for s = n sin θ; 1 where a direction exists on one side
/// only.
fn fresnel(n1: f64, n2: f64, s: f64) -> f64 {
    if s >= n1.min(n2) {
        return 1.0;
    }
    let c1 = libm::sqrt(1.0 - s * s / (n1 * n1));
    let c2 = libm::sqrt(1.0 - s * s / (n2 * n2));
    let (a, b) = ((n1 * c1 - n2 * c2) / (n1 * c1 + n2 * c2), (n1 * c2 - n2 * c1) / (n1 * c2 + n2 * c1));
    0.5 * (a * a + b * b)
}

/// α and β of the module's equations.
fn generators(albedo: f64, g: f64, peak: f64, moments: usize, mu: &[f64], w: &[f64]) -> (Square, Square) {
    let n = mu.len();
    // Legendre polynomials of every cosine.
    let mut p = vec![vec![0.0; n]; moments];
    for i in 0..n {
        let (mut a, mut b) = (1.0, mu[i]);
        for (l, row) in p.iter_mut().enumerate() {
            row[i] = a;
            let l = l as f64;
            (a, b) = (b, ((2.0 * l + 3.0) * mu[i] * b - (l + 1.0) * a) / (l + 2.0));
        }
    }
    let (mut plus, mut minus) = (Square::zero(n), Square::zero(n));
    let mut power = 1.0;
    for (l, row) in p.iter().enumerate() {
        let chi = (2 * l + 1) as f64 * (power - peak) / (1.0 - peak);
        power *= g;
        let sign = if l % 2 == 0 { 1.0 } else { -1.0 };
        for i in 0..n {
            for j in 0..n {
                let x = chi * row[i] * row[j];
                plus.add(i, j, x);
                minus.add(i, j, sign * x);
            }
        }
    }
    // Mapped Gauss points do not integrate the polynomials exactly: scattering keeps its power when the
    // difference goes to the forward direction.
    for j in 0..n {
        let out = (0..n).fold(0.0, |s, i| s + 0.5 * w[i] * (plus.at(i, j) + minus.at(i, j)));
        plus.add(j, j, 2.0 * (1.0 - out) / w[j]);
    }
    let (mut alpha, mut beta) = (Square::zero(n), Square::zero(n));
    for (i, w) in w.iter().enumerate() {
        for (j, mu) in mu.iter().enumerate() {
            let k = 0.5 * albedo * w / mu;
            alpha.set(i, j, f64::from(u8::from(i == j)) / mu - k * plus.at(i, j));
            beta.set(i, j, k * minus.at(i, j));
        }
    }
    (alpha, beta)
}

/// R and T of a thin layer of half thickness x.
fn start_layer(alpha: &Square, beta: &Square, x: f64) -> (Square, Square) {
    let (sum, difference) = (alpha.plus(beta).scaled(x), alpha.plus(&beta.scaled(-1.0)).scaled(x));
    let half = |first: &Square, second: &Square| {
        // G = first · (15 + Y)(15 + 6Y)⁻¹ with Y = second · first.
        let y = second.product(first);
        let mut top = y.clone();
        top.add_diagonal(15.0);
        let mut bottom = y.scaled(6.0);
        bottom.add_diagonal(15.0);
        // (15 + Y) and (15 + 6Y)⁻¹ commute.
        let g = first.product(&bottom.solve_right(&top));
        let (mut a, mut b) = (g.scaled(-1.0), g);
        a.add_diagonal(1.0);
        b.add_diagonal(1.0);
        b.solve_right(&a)
    };
    let (even, odd) = (half(&difference, &sum), half(&sum, &difference));
    (even.plus(&odd.scaled(-1.0)).scaled(0.5), even.plus(&odd).scaled(0.5))
}
