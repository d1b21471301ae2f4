//! The scalp in tiles that lie flat.
//!
//! The region is refined to short edges and cut, through triangles, along its border, the borders of
//! the zones and the part. Each side of the part is divided among seeds ([`TileSpec`] says how small
//! the cells must be); the seams between them are plane cuts, so they are straight on the sheet. A
//! tile that still bends too much is halved. Tiles share their seams to the last bit: they neither
//! overlap nor gape.

use std::collections::{BTreeMap, HashMap};

use glam::{DVec2, DVec3};
use rayon::prelude::*;

use super::layout::{Layout, Panel, lay, nearest};
use super::outline::{Side, border_runs, outlines};
use super::patch::{FlatPatch, FlatSpec, Flattener};
use super::sheet::{Sheet, surface_point};
use super::skull::is_ear;
use crate::{Chart, Head, HeadError, SurfacePoint, Zone};

pub use super::outline::{BorderRun, Seam};

/// The line along which the tiles are parted first, because a seam disturbs least there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Part {
    /// From the middle of the hairline over the top to the nape: left and right match.
    #[default]
    Midline,
    /// A side part: chart `x` (positive to the person's left) over the top, swinging to the midline
    /// behind the crown. From −0.6 to 0.6; 0.3 is above the outer third of the eyebrow.
    Side(f64),
    /// None.
    None,
}

/// A question about a place on the surface.
pub type Region<'a> = dyn Fn(&SurfacePoint) -> bool + Sync + 'a;

/// What tiles are wanted.
#[derive(Clone, Copy)]
pub struct TileSpec<'a> {
    /// The line of the first cut.
    pub part: Part,
    /// No place of a tile is further from its middle than this along the skin, mm; 10 to 80.
    pub most_radius: f64,
    /// The 99th percentile of the relative length error of a tile is less; 0.002 to 0.2.
    pub most_error: f64,
    /// Edges of the triangles that are laid flat, mm at most; 1 to 6.
    pub edge: f64,
    /// What is covered; without one the hair-bearing scalp, less the folds and backs of the ears, which
    /// no sheet of paper follows.
    pub region: Option<&'a Region<'a>>,
}

impl Default for TileSpec<'_> {
    fn default() -> Self {
        Self { part: Part::Midline, most_radius: 30.0, most_error: 0.02, edge: 3.0, region: None }
    }
}

/// A neighbour of a tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Its number.
    pub number: u32,
    /// Length of the common seam on the surface, mm.
    pub seam_mm: f64,
    /// Whether the seam is the part.
    pub along_part: bool,
}

/// The share of a tile that one zone has.
#[derive(Clone, Debug, PartialEq)]
pub struct TileZone {
    /// The zone; `None` where the region is off the hair-bearing scalp.
    pub zone: Option<Zone>,
    /// Area on the surface, cm².
    pub area_cm2: f64,
    /// Closed outlines in flat coordinates, mm; holes run clockwise.
    pub outlines: Vec<Vec<DVec2>>,
}

/// One tile.
#[derive(Clone, Debug)]
pub struct Tile {
    /// From 1, in rows from the front to the back, each row from the person's left to the right.
    pub number: u32,
    /// The tile laid flat; its distortion is [`FlatPatch::distortion`].
    pub flat: FlatPatch,
    /// Middle on the sheet, mm.
    pub centre_in_flat: DVec2,
    /// Middle on the head.
    pub centre: SurfacePoint,
    /// Middle in the chart.
    pub centre_in_chart: DVec2,
    /// From the middle to the farthest place of the border, mm, measured on the skin along lines that
    /// are straight on the sheet: the geodesic radius is no larger.
    pub radius_mm: f64,
    /// Area on the surface, cm².
    pub area_cm2: f64,
    /// Tiles with a common seam, by number. Tiles that touch in a point are none.
    pub neighbours: Vec<Neighbour>,
    /// The border, counter-clockwise, in runs with one neighbour each.
    pub border: Vec<BorderRun>,
    /// Zones, largest first.
    pub zones: Vec<TileZone>,
}

/// The tiles of a region.
#[derive(Clone, Debug)]
pub struct Tiling {
    /// By number.
    pub tiles: Vec<Tile>,
    /// Area of the region, cm²: that of the tiles and what was left out.
    pub region_cm2: f64,
    /// What no tile covers, cm²: folds and backs of ears within the hairline (without a region of the
    /// spec), specks of the region that hang together with nothing, and creases that stay too rough
    /// however small the tile (at most 0.5 % of the region).
    pub left_out_cm2: f64,
    /// Triangle of the head to the tiles that have a share of it, sorted.
    by_triangle: Vec<(u32, u32)>,
}

