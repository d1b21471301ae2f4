//! SMP at the chair: everything that the sheets of a strategy's sessions say.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_head::Zone;
use vellus_head::flatten::ScalpProjection;
use vellus_pigment::ageing::{HEALED_DAYS, spread_mm, tone_left};
use vellus_pigment::dots::{DEPOSIT_DEPTH_UM, Dots, HEALED_UM, SET_DEPTH_UM, healed_um};
use vellus_pigment::supply::{SupplyItem, supplies};
use vellus_pigment::target::School;
use vellus_pigment::work_order::{WorkOrder, work_order};
use vellus_pigment::{Ink, Needle, Pattern};

use crate::error::PlanError;
use crate::fit::ZoneFit;
use crate::outcome::{Band, EdgeDots, SmpSession};
use crate::person::{Assumption, Person};
use crate::plan::{Planned, in_a_line};
use crate::rules::{Hit, TreatmentKind};
use crate::scalp_outline::{ScalpOutline, scalp_projection};
use crate::sitting::{self, Sitting, longest_dots};

/// A needle in a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedleUse {
    /// Which.
    pub needle: Needle,
    /// Dots that it sets.
    pub dots: usize,
    /// Where, in words.
    pub place: String,
}

/// The sheet of one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionCard {
    /// Number, over the whole life of the work.
    pub number: u8,
    /// Date.
    pub date: Date,
    /// Whether it is a touch-up.
    pub touch_up: bool,
    /// Dots.
    pub dots: usize,
    /// Share of the whole that has been laid after it, 0 to 1; 1 for a touch-up.
    pub laid_after: f64,
    /// Hours of needle time.
    pub hours: f64,
    /// Sittings.
    pub sittings: Vec<Sitting>,
    /// Dots by zone.
    pub by_zone: BTreeMap<Zone, usize>,
    /// Needles.
    pub needles: Vec<NeedleUse>,
    /// What is in the cup.
    pub ink: Ink,
    /// Strength of the deposit against undiluted pigment, 0 to 1.
    pub strength: f64,
    /// Strength against the last session's, 0 to 1.
    pub of_full_shade: f64,
    /// Order of work.
    pub order: WorkOrder,
    /// What it uses up.
    pub supplies: Vec<SupplyItem>,
}

/// What is left of a dot after some years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgeRow {
    /// Years after the session.
    pub years: f64,
    /// Tone that is left, per cent of fresh, over people who fade fast and slowly.
    pub tone_percent: Band,
    /// Diameter of a dot of median size and depth, µm.
    pub diameter_um: f64,
}

/// What is seen while it heals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealingStep {
    /// Days after the session, first and last.
    pub days: (u32, u32),
    /// What is seen, and what is done.
    pub what: String,
    /// Source and grade.
    pub source: String,
}

/// Everything that the sheets of a strategy's sessions say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmpCard {
    /// Label of the case.
    pub label: String,
    /// The person in a line.
    pub person: String,
    /// Today.
    pub today: Date,
    /// Name of the strategy.
    pub strategy: String,
    /// Its title.
    pub strategy_title: String,
    /// Version of the program.
    pub program: String,
    /// Seed.
    pub seed: u64,
    /// What speaks against pigment.
    pub contraindications: Vec<Hit>,
    /// Whether contraindications were asked for.
    pub contraindications_asked: bool,
    /// How dense the finished work should be.
    pub school: School,
    /// Pattern of the dots.
    pub pattern: Pattern,
    /// Density where no hair is left, dots per cm².
    pub full_per_cm2: f64,
    /// Density that alone would look as dark as the shaved fringe, dots per cm².
    pub match_fringe_per_cm2: f64,
    /// Greatest density that is laid, dots per cm².
    pub densest_per_cm2: f64,
    /// Hairs per cm² of the person's fringe.
    pub fringe_per_cm2: f64,
    /// Calibre of the fringe, µm.
    pub fringe_calibre_um: f64,
    /// How many of the person's shaved hairs a healed dot is worth in darkness.
    pub hairs_per_dot: f64,
    /// The finer dots along the hairline, where another needle sets them.
    pub edge: Option<EdgeDots>,
    /// Dots of the course.
    pub dots: usize,
    /// Dots that the density comes to.
    pub wanted: usize,
    /// Dots that were there before.
    pub earlier_dots: usize,
    /// Area that gets dots, cm².
    pub area_cm2: f64,
    /// Depth to which the needle is set, µm.
    pub set_depth_um: f64,
    /// Depth of the middle of the deposit, µm.
    pub deposit_depth_um: f64,
    /// Healed diameters of dots, µm, median: along the line, and behind it where another needle sets them.
    pub healed_um: Vec<f64>,
    /// Sessions, touch-ups too.
    pub sessions: Vec<SessionCard>,
    /// Zones in which the first session is half as large.
    pub uncertain: Vec<Zone>,
    /// What hair does to the pigmented zones.
    pub fit: Vec<ZoneFit>,
    /// What is seen while it heals.
    pub healing: Vec<HealingStep>,
    /// What becomes of the dots.
    pub ageing: Vec<AgeRow>,
    /// The scalp laid flat, on which fields are drawn.
    pub outline: ScalpOutline,
    /// Warnings of hairline, density and the rules.
    pub warnings: Vec<String>,
    /// Assumptions that pigment rests on.
    pub assumptions: Vec<Assumption>,
    /// What a reader should know.
    pub findings: Vec<String>,
}

