//! What a closed curve encloses.

use std::collections::{BTreeMap, HashMap};

use glam::{DVec2, DVec3};

use super::field::on_edge;
use super::place::Place;
use super::topology::NONE;
use super::{Curve, Geodesics};
use crate::{HeadError, Mesh, SurfacePoint};

/// Which side of a closed curve is its inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inside {
    /// The side at the left of its direction, seen from outside.
    Left,
    /// The side at the right of its direction.
    Right,
    /// The side with the smaller area.
    Smaller,
    /// The side that holds this point.
    Holding(SurfacePoint),
}

/// The part of a surface inside a closed curve.
#[derive(Clone, Debug)]
pub struct Region<'a> {
    geodesics: &'a Geodesics<'a>,
    area: f64,
    /// Triangles that are inside as a whole.
    whole: Vec<bool>,
    /// Polygons of the triangles that are cut, in order, with whether they are inside.
    cut: BTreeMap<u32, Vec<(Vec<Node>, bool)>>,
    positions: HashMap<Node, DVec3>,
}

/// A corner of a polygon: a vertex of the mesh, or a point of the curve by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    Vertex(u32),
    Curve(u32),
}

/// A triangle or a piece of one.
struct Cell {
    face: u32,
    outline: Vec<Node>,
    area: f64,
}

/// Two pieces along an edge: edge, number of the piece from the lower end.
type Piece = (u32, u32);

impl<'a> Geodesics<'a> {
    /// The part of the surface inside a closed curve, exactly as the curve cuts the triangles.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the curve is open, touches or crosses itself, does not divide the surface,
    /// or when the mesh is not regular ([`Geodesics::is_regular`]).
    pub fn region(&'a self, curve: &Curve, inside: Inside) -> Result<Region<'a>, HeadError> {
        let error = |what: &str| Err(HeadError::Geodesic(what.into()));
        if !curve.is_closed() || curve.places.len() < 3 {
            return error("only a closed curve of three places or more has an inside; close it");
        }
        if !self.topology.regular {
            return error(
                "the inside of a curve needs a mesh without torn, folded or one-sided places; repair it first",
            );
        }
        if curve.places.iter().any(|p| !self.holds(*p)) {
            return error("the curve belongs to another surface");
        }
        let mut cutter = Cutter::new(self, curve)?;
        cutter.cut()?;
        let (left, right) = cutter.sides()?;
        let sum = |side: &[bool]| -> f64 {
            cutter.cells.iter().zip(side).filter(|(_, s)| **s).map(|(c, _)| c.area).sum()
        };
        let chosen = match inside {
            Inside::Left => left,
            Inside::Right => right,
            Inside::Smaller => {
                if sum(&left) <= sum(&right) {
                    left
                } else {
                    right
                }
            }
            Inside::Holding(point) => {
                let a = cutter.region(&left);
                let b = cutter.region(&right);
                if a.contains(&point)? {
                    left
                } else if b.contains(&point)? {
                    right
                } else {
                    return error(
                        "the point that should be inside is on a part of the mesh that the curve is not on",
                    );
                }
            }
        };
        Ok(cutter.region(&chosen))
    }
}

struct Cutter<'a> {
    g: &'a Geodesics<'a>,
    nodes: Vec<Node>,
    faces: Vec<u32>,
    positions: HashMap<Node, DVec3>,
    /// Points of the curve inside each edge, from the lower end.
    on_edge: BTreeMap<u32, Vec<(f64, Node)>>,
    /// Legs across each triangle.
    chords: BTreeMap<u32, Vec<(Node, Node)>>,
    /// Pieces of edges that the curve runs along, and whether it does so upwards.
    walls: BTreeMap<Piece, bool>,
    cells: Vec<Cell>,
    first_cell: Vec<u32>,
    left: Vec<u32>,
    right: Vec<u32>,
    /// Cells at each piece of an edge.
    at_piece: HashMap<Piece, Vec<u32>>,
}

