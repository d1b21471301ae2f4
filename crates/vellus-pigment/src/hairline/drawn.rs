//! Lines that were drawn: checked, brought onto the skin, and their named places found again.

use glam::{DVec2, DVec3};
use vellus_head::chart::azimuth;

use super::details::{HairlineDetails, refused};
use super::forehead::{Forehead, sign};
use super::line::HairlinePoints;
use crate::PigmentError;

/// A drawn place may lie this far from the skin, mm: more is another head or another space.
const MOST_FROM_SKIN_MM: f64 = 6.0;
/// A line reaches at least this near to the verticals through the outer corners of the eyes, mm.
const SPAN_SLACK_MM: f64 = 10.0;
/// So near to the tragion it is the ear, mm.
const EAR_MM: f64 = 14.0;
/// Places nearer to each other than this are one, mm.
const SAME_MM: f64 = 0.2;
/// A line drawn to within this chart angle of the sideburn's is whole, radians.
const END_SLACK: f64 = 0.03;
/// Turn of the line is looked at over this length to either side, mm.
const TURN_MM: f64 = 9.0;
/// A line that nowhere turns by this much has no angle, radians; the vertical says where it would be.
const LEAST_TURN: f64 = 0.45;

/// The places of a drawn line on the skin, from right to left, completed down to the sideburns.
pub(super) fn places(f: &Forehead<'_>, details: &HairlineDetails) -> Result<Vec<DVec3>, PigmentError> {
    let head = f.head;
    let (key, mut row) = if let Some(line) = &details.polyline_in_chart {
        let key = "polyline_in_chart";
        let mut row = Vec::with_capacity(line.len());
        for (i, q) in line.iter().enumerate() {
            let name = format!("{key}[{i}]");
            let at = DVec2::from_array(*q);
            let value = format!("[{}, {}]", q[0], q[1]);
            if at.length() > 1.5 {
                return Err(refused(
                    &name,
                    value,
                    "at most 1.5 from the middle of the chart",
                    "chart coordinates have the top of the head at [0, 0] and the glabella at [0, 1]; millimetres belong in polyline_in_head_mm",
                ));
            }
            let skin = head
                .head_from_chart(at)
                .ok_or_else(|| refused(&name, &value, "a place on the head", "keep the line on the scan"))?;
            check_place(f, &name, &value, skin.position)?;
            row.push(skin.position);
        }
        (key, row)
    } else {
        let key = "polyline_in_head_mm";
        let line = details.polyline_in_head_mm.as_deref().unwrap_or_default();
        let mut row = Vec::with_capacity(line.len());
        for (i, p) in line.iter().enumerate() {
            let name = format!("{key}[{i}]");
            let value = format!("[{}, {}, {}]", p[0], p[1], p[2]);
            let at = DVec3::from_array(*p);
            let skin = head.surface().closest_point(at).filter(|h| h.distance <= MOST_FROM_SKIN_MM);
            let Some(skin) = skin else {
                let from = head.surface().closest_point(at).map_or(f64::INFINITY, |h| h.distance);
                return Err(refused(
                    &name,
                    format!("{value}, {from:.0} mm from the skin"),
                    format!("at most {MOST_FROM_SKIN_MM} mm from the skin"),
                    "head coordinates are millimetres with the origin midway between the ears, x to the person's left, y up, z forward; a line drawn on another head does not fit",
                ));
            };
            check_place(f, &name, &value, skin.point.position)?;
            row.push(skin.point.position);
        }
        (key, row)
    };
    if let (Some(a), Some(b)) = (row.first(), row.last())
        && a.x > b.x
    {
        row.reverse();
    }
    row.dedup_by(|b, a| a.distance(*b) < SAME_MM);
    if row.len() < 2 {
        return Err(refused(key, "one place", "at least 2 places apart", "draw from temple to temple"));
    }
    let chart: Vec<DVec2> = row.iter().map(|p| head.chart().chart_from_head(*p)).collect();
    if let Some((i, j)) = crossing(&chart) {
        return Err(refused(
            key,
            format!("a line whose legs {} and {} cross", i + 1, j + 1),
            "a line that does not cross itself",
            "give the places in order, from one temple to the other",
        ));
    }
    let (right, left) = (row[0].x, row[row.len() - 1].x);
    let need = [f.canthi[0].x + SPAN_SLACK_MM, f.canthi[1].x - SPAN_SLACK_MM];
    if right > need[0] || left < need[1] {
        return Err(refused(
            key,
            format!("a line from x = {right:.0} to {left:.0} mm"),
            format!("from {:.0} mm or less to {:.0} mm or more", need[0], need[1]),
            "the line must span the forehead, at least from one frontotemporal angle to the other, above the outer corners of the eyes",
        ));
    }
    complete(f, &mut row, 0)?;
    row.reverse();
    complete(f, &mut row, 1)?;
    row.reverse();
    Ok(row)
}

/// Whether a place of a line is on the scalp or the forehead.
fn check_place(f: &Forehead<'_>, key: &str, value: &str, p: DVec3) -> Result<(), PigmentError> {
    let behind = 0.5 * (f.tragia[0].z + f.tragia[1].z) - 15.0;
    let at_ear = f.tragia.iter().any(|t| t.distance(p) < EAR_MM);
    let on = if at_ear || f.head.is_ear(p) {
        "on an ear"
    } else if p.z < behind {
        "behind the ears"
    } else if p.z > f.temporal_points.iter().map(|t| t.z).fold(f64::INFINITY, f64::min) + 12.0
        && p.y < f.glabella.y + 12.0
    {
        "on the face"
    } else if p.y < f.tragia[0].y.min(f.tragia[1].y) - 10.0 {
        "below the ears"
    } else {
        return Ok(());
    };
    Err(refused(
        key,
        format!("{value}, {on}"),
        "a place on the forehead, the scalp in front of the ears, or the temples",
        "a hairline runs over the forehead above the brows and down the temples to the sideburns",
    ))
}

