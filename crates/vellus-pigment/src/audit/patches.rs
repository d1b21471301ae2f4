//! Structure factors of patches of skin, and whether their peaks have directions that go on from
//! patch to patch.
//!
//! In a patch of about 256 dots, laid into its tangent plane, S(k) = |Σ w exp(2πi k·x)|² / Σ w² with a
//! Hann taper w. Without any order of directions S is exponentially distributed about its mean over
//! the ring |k|, S̄. Two signs of rows follow. In one patch: the highest S/S̄, against the height
//! that one in a hundred heads without rows would have among all patches and frequencies together.
//! Over the head: S/S̄ of the neighbouring patches where the peak of a patch leads one to look (the
//! frequency carried along the skin, a few steps around it), over the same at other angles; rows go
//! on next door, speckle does not. S̄ is the ring's median over ln 2, so that peaks do not hide in it.

use glam::{DQuat, DVec2, DVec3};
use rayon::prelude::*;

use super::near::{Around, Near, frame, same_side, vec3};
use crate::dots::Dots;

/// Dots of a patch.
const PATCH: f64 = 256.0;
/// Patches, at most.
const MOST_PATCHES: usize = 400;
/// Centres keep this many patch radii apart: tapered patches then share next to nothing.
const APART: f64 = 1.4;
/// Patches within so many radii are neighbours.
const NEXT_DOOR: f64 = 2.6;
/// Highest frequency, in units of √density: holds the first two shells of square and hexagonal
/// lattices.
const HIGHEST: f64 = 1.6;
/// Lowest, in units of 1 / patch radius: below, the taper and gradients of density rule.
const LOWEST: f64 = 2.2;
/// Step, in units of 1 / patch radius: peaks are about 1.4 wide.
const STEP: f64 = 0.42;
/// Width of a ring, √density.
const RING: f64 = 0.08;
/// S̄ is not taken below this: where even dots have no power, gradients leak.
const FLOOR: f64 = 0.3;
/// Chance that a head without rows has a peak above the threshold (assumption).
const CHANCE: f64 = 0.01;
/// Steps that a peak may have moved next door.
const DRIFT: i32 = 2;
/// Angles that the next door is looked at for comparison.
const CONTROLS: usize = 16;

struct Patch {
    /// The dot in its middle.
    centre: u32,
    at: DVec3,
    normal: DVec3,
    radius: f64,
    density: f64,
    /// Nodes along one axis on each side.
    half: i32,
    /// S over kx ≥ 0 and ky, NaN off the annulus.
    power: Vec<f32>,
    /// S of a perfect lattice: (Σw)² / Σw².
    full: f64,
}

impl Patch {
    fn step(&self) -> f64 {
        STEP / self.radius
    }

    fn index(&self, x: i32, y: i32) -> Option<usize> {
        // S(−k) = S(k).
        let (x, y) = if x < 0 { (-x, -y) } else { (x, y) };
        (x <= self.half && y.abs() <= self.half).then(|| (x * (2 * self.half + 1) + y + self.half) as usize)
    }

    fn ring(&self, x: i32, y: i32) -> usize {
        let k = DVec2::new(f64::from(x), f64::from(y)).length() * self.step();
        (k / self.density.sqrt() / RING) as usize
    }

    fn nodes(&self) -> impl Iterator<Item = (i32, i32, f32)> + '_ {
        let h = self.half;
        (0..=h)
            .flat_map(move |x| (-h..=h).map(move |y| (x, y)))
            .filter(|(x, y)| *x > 0 || *y > 0)
            .filter_map(|(x, y)| Some((x, y, self.power[self.index(x, y)?])))
            .filter(|n| !n.2.is_nan())
    }
}

