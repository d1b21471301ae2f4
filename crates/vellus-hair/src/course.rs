//! Running follicles through time, event by event: the cost grows with the number of phases that
//! end, not with time steps.

use rayon::prelude::*;
use vellus_units::random::{Key, Purpose, Stream};

use crate::cycle::{CycleRules, Phase};
use crate::regime::Regime;
use crate::scalp::{Follicles, MINIATURE_UM, SPAN_STAGES, Scalp};

/// What stands in a follicle at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HairState {
    /// Phase of the follicle.
    pub phase: Phase,
    /// Calibre of the hair, µm; 0 when the follicle is empty.
    pub calibre_um: f32,
    /// Days since the hair began to grow.
    pub age_days: f32,
}

impl HairState {
    const EMPTY: Self = Self { phase: Phase::Kenogen, calibre_um: 0.0, age_days: 0.0 };
}

/// Calibre from which a hair counts as terminal (non-vellus), µm: Rakowska 2009, Van Neste 2019.
pub const TERMINAL_UM: f32 = 30.0;

fn draw(rules: &CycleRules, anagen_factor: f64, phase: Phase, m: f64, s: &mut Stream) -> f64 {
    let (median, sigma) = rules.duration(phase, m);
    let d = median * libm::exp(sigma * s.normal());
    if phase == Phase::Anagen { d * anagen_factor } else { d }
}

#[inline]
fn miniaturisation(stage: f64, threshold: f64) -> f64 {
    ((stage - threshold) * (1.0 / SPAN_STAGES)).clamp(0.0, 1.0)
}

/// Runs one follicle past the given days (rising, from 0) and reports what stands in it at each.
#[inline]
pub fn run_follicle(
    follicles: &Follicles,
    i: usize,
    anagen_factor: f64,
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    days: &[f64],
    mut see: impl FnMut(usize, HairState),
) {
    let mut s = key.stream(Purpose::FollicleCycle, u64::from(follicles.stream[i]));
    let threshold = f64::from(follicles.threshold[i]);
    let gone_at = SPAN_STAGES * (1.0 + f64::from(follicles.hardiness[i])) + threshold;
    let full = f64::from(follicles.calibre_um[i]);
    let small = MINIATURE_UM.min(full);
    let (from_day, until_day) = (f64::from(follicles.from_day[i]), f64::from(follicles.until_day[i]));

    let today = regime.stage(0.0);
    let (mut phase, mut ends, mut begun);
    if from_day > 0.0 {
        // A graft sheds and rests; its first hair grows from `from_day`.
        (phase, ends, begun) = (Phase::Kenogen, from_day, 0.0);
        let _ = s.word();
    } else if today > gone_at {
        (phase, ends, begun) = (Phase::Regressed, f64::INFINITY, 0.0);
    } else {
        let mut own = *rules;
        own.anagen_days *= anagen_factor;
        let (p, past, left) = own.equilibrium(miniaturisation(today, threshold), &mut s);
        phase = p;
        ends = regime.end_of(p, 0.0, left);
        begun = -past;
        if p != Phase::Anagen {
            // A resting hair grew before; its calibre was set when its anagen began.
            begun -= own.anagen_at(miniaturisation(today, threshold));
        }
    }
    let mut m_cycle = miniaturisation(regime.stage(begun), threshold);

    for (frame, &t) in days.iter().enumerate() {
        while ends <= t {
            let now = ends;
            match phase {
                Phase::Anagen => {
                    phase = Phase::Catagen;
                    ends = now + draw(rules, 1.0, phase, m_cycle, &mut s);
                }
                Phase::Catagen => {
                    phase = Phase::Telogen;
                    let d = draw(rules, 1.0, phase, m_cycle, &mut s);
                    ends = regime.end_of(phase, now, d);
                }
                Phase::Telogen | Phase::Kenogen => {
                    let stage = regime.stage(now);
                    let m = miniaturisation(stage, threshold);
                    let chance = rules.kenogen_chance_at(m) * regime.kenogen_chance(now);
                    if stage > gone_at {
                        phase = Phase::Regressed;
                        ends = f64::INFINITY;
                    } else if phase == Phase::Telogen && s.uniform() < chance {
                        phase = Phase::Kenogen;
                        let d = draw(rules, 1.0, phase, m, &mut s);
                        ends = regime.end_of(phase, now, d);
                    } else {
                        phase = Phase::Anagen;
                        begun = now;
                        m_cycle = m;
                        let d = draw(rules, anagen_factor, phase, m, &mut s);
                        ends = regime.end_of(phase, now, d);
                    }
                }
                Phase::Regressed => ends = f64::INFINITY,
            }
        }
        let state = if t >= until_day {
            HairState { phase: Phase::Regressed, ..HairState::EMPTY }
        } else if matches!(phase, Phase::Kenogen | Phase::Regressed) {
            HairState { phase, ..HairState::EMPTY }
        } else {
            let thicker = regime.thickening(begun, t) * (1.0 / SPAN_STAGES);
            let m = (m_cycle - thicker).clamp(0.0, 1.0);
            HairState { phase, calibre_um: (full + (small - full) * m) as f32, age_days: (t - begun) as f32 }
        };
        see(frame, state);
    }
}