/// Adds what a line that ends early lacks, at its begin: the temporal point and the sideburn.
fn complete(f: &Forehead<'_>, row: &mut Vec<DVec3>, side: usize) -> Result<(), PigmentError> {
    let of = |p: DVec3| azimuth(f.head.chart().chart_from_head(p)) * sign(side);
    let lost = || {
        refused("hairline", "a sideburn without skin", "a place on the skin", "check the tragia of the head")
    };
    let at = of(row[0]);
    let end = f.end(side).ok_or_else(lost)?;
    if at >= of(end) - END_SLACK {
        return Ok(());
    }
    let point = f.temporal_point(side, 0.0, 0.0).ok_or_else(lost)?;
    let mut more = vec![end];
    if at < of(point) - END_SLACK {
        more.push(point);
    }
    more.append(row);
    *row = more;
    Ok(())
}

/// The first two legs of a polyline that cross.
pub(super) fn crossing(line: &[DVec2]) -> Option<(usize, usize)> {
    let boxes: Vec<(DVec2, DVec2)> = line.windows(2).map(|w| (w[0].min(w[1]), w[0].max(w[1]))).collect();
    for i in 0..boxes.len() {
        for j in i + 2..boxes.len() {
            let ((a, b), (c, d)) = (boxes[i], boxes[j]);
            if b.x < c.x || d.x < a.x || b.y < c.y || d.y < a.y {
                continue;
            }
            let (p, q, r, s) = (line[i], line[i + 1], line[j], line[j + 1]);
            let side = |a: DVec2, b: DVec2, c: DVec2| (b - a).perp_dot(c - a);
            if side(p, q, r) * side(p, q, s) <= 0.0 && side(r, s, p) * side(r, s, q) <= 0.0 {
                return Some((i, j));
            }
        }
    }
    None
}

/// The named places of a line that was drawn, found from its shape.
pub(super) fn named(f: &Forehead<'_>, line: &[DVec3], along: &[f64]) -> Option<HairlinePoints> {
    let n = line.len();
    let middle = (0..n - 1).find(|i| line[*i].x <= f.middle_x && line[i + 1].x > f.middle_x)?;
    let (a, b) = (line[middle], line[middle + 1]);
    let mid_frontal = a.lerp(b, ((f.middle_x - a.x) / (b.x - a.x)).clamp(0.0, 1.0));
    let mut angles = [mid_frontal; 2];
    let mut humps = [mid_frontal; 2];
    let mut temporal_points = [mid_frontal; 2];
    for side in 0..2 {
        // From the middle outwards.
        let way: Vec<usize> =
            if side == 0 { (0..=middle).rev().collect() } else { (middle + 1..n).collect() };
        let canthus = (f.canthi[side].x - f.middle_x).abs();
        let lateral = |i: usize| (line[i].x - f.middle_x).abs();
        let step = along.last()? / (n - 1) as f64;
        let reach = ((TURN_MM / step).round() as usize).max(1);
        let turn = |i: usize| {
            let (before, after) = (i.checked_sub(reach)?, i + reach);
            let out = line.get(after)? - line[i];
            let into = line[i] - line[before];
            Some(into.angle_between(out))
        };
        let sharpest = way
            .iter()
            .copied()
            .filter(|i| {
                (0.5 * canthus..1.5 * canthus).contains(&lateral(*i))
                    && line[*i].y > f.temporal_points[side].y + 8.0
            })
            .filter_map(|i| turn(i).map(|t| (i, t)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|t| t.1 >= LEAST_TURN);
        let corner = match sharpest {
            Some((i, _)) => i,
            None => way.iter().copied().find(|i| lateral(*i) >= canthus)?,
        };
        angles[side] = line[corner];
        // The temporal point: the corner, or else the foremost place, near where it naturally lies.
        let natural = f.temporal_points[side];
        let from = way.iter().position(|i| *i == corner)?;
        let below: Vec<usize> = way[from..]
            .iter()
            .copied()
            .filter(|i| line[*i].y < line[corner].y - 10.0 && line[*i].y < natural.y + 18.0)
            .collect();
        let near = || below.iter().copied().filter(|i| line[*i].y > natural.y - 18.0);
        let point = near()
            .filter_map(|i| turn(i).map(|t| (i, t)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|t| t.1 >= LEAST_TURN)
            .map(|t| t.0)
            .or_else(|| near().max_by(|a, b| line[*a].z.total_cmp(&line[*b].z)))
            .or_else(|| {
                let away = |i: usize| line[i].distance(natural);
                way[from..].iter().copied().min_by(|a, b| away(*a).total_cmp(&away(*b)))
            })?;
        temporal_points[side] = line[point];
        humps[side] = line[(corner + point) / 2];
    }
    Some(HairlinePoints { mid_frontal, angles, humps, temporal_points, ends: [line[0], line[n - 1]] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_legs_are_found_and_neighbours_are_not() {
        let q = |x: f64, y: f64| DVec2::new(x, y);
        assert_eq!(crossing(&[q(0., 0.), q(2., 0.), q(2., 2.), q(1., -1.)]), Some((0, 2)));
        assert_eq!(crossing(&[q(0., 0.), q(2., 0.), q(2., 2.), q(0., 1.)]), None);
        assert_eq!(crossing(&[]), None);
    }
}
