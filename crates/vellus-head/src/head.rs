//! A head: everything that the rooms above need to know of its shape.

use std::collections::BTreeMap;

use glam::{DVec2, DVec3};
use vellus_units::Millimetres;

use crate::align::{Aligned, align, take};
use crate::contour::{at_length, contour};
use crate::lengths::half_breadths_of;
use crate::mesh_quality::MeshQuality;
use crate::parametric::{self, ParametricSpec};
use crate::scan_report::{
    FitReport, HeadFromFile, HolePlace, LandmarkOrigin, LandmarkReport, ScanReport, Verdict,
};
use crate::zones::temporal_point;
use crate::{
    Chart, HeadError, HeadLengths, Landmark, Landmarks, Mesh, ScalpMap, ScanSpec, Spot, Surface,
    SurfacePoint, Zone,
};

/// Sex, where published norms differ by it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Sex {
    Female,
    #[default]
    Male,
}

impl Sex {
    /// Mean forehead height (glabella to trichion, tape), mm.
    ///
    /// # Sources
    /// Means of 200 Turkish young adults (61.4 ± 9.7 mm in men, 58.3 ± 6.6 mm in women) and of 456
    /// Japanese (66.5 and 62 mm), weighted by their numbers. The design rule of the trade for men
    /// is higher (80 mm).
    #[must_use]
    pub const fn forehead_height(self) -> Millimetres {
        Millimetres(match self {
            Self::Female => 60.9,
            Self::Male => 65.0,
        })
    }
}

/// Forehead heights that people have, mm: from far below the 1st percentile to a receded line.
const FOREHEADS: std::ops::RangeInclusive<f64> = 30.0..=120.0;
/// A side of the head further out than the skull by more than this is an ear, mm.
const EAR_MARGIN: f64 = 2.0;

/// One head in head space.
#[derive(Clone, Debug)]
pub struct Head {
    surface: Surface,
    landmarks: Landmarks,
    chart: Chart,
    scalp: ScalpMap,
    lengths: HeadLengths,
    sex: Sex,
    source: String,
    given: Vec<Landmark>,
    notes: Vec<String>,
    half_breadths: [f64; 2],
    filled: Vec<bool>,
    scan: Option<ScanReport>,
}

impl Head {
    /// A head from a mesh and landmarks that are in head space already.
    ///
    /// `forehead_height` moves the trichion; without it the trichion of `landmarks` stays and the
    /// forehead height is measured. `source` says in a few words where the head is from.
    ///
    /// # Errors
    /// [`HeadError::Mesh`] or [`HeadError::Landmarks`] when they make no head.
    pub fn from_parts(
        mesh: Mesh,
        landmarks: Landmarks,
        sex: Sex,
        forehead_height: Option<Millimetres>,
        source: impl Into<String>,
    ) -> Result<Self, HeadError> {
        let surface = Surface::new(mesh)?;
        let mut landmarks = landmarks;
        for (which, left) in [(Landmark::TemporalPointRight, false), (Landmark::TemporalPointLeft, true)] {
            if !landmarks.get(which).is_finite() {
                let p = temporal_point(&surface, &landmarks, left);
                landmarks = landmarks.with(which, p);
            }
        }
        landmarks.check()?;
        let landmarks = match forehead_height {
            None => landmarks,
            Some(h) => {
                let p = trichion(&surface, &landmarks, h)?;
                landmarks.with(Landmark::Trichion, p)
            }
        };
        let chart = Chart::new(&landmarks)?;
        let lengths = HeadLengths::measure(&surface, &landmarks)?;
        let scalp = ScalpMap::new(&surface, &landmarks, &chart, sex)?;
        let half_breadths = half_breadths_of(&surface, &landmarks);
        let filled = vec![false; surface.mesh().triangles.len()];
        Ok(Self {
            filled,
            scan: None,
            surface,
            landmarks,
            chart,
            scalp,
            lengths,
            sex,
            source: source.into(),
            given: Landmark::ALL.to_vec(),
            notes: Vec::new(),
            half_breadths,
        })
    }

    /// A head from a scan in file space and its description. The forehead height is, in this order:
    /// the one given here, that of a trichion among the landmarks, the mean of the sex.
    ///
    /// # Errors
    /// [`HeadError::Scan`], [`HeadError::Landmarks`] or [`HeadError::Mesh`], with what to change; also
    /// when neither unit nor known length is stated.
    pub fn from_scan(
        mesh: &Mesh,
        spec: &ScanSpec,
        sex: Sex,
        forehead_height: Option<Millimetres>,
        source: impl Into<String>,
    ) -> Result<Self, HeadError> {
        Self::scanned(mesh, spec, sex, forehead_height, source.into(), false)
    }