/// Islands of the region below this area get no tile, mm².
const SPECK: f64 = 100.0;
/// Folds of less area than this amid the region stay in it, mm².
const PINHOLE: f64 = 30.0;
/// Tiles of less area than this are given to a neighbour where the limits allow it, mm².
const SMALL: f64 = 400.0;
/// A tile that bends too much is halved this often at most.
const HALVINGS: usize = 5;
/// Share of a disc of the largest radius that the tiles fill at best: a regular hexagon fills 83 %,
/// but a panel has borders.
const FILLING: f64 = 0.72;
/// Straight distance from a seed, as a share of the radius of the tile on the skin: seeds lie under
/// the skin, a chord is shorter than its arc, and the flat tile is stretched a little. Measured on
/// light-stage scans: the largest tile comes out 3 to 5 % larger than straight.
const CHORD: f64 = 0.965;
/// Share of the region that may be left out because it is too rough for any tile.
const ROUGH: f64 = 0.005;
/// So many more tiles on each side are tried before tiles are halved.
const EXTRA: usize = 3;
/// No scalp takes as many tiles.
const MOST_TILES: usize = 1000;
/// Panels whose areas differ by less than this share are laid out as mirror images.
const ALIKE: f64 = 0.25;
/// Points that stand for a panel while its tiles are laid out.
const SAMPLES: usize = 12000;
/// The seam of a side part joins the midline between these chart `y`: behind the crown's middle.
const SWING: (f64, f64) = (-0.25, -0.75);

/// Name of what lies outside of the region, and of the region off the hair-bearing scalp.
const OUTSIDE: u8 = u8::MAX;
const NO_ZONE: u8 = u8::MAX - 1;
/// Name of hair-bearing skin that is the fold or the back of an ear.
const FOLD: u8 = u8::MAX - 2;

fn refuse(what: String) -> HeadError {
    HeadError::Flatten(what)
}

/// Covers the hair-bearing scalp, or the region of the spec, with tiles.
///
/// # Errors
/// [`HeadError::Flatten`] when the spec is out of range, the region is empty, or a piece of it cannot
/// be laid flat within the limits.
///
/// # Sources
/// Lloyd 1982 (even cells), Liu et al. 2008 (flattening); what tiles of which radius err by was
/// measured on light-stage scans: 1.1 % (p99) at 3 cm on the top, 1.7 % at the frontal hairline.
pub fn tile_scalp(head: &Head, spec: &TileSpec<'_>) -> Result<Tiling, HeadError> {
    check(spec)?;
    let (mut sheet, folds) = region_sheet(head, spec.region, spec.edge)?;
    let left_out = folds + drop_specks(&mut sheet);
    let panels = part(head, &mut sheet, spec.part);
    let groups: Vec<Group> = groups(&sheet, panels).into_iter().map(|g| Group::new(&sheet, g)).collect();
    let fewest: Vec<(usize, Layout)> = groups.iter().map(|g| g.fewest(head.chart(), spec)).collect();
    let mut best: Option<Attempt> = None;
    for extra in 0..=EXTRA {
        let attempt = Attempt::new(head, &sheet, &groups, &fewest, spec, extra)?;
        if best.as_ref().is_none_or(|b| attempt.failing.len() < b.failing.len()) {
            best = Some(attempt);
        }
        if best.as_ref().is_some_and(|b| b.failing.is_empty()) {
            break;
        }
    }
    let mut best = best.ok_or_else(|| refuse("the region is empty".into()))?;
    best.halve(head, spec)?;
    best.merge(head, spec);
    Ok(finish(head, &best.sheet, best.laid, left_out + best.left_out))
}

fn check(spec: &TileSpec<'_>) -> Result<(), HeadError> {
    let range = |name: &str, x: f64, low: f64, high: f64, unit: &str| {
        if (low..=high).contains(&x) {
            Ok(())
        } else {
            Err(refuse(format!("{name} is {x}{unit}, allowed are {low} to {high}{unit}")))
        }
    };
    range("the radius of the tiles", spec.most_radius, 10.0, 80.0, " mm")?;
    range("the length error of the tiles", spec.most_error, 0.002, 0.2, "")?;
    range("the edge of the triangles", spec.edge, 1.0, 6.0, " mm")?;
    if let Part::Side(x) = spec.part {
        range("the chart x of the part", x, -0.6, 0.6, "")?;
    }
    Ok(())
}

