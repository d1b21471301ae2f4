//! Every dot of one skin: the table, read once for what does not change from dot to dot.
//!
//! A work has fifty thousand dots of a few inks in one skin. [`SkinDots`] is the table for this skin at every band,
//! [`InkDots`] that for one ink, and a dot is read between twelve dozen columns of it.
//!
//! Each profile of the table is laid out in three Gaussians (the `WIDTHS`) without a negative part whose areas add up to its
//! own. Over the table the middle comes out within a tenth for half of the columns; those of a wide disc close
//! under the surface, which has a flat middle, come out up to a third lower.

use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::profile::{Column, DotProfile, scale_mm};
use super::skin::TissueBand;
use super::table::{Axes, RADIUS, of_band, weights};
use super::taken::{PARTS, Taken, TakenPart};
use crate::skin::Skin;
use crate::spectrum::{BANDS, Spectrum};
use crate::tissue::SkinModel;

/// Depth over which the dermis counts for a dot, mm: where most of the light that passes a dot has been
/// (assumption; dots sit at 0.1 to 0.4 mm).
const SEEN_MM: f64 = 0.6;
/// Skins that are kept ready; a person has one, a gallery a handful.
const KEPT: usize = 16;
/// Standard deviations of the three Gaussians over the scale of a profile. Chosen by trial over 1,500 columns of the table: the
/// middles come out right in the median and areas within a radius nearest.
const WIDTHS: [f64; PARTS] = [0.62, 1.9, 5.5];

/// ln(area) and the shares of the first two parts, by band.
type Node = [[f64; BANDS]; PARTS];

/// What the table of dots needs of a skin, by band.
#[must_use]
pub fn tissue_bands(skin: &SkinModel) -> [TissueBand; BANDS] {
    std::array::from_fn(|i| {
        let layers = skin.layers(Spectrum::wavelength_nm(i));
        let (mut sum, mut z) = (0.0, 0.0);
        for l in &layers[2..] {
            let thick = l.thickness_mm.min(SEEN_MM - z).max(0.0);
            sum += l.mua_per_mm * thick;
            z += thick;
        }
        let above: f64 = layers[..2].iter().map(|l| l.mua_per_mm * l.thickness_mm).sum();
        TissueBand {
            mus_prime_per_mm: layers[2].mus_per_mm * (1.0 - layers[2].g),
            mua_dermis_per_mm: sum / z.max(1e-9),
            mua_epidermis_per_mm: above / super::EPIDERMIS_MM,
        }
    })
}

/// The table for one skin.
#[derive(Debug)]
pub struct SkinDots {
    /// By load, then by column.
    nodes: Vec<Vec<Node>>,
    pub(super) tissue: [TissueBand; BANDS],
}

impl SkinDots {
    /// The table for a skin; skins that were asked for before are kept.
    #[must_use]
    pub fn of(skin: &Skin) -> Arc<Self> {
        type Kept = Mutex<Vec<([u64; 3], Arc<SkinDots>)>>;
        static KEEP: OnceLock<Kept> = OnceLock::new();
        let key = skin.lab.map(f64::to_bits);
        let keep = KEEP.get_or_init(Kept::default);
        let found = |kept: &Vec<([u64; 3], Arc<Self>)>| kept.iter().find(|k| k.0 == key).map(|k| k.1.clone());
        if let Some(ready) = keep.lock().ok().and_then(|kept| found(&kept)) {
            return ready;
        }
        let made = Arc::new(Self::new(&tissue_bands(&skin.model(0.0))));
        if let Ok(mut kept) = keep.lock() {
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((key, made.clone()));
        }
        made
    }

    /// The table for skin of these properties; what cannot be is taken at the nearest that can.
    #[must_use]
    pub fn new(skin: &[TissueBand; BANDS]) -> Self {
        let axes = Axes::default();
        let columns = axes.diameter.len() * axes.top.len() * axes.height.len();
        let loads = axes.load.len();
        let shapes = Shapes::new();
        // By band, then column and load.
        let fitted: Vec<Vec<[f64; PARTS]>> = skin
            .par_iter()
            .map(|s| of_band(s).chunks_exact(RADIUS.len()).map(|p| shapes.fit(p)).collect())
            .collect();
        let mut nodes = vec![vec![[[0.0; BANDS]; PARTS]; columns]; loads];
        for (load, nodes) in nodes.iter_mut().enumerate() {
            for (column, node) in nodes.iter_mut().enumerate() {
                let (d, t) = (
                    axes.diameter[column / (axes.top.len() * axes.height.len())],
                    axes.top[column / axes.height.len() % axes.top.len()],
                );
                let scale2 = scale_mm(d, t) * scale_mm(d, t);
                for (band, fitted) in fitted.iter().enumerate() {
                    let parts = fitted[column * loads + load];
                    let whole: f64 = parts.iter().sum::<f64>().max(1e-12);
                    node[0][band] = libm::log(whole * scale2);
                    for k in 1..PARTS {
                        node[k][band] = parts[k - 1] / whole;
                    }
                }
            }
        }
        Self { nodes, tissue: *skin }
    }