impl<'a> Cutter<'a> {
    fn new(g: &'a Geodesics<'a>, curve: &Curve) -> Result<Self, HeadError> {
        let n = curve.places.len();
        let mut nodes = Vec::with_capacity(n);
        let mut positions = HashMap::new();
        let mut on_edge_map: BTreeMap<u32, Vec<(f64, Node)>> = BTreeMap::new();
        let mut places = Vec::with_capacity(n);
        for i in 0..n {
            // A place inside a triangle may lie on its border by rounding.
            let place = match curve.places[i] {
                Place::Face(..) => g.place(&curve.points()[i])?,
                Place::Edge(e, x) => on_edge(&g.topology, e, x),
                v @ Place::Vertex(_) => v,
            };
            let node = match place {
                Place::Vertex(v) => Node::Vertex(v),
                _ => Node::Curve(i as u32),
            };
            if let Place::Edge(e, x) = place {
                on_edge_map.entry(e).or_default().push((x, node));
            }
            positions.insert(node, place.position(g.surface.mesh(), &g.topology));
            places.push(place);
            nodes.push(node);
        }
        let touches = || {
            HeadError::Geodesic(
                "the curve touches or crosses itself, so that its inside is not told from its outside; \
                 draw it without crossings"
                    .into(),
            )
        };
        let mut vertices: Vec<Node> =
            nodes.iter().copied().filter(|n| matches!(n, Node::Vertex(_))).collect();
        vertices.sort_unstable();
        if vertices.windows(2).any(|w| w[0] == w[1]) {
            return Err(touches());
        }
        for list in on_edge_map.values_mut() {
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            if list.windows(2).any(|w| w[0].0 == w[1].0) {
                return Err(touches());
            }
        }
        let mut cutter = Self {
            g,
            nodes,
            faces: curve.faces.clone(),
            positions,
            on_edge: on_edge_map,
            chords: BTreeMap::new(),
            walls: BTreeMap::new(),
            cells: Vec::new(),
            first_cell: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            at_piece: HashMap::new(),
        };
        for i in 0..n {
            let (a, b) = (cutter.nodes[i], cutter.nodes[(i + 1) % n]);
            let f = cutter.faces[i];
            match cutter.along_an_edge(f, places[i], places[(i + 1) % n]) {
                Some(e) => {
                    let row = cutter.row(e);
                    let find = |x: Node| row.iter().position(|y| *y == x);
                    let (Some(p), Some(q)) = (find(a), find(b)) else { return Err(touches()) };
                    let up = p < q;
                    for k in p.min(q)..p.max(q) {
                        if cutter.walls.insert((e, k as u32), up).is_some() {
                            return Err(touches());
                        }
                    }
                }
                None => cutter.chords.entry(f).or_default().push((a, b)),
            }
        }
        Ok(cutter)
    }

    /// The edge of a triangle that a leg runs along.
    fn along_an_edge(&self, face: u32, a: Place, b: Place) -> Option<u32> {
        (3 * face..3 * face + 3).map(|s| self.g.topology.edge_of[s as usize]).find(|&e| {
            [a, b].iter().all(|p| match p {
                Place::Vertex(v) => self.g.topology.edges[e as usize].contains(v),
                Place::Edge(o, _) => *o == e,
                Place::Face(..) => false,
            })
        })
    }

    /// Nodes along an edge from its lower end.
    fn row(&self, e: u32) -> Vec<Node> {
        let [a, b] = self.g.topology.edges[e as usize];
        std::iter::once(Node::Vertex(a))
            .chain(self.on_edge.get(&e).into_iter().flatten().map(|x| x.1))
            .chain(std::iter::once(Node::Vertex(b)))
            .collect()
    }

    /// Cuts every triangle that the curve passes.
    fn cut(&mut self) -> Result<(), HeadError> {
        let mesh = self.g.surface.mesh();
        for f in 0..mesh.triangles.len() as u32 {
            self.first_cell.push(self.cells.len() as u32);
            if self.g.topology.edge_of[3 * f as usize] == NONE {
                continue;
            }
            let mut border: Vec<(Node, Node, Piece, bool)> = Vec::new();
            for side in 3 * f..3 * f + 3 {
                let e = self.g.topology.edge_of[side as usize];
                let row = self.row(e);
                let pieces = row.len() - 1;
                if self.g.topology.runs_up(mesh, side) {
                    border.extend((0..pieces).map(|k| (row[k], row[k + 1], (e, k as u32), true)));
                } else {
                    border.extend((0..pieces).rev().map(|k| (row[k + 1], row[k], (e, k as u32), false)));
                }
            }
            let chords = self.chords.get(&f).cloned().unwrap_or_default();
            self.cut_face(f, &border, &chords)?;
        }
        self.first_cell.push(self.cells.len() as u32);
        Ok(())
    }

