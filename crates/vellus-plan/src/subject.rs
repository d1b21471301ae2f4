//! The subject: one person's head with every follicle on it, as it is today.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use vellus_hair::course::{Groups, Sample, Tallies, tally};
use vellus_hair::individual::{Individual, Measured, Posterior, Quantity};
use vellus_hair::model::Model;
use vellus_hair::pattern::{Course, boundary_stage};
use vellus_hair::regime::{Regime, Setting};
use vellus_hair::response::Response;
use vellus_hair::scalp::{Ground, Scalp};
use vellus_hair::season::Season;
use vellus_hair::treatment::{DrugCourse, PrpMechanism, Schedule};
use vellus_head::points::{PlaceSpec, Spot, integrate, place};
use vellus_head::{Head, Landmark, Zone};
use vellus_pigment::ageing::tone_left;
use vellus_pigment::hairline::{Context, Hairline, HairlineFinding};
use vellus_pigment::{Dots, Mark, ReadContext, read_dots};
use vellus_units::Days;
use vellus_units::random::{Key, Purpose};

use crate::case::{Case, PastTreatment};
use crate::error::PlanError;
use crate::field::SmoothedZones;
use crate::head::build_head;
use crate::marks::marks_on;
use crate::person::{Assumption, Person, population};
use crate::schedule::days_between;

/// All zones, in the order of their numbers.
pub const ZONES: [Zone; 9] = [
    Zone::FrontalHairline,
    Zone::FrontotemporalRecess,
    Zone::TemporalPoint,
    Zone::Frontal,
    Zone::MidScalp,
    Zone::Vertex,
    Zone::Parietal,
    Zone::Temporal,
    Zone::OccipitalDonor,
];

/// Groups of follicles in the planning room: each zone split into what loss leaves alone, what it reaches
/// behind the designed hairline (zone + [`REACHED`]), and what it reaches in front of that line, where nothing is
/// wanted (zone + [`IN_FRONT`]).
pub const GROUPS: usize = 27;
/// Offset of the groups that loss reaches behind the designed hairline.
pub const REACHED: usize = 9;
/// Offset of those in front of it.
pub const IN_FRONT: usize = 18;

/// How far ahead of the present stage a place counts as reached by loss, stages (assumption: where
/// hair is thinning ahead of the edge of baldness). In central thinning the boundary stage is that of half the follicles,
/// so that what is reached today is meant.
const fn reach_stages(course: Course) -> f64 {
    match course {
        Course::Central => 0.15,
        _ => 1.0,
    }
}

/// Possible responses that are weighed by what was measured.
const CANDIDATES: usize = 512;

/// The fringe: the person's own hair where no loss is expected; what SMP has to match.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fringe {
    /// Terminal hairs per cm².
    pub terminal_per_cm2: f64,
    /// Mean calibre of those hairs, µm.
    pub calibre_um: f64,
    /// Sum of (calibre / 100 µm)⁴ of those hairs per cm², which their stiffness under the hand goes with.
    #[serde(default)]
    pub bending_per_cm2: f64,
}

/// One person, ready to be planned for.
#[derive(Debug)]
pub struct Subject {
    /// The filled case.
    pub person: Person,
    /// The head.
    pub head: Head,
    /// Every follicle.
    pub scalp: Scalp,
    /// Group of each follicle.
    pub groups: Groups,
    /// Area of each group, cm².
    pub area_cm2: [f64; GROUPS],
    /// The fringe.
    pub fringe: Fringe,
    /// The designed hairline.
    pub hairline: Hairline,
    /// Scars, moles and places to leave alone.
    pub marks: Vec<Mark>,
    /// Dots that are there already.
    pub earlier: Dots,
    /// For each of them how much darker it was measured than its age says; empty when none was.
    pub earlier_factor: Vec<f64>,
    /// Terminal hairs per cm² today by group.
    pub today_terminal: [f64; GROUPS],
    /// Chart y of the middle of the original hairline.
    pub trichion_y: f64,
    /// Shifts of the boundary stage where densities were measured.
    pub offsets: SmoothedZones,
    /// How far loss is ahead of the drawn pattern in each zone of the scalp as grown, in stages.
    pub grown_ahead: [f64; ZONES.len()],
    /// The rules of hair.
    pub model: &'static Model,
    /// What may be true of this person, weighed by what was measured.
    pub posterior: Posterior,
    /// What each value that was weighed is.
    pub weighed: Vec<Measured>,
    /// Key of the random streams.
    pub key: Key,
}

