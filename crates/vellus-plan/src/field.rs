//! How much of the person's own fringe is visible where: a raster over the scalp chart.

use glam::DVec2;
use rayon::prelude::*;
use vellus_hair::course::{Snapshot, TERMINAL_UM};
use vellus_hair::scalp::Scalp;
use vellus_head::{Head, Spot};

/// Cells along a side; the chart from −1.3 to 1.3 in both directions.
const SIDE: usize = 72;
const HALF: f64 = 1.3;

/// Visible density relative to full hair, over the chart.
#[derive(Clone, Debug)]
pub struct VisibleShare {
    cells: Vec<f64>,
}

impl VisibleShare {
    /// The field of a scalp at a moment: terminal hairs by calibre, over what the follicles would carry
    /// without loss. Dots are no hair and do not count.
    #[must_use]
    pub fn new(scalp: &Scalp, snapshot: &Snapshot) -> Self {
        let mut have = vec![0.0; SIDE * SIDE];
        let mut full = vec![0.0; SIDE * SIDE];
        for i in 0..scalp.follicles.len() {
            let Some(cell) = cell_of(scalp.ground.chart[scalp.follicles.unit[i] as usize]) else { continue };
            if scalp.follicles.from_day[i] == f32::NEG_INFINITY {
                full[cell] += f64::from(scalp.follicles.calibre_um[i]);
            }
            let d = snapshot.calibre_um[i];
            if d >= TERMINAL_UM {
                have[cell] += f64::from(d);
            }
        }
        let (have, full) = (blur(&blur(&have)), blur(&blur(&full)));
        // Where no follicle ever stood (in front of the original hairline) nothing is visible.
        let cells =
            have.iter().zip(&full).map(|(h, f)| if *f > 1.0 { (h / f).min(1.5) } else { 0.0 }).collect();
        Self { cells }
    }

    /// The share at a chart point, between cells linearly.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        between(&self.cells, x, y)
    }
}

/// A quantity known by zone, made smooth over the chart so that no edge of a zone shows on a head.
#[derive(Clone, Debug)]
pub struct SmoothedZones {
    cells: Vec<f64>,
}

impl SmoothedZones {
    /// Spreads values given at chart points (one for each follicular unit) over about two
    /// centimetres.
    #[must_use]
    pub fn new(values: impl Iterator<Item = ([f32; 2], f64)>) -> Self {
        let mut sum = vec![0.0; SIDE * SIDE];
        let mut weight = vec![0.0; SIDE * SIDE];
        for (q, v) in values {
            if let Some(cell) = cell_of(q) {
                sum[cell] += v;
                weight[cell] += 1.0;
            }
        }
        for _ in 0..14 {
            sum = blur(&sum);
            weight = blur(&weight);
        }
        Self { cells: sum.iter().zip(&weight).map(|(s, w)| if *w > 1e-9 { s / w } else { 0.0 }).collect() }
    }

    /// The value at a chart point.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        between(&self.cells, x, y)
    }
}

/// Density of dots that was wanted, over the chart.
#[derive(Clone, Debug)]
pub struct DotDensity {
    cells: Vec<f64>,
}

/// Cells along a side of [`DotDensity`]: about 1.3 mm, since hairlines fade in over a few.
const FINE: usize = 160;

impl DotDensity {
    /// Reads a density per cm², times a factor, at the middles of cells; 0 off the head.
    #[must_use]
    pub fn new(head: &Head, density: &(dyn Fn(&Spot) -> f64 + Sync), factor: f64) -> Self {
        let cells = (0..FINE * FINE)
            .into_par_iter()
            .map(|c| {
                let at = |k: usize| ((k as f64 + 0.5) / FINE as f64 * 2.0 - 1.0) * HALF;
                let q = DVec2::new(at(c % FINE), at(c / FINE));
                head.head_from_chart(q).map_or(0.0, |p| {
                    let spot = Spot {
                        position_in_head: p.position,
                        normal: p.normal,
                        in_chart: q,
                        triangle: p.triangle,
                    };
                    factor * density(&spot)
                })
            })
            .collect();
        Self { cells }
    }

    /// Dots per cm² at a chart point: that of its cell.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let to = |v: f64| ((v + HALF) / (2.0 * HALF) * FINE as f64).floor();
        let within = |w: f64| (0.0..FINE as f64).contains(&w);
        let (u, v) = (to(x), to(y));
        if within(u) && within(v) { self.cells[v as usize * FINE + u as usize] } else { 0.0 }
    }
}

