//! Density–area histograms: the share of a zone's area with at least so much to be seen, the counterpart of a
//! dose–volume histogram.
//!
//! Within a group of follicles every future has the pattern of the median course of its path (assumption); how
//! much stands there is the future's own.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use vellus_head::Zone;

use crate::ensemble::{Ensemble, work::Sites};
use crate::field::VisibleShare;
use crate::forecast::Moment;
use crate::outcome::Band;
use crate::pool::Pool;
use crate::subject::{GROUPS, Subject};

/// One curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaHistogram {
    /// Zone; none for the whole thinning area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Moment: "today", "before_smp" (where pigment is laid), "after", "year_1", "year_5", "year_10".
    pub moment: String,
    /// Area, cm².
    pub area_cm2: f64,
    /// Share of the area, 0 to 1, with at least each of the levels, with 80 % bands.
    pub share: Vec<Band>,
}

/// Moments at which histograms are drawn.
pub const MOMENTS: [&str; 6] = ["today", "before_smp", "after", "year_1", "year_5", "year_10"];

/// Levels of one histogram, from nothing to half more than the fringe.
const LEVELS: usize = 25;

/// Visible densities at which shares are given, hairs of the fringe per cm².
#[must_use]
pub fn levels(subject: &Subject) -> Vec<f64> {
    let most = 1.5 * subject.fringe.terminal_per_cm2.max(1.0);
    (0..LEVELS).map(|k| (10.0 * most * k as f64 / (LEVELS - 1) as f64).round() / 10.0).collect()
}

/// Patterns of one path: for every site, what share of its group's mean hair stands there, moment by moment,
/// and what share of its group's pigment lies there.
struct Patterns {
    hair: Vec<Vec<f32>>,
    pigment: Vec<f32>,
}

/// The histograms of a strategy: of the thinning area and of each zone that loss reaches.
pub(crate) fn histograms(e: &Ensemble<'_>, sites: &Sites) -> Vec<AreaHistogram> {
    let subject = e.subject;
    let levels = levels(subject);
    let places = subject.places();
    let wanted: Vec<usize> =
        (0..GROUPS).filter(|g| places.iter().any(|(_, groups)| groups.contains(g))).collect();
    // Area of the sites by group, which stands for the group's area.
    let mut site_area = [0.0f64; GROUPS];
    for s in &sites.0 {
        site_area[s.group] += s.area_cm2;
    }
    let patterns: Vec<Patterns> = (0..e.paths.len()).map(|p| pattern(e, p, sites, &site_area)).collect();
    let lays = e.paths.iter().any(|p| p.work.is_some());
    let cells = MOMENTS.len() * places.len() * LEVELS;
    let futures: Vec<Vec<f32>> = e
        .futures
        .par_iter()
        .map(|f| {
            let of = &patterns[f.path];
            let mut out = vec![0.0f32; cells];
            let mut by_group = vec![[0.0f64; LEVELS]; GROUPS];
            for (m, name) in MOMENTS.iter().enumerate() {
                let frame = frame_of(e, f.path, name);
                let mut hair = [0.0f64; GROUPS];
                let mut pigment = [0.0f64; GROUPS];
                for g in &wanted {
                    hair[*g] = e.hair_visible(f, frame, &[*g]);
                    pigment[*g] = f64::from(f.pigment[frame * GROUPS + g]);
                }
                by_group.iter_mut().for_each(|row| *row = [0.0; LEVELS]);
                let step = levels[1] - levels[0];
                for (i, s) in sites.0.iter().enumerate() {
                    let seen = hair[s.group] * f64::from(of.hair[m][i])
                        + pigment[s.group] * f64::from(of.pigment[i]) / s.area_cm2.max(1e-9);
                    let k = ((seen / step) as usize).min(LEVELS - 1);
                    by_group[s.group][k] += s.area_cm2;
                }
                for (p, (_, groups)) in places.iter().enumerate() {
                    let area: f64 = groups.iter().map(|g| site_area[*g]).sum::<f64>().max(1e-9);
                    let mut above = 0.0;
                    for k in (0..LEVELS).rev() {
                        above += groups.iter().map(|g| by_group[*g][k]).sum::<f64>();
                        out[(m * places.len() + p) * LEVELS + k] = (above / area) as f32;
                    }
                }
            }
            out
        })
        .collect();
    let mut out = Vec::new();
    for (m, name) in MOMENTS.iter().enumerate().filter(|(_, name)| lays || **name != BEFORE_SMP) {
        for (p, (zone, groups)) in places.iter().enumerate() {
            let share = (0..LEVELS)
                .into_par_iter()
                .map(|k| {
                    let b = Pool::weighted(
                        futures
                            .iter()
                            .zip(&e.futures)
                            .map(|(v, f)| (f64::from(v[(m * places.len() + p) * LEVELS + k]), f.weight)),
                    )
                    .band();
                    let r = |x: f64| (1000.0 * x.clamp(0.0, 1.0)).round() / 1000.0;
                    Band { lo: r(b.lo), median: r(b.median), hi: r(b.hi) }
                })
                .collect();
            out.push(AreaHistogram {
                zone: *zone,
                moment: (*name).to_owned(),
                area_cm2: groups.iter().map(|g| subject.area_cm2[*g]).sum(),
                share,
            });
        }
    }
    out
}

/// The day before the first dot: what the steps before it have done. A path without pigment is then where it is
/// when its work is done.
const BEFORE_SMP: &str = "before_smp";

fn moment<'a>(e: &'a Ensemble<'_>, path: usize, name: &str) -> Option<&'a Moment> {
    let of = |name: &str| e.paths[path].moments.iter().find(|m| m.name == name);
    of(name).or_else(|| if name == BEFORE_SMP { of("after") } else { None })
}

fn frame_of(e: &Ensemble<'_>, path: usize, name: &str) -> usize {
    let Some(moment) = moment(e, path, name) else { return 0 };
    if moment.name == BEFORE_SMP {
        // Not the nearest frame, which may have pigment already.
        return e.frames.partition_point(|f| *f <= moment.day).saturating_sub(1);
    }
    e.frame_at(moment.day)
}

fn pattern(e: &Ensemble<'_>, path: usize, sites: &Sites, site_area: &[f64; GROUPS]) -> Patterns {
    let run = &e.paths[path];
    let hair = MOMENTS
        .iter()
        .map(|name| {
            let Some(moment) = moment(e, path, name) else {
                return vec![1.0; sites.0.len()];
            };
            let share = VisibleShare::new(&run.stand.scalp, &moment.hair);
            let at: Vec<f64> = sites.0.iter().map(|s| share.at(s.in_chart.x, s.in_chart.y)).collect();
            let mut mean = [0.0f64; GROUPS];
            for (s, x) in sites.0.iter().zip(&at) {
                mean[s.group] += x * s.area_cm2 / site_area[s.group].max(1e-9);
            }
            sites
                .0
                .iter()
                .zip(&at)
                .map(|(s, x)| if mean[s.group] > 1e-4 { (x / mean[s.group]) as f32 } else { 1.0 })
                .collect()
        })
        .collect();
    let pigment = run.work.as_ref().map_or_else(|| even(sites, site_area), |w| w.pattern(sites, site_area));
    Patterns { hair, pigment }
}

/// Pigment spread evenly over each group: where no plan says better.
pub(crate) fn even(sites: &Sites, site_area: &[f64; GROUPS]) -> Vec<f32> {
    sites.0.iter().map(|s| (s.area_cm2 / site_area[s.group].max(1e-9)) as f32).collect()
}
