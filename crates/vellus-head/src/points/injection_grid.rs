//! Injection points in rows at a stated spacing along the surface.
//!
//! A curved surface holds no grid with equal spacing both ways. Here the rows are parallel curves:
//! each keeps its distance from the one before everywhere, measured along straightest lines, and
//! points stand on each row at the stated spacing along it. Rows shift against each other where the
//! surface curves, but no two points come nearer than the spacing between rows allows.

use glam::DVec3;

use super::walk::{Foot, Sheet};
use super::{PointSet, Spot};
use crate::{Chart, HeadError, Hit, Surface};

/// Where rows run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowDirection {
    /// From front to back, beside the midline.
    FrontToBack,
    /// From left to right, in front of and behind the line from ear to ear over the top.
    LeftToRight,
}

/// How rows stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridPattern {
    /// Rows one spacing apart; points abreast of each other.
    Square,
    /// Rows √3/2 of a spacing apart; points abreast of the gaps. On a plane that takes 15 % more
    /// points at the same spacing; on a head rows fall out of step, points wait for their place, and
    /// about as many as in the square pattern are left.
    Hexagonal,
}

/// A region: whether a place belongs to it.
pub type Region<'a> = &'a (dyn Fn(&Spot) -> bool + Sync);

/// What grid to lay.
#[derive(Clone, Copy)]
pub struct InjectionSpec<'a> {
    /// Spacing along the surface, mm, 2 to 50. Default 10.
    pub spacing_mm: f64,
    /// How rows stand to each other. Default square.
    pub pattern: GridPattern,
    /// Where rows run. Default from front to back.
    pub rows: RowDirection,
    /// Where points may lie.
    pub region: Region<'a>,
}

impl<'a> InjectionSpec<'a> {
    /// The defaults, in a region.
    #[must_use]
    pub const fn new(region: Region<'a>) -> Self {
        Self { spacing_mm: 10.0, pattern: GridPattern::Square, rows: RowDirection::FrontToBack, region }
    }
}

impl std::fmt::Debug for InjectionSpec<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InjectionSpec")
            .field("spacing_mm", &self.spacing_mm)
            .field("pattern", &self.pattern)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

/// A grid of injections.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InjectionGrid {
    /// The points, row by row, each row from front to back or from right to left. Their class is 0.
    pub points: PointSet,
    /// The row of each point: 0 is the middle row, negative to the right or in front.
    pub row: Vec<i32>,
    /// Distance of each point to the nearest other, along the surface, mm: least, median, largest.
    /// Zeros for fewer than two points.
    pub spacing_mm: [f64; 3],
}

/// Rows are followed in steps of about this, mm.
const STEP: f64 = 1.0;
/// A row that comes nearer to the one before than this share of their distance has folded over.
const FOLDED: f64 = 0.97;
/// Most rows to a side: a head is half a metre around, the least spacing 2 mm.
const MOST_ROWS: i32 = 400;
/// Rows go on over this much without the region, mm: regions may have parts on both sides of the head
/// and none between, as the recesses of the temples.
const WIDEST_GAP: f64 = 90.0;
/// Points of a row and those of the row before keep at least this share of the spacing.
const KEPT: f64 = 0.97;

/// One place of a row.
#[derive(Clone, Copy)]
struct Knot {
    foot: Foot,
    position: DVec3,
    normal: DVec3,
}

