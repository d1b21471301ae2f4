//! What trying PRP before SMP is worth to this person: how often it changes what is drawn, and what that takes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vellus_hair::treatment::PrpMechanism;

use crate::ensemble::hair::HairFutures;
use crate::ensemble::{Ensemble, Future, NOTICEABLE, noticed};
use crate::forecast::FRAME_MONTHS;
use crate::indicator::look::{NEVER_MONTHS, first_frame};
use crate::outcome::Band;
use crate::schedule::{Booked, EventKind};

/// What trying PRP first is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrpFirst {
    /// The strategy that tries it.
    pub strategy: String,
    /// The strategy that does not wait, if the plan has one.
    pub instead_of: Option<String>,
    /// Chance that it changes the decision: fewer dots by more than a noticeable step than the same work at
    /// the same date without PRP, or a gain that is seen before any dot, 0 to 1.
    pub changes_decision: f64,
    /// The same under each mechanism.
    pub by_mechanism: BTreeMap<String, f64>,
    /// Dots that it spares, per cent of those without it.
    pub dots_spared_percent: Band,
    /// What PRP and the counts cost until the decision, in the site's currency.
    pub cost: f64,
    /// Months from the first PRP session to the first dot, beyond what SMP at once takes.
    pub months: f64,
    /// Months by which the satisfactory look comes later; negative where it comes earlier. Ends are cut at ten
    /// years.
    pub look_later_months: Band,
}

/// Of a strategy that gives PRP before SMP, against one that lays the same without waiting; `ongoing` is what
/// happens to the hair without anything new.
pub(crate) fn prp_first(
    tried: (&str, &Ensemble<'_>),
    at_once: Option<(&str, &Ensemble<'_>)>,
    hair: &mut HairFutures<'_>,
    ongoing: &Booked,
) -> Option<PrpFirst> {
    let (id, e) = tried;
    let main = &e.paths[e.main_path()];
    let first_dot = *main.booked.smp_days.first()?;
    let first_prp = main.booked.hair.prp.first()?.day.0;
    let decision = main.booked.decision_days.first().copied().unwrap_or(first_dot);
    let all: Vec<usize> = (0..hair.count()).collect();
    let untreated = PrpMechanism::BOTH.map(|m| hair.run(ongoing, m, &all));
    let number = |m: PrpMechanism| usize::from(m != PrpMechanism::BOTH[0]);
    let sun = e.subject.person.smp.sun.rate();
    let thin = e.subject.thinning_or_top();
    let frame = e.frame_at(decision);
    let mut spared = Vec::with_capacity(e.futures.len());
    let mut changed = Vec::with_capacity(e.futures.len());
    for f in &e.futures {
        let run = &e.paths[f.path];
        let course = run.booked.smp_days.len();
        let with: f64 = f.laid.iter().take(course).map(|l| l.dots).sum();
        let rate = hair.responses(f.mechanism)[f.response].pigment_fade * sun;
        let without: f64 = run.work.as_ref().map_or(0.0, |w| {
            w.lay(&untreated[number(f.mechanism)][f.response], rate).iter().take(course).map(|l| l.dots).sum()
        });
        let share = if without > 1.0 { 1.0 - with / without } else { 0.0 };
        spared.push(100.0 * share);
        let seen = |frame: usize| e.hair_visible(f, frame, &thin);
        changed.push(share > NOTICEABLE || (seen(frame) > seen(0) && noticed(seen(0), seen(frame))));
    }
    let (changes_decision, by_mechanism) = e.chance_of(&changed);
    let cost = main
        .booked
        .events
        .iter()
        .filter(|x| x.day <= decision && matches!(x.kind, EventKind::Prp | EventKind::Measure))
        .map(|x| x.cost)
        .sum();
    let at_once_dot = at_once.and_then(|(_, o)| o.paths[o.main_path()].booked.smp_days.first().copied());
    let later = match at_once {
        None => Band::default(),
        Some((_, o)) => {
            let months = |e: &Ensemble<'_>, f| {
                first_frame(e, f).map_or(NEVER_MONTHS, |frame| frame as f64 * FRAME_MONTHS)
            };
            // The same response, under the same mechanism where the other plan knows two.
            let base: BTreeMap<(usize, usize), f64> =
                o.futures.iter().map(|f| ((number(f.mechanism), f.response), months(o, f))).collect();
            let of = |f: &Future| {
                base.get(&(number(f.mechanism), f.response)).or_else(|| base.get(&(0, f.response)))
            };
            let values: Vec<f64> =
                e.futures.iter().map(|f| months(e, f) - of(f).copied().unwrap_or(NEVER_MONTHS)).collect();
            e.band(&values)
        }
    };
    let months = (first_dot - at_once_dot.unwrap_or(first_prp)) / 30.4375;
    Some(PrpFirst {
        strategy: id.to_owned(),
        instead_of: at_once.map(|(id, _)| id.to_owned()),
        changes_decision,
        by_mechanism,
        dots_spared_percent: e.band(&spared),
        cost,
        months,
        look_later_months: later,
    })
}
