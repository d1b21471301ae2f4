//! The field's zero surface as a triangle mesh, by surface nets.
//!
//! The grid is rectilinear: finer over the face and the ears than over the scalp and the neck.
//! Only the left half is meshed, mirrored and joined at x = 0, so the mesh is symmetric to the
//! last bit. Vertices are evened out along the surface and put onto it by Newton's method.
//!
//! # Sources
//! Gibson 1998, "Constrained elastic surface nets", MICCAI.

use super::template::Template;
use crate::Mesh;
use glam::DVec3;
use rayon::prelude::*;

/// Passes of evening out.
const RELAX: usize = 10;

/// The height about which the grid closes in on the face, mm.
const FACE_Y_MM: f64 = -15.0;

/// The middle of the ear in the side view, mm.
const EAR_YZ_MM: (f64, f64) = (-2.0, -10.0);

/// Grid planes from `from` to `to` with spacing `step(x)`.
fn planes(from: f64, to: f64, step: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut out = vec![from];
    while out[out.len() - 1] < to {
        let x = out[out.len() - 1];
        out.push(x + step(x));
    }
    out
}

/// Meshes the template; `edge` is the edge length over the scalp, mm.
pub(super) fn mesh(template: &Template, edge: f64) -> Mesh {
    let blend = |x: f64, from: f64, to: f64| super::template::smooth_step((x - from) / (to - from));
    let us = planes(-0.5 * edge, 112.0, |u| edge * (1.0 - 0.4 * blend(u, 60.0, 78.0)));
    let vs = planes(template.cut_y() - 3.0 * edge, 150.0, |v| {
        edge * (1.0 - 0.3 * blend(v, -60.0, -42.0) * (1.0 - blend(v, 34.0, 52.0)))
    });
    let ws =
        planes(-125.0, 135.0, |w| edge * (1.0 - 0.3 * blend(w, -60.0, -35.0) - 0.15 * blend(w, 45.0, 75.0)));
    // Towards the front the planes close in on the face.
    let place = |i: usize, j: usize, k: usize| {
        let w = ws[k];
        let (x, y) = (1.0 - 0.45 * blend(w, 32.0, 82.0), 1.0 - 0.4 * blend(w, 40.0, 100.0));
        let p = DVec3::new(us[i] * x, FACE_Y_MM + (vs[j] - FACE_Y_MM) * y, w);
        // Sideways they close in on the ear.
        let side = 1.0 - 0.5 * blend(p.x, 64.0, 88.0);
        DVec3::new(p.x, EAR_YZ_MM.0 + (p.y - EAR_YZ_MM.0) * side, EAR_YZ_MM.1 + (p.z - EAR_YZ_MM.1) * side)
    };
    let (xs, ys, zs) = (&us, &vs, &ws);
    let (nx, ny, nz) = (xs.len(), ys.len(), zs.len());
    let at = |i: usize, j: usize, k: usize| (i * ny + j) * nz + k;
    let mut values: Vec<f64> = (0..nx * ny)
        .into_par_iter()
        .flat_map_iter(|row| {
            (0..nz).map(|k| template.field(place(row / ny, row % ny, k))).collect::<Vec<_>>()
        })
        .collect();

    unambiguous(&mut values, [nx, ny, nz]);

    // One vertex in each cell that the surface crosses.
    let mut id = vec![u32::MAX; nx * ny * nz];
    let mut positions: Vec<DVec3> = Vec::new();
    let mut middle: Vec<bool> = Vec::new();
    for i in 0..nx - 1 {
        for j in 0..ny - 1 {
            for k in 0..nz - 1 {
                let corner = |c: usize| (i + (c & 1), j + (c >> 1 & 1), k + (c >> 2));
                let value = |c: usize| {
                    let (a, b, d) = corner(c);
                    values[at(a, b, d)]
                };
                let inside = (0..8).filter(|&c| value(c) < 0.0).count();
                if inside == 0 || inside == 8 {
                    continue;
                }
                let (mut sum, mut n) = (DVec3::ZERO, 0.0);
                for c in 0..8 {
                    for bit in [1, 2, 4] {
                        let e = c | bit;
                        if e != c && (value(c) < 0.0) != (value(e) < 0.0) {
                            let there = |c: usize| {
                                let (a, b, d) = corner(c);
                                place(a, b, d)
                            };
                            sum += there(c).lerp(there(e), value(c) / (value(c) - value(e)));
                            n += 1.0;
                        }
                    }
                }
                let mut p = sum / n;
                if i == 0 {
                    p.x = 0.0;
                }
                id[at(i, j, k)] = positions.len() as u32;
                positions.push(p);
                middle.push(i == 0);
            }
        }
    }

    // One quad around each crossed grid edge; edges of the plane left of x = 0 are mirror images.
    let mut quads: Vec<[u32; 4]> = Vec::new();
    for i in 1..nx - 1 {
        for j in 1..ny - 1 {
            for k in 1..nz - 1 {
                let here = values[at(i, j, k)] < 0.0;
                let cells = [
                    (
                        values[at(i + 1, j, k)],
                        [at(i, j - 1, k - 1), at(i, j, k - 1), at(i, j, k), at(i, j - 1, k)],
                    ),
                    (
                        values[at(i, j + 1, k)],
                        [at(i - 1, j, k - 1), at(i - 1, j, k), at(i, j, k), at(i, j, k - 1)],
                    ),
                    (
                        values[at(i, j, k + 1)],
                        [at(i - 1, j - 1, k), at(i, j - 1, k), at(i, j, k), at(i - 1, j, k)],
                    ),
                ];
                for (next, around) in cells {
                    if here != (next < 0.0) {
                        let q = around.map(|c| id[c]);
                        quads.push(if here { q } else { [q[3], q[2], q[1], q[0]] });
                    }
                }
            }
        }
    }

    relax(template, &mut positions, &middle, &quads);
    mirrored(&positions, &middle, &quads)
}

