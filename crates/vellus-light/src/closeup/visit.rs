//! One look at a scalp: where the camera is, how long the hair is, how the light falls.

use super::field::Grown;
use super::lens::Lens;
use super::patch::Patch;
use super::pose::Pose;
use super::spec::CloseUpSpec;
use vellus_units::random::{Key, Purpose};

/// A look at a scalp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// 0 or 1.
    pub(crate) number: usize,
    pub(crate) lens: Lens,
    pub(crate) pose: Pose,
    pub(crate) days: f64,
    pub(crate) ring_deg: f64,
    pub(crate) uneven_deg: f64,
    pub(crate) exposure: f64,
    pub(crate) warmth: f64,
    /// Streams of what is new at this visit: light paths and noise.
    pub(crate) key: Key,
}

impl Visit {
    pub(crate) fn first(spec: &CloseUpSpec, seed: u64) -> Self {
        let c = &spec.camera;
        Self {
            number: 0,
            lens: Lens::new(spec),
            pose: Pose::default(),
            days: 0.0,
            ring_deg: c.ring_deg,
            uneven_deg: c.uneven_deg,
            exposure: c.exposure,
            warmth: c.white_balance,
            key: Key::new(seed, 1),
        }
    }

    pub(crate) fn second(spec: &CloseUpSpec, seed: u64) -> Self {
        let (c, p) = (&spec.camera, &spec.pair);
        let key = Key::new(seed, 2);
        let mut s = key.stream(Purpose::Instrument, u64::MAX);
        let first = Self::first(spec, seed);
        let mut lens = first.lens;
        lens.scale_px_per_mm *= 1.0 + p.scale_share * s.between(-1.0, 1.0);
        let pose = Pose {
            shift_mm: [p.shift_mm * s.between(-1.0, 1.0), p.shift_mm * s.between(-1.0, 1.0)],
            turn_deg: p.turn_deg * s.between(-1.0, 1.0),
            stretch: p.stretch,
            stretch_seed: s.word(),
        };
        let other = p.light_change;
        Self {
            number: 1,
            lens,
            pose,
            days: p.days,
            ring_deg: (c.ring_deg + 10.0 * other * s.between(-1.0, 1.0)).clamp(5.0, 70.0),
            uneven_deg: c.uneven_deg + 180.0 * other * s.between(-1.0, 1.0),
            exposure: c.exposure * (1.0 + 0.2 * other * s.between(-1.0, 1.0)),
            warmth: (c.white_balance + 0.5 * other * s.between(-1.0, 1.0)).clamp(-1.0, 1.0),
            key,
        }
    }

    /// Length of a hair at this visit, mm; none when it is not there.
    pub(crate) fn length_mm(&self, hair: &Grown) -> Option<f64> {
        if !hair.there[self.number] {
            return None;
        }
        let growth = hair.growth_mm_per_day * self.days;
        Some(if self.number == 1 && !hair.there[0] { growth } else { hair.length_mm + growth })
            .filter(|l| *l > 1e-4)
    }
}

/// The patch of scalp in which to grow for these visits: what they see, and a margin from which hair reaches in.
pub(crate) fn patch(spec: &CloseUpSpec, visits: &[Visit]) -> Patch {
    let h = &spec.hair;
    let clipped = h.length_mm * libm::exp(2.5 * h.length_spread);
    let longest = if h.long_share > 0.0 { clipped.max(h.long_mm) } else { clipped };
    let margin = longest.min(6.0) + 1.0;
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for v in visits {
        let (a, b) = v.lens.skin_box();
        for k in 0..=8 {
            let t = f64::from(k) / 8.0;
            let (x, y) = (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]));
            for p in [[x, a[1]], [x, b[1]], [a[0], y], [b[0], y]] {
                let q = v.pose.in_scalp(p);
                for i in 0..2 {
                    low[i] = low[i].min(q[i]);
                    high[i] = high[i].max(q[i]);
                }
            }
        }
    }
    Patch::about(low, high, margin)
}
