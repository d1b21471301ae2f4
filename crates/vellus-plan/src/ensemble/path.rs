//! One way through a strategy on one head: its dates, its scalp, its median course and its pigment work.

use std::sync::Arc;

use vellus_hair::course::snapshots;
use vellus_hair::response::Response;
use vellus_hair::treatment::PrpMechanism;

use super::hair::{HairFutures, Stand};
use super::work::{Sites, Work};
use crate::dotwork::course_left;
use crate::error::PlanError;
use crate::forecast::{Moment, after_day};
use crate::schedule::{Booked, EventKind, HORIZON_YEARS};
use crate::strategy::Path;
use crate::subject::Subject;
use crate::wanted::Wanted;

/// One way through a strategy.
pub(crate) struct PathRun<'a> {
    /// The way.
    pub(crate) path: Path,
    /// On dates.
    pub(crate) booked: Booked,
    /// Targets of the SMP sessions that are left.
    pub(crate) targets: Vec<f64>,
    /// Sessions of the course that are done.
    pub(crate) done: usize,
    /// The scalp, with grafts where there are.
    pub(crate) stand: Arc<Stand>,
    /// Moments of the median course.
    pub(crate) moments: Vec<Moment>,
    /// Day on which the first round is done and settled.
    pub(crate) after: f64,
    /// Where dots are wanted; none where no pigment is laid.
    pub(crate) wanted: Option<Wanted<'a>>,
    /// What the work comes to.
    pub(crate) work: Option<Work>,
}

impl<'a> PathRun<'a> {
    /// Sets a booked path on a head; with its `named` moments, or without any, for the indicators of many
    /// strategies.
    ///
    /// # Errors
    /// [`PlanError`] when the SMP of the strategy comes too early for what is there already.
    pub(crate) fn new(
        subject: &'a Subject,
        hair: &mut HairFutures<'_>,
        sites: &Sites,
        path: Path,
        mut booked: Booked,
        platelets_k_per_ul: f64,
        named: bool,
    ) -> Result<Self, PlanError> {
        for s in &mut booked.hair.prp {
            s.platelets_k_per_ul = platelets_k_per_ul;
        }
        let (targets, done) = course_left(subject, &mut booked)?;
        let stand = hair.stand(&booked);
        fewer_grafts(subject, &mut booked, stand.grafts);
        let after = after_day(&booked);
        let moments = if named { moments(subject, &booked, &stand, after) } else { Vec::new() };
        let mut out = Self { path, booked, targets, done, stand, moments, after, wanted: None, work: None };
        if let Some(first) = out.booked.smp_days.first() {
            let wanted = Wanted::new(subject, &out.targets, &out.booked.smp);
            let seen = out.moments.iter().find(|m| m.name == "session_1").map(|m| &m.hair);
            let field = hair.field(&out.booked, first + 1.0, seen);
            let median = hair.run(&out.booked, PrpMechanism::Reactivate, &[hair.median()]);
            let laid = if out.done > 0 { subject.earlier.len() } else { 0 };
            out.work = Some(Work::new(
                subject,
                sites,
                &wanted,
                &field.share,
                field.intact,
                &median[0],
                &out.booked.smp_days,
                &out.targets,
                &out.booked.touch_up_days,
                subject.person.smp.dots.map(|n| n.saturating_sub(laid)),
            ));
            out.wanted = Some(wanted);
        }
        Ok(out)
    }
}

/// Says when the head does not allow as many grafts as were asked for.
fn fewer_grafts(subject: &Subject, booked: &mut Booked, moved: u32) {
    let Some((_, asked)) = booked.transplant.filter(|(_, asked)| moved < *asked) else { return };
    booked.notes.push(format!(
        "{moved} grafts instead of {asked}: the donor area or the bald area does not allow more."
    ));
    for e in &mut booked.events {
        if e.kind == EventKind::Transplant {
            e.title = format!("Transplant of {moved} grafts");
            e.cost = subject.person.prices.graft * f64::from(moved);
        }
    }
}

/// The median course under the mechanism that pictures show, at its named moments.
fn moments(subject: &Subject, booked: &Booked, stand: &Stand, after: f64) -> Vec<Moment> {
    let horizon = HORIZON_YEARS * 365.25 + 30.0;
    let median = subject.regime(&booked.hair, &Response::median(), PrpMechanism::Reactivate, horizon);
    let mut named: Vec<(String, f64)> = vec![
        ("today".into(), 0.0),
        ("after".into(), after),
        ("year_1".into(), 365.25),
        ("year_5".into(), 5.0 * 365.25),
        ("year_10".into(), HORIZON_YEARS * 365.25),
    ];
    if !booked.hair.prp.is_empty() {
        named.push(("prp_1".into(), booked.hair.prp[0].day.0));
    }
    if let Some(first) = booked.smp_days.first() {
        named.push(("before_smp".into(), first - 1.0));
    }
    for (k, day) in booked.smp_days.iter().enumerate() {
        named.push((format!("session_{}", k + 1), day + 1.0));
    }
    for (k, day) in booked.touch_up_days.iter().enumerate() {
        named.push((format!("before_touch_up_{}", k + 1), *day));
    }
    named.sort_by(|a, b| a.1.total_cmp(&b.1));
    let days: Vec<f64> = named.iter().map(|n| n.1).collect();
    let seen = snapshots(&stand.scalp, &median, subject.model, subject.key, &days);
    named.into_iter().zip(seen).map(|((name, day), hair)| Moment { name, day, hair }).collect()
}
