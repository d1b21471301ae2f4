//! The whole scalp as one map.
//!
//! An azimuthal map: directions from the cranial centre have an angle ψ from an axis and an azimuth φ
//! about it (front up, the person's left at the left, as seen from outside). The azimuth is kept, and
//! the distance from the middle of the map is
//! *equidistant*: the length `s(φ, ψ) = ∫ |∂p/∂ψ| dψ` along the skin from the middle, or
//! *equal-area*: `√(2 A(φ, ψ))`, with `A = ∫ |∂p/∂ψ × ∂p/∂φ| dψ` the area of the skin from the middle
//! in a wedge, by its angle, so that `½ρ² dφ` is that wedge.
//!
//! The axis leads to the top of the head, or to the middle of the scalp, half way from the hairline to
//! the nape: there the farthest place is nearer, and everything is less stretched.
//!
//! No such map is true to length everywhere (Gauss): see [`ScalpProjection::distortion`].

use std::f64::consts::TAU;

use glam::{DVec2, DVec3};
use rayon::prelude::*;

use super::Distortion;
use super::outline::outlines;
use super::region::{drop_specks, region_sheet};
use super::skull::{is_ear, skull};
use super::tiles::TileZone;
use crate::chart::azimuth;
use crate::{Head, HeadError, SurfacePoint, Zone};

/// What the map keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Projection {
    /// Distances from the middle, along the skin.
    Equidistant,
    /// Areas, within the smoothness of the scan; so counts by cm² too.
    #[default]
    EqualArea,
}

/// Where the middle of the map is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapMiddle {
    /// Half way from the hairline to the nape, behind the top of the head.
    #[default]
    Scalp,
    /// The top of the head.
    Top,
}

/// The whole scalp of one head as one map. Map coordinates are millimetres, x to the person's right,
/// y to the front.
#[derive(Clone, Debug)]
pub struct ScalpProjection {
    projection: Projection,
    axes: Axes,
    /// Distance from the middle at (azimuth, angle from the axis), rows of angles.
    rho: Vec<f64>,
    /// Length along the skin from the middle at the same nodes.
    length: Vec<f64>,
    angles: usize,
    distortion: Distortion,
    zones: Vec<TileZone>,
}

/// Where directions are taken from, and what their angles are measured against.
#[derive(Clone, Copy, Debug)]
struct Axes {
    centre: DVec3,
    up: DVec3,
    front: DVec3,
    left: DVec3,
}

impl Axes {
    fn new(head: &Head, middle: MapMiddle) -> Self {
        let chart = head.chart();
        let up = match middle {
            MapMiddle::Top => DVec3::Y,
            MapMiddle::Scalp => {
                let edge = |phi: f64| {
                    let (s, c) = libm::sincos(phi);
                    chart.direction_from_chart(DVec2::new(s, c) * head.scalp().border_radius(phi))
                };
                // Bisector of the directions to the hairline and to the nape, over the top: they are
                // further apart than a right angle, and their sum may point anywhere.
                let (front, nape) = (edge(0.0), edge(std::f64::consts::PI));
                let across = nape.cross(front).normalize_or(DVec3::X);
                let half = 0.5 * nape.angle_between(front);
                let (s, c) = libm::sincos(half);
                let bisector = front * c + across.cross(front) * -s;
                let other = front * c + across.cross(front) * s;
                if bisector.y > other.y { bisector } else { other }
            }
        };
        let left = up.cross(DVec3::Z).normalize_or(DVec3::X);
        Self { centre: chart.centre_in_head(), up, front: left.cross(up), left }
    }

    fn direction(&self, phi: f64, psi: f64) -> DVec3 {
        let ((sp, cp), (sa, ca)) = (libm::sincos(psi), libm::sincos(phi));
        self.up * cp + (self.left * sa + self.front * ca) * sp
    }

    /// Azimuth, 0 forward and positive to the left, and angle from the axis.
    fn polar(&self, d: DVec3) -> (f64, f64) {
        let (x, y, z) = (d.dot(self.left), d.dot(self.front), d.dot(self.up));
        (libm::atan2(x, y), libm::atan2(libm::hypot(x, y), z))
    }
}

