//! `cargo xtask fit-head`: shape coefficients of the parametric head, fitted to the ICT heads.
//!
//! Reads `ict_generic.ply` and `ict_identity_000…007.ply` (one connectivity, cm, +y up, +z forward)
//! and writes `data/head/`: `base.csv` (the head without ears, spherical harmonics of the
//! radius), `ear.csv` (signed distance around the left ear, cubic B-spline), `modes.csv` (how
//! the identity heads differ, vector spherical harmonics) and `frame.toml` (landmarks).

use anyhow::{Context, Result, ensure};
use glam::DVec3;
use rayon::prelude::*;
use std::f64::consts::PI;
use std::fmt::Write as _;
use std::path::Path;
use vellus_head::parametric::harmonics::{count, index, legendre};

/// Degree of the base's expansion: half a wavelength is 1.0°, 2 mm at the face.
const BASE_DEGREE: usize = 176;
/// Degree of the identity displacements: they are smooth over some 20 mm.
const MODE_DEGREE: usize = 8;
/// Rays in each direction; more than twice the degree.
const RAYS: usize = 420;
/// Where radii start, mm in head space: at the height of the brows, so that the underside of the
/// nose and the chin are seen from it.
const CENTRE: DVec3 = DVec3::new(0.0, 28.0, 12.0);
/// Left tragion in the file, cm: the notch above the tragus; x comes from the surface.
const TRAGION_YZ_CM: (f64, f64) = (1.10, 0.95);
/// Left orbitale in the file, cm: 22 mm below the pupil; z comes from the surface.
const ORBITALE_XY_CM: (f64, f64) = (3.25, 1.35);
/// Where the fitted neck ends, mm in head space; the head is cut above it.
const NECK_END_MM: f64 = -175.0;

type Tri = [DVec3; 3];

struct Scan {
    positions: Vec<DVec3>,
    triangles: Vec<[u32; 3]>,
}

fn read_ply(path: &Path) -> Result<Scan> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let start = bytes.windows(11).position(|w| w == b"end_header\n").context("no PLY header")? + 11;
    let header = String::from_utf8_lossy(&bytes[..start]);
    ensure!(header.contains("binary_little_endian"), "not a binary PLY");
    let number = |key: &str| -> Result<usize> {
        let line = header.lines().find(|l| l.starts_with(key)).context("element missing")?;
        Ok(line.rsplit(' ').next().unwrap_or("").parse()?)
    };
    let (vertices, faces) = (number("element vertex")?, number("element face")?);
    ensure!(bytes.len() == start + 12 * vertices + 13 * faces, "not xyz floats and triangles");
    let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let coordinate = |at: usize| f64::from(f32::from_le_bytes(word(at)));
    let positions = (0..vertices)
        .map(|i| {
            let at = start + 12 * i;
            DVec3::new(coordinate(at), coordinate(at + 4), coordinate(at + 8))
        })
        .collect();
    let triangles = (0..faces)
        .map(|i| {
            let at = start + 12 * vertices + 13 * i + 1;
            [0, 4, 8].map(|k| u32::from_le_bytes(word(at + k)))
        })
        .collect();
    Ok(Scan { positions, triangles })
}

/// Distance along a ray to a triangle, seen from either side.
fn hit(origin: DVec3, direction: DVec3, t: &Tri) -> Option<f64> {
    let (e1, e2) = (t[1] - t[0], t[2] - t[0]);
    let p = direction.cross(e2);
    let det = e1.dot(p);
    if det.abs() < 1e-12 {
        return None;
    }
    let s = (origin - t[0]) / det;
    let u = s.dot(p);
    let q = s.cross(e1);
    let v = direction.dot(q);
    (u >= -1e-9 && v >= -1e-9 && u + v <= 1.0 + 1e-9).then(|| e2.dot(q)).filter(|&d| d > 0.0)
}

fn nearest(origin: DVec3, direction: DVec3, tris: &[Tri]) -> Option<f64> {
    tris.iter()
        .filter_map(|t| hit(origin, direction, t))
        .fold(None, |a, d| Some(a.map_or(d, |b: f64| b.min(d))))
}

fn farthest(origin: DVec3, direction: DVec3, tris: &[Tri]) -> Option<f64> {
    tris.iter()
        .filter_map(|t| hit(origin, direction, t))
        .fold(None, |a, d| Some(a.map_or(d, |b: f64| b.max(d))))
}

