//! Exact solutions of settling beside the scheme: how good the numbers are, whatever the physics.
//!
//! A dilute cell in a rotating frame moves with dr/dt = s ω² r. In a sector of a cylinder the
//! plateau thins as c₀ exp(−2 s ω² t) and the clear boundary moves as r₀ exp(s ω² t) (Svedberg and
//! Pedersen 1940); in a straight tube the plateau thins as c₀ exp(−s ω² t). A suspension of one kind
//! under a constant force has two shocks (Kynch 1952): its surface falls with w(φ₀), and what lies
//! on the bottom rises with the steepest chord of the flux curve.

use crate::column::{Column, Frame, KINDS, Section, SmallCell, Suspension};

/// One exact number beside the scheme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exact {
    /// Short name, without spaces.
    pub id: &'static str,
    /// What is compared.
    pub what: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// The exact number.
    pub exact: f64,
    /// What the scheme gives.
    pub scheme: f64,
    /// Lower end of what counts as right.
    pub lo: f64,
    /// Upper end of what counts as right.
    pub hi: f64,
    /// Where the exact number comes from.
    pub source: &'static str,
}

/// Grid cells of the comparisons.
const CELLS: usize = 400;
/// Radii of surface and bottom, mm.
const SURFACE_MM: f64 = 60.0;
const BOTTOM_MM: f64 = 160.0;
/// s ω², 1/s, times the seconds of a run: the paths go from 100 to 120 mm.
const PATH: f64 = 0.182_321_556_793_954_6;
const SECONDS: f64 = 200.0;
const SVEDBERG: &str = "exact: Svedberg & Pedersen 1940, The Ultracentrifuge";
const KYNCH: &str = "exact: Kynch 1952, Trans Faraday Soc 48:166";

fn frame(seconds: f64) -> Frame {
    // ω² = 1 by the choice of s.
    Frame { omega2: 1.0, effective_s: seconds, radius_max_mm: BOTTOM_MM, sin_angle: 1.0, inclination: 1.0 }
}

fn dilute(rate: f64) -> Suspension {
    Suspension {
        s_rbc: 0.0,
        aggregation: 1.0,
        packing: 0.9,
        rbc_density: 1.098,
        fluid_density: 1.024,
        small: vec![SmallCell { s: rate, density: 1.07, volume_fl: 0.0, exclusion: 0.0 }],
        stirring_mm_s: 0.0,
        bore_mm: 13.0,
        pellet_sticks: false,
    }
}

fn spun(section: Section, cells: usize, start: impl Fn(f64) -> f64) -> Column {
    let mut c = Column::mixed(cells, BOTTOM_MM - SURFACE_MM, 100.0, 0.0, &[1.0]);
    c.section = section;
    for (i, x) in c.small.iter_mut().enumerate() {
        *x = [0.0; KINDS];
        x[0] = start(SURFACE_MM + (i as f64 + 0.5) * c.dx_mm);
    }
    let s = dilute(PATH / SECONDS);
    c.spin(&s, &frame(SECONDS), &[], |_, _| ());
    c
}

/// Where the number density first reaches half of `plateau`, mm from the axis.
fn boundary_mm(c: &Column, plateau: f64) -> f64 {
    let half = 0.5 * plateau;
    let k = c.small.iter().position(|x| x[0] >= half).unwrap_or(0);
    let centre = |i: usize| SURFACE_MM + (i as f64 + 0.5) * c.dx_mm;
    if k == 0 {
        return SURFACE_MM;
    }
    let (a, b) = (c.small[k - 1][0], c.small[k][0]);
    centre(k - 1) + (half - a) / (b - a).max(1e-12) * c.dx_mm
}

/// Mean absolute error of a smooth cloud of cells that is carried outward in a straight tube,
/// over the mean of the cloud.
fn cloud_error(cells: usize) -> f64 {
    // A bump of the fourth power of a cosine, 30 mm wide, whose slope ends smoothly.
    let cloud = |r: f64| {
        let x: f64 = (r - 100.0) / 30.0;
        if x.abs() < 0.5 { libm::pow(libm::cos(std::f64::consts::PI * x), 4.0) } else { 0.0 }
    };
    let c = spun(Section::Straight, cells, cloud);
    let stretch = libm::exp(PATH);
    let (mut error, mut sum) = (0.0, 0.0);
    for (i, x) in c.small.iter().enumerate() {
        let r = SURFACE_MM + (i as f64 + 0.5) * c.dx_mm;
        let exact = cloud(r / stretch) / stretch;
        error += (x[0] - exact).abs();
        sum += exact;
    }
    error / sum
}

/// The order of convergence of a smooth cloud from 400 to 800 grid cells.
#[must_use]
pub fn order_of_convergence() -> f64 {
    libm::log2(cloud_error(400) / cloud_error(800))
}

