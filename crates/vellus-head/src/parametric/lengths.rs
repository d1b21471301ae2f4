//! The three lengths of the mean head under a warp, without ears.

use super::template::Template;
use super::warp::{Basis, Shape};
use crate::lengths::{EAR_TOP, MEAN_LENGTH};
use glam::{DVec2, DVec3};
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Polar angles and azimuths at which the base is sampled: every 2° and 2.5°.
const ROWS: usize = 61;
const COLUMNS: usize = 73;
/// Polar angle of the first row, and between rows.
const FIRST: f64 = 20.0 * PI / 180.0;
const STEP: f64 = 2.0 * PI / 180.0;

/// Head length, breadth and circumference, mm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// Glabella to opisthocranion, the farthest point of the back of the head, mm.
    pub head_length_mm: f64,
    /// The greatest breadth above the ears, mm.
    pub head_breadth_mm: f64,
    /// Perimeter of the convex hull of the section through glabella and opisthocranion, mm.
    pub head_circumference_mm: f64,
    /// Tape from tragion to tragion over the vertex, mm.
    pub bitragion_coronal_arc_mm: f64,
}

/// The samples of the base, with what the warp does to each.
pub(super) struct Samples {
    centre: DVec3,
    glabella: Basis,
    pub(super) nasion: Basis,
    pub(super) menton: Basis,
    grid: Vec<Basis>,
    /// From the left tragion over the skull to the midline, in the plane of tragia and vertex.
    arc: Vec<Basis>,
}

/// Samples of the coronal arc.
const ARC: usize = 60;

/// The coronal arc of the base, from the left tragion up.
fn coronal_arc(t: &Template) -> Vec<DVec3> {
    let centre = t.frame.centre;
    let surface = |d: DVec3| centre + d * t.radius(d);
    // Upright means upright in the Frankfurt plane.
    let forward = t.frame.orbitale - t.frame.tragion;
    let upright = DVec3::new(0.0, forward.z, -forward.y).normalize();
    let top = (-60..60)
        .map(|i| surface(DVec3::new(0.0, libm::cos(f64::from(i) * 0.01), libm::sin(f64::from(i) * 0.01))))
        .fold(centre, |a, p| if p.dot(upright) > a.dot(upright) { p } else { a });
    let ears = DVec3::new(0.0, t.frame.tragion.y, t.frame.tragion.z);
    let up = (top - ears).normalize();
    let mut line = vec![t.frame.tragion];
    for i in 1..=ARC {
        let (s, c) = libm::sincos(0.5 * PI * i as f64 / ARC as f64);
        let along = DVec3::X * c + up * s;
        // Where the ray from between the ears leaves the base.
        let (mut near, mut far) = (20.0, 250.0);
        for _ in 0..40 {
            let middle = 0.5 * (near + far);
            let p = ears + along * middle;
            let d = (p - centre).normalize_or_zero();
            if p.distance(centre) < t.radius(d) { near = middle } else { far = middle }
        }
        line.push(ears + along * near);
    }
    line
}

static SAMPLES: LazyLock<Samples> = LazyLock::new(|| {
    let t = Template::mean();
    let basis = |p| Basis::at(p, &t.frame, t.cut_y());
    let grid = (0..ROWS * COLUMNS)
        .map(|k| {
            let theta = FIRST + STEP * (k / COLUMNS) as f64;
            let phi = PI * (k % COLUMNS) as f64 / (COLUMNS - 1) as f64;
            let d = DVec3::new(
                libm::sin(theta) * libm::sin(phi),
                libm::cos(theta),
                libm::sin(theta) * libm::cos(phi),
            );
            basis(t.frame.centre + d * t.radius(d))
        })
        .collect();
    Samples {
        centre: t.frame.centre,
        glabella: basis(t.frame.glabella),
        nasion: basis(t.frame.nasion),
        menton: basis(t.frame.menton),
        grid,
        arc: coronal_arc(t).into_iter().map(basis).collect(),
    }
});

