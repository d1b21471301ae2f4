//! How far behind a line every place of the chart lies, along the skin: a raster that is read in
//! nanoseconds.

use glam::{DVec2, DVec3};
use rayon::prelude::*;
use vellus_head::chart::azimuth;
use vellus_head::geodesic::Geodesics;
use vellus_head::{Head, SurfacePoint};
use vellus_units::maths::{lerp, smoothstep};

use crate::PigmentError;

/// Greatest distance that the raster tells, mm.
pub(super) const REACH_MM: f64 = 50.0;
/// Chart step of the raster: about 0.9 mm.
const STEP: f64 = 0.005;
/// Far from the line the distance is smooth and is taken at every second step.
const COARSE: usize = 2;
/// Nearer than the first the distance is that to the nearest place of the line in space (a chord of the
/// skin, d³/24R² short: below 0.03 mm where the skin is bent to a radius of 40 mm), beyond the second the
/// exact one along the skin, between them mixed, mm. Near an irregular line the distance has creases,
/// which want the fine raster.
const NEAR_MM: [f64; 2] = [10.0, 15.0];
/// As far as this every place knows where along the line it lies, mm.
const ALONG_MM: f64 = 24.0;
/// Chart distance that surely holds [`ALONG_MM`]; a unit is at least 120 mm on any head.
const ALONG_IN_CHART: f64 = 0.22;
/// Where distances at three nodes in a row stray from a straight line by more, they have a crease, mm.
const CREASE_MM: f64 = 0.12;
/// Radius beyond all of the chart.
const OUTSIDE: f64 = 4.0;

/// The raster.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DepthMap {
    low: DVec2,
    size: [usize; 2],
    /// Distance behind the line, mm.
    depth: Vec<f32>,
    /// Length along the line to the nearest place, mm.
    along: Vec<f32>,
    /// Chart azimuths of the ends of the line: right, left.
    ends: [f64; 2],
}