/// Bits of the corners that share an edge with each corner of a cell, and itself.
const NEAR: [u8; 8] = {
    let mut near = [0; 8];
    let mut c = 0;
    while c < 8 {
        near[c] = 1 << c | 1 << (c ^ 1) | 1 << (c ^ 2) | 1 << (c ^ 4);
        c += 1;
    }
    near
};

/// Whether the chosen corners of a cell hang together along its edges.
fn connected(corners: u8) -> bool {
    let mut reached = corners & corners.wrapping_neg();
    loop {
        let next = (0..8).filter(|c| reached >> c & 1 == 1).fold(reached, |a, c| a | NEAR[c] & corners);
        if next == reached {
            return reached == corners;
        }
        reached = next;
    }
}

/// Fills in corners until in every cell the inside hangs together, and the outside: then the
/// surface is a manifold. Where the field is finer than the grid (folds of the ear) that
/// closes a gap of one cell.
fn unambiguous(values: &mut [f64], [nx, ny, nz]: [usize; 3]) {
    let at = |i: usize, j: usize, k: usize| (i * ny + j) * nz + k;
    let split = |c: u8| !connected(c) || !connected(!c);
    let table: Vec<bool> = (0..=255u8).map(split).collect();
    let face = |a: bool, b: bool, c: bool, d: bool| a == d && b == c && a != b;
    loop {
        let mut again = false;
        for i in 0..nx - 1 {
            for j in 0..ny - 1 {
                for k in 0..nz - 1 {
                    let corner = |c: usize| at(i + (c & 1), j + (c >> 1 & 1), k + (c >> 2));
                    let inside = (0..8).fold(0u8, |m, c| m | u8::from(values[corner(c)] < 0.0) << c);
                    let bit = |c: usize| inside >> c & 1 == 1;
                    let crossed =
                        [[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 4, 5], [2, 3, 6, 7], [0, 2, 4, 6], [1, 3, 5, 7]]
                            .iter()
                            .any(|f| face(bit(f[0]), bit(f[1]), bit(f[2]), bit(f[3])));
                    if inside != 0 && inside != 255 && (table[inside as usize] || crossed) {
                        let nearest = (0..8)
                            .filter(|&c| !bit(c))
                            .min_by(|&a, &b| values[corner(a)].total_cmp(&values[corner(b)]));
                        if let Some(c) = nearest {
                            values[corner(c)] = -1e-3;
                            // Left of x = 0 stands the mirror image.
                            if i == 0 {
                                values[corner(c ^ 1)] = -1e-3;
                            }
                            again = true;
                        }
                    }
                }
            }
        }
        if !again {
            return;
        }
    }
}

