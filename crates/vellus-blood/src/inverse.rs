//! From a wanted dose back to speeds, minutes, margin, tubes and blood.

use crate::device::{Spin, rcf_from_rpm, rpm_from_rcf};
use crate::error::{BloodError, within};
use crate::inputs::{Inputs, Key};
use crate::preparation::{DRAWS, Preparation, prepare};
use crate::process::{self, Look, Outcome};
use crate::protocol::Protocol;
use crate::withdrawal::Layer;
use rayon::prelude::*;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use vellus_units::{Millilitres, Millimetres, Minutes, Rcf, Rpm, ThousandsPerUl};

/// What is wanted, and what may be drawn for it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Goal {
    /// Platelets of the preparation, 10³/µL (50 to 5000).
    pub count: ThousandsPerUl,
    /// Volume to be injected, mL (0.2 to 60).
    pub volume_ml: Millilitres,
    /// Most blood that may be drawn, mL (5 to 500).
    pub draw_limit_ml: Millilitres,
}

/// One spin as it is set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SetSpin {
    /// RCF at the bottom of the tube.
    pub rcf: Rcf,
    /// The same as a speed; none when the rotor's radius is not stated.
    pub rpm: Option<Rpm>,
    /// Minutes.
    pub minutes: Minutes,
}

/// Settings that reach a goal, or come closest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// The spins.
    pub spins: Vec<SetSpin>,
    /// Distance from the red cells' surface.
    pub margin_mm: Millimetres,
    /// Share of the plasma that is taken, counted from below.
    pub fraction_of_plasma: f64,
    /// Final volume of a tube after two spins.
    pub final_volume_ml: Option<Millilitres>,
    /// Tubes, so that the median volume is enough.
    pub tubes: u32,
    /// Blood to draw, mL.
    pub blood_ml: f64,
    /// Whether the draw is within the limit.
    pub within_draw: bool,
    /// Tubes that the limit allows.
    pub tubes_allowed: u32,
    /// The preparation of one tube.
    pub preparation: Preparation,
    /// Whether its median reaches the count (within 5 %).
    pub reached: bool,
    /// The protocol with these settings.
    pub protocol: Protocol,
    /// Runs that the search took.
    pub runs: u64,
}

/// First spins that are tried: RCF and minutes over the span of the published protocols.
const FIRST_RCF: [f64; 8] = [60.0, 90.0, 130.0, 180.0, 250.0, 350.0, 500.0, 800.0];
const FIRST_MINUTES: [f64; 5] = [4.0, 6.0, 9.0, 12.0, 15.0];
/// Margins that a hand can hold, mm, above the red cells and into them.
const MARGINS: [f64; 3] = [1.0, 2.0, 3.0];
const MARGINS_BUFFY: [f64; 3] = [0.5, 1.0, 1.5];
/// Lower shares of the plasma that are kept after a single spin.
const FRACTIONS: [f64; 6] = [1.0, 0.7, 0.5, 0.35, 0.25, 0.15];
/// Second spins that are tried.
const SECOND_RCF: [f64; 5] = [300.0, 500.0, 800.0, 1200.0, 1600.0];
const SECOND_MINUTES: [f64; 3] = [6.0, 10.0, 15.0];
/// Grid of the search.
const SEARCH: Look = Look { resolution_mm: 0.6, pictures: 0 };
/// Two recoveries nearer than this are the same; the gentler spin is taken.
const SAME: f64 = 0.01;

