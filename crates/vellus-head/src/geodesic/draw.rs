//! Curves drawn through a few points.

use glam::DVec3;

use super::field::Stop;
use super::place::weights;
use super::topology::{NONE, next, prev};
use super::{Curve, Geodesics};
use crate::{HeadError, SurfacePoint};

/// Share of the way to the middle of its triangle that a given point is moved by, so that
/// directions at it are directions in one triangle.
const NUDGE: f64 = 1e-8;
/// A smooth curve is made of shortest paths about this long, mm: over a head, two of them in a row
/// bend by a degree.
const LEG: f64 = 1.5;
/// Most halvings between two given points.
const MOST_HALVINGS: u32 = 8;

impl Geodesics<'_> {
    /// The curve through some points along shortest paths, in their order.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] for fewer than two points (three when closed), a point that is not on the surface,
    /// or two that no path joins.
    pub fn curve_through(&self, points: &[SurfacePoint], closed: bool) -> Result<Curve, HeadError> {
        enough(points, closed)?;
        let legs = if closed { points.len() } else { points.len() - 1 };
        let mut stops: Vec<Stop> = Vec::new();
        for i in 0..legs {
            stops.extend(self.path_stops(&points[i], &points[(i + 1) % points.len()])?);
        }
        Ok(Curve::from_stops(self, &stops, closed))
    }

    /// A smooth curve through some points, in their order: a cubic spline whose straight lines are
    /// shortest paths. It passes within a millionth of a millimetre of the points, and its direction
    /// is continuous there. Two points give the shortest path.
    ///
    /// # Errors
    /// As [`Geodesics::curve_through`].
    ///
    /// # Sources
    /// Tangents: Catmull and Rom 1974, with the lengths of the spans for knots. Spans: recursive de Casteljau
    /// bisection, Mancinelli, Nazzaro, Pellacini and Puppo 2022, *b/Surf: interactive Bézier splines
    /// on surface meshes*.
    pub fn smooth_curve(&self, points: &[SurfacePoint], closed: bool) -> Result<Curve, HeadError> {
        enough(points, closed)?;
        let n = points.len();
        let points: Vec<SurfacePoint> = points
            .iter()
            .map(|p| {
                self.place(p)?;
                let [a, b, c] = self.surface.mesh().corners(p.triangle);
                Ok(SurfacePoint { position: p.position.lerp((a + b + c) / 3.0, NUDGE), ..*p })
            })
            .collect::<Result<_, HeadError>>()?;
        let spans = if closed { n } else { n - 1 };
        let paths =
            (0..spans).map(|i| self.path(&points[i], &points[(i + 1) % n])).collect::<Result<Vec<_>, _>>()?;
        if n == 2 {
            return self.curve_through(&points, false);
        }
        let length: Vec<f64> = paths.iter().map(Curve::length).collect();
        // Unit directions out of the begin of each span, and on beyond its end.
        let out: Vec<DVec3> = paths.iter().map(first_direction).collect();
        let on: Vec<DVec3> = paths.iter().map(|p| -first_direction(&p.reversed())).collect();
        let tangent: Vec<DVec3> = (0..n)
            .map(|i| {
                let before = if i > 0 { Some(i - 1) } else { closed.then(|| spans - 1) };
                let after = (i < spans).then_some(i);
                match (before, after) {
                    (Some(b), Some(a)) if length[a] + length[b] > 0.0 => {
                        (on[b] * length[a] + out[a] * length[b]) / (length[a] + length[b])
                    }
                    (_, Some(a)) => out[a],
                    (Some(b), None) => on[b],
                    (None, None) => DVec3::ZERO,
                }
            })
            .collect();
        let mut row: Vec<SurfacePoint> = vec![points[0]];
        for i in 0..spans {
            let j = (i + 1) % n;
            let third = length[i] / 3.0;
            let b1 = self.straight_on(&points[i], tangent[i] * third);
            let b2 = self.straight_on(&points[j], tangent[j] * -third);
            self.halve([points[i], b1, b2, points[j]], MOST_HALVINGS, &mut row)?;
        }
        let mut stops: Vec<Stop> = Vec::new();
        for pair in row.windows(2) {
            stops.extend(self.path_stops(&pair[0], &pair[1])?);
        }
        Ok(Curve::from_stops(self, &stops, closed))
    }

    /// Cuts a cubic in two until the pieces are short, and adds their ends.
    fn halve(
        &self,
        [a, b, c, d]: [SurfacePoint; 4],
        halvings: u32,
        row: &mut Vec<SurfacePoint>,
    ) -> Result<(), HeadError> {
        let reach = a.position.distance(b.position)
            + b.position.distance(c.position)
            + c.position.distance(d.position);
        if halvings == 0 || reach < LEG {
            row.push(d);
            return Ok(());
        }
        let ab = self.midway(&a, &b)?;
        let bc = self.midway(&b, &c)?;
        let cd = self.midway(&c, &d)?;
        let abc = self.midway(&ab, &bc)?;
        let bcd = self.midway(&bc, &cd)?;
        let m = self.midway(&abc, &bcd)?;
        self.halve([a, ab, abc, m], halvings - 1, row)?;
        self.halve([m, bcd, cd, d], halvings - 1, row)
    }

    fn midway(&self, a: &SurfacePoint, b: &SurfacePoint) -> Result<SurfacePoint, HeadError> {
        let path = self.path(a, b)?;
        Ok(path.at(self.surface, 0.5 * path.length()).map_or(*a, |p| p.point))
    }

    /// Where someone ends who walks straight on over the surface: `way` is a vector in the plane of
    /// the point's triangle, as long as the walk, mm. The walk ends at a rim.
    ///
    /// # Sources
    /// Polthier and Schmies 1998, *Straightest geodesics on polyhedral surfaces*.
    #[must_use]
    pub fn straight_on(&self, from: &SurfacePoint, way: DVec3) -> SurfacePoint {
        let (mesh, topology) = (self.surface.mesh(), &self.topology);
        let mut left = way.length();
        let Some(mut direction) = way.try_normalize() else { return *from };
        let mut at = from.position;
        let mut face = from.triangle;
        let mut entered = NONE;
        let finish = |face: u32, p: DVec3| {
            let w = weights(mesh.corners(face), p);
            self.surface.point(face, w[1], w[2])
        };
        if topology.edge_of.get(3 * face as usize).is_none_or(|e| *e == NONE) || !left.is_finite() {
            return *from;
        }
        for _ in 0..mesh.triangles.len() + 100 {
            let p = mesh.corners(face);
            let Some(normal) = (p[1] - p[0]).cross(p[2] - p[0]).try_normalize() else { break };
            direction = (direction - normal * direction.dot(normal)).normalize_or_zero();
            // The side that the way leaves through: the first that it meets from within.
            let mut exit: Option<(f64, usize)> = None;
            for k in 0..3 {
                if 3 * face + k as u32 == entered {
                    continue;
                }
                let e = p[(k + 1) % 3] - p[k];
                let outward = e.cross(normal);
                let speed = direction.dot(outward);
                if speed <= 1e-14 * outward.length() {
                    continue;
                }
                let t = ((p[k] - at).dot(outward) / speed).max(0.0);
                if exit.is_none_or(|x| t < x.0) {
                    exit = Some((t, k));
                }
            }
            let Some((t, k)) = exit else { break };
            if t >= left {
                return finish(face, at + direction * left);
            }
            left -= t;
            at += direction * t;
            let side = 3 * face + k as u32;
            let twin = topology.twin[side as usize];
            if twin == NONE {
                break;
            }
            // Unfolding keeps the angle with the edge.
            let e = (p[(k + 1) % 3] - p[k]).normalize_or_zero();
            let along = direction.dot(e);
            let across = (1.0 - along * along).max(0.0).sqrt();
            face = twin / 3;
            entered = twin;
            let q = mesh.corners(face);
            let inner = {
                let apex = q[prev(twin) as usize % 3];
                let foot = q[next(twin) as usize % 3];
                let off = apex - foot;
                (off - e * off.dot(e)).normalize_or_zero()
            };
            direction = e * along + inner * across;
        }
        finish(face, at)
    }
}

fn first_direction(path: &Curve) -> DVec3 {
    let p = path.points();
    match p {
        [a, b, ..] => (b.position - a.position).normalize_or_zero(),
        _ => DVec3::ZERO,
    }
}

fn enough(points: &[SurfacePoint], closed: bool) -> Result<(), HeadError> {
    let least = if closed { 3 } else { 2 };
    if points.len() < least {
        return Err(HeadError::Geodesic(format!(
            "{} curve needs at least {least} points, not {}",
            if closed { "a closed" } else { "an open" },
            points.len()
        )));
    }
    Ok(())
}
