//! What a scan is worth: a verdict with its reasons, and the figures that it rests on.

use std::collections::BTreeMap;

use glam::{DMat3, DVec3};

use crate::repair::{Faired, RepairReport};
use crate::{Landmark, Sex};

/// What a scan may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub enum Verdict {
    /// Dots, follicles and lengths may be planned on it.
    #[serde(rename = "good for dots")]
    GoodForDots,
    /// Good for pictures and a first talk; places and counts are uncertain.
    #[serde(rename = "preview only")]
    PreviewOnly,
    /// Too little of a head.
    #[serde(rename = "not usable")]
    NotUsable,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::GoodForDots => "good for dots",
            Self::PreviewOnly => "preview only",
            Self::NotUsable => "not usable",
        })
    }
}

/// Where the scale of a scan is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleSource {
    /// The head was built in millimetres.
    Built,
    /// The unit of the file, from its format, its sidecar or the user.
    Unit,
    /// A length of the person, by tape or calliper.
    KnownLength,
    /// Nobody said: the only unit in which the head has the size of a head.
    AssumedUnit,
    /// Nobody said, and no unit makes it a head: a head of mean size.
    AssumedMeanHead,
}

impl ScaleSource {
    /// Whether somebody stated it.
    #[must_use]
    pub const fn is_stated(self) -> bool {
        !matches!(self, Self::AssumedUnit | Self::AssumedMeanHead)
    }
}

/// How file units became millimetres.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Scale {
    /// Millimetres in one unit of the file.
    pub mm_per_unit: f64,
    /// Who said so.
    pub source: ScaleSource,
    /// In words.
    pub note: String,
}

/// Where the place of a landmark is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LandmarkOrigin {
    /// Stated in the sidecar or the case.
    Given,
    /// Read off the parametric head that was laid on the scan.
    Fitted,
    /// Follows from the shape by its definition.
    Derived,
    /// Follows from a norm or a rule: the skin does not show it.
    Norm,
}

/// One landmark of a scan.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct LandmarkReport {
    /// Place in the axes and about the origin of the file, mm.
    pub in_file_mm: [f64; 3],
    /// Place in head space, mm.
    pub in_head_mm: [f64; 3],
    /// Where it is from.
    pub origin: LandmarkOrigin,
    /// About how far it may be off, mm (one standard deviation).
    pub error_mm: f64,
    /// The same as a number from 0 (a guess) to 1 (certain): exp(−error / 10 mm).
    pub confidence: f64,
    /// For a given landmark: how far from it the fit puts it, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disagreement_mm: Option<f64>,
}

impl LandmarkReport {
    pub(crate) fn new(in_file: DVec3, in_head: DVec3, origin: LandmarkOrigin, error_mm: f64) -> Self {
        Self {
            in_file_mm: in_file.to_array(),
            in_head_mm: in_head.to_array(),
            origin,
            error_mm,
            confidence: libm::exp(-error_mm / 10.0),
            disagreement_mm: None,
        }
    }
}

/// Which part of the head a hole is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HolePlace {
    /// The hair-bearing scalp.
    Scalp,
    /// Forehead and face.
    Face,
    /// An ear and the skin around it.
    Ear,
    /// Nape and neck.
    Neck,
}

/// A hole of the scan.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct HoleReport {
    /// Where its middle is.
    pub place: HolePlace,
    /// Its middle in head space, mm.
    pub centre_mm: [f64; 3],
    /// Length of its rim, mm.
    pub rim_mm: f64,
    /// Area of what closes it, cm².
    pub filled_cm2: f64,
}

/// From the file to head space: `p ↦ mm_per_unit · rotation · p + translation_mm`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct HeadFromFile {
    /// Millimetres in one unit of the file.
    pub mm_per_unit: f64,
    /// Rows of the rotation: left, up and forward of the head in the axes of the file.
    pub rotation_rows: [[f64; 3]; 3],
    /// mm.
    pub translation_mm: [f64; 3],
}

impl HeadFromFile {
    pub(crate) fn new(scale: f64, rotation: DMat3, translation: DVec3) -> Self {
        Self {
            mm_per_unit: scale,
            rotation_rows: rotation.transpose().to_cols_array_2d(),
            translation_mm: translation.to_array(),
        }
    }

    fn rotation(&self) -> DMat3 {
        DMat3::from_cols_array_2d(&self.rotation_rows).transpose()
    }

    /// A place of the file in head space, mm.
    #[must_use]
    pub fn apply(&self, p_in_file: DVec3) -> DVec3 {
        self.rotation() * p_in_file * self.mm_per_unit + DVec3::from_array(self.translation_mm)
    }

    /// A place of head space in the file's units.
    #[must_use]
    pub fn undo(&self, p_in_head: DVec3) -> DVec3 {
        self.rotation().transpose() * (p_in_head - DVec3::from_array(self.translation_mm)) / self.mm_per_unit
    }
}

/// How well the parametric head lies on the scan.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct FitReport {
    /// Median distance where the scan shows the head, mm.
    pub residual_mm: f64,
    /// Share of skull and face that the scan shows.
    pub seen: f64,
}

