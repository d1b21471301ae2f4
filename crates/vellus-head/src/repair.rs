//! Turning what scanners and sculpting programs export into one clean outward surface.

use std::collections::{HashMap, HashSet};

use glam::DVec3;

use crate::{HeadError, Mesh};

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

/// What [`repair`] did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepairReport {
    /// Vertices that were joined with another.
    pub welded_vertices: usize,
    /// Triangles dropped because they were degenerate, had a bad coordinate or index, or came twice.
    pub dropped_triangles: usize,
    /// Islands dropped.
    pub dropped_islands: usize,
    /// Triangles turned around.
    pub flipped_triangles: usize,
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
        let mut note = |n: usize, text: String| {
            if n > 0 {
                notes.push(text);
            }
        };
        note(self.dropped_triangles, format!("{} broken triangles dropped", self.dropped_triangles));
        note(self.dropped_islands, format!("{} loose pieces dropped", self.dropped_islands));
        note(self.flipped_triangles, format!("{} triangles turned outward", self.flipped_triangles));
        note(
            self.filled_holes,
            format!("{} holes closed ({:.1} cm²)", self.filled_holes, self.filled_area / 100.0),
        );
        notes
    }
}

/// A mended mesh.
#[derive(Clone, Debug, Default)]
pub struct Repaired {
    /// The mesh.
    pub mesh: Mesh,
    /// Whether each triangle was filled in.
    pub filled: Vec<bool>,
    /// What was done.
    pub report: RepairReport,
}

/// A hole.
#[derive(Clone, Debug)]
pub struct Hole {
    /// Its rim.
    pub rim: Vec<u32>,
    /// mm.
    pub rim_length_mm: f64,
    /// Middle of the rim.
    pub centre: DVec3,
}

/// All holes.
#[must_use]
pub fn holes(m: &Mesh) -> Vec<Hole> {
    m.boundary_loops()
        .into_iter()
        .map(|rim| Hole {
            rim_length_mm: rim_length(m, &rim),
            centre: rim.iter().map(|&v| m.positions[v as usize]).sum::<DVec3>() / rim.len() as f64,
            rim,
        })
        .collect()
}

/// Closes one.
pub fn fill_hole(
    m: &mut Mesh,
    hole: &Hole,
    shape: Option<&dyn Fn(DVec3) -> DVec3>,
) -> std::ops::Range<usize> {
    let first = m.triangles.len();
    fan(m, &hole.rim);
    if let Some(shape) = shape {
        let hub = m.positions.len() - 1;
        m.positions[hub] = shape(m.positions[hub]);
    }
    first..m.triangles.len()
}

impl Repaired {
    /// Keeps islands.
    pub fn keep_islands(&mut self, keep: impl Fn(&[DVec3], f64, bool) -> bool) {
        let (labels, n) = islands(&self.mesh);
        let mut area = vec![0.0; n];
        let mut points: Vec<Vec<DVec3>> = vec![Vec::new(); n];
        for (t, &l) in labels.iter().enumerate() {
            area[l as usize] += self.mesh.triangle_area(t as u32);
            points[l as usize].push(self.mesh.corners(t as u32)[0]);
        }
        let largest = area.iter().copied().fold(0.0, f64::max);
        let kept: Vec<bool> = (0..n).map(|i| keep(&points[i], area[i], area[i] == largest)).collect();
        let mut label = labels.iter();
        self.mesh.triangles.retain(|_| label.next().is_some_and(|&l| kept[l as usize]));
        let mut label = labels.iter();
        self.filled.retain(|_| label.next().is_some_and(|&l| kept[l as usize]));
        self.report.dropped_islands += kept.iter().filter(|k| !**k).count();
        self.mesh = compact(&self.mesh);
    }
}

/// As repair.
pub fn repair_with(mesh: &Mesh, options: &RepairOptions) -> Result<Repaired, HeadError> {
    let (mesh, report) = repair(mesh, options)?;
    Ok(Repaired { filled: vec![false; mesh.triangles.len()], mesh, report })
}

