//! Darkening from paths: for one absorber, and for all of the table's.

use rayon::prelude::*;
use vellus_units::random::Key;

use super::path::{LEAST_MUA_PER_MM, Path};
use super::profile::{Column, RootShape, scale_mm};
use super::shape::{Cylinder, Near};
use super::skin::TissueBand;
use super::table::{self, Axes};

/// Paths of a chunk of work.
const CHUNK: u64 = 250;
/// Chunks that are held at once.
const HELD: usize = 16;

/// Darkening at each distance, with its standard error.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// Distances from the middle, mm.
    pub radii_mm: Vec<f64>,
    /// 1 − R/R₀ at each.
    pub darkening: Vec<f64>,
    /// Standard error of each.
    pub se: Vec<f64>,
    /// Reflectance of the bare skin, without what its surface reflects.
    pub bare: f64,
}

/// Weight that tissue leaves of a path.
fn left(path: &Path, mua_dermis: f64, mua_epidermis: f64) -> f64 {
    let dermis = (mua_dermis - LEAST_MUA_PER_MM) * path.dermis_mm;
    libm::exp(-dermis - mua_epidermis * path.epidermis_mm)
}

/// Sums over chunks of paths, joined in their order; `work` is handed the index and the path.
fn sums(
    mus_prime: f64,
    paths: u64,
    key: Key,
    size: usize,
    work: impl Fn(&Path, &mut Near, &mut [f64]) + Sync,
    mut join: impl FnMut(&[f64]),
) {
    let chunks: Vec<u64> = (0..paths.div_ceil(CHUNK)).collect();
    for held in chunks.chunks(HELD) {
        let done: Vec<Vec<f64>> = held
            .par_iter()
            .map(|c| {
                let (mut path, mut near) = (Path::default(), Near::default());
                let mut out = vec![0.0; size];
                for i in c * CHUNK..((c + 1) * CHUNK).min(paths) {
                    if path.trace(mus_prime, key, i) {
                        work(&path, &mut near, &mut out);
                    }
                }
                out
            })
            .collect();
        for d in &done {
            join(d);
        }
    }
}

/// A mean and its error from sums of chunks: ratio of two sums.
#[derive(Clone, Debug, Default)]
struct Ratio {
    n: f64,
    a: f64,
    b: f64,
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Ratio {
    fn add(&mut self, a: f64, b: f64) {
        self.n += 1.0;
        self.a += a;
        self.b += b;
        self.aa += a * a;
        self.ab += a * b;
        self.bb += b * b;
    }

    /// a/b and its standard error.
    fn of(&self) -> (f64, f64) {
        if self.b <= 0.0 {
            return (0.0, 0.0);
        }
        let q = self.a / self.b;
        let scatter = (self.aa - 2.0 * q * self.ab + q * q * self.bb).max(0.0);
        (q, libm::sqrt(scatter * self.n / (self.n - 1.0).max(1.0)) / self.b)
    }
}

/// Azimuths at a distance: more far out, where a path seldom meets the column.
fn azimuths(r_mm: f64) -> usize {
    if r_mm == 0.0 { 1 } else { (2.0 + 4.0 * r_mm).min(12.0) as usize }
}

/// Positions of the axis about the point that is looked at.
fn around(r_mm: f64, n: usize) -> impl Iterator<Item = (f32, f32)> {
    (0..n).map(move |k| {
        let (s, c) = libm::sincos(2.0 * std::f64::consts::PI * (k as f64 + 0.25) / n as f64);
        ((r_mm * c) as f32, (r_mm * s) as f32)
    })
}

/// Darkening by a column, of absorption `mua_per_mm`, in skin of one wavelength, by paths traced for it.
#[must_use]
pub fn trace(
    column: &Column,
    mua_per_mm: f64,
    skin: &TissueBand,
    radii_mm: &[f64],
    paths: u64,
    key: Key,
) -> Traced {
    let cylinder = Cylinder {
        radius: (0.5 * column.diameter_mm) as f32,
        top: column.top_mm as f32,
        bottom: column.bottom_mm as f32,
    };
    let n = radii_mm.len();
    let mut ratios = vec![Ratio::default(); n];
    let mut bare = 0.0;
    sums(
        skin.mus_prime_per_mm,
        paths,
        key,
        n + 1,
        |path, near, out| {
            let w = left(path, skin.mua_dermis_per_mm, skin.mua_epidermis_per_mm);
            out[n] += w;
            for (r, to) in radii_mm.iter().zip(out.iter_mut()) {
                let many = azimuths(*r);
                for (x, y) in around(*r, many) {
                    near.collect(&path.points, x, y, 0.0, cylinder.radius);
                    let inside = f64::from(near.inside(&cylinder));
                    *to -= w * libm::expm1(-mua_per_mm * inside) / many as f64;
                }
            }
        },
        |chunk| {
            bare += chunk[n];
            for (r, a) in ratios.iter_mut().zip(chunk) {
                r.add(*a, chunk[n]);
            }
        },
    );
    let of: Vec<(f64, f64)> = ratios.iter().map(Ratio::of).collect();
    let surface = crate::transport::fresnel(1.0, super::INDEX, 1.0);
    Traced {
        radii_mm: radii_mm.to_vec(),
        darkening: of.iter().map(|o| o.0).collect(),
        se: of.iter().map(|o| o.1).collect(),
        bare: (1.0 - surface) * bare / paths as f64,
    }
}

/// What the root of a hair does to the skin above it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootDarkening {
    /// Relative darkening integrated over the skin, mm².
    pub area_mm2: f64,
    /// Where its middle lies along the slant, from where the hair comes out, mm.
    pub centre_mm: f64,
    /// Standard deviation along the slant, mm.
    pub along_mm: f64,
    /// Standard deviation across it, mm.
    pub across_mm: f64,
}

