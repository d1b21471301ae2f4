//! Dots on the hair forecast for their day: how dense, where.

use glam::DVec3;
use vellus_hair::course::{Snapshot, snapshots};
use vellus_hair::response::Response;
use vellus_hair::scalp::Scalp;
use vellus_hair::treatment::PrpMechanism;
use vellus_head::Zone;
use vellus_head::points::Spot;
use vellus_pigment::ageing::{HEALED_DAYS, SCAR_RATE, tone_left};
use vellus_pigment::dots::{DotRequest, Dots, append, count_dots, plan_dots};
use vellus_pigment::session::{LEAST_INTERVAL_DAYS, default_targets, session_inks};
use vellus_pigment::target::{HAIRS_SCHOOL_PER_CM2, LEAST_MISSING, School};
use vellus_pigment::{MarkKind, PigmentError};
use vellus_units::maths::smoothstep;

use crate::case::Contraindication;
use crate::dot_worth::dot_worths;
use crate::error::PlanError;
use crate::field::{DotDensity, LaidShare, VisibleShare};
use crate::forecast::{Moment, thousands};
use crate::outcome::{DotSummary, SmpSession};
use crate::schedule::{Booked, date_of};
use crate::sitting::{longest_dots, needed};
use crate::subject::{GROUPS, IN_FRONT, REACHED, Subject};
use crate::wanted::Wanted;

/// The course that is booked, in the light of what is there already: the targets of the sessions that
/// are left, as shares of what is left, on as many days, and how many sessions are done.
///
/// A record that has fewer sessions than the course, the last of them within half a year, is the
/// begin of this course; any other is finished work that is touched up.
///
/// # Errors
/// [`PigmentError::NotHealed`] when the first session is too early for either.
pub(crate) fn course_left(subject: &Subject, booked: &mut Booked) -> Result<(Vec<f64>, usize), PlanError> {
    const UNDER_WAY_DAYS: f64 = 183.0;
    let sessions = booked.smp_days.len();
    let targets = match &subject.person.smp.targets {
        Some(t) if t.len() == sessions => t.clone(),
        _ => default_targets(sessions),
    };
    let earlier = &subject.earlier;
    let (Some(first), false) = (booked.smp_days.first().copied(), earlier.is_empty()) else {
        return Ok((targets, 0));
    };
    let last = earlier.day.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let since = first - f64::from(last);
    let done = usize::from(earlier.last_session());
    let under_way = done < sessions && -f64::from(last) < UNDER_WAY_DAYS;
    let least = if under_way { LEAST_INTERVAL_DAYS } else { HEALED_DAYS };
    if since < least {
        return Err(PlanError::Pigment(PigmentError::NotHealed {
            since,
            least,
            earliest: date_of(subject.person.today, f64::from(last) + least).to_string(),
            touch_up: !under_way,
        }));
    }
    if !under_way {
        return Ok((targets, 0));
    }
    booked.smp_days.truncate(sessions - done);
    let before = targets[done - 1];
    Ok((targets[done..].iter().map(|t| (t - before) / (1.0 - before)).collect(), done))
}

/// What is left of a course and where caution is wanted.
pub(crate) struct Course<'a> {
    pub targets: &'a [f64],
    /// Sessions and dots of the same course that are done.
    pub done: usize,
    pub laid: usize,
    /// Where dots are wanted and how dense.
    pub wanted: &'a Wanted<'a>,
    /// Groups in which hair may come or go so much that the first session should be small.
    pub uncertain: &'a [usize],
}