struct Search<'a> {
    goal: Goal,
    runs: AtomicU64,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl Search<'_> {
    fn counted(&self, n: u64) {
        self.runs.fetch_add(n, Ordering::Relaxed);
        (self.progress)(n);
    }

    fn median(&self, p: &Protocol) -> Outcome {
        self.counted(1);
        process::run(p, &Inputs::of(p).median(), SEARCH, &mut Vec::new())
    }

    /// Runs the candidates and keeps the best by `rank`, greater first; of equals the gentlest.
    fn best(&self, all: Vec<Protocol>, rank: impl Fn(&Outcome) -> f64 + Sync) -> Option<Protocol> {
        let scored: Vec<(f64, f64, Protocol)> = all
            .into_par_iter()
            .map(|p| {
                let o = self.median(&p);
                let work =
                    p.spins.iter().map(|s| s.rcf.map_or(0.0, |g| g.0) * s.minutes.map_or(0.0, |m| m.0));
                (rank(&o), work.sum(), p)
            })
            .collect();
        let most = scored.iter().map(|s| s.0).fold(f64::NEG_INFINITY, f64::max);
        scored.into_iter().filter(|s| s.0 >= most - SAME).min_by(|a, b| a.1.total_cmp(&b.1)).map(|s| s.2)
    }

    /// The ensemble of a protocol.
    fn prepare(&self, p: &Protocol, seed: u64) -> Result<Preparation, BloodError> {
        let made = prepare(p, seed)?;
        self.counted(DRAWS as u64);
        Ok(made)
    }

    /// The final volume at which the run with median inputs has this count: recovery rises with the
    /// volume kept, the count falls.
    fn volume_for(&self, protocol: &Protocol, k_per_ul: f64, blood_ml: f64) -> f64 {
        let at = |v: f64| {
            let mut p = protocol.clone();
            p.withdrawal.final_fraction = None;
            p.withdrawal.final_volume_ml = Some(Millilitres(v));
            self.median(&p).platelets_k_per_ul
        };
        let (mut lo, mut hi) = ((0.01 * blood_ml).max(0.05), (0.6 * blood_ml).max(0.06));
        for _ in 0..10 {
            let v = 0.5 * (lo + hi);
            if at(v) >= k_per_ul { lo = v } else { hi = v }
        }
        lo
    }
}

fn with_spin(p: &Protocol, i: usize, g: f64, minutes: f64) -> Option<Protocol> {
    let mut p = p.clone();
    let old = p.spins[i];
    p.spins[i] =
        Spin { brake: old.brake, temperature_c: old.temperature_c, ..Spin::at_rcf(Rcf(g), Minutes(minutes)) };
    // Beyond the rotor's or the tube's limit it is no candidate.
    p.validate().is_ok().then_some(p)
}

