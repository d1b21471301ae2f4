//! From a booked strategy to its outcome: the median course for dots and pictures, the ensemble of
//! possible responses for bands.

use std::collections::BTreeMap;
use std::sync::Arc;

use vellus_blood::{Preparation, VOLUME_PER_CM2, WANTED_K_PER_UL};
use vellus_hair::course::{Snapshot, snapshots};
use vellus_hair::individual::Posterior;
use vellus_hair::regime::Regime;
use vellus_hair::response::Response;
use vellus_hair::scalp::{Ground, Scalp};
use vellus_hair::treatment::PrpMechanism;
use vellus_hair::treatment::transplant::{DONOR_SHARE, SURVIVAL, graft};
use vellus_head::Zone;
use vellus_head::flatten::ScalpProjection;
use vellus_pigment::dots::Dots;
use vellus_units::random::{Key, Purpose};

use crate::area_histogram::histograms;
use crate::dotwork::{Course, lay_dots, living_units};
use crate::ensemble::Ensemble;
use crate::ensemble::hair::HairFutures;
use crate::ensemble::path::PathRun;
use crate::ensemble::work::Sites;
use crate::error::PlanError;
use crate::field::{DotDensity, VisibleShare};
use crate::indicator;
use crate::indicator::blend::BlendTable;
use crate::inject;
use crate::outcome::{Band, Cost, DotSummary, PrpSummary, StrategyOutcome};
use crate::person::Person;
use crate::rules::Hit;
use crate::schedule::{self, Booked, EventKind, HORIZON_YEARS, LeftOut, date_of, days_between};
use crate::strategy::Strategy;
use crate::subject::Subject;

/// How finely a plan is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Possible responses for each strategy and mechanism; at least 64 in a real plan.
    pub responses: usize,
    /// Follicles sampled for the ensemble in each group that loss reaches; fewer in others. Of 250, what is read
    /// differs from a run of every follicle by up to 3 % of its value.
    pub sample_per_group: usize,
}

impl Effort {
    /// A plan to act on.
    pub const FULL: Self = Self { responses: 256, sample_per_group: 250 };
    /// A quick look: the same models, coarser sampling.
    pub const QUICK: Self = Self { responses: 64, sample_per_group: 100 };
}

/// Months between two frames of a series.
pub const FRAME_MONTHS: f64 = 3.0;

/// Days of the frames, from today.
#[must_use]
pub fn frame_days() -> Vec<f64> {
    let n = (HORIZON_YEARS * 12.0 / FRAME_MONTHS) as usize;
    (0..=n).map(|i| i as f64 * FRAME_MONTHS * 365.25 / 12.0).collect()
}

/// A moment of the median course, for pictures.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Name of the moment: "today", "session_1", "after", "year_1", "year_5", "year_10".
    pub name: String,
    /// Day.
    pub day: f64,
    /// Every follicle on that day.
    pub hair: Snapshot,
}

/// A strategy's median course in full: what pictures and dot files are made from.
#[derive(Clone, Debug)]
pub struct MedianCourse {
    /// The scalp under this strategy (with grafts, where there are).
    pub scalp: Scalp,
    /// Dots, of all sessions.
    pub dots: Dots,
    /// Density of dots that was wanted at the first session; none where no dots are laid.
    pub wanted: Option<DotDensity>,
    /// Moments in order of time.
    pub moments: Vec<Moment>,
}

impl MedianCourse {
    /// Living follicular units on the day of the first SMP session, mm, head space; none where there
    /// is no session.
    #[must_use]
    pub fn living_at_first_session(&self) -> Vec<[f32; 3]> {
        let moment = self.moments.iter().find(|m| m.name == "session_1");
        moment.map_or_else(Vec::new, |m| living_units(&self.scalp, &m.hair))
    }
}

