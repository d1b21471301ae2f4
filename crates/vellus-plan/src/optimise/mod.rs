//! The plan that comes nearest to a person's goals within their budget.
//!
//! Every candidate is simulated on the same possible responses (common random numbers), so that two differ by
//! what is done, not by luck. The search is a pattern search without derivatives: from several starts the best
//! single change is taken until none gains more than the stated gap. What is found, and every built-in
//! strategy, is then judged on responses that the search has not seen.

mod space;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::compare::LIKELY;
use crate::ensemble::{Ensemble, Future};
use crate::error::PlanError;
use crate::forecast::{Effort, Shared};
use crate::indicator::burden::spent;
use crate::indicator::regret::chance_of_regret;
use crate::rules::Hit;
use crate::schedule::{HORIZON_YEARS, days_between};
use crate::strategy::Strategy;
use crate::subject::Subject;
pub use space::ID;
use space::{Choice, Space};

/// The search ends when no single change gains more than this, in chance of the goals and what stands beside
/// it.
pub const GAP: f64 = 0.005;
/// Weights of what decides between plans that reach the goals alike (assumptions): regret risk, cost against
/// the dearest start, stubble where the person asks for it, nearness to goals that are missed.
const REGRET: f64 = 0.03;
const COST: f64 = 0.02;
const TEXTURE: f64 = 0.02;
const NEARNESS: f64 = 0.10;

/// How finely it is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Possible responses in the search, and as many unseen ones to judge by.
    pub responses: usize,
    /// Follicles of each group.
    pub sample_per_group: usize,
    /// Most candidates that are simulated.
    pub most: usize,
}

impl Search {
    /// A search to act on.
    pub const FULL: Self = Self { responses: 96, sample_per_group: 150, most: 600 };
    /// A quick look.
    pub const QUICK: Self = Self { responses: 32, sample_per_group: 60, most: 160 };
}

/// How a strategy stands on responses that the search has not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The strategy.
    pub id: String,
    /// Title.
    pub title: String,
    /// Chance of the goal that is least likely, 0 to 1.
    pub chance: f64,
    /// Chance to stay within the budget; 1 without one.
    pub within_budget: f64,
    /// What was searched for: chance, less what exceeds the budget, and what decides between equals.
    pub value: f64,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The strategy, or the name of the built-in one that no candidate beats.
    pub strategy: Strategy,
    /// Whether it is a built-in one.
    pub built_in: bool,
    /// What was searched for, of what was found, on the responses of the search: chance of the goals, less what
    /// exceeds the budget, and what decides between equals.
    pub value: f64,
    /// Candidates that were simulated.
    pub simulated: usize,
    /// Whether every single change of what was found was tried; else the search ran out of candidates.
    pub complete: bool,
    /// No single change that was tried gains more than this.
    pub gap: f64,
    /// What could be had at most if every future were known beforehand, over all candidates, less what was
    /// found: no plan among them can gain more.
    pub clairvoyant_gap: f64,
    /// What was found, then the built-in strategies, on unseen responses.
    pub judged: Vec<Judged>,
}

/// What a candidate is worth in each future, and on the whole.
#[derive(Clone, Debug)]
struct Worth {
    /// Future by future, in one order for all candidates, 0 to 1: all goals met within the budget, and near to it.
    each: Vec<f64>,
    chance: f64,
    within: f64,
    value: f64,
}

