//! Every dot of one skin: the table, read once for what does not change from dot to dot.
//!
//! A work has fifty thousand dots of a few inks in one skin. [`SkinDots`] is the table for this skin at every band,
//! [`InkDots`] that for one ink, and a dot is read between twelve dozen columns of it.

use std::f64::consts::PI;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::profile::{Column, DotError};
use super::skin::TissueBand;
use super::table::{Axes, profile, weights};
use crate::skin::Skin;
use crate::spectrum::{BANDS, Spectrum};
use crate::tissue::SkinModel;

/// Depth over which the dermis counts for a dot, mm: where most of the light that passes a dot has been
/// (assumption; dots sit at 0.1 to 0.4 mm).
const SEEN_MM: f64 = 0.6;
/// Skins that are kept ready; a person has one, a gallery a handful.
const KEPT: usize = 16;

/// ln(area) and ln(peak) by band.
type Node = [f64; 2 * BANDS];

/// What an absorber takes from the skin above it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Relative darkening integrated over the skin, mm², by band.
    pub area_mm2: Spectrum,
    /// Relative darkening in the middle, by band.
    pub peak: Spectrum,
}

impl Taken {
    /// Nothing.
    pub const NONE: Self = Self { area_mm2: Spectrum::ZERO, peak: Spectrum::ZERO };

    /// Width, mm, of the Gaussian that has this area and this middle in a band.
    #[must_use]
    pub fn sigma_mm(&self, band: usize) -> f64 {
        libm::sqrt(self.area_mm2[band] / (2.0 * PI * self.peak[band].max(1e-12)))
    }
}

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
}

impl SkinDots {
    /// The table for a skin; skins that were asked for before are kept.
    ///
    /// # Errors
    /// [`DotError::Table`] when the compiled-in table is of another form.
    pub fn of(skin: &Skin) -> Result<Arc<Self>, DotError> {
        type Kept = Mutex<Vec<([u64; 3], Arc<SkinDots>)>>;
        static KEEP: OnceLock<Kept> = OnceLock::new();
        let key = skin.lab.map(f64::to_bits);
        let keep = KEEP.get_or_init(Kept::default);
        let found = |kept: &Vec<([u64; 3], Arc<Self>)>| kept.iter().find(|k| k.0 == key).map(|k| k.1.clone());
        if let Some(ready) = keep.lock().ok().and_then(|kept| found(&kept)) {
            return Ok(ready);
        }
        let made = Arc::new(Self::new(&tissue_bands(&skin.model(0.0)))?);
        if let Ok(mut kept) = keep.lock() {
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((key, made.clone()));
        }
        Ok(made)
    }

    /// The table for skin of these properties.
    ///
    /// # Errors
    /// [`DotError`] when a coefficient cannot be.
    pub fn new(skin: &[TissueBand; BANDS]) -> Result<Self, DotError> {
        let axes = Axes::default();
        let mut columns = Vec::new();
        for diameter_mm in axes.diameter {
            for top_mm in axes.top {
                for height in axes.height {
                    columns.push(Column { top_mm, bottom_mm: top_mm + height, diameter_mm });
                }
            }
        }
        let node = |column: &Column, load: f64| -> Result<Node, DotError> {
            let p = profile(column, &[load; BANDS], skin)?;
            Ok(std::array::from_fn(|k| {
                let band = k % BANDS;
                libm::log(if k < BANDS { p.area_mm2(band) } else { p.darkening[band][0] }.max(1e-12))
            }))
        };
        let nodes: Result<Vec<Vec<Node>>, DotError> = axes
            .load
            .iter()
            .map(|load| columns.par_iter().map(|c| node(c, *load)).collect::<Result<Vec<Node>, DotError>>())
            .collect();
        Ok(Self { nodes: nodes? })
    }

    /// The table for a pigment of this absorption, per mm.
    #[must_use]
    pub fn ink(&self, absorption_per_mm: &Spectrum) -> InkDots {
        let axes = Axes::default();
        let loads = axes.load.map(libm::log);
        let (least, most) = (axes.load[0], axes.load[axes.load.len() - 1]);
        let taps: Vec<(Vec<(usize, f64)>, f64)> = (0..BANDS)
            .map(|band| {
                let mua = absorption_per_mm[band].max(0.0);
                // Below the least load darkening is in proportion to it.
                let thin = libm::log((mua / least).clamp(1e-9, 1.0));
                (weights(&loads, libm::log(mua.clamp(least, most))), thin)
            })
            .collect();
        let columns = self.nodes[0].len();
        let nodes = (0..columns)
            .map(|c| {
                std::array::from_fn(|k| {
                    let (taps, thin) = &taps[k % BANDS];
                    thin + taps.iter().map(|(l, w)| w * self.nodes[*l][c][k]).sum::<f64>()
                })
            })
            .collect();
        InkDots { nodes }
    }
}

/// The dots of one ink in one skin.
#[derive(Clone, Debug)]
pub struct InkDots {
    nodes: Vec<Node>,
}

impl InkDots {
    /// What a column takes. Lengths outside the table are taken at its ends, except that a column finer than the
    /// finest takes in proportion to its diameter; a column without extent takes nothing.
    #[must_use]
    pub fn taken(&self, diameter_mm: f64, height_mm: f64, top_mm: f64) -> Taken {
        if !(diameter_mm > 0.0 && height_mm > 0.0 && top_mm.is_finite()) {
            return Taken::NONE;
        }
        let axes = Axes::default();
        let ln = libm::log;
        let finer = (diameter_mm / Column::DIAMETER_MM.0).min(1.0);
        let d = weights(
            &axes.diameter.map(ln),
            ln(diameter_mm.clamp(Column::DIAMETER_MM.0, Column::DIAMETER_MM.1)),
        );
        let t = weights(&axes.top.map(ln), ln(top_mm.clamp(Column::TOP_MM.0, Column::TOP_MM.1)));
        let h = weights(&axes.height.map(ln), ln(height_mm.clamp(Column::HEIGHT_MM.0, Column::HEIGHT_MM.1)));
        let mut sum = [0.0; 2 * BANDS];
        for (i, wd) in &d {
            for (j, wt) in &t {
                for (k, wh) in &h {
                    let w = wd * wt * wh;
                    let node = &self.nodes[(i * axes.top.len() + j) * axes.height.len() + k];
                    for (s, n) in sum.iter_mut().zip(node) {
                        *s += w * n;
                    }
                }
            }
        }
        Taken {
            area_mm2: Spectrum(std::array::from_fn(|b| finer * libm::exp(sum[b]))),
            peak: Spectrum(std::array::from_fn(|b| (finer * libm::exp(sum[BANDS + b])).min(1.0))),
        }
    }
}
