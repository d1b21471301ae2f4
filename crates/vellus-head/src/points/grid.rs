//! Points sorted into bars along `x`, for finding neighbours.

use rayon::prelude::*;

/// Points in square bars along `x`, sorted by `x` within each bar. On a surface most cells of a
/// cubic grid are empty and cost memory traffic; bars are few and a window in `x` is exact.
pub(super) struct Grid {
    reach: f32,
    low: [f32; 2],
    inverse_bar: f32,
    /// Bars along `y` and `z`.
    size: [usize; 2],
    /// First entry of each bar in `items`; one more than bars.
    start: Vec<u32>,
    /// Indices of the points, by bar and `x`.
    items: Vec<u32>,
    /// The `x` of each of `items`.
    x: Vec<f32>,
}

/// More bars than this cost more memory than they save time.
const MOST_BARS: f64 = 4e6;

impl Grid {
    /// For neighbours up to `reach` away.
    pub(super) fn new(points: &[[f32; 3]], reach: f32) -> Self {
        let mut low = [f32::INFINITY; 2];
        let mut high = [f32::NEG_INFINITY; 2];
        for p in points {
            for k in 0..2 {
                low[k] = low[k].min(p[k + 1]);
                high[k] = high[k].max(p[k + 1]);
            }
        }
        if points.is_empty() {
            (low, high) = ([0.0; 2], [0.0; 2]);
        }
        let extent = [0, 1].map(|k| f64::from(high[k]) - f64::from(low[k]));
        let mut bar = f64::from(reach).max(1e-6);
        while extent.iter().map(|e| (e / bar).floor() + 1.0).product::<f64>() > MOST_BARS {
            bar *= 1.26;
        }
        // Rounded down, so that a bar is never narrower than the reach.
        let inverse_bar = (1.0 / bar) as f32 * (1.0 - 1e-6);
        let size = extent.map(|e| (e / bar) as usize + 1);
        let mut grid =
            Self { reach, low, inverse_bar, size, start: Vec::new(), items: Vec::new(), x: Vec::new() };
        // Bar, then x, then index: bits of a float, flipped so that they sort as the number does.
        let mut keys: Vec<(u64, u32)> = points
            .iter()
            .enumerate()
            .map(|(i, p)| {
                let bits = p[0].to_bits();
                let sortable = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
                ((grid.bar(p) as u64) << 32 | u64::from(sortable), i as u32)
            })
            .collect();
        keys.par_sort_unstable();
        grid.start = vec![0; size[0] * size[1] + 1];
        for (key, _) in &keys {
            grid.start[(key >> 32) as usize + 1] += 1;
        }
        let mut sum = 0;
        for s in &mut grid.start {
            sum += *s;
            *s = sum;
        }
        grid.items = keys.iter().map(|k| k.1).collect();
        grid.x = grid.items.iter().map(|&i| points[i as usize][0]).collect();
        grid
    }

    fn bar(&self, p: &[f32; 3]) -> usize {
        let c = [0, 1].map(|k| {
            // Negative and not-a-number become 0 in the conversion.
            (((p[k + 1] - self.low[k]) * self.inverse_bar) as usize).min(self.size[k] - 1)
        });
        c[1] * self.size[0] + c[0]
    }

    /// The indices in bar order.
    pub(super) fn items(&self) -> &[u32] {
        &self.items
    }

    /// Calls with ranges of entries of [`Grid::items`] that hold every point within the reach of
    /// `p`, and others.
    #[inline]
    pub(super) fn around(&self, p: &[f32; 3], mut each: impl FnMut(std::ops::Range<usize>)) {
        let c = [0, 1].map(|k| ((p[k + 1] - self.low[k]) * self.inverse_bar).floor() as i64);
        let lo = [0, 1].map(|k| c[k].saturating_sub(1).max(0));
        let hi = [0, 1].map(|k| c[k].saturating_add(1).min(self.size[k] as i64 - 1));
        if (0..2).any(|k| lo[k] > hi[k]) {
            return;
        }
        // A hair wider, for the rounding of the sums.
        let reach = self.reach * 1.000_01;
        let (left, right) = (p[0] - reach, p[0] + reach);
        for z in lo[1]..=hi[1] {
            for y in lo[0]..=hi[0] {
                let bar = z as usize * self.size[0] + y as usize;
                let (a, b) = (self.start[bar] as usize, self.start[bar + 1] as usize);
                let row = &self.x[a..b];
                let first = row.partition_point(|x| *x < left);
                let count = row[first..].partition_point(|x| *x <= right);
                if count > 0 {
                    each(a + first..a + first + count);
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