/// Everything that strategies of one plan share.
pub(crate) struct Shared<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) preparation: &'a Preparation,
    pub(crate) sites: Sites,
    pub(crate) hair: HairFutures<'a>,
    /// Tables of blend by strength of the ink, per cent.
    blends: BTreeMap<i64, Arc<BlendTable>>,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(
        subject: &'a Subject,
        preparation: &'a Preparation,
        posterior: &Posterior,
        effort: Effort,
    ) -> Self {
        let sites = Sites::new(subject);
        let responses =
            PrpMechanism::BOTH.map(|m| posterior.resample_under(m, effort.responses, subject.key));
        let hair = HairFutures::new(subject, preparation, responses, effort.sample_per_group);
        Self { subject, preparation, sites, hair, blends: BTreeMap::new() }
    }

    /// The futures of a strategy, with the `named` moments of its median courses or without.
    ///
    /// # Errors
    /// [`PlanError`] when its SMP comes too early for what is there already; the inner error when it cannot be
    /// offered to the person.
    pub(crate) fn futures(
        &mut self,
        strategy: &Strategy,
        hits: &[Hit],
        named: bool,
    ) -> Result<Result<Ensemble<'a>, LeftOut>, PlanError> {
        let mut runs = Vec::new();
        for path in strategy.paths() {
            match schedule::book(strategy, &path, &self.subject.person, hits) {
                Err(left_out) => return Ok(Err(left_out)),
                Ok(booked) => runs.push(PathRun::new(
                    self.subject,
                    &mut self.hair,
                    &self.sites,
                    path,
                    booked,
                    self.preparation.platelets_per_ul.median,
                    named,
                )?),
            }
        }
        let mechanisms = self.subject.mechanisms(strategy.uses_prp());
        Ok(Ok(Ensemble::new(self.subject, &mut self.hair, runs, &mechanisms)))
    }

    fn blend(&mut self, e: &Ensemble<'_>) -> Arc<BlendTable> {
        let wanted = e.paths[e.main_path()].wanted.as_ref();
        let ink = wanted.map_or_else(|| self.subject.person.ink(), |w| w.ink.clone());
        let per_dot = wanted.map_or(1.0, |w| w.per_dot);
        let key = (100.0 * ink.strength()).round() as i64;
        let subject = self.subject;
        Arc::clone(
            self.blends.entry(key).or_insert_with(|| Arc::new(BlendTable::new(subject, &ink, per_dot))),
        )
    }

    /// What the futures of a strategy come to, in indicators; no dots are placed and nothing is drawn.
    pub(crate) fn outcome(&mut self, strategy: &Strategy, e: &Ensemble<'_>) -> StrategyOutcome {
        let blend = self.blend(e);
        let mut outcome = e.outcome(strategy);
        outcome.indicators = indicator::read(e, &blend);
        outcome.area_histograms = histograms(e, &self.sites);
        outcome
    }
}

/// Adds to an outcome what is laid and injected on the path that is shown: dots, the injection map, dates and
/// prices of SMP sessions. `map` is what injection points are drawn on; needed for strategies that give PRP
/// only.
///
/// # Errors
/// [`PlanError`] when injection points cannot be laid.
pub(crate) fn detail(
    shared: &mut Shared<'_>,
    e: &mut Ensemble<'_>,
    outcome: &mut StrategyOutcome,
    map: Option<&ScalpProjection>,
) -> Result<MedianCourse, PlanError> {
    let subject = e.subject;
    let main = e.main_path();
    let moments = std::mem::take(&mut e.paths[main].moments);
    let run = &e.paths[main];
    let mut booked = run.booked.clone();
    let scalp = run.stand.scalp.clone();
    let horizon = HORIZON_YEARS * 365.25 + 30.0;
    if let Some(map) = map
        && !booked.hair.prp.is_empty()
    {
        let median = subject.regime(&booked.hair, &Response::median(), PrpMechanism::Reactivate, horizon);
        outcome.prp =
            Some(prp_summary(subject, &booked, shared.preparation, &scalp, &moments, &median, map)?);
    }
    // Dots on the scalp as forecast for their date.
    let mut dots = subject.earlier.clone();
    let mut dot_summary = None;
    let mut density = None;
    if let (Some(first), Some(wanted)) = (booked.smp_days.first(), run.wanted.as_ref()) {
        let course = Course {
            targets: &run.targets,
            done: run.done,
            laid: if run.done > 0 { subject.earlier.len() } else { 0 },
            wanted,
            uncertain: &e.uncertain(*first),
        };
        let (summary, field, problems) = lay_dots(subject, &scalp, &moments, &booked, &course, &mut dots)?;
        outcome.warnings.extend(problems);
        density = field;
        outcome.warnings.extend(subject.hairline_findings().into_iter().map(|f| f.text));
        dot_summary = Some(summary);
    }
    let cost = price_dots(subject, &mut booked, dot_summary.as_mut());
    if let Some(summary) = &mut dot_summary {
        summary.fit = e.fit(&dots, run.after);
    }
    let person = &subject.person;
    let visits: Vec<_> = booked.events.iter().filter(|x| x.hours > 0.0 && x.day <= 2.0 * 365.25).collect();
    outcome.visits_two_years = visits.len();
    outcome.hours_two_years = visits.iter().map(|x| x.hours).sum::<f64>() + 0.0;
    outcome.within_budget = within(person, &cost);
    outcome.cost = cost;
    if let Some(shown) = outcome.paths.iter_mut().find(|p| p.shown) {
        shown.events.clone_from(&booked.events);
    }
    outcome.events = booked.events;
    outcome.dots = dot_summary;
    Ok(MedianCourse { scalp, dots, wanted: density, moments })
}

