//! All simulated futures of one strategy, and what is read off them.

pub(crate) mod hair;
mod outcome;
pub(crate) mod path;
pub(crate) mod route;
pub(crate) mod work;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use vellus_hair::treatment::PrpMechanism;

use crate::dot_worth::dot_weights;
use crate::indicator::regret::Fate;
use crate::outcome::{Band, Series};
use crate::pool::Pool;
use crate::subject::{GROUPS, Subject};
use hair::{HairCourse, HairFutures, HairRow};
use path::PathRun;
use work::{Laid, pigment};

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

/// One future: a possible response under one mechanism of PRP.
#[derive(Clone, Debug)]
pub(crate) struct Future {
    /// How PRP works in it.
    pub mechanism: PrpMechanism,
    /// Number of the response.
    pub response: usize,
    /// Its share of all futures; they add up to one.
    pub weight: f64,
    /// The path that it takes.
    pub path: usize,
    /// Its hair.
    pub hair: Arc<HairCourse>,
    /// Dots that are laid in it.
    pub laid: Vec<Laid>,
    /// What is left of dots by frame and group, in hairs of the fringe.
    pub pigment: Vec<f32>,
    /// What becomes of its pigment, once somebody asks.
    pub fate: OnceLock<Fate>,
}

/// All simulated futures of one strategy.
pub(crate) struct Ensemble<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) paths: Vec<PathRun<'a>>,
    pub(crate) futures: Vec<Future>,
    pub(crate) frames: Vec<f64>,
    pub(crate) uses_prp: bool,
    pub(crate) mechanisms: Vec<PrpMechanism>,
}

impl<'a> Ensemble<'a> {
    /// Runs every future of a strategy whose paths are set on the head.
    pub(crate) fn new(
        subject: &'a Subject,
        hair: &mut HairFutures<'_>,
        paths: Vec<PathRun<'a>>,
        mechanisms: &[(PrpMechanism, f64)],
    ) -> Self {
        let frames = crate::forecast::frame_days();
        let earlier = dot_weights(subject, &subject.earlier);
        let n = hair.count();
        let mut futures = Vec::with_capacity(n * mechanisms.len());
        for (mechanism, share) in mechanisms {
            let routed = route::route(subject, hair, &paths, &earlier, *mechanism);
            let responses = hair.responses(*mechanism);
            let sun = subject.person.smp.sun.rate();
            let new: Vec<Future> = routed
                .into_par_iter()
                .enumerate()
                .map(|(i, (path, hair))| {
                    let rate = responses[i].pigment_fade * sun;
                    let laid = paths[path].work.as_ref().map(|w| w.lay(&hair, rate)).unwrap_or_default();
                    let pigment = pigment(&earlier, &laid, rate, &frames);
                    Future {
                        mechanism: *mechanism,
                        response: i,
                        weight: share / n as f64,
                        path,
                        hair,
                        laid,
                        pigment,
                        fate: OnceLock::new(),
                    }
                })
                .collect();
            futures.extend(new);
        }
        let mechanisms: Vec<PrpMechanism> = mechanisms.iter().map(|m| m.0).collect();
        Self { subject, paths, futures, frames, uses_prp: mechanisms.len() > 1, mechanisms }
    }

    /// Area of some groups, cm².
    pub(crate) fn area(&self, groups: &[usize]) -> f64 {
        groups.iter().map(|g| self.subject.area_cm2[*g]).sum()
    }

    /// Visible density of some groups, hairs of the fringe per cm²: hair and dots.
    pub(crate) fn visible(&self, future: &Future, frame: usize, groups: &[usize]) -> f64 {
        let area = self.area(groups);
        if area <= 0.0 {
            return 0.0;
        }
        self.hair_visible(future, frame, groups) + self.pigment(future, frame, groups)
    }

    /// What dots give to it.
    pub(crate) fn pigment(&self, future: &Future, frame: usize, groups: &[usize]) -> f64 {
        let area = self.area(groups);
        let left: f64 = groups.iter().map(|g| f64::from(future.pigment[frame * GROUPS + g])).sum();
        if area > 0.0 { left / area } else { 0.0 }
    }

    /// What living hair alone gives to it.
    pub(crate) fn hair_visible(&self, future: &Future, frame: usize, groups: &[usize]) -> f64 {
        self.per_cm2(future, frame, groups, |r| r.terminal_calibre_um)
            / self.subject.fringe.calibre_um.max(1.0)
    }

