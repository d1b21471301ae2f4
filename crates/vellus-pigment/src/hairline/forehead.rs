//! Finding places on a forehead: by height, by depth, by distance along the skin.

use glam::DVec3;
use vellus_head::chart::azimuth;
use vellus_head::{Head, Landmark};

/// The level line falls back no faster than a circle of this radius, mm. High on the head a level line
/// no longer reaches the angles; a circle as tight as the narrowest heads' stands in (assumption).
const TIGHTEST_MM: f64 = 20.0;
/// The line ends at the sideburn this far above the tragion, mm (assumption).
const END_ABOVE_TRAGION_MM: f64 = 20.0;

/// A head as a hairline sees it.
pub(super) struct Forehead<'a> {
    pub(super) head: &'a Head,
    /// x of the middle of the face, mm.
    pub(super) middle_x: f64,
    pub(super) glabella: DVec3,
    /// Outer corners of the eyes: right, left.
    pub(super) canthi: [DVec3; 2],
    pub(super) tragia: [DVec3; 2],
    pub(super) temporal_points: [DVec3; 2],
}

/// −1 on the right side of the person, +1 on the left.
pub(super) const fn sign(side: usize) -> f64 {
    if side == 0 { -1.0 } else { 1.0 }
}

impl<'a> Forehead<'a> {
    pub(super) const fn new(head: &'a Head) -> Self {
        let l = head.landmarks();
        let glabella = l.get(Landmark::Glabella);
        Self {
            head,
            middle_x: glabella.x,
            glabella,
            canthi: [l.get(Landmark::LateralCanthusRight), l.get(Landmark::LateralCanthusLeft)],
            tragia: [l.get(Landmark::TragionRight), l.get(Landmark::TragionLeft)],
            temporal_points: [l.get(Landmark::TemporalPointRight), l.get(Landmark::TemporalPointLeft)],
        }
    }

    /// The skin in the sagittal plane at `x`, in a direction from straight ahead (0) to straight up
    /// (a quarter turn) and on to the back.
    pub(super) fn sagittal(&self, x: f64, angle: f64) -> Option<DVec3> {
        let c = self.head.chart().centre_in_head();
        let (up, ahead) = libm::sincos(angle);
        let hit =
            self.head.surface().raycast_farthest(DVec3::new(x, c.y, c.z), DVec3::new(0.0, up, ahead))?;
        Some(hit.point.position)
    }

    /// The place in the sagittal plane at `x` that has risen to height `y`, on the front.
    pub(super) fn at_height(&self, x: f64, y: f64) -> Option<DVec3> {
        let rises = |p: DVec3| p.y >= y;
        self.search(x, 0.05, 1.6, rises)
    }

    /// The place in the sagittal plane at `x` that has fallen back to depth `z`, above the brow.
    pub(super) fn at_depth(&self, x: f64, z: f64) -> Option<DVec3> {
        // From the most prominent place upwards.
        let brow = (2..45)
            .map(|i| f64::from(i) * 0.02)
            .filter_map(|a| self.sagittal(x, a).map(|p| (a, p.z)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        if brow.1 < z {
            return None;
        }
        self.search(x, brow.0, super::line::FARTHEST_BACK, |p| p.z <= z)
    }

    /// The first place, turning up from `from` radians to `to`, at which a test begins to hold.
    fn search(&self, x: f64, from: f64, to: f64, holds: impl Fn(DVec3) -> bool) -> Option<DVec3> {
        let steps = ((to - from) / 0.02).ceil() as usize;
        let mut before = from;
        for i in 0..=steps {
            let a = (from + 0.02 * i as f64).min(to);
            if self.sagittal(x, a).is_some_and(&holds) {
                let (mut lo, mut hi) = (before, a);
                for _ in 0..34 {
                    let mid = 0.5 * (lo + hi);
                    if self.sagittal(x, mid).is_some_and(&holds) {
                        hi = mid;
                    } else {
                        lo = mid;
                    }
                }
                return self.sagittal(x, hi);
            }
            before = a;
        }
        None
    }

    /// z of the level line through a place of the middle, in the sagittal plane at `x`.
    pub(super) fn level_z(&self, x: f64, middle: DVec3) -> f64 {
        let off = x - self.middle_x;
        let tightest = middle.z - off * off / (2.0 * TIGHTEST_MM);
        self.at_height(x, middle.y).map_or(tightest, |p| p.z.max(tightest))
    }

    /// The place of the middle at a length of tape above the glabella.
    pub(super) fn middle(&self, tape_mm: f64) -> Option<DVec3> {
        let c = self.head.chart().centre_in_head();
        let from = libm::atan2(self.glabella.y - c.y, self.glabella.z - c.z);
        let mut before = self.sagittal(self.middle_x, from)?;
        let mut length = 0.0;
        for i in 1..1200 {
            let Some(p) = self.sagittal(self.middle_x, from + 0.002 * f64::from(i)) else { continue };
            let d = p.distance(before);
            if length + d >= tape_mm {
                return Some(before.lerp(p, (tape_mm - length) / d));
            }
            length += d;
            before = p;
        }
        None
    }

    /// The temporal point of a side, moved forward and up.
    pub(super) fn temporal_point(&self, side: usize, forward: f64, up: f64) -> Option<DVec3> {
        let p = self.temporal_points[side] + DVec3::new(0.0, up, forward);
        let from = DVec3::new(sign(side) * 1e4, p.y, p.z);
        let hit = self.head.surface().raycast(from, DVec3::X * -sign(side))?;
        (!self.head.is_ear(hit.point.position)).then_some(hit.point.position)
    }

    /// Where the line ends: on the natural border at the sideburn.
    pub(super) fn end(&self, side: usize) -> Option<DVec3> {
        let head = self.head;
        let lowest = self.tragia[side].y + END_ABOVE_TRAGION_MM;
        let of = |p: DVec3| azimuth(head.chart().chart_from_head(p)).abs();
        let (first, last) = (of(self.temporal_points[side]), of(self.tragia[side]));
        let at = |k: u32| {
            let phi = sign(side) * (first + (last - first) * f64::from(k) / 200.0);
            let (s, c) = libm::sincos(phi);
            let q = glam::DVec2::new(s, c) * head.scalp().border_radius(phi);
            head.head_from_chart(q).map(|p| p.position)
        };
        (10..140).filter_map(at).find(|p| p.y <= lowest).or_else(|| at(100))
    }
}
