//! Marks of a case, put on the head.

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_pigment::mark::{BLEND_MM, BLEND_ROUND_MM, check_marks};
use vellus_pigment::{Mark, MarkKind};

use crate::case::MarkKeys;
use crate::error::PlanError;

/// Points given in head space may be this far from the skin, mm: a digitiser's tip and the difference
/// between a scan and the skin.
const OFF_SKIN_MM: f64 = 6.0;

/// Chart radius beyond which nothing is scalp: the brow, the ears and the nape lie at about 1.
const FARTHEST_IN_CHART: f64 = 1.3;

/// The marks of a case on its head.
///
/// # Errors
/// [`PlanError::Value`] when a point is not on the head or scars overlap.
pub fn marks_on(head: &Head, keys: &[MarkKeys]) -> Result<Vec<Mark>, PlanError> {
    let mut marks = Vec::with_capacity(keys.len());
    for (i, k) in keys.iter().enumerate() {
        let wrong = |name: &str, value: String, allowed: String, hint: &str| PlanError::Value {
            key: format!("smp.marks[{i}].{name}"),
            line: None,
            value,
            allowed,
            hint: hint.into(),
        };
        let mut path = Vec::new();
        for q in &k.in_chart {
            let on_scalp = DVec2::from_array(*q).length() < FARTHEST_IN_CHART;
            let p = head.head_from_chart(DVec2::from_array(*q)).filter(|_| on_scalp).ok_or_else(|| {
                wrong(
                    "in_chart",
                    format!("{q:?}"),
                    "a place of the chart that is on the head".into(),
                    "x runs from the right ear (−1) to the left (1), y from the inion (−1) to the glabella (1)",
                )
            })?;
            path.push(p.position);
        }
        for p in &k.in_head_mm {
            let p = DVec3::from_array(*p);
            let hit = head.surface().closest_point(p).filter(|h| h.point.position.distance(p) <= OFF_SKIN_MM);
            let Some(hit) = hit else {
                let off =
                    head.surface().closest_point(p).map_or(f64::INFINITY, |h| h.point.position.distance(p));
                return Err(wrong(
                    "in_head_mm",
                    format!("{:?}, {off:.0} mm off the skin", p.to_array()),
                    format!("within {OFF_SKIN_MM:.0} mm of the skin"),
                    "millimetres with the origin midway between the ears, x to the person's left, y up, z forward",
                ));
            };
            path.push(hit.point.position);
        }
        let path = along_the_skin(head, &path);
        marks.push(Mark {
            kind: k.kind,
            path_in_head: path,
            reach_mm: k.radius_mm.or(k.width_mm.map(|w| 0.5 * w)).unwrap_or(0.5),
            blend_mm: k.blend_mm.unwrap_or(if k.kind == MarkKind::PunctateScar {
                BLEND_ROUND_MM
            } else {
                BLEND_MM
            }),
        });
    }
    check_marks(&marks).map_err(PlanError::marks)?;
    Ok(marks)
}

/// A path through the same points that follows the skin: straight in the chart between them, in steps of
/// at most 2 mm, where a straight line in space would run through the head.
fn along_the_skin(head: &Head, points: &[DVec3]) -> Vec<DVec3> {
    const STEP_MM: f64 = 2.0;
    let chart = head.chart();
    let mut out: Vec<DVec3> = points.first().copied().into_iter().collect();
    for w in points.windows(2) {
        let (a, b) = (chart.chart_from_head(w[0]), chart.chart_from_head(w[1]));
        let reach = (head.scalp().millimetres_per_unit() * a.distance(b)).max(w[0].distance(w[1]));
        let n = ((reach / STEP_MM).ceil() as usize).clamp(1, 2000);
        for k in 1..n {
            if let Some(p) = head.head_from_chart(a.lerp(b, k as f64 / n as f64)) {
                out.push(p.position);
            }
        }
        out.push(w[1]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scars_that_overlap_are_named_by_their_keys() {
        let head = Head::from_lengths(&Default::default(), None, "a mean head").unwrap();
        let round = |x: f64| MarkKeys {
            kind: MarkKind::PunctateScar,
            in_chart: vec![[x, 0.2]],
            in_head_mm: Vec::new(),
            radius_mm: Some(3.0),
            width_mm: None,
            blend_mm: None,
        };
        let e = marks_on(&head, &[round(-0.3), round(0.2), round(0.21)]).unwrap_err();
        let said = e.to_string();
        assert!(said.contains("smp.marks[2]") && said.contains("smp.marks[1]"), "{said}");
        assert!(e.hint().unwrap().contains("counted from 0"));
    }

    #[test]
    fn a_line_of_two_points_follows_the_skin() {
        let head = Head::from_lengths(&Default::default(), None, "a mean head").unwrap();
        let key = MarkKeys {
            kind: MarkKind::StripScar,
            in_chart: vec![[-0.6, -0.6], [0.6, -0.6]],
            in_head_mm: Vec::new(),
            radius_mm: None,
            width_mm: Some(4.0),
            blend_mm: None,
        };
        let marks = marks_on(&head, &[key]).unwrap();
        for x in [-0.5, -0.2, 0.0, 0.3, 0.55] {
            let p = head.head_from_chart(DVec2::new(x, -0.6)).unwrap().position;
            assert!(marks[0].is_bald_at(p), "{x}: {} mm", marks[0].distance_mm(p));
            let away = head.head_from_chart(DVec2::new(x, -0.7)).unwrap().position;
            assert!(!marks[0].is_bald_at(away));
        }
    }
}
