//! Running follicles through time, event by event: the cost grows with the number of phases that
//! end, not with time steps.

use rayon::prelude::*;
use vellus_units::random::{Key, Purpose, Stream};

use crate::cycle::{PersonCycle, Phase};
use crate::greying::Greying;
use crate::model::Model;
use crate::regime::Regime;
use crate::scalp::{Follicles, LossRules, Scalp};

/// What stands in a follicle at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HairState {
    /// Phase of the follicle.
    pub phase: Phase,
    /// Calibre of the hair, µm; 0 when the follicle is empty.
    pub calibre_um: f32,
    /// Days for which the hair has grown.
    pub grown_days: f32,
    /// Days until the phase ends.
    pub left_days: f32,
    /// Hairs that this follicle has shed since the run began.
    pub shed: u32,
}

impl HairState {
    /// Whether a hair stands.
    #[inline]
    #[must_use]
    pub const fn stands(&self) -> bool {
        !matches!(self.phase, Phase::Kenogen | Phase::Regressed)
    }
}

/// Calibre from which a hair counts as terminal (non-vellus), µm: Rakowska 2009, Van Neste 2019.
pub const TERMINAL_UM: f32 = 30.0;

/// Runs follicles of one person through one regime.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    follicles: &'a Follicles,
    cycle: PersonCycle,
    loss: LossRules,
    regime: &'a Regime,
    key: Key,
}

impl<'a> Runner<'a> {
    /// For the follicles of a scalp.
    #[must_use]
    pub fn new(model: &Model, scalp: &'a Scalp, regime: &'a Regime, key: Key) -> Self {
        Self {
            follicles: &scalp.follicles,
            cycle: model.cycle.for_person(scalp.profile.anagen_factor),
            loss: model.loss,
            regime,
            key,
        }
    }