/// Azimuths, and the step of the angle from the axis: 2° and 0.5°, about 0.8 mm.
const AZIMUTHS: usize = 180;
const STEP: f64 = std::f64::consts::PI / 360.0;
/// The map reaches this much further than the farthest place of the hairline, radians.
const BEYOND: f64 = 0.05;
/// Edges by which the distortion is measured, mm.
const EDGE: f64 = 3.0;

impl ScalpProjection {
    /// Makes the map.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] when there is no surface at the middle of the map; [`HeadError::Flatten`]
    /// when the head has no scalp.
    pub fn new(head: &Head, projection: Projection, middle: MapMiddle) -> Result<Self, HeadError> {
        let axes = Axes::new(head, middle);
        let reach = (0..360)
            .map(|i| {
                let phi = f64::from(i).to_radians();
                let (s, c) = libm::sincos(phi);
                let q = DVec2::new(s, c) * head.scalp().border_radius(phi);
                axes.polar(head.chart().direction_from_chart(q)).1
            })
            .fold(0.0, f64::max)
            + BEYOND;
        let angles = (reach.min(3.0) / STEP).ceil() as usize + 1;
        let rays: Vec<Vec<DVec3>> =
            (0..AZIMUTHS).into_par_iter().map(|i| ray(head, &axes, angle(i), angles)).collect();
        if rays.iter().flatten().any(|p| !p.is_finite()) {
            return Err(HeadError::Mesh("there is no surface at the middle of the scalp".into()));
        }
        let mut length = vec![0.0; AZIMUTHS * angles];
        let mut area = vec![0.0; AZIMUTHS * angles];
        let turn = TAU / AZIMUTHS as f64;
        for i in 0..AZIMUTHS {
            let (before, here, after) =
                (&rays[(i + AZIMUTHS - 1) % AZIMUTHS], &rays[i], &rays[(i + 1) % AZIMUTHS]);
            for j in 1..angles {
                let k = i * angles + j;
                // Never standing still, so that there is a way back.
                length[k] = length[k - 1] + here[j].distance(here[j - 1]).max(1e-6);
                let side = |o: &[DVec3]| {
                    let (d, e) = (o[j] - here[j - 1], here[j] - o[j - 1]);
                    0.5 * d.cross(e).length()
                };
                area[k] = area[k - 1] + (side(before) + side(after)).max(1e-9) / (2.0 * turn);
            }
        }
        let rho = match projection {
            Projection::Equidistant => length.clone(),
            Projection::EqualArea => area.iter().map(|a| (2.0 * a).sqrt()).collect(),
        };
        let mut map = Self {
            projection,
            axes,
            rho,
            length,
            angles,
            distortion: Distortion::default(),
            zones: Vec::new(),
        };
        map.measure(head)?;
        Ok(map)
    }

    fn measure(&mut self, head: &Head) -> Result<(), HeadError> {
        let (mut sheet, _) = region_sheet(head, None, EDGE)?;
        drop_specks(&mut sheet);
        let flat: Vec<Option<DVec2>> = sheet.positions.iter().map(|p| self.map_from_head(*p)).collect();
        let at = |v: u32| flat[v as usize];
        sheet.retain(|p| p.v.iter().all(|v| at(*v).is_some()));
        let triangles: Vec<[u32; 3]> = sheet.pieces.iter().map(|p| p.v).collect();
        let flat: Vec<DVec2> = flat.into_iter().map(Option::unwrap_or_default).collect();
        self.distortion = Distortion::measure(&sheet.positions, &triangles, &flat);
        self.zones = Zone::ALL
            .into_iter()
            .enumerate()
            .map(|(k, zone)| TileZone {
                zone: Some(zone),
                area_cm2: (0..triangles.len())
                    .filter(|i| usize::from(sheet.pieces[*i].zone) == k)
                    .map(|i| sheet.area(i) / 100.0)
                    .sum(),
                outlines: outlines(&triangles, |t| usize::from(sheet.pieces[t].zone) == k)
                    .into_iter()
                    .map(|ring| ring.into_iter().map(|v| flat[v as usize]).collect())
                    .collect(),
            })
            .collect();
        Ok(())
    }

    /// What it keeps.
    #[must_use]
    pub const fn projection(&self) -> Projection {
        self.projection
    }

    /// How untrue it is over the hair-bearing scalp.
    #[must_use]
    pub const fn distortion(&self) -> &Distortion {
        &self.distortion
    }

