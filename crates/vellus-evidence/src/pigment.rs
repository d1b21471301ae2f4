//! Pigment: dots that a whole work comes to, and what is left of it after months.

use glam::DVec2;
use serde::Deserialize;
use vellus_hair::pattern::{Course, boundary_stage};
use vellus_head::parametric::ParametricSpec;
use vellus_head::{Head, Landmark, Sex, Spot};
use vellus_pigment::ageing::{SCAR_RATE, tone_left};
use vellus_pigment::dots::{FRESH_FACTOR, HEALED_UM};
use vellus_pigment::hairline::{Hairline, HairlineSpec, HairlineStyle};
use vellus_pigment::session::default_targets;
use vellus_pigment::target::School;
use vellus_pigment::{DotRequest, Dots, Ink, Needle, Pattern, plan_dots};
use vellus_units::random::Key;

use crate::error::EvidenceError;
use crate::experiment::{Experiment, Results};
use crate::row::Row;

/// What an experiment does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// A whole work on a mean man's head, behind a natural hairline: as far as a stage of the Norwood
    /// scale is bald, or all of the hair-bearing scalp. Results: `dots`, `area_cm2`, `per_cm2`,
    /// `dots_first_session`, `dots_a_session`, `after_1_percent`, `after_2_percent`,
    /// `after_3_percent`, `spacing_mm` (median distance of the nearest dot).
    Work {
        /// How dense.
        school: School,
        /// Norwood stage whose bald area is covered; none covers the whole hair-bearing scalp.
        #[serde(default)]
        norwood: Option<f64>,
        /// Height of the hairline above the glabella, mm.
        hairline_height_mm: f64,
        /// Sessions.
        sessions: usize,
    },
    /// What is left after some days. Results: `drop_of_ten`, `scar_drop_of_ten`: how far a visual
    /// density of the published size falls.
    Fade {
        /// Days after the last session.
        days: f64,
        /// Visual density at once, on the published scale.
        at_once: f64,
    },
    /// A dot. Results: `fresh_um`, `healed_um`.
    Dot,
}

macro_rules! experiments {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../data/experiments/pigment/", $name, ".toml")))),*]
    };
}

/// The experiment files that come with the program.
pub const EXPERIMENTS: &[(&str, &str)] =
    experiments!["whole_scalp", "by_hairs", "six_months", "dot", "sessions"];

/// Runs every experiment.
///
/// # Errors
/// [`EvidenceError::File`], [`EvidenceError::Head`], [`EvidenceError::Pigment`].
pub fn run_all(seed: u64) -> Result<Vec<Row>, EvidenceError> {
    let mut rows = Vec::new();
    for (name, text) in EXPERIMENTS {
        let experiment = Experiment::<Run>::parse(name, text)?;
        rows.extend(experiment.rows("pigment", name, &perform(name, &experiment.run, seed)?)?);
    }
    Ok(rows)
}

fn perform(name: &str, run: &Run, seed: u64) -> Result<Results, EvidenceError> {
    let results: Vec<(&str, f64)> = match run {
        Run::Fade { days, at_once } => vec![
            ("drop_of_ten", at_once * (1.0 - tone_left(*days, 1.0))),
            ("scar_drop_of_ten", at_once * (1.0 - tone_left(*days, SCAR_RATE))),
        ],
        Run::Dot => vec![("fresh_um", HEALED_UM.0 * FRESH_FACTOR), ("healed_um", HEALED_UM.0)],
        Run::Work { school, norwood, hairline_height_mm, sessions } => {
            work(name, *school, *norwood, *hairline_height_mm, *sessions, seed)?
        }
    };
    Ok(results.into_iter().map(|(k, v)| (k.to_owned(), (v, 0.0))).collect())
}

fn work(
    name: &str,
    school: School,
    norwood: Option<f64>,
    height_mm: f64,
    sessions: usize,
    seed: u64,
) -> Result<Vec<(&'static str, f64)>, EvidenceError> {
    let head_error = |source| EvidenceError::Head { name: name.into(), source };
    let pigment_error = |source| EvidenceError::Pigment { name: name.into(), source };
    let key = Key::new(seed, 0);
    let spec = ParametricSpec { sex: Sex::Male, ..ParametricSpec::default() };
    let head = Head::from_lengths(&spec, None, "a mean head").map_err(head_error)?;
    let line = Hairline::new(HairlineSpec::of_style(height_mm, HairlineStyle::Natural), &head, key)
        .map_err(pigment_error)?;
    let trichion_y = head.chart().chart_from_head(head.landmarks().get(Landmark::Trichion)).y;
    // The middle of what the school states.
    let (least, most) = school.range();
    let full = 0.5 * (least + most);
    let inside = |spot: &Spot| {
        let q = spot.in_chart;
        let bald = norwood.is_none_or(|stage| {
            head.zone_at_spot(spot).is_none()
                || boundary_stage(Course::Norwood, q.x, q.y, trichion_y) <= stage
        });
        line.contains(q) && !head.is_ear(spot.position_in_head) && bald
    };
    let density = |spot: &Spot| if inside(spot) { full * line.fade_in(spot.in_chart) } else { 0.0 };
    let one = |spot: &Spot| f64::from(u8::from(inside(spot)));
    let area = vellus_head::integrate(head.surface(), head.chart(), &one).0;
    let targets = default_targets(sessions);
    let days: Vec<f64> = (0..sessions).map(|k| 14.0 * k as f64).collect();
    let at = |q: [f32; 2]| DVec2::new(f64::from(q[0]), f64::from(q[1]));
    let request = DotRequest {
        surface: head.surface(),
        chart: head.chart(),
        density_per_cm2: &density,
        zone_at: &|q| head.scalp().zone_at(at(q)),
        living: &[],
        depth_behind_line_mm: &|q| line.depth_mm(at(q)),
        days: &days,
        targets: &targets,
        uncertain: None,
        count: None,
        pattern: Pattern::Even,
        needles: &[Needle::single()],
        inks: &[Ink::default()],
        key,
    };
    let dots = plan_dots(&request, &Dots::default()).map_err(pigment_error)?;
    let n = dots.len() as f64;
    let laid = |k: u8| dots.session.iter().filter(|s| **s <= k).count() as f64;
    let spacing =
        vellus_pigment::audit(&dots, &vellus_pigment::AuditContext::new(jiff::civil::date(2026, 1, 1)))
            .map_or(f64::NAN, |a| a.spacing.median_mm);
    Ok(vec![
        ("dots", n),
        ("area_cm2", area),
        ("per_cm2", n / area),
        ("dots_first_session", laid(1)),
        ("dots_a_session", n / sessions.max(1) as f64),
        ("after_1_percent", 100.0 * laid(1) / n),
        ("after_2_percent", 100.0 * laid(2) / n),
        ("after_3_percent", 100.0 * laid(3) / n),
        ("spacing_mm", spacing),
    ])
}