impl Subject {
    /// Builds the head, grows the hair and fits it to what was measured.
    ///
    /// # Errors
    /// [`PlanError`] when the head cannot be built.
    pub fn new(case: &Case, folder: &Path, mut person: Person, seed: u64) -> Result<Self, PlanError> {
        let key = Key::new(seed, 0);
        let head = build_head(case, folder, &mut person)?;
        let chart = head.chart();
        let hairline = Hairline::new(person.hairline.clone(), &head, key).map_err(PlanError::hairline)?;
        let profile = person.profile.clone();
        let map = head.scalp();

        let marks = marks_on(&head, &case.smp.marks)?;
        let (earlier, earlier_factor) = earlier_dots(case, folder, &head, &mut person)?;
        let ground_density = |spot: &Spot| {
            if marks.iter().any(|m| m.is_bald_at(spot.position_in_head)) {
                return 0.0;
            }
            head.zone_at_spot(spot).map_or(0.0, |z| profile.units_per_cm2(z))
        };
        let (units, _) = integrate(head.surface(), chart, &ground_density);
        let mut spec = PlaceSpec::new(units.round() as usize, key, Purpose::Placement);
        spec.chart = Some(chart);
        spec.density = Some(&ground_density);
        spec.candidates_per_point = 2.5;
        spec.progressive = false;
        let points = place(head.surface(), &spec)?;
        let zone: Vec<Zone> = points
            .in_chart
            .iter()
            .map(|q| {
                map.zone_at(glam::DVec2::new(f64::from(q[0]), f64::from(q[1])))
                    .unwrap_or(Zone::FrontalHairline)
            })
            .collect();
        let ground =
            Ground { position: points.position, normal: points.normal, chart: points.in_chart, zone };

        let course = person.progress.course;
        let trichion_y = chart.chart_from_head(head.landmarks().get(Landmark::Trichion)).y;
        let textbook = move |x: f64, y: f64| boundary_stage(course, x, y, trichion_y);
        let model = Model::fitted();
        let by_zone = fit_measured(&ground, &person, &textbook, model, key);
        let offsets = SmoothedZones::new(
            ground.chart.iter().zip(&ground.zone).map(|(q, z)| (*q, by_zone.get(z).copied().unwrap_or(0.0))),
        );
        let boundary = |x: f64, y: f64| textbook(x, y) + offsets.at(x, y);
        let reached: Vec<bool> = ground
            .chart
            .iter()
            .map(|q| {
                boundary(f64::from(q[0]), f64::from(q[1])) <= person.progress.stage + reach_stages(course)
            })
            .collect();
        let scalp = Scalp::grow(ground, profile, course, &boundary, &model.loss, key);

        let part: Vec<usize> = ground_parts(&scalp.ground.chart, &reached, &hairline);
        let groups = Groups {
            of: scalp
                .follicles
                .unit
                .iter()
                .zip(&scalp.follicles.zone)
                .map(|(u, z)| *z as u8 + part[*u as usize] as u8)
                .collect(),
            count: GROUPS,
        };
        let mut area_cm2 = [0.0; GROUPS];
        for (u, z) in scalp.ground.zone.iter().enumerate() {
            let g = *z as usize + part[u];
            area_cm2[g] += 1.0 / person.profile.units_per_cm2(*z);
        }
        let mut subject = Self {
            fringe: Fringe { terminal_per_cm2: 0.0, calibre_um: 0.0, bending_per_cm2: 0.0 },
            today_terminal: [0.0; GROUPS],
            person,
            head,
            scalp,
            groups,
            area_cm2,
            hairline,
            marks,
            earlier,
            earlier_factor,
            trichion_y,
            offsets,
            model,
            grown_ahead: ZONES.map(|z| -by_zone.get(&z).copied().unwrap_or(0.0)),
            posterior: Posterior::before(Vec::new(), 1.0),
            weighed: Vec::new(),
            key,
        };
        subject.look_at_today();
        subject.weigh();
        Ok(subject)
    }

