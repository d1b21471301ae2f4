//! Dots of a file on a head: whether they are of this head at all, and where on it.

use glam::{DVec2, DVec3};
use rayon::prelude::*;
use vellus_head::{Head, SurfacePoint, Zone};

use super::error::DotFileError;

/// A dot farther from the skin than this does not lie on it, mm: scans of one head taken on two days
/// differ by 1 to 2 mm (assumption).
pub(super) const OFF_SKIN_MM: f64 = 3.0;
/// Share of dots that may do so before the file is taken for another head's (assumption).
const OFF_SHARE: f64 = 0.02;
/// Distance within which a position is taken as it is, mm: the rounding of a file.
const ROUNDING_MM: f64 = 0.005;
/// Normals that differ by more than this cosine (25°) are replaced by the skin's.
const SAME_NORMAL: f64 = 0.9;
/// Chart positions that differ by more than this are replaced (half a millimetre of skin).
const SAME_CHART: f64 = 0.003;
/// Dots that are looked at to find another unit.
const SAMPLE: usize = 2000;

/// Where a dot lies.
pub(super) struct Laid {
    pub(super) position: [f32; 3],
    pub(super) normal: [f32; 3],
    pub(super) chart: [f32; 2],
    pub(super) zone: Option<Zone>,
    pub(super) moved_mm: f64,
    /// Whether the file's own normal or chart position was of no use.
    pub(super) normal_replaced: bool,
    pub(super) chart_replaced: bool,
}

fn vec3(p: [f32; 3]) -> DVec3 {
    DVec3::new(p[0].into(), p[1].into(), p[2].into())
}

fn distance(head: &Head, p: DVec3) -> f64 {
    head.surface().closest_point(p).map_or(f64::INFINITY, |h| h.distance)
}

/// Puts every dot on the skin.
///
/// # Errors
/// [`DotFileError::OtherHead`] when too many lie off it, [`DotFileError::Value`] for single ones.
pub(super) fn lay(
    head: &Head,
    position: &[[f32; 3]],
    normal: &[Option<[f32; 3]>],
    chart: &[Option<[f32; 2]>],
    place: &dyn Fn(usize) -> String,
) -> Result<Vec<Laid>, DotFileError> {
    let hits: Vec<Option<(SurfacePoint, f64)>> = position
        .par_iter()
        .map(|p| head.surface().closest_point(vec3(*p)).map(|h| (h.point, h.distance)))
        .collect();
    let far = |h: &Option<(SurfacePoint, f64)>| h.is_none_or(|h| h.1 > OFF_SKIN_MM);
    let away = hits.iter().filter(|h| far(h)).count();
    if away as f64 > OFF_SHARE * position.len() as f64 {
        // A single dot off the skin of a file of few is an outlier, not another head.
        if away > 1 || position.len() == 1 {
            let mut all: Vec<f64> = hits.iter().map(|h| h.map_or(f64::INFINITY, |h| h.1)).collect();
            all.sort_by(f64::total_cmp);
            return Err(DotFileError::OtherHead {
                away,
                dots: position.len(),
                limit_mm: OFF_SKIN_MM,
                median_mm: all[all.len() / 2],
                fix: likely_fix(head, position, chart.iter().any(Option::is_some)),
            });
        }
    }
    if let Some(row) = hits.iter().position(far) {
        let p = position[row];
        return Err(DotFileError::Value {
            place: place(row),
            column: "x_mm, y_mm, z_mm",
            value: format!(
                "({}, {}, {}) lies {:.1} mm from the skin",
                p[0],
                p[1],
                p[2],
                hits[row].map_or(f64::INFINITY, |h| h.1)
            ),
            allowed: format!("at most {OFF_SKIN_MM} mm"),
            fix: "Correct the position or leave the row out".into(),
        });
    }
    Ok((0..position.len())
        .into_par_iter()
        .map(|i| {
            let (point, moved_mm) = hits[i].unwrap_or((
                SurfacePoint { position: vec3(position[i]), normal: DVec3::Y, triangle: 0 },
                0.0,
            ));
            let stays = moved_mm <= ROUNDING_MM;
            let at = if stays { vec3(position[i]) } else { point.position };
            let own_chart = head.chart().chart_from_head(at);
            let kept_normal =
                normal[i].filter(|n| vec3(*n).normalize_or_zero().dot(point.normal) >= SAME_NORMAL);
            let kept_chart =
                chart[i].filter(|q| DVec2::new(q[0].into(), q[1].into()).distance(own_chart) <= SAME_CHART);
            Laid {
                position: if stays { position[i] } else { at.as_vec3().to_array() },
                normal: kept_normal.unwrap_or_else(|| point.normal.as_vec3().to_array()),
                chart: kept_chart.unwrap_or_else(|| own_chart.as_vec2().to_array()),
                zone: head.zone_in_head(at),
                moved_mm: if stays { 0.0 } else { moved_mm },
                normal_replaced: normal[i].is_some() && kept_normal.is_none(),
                chart_replaced: chart[i].is_some() && kept_chart.is_none(),
            }
        })
        .collect())
}

/// What would bring the dots onto the head.
fn likely_fix(head: &Head, position: &[[f32; 3]], has_chart: bool) -> String {
    type Change = fn(DVec3) -> DVec3;
    const CHANGES: [(&str, Change); 6] = [
        ("They fit when read as centimetres: multiply x, y and z by 10", |p| p * 10.0),
        ("They fit when read as metres: multiply x, y and z by 1000", |p| p * 1000.0),
        ("They fit when read as inches: multiply x, y and z by 25.4", |p| p * 25.4),
        ("They fit when read as micrometres: divide x, y and z by 1000", |p| p * 1e-3),
        ("They fit with z up instead of y: write y_mm from z, and z_mm from minus y", |p| {
            DVec3::new(p.x, p.z, -p.y)
        }),
        ("They fit turned about the vertical: write minus x and minus z", |p| DVec3::new(-p.x, p.y, -p.z)),
    ];
    let step = position.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<DVec3> = position.iter().step_by(step).map(|p| vec3(*p)).collect();
    for (words, change) in CHANGES {
        let away = sample.par_iter().filter(|p| distance(head, change(**p)) > OFF_SKIN_MM).count();
        if away as f64 <= OFF_SHARE * sample.len() as f64 {
            return words.to_owned();
        }
    }
    if has_chart {
        "Is it the right case? With x_mm, y_mm and z_mm left out, the dots are placed on this head by their chart positions".into()
    } else {
        "Is it the right case, and was the scan's head space used (origin between the ears, y up, z forward, millimetres)?".into()
    }
}
