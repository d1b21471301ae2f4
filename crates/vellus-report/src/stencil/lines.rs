//! Lines on the head, such as the midline or a designed hairline, where they cross the tiles.

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_head::flatten::{Tile, Tiling};

/// A line on the head.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetLine {
    /// What it is called on the sheets: "midline".
    pub name: String,
    /// Places along it on or near the skin, mm, head space.
    pub points_in_head: Vec<DVec3>,
}

/// Distance of the places at which a line is looked up, mm.
const STEP_MM: f64 = 1.0;
/// A line that stays so close to the border of a tile is the border, mm.
const ALONG_MM: f64 = 1.2;
/// Halvings that find where a line crosses a seam: a thousandth of a step.
const HALVINGS: usize = 10;

impl SheetLine {
    /// A line through chart positions; those below which there is no skin are left out.
    #[must_use]
    pub fn from_chart(head: &Head, name: &str, points_in_chart: &[[f64; 2]]) -> Self {
        let on_skin = |q: &[f64; 2]| head.head_from_chart(DVec2::from_array(*q)).map(|p| p.position);
        Self { name: name.into(), points_in_head: points_in_chart.iter().filter_map(on_skin).collect() }
    }

    /// From the glabella over the top to the inion.
    #[must_use]
    pub fn midline(head: &Head) -> Self {
        let points: Vec<[f64; 2]> = (0..=300).map(|i| [0.0, 1.0 - f64::from(i) / 150.0]).collect();
        Self::from_chart(head, "midline", &points)
    }
}

/// A piece of a line on one tile.
#[derive(Clone, Debug)]
pub(super) struct LineOnTile {
    pub name: String,
    /// Flat coordinates, mm.
    pub points: Vec<DVec2>,
    /// Whether it goes on beyond the tile at its first and last point.
    pub leaves: [bool; 2],
}

/// The pieces of lines on each tile, by its place.
pub(super) fn on_tiles(head: &Head, tiling: &Tiling, lines: &[SheetLine]) -> Vec<Vec<LineOnTile>> {
    let mut out: Vec<Vec<LineOnTile>> = vec![Vec::new(); tiling.tiles.len()];
    for line in lines {
        for (tile, piece) in pieces(head, tiling, line) {
            if !along_border(&tiling.tiles[tile], &piece.points) {
                out[tile].push(piece);
            }
        }
    }
    out
}

type Place = Option<(usize, DVec2)>;

fn pieces(head: &Head, tiling: &Tiling, line: &SheetLine) -> Vec<(usize, LineOnTile)> {
    let place = |p: DVec3| -> Place {
        let hit = if p.is_finite() { head.surface().closest_point(p) } else { None };
        hit.and_then(|h| tiling.locate(&h.point))
    };
    let points = fine(&line.points_in_head);
    let mut out: Vec<(usize, LineOnTile)> = Vec::new();
    let mut before: Option<(DVec3, Place)> = None;
    for p in points {
        let here = place(p);
        let last = before.and_then(|b| b.1);
        let same = matches!((last, here), (Some(a), Some(b)) if a.0 == b.0);
        if let (false, Some((from, _))) = (same, before) {
            let (end, start) = crossing(&place, (from, last), (p, here));
            if let (Some((tile, q)), Some((t, piece))) = (end, out.last_mut())
                && *t == tile
            {
                piece.points.push(q);
                piece.leaves[1] = true;
            }
            if let Some((tile, q)) = start {
                out.push((
                    tile,
                    LineOnTile { name: line.name.clone(), points: vec![q], leaves: [true, false] },
                ));
            }
        }
        match (here, out.last_mut()) {
            (Some((tile, q)), Some((t, piece))) if *t == tile && (same || !piece.leaves[1]) => {
                piece.points.push(q);
            }
            (Some((tile, q)), _) => out.push((
                tile,
                LineOnTile { name: line.name.clone(), points: vec![q], leaves: [false, false] },
            )),
            (None, _) => {}
        }
        before = Some((p, here));
    }
    out.retain(|(_, piece)| piece.points.len() > 1);
    out
}

/// Where a step leaves the tile it began on, and where it enters the one it ends on.
fn crossing(place: &impl Fn(DVec3) -> Place, from: (DVec3, Place), to: (DVec3, Place)) -> (Place, Place) {
    let edge = |inner: (DVec3, Place), outer: DVec3| -> Place {
        let tile = inner.1?.0;
        let (mut near, mut far, mut q) = (inner.0, outer, inner.1);
        for _ in 0..HALVINGS {
            let middle = near.midpoint(far);
            match place(middle) {
                Some(x) if x.0 == tile => (near, q) = (middle, Some(x)),
                _ => far = middle,
            }
        }
        q
    };
    (edge(from, to.0), edge(to, from.0))
}

/// The line with steps of at most [`STEP_MM`].
fn fine(points: &[DVec3]) -> Vec<DVec3> {
    let mut out: Vec<DVec3> = points.first().copied().into_iter().collect();
    for w in points.windows(2) {
        let far = w[0].distance(w[1]);
        // A line is at most as long as a tape about the head.
        let n = if far.is_finite() { ((far / STEP_MM).ceil() as usize).clamp(1, 1000) } else { 1 };
        out.extend((1..=n).map(|k| w[0].lerp(w[1], k as f64 / n as f64)));
    }
    out
}

/// Whether a piece is the border itself, which is drawn anyway.
fn along_border(tile: &Tile, points: &[DVec2]) -> bool {
    let near = |q: &DVec2| {
        tile.border.iter().flat_map(|r| r.points.windows(2)).any(|w| {
            let d = w[1] - w[0];
            let t = ((*q - w[0]).dot(d) / d.length_squared().max(1e-12)).clamp(0.0, 1.0);
            q.distance(w[0] + t * d) < ALONG_MM
        })
    };
    let close = points.iter().filter(|q| near(q)).count();
    2 * close > points.len()
}
