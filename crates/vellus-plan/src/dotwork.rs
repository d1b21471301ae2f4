//! Dots on the hair forecast for their day: what one is worth, how dense, where.

use vellus_hair::course::Snapshot;
use vellus_hair::scalp::Scalp;
use vellus_head::Zone;
use vellus_head::points::Spot;
use vellus_light::DotOptics;
use vellus_pigment::ageing::tone_left;
use vellus_pigment::dots::{
    COLUMN_HEIGHT_UM, DEPOSIT_DEPTH_UM, DotRequest, Dots, HEALED_UM, append, count_dots, plan_dots,
};
use vellus_pigment::target::{HAIRS_SCHOOL_PER_CM2, UNITS_SCHOOL_PER_CM2, dots_per_cm2};

use crate::field::VisibleShare;
use crate::forecast::{Effort, Moment};
use crate::outcome::{DotSummary, SmpSession};
use crate::schedule::{Booked, date_of};
use crate::subject::{GROUPS, Subject};

/// How many of the person's shaved hairs a healed dot is worth in darkness.
#[must_use]
pub fn hairs_per_dot(subject: &Subject) -> f64 {
    let p = &subject.person;
    let optics = dot_optics(subject, HEALED_UM.0, DEPOSIT_DEPTH_UM.0);
    vellus_light::under_skin::visible_equivalent(
        &optics,
        subject.fringe.calibre_um,
        p.length_worn_mm.min(0.5),
        &p.skin,
        &p.hair_colour,
    )
}

/// Absorption of a dense carbon deposit, per mm at 550 nm (assumption: the dense case of the
/// optics facts has 20; solid carbon is far above it).
pub const PIGMENT_PER_MM: f64 = 25.0;

/// Absorption of a healed deposit, per mm, for this person's hair: undiluted for black hair,
/// thinner for lighter hair, so that a dot is never darker than the hair it stands for.
#[must_use]
pub fn pigment_absorption_per_mm(subject: &Subject) -> f64 {
    let hair =
        vellus_light::colour::luminance(subject.person.hair_colour.mean_albedo().to_array().map(f64::from));
    PIGMENT_PER_MM * (1.0 - 1.4 * hair).clamp(0.12, 1.0)
}

/// Optics of one dot of this person's pigment.
#[must_use]
pub fn dot_optics(subject: &Subject, diameter_um: f64, depth_um: f64) -> vellus_light::Extinction {
    // The column hangs around the middle of the deposit; optics counts from its top.
    let top = (depth_um - 0.5 * COLUMN_HEIGHT_UM).max(60.0);
    DotOptics::of(
        diameter_um,
        COLUMN_HEIGHT_UM,
        top,
        pigment_absorption_per_mm(subject),
        &subject.person.skin,
    )
}