/// Lays injection points in rows within a region. Deterministic, without any random number.
///
/// The middle row is where the plane through the chart's centre meets the surface: the midline, or
/// the line from ear to ear. From it rows are offset to both sides until the region ends.
///
/// # Errors
/// [`HeadError::Placing`] for a spacing out of range and when the region holds no point.
pub fn injection_grid(
    surface: &Surface,
    chart: &Chart,
    spec: &InjectionSpec<'_>,
) -> Result<InjectionGrid, HeadError> {
    if !(2.0..=50.0).contains(&spec.spacing_mm) {
        return Err(HeadError::Placing(format!(
            "an injection every {} mm; 2 to 50 mm allowed, 5 to 20 are usual",
            spec.spacing_mm
        )));
    }
    let sheet = Sheet::new(surface.mesh());
    let centre = chart.centre_in_head();
    let sweep = match spec.rows {
        // From the forehead over the top to the nape.
        RowDirection::FrontToBack => DVec3::Z,
        // From the right ear over the top to the left one.
        RowDirection::LeftToRight => DVec3::NEG_X,
    };
    let middle = resample(surface, &middle_row(surface, centre, sweep));
    let inside = |k: &Knot| {
        (spec.region)(&Spot {
            position_in_head: k.position,
            normal: k.normal,
            in_chart: chart.chart_from_head(k.position),
            triangle: k.foot.triangle,
        })
    };
    let apart = match spec.pattern {
        GridPattern::Square => spec.spacing_mm,
        GridPattern::Hexagonal => spec.spacing_mm * 0.75f64.sqrt(),
    };
    let mut rows: Vec<(i32, Vec<Knot>)> = Vec::new();
    let mut centre_row = Vec::new();
    for side in [0i32, -1, 1] {
        if side == 0 {
            centre_row = stand(surface, &sheet, &middle, &inside, &[], None, spec);
            rows.push((0, centre_row.clone()));
            continue;
        }
        let mut curve = middle.clone();
        let mut before = centre_row.clone();
        let mut gap = 0.0;
        for k in 1..=MOST_ROWS {
            curve = offset(surface, &sheet, &curve, f64::from(side) * apart);
            // Two knots bound no length; and rows end where the region does.
            if curve.len() < 3 {
                break;
            }
            if !curve.iter().any(&inside) {
                gap += apart;
                if gap > WIDEST_GAP {
                    break;
                }
                continue;
            }
            gap = 0.0;
            let abreast = before.get(before.len() / 2).copied();
            let row = stand(surface, &sheet, &curve, &inside, &before, abreast, spec);
            rows.push((side * k, row.clone()));
            if !row.is_empty() {
                before = row;
            }
        }
    }
    rows.sort_by_key(|r| r.0);
    let mut grid = InjectionGrid::default();
    for (number, row) in rows {
        for k in row {
            grid.row.push(number);
            grid.points.position.push(k.position.as_vec3().to_array());
            grid.points.normal.push(k.normal.as_vec3().to_array());
            grid.points.in_chart.push(chart.chart_from_head(k.position).as_vec2().to_array());
            grid.points.triangle.push(k.foot.triangle);
            grid.points.class.push(0);
            grid.points.radius.push((0.5 * spec.spacing_mm) as f32);
        }
    }
    if grid.row.is_empty() {
        return Err(HeadError::Placing(
            "no place of the middle row or beside it lies in the region; choose another direction of \
             the rows or a larger region"
                .into(),
        ));
    }
    // Each point stands for one cell of the pattern.
    grid.points.area = grid.row.len() as f64 * spec.spacing_mm * apart;
    grid.spacing_mm = spacings(&grid.points);
    Ok(grid)
}

/// Where rays from the centre meet the outer surface, in the plane of `sweep` and up.
fn middle_row(surface: &Surface, centre: DVec3, sweep: DVec3) -> Vec<Knot> {
    const RAYS: u32 = 2000;
    // From 20° below the horizon in front to 50° below it behind: the nape lies low.
    let (from, to) = (-20f64.to_radians(), std::f64::consts::PI + 50f64.to_radians());
    (0..=RAYS)
        .filter_map(|i| {
            let (s, c) = libm::sincos(from + (to - from) * f64::from(i) / f64::from(RAYS));
            surface.raycast(centre, sweep * c + DVec3::Y * s)
        })
        .map(|hit: Hit| knot(surface, hit.point.triangle, hit.point.position))
        .collect()
}

fn knot(surface: &Surface, triangle: u32, p: DVec3) -> Knot {
    let [a, b, c] = surface.mesh().corners(triangle);
    let (e1, e2, d) = (b - a, c - a, p - a);
    let n = e1.cross(e2);
    let n2 = n.length_squared();
    let (mut v, mut w) = (d.cross(e2).dot(n) / n2, e1.cross(d).dot(n) / n2);
    if !(v.is_finite() && w.is_finite()) {
        (v, w) = (0.0, 0.0);
    }
    v = v.clamp(0.0, 1.0);
    w = w.clamp(0.0, 1.0 - v);
    at(surface, Foot { triangle, v, w })
}

fn at(surface: &Surface, foot: Foot) -> Knot {
    let p = surface.point(foot.triangle, foot.v, foot.w);
    Knot { foot, position: p.position, normal: p.normal }
}

