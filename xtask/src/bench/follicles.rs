//! The follicle kernel: a whole head of follicles over ten years, on one core.

use vellus_hair::course::{Groups, Sample, tally};
use vellus_hair::cycle::CycleRules;
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::{Course, boundary_stage};
use vellus_hair::regime::{Progress, Regime};
use vellus_hair::response::Response;
use vellus_hair::scalp::{Follicles, Ground, HairProfile, Scalp};
use vellus_hair::treatment::{PrpMechanism, PrpSession, Schedule};
use vellus_head::{Head, Landmark, PlaceSpec, Spot, place};
use vellus_plan::forecast::frame_days;
use vellus_units::Days;
use vellus_units::random::Purpose;

use super::{Limit, Line, cheapest, key, reference};

/// Follicles of a whole head.
const FOLLICLES: f64 = 150_000.0;
/// Horizon, years.
const YEARS: f64 = 10.0;

/// Grows a head of about [`FOLLICLES`] and times it under one strategy.
pub(crate) fn run(head: &Head, lines: &mut Vec<Line>) -> anyhow::Result<Scalp> {
    let scalp = grow(head)?;
    let n = scalp.follicles.len() as f64;
    let progress = Progress { course: Course::NorwoodVertex, stage: 3.5, pace_per_year: 0.15 };
    let session = |m: f64| PrpSession { day: Days(m * 30.4), platelets_k_per_ul: 1000.0 };
    let prp = Schedule { drugs: vec![], prp: [0.0, 1.0, 2.0, 8.0, 14.0].map(session).to_vec() };
    let horizon = YEARS * 365.25 + 400.0;
    let treated = Regime::new(progress, &prp, &Response::median(), PrpMechanism::Reactivate, horizon);
    let untreated =
        Regime::new(progress, &Schedule::default(), &Response::median(), PrpMechanism::Reactivate, horizon);
    let (groups, sample, rules) = (Groups::zones(&scalp), Sample::whole(&scalp), CycleRules::default());
    let days: Vec<f64> = frame_days().into_iter().filter(|d| *d <= YEARS * 365.26).collect();
    let last = days.len() - 1;

    let (seconds, _) = cheapest(5, || tally(&scalp, &groups, &sample, &treated, &rules, key(), &days));
    let (plain_s, events) = cheapest(5, || tally(&scalp, &groups, &sample, &untreated, &rules, key(), &days));
    let (steps_s, steps) =
        cheapest(2, || reference::month_by_month(&scalp, &untreated, &rules, key(), YEARS));

    let whole = |s: f64| s * FOLLICLES / n;
    lines.push(Line::new(
        "150,000 follicles, 10 years, PRP, one core",
        whole(seconds),
        "core s",
        Some(Limit::Most(0.25)),
    ));
    lines.push(Line::new("the same untreated", whole(plain_s), "core s", Some(Limit::Most(0.25))));
    lines.push(Line::new(
        "follicle-years per second and core",
        n * YEARS / seconds,
        "follicle-years/s",
        Some(Limit::Least(FOLLICLES * YEARS / 0.25)),
    ));
    lines.push(Line::new("month-by-month reference, untreated, one core", whole(steps_s), "core s", None));
    lines.push(Line::new(
        "reference over event-by-event, untreated",
        steps_s / plain_s,
        "×",
        Some(Limit::Least(1.5)),
    ));
    // Both take the same draws in the same order: hairs that stand after ten years are the same.
    let stand = events.sum(last, 0..groups.count).hairs;
    lines.push(Line::new(
        "hairs after 10 years, kernel less reference",
        100.0 * (stand - steps.hairs).abs() / steps.hairs,
        "% of hairs",
        Some(Limit::Most(0.1)),
    ));
    lines.push(Line::new(
        "memory of a follicle",
        bytes(&scalp.follicles) / n,
        "bytes",
        Some(Limit::Most(32.0)),
    ));
    Ok(scalp)
}

fn grow(head: &Head) -> anyhow::Result<Scalp> {
    let profile = HairProfile::norm(Ancestry::European, false);
    let units_per_cm2 = |spot: &Spot| head.zone_at_spot(spot).map_or(0.0, |z| profile.units_per_cm2(z));
    // A unit of this profile has about 2.1 follicles.
    let mut spec = PlaceSpec::new((FOLLICLES / 2.12) as usize, key(), Purpose::Placement);
    spec.chart = Some(head.chart());
    spec.density = Some(&units_per_cm2);
    spec.candidates_per_point = 2.0;
    spec.progressive = false;
    let points = place(head.surface(), &spec)?;
    let zone = points
        .in_chart
        .iter()
        .map(|q| {
            head.scalp()
                .zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])))
                .unwrap_or(vellus_head::Zone::FrontalHairline)
        })
        .collect();
    let ground = Ground { position: points.position, normal: points.normal, chart: points.in_chart, zone };
    let trichion_y = head.chart().chart_from_head(head.landmarks().get(Landmark::Trichion)).y;
    let course = Course::NorwoodVertex;
    Ok(Scalp::grow(ground, profile, course, &move |x, y| boundary_stage(course, x, y, trichion_y), key()))
}

/// Bytes of the structures of arrays.
fn bytes(f: &Follicles) -> f64 {
    let bytes = size_of_val(f.unit.as_slice())
        + size_of_val(f.stream.as_slice())
        + size_of_val(f.calibre_um.as_slice())
        + size_of_val(f.threshold.as_slice())
        + size_of_val(f.hardiness.as_slice())
        + size_of_val(f.from_day.as_slice())
        + size_of_val(f.until_day.as_slice())
        + size_of_val(f.zone.as_slice());
    bytes as f64
}
