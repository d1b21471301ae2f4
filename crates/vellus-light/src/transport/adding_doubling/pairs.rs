//! Many stacks that share their parts.

use super::layer::Layer;
use super::pane::{Pane, surface};
use super::quadrature::Directions;
use super::square::Square;
use super::{Incidence, Quality, check, total};
use crate::error::LightError;

/// Stacks that differ in their upper and in their lower layers, solved for every pair at little more than the cost
/// of the parts. All are in air, end in a half space, and have the same indices.
pub(crate) struct Pairs {
    directions: Directions,
    uppers: Vec<Pane>,
    lowers: Vec<Square>,
    surface: Vec<f64>,
}

/// Reflectance of one pair of [`Pairs`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PairReflectance {
    /// Under a normal beam, without the mirror reflection.
    pub(crate) body: f64,
    /// Under diffuse light, without the mirror reflection.
    pub(crate) diffuse_body: f64,
}

impl Pairs {
    /// Fails as [`Stack::solve`] does.
    pub(crate) fn new(
        uppers: &[Vec<Layer>],
        lowers: &[Vec<Layer>],
        shared: &[Layer],
        quality: Quality,
    ) -> Result<Self, LightError> {
        let layers = |i: usize, j: usize| [&uppers[i][..], &lowers[j][..], shared].concat();
        let mut media = vec![1.0, shared.last().map_or(1.0, |s| s.n)];
        media.extend(layers(0, 0).iter().map(|s| s.n));
        let directions = Directions::new(&media, quality.directions);
        let edge = |n1: f64, n2: f64| Pane::interface(n1, n2, &directions);
        // From the bottom: what all share, then each of the lower parts.
        let below = |layers: &[Layer], mut tail: Pane, mut n: f64| {
            for layer in layers.iter().rev() {
                if layer.n != n {
                    tail = edge(layer.n, n).over(&tail);
                }
                tail = Pane::layer(layer, &directions).over(&tail);
                n = layer.n;
            }
            (tail, n)
        };
        let n_last = media[1];
        let (base, n_shared) = below(shared, edge(n_last, n_last), n_last);
        let mut bottoms = Vec::with_capacity(lowers.len());
        for (j, lower) in lowers.iter().enumerate() {
            check(&layers(0, j), 1.0, n_last, quality)?;
            bottoms.push(below(lower, base.clone(), n_shared).0.r_down);
        }
        let n_lower = lowers.first().and_then(|l| l.first()).map_or(n_shared, |s| s.n);
        let mut tops = Vec::with_capacity(uppers.len());
        for (i, upper) in uppers.iter().enumerate() {
            check(&layers(i, 0), 1.0, n_last, quality)?;
            let (mut head, mut n) = (Pane::interface(1.0, 1.0, &directions), 1.0);
            for layer in upper {
                head = head.above(&edge(n, layer.n)).above(&Pane::layer(layer, &directions));
                n = layer.n;
            }
            tops.push(head.above(&edge(n, n_lower)));
        }
        let n_top = layers(0, 0)[0].n;
        let surface = surface(1.0, n_top, &directions);
        Ok(Self { directions, uppers: tops, lowers: bottoms, surface })
    }

    pub(crate) fn reflectance(&self, upper: usize, lower: usize) -> PairReflectance {
        let (top, bottom) = (&self.uppers[upper], &self.lowers[lower]);
        let mut inner = bottom.product(&top.r_up);
        inner.one_minus();
        let body = |incidence: Incidence| {
            let f = self.directions.incident(incidence);
            let up = inner.solve_vector(&bottom.times(&top.t_down.times(&f)));
            let specular = (0..f.len()).fold(0.0, |s, k| s + self.surface[k] * f[k]);
            total(&top.r_down.times(&f)) + total(&top.t_up.times(&up)) - specular
        };
        PairReflectance { body: body(Incidence::Normal), diffuse_body: body(Incidence::Diffuse) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stack;
    use super::*;

    fn layer(mua: f64, mus: f64, g: f64, n: f64, d: f64) -> Layer {
        Layer { mua_per_mm: mua, mus_per_mm: mus, g, n, thickness_mm: d }
    }

    fn near(what: &str, got: f64, want: f64, within: f64) {
        assert!((got - want).abs() <= within, "{what}: {got} where {want} ± {within} was expected");
    }

    #[test]
    fn prop_pairs_are_stacks() {
        let top = |mua: f64| vec![layer(0.1, 20.0, 0.8, 1.5, 0.015), layer(mua, 25.0, 0.8, 1.43, 0.07)];
        let low = |mua: f64| vec![layer(mua, 20.0, 0.85, 1.38, 0.2), layer(4.0 * mua, 20.0, 0.85, 1.38, 0.1)];
        let rest = [layer(0.1, 20.0, 0.85, 1.38, 1.5), layer(0.05, 12.0, 0.85, 1.38, f64::INFINITY)];
        let (tops, lows) = ([top(0.2), top(5.0)], [low(0.05), low(0.5), low(2.0)]);
        let pairs = Pairs::new(&tops, &lows, &rest, Quality::FAST).unwrap();
        for (i, t) in tops.iter().enumerate() {
            for (j, l) in lows.iter().enumerate() {
                let whole = [&t[..], &l[..], &rest[..]].concat();
                let stack = Stack::solve_outside(&whole, 1.0, 1.0, Quality::FAST).unwrap();
                let got = pairs.reflectance(i, j);
                near("normal", got.body, stack.budget(Incidence::Normal).body(), 1e-10);
                near("diffuse", got.diffuse_body, stack.budget(Incidence::Diffuse).body(), 1e-10);
            }
        }
    }
}