pub(crate) fn lay_dots(
    subject: &Subject,
    scalp: &Scalp,
    moments: &[Moment],
    booked: &Booked,
    course: &Course<'_>,
    dots: &mut Dots,
) -> Result<(DotSummary, Option<DotDensity>, Vec<String>), PlanError> {
    let smp = &subject.person.smp;
    let Wanted { per_dot, full_per_cm2: full, match_fringe_per_cm2: match_fringe, .. } = *course.wanted;
    let mut problems = Vec::new();
    if smp.school == School::Fringe
        && smp.density_per_cm2.is_none()
        && match_fringe > 1.15 * HAIRS_SCHOOL_PER_CM2
    {
        problems.push(format!(
            "Dots alone would need {match_fringe:.0} per cm² to look as dark as your own shaved hair; the densest work in the trade is {HAIRS_SCHOOL_PER_CM2:.0}. A closer shave or a slightly larger dot would bring them together."
        ));
    }
    problems.extend(marks_in_words(subject));
    let mut summary = DotSummary {
        hairs_per_dot: per_dot,
        full_per_cm2: full,
        edge: course.wanted.edge.clone(),
        match_fringe_per_cm2: match_fringe,
        school: smp.school,
        earlier_dots: dots.len(),
        earlier_of_course: course.laid,
        ..DotSummary::default()
    };
    let uncertain = |q: [f32; 2]| {
        let zone = subject.head.scalp().zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])));
        zone.is_some_and(|z| course.uncertain.contains(&group_of(subject, q, z)))
    };
    let full_ink = course.wanted.ink.clone();
    let find = |name: &str| moments.iter().find(|m| m.name == name);
    let mut rounds: Vec<(Vec<f64>, Option<&Moment>)> = vec![(booked.smp_days.clone(), find("session_1"))];
    for (k, day) in booked.touch_up_days.iter().enumerate() {
        rounds.push((vec![*day], find(&format!("before_touch_up_{}", k + 1))));
    }
    let rate = smp.sun.rate();
    let before_course = usize::from(dots.last_session());
    let mut wanted_field = None;
    for (round, (days, moment)) in rounds.into_iter().enumerate() {
        let Some(moment) = moment else { continue };
        let share = VisibleShare::new(scalp, &moment.hair);
        let intact = intact_share(subject, &share);
        // What finished work has at a place, whatever is there already; with or without heed to the
        // places that are left alone.
        let wanted_if = |spot: &Spot, heed: bool| {
            let q = spot.in_chart;
            course.wanted.at(spot, share.at(q.x, q.y) / intact, heed)
        };
        let wanted_at = |spot: &Spot| wanted_if(spot, true);
        let worths = dot_worths(subject, dots);
        let left = |i: usize| {
            let rate = if in_scar(subject, dots.position[i]) { SCAR_RATE * rate } else { rate };
            worths[i] / per_dot.max(1e-9) * tone_left(moment.day - f64::from(dots.day[i]), rate)
        };
        let laid =
            LaidShare::new(&subject.head, &wanted_at, (0..dots.len()).map(|i| (dots.chart[i], left(i))));
        let density = |spot: &Spot| {
            let open = 1.0 - laid.at(spot.in_chart.x, spot.in_chart.y);
            wanted_at(spot) * gap(open) * course.wanted.finer(spot.in_chart)
        };
        let living = living_units(scalp, &moment.hair);
        let (targets, inks) = if round == 0 {
            let inks = session_inks(&full_ink, course.done + course.targets.len());
            (course.targets.to_vec(), inks[course.done..].to_vec())
        } else {
            (vec![1.0], vec![full_ink.clone()])
        };
        let request = DotRequest {
            surface: subject.head.surface(),
            chart: subject.head.chart(),
            density_per_cm2: &density,
            zone_at: &|q| subject.head.scalp().zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1]))),
            living: &living,
            depth_behind_line_mm: &|q| {
                subject.hairline.depth_mm(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])))
            },
            days: &days,
            targets: &targets,
            uncertain: if round == 0 && !course.uncertain.is_empty() { Some(&uncertain) } else { None },
            count: if round == 0 { smp.dots.map(|n| n.saturating_sub(course.laid)) } else { None },
            pattern: smp.pattern,
            needles: &subject.person.needles,
            inks: &inks,
            key: subject.key,
        };
        if round == 0 {
            let (wanted, densest) = count_dots(&request);
            let scale = request.count.map_or(1.0, |n| n as f64 / wanted.max(1.0));
            let dots_at = |spot: &Spot| wanted_at(spot) * course.wanted.finer(spot.in_chart);
            wanted_field = Some(DotDensity::new(&subject.head, &dots_at, scale));
            summary.densest_per_cm2 = densest * scale;
            summary.wanted = wanted.round() as usize;
            if subject.marks.iter().any(|m| !m.kind.is_scar()) {
                let everywhere = |spot: &Spot| {
                    wanted_if(spot, false) * gap(1.0 - laid.at(spot.in_chart.x, spot.in_chart.y))
                };
                let (open, _) = count_dots(&DotRequest { density_per_cm2: &everywhere, ..request });
                problems.extend(kept_off(wanted, open));
            }
        }
        match plan_dots(&request, dots) {
            Ok(new) => {
                if round == 0 {
                    summary.dots = new.len();
                } else {
                    summary.touch_up_dots += new.len();
                }
                append(dots, new);
            }
            Err(PigmentError::NothingToDo) => {
                if round == 0 {
                    problems.push("No place is thin enough for dots at that date.".into());
                }
            }
            // What the person asked for cannot be had: that is theirs to change.
            Err(e) if round == 0 => return Err(e.into()),
            Err(e) => problems.push(format!("A touch-up could not be planned: {e}.")),
        }
    }
    // Area from the dots themselves, group by group.
    let mut area = 0.0;
    let mut per_group = [0usize; GROUPS];
    for i in summary.earlier_dots..(summary.earlier_dots + summary.dots).min(dots.len()) {
        per_group[group_of(subject, dots.chart[i], dots.zone[i])] += 1;
    }
    for (dots_here, whole) in per_group.iter().zip(subject.area_cm2) {
        if *dots_here > 0 && whole > 0.0 {
            // A group with a quarter of the full density counts as worked on all over (assumption).
            area += whole * (*dots_here as f64 / (0.25 * full * whole)).min(1.0);
        }
    }
    summary.area_cm2 = area;
    summary.uncertain = Zone::ALL
        .iter()
        .filter(|z| {
            [0, REACHED, IN_FRONT].iter().any(|part| course.uncertain.contains(&(**z as usize + part)))
        })
        .copied()
        .collect();
    let longest = longest_dots(subject.person.dots_per_hour, subject.person.longest_sitting_hours);
    for s in dots.sessions().into_iter().filter(|s| usize::from(s.session) > before_course && s.dots > 0) {
        let touch_up = booked.touch_up_days.iter().any(|d| (d - s.day).abs() < 0.5);
        summary.sessions.push(SmpSession {
            session: s.session,
            date: date_of(subject.person.today, s.day),
            dots: s.dots,
            hours: s.dots as f64 / subject.person.dots_per_hour,
            sittings: u32::try_from(needed(s.dots, longest)).unwrap_or(u32::MAX),
            by_zone: s.by_zone.into_iter().collect(),
            touch_up,
        });
    }
    problems.extend(outgrown(&summary));
    Ok((summary, wanted_field, problems))
}

