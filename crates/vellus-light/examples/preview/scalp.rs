//! A scan, its hair-bearing part by rule, and points strewn over it.

use glam::{DVec3, IVec3, Vec3};
use std::collections::HashMap;
use std::path::Path;
use vellus_head::Mesh;
use vellus_light::{Dots, Skin, Strands, UnderSkin};
use vellus_units::maths::{interpolate, smoothstep};
use vellus_units::random::{Key, Purpose};

const MM_PER_UNIT: f64 = 47.5;

/// Height above which hair grows, mm, by z, mm.
const HAIRLINE: [(f64, f64); 9] = [
    (-95.0, 18.0),
    (-60.0, 22.0),
    (-38.0, 40.0),
    (-15.0, 88.0),
    (10.0, 98.0),
    (30.0, 100.0),
    (50.0, 118.0),
    (72.0, 140.0),
    (110.0, 146.0),
];

pub(crate) struct Scalp {
    triangles: Vec<([Vec3; 3], [Vec3; 3])>,
}

/// 0 where hair is dense, 1 where it is lost: recesses and crown of a Norwood III vertex.
pub(crate) fn is_thin(p: Vec3) -> f64 {
    let (x, y, z) = (f64::from(p.x) + 4.0, f64::from(p.y), f64::from(p.z));
    let crown = 1.0
        - smoothstep(28.0, 52.0, ((x - 4.0).powi(2) + (y - 172.0).powi(2) * 0.6 + (z + 42.0).powi(2)).sqrt());
    let recess = smoothstep(10.0, 26.0, x.abs())
        * (1.0 - smoothstep(58.0, 68.0, x.abs()))
        * smoothstep(28.0, 46.0, z + 0.12 * (x.abs() - 40.0));
    let front = smoothstep(52.0, 66.0, z) * 0.8;
    crown.max(recess).max(front)
}

fn bears_hair(p: Vec3) -> bool {
    let (x, y, z) = (f64::from(p.x) + 4.0, f64::from(p.y), f64::from(p.z));
    let wobble = 1.5 * (0.5 * x).sin() + 1.1 * (1.3 * x + 1.0).sin();
    let ear = x.abs() > 70.0 && z > -32.0 && z < 22.0 && y < 98.0;
    y + wobble > interpolate(&HAIRLINE, z) && !ear
}

pub(crate) fn load(path: &Path) -> Result<(Mesh, Scalp), Box<dyn std::error::Error>> {
    let (models, _) = tobj::load_obj(
        path,
        &tobj::LoadOptions { triangulate: true, single_index: true, ..Default::default() },
    )?;
    let m = &models.first().ok_or("no model in the file")?.mesh;
    let positions: Vec<DVec3> = m
        .positions
        .chunks_exact(3)
        .map(|c| DVec3::new(f64::from(c[0]), f64::from(c[1]), f64::from(c[2])) * MM_PER_UNIT)
        .collect();
    let triangles: Vec<[u32; 3]> = m.indices.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect();
    let mut normals = vec![DVec3::ZERO; positions.len()];
    for t in &triangles {
        let [a, b, c] = t.map(|i| positions[i as usize]);
        for i in t {
            normals[*i as usize] += (b - a).cross(c - a);
        }
    }
    let scalp = triangles
        .iter()
        .map(|t| {
            (
                t.map(|i| positions[i as usize].as_vec3()),
                t.map(|i| normals[i as usize].normalize_or(DVec3::Y).as_vec3()),
            )
        })
        .filter(|(p, _)| bears_hair((p[0] + p[1] + p[2]) / 3.0) || p.iter().any(|p| bears_hair(*p)))
        .collect();
    Ok((Mesh { positions, triangles }, Scalp { triangles: scalp }))
}

