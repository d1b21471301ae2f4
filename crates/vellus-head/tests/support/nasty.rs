//! Meshes that nobody wants and everybody gets. They are made, not stored; every suite runs over
//! all of them.
#![allow(dead_code, unreachable_pub)]

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

/// A band of `n` quads of half width `w` about a circle of radius `r`, with so many half twists: a
/// Möbius strip with one.
pub fn band(n: u32, r: f64, w: f64, half_twists: u32) -> Mesh {
    let mut m = Mesh::default();
    for i in 0..n {
        let u = f64::from(i) / f64::from(n) * std::f64::consts::TAU;
        let (s, c) = (0.5 * f64::from(half_twists) * u).sin_cos();
        for v in [-w, w] {
            m.positions.push(DVec3::new((r + v * c) * u.cos(), v * s, (r + v * c) * u.sin()));
        }
    }
    for i in 0..n {
        let (a, b) = (2 * i, 2 * i + 1);
        let (c, d) = match (i + 1 < n, half_twists % 2) {
            (true, _) => (a + 2, b + 2),
            (false, 0) => (0, 1),
            (false, _) => (1, 0),
        };
        m.triangles.extend([[a, b, c], [c, b, d]]);
    }
    m
}

/// A Klein bottle (figure eight immersion): closed, one-sided, through itself.
pub fn klein(n: u32) -> Mesh {
    let mut m = Mesh::default();
    let tau = std::f64::consts::TAU;
    for i in 0..n {
        let u = f64::from(i) / f64::from(n) * tau;
        for j in 0..n {
            let v = f64::from(j) / f64::from(n) * tau;
            let (s, c) = (0.5 * u).sin_cos();
            let r = 60.0 + 30.0 * (c * v.sin() - s * (2.0 * v).sin());
            m.positions.push(DVec3::new(
                r * u.cos(),
                30.0 * (s * v.sin() + c * (2.0 * v).sin()),
                r * u.sin(),
            ));
        }
    }
    // After one turn v runs the other way.
    let at = |i: u32, j: u32| if i < n { i * n + j % n } else { (n - j % n) % n };
    for i in 0..n {
        for j in 0..n {
            m.triangles.push([at(i, j), at(i + 1, j), at(i + 1, j + 1)]);
            m.triangles.push([at(i, j), at(i + 1, j + 1), at(i, j + 1)]);
        }
    }
    m
}