    fn look_at_today(&mut self) {
        let regime = self.regime(&self.ongoing(), &Response::median(), PrpMechanism::Reactivate, 400.0);
        let t = tally(
            &self.scalp,
            &self.groups,
            &Sample::whole(&self.scalp),
            &regime,
            self.model,
            self.key,
            &[0.0],
        );
        let donor = t.sum(0, [Zone::OccipitalDonor as usize, Zone::Temporal as usize]);
        let area = self.area_cm2[Zone::OccipitalDonor as usize] + self.area_cm2[Zone::Temporal as usize];
        self.fringe = Fringe {
            terminal_per_cm2: donor.terminal / area.max(1.0),
            calibre_um: donor.terminal_calibre_um / donor.terminal.max(1.0),
            bending_per_cm2: donor.terminal_bending / area.max(1.0),
        };
        for g in 0..GROUPS {
            if self.area_cm2[g] > 0.0 {
                self.today_terminal[g] = t.get(0, g).terminal / self.area_cm2[g];
            }
        }
        for (zone, want) in &self.person.measured {
            let groups = of_zone(*zone);
            let area: f64 = groups.iter().map(|g| self.area_cm2[*g]).sum();
            if area <= 0.0 {
                self.person.findings.push(format!(
                    "A density was measured in the zone {}, which this head does not have.",
                    zone_name(*zone)
                ));
                continue;
            }
            let have: f64 =
                groups.iter().map(|g| self.today_terminal[*g] * self.area_cm2[*g]).sum::<f64>() / area;
            if (have - want).abs() > 0.15 * want.max(40.0) {
                self.person.findings.push(format!(
                    "Measured {want:.0} terminal hairs per cm² in the {} zone; the model can show {have:.0} at this stage. The measurement is kept; trust the forecast of this zone less.",
                    zone_name(*zone)
                ));
            }
        }
    }

    /// The drugs that go on today.
    #[must_use]
    pub fn ongoing(&self) -> Schedule {
        Schedule {
            drugs: self
                .person
                .ongoing
                .iter()
                .filter_map(|o| {
                    o.treatment.drug().map(|drug| DrugCourse {
                        drug,
                        from: Days(-days_between(o.from, self.person.today)),
                        until: None,
                        adherence: 0.85,
                    })
                })
                .collect(),
            ..Schedule::default()
        }
    }

    /// Where today lies in the year.
    #[must_use]
    pub fn season(&self) -> Season {
        Season::new(f64::from(self.person.today.day_of_year()), self.person.hemisphere)
    }

    /// Everything that was done and goes on: sessions of PRP and drugs of the past beside
    /// [`Subject::ongoing`].
    #[must_use]
    pub fn so_far(&self) -> Schedule {
        with_past(&self.person.before, &self.ongoing())
    }

    /// The drives of this person under a schedule and a response, from today to a horizon, days. What was
    /// done before today is part of every schedule.
    #[must_use]
    pub fn regime(
        &self,
        schedule: &Schedule,
        response: &Response,
        mechanism: PrpMechanism,
        horizon: f64,
    ) -> Regime {
        let schedule = with_past(&self.person.before, schedule);
        let setting = Setting {
            model: self.model,
            progress: self.person.progress,
            season: Some(self.season()),
            schedule: &schedule,
            response,
            mechanism,
        };
        Regime::new(&setting, 0.0, horizon)
    }

    /// `n` possible responses after everything that was measured. The same under every strategy.
    #[must_use]
    pub fn responses(&self, n: usize) -> Vec<Response> {
        self.posterior.resample(n, self.key)
    }

    /// The same if this mechanism of PRP is the true one; they differ between mechanisms only where
    /// something was measured after a session.
    #[must_use]
    pub fn responses_under(&self, mechanism: PrpMechanism, n: usize) -> Vec<Response> {
        self.posterior.resample_under(mechanism, n, self.key)
    }

    /// Mechanisms of PRP under which futures differ, each with how likely it is: both when a strategy gives
    /// PRP or the person has had it, else one for all.
    #[must_use]
    pub fn mechanisms(&self, gives_prp: bool) -> Vec<(PrpMechanism, f64)> {
        if gives_prp || !self.person.before.prp.is_empty() {
            PrpMechanism::BOTH.into_iter().zip(self.posterior.mechanism_shares()).collect()
        } else {
            vec![(PrpMechanism::BOTH[0], 1.0)]
        }
    }

