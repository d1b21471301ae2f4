//! Bringing a scan into head space: scale, posture, landmarks, holes, neck.
//!
//! The parametric head is laid on the scan ([`crate::register`]). It says where the head is and
//! which way it looks, closes what the scanner missed and names the places that nobody gave.
//! Landmarks that were given win; how far the fit puts them elsewhere is told.
//!
//! Posture. When both tragia and both canthi are given, the head is levelled on the Frankfurt plane
//! through the tragia and the orbitale, which is estimated [`ORBITALE_BELOW_CANTHUS`] below the
//! outer corners of the eyes. Otherwise the posture is that of the fitted head.
//!
//! All windows below are in millimetres on a head of average length and are scaled with the head.

use std::collections::BTreeMap;

use glam::{DMat3, DVec3};

use crate::lengths::{EAR_TOP, MEAN_LENGTH, circumference, half_breadths};
use crate::register::{self, Fit, Hints, Similarity};
use crate::repair::{Faired, Fill, Island, fair, holes, repair};
use crate::scan::LengthUnit;
use crate::scan_report::{HoleReport, LandmarkOrigin, Scale, ScaleSource};
use crate::simplify::Large;
use crate::{Axis, HeadError, KnownLength, Landmark, Mesh, RepairOptions, ScanSpec, Surface};

/// Height of the outer corner of the eye above the Frankfurt plane, mm. Our estimate, not a cited
/// measurement; the ICT mean head, levelled by its ears, has 21 mm.
const ORBITALE_BELOW_CANTHUS: f64 = 17.0;
/// The neck is cut this far below the menton, mm, along a plane that rises to the back by
/// [`CUT_RISE`], which follows the base of the neck and stays above the shoulders.
const CUT_BELOW_MENTON: f64 = 30.0;
/// Rise of the cut towards the back: tangent of 15 degrees.
const CUT_RISE: f64 = 0.268;
/// Height of the inion above the Frankfurt plane, mm. Assumed: the inion cannot be seen under skin,
/// and no source was at hand that says where it lies on levelled heads.
const INION_HEIGHT: f64 = 4.0;
/// Of a scan that has to be simplified, only what lies within so many head lengths of the middle
/// between the tragia is worked on: about 30 cm, well beyond the cut of the neck.
const AROUND: f64 = 1.6;
/// A loose piece is part of the head when it is at least this large, mm², and lies on the fitted
/// head within [`PIECE_WITHIN`]: half a head of a scan in two pieces, but no eyeball.
const PIECE_AREA: f64 = 6000.0;
const PIECE_WITHIN: f64 = 10.0;
/// Rims up to this length are closed by their own curvature, mm; longer ones on the fitted head.
const SMALL_RIM: f64 = 60.0;
/// Heads are this long, mm: a scan outside is not one, or its scale is wrong.
const LENGTHS: std::ops::RangeInclusive<f64> = 140.0..=250.0;
/// Length of a mean head of either sex, mm (ANSUR II).
const MIDDLE_LENGTH: f64 = 195.0;

/// A scan in head space.
pub(crate) struct Aligned {
    pub mesh: Mesh,
    /// Whether each triangle was filled in.
    pub filled: Vec<bool>,
    /// All but the trichion and the temporal points, unless those were given.
    pub landmarks: BTreeMap<Landmark, Found>,
    pub holes: Vec<HoleReport>,
    pub repaired: crate::RepairReport,
    pub faired: Option<Faired>,
    pub scale: Scale,
    pub head_from_file: Similarity,
    /// Residual and share seen of the fit.
    pub fit: Option<(f64, f64)>,
    /// Mean, 99th percentile and largest distance between the scan and what was made of it, when it
    /// was simplified.
    pub simplified_mm: Option<[f64; 3]>,
    pub notes: Vec<String>,
}

/// A landmark and where it is from.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    pub position: DVec3,
    pub origin: LandmarkOrigin,
    /// About how far it may be off, mm.
    pub error: f64,
    /// How far from a given one the fit is, mm.
    pub disagreement: Option<f64>,
}

