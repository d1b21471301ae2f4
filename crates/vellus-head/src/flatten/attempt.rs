//! Tiles being made: seeds laid, cells cut, laid flat, and mended where they leave the limits.

use std::collections::{BTreeMap, HashMap};

use glam::DVec3;
use rayon::prelude::*;

use super::laid::{Laid, keeps, lay_flat, normals};
use super::layout::{Layout, Panel, lay, nearest};
use super::outline::outlines;
use super::refuse;
use super::sheet::Sheet;
use super::tiles::TileSpec;
use crate::{Chart, Head, HeadError};

/// Tiles of less area than this are given to a neighbour where the limits allow it, mm².
const SMALL: f64 = 400.0;
/// A tile that bends too much is halved this often at most.
const HALVINGS: usize = 5;
/// Share of a disc of the largest radius that the tiles fill at best: a regular hexagon fills 83 %,
/// but a panel has borders.
const FILLING: f64 = 0.72;
/// Share of the region that may be left out because it is too rough for any tile.
const ROUGH: f64 = 0.005;
/// Straight distance from a seed, as a share of the radius of the tile on the skin: seeds lie under
/// the skin, a chord is shorter than its arc, and the flat tile is stretched a little. Measured on
/// light-stage scans: the largest tile comes out 3 to 5 % larger than straight.
const CHORD: f64 = 0.965;
/// No scalp takes as many tiles.
const MOST_TILES: usize = 1000;
/// Points that stand for a panel while its tiles are laid out.
const SAMPLES: usize = 12000;

/// Panels that are laid out together.
pub(super) struct Group {
    members: Vec<u8>,
    panels: Vec<Panel>,
}

impl Group {
    pub(super) fn new(sheet: &Sheet, members: Vec<u8>) -> Self {
        let panels = members.iter().map(|k| sampled(sheet, *k)).collect();
        Self { members, panels }
    }

    /// As few seeds as keep the radius, and their number.
    pub(super) fn fewest(&self, chart: &Chart, spec: &TileSpec<'_>) -> (usize, Layout) {
        let area = self.panels.iter().map(|p| p.points.iter().map(|q| q.1).sum::<f64>()).fold(0.0, f64::max);
        let disc = std::f64::consts::PI * spec.most_radius * spec.most_radius * FILLING;
        let fewest = ((area / disc).ceil() as usize).clamp(1, MOST_TILES);
        let most = (4 * fewest + 20).min(MOST_TILES);
        // The chord is as much shorter than the way along the skin.
        let limit = CHORD * spec.most_radius;
        for k in fewest..most {
            let layout = lay(&self.panels, chart, k);
            if layout.radius <= limit {
                return (k, layout);
            }
        }
        (most, lay(&self.panels, chart, most))
    }
}

/// Tiles cut and laid flat.
pub(super) struct Attempt {
    pub sheet: Sheet,
    pub tiles: u16,
    pub laid: BTreeMap<u16, Laid>,
    /// Tiles that leave the limits, and the plane that would halve each.
    pub failing: Vec<(u16, DVec3, DVec3)>,
    pub why: Option<HeadError>,
    /// Area that is too rough for any tile, mm².
    pub left_out: f64,
}

impl Attempt {
    pub(super) fn new(
        head: &Head,
        sheet: &Sheet,
        groups: &[Group],
        fewest: &[(usize, Layout)],
        spec: &TileSpec<'_>,
        extra: usize,
    ) -> Result<Self, HeadError> {
        let mut new = Self {
            sheet: sheet.clone(),
            tiles: 0,
            laid: BTreeMap::new(),
            failing: Vec::new(),
            why: None,
            left_out: 0.0,
        };
        for (group, (k, layout)) in groups.iter().zip(fewest) {
            let more = (extra > 0).then(|| lay(&group.panels, head.chart(), k + extra));
            let layout = more.as_ref().unwrap_or(layout);
            if layout.seeds.iter().any(|s| s.len() >= MOST_TILES) {
                return Err(refuse(
                    "the region takes thousands of tiles; check the unit or the region".into(),
                ));
            }
            for (k, seeds) in group.members.iter().zip(&layout.seeds) {
                let first = new.tiles;
                new.sheet.cut(|p| p.panel == *k, |p, _| nearest(seeds, p) as u16, |p, n| p.tile = first + n);
                new.tiles += seeds.len() as u16;
            }
        }
        new.lay_flat(head, spec);
        Ok(new)
    }