/// Touch-ups that lay more dots than the first course did, since loss goes on.
fn outgrown(summary: &DotSummary) -> Vec<String> {
    let first = summary.dots + summary.earlier_of_course;
    summary
        .sessions
        .iter()
        .filter(|s| s.touch_up && s.dots > first)
        .map(|s| {
            format!(
                "The touch-up of {} lays {} dots, more than the {} of the whole first course: hair goes on being lost, and the work has to grow with it. Treating the loss, or a smaller work, would keep it small.",
                s.date,
                thousands(s.dots),
                thousands(first)
            )
        })
        .collect()
}

/// Share of what is wanted that is laid into a gap of such a share: nothing into gaps that are not seen,
/// so that dots are not added to work that is as it should be.
pub(crate) fn gap(open: f64) -> f64 {
    let open = open.clamp(0.0, 1.0);
    open * smoothstep(LEAST_MISSING, 2.0 * LEAST_MISSING, open)
}

/// Share of the dots from which on it is said that places to leave alone take them (assumption: most of
/// the work).
const MOST_KEPT_OFF: f64 = 0.5;

/// A remark when places that are left alone take most of the work: `wanted` dots instead of `open`.
fn kept_off(wanted: f64, open: f64) -> Option<String> {
    let share = 1.0 - wanted / open;
    (open >= 1.0 && share >= MOST_KEPT_OFF).then(|| {
        format!(
            "Moles and places to leave alone take {:.0} % of the work: {} dots are left of {}. If that is not meant, a radius_mm, a width_mm or a place of [[smp.marks]] is wrong.",
            100.0 * share,
            thousands(wanted.round() as usize),
            thousands(open.round() as usize)
        )
    })
}

