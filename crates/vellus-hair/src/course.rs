//! Running follicles through time, event by event: the cost grows with the number of phases that
//! end, not with time steps.

use rayon::prelude::*;
use vellus_units::maths::cell;
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

/// The days that are looked at.
struct Frames<'a> {
    days: &'a [f64],
    /// One over their distance when they are evenly spaced, else 0.
    per_day: f64,
}

impl<'a> Frames<'a> {
    fn new(days: &'a [f64]) -> Self {
        let n = days.len();
        let step = if n > 2 { (days[n - 1] - days[0]) / (n - 1) as f64 } else { 0.0 };
        let even = step > 0.0
            && days.iter().enumerate().all(|(k, d)| (d - days[0] - k as f64 * step).abs() < 1e-6 * step);
        Self { days, per_day: if even { 1.0 / step } else { 0.0 } }
    }

    /// The first frame from `from` on whose day is not before `t`.
    #[inline]
    fn first_from(&self, t: f64, from: usize) -> usize {
        let n = self.days.len();
        let mut to = from;
        if self.per_day > 0.0 {
            // A guess that is right but for rounding.
            let k = ((t - self.days[0]) * self.per_day).min(n as f64);
            to = to.max(cell(k).0.min(n));
        }
        while to < n && self.days[to] < t {
            to += 1;
        }
        to
    }
}

/// What stands in a follicle over some frames between which no phase ends.
struct Span {
    /// First frame, and the one after the last.
    frames: std::ops::Range<usize>,
    /// Phase.
    phase: Phase,
    /// Calibre that the hair has without treatment, µm; 0 when the follicle is empty.
    calibre_um: f32,
    /// Miniaturisation that its anagen began with.
    m: f64,
    /// Full calibre of the follicle, µm.
    full_um: f64,
    /// When its anagen began and ends.
    begun: f64,
    anagen_end: f64,
    /// When the phase ends.
    ends: f64,
    /// Hairs shed since the run began.
    shed: u32,
}