/// Nodes and weights of Gauss–Legendre quadrature on [−1, 1].
fn gauss(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let mut x = (PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..50 {
                let (mut a, mut b) = (1.0, x);
                for k in 2..=n {
                    let k = k as f64;
                    (a, b) = (b, ((2.0 * k - 1.0) * x * b - (k - 1.0) * a) / k);
                }
                slope = n as f64 * (x * b - a) / (x * x - 1.0);
                let step = b / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

/// A smooth minimum that differs from the true one only where the two lie within `k`.
fn smooth_min(a: f64, b: f64, k: f64) -> f64 {
    let h = (k - (a - b).abs()).max(0.0) / k;
    a.min(b) - h * h * k * 0.25
}

/// From the file (cm) to head space (mm).
struct Frame {
    tragion_cm: DVec3,
    cos: f64,
    sin: f64,
}

impl Frame {
    fn apply(&self, p_cm: DVec3) -> DVec3 {
        let d = (p_cm - DVec3::new(0.0, self.tragion_cm.y, self.tragion_cm.z)) * 10.0;
        DVec3::new(d.x, self.cos * d.y - self.sin * d.z, self.sin * d.y + self.cos * d.z)
    }
}

fn tris(scan: &Scan) -> Vec<Tri> {
    scan.triangles.iter().map(|t| t.map(|i| scan.positions[i as usize])).collect()
}

/// Fills the masked places of a grid over the half sphere so that the squared Laplacian is least.
fn inpaint(values: &mut [f64], mask: &[bool], nodes: &[(f64, f64)]) {
    let n = RAYS;
    let clamp = |j: isize| -> usize {
        // Columns mirror at the midplane, in front and behind.
        (if j < 0 {
            -1 - j
        } else if j >= n as isize {
            2 * n as isize - 1 - j
        } else {
            j
        }) as usize
    };
    let dtheta = PI / n as f64;
    let laplace = |u: &[f64]| -> Vec<f64> {
        let mut out = vec![0.0; n * n];
        for i in 2..n - 2 {
            let (c, s2) = (nodes[i].0, 1.0 - nodes[i].0 * nodes[i].0);
            let cot = c / s2.sqrt();
            for j in 0..n {
                let at = |a: usize, b: isize| u[a * n + clamp(b)];
                let (jj, k) = (j as isize, u[i * n + j]);
                out[i * n + j] = at(i + 1, jj) + at(i - 1, jj) - 2.0 * k
                    + 0.5 * cot * dtheta * (at(i + 1, jj) - at(i - 1, jj))
                    + (at(i, jj + 1) + at(i, jj - 1) - 2.0 * k) / s2;
            }
        }
        out
    };
    let transpose = |r: &[f64]| -> Vec<f64> {
        let mut out = vec![0.0; n * n];
        for i in 2..n - 2 {
            let (c, s2) = (nodes[i].0, 1.0 - nodes[i].0 * nodes[i].0);
            let half = 0.5 * c / s2.sqrt() * dtheta;
            for j in 0..n {
                let (jj, k) = (j as isize, r[i * n + j]);
                out[(i + 1) * n + j] += k * (1.0 + half);
                out[(i - 1) * n + j] += k * (1.0 - half);
                out[i * n + j] -= k * (2.0 + 2.0 / s2);
                out[i * n + clamp(jj + 1)] += k / s2;
                out[i * n + clamp(jj - 1)] += k / s2;
            }
        }
        out.iter().zip(mask).map(|(&v, &m)| if m { v } else { 0.0 }).collect()
    };
    // Conjugate gradients on the masked unknowns.
    let mut r: Vec<f64> = transpose(&laplace(values)).iter().map(|v| -v).collect();
    let mut p = r.clone();
    let mut rr: f64 = r.iter().map(|v| v * v).sum();
    let first = rr;
    for _ in 0..6000 {
        if rr < first * 1e-16 {
            break;
        }
        let ap = transpose(&laplace(&p));
        let alpha = rr / p.iter().zip(&ap).map(|(a, b)| a * b).sum::<f64>();
        for k in 0..n * n {
            values[k] += alpha * p[k];
            r[k] -= alpha * ap[k];
        }
        let next: f64 = r.iter().map(|v| v * v).sum();
        for k in 0..n * n {
            p[k] = r[k] + next / rr * p[k];
        }
        rr = next;
    }
}

fn dilate(mask: &[bool], nodes: &[(f64, f64)], radius: f64) -> Vec<bool> {
    let n = RAYS as isize;
    let mut out = mask.to_vec();
    for i in 0..n {
        let s = (1.0 - nodes[i as usize].0.powi(2)).sqrt();
        for j in 0..n {
            if mask[(i * n + j) as usize] {
                let w = radius.ceil() as isize;
                let h = (radius / s.max(0.1)).ceil() as isize;
                for a in -w..=w {
                    for b in -h..=h {
                        let inside = (a * a) as f64 + (b as f64 * s).powi(2) <= radius * radius;
                        let (y, mut x) = (i + a, j + b);
                        if x < 0 {
                            x = -1 - x;
                        }
                        if inside && y >= 0 && y < n && x < n {
                            out[(y * n + x) as usize] = true;
                        }
                    }
                }
            }
        }
    }
    out
}

/// How far out of the ear's outline a point is: below 1 on the ear, seen from the side.
fn ear_norm(p_in_head: DVec3, ear: &Ear) -> f64 {
    let (dy, dz) = (p_in_head.y - ear.centre.0, p_in_head.z - ear.centre.1);
    let along = dy * ear.tilt.cos() - dz * ear.tilt.sin();
    let across = dy * ear.tilt.sin() + dz * ear.tilt.cos();
    ((along / ear.half_length).powi(2) + (across / ear.half_breadth).powi(2)).sqrt()
}

/// The ellipse around the ear in the side view: centre (y, z), half axes mm, tilt back of the top.
struct Ear {
    centre: (f64, f64),
    half_length: f64,
    half_breadth: f64,
    tilt: f64,
}

/// Fits and writes the tables.
///
/// # Errors
/// If a head cannot be read or a table cannot be written.
pub(crate) fn run(heads: &Path, out: &Path) -> Result<()> {
    let mut generic = read_ply(&heads.join("ict_generic.ply"))?;
    let file_tris = tris(&generic);
    let (ty, tz) = TRAGION_YZ_CM;
    let tx = 20.0
        - file_tris
            .iter()
            .filter_map(|t| hit(DVec3::new(20.0, ty, tz), -DVec3::X, t))
            .fold(f64::MAX, f64::min);
    let (ox, oy) = ORBITALE_XY_CM;
    let oz = 20.0
        - file_tris
            .iter()
            .filter_map(|t| hit(DVec3::new(ox, oy, 20.0), -DVec3::Z, t))
            .fold(f64::MAX, f64::min);
    let angle = (oy - ty).atan2(oz - tz);
    let frame = Frame { tragion_cm: DVec3::new(tx, ty, tz), cos: angle.cos(), sin: angle.sin() };
    eprintln!("tragion x {tx:.3} cm, orbitale z {oz:.3} cm, pitch {:.2} degrees", angle.to_degrees());
    for p in &mut generic.positions {
        *p = frame.apply(*p);
    }
    let all = tris(&generic);
    let near: Vec<Tri> = all.iter().filter(|t| t.iter().any(|p| p.x > -0.5)).copied().collect();
    for y in [-70.0, -90.0, -100.0, -110.0, -120.0, -130.0, -140.0, -150.0] {
        let section: Vec<DVec3> =
            generic.positions.iter().filter(|p| (p.y - y).abs() < 4.0).copied().collect();
        let wide = section.iter().map(|p| p.x).fold(f64::MIN, f64::max);
        let mid: Vec<f64> = section.iter().filter(|p| p.x.abs() < 8.0).map(|p| p.z).collect();
        eprintln!(
            "section {y}: half width {wide:.1}, z {:.1} … {:.1}",
            mid.iter().copied().fold(f64::MAX, f64::min),
            mid.iter().copied().fold(f64::MIN, f64::max)
        );
    }

    let ear = Ear { centre: (-2.0, -9.5), half_length: 31.5, half_breadth: 20.0, tilt: 0.30 };
    let base = fit_base(&near, &generic, &ear)?;
    std::fs::write(out.join("base.csv"), base)?;
    std::fs::write(out.join("ear.csv"), fit_ear(&near, &ear))?;

    let mut modes = format!(
        "# vector spherical harmonics of degree {MODE_DEGREE}, µm for one unit of each mode\n# mode,axis,coefficients ordered by m then l (x: sin mφ from m = 1; y and z: cos mφ)\n"
    );
    for k in 0..8 {
        let mut scan = read_ply(&heads.join(format!("ict_identity_{k:03}.ply")))?;
        ensure!(scan.triangles == generic.triangles, "the heads differ in connectivity");
        for p in &mut scan.positions {
            *p = frame.apply(*p);
        }
        fit_mode(k, &generic, &scan, &mut modes);
    }
    std::fs::write(out.join("modes.csv"), modes)?;

    let text = std::fs::read_to_string(heads.join("ict_generic.toml"))?;
    let sidecar: toml::Table = text.parse()?;
    let mut toml =
        String::from("# Written by `cargo xtask fit-head`. Head space, mm; the left one of each pair.\n");
    let mut write = |name: &str, p: DVec3| {
        let _ = writeln!(toml, "{name} = [{:.2}, {:.2}, {:.2}]", p.x, p.y, p.z);
    };
    write("centre", CENTRE);
    write("tragion", frame.apply(frame.tragion_cm));
    write("orbitale", frame.apply(DVec3::new(ox, oy, oz)));
    for (name, key) in [
        ("nasion", "nasion"),
        ("nose_tip", "nose_tip"),
        ("menton", "menton"),
        ("lateral_canthus", "lateral_canthus_left"),
    ] {
        let v = sidecar["landmarks"][key].as_array().context("landmark is not an array")?;
        let v: Vec<f64> = v.iter().filter_map(toml::Value::as_float).collect();
        write(name, frame.apply(DVec3::new(v[0], v[1], v[2])));
    }
    let nasion = frame.apply(DVec3::new(0.0, 3.741, 10.7344));
    let glabella = generic
        .positions
        .iter()
        .filter(|p| p.x.abs() < 0.5 && p.z > 50.0 && p.y > nasion.y + 6.0 && p.y < nasion.y + 26.0)
        .fold(DVec3::MIN, |a, p| if p.z > a.z { *p } else { a });
    write("glabella", glabella);
    let _ = writeln!(
        toml,
        "ear_centre_yz = [{:.2}, {:.2}]\near_half_axes = [{:.2}, {:.2}]\near_tilt = {:.4}",
        ear.centre.0, ear.centre.1, ear.half_length, ear.half_breadth, ear.tilt
    );
    std::fs::write(out.join("frame.toml"), toml)?;
    Ok(())
}

fn fit_base(near: &[Tri], generic: &Scan, ear: &Ear) -> Result<String> {
    let nodes = gauss(RAYS);
    let n = RAYS;
    let direction = |i: usize, j: usize| {
        let c = nodes[i].0;
        let s = (1.0 - c * c).sqrt();
        let phi = PI * (j as f64 + 0.5) / n as f64;
        DVec3::new(s * phi.sin(), c, s * phi.cos())
    };
    let hits: Vec<Option<f64>> = (0..n * n)
        .into_par_iter()
        .map(|k| {
            let d = direction(k / n, k % n);
            // Beyond the neck a ray meets the shoulders; over the lips the farthest hit is the outside.
            let first = nearest(CENTRE, d, near)?;
            let p = CENTRE + d * first;
            if p.y < -48.0 && p.z < 70.0 { Some(first) } else { farthest(CENTRE, d, near) }
        })
        .collect();

    let neck = Neck::new(near);
    // The ball behind the left lids: the inner edge of the lids lies on it.
    let rim = lid_rim(generic);
    let mean = rim.iter().copied().sum::<DVec3>() / rim.len() as f64;
    let (mut ball, mut best) = (mean, f64::MAX);
    for dz in 0..160 {
        for dx in -20..=20 {
            let c = mean + DVec3::new(f64::from(dx) * 0.1, 0.0, -f64::from(dz) * 0.1);
            let e: f64 = rim.iter().map(|p| (p.distance(c) - EYE_RADIUS_MM).powi(2)).sum();
            if e < best {
                (ball, best) = (c, e);
            }
        }
    }
    eprintln!("eyeball at {ball:.1}, rms {:.2} mm from the lids' edge", (best / rim.len() as f64).sqrt());

    let mut radius = vec![0.0; n * n];
    let mut mask = vec![false; n * n];
    let mut eye = vec![false; n * n];
    for i in 0..n {
        for j in 0..n {
            let (k, d) = (i * n + j, direction(i, j));
            // The neck goes on as its section does, and a plane ends it.
            let end = if d.y < -0.05 { (NECK_END_MM - CENTRE.y) / d.y } else { f64::MAX };
            let cylinder = if d.y < -0.45 { neck.exit(d) } else { f64::MAX };
            let closed = smooth_min(cylinder.min(1e3), end.min(1e3), 20.0);
            match hits[k] {
                Some(r) => {
                    let p = CENTRE + d * r;
                    // Below the chin the shoulders begin.
                    let below = ((NECK_SECTION_MM + 6.0 - p.y) / 12.0).clamp(0.0, 1.0);
                    let below = below * below * (3.0 - 2.0 * below);
                    radius[k] = r + below * (closed.min(300.0) - r);
                    if p.x > 50.0 && ear_norm(p, ear) < 1.12 {
                        mask[k] = true;
                    }
                }
                None if d.y < -0.55 => radius[k] = closed,
                None => {
                    mask[k] = true;
                    // The near side of the ball's far side: the outer crossing of the lid.
                    let to = ball - CENTRE;
                    let (b, c) = (to.dot(d), to.length_squared() - (EYE_RADIUS_MM + LID_MM).powi(2));
                    if d.y > -0.2 && b * b > c {
                        eye[k] = true;
                        radius[k] = b + (b * b - c).sqrt();
                    }
                }
            }
        }
    }
    let spread = PI / n as f64 * 110.0;
    // Lids: keep the ball's surface inside the opening, smooth the margins around it.
    let rim_of_eye = dilate(&eye, &nodes, 5.0 / spread);
    // Nostrils become dimples: the openings are bridged.
    let nostril = |k: usize| {
        let d = direction(k / n, k % n);
        let q = CENTRE + d * ((NOSTRIL.0.z - CENTRE.z) / d.z);
        let off = (q - NOSTRIL.0) / NOSTRIL.1;
        if d.z > 0.0 { off.x.hypot(off.y) } else { f64::MAX }
    };
    let mouth: Vec<bool> =
        (0..n * n).map(|k| mask[k] && !eye[k] && (direction(k / n, k % n).y < -0.25)).collect();
    let mouth = dilate(&mouth, &nodes, 1.2 / spread);
    // The middle of the opening, well inside its edge.
    let not: Vec<bool> = eye.iter().map(|e| !e).collect();
    let shrunk: Vec<bool> = dilate(&not, &nodes, 3.0 / spread).iter().map(|g| !g).collect();
    for k in 0..n * n {
        mask[k] = (mask[k] || rim_of_eye[k] || mouth[k] || nostril(k) < 1.0) && !shrunk[k];
    }
    inpaint(&mut radius, &mask, &nodes);
    for (k, r) in radius.iter_mut().enumerate() {
        let off = nostril(k).min(1.0);
        *r -= NOSTRIL_DEPTH_MM * (1.0 - off * off).powi(2);
    }
    let mut soft = dilate(&eye, &nodes, 7.0 / spread);
    let lips = dilate(&mouth, &nodes, 1.5 / spread);
    for (s, l) in soft.iter_mut().zip(&lips) {
        *s |= l;
    }
    for _ in 0..20 {
        blur(&mut radius, &soft);
    }
    // Under the upper lip the radius jumps.
    let under: Vec<bool> = (0..n * n)
        .map(|k| {
            let p = CENTRE + direction(k / n, k % n) * radius[k];
            p.x < 29.0 && p.z > 80.0 && p.y > -51.0 && p.y < -41.0
        })
        .collect();
    for _ in 0..6 {
        blur(&mut radius, &under);
    }
    lash_line(&mut radius, &rim, &direction);
    for _ in 0..3 {
        blur(&mut radius, &soft);
    }

    let damping = |l: usize| {
        let x = l as f64 / BASE_DEGREE as f64;
        (-2.2 * x.powi(4)).exp()
    };
    let mut coefficients = vec![0.0; count(BASE_DEGREE)];
    let mut p = vec![0.0; count(BASE_DEGREE)];
    for i in 0..n {
        let (c, w) = nodes[i];
        legendre(BASE_DEGREE, c, (1.0 - c * c).sqrt(), &mut p);
        for m in 0..=BASE_DEGREE {
            let mut sum = 0.0;
            for j in 0..n {
                sum += radius[i * n + j] * (m as f64 * PI * (j as f64 + 0.5) / n as f64).cos();
            }
            sum *= 2.0 * PI / n as f64 * if m > 0 { 2f64.sqrt() } else { 1.0 };
            for l in m..=BASE_DEGREE {
                coefficients[index(BASE_DEGREE, l, m)] += w * p[index(BASE_DEGREE, l, m)] * sum * damping(l);
            }
        }
    }
    let mut text = format!(
        "# radius, mm × 500, from the centre in frame.toml; one line per order m, degrees l = m … {BASE_DEGREE}\n"
    );
    for m in 0..=BASE_DEGREE {
        let line: Vec<String> = (m..=BASE_DEGREE)
            .map(|l| format!("{}", (coefficients[index(BASE_DEGREE, l, m)] * 500.0).round() as i64))
            .collect();
        text.push_str(&line.join(","));
        text.push('\n');
    }
    // How far the expansion is from what it was fitted to.
    let (mut sum, mut worst, mut used): (f64, f64, f64) = (0.0, 0.0, 0.0);
    for i in (0..n).step_by(3) {
        let c = nodes[i].0;
        legendre(BASE_DEGREE, c, (1.0 - c * c).sqrt(), &mut p);
        for j in (0..n).step_by(3) {
            if c < -0.6 {
                continue;
            }
            let phi = PI * (j as f64 + 0.5) / n as f64;
            let mut r = 0.0;
            for m in 0..=BASE_DEGREE {
                let f = if m > 0 { 2f64.sqrt() * (m as f64 * phi).cos() } else { 1.0 };
                let s: f64 = (m..=BASE_DEGREE)
                    .map(|l| coefficients[index(BASE_DEGREE, l, m)] * p[index(BASE_DEGREE, l, m)])
                    .sum();
                r += f * s;
            }
            let e = (r - radius[i * n + j]).abs();
            sum += e * nodes[i].1;
            used += nodes[i].1;
            worst = worst.max(e);
        }
    }
    eprintln!("base: mean error of the expansion {:.3} mm, worst {worst:.2} mm", sum / used);
    Ok(text)
}

/// Radius of the eyeball, mm: half of an axial length of about 24 mm.
const EYE_RADIUS_MM: f64 = 12.0;
/// Thickness of a closed lid over the ball, mm.
const LID_MM: f64 = 0.9;

/// Middle of the left nostril's opening, mm, head space, and the half axes of what is bridged.
const NOSTRIL: (DVec3, DVec3) = (DVec3::new(8.8, -18.6, 103.0), DVec3::new(6.4, 7.2, 1.0));
/// Depth of the dimple left of a nostril, mm.
const NOSTRIL_DEPTH_MM: f64 = 2.4;

/// One pass of a binomial filter over the chosen places.
fn blur(values: &mut [f64], where_: &[bool]) {
    let old = values.to_vec();
    for (k, v) in values.iter_mut().enumerate() {
        if where_[k] {
            // The first column's left neighbour is its own mirror image.
            let left = if k % RAYS == 0 { old[k] } else { old[k - 1] };
            *v = 0.5 * old[k] + 0.125 * (left + old[k + 1] + old[k - RAYS] + old[k + RAYS]);
        }
    }
}

fn lid_rim(scan: &Scan) -> Vec<DVec3> {
    let mut edges = std::collections::BTreeMap::<(u32, u32), i32>::new();
    for t in &scan.triangles {
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            *edges.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }
    let mut ids: Vec<u32> = edges.iter().filter(|(_, c)| **c == 1).flat_map(|((a, b), _)| [*a, *b]).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.iter().map(|&i| scan.positions[i as usize]).filter(|p| p.x > 15.0 && p.y > 0.0).collect()
}

/// A shallow groove where the closed lids meet, along the lower lid.
fn lash_line(radius: &mut [f64], rim: &[DVec3], direction: &dyn Fn(usize, usize) -> DVec3) {
    let inner = rim.iter().fold(DVec3::MAX, |a, p| if p.x < a.x { *p } else { a });
    let outer = rim.iter().fold(DVec3::MIN, |a, p| if p.x > a.x { *p } else { a });
    let low = rim.iter().fold(DVec3::MAX, |a, p| if p.y < a.y { *p } else { a });
    // A parabola through the corners, two thirds of the way down to the lower lid.
    let chord = |x: f64| inner.y + (outer.y - inner.y) * (x - inner.x) / (outer.x - inner.x);
    let sag = 0.75 * (low.y - chord(low.x));
    for i in 0..RAYS {
        for j in 0..RAYS {
            let p = CENTRE + direction(i, j) * radius[i * RAYS + j];
            if p.z < 40.0 || p.x < inner.x - 4.0 || p.x > outer.x + 6.0 {
                continue;
            }
            let t = (p.x - inner.x) / (outer.x - inner.x);
            let y = chord(p.x) + sag * 4.0 * t * (1.0 - t);
            let fade = ((t + 0.1) / 0.2).clamp(0.0, 1.0) * ((1.05 - t) / 0.2).clamp(0.0, 1.0);
            let across = (p.y - y) / 1.5;
            radius[i * RAYS + j] -= 1.3 * fade * (-across * across).exp();
        }
    }
}

/// Where the neck's own section is taken, mm in head space; below it shoulders begin.
const NECK_SECTION_MM: f64 = -108.0;
/// dz/dy of the neck's axis below the section.
const NECK_LEAN: f64 = 0.30;
/// Growth of the section per mm further down.
const NECK_FLARE: f64 = 0.0012;

/// The neck below the section: the section again and again along a leaning axis.
struct Neck {
    axis_z: f64,
    /// Radii about the axis every degree of azimuth, front to back.
    radii: Vec<f64>,
}

impl Neck {
    fn new(near: &[Tri]) -> Self {
        let at = |z: f64, phi: f64| {
            farthest(DVec3::new(0.0, NECK_SECTION_MM, z), DVec3::new(phi.sin(), 0.0, phi.cos()), near)
        };
        let (front, back) = (at(-20.0, 0.0).unwrap_or(60.0), at(-20.0, PI).unwrap_or(55.0));
        let axis_z = -20.0 + 0.5 * (front - back);
        let raw: Vec<f64> =
            (0..=180).map(|k| at(axis_z, f64::from(k).to_radians()).unwrap_or(58.0)).collect();
        eprintln!(
            "neck: axis z {axis_z:.1}, radii front {:.1} side {:.1} back {:.1}",
            raw[0], raw[90], raw[180]
        );
        let radii = (0..=180i32)
            .map(|k| {
                let window = (k - 8..=k + 8).map(|j| {
                    raw[(if j < 0 {
                        -j
                    } else if j > 180 {
                        360 - j
                    } else {
                        j
                    }) as usize]
                });
                window.sum::<f64>() / 17.0
            })
            .collect();
        Self { axis_z, radii }
    }

    /// Where a ray from the centre leaves the neck.
    fn exit(&self, d: DVec3) -> f64 {
        let outside = |t: f64| {
            let p = CENTRE + d * t;
            let down = NECK_SECTION_MM - p.y;
            let z = p.z - (self.axis_z - NECK_LEAN * down);
            let phi = p.x.abs().atan2(z).to_degrees().clamp(0.0, 179.999);
            let k = phi as usize;
            let radius = self.radii[k] + (self.radii[k + 1] - self.radii[k]) * (phi - k as f64);
            p.x.hypot(z) - radius * (1.0 + NECK_FLARE * down)
        };
        let (mut low, mut high) = (100.0, 1000.0);
        if outside(high) < 0.0 {
            return high;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if outside(middle) < 0.0 { low = middle } else { high = middle }
        }
        low
    }
}

/// Distance and pseudo-normal sign to the nearest triangle.
fn signed_distance(p: DVec3, tris: &[Tri], normals: &[[DVec3; 7]]) -> f64 {
    let (mut best, mut sign) = (f64::MAX, 1.0);
    for (t, n) in tris.iter().zip(normals) {
        let (q, feature) = closest(p, t);
        let d = p.distance_squared(q);
        if d < best {
            best = d;
            sign = if (p - q).dot(n[feature]) >= 0.0 { 1.0 } else { -1.0 };
        }
    }
    best.sqrt() * sign
}

/// Nearest point of a triangle, and which part it lies on: 0–2 corners, 3–5 edges, 6 face.
fn closest(p: DVec3, t: &Tri) -> (DVec3, usize) {
    let (ab, ac, ap) = (t[1] - t[0], t[2] - t[0], p - t[0]);
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return (t[0], 0);
    }
    let bp = p - t[1];
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return (t[1], 1);
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return (t[0] + ab * (d1 / (d1 - d3)), 3);
    }
    let cp = p - t[2];
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return (t[2], 2);
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return (t[0] + ac * (d2 / (d2 - d6)), 5);
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        return (t[1] + (t[2] - t[1]) * ((d4 - d3) / ((d4 - d3) + (d5 - d6))), 4);
    }
    let w = 1.0 / (va + vb + vc);
    (t[0] + ab * (vb * w) + ac * (vc * w), 6)
}