    /// The table for an absorber of this absorption, per mm.
    #[must_use]
    pub fn ink(&self, absorption_per_mm: &Spectrum) -> InkDots {
        let axes = Axes::default();
        let loads = axes.load.map(libm::log);
        let (least, most) = (axes.load[0], axes.load[axes.load.len() - 1]);
        let taps: Vec<(Vec<(usize, f64)>, f64)> = (0..BANDS)
            .map(|band| {
                let mua = if absorption_per_mm[band] > 0.0 { absorption_per_mm[band] } else { 0.0 };
                // Below the least load darkening is in proportion to it.
                let thin = libm::log((mua / least).clamp(1e-9, 1.0));
                (weights(&loads, libm::log(mua.clamp(least, most))), thin)
            })
            .collect();
        let nodes = (0..self.nodes[0].len())
            .map(|c| {
                std::array::from_fn(|k| {
                    std::array::from_fn(|band| {
                        let (taps, thin) = &taps[band];
                        let thin = if k == 0 { *thin } else { 0.0 };
                        thin + taps.iter().map(|(l, w)| w * self.nodes[*l][c][k][band]).sum::<f64>()
                    })
                })
            })
            .collect();
        InkDots { nodes }
    }
}

/// A column between the nodes of the table, and what is left to do where it lies outside.
pub(crate) struct Place {
    taps: Vec<(usize, f64)>,
    /// Factor on the area.
    pub(crate) gain: f64,
    /// Standard deviations of the parts, mm.
    pub(crate) sigma_mm: [f64; PARTS],
}

impl Place {
    /// Where a column lies. Depths and heights outside the table are taken at its ends; a column finer than the finest takes
    /// in proportion to its diameter, one wider than the widest has its middle and a profile as much wider. None without
    /// extent.
    pub(crate) fn of(diameter_mm: f64, height_mm: f64, top_mm: f64) -> Option<Self> {
        if !(diameter_mm > 0.0 && height_mm > 0.0 && top_mm.is_finite() && diameter_mm.is_finite()) {
            return None;
        }
        let axes = Axes::default();
        let ln = libm::log;
        let top_mm = top_mm.clamp(Column::TOP_MM.0, Column::TOP_MM.1);
        let inside = diameter_mm.clamp(Column::DIAMETER_MM.0, Column::DIAMETER_MM.1);
        let scale = scale_mm(inside.max(diameter_mm), top_mm);
        let wider = scale / scale_mm(inside, top_mm);
        let d = weights(&axes.diameter.map(ln), ln(inside));
        let t = weights(&axes.top.map(ln), ln(top_mm));
        let h = weights(&axes.height.map(ln), ln(height_mm.clamp(Column::HEIGHT_MM.0, Column::HEIGHT_MM.1)));
        let mut taps = Vec::with_capacity(d.len() * t.len() * h.len());
        for (i, wd) in &d {
            for (j, wt) in &t {
                for (k, wh) in &h {
                    taps.push(((i * axes.top.len() + j) * axes.height.len() + k, wd * wt * wh));
                }
            }
        }
        Some(Self {
            taps,
            gain: (diameter_mm / inside).min(1.0) * wider * wider,
            sigma_mm: WIDTHS.map(|w| w * scale),
        })
    }

    /// A quantity of the nodes at this place.
    pub(crate) fn at<N>(&self, nodes: &[N], of: impl Fn(&N) -> f64) -> f64 {
        self.taps.iter().map(|(i, w)| w * of(&nodes[*i])).sum()
    }
}

/// The dots of one ink in one skin.
#[derive(Clone, Debug)]
pub struct InkDots {
    nodes: Vec<Node>,
}

