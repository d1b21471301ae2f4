//! Planning the dots of a course of three sessions around living follicles.

use vellus_hair::scalp::Scalp;
use vellus_head::{Head, Spot, Zone};
use vellus_pigment::dots::count_dots;
use vellus_pigment::{DotRequest, Dots, Ink, Needle, plan_dots};

use super::points::POINTS;
use super::{Limit, Line, cheapest, key};

/// Times a plan of about 50,000 dots over the whole scalp, clear of every fourth unit.
pub(crate) fn run(head: &Head, scalp: &Scalp, lines: &mut Vec<Line>) -> anyhow::Result<Dots> {
    let living: Vec<[f32; 3]> = scalp.ground.position.iter().step_by(4).copied().collect();
    let zone_at = |q: [f32; 2]| -> Option<Zone> {
        head.scalp().zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])))
    };
    let one = |spot: &Spot| f64::from(u8::from(head.zone_at_spot(spot).is_some()));
    let days = [0.0, 14.0, 28.0];
    let depth = |q: [f32; 2]| 60.0 - 80.0 * f64::from(q[1]);
    let (needles, ink) = ([Needle::single()], Ink::default());
    let mut request = DotRequest {
        surface: head.surface(),
        chart: head.chart(),
        density_per_cm2: &one,
        zone_at: &zone_at,
        living: &living,
        depth_behind_line_mm: &depth,
        days: &days,
        needles: &needles,
        ink: &ink,
        key: key(),
        candidates: 5.0,
    };
    // One dot per cm² counts square centimetres.
    let per_cm2 = POINTS as f64 / count_dots(&request).0;
    let density = |spot: &Spot| per_cm2 * one(spot);
    request.density_per_cm2 = &density;
    let (seconds, dots) = cheapest(2, || plan_dots(&request, &Dots::default()));
    let dots = dots?;
    lines.push(Line::new(
        format!("{} dots in 3 sessions around {} units", dots.len(), living.len()),
        seconds,
        "core s",
        Some(Limit::Most(3.0)),
    ));
    Ok(dots)
}
