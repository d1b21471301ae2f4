//! From a booked strategy to its outcome: the median course for dots and pictures, the ensemble of
//! possible responses for bands.

use std::collections::BTreeMap;

use vellus_blood::{Preparation, VOLUME_PER_CM2, dose, tubes_for};
use vellus_hair::course::{Sample, Snapshot, Tallies, snapshots};
use vellus_hair::regime::Regime;
use vellus_hair::response::Response;
use vellus_hair::scalp::{Ground, Scalp};
use vellus_hair::treatment::PrpMechanism;
use vellus_head::Zone;
use vellus_head::points::Spot;
use vellus_light::DotOptics;
use vellus_pigment::ageing::tone_left;
use vellus_pigment::dots::{
    COLUMN_HEIGHT_UM, DEPOSIT_DEPTH_UM, DotRequest, Dots, HEALED_UM, append, count_dots, plan_dots,
};
use vellus_pigment::target::{HAIRS_SCHOOL_PER_CM2, UNITS_SCHOOL_PER_CM2, dots_per_cm2};
use vellus_units::Cm2;
use vellus_units::random::{Key, Purpose};

use crate::field::VisibleShare;
use crate::outcome::{
    AreaForecast, Band, Cost, DotSummary, GoalOutcome, PrpSummary, Series, SmpSession, StrategyOutcome,
};
use crate::schedule::{Booked, EventKind, HORIZON_YEARS, date_of, days_between};
use crate::strategy::Strategy;
use crate::subject::{GROUPS, Subject, ZONES};

/// How finely a plan is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Possible responses for each strategy and mechanism; at least 64 in a real plan.
    pub responses: usize,
    /// Follicles sampled in each group for the ensemble.
    pub sample_per_group: usize,
    /// Candidates per dot when dots are placed.
    pub dot_candidates: u32,
}

impl Effort {
    /// A plan to act on.
    pub const FULL: Self = Self { responses: 64, sample_per_group: 700, dot_candidates: 5 };
    /// A quick look: the same models, coarser sampling.
    pub const QUICK: Self = Self { responses: 64, sample_per_group: 100, dot_candidates: 3 };
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
    /// Moments in order of time.
    pub moments: Vec<Moment>,
}

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

/// Runs one strategy.
pub fn run(
    subject: &Subject,
    strategy: &Strategy,
    mut booked: Booked,
    preparation: &Preparation,
    effort: Effort,
) -> (StrategyOutcome, MedianCourse) {
    for s in &mut booked.hair.prp {
        s.platelets_k_per_ul = preparation.platelets_per_ul.median;
    }
    let key = subject.key;
    let horizon = HORIZON_YEARS * 365.25 + 30.0;
    let mut notes = std::mem::take(&mut booked.notes);
    let mut warnings = Vec::new();

    // Transplant: donors leave, grafts stand.
    let mut scalp = subject.scalp.clone();
    let mut groups = subject.groups.clone();
    if let Some((day, asked)) = booked.transplant {
        let moved = transplant(subject, &mut scalp, day, asked, key);
        if moved < asked {
            notes.push(format!(
                "{moved} grafts instead of {asked}: the donor area or the bald area does not allow more."
            ));
            for e in &mut booked.events {
                if e.kind == EventKind::Transplant {
                    e.title = format!("Transplant of {moved} grafts");
                    e.cost = subject.person.prices.graft * f64::from(moved);
                }
            }
        }
        for i in groups.of.len()..scalp.follicles.len() {
            // Grafts stand where loss reaches, by construction.
            groups.of.push(scalp.follicles.zone[i] as u8 + 9);
        }
    }

    // The median course, first under the mechanism that pictures show.
    let shown = PrpMechanism::Reactivate;
    let median = Regime::new(subject.person.progress, &booked.hair, &Response::median(), shown, horizon);
    let after = after_day(&booked);
    let mut named: Vec<(String, f64)> = vec![
        ("today".into(), 0.0),
        ("after".into(), after),
        ("year_1".into(), 365.25),
        ("year_5".into(), 5.0 * 365.25),
        ("year_10".into(), HORIZON_YEARS * 365.25),
    ];
    for (k, day) in booked.smp_days.iter().enumerate() {
        named.push((format!("session_{}", k + 1), day + 1.0));
    }
    for (k, day) in booked.touch_up_days.iter().enumerate() {
        named.push((format!("before_touch_up_{}", k + 1), *day));
    }
    named.sort_by(|a, b| a.1.total_cmp(&b.1));
    let days: Vec<f64> = named.iter().map(|n| n.1).collect();
    let snaps = snapshots(&scalp, &median, &subject.rules, key, &days);
    let moments: Vec<Moment> =
        named.into_iter().zip(snaps).map(|((name, day), hair)| Moment { name, day, hair }).collect();

    // Dots on the scalp as forecast for their date.
    let per_dot = hairs_per_dot(subject);
    let mut dots = Dots::default();
    let mut dot_summary = None;
    if !booked.smp_days.is_empty() {
        let (summary, problems) = lay_dots(subject, &scalp, &moments, &booked, per_dot, effort, &mut dots);
        warnings.extend(problems);
        warnings.extend(subject.hairline.warnings(subject.person.female()));
        dot_summary = Some(summary);
    }
    let costs = price_dots(subject, &mut booked, dot_summary.as_mut());

    // The ensemble.
    let mechanisms: &[PrpMechanism] =
        if strategy.uses_prp() { &PrpMechanism::BOTH } else { &PrpMechanism::BOTH[..1] };
    let sample = Sample::by_group(&groups, effort.sample_per_group);
    let frames = frame_days();
    let responses: Vec<Response> = (0..effort.responses as u64).map(|i| Response::draw(key, i)).collect();
    let mut futures = Vec::new();
    for mechanism in mechanisms {
        let regimes: Vec<Regime> = responses
            .iter()
            .map(|r| {
                Regime::new(
                    subject.person.progress,
                    &with_dose(&booked, preparation, r),
                    r,
                    *mechanism,
                    horizon,
                )
            })
            .collect();
        let tallies = subject.tallies(&scalp, &groups, &sample, &regimes, &frames);
        futures.push((*mechanism, tallies));
    }
    let ensemble = Ensemble {
        subject,
        futures,
        responses: &responses,
        dots: dot_weights(subject, &dots, per_dot),
        frames: &frames,
        uses_prp: strategy.uses_prp(),
    };
    let outcome = ensemble.outcome(
        strategy,
        &booked,
        notes,
        warnings,
        costs,
        dot_summary,
        prp_summary(subject, strategy, &booked, preparation),
    );
    (outcome, MedianCourse { scalp, dots, moments })
}