/// The sheets of a strategy of a plan; none when it lays no dots.
///
/// # Errors
/// [`PlanError::Head`] when the scalp cannot be laid flat.
pub fn smp_card(planned: &Planned, strategy: usize) -> Result<Option<SmpCard>, PlanError> {
    let (Some(outcome), Some(course)) =
        (planned.plan.strategies.get(strategy), planned.courses.get(strategy))
    else {
        return Ok(None);
    };
    let Some(summary) = outcome.dots.as_ref().filter(|d| !d.sessions.is_empty()) else { return Ok(None) };
    let subject = &planned.subject;
    let map = scalp_projection(&subject.head)?;
    let dots = &course.dots;
    let first_course: usize = summary.sessions.iter().filter(|s| !s.touch_up).map(|s| s.dots).sum();
    let full = subject.person.ink().strength();
    let before = summary.earlier_of_course;
    let first_course = first_course + before;
    let mut laid = before;
    let sessions = summary
        .sessions
        .iter()
        .map(|s| {
            laid += if s.touch_up { 0 } else { s.dots };
            let after = if s.touch_up { 1.0 } else { laid as f64 / first_course.max(1) as f64 };
            session_card(s, dots, &map, after, full, &subject.person)
        })
        .collect();
    let person = &subject.person;
    let healed: Vec<f64> =
        person.needles.iter().map(|n| healed_um(DEPOSIT_DEPTH_UM.0, n.diameter_mm)).collect();
    Ok(Some(SmpCard {
        label: person.label.clone(),
        person: in_a_line(person),
        today: person.today,
        strategy: outcome.id.clone(),
        strategy_title: outcome.title.clone(),
        program: planned.plan.program.clone(),
        seed: planned.plan.seed,
        contraindications: planned
            .plan
            .contraindications
            .iter()
            .filter(|h| h.treatments.contains(&TreatmentKind::Smp))
            .cloned()
            .collect(),
        contraindications_asked: planned.plan.contraindications_asked,
        school: summary.school,
        pattern: person.smp.pattern,
        full_per_cm2: summary.full_per_cm2,
        match_fringe_per_cm2: summary.match_fringe_per_cm2,
        densest_per_cm2: summary.densest_per_cm2,
        fringe_per_cm2: subject.fringe.terminal_per_cm2,
        fringe_calibre_um: subject.fringe.calibre_um,
        hairs_per_dot: summary.hairs_per_dot,
        edge: summary.edge.clone(),
        dots: summary.dots,
        wanted: summary.wanted,
        earlier_dots: summary.earlier_dots,
        area_cm2: summary.area_cm2,
        set_depth_um: SET_DEPTH_UM,
        deposit_depth_um: DEPOSIT_DEPTH_UM.0,
        healed_um: healed.clone(),
        sessions,
        uncertain: summary.uncertain.clone(),
        fit: summary.fit.clone(),
        healing: healing(),
        ageing: ageing(person.smp.sun.rate(), healed.last().copied().unwrap_or(HEALED_UM.0)),
        outline: ScalpOutline::new(&subject.head, &map),
        warnings: outcome.warnings.clone(),
        assumptions: person
            .assumptions
            .iter()
            .filter(|a| {
                ["smp.", "site.pigments", "site.needles", "site.dots", "site.longest", "wishes.", "skin."]
                    .iter()
                    .any(|p| a.key.starts_with(p))
            })
            .cloned()
            .collect(),
        findings: person.findings.clone(),
    }))
}

