//! What comes out of a column: the cannula, and what hand and brake stir up.

use crate::cells::{PLATELET_CLASSES, WHITE_CELLS};
use crate::column::{Column, Frame, Suspension};
use vellus_units::maths::normal_cdf;

/// Grid cells on the surface of the red cells, and the share of each kind that is taken out of them.
pub(crate) type Floor = (std::ops::RangeInclusive<usize>, Vec<f64>);

/// Mean between the depths `from` and `to` of the share that is taken from `top_mm` to
/// `bottom_mm`, both edges blurred by a normal distribution of this standard deviation.
pub(crate) fn mean_taken(top_mm: f64, bottom_mm: f64, blur_mm: f64, from: f64, to: f64) -> f64 {
    // ∫ Φ((edge − z)/σ) dz = −σ [u Φ(u) + φ(u)], u = (edge − z)/σ
    let antiderivative = |edge: f64, z: f64| {
        let u = (edge - z) / blur_mm;
        if u > 8.0 {
            return -(edge - z);
        }
        if u < -8.0 {
            return 0.0;
        }
        let pdf = libm::exp(-0.5 * u * u) / libm::sqrt(std::f64::consts::TAU);
        -blur_mm * (u * normal_cdf(u) + pdf)
    };
    let below = antiderivative(bottom_mm, to) - antiderivative(bottom_mm, from);
    let above = if top_mm > 0.0 { antiderivative(top_mm, to) - antiderivative(top_mm, from) } else { 0.0 };
    ((below - above) / (to - from).max(1e-9)).clamp(0.0, 1.0)
}

/// [`mean_taken`] of each grid cell.
pub(crate) fn taken(column: &Column, top_mm: f64, bottom_mm: f64, blur_mm: f64) -> Vec<f64> {
    let dx = column.dx_mm;
    (0..column.cells())
        .map(|i| mean_taken(top_mm, bottom_mm, blur_mm, i as f64 * dx, (i + 1) as f64 * dx))
        .collect()
}

/// Cells taken out of a column.
pub(crate) struct Portion {
    /// Volume, mL.
    pub(crate) volume_ml: f64,
    /// Volume fraction of red cells.
    pub(crate) rbc: f64,
    /// Small cells of each kind, 10³/µL.
    pub(crate) small_k_per_ul: Vec<f64>,
}

/// Share of the white cells on the red cells that end above a gel; an assumption. They settle before the
/// gel has risen between the layers, platelets after it.
pub(crate) const ABOVE_GEL: f64 = 0.15;

/// Height of the layer on the red cells from which platelets are lifted, mm; an assumption, a few times
/// what all platelets of a tube fill when they are packed.
const LOOSE_MM: f64 = 0.5;

/// Volume fraction of red cells on which white cells float; an assumption without weight, as the front
/// is narrower than a grid cell.
const BACKS_UP: f64 = 0.05;

/// Share of each kind that is taken out of the grid cells in which the red cells' surface lies: the
/// one that holds it and, when red cells keep what settles out of that, the one above, into which it
/// backs up. What settles fast against the stirring lies on the surface, not spread over the grid
/// cell: of a profile z^(−v/k) the part below k/v of the height, an estimate.
pub(crate) fn floor_share(
    column: &Column,
    suspension: &Suspension,
    frame: &Frame,
    interface_mm: f64,
    taken_from: impl Fn(f64) -> f64,
) -> Option<Floor> {
    let last = (interface_mm / column.dx_mm) as usize;
    if last >= column.cells() {
        return None;
    }
    let first = if column.rbc[last] > BACKS_UP { last.saturating_sub(1) } else { last };
    let plasma = interface_mm - first as f64 * column.dx_mm;
    if plasma <= 0.0 {
        return None;
    }
    let radius = frame.radius_max_mm - (column.length_mm() - interface_mm) * frame.sin_angle;
    let pull = frame.omega2 * radius * frame.inclination;
    let shares = suspension
        .small
        .iter()
        .map(|kind| {
            let spread = (suspension.stirring_mm_s / (kind.s * pull).max(1e-9)).clamp(0.05, 1.0);
            taken_from(interface_mm - plasma * spread)
        })
        .collect();
    Some((first..=last, shares))
}

/// What is taken out of a column: `share` of each grid cell, and of the small cells on the red cells'
/// surface what `floor` says. With an interface the front of the red cells, which the scheme spreads over
/// a few grid cells, is made the step that it is.
pub(crate) fn portion(
    column: &Column,
    share: &[f64],
    floor: Option<&Floor>,
    interface_mm: Option<f64>,
) -> Portion {
    let dx = column.dx_mm;
    let length: f64 = share.iter().sum::<f64>() * dx;
    let mean =
        |c: &[f64]| c.iter().zip(share).map(|(c, w)| c * w).sum::<f64>().max(0.0) * dx / length.max(1e-12);
    // The front of the red cells is a step; the scheme spreads it over a few grid cells.
    let mut rbc = column.rbc.clone();
    if let Some(interface_mm) = interface_mm
        && interface_mm < column.length_mm()
    {
        let k = (interface_mm / dx) as usize;
        let solid = (k + 1..column.cells())
            .find(|&i| rbc[i] > 0.0 && rbc[i] >= 0.8 * rbc[(i + 1).min(rbc.len() - 1)]);
        let full = solid.map_or(rbc[rbc.len() - 1], |i| rbc[i]);
        for (i, phi) in rbc.iter_mut().enumerate() {
            let (a, b) = (i as f64 * dx, (i + 1) as f64 * dx);
            if b <= interface_mm {
                *phi = 0.0;
            } else if a < interface_mm {
                *phi = full * (b - interface_mm) / dx;
            } else if *phi < full {
                *phi = full;
            }
        }
    }
    Portion {
        volume_ml: length * column.area_mm2 / 1000.0,
        rbc: mean(&rbc),
        small_k_per_ul: (0..WHITE_CELLS.len() + PLATELET_CLASSES)
            .map(|k| {
                let mut taken: f64 = column.small.iter().zip(share).map(|(c, w)| c[k] * w).sum();
                if let Some((cells, shares)) = floor {
                    for cell in cells.clone() {
                        taken += column.small[cell][k] * (shares[k] - share[cell]);
                    }
                }
                taken.max(0.0) * dx / length.max(1e-12)
            })
            .collect(),
    }
}

/// Adds to what was taken the cells of `kinds` that lay on the red cells and were lifted: the share
/// `loft` of each, of which the cannula takes the share `reached`.
pub(crate) fn lift(
    out: &mut Portion,
    column: &Column,
    share: &[f64],
    floor: &Floor,
    interface_mm: f64,
    loft: f64,
    reached: f64,
    kinds: std::ops::Range<usize>,
) {
    let (cells, shares) = floor;
    let taken_mm = (out.volume_ml * 1000.0 / column.area_mm2).max(1e-9);
    for (i, c) in column.small[..=*cells.end()].iter().enumerate() {
        let end = (i + 1) as f64 * column.dx_mm;
        let loose = (end - (interface_mm - LOOSE_MM)).clamp(0.0, column.dx_mm);
        if loose <= 0.0 {
            continue;
        }
        for k in kinds.clone() {
            // What would have been taken anyway is not taken twice.
            let already = if cells.contains(&i) { shares[k] } else { share[i] };
            out.small_k_per_ul[k] += loft * c[k] * loose * (reached - already).max(0.0) / taken_mm;
        }
    }
}