    /// As [`Head::from_scan`], but a scan whose scale nobody stated is taken for what it looks like;
    /// its report says so and calls it no more than a preview.
    ///
    /// # Errors
    /// As [`Head::from_scan`].
    pub fn preview_scan(
        mesh: &Mesh,
        spec: &ScanSpec,
        sex: Sex,
        forehead_height: Option<Millimetres>,
        source: impl Into<String>,
    ) -> Result<Self, HeadError> {
        Self::scanned(mesh, spec, sex, forehead_height, source.into(), true)
    }

    fn scanned(
        mesh: &Mesh,
        spec: &ScanSpec,
        sex: Sex,
        forehead_height: Option<Millimetres>,
        source: String,
        assume_scale: bool,
    ) -> Result<Self, HeadError> {
        let aligned = align(mesh, spec, assume_scale)?;
        let mut head = Self::from_aligned(&aligned, sex, forehead_height, source)?;
        let report = head.report_on(&aligned, mesh.triangles.len());
        head.scan = Some(report);
        Ok(head)
    }

    fn from_aligned(
        aligned: &Aligned,
        sex: Sex,
        forehead_height: Option<Millimetres>,
        source: String,
    ) -> Result<Self, HeadError> {
        let mut notes = aligned.notes.clone();
        let mut found: BTreeMap<Landmark, DVec3> =
            aligned.landmarks.iter().map(|(l, f)| (*l, f.position)).collect();
        let forehead_height = match (forehead_height, found.contains_key(&Landmark::Trichion)) {
            (Some(h), _) => Some(h),
            (None, true) => None,
            (None, false) => {
                let h = sex.forehead_height();
                notes.push(format!("forehead height assumed: {h:.1}, the mean of the sex"));
                Some(h)
            }
        };
        // Until the contour is known, the trichion stands at the glabella.
        let glabella = found.get(&Landmark::Glabella).copied().unwrap_or_default();
        found.entry(Landmark::Trichion).or_insert(glabella);
        let landmarks = Landmarks::from_fn(|l| found.get(&l).copied().unwrap_or(DVec3::NAN));
        let mut head = Self::from_parts(aligned.mesh.clone(), landmarks, sex, forehead_height, source)?;
        head.given = Landmark::ALL
            .into_iter()
            .filter(|l| aligned.landmarks.get(l).is_some_and(|f| f.origin == LandmarkOrigin::Given))
            .collect();
        let of = |origin| -> Vec<&str> {
            let all = aligned.landmarks.iter();
            all.filter(|(_, f)| f.origin == origin).map(|(l, _)| l.name()).collect()
        };
        for (origin, text) in [
            (LandmarkOrigin::Fitted, "landmarks found by laying a head on the scan"),
            (LandmarkOrigin::Derived, "landmarks found from the shape"),
        ] {
            let names = of(origin);
            if !names.is_empty() {
                notes.push(format!("{text}: {}", names.join(", ")));
            }
        }
        for (l, f) in &aligned.landmarks {
            if let Some(d) = f.disagreement.filter(|d| *d > 10.0) {
                notes.push(format!(
                    "{l} was given {d:.0} mm from where the shape has it; the given one was used"
                ));
            }
        }
        head.notes = notes;
        head.filled.clone_from(&aligned.filled);
        Ok(head)
    }

