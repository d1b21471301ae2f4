//! Which triangles meet at which edge, by sorting: a table of lists would cost several times as much
//! memory as the mesh.

/// One side of a triangle: its edge with the lower vertex first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Side {
    pub lo: u32,
    pub hi: u32,
    /// Triangle × 4 + side.
    code: u32,
}

impl Side {
    pub(super) const fn triangle(self) -> usize {
        (self.code >> 2) as usize
    }

    pub(super) const fn side(self) -> usize {
        (self.code & 3) as usize
    }
}

/// All sides, those of one edge beside each other.
pub(super) fn sides(triangles: &[[u32; 3]]) -> Vec<Side> {
    let mut out = Vec::with_capacity(3 * triangles.len());
    for (i, t) in triangles.iter().enumerate() {
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            out.push(Side { lo: a.min(b), hi: a.max(b), code: (i as u32) << 2 | k as u32 });
        }
    }
    out.sort_unstable();
    out
}

/// Runs of sides of one edge.
pub(super) fn by_edge(sides: &[Side]) -> impl Iterator<Item = &[Side]> {
    sides.chunk_by(|a, b| (a.lo, a.hi) == (b.lo, b.hi))
}
