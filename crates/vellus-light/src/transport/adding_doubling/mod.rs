//! A fast solver for plane layers: adding–doubling.
//!
//! # Equations
//! Radiance is split into directions μᵢ and carried as *power*, Fᵢ = μᵢ wᵢ Lᵢ. In a layer,
//! dF⁺/dτ = −αF⁺ + βF⁻ and dF⁻/dτ = αF⁻ − βF⁺ with α = M⁻¹ − (a/2) W h⁺ M⁻¹, β = (a/2) W h⁻ M⁻¹ (van de
//! Hulst 1980; Prahl, van Gemert and Welch 1993, equations 2 to 12). The forward peak of the
//! Henyey–Greenstein phase function is cut by the delta-M method (Wiscombe 1977). A sublayer of Δτ is started
//! not by the diamond rule but by the next Padé approximant of its exact solution: with
//! x = Δτ/2, T + R = (1 − G)(1 + G)⁻¹, G = x(α − β)(15 + Y)(15 + 6Y)⁻¹, Y = x²(α + β)(α − β), and T − R by exchanging
//! the signs of β. It is doubled until the layer has its thickness; layers and boundaries are added.
//!
//! # Refraction
//! The directions are shared by all media: they are values of s = n sin θ, which Snell's law keeps. The axis
//! of s is cut at the index of every medium and each piece has its own Gauss points, in the cosine of the medium
//! whose critical angle ends it; the first piece ends at normal incidence with a Radau point. An interface then
//! couples a direction only with itself, with Fresnel's reflectance, and what is totally reflected
//! is among the directions. With equal indices this is Prahl's scheme; n may differ from layer to layer.
//!
//! # Limits
//! Plane, wide layers under unpolarised light; no lateral spread. Layers have smooth boundaries.

mod layer;
mod pairs;
mod pane;
mod quadrature;
mod square;

pub use layer::Layer;
pub(crate) use pairs::{PairReflectance, Pairs};

use crate::error::{LightError, in_range};
use pane::{Pane, surface};
use quadrature::Directions;
use square::Square;

/// How finely directions are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quality {
    /// Directions between normal and grazing in the outer medium, 2 to 32.
    pub directions: usize,
}

impl Quality {
    /// For pictures and colours: R within 0.001 of the limit for skin.
    pub const FAST: Self = Self { directions: 4 };
    /// For tables and checks: within 0.0001.
    pub const FINE: Self = Self { directions: 8 };
    /// For exact rows.
    pub const EXACT: Self = Self { directions: 24 };
}

/// Where the light comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Incidence {
    /// A beam along the normal.
    Normal,
    /// Equal radiance from the whole half space.
    Diffuse,
}

/// What becomes of the light; shares of what falls on the stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// Reflected in all, the mirror reflection of the surface included.
    pub reflected: f64,
    /// Reflected by the outer surface itself, without entering.
    pub specular: f64,
    /// Transmitted in all, the unscattered beam included.
    pub transmitted: f64,
    /// Absorbed in each layer, from the top.
    pub absorbed: Vec<f64>,
}

impl Budget {
    /// Reflected after entering the stack.
    #[must_use]
    pub fn body(&self) -> f64 {
        self.reflected - self.specular
    }
}

/// A stack of layers, solved.
#[derive(Clone, Debug)]
pub struct Stack {
    directions: Directions,
    /// Outer surface from outside: reflectance of each direction.
    surface: Vec<f64>,
    /// All layers and boundaries.
    whole: Pane,
    /// For each layer: everything above its bottom, and everything below its top.
    cuts: Vec<(Pane, Pane)>,
}

impl Stack {
    /// Solves a stack between two media of index `n_above` and `n_below`.
    ///
    /// # Errors
    /// No layer; an infinite layer that is not the last; absorption or scattering that is negative or not
    /// finite; g, an index or a thickness outside its range.
    pub fn solve(layers: &[Layer], n_above: f64, n_below: f64, quality: Quality) -> Result<Self, LightError> {
        Self::run(layers, n_above, n_below, quality, true)
    }