/// Darkening by a slanted shaft of absorption `mua_per_mm` in skin of one wavelength, by paths traced
/// for it. The stub above the skin is not counted.
#[must_use]
pub fn trace_root(
    root: &RootShape,
    mua_per_mm: f64,
    skin: &TissueBand,
    paths: u64,
    key: Key,
) -> RootDarkening {
    let shaft = Cylinder {
        radius: (0.5 * root.diameter_mm) as f32,
        top: root.top_mm as f32,
        bottom: root.bottom_mm as f32,
    };
    let angle = root.angle_deg.clamp(10.0, 90.0) * std::f64::consts::PI / 180.0;
    let slant = libm::cos(angle) / libm::sin(angle);
    // Distances grow from half a shaft on, so that near and far are caught alike; half the circle is
    // enough, because left and right of the slant are alike.
    let mut rings = vec![0.0];
    let mut r = 0.5 * root.diameter_mm.max(0.02);
    let reach = 2.5 + slant * root.bottom_mm;
    while r < reach {
        rings.push(r);
        r *= 1.45;
    }
    const TURNS: usize = 8;
    let n = (rings.len() - 1) * TURNS + 1;
    let place = |k: usize| {
        if k == 0 {
            return (0.0, 0.0, 0.0);
        }
        let (ring, turn) = ((k - 1) / TURNS + 1, (k - 1) % TURNS);
        let (s, c) = libm::sincos(std::f64::consts::PI * (turn as f64 + 0.5) / TURNS as f64);
        // Area between the middles of the neighbouring rings, divided among the turns.
        let inner = 0.5 * (rings[ring] + rings[ring - 1]);
        let outer = 0.5 * (rings[ring] + rings.get(ring + 1).copied().unwrap_or(rings[ring]));
        let area = std::f64::consts::PI * (outer * outer - inner * inner) / TURNS as f64;
        (rings[ring] * c, rings[ring] * s, area)
    };
    let mut total = vec![0.0; n + 1];
    sums(
        skin.mus_prime_per_mm,
        paths,
        key,
        n + 1,
        |path, near, out| {
            let w = left(path, skin.mua_dermis_per_mm, skin.mua_epidermis_per_mm);
            out[n] += w;
            for (k, to) in out.iter_mut().enumerate().take(n) {
                let (x, y, _) = place(k);
                near.collect(&path.points, -x as f32, -y as f32, slant as f32, shaft.radius);
                *to -= w * libm::expm1(-mua_per_mm * f64::from(near.inside(&shaft)));
            }
        },
        |chunk| {
            for (t, c) in total.iter_mut().zip(chunk) {
                *t += c;
            }
        },
    );
    let bare = total[n].max(f64::MIN_POSITIVE);
    let (mut area, mut mx, mut mxx, mut myy) = (0.0, 0.0, 0.0, 0.0);
    for (k, t) in total.iter().enumerate().take(n) {
        let (x, y, mut cell) = place(k);
        if k == 0 {
            cell = std::f64::consts::PI * 0.25 * rings[1] * rings[1];
        }
        let d = t / bare * cell;
        area += d;
        mx += d * x;
        mxx += d * x * x;
        myy += d * y * y;
    }
    if area <= 0.0 {
        return RootDarkening { area_mm2: 0.0, centre_mm: 0.0, along_mm: 0.0, across_mm: 0.0 };
    }
    let centre = mx / area;
    RootDarkening {
        area_mm2: area,
        centre_mm: centre,
        along_mm: libm::sqrt((mxx / area - centre * centre).max(0.0)),
        across_mm: libm::sqrt(myy / area),
    }
}