    fn flat(&self, f: u32, n: Node) -> DVec2 {
        let mesh = self.g.surface.mesh();
        let [a, b, c] = mesh.corners(f);
        let x = (b - a).normalize_or_zero();
        let y = (b - a).cross(c - a).cross(b - a).normalize_or_zero();
        let p = match n {
            Node::Vertex(v) => mesh.positions[v as usize],
            Node::Curve(_) => self.positions.get(&n).copied().unwrap_or(a),
        };
        DVec2::new((p - a).dot(x), (p - a).dot(y))
    }

    fn cut_face(
        &mut self,
        f: u32,
        border: &[(Node, Node, Piece, bool)],
        chords: &[(Node, Node)],
    ) -> Result<(), HeadError> {
        let crosses = || {
            HeadError::Geodesic(
                "the curve crosses itself, so that it has no one inside; draw it without crossings".into(),
            )
        };
        let at: HashMap<Node, DVec2> = border
            .iter()
            .map(|b| b.0)
            .chain(chords.iter().flat_map(|c| [c.0, c.1]))
            .map(|n| (n, self.flat(f, n)))
            .collect();
        for (i, a) in chords.iter().enumerate() {
            for b in &chords[i + 1..] {
                let shared = a.0 == b.0 || a.0 == b.1 || a.1 == b.0 || a.1 == b.1;
                if !shared && cross(at[&a.0], at[&a.1], at[&b.0], at[&b.1]) {
                    return Err(crosses());
                }
            }
        }
        // Directed sides of all pieces: the border counter-clockwise, the legs both ways.
        let mut sides: Vec<(Node, Node)> = border.iter().map(|b| (b.0, b.1)).collect();
        sides.extend(chords.iter().flat_map(|c| [(c.0, c.1), (c.1, c.0)]));
        let mut out: HashMap<Node, Vec<usize>> = HashMap::new();
        for (i, s) in sides.iter().enumerate() {
            out.entry(s.0).or_default().push(i);
        }
        let direction = |i: usize| at[&sides[i].1] - at[&sides[i].0];
        let mut used = vec![false; sides.len()];
        let mut outlines: Vec<Vec<usize>> = Vec::new();
        for first in 0..sides.len() {
            if used[first] {
                continue;
            }
            let mut walk = Vec::new();
            let mut i = first;
            loop {
                used[i] = true;
                walk.push(i);
                // The next side is the first one clockwise from the way back.
                let back = -direction(i);
                let turn = |j: usize| {
                    let d = direction(j);
                    let angle = libm::atan2(-back.perp_dot(d), back.dot(d));
                    let angle = if angle <= 0.0 { angle + 2.0 * std::f64::consts::PI } else { angle };
                    // Straight back is the last resort.
                    if sides[j].1 == sides[i].0 { 7.0 } else { angle }
                };
                let next = out[&sides[i].1].iter().copied().min_by(|a, b| turn(*a).total_cmp(&turn(*b)));
                let Some(next) = next else { return Err(crosses()) };
                if next == first {
                    break;
                }
                if used[next] {
                    return Err(crosses());
                }
                i = next;
            }
            outlines.push(walk);
        }
        let shape = |walk: &[usize]| -> (Vec<Node>, f64) {
            let outline: Vec<Node> = walk.iter().map(|i| sides[*i].0).collect();
            let area = signed_area(&outline.iter().map(|n| at[n]).collect::<Vec<_>>());
            (outline, area)
        };
        // A curve within one triangle makes a hole in it.
        let whole_curve = chords.len() == self.nodes.len() && border.len() == 3;
        if whole_curve {
            let mut holes: Vec<usize> =
                (0..outlines.len()).filter(|i| outlines[*i][0] >= border.len()).collect();
            let Some(hole) = holes.iter().copied().find(|i| shape(&outlines[*i]).1 < 0.0) else {
                return Err(crosses());
            };
            holes.retain(|i| *i != hole);
            let (ring, _) = shape(&outlines[hole]);
            let (mut frame, _) = shape(&outlines[0]);
            let corner = frame[0];
            let start = (0..ring.len())
                .min_by(|a, b| {
                    at[&ring[*a]].distance(at[&corner]).total_cmp(&at[&ring[*b]].distance(at[&corner]))
                })
                .unwrap_or(0);
            frame.push(corner);
            frame.extend((0..=ring.len()).map(|k| ring[(start + k) % ring.len()]));
            let around = outlines[hole].clone();
            outlines[0].extend(around);
            let area = signed_area(&frame.iter().map(|n| at[n]).collect::<Vec<_>>());
            let walk = outlines[0].clone();
            self.add_cell(f, frame, area, &walk, border);
            for i in holes {
                let (outline, area) = shape(&outlines[i]);
                let walk = outlines[i].clone();
                self.add_cell(f, outline, area, &walk, border);
            }
            return Ok(());
        }
        for walk in &outlines {
            let (outline, area) = shape(walk);
            self.add_cell(f, outline, area, walk, border);
        }
        Ok(())
    }

