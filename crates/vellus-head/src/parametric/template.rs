//! The mean head as an implicit surface, read from the fitted tables.
//!
//! Negative inside, positive outside, in mm, close to a distance near the surface. Two parts: the
//! base, whose radius from the centre is an expansion in spherical harmonics, and around each ear
//! a signed distance held by a cubic B-spline. The spline also knows the scalp around the ear, so
//! that going from one to the other leaves no seam.

use super::harmonics::{count, index, legendre};
use super::numbers;
use glam::DVec3;
use rayon::prelude::*;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Degree of the base's expansion.
const DEGREE: usize = 176;
/// Rows (polar angle) and columns (azimuth of one side) of the table of radii: three eighths of a degree.
const ROWS: usize = 480;
const COLUMNS: usize = 480;
/// Quantum of the base's coefficients, mm.
const BASE_QUANTUM_MM: f64 = 1.0 / 500.0;
/// Quantum of the ear's coefficients, mm.
const EAR_QUANTUM_MM: f64 = 1.0 / 20.0;
/// From this value of [`Frame::ear_norm`] on, the ear's spline gives way to the base …
const EAR_FULL: f64 = 1.14;
/// … and here it has given way.
const EAR_NONE: f64 = 1.36;
/// Over this difference of the two fields the edge of the neck's cut is rounded, mm.
const CUT_FILLET_MM: f64 = 12.0;
/// Beyond this difference in radius only the sign of the field matters, mm.
const FAR_MM: f64 = 30.0;
/// The cut: this far below the menton, mm (of the mean head).
const NECK_BELOW_MENTON_MM: f64 = 66.0;

/// Named places of the mean head, mm, head space; of a pair, the left one.
#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct Frame {
    pub(super) centre: DVec3,
    pub(super) tragion: DVec3,
    pub(super) orbitale: DVec3,
    pub(super) nasion: DVec3,
    pub(super) nose_tip: DVec3,
    pub(super) menton: DVec3,
    pub(super) lateral_canthus: DVec3,
    pub(super) glabella: DVec3,
    ear_centre_yz: [f64; 2],
    ear_half_axes: [f64; 2],
    ear_tilt: f64,
}

impl Frame {
    /// How far out of the ear's outline a point is in the side view: below 1 on the ear.
    pub(super) fn ear_norm(&self, p: DVec3) -> f64 {
        let (dy, dz) = (p.y - self.ear_centre_yz[0], p.z - self.ear_centre_yz[1]);
        let (sin, cos) = (libm::sin(self.ear_tilt), libm::cos(self.ear_tilt));
        let along = (dy * cos - dz * sin) / self.ear_half_axes[0];
        let across = (dy * sin + dz * cos) / self.ear_half_axes[1];
        (along * along + across * across).sqrt()
    }
}

/// The mean head.
pub(super) struct Template {
    pub(super) frame: Frame,
    /// Radius, mm, and flatness: 1 over the slope of `r − R`.
    radii: Vec<[f64; 2]>,
    ear: Vec<f64>,
    ear_low: DVec3,
    ear_step: f64,
    ear_size: [usize; 3],
    cut_y: f64,
}

static MEAN: LazyLock<Template> = LazyLock::new(Template::read);