    /// A sum over hairs per cm² of some groups.
    pub(crate) fn per_cm2(
        &self,
        future: &Future,
        frame: usize,
        groups: &[usize],
        of: impl Fn(&HairRow) -> f32,
    ) -> f64 {
        let area = self.area(groups);
        if area > 0.0 { future.hair.sum(frame, groups, of) / area } else { 0.0 }
    }

    /// A value of every future, in their order.
    pub(crate) fn each(&self, value: impl Fn(&Future) -> f64 + Sync + Send) -> Vec<f64> {
        self.futures.par_iter().map(value).collect()
    }

    /// The 80 % band of a value of every future, by weight.
    pub(crate) fn band(&self, values: &[f64]) -> Band {
        Pool::weighted(values.iter().zip(&self.futures).map(|(v, f)| (*v, f.weight))).band()
    }

    /// The same under each mechanism alone; empty where PRP is not used.
    pub(crate) fn band_by_mechanism(&self, values: &[f64]) -> BTreeMap<String, Band> {
        if !self.uses_prp {
            return BTreeMap::new();
        }
        self.mechanisms
            .iter()
            .map(|m| {
                let own = values.iter().zip(&self.futures).filter(|(_, f)| f.mechanism == *m);
                (m.title().to_owned(), Pool::weighted(own.map(|(v, f)| (*v, f.weight))).band())
            })
            .collect()
    }

    /// Share of futures in which something holds, and under each mechanism.
    pub(crate) fn chance(&self, holds: impl Fn(&Future) -> bool) -> (f64, BTreeMap<String, f64>) {
        let held: Vec<bool> = self.futures.iter().map(holds).collect();
        self.chance_of(&held)
    }

    /// The same of answers in the order of the futures.
    pub(crate) fn chance_of(&self, held: &[bool]) -> (f64, BTreeMap<String, f64>) {
        let mut by = BTreeMap::new();
        let mut all = 0.0;
        for m in &self.mechanisms {
            let (mut yes, mut whole) = (0.0, 0.0);
            for (f, held) in self.futures.iter().zip(held).filter(|(f, _)| f.mechanism == *m) {
                whole += f.weight;
                if *held {
                    yes += f.weight;
                }
            }
            all += yes;
            if self.uses_prp {
                by.insert(m.title().to_owned(), if whole > 0.0 { yes / whole } else { 0.0 });
            }
        }
        // Weights add up to one but for rounding.
        (all.clamp(0.0, 1.0), by)
    }

    /// A series over the frames with its bands.
    pub(crate) fn series(&self, value: impl Fn(&Future, usize) -> f64 + Sync) -> Series {
        let bands: Vec<(Band, BTreeMap<String, Band>)> = (0..self.frames.len())
            .into_par_iter()
            .map(|frame| {
                let values: Vec<f64> = self.futures.iter().map(|f| value(f, frame)).collect();
                (self.band(&values), self.band_by_mechanism(&values))
            })
            .collect();
        let mut out = Series::default();
        for (band, by) in bands {
            out.band.push(band);
            for (m, b) in by {
                out.by_mechanism.entry(m).or_default().push(b.median);
            }
        }
        out
    }

    /// The frame nearest to a day.
    pub(crate) fn frame_at(&self, day: f64) -> usize {
        ((day / work::STEP_DAYS).round().max(0.0) as usize).min(self.frames.len() - 1)
    }

    /// Share of futures on each path, and under each mechanism.
    pub(crate) fn path_share(&self, path: usize) -> (f64, BTreeMap<String, f64>) {
        self.chance(|f| f.path == path)
    }

    /// The path that most futures take.
    pub(crate) fn main_path(&self) -> usize {
        (0..self.paths.len())
            .max_by(|a, b| self.path_share(*a).0.total_cmp(&self.path_share(*b).0).then(b.cmp(a)))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn val_a_change_is_noticed_from_a_fifth_on() {
        assert!(noticed(100.0, 123.0) && !noticed(100.0, 120.0));
        assert!(noticed(0.0, 20.0) && !noticed(0.0, 10.0));
        // No more than 42 per cm² are asked for where there is much.
        assert!(noticed(400.0, 443.0));
    }
}
