//! Growing a person's hair without a plan: what was believed before anything was measured, what was
//! measured, and what is believed after, with the untreated course that follows from each.

use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vellus_hair::classify::read_stage;
use vellus_hair::course::{Groups, Sample, Tallies, snapshots, tally_parallel};
use vellus_hair::individual::{Posterior, Quantity};
use vellus_hair::response::Response;
use vellus_hair::treatment::PrpMechanism;
use vellus_head::Zone;

use crate::case::Case;
use crate::error::PlanError;
use crate::forecast::Effort;
use crate::outcome::Band;
use crate::person::Person;
use crate::pool::Pool;
use crate::subject::{REACHED, Subject, ZONES};

/// Years at which the course is shown.
pub const YEARS: [f64; 5] = [0.0, 1.0, 2.0, 5.0, 10.0];
/// Days over which shedding is counted.
const SHED_DAYS: f64 = 30.0;

/// A measured value between what was believed before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    /// Zone.
    pub zone: Zone,
    /// When it was measured.
    pub date: Date,
    /// What: terminal_per_cm2, total_per_cm2, calibre_um, anagen_share.
    pub quantity: String,
    /// The measured value.
    pub measured: f64,
    /// Its standard deviation: counting and the spot.
    pub sd: f64,
    /// 80 % band before.
    pub prior: Band,
    /// 80 % band after.
    pub posterior: Band,
    /// Whether some possible response comes near it.
    pub within_reach: bool,
}

/// Something about the person before and after: mean and standard deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    /// What.
    pub what: String,
    /// Unit.
    pub unit: String,
    /// Mean and standard deviation before.
    pub prior: [f64; 2],
    /// Mean and standard deviation after.
    pub posterior: [f64; 2],
}

/// Terminal hairs of a zone over the years, without any new treatment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneCourse {
    /// Zone.
    pub zone: Zone,
    /// Area, cm².
    pub area_cm2: f64,
    /// Terminal hairs per cm² at each of the years, before anything was measured.
    pub prior: Vec<Band>,
    /// The same after.
    pub posterior: Vec<Band>,
}

/// The whole head of the median course in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadYear {
    /// Years from today.
    pub year: f64,
    /// Hairs on the head.
    pub hairs: f64,
    /// Terminal hairs.
    pub terminal: f64,
    /// Share in anagen.
    pub anagen_share: f64,
    /// Follicles in kenogen, share of those alive.
    pub kenogen_share: f64,
    /// Follicles that are lost for good.
    pub regressed: f64,
    /// Hairs shed per day, mean of the month before.
    pub shed_per_day: f64,
    /// Share of grey hairs.
    pub grey_share: f64,
    /// The stage that an examiner would read from the density.
    pub stage_read: String,
    /// The stage number behind it; none when it could not be read.
    pub stage_number: Option<f64>,
}

/// A person's hair, grown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grown {
    /// Label of the case.
    pub label: String,
    /// The person in a line.
    pub person: String,
    /// Today.
    pub today: Date,
    /// Seed.
    pub seed: u64,
    /// What was given as going on.
    pub ongoing: Vec<String>,
    /// Possible responses drawn, and how many equally weighted ones tell as much after weighing.
    pub candidates: usize,
    /// See above.
    pub effective: f64,
    /// Factor by which the unknowns were widened.
    pub widened: f64,
    /// About the person.
    pub beliefs: Vec<Belief>,
    /// What was measured.
    pub weighed: Vec<Weighed>,
    /// Years of the courses.
    pub years: Vec<f64>,
    /// Courses by zone, thinning zones first.
    pub zones: Vec<ZoneCourse>,
    /// The whole head.
    pub head: Vec<HeadYear>,
    /// What a reader should know.
    pub findings: Vec<String>,
}

/// Grows a case's hair and weighs it by what was measured.
///
/// # Errors
/// [`PlanError`] when the head cannot be built.
pub fn grow(case: &Case, folder: &Path, clock: Date, seed: u64, effort: Effort) -> Result<Grown, PlanError> {
    let person = Person::from_case(case, clock);
    let subject = Subject::new(case, folder, person, seed)?;
    let p = &subject.person;
    let post = &subject.posterior;
    let weighed = subject
        .weighed
        .iter()
        .zip(&post.agreement)
        .map(|(m, a)| Weighed {
            zone: ZONES[m.groups[0] % 9],
            date: crate::schedule::date_of(p.today, m.day),
            quantity: quantity(m.quantity).into(),
            measured: a.measured,
            sd: a.sd,
            prior: Band { lo: a.prior[0], median: a.prior[1], hi: a.prior[2] },
            posterior: Band { lo: a.posterior[0], median: a.posterior[1], hi: a.posterior[2] },
            within_reach: a.nearest <= 2.5,
        })
        .collect();
    let before: Vec<Response> = post.prior.iter().take(effort.responses).copied().collect();
    Ok(Grown {
        label: p.label.clone(),
        person: crate::plan::in_a_line(p),
        today: p.today,
        seed,
        ongoing: p.ongoing.iter().filter_map(|o| o.treatment.drug()).map(|d| d.title().into()).collect(),
        candidates: post.candidates.len(),
        effective: post.effective,
        widened: post.widened,
        beliefs: beliefs(&subject, post),
        weighed,
        years: YEARS.to_vec(),
        zones: zones(&subject, &before, effort),
        head: head(&subject),
        findings: p.findings.clone(),
    })
}

