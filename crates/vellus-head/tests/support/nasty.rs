//! Meshes that nobody wants and everybody gets. They are made, not stored; every suite runs over
//! all of them.
#![allow(dead_code)]

use glam::DVec3;
use vellus_head::Mesh;

/// A sphere made of rings: radius in mm, about 4·n² triangles.
pub fn ball(radius: f64, n: u32) -> Mesh {
    let columns = 2 * n;
    let mut m = Mesh { positions: vec![DVec3::Y * radius], triangles: Vec::new() };
    for r in 1..n {
        let (s, c) = (f64::from(r) * std::f64::consts::PI / f64::from(n)).sin_cos();
        for k in 0..columns {
            let (u, v) = (f64::from(k) * std::f64::consts::TAU / f64::from(columns)).sin_cos();
            m.positions.push(radius * DVec3::new(s * u, c, s * v));
        }
    }
    m.positions.push(DVec3::NEG_Y * radius);
    let last = m.positions.len() as u32 - 1;
    let at = |r: u32, k: u32| 1 + (r - 1) * columns + k % columns;
    for k in 0..columns {
        m.triangles.push([0, at(1, k), at(1, k + 1)]);
        for r in 1..n - 1 {
            m.triangles.push([at(r, k), at(r + 1, k), at(r + 1, k + 1)]);
            m.triangles.push([at(r, k), at(r + 1, k + 1), at(r, k + 1)]);
        }
        m.triangles.push([last, at(n - 1, k + 1), at(n - 1, k)]);
    }
    m
}

/// Two meshes in one file.
pub fn both(a: &Mesh, b: &Mesh) -> Mesh {
    let n = a.positions.len() as u32;
    let mut out = a.clone();
    out.positions.extend(&b.positions);
    out.triangles.extend(b.triangles.iter().map(|t| t.map(|v| v + n)));
    out
}

/// The parametric head with each triangle parted into so many that there are at least `triangles`,
/// bulged by its normals and roughened by 0.02 mm as a good scanner's are.
pub fn dense_head(triangles: usize) -> Mesh {
    let built = vellus_head::parametric::build(&Default::default()).unwrap().mesh;
    let parts = ((triangles as f64 / built.triangles.len() as f64).sqrt().ceil() as u32).max(1);
    subdivided(&built, parts, 0.02)
}

/// Each triangle in `n`² ones on a surface that follows the normals (Boubekeur and Alexa 2008,
/// *Phong tessellation*, with their 3/4), moved along the normal by up to `rough`.
pub fn subdivided(mesh: &Mesh, n: u32, rough: f64) -> Mesh {
    use std::collections::BTreeMap;
    let normals = mesh.vertex_normals();
    let mut out = Mesh { positions: mesh.positions.clone(), triangles: Vec::new() };
    let mut edges: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    let place = |t: &[u32; 3], w: [f64; 3]| -> (DVec3, DVec3) {
        let p = t.map(|v| mesh.positions[v as usize]);
        let m = t.map(|v| normals[v as usize]);
        let flat = p[0] * w[0] + p[1] * w[1] + p[2] * w[2];
        let onto = |k: usize| flat - m[k] * (flat - p[k]).dot(m[k]);
        let bulged = onto(0) * w[0] + onto(1) * w[1] + onto(2) * w[2];
        let normal = (m[0] * w[0] + m[1] * w[1] + m[2] * w[2]).normalize_or_zero();
        (flat.lerp(bulged, 0.75), normal)
    };
    let noise = |i: usize| {
        let h = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((h >> 40) as f64 / f64::from(1u32 << 24) * 2.0 - 1.0) * rough
    };
    for t in &mesh.triangles {
        // Vertices of the lattice by barycentric counts (i of corner 1, j of corner 2).
        let mut index = BTreeMap::new();
        for i in 0..=n {
            for j in 0..=n - i {
                let k = n - i - j;
                let whole = [k, i, j].iter().position(|x| *x == n);
                let on_edge = [k, i, j].iter().position(|x| *x == 0);
                let v = if let Some(c) = whole {
                    t[c]
                } else if let Some(o) = on_edge {
                    let (a, b) = ((o + 1) % 3, (o + 2) % 3);
                    let (wa, wb) = ([k, i, j][a], [k, i, j][b]);
                    let (lo, step) = if t[a] < t[b] { ((t[a], t[b]), wb) } else { ((t[b], t[a]), wa) };
                    let first = *edges.entry(lo).or_insert_with(|| {
                        let start = out.positions.len() as u32;
                        for s in 1..n {
                            let x = f64::from(s) / f64::from(n);
                            let (p, m) = place(&[lo.0, lo.1, lo.0], [1.0 - x, x, 0.0]);
                            out.positions.push(p + m * noise(out.positions.len()));
                        }
                        start
                    });
                    first + step - 1
                } else {
                    let w = [k, i, j].map(|x| f64::from(x) / f64::from(n));
                    let (p, m) = place(t, w);
                    out.positions.push(p + m * noise(out.positions.len()));
                    out.positions.len() as u32 - 1
                };
                index.insert((i, j), v);
            }
        }
        for i in 0..n {
            for j in 0..n - i {
                out.triangles.push([index[&(i, j)], index[&(i + 1, j)], index[&(i, j + 1)]]);
                if i + j + 1 < n {
                    out.triangles.push([index[&(i + 1, j)], index[&(i + 1, j + 1)], index[&(i, j + 1)]]);
                }
            }
        }
    }
    out
}