impl InkDots {
    /// What a column takes, at every band. Lengths outside the table are taken at its ends, except that a column
    /// finer than the finest takes in proportion to its diameter and a wider one than the widest in proportion to
    /// its area; a column without extent takes nothing.
    #[must_use]
    pub fn taken(&self, diameter_mm: f64, height_mm: f64, top_mm: f64) -> Taken {
        let Some(place) = Place::of(diameter_mm, height_mm, top_mm) else { return Taken::NONE };
        let area =
            Spectrum(std::array::from_fn(|b| place.gain * libm::exp(place.at(&self.nodes, |n| n[0][b]))));
        let share =
            |k: usize| Spectrum(std::array::from_fn(|b| place.at(&self.nodes, |n| n[k][b]).clamp(0.0, 1.0)));
        let core = share(1);
        let middle = Spectrum(std::array::from_fn(|b| share(2)[b].min(1.0 - core[b])));
        let far = Spectrum(std::array::from_fn(|b| 1.0 - core[b] - middle[b]));
        let of = |k: usize, s: Spectrum| TakenPart { area_mm2: area * s, sigma_mm: place.sigma_mm[k] };
        Taken { parts: [of(0, core), of(1, middle), of(2, far)] }
    }

    /// Calls with the areas of the parts (mm², by band) of each column of the table.
    pub(crate) fn columns(&self) -> impl Iterator<Item = [Spectrum; PARTS]> + '_ {
        self.nodes.iter().map(|n| {
            let area: [f64; BANDS] = n[0].map(libm::exp);
            let of = |f: &dyn Fn(usize) -> f64| Spectrum(std::array::from_fn(|b| area[b] * f(b)));
            [of(&|b| n[1][b]), of(&|b| n[2][b]), of(&|b| 1.0 - n[1][b] - n[2][b])]
        })
    }
}

/// What does not change from profile to profile when they are laid out in Gaussians.
struct Shapes {
    /// Rings between the radii: which radius, how far to the next, area over the scale squared, weight.
    rings: Vec<(usize, f64, f64, f64)>,
    /// The Gaussians on each ring.
    basis: Vec<[f64; PARTS]>,
    /// Weighted products of the Gaussians.
    products: [[f64; PARTS]; PARTS],
}

impl Shapes {
    fn new() -> Self {
        let profile = DotProfile { radii_mm: RADIUS.to_vec(), darkening: Vec::new() };
        let mut rings = Vec::new();
        let mut basis = Vec::new();
        let mut products = [[0.0; PARTS]; PARTS];
        for (r, ring) in profile.samples() {
            let i = RADIUS.partition_point(|x| *x <= r).clamp(1, RADIUS.len() - 1) - 1;
            // Weighted by area, and by as much again in the middle, which is looked at.
            let weight = ring * (1.0 + WIDTHS[0] / r);
            let g = WIDTHS.map(|w| libm::exp(-0.5 * (r / w) * (r / w)));
            for (row, a) in products.iter_mut().zip(g) {
                for (p, b) in row.iter_mut().zip(g) {
                    *p += weight * a * b;
                }
            }
            rings.push((i, (r - RADIUS[i]) / (RADIUS[i + 1] - RADIUS[i]), ring, weight));
            basis.push(g);
        }
        Self { rings, basis, products }
    }

    /// Areas, over the scale squared, of the three Gaussians that are nearest to a profile; `ln` its logarithms.
    fn fit(&self, ln: &[f64]) -> [f64; PARTS] {
        let mut want = [0.0; PARTS];
        let mut area = 0.0;
        for ((i, f, ring, weight), g) in self.rings.iter().zip(&self.basis) {
            let v = libm::exp(((1.0 - f) * ln[*i] + f * ln[i + 1]).min(0.0));
            area += v * ring;
            for (w, g) in want.iter_mut().zip(g) {
                *w += weight * g * v;
            }
        }
        let x = least_squares(&self.products, &want);
        let mut parts = x;
        for (p, w) in parts.iter_mut().zip(WIDTHS) {
            *p *= 2.0 * std::f64::consts::PI * w * w;
        }
        let whole: f64 = parts.iter().sum();
        if whole > 0.0 { parts.map(|p| p * area / whole) } else { [area, 0.0, 0.0] }
    }
}

/// Weights without a negative one that fit best, one coordinate after the other.
fn least_squares(a: &[[f64; PARTS]; PARTS], b: &[f64; PARTS]) -> [f64; PARTS] {
    let mut x = [0.0; PARTS];
    for _ in 0..400 {
        let before = x;
        for i in 0..PARTS {
            if a[i][i] > 0.0 {
                let rest: f64 = (0..PARTS).map(|j| a[i][j] * x[j]).sum();
                x[i] = (x[i] + (b[i] - rest) / a[i][i]).max(0.0);
            }
        }
        let moved = (0..PARTS).all(|i| (x[i] - before[i]).abs() <= 1e-6 * x[i]);
        if moved {
            break;
        }
    }
    x
}
