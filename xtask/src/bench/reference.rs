//! The plain way to run follicles: every follicle looks at its clock every month. The same phases,
//! durations and chances as the kernel, without its tables and without skipping from event to event.

use vellus_hair::course::TERMINAL_UM;
use vellus_hair::cycle::{CycleRules, Phase};
use vellus_hair::regime::Regime;
use vellus_hair::scalp::{MINIATURE_UM, SPAN_STAGES, Scalp};
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

fn miniaturisation(stage: f64, threshold: f64) -> f64 {
    ((stage - threshold) / SPAN_STAGES).clamp(0.0, 1.0)
}

fn draw(rules: &CycleRules, phase: Phase, m: f64, anagen_factor: f64, s: &mut Stream) -> f64 {
    let (median, sigma) = rules.duration(phase, m);
    let days = s.lognormal(median, sigma);
    if phase == Phase::Anagen { days * anagen_factor } else { days }
}

/// Steps all follicles month by month without treatment and counts hairs each month.
pub(crate) fn month_by_month(
    scalp: &Scalp,
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    years: f64,
) -> Counts {
    let f = &scalp.follicles;
    let factor = scalp.profile.anagen_factor;
    let months = (years * 12.0).round() as usize;
    let mut streams: Vec<Stream> =
        f.stream.iter().map(|s| key.stream(Purpose::FollicleCycle, u64::from(*s))).collect();
    let mut states: Vec<State> = (0..f.len())
        .map(|i| {
            let threshold = f64::from(f.threshold[i]);
            if regime.stage(0.0) > SPAN_STAGES * (1.0 + f64::from(f.hardiness[i])) + threshold {
                return State { phase: Phase::Regressed, left: f64::INFINITY, m: 1.0 };
            }
            let m = miniaturisation(regime.stage(0.0), threshold);
            let mut own = *rules;
            own.anagen_days *= factor;
            let (phase, past, left) = own.equilibrium(m, &mut streams[i]);
            State { phase, left, m: miniaturisation(regime.stage(-past), threshold) }
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
                    month as f64 * MONTH,
                    threshold,
                    f64::from(f.hardiness[i]),
                    regime,
                    rules,
                    factor,
                    &mut streams[i],
                );
            }
            if matches!(state.phase, Phase::Anagen | Phase::Catagen | Phase::Telogen) {
                counts.hairs += 1.0;
                let full = f64::from(f.calibre_um[i]);
                let calibre = full + (MINIATURE_UM.min(full) - full) * state.m;
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
    rules: &CycleRules,
    factor: f64,
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
                let m = miniaturisation(stage, threshold);
                if stage > SPAN_STAGES * (1.0 + hardiness) + threshold {
                    Phase::Regressed
                } else if state.phase == Phase::Telogen && s.uniform() < rules.kenogen_chance_at(m) {
                    Phase::Kenogen
                } else {
                    Phase::Anagen
                }
            }
            Phase::Regressed => Phase::Regressed,
        };
        let m = match next {
            Phase::Anagen => {
                state.m = miniaturisation(regime.stage(at), threshold);
                state.m
            }
            Phase::Kenogen => miniaturisation(regime.stage(at), threshold),
            _ => state.m,
        };
        state.phase = next;
        state.left += draw(rules, next, m, factor, s);
    }
}