impl Template {
    /// The one of the tables that ship with the program.
    pub(super) fn mean() -> &'static Self {
        &MEAN
    }

    fn read() -> Self {
        let frame: Frame = toml::from_str(include_str!("../../../../data/head/frame.toml"))
            .expect("the shipped table is well formed");
        let coefficients: Vec<f64> = numbers(include_str!("../../../../data/head/base.csv"))
            .flatten()
            .map(|v| v * BASE_QUANTUM_MM)
            .collect();
        assert_eq!(coefficients.len(), count(DEGREE), "base.csv is complete");
        let mut lines = numbers(include_str!("../../../../data/head/ear.csv"));
        let box_of_ear = lines.next().expect("ear.csv has its first line");
        let ear_size = [4, 5, 6].map(|k| box_of_ear[k] as usize);
        let ear: Vec<f64> = lines.flatten().map(|v| v * EAR_QUANTUM_MM).collect();
        assert_eq!(ear.len(), ear_size.iter().product::<usize>(), "ear.csv is complete");
        Self {
            radii: with_flatness(&table_of_radii(&coefficients)),
            cut_y: frame.menton.y - NECK_BELOW_MENTON_MM,
            ear,
            ear_low: DVec3::new(box_of_ear[0], box_of_ear[1], box_of_ear[2]),
            ear_step: box_of_ear[3],
            ear_size,
            frame,
        }
    }

    /// The height at which the neck is cut, mm.
    pub(super) const fn cut_y(&self) -> f64 {
        self.cut_y
    }

    /// Radius of the base in a direction (any length), mm from the centre; without ears or cut.
    pub(super) fn radius(&self, d: DVec3) -> f64 {
        let theta = libm::acos((d.y / d.length()).clamp(-1.0, 1.0));
        let phi = libm::atan2(d.x.abs(), d.z);
        self.radius_at(theta, phi)[0]
    }

    /// Radius, mm, and what a difference in radius is to be multiplied by to make a distance.
    fn radius_at(&self, theta: f64, phi: f64) -> [f64; 2] {
        // Rows and columns stand at the middles of their cells.
        let (v, u) = (theta * ROWS as f64 / PI - 0.5, phi * COLUMNS as f64 / PI - 0.5);
        let (i, j) = (v.floor(), u.floor());
        let (wv, wu) = (catmull(v - i), catmull(u - j));
        let (i, j) = (i as isize, j as isize);
        let mut sum = [0.0; 2];
        for (a, &fa) in wv.iter().enumerate() {
            for (b, &fb) in wu.iter().enumerate() {
                let [r, f] = self.radii[place(i - 1 + a as isize, j - 1 + b as isize)];
                sum[0] += fa * fb * r;
                sum[1] += fa * fb * f;
            }
        }
        sum
    }

    /// The base alone, without ears: about the signed distance, mm.
    fn base(&self, p: DVec3) -> f64 {
        let d = p - self.frame.centre;
        let r = d.length().max(1e-6);
        let theta = libm::acos((d.y / r).clamp(-1.0, 1.0));
        let phi = libm::atan2(d.x.abs(), d.z);
        let [here, flatness] = self.radius_at(theta, phi);
        if (r - here).abs() > FAR_MM {
            return r - here;
        }
        (r - here) * flatness.clamp(0.2, 1.0)
    }

    fn ear_spline(&self, p: DVec3) -> f64 {
        let q = (p - self.ear_low) / self.ear_step;
        let mut first = [0usize; 3];
        let mut w = [[0.0; 4]; 3];
        for k in 0..3 {
            let x = q[k].clamp(1.0, self.ear_size[k] as f64 - 2.001);
            first[k] = x.floor() as usize - 1;
            w[k] = bspline(x - x.floor());
        }
        let mut sum = 0.0;
        for (a, &wa) in w[0].iter().enumerate() {
            for (b, &wb) in w[1].iter().enumerate() {
                let row = ((first[0] + a) * self.ear_size[1] + first[1] + b) * self.ear_size[2] + first[2];
                let line: f64 = (0..4).map(|c| w[2][c] * self.ear[row + c]).sum();
                sum += wa * wb * line;
            }
        }
        sum
    }

    /// The field: negative inside, mm. Symmetric in x.
    pub(super) fn field(&self, p: DVec3) -> f64 {
        let p = DVec3::new(p.x.abs(), p.y, p.z);
        let mut f = None;
        let mut weight = 0.0;
        if p.x > self.ear_low.x + 2.0 * self.ear_step {
            let n = self.frame.ear_norm(p);
            if n < EAR_NONE {
                let sideways = smooth_step((p.x - self.ear_low.x) / self.ear_step / 3.0 - 1.0);
                weight = smooth_step((EAR_NONE - n) / (EAR_NONE - EAR_FULL)) * sideways;
                f = Some(self.ear_spline(p));
            }
        }
        let solid = match f {
            Some(ear) if weight >= 1.0 => ear,
            Some(ear) => weight * ear + (1.0 - weight) * self.base(p),
            None => self.base(p),
        };
        smooth_max(solid, self.cut_y - p.y, CUT_FILLET_MM)
    }

    /// Gradient of the field by central differences.
    pub(super) fn gradient(&self, p: DVec3) -> DVec3 {
        const H: f64 = 0.25;
        let along = |e: DVec3| (self.field(p + e * H) - self.field(p - e * H)) / (2.0 * H);
        DVec3::new(along(DVec3::X), along(DVec3::Y), along(DVec3::Z))
    }
}

