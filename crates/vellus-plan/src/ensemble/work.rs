//! What pigment work comes to in each future: the practitioner lays what is missing on the day, so that a
//! future with more hair gets fewer dots.
//!
//! What a day asks for is integrated over the scalp once, for the median hair of the first session and for a
//! row of amounts of hair around it; every future is read off that row, group by group. Where a group has
//! less hair than the median, all of its places are taken to have less in proportion; where it has more, all
//! to have more by as much (assumption: the pattern within a group of follicles is that of the median).

use glam::{DVec2, DVec3};
use rayon::prelude::*;
use vellus_pigment::ageing::{HEALED_DAYS, SCAR_RATE, tone_left};
use vellus_pigment::session::session_shares;
use vellus_units::maths::lerp;

use super::hair::HairCourse;
use crate::dot_worth::{DotWeight, dot_weights};
use crate::dotwork::{gap, group_of, in_scar};
use crate::field::VisibleShare;
use crate::forecast::FRAME_MONTHS;
use crate::subject::{GROUPS, Subject};
use crate::wanted::Wanted;

/// Days between two frames.
pub(crate) const STEP_DAYS: f64 = FRAME_MONTHS * 365.25 / 12.0;

/// A small piece of the scalp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub in_chart: DVec2,
    pub in_head: DVec3,
    pub group: usize,
    pub area_cm2: f64,
    pub scar: bool,
}

/// The scalp in small pieces.
#[derive(Clone, Debug)]
pub(crate) struct Sites(pub Vec<Site>);

/// Cells along a side of the chart from −1.3 to 1.3: about 3 mm.
const SIDE: usize = 72;
const HALF: f64 = 1.3;

impl Sites {
    /// Those of a person's head.
    pub(crate) fn new(subject: &Subject) -> Self {
        let head = &subject.head;
        let step = 2.0 * HALF / SIDE as f64;
        let sites = (0..SIDE * SIDE)
            .into_par_iter()
            .filter_map(|c| {
                let q = DVec2::new((c % SIDE) as f64 + 0.5, (c / SIDE) as f64 + 0.5) * step - HALF;
                let zone = head.scalp().zone_at(q)?;
                let at = |dx: f64, dy: f64| head.head_from_chart(q + DVec2::new(dx, dy) * step);
                let (p, a, b, c, d) =
                    (at(0.0, 0.0)?, at(-0.5, 0.0)?, at(0.5, 0.0)?, at(0.0, -0.5)?, at(0.0, 0.5)?);
                let area = (b.position - a.position).cross(d.position - c.position).length();
                let q32 = [q.x as f32, q.y as f32];
                Some(Site {
                    in_chart: q,
                    in_head: p.position,
                    group: group_of(subject, q32, zone),
                    area_cm2: area / 100.0,
                    scar: in_scar(subject, p.position.as_vec3().to_array()),
                })
            })
            .collect();
        Self(sites)
    }
}

/// Amounts of hair around the median: below zero a share of it that is gone, above zero what is added, in
/// shares of the fringe.
const NODES: [f64; 13] = [-1.0, -0.8, -0.6, -0.4, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.45, 0.65, 1.0];

/// What a day asks for, by group.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// Hairs that the dots would be worth when fresh, in skin and in scars.
    skin: f64,
    scar: f64,
    /// Dots.
    dots: f64,
}

/// The pigment work of one path.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    asked: Vec<[Asked; GROUPS]>,
    /// Terminal calibres of the median at the first session, by group, in the sample's sums.
    median: [f64; GROUPS],
    /// Terminal calibre that a group would have as dense as the fringe.
    fringe: [f64; GROUPS],
    /// Day of each session of the course and its share.
    sessions: Vec<(f64, f64)>,
    touch_ups: Vec<f64>,
    earlier: Vec<DotWeight>,
    /// Dots that were asked for in number.
    count: Option<f64>,
    /// What each site gets of the median's work, in hairs.
    sites: Vec<f32>,
}

/// Dots that are laid in one session in one future.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Laid {
    /// What they are worth.
    pub weight: DotWeight,
    /// How many.
    pub dots: f64,
}

impl Work {
    /// `share` is the field of visible hair at the first session on the median course, `intact` what it
    /// shows where nothing is lost, `median` the median's run on the sample that the futures use.
    pub(crate) fn new(
        subject: &Subject,
        sites: &Sites,
        wanted: &Wanted<'_>,
        share: &VisibleShare,
        intact: f64,
        median: &HairCourse,
        smp_days: &[f64],
        targets: &[f64],
        touch_ups: &[f64],
        count: Option<usize>,
    ) -> Self {
        let fresh = 1.0 / tone_left(HEALED_DAYS, 1.0);
        let mut asked = vec![[Asked::default(); GROUPS]; NODES.len()];
        let mut on_sites = vec![0.0f32; sites.0.len()];
        for (site, gets) in sites.0.iter().zip(&mut on_sites) {
            let q = site.in_chart;
            let allowed = wanted.allows(q, site.in_head, true);
            if allowed == (0.0, 0.0) {
                continue;
            }
            let here = share.at(q.x, q.y) / intact;
            let (finer, worth) = (wanted.finer(q), wanted.worth(q));
            *gets = (wanted.dots_per_cm2(here, allowed) * finer * worth * site.area_cm2) as f32;
            for (node, row) in NODES.iter().zip(&mut asked) {
                let with = if *node < 0.0 { here * (1.0 + node) } else { here + node };
                let dots = wanted.dots_per_cm2(with, allowed) * finer * site.area_cm2;
                let of = &mut row[site.group];
                of.dots += dots;
                *(if site.scar { &mut of.scar } else { &mut of.skin }) += dots * worth * fresh;
            }
        }
        let first = smp_days.first().copied().unwrap_or(0.0);
        let one = |g: usize| median.sum_on(first, STEP_DAYS, &[g], |r| r.terminal_calibre_um);
        let dense = subject.fringe.terminal_per_cm2 * subject.fringe.calibre_um;
        Self {
            asked,
            median: std::array::from_fn(one),
            fringe: std::array::from_fn(|g| subject.area_cm2[g] * dense),
            sessions: smp_days.iter().copied().zip(session_shares(targets)).collect(),
            touch_ups: touch_ups.to_vec(),
            earlier: dot_weights(subject, &subject.earlier),
            count: count.map(|n| n as f64),
            sites: on_sites,
        }
    }

