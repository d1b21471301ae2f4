//! Regret risk: pigment that turns out wrong, since hair came back under it or left it alone.

use super::{Better, CHANCE, Indicator};
use crate::ensemble::{Ensemble, Future, NOTICEABLE};
use crate::subject::ZONES;

/// Either of the two.
pub const REGRET: Indicator = Indicator {
    id: "regret_chance",
    title: "Regret risk",
    unit: CHANCE,
    definition: "Chance that within ten years some zone with pigment turns visibly too dark from regrowth, or is stranded by loss, touch-ups of the plan included",
    source: "noticeable step of 22.7 % (Buontempo, Oh 2025); which zones count is by a share of 1 % of the dots (assumption)",
    better: Better::Less,
};

/// Too dark.
pub const TOO_DARK: Indicator = Indicator {
    id: "too_dark_chance",
    title: "Too dark",
    definition: "Chance that some zone with pigment shows more than 122.7 % of the fringe, and of what it showed when the work was done, at some time in ten years",
    ..REGRET
};

/// Stranded.
pub const STRANDED: Indicator = Indicator {
    id: "stranded_chance",
    title: "Stranded by loss",
    definition: "Chance that in some zone with pigment what is seen falls by more than 22.7 % of what it was when the work was done, more than half of it for want of hair, at some time in ten years; touch-ups of the plan included",
    ..REGRET
};

/// Least share of the dots that makes a zone count (assumption).
const COUNTS: f64 = 0.01;

/// What becomes of the pigmented zones of a future.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Some zone turns too dark.
    pub dark: bool,
    /// Some zone is stranded.
    pub stranded: bool,
}

fn fate(e: &Ensemble<'_>, f: &Future) -> Fate {
    *f.fate.get_or_init(|| find(e, f))
}

fn find(e: &Ensemble<'_>, f: &Future) -> Fate {
    let Some(last) =
        f.laid.iter().take(e.paths[f.path].booked.smp_days.len()).map(|l| l.weight.day).next_back()
    else {
        return Fate::default();
    };
    let fringe = e.subject.fringe.terminal_per_cm2.max(1.0);
    let from = e.frame_at(last + 42.0);
    let worth = |groups: &[usize]| -> f64 {
        f.laid.iter().map(|l| groups.iter().map(|g| l.weight.skin[*g] + l.weight.scar[*g]).sum::<f64>()).sum()
    };
    let all: f64 = ZONES.iter().map(|z| worth(&e.subject.zone_groups(*z))).sum();
    let (mut dark, mut stranded) = (false, false);
    for zone in ZONES {
        let groups = e.subject.zone_groups(zone);
        if all <= 0.0 || worth(&groups) < COUNTS * all {
            continue;
        }
        let done = e.visible(f, from, &groups);
        let hair = e.hair_visible(f, from, &groups);
        for frame in from..e.frames.len() {
            let now = e.visible(f, frame, &groups);
            dark |= now > (1.0 + NOTICEABLE) * fringe.max(done);
            let fell = done - now;
            stranded |= fell > NOTICEABLE * done && hair - e.hair_visible(f, frame, &groups) > 0.5 * fell;
        }
    }
    Fate { dark, stranded }
}

pub(super) fn regret(e: &Ensemble<'_>, f: &Future) -> f64 {
    let fate = fate(e, f);
    f64::from(u8::from(fate.dark || fate.stranded))
}

pub(super) fn too_dark(e: &Ensemble<'_>, f: &Future) -> f64 {
    f64::from(u8::from(fate(e, f).dark))
}

pub(super) fn stranded(e: &Ensemble<'_>, f: &Future) -> f64 {
    f64::from(u8::from(fate(e, f).stranded))
}

/// Shares of futures in which some pigmented zone turns too dark, and in which some is stranded.
pub(crate) fn chances(e: &Ensemble<'_>) -> (f64, f64) {
    // Weights add up to one but for rounding.
    let of = |holds: fn(Fate) -> bool| {
        let held = e.futures.iter().filter(|f| holds(fate(e, f)));
        held.map(|f| f.weight).sum::<f64>().clamp(0.0, 1.0)
    };
    (of(|f| f.dark), of(|f| f.stranded))
}

/// Share of futures in which some pigmented zone goes wrong.
pub(crate) fn chance_of_regret(e: &Ensemble<'_>) -> f64 {
    e.futures.iter().map(|f| f.weight * regret(e, f)).sum()
}
