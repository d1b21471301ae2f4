//! The scalp laid flat, as outlines that a plan can carry: what a map of points is drawn on.

use glam::DVec2;
use serde::{Deserialize, Serialize};
use vellus_head::flatten::{MapMiddle, Projection, ScalpProjection};
use vellus_head::{Head, HeadError, Landmark, Zone};

/// Vertices of an outline are about this far apart, mm: finer is not seen on paper.
const STEP_MM: f64 = 1.5;

/// A zone on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneOutline {
    /// Which.
    pub zone: Zone,
    /// Closed outlines, mm; holes run clockwise.
    pub outlines: Vec<Vec<[f64; 2]>>,
}

/// The flat scalp: millimetres, x to the person's right, y to the front, areas true.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScalpOutline {
    /// Zones.
    pub zones: Vec<ZoneOutline>,
    /// Border of the hair-bearing scalp.
    pub border: Vec<[f64; 2]>,
    /// Landmarks by name.
    pub landmarks: Vec<(String, [f64; 2])>,
}

/// The map of a head that keeps areas, so that points a centimetre apart stay about so.
///
/// # Errors
/// [`HeadError`] when the head has no scalp.
pub fn scalp_projection(head: &Head) -> Result<ScalpProjection, HeadError> {
    ScalpProjection::new(head, Projection::EqualArea, MapMiddle::Scalp)
}

impl ScalpOutline {
    /// The outlines of a head on its map.
    #[must_use]
    pub fn new(head: &Head, map: &ScalpProjection) -> Self {
        let zones = map
            .zones()
            .iter()
            .filter_map(|z| {
                let outlines = z.outlines.iter().map(|o| thin(o.iter().copied())).collect();
                z.zone.map(|zone| ZoneOutline { zone, outlines })
            })
            .collect();
        let border = (0..360).filter_map(|i| {
            let phi = f64::from(i).to_radians();
            let (s, c) = libm::sincos(phi);
            let q = DVec2::new(s, c) * head.scalp().border_radius(phi);
            map.map_from_direction(head.chart().direction_from_chart(q))
        });
        let landmarks =
            [(Landmark::Trichion, "trichion"), (Landmark::Vertex, "vertex"), (Landmark::Inion, "inion")]
                .into_iter()
                .filter_map(|(l, name)| {
                    Some((name.to_owned(), round(map.map_from_head(head.landmarks().get(l))?)))
                })
                .collect();
        Self { zones, border: thin(border), landmarks }
    }
}

/// To a tenth of a millimetre.
fn round(p: DVec2) -> [f64; 2] {
    [(10.0 * p.x).round() / 10.0 + 0.0, (10.0 * p.y).round() / 10.0 + 0.0]
}

/// An outline with vertices about [`STEP_MM`] apart.
fn thin(outline: impl Iterator<Item = DVec2>) -> Vec<[f64; 2]> {
    let mut last: Option<DVec2> = None;
    let mut out = Vec::new();
    for p in outline {
        if last.is_none_or(|l| l.distance(p) >= STEP_MM) {
            out.push(round(p));
            last = Some(p);
        }
    }
    out
}