    /// The figures of an import, with their verdict.
    fn report_on(&self, aligned: &Aligned, triangles_in_file: usize) -> ScanReport {
        let from_file = HeadFromFile::new(
            aligned.head_from_file.scale,
            aligned.head_from_file.rotation,
            aligned.head_from_file.translation,
        );
        let in_file = |p: DVec3| from_file.undo(p) * from_file.mm_per_unit;
        let landmarks = Landmark::ALL
            .into_iter()
            .map(|l| {
                let p = self.landmarks.get(l);
                let mut report = match aligned.landmarks.get(&l) {
                    Some(f) => LandmarkReport::new(in_file(p), p, f.origin, f.error),
                    // Trichion and temporal points differ among people by about a centimetre.
                    None => LandmarkReport::new(in_file(p), p, LandmarkOrigin::Norm, 10.0),
                };
                report.disagreement_mm = aligned.landmarks.get(&l).and_then(|f| f.disagreement);
                (l, report)
            })
            .collect();
        let mut holes = aligned.holes.clone();
        for hole in &mut holes {
            hole.place = self.place_of(DVec3::from_array(hole.centre_mm));
        }
        holes.sort_by(|a, b| b.filled_cm2.total_cmp(&a.filled_cm2));
        let (mut scalp, mut filled) = (0.0, 0.0);
        let mesh = self.surface.mesh();
        let mut elsewhere = vec![true; mesh.triangles.len()];
        for t in 0..mesh.triangles.len() as u32 {
            let centre = mesh.corners(t).iter().sum::<DVec3>() / 3.0;
            if self.zone_in_head(centre).is_some() {
                let area = mesh.triangle_area(t) / 100.0;
                scalp += area;
                if self.filled[t as usize] {
                    filled += area;
                } else {
                    elsewhere[t as usize] = false;
                }
            }
        }
        let quality = MeshQuality::measure(mesh, &elsewhere);
        let mut report = ScanReport {
            verdict: Verdict::GoodForDots,
            reasons: Vec::new(),
            scale: aligned.scale.clone(),
            head_from_file: from_file,
            landmarks,
            holes,
            coverage: if scalp > 0.0 { 1.0 - filled / scalp } else { 0.0 },
            filled_scalp_cm2: filled,
            noise_mm: aligned.faired.map_or(quality.noise_mm, |f| f.noise_before_mm),
            faired: aligned.faired,
            edge_mm: [quality.edge_median_mm, quality.edge_p95_mm],
            triangles: [triangles_in_file, mesh.triangles.len()],
            simplified_mm: aligned.simplified_mm,
            repair: aligned.repaired.clone(),
            fit: aligned.fit.map(|(residual_mm, seen)| FitReport { residual_mm, seen }),
        };
        report.judge(self.sex, &self.lengths);
        report
    }

    /// Which part of the head a place belongs to.
    fn place_of(&self, p: DVec3) -> HolePlace {
        let ears =
            0.5 * (self.landmarks.get(Landmark::TragionRight) + self.landmarks.get(Landmark::TragionLeft));
        if self.zone_in_head(p).is_some() {
            HolePlace::Scalp
        } else if p.x.abs() > 55.0 && (p.z - ears.z).abs() < 40.0 && (p.y - ears.y).abs() < 45.0 {
            HolePlace::Ear
        } else if p.z > ears.z + 20.0 && p.y > self.landmarks.get(Landmark::Menton).y {
            HolePlace::Face
        } else {
            HolePlace::Neck
        }
    }

    /// A head built from lengths, see [`crate::parametric`].
    ///
    /// # Errors
    /// [`HeadError`] when the lengths make no head.
    pub fn from_lengths(
        spec: &ParametricSpec,
        forehead_height: Option<Millimetres>,
        source: impl Into<String>,
    ) -> Result<Self, HeadError> {
        let built = parametric::build(spec)?;
        let p = &built.landmarks;
        // Mesh and landmarks are in head space already; what the shape does not name (inion,
        // trichion) is found as on a scan.
        let landmarks = BTreeMap::from([
            (Landmark::Glabella, p.glabella),
            (Landmark::Nasion, p.nasion),
            (Landmark::NoseTip, p.nose_tip),
            (Landmark::Menton, p.menton),
            (Landmark::LateralCanthusLeft, p.lateral_canthus_left),
            (Landmark::LateralCanthusRight, p.lateral_canthus_right),
            (Landmark::TragionLeft, p.tragion_left),
            (Landmark::TragionRight, p.tragion_right),
        ]);
        Self::from_aligned(&take(&built.mesh, landmarks)?, spec.sex, forehead_height, source.into())
    }

    /// The surface, head space, mm.
    #[must_use]
    pub const fn surface(&self) -> &Surface {
        &self.surface
    }

    /// The landmarks, head space, mm.
    #[must_use]
    pub const fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    /// The scalp chart.
    #[must_use]
    pub const fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The hair-bearing border and the zones.
    #[must_use]
    pub const fn scalp(&self) -> &ScalpMap {
        &self.scalp
    }

    /// The lengths.
    #[must_use]
    pub const fn lengths(&self) -> &HeadLengths {
        &self.lengths
    }

    /// The sex that norms were taken for.
    #[must_use]
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    /// Where the head is from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The landmarks that were given; the others were found from the shape.
    #[must_use]
    pub fn given_landmarks(&self) -> &[Landmark] {
        &self.given
    }

    /// Which triangles were filled in, not scanned.
    #[must_use]
    pub fn filled(&self) -> &[bool] {
        &self.filled
    }