    /// Share of its group's pigment that lies on each site.
    pub(crate) fn pattern(&self, sites: &Sites, site_area: &[f64; GROUPS]) -> Vec<f32> {
        let mut whole = [0.0f32; GROUPS];
        for (s, gets) in sites.0.iter().zip(&self.sites) {
            whole[s.group] += gets;
        }
        sites
            .0
            .iter()
            .zip(&self.sites)
            .map(|(s, gets)| {
                if whole[s.group] > 0.0 {
                    gets / whole[s.group]
                } else {
                    (s.area_cm2 / site_area[s.group].max(1e-9)) as f32
                }
            })
            .collect()
    }

    /// What a day asks for in a future of the hair.
    fn asks(&self, hair: &HairCourse, day: f64) -> [Asked; GROUPS] {
        std::array::from_fn(|g| {
            if self.fringe[g] <= 0.0 {
                return Asked::default();
            }
            let now = hair.sum_on(day, STEP_DAYS, &[g], |r| r.terminal_calibre_um);
            let node = if now < self.median[g] {
                now / self.median[g].max(1e-9) - 1.0
            } else {
                (now - self.median[g]) / self.fringe[g]
            };
            let k = NODES.partition_point(|n| *n <= node).clamp(1, NODES.len() - 1);
            let part = ((node - NODES[k - 1]) / (NODES[k] - NODES[k - 1])).clamp(0.0, 1.0);
            let (a, b) = (self.asked[k - 1][g], self.asked[k][g]);
            Asked {
                skin: lerp(a.skin, b.skin, part),
                scar: lerp(a.scar, b.scar, part),
                dots: lerp(a.dots, b.dots, part),
            }
        })
    }

    /// Lays a round of sessions into what is open on its first day.
    fn round(
        &self,
        hair: &HairCourse,
        sessions: &[(f64, f64)],
        rate: f64,
        limit: Option<f64>,
        out: &mut Vec<Laid>,
    ) {
        let Some((first, _)) = sessions.first() else { return };
        let asks = self.asks(hair, *first);
        let mut whole = Laid::default();
        for (g, a) in asks.iter().enumerate() {
            let healed = (a.skin + a.scar) * tone_left(HEALED_DAYS, 1.0);
            if healed <= 0.0 {
                continue;
            }
            let left = |w: &DotWeight| w.left(*first, rate, &[g]);
            let have: f64 =
                self.earlier.iter().map(left).sum::<f64>() + out.iter().map(|l| left(&l.weight)).sum::<f64>();
            let fill = gap(1.0 - have / healed);
            whole.weight.skin[g] = fill * a.skin;
            whole.weight.scar[g] = fill * a.scar;
            whole.dots += fill * a.dots;
        }
        let scale = limit.map_or(1.0, |n| n / whole.dots.max(1.0));
        for (day, share) in sessions {
            let mut laid = whole;
            laid.weight.day = *day;
            laid.dots *= scale * share;
            for g in 0..GROUPS {
                laid.weight.skin[g] *= scale * share;
                laid.weight.scar[g] *= scale * share;
            }
            out.push(laid);
        }
    }

    /// Every session of a future whose dots fade `rate` times as fast as the median ones.
    pub(crate) fn lay(&self, hair: &HairCourse, rate: f64) -> Vec<Laid> {
        let mut out = Vec::with_capacity(self.sessions.len() + self.touch_ups.len());
        self.round(hair, &self.sessions, rate, self.count, &mut out);
        for day in &self.touch_ups {
            self.round(hair, &[(*day, 1.0)], rate, None, &mut out);
        }
        out
    }
}

/// What is left of dots at every frame, by frame and group, in hairs of the fringe.
pub(crate) fn pigment(earlier: &[DotWeight], laid: &[Laid], rate: f64, frames: &[f64]) -> Vec<f32> {
    let mut out = vec![0.0f32; frames.len() * GROUPS];
    for w in earlier.iter().chain(laid.iter().map(|l| &l.weight)) {
        for (f, day) in frames.iter().enumerate() {
            let age = day - w.day;
            if age < 0.0 {
                continue;
            }
            let (skin, scar) = (tone_left(age, rate), tone_left(age, SCAR_RATE * rate));
            for g in 0..GROUPS {
                out[f * GROUPS + g] += (skin * w.skin[g] + scar * w.scar[g]) as f32;
            }
        }
    }
    out
}