/// Error of landmarks that somebody pointed at, and of those that follow from the shape, mm.
/// Assumptions: a practised palpation, and the flatness of a skull about its extremes.
const GIVEN_ERROR: f64 = 1.5;
const DERIVED_ERROR: f64 = 3.0;

/// What a scan needs to be laid into head space: either a fit, or landmarks enough.
const ENOUGH: [Landmark; 6] = [
    Landmark::Nasion,
    Landmark::LateralCanthusRight,
    Landmark::LateralCanthusLeft,
    Landmark::TragionRight,
    Landmark::TragionLeft,
    Landmark::Menton,
];

/// Lays a scan into head space. With `assume_scale` a scan whose scale nobody stated is taken for
/// what it looks like, and its report says so; without, it is refused.
pub(crate) fn align(mesh: &Mesh, spec: &ScanSpec, assume_scale: bool) -> Result<Aligned, HeadError> {
    spec.check()?;
    let given: BTreeMap<Landmark, DVec3> =
        spec.landmarks.iter().map(|(l, p)| (*l, DVec3::from_array(*p))).collect();
    let large = Large::of(mesh)?;
    let surface = Surface::new(match &large {
        Some(large) => large.sketch.clone(),
        None => repair(mesh, &RepairOptions::UNSCALED)?.mesh,
    })?;
    refuse_needles(surface.mesh())?;
    let hints = Hints { up: spec.up.map(Axis::direction), forward: spec.forward.map(Axis::direction) };
    let sighting = match register::find(&surface, &hints) {
        Ok(sighting) => Some(sighting),
        Err(_) if ENOUGH.iter().all(|l| given.contains_key(l)) => None,
        Err(e) => return Err(e),
    };
    let length_in_file = match &sighting {
        Some(s) => s.length_in_file(),
        // On the mean head nasion to menton is 0.58 of the length.
        None => given[&Landmark::Nasion].distance(given[&Landmark::Menton]) / 0.58,
    };
    let mut scale = scale_of(spec, length_in_file, assume_scale)?;
    let known = matches!(scale.source, ScaleSource::Unit | ScaleSource::AssumedUnit);
    let fit = sighting.as_ref().map(|s| s.lay(known.then_some(scale.mm_per_unit)));
    let against_axes = sighting.as_ref().is_some_and(|s| s.against_axes);
    let working = match (&large, &sighting) {
        (None, _) => None,
        (Some(large), Some(s)) => Some(large.near(s.middle_in_file(), AROUND * s.length_in_file())?),
        (Some(large), None) => {
            let ears = [Landmark::TragionRight, Landmark::TragionLeft].map(|l| given[&l]);
            Some(large.near(0.5 * (ears[0] + ears[1]), AROUND * length_in_file)?)
        }
    };
    let mesh = working.as_ref().map_or(mesh, |w| &w.0);
    let laid = Laid { mesh, given: &given, spec, fit: fit.as_ref(), against_axes };
    let mut out = laid.with_scale(&scale)?;
    if let Some(known) = spec.known_length {
        // The windows of the search are in millimetres, so a second pass finds the landmarks with
        // the scale that the first one measured; a third would move nothing.
        for _ in 0..2 {
            scale.mm_per_unit *= known.length().0 / measured(&out, known)?;
            out = laid.with_scale(&scale)?;
        }
        out.scale.note = format!("from a measured length: 1 file unit is {:.4} mm", scale.mm_per_unit);
        out.notes.push(out.scale.note.clone());
    }
    let g = |l: Landmark| out.landmarks[&l].position;
    let length = g(Landmark::Glabella).distance(g(Landmark::Opisthocranion));
    if !LENGTHS.contains(&length) {
        return Err(HeadError::Scan(format!(
            "the head is {length:.1} mm long (glabella to opisthocranion), {:.0} to {:.0} mm \
             expected; check unit, known_length, up, forward and the landmarks",
            LENGTHS.start(),
            LENGTHS.end()
        )));
    }
    if let Some((_, d)) = working {
        let mm = [d.mean, d.p99, d.max].map(|x| x * out.scale.mm_per_unit);
        out.notes.push(format!(
            "simplified from {} triangles; the head lies {:.2} mm from the scan in the mean, {:.2} mm at most",
            large.map_or(0, |l| l.whole.triangles.len()),
            mm[0],
            mm[2]
        ));
        out.simplified_mm = Some(mm);
    }
    Ok(out)
}