/// What the patches show.
#[derive(Clone, Debug, Default)]
pub(super) struct Directions {
    pub(super) patches: usize,
    pub(super) patch_mm: f64,
    /// Highest ring mean of S.
    pub(super) radial_peak: f64,
    /// Mean of S below half of √density.
    pub(super) low_power: f64,
    pub(super) threshold: f64,
    /// Highest S/S̄ of all patches.
    pub(super) highest: f64,
    /// Share of patches above the threshold.
    pub(super) share: f64,
    /// Median over the patches of the order of their peak, of a perfect lattice's.
    pub(super) order: f64,
    /// S/S̄ next door at the peak's direction over that at others.
    pub(super) persistence: f64,
    /// Its standard error without rows.
    pub(super) persistence_error: f64,
    /// The same for the patches above the threshold alone.
    pub(super) strong: (f64, f64),
    /// Spacing of the rows that the peaks (those above the threshold, if any) stand for, mm, median.
    pub(super) row_mm: f64,
    /// Share of the same with a second peak across the first.
    pub(super) crossed: f64,
    /// The dots in the middle of the patches above the threshold, highest first.
    pub(super) worst: Vec<(u32, f64)>,
}

struct Peak {
    k: DVec2,
    ratio: f64,
    order: f64,
    crossed: bool,
}

pub(super) fn directions(dots: &Dots, near: &Near, around: &[Around]) -> Directions {
    let centres = centres(dots, near, around);
    let patches: Vec<Patch> = centres.par_iter().filter_map(|c| patch(dots, near, around, *c)).collect();
    if patches.is_empty() {
        return Directions::default();
    }
    let (mean, middle) = rings(&patches);
    let ratio = |p: &Patch, x: i32, y: i32| -> Option<f64> {
        let s = p.power[p.index(x, y)?];
        (!s.is_nan()).then(|| f64::from(s) / middle.get(p.ring(x, y)).copied().unwrap_or(1.0).max(FLOOR))
    };
    let nodes: usize = patches.iter().map(|p| p.nodes().count()).sum();
    let threshold = (nodes as f64 / CHANCE).ln();
    let peaks: Vec<Peak> = patches.par_iter().map(|p| peak(p, &ratio, threshold)).collect();
    let (persists, persistence_error) = persistence(&patches, &peaks, 0.0, &ratio);
    let strong = persistence(&patches, &peaks, threshold, &ratio);
    let middle_of = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        super::spacing::quantile(&v, 0.5)
    };
    let mut worst: Vec<(u32, f64)> = patches
        .iter()
        .zip(&peaks)
        .filter(|(_, k)| k.ratio > threshold)
        .map(|(p, k)| (p.centre, k.ratio / threshold))
        .collect();
    worst.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let n = patches.len() as f64;
    // What rows look like is read where they stand out, if they do anywhere.
    let from = if worst.is_empty() { 0.0 } else { threshold };
    let shown = || peaks.iter().filter(|p| p.ratio > from);
    let low: Vec<f64> = mean.iter().take((0.5 / RING) as usize).copied().filter(|m| m.is_finite()).collect();
    Directions {
        patches: patches.len(),
        patch_mm: middle_of(patches.iter().map(|p| p.radius).collect()),
        radial_peak: mean.iter().copied().filter(|m| m.is_finite()).fold(0.0, f64::max),
        low_power: low.iter().sum::<f64>() / low.len().max(1) as f64,
        threshold,
        highest: peaks.iter().map(|p| p.ratio).fold(0.0, f64::max),
        share: worst.len() as f64 / n,
        order: middle_of(peaks.iter().map(|p| p.order).collect()),
        persistence: persists,
        persistence_error,
        strong,
        row_mm: middle_of(shown().map(|p| 1.0 / p.k.length().max(1e-9)).collect()),
        crossed: shown().filter(|p| p.crossed).count() as f64 / shown().count().max(1) as f64,
        worst,
    }
}