/// Cut.
pub(crate) fn cut_and_cap_marked(r: &Repaired, point: DVec3, normal: DVec3) -> Result<Repaired, HeadError> {
    let cut = cut_and_cap(&r.mesh, point, normal);
    let (m, _) = repair(&cut, &RepairOptions { largest_hole_rim: 1e9, ..Default::default() })?;
    Ok(Repaired { filled: vec![false; m.triangles.len()], mesh: m, report: r.report.clone() })
}

/// Welds, drops broken and duplicate triangles, keeps the largest island(s), makes the windings
/// consistent and outward, and closes small holes.
///
/// # Errors
/// [`HeadError::Mesh`] when nothing is left.
pub fn repair(mesh: &Mesh, options: &RepairOptions) -> Result<(Mesh, RepairReport), HeadError> {
    let mut report = RepairReport::default();
    let mut m = weld(mesh, options.weld_distance);
    report.welded_vertices = mesh.positions.len() - m.positions.len();
    drop_broken(&mut m, &mut report);
    keep_islands(&mut m, options.smallest_island, &mut report);
    orient(&mut m, &mut report);
    fill_holes(&mut m, options.largest_hole_rim, &mut report);
    let m = compact(&m);
    m.check()?;
    Ok((m, report))
}

/// Joins vertices that fall on the same point of a lattice or on a neighbouring one within the
/// distance; the first vertex of the file stays.
pub(crate) fn weld(mesh: &Mesh, distance: f64) -> Mesh {
    let cell = distance.max(1e-9) * 2.0;
    let key = |p: DVec3| (p / cell).floor().to_array().map(|x| x as i64);
    let mut cells: HashMap<[i64; 3], Vec<u32>> = HashMap::new();
    let mut kept: Vec<DVec3> = Vec::new();
    let mut new_index = Vec::with_capacity(mesh.positions.len());
    for &p in &mesh.positions {
        if !p.is_finite() {
            kept.push(p);
            new_index.push(kept.len() as u32 - 1);
            continue;
        }
        // Only the cells that a ball of the welding distance touches.
        let (lo, hi) = (key(p - distance), key(p + distance));
        let mut found = None;
        'search: for x in lo[0]..=hi[0] {
            for y in lo[1]..=hi[1] {
                for z in lo[2]..=hi[2] {
                    if let Some(list) = cells.get(&[x, y, z]) {
                        for &i in list {
                            if kept[i as usize].distance_squared(p) <= distance * distance {
                                found = Some(i);
                                break 'search;
                            }
                        }
                    }
                }
            }
        }
        let index = found.unwrap_or_else(|| {
            kept.push(p);
            let i = kept.len() as u32 - 1;
            cells.entry(key(p)).or_default().push(i);
            i
        });
        new_index.push(index);
    }
    let triangles = mesh
        .triangles
        .iter()
        .map(|t| t.map(|v| new_index.get(v as usize).copied().unwrap_or(u32::MAX)))
        .collect();
    Mesh { positions: kept, triangles }
}

fn drop_broken(m: &mut Mesh, report: &mut RepairReport) {
    let before = m.triangles.len();
    let mut seen = HashSet::new();
    let positions = &m.positions;
    m.triangles.retain(|t| {
        if t[0] == t[1] || t[1] == t[2] || t[2] == t[0] {
            return false;
        }
        let Some([a, b, c]) = corners(positions, t) else {
            return false;
        };
        if !(a.is_finite() && b.is_finite() && c.is_finite()) {
            return false;
        }
        let longest = (b - a).length_squared().max((c - b).length_squared()).max((a - c).length_squared());
        // A needle whose height is below a billionth of its length has no usable normal.
        if (b - a).cross(c - a).length() <= 1e-9 * longest {
            return false;
        }
        let mut sorted = *t;
        sorted.sort_unstable();
        seen.insert(sorted)
    });
    report.dropped_triangles = before - m.triangles.len();
}