/// Boxes of triangles, summed, over the box of the mesh: about how many triangles each question has
/// to look at. Scans have 2 to 10; beyond this the search would take minutes.
const MOST_CROWDED: f64 = 300.0;

/// Refuses meshes most of whose triangles reach across the whole: a fan of thousands about one point.
fn refuse_needles(mesh: &Mesh) -> Result<(), HeadError> {
    let half_area = |d: DVec3| d.x * d.y + d.y * d.z + d.z * d.x;
    let Some((lo, hi)) = mesh.bounds() else { return Ok(()) };
    let sum: f64 = (0..mesh.triangles.len() as u32)
        .map(|t| {
            let [a, b, c] = mesh.corners(t);
            half_area(a.max(b).max(c) - a.min(b).min(c))
        })
        .sum();
    if sum > MOST_CROWDED * half_area(hi - lo) {
        return Err(HeadError::Mesh(
            "its triangles are needles across the whole mesh; remesh it in the program that made it".into(),
        ));
    }
    Ok(())
}

/// A head that is in head space and millimetres already, with its landmarks: nothing is searched.
pub(crate) fn take(mesh: &Mesh, landmarks: BTreeMap<Landmark, DVec3>) -> Result<Aligned, HeadError> {
    let scale = Scale { mm_per_unit: 1.0, source: ScaleSource::Built, note: "built in millimetres".into() };
    let spec = ScanSpec { up: Some(Axis::UP), forward: Some(Axis::FORWARD), ..ScanSpec::default() };
    Laid { mesh, given: &landmarks, spec: &spec, fit: None, against_axes: false }.with_scale(&scale)
}

/// Millimetres per file unit before any tape is laid on; `length` is about that of the head in file
/// units.
fn scale_of(spec: &ScanSpec, length: f64, assume: bool) -> Result<Scale, HeadError> {
    // A little wider than heads are, since the guess is rough.
    let plausible = |k: f64| (0.85 * LENGTHS.start()..1.15 * LENGTHS.end()).contains(&(length * k));
    let likely = LengthUnit::ALL.into_iter().filter(|u| plausible(u.millimetres())).min_by(|a, b| {
        let off = |u: &LengthUnit| libm::log(length * u.millimetres() / MIDDLE_LENGTH).abs();
        off(a).total_cmp(&off(b))
    });
    let hint = match likely {
        Some(u) => format!("it looks like {}: write unit = \"{}\"", u.spelled().0, u.spelled().1),
        None => "no unit makes it a head: write a tape measure instead, such as \
                 known_length = { head_circumference_mm = 565 }"
            .to_owned(),
    };
    match (spec.unit, spec.known_length) {
        (_, Some(_)) => Ok(Scale {
            mm_per_unit: MIDDLE_LENGTH / length,
            source: ScaleSource::KnownLength,
            note: String::new(),
        }),
        (Some(unit), None) if plausible(unit.millimetres()) => Ok(Scale {
            mm_per_unit: unit.millimetres(),
            source: ScaleSource::Unit,
            note: format!("the unit is stated: {}", unit.spelled().0),
        }),
        (Some(unit), None) => Err(HeadError::Scan(format!(
            "in {} the head would be about {:.0} mm long, {:.0} to {:.0} mm expected; {hint}",
            unit.spelled().0,
            length * unit.millimetres(),
            LENGTHS.start(),
            LENGTHS.end()
        ))),
        (None, None) if assume => Ok(match likely {
            Some(u) => Scale {
                mm_per_unit: u.millimetres(),
                source: ScaleSource::AssumedUnit,
                note: format!(
                    "taken as {} because the head is then {:.0} mm long; state the unit, better a tape",
                    u.spelled().0,
                    length * u.millimetres()
                ),
            },
            None => Scale {
                mm_per_unit: MIDDLE_LENGTH / length,
                source: ScaleSource::AssumedMeanHead,
                note: "no unit makes it a head, so it is shown as large as the mean head; state a tape"
                    .into(),
            },
        }),
        (None, None) => Err(HeadError::Scan(format!(
            "neither unit nor known_length is given (the head is about {length:.3} long in the file); \
             {hint}"
        ))),
    }
}

