//! What stands on the scalp in every future: each hair schedule is run once, for whichever strategies share it.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use vellus_blood::Preparation;
use vellus_hair::course::{Groups, Sample, Snapshot, Tallies, snapshots, tally};
use vellus_hair::response::Response;
use vellus_hair::scalp::Scalp;
use vellus_hair::treatment::{PrpMechanism, Schedule};

use crate::dotwork::intact_share;
use crate::field::VisibleShare;
use crate::forecast::{frame_days, transplant};
use crate::schedule::Booked;
use crate::subject::{GROUPS, REACHED, Subject};

/// What stands in one group of follicles on one day, sums over the group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct HairRow {
    /// Hairs.
    pub(crate) hairs: f32,
    /// Terminal hairs.
    pub(crate) terminal: f32,
    /// Calibres of all hairs, µm.
    pub(crate) calibre_um: f32,
    /// Calibres of terminal hairs, µm.
    pub(crate) terminal_calibre_um: f32,
    /// (calibre / 100 µm)⁴ of terminal hairs.
    pub(crate) terminal_bending: f32,
}

/// One future of the hair: rows by frame and group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HairCourse {
    rows: Vec<HairRow>,
}

impl HairCourse {
    fn new(t: &Tallies) -> Self {
        let rows = (0..t.frames())
            .flat_map(|f| (0..GROUPS).map(move |g| (f, g)))
            .map(|(f, g)| {
                let x = t.get(f, g);
                HairRow {
                    hairs: x.hairs as f32,
                    terminal: x.terminal as f32,
                    calibre_um: x.calibre_um as f32,
                    terminal_calibre_um: x.terminal_calibre_um as f32,
                    terminal_bending: x.terminal_bending as f32,
                }
            })
            .collect();
        Self { rows }
    }

    /// A group at a frame.
    #[must_use]
    pub(crate) fn get(&self, frame: usize, group: usize) -> &HairRow {
        &self.rows[frame * GROUPS + group]
    }

    /// The sum of a column over some groups at a frame.
    #[must_use]
    pub(crate) fn sum(&self, frame: usize, groups: &[usize], of: impl Fn(&HairRow) -> f32) -> f64 {
        groups.iter().map(|g| f64::from(of(self.get(frame, *g)))).sum()
    }

    /// The same on a day between frames, linearly.
    #[must_use]
    pub(crate) fn sum_on(
        &self,
        day: f64,
        step_days: f64,
        groups: &[usize],
        of: impl Fn(&HairRow) -> f32,
    ) -> f64 {
        let last = self.rows.len() / GROUPS - 1;
        let at = (day / step_days).clamp(0.0, last as f64);
        let (i, part) = (
            (at as usize).min(last.saturating_sub(1)),
            at - (at as usize).min(last.saturating_sub(1)) as f64,
        );
        let j = (i + 1).min(last);
        vellus_units::maths::lerp(self.sum(i, groups, &of), self.sum(j, groups, &of), part)
    }
}

/// A scalp to stand on: the person's own, or with grafts.
#[derive(Debug)]
pub(crate) struct Stand {
    /// The follicles.
    pub(crate) scalp: Scalp,
    /// Their groups.
    pub(crate) groups: Groups,
    /// Grafts that were moved.
    pub(crate) grafts: u32,
    sample: Sample,
}

/// A hair schedule as a key: days to the hundredth.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    graft: Option<(i64, u32)>,
    mechanism: u8,
    items: Vec<[i64; 4]>,
}

fn hundredths(day: f64) -> i64 {
    if day.is_finite() { (100.0 * day).round() as i64 } else { i64::MAX }
}

