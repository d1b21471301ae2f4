//! Stencils through the public API: where dots go, marks that meet, words that are true, and the PDF
//! as a printer would draw it.
#![allow(clippy::print_stderr, missing_docs)]

mod dots;
mod marks;
#[cfg(feature = "pdf")]
mod pdf;
mod scans;

use std::sync::OnceLock;

use glam::DVec3;
use vellus_head::flatten::{Part, ScalpProjection, TileSpec, Tiling, tile_scalp};
use vellus_head::points::{Spot, place};
use vellus_head::{Head, PlaceSpec};
use vellus_report::{DotClass, SheetDot};
use vellus_units::{Purpose, random::Key};

/// A head with what its stencils need.
struct Case {
    head: Head,
    tiling: Tiling,
    map: ScalpProjection,
}

impl Case {
    fn new(head: Head, part: Part) -> Self {
        let tiling = tile_scalp(&head, &TileSpec { part, ..TileSpec::default() }).unwrap();
        let map = ScalpProjection::new(&head, Default::default(), Default::default()).unwrap();
        Self { head, tiling, map }
    }
}

/// The parametric head of mean lengths.
fn mean_head() -> &'static Case {
    static CASE: OnceLock<Case> = OnceLock::new();
    CASE.get_or_init(|| {
        Case::new(Head::from_lengths(&Default::default(), None, "mean head").unwrap(), Part::Midline)
    })
}

/// Points spread over the hair-bearing scalp, the ears' folds included, in two classes.
fn points(head: &Head, count: usize) -> Vec<SheetDot> {
    let on_scalp = |s: &Spot| f64::from(u8::from(head.zone_at_spot(s).is_some()));
    let mut spec = PlaceSpec::new(count, Key::new(7, 0), Purpose::Placement);
    spec.chart = Some(head.chart());
    spec.density = Some(&on_scalp);
    let placed = place(head.surface(), &spec).unwrap();
    let at = |p: &[f32; 3]| DVec3::from_array(p.map(f64::from));
    placed
        .position
        .iter()
        .enumerate()
        .map(|(i, p)| SheetDot { point: head.surface().closest_point(at(p)).unwrap().point, class: i % 2 })
        .collect()
}

/// Dots to be worked, and rings.
fn classes() -> [DotClass; 2] {
    [("Session 2", "#0b3a53", false), ("Session 1, done", "#c98a63", true)].map(|(name, colour, open)| {
        DotClass {
            name: name.into(),
            colour: colour.into(),
            diameter_mm: 0.35,
            healed_mm: (!open).then_some(0.16),
            open,
        }
    })
}
