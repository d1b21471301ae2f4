//! What is drawn on the sheets: points and their classes.

use glam::DVec3;
use rayon::prelude::*;
use vellus_head::{Head, SurfacePoint};
use vellus_pigment::Dots;
use vellus_pigment::dots::DOT_CLEARANCE_MM;

use crate::error::ReportError;

/// A point to be drawn on the sheets.
#[derive(Clone, Copy, Debug)]
pub struct SheetDot {
    /// Where it lies on the head.
    pub point: SurfacePoint,
    /// Its place in the list of classes.
    pub class: usize,
}

/// A kind of points: a session, a shade, an injection.
#[derive(Clone, Debug)]
pub struct DotClass {
    /// What it is called on the sheet.
    pub name: String,
    /// Colour as SVG writes it.
    pub colour: String,
    /// Diameter on the paper, mm; 0.02 to 5.
    pub diameter_mm: f64,
    /// Diameter when healed, mm, where it is known: the sheet says whether dots are drawn larger.
    pub healed_mm: Option<f64>,
    /// Drawn as open rings: what is in the skin already, not to be worked again.
    pub open: bool,
}

/// Which dots are drawn, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSpec {
    /// The session, counted from 1.
    pub session: u8,
    /// Earlier sessions as faint open rings.
    pub earlier: bool,
    /// Dots as large as they heal. Otherwise they are drawn larger, as far as they stay apart.
    pub true_size: bool,
}

impl SessionSpec {
    /// A session with rings for the earlier ones, its dots larger than they heal.
    #[must_use]
    pub const fn new(session: u8) -> Self {
        Self { session, earlier: true, true_size: false }
    }
}

/// Diameter of dots that are drawn to be seen, mm: just less than the distance that two dots keep, so
/// that they do not run together. At 60 cm it is two minutes of arc, twice what normal sight resolves
/// (20/20 is one minute).
const SEEN_MM: f64 = DOT_CLEARANCE_MM - 0.01;
/// Diameter of the rings of earlier dots, mm.
const RING_MM: f64 = 0.45;
/// Ink of the session and of what came before.
const NEW: &str = "#0b3a53";
const OLD: &str = "#c98a63";

/// The dots of one session, with the triangle of the head below each, ready to be drawn.
///
/// # Errors
/// [`ReportError::Stencil`] when columns differ in length, the session has no dots, or a dot has no place
/// on the head.
pub fn session_dots(
    head: &Head,
    dots: &Dots,
    spec: &SessionSpec,
) -> Result<(Vec<SheetDot>, Vec<DotClass>), ReportError> {
    for (column, found) in [("session", dots.session.len()), ("healed_um", dots.healed_um.len())] {
        if found != dots.len() {
            let n = dots.len();
            return Err(ReportError::Stencil(format!("{column} has {found} values for {n} dots")));
        }
    }
    let chosen: Vec<(usize, usize)> = (0..dots.len())
        .filter_map(|i| match dots.session[i] {
            s if s == spec.session => Some((i, 0)),
            s if spec.earlier && s < spec.session => Some((i, 1)),
            _ => None,
        })
        .collect();
    let mut healed: Vec<f32> = chosen.iter().filter(|c| c.1 == 0).map(|c| dots.healed_um[c.0]).collect();
    if healed.is_empty() {
        return Err(ReportError::Stencil(format!(
            "session {} has no dots; the last session is {}",
            spec.session,
            dots.last_session()
        )));
    }
    healed.sort_by(f32::total_cmp);
    let healed_mm = f64::from(healed[healed.len() / 2]) / 1000.0;
    let points: Vec<SheetDot> = chosen
        .par_iter()
        .map(|&(i, class)| {
            let p = DVec3::from_array(dots.position[i].map(f64::from));
            let hit = if p.is_finite() { head.surface().closest_point(p) } else { None };
            hit.map(|h| SheetDot { point: h.point, class }).ok_or_else(|| {
                ReportError::Stencil(format!("dot {i} has no place on the head: its position is {p}"))
            })
        })
        .collect::<Result<_, _>>()?;
    let mut classes = vec![DotClass {
        name: format!("Session {}", spec.session),
        colour: NEW.into(),
        diameter_mm: if spec.true_size { healed_mm } else { healed_mm.max(SEEN_MM) },
        healed_mm: Some(healed_mm),
        open: false,
    }];
    if points.iter().any(|p| p.class == 1) {
        classes.push(DotClass {
            name: if spec.session == 2 { "Session 1, done".into() } else { "Earlier, done".into() },
            colour: OLD.into(),
            diameter_mm: RING_MM,
            healed_mm: None,
            open: true,
        });
    }
    Ok((points, classes))
}
