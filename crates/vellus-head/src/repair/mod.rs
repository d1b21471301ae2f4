//! Turning what scanners and sculpting programs export into clean outward sheets, with every
//! triangle that was filled in marked.
//!
//! In this order: vertices are welded; triangles that are degenerate, broken or there twice go; at
//! edges with more than two triangles the two that continue each other best stay together and the
//! others come loose; windings are made to agree, and a sheet that has one side only (a Möbius
//! strip) is cut where it disagrees with itself; vertices at which separate fans meet are split;
//! sheets are turned outward; small loose pieces go; small holes are closed.

mod fair;
mod holes;
mod sheets;
mod weld;

use glam::DVec3;

use crate::{HeadError, Mesh};

pub use fair::Faired;
pub(crate) use fair::fair;
pub use holes::{Fill, Filler, Hole, fill_hole, holes};
pub(crate) use weld::weld;

/// What [`repair`] does.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairOptions {
    /// Vertices closer than this become one, mm. Default 1e-4: joins the copies that STL and
    /// texture seams make, keeps every real detail.
    pub weld_distance: f64,
    /// Keep only islands with at least this share of the area of the largest. Default 1: the
    /// largest alone (eyeballs, lashes, turntables go). 0 keeps all.
    pub smallest_island: f64,
    /// Holes whose rim is at most this long are closed, mm. Default 250: eyes, mouth and scan gaps,
    /// but not a neck, whose rim is longer than 300 mm.
    pub largest_hole_rim: f64,
}

impl Default for RepairOptions {
    fn default() -> Self {
        Self { weld_distance: 1e-4, smallest_island: 1.0, largest_hole_rim: 250.0 }
    }
}

impl RepairOptions {
    /// For a mesh whose unit is not known yet: nothing is welded, dropped or filled by a length.
    pub const UNSCALED: Self = Self { weld_distance: 0.0, smallest_island: 0.0, largest_hole_rim: 0.0 };
}

/// What [`repair`] did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepairReport {
    /// Vertices that were joined with another.
    pub welded_vertices: usize,
    /// Triangles dropped because they were degenerate, had a bad coordinate or index, or came twice.
    pub dropped_triangles: usize,
    /// Edges with more than two triangles that were taken apart.
    pub nonmanifold_edges: usize,
    /// Vertices at which separate fans of triangles met and were parted.
    pub nonmanifold_vertices: usize,
    /// Edges at which a sheet with one side only was cut open.
    pub one_sided_edges: usize,
    /// Triangles turned around.
    pub flipped_triangles: usize,
    /// Islands dropped.
    pub dropped_islands: usize,
    /// Their area, mm².
    pub dropped_area: f64,
    /// Holes closed.
    pub filled_holes: usize,
    /// Area of the filling, mm².
    pub filled_area: f64,
}

impl RepairReport {
    /// Sentences for the findings of a report; empty when nothing had to be done.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |n: usize, one: &str, many: &str| {
            if n > 0 {
                notes.push(format!("{n} {}", if n == 1 { one } else { many }));
            }
        };
        note(self.dropped_triangles, "broken triangle dropped", "broken triangles dropped");
        note(
            self.nonmanifold_edges,
            "edge with more than two triangles taken apart",
            "edges with more than two triangles taken apart",
        );
        note(
            self.one_sided_edges,
            "edge cut because the sheet had one side only",
            "edges cut because the sheet had one side only",
        );
        note(self.flipped_triangles, "triangle turned outward", "triangles turned outward");
        note(self.dropped_islands, "loose piece dropped", "loose pieces dropped");
        if self.filled_holes > 0 {
            notes.push(format!(
                "{} {} closed ({:.1} cm²)",
                self.filled_holes,
                if self.filled_holes == 1 { "hole" } else { "holes" },
                self.filled_area / 100.0
            ));
        }
        notes
    }
}

/// A mended mesh: every edge has at most two triangles, which run it in opposite directions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repaired {
    /// The mesh.
    pub mesh: Mesh,
    /// Whether each triangle was filled in.
    pub filled: Vec<bool>,
    /// What was done.
    pub report: RepairReport,
}