fn table_of_radii(coefficients: &[f64]) -> Vec<f64> {
    let cosines: Vec<Vec<f64>> = (0..COLUMNS)
        .map(|j| {
            let phi = PI * (j as f64 + 0.5) / COLUMNS as f64;
            (0..=DEGREE)
                .map(|m| if m == 0 { 1.0 } else { std::f64::consts::SQRT_2 * libm::cos(m as f64 * phi) })
                .collect()
        })
        .collect();
    let rows: Vec<Vec<f64>> = (0..ROWS)
        .into_par_iter()
        .map(|i| {
            let theta = PI * (i as f64 + 0.5) / ROWS as f64;
            let mut p = vec![0.0; count(DEGREE)];
            legendre(DEGREE, libm::cos(theta), libm::sin(theta), &mut p);
            let by_order: Vec<f64> = (0..=DEGREE)
                .map(|m| {
                    let (a, b) = (index(DEGREE, m, m), index(DEGREE, DEGREE, m) + 1);
                    coefficients[a..b].iter().zip(&p[a..b]).map(|(c, y)| c * y).sum()
                })
                .collect();
            cosines.iter().map(|c| c.iter().zip(&by_order).map(|(x, y)| x * y).sum()).collect()
        })
        .collect();
    rows.concat()
}

/// The table's entry for a row and a column that may lie beyond its edges.
const fn place(mut i: isize, mut j: isize) -> usize {
    let (n, m) = (ROWS as isize, COLUMNS as isize);
    if j < 0 {
        j = -1 - j;
    }
    if j >= m {
        j = 2 * m - 1 - j;
    }
    // Over a pole the azimuth turns by half a turn, which is a mirror for an even function.
    if i < 0 {
        (i, j) = (-1 - i, m - 1 - j);
    }
    if i >= n {
        (i, j) = (2 * n - 1 - i, m - 1 - j);
    }
    (i * m + j) as usize
}

/// Adds `1/√(1 + (|∇R|/R)²)`, since `|∇(r − R)|² = 1 + (|∇R|/R)²` on the unit sphere.
fn with_flatness(radii: &[f64]) -> Vec<[f64; 2]> {
    (0..ROWS * COLUMNS)
        .map(|k| {
            let (i, j) = ((k / COLUMNS) as isize, (k % COLUMNS) as isize);
            let at = |i, j| radii[place(i, j)];
            let theta = PI * (i as f64 + 0.5) / ROWS as f64;
            let along = (at(i + 1, j) - at(i - 1, j)) * ROWS as f64 / (2.0 * PI);
            let across = (at(i, j + 1) - at(i, j - 1)) * COLUMNS as f64 / (2.0 * PI) / libm::sin(theta);
            let slope = (along * along + across * across) / (radii[k] * radii[k]);
            [radii[k], 1.0 / (1.0 + slope).sqrt()]
        })
        .collect()
}

fn catmull(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

fn bspline(t: f64) -> [f64; 4] {
    let s = 1.0 - t;
    [
        s * s * s / 6.0,
        (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
        (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0,
        t * t * t / 6.0,
    ]
}

/// 0 below 0, 1 above 1, smooth between (3t² − 2t³).
pub(super) fn smooth_step(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The larger of two, rounded where they lie within `k`.
fn smooth_max(a: f64, b: f64, k: f64) -> f64 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.max(b) + h * h * k * 0.25
}