/// Follicles sorted into groups (zones, or zones split by whether loss reaches them): index =
/// follicle, value = group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The group of each follicle.
    pub of: Vec<u8>,
    /// How many groups there are.
    pub count: usize,
}

impl Groups {
    /// One group for each zone, in the order of [`vellus_head::Zone`].
    #[must_use]
    pub fn zones(scalp: &Scalp) -> Self {
        Self { of: scalp.follicles.zone.iter().map(|z| *z as u8).collect(), count: 9 }
    }
}

/// Which follicles stand for a scalp, and how many each stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Follicle indices.
    pub follicles: Vec<u32>,
    /// How many follicles of its group each stands for.
    pub weight: Vec<f32>,
}

impl Sample {
    /// Every follicle, each for itself.
    #[must_use]
    pub fn whole(scalp: &Scalp) -> Self {
        let n = scalp.follicles.len();
        Self { follicles: (0..n as u32).collect(), weight: vec![1.0; n] }
    }

    /// At most `per_group` follicles of each group, evenly strided, so that the sampling error of
    /// a group does not depend on its size.
    #[must_use]
    pub fn by_group(groups: &Groups, per_group: usize) -> Self {
        let mut members = vec![Vec::new(); groups.count];
        for (i, g) in groups.of.iter().enumerate() {
            members[*g as usize].push(i as u32);
        }
        let mut out = Self { follicles: Vec::new(), weight: Vec::new() };
        for list in &members {
            let n = list.len().min(per_group);
            for k in 0..n {
                out.follicles.push(list[k * list.len() / n]);
                out.weight.push(list.len() as f32 / n as f32);
            }
        }
        out
    }
}

/// Counts of one group at one moment (whole group, not per cm²).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Follicles, empty ones included.
    pub follicles: f64,
    /// Hairs standing.
    pub hairs: f64,
    /// Hairs of at least [`TERMINAL_UM`].
    pub terminal: f64,
    /// Hairs in anagen.
    pub anagen: f64,
    /// Follicles in kenogen.
    pub kenogen: f64,
    /// Follicles that will never hold a hair again.
    pub regressed: f64,
    /// Sum of the calibres of standing hairs, µm.
    pub calibre_um: f64,
    /// Sum of the calibres of terminal hairs, µm.
    pub terminal_calibre_um: f64,
}

impl Tally {
    fn add(&mut self, state: HairState, weight: f64) {
        self.follicles += weight;
        match state.phase {
            Phase::Kenogen => self.kenogen += weight,
            Phase::Regressed => self.regressed += weight,
            phase => {
                let d = f64::from(state.calibre_um);
                self.hairs += weight;
                self.calibre_um += weight * d;
                if state.calibre_um >= TERMINAL_UM {
                    self.terminal += weight;
                    self.terminal_calibre_um += weight * d;
                }
                if phase == Phase::Anagen {
                    self.anagen += weight;
                }
            }
        }
    }

    /// Adds another group's counts to this one.
    pub fn merge(&mut self, other: &Self) {
        self.follicles += other.follicles;
        self.hairs += other.hairs;
        self.terminal += other.terminal;
        self.anagen += other.anagen;
        self.kenogen += other.kenogen;
        self.regressed += other.regressed;
        self.calibre_um += other.calibre_um;
        self.terminal_calibre_um += other.terminal_calibre_um;
    }
}

/// Tallies by frame and group.
#[derive(Clone, Debug, PartialEq)]
pub struct Tallies {
    rows: Vec<Tally>,
    groups: usize,
}