    /// Runs follicle `i` past the given days (rising, none before the regime begins) and reports what
    /// stands in it at each.
    #[inline]
    pub fn run(&self, i: usize, days: &[f64], mut see: impl FnMut(usize, HairState)) {
        let Self { follicles, cycle, loss, regime, key } = self;
        let mut s: Stream = key.stream(Purpose::FollicleCycle, u64::from(follicles.stream[i]));
        let threshold = f64::from(follicles.threshold[i]);
        let gone_at = loss.gone_at(threshold, f64::from(follicles.hardiness[i]));
        let full = f64::from(follicles.calibre_um[i]);
        let from_day = f64::from(follicles.from_day[i]);
        let until_day = f64::from(follicles.until_day[i]);
        let mut shock = f64::from(follicles.shock_day[i]);

        let begin = regime.begin();
        let at_begin = regime.stage(begin);
        let (mut phase, mut ends, mut begun, mut anagen_end);
        if from_day > begin {
            // A graft sheds and rests; its first hair grows from `from_day`.
            (phase, ends, begun, anagen_end) = (Phase::Kenogen, from_day, begin, begin);
        } else if at_begin > gone_at {
            (phase, ends, begun, anagen_end) = (Phase::Regressed, f64::INFINITY, begin, begin);
        } else {
            let m = loss.miniaturisation(at_begin, threshold);
            let (p, past, left) = cycle.equilibrium(m, &mut s);
            phase = p;
            ends = regime.end_of(p, begin, left);
            begun = begin - past;
            anagen_end = ends;
            if p != Phase::Anagen {
                // A resting hair grew before; its calibre was set when its anagen began.
                anagen_end = begun;
                begun -= cycle.rules.anagen_at(m);
            }
        }
        let mut m_cycle = loss.miniaturisation(regime.stage(begun), threshold);
        let mut shed = 0;
        if phase == Phase::Anagen && shock < ends && shock > begin {
            ends = shock;
            anagen_end = shock;
            shock = f64::INFINITY;
        }

        for (frame, &t) in days.iter().enumerate() {
            while ends <= t {
                let now = ends;
                match phase {
                    Phase::Anagen => {
                        phase = Phase::Catagen;
                        ends = now + cycle.draw(phase, m_cycle, &mut s);
                    }
                    Phase::Catagen => {
                        phase = Phase::Telogen;
                        let d = cycle.draw(phase, m_cycle, &mut s);
                        ends = regime.end_of(phase, now, d);
                    }
                    Phase::Telogen | Phase::Kenogen => {
                        let stage = regime.stage(now);
                        let m = loss.miniaturisation(stage, threshold);
                        shed += u32::from(phase == Phase::Telogen);
                        if stage > gone_at {
                            phase = Phase::Regressed;
                            ends = f64::INFINITY;
                        } else if phase == Phase::Telogen
                            && s.uniform() < cycle.rules.kenogen_chance_at(m) * regime.kenogen_chance(now)
                        {
                            phase = Phase::Kenogen;
                            let d = cycle.draw(phase, m, &mut s);
                            ends = regime.end_of(phase, now, d);
                        } else {
                            phase = Phase::Anagen;
                            begun = now;
                            m_cycle = m;
                            let d = cycle.draw(phase, m, &mut s);
                            ends = regime.end_of(phase, now, d);
                            if shock < ends {
                                if shock > now {
                                    ends = shock;
                                }
                                shock = f64::INFINITY;
                            }
                            anagen_end = ends;
                        }
                    }
                    Phase::Regressed => ends = f64::INFINITY,
                }
            }
            let state = if t >= until_day || matches!(phase, Phase::Kenogen | Phase::Regressed) {
                let phase = if t >= until_day { Phase::Regressed } else { phase };
                HairState { phase, calibre_um: 0.0, grown_days: 0.0, left_days: (ends - t) as f32, shed }
            } else {
                let thicker = regime.thickening(begun, t) / loss.span_stages;
                let m = (m_cycle - thicker).clamp(0.0, 1.0);
                HairState {
                    phase,
                    calibre_um: loss.calibre_um(full, m) as f32,
                    grown_days: (t.min(anagen_end) - begun) as f32,
                    left_days: (ends - t) as f32,
                    shed,
                }
            };
            see(frame, state);
        }
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
    /// Hairs shed since the run began.
    pub shed: f64,
}

impl Tally {
    fn add(&mut self, state: HairState, weight: f64) {
        self.follicles += weight;
        self.shed += weight * f64::from(state.shed);
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
        self.shed += other.shed;
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
    model: &Model,
    key: Key,
    days: &[f64],
) -> Tallies {
    let mut out = Tallies::empty(days.len(), groups.count);
    tally_into(&mut out, scalp, groups, &sample.follicles, &sample.weight, regime, model, key, days);
    out
}

fn tally_into(
    out: &mut Tallies,
    scalp: &Scalp,
    groups: &Groups,
    follicles: &[u32],
    weight: &[f32],
    regime: &Regime,
    model: &Model,
    key: Key,
    days: &[f64],
) {
    let runner = Runner::new(model, scalp, regime, key);
    for (&i, &w) in follicles.iter().zip(weight) {
        let i = i as usize;
        let group = groups.of[i] as usize;
        runner.run(i, days, |frame, state| {
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
    model: &Model,
    key: Key,
    days: &[f64],
) -> Tallies {
    let parts: Vec<Tallies> = sample
        .follicles
        .par_chunks(CHUNK)
        .zip(sample.weight.par_chunks(CHUNK))
        .map(|(f, w)| {
            let mut part = Tallies::empty(days.len(), groups.count);
            tally_into(&mut part, scalp, groups, f, w, regime, model, key, days);
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
pub fn snapshots(scalp: &Scalp, regime: &Regime, model: &Model, key: Key, days: &[f64]) -> Vec<Snapshot> {
    let n = scalp.follicles.len();
    let runner = Runner::new(model, scalp, regime, key);
    let chunks: Vec<Vec<(f32, bool)>> = (0..n.div_ceil(CHUNK))
        .into_par_iter()
        .map(|c| {
            let range = c * CHUNK..((c + 1) * CHUNK).min(n);
            let len = range.len();
            let mut out = vec![(0.0f32, false); len * days.len()];
            for (k, i) in range.enumerate() {
                runner.run(i, days, |frame, state| {
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

/// Which follicles are grey at an age; index = follicle.
#[must_use]
pub fn grey(scalp: &Scalp, greying: Greying, age_years: f64, key: Key) -> Vec<bool> {
    scalp
        .follicles
        .stream
        .iter()
        .map(|id| {
            // A graft keeps the colour it had at the back.
            let own = u64::from(*id & 0x7fff_ffff);
            greying.grey(key.stream(Purpose::Greying, own).uniform(), age_years)
        })
        .collect()
}