impl Samples {
    pub(super) fn mean() -> &'static Self {
        &SAMPLES
    }

    /// The lengths, and the opisthocranion.
    pub(super) fn measure(&self, shape: &Shape) -> (Lengths, DVec3) {
        let points: Vec<DVec3> = self.grid.iter().map(|b| b.apply(shape, self.centre)).collect();
        let glabella = self.glabella.apply(shape, self.centre);
        // The midline of the back: the last column, bottom of the neck excluded.
        let back: Vec<DVec3> = (0..46).map(|i| points[i * COLUMNS + COLUMNS - 1]).collect();
        let mut best = 1;
        for i in 1..back.len() - 1 {
            if back[i].distance_squared(glabella) > back[best].distance_squared(glabella) {
                best = i;
            }
        }
        let far = |i: usize| back[i].distance(glabella);
        let (a, b, c) = (far(best - 1), far(best), far(best + 1));
        let t = (0.5 * (a - c) / (a - 2.0 * b + c)).clamp(-1.0, 1.0);
        let head_length_mm = b - 0.25 * (a - c) * t;
        let opisthocranion =
            if t >= 0.0 { back[best].lerp(back[best + 1], t) } else { back[best].lerp(back[best - 1], -t) };
        let floor = self.centre.y - 10.0;
        let head_breadth_mm = 2.0 * points.iter().filter(|p| p.y > floor).map(|p| p.x).fold(0.0, f64::max);
        let along = (glabella - opisthocranion).normalize();
        let normal = DVec3::X.cross(along);
        let mut section = Vec::new();
        for j in 0..COLUMNS {
            for i in 0..ROWS - 1 {
                let (p, q) = (points[i * COLUMNS + j], points[(i + 1) * COLUMNS + j]);
                let (u, v) = ((p - glabella).dot(normal), (q - glabella).dot(normal));
                if (u < 0.0) != (v < 0.0) {
                    let x = p.lerp(q, u / (u - v));
                    let z = (x - glabella).dot(along);
                    section.push(DVec2::new(x.x, z));
                    section.push(DVec2::new(-x.x, z));
                    break;
                }
            }
        }
        let arc: Vec<DVec3> = self.arc.iter().map(|b| b.apply(shape, self.centre)).collect();
        let (tragion, top) = (arc[0], arc[arc.len() - 1]);
        let up = DVec3::new(0.0, top.y - tragion.y, top.z - tragion.z).normalize_or_zero();
        // The tape bridges the hollow above the ear, from the tragion to above it.
        let ear_top = EAR_TOP * head_length_mm / MEAN_LENGTH;
        let over: Vec<DVec2> = arc
            .iter()
            .filter(|p| **p == tragion || (**p - tragion).dot(up) >= ear_top)
            .flat_map(|p| [1.0, -1.0].map(|side| DVec2::new(side * p.x, (*p - tragion).dot(up))))
            .collect();
        let lengths = Lengths {
            head_length_mm,
            head_breadth_mm,
            head_circumference_mm: hull_perimeter(section),
            bitragion_coronal_arc_mm: hull_perimeter(over) - 2.0 * tragion.x,
        };
        (lengths, opisthocranion)
    }
}

/// Perimeter of the convex hull of points in a plane (Andrew's monotone chain).
pub(super) fn hull_perimeter(mut points: Vec<DVec2>) -> f64 {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut perimeter = 0.0;
    for upper in [false, true] {
        let mut chain: Vec<DVec2> = Vec::new();
        let mut add = |p: DVec2| {
            while chain.len() >= 2 {
                let (a, b) = (chain[chain.len() - 2], chain[chain.len() - 1]);
                if (b - a).perp_dot(p - b) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(p);
        };
        if upper {
            points.iter().rev().for_each(|p| add(*p));
        } else {
            points.iter().for_each(|p| add(*p));
        }
        perimeter += chain.windows(2).map(|w| w[0].distance(w[1])).sum::<f64>();
    }
    perimeter
}