fn fit_ear(near: &[Tri], ear: &Ear) -> String {
    const STEP: f64 = 2.0;
    const REACH: f64 = 6.0;
    let low = DVec3::new(44.0, ear.centre.0 - 46.0, ear.centre.1 - 38.0);
    let size = [36usize, 47, 39];
    let tris: Vec<Tri> = near
        .iter()
        .filter(|t| {
            t.iter()
                .any(|p| p.x > 35.0 && (p.y - ear.centre.0).abs() < 70.0 && (p.z - ear.centre.1).abs() < 60.0)
        })
        .copied()
        .collect();
    let key = |p: DVec3| (p.x.to_bits(), p.y.to_bits(), p.z.to_bits());
    let mut corner = std::collections::HashMap::<_, DVec3>::new();
    let mut edge = std::collections::HashMap::<_, DVec3>::new();
    let edge_key = |a: DVec3, b: DVec3| {
        if key(a) < key(b) { (key(a), key(b)) } else { (key(b), key(a)) }
    };
    for t in &tris {
        let n = (t[1] - t[0]).cross(t[2] - t[0]).normalize_or_zero();
        for k in 0..3 {
            let (a, b) =
                ((t[(k + 1) % 3] - t[k]).normalize_or_zero(), (t[(k + 2) % 3] - t[k]).normalize_or_zero());
            *corner.entry(key(t[k])).or_default() += n * a.dot(b).clamp(-1.0, 1.0).acos();
            *edge.entry(edge_key(t[k], t[(k + 1) % 3])).or_default() += n;
        }
    }
    let normals: Vec<[DVec3; 7]> = tris
        .iter()
        .map(|t| {
            let n = (t[1] - t[0]).cross(t[2] - t[0]);
            [
                corner[&key(t[0])],
                corner[&key(t[1])],
                corner[&key(t[2])],
                edge[&edge_key(t[0], t[1])],
                edge[&edge_key(t[1], t[2])],
                edge[&edge_key(t[2], t[0])],
                n,
            ]
        })
        .collect();
    let total = size[0] * size[1] * size[2];
    let mut c: Vec<f64> = (0..total)
        .into_par_iter()
        .map(|k| {
            let (x, y, z) = (k / (size[1] * size[2]), k / size[2] % size[1], k % size[2]);
            let p = low + DVec3::new(x as f64, y as f64, z as f64) * STEP;
            let d = signed_distance(p, &tris, &normals);
            // Distances level off smoothly where they do not matter.
            REACH * (d / REACH).tanh()
        })
        .collect();
    for (stride, n) in [(size[1] * size[2], size[0]), (size[2], size[1]), (1, size[2])] {
        for start in 0..total {
            if start / stride % n == 0 {
                prefilter(&mut c, start, stride, n);
            }
        }
    }
    let mut text = format!(
        "# signed distance near the left ear, mm × 20: coefficients of a uniform cubic B-spline; value*count repeats\n# low corner mm, step mm, counts along x, y, z; then one line per (x, y)\n{},{},{},{STEP},{},{},{}\n",
        low.x, low.y, low.z, size[0], size[1], size[2]
    );
    for row in c.chunks(size[2]) {
        let q: Vec<i64> = row.iter().map(|v| (v * 20.0).round() as i64).collect();
        let mut k = 0;
        while k < q.len() {
            let run = q[k..].iter().take_while(|v| **v == q[k]).count();
            if k > 0 {
                text.push(',');
            }
            let _ = if run > 1 { write!(text, "{}*{run}", q[k]) } else { write!(text, "{}", q[k]) };
            k += run;
        }
        text.push('\n');
    }
    text
}