/// Mends a mesh, see the module.
///
/// # Errors
/// [`HeadError::Mesh`] when nothing is left.
pub fn repair(mesh: &Mesh, options: &RepairOptions) -> Result<Repaired, HeadError> {
    let mut report = RepairReport::default();
    let mut m = weld(mesh, options.weld_distance);
    report.welded_vertices = mesh.positions.len() - m.positions.len();
    let before = m.triangles.len();
    sheets::drop_broken(&mut m);
    report.dropped_triangles += before - m.triangles.len();
    sheets::unfold(&mut m, &mut report);
    let mut out = Repaired { filled: vec![false; m.triangles.len()], mesh: m, report };
    if options.smallest_island > 0.0 {
        let share = options.smallest_island.min(1.0);
        out.keep_islands(|island| island.area >= share * island.largest);
    }
    if options.largest_hole_rim > 0.0 {
        let small = |hole: &Hole| hole.rim_length_mm <= options.largest_hole_rim;
        out.fill(&holes(&out.mesh), |hole| small(hole).then_some(Fill::Smooth));
    }
    drop_unused(&mut out.mesh);
    out.mesh.check()?;
    Ok(out)
}

/// A connected piece of a mesh.
#[derive(Clone, Copy, Debug)]
pub struct Island<'a> {
    /// Area, mm².
    pub area: f64,
    /// Area of the largest piece, mm².
    pub largest: f64,
    /// Its triangles: the middle and the outward normal, as long as twice the area, mm².
    pub triangles: &'a [(DVec3, DVec3)],
}

