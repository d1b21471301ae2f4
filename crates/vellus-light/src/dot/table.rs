//! The table of dots: darkening over scattering, absorption of dermis and epidermis, diameter, top,
//! height, load and distance.
//!
//! What is kept is ln(1 − R/R₀), between grid points a cubic in the logarithms of scattering, dermal
//! absorption, diameter, top, height and load, and in the transmittance of the epidermis. Distances are
//! in units of a scale that grows with diameter and depth, so that profiles of neighbours lie on each
//! other. Wavelength is no axis: it enters by what skin and pigment do at it, so that one table
//! serves every skin, melanin by the epidermis and blood by the dermis.

use super::profile::{Column, DotError, DotProfile, scale_mm};
use super::skin::TissueBand;
use super::{EPIDERMIS_MM, LEAST_MUA_PER_MM};

/// The table as it is kept, made by `cargo xtask dot-table`.
pub const TABLE: &[u8] = include_bytes!("../../../../data/optics/dots.bin");

/// Begins the table: name and version of its form.
const MAGIC: &[u8; 8] = b"VLDOTS01";

/// Bytes before its codes: the name, and how many grid points each axis has.
const HEAD: usize = 16;

/// Least logarithm of a darkening that is kept; less counts as this.
const FLOOR: f64 = -14.0;

/// Grid points.
#[derive(Clone, Debug)]
pub(super) struct Axes {
    /// Reduced scattering of the dermis, per mm.
    pub(super) mus_prime: [f64; 4],
    /// Absorption of the dermis, per mm.
    pub(super) mua_dermis: [f64; 5],
    /// Absorption of the epidermis, per mm.
    pub(super) mua_epidermis: [f64; 3],
    /// Diameter of the column, mm.
    pub(super) diameter: [f64; 4],
    /// Depth of its top, mm.
    pub(super) top: [f64; 6],
    /// Its height, mm.
    pub(super) height: [f64; 3],
    /// Its absorption, per mm.
    pub(super) load: [f64; 8],
    /// Distance from the axis over the scale.
    pub(super) radius: [f64; 12],
}

impl Default for Axes {
    fn default() -> Self {
        Self {
            mus_prime: [1.2, 2.2, 4.0, 7.5],
            mua_dermis: [LEAST_MUA_PER_MM, 0.08, 0.3, 1.0, 4.0],
            mua_epidermis: [0.0, 3.5, 16.0],
            diameter: [0.06, 0.11, 0.2, 0.36],
            top: [0.05, 0.09, 0.15, 0.24, 0.38, 0.62],
            height: [0.08, 0.2, 0.5],
            load: [0.5, 1.5, 4.0, 10.0, 25.0, 60.0, 160.0, 500.0],
            radius: RADIUS,
        }
    }
}

/// Distances from the axis over the scale.
pub(super) const RADIUS: [f64; 12] = [0.0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.2, 3.0, 4.2, 6.5, 10.0, 16.0];

impl Axes {
    pub(super) const fn shape(&self) -> [usize; 8] {
        [
            self.mus_prime.len(),
            self.mua_dermis.len(),
            self.mua_epidermis.len(),
            self.diameter.len(),
            self.top.len(),
            self.height.len(),
            self.load.len(),
            self.radius.len(),
        ]
    }
}

/// A darkening as it is kept.
pub(super) fn code(darkening: f64) -> u16 {
    let ln = libm::log(darkening.max(1e-300)).clamp(FLOOR, 0.0);
    ((ln - FLOOR) / -FLOOR * 65_535.0 + 0.5) as u16
}

fn decoded(code: u16) -> f64 {
    FLOOR + f64::from(code) / 65_535.0 * -FLOOR
}

/// The bytes of a table.
pub(super) fn bytes(codes: &[u16]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for n in Axes::default().shape() {
        out.push(n as u8);
    }
    out.extend(codes.iter().flat_map(|c| c.to_le_bytes()));
    out
}

/// Grid points that count for a value on an axis, with their weights: the polynomial through the four
/// nearest (fewer on a short axis); beyond the ends straight on, by half a cell at most.
pub(super) fn weights(axis: &[f64], value: f64) -> Vec<(usize, f64)> {
    let n = axis.len();
    let i = axis.partition_point(|a| *a <= value).clamp(1, n - 1) - 1;
    let f = (value - axis[i]) / (axis[i + 1] - axis[i]);
    if !(0.0..=1.0).contains(&f) {
        let f = f.clamp(-0.5, 1.5);
        return vec![(i, 1.0 - f), (i + 1, f)];
    }
    let taps = n.min(4);
    let first = i.saturating_sub(1).min(n - taps);
    (first..first + taps)
        .map(|k| {
            let others = (first..first + taps).filter(|j| *j != k);
            (k, others.map(|j| (value - axis[j]) / (axis[k] - axis[j])).product())
        })
        .collect()
}

/// Sums the leading axis of `values` with weights.
fn contract(values: &[f64], length: usize, weights: &[(usize, f64)]) -> Vec<f64> {
    let inner = values.len() / length;
    let mut out = vec![0.0; inner];
    for (k, w) in weights.iter().filter(|(_, w)| *w != 0.0) {
        for (o, v) in out.iter_mut().zip(&values[k * inner..(k + 1) * inner]) {
            *o += w * v;
        }
    }
    out
}

fn logs<const N: usize>(axis: &[f64; N]) -> [f64; N] {
    axis.map(libm::log)
}