/// The red cells' flux over s ω² r at a constant pull.
fn flux(phi: f64, packing: f64) -> f64 {
    phi * libm::pow(1.0 - phi, crate::cells::HINDERED_EXPONENT)
        * (1.0 - libm::pow(phi / packing, 8.0)).max(0.0)
}

/// Depth of the surface and height of the deposit, exact and by the scheme, mm.
fn kynch() -> [(f64, f64); 2] {
    let (start, packing, seconds) = (0.2, 0.8, 40.0);
    // The axis is far away: 0.4 mm/s for a single cell everywhere.
    let far =
        Frame { omega2: 1.0, effective_s: seconds, radius_max_mm: 1.0e9, sin_angle: 1.0, inclination: 1.0 };
    let s = Suspension { s_rbc: 0.4e-9, packing, small: Vec::new(), ..dilute(0.0) };
    let mut c = Column::mixed(CELLS, 40.0, 100.0, start, &[]);
    c.spin(&s, &far, &[], |_, _| ());
    let surface = 0.4 * flux(start, packing) / start * seconds;
    let steepest = (1..=4000)
        .map(|i| start + (packing - start) * f64::from(i) / 4000.0)
        .map(|phi| (flux(start, packing) - flux(phi, packing)) / (phi - start))
        .fold(0.0, f64::max);
    let deposit = 0.4 * steepest * seconds;
    // The deposit begins where the suspension above it ends: half-way to what lies on the shock.
    let top = c.rbc.iter().rposition(|&f| f < 1.25 * start).unwrap_or(0);
    let (a, b) = (c.rbc[top], c.rbc[(top + 1).min(CELLS - 1)]);
    let inside = (1.25 * start - a) / (b - a).max(1e-12);
    let height = 40.0 - (top as f64 + 0.5 + inside) * c.dx_mm;
    [(surface, c.interface_mm()), (deposit, height)]
}

/// Every exact solution beside the scheme.
#[must_use]
pub fn verify() -> Vec<Exact> {
    let sector = spun(Section::Sector, CELLS, |_| 1.0);
    let straight = spun(Section::Straight, CELLS, |_| 1.0);
    let middle = |c: &Column| c.small[c.cells() / 2][0];
    let [surface, deposit] = kynch();
    let (thin, thinner) = (libm::exp(-PATH), libm::exp(-2.0 * PATH));
    vec![
        Exact {
            id: "sector_plateau",
            what: "plateau c₀·exp(−2sω²t)",
            unit: "of c₀",
            exact: thinner,
            scheme: middle(&sector),
            lo: thinner - 1e-4,
            hi: thinner + 1e-4,
            source: SVEDBERG,
        },
        Exact {
            id: "sector_boundary",
            what: "boundary r₀·exp(sω²t)",
            unit: "mm",
            exact: SURFACE_MM * libm::exp(PATH),
            scheme: boundary_mm(&sector, thinner),
            lo: SURFACE_MM * libm::exp(PATH) - 0.1,
            hi: SURFACE_MM * libm::exp(PATH) + 0.1,
            source: SVEDBERG,
        },
        Exact {
            id: "tube_plateau",
            what: "plateau c₀·exp(−sω²t)",
            unit: "of c₀",
            exact: thin,
            scheme: middle(&straight),
            lo: thin - 1e-4,
            hi: thin + 1e-4,
            source: "exact: characteristics of ∂c/∂t + ∂(sω²r c)/∂r = 0",
        },
        Exact {
            id: "kynch_surface",
            what: "surface of a suspension",
            unit: "mm",
            exact: surface.0,
            scheme: surface.1,
            lo: surface.0 - 0.1,
            hi: surface.0 + 0.1,
            source: KYNCH,
        },
        Exact {
            id: "kynch_deposit",
            what: "height of the deposit",
            unit: "mm",
            exact: deposit.0,
            scheme: deposit.1,
            lo: deposit.0 - 0.2,
            hi: deposit.0 + 0.2,
            source: KYNCH,
        },
        Exact {
            id: "convergence",
            what: "order on a smooth cloud",
            unit: "",
            exact: 2.0,
            scheme: order_of_convergence(),
            lo: 1.8,
            hi: 4.0,
            source: "exact: characteristics; second order away from shocks",
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn convergence_on_three_grids() {
        let e: Vec<f64> = [100, 200, 400, 800].map(cloud_error).to_vec();
        assert!(e.windows(2).all(|w| w[0] / w[1] > 3.2), "{e:?}");
        assert!(e[2] < 1e-3, "{e:?}");
    }

    #[test]
    fn val_exact_solutions() {
        for e in verify() {
            assert!((e.lo..=e.hi).contains(&e.scheme), "{e:?}");
        }
    }
}