impl Repaired {
    /// Drops all islands but those that are asked for.
    pub fn keep_islands(&mut self, keep: impl Fn(Island<'_>) -> bool) {
        let (labels, n) = islands(&self.mesh);
        if n == 0 {
            return;
        }
        let mut area = vec![0.0; n];
        // The triangles of an island lie beside each other.
        let mut start = vec![0usize; n + 1];
        for (t, &l) in labels.iter().enumerate() {
            area[l as usize] += self.mesh.triangle_area(t as u32);
            start[l as usize + 1] += 1;
        }
        for i in 0..n {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut triangles = vec![(DVec3::ZERO, DVec3::ZERO); labels.len()];
        for (t, &l) in labels.iter().enumerate() {
            let [a, b, c] = self.mesh.corners(t as u32);
            triangles[next[l as usize]] = ((a + b + c) / 3.0, (b - a).cross(c - a));
            next[l as usize] += 1;
        }
        let largest = area.iter().copied().fold(0.0, f64::max);
        let kept: Vec<bool> = (0..n)
            .map(|i| keep(Island { area: area[i], largest, triangles: &triangles[start[i]..start[i + 1]] }))
            .collect();
        for (i, _) in kept.iter().enumerate().filter(|k| !k.1) {
            self.report.dropped_islands += 1;
            self.report.dropped_area += area[i];
        }
        let stays = |t: &usize| kept[labels[*t] as usize];
        let left: Vec<usize> = (0..labels.len()).filter(stays).collect();
        if left.len() < labels.len() {
            self.mesh.triangles = left.iter().map(|&t| self.mesh.triangles[t]).collect();
            self.filled = left.iter().map(|&t| self.filled[t]).collect();
        }
        drop_unused(&mut self.mesh);
    }

    /// Closes holes of this mesh in turn and marks the triangles; gives the area of each filling,
    /// mm². `how` says what shape closes a hole; none leaves it open and gives no area.
    pub fn fill<'a>(&mut self, holes: &[Hole], how: impl Fn(&Hole) -> Option<Fill<'a>>) -> Vec<Option<f64>> {
        let mut filler = Filler::new(&self.mesh);
        holes
            .iter()
            .map(|hole| {
                let range = filler.fill(&mut self.mesh, hole, how(hole)?);
                self.filled.resize(self.mesh.triangles.len(), true);
                let area = range.map(|t| self.mesh.triangle_area(t as u32)).sum();
                self.report.filled_holes += 1;
                self.report.filled_area += area;
                Some(area)
            })
            .collect()
    }

    /// Keeps what lies where `normal · (p − point) ≤ 0`: cut cleanly, the largest piece kept, and
    /// every rim of it closed.
    pub(crate) fn cut(&mut self, point: DVec3, normal: DVec3) {
        let (mesh, source) = cut_by_plane(&self.mesh, point, normal);
        self.filled = source.iter().map(|&t| self.filled[t as usize]).collect();
        self.mesh = mesh;
        self.keep_islands(|i| i.area >= i.largest);
        self.fill(&holes(&self.mesh), |_| Some(Fill::Flat));
        drop_unused(&mut self.mesh);
    }
}

/// The island of each triangle, and how many there are: triangles that share a vertex belong
/// together.
fn islands(m: &Mesh) -> (Vec<u32>, usize) {
    let mut parent: Vec<u32> = (0..m.positions.len() as u32).collect();
    fn root(parent: &mut [u32], mut v: u32) -> u32 {
        while parent[v as usize] != v {
            parent[v as usize] = parent[parent[v as usize] as usize];
            v = parent[v as usize];
        }
        v
    }
    for t in &m.triangles {
        for k in 1..3 {
            let (a, b) = (root(&mut parent, t[0]), root(&mut parent, t[k]));
            parent[a.max(b) as usize] = a.min(b);
        }
    }
    let mut name = vec![u32::MAX; m.positions.len()];
    let mut n = 0;
    let labels = m
        .triangles
        .iter()
        .map(|t| {
            let r = root(&mut parent, t[0]) as usize;
            if name[r] == u32::MAX {
                name[r] = n;
                n += 1;
            }
            name[r]
        })
        .collect();
    (labels, n as usize)
}

/// Drops vertices that no triangle uses, keeping the order.
pub(crate) fn drop_unused(m: &mut Mesh) {
    let mut used = vec![false; m.positions.len()];
    for v in m.triangles.iter().flatten() {
        used[*v as usize] = true;
    }
    if used.iter().all(|u| *u) {
        return;
    }
    let mut new_index = vec![0u32; used.len()];
    let mut n = 0;
    for (i, _) in used.iter().enumerate().filter(|u| *u.1) {
        new_index[i] = n as u32;
        m.positions[n] = m.positions[i];
        n += 1;
    }
    m.positions.truncate(n);
    for v in m.triangles.iter_mut().flatten() {
        *v = new_index[*v as usize];
    }
}

/// The part of a mesh where `normal · (p − point) ≤ 0`, and the triangle that each one is from.
fn cut_by_plane(m: &Mesh, point: DVec3, normal: DVec3) -> (Mesh, Vec<u32>) {
    let n = normal.normalize_or_zero();
    let height: Vec<f64> = m.positions.iter().map(|&p| n.dot(p - point)).collect();
    let mut out = Mesh { positions: m.positions.clone(), triangles: Vec::new() };
    let mut source = Vec::new();
    let mut on_edge: std::collections::HashMap<(u32, u32), u32> = std::collections::HashMap::new();
    for (i, t) in m.triangles.iter().enumerate() {
        let mut polygon: Vec<u32> = Vec::with_capacity(4);
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            let (ha, hb) = (height[a as usize], height[b as usize]);
            if ha <= 0.0 {
                polygon.push(a);
            }
            if (ha <= 0.0) != (hb <= 0.0) {
                let (lo, hi) = (a.min(b), a.max(b));
                let positions = &mut out.positions;
                polygon.push(*on_edge.entry((lo, hi)).or_insert_with(|| {
                    let (hl, hh) = (height[lo as usize], height[hi as usize]);
                    positions.push(positions[lo as usize].lerp(positions[hi as usize], hl / (hl - hh)));
                    positions.len() as u32 - 1
                }));
            }
        }
        for k in 2..polygon.len() {
            out.triangles.push([polygon[0], polygon[k - 1], polygon[k]]);
            source.push(i as u32);
        }
    }
    drop_unused(&mut out);
    (out, source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::tests::sphere;

    #[test]
    fn soup_becomes_a_watertight_sphere() {
        let s = sphere(80.0, 3);
        let mut soup = Mesh::default();
        for (i, t) in s.triangles.iter().enumerate() {
            let base = soup.positions.len() as u32;
            soup.positions.extend(t.map(|v| s.positions[v as usize]));
            let t = [base, base + 1, base + 2];
            soup.triangles.push(if i % 3 == 0 { [t[0], t[2], t[1]] } else { t });
        }
        soup.triangles.push(soup.triangles[0]);
        soup.positions.push(DVec3::NAN);
        soup.triangles.push([0, 1, soup.positions.len() as u32 - 1]);
        soup.triangles.push([0, 1, u32::MAX]);
        let Repaired { mesh: m, report, .. } = repair(&soup, &RepairOptions::default()).unwrap();
        assert!(m.is_watertight());
        assert_eq!(m.triangles.len(), s.triangles.len());
        assert!((m.volume() - s.volume()).abs() < 1e-6);
        assert_eq!(report.dropped_triangles, 3);
    }

    #[test]
    fn mirrored_meshes_are_turned_outward() {
        let mut s = sphere(80.0, 2);
        for t in &mut s.triangles {
            t.swap(0, 1);
        }
        let Repaired { mesh: m, report, .. } = repair(&s, &RepairOptions::default()).unwrap();
        assert!(m.volume() > 0.0);
        assert_eq!(report.flipped_triangles, m.triangles.len());
    }

    #[test]
    fn small_islands_go_and_small_holes_close() {
        let mut s = sphere(80.0, 4);
        s.triangles.remove(17);
        let n = s.positions.len() as u32;
        let eye = sphere(10.0, 1);
        s.positions.extend(&eye.positions);
        s.triangles.extend(eye.triangles.iter().map(|t| t.map(|v| v + n)));
        let Repaired { mesh: m, report, .. } = repair(&s, &RepairOptions::default()).unwrap();
        assert_eq!(report.dropped_islands, 1);
        assert_eq!(report.filled_holes, 1);
        assert!(m.is_watertight());
    }

    #[test]
    fn a_cut_leaves_a_closed_half() {
        let s = sphere(80.0, 4);
        let whole = s.volume();
        let mut half = repair(&s, &RepairOptions::default()).unwrap();
        half.cut(DVec3::new(0.0, 3.3, 0.0), DVec3::new(0.1, 1.0, 0.05));
        assert!(half.mesh.is_watertight());
        let share = half.mesh.volume() / whole;
        assert!(share > 0.5 && share < 0.6, "{share}");
        // Only the cap is marked.
        let cap: f64 = (0..half.filled.len())
            .filter(|t| half.filled[*t])
            .map(|t| half.mesh.triangle_area(t as u32))
            .sum();
        let disc = std::f64::consts::PI * (80.0f64.powi(2) - 3.3f64.powi(2));
        assert!((cap / disc - 1.0).abs() < 0.02, "{cap} {disc}");
    }

    #[test]
    fn a_third_sheet_at_an_edge_comes_loose() {
        // A sphere with a fin.
        let mut s = sphere(80.0, 2);
        let [a, b, _] = s.triangles[7];
        let out = 1.4 * (s.positions[a as usize] + s.positions[b as usize]) / 2.0;
        s.positions.push(out);
        s.triangles.push([a, b, s.positions.len() as u32 - 1]);
        let r = repair(&s, &RepairOptions::default()).unwrap();
        assert!(r.mesh.is_watertight());
        assert_eq!((r.report.nonmanifold_edges, r.report.dropped_islands), (1, 1));
    }

    #[test]
    fn a_moebius_strip_is_cut_open() {
        let n = 24u32;
        let mut m = Mesh::default();
        for i in 0..n {
            let u = f64::from(i) / f64::from(n) * std::f64::consts::TAU;
            for v in [-8.0, 8.0] {
                let r = 60.0 + v * libm::cos(u / 2.0);
                m.positions.push(DVec3::new(r * libm::cos(u), v * libm::sin(u / 2.0), r * libm::sin(u)));
            }
        }
        for i in 0..n {
            let (a, b) = (2 * i, 2 * i + 1);
            let (c, d) = if i + 1 < n { (a + 2, b + 2) } else { (1, 0) };
            m.triangles.extend([[a, b, c], [c, b, d]]);
        }
        let options = RepairOptions { largest_hole_rim: 0.0, ..RepairOptions::default() };
        let r = repair(&m, &options).unwrap();
        assert_eq!(r.report.one_sided_edges, 1);
        assert_eq!(r.mesh.boundary_loops().len(), 1);
    }

    #[test]
    fn two_balls_that_touch_are_two() {
        let mut s = sphere(40.0, 2);
        let n = s.positions.len() as u32;
        let top = s.positions.iter().position(|p| p.y > 39.99).unwrap() as u32;
        let other = sphere(40.0, 2);
        let foot = other.positions.iter().position(|p| p.y < -39.99).unwrap() as u32;
        s.positions.extend(other.positions.iter().map(|p| *p + DVec3::Y * 80.0));
        let at = |v: u32| if v == foot { top } else { v + n };
        s.triangles.extend(other.triangles.iter().map(|t| t.map(at)));
        let r = repair(&s, &RepairOptions::UNSCALED).unwrap();
        assert_eq!(r.report.nonmanifold_vertices, 1);
        assert_eq!(islands(&r.mesh).1, 2);
    }
}