/// Runs follicles of one person through one regime.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    follicles: &'a Follicles,
    cycle: PersonCycle,
    loss: LossRules,
    /// One over the span, per stage.
    per_span: f64,
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
            per_span: 1.0 / model.loss.span_stages,
            regime,
            key,
        }
    }

    /// Runs follicle `i` past the given days (rising, none before the regime begins) and reports what
    /// stands in it at each.
    #[inline]
    pub fn run(&self, i: usize, days: &[f64], mut see: impl FnMut(usize, HairState)) {
        self.spans(i, &Frames::new(days), |span| {
            for frame in span.frames.clone() {
                see(frame, self.state(&span, days[frame]));
            }
        });
    }

    /// What a span is on one of its days.
    #[inline]
    fn state(&self, span: &Span, t: f64) -> HairState {
        let stands = !matches!(span.phase, Phase::Kenogen | Phase::Regressed);
        HairState {
            phase: span.phase,
            calibre_um: self.calibre(span, t),
            grown_days: if stands { (t.min(span.anagen_end) - span.begun) as f32 } else { 0.0 },
            left_days: (span.ends - t) as f32,
            shed: span.shed,
        }
    }

    /// Calibre on a day of a span: treatment thickens the hair as it grows.
    #[inline]
    fn calibre(&self, span: &Span, t: f64) -> f32 {
        if span.calibre_um > 0.0 && self.regime.thickens() {
            let thicker = self.regime.thickening(span.begun, t) * self.per_span;
            self.loss.calibre_um(span.full_um, (span.m - thicker).clamp(0.0, 1.0)) as f32
        } else {
            span.calibre_um
        }
    }

    /// Runs follicle `i` past the given days and reports each stretch of them over which its phase
    /// stays the same.
    #[inline]
    fn spans(&self, i: usize, frames: &Frames<'_>, mut see: impl FnMut(Span)) {
        let days = frames.days;
        let Self { follicles, cycle, loss, regime, key, .. } = self;
        let mut s: Stream = key.stream(Purpose::FollicleCycle, u64::from(follicles.stream[i]));
        let threshold = f64::from(follicles.threshold[i]) - regime.ahead(follicles.zone[i]);
        let gone_at = loss.gone_at(threshold, f64::from(follicles.hardiness[i]));
        let full = f64::from(follicles.calibre_um[i]);
        let from_day = f64::from(follicles.from_day[i]);
        let until_day = f64::from(follicles.until_day[i]);
        let mut shock = f64::from(follicles.shock_day[i]);

        // Follicles that loss never reaches need no look at the stage.
        let spared = threshold >= regime.highest_stage();
        let miniaturised = |stage: f64| ((stage - threshold) * self.per_span).clamp(0.0, 1.0);
        let begin = regime.begin();
        let at_begin = regime.stage(begin);
        // Catagen and telogen are one stretch of rest: catagen until `resting`, telogen after it.
        let (mut phase, mut ends, mut begun, mut anagen_end, mut resting);
        if from_day > begin {
            // A graft sheds and rests; its first hair grows from `from_day`.
            (phase, ends, begun, anagen_end, resting) = (Phase::Kenogen, from_day, begin, begin, begin);
        } else if at_begin > gone_at {
            (phase, ends, begun, anagen_end, resting) =
                (Phase::Regressed, f64::INFINITY, begin, begin, begin);
        } else {
            let m = miniaturised(at_begin);
            let (p, past, left) = cycle.equilibrium(m, &mut s);
            phase = p;
            ends = regime.end_of(p, begin, left);
            begun = begin - past;
            anagen_end = ends;
            resting = begin;
            if p == Phase::Catagen {
                phase = Phase::Telogen;
                resting = ends;
                let d = cycle.draw(phase, m, &mut s);
                ends = regime.end_of(phase, resting, d);
            }
            if p != Phase::Anagen {
                // A resting hair grew before; its calibre was set when its anagen began.
                anagen_end = begun;
                begun -= cycle.rules.anagen_at(m);
            }
        }
        let mut m_cycle = if spared { 0.0 } else { miniaturised(regime.stage(begun)) };
        // Without treatment a hair keeps the calibre that it began with.
        let mut calibre = loss.calibre_um(full, m_cycle) as f32;
        let mut shed = 0;
        if phase == Phase::Anagen && shock < ends && shock > begin {
            ends = shock;
            anagen_end = shock;
            shock = f64::INFINITY;
        }

        let mut frame = 0;
        while frame < days.len() {
            let t = days[frame];
            while ends <= t {
                let now = ends;
                match phase {
                    Phase::Anagen | Phase::Catagen => {
                        resting = now + cycle.draw(Phase::Catagen, m_cycle, &mut s);
                        phase = Phase::Telogen;
                        let d = cycle.draw(phase, m_cycle, &mut s);
                        ends = regime.end_of(phase, resting, d);
                    }
                    Phase::Telogen | Phase::Kenogen => {
                        let stage = if spared { f64::NEG_INFINITY } else { regime.stage(now) };
                        let m = miniaturised(stage);
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
                            calibre = loss.calibre_um(full, m) as f32;
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
            let (shown, change) = match phase {
                _ if t >= until_day => (Phase::Regressed, f64::INFINITY),
                Phase::Telogen if t < resting => (Phase::Catagen, resting.min(until_day)),
                p => (p, ends.min(until_day)),
            };
            let to = frames.first_from(change, frame + 1);
            let stands = !matches!(shown, Phase::Kenogen | Phase::Regressed);
            see(Span {
                frames: frame..to,
                phase: shown,
                calibre_um: if stands { calibre } else { 0.0 },
                m: m_cycle,
                full_um: full,
                begun,
                anagen_end,
                ends,
                shed,
            });
            frame = to;
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
    /// How many follicles of its group each stands for, by group; empty when each stands for itself.
    pub weight: Vec<f64>,
}

impl Sample {
    /// Every follicle, each for itself.
    #[must_use]
    pub fn whole(scalp: &Scalp) -> Self {
        Self { follicles: (0..scalp.follicles.len() as u32).collect(), weight: Vec::new() }
    }

    /// At most so many follicles of each group as `most` says, so that the sampling error of a group does not
    /// depend on its size. A group's follicles are laid out by when loss reaches them and by their calibre, and one
    /// is taken out of each of as many equal stretches (serpentine sorting, Williams & Chromy 1980): how many are
    /// thinning and how thick they are is then nearly as in the whole group.
    #[must_use]
    pub fn by_group(scalp: &Scalp, groups: &Groups, most: impl Fn(usize) -> usize) -> Self {
        let mut members = vec![Vec::new(); groups.count];
        for (i, g) in groups.of.iter().enumerate() {
            members[*g as usize].push(i as u32);
        }
        let mut out = Self { follicles: Vec::new(), weight: Vec::with_capacity(groups.count) };
        let threshold = |i: &u32| scalp.follicles.threshold[*i as usize];
        let calibre = |i: &u32| scalp.follicles.calibre_um[*i as usize];
        for (g, list) in members.iter_mut().enumerate() {
            let n = list.len().min(most(g));
            if n < list.len() {
                list.sort_by(|a, b| threshold(a).total_cmp(&threshold(b)));
                // As many rows as each then has columns; every other row runs backwards.
                let row = (list.len() as f64 / libm::sqrt(n as f64)).ceil() as usize;
                for (k, row) in list.chunks_mut(row.max(1)).enumerate() {
                    row.sort_by(|a, b| calibre(a).total_cmp(&calibre(b)));
                    if k % 2 == 1 {
                        row.reverse();
                    }
                }
            }
            // The middle of each stretch.
            out.follicles.extend((0..n).map(|k| list[(2 * k + 1) * list.len() / (2 * n)]));
            out.weight.push(if n > 0 { list.len() as f64 / n as f64 } else { 1.0 });
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
    /// Sum of (calibre / 100 µm)⁴ of terminal hairs, which the stiffness of stubble goes with: a round
    /// fibre bends with the fourth power of its diameter.
    pub terminal_bending: f64,
    /// Hairs shed since the run began.
    pub shed: f64,
}

/// What is counted while follicles run: whole numbers where they will do.
#[derive(Clone, Copy, Default)]
struct Count {
    /// Follicles by phase.
    phases: [u32; 5],
    terminal: u32,
    shed: u32,
    calibre_um: f64,
    terminal_calibre_um: f64,
    terminal_bending: f64,
}

/// What of a follicle is counted.
#[derive(Clone, Copy)]
struct Seen {
    phase: Phase,
    calibre_um: f64,
    terminal_calibre_um: f64,
    terminal_bending: f64,
    terminal: u32,
    shed: u32,
}

/// (calibre / 100 µm)⁴.
#[inline]
fn bending(calibre_um: f64) -> f64 {
    let square = (0.01 * calibre_um) * (0.01 * calibre_um);
    square * square
}

impl Seen {
    #[inline]
    fn new(phase: Phase, calibre_um: f32, shed: u32) -> Self {
        // An empty follicle has a calibre of zero.
        let d = f64::from(calibre_um);
        let terminal = calibre_um >= TERMINAL_UM;
        Self {
            phase,
            calibre_um: d,
            terminal_calibre_um: if terminal { d } else { 0.0 },
            terminal_bending: if terminal { bending(d) } else { 0.0 },
            terminal: u32::from(terminal),
            shed,
        }
    }
}

impl Count {
    #[inline]
    fn add(&mut self, now: Seen) {
        self.phases[now.phase as usize] = self.phases[now.phase as usize].wrapping_add(1);
        self.shed = self.shed.wrapping_add(now.shed);
        self.terminal = self.terminal.wrapping_add(now.terminal);
        self.calibre_um += now.calibre_um;
        self.terminal_calibre_um += now.terminal_calibre_um;
        self.terminal_bending += now.terminal_bending;
    }

    /// What changes from one frame to the next: counts wrap around, so that differences of frames
    /// may be summed.
    #[inline]
    fn change(&mut self, was: Seen, now: Seen) {
        self.phases[was.phase as usize] = self.phases[was.phase as usize].wrapping_sub(1);
        self.phases[now.phase as usize] = self.phases[now.phase as usize].wrapping_add(1);
        self.shed = self.shed.wrapping_add(now.shed.wrapping_sub(was.shed));
        self.terminal = self.terminal.wrapping_add(now.terminal.wrapping_sub(was.terminal));
        self.calibre_um += now.calibre_um - was.calibre_um;
        self.terminal_calibre_um += now.terminal_calibre_um - was.terminal_calibre_um;
        self.terminal_bending += now.terminal_bending - was.terminal_bending;
    }

    fn merge(&mut self, o: &Self) {
        for (a, b) in self.phases.iter_mut().zip(o.phases) {
            *a = a.wrapping_add(b);
        }
        self.terminal = self.terminal.wrapping_add(o.terminal);
        self.shed = self.shed.wrapping_add(o.shed);
        self.calibre_um += o.calibre_um;
        self.terminal_calibre_um += o.terminal_calibre_um;
        self.terminal_bending += o.terminal_bending;
    }

    fn tally(&self, weight: f64) -> Tally {
        let of = |p: Phase| weight * f64::from(self.phases[p as usize]);
        let hairs = of(Phase::Anagen) + of(Phase::Catagen) + of(Phase::Telogen);
        Tally {
            follicles: hairs + of(Phase::Kenogen) + of(Phase::Regressed),
            hairs,
            terminal: weight * f64::from(self.terminal),
            anagen: of(Phase::Anagen),
            kenogen: of(Phase::Kenogen),
            regressed: of(Phase::Regressed),
            calibre_um: weight * self.calibre_um,
            terminal_calibre_um: weight * self.terminal_calibre_um,
            terminal_bending: weight * self.terminal_bending,
            shed: weight * f64::from(self.shed),
        }
    }
}

impl Tally {
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
        self.terminal_bending += other.terminal_bending;
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
    fn of(counts: &[Count], frames: usize, groups: usize, sample: &Sample) -> Self {
        let weight = |group: usize| sample.weight.get(group).copied().unwrap_or(1.0);
        let rows = (0..frames)
            .flat_map(|f| (0..groups).map(move |g| (f, g)))
            .map(|(f, g)| counts[g * frames + f].tally(weight(g)))
            .collect();
        Self { rows, groups }
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
    let runner = Runner::new(model, scalp, regime, key);
    let mut counts = vec![Count::default(); days.len() * groups.count];
    for part in sample.follicles.chunks(CHUNK) {
        // Chunk by chunk as in parallel, so that sums are taken in the same order.
        merge(&mut counts, &count(&runner, groups, part, days));
    }
    Tallies::of(&counts, days.len(), groups.count, sample)
}

/// Counts of some follicles, group by group and within a group frame by frame.
fn count(runner: &Runner<'_>, groups: &Groups, follicles: &[u32], days: &[f64]) -> Vec<Count> {
    let frames = days.len();
    let mut out = vec![Count::default(); frames * groups.count];
    if frames == 0 {
        return out;
    }
    let thickens = runner.regime.thickens();
    let looked_at = Frames::new(days);
    for &i in follicles {
        let group = groups.of[i as usize] as usize;
        let rows = &mut out[group * frames..(group + 1) * frames];
        let mut was: Option<Seen> = None;
        let mut at = |frame: usize, now: Seen| {
            match was {
                Some(was) => rows[frame].change(was, now),
                None => rows[frame].add(now),
            }
            was = Some(now);
        };
        runner.spans(i as usize, &looked_at, |span| {
            if thickens && span.calibre_um > 0.0 {
                for frame in span.frames.clone() {
                    at(frame, Seen::new(span.phase, runner.calibre(&span, days[frame]), span.shed));
                }
            } else {
                at(span.frames.start, Seen::new(span.phase, span.calibre_um, span.shed));
            }
        });
    }
    // Changes become counts.
    for rows in out.chunks_exact_mut(frames) {
        for k in 1..frames {
            let before = rows[k - 1];
            rows[k].merge(&before);
        }
    }
    out
}

fn merge(into: &mut [Count], part: &[Count]) {
    for (a, b) in into.iter_mut().zip(part) {
        a.merge(b);
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
    let runner = Runner::new(model, scalp, regime, key);
    let parts: Vec<Vec<Count>> =
        sample.follicles.par_chunks(CHUNK).map(|part| count(&runner, groups, part, days)).collect();
    let mut counts = vec![Count::default(); days.len() * groups.count];
    for part in &parts {
        merge(&mut counts, part);
    }
    Tallies::of(&counts, days.len(), groups.count, sample)
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