/// What is known of a scan after its import.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ScanReport {
    /// What it may be used for.
    pub verdict: Verdict,
    /// Why not for more; empty for a good scan.
    pub reasons: Vec<String>,
    /// How file units became millimetres.
    pub scale: Scale,
    /// From the file to head space.
    pub head_from_file: HeadFromFile,
    /// All landmarks.
    pub landmarks: BTreeMap<Landmark, LandmarkReport>,
    /// Holes that were found on the head, largest first; the cut of the neck is none.
    pub holes: Vec<HoleReport>,
    /// Share of the hair-bearing scalp that was scanned, not filled.
    pub coverage: f64,
    /// Hair-bearing scalp that was filled, cm².
    pub filled_scalp_cm2: f64,
    /// Roughness of the scan, mm (one standard deviation): steps and noise, not curvature; see
    /// [`crate::mesh_quality::MeshQuality`].
    pub noise_mm: f64,
    /// What was done about it, when it was rough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faired: Option<Faired>,
    /// Median and 95th percentile of the lengths of edges on the scalp, mm.
    pub edge_mm: [f64; 2],
    /// Triangles of the file, and of the head that was made of it.
    pub triangles: [usize; 2],
    /// Mean, 99th percentile and largest distance from the scan to the head that was made of it,
    /// mm, when it was simplified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simplified_mm: Option<[f64; 3]>,
    /// What was broken and mended.
    #[serde(skip)]
    pub repair: RepairReport,
    /// How well the parametric head lies on it; none when all landmarks were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<FitReport>,
}

/// Limits of the verdict: (what may pass for dots, what may pass for a preview). Assumptions of
/// ours: dots stand about 1 mm apart and a template is drawn by hand to about 2 mm.
pub(crate) struct Limits {
    /// Least share of the hair-bearing scalp that was scanned.
    coverage: (f64, f64),
    /// Most roughness, mm.
    noise: (f64, f64),
    /// Most length of the 95th percentile of edges, mm: at 20 mm the sagitta of an edge on a head is
    /// 0.6 mm, at 40 mm it is 2.2 mm.
    edge: (f64, f64),
    /// Most error of a landmark that the chart hangs on, mm.
    landmark: (f64, f64),
}

pub(crate) const LIMITS: Limits =
    Limits { coverage: (0.95, 0.6), noise: (0.6, 3.0), edge: (20.0, 40.0), landmark: (6.0, 15.0) };

impl ScanReport {
    /// Sets verdict and reasons from the figures.
    pub(crate) fn judge(&mut self, sex: Sex, lengths: &crate::HeadLengths) {
        let mut verdict = Verdict::GoodForDots;
        let mut reasons = Vec::new();
        let mut grade = |value: f64, (dots, preview): (f64, f64), text: String| {
            if value > dots {
                verdict =
                    verdict.max(if value > preview { Verdict::NotUsable } else { Verdict::PreviewOnly });
                reasons.push(text);
            }
        };
        match self.scale.source {
            ScaleSource::AssumedUnit | ScaleSource::AssumedMeanHead => {
                grade(2.0, (1.0, 3.0), format!("nobody stated the scale: {}", self.scale.note));
            }
            _ => {}
        }
        let missing = |c: f64| 1.0 - c;
        grade(
            missing(self.coverage),
            (missing(LIMITS.coverage.0), missing(LIMITS.coverage.1)),
            format!(
                "{:.0} cm² of the hair-bearing scalp ({:.0} %) were not scanned and are filled in",
                self.filled_scalp_cm2,
                100.0 * missing(self.coverage)
            ),
        );
        grade(
            self.noise_mm,
            LIMITS.noise,
            format!("the surface is rough by {:.1} mm (noise, steps or hair)", self.noise_mm),
        );
        grade(
            self.edge_mm[1],
            LIMITS.edge,
            format!(
                "the triangles are coarse: a twentieth of the scalp has edges over {:.0} mm",
                self.edge_mm[1]
            ),
        );
        for (which, l) in &self.landmarks {
            if l.origin == LandmarkOrigin::Fitted {
                let text =
                    format!("{which} was found to about {:.0} mm only; give it in the sidecar", l.error_mm);
                grade(l.error_mm, LIMITS.landmark, text);
            }
        }
        let apart: Vec<String> = self
            .landmarks
            .iter()
            .filter_map(|(which, l)| l.disagreement_mm.filter(|d| *d > 10.0).map(|d| (which, d)))
            .map(|(which, d)| format!("{which} by {d:.0} mm"))
            .collect();
        if !apart.is_empty() {
            grade(
                2.0,
                (1.0, 3.0),
                format!("given landmarks lie far from where the shape has them: {}", apart.join(", ")),
            );
        }
        if let Some(fit) = &self.fit {
            grade(
                fit.residual_mm,
                (2.0, 6.0),
                format!("the shape is unlike a head: {:.1} mm from the fitted one", fit.residual_mm),
            );
        }
        for (what, value, mean, sd) in crate::parametric::norms_of(sex, lengths) {
            // Beyond 3.3 standard deviations is one person in a thousand.
            let z = (value - mean) / sd;
            if z.abs() > 3.3 && self.scale.source != ScaleSource::AssumedMeanHead {
                let hint =
                    if z > 0.0 { "hair, a cap, or a wrong scale?" } else { "a child, or a wrong scale?" };
                grade(
                    2.0,
                    (1.0, 3.0),
                    format!("{what} is {value:.0} mm, and the mean is {mean:.0} ± {sd:.0} mm: {hint}"),
                );
            }
        }
        self.verdict = verdict;
        self.reasons = reasons;
    }
}