/// Whether a cost stays within the budget; none when no budget was given.
pub(crate) fn within(person: &Person, cost: &Cost) -> Option<bool> {
    person
        .budget_two_years
        .map(|b| cost.first_two_years <= b && person.budget_per_year.is_none_or(|y| cost.per_year_after <= y))
}

/// The day on which a strategy's first round is done and settled.
pub(crate) fn after_day(b: &Booked) -> f64 {
    let course_end = b.hair.prp.iter().take(3).map(|s| s.day.0).fold(0.0, f64::max);
    let smp = b.smp_days.last().map_or(0.0, |d| d + 42.0);
    let graft = b.transplant.map_or(0.0, |(d, _)| d + 365.0);
    let last = smp.max(graft);
    if last > 0.0 {
        last
    } else if course_end > 0.0 {
        course_end + 120.0
    } else {
        182.6
    }
}

pub(crate) fn transplant(subject: &Subject, scalp: &mut Scalp, day: f64, asked: u32, key: Key) -> u32 {
    // Donors: units of the back, spread evenly.
    let donors: Vec<u32> = (0..scalp.ground.len() as u32)
        .filter(|u| scalp.ground.zone[*u as usize] == Zone::OccipitalDonor)
        .collect();
    let most = (donors.len() as f64 * DONOR_SHARE) as usize;
    // Recipients: places of lost units behind the designed hairline, the front first, at up to half
    // of the native density.
    let mut places: Vec<(f64, u32)> = Vec::new();
    let share = VisibleShare::new(scalp, &today_snapshot(subject, scalp));
    for u in 0..scalp.ground.len() as u32 {
        let q = scalp.ground.chart[u as usize].map(f64::from);
        if !subject.hairline.contains(glam::DVec2::from_array(q)) {
            continue;
        }
        let missing = 1.0 - share.at(q[0], q[1]);
        let mut s = key.stream(Purpose::Choice, 5_000_000 + u64::from(u));
        if missing > 0.45 && s.uniform() < 0.5 {
            places.push((-q[1] + 0.1 * s.uniform(), u));
        }
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let n = (asked as usize).min(most).min(places.len());
    if n == 0 {
        return 0;
    }
    let chosen: Vec<u32> = (0..n).map(|k| donors[k * donors.len() / n]).collect();
    let mut ground = Ground::default();
    for (_, u) in &places[..n] {
        let u = *u as usize;
        let q = scalp.ground.position[u];
        // Beside the lost unit, a third of a millimetre away.
        ground.position.push([q[0] + 0.2, q[1], q[2] + 0.2]);
        ground.normal.push(scalp.ground.normal[u]);
        ground.chart.push(scalp.ground.chart[u]);
        ground.zone.push(scalp.ground.zone[u]);
    }
    graft(scalp, &chosen, &ground, day, SURVIVAL, key).grafts as u32
}

fn today_snapshot(subject: &Subject, scalp: &Scalp) -> Snapshot {
    let regime = subject.regime(&subject.ongoing(), &Response::median(), PrpMechanism::Reactivate, 400.0);
    snapshots(scalp, &regime, subject.model, subject.key, &[0.0]).remove(0)
}

fn price_dots(subject: &Subject, booked: &mut Booked, summary: Option<&mut DotSummary>) -> Cost {
    let p = &subject.person;
    if let Some(summary) = summary {
        for s in &summary.sessions {
            let cost = p.prices.smp_session(s.dots as f64, f64::from(s.sittings));
            let sittings =
                if s.sittings > 1 { format!(" in {} sittings", s.sittings) } else { String::new() };
            let (kind, title) = if s.touch_up {
                (EventKind::TouchUp, format!("SMP touch-up: {} dots", thousands(s.dots)))
            } else {
                (EventKind::Smp, format!("SMP session {}: {} dots{sittings}", s.session, thousands(s.dots)))
            };
            let detail = if s.touch_up {
                "Into the gaps: faded dots and hair lost since. Old dots are kept in the map, so none is set on another.".to_owned()
            } else {
                let shave = if crate::schedule::is_shaved(p) { "Shave the day before. " } else { "" };
                format!(
                    "{shave}No washing for three to four days, no sun, pool or sauna until healed. It looks darker for a week, then lighter, and settles in six weeks."
                )
            };
            let day = days_between(p.today, s.date);
            booked.events.push(crate::schedule::Event {
                day,
                date: s.date,
                kind,
                title,
                detail,
                hours: s.hours,
                cost,
            });
        }
        booked.events.sort_by(|x, y| x.day.total_cmp(&y.day).then(x.kind.cmp(&y.kind)));
    }
    let horizon = HORIZON_YEARS * 365.25;
    let spent = |until: f64| -> f64 {
        let single: f64 = booked.events.iter().filter(|e| e.day <= until).map(|e| e.cost).sum();
        let running: f64 = booked.running.iter().map(|r| r.spent(until)).sum();
        // Plus zero, so that nothing costs 0 and not -0.
        single + running + 0.0
    };
    let two = spent(2.0 * 365.25);
    let ten = spent(horizon);
    Cost { first_two_years: two, per_year_after: (ten - two) / (HORIZON_YEARS - 2.0), ten_years: ten }
}

/// 12345 as "12 345".
#[must_use]
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// PRP of a booked strategy: what one session gives, and where it goes on the day of the first.
fn prp_summary(
    subject: &Subject,
    booked: &Booked,
    prep: &Preparation,
    scalp: &Scalp,
    moments: &[Moment],
    median: &Regime,
    map: &ScalpProjection,
) -> Result<PrpSummary, PlanError> {
    let p = &subject.person;
    let first = booked.hair.prp.first().map_or(0.0, |s| s.day.0);
    let seen = moments.iter().find(|m| m.name == "prp_1").map(|m| &m.hair);
    let Some(seen) = seen.or_else(|| moments.first().map(|m| &m.hair)) else {
        return Err(PlanError::NothingToPlan { reason: "the median course has no moment".into() });
    };
    let laid = inject::lay(subject, scalp, seen, median.stage(first), map)?;
    let sessions: Vec<_> = booked.hair.prp.iter().map(|s| date_of(p.today, s.day.0)).collect();
    let injection =
        inject::give_out(laid, &p.protocol, prep, p.tubes, p.draw_limit(), sessions, date_of(p.today, first));
    let band = |e: &vellus_blood::Estimate| Band { lo: e.lo, median: e.median, hi: e.hi };
    let k = band(&prep.platelets_per_ul);
    let area = injection.area_cm2;
    let ml_per_cm2 = if area > 0.0 { injection.prepared_ml.median / area } else { 0.0 };
    let blood_ml = p.protocol.blood_per_tube().0 * f64::from(p.tubes);
    let mut notes = Vec::new();
    if injection.points.is_empty() {
        notes.push("No skin holds enough live but thinning follicles for an injection: PRP makes no new follicles, and there is nothing here for it to help.".to_owned());
    }
    if k.median < WANTED_K_PER_UL.0 {
        notes.push(format!("About {:.0} thousand platelets per µL: below the 1 to 1.5 million that the IADVL recommends. A slower first spin, a smaller final volume or more blood would raise it.", k.median));
    }
    if injection.short_ml > 0.0 {
        let more =
            injection.enough.map_or(String::new(), |e| format!(" {} tubes would give enough;", e.tubes));
        notes.push(format!(
            "{ml_per_cm2:.3} mL per cm² is less than the {} to {} recommended for {area:.0} cm²:{more} until then the zones with most live follicles come first.",
            VOLUME_PER_CM2.0, VOLUME_PER_CM2.1
        ));
    }
    if blood_ml > p.draw_limit().0 {
        notes.push(format!(
            "{blood_ml:.0} mL of blood a session is more than the {:.0} mL that this program takes as a cautious limit for the body weight: a doctor decides.",
            p.draw_limit().0
        ));
    }
    Ok(PrpSummary {
        sessions: booked.hair.prp.len(),
        platelets_k_per_ul: k,
        concentration_factor: band(&prep.concentration_factor),
        recovery: band(&prep.recovery),
        volume_ml: injection.prepared_ml,
        blood_ml,
        area_cm2: area,
        ml_per_cm2,
        points: injection.points.len(),
        injection,
        notes,
    })
}