/// Searches the plan for a person. `progress` is told how many candidates were simulated and the best value so
/// far.
///
/// # Errors
/// [`PlanError`].
pub fn optimise(
    subject: &Subject,
    preparation: &vellus_blood::Preparation,
    hits: &[Hit],
    built_in: &[Strategy],
    search: Search,
    progress: &mut dyn FnMut(usize, f64),
) -> Result<Found, PlanError> {
    // Two sets of possible responses that share none.
    let [seen, unseen] = [0, 1].map(|part| subject.posterior.part(part, 2));
    let effort = Effort { responses: search.responses, sample_per_group: search.sample_per_group };
    let space = Space::new(subject);
    let mut run = Run {
        shared: Shared::new(subject, preparation, &seen, effort),
        hits,
        dearest: dearest(subject),
        known: HashMap::new(),
        best_each: Vec::new(),
    };
    let mut best: Option<(Choice, f64)> = None;
    let mut gap = 0.0f64;
    let mut out_of_room = false;
    for start in space.starts() {
        let Some(mut value) = run.value(&space, start)? else { continue };
        let mut at = start;
        loop {
            let mut step: Option<(Choice, f64)> = None;
            for next in space.beside(at) {
                if run.known.len() >= search.most && !run.known.contains_key(&next) {
                    out_of_room = true;
                    continue;
                }
                if let Some(v) = run.value(&space, next)?
                    && step.is_none_or(|(_, s)| v > s)
                {
                    step = Some((next, v));
                }
                progress(run.known.len(), value.max(best.map_or(f64::NEG_INFINITY, |b| b.1)));
            }
            match step {
                Some((next, v)) if v > value + GAP => (at, value) = (next, v),
                other => {
                    let left = other.map_or(0.0, |(_, v)| (v - value).max(0.0));
                    if best.is_none_or(|(_, b)| value > b) {
                        best = Some((at, value));
                        gap = left;
                    }
                    break;
                }
            }
        }
    }
    let simulated = run.known.len();
    // The built-in strategies are candidates too.
    let mut lead: Option<(&Strategy, f64)> = None;
    for s in built_in {
        if let Some(w) = run.worth(s)? {
            run.keep(&w);
            if lead.is_none_or(|(_, v)| w.value > v) {
                lead = Some((s, w.value));
            }
        }
    }
    let nothing = space.strategy(Choice::NOTHING);
    let (strategy, own_value, is_built_in) = match (best, lead) {
        // What is found must be worth leaving a plain plan for.
        (Some((_, v)), Some((s, b))) if b + GAP >= v => (s.clone(), b, true),
        (Some((c, v)), _) => (space.strategy(c), v, false),
        (None, Some((s, b))) => (s.clone(), b, true),
        (None, None) => (nothing, 0.0, false),
    };
    let most: f64 = run.best_each.iter().sum::<f64>() / run.best_each.len().max(1) as f64;
    let mut held_out = Run {
        shared: Shared::new(subject, preparation, &unseen, effort),
        hits,
        dearest: run.dearest,
        known: HashMap::new(),
        best_each: Vec::new(),
    };
    let mut judged = Vec::new();
    for s in std::iter::once(&strategy).chain(built_in.iter().filter(|s| s.id != strategy.id)) {
        if let Some(w) = held_out.worth(s)? {
            judged.push(Judged {
                id: s.id.clone(),
                title: s.title.clone(),
                chance: w.chance,
                within_budget: w.within,
                value: w.value,
            });
        }
    }
    Ok(Found {
        strategy,
        built_in: is_built_in,
        value: own_value,
        simulated,
        complete: !out_of_room,
        gap,
        clairvoyant_gap: (most - own_value).max(0.0),
        judged,
    })
}

struct Run<'a> {
    shared: Shared<'a>,
    hits: &'a [Hit],
    dearest: f64,
    known: HashMap<Choice, Option<f64>>,
    /// The best of any candidate in each future.
    best_each: Vec<f64>,
}

