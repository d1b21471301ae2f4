//! How pigment and hair stay together: what regrowth, or further loss, does to zones that have dots.

use serde::{Deserialize, Serialize};
use vellus_head::Zone;
use vellus_pigment::Dots;
use vellus_units::maths::quantile;

use crate::dotwork::group_of;
use crate::ensemble::{Ensemble, Future, NOTICEABLE};
use crate::forecast::FRAME_MONTHS;
use crate::subject::{GROUPS, ZONES};

/// A zone with fewer dots than this per cm² is not pigmented: it is the edge of its neighbour
/// (assumption).
const LEAST_DOTS_PER_CM2: f64 = 10.0;
/// A zone with less than this share of all dots has no score: hair alone would be judged there
/// (assumption).
const SCORED_SHARE: f64 = 0.01;
/// How far ahead uncertainty is judged, days: the time in which a treatment shows.
const AHEAD_DAYS: f64 = 2.0 * 365.25;

/// When futures leave what was matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Share of futures in which it is noticed within ten years, 0 to 1.
    pub chance: f64,
    /// Month, from today, at which one future in ten shows it; none if fewer do.
    pub first_month: Option<f64>,
    /// Month at which half of the futures show it.
    pub median_month: Option<f64>,
}

/// How dots and hair stay together in one zone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneFit {
    /// Zone.
    pub zone: Zone,
    /// Dots in it.
    pub dots: usize,
    /// Area that loss reaches or that is calm, whichever has the dots, cm².
    pub area_cm2: f64,
    /// Visible density after the work, per cent of the fringe, median.
    pub after_percent: f64,
    /// Hair under the pigment: more than one noticeable step (22.7 %) darker than after the work and
    /// than the fringe.
    pub too_dark: Drift,
    /// Hair lost or dots faded: more than one noticeable step below what the work gave.
    pub too_thin: Drift,
    /// Mean share of futures that stay between the two, over ten years, per cent; none where the work
    /// has hardly any dots.
    pub score: Option<f64>,
}

impl Ensemble<'_> {
    /// Groups in which hair may come or go by more than a noticeable step within two years of a day:
    /// the 80 % band of what hair gives there is wider than 22.7 % of the fringe.
    pub(crate) fn uncertain(&self, day: f64) -> Vec<usize> {
        let fringe = self.subject.fringe.terminal_per_cm2.max(1.0);
        let (now, then) = (self.frame_at(day), self.frame_at(day + AHEAD_DAYS));
        (0..GROUPS)
            .filter(|g| self.subject.area_cm2[*g] > 0.5)
            .filter(|g| {
                let change =
                    self.each(|f| self.hair_visible(f, then, &[*g]) - self.hair_visible(f, now, &[*g]));
                let band = self.band(&change);
                band.hi - band.lo > NOTICEABLE * fringe
            })
            .collect()
    }

    /// How dots and hair stay together after the work, zone by zone.
    pub(crate) fn fit(&self, dots: &Dots, after_day: f64) -> Vec<ZoneFit> {
        let mut counts = [0usize; GROUPS];
        for i in 0..dots.len() {
            counts[group_of(self.subject, dots.chart[i], dots.zone[i])] += 1;
        }
        let from = self.frame_at(after_day);
        let fringe = self.subject.fringe.terminal_per_cm2.max(1.0);
        ZONES
            .iter()
            .filter_map(|zone| {
                let groups: Vec<usize> = self
                    .subject
                    .zone_groups(*zone)
                    .into_iter()
                    .filter(|g| {
                        let area = self.subject.area_cm2[*g];
                        area > 0.5 && counts[*g] as f64 > LEAST_DOTS_PER_CM2 * area
                    })
                    .collect();
                if groups.is_empty() {
                    return None;
                }
                // Futures by frames: what is seen.
                let frames = self.frames.len();
                let look =
                    |f: &Future| (0..frames).map(|k| self.visible(f, k, &groups)).collect::<Vec<f64>>();
                let seen: Vec<Vec<f64>> = self.futures.iter().map(look).collect();
                let dark = |v: &[f64], f: usize| {
                    v[f] > (1.0 + NOTICEABLE) * fringe && v[f] > (1.0 + NOTICEABLE) * v[from]
                };
                let thin = |v: &[f64], f: usize| v[f] < (1.0 - NOTICEABLE) * v[from];
                let mut after: Vec<f64> = seen.iter().map(|v| 100.0 * v[from] / fringe).collect();
                let held: f64 = seen
                    .iter()
                    .map(|v| {
                        (from..frames).filter(|f| !dark(v, *f) && !thin(v, *f)).count() as f64
                            / (frames - from) as f64
                    })
                    .sum();
                let here: usize = groups.iter().map(|g| counts[*g]).sum();
                Some(ZoneFit {
                    zone: *zone,
                    dots: here,
                    area_cm2: groups.iter().map(|g| self.subject.area_cm2[*g]).sum(),
                    after_percent: quantile(&mut after, 0.5),
                    too_dark: drift(&seen, from, dark),
                    too_thin: drift(&seen, from, thin),
                    score: enough(here, dots.len()).then(|| 100.0 * held / seen.len().max(1) as f64),
                })
            })
            .collect()
    }
}

/// Whether so many dots of a zone, of all dots, are more than hardly any.
fn enough(here: usize, all: usize) -> bool {
    here > 0 && here as f64 >= SCORED_SHARE * all as f64
}

fn drift(seen: &[Vec<f64>], from: usize, out: impl Fn(&[f64], usize) -> bool) -> Drift {
    // The first frame at which each future leaves.
    let mut left: Vec<Option<usize>> = seen.iter().map(|v| (from..v.len()).find(|f| out(v, *f))).collect();
    left.sort_by_key(|f| f.unwrap_or(usize::MAX));
    let n = seen.len();
    let month = |share: f64| {
        let k = ((share * n as f64).ceil() as usize).clamp(1, n.max(1));
        left.get(k - 1).copied().flatten().map(|f| f as f64 * FRAME_MONTHS)
    };
    Drift {
        chance: left.iter().filter(|f| f.is_some()).count() as f64 / n.max(1) as f64,
        first_month: month(0.1),
        median_month: month(0.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardly_any_dots_get_no_score() {
        assert!(!enough(97, 33_000) && !enough(28, 24_000) && !enough(0, 0));
        assert!(enough(1030, 33_000) && enough(5000, 5000));
    }

    #[test]
    fn a_drift_is_dated_by_the_futures_that_show_it() {
        // Ten futures; number k leaves at frame k, the last never.
        let seen: Vec<Vec<f64>> =
            (1..=10).map(|k| (0..10).map(|f| if k < 10 && f >= k { 2.0 } else { 1.0 }).collect()).collect();
        let d = drift(&seen, 0, |v, f| v[f] > 1.5);
        assert!((d.chance - 0.9).abs() < 1e-12);
        assert_eq!(d.first_month, Some(FRAME_MONTHS));
        assert_eq!(d.median_month, Some(5.0 * FRAME_MONTHS));
        assert_eq!(drift(&seen, 0, |_, _| false), Drift::default());
    }
}