/// What was made of the marks, and that moles were named but not marked.
fn marks_in_words(subject: &Subject) -> Vec<String> {
    let mut out = Vec::new();
    let count = |kind: MarkKind| subject.marks.iter().filter(|m| m.kind == kind).count();
    let named: Vec<String> = [MarkKind::Mole, MarkKind::KeepOff, MarkKind::StripScar, MarkKind::PunctateScar]
        .into_iter()
        .filter(|k| count(*k) > 0)
        .map(|k| {
            format!("{}: {} ({})", k.title(), count(k), if k.is_scar() { "covered" } else { "left free" })
        })
        .collect();
    if !named.is_empty() {
        out.push(format!("Marks that were kept in mind: {}.", named.join("; ")));
    }
    let moles = subject.person.conditions.contains(&Contraindication::MolesInArea);
    if moles && count(MarkKind::Mole) == 0 {
        out.push(
            "Moles in the area were named but none is marked: dots would be laid over them. Give each as [[smp.marks]] with kind = \"mole\"."
                .into(),
        );
    }
    out
}

/// Whether a place lies in a scar.
#[must_use]
pub fn in_scar(subject: &Subject, p_in_head: [f32; 3]) -> bool {
    let p = DVec3::from_array(p_in_head.map(f64::from));
    subject.marks.iter().any(|m| m.is_bald_at(p))
}

/// What the field shows where nothing is lost: kenogen and vellus hairs keep it below one.
pub(crate) fn intact_share(subject: &Subject, share: &VisibleShare) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for (u, zone) in subject.scalp.ground.zone.iter().enumerate().step_by(53) {
        if *zone == Zone::OccipitalDonor {
            let q = subject.scalp.ground.chart[u];
            sum += share.at(f64::from(q[0]), f64::from(q[1]));
            n += 1.0;
        }
    }
    if n > 0.0 { (sum / n).max(0.3) } else { 0.9 }
}

/// Living follicular units of a person today.
#[must_use]
pub fn living_today(subject: &Subject) -> Vec<[f32; 3]> {
    let regime = subject.regime(&subject.ongoing(), &Response::median(), PrpMechanism::Reactivate, 400.0);
    let seen = snapshots(&subject.scalp, &regime, subject.model, subject.key, &[0.0]).remove(0);
    living_units(&subject.scalp, &seen)
}

/// Units with a terminal hair, whose mouths are seen and can be kept clear of. Finer and resting ones are
/// not seen by the hand that sets the dots (assumption: they get no clearance).
pub(crate) fn living_units(scalp: &Scalp, hair: &Snapshot) -> Vec<[f32; 3]> {
    let mut out = Vec::new();
    let mut last = u32::MAX;
    for (i, unit) in scalp.follicles.unit.iter().enumerate() {
        if *unit != last && hair.calibre_um[i] >= vellus_hair::course::TERMINAL_UM {
            out.push(scalp.ground.position[*unit as usize]);
            last = *unit;
        }
    }
    out
}

/// The group of a chart point in a zone.
#[must_use]
pub fn group_of(subject: &Subject, q: [f32; 2], zone: Zone) -> usize {
    let (x, y) = (f64::from(q[0]), f64::from(q[1]));
    zone as usize
        + match (subject.reached(x, y), subject.hairline.contains(glam::DVec2::new(x, y))) {
            (false, _) => 0,
            (true, true) => REACHED,
            (true, false) => IN_FRONT,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_to_leave_alone_that_take_most_of_the_work_are_remarked() {
        let said = kept_off(1200.0, 12_000.0).unwrap();
        assert!(said.contains("90 %") && said.contains("smp.marks") && said.contains("200"), "{said}");
        assert!(kept_off(0.0, 9000.0).is_some());
        assert!(kept_off(8000.0, 9000.0).is_none() && kept_off(0.0, 0.0).is_none());
    }

    #[test]
    fn a_touch_up_that_outgrows_the_course_is_told_with_both_numbers() {
        let session = |session, dots, touch_up| SmpSession {
            session,
            date: jiff::civil::date(2031, 1, 6),
            dots,
            hours: 1.0,
            sittings: 1,
            by_zone: Default::default(),
            touch_up,
        };
        let summary = DotSummary {
            dots: 8500,
            sessions: vec![session(1, 8500, false), session(2, 8400, true), session(3, 14_562, true)],
            ..DotSummary::default()
        };
        let said = outgrown(&summary);
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("14\u{202f}562") && said[0].contains("8\u{202f}500"), "{said:?}");
        // Dots of the same course that a record has count with it.
        assert!(outgrown(&DotSummary { earlier_of_course: 9000, ..summary }).is_empty());
    }
}