impl Run<'_> {
    fn value(&mut self, space: &Space, choice: Choice) -> Result<Option<f64>, PlanError> {
        if let Some(known) = self.known.get(&choice) {
            return Ok(*known);
        }
        let worth = self.worth(&space.strategy(choice))?;
        if let Some(w) = &worth {
            self.keep(w);
        }
        let value = worth.map(|w| w.value);
        self.known.insert(choice, value);
        Ok(value)
    }

    fn keep(&mut self, w: &Worth) {
        if self.best_each.is_empty() {
            self.best_each.clone_from(&w.each);
        }
        for (best, here) in self.best_each.iter_mut().zip(&w.each) {
            *best = best.max(*here);
        }
    }

    /// What a strategy is worth; none when it cannot be offered.
    fn worth(&mut self, strategy: &Strategy) -> Result<Option<Worth>, PlanError> {
        match self.shared.futures(strategy, self.hits, false) {
            Ok(Ok(e)) => Ok(Some(worth(&e, self.dearest, self.shared.hair.count()))),
            Ok(Err(_)) => Ok(None),
            // Work that comes too early for what is there already is no candidate.
            Err(PlanError::Pigment(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

fn worth(e: &Ensemble<'_>, dearest: f64, responses: usize) -> Worth {
    let person = &e.subject.person;
    let fringe = e.subject.fringe.terminal_per_cm2.max(1.0);
    let goals: Vec<_> = person
        .goals
        .iter()
        .map(|g| {
            let frame = e.frame_at(days_between(person.today, g.by));
            (g, e.subject.goal_groups(g.zone), frame, g.visible_percent_of_fringe / 100.0 * fringe)
        })
        .collect();
    // The share of each goal that a future reaches.
    let reach = |f: &Future| -> Vec<f64> {
        goals
            .iter()
            .map(|(g, groups, frame, wanted)| {
                let have = if g.hair_only {
                    e.per_cm2(f, *frame, groups, |r| r.terminal)
                } else {
                    e.visible(f, *frame, groups)
                };
                have / wanted
            })
            .collect()
    };
    let reached: Vec<Vec<f64>> = e.futures.iter().map(reach).collect();
    let two = |f: &Future| spent(e, f, 2.0 * 365.25);
    let ten = |f: &Future| spent(e, f, HORIZON_YEARS * 365.25);
    let fits = |f: &Future| {
        person.budget_two_years.is_none_or(|b| {
            two(f) <= b
                && person.budget_per_year.is_none_or(|y| (ten(f) - two(f)) / (HORIZON_YEARS - 2.0) <= y)
        })
    };
    let (mut nearness, mut within, mut cost) = (0.0, 0.0, 0.0);
    let mut chances = vec![0.0; goals.len()];
    let mut each = vec![0.0; 2 * responses];
    for (f, r) in e.futures.iter().zip(&reached) {
        let near = r.iter().copied().fold(1.0f64, f64::min);
        nearness += f.weight * near;
        let fit = fits(f);
        within += if fit { f.weight } else { 0.0 };
        cost += f.weight * ten(f);
        for (chance, share) in chances.iter_mut().zip(r) {
            *chance += if *share >= 1.0 { f.weight } else { 0.0 };
        }
        let own = if near >= 1.0 && fit { 1.0 } else { 0.0 } + NEARNESS * near + TEXTURE;
        // Without PRP one future stands for both mechanisms.
        if e.uses_prp {
            let m = usize::from(f.mechanism != e.mechanisms[0]);
            each[m * responses + f.response] = own;
        } else {
            each[f.response] = own;
            each[responses + f.response] = own;
        }
    }
    let chance = chances.iter().copied().fold(1.0f64, f64::min).clamp(0.0, 1.0);
    let texture = if person.texture {
        let thin = e.subject.thinning_or_top();
        let frame = e.frame_at(2.0 * 365.25);
        let tips: f64 =
            e.futures.iter().map(|f| f.weight * e.per_cm2(f, frame, &thin, |r| r.terminal) / fringe).sum();
        TEXTURE * tips.min(1.0)
    } else {
        0.0
    };
    // A budget that is likely to be left is no budget.
    let over = if within + 1e-9 >= LIKELY { 0.0 } else { 1.0 + (1.0 - within) };
    let value =
        chance + NEARNESS * nearness - over - REGRET * chance_of_regret(e) - COST * cost / dearest + texture;
    Worth { each, chance, within: within.clamp(0.0, 1.0), value }
}

/// Cost of ten years that costs are weighed against: some of everything (assumption; it decides between
/// equals only).
fn dearest(subject: &Subject) -> f64 {
    let p = &subject.person.prices;
    (6.0 * p.prp_session
        + 120.0 * (p.finasteride_month + p.minoxidil_month)
        + 2000.0 * p.graft
        + 10.0 * p.smp_sitting_minimum)
        .max(1.0)
}