fn corners(positions: &[DVec3], t: &[u32; 3]) -> Option<[DVec3; 3]> {
    Some([*positions.get(t[0] as usize)?, *positions.get(t[1] as usize)?, *positions.get(t[2] as usize)?])
}

/// The island of each triangle: triangles that share a vertex belong together.
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
    let mut names: HashMap<u32, u32> = HashMap::new();
    let labels = m
        .triangles
        .iter()
        .map(|t| {
            let r = root(&mut parent, t[0]);
            let n = names.len() as u32;
            *names.entry(r).or_insert(n)
        })
        .collect();
    (labels, names.len())
}

fn keep_islands(m: &mut Mesh, smallest: f64, report: &mut RepairReport) {
    let (labels, n) = islands(m);
    if n <= 1 || smallest <= 0.0 {
        return;
    }
    let mut area = vec![0.0; n];
    for (t, &l) in labels.iter().enumerate() {
        area[l as usize] += m.triangle_area(t as u32);
    }
    let largest = area.iter().copied().fold(0.0, f64::max);
    let keep: Vec<bool> = area.iter().map(|&a| a >= smallest.min(1.0) * largest).collect();
    report.dropped_islands = keep.iter().filter(|k| !**k).count();
    let mut label = labels.iter();
    m.triangles.retain(|_| label.next().is_some_and(|&l| keep[l as usize]));
}

/// Makes neighbours agree by walking over the edges that exactly two triangles share, then turns
/// each patch so that its signed volume about the middle of the mesh is positive.
fn orient(m: &mut Mesh, report: &mut RepairReport) {
    let mut by_edge: HashMap<(u32, u32), Vec<u32>> = HashMap::new();
    for (i, t) in m.triangles.iter().enumerate() {
        for k in 0..3 {
            let (a, b) = (t[k], t[(k + 1) % 3]);
            by_edge.entry((a.min(b), a.max(b))).or_default().push(i as u32);
        }
    }
    let Some((lo, hi)) = compact(m).bounds() else {
        return;
    };
    let middle = 0.5 * (lo + hi);
    let runs = |t: &[u32; 3], a: u32, b: u32| (0..3).any(|k| t[k] == a && t[(k + 1) % 3] == b);
    let original = m.triangles.clone();
    let mut visited = vec![false; m.triangles.len()];
    for start in 0..m.triangles.len() {
        if visited[start] {
            continue;
        }
        visited[start] = true;
        let mut patch = vec![start];
        let mut head = 0;
        while head < patch.len() {
            let t = m.triangles[patch[head]];
            let at = patch[head] as u32;
            head += 1;
            for k in 0..3 {
                let (a, b) = (t[k], t[(k + 1) % 3]);
                let sides = &by_edge[&(a.min(b), a.max(b))];
                if sides.len() != 2 {
                    continue;
                }
                let other = if sides[0] == at { sides[1] } else { sides[0] } as usize;
                if visited[other] {
                    continue;
                }
                visited[other] = true;
                if runs(&m.triangles[other], a, b) {
                    m.triangles[other].swap(1, 2);
                }
                patch.push(other);
            }
        }
        let volume: f64 = patch
            .iter()
            .map(|&i| {
                let [a, b, c] = m.triangles[i].map(|v| m.positions[v as usize] - middle);
                a.dot(b.cross(c))
            })
            .sum();
        if volume < 0.0 {
            for &i in &patch {
                m.triangles[i].swap(1, 2);
            }
        }
    }
    report.flipped_triangles = original.iter().zip(&m.triangles).filter(|(a, b)| a != b).count();
}

fn rim_length(m: &Mesh, rim: &[u32]) -> f64 {
    (0..rim.len())
        .map(|i| m.positions[rim[i] as usize].distance(m.positions[rim[(i + 1) % rim.len()] as usize]))
        .sum()
}