/// Centres of patches that lie well inside the work, apart from each other.
fn centres(dots: &Dots, near: &Near, around: &[Around]) -> Vec<u32> {
    let mut taken = vec![false; dots.len()];
    let mut out = Vec::new();
    for (i, a) in around.iter().enumerate() {
        if taken[i] || a.covered < 0.85 {
            continue;
        }
        let apart = APART * (PATCH / (std::f64::consts::PI * a.density)).sqrt();
        near.each(&dots.position[i], apart.min(60.0) as f32, |j, _| taken[j] = true);
        out.push(i as u32);
    }
    let stride = out.len().div_ceil(MOST_PATCHES).max(1);
    out.into_iter().step_by(stride).collect()
}

fn patch(dots: &Dots, near: &Near, around: &[Around], centre: u32) -> Option<Patch> {
    let c = centre as usize;
    let radius = (PATCH / (std::f64::consts::PI * around[c].density)).sqrt();
    if radius > 40.0 {
        return None;
    }
    let (at, normal) = (vec3(dots.position[c]), vec3(dots.normal[c]));
    let (u, v) = frame(normal);
    let mut places: Vec<(DVec2, u32)> = Vec::new();
    near.each(&dots.position[c], radius as f32, |j, _| {
        if same_side(&dots.normal[c], &dots.normal[j]) {
            let d = vec3(dots.position[j]) - at;
            places.push((DVec2::new(d.dot(u), d.dot(v)), j as u32));
        }
    });
    if (places.len() as f64) < 0.6 * PATCH {
        return None;
    }
    places.sort_by_key(|p| p.1);
    let density = places.len() as f64 / (std::f64::consts::PI * radius * radius);
    let half = (HIGHEST * density.sqrt() * radius / STEP).floor() as i32;
    let side = (2 * half + 1) as usize;
    let mut sums = vec![[0.0f64; 2]; (half as usize + 1) * side];
    let (mut total, mut squares) = (0.0, 0.0);
    let step = STEP / radius;
    for (p, _) in &places {
        let w = 0.5 + 0.5 * libm::cos(std::f64::consts::PI * (p.length() / radius).min(1.0));
        total += w;
        squares += w * w;
        let turn = std::f64::consts::TAU * step;
        let ((sx, cx), (sy, cy)) = (libm::sincos(turn * p.x), libm::sincos(turn * p.y));
        let (s0, c0) = libm::sincos(-turn * p.y * f64::from(half));
        let mut row = [w * c0, w * s0];
        for x in 0..=half as usize {
            let mut e = row;
            for sum in &mut sums[x * side..(x + 1) * side] {
                sum[0] += e[0];
                sum[1] += e[1];
                e = [e[0] * cy - e[1] * sy, e[0] * sy + e[1] * cy];
            }
            row = [row[0] * cx - row[1] * sx, row[0] * sx + row[1] * cx];
        }
    }
    let (low, high) = (LOWEST / radius, HIGHEST * density.sqrt());
    let power = (0..sums.len())
        .map(|i| {
            let (x, y) = ((i / side) as f64, (i % side) as f64 - f64::from(half));
            let k = DVec2::new(x, y).length() * step;
            let [re, im] = sums[i];
            if (low..=high).contains(&k) { ((re * re + im * im) / squares) as f32 } else { f32::NAN }
        })
        .collect();
    Some(Patch { centre, at, normal, radius, density, half, power, full: total * total / squares })
}

/// Mean and median over ln 2 of S by ring.
fn rings(patches: &[Patch]) -> (Vec<f64>, Vec<f64>) {
    let count = (HIGHEST / RING) as usize + 2;
    let mut all: Vec<Vec<f32>> = vec![Vec::new(); count];
    for p in patches {
        for (x, y, s) in p.nodes() {
            all[p.ring(x, y).min(count - 1)].push(s);
        }
    }
    all.par_iter_mut()
        .map(|v| {
            if v.len() < 16 {
                return (f64::NAN, 1.0);
            }
            let mean = v.iter().map(|s| f64::from(*s)).sum::<f64>() / v.len() as f64;
            let at = v.len() / 2;
            let (_, middle, _) = v.select_nth_unstable_by(at, f32::total_cmp);
            (mean, f64::from(*middle) / std::f64::consts::LN_2)
        })
        .unzip()
}

