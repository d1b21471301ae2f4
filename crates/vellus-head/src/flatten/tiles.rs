//! The scalp in tiles that lie flat.
//!
//! The region is refined to short edges and cut, through triangles, along its border, the borders of
//! the zones and the part. Each side of the part is divided among seeds ([`TileSpec`] says how small
//! the cells must be); the seams between them are plane cuts, so they are straight on the sheet. A
//! tile that still bends too much is halved. Tiles share their seams to the last bit: they neither
//! overlap nor gape.

use std::collections::{BTreeMap, HashMap};

use glam::{DVec2, DVec3};

use super::attempt::{Attempt, Group};
use super::laid::Laid;
use super::layout::Layout;
use super::outline::{Side, border_runs, outlines};
use super::patch::FlatPatch;
use super::refuse;
use super::region::{drop_specks, groups, part, region_sheet};
use super::sheet::Sheet;
use crate::{Head, HeadError, SurfacePoint, Zone};

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

/// So many more tiles on each side are tried before tiles are halved.
const EXTRA: usize = 3;

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
        let better = best.as_ref().is_none_or(|b| attempt.failing.len() < b.failing.len());
        if better {
            best = Some(attempt);
        }
        // What more tiles do not mend is a crease, not the size of a tile.
        if !better || best.as_ref().is_some_and(|b| b.failing.is_empty()) {
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