    /// Weighs what may be true of the person by every visit.
    fn weigh(&mut self) {
        let mut weighed = Vec::new();
        for v in &self.person.visits {
            let groups: Vec<usize> =
                of_zone(v.zone).into_iter().filter(|g| self.area_cm2[*g] > 0.0).collect();
            if groups.is_empty() {
                continue;
            }
            let day = days_between(self.person.today, v.date).min(0.0);
            let mut add = |quantity: Quantity, value: Option<f64>| {
                if let Some(value) = value {
                    weighed.push(Measured {
                        day,
                        groups: groups.clone(),
                        quantity,
                        value,
                        area_cm2: v.area_cm2,
                    });
                }
            };
            add(Quantity::TerminalPerCm2, v.terminal_per_cm2);
            add(Quantity::TotalPerCm2, v.total_per_cm2);
            add(Quantity::CalibreUm, v.calibre_um);
            add(Quantity::AnagenShare, v.anagen_share);
        }
        let schedule = self.so_far();
        let individual = Individual {
            model: self.model,
            scalp: &self.scalp,
            groups: &self.groups,
            area_cm2: &self.area_cm2,
            progress: self.person.progress,
            grown_ahead: self.grown_ahead,
            season: Some(self.season()),
            schedule: &schedule,
            key: self.key,
        };
        self.posterior = individual.weigh(&weighed, CANDIDATES);
        self.weighed = weighed;
        if self.posterior.widened > 1.0 {
            self.person.findings.push(format!(
                "What was measured is far from anything that the model can show at this stage; it is kept, and the bands of the forecast are {:.1} times as wide for it.",
                self.posterior.widened
            ));
        }
    }

    /// Whether loss reaches a chart point within the next years.
    #[must_use]
    pub fn reached(&self, x: f64, y: f64) -> bool {
        let p = &self.person.progress;
        boundary_stage(p.course, x, y, self.trichion_y) + self.offsets.at(x, y)
            <= p.stage + reach_stages(p.course)
    }

    /// What the rules of hairline design have to say of the designed line.
    #[must_use]
    pub fn hairline_findings(&self) -> Vec<HairlineFinding> {
        let p = &self.person.progress;
        // Where hair still stands, ahead of the edge of loss but within its reach.
        let to_come = |q: glam::DVec2| {
            let boundary = boundary_stage(p.course, q.x, q.y, self.trichion_y) + self.offsets.at(q.x, q.y);
            p.stage < boundary && boundary <= p.stage + reach_stages(p.course)
        };
        let context = Context {
            sex: self.person.sex,
            population: population(self.person.ancestry),
            age_years: self.person.age_years,
            future_loss: Some(&to_come),
            brow_crease_mm: self.person.brow_crease_mm,
        };
        self.hairline.findings(&self.head, &context)
    }

    /// Groups that loss reaches behind the designed hairline and that are on this head.
    #[must_use]
    pub fn thinning(&self) -> Vec<usize> {
        (REACHED..IN_FRONT).filter(|g| self.area_cm2[*g] > 0.5).collect()
    }

    /// The same, or the top of the head where nothing is thin.
    #[must_use]
    pub fn thinning_or_top(&self) -> Vec<usize> {
        let thin = self.thinning();
        if thin.is_empty() {
            vec![Zone::Frontal as usize, Zone::MidScalp as usize, Zone::Vertex as usize]
        } else {
            thin
        }
    }

    /// Groups of a zone that are on this head, all of it.
    #[must_use]
    pub fn whole_zone(&self, zone: Zone) -> Vec<usize> {
        of_zone(zone).into_iter().filter(|g| self.area_cm2[*g] > 0.5).collect()
    }

    /// Groups of a zone that a plan looks at: what lies in front of the designed hairline is left to go; all of
    /// it where nothing lies behind.
    #[must_use]
    pub fn zone_groups(&self, zone: Zone) -> Vec<usize> {
        let whole = self.whole_zone(zone);
        let behind: Vec<usize> = whole.iter().copied().filter(|g| *g < IN_FRONT).collect();
        if behind.is_empty() { whole } else { behind }
    }