    /// As [`Self::solve`] without the absorption of single layers: [`Budget::absorbed`] then
    /// holds the sum alone. About half the time.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_outside(
        layers: &[Layer],
        n_above: f64,
        n_below: f64,
        quality: Quality,
    ) -> Result<Self, LightError> {
        Self::run(layers, n_above, n_below, quality, false)
    }

    fn run(
        layers: &[Layer],
        above: f64,
        below: f64,
        quality: Quality,
        inside: bool,
    ) -> Result<Self, LightError> {
        check(layers, above, below, quality)?;
        // Nothing comes out of the bottom of a half space: what lies under it is of its own index.
        let endless = layers.last().is_some_and(|s| s.thickness_mm.is_infinite());
        let below = if endless { layers[layers.len() - 1].n } else { below };
        let mut media = vec![above, below];
        media.extend(layers.iter().map(|s| s.n));
        let directions = Directions::new(&media, quality.directions);

        let mut panes: Vec<Pane> = Vec::with_capacity(layers.len());
        for layer in layers {
            panes.push(Pane::layer(layer, &directions));
        }
        let edge = |i: usize| {
            let n1 = if i == 0 { above } else { layers[i - 1].n };
            let n2 = if i == layers.len() { below } else { layers[i].n };
            Pane::interface(n1, n2, &directions)
        };
        let surface = surface(above, layers[0].n, &directions);

        if !inside {
            return Ok(Self {
                surface,
                whole: from_below(&panes, layers, above, below, &directions),
                cuts: Vec::new(),
                directions,
            });
        }
        let mut heads = Vec::with_capacity(layers.len());
        let mut head = edge(0);
        for (i, pane) in panes.iter().enumerate() {
            head = head.above(pane);
            heads.push(head.clone());
            head = head.above(&edge(i + 1));
        }
        let mut cuts = Vec::new();
        let mut tail = edge(layers.len());
        for (i, head) in heads.into_iter().enumerate().rev() {
            cuts.push((head, tail.clone()));
            tail = edge(i).above(&panes[i].above(&tail));
        }
        cuts.reverse();
        Ok(Self { directions, surface, whole: head, cuts })
    }

    /// Reflection, transmission and absorption for light from above.
    #[must_use]
    pub fn budget(&self, incidence: Incidence) -> Budget {
        let f = self.directions.incident(incidence);
        let specular = (0..f.len()).fold(0.0, |s, k| s + self.surface[k] * f[k]);
        let reflected = total(&self.whole.r_down.times(&f));
        let transmitted = total(&self.whole.t_down.times(&f));
        let mut absorbed = Vec::with_capacity(self.cuts.len().max(1));
        if self.cuts.is_empty() {
            absorbed.push(1.0 - reflected - transmitted);
        } else {
            // Net flux into the top of the stack, and through each boundary under a layer.
            let mut net = 1.0 - reflected;
            for (head, tail) in &self.cuts {
                let mut inner = head.r_up.product(&tail.r_down);
                inner.one_minus();
                let down = inner.solve_vector(&head.t_down.times(&f));
                let up = tail.r_down.times(&down);
                let through = total(&down) - total(&up);
                absorbed.push(net - through);
                net = through;
            }
        }
        Budget { reflected, specular, transmitted, absorbed }
    }

    /// Directions in the outer medium: cosine, and radiance there over that of a white diffuser under the
    /// same light. Directions are those of the quadrature, from the normal outward.
    #[must_use]
    pub fn radiance(&self, incidence: Incidence) -> Vec<(f64, f64)> {
        let out = self.whole.r_down.times(&self.directions.incident(incidence));
        self.directions.outer().map(|(k, mu, power)| (mu, out[k] / power)).collect()
    }
}

/// The whole stack for light from above alone, built from the bottom: its operators for light from below
/// are left empty.
fn from_below(panes: &[Pane], layers: &[Layer], above: f64, below: f64, directions: &Directions) -> Pane {
    let m = directions.len();
    let index = |i: usize| if i == 0 { above } else { layers.get(i - 1).map_or(below, |s| s.n) };
    let mut tail = Pane::interface(index(layers.len()), below, directions);
    for i in (0..layers.len()).rev() {
        tail = panes[i].over(&tail);
        if index(i) != layers[i].n {
            tail = Pane::interface(index(i), layers[i].n, directions).over(&tail);
        }
    }
    Pane { r_up: Square::zero(m), t_up: Square::zero(m), ..tail }
}

fn total(f: &[f64]) -> f64 {
    f.iter().fold(0.0, |s, x| s + x)
}

fn check(layers: &[Layer], above: f64, below: f64, quality: Quality) -> Result<(), LightError> {
    in_range("number of layers", layers.len() as f64, 1.0, 100.0)?;
    in_range("number of directions", quality.directions as f64, 2.0, 32.0)?;
    in_range("refractive index above the layers", above, 1.0, 2.5)?;
    in_range("refractive index below the layers", below, 1.0, 2.5)?;
    for (i, s) in layers.iter().enumerate() {
        in_range("absorption of a layer per mm", s.mua_per_mm, 0.0, 1e6)?;
        in_range("scattering of a layer per mm", s.mus_per_mm, 0.0, 1e6)?;
        in_range("anisotropy g of a layer", s.g, -0.99, 0.99)?;
        in_range("refractive index of a layer", s.n, 1.0, 2.5)?;
        let most = if i + 1 == layers.len() { f64::INFINITY } else { 1e6 };
        in_range("thickness of a layer in mm", s.thickness_mm, 0.0, most)?;
    }
    Ok(())
}