fn session_card(
    s: &SmpSession,
    dots: &Dots,
    map: &ScalpProjection,
    laid_after: f64,
    full_strength: f64,
    person: &Person,
) -> SessionCard {
    let own: Vec<usize> = (0..dots.len()).filter(|i| dots.session[*i] == s.session).collect();
    let order = work_order(dots, s.session, map);
    let ink = own.first().and_then(|i| dots.inks.get(usize::from(dots.ink[*i]))).cloned().unwrap_or_default();
    let mut needles = Vec::new();
    for (k, needle) in dots.needles.iter().enumerate() {
        let n = own.iter().filter(|i| usize::from(dots.needle[**i]) == k).count();
        if n > 0 {
            let place = match (n == own.len(), k) {
                (true, _) => "everywhere",
                (false, 0) => "the first 15 mm behind the hairline",
                (false, _) => "behind the first 15 mm",
            };
            needles.push(NeedleUse { needle: needle.clone(), dots: n, place: place.into() });
        }
    }
    SessionCard {
        number: s.session,
        date: s.date,
        touch_up: s.touch_up,
        dots: s.dots,
        laid_after,
        hours: s.hours,
        sittings: sitting::split(
            &order,
            longest_dots(person.dots_per_hour, person.longest_sitting_hours),
            person.dots_per_hour,
        ),
        by_zone: s.by_zone.clone(),
        needles,
        strength: ink.strength(),
        of_full_shade: ink.strength() / full_strength.max(1e-9),
        ink,
        order,
        supplies: supplies(dots, s.session, s.sittings),
    }
}

fn healing() -> Vec<HealingStep> {
    [
        ((0, 1), "Red and swollen, dots dark and larger than they will be. No touching, no washing.", "studios and surgeons (C)"),
        ((2, 4), "Redness goes, a dry film forms. Wash with water only from day 3 or 4; do not rub. Sources differ.", "studios (C, they conflict)"),
        ((5, 10), "The film sheds and much looks gone: this is expected, not lost pigment. No shaving for the first four or five days.", "“phantom fade” about day 7 (C)"),
        ((11, 27), "Colour comes back softer and lighter. No sun, pool or sauna until healed.", "studios (C)"),
        ((28, 42), "Settled: now it may be judged, photographed and added to.", "final colour after 4–6 weeks (C)"),
    ]
    .into_iter()
    .map(|(days, what, source)| HealingStep { days, what: what.into(), source: source.into() })
    .collect()
}

/// People who fade fast and slowly: the ends of the 80 % band of a log-spread of 0.35 (assumption, as
/// among possible responses).
const FAST_AND_SLOW: (f64, f64) = (1.57, 0.64);

/// Tone and diameter over the years of dots that heal to such a diameter, µm.
fn ageing(sun: f64, healed_um: f64) -> Vec<AgeRow> {
    let healed = 1e-3 * healed_um;
    [HEALED_DAYS / 365.25, 0.5, 1.0, 3.0, 5.0, 10.0]
        .into_iter()
        .map(|years| {
            let days = 365.25 * years;
            let left = |person: f64| 100.0 * tone_left(days, person * sun);
            let s = spread_mm(days, DEPOSIT_DEPTH_UM.0);
            // A disc of diameter d has a standard deviation of d/4.
            let sigma = ((healed / 4.0) * (healed / 4.0) + s * s).sqrt();
            AgeRow {
                years,
                tone_percent: Band {
                    lo: left(FAST_AND_SLOW.0),
                    median: left(1.0),
                    hi: left(FAST_AND_SLOW.1),
                },
                diameter_um: 4000.0 * sigma,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_falls_and_dots_widen_with_the_years() {
        let rows = ageing(1.0, HEALED_UM.0);
        assert!(
            rows.windows(2).all(|w| w[1].tone_percent.median < w[0].tone_percent.median
                && w[1].diameter_um > w[0].diameter_um)
        );
        assert!(
            rows.iter()
                .all(|r| r.tone_percent.lo < r.tone_percent.median
                    && r.tone_percent.median < r.tone_percent.hi)
        );
    }
}