/// The same curve with knots about a step apart. A jump (the edge of a hole) cuts the curve: the
/// longest part stays.
fn resample(surface: &Surface, curve: &[Knot]) -> Vec<Knot> {
    let mut parts: Vec<Vec<Knot>> = vec![Vec::new()];
    let mut last: Option<Knot> = None;
    for k in curve {
        let far = last.map_or(STEP, |l| l.position.distance(k.position));
        if far > 5.0 * STEP && last.is_some() {
            parts.push(Vec::new());
        }
        if far >= STEP {
            // Long stretches get knots between, brought back onto the surface.
            if let (Some(l), true) = (last, far <= 5.0 * STEP) {
                let pieces = (far / STEP).floor().max(1.0) as usize;
                for i in 1..pieces {
                    let p = l.position.lerp(k.position, i as f64 / pieces as f64);
                    if let Some(c) = surface.closest_point(p)
                        && let Some(part) = parts.last_mut()
                    {
                        part.push(knot(surface, c.point.triangle, c.point.position));
                    }
                }
            }
            if let Some(part) = parts.last_mut() {
                part.push(*k);
            }
            last = Some(*k);
        }
    }
    // The first of the longest.
    parts.into_iter().rev().max_by_key(Vec::len).unwrap_or_default()
}

/// The parallel curve at a distance, mm: positive to the left of the direction of the curve as seen
/// from outside.
fn offset(surface: &Surface, sheet: &Sheet<'_>, curve: &[Knot], distance: f64) -> Vec<Knot> {
    let n = curve.len();
    let moved: Vec<Knot> = (0..n)
        .filter_map(|i| {
            // Over a few millimetres, so that facets do not turn it.
            let (a, b) = (i.saturating_sub(4), (i + 4).min(n - 1));
            let tangent = curve[b].position - curve[a].position;
            let across = curve[i].normal.cross(tangent).try_normalize()?;
            let (foot, _, left) = sheet.walk(curve[i].foot, across * distance);
            (left == 0.0).then(|| at(surface, foot))
        })
        .collect();
    // Where lines have crossed, knots lie nearer to the old row than they have walked.
    let least = FOLDED * distance.abs();
    let clean: Vec<Knot> = moved
        .into_iter()
        .filter(|m| curve.iter().all(|k| along(m, k) >= least.min(distance.abs() - 0.05)))
        .collect();
    resample(surface, &clean)
}

/// Stands points on a row, the spacing apart along it. `abreast` is a point of the row before that
/// the pattern starts from.
fn stand(
    surface: &Surface,
    sheet: &Sheet<'_>,
    curve: &[Knot],
    inside: &dyn Fn(&Knot) -> bool,
    before: &[Knot],
    abreast: Option<Knot>,
    spec: &InjectionSpec<'_>,
) -> Vec<Knot> {
    let mut length = vec![0.0];
    for w in curve.windows(2) {
        length.push(length[length.len() - 1] + along(&w[0], &w[1]));
    }
    let total = length.last().copied().unwrap_or(0.0);
    if curve.is_empty() {
        return Vec::new();
    }
    let place = |s: f64| -> Knot {
        let i = length.partition_point(|l| *l < s).clamp(1, length.len().max(2) - 1);
        let (Some(a), Some(b)) = (curve.get(i - 1), curve.get(i)) else { return curve[0] };
        let share = (s - length[i - 1]) / (length[i] - length[i - 1]).max(1e-9);
        let (foot, ..) = sheet.walk(a.foot, (b.position - a.position) * share);
        at(surface, foot)
    };
    let spacing = spec.spacing_mm;
    // The place of the row that is nearest to the one to start from; the middle of the row at first.
    let start = abreast.map_or(0.5 * total, |k| {
        (0..curve.len())
            .min_by(|a, b| {
                curve[*a]
                    .position
                    .distance_squared(k.position)
                    .total_cmp(&curve[*b].position.distance_squared(k.position))
            })
            .map_or(0.5 * total, |i| length[i])
    });
    let shift = if spec.pattern == GridPattern::Hexagonal && abreast.is_some() { 0.5 * spacing } else { 0.0 };
    let free = |k: &Knot| inside(k) && before.iter().all(|b| along(k, b) >= KEPT * spacing);
    let mut first = None;
    let mut back = Vec::new();
    let mut forth = Vec::new();
    // Out from the start to both ends; where the row before is in the way, on in small steps.
    for (out, sign) in [(&mut forth, 1.0), (&mut back, -1.0)] {
        let mut last: Option<Knot> = if sign < 0.0 { first } else { None };
        let mut s = start + shift;
        while (0.0..=total).contains(&s) {
            let k = place(s);
            // Rows wind a little: what counts is the distance across, not along the row.
            let lack = last.map_or(0.0, |l| spacing - along(&k, &l));
            if lack > 1e-3 * spacing {
                s += sign * lack;
            } else if free(&k) {
                out.push(k);
                first = first.or(Some(k));
                last = Some(k);
                s += sign * spacing;
            } else {
                s += sign * 0.05 * spacing;
            }
        }
    }
    back.reverse();
    back.append(&mut forth);
    back
}