impl Tallies {
    fn empty(frames: usize, groups: usize) -> Self {
        Self { rows: vec![Tally::default(); frames * groups], groups }
    }

    /// The tally of a group at a frame.
    #[must_use]
    pub fn get(&self, frame: usize, group: usize) -> &Tally {
        &self.rows[frame * self.groups + group]
    }

    /// The sum of some groups at a frame.
    #[must_use]
    pub fn sum(&self, frame: usize, groups: impl IntoIterator<Item = usize>) -> Tally {
        let mut out = Tally::default();
        for g in groups {
            out.merge(self.get(frame, g));
        }
        out
    }

    /// How many frames.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.rows.len().checked_div(self.groups).unwrap_or(0)
    }
}

/// Follicles handled together; fixed, so that sums are taken in the same order on any machine.
const CHUNK: usize = 4096;

/// Counts hairs by group at the given days. Runs on the calling thread: callers that have many
/// responses to run spread those over threads instead.
#[must_use]
pub fn tally(
    scalp: &Scalp,
    groups: &Groups,
    sample: &Sample,
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    days: &[f64],
) -> Tallies {
    let mut out = Tallies::empty(days.len(), groups.count);
    tally_into(&mut out, scalp, groups, &sample.follicles, &sample.weight, regime, rules, key, days);
    out
}

fn tally_into(
    out: &mut Tallies,
    scalp: &Scalp,
    groups: &Groups,
    follicles: &[u32],
    weight: &[f32],
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    days: &[f64],
) {
    let factor = scalp.profile.anagen_factor;
    for (&i, &w) in follicles.iter().zip(weight) {
        let i = i as usize;
        let group = groups.of[i] as usize;
        run_follicle(&scalp.follicles, i, factor, regime, rules, key, days, |frame, state| {
            out.rows[frame * groups.count + group].add(state, f64::from(w));
        });
    }
}

/// The same over all threads, for one whole head.
#[must_use]
pub fn tally_parallel(
    scalp: &Scalp,
    groups: &Groups,
    sample: &Sample,
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    days: &[f64],
) -> Tallies {
    let parts: Vec<Tallies> = sample
        .follicles
        .par_chunks(CHUNK)
        .zip(sample.weight.par_chunks(CHUNK))
        .map(|(f, w)| {
            let mut part = Tallies::empty(days.len(), groups.count);
            tally_into(&mut part, scalp, groups, f, w, regime, rules, key, days);
            part
        })
        .collect();
    let mut out = Tallies::empty(days.len(), groups.count);
    for part in &parts {
        for (a, b) in out.rows.iter_mut().zip(&part.rows) {
            a.merge(b);
        }
    }
    out
}

/// The whole head at one moment: calibre of the hair in each follicle, 0 where none stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Day.
    pub day: f64,
    /// Calibre by follicle, µm; 0 for an empty follicle.
    pub calibre_um: Vec<f32>,
    /// Whether the follicle can still hold a hair: dots keep clear of these.
    pub alive: Vec<bool>,
}

/// Pictures of the whole head at the given days, over all threads.
#[must_use]
pub fn snapshots(
    scalp: &Scalp,
    regime: &Regime,
    rules: &CycleRules,
    key: Key,
    days: &[f64],
) -> Vec<Snapshot> {
    let n = scalp.follicles.len();
    let chunks: Vec<Vec<(f32, bool)>> = (0..n.div_ceil(CHUNK))
        .into_par_iter()
        .map(|c| {
            let range = c * CHUNK..((c + 1) * CHUNK).min(n);
            let len = range.len();
            let mut out = vec![(0.0f32, false); len * days.len()];
            for (k, i) in range.enumerate() {
                let factor = scalp.profile.anagen_factor;
                run_follicle(&scalp.follicles, i, factor, regime, rules, key, days, |frame, state| {
                    out[frame * len + k] = (state.calibre_um, state.phase != Phase::Regressed);
                });
            }
            out
        })
        .collect();
    days.iter()
        .enumerate()
        .map(|(frame, &day)| {
            let mut snapshot =
                Snapshot { day, calibre_um: Vec::with_capacity(n), alive: Vec::with_capacity(n) };
            for chunk in &chunks {
                let len = chunk.len() / days.len();
                for &(calibre, alive) in &chunk[frame * len..(frame + 1) * len] {
                    snapshot.calibre_um.push(calibre);
                    snapshot.alive.push(alive);
                }
            }
            snapshot
        })
        .collect()
}
