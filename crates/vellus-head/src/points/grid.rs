//! Points sorted into bars along `x`, for finding neighbours.

use rayon::prelude::*;

/// Points in square bars along `x`, sorted by `x` within each bar. On a surface most cells of a
/// cubic grid are empty and cost memory traffic; bars are few and a window in `x` is exact.
#[derive(Debug)]
pub struct Grid {
    low: [f32; 2],
    inverse_bar: f32,
    /// Bars along `y` and `z`.
    size: [usize; 2],
    /// First entry of each bar in `items`; one more than bars.
    start: Vec<u32>,
    /// Indices of the points, by bar and `x`.
    items: Vec<u32>,
    /// The points in the order of `items`.
    place: Vec<[f32; 3]>,
}

/// More bars than this cost more memory than they save time.
const MOST_BARS: f64 = 4e6;
/// Points of one job when rows are sorted.
const CHUNK: usize = 4096;

impl Grid {
    /// With bars as wide as `reach`, mm, the distance up to which neighbours are looked for mostly.
    #[must_use]
    pub fn new(points: &[[f32; 3]], reach: f32) -> Self {
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
        let inverse_bar = (1.0 / bar) as f32;
        let size = extent.map(|e| (e / bar) as usize + 1);
        let mut grid =
            Self { low, inverse_bar, size, start: Vec::new(), items: Vec::new(), place: Vec::new() };
        grid.start = vec![0; size[0] * size[1] + 1];
        let bars: Vec<u32> = points.iter().map(|p| grid.bar(p)).collect();
        for b in &bars {
            grid.start[*b as usize + 1] += 1;
        }
        let mut sum = 0;
        for s in &mut grid.start {
            sum += *s;
            *s = sum;
        }
        let mut fill = grid.start.clone();
        // By bar, then x, then index: bits of a float, flipped so that they sort as the number does.
        let mut keys = vec![0u64; points.len()];
        for (i, (b, p)) in bars.iter().zip(points).enumerate() {
            let bits = p[0].to_bits();
            let sortable = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
            let at = &mut fill[*b as usize];
            keys[*at as usize] = u64::from(sortable) << 32 | i as u64;
            *at += 1;
        }
        let mut jobs: Vec<(&mut [u64], &[u32])> = Vec::new();
        let (mut rest, mut begin) = (keys.as_mut_slice(), 0);
        while begin + 1 < grid.start.len() {
            let mut end = begin + 1;
            while end + 1 < grid.start.len() && (grid.start[end] - grid.start[begin]) < CHUNK as u32 {
                end += 1;
            }
            let (head, tail) = rest.split_at_mut((grid.start[end] - grid.start[begin]) as usize);
            jobs.push((head, &grid.start[begin..=end]));
            (rest, begin) = (tail, end);
        }
        jobs.into_par_iter().for_each(|(keys, start)| {
            for w in start.windows(2) {
                keys[(w[0] - start[0]) as usize..(w[1] - start[0]) as usize].sort_unstable();
            }
        });
        grid.items = keys.iter().map(|k| *k as u32).collect();
        grid.place = grid.items.iter().map(|&i| points[i as usize]).collect();
        grid
    }

    fn bar(&self, p: &[f32; 3]) -> u32 {
        let c = [0, 1].map(|k| {
            // Negative and not-a-number become 0 in the conversion.
            (((p[k + 1] - self.low[k]) * self.inverse_bar) as usize).min(self.size[k] - 1)
        });
        (c[1] * self.size[0] + c[0]) as u32
    }

    /// The indices in bar order.
    #[must_use]
    pub fn items(&self) -> &[u32] {
        &self.items
    }

    /// The points in bar order.
    #[must_use]
    pub fn places(&self) -> &[[f32; 3]] {
        &self.place
    }

    /// Calls with ranges of entries of [`Grid::items`] that hold every point within `reach` of `p`,
    /// and others.
    #[inline]
    pub fn around(&self, p: &[f32; 3], reach: f32, mut each: impl FnMut(std::ops::Range<usize>)) {
        // A hair wider, for the rounding of the sums; an offset for that of large coordinates.
        let reach = reach * 1.000_01;
        let (mut lo, mut hi) = ([0usize; 2], [0usize; 2]);
        for k in 0..2 {
            let slack = p[k + 1].abs().max(self.low[k].abs()) * 1e-6;
            let first = (p[k + 1] - reach - slack - self.low[k]) * self.inverse_bar;
            let last = (p[k + 1] + reach + slack - self.low[k]) * self.inverse_bar;
            if !(last >= 0.0 && first < self.size[k] as f32) {
                return;
            }
            lo[k] = first.max(0.0) as usize;
            hi[k] = (last as usize).min(self.size[k] - 1);
        }
        let (left, right) = (p[0] - reach, p[0] + reach);
        for z in lo[1]..=hi[1] {
            for y in lo[0]..=hi[0] {
                let bar = z * self.size[0] + y;
                let (a, b) = (self.start[bar] as usize, self.start[bar + 1] as usize);
                if a == b {
                    continue;
                }
                let row = &self.place[a..b];
                let first = row.partition_point(|q| q[0] < left);
                // A window holds a few of a bar: its end is sooner found by walking than by halving.
                let count = row[first..].iter().take_while(|q| q[0] <= right).count();
                if count > 0 {
                    each(a + first..a + first + count);
                }
            }
        }
    }
}

