//! Registration marks: the same places of the skin, with the same letters, on the sheets that meet
//! there.

use std::collections::HashMap;

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_head::flatten::{Seam, Tile, Tiling};

/// Where along a seam its marks lie, as shares of its length on the skin.
const SHARES: [f64; 2] = [1.0 / 3.0, 2.0 / 3.0];
/// Seams shorter than this have their ends marked only, mm.
const SHORT_MM: f64 = 12.0;
/// Marks of a sheet keep this distance where they can, mm, so that their letters do not run together.
const APART_MM: f64 = 4.0;

/// What a mark marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// The end of a seam: where three tiles meet, or two and the border of the region.
    Corner,
    /// A place along a seam.
    Seam,
}

/// A registration mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// A letter and a digit: "B3". Never a number, which would be a tile.
    pub label: String,
    /// Corner or seam.
    pub kind: MarkKind,
    /// Where it lies on the head, mm.
    pub position_in_head: DVec3,
    /// The sheets that show it.
    pub on: Vec<MarkOnTile>,
}

/// A mark on one sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkOnTile {
    /// Number of the tile.
    pub tile: u32,
    /// Flat coordinates, mm.
    pub flat: DVec2,
    /// Unit vector out of the tile there.
    pub outward: DVec2,
    /// Unit vector of one arm of the cross: the same direction of the skin on each sheet.
    pub arm: DVec2,
}

/// A vertex of the border by its position, which tiles share to the last bit.
type Key = [u64; 3];

fn key(p: DVec3) -> Key {
    p.to_array().map(f64::to_bits)
}

/// A tile's border as points of the skin and of the sheet.
struct Border<'a> {
    tile: &'a Tile,
    skin: Vec<DVec3>,
    flat: Vec<DVec2>,
    /// Place in the border of a position.
    at: HashMap<Key, usize>,
}

impl<'a> Border<'a> {
    /// Begins where the first run begins.
    fn new(tile: &'a Tile) -> Self {
        let ring = tile.flat.border();
        let (flat, mesh) = (tile.flat.flat(), tile.flat.mesh());
        let n = ring.len();
        let start = tile.border.first().and_then(|run| {
            let [a, b] = [run.points.first()?, run.points.get(1)?];
            (0..n).find(|i| flat[ring[*i] as usize] == *a && flat[ring[(i + 1) % n] as usize] == *b)
        });
        let ring: Vec<usize> = (0..n).map(|i| ring[(start.unwrap_or(0) + i) % n] as usize).collect();
        let skin: Vec<DVec3> = ring.iter().map(|v| mesh.positions[*v]).collect();
        let at = skin.iter().enumerate().map(|(i, p)| (key(*p), i)).collect();
        Self { tile, flat: ring.iter().map(|v| flat[*v]).collect(), skin, at }
    }

    fn len(&self) -> usize {
        self.flat.len()
    }

    /// The runs as (seam, first vertex, edges).
    fn runs(&self) -> Vec<(Seam, usize, usize)> {
        let mut from = 0;
        let mut out = Vec::new();
        for run in &self.tile.border {
            let edges = run.points.len().saturating_sub(1);
            out.push((run.seam, from, edges));
            from += edges;
        }
        out
    }

    /// Out of the tile at a vertex or on the edge after it.
    fn outward(&self, i: usize, on_edge: bool) -> DVec2 {
        let n = self.len();
        let (before, after) = if on_edge { (i, (i + 1) % n) } else { ((i + n - 1) % n, (i + 1) % n) };
        let unit = |a: usize, b: usize| (self.flat[b] - self.flat[a]).normalize_or_zero();
        // Edges count alike, however long: a bisector at a corner.
        let d = if on_edge { unit(before, after) } else { unit(before, i) + unit(i, after) };
        DVec2::new(d.y, -d.x).normalize_or(DVec2::X)
    }

    /// How a direction of the skin at a vertex lies on the sheet.
    fn direction(&self, i: usize, on_skin: DVec3) -> DVec2 {
        let (mesh, flat) = (self.tile.flat.mesh(), self.tile.flat.flat());
        let mut sum = DVec2::ZERO;
        for t in &mesh.triangles {
            let p = t.map(|v| mesh.positions[v as usize]);
            if !p.contains(&self.skin[i]) {
                continue;
            }
            let q = t.map(|v| flat[v as usize]);
            let (u, v) = (p[1] - p[0], p[2] - p[0]);
            let (uu, uv, vv) = (u.dot(u), u.dot(v), v.dot(v));
            let det = uu * vv - uv * uv;
            if det > 1e-12 {
                let (a, b) = (u.dot(on_skin), v.dot(on_skin));
                sum += ((vv * a - uv * b) * (q[1] - q[0]) + (uu * b - uv * a) * (q[2] - q[0])) / det;
            }
        }
        sum.normalize_or(DVec2::Y)
    }
}

/// A place on a seam before it has its letters.
struct Found {
    kind: MarkKind,
    position: DVec3,
    /// Number of the tile that comes first, and how far along its border: the order of the letters.
    order: (u32, f64),
    on: Vec<MarkOnTile>,
}

