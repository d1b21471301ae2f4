//! Which way each future takes through a strategy's decisions, by what a visit would read.

use vellus_hair::response::Response;
use vellus_hair::treatment::PrpMechanism;
use vellus_units::random::Purpose;

use super::hair::{HairCourse, HairFutures};
use super::path::PathRun;
use super::work::{STEP_DAYS, pigment};
use crate::dot_worth::DotWeight;
use crate::strategy::{Decision, Reading};
use crate::subject::{GROUPS, Subject};

/// Spread of a reading at a place that is marked and found again, share of it. *Assumption*: the spot is the
/// same, so that what is left is counting and the season; within the 8 % that spots of one zone differ by.
pub(crate) const REREAD_SPREAD: f64 = 0.06;

/// Streams of readings begin here, far from those that other choices use.
const FIRST_STREAM: u64 = 7_000_000;

/// For every response, the path that it takes and its hair on it.
pub(super) fn route(
    subject: &Subject,
    hair: &mut HairFutures<'_>,
    paths: &[PathRun<'_>],
    earlier: &[DotWeight],
    mechanism: PrpMechanism,
) -> Vec<(usize, std::sync::Arc<HairCourse>)> {
    let n = hair.count();
    let mut at: Vec<usize> = vec![0; n];
    let mut decided: Vec<usize> = vec![0; n];
    loop {
        // Those that still have something to decide, by the path that they are on.
        let mut moved = false;
        for p in 0..paths.len() {
            let open = |i: &usize| at[*i] == p && decided[*i] < paths[p].path.taken.len();
            // Those who are at the same decision: nobody is run further than the visit.
            let Some(k) = (0..n).filter(open).map(|i| decided[i]).min() else {
                continue;
            };
            let which: Vec<usize> = (0..n).filter(|i| open(i) && decided[*i] == k).collect();
            moved = true;
            let booked = &paths[p].booked;
            let courses = hair.run_until(booked.decision_days[k], booked, mechanism, &which);
            for (i, course) in which.into_iter().zip(courses) {
                let taken = &paths[p].path.taken;
                let met = answer(subject, hair.responses(mechanism), &paths[p], earlier, &course, i, k);
                if met != taken[k].met {
                    // The first path with the same answers up to here and this one now.
                    let turn = paths.iter().position(|other| {
                        let t = &other.path.taken;
                        t.len() > k
                            && t[..k] == taken[..k]
                            && t[k].decision == taken[k].decision
                            && t[k].met == met
                    });
                    at[i] = turn.unwrap_or(p);
                }
                decided[i] = k + 1;
            }
        }
        if !moved {
            break;
        }
    }
    let mut out: Vec<Option<(usize, std::sync::Arc<HairCourse>)>> = vec![None; n];
    for (p, path) in paths.iter().enumerate() {
        let which: Vec<usize> = (0..n).filter(|i| at[*i] == p).collect();
        let courses = hair.run(&path.booked, mechanism, &which);
        for (i, course) in which.into_iter().zip(courses) {
            out[i] = Some((p, course));
        }
    }
    out.into_iter().flatten().collect()
}

/// Whether decision number `k` of a path is met in a future.
fn answer(
    subject: &Subject,
    responses: &[Response],
    run: &PathRun<'_>,
    earlier: &[DotWeight],
    course: &HairCourse,
    response: usize,
    k: usize,
) -> bool {
    let decision = &run.path.taken[k].decision;
    let day = run.booked.decision_days[k];
    let rate = responses[response].pigment_fade * subject.person.smp.sun.rate();
    // Both readings err, as they would at a visit; the same errors under every strategy.
    let mut s = subject.key.stream(Purpose::Instrument, FIRST_STREAM + 64 * response as u64 + k as u64);
    let mut read = |day: f64| {
        let value = reading(subject, run, earlier, course, decision, day, rate);
        let area: f64 = groups(subject, decision).iter().map(|g| subject.area_cm2[*g]).sum();
        let counted = match decision.read {
            Reading::CalibreUm => 150.0 * crate::visit::FIELD_CM2,
            Reading::VisibleDensity | Reading::HairDensity => {
                value / 100.0 * subject.fringe.terminal_per_cm2 * area.min(crate::visit::FIELD_CM2)
            }
            _ => value * area.min(crate::visit::FIELD_CM2),
        };
        // Hairs of a marked field that are counted again are the same hairs but for the few that came or
        // went: half of the error of a fresh count (assumption).
        let spread = vellus_hair::individual::CALIBRE_SPREAD_UM;
        let sd = match decision.read {
            Reading::CalibreUm => spread,
            _ => value * libm::hypot(REREAD_SPREAD, 0.5 / libm::sqrt(counted.max(1.0))),
        };
        (value + sd * s.normal()).max(0.0)
    };
    let first = read(0.0);
    let now = read(day);
    decision.is_met(first, now)
}

/// Groups that a decision looks at.
fn groups(subject: &Subject, decision: &Decision) -> Vec<usize> {
    match decision.zone {
        None => subject.thinning_or_top(),
        Some(zone) => subject.zone_groups(zone),
    }
}

/// What stands there on a day: per cent of the fringe, hairs per cm² or µm.
fn reading(
    subject: &Subject,
    run: &PathRun<'_>,
    earlier: &[DotWeight],
    course: &HairCourse,
    decision: &Decision,
    day: f64,
    rate: f64,
) -> f64 {
    let groups = groups(subject, decision);
    let area: f64 = groups.iter().map(|g| subject.area_cm2[*g]).sum::<f64>().max(1e-9);
    let on = |of: fn(&super::hair::HairRow) -> f32| course.sum_on(day, STEP_DAYS, &groups, of);
    let seen = |pigment: f64| {
        let hair = on(|r| r.terminal_calibre_um) / subject.fringe.calibre_um.max(1.0);
        100.0 * (hair + pigment) / area / subject.fringe.terminal_per_cm2.max(1.0)
    };
    match decision.read {
        Reading::HairDensity => seen(0.0),
        Reading::VisibleDensity => {
            let laid = run.work.as_ref().map(|w| w.lay(course, rate)).unwrap_or_default();
            let left = pigment(earlier, &laid, rate, &[day]);
            seen(groups.iter().filter(|g| **g < GROUPS).map(|g| f64::from(left[*g])).sum())
        }
        Reading::TerminalPerCm2 => on(|r| r.terminal) / area,
        Reading::TotalPerCm2 => on(|r| r.hairs) / area,
        Reading::CalibreUm => on(|r| r.calibre_um) / on(|r| r.hairs).max(1e-9),
    }
}
