//! The tube at several times of each spin, as a plan carries it: what a picture is drawn from.

use serde::{Deserialize, Serialize};
use vellus_blood::{BloodError, Layers, Protocol, pictures};

/// Times at which each spin is looked at, both ends included.
pub const LOOKS: usize = 17;
/// Rows into which the grid of a picture is gathered: finer than a line on paper.
const ROWS: usize = 80;

/// The blood in a tube at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TubeLook {
    /// Which spin, from 1.
    pub spin: usize,
    /// Time at full speed, min.
    pub minutes: f64,
    /// Height of a row, mm; the first lies at the surface.
    pub row_mm: f64,
    /// Distance of the surface from the axis, mm.
    pub surface_radius_mm: f64,
    /// Volume fraction of red cells.
    pub rbc_fraction: Vec<f64>,
    /// Platelets, 10³/µL.
    pub platelets_k_per_ul: Vec<f64>,
    /// White cells, 10³/µL.
    pub wbc_k_per_ul: Vec<f64>,
}

/// To four significant digits: a picture needs no more, and a file stays small.
fn short(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return 0.0;
    }
    let k = libm::pow(10.0, 3.0 - libm::floor(libm::log10(x.abs())));
    (x * k).round() / k
}

impl From<&Layers> for TubeLook {
    fn from(l: &Layers) -> Self {
        let n = l.rbc_fraction.len();
        let rows = n.clamp(1, ROWS);
        let gather = |x: &[f64]| -> Vec<f64> {
            (0..rows)
                .map(|r| {
                    let cells = &x[(r * n / rows).min(x.len())..((r + 1) * n / rows).min(x.len())];
                    short(cells.iter().sum::<f64>() / cells.len().max(1) as f64)
                })
                .collect()
        };
        Self {
            spin: l.spin,
            minutes: short(l.minutes),
            row_mm: l.dx_mm * n as f64 / rows as f64,
            surface_radius_mm: l.surface_radius_mm,
            rbc_fraction: gather(&l.rbc_fraction),
            platelets_k_per_ul: gather(&l.platelets_k_per_ul),
            wbc_k_per_ul: gather(&l.wbc_k_per_ul),
        }
    }
}

impl TubeLook {
    /// Height of the column, mm.
    #[must_use]
    pub fn height_mm(&self) -> f64 {
        self.row_mm * self.rbc_fraction.len() as f64
    }

    /// Depth of the upper end of the red cells below the surface, mm: where their fraction passes
    /// half of the greatest. None where they are too few for a layer (assumption: 2 % of the volume).
    #[must_use]
    pub fn red_cells_from_mm(&self) -> Option<f64> {
        let most = self.rbc_fraction.iter().copied().fold(0.0, f64::max);
        if most < 0.02 {
            return None;
        }
        let half = 0.5 * most;
        let k = self.rbc_fraction.iter().position(|f| *f >= half)?;
        if k == 0 {
            return Some(0.0);
        }
        let (a, b) = (self.rbc_fraction[k - 1], self.rbc_fraction[k]);
        Some(self.row_mm * (k as f64 - 0.5 + (half - a) / (b - a)).max(0.0) + 0.0)
    }
}

/// The tube over time, with what is taken from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TubePicture {
    /// The looks, spin by spin in the order of time.
    pub looks: Vec<TubeLook>,
    /// Volume of a millimetre of the column, mL.
    pub ml_per_mm: f64,
    /// How far below the surface the cannula stops after the first spin, mm; none when the margin is
    /// not stated.
    pub cut_mm: Option<f64>,
    /// How far below the surface the preparation begins after the second spin, mm: what lies above is
    /// discarded; none with one spin, or when the final volume is not stated.
    pub keep_from_mm: Option<f64>,
}

/// The picture of a protocol, every input at its median. `blood_ml` is the blood in one tube, without
/// the anticoagulant.
///
/// # Errors
/// When the protocol is not valid.
pub fn tube_picture(protocol: &Protocol, blood_ml: f64) -> Result<TubePicture, BloodError> {
    let layers = pictures(protocol, LOOKS)?;
    let looks: Vec<TubeLook> = layers.iter().map(TubeLook::from).collect();
    let height = looks.first().map_or(0.0, TubeLook::height_mm);
    let (_, parts, _) = protocol.parts_per_blood();
    let ml_per_mm = if height > 0.0 { blood_ml * (1.0 + parts) / height } else { 0.0 };
    let interface = looks.iter().rfind(|l| l.spin == 1).and_then(TubeLook::red_cells_from_mm);
    let w = &protocol.withdrawal;
    let cut_mm = interface.zip(w.margin_mm).map(|(i, margin)| {
        let sign = if w.layer == vellus_blood::Layer::PlasmaAndBuffyCoat { 1.0 } else { -1.0 };
        (i + sign * margin.0).clamp(0.0, height)
    });
    let second = looks.iter().rfind(|l| l.spin == 2).map(TubeLook::height_mm);
    let keep_from_mm = second.and_then(|h| {
        let kept = match (w.final_volume_ml, w.final_fraction) {
            (Some(v), _) => v.0 / ml_per_mm.max(1e-9),
            (None, Some(f)) => f * h,
            (None, None) => return None,
        };
        Some((h - kept).max(0.0))
    });
    Ok(TubePicture { looks, ml_per_mm, cut_mm, keep_from_mm })
}
