//! One tile laid flat, with its middle and radius.

use glam::{DVec2, DVec3};
use rayon::prelude::*;

use super::patch::{FlatPatch, FlatSpec, Flattener};
use super::sheet::{Sheet, surface_point};
use super::tiles::TileSpec;
use crate::{Head, HeadError};

/// A tile being made.
pub(super) struct Laid {
    pub flat: FlatPatch,
    pub centre: DVec2,
    pub radius: f64,
}

pub(super) fn keeps(l: &Laid, spec: &TileSpec<'_>) -> bool {
    let d = l.flat.distortion();
    l.radius <= spec.most_radius && d.length_p99 < spec.most_error && d.flipped == 0
}

/// Unit normals of the vertices of a sheet, from those of the surface.
pub(super) fn normals(head: &Head, sheet: &Sheet) -> Vec<DVec3> {
    (0..sheet.positions.len())
        .into_par_iter()
        .map(|i| surface_point(head.surface(), sheet.positions[i], sheet.seats[i]).normal)
        .collect()
}

pub(super) fn lay_flat(
    head: &Head,
    sheet: &Sheet,
    pieces: &[u32],
    normals: &[DVec3],
) -> Result<Laid, HeadError> {
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
fn forward(head: &Head, p: DVec3) -> DVec3 {
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