    /// The places that indicators are read in: the thinning area (no zone), and each zone that loss reaches;
    /// others tell nothing that the fringe does not.
    #[must_use]
    pub fn places(&self) -> Vec<(Option<Zone>, Vec<usize>)> {
        let thin = self.thinning_or_top();
        let zones = ZONES.into_iter().map(|z| (Some(z), self.zone_groups(z)));
        let reached = zones.filter(|(_, groups)| groups.iter().any(|g| thin.contains(g))).collect::<Vec<_>>();
        std::iter::once((None, thin.clone())).chain(reached).collect()
    }

    /// How many follicles of a group are run in every future, where `most` are of a large one that loss reaches:
    /// fewer where loss changes little, and fewer of a small group, which weighs little in the whole but is read
    /// alone too (assumption: between as many of each and as many per cm²).
    pub(crate) fn sampled(&self, group: usize, most: usize) -> usize {
        let thin = self.thinning_or_top();
        let share = if thin.contains(&group) {
            1.0
        } else if group < REACHED && thin.contains(&(group + REACHED)) {
            0.5
        } else {
            0.25
        };
        let size = (self.area_cm2[group] / LARGE_CM2).clamp(0.0, 1.0).sqrt();
        ((most as f64 * share * size) as usize).max(LEAST_SAMPLED)
    }

    /// Groups that a goal looks at: the part of its zone that loss reaches, where there is one.
    #[must_use]
    pub fn goal_groups(&self, zone: Option<Zone>) -> Vec<usize> {
        match zone {
            None => self.thinning_or_top(),
            Some(z) if self.area_cm2[z as usize + REACHED] > 0.5 => vec![z as usize + REACHED],
            Some(z) => vec![z as usize],
        }
    }

    /// Area that loss reaches behind the designed hairline, cm².
    #[must_use]
    pub fn thinning_cm2(&self) -> f64 {
        self.thinning().iter().map(|g| self.area_cm2[*g]).sum()
    }

    /// Tallies of many responses, over all threads, in order.
    #[must_use]
    pub fn tallies(
        &self,
        scalp: &Scalp,
        groups: &Groups,
        sample: &Sample,
        regimes: &[Regime],
        days: &[f64],
    ) -> Vec<Tallies> {
        regimes
            .par_iter()
            .map(|regime| tally(scalp, groups, sample, regime, self.model, self.key, days))
            .collect()
    }
}

/// Where each unit belongs: 0 where loss leaves it alone, else behind or in front of the designed line.
fn ground_parts(chart: &[[f32; 2]], reached: &[bool], hairline: &Hairline) -> Vec<usize> {
    chart
        .iter()
        .zip(reached)
        .map(|(q, reached)| {
            let q = glam::DVec2::new(f64::from(q[0]), f64::from(q[1]));
            match (reached, *reached && hairline.contains(q)) {
                (false, _) => 0,
                (true, true) => REACHED,
                (true, false) => IN_FRONT,
            }
        })
        .collect()
}

/// Area from which a group is large, cm², and the least follicles that stand for one.
const LARGE_CM2: f64 = 20.0;
const LEAST_SAMPLED: usize = 30;

/// Groups of a zone.
fn of_zone(zone: Zone) -> [usize; 3] {
    [zone as usize, zone as usize + REACHED, zone as usize + IN_FRONT]
}

/// A schedule with what was done before today.
fn with_past(before: &Schedule, schedule: &Schedule) -> Schedule {
    let mut out = schedule.clone();
    out.drugs.extend(before.drugs.iter().copied());
    out.prp.extend(before.prp.iter().copied());
    out.needling.extend(before.needling.iter().copied());
    out
}