impl Key {
    fn new(booked: &Booked, mechanism: PrpMechanism, differ: bool) -> Self {
        let mut items: Vec<[i64; 4]> = booked
            .hair
            .drugs
            .iter()
            .map(|d| {
                [
                    1 + d.drug as i64,
                    hundredths(d.from.0),
                    d.until.map_or(i64::MAX, |u| hundredths(u.0)),
                    hundredths(d.adherence),
                ]
            })
            .collect();
        items.extend(booked.hair.prp.iter().map(|s| [0, hundredths(s.day.0), 0, 0]));
        items.extend(booked.hair.needling.iter().map(|d| [-1, hundredths(d.0), 0, 0]));
        items.sort_unstable();
        // Without PRP, now or before, its mechanism makes no difference.
        let mechanism = if booked.hair.prp.is_empty() && !differ { 0 } else { mechanism as u8 };
        Self { graft: booked.transplant.map(|(day, n)| (hundredths(day), n)), mechanism, items }
    }
}

/// All futures of the hair that were asked for, by schedule, mechanism and response.
pub(crate) struct HairFutures<'a> {
    subject: &'a Subject,
    preparation: &'a Preparation,
    /// Possible responses under each mechanism, in the order of [`PrpMechanism::BOTH`], and after them the median
    /// one. They are the same under both as long as nothing was measured after PRP.
    responses: [Vec<Response>; 2],
    /// Whether they differ.
    differ: bool,
    per_group: usize,
    frames: Vec<f64>,
    stands: HashMap<Option<(i64, u32)>, Arc<Stand>>,
    runs: HashMap<Key, Vec<Option<Arc<HairCourse>>>>,
    /// Runs up to a day on which something is decided.
    beginnings: HashMap<(Key, usize), Vec<Option<Arc<HairCourse>>>>,
    fields: HashMap<(Key, i64), Arc<HairField>>,
}

/// What hair shows over the scalp on one day of the median course.
#[derive(Debug)]
pub(crate) struct HairField {
    /// Share of full hair.
    pub(crate) share: VisibleShare,
    /// What it is where nothing is lost.
    pub(crate) intact: f64,
}

impl<'a> HairFutures<'a> {
    /// Of a person's possible responses.
    #[must_use]
    pub(crate) fn new(
        subject: &'a Subject,
        preparation: &'a Preparation,
        mut responses: [Vec<Response>; 2],
        per_group: usize,
    ) -> Self {
        let differ = responses[0] != responses[1];
        for of in &mut responses {
            of.push(Response::median());
        }
        Self {
            subject,
            preparation,
            responses,
            differ,
            per_group,
            frames: frame_days(),
            stands: HashMap::new(),
            runs: HashMap::new(),
            beginnings: HashMap::new(),
            fields: HashMap::new(),
        }
    }

    /// Possible responses under a mechanism, without the median one.
    #[must_use]
    pub(crate) fn responses(&self, mechanism: PrpMechanism) -> &[Response] {
        let all = &self.responses[usize::from(mechanism != PrpMechanism::BOTH[0])];
        &all[..all.len() - 1]
    }