/// Samples to interpolating cubic B-spline coefficients along one line.
///
/// Unser, Aldroubi & Eden 1993, IEEE Trans. Signal Process. 41:821 (recursive filter).
fn prefilter(c: &mut [f64], start: usize, stride: usize, n: usize) {
    let z = 3f64.sqrt() - 2.0;
    let at = |k: usize| start + k * stride;
    let mut sum = 0.0;
    for k in 0..n.min(28) {
        sum += c[at(k)] * z.powi(k as i32);
    }
    c[start] = 6.0 * sum;
    for k in 1..n {
        c[at(k)] = 6.0 * c[at(k)] + z * c[at(k - 1)];
    }
    c[at(n - 1)] = z / (z * z - 1.0) * (c[at(n - 1)] + z * c[at(n - 2)]);
    for k in (0..n - 1).rev() {
        c[at(k)] = z * (c[at(k + 1)] - c[at(k)]);
    }
}

fn fit_mode(mode: usize, generic: &Scan, other: &Scan, text: &mut String) {
    // Vertex areas as weights, so that dense parts of the face do not outvote the cranium.
    let mut weight = vec![0.0; generic.positions.len()];
    for t in &generic.triangles {
        let [a, b, c] = t.map(|i| generic.positions[i as usize]);
        for i in t {
            weight[*i as usize] += (b - a).cross(c - a).length() / 6.0;
        }
    }
    let terms = count(MODE_DEGREE);
    let mut p = vec![0.0; terms];
    let mut residual = 0.0;
    let mut moved = 0.0;
    let mut total = 0.0;
    let mut fitted: Vec<Vec<f64>> = Vec::new();
    for axis in 0..3 {
        let odd = axis == 0;
        let mut a = vec![0.0; terms * terms];
        let mut b = vec![0.0; terms];
        for (i, q) in generic.positions.iter().enumerate() {
            if q.y < -150.0 || q.x < -0.01 {
                continue;
            }
            let basis = mode_basis(*q, odd, &mut p);
            let d = (other.positions[i] - q)[axis];
            for (r, &br) in basis.iter().enumerate() {
                b[r] += weight[i] * br * d;
                for (s, &bs) in basis.iter().enumerate() {
                    a[r * terms + s] += weight[i] * br * bs;
                }
            }
        }
        for r in 0..terms {
            a[r * terms + r] += 30.0;
        }
        fitted.push(solve(&mut a, &b));
    }
    for (i, q) in generic.positions.iter().enumerate() {
        if q.y < 20.0 || q.x < -0.01 {
            continue;
        }
        let mut d = other.positions[i] - q;
        moved += weight[i] * d.length();
        for axis in 0..3 {
            let basis = mode_basis(*q, axis == 0, &mut p);
            d[axis] -= basis.iter().zip(&fitted[axis]).map(|(u, v)| u * v).sum::<f64>();
        }
        residual += weight[i] * d.length();
        total += weight[i];
    }
    eprintln!(
        "mode {mode}: moves the upper head {:.2} mm on average, {:.2} mm not explained",
        moved / total,
        residual / total
    );
    for (axis, c) in fitted.iter().enumerate() {
        let line: Vec<String> = c.iter().map(|v| format!("{}", (v * 1000.0).round() as i64)).collect();
        let _ = writeln!(text, "{mode},{},{}", ["x", "y", "z"][axis], line.join(","));
    }
}

