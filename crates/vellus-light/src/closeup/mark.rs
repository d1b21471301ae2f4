//! What lies on and in the skin beside hair and dots, each kind by its name.

use super::blot::{Blot, Effect};
use super::field::Unit;
use super::patch::{Patch, even_points};
use super::pose::Pose;
use super::spec::Marks;
use glam::Vec3;
use libm::{cos, sin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;
use vellus_units::random::{Key, Purpose, Stream};

/// Kinds of things that are neither hair nor pigment dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A capillary or a fine branching vessel.
    Vessel,
    /// A flake of scale.
    Flake,
    /// A patch of sebum.
    Sebum,
    /// A pinpoint white dot: duct of a sweat gland, empty follicle.
    WhiteDot,
    /// An ostium full of sebum.
    YellowDot,
    /// A hair broken at the skin.
    BlackDot,
    /// The mouth of a follicle without hair.
    EmptyOstium,
    /// A comedone.
    Comedone,
    /// A mole.
    Mole,
    /// A lentigo.
    Lentigo,
    /// A dot of marker ink.
    InkDot,
    /// A bubble in the contact gel.
    Bubble,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    pub(crate) kind: MarkKind,
    pub(crate) centre_in_scalp: [f64; 2],
    /// Half its width, mm.
    pub(crate) radius_mm: f64,
    /// Places along a vessel.
    pub(crate) path: Vec<[f64; 2]>,
    pub(crate) axis: f64,
    pub(crate) strength: f64,
    pub(crate) seed: u32,
}

/// All marks of a patch; `frame_area_mm2` is that which is seen.
pub(crate) fn marks(m: &Marks, patch: &Patch, frame: &Patch, units: &[Unit], key: Key) -> Vec<Mark> {
    use MarkKind as K;
    let mut out = Vec::new();
    // Kind, number per cm², smallest and largest radius, evenness, and whether it sits in an ostium.
    let kinds = [
        (K::Lentigo, m.lentigines_per_cm2, 0.5, 1.8, 0.3, false),
        (K::Mole, m.moles_per_cm2, 0.7, 1.8, 0.3, false),
        (K::Vessel, m.vessels_per_cm2, 0.006, 0.022, 0.4, false),
        (K::Sebum, m.sebum_per_cm2, 0.12, 0.5, 0.2, false),
        (K::WhiteDot, m.white_dots_per_cm2, 0.03, 0.08, 0.8, false),
        (K::YellowDot, m.yellow_dots_per_cm2, 0.08, 0.2, 0.8, true),
        (K::BlackDot, m.black_dots_per_cm2, 0.03, 0.07, 0.8, true),
        (K::Comedone, m.comedones_per_cm2, 0.12, 0.35, 0.4, true),
        (K::Flake, m.flakes_per_cm2, 0.05, 0.3, 0.1, false),
        (K::Bubble, m.bubbles_per_cm2, 0.06, 0.55, 0.1, false),
    ];
    for (n, (kind, per_cm2, low, high, evenness, ostium)) in kinds.into_iter().enumerate() {
        let first = (n as u64 + 1) << 32;
        let mut c = key.stream(Purpose::Choice, first);
        let mean = per_cm2 / 100.0 * patch.area_mm2();
        // Rounded up or down by chance, so that rare kinds keep their mean.
        let count = (mean + c.uniform()) as usize;
        let places = even_points(patch, count, evenness, key, Purpose::SkinTexture, first);
        for (k, place) in places.into_iter().enumerate() {
            let mut s = key.stream(Purpose::Choice, first + 1 + k as u64);
            let at = if ostium && !units.is_empty() {
                units[s.below(units.len() as u32) as usize].centre_in_scalp
            } else {
                place
            };
            out.push(mark(kind, at, low, high, &mut s));
        }
    }
    for (k, u) in units.iter().enumerate().filter(|(_, u)| u.ostium) {
        let mut s = key.stream(Purpose::Choice, (20 << 32) + k as u64);
        out.push(mark(K::EmptyOstium, u.centre_in_scalp, 0.03, 0.075, &mut s));
    }
    for k in 0..libm::round(m.ink_dots) as u64 {
        let mut s = key.stream(Purpose::Choice, (21 << 32) + k);
        let at = [0, 1].map(|i| s.between(frame.low[i], frame.high[i]));
        out.push(mark(K::InkDot, at, 0.12, 0.35, &mut s));
    }
    out
}

