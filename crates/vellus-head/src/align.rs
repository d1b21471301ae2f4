//! Bringing a scan into head space: scale, posture, landmarks, neck.
//!
//! Posture. Left and right come from the pairs of landmarks that are given. When both tragia are
//! given, the head is levelled on the Frankfurt plane through the tragia and the orbitale, which is
//! estimated [`ORBITALE_BELOW_CANTHUS`] below the outer corners of the eyes. Without tragia the
//! pitch is that of the file: `up` in the sidecar is taken as it is, because a tragion found from
//! the shape of an ear (± 5 mm) would level worse than somebody who posed the scan.
//!
//! All windows below are in millimetres on a head of average length and are scaled with the head.

use std::collections::BTreeMap;

use glam::{DMat3, DVec3};

use crate::lengths::{EAR_TOP, MEAN_LENGTH, circumference, half_breadths};
use crate::repair::{compact, cut_and_cap};
use crate::{HeadError, KnownLength, Landmark, Mesh, RepairOptions, ScanSpec, Surface, repair};

/// Height of the outer corner of the eye above the Frankfurt plane, mm. Our estimate, not a cited
/// measurement; the ICT mean head, levelled by its ears, has 21 mm.
const ORBITALE_BELOW_CANTHUS: f64 = 17.0;
/// How far down the ear the tragion lies, as a share of the ear's length, and how far in front of
/// the step behind the ear, mm. Both read off one head, the ICT mean.
const TRAGION_IN_EAR: f64 = 0.40;
const TRAGION_BEFORE_STEP: f64 = 33.0;
/// The neck is cut this far below the menton, mm, along a plane that rises to the back by
/// [`CUT_RISE`], which follows the base of the neck and stays above the shoulders.
const CUT_BELOW_MENTON: f64 = 30.0;
/// Rise of the cut towards the back: tangent of 15 degrees.
const CUT_RISE: f64 = 0.268;
/// Height of the inion above the Frankfurt plane, mm. Assumed: the inion cannot be seen under skin,
/// and no source was at hand that says where it lies on levelled heads.
const INION_HEIGHT: f64 = 4.0;

/// A scan in head space.
pub(crate) struct Aligned {
    pub mesh: Mesh,
    /// All but the trichion, unless that was given.
    pub landmarks: BTreeMap<Landmark, DVec3>,
    pub given: Vec<Landmark>,
    pub notes: Vec<String>,
}

/// A levelled scan whose midline lies in x = 0, with any origin.
struct Finder<'a> {
    surface: &'a Surface,
    found: BTreeMap<Landmark, DVec3>,
    notes: Vec<String>,
    /// Head length over the average.
    scale: f64,
}

pub(crate) fn align(mesh: &Mesh, spec: &ScanSpec) -> Result<Aligned, HeadError> {
    spec.check()?;
    // File axes first: x left, y up, z forward. A mirrored file shows in `repair`.
    let up = spec.up.direction();
    let forward = spec.forward.direction();
    let axes = DMat3::from_cols(up.cross(forward), up, forward).transpose();
    let turned = mesh.mapped(|p| axes * p);
    let given: BTreeMap<Landmark, DVec3> =
        spec.landmarks.iter().map(|(l, p)| (*l, axes * DVec3::from_array(*p))).collect();

    let depth = depth_at_brow(&turned, &given)?;
    let mut scale = spec.first_scale(depth)?;
    let mut out = with_scale(&turned, &given, scale)?;
    if let Some(known) = spec.known_length {
        // The windows of the search are in millimetres, so a second pass finds the landmarks with
        // the scale that the first one measured; a third would move nothing.
        for _ in 0..2 {
            scale *= known.length().0 / measured(&out, known)?;
            out = with_scale(&turned, &given, scale)?;
        }
        out.notes.push(format!("scale from the tape: 1 file unit is {scale:.4} mm"));
    }
    let g = |l: Landmark| out.landmarks[&l];
    let length = g(Landmark::Glabella).distance(g(Landmark::Opisthocranion));
    if !(140.0..=250.0).contains(&length) {
        return Err(HeadError::Scan(format!(
            "the head is {length:.1} mm long (glabella to opisthocranion), 140 to 250 mm expected; \
             check unit, known_length, up, forward and the landmarks"
        )));
    }
    Ok(out)
}

fn measured(a: &Aligned, known: KnownLength) -> Result<f64, HeadError> {
    let surface = Surface::new(a.mesh.clone())?;
    let g = a.landmarks[&Landmark::Glabella];
    let o = a.landmarks[&Landmark::Opisthocranion];
    let length = g.distance(o);
    let half = half_breadths(
        &surface,
        EAR_TOP * length / MEAN_LENGTH,
        a.landmarks[&Landmark::Vertex].y,
        o.z,
        g.z,
        0.5 * (g.x + o.x),
    );
    let value = match known {
        KnownLength::HeadLength(_) => length,
        KnownLength::HeadBreadth(_) => half[0] + half[1],
        KnownLength::HeadCircumference(_) => circumference(&surface, g, o, half),
    };
    if value > 1.0 {
        Ok(value)
    } else {
        Err(HeadError::Scan("known_length cannot be measured on this scan".into()))
    }
}