/// What share of the dots that are wanted is there already, over the chart: what was laid over what is
/// wanted, both blurred alike, so that the edge of a work has no false gap.
#[derive(Clone, Debug)]
pub struct LaidShare {
    cells: Vec<f64>,
}

impl LaidShare {
    /// Of dots at chart points, each worth so many fresh ones, against a density per cm².
    #[must_use]
    pub fn new(
        head: &Head,
        wanted: &(dyn Fn(&Spot) -> f64 + Sync),
        dots: impl Iterator<Item = ([f32; 2], f64)>,
    ) -> Self {
        let mut laid = vec![0.0; SIDE * SIDE];
        let mut any = false;
        for (q, worth) in dots {
            if let Some(cell) = cell_of(q) {
                laid[cell] += worth;
                any = true;
            }
        }
        if !any {
            return Self { cells: laid };
        }
        let step = 2.0 * HALF / SIDE as f64;
        let want: Vec<f64> = (0..SIDE * SIDE)
            .into_par_iter()
            .map(|c| {
                let q = DVec2::new((c % SIDE) as f64 + 0.5, (c / SIDE) as f64 + 0.5) * step - HALF;
                let at = |dx: f64, dy: f64| head.head_from_chart(q + DVec2::new(dx, dy) * step);
                let (Some(p), Some(a), Some(b), Some(c), Some(d)) =
                    (at(0.0, 0.0), at(-0.5, 0.0), at(0.5, 0.0), at(0.0, -0.5), at(0.0, 0.5))
                else {
                    return 0.0;
                };
                let area = (b.position - a.position).cross(d.position - c.position).length();
                let spot = Spot {
                    position_in_head: p.position,
                    normal: p.normal,
                    in_chart: q,
                    triangle: p.triangle,
                };
                wanted(&spot) * area / 100.0
            })
            .collect();
        let (laid, want) = (blur(&blur(&laid)), blur(&blur(&want)));
        let cells = laid
            .iter()
            .zip(&want)
            .map(|(l, w)| {
                if *w > 1e-3 {
                    l / w
                } else if *l > 1e-3 {
                    1.0
                } else {
                    0.0
                }
            })
            .collect();
        Self { cells }
    }

    /// The share at a chart point; above 1 where there are more than wanted.
    #[must_use]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        between(&self.cells, x, y)
    }
}

/// Bilinear interpolation between cells.
fn between(cells: &[f64], x: f64, y: f64) -> f64 {
    let to = |v: f64| ((v + HALF) / (2.0 * HALF) * SIDE as f64 - 0.5).clamp(0.0, SIDE as f64 - 1.001);
    let (u, v) = (to(x), to(y));
    let (i, j) = (u as usize, v as usize);
    let (fu, fv) = (u - i as f64, v - j as f64);
    let c = |i: usize, j: usize| cells[j * SIDE + i];
    (c(i, j) * (1.0 - fu) + c(i + 1, j) * fu) * (1.0 - fv)
        + (c(i, j + 1) * (1.0 - fu) + c(i + 1, j + 1) * fu) * fv
}

fn cell_of(q: [f32; 2]) -> Option<usize> {
    let to = |v: f32| (f64::from(v) + HALF) / (2.0 * HALF) * SIDE as f64;
    let (u, v) = (to(q[0]), to(q[1]));
    let within = |w: f64| (0.0..SIDE as f64).contains(&w);
    (within(u) && within(v)).then(|| v as usize * SIDE + u as usize)
}

/// One pass of a 3 × 3 binomial filter.
fn blur(cells: &[f64]) -> Vec<f64> {
    let at = |i: isize, j: isize| {
        let clamp = |k: isize| k.clamp(0, SIDE as isize - 1) as usize;
        cells[clamp(j) * SIDE + clamp(i)]
    };
    let mut out = Vec::with_capacity(cells.len());
    for j in 0..SIDE as isize {
        for i in 0..SIDE as isize {
            let mut sum = 0.0;
            for (dj, wj) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
                for (di, wi) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
                    sum += wi * wj * at(i + di, j + dj);
                }
            }
            out.push(sum / 16.0);
        }
    }
    out
}
