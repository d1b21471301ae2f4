//! Points sorted into cubic cells, for finding neighbours.

/// A dense grid over the bounds of some points, in compressed rows: `x` runs fastest, so the
/// three neighbouring cells along `x` are one range.
pub(super) struct Grid {
    low: [f32; 3],
    inverse_cell: f32,
    size: [usize; 3],
    /// First entry of each cell in `items`; one more than cells.
    start: Vec<u32>,
    /// Indices of the points, by cell, rising within each.
    items: Vec<u32>,
}

/// More cells than this cost more memory (128 MB) than they save time.
const MOST_CELLS: f64 = 32e6;

impl Grid {
    /// Cells at least `cell` wide.
    pub(super) fn new(points: &[[f32; 3]], cell: f32) -> Self {
        let mut low = [f32::INFINITY; 3];
        let mut high = [f32::NEG_INFINITY; 3];
        for p in points {
            for k in 0..3 {
                low[k] = low[k].min(p[k]);
                high[k] = high[k].max(p[k]);
            }
        }
        if points.is_empty() {
            low = [0.0; 3];
            high = [0.0; 3];
        }
        let extent = [0, 1, 2].map(|k| f64::from(high[k]) - f64::from(low[k]));
        let mut cell = f64::from(cell).max(1e-6);
        let cells = |cell: f64| extent.iter().map(|e| (e / cell).floor() + 1.0).product::<f64>();
        while cells(cell) > MOST_CELLS {
            cell *= 1.26;
        }
        // Rounded down, so that a cell is never narrower than asked.
        let inverse_cell = (1.0 / cell) as f32 * (1.0 - 1e-6);
        let size = extent.map(|e| (e / cell) as usize + 1);
        let mut grid =
            Self { low, inverse_cell, size, start: vec![0; size.iter().product::<usize>() + 1], items: vec![0; points.len()] };
        let cell_of: Vec<u32> = points
            .iter()
            .map(|p| {
                let [x, y, z] = grid.cell(p);
                ((z * size[1] + y) * size[0] + x) as u32
            })
            .collect();
        for &c in &cell_of {
            grid.start[c as usize + 1] += 1;
        }
        let mut sum = 0;
        for s in &mut grid.start {
            sum += *s;
            *s = sum;
        }
        // Filled from the back, which leaves `start` at the first entry of each cell.
        for (i, &c) in cell_of.iter().enumerate().rev() {
            let s = &mut grid.start[c as usize + 1];
            *s -= 1;
            grid.items[*s as usize] = i as u32;
        }
        grid.start.rotate_left(1);
        if let Some(last) = grid.start.last_mut() {
            *last = points.len() as u32;
        }
        grid
    }

    fn cell(&self, p: &[f32; 3]) -> [usize; 3] {
        [0, 1, 2].map(|k| {
            // Negative and not-a-number become 0 in the conversion.
            (((p[k] - self.low[k]) * self.inverse_cell) as usize).min(self.size[k] - 1)
        })
    }

    /// The indices in cell order.
    pub(super) fn items(&self) -> &[u32] {
        &self.items
    }

    /// Calls with ranges of entries of [`Grid::items`] whose points may lie within one cell width
    /// of `p`.
    #[inline]
    pub(super) fn around(&self, p: &[f32; 3], mut each: impl FnMut(std::ops::Range<usize>)) {
        // Points outside of the bounds are kept at one cell distance, not drawn to the rim.
        let c = [0, 1, 2].map(|k| ((p[k] - self.low[k]) * self.inverse_cell).floor() as i64);
        let lo = [0, 1, 2].map(|k| (c[k].saturating_sub(1)).max(0));
        let hi = [0, 1, 2].map(|k| c[k].saturating_add(1).min(self.size[k] as i64 - 1));
        if (0..3).any(|k| lo[k] > hi[k]) {
            return;
        }
        for z in lo[2]..=hi[2] {
            for y in lo[1]..=hi[1] {
                let row = (z as usize * self.size[1] + y as usize) * self.size[0];
                let a = self.start[row + lo[0] as usize] as usize;
                let b = self.start[row + hi[0] as usize + 1] as usize;
                if a < b {
                    each(a..b);
                }
            }
        }
    }
}

#[inline]
pub(super) fn distance_squared(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    x * x + y * y + z * z
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_grid_finds_every_neighbour(
            points in prop::collection::vec(prop::array::uniform3(-5.0f32..5.0), 0..80),
            cell in 0.3f32..4.0,
            probe in prop::array::uniform3(-7.0f32..7.0),
        ) {
            let grid = Grid::new(&points, cell);
            let mut found = vec![false; points.len()];
            grid.around(&probe, |r| for &i in &grid.items()[r] { found[i as usize] = true; });
            for (p, found) in points.iter().zip(found) {
                prop_assert!(found || distance_squared(p, &probe) > cell * cell);
            }
        }
    }
}