/// The region as a sheet with edges of at most `edge` mm, cut along its border and the zones; and the
/// area of the hair-bearing scalp that was left out because it is the fold or the back of an ear, mm².
pub(super) fn region_sheet(
    head: &Head,
    region: Option<&Region<'_>>,
    edge: f64,
) -> Result<(Sheet, f64), HeadError> {
    let surface = head.surface();
    let mesh = surface.mesh();
    let name = |p: DVec3, triangle: u32| -> u8 {
        let zone = head.zone_in_head(p).and_then(|z| Zone::ALL.iter().position(|a| *a == z));
        let inside = match region {
            None if zone.is_some() && is_ear(head, &surface_point(surface, p, triangle)) => return FOLD,
            None => zone.is_some(),
            Some(region) => region(&surface_point(surface, p, triangle)),
        };
        if inside { zone.map_or(NO_ZONE, |z| z as u8) } else { OUTSIDE }
    };
    // Triangles that may hold a bit of the region: some place of them is inside, or a neighbour's is.
    let touched: Vec<bool> = (0..mesh.triangles.len() as u32)
        .into_par_iter()
        .map(|t| {
            let [a, b, c] = mesh.corners(t);
            [a, b, c, a.midpoint(b), b.midpoint(c), c.midpoint(a), (a + b + c) / 3.0]
                .into_iter()
                .any(|p| name(p, t) != OUTSIDE)
        })
        .collect();
    let mut near = vec![false; mesh.positions.len()];
    for (t, _) in mesh.triangles.iter().zip(&touched).filter(|(_, t)| **t) {
        t.iter().for_each(|v| near[*v as usize] = true);
    }
    let triangles: Vec<u32> = (0..mesh.triangles.len() as u32)
        .filter(|t| {
            mesh.triangles[*t as usize].iter().any(|v| near[*v as usize]) && mesh.triangle_area(*t) > 0.0
        })
        .collect();
    let mut sheet = Sheet::new(surface, &triangles);
    sheet.refine(edge)?;
    sheet.cut(|_| true, name, |p, n| p.zone = n);
    fill_pinholes(&mut sheet);
    let folds =
        (0..sheet.pieces.len()).filter(|i| sheet.pieces[*i].zone == FOLD).map(|i| sheet.area(i)).sum();
    sheet.retain(|p| p.zone != OUTSIDE && p.zone != FOLD);
    if sheet.pieces.is_empty() {
        return Err(refuse("the region is empty; no place of the head is in it".into()));
    }
    Ok((sheet, folds))
}

/// Keeps folds that are pinholes in the region: small, with the region all around.
fn fill_pinholes(sheet: &mut Sheet) {
    if !sheet.pieces.iter().any(|p| p.zone == FOLD) {
        return;
    }
    let adjacent = sheet.adjacent();
    let parts = sheet.parts(|p| p.zone == FOLD, &adjacent);
    let mut areas: BTreeMap<u32, f64> = BTreeMap::new();
    for (i, p) in parts.iter().enumerate().filter(|(i, _)| sheet.pieces[*i].zone == FOLD) {
        *areas.entry(*p).or_insert(0.0) += sheet.area(i);
    }
    for &(a, b, _) in &adjacent {
        for (x, y) in [(a, b), (b, a)] {
            if sheet.pieces[x as usize].zone == OUTSIDE {
                areas.remove(&parts[y as usize]);
            }
        }
    }
    let holes: Vec<u32> = areas.into_iter().filter(|a| a.1 < PINHOLE).map(|a| a.0).collect();
    // Each takes the zone of a neighbour.
    let mut zones: BTreeMap<u32, u8> = BTreeMap::new();
    for &(a, b, _) in &adjacent {
        for (x, y) in [(a, b), (b, a)] {
            let zone = sheet.pieces[y as usize].zone;
            if zone != FOLD && holes.contains(&parts[x as usize]) {
                zones.entry(parts[x as usize]).or_insert(zone);
            }
        }
    }
    for (p, part) in sheet.pieces.iter_mut().zip(&parts) {
        if p.zone == FOLD
            && let Some(zone) = zones.get(part)
        {
            p.zone = *zone;
        }
    }
}