impl Scalp {
    /// Points with a least distance, thrown like darts, with about this density, cm⁻², times `keep`.
    fn strew(
        &self,
        per_cm2: f64,
        keep: &(dyn Fn(Vec3) -> f64 + Sync),
        key: Key,
        purpose: Purpose,
        mut each: impl FnMut(Vec3, Vec3, &mut vellus_units::Stream),
    ) {
        // Saturated darts of least distance r cover the plane with 0.7 / r² of them.
        let least = (0.62 * 100.0 / per_cm2).sqrt() as f32;
        let cell = |p: Vec3| (p / least).floor().as_ivec3();
        let mut taken: HashMap<IVec3, Vec<Vec3>> = HashMap::new();
        let mut darts: Vec<(u32, Vec3, Vec3, vellus_units::Stream)> = Vec::new();
        for (i, (p, n)) in self.triangles.iter().enumerate() {
            let mut s = key.stream(purpose, i as u64);
            let area_cm2 = f64::from((p[1] - p[0]).cross(p[2] - p[0]).length()) * 0.5 / 100.0;
            let count = (6.0 * area_cm2 * per_cm2 + s.uniform()).floor() as usize;
            for k in 0..count {
                let (mut u, mut v) = (s.uniform() as f32, s.uniform() as f32);
                if u + v > 1.0 {
                    (u, v) = (1.0 - u, 1.0 - v);
                }
                let w = 1.0 - u - v;
                let at = p[0] * w + p[1] * u + p[2] * v;
                let normal = (n[0] * w + n[1] * u + n[2] * v).normalize_or(Vec3::Y);
                let own = key.stream(purpose, ((i as u64) << 24) + (1 << 60) + k as u64);
                darts.push((s.word(), at, normal, own));
            }
        }
        darts.sort_by_key(|d| d.0);
        for (_, at, normal, mut s) in darts {
            if !bears_hair(at) {
                continue;
            }
            let c = cell(at);
            let near = (0..27).any(|k| {
                let o = IVec3::new(k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1);
                taken.get(&(c + o)).is_some_and(|v| v.iter().any(|q| q.distance(at) < least))
            });
            if !near {
                taken.entry(c).or_default().push(at);
                if s.uniform() < keep(at) {
                    each(at, normal, &mut s);
                }
            }
        }
    }

    pub(crate) fn grow(
        &self,
        per_cm2: f64,
        length: f32,
        radius: f32,
        white: f64,
        density: &(dyn Fn(Vec3) -> f64 + Sync),
        key: Key,
    ) -> Strands {
        let mut out = Strands::default();
        // Follicular units of one to three hairs, two on average, 0.12 mm apart.
        self.strew(0.5 * per_cm2, density, key, Purpose::Placement, |p, n, s| {
            for k in 0..1 + s.below(3) {
                let (t, b) = n.any_orthonormal_pair();
                let a = s.between(0.0, std::f64::consts::TAU) as f32;
                let p = p + (t * a.cos() + b * a.sin()) * (0.12 * (k as f32).min(1.0));
                let l = length * (1.0 + 0.12 * s.normal() as f32).clamp(0.5, 1.3);
                let r = radius * (1.0 + 0.18 * s.normal() as f32).clamp(0.4, 1.6);
                out.push(p, n, l, r, s.uniform() < white);
            }
        });
        out
    }

    pub(crate) fn tattoo(
        &self,
        per_cm2: f64,
        skin: &Skin,
        density: &(dyn Fn(Vec3) -> f64 + Sync),
        key: Key,
    ) -> Dots {
        let mut out = Dots::default();
        let carbon = UnderSkin::new(skin).carbon(25.0);
        self.strew(per_cm2, density, key, Purpose::DotPlacement, |p, n, s| {
            let depth = s.between(110.0, 220.0);
            out.push(p, n, carbon.of(s.lognormal(125.0, 0.15), 260.0, depth));
        });
        out
    }

    pub(crate) fn nearest(&self, p: Vec3) -> (Vec3, Vec3) {
        let best = self.triangles.iter().min_by(|a, b| a.0[0].distance(p).total_cmp(&b.0[0].distance(p)));
        best.map_or((p, Vec3::Y), |t| (t.0[0], t.1[0]))
    }
}
