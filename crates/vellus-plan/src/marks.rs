//! Marks of a case, put on the head.

use glam::{DVec2, DVec3};
use vellus_head::Head;
use vellus_pigment::Mark;
use vellus_pigment::mark::{BLEND_MM, check_marks};

use crate::case::MarkKeys;
use crate::error::PlanError;

/// Points given in head space may be this far from the skin, mm: a digitiser's tip and the difference
/// between a scan and the skin.
const OFF_SKIN_MM: f64 = 6.0;

/// The marks of a case on its head.
///
/// # Errors
/// [`PlanError::Value`] when a point is not on the head, [`PlanError::Pigment`] when scars overlap.
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
            let p = head.head_from_chart(DVec2::from_array(*q)).ok_or_else(|| {
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
        marks.push(Mark {
            kind: k.kind,
            path_in_head: path,
            reach_mm: k.radius_mm.or(k.width_mm.map(|w| 0.5 * w)).unwrap_or(0.5),
            blend_mm: k.blend_mm.unwrap_or(BLEND_MM),
        });
    }
    check_marks(&marks)?;
    Ok(marks)
}