/// Light that passes the epidermis down and up.
fn passes(mua_epidermis: f64) -> f64 {
    libm::exp(-2.0 * EPIDERMIS_MM * mua_epidermis)
}

/// Whether the table is of the form of this program.
pub(super) fn is_of_this_form() -> bool {
    let shape = Axes::default().shape();
    TABLE.len() == HEAD + 2 * shape.iter().product::<usize>()
        && TABLE.starts_with(MAGIC)
        && TABLE[MAGIC.len()..HEAD].iter().zip(shape).all(|(b, n)| usize::from(*b) == n)
}

/// The whole table, once for the program. One of another form, as it is until `cargo xtask dot-table` has made it
/// anew, holds no darkening.
pub(super) fn logarithms() -> &'static [f64] {
    static ALL: std::sync::OnceLock<Vec<f64>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        if !is_of_this_form() {
            return vec![FLOOR; Axes::default().shape().iter().product()];
        }
        TABLE[HEAD..].chunks_exact(2).map(|c| decoded(u16::from_le_bytes([c[0], c[1]]))).collect()
    })
}

/// Everything that the table holds for one band of a skin: ln(1 − R/R₀) by diameter, top, height, load and radius.
pub(super) fn of_band(skin: &TissueBand) -> Vec<f64> {
    let axes = Axes::default();
    let shape = axes.shape();
    let inside = |x: f64, lo: f64| if x.is_finite() { x.clamp(lo, 1e5) } else { lo };
    let mut part = contract(
        logarithms(),
        shape[0],
        &weights(&logs(&axes.mus_prime), libm::log(inside(skin.mus_prime_per_mm, 1e-3))),
    );
    for (n, w) in [
        (
            shape[1],
            weights(&logs(&axes.mua_dermis), libm::log(inside(skin.mua_dermis_per_mm, LEAST_MUA_PER_MM))),
        ),
        (
            shape[2],
            weights(&axes.mua_epidermis.map(|a| -passes(a)), -passes(inside(skin.mua_epidermis_per_mm, 0.0))),
        ),
    ] {
        part = contract(&part, n, &w);
    }
    part
}

/// Reads the profile of a column in skin, of absorption `mua_per_mm[i]` where the skin is `skin[i]`.
///
/// # Errors
/// [`DotError`] when the column is none that the table holds, or a coefficient is negative.
pub fn profile(column: &Column, mua_per_mm: &[f64], skin: &[TissueBand]) -> Result<DotProfile, DotError> {
    column.validate()?;
    if mua_per_mm.len() != skin.len() {
        return Err(DotError::Bands { pigment: mua_per_mm.len(), skin: skin.len() });
    }
    let axes = Axes::default();
    let shape = axes.shape();
    let scale = scale_mm(column.diameter_mm, column.top_mm);
    let radii_mm: Vec<f64> = axes.radius.iter().map(|u| scale * u).collect();
    let ln = libm::log;
    let nr = axes.radius.len();
    // What is the same in all bands first: the three lengths of the column.
    let lengths = [
        weights(&logs(&axes.diameter), ln(column.diameter_mm)),
        weights(&logs(&axes.top), ln(column.top_mm)),
        weights(&logs(&axes.height), ln(column.bottom_mm - column.top_mm)),
    ];
    let skins: usize = shape[..3].iter().product();
    let columns: usize = shape[3..].iter().product();
    let all = logarithms();
    let mut table = Vec::with_capacity(skins * shape[6] * nr);
    for k in 0..skins {
        let mut part = contract(&all[k * columns..(k + 1) * columns], shape[3], &lengths[0]);
        for (axis, w) in lengths.iter().enumerate().skip(1) {
            part = contract(&part, shape[3 + axis], w);
        }
        table.extend(part);
    }
    let mut darkening = Vec::with_capacity(skin.len());
    for (band, (mua, s)) in mua_per_mm.iter().zip(skin).enumerate() {
        for (what, value) in [
            ("absorption of the pigment", *mua),
            ("reduced scattering of the dermis", s.mus_prime_per_mm),
            ("absorption of the dermis", s.mua_dermis_per_mm),
            ("absorption of the epidermis", s.mua_epidermis_per_mm),
        ] {
            if !(value.is_finite() && (0.0..=1e5).contains(&value)) {
                return Err(DotError::Coefficient { what, value, band });
            }
        }
        if *mua == 0.0 {
            darkening.push(vec![0.0; nr]);
            continue;
        }
        let (least, most) = (axes.load[0], axes.load[axes.load.len() - 1]);
        let mut part = table.clone();
        for (n, w) in [
            (shape[0], weights(&logs(&axes.mus_prime), ln(s.mus_prime_per_mm.max(1e-3)))),
            (shape[1], weights(&logs(&axes.mua_dermis), ln(s.mua_dermis_per_mm.max(LEAST_MUA_PER_MM)))),
            (shape[2], weights(&axes.mua_epidermis.map(|a| -passes(a)), -passes(s.mua_epidermis_per_mm))),
            (shape[6], weights(&logs(&axes.load), ln(mua.clamp(least, most)))),
        ] {
            part = contract(&part, n, &w);
        }
        // Below the least load darkening is in proportion to it.
        let thin = (mua / least).min(1.0);
        darkening.push(part.iter().map(|l| thin * libm::exp(l.min(0.0))).collect());
    }
    Ok(DotProfile { radii_mm, darkening })
}