/// How deep the head is at the brow, in file units: from the brow straight back to the last
/// surface.
fn depth_at_brow(mesh: &Mesh, given: &BTreeMap<Landmark, DVec3>) -> Result<f64, HeadError> {
    let brow = given.get(&Landmark::Glabella).or_else(|| given.get(&Landmark::Nasion));
    let Some(&brow) = brow else {
        return Err(HeadError::Landmarks("glabella or nasion is needed".into()));
    };
    // The unit is not known yet, so nothing may be welded or filled by a length.
    let raw = RepairOptions { weld_distance: 0.0, smallest_island: 0.0, largest_hole_rim: 0.0 };
    let (mesh, _) = repair(mesh, &raw)?;
    let surface = Surface::new(mesh)?;
    let depth = surface
        .raycast_farthest(brow + DVec3::Z * 1e-6, DVec3::NEG_Z)
        .map_or(0.0, |h| brow.z - h.point.position.z);
    if depth > 0.0 {
        Ok(depth)
    } else {
        Err(HeadError::Landmarks(format!(
            "no surface behind the brow ({:?}); the landmarks are not in the coordinates of the \
             file, or up and forward are wrong",
            brow.to_array()
        )))
    }
}

/// Rows: left, up and forward of the head in the given axes.
fn posture(given: &BTreeMap<Landmark, DVec3>, scale: f64, notes: &mut Vec<String>) -> DMat3 {
    let pair = |r, l| Some((*given.get(&r)?, *given.get(&l)?));
    let eyes = pair(Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft);
    let ears = pair(Landmark::TragionRight, Landmark::TragionLeft);
    // Longer pairs count for more, as their direction is surer.
    let across = [eyes, ears].into_iter().flatten().map(|(r, l)| l - r).sum::<DVec3>();
    let left = across.try_normalize().unwrap_or(DVec3::X);
    let mut forward = (DVec3::Z - left * left.z).try_normalize().unwrap_or(DVec3::Z);
    let mut up = forward.cross(left);
    match (eyes, ears) {
        (Some((er, el)), Some((tr, tl))) => {
            for _ in 0..3 {
                let orbitale = 0.5 * (er + el) - up * (ORBITALE_BELOW_CANTHUS / scale);
                let axis = orbitale - 0.5 * (tr + tl);
                forward = (axis - left * axis.dot(left)).try_normalize().unwrap_or(forward);
                up = forward.cross(left);
            }
        }
        _ => notes.push("posture taken from the file: up is the sidecar's (no tragia were given)".into()),
    }
    DMat3::from_cols(left, up, forward).transpose()
}

