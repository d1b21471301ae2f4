//! What can be laid flat: one piece of surface with one border.

use std::collections::HashMap;

use glam::DVec3;

use super::sheet::find;
use crate::HeadError;

/// A disc of triangles.
#[derive(Clone, Debug)]
pub(super) struct Disc {
    pub positions: Vec<DVec3>,
    pub triangles: Vec<[u32; 3]>,
    /// The vertex of the source that each vertex is; two of ours where the source touches itself
    /// in a point.
    pub source: Vec<u32>,
    /// The border, counter-clockwise seen from outside.
    pub border: Vec<u32>,
}

impl Disc {
    /// Takes triangles, parts them where they only touch in a vertex, and checks that they are a disc.
    ///
    /// # Errors
    /// [`HeadError::Flatten`] says what they are instead.
    pub(super) fn new(positions: &[DVec3], triangles: &[[u32; 3]]) -> Result<Self, HeadError> {
        if triangles.is_empty() {
            return Err(broken("it has no triangles"));
        }
        for (i, t) in triangles.iter().enumerate() {
            for v in t {
                let p = positions.get(*v as usize);
                if !p.is_some_and(|p| p.is_finite() && p.abs().max_element() < 1e9) {
                    return Err(broken(&format!("triangle {i} has a corner that is missing or not finite")));
                }
            }
            if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
                return Err(broken(&format!("triangle {i} names a vertex twice; repair the mesh")));
            }
        }
        let corner = |t: usize, k: usize| (3 * t + k % 3) as u32;
        // Each directed edge once; its twin joins two triangles.
        let mut sides: HashMap<(u32, u32), (usize, usize)> = HashMap::with_capacity(3 * triangles.len());
        for (i, t) in triangles.iter().enumerate() {
            for k in 0..3 {
                if sides.insert((t[k], t[(k + 1) % 3]), (i, k)).is_some() {
                    return Err(broken(&format!(
                        "the edge {}-{} has triangles of different winding, or three of them; repair the mesh",
                        t[k],
                        t[(k + 1) % 3]
                    )));
                }
            }
        }
        let mut corners: Vec<u32> = (0..3 * triangles.len() as u32).collect();
        let mut pieces: Vec<u32> = (0..triangles.len() as u32).collect();
        let mut open = Vec::new();
        let mut inner = 0;
        for (i, t) in triangles.iter().enumerate() {
            for k in 0..3 {
                let Some(&(j, l)) = sides.get(&(t[(k + 1) % 3], t[k])) else {
                    open.push((i, k));
                    continue;
                };
                inner += 1;
                for (a, b) in [(corner(i, k), corner(j, l + 1)), (corner(i, k + 1), corner(j, l))] {
                    let (x, y) = (find(&mut corners, a), find(&mut corners, b));
                    corners[x.max(y) as usize] = x.min(y);
                }
                let (x, y) = (find(&mut pieces, i as u32), find(&mut pieces, j as u32));
                pieces[x.max(y) as usize] = x.min(y);
            }
        }
        let parts = (0..pieces.len() as u32).filter(|i| find(&mut pieces, *i) == *i).count();
        if parts > 1 {
            return Err(broken(&format!("it is in {parts} separate pieces; flatten each by itself")));
        }
        // Vertices in the order of the source, and of their first corner where it touches itself.
        let mut leaders: Vec<(u32, u32)> = (0..corners.len() as u32)
            .filter(|c| find(&mut corners, *c) == *c)
            .map(|c| (triangles[c as usize / 3][c as usize % 3], c))
            .collect();
        leaders.sort_unstable();
        let mut number = vec![0u32; corners.len()];
        for (n, (_, c)) in leaders.iter().enumerate() {
            number[*c as usize] = n as u32;
        }
        let triangles: Vec<[u32; 3]> = (0..triangles.len())
            .map(|t| [0, 1, 2].map(|k| number[find(&mut corners, corner(t, k)) as usize]))
            .collect();
        let edges = inner / 2 + open.len();
        let euler = leaders.len() as i64 - edges as i64 + triangles.len() as i64;
        if open.is_empty() {
            return Err(broken("it is closed; cut it open first"));
        }
        let next: HashMap<u32, u32> =
            open.iter().map(|&(t, k)| (triangles[t][k], triangles[t][(k + 1) % 3])).collect();
        let start = triangles[open[0].0][open[0].1];
        let mut border = vec![start];
        while let Some(&n) = next.get(&border[border.len() - 1]) {
            if n == start || border.len() > open.len() {
                break;
            }
            border.push(n);
        }
        if euler != 1 || border.len() != open.len() {
            return Err(broken(&format!(
                "it is no disc (Euler number {euler}, wanted 1): it has a hole, a handle or a twist; cut it \
                 from its hole to its border, or into parts"
            )));
        }
        let source: Vec<u32> = leaders.iter().map(|l| l.0).collect();
        Ok(Self {
            positions: source.iter().map(|v| positions[*v as usize]).collect(),
            triangles,
            source,
            border,
        })
    }
}

fn broken(what: &str) -> HeadError {
    HeadError::Flatten(format!("the patch cannot be laid flat: {what}"))
}