/// Distance along the surface between near places: the arc that the chord and the turn of the
/// normals make.
fn along(a: &Knot, b: &Knot) -> f64 {
    arc(a.position.distance(b.position), a.normal.dot(b.normal))
}

/// The arc over a chord with normals that turn by this cosine, mm. Turns beyond 90° are those of a
/// fold, not of an arc.
fn arc(chord: f64, cosine: f64) -> f64 {
    let half = 0.5 * libm::acos(cosine.clamp(0.0, 1.0));
    if half < 1e-4 { chord } else { chord * half / libm::sin(half) }
}

/// Least, median and largest distance to the nearest other point along the surface, mm.
fn spacings(points: &PointSet) -> [f64; 3] {
    let n = points.len();
    let to_vec = |p: &[f32; 3]| DVec3::from_array(p.map(f64::from));
    let mut nearest: Vec<f64> = (0..n)
        .map(|i| {
            (0..n)
                .filter(|j| *j != i)
                .map(|j| {
                    let chord = to_vec(&points.position[i]).distance(to_vec(&points.position[j]));
                    arc(chord, to_vec(&points.normal[i]).dot(to_vec(&points.normal[j])))
                })
                .fold(f64::INFINITY, f64::min)
        })
        .filter(|d| d.is_finite())
        .collect();
    nearest.sort_by(f64::total_cmp);
    match (nearest.first(), nearest.last()) {
        (Some(a), Some(b)) => [*a, nearest[nearest.len() / 2], *b],
        _ => [0.0; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parametric::ParametricSpec;
    use crate::{Head, Zone};

    #[test]
    fn injections_stand_a_centimetre_apart_on_the_top_of_a_head() {
        let head = Head::from_lengths(&ParametricSpec::default(), None, "mean").unwrap();
        let top = |s: &Spot| {
            matches!(
                head.zone_at_spot(s),
                Some(Zone::Frontal | Zone::MidScalp | Zone::Vertex | Zone::FrontalHairline)
            )
        };
        let area: f64 = head
            .zone_areas()
            .iter()
            .filter(|(z, _)| {
                matches!(z, Zone::Frontal | Zone::MidScalp | Zone::Vertex | Zone::FrontalHairline)
            })
            .map(|(_, a)| a.0)
            .sum();
        for (pattern, per_cm2) in [(GridPattern::Square, 1.0), (GridPattern::Hexagonal, 1.155)] {
            for rows in [RowDirection::FrontToBack, RowDirection::LeftToRight] {
                for spacing_mm in [5.0, 10.0, 20.0] {
                    let spec = InjectionSpec { pattern, rows, spacing_mm, ..InjectionSpec::new(&top) };
                    let grid = injection_grid(head.surface(), head.chart(), &spec).unwrap();
                    let [least, median, _] = grid.spacing_mm.map(|s| s / spacing_mm);
                    let expected = area * per_cm2 * 100.0 / (spacing_mm * spacing_mm);
                    let n = grid.points.len() as f64;
                    assert!(least > 0.95 && (median - 1.0).abs() < 0.05, "{:?}", grid.spacing_mm);
                    assert!((n / expected - 1.0).abs() < 0.15 + 2.5 / n.sqrt(), "{n} {expected}");
                    assert!(grid.points.position.iter().zip(&grid.points.triangle).all(|(p, t)| {
                        let p = DVec3::from_array(p.map(f64::from));
                        head.surface().closest_point(p).unwrap().distance < 0.05 && *t < 1 << 20
                    }));
                }
            }
        }
    }

    #[test]
    fn a_region_with_nothing_on_the_midline_has_points_on_both_sides() {
        let head = Head::from_lengths(&ParametricSpec::default(), None, "mean").unwrap();
        let sides = |s: &Spot| {
            s.position_in_head.x.abs() > 45.0
                && matches!(head.zone_at_spot(s), Some(Zone::Frontal | Zone::FrontotemporalRecess))
        };
        let grid = injection_grid(head.surface(), head.chart(), &InjectionSpec::new(&sides)).unwrap();
        let left = grid.points.position.iter().filter(|p| p[0] > 0.0).count();
        assert!(left > 2 && grid.points.len() - left > 2, "{left} of {}", grid.points.len());
    }

    #[test]
    fn a_region_without_a_place_is_told() {
        let head = Head::from_lengths(&ParametricSpec::default(), None, "mean").unwrap();
        let none = |_: &Spot| false;
        let spec = InjectionSpec::new(&none);
        assert!(injection_grid(head.surface(), head.chart(), &spec).is_err());
        let wide = InjectionSpec { spacing_mm: 100.0, ..spec };
        assert!(injection_grid(head.surface(), head.chart(), &wide).is_err());
    }
}
