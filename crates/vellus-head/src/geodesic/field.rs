//! Reading distances and shortest paths out of settled windows.

use glam::DVec2;

use super::exact::{Came, Windows};
use super::place::Place;
use super::topology::Topology;
use crate::{HeadError, Mesh};

/// The nearest way from a point to a source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// Distance to the source, mm.
    pub(crate) distance: f64,
    /// Name of the sector (or number of the source) that it leads to.
    pub(crate) tag: u32,
    via: Via,
}

#[derive(Clone, Copy, Debug)]
enum Via {
    Source(u32),
    Corner(u32),
    /// Edge, place along it, and the triangle beyond it.
    Window(u32, f64, u32),
}

/// One stop of a path: a place, and the triangle that holds the leg to the next stop.
pub(crate) type Stop = (Place, u32);

impl Windows {
    /// The nearest way from a point; `None` where nothing comes nearer than the limit.
    pub(crate) fn reach(&self, mesh: &Mesh, topology: &Topology, place: Place) -> Option<Reach> {
        match place {
            Place::Vertex(v) => {
                let distance = self.distance[v as usize];
                distance.is_finite().then(|| Reach {
                    distance,
                    tag: self.tag[v as usize],
                    via: Via::Corner(v),
                })
            }
            Place::Edge(e, _) => {
                let side = *topology.sides_of(e).first()?;
                self.reach_in(mesh, topology, side / 3, place, None, None)
            }
            Place::Face(f, _) => self.reach_in(mesh, topology, f, place, None, None),
        }
    }

    /// The nearest way from a point that begins in a given triangle, leaving out one edge and one
    /// corner.
    fn reach_in(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        face: u32,
        place: Place,
        skip_edge: Option<u32>,
        skip_corner: Option<u32>,
    ) -> Option<Reach> {
        let mut best: Option<Reach> = None;
        let mut offer = |distance: f64, tag: u32, via: Via| {
            if distance.is_finite() && best.is_none_or(|b| distance < b.distance) {
                best = Some(Reach { distance, tag, via });
            }
        };
        let sides = [3 * face, 3 * face + 1, 3 * face + 2];
        let here = place.in_side(mesh, topology, sides[0]);
        for &i in self.seats.get(&face).map_or(&[][..], Vec::as_slice) {
            let s = &self.sources[i as usize];
            let d = (s.place.in_side(mesh, topology, sides[0]) - here).length();
            offer(d, s.tag_of(i, mesh, topology, face, place), Via::Source(i));
        }
        for side in sides {
            let p = place.in_side(mesh, topology, side);
            let v = topology.opposite(mesh, side);
            let own = matches!(self.came[v as usize], Came::Source(_)) && self.distance[v as usize] == 0.0;
            // A source on a corner has been offered already, with the name of its sector.
            if skip_corner != Some(v) && !own {
                let d = self.distance[v as usize] + (topology.apex[side as usize] - p).length();
                offer(d, self.tag[v as usize], Via::Corner(v));
            }
            let e = topology.edge_of[side as usize];
            if skip_edge == Some(e) {
                continue;
            }
            let p = DVec2::new(p.x, -p.y);
            for &w in &self.on_edge[e as usize] {
                let w = &self.windows[w as usize];
                if w.from == face {
                    continue;
                }
                let (x, d) = w.reach(p);
                offer(d, w.tag, Via::Window(e, x, w.from));
            }
        }
        best
    }

    /// The shortest path from a point to its nearest source: stops from the point to the source.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when nothing comes as far as the point, or the way back loses itself
    /// in triangles too thin to be told from lines.
    pub(crate) fn trace(
        &self,
        mesh: &Mesh,
        topology: &Topology,
        place: Place,
    ) -> Result<Vec<Stop>, HeadError> {
        let lost = || {
            HeadError::Geodesic("the way back to the source cannot be followed: the mesh has triangles too thin to be told from lines; remesh or simplify it".into())
        };
        let Some(mut reach) = self.reach(mesh, topology, place) else {
            return Err(HeadError::Geodesic("no source reaches the point within the limit".into()));
        };
        let mut stops: Vec<Stop> = Vec::new();
        let mut here = place;
        let mut face = match place {
            Place::Vertex(_) => u32::MAX,
            Place::Edge(e, _) => topology.sides_of(e)[0] / 3,
            Place::Face(f, _) => f,
        };
        let most = 10 * mesh.triangles.len() + 1000;
        for _ in 0..most {
            match reach.via {
                Via::Source(i) => {
                    let source = self.sources[i as usize].place;
                    stops.push((here, face));
                    if source != here {
                        stops.push((source, face));
                    }
                    return Ok(stops);
                }
                Via::Window(e, x, from) => {
                    stops.push((here, face));
                    here = on_edge(topology, e, x);
                    face = from;
                    reach = match here {
                        Place::Vertex(v) => Reach { via: Via::Corner(v), ..reach },
                        _ => self.reach_in(mesh, topology, from, here, Some(e), None).ok_or_else(lost)?,
                    };
                }
                Via::Corner(v) => {
                    if here != Place::Vertex(v) {
                        stops.push((here, face));
                        here = Place::Vertex(v);
                    }
                    match self.came[v as usize] {
                        Came::Nowhere => return Err(lost()),
                        Came::Source(i) => {
                            let source = self.sources[i as usize].place;
                            let shared = source
                                .faces(topology)
                                .into_iter()
                                .find(|&f| mesh.triangles[f as usize].contains(&v));
                            face = shared.ok_or_else(lost)?;
                            reach = Reach { via: Via::Source(i), ..reach };
                        }
                        Came::Along(u) => {
                            let side = topology
                                .corners_at(v)
                                .iter()
                                .find(|s| mesh.triangles[**s as usize / 3].contains(&u))
                                .ok_or_else(lost)?;
                            stops.push((here, side / 3));
                            here = Place::Vertex(u);
                            reach = Reach { via: Via::Corner(u), ..reach };
                        }
                        Came::Through(e, x, from) => {
                            if topology.edges[e as usize].contains(&v) {
                                face = from;
                                reach = self
                                    .reach_in(mesh, topology, from, here, Some(e), Some(v))
                                    .ok_or_else(lost)?;
                                continue;
                            }
                            let side = topology
                                .sides_of(e)
                                .iter()
                                .find(|s| **s / 3 != from && topology.opposite(mesh, **s) == v)
                                .ok_or_else(lost)?;
                            stops.push((here, side / 3));
                            here = on_edge(topology, e, x);
                            face = from;
                            reach = match here {
                                Place::Vertex(u) => Reach { via: Via::Corner(u), ..reach },
                                _ => self
                                    .reach_in(mesh, topology, from, here, Some(e), None)
                                    .ok_or_else(lost)?,
                            };
                        }
                    }
                }
            }
        }
        Err(lost())
    }
}

/// A place along an edge, snapped to its ends.
pub(crate) fn on_edge(topology: &Topology, e: u32, x: f64) -> Place {
    let l = topology.length[e as usize];
    let [a, b] = topology.edges[e as usize];
    if x <= 1e-9 * l {
        Place::Vertex(a)
    } else if x >= l * (1.0 - 1e-9) {
        Place::Vertex(b)
    } else {
        Place::Edge(e, x)
    }
}

/// Turns a row of stops around, each leg keeping its triangle.
pub(crate) fn turn_around(stops: &mut [Stop]) {
    stops.reverse();
    for i in 0..stops.len().saturating_sub(1) {
        stops[i].1 = stops[i + 1].1;
    }
}
