//! Audit of a finished work, or of a plan: how well dots stay apart, whether rows or stamps show,
//! what will merge, whether the density is even and as planned, how soft the edge is.
//!
//! Every figure says what it would be for random dots and for a lattice, so that it can be read
//! without a norm; thresholds are constants with their source or marked as assumptions.

mod against;
mod edge;
mod findings;
mod merging;
mod near;
mod patches;
mod regularity;
mod repeats;
mod site;
mod spacing;
mod tiles;

use glam::DVec2;
use jiff::civil::Date;
use serde::Serialize;

pub use against::{Clearance, MATCH_MM, PlanMatch};
pub use edge::EdgeSoftness;
pub use findings::{Finding, Score, Severity};
pub use merging::{MergedAt, Merging};
pub use regularity::{Pattern, Regularity};
pub use site::Site;
pub use spacing::Spacing;
pub use tiles::{Tile, TileDensity};

use crate::dot_file::{DotFileError, check_dots};
use crate::dots::Dots;

/// What the dots are held against; all of it may be missing but the day.
#[derive(Clone, Copy)]
pub struct AuditContext<'a> {
    /// The dots as they were planned.
    pub plan: Option<&'a Dots>,
    /// Dots per cm² wanted at a chart position.
    pub density_plan: Option<&'a dyn Fn([f32; 2]) -> f64>,
    /// Depth behind the designed hairline at a chart position, mm.
    pub hairline_depth_mm: Option<&'a dyn Fn(DVec2) -> f64>,
    /// Living follicular units, mm, head space.
    pub follicles: &'a [[f32; 3]],
    /// The day that the dots' days count from.
    pub today: Date,
}

impl AuditContext<'_> {
    /// With nothing but the dots themselves.
    #[must_use]
    pub const fn new(today: Date) -> Self {
        Self { plan: None, density_plan: None, hairline_depth_mm: None, follicles: &[], today }
    }
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// Dots.
    pub dots: usize,
    /// Sessions.
    pub sessions: usize,
    /// The day of the audit.
    pub today: Date,
    /// The work in a sentence.
    pub verdict: String,
    /// What to look at, worst first.
    pub findings: Vec<Finding>,
    /// The figures that matter, each with what it means.
    pub scores: Vec<Score>,
    /// Distances between dots.
    pub spacing: Spacing,
    /// Whether the pattern shows.
    pub regularity: Regularity,
    /// What runs together.
    pub merging: Merging,
    /// Density by square centimetre; none for work of less than a few cm².
    pub density: Option<TileDensity>,
    /// Against the plan, when one was given.
    pub plan: Option<PlanMatch>,
    /// The front edge; none when the dots do not reach the front.
    pub edge: Option<EdgeSoftness>,
    /// Against living follicles, when they were given.
    pub clearance: Option<Clearance>,
}

/// Fewest dots that patterns can be told of.
pub const FEWEST_DOTS: usize = 100;

/// Audits dots. The same dots give the same audit for any number of threads.
///
/// # Errors
/// [`DotFileError::Incomplete`] when the dots' columns differ in length; [`DotFileError::NoDots`]
/// when there is none.
pub fn audit(dots: &Dots, context: &AuditContext<'_>) -> Result<Audit, DotFileError> {
    check_dots(dots)?;
    if dots.is_empty() {
        return Err(DotFileError::NoDots);
    }
    if let Some(plan) = context.plan {
        check_dots(plan)?;
    }
    let (near, around) = near::surroundings(dots);
    let spacing = Spacing::of(dots, &around);
    let regularity = Regularity::of(dots, &near, &around, &spacing);
    let mut out = Audit {
        dots: dots.len(),
        sessions: dots.sessions().iter().filter(|s| s.dots > 0).count(),
        today: context.today,
        verdict: String::new(),
        findings: Vec::new(),
        scores: Vec::new(),
        merging: Merging::of(dots, &near),
        density: TileDensity::of(dots, &near, &around, context),
        plan: context.plan.map(|plan| PlanMatch::of(dots, plan)),
        edge: EdgeSoftness::of(dots, &around, context),
        clearance: (!context.follicles.is_empty()).then(|| Clearance::of(dots, context.follicles)),
        spacing,
        regularity,
    };
    findings::judge(&mut out, dots);
    Ok(out)
}