impl DepthMap {
    pub(super) fn new(
        head: &Head,
        g: &Geodesics<'_>,
        line: &[SurfacePoint],
        line_in_chart: &[DVec2],
        along: &[f64],
    ) -> Result<Self, PigmentError> {
        let surface = g.surface();
        let (mut low, mut high) = (DVec2::splat(f64::INFINITY), DVec2::splat(f64::NEG_INFINITY));
        for q in line_in_chart {
            low = low.min(*q);
            high = high.max(*q);
        }
        // The reach behind and in front, and room for interpolation.
        let room = REACH_MM / 120.0;
        low -= room;
        high += DVec2::new(room, 0.2);
        let cells =
            |extent: f64| ((extent / STEP).ceil().clamp(1.0, 900.0) as usize).next_multiple_of(COARSE) + 1;
        let size = [cells(high.x - low.x), cells(high.y - low.y)];
        let place = |i: usize, j: usize| low + STEP * DVec2::new(i as f64, j as f64);
        let on_skin = |q: DVec2| {
            let d = head.chart().direction_from_chart(q);
            surface.raycast_farthest(head.chart().centre_in_head(), d).map(|h| h.point)
        };

        // Near the line: the nearest leg in space.
        let close = near_nodes(low, size, line_in_chart);
        let skin: Vec<Option<DVec3>> = (0..size[0] * size[1])
            .into_par_iter()
            .map(|n| {
                if !close[n] {
                    return None;
                }
                on_skin(place(n % size[0], n / size[0])).map(|p| p.position)
            })
            .collect();
        let (near, nearest) = nearest_legs(size[0], &skin, line, along);

        // Far from it: exact distances at every second node, and at all where the distance has a crease.
        let field = g.distances(line, REACH_MM + 4.0)?;
        let exact = |i: usize, j: usize| {
            let at = on_skin(place(i, j)).and_then(|p| field.at(&p).ok()).unwrap_or(f64::INFINITY);
            at.min(REACH_MM + 4.0)
        };
        let coarse = [(size[0] - 1) / COARSE + 1, (size[1] - 1) / COARSE + 1];
        let far: Vec<f64> = (0..coarse[0] * coarse[1])
            .into_par_iter()
            .map(|n| exact(n % coarse[0] * COARSE, n / coarse[0] * COARSE))
            .collect();
        let creased = |a: usize, b: usize| {
            let at = |i: usize, j: usize| far[j.min(coarse[1] - 1) * coarse[0] + i.min(coarse[0] - 1)];
            let bent = |i: usize, j: usize| {
                let (x, y) = (i.clamp(1, coarse[0] - 2), j.clamp(1, coarse[1] - 2));
                let middle = 2.0 * at(x, y);
                let across = (at(x - 1, y) + at(x + 1, y) - middle).abs();
                across.max((at(x, y - 1) + at(x, y + 1) - middle).abs()) > CREASE_MM
            };
            bent(a, b) || bent(a + 1, b) || bent(a, b + 1) || bent(a + 1, b + 1)
        };
        let far: Vec<f64> = (0..size[0] * size[1])
            .into_par_iter()
            .map(|n| {
                let (i, j) = (n % size[0], n / size[0]);
                let (a, b) = ((i / COARSE).min(coarse[0] - 2), (j / COARSE).min(coarse[1] - 2));
                let (u, v) =
                    ((i - a * COARSE) as f64 / COARSE as f64, (j - b * COARSE) as f64 / COARSE as f64);
                let at = |i: usize, j: usize| far[j * coarse[0] + i];
                let smooth =
                    lerp(lerp(at(a, b), at(a + 1, b), u), lerp(at(a, b + 1), at(a + 1, b + 1), u), v);
                let on_node = (u == 0.0 || u == 1.0) && (v == 0.0 || v == 1.0);
                let wanted = near[n] > NEAR_MM[0] && smooth < REACH_MM;
                if wanted && !on_node && creased(a, b) { exact(i, j) } else { smooth }
            })
            .collect();

        let behind = behind(low, size, line_in_chart);
        let depth = (0..size[0] * size[1])
            .map(|n| {
                let far = far[n];
                let d = lerp(near[n], far, smoothstep(NEAR_MM[0], NEAR_MM[1], near[n]));
                let d = if near[n] <= NEAR_MM[0] {
                    near[n]
                } else if near[n] >= NEAR_MM[1] {
                    far
                } else {
                    d
                };
                (if behind[n] { d } else { -d }).clamp(-REACH_MM, REACH_MM) as f32
            })
            .collect();
        let ends = [azimuth(line_in_chart[0]), azimuth(line_in_chart[line_in_chart.len() - 1])];
        Ok(Self { low, size, depth, along: nearest, ends })
    }

    /// Cell and place in it.
    fn cell(&self, q: DVec2) -> Option<(usize, f64, f64)> {
        let k = (q - self.low) / STEP;
        let inside =
            k.x >= 0.0 && k.y >= 0.0 && k.x < (self.size[0] - 1) as f64 && k.y < (self.size[1] - 1) as f64;
        inside.then(|| {
            let (i, j) = (k.x as usize, k.y as usize);
            (j * self.size[0] + i, k.x - i as f64, k.y - j as f64)
        })
    }

    /// Depth behind the line, mm, from -[`REACH_MM`] to [`REACH_MM`].
    pub(super) fn at(&self, q: DVec2) -> f64 {
        if !q.is_finite() {
            return -REACH_MM;
        }
        let Some((n, u, v)) = self.cell(q) else {
            return if self.between_ends(q) > 0.0 && q.y > self.low.y { -REACH_MM } else { REACH_MM };
        };
        let at = |n: usize| f64::from(self.depth[n]);
        let up = n + self.size[0];
        lerp(lerp(at(n), at(n + 1), u), lerp(at(up), at(up + 1), u), v)
    }

    /// How far a place lies inside the directions that the line covers, seen from the top of the head,
    /// radians; negative outside them.
    pub(super) fn between_ends(&self, q: DVec2) -> f64 {
        let phi = azimuth(q);
        (phi - self.ends[0]).min(self.ends[1] - phi)
    }

    /// Length along the line to its place nearest to a chart position; none farther than
    /// [`ALONG_MM`] from it.
    pub(super) fn along(&self, q: DVec2) -> Option<f64> {
        let (n, u, v) = self.cell(q)?;
        let nearest = n + usize::from(u > 0.5) + if v > 0.5 { self.size[0] } else { 0 };
        let s = f64::from(self.along[nearest]);
        s.is_finite().then_some(s)
    }
}