/// Onto the surface along the gradient.
fn project(template: &Template, mut p: DVec3, middle: bool, steps: usize) -> DVec3 {
    for _ in 0..steps {
        let g = template.gradient(p);
        let g2 = g.length_squared().max(0.05);
        let step = -g * (template.field(p) / g2);
        p += step.clamp_length_max(1.0);
        if middle {
            p.x = 0.0;
        }
    }
    p
}

fn relax(template: &Template, positions: &mut Vec<DVec3>, middle: &[bool], quads: &[[u32; 4]]) {
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); positions.len()];
    for q in quads {
        for s in 0..4 {
            let (a, b) = (q[s], q[(s + 1) % 4]);
            neighbours[a as usize].push(b);
            neighbours[b as usize].push(a);
        }
    }
    for n in &mut neighbours {
        n.sort_unstable();
        n.dedup();
    }
    for pass in 0..=RELAX {
        let next: Vec<DVec3> = (0..positions.len())
            .into_par_iter()
            .map(|i| {
                let p = positions[i];
                if pass == RELAX {
                    return project(template, p, middle[i], 3);
                }
                // On the midline the missing neighbours are the mirror images of the others.
                let (mut sum, mut n) = (DVec3::ZERO, 0.0);
                for &k in &neighbours[i] {
                    let q = positions[k as usize];
                    let w = if middle[i] && !middle[k as usize] { 2.0 } else { 1.0 };
                    sum += q * w;
                    n += w;
                }
                let mut to = sum / n - p;
                let slope = template.gradient(p);
                let g = slope.normalize_or_zero();
                to -= g * g.dot(to);
                let mut moved = p + to * 0.5;
                moved -= (g * (template.field(moved) / slope.length().max(0.2))).clamp_length_max(1.0);
                if middle[i] {
                    moved.x = 0.0;
                }
                moved
            })
            .collect();
        *positions = next;
    }
}

fn mirrored(positions: &[DVec3], middle: &[bool], quads: &[[u32; 4]]) -> Mesh {
    let mut all = positions.to_vec();
    let mut twin = vec![0u32; positions.len()];
    for (i, p) in positions.iter().enumerate() {
        if middle[i] {
            twin[i] = i as u32;
        } else {
            twin[i] = all.len() as u32;
            all.push(DVec3::new(-p.x, p.y, p.z));
        }
    }
    let mut triangles = Vec::with_capacity(quads.len() * 4);
    for q in quads {
        // Split along the shorter diagonal.
        let p = q.map(|i| positions[i as usize]);
        let halves = if p[0].distance_squared(p[2]) <= p[1].distance_squared(p[3]) {
            [[q[0], q[1], q[2]], [q[0], q[2], q[3]]]
        } else {
            [[q[0], q[1], q[3]], [q[1], q[2], q[3]]]
        };
        for t in halves {
            triangles.push(t);
            triangles.push([twin[t[0] as usize], twin[t[2] as usize], twin[t[1] as usize]]);
        }
    }
    Mesh { positions: all, triangles }
}