/// Drops specks that hang together with nothing; their area, mm².
pub(super) fn drop_specks(sheet: &mut Sheet) -> f64 {
    let adjacent = sheet.adjacent();
    let parts = sheet.parts(|_| (), &adjacent);
    let mut areas: BTreeMap<u32, f64> = BTreeMap::new();
    for (i, p) in parts.iter().enumerate() {
        *areas.entry(*p).or_insert(0.0) += sheet.area(i);
    }
    let largest = areas.values().copied().fold(0.0, f64::max);
    let speck = |p: u32| areas[&p] < SPECK.min(largest);
    let mut i = 0;
    sheet.pieces.retain(|_| {
        i += 1;
        !speck(parts[i - 1])
    });
    areas.iter().filter(|a| speck(*a.0)).map(|a| a.1).sum()
}

/// Cuts along the part; gives the number of panels.
fn part(head: &Head, sheet: &mut Sheet, part: Part) -> u8 {
    let x = match part {
        Part::None => return 1,
        Part::Midline => 0.0,
        Part::Side(x) => x,
    };
    let chart = head.chart();
    let left = |p: DVec3, _| {
        let q = chart.chart_from_head(p);
        let t = ((q.y - SWING.1) / (SWING.0 - SWING.1)).clamp(0.0, 1.0);
        q.x > x * t * t * (3.0 - 2.0 * t)
    };
    sheet.cut(|_| true, left, |p, left| p.panel = u8::from(!left));
    2
}

/// Panels that are laid out together.
fn groups(sheet: &Sheet, panels: u8) -> Vec<Vec<u8>> {
    let areas: Vec<f64> = (0..panels)
        .map(|k| (0..sheet.pieces.len()).filter(|i| sheet.pieces[*i].panel == k).map(|i| sheet.area(i)).sum())
        .collect();
    let alike = panels == 2 && (areas[0] - areas[1]).abs() < ALIKE * areas[0].max(areas[1]);
    if alike {
        vec![vec![0, 1]]
    } else {
        (0..panels).filter(|k| areas[*k as usize] > 0.0).map(|k| vec![k]).collect()
    }
}

/// Panels that are laid out together.
struct Group {
    members: Vec<u8>,
    panels: Vec<Panel>,
}

impl Group {
    fn new(sheet: &Sheet, members: Vec<u8>) -> Self {
        let panels = members.iter().map(|k| sampled(sheet, *k)).collect();
        Self { members, panels }
    }