/// The largest radius around a place, from coarse cubes: how far a point must look for others that
/// reach further than itself.
pub(super) struct Widest {
    low: [f32; 3],
    inverse_cube: f32,
    size: [usize; 3],
    largest: Vec<f32>,
}

/// More cubes than this cost more memory than they save time.
const MOST_CUBES: f64 = 2e6;

impl Widest {
    /// Of points with a radius each, mm.
    pub(super) fn new(points: &[[f32; 3]], radius: &[f32]) -> Self {
        let widest = radius.iter().copied().fold(0.0, f32::max);
        let narrowest = radius.iter().copied().filter(|r| *r > 0.0).fold(f32::INFINITY, f32::min);
        let mut low = [f32::INFINITY; 3];
        let mut high = [f32::NEG_INFINITY; 3];
        for p in points {
            for k in 0..3 {
                low[k] = low[k].min(p[k]);
                high[k] = high[k].max(p[k]);
            }
        }
        // One radius everywhere, within a tenth: nothing to be gained.
        if points.is_empty() || widest <= 1.1 * narrowest {
            return Self { low: [0.0; 3], inverse_cube: 0.0, size: [1; 3], largest: vec![widest] };
        }
        let mut cube = f64::from(2.0 * widest).max(1e-6);
        let extent: [f64; 3] = std::array::from_fn(|k| f64::from(high[k]) - f64::from(low[k]));
        while extent.iter().map(|e| (e / cube).floor() + 1.0).product::<f64>() > MOST_CUBES {
            cube *= 1.26;
        }
        let size = extent.map(|e| (e / cube) as usize + 1);
        let mut own = Self {
            low,
            inverse_cube: (1.0 / cube) as f32 * (1.0 - 1e-6),
            size,
            largest: vec![0.0; size.iter().product()],
        };
        for (p, r) in points.iter().zip(radius) {
            let c = own.cube(p);
            own.largest[c] = own.largest[c].max(*r);
        }
        // Neighbouring cubes too, one axis after the other.
        let strides = [1, size[0], size[0] * size[1]];
        for k in 0..3 {
            let before = own.largest.clone();
            for (i, x) in own.largest.iter_mut().enumerate() {
                let at = i / strides[k] % size[k];
                if at > 0 {
                    *x = x.max(before[i - strides[k]]);
                }
                if at + 1 < size[k] {
                    *x = x.max(before[i + strides[k]]);
                }
            }
        }
        own
    }

    fn cube(&self, p: &[f32; 3]) -> usize {
        let c: [usize; 3] = std::array::from_fn(|k| {
            (((p[k] - self.low[k]) * self.inverse_cube) as usize).min(self.size[k] - 1)
        });
        (c[2] * self.size[1] + c[1]) * self.size[0] + c[0]
    }

    /// The largest radius of the points within two of the largest radii of `p`, or more.
    #[inline]
    pub(super) fn near(&self, p: &[f32; 3]) -> f32 {
        self.largest[if self.largest.len() == 1 { 0 } else { self.cube(p) }]
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
            bar in 0.3f32..4.0,
            reach in 0.1f32..6.0,
            probe in prop::array::uniform3(-7.0f32..7.0),
        ) {
            let grid = Grid::new(&points, bar);
            let mut found = vec![false; points.len()];
            grid.around(&probe, reach, |r| for &i in &grid.items()[r] { found[i as usize] = true; });
            for (p, found) in points.iter().zip(found) {
                prop_assert!(found || distance_squared(p, &probe) > reach * reach);
            }
        }

        #[test]
        fn prop_the_widest_around_is_never_less(
            points in prop::collection::vec(prop::array::uniform3(-5.0f32..5.0), 1..80),
            radius in prop::collection::vec(0.01f32..1.0, 80),
        ) {
            let radius = &radius[..points.len()];
            let widest = Widest::new(&points, radius);
            for (i, p) in points.iter().enumerate() {
                for (j, q) in points.iter().enumerate() {
                    let span = radius[i] + radius[j];
                    prop_assert!(distance_squared(p, q) >= span * span || widest.near(p) >= radius[j]);
                }
            }
        }
    }
}