/// Nodes that may lie within [`ALONG_MM`] of the line.
fn near_nodes(low: DVec2, size: [usize; 2], line: &[DVec2]) -> Vec<bool> {
    let mut near = vec![false; size[0] * size[1]];
    for q in line.iter().step_by(12) {
        let from = ((*q - ALONG_IN_CHART - low) / STEP).max(DVec2::ZERO);
        let to = ((*q + ALONG_IN_CHART - low) / STEP).max(DVec2::ZERO);
        for j in from.y as usize..=(to.y as usize).min(size[1] - 1) {
            let row = j * size[0];
            near[row + (from.x as usize).min(size[0])..row + (to.x as usize + 1).min(size[0])].fill(true);
        }
    }
    near
}

/// Distance to the nearest leg of the line in space, and the length along the line to its place; infinite
/// beyond [`ALONG_MM`].
fn nearest_legs(
    row: usize,
    skin: &[Option<DVec3>],
    line: &[SurfacePoint],
    along: &[f64],
) -> (Vec<f64>, Vec<f32>) {
    // Legs in bunches: a ball about each tells which nodes it cannot concern.
    const BUNCH: usize = 16;
    let bunches: Vec<(usize, usize, DVec3, f64)> = (0..line.len() - 1)
        .step_by(BUNCH)
        .map(|from| {
            let to = (from + BUNCH).min(line.len() - 1);
            let middle = line[(from + to) / 2].position;
            let radius = line[from..=to].iter().map(|p| p.position.distance(middle)).fold(0.0, f64::max);
            (from, to, middle, radius)
        })
        .collect();
    let found: Vec<(f64, f32)> = skin
        .par_iter()
        .with_min_len(row)
        .map(|p| {
            let Some(p) = p else { return (f64::INFINITY, f32::INFINITY) };
            let mut best = (ALONG_MM, f64::INFINITY);
            for (from, to, middle, radius) in &bunches {
                if p.distance(*middle) - radius >= best.0 {
                    continue;
                }
                for i in *from..*to {
                    let (a, b) = (line[i].position, line[i + 1].position);
                    let leg = b - a;
                    let u = ((*p - a).dot(leg) / leg.length_squared().max(1e-12)).clamp(0.0, 1.0);
                    let d = p.distance(a + leg * u);
                    if d < best.0 {
                        best = (d, lerp(along[i], along[i + 1], u));
                    }
                }
            }
            if best.1.is_finite() { (best.0, best.1 as f32) } else { (f64::INFINITY, f32::INFINITY) }
        })
        .collect();
    found.into_iter().unzip()
}

/// Which nodes lie behind the line: inside the line continued outwards from both ends and around the
/// back.
fn behind(low: DVec2, size: [usize; 2], line: &[DVec2]) -> Vec<bool> {
    let (first, last) = (line[0], line[line.len() - 1]);
    let mut ring: Vec<DVec2> = line.to_vec();
    let out = |q: DVec2| q.normalize_or(DVec2::X) * OUTSIDE;
    ring.push(out(last));
    // Around the back, wide enough that no chord comes near the chart.
    let (from, to) = (azimuth(last), azimuth(first) + std::f64::consts::TAU);
    for k in 1..16 {
        let (s, c) = libm::sincos(lerp(from, to, f64::from(k) / 16.0));
        ring.push(DVec2::new(s, c) * OUTSIDE);
    }
    ring.push(out(first));
    let mut inside = vec![false; size[0] * size[1]];
    let mut crossings: Vec<f64> = Vec::new();
    for j in 0..size[1] {
        let y = low.y + STEP * j as f64;
        crossings.clear();
        for k in 0..ring.len() {
            let (a, b) = (ring[k], ring[(k + 1) % ring.len()]);
            if (a.y > y) != (b.y > y) {
                crossings.push(a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            for i in 0..size[0] {
                let x = low.x + STEP * i as f64;
                if x >= pair[0] && x < pair[1] {
                    inside[j * size[0] + i] = true;
                }
            }
        }
    }
    inside
}