    /// Gives detached bits to their neighbours and lays all tiles flat.
    fn lay_flat(&mut self, head: &Head, spec: &TileSpec<'_>) {
        reattach(&mut self.sheet, &mut self.tiles);
        let sheet = &self.sheet;
        let mut members: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for (i, p) in sheet.pieces.iter().enumerate() {
            members.entry(p.tile).or_default().push(i as u32);
        }
        let normals = normals(head, sheet);
        let results: Vec<(u16, Result<Laid, HeadError>)> =
            members.par_iter().map(|(t, pieces)| (*t, lay_flat(head, sheet, pieces, &normals))).collect();
        self.laid.clear();
        self.failing.clear();
        for (t, result) in results {
            let why = match result {
                Ok(l) if keeps(&l, spec) => {
                    self.laid.insert(t, l);
                    continue;
                }
                Ok(l) => refuse(format!(
                    "a tile of {:.1} cm2 has a radius of {:.1} mm and errs by {:.1} % (p99); the surface is too \
                     rough there, smooth the scan or allow more than {:.1} %",
                    l.flat.area() / 100.0,
                    l.radius,
                    100.0 * l.flat.distortion().length_p99,
                    100.0 * spec.most_error
                )),
                Err(e) => e,
            };
            self.why = Some(why);
            let (through, normal) = across(sheet, &members[&t]);
            self.failing.push((t, through, normal));
        }
    }

    /// Gives small tiles to a neighbour on the same side of the part where both together keep the limits.
    pub(super) fn merge(&mut self, head: &Head, spec: &TileSpec<'_>) {
        let normals = normals(head, &self.sheet);
        let mut kept: Vec<u16> = Vec::new();
        loop {
            let small = self
                .laid
                .iter()
                .filter(|(t, l)| l.flat.area() < SMALL && !kept.contains(t))
                .min_by(|a, b| a.1.flat.area().total_cmp(&b.1.flat.area()))
                .map(|(t, _)| *t);
            let Some(small) = small else { break };
            let mut seams: BTreeMap<u16, f64> = BTreeMap::new();
            for (a, b, l) in self.sheet.adjacent() {
                let (p, q) = (&self.sheet.pieces[a as usize], &self.sheet.pieces[b as usize]);
                if p.tile != q.tile && p.panel == q.panel && (p.tile == small || q.tile == small) {
                    *seams.entry(if p.tile == small { q.tile } else { p.tile }).or_insert(0.0) += l;
                }
            }
            let mut others: Vec<(u16, f64)> = seams.into_iter().collect();
            others.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let joined = others.iter().find_map(|&(other, _)| {
                let both: Vec<u32> = (0..self.sheet.pieces.len() as u32)
                    .filter(|i| [small, other].contains(&self.sheet.pieces[*i as usize].tile))
                    .collect();
                let l = lay_flat(head, &self.sheet, &both, &normals).ok()?;
                keeps(&l, spec).then_some((other, l))
            });
            match joined {
                None => kept.push(small),
                Some((other, l)) => {
                    self.laid.remove(&small);
                    self.laid.insert(other, l);
                    self.sheet.pieces.iter_mut().filter(|p| p.tile == small).for_each(|p| p.tile = other);
                }
            }
        }
    }

    /// Drops the bits that are too rough however small, while they are few: creases of the skin.
    fn leave_out(&mut self) {
        let rough: Vec<u16> = self.failing.iter().map(|f| f.0).collect();
        let of = |sheet: &Sheet, i: usize| rough.contains(&sheet.pieces[i].tile);
        let whole: f64 = (0..self.sheet.pieces.len()).map(|i| self.sheet.area(i)).sum();
        let bad: f64 =
            (0..self.sheet.pieces.len()).filter(|i| of(&self.sheet, *i)).map(|i| self.sheet.area(i)).sum();
        if bad < ROUGH * whole {
            self.sheet.retain(|p| !rough.contains(&p.tile));
            self.left_out += bad;
            self.failing.clear();
        }
    }

    /// Halves the tiles that leave the limits until none does.
    pub(super) fn halve(&mut self, head: &Head, spec: &TileSpec<'_>) -> Result<(), HeadError> {
        for round in 0.. {
            if self.failing.is_empty() {
                break;
            }
            if round == HALVINGS {
                self.leave_out();
            }
            if self.failing.is_empty() {
                break;
            }
            if round == HALVINGS || usize::from(self.tiles) > MOST_TILES {
                return Err(self
                    .why
                    .take()
                    .unwrap_or_else(|| refuse("the region cannot be laid flat".into())));
            }
            for (t, through, normal) in std::mem::take(&mut self.failing) {
                let new = self.tiles;
                self.tiles += 1;
                self.sheet.cut(
                    |p| p.tile == t,
                    |p, _| (p - through).dot(normal) > 0.0,
                    |p, beyond| {
                        if beyond {
                            p.tile = new
                        }
                    },
                );
            }
            self.lay_flat(head, spec);
        }
        Ok(())
    }
}