/// The schedule with this response's share of the uncertainty of the platelet dose.
fn with_dose(
    booked: &Booked,
    preparation: &Preparation,
    response: &Response,
) -> vellus_hair::treatment::Schedule {
    let mut hair = booked.hair.clone();
    let p = &preparation.platelets_per_ul;
    // The ends of the 80 % interval stand for the tails outside it.
    let z = vellus_units::maths::normal_quantile(response.dose_rank.clamp(0.1, 0.9))
        / vellus_units::maths::normal_quantile(0.9);
    let k = if z < 0.0 {
        vellus_units::maths::lerp(p.median, p.lo, -z)
    } else {
        vellus_units::maths::lerp(p.median, p.hi, z)
    };
    for s in &mut hair.prp {
        s.platelets_k_per_ul = k;
    }
    hair
}

/// The day on which a strategy's first round is done and settled.
fn after_day(b: &Booked) -> f64 {
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

fn transplant(subject: &Subject, scalp: &mut Scalp, day: f64, asked: u32, key: Key) -> u32 {
    // Donors: every third unit of the back at most, spread evenly (donors stay presentable while
    // fewer than half of their units are taken; assumption, cautious).
    let donors: Vec<u32> = (0..scalp.ground.len() as u32)
        .filter(|u| scalp.ground.zone[*u as usize] == Zone::OccipitalDonor)
        .collect();
    let most = donors.len() / 3;
    // Recipients: places of lost units behind the designed hairline, the front first, at up to half
    // of the native density.
    let mut places: Vec<(f64, u32)> = Vec::new();
    let share = VisibleShare::new(
        scalp,
        &today_snapshot(subject, scalp),
        std::iter::empty(),
        subject.fringe.calibre_um,
    );
    for u in 0..scalp.ground.len() as u32 {
        let q = scalp.ground.chart[u as usize].map(f64::from);
        if subject.hairline.depth_mm(q[0], q[1]) < 0.0 {
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
    // First growth at 3–4 months; 95 % of grafts grow at these densities (Nakatsui 2008: 95.6 and
    // 98.6 %, one patient).
    scalp.transplant(&chosen, &ground, day, 110.0, 0.95, key);
    n as u32
}

fn today_snapshot(subject: &Subject, scalp: &Scalp) -> Snapshot {
    let regime = Regime::new(
        subject.person.progress,
        &subject.ongoing(),
        &Response::median(),
        PrpMechanism::Reactivate,
        400.0,
    );
    snapshots(scalp, &regime, &subject.rules, subject.key, &[0.0]).remove(0)
}

fn lay_dots(
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
            let on_scalp = subject.head.zone_at_spot(spot).is_some()
                || (q.y > 0.3 && q.x.abs() < 0.4 && subject.hairline.depth_mm(q.x, q.y) > 0.0);
            if !on_scalp {
                return 0.0;
            }
            let fade_in = if q.y > 0.0 { subject.hairline.fade_in(q.x, q.y) } else { 1.0 };
            dots_per_cm2(share.at(q.x, q.y) / intact, full, fade_in)
        };
        let living = living_units(scalp, &moment.hair);
        let request = DotRequest {
            surface: subject.head.surface(),
            chart: subject.head.chart(),
            density_per_cm2: &density,
            zone_at: &|q| subject.head.scalp().zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1]))),
            living: &living,
            depth_behind_line_mm: &|q| subject.hairline.depth_mm(f64::from(q[0]), f64::from(q[1])),
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
fn dot_weights(subject: &Subject, dots: &Dots, per_dot: f64) -> Vec<(f64, [f64; GROUPS])> {
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

fn price_dots(subject: &Subject, booked: &mut Booked, summary: Option<&mut DotSummary>) -> Cost {
    let p = &subject.person;
    if let Some(summary) = summary {
        for s in &summary.sessions {
            let cost = (s.dots as f64 / 1000.0 * p.prices.smp_per_thousand_dots)
                .max(p.prices.smp_sitting_minimum * f64::from(s.sittings));
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
                "Shave the day before. No washing for three to four days, no sun, pool or sauna until healed. It looks darker for a week, then lighter, and settles in six weeks.".to_owned()
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
        let running: f64 = booked
            .running
            .iter()
            .map(|(from, month, _)| month * ((until - from.max(0.0)).max(0.0) / 30.4375))
            .sum();
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

fn prp_summary(
    subject: &Subject,
    strategy: &Strategy,
    booked: &Booked,
    prep: &Preparation,
) -> Option<PrpSummary> {
    if !strategy.uses_prp() {
        return None;
    }
    let p = &subject.person;
    let band = |e: &vellus_blood::Estimate| Band { lo: e.lo, median: e.median, hi: e.hi };
    // A thinning area of nothing is injected as one square centimetre, and said to be so.
    let area = Cm2(subject.thinning_cm2().clamp(1.0, 1000.0));
    let given = dose(prep, p.tubes, area).ok()?;
    let need = tubes_for(&p.protocol, prep, area, VOLUME_PER_CM2.0, p.weight_kg.max(30.0)).ok()?;
    let blood_ml = need.blood_ml / f64::from(need.tubes) * f64::from(p.tubes);
    let mut notes = Vec::new();
    let k = band(&prep.platelets_per_ul);
    if !given.count_is_enough {
        notes.push(format!("About {:.0} thousand platelets per µL: below the 1 to 1.5 million that the IADVL recommends. A slower first spin, a smaller final volume or more blood would raise it.", k.median));
    }
    if !given.volume_is_enough {
        notes.push(format!(
            "{:.3} mL per cm² is less than the {} to {} recommended for {:.0} cm²: {} tubes would give enough, or treat the thinnest zones only.",
            given.ml_per_cm2.median, VOLUME_PER_CM2.0, VOLUME_PER_CM2.1, area.0, need.tubes
        ));
    }
    if blood_ml > need.limit_ml {
        notes.push(format!(
            "{blood_ml:.0} mL of blood a session is more than the {:.0} mL that this program takes as a cautious limit for the body weight: a doctor decides.",
            need.limit_ml
        ));
    }
    Some(PrpSummary {
        sessions: booked.hair.prp.len(),
        platelets_k_per_ul: k,
        concentration_factor: band(&prep.concentration_factor),
        recovery: band(&prep.recovery),
        volume_ml: band(&given.volume_ml),
        blood_ml,
        area_cm2: area.0,
        ml_per_cm2: given.ml_per_cm2.median,
        points: area.0.ceil() as usize,
        notes,
    })
}

/// All simulated futures of one strategy.
struct Ensemble<'a> {
    subject: &'a Subject,
    futures: Vec<(PrpMechanism, Vec<Tallies>)>,
    responses: &'a [Response],
    dots: Vec<(f64, [f64; GROUPS])>,
    frames: &'a [f64],
    uses_prp: bool,
}

/// Relative change that the eye notices (Buontempo 22.66 %, Oh 2025 22.78 %).
pub const NOTICEABLE: f64 = 0.227;
/// Absolute change that the eye notices at the usual density, hairs per cm² (the same studies).
pub const NOTICEABLE_PER_CM2: f64 = 42.0;

/// Whether a change from `before` to `after` (hairs per cm² as seen) is noticed: 22.7 % of what was
/// there, and no less than a third of the 42 per cm² where nearly nothing was there (assumption).
#[must_use]
pub fn noticed(before: f64, after: f64) -> bool {
    let threshold = (NOTICEABLE * before).clamp(NOTICEABLE_PER_CM2 / 3.0, NOTICEABLE_PER_CM2);
    (after - before).abs() >= threshold
}

impl Ensemble<'_> {
    fn visible(&self, tallies: &Tallies, response: &Response, frame: usize, groups: &[usize]) -> f64 {
        let area: f64 = groups.iter().map(|g| self.subject.area_cm2[*g]).sum();
        if area <= 0.0 {
            return 0.0;
        }
        let t = self.frames[frame];
        let pigment: f64 = self
            .dots
            .iter()
            .map(|(day, worth)| {
                tone_left(t - day, response.pigment_fade) * groups.iter().map(|g| worth[*g]).sum::<f64>()
            })
            .sum();
        self.hair_visible(tallies, frame, groups) + pigment / area
    }

    fn hair_visible(&self, tallies: &Tallies, frame: usize, groups: &[usize]) -> f64 {
        let area: f64 = groups.iter().map(|g| self.subject.area_cm2[*g]).sum();
        if area <= 0.0 {
            return 0.0;
        }
        tallies.sum(frame, groups.iter().copied()).terminal_calibre_um
            / self.subject.fringe.calibre_um.max(1.0)
            / area
    }

    fn series(&self, value: impl Fn(&Tallies, &Response, usize) -> f64) -> Series {
        let mut out = Series::default();
        for frame in 0..self.frames.len() {
            let mut pooled = Vec::with_capacity(self.responses.len() * self.futures.len());
            for (mechanism, futures) in &self.futures {
                let mut own: Vec<f64> =
                    futures.iter().zip(self.responses).map(|(t, r)| value(t, r, frame)).collect();
                pooled.extend_from_slice(&own);
                if self.uses_prp {
                    out.by_mechanism
                        .entry(mechanism.title().into())
                        .or_default()
                        .push(vellus_units::maths::quantile(&mut own, 0.5));
                }
            }
            out.band.push(Band::of(&mut pooled));
        }
        out
    }

    fn area(&self, groups: &[usize]) -> AreaForecast {
        let area: f64 = groups.iter().map(|g| self.subject.area_cm2[*g]).sum();
        let per = |x: f64| if area > 0.0 { x / area } else { 0.0 };
        AreaForecast {
            area_cm2: area,
            hairs_per_cm2: self.series(|t, _, f| per(t.sum(f, groups.iter().copied()).hairs)),
            terminal_per_cm2: self.series(|t, _, f| per(t.sum(f, groups.iter().copied()).terminal)),
            hair_visible_per_cm2: self.series(|t, _, f| self.hair_visible(t, f, groups)),
            visible_per_cm2: self.series(|t, r, f| self.visible(t, r, f, groups)),
        }
    }

    fn pooled(&self, value: impl Fn(&Tallies, &Response) -> f64) -> Vec<f64> {
        self.futures
            .iter()
            .flat_map(|(_, futures)| {
                futures.iter().zip(self.responses).map(|(t, r)| value(t, r)).collect::<Vec<_>>()
            })
            .collect()
    }

    fn chance(&self, holds: impl Fn(&Tallies, &Response) -> bool) -> (f64, BTreeMap<String, f64>) {
        let mut by = BTreeMap::new();
        let mut all = 0.0;
        for (mechanism, futures) in &self.futures {
            let n = futures.iter().zip(self.responses).filter(|(t, r)| holds(t, r)).count();
            let share = n as f64 / self.responses.len() as f64;
            if self.uses_prp {
                by.insert(mechanism.title().to_owned(), share);
            }
            all += share / self.futures.len() as f64;
        }
        (all, by)
    }

    fn frame_at(&self, day: f64) -> usize {
        let step = self.frames[1];
        ((day / step).round().max(0.0) as usize).min(self.frames.len() - 1)
    }

    fn outcome(
        &self,
        strategy: &Strategy,
        booked: &Booked,
        notes: Vec<String>,
        warnings: Vec<String>,
        cost: Cost,
        dots: Option<DotSummary>,
        prp: Option<PrpSummary>,
    ) -> StrategyOutcome {
        let s = self.subject;
        let person = &s.person;
        let mut thin = s.thinning();
        if thin.is_empty() {
            // Nothing is thin: the top stands for it.
            thin = vec![Zone::Frontal as usize, Zone::MidScalp as usize, Zone::Vertex as usize];
        }
        let fringe = s.fringe.terminal_per_cm2.max(1.0);
        let two_years = self.frame_at(2.0 * 365.25);
        let visible_at = |t: &Tallies, r: &Response, f: usize| self.visible(t, r, f, &thin);
        let area: f64 = thin.iter().map(|g| s.area_cm2[*g]).sum::<f64>().max(1e-9);
        let terminal_at = |t: &Tallies, f: usize| t.sum(f, thin.iter().copied()).terminal / area;

        let mut zones = BTreeMap::new();
        for zone in ZONES {
            let groups = [zone as usize, zone as usize + 9];
            if groups.iter().map(|g| s.area_cm2[*g]).sum::<f64>() > 0.5 {
                zones.insert(zone, self.area(&groups));
            }
        }
        let goals = person
            .goals
            .iter()
            .map(|g| {
                let groups: Vec<usize> = match g.zone {
                    None => thin.clone(),
                    Some(z) => {
                        let reached = z as usize + 9;
                        if s.area_cm2[reached] > 0.5 { vec![reached] } else { vec![z as usize] }
                    }
                };
                let area: f64 = groups.iter().map(|g| s.area_cm2[*g]).sum::<f64>().max(1e-9);
                let frame = self.frame_at(days_between(person.today, g.by));
                let wanted = g.visible_percent_of_fringe / 100.0 * fringe;
                let (chance, by_mechanism) = self.chance(|t, r| {
                    let have = if g.hair_only {
                        t.sum(frame, groups.iter().copied()).terminal / area
                    } else {
                        self.visible(t, r, frame, &groups)
                    };
                    have >= wanted
                });
                let place = g.zone.map_or("the thinning area", crate::subject::zone_name);
                let what = if g.hair_only { "living hair" } else { "visible density" };
                GoalOutcome {
                    title: format!("{what} in {place} at {:.0} % of the fringe", g.visible_percent_of_fringe),
                    zone: g.zone,
                    percent_of_fringe: g.visible_percent_of_fringe,
                    hair_only: g.hair_only,
                    by: g.by,
                    chance,
                    by_mechanism,
                }
            })
            .collect::<Vec<_>>();
        let thinning = self.area(&thin);
        let wanted = person.goals.first().map_or(75.0, |g| g.visible_percent_of_fringe) / 100.0 * fringe;
        let months_to_goal = thinning
            .visible_per_cm2
            .band
            .iter()
            .position(|b| b.median >= wanted)
            .map(|f| f as f64 * FRAME_MONTHS);
        let visits: Vec<_> =
            booked.events.iter().filter(|e| e.hours > 0.0 && e.day <= 2.0 * 365.25).collect();
        let (noticeable_chance, _) =
            self.chance(|t, r| noticed(visible_at(t, r, 0), visible_at(t, r, two_years)));
        let too_dark = if dots.is_some() {
            // Looks clearly darker than the fringe: one noticeable step above it.
            self.chance(|t, r| {
                (two_years..self.frames.len()).any(|f| visible_at(t, r, f) > (1.0 + NOTICEABLE) * fringe)
            })
            .0
        } else {
            0.0
        };
        StrategyOutcome {
            id: strategy.id.clone(),
            title: strategy.title.clone(),
            idea: strategy.idea.clone(),
            inference: strategy.inference,
            must_be_true: strategy.must_be_true.clone(),
            notes,
            warnings,
            events: booked.events.clone(),
            cost,
            within_budget: person.budget_two_years.map(|b| {
                cost.first_two_years <= b && person.budget_per_year.is_none_or(|y| cost.per_year_after <= y)
            }),
            visits_two_years: visits.len(),
            hours_two_years: visits.iter().map(|e| e.hours).sum::<f64>() + 0.0,
            texture_percent: Band::of(&mut self.pooled(|t, _| 100.0 * terminal_at(t, two_years) / fringe)),
            visible_percent: Band::of(&mut self.pooled(|t, r| 100.0 * visible_at(t, r, two_years) / fringe)),
            hair_visible_percent: Band::of(
                &mut self.pooled(|t, _| 100.0 * self.hair_visible(t, two_years, &thin) / fringe),
            ),
            change_percent: Band::of(
                &mut self.pooled(|t, r| {
                    100.0 * (visible_at(t, r, two_years) / visible_at(t, r, 0).max(1.0) - 1.0)
                }),
            ),
            noticeable_chance,
            too_dark_chance: too_dark,
            months_to_goal,
            thinning,
            zones,
            goals,
            dots,
            prp,
        }
    }
}