/// The marks of a tiling, in the order of their letters.
pub(super) fn registration_marks(head: &Head, tiling: &Tiling) -> Vec<Mark> {
    let borders: Vec<Border<'_>> = tiling.tiles.iter().map(Border::new).collect();
    let mut found: Vec<Found> = Vec::new();
    // A sheet that has no other mark near needs this one, however close it lies to those of others.
    let needed = |found: &[Found], p: DVec3, on: &[MarkOnTile]| {
        on.len() > 1
            && on.iter().any(|m| {
                let near = |f: &&Found| f.position.distance(p) < APART_MM;
                !found.iter().filter(near).any(|f| f.on.iter().any(|o| o.tile == m.tile))
            })
    };
    for b in &borders {
        for (_, i, _) in b.runs().iter().filter(|_| b.tile.border.len() > 1) {
            let p = b.skin[*i];
            let new = corner(head, &borders, p, (b.tile.number, *i as f64));
            if needed(&found, p, &new.on) {
                found.push(new);
            }
        }
    }
    for b in &borders {
        for (seam, from, edges) in b.runs() {
            let (Seam::Tile(other) | Seam::Part(other)) = seam else { continue };
            // The lower number speaks for both.
            let Some(o) = borders.get((other as usize).wrapping_sub(1)).filter(|_| other > b.tile.number)
            else {
                continue;
            };
            for (i, t) in places(b, from, edges) {
                let j = (i + 1) % b.len();
                let position = b.skin[i].lerp(b.skin[j], t);
                let Some(there) = on_edge(o, b.skin[i], b.skin[j], t) else { continue };
                let Some(here) = on_edge(b, b.skin[i], b.skin[j], t) else { continue };
                let on = vec![here, there];
                if needed(&found, position, &on) {
                    let order = (b.tile.number, i as f64 + t);
                    found.push(Found { kind: MarkKind::Seam, position, order, on });
                }
            }
        }
    }
    found.sort_by(|a, b| a.order.0.cmp(&b.order.0).then(a.order.1.total_cmp(&b.order.1)));
    found
        .into_iter()
        .enumerate()
        .map(|(i, f)| Mark { label: label(i), kind: f.kind, position_in_head: f.position, on: f.on })
        .collect()
}

/// A corner on all sheets that have it.
fn corner(head: &Head, borders: &[Border<'_>], p: DVec3, order: (u32, f64)) -> Found {
    // Of the three axes the one that lies flattest on the skin.
    let out = (p - head.chart().centre_in_head()).abs();
    let axis = match out.min_element() {
        m if m == out.x => DVec3::X,
        m if m == out.z => DVec3::Z,
        _ => DVec3::Y,
    };
    let on = borders
        .iter()
        .filter_map(|b| {
            let i = *b.at.get(&key(p))?;
            Some(MarkOnTile {
                tile: b.tile.number,
                flat: b.flat[i],
                outward: b.outward(i, false),
                arm: b.direction(i, axis),
            })
        })
        .collect();
    Found { kind: MarkKind::Corner, position: p, order, on }
}

/// The edges of a seam that hold its marks, and where on them.
fn places(b: &Border<'_>, from: usize, edges: usize) -> Vec<(usize, f64)> {
    let n = b.len();
    let length = |i: usize| b.skin[i % n].distance(b.skin[(i + 1) % n]);
    let whole: f64 = (from..from + edges).map(length).sum();
    if whole < SHORT_MM {
        return Vec::new();
    }
    let mut out = Vec::new();
    let (mut sum, mut shares) = (0.0, SHARES.iter().peekable());
    for i in from..from + edges {
        let l = length(i);
        while let Some(share) = shares.next_if(|s| *s * whole <= sum + l) {
            out.push((i % n, ((share * whole - sum) / l).clamp(0.0, 1.0)));
        }
        sum += l;
    }
    out
}

/// A place on an edge that a border has in either direction.
fn on_edge(b: &Border<'_>, p: DVec3, q: DVec3, t: f64) -> Option<MarkOnTile> {
    let (i, j) = (*b.at.get(&key(p))?, *b.at.get(&key(q))?);
    let first = if (i + 1) % b.len() == j { i } else { j };
    let outward = b.outward(first, true);
    Some(MarkOnTile { tile: b.tile.number, flat: b.flat[i].lerp(b.flat[j], t), outward, arm: outward })
}

/// A1 to A9, B1 and so on; I and O look like figures.
fn label(i: usize) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let (mut word, digit) = (i / 9, i % 9 + 1);
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(LETTERS[word % 24]));
        if word < 24 {
            break;
        }
        word = word / 24 - 1;
    }
    letters.iter().rev().collect::<String>() + &digit.to_string()
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_are_all_different_and_short() {
        assert_eq!([0, 8, 9, 9 * 24 - 1, 9 * 24].map(label), ["A1", "A9", "B1", "Z9", "AA1"]);
        let mut all: Vec<String> = (0..3000).map(label).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 3000);
    }
}