    /// The zones in map coordinates, mm, with their true areas.
    #[must_use]
    pub fn zones(&self) -> &[TileZone] {
        &self.zones
    }

    /// Where a place of the head lies on the map; `None` far off the scalp.
    #[must_use]
    pub fn map_from_head(&self, p_in_head: DVec3) -> Option<DVec2> {
        self.map_from_direction(p_in_head - self.axes.centre)
    }

    /// Where a direction from [`crate::Chart::centre_in_head`] lies on the map, of any length.
    #[must_use]
    pub fn map_from_direction(&self, direction: DVec3) -> Option<DVec2> {
        let (phi, psi) = self.axes.polar(direction);
        let at = psi / STEP;
        if at.is_nan() || at > (self.angles - 1) as f64 {
            return None;
        }
        let j = (at as usize).min(self.angles - 2);
        let t = at - j as f64;
        let rho = self.node(phi, j) * (1.0 - t) + self.node(phi, j + 1) * t;
        Some(on_map(phi, rho))
    }

    /// The unit direction from [`crate::Chart::centre_in_head`] of a place on the map; `None` off it.
    #[must_use]
    pub fn direction_from_map(&self, q: DVec2) -> Option<DVec3> {
        if !q.is_finite() {
            return None;
        }
        let phi = azimuth(DVec2::new(-q.x, q.y));
        let rho = q.length();
        if rho > self.node(phi, self.angles - 1) {
            return None;
        }
        let (mut low, mut high) = (0, self.angles - 1);
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if self.node(phi, middle) <= rho { low = middle } else { high = middle }
        }
        let (a, b) = (self.node(phi, low), self.node(phi, high));
        Some(self.axes.direction(phi, STEP * (low as f64 + (rho - a) / (b - a))))
    }

    /// The place on the head of a place on the map: the skin of the skull there. The head must be the
    /// one that the map was made of.
    #[must_use]
    pub fn surface_from_map(&self, head: &Head, q: DVec2) -> Option<SurfacePoint> {
        let d = self.direction_from_map(q)?;
        skull(head, d).map(|h| h.point)
    }

    /// The line of all places with one distance from the middle along the skin, mm, as a closed line; empty
    /// beyond the map.
    #[must_use]
    pub fn ring(&self, distance_mm: f64) -> Vec<DVec2> {
        let mut line = Vec::with_capacity(AZIMUTHS);
        for i in 0..AZIMUTHS {
            let row = &self.length[i * self.angles..(i + 1) * self.angles];
            let j = row.partition_point(|s| *s < distance_mm);
            if j == 0 || j == row.len() {
                return Vec::new();
            }
            let t = (distance_mm - row[j - 1]) / (row[j] - row[j - 1]);
            let k = i * self.angles + j;
            line.push(on_map(angle(i), self.rho[k - 1] * (1.0 - t) + self.rho[k] * t));
        }
        line
    }

    /// Distance from the middle at an azimuth and a node of the angle.
    fn node(&self, phi: f64, j: usize) -> f64 {
        let at = phi.rem_euclid(TAU) / TAU * AZIMUTHS as f64;
        let i = at as usize;
        let t = at - i as f64;
        let value = |i: usize| self.rho[(i % AZIMUTHS) * self.angles + j];
        value(i) * (1.0 - t) + value(i + 1) * t
    }
}

fn angle(i: usize) -> f64 {
    TAU * i as f64 / AZIMUTHS as f64
}

/// As seen from outside with the front up, the person's left is at the left.
fn on_map(phi: f64, rho: f64) -> DVec2 {
    let (s, c) = libm::sincos(phi);
    DVec2::new(-rho * s, rho * c)
}

/// Places of the skull along one azimuth. Over an ear, and where there is no surface, it goes on as far
/// from the cranial centre as before.
fn ray(head: &Head, axes: &Axes, phi: f64, angles: usize) -> Vec<DVec3> {
    let mut out = f64::NAN;
    (0..angles)
        .map(|j| {
            let d = axes.direction(phi, STEP * j as f64);
            if let Some(hit) = skull(head, d)
                && (j == 0 || !is_ear(head, &hit.point))
            {
                out = hit.distance;
            }
            axes.centre + d * out
        })
        .collect()
}
