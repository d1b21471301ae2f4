//! The lengths of a head, measured as anthropometry measures them.

use glam::{DVec2, DVec3};
use vellus_units::Millimetres;

use crate::contour::{contour, hull, length, perimeter};
use crate::{HeadError, Landmark, Landmarks, Surface};

/// Lengths of a head, mm.
///
/// # Sources
/// Definitions: ANSUR II measurer's handbook (Hotzman et al. 2011) and ISO 7250-1.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HeadLengths {
    /// Glabella to opisthocranion, straight.
    pub head_length: Millimetres,
    /// Largest width above the ears, straight.
    pub head_breadth: Millimetres,
    /// Tape around glabella and opisthocranion: perimeter of the convex hull of that section,
    /// without the ears.
    pub head_circumference: Millimetres,
    /// Tape from tragion to tragion over the vertex.
    pub bitragion_coronal_arc: Millimetres,
    /// Tape on the midline from glabella over the top to inion.
    pub sagittal_arc: Millimetres,
    /// Tape on the midline from glabella to trichion.
    pub forehead_height: Millimetres,
    /// Height of the vertex above the tragia.
    pub tragion_to_vertex: Millimetres,
    /// Nasion to menton, straight.
    pub face_height: Millimetres,
    /// Between the outer corners of the eyes, straight.
    pub biectocanthus_breadth: Millimetres,
}

/// Above this height over the tragia there is no ear, on a head 199.5 mm long, mm. Ours: the ears
/// of the test heads end 20 to 25 mm up, and ears are 64 mm long on average (ANSUR II men).
pub(crate) const EAR_TOP: f64 = 37.0;
/// Mean head length of ANSUR II men, mm: what lengths in this crate are scaled by.
pub(crate) const MEAN_LENGTH: f64 = 199.5;

/// Half widths to the right and to the left of the plane x = `middle`, above the ears.
pub(crate) fn half_breadths(
    surface: &Surface,
    ear_level: f64,
    top: f64,
    back: f64,
    front: f64,
    middle: f64,
) -> [f64; 2] {
    let far = 1e4;
    let step = 2.0;
    [-1.0, 1.0].map(|side| {
        let mut widest: f64 = 0.0;
        let rows = ((top - ear_level) / step).max(0.0) as usize;
        let columns = ((front - back) / step).max(0.0) as usize;
        for row in 0..=rows {
            let y = ear_level + row as f64 * step;
            for column in 0..=columns {
                let z = back + column as f64 * step;
                let origin = DVec3::new(middle + side * far, y, z);
                if let Some(hit) = surface.raycast(origin, DVec3::X * -side) {
                    widest = widest.max(side * (hit.point.position.x - middle));
                }
            }
        }
        widest
    })
}

/// Half widths above the ears of a head with these landmarks.
pub(crate) fn half_breadths_of(surface: &Surface, landmarks: &Landmarks) -> [f64; 2] {
    let g = landmarks.get(Landmark::Glabella);
    let o = landmarks.get(Landmark::Opisthocranion);
    let scale = g.distance(o) / MEAN_LENGTH;
    let right = landmarks.get(Landmark::TragionRight);
    let left = landmarks.get(Landmark::TragionLeft);
    half_breadths(
        surface,
        0.5 * (right.y + left.y) + EAR_TOP * scale,
        landmarks.get(Landmark::Vertex).y,
        o.z,
        g.z,
        0.5 * (g.x + o.x),
    )
}

/// Tape around glabella and opisthocranion, mm; the ears are cut at the half breadths.
pub(crate) fn circumference(
    surface: &Surface,
    glabella: DVec3,
    opisthocranion: DVec3,
    half_breadths: [f64; 2],
) -> f64 {
    let centre = 0.5 * (glabella + opisthocranion);
    let forward = (glabella - opisthocranion).normalize_or_zero();
    let left = (DVec3::X - forward * forward.x).normalize_or_zero();
    let points: Vec<DVec2> = (0..720)
        .filter_map(|i| {
            let (s, c) = libm::sincos(f64::from(i) * std::f64::consts::PI / 360.0);
            let hit = surface.raycast_farthest(centre, forward * c + left * s)?;
            let d = hit.point.position - centre;
            Some(DVec2::new(d.dot(left).clamp(-half_breadths[0], half_breadths[1]), d.dot(forward)))
        })
        .collect();
    perimeter(&hull(&points))
}

impl HeadLengths {
    /// Measures a head in head space.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] when the surface is too broken to be measured.
    pub fn measure(surface: &Surface, landmarks: &Landmarks) -> Result<Self, HeadError> {
        let g = |l| landmarks.get(l);
        let glabella = g(Landmark::Glabella);
        let opisthocranion = g(Landmark::Opisthocranion);
        let (right, left) = (g(Landmark::TragionRight), g(Landmark::TragionLeft));
        let ears = 0.5 * (right + left);
        let half = half_breadths_of(surface, landmarks);
        let middle = 0.5 * (glabella.x + opisthocranion.x);
        let centre = ears + DVec3::Y * (0.25 * (g(Landmark::Vertex).y - ears.y));
        let in_plane = DVec3::new(middle, centre.y, centre.z);
        let sagittal = contour(surface, in_plane, glabella, g(Landmark::Inion), DVec3::Y);
        let up = g(Landmark::Vertex) - centre;
        let mut coronal = contour(surface, ears, left, right, up);
        for p in &mut coronal {
            p.x = p.x.clamp(middle - half[0], middle + half[1]);
        }
        let forehead = contour(surface, in_plane, glabella, g(Landmark::Trichion), DVec3::Y);
        // The tape bridges hollows, such as the one above the ear; the ear itself lies behind it.
        let coronal_hull = {
            let e2 = up.normalize_or_zero();
            let ear_top = EAR_TOP * glabella.distance(opisthocranion) / MEAN_LENGTH;
            let mut points: Vec<DVec2> = coronal
                .iter()
                .map(|p| DVec2::new(p.x - ears.x, (*p - ears).dot(e2)))
                .filter(|p| p.y >= ear_top)
                .collect();
            points.extend([DVec2::new(left.x - ears.x, 0.0), DVec2::new(right.x - ears.x, 0.0)]);
            perimeter(&hull(&points)) - (left.x - right.x)
        };
        let lengths = Self {
            head_length: Millimetres(glabella.distance(opisthocranion)),
            head_breadth: Millimetres(half[0] + half[1]),
            head_circumference: Millimetres(circumference(surface, glabella, opisthocranion, half)),
            bitragion_coronal_arc: Millimetres(coronal_hull),
            sagittal_arc: Millimetres(length(&sagittal)),
            forehead_height: Millimetres(length(&forehead)),
            tragion_to_vertex: Millimetres(g(Landmark::Vertex).y - ears.y),
            face_height: Millimetres(g(Landmark::Nasion).distance(g(Landmark::Menton))),
            biectocanthus_breadth: Millimetres(
                g(Landmark::LateralCanthusLeft).distance(g(Landmark::LateralCanthusRight)),
            ),
        };
        if lengths.head_breadth.0 < 80.0 || lengths.head_circumference.0 < 300.0 {
            return Err(HeadError::Mesh(format!(
                "it measures {:.0} in breadth and {:.0} around: the skull seems to be missing in \
                 the scan, or the landmarks lie off the surface",
                lengths.head_breadth, lengths.head_circumference
            )));
        }
        Ok(lengths)
    }
}
