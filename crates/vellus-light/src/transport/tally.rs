//! What photons leave behind.
//!
//! Inside a run, weights are added as whole numbers of 2⁻³², so that sums do not depend on the order in
//! which photons end: not on threads, nor on how many lanes the machine has.

use super::slab::{Slab, Tallies};

/// A share of the light with its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
}

impl Estimate {
    /// Difference to a number in standard errors.
    #[must_use]
    pub fn sigmas(&self, from: f64) -> f64 {
        (self.value - from) / self.se.max(f64::MIN_POSITIVE)
    }
}

/// A profile over bins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Width of a bin: mm, or radians for angles.
    pub width: f64,
    /// Density in each bin: per mm over depth, per mm² over radius, per steradian over angle.
    pub density: Vec<Estimate>,
    /// Share of the light beyond the last bin.
    pub beyond: f64,
}

/// Where the light went; shares of the light that arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// How many photons were traced.
    pub photons: u64,
    /// Reflected without having been scattered: by the surface, and from boundaries under clear layers.
    pub specular: Estimate,
    /// Came out at the top after having been scattered.
    pub reflectance: Estimate,
    /// Came out at the bottom after having been scattered.
    pub transmittance: Estimate,
    /// Came out at the bottom without having been scattered.
    pub unscattered: Estimate,
    /// Absorbed, by layer.
    pub absorbed: Vec<Estimate>,
    /// Given up after a million steps, per photon; 0 for tissue.
    pub lost: f64,
    /// Absorption per mm over depth, where asked.
    pub depth: Option<Profile>,
    /// Reflectance per mm² over the distance from the entry, where asked.
    pub radius: Option<Profile>,
    /// Reflectance (scattered) per steradian over the angle to the vertical, where asked.
    pub up_angle: Option<Profile>,
    /// Transmittance, unscattered light included, per steradian over the angle, where asked.
    pub down_angle: Option<Profile>,
}

/// One unit of weight.
const UNIT: f32 = 4_294_967_296.0;

/// A weight of at most 2²⁰ in units, to the nearest: doubles from 2²⁰ to 2²¹ are spaced by one unit.
#[inline(always)]
fn units(w: f32) -> u64 {
    (f64::from(w) + 1_048_576.0).to_bits() & ((1 << 52) - 1)
}

/// Sum and sum of squares of one number a photon.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) sum: u64,
    pub(super) squares: u64,
}

impl Sum {
    #[inline(always)]
    pub(super) fn add(&mut self, w: f32) {
        self.sum += units(w);
        self.squares += units(w * w);
    }

    fn join(&mut self, o: &Self) {
        self.sum += o.sum;
        self.squares += o.squares;
    }

    fn estimate(&self, photons: f64) -> Estimate {
        let mean = self.sum as f64 / f64::from(UNIT) / photons;
        let square = self.squares as f64 / f64::from(UNIT) / photons;
        let se = libm::sqrt((square - mean * mean).max(0.0) / (photons - 1.0).max(1.0));
        Estimate { value: mean, se }
    }

    fn density(&self, photons: f64, size: f64) -> Estimate {
        let e = self.estimate(photons);
        Estimate { value: e.value / size, se: e.se / size }
    }
}

/// Tallies of a run of photons.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub(super) specular: Sum,
    reflected: Sum,
    transmitted: Sum,
    unscattered: Sum,
    pub(super) lost: Sum,
    pub(super) layers: Vec<Sum>,
    depth: Vec<u64>,
    pub(super) depth_per_mm: f32,
    pub(super) depth_last: f32,
    radius: Vec<Sum>,
    radius_per_mm: f32,
    up: Vec<Sum>,
    down: Vec<Sum>,
}

impl Chunk {
    pub(super) fn new(slab: &Slab, tallies: &Tallies) -> Self {
        // One more bin for what lies beyond.
        let (nz, dz) = tallies.depth.map_or((0, 1.0), |(n, d)| (n + 1, d));
        let (nr, dr) = tallies.radius.map_or((0, 1.0), |(n, d)| (n + 1, d));
        let angles = tallies.angle.unwrap_or(0);
        Self {
            specular: Sum::default(),
            reflected: Sum::default(),
            transmitted: Sum::default(),
            unscattered: Sum::default(),
            lost: Sum::default(),
            layers: vec![Sum::default(); slab.layers.len()],
            depth: vec![0; nz],
            depth_per_mm: (1.0 / dz) as f32,
            depth_last: nz.saturating_sub(1) as f32,
            radius: vec![Sum::default(); nr],
            radius_per_mm: (1.0 / dr) as f32,
            up: vec![Sum::default(); angles],
            down: vec![Sum::default(); angles],
        }
    }

    #[inline(always)]
    pub(super) fn has_depth(&self) -> bool {
        !self.depth.is_empty()
    }

    /// Adds weights to bins; the upper bits of a bin's number do not count.
    #[inline(always)]
    pub(super) fn add_depth(&mut self, bins: &[u32], amounts: &[f32]) {
        for (bin, a) in bins.iter().zip(amounts) {
            if let Some(sum) = self.depth.get_mut((*bin & 0x007f_ffff) as usize) {
                *sum += units(*a);
            }
        }
    }

