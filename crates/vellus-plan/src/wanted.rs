//! Where dots are wanted and how dense, before anything is known of the day: needles, hairline, scars, places
//! to leave alone, the school, and what the strategy orders.

use glam::{DVec2, DVec3};
use vellus_head::Zone;
use vellus_head::points::Spot;
use vellus_pigment::Ink;
use vellus_pigment::dots::SINGLE_POINT_MM;
use vellus_pigment::target::{Aim, HAIRS_SCHOOL_PER_CM2, PartLine, School};

use crate::dot_worth::hairs_per_dot;
use crate::outcome::EdgeDots;
use crate::schedule::SmpOrder;
use crate::subject::Subject;

/// What is wanted of the pigment.
pub(crate) struct Wanted<'a> {
    subject: &'a Subject,
    aim: Aim,
    part: Option<PartLine>,
    zones: Vec<Zone>,
    /// Full-strength ink.
    pub(crate) ink: Ink,
    /// How many hairs a healed dot is worth behind the edge, mean over the course.
    pub(crate) per_dot: f64,
    /// Density where no hair is left, dots per cm².
    pub(crate) full_per_cm2: f64,
    /// Density that alone would look like the fringe, dots per cm².
    pub(crate) match_fringe_per_cm2: f64,
    /// Finer dots along the line.
    pub(crate) edge: Option<EdgeDots>,
}

impl<'a> Wanted<'a> {
    /// For a course of sessions with these targets, and what the strategy orders.
    pub(crate) fn new(subject: &'a Subject, targets: &[f64], order: &SmpOrder) -> Self {
        let person = &subject.person;
        let smp = &person.smp;
        let ink = person.ink();
        let ink = if (order.shade - 1.0).abs() < 1e-9 {
            ink
        } else {
            ink.with_strength(order.shade * ink.strength())
        };
        let per_dot = hairs_per_dot(subject, targets, &ink, person.needles.last());
        // What alone would look like the fringe, within what the trade lays.
        let match_fringe_per_cm2 = subject.fringe.terminal_per_cm2 / per_dot.max(0.1);
        let full = order.density
            * smp.density_per_cm2.unwrap_or_else(|| smp.school.full_per_cm2(match_fringe_per_cm2));
        // Behind the line dots are fewer and darker than at it, so that the tone is one; a density that
        // was asked for in numbers is what was asked for everywhere.
        let edge = (person.needles.len() > 1)
            .then(|| hairs_per_dot(subject, targets, &ink, person.needles.first()))
            .filter(|at| smp.school == School::Fringe && smp.density_per_cm2.is_none() && *at > 0.0)
            .map(|at| EdgeDots {
                hairs_per_dot: at,
                full_per_cm2: (full * per_dot / at).min(HAIRS_SCHOOL_PER_CM2),
            });
        let part =
            smp.part_x.map(|x| PartLine { x, mm_per_unit: subject.head.scalp().millimetres_per_unit() });
        Self {
            subject,
            aim: Aim { full_per_cm2: full, feather: smp.feather },
            part,
            zones: order.zones.clone(),
            ink,
            per_dot,
            full_per_cm2: full,
            match_fringe_per_cm2,
            edge,
        }
    }

    /// How much of what is missing may be laid at a place, 0 to 1, and how much a scar there is covered; with
    /// or without heed to the places that are left alone.
    pub(crate) fn allows(&self, q: DVec2, position_in_head: DVec3, heed: bool) -> (f64, f64) {
        let s = self.subject;
        if !s.hairline.contains(q)
            || s.head.is_ear(position_in_head)
            || (heed && s.marks.iter().any(|m| m.forbids(position_in_head)))
            || (!self.zones.is_empty() && !s.head.scalp().zone_at(q).is_some_and(|z| self.zones.contains(&z)))
        {
            return (0.0, 0.0);
        }
        let fade_in = s.hairline.fade_in(q);
        let beside = self.part.as_ref().map_or(1.0, |part| part.share(q.x));
        let cover = s.marks.iter().map(|m| m.cover(position_in_head)).fold(0.0, f64::max);
        (fade_in * beside, cover * fade_in)
    }

    /// Dots of the needle behind the line per cm² that finished work has where hair shows a share of the
    /// fringe.
    pub(crate) fn dots_per_cm2(&self, share: f64, (allowed, scar): (f64, f64)) -> f64 {
        self.aim.dots_per_cm2(share, allowed).max(self.full_per_cm2 * scar)
    }

    /// The same at a spot.
    pub(crate) fn at(&self, spot: &Spot, share: f64, heed: bool) -> f64 {
        let allowed = self.allows(spot.in_chart, spot.position_in_head, heed);
        if allowed == (0.0, 0.0) { 0.0 } else { self.dots_per_cm2(share, allowed) }
    }

    /// How many dots of the needle that is used at a place stand for one of the needle behind the line.
    pub(crate) fn finer(&self, q: DVec2) -> f64 {
        match &self.edge {
            Some(e) if self.at_edge(q) => e.full_per_cm2 / self.full_per_cm2,
            _ => 1.0,
        }
    }

    /// How many hairs a healed dot is worth at a place.
    pub(crate) fn worth(&self, q: DVec2) -> f64 {
        match &self.edge {
            Some(e) if self.at_edge(q) => e.hairs_per_dot,
            _ => self.per_dot,
        }
    }

    fn at_edge(&self, q: DVec2) -> bool {
        self.subject.hairline.depth_mm(q) < SINGLE_POINT_MM
    }
}
