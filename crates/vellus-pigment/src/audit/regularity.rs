//! Whether dots are random, even, in rows, or stamped.

use serde::Serialize;

use super::near::Near;
use super::patches::directions;
use super::repeats::twins;
use super::site::Site;
use super::spacing::Spacing;
use super::{FEWEST_DOTS, near};
use crate::dots::Dots;

/// Ratio of Clark and Evans below which dots sit in groups, and above which they are even
/// (assumption: random dots scatter by 0.52 / √n about 1, planned ones reach 1.5 to 1.9).
const CLUSTERED_BELOW: f64 = 0.90;
const EVEN_ABOVE: f64 = 1.25;
/// Highest ring of the spectrum from which a pattern without a direction is a lattice: half of the
/// 5.9 of the hexagonal lattice is passed by dots that were relaxed too long.
const LATTICE_RING: f64 = 4.5;
/// Peaks that go on next door by this much are rows even where none stands out alone; and by how many
/// standard errors (assumption, set where 40 sets of planned and random dots, 0.90 to 1.07, never come).
const ROWS_PERSIST: f64 = 1.18;
const ROWS_ERRORS: f64 = 3.5;
/// Where patches have no neighbours, a peak of so many thresholds is rows: small crystals of even dots,
/// which do not go on next door, reach two (measured on planned dots).
const ROWS_ALONE: f64 = 3.0;
/// Share of dots with a twin from which a stamp is behind it: random dots have fewer than 1 in 1,000.
const STAMPED_SHARE: f64 = 0.02;
/// Share of patches with crossing rows from which they make a grid.
const GRID_SHARE: f64 = 0.3;

/// The kind of pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Too few dots to tell.
    #[default]
    Unknown,
    /// In groups.
    Clustered,
    /// As if thrown.
    Random,
    /// Even without a direction, as hair grows and as dots are planned.
    Even,
    /// In rows.
    Rows,
    /// In rows that cross.
    Grid,
    /// One constellation again and again.
    Stamped,
}

/// The pattern and what tells it.
///
/// # Sources
/// The structure factor of point patterns and its exponential scatter: Bartlett 1964, *The spectral
/// analysis of two-dimensional point processes*, Biometrika 51.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Regularity {
    /// The kind.
    pub pattern: Pattern,
    /// Patches of skin looked at.
    pub patches: usize,
    /// Their radius, mm, median.
    pub patch_mm: f64,
    /// Highest ring of the spectrum: 1 for random dots, 2 to 3 for even ones, 5.9 for a hexagonal
    /// lattice in all directions.
    pub radial_peak: f64,
    /// Mean power at low frequencies, what the eye sees as blotches: 1 for random dots, near 0 for
    /// even ones.
    pub low_power: f64,
    /// Highest peak in a direction, over its ring.
    pub directional_peak: f64,
    /// What a head without rows passes once in a hundred times.
    pub directional_threshold: f64,
    /// Share of patches above it.
    pub directional_share: f64,
    /// Power next door in the direction of a patch's peak, over other directions: 1 without rows.
    pub persistence: f64,
    /// Standard error of that without rows; infinite when patches have no neighbours, then not
    /// serialised.
    #[serde(skip_serializing_if = "is_infinite")]
    pub persistence_error: f64,
    /// Median order of the strongest direction: 1 for a perfect lattice, below 0.1 for none.
    pub order: f64,
    /// Spacing of the rows, mm, when there are rows.
    pub row_mm: Option<f64>,
    /// Share of dots whose constellation comes again elsewhere.
    pub repeated_share: f64,
    /// Where rows stand out most.
    pub worst: Vec<Site>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_infinite(x: &f64) -> bool {
    x.is_infinite()
}

impl Regularity {
    pub(super) fn of(dots: &Dots, near: &Near, around: &[near::Around], spacing: &Spacing) -> Self {
        if dots.len() < FEWEST_DOTS {
            return Self::default();
        }
        let d = directions(dots, near, around);
        let repeated = twins(around);
        let repeated_share = repeated.iter().filter(|t| **t).count() as f64 / dots.len() as f64;
        let persists = |p: f64, error: f64| p > ROWS_PERSIST && p > 1.0 + ROWS_ERRORS * error;
        // All over the head, in one part of it, or in work too small to have a next door.
        let rows = persists(d.persistence, d.persistence_error)
            || persists(d.strong.0, d.strong.1)
            || (d.persistence_error.is_infinite() && d.highest > ROWS_ALONE * d.threshold);
        let pattern = if rows && d.crossed > GRID_SHARE {
            Pattern::Grid
        } else if rows {
            Pattern::Rows
        } else if repeated_share > STAMPED_SHARE {
            Pattern::Stamped
        } else if spacing.clark_evans < CLUSTERED_BELOW {
            Pattern::Clustered
        } else if d.radial_peak > LATTICE_RING && spacing.clark_evans > EVEN_ABOVE {
            Pattern::Grid
        } else if spacing.clark_evans < EVEN_ABOVE {
            Pattern::Random
        } else {
            Pattern::Even
        };
        let shows = matches!(pattern, Pattern::Rows | Pattern::Grid);
        Self {
            pattern,
            patches: d.patches,
            patch_mm: d.patch_mm,
            radial_peak: d.radial_peak,
            low_power: d.low_power,
            directional_peak: d.highest,
            directional_threshold: d.threshold,
            directional_share: d.share,
            persistence: d.persistence,
            persistence_error: d.persistence_error,
            order: d.order,
            row_mm: shows.then_some(d.row_mm),
            repeated_share,
            worst: if shows {
                d.worst.iter().take(5).map(|w| Site::of(dots, w.0 as usize)).collect()
            } else {
                Vec::new()
            },
        }
    }
}
