//! Which triangles meet at which edge, by sorting: a table of lists would cost several times as much
//! memory as the mesh.

/// One side of a triangle: its edge with the lower vertex first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    pub lo: u32,
    pub hi: u32,
    /// Triangle × 4 + side.
    code: u32,
}

/// More triangles than this cannot be numbered together with their sides.
pub(crate) const MOST_TRIANGLES: usize = 1 << 30;

impl Side {
    pub(crate) const fn triangle(self) -> usize {
        (self.code >> 2) as usize
    }

    pub(crate) const fn side(self) -> usize {
        (self.code & 3) as usize
    }

    /// Whether its triangle runs from the lower vertex to the higher one.
    pub(crate) fn runs_up(self, triangles: &[[u32; 3]]) -> bool {
        triangles[self.triangle()][self.side()] == self.lo
    }
}

/// All sides, those of one edge beside each other, in the order of their vertices.
pub(crate) fn sides(triangles: &[[u32; 3]]) -> Vec<Side> {
    let all = || {
        triangles.iter().enumerate().flat_map(|(i, t)| {
            (0..3).map(move |k| {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                Side { lo: a.min(b), hi: a.max(b), code: (i as u32) << 2 | k as u32 }
            })
        })
    };
    let highest = triangles.iter().flatten().copied().max().map_or(0, |v| v as usize);
    // Sound meshes have about half as many vertices as triangles; one whose indices point far
    // beyond its vertices gets no table as long as that.
    if highest > 8 * triangles.len() + 1024 {
        let mut out: Vec<Side> = all().collect();
        out.sort_unstable();
        return out;
    }
    let mut start = vec![0u32; highest + 2];
    for s in all() {
        start[s.lo as usize + 1] += 1;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut next = start.clone();
    let mut out = vec![Side { lo: 0, hi: 0, code: 0 }; 3 * triangles.len()];
    for s in all() {
        let at = &mut next[s.lo as usize];
        out[*at as usize] = s;
        *at += 1;
    }
    for w in start.windows(2) {
        out[w[0] as usize..w[1] as usize].sort_unstable();
    }
    out
}

/// Runs of sides of one edge.
pub(crate) fn by_edge(sides: &[Side]) -> impl Iterator<Item = &[Side]> {
    sides.chunk_by(|a, b| (a.lo, a.hi) == (b.lo, b.hi))
}

/// Which triangles stand at each vertex, in their order.
pub(crate) struct Stars {
    start: Vec<u32>,
    triangles: Vec<u32>,
}

impl Stars {
    /// The indices must be in range.
    pub(crate) fn new(vertices: usize, triangles: &[[u32; 3]]) -> Self {
        let mut start = vec![0u32; vertices + 1];
        for v in triangles.iter().flatten() {
            start[*v as usize + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut next = start.clone();
        let mut out = vec![0u32; 3 * triangles.len()];
        for (i, t) in triangles.iter().enumerate() {
            for v in t {
                let at = &mut next[*v as usize];
                out[*at as usize] = i as u32;
                *at += 1;
            }
        }
        Self { start, triangles: out }
    }

    pub(crate) fn of(&self, v: u32) -> &[u32] {
        &self.triangles[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_an_edge_lie_together_however_they_are_sorted() {
        let near = [[0, 1, 2], [2, 1, 3], [3, 1, 2], [0, 4, 1]];
        let far = near.map(|t| t.map(|v| v * 100_000_000));
        let count = |t: &[[u32; 3]]| -> Vec<(u32, u32, usize)> {
            let all = sides(t);
            by_edge(&all).map(|e| (e[0].lo, e[0].hi, e.len())).collect()
        };
        let n = count(&near);
        assert_eq!(n.iter().find(|e| (e.0, e.1) == (1, 2)).unwrap().2, 3);
        assert!(n.is_sorted());
        assert_eq!(n.len(), 7);
        let f: Vec<_> = count(&far).iter().map(|e| (e.0 / 100_000_000, e.1 / 100_000_000, e.2)).collect();
        assert_eq!(n, f);
        assert_eq!(Stars::new(5, &near).of(2), [0, 1, 2]);
    }
}
