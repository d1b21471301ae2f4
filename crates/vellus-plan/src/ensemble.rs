//! All simulated futures of one strategy, and the indicators read from them.

use std::collections::BTreeMap;

use vellus_hair::course::Tallies;
use vellus_hair::response::Response;
use vellus_hair::treatment::PrpMechanism;
use vellus_head::Zone;

use crate::dot_worth::DotWeight;
use crate::forecast::FRAME_MONTHS;
use crate::outcome::{
    AreaForecast, Band, Cost, DotSummary, GoalOutcome, PrpSummary, Series, StrategyOutcome,
};
use crate::schedule::{Booked, days_between};
use crate::strategy::Strategy;
use crate::subject::{Subject, ZONES};

/// All simulated futures of one strategy.
pub(crate) struct Ensemble<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) futures: Vec<(PrpMechanism, Vec<Tallies>)>,
    pub(crate) responses: &'a [Response],
    pub(crate) dots: Vec<DotWeight>,
    pub(crate) frames: &'a [f64],
    pub(crate) uses_prp: bool,
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
    pub(crate) fn visible(
        &self,
        tallies: &Tallies,
        response: &Response,
        frame: usize,
        groups: &[usize],
    ) -> f64 {
        let area: f64 = groups.iter().map(|g| self.subject.area_cm2[*g]).sum();
        if area <= 0.0 {
            return 0.0;
        }
        let t = self.frames[frame];
        let rate = response.pigment_fade * self.subject.person.smp.sun.rate();
        let pigment: f64 = self.dots.iter().map(|session| session.left(t, rate, groups)).sum();
        self.hair_visible(tallies, frame, groups) + pigment / area
    }

    pub(crate) fn hair_visible(&self, tallies: &Tallies, frame: usize, groups: &[usize]) -> f64 {
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

    pub(crate) fn pooled(&self, value: impl Fn(&Tallies, &Response) -> f64) -> Vec<f64> {
        self.futures
            .iter()
            .flat_map(|(_, futures)| {
                futures.iter().zip(self.responses).map(|(t, r)| value(t, r)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// A value of every future, at every frame.
    pub(crate) fn pooled_series(&self, value: impl Fn(&Tallies, &Response, usize) -> f64) -> Vec<Vec<f64>> {
        self.futures
            .iter()
            .flat_map(|(_, futures)| {
                futures
                    .iter()
                    .zip(self.responses)
                    .map(|(t, r)| (0..self.frames.len()).map(|f| value(t, r, f)).collect::<Vec<_>>())
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

    pub(crate) fn frame_at(&self, day: f64) -> usize {
        let step = self.frames[1];
        ((day / step).round().max(0.0) as usize).min(self.frames.len() - 1)
    }

    pub(crate) fn outcome(
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