fn measured(a: &Aligned, known: KnownLength) -> Result<f64, HeadError> {
    let surface = Surface::new(a.mesh.clone())?;
    let at = |l: Landmark| a.landmarks[&l].position;
    let (g, o) = (at(Landmark::Glabella), at(Landmark::Opisthocranion));
    let length = g.distance(o);
    let half = half_breadths(
        &surface,
        EAR_TOP * length / MEAN_LENGTH,
        at(Landmark::Vertex).y,
        o.z,
        g.z,
        0.5 * (g.x + o.x),
    );
    let value = match known {
        KnownLength::HeadLength(_) => length,
        KnownLength::HeadBreadth(_) => half[0] + half[1],
        KnownLength::HeadCircumference(_) => circumference(&surface, g, o, half),
        KnownLength::BiectocanthusBreadth(_) => {
            at(Landmark::LateralCanthusLeft).distance(at(Landmark::LateralCanthusRight))
        }
        KnownLength::FaceHeight(_) => at(Landmark::Nasion).distance(at(Landmark::Menton)),
    };
    if value > 1.0 {
        Ok(value)
    } else {
        Err(HeadError::Scan("known_length cannot be measured on this scan".into()))
    }
}

/// Rotation onto the Frankfurt plane through given tragia and canthi (file axes), or none.
fn frankfurt(given: &BTreeMap<Landmark, DVec3>, start: DMat3, scale: f64) -> Option<DMat3> {
    let pair = |r, l| Some((*given.get(&r)?, *given.get(&l)?));
    let (er, el) = pair(Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft)?;
    let (tr, tl) = pair(Landmark::TragionRight, Landmark::TragionLeft)?;
    let left = (el - er + tl - tr).try_normalize()?;
    // Up as the start has it; a few turns settle it.
    let mut up = start.transpose() * DVec3::Y;
    let mut forward = left.cross(up).try_normalize()?;
    for _ in 0..4 {
        up = forward.cross(left);
        let orbitale = 0.5 * (er + el) - up * (ORBITALE_BELOW_CANTHUS / scale);
        let axis = orbitale - 0.5 * (tr + tl);
        forward = (axis - left * axis.dot(left)).try_normalize()?;
    }
    Some(DMat3::from_cols(left, forward.cross(left), forward).transpose())
}

/// The rotation of the stated axes, where nothing else is known.
fn stated(spec: &ScanSpec) -> DMat3 {
    let up = spec.up.unwrap_or(Axis::UP).direction();
    let forward = spec.forward.unwrap_or(Axis::FORWARD).direction();
    DMat3::from_cols(up.cross(forward), up, forward).transpose()
}

/// What a scan is laid by.
struct Laid<'a> {
    mesh: &'a Mesh,
    given: &'a BTreeMap<Landmark, DVec3>,
    spec: &'a ScanSpec,
    fit: Option<&'a Fit>,
    against_axes: bool,
}

/// A levelled scan whose midline lies in x = 0, with any origin.
struct Finder<'a> {
    surface: &'a Surface,
    found: BTreeMap<Landmark, DVec3>,
    notes: Vec<String>,
    /// Head length over the average.
    scale: f64,
}