const fn quantity(q: Quantity) -> &'static str {
    match q {
        Quantity::TerminalPerCm2 => "terminal_per_cm2",
        Quantity::TotalPerCm2 => "total_per_cm2",
        Quantity::CalibreUm => "calibre_um",
        Quantity::AnagenShare => "anagen_share",
    }
}

fn beliefs(subject: &Subject, post: &Posterior) -> Vec<Belief> {
    let progress = subject.person.progress;
    let mut out = Vec::new();
    let mut add = |what: &str, unit: &str, of: &dyn Fn(&Response) -> f64| {
        let [(m0, s0), (m1, s1)] = post.moments(of);
        out.push(Belief { what: what.into(), unit: unit.into(), prior: [m0, s0], posterior: [m1, s1] });
    };
    add("stage", "stages", &|r| progress.stage + r.stage_error);
    add("pace of loss", "stages a year", &|r| progress.pace_per_year * r.pace);
    for o in &subject.person.ongoing {
        if let Some(drug) = o.treatment.drug() {
            let title = format!("answer to {}", drug.title());
            add(&title, "× median", &|r| drug.treatment().answer(r));
        }
    }
    out
}

fn zones(subject: &Subject, before: &[Response], effort: Effort) -> Vec<ZoneCourse> {
    let days: Vec<f64> = YEARS.iter().map(|y| y * 365.25).collect();
    let sample = Sample::by_group(&subject.scalp, &subject.groups, |_| effort.sample_per_group);
    let schedule = subject.ongoing();
    let run = |mechanism: PrpMechanism, responses: &[Response]| {
        let regimes: Vec<_> = responses
            .iter()
            .map(|r| subject.regime(&schedule, r, mechanism, days[days.len() - 1] + 30.0))
            .collect();
        subject.tallies(&subject.scalp, &subject.groups, &sample, &regimes, &days)
    };
    // PRP of the past may still be felt, by either mechanism: equally before the readings, by weight after.
    let mechanisms = subject.mechanisms(false);
    let even = 1.0 / mechanisms.len() as f64;
    let prior: Vec<(f64, Vec<Tallies>)> = mechanisms.iter().map(|(m, _)| (even, run(*m, before))).collect();
    let posterior: Vec<(f64, Vec<Tallies>)> = mechanisms
        .iter()
        .map(|(m, share)| (*share, run(*m, &subject.responses_under(*m, effort.responses))))
        .collect();
    let thinning = subject.thinning();
    let mut order = ZONES.to_vec();
    order.sort_by_key(|z| (!thinning.contains(&(*z as usize + REACHED)), *z as usize));
    order
        .into_iter()
        .filter_map(|zone| {
            let groups = subject.whole_zone(zone);
            let area: f64 = groups.iter().map(|g| subject.area_cm2[*g]).sum();
            let bands = |futures: &[(f64, Vec<Tallies>)]| -> Vec<Band> {
                (0..days.len())
                    .map(|f| {
                        let values: Vec<(f64, Vec<f64>)> = futures
                            .iter()
                            .map(|(share, all)| {
                                (
                                    *share,
                                    all.iter()
                                        .map(|t| t.sum(f, groups.iter().copied()).terminal / area)
                                        .collect(),
                                )
                            })
                            .collect();
                        Pool::of(values.iter().map(|(share, v)| (*share, v.as_slice()))).band()
                    })
                    .collect()
            };
            (area > 1.0).then(|| ZoneCourse {
                zone,
                area_cm2: area,
                prior: bands(&prior),
                posterior: bands(&posterior),
            })
        })
        .collect()
}

fn head(subject: &Subject) -> Vec<HeadYear> {
    let p = &subject.person;
    let schedule = subject.ongoing();
    let last = YEARS[YEARS.len() - 1] * 365.25;
    let regime = subject.regime(&schedule, &Response::median(), PrpMechanism::Reactivate, last + 30.0);
    let days: Vec<f64> = YEARS.iter().flat_map(|y| [y * 365.25 - SHED_DAYS, y * 365.25]).collect();
    let groups = Groups { of: vec![0; subject.scalp.follicles.len()], count: 1 };
    let whole = Sample::whole(&subject.scalp);
    let t = tally_parallel(&subject.scalp, &groups, &whole, &regime, subject.model, subject.key, &days);
    let seen = snapshots(&subject.scalp, &regime, subject.model, subject.key, &days);
    let greying = p.greying();
    YEARS
        .iter()
        .enumerate()
        .map(|(k, &year)| {
            let (then, now) = (t.get(2 * k, 0), t.get(2 * k + 1, 0));
            let read = read_stage(
                &subject.scalp,
                &seen[2 * k + 1],
                subject.trichion_y,
                p.female(),
                &subject.model.loss,
            );
            HeadYear {
                year,
                hairs: now.hairs,
                terminal: now.terminal,
                anagen_share: now.anagen / now.hairs.max(1.0),
                kenogen_share: now.kenogen / (now.follicles - now.regressed).max(1.0),
                regressed: now.regressed,
                shed_per_day: (now.shed - then.shed) / SHED_DAYS,
                grey_share: greying.share(p.age_years + year),
                stage_read: read.map_or("not read".into(), |r| r.named.title().into()),
                stage_number: read.map(|r| r.stage),
            }
        })
        .collect()
}