/// Points that stand for a panel.
fn sampled(sheet: &Sheet, panel: u8) -> Panel {
    let own: Vec<usize> = (0..sheet.pieces.len()).filter(|i| sheet.pieces[*i].panel == panel).collect();
    let stride = own.len().div_ceil(SAMPLES).max(1);
    let area: f64 = own.iter().map(|i| sheet.area(*i)).sum();
    let picked: Vec<usize> = own.iter().copied().step_by(stride).collect();
    let shown: f64 = picked.iter().map(|i| sheet.area(*i)).sum();
    let scale = if shown > 0.0 { area / shown } else { 0.0 };
    let mut points: Vec<(DVec3, f64)> =
        picked.iter().map(|i| (sheet.centre(*i), sheet.area(*i) * scale)).collect();
    let mut sides: Vec<(u32, u32)> = own
        .iter()
        .flat_map(|i| {
            let v = sheet.pieces[*i].v;
            [0, 1, 2].map(|k| (v[k].min(v[(k + 1) % 3]), v[k].max(v[(k + 1) % 3])))
        })
        .collect();
    sides.sort_unstable();
    let mut border: Vec<u32> =
        sides.chunk_by(|a, b| a == b).filter(|c| c.len() == 1).flat_map(|c| [c[0].0, c[0].1]).collect();
    border.sort_unstable();
    border.dedup();
    points.extend(border.iter().map(|v| (sheet.positions[*v as usize], 0.0)));
    Panel { points }
}

/// Middle of the second longest border of some pieces, mm; `None` with one border.
fn hole(sheet: &Sheet, pieces: &[u32]) -> Option<DVec3> {
    let triangles: Vec<[u32; 3]> = pieces.iter().map(|i| sheet.pieces[*i as usize].v).collect();
    let mut rings = outlines(&triangles, |_| true);
    rings.sort_by_key(|r| std::cmp::Reverse(r.len()));
    let ring = rings.get(1)?;
    Some(ring.iter().map(|v| sheet.positions[*v as usize]).sum::<DVec3>() / ring.len() as f64)
}

/// The plane that halves a tile: through its hole or its middle, across its longest way.
fn across(sheet: &Sheet, pieces: &[u32]) -> (DVec3, DVec3) {
    let mut middle = DVec3::ZERO;
    let mut whole = 0.0;
    for i in pieces {
        let a = sheet.area(*i as usize);
        middle += sheet.centre(*i as usize) * a;
        whole += a;
    }
    middle /= f64::max(whole, f64::MIN_POSITIVE);
    // A ring is opened first.
    let through = hole(sheet, pieces).unwrap_or(middle);
    // Some steps of the power method on the covariance find the longest axis well enough.
    let mut axis = DVec3::new(0.5, 0.3, 0.8);
    for _ in 0..12 {
        let mut next = DVec3::ZERO;
        for i in pieces {
            let d = sheet.centre(*i as usize) - middle;
            next += d * d.dot(axis) * sheet.area(*i as usize);
        }
        axis = next.try_normalize().unwrap_or(axis);
    }
    (through, axis)
}

/// Gives each bit of a tile that hangs together with nothing else of it to the neighbour with the
/// longest common seam; a bit without any neighbour becomes a tile.
fn reattach(sheet: &mut Sheet, tiles: &mut u16) {
    for _ in 0..8 {
        let adjacent = sheet.adjacent();
        let parts = sheet.parts(|p| (p.panel, p.tile), &adjacent);
        let mut areas: BTreeMap<u32, f64> = BTreeMap::new();
        for (i, p) in parts.iter().enumerate() {
            *areas.entry(*p).or_insert(0.0) += sheet.area(i);
        }
        let mut largest: HashMap<u16, (f64, u32)> = HashMap::new();
        for (part, area) in &areas {
            let best = largest.entry(sheet.pieces[*part as usize].tile).or_insert((*area, *part));
            if *area > best.0 {
                *best = (*area, *part);
            }
        }
        let loose = |part: u32| largest[&sheet.pieces[part as usize].tile].1 != part;
        let mut seams: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for &(a, b, l) in &adjacent {
            let (x, y) = (parts[a as usize], parts[b as usize]);
            if x != y {
                let same = sheet.pieces[a as usize].panel == sheet.pieces[b as usize].panel;
                // Over the part only where there is no other way.
                let l = if same { l } else { l * 1e-6 };
                *seams.entry((x, y)).or_insert(0.0) += l;
                *seams.entry((y, x)).or_insert(0.0) += l;
            }
        }
        let mut moves: BTreeMap<u32, u16> = BTreeMap::new();
        for part in areas.keys().filter(|p| loose(**p)) {
            let mut best: Option<(f64, u32)> = None;
            for (&(_, other), &l) in seams.range((*part, 0)..=(*part, u32::MAX)) {
                if !loose(other) && best.is_none_or(|b| l > b.0) {
                    best = Some((l, other));
                }
            }
            if let Some((_, other)) = best {
                moves.insert(*part, sheet.pieces[other as usize].tile);
            } else if !seams.range((*part, 0)..=(*part, u32::MAX)).any(|_| true) {
                moves.insert(*part, *tiles);
                *tiles += 1;
            }
        }
        if moves.is_empty() {
            return;
        }
        for (i, part) in parts.iter().enumerate() {
            if let Some(t) = moves.get(part) {
                sheet.pieces[i].tile = *t;
            }
        }
    }
}