impl Laid<'_> {
    /// From the file to a levelled head in millimetres whose midline lies in x = 0.
    fn level(&self, scale: f64, notes: &mut Vec<String>) -> Similarity {
        let start = self.fit.map_or_else(|| stated(self.spec), |f| f.from_file.rotation);
        let levelled = frankfurt(self.given, start, scale);
        if levelled.is_none() && self.fit.is_none() {
            notes.push("posture taken from the file: up is the sidecar's".into());
        }
        let rotation = levelled.unwrap_or(start);
        // The middle of the face: what was given, otherwise the fit's.
        let eyes = [Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft];
        let midline = [Landmark::Glabella, Landmark::Nasion];
        let mut middle: Vec<DVec3> = midline.iter().filter_map(|l| self.given.get(l)).copied().collect();
        if let [Some(r), Some(l)] = eyes.map(|l| self.given.get(&l)) {
            middle.push(0.5 * (*r + *l));
        }
        if middle.is_empty()
            && let Some(fit) = self.fit
        {
            middle.push(fit.from_file.undo(DVec3::ZERO));
        }
        let x = middle.iter().map(|p| (rotation * *p).x).sum::<f64>() / middle.len().max(1) as f64;
        let mut t = Similarity { scale, rotation, translation: DVec3::new(-x * scale, 0.0, 0.0) };
        if let Some(fit) = self.fit {
            // About the fit's origin, so that all positions are small.
            let o = t.apply(fit.from_file.undo(DVec3::ZERO));
            t.translation -= DVec3::new(0.0, o.y, o.z);
        }
        t
    }

    fn with_scale(&self, scale: &Scale) -> Result<Aligned, HeadError> {
        let mut notes = Vec::new();
        let level = self.level(scale.mm_per_unit, &mut notes);
        if self.against_axes {
            notes.push(
                "the head does not stand as up and forward say; the shape was believed, so check them".into(),
            );
        }
        // The fit in the levelled space.
        let model = self
            .fit
            .map(|f| Surface::new(f.mesh.mapped(|p| level.apply(f.from_file.undo(p)))))
            .transpose()?;
        let lands = |l: Landmark| self.fit.and_then(|f| f.landmarks.get(&l));
        let landed =
            |l: Landmark| lands(l).zip(self.fit).map(|(p, f)| level.apply(f.from_file.undo(p.position)));

        // All pieces first; those that are not of the head go.
        let options = RepairOptions {
            smallest_island: if model.is_some() { 0.0 } else { 1.0 },
            largest_hole_rim: 0.0,
            ..RepairOptions::default()
        };
        let mut repaired = repair(&self.mesh.mapped(|p| level.apply(p)), &options)?;
        if let Some(model) = &model {
            repaired.keep_islands(|island| {
                island.area >= island.largest.min(PIECE_AREA) && lies_on(model, island)
            });
        }
        let chin =
            landed(Landmark::Menton).or_else(|| self.given.get(&Landmark::Menton).map(|p| level.apply(*p)));
        let found = holes(&repaired.mesh);
        let onto = |p: DVec3| model.as_ref().and_then(|m| m.closest_point(p)).map_or(p, |h| h.point.position);
        let areas = repaired.fill(&found, |hole| {
            // Below the chin is where the scan ends, not where it has a hole; the cut closes that.
            if chin.is_some_and(|c| hole.centre.y < c.y + 10.0 && hole.rim_length_mm > 200.0)
                || chin.is_none() && hole.rim_length_mm > 250.0
            {
                None
            } else if model.is_some() && hole.rim_length_mm > SMALL_RIM {
                Some(Fill::Onto(&onto))
            } else {
                Some(Fill::Smooth)
            }
        });
        let closed: Vec<(DVec3, f64, f64)> = found
            .iter()
            .zip(areas)
            .filter_map(|(hole, area)| Some((hole.centre, hole.rim_length_mm, area?)))
            .collect();
        notes.extend(repaired.report.notes());
        let faired = if scale.source == ScaleSource::Built {
            None
        } else {
            // Judged by the skull above the brow: a face has folds of its own.
            let brow = landed(Landmark::Glabella)
                .or_else(|| self.given.get(&Landmark::Glabella).map(|p| level.apply(*p)));
            let mesh = &repaired.mesh;
            let skip: Vec<bool> = (0..mesh.triangles.len())
                .map(|t| repaired.filled[t] || brow.is_some_and(|b| mesh.corners(t as u32)[0].y < b.y))
                .collect();
            fair(&mut repaired.mesh, &skip)
        };
        if let Some(f) = &faired {
            notes.push(format!(
                "steps and noise of {:.1} mm were smoothed: the surface moved {:.1} mm in the mean, {:.1} mm at most",
                f.noise_before_mm, f.moved_mm[0], f.moved_mm[2]
            ));
        }

        let surface = Surface::new(repaired.mesh.clone())?;
        let mut found: BTreeMap<Landmark, DVec3> =
            self.given.iter().map(|(l, p)| (*l, level.apply(*p))).collect();
        let stated: Vec<Landmark> = found.keys().copied().collect();
        if let Some(fit) = self.fit {
            for l in fit.landmarks.keys() {
                if let Some(p) = landed(*l) {
                    found.entry(*l).or_insert(p);
                }
            }
        }
        let mut finder = Finder { surface: &surface, found, notes, scale: 1.0 };
        finder.find_all()?;
        let Finder { found, mut notes, scale: size, .. } = finder;

        let menton = found[&Landmark::Menton];
        let point = menton - DVec3::Y * (CUT_BELOW_MENTON * size);
        let report = repaired.report.clone();
        repaired.cut(point, DVec3::new(0.0, -1.0, -CUT_RISE));
        notes.push(format!(
            "cut {:.0} mm below the chin, rising to the back, and closed",
            CUT_BELOW_MENTON * size
        ));
        let origin = 0.5 * (found[&Landmark::TragionRight] + found[&Landmark::TragionLeft]);
        let landmarks = found
            .into_iter()
            .map(|(l, p)| {
                let (origin_of, error) = match (stated.contains(&l), lands(l)) {
                    (true, _) => (LandmarkOrigin::Given, GIVEN_ERROR),
                    (false, Some(f)) => (LandmarkOrigin::Fitted, f.error),
                    (false, None) if l == Landmark::Inion => (LandmarkOrigin::Norm, 2.0 * DERIVED_ERROR),
                    (false, None) => (LandmarkOrigin::Derived, DERIVED_ERROR),
                };
                let disagreement = landed(l).filter(|_| stated.contains(&l)).map(|q| q.distance(p));
                (l, Found { position: p - origin, origin: origin_of, error, disagreement })
            })
            .collect();
        let place = |p: DVec3| p - origin;
        Ok(Aligned {
            mesh: repaired.mesh.mapped(place),
            filled: repaired.filled,
            landmarks,
            holes: closed
                .into_iter()
                .map(|(centre, rim, area)| HoleReport {
                    place: crate::scan_report::HolePlace::Scalp,
                    centre_mm: place(centre).to_array(),
                    rim_mm: rim,
                    filled_cm2: area / 100.0,
                })
                .collect(),
            repaired: report,
            faired,
            scale: scale.clone(),
            head_from_file: Similarity { translation: level.translation - origin, ..level },
            fit: self.fit.map(|f| (f.residual, f.seen)),
            simplified_mm: None,
            notes,
        })
    }
}