    /// How many there are.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.responses[0].len() - 1
    }

    /// Number of the median response.
    #[must_use]
    pub(crate) fn median(&self) -> usize {
        self.count()
    }

    /// The scalp of a booked path.
    pub(crate) fn stand(&mut self, booked: &Booked) -> Arc<Stand> {
        let key = booked.transplant.map(|(day, n)| (hundredths(day), n));
        let (subject, per_group) = (self.subject, self.per_group);
        Arc::clone(self.stands.entry(key).or_insert_with(|| {
            let mut scalp = subject.scalp.clone();
            let mut groups = subject.groups.clone();
            let mut grafts = 0;
            if let Some((day, asked)) = booked.transplant {
                grafts = transplant(subject, &mut scalp, day, asked, subject.key);
                for i in groups.of.len()..scalp.follicles.len() {
                    // Grafts stand where loss reaches, by construction.
                    groups.of.push(scalp.follicles.zone[i] as u8 + REACHED as u8);
                }
            }
            let sample = Sample::by_group(&scalp, &groups, |g| subject.sampled(g, per_group));
            Arc::new(Stand { scalp, groups, grafts, sample })
        }))
    }

    /// What hair shows on a day of the median course under the mechanism that pictures show. `seen` is that day's
    /// hair, where it is known already.
    pub(crate) fn field(&mut self, booked: &Booked, day: f64, seen: Option<&Snapshot>) -> Arc<HairField> {
        let stand = self.stand(booked);
        let key = (Key::new(booked, PrpMechanism::Reactivate, self.differ), hundredths(day));
        let subject = self.subject;
        Arc::clone(self.fields.entry(key).or_insert_with(|| {
            let own;
            let seen = if let Some(seen) = seen {
                seen
            } else {
                let median =
                    subject.regime(&booked.hair, &Response::median(), PrpMechanism::Reactivate, day + 30.0);
                own = snapshots(&stand.scalp, &median, subject.model, subject.key, &[day]).remove(0);
                &own
            };
            let share = VisibleShare::new(&stand.scalp, seen);
            let intact = intact_share(subject, &share);
            Arc::new(HairField { share, intact })
        }))
    }

    /// Runs a booked path for some responses, those that were not run yet only.
    pub(crate) fn run(
        &mut self,
        booked: &Booked,
        mechanism: PrpMechanism,
        which: &[usize],
    ) -> Vec<Arc<HairCourse>> {
        let key = Key::new(booked, mechanism, self.differ);
        let mut runs = self.runs.remove(&key).unwrap_or_default();
        let out = self.complete(&mut runs, booked, mechanism, which, self.frames.len());
        self.runs.insert(key, runs);
        out
    }

    /// The same up to a day and no further: what is done later is left out, so that paths which part on that day
    /// share it. The last frame is the first that does not lie before the day.
    pub(crate) fn run_until(
        &mut self,
        day: f64,
        booked: &Booked,
        mechanism: PrpMechanism,
        which: &[usize],
    ) -> Vec<Arc<HairCourse>> {
        let booked =
            Booked { hair: until(&booked.hair, day), transplant: booked.transplant, ..Booked::default() };
        let frames = (self.frames.partition_point(|f| *f < day) + 1).min(self.frames.len());
        let key = (Key::new(&booked, mechanism, self.differ), frames);
        let mut runs = self.beginnings.remove(&key).unwrap_or_default();
        let out = self.complete(&mut runs, &booked, mechanism, which, frames);
        self.beginnings.insert(key, runs);
        out
    }

    /// Runs what is missing.
    fn complete(
        &mut self,
        runs: &mut Vec<Option<Arc<HairCourse>>>,
        booked: &Booked,
        mechanism: PrpMechanism,
        which: &[usize],
        frames: usize,
    ) -> Vec<Arc<HairCourse>> {
        let stand = self.stand(booked);
        runs.resize(self.count() + 1, None);
        let missing: Vec<usize> = which.iter().copied().filter(|i| runs[*i].is_none()).collect();
        let (subject, frames) = (self.subject, &self.frames[..frames]);
        let horizon = frames.last().copied().unwrap_or(0.0) + 30.0;
        let responses = &self.responses[usize::from(mechanism != PrpMechanism::BOTH[0])];
        let new: Vec<Arc<HairCourse>> = missing
            .par_iter()
            .map(|i| {
                let response = &responses[*i];
                let schedule = with_dose(booked, self.preparation, response);
                let regime = subject.regime(&schedule, response, mechanism, horizon);
                let t = tally(
                    &stand.scalp,
                    &stand.groups,
                    &stand.sample,
                    &regime,
                    subject.model,
                    subject.key,
                    frames,
                );
                Arc::new(HairCourse::new(&t))
            })
            .collect();
        for (i, course) in missing.into_iter().zip(new) {
            runs[i] = Some(course);
        }
        which.iter().filter_map(|i| runs[*i].clone()).collect()
    }
}

/// What of a schedule is begun before a day.
fn until(schedule: &Schedule, day: f64) -> Schedule {
    let mut out = schedule.clone();
    out.drugs.retain(|d| d.from.0 < day);
    for d in &mut out.drugs {
        d.until = d.until.filter(|u| u.0 < day);
    }
    out.prp.retain(|s| s.day.0 < day);
    out.needling.retain(|d| d.0 < day);
    out
}

/// The schedule with this response's share of the uncertainty of the platelet dose.
fn with_dose(booked: &Booked, preparation: &Preparation, response: &Response) -> Schedule {
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