    #[inline(always)]
    pub(super) fn escape(&mut self, w: f32, uz: f32, r: f32, scattered: bool) {
        let up = uz < 0.0;
        match (up, scattered) {
            (true, true) => self.reflected.add(w),
            (true, false) => self.specular.add(w),
            (false, true) => self.transmitted.add(w),
            (false, false) => self.unscattered.add(w),
        }
        if up && scattered && !self.radius.is_empty() {
            let bin = (r * self.radius_per_mm) as usize;
            let last = self.radius.len() - 1;
            self.radius[bin.min(last)].add(w);
        }
        if !self.up.is_empty() && (scattered || !up) {
            let angle = libm::acosf(uz.abs().min(1.0)) / std::f32::consts::FRAC_PI_2;
            let last = self.up.len() - 1;
            let bin = ((angle * self.up.len() as f32) as usize).min(last);
            if up { self.up[bin].add(w) } else { self.down[bin].add(w) }
        }
    }
}

/// Sums over runs, in the order of the runs.
pub(super) struct Total {
    photons: u64,
    runs: f64,
    all: Chunk,
    /// Sum of squares of the depth bins of each run.
    depth_squares: Vec<f64>,
}

impl Total {
    pub(super) fn new(slab: &Slab, tallies: &Tallies) -> Self {
        let all = Chunk::new(slab, tallies);
        Self { photons: 0, runs: 0.0, depth_squares: vec![0.0; all.depth.len()], all }
    }

    pub(super) fn join(&mut self, photons: u64, c: &Chunk) {
        self.photons += photons;
        self.runs += 1.0;
        let a = &mut self.all;
        for (to, from) in [
            (&mut a.specular, &c.specular),
            (&mut a.reflected, &c.reflected),
            (&mut a.transmitted, &c.transmitted),
            (&mut a.unscattered, &c.unscattered),
            (&mut a.lost, &c.lost),
        ] {
            to.join(from);
        }
        for (to, from) in [
            (&mut a.layers, &c.layers),
            (&mut a.radius, &c.radius),
            (&mut a.up, &c.up),
            (&mut a.down, &c.down),
        ] {
            for (to, from) in to.iter_mut().zip(from) {
                to.join(from);
            }
        }
        for ((to, squares), from) in a.depth.iter_mut().zip(&mut self.depth_squares).zip(&c.depth) {
            *to += from;
            let x = *from as f64 / f64::from(UNIT);
            *squares += x * x;
        }
    }

    pub(super) fn finish(&self, tallies: &Tallies, surface: f64) -> Tally {
        let n = self.photons as f64;
        let a = &self.all;
        let mut specular = a.specular.estimate(n);
        specular.value += surface;
        let depth = tallies.depth.map(|(_, width)| {
            let runs = self.runs;
            let all = a.depth.iter().zip(&self.depth_squares);
            let mut density: Vec<Estimate> = all
                .map(|(sum, squares)| {
                    let sum = *sum as f64 / f64::from(UNIT);
                    // Runs are equally long but for the last, which counts for little among many.
                    let variance = (squares - sum * sum / runs).max(0.0) * runs / (runs - 1.0).max(1.0);
                    Estimate { value: sum / n / width, se: libm::sqrt(variance) / n / width }
                })
                .collect();
            let beyond = density.pop().map_or(0.0, |e| e.value * width);
            Profile { width, density, beyond }
        });
        let radius = tallies.radius.map(|(_, width)| {
            let ring = |i: usize| std::f64::consts::PI * width * width * (2 * i + 1) as f64;
            let (last, inner) = a.radius.split_last().map_or((Sum::default(), &[][..]), |(l, i)| (*l, i));
            Profile {
                width,
                density: inner.iter().enumerate().map(|(i, s)| s.density(n, ring(i))).collect(),
                beyond: last.estimate(n).value,
            }
        });
        let angles = |sums: &[Sum]| {
            tallies.angle.map(|count| {
                let width = std::f64::consts::FRAC_PI_2 / count as f64;
                let size = |i: usize| {
                    let (from, to) = (i as f64 * width, (i + 1) as f64 * width);
                    2.0 * std::f64::consts::PI * (libm::cos(from) - libm::cos(to))
                };
                let density = sums.iter().enumerate().map(|(i, s)| s.density(n, size(i))).collect();
                Profile { width, density, beyond: 0.0 }
            })
        };
        Tally {
            photons: self.photons,
            specular,
            reflectance: a.reflected.estimate(n),
            transmittance: a.transmitted.estimate(n),
            unscattered: a.unscattered.estimate(n),
            absorbed: a.layers.iter().map(|s| s.estimate(n)).collect(),
            lost: a.lost.estimate(n).value,
            depth,
            radius,
            up_angle: angles(&a.up),
            down_angle: angles(&a.down),
        }
    }
}