    /// What the scan is worth; `None` for a head that was built.
    #[must_use]
    pub const fn scan(&self) -> Option<&ScanReport> {
        self.scan.as_ref()
    }

    /// What was repaired, derived or assumed: findings for every report.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The place of a chart position: the outermost surface in its direction, so that ears do not
    /// matter above them. `None` where the direction leaves through nothing.
    #[must_use]
    pub fn head_from_chart(&self, q: DVec2) -> Option<SurfacePoint> {
        let d = self.chart.direction_from_chart(q);
        self.surface.raycast_farthest(self.chart.centre_in_head(), d).map(|h| h.point)
    }

    /// Whether a place belongs to an ear: further out than the skull above the ears.
    #[must_use]
    pub fn is_ear(&self, p_in_head: DVec3) -> bool {
        let g = self.landmarks.get(Landmark::Glabella).x;
        let middle = 0.5 * (g + self.landmarks.get(Landmark::Opisthocranion).x);
        let x = p_in_head.x - middle;
        x < -self.half_breadths[0] - EAR_MARGIN || x > self.half_breadths[1] + EAR_MARGIN
    }

    /// The zone of a place on the surface; `None` off the hair-bearing scalp and on the ears.
    #[must_use]
    pub fn zone_in_head(&self, p_in_head: DVec3) -> Option<Zone> {
        if self.is_ear(p_in_head) {
            return None;
        }
        self.scalp.zone_at(self.chart.chart_from_head(p_in_head))
    }

    /// The zone of a [`Spot`] that was drawn with this head's chart: as [`Head::zone_in_head`],
    /// without computing the chart position again.
    #[must_use]
    pub fn zone_at_spot(&self, spot: &Spot) -> Option<Zone> {
        if self.is_ear(spot.position_in_head) {
            return None;
        }
        self.scalp.zone_at(spot.in_chart)
    }

    /// Area of each zone, cm², on the surface.
    #[must_use]
    pub fn zone_areas(&self) -> BTreeMap<Zone, vellus_units::Cm2> {
        let mut areas: BTreeMap<Zone, f64> = BTreeMap::new();
        for t in 0..self.surface.mesh().triangles.len() as u32 {
            let corners = self.surface.mesh().corners(t);
            let [a, b, c] = corners;
            let longest = a.distance(b).max(b.distance(c)).max(c.distance(a));
            // Pieces of at most a millimetre: the border of a zone then errs by far less than 1 %.
            let n = (longest.ceil() as usize).clamp(1, 64);
            let piece = self.surface.mesh().triangle_area(t) / (n * n) as f64;
            for i in 0..n {
                for j in 0..2 * (n - i) - 1 {
                    // Centres of the upright and of the inverted small triangles of row i.
                    let (k, third) = (j / 2, if j % 2 == 0 { 1.0 / 3.0 } else { 2.0 / 3.0 });
                    let v = (i as f64 + third) / n as f64;
                    let w = (k as f64 + third) / n as f64;
                    if let Some(z) = self.zone_in_head(a * (1.0 - v - w) + b * v + c * w) {
                        *areas.entry(z).or_insert(0.0) += piece;
                    }
                }
            }
        }
        areas.into_iter().map(|(z, a)| (z, vellus_units::Cm2(a / 100.0))).collect()
    }
}

/// The midline point a forehead height above the glabella.
fn trichion(
    surface: &Surface,
    landmarks: &Landmarks,
    forehead_height: Millimetres,
) -> Result<DVec3, HeadError> {
    if !FOREHEADS.contains(&forehead_height.0) {
        return Err(HeadError::Landmarks(format!(
            "forehead height {forehead_height}, {} to {} mm allowed (glabella to hairline, along \
             the skin)",
            FOREHEADS.start(),
            FOREHEADS.end()
        )));
    }
    let glabella = landmarks.get(Landmark::Glabella);
    let vertex = landmarks.get(Landmark::Vertex);
    let ears = 0.5 * (landmarks.get(Landmark::TragionRight) + landmarks.get(Landmark::TragionLeft));
    let centre = DVec3::new(glabella.x, ears.y + 0.25 * (vertex.y - ears.y), ears.z);
    let line = contour(surface, centre, glabella, landmarks.get(Landmark::Inion), DVec3::Y);
    at_length(&line, forehead_height.0).ok_or_else(|| {
        HeadError::Mesh("there is no surface above the glabella; is the forehead missing?".into())
    })
}