fn peak(p: &Patch, ratio: &impl Fn(&Patch, i32, i32) -> Option<f64>, threshold: f64) -> Peak {
    let mut best = (0, 0, 0.0);
    for (x, y, _) in p.nodes() {
        if let Some(r) = ratio(p, x, y).filter(|r| *r > best.2) {
            best = (x, y, r);
        }
    }
    let k = DVec2::new(f64::from(best.0), f64::from(best.1));
    // A second peak more than 25° away from the first makes a grid of rows.
    let crossed = best.2 > threshold
        && p.nodes().any(|(x, y, _)| {
            let q = DVec2::new(f64::from(x), f64::from(y));
            q.perp_dot(k).abs() > 0.42 * q.length() * k.length()
                && ratio(p, x, y).is_some_and(|r| r > threshold)
        });
    let s = p.index(best.0, best.1).map_or(0.0, |i| f64::from(p.power[i]));
    Peak { k: k * p.step(), ratio: best.2, order: (s / p.full).min(1.0), crossed }
}

/// Whether peaks from a height on go on next door, and what that would scatter by without rows.
fn persistence(
    patches: &[Patch],
    peaks: &[Peak],
    from: f64,
    ratio: &(impl Fn(&Patch, i32, i32) -> Option<f64> + Sync),
) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = (0..patches.len())
        .into_par_iter()
        .filter(|i| peaks[*i].ratio > from)
        .flat_map_iter(|i| {
            let p = &patches[i];
            let mut next: Vec<(f64, usize)> = (0..patches.len())
                .filter(|j| *j != i && p.normal.dot(patches[*j].normal) > 0.3)
                .map(|j| (p.at.distance(patches[j].at), j))
                .filter(|(d, _)| *d < NEXT_DOOR * p.radius)
                .collect();
            next.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            next.truncate(3);
            let (u, v) = frame(p.normal);
            let k = u * peaks[i].k.x + v * peaks[i].k.y;
            next.into_iter().filter_map(move |(_, j)| {
                let q = &patches[j];
                let k = DQuat::from_rotation_arc(p.normal.normalize(), q.normal.normalize()) * k;
                let (u, v) = frame(q.normal);
                // Spacing may change with density: so does the frequency of a pattern that is scaled.
                let k = DVec2::new(k.dot(u), k.dot(v)) / q.step();
                let seen = |angle: f64| -> Option<f64> {
                    let (s, c) = libm::sincos(angle);
                    let at = DVec2::new(c * k.x - s * k.y, s * k.x + c * k.y);
                    let (x, y) = (at.x.round() as i32, at.y.round() as i32);
                    (-DRIFT..=DRIFT)
                        .flat_map(|a| (-DRIFT..=DRIFT).map(move |b| (a, b)))
                        .filter_map(|(a, b)| ratio(q, x + a, y + b))
                        .fold(None, |m: Option<f64>, r| Some(m.map_or(r, |m| m.max(r))))
                };
                let here = seen(0.0)?;
                // The golden angle visits directions without favouring any symmetry.
                let others: Vec<f64> = (1..=CONTROLS).filter_map(|c| seen(2.399_963 * c as f64)).collect();
                (!others.is_empty()).then(|| (here, others.iter().sum::<f64>() / others.len() as f64))
            })
        })
        .collect();
    if pairs.len() < 4 {
        return (1.0, f64::INFINITY);
    }
    let n = pairs.len() as f64;
    let (here, others) = pairs.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    // Without rows the highest of so many exponential values scatters by about 0.45 of its mean; a
    // patch counts in up to six pairs.
    (here / others.max(1e-9), 0.45 * (3.0 / n).sqrt())
}