    /// As few seeds as keep the radius, and their number.
    fn fewest(&self, chart: &Chart, spec: &TileSpec<'_>) -> (usize, Layout) {
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
struct Attempt {
    sheet: Sheet,
    tiles: u16,
    laid: BTreeMap<u16, Laid>,
    /// Tiles that leave the limits, and the plane that would halve each.
    failing: Vec<(u16, DVec3, DVec3)>,
    why: Option<HeadError>,
    /// Area that is too rough for any tile, mm².
    left_out: f64,
}

impl Attempt {
    fn new(
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
    fn merge(&mut self, head: &Head, spec: &TileSpec<'_>) {
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
    fn halve(&mut self, head: &Head, spec: &TileSpec<'_>) -> Result<(), HeadError> {
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

/// A tile being made.
struct Laid {
    flat: FlatPatch,
    centre: DVec2,
    radius: f64,
}

/// Middle of the second longest border of some pieces, mm; `None` with one border.
fn hole(sheet: &Sheet, pieces: &[u32]) -> Option<DVec3> {
    let triangles: Vec<[u32; 3]> = pieces.iter().map(|i| sheet.pieces[*i as usize].v).collect();
    let mut rings = outlines(&triangles, |_| true);
    rings.sort_by_key(|r| std::cmp::Reverse(r.len()));
    let ring = rings.get(1)?;
    Some(ring.iter().map(|v| sheet.positions[*v as usize]).sum::<DVec3>() / ring.len() as f64)
}

fn keeps(l: &Laid, spec: &TileSpec<'_>) -> bool {
    let d = l.flat.distortion();
    l.radius <= spec.most_radius && d.length_p99 < spec.most_error && d.flipped == 0
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

/// Unit normals of the vertices of a sheet, from those of the surface.
fn normals(head: &Head, sheet: &Sheet) -> Vec<DVec3> {
    (0..sheet.positions.len())
        .into_par_iter()
        .map(|i| surface_point(head.surface(), sheet.positions[i], sheet.seats[i]).normal)
        .collect()
}

fn lay_flat(head: &Head, sheet: &Sheet, pieces: &[u32], normals: &[DVec3]) -> Result<Laid, HeadError> {
    let list: Vec<[u32; 3]> = pieces.iter().map(|i| sheet.pieces[*i as usize].v).collect();
    let parents = pieces.iter().map(|i| sheet.pieces[*i as usize].parent).collect();
    let middle = pieces.iter().map(|i| sheet.centre(*i as usize)).sum::<DVec3>() / pieces.len().max(1) as f64;
    let spec = FlatSpec { up: forward(head, middle), ..FlatSpec::default() };
    let flat = Flattener::with_parents(&sheet.positions, &list, parents, normals)?.flatten(&spec)?;
    let border: Vec<DVec2> = flat.border().iter().map(|v| flat.flat()[*v as usize]).collect();
    let mut centre = circle(&border);
    if flat.surface_from_flat(centre).is_none() {
        // A bay of the border: the nearest vertex stands for the middle.
        let near =
            flat.flat().iter().copied().min_by(|a, b| a.distance(centre).total_cmp(&b.distance(centre)));
        centre = near.unwrap_or(centre);
    }
    let radius = border.iter().map(|q| flat.length_on_surface(centre, *q)).fold(0.0, f64::max);
    Ok(Laid { flat, centre, radius })
}

/// The direction in which chart `y` grows fastest: towards the front over the top of the head.
pub(super) fn forward(head: &Head, p: DVec3) -> DVec3 {
    let y = |p: DVec3| head.chart().chart_from_head(p).y;
    let d = |e: DVec3| y(p + e) - y(p - e);
    DVec3::new(d(DVec3::X), d(DVec3::Y), d(DVec3::Z)).normalize_or(DVec3::Z)
}

/// Middle of nearly the smallest circle about some places (Bădoiu and Clarkson 2003).
fn circle(points: &[DVec2]) -> DVec2 {
    let mut c = points.iter().sum::<DVec2>() / points.len().max(1) as f64;
    let mut best = (f64::INFINITY, c);
    for i in 1..=400 {
        let Some(far) = points.iter().max_by(|a, b| a.distance_squared(c).total_cmp(&b.distance_squared(c)))
        else {
            break;
        };
        let r = far.distance(c);
        if r < best.0 {
            best = (r, c);
        }
        c += (*far - c) / f64::from(i + 1);
    }
    best.1
}

/// Numbers the tiles and finds their neighbours, borders and zones.
fn finish(head: &Head, sheet: &Sheet, laid: BTreeMap<u16, Laid>, left_out: f64) -> Tiling {
    let mm = head.scalp().millimetres_per_unit();
    let middle = |l: &Laid| {
        let p = l.flat.surface_from_flat(l.centre).unwrap_or_else(|| SurfacePoint {
            position: l.flat.mesh().positions[0],
            normal: DVec3::Y,
            triangle: l.flat.source_triangles()[0],
        });
        (p, head.chart().chart_from_head(p.position))
    };
    let mut order: Vec<(u16, SurfacePoint, DVec2)> = laid
        .iter()
        .map(|(t, l)| {
            let (p, q) = middle(l);
            (*t, p, q)
        })
        .collect();
    order.sort_by(|a, b| b.2.y.total_cmp(&a.2.y).then(a.0.cmp(&b.0)));
    // A row ends where the next tile lies a good half of a tile further back than its first.
    let depth = 0.6 * (laid.values().map(|l| l.radius).sum::<f64>() / laid.len().max(1) as f64) / mm;
    let mut rows: Vec<Vec<(u16, SurfacePoint, DVec2)>> = Vec::new();
    for o in order {
        match rows.last_mut() {
            Some(row) if row[0].2.y - o.2.y < depth => row.push(o),
            _ => rows.push(vec![o]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| b.2.x.total_cmp(&a.2.x).then(a.0.cmp(&b.0)));
    }
    let order: Vec<(u16, SurfacePoint, DVec2)> = rows.into_iter().flatten().collect();
    let number: HashMap<u16, u32> = order.iter().enumerate().map(|(i, o)| (o.0, i as u32 + 1)).collect();
    let sides: HashMap<(u32, u32), Side> = sheet
        .pieces
        .iter()
        .flat_map(|p| {
            let side = Side { tile: number[&p.tile], panel: p.panel };
            [0, 1, 2].map(|k| ((p.v[k], p.v[(k + 1) % 3]), side))
        })
        .collect();
    let mut members: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (i, p) in sheet.pieces.iter().enumerate() {
        members.entry(p.tile).or_default().push(i as u32);
    }
    let mut laid = laid;
    let tiles: Vec<Tile> = order
        .into_iter()
        .enumerate()
        .filter_map(|(i, (t, centre, centre_in_chart))| {
            let l = laid.remove(&t)?;
            let own: Vec<u8> = members[&t].iter().map(|i| sheet.pieces[*i as usize].zone).collect();
            let border = border_runs(&l.flat, &sides);
            Some(Tile {
                number: i as u32 + 1,
                centre_in_flat: l.centre,
                centre,
                centre_in_chart,
                radius_mm: l.radius,
                area_cm2: l.flat.area() / 100.0,
                neighbours: neighbours(&border),
                border,
                zones: zones(&l.flat, &own),
                flat: l.flat,
            })
        })
        .collect();
    let mut by_triangle: Vec<(u32, u32)> = tiles
        .iter()
        .enumerate()
        .flat_map(|(i, t)| t.flat.source_triangles().iter().map(move |p| (*p, i as u32)))
        .collect();
    by_triangle.sort_unstable();
    by_triangle.dedup();
    let region_cm2 = tiles.iter().map(|t| t.area_cm2).sum::<f64>() + left_out / 100.0;
    Tiling { tiles, region_cm2, left_out_cm2: left_out / 100.0, by_triangle }
}

fn neighbours(border: &[BorderRun]) -> Vec<Neighbour> {
    let mut all: BTreeMap<u32, Neighbour> = BTreeMap::new();
    for run in border {
        let (number, along_part) = match run.seam {
            Seam::Region => continue,
            Seam::Tile(n) => (n, false),
            Seam::Part(n) => (n, true),
        };
        let entry = all.entry(number).or_insert(Neighbour { number, seam_mm: 0.0, along_part });
        entry.seam_mm += run.length_mm;
    }
    all.into_values().collect()
}

fn zones(flat: &FlatPatch, own: &[u8]) -> Vec<TileZone> {
    let mut list: Vec<u8> = own.to_vec();
    list.sort_unstable();
    list.dedup();
    let mut zones: Vec<TileZone> = list
        .into_iter()
        .map(|z| {
            let area: f64 =
                (0..own.len()).filter(|i| own[*i] == z).map(|i| flat.mesh().triangle_area(i as u32)).sum();
            TileZone {
                zone: Zone::ALL.get(usize::from(z)).copied(),
                area_cm2: area / 100.0,
                outlines: outlines(&flat.mesh().triangles, |t| own[t] == z)
                    .into_iter()
                    .map(|ring| ring.into_iter().map(|v| flat.flat()[v as usize]).collect())
                    .collect(),
            }
        })
        .collect();
    zones.sort_by(|a, b| b.area_cm2.total_cmp(&a.area_cm2));
    zones
}

impl Tile {
    /// The zone with the largest share.
    #[must_use]
    pub fn zone(&self) -> Option<Zone> {
        self.zones.first().and_then(|z| z.zone)
    }
}

impl Tiling {
    /// The tile that holds a point of the head's surface, by its place in [`Tiling::tiles`], and
    /// where on its sheet; `None` off the region. On a seam the lower number.
    #[must_use]
    pub fn locate(&self, p: &SurfacePoint) -> Option<(usize, DVec2)> {
        self.locate_in_head(p.position, p.triangle)
    }

    /// As [`Tiling::locate`], for a position in head space and the triangle of the head it lies on.
    #[must_use]
    pub fn locate_in_head(&self, position: DVec3, triangle: u32) -> Option<(usize, DVec2)> {
        let from = self.by_triangle.partition_point(|x| x.0 < triangle);
        self.by_triangle[from..].iter().take_while(|x| x.0 == triangle).find_map(|&(_, i)| {
            self.tiles[i as usize].flat.flat_from_head(position, triangle).map(|q| (i as usize, q))
        })
    }

    /// The largest radius, mm, and the largest 99th percentile of length error of any tile.
    #[must_use]
    pub fn worst(&self) -> (f64, f64) {
        self.tiles.iter().fold((0.0, 0.0), |(r, e), t| {
            (f64::max(r, t.radius_mm), f64::max(e, t.flat.distortion().length_p99))
        })
    }
}