    fn add_cell(
        &mut self,
        face: u32,
        outline: Vec<Node>,
        area: f64,
        walk: &[usize],
        border: &[(Node, Node, Piece, bool)],
    ) {
        let id = self.cells.len() as u32;
        for &i in walk {
            if let Some(&(_, _, piece, up)) = border.get(i) {
                match self.walls.get(&piece) {
                    Some(wall) if *wall == up => self.left.push(id),
                    Some(_) => self.right.push(id),
                    None => self.at_piece.entry(piece).or_default().push(id),
                }
            } else if (i - border.len()).is_multiple_of(2) {
                self.left.push(id);
            } else {
                self.right.push(id);
            }
        }
        self.cells.push(Cell { face, outline, area: area.max(0.0) });
    }

    /// The cells at the left and at the right of the curve.
    fn sides(&self) -> Result<(Vec<bool>, Vec<bool>), HeadError> {
        let mut near: Vec<Vec<u32>> = vec![Vec::new(); self.cells.len()];
        for list in self.at_piece.values() {
            if let [a, b] = list[..] {
                near[a as usize].push(b);
                near[b as usize].push(a);
            }
        }
        let flood = |seeds: &[u32]| {
            let mut seen = vec![false; self.cells.len()];
            let mut stack = seeds.to_vec();
            while let Some(c) = stack.pop() {
                if !std::mem::replace(&mut seen[c as usize], true) {
                    stack.extend(near[c as usize].iter().filter(|n| !seen[**n as usize]));
                }
            }
            seen
        };
        let (left, right) = (flood(&self.left), flood(&self.right));
        if left.iter().zip(&right).any(|(l, r)| *l && *r) {
            return Err(HeadError::Geodesic(
                "the curve does not divide the surface into an inside and an outside: it crosses itself, or \
                 runs around a handle"
                    .into(),
            ));
        }
        Ok((left, right))
    }

    fn region(&self, side: &[bool]) -> Region<'a> {
        let mut whole = vec![false; self.first_cell.len() - 1];
        let mut cut: BTreeMap<u32, Vec<(Vec<Node>, bool)>> = BTreeMap::new();
        let mut area = 0.0;
        for (c, &inside) in self.cells.iter().zip(side) {
            if inside {
                area += c.area;
            }
            if c.outline.len() == 3 && c.outline.iter().all(|n| matches!(n, Node::Vertex(_))) {
                whole[c.face as usize] = inside;
            } else {
                cut.entry(c.face).or_default().push((c.outline.clone(), inside));
            }
        }
        Region { geodesics: self.g, area, whole, cut, positions: self.positions.clone() }
    }
}