/// Looks for spins, margin and kept volume that reach a goal with the protocol's rotor and tube,
/// within their limits, and for the tubes that this takes. `progress` hears of every run.
///
/// After two spins: the first spin and margin that lose the fewest platelets, the gentlest second
/// spin that brings them down, and the largest final volume that still has the count. After one spin:
/// of the settings that reach the count the one with the largest volume, else the highest count.
///
/// # Errors
/// When the protocol is not valid or the goal is out of range.
pub fn inverse(
    protocol: &Protocol,
    goal: Goal,
    seed: u64,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Settings, BloodError> {
    protocol.validate()?;
    if protocol.starts_with_plasma() {
        return Err(BloodError::inconsistent(
            "blood.haematocrit",
            "the search begins with blood, not with plasma",
            "give the haematocrit of the blood",
        ));
    }
    within(
        "count",
        goal.count.0,
        "×10³/µL",
        50.0,
        5000.0,
        &crate::count_hint(goal.count.0, 50.0, 5000.0, "platelets"),
    )?;
    within("volume_ml", goal.volume_ml.0, "mL", 0.2, 60.0, "5 to 7 mL is usual for a scalp")?;
    within("draw_limit_ml", goal.draw_limit_ml.0, "mL", 5.0, 500.0, "it is in millilitres of blood")?;
    let search = Search { goal, runs: AtomicU64::new(0), progress };
    let two = protocol.spins.len() == 2;
    let mut chosen = if two { search.two_spins(protocol) } else { search.one_spin(protocol) };
    let blood = Inputs::of(protocol).median().get(Key::BloodMl);
    let mut preparation = None;
    if two {
        // The median of the ensemble is not the run at the medians: aim again by what is missing.
        let mut aim = goal.count.0;
        for _ in 0..3 {
            let v = search.volume_for(&chosen, aim, blood);
            chosen.withdrawal.final_fraction = None;
            chosen.withdrawal.final_volume_ml = Some(Millilitres((100.0 * v).round() / 100.0));
            let made = search.prepare(&chosen, seed)?;
            let got = made.platelets_per_ul.median;
            preparation = Some(made);
            if (got / goal.count.0 - 1.0).abs() < 0.03 {
                break;
            }
            aim *= (goal.count.0 / got.max(1.0)).clamp(0.5, 2.0);
        }
    }
    let preparation = match preparation {
        Some(p) => p,
        None => search.prepare(&chosen, seed)?,
    };
    let inputs = Inputs::of(&chosen).median();
    let tubes = (goal.volume_ml.0 / preparation.volume_ml.median.max(1e-3)).ceil().clamp(1.0, 500.0);
    let reached = preparation.platelets_per_ul.median >= 0.95 * goal.count.0;
    Ok(Settings {
        spins: chosen
            .spins
            .iter()
            .map(|s| {
                let rcf = s.rcf.unwrap_or_default();
                SetSpin {
                    rcf,
                    rpm: chosen.rotor.radius_max_mm.map(|r| rpm_from_rcf(r, rcf)),
                    minutes: s.minutes.unwrap_or_default(),
                }
            })
            .collect(),
        margin_mm: chosen.withdrawal.margin_mm.unwrap_or(Millimetres(inputs.get(Key::Margin))),
        fraction_of_plasma: chosen.withdrawal.fraction_of_plasma.unwrap_or(1.0),
        final_volume_ml: chosen.withdrawal.final_volume_ml.filter(|_| two),
        tubes: tubes as u32,
        blood_ml: tubes * blood,
        within_draw: tubes * blood <= goal.draw_limit_ml.0,
        tubes_allowed: (goal.draw_limit_ml.0 / blood).floor() as u32,
        preparation,
        reached,
        protocol: chosen,
        runs: search.runs.into_inner(),
    })
}

impl Search<'_> {
    fn first_spins(&self, protocol: &Protocol, fractions: &[f64]) -> Vec<Protocol> {
        let layer = match protocol.withdrawal.layer {
            Layer::Unstated => Layer::Plasma,
            l => l,
        };
        let margins = if layer == Layer::PlasmaAndBuffyCoat { MARGINS_BUFFY } else { MARGINS };
        let mut all = Vec::new();
        for g in FIRST_RCF {
            for minutes in FIRST_MINUTES {
                let Some(p) = with_spin(protocol, 0, g, minutes) else { continue };
                for margin in margins {
                    for &fraction in fractions {
                        let mut p = p.clone();
                        p.withdrawal.layer = layer;
                        p.withdrawal.margin_mm = Some(Millimetres(margin));
                        p.withdrawal.fraction_of_plasma = (fraction < 1.0).then_some(fraction);
                        all.push(p);
                    }
                }
            }
        }
        all
    }

    fn two_spins(&self, protocol: &Protocol) -> Protocol {
        let first = self.best(self.first_spins(protocol, &[1.0]), |o| o.recovery);
        let first = first.unwrap_or_else(|| protocol.clone());
        let second = SECOND_RCF
            .iter()
            .flat_map(|&g| SECOND_MINUTES.iter().map(move |&t| (g, t)))
            .filter_map(|(g, t)| with_spin(&first, 1, g, t))
            .collect();
        self.best(second, |o| o.recovery).unwrap_or(first)
    }

    fn one_spin(&self, protocol: &Protocol) -> Protocol {
        let mut open = protocol.clone();
        // What is kept is what is looked for.
        open.withdrawal.final_volume_ml = None;
        let wanted = self.goal.count.0;
        let all = self.first_spins(&open, &FRACTIONS);
        let mut all = all;
        // What is done today is a candidate too, in force as it is written.
        let mut today = protocol.clone();
        for spin in &mut today.spins {
            if let (Some(n), Some(r)) = (spin.rpm, protocol.rotor.radius_max_mm) {
                *spin = Spin {
                    brake: spin.brake,
                    temperature_c: spin.temperature_c,
                    ..Spin::at_rcf(rcf_from_rpm(r, n), spin.minutes.unwrap_or(Minutes(10.0)))
                };
            }
        }
        all.push(today);
        // Volume counts once the count is there; before, only the count does.
        let rank = |o: &Outcome| {
            if o.platelets_k_per_ul >= wanted { 10.0 + o.volume_ml } else { o.platelets_k_per_ul / wanted }
        };
        self.best(all, rank).unwrap_or(open)
    }
}