fn mode_basis(p_in_head: DVec3, odd: bool, p: &mut [f64]) -> Vec<f64> {
    let d = (p_in_head - CENTRE).normalize();
    legendre(MODE_DEGREE, d.y, (1.0 - d.y * d.y).max(0.0).sqrt(), p);
    let phi = d.x.atan2(d.z);
    let mut out = vec![0.0; p.len()];
    for m in 0..=MODE_DEGREE {
        let f = match (odd, m) {
            (true, 0) => 0.0,
            (true, _) => 2f64.sqrt() * (m as f64 * phi).sin(),
            (false, 0) => 1.0,
            (false, _) => 2f64.sqrt() * (m as f64 * phi).cos(),
        };
        for l in m..=MODE_DEGREE {
            let k = index(MODE_DEGREE, l, m);
            out[k] = f * p[k];
        }
    }
    out
}

/// Cholesky solution of a symmetric positive definite system.
fn solve(a: &mut [f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    for j in 0..n {
        for i in j..n {
            let s: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            let v = a[i * n + j] - s;
            a[i * n + j] = if i == j { v.sqrt() } else { v / a[j * n + j] };
        }
    }
    let mut x = b.to_vec();
    for i in 0..n {
        for k in 0..i {
            x[i] -= a[i * n + k] * x[k];
        }
        x[i] /= a[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            x[i] -= a[k * n + i] * x[k];
        }
        x[i] /= a[i * n + i];
    }
    x
}
