//! What the futures of a strategy come to.

use std::collections::BTreeMap;

use vellus_pigment::target::School;

use super::{Ensemble, noticed};
use crate::case::Goal;
use crate::forecast::{FRAME_MONTHS, within};
use crate::indicator::burden::spent;
use crate::outcome::{
    AreaForecast, Band, Cost, Decided, GoalOutcome, GoalStatus, PathOutcome, StrategyOutcome,
};
use crate::pool::Pool;
use crate::schedule::{HORIZON_YEARS, date_of, days_between};
use crate::strategy::Strategy;
use crate::subject::ZONES;

/// Chance from which a goal passes, and up to which it fails, under each mechanism: the ends of an 80 % band.
const PASS: f64 = 0.9;

impl Ensemble<'_> {
    fn area_forecast(&self, groups: &[usize]) -> AreaForecast {
        AreaForecast {
            area_cm2: self.area(groups),
            hairs_per_cm2: self.series(|f, k| self.per_cm2(f, k, groups, |r| r.hairs)),
            terminal_per_cm2: self.series(|f, k| self.per_cm2(f, k, groups, |r| r.terminal)),
            hair_visible_per_cm2: self.series(|f, k| self.hair_visible(f, k, groups)),
            visible_per_cm2: self.series(|f, k| self.visible(f, k, groups)),
        }
    }

    fn goal(&self, g: &Goal) -> GoalOutcome {
        let fringe = self.subject.fringe.terminal_per_cm2.max(1.0);
        let groups = self.subject.goal_groups(g.zone);
        let frame = self.frame_at(days_between(self.subject.person.today, g.by));
        let wanted = g.visible_percent_of_fringe / 100.0 * fringe;
        let have = |f: &super::Future| {
            if g.hair_only {
                self.per_cm2(f, frame, &groups, |r| r.terminal)
            } else {
                self.visible(f, frame, &groups)
            }
        };
        let (chance, by_mechanism) = self.chance(|f| have(f) >= wanted);
        let mut levels: Vec<(f64, f64)> = self.futures.iter().map(|f| (have(f), f.weight)).collect();
        levels.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut sum = 0.0;
        let likely = levels
            .iter()
            .find(|(_, w)| {
                sum += w;
                sum >= crate::compare::LIKELY
            })
            .map_or(0.0, |l| l.0);
        let place = g.zone.map_or("the thinning area", crate::subject::zone_name);
        let what = if g.hair_only { "living hair" } else { "visible density" };
        // Judged as it is printed, in whole hundredths.
        let printed = |p: f64| (100.0 * p).round() / 100.0;
        let least = printed(by_mechanism.values().copied().fold(chance, f64::min));
        let most = printed(by_mechanism.values().copied().fold(chance, f64::max));
        GoalOutcome {
            title: format!("{what} in {place} at {:.0} % of the fringe", g.visible_percent_of_fringe),
            zone: g.zone,
            percent_of_fringe: g.visible_percent_of_fringe,
            hair_only: g.hair_only,
            by: g.by,
            status: if least >= PASS {
                GoalStatus::Pass
            } else if least >= crate::compare::LIKELY {
                GoalStatus::Likely
            } else if most <= 1.0 - PASS + 1e-9 {
                GoalStatus::Fail
            } else {
                GoalStatus::Open
            },
            likely_percent: (1000.0 * likely / fringe).floor() / 10.0,
            chance,
            by_mechanism,
        }
    }

    fn path_outcomes(&self, visible: &[f64]) -> Vec<PathOutcome> {
        let main = self.main_path();
        let today = self.subject.person.today;
        self.paths
            .iter()
            .enumerate()
            .map(|(k, run)| {
                let (share, by_mechanism) = self.path_share(k);
                let pairs: Vec<(f64, f64)> = self
                    .futures
                    .iter()
                    .zip(visible)
                    .filter(|(f, _)| f.path == k)
                    .map(|(f, v)| (*v, f.weight))
                    .collect();
                PathOutcome {
                    branch: run.path.branch.clone(),
                    title: run.path.title.clone(),
                    decisions: run
                        .path
                        .taken
                        .iter()
                        .zip(&run.booked.decision_days)
                        .map(|(t, day)| Decided {
                            date: date_of(today, *day),
                            question: t.decision.question(),
                            met: t.met,
                        })
                        .collect(),
                    share,
                    by_mechanism,
                    shown: k == main,
                    visible_percent: if pairs.is_empty() {
                        Band::default()
                    } else {
                        Pool::weighted(pairs).band()
                    },
                    events: run.booked.events.clone(),
                }
            })
            .collect()
    }

    /// What has to hold for a strategy, with how the hair has to be worn for its pigment.
    fn must_be_true(&self, strategy: &Strategy) -> Vec<String> {
        let mut out = strategy.must_be_true.clone();
        if self.paths.iter().any(|p| p.work.is_some()) {
            let worn = if self.subject.person.smp.school == School::Shading {
                "Your own hair stays long and dense enough to hide single dots: pigment is a shade under it."
            } else {
                "You keep your hair as short as the pictures show, for as long as the pigment lasts."
            };
            out.insert(0, worn.to_owned());
        }
        out
    }

    /// The outcome without dots, injections and their dates.
    pub(crate) fn outcome(&self, strategy: &Strategy) -> StrategyOutcome {
        let s = self.subject;
        let person = &s.person;
        let thin = s.thinning_or_top();
        let fringe = s.fringe.terminal_per_cm2.max(1.0);
        let two_years = self.frame_at(2.0 * 365.25);
        let main = &self.paths[self.main_path()];
        let mut zones = BTreeMap::new();
        for zone in ZONES {
            let groups = s.zone_groups(zone);
            if !groups.is_empty() {
                zones.insert(zone, self.area_forecast(&groups));
            }
        }
        let thinning = self.area_forecast(&thin);
        let wanted = person.goals.first().map_or(75.0, |g| g.visible_percent_of_fringe) / 100.0 * fringe;
        let months_to_goal = thinning
            .visible_per_cm2
            .band
            .iter()
            .position(|b| b.median >= wanted)
            .map(|f| f as f64 * FRAME_MONTHS);
        let (noticeable_chance, _) =
            self.chance(|f| noticed(self.visible(f, 0, &thin), self.visible(f, two_years, &thin)));
        let (too_dark_chance, stranded_chance) = crate::indicator::regret::chances(self);
        let visible = self.each(|f| 100.0 * self.visible(f, two_years, &thin) / fringe);
        let texture = self.each(|f| 100.0 * self.per_cm2(f, two_years, &thin, |r| r.terminal) / fringe);
        let hair = self.each(|f| 100.0 * self.hair_visible(f, two_years, &thin) / fringe);
        let change = self
            .each(|f| 100.0 * (self.visible(f, two_years, &thin) / self.visible(f, 0, &thin).max(1.0) - 1.0));
        let two = self.each(|f| spent(self, f, 2.0 * 365.25));
        let ten = self.each(|f| spent(self, f, HORIZON_YEARS * 365.25));
        let later: Vec<f64> = two.iter().zip(&ten).map(|(a, b)| (b - a) / (HORIZON_YEARS - 2.0)).collect();
        let cost = Cost {
            first_two_years: self.band(&two).median,
            per_year_after: self.band(&later).median,
            ten_years: self.band(&ten).median,
        };
        let budget_chance = person.budget_two_years.map(|budget| {
            self.futures
                .iter()
                .enumerate()
                .filter(|(k, _)| two[*k] <= budget && person.budget_per_year.is_none_or(|y| later[*k] <= y))
                .map(|(_, f)| f.weight)
                .sum::<f64>()
                .clamp(0.0, 1.0)
        });
        let visits: Vec<_> =
            main.booked.events.iter().filter(|e| e.hours > 0.0 && e.day <= 2.0 * 365.25).collect();
        let paths = self.path_outcomes(&visible);
        let mut warnings = Vec::new();
        for p in paths.iter().filter(|p| p.share <= 0.0 && !p.branch.is_empty()) {
            warnings.push(format!(
                "The branch “{}” is taken in none of the simulated futures: its rule never fires for this person.",
                p.title
            ));
        }
        StrategyOutcome {
            id: strategy.id.clone(),
            title: strategy.title.clone(),
            idea: strategy.idea.clone(),
            inference: strategy.inference,
            must_be_true: self.must_be_true(strategy),
            notes: main.booked.notes.clone(),
            warnings,
            paths,
            waits: main.booked.waits.clone(),
            events: main.booked.events.clone(),
            cost,
            budget_chance,
            indicators: Vec::new(),
            area_histograms: Vec::new(),
            within_budget: within(person, &cost),
            visits_two_years: visits.len(),
            hours_two_years: visits.iter().map(|e| e.hours).sum::<f64>() + 0.0,
            texture_percent: self.band(&texture),
            visible_percent: self.band(&visible),
            hair_visible_percent: self.band(&hair),
            change_percent: self.band(&change),
            noticeable_chance,
            too_dark_chance,
            stranded_chance,
            finished: date_of(person.today, main.after),
            months_to_goal,
            thinning,
            zones,
            goals: person.goals.iter().map(|g| self.goal(g)).collect(),
            dots: None,
            prp: None,
        }
    }
}
