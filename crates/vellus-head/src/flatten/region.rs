//! The region that is tiled, as a sheet: cut along its border, the borders of the zones and the part.

use std::collections::BTreeMap;

use glam::DVec3;
use rayon::prelude::*;

use super::refuse;
use super::sheet::{Sheet, surface_point};
use super::skull::is_ear;
use super::tiles::{Part, Region};
use crate::{Head, HeadError, Zone};

/// Islands of the region below this area get no tile, mm².
const SPECK: f64 = 100.0;
/// Folds of less area than this amid the region stay in it, mm².
const PINHOLE: f64 = 30.0;
/// Panels whose areas differ by less than this share are laid out as mirror images.
const ALIKE: f64 = 0.25;
/// The seam of a side part joins the midline between these chart `y`: behind the crown's middle.
const SWING: (f64, f64) = (-0.25, -0.75);

/// Name of what lies outside of the region, and of the region off the hair-bearing scalp.
const OUTSIDE: u8 = u8::MAX;
const NO_ZONE: u8 = u8::MAX - 1;
/// Name of hair-bearing skin that is the fold or the back of an ear.
const FOLD: u8 = u8::MAX - 2;

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
pub(super) fn part(head: &Head, sheet: &mut Sheet, part: Part) -> u8 {
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
pub(super) fn groups(sheet: &Sheet, panels: u8) -> Vec<Vec<u8>> {
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