/// Makes the table: its bytes, from `paths` paths for each scattering. `progress` is told the share
/// that is done.
#[must_use]
pub fn bake(paths: u64, key: Key, mut progress: impl FnMut(f64)) -> Vec<u8> {
    let axes = Axes::default();
    let [nm, nd, ne, ndia, ntop, nh, nl, nr] = axes.shape();
    let weights = nd * ne;
    let per_column = nh * nl * nr * weights;
    let size = ndia * ntop * per_column;
    let mut codes = vec![0u16; nm * weights * ndia * ntop * nh * nl * nr];
    for m in 0..nm {
        let mut total = vec![0.0; size + weights];
        sums(
            axes.mus_prime[m],
            paths,
            key,
            size + weights,
            |path, near, out| {
                let w: Vec<f64> = (0..weights)
                    .map(|i| left(path, axes.mua_dermis[i / ne], axes.mua_epidermis[i % ne]))
                    .collect();
                for (o, w) in out[size..].iter_mut().zip(&w) {
                    *o += w;
                }
                let (mut lo, mut hi) = ([0.0f32; 2], [0.0f32; 2]);
                let mut deepest = 0.0f32;
                for p in &path.points {
                    for i in 0..2 {
                        lo[i] = lo[i].min(p[i]);
                        hi[i] = hi[i].max(p[i]);
                    }
                    deepest = deepest.max(p[2]);
                }
                for (id, &diameter) in axes.diameter.iter().enumerate() {
                    let radius = (0.5 * diameter) as f32;
                    for (it, &top) in axes.top.iter().enumerate() {
                        if deepest <= top as f32 {
                            continue;
                        }
                        let b = scale_mm(diameter, top);
                        for (ir, u) in axes.radius.iter().enumerate() {
                            let many = azimuths(b * u);
                            for (x, y) in around(b * u, many) {
                                if x + radius < lo[0]
                                    || x - radius > hi[0]
                                    || y + radius < lo[1]
                                    || y - radius > hi[1]
                                {
                                    continue;
                                }
                                near.collect(&path.points, x, y, 0.0, radius);
                                if near.is_empty() {
                                    continue;
                                }
                                for (ih, h) in axes.height.iter().enumerate() {
                                    let c = Cylinder { radius, top: top as f32, bottom: (top + h) as f32 };
                                    let inside = f64::from(near.inside(&c));
                                    if inside <= 0.0 {
                                        continue;
                                    }
                                    for (il, load) in axes.load.iter().enumerate() {
                                        let a = -libm::expm1(-load * inside) / many as f64;
                                        let at =
                                            ((((id * ntop + it) * nh + ih) * nl + il) * nr + ir) * weights;
                                        for (o, w) in out[at..at + weights].iter_mut().zip(&w) {
                                            *o += a * w;
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            },
            |chunk| {
                for (t, c) in total.iter_mut().zip(chunk) {
                    *t += c;
                }
            },
        );
        for column in 0..ndia * ntop * nh * nl * nr {
            for w in 0..weights {
                let d = total[column * weights + w] / total[size + w].max(f64::MIN_POSITIVE);
                codes[(m * weights + w) * (ndia * ntop * nh * nl * nr) + column] = table::code(d);
            }
        }
        progress((m + 1) as f64 / nm as f64);
    }
    table::bytes(&codes)
}
