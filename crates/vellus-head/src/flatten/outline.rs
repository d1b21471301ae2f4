//! Borders of tiles and of the zones in them.

use std::collections::HashMap;

use glam::DVec2;

use super::patch::FlatPatch;

/// What lies on the other side of a run of a tile's border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seam {
    /// The border of the region: the hairline.
    Region,
    /// The tile with this number.
    Tile(u32),
    /// The tile with this number, on the other side of the part.
    Part(u32),
}

/// A run of a tile's border with one thing on its other side.
#[derive(Clone, Debug, PartialEq)]
pub struct BorderRun {
    /// What lies there.
    pub seam: Seam,
    /// Flat coordinates, mm, counter-clockwise; the last point is the first of the next run.
    pub points: Vec<DVec2>,
    /// Length on the surface, mm.
    pub length_mm: f64,
}

/// The tile and the panel that a directed edge belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub tile: u32,
    pub panel: u8,
}

/// The border of a patch in runs. `sides` knows the owner of each directed edge of the sheet.
pub(super) fn border_runs(flat: &FlatPatch, sides: &HashMap<(u32, u32), Side>) -> Vec<BorderRun> {
    let border = flat.border();
    let n = border.len();
    let source = |i: usize| flat.source_vertices()[border[i % n] as usize];
    let seams: Vec<Seam> = (0..n)
        .map(|i| {
            let own = sides.get(&(source(i), source(i + 1)));
            match (sides.get(&(source(i + 1), source(i))), own) {
                (None, _) => Seam::Region,
                (Some(other), Some(own)) if other.panel != own.panel => Seam::Part(other.tile),
                (Some(other), _) => Seam::Tile(other.tile),
            }
        })
        .collect();
    // Begin where a run begins, so that none is parted.
    let start = (0..n).find(|i| seams[*i] != seams[(i + n - 1) % n]).unwrap_or(0);
    let mut runs: Vec<BorderRun> = Vec::new();
    for i in (start..start + n).map(|i| i % n) {
        let (a, b) = (border[i] as usize, border[(i + 1) % n] as usize);
        let length = flat.mesh().positions[a].distance(flat.mesh().positions[b]);
        match runs.last_mut() {
            Some(run) if run.seam == seams[i] => {
                run.points.push(flat.flat()[b]);
                run.length_mm += length;
            }
            _ => runs.push(BorderRun {
                seam: seams[i],
                points: vec![flat.flat()[a], flat.flat()[b]],
                length_mm: length,
            }),
        }
    }
    runs
}

/// Closed walks about the triangles for which `of` holds, counter-clockwise, holes clockwise.
pub(super) fn outlines(triangles: &[[u32; 3]], of: impl Fn(usize) -> bool) -> Vec<Vec<u32>> {
    let mut edges: Vec<(u32, u32)> = triangles
        .iter()
        .enumerate()
        .filter(|(i, _)| of(*i))
        .flat_map(|(_, t)| [0, 1, 2].map(|k| (t[k], t[(k + 1) % 3])))
        .collect();
    edges.sort_unstable();
    let open: Vec<(u32, u32)> =
        edges.iter().copied().filter(|(a, b)| edges.binary_search(&(*b, *a)).is_err()).collect();
    let mut next: HashMap<u32, Vec<u32>> = HashMap::new();
    for &(a, b) in open.iter().rev() {
        next.entry(a).or_default().push(b);
    }
    let mut rings = Vec::new();
    for &(start, _) in &open {
        while let Some(b) = next.get_mut(&start).and_then(Vec::pop) {
            let mut ring = vec![start];
            let mut at = b;
            while at != start {
                ring.push(at);
                let Some(n) = next.get_mut(&at).and_then(Vec::pop) else { break };
                at = n;
            }
            if at == start && ring.len() >= 3 {
                rings.push(ring);
            }
        }
    }
    rings
}