fn with_scale(mesh: &Mesh, given: &BTreeMap<Landmark, DVec3>, scale: f64) -> Result<Aligned, HeadError> {
    let mut notes = Vec::new();
    let turn = posture(given, scale, &mut notes);
    // The middle of the face, so that the midline lies in x = 0.
    let eyes = [Landmark::LateralCanthusRight, Landmark::LateralCanthusLeft];
    let midline = [Landmark::Glabella, Landmark::Nasion];
    let mut middle: Vec<DVec3> = midline.iter().filter_map(|l| given.get(l)).copied().collect();
    if let [Some(r), Some(l)] = eyes.map(|l| given.get(&l)) {
        middle.push(0.5 * (*r + *l));
    }
    let x = middle.iter().map(|p| (turn * *p).x).sum::<f64>() / middle.len().max(1) as f64;
    let to_level = |p: DVec3| (turn * p - DVec3::X * x) * scale;
    let (mesh, report) = repair(&mesh.mapped(to_level), &RepairOptions::default())?;
    notes.extend(report.notes());
    let surface = Surface::new(mesh)?;
    let found: BTreeMap<Landmark, DVec3> = given.iter().map(|(l, p)| (*l, to_level(*p))).collect();
    let mut finder = Finder { surface: &surface, found, notes, scale: 1.0 };
    finder.find_all()?;
    let Finder { found, mut notes, scale, .. } = finder;

    let menton = found[&Landmark::Menton];
    let point = menton - DVec3::Y * (CUT_BELOW_MENTON * scale);
    let cut = cut_and_cap(surface.mesh(), point, DVec3::new(0.0, -1.0, -CUT_RISE));
    let (cut, _) = repair(&cut, &RepairOptions { largest_hole_rim: 1e9, ..Default::default() })?;
    notes.push(format!(
        "cut {:.0} mm below the chin, rising to the back, and closed",
        CUT_BELOW_MENTON * scale
    ));
    let origin = 0.5 * (found[&Landmark::TragionRight] + found[&Landmark::TragionLeft]);
    Ok(Aligned {
        mesh: compact(&cut).mapped(|p| p - origin),
        landmarks: found.into_iter().map(|(l, p)| (l, p - origin)).collect(),
        given: given.keys().copied().collect(),
        notes,
    })
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

    /// Half width on one side.
    fn width(&self, side: f64, y: f64, z: f64) -> Option<f64> {
        self.surface
            .raycast(DVec3::new(side * FAR, y, z), DVec3::X * -side)
            .map(|h| side * h.point.position.x)
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
        for (which, side) in [(Landmark::LateralCanthusRight, -1.0), (Landmark::LateralCanthusLeft, 1.0)] {
            if !self.found.contains_key(&which) {
                self.notes.push(format!("{which} assumed 45 mm beside the middle, below nasion"));
            }
            self.derive(which, |f| f.front(side * 45.0 * s, nasion.y - 4.0 * s))?;
        }
        self.derive(Landmark::Vertex, |f| {
            let n = (length / 1.0) as i32;
            let rows = (n / 6..=n - n / 6).filter_map(|i| f.top(glabella.z - f64::from(i)));
            rows.max_by(|a, b| a.y.total_cmp(&b.y))
        })?;
        self.find_tragia(glabella, opisthocranion, nasion)?;
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

    /// Tragia from the ears: their top is where the sharp step behind the helix ends, their front
    /// where the cheek turns outward.
    fn find_tragia(
        &mut self,
        glabella: DVec3,
        opisthocranion: DVec3,
        nasion: DVec3,
    ) -> Result<(), HeadError> {
        let pair = [(Landmark::TragionRight, -1.0), (Landmark::TragionLeft, 1.0)];
        if pair.iter().all(|(l, _)| self.found.contains_key(l)) {
            return Ok(());
        }
        let s = self.scale;
        let middle_z = 0.5 * (glabella.z + opisthocranion.z);
        let mut places: Vec<(f64, f64)> = Vec::new();
        for (which, side) in pair {
            if let Some(p) = self.found.get(&which) {
                places.push((p.y, p.z));
            } else if let Some(place) = self.ear(side, nasion.y, middle_z) {
                places.push(place);
            }
        }
        let (y, z) = if places.is_empty() {
            self.notes.push(
                "no ears found: tragia assumed 20 mm below the nasion, halfway back; give \
                 tragion_right and tragion_left"
                    .into(),
            );
            (nasion.y - 20.0 * s, middle_z)
        } else {
            // Ears found from their shape are off by some millimetres each: both sides share the
            // mean, so that the head is not turned by that.
            let n = places.len() as f64;
            (places.iter().map(|p| p.0).sum::<f64>() / n, places.iter().map(|p| p.1).sum::<f64>() / n)
        };
        for (which, side) in pair {
            self.derive(which, |f| {
                let ahead = f.width(side, y, z + 2.0 * s)?;
                Some(DVec3::new(side * ahead, y, z))
            })?;
        }
        Ok(())
    }

    /// Height and depth of the tragion of one ear.
    fn ear(&self, side: f64, nasion_y: f64, middle_z: f64) -> Option<(f64, f64)> {
        let s = self.scale;
        let step = 1.5 * s;
        let row = |y: f64| -> Vec<(f64, f64)> {
            (0..=70)
                .filter_map(|i| {
                    let z = middle_z + 50.0 * s - f64::from(i) * step;
                    Some((z, self.width(side, y, z)?))
                })
                .collect()
        };
        // The step behind the ear, walking back: at least 5 mm within 3 mm.
        let sharp = |y: f64| row(y).windows(3).any(|w| w[0].1 - w[2].1 > 5.0 * s);
        let rows: Vec<(f64, bool)> = (0..=75)
            .map(|i| {
                let y = nasion_y + 35.0 * s - f64::from(i) * 1.5 * s;
                (y, sharp(y))
            })
            .collect();
        let mut longest: Option<(usize, usize)> = None;
        let mut start = None;
        for i in 0..=rows.len() {
            match (rows.get(i).is_some_and(|r| r.1), start) {
                (true, None) => start = Some(i),
                (false, Some(a)) => {
                    if longest.is_none_or(|(b, c)| i - a > c - b) {
                        longest = Some((a, i));
                    }
                    start = None;
                }
                _ => {}
            }
        }
        let (first, end) = longest?;
        // Less than 20 mm of ear is a lock of hair or noise.
        if (end - first) as f64 * 1.5 < 20.0 {
            return None;
        }
        let length = (end - first) as f64 * 1.5 * s;
        let y = rows[first].0 - TRAGION_IN_EAR * length.clamp(45.0 * s, 75.0 * s);
        // The skin falls into the concha just behind the tragus: at least 3 mm within 4.5 mm. What
        // the scanner has filled, or a fall that is too far from the step behind the ear, is
        // replaced by the usual distance from that step.
        let mut depths: Vec<f64> = (0..=5)
            .filter_map(|k| {
                let row = row(y - f64::from(k) * 2.0 * s);
                let step = row.windows(3).rev().find(|w| w[0].1 - w[2].1 > 5.0 * s)?[0].0;
                let usual = step + TRAGION_BEFORE_STEP * s;
                let concha =
                    row.windows(4).find(|w| w[0].1 - w[3].1 > 3.0 * s && (w[0].0 - usual).abs() < 12.0 * s);
                Some(concha.map_or(usual, |w| w[0].0 + 1.0 * s))
            })
            .collect();
        depths.sort_by(f64::total_cmp);
        Some((y, *depths.get(depths.len() / 2)?))
    }
}
