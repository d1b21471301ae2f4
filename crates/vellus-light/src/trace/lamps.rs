//! Lamps that paths are sent to, and the dome that they end in.

use super::maths::sin_cos_turns;
use crate::lights::FarLight;
use glam::Vec3;
use std::f32::consts::PI;

/// A lamp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lamp {
    /// From far away, with an angular size.
    Far(FarLight),
    /// A rectangle that shines to the side of `across × up`: a corner, two edges (mm) and its radiance.
    Panel {
        /// A corner, mm.
        corner: Vec3,
        /// The edge from there, mm.
        across: Vec3,
        /// The other edge from there, mm.
        up: Vec3,
        /// Radiance.
        radiance: Vec3,
    },
}

/// A lamp seen from a point: unit direction, distance (mm), and radiance times solid angle over the
/// chance with which it was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lit {
    /// Unit direction to the lamp.
    pub toward: Vec3,
    /// Distance, mm.
    pub distance: f32,
    /// What it is worth.
    pub weight: Vec3,
}

/// Distance beyond which nothing stands, mm.
pub const FAR_MM: f32 = 1e5;

/// Light from everywhere else: from straight below to straight above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dome {
    /// Radiance from straight above.
    pub sky: Vec3,
    /// Radiance from straight below.
    pub ground: Vec3,
}

impl Dome {
    /// Radiance of the dome in a direction.
    #[inline(always)]
    #[must_use]
    pub fn at(&self, direction: Vec3) -> Vec3 {
        self.ground.lerp(self.sky, 0.5 + 0.5 * direction.y)
    }
}

/// The lamps and the dome of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Lamps {
    ready: Vec<Ready>,
    dome: Dome,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Ready {
    lamp: Lamp,
    /// Frame of the lamp: for a far one across its direction, for a panel its normal first.
    frame: [Vec3; 2],
    /// Chance of this and all lamps before it.
    until: f32,
    chance: f32,
}

impl Lamps {
    /// Makes lamps ready for a scene about `centre`; each is drawn in proportion to what it gives there.
    #[must_use]
    pub fn new(lamps: &[Lamp], dome: Dome, centre: Vec3) -> Self {
        let strength = |l: &Lamp| match l {
            Lamp::Far(f) => PI * f.colour.max_element(),
            Lamp::Panel { corner, across, up, radiance } => {
                let middle = *corner + 0.5 * (*across + *up);
                across.cross(*up).length() * radiance.max_element() / middle.distance_squared(centre).max(1.0)
            }
        };
        let kept: Vec<(Lamp, f32)> =
            lamps.iter().map(|l| (*l, strength(l))).filter(|(_, s)| *s > 0.0 && s.is_finite()).collect();
        let total: f32 = kept.iter().map(|(_, s)| s).sum();
        let mut until = 0.0;
        let ready = kept
            .into_iter()
            .map(|(lamp, s)| {
                let chance = s / total;
                until += chance;
                let frame = match &lamp {
                    Lamp::Far(f) => f.toward.any_orthonormal_pair().into(),
                    Lamp::Panel { across, up, .. } => [across.cross(*up), Vec3::ZERO],
                };
                Ready { lamp, frame, until, chance }
            })
            .collect();
        Self { ready, dome }
    }

    /// True when a number has to choose between lamps.
    #[inline(always)]
    #[must_use]
    pub const fn are_several(&self) -> bool {
        self.ready.len() > 1
    }

    /// True when nothing shines.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.ready.is_empty() && self.dome.sky.max(self.dome.ground).max_element() <= 0.0
    }

    /// Draws a place of a lamp as seen from a point, from a number that chooses the lamp and two more.
    #[inline(always)]
    #[must_use]
    pub fn draw(&self, from: Vec3, which: f32, u: [f32; 2]) -> Option<Lit> {
        let last = self.ready.len().checked_sub(1)?;
        let ready = self.ready[..last].iter().find(|r| which < r.until).unwrap_or(&self.ready[last]);
        Self::seen(ready, from, u, ready.chance)
    }

    /// Number of lamps that shine.
    #[inline(always)]
    #[must_use]
    pub const fn count(&self) -> usize {
        self.ready.len()
    }

    /// Draws a place of one of the lamps, by its number below [`Self::count`].
    #[inline(always)]
    #[must_use]
    pub fn draw_one(&self, number: usize, from: Vec3, u: [f32; 2]) -> Option<Lit> {
        Self::seen(self.ready.get(number)?, from, u, 1.0)
    }

    #[inline(always)]
    fn seen(ready: &Ready, from: Vec3, u: [f32; 2], chance: f32) -> Option<Lit> {
        match &ready.lamp {
            Lamp::Far(f) => {
                let [t, b] = ready.frame;
                let r = f.radius * u[0].sqrt();
                let (s, c) = sin_cos_turns(u[1]);
                let toward = (f.toward + t * (r * c) + b * (r * s)).normalize();
                Some(Lit { toward, distance: FAR_MM, weight: f.colour * (PI / chance) })
            }
            Lamp::Panel { corner, across, up, radiance } => {
                let away = *corner + *across * u[0] + *up * u[1] - from;
                let d2 = away.length_squared();
                let d = d2.sqrt();
                let toward = away / d;
                let facing = -toward.dot(ready.frame[0]);
                if facing <= 0.0 {
                    return None;
                }
                Some(Lit { toward, distance: d, weight: *radiance * (facing / (d2 * chance)) })
            }
        }
    }

    /// What a ray that meets nothing sees of the dome: nothing where a panel hides it.
    #[inline(always)]
    #[must_use]
    pub fn dome(&self, from: Vec3, direction: Vec3) -> Vec3 {
        for r in &self.ready {
            if let Lamp::Panel { corner, across, up, .. } = &r.lamp {
                let n = r.frame[0];
                let d = direction.dot(n);
                let t = (*corner - from).dot(n) / d;
                if t > 0.0 && t.is_finite() {
                    let p = from + direction * t - *corner;
                    let (a, b) = (p.dot(*across) / across.length_squared(), p.dot(*up) / up.length_squared());
                    if (0.0..1.0).contains(&a) && (0.0..1.0).contains(&b) {
                        return Vec3::ZERO;
                    }
                }
            }
        }
        self.dome.at(direction)
    }
}