/// Whether a loose piece lies on the fitted head.
fn lies_on(model: &Surface, island: Island<'_>) -> bool {
    let step = (island.triangles.len() / 400).max(1);
    let (mut near, mut all) = (0.0, 0.0);
    for (p, normal) in island.triangles.iter().step_by(step) {
        let area = normal.length();
        all += area;
        // The side of a head rest that is near faces the head.
        let hit = model.closest_point(*p).filter(|h| h.distance < PIECE_WITHIN);
        if hit.is_some_and(|h| h.point.normal.dot(*normal) > 0.3 * area) {
            near += area;
        }
    }
    // A bust has shoulders on the same piece: a tenth of it is head enough.
    10.0 * near > all
}

/// Beyond any head, mm.
const FAR: f64 = 2000.0;

impl Finder<'_> {
    fn front(&self, x: f64, y: f64) -> Option<DVec3> {
        self.surface.raycast(DVec3::new(x, y, FAR), DVec3::NEG_Z).map(|h| h.point.position)
    }

    fn back(&self, y: f64) -> Option<DVec3> {
        self.surface.raycast(DVec3::new(0.0, y, -FAR), DVec3::Z).map(|h| h.point.position)
    }

    fn top(&self, z: f64) -> Option<DVec3> {
        self.surface.raycast(DVec3::new(0.0, FAR, z), DVec3::NEG_Y).map(|h| h.point.position)
    }

    fn missing(what: &str) -> HeadError {
        HeadError::Scan(format!(
            "no surface where the {what} should be; check up, forward, the unit and the landmarks, \
             or give the {what} as a landmark"
        ))
    }

    /// Puts a landmark unless it was given.
    fn derive(
        &mut self,
        which: Landmark,
        how: impl FnOnce(&mut Self) -> Option<DVec3>,
    ) -> Result<DVec3, HeadError> {
        if let Some(p) = self.found.get(&which) {
            return Ok(*p);
        }
        let p = how(self).ok_or_else(|| Self::missing(which.name()))?;
        self.found.insert(which, p);
        Ok(p)
    }

    fn find_all(&mut self) -> Result<(), HeadError> {
        // One of the two is given; see `ScanSpec::check`.
        let glabella = match (self.found.get(&Landmark::Glabella), self.found.get(&Landmark::Nasion)) {
            (Some(g), _) => *g,
            (None, Some(n)) => {
                let n = *n;
                self.derive(Landmark::Glabella, |f| f.glabella_above(n))?
            }
            (None, None) => return Err(Self::missing("nasion")),
        };
        let opisthocranion = self.derive(Landmark::Opisthocranion, |f| {
            let rows = (-80..=120).filter_map(|i| f.back(glabella.y + f64::from(i) * 0.5));
            rows.max_by(|a, b| a.distance_squared(glabella).total_cmp(&b.distance_squared(glabella)))
        })?;
        let length = glabella.distance(opisthocranion);
        self.scale = length / MEAN_LENGTH;
        let s = self.scale;
        let nasion = self.derive(Landmark::Nasion, |f| {
            let rows = (10..=56).filter_map(|i| f.front(0.0, glabella.y - f64::from(i) * 0.5 * s));
            rows.min_by(|a, b| a.z.total_cmp(&b.z))
        })?;
        self.derive(Landmark::Vertex, |f| {
            let n = (length / 1.0) as i32;
            let rows = (n / 6..=n - n / 6).filter_map(|i| f.top(glabella.z - f64::from(i)));
            rows.max_by(|a, b| a.y.total_cmp(&b.y))
        })?;
        let level = 0.5 * (self.found[&Landmark::TragionRight].y + self.found[&Landmark::TragionLeft].y);
        self.derive(Landmark::NoseTip, |f| {
            let rows = (30..=150).filter_map(|i| f.front(0.0, nasion.y - f64::from(i) * 0.5 * s));
            rows.max_by(|a, b| a.z.total_cmp(&b.z))
        })?;
        self.derive(Landmark::Menton, |f| f.menton_below(nasion))?;
        self.derive(Landmark::Inion, |f| f.back(level + INION_HEIGHT * s))?;
        Ok(())
    }

    /// The most forward point of the midline 5 to 22 mm above the nasion; where the forehead goes
    /// on forward above that, 13 mm above.
    fn glabella_above(&mut self, nasion: DVec3) -> Option<DVec3> {
        let rows: Vec<DVec3> =
            (10..=44).filter_map(|i| self.front(0.0, nasion.y + f64::from(i) * 0.5)).collect();
        let best = rows.iter().max_by(|a, b| a.z.total_cmp(&b.z)).copied()?;
        if best.y > nasion.y + 21.0 || best.y < nasion.y + 6.0 {
            self.notes.push("glabella has no bulge of its own: taken 13 mm above the nasion".into());
            return self.front(0.0, nasion.y + 13.0);
        }
        Some(best)
    }

    /// From the most forward point of the chin down to where the profile has gone back 14 mm.
    fn menton_below(&self, nasion: DVec3) -> Option<DVec3> {
        let s = self.scale;
        let profile: Vec<DVec3> =
            (170..=300).filter_map(|i| self.front(0.0, nasion.y - f64::from(i) * 0.5 * s)).collect();
        let window = (nasion.y - 118.0 * s)..(nasion.y - 85.0 * s);
        let chin =
            profile.iter().filter(|p| window.contains(&p.y)).max_by(|a, b| a.z.total_cmp(&b.z)).copied()?;
        let mut menton = chin;
        for p in profile.iter().filter(|p| p.y < chin.y) {
            if p.z < chin.z - 14.0 * s {
                break;
            }
            menton = *p;
        }
        Some(menton)
    }
}