/// Numbers from a counter: the same on every run.
pub fn noise(i: u64) -> f64 {
    let mut h = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66;
    h = (h ^ (h >> 31)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    h ^= h >> 32;
    (h >> 11) as f64 / (1u64 << 53) as f64
}

/// The whole folder: a name and a mesh each.
pub fn nasty() -> Vec<(&'static str, Mesh)> {
    let tetrahedron = Mesh {
        positions: vec![DVec3::ZERO, DVec3::X * 90.0, DVec3::Y * 90.0, DVec3::Z * 90.0],
        triangles: vec![[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]],
    };
    let head = dense_head(1);
    let sphere = ball(90.0, 16);
    let with = |m: &Mesh, change: &dyn Fn(&mut Mesh)| {
        let mut m = m.clone();
        change(&mut m);
        m
    };
    let flat = |n: u32, step: f64| {
        let mut m = Mesh::default();
        for i in 0..=n {
            m.positions.extend((0..=n).map(|j| DVec3::new(f64::from(i) * step, f64::from(j) * step, 0.0)));
        }
        let at = |i: u32, j: u32| i * (n + 1) + j;
        for i in 0..n {
            for j in 0..n {
                m.triangles.push([at(i, j), at(i + 1, j), at(i + 1, j + 1)]);
                m.triangles.push([at(i, j), at(i + 1, j + 1), at(i, j + 1)]);
            }
        }
        m
    };
    let soup = |n: u32, apart: bool| {
        let mut m = Mesh::default();
        for i in 0..n {
            let p = |k: u64| {
                let s = u64::from(3 * i) + k;
                180.0 * DVec3::new(noise(3 * s), noise(3 * s + 1), noise(3 * s + 2))
            };
            let size = if apart { 2.0 } else { 1.0 };
            let a = p(0);
            let (b, c) = if apart { (a + DVec3::X * size, a + DVec3::Y * size) } else { (p(1), p(2)) };
            m.positions.extend([a, b, c]);
            m.triangles.push([3 * i, 3 * i + 1, 3 * i + 2]);
        }
        m
    };
    vec![
        ("empty", Mesh::default()),
        ("vertices without triangles", with(&sphere, &|m| m.triangles.clear())),
        ("one triangle", with(&tetrahedron, &|m| m.triangles.truncate(1))),
        ("one triangle of one vertex", Mesh { positions: vec![DVec3::ZERO], triangles: vec![[0; 3]] }),
        (
            "two triangles on the same corners",
            with(&tetrahedron, &|m| m.triangles = vec![[0, 1, 2], [0, 2, 1]]),
        ),
        ("tetrahedron", tetrahedron.clone()),
        ("index out of range", with(&sphere, &|m| m.triangles.push([0, 1, u32::MAX]))),
        ("only indices out of range", with(&sphere, &|m| m.positions.clear())),
        ("NaN", with(&head, &|m| m.positions[7].x = f64::NAN)),
        ("infinite", with(&head, &|m| m.positions[7].y = f64::NEG_INFINITY)),
        ("all NaN", with(&sphere, &|m| m.positions.fill(DVec3::NAN))),
        ("all vertices equal", with(&sphere, &|m| m.positions.fill(DVec3::splat(3.0)))),
        ("all on a line", with(&sphere, &|m| m.positions.iter_mut().for_each(|p| *p = DVec3::X * p.x))),
        ("flat", flat(20, 9.0)),
        ("long and thin", with(&head, &|m| m.positions.iter_mut().for_each(|p| p.y *= 1e4))),
        ("thin as paper", with(&head, &|m| m.positions.iter_mut().for_each(|p| p.z *= 1e-6))),
        ("1e30", head.mapped(|p| p * 1e30)),
        ("1e300", head.mapped(|p| p * 1e300)),
        ("1e-30", head.mapped(|p| p * 1e-30)),
        ("1e-300", head.mapped(|p| p * 1e-300)),
        ("far away", head.mapped(|p| p + 3e6)),
        ("very far away", head.mapped(|p| p + 1e15)),
        ("one vertex far away", with(&head, &|m| m.positions[11] = DVec3::splat(1e12))),
        ("in metres", head.mapped(|p| p * 1e-3)),
        ("in inches", head.mapped(|p| p / 25.4)),
        ("mirrored", with(&head, &|m| m.positions.iter_mut().for_each(|p| p.x = -p.x))),
        ("inside out", with(&head, &|m| m.triangles.iter_mut().for_each(|t| t.swap(0, 1)))),
        (
            "windings at random",
            with(&head, &|m| {
                m.triangles
                    .iter_mut()
                    .enumerate()
                    .filter(|(i, _)| noise(*i as u64) < 0.5)
                    .for_each(|(_, t)| t.swap(0, 1));
            }),
        ),
        ("every face twice", with(&head, &|m| m.triangles.extend(m.triangles.clone()))),
        (
            "every face twice, once inside out",
            with(&head, &|m| m.triangles.extend(m.triangles.clone().into_iter().map(|t| [t[1], t[0], t[2]]))),
        ),
        (
            "every corner its own vertex",
            with(&head, &|m| {
                m.positions = m.triangles.iter().flatten().map(|v| m.positions[*v as usize]).collect();
                m.triangles = (0..m.triangles.len() as u32).map(|t| [3 * t, 3 * t + 1, 3 * t + 2]).collect();
            }),
        ),
        ("two heads", both(&head, &head.mapped(|p| p + DVec3::X * 300.0))),
        ("two heads in one place", both(&head, &head)),
        ("two heads in another", both(&head, &head.mapped(|p| p * 0.9))),
        ("a head and its debris", both(&head, &soup(500, true))),
        ("through itself", both(&sphere, &sphere.mapped(|p| p + DVec3::X * 60.0))),
        (
            "without a back",
            with(&head, &|m| {
                let p = m.positions.clone();
                m.triangles.retain(|t| p[t[0] as usize].z > 0.0);
            }),
        ),
        (
            "a sieve",
            with(&head, &|m| {
                let mut i = 0;
                m.triangles.retain(|_| {
                    i += 1;
                    i % 7 != 0
                });
            }),
        ),
        (
            "a fin on each edge of a patch",
            with(&sphere, &|m| {
                for t in m.triangles.clone().iter().take(60) {
                    m.positions.push(1.3 * m.positions[t[0] as usize]);
                    m.triangles.push([t[0], t[1], m.positions.len() as u32 - 1]);
                }
            }),
        ),
        (
            "a hundred pages on one edge",
            with(&tetrahedron, &|m| {
                for i in 0..100 {
                    let (s, c) = f64::from(i).sin_cos();
                    m.positions.push(DVec3::new(45.0, 60.0 * s, 60.0 * c));
                    m.triangles.push([0, 1, m.positions.len() as u32 - 1]);
                }
            }),
        ),
        (
            "fans on one point",
            with(&Mesh::default(), &|m| {
                for i in 0..40 {
                    let s = sphere.mapped(|p| p + DVec3::Y * 90.0);
                    let turn = glam::DQuat::from_rotation_x(f64::from(i) * 0.3);
                    *m = both(m, &s.mapped(|p| turn * p));
                }
                let foot: Vec<bool> = m.positions.iter().map(|p| p.length() < 1e-6).collect();
                let one = foot.iter().position(|f| *f).unwrap() as u32;
                m.triangles.iter_mut().flatten().filter(|v| foot[**v as usize]).for_each(|v| *v = one);
            }),
        ),
        ("a cone of 20,000", {
            let n = 20_000u32;
            let mut m = Mesh { positions: vec![DVec3::Y * 100.0, DVec3::ZERO], triangles: Vec::new() };
            for i in 0..n {
                let (s, c) = (f64::from(i) * std::f64::consts::TAU / f64::from(n)).sin_cos();
                m.positions.push(DVec3::new(80.0 * s, 0.0, 80.0 * c));
                let (a, b) = (2 + i, 2 + (i + 1) % n);
                m.triangles.extend([[0, a, b], [1, b, a]]);
            }
            m
        }),
        (
            "slivers",
            with(&sphere, &|m| {
                m.positions.iter_mut().enumerate().filter(|p| p.0 % 2 == 0).for_each(|(_, p)| p.y *= 1e-7)
            }),
        ),
        ("a soup", soup(3000, false)),
        ("confetti", soup(20_000, true)),
        (
            "noise",
            with(&head, &|m| {
                for (i, p) in m.positions.iter_mut().enumerate() {
                    *p += 40.0
                        * (DVec3::new(noise(3 * i as u64), noise(3 * i as u64 + 1), noise(3 * i as u64 + 2))
                            - 0.5);
                }
            }),
        ),
        ("an untwisted band", band(60, 80.0, 20.0, 0)),
        ("a Möbius strip", band(60, 80.0, 20.0, 1)),
        ("a band of three half twists", band(90, 80.0, 30.0, 3)),
        ("a Klein bottle", klein(40)),
        ("terraces", head.mapped(|p| (p / 3.0).round() * 3.0)),
        ("300,000 triangles", dense_head(300_000)),
    ]
}
