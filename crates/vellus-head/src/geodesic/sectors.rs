//! Directions about a point of the surface, as one angle that runs through all of its triangles.

use std::f64::consts::PI;

use glam::DVec3;

use super::exact::Source;
use super::place::Place;
use super::topology::Topology;
use crate::Mesh;

/// One triangle at the point.
#[derive(Clone, Copy, Debug)]
struct Wedge {
    face: u32,
    /// Direction of the angle `start`, and the normal that angles run about.
    along: DVec3,
    normal: DVec3,
    start: f64,
    span: f64,
}

/// The triangles around a point, unrolled counter-clockwise, and named sectors among the
/// directions.
#[derive(Clone, Debug)]
pub(crate) struct Fan {
    origin: DVec3,
    wedges: Vec<Wedge>,
    /// Whole angle about the point, radians; 2π where the surface is smooth.
    pub(crate) total: f64,
    /// Begin of each sector and its name, in order.
    sectors: Vec<(f64, u32)>,
}

impl Fan {
    /// The directions around a point; `None` where the triangles make no single oriented fan.
    pub(crate) fn around(mesh: &Mesh, topology: &Topology, place: Place) -> Option<Self> {
        let origin = place.position(mesh, topology);
        let mut wedges = Vec::new();
        let mut start = 0.0;
        let mut add = |side: u32, span: f64| {
            let [a, b, c] = mesh.corners(side / 3);
            let p = [a, b, c];
            let k = side as usize % 3;
            wedges.push(Wedge {
                face: side / 3,
                along: (p[(k + 1) % 3] - p[k]).normalize_or_zero(),
                normal: (b - a).cross(c - a).normalize_or_zero(),
                start,
                span,
            });
            start += span;
        };
        match place {
            Place::Face(f, _) => {
                add(3 * f, 2.0 * PI);
            }
            Place::Edge(e, _) => match *topology.sides_of(e) {
                [s] => {
                    add(s, PI);
                }
                [s, t] if topology.twin[s as usize] == t => {
                    add(s, PI);
                    add(t, PI);
                }
                _ => return None,
            },
            Place::Vertex(v) => {
                let (fan, _) = topology.fan(v);
                if fan.is_empty() || fan.len() != topology.corners_at(v).len() {
                    return None;
                }
                for side in fan {
                    let [a, b, c] = mesh.corners(side / 3);
                    let p = [a, b, c];
                    let k = side as usize % 3;
                    let (u, w) = (p[(k + 1) % 3] - p[k], p[(k + 2) % 3] - p[k]);
                    add(side, libm::atan2(u.cross(w).length(), u.dot(w)));
                }
            }
        }
        Some(Self { origin, wedges, total: start, sectors: Vec::new() })
    }

    /// Angle of a direction within one of the triangles.
    pub(crate) fn angle_of(&self, face: u32, direction: DVec3) -> f64 {
        let Some(w) = self.wedges.iter().find(|w| w.face == face) else { return 0.0 };
        let angle = libm::atan2(w.along.cross(direction).dot(w.normal), w.along.dot(direction));
        if self.wedges.len() == 1 && w.span > 1.5 * PI {
            return if angle < 0.0 { angle + 2.0 * PI } else { angle };
        }
        // A direction on the border of the wedge may fall out of it by rounding.
        let angle = if angle < 0.5 * (w.span - 2.0 * PI) { angle + 2.0 * PI } else { angle };
        w.start + angle.clamp(0.0, w.span)
    }

    /// Names the sectors: each begins at its angle and ends where the next begins.
    pub(crate) fn name(&mut self, sectors: &[(f64, u32)]) {
        self.sectors = sectors
            .iter()
            .map(|&(a, tag)| {
                let a = if self.total > 0.0 { a - self.total * (a / self.total).floor() } else { 0.0 };
                (a, tag)
            })
            .collect();
        self.sectors.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    fn tag_at(&self, angle: f64) -> u32 {
        let angle = if angle >= self.total { angle - self.total } else { angle };
        let n = self.sectors.partition_point(|s| s.0 <= angle);
        let i = if n == 0 { self.sectors.len() } else { n };
        i.checked_sub(1).and_then(|i| self.sectors.get(i)).map_or(0, |s| s.1)
    }

    /// Parts of one side of a triangle as seen from the point, along the edge from its lower
    /// vertex, each with the name of its sector.
    pub(crate) fn parts_of(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        side: u32,
        place: Place,
        length: f64,
    ) -> Vec<(f64, f64, u32)> {
        let face = side / 3;
        let [a, b, c] = mesh.corners(face);
        let p = [a, b, c];
        let k = side as usize % 3;
        let (p, q) = (p[k] - self.origin, p[(k + 1) % 3] - self.origin);
        let begin = self.angle_of(face, p);
        let mut end = self.angle_of(face, q);
        if end < begin && matches!(place, Place::Face(..)) {
            end += 2.0 * PI;
        }
        let (rp, rq, gamma) = (p.length(), q.length(), end - begin);
        let mut cuts: Vec<(f64, u32)> = Vec::new();
        for turn in [0.0, self.total] {
            for &(angle, tag) in &self.sectors {
                let delta = angle + turn - begin;
                if delta > 0.0 && delta < gamma {
                    let up = rp * libm::sin(delta);
                    let down = rq * libm::sin(gamma - delta);
                    cuts.push(((up / (up + down)).clamp(0.0, 1.0), tag));
                }
            }
        }
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut parts = Vec::with_capacity(cuts.len() + 1);
        let (mut from, mut tag) = (0.0, self.tag_at(begin));
        for (u, next_tag) in cuts {
            parts.push((from, u, tag));
            (from, tag) = (u, next_tag);
        }
        parts.push((from, 1.0, tag));
        let up = topology.runs_up(mesh, side);
        parts
            .into_iter()
            .map(|(u, v, tag)| {
                if up { (u * length, v * length, tag) } else { ((1.0 - v) * length, (1.0 - u) * length, tag) }
            })
            .collect()
    }
}

impl Source {
    /// Name of the sector that a place of one of the source's triangles lies in.
    pub(crate) fn tag_of(&self, own: u32, mesh: &Mesh, topology: &Topology, face: u32, to: Place) -> u32 {
        match &self.fan {
            None => own,
            Some(fan) => fan.tag_at(fan.angle_of(face, to.position(mesh, topology) - fan.origin)),
        }
    }
}