pub(crate) fn lay_dots(
    subject: &Subject,
    scalp: &Scalp,
    moments: &[Moment],
    booked: &Booked,
    per_dot: f64,
    effort: Effort,
    dots: &mut Dots,
) -> (DotSummary, Vec<String>) {
    let mut problems = Vec::new();
    let mut summary = DotSummary { hairs_per_dot: per_dot, ..DotSummary::default() };
    // What alone would look like the fringe, within what the trade lays.
    let match_fringe = subject.fringe.terminal_per_cm2 / per_dot.max(0.1);
    let full = match_fringe.clamp(0.5 * UNITS_SCHOOL_PER_CM2, HAIRS_SCHOOL_PER_CM2);
    if match_fringe > 1.15 * HAIRS_SCHOOL_PER_CM2 {
        problems.push(format!(
            "Dots alone would need {match_fringe:.0} per cm² to look as dark as your own shaved hair; the densest work in the trade is {HAIRS_SCHOOL_PER_CM2:.0}. A closer shave or a slightly larger dot would bring them together."
        ));
    }
    let find = |name: &str| moments.iter().find(|m| m.name == name);
    let mut rounds: Vec<(Vec<f64>, Option<&Moment>)> = vec![(booked.smp_days.clone(), find("session_1"))];
    for (k, day) in booked.touch_up_days.iter().enumerate() {
        rounds.push((vec![*day], find(&format!("before_touch_up_{}", k + 1))));
    }
    for (round, (days, moment)) in rounds.into_iter().enumerate() {
        let Some(moment) = moment else { continue };
        let weight = |i: usize| per_dot * tone_left(moment.day - f64::from(dots.day[i]), 1.0);
        let share = VisibleShare::new(
            scalp,
            &moment.hair,
            (0..dots.len()).map(|i| (dots.chart[i], weight(i))),
            subject.fringe.calibre_um,
        );
        let intact = intact_share(subject, &share);
        let density = |spot: &Spot| {
            let q = spot.in_chart;
            if !subject.hairline.contains(q) || subject.head.is_ear(spot.position_in_head) {
                return 0.0;
            }
            dots_per_cm2(share.at(q.x, q.y) / intact, full, subject.hairline.fade_in(q))
        };
        let living = living_units(scalp, &moment.hair);
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
            key: subject.key,
            candidates: f64::from(effort.dot_candidates),
        };
        if round == 0 {
            let (_, densest) = count_dots(&request);
            summary.densest_per_cm2 = densest;
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
            Err(vellus_pigment::PigmentError::NothingToDo) => {
                if round == 0 {
                    problems.push("No place is thin enough for dots at that date.".into());
                }
            }
            Err(e) => problems.push(format!("Dots could not be planned: {e}.")),
        }
    }
    // Area from the dots themselves: each stands for 1 / density.
    let mut area = 0.0;
    let mut per_group = [0usize; GROUPS];
    for i in 0..summary.dots.min(dots.len()) {
        per_group[group_of(subject, dots.chart[i], dots.zone[i])] += 1;
    }
    for (dots_here, whole) in per_group.iter().zip(subject.area_cm2) {
        if *dots_here > 0 && whole > 0.0 {
            // A quarter of the full density counts as worked on.
            area += whole * (*dots_here as f64 / (0.25 * full * whole)).min(1.0);
        }
    }
    summary.area_cm2 = area;
    for s in dots.sessions() {
        let touch_up = usize::from(s.session) > booked.smp_days.len();
        summary.sessions.push(SmpSession {
            session: s.session,
            date: date_of(subject.person.today, s.day),
            dots: s.dots,
            hours: s.dots as f64 / subject.person.dots_per_hour,
            sittings: (s.dots as f64 / subject.person.dots_per_hour / subject.person.longest_sitting_hours)
                .ceil()
                .max(1.0) as u32,
            by_zone: s.by_zone.into_iter().collect(),
            touch_up,
        });
    }
    (summary, problems)
}

/// What the field shows where nothing is lost: kenogen and vellus hairs keep it below one.
fn intact_share(subject: &Subject, share: &VisibleShare) -> f64 {
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

fn living_units(scalp: &Scalp, hair: &Snapshot) -> Vec<[f32; 3]> {
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
    zone as usize + if subject.reached(f64::from(q[0]), f64::from(q[1])) { 9 } else { 0 }
}

/// Dots of each session by group: (day, how many hairs they are worth when fresh, by group).
pub(crate) fn dot_weights(subject: &Subject, dots: &Dots, per_dot: f64) -> Vec<(f64, [f64; GROUPS])> {
    let mut out: Vec<(f64, [f64; GROUPS])> = Vec::new();
    for i in 0..dots.len() {
        let s = usize::from(dots.session[i]);
        while out.len() < s {
            out.push((0.0, [0.0; GROUPS]));
        }
        let (day, by_group) = &mut out[s - 1];
        *day = f64::from(dots.day[i]);
        by_group[group_of(subject, dots.chart[i], dots.zone[i])] += per_dot;
    }
    out
}