fn mark(kind: MarkKind, centre_in_scalp: [f64; 2], low: f64, high: f64, s: &mut Stream) -> Mark {
    let u = s.uniform();
    let radius_mm = low * libm::exp(u * u * libm::log(high / low));
    let axis = s.between(0.0, TAU);
    let strength = s.between(0.5, 1.0);
    let mut path = Vec::new();
    if kind == MarkKind::Vessel {
        // Short loops, and a few longer ones that wander.
        let long = s.uniform() < 0.35;
        let length = if long { s.between(0.8, 3.0) } else { s.between(0.12, 0.4) };
        let bend = if long { s.between(-0.6, 0.6) } else { s.between(6.0, 16.0) };
        let step = (0.7 * radius_mm).max(0.006);
        let (mut p, mut a) = (centre_in_scalp, axis);
        let mut wave = 0.0;
        for _ in 0..(length / step) as usize {
            path.push(p);
            wave = 0.9 * wave + s.normal() * 0.35;
            a += (bend + if long { 3.0 * wave } else { 0.0 }) * step;
            p = [p[0] + step * cos(a), p[1] + step * sin(a)];
        }
    }
    Mark { kind, centre_in_scalp, radius_mm, path, axis, strength, seed: s.word() }
}

impl Mark {
    /// What the skin shows of it.
    pub(crate) fn blots(&self, pose: &Pose) -> Vec<Blot> {
        use MarkKind as K;
        let at = pose.in_frame(self.centre_in_scalp);
        let (r, w) = (self.radius_mm, self.strength as f32);
        let axis = self.axis + pose.turn_deg.to_radians();
        let shaped = |b: Blot, aspect: f64, rough: f64| b.shaped(aspect, axis, rough, self.seed);
        // Colours and depths are by eye, after published dermoscopy: assumptions.
        match self.kind {
            K::Vessel => self
                .path
                .iter()
                .map(|p| {
                    let depth = Vec3::new(0.02, 0.2, 0.16) * w;
                    Blot::gauss(pose.in_frame(*p), r.max(0.008), Effect::Absorb(depth))
                })
                .collect(),
            K::Flake => {
                let film = Effect::Paint(Vec3::new(0.72, 0.68, 0.6), 0.15 + 0.3 * w);
                let rim = Effect::Paint(Vec3::new(0.85, 0.83, 0.78), 0.45 * w);
                let core = [at[0] + 0.25 * r * cos(axis), at[1] + 0.25 * r * sin(axis)];
                vec![
                    shaped(Blot::disc(at, r, 0.015 + 0.12 * r, film), 0.6, 0.5),
                    shaped(Blot::disc(core, 0.5 * r, 0.01 + 0.1 * r, rim), 0.45, 0.55),
                ]
            }
            K::Sebum => {
                let fat = Effect::Paint(Vec3::new(0.72, 0.58, 0.3), 0.3 * w);
                vec![shaped(Blot::disc(at, r, 0.25 * r, fat), 0.75, 0.3)]
            }
            K::WhiteDot => vec![Blot::gauss(at, 0.7 * r, Effect::Paint(Vec3::new(0.86, 0.8, 0.72), 0.5 * w))],
            K::YellowDot => {
                let plug = Effect::Paint(Vec3::new(0.6, 0.4, 0.14), 0.6 * w);
                vec![shaped(Blot::disc(at, r, 0.22 * r, plug), 0.9, 0.12)]
            }
            K::BlackDot => {
                let stump = Effect::Absorb(Vec3::new(1.7, 1.9, 2.2) * w);
                vec![shaped(Blot::disc(at, r, 0.12 * r + 0.006, stump), 0.8, 0.15)]
            }
            K::EmptyOstium => {
                let mouth = Effect::Absorb(Vec3::new(0.25, 0.38, 0.5) * w);
                vec![
                    Blot::gauss(at, 1.1 * r, mouth),
                    Blot::gauss(at, 2.2 * r, Effect::Absorb(Vec3::splat(-0.05))),
                ]
            }
            K::Comedone => {
                let plug = Effect::Absorb(Vec3::new(0.9, 1.25, 1.7) * w);
                let rim = Effect::Absorb(Vec3::new(0.06, 0.12, 0.16));
                vec![shaped(Blot::disc(at, r, 0.3 * r, plug), 0.85, 0.12), Blot::gauss(at, 1.6 * r, rim)]
            }
            K::Mole => {
                let brown = Effect::Absorb(Vec3::new(0.55, 0.85, 1.15) * w);
                let core = Effect::Absorb(Vec3::new(0.25, 0.4, 0.5) * w);
                vec![
                    shaped(Blot::disc(at, r, 0.16 * r, brown), 0.8, 0.18),
                    shaped(Blot::disc(at, 0.45 * r, 0.25 * r, core), 0.7, 0.35),
                ]
            }
            K::Lentigo => {
                let tan = Effect::Absorb(Vec3::new(0.13, 0.25, 0.36) * w);
                vec![shaped(Blot::disc(at, r, 0.07 * r + 0.03, tan), 0.75, 0.4)]
            }
            K::InkDot => {
                let ink = Effect::Absorb(Vec3::new(1.9, 1.0, 0.22) * w);
                vec![shaped(Blot::disc(at, r, 0.18 * r, ink), 0.85, 0.2)]
            }
            K::Bubble => Vec::new(),
        }
    }
}
