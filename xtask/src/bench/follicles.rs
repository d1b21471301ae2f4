//! The follicle kernel: a whole head of follicles over ten years, on one core.

use vellus_hair::course::{Groups, Sample, tally};
use vellus_hair::model::Model;
use vellus_hair::norms::Ancestry;
use vellus_hair::pattern::{Course, boundary_stage};
use vellus_hair::regime::{Progress, Regime, Setting};
use vellus_hair::response::Response;
use vellus_hair::scalp::{Follicles, Ground, HairProfile, Scalp};
use vellus_hair::season::{Hemisphere, Season};
use vellus_hair::treatment::{Drug, DrugCourse, PrpMechanism, PrpSession, Schedule};
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
    let everything = Schedule {
        drugs: [Drug::Finasteride, Drug::Minoxidil5]
            .map(|drug| DrugCourse { drug, from: Days(0.0), until: None, adherence: 1.0 })
            .to_vec(),
        prp: [0.0, 1.0, 2.0, 8.0, 14.0].map(session).to_vec(),
        needling: (0..24).map(|k| Days(f64::from(k) * 14.0)).collect(),
    };
    let horizon = YEARS * 365.25 + 400.0;
    let model = Model::fitted();
    let nothing = Schedule::default();
    let regime = |schedule: &Schedule, season: Option<Season>| {
        let setting = Setting {
            model,
            progress,
            season,
            schedule,
            response: &Response::median(),
            mechanism: PrpMechanism::Reactivate,
        };
        Regime::new(&setting, 0.0, horizon)
    };
    let season = Some(Season::new(300.0, Hemisphere::North));
    let (treated, untreated) = (regime(&everything, season), regime(&nothing, season));
    // The reference knows no clocks, and so no seasons.
    let plain = regime(&nothing, None);
    let (groups, sample) = (Groups::zones(&scalp), Sample::whole(&scalp));
    let days: Vec<f64> = frame_days().into_iter().filter(|d| *d <= YEARS * 365.26).collect();
    let last = days.len() - 1;

    let (seconds, _) = cheapest(5, || tally(&scalp, &groups, &sample, &treated, model, key(), &days));
    let (untreated_s, _) = cheapest(12, || tally(&scalp, &groups, &sample, &untreated, model, key(), &days));
    let (plain_s, events) = cheapest(5, || tally(&scalp, &groups, &sample, &plain, model, key(), &days));
    let (steps_s, steps) = cheapest(2, || reference::month_by_month(&scalp, &plain, model, key(), YEARS));
    // The year before day 0 is run as well.
    let years = YEARS + 1.0;

    let whole = |s: f64| s * FOLLICLES / n;
    lines.push(Line::new(
        "150,000 follicles, 10 years, every treatment, one core",
        whole(seconds),
        "core s",
        Some(Limit::Most(0.25)),
    ));
    lines.push(Line::new("the same untreated", whole(untreated_s), "core s", Some(Limit::Most(0.25))));
    lines.push(Line::new(
        "follicle-years per second and core, untreated",
        n * years / untreated_s / 1e6,
        "million",
        Some(Limit::Least(20.0)),
    ));
    lines.push(Line::new(
        "the same with every treatment on",
        n * years / seconds / 1e6,
        "million",
        Some(Limit::Least(10.0)),
    ));
    let (many, copies) = repeated(&scalp, TEN_MILLION);
    let many_groups = Groups::zones(&many);
    let many_sample = Sample::whole(&many);
    let (many_s, _) =
        cheapest(1, || tally(&many, &many_groups, &many_sample, &untreated, model, key(), &days));
    lines.push(Line::new(
        "cost of a follicle among ten million, as among one head",
        many_s / copies / untreated_s,
        "×",
        Some(Limit::Most(1.3)),
    ));
    drop(many);
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
        Some(Limit::Most(48.0)),
    ));
    Ok(scalp)
}

/// Follicles of the largest run.
const TEN_MILLION: f64 = 1e7;

/// The same head over and over, with streams of their own, up to about `follicles` follicles; and how
/// many heads that is.
fn repeated(scalp: &Scalp, follicles: f64) -> (Scalp, f64) {
    let copies = (follicles / scalp.follicles.len() as f64).round().max(1.0) as u32;
    let of = &scalp.follicles;
    let mut many = Follicles::default();
    for copy in 0..copies {
        many.unit.extend(&of.unit);
        many.stream.extend(of.stream.iter().map(|s| s.wrapping_add(copy << 20)));
        many.calibre_um.extend(&of.calibre_um);
        many.threshold.extend(&of.threshold);
        many.hardiness.extend(&of.hardiness);
        many.from_day.extend(&of.from_day);
        many.until_day.extend(&of.until_day);
        many.shock_day.extend(&of.shock_day);
        many.zone.extend(&of.zone);
    }
    let grown = Scalp { ground: scalp.ground.clone(), follicles: many, profile: scalp.profile.clone() };
    (grown, f64::from(copies))
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
    Ok(Scalp::grow(
        ground,
        profile,
        course,
        &move |x, y| boundary_stage(course, x, y, trichion_y),
        &Model::fitted().loss,
        key(),
    ))
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
        + size_of_val(f.shock_day.as_slice())
        + size_of_val(f.zone.as_slice());
    bytes as f64
}