/// The record of dots that are there already; none when the case names none.
fn earlier_dots(
    case: &Case,
    folder: &Path,
    head: &Head,
    person: &mut Person,
) -> Result<(Dots, Vec<f64>), PlanError> {
    let Some(record) = &case.smp.earlier else {
        if let Some((_, day)) = person.past.iter().find(|(t, _)| *t == PastTreatment::Smp) {
            person.findings.push(format!(
                "SMP was done on {day} and there is no record of its dots: the plan lays new dots as if there were none. Give the record, or a measured photograph, as smp.earlier."
            ));
        }
        return Ok((Dots::default(), Vec::new()));
    };
    let path = folder.join(record);
    let context = ReadContext {
        needle: person.needles.first().cloned().unwrap_or_else(vellus_pigment::Needle::single),
        ink: person.ink(),
        ..ReadContext::new(Some(head), person.today)
    };
    let file = read_dots(&path, &context)
        .map_err(|e| PlanError::Record { path: record.clone(), source: Box::new(e) })?;
    let sun = person.smp.sun.rate();
    let mut dots = file.dots;
    let age = |i: usize| -f64::from(dots.day[i]);
    let mut factor: Vec<f64> = (0..file.contrast.len())
        .map(|i| {
            let measured = f64::from(file.contrast[i]);
            let by_age = tone_left(age(i), sun);
            // Hardly anything is left after decades: the measurement then says little about the begin.
            if measured.is_finite() && by_age > 0.0 { (measured / by_age).min(3.0) } else { 1.0 }
        })
        .collect();
    // What has not been done yet is a plan, not a record.
    let ahead = dots.day.iter().filter(|d| **d > 0.0).count();
    if ahead > 0 {
        person.findings.push(format!(
            "{ahead} of the {} dots of the record have a date after today: they are plans and are left out.",
            dots.len()
        ));
        let past: Vec<bool> = dots.day.iter().map(|d| *d <= 0.0).collect();
        let mut kept = past.iter();
        factor.retain(|_| kept.next().copied().unwrap_or(true));
        dots = dots.select(|i, _| past[i]);
    }
    for (key, list) in [("smp.earlier", file.assumed), ("smp.earlier", file.findings)] {
        for value in list {
            person.assumptions.push(Assumption {
                key: key.into(),
                value,
                why: "the record does not say, or is doubted".into(),
            });
        }
    }
    Ok((dots, factor))
}

/// A zone in plain words.
#[must_use]
pub const fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::FrontalHairline => "frontal hairline",
        Zone::FrontotemporalRecess => "temples (recesses)",
        Zone::TemporalPoint => "temporal points",
        Zone::Frontal => "frontal",
        Zone::MidScalp => "mid-scalp",
        Zone::Vertex => "vertex",
        Zone::Parietal => "parietal",
        Zone::Temporal => "sides",
        Zone::OccipitalDonor => "back (donor)",
    }
}

/// Shifts of the thresholds of each zone that bring its terminal density to what was measured.
///
/// The density that the model shows is a falling function of the shift; it is searched by
/// bisection on a few hundred follicles' thresholds alone, without running their cycles.
fn fit_measured(
    ground: &Ground,
    person: &Person,
    boundary: &dyn Fn(f64, f64) -> f64,
    model: &Model,
    key: Key,
) -> BTreeMap<Zone, f64> {
    let mut out = BTreeMap::new();
    if person.progress.course == Course::None {
        return out;
    }
    let loss = &model.loss;
    let noise = loss.noise(person.progress.course);
    for (zone, want) in &person.measured {
        if *zone == Zone::OccipitalDonor {
            continue;
        }
        let bases: Vec<f64> = ground
            .zone
            .iter()
            .zip(&ground.chart)
            .filter(|(z, _)| *z == zone)
            .map(|(_, q)| loss.threshold(person.progress.course, boundary(f64::from(q[0]), f64::from(q[1]))))
            .step_by(7)
            .collect();
        if bases.is_empty() {
            continue;
        }
        let profile = &person.profile;
        let full = profile.density_per_cm2
            * vellus_hair::norms::zone_density_factor(*zone)
            * (1.0 - vellus_hair::norms::VELLUS_SHARE);
        let shown = |shift: f64| {
            let mut s = key.stream(Purpose::Choice, 1_000_000 + *zone as u64);
            let mut kept = 0.0;
            for base in &bases {
                let m = loss.miniaturisation(person.progress.stage, base + shift + noise * s.normal());
                if loss.calibre_um(profile.calibre_um, m) >= f64::from(vellus_hair::course::TERMINAL_UM) {
                    // Empty a little more often as it miniaturises.
                    kept += 1.0 - 0.12 * m;
                }
            }
            full * kept / bases.len() as f64
        };
        let (mut lo, mut hi) = (-3.0, 4.0);
        for _ in 0..30 {
            let mid = 0.5 * (lo + hi);
            if shown(mid) < *want {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        out.insert(*zone, 0.5 * (lo + hi));
    }
    out
}