impl Region<'_> {
    /// Area, mm².
    #[must_use]
    pub const fn area(&self) -> f64 {
        self.area
    }

    /// Whether a point of the surface is inside.
    ///
    /// # Errors
    /// [`HeadError::Geodesic`] when the point is not on the surface.
    pub fn contains(&self, point: &SurfacePoint) -> Result<bool, HeadError> {
        self.geodesics.place(point)?;
        let f = point.triangle;
        let Some(cells) = self.cut.get(&f) else { return Ok(self.whole[f as usize]) };
        let flat = self.frame(f);
        let p = flat(point.position);
        Ok(cells.iter().any(|(outline, inside)| {
            *inside && winds_around(p, &outline.iter().map(|n| flat(self.position(*n))).collect::<Vec<_>>())
        }))
    }

    fn position(&self, n: Node) -> DVec3 {
        match n {
            Node::Vertex(v) => self.geodesics.surface.mesh().positions[v as usize],
            Node::Curve(_) => self.positions.get(&n).copied().unwrap_or(DVec3::ZERO),
        }
    }

    /// The plane of a triangle.
    fn frame(&self, f: u32) -> impl Fn(DVec3) -> DVec2 + use<> {
        let [a, b, c] = self.geodesics.surface.mesh().corners(f);
        let x = (b - a).normalize_or_zero();
        let y = (b - a).cross(c - a).cross(b - a).normalize_or_zero();
        move |p: DVec3| DVec2::new((p - a).dot(x), (p - a).dot(y))
    }

    /// The inside as a mesh of its own, its rim along the curve. Cut triangles are divided.
    #[must_use]
    pub fn mesh(&self) -> Mesh {
        let source = self.geodesics.surface.mesh();
        let mut number: HashMap<Node, u32> = HashMap::new();
        let mut out = Mesh::default();
        let mut id = |n: Node, out: &mut Mesh| {
            *number.entry(n).or_insert_with(|| {
                out.positions.push(self.position(n));
                out.positions.len() as u32 - 1
            })
        };
        for f in 0..source.triangles.len() as u32 {
            if self.whole[f as usize] {
                let t = source.triangles[f as usize].map(|v| id(Node::Vertex(v), &mut out));
                out.triangles.push(t);
                continue;
            }
            let Some(cells) = self.cut.get(&f) else { continue };
            let flat = self.frame(f);
            for (outline, _) in cells.iter().filter(|c| c.1) {
                let ids: Vec<u32> = outline.iter().map(|n| id(*n, &mut out)).collect();
                let corners: Vec<DVec2> = outline.iter().map(|n| flat(self.position(*n))).collect();
                out.triangles.extend(ears(&corners).into_iter().map(|t| t.map(|k| ids[k])));
            }
        }
        out
    }
}

fn signed_area(p: &[DVec2]) -> f64 {
    let o = p.first().copied().unwrap_or_default();
    0.5 * (0..p.len()).map(|i| (p[i] - o).perp_dot(p[(i + 1) % p.len()] - o)).sum::<f64>()
}

fn cross(a: DVec2, b: DVec2, c: DVec2, d: DVec2) -> bool {
    let side = |p: DVec2, q: DVec2, r: DVec2| (q - p).perp_dot(r - p);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// Whether a polygon winds around a point (even-odd rule).
fn winds_around(p: DVec2, outline: &[DVec2]) -> bool {
    let mut inside = false;
    for i in 0..outline.len() {
        let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y) {
            inside = !inside;
        }
    }
    inside
}

/// Triangles of a polygon by cutting ears (Meisters 1975).
fn ears(p: &[DVec2]) -> Vec<[usize; 3]> {
    let mut left: Vec<usize> = (0..p.len()).collect();
    let mut out = Vec::new();
    while left.len() > 3 {
        let n = left.len();
        let shape = |i: usize| {
            let (a, b, c) = (left[(i + n - 1) % n], left[i], left[(i + 1) % n]);
            (a, b, c, (p[b] - p[a]).perp_dot(p[c] - p[a]))
        };
        let free = |i: usize| {
            let (a, b, c, area) = shape(i);
            area > 0.0
                && left.iter().all(|&k| {
                    let q = p[k];
                    q == p[a]
                        || q == p[b]
                        || q == p[c]
                        || (p[b] - p[a]).perp_dot(q - p[a]) < 0.0
                        || (p[c] - p[b]).perp_dot(q - p[b]) < 0.0
                        || (p[a] - p[c]).perp_dot(q - p[c]) < 0.0
                })
        };
        // By rounding there may be none; the least bad corner goes then.
        let ear = (0..n).find(|i| free(*i)).unwrap_or_else(|| {
            (0..n).min_by(|a, b| shape(*a).3.abs().total_cmp(&shape(*b).3.abs())).unwrap_or(0)
        });
        let (a, b, c, area) = shape(ear);
        if area > 0.0 {
            out.push([a, b, c]);
        }
        left.remove(ear);
    }
    if let [a, b, c] = left[..] {
        out.push([a, b, c]);
    }
    out
}