fn fill_holes(m: &mut Mesh, largest_rim: f64, report: &mut RepairReport) {
    for rim in m.boundary_loops() {
        if rim_length(m, &rim) <= largest_rim {
            let area = fan(m, &rim);
            report.filled_holes += 1;
            report.filled_area += area;
        }
    }
}

/// Closes a rim with a fan about its middle; gives the area of the filling.
pub(crate) fn fan(m: &mut Mesh, rim: &[u32]) -> f64 {
    let middle = rim.iter().map(|&v| m.positions[v as usize]).sum::<DVec3>() / rim.len().max(1) as f64;
    let hub = m.positions.len() as u32;
    let first = m.triangles.len() as u32;
    m.positions.push(middle);
    for i in 0..rim.len() {
        m.triangles.push([rim[(i + 1) % rim.len()], rim[i], hub]);
    }
    (first..m.triangles.len() as u32).map(|t| m.triangle_area(t)).sum()
}

/// Drops vertices that no triangle uses, keeping the order.
pub(crate) fn compact(m: &Mesh) -> Mesh {
    let mut used = vec![false; m.positions.len()];
    for t in &m.triangles {
        for &v in t {
            used[v as usize] = true;
        }
    }
    let mut new_index = vec![0u32; used.len()];
    let mut positions = Vec::new();
    for (i, &u) in used.iter().enumerate() {
        if u {
            new_index[i] = positions.len() as u32;
            positions.push(m.positions[i]);
        }
    }
    let triangles = m.triangles.iter().map(|t| t.map(|v| new_index[v as usize])).collect();
    Mesh { positions, triangles }
}

/// The part of a mesh on the side of a plane where `normal · (p − point) ≤ 0`, cut cleanly and
/// with the cut closed. Rims that lie in the plane are capped whatever their length.
#[must_use]
pub(crate) fn cut_and_cap(m: &Mesh, point: DVec3, normal: DVec3) -> Mesh {
    let n = normal.normalize_or_zero();
    let height: Vec<f64> = m.positions.iter().map(|&p| n.dot(p - point)).collect();
    let mut out = Mesh { positions: m.positions.clone(), triangles: Vec::new() };
    let mut on_edge: HashMap<(u32, u32), u32> = HashMap::new();
    let mut in_plane: HashSet<u32> = HashSet::new();
    for t in &m.triangles {
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
                let v = *on_edge.entry((lo, hi)).or_insert_with(|| {
                    let (hl, hh) = (height[lo as usize], height[hi as usize]);
                    let s = hl / (hl - hh);
                    let p = positions[lo as usize].lerp(positions[hi as usize], s);
                    positions.push(p);
                    positions.len() as u32 - 1
                });
                in_plane.insert(v);
                polygon.push(v);
            }
        }
        for k in 2..polygon.len() {
            out.triangles.push([polygon[0], polygon[k - 1], polygon[k]]);
        }
    }
    for rim in out.boundary_loops() {
        let cut = rim.iter().filter(|v| in_plane.contains(v)).count();
        if 2 * cut >= rim.len() {
            fan(&mut out, &rim);
        }
    }
    compact(&out)
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
        let (m, report) = repair(&soup, &RepairOptions::default()).unwrap();
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
        let (m, report) = repair(&s, &RepairOptions::default()).unwrap();
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
        let (m, report) = repair(&s, &RepairOptions::default()).unwrap();
        assert_eq!(report.dropped_islands, 1);
        assert_eq!(report.filled_holes, 1);
        assert!(m.is_watertight());
    }

    #[test]
    fn a_cut_leaves_a_closed_half() {
        let s = sphere(80.0, 4);
        let half = cut_and_cap(&s, DVec3::new(0.0, 3.3, 0.0), DVec3::new(0.1, 1.0, 0.05));
        assert!(half.is_watertight());
        let share = half.volume() / s.volume();
        assert!(share > 0.5 && share < 0.6, "{share}");
    }
}
