//! Curves on a surface.

use glam::DVec3;

use super::Geodesics;
use super::field::Stop;
use super::place::{Place, weights};
use crate::{HeadError, Surface, SurfacePoint};

/// A polyline that lies on a surface: every leg is a straight line within one triangle.
#[derive(Clone, Debug)]
pub struct Curve {
    points: Vec<SurfacePoint>,
    /// Length from the begin to each point, mm; then the whole length when the curve is closed.
    along: Vec<f64>,
    closed: bool,
    pub(super) places: Vec<Place>,
    /// Triangle of each leg.
    pub(super) faces: Vec<u32>,
}

/// A place of a curve, with the directions of someone who walks on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Where.
    pub point: SurfacePoint,
    /// Unit vector along the curve, in the plane of the triangle.
    pub tangent: DVec3,
    /// Unit vector to the left, seen from outside, in the plane of the triangle.
    pub left: DVec3,
}

impl Curve {
    /// From stops; each has the triangle of the leg that begins there. The triangle of the last
    /// stop of an open curve is not used.
    pub(super) fn from_stops(g: &Geodesics<'_>, stops: &[Stop], closed: bool) -> Self {
        let mut kept: Vec<Stop> = Vec::with_capacity(stops.len());
        for &(place, face) in stops {
            match kept.last_mut() {
                Some(last) if last.0 == place => last.1 = face,
                _ => kept.push((place, face)),
            }
        }
        if closed && kept.len() > 1 && kept.first().map(|s| s.0) == kept.last().map(|s| s.0) {
            kept.pop();
        }
        let n = kept.len();
        let legs = if closed { n } else { n.saturating_sub(1) };
        let faces: Vec<u32> = kept.iter().take(legs).map(|s| s.1).collect();
        let points: Vec<SurfacePoint> = (0..n)
            .map(|i| {
                let face = faces.get(i).or(faces.last()).copied().unwrap_or_else(|| {
                    if kept[i].1 == u32::MAX {
                        kept[i].0.faces(&g.topology).first().copied().unwrap_or(0)
                    } else {
                        kept[i].1
                    }
                });
                g.surface_point(kept[i].0, face)
            })
            .collect();
        let mut along = vec![0.0];
        for i in 0..legs {
            let d = points[i].position.distance(points[(i + 1) % n].position);
            along.push(along[i] + d);
        }
        Self { points, along, closed, places: kept.iter().map(|s| s.0).collect(), faces }
    }

    /// The corners of the polyline. A closed curve does not repeat its first point.
    #[must_use]
    pub fn points(&self) -> &[SurfacePoint] {
        &self.points
    }

    /// Length along the curve from its begin to each point, mm. A closed curve has one entry more:
    /// its whole length.
    #[must_use]
    pub fn lengths(&self) -> &[f64] {
        &self.along
    }

    /// Whether the last point is joined to the first.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Length, mm.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.along.last().copied().unwrap_or(0.0)
    }

    /// The place at a length along the curve, mm. An open curve keeps it within its ends, a closed
    /// one goes around. `None` for a curve without length.
    #[must_use]
    pub fn at(&self, surface: &Surface, length: f64) -> Option<CurvePoint> {
        let whole = self.length();
        if !(whole > 0.0) || !length.is_finite() {
            return None;
        }
        let s =
            if self.closed { length - whole * (length / whole).floor() } else { length.clamp(0.0, whole) };
        // The leg that holds s; one without length cannot.
        let mut i = self.along.partition_point(|a| *a <= s).clamp(1, self.faces.len()) - 1;
        while i > 0 && self.along[i + 1] <= self.along[i] {
            i -= 1;
        }
        let span = self.along[i + 1] - self.along[i];
        let (p, q) = (self.points[i].position, self.points[(i + 1) % self.points.len()].position);
        let u = ((s - self.along[i]) / span).clamp(0.0, 1.0);
        let face = self.faces[i];
        let [a, b, c] = surface.mesh().corners(face);
        let w = weights([a, b, c], p.lerp(q, u));
        let point = surface.point(face, w[1], w[2]);
        let tangent = (q - p).try_normalize()?;
        let normal = (b - a).cross(c - a).try_normalize().unwrap_or(point.normal);
        Some(CurvePoint { point, tangent, left: normal.cross(tangent).normalize_or_zero() })
    }

    /// Places at even steps along the curve: `count` of them, both ends included when it is open.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] for fewer than two places or a curve without length.
    pub fn resample(&self, surface: &Surface, count: usize) -> Result<Vec<CurvePoint>, HeadError> {
        if !(2..=10_000_000).contains(&count) {
            return Err(HeadError::Geodesic(format!(
                "a curve is sampled at 2 to 10 million places, not at {count}"
            )));
        }
        let step = self.length() / if self.closed { count } else { count - 1 } as f64;
        (0..count)
            .map(|i| {
                self.at(surface, i as f64 * step)
                    .ok_or_else(|| HeadError::Geodesic("the curve has no length; give it two places".into()))
            })
            .collect()
    }

    /// The same curve walked the other way.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let whole = self.length();
        let mut out = self.clone();
        out.points.reverse();
        out.places.reverse();
        out.faces.reverse();
        out.along = self.along.iter().rev().map(|a| whole - a).collect();
        if self.closed && !out.faces.is_empty() {
            // The closing leg now leaves the first point's old neighbour: legs shift by one.
            let n = out.faces.len();
            out.faces.rotate_left(1.min(n));
            let mut along = vec![0.0];
            for i in 0..n {
                let d = out.points[i].position.distance(out.points[(i + 1) % n].position);
                along.push(along[i] + d);
            }
            out.along = along;
        }
        out
    }
}
