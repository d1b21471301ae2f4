//! The plain way to run follicles: every follicle looks at its clock every month. The same phases,
//! durations and chances as the kernel, without its tables and without skipping from event to event.

use vellus_hair::course::TERMINAL_UM;
use vellus_hair::cycle::{PersonCycle, Phase};
use vellus_hair::model::Model;
use vellus_hair::regime::{Regime, WARM_UP_DAYS};
use vellus_hair::scalp::{LossRules, Scalp};
use vellus_units::random::{Key, Purpose, Stream};

/// Days of a month.
const MONTH: f64 = 365.25 / 12.0;

/// Counts of the whole head in the last month.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Hairs standing.
    pub(crate) hairs: f64,
    /// Terminal hairs, summed over all months so that no month may be left out.
    pub(crate) terminal_months: f64,
}

struct State {
    phase: Phase,
    /// Days until the phase ends.
    left: f64,
    /// Miniaturisation that the standing hair began with.
    m: f64,
}

/// Steps all follicles month by month without treatment and counts hairs each month.
pub(crate) fn month_by_month(scalp: &Scalp, regime: &Regime, model: &Model, key: Key, years: f64) -> Counts {
    let f = &scalp.follicles;
    let cycle = model.cycle.for_person(scalp.profile.anagen_factor);
    let loss = &model.loss;
    // The year before day 0 is stepped too, as the kernel runs it.
    let first = regime.begin();
    let months = ((years * 365.25 + WARM_UP_DAYS) / MONTH).round() as usize;
    let mut streams: Vec<Stream> =
        f.stream.iter().map(|s| key.stream(Purpose::FollicleCycle, u64::from(*s))).collect();
    let mut states: Vec<State> = (0..f.len())
        .map(|i| {
            let threshold = f64::from(f.threshold[i]);
            if regime.stage(first) > loss.gone_at(threshold, f64::from(f.hardiness[i])) {
                return State { phase: Phase::Regressed, left: f64::INFINITY, m: 1.0 };
            }
            let m = loss.miniaturisation(regime.stage(first), threshold);
            let (phase, past, left) = cycle.equilibrium(m, &mut streams[i]);
            let mut begun = first - past;
            if phase != Phase::Anagen {
                begun -= cycle.rules.anagen_at(m);
            }
            State { phase, left, m: loss.miniaturisation(regime.stage(begun), threshold) }
        })
        .collect();
    let mut counts = Counts::default();
    for month in 0..=months {
        counts.hairs = 0.0;
        for (i, state) in states.iter_mut().enumerate() {
            let threshold = f64::from(f.threshold[i]);
            if month > 0 {
                step(
                    state,
                    first + month as f64 * MONTH,
                    threshold,
                    f64::from(f.hardiness[i]),
                    regime,
                    &cycle,
                    loss,
                    &mut streams[i],
                );
            }
            if matches!(state.phase, Phase::Anagen | Phase::Catagen | Phase::Telogen) {
                counts.hairs += 1.0;
                let full = f64::from(f.calibre_um[i]);
                let calibre = loss.calibre_um(full, state.m);
                if calibre >= f64::from(TERMINAL_UM) {
                    counts.terminal_months += 1.0;
                }
            }
        }
    }
    counts
}

fn step(
    state: &mut State,
    now: f64,
    threshold: f64,
    hardiness: f64,
    regime: &Regime,
    cycle: &PersonCycle,
    loss: &LossRules,
    s: &mut Stream,
) {
    state.left -= MONTH;
    while state.left <= 0.0 {
        let at = now + state.left;
        let next = match state.phase {
            Phase::Anagen => Phase::Catagen,
            Phase::Catagen => Phase::Telogen,
            Phase::Telogen | Phase::Kenogen => {
                let stage = regime.stage(at);
                let m = loss.miniaturisation(stage, threshold);
                if stage > loss.gone_at(threshold, hardiness) {
                    Phase::Regressed
                } else if state.phase == Phase::Telogen && s.uniform() < cycle.rules.kenogen_chance_at(m) {
                    Phase::Kenogen
                } else {
                    Phase::Anagen
                }
            }
            Phase::Regressed => Phase::Regressed,
        };
        let m = match next {
            Phase::Anagen => {
                state.m = loss.miniaturisation(regime.stage(at), threshold);
                state.m
            }
            Phase::Kenogen => loss.miniaturisation(regime.stage(at), threshold),
            _ => state.m,
        };
        state.phase = next;
        state.left += if next == Phase::Regressed { f64::INFINITY } else { cycle.draw(next, m, s) };
    }
}
